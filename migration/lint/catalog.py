"""Lists all layout rules, and collects what they find in a tree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from migration.errors import Fault, MigrationError, suggest_nearest
from migration.lint.facts import Facts
from migration.lint.rule import Finding, Rule
from migration.lint.rules.extends import CHAIN_RULES
from migration.lint.rules.files import FILE_RULES
from migration.lint.rules.fusion import FUSION_RULES
from migration.lint.rules.ignores import IGNORE_RULES
from migration.lint.rules.launch import LAUNCH_RULES
from migration.lint.rules.layers import LAYER_RULES
from migration.text import quote_name

RULES: Final[tuple[Rule, ...]] = tuple(
    sorted(
        (*CHAIN_RULES, *LAUNCH_RULES, *LAYER_RULES, *FUSION_RULES, *FILE_RULES, *IGNORE_RULES),
        key=lambda rule: rule.code,
    )
)


def find_violations(facts: Facts, rules: Iterable[Rule] = RULES) -> tuple[Finding, ...]:
    """Return the violations of the rules, sorted by place.

    A violation that many presets inherit is reported once, at its cause.
    """
    findings = [Finding(rule, *violation) for rule in rules for violation in rule.find(facts)]
    unique = {finding.order: finding for finding in findings}
    return tuple(unique[order] for order in sorted(unique))


def find_rule(code: str) -> Rule:
    """Return the rule with the code, in upper or lower case.

    Raises:
        MigrationError: there is no such rule.
    """
    known = {rule.code: rule for rule in RULES}
    if code.upper() not in known:
        hint = suggest_code(code, f"known are {', '.join(known)}")
        if is_code(code):
            hint = f"name one: {', '.join(list_codes(code))}"
        raise MigrationError(Fault(f"no layout rule {quote_name(code)}", hint=hint))
    return known[code.upper()]


def suggest_code(code: str, otherwise: str | None = None) -> str | None:
    """Return the hint for an unknown code: the closest one, of the same subject if it has any."""
    known = [rule.code for rule in RULES]
    subject = [each for each in known if each[:2] == code.upper()[:2]]
    return suggest_nearest(code.upper(), subject or known, otherwise)


def is_code(word: str) -> bool:
    """Tell whether the word is the code of a rule, or how some begin, in upper or lower case.

    >>> is_code("l403"), is_code("L4"), is_code("L43"), is_code("L"), is_code("configs")
    (True, True, False, False, False)
    """
    return len(word) > 1 and bool(list_codes(word))


def list_codes(name: str) -> Sequence[str]:
    """Return the codes that a name is, or begins, in upper or lower case; an empty one has none."""
    return [rule.code for rule in RULES if name and rule.code.startswith(name.upper())]
