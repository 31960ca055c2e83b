"""How the differences of a frozen preset read on the page, from its files to the last line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.running import run

PART, PRESET = "configs/parts/x.yaml", "configs/runs/a.yaml"
TABLE = """\
[tool.config-migration]
presets = ["configs/runs/*.yaml"]
legacy = ["configs/parts/*"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_files(tmp_path, {"pyproject.toml": TABLE, PRESET: "extends: ../parts/x.yaml\n"})
    return tmp_path


def parity(folder: Path, before: str, after: str, *words: str) -> str:
    """Freeze a preset with one text, then write it with another, and return the report."""
    write_files(folder, {PART: before})
    assert run(folder, "snapshot").code == 0
    write_files(folder, {PRESET: after})
    ran = run(folder, "check-parity", "--no-record", *words)
    assert ran.code == 2
    return ran.out


def test_an_entry_that_went_is_apart_from_one_that_changed(project: Path) -> None:
    before = (
        "ops:\n  - {name: hflip, p: 0.5}\n  - {name: crop, p: 0.1}\n  - {name: rotate, p: 0.2}\n"
    )
    out = parity(project, before, "ops:\n  - {name: crop, p: 0.3}\n  - {name: rotate, p: 0.2}\n")
    assert (
        f"""\
  [0]  {{"name": "hflip", "p": 0.5}} (mapping) → (absent)
    was  {PART}:2  (legacy)
  [1].p (crop)  0.1 (float) → 0.3 (float)
    was  {PART}:3  (legacy)
    now  {PRESET}:2
  in   {PRESET}
"""
        in out
    )


def test_an_entry_that_moved_has_a_hint_on_both_sides(project: Path) -> None:
    out = parity(
        project,
        "ops: [{name: a}, {name: b}, {name: c}]\n",
        "ops: [{name: b}, {name: c}, {name: a}]\n",
    )
    assert "hint: moved to ops[2], its value is the same" in out
    assert "hint: moved from ops[0], its value is the same" in out


def test_each_line_of_a_text_has_its_own_place(project: Path) -> None:
    rules = "".join(f"  Rule {n} holds for object {n}.\n" for n in range(1, 41))
    changed = rules.replace("Rule 7 holds", "Rule 7 HOLDS").replace(
        "  Rule 31 holds for object 31.\n", ""
    )
    out = parity(project, f"prompt: |\n{rules}", f"extra: 1\nprompt: |\n{changed}")
    assert (
        f"""\
  40 lines (str) → 39 lines (str)
  line 7  "Rule 7 holds for object 7." → "Rule 7 HOLDS for object 7."
    was  {PART}:8  (legacy)
    now  {PRESET}:9
  line 31  "Rule 31 holds for object 31." → (absent)
    was  {PART}:32  (legacy)
  in   {PRESET}
"""
        in out
    )


def test_many_lines_are_counted_and_a_folded_text_has_the_place_of_its_key(project: Path) -> None:
    before = "\n".join(f"  Line {n}.\n" for n in range(20))
    out = parity(project, f"prompt: >\n{before}", f"prompt: >\n{before.replace('Line', 'Row')}")
    assert "  … and 12 more lines; `--format json` has all\n" in out
    assert f"  was  {PART}:1  (legacy)\n  now  {PRESET}:1\n" in out
    assert out.count("was") == 1


def test_a_text_in_a_list_is_compared_by_lines_as_well(project: Path) -> None:
    out = parity(project, "a:\n  - |\n    one\n    two\n", "a:\n  - |\n    one\n    three\n")
    assert (
        f"""\
  [0]  "one\\ntwo\\n" (str) → "one\\nthree\\n" (str)
    line 2  "two" → "three"
      was  {PART}:4  (legacy)
      now  {PRESET}:4
"""
        in out
    )
    markdown = run(project, "check-parity", "--no-record", "--format", "markdown").out
    assert (
        f'    - `line 2`: `"two"` → `"three"` (was `{PART}:4` (legacy), now `{PRESET}:4`)\n'
        in markdown
    )


def test_without_the_frozen_file_lines_have_the_place_of_the_key(project: Path) -> None:
    write_files(project, {PART: "p: |\n  one\n  two\n"})
    assert run(project, "snapshot").code == 0
    write_files(project, {PRESET: "p: |\n  one\n  three\n", PART: "q: 1\np: |\n  one\n  two\n"})
    out = run(project, "check-parity", "--no-record").out
    assert f'  line 2  "two" → "three"\n    now  {PRESET}:3\n  was  {PART}:1  (legacy)\n' in out


def test_what_looks_alike_is_told_apart_in_values_and_keys(project: Path) -> None:
    before = 'sep: "a b"\nword: "model"\nhyphen: "co-op"\nlearning-rate: 1\n'
    after = 'sep: "a\u00a0b"\nword: "m\u043edel"\nhyphen: "co\u2011op"\n'
    after += "learning\u2011rate: 1\n\ufeffgrad: 2\n"
    shown = (r"a\u00a0b", r"m\u043edel", r"co\u2011op", r"learning\u2011rate", r"\ufeffgrad")
    parity(project, before, after)
    for words in ((), ("--format", "markdown")):
        out = run(project, "check-parity", "--no-record", *words).out
        assert all(text in out for text in shown)
        assert not set("\u00a0\u043e\u2011\ufeff") & set(out)


def test_a_text_in_another_script_stays_readable(project: Path) -> None:
    world, word, no = (
        "\u4f60\u597d\uff0c\u4e16\u754c",
        "\u0441\u043b\u043e\u0432\u043e",
        "\u043d\u0435\u0442",
    )
    out = parity(project, f"a: {world}\n{word}: 1\n", f"a: {world}!\n{word}: {no}\n")
    assert all(text in out for text in (world, word, no))


def test_a_number_is_shown_as_it_was_written_as_long_as_the_frozen_file_is_there(
    project: Path,
) -> None:
    out = parity(project, "rate: 1.00e-8\n", "rate: 1e-8\n")
    assert '1.00e-8 (float) → "1e-8" (str)' in out
    write_files(project, {PART: "rate: 1.00e-8\nx: 1\n"})
    assert '1.0e-8 (float) → "1e-8" (str)' in run(project, "check-parity", "--no-record").out


def test_a_mapping_with_number_keys_in_the_place_of_a_list_is_explained(project: Path) -> None:
    hint = "a mapping replaces the list; `0` is a key here, not an entry"
    write_files(project, {PART: "ops:\n  - {name: flip, p: 0.5}\n"})
    assert run(project, "snapshot").code == 0
    write_files(project, {PRESET: "extends: ../parts/x.yaml\nops:\n  0: {p: 0.9}\n"})
    out = run(project, "check-parity", "--no-record").out
    assert '[{"name": "flip", "p": 0.5}] (list) → {0: {"p": 0.9}} (mapping)' in out
    assert f"  hint: {hint}\n" in out
    write_files(project, {"configs/runs/b.yaml": "ops: [[{0: 1}]]\n"})
    out = run(project, "inspect", "--config", "configs/runs/b.yaml", "--key", "ops").out
    assert "ops = [[{0: 1}]] (list)" in out
    (project / "configs/runs/b.yaml").unlink()
    write_files(project, {PRESET: 'extends: ../parts/x.yaml\nops:\n  "0": {p: 0.9}\n'})
    assert hint not in run(project, "check-parity", "--no-record").out


def test_the_json_of_a_list_has_every_change(project: Path) -> None:
    before = "ops:\n" + "".join(f"  - {{name: op{n}, p: 0.1}}\n" for n in range(20))
    after = before.replace("0.1}", "0.2}").replace("  - {name: op0, p: 0.2}\n", "")
    out = parity(project, before, after, "--format", "json")
    (found,) = json.loads(out)["presets"][0]["forbidden"]
    assert len(found["changes"]) == 20
    assert found["changes"][0] == {
        "path": "ops[0]",
        "left_path": "ops[0]",
        "right_path": None,
        "kind": "removed",
        "left": {"name": "op0", "p": 0.1},
        "left_origin": f"{PART}:2",
        "right_origin": None,
        "hints": [],
    }
    assert found["changes"][9] == {
        "path": "ops[9].p",
        "left_path": "ops[9].p",
        "right_path": "ops[8].p",
        "kind": "changed",
        "left": 0.1,
        "right": 0.2,
        "left_origin": f"{PART}:11",
        "right_origin": f"{PRESET}:10",
        "hints": [],
    }


def test_only_a_difference_of_two_lists_has_changes(project: Path) -> None:
    out = parity(project, "a: [1]\nb: 1\n", "a: 1\nb: 2\n", "--format", "json")
    assert not any("changes" in each for each in json.loads(out)["presets"][0]["forbidden"])
