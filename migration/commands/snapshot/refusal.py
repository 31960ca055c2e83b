"""Says of a preset that it must not be frozen as it is, although it can be read."""

from __future__ import annotations

from migration.errors import MigrationError


class RefusalError(MigrationError):
    """A preset can be read, but its baseline would have a change that nobody decided on."""
