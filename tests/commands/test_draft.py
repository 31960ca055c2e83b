from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.earlier import refreeze
from tests.layouts import change_settings
from tests.ledgers import MIX, OPTIM, A, B, ok, statuses
from tests.running import contents, edit, run

BASE = "configs/base.yaml"
READ = "read the comments: some describe the fragment that they came from\n"


@pytest.fixture
def project(frozen_project: Path) -> Path:
    """Return the small project, frozen, with comments that a draft is to carry over."""
    edit(frozen_project / OPTIM, "optim:", "# How fast.\noptim:")
    edit(frozen_project / A, "extends:", "# The first one.\nextends:")
    return frozen_project


def draft_of(folder: Path, *words: str) -> str:
    return ok(folder, "draft", "--preset", *words)


def test_a_draft_extends_the_base_and_says_the_rest(project: Path) -> None:
    before = contents(project)
    assert draft_of(project, A) == (
        "# The first one.\nextends:\n  - ../base.yaml\n\n# How fast.\noptim: {lr: 1.0e-4}\n\n"
        f"custom: {{fusion_config: {MIX}}}\n"
    )
    assert contents(project) == before


def test_all_drafts_in_place_migrate_the_project(project: Path) -> None:
    out = ok(project, "draft", "--all", "--into", ".", "--force")
    assert out == (
        "2 drafts written, with no difference from the baselines\n"
        f"drafted  {A}  (3 → 2 files, extends {BASE})\n"
        f"drafted  {B}  (4 → 3 files, extends {A})\n{READ}"
    )
    assert (project / B).read_text() == "extends:\n  - a.yaml\n\ntraining: {seed: 1}\n"
    ok(project, "check-parity")
    assert set(statuses(project).values()) == {"verified"}


def test_a_preset_that_is_migrated_already_is_left_alone(project: Path) -> None:
    ok(project, "draft", "--preset", A, "--out", A, "--force")
    text = "# By hand.\n" + (project / A).read_text()
    (project / A).write_text(text)
    # b is built from no legacy file now, but nobody has touched it.
    assert ok(project, "draft", "--all", "--into", ".", "--force") == (
        "1 draft written, with no difference from the baselines; "
        "1 preset already migrated\n"
        f"drafted  {B}  (4 → 3 files, extends {A})\n{READ}"
    )
    assert ok(project, "draft", "--all", "--into", ".", "--force") == (
        "nothing to draft; 2 presets already migrated\n"
    )
    assert (project / A).read_text() == text


def test_drafts_go_to_a_folder_as_they_are_to_stand_in_the_project(
    project: Path, tmp_path: Path
) -> None:
    before = contents(project)
    out = ok(project, "draft", "--all", "--into", "../drafts")
    assert f"drafted  {tmp_path / 'drafts' / A}  (3 → 2 files" in out
    assert sorted(contents(tmp_path / "drafts")) == [A, B]
    assert contents(project) == before


def test_a_path_to_write_to_counts_from_the_folder_at_hand(project: Path, tmp_path: Path) -> None:
    folder = project / "configs" / "train"
    ok(folder, "draft", "--preset", A, "--out", "../../../draft.txt")
    assert (tmp_path / "draft.txt").read_text() == draft_of(project, A)


def test_a_draft_is_made_for_the_place_at_which_it_is_written(project: Path) -> None:
    new = "configs/exp/sub/a2.yaml"
    ok(project, "draft", "--preset", A, "--out", new)
    assert "extends:\n  - ../../base.yaml\n" in (project / new).read_text()
    assert "verified" in ok(project, "map", "--old", A, "--new", new)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (BASE, "a draft cannot replace the base or the settings file"),
        ("pyproject.toml", "a draft cannot replace the base or the settings file"),
        (B, f"is the preset {B}"),
        ("configs/train/new.yaml", "is the preset configs/train/new.yaml"),
        (OPTIM, "is a legacy file of other presets"),
        (f"snapshots/presets/{A}.json", "a draft cannot be written among the frozen files"),
    ],
)
def test_no_draft_is_written_over_what_is_not_the_presets_own(
    project: Path, place: str, message: str
) -> None:
    write_files(project, {"configs/train/new.yaml": "extends: ../base.yaml\n"})
    before = contents(project)
    ran = run(project, "draft", "--preset", A, "--out", place, "--force")
    assert (ran.code, ran.out, ran.err) == (1, "", f"{place}: {message}\n")
    assert contents(project) == before


def test_a_file_that_is_there_is_kept_without_force(project: Path) -> None:
    (project / "drafts/configs/train").mkdir(parents=True)
    (project / "drafts" / B).write_text("mine\n")
    before = contents(project)
    ran = run(project, "draft", "--all", "--into", "drafts")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"drafts/{B}: is there already\n  hint: --force replaces it\n"
    assert contents(project) == before
    ok(project, "draft", "--all", "--into", "drafts", "--force")
    assert (project / "drafts" / B).read_text().startswith("extends:")


