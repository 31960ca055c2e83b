"""`snapshot --resolve` where no merge is under way: what was lost is looked for in the past."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from campaigns.killing.seen import JOURNAL
from migration.commands.snapshot import resolve, upgrade
from migration.project import changes
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
    freeze_new,
    migrate,
    prepare,
    refrozen_apart,
    refused,
    rename,
    stop_and_commit,
)
from tests.commands.snapshot.test_upgrade import downgrade
from tests.conftest import write_files
from tests.earlier import refreeze
from tests.ledgers import LEDGER, MIX, entry, ok, record_path, statuses
from tests.running import contents, edit, git, needs_git, run

pytestmark = [needs_git, pytest.mark.campaign]


@pytest.fixture
def repository(small_project: Path) -> Path:
    """Return a frozen project of two neighbours, committed, with phase 1 open."""
    return prepare(small_project)


def refreeze_with(folder: Path, key: str, preset: str = A) -> None:
    """Commit a preset that was refrozen with one more key, which is the reason, too."""
    with (folder / preset).open("a") as file:
        file.write(f"{key}: 1\n")
    refreeze(folder, key, preset)
    commit(folder, f"refrozen with {key}")


def lose(folder: Path, *paths: str) -> None:
    """Commit that files were removed."""
    for path in paths:
        (folder / path).unlink()
    commit(folder, "lost")


def resolved(folder: Path, *words: str) -> str:
    ran = run(folder, "snapshot", "--resolve", *words)
    assert (ran.code, ran.err) == (0, "")
    assert run(folder, "ledger", "--check").code == 0
    assert run(folder, "snapshot", "--check").code == 0
    return ran.out


def merge_both(folder: Path, *, is_lost: bool) -> None:
    """Merge two branches of which the other one refroze A; lose the record in the merge, maybe."""
    branch(folder, "one")
    refreeze_with(folder, "alpha")
    branch(folder, "two")
    refreeze_with(folder, "beta", B)
    git(folder, "merge", "--quiet", "--no-commit", "one")
    if is_lost:
        (folder / record_path(A)).unlink()
    commit(folder, "merged")


@pytest.mark.parametrize("is_lost", [False, True])
def test_what_was_refrozen_since_a_merge_is_not_rolled_back(
    repository: Path, *, is_lost: bool
) -> None:
    merge_both(repository, is_lost=is_lost)
    if is_lost:
        resolved(repository)
        commit(repository, "repaired")
    refreeze_with(repository, "gamma")
    before = contents(repository / "snapshots")
    lose(repository, record_path(A))
    write_files(repository, {"notes.txt": ""})
    commit(repository, "more")
    assert resolved(repository).startswith(f"{IN_ORDER}taken from commit ")
    assert entry(repository, A)["refrozen"] == ["alpha", "gamma"]
    assert before.items() <= contents(repository / "snapshots").items()


def test_what_a_merge_lost_comes_from_the_side_that_changed_it(repository: Path) -> None:
    merge_both(repository, is_lost=True)
    write_files(repository, {"notes.txt": ""})
    commit(repository, "more")
    resolved(repository)
    assert entry(repository, A)["refrozen"] == ["alpha"]


@pytest.mark.parametrize("is_ours", [False, True])
@pytest.mark.parametrize("is_finished", [False, True])
def test_a_side_that_lost_a_record_before_the_merge_counts_as_it_was(
    repository: Path, *, is_ours: bool, is_finished: bool
) -> None:
    """The branch refroze the preset, and lost the record in its next commit."""
    branch(repository, "one")
    refreeze_with(repository, "alpha")
    lose(repository, record_path(A))
    branch(repository, "two")
    freeze_new(repository, D)
    commit(repository, "two")
    if is_ours:
        git(repository, "checkout", "--quiet", "one")
    attempt(repository, "merge", "--no-commit", "two" if is_ours else "one")
    if is_finished:
        commit(repository, "merged")
    resolved(repository)
    assert entry(repository, A)["refrozen"] == ["alpha"]


@pytest.mark.parametrize("is_committed", [False, True])
def test_a_merge_of_many_branches_is_put_in_order(repository: Path, *, is_committed: bool) -> None:
    for name, do, preset in (("one", freeze_new, C), ("two", freeze_new, D), ("three", drop, B)):
        branch(repository, name)
        do(repository, preset)
        commit(repository, name)
    refreeze_with(repository, "beta")
    git(repository, "checkout", "--quiet", "main")
    git(repository, "merge", "--quiet", "--no-ff", "--no-commit", "one", "two", "three")
    for preset in (A, B, C):
        (repository / record_path(preset)).unlink()
    if is_committed:
        commit(repository, "merged, and lost")
    resolved(repository)
    assert entry(repository, A)["refrozen"] == ["beta"]
    found = statuses(repository)
    assert found[B] == "dropped"
    assert {C, D} < {*found}


def test_branches_that_differ_among_many_are_all_asked_about(repository: Path) -> None:
    for name in ("one", "two"):
        branch(repository, name)
        refreeze_with(repository, name)
    git(repository, "checkout", "--quiet", "main")
    git(repository, "merge", "--quiet", "-s", "ours", "--no-commit", "one", "two")
    lose(repository, record_path(A))
    ran = run(repository, "snapshot", "--resolve")
    assert ran.code == 2
    assert ran.out.startswith(
        f"1 preset to decide: `snapshot --resolve --ours {A}`, or `--theirs` (a glob decides "
        "several); then `accept` what the other side had changed on purpose\n"
        f"3 sides changed {A}:\n"
        "  ours      frozen with other values\n"
        "  theirs    refrozen: one\n"
        "  theirs 2  refrozen: two\n"
    )
    ran = run(repository, "snapshot", "--resolve", "--theirs", A)
    assert (ran.code, "2 branches were merged, and differ" in ran.out) == (2, True)
    resolved(repository, "--ours", A)
    assert "refrozen" not in entry(repository, A)


def test_a_rebase_that_has_ended_is_no_side(repository: Path) -> None:
    refrozen_apart(repository)
    assert not attempt(repository, "rebase", "one")
    assert run(repository, "snapshot", "--resolve", "--theirs", A).code == 0
    git(repository, "checkout", "--quiet", "--theirs", A)
    git(repository, "add", ".")
    assert attempt(repository, "rebase", "--continue")
    refreeze_with(repository, "gamma")
    lose(repository, record_path(A))
    resolved(repository)
    assert entry(repository, A)["refrozen"][-1] == "gamma"


def test_an_earlier_merge_that_was_left_open_is_still_asked_about(repository: Path) -> None:
    refrozen_apart(repository)
    assert not attempt(repository, "merge", "one")
    git(repository, "checkout", "--quiet", "--ours", A)
    commit(repository, "merged, markers and all")
    branch(repository, "three", "main")
    freeze_new(repository, C)
    commit(repository, "three")
    git(repository, "checkout", "--quiet", "two")
    git(repository, "merge", "--quiet", "--no-edit", "three")
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, f"both sides changed {A}" in ran.out) == (2, True)
    resolved(repository, "--ours", A)
    assert entry(repository, A)["refrozen"] == ["zeta is wanted"]


@pytest.mark.parametrize("is_committed", [False, True])
@pytest.mark.parametrize("is_gone", [False, True])
def test_a_baseline_that_may_be_newer_than_its_record_is_not_overwritten(
    repository: Path, *, is_committed: bool, is_gone: bool
) -> None:
    """The record of a preset that was refrozen has never been in git."""
    edit(repository / A, "name: a", "name: a\nalpha: 1")
    refreeze(repository, "alpha", A)
    path = repository / record_path(A)
    path.unlink() if is_gone else path.write_text("broken")
    if is_committed:
        commit(repository, "refrozen, by half")
    before = contents(repository)
    ran = run(repository, "snapshot", "--resolve")
    assert ran.code == 2
    assert ran.out.startswith(
        "not repaired yet:\n"
        f"snapshots/presets/{A}.json: no record is about this baseline; the newest one that is "
        f"intact is about another\n  hint: to go back to that: `git checkout "
    )
    assert contents(repository) == before
    command = ran.out.split("`")[1]
    git(repository, *command.split()[1:])
    edit(repository / A, "alpha: 1\n", "")
    resolved(repository)


def test_what_is_left_to_repair_is_named_before_what_was_repaired(repository: Path) -> None:
    edit(repository / A, "name: a", "name: a\nalpha: 1")
    refreeze(repository, "alpha", A)
    for preset in (A, B):
        (repository / record_path(preset)).unlink()
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, ran.err) == (2, "")
    verdict, fault, hint, *rest = ran.out.splitlines()
    assert verdict == "not repaired yet:"
    assert fault.startswith(f"snapshots/presets/{A}.json: no record is about this baseline; ")
    assert hint.startswith("  hint: to go back to that: `git checkout ")
    assert rest == [f"taken from the last commit  {B}"]


def test_a_record_whose_baseline_was_never_committed_is_not_put_back(repository: Path) -> None:
    edit(repository / A, "name: a", "name: a\nalpha: 1")
    refreeze(repository, "alpha", A)
    git(repository, "checkout", "HEAD", "--", f"snapshots/presets/{A}.json")
    commit(repository, "half of it")
    ran = run(repository, "snapshot", "--resolve")
    assert ran.code == 2
    assert "git has never had the baseline of this record" in ran.out


# Whole folders, and the ledger.


@pytest.mark.parametrize(
    "lost", [["snapshots"], ["snapshots/records"], ["snapshots/records", "snapshots/presets"]]
)
@pytest.mark.parametrize("is_committed", [False, True])
def test_folders_that_were_removed_are_brought_back(
    repository: Path, lost: list[str], *, is_committed: bool
) -> None:
    before = contents(repository / "snapshots")
    git(repository, "rm", "-r", "--quiet", *lost)
    if is_committed:
        commit(repository, "thawed")
        write_files(repository, {"notes.txt": ""})
        commit(repository, "more")
    resolved(repository)
    assert contents(repository / "snapshots") == before


def test_a_folder_that_two_branches_removed_is_brought_back_with_what_both_had(
    repository: Path,
) -> None:
    for name, do, preset in (("one", freeze_new, C), ("two", rename, B)):
        branch(repository, name)
        do(repository, preset)
        commit(repository, name)
        git(repository, "rm", "-r", "--quiet", "snapshots")
        commit(repository, "thawed")
    git(repository, "merge", "--quiet", "--no-edit", "one")
    resolved(repository)
    assert {A, B, C} < {*statuses(repository)}
    assert entry(repository, B)["target"].endswith("_new.yaml")


def break_by_hand(repository: Path) -> None:
    ledger = repository / LEDGER
    ledger.write_text(f"<<<<<<< ours\n{ledger.read_text()}=======\n>>>>>>> theirs\n")


def remove(repository: Path) -> None:
    (repository / LEDGER).unlink()


@pytest.mark.parametrize("spoil", [break_by_hand, remove])
def test_the_ledger_comes_from_the_newest_commit_that_has_it(
    repository: Path, spoil: Callable[[Path], None]
) -> None:
    ok(repository, "advance", "--reopen", "0", "--reason", "more to freeze")
    commit(repository, "open again")
    spoil(repository)
    commit(repository, "spoilt")
    refused(repository)
    assert resolved(repository) == f"{IN_ORDER}phase 0 is open\n"
    found = json.loads(ok(repository, "ledger", "--format", "json"))
    assert [each["reason"] for each in found["reopened"]] == ["more to freeze"]


def test_what_a_squashed_merge_left_in_conflict_is_put_in_order(repository: Path) -> None:
    refrozen_apart(repository)
    assert not attempt(repository, "merge", "--squash", "one")
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, "both sides changed" in ran.out) == (2, True)
    git(repository, "checkout", "--quiet", "--ours", A)
    commit(repository, "squashed, markers and all")
    resolved(repository)
    assert entry(repository, A)["refrozen"] == ["zeta is wanted"]


@pytest.mark.parametrize("is_committed", [False, True])
def test_frozen_files_behind_a_link_are_looked_for_where_they_are(
    repository: Path, *, is_committed: bool
) -> None:
    git(repository, "mv", "snapshots", "frozen")
    (repository / "snapshots").symlink_to("frozen")
    commit(repository, "linked")
    refreeze_with(repository, "alpha")
    before = contents(repository / "frozen")
    (repository / record_path(A)).unlink()
    if is_committed:
        commit(repository, "lost")
    resolved(repository)
    assert contents(repository / "frozen") == before


def test_a_project_within_a_repository_is_looked_for_in_its_own_folder(
    repository: Path,
) -> None:
    folder = repository / "team/project"
    folder.mkdir(parents=True)
    for name in ("configs", "snapshots", "pyproject.toml"):
        git(repository, "mv", name, "team/project")
    commit(repository, "moved")
    refreeze_with(folder, "alpha")
    lose(folder, record_path(A))
    resolved(folder)
    assert entry(folder, A)["refrozen"] == ["alpha"]


def test_where_nothing_was_ever_frozen_there_is_nothing_to_repair(small_project: Path) -> None:
    git(small_project, "init", "--quiet", "--initial-branch=main")
    commit(small_project, "configs")
    ran = run(small_project, "snapshot", "--resolve")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("snapshots: nothing has been frozen yet\n")


# Which side counts.


def test_a_path_says_more_than_a_glob(repository: Path) -> None:
    for name, key in (("one", "alpha"), ("two", "zeta")):
        branch(repository, name)
        for preset in (A, B):
            refreeze_with(repository, key, preset)
    assert not attempt(repository, "merge", "one")
    words = ("--ours", "configs/train/*.yaml", "--theirs", B)
    assert run(repository, "snapshot", "--resolve", *words).code == 0
    assert entry(repository, A)["refrozen"] == ["zeta"]
    assert entry(repository, B)["refrozen"] == ["alpha"]
    # What was chosen may be chosen again as long as the merge is under way.
    assert run(repository, "snapshot", "--resolve", "--theirs", A).code == 0
    assert entry(repository, A)["refrozen"] == ["alpha"]


@pytest.mark.parametrize("other", [A, "configs/*/a.yaml"])
def test_two_choices_for_one_preset_are_an_error(repository: Path, other: str) -> None:
    refrozen_apart(repository)
    assert not attempt(repository, "merge", "one")
    glob = A if other == A else "configs/train/*.yaml"
    ran = run(repository, "snapshot", "--resolve", "--ours", glob, "--theirs", other)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"{A}: both --ours and --theirs are given for it\n"


def test_a_glob_is_about_what_both_sides_have_changed(repository: Path) -> None:
    refrozen_apart(repository)
    refreeze_with(repository, "beta", B)
    assert not attempt(repository, "merge", "one")
    ok(repository, "snapshot", "--resolve", "--theirs", "configs/train/*.yaml")
    assert entry(repository, A)["refrozen"] == ["alpha is wanted"]
    assert entry(repository, B)["refrozen"] == ["beta"]


def test_a_side_of_the_last_merge_may_be_taken_until_the_preset_changes(repository: Path) -> None:
    refrozen_apart(repository)
    git(repository, "merge", "--quiet", "-s", "ours", "one")
    migrate(repository, B)
    commit(repository, "b is shallow")
    ok(repository, "snapshot", "--resolve", "--theirs", A)
    assert entry(repository, A)["refrozen"] == ["alpha is wanted"]
    commit(repository, "theirs after all")
    before = contents(repository)
    ran = run(repository, "snapshot", "--resolve", "--ours", A)
    assert (ran.code, "no side to choose" in ran.out) == (2, True)
    assert contents(repository) == before


# What others do meanwhile.


@pytest.mark.parametrize("command", ["--resolve", "--upgrade"])
def test_what_was_replaced_meanwhile_is_not_overwritten(
    repository: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    module = resolve if command == "--resolve" else upgrade
    path = repository / (LEDGER if command == "--upgrade" else record_path(A))
    if command == "--upgrade":
        downgrade(repository)
    else:
        path.write_text("broken")

    def replaced(*given: object) -> None:
        path.write_text("as git has it now")
        changes.replace_files(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "replace_files", replaced)
    before = contents(repository)
    ran = run(repository, "snapshot", command)
    assert (ran.code, ran.out) == (1, "")
    assert "changed while the command ran; nothing was written" in ran.err
    after = contents(repository)
    assert {p for p in {*before, *after} if before.get(p) != after.get(p)} == {
        path.relative_to(repository).as_posix()
    }


def test_a_change_that_was_stopped_and_committed_is_given_up(repository: Path) -> None:
    """Somebody commits what a killed command left, its journal and all."""
    for preset in (A, B):
        edit(repository / preset, "name: ", "alpha: 1\nname: ")
    commit(repository, "edited")
    journals = 0
    for _ in stop_and_commit(repository, lambda: refreeze(repository, "alpha", A, B)):
        journals += 1
        ran = run(repository, "snapshot")
        assert (ran.code, "git rm --force" in ran.err) == (1, True)
        git(repository, "rm", "--quiet", "--force", JOURNAL)
        ok(repository, "snapshot", "--resolve")
        assert run(repository, "snapshot", "--force").code == 0
        for preset in (A, B):
            if "refrozen" not in entry(repository, preset):
                refreeze(repository, "alpha", preset)
        assert entry(repository, A)["refrozen"] == entry(repository, B)["refrozen"] == ["alpha"]
        assert run(repository, "snapshot", "--check").code == 0
    assert journals


# Branches that crossed, and sides that only the index has.


def crossed(repository: Path) -> None:
    """Refreeze a preset in two branches, each of which then merges the other's first half."""
    branch(repository, "one")
    refreeze_with(repository, "alpha")
    branch(repository, "two")
    refreeze_with(repository, "zeta")
    two = git(repository, "rev-parse", "two").strip()
    git(repository, "merge", "--quiet", "-s", "ours", "--no-edit", "one")
    git(repository, "checkout", "--quiet", "one")
    git(repository, "merge", "--quiet", "-s", "ours", "--no-edit", two)


