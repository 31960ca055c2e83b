"""Computes the verdict that a preset deserves, by the naive model, without `migration`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from campaigns.mutation.resolving import Config, Texts, UnreadableError, config_of
from tests.allowlist import ALLOWED, ALLOWED_IF_OFF
from tests.typed import alike

Path = tuple[object, ...]

_FREE = {tuple(path.split(".")) for path in ALLOWED}
_FREE_IF_OFF = {tuple(path.split(".")) for path in ALLOWED_IF_OFF}


@dataclass(frozen=True, slots=True)
class Found:
    """One difference: within the fusion config `file`, or within the preset if that is None.

    Keys are in Python's notation, which distinguishes 1, 1.0, True and '1'.
    """

    file: str | None
    keys: tuple[str, ...]
    kind: str
    is_allowed: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on a preset: its status, whether the gate holds for it, its differences."""

    status: str
    holds: bool
    found: frozenset[Found] = frozenset()


def outcome(frozen: Config, texts: Texts, preset: str, is_done: bool) -> Outcome:
    """Return the verdict on the preset in these texts, compared with what was frozen of it."""
    if texts.get(preset) is None:
        return Outcome("missing", holds=False)
    try:
        config = config_of(texts, preset)
    except UnreadableError:
        return Outcome("error", holds=False)
    found = frozenset(_found(frozen, config))
    if not all(each.is_allowed for each in found):
        return Outcome("failed", holds=False, found=found)
    if any(map(_is_legacy, config.chain)):
        return Outcome("pending", holds=not is_done, found=found)
    return Outcome("verified", holds=True, found=found)


def outcome_of_change(before: Config, texts: Texts, preset: str) -> Outcome:
    """Return what the edits behind these texts change in a preset, and whether that is nothing."""
    if texts.get(preset) is None:
        return Outcome("missing", holds=False)
    try:
        found = frozenset(_found(before, config_of(texts, preset)))
    except UnreadableError:
        return Outcome("error", holds=False)
    return Outcome("changed" if found else "same", holds=not found, found=found)


def _is_legacy(path: str) -> bool:
    return path.startswith("configs/components/") or path.endswith("_base.yaml")


def _found(left: Config, right: Config) -> Iterator[Found]:
    free = _FREE | _FREE_IF_OFF if _is_off(left.value) and _is_off(right.value) else _FREE
    for path, kind in _differences((), left.value, right.value):
        is_allowed = any(path[:length] in free for length in range(len(path) + 1))
        yield Found(None, tuple(map(repr, path)), kind, is_allowed)
    if left.fusion_path and right.fusion_path:
        for path, kind in _differences((), left.fusion, right.fusion):
            yield Found(right.fusion_path, tuple(map(repr, path)), kind, is_allowed=False)


def _is_off(config: Mapping[object, object]) -> bool:
    custom = config.get("custom")
    section = custom.get("augmentation") if isinstance(custom, dict) else None
    return section is None or (isinstance(section, dict) and section.get("enabled") is False)


def _differences(path: Path, left: object, right: object) -> Iterator[tuple[Path, str]]:
    if left is right:
        return
    if isinstance(left, dict) and isinstance(right, dict):
        for key, value in left.items():
            for twin in (twins := _twins(key, right)):
                yield from _differences((*path, key), value, right[twin])
            if not twins:
                yield from ((at, "removed") for at in _leaves((*path, key), value))
        for key, value in right.items():
            if not _twins(key, left):
                yield from ((at, "added") for at in _leaves((*path, key), value))
    elif not alike(left, right):
        yield path, "changed" if type(left) is type(right) else "type"


def _twins(key: object, mapping: Mapping[object, object]) -> list[object]:
    """Return the keys of the mapping that are the same as the key, type included."""
    if type(key) is str:
        return [key] if key in mapping else []
    return [other for other in mapping if alike(key, other)]


def _leaves(path: Path, value: object) -> Iterator[Path]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves((*path, key), item)
    else:
        yield path
