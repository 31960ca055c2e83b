from __future__ import annotations

import random
import re
import subprocess
from pathlib import Path

import pytest

from migration import paths as globs
from migration.paths import fixed_folder, glob_matches
from migration.text import make_visible, quote_path


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("configs/debug.yaml", "configs/debug.yaml", True),
        ("configs/debug.yaml", "configs/debugXyaml", False),
        ("configs/debug.yaml", "x/configs/debug.yaml", False),
        ("configs/debug.yaml", "configs/debug.yaml.bak", False),
        ("configs/*.yaml", "configs/a.yaml", True),
        ("configs/*.yaml", "configs/.yaml", False),
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


@pytest.mark.skipif(not Path("/bin/bash").exists(), reason="needs bash")
def test_a_shell_reads_a_quoted_path_as_the_path() -> None:
    pick = random.Random(1)  # noqa: S311 - no secret
    characters = [*map(chr, range(1, 0x100)), *"\u202e\u2028类🎉", *"'\"\\$`!*?[]~# -" * 8]
    names = ["".join(pick.choices(characters, k=6)) for _ in range(300)]
    paths = [name for name in [*characters, *names, "-x", "a'b\nc\\", "\x1b1", "\x9bab"] if name]
    script = f"printf '%s\\0' {' '.join(map(quote_path, paths))}"
    assert make_visible(script) == script
    done = subprocess.run(
        ["/bin/bash", "-c", script], capture_output=True, check=True, env={"LC_ALL": "C.UTF-8"}
    )
    read = done.stdout.decode().split("\0")[:-1]
    assert [path.removeprefix("./") for path in read] == [path.removeprefix("./") for path in paths]


@pytest.mark.parametrize("name", ["a[1].yaml", "*.yaml", "b{c}.yaml", "?\n.yaml", "[!x]\\.yaml"])
def test_a_wildcard_matches_a_name_that_has_signs_of_its_own(name: str) -> None:
    for pattern in ("configs/**", "configs/*", "configs/**/*.yaml", "configs/*.yaml"):
        assert glob_matches(pattern, f"configs/{name}")


STARS = ["*", "**", "**/", "*/", "a", "b", "/", "?", "[ab]", "[!a]", "]", ".", "é", "***", "****/"]


def test_many_stars_match_what_the_same_pattern_matches_with_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pick, matches = random.Random(1), 0  # noqa: S311 - no secret
    for _ in range(3_000):
        pattern = "".join(pick.choices(STARS, k=pick.randint(0, 7)))
        path = "".join(pick.choices("aab//.é\n", k=pick.randint(0, 7)))
        found: list[bool] = []
        for few in (100, -1):
            monkeypatch.setattr(globs, "_FEW_STARS", few)
            globs._matcher.cache_clear()  # noqa: SLF001 - each way is asked
            globs.glob_matches.cache_clear()
            found.append(glob_matches(pattern, path))
        assert found[0] == found[1], (pattern, path)
        matches += found[0]
    assert matches > 100


@pytest.mark.parametrize(
    "pattern", ["**/" * 40, "**/a/" * 30, "**/*a/" * 30, "*a" * 30, "**a" * 30, "**/**" * 20]
)
@pytest.mark.parametrize("path", ["a/" * 60, "a" * 120])
def test_a_pattern_of_many_stars_is_not_tried_in_every_way(
    pattern: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried, match_step = [], globs._step  # noqa: SLF001 - what is counted

    def counting(step: str) -> re.Pattern[str]:
        tried.append(step)
        return match_step(step)

    monkeypatch.setattr(globs, "_step", counting)
    assert not glob_matches(f"{pattern}x", f"{path}y")
    assert len(tried) <= len(f"{pattern}x") * len(f"{path}y")
