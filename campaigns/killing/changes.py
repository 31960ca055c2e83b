"""Numbers every change of the disk, so that a test can act before any of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from migration.files import disk


@dataclass(frozen=True)
class Change:
    """One call of a function of `disk`; `path` is what it changes, for `replace` the new path."""

    number: int
    name: str
    path: Path
    data: bytes = b""


@contextmanager
def watched(before: Callable[[Change], None]) -> Iterator[None]:
    """Call a function before each change; if it raises, the change is not made."""
    numbers = itertools.count(1)

    def watch(name: str, make: Callable[..., None]) -> Callable[..., None]:
        def change(*args: Path | bytes) -> None:
            *_, path = (each for each in args if isinstance(each, Path))
            data = next((each for each in args if isinstance(each, bytes)), b"")
            before(Change(next(numbers), name, path, data))
            make(*args)

        return change

    with pytest.MonkeyPatch.context() as patch:
        for name in disk.CHANGES:
            patch.setattr(disk, name, watch(name, getattr(disk, name)))
        yield
