"""`accept`: by cause, seen, with a reason; and what becomes of it when values move on."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from tests.conftest import write_files
from tests.layouts import change_settings, settings_table
from tests.ledgers import MIX, OPTIM, A, B, ok
from tests.running import contents, edit, git, needs_git, run

LR = "optim.lr"
TWO = {"pyproject.toml": settings_table(presets=["configs/train/*.yaml"], legacy=[])}


def find_causes(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the forbidden causes of `check-parity`, by path."""
    document = json.loads(run(folder, "check-parity", "--no-record", "--format", "json").out)
    causes = cast("list[dict[str, Any]]", document["causes"])
    return {each["path"]: each for each in causes if each["rule"] is None}


def find_id(folder: Path, path: str = LR) -> str:
    return str(find_causes(folder)[path]["id"])


def list_accepted(folder: Path) -> dict[str, str]:
    """Return the text of each acceptance, by the name of its file without the id."""
    found = (folder / "snapshots/accepted").glob("*.yaml")
    return {path.stem.rpartition("-")[0]: path.read_text() for path in found}


def halve(folder: Path) -> None:
    edit(folder / OPTIM, "1.0e-4", "0.5e-4")


def check(folder: Path) -> int:
    return run(folder, "check-parity", "--no-record").code


def test_one_cause_is_one_file_and_no_baseline_changes(frozen_project: Path) -> None:
    before = contents(frozen_project / "snapshots")
    halve(frozen_project)
    out = ok(frozen_project, "accept", find_id(frozen_project), "--reason", " half as much ")
    (file,) = list_accepted(frozen_project)
    assert file == LR
    (path,) = (frozen_project / "snapshots/accepted").iterdir()
    assert f"written  snapshots/accepted/{path.name}\n" in out
    assert out.startswith("accepted 1 difference in 2 presets: half as much\n")
    assert " → 0.5e-4 (float)\n" in out
    after = contents(frozen_project / "snapshots")
    assert {name: after[name] for name in before} == before
    ran = run(frozen_project, "check-parity", "--no-record")
    assert (ran.code, ran.out.splitlines()[0]) == (
        0,
        "parity holds: all 2 presets agree with their baselines, but for 1 accepted difference",
    )
    assert run(frozen_project, "snapshot", "--check").code == 0


def test_the_gate_does_not_hold_for_a_key_that_nobody_accepted(frozen_project: Path) -> None:
    halve(frozen_project)
    edit(frozen_project / B, "seed: 1", "seed: 2")
    out = ok(frozen_project, "accept", "--key", LR, "--reason", "lower lr")
    assert "still forbidden in these presets: 1 difference\n" in out
    assert list(find_causes(frozen_project)) == ["training.seed"]
    assert check(frozen_project) == 2


def test_without_a_selection_it_lists_the_causes_and_writes_nothing(frozen_project: Path) -> None:
    halve(frozen_project)
    before = contents(frozen_project)
    ran = run(frozen_project, "accept")
    first = find_id(frozen_project)
    assert ran.code == 0
    assert ran.out.startswith("1 difference to accept or to correct; nothing was written\n")
    assert ran.out.endswith(f'to accept one: config-migration accept {first} --reason "WHY"\n')
    dry = ok(frozen_project, "accept", first, "--dry-run")
    assert dry.startswith("would accept 1 difference in 2 presets; nothing was written\n")
    assert "would be written  snapshots/accepted/optim.lr-" in dry
    assert contents(frozen_project) == before


def test_nothing_to_accept_is_said_so(frozen_project: Path) -> None:
    assert ok(frozen_project, "accept").startswith("nothing to accept")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("accept", "ffff", "--reason", "r"), "no forbidden difference has the id 'ffff'"),
        (("accept", "--key", "model", "--reason", "r"), "no forbidden difference is selected"),
        (("accept", "--key", "a..b", "--reason", "r"), "not a key path"),
        (("accept", "--preset", "no.yaml", "--reason", "r"), "no preset 'no.yaml'"),
        (("accept", "--key", LR), "accept needs a --reason"),
        (("accept", "--key", LR, "--reason", "  "), "accept needs a --reason"),
        (("accept", "--reason", "r"), "--reason needs an ID, a --key or a --preset"),
        (("accept", "--key", LR, "--reason", "r", "--until", "soon"), "--until is not a date"),
        (("accept", "--drop", "ffff"), "nothing was accepted under 'ffff'"),
        (("accept", "--check", "--drop", "ffff"), "--check goes with --today alone"),
        (("accept", "--today", "2026-01-01"), "--today goes with --check"),
    ],
)
def test_a_wrong_call_says_why_and_writes_nothing(
    frozen_project: Path, words: tuple[str, ...], error: str
) -> None:
    halve(frozen_project)
    before = contents(frozen_project)
    ran = run(frozen_project, *words)
    assert (ran.code, ran.out) == (1, "")
    assert error in ran.err
    assert contents(frozen_project) == before


