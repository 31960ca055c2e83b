"""`map`: a preset renamed, given up, taken up again, or moved to another phase."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from migration.store.record_file import decided_again, read_record
from migration.store.records import PRESETS
from tests.conftest import write_files
from tests.layouts import change_settings
from tests.ledgers import (
    OPTIM,
    SHALLOW,
    A,
    B,
    checklist,
    entry,
    gate,
    ok,
    record_path,
    rows,
    statuses,
    to_phase,
)
from tests.running import contents, edit, run

NEW = "configs/moved/a.yaml"
MOVED = {NEW: SHALLOW.replace("../base", "../base")}


def moved(folder: Path) -> Path:
    write_files(folder, MOVED)
    ok(folder, "map", "--old", A, "--new", NEW)
    return folder


def test_a_renamed_preset_is_compared_with_the_baseline_of_its_old_path(
    frozen_project: Path,
) -> None:
    write_files(frozen_project, MOVED)
    out = ok(frozen_project, "map", "--old", A, "--new", NEW)
    assert out == f"mapped  {A} → {NEW}, phase 2: verified\n"
    assert entry(frozen_project, A) == {"target": NEW, "status": "verified"}
    edit(frozen_project / NEW, "1.0e-4", "1e-4")
    ran = run(frozen_project, "check-parity", "--preset", NEW)
    assert ran.code == 2
    assert f"{A} → {NEW}" in ran.out
    assert statuses(frozen_project)[A] == "failed"


def test_a_renamed_preset_may_be_named_by_either_path(frozen_project: Path) -> None:
    moved(frozen_project)
    by_old = run(frozen_project, "check-parity", "--preset", A)
    by_new = run(frozen_project, "check-parity", "--preset", NEW)
    assert by_old == by_new
    assert by_old.code == 0


def test_a_new_path_that_the_globs_match_is_not_taken_for_a_new_preset(
    frozen_project: Path,
) -> None:
    target = "configs/train/renamed.yaml"
    write_files(frozen_project, {target: SHALLOW})
    ok(frozen_project, "map", "--old", A, "--new", target)
    assert list(rows(frozen_project)) == [A, B]


def test_the_old_path_is_a_legacy_file_from_then_on(frozen_project: Path) -> None:
    moved(frozen_project)
    assert rows(frozen_project)[B]["status"] == "pending"
    write_files(frozen_project, {A: SHALLOW})
    assert run(frozen_project, "check-parity").code == 0
    assert statuses(frozen_project) == {A: "verified", B: "pending"}
    edit(frozen_project / B, "a.yaml", "../moved/a.yaml")
    ok(frozen_project, "check-parity")
    assert statuses(frozen_project) == {A: "verified", B: "verified"}


def test_a_mistake_at_the_new_path_is_told_at_once(frozen_project: Path) -> None:
    write_files(frozen_project, {NEW: SHALLOW.replace("1.0e-4", "2.0e-4")})
    out = ok(frozen_project, "map", "--old", A, "--new", NEW)
    assert out == (f"mapped  {A} → {NEW}, phase 2: failed: 1 forbidden difference: optim.lr\n")
    assert entry(frozen_project, A)["status"] == "failed"


def test_a_preset_still_on_legacy_files_is_pending_at_its_new_path(frozen_project: Path) -> None:
    write_files(frozen_project, {NEW: (frozen_project / A).read_text()})
    out = ok(frozen_project, "map", "--old", A, "--new", NEW)
    assert out == f"mapped  {A} → {NEW}, phase 2: pending: built from {OPTIM}\n"


def test_a_preset_can_be_mapped_back(frozen_project: Path) -> None:
    before = contents(frozen_project)
    moved(frozen_project)
    (frozen_project / NEW).unlink()
    ok(frozen_project, "map", "--old", A, "--new", A)
    assert contents(frozen_project) == before


def test_mapping_the_same_way_twice_changes_nothing(frozen_project: Path) -> None:
    moved(frozen_project)
    before = contents(frozen_project)
    out = ok(frozen_project, "map", "--old", A, "--new", NEW)
    assert out == f"nothing to change: {A} is verified at {NEW}, phase 2\n"
    assert contents(frozen_project) == before


def test_a_phase_is_assigned(frozen_project: Path) -> None:
    assert rows(frozen_project)[B]["phase"] == 2
    ok(frozen_project, "map", "--old", B, "--phase", "1")
    assert rows(frozen_project)[B]["phase"] == 1
    assert entry(frozen_project, B) == {"status": "pending", "phase": 1}


def test_a_phase_outweighs_the_settings(frozen_project: Path) -> None:
    edit(frozen_project / "pyproject.toml", "phase_1 = []", f'phase_1 = ["{A}"]')
    assert rows(frozen_project)[A]["phase"] == 1
    ok(frozen_project, "map", "--old", A, "--phase", "2")
    assert rows(frozen_project)[A]["phase"] == 2


def test_a_dropped_preset_keeps_its_reason_and_is_in_nobodys_way(frozen_project: Path) -> None:
    edit(frozen_project / B, "seed: 1", "seed: 2")
    assert run(frozen_project, "check-parity").code == 2
    out = ok(frozen_project, "map", "--old", B, "--drop", "--reason", " nobody runs it ")
    assert out == f"dropped  {B}\nreason: nobody runs it\n"
    assert entry(frozen_project, B) == {"status": "dropped", "reason": "nobody runs it"}
    assert run(frozen_project, "check-parity").code == 0
    (frozen_project / B).unlink()
    assert run(frozen_project, "check-parity").code == 0
    assert statuses(frozen_project)[B] == "dropped"


def test_a_dropped_preset_is_a_legacy_file_to_those_that_extend_it(frozen_project: Path) -> None:
    write_files(frozen_project, {A: SHALLOW})
    ok(frozen_project, "check-parity")
    ok(frozen_project, "map", "--old", A, "--drop", "--reason", "superseded")
    assert rows(frozen_project)[B]["actual"] == "pending"
    assert rows(frozen_project)[B]["cause"] == (
        f"stale: ledger says verified, now pending: built from {A}"
    )


@pytest.mark.parametrize("path", [A, NEW])
def test_a_dropped_preset_can_be_taken_up_again(frozen_project: Path, path: str) -> None:
    ok(frozen_project, "map", "--old", A, "--drop", "--reason", "superseded")
    write_files(frozen_project, {path: SHALLOW})
    ok(frozen_project, "map", "--old", A, "--new", path)
    target = {} if path == A else {"target": path}
    assert entry(frozen_project, A) == {**target, "status": "verified"}


def test_a_preset_that_is_dropped_after_a_move_leaves_both_of_its_paths(
    frozen_project: Path,
) -> None:
    target = "configs/train/moved.yaml"
    write_files(frozen_project, {target: SHALLOW.replace("1.0e-4", "2.0e-4")})
    ok(frozen_project, "map", "--old", A, "--new", target)
    ok(frozen_project, "map", "--old", A, "--drop", "--reason", "superseded")
    assert list(rows(frozen_project)) == [A, B]
    assert checklist(frozen_project)["phases"][-1] == {"phase": 3, "legacy_files": 3}


def test_a_path_whose_preset_was_dropped_may_be_taken_over(frozen_project: Path) -> None:
    # A copy that was frozen by mistake does not block the preset that it is a copy of.
    copy = "configs/train/copy.yaml"
    write_files(frozen_project, {copy: SHALLOW})
    ok(frozen_project, "snapshot")
    assert run(frozen_project, "map", "--old", A, "--new", copy).code == 1
    ok(frozen_project, "map", "--old", copy, "--drop", "--reason", "a copy of a")
    out = ok(frozen_project, "map", "--old", A, "--new", copy)
    assert out == f"mapped  {A} → {copy}, phase 2: verified\n"
    assert run(frozen_project, "map", "--old", copy, "--new", copy).code == 1


@pytest.mark.parametrize("is_moved", [False, True])
def test_a_path_that_was_taken_over_names_the_preset_that_is_there(
    frozen_project: Path, is_moved: bool
) -> None:
    path = NEW if is_moved else A
    if is_moved:
        moved(frozen_project)
    ok(frozen_project, "map", "--old", A, "--drop", "--reason", "superseded")
    write_files(frozen_project, {path: "extends: ../base.yaml\nseed: 1\n"})
    ok(frozen_project, "map", "--old", B, "--new", path)
    ran = run(frozen_project, "check-parity", "--preset", path)
    assert (ran.code, ran.out.startswith("1 of 1 preset differs")) == (2, True)


def test_a_path_that_is_an_old_one_and_a_new_one_names_the_preset_that_was_frozen_there(
    frozen_project: Path,
) -> None:
    moved(frozen_project)
    write_files(frozen_project, {A: f"{SHALLOW}training: {{seed: 1}}\n"})
    ok(frozen_project, "map", "--old", B, "--new", A, "--reuse-path", "--reason", "a test")
    for path, preset in ((A, A), (NEW, A), (B, B)):
        ran = run(frozen_project, "check-parity", "--preset", path, "--format", "json")
        assert [row["legacy"] for row in json.loads(ran.out)["presets"]] == [preset]


def test_a_dropped_record_that_was_typed_in_is_found_out(frozen_project: Path) -> None:
    to_phase(frozen_project, 2)
    typed = '"target": "hidden.yaml",\n  "status": "dropped",\n  "reason": "typed in"'
    edit(frozen_project / record_path(B), '"status": "verified"', typed)
    ran = run(frozen_project, "advance")
    assert (ran.code, f"what was decided of {B} was edited" in ran.err) == (1, True)


def share_a_path(folder: Path) -> None:
    """Map both presets to one path, as two branches that merge without a conflict do."""
    write_files(folder, MOVED)
    ok(folder, "map", "--old", A, "--new", NEW)
    path = folder / record_path(B)
    found = read_record(path.read_bytes(), PRESETS, B, record_path(B)).entry
    assert found
    moved = replace(found, target=NEW)
    path.write_bytes(decided_again(path.read_bytes(), PRESETS, B, moved))


@pytest.mark.parametrize(("preset", "other"), [(A, B), (B, A)])
def test_two_presets_with_one_path_are_named_and_either_can_be_mapped_elsewhere(
    frozen_project: Path, preset: str, other: str
) -> None:
    share_a_path(frozen_project)
    before = contents(frozen_project)
    for words in (
        ("check-parity",),
        ("check-parity", "--no-record"),
        ("ledger",),
        ("ledger", "--check"),
        ("snapshot",),
        ("snapshot", "--check"),
        ("accept", "--preset", A, "--reason", "why"),
        ("draft", "--preset", A),
        ("advance",),
        ("retire",),
        ("retire", "--dry-run"),
    ):
        ran = run(frozen_project, *words)
        assert (words, ran.code, ran.out) == (words, 1, "")
        message = f"{record_path(B)}: {B} and {A} both have the path {NEW}\n"
        assert ran.err.startswith(message), words
    assert contents(frozen_project) == before
    elsewhere = NEW.replace(".yaml", "_2.yaml")
    (frozen_project / elsewhere).write_text(MOVED[NEW])
    ok(frozen_project, "map", "--old", preset, "--new", elsewhere)
    targets = {each: entry(frozen_project, each)["target"] for each in (A, B)}
    assert targets == {preset: elsewhere, other: NEW}
    assert statuses(frozen_project).keys() == {A, B}
    assert run(frozen_project, "snapshot", "--check").code == 0


@pytest.mark.parametrize("preset", [A, B])
def test_no_preset_is_mapped_to_a_path_that_two_others_share(
    small_project: Path, preset: str
) -> None:
    c = "configs/train/c.yaml"
    write_files(small_project, {c: "extends: ../components/optim.yaml\n"})
    ok(small_project, "snapshot")
    share_a_path(small_project)
    before = contents(small_project)
    ran = run(small_project, "map", "--old", c, "--new", NEW)
    assert (ran.code, "the file of another preset" in ran.err) == (1, True)
    assert contents(small_project) == before
    # What has nothing to do with the path is decided all the same.
    ok(small_project, "map", "--old", c, "--phase", "1")
    ok(small_project, "map", "--old", preset, "--drop", "--reason", "nobody runs it")
    assert statuses(small_project)[c] == "pending"


def test_a_preset_with_the_path_of_another_can_be_dropped(frozen_project: Path) -> None:
    share_a_path(frozen_project)
    ok(frozen_project, "map", "--old", B, "--drop", "--reason", "nobody runs it")
    assert statuses(frozen_project)[B] == "dropped"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"status"', '"target": "../away.yaml",\n  "status"'),
        ('"status": "pending"', '"status": "done"'),
        ('"status": "pending"', '"status": "pending",\n  "phase": 7'),
        ('"status": "pending"', '"status": "pending",\n  "phase": 1'),
        ('"status": "pending"', '"status": "pending",\n  "reason": "typed in"'),
        ('"status": "pending"', '"status": "pending",\n  "reason": 1'),
        (
            '"status": "pending"',
            '"target": "/x",\n  "status": "done",\n  "phase": 7,\n  "reason": "typed in"',
        ),
        ('"status": "pending"', '"status": "dropped"'),
        ('"status": "pending"', '"status": "dropped",\n  "reason": ""'),
        ('"status": "pending"', '"status": "pending",\n  "refrozen": "typed in"'),
        ('"status": "pending"', '"status": "pending",\n  "note": 1'),
        ('"status": "pending"', '"status": "pending",\n  "status": "pending"'),
    ],
)
def test_a_decision_that_cannot_be_read_is_taken_anew_and_keeps_nobody_else_from_it(
    frozen_project: Path, old: str, new: str
) -> None:
    edit(frozen_project / record_path(A), old, new)
    spoilt = (frozen_project / record_path(A)).read_bytes()
    assert run(frozen_project, "check-parity").code == 1
    assert run(frozen_project, "map", "--old", B, "--phase", "1").code == 0
    write_files(frozen_project, {"configs/train/b2.yaml": "extends: a.yaml\ntraining: {seed: 1}\n"})
    assert run(frozen_project, "map", "--old", B, "--new", "configs/train/b2.yaml").code == 0
    assert (frozen_project / record_path(A)).read_bytes() == spoilt
    if '"status": "pending",\n  "status"' in new:
        ok(frozen_project, "map", "--old", A, "--new", A)
    else:
        ok(frozen_project, "map", "--old", A, "--phase", "2")
    assert entry(frozen_project, A)["status"] == "pending"
    assert run(frozen_project, "check-parity", "--no-record").code == 0


def test_a_decision_that_cannot_be_read_is_taken_anew_in_so_many_words(
    frozen_project: Path,
) -> None:
    typed = '"status": "pending",\n  "reason": "typed in"'
    edit(frozen_project / record_path(A), '"status": "pending"', typed)
    assert "nothing to change" not in ok(frozen_project, "map", "--old", A, "--new", A)
    assert entry(frozen_project, A) == {"status": "pending"}


def test_a_target_that_was_typed_in_is_taken_back(frozen_project: Path) -> None:
    write_files(frozen_project, MOVED)
    typed = f'"target": "{NEW}",\n  "status"'
    edit(frozen_project / record_path(A), '"status"', typed)
    assert run(frozen_project, "check-parity").code == 1
    ok(frozen_project, "map", "--old", A, "--new", A)
    assert entry(frozen_project, A) == {"status": "pending"}
    ok(frozen_project, "check-parity")


def test_the_phase_of_a_dropped_preset_does_not_take_it_up(frozen_project: Path) -> None:
    ok(frozen_project, "map", "--old", A, "--drop", "--reason", "superseded")
    ok(frozen_project, "map", "--old", A, "--phase", "1")
    assert statuses(frozen_project)[A] == "dropped"


def test_a_link_left_at_the_old_path_does_not_make_the_new_one_legacy(
    frozen_project: Path,
) -> None:
    write_files(frozen_project, MOVED)
    (frozen_project / A).unlink()
    (frozen_project / A).symlink_to("../moved/a.yaml")
    ok(frozen_project, "map", "--old", A, "--new", NEW)
    ok(frozen_project, "check-parity")
    assert statuses(frozen_project) == {A: "verified", B: "verified"}
    assert checklist(frozen_project)["phases"][-1] == {"phase": 3, "legacy_files": 2}


def test_a_difference_of_a_renamed_legacy_preset_is_accepted(
    frozen_project: Path,
) -> None:
    write_files(frozen_project, {NEW: (frozen_project / A).read_text()})
    ok(frozen_project, "map", "--old", A, "--new", NEW)
    edit(frozen_project / NEW, "fusion_config", "seed: 3, fusion_config")
    ok(frozen_project, "accept", "--preset", NEW, "--reason", "seeded")
    assert statuses(frozen_project)[A] == "pending"
    assert gate(frozen_project) == 0


# A path that another preset has left.


def swapped(folder: Path) -> None:
    """Let each of two presets have the other's file, by way of a third place."""
    write_files(folder, {NEW: SHALLOW, A: f"{SHALLOW}training: {{seed: 1}}\n"})
    ok(folder, "map", "--old", A, "--new", NEW)


