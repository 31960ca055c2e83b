"""Reads runs under the new names of the keys that the setting `moved` names."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from migration.parity.run import Run, TracedConfig
from migration.resolve.resolved import Resolved
from migration.values.keypath import KeyPath
from migration.values.moves import Move, find_due, move_keys, rename_path

if TYPE_CHECKING:
    from migration.parity.evidence import Evidence
    from migration.yaml.spelling import Spelling


def move_run(run: Run, moves: Sequence[Move]) -> Run:
    """Return a run with the new names in its config, and its places where they are."""
    due = find_due(run.config.resolved.value, moves)
    return replace(run, config=_move_config(run.config, due), moves=due) if due else run


def _move_config(config: TracedConfig, moves: Sequence[Move]) -> TracedConfig:
    back = [move.reverse for move in moves]

    def find_place(path: KeyPath) -> str | None:
        return config.find_place(rename_path(path, back))

    def find_spelling(place: str, path: KeyPath, value: object) -> Spelling | None:
        return config.find_spelling(place, rename_path(path, back), value)

    def find_evidence(suspects: Collection[str] | None) -> Evidence | None:
        found = config.find_evidence(suspects)
        return found and replace(
            found,
            steps=lambda path: found.steps(rename_path(path, back)),
            duplicates_at=lambda path: found.duplicates_at(rename_path(path, back)),
        )

    resolved = config.resolved
    return replace(
        config,
        resolved=Resolved(resolved.path, move_keys(resolved.value, moves), resolved.chain),
        find_place=find_place,
        find_spelling=find_spelling,
        find_evidence=find_evidence,
    )
