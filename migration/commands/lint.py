"""`lint`: checks the tree against the layout rules."""

from __future__ import annotations

from dataclasses import dataclass

from migration.errors import Fault, MigrationError
from migration.lint.catalog import find_violations
from migration.lint.rule import Finding, Severity
from migration.lint.survey import survey_tree
from migration.project.project import Project
from migration.project.state import read_state


@dataclass(frozen=True, slots=True)
class LintReport:
    """The violations of the layout rules, sorted by place, and the number of files checked."""

    findings: tuple[Finding, ...]
    files: int

    def count(self, severity: Severity) -> int:
        """Return how many findings are of that severity."""
        return sum(finding.rule.severity == severity for finding in self.findings)

    @property
    def holds(self) -> bool:
        """Whether there is no error; warnings do not count."""
        return not self.count("error")


def lint_layout(project: Project) -> LintReport:
    """Return the violations of the layout rules in the tree.

    A file that cannot be read is a finding; the others are still checked.

    Raises:
        MigrationError: there is no preset, the ledger or a record cannot be read, or a glob
            that the settings spell out matches nothing.
    """
    # Excuse what concerns no single preset, as lost records: the layout is judged without them.
    facts = survey_tree(read_state(project, excuses=lambda found: not found.presets))
    if not facts.files_by_preset:
        hint = f"presets are the files that {', '.join(project.settings.presets)} match"
        raise MigrationError(Fault("no presets found", hint=hint))
    return LintReport(
        find_violations(facts), len({*facts.files.values(), *facts.texts, *facts.files_by_preset})
    )
