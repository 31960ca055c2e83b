"""Describes values and their types for messages."""

from __future__ import annotations

from typing import TypeGuard

from migration.text import quote_name


def is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether a value is an integer or a float; to Python, a boolean is one too."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def describe_type(value: object) -> str:
    """Return the name of a value's type in YAML's terms, with an article."""
    names = {dict: "a mapping", list: "a list", type(None): "null", bool: "a boolean"}
    names |= {str: "a string", int: "an integer", float: "a float"}
    return names.get(type(value), f"a {type(value).__name__}")


def describe_value(value: object) -> str:
    """Return the value as an error shows it: a text in quotes, and YAML's words for its own."""
    if isinstance(value, str):
        return quote_name(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    try:
        return repr(value)
    except ValueError:  # Python refuses to write more than 4,300 digits in decimal
        return "an integer of very many digits"
