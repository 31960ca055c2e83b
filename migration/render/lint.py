"""The findings of `lint` as text, and the explanation of a rule."""

from __future__ import annotations

import textwrap
from typing import Final

from migration.commands.lint import LintReport
from migration.lint.catalog import RULES
from migration.lint.rule import Finding, Rule, Severity
from migration.render.page import Cell, Page
from migration.render.terminal import Terminal
from migration.text import PROGRAM
from migration.wording import format_count

_SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning")
_STYLES: Final[dict[Severity, str]] = {"error": "bold red", "warning": "yellow"}
_WIDTH = 78
_IGNORED: Final = (
    "`# lint: ignore[{code}] reason` behind the value, or on a line of its own above it. For some "
    "files or all of them: `lint.per_file_ignores` or `lint.ignore` in the settings."
)
_NOT_IGNORED: Final = "this rule cannot be ignored, neither in a file nor by a setting or option."


def lint_text(report: LintReport, terminal: Terminal) -> str:
    """Return how many findings there are, and a line for each, its place first."""
    page = Page(terminal)
    page.add_line(lint_verdict(report), "bold")
    if scope := _format_scope(report):
        page.add_line(scope)
    if report.findings:
        page.add_gap()
    for found in report.findings:
        severity = found.rule.severity
        page.add_spans(
            Cell(f"{_format_place(found)}: "),
            Cell(severity, _STYLES[severity]),
            Cell(f" {found.rule.code}: {found.message}"),
        )
    if report.findings:
        page.add_gap()
        first = min(report.findings, key=lambda found: _SEVERITIES.index(found.rule.severity))
        page.add_line(f"why a rule is there: {PROGRAM} lint --explain {first.rule.code}")
    return page.text()


def lint_verdict(report: LintReport) -> str:
    """Return how many findings there are, in how many files."""
    ignored = f"; {report.ignored} ignored" if report.ignored else ""
    return f"{_format_totals(report)} in {format_count(report.files, 'file')}{ignored}"


def rule_text(rule: Rule) -> str:
    """Return what a rule says, why it is there, and how to fix or ignore what it finds."""
    parts = (
        f"{rule.code} {rule.severity}: {rule.title}",
        f"why: {rule.why}",
        f"fix: {rule.fix}",
        f"ignore: {_IGNORED.format(code=rule.code) if rule.may_be_ignored else _NOT_IGNORED}",
    )
    return "\n\n".join(map(_wrap_paragraph, parts)) + "\n"


def _wrap_paragraph(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _format_place(found: Finding) -> str:
    at = found.origin
    return f"{at.path}:{at.line}:{at.column}"


def _format_totals(report: LintReport) -> str:
    counts = {severity: report.count(severity) for severity in _SEVERITIES}
    totals = [format_count(number, severity) for severity, number in counts.items() if number]
    return ", ".join(totals) or "no findings"


def _format_scope(report: LintReport) -> str:
    """Return which rules were checked, in the shorter way; nothing if all were."""
    others = [rule.code for rule in RULES if rule.code not in report.rules]
    if not others:
        return ""
    if len(others) < len(report.rules):
        return f"not checked: {', '.join(others)}"
    return f"only checked: {', '.join(report.rules)}"
