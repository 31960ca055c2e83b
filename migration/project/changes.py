"""Changes of the frozen files, made as one: every command that writes them comes through here."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from migration.errors import MigrationError
from migration.files.atomic import PendingFiles
from migration.files.digest import digest
from migration.files.tree import Tree
from migration.project.project import Project
from migration.project.state import State
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
) -> None:
    """Record decisions and verdicts, and which phase is open if another one is: all or nothing.

    Raises:
        MigrationError: a record or the ledger is not as it was read, or cannot be written.
    """
    project, baselines = state.project, state.baselines
    with project.disk.write_beside({}) as staged:
        changed: dict[str, str | None] = {}
        for preset, entry in entries.items():
            path = baselines.folder.record_path(PRESETS, preset)
            data = decided_again(baselines.record_data(PRESETS, preset), PRESETS, preset, entry)
            staged.add(path, data)
            changed[path] = digest(data)
        commit_changes(state, staged, doing, changed, progression)


def commit_changes(
    state: State,
    staged: PendingFiles,
    doing: str,
    after: Mapping[str, str | None],
    progression: Progression | None = None,
) -> None:
    """Put staged files into their places along with the ledger: all or nothing.

    `after` has the digest of each file, None for one that goes. The ledger is replaced in any case,
    since that is what tells readers of a change.

    Raises:
        MigrationError: a file is not as it was read, its folder is a link to elsewhere, or
            something cannot be written.
    """
    ledger_path = state.project.state_folder.ledger_path
    text = ledger_text(progression or state.ledger.progression).encode()
    staged.add(ledger_path, text)
    after = {**after, ledger_path: digest(text)}
    digests = {path: (state.baselines.digest_before(path), each) for path, each in after.items()}
    _commit(state.project, staged, Change(doing, digests))


class FilesRead:
    """Reads files of a tree, and remembers what they were when they were read first."""

    def __init__(self, tree: Tree) -> None:
        """Read in `tree`."""
        self._tree = tree
        self._digests: dict[str, str | None] = {}

    def __call__(self, path: str) -> bytes | None:
        """Return the bytes of a file, None if there is none.

        Raises:
            MigrationError: it cannot be read.
        """
        data = self._tree.read(path) if self._tree.is_file(path) else None
        self._digests.setdefault(path, None if data is None else digest(data))
        return data

    def digest(self, path: str) -> str | None:
        """Return the digest of a file as it was read, None if there was none.

        Raises:
            MigrationError: it cannot be read.
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
    """Write the files and the ledger, if each is still as it was read; one without bytes goes.

    For commands that read the frozen files otherwise than as a state.

    Raises:
        MigrationError: a file is not as it was read, its folder is a link to elsewhere, or
            something cannot be written.
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
