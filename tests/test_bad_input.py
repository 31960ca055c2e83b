"""Every mistake a user can make gets one clear fault, the right exit code, and writes nothing."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from migration.files import disk
from tests.conftest import write_files
from tests.layouts import change_settings
from tests.running import contents, edit, run

A, B = "configs/train/a.yaml", "configs/train/b.yaml"
SEE = "see `config-migration "
INSPECT = ", as in `config-migration inspect configs/train/sft/dense_1024.yaml`"
DIFF = ", as in `config-migration diff configs/train/old.yaml configs/train/new.yaml`"
MAP = "as in `config-migration map configs/old.yaml configs/train/new.yaml`"


def assert_refused(folder: Path, *words: str, err: str) -> None:
    before = contents(folder)
    ran = run(folder, *words)
    assert (ran.err, ran.out, ran.code) == (err, "", 1)
    assert contents(folder) == before


UNREADABLE: Mapping[str, tuple[Mapping[str, str], str]] = {
    "broken YAML": (
        {"configs/train/b.yaml": "a: [1, 2\nb: 3\n"},
        "configs/train/b.yaml:1:4: not valid YAML: the bracket [ is not closed\n",
    ),
    "a comment that is none": (
        {"configs/train/b.yaml": "training:#rates\n  lr: 1.0e-5\n"},
        "configs/train/b.yaml:2:5: not valid YAML: mapping values are not allowed here\n",
    ),
    "a key that is too long": (
        {"configs/train/b.yaml": f"seed: 1\n{'k' * 1_025}:\n  lr: 1.0e-5\n"},
        (
            "configs/train/b.yaml:2:1026: not valid YAML: while scanning a simple key, "
            "could not find expected ':'\n"
        ),
    ),
    "a tag that a comma ends": (
        {"configs/train/b.yaml": "a: [!!null, 1]\n"},
        (
            "configs/train/b.yaml:1:5: not valid YAML: could not determine a constructor for the "
            "tag 'tag:yaml.org,2002:null,'\n"
        ),
    ),
    "a root that is a list": (
        {"configs/train/b.yaml": "- 1\n"},
        "configs/train/b.yaml:1: the root must be a mapping, not a list\n",
    ),
    "extends of another type": (
        {"configs/train/b.yaml": "seed: 1\nextends: {a: b}\n"},
        "configs/train/b.yaml:2:1: 'extends' must be a path or a list of paths, not a mapping\n",
    ),
    "inherit": (
        {"configs/train/b.yaml": "seed: 1\ninherit: a.yaml\n"},
        (
            "configs/train/b.yaml:2:1: the key 'inherit' is not supported\n"
            "  hint: name the bases with 'extends'\n"
        ),
    ),
    "a missing base": (
        {"configs/train/b.yaml": "extends:\n  - ../components/optm.yaml\n"},
        (
            "configs/train/b.yaml:2:5: unknown base '../components/optm.yaml'\n"
            "  hint: did you mean '../components/optim.yaml'?\n"
        ),
    ),
    "a cycle": (
        {
            "configs/components/optim.yaml": "extends: more.yaml\n",
            "configs/components/more.yaml": "seed: 1\nextends:\n  - optim.yaml\n",
        },
        (
            "configs/components/more.yaml:3:5: 'extends' is a cycle: "
            "configs/components/optim.yaml -> "
            "configs/components/more.yaml -> configs/components/optim.yaml\n"
            "  from configs/components/optim.yaml:1: extends more.yaml\n"
            "  from configs/train/a.yaml:1: extends ../components/optim.yaml\n"
            "  and from 1 more file\n"
        ),
    ),
    "a base outside the root": (
        {"configs/train/b.yaml": "extends: ../../../elsewhere.yaml\n"},
        (
            "configs/train/b.yaml:1:1: the base '../../../elsewhere.yaml' lies outside the "
            "project: {parent}/elsewhere.yaml\n"
            "  hint: set allow_outside = true in the settings to permit it\n"
        ),
    ),
    "a fusion entry without a name": (
        {"configs/fusion/mix.yaml": "targets:\n  - {name: bbu}\n  - {ratio: 1.0}\n"},
        (
            "configs/fusion/mix.yaml:3:5: an entry of 'targets' has neither a 'name' nor a "
            "'dataset'\n  from configs/train/a.yaml\n  and from 1 more file\n"
        ),
    ),
    "a missing fusion file": (
        {"configs/train/b.yaml": "custom: {fusion_config: configs/fusion/mox.yaml}\n"},
        (
            "configs/train/b.yaml:1:10: custom.fusion_config names 'configs/fusion/mox.yaml', "
            "which is missing\n"
            "  hint: did you mean 'configs/fusion/mix.yaml'?\n"
        ),
    ),
    "a fusion name that is no path": (
        {"configs/train/b.yaml": "custom: {fusion_config: 3}\n"},
        "configs/train/b.yaml:1:10: custom.fusion_config must be a path, not 3\n",
    ),
    "a fusion file outside the root": (
        {"configs/train/b.yaml": "custom: {fusion_config: ../mix.yaml}\n"},
        (
            "configs/train/b.yaml:1:10: custom.fusion_config leads outside the project: "
            "'../mix.yaml'\n"
        ),
    ),
    "a fusion file that is named from the preset's folder": (
        {"configs/train/b.yaml": "custom: {fusion_config: ../fusion/mix.yaml}\n"},
        (
            "configs/train/b.yaml:1:10: custom.fusion_config leads outside the project: "
            "'../fusion/mix.yaml'\n"
            "  hint: did you mean 'configs/fusion/mix.yaml'? the path counts from the project's "
            "root\n"
        ),
    ),
    "a fusion file beside the preset": (
        {
            "configs/train/b.yaml": "custom: {fusion_config: own.yml}\n",
            "configs/train/own.yml": "targets: [{name: a}]\n",
        },
        (
            "configs/train/b.yaml:1:10: custom.fusion_config names 'own.yml', which is missing\n"
            "  hint: did you mean 'configs/train/own.yml'? the path counts from the project's "
            "root\n"
        ),
    ),
}


CONFLICT = "<<<<<<< HEAD\nseed: 1\n=======\nseed: 2\n>>>>>>> topic\n"
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n"


@pytest.mark.parametrize(
    "path",
    [
        "configs/train/b.yaml",
        "configs/components/optim.yaml",
        "configs/fusion/mix.yaml",
        "own.yaml",
    ],
)
@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"a: 1\n{CONFLICT}", ":2: a conflict marker of git\n"),
        (POINTER, ":1: a pointer of Git LFS, not the file itself\n"),
        ("rules: {{ rules }}\n", ":1:8: a template, which is not YAML: {{ rules }}\n"),
    ],
)
def test_every_file_that_is_read_may_hold_something_else(
    frozen_project: Path, path: str, text: str, fault: str
) -> None:
    change_settings(frozen_project, profile="own.yaml")
    write_files(frozen_project, {"own.yaml": "rules: []\n", path: text})
    ran = run(frozen_project, "check-parity", "--no-record")
    assert f"{path}{fault}" in ran.err + ran.out


@pytest.mark.parametrize("folder", ["presets", "records"])
def test_a_frozen_file_that_is_a_pointer_of_git_lfs_is_called_one(
    frozen_project: Path, folder: str
) -> None:
    path = f"snapshots/{folder}/configs/train/a.yaml.json"
    write_files(frozen_project, {path: POINTER})
    ran = run(frozen_project, "check-parity", "--no-record")
    assert (ran.code, ran.err) == (
        1,
        (
            f"{path}:1: a pointer of Git LFS, not the file itself\n"
            "  hint: `git lfs pull` fetches the file\n"
        ),
    )


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_preset_that_cannot_be_read_is_not_frozen(small_project: Path, case: str) -> None:
    files, err = UNREADABLE[case]
    write_files(small_project, files)
    write_files(small_project.parent, {"elsewhere.yaml": "a: 1\n"})
    err = err.format(parent=small_project.parent)
    assert_refused(small_project, "snapshot", "--strict", err=err)


def test_every_preset_that_cannot_be_read_is_named(small_project: Path) -> None:
    write_files(
        small_project, {"configs/train/b.yaml": "- 1\n", "configs/train/c.yaml": "extends: 1\n"}
    )
    assert_refused(
        small_project,
        "snapshot",
        "--strict",
        err="configs/train/b.yaml:1: the root must be a mapping, not a list\n"
        "configs/train/c.yaml:1:1: 'extends' must be a path or a list of paths, not an integer\n",
    )


def test_a_fault_deep_in_a_chain_shows_every_hop(small_project: Path) -> None:
    write_files(small_project, {"configs/components/optim.yaml": "optim: [\n"})
    assert_refused(
        small_project,
        "snapshot",
        "--preset",
        "configs/train/b.yaml",
        err="configs/components/optim.yaml:1:8: not valid YAML: the bracket [ is not closed\n"
        "  from configs/train/a.yaml:1: extends ../components/optim.yaml\n"
        "  from configs/train/b.yaml:1: extends a.yaml\n",
    )


def test_an_unknown_setting_is_refused_by_every_command(small_project: Path) -> None:
    edit(small_project / "pyproject.toml", "phase_1", "fase_1")
    err = "pyproject.toml:7: unknown setting 'fase_1'\n  hint: did you mean 'phase_1'?\n"
    for words in (
        ("snapshot",),
        ("check-parity",),
        ("inspect", "--config", "configs/base.yaml"),
        ("diff", "--left", "configs/base.yaml", "--right", "configs/base.yaml"),
    ):
        assert_refused(small_project, *words, err=err)


def test_a_preset_glob_that_matches_nothing_is_refused(small_project: Path) -> None:
    change_settings(small_project, presets=["configs/train/*.yaml", "configs/smoke/*.yaml"])
    err = (
        "pyproject.toml:2: 'presets' has 'configs/smoke/*.yaml', which matches no file, in the "
        "tree or frozen\n  hint: correct it, or remove it if its files are gone\n"
    )
    for words in (("snapshot",), ("lint",), ("snapshot", "--preset", "configs/train/a.yaml")):
        assert_refused(small_project, *words, err=err)


@pytest.mark.parametrize(
    ("setting", "glob", "line"),
    [
        ("exclude", "configs/train/odd/*.yaml", 3),
        ("legacy", "configs/part/**", 4),
        ("phase_1", "configs/train/z.yaml", 7),
        ("length_required", "configs/trains/**", 11),
    ],
)
def test_a_glob_that_matches_nothing_is_refused_when_the_first_presets_are_frozen(
    small_project: Path, setting: str, glob: str, line: int
) -> None:
    change_settings(small_project, **{setting: [glob]})
    err = f"pyproject.toml:{line}: {setting!r} has {glob!r}, which matches no file, in the "
    ran = run(small_project, "snapshot")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(err)
    assert not (small_project / "snapshots").exists()


def test_a_folder_in_the_place_of_a_glob_is_named_as_what_is_meant(small_project: Path) -> None:
    change_settings(small_project, legacy=["configs/components"])
    told = run(small_project, "snapshot").err
    assert told.splitlines()[1] == "  hint: did you mean 'configs/components/**'?"


def test_a_command_that_needs_presets_says_where_they_are_set(small_project: Path) -> None:
    presets = 'presets = ["configs/train/**/*.yaml"]\n'
    hint = f"  hint: say which files are runs, as {presets}"
    change_settings(small_project, presets=None)
    assert_refused(small_project, "snapshot", err=f"pyproject.toml: no 'presets' are set\n{hint}")
    change_settings(small_project, presets=[])
    assert_refused(small_project, "lint", err=f"pyproject.toml:13: no 'presets' are set\n{hint}")
    (small_project / "pyproject.toml").unlink()
    missing = (
        "no settings: neither config-migration.toml nor pyproject.toml in this folder or above it\n"
        "  hint: `config-migration init` proposes some and writes them\n"
    )
    assert_refused(small_project, "snapshot", err=missing)
    assert run(small_project, "inspect", "--config", "configs/train/a.yaml").code == 0
    for words in (("check-parity",), ("ledger",), ("lint",), ("advance",)):
        assert_refused(small_project, *words, err=missing)


@pytest.mark.parametrize(
    ("folders", "named"),
    [
        (["sub"], "sub/"),
        (["one", "two/deep/er"], "one/ or two/deep/er/"),
        (["a", "b", "c", "d"], "a/, b/, c/ or one of 1 more"),
    ],
)
def test_a_command_above_the_settings_asks_for_their_folder(
    tmp_path: Path, folders: list[str], named: str
) -> None:
    table = "[tool.config-migration]\npresets = []\n"
    write_files(tmp_path, {f"{folder}/pyproject.toml": table for folder in folders})
    for words in (("snapshot",), ("check-parity",), ("ledger",), ("lint",)):
        ran = run(tmp_path, *words)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.splitlines()[1] == f"  hint: did you mean to be in {named}?"


@pytest.mark.parametrize(
    "files",
    [
        {"sub/pyproject.toml": "[tool.other]\nconfig-migration = 1\n"},
        {".venv/pyproject.toml": "[tool.config-migration]\n"},
        {"node_modules/a/pyproject.toml": "[tool.config-migration]\n"},
        {"a/b/c/d/pyproject.toml": "[tool.config-migration]\n"},
        {"sub/other.toml": "[tool.config-migration]\n"},
    ],
)
def test_no_folder_without_settings_is_asked_for(tmp_path: Path, files: dict[str, str]) -> None:
    write_files(tmp_path, files)
    assert "did you mean" not in run(tmp_path, "snapshot").err


def test_a_preset_that_is_legacy_as_well_is_refused(small_project: Path) -> None:
    change_settings(small_project, legacy=["configs/components/**", "configs/train/a*.yaml"])
    err = (
        "pyproject.toml:4: 'presets' and 'legacy' both match configs/train/a.yaml\n"
        '  hint: if no run starts from them: exclude = ["configs/train/a.yaml"]; '
        "otherwise narrow 'legacy'\n"
    )
    for words in (("snapshot",), ("lint",), ("snapshot", "--preset", "configs/train/b.yaml")):
        assert_refused(small_project, *words, err=err)
    change_settings(small_project, exclude=["configs/train/a.yaml"])
    out = run(small_project, "snapshot").out
    head = "1 preset and 1 fusion config frozen in snapshots/\n"
    assert out.startswith(f"{head}frozen  configs/train/b.yaml  (4 files)\n")


def test_many_presets_that_are_legacy_as_well_are_one_fault(small_project: Path) -> None:
    names = [f"configs/train/vit_{number}.yaml" for number in range(7)]
    write_files(small_project, dict.fromkeys(names, "a: 1\n"))
    change_settings(small_project, legacy=["configs/components/**", "**/vit_*.yaml"])
    err = run(small_project, "snapshot").err
    assert err.startswith(f"pyproject.toml:4: 'presets' and 'legacy' both match {names[0]}, ")
    assert err.splitlines()[0].endswith("/vit_4.yaml and 2 more")
    assert all(name in err.splitlines()[1] for name in names)


def test_a_base_that_is_legacy_as_well_is_refused(small_project: Path) -> None:
    change_settings(small_project, legacy=["configs/*.yaml"])
    err = (
        "pyproject.toml:4: 'legacy' has 'configs/*.yaml', which matches the base, "
        "configs/base.yaml: the base stays\n"
    )
    assert_refused(small_project, "snapshot", err=err)


@pytest.mark.parametrize("words", [("check-parity",), ("snapshot", "--check")])
def test_nothing_frozen_yet_is_said(small_project: Path, words: tuple[str, ...]) -> None:
    err = (
        "snapshots: nothing has been frozen yet\n"
        "  hint: freeze the presets before they are edited: `snapshot`\n"
    )
    assert_refused(small_project, *words, err=err)


RESTORE = (
    "  hint: restore it from version control; a baseline stays as it was frozen; "
    "after a merge, `snapshot --resolve`\n"
)
RESOLVE = "`snapshot --resolve` repairs the frozen files\n"
BASELINE, RECORD = f"snapshots/presets/{A}.json", f"snapshots/records/{A}.json"
MIX = "configs/fusion/mix.yaml"
EVERY_COMMAND = [
    ("check-parity",),
    ("snapshot",),
    ("snapshot", "--check"),
    ("accept", "--preset", "configs", "--reason", "why"),
    ("diff", "--left", BASELINE, "--right", A),
    ("advance",),
    ("ledger",),
    ("map", "--old", A, "--phase", "1"),
]


@pytest.mark.parametrize("words", EVERY_COMMAND)
def test_a_hand_edited_baseline_stops_every_command(
    frozen_project: Path, words: tuple[str, ...]
) -> None:
    edit(frozen_project / BASELINE, "0.0001", "0.0002")
    assert_refused(frozen_project, *words, err=f"{BASELINE}: edited since it was frozen\n{RESTORE}")


@pytest.mark.parametrize("words", EVERY_COMMAND)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"sha256":"', '"sha256":"0'),
        ('optim.lr":', 'optim.lr":9'),
        ('"extends":[]', '"extends":["x.yaml"]'),
        ('"baseline": "', '"baseline": "0'),
    ],
)
def test_a_hand_edited_record_stops_every_command(
    frozen_project: Path, words: tuple[str, ...], old: str, new: str
) -> None:
    edit(frozen_project / RECORD, old, new)
    err = f"{RECORD}: not the record of the preset {A} as it was frozen\n{RESTORE}"
    assert_refused(frozen_project, *words, err=err)


def test_records_that_were_exchanged_are_named(frozen_project: Path) -> None:
    first, second = (frozen_project / f"snapshots/records/{each}.json" for each in (A, B))
    one, other = first.read_text(), second.read_text()
    first.write_text(other)
    second.write_text(one)
    err = "".join(
        f"snapshots/records/{each}.json: not the record of the preset {each} as it was frozen\n"
        f"{RESTORE}"
        for each in (A, B)
    )
    assert_refused(frozen_project, "check-parity", err=err)


@pytest.mark.parametrize("path", [BASELINE, f"snapshots/fusion/{MIX}.json"])
def test_a_missing_baseline_is_named(frozen_project: Path, path: str) -> None:
    (frozen_project / path).unlink()
    err = f"{path}: missing, but its record is there\n{RESTORE}"
    assert_refused(frozen_project, "check-parity", err=err)


def test_a_missing_record_of_a_preset_is_named(frozen_project: Path) -> None:
    (frozen_project / RECORD).unlink()
    err = (
        f"{RECORD}: the record of {A} is missing, but its baseline is there\n"
        f"  hint: restore it from version control; {RESOLVE}"
    )
    assert_refused(frozen_project, "check-parity", err=err)


def test_a_missing_record_of_a_fusion_config_is_named(frozen_project: Path) -> None:
    path = f"snapshots/fusion_records/{MIX}.json"
    (frozen_project / path).unlink()
    err = f"{path}: the record of {MIX} is gone\n{RESTORE}"
    assert_refused(frozen_project, "check-parity", err=err)


def test_a_baseline_of_a_preset_without_a_record_is_named(frozen_project: Path) -> None:
    path, preset = "snapshots/presets/configs/train/z.yaml.json", "configs/train/z.yaml"
    write_files(frozen_project, {path: "{}\n"})
    err = (
        f"snapshots/records/{preset}.json: the record of {preset} is missing, but its baseline is "
        f"there\n  hint: restore it from version control; {RESOLVE}"
    )
    assert_refused(frozen_project, "snapshot", "--check", err=err)


def test_a_foreign_baseline_is_named(frozen_project: Path) -> None:
    path, config = "snapshots/presets/elsewhere/z.yaml.json", "elsewhere/z.yaml"
    write_files(frozen_project, {path: "{}\n"})
    err = (
        f"{path}: a baseline without a record; it may be that of {config}\n"
        f"  hint: restore its record, snapshots/records/{config}.json; {RESOLVE}"
    )
    assert_refused(frozen_project, "snapshot", "--check", err=err)


def test_a_foreign_file_among_the_frozen_ones_is_named(frozen_project: Path) -> None:
    path = "snapshots/records/notes.txt"
    write_files(frozen_project, {path: "mine\n"})
    err = (
        f"{path}: a leftover: it belongs to no frozen config\n"
        "  hint: move it elsewhere, or `snapshot --force` removes it\n"
    )
    assert_refused(frozen_project, "snapshot", "--check", err=err)


def test_a_foreign_record_is_named(frozen_project: Path) -> None:
    preset = "configs/train/z.yaml"
    path = f"snapshots/records/{preset}.json"
    (frozen_project / path).write_bytes((frozen_project / RECORD).read_bytes())
    baseline = f"snapshots/presets/{preset}.json"
    (frozen_project / baseline).write_bytes((frozen_project / BASELINE).read_bytes())
    err = f"{path}: not the record of the preset {preset} as it was frozen\n{RESTORE}"
    assert_refused(frozen_project, "check-parity", err=err)


def test_baselines_without_their_records_are_not_believed(frozen_project: Path) -> None:
    for preset in (A, B):
        (frozen_project / f"snapshots/records/{preset}.json").unlink()
    err = "".join(
        f"snapshots/records/{preset}.json: the record of {preset} is missing, but its baseline is "
        f"there\n  hint: restore it from version control; {RESOLVE}"
        for preset in (A, B)
    )
    assert_refused(frozen_project, "check-parity", err=err)


def test_records_without_their_ledger_are_not_believed(frozen_project: Path) -> None:
    (frozen_project / "snapshots/ledger.yaml").unlink()
    err = (
        "snapshots/ledger.yaml: no such file, but there are records\n"
        f"  hint: restore it from version control; {RESOLVE}"
    )
    for words in (("check-parity",), ("snapshot",), ("advance",)):
        assert_refused(frozen_project, *words, err=err)


@pytest.mark.parametrize("number", ["1", "2", "what is no JSON"])
def test_frozen_files_of_an_earlier_version_are_named(frozen_project: Path, number: str) -> None:
    path = "snapshots/manifest.json"
    write_files(frozen_project, {path: f'{{"format": {number}}}\n'})
    beside = (
        f"{path}: frozen files of format 1 or 2 lie beside those of format 3\n  hint: {RESOLVE}"
    )
    for words in EVERY_COMMAND:
        assert_refused(frozen_project, *words, err=beside)
    for folder in ("records", "fusion_records"):
        shutil.rmtree(frozen_project / "snapshots" / folder)
    err = (
        f"{path}: the frozen files are in format 1 or 2, and this version reads 3\n"
        "  hint: `snapshot --upgrade` converts the frozen files, and changes no value\n"
    )
    for words in EVERY_COMMAND:
        assert_refused(frozen_project, *words, err=err)


@pytest.mark.parametrize(
    ("key", "line"), [("format", 2), ("status", 3), ("baseline", 6), ("chain", 8)]
)
def test_a_conflict_marker_in_a_record_is_located(
    frozen_project: Path, key: str, line: int
) -> None:
    edit(frozen_project / RECORD, f'  "{key}"', f'<<<<<<< HEAD\n  "{key}"')
    err = f"{RECORD}:{line}: a conflict marker of git\n  hint: {RESOLVE}"
    assert_refused(frozen_project, "check-parity", err=err)


def test_a_conflict_marker_in_the_ledger_is_located(frozen_project: Path) -> None:
    edit(frozen_project / "snapshots/ledger.yaml", "phase: 0", "<<<<<<< HEAD\nphase: 0")
    err = f"snapshots/ledger.yaml:3: a conflict marker of git\n  hint: {RESOLVE}"
    assert_refused(frozen_project, "check-parity", err=err)


@pytest.mark.parametrize("command", ["check-parity", "snapshot"])
def test_a_preset_that_does_not_exist_is_refused(frozen_project: Path, command: str) -> None:
    err = "no preset 'configs/train/aa.yaml'\n  hint: did you mean 'configs/train/a.yaml'?\n"
    assert_refused(frozen_project, command, "--preset", "configs/train/aa.yaml", err=err)


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("configs/train/A.yaml", "did you mean 'configs/train/a.yaml'?"),
        ("configs/train/a", "did you mean 'configs/train/a.yaml'?"),
        ("a.yaml", "did you mean 'configs/train/a.yaml'?"),
        # What is there, and what is like none, is no slip.
        ("configs/base.yaml", "`ledger` lists the presets"),
        ("configs/components", "`ledger` lists the presets"),
        ("configs/train/c.yaml", "`ledger` lists the presets"),
    ],
)
def test_a_preset_is_suggested_only_if_it_may_be_meant(
    frozen_project: Path, path: str, hint: str
) -> None:
    err = f"no preset '{path}'\n  hint: {hint}\n"
    assert_refused(frozen_project, "check-parity", path, err=err)


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (("check-parity", "--format", "xml"), "table, json, markdown, github, junit"),
        (("inspect", "--config", "configs/base.yaml", "--format", "xml"), "json, yaml"),
        (("diff", "--left", "a", "--right", "b", "--format", "xml"), "text, json, markdown"),
        (("ledger", "--format", "xml"), "table, json, markdown"),
    ],
)
def test_an_unknown_format_is_refused(
    frozen_project: Path, words: tuple[str, ...], known: str
) -> None:
    assert_refused(frozen_project, *words, err=f"unknown format 'xml'; it is one of {known}\n")


@pytest.mark.parametrize(
    ("words", "err"),
    [
        (("inspect",), f"--config must be given{INSPECT}\n"),
        (("diff",), f"--left and --right must be given{DIFF}\n"),
        (("diff", "--left", "configs/base.yaml"), f"--right must be given{DIFF}\n"),
        (("snapshot", "--late"), f"--late needs a --reason; {SEE}snapshot --help`\n"),
        (
            ("snapshot", "--reason", "why"),
            f"--reason goes with --late; {SEE}snapshot --help`\n",
        ),
    ],
)
def test_an_option_that_is_missing_is_named(
    frozen_project: Path, words: tuple[str, ...], err: str
) -> None:
    assert_refused(frozen_project, *words, err=err)


@pytest.mark.parametrize("words", [("check-parity", "extra"), ("check-parity", "--nope")])
def test_a_word_that_is_no_option_exits_1(frozen_project: Path, words: tuple[str, ...]) -> None:
    ran = run(frozen_project, *words)
    assert (ran.code, ran.out) == (1, "")
    assert words[1] in ran.err


def test_a_missing_file_gets_its_nearest_name(frozen_project: Path) -> None:
    err = "configs/bose.yaml: no such file\n  hint: did you mean 'configs/base.yaml'?\n"
    assert_refused(frozen_project, "inspect", "--config", "configs/bose.yaml", err=err)
    assert_refused(
        frozen_project,
        "diff",
        "--left",
        "configs/bose.yaml",
        "--right",
        "configs/base.yaml",
        err=err,
    )


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("a.yaml", "  hint: did you mean 'configs/train/a.yaml'?\n"),
        ("train/a", "  hint: did you mean 'configs/train/a.yaml'?\n"),
        ("configs/tain/a.yaml", "  hint: did you mean 'configs/train/a.yaml'?\n"),
        ("configs/bse.yaml", "  hint: did you mean 'configs/base.yaml'?\n"),
        ("other.yaml", ""),
        ("*.yaml", ""),
    ],
)
def test_a_config_that_is_not_there_may_be_a_preset(
    frozen_project: Path, path: str, hint: str
) -> None:
    err = f"{path}: no such file\n{hint}"
    assert_refused(frozen_project, "inspect", path, err=err)
    assert_refused(frozen_project, "diff", "configs/base.yaml", path, err=err)


@pytest.mark.parametrize("name", ["stric", "Strict", "strict.yaml", "parity", "./parity"])
def test_a_bundled_profile_may_be_meant(frozen_project: Path, name: str) -> None:
    sides = ("--left", "configs/base.yaml", "--right", "configs/base.yaml")
    ran = run(frozen_project, "diff", *sides, "--profile", name)
    meant = "parity" if "parity" in name else "strict"
    known = f"unknown profile '{name}'\n  hint: did you mean '{meant}'?\n"
    assert (ran.code, ran.err) == ((0, "") if name == "parity" else (1, known))


def test_an_unknown_profile_is_refused(frozen_project: Path) -> None:
    err = (
        "unknown profile 'lenient'\n"
        "  hint: bundled: parity, strict; otherwise the path of a profile\n"
    )
    sides = ("--left", "configs/base.yaml", "--right", "configs/base.yaml")
    assert_refused(frozen_project, "diff", *sides, "--profile", "lenient", err=err)
    change_settings(frozen_project, profile="lenient")
    assert_refused(frozen_project, "check-parity", err=err)


def test_a_ledger_that_cannot_be_read_stops_an_acceptance(frozen_project: Path) -> None:
    edit(frozen_project / "configs/components/optim.yaml", "1.0e-4", "2.0e-4")
    words = ("accept", "--preset", "configs", "--reason", "why")
    write_files(frozen_project, {"snapshots/ledger.yaml": "format: 7\n"})
    err = (
        "snapshots/ledger.yaml:1:1: format 7 is newer than this version reads, 3\n"
        "  hint: upgrade the toolkit\n"
    )
    assert_refused(frozen_project, *words, err=err)


MOVED = "configs/train/moved.yaml"
TAKEN = "  hint: each preset has a file of its own: map that one elsewhere first, or drop it\n"


@pytest.mark.parametrize(
    ("words", "err"),
    [
        ((), f"--old must be given, {MAP}\n"),
        (("--old", A), f"--new, --phase or --drop must be given; {SEE}map --help`\n"),
        (
            ("--old", "configs/train/aa.yaml", "--new", MOVED),
            f"no preset 'configs/train/aa.yaml'\n  hint: did you mean '{A}'?\n",
        ),
        (
            ("--old", "elsewhere", "--new", MOVED),
            "no preset 'elsewhere'\n  hint: the path under which a preset was frozen\n",
        ),
        (
            ("--old", A, "--new", "configs/train/movd.yaml"),
            f"configs/train/movd.yaml: no such file\n  hint: did you mean '{MOVED}'?\n",
        ),
        (
            ("--old", A, "--new", "nowhere"),
            "nowhere: no such file\n  hint: write the new file first, then map to it\n",
        ),
        (
            ("--old", A, "--new", "configs/train"),
            (
                "configs/train: a directory, not a file\n"
                "  hint: write the new file first, then map to it\n"
            ),
        ),
        (
            ("--old", A, "--new", B),
            (f"{B}: the file of another preset\n" + TAKEN),
        ),
        (
            ("--old", A, "--new", "configs/linked.yaml"),
            (f"configs/linked.yaml: the file of another preset, {B}\n" + TAKEN),
        ),
        (
            ("--old", A, "--new", "configs/base.yaml"),
            "configs/base.yaml: a preset cannot be moved to the base file\n",
        ),
        (
            ("--old", A, "--new", "configs/components/optim.yaml"),
            "configs/components/optim.yaml: a preset cannot be moved to a legacy file\n",
        ),
        (
            ("--old", A, "--new", "../a.yaml"),
            "../a.yaml: not a path within the project\n",
        ),
        (
            ("--old", A, "--phase", "3"),
            "unknown phase '3'; it is one of 1, 2\n",
        ),
        (
            ("--old", A, "--drop"),
            f"--drop needs a --reason; {SEE}map --help`\n",
        ),
        (
            ("--old", A, "--drop", "--reason", " "),
            f"--drop needs a --reason; {SEE}map --help`\n",
        ),
        (
            ("--old", A, "--reason", "why"),
            f"--reason goes with --drop or --reuse-path; {SEE}map --help`\n",
        ),
        (
            ("--old", A, "--new", MOVED, "--drop", "--reason", "why"),
            f"--drop goes with --reason alone; {SEE}map --help`\n",
        ),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(
    frozen_project: Path, words: tuple[str, ...], err: str
) -> None:
    write_files(frozen_project, {MOVED: "extends: ../base.yaml\n"})
    (frozen_project / "configs/linked.yaml").symlink_to("train/b.yaml")
    assert_refused(frozen_project, "map", *words, err=err)


def test_the_new_path_of_another_preset_is_taken(frozen_project: Path) -> None:
    write_files(frozen_project, {MOVED: "extends: ../base.yaml\n"})
    assert run(frozen_project, "map", "--old", B, "--new", MOVED).code == 0
    err = f"{MOVED}: the file of another preset, {B}\n{TAKEN}"
    assert_refused(frozen_project, "map", "--old", A, "--new", MOVED, err=err)


def test_a_frozen_file_is_no_place_for_a_preset(frozen_project: Path) -> None:
    err = f"{BASELINE}: a preset cannot be moved to a frozen file\n"
    assert_refused(frozen_project, "map", "--old", A, "--new", BASELINE, err=err)


def test_a_preset_that_is_gone_keeps_what_it_may_have_become_from_being_frozen(
    frozen_project: Path,
) -> None:
    (frozen_project / B).rename(frozen_project / "configs/train/b_2.yaml")
    err = (
        f"{B}: frozen, but its file is gone, while other presets are not frozen yet\n"
        "  hint: did it go to configs/train/b_2.yaml? "
        f"`config-migration map {B} configs/train/b_2.yaml`; "
        "`--preset` freezes one by name\n"
    )
    assert_refused(frozen_project, "snapshot", err=err)
    assert run(frozen_project, "snapshot", "--preset", "configs/train/b_2.yaml").code == 0


def test_the_new_path_of_a_preset_is_no_old_one(frozen_project: Path) -> None:
    write_files(frozen_project, {MOVED: "extends: ../base.yaml\n"})
    assert run(frozen_project, "map", "--old", A, "--new", MOVED).code == 0
    err = f"no preset '{MOVED}'\n  hint: did you mean '{A}'?\n"
    assert_refused(frozen_project, "map", "--old", MOVED, "--new", A, err=err)


def test_an_unknown_status_is_refused(frozen_project: Path) -> None:
    err = (
        "unknown status 'fine'; it is one of stale, verified, pending, failed, missing, error, "
        "new, dropped\n"
    )
    assert_refused(frozen_project, "ledger", "--status", "fine", err=err)


@pytest.mark.parametrize("words", [("ledger",), ("map", "--old", A, "--phase", "1"), ("advance",)])
def test_the_ledger_of_nothing_frozen_is_refused(
    small_project: Path, words: tuple[str, ...]
) -> None:
    err = (
        "snapshots: nothing has been frozen yet\n"
        "  hint: freeze the presets before they are edited: `snapshot`\n"
    )
    assert_refused(small_project, *words, err=err)


@pytest.fixture
def read_only_project(frozen_project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project in which nothing can be written, and a verdict waits to be recorded.

    Permissions do not hold root back, so that the refusal is made where the disk would make it.
    """
    edit(frozen_project / "configs/train/b.yaml", "seed: 1", "seed: 2")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    for name in disk.CHANGES:
        monkeypatch.setattr(disk, name, refuse)
    monkeypatch.setattr("filelock.FileLock.acquire", refuse)
    return frozen_project


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("check-parity", "--no-record"), 2),
        (("check-parity", "--preset", A), 0),
        (("ledger",), 0),
        (("ledger", "--check"), 2),
        (("snapshot", "--check"), 2),
        (("retire", "--dry-run"), 2),
    ],
)
def test_what_need_not_write_works_on_a_read_only_checkout(
    read_only_project: Path, words: tuple[str, ...], code: int
) -> None:
    ran = run(read_only_project, *words)
    assert (ran.code, ran.err) == (code, "")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (
            ("check-parity",),
            "  hint: `check-parity --no-record` compares and writes nothing\n",
        ),
        (("map", "--old", A, "--phase", "1"), ""),
        (("map", "--old", A, "--drop", "--reason", "why"), ""),
        (("advance",), ""),
        (("snapshot",), ""),
        (("retire",), ""),
    ],
)
def test_what_must_write_says_why_it_cannot_on_a_read_only_checkout(
    read_only_project: Path, words: tuple[str, ...], hint: str
) -> None:
    err = "snapshots: cannot lock: Read-only file system\n"
    assert_refused(read_only_project, *words, err=err + hint)


@pytest.mark.parametrize("extra", ["extra", "--nope"])
@pytest.mark.parametrize("command", ["ledger", "advance", "retire"])
def test_a_word_that_is_no_option_is_refused_by_the_ledger_too(
    frozen_project: Path, command: str, extra: str
) -> None:
    ran = run(frozen_project, command, extra)
    assert (ran.code, ran.out) == (1, "")
    assert extra in ran.err


def test_a_folder_that_cannot_be_written_is_named(small_project: Path) -> None:
    write_files(small_project, {"snapshots": "a file where the folder should be\n"})
    before = contents(small_project)
    ran = run(small_project, "snapshot")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "snapshots: cannot lock: Not a directory\n"
    assert contents(small_project) == before
