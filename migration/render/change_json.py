"""What a change does to every preset, as one JSON document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from migration.render.comparison_json import (
    CauseIds,
    describe_cause,
    describe_difference,
    describe_verdicts,
    index_causes,
)
from migration.render.json_document import write_document

if TYPE_CHECKING:
    from migration.commands.compare import CompareReport
    from migration.errors import Fault
    from migration.gate.gate_change import GateChange
    from migration.gate.preset_changes import ComparedPreset, NewPreset
    from migration.project.sides import Sides


def change_json(report: CompareReport) -> str:
    """Return the document of `compare --format json`; only presets that differ are listed."""
    causes = report.causes
    ids = index_causes(causes)
    listed = [each for each in report.presets if _is_listed(each)]
    unchanged = [
        {"reason": reason.reason, "paths": [*reason.paths], "presets": number}
        for reason, number in report.unchanged.items()
    ]
    return write_document(
        {
            **_describe_sides(report.sides),
            "profile": report.profile,
            "summary": _summarize(report),
            "causes": [describe_cause(cause) for cause in causes],
            "presets": [_describe_preset(each, ids) for each in listed],
            "new": [_describe_new(each) for each in report.new],
            "removed": [*report.removed],
            "unchanged": unchanged,
            "gate": [_describe_gate(each) for each in report.gate],
            "notes": _list_texts(report.notes),
        }
    )


def _describe_sides(sides: Sides) -> dict[str, object]:
    found = sides.merge_base
    document: dict[str, object] = {"base": sides.base.name, "head": sides.head.name}
    document["merge_base"] = found and {
        "commit": found.commit,
        "revision": found.revision,
        "ahead": found.ahead,
    }
    return document


def _summarize(report: CompareReport) -> dict[str, object]:
    return {
        "compared": report.compared,
        "changed": len(report.changed),
        "new": len(report.new),
        "removed": len(report.removed),
        "renamed": len(report.renamed),
        "unreadable": len(report.unreadable),
        "broken": len(report.broken),
        "not_compared": report.not_compared,
        "gate_holds": report.holds,
    }


def _is_listed(preset: ComparedPreset) -> bool:
    return bool(preset.is_changed or preset.is_renamed or preset.old_faults or preset.new_faults)


def _describe_preset(preset: ComparedPreset, ids: CauseIds) -> dict[str, object]:
    return {
        "path": preset.path,
        "old_path": preset.old_path,
        **describe_verdicts(preset.path, preset.comparison, ids),
        "errors": _list_texts(preset.new_faults),
        "old_errors": _list_texts(preset.old_faults),
    }


def _describe_new(preset: NewPreset) -> dict[str, object]:
    return {
        "path": preset.path,
        "nearest": preset.sibling,
        "differences": [describe_difference(each) for each in preset.differences],
        "errors": _list_texts(preset.faults),
    }


def _describe_gate(change: GateChange) -> dict[str, object]:
    return {"what": change.what, "names": [*change.names], "weakens": change.weakens}


def _list_texts(faults: Iterable[Fault]) -> list[str]:
    return [str(fault) for fault in faults]
