"""Runs `compare` over edited files: what the edits change in every preset, without a baseline."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from campaigns.mutation.gate import Outcomes, find_differences, written
from campaigns.mutation.resolving import Texts
from campaigns.mutation.subjects import Subject
from campaigns.mutation.verdict import Outcome
from migration.commands.compare import CompareReport, compare_revisions
from migration.gate.preset_changes import ComparedPreset
from tests.running import commit_all, git

_BY_COMMIT = 11
"""One in this many trials commits the edits, and compares two revisions."""


class Changes:
    """Runs `compare` over one subject, which is committed once."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        commit_all(subject.folder)

    def compare(self, edits: Texts, presets: Collection[str], number: int) -> Outcomes:
        """Return what is said of each of the presets, and of any other one that changes."""
        folder = self._subject.folder
        with written(folder, edits):
            if number % _BY_COMMIT:
                report = compare_revisions(folder, "HEAD")
            else:
                with _committed(self._subject):
                    report = compare_revisions(folder, "HEAD~1", "HEAD")
        return _read_outcomes(report, presets)


@contextmanager
def _committed(subject: Subject) -> Iterator[None]:
    git(subject.folder, "add", "--all", ".")
    # Some edits write what is there already.
    git(subject.folder, "commit", "--quiet", "--allow-empty", "--message=edited")
    try:
        yield
    finally:
        git(subject.folder, "update-ref", "HEAD", "HEAD~1")
        git(subject.folder, "read-tree", "HEAD")


def _read_outcomes(report: CompareReport, presets: Collection[str]) -> Mapping[str, Outcome]:
    told = {each.old_path: _outcome(each) for each in report.presets}
    told |= dict.fromkeys(report.removed, Outcome("missing", holds=False))
    return {path: each for path, each in told.items() if path in presets or not each.holds}


def _outcome(preset: ComparedPreset) -> Outcome:
    found = find_differences(preset.comparison)
    # A preset with a missing fusion file is compared as one with an empty one, and has a fault.
    if preset.new_faults and not found:
        return Outcome("error", holds=False)
    return Outcome("changed" if found else "same", holds=not found, found=found)