@pytest.mark.parametrize("is_committed", [False, True])
def test_branches_that_merged_each_other_are_asked_about(
    repository: Path, *, is_committed: bool
) -> None:
    crossed(repository)
    assert not attempt(repository, "merge", "--no-edit", "two")
    if is_committed:
        git(repository, "checkout", "--quiet", "--ours", A)
        commit(repository, "markers and all")
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, ran.err) == (2, "")
    assert "  ours    refrozen: alpha\n  theirs  refrozen: zeta\n" in ran.out


def test_what_one_of_two_branches_that_merged_each_other_has_changed_is_taken(
    repository: Path,
) -> None:
    crossed(repository)
    refreeze_with(repository, "beta", B)
    git(repository, "merge", "--quiet", "--no-commit", "-s", "ours", "two")
    lose(repository, record_path(B))
    resolved(repository)
    assert entry(repository, B)["refrozen"] == ["beta"]


def stash(repository: Path) -> None:
    """Bring a refrozen preset from a stash into conflict with a commit."""
    edit(repository / A, "name: a", "name: a\nalpha: 1")
    refreeze(repository, "alpha is wanted", A)
    git(repository, "stash", "--quiet")
    edit(repository / A, "name: a", "name: a\nzeta: 2")
    refreeze(repository, "zeta is wanted", A)
    commit(repository, "zeta")
    assert not attempt(repository, "stash", "pop")


