"""The `exclude` setting that leaves some files out of the presets, ready to be pasted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from migration.paths import escape_wildcards
from migration.project.settings import Settings
from migration.text import quote_toml_list


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A line of the settings, and where it belongs: in place of a setting, or beside one."""

    line: str
    """The whole setting: the entries that it has, then the new ones."""
    place: str
    """The settings file, with the line if it is known."""
    is_written: bool
    """Whether the line takes the place of an `exclude` that is there; else it is beside `presets`.
    """


def exclude_presets(settings: Settings, paths: Iterable[str]) -> Exclusion:
    """Return the setting that excludes these presets as well."""
    is_written = "exclude" in settings.written
    line = settings.written.get("exclude" if is_written else "presets")
    place = f"{settings.source}:{line}" if line else settings.source
    return Exclusion(write_exclude(settings, paths), place, is_written)


def write_exclude(settings: Settings, paths: Iterable[str]) -> str:
    """Return the line `exclude = [...]` with the entries that it has, then with these paths."""
    globs = (*settings.exclude, *map(escape_wildcards, sorted(paths)))
    return f"exclude = {quote_toml_list(globs)}"
