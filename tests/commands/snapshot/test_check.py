from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.earlier import refreeze
from tests.layouts import change_settings
from tests.ledgers import MIX, OPTIM, SHALLOW, A, B, migrate, ok, to_phase
from tests.running import edit, run

AS_FROZEN = "2 baselines and 1 fusion config are as frozen in snapshots/"
UNCHANGED, CHANGED = (
    f"{AS_FROZEN}; legacy sources unchanged\n",
    f"legacy sources changed; {AS_FROZEN}:\n",
)
PORT = "after it was frozen: port the edit, or `accept` it"


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
    assert verify(frozen_project) == (2, f"{CHANGED}trunk edited {OPTIM} {PORT}\n  in {A}, {B}\n")


def test_an_edited_comment_is_reported_and_harmless(frozen_project: Path) -> None:
    edit(frozen_project / OPTIM, "optim:", "# tuned by hand\noptim:")
    same = "after it was frozen: it gives the same values"
    head = f"{AS_FROZEN}; the legacy sources that changed still give the same values:\n"
    assert verify(frozen_project) == (0, f"{head}trunk edited {OPTIM} {same}\n  in {A}, {B}\n")


def test_an_edited_preset_counts_while_it_is_built_from_the_files_it_was_frozen_from(
    frozen_project: Path,
) -> None:
    edit(frozen_project / B, "seed: 1", "seed: 2")
    assert verify(frozen_project) == (2, f"{CHANGED}trunk edited {B} {PORT}\n  in {B}\n")


def test_a_migrated_preset_is_no_source_any_more(frozen_project: Path) -> None:
    write_files(frozen_project, {A: "extends: ../base.yaml\noptim: {lr: 2.0}\n"})
    assert verify(frozen_project) == (0, UNCHANGED)


def test_an_edited_component_counts_after_its_presets_have_left_it(frozen_project: Path) -> None:
    write_files(frozen_project, {A: "extends: ../base.yaml\n"})
    edit(frozen_project / OPTIM, "lr:", "momentum: 0.9, lr:")
    assert verify(frozen_project) == (2, f"{CHANGED}trunk edited {OPTIM} {PORT}\n  in {A}, {B}\n")


# A preset that overrides one value of the component, and keeps the other.
OVERRIDING = "extends: ../components/optim.yaml\noptim: {lr: 2.0e-4}\n"
TWO_VALUES = "optim: {lr: 1.0e-4, momentum: 0.9}\n"


@pytest.mark.parametrize("is_migrated", [False, True])
@pytest.mark.parametrize(
    ("text", "is_harmless"),
    [
        ("# tuned by hand\n" + TWO_VALUES, True),
        ("optim:\n  momentum: 0.90\n  lr: 0.0001\n", True),
        ("optim: {lr: 3.0e-4, momentum: 0.9}\n", True),
        ("optim: {lr: null, momentum: 0.9}\n", True),
        ("optim: {momentum: 0.9}\n", True),
        ("optim: {lr: 1.0e-4, momentum: 0.8}\n", False),
        ("optim: {lr: 1.0e-4, momentum: '0.9'}\n", False),
        ("optim: {lr: 1.0e-4}\n", False),
        ("optim: {lr: 1.0e-4, momentum: 0.9, eps: 1}\n", False),
        ("optim: {lr: {a: 1}, momentum: 0.9}\n", False),
        ("optim: 3\n", False),
        ("extends: ../base.yaml\n" + TWO_VALUES, False),
        ("extends: nowhere.yaml\n" + TWO_VALUES, False),
        ("- 1\n", False),
    ],
)
def test_an_edit_of_a_source_is_judged_by_what_the_baseline_has_from_it(
    small_project: Path, text: str, is_harmless: bool, is_migrated: bool
) -> None:
    (small_project / B).unlink()
    write_files(small_project, {A: OVERRIDING, OPTIM: TWO_VALUES})
    ok(small_project, "snapshot")
    if is_migrated:
        write_files(small_project, {A: "optim: {lr: 2.0e-4, momentum: 0.9}\n"})
        ok(small_project, "check-parity")
    write_files(small_project, {OPTIM: text})
    code, out = run(small_project, "snapshot", "--check").code, verify(small_project)[1]
    alike_after_all = not is_migrated and text == "optim: {lr: {a: 1}, momentum: 0.9}\n"
    assert (code == 0) == (is_harmless or alike_after_all)
    assert (PORT in out) == (code == 2)


