from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from migration.parity import profile as parity
from tests.conftest import write_files
from tests.layouts import change_settings
from tests.ledgers import MIX, OPTIM, A, B, ok
from tests.running import contents, edit, run

C = "configs/train/c.yaml"
# The presets of the small project as they look after the migration.
SHALLOW = {
    A: f"extends: ../base.yaml\noptim: {{lr: 1.0e-4}}\ncustom: {{fusion_config: {MIX}}}\n",
    B: "extends: a.yaml\ntraining: {seed: 1}\n",
}


def check(folder: Path, *words: str) -> tuple[int, dict[str, Any]]:
    """Return the exit code and the report; one document on stdout, nothing on stderr."""
    ran = run(folder, "check-parity", "--format", "json", *words)
    assert ran.err == ""
    return ran.code, cast("dict[str, Any]", json.loads(ran.out))


def rows(folder: Path) -> dict[str, Any]:
    return {row["legacy"]: row for row in check(folder)[1]["presets"]}


def test_an_untouched_preset_over_legacy_files_is_pending(frozen_project: Path) -> None:
    code, report = check(frozen_project)
    assert code == 0
    assert report == {
        "profile": "parity",
        "summary": {
            "verified": 0,
            "pending": 2,
            "failed": 0,
            "missing": 0,
            "error": 0,
            "new": 0,
            "dropped": 0,
            "total": 2,
        },
        "presets": [
            {
                "legacy": path,
                "target": path,
                "phase": 2,
                "status": "pending",
                "files": {"legacy": files, "target": files},
                "error": None,
                "allowed": [],
                "forbidden": [],
                "new": None,
                "reuse": None,
            }
            for path, files in ((A, 3), (B, 4))
        ],
        "changed_sources": [],
        "own_profile": None,
        "unneeded_acceptances": [],
        "past_acceptances": [],
        "unused_moves": [],
        "excluded": [],
        "causes": [],
    }


def test_a_status_hides_rows_and_leaves_the_verdict_and_the_ids_as_they_are(
    frozen_project: Path,
) -> None:
    nearer = f"extends: [a.yaml, ../{OPTIM[8:]}]\ntraining: {{seed: 1}}\n"
    write_files(frozen_project, {**SHALLOW, B: nearer})
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    (cause,) = check(frozen_project, "--no-record")[1]["causes"]
    assert check(frozen_project, "--no-record", "--status", "failed")[1]["causes"] == [cause]
    assert check(frozen_project, "--no-record", "--status", "verified")[1]["causes"] == []
    out = run(frozen_project, "check-parity", "--no-record", "--status", "verified").out
    assert out.startswith("1 of 2 presets differs from its baseline, for 1 cause\n")
    # The edit shows in the difference of the other preset, which this page leaves out.
    assert f"\ntrunk edited {OPTIM} after it was frozen: " in out
    assert f"\n  in {A}\n" in out


def test_a_shallow_preset_that_resolves_alike_is_verified(frozen_project: Path) -> None:
    write_files(frozen_project, SHALLOW)
    (frozen_project / OPTIM).unlink()
    code, report = check(frozen_project)
    assert (code, report["summary"]["verified"]) == (0, 2)
    assert report["presets"][0]["files"] == {"legacy": 3, "target": 2}


def test_a_forbidden_difference_fails_a_preset_whatever_its_chain(frozen_project: Path) -> None:
    write_files(frozen_project, SHALLOW)
    edit(frozen_project / A, "1.0e-4", "1e-4")
    code, report = check(frozen_project)
    assert code == 2
    assert [row["status"] for row in report["presets"]] == ["failed", "failed"]
    assert report["presets"][0]["forbidden"] == [
        {
            "path": "optim.lr",
            "keys": ["optim", "lr"],
            "kind": "type",
            "left": 0.0001,
            "right": "1e-4",
            "left_origin": f"{OPTIM}:1",
            "right_origin": f"{A}:2",
            "rule": None,
            "hints": [
                "1e-4 is a string in YAML 1.1: a float needs a dot and a signed exponent, 1.0e-4"
            ],
            "cause": "b23f",
        }
    ]
    (cause,) = report["causes"]
    assert (cause["id"], cause["presets"]) == ("b23f", [A, B])


