"""Errors of the disk, as faults that name the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from migration.errors import Fault, MigrationError


def io_fault(verb: str, path: str, error: OSError | ValueError) -> Fault:
    """Return the fault that the disk refuses to do something with a file."""
    # Python raises a ValueError for a text that cannot be a path, such as one with a NUL.
    return Fault(f"cannot {verb}: {getattr(error, 'strerror', None) or error}", path)


@contextmanager
def naming(verb: str, path: str) -> Iterator[None]:
    """Turn an error of the disk into one that names the file.

    Raises:
        MigrationError: the disk refuses what the block asks of it.
    """
    try:
        yield
    except (OSError, ValueError) as error:
        raise MigrationError(io_fault(verb, path, error)) from None