C, D = "configs/components/c.yaml", "configs/components/d.yaml"
# A legacy source that extends two files which have a value in common, and the preset over it.
OVER_BOTH = {
    OPTIM: "extends: [c.yaml, d.yaml]\noptim: {lr: 1.0e-4}\n",
    C: "name: c\nrate: 1\n",
    D: "name: d\nrate: 1\n",
    A: "extends: ../components/optim.yaml\n",
}
AWAY = "optim: {lr: 1.0e-4}\nname: d\nrate: 1\n"


@pytest.fixture
def over_both(small_project: Path) -> Path:
    """Return a project whose preset was frozen over these files, and then migrated away."""
    (small_project / B).unlink()
    write_files(small_project, OVER_BOTH)
    ok(small_project, "snapshot")
    write_files(small_project, {A: AWAY})
    ok(small_project, "check-parity")
    assert verify(small_project)[0] == 0
    return small_project


@pytest.mark.parametrize(
    "extends",
    [
        "extends: [d.yaml]\n",
        "extends: d.yaml\n",
        "extends: [c.yaml]\n",
        "extends: []\n",
        "",
        "extends: [d.yaml, c.yaml]\n",
        "extends: [c.yaml, d.yaml, ../base.yaml]\n",
    ],
)
def test_a_source_that_extends_other_files_than_it_did_is_not_harmless_once_it_was_left(
    over_both: Path, extends: str
) -> None:
    write_files(over_both, {OPTIM: f"{extends}optim: {{lr: 1.0e-4}}\n"})
    code, out = verify(over_both)
    assert (code, f"trunk edited {OPTIM} {PORT}\n  in {A}\n" in out) == (2, True)
    assert parity(over_both)[::2] == (0, True)


@pytest.mark.parametrize(
    "text",
    [
        "# tuned by hand\n" + OVER_BOTH[OPTIM],
        "extends:\n  - c.yaml  # first\n  - d.yaml\noptim: {lr: 0.0001}\n",
        "optim: {lr: 1.0e-4}\nextends: [./c.yaml, ../components/d.yaml]\n",
    ],
)
def test_a_source_that_extends_the_same_files_as_it_did_is_harmless_once_it_was_left(
    over_both: Path, text: str
) -> None:
    write_files(over_both, {OPTIM: text})
    code, out = verify(over_both)
    assert (code, PORT in out, f"trunk edited {OPTIM} " in out) == (0, False, True)
    assert parity(over_both)[::2] == (0, False)


@pytest.mark.parametrize(
    ("extends", "is_harmless"), [("[d.yaml]", False), ("[c.yaml, d.yaml]", True)]
)
def test_a_source_is_held_against_the_files_that_it_extended_when_frozen_anew(
    small_project: Path, extends: str, is_harmless: bool
) -> None:
    (small_project / B).unlink()
    write_files(small_project, {**OVER_BOTH, OPTIM: "extends: c.yaml\noptim: {lr: 1.0e-4}\n"})
    ok(small_project, "snapshot")
    write_files(small_project, OVER_BOTH)
    refreeze(small_project, "it extends one more", A)
    write_files(small_project, {A: AWAY})
    ok(small_project, "check-parity")
    text = f"# edited\nextends: {extends}\noptim: {{lr: 1.0e-4}}\n"
    write_files(small_project, {OPTIM: text})
    assert (verify(small_project)[0] == 0) == is_harmless


def test_only_the_source_that_made_a_difference_is_to_be_ported(frozen_project: Path) -> None:
    edit(frozen_project / "configs/base.yaml", "model:", "# a comment\nmodel:")
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    write_files(frozen_project, {"configs/train/c.yaml": "extends: ../base.yaml\n"})
    code, out, is_told = parity(frozen_project)
    assert (code, is_told, "configs/base.yaml" in out) == (2, True, False)
    code, out = verify(frozen_project)
    assert (code, out.count(PORT)) == (2, 1)


def test_only_the_presets_that_a_changed_source_may_have_harmed_are_named(
    small_project: Path,
) -> None:
    write_files(small_project, {B: OVERRIDING})
    ok(small_project, "snapshot")
    edit(small_project / OPTIM, "1.0e-4", "3.0e-4")
    assert f"trunk edited {OPTIM} {PORT}\n  in {A}\n" in verify(small_project)[1]


