"""Which files make a config, what it resolves to, and what differs between two of them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from migration.cli.console_script import run_words
from migration.cli.explain_commands import diff, inspect

if __name__ == "__main__":
    sys.exit(run_words(commands=(inspect, diff), program="inspect_config.py"))
