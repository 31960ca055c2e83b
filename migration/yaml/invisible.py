"""Characters that look like a blank, or like nothing, and are part of the text to YAML."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_CHARACTERS: Final = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u202f\u205f\u2060\u3000\ufeff"
)
_ANY = f"[{_CHARACTERS}]"
_BLANKS: Final = re.compile(rf"[\s{_CHARACTERS}]*")
_BEFORE_COMMENT = re.compile(rf"({_ANY})[ \t]*#")
_AFTER_INDICATOR = re.compile(rf"(?:-|[\w.-]+:)({_ANY})")
_CHARACTER = re.compile(_ANY)
_AT_END = re.compile(rf"({_ANY})\s*\Z")
_NO_BLANK: Final = "which is no blank to YAML"


def describe_invisible(written: str, noun: str = "text") -> str | None:
    r"""Return what is wrong with a plain scalar in which such a character replaces a blank.

    >>> describe_invisible("1.0e-4\u00a0")
    'the text ends in a no-break space (U+00A0), which is no blank to YAML'
    >>> describe_invisible("\u3000lr", "key")
    'the key begins with an ideographic space (U+3000), which is no blank to YAML'
    >>> describe_invisible("no\u00a0break between words")
    """
    if written.isascii():
        return None
    if found := _CHARACTER.match(written):
        return f"the {noun} begins with {_name_character(found[0])}, {_NO_BLANK}"
    if found := _AT_END.search(written):
        return f"the {noun} ends in {_name_character(found[1])}, {_NO_BLANK}"
    if found := _BEFORE_COMMENT.search(written):
        name = _name_character(found[1])
        return f"the {noun} goes on with the comment: before its # is {name}, {_NO_BLANK}"
    if found := _AFTER_INDICATOR.match(written):
        indicator = written[found.start(1) - 1]
        return (
            f"all of it is text: after the {indicator} is {_name_character(found[1])}, {_NO_BLANK}"
        )
    return None


def find_invisible(line: str) -> tuple[int, str] | None:
    """Return the position of the first such character in a line, and what to say of it."""
    found = None if line.isascii() else _CHARACTER.search(line)
    return (found.start(), f"{_name_character(found[0])}, {_NO_BLANK}") if found else None


def blank_invisible(text: str) -> str:
    """Return the text with a blank in the place of each such character."""
    return _CHARACTER.sub(" ", text)


def strip_invisible(written: str) -> str:
    r"""Return what a reader sees of a plain scalar: no such blank around it, and no comment.

    >>> strip_invisible("1.0e-4\u00a0# tuned")
    '1.0e-4'
    """
    shown = written
    if not written.isascii() and (comment := _BEFORE_COMMENT.search(written)):
        shown = written[: comment.start()]
    start = _BLANKS.match(shown)
    rest = shown[start.end() if start else 0 :]
    return rest.rstrip().rstrip(_CHARACTERS).rstrip()


def _name_character(character: str) -> str:
    name = unicodedata.name(character).lower()
    article = "an" if name[0] in "aeio" else "a"
    return f"{article} {name} (U+{ord(character):04X})"
