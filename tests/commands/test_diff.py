from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import write_files
from tests.running import Ran, edit, run

A, B = "configs/train/a.yaml", "configs/train/b.yaml"
MIX = "configs/fusion/mix.yaml"
BASELINE = f"snapshots/presets/{A}.json"


def diff(folder: Path, left: str, right: str, *words: str) -> Ran:
    return run(folder, "diff", "--left", left, "--right", right, *words)


def diff_json(folder: Path, left: str, right: str, *words: str) -> tuple[int, dict[str, Any]]:
    ran = diff(folder, left, right, "--format", "json", *words)
    return ran.code, json.loads(ran.out)


def test_a_config_has_no_difference_from_itself(small_project: Path) -> None:
    ran = diff(small_project, A, A)
    assert (ran.code, ran.out) == (0, "no differences under the profile parity\n")


def test_allowed_differences_pass_and_forbidden_ones_do_not(small_project: Path) -> None:
    write_files(small_project, {"configs/train/c.yaml": "extends: b.yaml\n"})
    edit(small_project / "configs/train/c.yaml", "b.yaml", "b.yaml\ntraining: {run_name: c}")
    code, report = diff_json(small_project, B, "configs/train/c.yaml")
    assert (code, [found["path"] for found in report["allowed"]]) == (0, ["training.run_name"])
    code, report = diff_json(small_project, A, B)
    assert (code, [found["path"] for found in report["forbidden"]]) == (2, ["training.seed"])
    assert {key: report[key] for key in ("profile", "left", "right")} == {
        "profile": "parity",
        "left": A,
        "right": B,
    }


def test_a_baseline_side_has_its_frozen_origins_and_fusion_content(frozen_project: Path) -> None:
    edit(frozen_project / MIX, "ratio: 1.0", "ratio: 0.5")
    edit(frozen_project / A, "custom:", "# moved down\ncustom:")
    edit(frozen_project / A, "mix.yaml}", "mix.yaml, seed: 1}")
    code, report = diff_json(frozen_project, BASELINE, A)
    seed, targets = report["forbidden"]
    assert (code, targets["file"]) == (2, MIX)
    assert (seed["left_origin"], seed["right_origin"]) == (None, f"{A}:3")
    text = diff(frozen_project, BASELINE, A).out
    assert f"was  {MIX}:2  (legacy)\n    now  {MIX}:2\n" in text


def test_two_baselines_can_be_compared(frozen_project: Path) -> None:
    code, report = diff_json(frozen_project, BASELINE, f"snapshots/presets/{B}.json")
    assert (code, report["forbidden"][0]["right_origin"]) == (2, f"{B}:2")


def test_a_payload_saved_elsewhere_is_a_side_without_origins(frozen_project: Path) -> None:
    saved = {"saved.json": run(frozen_project, "inspect", "--config", A, "--payload-only").out}
    write_files(frozen_project, saved)
    assert diff(frozen_project, "saved.json", A).code == 0
    assert run(frozen_project, "inspect", "--config", "saved.json").out.startswith(
        "chain of saved.json, lowest precedence first:\n  1  saved.json\n"
    )
    _, report = diff_json(frozen_project, "saved.json", B)
    assert report["forbidden"][0]["left_origin"] is None


def test_a_saved_payload_is_not_judged_by_the_fusion_content_of_today(
    frozen_project: Path,
) -> None:
    saved = {"saved.json": run(frozen_project, "inspect", "--config", A, "--payload-only").out}
    write_files(frozen_project, saved)
    edit(frozen_project / MIX, "ratio: 1.0", "ratio: 0.5")
    ran = diff(frozen_project, "saved.json", A)
    note = f"note: saved.json: the content of {MIX} then is not known; not compared\n"
    assert (ran.code, ran.err) == (0, note)


def test_another_checkout_has_its_own_baselines_and_fusion_configs(frozen_project: Path) -> None:
    other = frozen_project.parent / "other"
    shutil.copytree(frozen_project, other)
    edit(other / MIX, "ratio: 1.0", "ratio: 0.5")
    assert diff(frozen_project, A, f"../other/{A}").code == 2
    assert diff(frozen_project, A, f"{other}/{BASELINE}").code == 0
    assert diff(frozen_project, f"{other}/{BASELINE}", f"../other/{A}").code == 2


def test_baselines_behind_a_link_are_still_baselines(frozen_project: Path) -> None:
    (frozen_project / "snapshots").rename(frozen_project.parent / "kept")
    (frozen_project / "snapshots").symlink_to("../kept")
    edit(frozen_project / MIX, "ratio: 1.0", "ratio: 0.5")
    assert run(frozen_project, "check-parity").code == 2
    assert diff(frozen_project, BASELINE, A).code == 2


