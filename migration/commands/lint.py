"""`lint`: the tree against the layout rules."""

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
    """What breaks a layout rule, sorted by place, in so many files."""

    findings: tuple[Finding, ...]
    files: int

    def count(self, severity: Severity) -> int:
        """Return how many findings are of that severity."""
        return sum(finding.rule.severity == severity for finding in self.findings)

    @property
    def holds(self) -> bool:
        """Whether there is no error; warnings may be meant."""
        return not self.count("error")


def lint_layout(project: Project) -> LintReport:
    """Return what breaks a layout rule, in the tree as it is.

    A file that cannot be read is a finding, and the others are judged.

    Raises:
        MigrationError: there is no preset, the ledger or a record cannot be read, or a glob
            that the settings spell out matches nothing.
    """
    # The layout can be judged without a record of what was frozen.
    facts = survey_tree(read_state(project, excuses=lambda found: not found.presets))
    if not facts.reach:
        hint = f"presets are the files that {', '.join(project.settings.presets)} match"
        raise MigrationError(Fault("no presets found", hint=hint))
    return LintReport(
        find_violations(facts), len({*facts.files.values(), *facts.texts, *facts.reach})
    )
