"""Says what to do about a preset without a baseline, and which frozen preset it is most like."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from migration.gate.gone_advice import advise_first, advise_missing
from migration.gate.gone_presets import GonePresets
from migration.parity.likeness import find_nearest_sibling
from migration.project.state import State
from migration.resolve.resolved import Resolved
from migration.text import make_visible
from migration.values.diff import Difference
from migration.values.moves import move_keys


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A preset without a baseline: what to do about it, and the frozen preset that it is most like.

    `differences` are those between the baseline of the `sibling` and the preset.
    """

    advice: str
    sibling: str | None = None
    differences: tuple[Difference, ...] = ()
    has_moved: bool = False
    """Whether it seems to be the sibling itself, whose file is gone."""


class Newcomers:
    """Compares the presets of a tree that were not frozen with those that were."""

    def __init__(self, state: State) -> None:
        """Take the presets of a project that have no baseline, and those that are gone."""
        self._gone = GonePresets(state)

    def advise_missing(self, preset: str) -> str:
        """Return what to do about a frozen preset that is gone."""
        return advise_missing(self._gone, preset)

    def look_at(self, preset: str, legacy_used: Sequence[str]) -> Newcomer:
        """Return what is known about a preset that can be read; it needs these legacy files."""
        gone = self._gone
        resolved = gone.state.project.configs.resolve(preset)
        if origin := gone.origins.get(preset):
            command = gone.command_of[origin]
            who = f"it come from {command.old}" if command.is_of_folder else f"{origin} move here"
            advice = f"not frozen: did {make_visible(who)}? `{command.line}`"
            found = self._compare_with_siblings(resolved, (origin,), advice)
            return replace(found, has_moved=True)
        advice = f"not frozen: {advise_first(gone) or '`snapshot` freezes it as it is now'}"
        if legacy_used:
            advice = f"built from {make_visible(legacy_used[0])}, but {advice}"
        return self._compare_with_siblings(resolved, gone.choose_siblings(preset), advice)

    def _compare_with_siblings(
        self, resolved: Resolved, siblings: Collection[str], advice: str
    ) -> Newcomer:
        gone = self._gone
        values = {each: gone.read_expected(each) for each in siblings}
        found = find_nearest_sibling(move_keys(resolved.value, gone.key_moves), values)
        if found is None:
            return Newcomer(advice)
        redact = gone.state.project.redaction.redact_difference
        return Newcomer(advice, found[0], tuple(map(redact, found[1])))
