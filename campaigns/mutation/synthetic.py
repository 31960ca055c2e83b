"""Writes a small project for mutation, whose presets hold what the real ones lack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

from campaigns.mutation.pool import SCALARS, VALUES
from campaigns.mutation.writer import Writer
from tests.allowlist import ALLOWED
from tests.layouts import settings_table

Body = Mapping[Any, object]

PYPROJECT = settings_table(
    presets=["configs/train/*.yaml"], legacy=["configs/components/**", "configs/**/*_base.yaml"]
)
BASE = "configs/base.yaml"
FUSION, FUSION_BASE = "configs/fusion/variant.yaml", "configs/fusion/base.yaml"
KINDS, LISTS, NESTED, KEYS = (
    f"configs/train/{n}.yaml" for n in ("kinds", "lists", "nested", "keys")
)
RULES, FUSED = "configs/train/rules.yaml", "configs/train/fused.yaml"
LAYERS, OVERLAY = "configs/train/layers.yaml", "configs/train/overlay.yaml"
PARTS = tuple(f"configs/parts/{name}.yaml" for name in "abc")
AUGMENTATION: Mapping[str, object] = {
    "on": {"enabled": True, "prob": 0.5, "ops": ["flip"]},
    "off": {"enabled": False, "prob": 0.5, "ops": ["flip"]},
    "absent": ...,
    "null": None,
    "bare": {"prob": 0.5, "ops": ["flip"]},
}
"""The values of `custom.augmentation`; `...` means that the key is missing."""
CURRICULUM = {"phases": [{"until": 2, "ops": {}}, {"until": 9, "ops": {"flip": {"prob": 0.1}}}]}


def augmented(state: str) -> str:
    """Return the path of the preset whose augmentation has the state."""
    return f"configs/train/augmentation_{state}.yaml"


def numbered(values: Iterable[object]) -> Body:
    """Return the values under the keys `k0`, `k1`, ..."""
    return {f"k{at}": value for at, value in enumerate(values)}


def files() -> Mapping[str, str]:
    """Return the text of every file."""
    bodies: dict[str, Body] = {
        BASE: {"model": {"dtype": "bfloat16", "length": 4096}, "seed": 17, "tags": ["a", "b"]},
        KINDS: _preset(values=numbered(VALUES)),
        LISTS: _preset(values=numbered([1, value] for value in VALUES)),
        NESTED: _preset(values=numbered({"a": [{"b": value}, 2]} for value in VALUES)),
        KEYS: _preset(
            values=numbered({key: 1} for key in SCALARS),
            **{"training.run_name": "dotted", "custom.augmentation": {"x": 1}, "$yaml": "map"},
        ),
        RULES: _rules(),
        PARTS[0]: {"optim": {"lr": 0.1, "betas": [0.9, 0.99]}, "data": {"a": 1}, "only_a": {}},
        PARTS[1]: {"optim": {"lr": 0.2, "eps": 1e-8}, "data": None, "only_b": [1]},
        PARTS[2]: {"optim": {"betas": [0.9]}, "data": {"c": {"d": 1.5}}, "only_c": "c"},
        LAYERS: {"extends": ["../base.yaml", *(f"../parts/{n}.yaml" for n in "abc")], "own": 1},
        OVERLAY: {"extends": "layers.yaml", "optim": {"lr": 0.3}, "data": {"c": {"e": None}}},
        FUSION_BASE: _fusion_base(),
        FUSION: {
            "extends": ["base.yaml"],
            "targets": [{"name": "first", "val": "first.jsonl"}],
            "sources": [{"dataset": "second", "ratio": 0.25}, {"name": "third", "ratio": "0.5"}],
            "options": numbered(VALUES),
        },
        FUSED: _preset(custom={"fusion_config": FUSION, "samples": 3}),
    }
    for state, section in AUGMENTATION.items():
        custom: dict[str, object] = {
            "augmentation_curriculum": CURRICULUM,
            "augmentations": 1,
            "name": state,
        }
        if section is not ...:
            custom["augmentation"] = section
        bodies[augmented(state)] = _preset(custom=custom)
    texts = {path: Writer(Random(path)).document(body) for path, body in bodies.items()}
    # A mutation may split off legacy files; the globs must match a file before that.
    unused = dict.fromkeys(("configs/components/unused.yaml", "configs/unused_base.yaml"), "{}\n")
    return {"pyproject.toml": PYPROJECT, **unused, **texts}


def _preset(**sections: object) -> Body:
    return {"extends": "../base.yaml", **sections}


def _rules() -> Body:
    sections: dict[str, dict[object, object]] = {"training": {"lr": 0.1}, "custom": {"n": 1}}
    for position, path in enumerate(ALLOWED):
        section, key = path.split(".")
        sections[section][key] = position
    return _preset(**sections)


def _fusion_base() -> Body:
    return {
        "targets": [{"name": "first", "train": "first.jsonl", "ratio": 1.0}, {"dataset": "other"}],
        "sources": [{"name": "second", "ratio": 0.5, "shuffle": True}],
        "notes": None,
    }
