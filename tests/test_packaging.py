"""What is said of a release agrees: version, changelog, and what the source distribution takes."""

from __future__ import annotations

import re
import tomllib

import migration
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_the_newest_release_of_the_changelog_is_the_version_of_the_package() -> None:
    titles = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert titles[0] == "Unreleased"
    version, _, day = titles[1].partition(" - ")
    assert version == migration.__version__
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", day)


def test_the_oldest_python_of_the_metadata_is_the_one_that_is_required() -> None:
    versions = [
        each.rpartition(" ")[2] for each in PROJECT["classifiers"] if "Python :: 3." in each
    ]
    assert PROJECT["requires-python"] == f">={versions[0]}"


def test_all_that_the_source_distribution_takes_is_there() -> None:
    lines = [line.split() for line in (ROOT / "MANIFEST.in").read_text().splitlines()]
    named = [words[1] for words in lines if words[0] in ("graft", "include")]
    assert {"tests", "configs", "snapshots", "docs"} <= set(named)
    assert [name for name in named if not (ROOT / name).exists()] == []