def test_the_old_path_of_a_live_preset_is_not_given_to_another_one(frozen_project: Path) -> None:
    swapped(frozen_project)
    before = contents(frozen_project)
    ran = run(frozen_project, "map", "--old", B, "--new", A)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        f"{A}: another preset was frozen under this path: jobs that name it would run {B}\n"
        "  hint: give it a new path; or `--reuse-path --reason R`, if no job starts the other by "
        "this one\n"
    )
    assert contents(frozen_project) == before


def test_a_reused_path_is_kept_and_shown_with_its_reason(frozen_project: Path) -> None:
    swapped(frozen_project)
    told = f"{B}: has the path under which {A} was frozen: nobody starts a any more"
    words = ("--reuse-path", "--reason", "nobody starts a any more")
    ok(frozen_project, "map", "--old", B, "--new", A, *words)
    assert entry(frozen_project, B)["reuse"] == "nobody starts a any more"
    for form in ("table", "markdown"):
        assert told in run(frozen_project, "check-parity", "--format", form).out
    rows = json.loads(run(frozen_project, "check-parity", "--format", "json").out)["presets"]
    reasons = {row["legacy"]: row["reuse"] for row in rows}
    assert reasons == {A: None, B: "nobody starts a any more"}
    assert f"{B}: path reused: nobody starts a any more" in run(frozen_project, "ledger").out
    # Where it goes elsewhere, nothing is left of it.
    write_files(frozen_project, {"configs/train/other.yaml": f"{SHALLOW}training: {{seed: 1}}\n"})
    ok(frozen_project, "map", "--old", B, "--new", "configs/train/other.yaml")
    assert "reuse" not in entry(frozen_project, B)
    assert told not in run(frozen_project, "check-parity").out


