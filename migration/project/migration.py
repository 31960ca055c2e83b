"""Tells whether a project has a migration, and refuses what only a migration has."""

from __future__ import annotations

from migration.errors import Fault, MigrationError
from migration.project.project import Project
from migration.project.settings import Settings
from migration.store.baselines import open_baselines
from migration.store.ledger import Ledger, Progression


def has_migration(settings: Settings, ledger: Ledger | Progression) -> bool:
    """Tell whether there is a migration, done or not: legacy files are set, or a phase was closed.

    Otherwise the baselines are a gate alone.
    """
    return bool(settings.legacy) or ledger.was_worked_on


def require_migration(
    project: Project, lacking: str = "there are no phases", *, is_begun_enough: bool = False
) -> None:
    """Check that `legacy` is set; `lacking` says what there is none of, otherwise.

    If `is_begun_enough`, a migration that was begun while it was set is enough.

    Raises:
        MigrationError: the settings name no legacy files, or the ledger cannot be read.
    """
    settings = project.settings
    if settings.legacy or not settings.source:
        return
    hint = 'name the files that a migration removes, as legacy = ["configs/components/**"]'
    progression = open_baselines(project.state_folder).progression()
    if progression and has_migration(settings, progression):
        if is_begun_enough:
            return
        message = "'legacy' is not set any more, which the migration needs"
    else:
        message = f"this project has no migration, so {lacking}: 'legacy' is not set"
    line = settings.written.get("legacy")
    raise MigrationError(Fault(message, settings.source, line, hint=hint))
