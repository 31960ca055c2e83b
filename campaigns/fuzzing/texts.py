"""Generates the contents of files from a seed: from nearly valid YAML to random bytes."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

_ROOT = Path(__file__).parents[2]

TOKENS = (
    "a", "b", "b: ", "a: 1\n", "- ", "-", "?", "? ", ":", ": ", "\n", "\n  ", "\n    ", "\n- ", " ",
    "'", '"', "{", "}", "[", "]", ", ", ",", "&x ", "*x", "*x ", "!", "! ", "!!str ", "!!int ",
    "!!float ", "!!set ", "!!omap ", "!!pairs ", "!!binary ", "!!merge ", "!!null ", "!!map ",
    "!x ", "!<x> ", "!<tag:yaml.org,2002:str> ", "!!python/object:os.system ", "|", "|-\n  ",
    ">+\n  ", "|2\n   ", ">", "#", " # c", "%", "%YAML 1.1\n---\n", "%TAG ! x:\n---\n", "<<: ",
    "<<: *x\n", "<<: [*x, *x]\n", "\n...\n", "\n---\n", "---", "\\", "\\x41", "\\ud800", "\\u2028",
    "\r", "\r\n", "\t", "\ufeff", "\x85", "\u2028", "\u2029", "\xa0", "é", "\U0001f600", "\x00",
    "\x07", "1", "0", "1.5", "=", "~", "''", '""', "|#", "2024-01-31", "1:30", "0x1F", "017", "1e3",
    ".inf", ".nan", "yes", "true", "null", "extends: ", "@", "`", "%a", "aGk=", "_", "1_0", "+1",
)  # fmt: skip
_LINES = (
    "a:", "b: 1", "a: &x", "c: *x", "- a", "- b: 1", "-", "- - a", "<<: *x", "? a", ": b", "a: |",
    "b: >-", "text", "'a", "b'", '"a', 'b"', "# c", "[a, b", "c]", "{a: 1", "}", "&x a: 1", "---",
    "...", "? - a", ": - b", "a: !!set", "? x", "a: 1 # c", "- !!omap", "a: [1, {b: 2}]", "", "\t",
    "1: a", "true: b", "1.0: c", "=: d", "a : b", '"q": 1', "a: 'x",
    "# \x07", "a: # \x1b", "x: y: z", "*x : 1", "- |",
)  # fmt: skip
# Parts of a line that are nearly valid, or valid elsewhere; all of them are combined.
_LONG = tuple("k" * length for length in (1_019, 1_022, 1_023, 1_024, 1_025, 1_030, 3_000))
_KEYS = (
    "a", "b", "lr", "rates", "yes", "a b", "a#", "#a", "a-", "-a", "? a", "- a", "&x a", "!!str a",
    "*x ", "'q'", '"q"', "'q''r'", "[a]", "{a}", "[a", "=", "<<", "1", "a:b", "a,b", "a[", "%a",
    "@a", "a\n", "'a\n  b'", "...", "---", "é", "\xa0a", "!!null,a", "!x,",
)  # fmt: skip
_COLONS = (
    ":#", ":#c", ": #c", ":  # c", ":", ":  ", ":\t", ":\t#c", ": \t", " : ", " :", ":,", "::",
    ":c", ": # \x07", ": # \xe9", ":\n#c", ": &x", ": !!map", ": !!map #c", ": &x #c", ": |",
    ": >-#c",
)  # fmt: skip
_ENDINGS = (" ", "  ", "#c", " #c", "\t", "\t#c", ",", " ,", ":", " :")
_SCALARS = (
    "1", "x", "x#y", "x #y", "'x'#y", "'x' #y", '"x"#y', "'x", "x: y", "x:#y", "x :y", "- x",
    "1.0e-5", "2024-01-31", "*x", "&x 1", "&x", "!!null", "!!str", "!!str,", "!!str x,y", "!x y",
    "! x", "|", "|#c", "| #c", "|- #c", ">", "|2", "<<", "=", "~", "", "@x", "%x", "x\n  y",
    "x\n y: z", "'x\n\n y'",
)  # fmt: skip
_FLOWS = (
    "[{}]", "[{},{}]", "[{}, {}]", "[{} , {}]", "{{{}}}", "{{{},{}}}", "{{a: {}}}", "{{a:{}}}",
    "{{a: {}, b: {}}}", "{{{}: {}}}", "[{}: {}]", "[{}#c\n]", "[{} #c\n  ]", "[\n{}]", "[{},\n{}]",
    "[{}]#c", "[{}] #c", "{{{}}}#c", "[{}]{}", "{{? {} : {}}}", "[[{}],{}]", "{{a: [{}],{}: 1}}",
)  # fmt: skip
_TAGGED = (
    "!!null", "!!str", "!!int 1", "!x", "!", "!!null ", "!<tag:yaml.org,2002:null>", "!!null#c",
    "!!null&x", "&x", "&x !!null", "!!set", "!!float '1'", "!!str%20", "!!%6eull", "!!null:",
)  # fmt: skip
_BETWEEN = (
    "# c", "  # c", " #c", "#", "", " ", "   ", "\t", "#\t", " \t# c", "---", "--- # c", "---#c",
    "...", "... # c", "...#c", "%YAML 1.1", "# \x1b", "# \u2028", "#\ufeff", "\ufeff", "- ", "-",
    "  - x", "]",
)  # fmt: skip
_BYTES = (
    b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\x00", b"\xed\xa0\x80", b"\xc2\x85", b"\xc2",
    b"\xe2\x80\xa8", b"\xe9", b"\xf4\x90\x80\x80", b"a: 1\n", b"a:\x00 \x001\x00", b"- b", b"\t",
    b"\r\n", b"'", b"[", b"]", b"{", b"}", b"\x1b", b"\x7f", b"\xc3\xa9", b"\xf0\x9f\x98\x80",
)  # fmt: skip


def token_soup(draw: random.Random) -> bytes:
    """Return random tokens, sometimes begun and ended like a mapping."""
    opening = draw.choice(("", "", "a: ", "a:\n  ", "a: [", "a: {", "{", "? ", "&x a: "))
    closing = draw.choice(("", "", "]", "}", "\n", "]\n", "}\n"))
    return _encoded(opening + _tokens(draw, draw.randint(0, 12)) + closing)


def line_soup(draw: random.Random) -> bytes:
    """Return random lines with random indents."""
    ending = draw.choice(("\n", "\n", "\n", "\r\n", "\r"))
    lines = (" " * draw.choice((0, 0, 2, 2, 4, 1)) + draw.choice(_LINES) for _ in range(8))
    return _encoded(ending.join(list(lines)[: draw.randint(1, 8)]) + draw.choice(("", ending)))


def merges(draw: random.Random) -> bytes:
    """Return mappings that `<<` merges into one another, with common keys and values."""
    names: list[str] = []
    lines: list[str] = []
    values = ("1", "1", "0x1", "2", "1.0", "[1]")
    keys = draw.choice((("k", "m"), ("rate", "decay"), ("k", "rate", "1", "true", "''", "é", "类")))
    for number in range(draw.randint(2, 6)):
        parts = [
            f"{draw.choice(('', '', '&a '))}{key}: {draw.choice(values)}"
            for key in draw.sample(keys, draw.randint(0, 2))
        ]
        for _ in range(draw.choice((0, 1, 1, 2)) if names else 0):
            named = [f"*{draw.choice(names)}" for _ in range(draw.randint(1, 3))]
            value = named[0] if draw.random() < 0.5 else f"[{', '.join(named)}]"
            parts.insert(draw.randint(0, len(parts)), f"<<: {value}")
        names.append(f"n{number}")
        if draw.random() < 0.5 or not parts:
            lines.append(f"m{number}: &n{number} {{{', '.join(parts)}}}")
        else:
            lines += [f"m{number}: &n{number}", *(f"  {part}" for part in parts)]
    return _encoded("\n".join(lines) + "\n")


def put_together(draw: random.Random) -> bytes:
    """Return a plain mapping with a few odd parts: keys, colons, values, comments."""
    oddness = draw.choice((0.03, 0.08, 0.2))
    indent, opened, lines = 0, [0], []
    for number in range(draw.randint(1, 7)):
        if draw.random() < oddness:
            lines.append(draw.choice(_BETWEEN))
        key = f"{draw.choice(('a', 'b', 'rates', 'lr'))}{number}"
        if draw.random() < oddness:
            key = draw.choice(_KEYS)
        if draw.random() < oddness / 2:
            form = draw.choice(("{}", "'{}'", '"{}"', "? {}", "{{{}", "[{}"))
            key = form.format(draw.choice(_LONG))
        pad, is_opening = " " * indent, draw.random() < 0.4
        colon = ":" if is_opening else ": "
        if draw.random() < oddness:
            colon = draw.choice(_COLONS)
        if is_opening:
            lines.append(pad + key + colon + draw.choice(("", "", "", " ", " # c")))
            indent += draw.choice((2, 2, 2, 4, 1, 0))
            opened.append(indent)
        else:
            ending = draw.choice(_ENDINGS) if draw.random() < oddness else ""
            lines.append(pad + key + colon + _odd_value(draw, oddness) + ending)
            indent = draw.choice(opened[-2:])
    ending = draw.choice(("\n",) * 12 + ("\r\n", "\r"))
    text = draw.choice(("",) * 12 + ("---\n", "%YAML 1.1\n---\n", "--- ", "# c\n"))
    text += ending.join(lines)
    return _encoded(text + draw.choice(("", ending, ending, f"{ending}{draw.choice(_BETWEEN)}")))


def spoilt_config(draw: random.Random) -> bytes:
    """Return some lines of a config, with a few removed, indented, outdented, doubled or added."""
    lines = draw.choice(real_files()).splitlines(keepends=True)
    start = draw.randrange(len(lines))
    lines = [*lines[start : start + draw.randint(1, 14)]]
    for _ in range(draw.randint(0, 5)):
        at = draw.randrange(len(lines))
        match draw.choice(("strange", "gone", "in", "out", "doubled")):
            case "strange":
                lines.insert(at, " " * draw.choice((0, 0, 2, 4)) + draw.choice(_LINES) + "\n")
            case "gone" if len(lines) > 1:
                del lines[at]
            case "in":
                lines[at] = " " * draw.randint(1, 3) + lines[at]
            case "out":
                lines[at] = lines[at][draw.randint(1, 3) :] or "\n"
            case "doubled":
                lines.insert(draw.randint(0, len(lines)), lines[at])
    text = "".join(lines)
    return _encoded(text if draw.random() < 0.8 else text.rstrip("\n"))


def spoilt_dump(draw: random.Random) -> bytes:
    """Return PyYAML's dump of a random value, spoilt by a token or two."""
    text = yaml.safe_dump(
        {"a": _value(draw, 3), "b": _value(draw, 3)},
        default_flow_style=draw.choice((True, False, None)),
        default_style=draw.choice((None, None, None, "'", '"', "|", ">")),
        allow_unicode=draw.random() < 0.5,
        width=draw.choice((20, 80)),
    )
    return _encoded(_spoilt(draw, text))


