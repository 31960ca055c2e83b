"""The settings of the trees that tests work on: those of the original layout, unless changed."""

from __future__ import annotations

import json
from pathlib import Path

LAUNCH_SETTINGS = (
    "model.model",
    "training.run_name",
    "training.output_dir",
    "training.logging_dir",
    "training.num_train_epochs",
    "training.learning_rate",
    "training.vit_lr",
    "training.aligner_lr",
)
ORIGINAL: dict[str, object] = {
    "presets": ["configs/debug.yaml", "configs/train/**/*.yaml", "configs/smoke/*.yaml"],
    "exclude": [],
    "legacy": ["configs/components/**"],
    "base": "configs/base.yaml",
    "profile": "parity",
    "phase_1": [],
    "launch_settings": LAUNCH_SETTINGS,
    "runtime_settings": ["model.torch_dtype", "model.attn_impl", "template"],
    "length_key": "global_max_length",
    "length_required": ["configs/train/**"],
    "max_files": 4,
    "max_overlays": 3,
}


def settings_table(**changes: object) -> str:
    """Return the table of the original layout, each setting on a line, some of them changed.

    None leaves a setting out.
    """
    lines = {key: value for key, value in {**ORIGINAL, **changes}.items() if value is not None}
    return "[tool.config-migration]\n" + "".join(
        f"{_line(key, value)}\n" for key, value in lines.items()
    )


def _line(key: str, value: object) -> str:
    """Return a setting as TOML: what JSON writes of texts, numbers, booleans and lists is that."""
    if isinstance(value, dict):
        return f"{key} = {{ {', '.join(_line(name, each) for name, each in value.items())} }}"
    return f"{key} = {json.dumps(value)}"


def change_settings(folder: Path, **changes: object) -> None:
    """Write some settings of a project anew, each on its line, and those that are new at the end.

    None takes a setting out.
    """
    path = folder / "pyproject.toml"
    lines = path.read_text().splitlines()
    for key, value in changes.items():
        written = [] if value is None else [_line(key, value)]
        at = [number for number, line in enumerate(lines) if line.startswith(f"{key} = ")]
        lines[slice(at[0], at[0] + 1) if at else slice(len(lines), None)] = written
    path.write_text("".join(f"{line}\n" for line in lines))