def test_the_own_old_path_and_that_of_a_dropped_preset_are_free(frozen_project: Path) -> None:
    swapped(frozen_project)
    write_files(frozen_project, {A: SHALLOW})
    ok(frozen_project, "map", "--old", A, "--new", A)
    ok(frozen_project, "map", "--old", A, "--drop", "--reason", "given up")
    ok(frozen_project, "map", "--old", B, "--new", A)
    assert "reuse" not in entry(frozen_project, B)


@pytest.mark.parametrize(
    "words",
    [
        ("--reuse-path",),
        ("--new", NEW, "--reuse-path"),
        ("--new", NEW, "--reuse-path", "--reason", " "),
        ("--phase", "1", "--reuse-path", "--reason", "r"),
        ("--drop", "--reuse-path", "--reason", "r"),
    ],
)
def test_a_path_is_reused_only_for_a_reason(frozen_project: Path, words: tuple[str, ...]) -> None:
    before = contents(frozen_project)
    ran = run(frozen_project, "map", "--old", A, *words)
    assert (ran.code, ran.out) == (1, "")
    assert contents(frozen_project) == before


def test_presets_that_have_changed_places_are_named_by_the_paths_of_old(
    frozen_project: Path,
) -> None:
    swapped(frozen_project)
    words = ("--reuse-path", "--reason", "a test")
    ok(frozen_project, "map", "--old", B, "--new", A, *words)
    write_files(frozen_project, {B: SHALLOW})
    ok(frozen_project, "map", "--old", A, "--new", B, *words)
    for preset in (A, B):
        ran = run(frozen_project, "check-parity", "--preset", preset, "--format", "json")
        assert [row["legacy"] for row in json.loads(ran.out)["presets"]] == [preset]
    # Where one was frozen from, another one is by now, which is no change of a source.
    assert run(frozen_project, "snapshot", "--check").code == 0
    assert "legacy source changed" not in run(frozen_project, "check-parity").out