def test_key_and_preset_select_what_they_have_in_common(frozen_project: Path) -> None:
    halve(frozen_project)
    edit(frozen_project / B, "seed: 1", "seed: 2")
    ok(frozen_project, "accept", "--key", "optim", "--preset", B, "--reason", "r")
    causes = find_causes(frozen_project)
    assert {path: each["presets"] for path, each in causes.items()} == {
        LR: [A],
        "training.seed": [B],
    }
    ok(frozen_project, "accept", find_id(frozen_project)[:4], "--preset", A, "--reason", "r")
    # The same value for the same reason: one list of presets.
    assert list_accepted(frozen_project)[LR].count("reason:") == 1
    ok(frozen_project, "accept", "--preset", "configs/train/*.yaml", "--reason", "all")
    assert check(frozen_project) == 0


def test_an_id_that_covers_more_presets_by_now_is_taken_for_all_of_them(
    frozen_project: Path,
) -> None:
    edit(frozen_project / B, "training:", "optim: {lr: 0.5e-4}\ntraining:")
    shown = find_id(frozen_project)
    edit(frozen_project / B, "optim: {lr: 0.5e-4}\n", "")
    halve(frozen_project)
    assert ok(frozen_project, "accept", shown, "--reason", "r").startswith(
        "accepted 1 difference in 2 presets: r\n"
    )
    assert check(frozen_project) == 0


def test_a_value_that_moves_on_is_red_again_with_the_acceptance_named(
    frozen_project: Path,
) -> None:
    halve(frozen_project)
    ok(frozen_project, "accept", "--key", LR, "--reason", "half")
    (path,) = (frozen_project / "snapshots/accepted").iterdir()
    edit(frozen_project / OPTIM, "0.5e-4", "0.25e-4")
    ran = run(frozen_project, "check-parity", "--no-record")
    assert ran.code == 2
    assert f"another value was accepted: snapshots/accepted/{path.name}\n" in ran.out
    (cause,) = find_causes(frozen_project).values()
    assert (cause["left"], cause["right"]) == (0.5e-4, 0.25e-4)
    assert [each["file"] for each in cause["accepted"]] == [f"snapshots/accepted/{path.name}"]
    ok(frozen_project, "accept", cause["id"], "--reason", "a quarter", "--until", "2027-03-01")
    text = path.read_text()
    assert "old: '0.0001'" in text
    assert "- new: '2.5e-05'" in text
    assert re.search(r"former:\n  - new: '5e-05'\n    reason: half\n", text)
    assert check(frozen_project) == 0


def test_a_value_that_is_back_gates_until_the_acceptance_is_dropped(frozen_project: Path) -> None:
    halve(frozen_project)
    ok(frozen_project, "accept", "--key", LR, "--reason", "half")
    edit(frozen_project / OPTIM, "0.5e-4", "1.0e-4")
    ran = run(frozen_project, "check-parity", "--no-record")
    assert ran.code == 2
    (command,) = set(re.findall(r"`(accept --drop [0-9a-f]{8})`", ran.out))
    assert "1 acceptance is not needed any more" in ran.out.splitlines()[0]
    assert run(frozen_project, "ledger", "--check").code == 2
    before = contents(frozen_project)
    assert "would take back 1 acceptance" in ok(frozen_project, *command.split(), "--dry-run")
    assert contents(frozen_project) == before
    ok(frozen_project, *command.split())
    assert list_accepted(frozen_project) == {}
    assert check(frozen_project) == 0


def test_an_acceptance_that_some_presets_need_is_trimmed(frozen_project: Path) -> None:
    halve(frozen_project)
    ok(frozen_project, "accept", "--key", LR, "--reason", "half")
    edit(frozen_project / B, "training:", "optim: {lr: 1.0e-4}\ntraining:")
    (cause,) = find_causes(frozen_project).values()
    assert (cause["presets"], cause["accepted"][0]["returned"]) == ([B], True)
    out = ok(frozen_project, "accept", "--drop", cause["accepted"][0]["id"])
    assert f"no longer accepted for {B}; 1 preset kept\n" in out
    assert B not in list_accepted(frozen_project)[LR]
    assert check(frozen_project) == 0


