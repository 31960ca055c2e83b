from __future__ import annotations

from dataclasses import replace
from typing import cast
from unittest.mock import patch

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from migration.errors import MigrationError
from migration.phases import PHASES, STATUSES, Phase
from migration.store.ledger import RECORDABLE, Entry, Ledger, Progression
from migration.store.ledger_file import ledger_text, read_progression
from migration.store.seal import seal

A, B, C = "configs/a.yaml", "configs/b.yaml", "configs/c.yaml"


def test_every_status_but_new_can_be_recorded() -> None:
    assert {*RECORDABLE} == {*STATUSES} - {"new"}


def test_a_verdict_that_was_found_takes_the_place_of_one_that_was_typed_in() -> None:
    typed = Entry(A, "verified", phase=1, refrozen=("why",), status_when_sealed="pending")
    assert typed.with_status("failed") == Entry(A, "failed", phase=1, refrozen=("why",))
    assert typed.with_status("verified").status_when_sealed is None


def test_a_path_that_a_preset_has_left_is_known() -> None:
    moved, dropped = Entry("configs/new.yaml", "verified"), Entry(B, "dropped", reason="unused")
    ledger = Ledger(2, {A: moved, B: dropped, C: Entry(C, "pending")})
    assert ledger.left_paths() == {A, B}


def test_both_paths_of_a_preset_that_moved_and_was_dropped_are_left() -> None:
    ledger = Ledger(2, {A: Entry("configs/new.yaml", "dropped", reason="unused")})
    assert ledger.left_paths() == {A, "configs/new.yaml"}


def test_a_path_that_another_preset_has_taken_over_is_not_left() -> None:
    ledger = Ledger(2, {A: Entry(B, "verified"), B: Entry(B, "dropped", reason="a copy of a")})
    assert ledger.left_paths() == {A}
    assert ledger.shared_targets() == {}


def test_a_path_that_several_presets_have_is_told_with_all_of_them() -> None:
    ledger = Ledger(2, {A: Entry(C, "verified"), B: Entry(B, "pending"), C: Entry(C, "failed")})
    assert ledger.shared_targets() == {C: (A, C)}
    three = ledger.with_entries({B: Entry(C, "pending")})
    assert three.shared_targets() == {C: (A, B, C)}
    dropped = ledger.with_entries({C: Entry(C, "dropped", reason="moved by hand")})
    assert dropped.shared_targets() == {}


def test_entries_are_added_and_replaced_in_a_copy() -> None:
    ledger = Ledger(1, {A: Entry(A, "pending")})
    more = ledger.with_entries({A: Entry(A, "failed"), B: Entry(B, "pending")})
    assert more == Ledger(1, {A: Entry(A, "failed"), B: Entry(B, "pending")})
    assert ledger == Ledger(1, {A: Entry(A, "pending")})


@pytest.mark.parametrize("phase", PHASES)
def test_a_ledger_reads_back_to_what_was_written(phase: Phase) -> None:
    text = ledger_text(Progression(phase))
    assert read_progression(text, "ledger.yaml") == Progression(phase)
    assert type(read_progression(text, "ledger.yaml").phase) is type(phase)
    assert yaml.safe_load(text) == {"format": 3, "phase": phase, "seal": seal("phase", phase)}


@pytest.mark.parametrize("phase", PHASES)
def test_other_line_ends_and_another_layout_are_no_edit(phase: Phase) -> None:
    assert read_progression(
        ledger_text(Progression(phase)).replace("\n", "\r\n"), "ledger.yaml"
    ) == Progression(phase)
    lines = ledger_text(Progression(phase)).splitlines()
    assert read_progression("\n".join(reversed(lines)), "ledger.yaml") == Progression(phase)
    assert read_progression(
        f"# mine\n{ledger_text(Progression(phase))}", "ledger.yaml"
    ) == Progression(phase)


@given(st.text("0123456789abcdef", min_size=16, max_size=16) | st.text("01b", min_size=16))
def test_a_seal_is_written_so_that_it_is_read_back_as_a_text(digits: str) -> None:
    with patch("migration.store.ledger_file.seal", return_value=digits):
        assert yaml.safe_load(ledger_text(Progression(1))) == {
            "format": 3,
            "phase": 1,
            "seal": digits,
        }


def test_the_text_says_only_what_is_open() -> None:
    assert ledger_text(Progression(1)) == (
        "# Kept by the toolkit: the open phase. `records` has what was decided of each preset.\n"
        "format: 3\n"
        "phase: 1\n"
        f'seal: "{seal("phase", 1)}"\n'
    )


@pytest.mark.parametrize("phase", ["0", "2", "3", "done"])
def test_an_open_phase_that_was_typed_in_is_refused(phase: str) -> None:
    text = ledger_text(Progression(1)).replace("phase: 1\n", f"phase: {phase}\n")
    with pytest.raises(MigrationError) as error:
        read_progression(text, "ledger.yaml")
    assert str(error.value) == (
        "ledger.yaml:3:1: the open phase was edited\n"
        "  hint: restore the ledger from version control; `advance` closes a phase"
    )


@pytest.mark.parametrize("spelled", ['"0000000000000000"', "0", "null", "[]"])
def test_another_seal_is_refused(spelled: str) -> None:
    text = ledger_text(Progression(1)).replace(f'"{seal("phase", 1)}"', spelled)
    with pytest.raises(MigrationError, match=r"^ledger\.yaml:3:1: the open phase was edited\n"):
        read_progression(text, "ledger.yaml")


