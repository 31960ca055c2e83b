"""Writes a value on one line, as YAML would have it in flow style, with texts quoted as in JSON."""

from __future__ import annotations

import base64
import datetime as dt
import json
import math

from migration.values.canonical import compact_text
from migration.values.keypath import quote_text

# Beyond this Python may refuse to write an integer in decimal; hexadecimal has no such limit.
_DECIMAL_LIMIT = 2**64


def write_literal(value: object) -> str:
    """Return the value on one line; a number is spelled so that YAML 1.1 reads the same one.

    >>> print(write_literal({"p": [1e-8, None, True, "a"], 0: {}}))
    {"p": [1.0e-8, null, true, "a"], 0: {}}
    """
    match value:
        case str():
            return quote_text(value)
        case bool() | None:
            return json.dumps(value)
        case int():
            return str(value) if abs(value) < _DECIMAL_LIMIT else hex(value)
        case float():
            return write_float(value)
        case dict():
            items = (f"{write_literal(key)}: {write_literal(value[key])}" for key in value)
            return f"{{{', '.join(items)}}}"
        case list():
            return f"[{', '.join(map(write_literal, value))}]"
        case tuple():
            return f"({', '.join(map(write_literal, value))})"
        case set():
            return f"{{{', '.join(map(write_literal, sorted(value, key=compact_text)))}}}"
        case bytes():
            return f"!!binary {base64.b64encode(value).decode()}"
        case dt.date():
            return value.isoformat()
    raise TypeError(f"not a value that YAML can produce: {type(value).__name__}")


def write_float(value: float) -> str:
    """Return a float as YAML 1.1 reads it: with a dot, and a sign in the exponent.

    >>> [write_float(value) for value in (1e-8, 0.0002, 1.5e300, float("-inf"))]
    ['1.0e-8', '0.0002', '1.5e+300', '-.inf']
    """
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    mantissa, exponent, power = repr(value).partition("e")
    if not exponent:
        return mantissa
    dot = "" if "." in mantissa else ".0"
    return f"{mantissa}{dot}e{int(power):+d}"
