from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from migration.commands.lint import lint_layout
from migration.project.project import open_project
from tests.conftest import write_files
from tests.layouts import change_settings
from tests.ledgers import OPTIM, A, migrate, ok
from tests.lint.trees import BASE, DEBUG, MIX, OVERLAY, PRESET, SHALLOW, TREE, told
from tests.running import contents, edit, run

LINK, GONE = "configs/train/link.yaml", "configs/gone.yaml"


def counts(folder: Path) -> Counter[str]:
    report = lint_layout(open_project(folder))
    return Counter(f"{each.rule.code} {each.rule.severity}" for each in report.findings)


def test_the_legacy_tree_is_neither_shallow_nor_small(legacy_project: Path) -> None:
    assert counts(legacy_project) == {
        "L101 error": 9,
        "L102 error": 9,
        "L205 warning": 1,
        "L208 warning": 1,
        "L401 warning": 24,
    }


def test_nothing_is_written(legacy_project: Path) -> None:
    before = contents(legacy_project)
    assert run(legacy_project, "lint").code == 2
    assert contents(legacy_project) == before


def test_drafts_leave_the_legacy_files_unreachable_and_no_other_error(
    legacy_project: Path,
) -> None:
    for words in (["snapshot"], ["advance"], ["draft", "--all", "--into", ".", "--force"]):
        assert run(legacy_project, *words).code == 0
    found = lint_layout(open_project(legacy_project)).findings
    errors = [each for each in found if each.rule.severity == "error"]
    assert Counter(each.rule.code for each in errors) == {"L601": 29}
    assert all("a legacy file" in each.message for each in errors)


def test_nothing_need_be_frozen(small_project: Path) -> None:
    assert run(small_project, "lint").code == 2
    assert not (small_project / "snapshots").exists()


def test_a_project_without_presets_is_not_called_clean(tmp_path: Path) -> None:
    ran = run(tmp_path, "lint")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("no settings: neither config-migration.toml nor pyproject.toml")


def test_a_glob_that_matches_nothing_is_refused(small_project: Path) -> None:
    edit(small_project / "pyproject.toml", "train/*", "trains/*")
    ran = run(small_project, "lint")
    assert ran.code == 1
    assert "matches no file" in ran.err


def test_a_frozen_preset_that_is_gone_is_told(frozen_project: Path) -> None:
    (frozen_project / A).unlink()
    assert (f"L001 {A}", "no such file") in [
        (f"{each.rule.code} {each.origin.path}", each.message)
        for each in lint_layout(open_project(frozen_project)).findings
    ]


def test_a_preset_that_moved_is_judged_where_it_is(frozen_project: Path) -> None:
    moved = "configs/moved/a.yaml"
    (frozen_project / "configs/moved").mkdir()
    (frozen_project / A).rename(frozen_project / moved)
    edit(frozen_project / "configs/train/b.yaml", "a.yaml", "../moved/a.yaml")
    ok(frozen_project, "map", "--old", A, "--new", moved)
    report = lint_layout(open_project(frozen_project))
    found = {(each.rule.code, each.origin.path) for each in report.findings}
    assert ("L101", moved) in found
    assert ("L101", "configs/train/b.yaml") not in found
    assert not {each for each in found if each[0] == "L601"}


def test_a_dropped_preset_is_a_legacy_file(frozen_project: Path) -> None:
    b = "configs/train/b.yaml"
    ok(frozen_project, "map", "--old", b, "--drop", "--reason", "nobody runs it")
    told_of_b = [
        (each.rule.code, each.message)
        for each in lint_layout(open_project(frozen_project)).findings
        if each.origin.path == b
    ]
    assert told_of_b == [("L601", "a legacy file that no preset is built from; phase 3 removes it")]


def test_a_legacy_file_in_use_is_no_finding_before_phase_3_is_closed(
    frozen_project: Path,
) -> None:
    assert OPTIM not in {
        each.origin.path for each in lint_layout(open_project(frozen_project)).findings
    }
    migrate(frozen_project)
    assert OPTIM in {
        each.origin.path for each in lint_layout(open_project(frozen_project)).findings
    }


def test_baselines_are_no_part_of_the_tree(frozen_project: Path) -> None:
    (frozen_project / "snapshots").rename(frozen_project / "configs/frozen")
    edit(frozen_project / "pyproject.toml", "phase_1", 'snapshots = "configs/frozen"\nphase_1')
    found = lint_layout(open_project(frozen_project)).findings
    assert not [each for each in found if "frozen" in each.origin.path]


def test_the_other_files_are_judged_beside_one_that_cannot_be_read(tmp_path: Path) -> None:
    broken = (
        "extends: [../base.yaml, ../mid.yaml]\ncustom: {fusion_config: configs/fusion/c.yaml}\n"
    )
    assert told(
        tmp_path,
        {
            "configs/train/c.yaml": broken,
            "configs/mid.yaml": "- 1\n",
            "configs/fusion/c.yaml": "targets: [{name: x}]\n",
            PRESET: SHALLOW.replace("vit_lr: 1.0e-5", "vit_lr: null"),
        },
    ) == [
        "L001 configs/mid.yaml:1 the root must be a mapping, not a list",
        f"L202 {PRESET}:10 training.vit_lr is null",
    ]


def test_a_missing_base_is_told_once(tmp_path: Path) -> None:
    told(tmp_path)
    (tmp_path / BASE).unlink()
    report = lint_layout(open_project(tmp_path))
    assert [(each.rule.code, str(each.origin)) for each in report.findings][:2] == [
        ("L001", f"{BASE}:1"),
        ("L001", f"{DEBUG}:1"),
    ]


