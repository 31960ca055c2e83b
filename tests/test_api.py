"""The Python API, and that its page shows what it does."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import io
import json
import os
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Hashable
from pathlib import Path
from typing import Any, Literal, assert_type

import pytest

from migration.api import (
    MISSING,
    Difference,
    MigrationError,
    Report,
    ResolvedConfig,
    check,
    compare,
    resolve,
)
from migration.values.canonical import to_json
from tests.conftest import ROOT, write_files
from tests.layouts import change_settings
from tests.ledgers import MIX, SHALLOW, A, B, ok
from tests.running import contents, edit, run

PAGE = (ROOT / "docs/api.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)
LOWAUG = "configs/train/grpo/dense_2048_lowaug_t04_low_lr.yaml"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of what the gate needs of this repository."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("configs", "snapshots"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def refuse(path: Path | str) -> str:
    """Return the text of the error that resolving a file raises."""
    with pytest.raises(MigrationError) as caught:
        resolve(path)
    return str(caught.value)


def as_document(report: Report) -> dict[str, Any]:
    """Return a report with the words that the JSON of `check-parity` has for it."""

    def describe(cause: Any) -> dict[str, Any]:  # noqa: ANN401 - of either side
        sides = {"left": cause.left, "right": cause.right}
        values = {name: to_json(side) for name, side in sides.items() if side is not MISSING}
        new_path = {"new_path": cause.new_path} if cause.new_path else {}
        names = ("id", "path", "kind", "rule", "left_origin", "right_origin")
        lists = {"presets": [*cause.presets], "hints": [*cause.hints]}
        return {name: getattr(cause, name) for name in names} | values | new_path | lists

    return {
        "profile": report.profile,
        "presets": [
            {
                "name": preset.name,
                "target": preset.target,
                "status": preset.status,
                "error": "\n".join(map(str, preset.faults)) or None,
            }
            for preset in report.presets
        ],
        "causes": [describe(cause) for cause in report.causes],
        "unneeded_acceptances": [*report.unneeded_acceptances],
    }


def say_in_json(folder: Path) -> tuple[bool, dict[str, Any]]:
    """Return what `check-parity --format json` says of the same, and whether the gate holds."""
    ran = run(folder, "check-parity", "--no-record", "--format", "json")
    assert ran.code in (0, 2), ran.err
    document = json.loads(ran.out)
    for row in document["presets"]:
        row["name"] = row["legacy"] or row["target"]
        for name in row.keys() - {"name", "target", "status", "error"}:
            del row[name]
    for cause in document["causes"]:
        for name in ("trunk_edits", "accepted"):
            del cause[name]
    names = ("profile", "presets", "causes", "unneeded_acceptances")
    return ran.code == 0, {name: document[name] for name in names}


def check_against_json(folder: Path) -> Report:
    """Return the report on a project, which must agree with the command, and write nothing."""
    holds, document = say_in_json(folder)
    before = contents(folder)
    report = check(folder)
    assert contents(folder) == before
    assert (report.holds, as_document(report)) == (holds, document)
    return report


def test_the_page_has_an_example_of_each_function_and_of_errors() -> None:
    assert len(EXAMPLES) == PAGE.count("```python") == 4
    assert len(PAGE.splitlines()) < 100


@pytest.mark.parametrize(("code", "shown"), EXAMPLES)
def test_the_examples_of_the_page_print_what_it_shows(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, code: str, shown: str
) -> None:
    monkeypatch.chdir(checkout)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {})  # noqa: S102 - the page's own
    assert out.getvalue() == shown


def test_the_import_loads_no_command_and_no_command_line() -> None:
    code = (
        "import migration, sys; assert not hasattr(migration, 'api');"
        "import migration.api; print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert [name for name in loaded if name.startswith(("migration.c", "click", "invoke"))] == []


def test_a_repository_with_a_package_of_the_same_name_has_the_api_by_another(
    frozen_project: Path,
) -> None:
    write_files(frozen_project, {"migration/__init__.py": "", "migration/api.py": "own = 1\n"})
    code = "from config_migration_toolkit import api; print(api.check().holds)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=frozen_project,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_results_have_types_for_those_who_use_them(checkout: Path) -> None:
    config = resolve(checkout / LOWAUG)
    assert_type(config.value, dict[Hashable, Any])
    assert_type(config.chain, tuple[str, ...])
    assert_type(compare({}, {}), tuple[Difference, ...])
    verdicts = [found.verdict for found in compare({}, config.value)]
    assert_type(verdicts, list[Literal["allowed", "forbidden"]])
    assert set(verdicts) == {"forbidden"}


# resolve


def test_a_resolved_config_is_what_inspect_shows(checkout: Path) -> None:
    config = resolve(checkout / LOWAUG)
    shown = json.loads(run(checkout, "inspect", LOWAUG, "--payload-only").out)
    assert to_json(config.value) == shown
    listed = json.loads(run(checkout, "inspect", LOWAUG, "--origins", "--format", "json").out)
    assert list(config.chain) == listed["chain"]
    assert config.origins == {each["path"]: each["origin"] for each in listed["origins"]}
    assert config.root == checkout
    assert all((config.root / path).is_file() for path in config.chain)


def test_a_relative_and_an_absolute_path_from_any_folder_give_the_same(
    small_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = resolve(small_project / A)
    assert expected.chain == ("configs/base.yaml", "configs/components/optim.yaml", A)
    for folder, path in (
        (small_project, A),
        (small_project / "configs/train", "a.yaml"),
        (small_project / "configs/fusion", "../train/a.yaml"),
        (small_project.parent, Path("project", A)),
        (Path("/"), str(small_project / A)),
    ):
        monkeypatch.chdir(folder)
        assert resolve(path) == expected


def test_a_relative_path_counts_from_the_current_folder_alone(
    small_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small_project / "configs")
    assert refuse(A).startswith(f"configs/{A}: no such file")


def test_the_settings_are_those_of_the_project_around_the_file(
    small_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = '[tool.config-migration]\npresets = ["*.yaml"]\ninheritance = {key = "parent"}\n'
    files = {"pyproject.toml": table, "a.yaml": "parent: b.yaml\n", "b.yaml": "x: 1\n"}
    write_files(small_project / "inner", files)
    monkeypatch.chdir(small_project)
    config = resolve("inner/a.yaml")
    assert (config.value, config.chain) == ({"x": 1}, ("b.yaml", "a.yaml"))
    assert config.root == small_project / "inner"


def test_without_settings_extends_is_followed_wherever_it_leads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"runs/a.yaml": "extends: ../base.yaml\nb: {}\n", "base.yaml": "a: [1]\n"}
    write_files(tmp_path, files)
    monkeypatch.chdir(tmp_path)
    near = resolve("runs/a.yaml")
    assert near == ResolvedConfig(
        tmp_path,
        {"a": [1], "b": {}},
        ("base.yaml", "runs/a.yaml"),
        {"a": "base.yaml:1", "b": "runs/a.yaml:2"},
    )
    for folder in ("runs", "/"):
        monkeypatch.chdir(folder)
        assert resolve(tmp_path / "runs/a.yaml").value == near.value
    write_files(tmp_path, {"elsewhere/x": ""})
    monkeypatch.chdir(tmp_path / "elsewhere")
    far = resolve("../runs/a.yaml")
    assert (far.root, far.chain) == (tmp_path / "runs", (str(tmp_path / "base.yaml"), "a.yaml"))
    assert [(far.root / path).resolve() for path in far.chain] == [
        (near.root / path).resolve() for path in near.chain
    ]


def test_a_baseline_has_the_origins_that_were_frozen(frozen_project: Path) -> None:
    baseline = resolve(frozen_project / f"snapshots/presets/{A}.json")
    assert baseline.value == resolve(frozen_project / A).value
    assert baseline.origins["optim.lr"] == "configs/components/optim.yaml:1"


def test_a_fusion_config_merges_by_name(small_project: Path) -> None:
    path = "configs/fusion/more.yaml"
    text = "extends: mix.yaml\ntargets:\n  - {name: rru, ratio: 1}\n"
    write_files(small_project, {path: text})
    config = resolve(small_project / path)
    assert [each["name"] for each in config.value["targets"]] == ["bbu", "rru"]
    places = (config.origins["targets[0].name"], config.origins["targets[1].name"])
    assert places == (f"{MIX}:2", f"{path}:3")


def test_values_are_those_of_yaml_and_are_not_redacted(small_project: Path) -> None:
    change_settings(small_project, redact=["*.api_key"])
    text = "wandb: {api_key: secret-token}\nday: 2024-01-01\n1: .inf\nraw: !!binary aGk=\n"
    write_files(small_project, {B: text})
    assert resolve(small_project / B).value == {
        "wandb": {"api_key": "secret-token"},
        "day": dt.date(2024, 1, 1),
        1: float("inf"),
        "raw": b"hi",
    }


def test_no_two_results_share_a_part(small_project: Path) -> None:
    write_files(small_project, {B: "one: &one [1, {a: 2}]\ntwo: *one\n"})
    first = resolve(small_project / B)
    first.value["one"].append(3)
    first.value["one"][1]["a"] = 4
    assert first.value["two"] == [1, {"a": 2}]
    assert resolve(small_project / B).value["one"] == [1, {"a": 2}]


def test_what_cannot_be_resolved_is_refused_with_file_line_and_hint(
    small_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(
        small_project,
        {
            "configs/one.yaml": "a: 1\nextends: two.yaml\n",
            "configs/two.yaml": "extends: one.yaml\n",
            "configs/bad.yaml": "a: 1\nb: [\n",
            "configs/gone.yaml": "extends: bse.yaml\n",
        },
    )
    configs = small_project / "configs"
    with pytest.raises(MigrationError) as caught:
        resolve(configs / "gone.yaml")
    (fault,) = caught.value.faults
    assert (fault.path, fault.line) == ("configs/gone.yaml", 1)
    assert fault.message
    assert "base.yaml" in str(fault.hint)
    assert "configs/two.yaml:1" in refuse(configs / "one.yaml")
    assert refuse(configs / "bad.yaml").startswith("configs/bad.yaml:")
    assert "did you mean" in refuse(configs / "train/aa.yaml")
    assert refuse(configs).startswith("configs: ")
    assert refuse(configs / "a\0b")
    monkeypatch.chdir(tmp_path)
    assert refuse("nowhere/a.yaml") == "nowhere/a.yaml: no such file"
    write_files(small_project, {"pyproject.toml": "[tool.config-migration]\nprests = []\n"})
    assert refuse(configs / "base.yaml").startswith("pyproject.toml:2: ")


def test_the_folder_that_is_gone_is_an_error_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert refuse("a.yaml") == "the current folder is gone"


# compare


def test_differences_have_path_kind_values_and_verdict() -> None:
    left = {"training": {"lr": 1.0, "run_name": "a", "gone": None}, "a.b": {"x": [1]}}
    right = {"training": {"lr": 1, "run_name": "b"}, "a.b": {"x": [2]}, "new": {"y": {}}}
    found = compare(left, right, "parity")
    assert found == (
        Difference('"a.b".x', "changed", [1], [2], None),
        Difference("new.y", "added", MISSING, {}, None),
        Difference("training.gone", "removed", None, MISSING, None),
        Difference("training.lr", "type", 1.0, 1, None),
        Difference("training.run_name", "changed", "a", "b", "run-identity"),
    )
    assert [each.verdict for each in found] == ["forbidden"] * 4 + ["allowed"]
    assert {each.verdict for each in compare(left, right)} == {"forbidden"}


@pytest.mark.parametrize(
    ("left", "right", "is_equal"),
    [
        (dt.date(2024, 1, 1), dt.date(2024, 1, 1), True),
        (dt.date(2024, 1, 1), "2024-01-01", False),
        (float("nan"), float("nan"), True),
        (float("nan"), "nan", False),
        (0.0, -0.0, False),
        (b"a", b"a", True),
        ({1, 2}, {2, 1}, True),
        (2**70, 2**70, True),
        (1, True, False),
        ({1: "a"}, {"1": "a"}, False),
        (None, MISSING, False),
    ],
)
def test_values_that_json_lacks_are_compared_with_their_types(
    left: object, right: object, is_equal: bool
) -> None:
    new = {} if right is MISSING else {"a": right}
    assert (compare({"a": left}, new) == ()) is is_equal


def test_augmentation_may_differ_only_where_it_is_off_on_both_sides() -> None:
    off, on = ({"custom": {"augmentation": {"enabled": flag, "p": 1}}} for flag in (False, True))
    other = {"custom": {"augmentation": {"enabled": False, "p": 2}}}
    assert [each.verdict for each in compare(off, other, "parity")] == ["allowed"]
    assert {each.verdict for each in compare(on, other, "parity")} == {"forbidden"}


def test_a_profile_is_a_bundled_one_or_a_path_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = "rules:\n  - {id: mine, reason: test, paths: [a]}\n"
    write_files(tmp_path, {"profiles/own.yaml": rule, "profiles/bad.yaml": "rules: 1\n"})
    monkeypatch.chdir(tmp_path)
    for profile in ("profiles/own.yaml", tmp_path / "profiles/own.yaml"):
        (found,) = compare({"a": 1}, {"a": 2}, profile)
        assert (found.verdict, found.rule) == ("allowed", "mine")
    with pytest.raises(MigrationError, match=r"^unknown profile 'partiy'\n  hint: .*'parity'"):
        compare({}, {}, "partiy")
    with pytest.raises(MigrationError, match=r"^profiles/bad.yaml:1: "):
        compare({}, {}, "profiles/bad.yaml")


def test_a_value_that_yaml_cannot_produce_is_a_type_error_wherever_it_is() -> None:
    value = {"a": [{"b": Path("x")}]}
    for left, right in ((value, value), ({}, value), (value, {}), ({"a": 1}, value)):
        with pytest.raises(TypeError, match="PosixPath"):
            compare(left, right)


def test_a_difference_shares_no_part_with_what_was_compared() -> None:
    left, right = {"a": [1, {"b": 2}]}, {"a": {"c": [3]}}
    (found,) = compare(left, right)
    found.left[1]["b"] = found.right["c"] = None
    assert (left, right) == ({"a": [1, {"b": 2}]}, {"a": {"c": [3]}})


def test_the_missing_side_is_the_same_after_a_copy_and_in_another_process() -> None:
    (found,) = compare({}, {"a": None})
    assert copy.deepcopy(found).left is MISSING
    assert pickle.loads(pickle.dumps(found)).left is MISSING  # noqa: S301 - its own


# check


def test_the_report_on_this_repository_is_that_of_check_parity(checkout: Path) -> None:
    report = check_against_json(checkout)
    assert report.holds
    assert {preset.status for preset in report.presets} == {"verified"}


def test_a_failing_preset_a_missing_one_and_a_broken_one_are_told_apart(
    frozen_project: Path,
) -> None:
    write_files(frozen_project, {A: SHALLOW.replace("1.0e-4", "1e-4"), B: "a: [\n"})
    c = {"configs/train/c.yaml": f"extends: a.yaml\ncustom: {{fusion_config: {MIX}}}\n"}
    write_files(frozen_project, c)
    report = check_against_json(frozen_project)
    found = {preset.name: (preset.status, preset.holds) for preset in report.presets}
    assert found == {
        A: ("failed", False),
        B: ("error", False),
        "configs/train/c.yaml": ("new", False),
    }
    (cause,) = report.causes
    assert (cause.path, cause.kind, cause.verdict) == ("optim.lr", "type", "forbidden")
    assert (cause.left, cause.right, cause.presets) == (0.0001, "1e-4", (A,))
    assert (cause.left_origin, cause.right_origin) == ("configs/components/optim.yaml:1", f"{A}:2")
    assert "1.0e-4" in cause.hints[0]
    (frozen_project / B).unlink()
    assert [preset.status for preset in check_against_json(frozen_project).presets] == [
        "failed",
        "missing",
        "new",
    ]


def test_a_difference_in_a_fusion_config_is_a_cause(frozen_project: Path) -> None:
    edit(frozen_project / MIX, "ratio: 1.0", "ratio: 2.0")
    (cause,) = check_against_json(frozen_project).causes
    assert (cause.path, cause.presets) == (f"{MIX}: targets", (A, B))
    cause.left[0]["ratio"] = 9
    assert check(frozen_project).causes[0].left[0]["ratio"] == 1.0


def test_an_acceptance_that_no_preset_needs_blocks_the_gate(frozen_project: Path) -> None:
    text = (frozen_project / B).read_text()
    edit(frozen_project / B, "seed: 1", "seed: 2")
    ok(frozen_project, "accept", "--key", "training.seed", "--reason", "why not")
    assert check_against_json(frozen_project).holds
    (frozen_project / B).write_text(text)
    report = check_against_json(frozen_project)
    assert (report.holds, len(report.unneeded_acceptances)) == (False, 1)


def test_what_reports_hide_is_hidden_in_a_report(frozen_project: Path) -> None:
    change_settings(frozen_project, redact=["training.seed"])
    edit(frozen_project / B, "seed: 1", "seed: 2")
    (cause,) = check_against_json(frozen_project).causes
    assert (cause.left, cause.right) == ("<redacted int>", "<redacted int>")


def test_the_project_is_the_one_around_the_folder(
    frozen_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = check(frozen_project)
    for folder, asked in ((frozen_project, "."), (frozen_project, "configs/train"), ("/", None)):
        monkeypatch.chdir(folder)
        assert check(asked or str(frozen_project / "configs")) == expected
    monkeypatch.chdir(frozen_project / "configs")
    assert check() == expected


def test_nothing_is_written_where_a_verdict_is_stale_and_nothing_is_printed(
    frozen_project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(frozen_project, {A: SHALLOW, "snapshots/presets/extra.json": "{}\n"})
    before = contents(frozen_project)
    report = check(frozen_project)
    assert contents(frozen_project) == before
    assert capsys.readouterr() == ("", "")
    assert [warning.path for warning in report.warnings] == ["snapshots/presets/extra.json"]


def test_what_cannot_be_checked_is_refused_as_by_check_parity(
    frozen_project: Path, tmp_path: Path
) -> None:
    def refuse_check(folder: Path) -> str:
        with pytest.raises(MigrationError) as caught:
            check(folder)
        ran = run(folder, "check-parity", "--no-record")
        assert (ran.code, ran.err) == (1, f"{caught.value}\n")
        return str(caught.value)

    unset = tmp_path / "unset"
    write_files(unset, {"a.yaml": "a: 1\n"})
    assert refuse_check(unset).startswith(
        "no settings: neither config-migration.toml nor pyproject.toml"
    )
    edit(frozen_project / f"snapshots/presets/{A}.json", "0.0001", "0.0002")
    assert f"snapshots/presets/{A}.json" in refuse_check(frozen_project)
    shutil.rmtree(frozen_project / "snapshots")
    assert "`snapshot`" in refuse_check(frozen_project)
    for place, why in (("nowhere", "no such folder"), ("unset/a.yaml", "not a folder")):
        with pytest.raises(MigrationError, match=f"{place}: {why}"):
            check(tmp_path / place)
