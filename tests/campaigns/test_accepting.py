"""Random sequences of edits, acceptances, folds and merges, against a model of plain values.

The model knows what each preset is expected to be, and nothing of acceptances or files.
`python -m tests.campaigns.test_accepting --count 20000 --seed 1` runs many more of them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from campaigns.arguments import Arguments, at_least_one
from tests.running import Ran, needs_git, run

PRESETS = A, B, C = tuple(f"configs/{name}.yaml" for name in "abc")
MIX = "configs/fusion/mix.yaml"
GONE = "(no such key)"
RATIO = "ratio"
VALUES: Mapping[str, tuple[object, ...]] = {
    "x": (1, 1.0, True, "1", None, GONE),
    "y": ([1], [1, {"a": 2}], [], 2, GONE),
    "m": ({"p": 1}, {"p": 1, "q": 2}, {"p": {"r": 1}}, {"p": {}}, {}, 3, GONE),
    RATIO: (1.0, 2.0, 3),
}
SETTINGS = '[tool.config-migration]\npresets = ["configs/*.yaml"]\nfusion_key = "fusion"\n'
DAYS = ("2027-01-01", "2027-02-01", "2027-03-01")
Config = dict[str, Any]
State = dict[str, Config]
"""Preset -> key -> value; the ratio is that of the fusion config, which C does not name."""

Step = tuple[Any, ...]
"""The name of a method of `Sequence`, and its arguments."""
WHO = st.one_of(st.just({*PRESETS}), st.sets(st.sampled_from(PRESETS), min_size=1))


def draw_steps(*keys: str) -> st.SearchStrategy[list[Step]]:
    """Return a strategy for steps that are about these keys, most of them edits to accept."""
    key, preset = st.sampled_from(keys), st.sampled_from(PRESETS)
    edit = key.flatmap(lambda each: st.tuples(st.just("edit"), st.just(each), WHO, _value_of(each)))
    nobody, days = st.none(), st.sampled_from(DAYS)
    accept = st.one_of(
        st.just(("accept", None, None, None)),
        st.tuples(st.just("accept"), key, nobody, nobody),
        st.tuples(st.just("accept"), nobody, preset, nobody),
        st.tuples(st.just("accept"), key, preset, nobody),
        st.tuples(st.just("accept"), st.just("x"), nobody, days),
    )
    other = st.one_of(
        edit,
        st.just(("fold",)),
        st.tuples(st.just("drop"), key, st.one_of(nobody, preset)),
        st.tuples(st.just("revert"), key),
        st.tuples(st.just("expire"), days),
    )
    part = st.one_of(st.tuples(edit, accept), st.tuples(edit, accept), st.tuples(other))
    return st.lists(part, min_size=1, max_size=5).map(lambda parts: [*chain(*parts)])


def _value_of(key: str) -> st.SearchStrategy[object]:
    return st.sampled_from(VALUES[key])


def draw_fork(*keys: str) -> st.SearchStrategy[list[Step]]:
    """Return a strategy for two branches and their merge."""
    steps = draw_steps(*keys)
    merge = st.tuples(st.just("branch"), st.sampled_from(["--ours", "--theirs"]))
    return st.tuples(steps, steps, merge).map(
        lambda each: [("branch",), *each[0], ("branch",), *each[1], each[2]]
    )


STEPS = draw_steps(*VALUES)
FORKS = st.one_of(draw_fork(*VALUES), st.sampled_from([*VALUES]).flatmap(draw_fork))
SEQUENCES = st.one_of(
    STEPS, st.tuples(STEPS, FORKS, STEPS).map(lambda each: [*each[0], *each[1], *each[2]])
)


def spell(value: object) -> str:
    """Return a text that tells a value apart, its type included."""
    return json.dumps(value, sort_keys=True)


def is_same(one: object, other: object) -> bool:
    return spell(one) == spell(other)


def kind_of(value: object) -> object:
    """Return what two values have in common if acceptances of both may be in one file."""
    return GONE if value == GONE else type(value)


class Sequence:
    """The toolkit in a folder, and the model beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.reasons = folder, 0
        start: Config = {"x": 1, "y": [1], "m": {"p": 1, "q": 2}, RATIO: 1.0}
        self.tree: State = {preset: deepcopy(start) for preset in PRESETS}
        del self.tree[C][RATIO]
        (folder / "pyproject.toml").write_text(SETTINGS)
        self.write_tree()
        assert (ran := self.run("snapshot")).code == 0, ran
        self.expected = deepcopy(self.tree)
        self.baseline = self.read_baselines()
        self.start = self.baseline
        """The baselines where the branches part."""
        self.theirs = self.baseline
        """The baselines of the branch that is to be merged."""
        self.untils: dict[str, str] = {}
        """Preset -> the day up to which its `x` is accepted."""
        self.base: State | None = None
        """What was expected where the branches part."""
        self.other: State | None = None
        self.is_repository = False

    def run(self, *words: str) -> Ran:
        return run(self.folder, *words)

    # The tree and the files, without the toolkit.

    def write_tree(self) -> None:
        (self.folder / "configs/fusion").mkdir(parents=True, exist_ok=True)
        for preset, config in self.tree.items():
            values = {key: v for key, v in config.items() if key != RATIO and v != GONE}
            values |= {"fusion": MIX} if preset != C else {}
            (self.folder / preset).write_text(json.dumps(values))
        (self.folder / MIX).write_text(
            json.dumps({"targets": [{"name": "t"}], RATIO: self.tree[A][RATIO]})
        )

    def read_baselines(self) -> State:
        found: State = {}
        for preset in PRESETS:
            path = self.folder / f"snapshots/presets/{preset}.json"
            config = json.loads(path.read_text())
            found[preset] = {key: config.get(key, GONE) for key in VALUES if key != RATIO}
        mix = json.loads((self.folder / f"snapshots/fusion/{MIX}.json").read_text())
        found[A][RATIO] = found[B][RATIO] = mix[RATIO]
        return found

    def list_accepted(self, key: str) -> Iterator[tuple[str, list[str]]]:
        """Yield the id of each acceptance at a key or beneath it, with its presets."""
        for path in sorted((self.folder / "snapshots/accepted").glob("*.yaml")):
            fields = yaml.safe_load(path.read_text())
            if re.match(rf"{key}\b", fields["key"]):
                presets = [name for each in fields["accepted"] for name in each["presets"]]
                yield path.stem.rpartition("-")[2], presets

    # The steps.

    def edit(self, key: str, presets: set[str], value: object) -> None:
        names = [A, B] if key == RATIO else presets
        for preset in names:
            self.tree[preset][key] = deepcopy(value)
        self.write_tree()

    def accept(self, key: str | None, preset: str | None, until: str | None) -> None:
        open_keys = [
            (name, each)
            for name, config in self.tree.items()
            for each, value in config.items()
            if preset in (None, name)
            and key in (None, each)
            and not is_same(value, self.expected[name][each])
        ]
        self.reasons += 1
        words = ["--reason", f"reason {self.reasons}"]
        words += ["--key", key] if key else []
        words += ["--preset", preset] if preset else []
        words += ["--preset", "configs"] if not key and not preset else []
        words += ["--until", until] if until else []
        ran = self.run("accept", *words)
        assert ran.code == (0 if open_keys else 1), (words, ran)
        for name, each in open_keys:
            self.expected[name][each] = deepcopy(self.tree[name][each])
            if each == "x":
                is_back = is_same(self.tree[name]["x"], self.baseline[name]["x"])
                self.untils.pop(name, None)
                if until and not is_back:
                    self.untils[name] = until

    def drop(self, key: str, preset: str | None) -> None:
        for found, presets in [*self.list_accepted(key)]:
            wanted = [each for each in presets if preset in (None, each)]
            words = [word for each in wanted for word in ("--preset", each)]
            if wanted:
                ran = self.run("accept", "--drop", found, *words)
                assert ran.code == 0, ran
        self.forget(key, preset)

    def forget(self, key: str, preset: str | None) -> None:
        """Expect what was frozen."""
        for name in PRESETS:
            if preset in (None, name) and key in self.expected[name]:
                self.expected[name][key] = deepcopy(self.baseline[name][key])
                if key == "x":
                    self.untils.pop(name, None)

    def expire(self, today: str) -> None:
        is_past = any(day < today for day in self.untils.values())
        ran = self.run("accept", "--check", "--today", today)
        assert ran.code == (2 if is_past else 0), (ran, self.untils)

    def fold(self) -> None:
        ran = self.run("snapshot", "--fold")
        assert ran.code == 0, ran
        self.baseline, self.untils = self.read_baselines(), {}
        for preset in PRESETS:
            for key in ("x", "y", "m"):
                assert is_same(self.baseline[preset][key], self.expected[preset][key])
        if is_same(self.expected[A][RATIO], self.expected[B][RATIO]):
            assert is_same(self.baseline[A][RATIO], self.expected[A][RATIO])
            assert not [*(self.folder / "snapshots/accepted").glob("*.yaml")]

    def revert(self, key: str) -> None:
        """Put the frozen value back everywhere: no preset needs what was accepted there."""
        for name in PRESETS:
            if key in self.tree[name]:
                self.tree[name][key] = deepcopy(self.baseline[name][key])
        self.write_tree()
        here = {found for found, _ in self.list_accepted(key)}
        document = json.loads(self.run("check-parity", "--no-record", "-f", "json").out)
        unneeded = set(document["unneeded_acceptances"])
        assert here <= unneeded, (here, unneeded)
        for found in here:
            ran = self.run("accept", "--drop", found)
            assert ran.code == 0, ran
        assert not [*self.list_accepted(key)]
        self.forget(key, None)

    # Two branches, and their merge.

    def git(self, *words: str) -> bool:
        who = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "core.editor=true")
        command = ["git", *who, *words]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, check=False)
        return not done.returncode

    def commit(self) -> None:
        assert self.git("add", "--all")
        assert self.git("commit", "--quiet", "--allow-empty", "--message=x")

    def branch(self, side: str = "--ours") -> None:
        """Begin one branch, or the other one, or merge both, taking a side where it is asked."""
        if not self.is_repository:
            assert self.git("init", "--quiet", "--initial-branch=main")
            self.is_repository = True
        self.commit()
        if self.base is None:
            self.base = deepcopy(self.expected)
            self.start = deepcopy(self.baseline)
            assert self.git("checkout", "--quiet", "-B", "one")
            assert self.git("branch", "--force", "base")
        elif self.other is None:
            self.other = deepcopy(self.expected)
            self.theirs = deepcopy(self.baseline)
            assert self.git("checkout", "--quiet", "-B", "two", "base")
            self.expected = deepcopy(self.base)
            self.baseline, self.untils = self.read_baselines(), self.read_untils()
            self.write_tree()
        else:
            self.merge(self.base, self.other, side)
            self.base = self.other = None

    def merge(self, base: State, other: State, side: str) -> None:
        mine = deepcopy(self.expected)
        self.git("merge", "--quiet", "--no-edit", "one")
        self.write_tree()
        asked: list[str] = []
        chosen: list[str] = []
        for preset in PRESETS:
            for key in mine[preset]:
                values = [each[preset][key] for each in (base, mine, other)]
                was, ours, theirs = map(spell, values)
                if self.is_merged_by_git(base, other, preset, key):
                    chosen.append(preset)
                if ours == was:
                    self.expected[preset][key] = deepcopy(values[2])
                elif theirs not in (was, ours):
                    # Within a mapping both sides may have changed different keys.
                    (chosen if key == "m" else asked).append(preset)
        first = [word for preset in dict.fromkeys(chosen) for word in (side, preset)]
        ran = self.run("snapshot", "--resolve", *first)
        found = re.findall(r"^(?:both|\d) sides changed (.*):$", ran.out, re.MULTILINE)
        assert {*found} - {*chosen} == {*asked} - {*chosen}, (ran, asked, chosen)
        assert (ran.code, ran.err) == (2 if found else 0, ""), ran
        if found:
            words = [word for preset in {*found, *chosen} for word in (side, preset)]
            ran = self.run("snapshot", "--resolve", *words)
            assert (ran.code, ran.err) == (0, ""), ran
        for preset in {*found, *chosen}:
            taken = mine if side == "--ours" else other
            self.expected[preset] = deepcopy(taken[preset])
        assert self.run("snapshot", "--check").code == 0
        self.commit()
        assert self.git("checkout", "--quiet", "-B", "main")
        self.baseline, self.untils = self.read_baselines(), self.read_untils()

    def is_merged_by_git(self, base: State, other: State, preset: str, key: str) -> bool:
        """Tell whether git merges the key without a conflict although both sides changed it.

        Both removed its file, one because it took a value back: what the other side has counts. It
        folded a value, or accepted one of another kind, which has another file. Or both folded the
        same value, and one went on from there.
        """
        start, was = self.start[preset][key], base[preset][key]
        mine, theirs = (
            (expected[preset][key], baseline[preset][key])
            for expected, baseline in ((self.expected, self.baseline), (other, self.theirs))
        )
        if is_same(mine[1], theirs[1]) and not is_same(mine[1], start):
            return not is_same(mine[0], theirs[0])
        if is_same(was, start):
            return False
        for back, (value, frozen) in ((mine, theirs), (theirs, mine)):
            is_new = not is_same(value, was) and not is_same(value, start)
            has_other_kind = is_new and kind_of(value) is not kind_of(was)
            if is_same([*back], [start, start]) and (has_other_kind or not is_same(frozen, start)):
                return True
        return False

    def read_untils(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for path in (self.folder / "snapshots/accepted").glob("x-*.yaml"):
            for each in yaml.safe_load(path.read_text())["accepted"]:
                if "until" in each:
                    found |= dict.fromkeys(each["presets"], str(each["until"]))
        return found

    # What holds after each step.

    def check(self) -> None:
        ran = self.run("check-parity", "--no-record", "-f", "json")
        document = json.loads(ran.out)
        found = {row["target"]: row["status"] for row in document["presets"]}
        wanted = {
            preset: "verified" if is_same(config, self.expected[preset]) else "failed"
            for preset, config in self.tree.items()
        }
        assert found == wanted, (ran, self.tree, self.expected)
        assert ran.code == (0 if {*wanted.values()} == {"verified"} else 2)

    def check_expected(self) -> None:
        """Give each preset what is expected of it: the gate has to hold."""
        for preset in PRESETS:
            self.tree[preset] = deepcopy(self.expected[preset])
            if preset == B:
                # Both name one file.
                self.tree[B][RATIO] = self.tree[A][RATIO]
        self.write_tree()
        self.check()


@contextmanager
def in_memory() -> Iterator[Path]:
    """Make a folder that costs no time to write to, where there is one."""
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
    folder = Path(tempfile.mkdtemp(dir=place))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def play(steps: list[tuple[Any, ...]]) -> None:
    """Run a sequence of steps; each is the name of a method and its arguments."""
    with in_memory() as start:
        sequence = Sequence(start)
        for name, *arguments in steps:
            step: Callable[..., None] = getattr(sequence, name)
            step(*arguments)
            sequence.check()
        sequence.check_expected()


def try_sequences(count: int, number: int, *phases: Phase) -> None:
    """Run random sequences.

    Raises:
        AssertionError: one of them went otherwise than in the model.
    """
    sizes = settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=phases,
        suppress_health_check=[*HealthCheck],
    )
    seed(number)(sizes(given(SEQUENCES)(play)))()


