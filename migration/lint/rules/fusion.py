"""Rules for the fusion configs that presets name."""

from __future__ import annotations

from typing import Final

from migration.lint.facts import Facts
from migration.lint.rule import Rule, Violations, locate_fault
from migration.yaml.load import load_mapping


def _fusion_config_is_there(facts: Facts) -> Violations:
    return map(locate_fault, facts.ill_named)


def _fusion_config_resolves(facts: Facts) -> Violations:
    known = {fault.order for fault in facts.unreadable}
    return (locate_fault(fault) for fault in facts.unresolvable if fault.order not in known)


def _variant_extends_one_base(facts: Facts) -> Violations:
    for path, fusion in facts.fusions.items():
        bases = fusion.layer.bases
        if len(bases) > 1:
            message = f"extends {len(bases)} files; a fusion variant extends one fusion base"
            yield facts.extends_origin(path), message
        for position, base in enumerate(bases):
            if base in facts.fusions and facts.fusions[base].layer.bases:
                message = f"extends {base}, a variant itself; let both extend one fusion base"
                yield facts.extends_origin(path, position), message


def _fusion_base_extends_nothing(facts: Facts) -> Violations:
    for fusion in facts.fusions.values():
        for file in sorted(set(fusion.resolved.chain) - facts.fusions.keys()):
            said = load_mapping(facts.texts[file], file, facts.settings.yaml)
            if said.get(facts.settings.inheritance_key):
                yield facts.extends_origin(file), "a fusion base extends nothing"


FUSION_RULES: Final = (
    Rule(
        code="L501",
        severity="error",
        title="the fusion config that a preset names is there (`fusion_key`)",
        why="A run that names a missing file stops once its job has waited for its place and "
        "started.",
        fix="Correct the path, which counts from the project's root; or write the file.",
        find=_fusion_config_is_there,
        may_be_ignored=False,
    ),
    Rule(
        code="L502",
        severity="error",
        title="the fusion config that a preset names resolves",
        why="A data mix without a target, with a nameless entry or with a ratio that is no number "
        "stops the run; one that names an entry twice trains on something else.",
        fix="Correct the entry that is named; `inspect --config` shows what the file resolves to.",
        find=_fusion_config_resolves,
        may_be_ignored=False,
    ),
    Rule(
        code="L503",
        severity="error",
        title="a fusion variant extends at most one fusion base",
        why="Entries merge by name. With two parents it is no longer clear from which of them an "
        "entry's path or ratio comes.",
        fix="Write the entries of the other file into the variant, or make one base of both.",
        find=_variant_extends_one_base,
        may_be_ignored=False,
    ),
    Rule(
        code="L504",
        severity="error",
        title="a fusion base extends nothing",
        why="Base and variant are two files, in which a data mix can be read. A third beneath them "
        "changes mixes that do not mention it.",
        fix="Write the entries of the other file into the base.",
        find=_fusion_base_extends_nothing,
        may_be_ignored=False,
    ),
)
