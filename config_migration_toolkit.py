"""The toolkit under a name that no repository has: console script, tasks of invoke, Python API.

A repository may have a package `migration` of its own, and Python may find it first. This module
lies beside the toolkit's package, and imports that one:

    from config_migration_toolkit import api, namespace
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Final

_MODULES: Final = {"api": "migration.api", "namespace": "migration.tasks"}
"""What can be imported from here, and the module that is it, or has it."""


def main() -> None:
    """Run the command that the arguments of the process name."""
    _import_package()
    from migration.__main__ import main as run

    run()


def __getattr__(name: str) -> object:
    """Return the API, or the collection of invoke's tasks; each is imported only when asked for."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    _import_package()
    module = import_module(_MODULES[name])
    # The module `api` is wanted itself, and of `tasks` the collection that it exports.
    return getattr(module, name, module)


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
