"""Components, the fragments of a legacy tree: what kinds there are and what each one says.

Which of them a preset is built from is not said here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from random import Random

from benchmarks.generating import augmentation, fields
from benchmarks.generating.entries import Body, Entry, body, document

FOLDER = "configs/components"


@dataclass(frozen=True, slots=True)
class Kind:
    """What components of a kind are for, how many of 25 are of it, and what one says."""

    name: str
    share: int
    title: str
    said: Callable[[Random], Iterable[Entry]]


@dataclass(frozen=True, slots=True)
class Component:
    """A fragment: its path and what it says."""

    path: str
    title: str
    said: Body

    def text(self) -> str:
        """Return the text of its file."""
        return document(self.title, (), self.said)


def components(count: int, rng: Random) -> Mapping[str, list[Component]]:
    """Return about `count` components by their kinds, at least one of each."""
    total = sum(kind.share for kind in KINDS)
    return {
        kind.name: [
            Component(f"{FOLDER}/{kind.name}_{at:02}.yaml", kind.title, body(kind.said(rng)))
            for at in range(max(1, round(kind.share * count / total)))
        ]
        for kind in KINDS
    }


def _all_of(*sections: tuple[fields.Field, ...]) -> Callable[[Random], Iterable[Entry]]:
    def said(rng: Random) -> Iterator[Entry]:
        for section in sections:
            yield from fields.chosen(rng, section)

    return said


def _some_of(
    section: tuple[fields.Field, ...], least: int, most: int
) -> Callable[[Random], Iterable[Entry]]:
    return lambda rng: fields.some(rng, section, least, most)


def _changes(rng: Random) -> Iterator[Entry]:
    yield from fields.chosen(rng, fields.SLOTS)
    yield from fields.some(rng, fields.TRAINING, 5, 12)


KINDS = (
    Kind("global/length", 2, "How long a sample may be.", _all_of(fields.LENGTH)),
    Kind("tuner/full", 2, "An adapter, and what it leaves as it was.", _all_of(fields.TUNER)),
    Kind("tuner/narrow", 2, "Less of an adapter.", _some_of(fields.TUNER, 3, 6)),
    Kind(
        "training/defaults",
        2,
        "Where every trainer starts from; presets fill in what is null.",
        _all_of(fields.SLOTS, fields.TRAINING),
    ),
    Kind("training/changes", 2, "What another way of training changes.", _changes),
    Kind("data/loader", 2, "Workers that load the data.", _all_of(fields.DATA)),
    Kind("prompts/profile", 1, "Which prompts a run has.", _all_of(fields.PROMPTS)),
    Kind("custom/common", 2, "What presets that mix data have in common.", _all_of(fields.COMMON)),
    Kind("custom/prefix", 1, "What an answer begins with.", _all_of(fields.PREFIX)),
    Kind("custom/mode", 1, "Which task it is.", _all_of(fields.MODE)),
    Kind("custom/augmentation", 2, "All operations and a curriculum.", augmentation.full),
    Kind("custom/augmentation_short", 2, "A few operations.", augmentation.short),
    Kind("deepspeed/zero", 2, "How the model is spread.", _all_of(fields.DEEPSPEED)),
    Kind("rlhf/rewards", 2, "Rewards and rollouts.", _all_of(fields.RLHF, fields.SAMPLING)),
)