def squash(repository: Path) -> None:
    refrozen_apart(repository)
    assert not attempt(repository, "merge", "--squash", "one")


def pick(repository: Path) -> None:
    refrozen_apart(repository)
    assert not attempt(repository, "cherry-pick", "--no-commit", "one")


@pytest.mark.parametrize("bring", [stash, squash, pick])
@pytest.mark.parametrize(("side", "key"), [("--ours", "zeta"), ("--theirs", "alpha")])
def test_a_side_that_only_the_index_has_may_be_taken(
    repository: Path, bring: Callable[[Path], None], side: str, key: str
) -> None:
    bring(repository)
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, "both sides changed" in ran.out) == (2, True)
    ok(repository, "snapshot", "--resolve", side, A)
    assert entry(repository, A)["refrozen"] == [f"{key} is wanted"]


@pytest.mark.parametrize(("parent", "preset"), [("1", A), ("2", B)])
def test_a_merge_that_is_reverted_is_about_what_is_in_conflict(
    repository: Path, parent: str, preset: str
) -> None:
    merge_both(repository, is_lost=False)
    merge = git(repository, "rev-parse", "HEAD").strip()
    refreeze_with(repository, "gamma", A)
    refreeze_with(repository, "delta", B)
    other = {A: B, B: A}[preset]
    before = entry(repository, other)
    assert not attempt(repository, "revert", "--no-edit", "-m", parent, merge)
    ok(repository, "snapshot", "--resolve", "--theirs", "configs/train/*.yaml")
    assert "refrozen" not in entry(repository, preset)
    assert entry(repository, other) == before


