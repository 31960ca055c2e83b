"""Reads canonical JSON back into the value that `canonical` wrote. Anything else is refused."""

from __future__ import annotations

import base64
import datetime as dt
import json
import math
import re
from collections.abc import Callable
from typing import cast

from migration.errors import Fault, MigrationError
from migration.values.canonical import TAG, Json

_ESCAPED = re.compile(r"(?:[^\\]|\\(?:[\\nrt]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}))*")


def from_json(tree: Json, path: str) -> object:
    """Return the value that `to_json` encoded; `path` names the file in an error.

    Raises:
        MigrationError: a tag that canonical JSON does not have.
    """
    if isinstance(tree, list):
        return [from_json(item, path) for item in tree]
    if not isinstance(tree, dict):
        return tree
    if TAG not in tree:
        return {key: from_json(item, path) for key, item in tree.items()}
    kind = tree[TAG]
    decode = _DECODERS.get(kind) if isinstance(kind, str) else None
    try:
        if decode is None or tree.keys() != {TAG, "value"}:
            raise ValueError("not a tag that it has")  # noqa: TRY301 - as those of the decoders
        return decode(tree["value"], path)
    except (TypeError, ValueError) as error:
        text = json.dumps(tree)[:80]
        raise MigrationError(Fault(f"not canonical JSON ({error}): {text}", path)) from None


def read_canonical(data: bytes, path: str) -> object:
    """Return the value of a canonical JSON text; `path` names the file in an error.

    Raises:
        MigrationError: the bytes are not UTF-8, not JSON, or not canonical.
    """
    try:
        # Not orjson: it silently reads an integer beyond 64 bits as a float.
        tree = json.loads(
            data.decode(),
            parse_constant=_refuse_constant,
            parse_float=_finite,
            object_pairs_hook=unique,
        )
        return from_json(tree, path)
    except json.JSONDecodeError as error:
        raise MigrationError(
            Fault(f"not JSON: {error.msg}", path, error.lineno, error.colno)
        ) from None
    except (ValueError, RecursionError) as error:
        raise MigrationError(Fault(f"not JSON: {error}", path)) from None


def unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """Return the pairs of a JSON object as a mapping; an `object_pairs_hook` of `json.loads`.

    Raises:
        ValueError: a key is duplicated.
    """
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise ValueError("a duplicate key in one mapping")
    return mapping


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is beyond a float's range")
    return number


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not a JSON number")


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError("expected a string")
    return value


def _items(value: Json, path: str) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("expected a list")
    return [from_json(item, path) for item in value]


def _pairs(value: Json, path: str) -> dict[object, object]:
    pairs = _items(value, path)
    if not all(isinstance(pair, list) for pair in pairs):
        raise TypeError("expected pairs")
    mapping = dict(cast("list[tuple[object, object]]", pairs))
    if len(mapping) != len(pairs):
        raise ValueError("a duplicate key")
    return mapping


def _members(value: Json, path: str) -> set[object]:
    items = _items(value, path)
    if len(set(items)) != len(items):
        raise ValueError("a duplicate member")
    return set(items)


def _unescaped(text: str) -> str:
    if not _ESCAPED.fullmatch(text):
        raise ValueError("not an escaped text")
    return text.encode("ascii").decode("unicode_escape")


_DECODERS: dict[str, Callable[[Json, str], object]] = {
    "binary": lambda value, _: base64.b64decode(_text(value), validate=True),
    "date": lambda value, _: dt.date.fromisoformat(_text(value)),
    "datetime": lambda value, _: dt.datetime.fromisoformat(_text(value)),
    "float": lambda value, _: float(_text(value)),
    "int": lambda value, _: int(_text(value), 16),
    "map": _pairs,
    "set": _members,
    "str": lambda value, _: _unescaped(_text(value)),
    "tuple": lambda value, path: tuple(_items(value, path)),
}
