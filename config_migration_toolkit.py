"""The toolkit under a name that no repository has: the console script, and the tasks of invoke.

A repository may have a package `migration` of its own, and Python may find it first. This module
lies beside the toolkit's package, and imports that one:

    from config_migration_toolkit import namespace
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    """Run the command that the arguments of the process name."""
    _import_package()
    from migration.__main__ import main as run

    run()


def __getattr__(name: str) -> object:
    """Return the collection of invoke's tasks, which is imported only when asked for."""
    if name != "namespace":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    _import_package()
    from migration.cli.tasks import namespace

    return namespace


def _import_package() -> None:
    """Import `migration` from the folder of this module, whatever else has its name.

    Raises:
        ImportError: another package of that name was imported before.
    """
    folder = str(Path(__file__).parent)
    sys.path.insert(0, folder)
    try:
        import migration
    finally:
        sys.path.remove(folder)
    if folder not in {str(Path(path).parent) for path in migration.__path__}:
        raise ImportError(
            "another package 'migration' was imported first: import config_migration_toolkit before"
        )


if __name__ == "__main__":
    main()
