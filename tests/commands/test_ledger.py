"""`ledger`: what each preset is shown as, the cause, the progress, and the one next command."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from migration.phases import Status
from tests.conftest import write_files
from tests.earlier import refreeze
from tests.layouts import change_settings
from tests.ledgers import (
    OPTIM,
    SHALLOW,
    A,
    B,
    checklist,
    gate,
    migrate,
    ok,
    record,
    rows,
    statuses,
    to_phase,
    type_status,
)
from tests.running import contents, edit, run

C = "configs/train/c.yaml"


def step(folder: Path) -> str:
    return str(checklist(folder)["next"])


def test_the_document(frozen_project: Path) -> None:
    migrate(frozen_project)
    edit(frozen_project / B, "seed: 1", "seed: 1, run_name: again")
    ok(frozen_project, "check-parity")
    assert checklist(frozen_project) == {
        "phase": 0,
        "holds": True,
        "summary": {
            "stale": 0,
            "verified": 2,
            "pending": 0,
            "failed": 0,
            "missing": 0,
            "error": 0,
            "new": 0,
            "dropped": 0,
            "total": 2,
        },
        "phases": [
            {"phase": 0, "done": 2, "total": 2},
            {"phase": 1, "done": 0, "total": 0},
            {"phase": 2, "done": 2, "total": 2},
            {"phase": 3, "legacy_files": 1},
        ],
        "reopened": [],
        "next": "config-migration advance",
        "accepted": [],
        "unneeded_acceptances": [],
        "excluded": [],
        "presets": [
            {
                "legacy": path,
                "target": path,
                "phase": 2,
                "status": "verified",
                "recorded": "verified",
                "actual": "verified",
                "files": {"legacy": files, "target": files - 1},
                "allowed": allowed,
                "allowed_by": {"run-identity": allowed} if allowed else {},
                "cause": None,
                "dropped": None,
                "refrozen": [],
                "frozen_late": None,
                "reuse": None,
            }
            for path, files, allowed in ((A, 3, []), (B, 4, ["training.run_name"]))
        ],
    }


def test_a_verified_typed_in_by_hand_is_stale_and_in_the_way(frozen_project: Path) -> None:
    type_status(frozen_project, B, "verified")
    row = rows(frozen_project)[B]
    assert (row["status"], row["recorded"], row["actual"]) == ("stale", "verified", "pending")
    assert (
        row["cause"]
        == f"stale: ledger says verified (edited by hand), now pending: built from {OPTIM}"
    )
    assert gate(frozen_project) == 2
    assert run(frozen_project, "ledger").code == 0


@pytest.mark.parametrize("recorded", ["pending", "failed", "missing", "error"])
def test_a_record_that_is_behind_the_truth_is_stale(frozen_project: Path, recorded: Status) -> None:
    migrate(frozen_project)
    record(frozen_project, B, recorded)
    assert rows(frozen_project)[B]["cause"] == f"stale: ledger says {recorded}, now verified"
    assert gate(frozen_project) == 2
    ok(frozen_project, "check-parity")
    assert gate(frozen_project) == 0


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        (
            "seed: 1",
            "seed: 2, epochs: 3",
            "failed: 2 forbidden differences: training.epochs, training.seed",
        ),
        ("{seed: 1}", "{seed: 1", f"error: {B}:2:11: not valid YAML"),
    ],
)
def test_a_broken_preset_names_its_cause(
    frozen_project: Path, old: str, new: str, cause: str
) -> None:
    edit(frozen_project / B, old, new)
    assert run(frozen_project, "check-parity").code == 2
    assert rows(frozen_project)[B]["cause"].startswith(cause)
    assert gate(frozen_project) == 2


def test_a_missing_preset_names_its_cause(frozen_project: Path) -> None:
    (frozen_project / B).unlink()
    assert run(frozen_project, "check-parity").code == 2
    assert rows(frozen_project)[B]["cause"].startswith(
        "missing: no such file; `config-migration map "
    )


def test_the_ledger_writes_nothing(frozen_project: Path) -> None:
    migrate(frozen_project)
    edit(frozen_project / B, "seed: 1", "seed: 2")
    before = contents(frozen_project)
    for words in ([], ["--check"], ["--format", "json"], ["--format", "markdown"]):
        run(frozen_project, "ledger", *words)
    assert contents(frozen_project) == before


def test_the_presets_of_one_status_alone_are_shown(frozen_project: Path) -> None:
    write_files(frozen_project, {A: SHALLOW})
    ok(frozen_project, "check-parity", "--preset", A)
    shown = checklist(frozen_project, "--status", "verified")
    assert [row["legacy"] for row in shown["presets"]] == [A, B]
    assert shown["summary"]["total"] == 2
    stale = checklist(frozen_project, "--status", "stale")["presets"]
    assert [row["legacy"] for row in stale] == [B]
    assert run(frozen_project, "ledger", "--check", "--status", "pending").code == 2


def test_a_stale_preset_is_shown_under_its_true_status_as_well(frozen_project: Path) -> None:
    edit(frozen_project / B, "seed: 1", "seed: 2")
    shown = checklist(frozen_project, "--status", "failed")
    assert [(row["legacy"], row["status"]) for row in shown["presets"]] == [(B, "stale")]
    assert (shown["summary"]["failed"], shown["summary"]["stale"]) == (1, 1)


def test_a_new_preset_is_listed_without_a_legacy_path(frozen_project: Path) -> None:
    to_phase(frozen_project, 1)
    write_files(frozen_project, {C: "extends: ../base.yaml\n"})
    row = rows(frozen_project)[C]
    assert (row["legacy"], row["target"], row["recorded"]) == (None, C, None)
    assert row["files"] == {"legacy": None, "target": 2}
    assert gate(frozen_project) == 2


def test_the_next_command_freezes_what_is_not_frozen(frozen_project: Path) -> None:
    write_files(frozen_project, {C: "extends: ../base.yaml\n"})
    assert step(frozen_project) == "config-migration snapshot"


def test_the_next_command_asks_where_a_missing_preset_went(frozen_project: Path) -> None:
    (frozen_project / B).unlink()
    assert step(frozen_project) == f"config-migration map {B} PATH"


def test_the_next_command_names_the_file_that_a_missing_preset_may_have_become(
    frozen_project: Path,
) -> None:
    (frozen_project / B).rename(frozen_project / "configs/train/b 2.yaml")
    assert step(frozen_project) == f"config-migration map {B} 'configs/train/b 2.yaml'"


def test_the_next_command_maps_a_folder_whose_presets_all_went(frozen_project: Path) -> None:
    (frozen_project / "configs/train").rename(frozen_project / "configs/presets")
    change_settings(frozen_project, presets=["configs/presets/*.yaml"])
    command = "map configs/train configs/presets"
    assert step(frozen_project) == f"config-migration {command}"
    ok(frozen_project, *command.split())
    assert statuses(frozen_project) == {A: "pending", B: "pending"}


def test_the_next_command_maps_a_single_preset_that_went_to_another_folder(
    frozen_project: Path,
) -> None:
    (frozen_project / "configs/train/deep").mkdir()
    change_settings(frozen_project, presets=["configs/train/**/*.yaml"])
    moved = "configs/train/deep/b.yaml"
    write_files(frozen_project, {moved: (frozen_project / B).read_text().replace("a.y", "../a.y")})
    (frozen_project / B).unlink()
    assert step(frozen_project) == f"config-migration map {B} {moved}"


def test_the_next_command_drafts_a_preset_that_came_after_its_phase_was_closed(
    frozen_project: Path,
) -> None:
    to_phase(frozen_project, 2)
    ok(frozen_project, "advance")
    write_files(frozen_project, {C: "extends: [../base.yaml, ../components/optim.yaml]\n"})
    ok(frozen_project, "snapshot")
    command = f"draft --preset {C}"
    assert step(frozen_project) == f"config-migration {command}"
    ok(frozen_project, *command.split(), "--out", C, "--force")
    assert step(frozen_project) == "config-migration check-parity"
    ok(frozen_project, "check-parity")
    assert step(frozen_project) == "config-migration retire"


def test_what_is_broken_comes_before_what_is_late(frozen_project: Path) -> None:
    to_phase(frozen_project, 2)
    ok(frozen_project, "advance")
    write_files(frozen_project, {C: "extends: [../base.yaml, ../components/optim.yaml]\n"})
    ok(frozen_project, "snapshot")
    edit(frozen_project / A, "lr", "rate")
    assert step(frozen_project) == f"config-migration check-parity --preset {A}"


def test_the_next_commands_lead_from_the_freeze_to_the_end(small_project: Path) -> None:
    write_files(small_project, {C: "extends: b.yaml\nname: c\n"})
    known = []
    ok(small_project, "snapshot")
    while (command := checklist(small_project)["next"]) is not None:
        words = str(command).split()[1:]
        if words[0] == "draft":
            words += ["--out", words[2], "--force"]
        ok(small_project, *words, *(["--force"] if words[0] == "retire" else []))
        known.append((command, contents(small_project)))
        assert known.count(known[-1]) == 1, command
    assert checklist(small_project)["phase"] == "done"
    assert [*dict.fromkeys(str(command).split()[1] for command, _ in known)] == [
        "advance", "map", "draft", "retire",
    ]  # fmt: skip


def test_the_document_has_the_reasons_of_all_decisions(frozen_project: Path) -> None:
    edit(frozen_project / B, "seed: 1", "seed: 2")
    refreeze(frozen_project, "the seed\nof the paper", B)
    ok(frozen_project, "map", "--old", A, "--drop", "--reason", "nobody runs it")
    found = rows(frozen_project)
    keys = ("dropped", "refrozen", "frozen_late", "reuse", "allowed_by")
    assert [found[A][key] for key in keys] == ["nobody runs it", [], None, None, {}]
    assert [found[B][key] for key in keys] == [None, ["the seed\nof the paper"], None, None, {}]


def test_the_next_command_follows_the_order_of_phase_1(frozen_project: Path) -> None:
    edit(frozen_project / "pyproject.toml", "phase_1 = []", f'phase_1 = ["{B}", "{A}"]')
    shutil.copy(frozen_project / A, frozen_project / B)
    refreeze(frozen_project, "like a", B)
    ok(frozen_project, "advance")
    assert step(frozen_project) == f"config-migration draft --preset {B}"


def test_the_next_command_shows_what_is_broken(frozen_project: Path) -> None:
    edit(frozen_project / B, "seed: 1", "seed: 2")
    assert step(frozen_project) == f"config-migration check-parity --preset {B}"


def test_the_next_command_records_what_is_stale_while_the_phase_stays_open(
    frozen_project: Path,
) -> None:
    to_phase(frozen_project, 1)
    record(frozen_project, B, "failed")
    assert checklist(frozen_project)["next"] == "config-migration check-parity"
    ok(frozen_project, "check-parity")
    assert step(frozen_project) == f"config-migration draft --preset {A}"


def test_the_next_command_records_what_was_typed_in(frozen_project: Path) -> None:
    to_phase(frozen_project, 1)
    type_status(frozen_project, A, "verified")
    assert step(frozen_project) == "config-migration check-parity"


def test_the_next_command_records_what_is_stale_before_it_removes_legacy_files(
    frozen_project: Path,
) -> None:
    to_phase(frozen_project, 2)
    ok(frozen_project, "advance")
    record(frozen_project, B, "failed")
    assert step(frozen_project) == "config-migration check-parity"
    ok(frozen_project, "check-parity")
    assert step(frozen_project) == "config-migration retire"


def test_the_next_command_records_what_is_stale_once_all_is_done(frozen_project: Path) -> None:
    to_phase(frozen_project, "done")
    record(frozen_project, B, "failed")
    assert (gate(frozen_project), step(frozen_project)) == (2, "config-migration check-parity")
    ok(frozen_project, "check-parity")
    assert (gate(frozen_project), checklist(frozen_project)["next"]) == (0, None)


@pytest.mark.parametrize("phase", [0, 1, 2])
def test_the_next_command_closes_a_phase_whose_gate_holds_over_what_is_stale(
    frozen_project: Path, phase: int
) -> None:
    to_phase(frozen_project, phase)
    write_files(frozen_project, {A: SHALLOW})
    record(frozen_project, B, "failed")
    assert rows(frozen_project)[B]["cause"] == "stale: ledger says failed, now verified"
    assert step(frozen_project) == "config-migration advance"
    ok(frozen_project, "advance")
    assert rows(frozen_project)[B]["cause"] is None


def test_the_next_command_closes_a_phase_whose_gate_holds(frozen_project: Path) -> None:
    assert step(frozen_project) == "config-migration advance"


@pytest.mark.parametrize(("phase", "preset"), [(1, A), (2, B)])
def test_the_next_command_is_about_a_preset_of_the_open_phase(
    frozen_project: Path, phase: int, preset: str
) -> None:
    to_phase(frozen_project, phase)
    if phase == 2:
        edit(frozen_project / B, "extends: a.yaml", "extends: [a.yaml, ../components/optim.yaml]")
        ok(frozen_project, "check-parity")
    assert step(frozen_project).startswith(f"config-migration draft --preset {preset}")


@pytest.mark.parametrize("is_migrated", [False, True])
def test_the_next_command_gives_an_empty_phase_1_a_preset(
    frozen_project: Path, is_migrated: bool
) -> None:
    ok(frozen_project, "advance")
    if is_migrated:
        migrate(frozen_project)
    assert step(frozen_project) == f"config-migration map --old {A} --phase 1"


def test_the_next_command_of_phase_3_removes_the_legacy_files(frozen_project: Path) -> None:
    to_phase(frozen_project, 2)
    write_files(frozen_project, {"configs/a new.yaml": SHALLOW.replace("../", "")})
    edit(frozen_project / B, "a.yaml", "../a new.yaml")
    ok(frozen_project, "map", "--old", A, "--new", "configs/a new.yaml")
    ok(frozen_project, "check-parity")
    ok(frozen_project, "advance")
    assert step(frozen_project) == "config-migration retire"


def test_no_command_comes_next_once_all_is_done(frozen_project: Path) -> None:
    to_phase(frozen_project, "done")
    assert checklist(frozen_project)["next"] is None
    assert ok(frozen_project, "ledger").endswith("next: nothing, the migration is done\n")


def test_a_legacy_file_that_comes_back_is_in_the_way(frozen_project: Path) -> None:
    to_phase(frozen_project, "done")
    assert gate(frozen_project) == 0
    write_files(frozen_project, {OPTIM: "optim: {lr: 1.0e-4}\n"})
    assert (gate(frozen_project), statuses(frozen_project)[A]) == (2, "verified")
    assert step(frozen_project) == "config-migration retire"


def test_the_next_command_drafts_what_others_extend_first(small_project: Path) -> None:
    first = "configs/train/0.yaml"
    write_files(small_project, {first: "extends: b.yaml\nseed: 1\n"})
    ok(small_project, "snapshot")
    ok(small_project, "advance")
    assert step(small_project) == f"config-migration map --old {A} --phase 1"
    ok(small_project, "map", "--old", first, "--phase", "1")
    assert step(small_project) == f"config-migration draft --preset {first}"
    ok(small_project, "map", "--old", B, "--phase", "1")
    assert step(small_project) == f"config-migration draft --preset {B}"
    ok(small_project, "map", "--old", A, "--phase", "1")
    assert step(small_project) == f"config-migration draft --preset {A}"


def test_the_next_command_keeps_an_overlay_an_overlay(frozen_project: Path) -> None:
    to_phase(frozen_project, 2)
    edit(frozen_project / B, "extends: a.yaml", "extends: [../components/optim.yaml, a.yaml]")
    ok(frozen_project, "check-parity")
    command = f"draft --preset {B} --overlay-of {A}"
    assert step(frozen_project) == f"config-migration {command}"
    ok(frozen_project, *command.split(), "--out", B, "--force")
    assert (frozen_project / B).read_text() == "extends:\n  - a.yaml\n\ntraining: {seed: 1}\n"
