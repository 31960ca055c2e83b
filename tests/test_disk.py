from __future__ import annotations

import ast
import errno
import os
import stat
from contextlib import nullcontext
from pathlib import Path

import pytest

from migration import disk
from migration.trees import Tree
from tests.conftest import ROOT

WRITING = {"write_bytes", "write_text", "mkdir", "rmdir", "unlink", "rename", "touch"}
WRITING |= {"replace", "symlink_to", "hardlink_to", "makedirs", "remove", "removedirs", "rmtree"}


def test_every_change_stands_in_the_list() -> None:
    functions = [node for node in _parsed("disk") if isinstance(node, ast.FunctionDef)]
    assert tuple(function.name for function in functions) == disk.CHANGES


def test_no_other_module_changes_the_disk() -> None:
    for path in sorted((ROOT / "migration").rglob("*.py")):
        if path.stem == "disk":
            continue
        calls = [
            node.func
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call)
        ]
        attributes = [call for call in calls if isinstance(call, ast.Attribute)]
        of_os = [
            call.attr
            for call in attributes
            if isinstance(call.value, ast.Name) and call.value.id in ("os", "shutil")
        ]
        assert not WRITING.intersection(of_os), path
        # What takes arguments as these do on a path; `replace` of a text or a dataclass is another.
        on_paths = WRITING - {"replace", "remove"}
        assert not on_paths.intersection(call.attr for call in attributes), path


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what is synced from here on: a file, a folder, or all there is."""
    done: list[str] = []

    def fsync(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        done.append("folder" if is_folder else "file")

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "sync", lambda: done.append("all"))
    return done


def test_what_is_written_is_on_disk_before_it_is_renamed(
    tmp_path: Path, synced: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def rename(source: Path, target: Path) -> None:
        synced.append("renamed")
        replace(source, target)

    replace = disk.replace
    monkeypatch.setattr(disk, "replace", rename)
    Tree(tmp_path).write_all({"a": b"a", "b": b"b"})
    assert synced == ["file", "file", "renamed", "renamed", "folder"]


@pytest.mark.parametrize(("platform", "expected"), [("linux", ["all"]), ("darwin", ["file"] * 101)])
def test_very_many_files_are_synced_at_once_where_that_can_be_relied_on(
    tmp_path: Path,
    synced: list[str],
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    expected: list[str],
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    names = [str(number) for number in range(101)]
    for name in names:
        disk.write(tmp_path / name, b"")
    disk.sync_files(tmp_path, names)
    assert synced == expected


@pytest.mark.parametrize(("code", "is_told"), [(errno.EINVAL, False), (errno.EIO, True)])
def test_a_folder_that_cannot_be_synced_is_an_error_unless_none_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, is_told: bool
) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="Input/output") if is_told else nullcontext():
        disk.sync_folder(tmp_path)


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("kept")
    (tmp_path / "link").symlink_to("precious")
    with pytest.raises(OSError, match="symbolic links"):
        disk.write(tmp_path / "link", b"lost")
    assert (tmp_path / "precious").read_text() == "kept"


def _parsed(module: str) -> list[ast.stmt]:
    return ast.parse((ROOT / "migration" / f"{module}.py").read_text()).body
