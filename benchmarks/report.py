"""`python -m benchmarks.report RESULTS.json` prints the tables of a run of the benchmark."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.samples import Results, read
from benchmarks.tables import page
from campaigns.arguments import Arguments


def results_at(path: Path, parser: Arguments) -> Results:
    """Return the results that a file holds; if it holds none, say so in one line and exit 1."""
    try:
        return read(path)
    except (OSError, ValueError) as error:
        parser.error(f"{path}: {getattr(error, 'strerror', None) or error}")


def main() -> int:
    """Print the tables of what `invoke bench --out` has written."""
    parser = Arguments(prog="report", description=main.__doc__)
    parser.add_argument("results", type=Path)
    given = parser.parse_args()
    print(page(results_at(given.results, parser)), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
