from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from migration.errors import MigrationError
from migration.files import disk
from migration.files.disk_tree import DiskTree
from migration.files.tree import Tree
from migration.files.tree_views import OverlaidTree, RenamedTree
from tests.conftest import ConfigTree
from tests.running import contents


def refusal(tree: Tree, path: str) -> str:
    with pytest.raises(MigrationError) as error:
        tree.read_text(path)
    return str(error.value)


def test_a_real_path_is_relative_inside_and_absolute_outside(config_tree: ConfigTree) -> None:
    tree = config_tree({"sub/a.yaml": ""})
    root = tree.root.as_posix()
    assert tree.real_path("a.yaml", "sub") == "sub/a.yaml"
    assert tree.real_path("../sub/./a.yaml", "sub") == "sub/a.yaml"
    assert tree.real_path(f"{root}/sub/a.yaml", "elsewhere") == "sub/a.yaml"
    assert tree.real_path("../x.yaml") == f"{tree.root.parent.as_posix()}/x.yaml"
    assert tree.real_path("a\0b", "sub") == "sub/a\0b"
    assert not tree.is_file("sub/a\0b")


def test_links_are_followed(config_tree: ConfigTree) -> None:
    tree = config_tree({"real/a.yaml": "x: 1\n"})
    (tree.root / "link").symlink_to("real")
    (tree.root / "b.yaml").symlink_to("link/a.yaml")
    assert tree.real_path("b.yaml") == tree.real_path("link/a.yaml") == "real/a.yaml"
    assert tree.read_text("b.yaml") == "x: 1\n"


def test_a_tree_reached_by_a_link_has_the_same_paths(config_tree: ConfigTree) -> None:
    tree = config_tree({"project/a.yaml": ""})
    (tree.root / "way").symlink_to("project")
    assert DiskTree(tree.root / "way").real_path("a.yaml") == "a.yaml"


def test_files_are_listed_sorted_and_loops_end(config_tree: ConfigTree) -> None:
    tree = config_tree({"c/b.yaml": "", "c/a.yaml": "", "c/d/e.yaml": "", "x.yaml": ""})
    (tree.root / "c" / "loop").symlink_to("..")
    (tree.root / "c" / "more").symlink_to("d")
    (tree.root / "c" / "broken").symlink_to("nowhere")
    found = tree.files("c")
    assert [path for path in found if "loop" not in path] == [
        "c/a.yaml", "c/b.yaml", "c/broken", "c/d/e.yaml", "c/more/e.yaml",
    ]  # fmt: skip
    assert "c/loop/x.yaml" in found
    assert tree.files("nowhere") == ()


def test_folders_that_all_link_to_one_another_are_refused(config_tree: ConfigTree) -> None:
    names = [f"c/{n}" for n in range(12)]
    tree = config_tree({f"{name}/a.yaml": "" for name in names})
    for name in names:
        for n in range(12):
            (tree.root / name / f"to{n}").symlink_to(f"../{n}")
    with pytest.raises(MigrationError, match="more than 200 folders or 6 links to folders within"):
        tree.files("c")


def test_folders_without_an_end_in_sight_are_refused(config_tree: ConfigTree) -> None:
    tree = config_tree({f"c{'/d' * 250}/a.yaml": ""})
    with pytest.raises(MigrationError, match="more than 200 folders"):
        tree.files("c")


