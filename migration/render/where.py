"""Says in a few words which presets have a cause."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from migration.parity.causes import Cause
from migration.resolve.origins import file_of
from migration.wording import list_names

_FEW = 4
_MOST_FOLDERS = 3


class ReportPresets:
    """The presets of a report, and how many of them each folder has."""

    def __init__(self, shown: Mapping[str, str], *, is_whole: bool = True) -> None:
        """Take all presets of the report, and how each is shown.

        Unless they are `is_whole`, the presets of the project, nothing is said of all.
        """
        self._shown, self._is_whole = shown, is_whole
        self._totals = Counter(map(posixpath.dirname, shown if is_whole else ()))

    def describe(self, cause: Cause) -> str:
        """Return which presets have a cause: by name, by their parent, or by folder.

        >>> from migration.parity.causes import Case
        >>> names = [f"configs/asr/{n}.yaml" for n in range(9)]
        >>> cases = tuple(Case(name, ()) for name in names)
        >>> cause = Cause("f03a", "a", "changed", 1, 2, None, cases)
        >>> ReportPresets({name: name for name in [*names, "b.yaml"]}).describe(cause)
        'configs/asr/ (all 9)'
        """
        presets = cause.presets
        source = _find_source(cause) if len(presets) > _FEW else None
        if source:
            return f"{source}, and {len(presets) - 1} that inherit it"
        return self.name_presets(presets)

    def name_presets(self, presets: Sequence[str]) -> str:
        """Return some of the presets: by name if they are few, else by folder."""
        shown = [self._shown[preset] for preset in presets]
        if len(presets) <= _FEW:
            return list_names(shown)
        folders = [*self._list_folders(presets)]
        if len(folders) <= _MOST_FOLDERS:
            return ", ".join(folders)
        if self._is_whole and len(presets) == len(self._shown):
            return f"all {len(presets)} presets"
        return list_names(shown)

    def _list_folders(self, presets: Sequence[str]) -> Iterator[str]:
        totals = self._totals
        first = {posixpath.dirname(preset): preset for preset in reversed(presets)}
        for folder, number in Counter(map(posixpath.dirname, presets)).most_common():
            if number == 1:
                yield self._shown[first[folder]]
                continue
            share = f"{number} of {totals[folder]}" if totals else str(number)
            share = f"all {number}" if number == totals[folder] else share
            yield f"{folder or '.'}/ ({share})"


def _find_source(cause: Cause) -> str | None:
    """Return the preset among those concerned that sets the value for all of them."""
    places = cause.right_origins
    if len(places) != 1 or not all(case.right_origin for case in cause.cases):
        return None
    file = file_of(places[0])
    return file if file in cause.presets else None
