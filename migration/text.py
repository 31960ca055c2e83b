"""Text from elsewhere as it may be shown: nothing in it acts on a terminal or passes for a line.

What a shell or Markdown makes of a text is not told here.
"""

from __future__ import annotations

import re
import shlex
from typing import Final

LONGEST: Final = 5_000
"""More than any path that a file can have, so that no name is cut."""
# C0, DEL and C1; what turns the direction of the text after it; the line ends of Unicode; and
# halves of characters, which stand for the bytes of a name that is not UTF-8.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def make_visible(text: str, keep: str = "") -> str:
    r"""Return the text with every control character as an escape, but for those in `keep`.

    What JSON writes as it is has JSON's own escape, so that JSON text remains the same value.

    >>> print(make_visible("a.yaml\n\x1b[2J\x9b\u202e"))
    a.yaml\n\x1b[2J\u009b\u202e
    """
    return _UNSEEN.sub(lambda found: _escape_character(found[0], keep), text)


def shorten(text: str, most: int = LONGEST) -> str:
    """Return the text without its middle if it is longer than `most` characters.

    >>> shorten("configs/train/a.yaml", 11)
    'confi….yaml'
    """
    if len(text) <= most:
        return text
    head = most // 2
    return f"{text[:head]}…{text[len(text) - (most - head - 1) :]}"


def _escape_character(character: str, keep: str) -> str:
    if character in keep:
        return character
    code = ord(character)
    return _SHORT.get(character) or (f"\\x{code:02x}" if code < ord(" ") else f"\\u{code:04x}")


def quote_path(path: str) -> str:
    r"""Return the path as one word of a shell command, which a terminal shows as it is.

    >>> print(*map(quote_path, ("configs/a.yaml", "a b.yaml", "-a.yaml", "a\nb.yaml")))
    configs/a.yaml 'a b.yaml' ./-a.yaml $'a\nb.yaml'
    """
    word = f"./{path}" if path.startswith("-") else path
    if make_visible(word) == word:
        return shlex.quote(word)
    escaped = word.replace("\\", r"\\").replace("'", r"\'")
    return f"$'{make_visible(escaped)}'"
