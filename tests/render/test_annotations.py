from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.render.annotations import Annotation, Level, write_annotations
from tests.conftest import write_files
from tests.running import Ran, commit_all, edit, needs_git, run

COMMAND = re.compile(r"::(error|warning|notice) ((?:\w+=[^,:\n]*,?)+)::([^\n]*)")


def written(*found: Annotation, prefix: str = "") -> list[str]:
    return write_annotations(found, prefix, "the verdict").splitlines()


def test_a_command_names_the_file_the_line_and_the_message() -> None:
    assert written(Annotation("error", "t", "m", "a.yaml:3")) == [
        "the verdict",
        "::error file=a.yaml,line=3,title=t::m",
    ]
    assert written(Annotation("notice", "t", "m", "a.yaml"))[1] == (
        "::notice file=a.yaml,title=t::m"
    )
    assert written(Annotation("warning", "t", "m"))[1] == "::warning title=t::m"


def test_a_file_is_named_from_the_top_of_the_repository() -> None:
    found = written(
        Annotation("error", "t", "m", "a.yaml:3"),
        Annotation("error", "t", "m", "../x/b.yaml:1"),
        Annotation("error", "t", "m", "/abs/c.yaml:1"),
        prefix="tools/train/",
    )
    files = [line.split("file=")[1].split(",")[0] for line in found[1:]]
    assert files == ["tools/train/a.yaml", "tools/x/b.yaml", "/abs/c.yaml"]


def test_what_would_end_a_part_is_encoded() -> None:
    (_, line) = written(Annotation("error", "a: b, c%", "1\n2%0A::error::x", "a,b:c.yaml:7"))
    assert line == ("::error file=a%2Cb%3Ac.yaml,line=7,title=a%3A b%2C c%25::1%0A2%250A::error::x")


def test_there_are_at_most_ten_the_worst_first() -> None:
    levels: list[Level] = ["notice", "warning", "error"] * 5
    found = written(*(Annotation(level, f"t{n}", "m", "a:1") for n, level in enumerate(levels)))
    assert len(found) == 11
    assert [line.split()[0] for line in found[1:]] == ["::error"] * 5 + ["::warning"] * 4 + [
        "::warning"
    ]
    assert found[10] == "::warning title=and more::6 more:%0At13%0At0%0At3%0At6%0At9%0At12"
    assert len(written(*(Annotation("error", "t", "m") for _ in range(10)))) == 11


@given(st.text(), st.text(), st.text(min_size=1))
def test_no_text_adds_a_command_or_a_property(title: str, message: str, file: str) -> None:
    text = write_annotations([Annotation("error", title, message, f"{file}:1")], "", "v")
    first, *rest = text.split("\n")
    assert first == "v"
    assert len(rest) == 2
    assert rest[1] == ""
    found = COMMAND.fullmatch(rest[0])
    assert found, rest[0]
    names = [each.partition("=")[0] for each in found[2].split(",")]
    assert names == ["file", "line", "title"]


# In the commands

