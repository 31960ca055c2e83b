"""`advance`: every phase, closed when its gate holds, and left open with the reason when not."""

from __future__ import annotations

from pathlib import Path

import pytest

from migration.phases import Status
from tests.conftest import write_files
from tests.earlier import refreeze
from tests.layouts import change_settings
from tests.ledgers import (
    LEDGER,
    OPTIM,
    SHALLOW,
    A,
    B,
    checklist,
    entry,
    fields,
    gate,
    migrate,
    ok,
    record,
    record_path,
    statuses,
    to_phase,
    type_status,
)
from tests.running import contents, edit, run

C = "configs/train/c.yaml"


REMOVE = "`retire` removes the legacy files\n"


def assert_stays_open(folder: Path, phase: int, *obstacles: str, end: str = "") -> None:
    before = contents(folder)
    ran = run(folder, "advance")
    noun = "obstacle" if len(obstacles) == 1 else "obstacles"
    head = f"phase {phase} stays open, {len(obstacles)} {noun}:\n"
    lines = "".join(f"  {each}\n" for each in obstacles)
    assert (ran.code, ran.out, ran.err) == (2, head + lines + end, "")
    assert contents(folder) == before


def test_phase_0_closes_once_every_preset_is_frozen(frozen_project: Path) -> None:
    assert ok(frozen_project, "advance") == "phase 0 is closed; phase 1 is open\n"
    assert (frozen_project / LEDGER).read_text().startswith("# Kept")
    assert checklist(frozen_project)["phase"] == 1


def test_phase_0_stays_open_while_a_preset_is_not_frozen(frozen_project: Path) -> None:
    write_files(frozen_project, {C: "extends: ../base.yaml\n"})
    assert_stays_open(
        frozen_project,
        0,
        f"{C}: new: not frozen: `snapshot` freezes it as it is now; as {A} but for 2 values: "
        'custom.fusion_config "configs/fusion/mix.yaml" (str) → (absent), '
        "optim.lr 0.0001 (float) → (absent)",
    )


def test_phase_1_closes_once_its_presets_are_verified(frozen_project: Path) -> None:
    to_phase(frozen_project, 1)
    migrate(frozen_project)
    assert ok(frozen_project, "advance") == "phase 1 is closed; phase 2 is open\n"


def test_phase_1_stays_open_while_a_preset_of_it_is_pending(frozen_project: Path) -> None:
    to_phase(frozen_project, 1)
    assert_stays_open(frozen_project, 1, f"{A}: pending: built from {OPTIM}")


def test_phase_1_does_not_wait_for_the_presets_of_phase_2(frozen_project: Path) -> None:
    to_phase(frozen_project, 1)
    write_files(frozen_project, {A: SHALLOW})
    edit(frozen_project / B, "seed: 1", "seed: 2")
    run(frozen_project, "check-parity")
    ok(frozen_project, "advance")
    assert statuses(frozen_project) == {A: "verified", B: "failed"}


def test_phase_1_stays_open_without_a_preset(frozen_project: Path) -> None:
    ok(frozen_project, "advance")
    message = "no preset belongs to phase 1: `map --old PRESET --phase 1` names one"
    assert_stays_open(frozen_project, 1, message)
    ok(frozen_project, "map", "--old", A, "--phase", "1")
    migrate(frozen_project)
    ok(frozen_project, "advance")


def test_phase_1_closes_over_a_dropped_preset(frozen_project: Path) -> None:
    to_phase(frozen_project, 1)
    ok(frozen_project, "map", "--old", A, "--drop", "--reason", "superseded")
    ok(frozen_project, "advance")


def test_phase_2_stays_open_until_all_are_verified_or_dropped(frozen_project: Path) -> None:
    to_phase(frozen_project, 2)
    edit(frozen_project / B, "seed: 1", "seed: 2")
    run(frozen_project, "check-parity")
    cause = f"{B}: failed: 1 forbidden difference: training.seed"
    assert_stays_open(frozen_project, 2, cause)
    ok(frozen_project, "map", "--old", B, "--drop", "--reason", "superseded")
    assert ok(frozen_project, "advance") == "phase 2 is closed; phase 3 is open\n"


