"""Dataset fusion configs: `extends` as everywhere, but `targets` and `sources` merge by name."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from typing import Final, cast

from migration.errors import Fault, MigrationError
from migration.files.tree import Tree
from migration.resolve.inheritance import USUAL, Inheritance
from migration.resolve.loader import ConfigLoader
from migration.resolve.resolved import Resolved
from migration.values.describe import describe_type, describe_value
from migration.values.keypath import Index, KeyPath
from migration.values.merge import Config, merge
from migration.yaml.load import load_marks
from migration.yaml.marks import HERE, MarkTree, Origin, nearest_origin, origin_of
from migration.yaml.rules import NO_RULES, YamlRules

SECTIONS: Final = ("targets", "sources")


class FusionConfig(ConfigLoader):
    """Resolves fusion files.

    An entry's name is its `name`, else its `dataset`. While layers merge, a section is a mapping
    from name to entry, which makes merging by name the one merge rule; in the result it is a list.
    """

    _most_kept = None  # they are few, and each is named by many presets

    def __init__(
        self,
        tree: Tree,
        *,
        allow_outside: bool = False,
        inheritance: Inheritance = USUAL,
        rules: YamlRules = NO_RULES,
    ) -> None:
        """Resolve within `tree`, as `ConfigLoader` does."""
        super().__init__(tree, allow_outside=allow_outside, inheritance=inheritance, rules=rules)
        self._is_checked = True
        self._unshaped: dict[str, Resolved] = {}
        self._texts: dict[str, bytes] = {}

    def resolve(self, path: str) -> Resolved:
        """Return what the fusion file resolves to.

        A known name merges onto its entry in place, a new one is appended, `[]` empties the list,
        `null` keeps the inherited one.

        Raises:
            MigrationError: as `ConfigLoader.resolve`; an entry without a name, or two of one name;
                no target; a source whose `ratio` is not a number of at least 0.
        """
        merged = super().resolve(path)
        if merged.path not in self._unshaped:
            faults = tuple(self._problems(merged.path, merged.value))
            if faults and self._is_checked:
                raise MigrationError(*faults)
            self._unshaped[merged.path] = replace(merged, value=self.unshape(merged.value))
        return self._unshaped[merged.path]

    def unchecked(self) -> FusionConfig:
        """Return a loader that resolves what breaks a rule as well, as long as its lists merge."""
        loader = copy(self)
        loader._is_checked = False  # noqa: SLF001 - it is one of its own kind
        loader._unshaped = {}  # noqa: SLF001
        return loader

    def faults(self, path: str) -> tuple[Fault, ...]:
        """Return which rules the merged fusion file breaks.

        Raises:
            MigrationError: it cannot be merged.
        """
        merged = super().resolve(path)
        return tuple(self._problems(merged.path, merged.value))

    def canonical(self, path: str) -> bytes:
        """Return the canonical JSON of what the fusion file resolves to; it is written out once.

        Raises:
            MigrationError: as `resolve`.
        """
        if path not in self._texts:
            self._texts[path] = self.resolve(path).canonical()
        return self._texts[path]

    def marks(self, path: str) -> MarkTree:
        """Return the marks of what the fusion file resolves to, its lists as lists again."""
        marks = dict(super().marks(path))
        for section in SECTIONS:
            entries = marks.get(section)
            if isinstance(entries, dict):
                here = origin_of(entries)
                items = tuple(mark for name, mark in entries.items() if name is not HERE)
                marks[section] = Origin(here.path, here.line, here.column, items)
        return marks

    def merged_path(self, path: str, key_path: KeyPath) -> KeyPath:
        """Return the path with the position of a target or source as its name."""
        match key_path:
            case (str(section), Index(position), *rest) if section in SECTIONS:
                names = [*_entries(super().resolve(path).value, section)]
                if position < len(names):
                    return (section, names[position], *rest)
        return key_path

    def unshape(self, merged: Config) -> Config:
        """Return merged values with each section as a list again."""
        value = dict(merged)
        for section in SECTIONS:
            if section in value:
                value[section] = list(_entries(value, section).values())
        return value

    def shape(self, body: Config, path: str) -> Config:
        """Return the file's values with each section as a mapping by name."""
        shaped = dict(body)
        faults: list[Fault] = []
        for section in SECTIONS:
            if body.get(section) is not None:
                shaped[section] = self._by_name(body[section], section, path, faults)
        if faults:
            raise MigrationError(*faults)
        return shaped

    def shape_marks(self, body: Config, marks: MarkTree) -> MarkTree:
        """Return the file's marks with each section as a mapping by name.

        Raises:
            MigrationError: the marks are of another text than the body.
        """
        shaped = dict(marks)
        for section in SECTIONS:
            entries, origin = body.get(section), marks.get(section)
            if isinstance(entries, list) and isinstance(origin, Origin):
                names = [_name_of(entry) for entry in entries]
                if len(names) != len(origin.items):
                    message = "changed while it was read"
                    raise MigrationError(Fault(message, origin.path, hint="run it again"))
                shaped[section] = {HERE: origin, **dict(zip(names, origin.items, strict=True))}
        return shaped

    def merge_layers(
        self, base: Mapping[Hashable, object], override: Mapping[Hashable, object]
    ) -> Config:
        """Merge two layers: an empty section empties, one that is null leaves what there is."""
        merged = merge(base, override)
        for section in SECTIONS:
            entries = override.get(section)
            if not isinstance(entries, dict):
                merged.pop(section, None)
                if section in base:
                    merged[section] = base[section]
            elif entries.keys() <= {HERE}:
                merged[section] = entries
        return merged

    def _by_name(self, entries: object, section: str, path: str, faults: list[Fault]) -> Config:
        """Return the entries by name; what cannot be one is added to the faults."""
        if not isinstance(entries, list):
            message = f"{section!r} must be a list, not {describe_type(entries)}"
            faults.append(self._located(message, section, None, path))
            return {}
        named: Config = {}
        for position, entry in enumerate(entries):
            name = _name_of(entry)
            if name is None:
                message = f"an entry of {section!r} has neither a 'name' nor a 'dataset'"
                faults.append(self._located(message, section, position, path))
            elif name in named:
                message = f"{section!r} names {name!r} twice"
                faults.append(self._located(message, section, position, path))
            else:
                named[name] = entry
        return named

    def _located(self, message: str, section: str, position: int | None, path: str) -> Fault:
        marks = load_marks(self._tree.read_config(path), path, self.rules)
        origin = nearest_origin(marks, (section,))
        if position is not None and position < len(origin.items):
            origin = origin_of(origin.items[position])
        return Fault(message, path, origin.line, origin.column)

    def _problems(self, path: str, merged: Config) -> Iterator[Fault]:
        targets, sources = (_entries(merged, section) for section in SECTIONS)
        if not targets:
            yield Fault("a fusion config needs at least one target", path)
        for name, entry in sources.items():
            if name in targets:
                message = f"{name!r} is the name of a target and of a source"
                yield self._merged_fault(message, path, name)
            if "ratio" not in entry:
                yield self._merged_fault(f"the source {name!r} has no 'ratio'", path, name)
            elif not _is_ratio(entry["ratio"]):
                message = f"the ratio of {name!r} must be a number of at least 0"
                yield self._merged_fault(
                    f"{message}, not {describe_value(entry['ratio'])}", path, name, "ratio"
                )

    def _merged_fault(self, message: str, path: str, name: Hashable, *keys: str) -> Fault:
        origin = nearest_origin(self._marks(path), ("sources", name, *keys))
        return Fault(message, origin.path, origin.line, origin.column)


def _entries(merged: Config, section: str) -> dict[Hashable, Config]:
    return cast("dict[Hashable, Config]", merged.get(section) or {})


def _is_ratio(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        return float(value) >= 0
    except (ValueError, OverflowError):
        return False


def _name_of(entry: object) -> str | None:
    if not isinstance(entry, dict):
        return None
    name = entry.get("name")
    if name is None:
        name = entry.get("dataset")
    return name if isinstance(name, str) and name else None
