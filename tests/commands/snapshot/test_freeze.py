from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from migration.files.digest import digest
from tests.conftest import write_files
from tests.layouts import change_settings
from tests.ledgers import MIX, OPTIM, A, B, entry, fields, ok, record_path
from tests.running import commit_all, contents, edit, git, needs_git, run


def baseline(preset: str) -> str:
    return f"snapshots/presets/{preset}.json"


def fold(folder: Path) -> None:
    """Accept all differences, and write them into the baselines."""
    ok(folder, "accept", "--preset", "configs", "--reason", "on purpose")
    ok(folder, "snapshot", "--fold")


def settle(folder: Path, snapshots: str) -> None:
    """Set where the frozen files are to be."""
    edit(folder / "pyproject.toml", "phase_1 = []", f'phase_1 = []\nsnapshots = "{snapshots}"')


def test_a_baseline_holds_the_resolved_config_and_nothing_else(frozen_project: Path) -> None:
    text = (frozen_project / f"snapshots/presets/{B}.json").read_text()
    value = {
        "custom": {"fusion_config": MIX},
        "model": {"dtype": "bfloat16"},
        "optim": {"lr": 0.0001},
        "training": {"seed": 1},
    }
    assert text == json.dumps(value, indent=2) + "\n"


def test_the_origins_name_file_and_line_of_every_leaf(frozen_project: Path) -> None:
    assert fields(frozen_project, B)["origins"] == {
        A: {"custom.fusion_config": 2},
        "configs/base.yaml": {"model.dtype": 1},
        OPTIM: {"optim.lr": 1},
        B: {"training.seed": 2},
    }


def test_a_fusion_config_is_frozen_once_for_all_that_name_it(frozen_project: Path) -> None:
    frozen = [path for path in contents(frozen_project) if path.startswith("snapshots/fusion/")]
    assert frozen == [f"snapshots/fusion/{MIX}.json"]


