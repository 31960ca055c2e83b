"""Literals of Python that are texts to YAML: `None`, `inf`, `(0.9, 0.95)`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_INFINITE = re.compile(r"([-+]?)\.?inf(?:inity)?", re.IGNORECASE)
_NOT_A_NUMBER = re.compile(r"[-+]?\.?nan", re.IGNORECASE)
_ATOM: Final = r"""(?:'[^'\\]*'|"[^"\\]*"|[-+.\w]+)"""
# A tuple has a comma, or nothing at all between its parentheses.
_TUPLE = re.compile(rf"\(\s*(?:{_ATOM}\s*,\s*(?:{_ATOM}\s*,\s*)*(?:{_ATOM}\s*)?)?\)")
_PART = re.compile(rf"{_ATOM}|[(),]")
_LONGEST: Final = 1_000
_CONSTANTS: Final = ("None", "True", "False")


def spell_constant(written: str) -> str | None:
    """Return how YAML spells a constant of Python that it takes for a text.

    >>> [spell_constant(written) for written in ("None", "-Infinity", "NaN", "none")]
    ['null', '-.inf', '.nan', None]
    """
    if written == "None":
        return "null"
    if found := _INFINITE.fullmatch(written):
        return f"{'-' if found[1] == '-' else ''}.inf"
    return ".nan" if _NOT_A_NUMBER.fullmatch(written) else None


def spell_list(written: str, spell: Callable[[str], str | None]) -> str | None:
    """Return the YAML list for a tuple of Python, None if the text is not one.

    `spell` returns how YAML writes a number of a tuple, None for what is no number.

    >>> spell_list("(0.9, (1, None), 'a')", lambda text: text if text[0].isdigit() else None)
    "[0.9, [1, null], 'a']"
    >>> spell_list("(see above, or below)", lambda text: None)
    """
    if len(written) > _LONGEST or not (written.startswith("(") and written.endswith(")")):
        return None
    reduced, before = written, ""
    while reduced != before:
        before, reduced = reduced, _TUPLE.sub("None", reduced)
    if reduced != "None":
        return None
    parts: list[str] = []
    for part in _PART.findall(written):
        if part in "()":
            parts[-1:] = [] if part == ")" and parts[-1:] == [", "] else parts[-1:]
            parts.append("[" if part == "(" else "]")
        elif part == ",":
            parts.append(", ")
        else:
            known = part if part[0] in "'\"" else _constant(part) or spell(part)
            if known is None:
                return None
            parts.append(known)
    return "".join(parts)


def _constant(written: str) -> str | None:
    return spell_constant(written) or (written.lower() if written in _CONSTANTS else None)
