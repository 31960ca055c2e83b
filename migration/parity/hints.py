"""Explains a difference by YAML 1.1, a replaced list, a duplicate key, or a moved value.

Each function returns a hint only if the cause is plain, since a false hint is worse than none.
`evidence` collects what the hints are drawn from.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from migration.resolve.history import HistoryStep, missing_entries
from migration.values.canonical import are_equal, compact_text
from migration.values.diff import MISSING, Difference, value_at
from migration.values.keypath import Index, KeyPath, format_key, format_path
from migration.yaml.pitfalls import Duplicate, Misread, describe_misreading, read_plain

_COMMON = (None, True, False, 0, 1, "")


@dataclass(frozen=True, slots=True)
class Reading:
    """One side of a difference, and what YAML 1.1 misreads on its line, None if not known."""

    path: KeyPath
    value: object
    misread: Sequence[Misread] | None = None


def misread_hint(left: Reading, right: Reading) -> str | None:
    """Return how YAML 1.1 misreads one of two values, if that explains the difference.

    The scalar as it is written decides; if it is not known, a string that would be misread does.
    """
    if left.value is MISSING or right.value is MISSING:
        return None
    sides = ((right, left), (left, right))
    for side, other in sides:
        for misread in side.misread or ():
            if _is_written_there(misread, side) and _is_told_apart(side.value, other.value):
                return misread.why
    for side, other in sides:
        if isinstance(side.value, str) and (why := describe_misreading(side.value)):
            read = read_plain(side.value)
            if isinstance(read, str):
                explains = side.misread is None and _is_number(other.value)
            else:
                explains = are_equal(read, other.value)
            if explains:
                return why
    return None


def list_hint(difference: Difference, steps: Sequence[HistoryStep]) -> str | None:
    """Return which file replaced a whole list, if the list before is nearer to the left one."""
    counted = [step for step in steps if step.effect != "undone"]
    if len(counted) < 2 or counted[-1].effect != "replaces" or not counted[-1].dropped:  # noqa: PLR2004
        return None
    lower, winner = counted[-2:]
    before, left, right = winner.before, difference.left, difference.right
    if winner.path != difference.path or not isinstance(before, list):
        return None
    if not isinstance(left, list) or not isinstance(right, list):
        return None
    if _measure_distance(before, left) >= _measure_distance(right, left):
        return None
    size = f"{len(before)} {'entry' if len(before) == 1 else 'entries'}"
    drop = f"{size}, {winner.dropped} of them dropped"
    return f"{winner.origin} replaces the list of {lower.origin} whole ({drop})"


def duplicate_hint(difference: Difference, duplicates: Iterable[Duplicate]) -> str | None:
    """Return which key is duplicated, if the value on the left is the one that is dropped."""
    for found in [each for key in duplicates for each in (key, *key.merged)]:
        depth = len(found.path)
        if difference.path[:depth] != found.path or difference.left is MISSING:
            continue
        dropped = value_at(found.dropped_value, difference.path[depth:])
        if dropped is not MISSING and are_equal(dropped, difference.left):
            drop = f"line {found.origin.line} drops what line {found.dropped.line} says"
            return f"{format_path(found.path)} is a duplicate key in {found.origin.path}: {drop}"
    return None


def move_hints(differences: Iterable[Difference]) -> Mapping[KeyPath, str]:
    """Return where the value of each removed path went, and where that of each added path was.

    The key must be the same elsewhere, or another one under the same parent, and neither side may
    have a second candidate. A common value such as `true` must have moved together with others.
    """
    gone: dict[str, list[Difference]] = defaultdict(list)
    new: dict[str, list[Difference]] = defaultdict(list)
    for found in differences:
        if found.kind == "removed":
            gone[compact_text(found.left)].append(found)
        elif found.kind == "added":
            new[compact_text(found.right)].append(found)
    pairs = [pair for value, removed in gone.items() for pair in _unique_pairs(removed, new[value])]
    company = Counter(_list_sections(old.path, now.path) for old, now in pairs)
    hints: dict[KeyPath, str] = {}
    for old, now in pairs:
        is_renamed = format_key(old.path[-1]) != format_key(now.path[-1])
        in_company = company[_list_sections(old.path, now.path)] > 1
        if in_company or _is_telling(old.left, is_renamed=is_renamed):
            verb = "renamed" if is_renamed else "moved"
            hints[old.path] = f"{verb} to {format_path(now.path)}, its value is the same"
            hints[now.path] = f"{verb} from {format_path(old.path)}, its value is the same"
    return hints


def _measure_distance(entries: Sequence[object], others: Sequence[object]) -> int:
    return len(missing_entries(entries, others)) + len(missing_entries(others, entries))


def _is_written_there(misread: Misread, side: Reading) -> bool:
    # Only the last keys are compared, since an alias or a merge by name changes the rest of a path.
    is_same_key = format_path(misread.path[-1:]) == format_path(side.path[-1:])
    return is_same_key and are_equal(read_plain(misread.written), side.value)


def _is_told_apart(value: object, other: object) -> bool:
    """Tell whether a misread value is of another type than the other value, or is a number."""
    return type(value) is not type(other) or _is_number(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _unique_pairs(
    removed: Sequence[Difference], added: Sequence[Difference]
) -> Iterator[tuple[Difference, Difference]]:
    """Yield each removed difference and the added one it became, if neither has a second match."""
    candidates = [
        (old, now) for old in removed for now in added if _may_be_a_move(old.path, now.path)
    ]
    olds = Counter(old.path for old, _ in candidates)
    news = Counter(now.path for _, now in candidates)
    for old, now in candidates:
        if olds[old.path] == 1 and news[now.path] == 1:
            yield old, now


def _may_be_a_move(old: KeyPath, now: KeyPath) -> bool:
    return format_key(old[-1]) == format_key(now[-1]) or old[:-1] == now[:-1]


def _list_sections(old: KeyPath, now: KeyPath) -> tuple[KeyPath, KeyPath]:
    """Return the two paths without the keys that they both end with."""
    alike = 0
    for key, other in zip(reversed(old[1:]), reversed(now[1:]), strict=False):
        if isinstance(key, Index) or format_key(key) != format_key(other):
            break
        alike += 1
    return old[: len(old) - alike], now[: len(now) - alike]


def _is_telling(value: object, *, is_renamed: bool) -> bool:
    """Tell whether two keys are unlikely to share the value by chance.

    If the key is renamed, a digit may be shared by chance.
    """
    is_digit = isinstance(value, int | float) and value in range(10)
    return value not in _COMMON and value not in ({}, []) and not (is_renamed and is_digit)