@pytest.mark.parametrize("to", [["--into", "drafts"], ["--out", "draft.yaml"], []])
def test_a_source_that_is_not_as_frozen_is_shown_and_nothing_is_written(
    project: Path, to: list[str]
) -> None:
    edit(project / OPTIM, "1.0e-4", "1e-4")
    before = contents(project)
    ran = run(project, "draft", "--preset", A, *to)
    shown, other = (ran.out, ran.err) if to else (ran.err, ran.out)
    assert (ran.code, other) == (2, "")
    assert shown.startswith("nothing written: 1 preset would not resolve to the baseline\n")
    assert '0.0001 (float) → "1e-4" (str)' in shown
    assert f"now  {OPTIM}:2" in shown
    assert contents(project) == before


def test_a_key_of_the_base_that_the_baseline_lacks_is_told(project: Path) -> None:
    edit(project / BASE, "dtype: bfloat16", "dtype: bfloat16, attn: flash, kept: 1")
    edit(project / A, "extends:", "model: {kept: 1}\nextends:")
    edit(project / A, "../base.yaml, ", "")
    refreeze(project, "no base any more", A, B)
    ran = run(project, "draft", "--all", "--into", ".", "--force")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        f"{BASE}:1:9: {A} has no model.dtype, and what extends {BASE} cannot remove it\n"
        "  hint: move the key from the base into the presets that have it\n"
        f"{BASE}:1:26: {A} has no model.attn, and what extends {BASE} cannot remove it\n"
        "  hint: move the key from the base into the presets that have it\n"
    )


C = "configs/train/c.yaml"


@pytest.fixture
def three(small_project: Path) -> Path:
    """Return a frozen project with a third preset, which differs from a in a few values."""
    text = (
        "extends: [../base.yaml, ../components/optim.yaml]\noptim: {lr: 3}\nseed: 7  # why\n"
        f"custom: {{fusion_config: {MIX}}}\n"
    )
    write_files(small_project, {C: text})
    ok(small_project, "snapshot")
    return small_project


def test_a_preset_becomes_an_overlay_of_another_one(three: Path) -> None:
    ok(three, "draft", "--preset", A, "--out", A, "--force")
    assert draft_of(three, C, "--overlay-of", A) == (
        "extends:\n  - a.yaml\n\noptim: {lr: 3}\nseed: 7  # why\n"
    )


def test_an_overlay_may_extend_a_new_preset(three: Path) -> None:
    ok(three, "advance")
    write_files(three, {"configs/train/new.yaml": "extends: ../base.yaml\nseed: 7\n"})
    text = draft_of(three, C, "--overlay-of", "configs/train/new.yaml")
    assert text.startswith("extends:\n  - new.yaml\n\noptim:")
    assert "seed" not in text


def test_an_overlay_that_would_have_to_take_a_key_away_is_refused(three: Path) -> None:
    ok(three, "draft", "--preset", C, "--out", C, "--force")
    ran = run(three, "draft", "--preset", A, "--overlay-of", C)
    assert (ran.code, ran.out) == (1, "")
    line = (three / C).read_text().splitlines().index("seed: 7  # why") + 1
    assert ran.err == (
        f"{C}:{line}:1: {A} has no seed, and what extends {C} cannot remove it\n"
        "  hint: draft it without --overlay-of, as a preset of its own\n"
    )


@pytest.mark.parametrize(
    ("parent", "message"),
    [
        (A, f"{A}: a preset cannot be an overlay of itself"),
        (B, f"{B}: not migrated yet: it is built from {OPTIM}, and its overlay would be, too"),
        ("configs/train/d.yaml", "no preset 'configs/train/d.yaml'"),
    ],
)
def test_what_cannot_be_overlaid_is_refused(project: Path, parent: str, message: str) -> None:
    ran = run(project, "draft", "--preset", A, "--overlay-of", parent)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(message)


def test_a_preset_that_extends_one_that_is_not_drafted_is_a_preset_of_its_own(
    project: Path,
) -> None:
    out = ok(project, "draft", "--preset", B, "--into", "drafts")
    assert f"(4 → 2 files, extends {BASE})" in out
    ok(project, "draft", "--preset", A, "--out", A, "--force")
    out = ok(project, "draft", "--preset", B, "--into", "drafts", "--force")
    assert f"(4 → 3 files, extends {A})" in out


def test_a_preset_with_fewer_keys_than_the_one_it_extends_is_a_preset_of_its_own(
    small_project: Path,
) -> None:
    text = "extends: [b.yaml, ../components/none.yaml]\ntraining: {lr: 1}\n"
    write_files(small_project, {C: text, "configs/components/none.yaml": "training: null\n"})
    ok(small_project, "snapshot")
    out = ok(small_project, "draft", "--all", "--into", ".", "--force")
    assert f"drafted  {C}  (6 → 2 files, extends {BASE})" in out
    ok(small_project, "check-parity")
    assert set(statuses(small_project).values()) == {"verified"}


