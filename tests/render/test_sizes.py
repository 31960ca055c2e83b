"""However much differs, and however long it is, a report stays short enough to be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from migration.commands.check_parity import ParityReport
from migration.commands.compare import CompareReport
from migration.errors import Fault
from migration.gate.drift import Drift
from migration.gate.gate_change import GateChange
from migration.gate.newcomers import Newcomer
from migration.gate.preset_changes import ComparedPreset, NewPreset
from migration.gate.status import Row
from migration.parity.compare import Comparison, Finding
from migration.project.project import Access
from migration.project.sides import open_sides
from migration.render.change_markdown import change_markdown
from migration.render.change_text import change_text
from migration.render.github import change_github
from migration.render.markdown import parity_markdown
from migration.render.terminal import Terminal
from migration.render.text import parity_text
from migration.values.diff import Difference
from tests.conftest import write_files
from tests.running import commit_all, needs_git, run

pytestmark = pytest.mark.campaign

A = "configs/train/a.yaml"
TEXT, LIST = "x" * 10**6, "".join(f"- {n}\n" for n in range(5_000))
CASES = {
    "a long text": (f"t: a{TEXT}\n", f"t: {TEXT}b\n"),
    "a text and a number": (f"t: {TEXT}\n", "t: 1\n"),
    "a long key": (f"? {'k' * 100_000}\n: 1\n", f"? {'k' * 100_000}\n: 2\n"),
    "long keys": (f"{{? {'k' * 100_000}1 : 1}}\n", f"{{? {'k' * 100_000}2 : 1}}\n"),
    "many differences": (
        "".join(f"key_{n}: {n}\n" for n in range(1_200)),
        "".join(f"key_{n}: {n + 1}\n" for n in range(1_200)),
    ),
    "a long list": (f"t:\n{LIST}", f"t:\n{LIST.replace('7', '8')}"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_report_on_very_much_is_short(small_project: Path, case: str) -> None:
    before, after = CASES[case]
    write_files(small_project, {A: before, "configs/train/b.yaml": "extends: ../base.yaml\n"})
    assert run(small_project, "snapshot").code == 0
    write_files(small_project, {A: after})
    table = run(small_project, "check-parity", "--no-record")
    markdown = run(small_project, "check-parity", "--no-record", "--format", "markdown")
    assert (table.code, table.err, markdown.code, markdown.err) == (2, "", 2, "")
    assert len(table.out) < 100_000
    assert len(markdown.out) < 30_000
    assert table.out.startswith("1 of 2 presets differs from its baseline, for ")
    assert table.out.count("\n") < 200
    assert f"\n  in   {A}\n" in table.out
    assert f"`{A}`" in markdown.out
    assert len(run(small_project, "ledger").out) < 7_000


def test_of_very_many_differences_the_first_are_shown(small_project: Path) -> None:
    before, after = CASES["many differences"]
    write_files(small_project, {"l.yaml": before, "r.yaml": after})
    words = ("diff", "--left", "l.yaml", "--right", "r.yaml")
    out = run(small_project, *words).out
    assert out.startswith("parity does not hold: 1200 forbidden, 0 allowed\n")
    assert out.count("\n[") == 19
    assert "\n… and 1181 more causes; `--format json` has all\n" in out
    assert run(small_project, *words, "-v").out.count("\n[") == 1200


def test_an_error_about_a_very_long_value_is_short(small_project: Path) -> None:
    write_files(small_project, {A: f"custom: {{fusion_config: [{TEXT}]}}\n"})
    ran = run(small_project, "snapshot")
    assert ran.code == 1
    assert ran.err.startswith(f"{A}:1:10: custom.fusion_config must be a path, not ['xxx")
    assert len(ran.err) < 3_000


def very_red_report() -> ParityReport:
    """Return a report on 10,000 presets, each of which has a trouble of its own."""
    rows: list[Row] = []
    for n in range(10_000):
        name = f"configs/train/a_rather_long_folder_name/{n % 97}/preset_{n:05}.yaml"
        found = Difference((f"section_{n}", "key"), "changed", n, -n)
        finding = Finding(found, f"{name}:1", f"{name}:2", hints=(f"a hint on {n}",))
        allowed = Finding(found, f"{name}:1", f"{name}:2", rule=f"rule-{n}")
        kind = n % 10
        fault = Fault(f"a mistake of preset {n}", f"configs/parts/{n}.yaml", n + 1, hint="fix it")
        rows.append(
            Row(
                legacy=None if kind == 8 else name,
                target=name,
                phase=2,
                status="error" if kind == 9 else "new" if kind == 8 else "failed",
                faults=(fault,) if kind > 7 else (),
                reuse="a reason" if kind == 7 else None,
                newcomer=Newcomer("advice", name, (found,) * 9) if kind == 8 else None,
                comparison=Comparison((allowed,), (finding,)) if kind < 8 else Comparison(),
            )
        )
    drifts = tuple(
        Drift(f"configs/parts/{n}.yaml", (f"p{n}",), is_harmless=False) for n in range(500)
    )
    return ParityReport("parity", tuple(rows), drifts)


def test_a_report_on_ten_thousand_red_presets_is_short() -> None:
    report = very_red_report()
    text = parity_text(report, Terminal(80))
    assert text.startswith("8000 of 10000 presets differ from their baseline, for 8000 causes; ")
    assert text.count("\n") < 200
    assert len(parity_markdown(report)) < 65_536
    assert parity_text(report, Terminal(80, is_verbose=True)).count("\nconfigs/train/") >= 10_000


@needs_git
def test_a_change_of_ten_thousand_presets_is_short(small_project: Path) -> None:
    commit_all(small_project)
    rows = very_red_report().rows
    presets = tuple(
        ComparedPreset(
            row.target,
            row.target if row.status == "failed" else f"old/{row.target}",
            row.comparison,
            old_faults=row.faults if n // 10 % 3 else (),
            new_faults=row.faults if n // 10 % 3 < 2 else (),
        )
        for n, row in enumerate(rows)
    )
    new = tuple(NewPreset(f"new/{n}/p.yaml", rows[0].target) for n in range(2_000))
    gate = tuple(GateChange(f"baselines {n} are gone", ("a", "b") * 50) for n in range(500))
    removed = tuple(f"gone/{n}/p.yaml" for n in range(2_000))
    sides = open_sides(small_project, None, None, Access())
    notes = tuple(Fault(f"a note on {n}", f"configs/{n}.yaml") for n in range(500))
    report = CompareReport(sides, "parity", presets, new, removed, gate, notes)
    text = change_text(report, Terminal(80))
    assert text.startswith("8000 of 8000 presets change, for 16000 causes; 668 cannot be read any")
    assert text.count("\n") < 400
    markdown = change_markdown(report)
    assert len(markdown) < 65_536
    above = markdown.partition("<details>")[0].splitlines()[1:]
    assert len([line for line in above if line]) == 5
    assert len(change_github(report).splitlines()) == 11
