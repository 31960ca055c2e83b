"""What a real disk does: it is full, or it cannot be written."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from campaigns.killing.children import as_nobody, is_open_to_nobody, public_folder, ran_in_child
from campaigns.killing.scenarios import ACCEPTING, FOLDING
from tests.conftest import ROOT
from tests.ledgers import A, ok
from tests.running import contents, run

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

BASELINE = f"snapshots/presets/{A}.json"
READING = [
    ("check-parity", "--no-record"),
    ("ledger",),
    ("snapshot", "--check"),
    ("lint",),
    ("inspect", "--config", BASELINE),
    ("diff", "--left", BASELINE, "--right", A),
    ("draft", "--preset", A),
    ("retire", "--dry-run", "--force"),
]
WRITING = [
    ("snapshot",),
    ("check-parity",),
    ACCEPTING.words,
    FOLDING.words,
    ("map", "--old", A, "--phase", "1"),
    ("map", "--old", A, "--drop", "--reason", "why"),
    ("advance",),
    ("retire", "--force"),
]


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """Mount an empty file system in memory at the folder, where that is allowed."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("needs root, to mount a file system")
    if not called("mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)):
        pytest.skip("mounting a file system is not allowed here")
    try:
        yield
    finally:
        assert called("umount", str(folder))


def called(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_full_disk_leaves_the_old_state(tmp_path: Path) -> None:
    source = tmp_path / "source"
    FOLDING.prepare(source)
    (place := tmp_path / "disk").mkdir()
    codes = set()
    with mounted(place, "size=1m"):
        folder = place / "project"
        for room in range(0, 80 << 10, 8 << 10):
            shutil.copytree(source, folder)
            before = contents(folder)
            fill(place, room)
            ran = run(folder, *FOLDING.words)
            (place / "filler").unlink()
            codes.add(ran.code)
            if ran.code:
                assert ran.err.startswith("snapshots")
                assert ran.err.endswith(": No space left on device\n")
                assert ran.err.count("\n") == 1
                assert contents(folder) == before
                ok(folder, *FOLDING.words)
            shutil.rmtree(folder)
    assert codes == {0, 1}


def fill(place: Path, room: int) -> None:
    """Fill the disk up to some room, by pages, since it has nothing smaller."""
    with (place / "filler").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"." * 4096)
        except OSError:
            file.truncate(max(file.tell() - room, 0))


def test_a_file_that_may_not_grow_leaves_the_old_state(tmp_path: Path) -> None:
    FOLDING.prepare(tmp_path)
    before = contents(tmp_path)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400, 400))

    ran = ran_in_child(tmp_path, *FOLDING.words, prepare=limit)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("snapshots/")
    assert ran.err.endswith(": cannot write: File too large\n")
    assert contents(tmp_path) == before


@pytest.mark.skipif(
    not is_open_to_nobody(ROOT), reason="root has the checkout in a folder that is closed to others"
)
def test_what_cannot_be_written_can_be_read() -> None:
    with public_folder() as place:
        folder = place / "project"
        ACCEPTING.prepare(folder)
        as_written = [run(folder, *words) for words in READING]
        before = contents(folder)
        each = [folder, *folder.rglob("*")]
        for path in each:
            path.chmod(0o555 if path.is_dir() else 0o444)
        try:
            found = [ran_in_child(folder, *words, prepare=as_nobody) for words in READING]
            refused = [ran_in_child(folder, *words, prepare=as_nobody) for words in WRITING]
        finally:
            for path in each:
                path.chmod(0o755 if path.is_dir() else 0o644)
        assert found == as_written
        assert {ran.code for ran in found} <= {0, 2}
        for ran in refused:
            assert (ran.code, ran.out) == (1, "")
            assert ran.err.startswith("snapshots: cannot lock: Permission denied\n")
        assert contents(folder) == before


def test_a_disk_that_is_read_only_can_be_read(tmp_path: Path) -> None:
    with mounted(tmp_path, "size=1m"):
        folder = tmp_path / "project"
        ACCEPTING.prepare(folder)
        as_written = [run(folder, *words) for words in READING]
        before = contents(folder)
        assert called("mount", "-o", "remount,ro", str(tmp_path))
        assert [run(folder, *words) for words in READING] == as_written
        for words in WRITING:
            ran = run(folder, *words)
            assert (ran.code, ran.out) == (1, "")
            assert ran.err.startswith("snapshots: cannot lock: Read-only file system\n")
        assert contents(folder) == before
