"""Finds the keys whose value is under another key now: renamed beside it, or moved elsewhere."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from migration.values.canonical import are_equal, compact_text
from migration.values.diff import MISSING, Difference, value_at
from migration.values.keypath import Index, KeyPath, format_key, format_path
from migration.yaml.numbers import read_plain

_COMMON: Final = (None, True, False, 0, 1, "")
_LEAST_LENGTH: Final = 10
"""How long a text must be to show that a key was renamed: names of types and modes are shorter."""
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\W_]+|[^\w\s.-]|^[_.-]+$")
_SIGN: Final = re.compile(r"[^\w\s]+")
_Pair: TypeAlias = tuple[Difference, Difference]


@dataclass(frozen=True, slots=True)
class Rename:
    """A key that is gone, and a new one with its value: beside it, or with its name elsewhere."""

    old: KeyPath
    new: KeyPath
    value: object

    @property
    def is_renamed(self) -> bool:
        """Whether the key has another name; otherwise it has another place."""
        return format_key(self.old[-1]) != format_key(self.new[-1])

    def hint_at(self, path: KeyPath, *, is_gone: bool) -> str:
        """Return the hint for a leaf that is gone from the old key, or is new at the new one."""
        mine, other = (self.old, self.new) if is_gone else (self.new, self.old)
        inside = path[len(mine) :]
        verb = "renamed" if self.is_renamed and not inside else "moved"
        way = "to" if is_gone else "from"
        return f"{verb} {way} {format_path((*other, *inside))}, its value is the same"


def find_renames(
    left: object, right: object, differences: Collection[Difference]
) -> Mapping[str, Rename]:
    """Return the rename that explains a difference, by the text of its path.

    One key must be gone and one be new with the same value, and neither may have a second match.
    The two have the same parent or the same name. A value that two keys may share by chance, such
    as a number, shows nothing unless one key abbreviates the other, or more keys went with it.
    """
    gone: dict[str, list[Difference]] = defaultdict(list)
    new: dict[str, list[Difference]] = defaultdict(list)
    for found in differences:
        if found.kind == "removed":
            gone[compact_text(found.left)].append(found)
        elif found.kind == "added":
            new[compact_text(found.right)].append(found)
    together: dict[tuple[str, str], list[_Pair]] = defaultdict(list)
    for value, removed in gone.items():
        for old, now in _match_uniquely(removed, new[value]):
            together[_name_sections(old.path, now.path)].append((old, now))
    renames: dict[str, Rename] = {}
    for pairs in together.values():
        for rename, members in _list_renames(left, right, pairs):
            renames |= {format_path(each.path): rename for pair in members for each in pair}
    return renames


def _list_renames(
    left: object, right: object, pairs: Sequence[_Pair]
) -> Iterator[tuple[Rename, Sequence[_Pair]]]:
    """Yield the renames that some pairs show which moved between the same two sections."""
    if len(pairs) > 1:
        old, new = _find_sections(*(each.path for each in pairs[0]))
        before, after = value_at(left, old), value_at(right, new)
        is_whole = value_at(right, old) is MISSING and value_at(left, new) is MISSING
        if is_whole and are_equal(before, after):
            yield Rename(old, new, before), pairs
            return
    for removed, added in pairs:
        if len(pairs) > 1 or _is_certain(removed, added):
            yield Rename(removed.path, added.path, removed.left), [(removed, added)]


def _is_certain(removed: Difference, added: Difference) -> bool:
    old, new = removed.path[-1], added.path[-1]
    if format_key(old) == format_key(new):
        return _is_telling(removed.left)
    if _is_same_to_a_reader(old, new) or _is_rare(removed.left):
        return True
    return _is_spelling_of(old, new) and _is_telling(removed.left)


def _match_uniquely(removed: Sequence[Difference], added: Sequence[Difference]) -> Iterator[_Pair]:
    """Yield each removed difference and the added one it became, if neither has a second match."""
    candidates = [(old, now) for old in removed for now in added if _may_be_one(old.path, now.path)]
    olds = Counter(format_path(old.path) for old, _ in candidates)
    news = Counter(format_path(now.path) for _, now in candidates)
    for old, now in candidates:
        if olds[format_path(old.path)] == 1 and news[format_path(now.path)] == 1:
            yield old, now


def _may_be_one(old: KeyPath, now: KeyPath) -> bool:
    is_same_key = format_key(old[-1]) == format_key(now[-1])
    return is_same_key or format_path(old[:-1]) == format_path(now[:-1])


def _find_sections(old: KeyPath, now: KeyPath) -> tuple[KeyPath, KeyPath]:
    """Return the two paths without the keys that they both end with."""
    alike = 0
    for key, other in zip(reversed(old[1:]), reversed(now[1:]), strict=False):
        if isinstance(key, Index) or format_key(key) != format_key(other):
            break
        alike += 1
    return old[: len(old) - alike], now[: len(now) - alike]


def _name_sections(old: KeyPath, now: KeyPath) -> tuple[str, str]:
    before, after = _find_sections(old, now)
    return format_path(before), format_path(after)


def _is_same_to_a_reader(key: Hashable, other: Hashable) -> bool:
    """Tell whether two different keys are one but for quotes, or to Python: `1`, `"1"`, `true`."""
    if key == other:
        return True
    return any(
        isinstance(quoted, str) and not isinstance(plain, str) and read_plain(quoted) == plain
        for quoted, plain in ((key, other), (other, key))
    )


def _is_spelling_of(key: Hashable, other: Hashable) -> bool:
    """Tell whether two keys are one word by word, but for separators, case and abbreviations.

    A number is not abbreviated, and no sign is left out.

    >>> [_is_spelling_of("max_length", key) for key in ("max_len", "maxLength", "max_model_len")]
    [True, True, False]
    >>> _is_spelling_of("learning_rate", "lr"), _is_spelling_of("train_size", "eval_size")
    (True, False)
    >>> _is_spelling_of("layer_1", "layer_10"), _is_spelling_of("layer_1", "layer1")
    (False, True)
    """
    if not isinstance(key, str) or not isinstance(other, str):
        return False
    words, others = ([word.lower() for word in _WORD.findall(each)] for each in (key, other))
    for is_kept in (str.isdigit, _SIGN.fullmatch):
        if [*filter(is_kept, words)] != [*filter(is_kept, others)]:
            return False
    if "".join(words) == "".join(others):
        return True
    initials = ["".join(word[0] for word in each) for each in (words, others)]
    if [initials[0]] == others or [initials[1]] == words:
        return True
    return len(words) == len(others) and all(
        one.startswith(two) or two.startswith(one) for one, two in zip(words, others, strict=True)
    )


def _is_telling(value: object) -> bool:
    """Tell whether the same key in two places is unlikely to have this value by chance."""
    return value not in _COMMON and value not in ({}, [])


def _is_rare(value: object) -> bool:
    """Tell whether two different keys are unlikely to share the value by chance."""
    if isinstance(value, list):
        return len(value) > 1 or any(map(_is_rare, value))
    if isinstance(value, str):
        return len(value) >= _LEAST_LENGTH
    return _is_telling(value) and not isinstance(value, int | float)
