"""Collects what `snapshot --resolve` finds: the files to write, and what is left to decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from migration.commands.snapshot.points import Points
from migration.commands.snapshot.questions import Question
from migration.errors import Fault
from migration.files.lineage import Lineage
from migration.store.records import RESTORE


class Findings:
    """The files to write, the questions and the faults; the resolvers add to them."""

    def __init__(self, points: Points, lineage: Lineage) -> None:
        """Start with no finding; `points` has the files of the work tree."""
        self._points = points
        self._restore = RESTORE
        if lineage.is_shallow:
            self._restore = "the clone is shallow: `git fetch --unshallow` brings what came before"
        self.files: dict[str, bytes | None] = {}
        """The files to write, None for one to remove."""
        self.taken: dict[str, str] = {}
        """Config -> the name in messages of the point that its files are from."""
        self.questions: list[Question] = []
        self.faults: list[Fault] = []
        self.folded_apart: set[str] = set()
        """The presets whose baselines the sides have folded in different ways."""
        self.accepted: dict[str, bool] = {}
        """The files of acceptances: whether each is written, or else removed."""
        self.parted: dict[str, list[str]] = {}
        """Fusion config -> the presets for which another content of it is accepted now."""
        self.kept: list[str] = []
        """The presets that a chosen glob matches, and that were decided before."""

    @property
    def are_decided(self) -> bool:
        """Whether there is neither a question nor a fault."""
        return not self.questions and not self.faults

    def take(self, config: str, label: str, files: Mapping[str, bytes]) -> None:
        """Write those files of a config that the work tree does not have already."""
        for path, data in files.items():
            if self._points.in_work_tree(path) != data:
                self.files[path] = data
                self.taken[config] = label

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files."""
        self.files |= dict.fromkeys(paths)

    def add_fault(self, message: str, path: str, hint: str | None = None) -> None:
        """Add a fault; without a hint of its own it says how lost files come back."""
        self.faults.append(Fault(message, path, hint=hint or self._restore))
