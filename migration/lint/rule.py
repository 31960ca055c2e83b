"""Defines a layout rule and its findings. The rules are in `rules/`, one module per subject."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from migration.errors import Fault
from migration.lint.facts import Facts
from migration.values.canonical import compact_text
from migration.yaml.marks import Origin

_LONGEST: Final = 30
Severity: TypeAlias = Literal["error", "warning"]
Violations: TypeAlias = Iterator[tuple[Origin, str]]
"""The places at which a rule is broken, each with a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. A code is never reused for another rule; its hundreds digit is the subject."""

    code: str
    severity: Severity
    title: str
    """What is true where the rule is kept, in one line."""
    why: str
    fix: str
    find: Callable[[Facts], Violations]
    may_be_ignored: bool = True
    """Whether a finding can be silenced, in its file or by a setting."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A place at which a rule is broken."""

    rule: Rule
    origin: Origin
    message: str

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """The key that sorts findings by place; two findings with the same key are duplicates."""
        at = self.origin
        return at.path, at.line, at.column, self.rule.code, self.message


def locate_fault(fault: Fault) -> tuple[Origin, str]:
    """Return a fault as a violation: its place and its message."""
    message = f"{fault.message} ({fault.hint})" if fault.hint else fault.message
    return Origin(fault.path or ".", fault.line or 1, fault.column or 1), message


def excerpt_value(value: object) -> str:
    """Return the beginning of a value, as a message shows it."""
    text = compact_text(value)
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST - 2]}…" + ('"' if text.endswith('"') else "")
