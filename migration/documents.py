"""One YAML text -> its value, exactly as `yaml.safe_load` reads it.

Where each part of it stands is `marks`' part, what several texts make together `loader`'s.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Final, cast

import yaml

from migration.errors import Fault, MigrationError

_MAX_DEPTH = 100
_MAX_SIZE = 1_000_000
# Where libyaml's scanner is known to read something else than PyYAML's own, which is the law.
_C_PARSER_DIFFERS = re.compile("[\t\ufeff\x85\u2028\u2029?]|!(?![!<\\w])|[|>][-+0-9]*#")
_FAST_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_VALUE = "tag:yaml.org,2002:value"
_STRING = "tag:yaml.org,2002:str"
MERGE: Final = "tag:yaml.org,2002:merge"


def load_mapping(text: str, path: str) -> dict[Hashable, object]:
    """Return the mapping that the text holds, `{}` if it holds nothing.

    Raises:
        MigrationError: broken YAML, a root that is not a mapping, nesting beyond 100 levels
            (which covers a value that contains itself), or aliases that unroll to more than a
            million values.
    """
    value = _load(text, path)
    if value is None:
        return {}
    if not isinstance(value, dict):
        message = f"the root must be a mapping, not {kind_of(value)}"
        raise MigrationError(Fault(message, path, 1))
    _refuse_deep_nesting(value, path)
    if "*" in text and _unrolled_size(value, {}) > _MAX_SIZE:
        message = f"the aliases unroll to more than {_MAX_SIZE:,} values"
        raise MigrationError(Fault(message, path))
    return value


def compose(text: str) -> tuple[yaml.SafeLoader, yaml.Node | None]:
    """Return the nodes of a text that `load_mapping` accepts, and the loader that builds values.

    The node is None for a text that holds nothing.
    """
    loader = (yaml.SafeLoader if _C_PARSER_DIFFERS.search(text) else _FAST_LOADER)(text)
    try:
        return loader, loader.get_single_node()
    except yaml.YAMLError:
        loader = yaml.SafeLoader(text)
        return loader, loader.get_single_node()


def key_of(loader: yaml.SafeLoader, node: yaml.Node) -> Hashable:
    """Return the key that a mapping's key node stands for; not for the key `<<`."""
    if node.tag == _VALUE:  # the key `=`, a string to PyYAML only where it flattens
        node.tag = _STRING
    return cast("Hashable", loader.construct_object(node, deep=True))


def kind_of(value: object) -> str:
    """Return the name of a value's type in YAML's terms, with an article."""
    names = {dict: "a mapping", list: "a list", type(None): "null", bool: "a boolean"}
    names |= {str: "a string", int: "an integer", float: "a float"}
    return names.get(type(value), f"a {type(value).__name__}")


def shown(value: object) -> str:
    """Return the value as an error shows it."""
    try:
        return repr(value)
    except ValueError:  # Python writes no integer of more than 4,300 digits in decimal
        return "an integer of very many digits"


def _load(text: str, path: str) -> object:
    if not _C_PARSER_DIFFERS.search(text):
        try:
            return yaml.load(text, _FAST_LOADER)  # noqa: S506 - it is a safe loader
        except Exception:  # noqa: BLE001, S110 - the pure loader below gives the verdict
            pass
    try:
        return yaml.load(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise MigrationError(_marked_fault(error, path)) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - text.rfind("\n", 0, error.position)
        message = f"the character U+{ord(text[error.position]):04X} is not allowed in YAML"
        raise MigrationError(Fault(message, path, line, column)) from None
    except RecursionError:
        raise MigrationError(_too_deep(path)) from None
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        # PyYAML's constructors pass on whatever `int`, `datetime` and their like raise.
        raise MigrationError(_constructor_fault(text, path, error)) from None


def _marked_fault(error: yaml.MarkedYAMLError, path: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    message = ", ".join(part for part in (error.context, error.problem) if part)
    if mark is None:
        return Fault(message, path)
    return Fault(f"not valid YAML: {message}", path, mark.line + 1, mark.column + 1)


class _RememberingLoader(yaml.SafeLoader):
    """Knows which node it was at when a constructor raised."""

    at: yaml.Node | None = None

    def construct_object(self, node: yaml.Node, deep: bool = False) -> object:
        self.at = node
        return super().construct_object(node, deep)


def _constructor_fault(text: str, path: str, error: Exception) -> Fault:
    loader = _RememberingLoader(text)
    try:
        loader.get_single_data()
    except type(error):
        pass
    if loader.at is None:
        return Fault(f"not a valid value: {error}", path)
    mark = loader.at.start_mark
    kind = loader.at.tag.rpartition(":")[2]
    return Fault(f"not a valid {kind}: {error}", path, mark.line + 1, mark.column + 1)


def _refuse_deep_nesting(value: object, path: str) -> None:
    level: list[object] = [value]
    for _ in range(_MAX_DEPTH + 1):
        # Each container once a level: aliases can make it hold the same one any number of times.
        containers = {id(item): item for item in level if isinstance(item, dict | list | tuple)}
        if not containers:
            return
        level = []
        for container in containers.values():
            level += container.values() if isinstance(container, dict) else container
    raise MigrationError(_too_deep(path))


def _unrolled_size(value: object, known: dict[int, int]) -> int:
    """Return how many values there are when every alias is written out."""
    if not isinstance(value, dict | list | tuple):
        return 1
    if id(value) not in known:
        items = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_unrolled_size(item, known) for item in items)
    return known[id(value)]


def _too_deep(path: str) -> Fault:
    return Fault(f"nested deeper than {_MAX_DEPTH} levels, or contains itself by an alias", path)
