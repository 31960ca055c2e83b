"""Finds merges of two formats of frozen files, which git cannot merge.

There the decisions of the earlier format are in the ledger, those of the present one in records.
The records of such a merge may therefore be those of one side.
"""

from __future__ import annotations

import re
from typing import Final

from migration.commands.snapshot.points import Points
from migration.files.contents import conflict_line
from migration.files.lineage import WORK_TREE, Lineage

# In an earlier format the ledger has an indented entry for each preset; now no line is indented.
_OLD_LEDGER: Final = re.compile(r"^(?:format: [12]\r?$|presets:| )", re.MULTILINE)


def points_after_mixed_merges(points: Points, lineage: Lineage) -> frozenset[str]:
    """Return the merges of two formats that have lost the ledger, and all points after them.

    Raises:
        MigrationError: git cannot tell.
    """
    parents: dict[str, tuple[str, ...]] = {}
    waiting = [WORK_TREE]
    while waiting:
        point = waiting.pop()
        if point not in parents and not points.progression(point):
            parents[point] = lineage.parents(point)
            waiting += parents[point]
    found = {
        point
        for point, sides in parents.items()
        if len(sides) > 1 and any(map(points.is_old, sides))
    }
    later = found
    while later:
        later = {
            point
            for point, sides in parents.items()
            if point not in found and not found.isdisjoint(sides)
        }
        found = found | later
    return frozenset(found)


def has_half_a_merge(points: Points, lineage: Lineage, ledger_path: str) -> bool:
    """Tell whether the ledger has markers of a merge of two formats that git does not have.

    A squashed merge leaves that behind: git does not have the other side.

    Raises:
        MigrationError: git cannot tell.
    """
    at: tuple[str, ...] = (WORK_TREE,)
    while len(at) == 1 and not points.progression(at[0]):
        text = (points.data(at[0], ledger_path) or b"").decode(errors="replace")
        if conflict_line(text) and _OLD_LEDGER.search(text):
            return True
        at = lineage.parents(at[0])
    return False
