from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import write_files
from tests.running import run

TABLE = '[tool.config-migration]\npresets = ["configs/train/**/*.yaml"]\n'
FILES = {
    "pyproject.toml": TABLE,
    "configs/optim.yaml": "optim:\n  lr: 1.0e-4\n  eps: 1e-8\n",
    "configs/train/sft/a.yaml": "extends: ../../optim.yaml\nops: [{name: x}, {name: y}]\n",
    "configs/train/sft/b.yaml": "extends: ../../optim.yaml\noptim: {lr: 2.0e-4}\n",
    "configs/train/rl/c.yaml": "optim: {lr: 1.0e-4, eps: 1}\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_files(tmp_path, FILES)
    return tmp_path


def keys(folder: Path, *words: str) -> dict[str, Any]:
    ran = run(folder, "values", *words, "--format", "json")
    assert (ran.code, ran.err) == (0, ""), ran
    return {each["path"]: each for each in json.loads(ran.out)["keys"]}


def test_equal_values_are_folded_each_with_its_origins(project: Path) -> None:
    found = keys(project, "optim.lr")["optim.lr"]
    assert found["absent"] == []
    assert found["values"] == [
        {
            "value": 1e-4,
            "presets": [
                {"preset": "configs/train/rl/c.yaml", "origin": "configs/train/rl/c.yaml:1"},
                {"preset": "configs/train/sft/a.yaml", "origin": "configs/optim.yaml:2"},
            ],
        },
        {
            "value": 2e-4,
            "presets": [
                {"preset": "configs/train/sft/b.yaml", "origin": "configs/train/sft/b.yaml:2"}
            ],
        },
    ]


def test_values_of_different_types_are_apart(project: Path) -> None:
    found = keys(project, "optim.eps")["optim.eps"]["values"]
    assert [each["value"] for each in found] == ["1e-8", 1]


def test_wildcards_match_keys_and_entries(project: Path) -> None:
    assert [*keys(project, "optim.*")] == ["optim.lr", "optim.eps"]
    assert [*keys(project, "optim")] == ["optim.lr", "optim.eps"]
    assert [*keys(project, "**.l?")] == ["optim.lr"]
    found = keys(project, "ops[*].name")
    assert [*found] == ["ops[0].name", "ops[1].name"]
    assert found["ops[1].name"]["absent"] == ["configs/train/rl/c.yaml", "configs/train/sft/b.yaml"]
    origin = {"preset": "configs/train/sft/a.yaml", "origin": "configs/train/sft/a.yaml:2"}
    assert found["ops[1].name"]["values"] == [{"value": "y", "presets": [origin]}]


def test_presets_may_follow_the_keys(project: Path) -> None:
    ran = run(project, "values", "optim.lr", "optim.eps", "configs/train/sft", "--format", "json")
    assert json.loads(ran.out)["presets"] == [f"configs/train/sft/{n}.yaml" for n in "ab"]
    glob = run(project, "values", "optim.lr", "**/c.yaml", "--format", "json")
    assert json.loads(glob.out)["presets"] == ["configs/train/rl/c.yaml"]
    by_name = ("values", "--key", "optim.lr", "--preset", "configs/train/rl/c.yaml", "-f", "json")
    assert run(project, *by_name).out == glob.out


def test_the_table_has_each_value_as_its_file_writes_it(project: Path) -> None:
    assert run(project, "values", "optim.lr").out == (
        "1 of 1 key differs among 3 presets\n\noptim.lr\n"
        "  1.0e-4 (float)\n"
        "    set  configs/train/rl/c.yaml:1 and 1 more file\n"
        "    in   configs/train/rl/c.yaml, configs/train/sft/a.yaml\n"
        "  2.0e-4 (float)\n"
        "    set  configs/train/sft/b.yaml:2\n"
        "    in   configs/train/sft/b.yaml\n"
    )
    same = run(project, "values", "optim.lr", "configs/train/sft/a.yaml").out
    assert same.startswith("1 key has the same value in 1 preset\n")


def test_the_csv_has_a_row_a_preset(project: Path) -> None:
    text = run(project, "values", "optim.lr", "ops[0].name", "--format", "csv").out
    rows = [*csv.reader(io.StringIO(text))]
    assert rows == [
        ["preset", "optim.lr", "optim.lr set at", "ops[0].name", "ops[0].name set at"],
        ["configs/train/rl/c.yaml", "0.0001", "configs/train/rl/c.yaml:1", "", ""],
        [
            "configs/train/sft/a.yaml", "0.0001", "configs/optim.yaml:2",
            '"x"', "configs/train/sft/a.yaml:2",
        ],
        ["configs/train/sft/b.yaml", "0.0002", "configs/train/sft/b.yaml:2", "", ""],
    ]  # fmt: skip


def test_a_text_of_a_cell_is_no_formula(project: Path) -> None:
    write_files(project, {"configs/train/rl/c.yaml": "optim: {lr: '=1+1'}\n"})
    text = run(project, "values", "optim.lr", "configs/train/rl", "--format", "csv").out
    assert [*csv.reader(io.StringIO(text))][1][1] == '"=1+1"'


def test_the_markdown_has_a_table_a_key(project: Path) -> None:
    text = run(project, "values", "optim.lr", "--format", "markdown").out
    assert text.startswith("### 1 of 1 key differs among 3 presets\n\n`optim.lr`\n\n| value |")
    assert "| `2.0e-4 (float)` | 1 | `configs/train/sft/b.yaml` |" in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["lr"], "no preset has a key 'lr'"),
        (["optim.lrr"], "no preset has a key 'optim.lrr'\n  hint: did you mean 'optim.lr'"),
        (["optim..lr"], "not a key path: 'optim..lr'\n  hint: keys are joined by dots"),
        (["configs/train/rl/c.yaml"], "'configs/train/rl/c.yaml' is a path, and no key is given"),
        (["optim.lr", "configs/train/x.yaml"], "no preset 'configs/train/x.yaml'"),
        ([], "--key must be given, as in `config-migration values"),
    ],
)
def test_what_is_not_there_is_refused(project: Path, words: list[str], message: str) -> None:
    ran = run(project, "values", *words)
    assert ran.code == 1
    assert ran.err.startswith(message), ran.err


