"""The rule for the ignores in files. `lint/ignores.py` finds its violations."""

from __future__ import annotations

from typing import Final

from migration.lint.facts import Facts
from migration.lint.rule import Rule, Violations


def _find_none(_facts: Facts) -> Violations:
    return iter(())


IGNORE_RULES: Final = (
    Rule(
        code="L002",
        severity="error",
        title="every ignore in a file names a rule, says why, and is needed",
        why="An ignore that is not understood silences nothing. One without a reason cannot be "
        "judged later, and one that is no longer needed would hide the next finding on its line.",
        fix="Write `# lint: ignore[L403] reason`, or remove what the message names.",
        find=_find_none,
        may_be_ignored=False,
    ),
)