def test_phase_2_stays_open_while_a_preset_of_phase_1_falls_back(frozen_project: Path) -> None:
    to_phase(frozen_project, 2)
    edit(frozen_project / A, "../base.yaml", "[../base.yaml, ../components/optim.yaml]")
    edit(frozen_project / B, "extends: a.yaml", "extends: [../base.yaml]")
    edit(frozen_project / B, "training", SHALLOW.partition("\n")[2] + "training")
    assert run(frozen_project, "check-parity").code == 2
    message = f"{A}: pending: phase 1 is closed, but the preset is built from {OPTIM}"
    assert_stays_open(frozen_project, 2, message)


@pytest.mark.parametrize("phase", [2, 3, "done"])
def test_a_new_preset_keeps_its_phase_and_those_after_it_open(
    frozen_project: Path, phase: int | str
) -> None:
    to_phase(frozen_project, phase)
    if phase == 3:
        (frozen_project / OPTIM).unlink()
    write_files(frozen_project, {C: "extends: a.yaml\nseed: 3\n"})
    ran = run(frozen_project, "advance")
    assert (ran.code, f"{C}: new: not frozen" in ran.out) == (2, True)
    change_settings(frozen_project, new="note")
    ok(frozen_project, "advance")
    change_settings(frozen_project, new=None)
    ok(frozen_project, "snapshot")
    assert gate(frozen_project) == 0


def test_phase_1_does_not_wait_for_a_new_preset_of_phase_2(frozen_project: Path) -> None:
    to_phase(frozen_project, 1)
    write_files(frozen_project, {A: SHALLOW, C: "extends: a.yaml\nseed: 3\n"})
    ok(frozen_project, "advance")


@pytest.mark.parametrize("legacy", [None, ()])
def test_no_phase_closes_without_legacy_files(
    frozen_project: Path, legacy: tuple[str, ...] | None
) -> None:
    change_settings(frozen_project, legacy=legacy)
    ok(frozen_project, "check-parity")
    before = contents(frozen_project)
    ran = run(frozen_project, "advance")
    assert (ran.code, ran.out) == (1, "")
    assert "'legacy' is not set" in ran.err
    assert contents(frozen_project) == before
    assert "next: nothing\n" in ok(frozen_project, "ledger")


@pytest.mark.parametrize("phase", [0, 1, 2, 3])
def test_no_phase_closes_while_a_legacy_glob_matches_nothing(
    frozen_project: Path, phase: int
) -> None:
    to_phase(frozen_project, phase)
    change_settings(frozen_project, legacy=["configs/components/**", "configs/component/**"])
    before = contents(frozen_project)
    ran = run(frozen_project, "advance")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("pyproject.toml:4: 'legacy' has 'configs/component/**', which")
    assert contents(frozen_project) == before
    # Whoever only looks is not held up.
    assert run(frozen_project, "check-parity").code == 0


def test_a_glob_may_match_what_was_there_when_a_preset_was_frozen(frozen_project: Path) -> None:
    to_phase(frozen_project, 3)
    (frozen_project / OPTIM).unlink()
    assert ok(frozen_project, "advance") == "phase 3 is closed; the migration is done\n"
    change_settings(frozen_project, legacy=["gone/**"])
    ok(frozen_project, "advance")


def test_phase_3_closes_once_the_legacy_files_are_gone(frozen_project: Path) -> None:
    to_phase(frozen_project, 3)
    assert_stays_open(frozen_project, 3, f"{OPTIM}: a legacy file, still there", end=REMOVE)
    (frozen_project / OPTIM).unlink()
    assert ok(frozen_project, "advance") == "phase 3 is closed; the migration is done\n"


@pytest.mark.parametrize("is_dropped", [False, True])
def test_phase_3_waits_for_the_old_file_of_a_preset_that_left_it(
    frozen_project: Path, is_dropped: bool
) -> None:
    to_phase(frozen_project, 2)
    if is_dropped:
        ok(frozen_project, "map", "--old", B, "--drop", "--reason", "superseded")
    else:
        write_files(
            frozen_project, {"configs/b.yaml": "extends: train/a.yaml\ntraining: {seed: 1}\n"}
        )
        ok(frozen_project, "map", "--old", B, "--new", "configs/b.yaml")
    ok(frozen_project, "advance")
    (frozen_project / OPTIM).unlink()
    assert_stays_open(frozen_project, 3, f"{B}: a legacy file, still there", end=REMOVE)
    (frozen_project / B).unlink()
    ok(frozen_project, "advance")


