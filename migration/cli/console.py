"""What a command has of its surroundings: the streams it writes to, the terminal, its own name."""

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
from typing import ParamSpec, TextIO

from invoke.exceptions import Exit

from migration.cli.progress import interrupted, take_down
from migration.errors import Fault, MigrationError
from migration.render.terminal import Styled, Terminal
from migration.text import make_visible

CANNOT, GATE = 1, 2
_PIPE_WIDTH = 10_000  # a path that is folded is not found by grep
_NARROWEST = 40
P = ParamSpec("P")


def command(body: Callable[P, bool]) -> Callable[P, None]:
    """Turn a function that says whether the gate holds into the body of a task."""

    @functools.wraps(body)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            with _without_collecting():
                holds = body(*args, **kwargs)
        except MigrationError as error:
            write(f"{error}\n", sys.stderr)
            raise Exit(code=CANNOT) from None
        except KeyboardInterrupt:
            raise Exit(code=interrupted()) from None
        finally:
            take_down()
        if not holds:
            raise Exit(code=GATE)

    return run


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Let Python look for no garbage in cycles, of which a command makes next to none.

    To look again and again at all that is kept takes a third of the time of reading configs.
    """
    is_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_collecting:
            gc.enable()


def terminal() -> Terminal:
    """Return how wide stdout is, and whether it takes colour; a pipe is always alike."""
    if not sys.stdout.isatty():
        return Terminal(_PIPE_WIDTH)
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return Terminal(max(shutil.get_terminal_size().columns, _NARROWEST), color=not plain)


def runs_in_ci() -> bool:
    """Tell whether this is a run of CI, as its services say by the variable `CI`."""
    return os.environ.get("CI", "").strip().lower() not in ("", "0", "false")


def program_name() -> str:
    """Return the name under which the toolkit was called: `invoke`, else its own script's."""
    name = Path(sys.argv[0]).stem
    return name if name in ("invoke", "inv") else "config-migration"


def note(remark: Fault | str, kind: str = "note") -> None:
    """Write a remark to stderr, where it is no part of the result; a text is one line."""
    fault = Fault(remark) if isinstance(remark, str) else remark
    write(f"{kind}: {fault}\n", sys.stderr)


def write(text: str, stream: TextIO | None = None, *, is_data: bool = False) -> None:
    """Write to stdout, or to another stream.

    Control characters are made visible, but for line ends and the colours of a page. Data for a
    program (`is_data`) stays as it is, in UTF-8, unless it goes to a terminal.

    Raises:
        MigrationError: the stream cannot be written, a reader that has gone aside.
    """
    take_down()
    stream = stream or sys.stdout
    is_raw = is_data and not stream.isatty()
    if not is_raw and not isinstance(text, Styled):
        text = make_visible(text, keep="\n\t" if is_data else "\n")
    encoding = "utf-8" if is_raw else stream.encoding or "utf-8"
    # A terminal that is not UTF-8 gets escapes, not a traceback, and no byte that steers it.
    data = text.encode(encoding, "backslashreplace")
    try:
        if isinstance(stream, io.TextIOWrapper):
            stream.buffer.write(data)
        else:
            stream.write(data.decode(encoding))
        stream.flush()
    except BrokenPipeError:
        # The reader has seen enough. Without this, Python complains once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        raise MigrationError(Fault(f"cannot write the output: {error.strerror}")) from None