def test_a_glob_matches_whole_paths(config_tree: ConfigTree) -> None:
    tree = config_tree({"c/b.yaml": "", "c/d/a.yaml": "", "c/a.txt": "", "b.yaml": ""})
    assert tree.glob("c/**/*.yaml") == ("c/b.yaml", "c/d/a.yaml")
    assert tree.glob("**/b.yaml") == ("b.yaml", "c/b.yaml")
    assert tree.glob("c/b.yaml") == ("c/b.yaml",)


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("train/optm.yaml", "train/optim.yaml"),
        ("trian/optim.yaml", "train/optim.yaml"),
        ("train/optim.yml", "train/optim.yaml"),
        (r"train\optim.yaml", "train/optim.yaml"),
        ("Train/Optim.YAML", "train/optim.yaml"),
        ("train/optim", "train/optim.yaml"),
        ("trian/optm.yaml", None),
        ("train/zzz.yaml", None),
        ("nowhere/at/all.yaml", None),
        ("train", None),
        ("train/", None),
        ("TRAIN", None),
        ("a\0b", None),
    ],
)
def test_the_nearest_name_is_one_slip_away(
    config_tree: ConfigTree, path: str, nearest: str | None
) -> None:
    tree = config_tree({"train/optim.yaml": "", "train/x.yaml": ""})
    assert tree.nearest(path) == nearest
    absolute = tree.nearest(f"{tree.root.as_posix()}/{path}")
    assert absolute == (nearest and f"{tree.root.as_posix()}/{nearest}")


def test_what_cannot_be_read_is_named(config_tree: ConfigTree) -> None:
    tree = config_tree({"train/optim.yaml": ""})
    (tree.root / "latin.yaml").write_bytes(b"a: 1\nb: \xfc\n")
    assert refusal(tree, "train/optm.yaml") == (
        "train/optm.yaml: no such file\n  hint: did you mean 'train/optim.yaml'?"
    )
    assert refusal(tree, "train") == "train: cannot read: a directory, not a file"
    assert refusal(tree, "latin.yaml") == "latin.yaml:2:4: not UTF-8: byte 0xfc; save it as UTF-8"


def test_files_are_written_into_new_folders(config_tree: ConfigTree) -> None:
    tree = config_tree({"a": "old"})
    tree.write_all({"a": b"new", "x/y/z": b"deep"})
    assert contents(tree.root) == {"a": b"new", "x/y/z": b"deep"}


@pytest.mark.parametrize("blocked", ["file/c", "folder"])
def test_a_write_that_fails_changes_nothing(config_tree: ConfigTree, blocked: str) -> None:
    tree = config_tree({"a": "old", "file": "", "folder/x": ""})
    before = contents(tree.root)
    with pytest.raises(MigrationError) as error:
        tree.write_all({"a": b"new", blocked: b"new"})
    assert str(error.value).startswith(f"{blocked}: cannot write: ")
    assert contents(tree.root) == before


def test_written_files_can_be_read_by_others(config_tree: ConfigTree) -> None:
    tree = config_tree({"old": ""})
    before = os.umask(0o022)
    try:
        tree.write_all({"new": b""})
    finally:
        os.umask(before)
    assert (tree.root / "new").stat().st_mode & 0o777 == 0o644


