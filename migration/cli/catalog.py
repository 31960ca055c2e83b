"""Lists the commands of the toolkit."""

from __future__ import annotations

from typing import Final

from migration.cli.accept_commands import accept
from migration.cli.declaration import Command
from migration.cli.explain_commands import compare, diff, inspect, uses, values
from migration.cli.freeze_commands import check_parity, snapshot
from migration.cli.layout_commands import draft, lint
from migration.cli.migrate_commands import advance, ledger, map_preset, retire
from migration.cli.setup_commands import doctor, init

COMMANDS: Final[tuple[Command, ...]] = (
    init,
    doctor,
    inspect,
    diff,
    compare,
    uses,
    values,
    snapshot,
    check_parity,
    accept,
    ledger,
    map_preset,
    advance,
    retire,
    draft,
    lint,
)
"""In the order of the help."""
