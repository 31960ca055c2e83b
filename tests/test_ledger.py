from __future__ import annotations

import pytest

from migration.errors import MigrationError
from migration.ledger import Ledger, Refreeze, ledger_text, read_ledger

ENTRY = Refreeze("configs/a.yaml", "the rate: 2.0e-4, 'as agreed' — für später", "a" * 64, "b" * 64)
WITH_FUSION = Refreeze("configs/b.yaml", "no", "a" * 64, "a" * 64, "c" * 64, "d" * 64)


@pytest.mark.parametrize("ledger", [Ledger(), Ledger((ENTRY,)), Ledger((ENTRY, WITH_FUSION))])
def test_a_ledger_reads_back_to_what_was_written(ledger: Ledger) -> None:
    assert read_ledger(ledger_text(ledger), "ledger.yaml") == ledger


def test_the_text_leaves_out_what_does_not_apply() -> None:
    assert "fusion" not in ledger_text(Ledger((ENTRY,)))
    assert "fusion_before" in ledger_text(Ledger((WITH_FUSION,)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "ledger.yaml: format None is not the one that this version reads, 1"),
        ("format: 2\n", "ledger.yaml: format 2 is not the one that this version reads, 1"),
        ("format: true\n", "ledger.yaml: format True is not the one that this version reads, 1"),
        ("format: 1\nphase: 1\n", "ledger.yaml: a ledger has 'format' and 'exceptions', a list"),
        (
            "format: 1\nexceptions: {}\n",
            "ledger.yaml: a ledger has 'format' and 'exceptions', a list",
        ),
        (
            "format: 1\nexceptions: [{preset: a}]\n",
            "ledger.yaml: an exception needs after, before, preset, reason: {'preset': 'a'}",
        ),
        (
            "format: 1\nexceptions: [{preset: a, reason: b, before: 1, after: d}]\n",
            (
                "ledger.yaml: an exception has strings only: "
                "{'preset': 'a', 'reason': 'b', 'before': 1, 'after': 'd'}"
            ),
        ),
    ],
)
def test_what_is_no_ledger_is_refused(text: str, message: str) -> None:
    with pytest.raises(MigrationError) as error:
        read_ledger(text, "ledger.yaml")
    assert str(error.value) == message


def test_conflict_markers_are_located() -> None:
    with pytest.raises(MigrationError) as error:
        read_ledger("format: 1\n<<<<<<< HEAD\nexceptions: []\n", "ledger.yaml")
    assert str(error.value).startswith("ledger.yaml:3:")
