from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from migration.errors import MigrationError
from migration.files.checkout import list_left_out
from migration.files.disk_tree import DiskTree
from migration.files.git import Git, opened
from migration.files.git_contents import CommitUnreadableError
from migration.files.git_listing import list_commit
from migration.files.git_tree import GitTree
from migration.files.sparse_tree import SparseTree, list_sparse
from migration.files.tree import Tree
from tests.conftest import write_files
from tests.running import commit_all, git, needs_git

pytestmark = needs_git
NAMES = ("a.yaml", "b.yml", "c", "d", ".h", "e e", "ü", "node_modules", "pyvenv.cfg")


def opened_git(folder: Path) -> Git:
    found = opened(folder)
    assert found
    return found


def tree_of(root: Path, commit: str = "HEAD") -> GitTree:
    return GitTree(list_commit(opened_git(root), commit), Path(os.path.realpath(root)))


def repository(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    write_files(folder, files)
    commit_all(folder)
    return folder


def refusal(tree: Tree, path: str) -> str:
    with pytest.raises(MigrationError) as error:
        tree.read_config(path)
    return str(error.value)


def grow(seed: int, top: Path, outside: Path) -> None:
    """Fill a folder with files, folders and links, but none to a folder around the repository."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    folders = [top]
    for _ in range(14):
        folder = chance.choice(folders)
        place = folder / chance.choice(NAMES)
        if place.exists() or place.is_symlink():
            continue
        kind = chance.random()
        if kind < 0.35:
            place.write_text(f"x: {chance.randrange(9)}\n")
        elif kind < 0.6:
            place.mkdir()
            (place / "k.yaml").write_text("k: 1\n")
            folders.append(place)
        else:
            inside = chance.choice(folders) / chance.choice(NAMES)
            targets = [
                os.path.relpath(inside, folder), os.path.relpath(chance.choice(folders), folder),
                str(inside), "..", ".", "../..", place.name, "nowhere/x", "../../outside.yaml",
            ]  # fmt: skip
            place.symlink_to(chance.choice(targets))
            if Path(os.path.realpath(place)) in (outside, *outside.parents):
                place.unlink()


def probes(top: Path, chance: random.Random) -> Iterator[str]:
    found = [str(path.relative_to(top)) for path in top.rglob("*") if ".git" not in path.parts]
    for path in found:
        yield from (path, f"./{path}", f"{path}/../a.yaml", f"{path}/k.yaml", f"{path}/.")
    for _ in range(30):
        yield "/".join(chance.choices((*NAMES, "..", "k.yaml"), k=chance.randint(1, 4)))
    yield from (".", "", "..", "../outside.yaml", "../../x", str(top / "a.yaml"), "/etc")


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("is_nested", [False, True])
def test_a_commit_reads_as_a_checkout_of_it(tmp_path: Path, seed: int, is_nested: bool) -> None:
    top = tmp_path / "repository"
    root = top / "project" if is_nested else top
    root.mkdir(parents=True)
    (tmp_path / "outside.yaml").write_text("outside: 1\n")
    git(top, "init", "-q", "-b", "main")
    (top / "outside.yaml").write_text("outside: 2\n")
    (root / "a.yaml").write_text("a: 1\n")
    grow(seed, root, tmp_path)
    commit_all(top)
    disk, committed = DiskTree(root), tree_of(root)
    chance = random.Random(seed)  # noqa: S311 - no secret
    for path in dict.fromkeys(probes(root, chance)):
        for folder in ("", "c", "c/d"):
            assert committed.real_path(path, folder) == disk.real_path(path, folder), path
            assert committed.links(path, folder) == disk.links(path, folder), path
        for asked in {path, disk.real_path(path)} if os.path.normpath(path) == path else ():
            assert committed.names(asked) == [n for n in disk.names(asked) if n != ".git"]
            for name in ("is_file", "is_link", "irregular", "exists"):
                assert getattr(committed, name)(asked) == getattr(disk, name)(asked), (name, asked)
            if disk.is_file(asked):
                assert committed.read(asked) == disk.read(asked)
            else:
                assert refusal(committed, asked) == refusal(disk, asked)
            for hidden in (True, False):
                found = files_or_fault(committed, asked, hidden)
                assert found == files_or_fault(disk, asked, hidden), asked
    asked_paths = [*probes(root, random.Random(seed))]  # noqa: S311 - no secret
    asked_paths = [path for path in asked_paths if os.path.normpath(path) == path]
    for text in (b"x: ", b"outside"):
        holding = {*disk.list_holding(asked_paths, text)}
        assert {*committed.list_holding(asked_paths, text)} == holding


def files_or_fault(tree: Tree, folder: str, with_hidden: bool) -> object:
    try:
        return [
            path
            for path in tree.files(folder, with_hidden=with_hidden)
            if ".git" not in path.split("/")
        ]
    except (MigrationError, ValueError) as error:
        return str(error)


def test_a_text_that_is_no_path_has_no_file(tmp_path: Path) -> None:
    tree = tree_of(repository(tmp_path / "r", {"a.yaml": ""}))
    assert tree.real_path("a\0b", "sub") == "sub/a\0b"
    assert not tree.is_file("sub/a\0b")
    assert tree.irregular("sub/a\0b") is None


def test_a_file_of_a_commit_has_its_size_and_its_encoding_checked(tmp_path: Path) -> None:
    tree = tree_of(repository(tmp_path / "r", {"a.yaml": "a: 12\n"}))
    with pytest.raises(MigrationError, match="cannot read: larger than 3 bytes"):
        tree.read("a.yaml", 3)
    assert tree.read("a.yaml", 6) == b"a: 12\n"
    with pytest.raises(MigrationError, match="larger than 5 bytes"):  # it is known by now
        tree.read("a.yaml", 5)


def test_a_name_that_is_not_utf_8_is_listed_and_refused(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / os.fsdecode(b"\xff.yaml")).write_text("a: 1\n")
    commit_all(folder)
    tree = tree_of(folder)
    assert tree.files("") == (os.fsdecode(b"\xff.yaml"),)
    assert "the name is not UTF-8" in refusal(tree, os.fsdecode(b"\xff.yaml"))


def test_names_that_differ_in_case_or_in_how_a_letter_is_spelled_are_apart(tmp_path: Path) -> None:
    files = {"A.yaml": "1", "a.yaml": "2", "\u00e9.yaml": "3", "e\u0301.yaml": "4"}
    tree = tree_of(repository(tmp_path / "r", files))
    assert {path: tree.read_text(path) for path in tree.files("")} == files


def test_a_pointer_of_git_lfs_is_named(tmp_path: Path) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n"
    tree = tree_of(repository(tmp_path / "r", {"a.yaml": pointer}))
    assert "a pointer of Git LFS" in refusal(tree, "a.yaml")


def test_an_earlier_commit_is_read_as_it_was(tmp_path: Path) -> None:
    folder = repository(tmp_path / "r", {"a.yaml": "a: 1\n", "b/c.yaml": ""})
    (folder / "a.yaml").write_text("a: 2\n")
    git(folder, "rm", "-q", "b/c.yaml")
    commit_all(folder)
    before, now = tree_of(folder, "HEAD~1"), tree_of(folder)
    assert (before.read_text("a.yaml"), now.read_text("a.yaml")) == ("a: 1\n", "a: 2\n")
    assert (before.files("b"), now.files("b")) == (("b/c.yaml",), ())
    assert before.blob("a.yaml") != now.blob("a.yaml")
    assert now.signature("b/c.yaml") is None


def test_many_files_are_read_with_few_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"c/{n:04}.yaml": f"n: {n}\n" for n in range(1_500)} | {"data.bin": "x" * 9}
    tree = tree_of(repository(tmp_path / "r", files))
    calls: list[tuple[str, ...]] = []
    run = Git.run

    def counted(self: Git, *words: str, given: bytes = b"") -> object:
        calls.append(words)
        return run(self, *words, given=given)

    monkeypatch.setattr(Git, "run", counted)
    for path in tree.files("c"):
        assert tree.read_text(path) == files[path]
    assert len([words for words in calls if "--batch" in words]) < 12


def test_a_submodule_is_read_at_its_commit(tmp_path: Path) -> None:
    inner = repository(tmp_path / "inner", {"x.yaml": "x: 1\n"})
    outer = repository(tmp_path / "outer", {"a.yaml": "a: 1\n"})
    add = ("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "shared/in")
    git(outer, *add)
    commit_all(outer)
    (outer / "shared/in/x.yaml").write_text("x: 2\n")
    tree = tree_of(outer)
    assert tree.files("shared") == ("shared/in/x.yaml",)
    assert tree.read_text("shared/in/x.yaml") == "x: 1\n"
    assert tree.names("shared/in") == ["x.yaml"]


def test_a_submodule_that_is_not_here_is_named(tmp_path: Path) -> None:
    inner = repository(tmp_path / "inner", {"x.yaml": "x: 1\n"})
    outer = repository(tmp_path / "outer", {"a.yaml": "a: 1\n"})
    add = ("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "shared/in")
    git(outer, *add)
    commit_all(outer)
    git(tmp_path, "clone", "-q", str(outer), "copy")
    tree = tree_of(tmp_path / "copy")
    assert tree.files("shared") == ()
    told = refusal(tree, "shared/in/x.yaml")
    assert told.startswith("shared/in/x.yaml: in the submodule shared/in, whose commit ")
    assert "hint: `git submodule update --init shared/in` fetches it" in told


def test_a_sparse_checkout_is_completed(tmp_path: Path) -> None:
    files = {"c/a.yaml": "a: 1\n", "c/d/b.yaml": "b: 1\n", "c/.h.yaml": "", "e/f.yaml": "f: 1\n"}
    folder = repository(tmp_path / "r", files)
    (folder / "way").symlink_to("e")
    (folder / "c/to").symlink_to("d")
    (folder / "e/back").symlink_to("../c/a.yaml")
    commit_all(folder)
    whole = tree_of(folder)
    git(folder, "sparse-checkout", "set", "--no-cone", "/*", "!/c/d/", "!/c/.h.yaml", "!/e/")
    disk = DiskTree(folder)
    assert disk.files("c") == ("c/a.yaml", "c/to")
    above = opened_git(folder)
    tree = SparseTree(*list_sparse(above, list_left_out(above)), folder)
    for place in ("c", "c/d", "e", "way", "c/to", "nowhere"):
        assert tree.names(place) == whole.names(place)
        assert tree.irregular(place) == whole.irregular(place)
        for hidden in (True, False):
            found = tree.files(place, with_hidden=hidden)
            assert found == whole.files(place, with_hidden=hidden), place
    for path in (*files, "way/f.yaml", "c/to/b.yaml", "e/back", "c/none.yaml"):
        assert tree.is_file(path) == whole.is_file(path)
        if whole.is_file(path):
            assert tree.read(path) == whole.read(path)
    (folder / "c/a.yaml").write_text("a: 2\n")
    assert tree.read("c/a.yaml") == tree.read("e/back") == b"a: 2\n"
    paths = ("c/a.yaml", "e/back", "e/f.yaml", "e/none.yaml")
    assert {*tree.list_holding(paths, b"2")} == {"c/a.yaml", "e/back"}
    assert {*tree.list_holding(paths, b": 1")} == {"e/f.yaml"}
    assert (tree.blob("c/a.yaml"), tree.blob("e/f.yaml")) == (None, whole.blob("e/f.yaml"))


def test_a_content_that_git_does_not_have_is_no_fault_of_the_file(tmp_path: Path) -> None:
    folder = repository(tmp_path / "r", {"a.yaml": "a: 1\n", "b.yaml": "b: 1\n"})
    tree, blob = tree_of(folder), tree_of(folder).blob("b.yaml")
    assert blob
    (folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    assert tree.read("a.yaml") == b"a: 1\n"  # though what follows it is read ahead
    with pytest.raises(CommitUnreadableError, match="git cannot tell what is committed"):
        tree.read("b.yaml")