def test_freezing_twice_from_the_same_tree_gives_the_same_bytes(
    frozen_project: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    files = contents(frozen_project)
    sources = {path: data.decode() for path, data in files.items() if "snapshots/" not in path}
    write_files(again, sources)
    run(again, "snapshot", "--preset", B)
    run(again, "snapshot", "--preset", A)
    assert contents(again) == files


def test_a_second_snapshot_changes_nothing_even_if_a_preset_was_edited(
    frozen_project: Path,
) -> None:
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    before = contents(frozen_project)
    ran = run(frozen_project, "snapshot")
    assert (ran.code, ran.out) == (0, "nothing to freeze: 2 presets already frozen in snapshots/\n")
    assert contents(frozen_project) == before


def test_a_new_preset_is_frozen_beside_the_old_ones(frozen_project: Path) -> None:
    before = contents(frozen_project / "snapshots/presets")
    write_files(frozen_project, {"configs/train/c.yaml": "extends: a.yaml\n"})
    ran = run(frozen_project, "snapshot")
    assert ran.out == (
        "1 preset frozen in snapshots/; 2 frozen before, not changed\n"
        "frozen  configs/train/c.yaml  (4 files)\n"
    )
    after = contents(frozen_project / "snapshots/presets")
    assert {path: after[path] for path in before} == before


def test_one_preset_alone_can_be_frozen(small_project: Path) -> None:
    assert run(small_project, "snapshot", "--preset", f"./{A}").code == 0
    assert list(contents(small_project / "snapshots/presets")) == [f"{A}.json"]


def test_a_new_preset_over_a_changed_fusion_config_is_refused(frozen_project: Path) -> None:
    edit(frozen_project / MIX, "ratio: 1.0", "ratio: 0.5")
    write_files(frozen_project, {"configs/train/c.yaml": "extends: a.yaml\n"})
    before = contents(frozen_project)
    ran = run(frozen_project, "snapshot", "--strict")
    assert (ran.code, ran.err) == (
        1,
        (
            f"{MIX}: changed since it was frozen\n  from configs/train/c.yaml\n"
            "  hint: restore it, or first `accept` the change for the presets that name it\n"
        ),
    )
    assert contents(frozen_project) == before


def test_a_record_has_the_chain_with_digests_and_what_each_file_extended(
    frozen_project: Path,
) -> None:
    record = fields(frozen_project, B)
    assert record["format"] == 3
    extended = {each["path"]: each["extends"] for each in record["chain"]}
    assert list(extended) == ["configs/base.yaml", OPTIM, A, B]
    assert extended == {"configs/base.yaml": [], OPTIM: [], A: ["configs/base.yaml", OPTIM], B: [A]}
    data = {path: (frozen_project / path).read_bytes() for path in extended}
    assert [each["sha256"] for each in record["chain"]] == [*map(digest, data.values())]
    fusion = (frozen_project / f"snapshots/fusion/{MIX}.json").read_bytes()
    assert record["fusion"] == {"path": MIX, "sha256": digest(fusion)}
    assert record["baseline"] == digest((frozen_project / baseline(B)).read_bytes())


def test_a_crlf_checkout_has_the_same_digests(frozen_project: Path) -> None:
    for path, data in contents(frozen_project).items():
        (frozen_project / path).write_bytes(data.replace(b"\n", b"\r\n"))
    assert run(frozen_project, "snapshot", "--check").code == 0
    assert run(frozen_project, "check-parity").code == 0


def test_the_fusion_config_of_a_dropped_preset_is_folded_once_it_agrees(
    frozen_project: Path,
) -> None:
    ok(frozen_project, "map", "--old", B, "--drop", "--reason", "unused")
    edit(frozen_project / MIX, "ratio: 1.0", "ratio: 0.5")
    fold(frozen_project)
    assert run(frozen_project, "check-parity").code == 0
    assert run(frozen_project, "snapshot", "--check").code == 0
    # Whoever takes the dropped one up again is told that its fusion config is another one.
    ran = run(frozen_project, "map", "--old", B, "--new", B)
    assert (ran.code, ran.out) == (
        0,
        f"mapped  {B}, phase 2: failed: 1 forbidden difference: targets\n",
    )
    fold(frozen_project)
    assert not [*(frozen_project / "snapshots").glob("accepted/*")]
    assert run(frozen_project, "check-parity").code == 0
    assert run(frozen_project, "snapshot", "--check").code == 0


def test_a_tree_without_legacy_files_is_remarked_on(small_project: Path) -> None:
    change_settings(small_project, legacy=["configs/parts/**"])
    write_files(small_project, {"configs/parts/x.yaml": "a: 1\n"})
    out = run(small_project, "snapshot").out
    assert out.endswith(
        "note: no preset is built from a legacy file, so that there is nothing to migrate; "
        "check the setting 'legacy'\n"
    )


def test_a_fusion_config_that_no_preset_names_any_more_goes(frozen_project: Path) -> None:
    edit(frozen_project / A, "mix.yaml", "other.yaml")
    write_files(frozen_project, {"configs/fusion/other.yaml": "targets: [{name: rru}]\n"})
    fold(frozen_project)
    frozen = contents(frozen_project / "snapshots")
    assert [path for path in frozen if path.startswith("fusion")] == [
        "fusion/configs/fusion/other.yaml.json",
        "fusion_records/configs/fusion/other.yaml.json",
    ]
    assert run(frozen_project, "check-parity").code == 0


def test_a_file_may_serve_as_a_preset_and_as_a_fusion_config(small_project: Path) -> None:
    change_settings(small_project, presets=["configs/**/*.yaml"], exclude=["configs/components/**"])
    write_files(small_project, {"configs/fusion/more.yaml": "extends: mix.yaml\ntargets: []\n"})
    assert run(small_project, "snapshot").code == 0
    assert run(small_project, "check-parity").code == 0


def test_a_preset_that_is_a_broken_link_cannot_be_frozen(small_project: Path) -> None:
    (small_project / "configs/train/c.yaml").symlink_to("nowhere.yaml")
    ran = run(small_project, "snapshot", "--preset", "configs/train/c.yaml")
    assert (ran.code, ran.err) == (
        1,
        "configs/train/nowhere.yaml: no such file\n  from configs/train/c.yaml, a link\n",
    )


def test_a_preset_without_a_fusion_config_has_none_in_its_record(small_project: Path) -> None:
    write_files(small_project, {A: "seed: 1\n", B: "custom: {fusion_config: null}\n"})
    assert run(small_project, "snapshot").code == 0
    assert "fusion" not in fields(small_project, B)
    frozen = contents(small_project / "snapshots")
    assert not [path for path in frozen if path.startswith("fusion")]


@pytest.mark.parametrize("snapshots", ["snapshots/", "./snapshots", "a//b", "./a/./b//"])
def test_another_spelling_of_the_folder_makes_nothing_a_leftover(
    small_project: Path, snapshots: str
) -> None:
    settle(small_project, snapshots)
    assert run(small_project, "snapshot").code == 0
    before = contents(small_project)
    ran = run(small_project, "snapshot")
    folder = snapshots.removeprefix("./").strip("/").replace("//", "/").replace("/./", "/")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"nothing to freeze: 2 presets already frozen in {folder}/\n"
    assert contents(small_project) == before
    assert run(small_project, "snapshot", "--check").code == 0


def test_a_baseline_whose_record_is_lost_is_never_overwritten(frozen_project: Path) -> None:
    (frozen_project / record_path(A)).unlink()
    edit(frozen_project / OPTIM, "1.0e-4", "1e-4")
    before = contents(frozen_project)
    for words in (("snapshot",), ("snapshot", "--preset", A), ("snapshot", "--force")):
        ran = run(frozen_project, *words)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith(
            f"{baseline(A)}: frozen already, and its record is gone; {A} resolves to other values "
            "now\n"
        )
        assert contents(frozen_project) == before


def test_a_baseline_that_is_as_it_would_be_written_is_taken_as_it_is(frozen_project: Path) -> None:
    before = contents(frozen_project)
    (frozen_project / record_path(A)).unlink()
    assert run(frozen_project, "check-parity").code == 1
    assert run(frozen_project, "snapshot").code == 0
    assert contents(frozen_project) == before


@needs_git
def test_a_record_that_git_can_bring_back_is_not_written_anew(frozen_project: Path) -> None:
    commit_all(frozen_project)
    (frozen_project / record_path(A)).unlink()
    ran = run(frozen_project, "snapshot")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"{baseline(A)}: frozen already, and its record is gone\n")
    assert run(frozen_project, "snapshot", "--resolve").code == 0
    assert run(frozen_project, "check-parity", "--no-record").code == 0


