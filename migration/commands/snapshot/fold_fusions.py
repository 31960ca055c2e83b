"""Decides which fusion configs `snapshot --fold` can write anew: those that presets agree on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from migration.commands.snapshot.freezing import ConfigFreezer
from migration.errors import MigrationError
from migration.files.digest import digest
from migration.project.expected import names_fusion, read_expected
from migration.project.state import State
from migration.store.acceptance import AcceptedChange
from migration.store.folder import Frozen
from migration.store.records import FUSION, FusionLink
from migration.values.canonical import canonical_bytes


@dataclass(slots=True)
class FusionFolds:
    """The fusion config that each preset names once its acceptances are in the baselines."""

    links: dict[str, FusionLink | None] = field(default_factory=dict)
    """Of presets with an accepted change that concerns their fusion configs."""
    texts: dict[str, bytes] = field(default_factory=dict)
    """The content of each fusion config that these name."""
    parted: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Fusion configs on whose content presets do not agree, each with these presets."""
    kept: frozenset[str] = frozenset()
    """The presets whose fusion configs stay as they are, and so does what was accepted there."""


def concerns_fusion(state: State, accepted: AcceptedChange) -> bool:
    """Tell whether a change is in a fusion config, or in the key that names it."""
    return accepted.fusion is not None or names_fusion(state.project, accepted)


def plan_fusions(state: State) -> FusionFolds:
    """Return which fusion configs presets can name with the content that each of them expects.

    Raises:
        MigrationError: what was accepted does not fit the baselines.
    """
    acceptances = state.baselines.acceptances
    concerned = {
        preset
        for preset in acceptances.presets
        if any(concerns_fusion(state, each) for each in acceptances.list_changes(preset))
    }
    # Dropped presets count as well: `map` may take one up again.
    before = {preset: state.record(preset).fusion for preset in state.presets}
    folds = FusionFolds()
    after = {preset: _find_link(state, preset, folds) for preset in concerned}
    while True:
        links = {**before, **{p: link for p, link in after.items() if p not in folds.kept}}
        parted = {
            path: presets
            for path, presets in _group(links.items()).items()
            if not _can_be_written(state, path, {links[preset] for preset in presets}, folds)
        }
        kept = folds.kept | {p for presets in parted.values() for p in presets if p in concerned}
        if kept == folds.kept:
            break
        # What is kept may keep others from changing the fusion config that it names.
        folds.kept = kept
        folds.parted |= {path: tuple(sorted(presets)) for path, presets in parted.items()}
    folds.links = {preset: link for preset, link in after.items() if preset not in folds.kept}
    named = {link.path for link in folds.links.values() if link}
    folds.texts = {path: text for path, text in folds.texts.items() if path in named}
    return folds


def freeze_fusion(state: State, path: str) -> Frozen:
    """Freeze a fusion config as it is in the tree.

    Raises:
        MigrationError: it cannot be read.
    """
    loader = state.project.fusions
    return ConfigFreezer(state.project.state_folder).freeze(loader, loader.resolve(path), None)


def _find_link(state: State, preset: str, folds: FusionFolds) -> FusionLink | None:
    """Return the fusion config that a preset is expected to name, and note its content."""
    expected = read_expected(state.project, state.baselines, preset)
    if expected.fusion_path is None or expected.fusion is None:
        return None
    text = canonical_bytes(expected.fusion)
    folds.texts[expected.fusion_path] = text
    return FusionLink(str(expected.fusion_path), digest(text))


def _group(links: Iterable[tuple[str, FusionLink | None]]) -> Mapping[str, list[str]]:
    """Return the presets that name each fusion config."""
    found: dict[str, list[str]] = {}
    for preset, link in links:
        if link:
            found.setdefault(link.path, []).append(preset)
    return found


def _can_be_written(
    state: State, path: str, links: set[FusionLink | None], folds: FusionFolds
) -> bool:
    """Tell whether all presets expect one content of a fusion config, and it is known."""
    if len(links) > 1:
        return False
    if state.baselines.has_record(FUSION, path):
        return True
    try:
        return freeze_fusion(state, path).baseline == folds.texts.get(path)
    except MigrationError:
        return False
