"""Resolves a preset by the naive model, which uses nothing of `migration`."""

from __future__ import annotations

import functools
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import yaml

from campaigns.mutation.writer import Written
from tests.naive import SECTIONS, Read, bases_of, naive_fusion, naive_resolve

Texts = Mapping[str, str | None]
"""Texts by path; None is a removed file."""


class UnreadableError(Exception):
    """The trainer could not read this; the gate must report `error`."""


@dataclass(frozen=True, slots=True)
class Config:
    """What a preset and its fusion config resolve to; `chain`: the files they are built from.

    The fusion config is empty if its file is missing.
    """

    value: dict[object, object]
    chain: tuple[str, ...]
    fusion_path: str | None = None
    fusion: object = None


def config_of(texts: Texts, preset: str) -> Config:
    """Return what the preset resolves to.

    Raises:
        UnreadableError: a file of its chain is missing or broken, or its fusion config is broken.
    """
    read = _reader(texts)
    chain = _chain(read, preset, ())
    value = naive_resolve(read, preset)
    custom = value.get("custom")
    named = custom.get("fusion_config") if isinstance(custom, dict) else None
    if named is None:
        return Config(value, chain)
    if not isinstance(named, str) or not named:
        raise UnreadableError("a fusion config that is no path")
    path = posixpath.normpath(named)
    if path.split("/")[0] in ("", ".."):
        raise UnreadableError("a fusion config outside the project")
    if texts.get(path) is None:
        return Config(value, chain, path, {})
    files = _chain(read, path, ())
    for file in files:
        _check_entries(read(file))
    fusion = naive_fusion(read, path)
    _check_fusion(fusion)
    return Config(value, chain + files, path, fusion)


def read_text(text: str) -> Mapping[object, object]:
    """Return the mapping that the text holds; callers must not change it.

    Raises:
        UnreadableError: the text holds no mapping.
    """
    return text.body if isinstance(text, Written) else parsed(text)


@functools.lru_cache(maxsize=512)
def parsed(text: str) -> dict[object, object]:
    """Return the mapping that the trainer reads from a text.

    Raises:
        UnreadableError: the text holds no mapping.
    """
    try:
        body = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UnreadableError(str(error)) from None
    if not isinstance(body, dict | None):
        raise UnreadableError("the root is not a mapping")
    return body or {}


def _reader(texts: Texts) -> Read:
    def read(path: str) -> Mapping[object, object]:
        text = texts.get(path)
        if text is None:
            raise UnreadableError(f"no file {path}")
        body = read_text(text)
        extends = body.get("extends")
        bases = extends if isinstance(extends, list) else [] if extends is None else [extends]
        if "inherit" in body or not all(isinstance(base, str) and base for base in bases):
            raise UnreadableError("bases that are no paths")
        for key, value in body.items():
            if key != "extends" and isinstance(key, str) and _is_a_base(texts, path, value):
                raise UnreadableError(f"{key} may name bases")
        return body

    return read


def _is_a_base(texts: Texts, path: str, value: object) -> bool:
    """Tell whether the value of a root key names an existing YAML file that is not a preset."""
    for named in value if isinstance(value, list) else [value]:
        if not isinstance(named, str) or not named.lower().endswith((".yaml", ".yml")):
            continue
        for folder in (posixpath.dirname(path), ""):
            file = posixpath.normpath(posixpath.join(folder, named))
            is_preset = file.startswith(("configs/train/", "configs/smoke/", "configs/debug.yaml"))
            is_preset = is_preset and not file.endswith("_base.yaml")
            if file != path and not is_preset and texts.get(file) is not None:
                return True
    return False


def _chain(read: Read, path: str, below: tuple[str, ...]) -> tuple[str, ...]:
    if path in below:
        raise UnreadableError("a cycle")
    inherited = [_chain(read, base, (*below, path)) for base in bases_of(read, path)]
    return (*(file for chain in inherited for file in chain), path)


def _check_entries(body: Mapping[object, object]) -> None:
    for section in SECTIONS:
        entries = body.get(section)
        if entries is None:
            continue
        if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
            raise UnreadableError(f"{section} is no list of mappings")
        names = [_name(entry) for entry in entries]
        if len(set(map(repr, names))) < len(names) or not all(
            isinstance(name, str) and name for name in names
        ):
            raise UnreadableError("an entry without a name of its own")


def _check_fusion(fusion: Mapping[object, object]) -> None:
    targets, sources = (
        cast("list[dict[object, object]]", fusion.get(section) or []) for section in SECTIONS
    )
    names = {_name(entry) for entry in targets}
    if not targets or any(_name(entry) in names for entry in sources):
        raise UnreadableError("no target, or a source of a target's name")
    if not all(_is_ratio(entry.get("ratio")) for entry in sources):
        raise UnreadableError("a source whose ratio is not at least 0")


def _name(entry: Mapping[object, object]) -> object:
    return entry.get("dataset") if entry.get("name") is None else entry["name"]


def _is_ratio(value: object) -> bool:
    try:
        return type(value) in (int, float, str) and float(cast("str", value)) >= 0
    except (ValueError, OverflowError):
        return False
