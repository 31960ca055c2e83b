"""The documents about the house are held to the house."""

from __future__ import annotations

import re
import tomllib

from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "architecture.md").read_text()
ENTRANCES = {"__init__", "__main__", "tasks"}


def drawn() -> list[str]:
    """Return the packages and modules of the drawing, from the top."""
    tree = TEXT.partition("```text\n")[2].partition("```")[0]
    return [line.split()[0] for line in tree.splitlines()]


def test_the_drawing_has_every_package_and_module() -> None:
    folder = ROOT / "migration"
    names = {path.stem for path in folder.glob("*.py")}
    names |= {path.parent.name for path in folder.glob("*/__init__.py")}
    assert sorted(drawn()) == sorted(names - ENTRANCES)


def test_the_drawing_has_the_order_that_is_enforced() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    (layers,) = (
        contract["layers"]
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )
    floors = [set(layer.split(" | ")) - ENTRANCES for layer in layers]
    order = [name for floor in floors for name in sorted(floor, key=drawn().index)]
    assert drawn() == order


def test_every_file_that_the_documents_name_is_there() -> None:
    named = set(re.findall(r"`((?:[a-z_]+/)*[a-z_]+\.(?:py|yaml|toml))`", TEXT))
    places = (ROOT, ROOT / "migration")
    assert len(named) > 10
    assert [each for each in sorted(named) if not any((p / each).is_file() for p in places)] == []
