from __future__ import annotations

import string
from dataclasses import replace
from unittest.mock import patch

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from migration.errors import MigrationError
from migration.ledger import RECORDABLE, Entry, Ledger, Refreeze, ledger_text, read_ledger
from migration.phases import PHASES
from migration.sealed import seal
from migration.spelling import LosslessDumper

A, B = "configs/a.yaml", "configs/b.yaml"
ENTRY = Entry(A, "pending")
REFROZEN = Refreeze("the rate: 2.0e-4, 'as agreed' — für später", "a" * 64, "b" * 64)
WITH_FUSION = Refreeze("no", "a" * 64, "a" * 64, "c" * 64, "d" * 64)

texts = st.text(st.characters(exclude_categories=()), min_size=1).filter(str.strip)
digests = st.text(string.hexdigits, min_size=8, max_size=8)
refreezes = st.builds(Refreeze, texts, digests, digests, st.none() | digests, st.none() | digests)


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    names = draw(st.lists(st.text("ab1é -.:#'\x85\n\x1b", min_size=1), max_size=4, unique=True))
    entries = {}
    for name in sorted(f"configs/{name}/x.yaml" for name in names):
        if name.startswith(("configs/../", "configs/./")):
            continue
        status = draw(st.sampled_from(RECORDABLE))
        entries[name] = Entry(
            target=draw(st.sampled_from([name, f"moved/{name}"])),
            status=status,
            phase=draw(st.sampled_from([None, 1, 2])),
            reason=draw(texts) if status == "dropped" else None,
            exceptions=tuple(draw(st.lists(refreezes, max_size=2))),
        )
    return Ledger(draw(st.sampled_from(PHASES)), entries)


@given(ledgers())
def test_a_ledger_reads_back_to_what_was_written(ledger: Ledger) -> None:
    assert read_ledger(ledger_text(ledger), "ledger.yaml") == ledger


@given(ledgers())
def test_the_text_is_that_of_pyyaml(ledger: Ledger) -> None:
    text = ledger_text(ledger)
    document = yaml.safe_load(text)
    whole = yaml.dump(
        document, Dumper=LosslessDumper, sort_keys=False, allow_unicode=True, width=100
    )
    assert text.partition("\n")[2] == whole


@given(st.text("0123456789abcdef", min_size=16, max_size=16) | st.text("01b", min_size=16))
def test_a_seal_is_written_so_that_it_is_read_back_as_a_text(digits: str) -> None:
    with patch("migration.ledger.seal", return_value=digits):
        records = yaml.safe_load(ledger_text(Ledger(1, {A: ENTRY})))["presets"]
    assert records == {A: {"status": "pending", "seal": digits}}


def test_the_text_says_only_what_was_decided() -> None:
    ledger = Ledger(1, {B: Entry("configs/new/b.yaml", "verified", phase=1), A: ENTRY})
    assert ledger_text(ledger) == (
        "# Kept by the toolkit. `ledger` computes each status anew: one typed in is not believed.\n"
        "format: 2\n"
        "phase: 1\n"
        f"seal: {seal('phase', 1)}\n"
        "presets:\n"
        "  configs/a.yaml:\n"
        "    status: pending\n"
        f"    seal: {seal(A, {'status': 'pending'})}\n"
        "  configs/b.yaml:\n"
        "    target: configs/new/b.yaml\n"
        "    status: verified\n"
        "    phase: 1\n"
        f"    seal: {seal(B, {'target': 'configs/new/b.yaml', 'status': 'verified', 'phase': 1})}\n"
    )


def test_the_text_of_an_exception_leaves_out_what_does_not_apply() -> None:
    plain = Ledger(0, {A: replace(ENTRY, exceptions=(REFROZEN,))})
    with_fusion = Ledger(0, {A: replace(ENTRY, exceptions=(REFROZEN, WITH_FUSION))})
    assert "fusion" not in ledger_text(plain)
    assert ledger_text(with_fusion).count("fusion_before") == 1


def test_a_path_that_a_preset_has_left_is_known() -> None:
    moved, dropped = Entry("configs/new.yaml", "verified"), Entry(B, "dropped", reason="unused")
    ledger = Ledger(2, {A: moved, B: dropped, "configs/c.yaml": Entry("configs/c.yaml", "pending")})
    assert ledger.left_paths() == {A, B}


def test_both_paths_of_a_preset_that_moved_and_was_dropped_are_left() -> None:
    ledger = Ledger(2, {A: Entry("configs/new.yaml", "dropped", reason="unused")})
    assert ledger.left_paths() == {A, "configs/new.yaml"}