def test_a_preset_that_extends_a_preset_and_components_is_an_overlay(small_project: Path) -> None:
    text = "extends: [../components/more.yaml, a.yaml]\n"
    write_files(small_project, {C: text, "configs/components/more.yaml": "more: 1  # of it\n"})
    ok(small_project, "snapshot")
    ok(small_project, "draft", "--all", "--into", ".", "--force")
    assert (small_project / C).read_text() == "extends:\n  - a.yaml\n\nmore: 1  # of it\n"


def test_a_preset_that_moved_is_drafted_for_its_new_path(project: Path) -> None:
    new = "configs/exp/sub/a2.yaml"
    write_files(project, {new: "extends: ../../train/a.yaml\n"})
    ok(project, "map", "--old", A, "--new", new)
    out = ok(project, "draft", "--all", "--into", ".", "--force")
    assert f"drafted  {new}  (3 → 2 files, extends {BASE})" in out
    assert f"drafted  {B}  (4 → 3 files, extends {new})" in out
    assert "extends:\n  - ../../base.yaml\n" in (project / new).read_text()
    assert "extends:\n  - ../exp/sub/a2.yaml\n" in (project / B).read_text()
    assert "extends: [../base.yaml" in (project / A).read_text()


def test_sections_stand_as_in_a_base_of_which_the_legacy_files_know_nothing(
    small_project: Path,
) -> None:
    write_files(small_project, {BASE: "model: {dtype: bfloat16}\noptim: {eps: 1}\n"})
    text = "optim: {lr: 3, eps: 1}\nmodel: {name: x, dtype: bfloat16}\n"
    write_files(small_project, {C: text})
    ok(small_project, "snapshot")
    draft = draft_of(small_project, C)
    assert draft.endswith("\n\nmodel:\n  name: x\n\noptim:\n  lr: 3\n")
    ok(small_project, "draft", "--preset", C, "--out", C, "--force")
    assert draft_of(small_project, C) == draft


def moved_and_rewritten(folder: Path) -> str:
    """Move preset a, write its new form by hand, and leave the old one; return the new path."""
    ok(folder, "advance")
    new = "configs/exp/sub/a2.yaml"
    text = draft_of(folder, A).replace("../base", "../../base")
    write_files(folder, {new: f"# By hand.\n{text}training: {{run_name: mine}}\n"})
    ok(folder, "map", "--old", A, "--new", new)
    return new


def test_a_preset_that_moved_and_is_migrated_is_left_alone(project: Path) -> None:
    new = moved_and_rewritten(project)
    text = (project / new).read_text()
    # Its new name is a key that an overlay for b would have to take away.
    assert ok(project, "draft", "--all", "--into", ".", "--force") == (
        "1 draft written, with no difference from the baselines; "
        "1 preset already migrated\n"
        f"drafted  {B}  (4 → 2 files, extends {BASE})\n{READ}"
    )
    assert (project / new).read_text() == text


def test_an_overlay_is_held_against_what_a_moved_preset_has_become(project: Path) -> None:
    edit(project / B, "training: {", "training: {run_name: b, ")
    refreeze(project, "a name of its own", B)
    new = moved_and_rewritten(project)
    overlay = "extends:\n  - ../exp/sub/a2.yaml\n\ntraining: {run_name: b, seed: 1}\n"
    assert draft_of(project, B, "--overlay-of", new) == overlay
    ok(project, "draft", "--all", "--into", ".", "--force")
    assert (project / B).read_text() == overlay


def test_a_draft_names_its_base_from_where_a_link_leads(small_project: Path) -> None:
    real = "configs/shared/deep/a.yaml"
    text = (small_project / A).read_text().replace("../", "../../")
    write_files(small_project, {real: text})
    (small_project / A).unlink()
    (small_project / A).symlink_to("../shared/deep/a.yaml")
    ok(small_project, "snapshot")
    ok(small_project, "draft", "--all", "--into", ".", "--force")
    assert (small_project / real).read_text().startswith("extends:\n  - ../../base.yaml\n")
    assert (small_project / A).is_symlink()
    assert (small_project / B).read_text().startswith("extends:\n  - a.yaml\n")
    ok(small_project, "check-parity")


def test_a_fusion_config_that_is_not_as_frozen_is_shown(project: Path) -> None:
    edit(project / MIX, "ratio: 1.0", "ratio: 2.0")
    ran = run(project, "draft", "--preset", A, "--into", "drafts")
    assert ran.code == 2
    assert f"{MIX}: targets" in ran.out
    assert not (project / "drafts").exists()


