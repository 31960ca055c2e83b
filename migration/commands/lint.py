"""`lint`: checks the tree against the layout rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from migration.errors import Fault, MigrationError
from migration.lint.catalog import RULES, find_violations
from migration.lint.ignores import apply_ignores
from migration.lint.rule import Finding, Severity
from migration.lint.rules.files import TEXT_RULES, UNREADABLE
from migration.lint.scope import LintedFiles
from migration.lint.selection import select_rules
from migration.lint.survey import survey_tree
from migration.paths import leaves_root
from migration.project.project import Project
from migration.project.state import read_state


@dataclass(frozen=True, slots=True)
class LintReport:
    """The violations of the layout rules, sorted by place, and the number of files checked."""

    findings: tuple[Finding, ...]
    files: int
    ignored: int = 0
    """How many findings an ignore in a file, or a per-file ignore of the settings, silences."""
    rules: tuple[str, ...] = tuple(rule.code for rule in RULES)
    """The codes of the rules that were checked."""
    prefix: str = ""
    """The path of the project's folder from the top of its repository."""

    def count(self, severity: Severity) -> int:
        """Return how many findings are of that severity."""
        return sum(finding.rule.severity == severity for finding in self.findings)

    @property
    def holds(self) -> bool:
        """Whether there is no error; warnings do not count."""
        return not self.count("error")


def lint_layout(
    project: Project,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    paths: Sequence[str] = (),
) -> LintReport:
    """Return the violations of the layout rules in the tree.

    `select` replaces what the settings select and ignore, `ignore` adds to what they ignore; both
    list codes, or how codes begin. `paths` are the files, folders and globs whose findings are
    wanted; the default is all. A file that cannot be read is a finding; the others are still
    checked.

    Raises:
        MigrationError: there is no preset, the ledger or a record cannot be read, a glob that the
            settings spell out matches nothing, a rule is unknown or cannot be ignored, or a path
            names no file.
    """
    selection = select_rules(project.settings, select, ignore)
    # Excuse what concerns no single preset, as lost records: the layout is judged without them.
    facts = survey_tree(read_state(project, excuses=lambda found: not found.presets))
    if not facts.files_by_preset:
        hint = f"presets are the files that {', '.join(project.settings.presets)} match"
        raise MigrationError(Fault("no presets found", hint=hint))
    files = LintedFiles(facts)
    if faults := tuple(files.find_unmatched()):
        raise MigrationError(*faults)
    wanted = files.find_named([_resolve(project, path) for path in paths]) if paths else None
    checked: list[Finding] = []
    exempt: list[Finding] = []
    for found in find_violations(facts, selection.rules()):
        is_checked = selection.checks(found.rule.code, files.names_of(found.origin.path))
        (checked if is_checked else exempt).append(found)

    def is_decided(code: str, path: str) -> bool:
        is_certain = code in TEXT_RULES or not facts.unreadable
        return is_certain and selection.checks(code, files.names_of(path))

    kept, silenced = apply_ignores(checked, facts.used_texts, is_decided)
    return LintReport(
        tuple(found for found in kept if _is_wanted(found, wanted, files)),
        len(files.real_paths if wanted is None else files.real_paths & wanted),
        sum(_is_wanted(found, wanted, files) for found in (*exempt, *silenced)),
        tuple(rule.code for rule in selection.rules()),
        project.prefix,
    )


def _is_wanted(found: Finding, wanted: frozenset[str] | None, files: LintedFiles) -> bool:
    """Tell whether a finding is in a wanted file, or keeps one of them from being checked."""
    if wanted is None:
        return True
    path = found.origin.path
    return path in wanted or (found.rule.code == UNREADABLE and path in files.list_needed(wanted))


def _resolve(project: Project, path: str) -> str:
    """Return the path by which the facts know a file outside the root; others as they are."""
    return project.tree.real_path(path) if leaves_root(path) else path
