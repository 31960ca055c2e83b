"""`snapshot --resolve` after merges of what was accepted: merged by presets and by keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaigns.killing.seen import JOURNAL
from tests.commands.snapshot.merging import (
    WARM,
    A,
    B,
    C,
    attempt,
    branch,
    commit,
    freeze_new,
    prepare,
    stop_and_commit,
)
from tests.ledgers import OPTIM, ok
from tests.running import contents, edit, git, needs_git, run

pytestmark = needs_git
IN_ORDER = "snapshots/ is in order: `git add snapshots`\n"
PRESETS = ("--preset", "configs")


@pytest.fixture
def repository(small_project: Path) -> Path:
    return prepare(small_project)


def accept(folder: Path, reason: str, *words: str) -> None:
    ok(folder, "accept", *(words or PRESETS), "--reason", reason)


def accepted(folder: Path) -> dict[str, str]:
    """Return the files of acceptances, by the names of their keys."""
    found = (folder / "snapshots/accepted").glob("*.yaml")
    return {path.stem.rpartition("-")[0]: path.read_text() for path in found}


def change(folder: Path, rate: str, before: str = "1.0e-4") -> None:
    edit(folder / OPTIM, before, rate)


def put_rate(folder: Path, rate: str) -> None:
    """Decide what the file in conflict says."""
    (folder / OPTIM).write_text(f"optim: {{lr: {rate}}}\n")


def check(folder: Path) -> int:
    return run(folder, "check-parity", "--no-record").code


def in_branches(folder: Path, one: str, two: str, reasons: tuple[str, str]) -> None:
    """Accept another rate in each of two branches; merge the first into the second."""
    for name, rate, reason in (("one", one, reasons[0]), ("two", two, reasons[1])):
        branch(folder, name)
        change(folder, rate)
        accept(folder, reason)
        commit(folder, name)


def test_two_values_of_one_key_are_asked_about_and_either_side_can_be_taken(
    repository: Path,
) -> None:
    in_branches(repository, "2.0e-4", "3.0e-4", ("twice", "three times"))
    assert not attempt(repository, "merge", "--no-edit", "one")
    before = contents(repository / "snapshots")
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, ran.err) == (2, "")
    assert ran.out.startswith(f"2 presets to decide: `snapshot --resolve --ours {A}`, or ")
    assert (
        f"both sides changed {A}:\n"
        "  ours    accepted: optim.lr 0.0001 → 0.0003 (three times)\n"
        "  theirs  accepted: optim.lr 0.0001 → 0.0002 (twice)\n"
    ) in ran.out
    assert contents(repository / "snapshots") == {**before, ".lock": b""} or (
        contents(repository / "snapshots") == before
    )
    out = ok(repository, "snapshot", "--resolve", "--theirs", "configs/**")
    assert out.startswith(IN_ORDER)
    put_rate(repository, "2.0e-4")
    assert check(repository) == 0
    assert "twice" in accepted(repository)["optim.lr"]
    assert ok(repository, "snapshot", "--resolve").startswith("nothing to resolve")
    ok(repository, "snapshot", "--resolve", "--ours", A)
    assert check(repository) == 2
    put_rate(repository, "3.0e-4")
    ok(repository, "check-parity", "--no-record", A)


def test_each_preset_can_be_decided_otherwise(repository: Path) -> None:
    in_branches(repository, "2.0e-4", "3.0e-4", ("twice", "three times"))
    assert not attempt(repository, "merge", "--no-edit", "one")
    ok(repository, "snapshot", "--resolve", "--theirs", A, "--ours", B)
    put_rate(repository, "2.0e-4")
    ok(repository, "check-parity", "--no-record", A)
    assert run(repository, "check-parity", "--no-record", B).code == 2
    text = accepted(repository)["optim.lr"]
    assert ("twice" in text, "three times" in text) == (True, True)


@pytest.mark.parametrize("into", ["one", "two"])
def test_of_two_reasons_for_one_value_it_is_always_the_same(repository: Path, into: str) -> None:
    in_branches(repository, "2.0e-4", "2.0e-4", ("as agreed", "better"))
    git(repository, "checkout", "--quiet", into)
    other = {"one": "two", "two": "one"}[into]
    assert not attempt(repository, "merge", "--no-edit", other)
    assert ok(repository, "snapshot", "--resolve").startswith(IN_ORDER)
    assert check(repository) == 0
    assert "reason: as agreed\n" in accepted(repository)["optim.lr"]
    commit(repository, "merged")
    assert ok(repository, "snapshot", "--resolve").startswith("nothing to resolve")


def test_no_day_and_no_word_about_training_is_lost(repository: Path) -> None:
    for name, more in (("one", ("--until", "2027-02-01")), ("two", ("--until", "2027-03-01"))):
        branch(repository, name)
        change(repository, "2.0e-4")
        accept(repository, name, *PRESETS, *more)
        commit(repository, name)
    assert not attempt(repository, "merge", "--no-edit", "one")
    ok(repository, "snapshot", "--resolve")
    assert "until: '2027-02-01'\n" in accepted(repository)["optim.lr"]


def test_keys_that_the_sides_have_folded_are_merged(repository: Path) -> None:
    for name in ("one", "two"):
        branch(repository, name)
        if name == "one":
            change(repository, "2.0e-4")
        else:
            edit(repository / WARM, "10", "20")
        accept(repository, name)
        ok(repository, "snapshot", "--fold")
        commit(repository, name)
    assert not attempt(repository, "merge", "--no-edit", "one")
    assert ok(repository, "snapshot", "--resolve").startswith(IN_ORDER)
    assert (check(repository), [*accepted(repository)]) == (0, ["optim.lr"])
    ok(repository, "snapshot", "--fold")
    assert (check(repository), accepted(repository)) == (0, {})


def test_what_one_side_takes_back_and_the_other_accepts_for_a_new_preset(
    repository: Path,
) -> None:
    change(repository, "2.0e-4")
    accept(repository, "twice")
    commit(repository, "accepted")
    (path,) = (repository / "snapshots/accepted").iterdir()
    branch(repository, "one")
    ok(repository, "accept", "--drop", path.stem.rpartition("-")[2])
    change(repository, "1.0e-4", "2.0e-4")
    commit(repository, "one")
    branch(repository, "two")
    change(repository, "1.0e-4", "2.0e-4")
    freeze_new(repository, C)
    change(repository, "2.0e-4")
    accept(repository, "for c, too")
    commit(repository, "two")
    assert not attempt(repository, "merge", "--no-edit", "one")
    ok(repository, "snapshot", "--resolve")
    text = accepted(repository)["optim.lr"]
    assert (A in text, B in text, C in text) == (False, False, True)


def test_what_one_side_folds_and_the_other_accepts_anew(repository: Path) -> None:
    change(repository, "2.0e-4")
    accept(repository, "twice")
    commit(repository, "accepted")
    branch(repository, "one")
    ok(repository, "snapshot", "--fold")
    commit(repository, "one")
    branch(repository, "two")
    change(repository, "3.0e-4", "2.0e-4")
    accept(repository, "three times")
    edit(repository / WARM, "10", "20")
    accept(repository, "warmer")
    commit(repository, "two")
    assert not attempt(repository, "merge", "--no-edit", "one")
    assert ok(repository, "snapshot", "--resolve").startswith(IN_ORDER)
    assert check(repository) == 0
    texts = accepted(repository)
    assert texts.keys() == {"optim.lr", "warm.steps"}
    assert ("\nold: '0.0002'\n" in texts["optim.lr"], "three times" in texts["optim.lr"]) == (
        True,
        True,
    )
    assert ok(repository, "snapshot", "--check")


@pytest.mark.parametrize("is_committed", [False, True])
def test_a_file_that_git_takes_for_another_under_a_new_name_is_not_lost(
    repository: Path, is_committed: bool
) -> None:
    """One side folds, and accepts one value more; the other adds a preset to the file before."""
    change(repository, "2.0e-4")
    accept(repository, "twice as much as before", "--preset", A)
    commit(repository, "accepted")
    branch(repository, "one")
    ok(repository, "snapshot", "--fold")
    change(repository, "3.0e-4", "2.0e-4")
    accept(repository, "twice as much as before", "--preset", A)
    commit(repository, "one")
    branch(repository, "two")
    accept(repository, "for b, too", "--preset", B)
    commit(repository, "two")
    assert not attempt(repository, "merge", "--no-edit", "one")
    put_rate(repository, "2.0e-4")
    if is_committed:
        commit(repository, "whatever is there")
    ok(repository, "snapshot", "--resolve")
    ok(repository, "check-parity", "--no-record", B)
    put_rate(repository, "3.0e-4")
    ok(repository, "check-parity", "--no-record", A)


def test_a_merge_without_a_conflict_that_does_not_fit_together(repository: Path) -> None:
    """One side folds a key; the other one accepted the same key against the older baseline."""
    branch(repository, "one")
    change(repository, "2.0e-4")
    accept(repository, "twice")
    ok(repository, "snapshot", "--fold")
    commit(repository, "one")
    branch(repository, "two")
    change(repository, "3.0e-4")
    accept(repository, "three times")
    put_rate(repository, "2.0e-4")
    commit(repository, "two")
    assert attempt(repository, "merge", "--no-edit", "one")
    ran = run(repository, "check-parity", "--no-record")
    assert (ran.code, "is not the one in the baseline of" in ran.err) == (1, True)
    ran = run(repository, "snapshot", "--resolve")
    assert ran.code == 2
    assert "  theirs  accepted: " not in ran.out or "0.0001" not in ran.out
    ok(repository, "snapshot", "--resolve", "--theirs", "configs/**")
    assert (check(repository), accepted(repository)) == (0, {})
    ok(repository, "snapshot", "--resolve", "--ours", A, "--ours", B)
    put_rate(repository, "3.0e-4")
    assert check(repository) == 0


def test_keys_that_lie_in_one_another_are_asked_about(repository: Path) -> None:
    branch(repository, "one")
    (repository / OPTIM).write_text("optim: 3\n")
    accept(repository, "a number")
    commit(repository, "one")
    branch(repository, "two")
    change(repository, "2.0e-4")
    accept(repository, "twice")
    commit(repository, "two")
    assert not attempt(repository, "merge", "--no-edit", "one")
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, f"both sides changed {A}:\n" in ran.out) == (2, True), ran.err
    ok(repository, "snapshot", "--resolve", "--theirs", "configs/**")
    (repository / OPTIM).write_text("optim: 3\n")
    assert (check(repository), [*accepted(repository)]) == (0, ["optim"])


@pytest.mark.parametrize("is_committed", [False, True])
def test_a_file_that_was_edited_by_hand_is_restored(repository: Path, is_committed: bool) -> None:
    change(repository, "2.0e-4")
    accept(repository, "twice")
    commit(repository, "accepted")
    (path,) = (repository / "snapshots/accepted").iterdir()
    kept = path.read_bytes()
    edit(path, "0.0002", "0.0003")
    if is_committed:
        commit(repository, "edited")
    ok(repository, "snapshot", "--resolve")
    assert path.read_bytes() == kept
    assert check(repository) == 0


def test_markers_that_were_committed_lead_back_to_both_sides(repository: Path) -> None:
    in_branches(repository, "2.0e-4", "3.0e-4", ("twice", "three times"))
    assert not attempt(repository, "merge", "--no-edit", "one")
    put_rate(repository, "3.0e-4")
    commit(repository, "markers and all")
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, "theirs  accepted: optim.lr 0.0001 → 0.0002" in ran.out) == (2, True)
    ok(repository, "snapshot", "--resolve", "--ours", "configs/**")
    assert check(repository) == 0


def test_what_no_side_has_as_it_was_written_is_left_alone(repository: Path) -> None:
    path = repository / "snapshots/accepted/optim.lr-12345678.yaml"
    path.parent.mkdir()
    path.write_text("what is this\n")
    ran = run(repository, "snapshot", "--resolve")
    assert ran.code == 2
    message = "snapshots/accepted/optim.lr-12345678.yaml: no side has this acceptance as the"
    assert message in ran.out
    assert path.read_text() == "what is this\n"


def test_a_rebase_and_a_stash_are_resolved_like_a_merge(repository: Path) -> None:
    in_branches(repository, "2.0e-4", "3.0e-4", ("twice", "three times"))
    assert not attempt(repository, "rebase", "one")
    assert run(repository, "snapshot", "--resolve").code == 2
    ok(repository, "snapshot", "--resolve", "--theirs", "configs/**")
    put_rate(repository, "3.0e-4")
    assert check(repository) == 0
    git(repository, "add", "--all")
    assert attempt(repository, "rebase", "--continue")
    git(repository, "stash", "list")
    put_rate(repository, "4.0e-4")
    accept(repository, "four times")
    git(repository, "stash")
    put_rate(repository, "5.0e-4")
    accept(repository, "five times")
    commit(repository, "five")
    assert not attempt(repository, "stash", "pop")
    assert run(repository, "snapshot", "--resolve").code == 2
    ok(repository, "snapshot", "--resolve", "--theirs", "configs/**")
    put_rate(repository, "4.0e-4")
    assert check(repository) == 0


def test_a_merge_that_git_made_well_stays_as_it_is(repository: Path) -> None:
    branch(repository, "one")
    change(repository, "2.0e-4")
    accept(repository, "twice")
    commit(repository, "one")
    branch(repository, "two")
    edit(repository / WARM, "10", "20")
    accept(repository, "warmer")
    commit(repository, "two")
    assert attempt(repository, "merge", "--no-edit", "one")
    before = contents(repository / "snapshots")
    assert ok(repository, "snapshot", "--resolve").startswith("nothing to resolve")
    assert {**contents(repository / "snapshots"), ".lock": b""} == {**before, ".lock": b""}
    assert check(repository) == 0


def test_both_sides_fold_other_values(repository: Path) -> None:
    for name, rate in (("one", "2.0e-4"), ("two", "3.0e-4")):
        branch(repository, name)
        change(repository, rate)
        accept(repository, name)
        ok(repository, "snapshot", "--fold")
        edit(repository / WARM, "10", f"1{rate[0]}")
        accept(repository, f"{name}, warm")
        commit(repository, name)
    assert not attempt(repository, "merge", "--no-edit", "one")
    assert run(repository, "snapshot", "--resolve").code == 2
    ok(repository, "snapshot", "--resolve", "--theirs", "configs/**")
    put_rate(repository, "2.0e-4")
    (repository / WARM).write_text("warm: {steps: 12}\n")
    assert check(repository) == 0
    assert "one, warm" in accepted(repository)["warm.steps"]


def test_a_fold_that_was_stopped_and_committed_loses_nothing(repository: Path) -> None:
    """Somebody commits what a killed command left, its journal and all."""
    change(repository, "2.0e-4")
    accept(repository, "twice")
    commit(repository, "accepted")
    journals = 0
    for _ in stop_and_commit(repository, lambda: run(repository, "snapshot", "--fold")):
        journals += 1
        git(repository, "rm", "--quiet", "--force", JOURNAL)
        ok(repository, "snapshot", "--resolve")
        run(repository, "snapshot", "--force")
        ok(repository, "snapshot", "--fold")
        ok(repository, "check-parity", "--no-record")
    assert journals
