"""Writes a report as one JSON document, and the parts that several reports share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migration.gate.status import Row


def write_document(document: Mapping[str, object]) -> str:
    """Return the document as JSON, its keys in their order."""
    return disarm_json(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def disarm_json(text: str) -> str:
    """Return JSON of the same value that the log of a GitHub job takes for no command."""
    return text.replace("##[", r"#\u0023[")


def describe_paths(row: Row) -> dict[str, object]:
    """Return both paths of a preset, and the phase that it belongs to."""
    return {"legacy": row.legacy, "target": row.target, "phase": row.phase}


def describe_files(row: Row) -> dict[str, object]:
    """Return how many files a preset was merged from, and how many now."""
    return {"legacy": row.legacy_files, "target": row.target_files}
