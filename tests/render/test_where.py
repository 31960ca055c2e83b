from __future__ import annotations

import pytest

from migration.parity.causes import Case, Cause
from migration.parity.compare import Finding
from migration.render.where import ReportPresets
from migration.values.diff import Difference

ASR = [f"configs/asr/p{n}.yaml" for n in range(6)]
SFT = [f"configs/sft/p{n}.yaml" for n in range(6)]


def cause(presets: list[str], place: str | None = None) -> Cause:
    finding = Finding(Difference(("k",), "changed", 1, 2), None, place)
    cases = tuple(Case(preset, (finding,)) for preset in presets)
    return Cause("f03a", "k", "changed", 1, 2, None, cases)


@pytest.mark.parametrize(
    ("presets", "place", "expected"),
    [
        (ASR[:1], None, "configs/asr/p0.yaml"),
        (ASR[:3], None, "configs/asr/p0.yaml, configs/asr/p1.yaml, configs/asr/p2.yaml"),
        (ASR, None, "configs/asr/ (all 6)"),
        (ASR[:5], None, "configs/asr/ (5 of 6)"),
        ([*ASR, *SFT[:2]], None, "configs/asr/ (all 6), configs/sft/ (2 of 6)"),
        (ASR, f"{ASR[0]}:3", f"{ASR[0]}, and 5 that inherit it"),
        (ASR[:3], f"{ASR[0]}:3", "configs/asr/p0.yaml, configs/asr/p1.yaml, configs/asr/p2.yaml"),
        # A file that is no preset with the difference is no preset to inherit from.
        (ASR, "configs/base.yaml:3", "configs/asr/ (all 6)"),
        (ASR, f"{SFT[0]}:3", "configs/asr/ (all 6)"),
    ],
)
def test_presets_are_named_in_few_words(
    presets: list[str], place: str | None, expected: str
) -> None:
    among = {name: name for name in [*ASR, *SFT]}
    assert ReportPresets(among).describe(cause(presets, place)) == expected


def test_presets_in_many_folders_are_named_one_by_one() -> None:
    presets = [f"configs/f{n}/a.yaml" for n in range(6)]
    expected = ", ".join(presets[:4]) + " and 2 more"
    among = {name: name for name in [*presets, *ASR]}
    assert ReportPresets(among).describe(cause(presets)) == expected


def test_all_presets_of_a_report_are_not_named_one_by_one() -> None:
    presets = [f"configs/f{n}/a.yaml" for n in range(6)]
    among = {name: name for name in presets}
    assert ReportPresets(among).describe(cause(presets)) == "all 6 presets"


def test_a_preset_that_moved_is_shown_with_its_new_path() -> None:
    shown = {ASR[0]: f"{ASR[0]} → configs/new.yaml"}
    assert ReportPresets(shown).describe(cause(ASR[:1])) == f"{ASR[0]} → configs/new.yaml"


def test_of_presets_that_were_named_nothing_is_said_of_all() -> None:
    shown = {name: name for name in [*ASR, *SFT]}
    presets = ReportPresets(shown, is_whole=False)
    assert presets.describe(cause(ASR)) == "configs/asr/ (6)"
    both = presets.describe(cause([*ASR, *SFT]))
    assert both == "configs/asr/ (6), configs/sft/ (6)"
    many = [f"configs/f{n}/a.yaml" for n in range(6)]
    named = ReportPresets({name: name for name in many}, is_whole=False).describe(cause(many))
    assert named == ", ".join(many[:4]) + " and 2 more"
