"""Keys that were renamed on purpose: the setting `moved`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.ledgers import MIX, OPTIM, A, B, ok
from tests.running import commit_all, edit, needs_git, run

RENAMED = ("optim.lr", "optim.learning_rate")
NEW_OPTIM = "optim: {learning_rate: 1.0e-4}\n"


def declare(folder: Path, *moves: tuple[str, str]) -> None:
    """Add entries to the settings."""
    entries = "".join(
        f"\n[[tool.config-migration.moved]]\nfrom = '{old}'\nto = '{new}'\n" for old, new in moves
    )
    path = folder / "pyproject.toml"
    path.write_text(path.read_text() + entries)


def check(folder: Path, *words: str) -> int:
    return run(folder, "check-parity", "--no-record", *words).code


def rename(folder: Path, value: str = "1.0e-4") -> None:
    """Rename the key in the tree, and say so."""
    write_files(folder, {OPTIM: f"optim: {{learning_rate: {value}}}\n"})
    declare(folder, RENAMED)


def test_both_sides_are_compared_under_the_new_name(frozen_project: Path) -> None:
    write_files(frozen_project, {OPTIM: NEW_OPTIM})
    assert check(frozen_project) == 2
    declare(frozen_project, RENAMED)
    ok(frozen_project, "check-parity", "--no-record")
    # A preset that still has the old name passes as well, and nothing else does.
    write_files(frozen_project, {OPTIM: "optim: {lr: 1.0e-4}\n"})
    ok(frozen_project, "check-parity", "--no-record")
    assert ok(frozen_project, "snapshot", "--check")


def test_another_value_is_red_under_the_new_name_with_both_places(frozen_project: Path) -> None:
    rename(frozen_project, "2.0e-4")
    ran = run(frozen_project, "check-parity", "--no-record")
    assert ran.code == 2
    assert "] optim.learning_rate  " in ran.out
    assert "  1.0e-4 (float) → 2.0e-4 (float)\n" in ran.out or "0.0001" in ran.out
    assert f"  now  {OPTIM}:1\n" in ran.out


@pytest.mark.parametrize(
    ("text", "is_like"),
    [
        ("optim: {learning_rate: 1.0e-4}", True),
        ("optim: {lr: 1.0e-4}", True),
        ("optim: {lr: 1.0e-4, learning_rate: 1.0e-4}", False),
        ("optim: {lr: 2.0e-4, learning_rate: 1.0e-4}", False),
        ("optim: {learning_rate: 1}", False),
        ("optim: {learning_rate: null}", False),
        ("optim: {}", False),
        ("optim: {learning_rate: {lr: 1.0e-4}}", False),
    ],
)
def test_no_value_is_lost_by_a_move(frozen_project: Path, text: str, is_like: bool) -> None:
    declare(frozen_project, RENAMED)
    write_files(frozen_project, {OPTIM: f"{text}\n"})
    assert check(frozen_project) == (0 if is_like else 2)


@pytest.mark.parametrize(
    ("text", "is_like"),
    [
        ("train: {rate: 1.0e-4}\n", True),
        ("optim: {}\ntrain: {rate: 1.0e-4}\n", False),
        ("train: 1.0e-4\n", False),
        ("optim: {lr: 1.0e-4}\ntrain: {}\n", False),
        ("optim: {lr: 1.0e-4}\ntrain: 3\n", False),
    ],
)
def test_a_key_may_move_to_another_mapping(frozen_project: Path, text: str, is_like: bool) -> None:
    declare(frozen_project, ("optim.lr", "train.rate"))
    write_files(frozen_project, {OPTIM: text})
    assert check(frozen_project) == (0 if is_like else 2)


def test_a_mapping_moves_with_all_that_is_in_it(frozen_project: Path) -> None:
    declare(frozen_project, ("optim", "train.optim"))
    write_files(frozen_project, {OPTIM: "train: {optim: {lr: 1.0e-4}}\n"})
    ok(frozen_project, "check-parity", "--no-record")
    write_files(frozen_project, {OPTIM: "train: {optim: {lr: 1.0e-4, beta: 1}}\n"})
    ran = run(frozen_project, "check-parity", "--no-record")
    assert (ran.code, "train.optim.beta" in ran.out) == (2, True)


def test_what_is_accepted_has_the_name_of_the_baseline(frozen_project: Path) -> None:
    folder = frozen_project
    rename(folder, "2.0e-4")
    ok(folder, "accept", "--key", "optim.learning_rate", "--reason", "faster")
    (path,) = (folder / "snapshots/accepted").iterdir()
    assert "\nkey: optim.lr\n" in path.read_text()
    ok(folder, "check-parity", "--no-record")
    # The value moves on: red again, with the acceptance named.
    write_files(folder, {OPTIM: "optim: {learning_rate: 3.0e-4}\n"})
    ran = run(folder, "check-parity", "--no-record")
    assert (ran.code, path.name in ran.out) == (2, True)
    # The frozen value is back, under the new name: not needed any more.
    write_files(folder, {OPTIM: NEW_OPTIM})
    ran = run(folder, "check-parity", "--no-record")
    assert (ran.code, "the frozen value is back" in ran.out) == (2, True)
    ok(folder, "accept", "--drop", path.stem.rpartition("-")[2])
    ok(folder, "check-parity", "--no-record")


def test_what_was_accepted_before_a_key_was_renamed_still_counts(frozen_project: Path) -> None:
    folder = frozen_project
    edit(folder / OPTIM, "1.0e-4", "2.0e-4")
    ok(folder, "accept", "--preset", "configs", "--reason", "faster")
    rename(folder, "2.0e-4")
    ok(folder, "check-parity", "--no-record")
    ok(folder, "snapshot", "--fold")
    ok(folder, "check-parity", "--no-record")
    write_files(folder, {OPTIM: "optim: {}\n"})
    ok(folder, "accept", "--preset", "configs", "--reason", "it has a default")
    ok(folder, "check-parity", "--no-record")
    write_files(folder, {OPTIM: "optim: {learning_rate: 3.0e-4}\n"})
    ok(folder, "accept", "--preset", "configs", "--reason", "not any more")
    ok(folder, "check-parity", "--no-record")
    ok(folder, "snapshot", "--fold")
    ok(folder, "check-parity", "--no-record")
    assert '"lr": 0.0003' in (folder / f"snapshots/presets/{A}.json").read_text()


def test_the_key_that_names_the_fusion_config_may_be_renamed(frozen_project: Path) -> None:
    folder = frozen_project
    edit(folder / "pyproject.toml", "phase_1", 'fusion_key = "fusion.file"\nphase_1')
    declare(folder, ("custom.fusion_config", "fusion.file"))
    ok(folder, "check-parity", "--no-record")  # also of presets that have the old name
    for preset in (A, B):
        path = folder / preset
        path.write_text(path.read_text().replace("custom: {fusion_config: ", "fusion: {file: "))
    ok(folder, "check-parity", "--no-record")
    edit(folder / MIX, "ratio: 1.0", "ratio: 0.5")
    assert check(folder) == 2
    other = "configs/fusion/other.yaml"
    write_files(folder, {other: (folder / MIX).read_text()})
    edit(folder / A, MIX, other)
    for _ in range(2):  # the name first, then the content
        run(folder, "accept", "--preset", "configs", "--reason", "half as much")
    ok(folder, "check-parity", "--no-record")


def test_an_entry_that_nothing_uses_is_noted(frozen_project: Path) -> None:
    declare(frozen_project, RENAMED, ("optim.betas", "optim.momenta"))
    note = "note: moved optim.betas → optim.momenta: no preset and no baseline has the old key\n"
    assert note in ok(frozen_project, "check-parity", "--no-record")
    assert "note: moved" not in ok(frozen_project, "check-parity", "--no-record", A)
    write_files(frozen_project, {OPTIM: NEW_OPTIM})
    out = ok(frozen_project, "check-parity", "--no-record")
    assert (note in out, "optim.lr" in out) == (True, False)
    document = json.loads(ok(frozen_project, "check-parity", "--no-record", "-f", "json"))
    assert document["unused_moves"] == ["optim.betas → optim.momenta"]
    assert "moved optim.betas" in ok(
        frozen_project, "check-parity", "--no-record", "-f", "markdown"
    )


@pytest.mark.parametrize(
    ("moves", "problem"),
    [
        ({"a": "b", "b": "c"}, "b → c and a → b make a chain: write one entry from the oldest"),
        ({"b": "c", "a": "b"}, "a → b and b → c make a chain: write one entry from the oldest"),
        ({"a": "b.c", "b": "d"}, "b → d and a → b.c make a chain"),
        ({"a": "c", "b": "c"}, "b → c and a → c clash: both are about one key"),
        ({"a": "c", "a.x": "d"}, "a.x → d and a → c clash: both are about one key"),
        ({"z": "y", "a": "a"}, "a → a leads to the key itself, beneath it or above it"),
        ({"z": "y", "a": "a.b"}, "a → a.b leads to the key itself, beneath it or above it"),
    ],
)
def test_entries_that_chain_or_clash_are_errors_with_their_lines(
    frozen_project: Path, moves: Mapping[str, str], problem: str
) -> None:
    declare(frozen_project, *moves.items())
    lines = (frozen_project / "pyproject.toml").read_text().splitlines()
    line = [at for at, each in enumerate(lines, 1) if each.endswith(".moved]]")][1]
    ran = run(frozen_project, "check-parity")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"pyproject.toml:{line}: 'moved': {problem}"), ran.err


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("moved = 3", "'moved' must be tables, [[tool.config-migration.moved]], each with from"),
        ("moved = [3]", "'moved' must be tables, each with from and to"),
        ("moved = [{from = 'a'}]", "'moved.to' must be a key path"),
        ("moved = [{from = 'a', to = 'b..c'}]", "'moved.to' is not a key path: 'b..c'"),
        (
            "moved = [{from = 'a[0]', to = 'b'}]",
            "'moved.from' must be a path of keys that are",
        ),
        ("moved = [{from = 'a', to = 'b.1'}]", "'moved.to' must be a path of keys that are texts"),
        ("moved = [{from = 'a', to = 'b', why = 'c'}]", "unknown setting 'moved.why'"),
    ],
)
def test_an_entry_of_another_shape_is_an_error(
    frozen_project: Path, text: str, problem: str
) -> None:
    edit(frozen_project / "pyproject.toml", "phase_1", f"{text}\nphase_1")
    ran = run(frozen_project, "check-parity")
    assert (ran.code, problem in ran.err, "pyproject.toml:" in ran.err) == (1, True, True), ran.err


@needs_git
def test_a_change_is_compared_under_the_names_that_its_base_knows(frozen_project: Path) -> None:
    folder = frozen_project
    commit_all(folder)
    rename(folder)
    ran = run(folder, "compare", "HEAD", "--check")
    # The change that renames the key declares that, too: it is shown, and weakens the gate.
    assert (ran.code, "learning_rate" in ran.out) == (2, True)
    assert 'setting moved: not set → ["optim.lr → optim.learning_rate"]' in ran.out
    commit_all(folder)
    write_files(folder, {OPTIM: "optim: {lr: 1.0e-4}\n"})
    out = ok(folder, "compare", "HEAD", "--check")
    assert "learning_rate" not in out
    write_files(folder, {OPTIM: "optim: {lr: 2.0e-4}\n"})
    assert "] optim.learning_rate  " in run(folder, "compare", "HEAD").out
    text = (folder / "pyproject.toml").read_text()
    (folder / "pyproject.toml").write_text(text[: text.index("\n[[")])
    assert run(folder, "compare", "HEAD", "--check").code == 0


def test_a_preset_that_moves_with_a_renamed_key_is_found(frozen_project: Path) -> None:
    folder = frozen_project
    rename(folder)
    (folder / B).rename(folder / "configs/train/other.yaml")
    ran = run(folder, "check-parity", "--no-record")
    assert f"`config-migration map {B} configs/train/other.yaml`" in ran.out


@needs_git
def test_a_comparison_finds_a_preset_that_moved_with_a_renamed_key(frozen_project: Path) -> None:
    folder = frozen_project
    declare(folder, RENAMED)
    commit_all(folder)
    write_files(folder, {OPTIM: NEW_OPTIM})
    (folder / B).rename(folder / "configs/train/other.yaml")
    report = json.loads(run(folder, "compare", "HEAD", "-f", "json").out)
    assert report["summary"]["renamed"] == 1, report
    write_files(folder, {"configs/train/like.yaml": (folder / A).read_text()})
    out = run(folder, "compare", "HEAD").out
    assert "learning_rate" not in out, out


def test_what_is_hidden_under_one_name_is_hidden_under_the_other(frozen_project: Path) -> None:
    edit(frozen_project / "pyproject.toml", "phase_1", 'redact = ["optim.lr"]\nphase_1')
    rename(frozen_project, "7.5e-4")
    for form in ("table", "json", "markdown"):
        out = run(frozen_project, "check-parity", "--no-record", "-v", "-f", form).out
        assert ("redacted" in out, "7.5e-4" in out, "0.00075" in out) == (True, False, False), form


def test_what_either_side_of_a_comparison_renames_is_hidden(frozen_project: Path) -> None:
    folder = frozen_project
    edit(folder / "pyproject.toml", "phase_1", 'redact = ["optim.lr"]\nphase_1')
    text = (folder / "pyproject.toml").read_text()
    declare(folder, RENAMED)
    commit_all(folder)
    (folder / "pyproject.toml").write_text(text)
    write_files(folder, {OPTIM: "optim: {lr: 7.5e-4}\n"})
    out = run(folder, "compare", "HEAD").out
    assert ("redacted" in out, "7.5e-4" in out, "0.00075" in out) == (True, False, False)


def with_augmentation(folder: Path, *moves: tuple[str, str]) -> None:
    """Freeze a preset with augmentation on, under the profile that allows it when it is off."""
    write_files(folder, {A: AUGMENTED.format(3)})
    ok(folder, "accept", "--preset", A, "--reason", "augmented")
    ok(folder, "snapshot", "--fold")
    declare(folder, *moves)


AUGMENTED = "custom: {{augmentation: {{enabled: true}}, augmentation_curriculum: {{final: {}}}}}\n"


@pytest.mark.parametrize("is_renamed", [False, True])
def test_no_move_makes_a_rule_hold_that_did_not(frozen_project: Path, is_renamed: bool) -> None:
    with_augmentation(frozen_project, ("custom.augmentation", "data.augmentation"))
    ok(frozen_project, "check-parity", "--no-record", A)
    text = AUGMENTED.format(99)
    if is_renamed:
        text = text.replace("custom: {augmentation: {enabled: true}, ", "custom: {")
        text += "data: {augmentation: {enabled: true}}\n"
    write_files(frozen_project, {A: text})
    ran = run(frozen_project, "check-parity", "--no-record", A)
    assert (ran.code, "augmentation_curriculum.final" in ran.out) == (2, True)


def test_a_move_out_of_a_section_that_a_rule_looks_at_is_refused(frozen_project: Path) -> None:
    with_augmentation(frozen_project, ("custom.augmentation.enabled", "custom.augment"))
    write_files(frozen_project, {A: AUGMENTED.format(99)})
    ran = run(frozen_project, "check-parity", "--no-record", A)
    assert ran.code == 2
    assert "leads out of what the rule augmentation-off looks at" in ran.out


def test_a_removed_key_that_comes_back_is_named_under_either_name(frozen_project: Path) -> None:
    write_files(frozen_project, {OPTIM: "optim: {}\n"})
    declare(frozen_project, RENAMED)
    ok(frozen_project, "accept", "--preset", "configs", "--reason", "it has a default")
    (path,) = (frozen_project / "snapshots/accepted").iterdir()
    for text in (NEW_OPTIM, "optim: {lr: 1.0e-4}\n"):
        write_files(frozen_project, {OPTIM: text})
        ran = run(frozen_project, "check-parity", "--no-record")
        assert (ran.code, "no preset needs what was accepted" in ran.out) == (2, True)
        assert path.name in ran.out


def test_an_entry_that_has_no_room_is_used_all_the_same(frozen_project: Path) -> None:
    declare(frozen_project, ("optim.lr", "model.dtype"))
    assert "note: moved" not in ok(frozen_project, "check-parity", "--no-record")


def test_the_key_that_names_the_fusion_config_is_not_renamed_alone(frozen_project: Path) -> None:
    declare(frozen_project, ("custom.fusion_config", "fusion.file"))
    ran = run(frozen_project, "check-parity")
    assert (ran.code, 'set `fusion_key = "fusion.file"`, too' in ran.err) == (1, True)


def test_a_draft_holds_under_both_names(frozen_project: Path) -> None:
    declare(frozen_project, RENAMED)
    ok(frozen_project, "draft", A)
