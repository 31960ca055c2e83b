"""Changes several frozen files as one; every command that writes them uses this module."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from migration.errors import MigrationError
from migration.files.atomic import PendingFiles
from migration.files.digest import digest
from migration.files.tree import Tree
from migration.project.project import Project
from migration.project.state import State
from migration.store.acceptance import Acceptances
from migration.store.acceptance_file import acceptance_text
from migration.store.baselines import Baselines
from migration.store.journal import Change, commit
from migration.store.ledger import Entry, Progression
from migration.store.ledger_file import ledger_text
from migration.store.record_file import decided_again
from migration.store.records import PRESETS


def write_decisions(
    state: State,
    entries: Mapping[str, Entry],
    doing: str,
    progression: Progression | None = None,
    acceptances: Mapping[str, bytes | None] | None = None,
) -> None:
    """Write decisions and verdicts, and the open phase if it is another one: all or nothing.

    `acceptances` are files to write along with them, or with None to remove.

    Raises:
        MigrationError: a record or the ledger changed since it was read, or cannot be written.
    """
    project, baselines = state.project, state.baselines
    with project.disk.write_beside({}) as staged:
        changed: dict[str, str | None] = {}
        for path, text in (acceptances or {}).items():
            if text is not None:
                staged.add(path, text)
            changed[path] = None if text is None else digest(text)
        for preset, entry in entries.items():
            path = baselines.folder.record_path(PRESETS, preset)
            data = decided_again(baselines.record_data(PRESETS, preset), PRESETS, preset, entry)
            staged.add(path, data)
            changed[path] = digest(data)
        commit_changes(state, staged, doing, changed, progression)


def list_acceptance_changes(
    baselines: Baselines, acceptances: Acceptances
) -> Iterator[tuple[str, bytes | None]]:
    """Yield each file of an acceptance to write, with its bytes, or to remove, with None."""
    before, after = (
        {each.file_name: acceptance_text(each).encode() for each in every}
        for every in (baselines.acceptances, acceptances)
    )
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield baselines.folder.acceptance_path(name), after.get(name)


def commit_changes(
    state: State,
    staged: PendingFiles,
    doing: str,
    after: Mapping[str, str | None],
    progression: Progression | None = None,
) -> None:
    """Move staged files into place, and replace the ledger: all or nothing.

    `after` has the new digest of each file, None for a file to remove. The ledger is always
    replaced, since readers notice a change by it.

    Raises:
        MigrationError: a file changed since it was read, its folder is a link to another place,
            or something cannot be written.
    """
    ledger_path = state.project.state_folder.ledger_path
    text = ledger_text(progression or state.ledger.progression).encode()
    staged.add(ledger_path, text)
    after = {**after, ledger_path: digest(text)}
    digests = {path: (state.baselines.digest_before(path), each) for path, each in after.items()}
    _commit(state.project, staged, Change(doing, digests))


class FilesRead:
    """Reads files of a tree, and remembers their digests from when they were read first."""

    def __init__(self, tree: Tree) -> None:
        """Read the files of `tree`."""
        self._tree = tree
        self._digests: dict[str, str | None] = {}

    def __call__(self, path: str) -> bytes | None:
        """Return the bytes of a file, None if it does not exist.

        Raises:
            MigrationError: the file cannot be read.
        """
        data = self._tree.read(path) if self._tree.is_file(path) else None
        self._digests.setdefault(path, None if data is None else digest(data))
        return data

    def digest(self, path: str) -> str | None:
        """Return the digest of a file as it was first read, None if it did not exist.

        Raises:
            MigrationError: the file cannot be read.
        """
        if path not in self._digests:
            self(path)
        return self._digests[path]


def replace_files(
    project: Project,
    doing: str,
    files: Mapping[str, bytes | None],
    progression: Progression,
    read: FilesRead,
) -> None:
    """Write the files and the ledger if none has changed since it was read; None removes a file.

    For commands that do not read the frozen files as a `State`.

    Raises:
        MigrationError: a file changed since it was read, its folder is a link to another place,
            or something cannot be written.
    """
    files = {**files, project.state_folder.ledger_path: ledger_text(progression).encode()}
    written = {path: data for path, data in files.items() if data is not None}
    with project.disk.write_beside(written) as staged:
        digests = {
            path: (read.digest(path), None if data is None else digest(data))
            for path, data in files.items()
        }
        _commit(project, staged, Change(doing, digests))


def _commit(project: Project, staged: PendingFiles, change: Change) -> None:
    store = project.state_folder
    one_of_each_folder = {posixpath.dirname(path): path for path in change.digests}.values()
    if faults := [fault for path in one_of_each_folder if (fault := store.link_fault(path))]:
        raise MigrationError(*faults)
    commit(project.disk, staged, store.path, change)
