from __future__ import annotations

import os
from pathlib import Path

import pytest

from migration.errors import MigrationError
from migration.files.checkout import checkout
from migration.files.git import (
    ignored,
    is_tracked,
    read_blobs,
    uncommitted,
)
from migration.files.git_history import Committed, committed_since, ever_tracked
from tests.conftest import write_files
from tests.running import commit_all, git, needs_git

pytestmark = needs_git
NEW, CHANGED = "not in the last commit", "changed since the last commit"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository in which all is committed."""
    folder = tmp_path / "repository"
    write_files(folder, {"a.yaml": "a: 1\n", "sub/b.yaml": "b: 1\n", ".gitignore": "*.local\n"})
    commit_all(folder)
    return folder


def test_a_committed_file_is_no_loss(repository: Path) -> None:
    assert uncommitted(repository, ["a.yaml", "sub/b.yaml"]) == {}
    assert uncommitted(repository, []) == {}


def test_what_is_untracked_ignored_or_staged_is_not_in_the_last_commit(repository: Path) -> None:
    write_files(repository, {"untracked": "", "ignored.local": "", "staged": "", "sub/deep/c": ""})
    git(repository, "add", "staged")
    names = ["untracked", "ignored.local", "staged", "sub/deep/c"]
    assert uncommitted(repository, [*names, "a.yaml"]) == dict.fromkeys(names, NEW)


def test_a_change_is_found_whether_staged_or_not(repository: Path) -> None:
    write_files(repository, {"a.yaml": "a: 2\n", "sub/b.yaml": "b: 2\n"})
    git(repository, "add", "a.yaml")
    both = {"a.yaml": CHANGED, "sub/b.yaml": CHANGED}
    assert uncommitted(repository, [*both]) == both
    write_files(repository, {"a.yaml": "a: 1\n", "sub/b.yaml": "b: 1\n"})
    assert uncommitted(repository, [*both]) == {"a.yaml": CHANGED}


def test_a_file_that_was_only_touched_is_unchanged(repository: Path) -> None:
    os.utime(repository / "a.yaml", (1, 1))
    assert uncommitted(repository, ["a.yaml"]) == {}


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_a_change_that_git_overlooks_is_not_taken_for_none(repository: Path, flag: str) -> None:
    git(repository, "update-index", flag, "a.yaml")
    write_files(repository, {"a.yaml": "a: 2\n"})
    reason = "git is set to ignore its changes"
    assert uncommitted(repository, ["a.yaml", "sub/b.yaml"]) == {"a.yaml": reason}


def test_without_a_commit_nothing_is_committed(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.yaml": ""})
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "a.yaml")
    assert uncommitted(tmp_path, ["a.yaml"]) == {"a.yaml": NEW}


def test_paths_count_from_the_folder_wherever_it_lies_in_the_repository(repository: Path) -> None:
    write_files(repository, {"sub/a.yaml": "", "b.yaml": ""})
    assert uncommitted(repository / "sub", ["b.yaml", "a.yaml"]) == {"a.yaml": NEW}
    edited = repository / "sub" / "b.yaml"
    edited.write_text("b: 2\n")
    assert uncommitted(repository / "sub", ["b.yaml"]) == {"b.yaml": CHANGED}


def test_any_name_that_a_file_can_have_is_told(repository: Path) -> None:
    names = ["a b", 'quo"te', "new\nline", "é ü", "日本", "back\\slash", ":(glob)*", "-x", "HEAD"]
    raw = os.fsdecode(b"latin-\xfc")
    write_files(repository, dict.fromkeys([*names, raw], "x"))
    commit_all(repository)
    assert uncommitted(repository, [*names, raw]) == {}
    write_files(repository, dict.fromkeys([*names, raw], "y"))
    assert uncommitted(repository, [*names, raw]) == dict.fromkeys([*names, raw], CHANGED)


def test_a_link_is_committed_as_a_link(repository: Path) -> None:
    (repository / "link").symlink_to("sub")
    assert uncommitted(repository, ["link"]) == {"link": NEW}
    commit_all(repository)
    assert uncommitted(repository, ["link"]) == {}
    (repository / "link").unlink()
    (repository / "link").symlink_to("elsewhere")
    assert uncommitted(repository, ["link"]) == {"link": CHANGED}


def test_a_repository_within_the_folder_is_not_the_folders(repository: Path) -> None:
    write_files(repository, {"inner/c.yaml": ""})
    commit_all(repository / "inner")
    assert uncommitted(repository, ["inner/c.yaml"]) == {"inner/c.yaml": NEW}


def test_a_folder_in_no_work_tree_has_no_git(repository: Path, tmp_path: Path) -> None:
    assert uncommitted(tmp_path, ["a.yaml"]) is None
    assert uncommitted(repository / ".git", ["HEAD"]) is None


def test_without_the_program_there_is_no_git(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(repository))
    assert uncommitted(repository, ["a.yaml"]) is None


def test_variables_that_name_another_repository_are_not_heeded(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    write_files(other, {"c.yaml": ""})
    commit_all(other)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    monkeypatch.setenv("GIT_LITERAL_PATHSPECS", "1")
    assert uncommitted(repository, ["a.yaml", "c.yaml"]) == {"c.yaml": NEW}


@pytest.mark.parametrize("broken", [".git/HEAD", ".git/index", ".git/config"])
def test_a_repository_that_git_cannot_read_is_not_taken_for_none(
    repository: Path, broken: str
) -> None:
    (repository / broken).write_text("not what git wrote")
    with pytest.raises(MigrationError) as error:
        uncommitted(repository, ["a.yaml"])
    assert str(error.value).startswith("git cannot tell what is committed: ")
    with pytest.raises(MigrationError, match="git cannot tell what is committed: "):
        checkout(repository)


def test_a_work_tree_that_has_lost_its_repository_is_not_taken_for_none(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.yaml": "", ".git": f"gitdir: {tmp_path}/gone\n"})
    with pytest.raises(MigrationError):
        uncommitted(tmp_path, ["a.yaml"])


def test_what_git_tracks_is_told_from_what_it_does_not(repository: Path, tmp_path: Path) -> None:
    write_files(repository, {"new": "", "ignored.local": "", "a*": ""})
    assert is_tracked(repository, "a.yaml")
    assert is_tracked(repository / "sub", "b.yaml")
    assert not any(is_tracked(repository, path) for path in ("new", "ignored.local", "a*", "gone"))
    git(repository, "add", "new")
    assert is_tracked(repository, "new")
    assert not is_tracked(tmp_path, "a.yaml")


def test_what_git_ignores_is_told_with_the_pattern(repository: Path, tmp_path: Path) -> None:
    names = ["x.local", "sub/new\nline.local", "a.yaml", "new"]
    found = ignored(repository, names)
    assert found == dict.fromkeys(names[:2], ".gitignore:1 *.local")
    assert ignored(repository / "sub", ["y.local", "b.yaml"]).keys() == {"y.local"}
    assert ignored(repository, []) == ignored(tmp_path, names) == {}
    write_files(repository, {"x.local": ""})
    git(repository, "add", "--force", "x.local")
    assert ignored(repository, ["x.local"]) == {}


def test_without_the_program_nothing_is_tracked_or_ignored(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(repository))
    assert not is_tracked(repository, "a.yaml")
    assert ignored(repository, ["x.local"]) == {}


# The past, and what is in no work tree.


def test_what_git_ever_had_in_a_folder_is_told_by_path(tmp_path: Path) -> None:
    top, folder = tmp_path, tmp_path / "project"
    write_files(folder, {"in/a": "", 'in/b \n"é': "", "out": "", "in.x": ""})
    assert ever_tracked(folder / "in") == frozenset()
    git(top, "init", "--quiet", "--initial-branch=main")
    assert ever_tracked(folder / "in") == frozenset()
    commit_all(top)
    git(top, "checkout", "--quiet", "-b", "side")
    write_files(folder, {"in/side": ""})
    commit_all(top)
    (folder / "in/side").unlink()
    commit_all(top)
    git(top, "checkout", "--quiet", "main")
    (folder / "in/a").rename(folder / "in/moved")
    commit_all(top)
    git(top, "merge", "--quiet", "--no-edit", "side")
    write_files(folder, {"in/staged": "", "in/untracked": ""})
    git(folder, "add", "in/staged")
    names = ("a", 'b \n"é', "side", "moved", "staged")
    assert ever_tracked(folder / "in") == {*names}


@pytest.mark.skipif(os.geteuid() != 0, reason="needs the right to give a file away")
def test_a_repository_of_somebody_else_is_named_with_what_git_advises(repository: Path) -> None:
    for path in (repository, repository / ".git"):
        os.chown(path, 12345, -1)
    with pytest.raises(MigrationError) as error:
        ever_tracked(repository / "sub")
    assert "dubious ownership" in str(error.value)
    advice = f"git config --global --add safe.directory {repository}"
    assert str(error.value).endswith(f"\n  hint: `{advice}`, if it is to be trusted")


def test_files_that_were_removed_since_the_ledger_came_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "project/in"
    assert committed_since(folder, "ledger") == Committed()
    write_files(folder, {"ledger": "1", "r/before": "", "r/kept": ""})
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit_all(tmp_path)
    (folder / "r/before").unlink()
    (folder / "ledger").unlink()
    commit_all(tmp_path)
    assert committed_since(folder, "ledger") == Committed()
    write_files(folder, {"ledger": "2", "r/one": "", "r/two": "", "r/side": ""})
    commit_all(tmp_path)
    git(tmp_path, "checkout", "--quiet", "-b", "side")
    (folder / "r/side").unlink()
    commit_all(tmp_path)
    git(tmp_path, "checkout", "--quiet", "main")
    (folder / "r/one").unlink()
    commit_all(tmp_path)
    git(tmp_path, "merge", "--quiet", "--no-commit", "side")
    (folder / "r/two").unlink()
    commit_all(tmp_path)
    now = {"ledger", "r/kept"}
    found = committed_since(folder, "ledger")
    assert found.files == {*now, "r/one", "r/two", "r/side"}
    assert found.lost_in_merges == {"r/two", "r/one", "r/side"}


def test_blobs_are_read_a_few_at_a_time_and_no_large_one(repository: Path) -> None:
    sizes = (3, 4, 5, 20, 0)
    write_files(repository, {f"blob{size}": "x" * size for size in sizes})
    commit_all(repository)
    ids = {git(repository, "hash-object", f"blob{size}").strip(): size for size in sizes}
    parts = [*read_blobs(repository, ids, 10)]
    read = {ids[blob]: data for part in parts for blob, data in part.items()}
    assert read == {size: b"x" * size for size in (3, 4, 5, 0)}
    assert len(parts) > 1
    with pytest.raises(MigrationError, match=r"git cannot tell what is committed: 0000.* missing"):
        [*read_blobs(repository, ["0" * 40], 10)]
