"""The collection of commands. Each parses, calls one function of `commands`, prints, exits.

Exit codes: 0 all is well; 2 the gate does not hold; 1 the command could not do its work.
"""

from __future__ import annotations

from invoke.collection import Collection

from migration import __version__
from migration.cli.baseline_tasks import check_parity, snapshot
from migration.cli.inspection_tasks import diff, inspect, lint
from migration.cli.migration_tasks import advance, draft, ledger, map_preset, retire
from migration.cli.options import CommandProgram

namespace = Collection(
    snapshot, draft, check_parity, ledger, map_preset, advance, retire, inspect, diff, lint
)
program = CommandProgram(
    version=__version__, namespace=namespace, name="config-migration", binary="config-migration"
)
inspect_program = CommandProgram(
    version=__version__,
    namespace=Collection(inspect, diff),
    name="inspect_config",
    binary="inspect_config.py",
)