def test_a_base_behind_a_link_is_the_base(tmp_path: Path) -> None:
    told(tmp_path)
    (tmp_path / "configs/shared").mkdir()
    (tmp_path / BASE).rename(tmp_path / "configs/shared/runtime.yaml")
    (tmp_path / BASE).symlink_to("shared/runtime.yaml")
    assert told_as_it_is(tmp_path) == []


def test_a_link_to_the_base_is_no_preset_and_hides_no_other(tmp_path: Path) -> None:
    told(tmp_path, {PRESET: SHALLOW.replace("global_max_length: 100\n", "")})
    (tmp_path / LINK).symlink_to("../base.yaml")
    found = told_as_it_is(tmp_path)
    assert found[0] == f"L101 {BASE}:1 is the base, and as {LINK} a preset as well"
    assert found[-1] == f"L204 {PRESET}:1 global_max_length is not set"


def test_a_preset_behind_a_link_is_judged_once(tmp_path: Path) -> None:
    told(tmp_path, {PRESET: SHALLOW.replace("global_max_length: 100\n", "")})
    (tmp_path / LINK).symlink_to("a.yaml")
    assert told_as_it_is(tmp_path) == [f"L204 {PRESET}:1 global_max_length is not set"]


def test_a_link_under_a_required_folder_requires_a_length(tmp_path: Path) -> None:
    told(tmp_path)
    (tmp_path / "configs/shared").mkdir()
    shared = "configs/shared/c.yaml"
    write_files(tmp_path, {shared: SHALLOW.replace("global_max_length: 100\n", "")})
    (tmp_path / LINK).symlink_to("../shared/c.yaml")
    assert told_as_it_is(tmp_path) == [f"L204 {shared}:1 global_max_length is not set"]


def test_a_link_that_leads_nowhere_is_told_by_its_name(tmp_path: Path) -> None:
    told(tmp_path)
    (tmp_path / LINK).symlink_to("../gone.yaml")
    assert told_as_it_is(tmp_path) == [f"L001 {LINK}:1 a link to {GONE}, which is missing"]


def test_a_folder_with_the_name_of_a_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "configs/train/x.yaml").mkdir(parents=True)
    assert told(tmp_path) == []


def test_a_base_at_the_root_does_not_make_everything_a_config(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[tool.config-migration]\npresets = ["runs/*.yaml"]\nbase = "base.yaml"\n'
        'runtime_settings = ["model", "template"]\n',
        "base.yaml": TREE[BASE],
        "runs/a.yaml": "extends: ../base.yaml\nglobal_max_length: 1\n",
        "runs/lost/b.yaml": "x: 1\n",
        "mkdocs.yml": "a: 1\na: 2\n",
        "ci/x.yaml": "- 1\n",
    }
    write_files(tmp_path, files)
    assert told_as_it_is(tmp_path) == [
        "L601 runs/lost/b.yaml:1 no preset is built from it, nor does `presets` match it"
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 0),
        ({OVERLAY: "extends: a.yaml\nx: null\n"}, 0),
        ({MIX: "- 1\n"}, 2),
    ],
)
def test_an_error_gates_and_a_warning_does_not(
    tmp_path: Path, changes: dict[str, str], code: int
) -> None:
    told(tmp_path, changes)
    assert run(tmp_path, "lint").code == code
    assert run(tmp_path, "lint", "--format", "json").code == code


def test_odd_values_are_findings_and_no_tracebacks(tmp_path: Path) -> None:
    odd = (
        "extends: ../base.yaml\nglobal_max_length: []\nmodel: [1]\ntraining: 2024-01-31\n"
        "custom: {fusion_config: {a: 1}}\n1: {.nan: 1, .NaN: 2}\n? !!binary aGk=\n: !!set {a}\n"
    )
    told(tmp_path, {PRESET: odd, OVERLAY: "extends: a.yaml\n1: {.nan: 1}\ntraining: {}\n"})
    ran = run(tmp_path, "lint", "--format", "json")
    assert (ran.code, ran.err) == (2, "")
    codes = {each["code"] for each in json.loads(ran.out)["findings"]}
    assert codes == {"L201", "L206", "L501", "L601", "L701", "L702"}


def told_as_it_is(folder: Path) -> list[str]:
    return [
        f"{each.rule.code} {each.origin} {each.message}"
        for each in lint_layout(open_project(folder)).findings
    ]


def test_a_team_without_the_length_knob_is_not_told_of_it(small_project: Path) -> None:
    assert {"L204", "L205"} & {code.split()[0] for code in counts(small_project)} == {"L204"}
    change_settings(small_project, length_required=["x/*"])
    assert {"L204", "L205"} & {code.split()[0] for code in counts(small_project)} == {"L205"}
    change_settings(small_project, length_required=[])
    assert not {"L204", "L205"} & {code.split()[0] for code in counts(small_project)}


def test_without_a_length_key_no_rule_speaks_of_a_length(tmp_path: Path) -> None:
    changes = {
        PRESET: TREE[PRESET].replace("global_max_length: 100", "global_max_length: long")
        + "template: {max_length: 5}\nrlhf: {vllm_max_model_len: 5}\n"
    }
    told(tmp_path, changes)
    assert {"L206", "L207", "L208"} <= {line.split()[0] for line in told_as_it_is(tmp_path)}
    change_settings(tmp_path, length_key=None)
    assert told_as_it_is(tmp_path) == []


def test_another_length_key_is_held_to_the_same_rules(tmp_path: Path) -> None:
    told(tmp_path)
    change_settings(tmp_path, length_key="seq_len")
    assert [line for line in told_as_it_is(tmp_path) if "L204" in line] == [
        "L204 configs/train/a.yaml:1 seq_len is not set",
    ]
