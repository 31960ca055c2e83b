from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from migration.commands.inspect import trace_key
from migration.files.disk_tree import DiskTree
from migration.project.project import open_project
from migration.render.inspect import trace_text
from migration.render.terminal import Terminal
from tests.conftest import LEGACY, ROOT, write_files
from tests.earlier import refreeze
from tests.running import edit, run

A, B = "configs/train/a.yaml", "configs/train/b.yaml"
MIX = "configs/fusion/mix.yaml"
BASELINE = f"snapshots/presets/{A}.json"
LOWAUG = "configs/train/grpo/dense_2048_lowaug_t04_low_lr.yaml"
OVERLAYS = (LOWAUG, "configs/train/grpo/summary_server.yaml")


def inspect(folder: Path, *words: str) -> str:
    ran = run(folder, "inspect", *words)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def trace(folder: Path, config: str, key: str, *words: str) -> list[str]:
    """Return the lines of a trace, blanks as one, empty lines left out."""
    out = inspect(folder, "--config", config, "--key", key, *words)
    return [" ".join(line.split()) for line in out.splitlines() if line]


def refusal(folder: Path, *words: str) -> str:
    ran = run(folder, "inspect", *words)
    assert (ran.code, ran.out) == (1, "")
    return ran.err


def test_inspect_prints_the_chain_in_merge_order_then_the_payload(small_project: Path) -> None:
    ran = run(small_project, "inspect", "--config", A)
    chain, _, payload = ran.out.partition("\n\n")
    assert chain.splitlines() == [
        f"chain of {A}, lowest precedence first:",
        "  1  configs/base.yaml",
        "  2  configs/components/optim.yaml",
        f"  3  {A}",
    ]
    assert json.loads(payload)["optim"] == {"lr": 0.0001}


def test_the_payload_alone_is_canonical_json(frozen_project: Path) -> None:
    ran = run(frozen_project, "inspect", "--config", A, "--payload-only")
    assert ran.out == (frozen_project / BASELINE).read_text()


def test_a_payload_may_have_a_byte_order_mark_but_no_other_encoding(small_project: Path) -> None:
    saved = small_project / "saved.json"
    saved.write_text('{"seed": 1}\n', encoding="utf-8-sig")
    assert '"seed": 1' in run(small_project, "inspect", "--config", "saved.json").out
    saved.write_text('{"seed": 1}\n', encoding="utf-16")
    ran = run(small_project, "inspect", "--config", "saved.json")
    assert (ran.code, ran.err) == (
        1,
        "saved.json:1: not UTF-8: it is UTF-16 (PowerShell's `>` writes it); save it as UTF-8\n",
    )


def test_the_yaml_payload_reads_back_to_the_same_value(small_project: Path) -> None:
    edit(
        small_project / B,
        "{seed: 1}",
        '{a: "no", b: 1.0e-5, c: 2024-01-31, d: "ü 类别", e: [], f: "a\\Nb"}',
    )
    ran = run(small_project, "inspect", "--config", B, "--payload-only", "--format", "yaml")
    as_json = run(small_project, "inspect", "--config", B, "--payload-only").out
    assert (
        yaml.safe_load(ran.out)["training"]
        == yaml.safe_load((small_project / B).read_text())["training"]
    )
    assert "ü 类别" in ran.out
    assert "ü 类别" in as_json


def test_the_yaml_payload_is_written_out_in_the_order_of_the_files(small_project: Path) -> None:
    text = "z: &z {fold: '08', rate: \"1e-4\"}\na: *z\nm: [*z]\nb: |+\n  one\n\n"
    write_files(small_project, {B: text})
    words = ("inspect", "--config", B, "--payload-only", "--format", "yaml")
    assert run(small_project, *words).out == (
        "z:\n  fold: '08'\n  rate: '1e-4'\na:\n  fold: '08'\n  rate: '1e-4'\n"
        "m:\n- fold: '08'\n  rate: '1e-4'\nb: |+\n  one\n\n"
    )


def test_effective_passes_the_length_knob_on(small_project: Path) -> None:
    edit(small_project / B, "training", "global_max_length: 12000\ntraining")
    words = ("inspect", "--config", B, "--payload-only")
    assert "max_length" not in json.loads(run(small_project, *words).out).get("template", {})
    value = json.loads(run(small_project, *words, "--effective").out)
    assert value["model"] == {"dtype": "bfloat16", "max_model_len": 12000}
    assert value["template"] == {"max_length": 12000, "truncation_strategy": "raise"}