def test_a_dropped_preset_whose_path_was_taken_over_comes_back_only_for_a_reason(
    frozen_project: Path,
) -> None:
    ok(frozen_project, "map", "--old", B, "--drop", "--reason", "given up")
    write_files(frozen_project, {B: SHALLOW, NEW: f"{SHALLOW}training: {{seed: 1}}\n"})
    ok(frozen_project, "map", "--old", A, "--new", B)
    before = contents(frozen_project)
    ran = run(frozen_project, "map", "--old", B, "--new", NEW)
    assert (ran.code, ran.out) == (1, "")
    command = f"map --old {A} --new {B} --reuse-path --reason R"
    assert ran.err == (
        f"{B}: {A} has this path now: jobs that name it would run that preset\n"
        "  hint: map that one elsewhere first, or give the reason why it keeps the path: "
        f"`{command}`\n"
    )
    assert contents(frozen_project) == before
    ok(frozen_project, *command.split())
    ok(frozen_project, "map", "--old", B, "--new", NEW)
    assert run(frozen_project, "check-parity").code == 0


def test_a_path_that_is_reused_for_no_reason_holds_the_gate(frozen_project: Path) -> None:
    """As after a merge of a branch that dropped a preset and one that moved it."""
    ok(frozen_project, "map", "--old", B, "--drop", "--reason", "given up")
    write_files(frozen_project, {B: SHALLOW, NEW: f"{SHALLOW}training: {{seed: 1}}\n"})
    ok(frozen_project, "map", "--old", A, "--new", B)
    path = frozen_project / record_path(B)
    found = read_record(path.read_bytes(), PRESETS, B, str(path)).entry
    assert found
    alive = replace(found, target=NEW, status="verified", reason=None)
    path.write_bytes(decided_again(path.read_bytes(), PRESETS, B, alive))
    for words in (("check-parity",), ("ledger", "--check")):
        ran = run(frozen_project, *words)
        assert ran.code == 2
        assert (
            "another preset was frozen under this path, and the ledger has no reason for its reuse"
            in ran.out
        )


