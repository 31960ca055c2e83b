"""Mutates the text of a file, comments included; some edits only change its spelling."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from campaigns.mutation.edits import (
    NOTHING,
    UNKNOWN,
    Chosen,
    Draw,
    Kind,
    Mutation,
    Path,
    claim_at,
    until_list,
    value_at,
)
from campaigns.mutation.pool import SCALARS
from campaigns.mutation.writer import Writer
from tests.typed import alike

_CHARACTERS = "\t\n\r :#-,[]{}&*!|>'\"%@`?~=<.+_/\\0aeé\xa0\u2028\x85\ufeff\u200b\x00"


_KEY_LINE = re.compile(r"( *)(?!extends)([A-Za-z_]\w*):((?: .*)?)")


@dataclass(frozen=True, slots=True)
class Spot:
    """A scalar value: its path, and its start and end in the text."""

    path: Path
    start: int
    end: int


@functools.lru_cache(maxsize=256)
def spots(text: str) -> tuple[Spot, ...]:
    """Return every scalar of the text, except `extends` and scalars of several lines."""
    root = yaml.compose(text, yaml.SafeLoader)
    found = _spots((), root) if root else ()
    return tuple(spot for spot in found if "\n" not in text[spot.start : spot.end])


def scalar_edited_in_place(draw: Draw) -> Mutation:
    """Replace a scalar in the text of a file by another one, even if it is overridden."""
    chosen = _file(draw)
    spot, body = draw.rng.choice(spots(chosen.text)), chosen.body()
    old = value_at(body, spot.path)
    new = draw.rng.choice([each for each in SCALARS if not alike(each, old)])
    text = _replaced(chosen.text, spot, Writer(draw.rng).scalar(new))
    at = until_list(body, spot.path)
    claim = claim_at(at) if chosen.file == chosen.preset else UNKNOWN
    return chosen.edited(text, f"{spot.path}: {old!r} -> {new!r}", claim)


def scalar_edited_by_a_character(draw: Draw) -> Mutation:
    """Drop, double or replace one character of a scalar; only YAML knows the result."""
    chosen = _file(draw)
    spot, text = draw.rng.choice(spots(chosen.text)), chosen.text
    at = draw.rng.randrange(spot.start, spot.end)
    new = draw.rng.choice(("", text[at] * 2, *"0159.-+e_ \"'~"))
    return chosen.edited(text[:at] + new + text[at + 1 :], f"{spot.path}: {text[at]!r} -> {new!r}")


def character_anywhere(draw: Draw) -> Mutation:
    """Insert one character anywhere into a file, or replace one."""
    chosen = _file(draw, draw.preset())
    at, text = draw.rng.randrange(len(chosen.text)), chosen.text
    new, is_added = draw.rng.choice(_CHARACTERS), draw.rng.random() < 0.5
    edited = text[:at] + new + text[at + (not is_added) :]
    return chosen.edited(edited, f"{new!r} at {at}, added {is_added}")


def line_edited(draw: Draw) -> Mutation:
    """Remove, double, comment out, indent, outdent or move a line, as a slip of the hand does."""
    chosen = _file(draw, draw.preset())
    lines = chosen.text.split("\n")
    at = draw.rng.randrange(len(lines))
    line = lines[at]
    slips: tuple[list[str], ...] = (
        *([], [line, line], [f"# {line}"], [f"  {line}"], [line.removeprefix("  ")], [f" {line}"]),
        *([line.rstrip()[:-1]], [f"{line} #"], [f"- {line}"], [line, "  "], [f"\t{line}"]),
    )
    lines[at : at + 1] = draw.rng.choice(slips)
    if draw.rng.random() < 0.2:
        lines.insert(draw.rng.randrange(len(lines)), line)
    return chosen.edited("\n".join(lines), f"line {at + 1}: {line!r}")


def line_spelled_strangely(draw: Draw) -> Mutation:
    """Spell a key, its colon, its value or its comment in an unusual way, valid or not."""
    chosen = _file(draw, draw.preset())
    lines = chosen.text.split("\n")
    at = draw.rng.choice([number for number, line in enumerate(lines) if _KEY_LINE.match(line)])
    found = _KEY_LINE.match(lines[at])
    assert found
    pad, key, rest = found.groups()
    value, note = rest.strip(), draw.rng.choice(("# rates", "#", "# \t", "#: a", "# a: 1"))
    long = key + "k" * (draw.rng.choice((1_023, 1_024, 1_025, 2_000)) - len(key))
    tag = draw.rng.choice(("!!null", "!!str", "!!float", "!<tag:yaml.org,2002:null>", "!!int "))
    line = draw.rng.choice(
        (
            f"{key}:{note}", f"{key}:{rest}{note}", f"{key}:{rest} {note}", f"{key}:  {note}",
            f"{long}:{rest}", f"{long}:{note}", f"? {long}\n{pad}:{rest}", f"{key} :{rest}",
            f"'{long}':{rest}", f"{key}: {{{long}: 1}}", f"{key}: [{long}: 1]", f"'{key}':{rest}",
            f"{key}: [{tag},{value}]", f"{key}: [{tag}, 1]", f"{key}: {{a: {tag}, b: {tag}}}",
            f"{key}: [{tag}]", f"{key}: [{tag} , 1]", f"{key}: {tag}", f"{key}: {tag},",
            f"{key}:\t{value}", f"{key}:{rest}\t", f"{key}:{rest}\t{note}", f"{key}:\n{pad}{note}",
            f"{note}\n{pad}{key}:{rest}", f"---\n{pad}{key}:{rest}", f"...\n{pad}{key}:{rest}",
            f"{key}:{rest}\r", f"{key}:\r{pad}  {value}", f"{key}: &x{rest}",
            f"? {key}\n{pad}:{rest}",
        )
    )  # fmt: skip
    what = f"line {at + 1}: {lines[at]!r} -> {line[:60]!r}"
    return chosen.edited("\n".join([*lines[:at], pad + line, *lines[at + 1 :]]), what)


def scalars_spelled_otherwise(draw: Draw) -> Mutation:
    """Respell some scalars of a file: another base, other quotes, another word for true."""
    chosen = _file(draw)
    text, body, every = chosen.text, chosen.body(), spots(chosen.text)
    some = draw.rng.sample(every, draw.rng.randint(1, len(every)))
    for spot in sorted(some, key=lambda each: -each.start):
        text = _replaced(text, spot, Writer(draw.rng).scalar(value_at(body, spot.path)))
    return chosen.edited(text, f"{len(some)} scalars spelled otherwise", NOTHING)


def comments_and_line_ends_changed(draw: Draw) -> Mutation:
    """Add comments and blanks after scalars, frame the file with markers, change its line ends."""
    chosen = _file(draw)
    text = chosen.text
    ends = [spot.end for spot in spots(text) if text[spot.end : spot.end + 1] == "\n"]
    for end in sorted(draw.rng.sample(ends, min(5, len(ends))), reverse=True):
        new = draw.rng.choice(("  # lr: 1", "   ", " #", "\n# a: [", "\n", "\n      # deep"))
        text = text[:end] + new + text[end:]
    frames = (("", ""), ("---\n", ""), ("%YAML 1.1\n---\n", "...\n"), ("\ufeff", ""))
    head, tail = draw.rng.choice(frames)
    text = head + text + tail
    if draw.rng.random() < 0.3:
        text = text.replace("\n", "\r\n")
    return chosen.edited(text, "comments, line ends", NOTHING)


def file_written_anew(draw: Draw) -> Mutation:
    """Rewrite a file: other order of keys, block or flow style, aliases, merge keys."""
    chosen = _file(draw)
    body = chosen.body()
    shuffled = dict(draw.rng.sample(list(body.items()), len(body)))
    anchors, merges = draw.rng.random() < 0.5, draw.rng.random() < 0.5
    text = Writer(draw.rng, anchors=anchors, merges=merges).document(shuffled)
    return chosen.edited(text, f"written anew, aliases {anchors}, merge keys {merges}", NOTHING)


def extends_spelled_otherwise(draw: Draw) -> Mutation:
    """Spell `extends` as a string or a list, by longer paths, or name a base twice."""
    chosen = draw.preset()
    body = chosen.body()
    extends = body["extends"]
    entries: list[str] = [extends] if isinstance(extends, str) else extends
    folder = chosen.file.split("/")[-2]
    longer = [[prefix + each for each in entries] for prefix in ("./", f"../{folder}/", ".//")]
    one: list[object] = [entries[0], [entries[0]] * 2] if len(entries) == 1 else []
    body["extends"] = draw.rng.choice([*longer, entries, *one])
    return chosen.edited(draw.text(body), f"extends {body['extends']!r}", NOTHING)


def inherited_sections_said_again(draw: Draw) -> Mutation:
    """Make the preset repeat some or all of what it resolves to."""
    chosen = draw.preset()
    whole = chosen.whole()
    again = draw.rng.sample(list(whole), draw.rng.randint(1, len(whole)))
    body = chosen.body() | {key: whole[key] for key in again}
    return chosen.edited(draw.text(body), f"{again} said again", NOTHING)


def _file(draw: Draw, chosen: Chosen | None = None) -> Chosen:
    """Choose a file that the given or a real preset is built from; mostly its own."""
    chosen = chosen or draw.real_preset()
    texts = chosen.subject.texts
    files = [file for file in chosen.subject.today[chosen.preset].chain if spots(texts[file])]
    is_own = chosen.preset in files and draw.rng.random() < 0.6
    return chosen if is_own else chosen.at(draw.rng.choice(files))


def _replaced(text: str, spot: Spot, new: str) -> str:
    return text[: spot.start] + new + text[spot.end :]


def _spots(path: Path, node: yaml.Node) -> Iterator[Spot]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if path or key.value != "extends":
                yield from _spots((*path, yaml.safe_load(key.value)), value)
    elif isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            yield from _spots((*path, position), item)
    elif node.start_mark.index < node.end_mark.index:
        yield Spot(path, node.start_mark.index, node.end_mark.index)


KINDS: tuple[Kind, ...] = (
    scalar_edited_in_place,
    scalar_edited_by_a_character,
    character_anywhere,
    line_edited,
    line_spelled_strangely,
    scalars_spelled_otherwise,
    comments_and_line_ends_changed,
    file_written_anew,
    extends_spelled_otherwise,
    inherited_sections_said_again,
)