def test_what_a_rebase_stops_at_to_be_edited_is_no_side(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    branch(repository, "one")
    refreeze_with(repository, "alpha")
    git(repository, "checkout", "--quiet", "main")
    freeze_new(repository, C)
    commit(repository, "c")
    git(repository, "checkout", "--quiet", "one")
    monkeypatch.setenv("GIT_SEQUENCE_EDITOR", "sed -i 's/^pick/edit/'")
    git(repository, "rebase", "--quiet", "--interactive", "main")
    names = (A, record_path(A), f"snapshots/presets/{A}.json")
    git(repository, "checkout", "--quiet", "main", "--", *names)
    git(repository, "commit", "--quiet", "--allow-empty", "--amend", "--message=given up")
    (repository / record_path(A)).unlink()
    assert resolved(repository) == f"{IN_ORDER}taken from the last commit  {A}\n"
    assert "refrozen" not in entry(repository, A)


# Choices, and what was decided before them.


def decided_apart(repository: Path) -> None:
    """Start a merge in which both sides refroze both presets."""
    for name, key in (("one", "alpha"), ("two", "zeta")):
        branch(repository, name)
        for preset in (A, B):
            refreeze_with(repository, key, preset)
    assert not attempt(repository, "merge", "one")


def test_a_glob_leaves_what_was_decided_before(repository: Path) -> None:
    decided_apart(repository)
    assert run(repository, "snapshot", "--resolve", "--theirs", A).code == 2
    ran = run(repository, "snapshot", "--resolve", "--ours", "configs/train/*.yaml")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        f"{IN_ORDER}"
        f"taken from ours  {B}\n"
        f"kept as decided before  {A}  (a path in place of a glob decides anew)\n"
    )
    assert entry(repository, A)["refrozen"] == ["alpha"]


