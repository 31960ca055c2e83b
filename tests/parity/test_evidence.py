"""The hints on differences, from files on disk to the command's output."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from migration.commands.check_parity import check_parity
from migration.project.project import open_project
from tests.conftest import write_files
from tests.ledgers import MIX, OPTIM, A, B
from tests.running import edit, run


def hints(folder: Path, left: str, right: str) -> dict[str, list[str]]:
    report = json.loads(run(folder, "diff", "--left", left, "--right", right, *JSON).out)
    return {found["path"]: found["hints"] for found in every(report) if found["hints"]}


JSON = ("--format", "json")
BASELINE = f"snapshots/presets/{A}.json"


def every(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [*report["forbidden"], *report["allowed"]]


def test_a_number_that_became_a_string_is_explained(frozen_project: Path) -> None:
    edit(frozen_project / OPTIM, "1.0e-4", "1e-4")
    hint = "1e-4 is a string in YAML 1.1: a float needs a dot and a signed exponent, 1.0e-4"
    assert hints(frozen_project, BASELINE, A) == {"optim.lr": [hint]}
    assert hints(frozen_project, A, BASELINE) == {"optim.lr": [hint]}
    edit(frozen_project / OPTIM, "1e-4", "'1e-4'")
    assert hints(frozen_project, BASELINE, A) == {}


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("017", "017 is 15 in YAML 1.1, an octal number"),
        ("1:30", "1:30 is 90 in YAML 1.1, a number to base 60"),
        ("on", "on is the boolean true in YAML 1.1: quote it for text"),
        ("15", None),
        ('"017"', None),
    ],
)
def test_what_was_written_explains_what_was_read(
    frozen_project: Path, written: str, hint: str | None
) -> None:
    edit(frozen_project / OPTIM, "1.0e-4", written)
    assert hints(frozen_project, BASELINE, A) == ({"optim.lr": [hint]} if hint else {})


def test_an_entry_of_a_fusion_config_is_explained_by_its_own_file(frozen_project: Path) -> None:
    write_files(frozen_project, {MIX: "targets:\n- {name: new}\n- {name: bbu, ratio: 1e0}\n"})
    write_files(frozen_project, {"configs/fusion/base.yaml": "targets: [{name: bbu}]\n"})
    edit(frozen_project / MIX, "targets", "extends: base.yaml\ntargets")
    (hint,) = hints(frozen_project, BASELINE, A)["targets"]
    assert hint.startswith("targets[0].ratio: 1e0 is a string in YAML 1.1")


def test_a_list_that_an_overlay_replaced_is_explained(frozen_project: Path) -> None:
    files = {
        "base.yaml": "ops: [a, b, c]\n",
        "l.yaml": "extends: base.yaml\nseed: 1\n",
        "r.yaml": "extends: l.yaml\nops:\n- c\n",
        "edited.yaml": "seed: 1\nops: [c]\n",
    }
    write_files(frozen_project, files)
    hint = "r.yaml:2 replaces the list of base.yaml:1 whole (3 entries, 2 of them dropped)"
    assert hints(frozen_project, "l.yaml", "r.yaml") == {"ops": [hint]}
    assert hints(frozen_project, "l.yaml", "edited.yaml") == {}
    assert hints(frozen_project, "r.yaml", "l.yaml") == {}


def test_a_section_that_stands_twice_is_explained(frozen_project: Path) -> None:
    files = {
        "l.yaml": "custom: {a: 7, b: {c: 2.5}}\n",
        "base.yaml": "custom:\n  a: 7\n  b: {c: 2.5}\ncustom:\n  d: 1\n",
        "r.yaml": "extends: base.yaml\n",
    }
    write_files(frozen_project, files)
    hint = "custom is a duplicate key in base.yaml: line 4 drops what line 1 says"
    assert hints(frozen_project, "l.yaml", "r.yaml") == {"custom.a": [hint], "custom.b.c": [hint]}


def test_a_section_that_stands_twice_explains_nothing_that_a_file_above_it_says(
    frozen_project: Path,
) -> None:
    files = {
        "l.yaml": "custom: {a: 7, b: 8}\n",
        "base.yaml": "custom: {a: 7, b: 8}\ncustom: {d: 1}\n",
        "r.yaml": "extends: base.yaml\ncustom: {a: 9}\n",
        "none.yaml": "extends: base.yaml\ncustom: null\n",
    }
    write_files(frozen_project, files)
    hint = "custom is a duplicate key in base.yaml: line 2 drops what line 1 says"
    assert hints(frozen_project, "l.yaml", "r.yaml") == {"custom.b": [hint]}
    assert hints(frozen_project, "l.yaml", "none.yaml") == {}


def test_a_key_that_moved_is_explained_across_the_verdicts(frozen_project: Path) -> None:
    files = {"l.yaml": "training: {run_name: x1}\n", "r.yaml": "naming: {run_name: x1}\n"}
    write_files(frozen_project, files)
    assert hints(frozen_project, "l.yaml", "r.yaml") == {
        "naming.run_name": ["moved from training.run_name, its value is the same"],
        "training.run_name": ["moved to naming.run_name, its value is the same"],
    }


def test_the_same_hint_for_many_presets_is_shown_once(frozen_project: Path) -> None:
    edit(frozen_project / OPTIM, "1.0e-4", "1e-4")
    ran = run(frozen_project, "check-parity", "--no-record")
    assert f"\n  in   {A}, {B}\n  trunk edited {OPTIM}:1 after it was frozen\n  hint: " in ran.out
    assert ran.out.count("hint:") == 1


def test_hints_that_differ_between_presets_are_shown_few(small_project: Path) -> None:
    paths = [f"configs/train/{name}.yaml" for name in "abcde"]
    write_files(small_project, {"configs/base.yaml": "ops: [1, 2, 3]\n"})
    write_files(small_project, dict.fromkeys(paths, "extends: ../base.yaml\n"))
    assert run(small_project, "snapshot").code == 0
    write_files(small_project, dict.fromkeys(paths, "extends: ../base.yaml\nops: [1]\n"))
    out = run(small_project, "check-parity", "--no-record").out
    assert out.count("replaces the list of configs/base.yaml:1 whole") == 3
    assert "  hint: and 2 more like it\n" in out


def test_unchanged_presets_read_no_marks_and_no_texts(
    frozen_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError

    for name in ("load_marks", "find_misreadings", "find_duplicates", "trace_history"):
        module = (
            "migration.resolve.source_files"
            if name == "load_marks"
            else "migration.parity.evidence"
        )
        monkeypatch.setattr(f"{module}.{name}", fail)
    assert check_parity(open_project(frozen_project)).holds
    edit(frozen_project / OPTIM, "1.0e-4", "1e-4")
    with pytest.raises(AssertionError):
        check_parity(open_project(frozen_project))
