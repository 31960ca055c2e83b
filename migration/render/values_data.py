"""The values of keys in many presets, for other programs: as JSON and as CSV."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from migration.render.json_document import write_document
from migration.values.canonical import compact_text, to_json
from migration.values.diff import MISSING

if TYPE_CHECKING:
    from migration.commands.values import KeyValues, SameValue, ValuesReport


def values_json(report: ValuesReport) -> str:
    """Return the document of `values --format json`."""
    return write_document(
        {
            "presets": [*report.presets],
            "keys": [_describe_key(report, key) for key in report.keys],
            "errors": [str(fault) for fault in report.unreadable],
        }
    )


def values_csv(report: ValuesReport) -> str:
    """Return a row a preset: its path, then for each key the value, as JSON, and where it is set.

    A preset that lacks a key has two empty cells there.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["preset", *(name for key in report.keys for name in _name_columns(key))])
    columns = [(key, _map_values(key)) for key in report.keys]
    for preset in report.presets:
        cells: list[str] = []
        for key, values in columns:
            is_there = preset in values
            place = report.find_place(preset, key.key_path) if is_there else None
            cells += [compact_text(values[preset]) if is_there else "", place or ""]
        writer.writerow([preset, *cells])
    return text.getvalue()


def _name_columns(key: KeyValues) -> tuple[str, str]:
    return key.path, f"{key.path} set at"


def _map_values(key: KeyValues) -> dict[str, object]:
    """Return the value of each preset that has the key."""
    having = (same for same in key.values if same.value is not MISSING)
    return {preset: same.value for same in having for preset in same.presets}


def _describe_key(report: ValuesReport, key: KeyValues) -> dict[str, object]:
    having = (same for same in key.values if same.value is not MISSING)
    lacking = (same for same in key.values if same.value is MISSING)
    return {
        "path": key.path,
        "values": [_describe_value(report, key, same) for same in having],
        "absent": [preset for same in lacking for preset in same.presets],
    }


def _describe_value(report: ValuesReport, key: KeyValues, same: SameValue) -> dict[str, object]:
    presets = [
        {"preset": preset, "origin": report.find_place(preset, key.key_path)}
        for preset in same.presets
    ]
    return {"value": to_json(same.value), "presets": presets}