def test_an_acceptance_that_all_presets_need_can_be_taken_back(frozen_project: Path) -> None:
    halve(frozen_project)
    ok(frozen_project, "accept", "--key", LR, "--reason", "half")
    (path,) = (frozen_project / "snapshots/accepted").iterdir()
    ident = path.stem.rpartition("-")[2]
    ok(frozen_project, "accept", "--drop", ident, "--preset", A)
    assert list(find_causes(frozen_project)[LR]["presets"]) == [A]
    out = ok(frozen_project, "accept", "--drop", f"snapshots/accepted/{path.name}")
    assert "1 preset differs from the baseline now" in out
    assert find_causes(frozen_project)[LR]["presets"] == [A, B]


def test_an_acceptance_of_a_dropped_preset_gates_if_no_other_needs_it(
    frozen_project: Path,
) -> None:
    edit(frozen_project / B, "seed: 1", "seed: 2")
    ok(frozen_project, "accept", "--preset", B, "--reason", "r")
    ok(frozen_project, "map", B, "--drop", "--reason", "not needed")
    ran = run(frozen_project, "check-parity", "--no-record")
    assert (ran.code, "(its presets are gone)" in ran.out) == (2, True)
    (command,) = re.findall(r"`(accept --drop [0-9a-f]{8})`", ran.out)
    ok(frozen_project, *command.split())
    assert check(frozen_project) == 0


def test_an_acceptance_of_a_dropped_preset_among_others_is_a_note(frozen_project: Path) -> None:
    halve(frozen_project)
    ok(frozen_project, "accept", "--key", LR, "--reason", "r")
    ok(frozen_project, "map", B, "--drop", "--reason", "not needed")
    ran = run(frozen_project, "check-parity", "--no-record")
    assert (ran.code, f"{B} is dropped" in ran.out) == (0, True)
    (command,) = re.findall(r"`(accept --drop [0-9a-f]{8})`", ran.out)
    assert "1 preset kept" in ok(frozen_project, *command.split())
    assert check(frozen_project) == 0


def test_a_date_that_is_past_is_a_note_and_gates_in_a_check_of_dates(frozen_project: Path) -> None:
    halve(frozen_project)
    ok(frozen_project, "accept", "--key", LR, "--reason", "half", "--until", "2020-02-29")
    ran = run(frozen_project, "check-parity", "--no-record")
    assert ran.code == 0
    assert "was accepted until 2020-02-29: half\n" in ran.out
    assert run(frozen_project, "accept", "--check", "--today", "2020-02-29").code == 0
    late = run(frozen_project, "accept", "--check", "--today", "2020-03-01")
    assert (late.code, late.out.splitlines()[0]) == (
        2,
        "1 of 1 acceptance is past the date, on 2020-03-01",
    )
    assert run(frozen_project, "accept", "--check").code == 2