def test_an_interrupted_write_leaves_no_temporary_file(
    config_tree: ConfigTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = config_tree({"a": "old"})
    write = disk.write

    def interrupt(path: Path, data: bytes, like: os.stat_result | None) -> None:
        write(path, data, like)
        if path.name.startswith(".b"):
            raise KeyboardInterrupt

    monkeypatch.setattr(disk, "write", interrupt)
    with pytest.raises(KeyboardInterrupt):
        tree.write_all({"a": b"new", "b": b"new"})
    assert contents(tree.root) == {"a": b"old"}


def test_a_link_that_leads_nowhere_is_listed_so_that_it_is_missed(config_tree: ConfigTree) -> None:
    tree = config_tree({"c/a.yaml": ""})
    (tree.root / "c" / "loop").symlink_to("loop")
    assert tree.files("c") == ("c/a.yaml", "c/loop")


@pytest.mark.parametrize("path", ["a\0b", "\ud800.yaml", "x" * 5000])
def test_a_name_that_no_file_can_have_is_refused(config_tree: ConfigTree, path: str) -> None:
    tree = config_tree({"a.yaml": ""})
    with pytest.raises(MigrationError):
        tree.read(path)
    with pytest.raises(MigrationError):
        tree.write_all({path: b""})


def test_a_path_through_a_file_is_refused(config_tree: ConfigTree) -> None:
    with pytest.raises(MigrationError) as error:
        config_tree({"a.yaml": ""}).read("a.yaml/b")
    assert str(error.value) == "a.yaml/b: cannot read: Not a directory"


def test_a_write_that_fails_leaves_no_new_folder(config_tree: ConfigTree) -> None:
    tree = config_tree({"file": ""})
    with pytest.raises(MigrationError):
        tree.write_all({"new/a": b"", "file/b": b""})
    assert not (tree.root / "new").exists()


def test_a_file_that_is_to_be_a_folder_as_well_changes_nothing(config_tree: ConfigTree) -> None:
    tree = config_tree({"a": "old"})
    with pytest.raises(MigrationError) as error:
        tree.write_all({"a": b"new", "x": b"", "x/y": b"", "z": b""})
    assert contents(tree.root) == {"a": b"old"}
    assert str(error.value).startswith("x")


def test_every_link_on_the_way_is_told(config_tree: ConfigTree) -> None:
    tree = config_tree({"real/deep/a.yaml": "", "real/b.yaml": ""})
    (tree.root / "way").symlink_to("real/deep")
    (tree.root / "real" / "again").symlink_to(tree.root / "way")
    (tree.root / "c.yaml").symlink_to("real/again/../b.yaml")
    (tree.root / "loop").symlink_to("loop")
    assert tree.links("real/deep/a.yaml") == ()
    assert tree.links("way/a.yaml") == ("way",)
    assert tree.links("c.yaml") == ("c.yaml", "real/again", "way")
    assert tree.links("../../c.yaml", "real/deep") == tree.links("c.yaml")
    assert tree.links(f"{tree.root.as_posix()}/c.yaml") == tree.links("c.yaml")
    assert set(tree.links("loop/a.yaml")) == {"loop"}
    assert tree.links("nowhere/at/all") == ()


def test_removed_files_take_the_folders_with_them_that_they_leave_empty(
    config_tree: ConfigTree,
) -> None:
    tree = config_tree({"a/b/c/x": "", "a/b/y": "", "a/z": "", "d/e": ""})
    (tree.root / "empty").mkdir()
    (tree.root / "a" / "hollow").mkdir()
    tree.remove(["a/b/c/x", "a/b/y", "a/z", "d/e", "d/gone"])
    assert [path.name for path in sorted(tree.root.rglob("*"))] == ["a", "hollow", "empty"]


def test_a_removed_link_leaves_what_it_leads_to(config_tree: ConfigTree) -> None:
    tree = config_tree({"real/a.yaml": "x: 1\n", "links/b": ""})
    (tree.root / "links" / "file").symlink_to("../real/a.yaml")
    (tree.root / "links" / "folder").symlink_to("../real")
    (tree.root / "links" / "nowhere").symlink_to("nothing")
    tree.remove(["links/file", "links/folder", "links/nowhere"])
    assert contents(tree.root) == {"links/b": b"", "real/a.yaml": b"x: 1\n"}


def test_the_last_file_of_a_tree_leaves_its_root(config_tree: ConfigTree) -> None:
    tree = config_tree({"a/x": ""})
    tree.remove(["a/x"])
    assert list(tree.root.iterdir()) == []


def test_a_file_that_cannot_be_removed_is_named_and_the_next_ones_stay(
    config_tree: ConfigTree,
) -> None:
    tree = config_tree({"a/x": "", "b/x": "", "c": ""})
    with pytest.raises(MigrationError) as error:
        tree.remove(["a/x", "b", "c"])
    assert str(error.value).startswith("b: cannot remove: ")
    assert set(contents(tree.root)) == {"b/x", "c"}


def test_files_are_renamed_over_others(config_tree: ConfigTree) -> None:
    tree = config_tree({"a": "old", ".a.tmp": "new", "x/.y.tmp": "y"})
    tree.rename({".a.tmp": "a", "x/.y.tmp": "x/y"})
    assert contents(tree.root) == {"a": b"new", "x/y": b"y"}


def test_a_file_that_cannot_be_renamed_is_named_by_its_place(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.tmp": "a", "b.tmp": "b", "c.tmp": "c", "b/x": ""})
    with pytest.raises(MigrationError) as error:
        tree.rename({"a.tmp": "a", "b.tmp": "b", "c.tmp": "c"})
    assert str(error.value).startswith("b: cannot write: ")
    assert set(contents(tree.root)) == {"a", "b.tmp", "b/x", "c.tmp"}


def test_a_tree_can_be_read_as_if_files_were_renamed(config_tree: ConfigTree) -> None:
    tree = config_tree({"a": "old", ".a.tmp": "new", ".b.tmp": "b", "c": "c"})
    seen = RenamedTree(tree, {"a": ".a.tmp", "b": ".b.tmp", "d": ".d.tmp"})
    assert [seen.read(path) for path in ("a", "b", "c")] == [b"new", b"b", b"c"]
    assert [seen.is_file(path) for path in "abcd"] == [True, True, True, False]
    assert tree.read("a") == b"old"
    before = contents(tree.root)
    tree.rename({".a.tmp": "a", ".b.tmp": "b"})
    assert contents(tree.root) != before
    assert [seen.read(path) for path in ("a", "b", "c")] == [b"new", b"b", b"c"]


def test_a_tree_can_be_read_as_if_files_were_written(config_tree: ConfigTree) -> None:
    tree = config_tree({"a": "old", "b": "b"})
    seen = OverlaidTree(tree, {"a": b"new", "c": b"c"})
    assert [seen.read_text(path) for path in "abc"] == ["new", "b", "c"]
    assert [seen.is_file(path) for path in "abcd"] == [True, True, True, False]
    assert seen.files("") == seen.glob("*") == ("a", "b")
    assert refusal(seen, "d") == refusal(tree, "d")
    assert contents(tree.root) == {"a": b"old", "b": b"b"}


@pytest.mark.parametrize("view", [OverlaidTree, RenamedTree])
def test_a_view_of_a_tree_is_like_it_and_cannot_be_written(
    config_tree: ConfigTree, view: Callable[[Tree, Mapping[str, Any]], Tree]
) -> None:
    tree = config_tree({"a": "a", "b/.c": "c"})
    (tree.root / "link").symlink_to("b")
    seen = view(tree, {})
    assert seen.root == tree.root
    for path in ("a", "b", "b/.c", "link", "link/.c", "d"):
        for ask in ("real_path", "links", "is_file", "is_link", "irregular", "exists", "nearest"):
            assert getattr(seen, ask)(path) == getattr(tree, ask)(path)
        assert (seen.names(path), seen.signature(path)) == (tree.names(path), tree.signature(path))
    assert seen.files("", with_hidden=False) == ("a",)
    writing = {name for name in vars(DiskTree) if not hasattr(Tree, name)} - {"_place"}
    assert writing == {"write_all", "write_beside", "rename", "remove"}
    assert not any(hasattr(seen, name) for name in writing)


def test_a_name_that_no_link_can_have_is_no_link(config_tree: ConfigTree) -> None:
    tree = config_tree({})
    assert tree.links("x" * 5000) == tree.links("a\0b") == tree.links("\ud800") == ()


def test_a_link_that_leads_nowhere_exists(config_tree: ConfigTree) -> None:
    tree = config_tree({"a": "", "b/c": ""})
    (tree.root / "nowhere").symlink_to("nothing")
    (tree.root / "loop").symlink_to("loop")
    found = [tree.exists(path) for path in ("a", "b", "nowhere", "loop", "d", "a\0")]
    assert found == [True, True, True, True, False, False]
