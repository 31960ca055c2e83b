"""Runs a campaign on every core (`python -m campaigns.fuzzing`); exits 1 if anything failed."""

from __future__ import annotations

import os
import random
import sys
from concurrent.futures import ProcessPoolExecutor

from campaigns.arguments import Arguments, at_least_one
from campaigns.fuzzing.campaign import Tally, run_campaign


def main() -> int:
    """Run the campaign and print its tally; return the exit code."""
    parser = Arguments(prog="python -m campaigns.fuzzing", description=__doc__)
    parser.add_argument("--seconds", type=at_least_one, default=60)
    parser.add_argument("--seed", default=None, help="any word; without one a new one is taken")
    options = parser.parse_args()
    seed = options.seed or str(random.SystemRandom().randrange(10**6))
    workers = os.cpu_count() or 1
    tally = Tally()
    with ProcessPoolExecutor(workers) as pool:
        runs = [
            pool.submit(run_campaign, f"{seed}.{number}", seconds=options.seconds)
            for number in range(workers)
        ]
        for run in runs:
            tally.add(run.result())
    for failure in tally.failures:
        print(failure, end="\n\n")
    for name, count in sorted(tally.cases.items()):
        print(f"{name:>14} {count:>10,} cases {tally.read[name]:>10,} read")
    total, read = tally.cases.total(), tally.read.total()
    print(f"seed {seed}: {total:,} cases, {read:,} read, {len(tally.failures)} failures")
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
