"""The Python API: resolve a file, compare two values, check a project.

What `__all__` names is public, and documented in `docs/api.md`; every other module of the package
is private, and may change with any release. Nothing here prints, writes a file, or keeps anything
from one call to the next. Results are the caller's own: no two share a mutable part.

Where another package is called `migration`: `from config_migration_toolkit import api`.
"""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from migration.errors import Fault, MigrationError
from migration.phases import Status
from migration.values.diff import MISSING, Kind

if TYPE_CHECKING:
    from migration.parity.causes import Cause as FoundCause
    from migration.project.project import Project

__all__ = [
    "MISSING",
    "Cause",
    "Difference",
    "Fault",
    "MigrationError",
    "Preset",
    "Report",
    "ResolvedConfig",
    "check",
    "compare",
    "resolve",
]

StrPath: TypeAlias = "str | os.PathLike[str]"
Verdict: TypeAlias = Literal["allowed", "forbidden"]


@dataclass(frozen=True, slots=True)
class ResolvedConfig:
    """What a file resolves to, and where that comes from.

    Paths count from `root`, with `/` between the names; outside of it they are absolute, so that
    `config.root / path` finds each file. The files of a baseline may be gone since it was frozen.
    """

    root: Path
    """The folder of the project, or the one that took its place."""
    value: dict[Hashable, Any]
    """The mapping after inheritance, as `yaml.safe_load` would give it; nothing is redacted."""
    chain: tuple[str, ...]
    """The files merged for it, lowest precedence first."""
    origins: Mapping[str, str]
    """The `file:line` that set each leaf, by its key path as text, as `inspect --origins` has it.

    A list is a leaf, unless several files set its entries, as in a fusion config.
    """


@dataclass(frozen=True, slots=True)
class Difference:
    """One key path whose value differs, as text. The side that has no such key is `MISSING`."""

    path: str
    kind: Kind
    left: Any
    right: Any
    rule: str | None
    """The rule of the profile that allows the difference, None if no rule does."""

    @property
    def verdict(self) -> Verdict:
        """Whether the profile allows the difference."""
        return _judge(self.rule)


@dataclass(frozen=True, slots=True)
class Cause:
    """The same difference between baseline and tree, in any number of presets.

    `left` is the value of the baseline, `right` that of the tree.
    """

    id: str
    path: str
    """The key path as text, after `file: ` if the difference is in a fusion config."""
    new_path: str | None
    """The other key path of a key that was renamed or moved."""
    kind: Kind | Literal["renamed", "moved"]
    left: Any
    right: Any
    rule: str | None
    """The rule of the profile that allows the difference, None if no rule does."""
    presets: tuple[str, ...]
    """The names of the presets that have it."""
    left_origin: str | None
    """The `file:line` that set the value when it was frozen, in most of the presets."""
    right_origin: str | None
    """The `file:line` that sets the value now, in most of the presets."""
    hints: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """Whether the profile allows the difference."""
        return _judge(self.rule)


@dataclass(frozen=True, slots=True)
class Preset:
    """The standing of one preset."""

    name: str
    """The path under which it was frozen; its own path if it was not."""
    target: str
    """Its path now."""
    status: Status
    holds: bool
    """Whether it does not block the gate."""
    faults: tuple[Fault, ...]
    """Why it has its status, unless causes show it."""


@dataclass(frozen=True, slots=True)
class Report:
    """What `check-parity` finds. Paths count from the project's folder."""

    holds: bool
    """Whether the gate holds: `check-parity` would exit with 0."""
    profile: str
    presets: tuple[Preset, ...]
    """Sorted by name."""
    causes: tuple[Cause, ...]
    """Forbidden ones first, then those of most presets. What `redact` hides is hidden here."""
    unneeded_acceptances: tuple[str, ...]
    """The ids of acceptances that no preset needs any more; each blocks the gate."""
    warnings: tuple[Fault, ...]
    """What is wrong with the frozen files, but prevents no verdict."""


