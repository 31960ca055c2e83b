from __future__ import annotations

from pathlib import Path

from tests.conftest import write_files
from tests.running import edit, run
from tests.workflow.ledgers import MIX, OPTIM, SHALLOW, A, B, migrate, ok, to_phase

AS_FROZEN = "2 baselines and 1 fusion config are as frozen in snapshots/; "
UNCHANGED, CHANGED = (
    AS_FROZEN + "legacy sources unchanged\n",
    AS_FROZEN + "sources changed, see above\n",
)
PORT = "the legacy source changed since it was frozen: port it and `--refreeze`"


def verify(folder: Path, *words: str) -> tuple[int, str]:
    ran = run(folder, "snapshot", "--check", *words)
    assert ran.err == ""
    return ran.code, ran.out


def test_an_untouched_tree_is_as_frozen(frozen_project: Path) -> None:
    assert verify(frozen_project) == (0, UNCHANGED)


def test_an_edited_component_is_named_with_the_presets_that_it_is_part_of(
    frozen_project: Path,
) -> None:
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    assert verify(frozen_project) == (2, f"{OPTIM}: {PORT}\n  in {A}, {B}\n{CHANGED}")


def test_an_edited_comment_is_reported_and_harmless(frozen_project: Path) -> None:
    edit(frozen_project / OPTIM, "optim:", "# tuned by hand\noptim:")
    same = "the legacy source changed since it was frozen: it gives the same values"
    end = f"{AS_FROZEN}the changed sources above still give what was frozen\n"
    assert verify(frozen_project) == (0, f"{OPTIM}: {same}\n  in {A}, {B}\n{end}")


def test_an_edited_preset_counts_while_it_is_built_from_the_files_it_was_frozen_from(
    frozen_project: Path,
) -> None:
    edit(frozen_project / B, "seed: 1", "seed: 2")
    assert verify(frozen_project) == (2, f"{B}: {PORT}\n  in {B}\n{CHANGED}")


def test_a_migrated_preset_is_no_source_any_more(frozen_project: Path) -> None:
    write_files(frozen_project, {A: "extends: ../base.yaml\noptim: {lr: 2.0}\n"})
    assert verify(frozen_project) == (0, UNCHANGED)


def test_an_edited_component_counts_after_its_presets_have_left_it(frozen_project: Path) -> None:
    write_files(frozen_project, {A: "extends: ../base.yaml\n"})
    edit(frozen_project / OPTIM, "optim:", "# a comment\noptim:")
    assert verify(frozen_project) == (2, f"{OPTIM}: {PORT}\n  in {A}, {B}\n{CHANGED}")


def test_a_component_that_is_gone_is_no_fault(frozen_project: Path) -> None:
    write_files(frozen_project, {A: "extends: ../base.yaml\n"})
    (frozen_project / OPTIM).unlink()
    assert verify(frozen_project) == (0, UNCHANGED)


def test_an_edited_fusion_config_counts(frozen_project: Path) -> None:
    edit(frozen_project / MIX, "ratio: 1.0", "ratio: 0.5")
    assert verify(frozen_project) == (2, f"{MIX}: {PORT}\n  in {MIX}\n{CHANGED}")


def test_a_source_that_cannot_be_read_any_more_counts(frozen_project: Path) -> None:
    edit(frozen_project / OPTIM, "optim", "- optim")
    assert verify(frozen_project)[0] == 2


def test_a_preset_that_cannot_be_read_any_more_is_a_changed_source(frozen_project: Path) -> None:
    edit(frozen_project / B, "training", ": : [\ntraining")
    assert verify(frozen_project) == (2, f"{B}: {PORT}\n  in {B}\n{CHANGED}")


def test_a_ledger_that_cannot_be_read_is_a_fault(frozen_project: Path) -> None:
    write_files(frozen_project, {"snapshots/ledger.yaml": "format: 7\n"})
    assert run(frozen_project, "snapshot", "--check").code == 1


def test_the_wanted_presets_alone_are_verified(frozen_project: Path) -> None:
    edit(frozen_project / B, "seed: 1", "seed: 2")
    out = "1 baseline and 1 fusion config are as frozen in snapshots/; legacy sources unchanged\n"
    assert verify(frozen_project, "--preset", A) == (0, out)


def parity(folder: Path) -> tuple[int, str, bool]:
    """Return the exit code of `check-parity`, its page, and whether it tells a changed source."""
    ran = run(folder, "check-parity")
    assert ran.err == ""
    return ran.code, ran.out, PORT in ran.out


def test_an_edit_on_trunk_is_told_apart_from_a_mistake_in_the_migration(
    frozen_project: Path,
) -> None:
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    code, out, is_told = parity(frozen_project)
    assert (code, is_told) == (2, True)
    assert f"{OPTIM}: {PORT}\n  in {A}, {B}\n" in out


def test_a_mistake_in_the_migration_is_not_blamed_on_trunk(frozen_project: Path) -> None:
    write_files(frozen_project, {A: SHALLOW.replace("1.0e-4", "2.0e-4")})
    code, _, is_told = parity(frozen_project)
    assert (code, is_told) == (2, False)


def test_an_edit_on_trunk_is_told_although_the_migrated_preset_is_as_frozen(
    frozen_project: Path,
) -> None:
    migrate(frozen_project)
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    code, _, is_told = parity(frozen_project)
    assert (code, is_told) == (0, True)
    assert verify(frozen_project)[0] == 2


def test_a_comment_on_trunk_is_not_worth_a_word_in_a_comparison(frozen_project: Path) -> None:
    edit(frozen_project / OPTIM, "optim:", "# tuned by hand\noptim:")
    assert parity(frozen_project)[::2] == (0, False)


def test_the_old_file_of_a_renamed_preset_is_still_a_source(frozen_project: Path) -> None:
    write_files(frozen_project, {"configs/moved/a.yaml": SHALLOW})
    ok(frozen_project, "map", "--old", A, "--new", "configs/moved/a.yaml")
    assert verify(frozen_project) == (0, UNCHANGED)
    edit(frozen_project / A, "custom", "seed: 3\ncustom")
    code, out, is_told = parity(frozen_project)
    assert (code, is_told) == (2, True)  # since b extends the edited file
    assert f"{A}: {PORT}\n  in {A}, {B}\n" in out


def test_a_renamed_preset_whose_old_file_is_gone_has_no_source(frozen_project: Path) -> None:
    write_files(frozen_project, {"configs/moved/a.yaml": SHALLOW, B: "extends: ../moved/a.yaml\n"})
    ok(frozen_project, "map", "--old", A, "--new", "configs/moved/a.yaml")
    (frozen_project / A).unlink()
    edit(frozen_project / "configs/base.yaml", "model:", "# a comment\nmodel:")
    assert verify(frozen_project) == (0, UNCHANGED)


def test_a_dropped_preset_has_no_sources(frozen_project: Path) -> None:
    ok(frozen_project, "map", "--old", B, "--drop", "--reason", "superseded")
    edit(frozen_project / B, "seed: 1", "seed: 2")
    assert verify(frozen_project) == (0, UNCHANGED)


def test_a_preset_refrozen_after_the_migration_is_its_own_source_no_more(
    frozen_project: Path,
) -> None:
    to_phase(frozen_project, "done")
    edit(frozen_project / B, "seed: 1", "seed: 2")
    ok(frozen_project, "snapshot", "--refreeze", B, "--reason", "another seed")
    edit(frozen_project / B, "seed: 2", "seed: 3")
    assert verify(frozen_project) == (0, UNCHANGED)
    assert parity(frozen_project)[::2] == (2, False)
