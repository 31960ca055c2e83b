"""Made-up trees of teams that adopt the toolkit, each with a mistake that someone makes in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True)
class Mistake:
    """An edit that changes runs: the file, the text, and what the report has to name."""

    path: str
    old: str
    new: str
    key: str
    presets: tuple[str, ...]


@dataclass(frozen=True)
class Team:
    """A tree before anything of the toolkit is in it; `folders` are where `init` has to run."""

    files: Mapping[str, str]
    presets: frozenset[str]
    mistake: Mistake
    folders: tuple[str, ...] = field(default=("",))


FLAT: Final = Team(
    files={
        "pyproject.toml": '[project]\nname = "trainer"\nversion = "1.0"\n',
        "docker-compose.yaml": "services: {trainer: {image: trainer}}\n",
        "mkdocs.yml": "site_name: trainer\n",
        "configs/resnet50.yaml": "model: resnet50\noptim: {lr: 0.1, momentum: 0.9}\n",
        "configs/resnet101.yaml": "model: resnet101\noptim: {lr: 0.1, momentum: 0.9}\n",
        "configs/vit.yaml": "model: vit\noptim: {lr: 3.0e-4, betas: [0.9, 0.95]}\n",
        "configs/default.yaml": "model: mlp\noptim: {lr: 0.1}\n",
    },
    presets=frozenset(
        f"configs/{name}.yaml" for name in ("resnet50", "resnet101", "vit", "default")
    ),
    mistake=Mistake("configs/vit.yaml", "3.0e-4", "3e-4", "optim.lr", ("configs/vit.yaml",)),
)

UNDERSCORE_BASE: Final = Team(
    files={
        "setup.py": "",
        "configs/_base_/models/retinanet.yaml": "model: {type: RetinaNet, depth: 50}\n",
        "configs/_base_/schedule_1x.yaml": "optim: {lr: 0.02}\nepochs: 12\n",
        "configs/_base_/default_runtime.yaml": "log_interval: 50\n",
        "configs/retinanet/r50_1x.yaml": (
            "_base_:\n  - ../_base_/models/retinanet.yaml\n  - ../_base_/schedule_1x.yaml\n"
            "  - ../_base_/default_runtime.yaml\n"
        ),
        "configs/retinanet/r101_1x.yaml": "_base_: ./r50_1x.yaml\nmodel: {depth: 101}\n",
        "configs/atss/atss_r50_1x.yaml": (
            "_base_: [../_base_/schedule_1x.yaml, ../_base_/default_runtime.yaml]\n"
            "model: {type: ATSS}\n"
        ),
    },
    presets=frozenset(
        {
            "configs/retinanet/r50_1x.yaml",
            "configs/retinanet/r101_1x.yaml",
            "configs/atss/atss_r50_1x.yaml",
        }
    ),
    mistake=Mistake(
        "configs/_base_/schedule_1x.yaml",
        "epochs: 12",
        "epochs: 24",
        "epochs",
        ("configs/retinanet/r101_1x.yaml", "configs/atss/atss_r50_1x.yaml"),
    ),
)

HYDRA: Final = Team(
    files={
        "conf/config.yaml": (
            "defaults:\n  - model: small\n  - optimizer: adam\n  - _self_\nseed: 1\n"
        ),
        "conf/model/small.yaml": "depth: 4\nwidth: 128\n",
        "conf/model/large.yaml": "defaults:\n  - small\ndepth: 24\nwidth: 1024\n",
        "conf/optimizer/adam.yaml": "_target_: torch.optim.Adam\nlr: 0.001\n",
    },
    presets=frozenset(
        {
            "conf/config.yaml",
            "conf/model/small.yaml",
            "conf/model/large.yaml",
            "conf/optimizer/adam.yaml",
        }
    ),
    mistake=Mistake(
        "conf/optimizer/adam.yaml", "0.001", "0.01", "lr", ("conf/optimizer/adam.yaml",)
    ),
)

_VISION: Final = {
    "pyproject.toml": '[project]\nname = "vision"\nversion = "1.0"\n',
    "configs/base.yaml": "amp: true\n",
    "configs/train/detect.yaml": "_base_: ../base.yaml\nlr: 0.02\n",
    "configs/train/segment.yaml": "_base_: ../base.yaml\nlr: 0.01\n",
}
_LANGUAGE: Final = {
    "conf/base.yaml": "dtype: bf16\n",
    "conf/sft.yaml": "extends: base.yaml\nlr: 1.0e-5\n",
    "conf/dpo.yaml": "extends: sft.yaml\nbeta: 0.1\n",
}
MONOREPO: Final = Team(
    files={
        **{f"packages/vision/{path}": text for path, text in _VISION.items()},
        **{f"packages/language/{path}": text for path, text in _LANGUAGE.items()},
    },
    presets=frozenset(
        {
            "packages/vision/configs/train/detect.yaml",
            "packages/vision/configs/train/segment.yaml",
            "packages/language/conf/sft.yaml",
            "packages/language/conf/dpo.yaml",
        }
    ),
    mistake=Mistake(
        "packages/vision/configs/base.yaml",
        "amp: true",
        "amp: yes!",
        "amp",
        ("configs/train/detect.yaml", "configs/train/segment.yaml"),
    ),
    folders=("packages/vision", "packages/language"),
)

SHARED: Final = Team(
    files={
        "conf/_shared/data/web.yaml": "data: {name: web, shards: 512}\n",
        "conf/_shared/optim/adamw.yml": "optim: {name: adamw, lr: 3.0e-4}\n",
        "conf/_shared/optim/unused.yml": "optim: {name: sgd}\n",
        "conf/experiments/small/a.yaml": (
            "extends: [../../_shared/data/web.yaml, ../../_shared/optim/adamw.yml]\n"
        ),
        "conf/experiments/small/b.yaml": "extends: [../../_shared/data/web.yaml]\nsteps: 10\n",
        "conf/experiments/large/2026/c.yaml": (
            "extends: [../../../_shared/optim/adamw.yml]\nsteps: 1000\n"
        ),
        "outputs/2026-01-01/config.yaml": "steps: 1\n",
        ".gitignore": "outputs/\nsnapshots/\n",
    },
    presets=frozenset(
        {
            "conf/experiments/small/a.yaml",
            "conf/experiments/small/b.yaml",
            "conf/experiments/large/2026/c.yaml",
        }
    ),
    mistake=Mistake(
        "conf/experiments/small/b.yaml",
        "steps: 10",
        "step: 10",
        "steps",
        ("conf/experiments/small/b.yaml",),
    ),
)

TEMPLATED: Final = Team(
    files={
        "presets/base.yaml": "seed: 1\nlr: 0.1\n",
        "presets/a.yaml": "extends: base.yaml\nlr: 0.2\n",
        "presets/b.yaml": "extends: base.yaml\nlr: 0.3\n",
        "presets/sweep.yaml": (
            "extends: base.yaml\n{% for lr in rates %}\nlr: {{ lr }}\n{% endfor %}\n"
        ),
        "presets/lost.yaml": "extends: gone.yaml\nlr: 0.4\n",
        "presets/sweep.yaml.j2": "lr: {{ lr }}\n",
    },
    presets=frozenset({"presets/a.yaml", "presets/b.yaml"}),
    mistake=Mistake(
        "presets/base.yaml", "seed: 1", "seed: 2", "seed", ("presets/a.yaml", "presets/b.yaml")
    ),
)

TEAMS: Final[Mapping[str, Team]] = {
    "flat": FLAT,
    "_base_": UNDERSCORE_BASE,
    "hydra groups": HYDRA,
    "two trees in a monorepo": MONOREPO,
    "experiments and _shared": SHARED,
    "templates among presets": TEMPLATED,
}
