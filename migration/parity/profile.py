"""The parity profile: which differences a migrated preset may show. The rules are data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import cast

from migration.errors import Fault, MigrationError
from migration.values.describe import describe_type
from migration.values.diff import MISSING, Difference, value_at
from migration.values.keypath import KeyPath, format_key, parse_path
from migration.yaml.load import load_mapping, load_marks
from migration.yaml.marks import Marks, nearest_origin, origin_of

BUNDLED = Path(__file__).parent / "profiles"
"""The folder of the profiles that come with the toolkit."""
_RULE_KEYS = {"id", "reason", "paths", "off_on_both_sides"}


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
        """Tell whether the path lies at or beneath one of the rule's; its condition aside."""
        return any(_is_beneath(path, top) for top in self.paths)

    def applies(self, left: object, right: object) -> bool:
        """Tell whether the rule's condition holds for these two resolved configs."""
        section = self.off_on_both_sides
        return section is None or (_is_off(left, section) and _is_off(right, section))


@dataclass(frozen=True, slots=True)
class Profile:
    """Rules under a name; what none of them allows is forbidden."""

    name: str
    rules: tuple[Rule, ...]
    is_bundled: bool = False
    """Whether it came with the toolkit, so that it is known what it allows."""

    def rule_for(self, difference: Difference, left: object, right: object) -> Rule | None:
        """Return the rule that allows the difference between two resolved configs, if one does."""
        for rule in self.rules:
            if rule.covers(difference.path) and rule.applies(left, right):
                return rule
        return None

    def beyond(self, other: Profile) -> tuple[tuple[Rule, KeyPath], ...]:
        """Return the paths that this profile allows to differ and the other one does not.

        A rule that holds under a condition allows less than one without.
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


def read_profile(text: str, name: str, path: str, *, is_bundled: bool = False) -> Profile:
    """Return the profile that a YAML text holds.

    Raises:
        MigrationError: everything in it that is not a rule, each with its line.
    """
    document = load_mapping(text, path)
    marks = load_marks(text, path)
    if document.keys() != {"rules"} or not isinstance(document["rules"], list):
        raise MigrationError(Fault("a profile is a mapping with one key, 'rules', a list", path, 1))
    entries: list[object] = document["rules"]
    origin = origin_of(marks["rules"])
    seen: set[object] = set()
    faults: list[Fault] = []
    # `!!pairs` is a list, too, whose entries have no marks of their own.
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
    def fault(message: str, key: str | None = None) -> Fault:
        origin = nearest_origin(mark, (key,) if key else ())
        return Fault(message, origin.path, origin.line, origin.column)

    if not isinstance(entry, dict):
        yield fault(f"a rule must be a mapping, not {describe_type(entry)}")
        return
    for key in entry.keys() - _RULE_KEYS:
        yield fault(f"a rule has no key {key!r}", key)
    for key in ("id", "reason"):
        if not isinstance(entry.get(key), str) or not entry[key]:
            yield fault(f"a rule needs {key!r}, a string", key)
        elif key == "id":
            if entry[key] in seen:
                yield fault(f"there are two rules {entry[key]!r}", key)
            seen.add(entry[key])
    paths = entry.get("paths")
    if not isinstance(paths, list) or not paths:
        yield fault("a rule needs 'paths', a list", "paths")
        paths = []
    conditions = [entry["off_on_both_sides"]] if "off_on_both_sides" in entry else []
    for key, texts in (("paths", paths), ("off_on_both_sides", conditions)):
        for text in texts:
            try:
                parse_path(text if isinstance(text, str) else "")
            except MigrationError:
                yield fault(f"not a key path: {text!r}", key)


def _is_beneath(path: KeyPath, top: KeyPath) -> bool:
    # By text, since Python takes the keys 1, 1.0 and true for the same one.
    head = path[: len(top)]
    return len(head) == len(top) and all(
        format_key(key) == format_key(wanted) for key, wanted in zip(head, top, strict=True)
    )


def _is_off(config: object, path: KeyPath) -> bool:
    section = value_at(config, path)
    if section is MISSING or section is None:
        return True
    return isinstance(section, dict) and section.get("enabled") is False
