"""Rules for what each layer may contain: the base, a preset, an overlay."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from migration.lint.facts import Facts
from migration.lint.rule import Rule, Violations, excerpt_value
from migration.values.diff import MISSING, diff, list_leaves, value_at
from migration.values.keypath import KeyPath, format_path
from migration.values.redaction import make_redaction
from migration.yaml.marks import nearest_origin


def _base_holds_runtime_choices(facts: Facts) -> Violations:
    if facts.base_source is None or not facts.settings.limits_base:
        return
    allowed = facts.settings.runtime_settings
    names = ", ".join(map(format_path, allowed)) or "nothing"
    for path in _list_foreign_keys(facts.base_source.value, allowed):
        message = f"{format_path(path)} is no runtime choice; the base holds {names}"
        yield nearest_origin(facts.base_source.marks, path), message


def _list_foreign_keys(
    value: object, allowed: Collection[KeyPath], path: KeyPath = ()
) -> Iterator[KeyPath]:
    """Yield the outermost paths that are not allowed and contain no allowed path."""
    if path in allowed:
        return
    if isinstance(value, dict) and (not path or any(each[: len(path)] == path for each in allowed)):
        for key, item in value.items():
            yield from _list_foreign_keys(item, allowed, (*path, key))
    else:
        yield path


def _base_extends_nothing(facts: Facts) -> Violations:
    if facts.base and facts.base_source and facts.base_source.layer.bases:
        bases = ", ".join(facts.base_source.layer.bases)
        yield facts.extends_origin(facts.base), f"the base extends {bases}"


def _nothing_is_repeated(facts: Facts) -> Violations:
    redaction = make_redaction(facts.settings.redact, facts.settings.moved)
    for preset in facts.presets.values():
        for path, value in list_leaves(preset.layer.body):
            inherited = value_at(preset.inherited, path)
            if inherited is not MISSING and not diff(value, inherited):
                place = nearest_origin(preset.inherited_marks, path)
                origin = nearest_origin(preset.layer.marks, path)
                shown = excerpt_value(redaction.redact(value, path))
                yield origin, f"{format_path(path)} repeats {shown} of {place}"


def _overlay_is_small(facts: Facts) -> Violations:
    for preset in facts.presets.values():
        if len(preset.layer.bases) != 1:
            continue
        for parent in facts.parents(preset):
            own = {path for path, value in list_leaves(preset.layer.body) if value != {}}
            known = [path for path, _ in list_leaves(parent.value)]
            replaced = sum(_is_replaced(path, own) for path in known)
            if 2 * replaced > len(known):
                message = f"sets {replaced} of the {len(known)} values of {parent.path} anew"
                yield facts.extends_origin(preset.path), message


def _is_replaced(path: KeyPath, own: Collection[KeyPath]) -> bool:
    return any(path[:length] in own for length in range(1, len(path) + 1))


def _no_placeholders(facts: Facts) -> Violations:
    told_elsewhere = {*facts.settings.launch_settings, (facts.settings.length_key,)}
    for preset in facts.presets.values():
        for path, value in list_leaves(preset.layer.body):
            # A null over an inherited value is not a placeholder: it removes the value.
            is_placeholder = value is None and value_at(preset.inherited, path) is MISSING
            if is_placeholder and path not in told_elsewhere:
                origin = nearest_origin(preset.layer.marks, path)
                yield origin, f"{format_path(path)} is null, and overrides nothing"


LAYER_RULES: Final = (
    Rule(
        code="L301",
        severity="error",
        title="the base holds runtime choices alone (`runtime_settings`)",
        why="What all runs share and no experiment tunes belongs into the base. A hyperparameter "
        "there is out of sight where a run is read, and an edit of it changes every run.",
        fix="Move it into the presets, or name it in `runtime_settings` if it is such a choice.",
        find=_base_holds_runtime_choices,
    ),
    Rule(
        code="L302",
        severity="error",
        title="the base extends nothing",
        why="The base is the end of every chain. A file beneath it is merged into every run, and "
        "readers do not look for it.",
        fix="Write what the other file says into the base, or into the presets.",
        find=_base_extends_nothing,
    ),
    Rule(
        code="L401",
        severity="warning",
        title="no preset or overlay repeats a value that it inherits",
        why="A repeated value looks like a decision. When what it repeats is changed, it silently "
        "stays behind.",
        fix="Remove it; or ignore the rule there, with the reason why it must stay when the "
        "inherited value changes.",
        find=_nothing_is_repeated,
    ),
    Rule(
        code="L402",
        severity="warning",
        title="an overlay sets at most half of its preset's values anew",
        why="An overlay is read as the difference from its preset. One that replaces most of it is "
        "a preset in disguise, and depends on the little that it does not say.",
        fix="Let it extend the base, and say what it inherits now.",
        find=_overlay_is_small,
    ),
    Rule(
        code="L403",
        severity="warning",
        title="no preset or overlay holds a null placeholder",
        why="A null over nothing makes it easy to forget what is active: it reads like a setting, "
        "and what it means is the trainer's business.",
        fix="Write the value, or remove the key; or ignore the rule there, and say what the null "
        "means.",
        find=_no_placeholders,
    ),
)