@pytest.mark.parametrize("path", ["configs/train/.a.yaml", "configs/.old/a.yaml"])
def test_no_preset_moves_to_a_hidden_file_unless_a_glob_spells_the_dot(
    frozen_project: Path, path: str
) -> None:
    write_files(frozen_project, {path: SHALLOW})
    ran = run(frozen_project, "map", "--old", A, "--new", path)
    assert (ran.code, "a hidden file" in ran.err) == (1, True)
    change_settings(frozen_project, presets=["configs/train/*.yaml", path])
    ok(frozen_project, "map", "--old", A, "--new", path)


def rename_folder(folder: Path, old: str, new: str) -> None:
    (folder / new).parent.mkdir(parents=True, exist_ok=True)
    (folder / old).rename(folder / new)


@pytest.mark.parametrize("end", ["", "/"])
def test_the_presets_of_a_folder_are_mapped_in_one_go(frozen_project: Path, end: str) -> None:
    rename_folder(frozen_project, "configs/train", "configs/presets")
    words = ("map", "--old", f"configs/train{end}", "--new", f"configs/presets{end}")
    head = "2 presets from configs/train/ to configs/presets/, phase 2: 2 pending"
    assert ok(frozen_project, *words) == f"mapped  {head}\n"
    assert entry(frozen_project, A) == {"status": "pending", "target": "configs/presets/a.yaml"}
    assert entry(frozen_project, B)["target"] == "configs/presets/b.yaml"
    assert statuses(frozen_project) == {A: "pending", B: "pending"}
    ok(frozen_project, "map", "--old", "configs/presets", "--phase", "1")
    assert [row["phase"] for row in rows(frozen_project).values()] == [1, 1]
    before = contents(frozen_project)
    out = ok(frozen_project, "map", "--old", "configs/presets", "--new", "configs/presets")
    assert out.startswith("nothing to change: 2 presets from configs/presets/")
    assert contents(frozen_project) == before