def test_an_allowed_difference_names_its_rule_and_does_not_gate(frozen_project: Path) -> None:
    edit(frozen_project / B, "{seed: 1}", "{seed: 1, run_name: again}")
    code, report = check(frozen_project)
    assert (code, report["presets"][1]["status"]) == (0, "pending")
    assert report["presets"][1]["allowed"] == [
        {
            "path": "training.run_name",
            "keys": ["training", "run_name"],
            "kind": "added",
            "right": "again",
            "left_origin": None,
            "right_origin": f"{B}:2",
            "rule": "run-identity",
            "hints": [],
            "cause": "86eb",
        }
    ]


def test_a_removed_value_has_no_right_side(frozen_project: Path) -> None:
    (frozen_project / B).write_text("extends: a.yaml\n")
    (difference,) = rows(frozen_project)[B]["forbidden"]
    assert difference["kind"] == "removed"
    assert "right" not in difference
    assert (difference["left_origin"], difference["right_origin"]) == (f"{B}:2", None)


def test_a_changed_fusion_content_is_forbidden_though_the_path_is_the_same(
    frozen_project: Path,
) -> None:
    edit(frozen_project / MIX, "ratio: 1.0", "ratio: 0.5")
    (difference,) = rows(frozen_project)[A]["forbidden"]
    assert (difference["file"], difference["path"]) == (MIX, "targets")
    assert difference["right"] == [{"name": "bbu", "ratio": 0.5}]
    assert difference["left_origin"] == difference["right_origin"] == f"{MIX}:1"


def test_a_fusion_content_is_not_covered_by_the_profile(frozen_project: Path) -> None:
    write_files(frozen_project, {MIX: "targets: [{name: bbu, ratio: 1.0}]\nsources: []\n"})
    edit(frozen_project / MIX, "sources", "training: {run_name: x}\nsources")
    (difference,) = rows(frozen_project)[A]["forbidden"]
    assert (difference["path"], difference["rule"]) == ("training.run_name", None)


def test_a_missing_fusion_file_is_a_forbidden_difference(frozen_project: Path) -> None:
    (frozen_project / MIX).unlink()
    code, report = check(frozen_project)
    row = report["presets"][0]
    assert (code, row["status"]) == (2, "failed")
    assert row["error"] == f"{A}:2:10: custom.fusion_config names {MIX!r}, which is missing"
    assert [(found["path"], found["kind"]) for found in row["forbidden"]] == [
        ("sources", "removed"),
        ("targets", "removed"),
    ]


def test_another_fusion_file_differs_by_its_path_and_by_its_content(frozen_project: Path) -> None:
    edit(frozen_project / A, "mix.yaml", "other.yaml")
    write_files(frozen_project, {"configs/fusion/other.yaml": "targets: [{name: bbu, ratio: 2}]\n"})
    found = rows(frozen_project)[A]["forbidden"]
    assert [(one.get("file"), one["path"]) for one in found] == [
        (None, "custom.fusion_config"),
        ("configs/fusion/other.yaml", "sources"),
        ("configs/fusion/other.yaml", "targets"),
    ]


@pytest.mark.parametrize("value", ["null", "configs/fusion/other.yaml"])
def test_a_renamed_or_dropped_fusion_file_is_forbidden(frozen_project: Path, value: str) -> None:
    write_files(frozen_project, {"configs/fusion/other.yaml": SMALL_MIX})
    edit(frozen_project / A, MIX, value)
    (difference,) = rows(frozen_project)[A]["forbidden"]
    assert difference["path"] == "custom.fusion_config"


SMALL_MIX = "targets:\n  - {name: bbu, ratio: 1.0}\nsources: []\n"


def test_a_preset_that_is_gone_is_missing(frozen_project: Path) -> None:
    (frozen_project / B).unlink()
    code, report = check(frozen_project)
    assert (code, report["presets"][1]["status"]) == (2, "missing")
    assert report["presets"][1]["files"] == {"legacy": 4, "target": None}
    assert report["presets"][1]["error"] == (
        f"{B}: no such file; `config-migration map {B} PATH` records where it went, "
        f"and `config-migration map {B} --drop --reason R` that it was given up"
    )


def test_a_phase_1_preset_that_is_gone_is_missing_too(frozen_project: Path) -> None:
    edit(frozen_project / "pyproject.toml", "phase_1 = []", f'phase_1 = ["{B}"]')
    (frozen_project / B).unlink()
    row = rows(frozen_project)[B]
    assert (row["phase"], row["status"]) == (1, "missing")


