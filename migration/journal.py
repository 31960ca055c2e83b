"""Several files of a folder changed as one, whatever stops the process meanwhile.

The change is written down first. From then on it has happened: whoever reads takes it from there,
and the next command that writes finishes it, on the files that it found and on no others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Final

from migration.canonical import canonical_bytes
from migration.digests import digest
from migration.errors import Fault, MigrationError
from migration.globs import is_plain_path
from migration.sealed import FORMAT, SEAL, format_problem, seal
from migration.staging import Staged
from migration.trees import Tree

JOURNAL: Final = ".journal.json"
"""The name of the file in which a change is written down."""
_RESTORE = "restore the folder from version control"


@dataclass(frozen=True, slots=True)
class Change:
    """Files to replace and files to remove, by path, and the command that does so."""

    doing: str
    files: Mapping[str, bytes]
    removed: tuple[str, ...] = ()


def commit(
    tree: Tree, staged: Staged, folder: str, change: Change, fresh: Mapping[str, str]
) -> None:
    """Make a change within the folder, all of it or none.

    The `fresh` files, told with their digests, are placed before: they are staged, and nobody looks
    at them without the change.

    Raises:
        MigrationError: something cannot be written. Either nothing has changed then, or all that
            is left is to finish the change, as the error says.
    """
    path = f"{folder}/{JOURNAL}"
    found = {file: _digest(tree, file) for file in (*change.files, *change.removed)}
    with _told_of(tree, path):
        for file, data in change.files.items():
            staged.add(file, data)
        staged.add(path, _journal_bytes(change, {**found, **fresh}))
        try:
            staged.place(fresh)
            staged.place([path])
        except BaseException:
            if not tree.is_file(path):
                # What cannot be taken back is a leftover; why it came to that is the thing to tell.
                with suppress(MigrationError):
                    tree.remove(fresh)
            raise
        staged.place(change.files)
        _finish(tree, path, change)


def pending(tree: Tree, folder: str) -> Change | None:
    """Return the change that was written down and has not been finished, None if there is none.

    Raises:
        MigrationError: what is written down is not a change of files in the folder, or those are
            neither as it found them nor as it leaves them.
    """
    path = f"{folder}/{JOURNAL}"
    if not tree.is_file(path):
        return None
    change, found = _read(tree.read(path), path, folder)
    message = f"neither as `{change.doing}` found it nor as it leaves it"
    hint = (
        f"`{change.doing}` was stopped, and its change stands in {path}: put this file back, or "
        "remove that one to give the change up"
    )
    faults = [
        Fault(message, file, hint=hint)
        for file, before in found.items()
        if _digest(tree, file) not in (before, _after(change, file, before))
    ]
    if faults:
        raise MigrationError(*faults)
    return change


def complete(tree: Tree, folder: str) -> Change | None:
    """Finish a pending change and return it, None if there is none.

    Raises:
        MigrationError: as `pending`, or something cannot be written.
    """
    path = f"{folder}/{JOURNAL}"
    change = pending(tree, folder)
    if change:
        with _told_of(tree, path):
            tree.write_all(change.files)
            _finish(tree, path, change)
    return change


@contextmanager
def _told_of(tree: Tree, path: str) -> Iterator[None]:
    """Say with an error that the change stands, if it does."""
    try:
        yield
    except MigrationError as error:
        if not tree.is_file(path):
            raise
        hint = f"the change stands in {path}: the next command that writes finishes it"
        raise MigrationError(*(replace(fault, hint=hint) for fault in error.faults)) from None


def _finish(tree: Tree, path: str, change: Change) -> None:
    tree.remove(change.removed)
    tree.remove([path])


def _digest(tree: Tree, path: str) -> str | None:
    return digest(tree.read(path)) if tree.is_file(path) else None


def _after(change: Change, path: str, before: str | None) -> str | None:
    """Return the digest that a file has once the change is finished."""
    if path in change.files:
        return digest(change.files[path])
    return None if path in change.removed else before


def _journal_bytes(change: Change, found: Mapping[str, str | None]) -> bytes:
    files = {path: data.decode() for path, data in change.files.items()}
    document = {
        "format": FORMAT,
        "doing": change.doing,
        "files": files,
        "found": {**found},
        "remove": [*change.removed],
        SEAL: journal_seal(change, found),
    }
    return canonical_bytes(document, rare=())


def journal_seal(change: Change, found: Mapping[str, str | None]) -> str:
    """Return the seal of a change that is written down, with the digests of what it found."""
    # Of the files their digests, since a manifest can be large.
    files = {path: digest(data) for path, data in change.files.items()}
    return seal(JOURNAL, [change.doing, files, [*change.removed], {**found}])


def _read(data: bytes, path: str, folder: str) -> tuple[Change, Mapping[str, str | None]]:
    try:
        document = json.loads(data)
        if problem := format_problem(document["format"]):
            message, hint = problem
            raise MigrationError(Fault(message, path, hint=hint))
        files = {file: text.encode() for file, text in document["files"].items()}
        change = Change(document["doing"], files, tuple(document["remove"]))
        found = dict(document["found"])
        is_sealed = document[SEAL] == journal_seal(change, found)
        is_within = all(_is_within(folder, file) for file in found)
        is_whole = found.keys() >= {*change.files, *change.removed}
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
        is_sealed = is_within = is_whole = False
    if not (is_sealed and is_within and is_whole):
        raise MigrationError(Fault("not a change that the toolkit wrote down", path, hint=_RESTORE))
    return change, found


def _is_within(folder: str, path: object) -> bool:
    return is_plain_path(path) and str(path).startswith(f"{folder}/")