def test_a_path_counts_from_the_current_folder(small_project: Path) -> None:
    ran = run(small_project / "configs" / "train", "inspect", "--config", "a.yaml")
    assert ran.out.startswith(f"chain of {A}, ")


def test_inspect_shows_a_baseline_with_the_chain_it_was_frozen_from(frozen_project: Path) -> None:
    ran = run(frozen_project, "inspect", "--config", BASELINE)
    assert "  2  configs/components/optim.yaml\n" in ran.out
    assert ran.out.endswith((frozen_project / BASELINE).read_text())


def test_inspect_merges_a_fusion_config_by_name(small_project: Path) -> None:
    files = {"configs/fusion/more.yaml": "extends: mix.yaml\ntargets: [{name: bbu, mode: dense}]\n"}
    write_files(small_project, files)
    ran = run(small_project, "inspect", "--config", "configs/fusion/more.yaml", "--payload-only")
    assert json.loads(ran.out)["targets"] == [{"mode": "dense", "name": "bbu", "ratio": 1.0}]


@pytest.mark.parametrize("name", ["../outside.yaml", "{parent}/outside.yaml"])
def test_a_config_outside_the_project_can_be_inspected(small_project: Path, name: str) -> None:
    write_files(
        small_project.parent, {"outside.yaml": "extends: next.yaml\n", "next.yaml": "a: 1\n"}
    )
    config = name.format(parent=small_project.parent)
    ran = run(small_project, "inspect", "--config", config, "--payload-only")
    assert (ran.code, ran.out) == (0, '{\n  "a": 1\n}\n')


def test_a_key_tells_its_value_and_every_file_that_set_it(small_project: Path) -> None:
    edit(small_project / B, "training: {seed: 1}", "optim: {lr: 2.0e-4}")
    assert trace(small_project, B, "optim.lr") == [
        "optim.lr = 2.0e-4 (float)",
        "configs/components/optim.yaml:1 1.0e-4 (float)",
        f"{B}:2 2.0e-4 (float) wins",
    ]


def test_a_key_tells_what_repeats_replaces_and_takes_away(small_project: Path) -> None:
    write_files(
        small_project,
        {
            "1.yaml": "x: {y: null}\n",
            "2.yaml": "extends: 1.yaml\nx: {y: [a, b]}\n",
            "3.yaml": "extends: 2.yaml\nx: {y: [b]}\n",
            "4.yaml": "extends: 3.yaml\nx: false\n",
            "5.yaml": "extends: 4.yaml\nx:\n  y: 1\n",
            "6.yaml": "extends: 5.yaml\nx: {y: 1}\n",
        },
    )
    assert trace(small_project, "6.yaml", "x.y") == [
        "x.y = 1 (int)",
        "1.yaml:1 null",
        '2.yaml:2 ["a", "b"] (list) replaces null',
        '3.yaml:2 ["b"] (list) replaces the list, drops 1 of 2',
        "4.yaml:2 x: false (bool) takes it away",
        "5.yaml:3 1 (int)",
        "6.yaml:2 1 (int) wins, repeats it",
    ]


def test_a_mapping_tells_the_files_that_made_it_and_each_key(small_project: Path) -> None:
    write_files(
        small_project,
        {
            "1.yaml": "x: {a: 1, b: 2, c: {d: 3, e: 4}}\n",
            "2.yaml": "extends: 1.yaml\nx:\n  b: 3\n  c: {d: 4}\n",
            "3.yaml": "extends: 2.yaml\nx: {b: 5}\n",
        },
    )
    assert trace(small_project, "3.yaml", "x") == [
        "x = 3 keys (mapping)",
        "1.yaml:1 sets 4 values 2 kept",
        "2.yaml:2 sets 2 values 1 kept",
        "3.yaml:2 sets 1 value kept",
        "a 1 (int) 1.yaml:1",
        "b 5 (int) 3.yaml:2",
        'c {"d": 4, "e": 4} (mapping) 2 files',
    ]


