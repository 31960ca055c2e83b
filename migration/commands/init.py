"""`init`: looks at a tree that has no settings, proposes some, and writes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from migration.adopt.proposal import Proposal, propose_settings
from migration.adopt.survey import survey_tree
from migration.adopt.table import write_table
from migration.errors import Fault, MigrationError
from migration.files.contents import MARK
from migration.files.disk_tree import DiskTree
from migration.paths import leaves_root
from migration.project.project import Access, find_project
from migration.project.settings import OWN_FILE, PYPROJECT, Settings
from migration.project.settings_file import read_settings
from migration.project.settings_search import (
    find_near_misses,
    find_settings,
    find_settings_line,
)
from migration.project.settings_text import SettingsText


@dataclass(frozen=True, slots=True)
class Initiation:
    """The settings for a folder: what they rest on, where they go, and whether they are written."""

    proposal: Proposal
    source: str
    """The settings file."""
    text: str
    """What is written into it, or appended to it."""
    notes: tuple[str, ...] = ()
    directory: str = ""
    """How the person named the folder; empty for the current one."""
    is_written: bool = False


def propose_for(folder: Path, access: Access, directory: str = "") -> Initiation:
    """Return the settings that a folder should have; nothing is written.

    `directory` is how the person named the folder, for commands in messages; empty for the current.

    Raises:
        MigrationError: the folder has settings, those of a folder above hold for its files, or no
            settings can be proposed.
    """
    disk = DiskTree(folder)
    if settings := find_settings(disk):
        raise MigrationError(_present_fault(disk, settings))
    for near in find_near_misses(folder):
        if not leaves_root(near.path or ""):
            raise MigrationError(near)
    notes = tuple(_check_above(folder, access))
    proposal = propose_settings(survey_tree(disk, access.follow), access, directory)
    source = PYPROJECT if _takes_table(disk, proposal) else OWN_FILE
    return Initiation(proposal, source, write_table(proposal.lines, source), notes, directory)


def write_settings(initiation: Initiation) -> Initiation:
    """Write the proposed settings: into a file of its own, or behind what pyproject.toml has.

    Raises:
        MigrationError: the file cannot be written, or has been made in the meantime.
    """
    disk, source = initiation.proposal.survey.tree, initiation.source
    if settings := find_settings(disk):
        raise MigrationError(_present_fault(disk, settings))
    text = initiation.text
    if source == PYPROJECT:
        text = _append(disk.read_config(PYPROJECT), text)
    disk.write_all({source: text.encode()})
    return replace(initiation, is_written=True)


def _present_fault(disk: DiskTree, settings: Settings) -> Fault:
    line = find_settings_line(disk, settings)
    hint = "`config-migration doctor` says what they match, and what they leave out"
    return Fault(
        "the settings are here already, and were left as they are",
        settings.source,
        line,
        hint=hint,
    )


def _check_above(folder: Path, access: Access) -> Iterator[str]:
    """Yield a note on settings in a folder above, which will not hold in this one any more.

    Raises:
        MigrationError: their presets lie in this folder.
    """
    above = find_project(folder.parent, access)
    if above is None:
        return
    root = above.disk.root
    inside = f"{folder.relative_to(root).as_posix()}/"
    source = f"{'../' * inside.count('/')}{above.settings.source}"
    number = sum(path.startswith(inside) for path in above.list_presets())
    if number:
        message = (
            f"the settings in {source} hold for this folder: {number} of its files are presets"
        )
        raise MigrationError(Fault(message, hint="a tree of its own needs a folder of its own"))
    yield f"the settings in {source} will not hold in this folder any more"


def _takes_table(disk: DiskTree, proposal: Proposal) -> bool:
    """Tell whether there is a pyproject.toml of this folder to which the table can be appended.

    Raises:
        MigrationError: it cannot be read.
    """
    # Behind a link lies a file of another folder, where the settings would hold for that one.
    if not disk.is_file(PYPROJECT) or disk.real_path(PYPROJECT) != PYPROJECT:
        return False
    text = disk.read_config(PYPROJECT)
    SettingsText.of_file(text, PYPROJECT).read_document()
    try:
        found = read_settings(_append(text, write_table(proposal.lines, PYPROJECT)), PYPROJECT)
    except MigrationError:  # as where `tool` is an inline table, to which nothing can be added
        return False
    return found is not None and _without_place(found) == _without_place(proposal.settings)


def _append(text: str, table: str) -> str:
    """Return the text of a file with a table behind it, which gets the line ends of the file."""
    end = "\r\n" if "\r\n" in text else "\n"
    is_empty = not text.removeprefix(MARK).strip()
    kept = text if is_empty or text.endswith("\n") else f"{text}{end}"
    return f"{kept}{'' if is_empty else end}{table.replace(chr(10), end)}"


def _without_place(settings: Settings) -> Settings:
    return replace(settings, source="", written={})