def test_a_ledger_without_a_seal_is_refused() -> None:
    text = ledger_text(Progression(1)).partition("seal: ")[0]
    with pytest.raises(MigrationError, match="the open phase was edited"):
        read_progression(text, "ledger.yaml")


def test_a_key_that_stands_twice_is_refused() -> None:
    text = ledger_text(Progression(1))
    for again in (text.splitlines()[2], f"phase: 2\nseal: {seal('phase', 2)}"):
        with pytest.raises(MigrationError, match=r"^ledger\.yaml:5:1: "):
            read_progression(f"{text}{again}\n", "ledger.yaml")


PHASE_HINT = "\n  hint: one of 0, 1, 2, 3, done"
OLDER = "\n  hint: `snapshot --upgrade` converts the frozen files, and changes no value"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "ledger.yaml:1:1: no format is named\n  hint: this version reads format 3"),
        (
            "format: 4\n",
            (
                "ledger.yaml:1:1: format 4 is newer than this version reads, 3\n"
                "  hint: upgrade the toolkit"
            ),
        ),
        (
            "phase: 1\nformat: 2\n",
            f"ledger.yaml:2:1: format 2 is older than this version reads, 3{OLDER}",
        ),
        (
            "format: 1\nphase: 4\npresets: {}\n",
            f"ledger.yaml:1:1: format 1 is older than this version reads, 3{OLDER}",
        ),
        (
            "format: true\n",
            "ledger.yaml:1:1: unknown format True\n  hint: this version reads format 3",
        ),
        ("format: 3\nphase: 4\n", f"ledger.yaml:2:1: unknown phase 4{PHASE_HINT}"),
        ("format: 3\nphase: true\n", f"ledger.yaml:2:1: unknown phase true{PHASE_HINT}"),
        ("format: 3\nphase: 1.0\n", f"ledger.yaml:2:1: unknown phase 1.0{PHASE_HINT}"),
        ("format: 3\nphase: [1]\n", f"ledger.yaml:2:1: unknown phase [1]{PHASE_HINT}"),
        ("format: 3\n", f"ledger.yaml:1:1: unknown phase null{PHASE_HINT}"),
        (
            f"format: 3\nphase: {'9' * 5000}\n".replace("9", "0x9", 1),
            f"ledger.yaml:2:1: unknown phase an integer of very many digits{PHASE_HINT}",
        ),
        (
            f"{ledger_text(Progression(0))}presets: {{}}\n",
            (
                "ledger.yaml:5:1: unknown key 'presets'\n"
                "  hint: known are format, phase, reopened, seal"
            ),
        ),
    ],
)
def test_what_is_no_ledger_is_refused_with_its_line(text: str, fault: str) -> None:
    with pytest.raises(MigrationError) as error:
        read_progression(text, "ledger.yaml")
    assert str(error.value) == fault


def test_every_mistake_is_told() -> None:
    with pytest.raises(MigrationError) as error:
        read_progression("format: 3\nphase: 5\nfrozen: 1\npresets: {}\n", "ledger.yaml")
    assert [fault.line for fault in error.value.faults] == [2, 3, 4]


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", "=======", ">>>>>>> theirs", "||||||| base"])
def test_conflict_markers_are_named(marker: str) -> None:
    with pytest.raises(MigrationError) as error:
        read_progression(f"format: 3\n{marker}\nphase: 0\n", "ledger.yaml")
    assert str(error.value) == (
        "ledger.yaml:2: a conflict marker of git\n"
        "  hint: `snapshot --resolve` repairs the frozen files"
    )


@pytest.mark.parametrize("text", ["format: 3\nphase: [\n", "format: 3\n\tphase: 1\n"])
def test_what_is_not_yaml_is_located(text: str) -> None:
    with pytest.raises(MigrationError, match=r"^ledger\.yaml:\d:\d: not valid YAML"):
        read_progression(text, "ledger.yaml")


@pytest.mark.parametrize("text", ["- format: 3\n", "3\n", "'format: 3'\n"])
def test_what_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(MigrationError, match=r"^ledger\.yaml:1: the root must be a mapping"):
        read_progression(text, "ledger.yaml")


REASONS = ["a", "'\"\\ {}: #\n\t\r", "\x85\u2028\u2029\ufeff\x7f", "😀 类", "", " x "]


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_what_was_opened_again_is_read_back(phase: Phase, ending: str) -> None:
    progression = Progression(phase)
    for reopened, reason in zip([0, 1, 2, 3, "done", 0], REASONS, strict=True):
        progression = replace(progression.reopen(cast("Phase", reopened), reason), phase=phase)
    text = ledger_text(progression).replace("\n", ending)
    assert read_progression(text, "ledger.yaml") == progression


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('reason: "a"', 'reason: "b"'),
        ("- {phase: 1,", "- {phase: 2,"),
        ("- {phase: 1,", "- {phase: 5,"),
        ("- {phase: 1,", "- {phase: 1, more: 2,"),
        ("- {phase", "-\n- {phase"),
        ("phase: 0\n", "phase: 1\n"),
        ('- {phase: 1, reason: "a"}\n', ""),
        ('reopened:\n- {phase: 1, reason: "a"}\n', ""),
    ],
)
def test_what_was_opened_again_is_not_edited(old: str, new: str) -> None:
    text = ledger_text(replace(Progression(2).reopen(1, "a"), phase=0))
    assert old in text
    with pytest.raises(MigrationError, match=r"edited|'reopened' must be"):
        read_progression(text.replace(old, new), "ledger.yaml")
