from __future__ import annotations

import errno
import os

import pytest

from migration.errors import MigrationError
from migration.files.faults import io_fault, naming


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(errno.EACCES, os.strerror(errno.EACCES)), "a: cannot write: Permission denied"),
        (OSError("odd"), "a: cannot write: odd"),
        (ValueError("embedded null byte"), "a: cannot write: embedded null byte"),
    ],
)
def test_an_error_of_the_disk_names_the_file(error: OSError | ValueError, message: str) -> None:
    assert str(io_fault("write", "a", error)) == message
    with pytest.raises(MigrationError) as found, naming("write", "a"):
        raise error
    assert str(found.value) == message


def test_any_other_error_stays_what_it_is() -> None:
    with pytest.raises(KeyError), naming("write", "a"):
        raise KeyError