@needs_git
@pytest.mark.parametrize(("count", "is_committed"), [(6, True), (1, False), (5, True)])
def test_leftovers_go_only_if_they_are_few_and_git_has_them(
    frozen_project: Path, count: int, is_committed: bool
) -> None:
    left = [f"snapshots/presets/old/{number}.json" for number in range(count)]
    if not is_committed:
        commit_all(frozen_project)
    write_files(frozen_project, dict.fromkeys(left, "{}\n"))
    if is_committed:
        commit_all(frozen_project)
    ran = run(frozen_project, "snapshot")
    is_removed = is_committed and count <= 5
    assert (ran.code, ran.err) == (0, "")
    word = "removed {}  (a leftover)\n" if is_removed else "left in place  {}\n"
    assert all(word.format(path) in ran.out for path in left)
    assert ("`snapshot --force` removes " in ran.out) == (not is_removed)
    assert (frozen_project / left[0]).exists() == (not is_removed)
    assert run(frozen_project, "snapshot", "--force").code == 0
    assert not (frozen_project / left[0]).exists()
    assert run(frozen_project, "snapshot", "--check").code == 0


def test_without_git_no_leftover_goes_unasked(frozen_project: Path) -> None:
    notes = frozen_project / "snapshots/records/notes.txt"
    notes.write_text("mine\n")
    assert "left in place  snapshots/records/notes.txt\n" in run(frozen_project, "snapshot").out
    assert notes.exists()


def test_nothing_that_is_frozen_is_a_preset_or_a_legacy_file(small_project: Path) -> None:
    write_files(small_project, {"snapped/x.yaml": "a: 1\n"})
    change_settings(
        small_project,
        presets=["**/*.yaml"],
        legacy=["configs/components/**", "snap*/**"],
        exclude=["configs/components/**", "snapped/**"],
    )
    assert run(small_project, "snapshot").code == 0
    before = contents(small_project)
    out = run(small_project, "snapshot").out
    assert out.startswith("nothing to freeze: ")
    assert contents(small_project) == before
    assert run(small_project, "check-parity").code == 0
    assert not [path for path in before if path.startswith("snapshots/presets/snapshots")]
    ok(small_project, "advance")
    assert "(2 legacy files)" in ok(small_project, "ledger")
    lint = run(small_project, "lint")
    assert "snapshots/" not in lint.out + lint.err


def test_a_glob_that_matches_everything_makes_no_legacy_file_of_what_is_frozen(
    frozen_project: Path,
) -> None:
    excluded = [
        "configs/components/**",
        "configs/base.yaml",
        "configs/fusion/**",
        "configs/train/**",
    ]
    change_settings(
        frozen_project,
        presets=["**/*.yaml"],
        exclude=excluded,
        legacy=["**"],
        base=None,
    )
    sources = [path for path in contents(frozen_project) if not path.startswith("snapshots/")]
    before = contents(frozen_project)
    assert ok(frozen_project, "snapshot").startswith("nothing to freeze: 2 presets already frozen")
    assert f"({len(sources)} legacy files)" in ok(frozen_project, "ledger")
    assert contents(frozen_project) == before


