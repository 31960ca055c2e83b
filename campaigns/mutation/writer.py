"""Writes a value as YAML in one of its many spellings, all of which read back as the value."""

from __future__ import annotations

import base64
import datetime as dt
import math
import re
from collections.abc import Mapping
from random import Random

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_SPELLINGS: dict[object, tuple[str, ...]] = {
    None: ("null", "~", "Null", "NULL"),
    True: ("true", "yes", "on", "True", "YES"),
    False: ("false", "no", "off", "False", "OFF"),
}


class Written(str):
    """A text that keeps the value it spells, so that a campaign need not parse it."""

    __slots__ = ("body",)
    body: Mapping[object, object]


class Writer:
    """Writes mappings in block or flow style, and scalars in any spelling, at random.

    With `anchors`, a repeated scalar is an alias; with `merges`, some mappings get a part of
    their keys by `<<`.
    """

    def __init__(self, rng: Random, *, anchors: bool = False, merges: bool = False) -> None:
        self._rng = rng
        self._anchors: dict[str, str] | None = {} if anchors else None
        self._merges = merges

    def document(self, body: Mapping[object, object]) -> Written:
        text = Written("\n".join([*self._block(body, ""), ""]) if body else "{}\n")
        text.body = body
        return text

    def flow(self, value: object) -> str:
        if isinstance(value, dict):
            return f"{{{', '.join(f'{k}: {self.flow(v)}' for k, v in self._entries(value))}}}"
        if isinstance(value, list):
            if value and all(isinstance(item, tuple) for item in value):
                pairs = ", ".join(f"{self.scalar(k)}: {self.flow(v)}" for k, v in value)
                return f"!!pairs [{pairs}]"
            return f"[{', '.join(map(self.flow, value))}]"
        if isinstance(value, set):
            members = ", ".join(f"{self.scalar(item)}: null" for item in value)
            return f"!!set {{{members}}}"
        return self._anchored(value)

    def scalar(self, value: object) -> str:
        if value is None or isinstance(value, bool):
            return self._rng.choice(_SPELLINGS[value])
        if isinstance(value, str):
            return self._rng.choice(spellings_of_text(value))
        if isinstance(value, bytes):
            return f'!!binary "{base64.b64encode(value).decode()}"'
        if isinstance(value, dt.date):
            separator = self._rng.choice("T ")
            text = value.isoformat(separator) if isinstance(value, dt.datetime) else str(value)
            return self._rng.choice((f'!!timestamp "{text}"', text.replace(" ", "T")))
        if isinstance(value, int | float):
            return self._rng.choice(spellings_of_number(value))
        raise TypeError(f"not a scalar: {value!r}")

    def _block(self, value: Mapping[object, object], pad: str) -> list[str]:
        lines = []
        for key, item in self._entries(value):
            if isinstance(item, dict) and item and (not pad or self._rng.random() < 0.8):
                lines += [f"{pad}{key}:", *self._block(item, f"{pad}  ")]
            elif isinstance(item, list) and _are_mappings(item) and self._rng.random() < 0.5:
                lines.append(f"{pad}{key}:")
                for entry in item:
                    lines += [f"{pad}  -", *self._block(entry, f"{pad}    ")]
            else:
                lines.append(f"{pad}{key}: {self.flow(item)}")
        return lines

    def _entries(self, value: Mapping[object, object]) -> list[tuple[str, object]]:
        """Return the keys as text, with their values; `<<` may stand for the first few."""
        entries = [(key, item) for key, item in value.items() if key != "extends"]
        own = [("extends", value["extends"])] if "extends" in value else []
        if self._merges and len(entries) > 1 and self._rng.random() < 0.5:
            count = self._rng.randrange(1, len(entries))
            own.append(("<<", dict(entries[:count])))
            entries = entries[count:]
        return own + [(self.scalar(key), item) for key, item in entries]

    def _anchored(self, value: object) -> str:
        if self._anchors is None:
            return self.scalar(value)
        known = f"{type(value).__name__} {value!r}"
        if known in self._anchors:
            return f"*{self._anchors[known]} "
        self._anchors[known] = f"a{len(self._anchors)}"
        return f"&{self._anchors[known]} {self.scalar(value)}"


def spellings_of_text(text: str) -> list[str]:
    """Return the text in double quotes, and, where possible, in single quotes and unquoted."""
    spelled = ['"' + "".join(map(_escaped, text)) + '"']
    if text.isascii() and text.isprintable():
        spelled.append("'" + text.replace("'", "''") + "'")
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        spelled.append(text)
    return spelled


def spellings_of_number(number: float) -> list[str]:
    """Return the spellings of the number in YAML 1.1 that keep its type, integer or float."""
    if isinstance(number, int):
        return _spellings_of_integer(number)
    if math.isnan(number):
        return [".nan", ".NaN", ".NAN"]
    if math.isinf(number):
        return [".inf", "+.Inf", ".INF"] if number > 0 else ["-.inf", "-.Inf", "-.INF"]
    shortest = repr(number)
    if "." not in shortest:
        shortest = shortest.replace("e", ".0e")
    spelled = [shortest, f"{number:.17e}", f"{number:.17E}"]
    if "e" not in shortest:
        spelled.append(f"{shortest}00")
    return spelled if shortest.startswith("-") else [*spelled, f"+{shortest}"]


def _spellings_of_integer(number: int) -> list[str]:
    sign, size = "-" * (number < 0), abs(number)
    spelled = [f"{sign}{size}", f"{sign}{size:#x}", f"{sign}{size:#b}", f"{sign}{size:_}"]
    if size:
        spelled.append(f"{sign}0{size:o}")
    if 60 <= size < 2**32:
        spelled.append(f"{sign}{size // 60}:{size % 60}")
    return spelled if sign else [*spelled, f"+{size}"]


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isascii() and character.isprintable():
        return character
    code = ord(character)
    return (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
    )


def _are_mappings(values: list[object]) -> bool:
    return bool(values) and all(isinstance(value, dict) and value for value in values)
