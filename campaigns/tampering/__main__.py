"""Makes many random edits of this repository's state: `invoke tamper` runs this."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random

from campaigns.arguments import Arguments, at_least_one
from campaigns.tampering.edits import edited
from campaigns.tampering.judging import judge, state_to_edit


def main() -> int:
    """Print how many edits of each kind changed frozen content; return 1 if one was missed."""
    parser = Arguments(prog="tamper", description=main.__doc__)
    parser.add_argument(
        "--count", type=at_least_one, default=1000, help="edits that change content"
    )
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    rng = Random(given.seed)  # noqa: S311 - to be run again, nothing secret
    noticed, harmless, missed = Counter[str](), 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = state_to_edit(folder)
        while noticed.total() + missed < given.count:
            kinds, changed = edited(rng, files)
            verdict = judge(folder, changed, files)
            if not verdict.changed:
                harmless += 1
            elif verdict.missed:
                missed += 1
                number = noticed.total() + harmless + missed
                print(f"edit {number}, {kinds}, missed by {', '.join(verdict.missed)}:")
                print(*(f"  {path}\n" for path in changed), sep="", flush=True)
            else:
                noticed[kinds if " + " not in kinds else "two at once"] += 1
    for kind, number in sorted(noticed.items()):
        print(f"{number:7}  {kind}")
    print(
        f"{noticed.total()} of {noticed.total() + missed} edits that change content noticed and "
        f"named by both commands; {harmless} more changed none"
    )
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
