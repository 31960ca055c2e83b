from __future__ import annotations

import ast
import os
import stat
from pathlib import Path

import pytest

from migration import disk
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


def test_what_is_written_is_on_disk_before_it_is_renamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []

    def fsync(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        synced.append("folder" if is_folder else "file")

    monkeypatch.setattr(os, "fsync", fsync)
    disk.write(tmp_path / "a", b"a")
    assert synced == ["file"]
    disk.replace(tmp_path / "a", tmp_path / "b")
    disk.sync_folder(tmp_path)
    assert synced == ["file", "folder"]


def _parsed(module: str) -> list[ast.stmt]:
    return ast.parse((ROOT / "migration" / f"{module}.py").read_text()).body
