"""One command at a time: the others are told by whom they are kept, wait, and go on."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from migration.errors import MigrationError
from migration.files.lock import locked
from tests.running import contents

HOLD = (
    "import sys\n"
    "from pathlib import Path\n"
    "from migration.files.lock import locked\n"
    "with locked(Path(sys.argv[1]), 'state', 'advance', 0, print):\n"
    "    print('held', flush=True)\n"
    "    sys.stdin.readline()\n"
)


def ignore(_text: str) -> None:
    pass


@contextmanager
def held_by_another(root: Path) -> Iterator[subprocess.Popen[str]]:
    """Hold the lock in another process, until a line is written to it."""
    words = [sys.executable, "-c", HOLD, str(root)]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_lock_leaves_nothing(tmp_path: Path) -> None:
    with locked(tmp_path, "deep/state", "snapshot", 0, ignore):
        holder = (tmp_path / "deep/state/.lock").read_text()
    assert holder == f"snapshot, process {os.getpid()} on {socket.gethostname()}\n"
    assert list(tmp_path.iterdir()) == []


def test_what_is_written_meanwhile_stays(tmp_path: Path) -> None:
    with locked(tmp_path, "state", "snapshot", 0, ignore):
        (tmp_path / "state/a").write_text("a")
    assert contents(tmp_path) == {"state/a": b"a"}


def test_who_holds_the_lock_is_told(tmp_path: Path) -> None:
    with held_by_another(tmp_path) as process:
        with pytest.raises(MigrationError) as error, locked(tmp_path, "state", "map", 0, ignore):
            pass
        assert str(error.value) == (
            f"state: in use by advance, process {process.pid} on {socket.gethostname()}\n"
            "  hint: `--wait` waits for as long as it takes"
        )


@pytest.mark.parametrize("is_made", [True, False], ids=["folder stays", "folder goes"])
def test_who_waits_is_told_for_whom_and_goes_on(tmp_path: Path, is_made: bool) -> None:
    told: list[str] = []
    if is_made:
        (tmp_path / "state").mkdir()
    with held_by_another(tmp_path) as process:

        def tell(text: str) -> None:
            told.append(text)
            assert process.stdin
            threading.Timer(0.1, print, ["go on"], {"file": process.stdin, "flush": True}).start()

        with locked(tmp_path, "state", "map", None, tell):
            assert process.wait() == 0
    assert told == [f"waiting for advance, process {process.pid} on {socket.gethostname()}"]


def test_the_lock_ends_with_its_process(tmp_path: Path) -> None:
    with held_by_another(tmp_path) as process:
        process.kill()
        process.wait()
        assert (tmp_path / "state/.lock").exists()
        with locked(tmp_path, "state", "map", 0, ignore):
            pass
    assert list((tmp_path / "state").iterdir()) == []


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(MigrationError) as error, locked(tmp_path, "state", "map", 0, ignore):
        pass
    assert str(error.value) == "state: cannot lock: Not a directory"


def test_a_link_in_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "precious").write_text("kept")
    (tmp_path / "state/.lock").symlink_to("../precious")
    lock = locked(tmp_path, "state", "map", 0, ignore)
    with pytest.raises(MigrationError, match=r"^state: cannot lock: "), lock:
        pytest.fail("locked")
    assert (tmp_path / "precious").read_text() == "kept"


def test_an_error_of_the_work_itself_keeps_its_traceback(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="a bug"), locked(tmp_path, "state", "map", 0, ignore):
        raise OSError("a bug")
    assert list(tmp_path.iterdir()) == []