def test_a_finished_migration_stays_finished(frozen_project: Path) -> None:
    to_phase(frozen_project, "done")
    before = contents(frozen_project)
    assert ok(frozen_project, "advance") == "nothing to close: the migration is done\n"
    assert contents(frozen_project) == before


def test_a_finished_migration_that_no_longer_holds_says_so(frozen_project: Path) -> None:
    to_phase(frozen_project, "done")
    write_files(frozen_project, {OPTIM: "optim: {lr: 1.0e-4}\n"})
    edit(frozen_project / B, "seed: 1", "seed: 2")
    assert run(frozen_project, "check-parity").code == 2
    before = contents(frozen_project)
    ran = run(frozen_project, "advance")
    assert (ran.code, ran.out) == (
        2,
        (
            "done no longer holds, 2 obstacles:\n"
            f"  {B}: failed: 1 forbidden difference: training.seed\n"
            f"  {OPTIM}: a legacy file, still there\n{REMOVE}"
        ),
    )
    assert contents(frozen_project) == before


def test_a_preset_that_fails_in_phase_3_is_no_file_to_be_removed(frozen_project: Path) -> None:
    to_phase(frozen_project, 3)
    (frozen_project / OPTIM).unlink()
    edit(frozen_project / B, "seed: 1", "seed: 2")
    assert run(frozen_project, "check-parity").code == 2
    assert_stays_open(frozen_project, 3, f"{B}: failed: 1 forbidden difference: training.seed")


@pytest.mark.parametrize(
    ("phase", "old", "new", "truth"),
    [
        (1, "seed: 1", "seed: 1", f"pending: built from {OPTIM}"),
        (2, "seed: 1", "seed: 2", "failed: 1 forbidden difference: training.seed"),
        (3, "seed: 1", "seed: 2", "failed: 1 forbidden difference: training.seed"),
    ],
)
def test_a_verified_typed_in_by_hand_closes_nothing(
    frozen_project: Path, phase: int, old: str, new: str, truth: str
) -> None:
    preset = A if phase == 1 else B
    to_phase(frozen_project, phase)
    edit(frozen_project / B, old, new)
    run(frozen_project, "check-parity")
    type_status(frozen_project, preset, "verified")
    if phase == 3:
        (frozen_project / OPTIM).unlink()
    cause = f"stale: ledger says verified (edited by hand), now {truth}"
    assert_stays_open(frozen_project, phase, f"{preset}: {cause}")
    assert statuses(frozen_project)[preset] == "stale"
    assert gate(frozen_project) == 2


def test_a_dropped_typed_in_by_hand_closes_nothing(frozen_project: Path) -> None:
    to_phase(frozen_project, 1)
    type_status(frozen_project, A, "dropped")
    before = contents(frozen_project)
    ran = run(frozen_project, "advance")
    assert (ran.code, ran.out) == (1, "")  # there is no reason on record
    assert ran.err.startswith(f"{record_path(A)}:")
    assert contents(frozen_project) == before


@pytest.mark.parametrize("recorded", ["pending", "failed", "missing", "error"])
@pytest.mark.parametrize("phase", [1, 2])
def test_a_phase_closes_over_verdicts_that_nobody_recorded_and_records_them(
    frozen_project: Path, phase: int, recorded: Status
) -> None:
    to_phase(frozen_project, phase)
    write_files(frozen_project, {A: SHALLOW})
    for preset in (A, B):
        record(frozen_project, preset, recorded)
    assert statuses(frozen_project) == {A: "stale", B: "stale"}
    head = f"phase {phase} is closed; phase {phase + 1} is open\n"
    assert ok(frozen_project, "advance") == head
    assert [entry(frozen_project, preset)["status"] for preset in (A, B)] == ["verified"] * 2
    assert statuses(frozen_project) == {A: "verified", B: "verified"}
    assert (checklist(frozen_project)["phase"], gate(frozen_project)) == (phase + 1, 0)


def test_a_phase_records_the_verdicts_of_the_presets_of_other_phases_as_well(
    frozen_project: Path,
) -> None:
    to_phase(frozen_project, 1)
    write_files(frozen_project, {A: SHALLOW})
    edit(frozen_project / B, "seed: 1", "seed: 2")
    ok(frozen_project, "advance")
    assert entry(frozen_project, A) == {"status": "verified"}
    assert entry(frozen_project, B) == {"status": "failed"}
    assert statuses(frozen_project) == {A: "verified", B: "failed"}


