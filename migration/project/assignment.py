"""Gives a preset its new path or its phase, unless the path is that of another one."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace

from migration.errors import Fault, MigrationError
from migration.project.targets import Targets
from migration.store.ledger import Entry
from migration.text import quote_path


@dataclass(frozen=True, slots=True)
class Assignment:
    """What `map` gives to a preset; `reuse` is why it may have the path of another one."""

    new: str | None
    phase: int | None
    reuse: str | None

    def apply(self, targets: Targets, preset: str, entry: Entry) -> Entry:
        """Return the entry of a preset with the phase, and with its new path if it gets one.

        Raises:
            MigrationError: the preset may not have the path, or only for a reason.
        """
        if self.phase:
            entry = replace(entry, phase=self.phase)
        if not self.new:
            return entry
        target, ledger = posixpath.normpath(self.new), targets.state.ledger
        if fault := targets.refuse(preset, target):
            raise MigrationError(fault)
        if self.reuse is None and ledger.had_other_preset(target, preset):
            raise MigrationError(_reuse_fault(preset, target))
        heir = ledger.map_heirs().get(preset)
        if heir and not ledger.entries[heir].reuse:
            # This preset had been dropped, so that the heir could take its path.
            raise MigrationError(_heir_fault(preset, heir))
        status = "pending" if entry.status == "dropped" else entry.status
        return replace(entry, target=target, status=status, reason=None, reuse=self.reuse)


def _reuse_fault(preset: str, target: str) -> Fault:
    message = f"another preset was frozen under this path: jobs that name it would run {preset}"
    hint = (
        "give it a new path; or `--reuse-path --reason R`, if no job starts the other by this one"
    )
    return Fault(message, target, hint=hint)


def _heir_fault(preset: str, heir: str) -> Fault:
    message = f"{heir} has this path now: jobs that name it would run that preset"
    old, at = quote_path(heir), quote_path(preset)
    hint = (
        "map that one elsewhere first, or give the reason why it keeps the path: "
        f"`map --old {old} --new {at} --reuse-path --reason R`"
    )
    return Fault(message, preset, hint=hint)
