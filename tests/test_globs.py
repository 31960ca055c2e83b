from __future__ import annotations

import pytest

from migration.globs import fixed_folder, glob_matches


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("configs/debug.yaml", "configs/debug.yaml", True),
        ("configs/debug.yaml", "configs/debugXyaml", False),
        ("configs/debug.yaml", "x/configs/debug.yaml", False),
        ("configs/debug.yaml", "configs/debug.yaml.bak", False),
        ("configs/*.yaml", "configs/a.yaml", True),
        ("configs/*.yaml", "configs/.yaml", True),
        ("configs/*.yaml", "configs/train/a.yaml", False),
        ("configs/**/*.yaml", "configs/a.yaml", True),
        ("configs/**/*.yaml", "configs/train/sft/a.yaml", True),
        ("configs/**/*_base.yaml", "configs/train/sft/dense_base.yaml", True),
        ("configs/**/*_base.yaml", "configs/base.yaml", False),
        ("configs/components/**", "configs/components/a/b.yaml", True),
        ("configs/components/**", "configs/components_old/a.yaml", False),
        ("**/a.yaml", "a.yaml", True),
        ("configs/?.yaml", "configs/a.yaml", True),
        ("configs/?.yaml", "configs/ab.yaml", False),
        ("configs/a?b", "configs/a/b", False),
        ("configs/[ab].yaml", "configs/b.yaml", True),
        ("configs/[!ab].yaml", "configs/b.yaml", False),
        ("configs/[!ab].yaml", "configs/c.yaml", True),
        ("configs/a[1", "configs/a[1", True),
        ("configs/[\\]].yaml", "configs/\\].yaml", True),
        ("a+b(c).yaml", "a+b(c).yaml", True),
        ("a*c\n", "abc", False),
    ],
)
def test_a_pattern_matches(pattern: str, path: str, matches: bool) -> None:
    assert glob_matches(pattern, path) == matches


@pytest.mark.parametrize(
    ("pattern", "folder"),
    [
        ("configs/train/**/*.yaml", "configs/train"),
        ("configs/tr*/a.yaml", "configs"),
        ("configs/debug.yaml", "configs"),
        ("**/a.yaml", ""),
        ("*.yaml", ""),
    ],
)
def test_every_match_lies_under_the_fixed_folder(pattern: str, folder: str) -> None:
    assert fixed_folder(pattern) == folder


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("a[!b]c", "a/c", False),
        ("a[+-9]c", "a/c", False),
        ("[^a]", "^", True),
        ("[^a]", "b", False),
        ("[[]x]", "[x]", True),
        ("[a&&b]", "&", True),
        ("**/a.yaml", "x\ny/a.yaml", True),
        ("**", "x\ny", True),
        ("[]a]", "]", True),
        ("[!]a]", "]", False),
    ],
)
def test_a_near_case_of_a_pattern_matches(pattern: str, path: str, matches: bool) -> None:
    assert glob_matches(pattern, path) == matches
