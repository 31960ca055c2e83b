"""A slice of the campaign, and whether it would notice a gate that is weaker than it should be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from random import Random
from typing import Any, cast

import orjson
import pytest
import yaml

from campaigns.mutation.__main__ import main
from campaigns.mutation.campaign import Tally, report, run
from campaigns.mutation.edits import Draw
from campaigns.mutation.pool import SCALARS, VALUES
from campaigns.mutation.subjects import Subjects
from campaigns.mutation.trial import KINDS, LAP, Suite, kind_of, name_of
from campaigns.mutation.writer import Written
from migration.parity.compare import Comparison, Detail, compare
from migration.parity.profile import Profile
from migration.parity.run import Run
from migration.project.unchanged import FileChanges
from migration.resolve.resolved import SourceFile
from migration.resolve.shared_files import SharedFiles
from migration.values.keypath import KeyPath
from tests.allowlist import ALLOWED
from tests.running import needs_git
from tests.typed import alike

SEED = 0
TURNS = 3
SLICE = range(TURNS * LAP)


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    return Suite(tmp_path_factory.mktemp("subjects"), SEED)


@pytest.mark.parametrize("kind", [name_of(kind) for kind in KINDS])
def test_the_gate_is_right_about_each_mutation(suite: Suite, kind: str) -> None:
    trials = [suite.trial(number) for number in SLICE if kind_of(number) == kind]
    assert len(trials) >= TURNS
    assert [report(trial, SEED) for trial in trials if trial.false] == []


def test_the_slice_deserves_every_verdict(suite: Suite) -> None:
    mutations = map(suite.mutation, SLICE)
    owed = Counter(each.subject.deserved(each.edits, each.preset).status for each in mutations)
    assert owed.keys() == {"verified", "pending", "failed", "error", "missing"}
    assert owed["failed"] > len(SLICE) / 4
    assert owed["verified"] + owed["pending"] > len(SLICE) / 8


def test_what_the_writer_says_of_a_text_is_what_yaml_reads_in_it(suite: Suite) -> None:
    written = [text for number in range(LAP) for text in suite.mutation(number).edits.values()]
    texts = [text for text in written if isinstance(text, Written)]
    assert len(texts) > LAP / 2
    for text in texts:
        assert alike(yaml.safe_load(text), text.body)


def test_no_two_values_of_the_pool_are_alike() -> None:
    assert not any(alike(one, other) for one, other in combinations(VALUES, 2))


@pytest.mark.parametrize(
    ("kind", "combinations"),
    [
        ("value takes another type", len(VALUES) ** 2),
        ("key takes another type", len(SCALARS) * (len(SCALARS) - 1)),
        ("allowed value takes any other", len(ALLOWED) * len(VALUES)),
    ],
)
def test_a_hundred_thousand_go_through_every_combination(kind: str, combinations: int) -> None:
    share = sum(kind_of(number) == kind for number in range(LAP))
    assert 100_000 // LAP * share >= combinations
    draws = [Draw(Random(SEED), turn, cast("Subjects", None)) for turn in range(combinations)]
    assert {draw.combination(combinations) for draw in draws} == {*range(combinations)}


def test_a_number_is_the_same_mutation_whatever_came_before(suite: Suite) -> None:
    first = [suite.mutation(number) for number in range(LAP)]
    again = [suite.mutation(number) for number in reversed(range(LAP))]
    assert first == again[::-1]
    assert len({str(mutation.edits) for mutation in first}) == LAP


def test_a_campaign_tallies_what_its_processes_did() -> None:
    parts = [*run(count=6, seed=SEED, first=3)]
    assert parts[-1].deserved.total() == 6
    assert parts[-1].false == []
    kinds = {line.rsplit(maxsplit=6)[0] for line in parts[-1].table().splitlines()}
    assert kinds == {"kind", "all", *map(name_of, KINDS)}


@pytest.mark.parametrize("false", [[], ["false alarm: seed 7, number 3, key renamed"]])
def test_a_false_verdict_is_printed_and_fails_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], false: list[str]
) -> None:
    tally = Tally(Counter({("key renamed", "failed"): 9}), false)
    tallies = {(9, 7, 0, "check-parity"): [tally]}
    monkeypatch.setattr("campaigns.mutation.__main__.run", lambda *given: tallies[given])
    monkeypatch.setattr("sys.argv", ["mutation", "--count", "9", "--seed", "7"])
    assert main() == len(false)
    printed = capsys.readouterr().out.splitlines()
    assert printed[: len(false)] == false
    assert printed[-1] == f"seed 7, 9 mutations: {len(false)} false verdicts"


def equal_to_python(left: object, right: object) -> bool:
    return left == right


def covers_by_dotted_text(path: KeyPath, top: KeyPath) -> bool:
    text, beneath = ".".join(map(str, path)), ".".join(map(str, top))
    return text == beneath or text.startswith(f"{beneath}.")


def covers_by_prefix(path: KeyPath, top: KeyPath) -> bool:
    return ".".join(map(str, path)).startswith(".".join(map(str, top)))


def plain_json(value: object, _non_native: object = None) -> bytes:
    options = orjson.OPT_NON_STR_KEYS | orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2
    return orjson.dumps(_narrow(value), default=str, option=options | orjson.OPT_APPEND_NEWLINE)


def _narrow(value: Any) -> Any:  # noqa: ANN401 - whatever YAML holds
    """Return what orjson can take: it refuses integers beyond 64 bits, and bytes as a key."""
    if isinstance(value, dict):
        return {_narrow(key): _narrow(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [_narrow(item) for item in value]
    if isinstance(value, int):
        return float(value) if abs(value) >= 2**63 else value
    return str(value) if isinstance(value, bytes) else value


def compare_without_fusion(
    left: Run, right: Run, profile: Profile, detail: Detail = "all"
) -> Comparison:
    return compare(replace(left, fusion=None), replace(right, fusion=None), profile, detail)


WEAKENINGS: dict[str, dict[str, Callable[..., object]]] = {
    "types do not count": {"migration.values.diff.are_equal": equal_to_python},
    "a path is its dotted text": {"migration.parity.profile.is_beneath": covers_by_dotted_text},
    "a rule covers by prefix": {"migration.parity.profile.is_beneath": covers_by_prefix},
    "values are plain JSON": {
        "migration.values.canonical.canonical_bytes": plain_json,
        "migration.store.baselines.canonical_bytes": plain_json,
        "migration.resolve.resolved.canonical_bytes": plain_json,
    },
    "a fusion config is its path": {"migration.gate.status.compare": compare_without_fusion},
}


@pytest.mark.parametrize("weakening", WEAKENINGS)
def test_a_weaker_gate_is_found_out(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, weakening: str
) -> None:
    for name, weaker in WEAKENINGS[weakening].items():
        monkeypatch.setattr(name, weaker)
    caught = next(trial for trial in map(suite.trial, SLICE) if trial.false == "pass")
    tally = Tally()
    tally.add(caught, SEED)
    assert tally.false[0].startswith(f"false pass: seed {SEED}, number {caught.number}, ")
    assert caught.mutation.what in tally.false[0]


@pytest.fixture(scope="module")
def changes(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    return Suite(tmp_path_factory.mktemp("changes"), SEED, "compare")


@needs_git
def test_compare_finds_what_each_mutation_changes_in_every_preset(changes: Suite) -> None:
    trials = [changes.trial(number) for number in range(LAP)]
    assert [report(trial, SEED) for trial in trials if trial.false] == []
    owed = Counter(trial.owed.status for trial in trials)
    assert owed.keys() == {"same", "changed", "error", "missing"}
    assert owed["changed"] > LAP / 2


def take_all_for_untouched(_files: FileChanges, _before: Run, _after: Run) -> bool:
    return True


def take_every_file_for_the_first(files: SharedFiles, _blob: str | None) -> SourceFile | None:
    return next(iter(files._files.values()), None)  # noqa: SLF001 - what it knows


WEAKER_COMPARISONS: dict[str, dict[str, Callable[..., object]]] = {
    "types do not count": {"migration.values.diff.are_equal": equal_to_python},
    "a fusion config is its path": {
        "migration.gate.preset_changes.compare": compare_without_fusion
    },
    "no file counts as changed": {
        "migration.project.unchanged.FileChanges.are_untouched": take_all_for_untouched
    },
    "another file is taken for one that was read": {
        "migration.resolve.shared_files.SharedFiles.find": take_every_file_for_the_first
    },
}


@needs_git
@pytest.mark.parametrize("weakening", WEAKER_COMPARISONS)
def test_a_weaker_comparison_is_found_out(
    changes: Suite, monkeypatch: pytest.MonkeyPatch, weakening: str
) -> None:
    for name, weaker in WEAKER_COMPARISONS[weakening].items():
        monkeypatch.setattr(name, weaker)
    assert any(changes.trial(number).false for number in SLICE)
