from __future__ import annotations

from collections.abc import Collection

from hypothesis import given
from hypothesis import strategies as st

from migration.adopt.globs import Cover, cover_files, list_exact_globs
from migration.paths import glob_matches

_NAMES = st.sampled_from(("a", "b", "c[1]", "d*", "e f"))
_PATHS = st.builds(
    lambda folders, name, suffix: "/".join([*folders, f"{name}.{suffix}"]),
    st.lists(_NAMES, max_size=3),
    _NAMES,
    st.sampled_from(("yaml", "yml")),
)


def _matched(globs: Collection[str], paths: Collection[str]) -> set[str]:
    return {path for path in paths if any(glob_matches(glob, path) for glob in globs)}


@given(st.sets(_PATHS, max_size=12), st.data())
def test_a_cover_matches_the_wanted_files_and_no_others(
    found: set[str], data: st.DataObject
) -> None:
    wanted = data.draw(st.sets(st.sampled_from(sorted(found)))) if found else set[str]()
    cover = cover_files(wanted, found)
    matched = _matched(cover.presets, found)
    assert matched - _matched(cover.exclude, found) == wanted
    assert all(_matched([glob], found) for glob in (*cover.presets, *cover.exclude))
    assert _matched(list_exact_globs(wanted, found), found) == wanted


def test_a_folder_of_presets_is_one_glob_that_matches_later_ones_too() -> None:
    paths = [f"conf/{name}.yaml" for name in ("a", "x/b", "x/y/c")]
    assert cover_files(paths, paths) == Cover(("conf/**/*.yaml",))


def test_a_folder_without_presets_is_excluded_as_a_whole() -> None:
    wanted = [f"configs/{name}/{file}.yaml" for name in "abc" for file in "xy"]
    parts = ["configs/_base_/m.yaml", "configs/_base_/n/o.yaml"]
    cover = cover_files(wanted, [*wanted, *parts])
    assert cover == Cover(("configs/**/*.yaml",), ("configs/_base_/**",))


def test_one_preset_among_many_other_files_is_named() -> None:
    others = [f"configs/{name}.yaml" for name in "abcdef"]
    assert cover_files(["configs/x.yaml"], others) == Cover(("configs/x.yaml",))


def test_files_in_the_root_are_named() -> None:
    assert cover_files(["a.yaml"], ["a.yaml"]) == Cover(("a.yaml",))