def test_a_frozen_fusion_config_is_a_side_with_its_origins(frozen_project: Path) -> None:
    baseline = f"snapshots/fusion/{MIX}.json"
    assert diff(frozen_project, baseline, MIX).code == 0
    edit(frozen_project / MIX, "ratio: 1.0", "ratio: 0.5")
    ran = diff(frozen_project, baseline, MIX)
    assert (ran.code, f"was  {MIX}:2  (legacy)" in ran.out) == (2, True)
    assert f"  1  {MIX}\n" in run(frozen_project, "inspect", "--config", baseline).out
    edit(frozen_project / baseline, "1.0", "77.0")
    assert diff(frozen_project, baseline, MIX).code == 1


def test_fusion_configs_merge_by_name_whatever_else_they_hold(small_project: Path) -> None:
    files = {
        "base_f.yaml": "targets: [{name: a}, {name: b}]\n",
        "l.yaml": "extends: base_f.yaml\nseed: 1\ntargets: [{name: a}]\n",
        "r.yaml": "seed: 1\ntargets: [{name: a}]\n",
    }
    write_files(small_project, files)
    assert diff(small_project, "l.yaml", "r.yaml").code == 2


def test_a_saved_payload_must_be_a_mapping(small_project: Path) -> None:
    write_files(small_project, {"saved.json": "[]\n"})
    ran = diff(small_project, "saved.json", A)
    assert (ran.code, ran.err) == (1, "saved.json: the root must be a mapping, not a list\n")


def test_a_saved_payload_with_a_bad_fusion_path_is_a_fault_of_that_file(
    small_project: Path,
) -> None:
    write_files(small_project, {"saved.json": '{"custom": {"fusion_config": 3}}\n'})
    ran = diff(small_project, "saved.json", A)
    assert (ran.code, ran.err) == (1, "saved.json: custom.fusion_config must be a path, not 3\n")


def test_a_missing_fusion_file_is_a_note_and_its_content_is_not_compared(
    small_project: Path,
) -> None:
    (small_project / MIX).unlink()
    write_files(small_project, {"configs/train/c.yaml": "extends: a.yaml\n"})
    ran = diff(small_project, A, "configs/train/c.yaml")
    place = f"{A}:2:10: custom.fusion_config"
    note = f"{place} names {MIX!r}, which is missing; its content is not compared"
    assert (ran.code, ran.err) == (0, f"note: {note}\n")


def test_the_profile_can_be_named_or_be_a_file(small_project: Path) -> None:
    rules = "rules:\n  - {id: any-seed, reason: a test, paths: [training.seed]}\n"
    write_files(small_project, {"configs/train/rules.yml": rules})
    assert diff(small_project, A, B, "--profile", "parity").code == 2
    assert diff(small_project, A, B, "--profile", "configs/train/rules.yml").code == 0
    assert (
        diff(small_project / "configs/train", "a.yaml", "b.yaml", "--profile", "rules.yml").code
        == 0
    )


# A fusion config that breaks a rule of fusion configs.

OTHER = "configs/fusion/other.yaml"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("sources: [{name: s, ratio: 1}]\n", f"{OTHER}: a fusion config needs at least one target"),
        ("targets: []\nsources: []\n", f"{OTHER}: a fusion config needs at least one target"),
        ("targets: [{name: t}]\nsources: [{name: s}]\n", "the source 's' has no 'ratio'"),
        ("targets: [{name: t}]\nsources: [{name: s, ratio: -1}]\n", "must be a number of at least"),
        ("targets: [{name: t}]\nsources: [{name: t, ratio: 1}]\n", "of a target and of a source"),
        ("targets: [{ratio: 1}]\n", "neither a 'name' nor a 'dataset'"),
        ("targets: [{name: t}, {name: t}]\n", "'targets' has two entries with the name 't'"),
        (
            "extends: mix.yaml\ntargets: [{name: t}, {name: t}]\n",
            "'targets' has two entries with the name 't'",
        ),
    ],
)
def test_a_fusion_config_that_breaks_a_rule_is_compared_with_a_note(
    small_project: Path, text: str, note: str
) -> None:
    write_files(small_project, {OTHER: text})
    for left, right in ((MIX, OTHER), (OTHER, MIX)):
        ran = diff(small_project, left, right, "--format", "json")
        report = json.loads(ran.out)
        assert (ran.code, len(report["forbidden"]) > 0) == (2, True)
        assert ran.err.startswith("note: ")
        assert note in ran.err
    same = diff(small_project, OTHER, OTHER)
    assert (same.code, same.out) == (0, "no differences under the profile parity\n")


