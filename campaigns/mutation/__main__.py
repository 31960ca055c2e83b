"""Runs a mutation campaign (`python -m campaigns.mutation`); exits 1 on any false verdict."""

from __future__ import annotations

import sys

from campaigns.arguments import Arguments, at_least_one
from campaigns.mutation.campaign import Tally, run


def main() -> int:
    """Run the campaign and print its tally; return the exit code."""
    parser = Arguments(prog="python -m campaigns.mutation", description=__doc__)
    parser.add_argument("--count", type=at_least_one, default=10_000, help="how many mutations")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other mutations")
    parser.add_argument("--first", type=int, default=0, help="the number to begin with")
    parser.add_argument("--command", choices=("check-parity", "compare"), default="check-parity")
    given = parser.parse_args()
    tally = Tally(command=given.command)
    for tally in run(given.count, given.seed, given.first, given.command):
        done = tally.deserved.total()
        print(f"{done} of {given.count}: {len(tally.false)} false", file=sys.stderr, flush=True)
    print(*tally.false, tally.table(), sep="\n")
    print(
        f"seed {given.seed}, {tally.deserved.total()} mutations: {len(tally.false)} false verdicts"
    )
    return 1 if tally.false else 0


if __name__ == "__main__":
    sys.exit(main())
