"""Plain scalars that YAML 1.1 reads as something else than they look like."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from math import isinf
from typing import Final

from migration.text import shorten
from migration.yaml.invisible import describe_invisible, strip_invisible
from migration.yaml.numbers import (
    DECIMAL_COMMA,
    LONGEST,
    NUMBER,
    OCTAL,
    looks_like_number,
    parse_number,
    read_plain,
    spell_exponent,
    spell_number,
)
from migration.yaml.python_literals import spell_constant, spell_list

_BINARY = re.compile(r"[-+]?0b[01_]+")
_IN_THOUSANDS = re.compile(r"[-+]?[0-9]{1,3}(?:_[0-9]{3})+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?")
_WORD = re.compile(r"true|false|null", re.IGNORECASE)
# Behind a `#` comes a word or a blank; `8#16` is a name of some kind.
_ENDED = re.compile(r"([^\s,;#]+)(?:\s*([,;])[\s,;]*(?:#.*)?|(#)(?:\s|.*[^\W\d_]).*)", re.DOTALL)
_SWITCHES: Final = ("yes", "no", "on", "off")
_WHAT_ENDS: Final = {
    ",": "the comma is part of it",
    ";": "the semicolon is part of it",
    "#": "a comment needs a blank before its #",
}


@lru_cache(maxsize=4096)
def describe_misreading(written: str, *, is_key: bool = False) -> str | None:
    """Return what YAML 1.1 makes of a plain scalar, None if it is what it looks like.

    >>> describe_misreading("1e-5")
    '1e-5 is a string in YAML 1.1: a float needs a dot and a signed exponent, 1.0e-5'
    >>> describe_misreading("017")
    '017 is 15 in YAML 1.1, an octal number'
    >>> describe_misreading("1:30"), describe_misreading("1.0e-5")
    ('1:30 is 90 in YAML 1.1, a number to base 60', None)
    """
    if problem := describe_invisible(written, "key" if is_key else "text"):
        return problem
    name = shorten(written, LONGEST)
    match read_plain(written):
        case bool() as value if written.lower() in _SWITCHES:
            return f"{name} is the boolean {str(value).lower()} in YAML 1.1: quote it for text"
        case bool():
            return None
        case int() | float() as value if len(written) <= LONGEST:
            why = _explain_number(written, value)
            return f"{name} is {why}" if why else None
        case dt.date():
            return f"{name} is a date in YAML 1.1: quote it for text"
        case str():
            why = _explain_text(written)
            return f"{name} is a string in YAML 1.1{why}" if why else None
    return None


def describe_misreading_beside(written: str, other: object) -> str | None:
    """Return what YAML 1.1 makes of a plain scalar that replaces another value, or is replaced.

    Where that value is a number, the message names the spelling of its type.

    >>> describe_misreading_beside("1e6", 1000000)
    '1e6 is a string in YAML 1.1: write 1000000'
    >>> describe_misreading_beside("1e6", 1000000.0)
    '1e6 is a string in YAML 1.1: a float needs a dot and a signed exponent, 1.0e+6'
    """
    why = describe_misreading(written)
    start, mark = _split_end(written)
    number = parse_number(start)
    if why is None or number is None or not isinstance(read_plain(written), str):
        return why
    if number != number.to_integral_value() or (mark == "#" and start == str(number)):
        return why
    cause = f"{_WHAT_ENDS[mark]}, " if mark else ""
    name = shorten(written, LONGEST)
    if isinstance(other, int) and not isinstance(other, bool):
        return f"{name} is a string in YAML 1.1: {cause}write {int(number)}"
    if isinstance(other, float) and mark and isinstance(read_plain(start), int):
        return f"{name} is a string in YAML 1.1: {cause}write {int(number)}.0"
    return why


def read_seen_value(written: str) -> object:
    r"""Return what a reader takes a plain scalar for that YAML takes for a text.

    >>> read_seen_value("1.0e-4\u00a0"), read_seen_value("1e3,"), read_seen_value("text\u3000")
    (0.0001, 1000.0, 'text')
    """
    seen = strip_invisible(written)
    start, _ = _split_end(seen)
    return read_plain(spell_constant(start) or spell_number(start) or seen)


def _explain_number(written: str, value: float) -> str | None:
    """Return what a number is, if it has another value than it seems to have."""
    if ":" in written:
        return f"{value} in YAML 1.1, a number to base 60"
    if _BINARY.fullmatch(written):
        return f"{value} in YAML 1.1, a binary number"
    if isinstance(value, int) and OCTAL.fullmatch(written):
        is_octal = value and str(abs(value)) != written.lstrip("+-0_")
        return f"{value} in YAML 1.1, an octal number" if is_octal else None
    if isinstance(value, float) and "." in written and written.lstrip("+-.")[:1].isdigit():
        if isinf(value):
            return f"{'-' if value < 0 else ''}.inf in YAML 1.1: a float cannot be as large"
        if not value and any(digit in "123456789" for digit in written.lower().partition("e")[0]):
            return "0.0 in YAML 1.1: a float cannot be as small"
    if "_" in written and NUMBER.fullmatch(written) and not _IN_THOUSANDS.fullmatch(written):
        return f"{value} in YAML 1.1, which drops the underscores: quote it for text"
    return None


def _explain_text(written: str) -> str | None:
    """Return why a text is one, if it looks like a number, a constant or a list."""
    if looks_like_number(written):
        return _explain_no_number(written)
    if word := spell_constant(written):
        return f": write {word}, or quote it for text"
    if as_list := spell_list(written, spell_number):
        return f": a list has square brackets, {as_list}"
    if "e" in written.lower() and DECIMAL_COMMA.fullmatch(written):
        return f": {_WHAT_ENDS[',']}, write {spell_number(written.replace(',', '.'))}"
    start, mark = _split_end(written)
    if not mark:
        return None
    spelled = start if _WORD.fullmatch(start) else spell_number(start) or spell_constant(start)
    if not spelled:
        return None
    return f": {_WHAT_ENDS[mark]}" if mark == "#" else f": {_WHAT_ENDS[mark]}, write {spelled}"


def _split_end(written: str) -> tuple[str, str]:
    """Return a text up to the comma, the semicolon or the comment at its end, and which it is."""
    found = _ENDED.fullmatch(written)
    return (found[1], found[2] or found[3]) if found else (written, "")


def _explain_no_number(written: str) -> str:
    spelled = spell_exponent(written)
    if spelled is None:
        return ", not a number"
    return f": a float needs a dot and a signed exponent, {spelled}"
