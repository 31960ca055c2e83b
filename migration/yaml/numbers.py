"""How YAML 1.1 reads a plain scalar, and how it writes what a person takes for a number."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import yaml

from migration.values.describe import is_number

NUMBER = re.compile(r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?")
OCTAL = re.compile(r"[-+]?0o?[0-7_]+")
# Maybe a list of devices or a size: only the number that it replaces tells.
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:[,'\u2019 \u00a0\u2009\u202f][0-9]{3})+(?:\.[0-9]*)?")
DECIMAL_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+(?:[eE][-+]?[0-9]+)?")
LONGEST: Final = 80
"""How much of a scalar a message shows; Python prints no number of thousands of digits."""
_MOST_DIGITS: Final = 30


def read_plain(written: str) -> object:
    r"""Return the value of a plain scalar in YAML 1.1, None if YAML refuses it.

    A text that ends with a line end is none, and stays a text.

    >>> read_plain("no"), read_plain("no\n")
    (False, 'no\n')
    """
    if written.endswith("\n"):  # PyYAML's patterns would match what is before it
        return written
    loader: Any = yaml.SafeLoader("")  # whose methods are typed in part only
    tag = loader.resolve(yaml.ScalarNode, written, (True, False))
    try:
        value: object = loader.construct_object(yaml.ScalarNode(tag, written))
    except (yaml.YAMLError, ValueError, OverflowError):
        return None
    return value


def looks_like_number(written: str) -> bool:
    """Tell whether a text looks like a number, as `1e-5` and `08` do."""
    return bool(NUMBER.fullmatch(written) or OCTAL.fullmatch(written))


def may_be_number(written: str) -> bool:
    """Tell whether a text may be a number with a comma in it, or with groups of digits.

    >>> may_be_number("1,000,000"), may_be_number("0,95"), may_be_number("0,1,2")
    (True, True, False)
    """
    return bool(_GROUPED.fullmatch(written) or DECIMAL_COMMA.fullmatch(written))


def describe_meant_number(written: str, other: object) -> str | None:
    """Return how to write such a number, if it is equal to the value on the other side.

    >>> describe_meant_number("1,000", 1000)
    '1,000 is a string in YAML 1.1: write 1000'
    >>> describe_meant_number("1,000", 2000)
    """
    if not may_be_number(written) or not is_number(other):
        return None
    digits = re.sub(r"[^-+.eE0-9]", "", written) if _GROUPED.fullmatch(written) else ""
    numbers = (parse_number(each) for each in (digits, written.replace(",", ".")))
    is_whole = isinstance(other, int)
    read = [number if is_whole else float(number) for number in numbers if number is not None]
    if other not in read:
        return None
    return f"{written} is a string in YAML 1.1: write {spell_number(repr(other))}"


def describe_lost_number(written: str) -> str | None:
    """Return which number a text would be without quotes, if that number is shown otherwise.

    >>> describe_lost_number("1.10")
    '1.10 without quotes is 1.1 in YAML 1.1'
    >>> describe_lost_number("1.1"), describe_lost_number("v1.10")
    (None, None)
    """
    value = read_plain(written)
    if not is_number(value) or len(written) > LONGEST:
        return None
    if "e" in written.lower() and not written.lower().startswith("0x"):
        return None
    is_same = written in {repr(value), str(value)} or written.lstrip("-+").startswith(".")
    return None if is_same else f"{written} without quotes is {value} in YAML 1.1"


def spell_exponent(written: str) -> str | None:
    """Return how YAML writes a number with an exponent, None for one without."""
    mantissa, exponent, power = written.lower().partition("e")
    if not exponent:
        return None
    mantissa += "" if "." in mantissa else ".0"
    return f"{mantissa}e{power if power.startswith(('-', '+')) else f'+{power}'}"


def spell_number(written: str) -> str | None:
    """Return how YAML writes what looks like a decimal number, None for another text."""
    if not NUMBER.fullmatch(written):
        return None
    if not isinstance(read_plain(written), str):
        return written
    number = parse_number(written)
    return spell_exponent(written) or (None if number is None else str(number))


def parse_number(written: str) -> Decimal | None:
    """Return the number that a text shows, None if it shows none, or one with too many digits."""
    if not NUMBER.fullmatch(written):
        return None
    try:
        number = Decimal(written.replace("_", ""))
    except InvalidOperation:
        return None
    return number if abs(number.adjusted()) <= _MOST_DIGITS else None
