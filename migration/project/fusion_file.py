"""Finds the fusion file that a config names, and says what is wrong with the name."""

from __future__ import annotations

import posixpath

from migration.errors import Fault, MigrationError, ask_if_meant
from migration.paths import RealPath
from migration.project.project import Project
from migration.text import quote_name
from migration.values.describe import describe_type, describe_value
from migration.values.diff import MISSING, value_at
from migration.values.keypath import format_path
from migration.values.moves import move_keys
from migration.yaml.marks import nearest_origin


def find_fusion_path(project: Project, resolved: object, path: str) -> RealPath | None:
    """Return the real path of the fusion file that the config at `path` names, None if it has none.

    Raises:
        MigrationError: the value is not a path, or it leads outside the project.
    """
    named = find_fusion_name(project, resolved, path)
    if named is None:
        return None
    fusion = project.tree.real_path(named)
    if fusion.startswith("/"):
        problem = f"leads outside the project: {quote_name(named)}"
        hint = _suggest_from_file(project, path, named)
        raise MigrationError(fusion_fault(project, path, problem, hint))
    return fusion


def find_fusion_name(project: Project, resolved: object, path: str) -> str | None:
    """Return the path of the fusion file as a resolved config spells it, None if it has none.

    The config may have the key that names it under an old name.

    Raises:
        MigrationError: the value is not a path.
    """
    moves = project.settings.moved
    if moves and isinstance(resolved, dict):
        resolved = move_keys(resolved, moves)
    named = value_at(resolved, project.settings.fusion_key)
    if named is MISSING or named is None:
        return None
    if not isinstance(named, str) or not named:
        found = describe_type(named) if project.settings.redact else describe_value(named)
        raise MigrationError(fusion_fault(project, path, f"must be a path, not {found}"))
    return named


def missing_fusion_fault(project: Project, path: str, fusion: str) -> Fault:
    """Return the fault of a config that names a fusion file that does not exist."""
    hint = _suggest_from_file(project, path, fusion) or ask_if_meant(project.tree.nearest(fusion))
    found = project.tree.irregular(fusion)
    problem = f"which is {found}, not a file" if found else "which is missing"
    return fusion_fault(project, path, f"names {quote_name(fusion)}, {problem}", hint)


def _suggest_from_file(project: Project, path: str, named: str) -> str | None:
    """Return the hint for a fusion file that was named from the folder of the config."""
    tree = project.tree
    found = tree.real_path(named.replace("\\", "/"), posixpath.dirname(tree.real_path(path)))
    if found.startswith("/") or not tree.is_file(found):
        return None
    return f"{ask_if_meant(found)} the path counts from the project's root"


def fusion_fault(project: Project, path: str, problem: str, hint: str | None = None) -> Fault:
    """Return a fault at the key that names the fusion file of the config at `path`."""
    key = project.settings.fusion_key
    message = f"{format_path(key)} {problem}"
    if path.endswith(".json"):
        return Fault(message, path, hint=hint)
    origin = nearest_origin(project.configs.marks(path), key)
    return Fault(message, origin.path, origin.line, origin.column, hint)
