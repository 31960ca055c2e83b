"""The table of the layout rules, and what they find together."""

from __future__ import annotations

from typing import Final

from migration.errors import Fault, MigrationError, suggest_nearest
from migration.lint.facts import Facts
from migration.lint.rule import Finding, Rule
from migration.lint.rules.extends import CHAIN_RULES
from migration.lint.rules.files import FILE_RULES
from migration.lint.rules.fusion import FUSION_RULES
from migration.lint.rules.launch import LAUNCH_RULES
from migration.lint.rules.layers import LAYER_RULES

RULES: Final[tuple[Rule, ...]] = tuple(
    sorted(
        (*CHAIN_RULES, *LAUNCH_RULES, *LAYER_RULES, *FUSION_RULES, *FILE_RULES),
        key=lambda rule: rule.code,
    )
)


def find_violations(facts: Facts) -> tuple[Finding, ...]:
    """Return what breaks a rule, sorted by place.

    What many presets inherit is told once, at the place that causes it.
    """
    found = [Finding(rule, *told) for rule in RULES for told in rule.find(facts)]
    unique = {finding.order: finding for finding in found}
    return tuple(unique[order] for order in sorted(unique))


def find_rule(code: str) -> Rule:
    """Return the rule of that code, written in capitals or not.

    Raises:
        MigrationError: there is none.
    """
    known = {rule.code: rule for rule in RULES}
    if code.upper() not in known:
        hint = suggest_nearest(code.upper(), known, f"known are {', '.join(known)}")
        raise MigrationError(Fault(f"no layout rule {code!r}", hint=hint))
    return known[code.upper()]
