"""Compares what presets would resolve to with their baselines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from migration.parity.compare import Comparison, compare
from migration.parity.profile import Profile
from migration.parity.run import Run
from migration.project.expected import find_expected_fusion_path, is_as_expected
from migration.project.run import read_compared_runs, trace_config
from migration.project.state import State
from migration.resolve.loader import ConfigLoader

EXACT: Final = Profile("exact", ())
"""Allows no difference."""


def compare_with_baselines(
    state: State, paths: Mapping[str, str], loader: ConfigLoader
) -> Iterator[tuple[str, Comparison]]:
    """Yield each preset that the loader reads otherwise than its baseline, with the comparison."""
    project = state.project
    for preset, path in project.access.follow(paths.items(), "comparing"):
        run = Run(trace_config(loader, loader.resolve(path)))
        if named := find_expected_fusion_path(project, state.baselines, preset):
            # A draft writes no fusion config; compare the one that is expected.
            fusion = trace_config(project.fusions, project.fusions.resolve(named))
            run = replace(run, fusion_path=named, fusion=fusion)
        if not is_as_expected(project, state.baselines, run, preset):
            runs = read_compared_runs(project, state.baselines, preset, run)
            yield preset, compare(*runs, EXACT).redact(project.redaction)
