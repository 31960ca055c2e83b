"""What a layout rule is, and what it finds. The rules themselves stand in modules by subject."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from migration.errors import Fault
from migration.lint.facts import Facts
from migration.yaml.marks import Origin

Severity: TypeAlias = Literal["error", "warning"]
Violations: TypeAlias = Iterator[tuple[Origin, str]]
"""The places at which a rule is broken, each with what is wrong there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. A code once given stays with its rule; its hundreds are the subject."""

    code: str
    severity: Severity
    title: str
    """What holds where the rule is kept, in one line."""
    why: str
    fix: str
    find: Callable[[Facts], Violations]


@dataclass(frozen=True, slots=True)
class Finding:
    """A place at which a rule is broken."""

    rule: Rule
    origin: Origin
    message: str

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """The key that sorts findings by place, and by which two are the same."""
        at = self.origin
        return at.path, at.line, at.column, self.rule.code, self.message


def locate_fault(fault: Fault) -> tuple[Origin, str]:
    """Return a fault in the form in which rules tell what they find."""
    message = f"{fault.message} ({fault.hint})" if fault.hint else fault.message
    return Origin(fault.path or ".", fault.line or 1, fault.column or 1), message