def test_a_path_that_another_preset_has_taken_over_is_not_left() -> None:
    ledger = Ledger(2, {A: Entry(B, "verified"), B: Entry(B, "dropped", reason="a copy of a")})
    assert ledger.left_paths() == {A}


def edited(ledger: Ledger, old: str, new: str) -> Ledger:
    """Return what is read from the ledger's text with a part of it typed over."""
    text = ledger_text(ledger)
    assert old in text
    return read_ledger(text.replace(old, new), "ledger.yaml")


def test_a_status_that_was_typed_in_is_known_as_such() -> None:
    ledger = Ledger(1, {A: ENTRY, B: Entry(B, "failed")})
    read = edited(ledger, "pending", "verified")
    assert read.entries[A] == Entry(A, "verified", sealed_as="pending")
    assert read.entries[B] == Entry(B, "failed")


def test_a_typed_status_is_not_sealed_when_another_record_changes() -> None:
    read = edited(Ledger(1, {A: ENTRY}), "pending", "verified")
    again = read_ledger(ledger_text(read.with_entries({B: Entry(B, "failed")})), "ledger.yaml")
    assert again.entries[A] == Entry(A, "verified", sealed_as="pending")
    found = again.entries[A].with_status("verified")
    assert read_ledger(ledger_text(Ledger(1, {A: found})), "ledger.yaml").entries[A] == found
    assert found.sealed_as is None


MOVED = Entry("configs/new.yaml", "verified", phase=1, exceptions=(REFROZEN,))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("target: configs/new.yaml", "target: configs/old.yaml"),
        ("    target: configs/new.yaml\n", ""),
        ("    phase: 1\n", "    phase: 2\n"),
        ("the rate", "a rate"),
        ("a" * 64, "c" * 64),
        ("status: verified", "status: dropped\n    reason: unused"),
        ("    seal: ", "    seal: f"),
        (f"  {A}:\n", f"  {B}:\n"),
    ],
)
def test_an_edited_record_is_refused(old: str, new: str) -> None:
    with pytest.raises(MigrationError, match=r"^ledger\.yaml:6:3: the record of .* was edited\n"):
        edited(Ledger(1, {A: MOVED}), old, new)


def test_an_open_phase_that_was_typed_in_is_refused() -> None:
    with pytest.raises(MigrationError, match=r"^ledger\.yaml:3:1: the open phase was edited\n"):
        edited(Ledger(1, {A: ENTRY}), "phase: 1\n", "phase: 2\n")


def test_a_record_without_a_seal_is_refused() -> None:
    text = ledger_text(Ledger(1, {A: ENTRY})).partition("    seal: ")[0]
    with pytest.raises(MigrationError, match=f"the record of {A} was edited"):
        read_ledger(text, "ledger.yaml")
    with pytest.raises(MigrationError, match="unknown key 'seal'"):
        edited(Ledger(1, {A: ENTRY}), "format: 2", "format: 1")