def test_a_component_that_is_gone_is_no_fault(frozen_project: Path) -> None:
    write_files(frozen_project, {A: "extends: ../base.yaml\n"})
    (frozen_project / OPTIM).unlink()
    assert verify(frozen_project) == (0, UNCHANGED)


def test_an_edited_fusion_config_counts(frozen_project: Path) -> None:
    edit(frozen_project / MIX, "ratio: 1.0", "ratio: 0.5")
    assert verify(frozen_project) == (2, f"{CHANGED}trunk edited {MIX} {PORT}\n  in {MIX}\n")


def test_a_source_that_cannot_be_read_any_more_counts(frozen_project: Path) -> None:
    edit(frozen_project / OPTIM, "optim", "- optim")
    assert verify(frozen_project)[0] == 2


@pytest.mark.parametrize(
    "text",
    [
        "extends: [\n",
        "extends: a.yml\n",
        "extends: ../bse.yaml\ntraining: {seed: 1}\n",
        "<<<<<<< HEAD\nextends: a.yaml\n=======\nextends: ../base.yaml\n>>>>>>> topic\n",
    ],
    ids=["broken", "a base that is gone", "another base", "a conflict"],
)
def test_a_preset_whose_own_file_cannot_be_read_any_more_is_no_legacy_source(
    frozen_project: Path, text: str
) -> None:
    write_files(frozen_project, {B: text})
    assert verify(frozen_project) == (0, UNCHANGED)
    code, out, is_told = parity(frozen_project)
    assert (code, is_told) == (2, False)
    assert f"\n{B}:" in out


def test_a_broken_file_between_two_presets_is_no_legacy_source(frozen_project: Path) -> None:
    write_files(frozen_project, {A: "extends: ../bse.yaml\n"})
    code, _, is_told = parity(frozen_project)
    assert (code, is_told) == (2, False)


def test_a_component_that_cannot_be_read_any_more_is_a_changed_source(
    frozen_project: Path,
) -> None:
    write_files(frozen_project, {OPTIM: "optim: [\n"})
    assert verify(frozen_project) == (2, f"{CHANGED}trunk edited {OPTIM} {PORT}\n  in {A}, {B}\n")
    assert parity(frozen_project)[2]


def test_without_legacy_nothing_speaks_of_legacy_sources(frozen_project: Path) -> None:
    change_settings(frozen_project, legacy=None)
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    edit(frozen_project / B, "seed: 1", "seed: 2")
    as_frozen = AS_FROZEN.removesuffix("; ")
    assert verify(frozen_project) == (0, f"{as_frozen}\n")
    code, out, is_told = parity(frozen_project)
    assert (code, is_told, "legacy source" in out) == (2, False, False)


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
    return ran.code, ran.out, PORT in ran.out or "trunk edited" in ran.out


def test_an_edit_on_trunk_is_told_apart_from_a_mistake_in_the_migration(
    frozen_project: Path,
) -> None:
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    code, out, is_told = parity(frozen_project)
    assert (code, is_told) == (2, True)
    assert f"\n  in   {A}, {B}\n  trunk edited {OPTIM}:1 after it was frozen\n" in out
    assert PORT not in out


def test_a_mistake_in_the_migration_is_not_blamed_on_trunk(frozen_project: Path) -> None:
    write_files(frozen_project, {A: SHALLOW.replace("1.0e-4", "2.0e-4")})
    code, _, is_told = parity(frozen_project)
    assert (code, is_told) == (2, False)


def test_a_mistake_in_another_value_of_an_edited_component_is_not_blamed_on_trunk(
    frozen_project: Path,
) -> None:
    edit(frozen_project / OPTIM, "{lr:", "{momentum: 0.9, lr:")
    write_files(frozen_project, {A: SHALLOW.replace("1.0e-4", "2.0e-4")})
    out = parity(frozen_project)[1]
    assert "  trunk edited " not in out
    assert f"\ntrunk edited {OPTIM} {PORT}\n  in {A}, {B}\n" in out  # nobody has ported it yet


def test_a_value_that_an_edited_component_had_before_is_not_blamed_on_trunk(
    small_project: Path,
) -> None:
    nearer = "configs/components/nearer.yaml"
    chain = f"extends: [../{OPTIM[8:]}, ../{nearer[8:]}]\n"
    write_files(small_project, {nearer: "optim: {lr: 3.0e-4}\n", A: chain, B: chain})
    assert run(small_project, "snapshot").code == 0
    edit(small_project / OPTIM, "{lr:", "{momentum: 0.9, lr:")
    write_files(small_project, {A: f"extends: ../{OPTIM[8:]}\n"})
    out = parity(small_project)[1]
    assert out.endswith(f"  now  {OPTIM}:1\n  in   {A}\n")
    assert out.count(f"  trunk edited {OPTIM}:1 after it was frozen\n") == 1


