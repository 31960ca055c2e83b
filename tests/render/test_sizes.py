"""However much differs, and however long it is, a report stays short enough to be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.running import run

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
    assert out.count("\n[") == 23
    assert "\n… and 1177 more causes; `--format json` has all\n" in out
    assert run(small_project, *words, "-v").out.count("\n[") == 1200


def test_an_error_about_a_very_long_value_is_short(small_project: Path) -> None:
    write_files(small_project, {A: f"custom: {{fusion_config: [{TEXT}]}}\n"})
    ran = run(small_project, "snapshot")
    assert ran.code == 1
    assert ran.err.startswith(f"{A}:1:10: custom.fusion_config must be a path, not ['xxx")
    assert len(ran.err) < 3_000
