from __future__ import annotations

import ast
import errno
import os
import stat
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from migration.errors import MigrationError
from migration.files import disk
from migration.files.disk_tree import DiskTree
from tests.conftest import ROOT

WRITING = {"write_bytes", "write_text", "mkdir", "rmdir", "unlink", "rename", "touch"}
WRITING |= {"replace", "symlink_to", "hardlink_to", "makedirs", "remove", "removedirs", "rmtree"}
WRITING |= {"chmod", "fchmod", "chown", "fchown"}


def test_every_change_stands_in_the_list() -> None:
    functions = [node for node in _parsed("files/disk") if isinstance(node, ast.FunctionDef)]
    # What begins with an underscore is a part of one that stands there.
    names = (function.name for function in functions if not function.name.startswith("_"))
    assert tuple(names) == disk.CHANGES


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
        others = [call.attr for call in attributes if not _is_of_a_tree(call)]
        assert not on_paths.intersection(others), path


def _is_of_a_tree(call: ast.Attribute) -> bool:
    """Tell whether a method is one of a `DiskTree`, which asks `disk` in its turn."""
    owner = call.value
    name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", None)
    return name in ("tree", "_tree") and hasattr(DiskTree, call.attr)


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
    DiskTree(tmp_path).write_all({"a": b"a", "b": b"b"})
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


@pytest.mark.parametrize("mode", [0o640, 0o755, 0o600, 0o444])
def test_a_file_that_is_written_again_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    (tmp_path / "a").write_text("old")
    (tmp_path / "a").chmod(mode)
    DiskTree(tmp_path).write_all({"a": b"new"})
    assert (tmp_path / "a").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == mode


def test_a_new_file_has_the_mode_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "as_usual").write_text("")
    DiskTree(tmp_path).write_all({"a": b""})
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a", "as_usual")}
    assert len(modes) == 1


def test_a_private_file_is_at_no_time_open_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("old")
    (tmp_path / "a").chmod(0o600)
    modes: list[int] = []
    opened = os.open

    def note_mode(path: Path, flags: int, mode: int = 0o777) -> int:
        descriptor = opened(path, flags, mode)
        if flags & os.O_CREAT:
            modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return descriptor

    def refuse(*_: int) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "open", note_mode)
    monkeypatch.setattr(os, "fchmod", refuse)
    DiskTree(tmp_path).write_all({"a": b"new"})
    assert modes == [0o600]
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


@pytest.fixture
def ended() -> int:
    """Return the number of a process that no longer runs."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.parametrize("folder", ["", "deep/"])
def test_what_a_process_that_has_ended_has_left_goes_when_its_file_is_written(
    tmp_path: Path, folder: str, ended: int
) -> None:
    left = [f"{folder}.a.{process}.tmp" for process in (ended, 10**30)]
    kept = [
        f"{folder}.a.{os.getppid()}.tmp",  # which runs
        f"{folder}.b.{ended}.tmp",
        f"{folder}a.{ended}.tmp",
        f"{folder}.a.0.tmp",
        f"{folder}.a.x.tmp",
        f"{folder}.a.{ended}.tmp~",
    ]
    (tmp_path / folder).mkdir(exist_ok=True)
    for name in (*left, *kept):
        (tmp_path / name).write_text("left")
    DiskTree(tmp_path).write_all({f"{folder}a": b"new"})
    found = {each.relative_to(tmp_path).as_posix() for each in (tmp_path / folder).iterdir()}
    assert found == {f"{folder}a", *kept}
    assert (tmp_path / f"{folder}a").read_bytes() == b"new"


def test_what_a_process_has_left_stays_until_the_new_file_is_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ended: int
) -> None:
    left = tmp_path / f".a.{ended}.tmp"
    left.write_text("left")

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(disk, "write", refuse)
        with pytest.raises(MigrationError, match="No space left"):
            DiskTree(tmp_path).write_all({"a": b"new"})
    assert left.read_text() == "left"


def test_a_link_that_a_process_has_left_goes_itself(tmp_path: Path, ended: int) -> None:
    (tmp_path / "precious").write_text("kept")
    (tmp_path / f".a.{ended}.tmp").symlink_to("precious")
    DiskTree(tmp_path).write_all({"a": b"new"})
    assert {each.name for each in tmp_path.iterdir()} == {"a", "precious"}
    assert (tmp_path / "precious").read_text() == "kept"


def _parsed(module: str) -> list[ast.stmt]:
    return ast.parse((ROOT / "migration" / f"{module}.py").read_text()).body
