"""Changes several files of a folder as one, even if the process is stopped in between.

The new files are first written beside their places; then the journal lists which go where. From
then on the change counts as done: readers look at the new files, and the next command that writes
finishes the change, unless the files are not those that the change found.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final, cast

from migration.errors import Fault, MigrationError
from migration.files.atomic import PendingFiles, temporary
from migration.files.digest import digest
from migration.files.disk_tree import DiskTree
from migration.files.tree import Tree
from migration.store.seal import FORMAT, SEAL, conflict_fault, seal
from migration.values.canonical import canonical_bytes
from migration.values.canonical_reader import unique

JOURNAL: Final = ".journal.json"
"""The name of the file that lists the files of a change."""
_AGAIN: Final = "run it again"
_RESTORE = "restore the folder from version control"


@dataclass(frozen=True, slots=True)
class Change:
    """Files to write and files to remove, and the command that does so.

    Each file has its digest before (None for a new file) and after (None for a removed file).
    """

    doing: str
    digests: Mapping[str, tuple[str | None, str | None]]
    process: int = field(default_factory=os.getpid)
    """The process that staged the files: its number is in their temporary names."""

    def temporary(self, path: str) -> str:
        """Return where the new file is until it is moved into place."""
        return temporary(path, self.process)

    @property
    def written(self) -> tuple[str, ...]:
        """The files to write."""
        return tuple(path for path, (_, after) in self.digests.items() if after)

    @property
    def removed(self) -> tuple[str, ...]:
        """The files to remove."""
        return tuple(path for path, (_, after) in self.digests.items() if not after)


def commit(tree: DiskTree, staged: PendingFiles, folder: str, change: Change) -> None:
    """Make a change within the folder, all of it or nothing; its files are staged.

    Raises:
        MigrationError: a file is not as the change has it before, or something cannot be written.
            Then either nothing has changed, or the change only has to be finished, as the error
            says.
    """
    path = f"{folder}/{JOURNAL}"
    # Checked only now, since editors and git do not take the lock.
    faults = [
        Fault("changed while the command ran; nothing was written", file, hint=_AGAIN)
        for file, (before, after) in change.digests.items()
        if _digest(tree, file) not in (before, after)
    ]
    if faults:
        raise MigrationError(*faults)
    with _hint_at_journal(tree, path):
        staged.add(path, _journal_bytes(change))
        staged.sync()
        try:
            staged.place([path])
        finally:
            if tree.is_file(path):
                staged.promise()
        staged.place(change.written)
        tree.remove([*change.removed, path])


def pending(tree: Tree, folder: str, is_ours: Callable[[str], bool]) -> Change | None:
    """Return the change in the journal, which was not finished; None if there is no journal.

    `is_ours` tells which files a change may be about.

    Raises:
        MigrationError: the journal is not a change of such files, or a file is neither as the
            change found it nor as it leaves it.
    """
    path = f"{folder}/{JOURNAL}"
    if not tree.is_file(path):
        return None
    change = _read(tree.read(path), path, is_ours)
    message = f"neither as `{change.doing}` found it nor as it leaves it"
    hint = (
        f"`{change.doing}` was stopped, and its change is kept in {path}: put this file back, or "
        "remove that one to discard the change"
    )
    faults = [
        Fault(message, file, hint=hint)
        for file, (before, after) in change.digests.items()
        if not _can_be_finished(tree, change, file, before, after)
    ]
    if faults:
        raise MigrationError(*faults)
    return change


def complete(tree: DiskTree, folder: str, is_ours: Callable[[str], bool]) -> Change | None:
    """Finish a pending change and return it, None if there is none.

    Raises:
        MigrationError: as `pending`, or something cannot be written.
    """
    path = f"{folder}/{JOURNAL}"
    change = pending(tree, folder, is_ours)
    if change:
        with _hint_at_journal(tree, path):
            left = {file: change.temporary(file) for file in change.written}
            tree.rename({new: file for file, new in left.items() if tree.is_file(new)})
            tree.remove([*change.removed, path])
    return change


@contextmanager
def _hint_at_journal(tree: Tree, path: str) -> Iterator[None]:
    """Add to an error the hint that the change is in the journal, if it is."""
    try:
        yield
    except MigrationError as error:
        if not tree.is_file(path):
            raise
        hint = f"the change is kept in {path}: the next command that writes finishes it"
        raise MigrationError(*(replace(fault, hint=hint) for fault in error.faults)) from None


def _can_be_finished(
    tree: Tree, change: Change, file: str, before: str | None, after: str | None
) -> bool:
    # In this order, since a running command may move the staged file into place in between.
    staged = _digest(tree, change.temporary(file)) if after else None
    now = _digest(tree, file)
    return now == after or (now == before and staged == after)


def _digest(tree: Tree, path: str) -> str | None:
    if not tree.is_file(path):
        return None
    try:
        return digest(tree.read(path))
    except MigrationError:
        if tree.is_file(path):
            raise
        return None


def _journal_bytes(change: Change) -> bytes:
    digests = {path: [*each] for path, each in change.digests.items()}
    document = {
        "format": FORMAT,
        "doing": change.doing,
        "process": change.process,
        "files": digests,
        SEAL: journal_seal(change),
    }
    return canonical_bytes(document, non_native=())


def journal_seal(change: Change) -> str:
    """Return the seal of a change for the journal."""
    digests = {path: [*each] for path, each in change.digests.items()}
    return seal(JOURNAL, [change.doing, change.process, digests])


def _read(data: bytes, path: str, is_ours: Callable[[str], bool]) -> Change:
    fault = Fault("not a change that the toolkit wrote down", path, hint=_RESTORE)
    text = data.decode(errors="replace")
    if marker := conflict_fault(text, path, _RESTORE):
        raise MigrationError(marker)
    try:
        document = json.loads(text, object_pairs_hook=unique)
        number = document["format"]
    except (KeyError, TypeError, ValueError, RecursionError):
        raise MigrationError(fault) from None
    if type(number) is int and number != FORMAT:
        message = f"a change in format {number}, and this version reads {FORMAT}"
        hint = "finish it with the version that began it: any command that writes does so"
        raise MigrationError(Fault(message, path, hint=hint))
    try:
        digests = {file: _pair(each) for file, each in document["files"].items()}
        change = Change(document["doing"], digests, document["process"])
        is_sealed = document[SEAL] == journal_seal(change)
        is_whole = type(number) is int and type(change.process) is int and change.process > 0
    except (KeyError, TypeError, AttributeError, ValueError):
        raise MigrationError(fault) from None
    if not (is_sealed and is_whole and all(map(is_ours, change.digests))):
        raise MigrationError(fault)
    return change


def _pair(value: object) -> tuple[str | None, str | None]:
    before, after = cast("Collection[object]", value)
    if not all(each is None or isinstance(each, str) for each in (before, after)):
        raise TypeError("a digest is a string")
    return cast("str | None", before), cast("str | None", after)