def test_an_unreadable_preset_is_a_row_and_the_others_are_still_checked(
    frozen_project: Path,
) -> None:
    (frozen_project / B).write_text("a: [\n")
    code, report = check(frozen_project)
    assert (code, [row["status"] for row in report["presets"]]) == (2, ["pending", "error"])
    assert report["presets"][1]["error"].startswith(f"{B}:1:4: not valid YAML: ")


def test_an_unreadable_fusion_config_is_an_error_of_each_preset(frozen_project: Path) -> None:
    (frozen_project / MIX).write_text("sources: []\n")
    code, report = check(frozen_project)
    assert (code, report["summary"]["error"]) == (2, 2)
    assert report["presets"][0]["error"] == f"{MIX}: a fusion config needs at least one target"


def test_a_preset_without_a_baseline_holds_the_gate_and_is_held_against_its_sibling(
    frozen_project: Path,
) -> None:
    write_files(frozen_project, {C: "extends: a.yaml\ntraining: {seed: 3, lr: 1}\n"})
    code, report = check(frozen_project)
    row = report["presets"][2]
    assert (code, row["legacy"], row["status"]) == (2, C, "new")
    assert row["error"] == (
        f"{C}: built from {OPTIM}, but not frozen: `snapshot` freezes it as it is now"
    )
    differences = row["new"].pop("differences")
    assert row["new"] == {"advice": row["error"].removeprefix(f"{C}: "), "nearest": A}
    assert [(each["path"], each["kind"]) for each in differences] == [
        ("training.lr", "added"),
        ("training.seed", "added"),
    ]


@pytest.mark.parametrize(
    ("legacy", "new", "gates"),
    [
        (["configs/components/**"], None, True),
        (["configs/components/**"], "error", True),
        (["configs/components/**"], "note", False),
        ([], None, False),
        ([], "error", True),
        ([], "note", False),
    ],
)
def test_a_new_preset_gates_where_there_are_legacy_files_unless_the_settings_say_otherwise(
    frozen_project: Path, legacy: list[str], new: str | None, *, gates: bool
) -> None:
    change_settings(frozen_project, legacy=legacy, new=new)
    write_files(frozen_project, {C: "extends: a.yaml\n"})
    for words in (("check-parity",), ("check-parity", "--preset", C), ("ledger", "--check")):
        assert run(frozen_project, *words).code == (2 if gates else 0)
    text = run(frozen_project, "check-parity").out
    assert "not frozen: `snapshot` freezes it as it is now" in text
    assert f"{C}: the same as {A}" in text
    step = "next: config-migration snapshot  (freezes what is not frozen yet)"
    # Without legacy files to remove, the next command is all that is left to do.
    is_next = gates or (new is None and not legacy)
    assert (step in run(frozen_project, "ledger").out) == is_next


def test_a_sibling_is_of_the_same_folder_or_else_of_the_same_bases(frozen_project: Path) -> None:
    presets = ["configs/train/*.yaml", "configs/other/*.yaml"]
    write_files(frozen_project, {"configs/other/o.yaml": "extends: ../train/a.yaml\n"})
    change_settings(frozen_project, presets=presets)
    (row,) = (each for each in check(frozen_project)[1]["presets"] if each["status"] == "new")
    assert row["new"]["nearest"] == B
    write_files(frozen_project, {"configs/other/o.yaml": "lonely: 1\n"})
    (row,) = (each for each in check(frozen_project)[1]["presets"] if each["status"] == "new")
    assert (row["new"]["nearest"], row["new"]["differences"]) == (None, [])


