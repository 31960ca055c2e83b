"""Knows which keys the settings of a project allow in its base."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from migration.project.settings import Settings
from migration.resolve.effective import OTHER_KNOBS, ROLLOUT_KNOB
from migration.values.keypath import KeyPath, is_beneath

RUNTIME_SETTINGS = "runtime_settings"


@dataclass(frozen=True, slots=True)
class BaseScope:
    """The keys that are never in the base, each with the setting that says so.

    `only`: the keys that may be in it, with all beneath them; None for any other.
    """

    excluded: Mapping[KeyPath, str]
    only: Collection[KeyPath] | None = None

    def find_setting(self, path: KeyPath) -> str | None:
        """Return the setting that leaves the value at a path to the presets, or None."""
        for excluded, setting in self.excluded.items():
            if is_beneath(path, excluded):
                return setting
        if self.only is None or any(is_beneath(path, each) for each in self.only):
            return None
        return RUNTIME_SETTINGS


def make_scope(settings: Settings) -> BaseScope:
    """Return which keys the settings allow in the base.

    What a run is, its data and its length are decided where it is read: in the preset.
    """
    excluded = dict.fromkeys(settings.launch_settings, "launch_settings")
    excluded[settings.fusion_key] = "fusion_key"
    if settings.length_key is not None:
        knobs = ((settings.length_key,), *OTHER_KNOBS, ROLLOUT_KNOB)
        excluded |= dict.fromkeys(knobs, "length_key")
    return BaseScope(excluded, settings.runtime_settings if settings.limits_base else None)
