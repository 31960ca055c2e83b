"""Finds the configs that cannot be resolved."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from migration.errors import Fault, MigrationError
from migration.project.project import Project


def find_broken(project: Project, paths: Collection[str]) -> Mapping[str, Fault]:
    """Return each of the configs that cannot be resolved, with the first reason."""
    broken = {}
    for path in project.access.follow(sorted(paths), "resolving"):
        try:
            project.configs.resolve(path)
        except MigrationError as error:
            broken[path] = error.faults[0]
    return broken