def test_a_folder_in_a_folder_keeps_its_place(frozen_project: Path) -> None:
    write_files(frozen_project, {"configs/train/deep/c.yaml": "seed: 1\n"})
    change_settings(frozen_project, presets=["configs/train/**/*.yaml"])
    ok(frozen_project, "snapshot")
    rename_folder(frozen_project, "configs/train", "configs/new/place")
    ok(frozen_project, "map", "--old", "configs/train", "--new", "configs/new/place")
    target = entry(frozen_project, "configs/train/deep/c.yaml")["target"]
    assert target == "configs/new/place/deep/c.yaml"


def test_a_preset_that_is_not_in_the_new_folder_keeps_all_from_being_mapped(
    frozen_project: Path,
) -> None:
    write_files(frozen_project, {"configs/presets/a.yaml": SHALLOW})
    before = contents(frozen_project)
    words = ("map", "configs/train", "configs/presets")
    message = f"configs/presets/b.yaml: no such file, so {B} did not move with its folder\n"
    ran = run(frozen_project, *words)
    hint = f"  hint: {B} is still there: move it too, or map the others one by one\n"
    assert (ran.code, ran.out, ran.err) == (1, "", message + hint)
    (frozen_project / B).unlink()
    ran = run(frozen_project, *words)
    hint = (
        f"  hint: first record where it went: `config-migration map {B} PATH`; "
        f"or that it was given up: `config-migration map {B} --drop --reason R`\n"
    )
    assert (ran.code, ran.out, ran.err) == (1, "", message + hint)
    assert contents(frozen_project).items() < before.items()
    ok(frozen_project, "map", B, "--drop", "--reason", "no longer run")
    assert ok(frozen_project, *words) == (
        "mapped  1 preset from configs/train/ to configs/presets/, phase 2: 1 verified\n"
    )


