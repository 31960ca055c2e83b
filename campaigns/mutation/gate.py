"""Runs the real gate over edited files: in this process, and through the console script."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from campaigns.mutation.resolving import Texts
from campaigns.mutation.subjects import Subject
from campaigns.mutation.verdict import Found, Outcome
from migration.commands.check_parity import check_parity
from migration.errors import Fault, MigrationError
from migration.files.disk_tree import DiskTree
from migration.gate.status import Row
from migration.parity.compare import Comparison
from migration.paths import RealPath, is_hidden
from migration.store.folder import StateFolder
from tests.running import contents, run

Outcomes = Mapping[str, Outcome]


class HeldTree(DiskTree):
    """A tree with its files in memory, so that an edit needs no write to disk."""

    def __init__(self, root: Path, files: Mapping[str, bytes]) -> None:
        super().__init__(root)
        self._held = files
        self._real_paths: dict[tuple[str, str], RealPath] = {}

    def real_path(self, path: str, folder: str = "") -> RealPath:
        # The disk is asked once, since no link is added or removed.
        if (path, folder) not in self._real_paths:
            self._real_paths[path, folder] = super().real_path(path, folder)
        return self._real_paths[path, folder]

    def is_file(self, path: str) -> bool:
        return path in self._held

    def read(self, path: str, most: int | None = None) -> bytes:
        if path not in self._held:
            raise MigrationError(Fault("no such file", path))
        return self._held[path]

    def files(self, folder: str, *, with_hidden: bool = True) -> tuple[str, ...]:
        around = f"{folder}/" if folder else ""
        found = sorted(path for path in self._held if path.startswith(around))
        return tuple(path for path in found if with_hidden or not is_hidden(path))

    def edited(self, edits: Texts) -> HeldTree:
        """Return the tree with these files written or removed."""
        written = {path: text.encode() for path, text in edits.items() if text is not None}
        kept = {path: data for path, data in self._held.items() if path not in edits}
        tree = HeldTree(self.root, kept | written)
        tree._real_paths = self._real_paths
        return tree


class Gate:
    """Runs `check-parity` over one subject, which is read from disk once."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._project = subject.project
        self._tree = HeldTree(subject.project.tree.root, contents(subject.folder))

    def check(self, edits: Texts, presets: Collection[str]) -> Outcomes:
        """Return the gate's verdict on each preset after the edits."""
        tree, settings = self._tree.edited(edits), self._project.settings
        project = replace(
            self._project,
            tree=tree,
            configs=self._project.configs.on(tree),
            fusions=self._project.fusions.on(tree),
            state_folder=StateFolder(tree, settings.snapshots),
        )
        report = check_parity(project, presets)
        assert report.holds == (not any(row.is_broken for row in report.rows))
        return {row.name: _outcome(row) for row in report.rows}

    def check_by_command(self, edits: Texts, expected: Outcomes) -> str | None:
        """Return how the console script's result differs from the expected one, or None."""
        words = [word for preset in expected for word in ("--preset", preset)]
        with written(self._subject.folder, edits):
            ran = run(self._subject.folder, "check-parity", "--no-record", "--format=json", *words)
        rows = {row["legacy"]: row for row in json.loads(ran.out)["presets"]}
        said = {preset: (row["status"], _findings(row)) for preset, row in rows.items()}
        owed = {preset: (each.status, _told(each)) for preset, each in expected.items()}
        code = 0 if all(each.holds for each in expected.values()) else 2
        if (ran.code, said) == (code, owed):
            return None
        return f"exit code {ran.code} for {code}; {said} for {owed}"


def _outcome(row: Row) -> Outcome:
    return Outcome(row.status, not row.is_broken, find_differences(row.comparison))


def find_differences(comparison: Comparison) -> frozenset[Found]:
    """Return the differences that a comparison has found, as the naive model has them."""
    return frozenset(
        Found(
            finding.file,
            tuple(map(repr, finding.difference.path)),
            finding.difference.kind,
            finding.rule is not None,
        )
        for finding in (*comparison.allowed, *comparison.forbidden)
    )


@contextmanager
def written(folder: Path, edits: Texts) -> Iterator[None]:
    """Write the edits while the block runs, then restore the files."""
    before = {path: _bytes(folder / path) for path in edits}
    try:
        _write(folder, {path: text and text.encode() for path, text in edits.items()})
        yield
    finally:
        _write(folder, before)


def _write(folder: Path, files: Mapping[str, bytes | str | None]) -> None:
    for path, data in files.items():
        if data is None:
            (folder / path).unlink(missing_ok=True)
        else:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data if isinstance(data, bytes) else data.encode())


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


# JSON output spells keys that are not strings differently, so only their number is compared.
Violations = Counter[tuple[str | None, int, str, bool]]


def _told(outcome: Outcome) -> Violations:
    return Counter((f.file, len(f.keys), f.kind, f.is_allowed) for f in outcome.found)


def _findings(row: Mapping[str, Any]) -> Violations:
    found = (*row["allowed"], *row["forbidden"])
    return Counter((f.get("file"), len(f["keys"]), f["kind"], f["rule"] is not None) for f in found)
