"""The benchmark: `invoke bench` runs this."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.cases import ACTIONS, case
from benchmarks.measuring import measure
from benchmarks.processes import RunError
from benchmarks.programs import notes
from benchmarks.samples import Results, Sample, machine, write
from benchmarks.subjects import REAL, build
from benchmarks.tables import page
from campaigns.arguments import Arguments, at_least_one

_ONCE = "start"
"""Measured on the repository's own tree alone, since what presets there are plays no part in it."""


def main() -> int:
    """Measure the toolkit beside other ways to do the same, and print tables in Markdown."""
    given = _arguments()
    samples: list[Sample] = []
    told = list(notes())
    for note in told:
        _say(note)
    code = 0
    try:
        for presets, actions in _plan(given.presets, given.actions).items():
            for found in _measured(presets, given.seed, actions, given.repeat):
                samples += found
                if given.out:  # each time, so that a long run can be stopped
                    write(given.out, Results(machine(), told, samples))
    except (RunError, OSError) as error:
        _say(f"bench: {error}")
        code = 1
    if samples:
        print(page(Results(machine(), told, samples)), end="")
    return code


def _arguments() -> argparse.Namespace:
    parser = Arguments(prog="bench", description=main.__doc__)
    parser.add_argument(
        "--presets",
        type=_sizes,
        default="16,100,1000,10000",
        help=f"sizes of trees: {REAL} is the repository's own, any other is generated",
    )
    parser.add_argument("--repeat", type=at_least_one, default=5, help="of every measurement")
    parser.add_argument("--seed", type=int, default=0, help="of the generated trees")
    names = ",".join(ACTIONS)
    parser.add_argument("--actions", type=_names, default=names, help=f"some of {names}")
    parser.add_argument("--out", type=Path, help="a JSON file for all that is measured")
    given = parser.parse_args()
    if given.out and not given.out.parent.is_dir():
        parser.error(f"argument --out: no such folder: {given.out.parent}")
    return given


def _sizes(text: str) -> list[int]:
    return [at_least_one(word) for word in text.split(",")]


def _names(text: str) -> list[str]:
    words = text.split(",")
    for word in words:
        if word not in ACTIONS:
            raise argparse.ArgumentTypeError(f"must be some of {', '.join(ACTIONS)}, not {word!r}")
    return words


def _plan(sizes: Sequence[int], actions: Sequence[str]) -> Mapping[int, list[str]]:
    """Return what to measure on which tree."""
    planned = {presets: [name for name in actions if name != _ONCE] for presets in sizes}
    if _ONCE in actions:
        planned.setdefault(REAL, []).append(_ONCE)
    return {presets: names for presets, names in planned.items() if names}


def _measured(
    presets: int, seed: int, actions: Sequence[str], repeat: int
) -> Iterator[list[Sample]]:
    """Give the samples of one action after the other, on one tree."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        _say(f"{presets:,} presets: building the trees")
        subject = build(presets, seed, Path(folder, "trees"))
        for name in actions:
            _say(f"{presets:,} presets: {name}")
            yield list(measure(case(name, subject), repeat))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