def test_a_preset_that_cannot_be_read_is_named_and_the_others_shown(project: Path) -> None:
    write_files(project, {"configs/train/rl/c.yaml": "a: [\n"})
    ran = run(project, "values", "optim.lr")
    assert ran.code == 0
    assert ran.out.startswith("1 of 1 key differs among 2 presets; 1 cannot be read\n")
    assert ran.err.startswith("warning: configs/train/rl/c.yaml:1:4: not valid YAML")


def test_a_preset_that_cannot_be_read_is_counted_where_all_are_the_same(project: Path) -> None:
    write_files(project, {"configs/train/rl/c.yaml": "a: [\n"})
    ran = run(project, "values", "optim.eps", "--quiet")
    assert ran.out == "1 key has the same value in all 2 presets; 1 cannot be read\n"
    ran = run(project, "values", "optim.eps", "--format", "markdown")
    assert ran.out.startswith("### 1 key has the same value in all 2 presets; 1 cannot be read\n")


def test_a_mapping_in_the_place_of_a_value_is_not_absent(project: Path) -> None:
    write_files(project, {"configs/train/rl/c.yaml": "optim: {lr: {peak: 1, end: 0}}\n"})
    found = keys(project, "optim.lr")
    values = [each["value"] for each in found["optim.lr"]["values"]]
    assert values == [{"peak": 1, "end": 0}, 1e-4, 2e-4]
    assert found["optim.lr"]["absent"] == []
    assert len(found["optim.lr.peak"]["absent"]) == 2
    assert '  {"peak": 1, "end": 0} (mapping)\n' in run(project, "values", "optim.lr").out


def test_long_values_that_begin_alike_are_told_apart(project: Path) -> None:
    for name, last in (("a", 1), ("b", 2)):
        text = f"long: '{'x' * 300}{last}'\nlist: [{'0, ' * 50}{last}]\n"
        write_files(project, {f"configs/train/sft/{name}.yaml": text})
    for form in ("table", "markdown"):
        out = run(project, "values", "long", "list", "--format", form).out
        lines = [line for line in out.splitlines() if "(str)" in line or "(list)" in line]
        assert len(lines) == len({line.partition(" in ")[0] for line in lines}) == 4
        assert all(", digest " in line for line in lines)


def test_a_base_outside_the_project_is_named_from_its_root(tmp_path: Path) -> None:
    files = {
        "p/pyproject.toml": TABLE + "allow_outside = true\n",
        "ext/b.yaml": "n: 1\n",
        "p/configs/train/a.yaml": "extends: ../../../ext/b.yaml\n",
    }
    write_files(tmp_path, files)
    assert "    set  ../ext/b.yaml:1\n" in run(tmp_path / "p", "values", "n", ".").out


def test_hidden_values_that_are_the_same_to_a_reader_have_no_digest(project: Path) -> None:
    write_files(project, {"pyproject.toml": TABLE + 'redact = ["pin"]\n'})
    for name in ("a", "b"):
        write_files(project, {f"configs/train/sft/{name}.yaml": f"pin: {name}\n"})
    out = run(project, "values", "pin", "configs/train/sft/").out
    assert out.count("  redacted (str)\n") == 2
