"""Names at each difference of a preset what was accepted for the same key."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from migration.parity.compare import AcceptedBefore, Comparison, Finding
from migration.parity.run import Run
from migration.store.baselines import Baselines
from migration.values.diff import are_same_sides, value_at
from migration.values.moves import move_keys, rename_path


def find_returned(baselines: Baselines, preset: str, run: Run, expected: Run) -> Iterator[str]:
    """Yield the ids of the acceptances whose key has the frozen value again in a run.

    That of a fusion config which the preset is not expected to name counts as well.
    """
    for acceptance in baselines.acceptances.list_naming(preset):
        if acceptance.fusion is None:
            # Under the names that the baseline has, and the acceptance.
            back = [move.reverse for move in expected.moves]
            value = move_keys(run.config.resolved.value, back)
        elif run.fusion is None or expected.fusion is None:
            yield acceptance.id
            continue
        else:
            value = run.fusion.resolved.value
        if are_same_sides(value_at(value, acceptance.path), acceptance.left):
            yield acceptance.id


def name_acceptances(
    baselines: Baselines,
    preset: str,
    comparison: Comparison,
    expected: Run,
    returned: Collection[str],
) -> Comparison:
    """Return the comparison with what was accepted before at the key of each finding.

    `returned` are the ids that `find_returned` has found.
    """

    def name(finding: Finding) -> Finding:
        path, is_fusion = finding.difference.path, finding.file is not None
        if not is_fusion:  # acceptances have the names of the baseline
            path = rename_path(path, [move.reverse for move in expected.moves])
        found = baselines.acceptances.find(preset, path, is_fusion=is_fusion)
        if found is None:
            return finding
        file = baselines.folder.acceptance_path(found.file_name)
        return replace(finding, accepted=AcceptedBefore(found.id, file, found.id in returned))

    return comparison.change_findings(name)