def mutated_file(draw: random.Random) -> bytes:
    """Return a real config, or a part, with a few lines swapped, doubled, indented or spoilt."""
    lines = draw.choice(real_files()).splitlines(keepends=True)
    start = draw.randrange(len(lines)) if draw.random() < 0.5 else 0
    lines = lines[start : start + draw.choice((10, 30, 1_000))]
    for _ in range(draw.randint(0, 3)):
        at, other = draw.randrange(len(lines)), draw.randrange(len(lines))
        match draw.randrange(6):
            case 0:
                lines[at], lines[other] = lines[other], lines[at]
            case 1:
                lines.insert(at, lines[other])
            case 2:
                lines[at] = " " * draw.randint(0, 3) + lines[at]
            case 3:
                lines[at] = lines[at].lstrip(" ")
            case 4:
                lines[at] = _spoilt(draw, lines[at])
            case _:
                ending = draw.choice(("\r\n", "\r", "\x85", "\u2028", "", "  \n", "\t\n"))
                lines[at] = lines[at].rstrip("\n") + ending
    return _encoded("".join(lines))


def ladder(draw: random.Random) -> bytes:
    """Return aliases of aliases, some too large to expand."""
    form = draw.choice(("[{}]", "{{<<: [{}]}}", "{{k: [{}]}}", "[[{}]]", "{{<<: {}, k{}: 1}}"))
    lines = ["a0: &a0 {x: 1, y: [2]}\n"]
    for n in range(1, draw.choice((3, 5, 7, 40, 120))):
        names = [f"*a{max(0, n - draw.choice((1, 1, 2)))}" for _ in range(draw.choice((1, 2, 3)))]
        if "{}, k{}" in form:
            lines.append(f"a{n}: &a{n} {form.format(names[0], n)}\n")
        else:
            lines.append(f"a{n}: &a{n} {form.format(', '.join(names))}\n")
    return _encoded(_spoilt(draw, "".join(lines)) if draw.random() < 0.3 else "".join(lines))


