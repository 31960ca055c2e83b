"""The two trees as texts: a preset built from many files, and the same values in few.

A number of presets and a seed make the same texts everywhere; nothing is written here.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random

from benchmarks.generating import fields
from benchmarks.generating.components import components
from benchmarks.generating.entries import Body, body, document, merged
from benchmarks.generating.fusions import fusion_files, variants
from benchmarks.generating.plan import Ground, Place, component_count, fusion_count, plan
from benchmarks.generating.presets import own

Texts = Mapping[str, str]

BASE = "configs/base.yaml"
_SETTINGS = """\
[tool.config-migration]
presets = ["configs/train/**/*.yaml"]
exclude = ["configs/train/**/*_base.yaml"]
legacy = ["configs/components/**", "configs/**/*_base.yaml"]
base = "configs/base.yaml"
profile = "parity"
phase_1 = ["{first}"]
"""


@dataclass(frozen=True, slots=True)
class Trees:
    """The texts of both trees by path, and the paths of the presets that both have."""

    legacy: Texts
    migrated: Texts
    presets: tuple[str, ...]


def trees(presets: int, seed: int) -> Trees:
    """Return both trees, which resolve each preset to the same values, types included."""
    rng = Random(f"{presets}/{seed}")  # noqa: S311 - to be made again, nothing secret
    parts = components(component_count(presets), rng)
    fusions = fusion_files(fusion_count(presets), rng)
    base = body((*fields.chosen(rng, fields.MODEL), *fields.chosen(rng, fields.TEMPLATE)))
    planned = plan(presets, parts, rng)
    shared = {
        "pyproject.toml": _SETTINGS.format(first=planned.places[0].path),
        BASE: document("What every run has and no experiment tunes.", (), base),
        **fusions,
    }
    legacy = {
        **shared,
        **{part.path: part.text() for kind in parts.values() for part in kind},
        **{ground.path: _ground_text(ground) for ground in planned.grounds},
    }
    migrated = dict(shared)
    beneath = _Beneath(base)
    for place in planned.places:
        said = own(place, variants(fusions), rng)
        legacy[place.path] = document(_title(place), _legacy_bases(place), said)
        kept = said if place.parent else beneath.winning(place, said)
        migrated[place.path] = document(_title(place), _migrated_bases(place), kept)
    return Trees(legacy, migrated, tuple(place.path for place in planned.places))


class _Beneath:
    """What presets stand on, each legacy base merged once."""

    def __init__(self, base: Body) -> None:
        self._base = base
        self._merged: dict[str, Body] = {}

    def winning(self, place: Place, said: Body) -> Body:
        """Return what is left of all that a preset is built from, but for what the base says."""
        below = self._base
        if place.ground:
            below = self._of(place.ground)
        everything = merged((below, *(part.said for part in place.parts), said))
        return {
            path: entry for path, entry in everything.items() if self._base.get(path) is not entry
        }

    def _of(self, ground: Ground) -> Body:
        if ground.path not in self._merged:
            self._merged[ground.path] = merged((self._base, *(part.said for part in ground.parts)))
        return self._merged[ground.path]


def _title(place: Place) -> str:
    if place.parent:
        return f"Experiment {place.number}: another preset, with a few values of its own."
    return f"Experiment {place.number}."


def _ground_text(ground: Ground) -> str:
    bases = (BASE, *(part.path for part in ground.parts))
    return document(
        "Common ground of the presets here; none by itself.", _seen(ground.path, bases), {}
    )


def _legacy_bases(place: Place) -> Iterable[str]:
    if place.parent:
        return _seen(place.path, (place.parent.path,))
    lowest = place.ground.path if place.ground else BASE
    return _seen(place.path, (lowest, *(part.path for part in place.parts)))


def _migrated_bases(place: Place) -> Iterable[str]:
    return _seen(place.path, (place.parent.path if place.parent else BASE,))


def _seen(path: str, others: Iterable[str]) -> list[str]:
    return [posixpath.relpath(other, posixpath.dirname(path)) for other in others]
