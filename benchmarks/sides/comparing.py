"""What comparing alone costs the toolkit, in one process: no start, and nothing read meanwhile.

`python -m benchmarks.sides.comparing FOLDER LIST` prints CPU seconds as JSON. What comparing is
compared with stands in the modules beside it.
"""

from __future__ import annotations

import copy
import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migration.files.disk_tree import DiskTree
from migration.resolve.loader import ConfigLoader
from migration.resolve.resolved import Resolved
from migration.values.canonical_reader import read_canonical
from migration.values.diff import diff


@dataclass(frozen=True, slots=True)
class Pair:
    """A preset as it is now and as it was frozen, and the same with one value changed."""

    resolved: Resolved
    frozen: object
    digest: str
    changed: object


def main() -> None:
    """Print what resolving and comparing take."""
    found, resolving = pairs(Path(sys.argv[1]), Path(sys.argv[2]))
    alike = cpu_seconds(_is_as_frozen, ((pair.resolved, pair.digest) for pair in found))
    changed = cpu_seconds(diff, ((pair.frozen, pair.changed) for pair in found))
    print(json.dumps({"resolving": resolving, "unchanged": alike, "changed": changed}))


def run(compare: Callable[[Any, Any], object]) -> None:
    """Print what another way of comparing takes for the same pairs."""
    found, _ = pairs(Path(sys.argv[1]), Path(sys.argv[2]))
    alike = cpu_seconds(compare, ((pair.frozen, pair.resolved.value) for pair in found))
    changed = cpu_seconds(compare, ((pair.frozen, pair.changed) for pair in found))
    print(json.dumps({"unchanged": alike, "changed": changed}))


def cpu_seconds(compare: Callable[..., object], compared: Iterable[tuple[object, object]]) -> float:
    """Return the CPU seconds that it takes to compare all of them."""
    listed = list(compared)
    begun = time.process_time()
    for left, right in listed:
        compare(left, right)
    return time.process_time() - begun


def pairs(folder: Path, names: Path) -> tuple[list[Pair], float]:
    """Return the pairs of the listed presets, and the CPU seconds that resolving them took."""
    presets = names.read_text(encoding="utf-8").splitlines()
    loader = ConfigLoader(DiskTree(folder))
    begun = time.process_time()
    resolved = [loader.resolve(preset) for preset in presets]
    resolving = time.process_time() - begun
    return [_pair(folder, each) for each in resolved], resolving


def _pair(folder: Path, resolved: Resolved) -> Pair:
    data = (folder / "snapshots/presets" / f"{resolved.path}.json").read_bytes()
    changed: Any = copy.deepcopy(resolved.value)
    changed.setdefault("training", {})["learning_rate"] = 0.123
    frozen = read_canonical(data, resolved.path)
    return Pair(resolved, frozen, hashlib.sha256(data).hexdigest(), changed)


def _is_as_frozen(resolved: Resolved, digest: str) -> bool:
    """Compare as `check-parity` does it where nothing has changed."""
    return hashlib.sha256(resolved.canonical()).hexdigest() == digest


if __name__ == "__main__":
    main()
