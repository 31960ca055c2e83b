"""What the preset itself says: its name, its rates, and a few keys set anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from benchmarks.generating import augmentation, fields
from benchmarks.generating.entries import Body, Entry, body
from benchmarks.generating.plan import Place

_MODELS = (
    "model_cache/models/Qwen/Qwen3-VL-4B-Instruct",
    "output/1-4/2048_dense_merged/epoch_4-ckpt-5960",
    "output/12-27/4B-dense-merged/checkpoint-4470",
)


def own(place: Place, fusions: Sequence[str], rng: Random) -> Body:
    """Return what the file of a preset says; one that extends a preset says less."""
    return body(_overlaid(place, rng) if place.parent else _launched(place, fusions, rng))


def _launched(place: Place, fusions: Sequence[str], rng: Random) -> Iterator[Entry]:
    yield Entry(("model", "model"), rng.choice(_MODELS))
    if fields.happens(rng, 0.3):
        yield from fields.chosen(rng, fields.PIXELS)
    yield from _named(place)
    yield from fields.chosen(rng, fields.RATES)
    yield from fields.some(rng, fields.TRAINING, 1, 6)
    if fields.happens(rng, 0.1):
        yield from fields.chosen(rng, fields.REGEX)
    if place.ground and place.ground.has_rewards():
        yield from fields.some(rng, fields.SAMPLING, 4, 8)
    if place.ground:
        yield Entry(("custom", "fusion_config"), rng.choice(fusions))
    yield from fields.some(rng, fields.LIMITS, 2, 6)


def _overlaid(place: Place, rng: Random) -> Iterator[Entry]:
    yield from _named(place)
    yield from fields.some(rng, fields.RATES, 1, 3)
    yield from fields.some(rng, fields.TRAINING, 1, 6)
    yield from fields.some(rng, fields.TUNER, 0, 3)
    yield from fields.some(rng, fields.LIMITS, 1, 4)
    if fields.happens(rng, 0.4):
        yield from rng.choice((augmentation.off, augmentation.short))(rng)


def _named(place: Place) -> Iterator[Entry]:
    name = place.path.rpartition("/")[2].removesuffix(".yaml")
    yield Entry(("training", "output_dir"), f"./output/{name}", note="New for every run.")
    yield Entry(("training", "run_name"), f"{name}-epoch_{place.number % 9 + 1}")
    yield Entry(("training", "logging_dir"), f"./tb/{name}")
