from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import cast

import pytest

from migration.resolve.fusion import FusionConfig
from migration.resolve.loader import ConfigLoader
from migration.resolve.origins import find_origin, index_origins
from migration.resolve.setter import find_setter
from migration.values.diff import list_leaves
from migration.values.keypath import Index, KeyPath
from tests.conftest import ConfigTree


def grow_value(chance: random.Random, depth: int) -> object:
    kind = chance.random()
    if depth and kind < 0.55:
        names = chance.sample("abcd", chance.randint(0, 3))
        return {name: grow_value(chance, depth - 1) for name in names}
    if kind < 0.7:
        return [chance.choice([1, [2], {"a": 1, "b": [3]}]) for _ in range(chance.randint(0, 3))]
    return chance.choice([None, 1, "x", 2.5])


def write_lines(value: object, indent: str) -> Iterator[str]:
    """Yield the lines of a mapping, each entry of a list on its own."""
    assert isinstance(value, dict)
    for key, item in value.items():
        if isinstance(item, dict) and item:
            yield f"{indent}{key}:"
            yield from write_lines(item, f"{indent}  ")
        elif isinstance(item, list) and item:
            yield f"{indent}{key}:"
            yield from (f"{indent}- {json.dumps(entry)}" for entry in item)
        else:
            yield f"{indent}{key}: {json.dumps(item)}"


def grow_files(seed: int) -> dict[str, str]:
    chance = random.Random(seed)  # noqa: S311 - no secret
    files: dict[str, str] = {}
    for number in range(6):
        bases = chance.sample(sorted(files), min(len(files), chance.randint(0, 3)))
        body = {name: grow_value(chance, 3) for name in chance.sample("abcd", 3)}
        lines = [f"extends: {json.dumps(bases)}", *write_lines(body, "")]
        files[f"f{number}.yaml"] = "\n".join(lines) + "\n"
    return files


def list_paths(value: object) -> Iterator[KeyPath]:
    for path, leaf in list_leaves(value):
        if path:
            yield path
        if isinstance(leaf, list):
            yield from ((*path, Index(at)) for at in range(len(leaf)))


@pytest.mark.parametrize("seed", range(300))
def test_the_setter_is_the_place_that_the_merged_marks_have(
    config_tree: ConfigTree, seed: int
) -> None:
    files = grow_files(seed)
    loader = ConfigLoader(config_tree(files))
    found = 0
    for file in files:
        value, origins = loader.resolve(file).value, index_origins(loader.marks(file))
        for path in list_paths(value):
            setter = find_setter(loader, file, path)
            assert setter is None or str(setter) == find_origin(origins, path), (file, path)
            found += setter is not None
        for path in list_mappings(value):
            assert find_setter(loader, file, path) is None
    leaves = sum(len([*list_paths(loader.resolve(file).value)]) for file in files)
    assert found >= leaves / 3


def list_mappings(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Yield the path of each mapping that is not empty, but for the root."""
    for key, item in value.items() if isinstance(value, dict) else ():
        if isinstance(item, dict) and item:
            yield (*path, key)
            yield from list_mappings(item, (*path, key))


def grow_fusion_files(seed: int) -> dict[str, str]:
    chance = random.Random(seed)  # noqa: S311 - no secret
    files: dict[str, str] = {}
    for number in range(6):
        bases = chance.sample(sorted(files), min(len(files), chance.randint(0, 3)))
        lines = [f"extends: {json.dumps(bases)}"]
        for section in ("targets", "sources"):
            names = chance.sample("abcd", chance.randint(0, 3))
            entries = [
                {
                    "name": f"{section}-{name}",
                    **{k: chance.randrange(3) for k in chance.choice(["x", "xy", "z"])},
                }
                for name in names
            ]
            if chance.random() < 0.8:
                lines.append(f"{section}: {'null' if chance.random() < 0.2 else ''}")
                if not lines[-1].endswith("null"):
                    lines[-1] += " []" if not entries else ""
                    lines += [f"- {json.dumps(entry)}" for entry in entries]
        files[f"f{number}.yaml"] = "\n".join(lines) + "\n"
    return files


@pytest.mark.parametrize("seed", range(300))
def test_the_setter_of_an_entry_that_merges_by_name(config_tree: ConfigTree, seed: int) -> None:
    files = grow_fusion_files(seed)
    loader = FusionConfig(config_tree(files))
    found = leaves = 0
    for file in files:
        value, origins = loader.resolve_file(file).value, index_origins(loader.marks(file))
        for section in ("targets", "sources"):
            for at, entry in enumerate(cast("list[dict[str, object]]", value.get(section, []))):
                for key in entry:
                    path = (section, Index(at), key)
                    setter = find_setter(loader, file, path)
                    assert setter is None or str(setter) == find_origin(origins, path), path
                    found += setter is not None
                    leaves += 1
    assert found >= leaves / 3


def test_nearly_every_place_is_found_without_merging_marks(config_tree: ConfigTree) -> None:
    files = {
        "base.yaml": "a: {b: 1, c: [1, 2]}\n",
        "x.yaml": "a: {b: 2}\ne: {}\n",
        "p.yaml": "extends: [base.yaml, x.yaml]\na:\n  d: 3\n",
    }
    loader = ConfigLoader(config_tree(files))
    found = {
        ".".join(map(str, path)): str(find_setter(loader, "p.yaml", path))
        for path in (("a", "b"), ("a", "c"), ("a", "d"), ("e",))
    }
    assert found == {"a.b": "x.yaml:1", "a.c": "base.yaml:1", "a.d": "p.yaml:3", "e": "x.yaml:2"}


def test_a_mapping_and_a_replaced_one_have_no_single_setter(config_tree: ConfigTree) -> None:
    files = {
        "base.yaml": "a: {b: 1}\n",
        "low.yaml": "a: {p: 1}\n",
        "mid.yaml": "extends: low.yaml\na: 5\n",
        "top.yaml": "extends: mid.yaml\na: {y: 1}\n",
        "p.yaml": "extends: [base.yaml, top.yaml]\n",
    }
    loader = ConfigLoader(config_tree(files))
    assert loader.resolve("p.yaml").value == {"a": {"b": 1, "y": 1}}
    assert find_setter(loader, "p.yaml", ("a",)) is None
    assert find_setter(loader, "p.yaml", ("a", "b")) is None