def test_the_differences_of_a_new_preset_are_folded_in_markdown(frozen_project: Path) -> None:
    write_files(frozen_project, {C: "extends: a.yaml\ntraining: {seed: 3}\n"})
    text = run(frozen_project, "check-parity", "--format", "markdown").out
    assert "<details><summary>1 preset without a baseline</summary>" in text
    assert f"- `{C}: as {A} but for 1 value: training.seed (absent) → 3 (int)`" in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "the same file"),
        ("training: {seed: 2}\n", "few differences"),
    ],
)
def test_a_preset_that_moved_is_found_by_its_content(
    frozen_project: Path, text: str | None, told: str
) -> None:
    far = "configs/train/zebra_crossing.yaml"
    (frozen_project / B).rename(frozen_project / far)
    if text:
        (frozen_project / far).write_text(f"extends: a.yaml\n{text}")
    # Another one has the nearer name, and another content.
    write_files(frozen_project, {"configs/train/b2.yaml": "other: {a: 1, b: 2}\n"})
    report = check(frozen_project)[1]["presets"]
    errors = {row["target"]: row["error"] for row in report if row["error"]}
    command = f"`config-migration map {B} {far}`"
    assert errors[B] == f"{B}: no such file; did it go to {far}? {command}", told
    assert errors[far] == f"{far}: not frozen: did {B} move here? {command}"
    assert "snapshot" not in "".join(errors.values())
    assert command.strip("`") in run(frozen_project, "ledger").out
    assert command in run(frozen_project, "snapshot").err
    ok(frozen_project, *command.strip("`").split()[1:])


def test_nothing_is_frozen_while_a_preset_is_gone_though_nothing_is_like_it(
    frozen_project: Path,
) -> None:
    (frozen_project / B).unlink()
    write_files(frozen_project, {"configs/train/zzzzzz.yaml": "other: {a: 1, b: 2}\n"})
    before = contents(frozen_project)
    assert run(frozen_project, "snapshot").code == 1
    assert contents(frozen_project) == before
    assert f"first record where {B} went" in run(frozen_project, "check-parity", "--no-record").out
    assert f"next: config-migration map {B} PATH" in run(frozen_project, "ledger").out


def test_a_preset_that_the_settings_no_longer_match_is_still_checked(frozen_project: Path) -> None:
    edit(frozen_project / "pyproject.toml", "*.yaml", "b.yaml")
    edit(frozen_project / A, MIX, "null")
    assert rows(frozen_project)[A]["status"] == "failed"


def test_the_wanted_presets_alone_are_checked(frozen_project: Path) -> None:
    edit(frozen_project / B, "seed: 1", "seed: 2")
    assert check(frozen_project, "--preset", A)[0] == 0
    code, report = check(frozen_project, "--preset", A, "--preset", f"./{B}")
    assert (code, len(report["presets"])) == (2, 2)


def test_a_profile_of_the_projects_own_replaces_the_bundled_one(frozen_project: Path) -> None:
    change_settings(frozen_project, profile="rules.yaml")
    rules = "rules:\n  - {id: any-seed, reason: a test, paths: [training.seed]}\n"
    write_files(frozen_project, {"rules.yaml": rules})
    edit(frozen_project / B, "{seed: 1}", "{seed: 2, run_name: again}")
    row = rows(frozen_project)[B]
    assert [found["rule"] for found in row["allowed"]] == ["any-seed"]
    assert [found["path"] for found in row["forbidden"]] == ["training.run_name"]


def test_augmentation_may_differ_where_it_is_off_on_both_sides(small_project: Path) -> None:
    off = "extends: ../components/optim.yaml\ncustom: {augmentation: {enabled: false, ops: [x]}}\n"
    (small_project / A).write_text(off)
    assert run(small_project, "snapshot").code == 0
    edit(small_project / A, "ops: [x]", "ops: []")
    assert [found["rule"] for found in rows(small_project)[A]["allowed"]] == ["augmentation-off"]
    edit(small_project / A, "enabled: false", "enabled: true")
    assert len(rows(small_project)[A]["forbidden"]) == 2


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("custom.mix", f"custom.mix names no file, but {MIX} was frozen"),
        ("optim.lr", "optim.lr must be a path, not 0.0001"),
    ],
)
def test_a_fusion_content_that_cannot_be_compared_is_never_green(
    frozen_project: Path, key: str, problem: str
) -> None:
    edit(frozen_project / "pyproject.toml", "phase_1", f'fusion_key = "{key}"\nphase_1')
    code, report = check(frozen_project)
    assert (code, report["summary"]["error"]) == (2, 2)
    assert problem in report["presets"][0]["error"]


def test_a_fusion_content_that_was_not_frozen_is_never_green(small_project: Path) -> None:
    change_settings(small_project, fusion_key="custom.mix")
    assert run(small_project, "snapshot").code == 0
    change_settings(small_project, fusion_key=None)
    code, report = check(small_project)
    assert (code, report["presets"][0]["status"]) == (2, "error")
    assert f"names {MIX}, but none was frozen" in report["presets"][0]["error"]