@pytest.mark.parametrize("is_committed", [False, True])
def test_a_choice_does_not_undo_what_was_refrozen_since(
    repository: Path, *, is_committed: bool
) -> None:
    decided_apart(repository)
    words = ("--theirs", A, "--ours", B)
    ok(repository, "snapshot", "--resolve", *words)
    for preset in (A, B):
        path = repository / preset
        git(repository, "checkout", "--quiet", "--ours", preset)
        path.write_text(f"{path.read_text()}more: 1\n")
    refreeze(repository, "more", A, B)
    if is_committed:
        commit(repository, "merged")
    before = contents(repository)
    ran = run(repository, "snapshot", "--resolve", *words)
    assert (ran.code, ran.out.count("no side to choose")) == (2, 2)
    ok(repository, "snapshot", "--resolve", "--theirs", "configs/train/*.yaml")
    assert contents(repository) == before


def test_a_preset_whose_path_looks_like_a_glob_may_be_chosen(repository: Path) -> None:
    odd = "configs/train/o[1].yaml"
    write_files(repository, {odd: PRESET.format("o")})
    git(repository, "checkout", "--quiet", "main")
    ok(repository, "snapshot")
    commit(repository, "odd")
    for name in ("one", "two"):
        branch(repository, name)
        refreeze_with(repository, name, odd)
    assert not attempt(repository, "merge", "one")
    ok(repository, "snapshot", "--resolve", "--theirs", odd)
    assert entry(repository, odd)["refrozen"] == ["one"]


# What no side can mend.


def test_what_other_commands_refuse_is_not_called_in_order(repository: Path) -> None:
    for name, preset in (("one", A), ("two", B)):
        branch(repository, name)
        (repository / preset).rename(repository / "configs/train/x.yaml")
        ok(repository, "map", "--old", preset, "--new", "configs/train/x.yaml")
        commit(repository, name)
    attempt(repository, "merge", "--no-edit", "one")
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, "both have the path configs/train/x.yaml" in ran.out) == (2, True)
    (repository / "configs/train/a.yaml").write_text(PRESET.format("a"))
    ok(repository, "map", "--old", A, "--new", A)
    assert run(repository, "snapshot", "--resolve").code == 0