def resolve(path: StrPath) -> ResolvedConfig:
    """Return what a YAML file, or a baseline, resolves to.

    A relative path counts from the current folder. The settings are those of the nearest folder
    around the file that has some. Without any, `extends` is followed wherever it leads, and paths
    count from the current folder, or from the folder of a file that is not beneath it.

    Raises:
        MigrationError: the file, a file that it extends, or the settings cannot be read.
    """
    from migration.commands.inspect import inspect_config, list_origins
    from migration.values.keypath import format_path
    from migration.values.merge import fresh

    here = _find_current_folder()
    file = here / path
    project = _open_around(Path(os.path.normpath(file)), here)
    inspection = inspect_config(project, str(file), here)
    places = list_origins(project, str(file), here).places
    return ResolvedConfig(
        root=Path(project.disk.root),
        value=cast("dict[Hashable, Any]", fresh(inspection.value)),
        chain=inspection.chain,
        origins={format_path(each.path): each.origin for each in places if each.origin},
    )


def compare(left: object, right: object, profile: StrPath = "strict") -> tuple[Difference, ...]:
    """Return the differences between two values, types included, sorted by path.

    The values are plain, as `yaml.safe_load` or `resolve` return them. The profile is the name of
    a bundled one, `strict` or `parity`, or the path of one, which counts from the current folder.

    Raises:
        MigrationError: there is no such profile, or it cannot be read.
        TypeError: a value has a part that YAML cannot produce.
    """
    from migration.project.project import open_bare
    from migration.values.canonical import canonical_bytes
    from migration.values.diff import diff
    from migration.values.keypath import format_path
    from migration.values.merge import fresh

    here = _find_current_folder()
    judge = open_bare(here).profile(os.fspath(profile), str(here))
    # A part that has no canonical JSON is an error, also where nothing is compared with it.
    canonical_bytes(left)
    canonical_bytes(right)
    differences = []
    for found in diff(left, right):
        rule = judge.rule_for(found, left, right)
        sides = (fresh(found.left), fresh(found.right))
        path, rule_id = format_path(found.path), rule.id if rule else None
        differences.append(Difference(path, found.kind, *sides, rule_id))
    return tuple(differences)


def check(folder: StrPath = ".") -> Report:
    """Compare every preset of a project with its baseline, as `check-parity --no-record` does.

    The project is that of the nearest folder, from the given one upward, that has settings.

    Raises:
        MigrationError: there is no such folder, no project, nothing is frozen, a frozen file was
            edited, or the settings, the profile or the ledger cannot be read. A preset that cannot
            be read is no error: it has the status `error`.
    """
    from migration.commands.check_parity import check_parity
    from migration.project.project import open_project

    start = _find_current_folder() / folder
    if not start.is_dir():
        why = "not a folder" if start.exists() else "no such folder"
        raise MigrationError(Fault(why, os.fspath(folder)))
    report = check_parity(open_project(Path(os.path.realpath(start))))
    return Report(
        holds=report.holds,
        profile=report.profile,
        presets=tuple(
            Preset(row.name, row.target, row.status, not row.is_broken, row.faults)
            for row in report.rows
        ),
        causes=tuple(map(_make_cause, report.causes)),
        unneeded_acceptances=tuple(each.acceptance.id for each in report.accepted.unneeded),
        warnings=report.warnings,
    )


def _make_cause(cause: FoundCause) -> Cause:
    from migration.values.merge import fresh

    return Cause(
        id=cause.id,
        path=cause.path,
        new_path=cause.new_path,
        kind=cause.kind,
        left=fresh(cause.left),
        right=fresh(cause.right),
        rule=cause.rule,
        presets=cause.presets,
        left_origin=next(iter(cause.left_origins), None),
        right_origin=next(iter(cause.right_origins), None),
        hints=cause.hints,
    )


def _judge(rule: str | None) -> Verdict:
    return "allowed" if rule else "forbidden"


def _open_around(file: Path, here: Path) -> Project:
    """Open the project around a file; without settings, the tree around it, open to all sides."""
    from migration.project.project import find_project, open_bare

    if project := find_project(file.parent):
        return project
    root = here if file.is_relative_to(here) else file.parent
    return open_bare(root, allow_outside=True)


def _find_current_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise MigrationError(Fault("the current folder is gone")) from None