@needs_git
def test_frozen_files_that_git_ignores_are_named_with_the_pattern(small_project: Path) -> None:
    git(small_project, "init", "--quiet")
    (small_project / ".gitignore").write_text("# build\n*.json\n")
    note = "(.gitignore:2 *.json): they will not be committed\n"
    out = ok(small_project, "snapshot")
    assert out.splitlines()[-1].startswith("note: git ignores snapshots/")
    assert out.endswith(note)
    assert ok(small_project, "snapshot", "--check").endswith(note)
    (small_project / ".gitignore").unlink()
    assert "git ignores" not in ok(small_project, "snapshot", "--check")


@pytest.mark.parametrize("is_outside", [False, True])
def test_a_source_outside_is_frozen_by_its_path_from_the_root(
    small_project: Path, tmp_path: Path, is_outside: bool
) -> None:
    if is_outside:
        edit(small_project / "pyproject.toml", "phase_1", "allow_outside = true\nphase_1")
        write_files(tmp_path, {"shared/x.yaml": "bs: 8\n"})
        write_files(small_project, {A: "extends: ../../../shared/x.yaml\n"})
    assert run(small_project, "snapshot").code == 0
    frozen = contents(small_project / "snapshots")
    assert not [path for path, data in frozen.items() if str(tmp_path).encode() in data]
    if is_outside:
        record = fields(small_project, A)
        assert record["chain"][0]["path"] == "../shared/x.yaml"
        assert record["chain"][1]["extends"] == ["../shared/x.yaml"]
        assert record["origins"] == {"../shared/x.yaml": {"bs": 1}}
        again = tmp_path / "elsewhere" / "project"
        shutil.copytree(small_project, again)
        write_files(tmp_path / "elsewhere", {"shared/x.yaml": "bs: 8\n"})
        assert run(again, "snapshot", "--check").code == 0
        edit(again.parent / "shared/x.yaml", "8", "16")
        assert run(again, "snapshot", "--check").code == 2
        assert "was  ../shared/x.yaml:1" in run(again, "check-parity", "--no-record").out


# A preset that is frozen later than others.

LATE = "configs/train/late.yaml"


def late_project(folder: Path) -> Path:
    """Add a preset on the component, once phase 0 is closed and trunk has edited the component."""
    ok(folder, "advance")
    edit(folder / OPTIM, "1.0e-4", "2.0e-4")
    write_files(folder, {LATE: "extends: ../components/optim.yaml\n"})
    return folder


@pytest.mark.parametrize("words", [("--strict",), ("--preset", LATE)])
def test_what_somebody_edited_meanwhile_is_not_frozen_as_the_truth(
    frozen_project: Path, words: tuple[str, ...]
) -> None:
    before = contents(late_project(frozen_project))
    ran = run(frozen_project, "snapshot", *words)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        f"{OPTIM}: changed since {A} was frozen from it\n  from {LATE}\n"
        "  hint: freeze the preset from the file as it was; `snapshot --late --reason R` freezes "
        "it from the file as it is\n"
    )
    assert contents(frozen_project) == before


def test_a_late_preset_is_frozen_for_a_reason_that_the_ledger_keeps(frozen_project: Path) -> None:
    late_project(frozen_project)
    for words in (["--late"], ["--late", "--reason", " "]):
        ran = run(frozen_project, "snapshot", *words)
        assert (ran.code, ran.out, "--late needs a --reason" in ran.err) == (1, "", True)
    write_files(frozen_project, {"configs/train/other.yaml": "extends: ../base.yaml\n"})
    ok(frozen_project, "snapshot", "--late", "--reason", "agreed with trunk")
    assert entry(frozen_project, LATE) == {"status": "pending", "late": "agreed with trunk"}
    # Of a preset that was not late nothing is kept.
    assert entry(frozen_project, "configs/train/other.yaml") == {"status": "verified"}
    assert f"{LATE}: frozen late: agreed with trunk\n" in run(frozen_project, "ledger").out
    assert run(frozen_project, "snapshot", "--check").code == 2


def test_a_late_preset_is_frozen_where_nothing_has_changed(frozen_project: Path) -> None:
    ok(frozen_project, "advance")
    write_files(frozen_project, {LATE: "extends: ../components/optim.yaml\n"})
    ok(frozen_project, "snapshot")
    assert entry(frozen_project, LATE) == {"status": "pending"}


def test_in_phase_0_a_preset_is_never_late(frozen_project: Path) -> None:
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    write_files(frozen_project, {LATE: "extends: ../components/optim.yaml\n"})
    ok(frozen_project, "snapshot")