def test_two_presets_are_compared_although_the_fusion_config_of_one_breaks_a_rule(
    small_project: Path,
) -> None:
    text = (small_project / A).read_text().replace("mix.yaml", "other.yaml")
    write_files(small_project, {OTHER: "sources: []\n", "configs/train/c.yaml": text})
    ran = diff(small_project, A, "configs/train/c.yaml")
    assert (ran.code, "needs at least one target" in ran.err) == (2, True)
    assert "targets" in ran.out


def test_what_cannot_be_read_is_no_comparison(small_project: Path) -> None:
    write_files(small_project, {OTHER: "extends: nowhere.yaml\ntargets: [{name: t}]\n"})
    ran = diff(small_project, MIX, OTHER)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"{OTHER}:1:1: unknown base 'nowhere.yaml'")


def test_a_gate_does_not_compare_a_fusion_config_that_breaks_a_rule(frozen_project: Path) -> None:
    (frozen_project / MIX).write_text("sources: []\n")
    assert run(frozen_project, "check-parity").code == 2
    assert run(frozen_project, "inspect", "--config", MIX).code == 1


def test_places_in_another_checkout_are_named_from_where_one_stands(frozen_project: Path) -> None:
    other = frozen_project.parent / "other"
    shutil.copytree(frozen_project, other)
    edit(other / A, "custom:", "seed: 18\ncustom:")
    edit(frozen_project / A, "custom:", "seed: 17\ncustom:")
    out = diff(frozen_project, A, f"../other/{A}").out
    assert f"now  ../other/{A}:" in out
    out = diff(frozen_project / "configs", f"../{A}", f"../../other/{A}").out
    assert f"now  ../../other/{A}:" in out
    out = diff(frozen_project, f"../other/{A}", A).out
    assert f"was  ../other/{A}:" in out


def test_hints_and_fusion_files_of_another_checkout_are_named_from_there(
    frozen_project: Path,
) -> None:
    other = frozen_project.parent / "other"
    shutil.copytree(frozen_project, other)
    edit(other / MIX, "ratio: 1.0", "ratio: 0.5")
    edit(other / A, "custom:", "size: {x: 1}\nsize: {y: 2}\ncustom:")
    edit(frozen_project / A, "custom:", "size: {x: 1, y: 2}\ncustom:")
    out = diff(frozen_project, A, f"../other/{A}").out
    assert f"now  ../other/{MIX}:2" in out
    assert f"was  {MIX}:2" in out
    assert f"size is a duplicate key in ../other/{A}: line" in out


def test_a_note_on_another_checkout_names_its_file_from_there(small_project: Path) -> None:
    other = small_project.parent / "other"
    shutil.copytree(small_project, other)
    (other / MIX).unlink()
    assert diff(small_project, A, f"../other/{A}").err.startswith(f"note: ../other/{A}:2:10: ")


def test_without_a_profile_that_somebody_named_nothing_is_forbidden(small_project: Path) -> None:
    settings = small_project / "pyproject.toml"
    text = settings.read_text()
    settings.write_text("".join(x for x in text.splitlines(True) if not x.startswith("profile")))
    ran = diff(small_project, A, B)
    assert (ran.code, ran.out.splitlines()[0]) == (2, "1 difference")
    assert "training.seed  " in ran.out
    markdown = diff(small_project, A, B, "--format", "markdown").out
    assert markdown.startswith("### 1 difference\n")
    assert "**1 difference**" in markdown
    assert "forbidden" not in ran.out + markdown
    assert diff(small_project, A, A).out == "no differences\n"
    named = diff(small_project, A, B, "--profile", "strict")
    assert (named.code, "strict does not hold: 1 forbidden, 0 allowed" in named.out) == (2, True)


def test_a_number_is_shown_as_its_file_has_it(small_project: Path) -> None:
    write_files(small_project, {"l.yaml": "p: 2.0e-4\nq: 1_000\n", "r.yaml": "p: 2e-4\nq: 1001\n"})
    out = diff(small_project, "l.yaml", "r.yaml").out
    assert '2.0e-4 (float) → "2e-4" (str)' in out
    assert "1_000 (int) → 1001 (int)" in out
    saved = run(small_project, "inspect", "--config", "l.yaml", "--payload-only").out
    write_files(small_project, {"l.json": saved})
    assert '0.0002 (float) → "2e-4" (str)' in diff(small_project, "l.json", "r.yaml").out
