"""What has to hold of a folder in which a command was killed."""

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
    """A command, what may be seen once it was killed, and the files that it leaves at its end."""

    scenario: Scenario
    allowed: tuple[Seen, ...]
    files: Mapping[str, bytes]

    def hold(self, folder: Path) -> None:
        """Look at the folder, type the command again, and compare, by assertions."""
        assert _told(self.scenario, folder) in self.allowed
        is_pending = (folder / JOURNAL).exists()
        again = run(folder, *self.scenario.words)
        assert again.code in (self.scenario.code, self.scenario.code_again), again.err
        assert (FINISHED in again.err) == is_pending
        # Nothing of the killed process is left but maybe its lock, which keeps nobody out.
        left = {path: data for path, data in contents(folder).items() if path != _LOCK}
        assert left == self.files


def expected(scenario: Scenario, old: Path, new: Path) -> Expected:
    """Return what has to hold for a command that comes from the one folder to the other."""
    allowed = tuple(_told(scenario, folder) for folder in (old, new))
    assert scenario.is_gradual or allowed[0] != allowed[1], "the command has nothing to do"
    return Expected(scenario, allowed, settled(new))


def _told(scenario: Scenario, folder: Path) -> Seen:
    found = seen(folder)
    return replace(found, told=()) if scenario.is_gradual else found
