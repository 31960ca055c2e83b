"""Several files of a folder changed as one, whatever stops the process meanwhile.

The change is written down first. From then on it has happened: whoever reads takes it from there,
and the next command that writes finishes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from migration.canonical import canonical_bytes
from migration.errors import Fault, MigrationError
from migration.globs import is_plain_path
from migration.sealed import FORMAT, SEAL, format_problem, seal
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


def commit(tree: Tree, folder: str, change: Change, fresh: Mapping[str, bytes]) -> None:
    """Make a change within the folder, all of it or none.

    The `fresh` files are written before: files that nobody looks at without the change.

    Raises:
        MigrationError: something cannot be written. Either nothing has changed then, or all that
            is left is to finish the change, as the error says.
    """
    path = f"{folder}/{JOURNAL}"
    with tree.staged({**fresh, **change.files, path: _journal_bytes(change)}) as staged:
        try:
            staged.place(fresh)
            staged.place([path])
        except BaseException:
            if not tree.is_file(path):
                tree.remove(fresh)
            raise
        try:
            staged.place(change.files)
            _finish(tree, path, change)
        except MigrationError as error:
            hint = f"the change stands in {path}: the next command that writes finishes it"
            faults = (replace(fault, hint=hint) for fault in error.faults)
            raise MigrationError(*faults) from None


def pending(tree: Tree, folder: str) -> Change | None:
    """Return the change that was written down and has not been finished, None if there is none.

    Raises:
        MigrationError: what is written down is not a change of files in the folder.
    """
    path = f"{folder}/{JOURNAL}"
    return _read(tree.read(path), path, folder) if tree.is_file(path) else None


def seen(tree: Tree, folder: str) -> Tree:
    """Return the tree as it is once a pending change is finished, for reading alone.

    Raises:
        MigrationError: as `pending`.
    """
    change = pending(tree, folder)
    if change is None:
        return tree
    return tree.overlaid(change.files)


def complete(tree: Tree, folder: str) -> Change | None:
    """Finish a pending change and return it, None if there is none.

    Raises:
        MigrationError: as `pending`, or something cannot be written.
    """
    change = pending(tree, folder)
    if change:
        tree.write_all(change.files)
        _finish(tree, f"{folder}/{JOURNAL}", change)
    return change


def _finish(tree: Tree, path: str, change: Change) -> None:
    tree.remove(change.removed)
    tree.remove([path])


def _fields(change: Change) -> dict[str, object]:
    files = {path: data.decode() for path, data in change.files.items()}
    return {"doing": change.doing, "files": files, "remove": [*change.removed]}


def _journal_bytes(change: Change) -> bytes:
    fields = _fields(change)
    return canonical_bytes({"format": FORMAT, **fields, SEAL: seal(JOURNAL, fields)})


def _read(data: bytes, path: str, folder: str) -> Change:
    try:
        document = json.loads(data)
        if problem := format_problem(document["format"]):
            message, hint = problem
            raise MigrationError(Fault(message, path, hint=hint))
        files = {file: text.encode() for file, text in document["files"].items()}
        change = Change(document["doing"], files, tuple(document["remove"]))
        is_sealed = document[SEAL] == seal(JOURNAL, _fields(change))
        is_within = all(_is_within(folder, each) for each in (*files, *change.removed))
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
        is_sealed = is_within = False
    if not (is_sealed and is_within):
        raise MigrationError(Fault("not a change that the toolkit wrote down", path, hint=_RESTORE))
    return change


def _is_within(folder: str, path: object) -> bool:
    return is_plain_path(path) and str(path).startswith(f"{folder}/")