HEAD = "format: 1\nphase: 0\npresets:\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "ledger.yaml:1:1: unknown format None\n  hint: 1 to 2 are known"),
        (
            "format: 3\n",
            (
                "ledger.yaml:1:1: format 3 is newer than this version reads, 2\n"
                "  hint: upgrade the toolkit"
            ),
        ),
        ("format: true\n", "ledger.yaml:1:1: unknown format True\n  hint: 1 to 2 are known"),
        (
            "format: 1\nphase: 4\npresets: {}\n",
            "ledger.yaml:2:1: unknown phase 4\n  hint: one of 0, 1, 2, 3, done",
        ),
        (
            "format: 1\nphase: true\npresets: {}\n",
            "ledger.yaml:2:1: unknown phase True\n  hint: one of 0, 1, 2, 3, done",
        ),
        ("format: 1\nphase: 0\n", "ledger.yaml:1:1: 'presets' must be a mapping, not null"),
        (
            f"{HEAD[:-1]} {{}}\nfrozen: 3\n",
            "ledger.yaml:4:1: unknown key 'frozen'\n  hint: known are format, phase, presets",
        ),
        (
            f"{HEAD}  {A}: pending\n",
            (
                f"ledger.yaml:4:3: not a preset's record: '{A}'\n"
                "  hint: restore the ledger from version control"
            ),
        ),
        (
            f"{HEAD}  {A}:\n    status: verifed\n",
            "ledger.yaml:5:5: unknown status 'verifed'\n  hint: did you mean 'verified'?",
        ),
        (
            f"{HEAD}  {A}:\n    status: new\n",
            (
                "ledger.yaml:5:5: unknown status 'new'\n"
                "  hint: one of verified, pending, failed, missing, error, dropped"
            ),
        ),
        (
            f"{HEAD}  {A}:\n    status: pending\n    phase: 3\n",
            "ledger.yaml:6:5: a preset belongs to phase 1 or 2, not 3",
        ),
        (
            f"{HEAD}  {A}:\n    status: pending\n    target: ../a.yaml\n",
            "ledger.yaml:6:5: not a path within the project: '../a.yaml'",
        ),
        (
            f"{HEAD}  {A}:\n    status: pending\n    target: [b]\n",
            "ledger.yaml:6:5: not a path within the project: ['b']",
        ),
        (
            f"{HEAD}  {A}:\n    status: pending\n    target: configs/a.yaml/\n",
            "ledger.yaml:6:5: not a path within the project: 'configs/a.yaml/'",
        ),
        (
            f"format: 1\nphase: {'9' * 5000}\npresets: {{}}\n".replace("9", "0x9", 1),
            (
                "ledger.yaml:2:1: unknown phase an integer of very many digits\n"
                "  hint: one of 0, 1, 2, 3, done"
            ),
        ),
        (
            f"{HEAD}  {A}:\n    status: pending\n    target: 3\n",
            "ledger.yaml:6:5: not a path within the project: 3",
        ),
        (
            f"{HEAD}  {A}:\n    status: pending\n    traget: b.yaml\n",
            (
                "ledger.yaml:6:5: unknown key 'traget'\n"
                "  hint: known are target, status, phase, reason, exceptions"
            ),
        ),
        (
            f"{HEAD}  {A}:\n    status: dropped\n",
            "ledger.yaml:4:3: a preset has a 'reason' exactly if it is dropped",
        ),
        (
            f"{HEAD}  {A}:\n    status: verified\n    reason: because\n",
            "ledger.yaml:4:3: a preset has a 'reason' exactly if it is dropped",
        ),
        (
            f"{HEAD}  {A}:\n    status: pending\n    exceptions: {{}}\n",
            "ledger.yaml:6:5: 'exceptions' must be a list",
        ),
        (
            f"{HEAD}  {A}:\n    status: pending\n    exceptions: [{{reason: a, before: 1}}]\n",
            (
                "ledger.yaml:6:5: an exception needs reason, before and after, strings: "
                "{'reason': 'a', 'before': 1}"
            ),
        ),
        (
            f"{HEAD}  {A}: {{status: pending}}\n  {A}: {{status: verified}}\n",
            (
                f"ledger.yaml:5:3: '{A}' stands here a second time\n"
                "  hint: restore the ledger from version control"
            ),
        ),
        (
            f"{HEAD}  {A}: {{status: pending}}\n  {B}: {{status: pending, target: {A}}}\n",
            (
                f"ledger.yaml:5:3: {B} and {A} both have the path {A}\n"
                "  hint: map one of them elsewhere, or back"
            ),
        ),
    ],
)
def test_what_is_no_ledger_is_refused_with_its_line(text: str, fault: str) -> None:
    with pytest.raises(MigrationError) as error:
        read_ledger(text, "ledger.yaml")
    assert str(error.value) == fault


def test_every_mistake_is_told() -> None:
    text = f"{HEAD}  {A}: {{status: fine}}\n  {B}: {{status: good}}\n"
    with pytest.raises(MigrationError) as error:
        read_ledger(text, "ledger.yaml")
    assert [fault.line for fault in error.value.faults] == [4, 5]


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", "=======", ">>>>>>> theirs", "||||||| base"])
def test_conflict_markers_are_named(marker: str) -> None:
    with pytest.raises(MigrationError) as error:
        read_ledger(f"format: 1\n{marker}\nphase: 0\n", "ledger.yaml")
    assert str(error.value) == (
        "ledger.yaml:2: a conflict marker of git\n"
        "  hint: resolve the merge: keep one record a preset, then run `check-parity`"
    )


def test_what_is_not_yaml_is_located() -> None:
    with pytest.raises(MigrationError) as error:
        read_ledger("format: 1\nphase: [\n", "ledger.yaml")
    assert str(error.value).startswith("ledger.yaml:3:1: not valid YAML")


@pytest.mark.parametrize(
    "line", ["target: null", "target: a.yaml", "reason: null", "exceptions: []"]
)
def test_a_record_with_a_line_that_says_nothing_was_edited_as_well(line: str) -> None:
    text = ledger_text(Ledger(1, {"a.yaml": Entry("a.yaml", "pending")}))
    edited = text.replace("    status:", f"    {line}\n    status:")
    assert edited != text
    with pytest.raises(MigrationError):
        read_ledger(edited, "ledger.yaml")