def test_what_a_base_takes_back_itself_is_told_as_such(small_project: Path) -> None:
    write_files(
        small_project,
        {
            "1.yaml": "x: {y: 1}\n",
            "2.yaml": "x: {y: 5}\n",
            "3.yaml": "extends: 2.yaml\nx: 1\n",
            "4.yaml": "extends: 3.yaml\nx: {z: 2}\n",
            "5.yaml": "extends: [1.yaml, 4.yaml]\n",
        },
    )
    assert trace(small_project, "5.yaml", "x.y") == [
        "x.y = 1 (int)",
        "1.yaml:1 1 (int) wins",
        "2.yaml:1 5 (int) taken back by what extends it",
    ]
    assert trace(small_project, "5.yaml", "x")[2:4] == [
        "2.yaml:1 sets 1 value taken back by what extends it",
        "3.yaml:2 1 (int) taken back by what extends it",
    ]


def test_a_fusion_list_tells_what_was_added_to_it(small_project: Path) -> None:
    files = {"configs/fusion/more.yaml": "extends: mix.yaml\ntargets: [{name: rru}]\n"}
    write_files(small_project, files)
    assert trace(small_project, "configs/fusion/more.yaml", "targets")[1:] == [
        f'{MIX}:1 [{{"name": "bbu", "ratio": 1.0}}] (list)',
        'configs/fusion/more.yaml:2 [{"name": "rru"}] (list) wins, adds to it',
    ]


def test_a_long_list_is_shown_in_part(small_project: Path) -> None:
    write_files(small_project, {"1.yaml": f"x: {[*range(100, 140)]}\n"})
    lines = trace(small_project, "1.yaml", "x")
    assert lines[:2] == ["x = 40 entries (list)", "[0] 100 (int)"]
    assert lines[-2:] == [
        "… and 30 more entries; `--payload-only` has all",
        "1.yaml:1 40 entries (list) wins",
    ]


def test_a_mapping_that_was_null_before_says_so(small_project: Path) -> None:
    write_files(
        small_project, {"1.yaml": "x: null\n", "2.yaml": "extends: 1.yaml\nx: {a: 1, b: 2}\n"}
    )
    assert trace(small_project, "2.yaml", "x")[1:3] == [
        "1.yaml:1 null",
        "2.yaml:2 sets 2 values replaces null, all kept",
    ]


def test_an_empty_mapping_is_a_value_like_any_other(frozen_project: Path) -> None:
    write_files(frozen_project, {"1.yaml": "x: {}\n", "2.yaml": "extends: 1.yaml\nx: {}\n"})
    assert trace(frozen_project, "2.yaml", "x") == [
        "x = 0 keys (mapping)",
        "1.yaml:1 {} (mapping)",
        "2.yaml:2 {} (mapping) wins, repeats it",
    ]
    edit(frozen_project / B, "{seed: 1}", "{}")
    refreeze(frozen_project, "empty", B)
    assert trace(frozen_project, f"snapshots/presets/{B}.json", "training") == [
        "training = 0 keys (mapping)",
        f"{B}:2 (legacy)",
    ]


def test_a_config_that_says_nothing_has_no_origins(small_project: Path) -> None:
    write_files(small_project, {"1.yaml": "# nothing\n"})
    out = inspect(small_project, "--config", "1.yaml", "--origins")
    assert out == "chain of 1.yaml, lowest precedence first:\n  1  1.yaml\n\nno values\n"


def test_an_entry_of_a_fusion_config_is_followed_by_name(small_project: Path) -> None:
    files = {
        "configs/fusion/more.yaml": "extends: mix.yaml\ntargets:\n- {name: new}\n"
        "- {name: bbu, ratio: 2.0}\n"
    }
    write_files(small_project, files)
    assert trace(small_project, "configs/fusion/more.yaml", "targets[0].ratio") == [
        "targets[0].ratio = 2.0 (float)",
        f"{MIX}:2 1.0 (float)",
        "configs/fusion/more.yaml:4 2.0 (float) wins",
    ]


def test_the_value_of_a_key_can_be_piped(small_project: Path) -> None:
    words = ("--config", A, "--payload-only", "--key")
    assert inspect(small_project, *words, "optim.lr") == "0.0001\n"
    assert inspect(small_project, *words, "optim.lr", "--format", "yaml") == "0.0001\n"
    assert json.loads(inspect(small_project, *words, "optim")) == {"lr": 0.0001}
    assert inspect(small_project, *words, "optim", "--format", "yaml") == "lr: 0.0001\n"


