"""Presets that were renamed where no migration is: which commands every report prints."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.running import contents, run

RUNS = "configs/runs"
A, B, C = (f"{RUNS}/{name}.yaml" for name in "abc")
FILES = {
    "pyproject.toml": (
        '[tool.config-migration]\npresets = ["configs/*/*.yaml"]\nexclude = ["configs/parts/**"]\n'
    ),
    "configs/parts/x.yaml": "bs: 8\n",
    A: "extends: ../parts/x.yaml\n",
    B: "extends: ../parts/x.yaml\nlr: 2\nname: b\n",
    C: "extends: ../parts/x.yaml\nlr: 3\nname: c\n",
    "configs/new/n.yaml": "other: 1\n",
}


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """Return a frozen project without a migration."""
    write_files(tmp_path, FILES)
    assert run(tmp_path, "snapshot").code == 0
    return tmp_path


def next_line(folder: Path, *words: str) -> str:
    return run(folder, *words, "ledger").out.splitlines()[-1]


def follow(folder: Path, line: str) -> None:
    """Run the command that a line of `ledger` names."""
    command = line.removeprefix("next: ").partition("  (")[0]
    ran = run(folder, *shlex.split(command)[1:])
    assert ran.code == 0, ran


def test_a_renamed_preset_has_the_same_command_in_each_report(gate: Path) -> None:
    new = f"{RUNS}/a_v2.yaml"
    (gate / A).rename(gate / new)
    command = f"config-migration map {A} {new}"
    assert run(gate, "check-parity", "--no-record").out == (
        "1 of 5 presets has no file\n"
        "\n"
        f"{A}: no such file; did it go to {new}? `{command}`\n"
        "\n"
        f"{new}: not frozen: did {A} move here? `{command}`\n"
        "\n"
        "1 new · 3 verified · 1 excluded by settings\n"
    )
    before = contents(gate)
    ran = run(gate, "snapshot")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        f"{A}: frozen, but its file is gone, while other presets are not frozen yet\n"
        f"  hint: did it go to {new}? `{command}`; `--preset` freezes one by name\n"
    )
    assert contents(gate) == before
    assert f"  hint: first record where the presets went that are gone: `{command}`\n" in (
        run(gate, "doctor").out
    )
    why = "(records where the preset went; or put its file back)"
    assert next_line(gate) == f"next: {command}  {why}"
    follow(gate, next_line(gate))
    assert next_line(gate) == "next: nothing"


def test_a_renamed_folder_takes_one_command(gate: Path) -> None:
    (gate / RUNS).rename(gate / "configs/presets")
    command = f"config-migration map {RUNS} configs/presets"
    asked = f"no such file; did the folder {RUNS} move to configs/presets? `{command}`"
    out = run(gate, "check-parity", "--no-record").out
    assert f"{asked}\n  in  {A}, {B}, {C}\n" in out
    assert f"not frozen: did it come from {RUNS}? `{command}`\n  in  configs/presets/a.yaml" in out
    ran = run(gate, "snapshot")
    assert ran.code == 1
    assert ran.err == (
        "the files of 3 frozen presets are gone, while others are not frozen yet: "
        f"{A}, {B}, {C}\n"
        f"  hint: {asked.removeprefix('no such file; ')}; `--preset` freezes one by name\n"
    )
    assert next_line(gate).startswith(f"next: {command}  (records where 3 presets went; ")
    follow(gate, next_line(gate))
    assert next_line(gate) == "next: nothing"
    assert run(gate, "check-parity").out.startswith("parity holds: all 4 presets agree")


def test_a_renamed_folder_with_a_changed_and_an_unreadable_preset_takes_one_command(
    gate: Path,
) -> None:
    (gate / RUNS).rename(gate / "configs/presets")
    write_files(
        gate,
        {
            "configs/presets/b.yaml": "quite: {another: 1}\n",
            "configs/presets/c.yaml": "extends: gone.yaml\n",
        },
    )
    follow(gate, next_line(gate))
    ran = run(gate, "check-parity")
    assert ran.code == 2
    assert "missing" not in ran.out
    assert "new" not in ran.out.splitlines()[-1]


def test_a_preset_that_was_deleted_with_its_folder_comes_first(gate: Path) -> None:
    (gate / RUNS).rename(gate / "configs/presets")
    (gate / "configs/presets/c.yaml").unlink()
    assert next_line(gate).startswith(f"next: config-migration map {C} PATH  (records where {C} ")
    refused = run(gate, "map", RUNS, "configs/presets")
    assert refused.err.startswith(f"configs/presets/c.yaml: no such file, so {C} did not move ")
    ran = run(gate, "map", C, "--drop", "--reason", "no longer run")
    assert (ran.code, ran.out) == (0, f"dropped  {C}\nreason: no longer run\n")
    follow(gate, next_line(gate))
    out = run(gate, "ledger").out
    assert f"\n{C}: dropped: no longer run\n" in out
    assert out.endswith("\nnext: nothing\n")


def test_a_preset_of_a_folder_that_went_elsewhere_has_a_command_of_its_own(gate: Path) -> None:
    (gate / RUNS).rename(gate / "configs/presets")
    (gate / "configs/presets/c.yaml").rename(gate / "configs/new/zebra.yaml")
    commands = set()
    while "map" in (line := next_line(gate)):
        commands.add(line.partition("  (")[0].removeprefix("next: config-migration "))
        follow(gate, line)
    assert commands == {
        f"map {C} configs/new/zebra.yaml",
        f"map {RUNS} configs/presets",
    }


def test_a_part_of_a_folder_that_moved_is_mapped_preset_by_preset(gate: Path) -> None:
    for path in (A, B):
        (gate / path).rename(gate / path.replace("runs", "new"))
    assert f"map {A} configs/new/a.yaml" in next_line(gate)
    follow(gate, next_line(gate))
    assert f"map {B} configs/new/b.yaml" in next_line(gate)


def test_of_two_files_that_are_equally_alike_none_is_suggested(gate: Path) -> None:
    text = (gate / A).read_text()
    (gate / A).unlink()
    write_files(gate, {f"{RUNS}/d.yaml": text, f"{RUNS}/e.yaml": text})
    may_be = f"it may be {RUNS}/d.yaml or {RUNS}/e.yaml"
    went = f"`config-migration map {A} PATH` records which"
    drop = f"`config-migration map {A} --drop --reason R` that it was given up"
    advice = f"{may_be}: {went}, and {drop}"
    out = run(gate, "check-parity", "--no-record").out
    assert f"{A}: no such file; {advice}\n" in out
    assert f"hint: {advice}; " in run(gate, "snapshot").err
    assert next_line(gate).startswith(f"next: config-migration map {A} PATH  (")
    for ran in (run(gate, "check-parity"), run(gate, "snapshot"), run(gate, "ledger")):
        assert f"map {A} {RUNS}" not in ran.out + ran.err
        assert "`snapshot` freezes" not in ran.out + ran.err


def test_a_new_member_of_a_family_is_not_taken_for_one_that_was_deleted(gate: Path) -> None:
    (gate / C).unlink()
    write_files(gate, {f"{RUNS}/d.yaml": "extends: ../parts/x.yaml\nlr: 4\nname: d\n"})
    out = run(gate, "check-parity", "--no-record").out
    assert f"map {C} {RUNS}/d.yaml" not in out
    assert f"`config-migration map {C} PATH`" in out


def test_the_same_name_alone_makes_no_suggestion(gate: Path) -> None:
    (gate / C).unlink()
    write_files(gate, {"configs/new/c.yaml": "quite: {another: 1, config: 2}\n"})
    out = run(gate, "check-parity", "--no-record").out
    assert f"{C}: no such file; it may be configs/new/c.yaml: " in out
    assert f"map {C} configs/new/c.yaml" not in out


def test_a_command_is_right_where_the_person_is(
    gate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = "configs/runs/a v2.yaml"
    (gate / A).rename(gate / new)
    words = f"map {A} '{new}'"
    assert f"next: config-migration {words}  " in next_line(gate / "configs")
    # Another file is at this path from there.
    write_files(gate, {f"configs/{A}": "x: 1\n"})
    for folder, spelled in ((gate / "configs", "-C .. "), (gate / RUNS, ""), (gate, "")):
        assert f"next: config-migration {spelled}{words}  " in next_line(folder)
    monkeypatch.chdir(gate.parent)
    name = gate.name
    for directory, spelled in ((name, name), (f"{name}/configs", f"{name}/configs/..")):
        line = next_line(gate.parent, "-C", directory)
        assert f"next: config-migration -C {spelled} {words}  " in line
    text = run(gate.parent, "-C", name, "snapshot").err
    assert f"`config-migration -C {name} {words}`" in text
    follow(gate.parent, next_line(gate.parent, "-C", f"{name}/configs"))
    assert next_line(gate) == "next: nothing"


@pytest.mark.parametrize(
    ("words", "lacking"),
    [
        (("advance",), "there are no phases"),
        (("advance", "--reopen", "0", "--reason", "r"), "there are no phases"),
        (("map", A, "--phase", "1"), "there are no phases"),
        (("map", RUNS, "--phase", "2"), "there are no phases"),
        (("retire",), "there is nothing to retire"),
        (("retire", "--dry-run"), "there is nothing to retire"),
    ],
)
def test_what_only_a_migration_has_is_refused_in_one_clear_line(
    gate: Path, words: tuple[str, ...], lacking: str
) -> None:
    before = contents(gate)
    ran = run(gate, *words)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        f"pyproject.toml: this project has no migration, so {lacking}: 'legacy' is not set\n"
        '  hint: name the files that a migration removes, as legacy = ["configs/components/**"]\n'
    )
    assert contents(gate) == before


def test_a_migration_that_was_begun_is_not_forgotten_with_its_setting(gate: Path) -> None:
    settings = FILES["pyproject.toml"]
    write_files(gate, {"pyproject.toml": settings + 'legacy = ["configs/parts/**"]\n'})
    assert run(gate, "advance").code == 0
    write_files(gate, {"pyproject.toml": settings})
    assert "; phase 1 is open; " in run(gate, "ledger").out
    assert run(gate, "advance").err == (
        "pyproject.toml: 'legacy' is not set any more, which the migration needs\n"
        '  hint: name the files that a migration removes, as legacy = ["configs/components/**"]\n'
    )


def test_a_preset_that_is_built_from_its_baseline_is_not_green(gate: Path) -> None:
    write_files(gate, {A: f"extends: ../../snapshots/presets/{A}.json\n"})
    ran = run(gate, "check-parity", "--no-record")
    assert ran.code == 2
    message = f"built from snapshots/presets/{A}.json, a frozen file: it would be compared with"
    assert f"{A}: {message} itself\n" in ran.out
