"""Rules for single files: they can be read, are used, and mean what they look like."""

from __future__ import annotations

from typing import Final

from migration.lint.facts import Facts
from migration.lint.rule import Rule, Violations, excerpt_value, locate_fault
from migration.values.keypath import format_path
from migration.values.redaction import Redaction, make_redaction
from migration.wording import list_names
from migration.yaml.duplicates import Duplicate, find_duplicates
from migration.yaml.marks import Origin
from migration.yaml.pitfalls import find_misreadings


def _can_be_read(facts: Facts) -> Violations:
    return map(locate_fault, facts.unreadable)


def _is_reached(facts: Facts) -> Violations:
    reached = facts.reached
    subject = "no preset that can be read" if facts.unreadable else "no preset"
    remover = "`retire`" if facts.is_done else "phase 3"
    for path, real in facts.files.items():
        is_legacy = path in facts.legacy
        if real in reached or real in facts.named:
            continue
        if facts.settings.is_excluded(path) and not is_legacy:
            continue
        if is_legacy:
            message = f"a legacy file that {subject} is built from; {remover} removes it"
        else:
            message = f"{subject} is built from it, nor does `presets` match it"
        yield Origin(path, 1, 1), message


def _legacy_is_gone(facts: Facts) -> Violations:
    if not facts.is_done:
        return
    for file in sorted(facts.legacy):
        users: set[str] = {
            preset for preset, files in facts.files_by_preset.items() if file in files
        }
        users.update(facts.named.get(file, ()))
        if not users:
            continue
        message = f"a legacy file in use after phase 3, by {list_names(sorted(users), 1)}"
        yield Origin(file, 1, 1), message


def _no_key_is_given_twice(facts: Facts) -> Violations:
    redaction = make_redaction(facts.settings.redact, facts.settings.moved)
    for path, text in facts.used_texts.items():
        for found in find_duplicates(text, path, facts.settings.yaml):
            if found.path[-1] == "<<" and not found.merged:
                lost = f"not every reader merges the one on line {found.dropped.line} as well"
            else:
                lost = "; ".join(
                    _describe_lost(each, redaction) for each in found.merged or (found,)
                )
            yield found.origin, f"duplicate key {format_path(found.path)}; {lost}"


def _describe_lost(found: Duplicate, redaction: Redaction) -> str:
    value = excerpt_value(redaction.redact(found.dropped_value, found.path))
    return f"{format_path(found.path)} = {value} on line {found.dropped.line} is lost"


def _scalars_are_what_they_look_like(facts: Facts) -> Violations:
    redaction = make_redaction(facts.settings.redact, facts.settings.moved)
    for path, text in facts.used_texts.items():
        for found in find_misreadings(text, path, facts.settings.yaml):
            if found.why:
                # What a scalar is mistaken for quotes it.
                is_hidden = redaction.hides(found.path)
                why = "not what it looks like in YAML 1.1" if is_hidden else found.why
                yield found.origin, f"{format_path(found.path)}: {why}"


UNREADABLE: Final = "L001"
TEXT_RULES: Final = ("L701", "L702")
"""The rules for a text alone, which can be checked although another file cannot be read."""
FILE_RULES: Final = (
    Rule(
        code=UNREADABLE,
        severity="error",
        title="every config can be read",
        why="A run that is built from this file does not start, and none of the other rules can "
        "say anything of it.",
        fix="Correct what the message says. A file that is not a config of this tree belongs into "
        "`exclude`, or elsewhere.",
        find=_can_be_read,
        may_be_ignored=False,
    ),
    Rule(
        code="L601",
        severity="error",
        title="every file is part of a preset, or is one (`presets`, `exclude`)",
        why="A file that nothing is built from is still read, edited and copied, and no edit of it "
        "changes a run.",
        fix="Remove it, extend it, match it with `presets`, or name it in `exclude`. In phase 3 "
        "`retire` removes the legacy files.",
        find=_is_reached,
        may_be_ignored=False,
    ),
    Rule(
        code="L602",
        severity="error",
        title="once phase 3 is closed, no preset is built from a legacy file",
        why="The migration is over: a legacy file that came back brings back the chains that were "
        "given up.",
        fix="Write what it says into the presets that are built from it, and remove it.",
        find=_legacy_is_gone,
        may_be_ignored=False,
    ),
    Rule(
        code="L701",
        severity="error",
        title="no mapping has a key twice",
        why="YAML keeps the last one without a word. What is beneath the first is not part of "
        "the run, though everybody reads it there.",
        fix="Make one key of both; `check-parity` says what that changes in the run.",
        find=_no_key_is_given_twice,
        may_be_ignored=False,
    ),
    Rule(
        code="L702",
        severity="warning",
        title="every plain value is what it looks like in YAML 1.1",
        why="To the trainer's YAML, 1e-5 and None are strings, 017 is fifteen, on and no are "
        "booleans, and a no-break space is part of the text.",
        fix="Quote what is text, and write numbers as the message says; or ignore the rule there, "
        "and say that the value is meant as it is read.",
        find=_scalars_are_what_they_look_like,
    ),
)
