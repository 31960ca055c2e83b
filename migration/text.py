"""Makes text from elsewhere safe to show: it cannot control a terminal or fake a line.

It also quotes paths for a shell and for TOML, and has the name of the console script. Markdown is
escaped in `render`.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from typing import Final

from migration.glyphs import escape_unseen

PROGRAM: Final = "config-migration"
"""The name to call the toolkit by, whichever command line runs it."""
LONGEST: Final = 5_000
"""Longer than any file path, so that no name is shortened."""
# C0, DEL and C1; Unicode's line ends; the characters that change the direction of text; and
# surrogates, by which Python represents the bytes of a name that is not UTF-8.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_COMMAND = re.compile(r"^[^\S\n]*::|##\[", re.MULTILINE)
_DISARMED = {":": (":", r"\x3a"), "[": ("##", r"#\x23")}
_BEYOND_BMP: Final = 0x10000
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def make_visible(text: str, keep: str = "") -> str:
    r"""Return the text with every control character escaped, except those in `keep`.

    Without `keep`, characters that cannot be seen or told from others are escaped as well; what has
    lines of its own is laid out by then, or is data. A character that JSON leaves unescaped gets
    JSON's escape, so that JSON keeps its value.

    >>> print(make_visible("a.yaml\n\x1b[2J\x9b\u202e"))
    a.yaml\n\x1b[2J\u009b\u202e
    """
    text = text if keep else escape_unseen(text)
    return _UNSEEN.sub(lambda found: _escape_character(found[0], keep), text)


def disarm_commands(text: str) -> str:
    r"""Return the text without a line that the log of a GitHub job takes for a command.

    >>> print(disarm_commands("a::b ##[error]c\n  ::stop-commands::x"))
    a::b #\x23[error]c
      \x3a:stop-commands::x
    """
    return _COMMAND.sub(lambda found: found[0].replace(*_DISARMED[found[0][-1]], 1), text)


def shorten(text: str, most: int = LONGEST) -> str:
    """Return the text, shortened in the middle if it is longer than `most` characters.

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


def advise_checkout(submodule: str) -> str:
    """Return the hint that names the command for a submodule that is not here."""
    return f"`git submodule update --init {quote_path(submodule)}` fetches it"


def quote_path(path: str) -> str:
    r"""Return the path as one word of a shell command, safe to show on a terminal.

    >>> print(*map(quote_path, ("configs/a.yaml", "a b.yaml", "-a.yaml", "a\nb.yaml")))
    configs/a.yaml 'a b.yaml' ./-a.yaml $'a\nb.yaml'
    """
    word = f"./{path}" if path.startswith("-") else path
    if make_visible(word) == word:
        return shlex.quote(word)
    escaped = word.replace("\\", r"\\").replace("'", r"\'")
    return f"$'{make_visible(escaped)}'"


def quote_toml(text: str) -> str:
    r"""Return the text as a string of TOML, which a report prints as it is.

    >>> print(*map(quote_toml, ('a "b".yaml', "a\x7f.yaml", "a\u200b.yaml", "##[a].yaml")))
    "a \"b\".yaml" "a\u007f.yaml" "a\u200b.yaml" "#\u0023[a].yaml"
    """
    escaped = text.replace("\\", r"\\").replace('"', r"\"").replace("##[", r"#\u0023[")
    if make_visible(escaped) != escaped:
        escaped = "".join(map(_escape_for_toml, escaped))
    return f'"{escaped}"'


def quote_toml_list(texts: Iterable[str]) -> str:
    """Return the texts, each once, as a list of TOML on one line.

    >>> print(quote_toml_list(["a.yaml", "b.yaml", "a.yaml"]))
    ["a.yaml", "b.yaml"]
    """
    return f"[{', '.join(map(quote_toml, dict.fromkeys(texts)))}]"


def _escape_for_toml(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < _BEYOND_BMP else f"\\U{code:08x}"


def quote_name(name: str) -> str:
    r"""Return a name in single quotes as a message shows it; what cannot be seen is escaped.

    >>> print(*map(quote_name, (r"..\a.yaml", "it's.yaml", "a\u00a0b.yaml")))
    '..\a.yaml' 'it's.yaml' 'a\u00a0b.yaml'
    """
    shown = (each if each.isprintable() else _escape_character(each, "") for each in name)
    return f"'{''.join(shown)}'"