def test_the_baseline_is_what_a_draft_is_held_against(project: Path) -> None:
    # A base of which the freeze knows nothing gives the draft another value.
    edit(project / BASE, "bfloat16", "float16")
    ran = run(project, "draft", "--preset", A)
    assert (ran.code, ran.out) == (2, "")
    assert "] model.dtype  " in ran.err
    assert '\n  "bfloat16" (str) → "float16" (str)\n' in ran.err


def test_a_dropped_preset_is_not_drafted(project: Path) -> None:
    ok(project, "map", "--old", B, "--drop", "--reason", "unused")
    assert B not in ok(project, "draft", "--all", "--into", "drafts")
    ran = run(project, "draft", "--preset", B)
    assert (ran.code, ran.err) == (1, f"{B}: dropped: nothing to draft\n")


def test_every_preset_that_cannot_be_read_is_told(project: Path) -> None:
    edit(project / A, "components/optim", "components/gone")
    edit(project / B, "extends: a.yaml", "extends: nowhere.yaml")
    ran = run(project, "draft", "--all", "--into", "drafts")
    assert (ran.code, ran.out) == (1, "")
    assert [line for line in ran.err.splitlines() if "unknown base" in line] == [
        f"{A}:2:25: unknown base '../components/gone.yaml'",
        f"{B}:1:1: unknown base 'nowhere.yaml'",
    ]
    assert not (project / "drafts").exists()


def test_without_a_base_there_is_nothing_to_extend(project: Path) -> None:
    change_settings(project, base=None)
    ran = run(project, "draft", "--preset", A)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "pyproject.toml: no 'base' is set, and a draft is to extend it\n"
        '  hint: write `base = "configs/base.yaml"` if that is the base, or draft one: '
        "`draft --base --out configs/common.yaml`\n"
    )
    change_settings(project, base="configs/root.yaml")
    ran = run(project, "draft", "--preset", A)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "configs/root.yaml: no such file, and a draft is to extend it\n"
        "  hint: `draft --base --out configs/root.yaml` writes it, with what all presets have in "
        "common\n"
    )


def test_nothing_frozen_is_nothing_to_draft(small_project: Path) -> None:
    ran = run(small_project, "draft", "--all", "--into", ".")
    assert ran.code == 1
    assert "nothing has been frozen yet" in ran.err


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--all"],
        ["--all", "--preset", A, "--into", "x"],
        ["--preset", A, "--preset", B],
        ["--preset", A, "--force"],
        ["--preset", A, "--out", "x", "--into", "y"],
        ["--preset", A, "--overlay-of", B, "--into", "y"],
    ],
)
def test_options_that_do_not_go_together_are_refused(project: Path, words: list[str]) -> None:
    ran = run(project, "draft", *words)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(("one of", "--"))


def test_the_real_presets_are_drafted_without_a_difference(legacy_project: Path) -> None:
    ok(legacy_project, "snapshot")
    ok(legacy_project, "draft", "--all", "--into", ".", "--force")
    report = json.loads(ok(legacy_project, "check-parity", "--format", "json"))
    assert report["summary"]["verified"] == report["summary"]["total"] == 16
    for row in report["presets"]:
        assert (row["allowed"], row["forbidden"]) == ([], [])
        assert 6 <= row["files"]["legacy"] <= 17
        assert 2 <= row["files"]["target"] <= 4


def test_the_draft_of_a_draft_is_the_same(legacy_project: Path) -> None:
    ok(legacy_project, "snapshot")
    presets = list(statuses(legacy_project))
    assert len(presets) == 16
    for path in presets:
        # Each becomes a preset of its own, and a note says so where it extended another one.
        assert run(legacy_project, "draft", "--preset", path, "--out", path, "--force").code == 0
        again = run(legacy_project, "draft", "--preset", path)
        assert (again.code, again.out) == (0, (legacy_project / path).read_text())


def test_the_draft_of_a_drafted_overlay_is_the_same(legacy_project: Path) -> None:
    ok(legacy_project, "snapshot")
    ok(legacy_project, "draft", "--all", "--into", ".", "--force")
    overlay, base = "configs/smoke/group_metrics.yaml", "configs/train/sft/dense_1024.yaml"
    text = (legacy_project / overlay).read_text()
    assert draft_of(legacy_project, overlay, "--overlay-of", base) == text


def test_an_overlay_that_is_drafted_as_a_preset_is_noted(project: Path) -> None:
    draft_of(project, B)
    ok(project, "draft", "--preset", A, "--out", A, "--force")
    ran = run(project, "draft", "--preset", B)
    assert ran.out.startswith("extends:\n  - ../base.yaml\n")
    assert (ran.code, ran.err) == (
        0,
        f"note: it extends {A}: `--overlay-of` that keeps it an overlay\n",
    )
    draft_of(project, B, "--overlay-of", A)
