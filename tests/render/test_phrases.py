from __future__ import annotations

import pytest

from migration.commands.check_parity import ParityReport
from migration.gate.drift import Drift
from migration.gate.status import Row
from migration.parity.compare import Comparison, Finding
from migration.phases import Status
from migration.render.phrases import count_line, describe_drifts, parity_verdict
from migration.values.diff import Difference

PORT = "after it was frozen: port the edit, or `accept` it"


def test_presets_whose_own_files_changed_are_told_together() -> None:
    own = [
        Drift(f"configs/{name}.yaml", (f"configs/{name}.yaml",), is_harmless=False)
        for name in "abc"
    ]
    shared = Drift("configs/parts/x.yaml", ("configs/a.yaml", "configs/b.yaml"), is_harmless=False)
    assert describe_drifts([own[0], shared, *own[1:]]) == [
        f"trunk edited configs/parts/x.yaml {PORT}",
        "  in configs/a.yaml, configs/b.yaml",
        f"trunk edited each of 3 presets {PORT}",
        "  in configs/a.yaml, configs/b.yaml, configs/c.yaml",
    ]


def test_one_alone_is_named_and_a_harmless_edit_is_apart() -> None:
    harmless = Drift("configs/a.yaml", ("configs/a.yaml",), is_harmless=True)
    harmful = Drift("configs/b.yaml", ("configs/b.yaml",), is_harmless=False)
    assert describe_drifts([harmless, harmful]) == [
        "trunk edited configs/a.yaml after it was frozen: it gives the same values",
        "  in configs/a.yaml",
        f"trunk edited configs/b.yaml {PORT}",
        "  in configs/b.yaml",
    ]


def row(n: int, status: Status, *, is_excused: bool = False, is_overdue: bool = False) -> Row:
    found = Finding(Difference(("k",), "changed", 1, 2), None, None)
    return Row(
        legacy=f"{n}.yaml",
        target=f"{n}.yaml",
        phase=2,
        status=status,
        recorded=status,
        is_excused=is_excused,
        is_overdue=is_overdue,
        comparison=Comparison(forbidden=(found,)) if status == "failed" else Comparison(),
    )


@pytest.mark.parametrize(
    ("statuses", "verdict", "counts"),
    [
        (["verified"], "parity holds: the preset agrees with its baseline", "1 verified"),
        (
            ["verified", "verified"],
            "parity holds: all 2 presets agree with their baselines",
            "2 verified",
        ),
        (
            ["verified", "dropped", "pending"],
            "parity holds: 2 of 3 presets agree with their baselines",
            "1 pending (still on legacy files) · 1 verified · 1 dropped",
        ),
        (
            ["verified", "dropped"],
            "parity holds: 1 of 2 presets agrees with its baseline",
            "1 verified · 1 dropped",
        ),
        (["dropped"], "parity holds: no preset was compared", "1 dropped"),
        (["failed"], "1 of 1 preset differs from its baseline, for 1 cause", ""),
        (
            ["failed", "failed", "verified"],
            "2 of 3 presets differ from their baseline, for 1 cause",
            "1 verified",
        ),
        (
            ["failed", "error", "missing", "missing", "new", "verified"],
            (
                "1 of 6 presets differs from its baseline, for 1 cause; 1 cannot be read; "
                "2 have no file; 1 has no baseline"
            ),
            "1 verified",
        ),
        (["error", "verified"], "1 of 2 presets cannot be read", "1 verified"),
        (["new", "new"], "2 of 2 presets have no baseline", ""),
    ],
)
def test_a_verdict_counts_each_preset_once(
    statuses: list[Status], verdict: str, counts: str
) -> None:
    report = ParityReport("parity", tuple(row(n, each) for n, each in enumerate(statuses)))
    assert parity_verdict(report) == verdict
    assert count_line(report) == counts


def test_a_new_preset_that_the_settings_excuse_was_not_compared() -> None:
    rows = (row(0, "verified"), row(1, "new", is_excused=True))
    report = ParityReport("parity", rows)
    assert parity_verdict(report) == "parity holds: 1 of 2 presets agrees with its baseline"
    assert count_line(report) == "1 new · 1 verified"


def test_an_overdue_preset_blocks_the_gate() -> None:
    report = ParityReport("parity", (row(0, "pending", is_overdue=True), row(1, "verified")))
    assert parity_verdict(report) == "1 of 2 presets is not migrated, in a closed phase"
    assert count_line(report) == "1 verified"
