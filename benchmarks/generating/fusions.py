"""Fusion files, the mixes of data that presets name: bases and the variants that extend them.

They stand in both trees alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

FOLDER = "configs/fusion"


def fusion_files(count: int, rng: Random) -> Mapping[str, str]:
    """Return the texts of `count` files or one more; a third of them are bases."""
    bases = [f"mix_{at:02}" for at in range(max(1, count // 3))]
    files = {f"{FOLDER}/base/{name}.yaml": _base(rng) for name in bases}
    for at in range(max(1, count - len(bases))):
        files[f"{FOLDER}/variants/variant_{at:02}.yaml"] = _variant(rng.choice(bases), rng)
    return files


def variants(files: Mapping[str, str]) -> list[str]:
    """Return the paths of the files that a preset may name."""
    return [path for path in files if "/variants/" in path]


def _base(rng: Random) -> str:
    targets = "\n".join(_target(name, rng) for name in ("bbu", "rru"))
    many = rng.randint(0, 4)
    names = [f"lvis_{at}" for at in range(many)]
    sources = "".join(f"\n{_source(name, rng)}" for name in names)
    return (
        "# A mix of data. Targets are what is learned; each source adds a small share.\n"
        f"targets:\n{targets}\nsources:{sources or ' []'}\n"
    )


def _target(name: str, rng: Random) -> str:
    return f"""\
  - name: {name}_dense
    dataset: {name}
    train_jsonl: data/{name}_full_{rng.choice((768, 1024))}/train.jsonl
    val_jsonl: data/{name}_full/val.jsonl
    template: target_dense_{name}
    mode: dense
    ratio: 1.0
"""


def _source(name: str, rng: Random) -> str:
    return f"""\
  - name: {name}
    dataset: lvis
    train_jsonl: public/{name}/train.jsonl
    ratio: {rng.choice(("0.05", "0.1", "0.25"))}  # of the targets together
    template: source_dense
    mode: {rng.choice(("dense", "summary"))}
    sample_without_replacement: true
    augmentation_enabled: false
    curriculum_enabled: false
"""


def _variant(base: str, rng: Random) -> str:
    size = rng.choice((1024, 2048, 4096))
    entries = "".join(
        f"  - name: {name}_dense\n"
        f"    train_jsonl: data/{name}_full_{size}/train.jsonl\n"
        f"    val_jsonl: data/{name}_full_{size}/val.jsonl\n"
        for name in ("bbu", "rru")
    )
    title = f"# The same mix from images of {size} tokens."
    return f"{title}\nextends: ../base/{base}.yaml\ntargets:\n{entries}"
