"""Says why a file of a tree is no preset."""

from __future__ import annotations

from migration.adopt.roles import Roles
from migration.adopt.survey import Survey
from migration.errors import Fault


def explain_file(survey: Survey, roles: Roles, path: str, fault: Fault | None = None) -> str:
    """Return why a file is no preset, "" if nothing says so; `fault` keeps it from being one."""
    if found := fault or survey.unreadable.get(path):
        return describe_fault(found, path)
    if path in roles.parts:
        return "only inherited from"
    if path in roles.named:
        return f"named as a value, under {roles.named[path]}"
    return roles.apart.get(path) or roles.unsure.get(path) or survey.others.get(path, "")


def describe_fault(fault: Fault, path: str) -> str:
    """Return what a fault says in one line, with its file if that is not `path`."""
    where = f"line {fault.line}: " if fault.line else ""
    if fault.path not in {None, path}:
        where = f"{fault.path}:{fault.line}: " if fault.line else f"{fault.path}: "
    return f"{where}{fault.message}"