CHANGES: Mapping[str, tuple[str, str, list[str]]] = {
    "a new key": ("training: {seed: 1}", "training: {seed: 1, epochs: 3}", ["training.epochs"]),
    "a key that is gone": ("training: {seed: 1}\n", "", ["training.seed"]),
    "a type": ("seed: 1", 'seed: "1"', ["training.seed"]),
    "a mapping": ("training: {seed: 1}", "training: 5", ["training"]),
    "an empty mapping": ("training: {seed: 1}", "training: {}", ["training"]),
    "null": ("seed: 1", "seed: null", ["training.seed"]),
    "a renamed key": ("seed: 1", "random_seed: 1", ["training.random_seed", "training.seed"]),
    "a list": ("seed: 1", "seed: [1, {a: 2}]", ["training.seed"]),
    "a date": ("seed: 1", "seed: 2026-01-02", ["training.seed"]),
    "a number as key": ("seed: 1", "1: 1", ["training.1", "training.seed"]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_a_cause_can_be_is_accepted_and_taken_back(
    frozen_project: Path, name: str
) -> None:
    old, new, keys = CHANGES[name]
    edit(frozen_project / B, old, new)
    red = run(frozen_project, "check-parity", "--no-record")
    for cause in list(find_causes(frozen_project).values()):
        ok(frozen_project, "accept", cause["id"], "--reason", name)
    texts = list_accepted(frozen_project).values()
    assert sorted(re.findall("^key: '?(.*?)'?$", "".join(texts), re.MULTILINE)) == sorted(keys)
    assert check(frozen_project) == 0
    assert run(frozen_project, "snapshot", "--check").code in (0, 2)
    for path in sorted((frozen_project / "snapshots/accepted").iterdir()):
        ok(frozen_project, "accept", "--drop", path.name)
    assert run(frozen_project, "check-parity", "--no-record").out == red.out


def test_a_change_of_a_fusion_config_is_accepted_for_each_preset_that_names_it(
    frozen_project: Path,
) -> None:
    edit(frozen_project / MIX, "ratio: 1.0", "ratio: 2.0")
    (cause,) = find_causes(frozen_project).values()
    assert cause["presets"] == [A, B]
    ok(frozen_project, "accept", cause["id"], "--preset", A, "--reason", "twice")
    assert f"fusion: {MIX}\n" in list_accepted(frozen_project)["targets"]
    assert find_causes(frozen_project)[cause["path"]]["presets"] == [B]
    ok(frozen_project, "accept", cause["id"], "--reason", "twice")
    assert check(frozen_project) == 0
    assert run(frozen_project, "snapshot", "--check").code == 0
    edit(frozen_project / MIX, "ratio: 2.0", "ratio: 1.0")
    assert check(frozen_project) == 2


def test_another_fusion_config_is_accepted_by_its_name_and_by_its_content(
    frozen_project: Path,
) -> None:
    other = "configs/fusion/other.yaml"
    write_files(frozen_project, {other: "targets: [{name: a, ratio: 1}]\nsources: []\n"})
    edit(frozen_project / A, MIX, other)
    out = ok(frozen_project, "accept", "--key", "custom.fusion_config", "--reason", "r")
    assert "still forbidden in these presets: 1 difference" in out
    assert check(frozen_project) == 2
    ok(frozen_project, "accept", "--key", "targets", "--reason", "r")
    assert check(frozen_project) == 0


@pytest.mark.parametrize("first", ["gone", "new"])
def test_a_fusion_config_that_goes_or_comes_is_compared_with_its_content(
    small_project: Path, first: str
) -> None:
    line = f"custom: {{fusion_config: {MIX}}}\n"
    if first == "new":
        edit(small_project / A, line, "")
    ok(small_project, "snapshot")
    if first == "new":
        with (small_project / A).open("a") as file:
            file.write(line)
    else:
        edit(small_project / A, line, "")
    ok(small_project, "accept", "--key", "custom.fusion_config", "--reason", "r")
    if first == "new":
        # Its content was not accepted yet, and differs from nothing.
        assert len(find_causes(small_project)) == 2
        ok(small_project, "accept", "--preset", "configs/train", "--reason", "r")
        assert check(small_project) == 0
        edit(small_project / MIX, "ratio: 1.0", "ratio: 2.0")
        assert check(small_project) == 2
    else:
        assert check(small_project) == 0


def test_the_migration_does_not_accept_its_own_mistakes(frozen_project: Path) -> None:
    ok(frozen_project, "advance")
    shallow = f"extends: ../base.yaml\noptim: {{lr: 2}}\ncustom: {{fusion_config: {MIX}}}\n"
    (frozen_project / A).write_text(shallow)
    before = contents(frozen_project / "snapshots")
    words = ("accept", "--key", LR, "--reason", "r")
    ran = run(frozen_project, *words)
    assert ran.code == 1
    assert f"{A}: this preset and 1 more have left the legacy files" in ran.err
    assert "`--changes-training`" in ran.err
    assert contents(frozen_project / "snapshots") == before
    ok(frozen_project, *words, "--changes-training")
    assert "changes_training: true" in list_accepted(frozen_project)[LR]
    assert "changes training of migrated presets" in run(frozen_project, "ledger").out
    assert check(frozen_project) == 0


def test_a_preset_that_is_still_on_legacy_files_needs_no_such_word(frozen_project: Path) -> None:
    ok(frozen_project, "advance")
    halve(frozen_project)
    ok(frozen_project, "accept", "--key", LR, "--reason", "r", "--changes-training")
    assert "changes_training" not in list_accepted(frozen_project)[LR]
    assert check(frozen_project) == 0


def test_verdicts_that_were_recorded_are_true_again(frozen_project: Path) -> None:
    before = contents(frozen_project / "snapshots")
    halve(frozen_project)
    assert run(frozen_project, "check-parity", "--record").code == 2
    ok(frozen_project, "accept", "--key", LR, "--reason", "r")
    after = contents(frozen_project / "snapshots")
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + 1


def test_without_legacy_files_nothing_speaks_of_them(small_project: Path) -> None:
    change_settings(small_project, legacy=[])
    ok(small_project, "snapshot")
    edit(small_project / B, "seed: 1", "seed: 2")
    out = ok(small_project, "accept", "--preset", B, "--reason", "r")
    assert "legacy" not in out
    assert check(small_project) == 0


def test_values_that_no_report_shows_are_not_shown(frozen_project: Path) -> None:
    change_settings(frozen_project, redact=["*.lr"])
    halve(frozen_project)
    shown = run(frozen_project, "accept").out
    shown += ok(frozen_project, "accept", find_id(frozen_project), "--reason", "r")
    shown += run(frozen_project, "accept").out + run(frozen_project, "ledger").out
    shown += run(frozen_project, "ledger", "--format", "json").out
    assert "redacted" in shown
    assert not re.search(r"0\.0001|5e-05|e-4", shown)
    assert check(frozen_project) == 0


@pytest.mark.parametrize(
    "edit_file",
    [
        lambda path: path.write_text(path.read_text().replace("5e-05", "6e-05")),
        lambda path: path.write_text(path.read_text().replace("old: '0.0001'", "old: '0.0002'")),
        lambda path: path.write_text(""),
        lambda path: path.rename(path.with_name("optim.lr-00000000.yaml")),
        lambda path: shutil.copy(path, path.with_name("copy-00000000.yaml")),
    ],
)
def test_an_acceptance_that_was_edited_stops_every_command(
    frozen_project: Path, edit_file: Callable[[Path], object]
) -> None:
    halve(frozen_project)
    ok(frozen_project, "accept", "--key", LR, "--reason", "r")
    (path,) = (frozen_project / "snapshots/accepted").iterdir()
    edit_file(path)
    for words in (("check-parity",), ("snapshot", "--check"), ("ledger",), ("accept",)):
        ran = run(frozen_project, *words)
        assert (ran.code, ran.out) == (1, ""), words
        assert "snapshots/accepted/" in ran.err


def test_an_acceptance_that_is_removed_leaves_the_difference_red(frozen_project: Path) -> None:
    halve(frozen_project)
    ok(frozen_project, "accept", "--key", LR, "--reason", "r")
    shutil.rmtree(frozen_project / "snapshots/accepted")
    assert check(frozen_project) == 2


def test_another_file_among_the_acceptances_is_a_leftover(frozen_project: Path) -> None:
    write_files(frozen_project, {"snapshots/accepted/notes.txt": "x"})
    ran = run(frozen_project, "snapshot", "--check")
    assert (ran.code, "snapshots/accepted/notes.txt: a leftover" in ran.err) == (1, True)


@needs_git
def test_on_400_presets_the_diff_is_the_yaml_and_one_file_and_branches_merge(
    tmp_path: Path,
) -> None:
    presets = {
        f"configs/train/p{at:03}.yaml": f"extends: ../base.yaml\nseed: {at}\n" for at in range(400)
    }
    base = "lr: 1.0e-4\n\n\n\nmax_len: 4096\n\n\n\nwarmup: 0.1\n"
    write_files(tmp_path, {**TWO, **presets, "configs/base.yaml": base})
    ok(tmp_path, "snapshot")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "frozen")
    main = git(tmp_path, "branch", "--show-current").strip()

    def accept(branch: str, old: str, new: str, *others: tuple[str, str]) -> None:
        git(tmp_path, "switch", "--quiet", "-c", branch, main)
        edit(tmp_path / "configs/base.yaml", old, new)
        for each in others:
            edit(tmp_path / "configs/base.yaml", *each)
        assert run(tmp_path, "check-parity", "--record").code == 2
        ok(tmp_path, "accept", "--key", old.partition(":")[0], "--reason", f"{branch} is better")
        git(tmp_path, "add", ".")
        changed = git(tmp_path, "diff", "--cached", "--name-only").split()
        assert changed[0] == "configs/base.yaml"
        if not others:
            assert len(changed) == 2
        git(tmp_path, "commit", "--quiet", "-m", branch)

    accept("lower", "lr: 1.0e-4", "lr: 5.0e-5")
    accept("warmer", "warmup: 0.1", "warmup: 0.2")
    assert check(tmp_path) == 0
    git(tmp_path, "merge", "--quiet", "--no-edit", "lower")
    ran = run(tmp_path, "check-parity", "--no-record")
    assert (ran.code, "but for 2 accepted differences" in ran.out) == (0, True)
    assert run(tmp_path, "snapshot", "--check").code == 0

    # The accidental change that nobody accepted stays red.
    accept("blind", "lr: 1.0e-4", "lr: 5.0e-5", ("max_len: 4096", "max_len: 409"))
    assert {path: len(each["presets"]) for path, each in find_causes(tmp_path).items()} == {
        "max_len": 400
    }
