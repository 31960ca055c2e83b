"""What uses a file, as one JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration.render.json_document import write_document

if TYPE_CHECKING:
    from migration.commands.uses import FileUses, UsesReport
    from migration.project.merging import Merging


def uses_json(report: UsesReport) -> str:
    """Return the document of `uses --format json`."""
    return write_document(
        {
            "presets": len(report.presets),
            "unreadable": report.unread,
            "files": [_describe_uses(each) for each in report.files],
            "errors": [str(fault) for fault in report.faults],
        }
    )


def _describe_uses(uses: FileUses) -> dict[str, object]:
    return {
        "path": uses.path,
        "is_preset": uses.is_preset,
        "same_file": [*uses.same],
        "merged_by": [_describe_merging(each) for each in uses.merged],
        "named_by": [
            {"preset": each.preset, "key": each.key, "origin": each.place} for each in uses.named
        ],
        "mentioned_in": [{"path": each.path, "line": each.line} for each in uses.mentions],
    }


def _describe_merging(merging: Merging) -> dict[str, object]:
    return {
        "preset": merging.preset,
        "through": [*merging.through],
        "kept": [*merging.kept],
        "overridden": [{"path": path, "file": file} for path, file in merging.overridden],
    }
