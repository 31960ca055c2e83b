"""What git has of one folder, point by point, back from what the work tree comes from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from migration.files.lineage import BASE, MEETING, OURS, THEIRS, WORK_TREE, Lineage, read_lineage
from tests.conftest import write_files
from tests.running import git, needs_git

pytestmark = needs_git

AT_FIRST = {"in/b.yaml": b"b: 1\n"}
ON_MAIN = {"in/b.yaml": b"b: 2\n", "in/c.yaml": b"c: 2\n"}
ON_SIDE = {"in/b.yaml": b"b: 3\n", "in/d.yaml": b"d: 3\n"}


def commit(repository: Path, texts: Mapping[str, str]) -> str:
    write_files(repository, texts)
    git(repository, "add", "--all", ".")
    git(repository, "commit", "--quiet", "--allow-empty", "--message=next")
    return git(repository, "rev-parse", "HEAD").strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository with one commit, of one file in the folder and one beside it."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit(tmp_path, {"sub/b.yaml": "b: 1\n", "a.yaml": "a: 1\n"})
    return tmp_path


def branch(repository: Path) -> None:
    """Commit a change of one file on a branch, and another one on the branch that is left open."""
    git(repository, "checkout", "--quiet", "-b", "side")
    commit(repository, {"sub/b.yaml": "b: 3\n", "sub/d.yaml": "d: 3\n", "a.yaml": "a: 3\n"})
    git(repository, "checkout", "--quiet", "main")
    commit(repository, {"sub/b.yaml": "b: 2\n", "sub/c.yaml": "c: 2\n"})


def lineage(repository: Path) -> Lineage:
    found = read_lineage(repository / "sub", "in")
    assert found
    return found


def files(found: Lineage, point: str) -> Mapping[str, bytes | None]:
    return {path: found.read(point, path) for path in found.paths(point)}


def in_conflict(repository: Path, *words: str) -> Lineage:
    with pytest.raises(AssertionError, match="CONFLICT"):
        git(repository, *words)
    return lineage(repository)


def sides_of(found: Lineage) -> list[Mapping[str, bytes | None]]:
    assert found.sides == found.sources == (OURS, THEIRS)
    base = found.parting(found.sides)
    return [files(found, point) for point in (*found.sides, base) if point]


@pytest.mark.parametrize("how", ["merge", "cherry-pick"])
def test_both_sides_of_what_is_under_way_are_read(repository: Path, how: str) -> None:
    branch(repository)
    assert sides_of(in_conflict(repository, how, "side")) == [ON_MAIN, ON_SIDE, AT_FIRST]


@pytest.mark.parametrize("first", [OURS, THEIRS])
def test_no_commit_of_a_side_is_skipped_whichever_is_asked_first(
    repository: Path, first: str
) -> None:
    git(repository, "checkout", "--quiet", "-b", "side")
    theirs = commit(repository, {"sub/b.yaml": "b: 3\n"})
    commit(repository, {"a.yaml": "a: 3\n"})
    git(repository, "checkout", "--quiet", "main")
    ours = commit(repository, {"sub/b.yaml": "b: 2\n"})
    commit(repository, {"a.yaml": "a: 2\n"})
    found = in_conflict(repository, "merge", "side")
    found.parents(first)
    assert (found.parents(OURS), found.parents(THEIRS)) == ((ours,), (theirs,))


def test_the_files_of_a_side_have_their_own_names_whatever_git_takes_for_renamed(
    repository: Path,
) -> None:
    long = "".join(f"key_{number}: 1\n" for number in range(20))
    commit(repository, {"sub/b.yaml": long})
    git(repository, "checkout", "--quiet", "-b", "side")
    git(repository, "mv", "sub/b.yaml", "sub/z.yaml")
    commit(repository, {"sub/z.yaml": f"{long}last: 3\n"})
    git(repository, "checkout", "--quiet", "main")
    commit(repository, {"sub/b.yaml": f"{long}last: 2\n"})
    sides = sides_of(in_conflict(repository, "merge", "side"))
    assert [[*side] for side in sides] == [["in/b.yaml"], ["in/z.yaml"], ["in/b.yaml"]]


def test_the_sides_of_a_rebase_are_those_that_git_calls_so(repository: Path) -> None:
    branch(repository)
    assert sides_of(in_conflict(repository, "rebase", "side")) == [ON_SIDE, ON_MAIN, AT_FIRST]


def test_a_revert_brings_in_what_was_there_before(repository: Path) -> None:
    commit(repository, {"sub/b.yaml": "b: 2\n"})
    commit(repository, {"sub/b.yaml": "b: 3\n"})
    found = sides_of(in_conflict(repository, "revert", "HEAD~1"))
    assert [side["in/b.yaml"] for side in found] == [b"b: 3\n", b"b: 1\n", b"b: 2\n"]


def test_what_a_stash_brings_into_conflict_has_two_sides(repository: Path) -> None:
    write_files(repository, {"sub/b.yaml": "b: 3\n"})
    git(repository, "stash")
    commit(repository, {"sub/b.yaml": "b: 2\n"})
    found = sides_of(in_conflict(repository, "stash", "pop"))
    assert [side["in/b.yaml"] for side in found] == [b"b: 2\n", b"b: 3\n", b"b: 1\n"]


def test_all_commits_of_a_merge_of_many_are_sides(repository: Path) -> None:
    for name in ("one", "two"):
        git(repository, "checkout", "--quiet", "-b", name, "main")
        commit(repository, {f"sub/{name}.yaml": ""})
    git(repository, "checkout", "--quiet", "main")
    git(repository, "merge", "--quiet", "--no-ff", "--no-commit", "one", "two")
    found = lineage(repository)
    assert found.sides == (OURS, THEIRS, "theirs 2")
    assert [{*files(found, point)} - {*AT_FIRST} for point in found.sides] == [
        set(),
        {"in/one.yaml"},
        {"in/two.yaml"},
    ]
    assert found.parting(found.sides) == BASE
    assert files(found, BASE) == AT_FIRST


def test_a_rebase_that_has_ended_is_not_under_way(repository: Path) -> None:
    branch(repository)
    in_conflict(repository, "rebase", "side")
    write_files(repository, {"sub/b.yaml": "b: 4\n"})
    git(repository, "add", ".")
    git(repository, "-c", "core.editor=true", "rebase", "--continue")
    assert git(repository, "rev-parse", "REBASE_HEAD")
    assert lineage(repository).sides == ()


def test_the_past_is_told_by_the_commits_that_changed_the_folder(repository: Path) -> None:
    first = git(repository, "rev-parse", "HEAD").strip()
    commit(repository, {"a.yaml": "a: 2\n"})
    second = commit(repository, {"sub/b.yaml": "b: 2\n"})
    head = commit(repository, {"a.yaml": "a: 3\n"})
    found = lineage(repository)
    chain, point = [], WORK_TREE
    while parents := found.parents(point):
        (point,) = parents
        chain.append(point)
    assert chain == [MEETING, head, second, first]
    assert [found.label(each) for each in chain[1:]] == [
        "the last commit",
        f"commit {second[:12]}",
        f"commit {first[:12]}",
    ]
    assert [files(found, each)["in/b.yaml"] for each in chain[1:]] == [b"b: 2\n"] * 2 + [b"b: 1\n"]


@pytest.mark.parametrize("strategy", ["ort", "ours"])
def test_a_merge_comes_from_both_sides_whatever_it_took(repository: Path, strategy: str) -> None:
    branch(repository)
    words = ("-X", "ours") if strategy == "ort" else ("-s", "ours")
    git(repository, "merge", "--quiet", *words, "side")
    found = lineage(repository)
    (head,) = found.sources
    sides = found.parents(head)
    assert [files(found, side) for side in sides] == [ON_MAIN, ON_SIDE]
    base = found.parting(sides)
    assert base
    assert files(found, base) == AT_FIRST


def test_all_that_a_file_has_ever_held_is_known(repository: Path) -> None:
    branch(repository)
    git(repository, "merge", "--quiet", "-X", "ours", "side")
    found = lineage(repository)
    assert sorted(found.contents_ever("in/b.yaml")) == [b"b: 1\n", b"b: 2\n", b"b: 3\n"]
    assert [*found.contents_ever("in/c.yaml")] == [b"c: 2\n"]
    assert [*found.contents_ever("in/none.yaml")] == []


def test_a_folder_that_is_gone_and_the_top_itself_have_a_past(repository: Path) -> None:
    (repository / "sub/b.yaml").unlink()
    (repository / "sub").rmdir()
    found = lineage(repository)
    assert files(found, *found.sources) == AT_FIRST
    whole = read_lineage(repository, "top")
    assert whole
    assert files(whole, *whole.sources) == {"top/a.yaml": b"a: 1\n", "top/sub/b.yaml": b"b: 1\n"}


def test_what_is_read_ahead_is_the_same(repository: Path) -> None:
    commit(repository, {"sub/c.yaml": "c: 1\n"})
    found = lineage(repository)
    found.read_ahead({"in/b.yaml"})
    (head,) = found.sources
    assert found.read(head, "in/c.yaml") == b"c: 1\n"
    assert found.read(head, "in/b.yaml") == b"b: 1\n"
    assert found.read(head, "in/none.yaml") is None


def test_where_there_is_no_commit_or_no_git_there_is_no_past(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, {"sub/a.yaml": ""})
    assert read_lineage(tmp_path / "sub", "in") is None
    git(tmp_path, "init", "--quiet")
    found = lineage(tmp_path)
    assert (found.sides, found.sources, found.parents(WORK_TREE)) == ((), (), (MEETING,))
    assert [*found.contents_ever("in/a.yaml")] == []
    monkeypatch.setenv("PATH", str(tmp_path))
    assert read_lineage(tmp_path / "sub", "in") is None
