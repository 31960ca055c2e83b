"""Rules for what every run needs: the launch settings, and the length knob."""

from __future__ import annotations

from typing import Final

from migration.lint.facts import Facts, Preset, is_set
from migration.lint.rule import Rule, Violations
from migration.resolve.effective import OTHER_KNOBS, ROLLOUT_KNOB, list_knob_problems
from migration.values.diff import MISSING, value_at
from migration.values.keypath import KeyPath, format_path
from migration.yaml.marks import Origin, nearest_origin


def _launch_settings_are_there(facts: Facts) -> Violations:
    for preset in facts.presets.values():
        for setting in facts.settings.launch_settings:
            values = [each.value for each in (preset, *facts.parents(preset))]
            is_missing, *above = [value_at(value, setting) is MISSING for value in values]
            if is_missing and not any(above):
                yield _describe_gap(facts, preset, setting), f"{format_path(setting)} is not set"


def _launch_settings_are_not_null(facts: Facts) -> Violations:
    for preset in facts.presets.values():
        for setting in facts.settings.launch_settings:
            if value_at(preset.value, setting) is None:
                yield nearest_origin(preset.marks, setting), f"{format_path(setting)} is null"


def _launch_settings_are_the_presets_own(facts: Facts) -> Violations:
    for preset in facts.presets.values():
        for setting in facts.settings.launch_settings:
            origin = nearest_origin(preset.marks, setting)
            if origin.path in facts.base_files and is_set(preset.value, setting):
                yield origin, f"{format_path(setting)} is set by the base; each preset sets its own"


def _length_is_set(facts: Facts) -> Violations:
    return _without_length(facts, is_required=True)


def _length_is_set_elsewhere(facts: Facts) -> Violations:
    # If `length_required` is empty, no preset needs the knob, so none is warned about it.
    return _without_length(facts, is_required=False) if facts.settings.length_required else iter(())


def _without_length(facts: Facts, *, is_required: bool) -> Violations:
    knob = facts.settings.length_key
    for preset in facts.presets.values() if knob else ():
        if is_set(preset.value, (knob,)) or _needs_length(facts, preset) != is_required:
            continue
        above = [each for each in facts.parents(preset) if not is_set(each.value, (knob,))]
        if not any(_needs_length(facts, each) >= is_required for each in above):
            is_null = knob in preset.value
            yield (
                _describe_gap(facts, preset, (knob,)),
                f"{knob} is {'null' if is_null else 'not set'}",
            )


def _needs_length(facts: Facts, preset: Preset) -> bool:
    return any(facts.settings.needs_length(path) for path in (preset.name, preset.path))


def _length_is_passed_on(facts: Facts) -> Violations:
    knob = facts.settings.length_key
    for preset in facts.presets.values() if knob else ():
        for key, problem in list_knob_problems(preset.value, knob or ""):
            yield nearest_origin(preset.marks, (key,)), problem


def _one_length_knob(facts: Facts) -> Violations:
    knob = facts.settings.length_key
    for preset in facts.presets.values() if knob else ():
        for other in OTHER_KNOBS:
            if is_set(preset.value, other):
                message = f"{format_path(other)} is set; {knob} is the one length knob"
                yield nearest_origin(preset.marks, other), message


def _rollout_length_follows(facts: Facts) -> Violations:
    knob = facts.settings.length_key
    for preset in facts.presets.values() if knob else ():
        if is_set(preset.value, ROLLOUT_KNOB):
            message = f"{format_path(ROLLOUT_KNOB)} is set, and no longer follows {knob}"
            yield nearest_origin(preset.marks, ROLLOUT_KNOB), message


def _describe_gap(facts: Facts, preset: Preset, path: KeyPath) -> Origin:
    """Return where a value is missing: at the value that is not a mapping, else at `extends`."""
    around: object = preset.value
    for key in path:
        around = around.get(key, {}) if isinstance(around, dict) else around
    if isinstance(around, dict):
        return facts.extends_origin(preset.path)
    return nearest_origin(preset.marks, path)


LAUNCH_RULES: Final = (
    Rule(
        code="L201",
        severity="error",
        title="every launch setting is set (`launch_settings`)",
        why="A run that is started without its model, name, folders, epochs or rates takes the "
        "trainer's defaults, and shows that only in its result.",
        fix="Set it in the preset, even where the value is the trainer's default.",
        find=_launch_settings_are_there,
    ),
    Rule(
        code="L202",
        severity="error",
        title="no launch setting is null",
        why="A null looks like a setting and is none: the trainer's default applies, as if the key "
        "were missing.",
        fix="Write the value that the run is to have.",
        find=_launch_settings_are_not_null,
    ),
    Rule(
        code="L203",
        severity="error",
        title="every launch setting is set by a preset or overlay, not by the base",
        why="What the base sets, a preset can forget: two runs then share a name or a folder, and "
        "an edit for one run changes all of them.",
        fix="Move the setting into the presets.",
        find=_launch_settings_are_the_presets_own,
    ),
    Rule(
        code="L204",
        severity="error",
        title="the length knob, `length_key`, is set where it is required (`length_required`)",
        why="It is the one knob from which the limits of model, template and rollouts follow. "
        "Without it each has a default of its own, and samples are cut off in silence.",
        fix="Set it in the preset that extends the base.",
        find=_length_is_set,
    ),
    Rule(
        code="L205",
        severity="warning",
        title="the length knob is set elsewhere, too",
        why="A short trial may live with the trainer's default lengths, but its result then says "
        "little of a run that has a limit.",
        fix="Set it, or ignore the rule at `extends`, with the reason why the run has no limit.",
        find=_length_is_set_elsewhere,
    ),
    Rule(
        code="L206",
        severity="error",
        title="the length knob is a positive integer, and can be passed on",
        why="Another value, or a section that is no mapping, stops the run when the limits are "
        "derived from it.",
        fix="Write the number of tokens without quotes; make model, template and rlhf mappings.",
        find=_length_is_passed_on,
    ),
    Rule(
        code="L207",
        severity="error",
        title="no other length knob is set",
        why="model.max_model_len and template.max_length follow the one knob. A second number is "
        "either ignored or contradicts the first.",
        fix="Remove it, and set the length knob instead.",
        find=_one_length_knob,
    ),
    Rule(
        code="L208",
        severity="warning",
        title="`rlhf.vllm_max_model_len` is not set",
        why="It follows the length knob unless it is set. A tighter limit for rollouts can be "
        "meant, but then has to be kept in step by hand.",
        fix="Remove it, or ignore the rule there, with the reason for a limit of their own.",
        find=_rollout_length_follows,
    ),
)