def fused(folder: Path) -> Path:
    """Freeze and commit the small project, in which two presets name one fusion config."""
    ok(folder, "snapshot")
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "frozen")
    return folder


def test_a_fusion_config_that_nobody_names_any_more_goes(small_project: Path) -> None:
    folder = fused(small_project)
    branch(folder, "one")
    edit(folder / A, "custom: {fusion_config: configs/fusion/mix.yaml}\n", "")
    refreeze(folder, "no fusion", A, B)
    commit(folder, "one")
    branch(folder, "two")
    edit(folder / MIX, "1.0", "2.0")
    refreeze(folder, "ratio", A, B)
    commit(folder, "two")
    assert not attempt(folder, "merge", "--no-edit", "one")
    ok(folder, "snapshot", "--resolve", "--theirs", "configs/train/*.yaml")
    assert run(folder, "snapshot", "--check").code == 0
    assert not (folder / f"snapshots/fusion/{MIX}.json").exists()


def test_of_two_contents_of_a_fusion_config_one_is_accepted(small_project: Path) -> None:
    folder = fused(small_project)
    for name, ratio in (("one", "2.0"), ("two", "3.0")):
        branch(folder, name)
        edit(folder / MIX, "1.0", ratio)
        if name == "two":
            text = (folder / B).read_text()
            write_files(folder, {"configs/train/c.yaml": text})
            refreeze(folder, name, A, B)
            ok(folder, "snapshot")
        else:
            refreeze(folder, name, A, B)
        commit(folder, name)
    assert not attempt(folder, "merge", "--no-edit", "one")
    out = ok(folder, "snapshot", "--resolve", "--theirs", "configs/train/*.yaml")
    c = "configs/train/c.yaml"
    assert f"\naccepted  {MIX}: {c} expects another content of it, as before\n" in out
    assert ok(folder, "snapshot", "--resolve") == "nothing to resolve: snapshots/ is in order\n"
    git(folder, "checkout", "--quiet", "--theirs", MIX)
    ran = run(folder, "check-parity", "--no-record")
    assert (ran.code, "3.0 (float) → 2.0 (float)" in ran.out) == (2, True)
    assert ran.out.startswith("1 of 3 presets differs from its baseline, for 1 cause")
    git(folder, "checkout", "--quiet", "--ours", MIX)
    ok(folder, "check-parity", "--no-record", c)
    git(folder, "checkout", "--quiet", "--theirs", MIX)
    # To take the content over that is there now is to accept nothing any more.
    ok(folder, "accept", "--preset", "configs", "--reason", "one is better")
    assert not [*(folder / "snapshots").glob("accepted/*")]
    ok(folder, "check-parity", "--no-record")
    ok(folder, "snapshot", "--check")


def test_what_was_accepted_in_a_fusion_config_is_accepted_against_its_other_content(
    small_project: Path,
) -> None:
    folder, c = fused(small_project), "configs/train/c.yaml"
    branch(folder, "one")
    write_files(folder, {c: (folder / B).read_text()})
    ok(folder, "snapshot")
    edit(folder / MIX, "1.0", "2.0")
    ok(folder, "accept", "--preset", c, "--reason", "twice as much")
    edit(folder / MIX, "2.0", "1.0")
    commit(folder, "one")
    branch(folder, "two")
    edit(folder / MIX, "1.0", "3.0")
    ok(folder, "accept", "--preset", "configs", "--reason", "three times")
    ok(folder, "snapshot", "--fold")
    commit(folder, "two")
    assert attempt(folder, "merge", "--no-edit", "one")
    assert f"accepted  {MIX}: {c} expects another" in ok(folder, "snapshot", "--resolve")
    (file,) = (folder / "snapshots/accepted").iterdir()
    text = file.read_text()
    assert all(each in text for each in ('"ratio": 3.0', '"ratio": 2.0', "twice as much")), text
    ok(folder, "check-parity", "--no-record", A)
    assert run(folder, "check-parity", "--no-record", c).code == 2
    edit(folder / MIX, "3.0", "2.0")
    ok(folder, "check-parity", "--no-record", c)


@pytest.mark.parametrize("name", ["._a.yaml.json", ".x.json"])
def test_hidden_files_of_somebody_else_are_nothing_to_resolve(repository: Path, name: str) -> None:
    write_files(repository, {f"snapshots/records/configs/train/{name}": "?"})
    assert run(repository, "snapshot", "--resolve").out.startswith("nothing to resolve: ")


def test_a_clone_without_its_past_says_so(repository: Path) -> None:
    lose(repository, record_path(A))
    shallow = repository.parent / "shallow"
    git(repository, "clone", "--quiet", "--depth=1", repository.as_uri(), str(shallow))
    ran = run(shallow, "snapshot", "--resolve")
    assert ran.code == 2
    assert "hint: the clone is shallow: `git fetch --unshallow` brings what came before" in ran.out


