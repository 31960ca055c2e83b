"""Says what to do about the frozen presets whose files are gone: which commands record it."""

from __future__ import annotations

from collections.abc import Sequence

from migration.gate.gone_presets import GonePresets
from migration.project.command_lines import spell_command
from migration.text import make_visible, quote_path

_MOST_NAMED = 5


def advise_missing(gone: GonePresets, preset: str) -> str:
    """Return what to do about a frozen preset that is gone."""
    command = gone.command_of.get(preset)
    if command is None:
        return advise_unexplained(gone, [preset])
    if command.is_of_folder:
        folders = f"{make_visible(command.old)} move to {make_visible(command.new)}"
        return f"did the folder {folders}? `{command.line}`"
    return f"did it go to {make_visible(command.new)}? `{command.line}`"


def advise_unexplained(gone: GonePresets, presets: Sequence[str]) -> str:
    """Return what to do about presets that are gone, if no file is surely one of them."""
    if len(presets) > 1:
        went, dropped = _spell_open(gone, "PRESET"), _spell_drop(gone, "PRESET")
        return f"`{went}` records where each went, and `{dropped}` that one was given up"
    went, dropped = _spell_open(gone, presets[0]), _spell_drop(gone, presets[0])
    drop = f"`{dropped}` that it was given up"
    if paths := gone.doubtful.get(presets[0]):
        which = "which" if len(paths) > 1 else "that"
        return f"it may be {_join_or(paths)}: `{went}` records {which}, and {drop}"
    return f"`{went}` records where it went, and {drop}"


def advise_first(gone: GonePresets) -> str | None:
    """Return the command to run before another preset is frozen, None if none is gone."""
    if gone.unexplained:
        first = min(gone.unexplained)
        went = f"record where {make_visible(first)} went: `{_spell_open(gone, first)}`"
        return f"first {went}"
    if gone.commands:
        return f"first record where the presets went that are gone: `{gone.commands[0].line}`"
    return None


def _spell_open(gone: GonePresets, preset: str) -> str:
    return spell_command(gone.state.project, f"map {quote_path(preset)} PATH", preset)


def _spell_drop(gone: GonePresets, preset: str) -> str:
    words = f"map {quote_path(preset)} --drop --reason R"
    return spell_command(gone.state.project, words, preset)


def _join_or(paths: Sequence[str]) -> str:
    shown = [make_visible(path) for path in paths[:_MOST_NAMED]]
    if len(paths) > _MOST_NAMED:
        return f"{', '.join(shown)} or one of {len(paths) - _MOST_NAMED} more"
    *others, last = shown
    return f"{', '.join(others)} or {last}" if others else last
