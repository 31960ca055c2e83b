"""`draft --base`: the base of a tree that has none, from what all presets have in common."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from migration.cli.tasks import namespace
from tests.conftest import write_files
from tests.layouts import change_settings, settings_table
from tests.ledgers import ok, statuses
from tests.running import contents, edit, run

A, B, C = (f"configs/train/{name}.yaml" for name in "abc")
BASE = "configs/base.yaml"
WRITE = f"`config-migration draft --base --out {BASE}` writes it"
SET = f'write `base = "{BASE}"` into pyproject.toml'
DRAFT = "`config-migration draft --all --into . --force` writes the presets over it"
READ = "read the comments: some describe the fragment that they came from\n"
PARTS = {
    "configs/components/optim.yaml": "# How fast.\noptim:\n  lr: 1.0e-4  # warm\n  eps: 1.0e-8\n",
    "configs/components/model.yaml": (
        "model: {torch_dtype: bfloat16, attn_impl: flash}\n"
        "training: {bf16: true, output_dir: out}\n"
    ),
}
MERGED = {
    A: "# On a.\nextends: [../components/optim.yaml, ../components/model.yaml]\nname: a\n",
    B: "extends: [../components/optim.yaml, ../components/model.yaml]\nname: b\nseed: 1\n",
    C: (
        "extends: [../components/optim.yaml, ../components/model.yaml]\nname: c\n"
        "seed: 1\noptim: {lr: 3}\n"
    ),
}
COPIES = {
    A: "# On a.\nmodel:\n  dtype: half  # so that it fits\nname: a\nseed: 1\n",
    B: "# On b.\nmodel:\n  dtype: half  # so that it fits\nname: b\nseed: 1\n",
    C: "# On c.\nmodel:\n  dtype: half  # so that it fits\nname: c\nseed: 2\n",
}
NOTHING = {A: "a: 1\n", B: "b: 1\n"}
PLAIN = {
    "presets": ["configs/train/*.yaml"],
    "profile": None,
    "legacy": None,
    "base": None,
    "launch_settings": None,
    "runtime_settings": None,
    "length_key": None,
    "length_required": None,
    "max_files": None,
    "max_overlays": None,
}


def make(folder: Path, files: dict[str, str], **settings: object) -> Path:
    """Write a tree without a base, and freeze it."""
    write_files(folder, {"pyproject.toml": settings_table(**{**PLAIN, **settings}), **files})
    ok(folder, "snapshot")
    return folder


@pytest.fixture
def merged(tmp_path: Path) -> Path:
    """Return a frozen tree whose presets are merged from components."""
    return make(tmp_path, PARTS | MERGED, legacy=["configs/components/**"])


def test_the_base_is_printed_alone_and_what_is_left_is_noted(merged: Path) -> None:
    before = contents(merged)
    ran = run(merged, "draft", "--base")
    assert (ran.code, ran.out) == (
        0,
        (
            "optim:\n  eps: 1.0e-8\n\nmodel: {torch_dtype: bfloat16, attn_impl: flash}\n"
            "training: {bf16: true, output_dir: out}\n"
        ),
    )
    assert ran.err == (
        "a base of 5 values that all 3 presets have in common\n"
        f"next: {WRITE}; then {SET}\n"
        "almost in common, and therefore left to the presets:\n"
        f"  in 2 of 3; another value in {C}\n    optim.lr: 0.0001 (float)\n"
        f"  in 2 of 3; not set in {A}\n    seed: 1 (int)\n"
        "  (what all presets set can be added to the base by hand: drafts keep other values)\n"
    )
    assert contents(merged) == before
    ran = run(merged, "draft", "--base", "-q")
    assert ran.err == "a base of 5 values that all 3 presets have in common\n"


@pytest.mark.parametrize("is_legacy", [True, False])
@pytest.mark.parametrize(
    ("files", "runtime", "number"),
    [
        (PARTS | MERGED, None, 5),
        (PARTS | MERGED, ["model.torch_dtype", "training"], 3),
        (PARTS | MERGED, [], 0),
        (COPIES, None, 1),
        (COPIES, ["model.dtype", "seed"], 1),
        (NOTHING, None, 0),
        (NOTHING, ["a"], 0),
    ],
)
def test_a_tree_without_a_base_is_drafted_over_the_one_that_was_written(
    tmp_path: Path, files: dict[str, str], runtime: list[str] | None, number: int, is_legacy: bool
) -> None:
    legacy = ["configs/components/**"] if is_legacy and files != COPIES and len(files) > 2 else None
    make(tmp_path, files, legacy=legacy, runtime_settings=runtime)
    ran = run(tmp_path, "draft", "--all", "--into", ".", "--force")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "pyproject.toml: no 'base' is set, and a draft is to extend it\n"
        f"  hint: `draft --base --out {BASE}` writes what all presets have in common; "
        f'then write `base = "{BASE}"` here\n'
    )
    printed = run(tmp_path, "draft", "--base").out
    out = ok(tmp_path, "draft", "--base", "--out", BASE)
    assert f"written  {BASE}\nnext: {SET}; then {DRAFT}\n" in out
    assert out.startswith(f"a base of {number} value" if number else "the base is empty")
    assert (tmp_path / BASE).read_text() == printed
    assert (printed == "{}\n") == (number == 0)
    change_settings(tmp_path, base=BASE)
    ok(tmp_path, "draft", "--all", "--into", ".", "--force")
    ok(tmp_path, "check-parity")
    assert set(statuses(tmp_path).values()) == {"verified"}
    for preset in (A, B):
        assert (tmp_path / preset).read_text().count("extends:\n  - ../base.yaml\n") == 1
    # Over the new base, the base is the same again.
    again = run(tmp_path, "draft", "--base")
    assert again.out == printed
    found = json.loads(run(tmp_path, "lint", "--format", "json").out)["findings"]
    about_layers = [each for each in found if each["code"][:2] in {"L2", "L3", "L4"}]
    assert about_layers == []


def test_what_a_preset_decides_is_left_to_it(tmp_path: Path) -> None:
    text = (
        "model: {dtype: half, max_model_len: 9}\nglobal_max_length: 9\ncustom:\n"
        "  fusion_config: configs/mix.yaml\ntraining: {output_dir: out, bf16: true, x: 3}\n"
    )
    make(
        tmp_path,
        {
            A: text,
            B: text,
            "configs/mix.yaml": "targets: [{name: x}]\nsources: []\n",
        },
        launch_settings=["training.output_dir"],
        length_key="global_max_length",
        runtime_settings=["model", "training.bf16", "custom"],
    )
    ran = run(tmp_path, "draft", "--base")
    assert ran.out == "model:\n  dtype: half\n\ntraining:\n  bf16: true\n"
    assert ran.err == (
        "a base of 2 values that all 2 presets have in common\n"
        f"next: {WRITE}; then {SET}\n"
        "the same in all, but each preset sets its own: model.max_model_len (length_key), "
        "global_max_length (length_key), custom.fusion_config (fusion_key), "
        "training.output_dir (launch_settings)\n"
        "the same in all, but not in `runtime_settings`: training.x\n"
    )
    ok(tmp_path, "draft", "--base", "--out", BASE)
    change_settings(tmp_path, base=BASE)
    ok(tmp_path, "draft", "--all", "--into", ".", "--force")
    ok(tmp_path, "check-parity")


def test_an_empty_base_says_so(tmp_path: Path) -> None:
    make(tmp_path, NOTHING)
    ran = run(tmp_path, "draft", "--base")
    assert (ran.code, ran.out) == (0, "{}\n")
    assert ran.err == (
        "the base is empty: no value is the same in all 2 presets\n"
        f"next: {WRITE}; then {SET}\n"
        "presets can be drafted over it all the same, and what they come to share goes there\n"
    )
    change_settings(tmp_path, runtime_settings=["c"])
    ran = run(tmp_path, "draft", "--base")
    assert "no value within `runtime_settings` is the same in all 2 presets\n" in ran.err


def test_of_one_preset_everything_is_in_common(tmp_path: Path) -> None:
    make(tmp_path, {A: "a: 1\n"})
    ran = run(tmp_path, "draft", "--base")
    assert ran.out == "a: 1\n"
    assert ran.err.startswith("a base of 1 value that the one frozen preset has\n")
    assert "leave in the base what others will share\n" in ran.err


def test_values_that_the_same_presets_lack_are_listed_together(tmp_path: Path) -> None:
    text = "".join(f"k{number}: 1\n" for number in range(5))
    lacking = {f"configs/train/l{number}.yaml": f"name: {number}\n" for number in range(5)}
    presets = {f"configs/train/p{number:02}.yaml": text for number in range(16)}
    presets["configs/train/p03.yaml"] += "k9: 1\n"
    others = {f"configs/train/p{number:02}.yaml": f"seed: {number == 2}\n" for number in range(16)}
    make(tmp_path, lacking | {path: presets[path] + others[path] for path in presets})
    ran = run(tmp_path, "draft", "--base")
    names = [*lacking]
    assert ran.err.endswith(
        "almost in common, and therefore left to the presets:\n"
        f"  in 16 of 21; not set in {', '.join(names[:4])} and 1 more\n"
        "    k0: 1 (int)\n    k1: 1 (int)\n    k2: 1 (int)\n    … and 2 more\n"
        f"  in 15 of 21; not set in {', '.join(names[:4])} and 1 more; "
        "another value in configs/train/p02.yaml\n"
        "    seed: false (bool)\n"
        "  (-v shows all 6 values)\n"
    )
    whole = run(tmp_path, "draft", "--base", "-v").err
    assert f"  in 16 of 21; not set in {', '.join(names)}\n    k0: 1 (int)\n" in whole
    assert whole.count("(int)") == 5
    assert "more" not in whole


def test_no_report_shows_what_is_hidden(tmp_path: Path) -> None:
    text = "hub: {token: abcdefghi}\n"
    make(tmp_path, {A: text, B: text, C: "name: c\n"}, redact=["*.token"])
    ran = run(tmp_path, "draft", "--base")
    assert "hub.token: redacted " in ran.err
    assert "abcdefghi" not in ran.err


def test_dropped_presets_and_those_that_were_never_frozen_do_not_count(merged: Path) -> None:
    ok(merged, "map", "--old", C, "--drop", "--reason", "unused")
    write_files(merged, {"configs/train/new.yaml": "x: 1\n"})
    ran = run(merged, "draft", "--base")
    assert ran.out.startswith("# How fast.\noptim:\n  lr: 1.0e-4  # warm\n")
    assert "that all 2 presets have in common\n" in ran.err
    assert "not counted, since they are not frozen: configs/train/new.yaml\n" in ran.err
    change_settings(merged, exclude=["configs/train/new.yaml"])
    assert "not counted" not in run(merged, "draft", "--base").err


def test_where_all_presets_are_dropped_there_is_nothing_to_draft(tmp_path: Path) -> None:
    make(tmp_path, {A: "a: 1\n"})
    ok(tmp_path, "map", "--old", A, "--drop", "--reason", "unused")
    ran = run(tmp_path, "draft", "--base")
    message = "snapshots: all presets are dropped, so that there is nothing to draft\n"
    assert (ran.code, ran.out, ran.err) == (1, "", message)


def test_a_frozen_preset_that_is_excluded_later_still_counts(merged: Path) -> None:
    # The gate judges it, and `draft --all` drafts it.
    before = run(merged, "draft", "--base").out
    change_settings(merged, exclude=[C])
    assert run(merged, "draft", "--base").out == before


def test_a_preset_that_is_not_as_it_was_frozen_counts_as_it_was(merged: Path) -> None:
    before = run(merged, "draft", "--base").out
    edit(merged / C, "seed: 1", "seed: 7\nmodel: {attn_impl: other}")
    edit(merged / B, "name: b", "name: [")
    ran = run(merged, "draft", "--base")
    assert (ran.code, ran.out) == (0, before)
    assert f"counted as they were frozen, which they are no longer: {C}\n" in ran.err
    assert f"counted as they were frozen, since they cannot be read: {B}\n" in ran.err


def test_what_was_accepted_counts_instead_of_what_was_frozen(merged: Path) -> None:
    edit(merged / "configs/components/optim.yaml", "1.0e-8", "1.0e-6")
    ok(merged, "accept", "--key", "optim.eps", "--reason", "less")
    assert "eps: 1.0e-6\n" in ok_base(merged)
    # Where the tree has the accepted value no more, no file has the text of it.
    edit(merged / "configs/components/optim.yaml", "1.0e-6", "1.0e-8")
    assert "eps: 1.0e-06\n" in ok_base(merged)


def ok_base(folder: Path) -> str:
    ran = run(folder, "draft", "--base")
    assert ran.code == 0
    return ran.out


def test_a_renamed_key_is_in_the_base_if_all_presets_have_the_new_name(tmp_path: Path) -> None:
    make(tmp_path, {A: "lr: 1\nname: a\n", B: "lr: 1\nname: b\n"})
    path = tmp_path / "pyproject.toml"
    entry = "\n[[tool.config-migration.moved]]\nfrom = 'lr'\nto = 'rate'\n"
    path.write_text(path.read_text() + entry)
    assert ok_base(tmp_path) == "lr: 1\n"
    edit(tmp_path / A, "lr", "rate")
    assert ok_base(tmp_path) == "{}\n"
    edit(tmp_path / B, "lr", "rate")
    assert ok_base(tmp_path) == "rate: 1\n"
    ok(tmp_path, "draft", "--base", "--out", BASE)
    settings = path.read_text().replace("presets =", f'base = "{BASE}"\npresets =')
    path.write_text(settings)
    out = ok(tmp_path, "draft", "--preset", A)
    assert out == "extends:\n  - ../base.yaml\n\nname: a\n"


def test_what_every_preset_sets_can_be_added_to_the_base_by_hand(merged: Path) -> None:
    ok(merged, "draft", "--base", "--out", BASE)
    edit(merged / BASE, "  eps", "  lr: 1.0e-4\n  eps")
    change_settings(merged, base=BASE)
    ok(merged, "draft", "--all", "--into", ".", "--force")
    ok(merged, "check-parity")
    assert "lr: 3" in (merged / C).read_text()
    # What a preset lacks cannot be added: no draft could take it away.
    edit(merged / BASE, "  eps", "  betas: 1\n  eps")
    assert run(merged, "check-parity").code == 2


# Where it is written

OLD = "configs/old.yaml"


@pytest.fixture
def based(tmp_path: Path) -> Path:
    """Return a frozen tree with a base, some of which only a few presets keep."""
    files = {
        OLD: "optim: {lr: 1, eps: 2}\n",
        A: "extends: ../old.yaml\nname: a\noptim: {lr: 3}\nseed: 1\n",
        B: "extends: ../old.yaml\nname: b\nseed: 1\n",
    }
    return make(tmp_path, files, base=OLD)


def test_a_base_is_not_replaced_by_one_that_changes_a_preset(based: Path) -> None:
    before = contents(based)
    ran = run(based, "draft", "--base", "--out", OLD, "--force")
    assert (ran.code, ran.err) == (2, "")
    out = re.sub(r"\[\w{4}\]", "[id]", re.sub(" {4,}", "  ", ran.out))
    assert out == (
        f"nothing written: at {OLD} this base would change 1 preset\n\n"
        f"[id] optim.lr  1 preset · key is gone\n  1 (int) → (absent)\n  was  {OLD}:1\n"
        f"  in   {B}\n\nnext: {WRITE}; then {SET}\n"
    )
    assert contents(based) == before
    ran = run(based, "draft", "--base")
    assert (ran.code, ran.out) == (0, "optim:\n  eps: 2\n\nseed: 1\n")
    assert f"next: {WRITE}; then {SET}\nnot to {OLD}: there it would change {B}\n" in ran.err


def test_presets_can_be_drafted_over_another_base_instead(based: Path) -> None:
    ok(based, "draft", "--base", "--out", BASE)
    change_settings(based, base=BASE)
    ok(based, "draft", "--all", "--into", ".", "--force")
    ok(based, "check-parity")
    assert (based / B).read_text() == "extends:\n  - ../base.yaml\n\noptim:\n  lr: 1\n\nname: b\n"


def test_a_base_is_replaced_by_one_that_changes_nothing(based: Path) -> None:
    edit(based / A, "optim: {lr: 3}\n", "")
    ok(based, "accept", "--key", "optim.lr", "--reason", "as all")
    ran = run(based, "draft", "--base", "--out", OLD)
    assert (ran.code, ran.err) == (1, f"{OLD}: is there already\n  hint: --force replaces it\n")
    assert ok(based, "draft", "--base", "--out", OLD, "--force") == (
        "a base of 3 values that all 2 presets have in common\n"
        f"written  {OLD}\nnext: {DRAFT}\n{READ}"
    )
    assert (based / OLD).read_text() == "optim: {lr: 1, eps: 2}\nseed: 1\n"
    ok(based, "check-parity")


def test_a_base_that_the_shell_has_emptied_is_drafted_as_before(based: Path) -> None:
    before = ok_base(based)
    (based / OLD).write_text("")
    assert ok_base(based) == before


def test_a_base_that_is_gone_is_not_brought_back_as_another_one(based: Path) -> None:
    (based / OLD).unlink()
    ran = run(based, "draft", "--base", "--out", OLD)
    assert ran.code == 2
    assert ran.out.startswith(f"nothing written: at {OLD} this base would change 1 preset\n")
    assert not (based / OLD).exists()
    write_files(based, {OLD: "optim: {lr: 1, eps: 2}\n"})
    change_settings(based, base="configs/gone.yaml")
    ran = run(based, "draft", "--preset", A)
    assert ran.err == (
        "configs/gone.yaml: no such file, and a draft is to extend it\n  hint: `draft --base --out "
        "configs/gone.yaml` writes it, with what all presets have in common\n"
    )


def test_a_base_that_no_setting_names_is_pointed_out(merged: Path) -> None:
    ok(merged, "draft", "--base", "--out", BASE)
    ran = run(merged, "draft", "--preset", A)
    assert ran.err == (
        "pyproject.toml: no 'base' is set, and a draft is to extend it\n"
        f'  hint: write `base = "{BASE}"` if that is the base, or draft one: '
        "`draft --base --out configs/common.yaml`\n"
    )


def test_a_preset_without_a_baseline_is_not_changed_either(based: Path) -> None:
    edit(based / A, "optim: {lr: 3}\n", "")
    ok(based, "accept", "--key", "optim.lr", "--reason", "as all")
    write_files(based, {"configs/train/new.yaml": "extends: ../old.yaml\n"})
    ran = run(based, "draft", "--base", "--out", OLD, "--force")
    assert ran.code == 2
    assert "] seed" in ran.out
    assert "configs/train/new.yaml" in ran.out


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (A, f"is the preset {A}"),
        ("configs/train/new.yaml", "is the preset configs/train/new.yaml"),
        ("pyproject.toml", "the base cannot replace the settings file"),
        (
            "configs/components/base.yaml",
            "is among the legacy files, which the migration removes; the base stays",
        ),
        ("snapshots/base.yaml", "a draft cannot be written among the frozen files"),
        ("configs/base.txt", "a base is a YAML file, and its name has to end in .yaml"),
    ],
)
def test_no_base_is_written_over_what_is_none(merged: Path, place: str, message: str) -> None:
    write_files(merged, {"configs/train/new.yaml": "extends: a.yaml\n"})
    before = contents(merged)
    ran = run(merged, "draft", "--base", "--out", place, "--force")
    assert (ran.code, ran.out, ran.err) == (1, "", f"{place}: {message}\n")
    assert contents(merged) == before


def test_no_base_is_written_over_a_fusion_config(tmp_path: Path) -> None:
    mix = "configs/mix.yaml"
    text = f"custom: {{fusion_config: {mix}}}\n"
    make(tmp_path, {A: text, B: text, mix: "targets: [{name: x}]\nsources: []\n"})
    before = contents(tmp_path)
    ran = run(tmp_path, "draft", "--base", "--out", mix, "--force")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        f"{mix}: {A} and 1 more could not be read with this base: a fusion config needs at least "
        "one target\n  hint: write the base to another path\n"
    )
    assert contents(tmp_path) == before


def test_a_base_outside_the_project_is_to_be_moved_into_it(merged: Path) -> None:
    place = merged.parent / f"{merged.name}-base.yaml"
    out = ok(merged, "draft", "--base", "--out", str(place))
    assert f"written  {place}\nnext: move it to {BASE}, and {SET}; then {DRAFT}\n" in out


def test_a_path_counts_from_the_folder_at_hand(merged: Path) -> None:
    out = ok(merged / "configs", "draft", "--base", "--out", "my.yaml")
    assert "written  configs/my.yaml\n" in out
    assert 'write `base = "configs/my.yaml"` into pyproject.toml' in out


def test_no_base_is_written_where_a_value_would_be_taken_for_its_name(tmp_path: Path) -> None:
    text = "parent: ../base.yaml\n"
    make(tmp_path, {A: text, B: text})
    reason = (
        f"{A} and 1 more could not be read with this base: 'parent' names a YAML file, "
        "../base.yaml, and is only a value here: 'extends' names the bases\n"
    )
    ran = run(tmp_path, "draft", "--base")
    other = "configs/common.yaml"
    assert (ran.code, ran.out) == (0, text)
    assert ran.err == (
        "a base of 1 value that all 2 presets have in common\n"
        f"next: {WRITE}; then {SET}\nnot to {BASE}: {reason}"
    ).replace(f"{BASE}`", f"{other}`").replace(f'"{BASE}"', f'"{other}"').replace(
        f"--out {BASE}", f"--out {other}"
    )
    ran = run(tmp_path, "draft", "--base", "--out", BASE)
    hint = "  hint: write the base to another path\n"
    assert (ran.code, ran.out, ran.err) == (1, "", f"{BASE}: {reason}{hint}")
    assert not (tmp_path / BASE).exists()
    ok(tmp_path, "draft", "--base", "--out", other)
    ok(tmp_path, "check-parity")


@pytest.mark.parametrize(
    ("glob", "taken", "proposed"),
    [
        ("configs/train/*.yaml", [], BASE),
        ("configs/train/*.yaml", [BASE], "configs/common.yaml"),
        ("configs/**/*.yaml", [], "configs/train/base.yaml"),
        ("**/?.yaml", [], "configs/train/base.yaml"),
    ],
)
def test_a_base_is_proposed_beside_the_presets_but_not_as_one_of_them(
    tmp_path: Path, glob: str, taken: list[str], proposed: str
) -> None:
    make(tmp_path, {**COPIES, **dict.fromkeys(taken, "x: 1\n")}, presets=[glob])
    ran = run(tmp_path, "draft", "--base")
    assert f'then write `base = "{proposed}"` into' in ran.err
    doubt = f"`presets` matches {proposed}: it counts as a preset until `base` names it\n"
    assert (doubt in ran.err) == (glob == "configs/**/*.yaml")


def test_nothing_frozen_is_nothing_in_common(small_project: Path) -> None:
    ran = run(small_project, "draft", "--base")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "snapshots: nothing has been frozen yet\n"
        "  hint: freeze the presets before they are edited: `snapshot`\n"
    )


@pytest.mark.parametrize(
    "words", [["--all"], [A], ["--overlay-of", A], ["--into", "x"], ["--force"]]
)
def test_options_that_do_not_go_with_base_are_refused(merged: Path, words: list[str]) -> None:
    ran = run(merged, "draft", "--base", *words)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("--base goes alone" if words != ["--force"] else "--force goes with")


def test_the_invoke_task_has_the_option() -> None:
    assert "base" in {argument.name for argument in namespace["draft"].get_arguments()}


# The whole way, from a tree without a base to one over its own


def migrate(folder: Path, base: str) -> str:
    """Freeze a tree, draft its base and then all presets over it; return the text of the base."""
    ok(folder, "snapshot")
    has_phases = "legacy =" in (folder / "pyproject.toml").read_text()
    if has_phases:
        ok(folder, "advance")
    step = "next: config-migration draft --base  (what all presets have in common; --out writes it)"
    assert (step in run(folder, "ledger").out) == has_phases
    assert f'write `base = "{base}"`' in ok(folder, "draft", "--base", "--out", base)
    change_settings(folder, base=base)
    ok(folder, "draft", "--all", "--into", ".", "--force")
    ok(folder, "check-parity")
    assert set(statuses(folder).values()) == {"verified"}
    found = json.loads(run(folder, "lint", "--format", "json").out)["findings"]
    assert [each for each in found if each["code"] in {"L101", "L203", "L301", "L302"}] == []
    return (folder / base).read_text()


@pytest.fixture
def baseless(legacy_project: Path) -> Path:
    """Return the legacy tree with its base among the components, as if nobody had one."""
    change_settings(legacy_project, base=None)
    base = legacy_project / "configs" / "base.yaml"
    write_files(legacy_project, {"configs/components/runtime/all.yaml": base.read_text()})
    base.unlink()
    for path in (legacy_project / "configs").rglob("*.yaml"):
        text = re.sub(
            r"(?m)^(  - (?:\.\./)*)base\.yaml$", r"\1components/runtime/all.yaml", path.read_text()
        )
        path.write_text(text)
    return legacy_project


def test_the_legacy_tree_is_drafted_over_a_base_within_the_runtime_settings(baseless: Path) -> None:
    assert migrate(baseless, BASE) == (
        "# Root of every training chain: runtime facts that no experiment tunes.\n"
        "# Learning rates, batch sizes and schedules belong to the fragments and presets above it."
        "\nmodel:\n  torch_dtype: bfloat16\n  attn_impl: flash_attention_2\n\n"
        "template:\n  template: qwen3_vl\n  truncation_strategy: right\n"
    )


def test_the_legacy_tree_is_drafted_over_a_base_of_all_that_its_presets_share(
    baseless: Path,
) -> None:
    change_settings(baseless, runtime_settings=None)
    text = migrate(baseless, BASE)
    assert text.count("\n  ") > 15
    assert "# Three parameter groups: language model, vision tower, aligner.\n" in text
    launch = ("output_dir", "run_name", "num_train_epochs", "learning_rate", "global_max_length")
    assert not any(name in text for name in launch)


def test_a_tree_of_experiments_that_inherit_by_another_key_is_drafted_over_its_base(
    tmp_path: Path,
) -> None:
    write_files(
        tmp_path,
        {
            "pyproject.toml": settings_table(
                **{**PLAIN, "presets": ["conf/experiments/**"], "legacy": ["conf/_shared/**"]},
                inheritance={"key": "inherit_from"},
            ),
            "conf/_shared/opt/adam.yaml": (
                '# As all use it.\r\noptimizer: &o\r\n  "weight.decay": 0.01  # dotted\r\n'
                "  betas: [0.9, 0.999]\r\nprompt: |\r\n  one\r\n  two\r\nsame: *o\r\n"
            ),
            "conf/_shared/data.yaml": (
                "data:\n  workers: 4\n  filters: {}\n  steps: []\n  cache: ~\n  shuffle: ~\n"
            ),
            "conf/experiments/vision/deep/v1.yaml": (
                "inherit_from: [../../../_shared/opt/adam.yaml, ../../../_shared/data.yaml]\n"
                "name: v1\ndata: {cache: {size: 3}}\n"
            ),
            "conf/experiments/vision/v2.yaml": "inherit_from: deep/v1.yaml\nname: v2\n",
            "conf/experiments/text/old.yaml": (
                "inherit_from:\n  - ../../_shared/opt/adam.yaml\n  - ../../_shared/data.yaml\n"
                "name: t1\ndata: {workers: 8, steps: [1]}\n"
            ),
            "conf/experiments/text/no.yaml": "name: unlike all others\n",
        },
    )
    ok(tmp_path, "snapshot")
    no, old, new = (f"conf/experiments/text/{name}.yaml" for name in ("no", "old", "new"))
    ok(tmp_path, "map", "--old", no, "--drop", "--reason", "unused")
    printed = run(tmp_path, "draft", "--base")
    assert printed.out == (
        '# As all use it.\noptimizer:\n  "weight.decay": 0.01  # dotted\n'
        "  betas: [0.9, 0.999]\n\nprompt: |\n  one\n  two\n\n"
        'same:\n  "weight.decay": 0.01  # dotted\n  betas: [0.9, 0.999]\n\n'
        "data:\n  filters: {}\n  shuffle: ~\n"
    )
    ok(tmp_path, "draft", "--base", "--out", "conf/base.yaml")
    change_settings(tmp_path, base="conf/base.yaml")
    ok(tmp_path, "draft", "--all", "--into", ".", "--force")
    (tmp_path / old).rename(tmp_path / new)
    (tmp_path / no).unlink()
    ok(tmp_path, "map", "--old", old, "--new", new)
    ok(tmp_path, "check-parity")
    assert (tmp_path / "conf/base.yaml").read_text() == printed.out
    again = run(tmp_path, "draft", "--base")
    assert again.out == printed.out
    assert "counted" not in again.err
    assert (tmp_path / new).read_text() == (
        "inherit_from:\n  - ../../base.yaml\n\n"
        "data:\n  workers: 8\n  steps: [1]\n  cache: ~\n\nname: t1\n"
    )
    assert (tmp_path / "conf/experiments/vision/v2.yaml").read_text() == (
        "inherit_from:\n  - deep/v1.yaml\n\nname: v2\n"
    )


def test_a_flat_tree_without_inheritance_is_drafted_over_its_base(tmp_path: Path) -> None:
    settings = {**PLAIN, "presets": ["*.yaml"]}
    files = {path.removeprefix("configs/train/"): text for path, text in COPIES.items()}
    write_files(tmp_path, {"pyproject.toml": settings_table(**settings), **files})
    assert migrate(tmp_path, "base.yaml") == "model:\n  dtype: half  # so that it fits\n"
    assert (
        tmp_path / "a.yaml"
    ).read_text() == "# On a.\nextends:\n  - base.yaml\n\nname: a\nseed: 1\n"
