"""Reads a parity profile from YAML: the rules for the differences that a preset may show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import cast

from migration.errors import Fault, MigrationError
from migration.text import quote_name
from migration.values.checked import Optional, list_of, mapping, string, that
from migration.values.diff import MISSING, Difference, value_at
from migration.values.keypath import KeyPath, format_path, is_beneath, is_key_path, parse_path
from migration.values.moves import Move, rename_path
from migration.yaml.load import load_mapping, load_marks
from migration.yaml.marks import Marks, nearest_origin, origin_of

BUNDLED = Path(__file__).parent / "profiles"
"""The folder of the profiles that come with the toolkit."""
_KEY_PATH = that(is_key_path, "not a key path: {got}")
_RULE = mapping(
    {
        "id": string("a rule needs 'id', a string", is_filled=True),
        "reason": string("a rule needs 'reason', a string", is_filled=True),
        "paths": list_of(_KEY_PATH, "a rule needs 'paths', a list", is_filled=True),
        "off_on_both_sides": Optional(_KEY_PATH),
    },
    "a rule must be a mapping, not {kind}",
    unknown="a rule has no key {key}",
)
"""The shape of a rule in the file of a profile."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Allows every difference at or beneath one of its paths.

    With `off_on_both_sides` it does so only where the section at that path is off on both sides:
    absent, null, or a mapping whose `enabled` is the boolean false.
    """

    id: str
    reason: str
    paths: tuple[KeyPath, ...]
    off_on_both_sides: KeyPath | None = None

    def covers(self, path: KeyPath) -> bool:
        """Tell whether the path lies at or beneath one of the rule's; ignore its condition."""
        return any(is_beneath(path, top) for top in self.paths)

    def applies(self, left: object, right: object) -> bool:
        """Tell whether the rule's condition holds for these two resolved configs."""
        section = self.off_on_both_sides
        return section is None or (_is_off(left, section) and _is_off(right, section))


@dataclass(frozen=True, slots=True)
class Profile:
    """Named rules; a difference that none of them allows is forbidden."""

    name: str
    rules: tuple[Rule, ...]
    is_bundled: bool = False
    """Whether the profile comes with the toolkit."""

    def rule_for(self, difference: Difference, left: object, right: object) -> Rule | None:
        """Return the rule that allows the difference between two resolved configs, else None."""
        for rule in self.rules:
            if rule.covers(difference.path) and rule.applies(left, right):
                return rule
        return None

    def beyond(self, other: Profile) -> tuple[tuple[Rule, KeyPath], ...]:
        """Return the paths, with their rules, that this profile allows and the other does not.

        A rule with a condition allows less than one without.
        """
        return tuple(
            (rule, path)
            for rule in self.rules
            for path in rule.paths
            if not any(
                theirs.covers(path) and theirs.off_on_both_sides in (None, rule.off_on_both_sides)
                for theirs in other.rules
            )
        )


@lru_cache(maxsize=16)
def rename_profile(profile: Profile, moves: tuple[Move, ...]) -> Profile:
    """Return a profile whose paths have the new names of keys.

    Raises:
        MigrationError: a key was moved out of a section that has to be off: without it the section
            may seem to be.
    """
    rules = []
    for rule in profile.rules:
        section = rule.off_on_both_sides
        if section is not None:
            for move in moves:
                if is_beneath(move.old, section) and not is_beneath(section, move.old):
                    message = f"'moved': {move} leads out of what the rule {rule.id} looks at"
                    hint = (
                        f"the rule holds while {format_path(section)} is off, and needs all of it"
                    )
                    raise MigrationError(Fault(message, hint=hint))
            section = rename_path(section, moves)
        paths = tuple(rename_path(path, moves) for path in rule.paths)
        rules.append(replace(rule, paths=paths, off_on_both_sides=section))
    return replace(profile, rules=tuple(rules))


def read_profile(text: str, name: str, path: str, *, is_bundled: bool = False) -> Profile:
    """Return the profile that a YAML text holds.

    Raises:
        MigrationError: the text is not YAML or not a list of rules, or has faulty rules.
    """
    document = load_mapping(text, path)
    marks = load_marks(text, path)
    if document.keys() != {"rules"} or not isinstance(document["rules"], list):
        raise MigrationError(Fault("a profile is a mapping with one key, 'rules', a list", path, 1))
    entries: list[object] = document["rules"]
    origin = origin_of(marks["rules"])
    seen: set[object] = set()
    faults: list[Fault] = []
    # `!!pairs` is a list as well, but its entries have no marks of their own.
    for entry, mark in zip_longest(entries, origin.items, fillvalue=origin):
        faults += _rule_faults(entry, mark, seen)
    if faults:
        raise MigrationError(*faults)
    rules = tuple(_rule(cast("Mapping[str, object]", entry)) for entry in entries)
    return Profile(name, rules, is_bundled)


def _rule(entry: Mapping[str, object]) -> Rule:
    condition = entry.get("off_on_both_sides")
    return Rule(
        id=str(entry["id"]),
        reason=str(entry["reason"]),
        paths=tuple(parse_path(path) for path in cast("list[str]", entry["paths"])),
        off_on_both_sides=parse_path(str(condition)) if condition is not None else None,
    )


def _rule_faults(entry: object, mark: Marks, seen: set[object]) -> Iterator[Fault]:
    """Yield the faults of one rule; `seen` has the ids of the rules before it."""

    def fault(message: str, keys: KeyPath) -> Fault:
        origin = nearest_origin(mark, keys)
        return Fault(message, origin.path, origin.line, origin.column)

    yield from (fault(problem.message, problem.keys) for problem in _RULE(entry))
    rule_id = entry.get("id") if isinstance(entry, dict) else None
    if isinstance(rule_id, str) and rule_id:
        if rule_id in seen:
            yield fault(f"there are two rules {quote_name(rule_id)}", ("id",))
        seen.add(rule_id)


def _is_off(config: object, path: KeyPath) -> bool:
    section = value_at(config, path)
    if section is MISSING or section is None:
        return True
    return isinstance(section, dict) and section.get("enabled") is False
