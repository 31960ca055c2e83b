"""Mutates the files that a preset is merged from: fragments, `extends`, unreadable files.

The verdict then depends on how the files merge; mostly only the naive model knows it.
"""

from __future__ import annotations

import posixpath

from campaigns.mutation import synthetic
from campaigns.mutation.edits import (
    ERROR,
    MISSING,
    NOTHING,
    UNKNOWN,
    Body,
    Chosen,
    Draw,
    Kind,
    Mutation,
    cut,
    mappings,
    put,
    scalars,
    until_list,
    value_changed,
)

_UNREADABLE = ("a: [1\n", "- a\n- b\n", "text\n", "a: 1\n b: 2\n", "inherit: x.yaml\n", "a: *b")
_EMPTY = ("", "\n", "# nothing\n", "{}\n", "null\n", "---\n")


def fragment_value_changed(draw: Draw) -> Mutation:
    """Change a value of a file that the preset is built from, even an overridden one."""
    return value_changed(draw, _fragment(draw), otherwise="new")


def fragment_key_removed(draw: Draw) -> Mutation:
    """Remove a key from a file that the preset is built from."""
    chosen = _fragment(draw)
    body = chosen.body()
    inner = [(*path, key) for path, section in mappings(body) for key in section]
    path = draw.rng.choice([*inner, *((key,) for key in body)])
    cut(body, path)
    return chosen.edited(draw.text(body), f"{path} removed")


def fragment_key_added(draw: Draw) -> Mutation:
    """Add a key to a file of the chain: one from another file of the chain, or a new key."""
    chosen = _fragment(draw)
    other = chosen.at(draw.rng.choice(chosen.subject.today[chosen.preset].chain)).body()
    other.pop("extends", None)
    flat = [(path, each) for path, each in scalars(other) if until_list(other, path) == path]
    path, value = draw.rng.choice([*flat, (("new", "key"), 1)])
    body = chosen.body()
    put(body, path, value)
    return chosen.edited(draw.text(body), f"{path} -> {value!r} added")


def extends_changed(draw: Draw) -> Mutation:
    """Shuffle, drop, double, move, reverse, add or remove entries of an `extends`."""
    chosen = _extending(draw)
    body = chosen.body()
    old = _entries(body)
    other = _relative(draw.rng.choice([*chosen.subject.texts]), chosen.file)
    swapped, gone = draw.rng.sample(old, len(old)), draw.rng.randrange(len(old))
    dropped, doubled = [*old[:gone], *old[gone + 1 :]], [*old, old[gone]]
    moved, first, last = [*dropped, old[gone]], [other, *old], [*old, other]
    alternatives: tuple[list[str] | None, ...] = (
        swapped,
        dropped,
        doubled,
        moved,
        old[::-1],
        first,
        last,
        None,
        [],
    )
    body["extends"] = draw.rng.choice(alternatives)
    return chosen.edited(draw.text(body), f"extends {old} -> {body['extends']}")


def extends_broken(draw: Draw) -> Mutation:
    """Make an `extends` name a missing file, the preset itself, or something that is not a path."""
    chosen = _extending(draw)
    body = chosen.body()
    nowhere, itself = "nowhere.yaml", _relative(chosen.preset, chosen.file)
    alternatives: tuple[object, ...] = (
        *(
            nowhere,
            [*_entries(body), nowhere],
            [nowhere, itself],
            itself,
            [*_entries(body), itself],
        ),
        *(1, True, [None], [["a"]], {}, {"a": 1}, "", [""], 0, False, 0.0),
    )
    body["extends"] = draw.swept(alternatives)
    return chosen.edited(draw.text(body), f"extends {body['extends']!r}", ERROR)


def file_unreadable(draw: Draw) -> Mutation:
    """Replace a file that the preset is built from by text that is not a readable mapping."""
    text = draw.swept(_UNREADABLE)
    return _fragment(draw).edited(text, repr(text), ERROR)


def file_emptied(draw: Draw) -> Mutation:
    """Empty a file that the preset is built from."""
    text = draw.swept(_EMPTY)
    return _fragment(draw).edited(text, repr(text))


def file_gone(draw: Draw) -> Mutation:
    """Remove the preset, or a file that it extends."""
    chosen = draw.rng.choice((_fragment(draw), draw.preset()))
    return chosen.edited(None, "gone", MISSING if chosen.file == chosen.preset else ERROR)


def fragment_split(draw: Draw) -> Mutation:
    """Move sections of the preset's file into a new file that it extends last: all values stay."""
    chosen = draw.preset()
    body = chosen.body()
    keys = [key for key in body if key != "extends"]
    moved = {key: body.pop(key) for key in draw.rng.sample(keys, draw.rng.randint(1, len(keys)))}
    is_legacy = (
        draw.rng.random() < 0.5
    )  # by its path: no difference, but the preset then needs a legacy file
    new = draw.rng.choice(("configs/components/new.yaml", "configs/new_base.yaml"))
    new = new if is_legacy else "configs/new.yaml"
    body["extends"] = [*_entries(body), _relative(new, chosen.file)]
    edits = {chosen.file: draw.text(body), new: draw.text(moved)}
    what = f"{[*moved]} moved into {new}"
    return Mutation(chosen.subject, chosen.preset, edits, what, UNKNOWN if is_legacy else NOTHING)


def _fragment(draw: Draw) -> Chosen:
    """Choose a preset and a file that it is built from, but no fusion file: see `fusions`."""
    chosen = draw.preset(*[draw.subjects.legacy] * 2, draw.subjects.real, draw.subjects.synthetic)
    if chosen.subject is draw.subjects.synthetic:
        chosen = draw.synthetic(draw.rng.choice((synthetic.LAYERS, synthetic.OVERLAY)))
    chain = chosen.subject.today[chosen.preset].chain
    return chosen.at(draw.rng.choice([file for file in chain if "/fusion/" not in file]))


def _extending(draw: Draw) -> Chosen:
    """Choose a preset and, among the files that it is built from, one that extends others."""
    chosen = _fragment(draw)
    return chosen if _entries(chosen.body()) else chosen.at(chosen.preset)


def _entries(body: Body) -> list[str]:
    extends = body.get("extends") or []
    return [extends] if isinstance(extends, str) else list(extends)


def _relative(path: str, file: str) -> str:
    return posixpath.relpath(path, posixpath.dirname(file))


KINDS: tuple[Kind, ...] = (
    fragment_value_changed,
    fragment_key_removed,
    fragment_key_added,
    extends_changed,
    extends_broken,
    file_unreadable,
    file_emptied,
    file_gone,
    fragment_split,
)