def test_a_missing_fusion_file_is_never_green_even_where_its_path_may_differ(
    small_project: Path,
) -> None:
    change_settings(small_project, profile="rules.yaml")
    rules = "rules:\n  - {id: any, reason: a test, paths: [custom.fusion_config]}\n"
    write_files(small_project, {"rules.yaml": rules, A: "seed: 1\n"})
    assert run(small_project, "snapshot").code == 0
    edit(small_project / A, "seed: 1", "seed: 1\ncustom: {fusion_config: nope.yaml}")
    code, report = check(small_project)
    assert (code, report["presets"][0]["status"]) == (2, "error")
    assert (
        "custom.fusion_config names 'nope.yaml', which is missing" in report["presets"][0]["error"]
    )


def test_a_preset_that_is_a_broken_link_is_missed(frozen_project: Path) -> None:
    (frozen_project / B).unlink()
    (frozen_project / B).symlink_to("nowhere.yaml")
    assert rows(frozen_project)[B]["status"] == "missing"


def test_values_and_keys_beyond_json_are_canonical(small_project: Path) -> None:
    edit(small_project / B, "{seed: 1}", "{1: .nan, day: 2024-01-31}")
    assert run(small_project, "snapshot").code == 0
    edit(small_project / B, "{1: .nan, day: 2024-01-31}", "{1: 2.0}")
    day, one = rows(small_project)[B]["forbidden"][::-1]
    assert (day["path"], day["left"]) == (
        "training.day",
        {"$yaml": "date", "value": "2024-01-31"},
    )
    assert (one["path"], one["keys"]) == ("training.1", ["training", 1])
    assert one["left"] == {"$yaml": "float", "value": "nan"}


def test_changed_legacy_sources_are_listed(frozen_project: Path) -> None:
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    code, report = check(frozen_project)
    assert (code, report["changed_sources"]) == (2, [{"path": OPTIM, "presets": [A, B]}])


def test_a_new_preset_has_no_legacy_path(frozen_project: Path) -> None:
    assert run(frozen_project, "advance").code == 0
    write_files(frozen_project, {"configs/train/c.yaml": "extends: ../base.yaml\n"})
    code, report = check(frozen_project)
    row = report["presets"][2]
    assert (code, row["legacy"], row["target"], row["status"]) == (
        2,
        None,
        "configs/train/c.yaml",
        "new",
    )
    assert row["files"] == {"legacy": None, "target": 2}


def test_a_renamed_preset_is_compared_under_its_new_path(frozen_project: Path) -> None:
    write_files(frozen_project, {"configs/moved/a.yaml": SHALLOW[A].replace("1.0e-4", "2")})
    assert run(frozen_project, "map", "--old", A, "--new", "configs/moved/a.yaml").code == 0
    row = rows(frozen_project)[A]
    assert (row["target"], row["status"]) == ("configs/moved/a.yaml", "failed")
    assert row["forbidden"][0]["right_origin"] == "configs/moved/a.yaml:2"


# A profile of the project's own.


def own_profile(folder: Path, text: str) -> dict[str, Any]:
    """Let the project have a profile of these rules, and return what the report says of it."""
    write_files(folder, {"rules.yaml": f"rules:\n{text}"})
    change_settings(folder, profile="rules.yaml")
    return cast("dict[str, Any]", check(folder)[1]["own_profile"])


ALL = "  - {id: all, reason: r, paths: [model, optim, custom, training]}\n"


def test_what_a_profile_of_the_projects_own_allows_is_named(frozen_project: Path) -> None:
    edit(frozen_project / OPTIM, "1.0e-4", "1.0e-3")
    own = own_profile(frozen_project, ALL)
    assert own["name"] == "rules.yaml"
    assert own["allows"] == ["model (all)", "optim (all)", "custom (all)", "training (all)"]
    assert (own["forbids"], own["unused"]) == ([], [])
    line = (
        "the profile is the project's own, rules.yaml; what parity forbids is allowed here: "
        "model (all), optim (all), custom (all), training (all)"
    )
    commands = (("check-parity",), ("ledger",), ("diff", "--left", A, "--right", B))
    for words in commands:
        for form in ("text" if words[0] == "diff" else "table", "markdown"):
            ran = run(frozen_project, *words, "--format", form)
            assert (ran.code, line in ran.out) == (0, True)
    change_settings(frozen_project, profile="parity")
    for words in commands:
        assert "the project's own" not in run(frozen_project, *words).out