def test_a_limit_that_follows_the_length_knob_says_so(small_project: Path) -> None:
    edit(small_project / B, "training", "global_max_length: 12000\nmodel: {max_model_len: 1}\n#")
    told = ["global_max_length, which was set by", f"{B}:2 12000 (int) wins"]
    assert trace(small_project, B, "template.max_length", "--effective") == [
        "template.max_length = 12000 (int)",
        f"follows {told[0]}",
        told[1],
    ]
    assert trace(small_project, B, "model.max_model_len", "--effective") == [
        "model.max_model_len = 12000 (int)",
        f"follows {told[0]}",
        told[1],
        "and overrides what the files say:",
        f"{B}:3 1 (int)",
    ]
    assert trace(small_project, B, "model.max_model_len")[0] == "model.max_model_len = 1 (int)"
    assert trace(small_project, B, "model.dtype", "--effective")[0] == (
        'model.dtype = "bfloat16" (str)'
    )
    assert trace(small_project, B, "model", "--effective")[-1] == (
        f"max_model_len 12000 (int) {B}:2 (follows global_max_length)"
    )


def test_a_baseline_tells_the_one_place_that_was_frozen(frozen_project: Path) -> None:
    assert trace(frozen_project, BASELINE, "optim.lr") == [
        "optim.lr = 0.0001 (float)",
        "configs/components/optim.yaml:1 (legacy)",
    ]
    assert trace(frozen_project, BASELINE, "optim") == [
        "optim = 1 key (mapping)",
        "lr 0.0001 (float) configs/components/optim.yaml:1 (legacy)",
    ]


def test_a_saved_payload_says_that_it_does_not_know(small_project: Path) -> None:
    write_files(small_project, {"saved.json": '{"a": {"b": 1}}\n'})
    known = "saved.json is a saved payload: it does not say where its values were set"
    assert trace(small_project, "saved.json", "a.b") == ["a.b = 1 (int)", known]
    assert trace(small_project, "saved.json", "a") == ["a = 1 key (mapping)", "b 1 (int)", known]
    assert refusal(small_project, "--config", "saved.json", "--origins") == (
        "saved.json: a payload that was saved does not know where its values were set\n"
        "  hint: give the YAML file, or the baseline that `snapshot` froze\n"
    )


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("optm.lr", "no key 'optm.lr'\n  hint: did you mean 'optim.lr'?\n"),
        ("lr", "no key 'lr'\n  hint: did you mean 'optim.lr'?\n"),
        (
            "fusion_confg",
            "no key 'fusion_confg'\n  hint: did you mean 'custom.fusion_config'?\n",
        ),
        ("zzz", "no key 'zzz'\n"),
        (
            "seed",
            "no key 'seed'\n  hint: did you mean 'ops.seed', 'eval.seed' or 'train.seed'?\n",
        ),
        (
            "model.dtype.x",
            "no key 'model.dtype.x': model.dtype is a string (configs/base.yaml:1)\n",
        ),
        (
            "ops.l[2]",
            f"no key 'ops.l[2]': ops.l is a list of 2 ({B}:5)\n  hint: entries are [0] to [1]\n",
        ),
        ("ops[0]", f"no key 'ops[0]': ops is a mapping ({B}:5)\n"),
        ("ops.l[0].nam", "no key 'ops.l[0].nam'\n  hint: did you mean 'ops.l[0].name'?\n"),
        ("sec.gone", f"no key 'sec.gone': {B}:6 takes it away, sec is null\n"),
        (
            "template.max_length",
            (
                "no key 'template.max_length'\n"
                "  hint: a run has it from global_max_length: ask with --effective\n"
            ),
        ),
        ("true", "no key 'true'\n"),
    ],
)
def test_a_key_that_is_not_there_says_why_or_names_the_nearest(
    small_project: Path, key: str, message: str
) -> None:
    write_files(
        small_project,
        {
            "configs/off.yaml": "extends: train/a.yaml\nsec: {gone: 1}\n",
            B: "extends: ../off.yaml\ntrain: {seed: 1}\neval: {seed: 2}\n"
            "global_max_length: 9\nops: {seed: 3, l: [{name: x}, 1]}\nsec: null\n1: x\n",
        },
    )
    assert refusal(small_project, "--config", B, "--key", key) == f"{B}: {message}"


@pytest.mark.parametrize(
    ("legacy", "mark"), [('legacy = ["configs/old.yaml"]\n', "legacy"), ("", "as frozen")]
)
def test_a_key_that_a_baseline_lacks_is_told_with_the_word_for_frozen_places(
    tmp_path: Path, legacy: str, mark: str
) -> None:
    settings = f'[tool.config-migration]\npresets = ["configs/a.yaml"]\n{legacy}'
    files = {"pyproject.toml": settings, "configs/a.yaml": "optim: {lr: 1}\n"}
    write_files(tmp_path, {**files, "configs/old.yaml": "x: 1\n"})
    assert run(tmp_path, "snapshot").code == 0
    baseline = "snapshots/presets/configs/a.yaml.json"
    assert refusal(tmp_path, "--config", baseline, "--key", "optim.lr.x") == (
        f"{baseline}: no key 'optim.lr.x': optim.lr is an integer (configs/a.yaml:1, {mark})\n"
    )


