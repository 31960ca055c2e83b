"""Files may have any name that a disk takes: each command has to come through, or say why not."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from migration.text import make_visible
from tests.conftest import ROOT, write_files
from tests.ledgers import fields
from tests.running import commit_all, contents, run

pytestmark = pytest.mark.campaign

NAMES = [
    *("a b", " a", "a ", "[x]", "a[1]", "[!x]", "*", "?", "{a}", "a,b", "(x)", "<x>", "a;b", "a|b"),
    *("'q'", '"q"', "a\\b", "$HOME", "`id`", "%s%d", "%", "~", "a...", "-x", "#h", "a #b", "@u"),
    *("a:b", "a: b", ": c", "- a", "&a", "!x", "<<", "=", "null", "1", "true", "2024-01-31"),
    *("a\nb", "a\n", "a\tb", "a\rb", "a\x1b[31m", "\x7f", "\x9b31m", "a\x85b", "a\u2028b"),
    *("a\u202eb", "\ufeff", "a\xa0b", "é", "e\u0301", "类", "😀", "x" * 200, "a.yml"),
]
LEGACY = [f"configs/train/{name}.yaml" for name in NAMES]
OVERLAYS = [f"configs/train/o{name}.yaml" for name in NAMES[::4]]
SETTINGS = """\
[tool.config-migration]
presets = ["configs/train/**/*.yaml"]
legacy = ["configs/components/**"]
base = "configs/base.yaml"
max_overlays = 100
"""


def quote_path(text: str) -> str:
    """Return a text in double quotes, as YAML reads it."""
    characters = (f"\\U{ord(character):08x}" for character in text)
    return f'"{"".join(characters)}"'


@pytest.fixture
def odd_project(tmp_path: Path) -> Path:
    """Return a project with a component, a fusion config, a preset and an overlay of each name."""
    files = {"pyproject.toml": SETTINGS, "configs/base.yaml": "model: {dtype: bfloat16}\n"}
    for n, name in enumerate(NAMES):
        component, fusion = f"../components/{name}.yaml", f"configs/fusion/{name}.yaml"
        files |= {
            f"configs/components/{name}.yaml": f"optim: {{lr: {n}}}\n",
            f"configs/fusion/{name}.yaml": f"targets: [{{name: n{n}}}]\n",
            f"configs/train/{name}.yaml": (
                f"extends: [../base.yaml, {quote_path(component)}]\n"
                f"custom: {{fusion_config: {quote_path(fusion)}}}\n"
            ),
        }
    for name in NAMES[::4]:
        files[f"configs/train/o{name}.yaml"] = f"extends: {quote_path(f'{name}.yaml')}\nseed: 1\n"
    write_files(tmp_path, files)
    return tmp_path


def test_a_migration_comes_to_its_end_whatever_the_names_are(odd_project: Path) -> None:
    folder, presets = odd_project, {*LEGACY, *OVERLAYS}

    def ran(*words: str, code: int = 0) -> str:
        done = run(folder, *words)
        assert (done.code, done.err) == (code, ""), (words, done.out[-500:])
        return done.out

    def statuses() -> dict[str, str]:
        rows = json.loads(ran("check-parity", "--format", "json"))["presets"]
        return {row["legacy"]: row["status"] for row in rows}

    assert len(ran("snapshot").splitlines()) == len(presets) + 1
    ran("snapshot", "--check")
    for section in ("presets", "records"):
        frozen = {path.removesuffix(".json") for path in contents(folder / "snapshots" / section)}
        assert frozen == presets
    for name, path in zip(NAMES, LEGACY, strict=True):
        record, component = fields(folder, path), f"configs/components/{name}.yaml"
        chain = ["configs/base.yaml", component, path]
        assert [link["path"] for link in record["chain"]] == chain
        assert record["chain"][-1]["extends"] == chain[:2]
        assert [*record["origins"]] == sorted(chain)
        assert record["fusion"]["path"] == f"configs/fusion/{name}.yaml"
    assert statuses() == dict.fromkeys(presets, "pending")
    verdict, rows, _ = ran("check-parity", "-v").split("\n\n")
    assert verdict.startswith("parity holds: ")
    table = rows.splitlines()
    found = [re.fullmatch(r"(.*?) +\d → \d +0 +0  pending", line) for line in table[1:]]
    assert {match[1] for match in found if match} == {make_visible(path) for path in presets}
    assert len(table) == len(presets) + 1
    ran("advance")
    ran("map", f"--old={LEGACY[0]}", "--phase", "1")
    ran("retire", "--dry-run", code=2)
    ran("draft", "--all", "--into", ".", "--force")
    assert statuses() == dict.fromkeys(presets, "verified")
    moved = {path: path.replace("/o", "/p") for path in OVERLAYS[::3]}
    for old, new in moved.items():
        (folder / old).rename(folder / new)
        ran("map", f"--old={old}", f"--new={new}")
    assert statuses() == dict.fromkeys(presets, "verified")
    ran("advance")
    ran("advance")
    _, findings, _ = ran("lint", code=2).split("\n\n")
    for line in findings.splitlines():
        assert re.match(r"configs/.*\.yaml:\d+:\d+: (error|warning) L\d{3}: \S", line)
    commit_all(folder)
    assert len(ran("retire").splitlines()) == len(NAMES) + 1
    assert not [*(folder / "configs").glob("components/*")]
    assert ran("advance").endswith("the migration is done\n")
    ran("ledger", "--check")
    assert len(json.loads(ran("ledger", "--format", "json"))["presets"]) == len(presets)


def test_a_config_of_any_name_is_looked_into(odd_project: Path) -> None:
    folder = odd_project
    for n, (name, path) in enumerate(zip(NAMES, LEGACY, strict=True)):
        told = run(folder, "inspect", f"--config={path}", "--key", "optim.lr")
        assert (told.code, told.out.split()[:4]) == (0, ["optim.lr", "=", str(n), "(int)"])
        assert make_visible(f"  configs/components/{name}.yaml:1  ") in told.out
    assert run(folder, "snapshot").code == 0
    for name, path in zip(NAMES[::3], LEGACY[::3], strict=True):
        baseline = f"snapshots/presets/{path}.json"
        told = run(folder, "inspect", f"--config={baseline}", "--origins")
        assert make_visible(f"  2  configs/components/{name}.yaml") in told.out.splitlines()
        assert make_visible(f"  configs/components/{name}.yaml:1 (legacy)") in told.out
        same = run(folder, "diff", f"--left={path}", f"--right={baseline}")
        assert (same.code, same.err) == (0, "")


def test_the_next_command_can_be_pasted_into_a_shell(tmp_path: Path) -> None:
    name = "-a 'b'\n\x1b[2J$(id)\\.yaml"
    settings = '[tool.config-migration]\npresets = ["*.yaml"]\nphase_1 = []\nlegacy = ["old/**"]\n'
    files = {"old/a.yml": "a: 1\n", name: "extends: old/a.yml\n", "base.yaml": "a: 2\n"}
    write_files(tmp_path, {"pyproject.toml": f'{settings}base = "base.yaml"\n', **files})
    assert run(tmp_path, "snapshot").code == 0
    assert run(tmp_path, "advance").code == 0
    program = f'config-migration() {{ "{sys.executable}" -m tests.command "$@"; }}'
    commands = []
    for _ in range(2):
        (line,) = [
            line for line in run(tmp_path, "ledger").out.splitlines() if line.startswith("next: ")
        ]
        commands.append(line.removeprefix("next: ").rpartition("  (")[0])
        done = subprocess.run(
            ["/bin/bash", "-c", f"{program}; {commands[-1]}"],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), commands
    assert [command.split()[1] for command in commands] == ["map", "draft"]
    assert done.stdout == "extends:\n  - base.yaml\n\na: 1\n"


def test_two_names_that_look_alike_are_two_presets(small_project: Path) -> None:
    files = {"é.yaml": "a: 1\n", "e\u0301.yaml": "a: 2\n", "c.yml": "a: 3\n", "c.yaml": "a: 4\n"}
    write_files(small_project, {f"configs/train/{name}": text for name, text in files.items()})
    assert run(small_project, "snapshot").code == 0
    frozen = small_project / "snapshots/presets/configs/train"
    values = {path.name: json.loads(path.read_text()).get("a") for path in frozen.iterdir()}
    assert values == {
        "a.yaml.json": None,
        "b.yaml.json": None,
        "c.yaml.json": 4,
        "é.yaml.json": 1,
        "e\u0301.yaml.json": 2,
    }


def test_what_is_wrong_with_a_preset_is_told_on_lines_of_its_own(tmp_path: Path) -> None:
    name, shown = "a\nerror: b\n.yaml", "a\\nerror: b\\n.yaml"
    old, new = f"configs/train/{name}", f"configs/train/new {name}"
    text = f"extends: {quote_path(f'../components/{name}')}\n"
    write_files(
        tmp_path,
        {"pyproject.toml": SETTINGS, f"configs/components/{name}": "a: 1\n", old: text},
    )
    assert run(tmp_path, "snapshot").code == 0
    write_files(tmp_path, {new: text})
    (tmp_path / old).rename(tmp_path / "configs/train/c.yaml")
    for words in (("check-parity", "--no-record"), ("ledger",), ("advance",), ("snapshot",)):
        ran = run(tmp_path, *words)
        lines = (ran.out + ran.err).splitlines()
        parts = tuple(name.split("\n")[1:])
        assert not [line for line in lines if line.startswith(("error", *parts))]
        assert shown in ran.out + ran.err
    assert f"`config-migration map $'configs/train/{shown}' " in run(tmp_path, "snapshot").err


NOT_UTF_8 = "configs/train/\udcff.yaml"


@pytest.fixture
def byte_project(small_project: Path) -> Path:
    """Return the small project with a preset whose name is no text."""
    try:
        (small_project / NOT_UTF_8).write_text("a: 1\n")
    except OSError:  # macOS has no such names
        pytest.skip("needs a disk that takes any bytes as a name")
    return small_project


def test_a_name_that_is_not_utf_8_is_refused_before_anything_is_written(byte_project: Path) -> None:
    ran = run(byte_project, "snapshot", "--strict")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "configs/train/\\udcff.yaml: the name is not UTF-8\n  hint: rename the file\n"
    assert not (byte_project / "snapshots").exists()
    assert run(byte_project, "inspect", "--config", NOT_UTF_8).err == ran.err


def test_a_name_that_is_not_utf_8_is_shown_where_it_is_in_the_way(byte_project: Path) -> None:
    assert run(byte_project, "snapshot", "--preset", "configs/train/a.yaml").code == 0
    shown = "configs/train/\\udcff.yaml"
    table = run(byte_project, "check-parity")
    assert (table.code, table.err) == (2, "")
    assert f"\n{shown}: the name is not UTF-8" in table.out
    rows = json.loads(run(byte_project, "check-parity", "--format", "json").out)["presets"]
    assert NOT_UTF_8 in {row["target"] for row in rows}
    assert f"`{shown}`" in run(byte_project, "ledger", "--format", "markdown").out
    assert f"{shown}:1:1: error L001: the name is not UTF-8" in run(byte_project, "lint").out


def test_a_config_that_extends_a_name_that_is_not_utf_8_cannot_be_read(byte_project: Path) -> None:
    write_files(byte_project, {"configs/train/c.yaml": 'extends: "\\uDCFF.yaml"\n'})
    ran = run(byte_project, "inspect", "--config", "configs/train/c.yaml")
    assert ran.code == 1
    assert ran.err.startswith("configs/train/\\udcff.yaml: the name is not UTF-8\n")


def test_a_legacy_file_whose_name_is_not_utf_8_can_go(byte_project: Path) -> None:
    component = "configs/components/\udcff.yaml"
    (byte_project / NOT_UTF_8).rename(byte_project / component)
    assert run(byte_project, "snapshot").code == 0
    out = run(byte_project, "retire", "--dry-run").out
    assert "legacy  configs/components/\\udcff.yaml\n" in out
