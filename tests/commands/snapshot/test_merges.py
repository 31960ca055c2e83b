"""What git makes of the frozen files when branches meet, and how `snapshot --resolve` leads out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.snapshot.merging import (
    IN_ORDER,
    PRESET,
    WARM,
    A,
    B,
    C,
    D,
    attempt,
    branch,
    commit,
    drop,
    freeze_new,
    migrate,
    prepare,
    refrozen_apart,
    refused,
    rename,
)
from tests.conftest import write_files
from tests.earlier import refreeze
from tests.ledgers import OPTIM, entry, ok, record_path, statuses
from tests.running import contents, edit, git, needs_git, run

pytestmark = [needs_git, pytest.mark.campaign]


@pytest.fixture
def repository(small_project: Path) -> Path:
    """Return a frozen project of two neighbours, committed, with phase 1 open."""
    return prepare(small_project)


@pytest.mark.parametrize("one", [freeze_new, migrate, rename, drop], ids=lambda do: do.__name__)
@pytest.mark.parametrize("other", [freeze_new, migrate, rename, drop], ids=lambda do: do.__name__)
def test_branches_that_work_on_neighbours_merge_without_a_conflict(
    repository: Path, one: object, other: object
) -> None:
    for name, do, known, new in (("one", one, A, C), ("two", other, B, D)):
        branch(repository, name)
        assert callable(do)
        do(repository, new if do is freeze_new else known)
        commit(repository, name)
    git(repository, "merge", "--quiet", "--no-edit", "one")
    assert run(repository, "ledger", "--check").code == 0
    assert run(repository, "snapshot", "--check").code == 0
    expected = {A, B, "configs/train/extra.yaml"}
    expected |= ({C} if one is freeze_new else set()) | ({D} if other is freeze_new else set())
    assert {*statuses(repository)} == expected
    assert run(repository, "snapshot", "--resolve").out.startswith("nothing to resolve: ")


def test_first_freezes_of_different_presets_merge_without_a_conflict(repository: Path) -> None:
    git(repository, "rm", "-r", "--quiet", "snapshots")
    commit(repository, "thawed")
    for name, preset in (("one", A), ("two", B)):
        branch(repository, name)
        ok(repository, "snapshot", "--preset", preset)
        commit(repository, name)
    git(repository, "merge", "--quiet", "--no-edit", "one")
    assert run(repository, "check-parity", "--no-record", "--preset", A, "--preset", B).code == 0


def test_a_preset_refrozen_in_two_branches_is_asked_about_with_both_reasons(
    repository: Path,
) -> None:
    refrozen_apart(repository)
    assert not attempt(repository, "merge", "one")
    refused(repository)
    before = contents(repository)
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, ran.err) == (2, "")
    assert ran.out == (
        f"1 preset to decide: `snapshot --resolve --ours {A}`, or `--theirs` (a glob decides "
        "several); then `accept` what the other side had changed on purpose\n"
        f"both sides changed {A}:\n"
        "  ours    refrozen: zeta is wanted\n"
        "  theirs  refrozen: alpha is wanted\n"
    )
    assert contents(repository) == before


@pytest.mark.parametrize(("side", "key"), [("--ours", "zeta"), ("--theirs", "alpha")])
def test_the_side_that_is_named_is_taken_whole(repository: Path, side: str, key: str) -> None:
    refrozen_apart(repository)
    assert not attempt(repository, "merge", "one")
    ran = run(repository, "snapshot", "--resolve", side, A)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{IN_ORDER}taken from {side[2:]}  {A}\n"
    assert entry(repository, A)["refrozen"] == [f"{key} is wanted"]
    assert f'"{key}": ' in (repository / f"snapshots/presets/{A}.json").read_text()
    git(repository, "checkout", "--quiet", "--theirs" if key == "alpha" else "--ours", A)
    commit(repository, "merged")
    assert run(repository, "check-parity", "--no-record").code == 0
    assert run(repository, "snapshot", "--check").code == 0
    assert run(repository, "snapshot", "--resolve").out.startswith("nothing to resolve: ")


def test_two_shared_defaults_over_forty_presets_are_decided_by_one_glob(
    repository: Path,
) -> None:
    many = [f"configs/train/p{number:02}.yaml" for number in range(40)]
    git(repository, "checkout", "--quiet", "main")
    write_files(repository, {path: PRESET.format(Path(path).stem) for path in many})
    ok(repository, "snapshot")
    commit(repository, "many")
    every = [A, B, *many]
    for name, path, old, new in (
        ("one", OPTIM, "1.0e-4", "2.0e-4"),
        ("two", WARM, "steps: 10", "steps: 20"),
    ):
        branch(repository, name)
        edit(repository / path, old, new)
        refreeze(repository, f"{name} is better", *every)
        commit(repository, name)
    assert not attempt(repository, "merge", "one")
    refused(repository)
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, ran.out.count("both sides changed ")) == (2, len(every))
    assert "42 presets to decide" in ran.out
    ran = run(repository, "snapshot", "--resolve", "--ours", "configs/train/*.yaml")
    assert (ran.code, ran.out.count("taken from ours  ")) == (0, len(every))
    commit(repository, "merged")
    # The other side's default is in the tree, and its reason has to be given again.
    assert run(repository, "check-parity", "--no-record").code == 2
    refreeze(repository, "one is better", *every)
    assert run(repository, "check-parity", "--no-record").code == 0
    assert entry(repository, B)["refrozen"] == ["two is better", "one is better"]


def test_conflict_markers_that_were_committed_lead_to_the_parents_of_the_merge(
    repository: Path,
) -> None:
    refrozen_apart(repository)
    assert not attempt(repository, "merge", "one")
    git(repository, "checkout", "--quiet", "--ours", A)
    commit(repository, "merged, markers and all")
    assert "a conflict marker of git" in refused(repository)
    assert run(repository, "snapshot", "--resolve").code == 2
    assert run(repository, "snapshot", "--resolve", "--ours", A).code == 0
    assert run(repository, "check-parity", "--no-record").code == 0


def test_our_side_of_the_whole_folder_is_completed(repository: Path) -> None:
    refrozen_apart(repository)
    freeze_new(repository, D)
    commit(repository, "d")
    git(repository, "checkout", "--quiet", "one")
    freeze_new(repository, C)
    commit(repository, "c")
    assert not attempt(repository, "merge", "two")
    git(repository, "checkout", "--ours", "--", "snapshots", "configs")
    commit(repository, "merged, ours")
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, ran.err) == (0, "")
    assert entry(repository, A)["refrozen"] == ["alpha is wanted"]
    assert run(repository, "check-parity", "--no-record").code == 0
    assert {C, D} < {*statuses(repository)}


def test_what_a_union_driver_has_made_is_refused_and_put_in_order(repository: Path) -> None:
    (repository / ".gitattributes").write_text("snapshots/** merge=union\n")
    commit(repository, "union")
    refrozen_apart(repository)
    attempt(repository, "merge", "one")
    refused(repository)
    git(repository, "checkout", "--quiet", "--theirs", A)
    commit(repository, "merged")
    refused(repository)
    assert run(repository, "snapshot", "--resolve").code == 2
    assert run(repository, "snapshot", "--resolve", "--theirs", A).code == 0
    assert run(repository, "check-parity", "--no-record").code == 0


def test_a_verdict_that_both_branches_recorded_is_nothing_to_ask_about(repository: Path) -> None:
    branch(repository, "one")
    migrate(repository, A)
    commit(repository, "one")
    branch(repository, "two")
    edit(repository / A, "name: a", "name: other")
    assert run(repository, "check-parity").code == 2
    commit(repository, "two")
    assert not attempt(repository, "merge", "one")
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, ran.out) == (0, f"{IN_ORDER}taken from ours  {A}\n")
    git(repository, "checkout", "--quiet", "--theirs", A)
    ok(repository, "check-parity")
    assert statuses(repository)[A] == "verified"


def test_what_one_side_decided_and_the_other_refroze_go_together(repository: Path) -> None:
    branch(repository, "one")
    ok(repository, "map", "--old", A, "--phase", "1")
    commit(repository, "one")
    branch(repository, "two")
    edit(repository / A, "name: a", "name: a\nzeta: 2")
    refreeze(repository, "zeta is wanted", A)
    commit(repository, "two")
    assert not attempt(repository, "merge", "one")
    ran = run(repository, "snapshot", "--resolve")
    assert ran.code == 2
    assert "  ours    refrozen: zeta is wanted; phase not assigned\n  theirs  phase 1\n" in ran.out


@pytest.mark.parametrize("how", ["rebase", "cherry-pick"])
def test_a_rebase_and_a_cherry_pick_are_put_in_order(repository: Path, how: str) -> None:
    refrozen_apart(repository)
    assert not attempt(repository, how, "one")
    refused(repository)
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, "both sides changed" in ran.out) == (2, True)
    assert run(repository, "snapshot", "--resolve", "--theirs", A).code == 0
    git(repository, "checkout", "--quiet", "--theirs", A)
    git(repository, "add", ".")
    assert attempt(repository, how, "--continue")
    assert run(repository, "check-parity", "--no-record").code == 0


@pytest.mark.parametrize("folder", ["presets", "records"])
@pytest.mark.parametrize("is_committed", [False, True])
def test_a_frozen_file_that_was_deleted_is_brought_back(
    repository: Path, folder: str, is_committed: bool
) -> None:
    branch(repository, "one")
    (repository / f"snapshots/{folder}/{A}.json").unlink()
    if is_committed:
        commit(repository, "deleted")
        branch(repository, "two", "main")
        migrate(repository, B)
        commit(repository, "two")
        git(repository, "merge", "--quiet", "--no-edit", "one")
    ran = run(repository, "check-parity", "--no-record")
    assert (ran.code, f"snapshots/{folder}/{A}.json: " in ran.err) == (1, True)
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, ran.err) == (0, "")
    assert A in ran.out
    path = f"snapshots/{folder}/{A}.json"
    assert (repository / path).read_text() == git(repository, "show", f"main:{path}")
    assert run(repository, "check-parity", "--no-record").code == 0


def test_the_open_phase_is_that_of_the_side_that_closed_one(repository: Path) -> None:
    edit(repository / "pyproject.toml", "phase_1 = []", f'phase_1 = ["{A}"]')
    migrate(repository, A)
    commit(repository, "phase 1")
    branch(repository, "one")
    ok(repository, "advance")
    commit(repository, "closed")
    ledger = repository / "snapshots/ledger.yaml"
    ledger.write_text(f"<<<<<<< HEAD\n{ledger.read_text()}=======\n>>>>>>> other\n")
    refused(repository)
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, ran.out) == (0, f"{IN_ORDER}phase 2 is open\n")
    assert run(repository, "check-parity", "--no-record").code == 0


def test_what_both_sides_opened_again_is_kept_with_the_earlier_phase(repository: Path) -> None:
    """One side opens phase 0 again, the other one phase 0 as well and closes it."""
    branch(repository, "one")
    ok(repository, "advance", "--reopen", "0", "--reason", "one")
    commit(repository, "one")
    branch(repository, "two")
    ok(repository, "advance", "--reopen", "0", "--reason", "two")
    ok(repository, "advance")
    commit(repository, "two")
    assert not attempt(repository, "merge", "one")
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, ran.out) == (0, f"{IN_ORDER}phase 0 is open\n")
    found = json.loads(ok(repository, "ledger", "--format", "json"))
    assert (found["phase"], [each["reason"] for each in found["reopened"]]) == (0, ["two", "one"])


def test_what_no_side_can_prove_is_left_alone(repository: Path) -> None:
    path = repository / record_path(A)
    path.write_text(path.read_text().replace('"status"', '"stat"'))
    commit(repository, "broken")
    git(repository, "checkout", "--quiet", "--orphan", "fresh")
    commit(repository, "no history")
    before = contents(repository)
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, ran.err) == (2, "")
    assert f"{record_path(A)}: no side has an intact record" in ran.out
    assert contents(repository) == before


def test_without_git_there_is_no_other_side(frozen_project: Path) -> None:
    ran = run(frozen_project, "snapshot", "--resolve")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(
        "snapshots: not in a git work tree, so there is no other side to take files from"
    )


def test_a_preset_that_nobody_has_frozen_is_no_choice(repository: Path) -> None:
    ran = run(repository, "snapshot", "--resolve", "--ours", "configs/train/zz.yaml")
    assert (ran.code, ran.err) == (1, "no frozen preset 'configs/train/zz.yaml'\n")
