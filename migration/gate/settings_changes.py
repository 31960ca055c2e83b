"""Tells what a change does to the settings, and whether they hold less than before.

What the globs of `presets`, `exclude` and `legacy` match is compared by the files, and what
`phase_1` says by the phases of the presets, which records tell as well.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Final

from migration.gate.gate_change import GateChange
from migration.paths import includes_glob
from migration.project.settings import Settings
from migration.values.keypath import format_path, is_beneath
from migration.values.redaction import make_redaction

_RESOLVING: Final = (
    "inheritance_key",
    "merge_keys",
    "fusion_key",
    "allow_outside",
)
"""The settings that decide what files resolve to: any change may hide another."""
_BOUNDS: Final = ("max_files", "max_overlays")
"""The numbers that bound something: a larger one, or none, is weaker."""
_NEEDED: Final = ("length_key", "base")
"""The settings without which a rule is not checked."""
_RUNTIME: Final = "runtime_settings"
"""It is checked where it is written, even as an empty list."""
_WRITTEN: Final[Mapping[str, str]] = {
    "inheritance_key": "inheritance.key",
    "merge_keys": "yaml.merge_keys",
    "lint_select": "lint.select",
    "lint_ignore": "lint.ignore",
    "lint_per_file": "lint.per_file_ignores",
}
"""The settings that are written otherwise than their fields."""


def compare_settings(
    before: Settings, after: Settings, presets: Collection[str]
) -> Iterator[GateChange]:
    """Yield each setting that differs; `presets` are those of the project now."""
    for field in fields(Settings):
        name = field.name
        was, now = _show(before, name), _show(after, name)
        if name not in ("source", "written") and was != now:
            text = f"setting {_WRITTEN.get(name, name)}: {was} → {now}"
            yield GateChange(text, weakens=_is_weaker(name, before, after, presets))


def _is_weaker(name: str, before: Settings, after: Settings, presets: Collection[str]) -> bool:
    was, now = getattr(before, name), getattr(after, name)
    match name:
        case "not_inheritance":
            return {*was} != {*now}  # decides what files resolve to, in any order
        case "moved":
            return not {*was}.issuperset(now)
        case "redact":
            return not make_redaction(now).covers(make_redaction(was))
        case "launch_settings":
            # What is beneath a key can only be set if the key is.
            return not all(any(is_beneath(each, key) for each in now) for key in was)
        case "runtime_settings":
            if not {name} <= before.written.keys() & after.written.keys():
                return name in before.written
            return not all(any(is_beneath(key, each) for each in was) for key in now)
        case "length_required":
            return any(before.needs_length(each) > after.needs_length(each) for each in presets)
        case "lint_select":
            return not _cover(now, was)
        case "lint_ignore":
            return not _cover(was, now)
        case "lint_per_file":
            return not all(_is_excused(glob, codes, was) for glob, codes in now.items())
    if name in _BOUNDS:
        return was is not None and (now is None or now > was)
    return name in _RESOLVING or (name in _NEEDED and now is None)


def _cover(names: Collection[str], others: Collection[str]) -> bool:
    """Tell whether names of rules, or how they begin, have all rules that others have."""
    begins = tuple(name.upper() for name in names)
    return all(other.upper().startswith(begins) for other in others)


def _is_excused(glob: str, codes: Sequence[str], before: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether rules were ignored before in all files that a glob matches."""
    known = (names for each, names in before.items() if includes_glob(each, glob))
    return _cover([name for names in known for name in names], codes)


def _show(settings: Settings, field: str) -> str:
    value = getattr(settings, field)
    if value in (None, (), {}) and not (field == _RUNTIME and field in settings.written):
        return "not set"
    if field == "fusion_key":
        return format_path(value)
    if field == "moved":
        value = [*map(str, value)]
    if field.endswith("_settings"):
        value = [*map(format_path, value)]
    value = {**value} if isinstance(value, Mapping) else value
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