def test_a_bad_length_is_not_what_a_missing_key_is_about(small_project: Path) -> None:
    edit(small_project / B, "training", "global_max_length: long\ntraining")
    assert refusal(small_project, "--config", B, "--key", "template.max_length") == (
        f"{B}: no key 'template.max_length'\n  hint: did you mean 'global_max_length'?\n"
    )


def test_a_key_path_that_is_none_is_a_fault(small_project: Path) -> None:
    assert refusal(small_project, "--config", B, "--key", "a..b").startswith("not a key path")


def test_every_leaf_is_listed_with_its_place(small_project: Path) -> None:
    out = inspect(small_project, "--config", B, "--origins")
    chain, _, table = out.partition("\n\n")
    assert chain.endswith(f"  4  {B}")
    assert [line.split() for line in table.splitlines()] == [
        ["key", "value", "set", "by"],
        ["custom.fusion_config", f'"{MIX}"', "(str)", f"{A}:2"],
        ["model.dtype", '"bfloat16"', "(str)", "configs/base.yaml:1"],
        ["optim.lr", "1.0e-4", "(float)", "configs/components/optim.yaml:1"],
        ["training.seed", "1", "(int)", f"{B}:2"],
    ]


def test_where_a_path_of_a_baseline_stops_is_marked_as_frozen(frozen_project: Path) -> None:
    ran = run(frozen_project, "inspect", "--config", BASELINE, "--key", "optim.lr.x")
    place = "configs/components/optim.yaml:1, legacy"
    assert ran.err == f"{BASELINE}: no key 'optim.lr.x': optim.lr is a float ({place})\n"


def test_the_listed_origins_of_a_baseline_are_the_frozen_ones(frozen_project: Path) -> None:
    out = inspect(frozen_project, "--config", BASELINE, "--origins")
    assert "  configs/components/optim.yaml:1 (legacy)\n" in out


def test_lists_of_a_fusion_config_are_listed_by_entry_where_files_meet(small_project: Path) -> None:
    files = {"configs/fusion/more.yaml": "extends: mix.yaml\ntargets: [{name: bbu, mode: dense}]\n"}
    write_files(small_project, files)
    words = ("--config", "configs/fusion/more.yaml", "--origins")
    table = inspect(small_project, *words).partition("\n\n")[2]
    assert [line.split() for line in table.splitlines()[1:]] == [
        ["sources", "[]", "(list)", f"{MIX}:3"],
        ["targets[0].mode", '"dense"', "(str)", "configs/fusion/more.yaml:2"],
        ["targets[0].name", '"bbu"', "(str)", "configs/fusion/more.yaml:2"],
        ["targets[0].ratio", "1.0", "(float)", f"{MIX}:2"],
    ]


def test_effective_origins_name_what_follows_the_knob(small_project: Path) -> None:
    edit(small_project / B, "training", "global_max_length: 9\ntraining")
    out = inspect(small_project, "--config", B, "--origins", "--effective")
    assert f"{B}:2 (follows global_max_length)\n" in out


@pytest.mark.parametrize(
    "words",
    [
        ("--origins", "--key", "optim"),
        ("--origins", "--payload-only"),
        ("--origins", "--format", "yaml"),
        ("--key", "optim", "--format", "yaml"),
    ],
)
def test_options_that_make_no_sense_together_are_refused(
    small_project: Path, words: tuple[str, ...]
) -> None:
    start = "--format yaml" if "yaml" in words else words[0]
    assert refusal(small_project, "--config", A, *words).startswith(start)


def test_an_empty_key_is_no_key_path(small_project: Path) -> None:
    assert refusal(small_project, "--config", A, "--key", "").startswith("--key needs a value")
    assert refusal(small_project, "--config", A, "--key", " ").startswith("not a key path: ' '")


def test_long_texts_are_whole_in_a_pipe(small_project: Path) -> None:
    left, right = "x" * 70 + "1", "x" * 70 + "2"
    edit(small_project / A, "custom:", f"name: {left}\ncustom:")
    edit(small_project / B, "training", f"name: {right}\ntraining")
    out = inspect(small_project, "--config", B, "--key", "name")
    assert f'"{left}" (str)' in out


