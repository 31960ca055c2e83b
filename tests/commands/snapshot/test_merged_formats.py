"""A branch whose frozen files are in an earlier format, merged into one that was upgraded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from migration.store.seal import seal
from tests.commands.snapshot.merging import (
    IN_ORDER,
    PRESET,
    A,
    B,
    C,
    D,
    attempt,
    branch,
    commit,
    drop,
    prepare,
)
from tests.commands.snapshot.test_upgrade import downgrade
from tests.conftest import write_files
from tests.earlier import refreeze
from tests.ledgers import LEDGER, entry, ok, record_path, statuses
from tests.running import contents, edit, git, needs_git, run

pytestmark = [needs_git, pytest.mark.campaign]
MANIFEST = "snapshots/manifest.json"
OLD = ("snapshots/manifest.json", "snapshots/origins", "snapshots/fusion_origins")


@pytest.fixture
def repository(small_project: Path) -> Path:
    """Return a project frozen in format 2 and committed, on a branch of that format."""
    prepare(small_project)
    downgrade(small_project)
    commit(small_project, "as the earlier version had it")
    branch(small_project, "old")
    return small_project


def write_decision(folder: Path, preset: str, decided: Mapping[str, object]) -> None:
    """Record a decision as the earlier version did."""
    document = yaml.safe_load((folder / LEDGER).read_text())
    entry = {**document["presets"][preset], **decided}
    entry.pop("seal")
    document["presets"][preset] = {**entry, "seal": seal(preset, entry)}
    write_files(folder, {LEDGER: yaml.safe_dump(document, sort_keys=False)})


def decide(folder: Path, preset: str, decided: Mapping[str, object]) -> None:
    """Record a decision as the earlier version did, and commit it."""
    write_decision(folder, preset, decided)
    commit(folder, "decided")


def freeze_as_before(folder: Path, decided: Mapping[str, Mapping[str, object]]) -> None:
    """Freeze with the present version and rewrite all as the earlier one would have it."""
    downgrade(folder, decided=decided)
    commit(folder, "frozen by the earlier version")


def upgrade(folder: Path) -> None:
    git(folder, "checkout", "--quiet", "-b", "new", "main")
    ok(folder, "snapshot", "--upgrade")
    commit(folder, "upgraded")


def merge_old(folder: Path) -> str:
    """Merge the branch of the earlier format where it conflicts; return what a command says."""
    assert not attempt(folder, "merge", "--no-edit", "old")
    ran = run(folder, "check-parity", "--no-record")
    assert (ran.code, ran.out) == (1, "")
    return ran.err


def assert_in_order(folder: Path) -> None:
    git(folder, "add", "--all", "snapshots")
    commit(folder, "merged")
    assert not any((folder / path).exists() for path in OLD)
    assert run(folder, "snapshot", "--check").code == 0
    assert run(folder, "check-parity", "--no-record").code == 0
    assert run(folder, "snapshot", "--resolve").out.startswith("nothing to resolve: ")


def test_what_the_old_branch_decided_is_not_lost(repository: Path) -> None:
    decide(repository, A, {"status": "dropped", "reason": "nobody runs it"})
    upgrade(repository)
    assert "snapshot --resolve" in merge_old(repository)
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{IN_ORDER}taken from theirs  {A}\nphase 1 is open\n"
    assert entry(repository, A) == {"status": "dropped", "reason": "nobody runs it"}
    assert statuses(repository)[B] == "pending"
    assert_in_order(repository)


def test_what_the_old_branch_froze_and_refroze_is_not_lost(repository: Path) -> None:
    """It froze a preset, and refroze another one; the upgraded branch dropped the third."""
    ok(repository, "snapshot", "--upgrade")
    edit(repository / A, "name: a", "name: a\nalpha: 1")
    refreeze(repository, "alpha", A)
    write_files(repository, {C: PRESET.format("c")})
    ok(repository, "snapshot")
    again = {"exceptions": [{"reason": "alpha", "before": "0" * 64, "after": "1" * 64}]}
    freeze_as_before(repository, {A: again})
    upgrade(repository)
    drop(repository, B)
    commit(repository, "b dropped")
    err = merge_old(repository)
    assert err.startswith(
        f"{MANIFEST}: frozen files of format 1 or 2 lie beside those of format 3\n"
        "  hint: `snapshot --resolve` repairs the frozen files\n"
    )
    ran = run(repository, "snapshot", "--upgrade")
    assert (ran.code, ran.err) == (1, err)
    ok(repository, "snapshot", "--resolve")
    assert entry(repository, A)["refrozen"] == ["alpha"]
    assert entry(repository, B)["status"] == "dropped"
    assert '"alpha": 1' in (repository / f"snapshots/presets/{A}.json").read_text()
    assert C in statuses(repository)
    assert_in_order(repository)


def test_what_both_branches_changed_is_asked_about_until_all_is_decided(repository: Path) -> None:
    decide(repository, A, {"status": "dropped", "reason": "nobody runs it"})
    decide(repository, B, {"status": "dropped", "reason": "nobody runs that"})
    upgrade(repository)
    for preset in (A, B):
        ok(repository, "map", "--old", preset, "--phase", "1")
    commit(repository, "phases")
    merge_old(repository)
    before = contents(repository)
    for words in ((), ("--ours", A)):
        ran = run(repository, "snapshot", "--resolve", *words)
        assert ran.code == 2
        assert f"both sides changed {B}:\n" in ran.out
        assert "  theirs  dropped: nobody runs that; phase not assigned\n" in ran.out
        assert contents(repository) == before
    assert "nothing was written: " in ran.out
    ok(repository, "snapshot", "--resolve", "--ours", A, "--theirs", B)
    assert entry(repository, A)["phase"] == 1
    assert entry(repository, B)["status"] == "dropped"
    assert_in_order(repository)


def test_two_branches_of_the_earlier_format_are_merged_as_well(repository: Path) -> None:
    for name, preset in (("one", C), ("two", D)):
        branch(repository, name)
        ok(repository, "snapshot", "--upgrade")
        write_files(repository, {preset: PRESET.format(Path(preset).stem)})
        ok(repository, "snapshot")
        freeze_as_before(repository, {})
    assert not attempt(repository, "merge", "--no-edit", "one")
    assert "a conflict marker of git" in run(repository, "snapshot", "--upgrade").err
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, ran.err) == (0, "")
    assert {A, B, C, D} < {*statuses(repository)}
    assert_in_order(repository)


@pytest.mark.parametrize("is_removed", [False, True])
def test_a_merge_of_two_formats_that_was_committed_leads_to_its_sides(
    repository: Path, *, is_removed: bool
) -> None:
    """Markers were committed, and the old manifest was left, or removed by hand."""
    decide(repository, A, {"status": "dropped", "reason": "nobody runs it"})
    ok(repository, "snapshot", "--upgrade")
    write_files(repository, {C: PRESET.format("c")})
    ok(repository, "snapshot")
    freeze_as_before(repository, {A: {"status": "dropped", "reason": "nobody runs it"}})
    upgrade(repository)
    merge_old(repository)
    if is_removed:
        (repository / MANIFEST).unlink()
    commit(repository, "merged, markers and all")
    assert "snapshot --resolve" in run(repository, "check-parity", "--no-record").err
    ok(repository, "snapshot", "--resolve")
    assert C in statuses(repository)
    assert statuses(repository)[A] == "dropped"
    assert_in_order(repository)


def test_two_branches_that_both_upgraded_are_held_against_the_old_files(repository: Path) -> None:
    ok(repository, "snapshot", "--upgrade")
    drop(repository, B)
    commit(repository, "upgraded and dropped")
    upgrade(repository)
    merge_old(repository)
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, ran.out) == (0, f"{IN_ORDER}taken from theirs  {B}\n")
    assert statuses(repository)[B] == "dropped"
    assert_in_order(repository)


def test_what_was_decided_across_formats_is_not_asked_again(repository: Path) -> None:
    decide(repository, A, {"status": "dropped", "reason": "nobody runs it"})
    upgrade(repository)
    ok(repository, "map", "--old", A, "--phase", "1")
    commit(repository, "phase 1")
    merge_old(repository)
    ok(repository, "snapshot", "--resolve", "--ours", A)
    assert run(repository, "snapshot", "--resolve").out.startswith("nothing to resolve: ")
    ok(repository, "snapshot", "--resolve", "--theirs", A)
    assert entry(repository, A)["status"] == "dropped"


def test_a_record_that_was_lost_before_the_upgrade_is_found_in_the_old_files(
    repository: Path,
) -> None:
    before = (repository / f"snapshots/presets/{A}.json").read_bytes()
    upgrade(repository)
    (repository / record_path(A)).unlink()
    git(repository, "commit", "--all", "--quiet", "--amend", "--no-edit")
    ok(repository, "snapshot", "--resolve")
    assert (repository / f"snapshots/presets/{A}.json").read_bytes() == before
    assert entry(repository, A) == {"status": "pending"}


def test_files_of_the_earlier_format_alone_are_to_be_upgraded(repository: Path) -> None:
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, ran.out) == (1, "")
    assert "snapshot --upgrade" in ran.err


def test_a_manifest_that_git_does_not_have_is_left_alone(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "main")
    git(repository, "rm", "-r", "--quiet", "snapshots")
    commit(repository, "thawed")
    ok(repository, "snapshot")
    commit(repository, "frozen anew")
    write_files(repository, {MANIFEST: "{}"})
    before = contents(repository)
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"{MANIFEST}: git does not have this file\n")
    assert contents(repository) == before


def drop_on_both(repository: Path) -> None:
    """Drop a preset in the earlier format, and assign its phase where it was upgraded."""
    decide(repository, A, {"status": "dropped", "reason": "nobody runs it"})
    upgrade(repository)
    ok(repository, "map", "--old", A, "--phase", "1")
    commit(repository, "phase 1")
    merge_old(repository)


def test_what_the_old_branch_decided_is_asked_about_after_the_merge_was_committed(
    repository: Path,
) -> None:
    """Git removes the manifest without a conflict, and the records are whole: those of one side."""
    drop_on_both(repository)
    commit(repository, "merged, markers and all")
    write_files(repository, {"notes.txt": ""})
    commit(repository, "more")
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, f"both sides changed {A}" in ran.out) == (2, True)
    ok(repository, "snapshot", "--resolve", "--theirs", A)
    assert entry(repository, A)["status"] == "dropped"
    assert_in_order(repository)


@pytest.mark.parametrize("how", ["squash", "stash"])
def test_a_side_of_the_earlier_format_is_known_without_a_merge(repository: Path, how: str) -> None:
    dropped = {"status": "dropped", "reason": "nobody runs it"}
    if how == "squash":
        decide(repository, A, dropped)
    else:
        write_decision(repository, A, dropped)
        git(repository, "stash", "--quiet")
    upgrade(repository)
    words = ("merge", "--squash", "old") if how == "squash" else ("stash", "pop")
    assert not attempt(repository, *words)
    ok(repository, "snapshot", "--resolve")
    assert entry(repository, A) == dropped


def test_a_squash_of_the_earlier_format_that_was_committed_is_refused(repository: Path) -> None:
    """Git has nothing any more of what the other side had decided, but for the markers."""
    decide(repository, A, {"status": "dropped", "reason": "nobody runs it"})
    upgrade(repository)
    assert not attempt(repository, "merge", "--squash", "old")
    commit(repository, "squashed, markers and all")
    before = contents(repository)
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        f"{LEDGER}: a merge of two formats has left its markers, and git has one side of it alone\n"
        "  hint: undo the commit that has them, and merge the branch itself\n"
    )
    assert contents(repository) == before


def test_a_fault_in_a_merge_of_two_formats_is_nothing_to_decide(repository: Path) -> None:
    decide(repository, B, {"status": "dropped", "reason": "nobody runs it"})
    upgrade(repository)
    edit(repository / A, "name: a", "name: a\nalpha: 1")
    refreeze(repository, "alpha", A)
    git(repository, "checkout", "HEAD", "--", f"snapshots/presets/{A}.json")
    commit(repository, "half of it")
    merge_old(repository)
    before = contents(repository)
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, ran.err) == (2, "")
    assert ran.out == (
        "not repaired yet:\n"
        f"{record_path(A)}: git has never had the baseline of this record\n"
        "  hint: restore it from version control; a baseline stays as it was frozen\n"
    )
    assert contents(repository) == before


@pytest.mark.parametrize("path", [f"snapshots/presets/{A}.json", f"snapshots/origins/{A}.json"])
def test_what_the_earlier_format_lost_is_brought_back_in_this_one(
    repository: Path, path: str
) -> None:
    before = (repository / f"snapshots/presets/{A}.json").read_bytes()
    (repository / path).unlink()
    commit(repository, "lost")
    assert run(repository, "snapshot", "--upgrade").code == 1
    ok(repository, "snapshot", "--resolve")
    assert (repository / f"snapshots/presets/{A}.json").read_bytes() == before
    assert_in_order(repository)


def test_an_old_file_that_was_edited_is_not_removed(repository: Path) -> None:
    decide(repository, A, {"status": "dropped", "reason": "nobody runs it"})
    upgrade(repository)
    git(repository, "merge", "--quiet", "--no-commit", "-s", "ours", "old")
    git(repository, "checkout", "old", "--", MANIFEST, "snapshots/origins")
    edited = repository / f"snapshots/origins/{A}.json"
    edited.write_text("by hand")
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, "a leftover" in ran.out) == (2, True)
    assert edited.read_text() == "by hand"
    assert entry(repository, A)["status"] == "dropped"