# Presets of which nothing is left.


def lose_both(repository: Path, *, is_committed: bool) -> None:
    for path in (record_path(A), f"snapshots/presets/{A}.json"):
        (repository / path).unlink()
    if is_committed:
        commit(repository, "lost")


@pytest.mark.parametrize("is_committed", [False, True])
@pytest.mark.parametrize("do", [drop, rename, migrate])
def test_a_preset_of_which_nothing_is_left_is_missed(
    repository: Path, do: Callable[[Path, str], None], *, is_committed: bool
) -> None:
    do(repository, A)
    commit(repository, "done")
    before = contents(repository / "snapshots")
    lose_both(repository, is_committed=is_committed)
    gone = f"{A} was frozen, and its record and its baseline are gone\n"
    for words in (("snapshot", "--check"), ("snapshot",)):
        ran = run(repository, *words)
        if do is not drop or words != ("snapshot",):
            assert (ran.code, gone in ran.err) == (1, True), words
    assert not (repository / record_path(A)).exists()
    resolved(repository)
    assert contents(repository / "snapshots") == before


def test_what_a_commit_removed_before_the_ledger_came_is_not_missed(repository: Path) -> None:
    """The folder was thawed as a whole, and frozen anew without the one preset."""
    git(repository, "rm", "-r", "--quiet", "snapshots")
    commit(repository, "thawed")
    ok(repository, "snapshot", "--preset", B)
    ok(repository, "snapshot", "--preset", "configs/train/extra.yaml")
    commit(repository, "frozen anew")
    assert run(repository, "snapshot", "--check").code == 0
    assert run(repository, "snapshot", "--resolve").out.startswith("nothing to resolve: ")
    ok(repository, "snapshot")
    assert A in statuses(repository)


def test_a_preset_of_which_nothing_is_left_is_frozen_anew_by_force(repository: Path) -> None:
    lose_both(repository, is_committed=True)
    assert run(repository, "snapshot", "--preset", A).code == 1
    ok(repository, "snapshot", "--preset", A, "--force")
    assert run(repository, "snapshot", "--check").code == 0


# Baselines that may be newer than what is known.


def refreeze_by_half(repository: Path, *, is_committed: bool = False) -> None:
    """Refreeze a preset, and lose the record of that."""
    edit(repository / A, "name: a", "name: a\nalpha: 1")
    refreeze(repository, "alpha", A)
    (repository / record_path(A)).unlink()
    if is_committed:
        commit(repository, "half of it")


def meet_beside(repository: Path, *, is_committed: bool) -> None:
    """Merge a branch that has to do with nothing else."""
    git(repository, "checkout", "--quiet", "-b", "beside", "main")
    write_files(repository, {"notes.txt": ""})
    commit(repository, "notes")
    git(repository, "checkout", "--quiet", "main")
    words = () if is_committed else ("--no-commit",)
    git(repository, "merge", "--quiet", "--no-ff", "--no-edit", *words, "beside")


def assert_refused(repository: Path) -> None:
    before = contents(repository)
    ran = run(repository, "snapshot", "--resolve")
    assert (ran.code, "no record is about this baseline" in ran.out) == (2, True)
    assert contents(repository) == before


def test_a_newer_baseline_is_not_overwritten_while_a_merge_beside_it_is_under_way(
    repository: Path,
) -> None:
    meet_beside(repository, is_committed=False)
    refreeze_by_half(repository)
    assert_refused(repository)


@pytest.mark.parametrize("is_committed", [False, True])
def test_a_newer_baseline_is_known_from_before_a_merge(
    repository: Path, *, is_committed: bool
) -> None:
    start = git(repository, "rev-parse", "HEAD").strip()
    refreeze_by_half(repository, is_committed=True)
    git(repository, "checkout", "--quiet", "-b", "side", start)
    freeze_new(repository, C)
    commit(repository, "c")
    git(repository, "checkout", "--quiet", "main")
    words = () if is_committed else ("--no-commit",)
    git(repository, "merge", "--quiet", "--no-ff", "--no-edit", *words, "side")
    assert_refused(repository)
    if is_committed:
        lose(repository, f"snapshots/presets/{A}.json")
        assert_refused(repository)


def test_a_newer_baseline_of_one_side_holds_against_what_the_other_has_changed(
    repository: Path,
) -> None:
    branch(repository, "one")
    refreeze_with(repository, "zeta")
    git(repository, "checkout", "--quiet", "main")
    refreeze_by_half(repository, is_committed=True)
    assert not attempt(repository, "merge", "--no-edit", "one")
    git(repository, "rm", "--quiet", "--force", record_path(A))
    assert_refused(repository)
    ok(repository, "snapshot", "--resolve", "--theirs", A)


def test_a_baseline_and_a_record_that_were_reformatted_are_put_back(repository: Path) -> None:
    before = contents(repository / "snapshots")
    for path in (record_path(A), f"snapshots/presets/{A}.json"):
        text = json.dumps(json.loads((repository / path).read_text()), indent=4)
        (repository / path).write_text(text)
    commit(repository, "reformatted")
    resolved(repository)
    assert contents(repository / "snapshots") == before


