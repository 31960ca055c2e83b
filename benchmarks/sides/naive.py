"""What a team writes by hand: every file read again for every preset, by PyYAML's own parser.

`python -m benchmarks.sides.naive ACTION FOLDER LIST [INTO]`; `LIST` names the presets, one a line.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml


def merge(base: Any, override: Any) -> Any:
    """Return a mapping merged onto another; anything else replaces."""
    if not isinstance(base, dict) or not isinstance(override, dict):
        return override
    result = dict(base)
    for key, value in override.items():
        result[key] = merge(base[key], value) if key in base else value
    return result


def resolve(path: Path) -> Any:
    """Return what a file and all that it extends say together."""
    said = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    extends = said.pop("extends", None) or []
    result: Any = {}
    for base in [extends] if isinstance(extends, str) else extends:
        result = merge(result, resolve(path.parent / base))
    return merge(result, said)


def text_of(value: object) -> str:
    """Return a value as JSON."""
    return json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False) + "\n"


def snapshot(folder: Path, presets: list[str], into: Path) -> None:
    """Write what each preset resolves to."""
    for preset in presets:
        target = into / f"{preset}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text_of(resolve(folder / preset)), encoding="utf-8")


def check(folder: Path, presets: list[str]) -> None:
    """Print which presets do not resolve to what is frozen."""
    for preset in presets:
        frozen = folder / "snapshots/presets" / f"{preset}.json"
        if resolve(folder / preset) != json.loads(frozen.read_text(encoding="utf-8")):
            print(preset)


def show(folder: Path, presets: list[str]) -> None:
    """Print what presets resolve to."""
    for preset in presets:
        print(text_of(resolve(folder / preset)), end="")


def main() -> None:
    """Do what the command line says."""
    action, folder, names = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    presets = names.read_text(encoding="utf-8").splitlines()
    if action == "snapshot":
        snapshot(folder, presets, Path(sys.argv[4]))
    elif action == "check":
        check(folder, presets)
    else:
        show(folder, presets)


if __name__ == "__main__":
    main()
