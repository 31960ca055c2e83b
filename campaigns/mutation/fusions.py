"""Mutates the fusion config that a preset names: compared by content, and never allowed."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

from campaigns.mutation import synthetic
from campaigns.mutation.edits import (
    ERROR,
    NOTHING,
    Chosen,
    Claim,
    Draw,
    Kind,
    Mutation,
    Path,
    put,
    value_changed,
)
from campaigns.mutation.pool import VALUES
from tests.allowlist import ALLOWED
from tests.naive import SECTIONS

_PATH = ("custom", "fusion_config")


def fusion_value_takes_another_type(draw: Draw) -> Mutation:
    """Go through every pair of the pool's values in a fusion config."""
    count = len(VALUES)
    old, step = divmod(draw.combination(count * (count - 1)), count - 1)
    path, new = ("options", f"k{old}"), VALUES[(old + step + 1) % count]
    chosen = draw.synthetic(synthetic.FUSED).at(synthetic.FUSION)
    body = chosen.body()
    put(body, path, new)
    return chosen.edited(draw.text(body), f"{path} -> {new!r}", _forbidden(chosen, path))


def fusion_file_value_changed(draw: Draw) -> Mutation:
    """Change a value of the fusion file or of a file it extends, even an overridden one."""
    return value_changed(draw, _fusion_file(draw), otherwise="note")


def fusion_entries_changed(draw: Draw) -> Mutation:
    """Reorder, drop, double, rename or add an entry of a list, or replace the list."""
    chosen = _fusion_file(draw)
    body = chosen.body()
    section = draw.rng.choice(SECTIONS)
    entries: list[Any] = body.get(section) or []
    new = {"name": "new", "ratio": 0.5}
    renamed = [*({**entry, "name": "renamed"} for entry in entries[:1]), *entries[1:]]
    alternatives: tuple[object, ...] = (
        *(entries[::-1], entries[1:], entries[:-1], [*entries, *entries[:1]], [*entries, new]),
        *([new, *entries], renamed, None, [], [{"ratio": 1}], "x", [None], {"a": 1}),
    )
    body[section] = deepcopy(draw.rng.choice(alternatives))
    return chosen.edited(draw.text(body), f"{section} is {body[section]!r}")


def fusion_ratio_changed(draw: Draw) -> Mutation:
    """Give an entry another ratio, or the same ratio as another type."""
    chosen = _fusion_file(draw)
    body = chosen.body()
    entries = [entry for section in SECTIONS for entry in body.get(section) or []]
    entry = draw.rng.choice(entries or [body])
    old = entry.get("ratio", 1.0)
    alternatives: tuple[object, ...] = (
        *(str(old), float(old) * (1 + 2**-52), 1, 1.0, "1", True, 0, -0.0, -1, "x", None, []),
    )
    entry["ratio"] = draw.rng.choice(alternatives)
    return chosen.edited(draw.text(body), f"ratio {old!r} -> {entry['ratio']!r}")


def fusion_is_beyond_the_profile(draw: Draw) -> Mutation:
    """Add to a fusion config a path that the profile allows only in a preset."""
    chosen = _named_file(draw)
    body = chosen.body()
    path = tuple(draw.swept(ALLOWED).split("."))
    put(body, path, "x")
    return chosen.edited(draw.text(body), f"{path} added", _forbidden(chosen, path))


def fusion_path_changed(draw: Draw) -> Mutation:
    """Name a copy of the fusion file, or the same file by another spelling: the value differs."""
    chosen = _named_file(draw)
    file, copy = chosen.file, "configs/fusion/variants/copy.yaml"
    spellings = (f"./{file}", file.replace("/", "//"), file.replace("fusion/", "fusion/../fusion/"))
    others: tuple[object, ...] = (None, "nowhere.yaml", f"{file} ", file[:-1])
    no_paths: tuple[object, ...] = ([file], file.encode(), 1, {}, "", False)
    new = draw.rng.choice((copy, copy, *spellings, *others, *no_paths))
    mutation = draw.changed(chosen.at(chosen.preset), _PATH, new)
    copied = {copy: f"extends: ../{file.removeprefix('configs/fusion/')}\n"}
    claim = ERROR if new in no_paths else Claim("forbidden", _PATH)
    return replace(mutation, edits={**mutation.edits, **copied}, claim=claim)


def fusion_file_gone(draw: Draw) -> Mutation:
    """Remove the fusion file, which is a difference, or a file it extends, which is an error."""
    chosen = _fusion_file(draw)
    is_named = chosen.file == chosen.subject.fusion_paths[chosen.preset]
    return chosen.edited(None, "gone", Claim("forbidden") if is_named else ERROR)


def fusion_spelled_otherwise(draw: Draw) -> Mutation:
    """Rewrite a fusion file, or move its content into a file that it extends: nothing differs."""
    chosen = _fusion_file(draw)
    body = chosen.body()
    text = draw.text(dict(draw.rng.sample(list(body.items()), len(body))))
    if draw.rng.random() < 0.5:
        return chosen.edited(text, "written anew", NOTHING)
    part = f"{chosen.file.removesuffix('.yaml')}_part.yaml"
    mutation = chosen.edited(
        f"extends: {part.rpartition('/')[2]}\nsources: null\n", "split", NOTHING
    )
    return replace(mutation, edits={**mutation.edits, part: text})


def _fusion_file(draw: Draw) -> Chosen:
    """Choose a preset, and its fusion file or a file that this extends."""
    named = _named_file(draw)
    chain = named.subject.today[named.preset].chain
    return named.at(draw.rng.choice([file for file in chain if "/fusion/" in file]))


def _named_file(draw: Draw) -> Chosen:
    """Choose a preset and the fusion file that it names."""
    subject = draw.preset().subject
    preset, path = draw.rng.choice(list(subject.fusion_paths.items()))
    return Chosen(subject, preset, path)


def _forbidden(chosen: Chosen, path: Path) -> Claim:
    return Claim("forbidden", path, chosen.file)


KINDS: tuple[Kind, ...] = (
    fusion_value_takes_another_type,
    fusion_file_value_changed,
    fusion_entries_changed,
    fusion_ratio_changed,
    fusion_is_beyond_the_profile,
    fusion_path_changed,
    fusion_file_gone,
    fusion_spelled_otherwise,
)