@needs_git
@pytest.mark.parametrize("number", range(4))
def test_any_sequence_of_edits_and_acceptances_keeps_to_what_is_expected(number: int) -> None:
    try_sequences(25, number, Phase.generate)


EVERYBODY = {*PRESETS}
TAKE_OVER = ("accept", None, None, None)
TAKE_BACK = (("edit", "x", EVERYBODY, 1), TAKE_OVER)


@needs_git
@pytest.mark.parametrize(
    ("accepted", "theirs", "ours"),
    [
        (GONE, [*TAKE_BACK, ("edit", "x", EVERYBODY, 1.0)], [("edit", "m", EVERYBODY, {"p": 1})]),
        ("1", [*TAKE_BACK, ("edit", "x", {B, C}, GONE)], [("edit", "y", EVERYBODY, [])]),
        (True, [("edit", "x", EVERYBODY, 1.0)], [("fold",), ("edit", "x", EVERYBODY, 1)]),
    ],
)
def test_what_git_takes_for_one_file_under_a_new_name_is_merged_by_what_it_says(
    accepted: object, theirs: list[Step], ours: list[Step]
) -> None:
    start = [("edit", "x", EVERYBODY, accepted), TAKE_OVER, ("branch",)]
    play([*start, *theirs, TAKE_OVER, ("branch",), *ours, TAKE_OVER, ("branch", "--ours")])


if __name__ == "__main__":
    parser = Arguments(description=__doc__)
    parser.add_argument("--count", type=at_least_one, default=20000, help="how many sequences")
    parser.add_argument("--seed", type=int, default=0, help="the seed to begin with")
    given_words = parser.parse_args()
    os.environ.pop("CI", None)
    done = 0
    while done < given_words.count:
        part = min(100, given_words.count - done)
        try_sequences(part, given_words.seed + done, Phase.generate, Phase.shrink)
        done += part
        sys.stdout.write(f"\r{done} sequences, 0 wrong")
        sys.stdout.flush()
    sys.stdout.write("\n")