@pytest.mark.parametrize(
    ("text", "allows", "forbids"),
    [
        ("  - {id: a, reason: r, paths: [training.run_name]}\n", [], None),
        ("  - {id: a, reason: r, paths: [training]}\n", ["training (a)"], None),
        ("  - {id: a, reason: r, paths: [training.run_name.x]}\n", [], None),
        (
            "  - {id: a, reason: r, paths: [custom.augmentation]}\n",
            ["custom.augmentation (a)"],
            None,
        ),
        (
            (
                "  - {id: a, reason: r, paths: [custom.augmentation], "
                "off_on_both_sides: custom.augmentation}\n"
            ),
            [],
            None,
        ),
        ("  []\n", [], "training.output_dir"),
    ],
)
def test_a_profile_is_held_against_the_bundled_one(
    frozen_project: Path, text: str, allows: list[str], forbids: str | None
) -> None:
    own = own_profile(frozen_project, text)
    assert own["allows"] == allows
    assert "custom.dump_conversation_text" in own["forbids"]
    assert forbids is None or forbids in own["forbids"]


def test_a_copy_of_the_bundled_profile_is_named_as_such(frozen_project: Path) -> None:
    text = (Path(parity.__file__).parent / "profiles/parity.yaml").read_text()
    own = own_profile(frozen_project, text.partition("rules:\n")[2])
    assert (own["allows"], own["forbids"]) == ([], [])
    told = "the profile is the project's own, rules.yaml, and allows what parity does\n"
    assert told in run(frozen_project, "check-parity").out


def test_a_path_that_covers_nothing_is_a_note(frozen_project: Path) -> None:
    text = "  - {id: a, reason: r, paths: [training.seed, optim.lrr]}\n"
    text += "  - {id: b, reason: r, paths: [optim], off_on_both_sides: custom.augmentaton}\n"
    own = own_profile(frozen_project, text)
    assert own["unused"] == [
        "optim.lrr (a)",
        "custom.augmentaton (b), so that the rule always holds",
    ]
    told = (
        "note: paths of the profile that match nothing in any preset or baseline: optim.lrr (a), "
    )
    for form in ("table", "markdown"):
        assert told in run(frozen_project, "check-parity", "--format", form).out
    # One preset alone says nothing of the others.
    one = check(frozen_project, "--preset", B)[1]["own_profile"]
    assert (one["name"], one["unused"]) == ("rules.yaml", [])


def test_a_path_that_only_a_baseline_has_covers_something(frozen_project: Path) -> None:
    text = "  - {id: a, reason: r, paths: [training.seed]}\n"
    (frozen_project / B).write_text("extends: a.yaml\n")
    assert own_profile(frozen_project, text)["unused"] == []
    (frozen_project / B).unlink()
    assert own_profile(frozen_project, text)["unused"] == []


@pytest.mark.parametrize("words", [(), ("--preset", A), ("--preset", "configs/train/a_v2.yaml")])
@pytest.mark.parametrize("edited", ["", "optim: {warm: 3}\n"])
def test_after_a_rename_nothing_advises_to_freeze_anew(
    frozen_project: Path, words: tuple[str, ...], edited: str
) -> None:
    write_files(frozen_project, {B: "extends: ../components/optim.yaml\n"})
    new = "configs/train/a_v2.yaml"
    (frozen_project / A).rename(frozen_project / new)
    with (frozen_project / new).open("a") as file:
        file.write(edited)
    command = f"`config-migration map {A} {new}`"
    out = run(frozen_project, "check-parity", "--no-record", *words).out
    assert f"did it go to {new}? {command}" in out or f"did {A} move here? {command}" in out
    assert "`snapshot` freezes" not in out
    ran = run(frozen_project, "snapshot")
    assert (ran.code, f"did it go to {new}? {command}" in ran.err) == (1, True)


def test_a_new_preset_is_not_to_be_frozen_while_another_one_is_gone(frozen_project: Path) -> None:
    (frozen_project / B).unlink()
    write_files(frozen_project, {"configs/train/c.yaml": "other: {x: 1}\n"})
    out = run(frozen_project, "check-parity", "--no-record").out
    assert f"not frozen: first record where {B} went: `config-migration map {B} PATH`" in out
    assert "`snapshot` freezes" not in out