@pytest.mark.parametrize("config", OVERLAYS)
@pytest.mark.parametrize("key", ["rlhf.reward_funcs", "custom.augmentation", "global_max_length"])
@pytest.mark.parametrize("folder", [ROOT, LEGACY], ids=["migrated", "legacy"])
def test_which_file_set_it_is_answered_on_one_screen(folder: Path, config: str, key: str) -> None:
    tree = DiskTree(folder)
    told = trace_key(open_project(folder), config, key, folder)
    text = trace_text(told, Terminal(width=80))
    assert len(text.splitlines()) <= 24
    assert max(len(line) for line in text.splitlines()) <= 80
    assert all(tree.is_file(step.origin.path) for step in told.history.steps)
    assert [step.wins for step in told.history.steps][-1]


def test_a_mapping_within_a_mapping_stands_where_its_key_does(small_project: Path) -> None:
    edit(
        small_project / A, "custom:", "run:\n  name: x\n  grpo:\n\n    dump:\n      on: 1\ncustom:"
    )
    out = inspect(small_project, "--config", B, "--key", "run")
    assert f'  grpo  {{"dump": {{true: 1}}}} (mapping)  {A}:4\n' in out


def document(folder: Path, *words: str) -> dict[str, object]:
    ran = run(folder, "inspect", *words, "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)
    assert isinstance(found, dict)
    return found


def test_a_config_is_one_document(small_project: Path) -> None:
    found = document(small_project, A)
    payload = json.loads(run(small_project, "inspect", A, "--payload-only").out)
    assert found == {
        "config": A,
        "chain": ["configs/base.yaml", "configs/components/optim.yaml", A],
        "value": payload,
    }
    value = found["value"]
    assert isinstance(value, dict)
    assert [*value] == sorted(value)


def test_a_key_is_one_document_with_its_history(small_project: Path) -> None:
    edit(small_project / B, "training: {seed: 1}", "optim: {lr: 2.0e-4}")
    found = document(small_project, B, "--key", "optim.lr")
    assert (found["config"], found["key"], found["value"]) == (B, "optim.lr", 0.0002)
    assert found["origin"] == f"{B}:2"
    steps = found["steps"]
    assert isinstance(steps, list)
    assert [(step["origin"], step["value"], step["written"], step["wins"]) for step in steps] == [
        ("configs/components/optim.yaml:1", 0.0001, "1.0e-4", False),
        (f"{B}:2", 0.0002, "2.0e-4", True),
    ]


def test_a_mapping_is_one_document_with_its_parts(small_project: Path) -> None:
    found = document(small_project, B, "--key", "optim")
    parts = found["parts"]
    assert isinstance(parts, list)
    assert [(part["path"], part["origin"]) for part in parts] == [
        ("optim.lr", "configs/components/optim.yaml:1")
    ]


def test_the_origins_are_one_document(small_project: Path) -> None:
    found = document(small_project, A, "--origins")
    origins = found["origins"]
    assert isinstance(origins, list)
    assert {each["path"]: each["origin"] for each in origins}["optim.lr"] == (
        "configs/components/optim.yaml:1"
    )
    assert found["frozen"] is False


def test_the_knob_that_a_value_follows_is_in_its_document(small_project: Path) -> None:
    edit(small_project / B, "training", "global_max_length: 9\ntraining")
    found = document(small_project, B, "--key", "model.max_model_len", "--effective")
    follows = found["follows"]
    assert isinstance(follows, dict)
    assert (follows["key"], follows["value"], follows["origin"]) == (
        "global_max_length",
        9,
        f"{B}:2",
    )


def test_a_number_is_shown_as_its_file_writes_it(small_project: Path) -> None:
    (small_project / A).write_text("a: 0.00001\nb: 1.0e-5\nc: 0x10\nd: 1_000\n")
    for key, shown in (("a", "0.00001"), ("b", "1.0e-5"), ("c", "0x10 = 16"), ("d", "1_000")):
        assert f"{key} = {shown} (" in inspect(small_project, "--config", A, "--key", key)
    listed = inspect(small_project, "--config", A, "--origins")
    assert [line.split()[1] for line in listed.splitlines()[-4:]] == [
        "0.00001",
        "1.0e-5",
        "0x10",
        "1_000",
    ]
