"""Which known paths a path on the command line may mean."""

from __future__ import annotations

import pytest

from migration.files.nearest import find_nearest_paths

KNOWN = (
    "configs/train/a.yaml",
    "configs/train/b.yaml",
    "configs/train/sft/dense_1024.yaml",
    "configs/train/sft/dense_2048.yaml",
    "configs/smoke/tiny.yaml",
    "configs/debug/tiny.yaml",
)


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("configs/train/A.yaml", ["configs/train/a.yaml"]),
        ("configs/train/a", ["configs/train/a.yaml"]),
        ("configs/train/a.yml", ["configs/train/a.yaml"]),
        ("configs\\train\\a.yaml", ["configs/train/a.yaml"]),
        ("a.yaml", ["configs/train/a.yaml"]),
        ("sft/dense-1024", ["configs/train/sft/dense_1024.yaml"]),
        ("runs/sft/dense_1024.yaml", ["configs/train/sft/dense_1024.yaml"]),
        ("configs/trian/a.yaml", ["configs/train/a.yaml"]),
        ("configs/train/aa.yaml", ["configs/train/a.yaml"]),
        ("configs/train/sft/dense_2408.yaml", ["configs/train/sft/dense_2048.yaml"]),
        ("tiny.yaml", ["configs/debug/tiny.yaml", "configs/smoke/tiny.yaml"]),
        ("configs/train/c.yaml", []),
        ("configs/train/{a,b}.yaml", []),
        ("configs/base.yaml", []),
        ("configs/train", []),
        ("nope", []),
        ("", []),
        ("/", []),
        ("..", []),
    ],
)
def test_a_path_means_what_is_written_alike(path: str, meant: list[str]) -> None:
    assert find_nearest_paths(path, KNOWN) == meant


def test_a_name_that_many_have_means_none_of_them() -> None:
    assert find_nearest_paths("a.yaml", [f"configs/{n}/a.yaml" for n in range(4)]) == []
