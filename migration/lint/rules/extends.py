"""Rules for what a preset extends."""

from __future__ import annotations

from typing import Final

from migration.lint.facts import Facts, Preset
from migration.lint.rule import Rule, Violations


def _extends_base_or_preset(facts: Facts) -> Violations:
    if facts.base is None:
        return
    for preset in facts.presets.values():
        position = 0 if len(preset.layer.bases) == 1 else None
        if problem := _describe_problem(facts, preset):
            yield facts.extends_origin(preset.path, position), problem


def _describe_problem(facts: Facts, preset: Preset) -> str | None:
    bases = preset.layer.bases
    if preset.path == facts.base:
        return f"is the base, and as {preset.name} a preset as well"
    if not bases:
        return f"extends nothing, neither {facts.base} nor a preset"
    if len(bases) > 1:
        legacy = sum(base in facts.legacy for base in bases)
        among = f", {legacy} of them legacy" if legacy else ""
        return f"extends {len(bases)} files instead of one{among}"
    if bases[0] == facts.base or bases[0] in facts.presets:
        return None
    if bases[0] in facts.legacy:
        return f"extends the legacy file {bases[0]}"
    return f"extends {bases[0]}, which is neither {facts.base} nor a preset"


def _few_files(facts: Facts) -> Violations:
    most = facts.settings.max_files
    if most is None:
        return
    for preset in facts.presets.values():
        files = preset.resolved.file_count
        if files > most and not any(_is_deep(parent, most) for parent in facts.parents(preset)):
            message = f"merged from {files} files, more than {most}"
            yield facts.extends_origin(preset.path), message


def _is_deep(preset: Preset, most: int) -> bool:
    return preset.resolved.file_count > most


def _few_overlays(facts: Facts) -> Violations:
    most = facts.settings.max_overlays
    if most is None:
        return
    overlays: dict[str, list[str]] = {}
    for path, preset in sorted(facts.presets.items()):
        if len(preset.layer.bases) == 1:
            overlays.setdefault(preset.layer.bases[0], []).append(path)
    for path in overlays.keys() & facts.presets.keys():
        number, names = len(overlays[path]), ", ".join(overlays[path])
        if number > most:
            yield facts.extends_origin(path), f"has {number} overlays, more than {most}: {names}"


CHAIN_RULES: Final = (
    Rule(
        code="L101",
        severity="error",
        title="a preset extends the base alone, an overlay exactly one preset",
        why="With one way up from every file, whoever asks what set a value looks at two or three "
        "files. Each fragment beside the chain brings back the question of who wins.",
        fix="Write what the other files say into the preset, and extend the base. A file that "
        "differs from one preset in a few keys is an overlay and extends that preset.",
        find=_extends_base_or_preset,
    ),
    Rule(
        code="L102",
        severity="error",
        title="a run is merged from few files (`max_files`)",
        why="A chain that fits on one screen is read; a longer one is guessed. Base, preset and "
        "overlay are three files, an overlay of an overlay makes four.",
        fix="Let the overlay extend the preset itself, and repeat in it the few keys that the "
        "file between them has set.",
        find=_few_files,
    ),
    Rule(
        code="L103",
        severity="error",
        title="a preset has few overlays (`max_overlays`)",
        why="Each overlay has to be looked at whenever its preset changes. With many of them "
        "the preset is no longer changed, and variants are copied instead.",
        fix="Remove the overlays that are no longer run, or make one of them a preset of its own "
        "and let those that are like it extend that.",
        find=_few_overlays,
    ),
)
