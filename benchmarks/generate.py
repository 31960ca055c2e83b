"""`python -m benchmarks.generate` writes a legacy project and the same one migrated."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.generating.trees import Trees, trees
from campaigns.arguments import Arguments, at_least_one


def write(folder: Path, made: Trees) -> None:
    """Write both trees, to `legacy` and `migrated` in the folder."""
    for name, texts in (("legacy", made.legacy), ("migrated", made.migrated)):
        _write(folder / name, texts)


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    for parent in {(folder / path).parent for path in texts}:
        parent.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        (folder / path).write_bytes(text.encode())


def main() -> int:
    """Write the trees of a number of presets and a seed, the same ones whenever it is asked."""
    parser = Arguments(prog="generate", description=main.__doc__)
    parser.add_argument("--presets", type=at_least_one, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--into", type=Path, required=True)
    given = parser.parse_args()
    write(given.into, trees(given.presets, given.seed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