# What is no loss, and what is one after all.


@pytest.mark.parametrize("name", ["configs/train/z.yaml.json", "README.json", ".cache.json"])
def test_what_was_never_a_record_is_not_missed(repository: Path, name: str) -> None:
    path = repository / "snapshots/records" / name
    path.write_text((repository / record_path(A)).read_text())
    commit(repository, "copied")
    path.unlink()
    commit(repository, "removed")
    assert run(repository, "snapshot", "--check").code == 0


def test_a_restart_in_a_branch_is_one_after_its_merge(repository: Path) -> None:
    """The ledger comes again with the very text that it had."""
    git(repository, "checkout", "--quiet", "-b", "fresh")
    git(repository, "rm", "-r", "--quiet", "snapshots", A)
    commit(repository, "thawed")
    ok(repository, "snapshot")
    ok(repository, "advance")
    commit(repository, "frozen anew")
    assert run(repository, "snapshot", "--check").code == 0
    git(repository, "checkout", "--quiet", "main")
    write_files(repository, {"notes.txt": ""})
    commit(repository, "notes")
    git(repository, "merge", "--quiet", "--no-ff", "--no-edit", "fresh")
    assert run(repository, "snapshot", "--check").code == 0


def test_a_folder_that_is_gone_is_not_frozen_anew_in_silence(repository: Path) -> None:
    shutil.rmtree(repository / "snapshots")
    ran = run(repository, "snapshot")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "snapshots: git has 3 frozen presets, and nothing of them is here\n"
        "  hint: `snapshot --resolve` brings them back; `snapshot --force` begins anew\n"
    )
    ok(repository, "snapshot", "--force")


def test_what_a_merge_lost_of_one_side_is_missed(repository: Path) -> None:
    branch(repository, "one")
    freeze_new(repository, C)
    commit(repository, "c")
    branch(repository, "two")
    refreeze_with(repository, "zeta")
    git(repository, "merge", "--quiet", "--no-commit", "one")
    git(repository, "checkout", "two", "--", "snapshots")
    for path in (record_path(C), f"snapshots/presets/{C}.json"):
        (repository / path).unlink()
    commit(repository, "merged, with our frozen files")
    gone = f"{C} was frozen, and its record and its baseline are gone\n"
    assert gone in run(repository, "snapshot", "--check").err
    edit(repository / C, "name: c", "name: other")
    assert gone in run(repository, "snapshot").err
    ok(repository, "snapshot", "--resolve")
    assert '"name": "c"' in (repository / f"snapshots/presets/{C}.json").read_text()


def test_a_new_preset_takes_a_fusion_config_that_was_frozen_before(small_project: Path) -> None:
    """No other preset names it, so that it was a leftover."""
    folder = small_project
    (folder / B).unlink()
    ok(folder, "snapshot")
    edit(folder / A, "custom: {fusion_config: configs/fusion/mix.yaml}\n", "")
    refreeze(folder, "no fusion", A)
    git(folder, "init", "--quiet", "--initial-branch=main")
    new = "configs/train/n.yaml"
    write_files(folder, {new: f"extends: [../base.yaml]\ncustom: {{fusion_config: {MIX}}}\n"})
    verdict, _, rest = ok(folder, "snapshot").partition("\n")
    assert verdict.startswith("1 preset and 1 fusion config frozen in snapshots/")
    assert rest.startswith(f"frozen  {new}")
    assert run(folder, "snapshot", "--check").code == 0
    assert not [path for path in contents(folder / "snapshots") if path.endswith(".tmp")]


def test_a_fusion_config_of_which_half_was_edited_is_left_alone(small_project: Path) -> None:
    folder = fused(small_project)
    edit(folder / A, "custom: {fusion_config: configs/fusion/mix.yaml}\n", "")
    refreeze(folder, "no fusion", A, B)
    git(folder, "checkout", "main", "--", "snapshots/fusion", "snapshots/fusion_records")
    commit(folder, "no fusion")
    baseline = folder / f"snapshots/fusion/{MIX}.json"
    baseline.write_text("by hand")
    ran = run(folder, "snapshot", "--resolve")
    assert (ran.code, f"snapshots/fusion/{MIX}.json: " in ran.out) == (2, True)
    assert (folder / f"snapshots/fusion_records/{MIX}.json").exists()


def test_the_commands_that_are_printed_know_a_linked_folder(repository: Path) -> None:
    git(repository, "mv", "snapshots", "frozen")
    (repository / "snapshots").symlink_to("frozen")
    commit(repository, "linked")
    refreeze_by_half(repository)
    ran = run(repository, "snapshot", "--resolve")
    words = ran.out.split("`")[1].split()
    assert words[:2] == ["git", "checkout"]
    git(repository, *words[1:])
    edit(repository / A, "alpha: 1\n", "")
    (repository / record_path(A)).unlink()
    assert resolved(repository).partition("\n")[0].endswith("frozen`")
