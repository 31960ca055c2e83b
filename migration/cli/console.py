"""The process around a command: the folder it works in, its terminal, and its streams."""

from __future__ import annotations

import io
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from migration.cli.progress import Bar, clear_bar, is_watched
from migration.cli.usage import UsageError
from migration.errors import Fault, MigrationError
from migration.render.terminal import Styled, Terminal
from migration.text import disarm_commands, make_visible

if TYPE_CHECKING:
    from migration.project.project import Access, Project

_PIPE_WIDTH = 10_000  # a path that is folded is not found by grep
_NARROWEST = 40


@dataclass(frozen=True, slots=True)
class Console:
    """Where a command runs, and how much it prints, in which colours."""

    folder: Path
    """The folder from which the paths of the command line count."""
    color: str = "auto"
    is_quiet: bool = False
    is_verbose: bool = False
    directory: str = ""
    """How the command line named the folder; empty for the current one."""

    def open_project(self, *, wait: bool = False) -> Project:
        """Open the project of the folder; with `wait`, a lock is waited for without end."""
        from migration.project.project import Caller, open_project

        project = open_project(self.folder, self.make_access(wait=wait))
        return replace(project, caller=Caller(self.folder, self.directory))

    def make_access(self, *, wait: bool = False) -> Access:
        """Return how a command reaches files, and where it shows its progress."""
        from migration.files.lock import PATIENCE
        from migration.project.project import Access, follow_silently

        follow = Bar().follow if is_watched() and not self.is_quiet else follow_silently
        return Access(None if wait else PATIENCE, self.note, follow)

    def terminal(self) -> Terminal:
        """Return the width of stdout, and whether it takes colour; a pipe has no columns."""
        is_terminal = sys.stdout.isatty()
        width = _PIPE_WIDTH
        if is_terminal:
            import shutil

            width = shutil.get_terminal_size().columns
        color = self._takes_color(is_terminal=is_terminal)
        return Terminal(max(width, _NARROWEST), color=color, is_verbose=self.is_verbose)

    def _takes_color(self, *, is_terminal: bool) -> bool:
        if self.color != "auto":
            return self.color == "always"
        if os.environ.get("NO_COLOR"):
            return False
        if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
            return True
        return is_terminal and os.environ.get("TERM") != "dumb"

    def note(self, remark: Fault | str, kind: str = "note") -> None:
        """Write a remark to stderr, apart from the result; a plain text is shown as one line."""
        if not self.is_quiet:
            fault = Fault(remark) if isinstance(remark, str) else remark
            write(f"{kind}: {fault}\n", sys.stderr)

    def write_result(self, text: str, stream: TextIO | None = None) -> None:
        """Write a text for people, which begins with the verdict; a quiet console stops there."""
        if self.is_quiet:
            head, end, _ = text.partition("\n")
            head = head.removesuffix(":") + end
            text = Styled(head) if isinstance(text, Styled) else head
        write(text, stream)


def find_folder(directory: str | None) -> Path:
    """Return the folder to work in: the given one, or the current one.

    Raises:
        UsageError: there is no such folder, or the current one is gone.
    """
    try:
        # The current folder is what a relative path counts from.
        folder = Path(directory) if directory and Path(directory).is_absolute() else Path.cwd()
    except FileNotFoundError:
        way = "change to a folder that is there, as with `cd ..`"
        raise UsageError("the current folder is gone", way) from None
    folder = folder / directory if directory else folder
    if not folder.is_dir():
        why = "it is not a folder" if folder.exists() else "there is no such folder"
        raise UsageError(f"cannot work in {directory}: {why}")
    return Path(os.path.realpath(folder))


def runs_in_ci() -> bool:
    """Tell whether the environment variable `CI` is set, as every CI service does."""
    return os.environ.get("CI", "").strip().lower() not in ("", "0", "false")


def find_today() -> str:
    """Return the date of today, as 2027-03-01, in the time zone of the machine."""
    import datetime as dt

    return dt.datetime.now().astimezone().date().isoformat()


def ask(question: str) -> bool:
    """Ask a question at the terminal; an empty answer is yes, the end of the input no."""
    write(f"{question} [Y/n] ")
    answer = sys.stdin.readline()
    return answer.strip().casefold() in {"", "y", "yes"} and bool(answer)


def replace_closed_streams() -> None:
    """Let the streams that the process was started without lead nowhere, as after `>&-`."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(nowhere, "r" if name == "stdin" else "w"))


def write(text: str, stream: TextIO | None = None, *, is_data: bool = False) -> None:
    """Write to stdout, or to another stream.

    Control characters are made visible, except line ends and the colours of a page. Data for a
    program (`is_data`) is written unchanged, in UTF-8, unless it goes to a terminal.

    Raises:
        MigrationError: the stream cannot be written. A pipe whose reader has gone is no error.
    """
    clear_bar()
    stream = stream or sys.stdout
    is_raw = is_data and not stream.isatty()
    if not is_raw and not isinstance(text, Styled):
        text = make_visible(text, keep="\n\t" if is_data else "\n")
    if not is_data:
        text = disarm_commands(text)
    encoding = "utf-8" if is_raw else stream.encoding or "utf-8"
    # A terminal that is not UTF-8 gets escapes in place of a traceback or a control byte.
    data = text.encode(encoding, "backslashreplace")
    try:
        if isinstance(stream, io.TextIOWrapper):
            stream.buffer.write(data)
        else:
            stream.write(data.decode(encoding))
        stream.flush()
    except BrokenPipeError:
        # Without this, Python complains once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        raise MigrationError(Fault(f"cannot write the output: {error.strerror}")) from None
