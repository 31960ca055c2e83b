"""A person waiting at a terminal: the bar, and the interrupt. Real processes, real terminals."""

from __future__ import annotations

import io
import os
import pty
import re
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from migration.cli.progress import Bar, clear_bar, is_watched
from tests.conftest import ROOT
from tests.running import Ran, TerminalIO, contents

ENV = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TERM": "xterm"}
COMMAND = ("check-parity", "--no-record")
SHOW_CURSOR, HIDE_CURSOR = "\x1b[?25h", "\x1b[?25l"

# The second of two presets takes as long as it is told to; the bar comes as soon as it is told to.
SLOW = """
import sys, time
import migration.cli.progress
from migration.__main__ import main
from migration.gate import status
soon, first, second = map(float, sys.argv.pop(1).split(","))
migration.cli.progress._SOON = soon
pauses, assess = iter((first, second)), status.assess_preset
def slowly(*args):
    time.sleep(next(pauses))
    return assess(*args)
status.assess_preset = slowly
main()
"""
# An interrupt that comes as the named function, or module, is reached.
AT = """
import os, signal, sys
from migration.__main__ import main
def interrupt(*_):
    os.kill(os.getpid(), signal.SIGINT)
place = sys.argv.pop(1)
if place == "parsing":
    from click import Group
    Group.resolve_command = interrupt
else:
    class Finder:
        @staticmethod
        def find_spec(name, *_):
            if name == "migration.cli.console_script":
                interrupt()
    sys.meta_path.insert(0, Finder)
main()
"""


class Watched:
    """A process with a terminal for stdout, and one for stderr."""

    def __init__(self, folder: Path, code: str, *words: str, **env: str) -> None:
        self._out, out = pty.openpty()
        self._err, err = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *words],
            cwd=folder,
            env={**ENV, **env},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        os.close(out)
        os.close(err)
        self._seen: dict[int, bytes] = {self._out: b"", self._err: b""}

    def read_until(self, text: str) -> None:
        """Return once stderr has shown the text, or the process has ended."""
        while text.encode() not in self._seen[self._err] and self._read():
            pass

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def ended(self) -> Ran:
        while self._read():
            pass
        code = self.process.wait()
        texts = [self._seen[each].decode().replace("\r\n", "\n") for each in (self._out, self._err)]
        for each in self._seen:
            os.close(each)
        return Ran(code, *texts)

    def _read(self) -> bool:
        """Read what there is, and tell whether there may be more."""
        is_open = False
        for each in select.select([*self._seen], [], [])[0]:
            try:
                data = os.read(each, 65536)
            except OSError:  # how Linux says that the other end is closed
                continue
            self._seen[each] += data
            is_open |= bool(data)
        return is_open


def test_after_a_second_a_bar_is_shown_and_it_is_gone_before_the_result(
    frozen_project: Path,
) -> None:
    ran = Watched(frozen_project, SLOW, "1,1.1,0.2", *COMMAND).ended()
    assert (ran.code, "parity holds" in ran.out) == (0, True)
    assert re.search(r"comparing .*1/2.*\d/s", _plain(ran.err.replace("\n", " ")))
    assert ran.err.count(HIDE_CURSOR) == ran.err.count(SHOW_CURSOR) == 1
    assert ran.err.endswith("\x1b[1A\x1b[2K")


@pytest.mark.parametrize("interrupts", [1, 3])
def test_an_interrupt_takes_the_bar_down_and_is_one_line(
    frozen_project: Path, interrupts: int
) -> None:
    before = contents(frozen_project)
    watched = Watched(frozen_project, SLOW, "0,0,600", "check-parity")
    watched.read_until("comparing")
    for _ in range(interrupts):
        watched.interrupt()
    ran = watched.ended()
    assert (ran.code, ran.out) == (130, "")
    assert ran.err.endswith("\x1b[1A\x1b[2Kinterrupted\n")
    assert ran.err.index(SHOW_CURSOR) < ran.err.index("interrupted")
    assert contents(frozen_project) == before


@pytest.mark.parametrize("env", [{"CI": "1"}, {"TERM": "dumb"}])
def test_there_is_no_bar_in_ci_or_where_nothing_can_be_drawn(
    frozen_project: Path, env: Mapping[str, str]
) -> None:
    ran = Watched(frozen_project, SLOW, "0,0,0", *COMMAND, **env).ended()
    assert (ran.code, ran.err) == (0, "")


def test_a_bar_without_colour_has_none(frozen_project: Path) -> None:
    ran = Watched(frozen_project, SLOW, "0,0,0", *COMMAND, NO_COLOR="1").ended()
    assert "comparing" in ran.err
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", ran.err)


def test_a_pipe_gets_no_bar(frozen_project: Path) -> None:
    words = [sys.executable, "-c", SLOW, "0,0,0", *COMMAND]
    done = subprocess.run(words, cwd=frozen_project, env=ENV, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\x1b" not in done.stdout


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_bar_needs_a_terminal_for_the_result_and_for_itself(
    stream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stdout", TerminalIO())
    monkeypatch.setattr("sys.stderr", TerminalIO())
    assert is_watched()
    monkeypatch.setattr(f"sys.{stream}", io.StringIO())
    assert not is_watched()


@pytest.mark.parametrize("place", ["importing", "parsing"])
def test_an_interrupt_before_the_command_has_begun_is_one_line(tmp_path: Path, place: str) -> None:
    words = [sys.executable, "-c", AT, place, *COMMAND]
    done = subprocess.run(words, cwd=tmp_path, env=ENV, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")


@pytest.mark.parametrize("soon", [0, 3600])
@pytest.mark.parametrize("items", [[], ["a"], ["a", "b", "c"]])
def test_a_loop_that_is_followed_has_its_items(
    items: Sequence[str], soon: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("migration.cli.progress._SOON", soon)
    assert [*Bar().follow(items, "reading")] == items


def test_a_bar_that_nobody_has_put_up_can_be_taken_down() -> None:
    clear_bar()
    clear_bar()


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text)
