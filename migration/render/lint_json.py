"""The findings of `lint` as one JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration.render.json_document import write_document

if TYPE_CHECKING:
    from migration.commands.lint import LintReport


def lint_json(report: LintReport) -> str:
    """Return the document of `lint --format json`."""
    summary = {"error": report.count("error"), "warning": report.count("warning")}
    findings = [
        {
            "code": found.rule.code,
            "severity": found.rule.severity,
            "file": found.origin.path,
            "line": found.origin.line,
            "column": found.origin.column,
            "message": found.message,
            "rule": found.rule.title,
        }
        for found in report.findings
    ]
    summary |= {"files": report.files, "ignored": report.ignored}
    return write_document({"summary": summary, "rules": report.rules, "findings": findings})
