"""`snapshot` of a tree in which some presets cannot be frozen."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.layouts import change_settings
from tests.ledgers import MIX, OPTIM, A, B, entry, ok, record_path
from tests.running import commit_all, contents, edit, needs_git, run

C, D, E = (f"configs/train/{name}.yaml" for name in "cde")
ADVICE = "repair what cannot be read and run `snapshot` again, or leave it out with this line, "
IN_PLACE = f"{ADVICE}in place of `exclude` in pyproject.toml:3:\n"
FROZEN = f"frozen  {A}  (3 files)\nfrozen  {B}  (4 files)\n"
TEMPLATE = {C: "extends: ../base.yaml\nlr: {{ lr }}\n"}
TEMPLATE_FAULT = (
    f"{C}:2:5: a template, which is not YAML: {{{{ lr }}}}\n"
    "  hint: render the template first, or put the value in quotes if it is meant as text\n"
)


def baselines(folder: Path) -> list[str]:
    """Return the presets that have a baseline."""
    names = contents(folder / "snapshots/presets")
    return [name.removesuffix(".json") for name in names]


def paste(folder: Path, out: str) -> list[str]:
    """Put the line that `snapshot` prints into the settings, and return its entries."""
    (line,) = (line for line in out.splitlines() if line.startswith("exclude = "))
    path = folder / "pyproject.toml"
    lines = [each for each in path.read_text().splitlines() if not each.startswith("exclude")]
    path.write_text("\n".join([*lines, line, ""]))
    entries: list[str] = tomllib.loads(line)["exclude"]
    return entries


def test_what_cannot_be_read_is_left_out_and_all_else_is_frozen(small_project: Path) -> None:
    write_files(small_project, {**TEMPLATE, D: "extends: nope.yaml\n"})
    ran = run(small_project, "snapshot")
    assert (ran.code, ran.err) == (2, "")
    assert ran.out == (
        "2 presets and 1 fusion config frozen in snapshots/; 2 presets could not be frozen:\n"
        f"{TEMPLATE_FAULT}"
        f"{D}:1:1: unknown base 'nope.yaml'\n"
        "\n"
        f"{IN_PLACE}"
        f'exclude = ["{C}", "{D}"]\n'
        "\n"
        f"{FROZEN}"
    )
    assert baselines(small_project) == [A, B]
    assert run(small_project, "snapshot", "--check").code == 0


def test_a_quiet_snapshot_says_how_many_presets_were_left_out(small_project: Path) -> None:
    write_files(small_project, TEMPLATE)
    ran = run(small_project, "snapshot", "--quiet")
    assert ran.out == (
        "2 presets and 1 fusion config frozen in snapshots/; 1 preset could not be frozen\n"
    )


BROKEN: Mapping[str, tuple[Mapping[str, str], str]] = {
    "broken YAML": ({C: "a: [1\n"}, f"{C}:1:4: not valid YAML"),
    "a directive of a template": ({C: "{% if x %}\na: 1\n{% endif %}\n"}, f"{C}:1:1: a template"),
    "a cycle": ({C: "extends: c.yaml\n"}, f"{C}:1:1: 'extends' is a cycle"),
    "another inheritance key": ({C: "_base_: a.yaml\n"}, f"{C}:1:1: '_base_' inherits in other"),
    "a base outside": ({C: "extends: /nowhere/x.yaml\n"}, f"{C}:1:1: the base '/nowhere/x.yaml'"),
    "a conflict": ({C: "<<<<<<< HEAD\na: 1\n=======\n"}, f"{C}:1: a conflict marker"),
    "a missing fusion config": (
        {C: "custom: {fusion_config: configs/nope.yaml}\n"},
        f"{C}:1:10: custom.fusion_config names 'configs/nope.yaml', which is missing",
    ),
    "a fusion config that breaks a rule": (
        {C: "custom: {fusion_config: configs/own.yaml}\n", "configs/own.yaml": "targets: []\n"},
        f"configs/own.yaml: a fusion config needs at least one target\n  from {C}\n",
    ),
    "a fusion config with a broken base": (
        {
            C: "custom: {fusion_config: configs/own.yaml}\n",
            "configs/own.yaml": "extends: more.yaml\n",
            "configs/more.yaml": "a: [1\n",
        },
        (
            "configs/more.yaml:1:4: not valid YAML: the bracket [ is not closed\n"
            f"  from configs/own.yaml:1: extends more.yaml\n  from {C}\n"
        ),
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_each_kind_of_broken_preset_is_left_out(small_project: Path, case: str) -> None:
    files, fault = BROKEN[case]
    write_files(small_project, files)
    ran = run(small_project, "snapshot")
    assert (ran.code, ran.err) == (2, "")
    head, _, rest = ran.out.partition("\n")
    assert head.endswith("; 1 preset could not be frozen:")
    assert rest.startswith(fault)
    assert f'\nexclude = ["{C}"]\n' in rest
    assert baselines(small_project) == [A, B]


def test_the_same_fault_is_listed_once_with_the_presets_that_it_concerns(
    small_project: Path,
) -> None:
    part, own = "configs/components/part.yaml", "configs/own.yaml"
    naming = f"custom: {{fusion_config: {own}}}\n"
    write_files(
        small_project,
        {
            part: "a: [1\n",
            own: "targets: []\n",
            C: "extends: ../components/part.yaml\n",
            D: "extends: c.yaml\n",
            E: naming,
            "configs/train/f.yaml": naming,
        },
    )
    out = run(small_project, "snapshot").out
    assert out.startswith(
        "2 presets and 1 fusion config frozen in snapshots/; 4 presets could not be frozen:\n"
        f"{part}:1:4: not valid YAML: the bracket [ is not closed\n"
        f"  in  {C}, {D}\n"
        f"{own}: a fusion config needs at least one target\n"
        f"  in  {E}, configs/train/f.yaml\n"
        "\n"
    )


def test_the_line_to_paste_keeps_what_was_excluded_and_ends_the_complaint(
    small_project: Path,
) -> None:
    change_settings(small_project, exclude=["configs/train/old_*.yaml"])
    write_files(small_project, {**TEMPLATE, "configs/train/old_1.yaml": "a: 1\n"})
    ran = run(small_project, "snapshot")
    assert paste(small_project, ran.out) == ["configs/train/old_*.yaml", C]
    assert ok(small_project, "snapshot") == (
        "nothing to freeze: 2 presets already frozen in snapshots/\n"
    )
    ok(small_project, "advance")


def test_without_a_setting_to_replace_the_line_goes_beside_presets(small_project: Path) -> None:
    change_settings(small_project, exclude=None)
    write_files(small_project, TEMPLATE)
    out = run(small_project, "snapshot").out
    assert f"{ADVICE}beside `presets` in pyproject.toml:2:\n" in out
    assert paste(small_project, out) == [C]
    ok(small_project, "snapshot")


def test_the_line_goes_into_the_settings_file_that_is_in_use(small_project: Path) -> None:
    settings = (small_project / "pyproject.toml").read_text()
    own = settings.replace("[tool.config-migration]\n", "") + "[lint]\nignore = []\n"
    write_files(small_project, {"config-migration.toml": own, **TEMPLATE})
    (small_project / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    advice = f"{ADVICE}in place of `exclude` in config-migration.toml:2:\n"
    line = f'exclude = ["{C}"]\n'
    assert f"\n{advice}{line}" in run(small_project, "snapshot").out
    (small_project / "config-migration.toml").write_text(own.replace("exclude = []\n", line))
    ok(small_project, "snapshot")


ODD_NAMES = (
    'say "x"',
    "back\\slash",
    "x[1]*?",
    "a\u00a0b",
    "类",
    "x\U000e0041",
    "#\x7f##[x]",
    "a\nb",
)


@pytest.mark.parametrize("name", [*ODD_NAMES, os.fsdecode(b"\xff")])
def test_any_name_can_be_pasted_and_matches_no_other_file(small_project: Path, name: str) -> None:
    path = f"configs/train/{name}.yaml"
    try:
        write_files(small_project, {path: "a: [1\n"})
    except OSError:
        pytest.skip("no such name on this disk")
    out = run(small_project, "snapshot").out
    (glob,) = paste(small_project, out)
    write_files(small_project, {"configs/train/x1.yaml": "a: 1\n", "configs/train/y.yaml": ""})
    assert "[" in glob or glob == path
    assert ok(small_project, "snapshot").startswith("2 presets frozen")
    assert "; 4 presets; 1 excluded by settings\n" in ok(small_project, "ledger")


def test_the_line_is_whole_however_many_presets_there_are(small_project: Path) -> None:
    names = [f"configs/train/broken_{number:04}.yaml" for number in range(400)]
    write_files(small_project, dict.fromkeys(names, "extends: nope.yaml\n"))
    out = run(small_project, "snapshot").out
    assert paste(small_project, out) == names
    ok(small_project, "snapshot")


def test_a_second_snapshot_says_again_what_it_leaves_out(small_project: Path) -> None:
    write_files(small_project, TEMPLATE)
    run(small_project, "snapshot")
    before = contents(small_project)
    ran = run(small_project, "snapshot")
    assert (ran.code, ran.err) == (2, "")
    assert ran.out == (
        "nothing frozen: 2 presets already frozen in snapshots/; 1 preset could not be frozen:\n"
        f'{TEMPLATE_FAULT}\n{IN_PLACE}exclude = ["{C}"]\n'
    )
    assert contents(small_project) == before


def test_a_new_preset_is_frozen_although_a_broken_one_is_left_out(frozen_project: Path) -> None:
    write_files(frozen_project, {**TEMPLATE, D: "extends: a.yaml\n"})
    ran = run(frozen_project, "snapshot")
    assert (ran.code, ran.out.partition("\n")[0]) == (
        2,
        (
            "1 preset frozen in snapshots/; 2 frozen before, not changed; "
            "1 preset could not be frozen:"
        ),
    )
    assert baselines(frozen_project) == [A, B, D]


@pytest.mark.parametrize("words", [("--preset", C), ("--preset", C, "--preset", D)])
def test_what_is_asked_for_and_cannot_be_frozen_is_an_error(
    frozen_project: Path, words: tuple[str, ...]
) -> None:
    write_files(frozen_project, {**TEMPLATE, D: "- 1\n"})
    before = contents(frozen_project)
    ran = run(frozen_project, "snapshot", *words)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(TEMPLATE_FAULT)
    assert contents(frozen_project) == before


def test_what_is_asked_for_is_frozen_as_far_as_it_can_be(small_project: Path) -> None:
    write_files(small_project, {**TEMPLATE, D: "- 1\n"})
    ran = run(small_project, "snapshot", "--preset", "configs/train/[bc].yaml")
    assert (ran.code, ran.out.partition("\n")[0]) == (
        2,
        "1 preset and 1 fusion config frozen in snapshots/; 1 preset could not be frozen:",
    )
    assert baselines(small_project) == [B]


def test_where_no_preset_can_be_frozen_the_command_has_not_done_its_work(
    small_project: Path,
) -> None:
    edit(small_project / OPTIM, "optim:", "optim: [")
    before = contents(small_project)
    ran = run(small_project, "snapshot")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"{OPTIM}:")
    assert ran.err.endswith("  and from 1 more file\n")
    assert contents(small_project) == before


def test_a_strict_snapshot_freezes_all_or_nothing(small_project: Path) -> None:
    write_files(small_project, TEMPLATE)
    before = contents(small_project)
    ran = run(small_project, "snapshot", "--strict")
    assert (ran.code, ran.out, ran.err) == (1, "", TEMPLATE_FAULT)
    assert contents(small_project) == before
    (small_project / C).unlink()
    ok(small_project, "snapshot", "--strict")
    ok(small_project, "snapshot", "--strict")


@pytest.mark.parametrize("other", ["--check", "--fold", "--resolve", "--upgrade"])
def test_strict_goes_with_freezing_alone(small_project: Path, other: str) -> None:
    ran = run(small_project, "snapshot", "--strict", other)
    assert (ran.code, ran.out) == (1, "")
    assert "alone" in ran.err


# What stops all.


def test_a_fault_of_the_state_stops_all_and_hides_behind_no_broken_preset(
    frozen_project: Path,
) -> None:
    write_files(frozen_project, {**TEMPLATE, D: "extends: a.yaml\n"})
    edit(frozen_project / f"snapshots/presets/{A}.json", "0.0001", "0.0002")
    before = contents(frozen_project)
    ran = run(frozen_project, "snapshot")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"snapshots/presets/{A}.json: ")
    assert contents(frozen_project) == before


@pytest.mark.parametrize("words", [(), ("--force",), ("--preset", A), ("--preset", A, "--force")])
def test_the_baseline_of_a_broken_preset_is_never_a_leftover(
    frozen_project: Path, words: tuple[str, ...]
) -> None:
    (frozen_project / record_path(A)).unlink()
    write_files(frozen_project, {A: "extends: nope.yaml\n", D: "seed: 1\n"})
    before = contents(frozen_project)
    ran = run(frozen_project, "snapshot", *words)
    assert (ran.code, ran.out) == (1, "")
    assert contents(frozen_project) == before
    if "--preset" not in words:
        message = f"frozen already, and its record is gone; {A} cannot be frozen now"
        assert ran.err.startswith(f"snapshots/presets/{A}.json: {message}\n")


@needs_git
@pytest.mark.parametrize("others", [{}, {D: "seed: 1\n"}])
def test_a_broken_preset_whose_frozen_files_are_gone_stops_all(
    frozen_project: Path, others: Mapping[str, str]
) -> None:
    commit_all(frozen_project)
    for path in (record_path(A), f"snapshots/presets/{A}.json"):
        (frozen_project / path).unlink()
    write_files(frozen_project, {A: "extends: nope.yaml\n", **others})
    before = contents(frozen_project)
    ran = run(frozen_project, "snapshot")
    assert (ran.code, ran.out) == (1, "")
    assert f"{A} was frozen, and its record and its baseline are gone\n" in ran.err
    assert contents(frozen_project) == before


# What was left out, and is frozen later.


def begin_work(folder: Path) -> None:
    """Leave out a broken preset over the component, close phase 0, and edit the component."""
    write_files(folder, {C: "extends: ../components/optim.yaml\nlr: {{ lr }}\n"})
    paste(folder, run(folder, "snapshot").out)
    ok(folder, "advance")
    edit(folder / OPTIM, "1.0e-4", "2.0e-4")


def test_a_preset_that_is_no_longer_excluded_is_late(small_project: Path) -> None:
    begin_work(small_project)
    edit(small_project / C, "{{ lr }}", "1.0e-5")
    change_settings(small_project, exclude=[])
    late = (
        f"{OPTIM}: changed since {A} was frozen from it\n  from {C}\n"
        "  hint: freeze the preset from the file as it was; `snapshot --late --reason R` freezes "
        "it from the file as it is\n"
    )
    ran = run(small_project, "snapshot", "--preset", C)
    assert (ran.code, ran.out, ran.err) == (1, "", late)
    ran = run(small_project, "snapshot")
    assert (ran.code, ran.err) == (2, "")
    # It can be read, so nothing is to be excluded.
    assert ran.out == (
        "nothing frozen: 2 presets already frozen in snapshots/; 1 preset could not be frozen:\n"
        + late
    )
    ok(small_project, "snapshot", "--late", "--reason", "rendered since")
    assert entry(small_project, C) == {"status": "pending", "late": "rendered since"}


def test_a_late_preset_keeps_no_other_from_being_frozen(small_project: Path) -> None:
    begin_work(small_project)
    edit(small_project / C, "{{ lr }}", "1.0e-5")
    change_settings(small_project, exclude=[])
    write_files(small_project, {D: "extends: ../base.yaml\n", E: "- 1\n"})
    ran = run(small_project, "snapshot")
    assert (ran.code, ran.err) == (2, "")
    assert ran.out.startswith(
        "1 preset frozen in snapshots/; 2 frozen before, not changed; "
        "2 presets could not be frozen:\n"
        f"{OPTIM}: changed since {A} was frozen from it\n  from {C}\n"
    )
    assert f'\nexclude = ["{E}"]\n' in ran.out
    assert baselines(small_project) == [A, B, D]
    # It is not green meanwhile.
    ran = run(small_project, "check-parity", "--no-record")
    assert (ran.code, ran.out.partition("\n")[0]) == (
        2,
        (
            "2 of 5 presets differ from their baseline, for 1 cause; 1 cannot be read; "
            "1 has no baseline"
        ),
    )


def test_a_preset_that_is_repaired_in_phase_0_is_frozen_as_it_is(small_project: Path) -> None:
    write_files(small_project, TEMPLATE)
    run(small_project, "snapshot")
    edit(small_project / OPTIM, "1.0e-4", "2.0e-4")
    edit(small_project / C, "{{ lr }}", "1.0e-5")
    ok(small_project, "snapshot")
    assert baselines(small_project) == [A, B, C]


def test_late_presets_are_listed_once_with_the_file_that_changed(small_project: Path) -> None:
    begin_work(small_project)
    extending = "extends: ../components/optim.yaml\n"
    write_files(small_project, {D: extending, E: extending})
    assert run(small_project, "snapshot").out.startswith(
        "nothing frozen: 2 presets already frozen in snapshots/; 2 presets could not be frozen:\n"
        f"{OPTIM}: changed since {A} was frozen from it\n"
        "  hint: freeze the preset from the file as it was; `snapshot --late --reason R` freezes "
        "it from the file as it is\n"
        f"  in  {D}, {E}\n"
    )


def test_a_preset_over_a_fusion_config_that_changed_keeps_no_other_from_being_frozen(
    frozen_project: Path,
) -> None:
    edit(frozen_project / MIX, "ratio: 1.0", "ratio: 0.5")
    naming = f"custom: {{fusion_config: {MIX}}}\n"
    write_files(frozen_project, {C: naming, D: naming, E: "extends: ../base.yaml\n"})
    ran = run(frozen_project, "snapshot")
    assert (ran.code, ran.err) == (2, "")
    assert ran.out == (
        "1 preset frozen in snapshots/; 2 frozen before, not changed; "
        "2 presets could not be frozen:\n"
        f"{MIX}: changed since it was frozen\n"
        "  hint: restore it, or first `accept` the change for the presets that name it\n"
        f"  in  {C}, {D}\n"
        "\n"
        f"frozen  {E}  (2 files)\n"
    )
    assert baselines(frozen_project) == [A, B, E]
    edit(frozen_project / MIX, "ratio: 0.5", "ratio: 1.0")
    ok(frozen_project, "snapshot")
    assert baselines(frozen_project) == [A, B, C, D, E]


# What the other commands say of it.


def test_a_check_of_the_baselines_counts_the_presets_that_have_none(small_project: Path) -> None:
    write_files(small_project, {**TEMPLATE, D: "extends: nope.yaml\n"})
    run(small_project, "snapshot")
    as_frozen = "2 baselines and 1 fusion config are as frozen in snapshots/"
    assert ok(small_project, "snapshot", "--check") == (
        f"{as_frozen}; 2 presets have no baseline; legacy sources unchanged\n"
    )
    assert ok(small_project, "snapshot", "--check", "--preset", A).count("no baseline") == 0
    paste(small_project, run(small_project, "snapshot").out)
    assert ok(small_project, "snapshot", "--check") == f"{as_frozen}; legacy sources unchanged\n"


@pytest.mark.parametrize(
    "settings", [{}, {"legacy": []}, {"new": "note"}, {"legacy": [], "new": "note"}]
)
def test_nothing_is_green_over_a_preset_that_cannot_be_read(
    small_project: Path, settings: Mapping[str, object]
) -> None:
    change_settings(small_project, **settings)
    write_files(small_project, TEMPLATE)
    run(small_project, "snapshot")
    for words in (("check-parity", "--no-record"), ("check-parity", "--no-record", "--preset", C)):
        ran = run(small_project, *words)
        assert (ran.code, ran.err) == (2, "")
        assert "cannot be read\n" in ran.out
        assert TEMPLATE_FAULT in ran.out
    ran = run(small_project, "ledger", "--check")
    assert (ran.code, ran.out.startswith("ledger does not hold: 1 preset blocks the gate")) == (
        2,
        True,
    )


@pytest.mark.parametrize("new", ["error", "note"])
def test_phase_0_stays_open_over_a_preset_that_is_neither_frozen_nor_excluded(
    small_project: Path, new: str
) -> None:
    change_settings(small_project, new=new)
    write_files(small_project, TEMPLATE)
    run(small_project, "snapshot")
    ran = run(small_project, "advance")
    assert (ran.code, ran.err) == (2, "")
    indented = TEMPLATE_FAULT.replace("\n  hint", "\n    hint")
    assert ran.out == (
        f'phase 0 stays open, 1 obstacle:\n  {C}: error: {indented}\n{IN_PLACE}exclude = ["{C}"]\n'
    )
    paste(small_project, ran.out)
    assert ok(small_project, "advance") == "phase 0 is closed; phase 1 is open\n"


def test_a_frozen_preset_that_breaks_is_nothing_to_exclude(frozen_project: Path) -> None:
    ok(frozen_project, "advance")
    write_files(frozen_project, {B: "- 1\n"})
    change_settings(frozen_project, phase_1=[B])
    ran = run(frozen_project, "advance")
    assert (ran.code, ran.out) == (
        2,
        (
            "phase 1 stays open, 1 obstacle:\n"
            f"  {B}: stale: ledger says pending, now error: {B}:1: "
            "the root must be a mapping, not a list\n"
        ),
    )


def test_reports_count_what_is_excluded(small_project: Path) -> None:
    write_files(small_project, {**TEMPLATE, D: "extends: nope.yaml\n"})
    paste(small_project, run(small_project, "snapshot").out)
    out = ok(small_project, "check-parity")
    assert out.endswith("\n2 pending (still on legacy files) · 2 excluded by settings\n")
    out = ok(small_project, "check-parity", "--format", "markdown")
    assert "\n2 pending (still on legacy files) · 2 excluded by settings\n" in out
    verdict = "edger holds; phase 0 is open; 2 presets; 2 excluded by settings\n"
    assert ok(small_project, "ledger").startswith(f"l{verdict}")
    assert ok(small_project, "ledger", "--format", "markdown").startswith(f"### L{verdict}")
    for command in ("check-parity", "ledger"):
        document = json.loads(ok(small_project, command, "--format", "json"))
        assert document["excluded"] == [C, D]
    # A report on some presets does not speak of the others.
    out = ok(small_project, "check-parity", "--preset", A)
    assert "excluded" not in out


def test_only_what_exclude_alone_keeps_from_being_a_preset_counts(frozen_project: Path) -> None:
    base, legacy, dropped = (f"configs/train/{name}.yaml" for name in ("base", "old", "gone"))
    write_files(frozen_project, {base: "a: 1\n", legacy: "a: 1\n", dropped: "a: 1\n"})
    change_settings(
        frozen_project, base=base, legacy=["configs/components/**", legacy], exclude=[legacy]
    )
    ok(frozen_project, "snapshot")
    ok(frozen_project, "map", "--old", dropped, "--drop", "--reason", "a test")
    # A frozen preset is compared although it is excluded.
    change_settings(frozen_project, exclude=[A, base, legacy, dropped])
    for command in ("check-parity", "ledger"):
        assert "excluded" not in ok(frozen_project, command)
    write_files(frozen_project, {C: "a: 1\n"})
    change_settings(frozen_project, exclude=["configs/train/**"])
    for command in ("check-parity", "ledger"):
        assert "1 excluded by settings" in ok(frozen_project, command)