def test_a_folder_is_mapped_again_by_its_first_path(frozen_project: Path) -> None:
    rename_folder(frozen_project, "configs/train", "configs/presets")
    ok(frozen_project, "map", "configs/train", "configs/presets")
    out = ok(frozen_project, "map", "configs/train", "configs/presets")
    assert out.startswith("nothing to change: 2 presets from configs/train/ to configs/presets/")
    rename_folder(frozen_project, "configs/presets", "configs/runs")
    ok(frozen_project, "map", "configs/train", "configs/runs")
    assert entry(frozen_project, B)["target"] == "configs/runs/b.yaml"


def test_a_folder_without_the_files_of_the_presets_is_refused(frozen_project: Path) -> None:
    before = contents(frozen_project)
    ran = run(frozen_project, "map", "--old", "configs/train", "--new", "configs/presets")
    assert (ran.code, ran.out, ran.err) == (
        1,
        "",
        (
            "configs/presets: no file of the 2 presets beneath configs/train is in this folder\n"
            "  hint: move their files first, then map their folder\n"
        ),
    )
    assert contents(frozen_project) == before


def test_a_folder_is_mapped_whole_or_not_at_all(frozen_project: Path) -> None:
    files = {"configs/components/a.yaml": SHALLOW, "configs/components/b.yaml": SHALLOW}
    write_files(frozen_project, files)
    before = contents(frozen_project)
    ran = run(frozen_project, "map", "--old", "configs/train", "--new", "configs/components")
    assert (ran.code, ran.err) == (
        1,
        "".join(f"{path}: a preset cannot be moved to a legacy file\n" for path in files),
    )
    assert contents(frozen_project) == before


