"""What `lint` found, and what it says of a rule."""

from __future__ import annotations

import json
import textwrap
from typing import Final

from migration.commands.lint import LintReport
from migration.lint.rule import Finding, Rule, Severity
from migration.render.page import Cell, Page
from migration.render.terminal import Terminal
from migration.render.values import count

_SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning")
_STYLES: Final[dict[Severity, str]] = {"error": "bold red", "warning": "yellow"}
_WIDTH = 78


def lint_text(report: LintReport, terminal: Terminal, program: str) -> str:
    """Return the findings, one a line that begins with its place, and how many there are."""
    page = Page(terminal)
    for found in report.findings:
        severity = found.rule.severity
        page.spans(
            Cell(f"{_place(found)}: "),
            Cell(severity, _STYLES[severity]),
            Cell(f" {found.rule.code}: {found.message}"),
        )
    page.gap()
    page.line(f"{_totals(report)} in {count(report.files, 'file')}", "bold")
    if report.findings:
        first = min(report.findings, key=lambda found: _SEVERITIES.index(found.rule.severity))
        page.line(f"why a rule is there: {program} lint --explain {first.rule.code}")
    return page.text()


def lint_json(report: LintReport) -> str:
    """Return the document of `lint --format json`."""
    summary = {str(severity): report.count(severity) for severity in _SEVERITIES}
    document = {
        "summary": summary | {"files": report.files},
        "findings": [_finding(found) for found in report.findings],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def rule_text(rule: Rule) -> str:
    """Return what a rule says, why it is there, and how to fix what it finds."""
    parts = (f"{rule.code} {rule.severity}: {rule.title}", f"why: {rule.why}", f"fix: {rule.fix}")
    return "\n\n".join(map(_paragraph, parts)) + "\n"


def _paragraph(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _place(found: Finding) -> str:
    at = found.origin
    return f"{at.path}:{at.line}:{at.column}"


def _totals(report: LintReport) -> str:
    counts = [
        count(number, severity) for severity in _SEVERITIES if (number := report.count(severity))
    ]
    return ", ".join(counts) or "no findings"


def _finding(found: Finding) -> dict[str, object]:
    at = found.origin
    return {
        "code": found.rule.code,
        "severity": found.rule.severity,
        "file": at.path,
        "line": at.line,
        "column": at.column,
        "message": found.message,
        "rule": found.rule.title,
    }
