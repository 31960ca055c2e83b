"""The files of a tree as `extends` finds them, each read once: what one says, where, and of what.

What files make together is `loader`'s part, what a text says `documents`'.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import cast

from migration.errors import Fault, MigrationError
from migration.files.digest import digest
from migration.files.tree import Tree
from migration.resolve.inheritance import Inheritance
from migration.values.describe import describe_type
from migration.values.merge import Config
from migration.yaml.load import load_document, load_marks
from migration.yaml.marks import MarkTree, Origin, nearest_origin, origin_of
from migration.yaml.rules import YamlRules


@dataclass(frozen=True, slots=True)
class Said:
    """What one file says: its own values, and the bases that it extends, as they are written."""

    body: Config
    bases: tuple[str, ...]
    rare: frozenset[Hashable] | None
    """The scalars in it that are not native to JSON, and maybe others, if they are known."""


class Sources:
    """Reads the files of one tree, each once until it is forgotten."""

    def __init__(self, tree: Tree, inheritance: Inheritance, rules: YamlRules) -> None:
        """Read from `tree` by the rules; the paths are real ones."""
        self._tree = tree
        self._inheritance = inheritance
        self._rules = rules
        self._said: dict[str, Said] = {}
        self._marks: dict[str, MarkTree] = {}
        self._digests: dict[str, str] = {}
        self._reads_along = False

    def read_along(self) -> None:
        """From here on, read the marks and the digest of each file in one go with its value.

        For who needs those of every file: they are seldom asked for otherwise.
        """
        self._reads_along = True

    def said(self, path: str) -> Said:
        """Return what the file says.

        Raises:
            MigrationError: it cannot be read, its root is no mapping, `inherit` is used, `extends`
                has another type, or another key looks like inheritance.
        """
        if path not in self._said:
            text = self._tree.read_config(path)
            document = load_document(text, path, self._rules, is_marked=self._reads_along)
            body = cast("Config", document.value)
            inherits, key = self._inheritance, self._inheritance.key
            if "inherit" in body and "inherit" not in (key, *inherits.permitted):
                hint = f"name the bases with {key!r}"
                message = "the key 'inherit' is not supported"
                raise MigrationError(self._fault_at("inherit", path, message, hint))
            bases = self._bases(body.pop(key, None), path)
            if problems := [*inherits.problems(body, path, self._tree)]:
                faults = (self._fault_at(key, path, *told) for key, *told in problems)
                raise MigrationError(*faults)
            self._said[path] = Said(body, bases, document.rare)
            if self._reads_along:
                self._marks[path] = cast("MarkTree", document.marks)
                self._digests[path] = digest(text.encode())
        return self._said[path]

    def marks(self, path: str) -> MarkTree:
        """Return where a file that was read says its own values; it is read again if need be."""
        marks = self._marks.pop(path, None)
        if marks is None:
            marks = load_marks(self._tree.read_config(path), path, self._rules)
        marks.pop(self._inheritance.key, None)
        return marks

    def digest(self, path: str) -> str:
        """Return the digest of a file.

        Raises:
            MigrationError: it cannot be read.
        """
        if path not in self._digests:
            self._digests[path] = digest(self._tree.read(path))
        return self._digests[path]

    def base_origin(self, path: str, position: int) -> Origin:
        """Return where a file that was read names one of the bases that it extends."""
        origin = self._origin(path, self._inheritance.key)
        return origin_of(origin.items[position]) if position < len(origin.items) else origin

    def forget(self, path: str) -> None:
        """Keep nothing of a file."""
        for kept in (self._said, self._marks, self._digests):
            kept.pop(path, None)

    def _bases(self, extends: object, path: str) -> tuple[str, ...]:
        bases = [] if extends is None else extends if isinstance(extends, list) else [extends]
        for base in bases:
            if not isinstance(base, str) or not base:
                what = "an empty string" if base == "" else describe_type(base)
                key = self._inheritance.key
                message = f"{key!r} must be a path or a list of paths, not {what}"
                raise MigrationError(self._fault_at(key, path, message))
        return tuple(bases)

    def _origin(self, path: str, key: str) -> Origin:
        # The key may be gone by now: the file is read again.
        marks = load_marks(self._tree.read_config(path), path, self._rules)
        return nearest_origin(marks, (key,))

    def _fault_at(self, key: str, path: str, message: str, hint: str | None = None) -> Fault:
        origin = self._origin(path, key)
        return Fault(message, path, origin.line, origin.column, hint)
