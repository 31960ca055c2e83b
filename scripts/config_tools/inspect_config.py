"""Which files make a config, what it resolves to, and what differs between two of them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from migration.cli.tasks import inspect_program

if __name__ == "__main__":
    inspect_program.run()
