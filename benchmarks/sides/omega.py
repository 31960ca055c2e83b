"""Freezing with OmegaConf's own loading and merging, as a team that has it would do it.

`python -m benchmarks.sides.omega snapshot FOLDER LIST INTO`; `LIST` names the presets, one a line.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf


def resolve(path: Path) -> Any:
    """Return the config of a file and all that it extends."""
    said: Any = OmegaConf.load(path)
    extends = said.pop("extends", None) or []
    bases = [extends] if isinstance(extends, str) else extends
    return OmegaConf.merge(*(resolve(path.parent / base) for base in bases), said)


def snapshot(folder: Path, presets: list[str], into: Path) -> None:
    """Write what each preset resolves to."""
    for preset in presets:
        value = OmegaConf.to_container(resolve(folder / preset))
        text = json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False)
        target = into / f"{preset}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    _, _, where, names, to = sys.argv
    snapshot(Path(where), Path(names).read_text(encoding="utf-8").splitlines(), Path(to))
