"""`retire`: what goes, what keeps it, what is not committed, and that it can be run again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from migration.phases import Status
from tests.conftest import ROOT, write_files
from tests.layouts import change_settings
from tests.ledgers import (
    MIX,
    OPTIM,
    SHALLOW,
    A,
    B,
    checklist,
    entry,
    gate,
    migrate,
    ok,
    record,
    to_phase,
    type_status,
)
from tests.running import Ran, commit_all, contents, edit, git, needs_git, run

MORE, SPARE = "configs/components/data/more.yaml", "configs/train/spare_base.yaml"
NEXT = "commit that, then `advance` closes phase 3\n"
NO_GIT = "note: git cannot restore them (it is in no git work tree): only `--force` removes them\n"
FIRST = "first migrate or remove the files that are built from legacy files\n"
NOTHING = "nothing to remove: no legacy file is left\n"


def assert_refused(folder: Path, *obstacles: str, end: str = "", number: int | None = None) -> None:
    """Both forms say what is in the way, exit 2, and change nothing."""
    before = contents(folder)
    number = len(obstacles) if number is None else number
    tail = f"removed, {number} {'obstacle' if number == 1 else 'obstacles'}:\n"
    tail += "".join(f"  {each}\n" for each in obstacles) + end
    assert run(folder, "retire") == Ran(2, f"nothing was {tail}", "")
    assert run(folder, "retire", "--force") == Ran(2, f"nothing was {tail}", "")
    planned = run(folder, "retire", "--dry-run")
    assert (planned.code, planned.err) == (2, "")
    assert f"\nlegacy  {OPTIM}\n" in planned.out
    assert planned.out.startswith(f"nothing can be {tail}legacy  ")
    assert contents(folder) == before


@pytest.fixture
def ready(frozen_project: Path) -> Path:
    """Return the small project in phase 3, with a few more legacy files, in no repository."""
    to_phase(frozen_project, 3)
    # A glob that also matches what a preset was frozen from, so that it may match no file later.
    legacy = ["configs/components/**", "configs/[act]*/**/[os]p*.yaml"]
    change_settings(frozen_project, legacy=legacy, exclude=[SPARE])
    write_files(frozen_project, {MORE: "", SPARE: ""})
    return frozen_project


@pytest.fixture
def committed(ready: Path) -> Path:
    """Return the same project, committed."""
    commit_all(ready)
    return ready


# What goes.


def test_every_legacy_file_goes_and_nothing_else(ready: Path) -> None:
    before = contents(ready)
    lines = "".join(f"removed  {path}\n" for path in (MORE, OPTIM, SPARE))
    assert ok(ready, "retire", "--force") == f"3 legacy files removed; {NEXT}{lines}"
    assert before.keys() - contents(ready).keys() == {MORE, OPTIM, SPARE}
    assert not (ready / "configs/components").exists()
    assert ok(ready, "retire", "--force") == ok(ready, "retire", "--dry-run") == NOTHING
    assert ok(ready, "retire") == NOTHING
    assert ok(ready, "advance") == "phase 3 is closed; the migration is done\n"
    assert gate(ready) == 0


def test_a_dry_run_lists_the_files_and_removes_none(ready: Path) -> None:
    before = contents(ready)
    lines = "".join(f"would remove  {path}\n" for path in (MORE, OPTIM, SPARE))
    head = "3 legacy files would be removed; nothing was\n"
    assert ok(ready, "retire", "--dry-run", "--force") == head + lines
    by_force = "3 legacy files would be removed by `--force`; nothing was\n"
    assert run(ready, "retire", "--dry-run") == Ran(2, by_force + lines + NO_GIT, "")
    assert contents(ready) == before


def test_the_old_file_of_a_preset_that_moved_or_was_dropped_goes(frozen_project: Path) -> None:
    to_phase(frozen_project, 2)
    write_files(frozen_project, {"configs/a.yaml": SHALLOW.replace("../", "")})
    ok(frozen_project, "map", "--old", A, "--new", "configs/a.yaml")
    ok(frozen_project, "map", "--old", B, "--drop", "--reason", "superseded")
    ok(frozen_project, "check-parity")
    ok(frozen_project, "advance")
    ok(frozen_project, "retire", "--force")
    left = ["configs/a.yaml", "configs/base.yaml", MIX]
    assert [path for path in contents(frozen_project) if path.startswith("configs/")] == left
    ok(frozen_project, "advance")


def test_legacy_files_that_came_back_go_again(frozen_project: Path) -> None:
    to_phase(frozen_project, "done")
    write_files(frozen_project, {OPTIM: "optim: {lr: 1.0e-4}\n"})
    assert run(frozen_project, "ledger", "--check").code == 2
    assert ok(frozen_project, "retire", "--force") == (
        f"1 legacy file removed; commit that\nremoved  {OPTIM}\n"
    )
    assert gate(frozen_project) == 0


def test_the_ledger_names_it_as_the_next_command(ready: Path) -> None:
    why = "removes the legacy files; --dry-run lists them"
    assert ok(ready, "ledger").endswith(f"next: config-migration retire  ({why})\n")
    ok(ready, "retire", "--force")
    assert checklist(ready)["next"] == "config-migration advance"


def test_nothing_to_remove_is_no_fault_in_any_phase(frozen_project: Path) -> None:
    (frozen_project / OPTIM).unlink()
    before = contents(frozen_project)
    assert ok(frozen_project, "retire", "--force") == NOTHING
    assert contents(frozen_project) == before


# What keeps it.


@pytest.mark.parametrize("phase", [0, 1, 2])
def test_no_legacy_file_goes_before_phase_3(frozen_project: Path, phase: int) -> None:
    to_phase(frozen_project, phase)
    migrate(frozen_project)
    assert_refused(frozen_project, f"phase {phase} is open: legacy files go in phase 3")


def test_presets_that_are_built_from_a_legacy_file_are_named(frozen_project: Path) -> None:
    to_phase(frozen_project, 1)
    assert_refused(
        frozen_project,
        "phase 1 is open: legacy files go in phase 3",
        f"pending: built from {OPTIM}",
        f"  in  {A}, {B}",
        number=3,
    )


def test_a_preset_that_fell_back_on_a_legacy_file_is_named(ready: Path) -> None:
    edit(ready / B, "extends: a.yaml", "extends: [a.yaml, ../components/data/more.yaml]")
    run(ready, "check-parity")
    message = f"phase 2 is closed, but the preset is built from {MORE}"
    assert_refused(ready, f"{B}: pending: {message}")


def test_a_preset_that_fails_is_named(ready: Path) -> None:
    edit(ready / B, "seed: 1", "seed: 2")
    run(ready, "check-parity")
    assert_refused(ready, f"{B}: failed: 1 forbidden difference: training.seed")


@pytest.mark.parametrize("recorded", ["pending", "failed", "missing", "error"])
def test_what_is_true_counts_and_not_what_is_on_record(ready: Path, recorded: Status) -> None:
    record(ready, B, recorded)
    before = contents(ready)
    ok(ready, "retire", "--force")
    after = contents(ready)
    assert before.keys() - after.keys() == {MORE, OPTIM, SPARE}
    assert {path: before[path] for path in after} == after
    ok(ready, "advance")
    assert entry(ready, B) == {"status": "verified"}


def test_a_verified_typed_in_by_hand_is_in_the_way(ready: Path) -> None:
    edit(ready / B, "seed: 1", "seed: 2")
    run(ready, "check-parity")
    type_status(ready, B, "verified")
    truth = "failed: 1 forbidden difference: training.seed"
    assert_refused(ready, f"{B}: stale: ledger says verified (edited by hand), now {truth}")


def test_a_verdict_that_is_true_no_more_is_in_the_way(ready: Path) -> None:
    edit(ready / B, "seed: 1", "seed: 2")
    truth = "failed: 1 forbidden difference: training.seed"
    assert_refused(ready, f"{B}: stale: ledger says verified, now {truth}")


def test_a_preset_that_is_not_frozen_and_needs_a_legacy_file_is_named(ready: Path) -> None:
    c = "configs/train/c.yaml"
    write_files(ready, {c: "extends: ../components/optim.yaml\n"})
    message = f"built from {OPTIM}, but not frozen: `snapshot` freezes it as it is now"
    sibling = f"as {B} but for 3 values"
    ran = run(ready, "retire")
    assert (ran.code, f"{c}: new: {message}; " in ran.out, ran.err) == (2, True, ""), sibling


def test_a_new_preset_on_the_new_layout_is_frozen_before_anything_goes(ready: Path) -> None:
    write_files(ready, {"configs/train/c.yaml": "extends: a.yaml\n"})
    assert run(ready, "retire").code == 2
    ok(ready, "snapshot")
    ok(ready, "retire", "--force")


def test_a_file_that_is_no_preset_and_needs_legacy_files_is_named(ready: Path) -> None:
    template = "configs/templates/t.yml"
    bases = "../components/optim.yaml, ../components/data/more.yaml"
    write_files(ready, {template: f"extends: [../base.yaml, {bases}]\n"})
    assert_refused(ready, f"{template}: built from {MORE} and 1 more legacy file", end=FIRST)
    (ready / template).unlink()
    ok(ready, "retire", "--force")


def test_a_fusion_file_that_no_preset_names_and_that_needs_a_legacy_file_is_named(
    ready: Path,
) -> None:
    variant = "configs/fusion/spare.yaml"
    write_files(ready, {variant: "extends: ../components/optim.yaml\n"})
    assert_refused(ready, f"{variant}: built from {OPTIM}", end=FIRST)


def test_a_template_that_names_a_legacy_fusion_file_is_named(ready: Path) -> None:
    template = "configs/t.yaml"
    write_files(ready, {template: f"custom: {{fusion_config: {MORE}}}\n"})
    assert_refused(ready, f"{template}: built from {MORE}", end=FIRST)


def test_a_template_on_legacy_files_is_named_even_if_its_fusion_file_is_broken(ready: Path) -> None:
    template, fusion = "configs/t.yaml", "elsewhere/mix.yaml"
    text = f"extends: components/optim.yaml\ncustom: {{fusion_config: {fusion}}}\n"
    write_files(ready, {template: text, fusion: "a: [\n"})
    ran = run(ready, "retire")
    assert (ran.code, (ready / OPTIM).exists()) == (2, True)
    assert f"  {template}: built from {OPTIM}\n" in ran.out


def test_a_file_that_cannot_be_read_and_may_have_a_name_by_escapes_is_told(ready: Path) -> None:
    text = '- "\\x6f"\n'
    write_files(ready, {"configs/t.yaml": text, "configs/.hidden.yaml": "- a\n"})
    ran = run(ready, "retire", "--force")
    fault = "configs/t.yaml:1: the root must be a mapping, not a list"
    assert (ran.code, ran.err) == (0, "")
    assert f"note: {fault}; not checked for legacy files\n" in ran.out
    assert not (ready / OPTIM).exists()


def test_a_legacy_file_that_is_built_from_another_is_not_in_the_way(ready: Path) -> None:
    write_files(ready, {MORE: "extends: ../optim.yaml\n"})
    ok(ready, "retire", "--force")


# Links.


def test_a_link_in_the_place_of_a_legacy_file_goes_and_not_what_it_leads_to(ready: Path) -> None:
    write_files(ready, {"elsewhere/x.yaml": "x: 1\n"})
    (ready / "configs/components/link.yaml").symlink_to("../../elsewhere/x.yaml")
    assert "removed  configs/components/link.yaml\n" in ok(ready, "retire", "--force")
    assert (ready / "elsewhere/x.yaml").read_text() == "x: 1\n"
    ok(ready, "advance")


def test_a_linked_folder_in_a_legacy_place_goes_as_the_link(ready: Path) -> None:
    write_files(ready, {"elsewhere/x.yaml": "x: 1\n", "elsewhere/y.yaml": ""})
    (ready / "configs/components/linked").symlink_to("../../elsewhere")
    (ready / "configs/components/alias").symlink_to("data")
    out = ok(ready, "retire", "--force")
    assert "removed  configs/components/alias\n" in out
    assert "removed  configs/components/linked\nremoved" in out
    assert (ready / "elsewhere/x.yaml").exists()
    ok(ready, "advance")


def test_a_legacy_file_that_is_seen_through_a_link_as_well_goes_once(ready: Path) -> None:
    (ready / "configs/alias").symlink_to("train")
    out = ok(ready, "retire", "--force")
    assert (out.count("spare_base"), (ready / "configs/alias").is_symlink()) == (1, True)
    assert (ready / A).exists()
    ok(ready, "advance")


def test_a_legacy_file_behind_a_link_that_leads_to_more_is_left_to_people(ready: Path) -> None:
    write_files(ready, {"elsewhere/x_base.yaml": "", "elsewhere/y.yaml": ""})
    (ready / "configs/linked").symlink_to("../elsewhere")
    change_settings(ready, legacy=["configs/components/**", SPARE, "configs/linked/x_base.yaml"])
    before = contents(ready)
    for words in (["retire"], ["retire", "--dry-run"]):
        ran = run(ready, *words)
        assert (ran.code, ran.out, ran.err) == (
            1,
            "",
            (
                "configs/linked/x_base.yaml: behind the link configs/linked, which leads to more\n"
                "  hint: remove it by hand, or move it out of the linked folder\n"
            ),
        )
    assert contents(ready) == before


def test_a_preset_that_reaches_its_base_by_the_link_left_in_an_old_place_is_named(
    frozen_project: Path,
) -> None:
    to_phase(frozen_project, 2)
    (frozen_project / A).rename(frozen_project / "configs/a.yaml")
    edit(frozen_project / "configs/a.yaml", "../base.yaml", "base.yaml")
    (frozen_project / A).symlink_to("../a.yaml")
    ok(frozen_project, "map", "--old", A, "--new", "configs/a.yaml")
    ok(frozen_project, "check-parity")
    ok(frozen_project, "advance")
    # b extends the link, which is where a was.
    assert_refused(frozen_project, f"{B}: built from {A}", end=FIRST)
    edit(frozen_project / B, "a.yaml", "../a.yaml")
    ok(frozen_project, "retire", "--force")
    assert not (frozen_project / A).is_symlink()
    ok(frozen_project, "check-parity")
    ok(frozen_project, "advance")


# What the toolkit needs itself.


def test_what_the_toolkit_needs_itself_is_never_removed(ready: Path) -> None:
    profile = (ROOT / "migration/parity/profiles/parity.yaml").read_text()
    write_files(ready, {"configs/components/profile.yaml": profile})
    change_settings(ready, profile="configs/components/profile.yaml")
    before = contents(ready)
    assert run(ready, "retire", "--force") == Ran(
        1,
        "",
        "configs/components/profile.yaml: counts as legacy, but the toolkit needs it\n"
        "  hint: narrow 'legacy'\n",
    )
    change_settings(ready, legacy=["snapshots/**", "*.toml"])
    assert run(ready, "retire", "--force") == Ran(
        1,
        "",
        "pyproject.toml: counts as legacy, but the toolkit needs it\n  hint: narrow 'legacy'\n",
    )
    assert contents(ready).keys() == before.keys()


@pytest.mark.parametrize("glob", ["snapshots/**", "**", "frozen/**"])
def test_what_is_frozen_is_legacy_by_no_glob(ready: Path, glob: str) -> None:
    (ready / "frozen").symlink_to("snapshots")
    before = contents(ready / "snapshots")
    # A base is never legacy, so that a glob for everything needs a project without one.
    base = None if glob == "**" else "configs/base.yaml"
    change_settings(ready, legacy=["configs/components/**", glob], base=base)
    if glob == "**":
        ran = run(ready, "retire", "--force")
        assert (ran.code, "snapshots/" in ran.out + ran.err) == (1, False)
    else:
        out = ok(ready, "retire", "--force")
        assert out == f"2 legacy files removed; {NEXT}removed  {MORE}\nremoved  {OPTIM}\n"
    assert contents(ready / "snapshots") == before


# What is not committed.


@needs_git
def test_committed_files_go_without_a_word_of_git(committed: Path) -> None:
    out = ok(committed, "retire")
    assert out.startswith(f"3 legacy files removed; {NEXT}removed  ")
    assert out.endswith(f"removed  {SPARE}\n")
    deleted = git(committed, "status", "--porcelain").splitlines()
    assert deleted == [f" D {path}" for path in (MORE, OPTIM, SPARE)]


@needs_git
@pytest.mark.parametrize("kind", ["untracked", "staged", "ignored", "modified"])
def test_what_is_not_committed_is_removed_only_by_force(committed: Path, kind: str) -> None:
    path, reason = "configs/components/new file.yaml", "not in the last commit"
    if kind == "ignored":
        write_files(committed, {".gitignore": "configs/components/new*\n"})
    if kind == "modified":
        path, reason = OPTIM, "changed since the last commit"
    write_files(committed, {path: "a: 1\n"})
    if kind == "staged":
        git(committed, "add", path)
    before = contents(committed)
    hint = "  hint: commit it first, or `--force` removes it for good\n"
    assert run(committed, "retire") == Ran(1, "", f"{path}: not committed: {reason}\n{hint}")
    planned = run(committed, "retire", "--dry-run")
    assert (planned.code, planned.err) == (2, "")
    assert f"would remove  {path}  ({reason})\n" in planned.out
    number = len([line for line in planned.out.splitlines() if line.startswith("would")])
    head = "not committed, so that none is removed: commit first, or `--force`"
    assert planned.out.startswith(f"1 of {number} legacy files {head}\nwould remove  ")
    assert contents(committed) == before
    ok(committed, "retire", "--dry-run", "--force")
    assert contents(committed) == before
    ok(committed, "retire", "--force")
    assert not (committed / path).exists()
    ok(committed, "advance")


@needs_git
def test_every_file_that_is_not_committed_is_named_and_the_hint_once(committed: Path) -> None:
    write_files(committed, {OPTIM: "optim: {}\n", MORE: "a: 1\n"})
    assert run(committed, "retire").err == (
        f"{MORE}: not committed: changed since the last commit\n"
        f"{OPTIM}: not committed: changed since the last commit\n"
        "  hint: commit it first, or `--force` removes it for good\n"
    )


@needs_git
def test_obstacles_come_before_what_is_not_committed(committed: Path) -> None:
    write_files(
        committed, {OPTIM: "optim: {}\n", "configs/t.yaml": "extends: train/spare_base.yaml"}
    )
    ran = run(committed, "retire")
    assert (ran.code, ran.err) == (2, "")
    head = f"nothing was removed, 1 obstacle:\n  configs/t.yaml: built from {SPARE}\n"
    assert ran.out == head + FIRST
    planned = run(committed, "retire", "--dry-run")
    head = f"nothing can be removed, 1 obstacle:\n  configs/t.yaml: built from {SPARE}\n{FIRST}"
    losses = (
        "1 of 3 legacy files not committed, so that none is removed: commit first, or `--force`"
    )
    lines = (MORE, f"{OPTIM}  (changed since the last commit)", SPARE)
    listed = "".join(f"legacy  {line}\n" for line in lines)
    assert planned == Ran(2, f"{head}{losses}\n{listed}", "")


@needs_git
def test_a_repository_without_a_commit_has_nothing_committed(ready: Path) -> None:
    git(ready, "init", "--quiet")
    git(ready, "add", ".")
    ran = run(ready, "retire")
    assert (ran.code, ran.err.count("not in the last commit")) == (1, 3)


@needs_git
def test_a_project_in_a_folder_of_a_repository_is_asked_about_by_its_own_paths(
    ready: Path,
) -> None:
    commit_all(ready.parent)
    write_files(ready.parent, {OPTIM: "another file of the same path\n"})
    assert git(ready, "rev-parse", "--show-prefix") == "project/\n"
    write_files(ready, {SPARE: "a: 1\n"})
    ran = run(ready / "configs", "retire")
    assert (ran.code, ran.err.splitlines()[0]) == (
        1,
        f"{SPARE}: not committed: changed since the last commit",
    )
    commit_all(ready.parent)
    ok(ready / "configs", "retire")
    assert (ready.parent / OPTIM).exists()


@needs_git
def test_the_repository_of_a_hook_is_not_taken_for_the_projects(
    ready: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    shutil.copytree(ready, other)
    commit_all(other)
    git(ready, "init", "--quiet")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    assert run(ready, "retire").code == 1
    assert (ready / OPTIM).exists()


@needs_git
def test_without_the_program_git_the_files_go_only_by_force(
    committed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    before = contents(committed)
    hint = "  hint: commit them to git first, or `--force` removes them for good\n"
    message = "git could not restore the legacy files: git is not installed\n"
    assert run(committed, "retire") == Ran(1, "", message + hint)
    assert contents(committed) == before
    assert "(git is not installed): only `--force`" in run(committed, "retire", "--dry-run").out
    ok(committed, "retire", "--force")


@needs_git
def test_a_repository_that_git_cannot_read_keeps_all_but_by_force(committed: Path) -> None:
    (committed / ".git" / "index").write_text("not what git wrote")
    ran = run(committed, "retire")
    assert ran.code == 1
    assert ran.err.startswith("git cannot tell what is committed: ")
    assert ran.err.endswith(
        "\n  hint: repair the repository, or use `--force` to skip this check\n"
    )
    assert (committed / OPTIM).exists()
    ok(committed, "retire", "--force")
    assert ok(committed, "retire") == NOTHING


# Half-way.


def test_a_file_that_cannot_be_removed_is_named_and_a_second_run_goes_on(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink = Path.unlink

    def refuse(path: Path, *, missing_ok: bool = False) -> None:
        if path.name == "optim.yaml":
            raise PermissionError(13, "Permission denied")
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        assert run(ready, "retire", "--force") == Ran(
            1,
            "",
            f"{OPTIM}: cannot remove: Permission denied\n"
            "  hint: the files before it are gone; `retire` goes on with the rest once this one "
            "can go\n",
        )
    assert [(ready / path).exists() for path in (MORE, OPTIM, SPARE)] == [False, True, True]
    out = ok(ready, "retire", "--force")
    assert out == f"2 legacy files removed; {NEXT}removed  {OPTIM}\nremoved  {SPARE}\n"


def test_an_interrupt_exits_130_and_a_second_run_goes_on(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rmdir = Path.rmdir

    def interrupt(path: Path) -> None:
        rmdir(path)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rmdir", interrupt)
        assert run(ready, "retire", "--force").code == 130
    assert [(ready / path).exists() for path in (MORE, OPTIM, SPARE)] == [False, True, True]
    ok(ready, "retire", "--force")
    ok(ready, "advance")


# The whole tree.


@pytest.mark.parametrize("has_git", [pytest.param(True, marks=needs_git), False])
def test_the_legacy_tree_is_retired_once_every_preset_is_migrated(
    legacy_project: Path, has_git: bool
) -> None:
    ok(legacy_project, "snapshot")
    ok(legacy_project, "advance")
    shutil.copytree(ROOT / "configs", legacy_project / "configs", dirs_exist_ok=True)
    # The tree has a preset more than the legacy one.
    ok(legacy_project, "snapshot")
    ok(legacy_project, "check-parity")
    ok(legacy_project, "advance")
    ok(legacy_project, "advance")
    if has_git:
        commit_all(legacy_project)
    words = ["retire"] if has_git else ["retire", "--force"]
    assert "29 legacy files would be removed" in ok(legacy_project, *words, "--dry-run")
    assert ok(legacy_project, *words).startswith(f"29 legacy files removed; {NEXT}removed  ")
    assert contents(legacy_project / "configs") == contents(ROOT / "configs")
    assert ok(legacy_project, "advance") == "phase 3 is closed; the migration is done\n"
    assert gate(legacy_project) == 0
    ok(legacy_project, "snapshot", "--check")
    ok(legacy_project, "check-parity", "--no-record")
    folders = {path for path in (legacy_project / "configs").rglob("*") if path.is_dir()}
    assert all(any(folder.iterdir()) for folder in folders)
