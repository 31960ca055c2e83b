"""The verdict that a preset deserves, by the naive model: nothing here comes from `migration`."""

from __future__ import annotations

import functools
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

import yaml

from tests.allowlist import ALLOWED, ALLOWED_IF_OFF
from tests.mutation.writer import Written
from tests.naive import SECTIONS, Read, bases_of, naive_fusion, naive_resolve
from tests.typed import alike

Texts = Mapping[str, str | None]
"""By path; None is a file that is gone."""
Keys = tuple[str, ...]
"""A path, each key as Python writes it, which tells 1, 1.0, True and '1' apart."""

_FREE = {tuple(path.split(".")) for path in ALLOWED}
_FREE_IF_OFF = {tuple(path.split(".")) for path in ALLOWED_IF_OFF}


@dataclass(frozen=True, slots=True)
class Found:
    """One difference, within the fusion config `file` or, without it, within the preset."""

    file: str | None
    keys: Keys
    kind: str
    is_allowed: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on a preset: its status, whether the gate holds for it, what differs."""

    status: str
    holds: bool
    found: frozenset[Found] = frozenset()


@dataclass(frozen=True, slots=True)
class Config:
    """What a preset resolves to, with its fusion config; `chain` are the files it is built from."""

    value: object
    chain: tuple[str, ...]
    fusion_path: str | None = None
    fusion: object = None


class UnreadableError(Exception):
    """The trainer could not read this; the gate must say `error`."""


def outcome(frozen: Config, texts: Texts, preset: str, is_done: bool) -> Outcome:
    """Return the verdict on the preset as the texts have it, against what was frozen of it."""
    if texts.get(preset) is None:
        return Outcome("missing", holds=False)
    try:
        config = config_of(texts, preset)
    except UnreadableError:
        return Outcome("error", holds=False)
    found = {*_found(frozen.value, config.value)}
    if frozen.fusion_path and config.fusion_path:
        pairs = _differences((), frozen.fusion, config.fusion)
        found |= {Found(config.fusion_path, keys, kind, False) for keys, kind, _ in pairs}
    if not all(each.is_allowed for each in found):
        return Outcome("failed", holds=False, found=frozenset(found))
    is_legacy = any(path.startswith("configs/components/") for path in config.chain)
    is_legacy = is_legacy or any(path.endswith("_base.yaml") for path in config.chain)
    status = "pending" if is_legacy else "verified"
    return Outcome(status, holds=not (is_legacy and is_done), found=frozenset(found))


def config_of(texts: Texts, preset: str) -> Config:
    """Return what the preset resolves to.

    Raises:
        UnreadableError: a file of its chain is missing or broken, or its fusion config is.
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
    chain += _chain(read, path, ())
    for file in _chain(read, path, ()):
        _check_entries(read(file))
    fusion = naive_fusion(read, path)
    _check_fusion(fusion)
    return Config(value, chain, path, fusion)


def read_text(text: str) -> Mapping[object, object]:
    """Return what the text says: not to be changed.

    Raises:
        UnreadableError: it holds no mapping.
    """
    return text.body if isinstance(text, Written) else parsed(text)


@functools.lru_cache(maxsize=512)
def parsed(text: str) -> dict[object, object]:
    """Return what the trainer reads in a text.

    Raises:
        UnreadableError: it reads no mapping.
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
        return body

    return read


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


def _found(left: object, right: object) -> Iterator[Found]:
    is_off = _is_off(left) and _is_off(right)
    for keys, kind, path in _differences((), left, right):
        tops = {path[:length] for length in range(1, len(path) + 1)}
        is_allowed = bool(tops & _FREE) or (is_off and bool(tops & _FREE_IF_OFF))
        yield Found(None, keys, kind, is_allowed)


def _is_off(config: object) -> bool:
    custom = cast("dict[object, object]", config).get("custom")
    section = custom.get("augmentation") if isinstance(custom, dict) else None
    return section is None or (isinstance(section, dict) and section.get("enabled") is False)


Difference = tuple[Keys, str, tuple[object, ...]]


def _differences(path: tuple[object, ...], left: object, right: object) -> Iterator[Difference]:
    if left is right:
        return
    if isinstance(left, dict) and isinstance(right, dict):
        paired = {_match(key, right) for key in left} - {None}
        for key, value in left.items():
            match = _match(key, right)
            if match is None:
                yield from ((keys, "removed", at) for keys, at in _leaves((*path, key), value))
            else:
                yield from _differences((*path, key), value, right[match[1]])
        for key, value in right.items():
            if _match(key, right) not in paired:
                yield from ((keys, "added", at) for keys, at in _leaves((*path, key), value))
    elif not alike(left, right):
        kind = "changed" if type(left) is type(right) else "type"
        yield tuple(map(repr, path)), kind, path


def _match(key: object, mapping: Mapping[object, object]) -> tuple[str, object] | None:
    """Return the mapping's key that is the same to the last type, told apart by its text."""
    if type(key) is str:
        return (repr(key), key) if key in mapping else None
    return next(((repr(other), other) for other in mapping if alike(key, other)), None)


def _leaves(path: tuple[object, ...], value: object) -> Iterator[tuple[Keys, tuple[object, ...]]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves((*path, key), item)
    else:
        yield tuple(map(repr, path)), path
