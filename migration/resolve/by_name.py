"""How layers merge: by the merge rule, and the lists at some root keys by the names of entries.

Which files are the layers of a config is `chain`'s part, the merge rule `values.merge`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, cast

from migration.errors import Fault, MigrationError
from migration.text import quote_name
from migration.values.describe import describe_type
from migration.values.keypath import Index, KeyPath
from migration.values.merge import Config, merge
from migration.yaml.marks import HERE, MarkTree, Origin, origin_of


class Problem(NamedTuple):
    """What is wrong with a config, and at which keys; at none if it is the config as a whole."""

    path: KeyPath
    message: str
    found: str = ""
    """What is there instead, as `not -1`; left out where reports hide values."""


def _accept(_merged: Config) -> Iterable[Problem]:
    return ()


@dataclass(frozen=True, slots=True)
class ByName:
    """The way to merge layers whose `sections`, root keys, are lists of named entries.

    An entry's name is its `name`, else its `dataset`. While layers merge, a section is a mapping
    from name to entry: it is *shaped*, which makes merging by name the one merge rule. A known name
    merges onto its entry in place, a new one is appended, `[]` empties the list, `null` keeps the
    inherited one. Without sections nothing is done but to merge.
    """

    sections: tuple[str, ...] = ()
    check: Callable[[Config], Iterable[Problem]] = _accept
    """Yields what keeps shaped values from being a whole config; those of a base need not be."""

    def problems(self, body: Config) -> Iterator[Problem]:
        """Yield what keeps one file's values from being shaped."""
        for section in self.sections:
            if body.get(section) is not None:
                yield from _list_problems(section, body[section])

    def shape(self, body: Config) -> Config:
        """Return one file's values, shaped; they have no `problems`."""
        shaped = dict(body)
        for section in self.sections:
            if body.get(section) is not None:
                listed = cast("list[object]", body[section])
                shaped[section] = {_name_of(entry): entry for entry in listed}
        return shaped

    def unshape(self, merged: Config) -> Config:
        """Return shaped values with each section as a list again."""
        value = dict(merged)
        for section in self.sections:
            if section in value:
                value[section] = list(entries(value, section).values())
        return value

    def shape_marks(self, body: Config, marks: MarkTree) -> MarkTree:
        """Return one file's marks, shaped; `body` are its values as they are written.

        Raises:
            MigrationError: the marks are of another text than the body.
        """
        shaped = dict(marks)
        for section in self.sections:
            listed, origin = body.get(section), marks.get(section)
            if isinstance(listed, list) and isinstance(origin, Origin):
                names = [_name_of(entry) for entry in listed]
                if len(names) != len(origin.items):
                    message = "changed while it was read"
                    raise MigrationError(Fault(message, origin.path, hint="run it again"))
                shaped[section] = {HERE: origin, **dict(zip(names, origin.items, strict=True))}
        return shaped

    def unshape_marks(self, merged: MarkTree) -> MarkTree:
        """Return shaped marks with each section as a list again."""
        marks = dict(merged)
        for section in self.sections:
            named = marks.get(section)
            if isinstance(named, dict):
                here = origin_of(named)
                items = tuple(mark for name, mark in named.items() if name is not HERE)
                marks[section] = Origin(here.path, here.line, here.column, items)
        return marks

    def merge(self, base: Mapping[Hashable, object], override: Mapping[Hashable, object]) -> Config:
        """Return `override` over `base`: two layers, of values or of marks, both shaped."""
        merged = merge(base, override)
        for section in self.sections:
            named = override.get(section)
            if not isinstance(named, dict):
                merged.pop(section, None)
                if section in base:
                    merged[section] = base[section]
            elif named.keys() <= {HERE}:
                merged[section] = named
        return merged

    def merged_path(self, merged: Config, key_path: KeyPath) -> KeyPath:
        """Return a path of the result as shaped values have it: an entry by its name."""
        match key_path:
            case (str(section), Index(position), *rest) if section in self.sections:
                names = [*entries(merged, section)]
                if position < len(names):
                    return (section, names[position], *rest)
        return key_path


PLAIN: Final = ByName()
"""The way training configs merge: no list has names."""


def entries(merged: Config, section: str) -> dict[Hashable, Config]:
    """Return the entries of a section of shaped values, by name."""
    return cast("dict[Hashable, Config]", merged.get(section) or {})


def _list_problems(section: str, listed: object) -> Iterator[Problem]:
    if not isinstance(listed, list):
        yield Problem((section,), f"{section!r} must be a list, not {describe_type(listed)}")
        return
    names: set[str] = set()
    for position, entry in enumerate(listed):
        at, name = (section, Index(position)), _name_of(entry)
        if name is None:
            yield Problem(at, f"an entry of {section!r} has neither a 'name' nor a 'dataset'")
        elif name in names:
            yield Problem(at, f"{section!r} has two entries with the name {quote_name(name)}")
        else:
            names.add(name)


def _name_of(entry: object) -> str | None:
    if not isinstance(entry, dict):
        return None
    name = entry.get("name")
    if name is None:
        name = entry.get("dataset")
    return name if isinstance(name, str) and name else None