def test_a_preset_that_is_in_the_new_folder_keeps_its_file(frozen_project: Path) -> None:
    ok(frozen_project, "map", "--old", A, "--new", A)
    write_files(frozen_project, {"configs/new/b.yaml": "seed: 1\n"})
    ok(frozen_project, "map", "--old", B, "--new", "configs/new/b.yaml")
    write_files(frozen_project, {"configs/new/a.yaml": SHALLOW})
    ran = run(frozen_project, "map", "--old", "configs/new", "--new", "configs/train")
    assert ran.code == 0
    assert "target" not in entry(frozen_project, B)


def test_a_folder_of_no_presets_is_no_preset(frozen_project: Path) -> None:
    for old in ("configs/components", "configs/gone", "configs/tra"):
        ran = run(frozen_project, "map", "--old", old, "--new", "configs/presets")
        assert ran.code == 1
        assert ran.err.startswith(f"no preset '{old}'\n")


@pytest.mark.parametrize(
    ("old", "hint"),
    [
        ("configs/train", f"name one preset, as {A}"),
        ("configs/train/*.yaml", "a glob names no preset here"),
    ],
)
def test_presets_are_dropped_one_by_one(frozen_project: Path, old: str, hint: str) -> None:
    ran = run(frozen_project, "map", old, "--drop", "--reason", "old")
    assert (ran.code, ran.err) == (1, f"no preset '{old}'\n  hint: {hint}\n")


def test_a_preset_moves_to_a_file_and_to_no_folder(frozen_project: Path) -> None:
    write_files(frozen_project, {"configs/new/a.yaml": "extends: ../base.yaml\n"})
    found = "configs/{}: a directory, not a file\n  hint: {}\n"
    meant = found.format("new", "did you mean 'configs/new/a.yaml'?")
    assert run(frozen_project, "map", A, "configs/new").err == meant
    other = found.format("fusion", "write the new file first, then map to it")
    assert run(frozen_project, "map", A, "configs/fusion/").err == other


def test_dropped_presets_of_a_folder_stay_dropped(frozen_project: Path) -> None:
    ok(frozen_project, "map", "--old", B, "--drop", "--reason", "old")
    rename_folder(frozen_project, "configs/train", "configs/presets")
    out = ok(frozen_project, "map", "--old", "configs/train", "--new", "configs/presets")
    assert out.startswith("mapped  1 preset from ")
    assert statuses(frozen_project)[B] == "dropped"