def nest(draw: random.Random) -> bytes:
    """Return nested collections, up to and beyond the depth limit."""
    depth = draw.choice((5, 95, 98, 99, 100, 101, 105, 400, 1_100))
    if draw.random() < 0.5:
        opening, closing = draw.choice((("[", "]"), ("{a: ", "}"), ("[a: [", "]]")))
        text = f"a: {opening * depth}1{closing * depth}\n"
    elif draw.random() < 0.5:
        text = f"a:\n{'- ' * depth}1\n"
    else:
        depth = min(depth, 400)  # the text grows with the square of the depth
        text = "".join(f"{' ' * n}a:\n" for n in range(depth)) + f"{' ' * depth}b: 1\n"
    return _encoded(_spoilt(draw, text) if draw.random() < 0.3 else text)


def byte_soup(draw: random.Random) -> bytes:
    """Return tokens mixed with bytes of other encodings."""
    parts = [draw.choice(_BYTES) if draw.random() < 0.4 else _encoded(_tokens(draw, 1))
             for _ in range(draw.randint(0, 8))]  # fmt: skip
    text = b"".join(parts)
    return text.decode(errors="ignore").encode("utf-16") if draw.random() < 0.1 else text


def random_bytes(draw: random.Random) -> bytes:
    """Return bytes that mean nothing."""
    return draw.randbytes(draw.randint(0, 40))


