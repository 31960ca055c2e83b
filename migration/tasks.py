"""Exports the collection of commands, for a project's own `tasks.py`."""

from migration.cli.tasks import namespace

__all__ = ["namespace"]
