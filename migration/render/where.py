"""Says in a few words which presets have a cause."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from migration.parity.causes import Cause
from migration.render.values import list_names

_FEW = 4
_MOST_FOLDERS = 3


def describe_presets(cause: Cause, among: Mapping[str, str], *, is_whole: bool = True) -> str:
    """Return which presets of a report have a cause: by name, by their parent, or by folder.

    `among` are all presets of the report, and how each is shown. Unless they are `is_whole`, the
    presets of the project, nothing is said of all.

    >>> from migration.parity.causes import Case
    >>> names = [f"configs/asr/{n}.yaml" for n in range(9)]
    >>> cases = tuple(Case(name, ()) for name in names)
    >>> cause = Cause("f03a", "a", "changed", 1, 2, None, cases)
    >>> describe_presets(cause, {name: name for name in [*names, "b.yaml"]})
    'configs/asr/ (all 9)'
    """
    presets = cause.presets
    shown = [among[preset] for preset in presets]
    if len(presets) <= _FEW:
        return list_names(shown)
    if source := _find_source(cause):
        return f"{source}, and {len(presets) - 1} that inherit it"
    folders = [*_list_folders(presets, among if is_whole else ())]
    if len(folders) <= _MOST_FOLDERS:
        return ", ".join(folders)
    if is_whole and len(presets) == len(among):
        return f"all {len(presets)} presets"
    return list_names(shown)


def _find_source(cause: Cause) -> str | None:
    """Return the preset among those concerned that sets the value for all of them."""
    places = cause.right_origins
    if len(places) != 1 or not all(case.right_origin for case in cause.cases):
        return None
    file = places[0].rpartition(":")[0]
    return file if file in cause.presets else None


def _list_folders(presets: Sequence[str], among: Iterable[str]) -> Iterator[str]:
    totals = Counter(map(posixpath.dirname, among))
    for folder, number in Counter(map(posixpath.dirname, presets)).items():
        share = f"{number} of {totals[folder]}" if totals else str(number)
        share = f"all {number}" if number == totals[folder] else share
        yield f"{folder or '.'}/ ({share})"