def test_what_is_no_legacy_file_makes_no_preset_late(frozen_project: Path) -> None:
    ok(frozen_project, "advance")
    edit(frozen_project / "configs/base.yaml", "bfloat16", "float16")
    write_files(frozen_project, {LATE: "extends: ../base.yaml\n"})
    ok(frozen_project, "snapshot")


def test_the_legacy_files_of_a_fusion_config_make_a_preset_late_as_well(
    small_project: Path,
) -> None:
    part, more = "configs/components/mix.yaml", "configs/fusion/more.yaml"
    edit(small_project / MIX, "targets:", "extends: ../components/mix.yaml\ntargets:")
    write_files(small_project, {part: "note: 1\n"})
    ok(small_project, "snapshot")
    ok(small_project, "advance")
    write_files(
        small_project,
        {
            part: "note: 2\n",
            more: "extends: ../components/mix.yaml\ntargets: [{name: x}]\n",
            LATE: f"custom: {{fusion_config: {more}}}\n",
        },
    )
    ran = run(small_project, "snapshot", "--strict")
    assert (ran.code, ran.err.startswith(f"{part}: changed since {A} was frozen")) == (1, True)


def test_a_preset_is_late_though_phase_0_is_open_again(frozen_project: Path) -> None:
    late_project(frozen_project)
    ok(frozen_project, "advance", "--reopen", "0", "--reason", "a test")
    ran = run(frozen_project, "snapshot")
    assert (ran.code, f"\n{OPTIM}: changed since {A} was frozen" in ran.out) == (2, True)


def test_what_is_migrated_is_not_accepted_unasked_though_phase_0_is_open_again(
    frozen_project: Path,
) -> None:
    ok(frozen_project, "advance")
    write_files(frozen_project, {A: "optim: {lr: 9}\n"})
    words = ("accept", "--preset", A, "--reason", "r")
    assert run(frozen_project, *words).code == 1
    ok(frozen_project, "advance", "--reopen", "0", "--reason", "a test")
    assert "this preset has left the legacy files" in run(frozen_project, *words).err


# A record that only the past of git has.


@needs_git
@pytest.mark.parametrize("is_matched", [True, False])
def test_a_moved_preset_whose_record_is_lost_is_frozen_by_no_other_path(
    frozen_project: Path, is_matched: bool
) -> None:
    """Freezing the file that it moved to would make whatever that says its baseline."""
    folder, old, new = frozen_project, "old/c.yaml", "configs/train/c2.yaml"
    globs = ["configs/train/*.yaml", "old/*.yaml"]
    change_settings(folder, presets=globs)
    legacy = "extends: ../configs/components/optim.yaml\nname: "
    write_files(folder, {old: f"{legacy}c\n", "old/d.yaml": f"{legacy}d\n"})
    ok(folder, "snapshot")
    write_files(folder, {new: "extends: ../base.yaml\noptim: {lr: 1.0e-4}\nname: c\n"})
    ok(folder, "map", "--old", old, "--new", new)
    (folder / old).unlink()
    if not is_matched:
        change_settings(folder, presets=globs[:1])
    commit_all(folder)
    (folder / record_path(old)).unlink()
    edit(folder / new, "1.0e-4", "1e-4")
    commit_all(folder)
    before = contents(folder)
    message = f"the record of {old} is missing, but its baseline is there"
    for words in (("snapshot",), ("check-parity", "--no-record"), ("snapshot", "--check")):
        ran = run(folder, *words)
        assert (words, ran.code, message in ran.err) == (words, 1, True)
        assert contents(folder) == before


@needs_git
def test_a_record_that_a_commit_removed_is_not_written_without_its_decisions(
    frozen_project: Path,
) -> None:
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    fold(frozen_project)
    ok(frozen_project, "map", "--old", A, "--phase", "1")
    commit_all(frozen_project)
    (frozen_project / record_path(A)).unlink()
    commit_all(frozen_project)
    before = contents(frozen_project)
    for words in (("snapshot",), ("snapshot", "--preset", A)):
        ran = run(frozen_project, *words)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith(f"{baseline(A)}: frozen already, and its record is gone\n")
    assert contents(frozen_project) == before
    (frozen_project / baseline(A)).unlink()
    ran = run(frozen_project, "snapshot", "--preset", A)
    assert ran.code == 1
    assert f"{A} was frozen, and its record and its baseline are gone\n" in ran.err
    ok(frozen_project, "snapshot", "--preset", A, "--force")
