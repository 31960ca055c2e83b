"""Who extends whom: legacy bases over components, presets over those, overlays over presets.

Chains are distributed as in the real tree; what presets say is not said here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from benchmarks.generating.components import Component
from benchmarks.generating.fields import happens

_FEWEST = 16
"""Presets of the real tree, whose other files are counted in what follows."""
_LONG = (
    (2, ("custom/augmentation", "deepspeed/zero")),
    (1, ("custom/mode", "custom/augmentation_short", "deepspeed/zero")),
    (1, ("custom/augmentation", "deepspeed/zero", "rlhf/rewards")),
    (1, ("custom/mode", "custom/augmentation_short", "deepspeed/zero", "rlhf/rewards")),
)
"""What legacy bases end with, and how often."""
_SHORT = ("tuner/full", "training/defaults", "data/loader", "custom/common", "deepspeed/zero")
_ON_COMPONENTS, _OVERLAYS, _NARROWED = 0.12, 0.13, 0.15


@dataclass(frozen=True, slots=True)
class Ground:
    """A legacy base: its path and its components, lowest precedence first."""

    path: str
    parts: tuple[Component, ...]

    def has_rewards(self) -> bool:
        """Return whether what is built on it has rewards."""
        return any(("rlhf", "rlhf_type") in part.said for part in self.parts)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a preset stands: on a legacy base, on components alone, or on another preset."""

    path: str
    number: int
    ground: Ground | None = None
    parts: tuple[Component, ...] = ()
    parent: Place | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The legacy bases and all presets; a preset comes after the one that it extends."""

    grounds: tuple[Ground, ...]
    places: tuple[Place, ...]


def component_count(presets: int) -> int:
    """Return how many components there are: 25 for 16 presets, 300 for 10,000."""
    return _grown(25, 0.386, presets)


def fusion_count(presets: int) -> int:
    """Return how many fusion files there are: 8 for 16 presets, 60 for 10,000."""
    return _grown(8, 0.313, presets)


def plan(presets: int, parts: Mapping[str, list[Component]], rng: Random) -> Plan:
    """Return who extends whom, for so many presets; the first ones are no overlays."""
    grounds = tuple(_ground(at, parts, rng) for at in range(_grown(4, 0.5, presets)))
    places: list[Place] = []
    for number in range(presets):
        dice = rng.random()
        if dice < _OVERLAYS and len(places) > 1:
            places.append(_overlay(number, places, rng))
        elif dice < _OVERLAYS + _ON_COMPONENTS:
            chosen = [kind for kind in _SHORT if happens(rng, 0.6)]
            path = f"configs/train/trial/preset_{number:05}.yaml"
            places.append(Place(path, number, parts=tuple(rng.choice(parts[k]) for k in chosen)))
        else:
            ground = rng.choice(grounds)
            folder = ground.path.rpartition("/")[0]
            narrow = (rng.choice(parts["tuner/narrow"]),) if happens(rng, _NARROWED) else ()
            places.append(Place(f"{folder}/preset_{number:05}.yaml", number, ground, narrow))
    return Plan(grounds, tuple(places))


def _ground(number: int, parts: Mapping[str, list[Component]], rng: Random) -> Ground:
    ends = [end for often, end in _LONG for _ in range(often)]
    # The first ones differ, so that a small tree has some of each.
    end = ends[number % len(ends)]
    kinds = ["global/length", "tuner/full", "training/defaults", "data/loader"]
    if "rlhf/rewards" in end:
        kinds.insert(3, "training/changes")
    kinds += [
        kind for kind in ("prompts/profile", "custom/common", "custom/prefix") if happens(rng, 0.85)
    ]
    task = "grpo" if "rlhf/rewards" in end else "sft"
    chosen = tuple(rng.choice(parts[kind]) for kind in (*kinds, *end))
    return Ground(f"configs/train/{task}_{number:02}/common_base.yaml", chosen)


def _overlay(number: int, places: list[Place], rng: Random) -> Place:
    parent = rng.choice(places)
    if parent.parent and parent.parent.parent:
        parent = parent.parent
    folder = parent.path.rpartition("/")[0]
    return Place(f"{folder}/overlay_{number:05}.yaml", number, parent=parent)


def _grown(least: int, power: float, presets: int) -> int:
    return round(least * float((max(presets, _FEWEST) / _FEWEST) ** power))
