from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema

from tests.conftest import write_files
from tests.running import commit_all, edit, needs_git, run

SCHEMA = xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd"))
TABLE = '[tool.config-migration]\npresets = ["configs/train/*.yaml"]\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {
        "pyproject.toml": TABLE,
        "configs/base.yaml": "lr: 1\n",
        **{f"configs/train/{name}.yaml": "extends: ../base.yaml\n" for name in "abcd"},
    }
    write_files(tmp_path, files)
    assert run(tmp_path, "snapshot").code == 0
    commit_all(tmp_path)
    return tmp_path


def suite(folder: Path, *words: str) -> ET.Element:
    """Return the one suite of a report, which fits the schema."""
    text = run(folder, *words, "--format", "junit").out
    SCHEMA.validate(text)
    (found,) = ET.fromstring(text)  # noqa: S314 - the toolkit wrote it
    return found


def outcomes(found: ET.Element) -> dict[str, list[str]]:
    return {case.attrib["name"]: [child.tag for child in case] for case in found}


def test_a_preset_that_agrees_is_a_case_that_passes(project: Path) -> None:
    found = suite(project, "check-parity", "--no-record")
    assert found.attrib == {
        "name": "check-parity", "tests": "4", "failures": "0", "errors": "0", "skipped": "0",
    }  # fmt: skip
    assert outcomes(found) == {f"configs/train/{name}.yaml": [] for name in "abcd"}


def test_a_difference_is_a_failure_and_what_cannot_be_read_an_error(project: Path) -> None:
    write_files(project, {"configs/train/a.yaml": "extends: ../base.yaml\nx: [1, 2]\n"})
    write_files(project, {"configs/train/b.yaml": "extends: nope.yaml\n"})
    (project / "configs/train/c.yaml").unlink()
    write_files(project, {"configs/train/new.yaml": "a: 1\n"})
    found = suite(project, "check-parity", "--no-record")
    assert outcomes(found) == {
        "configs/train/a.yaml": ["failure"],
        "configs/train/b.yaml": ["error"],
        "configs/train/c.yaml": ["error"],
        "configs/train/d.yaml": [],
        "configs/train/new.yaml": ["skipped"],
    }
    assert (found.attrib["failures"], found.attrib["errors"]) == ("1", "2")
    failure = found[0][0]
    assert failure.attrib["message"] == "1 forbidden difference"
    assert "x: (absent) → [1, 2] (list) (new key)" in str(failure.text)


def test_a_status_chooses_the_cases(project: Path) -> None:
    write_files(project, {"configs/train/a.yaml": "lr: 2\n"})
    found = suite(project, "check-parity", "--no-record", "--status", "failed")
    assert [*outcomes(found)] == ["configs/train/a.yaml"]


@needs_git
def test_a_change_passes_and_a_weaker_gate_fails(project: Path) -> None:
    edit(project / "configs/base.yaml", "1", "2")
    found = outcomes(suite(project, "compare", "HEAD"))
    assert found == {f"configs/train/{n}.yaml": ["system-out"] for n in "abcd"} | {
        "the gate": ["system-out"]
    }
    write_files(project, {"configs/train/a.yaml": "a: [\n", "configs/train/new.yaml": "b: {\n"})
    write_files(project, {"pyproject.toml": TABLE + 'exclude = ["configs/train/d.yaml"]\n'})
    found = outcomes(suite(project, "compare", "HEAD"))
    assert found["configs/train/a.yaml"] == ["error"]
    assert found["configs/train/new.yaml"] == ["error"]
    assert found["the gate"] == ["failure"]


def test_every_character_is_one_of_xml(project: Path) -> None:
    odd = r'"\0\x01\e\uFFFE\uD7FF <&>]]> \U0001F600 \L"'
    write_files(project, {"configs/train/a.yaml": f"extends: ../base.yaml\n{odd}: {odd}\n"})
    found = suite(project, "check-parity", "--no-record")
    assert outcomes(found)["configs/train/a.yaml"] == ["failure"]
    assert "<&>]]> \U0001f600" in str(found[0][0].text)