def test_the_last_phase_closes_over_a_verdict_that_nobody_recorded(frozen_project: Path) -> None:
    to_phase(frozen_project, 3)
    (frozen_project / OPTIM).unlink()
    record(frozen_project, B, "failed")
    assert ok(frozen_project, "advance") == "phase 3 is closed; the migration is done\n"
    assert (entry(frozen_project, B)["status"], gate(frozen_project)) == ("verified", 0)


def test_a_phase_that_stays_open_records_no_verdict(frozen_project: Path) -> None:
    to_phase(frozen_project, 1)
    record(frozen_project, B, "failed")
    assert_stays_open(frozen_project, 1, f"{A}: pending: built from {OPTIM}")
    assert statuses(frozen_project)[B] == "stale"


def test_a_true_status_typed_in_by_hand_is_recorded_when_the_phase_closes(
    frozen_project: Path,
) -> None:
    to_phase(frozen_project, 1)
    write_files(frozen_project, {A: SHALLOW})
    type_status(frozen_project, A, "verified")
    ok(frozen_project, "advance")
    assert run(frozen_project, "snapshot", "--check").code == 0
    assert statuses(frozen_project) == {A: "verified", B: "verified"}


def test_verdicts_recorded_along_with_a_phase_keep_what_was_decided(
    frozen_project: Path,
) -> None:
    ok(frozen_project, "map", "--old", A, "--phase", "1")
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    refreeze(frozen_project, "a new rate", A, B)
    ok(frozen_project, "advance")
    frozen = {key: fields(frozen_project, A)[key] for key in ("frozen_seal", "chain", "origins")}
    write_files(frozen_project, {A: SHALLOW.replace("1.0e-4", "2.0e-4")})
    ok(frozen_project, "advance")
    decided = {"status": "verified", "phase": 1, "refrozen": ["a new rate"]}
    assert entry(frozen_project, A) == decided
    assert {key: fields(frozen_project, A)[key] for key in frozen} == frozen


@pytest.mark.parametrize("typed", ["2", "3", "done"])
def test_a_phase_typed_in_by_hand_is_found_out(frozen_project: Path, typed: str) -> None:
    to_phase(frozen_project, 1)
    edit(frozen_project / LEDGER, "phase: 1\n", f"phase: {typed}\n")
    for words in (("ledger",), ("check-parity",), ("snapshot", "--check"), ("advance",)):
        ran = run(frozen_project, *words)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith(f"{LEDGER}:3:1: the open phase was edited\n")


def test_a_legacy_file_that_comes_back_when_all_is_done_is_found_out(frozen_project: Path) -> None:
    to_phase(frozen_project, "done")
    write_files(frozen_project, {"configs/components/optim.yaml": "optim: {lr: 1.0e-4}\n"})
    ran = run(frozen_project, "ledger", "--check")
    assert ran.code == 2
    assert "1 legacy file back in the tree; the migration is done" in ran.out


def test_a_change_on_trunk_is_ported_and_accepted(frozen_project: Path) -> None:
    to_phase(frozen_project, 1)
    legacy = (frozen_project / A).read_text()
    migrate(frozen_project)
    write_files(frozen_project, {A: legacy, OPTIM: "optim: {lr: 3.0e-4}\n"})
    ok(frozen_project, "accept", "--preset", "configs", "--reason", "trunk moved on")
    assert statuses(frozen_project) == {A: "pending", B: "pending"}
    write_files(frozen_project, {A: SHALLOW.replace("1.0e-4", "3.0e-4")})
    ok(frozen_project, "check-parity")
    assert statuses(frozen_project) == {A: "verified", B: "verified"}


@pytest.mark.parametrize("phase", [3, "done"])
def test_an_intended_change_is_accepted_after_the_migration(
    frozen_project: Path, phase: int | str
) -> None:
    to_phase(frozen_project, phase)
    edit(frozen_project / A, "1.0e-4", "2.0e-4")
    assert run(frozen_project, "check-parity").code == 2
    ok(frozen_project, "accept", "--preset", "configs", "--reason", "faster")
    ok(frozen_project, "check-parity")
    ok(frozen_project, "snapshot", "--check")
    assert gate(frozen_project) == 0