def test_an_edit_on_trunk_in_a_list_is_named_by_the_line_of_the_entry(small_project: Path) -> None:
    write_files(small_project, {OPTIM: "ops:\n  - {p: 1}\n  - {p: 2}\n"})
    assert run(small_project, "snapshot").code == 0
    edit(small_project / OPTIM, "{p: 2}", "{p: 3}")
    assert f"  trunk edited {OPTIM}:3 after it was frozen\n" in parity(small_project)[1]


def test_an_edit_on_trunk_in_a_text_is_named_by_its_line(small_project: Path) -> None:
    write_files(small_project, {OPTIM: "prompt: |\n  one\n  two\n  three\n"})
    assert run(small_project, "snapshot").code == 0
    edit(small_project / OPTIM, "  two", "  TWO")
    assert f"  trunk edited {OPTIM}:3 after it was frozen\n" in parity(small_project)[1]
    edit(small_project / OPTIM, "  TWO\n  three\n", "  two\n")
    assert f"  trunk edited {OPTIM}:3 after it was frozen\n" in parity(small_project)[1]


def test_an_edit_on_trunk_of_a_fusion_list_is_named_in_the_file_of_its_entry(
    small_project: Path,
) -> None:
    shared = "configs/components/mix.yaml"
    write_files(
        small_project,
        {
            shared: "targets:\n  - {name: bbu, ratio: 1.0}\n",
            MIX: "extends: ../components/mix.yaml\nseed: 1\ntargets: [{name: extra, ratio: 2}]\n",
        },
    )
    ok(small_project, "snapshot")
    edit(small_project / MIX, "seed: 1", "seed: 2")
    edit(small_project / shared, "1.0", "0.5")
    out = parity(small_project)[1]
    assert f"  in   {A}, {B}\n  trunk edited {MIX}:2 after it was frozen\n" in out
    assert out.endswith(f"  in   {A}, {B}\n  trunk edited {shared}:2 after it was frozen\n")


def test_an_edit_on_trunk_outside_the_project_is_named_from_the_root(small_project: Path) -> None:
    outside = "../shared/x.yaml"
    change_settings(small_project, allow_outside=True)
    write_files(small_project, {outside: "z: 8\n", OPTIM: "extends: ../../../shared/x.yaml\n"})
    assert run(small_project, "snapshot").code == 0
    edit(small_project / outside, "8", "16")
    out = parity(small_project)[1]
    assert f"  was  {outside}:1  (legacy)\n  now  {outside}:1\n" in out
    assert f"  trunk edited {outside}:1 after it was frozen\n" in out


@pytest.mark.parametrize("words", [(), ("--preset", B)])
def test_an_edit_of_a_preset_that_others_extend_is_not_blamed_on_trunk(
    frozen_project: Path, words: tuple[str, ...]
) -> None:
    edit(frozen_project / A, "custom", "seed: 3\ncustom")
    ran = run(frozen_project, "check-parity", "--no-record", *words)
    assert (ran.code, f"now  {A}:2" in ran.out, "trunk" in ran.out) == (2, True, False)


def test_a_value_that_trunk_adds_over_that_of_another_component_is_named(
    small_project: Path,
) -> None:
    nearer = "configs/components/nearer.yaml"
    chain = f"extends: [../{OPTIM[8:]}, ../{nearer[8:]}]\n"
    write_files(small_project, {nearer: "seed: 7\n", A: chain, B: chain})
    assert run(small_project, "snapshot").code == 0
    write_files(small_project, {nearer: "seed: 7\noptim: {lr: 2.0e-4}\n"})
    out = parity(small_project)[1]
    assert f"  in   {A}, {B}\n  trunk edited {nearer}:2 after it was frozen\n" in out


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
    assert f"\n  in   {B}\n  trunk edited {A}:2 after it was frozen\n" in out
    assert f"trunk edited {A} {PORT}\n  in {A}\n" in out


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
    refreeze(frozen_project, "another seed", B)
    edit(frozen_project / B, "seed: 2", "seed: 3")
    assert verify(frozen_project) == (0, UNCHANGED)
    assert parity(frozen_project)[::2] == (2, False)
