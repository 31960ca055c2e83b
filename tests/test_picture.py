"""The picture of the README is what the command prints, and needs nothing but itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.conftest import ROOT

PICTURE = ROOT / "docs/images/red-result.svg"
SVG = "{http://www.w3.org/2000/svg}"


def test_the_picture_is_drawn_anew_byte_for_byte(tmp_path: Path) -> None:
    drawn = tmp_path / "new folder" / "drawn.svg"
    script = ROOT / "scripts/draw_red_result.py"
    subprocess.run([sys.executable, str(script), str(drawn)], cwd=tmp_path, check=True)
    assert drawn.read_bytes() == PICTURE.read_bytes()


def test_the_picture_says_its_text_to_those_who_do_not_see_it() -> None:
    root = ET.parse(PICTURE).getroot()  # noqa: S314 - our own file
    labels = (root.get("aria-labelledby") or "").split()
    assert labels == [root[0].get("id"), root[1].get("id")]
    assert (root.get("role"), root[0].tag, root[1].tag) == ("img", f"{SVG}title", f"{SVG}desc")
    assert (root[1].text or "").splitlines() == [
        "$ sed -i 's/2.0e-4/2e-4/' configs/shared/optim.yaml",
        "$ config-migration check-parity",
        "7 of 10 presets differ from their baseline, for 1 cause",
        "",
        "[e4bf] optim.lr                                             7 presets · new type",
        '  0.0002 (float) → "2e-4" (str)',
        "  was  configs/shared/optim.yaml:3  (as frozen)",
        "  now  configs/shared/optim.yaml:3",
        "  in   configs/train/sft/ (all 6), configs/smoke/group.yaml",
        "  hint: 2e-4 is a string in YAML 1.1: a float needs a dot and a signed exponent, 2.0e-4",
        "",
        "3 verified",
    ]


def test_the_picture_shows_all_of_its_text_within_its_borders() -> None:
    root = ET.parse(PICTURE).getroot()  # noqa: S314 - our own file
    pieces = list(root.iter(f"{SVG}text"))
    said = "".join((root[1].text or "").split())
    assert "".join("".join((piece.text or "").split()) for piece in pieces) == said
    for piece in pieces:
        right = float(piece.get("x", "")) + float(piece.get("textLength", ""))
        assert right <= float(root.get("width", ""))
        assert float(piece.get("y", "")) < float(root.get("height", ""))


def test_the_picture_takes_nothing_from_elsewhere() -> None:
    text = PICTURE.read_text()
    assert text.count("http") == 1  # the name of the format
    for word in ("url(", "@import", "@font-face", "<script", "<image", "href", str(ROOT)):
        assert word not in text
