"""Checks a folder in which a command was killed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from campaigns.killing.scenarios import Scenario
from campaigns.killing.seen import FINISHED, JOURNAL, Seen, seen, settled
from migration.files.lock import LOCK
from tests.running import contents, run

_LOCK = f"snapshots/{LOCK}"


@dataclass(frozen=True)
class Expected:
    """A command, the states that a kill may leave, and the files that a finished run leaves."""

    scenario: Scenario
    allowed: tuple[Seen, ...]
    files: Mapping[str, bytes]

    def hold(self, folder: Path) -> None:
        """Assert that the folder is in an allowed state, and that a second run completes it."""
        assert _told(self.scenario, folder) in self.allowed
        is_pending = (folder / JOURNAL).exists()
        again = run(folder, *self.scenario.words)
        assert again.code in (self.scenario.code, self.scenario.code_again), again.err
        assert (FINISHED in again.err) == is_pending
        # The killed process left nothing but maybe its lock, which blocks no other command.
        left = {path: data for path, data in contents(folder).items() if path != _LOCK}
        assert left == self.files


def expected(scenario: Scenario, old: Path, new: Path) -> Expected:
    """Return what is expected of a command that turns the old folder into the new one."""
    allowed = tuple(_told(scenario, folder) for folder in (old, new))
    assert scenario.is_gradual or allowed[0] != allowed[1], "the command has nothing to do"
    return Expected(scenario, allowed, settled(new))


def _told(scenario: Scenario, folder: Path) -> Seen:
    found = seen(folder)
    return replace(found, told=()) if scenario.is_gradual else found
