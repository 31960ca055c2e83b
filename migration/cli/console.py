"""The process around a command: streams, terminal, project folder, program name, exit codes."""

from __future__ import annotations

import functools
import gc
import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TextIO

from invoke.exceptions import Exit

from migration.cli.progress import Bar, clear_bar, is_watched, report_interrupt
from migration.errors import Fault, MigrationError
from migration.files.lock import PATIENCE
from migration.render.terminal import Styled, Terminal
from migration.text import make_visible

if TYPE_CHECKING:
    from migration.project.project import Project

CANNOT, GATE = 1, 2
_PIPE_WIDTH = 10_000  # a path that is folded is not found by grep
_NARROWEST = 40
P = ParamSpec("P")


def command(body: Callable[P, bool]) -> Callable[P, None]:
    """Turn a function into the body of a task, which exits 2 where the function returns False."""

    @functools.wraps(body)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            with _pause_garbage_collection():
                holds = body(*args, **kwargs)
        except MigrationError as error:
            write(f"{error}\n", sys.stderr)
            raise Exit(code=CANNOT) from None
        except KeyboardInterrupt:
            raise Exit(code=report_interrupt()) from None
        finally:
            clear_bar()
        if not holds:
            raise Exit(code=GATE)

    return run


@contextmanager
def _pause_garbage_collection() -> Iterator[None]:
    """Keep Python from searching for cyclic garbage: a command makes next to none.

    The search would take a third of the time of reading configs.
    """
    is_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_collecting:
            gc.enable()


def open_here(wait: bool = False) -> Project:
    """Open the project of the working folder; with `wait`, a lock is waited for without end."""
    from migration.project.project import Access, follow_silently, open_project

    follow = Bar().follow if is_watched() else follow_silently
    return open_project(Path.cwd(), Access(None if wait else PATIENCE, note, follow))


def read_terminal() -> Terminal:
    """Return the width of stdout, and whether it takes colour; a pipe always gives the same."""
    if not sys.stdout.isatty():
        return Terminal(_PIPE_WIDTH)
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return Terminal(max(shutil.get_terminal_size().columns, _NARROWEST), color=not plain)


def runs_in_ci() -> bool:
    """Tell whether the environment variable `CI` is set, as every CI service does."""
    return os.environ.get("CI", "").strip().lower() not in ("", "0", "false")


def program_name() -> str:
    """Return the name to call the toolkit by: `invoke` if that runs it, else its own script's."""
    name = Path(sys.argv[0]).stem
    return name if name in ("invoke", "inv") else "config-migration"


def note(remark: Fault | str, kind: str = "note") -> None:
    """Write a remark to stderr, apart from the result; a plain text is shown as one line."""
    fault = Fault(remark) if isinstance(remark, str) else remark
    write(f"{kind}: {fault}\n", sys.stderr)


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
