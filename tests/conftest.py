"""Provides what the tests share: trees on disk, the legacy tree, and values that YAML can make."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st

from migration.files.disk_tree import DiskTree
from migration.paths import RealPath
from migration.resolve.resolved import Resolved
from migration.values.merge import Config
from tests.layouts import settings_table
from tests.running import run

ROOT = Path(__file__).parents[1]
LEGACY = ROOT / "tests" / "legacy"

# No deadline, since a slow machine is no failure; derandomized, so that examples do not vary.
settings.register_profile("repository", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("repository")

# A small project: two presets over a legacy component, and a fusion config.
SMALL_PROJECT = {
    "pyproject.toml": settings_table(presets=["configs/train/*.yaml"]),
    "configs/base.yaml": "model: {dtype: bfloat16}\n",
    "configs/components/optim.yaml": "optim: {lr: 1.0e-4}\n",
    "configs/fusion/mix.yaml": "targets:\n  - {name: bbu, ratio: 1.0}\nsources: []\n",
    "configs/train/a.yaml": (
        "extends: [../base.yaml, ../components/optim.yaml]\n"
        "custom: {fusion_config: configs/fusion/mix.yaml}\n"
    ),
    "configs/train/b.yaml": "extends: a.yaml\ntraining: {seed: 1}\n",
}

ConfigTree = Callable[[Mapping[str, str]], DiskTree]


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def resolved(path: str, value: Config, chain: Sequence[str]) -> Resolved:
    """Return a resolved config of files that are no links."""
    return Resolved(RealPath(path), value, tuple(map(RealPath, chain)))


def yaml_values(*, max_leaves: int = 12) -> st.SearchStrategy[object]:
    """Generate every kind of value that `yaml.safe_load` can return."""
    return st.recursive(
        scalars(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(keys(), inner, max_size=4)
            | st.tuples(keys(), inner)
            | st.sets(keys(), max_size=3)
        ),
        max_leaves=max_leaves,
    )


def scalars() -> st.SearchStrategy[object]:
    text = st.text(st.characters(exclude_categories=())) | st.sampled_from(["$yaml", "1", "true"])
    zones = st.integers(-719, 719).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
    return (
        st.none()
        | st.booleans()
        | st.integers(-3, 3)
        | st.integers()
        | st.integers(-(2**70), 2**70)
        | st.floats()
        | text
        | st.binary(max_size=8)
        | st.dates()
        | st.datetimes(timezones=st.none() | zones)
    )


def keys() -> st.SearchStrategy[object]:
    return scalars().filter(lambda key: key == key)  # noqa: PLR0124 - a NaN is equal to no key


def string_keyed_mappings() -> st.SearchStrategy[dict[str, object]]:
    """Generate small configs over few keys, so that two of them share keys."""
    leaves = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["a", "1", 1.0])
    return st.dictionaries(
        st.sampled_from("abc"),
        st.recursive(
            leaves | st.lists(leaves, max_size=3),
            lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
            max_leaves=6,
        ),
        max_size=3,
    )


def near_values() -> st.SearchStrategy[object]:
    """Generate values that Python or a careless text takes for one another."""
    zones = [dt.UTC, dt.timezone(dt.timedelta(hours=1))]
    scalars = st.sampled_from(
        [
            0,
            False,
            0.0,
            -0.0,
            "0",
            "false",
            None,
            "null",
            1,
            True,
            1.0,
            "1",
            float("nan"),
            "nan",
            2**64,
        ]
        + ["", b"", dt.date(2024, 1, 1), dt.datetime(2024, 1, 1), "2024-01-01"]  # noqa: DTZ001
        + [dt.datetime(2024, 1, 1, hour, tzinfo=zone) for hour, zone in enumerate(zones)]
    )
    keys = st.sampled_from([1, True, 1.0, "1", "true", None, "null", "a", "a.b", "$yaml"])
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=6,
    )


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> Iterator[None]:
    """Skip the syncing, which only helps in a power cut: a killed process loses no writes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        patch.setattr(os, "sync", lambda: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def outside_ci() -> Iterator[None]:
    """Unset `CI`, since commands record no verdicts where it is set."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CI", raising=False)
        yield


@pytest.fixture
def config_tree(tmp_path: Path) -> ConfigTree:
    """Return a function that writes files into a fresh folder and returns it as a `DiskTree`."""

    def make(files: Mapping[str, str]) -> DiskTree:
        write_files(tmp_path, files)
        return DiskTree(tmp_path)

    return make


@pytest.fixture
def legacy_project(tmp_path: Path) -> Path:
    """Return a fresh copy of the legacy tree with its settings, not frozen."""
    folder = tmp_path / "project"
    shutil.copytree(LEGACY, folder)
    return folder


@pytest.fixture
def small_project(tmp_path: Path) -> Path:
    """Return the small project, not frozen."""
    folder = tmp_path / "project"
    write_files(folder, SMALL_PROJECT)
    return folder


@pytest.fixture(scope="session")
def frozen_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Freeze the small project once, for tests to copy."""
    folder = tmp_path_factory.mktemp("frozen")
    write_files(folder, SMALL_PROJECT)
    assert run(folder, "snapshot").code == 0
    return folder


@pytest.fixture
def frozen_project(tmp_path: Path, frozen_once: Path) -> Path:
    """Return the small project, frozen."""
    return shutil.copytree(frozen_once, tmp_path / "project")
