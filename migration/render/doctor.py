"""What `doctor` found: where the settings are, what they match, and findings with remedies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from migration.render.page import Cell, Page
from migration.wording import format_count

if TYPE_CHECKING:
    from migration.adopt.examination import GlobUse
    from migration.commands.doctor import Diagnosis
    from migration.render.terminal import Terminal

_MOST: Final = 20


def diagnosis_text(diagnosis: Diagnosis, terminal: Terminal) -> str:
    """Return the number of findings, the settings with what they match, and the findings."""
    page = Page(terminal)
    found = diagnosis.examination
    number = len(diagnosis.findings)
    verdict = f"{format_count(number, 'finding')}:" if number else "nothing to find fault with:"
    presets = format_count(len(found.presets), "preset")
    frozen = f"{diagnosis.frozen} frozen in {found.project.state_folder.path}/"
    page.add_line(f"{verdict} {presets}, {frozen}", "bold")
    page.add_gap()
    page.add_line(f"settings: {diagnosis.place}")
    page.add_line(f"files inherit by {found.project.settings.inheritance_key!r}")
    page.add_gap()
    columns = [("setting", False), ("glob", False), ("files", True), ("presets", True), ("", False)]
    page.add_table(columns, [_make_row(diagnosis, use) for use in found.globs])
    _add_findings(page, diagnosis, terminal)
    return page.text()


def _make_row(diagnosis: Diagnosis, use: GlobUse) -> list[Cell]:
    why = ""
    if use.setting == "exclude" and use.files:
        why = diagnosis.examination.explain_exclusion(use.glob)
    presets = str(len(use.presets)) if use.setting == "presets" else ""
    return [Cell(use.setting), Cell(use.glob), Cell(str(len(use.files))), Cell(presets), Cell(why)]


def _add_findings(page: Page, diagnosis: Diagnosis, terminal: Terminal) -> None:
    most = len(diagnosis.findings) if terminal.is_verbose else _MOST
    for finding in diagnosis.findings[:most]:
        page.add_gap()
        page.add_lines(str(finding).splitlines())
    if (rest := len(diagnosis.findings) - most) > 0:
        page.add_gap()
        page.add_line(f"… and {format_count(rest, 'finding')}; -v shows all")
