from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from migration.commands.compare import compare_revisions
from migration.files.git import Git
from tests.conftest import write_files
from tests.running import Ran, commit_all, edit, git, needs_git, run

pytestmark = needs_git
TABLE = '[tool.config-migration]\npresets = ["configs/train/**/*.yaml", "configs/smoke/*.yaml"]\n'
OPTIM = "# shared\noptim:\n  lr: 1.0e-4\n  eps: 1.0e-8\n  wd: 0.1\n"
UNCHANGED = "gate     unchanged (settings, profile, exclusions, baselines, acceptances)"


def preset(name: str, more: str = "") -> str:
    return f"extends: ../../_shared/optim.yaml\nname: {name}\n{more}"


FILES = {
    "pyproject.toml": TABLE,
    "configs/_shared/optim.yaml": OPTIM,
    **{f"configs/train/sft/d{n}.yaml": preset(f"sft{n}") for n in range(6)},
    **{f"configs/train/rl/r{n}.yaml": preset(f"rl{n}", "optim: {eps: 1.0e-5}\n") for n in range(3)},
    "configs/smoke/group.yaml": "extends: ../train/sft/d0.yaml\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a repository with everything committed on `main`, and `topic` checked out."""
    return make_repository(tmp_path / "project", FILES)


def make_repository(folder: Path, files: Mapping[str, str]) -> Path:
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    write_files(folder, files)
    commit_all(folder)
    git(folder, "checkout", "-q", "-b", "topic")
    return folder


def compare(folder: Path, *words: str) -> Ran:
    ran = run(folder, "compare", *words)
    assert ran.code in (0, 1, 2), ran
    return ran


def told(folder: Path, *words: str) -> list[str]:
    ran = compare(folder, *words)
    assert (ran.code, ran.err) == (0, ""), ran
    return ran.out.splitlines()


def document(folder: Path, *words: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(compare(folder, *words, "--format", "json").out)
    return found


def verdict(folder: Path, *words: str) -> str:
    return told(folder, *words)[0]


# What changes


def test_nothing_changed(project: Path) -> None:
    first, second, *rest = told(project)
    assert first == "no preset changes, of 10"
    assert second.startswith("merge base ")
    assert second.endswith(" (with main) → work tree")
    assert rest == ["", UNCHANGED]


def test_one_shared_file_is_one_cause(project: Path, snapshot: SnapshotAssertion) -> None:
    edit(project / "configs/_shared/optim.yaml", "1.0e-8", "1.0e-6")
    lines = told(project)
    assert lines[0] == "7 of 10 presets change, for 1 cause"
    assert "\n".join(lines[2:]) == snapshot


def test_a_committed_change_and_one_that_is_not_count_alike(project: Path) -> None:
    edit(project / "configs/_shared/optim.yaml", "1.0e-8", "1.0e-6")
    before = document(project)["causes"]
    commit_all(project)
    assert document(project)["causes"] == before
    assert document(project, "main", "topic")["causes"] == before
    assert verdict(project, "HEAD") == "no preset changes, of 10"


def test_what_others_did_on_the_branch_meanwhile_does_not_count(project: Path) -> None:
    edit(project / "configs/_shared/optim.yaml", "1.0e-8", "1.0e-6")
    commit_all(project)
    git(project, "checkout", "-q", "main")
    for old, new in (("0.1", "0.2"), ("0.2", "0.3")):
        edit(project / "configs/_shared/optim.yaml", f"wd: {old}", f"wd: {new}")
        commit_all(project)
    git(project, "checkout", "-q", "topic")
    lines = told(project)
    assert lines[0] == "7 of 10 presets change, for 1 cause"
    assert "(main is 2 commits ahead)" in lines[1]
    assert verdict(project, "main", "topic") == "10 of 10 presets change, for 2 causes"


def test_the_sides_of_two_revisions_are_exchanged(project: Path) -> None:
    edit(project / "configs/_shared/optim.yaml", "1.0e-8", "1.0e-6")
    commit_all(project)
    (cause,) = causes(project, "topic", "main")
    assert (cause["left"], cause["right"]) == (1e-6, 1e-8)


def causes(folder: Path, *words: str) -> list[dict[str, object]]:
    found = document(folder, *words)["causes"]
    assert isinstance(found, list)
    return found


def test_a_rule_of_the_profile_makes_a_difference_one_of_the_run_only(project: Path) -> None:
    write_files(project, {"pyproject.toml": TABLE + 'profile = "parity"\n'})
    edit(project / "configs/_shared/optim.yaml", "# shared", "training: {output_dir: a}")
    commit_all(project)
    edit(project / "configs/_shared/optim.yaml", "output_dir: a", "output_dir: b")
    edit(project / "configs/_shared/optim.yaml", "lr: 1.0e-4", "lr: 2.0e-4")
    lines = told(project, "HEAD")
    assert lines[0] == "10 of 10 presets change, for 2 causes"
    heads = [" ".join(line.split()[1:]) for line in lines if line.startswith("[")]
    assert heads == [
        "optim.lr 10 presets · training",
        "training.output_dir 10 presets · run only (run-identity)",
    ]


def test_types_and_added_and_removed_keys_are_told(project: Path) -> None:
    edit(project / "configs/train/sft/d1.yaml", "name: sft1", "name: 1\nnew: {a: 1}")
    edit(project / "configs/train/sft/d2.yaml", "name: sft2\n", "")
    kinds = {cause["path"]: cause["kind"] for cause in causes(project) if cause["path"] != "name"}
    assert kinds == {"new.a": "added"}
    both = {(str(cause["kind"]), str(cause.get("left"))) for cause in causes(project)}
    assert {("type", "sft1"), ("removed", "sft2")} <= both


def test_the_content_of_a_fusion_config_counts(tmp_path: Path) -> None:
    mix = "targets:\n- {name: a, ratio: 1.0}\nsources:\n- {name: b, ratio: 0.5}\n"
    files = {
        "pyproject.toml": TABLE,
        "mix.yaml": mix,
        "configs/train/a.yaml": "custom: {fusion_config: mix.yaml}\n",
        "configs/train/b.yaml": "custom: {fusion_config: mix.yaml}\n",
    }
    project = make_repository(tmp_path / "p", files)
    edit(project / "mix.yaml", "0.5", "0.25")
    lines = told(project)
    assert lines[0] == "2 of 2 presets change, for 1 cause"
    assert lines[3].split()[1:3] == ["mix.yaml:", "sources"]
    assert "    was  mix.yaml:4" in lines
    (project / "mix.yaml").unlink()
    ran = compare(project, "--check")
    assert ran.code == 2
    assert ran.out.startswith("2 of 2 presets change, for 2 causes; 2 cannot be read any more")
    assert "custom.fusion_config names 'mix.yaml', which is missing" in ran.out


# Why presets that read a changed file stay as they are


def test_a_comment_changes_nothing(project: Path) -> None:
    edit(project / "configs/_shared/optim.yaml", "# shared", "# shared by all")
    assert told(project)[3:] == [
        "same     10 presets read a changed file and do not change: for comments alone",
        UNCHANGED,
    ]


def test_values_that_move_to_another_file_change_nothing(project: Path) -> None:
    edit(project / "configs/_shared/optim.yaml", "  wd: 0.1\n", "")
    write_files(project, {"configs/_shared/wd.yaml": "optim: {wd: 0.1}\n"})
    edit(project / "configs/_shared/optim.yaml", "# shared", "extends: wd.yaml")
    text = " ".join(line.strip() for line in told(project)[3:-1])
    assert text.endswith("do not change: with the same values from other files")


def test_each_reason_is_counted(project: Path) -> None:
    edit(project / "configs/_shared/optim.yaml", "1.0e-8", "1.0e-6")
    edit(project / "configs/train/rl/r0.yaml", "name", "# the name\nname")
    found = document(project)["unchanged"]
    assert found == [{"reason": "overrides", "paths": ["optim.eps"], "presets": 3}]


# Presets that come, go, and move


def test_a_new_preset_is_shown_beside_its_nearest(project: Path) -> None:
    write_files(project, {"configs/train/sft/d9.yaml": preset("sft9", "steps: 5\n")})
    lines = told(project)
    assert lines[0] == "no preset changes, of 10; 1 new"
    assert lines[3:5] == [
        "new      configs/train/sft/d9.yaml",
        '         as d0.yaml but for 2 values: name "sft0" (str) → "sft9" (str), steps',
    ]


def test_a_removed_preset_is_named(project: Path) -> None:
    (project / "configs/train/sft/d5.yaml").unlink()
    assert verdict(project) == "no preset changes, of 9; 1 removed"
    assert "removed  configs/train/sft/d5.yaml" in told(project)


def test_a_renamed_preset_is_found_by_its_values(project: Path) -> None:
    git(project, "mv", "configs/train/sft/d5.yaml", "configs/smoke/five.yaml")
    edit(project / "configs/smoke/five.yaml", "../../_shared", "../_shared")
    assert verdict(project) == "no preset changes, of 10; 1 renamed"
    line = "renamed  configs/train/sft/d5.yaml → configs/smoke/five.yaml, same values"
    assert line in told(project)


def test_a_renamed_preset_with_another_value_is_compared(project: Path) -> None:
    git(project, "mv", "configs/train/sft/d5.yaml", "configs/train/sft/five.yaml")
    edit(project / "configs/train/sft/five.yaml", "sft5", "five")
    lines = told(project)
    assert lines[0] == "1 of 10 presets changes, for 1 cause; 1 renamed"
    move = "configs/train/sft/d5.yaml → configs/train/sft/five.yaml"
    assert f"  in   {move}" in lines
    assert f"renamed  {move}, with changed values" in lines


def test_a_renamed_folder_is_one_line(project: Path) -> None:
    git(project, "mv", "configs/train/rl", "configs/train/ppo")
    assert verdict(project) == "no preset changes, of 10; 3 renamed"
    line = "renamed  configs/train/rl/ → configs/train/ppo/ (3 presets), same values"
    assert line in told(project)
    git(project, "mv", "configs/train", "configs/runs")
    edit(project / "pyproject.toml", "configs/train", "configs/runs")
    edit(project / "configs/smoke/group.yaml", "train", "runs")
    assert verdict(project) == "no preset changes, of 10; 9 renamed"


def test_a_name_that_differs_in_case_alone_is_a_rename(project: Path) -> None:
    git(project, "mv", "configs/train/sft/d5.yaml", "configs/train/sft/D5.yaml")
    line = "renamed  configs/train/sft/d5.yaml → configs/train/sft/D5.yaml, same values"
    assert line in told(project)


def test_many_new_presets_are_counted_by_folder(project: Path) -> None:
    write_files(project, {f"configs/train/new/n{n}.yaml": preset(f"n{n}") for n in range(40)})
    assert "new      configs/train/new/ (40)" in told(project)


# Presets that cannot be read


def test_a_preset_that_breaks_is_told_and_holds_the_check(project: Path) -> None:
    write_files(project, {"configs/train/sft/d0.yaml": "extends: nope.yaml\n"})
    ran = compare(project)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == "no preset changes, of 8; 2 cannot be read any more"
    assert "not readable in the work tree:" in lines
    assert "configs/train/sft/d0.yaml:1:1: unknown base 'nope.yaml'" in lines
    assert compare(project, "--check").code == 2


def test_a_preset_that_was_broken_holds_nothing(project: Path) -> None:
    write_files(project, {"configs/train/sft/d0.yaml": "a: [\n"})
    commit_all(project)
    ran = compare(project, "HEAD", "--check")
    assert ran.code == 0
    assert "not readable on either side:" in ran.out
    write_files(project, {"configs/train/sft/d0.yaml": preset("sft0")})
    ran = compare(project, "HEAD", "--check")
    assert ran.code == 0
    assert "readable now, but not in the merge base" in ran.out


def test_a_new_preset_that_cannot_be_read_holds_the_check(project: Path) -> None:
    write_files(project, {"configs/train/sft/d9.yaml": "extends: [1]\n"})
    ran = compare(project, "--check")
    assert ran.code == 2
    assert ran.out.startswith("no preset changes, of 10; 1 cannot be read; 1 new")


# Settings and gate


def weaker(folder: Path, *words: str) -> list[str]:
    ran = compare(folder, *words, "--check")
    lines = [line.removeprefix("gate     ") for line in ran.out.splitlines()]
    found = [line.removeprefix("weaker: ") for line in lines if line.startswith("weaker: ")]
    assert (ran.code == 2) == bool(found), ran
    assert ran.out.splitlines()[0].endswith("the gate is weaker") == bool(found)
    return found


def test_a_preset_that_is_no_longer_matched_weakens_the_gate(project: Path) -> None:
    edit(project / "pyproject.toml", "configs/smoke/*.yaml", "configs/smoke/g*p.yaml")
    assert weaker(project) == []
    edit(project / "pyproject.toml", "configs/smoke/g*p.yaml", "configs/smoke/x.yaml")
    assert weaker(project) == ["no longer a preset: configs/smoke/group.yaml"]


def test_an_exclusion_weakens_the_gate_and_hides_no_change(project: Path) -> None:
    write_files(project, {"pyproject.toml": TABLE + 'exclude = ["configs/train/rl/**"]\n'})
    edit(project / "configs/train/rl/r1.yaml", "rl1", "other")
    assert verdict(project) == "1 of 10 presets changes, for 1 cause; the gate is weaker"
    rl = ", ".join(f"configs/train/rl/r{n}.yaml" for n in range(3))
    assert weaker(project) == [f"excluded now: {rl}"]


def test_a_dialect_setting_weakens_the_gate(project: Path) -> None:
    text = f"{TABLE}not_inheritance = ['defaults']\n[tool.config-migration.yaml]\n"
    write_files(project, {"pyproject.toml": f'{text}merge_keys = "first"\n'})
    assert weaker(project) == [
        'setting not_inheritance: not set → ["defaults"]',
        "setting yaml.merge_keys: not set → first",
    ]


def test_each_side_is_resolved_with_its_own_settings(project: Path) -> None:
    table = f'{TABLE}[tool.config-migration.inheritance]\nkey = "_base_"\n'
    write_files(project, {"pyproject.toml": table})
    for path in project.glob("configs/**/*.yaml"):
        path.write_text(path.read_text().replace("extends:", "_base_:"))
    assert verdict(project) == "no preset changes, of 10; the gate is weaker"
    assert weaker(project) == ["setting inheritance.key: extends → _base_"]


def test_a_profile_that_allows_more_weakens_the_gate_and_judges_nothing(project: Path) -> None:
    rules = "rules:\n- {id: names, reason: no matter, paths: [name]}\n"
    write_files(project, {"p.yaml": rules, "pyproject.toml": TABLE + 'profile = "p.yaml"\n'})
    edit(project / "configs/train/sft/d5.yaml", "sft5", "other")
    assert weaker(project) == ["the profile allows more: name (names)"]
    assert any(line.endswith("1 preset · training") for line in compare(project).out.splitlines())
    commit_all(project)
    edit(project / "p.yaml", "[name]", "[name, optim.lr]")
    assert weaker(project, "HEAD") == ["the profile allows more: optim.lr (names)"]
    edit(project / "p.yaml", "[name, optim.lr]", "[optim]")
    assert weaker(project, "HEAD") == ["the profile allows more: optim (names)"]
    (project / "p.yaml").unlink()
    assert weaker(project, "HEAD") == ["the profile cannot be read: unknown profile 'p.yaml'"]


def test_a_profile_that_allows_less_is_told(project: Path) -> None:
    write_files(project, {"pyproject.toml": TABLE + 'profile = "parity"\n'})
    commit_all(project)
    write_files(project, {"pyproject.toml": TABLE})
    assert weaker(project, "HEAD") == []
    assert any("gate     the profile allows less: " in line for line in told(project, "HEAD"))


@pytest.fixture
def frozen(project: Path) -> Path:
    """Return the project with everything frozen and committed."""
    assert run(project, "snapshot").code == 0
    commit_all(project)
    return project


def test_many_changed_records_are_read_with_few_calls(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(project, {f"configs/train/many/m{n:03}.yaml": f"m: {n}\n" for n in range(300)})
    assert run(project, "snapshot").code == 0
    commit_all(project)
    for record in (project / "snapshots/records").rglob("*.json"):
        edit(record, '"status"', '"late": "r",\n  "status"')
    calls: list[tuple[str, ...]] = []
    ask = Git.run

    def count(
        self: Git, *words: str, given: bytes = b"", more: Mapping[str, str] | None = None
    ) -> object:
        calls.append(words)
        return ask(self, *words, given=given, more=more)

    monkeypatch.setattr(Git, "run", count)
    report = compare_revisions(project, "HEAD")
    assert (len(report.presets), report.gate) == (310, ())
    assert len([words for words in calls if "--batch" in words]) < 20


def test_a_baseline_that_is_gone_weakens_the_gate(frozen: Path) -> None:
    (frozen / "snapshots/presets/configs/smoke/group.yaml.json").unlink()
    assert weaker(frozen, "HEAD") == ["baselines are gone: configs/smoke/group.yaml"]
    shutil.rmtree(frozen / "snapshots")
    gone, ledger = weaker(frozen, "HEAD")
    assert gone.startswith("baselines are gone: configs/smoke/group.yaml, configs/train/rl/r0")
    assert ledger == "the ledger is gone, or cannot be read"


def test_a_record_that_is_gone_weakens_the_gate(frozen: Path) -> None:
    (frozen / "snapshots/records/configs/smoke/group.yaml.json").unlink()
    assert weaker(frozen, "HEAD") == ["records are gone: configs/smoke/group.yaml"]


def test_a_record_that_cannot_be_read_weakens_the_gate(frozen: Path) -> None:
    record = frozen / "snapshots/records/configs/train/sft/d5.yaml.json"
    for text in ("[1, 2]\n", "no JSON\n", "{}\n", '{"x": 1}\n', '{"format": 9}\n'):
        record.write_text(text)
        assert weaker(frozen, "HEAD") == ["records cannot be read: configs/train/sft/d5.yaml"]
    commit_all(frozen)
    git(frozen, "checkout", "-q", "HEAD~1", str(record))
    assert weaker(frozen, "HEAD") == []


@pytest.mark.parametrize("target", ["{outside}", "../secret.json", "x/../../secret.json", "", 3])
def test_no_record_leads_out_of_the_project(
    frozen: Path, tmp_path_factory: pytest.TempPathFactory, target: object
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.json"
    for place in (outside, frozen.parent / "secret.json"):
        place.write_text('{"auth": "token"}\n')
    target = target.format(outside=outside) if isinstance(target, str) else target
    record = frozen / "snapshots/records/configs/train/sft/d5.yaml.json"
    fields = json.loads(record.read_text())
    record.write_text(json.dumps({**fields, "target": target}))
    ran = compare(frozen, "HEAD", "-f", "json")
    assert "token" not in ran.out
    assert weaker(frozen, "HEAD") == ["records cannot be read: configs/train/sft/d5.yaml"]


def test_no_older_ledger_leads_out_of_the_project(frozen: Path) -> None:
    (frozen.parent / "secret.json").write_text('{"auth": "token"}\n')
    shutil.rmtree(frozen / "snapshots")
    entry = {"status": "migrated", "phase": 1, "target": "configs/train/sft/d5.yaml"}
    ledger = {"format": 2, "phase": 1, "presets": {"../secret.json": entry}}
    write_files(frozen, {"snapshots/ledger.yaml": json.dumps(ledger)})
    ran = compare(frozen, "HEAD", "-f", "json")
    assert ran.code == 0
    assert "token" not in ran.out


def test_a_record_of_a_fusion_config_that_is_gone_weakens_the_gate(frozen: Path) -> None:
    write_files(frozen, {"configs/mix.yaml": "targets:\n- {name: a}\n"})
    edit(
        frozen / "configs/smoke/group.yaml",
        "extends",
        "custom: {fusion_config: configs/mix.yaml}\nextends",
    )
    assert run(frozen, "accept", "--preset", "configs", "--reason", "r").code == 0
    # The name of the fusion config first, then its content.
    assert run(frozen, "accept", "--preset", "configs", "--reason", "r").code == 0
    assert run(frozen, "snapshot", "--fold").code == 0
    commit_all(frozen)
    (frozen / "snapshots/fusion_records/configs/mix.yaml.json").write_text("no JSON\n")
    assert weaker(frozen, "HEAD") == ["records cannot be read: configs/mix.yaml"]
    shutil.rmtree(frozen / "snapshots/fusion_records")
    assert weaker(frozen, "HEAD") == ["records are gone: configs/mix.yaml"]


def test_a_ledger_that_no_command_reads_weakens_the_gate(frozen: Path) -> None:
    edit(frozen / "snapshots/ledger.yaml", "format: 3", "format: 9")
    assert weaker(frozen, "HEAD") == ["the ledger is gone, or cannot be read"]


def test_what_an_older_ledger_would_say_hides_no_record(frozen: Path) -> None:
    preset = "configs/smoke/group.yaml"
    assert run(frozen, "map", preset, "--drop", "--reason", "r").code == 0
    with (frozen / "snapshots/ledger.yaml").open("a") as ledger:
        ledger.write(f"presets:\n  {preset}: {{status: pending}}\n")
    assert weaker(frozen, "HEAD") == [f"dropped in the ledger: {preset}"]


def test_a_file_whose_preset_is_dropped_may_be_excluded(frozen: Path) -> None:
    preset = "configs/smoke/group.yaml"
    assert run(frozen, "map", preset, "--drop", "--reason", "r").code == 0
    table = (frozen / "pyproject.toml").read_text() + f'exclude = ["{preset}"]\n'
    write_files(frozen, {"pyproject.toml": table})
    assert weaker(frozen, "HEAD") == [f"dropped in the ledger: {preset}"]
    commit_all(frozen)
    git(frozen, "checkout", "-q", "HEAD~1", "pyproject.toml")
    commit_all(frozen)
    write_files(frozen, {"pyproject.toml": table})
    assert weaker(frozen, "HEAD") == []


def test_a_moved_preset_that_is_dropped_has_moved_nowhere(frozen: Path) -> None:
    old, new = "configs/train/sft/d5.yaml", "configs/train/sft/five.yaml"
    shutil.copy(frozen / old, frozen / new)
    assert run(frozen, "map", old, new).code == 0
    commit_all(frozen)
    assert run(frozen, "map", old, "--drop", "--reason", "r").code == 0
    assert verdict(frozen, "HEAD") == "no preset changes, of 11; the gate is weaker"
    (frozen / new).unlink()
    assert verdict(frozen, "HEAD") == "no preset changes, of 10; 1 removed; the gate is weaker"


def test_a_phase_that_a_record_tells_need_not_be_set(frozen: Path) -> None:
    preset = "configs/smoke/group.yaml"
    table = TABLE + 'legacy = ["configs/_shared/**"]\n'
    write_files(frozen, {"pyproject.toml": f'{table}phase_1 = ["{preset}"]\n'})
    commit_all(frozen)
    write_files(frozen, {"pyproject.toml": table})
    assert weaker(frozen, "HEAD") == [f"put off to a later phase: {preset}"]
    assert run(frozen, "map", preset, "--phase", "1").code == 0
    assert weaker(frozen, "HEAD") == []


def test_a_ledger_that_git_ignores_now_is_gone(frozen: Path) -> None:
    git(frozen, "rm", "-q", "-r", "--cached", "snapshots/ledger.yaml", "snapshots/records")
    write_files(frozen, {".gitignore": "snapshots/ledger.yaml\nsnapshots/records\n"})
    ledger, records = weaker(frozen, "HEAD")
    assert ledger == "the ledger is gone, or cannot be read"
    assert records.startswith("records are gone: configs/smoke/group.yaml, ")
    write_files(frozen, {".gitignore": "*.json\n*.yaml\n!snapshots/**\n"})
    assert weaker(frozen, "HEAD") == []


@pytest.mark.parametrize("phase", ["[1]", "{a: 1}", "none", "true", "7"])
def test_a_phase_that_is_none_counts_as_a_lost_ledger(frozen: Path, phase: str) -> None:
    edit(frozen / "snapshots/ledger.yaml", "phase: 0", f"phase: {phase}")
    assert weaker(frozen, "HEAD") == ["the ledger is gone, or cannot be read"]


def test_a_preset_that_loses_its_early_phase_is_put_off(frozen: Path) -> None:
    preset = "configs/smoke/group.yaml"
    write_files(frozen, {"pyproject.toml": TABLE + 'legacy = ["configs/_shared/**"]\n'})
    assert run(frozen, "map", preset, "--phase", "1").code == 0
    commit_all(frozen)
    record = frozen / f"snapshots/records/{preset}.json"
    edit(record, '"phase": 1,\n', "")
    assert weaker(frozen, "HEAD") == [f"put off to a later phase: {preset}"]
    edit(record, '"format": 3,', '"format": 3,\n  "phase": [1],')
    assert weaker(frozen, "HEAD") == [f"put off to a later phase: {preset}"]


def test_a_preset_dropped_in_a_ledger_of_an_earlier_format_weakens_the_gate(project: Path) -> None:
    text = (
        "format: 1\nphase: 2\npresets:\n  configs/smoke/group.yaml: {phase: 1, status: pending}\n"
    )
    write_files(project, {"snapshots/ledger.yaml": text})
    commit_all(project)
    edit(project / "snapshots/ledger.yaml", "pending", "dropped")
    assert weaker(project, "HEAD") == ["dropped in the ledger: configs/smoke/group.yaml"]


def test_a_chain_of_links_is_followed_only_so_far(project: Path) -> None:
    for number in range(1500):
        at = project / f"configs/train/l{number}.yaml"
        at.symlink_to(f"l{number + 1}.yaml" if number < 1499 else "sft/d5.yaml")
    commit_all(project)
    for words in (["HEAD", "HEAD"], ["HEAD"]):
        assert verdict(project, *words) == "no preset changes, of 50; 1460 not compared"


def test_an_encoding_in_which_git_writes_files_as_they_are_is_none(project: Path) -> None:
    write_files(project, {".gitattributes": "*.yaml text working-tree-encoding=utf-8\n"})
    commit_all(project)
    assert verdict(project, "HEAD") == "no preset changes, of 10"


def test_a_baseline_that_is_a_link_to_nothing_is_replaced(frozen: Path) -> None:
    baseline = frozen / "snapshots/presets/configs/smoke/group.yaml.json"
    baseline.unlink()
    baseline.symlink_to("nothing.json")
    (found,) = weaker(frozen, "HEAD")
    assert found.endswith(": configs/smoke/group.yaml")


def test_frozen_files_behind_a_link_are_looked_at(frozen: Path) -> None:
    preset = "configs/smoke/group.yaml"
    (frozen / "snapshots/presets").rename(frozen / "frozen")
    (frozen / "snapshots/presets").symlink_to("../frozen")
    commit_all(frozen)
    edit(frozen / f"frozen/{preset}.json", "0.1", "0.2")
    assert weaker(frozen, "HEAD") == [f"baselines are replaced: {preset}"]
    git(frozen, "checkout", "-q", ".")
    (frozen / "snapshots").rename(frozen / "state")
    (frozen / "snapshots").symlink_to("state")
    commit_all(frozen)
    edit(frozen / f"state/records/{preset}.json", '"status": "verified"', '"status": "dropped"')
    assert weaker(frozen, "HEAD") == [f"dropped in the ledger: {preset}"]


def test_a_moved_preset_is_compared_wherever_its_file_is(frozen: Path) -> None:
    write_files(frozen, {"elsewhere/d5.yaml": "extends: ../configs/train/sft/d5.yaml\n"})
    move = ("map", "configs/train/sft/d5.yaml", "elsewhere/d5.yaml")
    assert run(frozen, *move).code == 0
    commit_all(frozen)
    write_files(frozen, {"elsewhere/d5.yaml": "extends: ../configs/train/sft/d5.yaml\nx: 1\n"})
    (cause,) = causes(frozen, "HEAD")
    assert (cause["path"], cause["presets"]) == ("x", ["elsewhere/d5.yaml"])


def test_a_baseline_edited_behind_the_back_of_git_is_replaced(frozen: Path) -> None:
    git(frozen, "config", "core.trustctime", "false")
    git(frozen, "config", "core.checkStat", "minimal")
    baseline = frozen / "snapshots/presets/configs/smoke/group.yaml.json"
    before = baseline.stat()
    git(frozen, "status")
    # Git compares whole seconds of the time at which a file was renamed or written.
    while int(time.time()) == int(before.st_ctime):
        time.sleep(0.05)
    edit(baseline, "0.1", "0.2")
    os.utime(baseline, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert weaker(frozen, "HEAD") == ["baselines are replaced: configs/smoke/group.yaml"]


def test_a_link_that_left_the_repository_is_followed_as_the_base_has_it(tmp_path: Path) -> None:
    write_files(tmp_path, {"outside/s.toml": TABLE, "outside/ext/e.yaml": "e: 1\n"})
    project = make_repository(tmp_path / "p", {"configs/train/a.yaml": "a: 1\n"})
    (project / "pyproject.toml").unlink(missing_ok=True)
    (project / "pyproject.toml").symlink_to("../outside/s.toml")
    (project / "configs/train/ext").symlink_to("../../../outside/ext")
    commit_all(project)
    (project / "pyproject.toml").unlink()
    (project / "configs/train/ext").unlink()
    write_files(project, {"pyproject.toml": TABLE + 'exclude = ["configs/train/a.yaml"]\n'})
    write_files(project, {"configs/train/a.yaml": "a: 2\n"})
    ran = compare(project, "HEAD")
    assert ran.out.startswith("1 of 1 preset changes, for 1 cause; 1 removed; the gate is weaker\n")
    assert "removed  configs/train/ext/e.yaml\n" in ran.out
    assert "weaker: excluded now: configs/train/a.yaml" in ran.out


def test_a_value_that_the_preset_leaves_to_its_base_is_overridden_by_nothing(project: Path) -> None:
    write_files(
        project, {"configs/train/a.yaml": "extends: ../_shared/optim.yaml\noptim: {eps: 1.0e-8}\n"}
    )
    commit_all(project)
    write_files(project, {"configs/train/a.yaml": "extends: ../_shared/optim.yaml\n"})
    told = "same     1 preset reads a changed file and does not change: with the same values"
    assert told in compare(project, "HEAD").out
    assert "from other files" in compare(project, "HEAD").out


def test_a_baseline_that_git_ignores_now_is_gone(frozen: Path) -> None:
    git(frozen, "rm", "-q", "--cached", "snapshots/presets/configs/smoke/group.yaml.json")
    write_files(frozen, {".gitignore": "snapshots\n"})
    assert weaker(frozen, "HEAD") == ["baselines are gone: configs/smoke/group.yaml"]
    git(frozen, "commit", "-q", "-m", "untracked")
    assert weaker(frozen, "HEAD~1") == ["baselines are gone: configs/smoke/group.yaml"]
    assert weaker(frozen, "HEAD~1", "HEAD") == ["baselines are gone: configs/smoke/group.yaml"]


def test_a_baseline_that_is_replaced_weakens_the_gate(frozen: Path) -> None:
    baseline = frozen / "snapshots/presets/configs/smoke/group.yaml.json"
    edit(baseline, '"sft0"', '"other"')
    assert weaker(frozen, "HEAD") == ["baselines are replaced: configs/smoke/group.yaml"]
    commit_all(frozen)
    assert weaker(frozen, "HEAD~1", "HEAD") == ["baselines are replaced: configs/smoke/group.yaml"]


def test_the_layout_of_a_baseline_is_no_value(frozen: Path) -> None:
    baseline = frozen / "snapshots/presets/configs/smoke/group.yaml.json"
    baseline.write_text(json.dumps(json.loads(baseline.read_text())))
    assert weaker(frozen, "HEAD") == []


def test_baselines_that_are_frozen_are_told(frozen: Path) -> None:
    assert "gate     10 new baselines" in told(frozen)
    assert weaker(frozen) == []


def test_a_baseline_that_moves_with_its_folder_is_not_gone(frozen: Path) -> None:
    git(frozen, "mv", "snapshots", "frozen")
    write_files(frozen, {"pyproject.toml": TABLE + 'snapshots = "frozen"\n'})
    assert weaker(frozen, "HEAD") == []
    edit(frozen / "frozen/presets/configs/smoke/group.yaml.json", '"sft0"', '"other"')
    assert weaker(frozen, "HEAD") == ["baselines are replaced: configs/smoke/group.yaml"]


def test_a_dropped_preset_weakens_the_gate(frozen: Path) -> None:
    drop = ("map", "configs/smoke/group.yaml", "--drop", "--reason", "unused")
    assert run(frozen, *drop).code == 0
    assert weaker(frozen, "HEAD") == ["dropped in the ledger: configs/smoke/group.yaml"]


def test_a_preset_that_the_ledger_moved_is_compared_with_its_old_path(frozen: Path) -> None:
    (frozen / "configs/train/sft/d5.yaml").unlink()
    text = "optim: {lr: 9.0}\nall: new\n"
    write_files(frozen, {"configs/train/five.yaml": text})
    assert "removed  configs/train/sft/d5.yaml" in told(frozen, "HEAD")
    move = ("map", "configs/train/sft/d5.yaml", "configs/train/five.yaml")
    assert run(frozen, *move).code == 0
    renamed = "renamed  configs/train/sft/d5.yaml → configs/train/five.yaml, with changed values"
    assert renamed in told(frozen, "HEAD")


def test_settings_that_one_side_lacks_are_those_of_the_other(tmp_path: Path) -> None:
    files = {path: text for path, text in FILES.items() if path != "pyproject.toml"}
    project = make_repository(tmp_path / "p", files)
    write_files(project, {"pyproject.toml": TABLE})
    edit(project / "configs/_shared/optim.yaml", "1.0e-8", "1.0e-6")
    ran = compare(project, "--check")
    assert ran.code == 0
    assert ran.out.startswith("7 of 10 presets change, for 1 cause\n")
    assert ran.err.startswith("note: pyproject.toml: the merge base ")
    assert "has no settings; those of the work tree hold" in ran.err


def test_settings_that_move_to_a_file_of_their_own_change_nothing(project: Path) -> None:
    table = (project / "pyproject.toml").read_text().replace("[tool.config-migration]\n", "")
    (project / "pyproject.toml").unlink()
    write_files(project, {"config-migration.toml": table.replace("[tool.config-migration.", "[")})
    ran = compare(project, "--check")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("no preset changes")


def test_settings_that_are_gone_weaken_the_gate(project: Path) -> None:
    (project / "pyproject.toml").unlink()
    assert weaker(project) == ["the work tree has no settings that can be read"]
    write_files(project, {"pyproject.toml": "[tool.config-migration]\npresets = 3\n"})
    ran = compare(project, "--check")
    assert ran.code == 2
    assert "note: pyproject.toml:2: work tree: 'presets' must be a list of strings" in ran.err


def test_settings_that_neither_side_can_read_are_an_error(project: Path) -> None:
    write_files(project, {"pyproject.toml": "[tool.config-migration]\nx = 3\n"})
    commit_all(project)
    ran = compare(project, "HEAD")
    assert ran.code == 1
    assert ran.err.startswith("pyproject.toml:2: unknown setting 'x'")


def test_without_any_settings_the_way_to_set_presets_is_shown(tmp_path: Path) -> None:
    project = make_repository(tmp_path / "p", {"a.yaml": "a: 1\n"})
    ran = compare(project)
    assert ran.code == 1
    assert ran.err.startswith("no settings: neither config-migration.toml nor pyproject.toml")


def test_presets_that_match_nothing_are_no_green(tmp_path: Path) -> None:
    files = {"pyproject.toml": TABLE.replace("configs", "config"), "configs/train/a.yaml": ""}
    ran = compare(make_repository(tmp_path / "p", files))
    assert ran.code == 1
    assert ran.err == "pyproject.toml:2: 'presets' matches no file on either side\n"


# Repositories


def test_a_project_in_a_folder_of_a_repository(tmp_path: Path) -> None:
    files = {f"tools/train/{path}": text for path, text in FILES.items()}
    project = make_repository(tmp_path / "p", files) / "tools/train"
    edit(project / "configs/_shared/optim.yaml", "1.0e-8", "1.0e-6")
    assert verdict(project) == "7 of 10 presets change, for 1 cause"
    assert verdict(project / "configs/train") == "7 of 10 presets change, for 1 cause"


def test_a_base_outside_the_project_is_read_as_the_revision_has_it(tmp_path: Path) -> None:
    files = {
        "shared/x.yaml": "bs: 8\n",
        "team/pyproject.toml": TABLE + "allow_outside = true\n",
        "team/configs/train/a.yaml": "extends: ../../../shared/x.yaml\n",
    }
    project = make_repository(tmp_path / "p", files)
    edit(project / "shared/x.yaml", "8", "9")
    lines = told(project / "team")
    assert lines[0] == "1 of 1 preset changes, for 1 cause"
    assert "  was  ../shared/x.yaml:1" in lines


def test_links_are_followed_as_each_side_has_them(project: Path) -> None:
    (project / "configs/train/sft/link.yaml").symlink_to("d0.yaml")
    commit_all(project)
    (project / "configs/train/sft/link.yaml").unlink()
    (project / "configs/train/sft/link.yaml").symlink_to("d1.yaml")
    (cause,) = causes(project, "HEAD")
    assert (cause["path"], cause["left"], cause["right"]) == ("name", "sft0", "sft1")


def test_the_default_branch_is_that_of_the_remote(project: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", str(project), "copy")
    copy = tmp_path / "copy"
    assert "origin/topic" in told(copy)[1]  # what the remote has checked out
    git(copy, "remote", "set-head", "origin", "main")
    assert "(with origin/main)" in told(copy)[1]
    git(copy, "remote", "set-head", "origin", "--delete")
    assert "(with origin/main)" in told(copy)[1]
    git(copy, "remote", "rename", "origin", "upstream")
    assert "(with upstream/main)" in told(copy)[1]


def test_a_shallow_clone_says_what_to_fetch(project: Path, tmp_path: Path) -> None:
    edit(project / "configs/_shared/optim.yaml", "1.0e-8", "1.0e-6")
    commit_all(project)
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{project}", "copy")
    ran = compare(tmp_path / "copy", "main")
    assert ran.code == 1
    assert "no revision 'main' in this repository\n  hint: `git fetch --unshallow`" in ran.err
    git(tmp_path / "copy", "fetch", "-q", "--depth", "1", "origin", "main:main")
    ran = compare(tmp_path / "copy", "main")
    assert ran.code == 1
    assert ran.err == (
        "no common commit with main in this shallow clone\n  hint: `git fetch --unshallow`"
        " fetches all commits; in a GitHub job, `fetch-depth: 0`\n"
    )
    assert verdict(tmp_path / "copy", "main", "HEAD") == "7 of 10 presets change, for 1 cause"


def test_a_sparse_checkout_is_read_whole(project: Path) -> None:
    git(project, "sparse-checkout", "set", "--no-cone", "/*", "!/configs/train/rl/")
    ran = compare(project)
    assert ran.code == 0
    assert ran.out.startswith("no preset changes, of 10\n")
    assert ran.err.startswith("note: the checkout leaves out 3 files, which are read")


def test_unrelated_histories_have_no_merge_base(project: Path) -> None:
    git(project, "checkout", "-q", "--orphan", "other")
    write_files(project, {"README": "begun anew\n"})
    commit_all(project)
    ran = compare(project, "main")
    assert (ran.code, ran.err.splitlines()[0]) == (1, "no common commit with main")
    assert verdict(project, "main", "HEAD") == "no preset changes, of 10"


def test_a_merge_is_compared_with_what_it_brings_in(project: Path) -> None:
    edit(project / "configs/_shared/optim.yaml", "1.0e-8", "1.0e-6")
    commit_all(project)
    git(project, "checkout", "-q", "main")
    edit(project / "configs/train/sft/d5.yaml", "sft5", "five")
    commit_all(project)
    git(project, "merge", "-q", "--no-edit", "topic")
    assert verdict(project, "HEAD^1", "HEAD") == "7 of 10 presets change, for 1 cause"
    assert verdict(project, "HEAD^2", "HEAD") == "1 of 10 presets changes, for 1 cause"


def test_a_conflict_under_way_is_named(project: Path) -> None:
    edit(project / "configs/train/sft/d5.yaml", "sft5", "topic")
    commit_all(project)
    git(project, "checkout", "-q", "main")
    edit(project / "configs/train/sft/d5.yaml", "sft5", "main")
    commit_all(project)
    with pytest.raises(Exception, match="merge"):
        git(project, "merge", "-q", "topic")
    assert "configs/train/sft/d5.yaml:2: a conflict marker of git" in compare(project, "HEAD").out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nope"], "no revision 'nope' in this repository"),
        (["topci"], "no revision 'topci' in this repository\n  hint: did you mean topic?"),
        (["main..topic"], "name one commit, or run `compare main topic`"),
        (["main...topic"], "name one commit, or run `compare main`"),
        (["configs/smoke/group.yaml"], "; it is a path\n  hint: `diff` compares two files"),
        (["main", "nope"], "no revision 'nope' in this repository"),
        (["main", "topic", "x"], "'x' is one word too many"),
        (["--to", "main"], "--to goes with --base; see"),
        (["--base", ""], "--base needs a value, and the one given is empty"),
    ],
)
def test_a_wrong_revision_is_refused(project: Path, words: list[str], message: str) -> None:
    ran = compare(project, *words)
    assert ran.code == 1
    assert message in ran.err
    assert ran.out == ""


def test_without_git_there_is_nothing_to_compare(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    if (Path(tmp_path.anchor) / ".git").exists():
        pytest.skip("the whole disk is a repository")
    ran = compare(tmp_path)
    assert (ran.code, ran.err.splitlines()[0]) == (1, "this folder is in no work tree of git")


def test_a_repository_without_a_commit_has_no_revision(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    git(tmp_path, "init", "-q")
    ran = compare(tmp_path)
    assert (ran.code, ran.err.splitlines()[0]) == (1, "the repository has no commit yet")


def test_nothing_is_written(project: Path) -> None:
    edit(project / "configs/_shared/optim.yaml", "1.0e-8", "1.0e-6")
    before = every_file(project)
    compare(project, "--check")
    compare(project, "main", "HEAD")
    assert every_file(project) == before


def every_file(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file, those of git included."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def add_submodule(project: Path, tmp_path: Path, folder: str) -> Path:
    """Add a repository with a preset to the project, by a commit on `main`; return it."""
    inner = make_repository(tmp_path / "inner", {"a.yaml": "n: 1\n", "x.txt": ""})
    add = ("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), folder)
    git(project, "checkout", "-q", "main")
    git(project, *add)
    commit_all(project)
    return inner


def test_presets_of_a_submodule_are_read_at_its_commit(project: Path, tmp_path: Path) -> None:
    add_submodule(project, tmp_path, "configs/train/sub")
    edit(project / "configs/train/sub/a.yaml", "1", "2")
    (cause,) = causes(project, "HEAD")
    assert (cause["path"], cause["left"], cause["right"]) == ("n", 1, 2)
    assert cause["left_origin"] == "configs/train/sub/a.yaml:1"


def test_a_submodule_that_is_not_here_is_noted_where_presets_may_be(
    project: Path, tmp_path: Path
) -> None:
    add_submodule(project, tmp_path, "configs/train/sub")
    git(tmp_path, "clone", "-q", str(project), "copy")
    ran = compare(tmp_path / "copy", "HEAD")
    assert ran.code == 0
    assert ran.out.startswith("no preset changes, of 10\n")
    assert ran.err.startswith("note: configs/train/sub: merge base ")
    assert "in the submodule configs/train/sub, whose commit " in ran.err
    assert "hint: `git submodule update --init configs/train/sub` fetches it" in ran.err


def test_a_base_in_a_submodule_that_is_not_here_says_how_to_get_it(
    project: Path, tmp_path: Path
) -> None:
    write_files(project, {"configs/train/s.yaml": "extends: ../inner/a.yaml\n"})
    add_submodule(project, tmp_path, "configs/inner")
    git(tmp_path, "clone", "-q", str(project), "copy")
    there = "in the submodule configs/inner, wh"
    hint = "hint: `git submodule update --init configs/inner` fetches it"
    for words in (["compare", "HEAD"], ["compare", "HEAD", "HEAD"], ["snapshot"]):
        told = run(tmp_path / "copy", *words)
        assert there in told.out + told.err
        assert hint in told.out + told.err


def test_another_dialect_alone_is_no_edit_of_a_file(project: Path) -> None:
    write_files(project, {"pyproject.toml": TABLE + "yaml = {merge_keys = 'last'}\n"})
    assert "same " not in compare(project, "HEAD").out


def test_a_submodule_elsewhere_is_no_matter(project: Path, tmp_path: Path) -> None:
    add_submodule(project, tmp_path, "third_party/lib")
    git(tmp_path, "clone", "-q", str(project), "copy")
    assert compare(tmp_path / "copy", "HEAD").err == ""


# What others have got wrong


def test_a_preset_that_the_ledger_moved_out_of_the_globs_is_compared(frozen: Path) -> None:
    git(frozen, "mv", "configs/train/sft/d5.yaml", "five.yaml")
    edit(frozen / "five.yaml", "../../_shared", "configs/_shared")
    assert run(frozen, "map", "configs/train/sft/d5.yaml", "five.yaml").code == 0
    assert verdict(frozen, "HEAD") == "no preset changes, of 10; 1 renamed"
    commit_all(frozen)
    edit(frozen / "five.yaml", "sft5", "other")
    assert verdict(frozen, "HEAD") == "1 of 10 presets changes, for 1 cause"
    assert run(frozen, "map", "configs/train/sft/d5.yaml", "--drop", "--reason", "r").code == 0
    assert "weaker: dropped in the ledger" in compare(frozen, "HEAD").out


def test_the_file_that_a_moved_preset_has_left_is_compared_too(frozen: Path) -> None:
    shutil.copy(frozen / "configs/train/sft/d5.yaml", frozen / "configs/train/sft/five.yaml")
    move = ("map", "configs/train/sft/d5.yaml", "configs/train/sft/five.yaml")
    assert run(frozen, *move).code == 0
    lines = told(frozen, "HEAD")
    assert lines[0] == "no preset changes, of 11; 1 renamed"
    edit(frozen / "configs/train/sft/five.yaml", "sft5", "other")
    assert verdict(frozen, "HEAD") == "1 of 11 presets changes, for 1 cause; 1 renamed"
    edit(frozen / "configs/train/sft/d5.yaml", "sft5", "another")
    assert verdict(frozen, "HEAD") == "2 of 11 presets change, for 2 causes; 1 renamed"
    commit_all(frozen)
    (frozen / "configs/train/sft/d5.yaml").unlink()
    lines = told(frozen, "HEAD")
    assert lines[0] == "no preset changes, of 10; 1 removed"
    assert "removed  configs/train/sft/d5.yaml" in lines
    assert run(frozen, "map", "configs/train/sft/d5.yaml", "configs/train/sft/d5.yaml").code == 1
    (frozen / "configs/train/sft/five.yaml").rename(frozen / "configs/train/sft/d5.yaml")
    assert run(frozen, "map", "configs/train/sft/d5.yaml", "configs/train/sft/d5.yaml").code == 0
    # The preset is what it was, but the file that was at its path is another one.
    assert verdict(frozen, "HEAD") == "1 of 11 presets changes, for 1 cause; 1 renamed"


def test_a_preset_that_is_moved_back_is_compared_once(frozen: Path) -> None:
    old, new = "configs/train/sft/d5.yaml", "configs/train/sft/five.yaml"
    shutil.copy(frozen / old, frozen / new)
    assert run(frozen, "map", old, new).code == 0
    commit_all(frozen)
    assert run(frozen, "map", old, old).code == 0
    edit(frozen / old, "sft5", "other")
    (frozen / new).unlink()
    lines = told(frozen, "HEAD")
    assert lines[0] == "1 of 10 presets changes, for 1 cause; 1 renamed"
    assert f"  in   {new} → {old}" in lines


def test_what_is_folded_is_shown_when_asked(frozen: Path) -> None:
    for gone in (frozen / "configs/train").glob("*/*.yaml"):
        gone.unlink()
    shutil.rmtree(frozen / "snapshots/presets/configs/train")
    new = [f"configs/train/new/n{n}.yaml" for n in range(14)]
    write_files(frozen, {path: f"n: {path}\n" for path in new})
    found = compare(frozen, "HEAD", "-v").out
    for path in new:
        assert f"new      {path}\n" in found
    assert "more" not in found.partition("gate ")[2]


def test_a_new_preset_that_cannot_be_read_never_could_be(project: Path) -> None:
    write_files(project, {"configs/train/sft/new.yaml": "a: [\n"})
    assert verdict(project, "HEAD") == "no preset changes, of 10; 1 cannot be read; 1 new"


def test_a_preset_that_takes_over_the_path_of_another_is_compared_with_both(frozen: Path) -> None:
    write_files(frozen, {"configs/train/sft/five.yaml": preset("five")})
    commit_all(frozen)
    move = ("map", "configs/train/sft/d5.yaml", "configs/train/sft/five.yaml")
    assert run(frozen, *move).code == 0
    (frozen / "configs/train/sft/d5.yaml").unlink()
    assert verdict(frozen, "HEAD") == "1 of 11 presets changes, for 1 cause; 1 renamed"
    shutil.copy(frozen / "configs/train/sft/d4.yaml", frozen / "configs/train/sft/five.yaml")
    assert verdict(frozen, "HEAD") == "2 of 11 presets change, for 2 causes; 1 renamed"


def test_two_records_of_one_path_lose_no_preset(frozen: Path) -> None:
    for number in (4, 5):
        record = frozen / f"snapshots/records/configs/train/sft/d{number}.yaml.json"
        text = '"format": 3,\n  "target": "configs/train/sft/one.yaml",'
        edit(record, '"format": 3,', text)
        (frozen / f"configs/train/sft/d{number}.yaml").unlink()
    write_files(frozen, {"configs/train/sft/one.yaml": preset("one")})
    lines = told(frozen, "HEAD")
    assert lines[0] == "2 of 10 presets change, for 2 causes; 2 renamed"


def test_a_content_that_git_lacks_is_no_green(project: Path) -> None:
    edit(project / "configs/train/sft/d5.yaml", "sft5", "other")
    commit_all(project)
    blob = git(project, "rev-parse", "main:configs/train/sft/d5.yaml").strip()
    (project / ".git/objects" / blob[:2] / blob[2:]).unlink()
    for words in (["main"], ["main", "topic"]):
        ran = compare(project, *words)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith("configs/train/sft/d5.yaml: git cannot tell what is committed")
    ran = run(project, "snapshot", "--from", "main")
    assert ran.code == 1
    assert not (project / "snapshots").exists()


def test_what_cannot_be_compared_is_not_counted_as_unchanged(project: Path) -> None:
    write_files(project, {"configs/train/sft/d0.yaml": "extends: nope.yaml\nn: 1\n"})
    commit_all(project)
    write_files(project, {"configs/train/sft/d0.yaml": "extends: nope.yaml\nn: 2\n"})
    assert verdict(project, "HEAD") == "no preset changes, of 8; 2 not compared"
    assert document(project, "HEAD")["summary"] == {
        "compared": 8, "changed": 0, "new": 0, "removed": 0, "renamed": 0, "unreadable": 2,
        "broken": 0, "not_compared": 2, "gate_holds": True,
    }  # fmt: skip
    assert (
        "::warning file=configs/train/sft/d0.yaml" in compare(project, "HEAD", "-f", "github").out
    )
    assert 'skipped="2"' in compare(project, "HEAD", "-f", "junit").out
    write_files(project, {"configs/train/sft/d0.yaml": preset("other")})
    assert verdict(project, "HEAD") == "no preset changes, of 8; 2 not compared"


def test_a_preset_that_lacked_its_fusion_file_and_breaks_now_is_broken(project: Path) -> None:
    fused = "custom: {fusion_config: nope.yaml}\n"
    write_files(project, {"configs/train/sft/d5.yaml": fused})
    commit_all(project)
    assert compare(project, "HEAD", "--check").code == 0
    write_files(project, {"configs/train/sft/d5.yaml": "a: [\n"})
    ran = compare(project, "HEAD", "--check")
    assert ran.code == 2
    assert ran.out.startswith("no preset changes, of 9; 1 cannot be read any more\n")


def test_a_carriage_return_that_git_did_not_write_counts(project: Path) -> None:
    path = project / "configs/train/sft/d5.yaml"
    git(project, "config", "core.autocrlf", "false")
    path.write_bytes(b"p: |\r\n  x\r\n  y\r\n")
    commit_all(project)
    path.write_bytes(b"p: |\r\r\n  x\r\r\n  y\r\r\n")
    before = causes(project, "HEAD")
    assert [cause["path"] for cause in before] == ["p"]
    commit_all(project)
    assert causes(project, "HEAD~1", "HEAD") == before


def test_line_ends_that_git_writes_count_for_nothing(project: Path) -> None:
    for path in project.glob("configs/**/*.yaml"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert told(project)[2:] == ["", UNCHANGED]


def test_a_preset_that_becomes_a_link_to_nothing_is_broken(project: Path) -> None:
    (project / "configs/train/sft/d5.yaml").unlink()
    (project / "configs/train/sft/d5.yaml").symlink_to("gone.yaml")
    (project / "configs/train/sft/d6.yaml").symlink_to("gone.yaml")
    ran = compare(project, "--check")
    assert ran.code == 2
    assert ran.out.startswith("no preset changes, of 9; 2 cannot be read; 1 new\n")


def test_a_fusion_config_that_one_side_does_not_read_is_told(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": TABLE,
        "mix.yaml": "targets:\n- {name: a, ratio: 1.0}\n",
        "configs/train/a.yaml": "custom: {fusion_config: mix.yaml}\n",
        "configs/smoke/b.yaml": "b: 1\n",
    }
    project = make_repository(tmp_path / "p", files)
    write_files(project, {"pyproject.toml": TABLE + 'fusion_key = "data.mix"\n'})
    edit(project / "mix.yaml", "1.0", "9.0")
    ran = compare(project, "--check")
    assert ran.code == 2
    assert ran.out.startswith("no preset changes, of 1; 1 cannot be read any more; the gate")
    assert (
        "names mix.yaml, which cannot be compared: the other side has another fusion_key" in ran.out
    )


def test_baselines_in_a_submodule_are_compared(project: Path, tmp_path: Path) -> None:
    inner = make_repository(tmp_path / "inner", {".gitkeep": ""})
    add = ("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "snapshots")
    git(project, *add)
    assert run(project, "snapshot").code == 0
    commit_all(project / "snapshots")
    commit_all(project)
    edit(project / "snapshots/presets/configs/smoke/group.yaml.json", '"sft0"', '"other"')
    replaced = ["baselines are replaced: configs/smoke/group.yaml"]
    assert weaker(project, "HEAD") == replaced
    commit_all(project / "snapshots")
    commit_all(project)
    assert weaker(project, "HEAD~1", "HEAD") == replaced


def test_a_baseline_that_git_does_not_look_at_is_compared(frozen: Path) -> None:
    path = "snapshots/presets/configs/smoke/group.yaml.json"
    git(frozen, "update-index", "--assume-unchanged", path)
    edit(frozen / path, '"sft0"', '"other"')
    assert weaker(frozen, "HEAD") == ["baselines are replaced: configs/smoke/group.yaml"]


def test_a_baseline_behind_a_link_is_compared(frozen: Path) -> None:
    path = frozen / "snapshots/presets/configs/smoke/group.yaml.json"
    path.rename(frozen / "elsewhere.json")
    path.symlink_to(os.path.relpath(frozen / "elsewhere.json", path.parent))
    commit_all(frozen)
    edit(frozen / "elsewhere.json", '"sft0"', '"other"')
    assert weaker(frozen, "HEAD") == ["baselines are replaced: configs/smoke/group.yaml"]


def test_a_baseline_in_a_hidden_folder_counts(project: Path) -> None:
    table = TABLE.replace('"configs/smoke/*.yaml"', '"configs/.x/*.yaml"')
    write_files(project, {"pyproject.toml": table, "configs/.x/h.yaml": "h: 1\n"})
    assert run(project, "snapshot").code == 0
    commit_all(project)
    (project / "snapshots/presets/configs/.x/h.yaml.json").unlink()
    assert weaker(project, "HEAD") == ["baselines are gone: configs/.x/h.yaml"]


SETTINGS = {
    "phase_1 = ['configs/train/sft/d0.yaml']": ["phase_1 = []"],
    "redact = ['a.b', 'c']": ["redact = ['c']", ""],
    "redact = ['*.a']": ["redact = ['x.a']"],
    "redact = ['a.*.b']": ["redact = ['a.x.b']"],
    "redact = ['auth', 't*', 'l[*].k']": [
        f"redact = [{more}]"
        for more in (
            "'auth.*', 't*', 'l[*].k'",
            "'auth', 'to*', 'l[*].k'",
            "'auth', 't?', 'l[*].k'",
            "'auth', 't*', 'l[0].k', 'l[1].k'",
        )
    ],
    "launch_settings = ['name']": ["launch_settings = []"],
    "launch_settings = ['a.b']": ["launch_settings = ['a']"],
    "length_required = ['configs/smoke/**']": [""],
    "max_files = 4": ["max_files = 5", ""],
    "max_overlays = 2": ["max_overlays = 3"],
    "length_key = 'length'": [""],
    "runtime_settings = ['a']": ["runtime_settings = ['a', 'b']", ""],
    "runtime_settings = []": ["runtime_settings = ['a']", ""],
    "new = 'error'": ["new = 'note'"],
    "lint = {select = ['L1', 'L4']}": ["lint = {select = ['L1']}"],
    "lint = {ignore = ['L403']}": ["lint = {ignore = ['L4']}", "lint = {ignore = ['L2', 'L403']}"],
    "lint = {per_file_ignores = {'a/*' = ['L4']}}": [
        "lint = {per_file_ignores = {'a/*' = ['L4', 'L2']}}",
        "lint = {per_file_ignores = {'a/**' = ['L4']}}",
        "lint = {per_file_ignores = {'a/*' = ['L4'], 'b/?.yaml' = ['L4']}}",
    ],
    "inheritance = {key = 'extends'}": ["inheritance = {key = 'base'}"],
    "allow_outside = false": ["allow_outside = true"],
}
"""Lines of the settings, each with lines that hold less."""


@pytest.mark.parametrize(
    ("before", "after"), [(one, other) for one, less in SETTINGS.items() for other in less]
)
def test_a_setting_that_holds_less_weakens_the_gate(project: Path, before: str, after: str) -> None:
    write_files(project, {"pyproject.toml": f"{TABLE}{before}\n"})
    commit_all(project)
    write_files(project, {"pyproject.toml": f"{TABLE}{after}\n"})
    assert len(weaker(project, "HEAD")) == 1
    commit_all(project)
    write_files(project, {"pyproject.toml": f"{TABLE}{before}\n"})
    is_any_change = before.startswith(("inheritance", "allow_outside"))
    assert len(weaker(project, "HEAD")) == is_any_change
    assert "gate     " in compare(project, "HEAD").out
    assert "unchanged (" not in compare(project, "HEAD").out


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("redact = ['a.b', '*.c']", "redact = ['a', 'c']"),
        ("redact = ['auth.*', 'tok*', 'a.*.k']", "redact = ['k', 'auth', 't*']"),
        ("redact = ['**.k', 'l[0].m', 'l[*].n']", "redact = ['k', 'l[*].m', 'n']"),
        ("redact = ['a.x.b']", "redact = ['a.**.b']"),
        ("not_inheritance = ['a', 'b']", "not_inheritance = ['b', 'a', 'b']"),
        (
            "lint = {per_file_ignores = {'a/**' = ['L4']}}",
            "lint = {per_file_ignores = {'a/b/**/*.yaml' = ['L4'], 'a/*' = ['L4']}}",
        ),
        ("lint = {select = ['L1', 'L2']}", "lint = {select = ['L']}"),
        ("lint = {ignore = ['L4']}", "lint = {ignore = ['L403']}"),
        (
            "lint = {per_file_ignores = {'a/*' = ['L4']}}",
            "lint = {per_file_ignores = {'a/b.yaml' = ['L403']}}",
        ),
        ("length_required = ['configs/smoke/group.yaml']", "length_required = ['configs/**']"),
        ("runtime_settings = ['a']", "runtime_settings = ['a.b']"),
        ("launch_settings = ['a']", "launch_settings = ['a.b']"),
    ],
)
def test_a_setting_that_holds_as_much_in_other_words_weakens_nothing(
    project: Path, before: str, after: str
) -> None:
    write_files(project, {"pyproject.toml": f"{TABLE}{before}\n"})
    commit_all(project)
    write_files(project, {"pyproject.toml": f"{TABLE}{after}\n"})
    assert weaker(project, "HEAD") == []
    assert "unchanged (" not in compare(project, "HEAD").out


def test_a_legacy_file_that_counts_as_none_any_more_weakens_the_gate(project: Path) -> None:
    write_files(project, {"pyproject.toml": TABLE + "legacy = ['configs/_shared/**']\n"})
    commit_all(project)
    write_files(project, {"pyproject.toml": TABLE + "legacy = ['configs/old/**']\n"})
    assert "no longer a legacy file: configs/_shared/optim.yaml" in weaker(project, "HEAD")


def test_a_phase_that_is_opened_again_weakens_the_gate(project: Path) -> None:
    write_files(project, {"pyproject.toml": TABLE + "legacy = ['configs/_shared/**']\n"})
    assert run(project, "snapshot").code == 0
    assert run(project, "advance").code == 0
    commit_all(project)
    assert run(project, "advance", "--reopen", "0", "--reason", "r").code == 0
    assert weaker(project, "HEAD") == ["phase 1 → 0"]
    later = ("map", "configs/smoke/group.yaml", "--phase", "1")
    git(project, "checkout", "-q", ".")
    assert run(project, *later).code == 0
    assert weaker(project, "HEAD") == []
    commit_all(project)
    assert run(project, *later[:-1], "2").code == 0
    assert weaker(project, "HEAD") == ["put off to a later phase: configs/smoke/group.yaml"]


@pytest.mark.parametrize("to", ["moved/pyproject.toml", "pyproject.toml"])
@pytest.mark.parametrize(
    "table",
    [
        '[tool.config-migration]\npresets = ["**/*.yaml"]\n',
        '[ tool . "config-migration" ]\npresets = ["**/*.yaml"]\n',
        "tool = {'config-migration' = {presets = ['**/*.yaml']}}\n",
    ],
)
def test_settings_that_have_moved_weaken_the_gate(tmp_path: Path, to: str, table: str) -> None:
    files = {"team/pyproject.toml": table, "team/configs/a.yaml": "a: 1\n"}
    project = make_repository(tmp_path / "p", {**files, "other/pyproject.toml": table})
    (project / "team/pyproject.toml").unlink()
    write_files(project, {to: table, str(Path(to).parent / "b.yaml"): "b: 1\n"})
    ran = run((project / to).parent, "compare", "HEAD", "--check")
    assert ran.code == 2
    assert "weaker: the settings are no longer those in " in ran.out
    git(project, "checkout", "-q", "team")
    ran = run((project / to).parent, "compare", "HEAD", "--check")
    assert ran.code == 0
    assert re.search(
        r"^gate     the merge base \w+ has no settings that can be read$", ran.out, re.MULTILINE
    )


def test_a_profile_of_the_base_that_cannot_be_read_is_told(project: Path) -> None:
    write_files(project, {"pyproject.toml": TABLE + "profile = 'p.yaml'\n", "p.yaml": "["})
    commit_all(project)
    write_files(project, {"p.yaml": "rules: []\n"})
    found = compare(project, "HEAD").out
    assert re.search(
        r"^gate     the profile of the merge base \w+ cannot be read$", found, re.MULTILINE
    )


def test_settings_that_are_nearer_than_those_of_the_base_weaken_the_gate(tmp_path: Path) -> None:
    table = TABLE.replace("configs/smoke", "team/configs")
    files = {"pyproject.toml": table, "configs/train/a.yaml": "", "team/configs/t.yaml": "t: 1\n"}
    project = make_repository(tmp_path / "p", files)
    own = '[tool.config-migration]\npresets = ["configs/*.yaml"]\n'
    write_files(project, {"team/pyproject.toml": own})
    assert weaker(project / "team") == ["the settings are no longer those in ../"]


def test_a_value_that_moves_to_another_file_of_the_chain_is_overridden_by_none(
    tmp_path: Path,
) -> None:
    files = {
        "pyproject.toml": TABLE,
        "a.yaml": "lr: 1\nwd: 2\n",
        "b.yaml": "x: 1\n",
        "configs/train/p.yaml": "extends: [../../a.yaml, ../../b.yaml]\n",
    }
    project = make_repository(tmp_path / "p", files)
    write_files(project, {"a.yaml": "lr: 1\n", "b.yaml": "x: 1\nwd: 2\n"})
    assert document(project)["unchanged"] == [{"reason": "other files", "paths": [], "presets": 1}]
    git(project, "checkout", "-q", ".")
    write_files(project, {"a.yaml": "lr: 0x1\nwd: 2\n"})
    assert document(project)["unchanged"] == [{"reason": "writing", "paths": [], "presets": 1}]


def test_a_sparse_checkout_with_links_and_files_around_the_project(tmp_path: Path) -> None:
    files = {
        "shared/s.yaml": "k: 1\n",
        "team/pyproject.toml": TABLE + "allow_outside = true\n",
        "team/configs/train/m.yaml": "extends: ../../../shared/s.yaml\n",
        "team/configs/train/d/l.yaml": "l: 1\n",
    }
    project = make_repository(tmp_path / "p", files)
    (project / "team/configs/train/dd").symlink_to("d")
    (project / "shared/link").symlink_to("s.yaml")
    commit_all(project)
    hidden = ("!/shared/", "!/team/configs/train/d/")
    git(project, "sparse-checkout", "set", "--no-cone", "/*", *hidden)
    ran = compare(project / "team", "HEAD", "--check")
    assert ran.code == 0, ran
    assert ran.out.startswith("no preset changes, of 3\n")


@pytest.mark.parametrize(
    ("name", "place"), [("feat", "heads/feat"), ("origin/main", "remotes/origin/main")]
)
@pytest.mark.parametrize("end", ["", "~0", "@{0}", "^{commit}"])
def test_a_tag_and_a_branch_of_one_name_are_not_taken_for_one_another(
    project: Path, name: str, place: str, end: str
) -> None:
    edit(project / "configs/train/sft/d5.yaml", "sft5", "other")
    commit_all(project)
    git(project, "tag", "-a", "-m", "a tag", name)
    git(project, "update-ref", f"refs/{place}", "HEAD")
    assert verdict(project, name, "HEAD") == "no preset changes, of 10"
    git(project, "update-ref", f"refs/{place}", "HEAD~1")
    ran = compare(project, name + end)
    assert (ran.code, ran.err) == (
        1,
        (
            f"'{name}{end}' may be refs/tags/{name} or refs/{place}, which differ\n"
            f"  hint: say which, as refs/{place}\n"
        ),
    )
    assert verdict(project, place, "HEAD") == "1 of 10 presets changes, for 1 cause"
    assert verdict(project, f"tags/{name}", "HEAD") == "no preset changes, of 10"


def test_what_leaves_commits_out_is_no_revision(project: Path) -> None:
    ran = compare(project, "^HEAD")
    assert (ran.code, ran.err.splitlines()[0]) == (1, "'^HEAD' is no commit")


def test_a_revision_may_be_a_text_of_a_message(project: Path) -> None:
    git(project, "commit", "-q", "--allow-empty", "-m", "mend the rate")
    assert verdict(project, ":/mend", "HEAD") == "no preset changes, of 10"
    ran = compare(project, "HEAD^{tree}")
    assert ran.err.startswith("'HEAD^{tree}' is no commit\n")


def test_a_file_outside_the_repository_is_noted(tmp_path: Path) -> None:
    write_files(tmp_path, {"ext/e.yaml": "e: 1\n"})
    files = {
        "pyproject.toml": TABLE + "allow_outside = true\n",
        "configs/train/a.yaml": "extends: ../../../ext/e.yaml\n",
    }
    project = make_repository(tmp_path / "p", files)
    ran = compare(project)
    assert ran.out.startswith("no preset changes, of 1\n")
    note = "note: ../ext/e.yaml: outside the repository; both sides have it as it is now\n"
    assert ran.err == note


@pytest.mark.parametrize("where", [".gitattributes", ".git/info/attributes", ".git/everywhere"])
@pytest.mark.parametrize("attribute", ["filter=f", "ident", "working-tree-encoding=latin-1"])
@pytest.mark.parametrize("base", ["configs/train/b_base.yaml", "configs/b.conf"])
def test_an_attribute_alone_makes_a_file_another_one(
    tmp_path: Path, where: str, attribute: str, base: str
) -> None:
    settings = TABLE + 'exclude = ["**/*_base.yaml"]\n'
    project = make_repository(tmp_path / "p", {"pyproject.toml": settings})
    git(project, "config", "filter.f.smudge", "sed s/1/9/")
    git(project, "config", "core.attributesFile", str(project / ".git/everywhere"))
    extending = f"extends: {os.path.relpath(base, 'configs/train')}\n"
    write_files(project, {"configs/train/a.yaml": extending, base: 'lr: 1\nv: "$Id$"\n'})
    commit_all(project)
    git(project, "tag", "before")
    pattern = f"*{Path(base).suffix}"
    write_files(project, {where: f"{pattern} {attribute}\n", "x.txt": "x\n"})
    commit_all(project)
    git(project, "tag", "after")
    for at in ("after", "before"):
        git(project, "-c", "core.attributesFile=/dev/null", "checkout", "-q", "-f", at)
        ran = compare(project, "before", "after", "--check")
        assert f"git rewrites this file on checkout ({attribute})" in ran.out
        assert ran.out.startswith("no preset was compared; 1 ")


def test_a_file_that_git_rewrites_is_not_what_a_commit_has(project: Path) -> None:
    write_files(project, {".gitattributes": "*.yaml ident\n"})  # only d5 has the mark
    write_files(project, {"configs/train/sft/d5.yaml": 'v: "$Id$"\n'})
    commit_all(project)
    (project / "configs/train/sft/d5.yaml").unlink()
    git(project, "checkout", "-q", "configs/train/sft/d5.yaml")
    ran = compare(project, "HEAD")
    assert ran.out.startswith("no preset changes, of 9; 1 not compared\n")
    assert "d5.yaml: git rewrites this file on checkout (ident), so that no commit" in ran.out
    assert "git rewrites this file" in run(project, "snapshot", "--from", "HEAD").out
    write_files(project, {".gitattributes": "*.yaml filter=none text eol=lf\n"})
    commit_all(project)
    assert verdict(project, "HEAD") == "no preset changes, of 10"


def test_what_is_accepted_in_the_change_is_named_and_does_not_hide_it(frozen: Path) -> None:
    edit(frozen / "configs/_shared/optim.yaml", "lr: 1.0e-4", "lr: 2.0e-4")
    words = ("accept", "--key", "optim.lr", "--reason", "twice", "--until", "2020-01-01")
    assert run(frozen, *words).code == 0
    ran = compare(frozen, "HEAD", "--check")
    assert ran.code == 0
    what = "optim.lr: 0.0001 → 0.0002 until 2020-01-01 (twice)"
    assert f"accepted on purpose: {what}: configs/smoke" in ran.out
    assert "optim.lr was accepted until 2020-01-01" in ran.err
    assert [each["path"] for each in causes(frozen, "HEAD")] == ["optim.lr"]
    commit_all(frozen)
    (path,) = (frozen / "snapshots/accepted").iterdir()
    assert run(frozen, "snapshot", "--fold").code == 0
    ran = compare(frozen, "HEAD", "--check")
    assert (ran.code, "what was accepted is in the baselines now" in ran.out) == (0, True)
    assert f"no longer accepted: {what}" in ran.out
    git(frozen, "checkout", "-q", "--", "snapshots")
    path.write_text("x\n")
    assert weaker(frozen, "HEAD") == [f"acceptances cannot be read: snapshots/accepted/{path.name}"]
