"""Writes canonical JSON. Two values are equal if and only if their texts are.

A value that JSON lacks is written as `{"$yaml": kind, "value": ...}`; `canonical_reader` reads it.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import math
import re
from collections.abc import Callable, Collection
from typing import TypeAlias, cast

import orjson

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

TAG = "$yaml"
_INT64 = range(-(2**63), 2**64)
# Within these bounds orjson writes a float as `repr` does; outside, its text varies by release.
_PLAIN_FROM, _PLAIN_BELOW = 1e-4, 1e16
_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
_NUMBER = re.compile(rb"(?<= )[-0-9][-+.0-9e]*(?=,?\n)")
_ENDS = (b",\n", b"\n")
_FEW_SPELLINGS = 32
"""Up to this many spellings are replaced one by one, which is faster if they are few."""
_TAGGED = f'"{TAG}": '.encode()


def canonical_bytes(value: object, non_native: Collection[object] | None = None) -> bytes:
    """Return the value's canonical JSON in UTF-8, ending in a newline.

    The bytes are those of `json.dumps(sort_keys=True, indent=2, ensure_ascii=False)` over
    `to_json(value)`, in every version of every library used.

    `non_native`: the scalars in the value that orjson would spell differently (a superset is fine;
    None: not known). Knowing them saves walking the value.
    """
    text = None if non_native is None else _native_bytes(value, non_native)
    return text or _encoded_bytes(value)


def is_native(scalar: object) -> bool:
    """Tell whether every version of orjson writes the scalar as canonical JSON does."""
    kind = type(scalar)
    if kind is float:
        return _is_plain_float(cast("float", scalar))
    if kind is int:
        return scalar in _INT64
    if kind is str:
        return scalar != TAG and not _has_surrogate(cast("str", scalar))
    return scalar is None or kind is bool


def _native_bytes(value: object, non_native: Collection[object]) -> bytes | None:
    """Return the canonical JSON of a value that is native except for some floats, or None."""
    if not all(type(scalar) is float and math.isfinite(scalar) for scalar in non_native):
        return None
    try:
        text = orjson.dumps(value, option=_OPTIONS)
    except orjson.JSONEncodeError:  # a key that is not a string, or a lone surrogate in quotes
        return None
    if b"$" in text and _TAGGED in text:  # the first test takes a hundredth of the time
        return None
    ours = {orjson.dumps(number): repr(number).encode() for number in non_native}
    theirs = [spelling for spelling, number in ours.items() if spelling != number]
    # Only a value is between a blank and a line end: within a string the line end is escaped.
    if len(theirs) > _FEW_SPELLINGS:
        return _NUMBER.sub(lambda found: ours.get(found[0], found[0]), text)
    for spelling in theirs:
        first, *rest = text.split(b" " + spelling)
        spelled = (ours[spelling] if each.startswith(_ENDS) else spelling for each in rest)
        text = b" ".join((first, *map(bytes.__add__, spelled, rest)))
    return text


def _encoded_bytes(value: object) -> bytes:
    try:
        return orjson.dumps(_encode(value, _as_fragment), option=_OPTIONS)
    except orjson.JSONEncodeError:
        # orjson fails at about 250 levels; the standard library does not.
        text = json.dumps(to_json(value), sort_keys=True, indent=2, ensure_ascii=False)
        return text.encode() + b"\n"


def are_equal(left: object, right: object) -> bool:
    """Tell whether two values, types included, have the same canonical JSON."""
    if type(left) is type(right) and isinstance(left, str | int | None):
        return left == right
    if type(left) is float and type(right) is float:
        return repr(left) == repr(right)
    return canonical_bytes(left) == canonical_bytes(right)


def compact_text(value: object) -> str:
    """Return the value's canonical JSON on one line."""
    return json.dumps(to_json(value), sort_keys=True, ensure_ascii=False)


def to_json(value: object) -> Json:
    """Return the value in JSON's own types, with a tag where JSON has no such type."""
    return cast("Json", _encode(value, float))


def _encode(value: object, write_float: Callable[[float], object]) -> object:
    kind = type(value)
    if kind is str:
        text = cast("str", value)
        return text if text.isascii() or not _has_surrogate(text) else _escaped(text)
    if kind is float:
        number = cast("float", value)
        return write_float(number) if math.isfinite(number) else _tagged("float", repr(number))
    if kind is dict:
        return _encode_mapping(cast("dict[object, object]", value), write_float)
    if kind is list:
        return [_encode(item, write_float) for item in cast("list[object]", value)]
    if value is None or kind is bool:
        return value
    if kind is int:
        number = cast("int", value)
        # Hexadecimal, since Python refuses to write a very long integer in decimal.
        return number if number in _INT64 else _tagged("int", hex(number))
    return _encode_other(value, write_float)


def _encode_mapping(
    mapping: dict[object, object], write_float: Callable[[float], object]
) -> object:
    plain = {}
    for key, item in mapping.items():
        if type(key) is not str or key == TAG or (not key.isascii() and _has_surrogate(key)):
            break
        plain[key] = _encode(item, write_float)
    else:
        return plain
    pairs = sorted(mapping.items(), key=lambda pair: compact_text(pair[0]))
    return _tagged("map", [[_encode(part, write_float) for part in pair] for pair in pairs])


def _encode_other(value: object, write_float: Callable[[float], object]) -> object:
    match value:
        case dt.datetime():
            return _tagged("datetime", value.isoformat())
        case dt.date():
            return _tagged("date", value.isoformat())
        case bytes():
            return _tagged("binary", base64.b64encode(value).decode())
        case tuple():
            return _tagged("tuple", [_encode(item, write_float) for item in value])
        case set():
            items = sorted(value, key=compact_text)
            return _tagged("set", [_encode(item, write_float) for item in items])
    raise TypeError(f"not a value that YAML can produce: {type(value).__name__}")


def _as_fragment(number: float) -> object:
    return number if _is_plain_float(number) else orjson.Fragment(repr(number))


def _is_plain_float(number: float) -> bool:
    return number == 0 or _PLAIN_FROM <= abs(number) < _PLAIN_BELOW


def _tagged(kind: str, value: object) -> dict[str, object]:
    return {TAG: kind, "value": value}


def _escaped(text: str) -> dict[str, object]:
    return _tagged("str", text.encode("unicode_escape").decode("ascii"))


def _has_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