GENERATORS: Mapping[Callable[[random.Random], bytes], int] = {
    token_soup: 8, line_soup: 8, put_together: 16, spoilt_config: 8, spoilt_dump: 6,
    mutated_file: 4, byte_soup: 4, random_bytes: 2, ladder: 1, nest: 1,
    merges: 4,
}  # fmt: skip
"""The generators, each with its weight."""


@functools.cache
def real_files() -> tuple[str, ...]:
    """Return the texts of all configs, of the migrated tree and of the legacy tree."""
    folders = (_ROOT / "configs", _ROOT / "tests" / "legacy" / "configs")
    return tuple(path.read_text() for each in folders for path in sorted(each.rglob("*.yaml")))


def _encoded(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _tokens(draw: random.Random, count: int) -> str:
    return "".join(draw.choice(TOKENS) for _ in range(count))


def _spoilt(draw: random.Random, text: str) -> str:
    for _ in range(draw.randint(1, 2)):
        at = draw.randint(0, len(text))
        text = text[:at] + _tokens(draw, 1) + text[at + draw.choice((0, 0, 1, 5)) :]
    return text


def _odd_value(draw: random.Random, oddness: float) -> str:
    """Return a scalar, or a one-line list or mapping, whose parts may be bare tags."""
    plain = ("1", "x", "1.0e-5", "'x'")
    if draw.random() < 0.5:
        return draw.choice(_SCALARS if draw.random() < oddness else plain)
    parts = [
        draw.choice(_LONG)
        if draw.random() < oddness / 4
        else draw.choice(draw.choice((_SCALARS, _TAGGED)) if draw.random() < oddness * 2 else plain)
        for _ in range(2)
    ]
    return draw.choice(_FLOWS).format(*parts)


def _value(draw: random.Random, depth: int) -> object:
    kind = draw.randrange(8 if depth else 6)
    if kind < 6:
        return draw.choice(
            (None, True, 1, -7, 1.5, 1e-5, "a", "on", "1e-5", "1:30", "x\ny", "é", " b ", "", "~",
             float("inf"), b"hi", "\ud800", "a: b", "# c", "'", '"', "a\tb", "\x85", "- x")
        )  # fmt: skip
    items = [_value(draw, depth - 1) for _ in range(draw.randint(0, 3))]
    return items if kind == 6 else dict(zip(("a", 1, "b c"), items, strict=False))
