"""Finds characters that are invisible or look like others, and writes them as JSON escapes.

A text in another script stays as it is, a space or a mark of its own script included.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Final

_UNSEEN: Final = ("Zs", "Cf")
"""The categories of blanks, and of characters without a width."""
_BLANK_GLYPHS: Final = "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Letters and symbols that look like a blank."""
# The letters of other scripts that look like the Latin ones beneath them.
_TWINS: Final = str.maketrans(
    "\u0430\u0441\u0501\u0435\u04bb\u0456\u0458\u04cf\u043e\u0440\u051b\u0455\u051d\u0461\u0445"
    "\u0443\u04af\u043a\u0433\u0475\u0410\u0412\u0421\u0415\u050c\u041d\u0406\u04c0\u0408\u041a"
    "\u041c\u041e\u0420\u0405\u0422\u0425\u04ae\u0423\u051c\u0474"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
    "\u03b1\u03b9\u03ba\u03bd\u03bf\u03c1\u03c5\u03c7\u03b3\u03f3\u0585\u0570\u0578\u057d\u0581",
    "acdehijlopqswwxyykrvABCEGHIIJKMOPSTXYYWVABEZHIKMNOPTYXaikvopuxyjohnug",
)
_TWIN_SIGNS: Final = str.maketrans(
    "\u2212\u02d7\u2018\u2019\u02bc\u2032\u201c\u201d\u2033\u2044\u2215\u2236\ua789\u037e\u2022"
    "\u0131\u0237",
    "--''''\"\"\"//::;\u00b7ij",
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_QUICK: Final = re.compile(r"[^\x00-\x7f]")
_LONGEST_PAIR: Final = 1_000


def escape_unseen(text: str) -> str:
    r"""Return the text with its deceptive characters escaped.

    These are blanks other than the space, characters without a width, and letters of another
    script in a Latin word. Between characters of another script they belong to it, and stay.

    >>> print(escape_unseen("a\u00a0b, m\u043edel, \u043c\u043e\u0434\u0435\u043b\u044c"))
    a\u00a0b, m\u043edel, модель
    """
    return _escape_at(text, _find_unseen(text))


def _find_unseen(text: str) -> set[int]:
    """Return the positions of what hides in a text."""
    if not _QUICK.search(text):
        return set()
    doubtful = {n for n in range(len(text)) if _is_unseen(text[n]) and not _is_at_home(text, n)}
    for word in _WORD.finditer(text):
        twins = [n for n in range(*word.span()) if ord(text[n]) in _TWINS]
        if twins and any(map(_is_latin, word[0])):
            doubtful.update(twins)
    return doubtful


def tell_apart(left: str, right: str) -> tuple[str, str]:
    r"""Return both texts, with the characters escaped that hide a difference between them.

    >>> print(*tell_apart("co-op a b", "co\u2011op a\u00a0c"))
    co-op a b co\u2011op a\u00a0c
    """
    if left == right or not (_QUICK.search(left) or _QUICK.search(right)):
        return left, right
    if max(len(left), len(right)) > _LONGEST_PAIR:
        return escape_unseen(left), escape_unseen(right)
    lefts, rights = _find_unseen(left), _find_unseen(right)
    from difflib import SequenceMatcher  # few texts have more than ASCII

    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            # What is the same on both sides is written the same.
            same = {n for n in range(i2 - i1) if i1 + n in lefts or j1 + n in rights}
            lefts.update(i1 + n for n in same)
            rights.update(j1 + n for n in same)
            continue
        is_alike = fold_glyphs(left[i1:i2]) == fold_glyphs(right[j1:j2])
        lefts.update(n for n in range(i1, i2) if is_alike or _may_hide(left[n]))
        rights.update(n for n in range(j1, j2) if is_alike or _may_hide(right[n]))
    shown = _escape_at(left, lefts), _escape_at(right, rights)
    if fold_glyphs(shown[0]) == fold_glyphs(shown[1]):
        return _escape_at(left, range(len(left))), _escape_at(right, range(len(right)))
    return shown


def tell_all_apart(texts: Collection[str]) -> Mapping[str, str]:
    """Return how to show each text: escaped as a whole if another one looks the same.

    Quotes do not count, since a key that is not plain has them.
    """
    alike: dict[str, list[str]] = defaultdict(list)
    for text in dict.fromkeys(texts):
        alike[fold_glyphs(text).replace('"', "")].append(text)
    return {
        text: escape_unseen(text) if len(group) == 1 else _escape_at(text, range(len(text)))
        for group in alike.values()
        for text in group
    }


def fold_glyphs(text: str) -> str:
    r"""Return what the text looks like: equal texts print alike.

    >>> fold_glyphs("c\u043e\u2011op\u200b") == "co-op"
    True
    """
    if not _QUICK.search(text):
        return text
    return "".join(map(_fold_character, unicodedata.normalize("NFKC", text)))


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    if category == "Zs" or character in _BLANK_GLYPHS:
        return " "
    if category == "Pd":
        return "-"
    return character.translate(_TWINS).translate(_TWIN_SIGNS)


def _is_unseen(character: str) -> bool:
    if character == " ":
        return False
    return unicodedata.category(character) in _UNSEEN or character in _BLANK_GLYPHS


def _may_hide(character: str) -> bool:
    return _is_unseen(character) or unicodedata.category(character) == "Mn"


def _is_at_home(text: str, at: int) -> bool:
    """Tell whether a character is between two characters of a script other than Latin."""
    before, after = text[:at].rstrip(" ")[-1:], text[at + 1 :].lstrip(" ")[:1]
    if not before or not after or text[at] == "\ufeff":
        return False
    return all(not each.isascii() and not _is_latin(each) for each in (before, after))


@lru_cache(maxsize=4096)
def _is_latin(character: str) -> bool:
    return character.isalpha() and unicodedata.name(character, "").startswith("LATIN")


def _escape_at(text: str, places: Collection[int]) -> str:
    """Return the text with the characters at the places escaped, unless they are ASCII."""
    if not places:
        return text
    import json  # few texts have such characters

    return "".join(
        json.dumps(each)[1:-1] if n in places and not each.isascii() else each
        for n, each in enumerate(text)
    )