def test_nothing_is_accepted_for_a_dropped_preset(frozen_project: Path) -> None:
    ok(frozen_project, "map", "--old", B, "--drop", "--reason", "superseded")
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    ran = run(frozen_project, "accept", "--preset", B, "--reason", "why")
    assert (ran.code, ran.err.partition("\n")[0]) == (1, "no forbidden difference is selected")


@pytest.mark.parametrize("phase", [1, 2, 3, "done"])
@pytest.mark.parametrize("words", [(), ("--preset", C)])
def test_a_new_preset_is_frozen_in_any_phase(
    frozen_project: Path, phase: int | str, words: tuple[str, ...]
) -> None:
    to_phase(frozen_project, phase)
    write_files(frozen_project, {C: "extends: ../base.yaml\nseed: 3\n"})
    verdict, _, rest = ok(frozen_project, "snapshot", *words).partition("\n")
    assert verdict.startswith("1 preset frozen in snapshots/")
    assert rest.startswith(f"frozen  {C}  (2 files)\n")
    assert (statuses(frozen_project)[C], gate(frozen_project)) == ("verified", 0)


def test_a_preset_on_legacy_files_is_frozen_in_any_phase(frozen_project: Path) -> None:
    to_phase(frozen_project, 2)
    write_files(frozen_project, {C: "extends: ../components/optim.yaml\nseed: 3\n"})
    assert gate(frozen_project) == 2
    ok(frozen_project, "snapshot")
    assert (statuses(frozen_project)[C], gate(frozen_project)) == ("pending", 0)


# A phase that opens again.


@pytest.mark.parametrize(("phase", "opened"), [(1, 0), (2, 1), (3, 0), ("done", 3), ("done", 0)])
def test_a_closed_phase_opens_again_for_a_reason_that_the_ledger_keeps(
    frozen_project: Path, phase: int | str, opened: int
) -> None:
    to_phase(frozen_project, phase)
    before = contents(frozen_project)
    words = ("--reopen", str(opened), "--reason", "a typo in legacy")
    assert ok(frozen_project, "advance", *words) == f"phase {opened} is open again\n"
    after = contents(frozen_project)
    assert {path for path in after if after[path] != before[path]} == {LEDGER}
    found = checklist(frozen_project)
    assert (found["phase"], found["reopened"]) == (
        opened,
        [{"phase": opened, "reason": "a typo in legacy"}],
    )
    line = f"phase {opened} was opened again: a typo in legacy"
    for form in ("table", "markdown"):
        assert line in run(frozen_project, "ledger", "--format", form).out
    # What closes it afterwards keeps the reason.
    run(frozen_project, "advance")
    assert checklist(frozen_project)["reopened"] == found["reopened"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--reopen", "1"), "--reopen needs a --reason"),
        (("--reopen", "1", "--reason", " "), "--reopen needs a --reason"),
        (("--reopen", "2", "--reason", "r"), "phase 2 is open"),
        (("--reopen", "3", "--reason", "r"), "phase 3 is not closed: phase 2 is open"),
        (("--reopen", "4", "--reason", "r"), "unknown phase '4'"),
        (("--reopen", "done", "--reason", "r"), "unknown phase 'done'"),
        (("--reason", "r"), "--reason goes with --reopen"),
    ],
)
def test_what_cannot_be_opened_again_is_refused(
    frozen_project: Path, words: tuple[str, ...], told: str
) -> None:
    to_phase(frozen_project, 2)
    before = contents(frozen_project)
    ran = run(frozen_project, "advance", *words)
    assert (ran.code, ran.out, told in ran.err) == (1, "", True)
    assert contents(frozen_project) == before


def test_phases_that_closed_by_a_typo_are_opened_again(frozen_project: Path) -> None:
    to_phase(frozen_project, 2)
    change_settings(frozen_project, legacy=["configs/typo/**"])
    assert run(frozen_project, "advance").code == 1
    ok(frozen_project, "advance", "--reopen", "1", "--reason", "closed by mistake")
    change_settings(frozen_project, legacy=["configs/components/**"])
    edit(
        frozen_project / A,
        "extends: ../base.yaml",
        "extends: [../base.yaml, ../components/optim.yaml]",
    )
    assert run(frozen_project, "advance").code == 2
