"""What can stand on a side of a comparison: a config in the tree, or a frozen one."""

from __future__ import annotations

from functools import cache

from migration.parity.compare import Content, Side
from migration.project.project import Project
from migration.resolve.loader import ConfigLoader
from migration.resolve.origins import OriginIndex, index_origins
from migration.resolve.resolved import Resolved
from migration.store.records import FUSION, Record


def current_content(loader: ConfigLoader, resolved: Resolved) -> Content:
    """Return a resolved config with its origins in the tree, and what explains a difference."""
    from migration.parity.evidence import clues_in_tree

    @cache
    def origins() -> OriginIndex:
        return index_origins(loader.marks(resolved.path))

    return Content(resolved.value, origins, clues_in_tree(loader, resolved))


def frozen_side(project: Project, section: str, path: str, record: Record) -> Side:
    """Return a preset as it was frozen, its fusion content included; or a fusion config alone."""
    named = record.fusion.path if record.fusion else None
    fusion = _frozen_content(project, FUSION, named) if named else None
    config = _frozen_content(project, section, path)
    return Side(config, named, fusion, is_frozen=True)


def _frozen_content(project: Project, section: str, path: str) -> Content:
    @cache
    def origins() -> OriginIndex:
        return project.store.origins(section, path)

    return Content(project.store.value(section, path), origins)
