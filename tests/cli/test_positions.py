"""A word without an option is given to the option of its position."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.running import edit, run

A, B = "configs/train/a.yaml", "configs/train/b.yaml"


def checked(folder: Path, *words: str) -> list[str]:
    """Return the presets that `check-parity` looks at."""
    ran = run(folder, "check-parity", "--no-record", "--format", "json", *words)
    assert ran.code == 0, ran.err
    return [row["legacy"] for row in json.loads(ran.out)["presets"]]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], [A, B]),
        ([A], [A]),
        ([A, B], [A, B]),
        (["--preset", A, B], [A, B]),
        ([A, "--preset", B], [A, B]),
        ([f"./{A}"], [A]),
        (["configs/train"], [A, B]),
        (["configs/train/"], [A, B]),
        (["."], [A, B]),
        (["configs/*/a.yaml"], [A]),
        (["configs/**"], [A, B]),
        (["--", A], [A]),
    ],
)
def test_presets_are_named_by_path_folder_or_glob(
    frozen_project: Path, words: list[str], expected: list[str]
) -> None:
    assert checked(frozen_project, *words) == expected


@pytest.mark.parametrize("words", [["a.yaml"], ["./a.yaml"], [A], ["a.*"], ["../train/a.yaml"]])
def test_a_path_counts_from_where_one_stands_or_from_the_root(
    frozen_project: Path, words: list[str]
) -> None:
    assert checked(frozen_project / "configs" / "train", *words) == [A]


def test_a_folder_counts_from_where_one_stands(frozen_project: Path) -> None:
    write_files(frozen_project, {"other/note.txt": "x"})
    assert checked(frozen_project / "configs", "train") == [A, B]
    assert checked(frozen_project / "configs" / "train", ".") == [A, B]
    ran = run(frozen_project / "other", "check-parity", ".")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "no preset 'other'\n  hint: `ledger` lists the presets\n"


def test_what_lies_where_one_stands_comes_first(frozen_project: Path) -> None:
    write_files(frozen_project, {"configs/train/configs/train/a.yaml": "seed: 7\n"})
    inner = frozen_project / "configs" / "train"
    assert '"seed": 7' in run(inner, "inspect", A, "--payload-only").out
    assert '"seed": 7' not in run(frozen_project, "inspect", A, "--payload-only").out


def test_an_absolute_path_names_a_preset_of_the_project(frozen_project: Path) -> None:
    assert checked(frozen_project, str(frozen_project / A)) == [A]


@pytest.mark.parametrize("word", ["link/train/a.yaml", "link/train", "link", "tlink", "tlink/a.*"])
def test_a_link_to_a_folder_is_followed(frozen_project: Path, word: str) -> None:
    (frozen_project / "link").symlink_to("configs")
    (frozen_project / "tlink").symlink_to(frozen_project / "configs" / "train")
    expected = [A] if "a." in word else [A, B]
    assert checked(frozen_project, word) == expected
    assert checked(frozen_project, str(frozen_project / word)) == expected


@pytest.mark.parametrize("word", ["a.yaml", "", "*.yaml"])
def test_presets_that_are_known_by_a_path_with_a_link_are_named_by_it(
    small_project: Path, word: str
) -> None:
    (small_project / "link").symlink_to("configs")
    edit(small_project / "pyproject.toml", "configs/train/*.yaml", "link/train/*.yaml")
    known = [f"link/train/{name}.yaml" for name in "ab"]
    assert run(small_project, "snapshot").code == 0
    expected = known[:1] if word == "a.yaml" else known
    assert checked(small_project, f"link/train/{word}") == expected
    assert checked(small_project / "configs", f"../link/train/{word}") == expected
    (small_project / "configs/train/b.yaml").rename(small_project / "configs/train/c.yaml")
    assert run(small_project, "map", known[1], "link/train/c.yaml").code == 0
    assert checked(small_project, f"link/train/{word}") == expected


def test_a_preset_that_is_a_link_is_known_by_the_path_of_the_link(small_project: Path) -> None:
    (small_project / "configs/train/c.yaml").symlink_to("a.yaml")
    assert run(small_project, "snapshot").code == 0
    assert checked(small_project, "configs/train/c.yaml") == ["configs/train/c.yaml"]


def test_a_preset_whose_file_is_gone_is_named_from_where_one_stands(frozen_project: Path) -> None:
    (frozen_project / A).unlink()
    ran = run(frozen_project / "configs" / "train", "check-parity", "--no-record", "a.yaml")
    assert ran.code == 2
    assert f"{A}: no such file" in ran.out


@pytest.mark.parametrize(
    "command",
    [["check-parity"], ["snapshot", "--check", "--preset"], ["lint"], ["draft", "--into", "out"]],
)
def test_a_glob_that_cannot_be_read_is_an_error(frozen_project: Path, command: list[str]) -> None:
    ran = run(frozen_project, *command, "configs/[z-a].yaml")
    assert (ran.code, ran.out) == (1, "")
    reason = "bad character range z-a"
    assert ran.err == f"a pattern that cannot be read, 'configs/[z-a].yaml': {reason}\n"


@pytest.mark.parametrize("word", ["configs/trian/*.yaml", "*.yml", "configs/none/**"])
def test_a_glob_that_matches_no_preset_is_an_error(frozen_project: Path, word: str) -> None:
    for command in (["check-parity"], ["snapshot", "--check", "--preset"]):
        ran = run(frozen_project, *command, word)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith(f"no preset matches '{word}'\n  hint: `ledger` lists")


def test_a_glob_that_matches_only_the_end_of_a_path_is_told_the_wider_one(
    frozen_project: Path,
) -> None:
    ran = run(frozen_project, "check-parity", "*a.yaml")
    hint = "a glob has to match the whole path: '**/*a.yaml' finds presets"
    assert (ran.code, ran.err) == (1, f"no preset matches '*a.yaml'\n  hint: {hint}\n")
    assert "parity holds" in run(frozen_project, "check-parity", "--no-record", "**/*a.yaml").out


def test_files_are_given_by_position(frozen_project: Path) -> None:
    by_name = run(frozen_project, "inspect", "--config", A)
    assert run(frozen_project, "inspect", A) == by_name
    assert run(frozen_project / "configs", "inspect", "train/a.yaml").out == by_name.out
    differing = run(frozen_project, "diff", "--left", A, "--right", B)
    for words in ([A, B], ["--left", A, B], ["--right", B, A]):
        assert run(frozen_project, "diff", *words) == differing
    assert run(frozen_project, "draft", A) == run(frozen_project, "draft", "--preset", A)


def test_a_move_is_given_by_position(frozen_project: Path) -> None:
    (frozen_project / A).rename(frozen_project / "configs/train/c.yaml")
    ran = run(frozen_project / "configs", "map", "train/a.yaml", "train/c.yaml")
    assert ran.code == 0
    assert ran.out.startswith(f"mapped  {A} → configs/train/c.yaml, phase 2: pending")


def test_a_glob_that_stands_for_several_presets_is_no_preset_to_draft(frozen_project: Path) -> None:
    ran = run(frozen_project, "draft", "configs/**")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("configs/** matches 2 presets\n  hint: name one of them, as ")
    into = run(frozen_project, "draft", "configs/**", "--into", "drafts")
    assert into.code == 0
    assert "2 drafts written" in into.out


def test_a_folder_with_a_dropped_preset_is_drafted_without_it(frozen_project: Path) -> None:
    assert run(frozen_project, "map", B, "--drop", "--reason", "unused").code == 0
    assert "1 draft written" in run(frozen_project, "draft", "configs", "--into", "drafts").out
    assert "dropped: nothing to draft" in run(frozen_project, "draft", B).err


def test_a_folder_is_worked_in(frozen_project: Path, tmp_path: Path) -> None:
    here = run(frozen_project, "check-parity", "--no-record")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for words in (
        ["-C", str(frozen_project), "check-parity", "--no-record"],
        ["check-parity", "--no-record", "-C", str(frozen_project)],
        ["--directory", str(frozen_project / "configs"), "check-parity", "--no-record"],
    ):
        assert run(elsewhere, *words) == here
    assert (
        run(elsewhere, "-C", str(frozen_project / "configs"), "inspect", "train/a.yaml").code == 0
    )


def test_an_option_after_the_command_counts_before_one_in_front(frozen_project: Path) -> None:
    words = ("-C", "nowhere", "ledger", "-C", str(frozen_project))
    assert run(frozen_project, *words).code == 0


def test_a_changed_preset_is_found_by_any_of_its_names(frozen_project: Path) -> None:
    edit(frozen_project / B, "seed: 1", "seed: 2")
    for word in (B, "configs/train", "configs/**/b.yaml", "b.yaml"):
        folder = frozen_project / "configs" / "train" if word == "b.yaml" else frozen_project
        assert run(folder, "check-parity", "--no-record", word).code == 2


def linted(folder: Path, *words: str) -> list[str]:
    """Return the findings of `lint`, each as a code and a file."""
    ran = run(folder, "lint", "--format", "json", *words)
    assert ran.err == ""
    return [f"{found['code']} {found['file']}" for found in json.loads(ran.out)["findings"]]


@pytest.fixture
def broken_project(frozen_project: Path) -> Path:
    """Return a project with a null and a switch in each preset."""
    for path, name in ((A, "of_a"), (B, "of_b")):
        file = frozen_project / path
        file.write_text(f"{file.read_text()}null_{name}: null\nswitch_{name}: on\n")
    return frozen_project


def test_files_to_lint_are_named_by_path_folder_or_glob(broken_project: Path) -> None:
    in_a, in_b = [f"L403 {A}", f"L702 {A}"], [f"L403 {B}", f"L702 {B}"]
    chosen = ("--select", "L4,L702")
    assert linted(broken_project, *chosen) == in_a + in_b
    for words in ([A], ["--path", A], [f"./{A}"], ["configs/*/a.yaml"], [str(broken_project / A)]):
        assert linted(broken_project, *chosen, *words) == in_a
    for words in ([A, B], [A, "--path", B], ["configs/train/"], ["."], ["configs/**"]):
        assert linted(broken_project, *chosen, *words) == in_a + in_b


def test_a_file_to_lint_counts_from_where_one_stands_or_from_the_root(broken_project: Path) -> None:
    folder = broken_project / "configs" / "train"
    for word in ("a.yaml", "./a.yaml", A, "a.*"):
        assert linted(folder, "--select", "L403", word) == [f"L403 {A}"]
    assert linted(broken_project / "configs", "--select", "L403", "train") == [
        f"L403 {A}",
        f"L403 {B}",
    ]


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (["--select", "L403"], {"L403"}),
        (["--select", "L403,L702"], {"L403", "L702"}),
        (["--select", "l403, l702"], {"L403", "L702"}),
        (["--select", "L403", "--select", "L7"], {"L403", "L702"}),
        (["--select", "L4,L7", "--ignore", "L403"], {"L702"}),
        (["--ignore", "L1,L2,L3", "--ignore", "L4"], {"L702"}),
    ],
)
def test_rules_are_listed_with_commas_or_by_repeating_the_option(
    broken_project: Path, words: list[str], codes: set[str]
) -> None:
    assert {found.partition(" ")[0] for found in linted(broken_project, *words, A)} == codes


def test_a_file_that_lint_does_not_look_at_is_an_error(broken_project: Path) -> None:
    ran = run(broken_project, "lint", "configs/trian")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "`lint` looks at no file 'configs/trian'\n  hint: did you mean 'configs/train'?\n"
    )


def test_a_folder_with_the_name_of_a_rule_is_linted(broken_project: Path) -> None:
    write_files(broken_project, {"configs/train/L4/c.yaml": "x: null\n"})
    assert f"L403 {A}" not in linted(broken_project / "configs/train", "--select", "L403", "L4")
