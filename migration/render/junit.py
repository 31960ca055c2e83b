"""Reports as JUnit XML, which CI services show as tests: a case a preset."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from xml.etree import ElementTree as ET

from migration.render.acceptances import describe_needs
from migration.render.change_phrases import list_gate_lines
from migration.render.differences import list_changes
from migration.render.rows import cause_text, describe_newcomer, error_text, format_preset
from migration.render.sections import change_sections, parity_sections
from migration.text import make_visible
from migration.wording import format_count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migration.commands.check_parity import ParityReport
    from migration.commands.compare import CompareReport
    from migration.gate.status import Row
    from migration.render.differences import Block
    from migration.render.sections import Section

_NO_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COMMAND: Final = re.compile(r"^([^\S\n]*:):|##(?=\[)", re.MULTILINE)
_MOST_LINES: Final = 50


@dataclass(frozen=True, slots=True)
class _Case:
    """One preset as a test: what became of it, in a word, and what there is to say."""

    name: str
    outcome: Literal["", "failure", "error", "skipped"] = ""
    message: str = ""
    lines: Sequence[str] = ()


def parity_junit(report: ParityReport) -> str:
    """Return a case for each preset; one that blocks the gate is a failure or an error."""
    told = _list_lines(parity_sections(report))
    cases = [_describe_row(row, told.get(row.name, [])) for row in report.shown]
    if report.accepted.unneeded:
        lines = describe_needs(report.accepted)
        cases.append(_Case("what was accepted", "failure", lines[0], lines))
    return _write("check-parity", cases)


def change_junit(report: CompareReport) -> str:
    """Return a case for each preset that both sides have, each new one, and the gate.

    A preset that changes passes: its output says what changes. One that cannot be read any more is
    an error, and a weaker gate is a failure.
    """
    told = _list_lines(change_sections(report))
    cases: list[_Case] = []
    for preset in report.presets:
        lines = told.get(preset.path, [])
        faults = [str(fault) for fault in preset.new_faults]
        if preset.is_broken:
            cases.append(_Case(preset.path, "error", faults[0], [*lines, *faults]))
        elif not preset.is_compared:
            faults += [str(fault) for fault in preset.old_faults]
            cases.append(_Case(preset.path, "skipped", "not compared", [*dict.fromkeys(faults)]))
        else:
            cases.append(_Case(preset.path, lines=[*lines, *faults]))
    for new in report.new:
        faults = [str(fault) for fault in new.faults]
        outcome: Literal["", "error"] = "error" if faults else ""
        cases.append(_Case(new.path, outcome, faults[0] if faults else "", faults or ["new"]))
    is_weaker = any(each.weakens for each in report.gate)
    lines = list_gate_lines(report)
    gate = _Case("the gate", "failure" if is_weaker else "", lines[0], lines)
    return _write("compare", [*cases, gate])


def _describe_row(row: Row, lines: Sequence[str]) -> _Case:
    name = format_preset(row)
    if row.status == "dropped" or (row.status == "new" and not row.is_broken):
        return _Case(name, "skipped", row.status, describe_newcomer(row))
    if row.status == "failed":
        number = format_count(len(row.comparison.forbidden), "forbidden difference")
        faults = [str(fault) for fault in row.faults]
        return _Case(name, "failure", number, [*lines, *faults])
    if row.is_broken:
        text = error_text(row) or cause_text(row)
        return _Case(name, "error", text.splitlines()[0], text.splitlines())
    return _Case(name, lines=lines)


def _list_lines(sections: Iterable[Section]) -> dict[str, list[str]]:
    """Return what is said of each preset, cause by cause."""
    told: dict[str, list[str]] = {}
    for section in sections:
        for cause, block in zip(section.causes, section.blocks(), strict=True):
            lines = [*_describe_block(block)]
            for preset in cause.presets:
                having = told.setdefault(preset, [])
                having += lines
    return {preset: _cut(lines) for preset, lines in told.items()}


def _cut(lines: list[str]) -> list[str]:
    """Return the first lines, and how many more there are."""
    rest = len(lines) - _MOST_LINES
    return [*lines[:_MOST_LINES], f"… and {format_count(rest, 'more line')}"] if rest > 0 else lines


def _describe_block(block: Block) -> Iterator[str]:
    yield f"[{block.id}] {block.name}: {block.values} ({block.kind})"
    yield from list_changes(block, "  ")
    yield from (f"  {place.word} {place.names[0]}" for place in block.places)
    yield from (f"  {note}" for note in block.notes)
    yield from (f"  hint: {hint}" for hint in block.hints)


def _write(name: str, cases: Sequence[_Case]) -> str:
    def count(outcome: str) -> str:
        return str(sum(case.outcome == outcome for case in cases))

    figures = {"tests": str(len(cases)), "failures": count("failure"), "errors": count("error")}
    suites = ET.Element("testsuites", {"name": f"config-migration {name}", **figures})
    suite = ET.SubElement(
        suites, "testsuite", {"name": name, **figures, "skipped": count("skipped")}
    )
    for case in cases:
        element = ET.SubElement(suite, "testcase", {"classname": name, "name": _clean(case.name)})
        text = "\n".join(map(_clean, case.lines))
        if case.outcome:
            outcome = ET.SubElement(element, case.outcome, {"message": _clean(case.message)})
            outcome.text = text or None
        elif text:
            ET.SubElement(element, "system-out").text = text
    ET.indent(suites)
    text = ET.tostring(suites, encoding="unicode")
    # The same XML, of which the log of a GitHub job takes no line for a command.
    text = _COMMAND.sub(lambda found: f"{found[1] or '#'}&#{ord(found[0][-1])};", text)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _clean(text: str) -> str:
    """Return the text without a character that XML cannot hold."""
    visible = make_visible(text, keep="\n")
    return _NO_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", visible)