TABLE = '[tool.config-migration]\npresets = ["configs/train/*.yaml"]\n'
EVIL = "%0A::error::pwned\n::stop-commands::x ##[error]y"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project in a folder of a repository, frozen and committed."""
    folder = tmp_path / "sub"
    files = {
        "pyproject.toml": TABLE,
        "configs/base.yaml": "lr: 1\nname: x\n",
        **{f"configs/train/p{n:02}.yaml": f"extends: ../base.yaml\nn: {n}\n" for n in range(20)},
    }
    write_files(folder, files)
    assert run(folder, "snapshot").code == 0
    commit_all(tmp_path)
    return folder


def commands(ran: Ran) -> list[tuple[str, str, str]]:
    """Return level, properties and message of each command; every line but the first is one."""
    found = [COMMAND.fullmatch(line) for line in ran.out.splitlines()[1:]]
    assert all(found), ran.out
    return [(each[1], each[2], each[3]) for each in found if each]


@needs_git
def test_check_parity_has_an_error_a_cause_at_the_place_now(project: Path) -> None:
    edit(project / "configs/base.yaml", "lr: 1", "# rate\nlr: 2")
    ran = run(project, "check-parity", "--format", "github", "--no-record")
    assert ran.code == 2
    assert ran.out.splitlines()[0] == "20 of 20 presets differ from their baseline, for 1 cause"
    assert commands(ran) == [
        (
            "error",
            "file=sub/configs/base.yaml,line=2,title=lr%3A 1 (int) → 2 (int)",
            "[b333] 20 presets, changed%0Ain configs/train/ (all 20)%0Awas configs/base.yaml:1",
        )
    ]


@needs_git
def test_a_key_that_is_gone_is_told_at_its_preset(project: Path) -> None:
    edit(project / "configs/train/p03.yaml", "n: 3\n", "")
    ran = run(project, "check-parity", "--format", "github", "--no-record")
    ((level, properties, _),) = commands(ran)
    assert level == "error"
    assert properties.startswith("file=sub/configs/train/p03.yaml,title=n%3A 3 (int) → (absent)")


@needs_git
def test_many_causes_are_ten_annotations(project: Path) -> None:
    for n in range(20):
        edit(project / f"configs/train/p{n:02}.yaml", f"n: {n}", f"n: {n + 100}")
    for words in (["check-parity", "--no-record"], ["compare", "HEAD"]):
        found = commands(run(project, *words, "--format", "github"))
        assert len(found) == 10
        assert found[-1][2].startswith("11 more:%0A")


@needs_git
def test_compare_has_notices_and_an_error_for_what_is_broken(project: Path) -> None:
    edit(project / "configs/base.yaml", "lr: 1", "lr: 2")
    write_files(project, {"configs/train/p00.yaml": "extends: nope.yaml\n"})
    write_files(project, {"pyproject.toml": TABLE + 'exclude = ["configs/train/p19.yaml"]\n'})
    ran = run(project, "compare", "HEAD", "--format", "github", "--check")
    assert ran.code == 2
    levels = [level for level, _, _ in commands(ran)]
    assert levels == ["error", "warning", "notice"]
    assert "file=sub/configs/train/p00.yaml,line=1" in commands(ran)[0][1]
    assert commands(ran)[1][2] == "weaker: excluded now: configs/train/p19.yaml"


@needs_git
def test_lint_has_an_annotation_a_finding(project: Path) -> None:
    write_files(project, {"configs/train/p00.yaml": "a: 1\na: 2\nextends: ../base.yaml\n"})
    ran = run(project, "lint", "--format", "github")
    assert ran.code == 2
    (found,) = [each for each in commands(ran) if "L701" in each[1]]
    assert found[:2] == ("error", "file=sub/configs/train/p00.yaml,line=2,title=L701")


@needs_git
@pytest.mark.parametrize("command", ["check-parity", "compare", "lint"])
def test_a_value_cannot_smuggle_a_command(project: Path, command: str) -> None:
    quoted = EVIL.replace("\n", "\\n")
    text = f'extends: ../base.yaml\n"{quoted}": "{quoted}"\nn: "{quoted}"\n'
    write_files(project, {"configs/train/p00.yaml": text, "configs/train/::error::x.yaml": "a: ["})
    words = {"check-parity": ["--no-record"], "compare": ["HEAD"], "lint": []}[command]
    ran = run(project, command, *words, "--format", "github")
    assert commands(ran)
    for _, properties, message in commands(ran):
        assert "%0A::" not in properties
        assert "%0A::" not in message
    for form in ("table", "markdown") if command != "lint" else ("table",):
        out = run(project, command, *words, "--format", form)
        for line in (out.out + out.err).splitlines():
            assert not line.lstrip().startswith("::"), (form, line)
        if form == "table":
            assert "##[" not in out.out + out.err


@needs_git
def test_no_report_of_data_has_a_command(project: Path) -> None:
    write_files(project, {"configs/train/::error::x.yaml": "a: '##[error]x'\n"})
    commit_all(project)
    write_files(project, {"configs/train/::error::x.yaml": "a: '##[error]y'\n"})
    for words in (
        ["compare", "HEAD", "-f", "json"],
        ["compare", "HEAD", "-f", "junit"],
        ["check-parity", "--no-record", "-f", "junit"],
        ["values", "a", "-f", "json"],
        ["inspect", "configs/train/::error::x.yaml"],
    ):
        ran = run(project, *words)
        assert "[error]" in ran.out, words
        assert not re.search(r"^\s*::|##\[", ran.out + ran.err, re.MULTILINE), words
    assert json.loads(run(project, "values", "a", "-f", "json").out)["keys"][0]["path"] == "a"
