"""Each rule by its code: what breaks it, and what is near to that and does not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from migration.errors import MigrationError
from migration.lint.catalog import RULES, find_rule
from migration.lint.rule import Rule
from migration.store.ledger import Progression
from migration.store.ledger_file import ledger_text
from migration.yaml.plain import describe_misreading
from tests.lint.trees import (
    BASE,
    DEBUG,
    FUSION_BASE,
    LAUNCH,
    LENGTH,
    MIX,
    OVERLAY,
    PRESET,
    SETTINGS,
    SHALLOW,
    TREE,
    settings,
    told,
)

Case = tuple[Mapping[str, str], list[str]]
OTHER, THIRD, MID = "configs/train/other.yaml", "configs/train/c.yaml", "configs/mid.yaml"
OPTIM, OLD = "configs/components/optim.yaml", "configs/train/old_base.yaml"
TWO = "configs/fusion/two.yaml"
UP = "extends: ../base.yaml\n"
DONE = {"snapshots/ledger.yaml": ledger_text(Progression("done"))}


def swapped(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


def overlays(*names: str, of: str) -> dict[str, str]:
    return {f"configs/train/{name}.yaml": f"extends: {of}.yaml\nx: {name}\n" for name in names}


def foreign(name: str, line: int, path: str = BASE) -> str:
    holds = "the base holds model.torch_dtype, model.attn_impl, template"
    return f"L301 {path}:{line} {name} is no runtime choice; {holds}"


UNUSED = "no preset is built from it, nor does `presets` match it"
BROKEN: dict[str, Case] = {
    "yaml that is none": (
        {OVERLAY: "a: b: c\n"},
        [f"L001 {OVERLAY}:1 not valid YAML: mapping values are not allowed here"],
    ),
    "a base that is not there": (
        {OVERLAY: "extends: debugg.yaml\n", "configs/train/debug.yaml": SHALLOW},
        [f"L001 {OVERLAY}:1 unknown base 'debugg.yaml' (did you mean 'debug.yaml'?)"],
    ),
    "a circle": (
        {OVERLAY: "extends: c.yaml\n", THIRD: "extends: b.yaml\n"},
        [
            f"L001 {OVERLAY}:1 'extends' is a cycle: {THIRD} -> {OVERLAY} -> {THIRD}",
            f"L001 {THIRD}:1 'extends' is a cycle: {OVERLAY} -> {THIRD} -> {OVERLAY}",
        ],
    ),
    "one component in two presets that cannot be read": (
        {
            OVERLAY: "extends: [a.yaml, ../components/optim.yaml]\n",
            THIRD: "extends: [a.yaml, ../components/optim.yaml]\n",
            OPTIM: "- 1\n",
            MID: "",
        },
        [
            f"L001 {OPTIM}:1 the root must be a mapping, not a list",
            f"L601 {MID}:1 {swapped(UNUSED, 'preset is', 'preset that can be read is')}",
        ],
    ),
    "a base that is a list": (
        {BASE: "- 1\n"},
        [f"L001 {BASE}:1 the root must be a mapping, not a list"],
    ),
    "extends nothing": (
        {PRESET: swapped(SHALLOW, UP, "")},
        [f"L101 {PRESET}:1 extends nothing, neither {BASE} nor a preset"],
    ),
    "extends null": (
        {PRESET: swapped(SHALLOW, UP, "extends: null\n")},
        [f"L101 {PRESET}:1 extends nothing, neither {BASE} nor a preset"],
    ),
    "extends a legacy file, told at the entry": (
        {PRESET: swapped(SHALLOW, UP, "extends:\n- ../components/optim.yaml\n"), OPTIM: ""},
        [f"L101 {PRESET}:2 extends the legacy file {OPTIM}"],
    ),
    "extends two files": (
        {PRESET: swapped(SHALLOW, UP, "extends: [../base.yaml, ../mid.yaml]\n"), MID: "x: 1\n"},
        [f"L101 {PRESET}:1 extends 2 files instead of one"],
    ),
    "extends components": (
        {
            PRESET: swapped(
                SHALLOW, UP, "# on top\nextends:\n- ../base.yaml\n- ../components/optim.yaml\n"
            ),
            OPTIM: "x: 1\n",
        },
        [f"L101 {PRESET}:2 extends 2 files instead of one, 1 of them legacy"],
    ),
    "extends a file that is no preset": (
        {PRESET: swapped(SHALLOW, "../base", "../mid"), MID: "extends: base.yaml\n"},
        [f"L101 {PRESET}:1 extends {MID}, which is neither {BASE} nor a preset"],
    ),
    "extends a file that is left out": (
        {OVERLAY: "extends: other.yaml\n", OTHER: SHALLOW},
        [f"L101 {OVERLAY}:1 extends {OTHER}, which is neither {BASE} nor a preset"],
    ),
    "five files, told where they are too many and not above": (
        {
            **overlays("c", of="b"),
            **overlays("d", of="c"),
            **overlays("e", of="d"),
        },
        ["L102 configs/train/d.yaml:1 merged from 5 files, more than 4"],
    ),
    "fewer files allowed": (
        {"pyproject.toml": settings(max_files=2)},
        [f"L102 {OVERLAY}:1 merged from 3 files, more than 2"],
    ),
    "four overlays": (
        overlays("c", "d", "e", of="a"),
        [
            (
                f"L103 {PRESET}:1 has 4 overlays, more than 3: {OVERLAY}, {THIRD}, "
                "configs/train/d.yaml, configs/train/e.yaml"
            )
        ],
    ),
    "fewer overlays allowed": (
        {"pyproject.toml": settings(max_overlays=1), **overlays("c", of="a")},
        [f"L103 {PRESET}:1 has 2 overlays, more than 1: {OVERLAY}, {THIRD}"],
    ),
    "a launch setting is missing, told at the preset and not at its overlay": (
        {PRESET: swapped(SHALLOW, "  vit_lr: 1.0e-5\n", "")},
        [f"L201 {PRESET}:1 training.vit_lr is not set"],
    ),
    "an overlay takes a section away": (
        {OVERLAY: "extends: a.yaml\nmodel: null\n"},
        [f"L201 {OVERLAY}:2 model.model is not set"],
    ),
    "a section that is a list": (
        {DEBUG: f"extends: base.yaml\nmodel: [1]\n{swapped(LAUNCH, 'model: {model: qwen}', '')}"},
        [
            f"L205 {DEBUG}:1 global_max_length is not set",
            f"L201 {DEBUG}:2 model.model is not set",
        ],
    ),
    "other launch settings": (
        {"pyproject.toml": settings(launch_settings=["who.owns"])},
        [f"L201 {DEBUG}:1 who.owns is not set", f"L201 {PRESET}:1 who.owns is not set"],
    ),
    "a launch setting is null, told once and at its place": (
        {PRESET: swapped(SHALLOW, "vit_lr: 1.0e-5", "vit_lr: null")},
        [f"L202 {PRESET}:10 training.vit_lr is null"],
    ),
    "a launch setting comes from the base": (
        {
            "pyproject.toml": settings(runtime_settings=["model", "template", "training"]),
            BASE: f"{TREE[BASE]}training: {{vit_lr: 1.0e-5}}\n",
            PRESET: swapped(SHALLOW, "  vit_lr: 1.0e-5\n", ""),
            DEBUG: swapped(TREE[DEBUG], "vit_lr: 1.0e-5", "vit_lr: 2.0e-5"),
        },
        [f"L203 {BASE}:3 training.vit_lr is set by the base; each preset sets its own"],
    ),
    "a launch setting comes from beneath the base": (
        {
            BASE: f"extends: mid.yaml\n{TREE[BASE]}",
            MID: "training: {vit_lr: 1.0e-5}\n",
            PRESET: swapped(SHALLOW, "  vit_lr: 1.0e-5\n", ""),
            DEBUG: swapped(TREE[DEBUG], "vit_lr: 1.0e-5", "vit_lr: 2.0e-5"),
        },
        [
            f"L302 {BASE}:1 the base extends {MID}",
            foreign("training", 1, MID),
            f"L203 {MID}:1 training.vit_lr is set by the base; each preset sets its own",
        ],
    ),
    "no length where it is required": (
        {PRESET: swapped(SHALLOW, LENGTH, "")},
        [f"L204 {PRESET}:1 global_max_length is not set"],
    ),
    "a null length where it is required": (
        {PRESET: swapped(SHALLOW, "length: 100", "length: null")},
        [f"L204 {PRESET}:2 global_max_length is null"],
    ),
    "a length taken away by an overlay": (
        {OVERLAY: "extends: a.yaml\nglobal_max_length: null\n"},
        [f"L204 {OVERLAY}:2 global_max_length is null"],
    ),
    "no length elsewhere, and an overlay for which it is required": (
        {DEBUG: swapped(TREE[DEBUG], LENGTH, ""), THIRD: "extends: ../debug.yaml\nx: 1\n"},
        [
            f"L205 {DEBUG}:1 global_max_length is not set",
            f"L204 {THIRD}:1 global_max_length is not set",
        ],
    ),
    "a length that is required elsewhere": (
        {
            "pyproject.toml": settings(length_required=["configs/*.yaml"]),
            DEBUG: swapped(TREE[DEBUG], LENGTH, ""),
            PRESET: swapped(SHALLOW, LENGTH, ""),
        },
        [
            f"L204 {DEBUG}:1 global_max_length is not set",
            f"L205 {PRESET}:1 global_max_length is not set",
        ],
    ),
    "a section that the length cannot reach, told where it stands": (
        {OVERLAY: "extends: a.yaml\ntemplate: [a]\n"},
        [
            (
                f"L206 {OVERLAY}:2 template must be a mapping for global_max_length to reach it, "
                "not a list"
            )
        ],
    ),
    "a length in quotes": (
        {PRESET: swapped(SHALLOW, "100", "'100'")},
        [f"L206 {PRESET}:2 global_max_length must be a positive integer, not a string"],
    ),
    "another length knob, told once and at its place": (
        {PRESET: swapped(SHALLOW, "qwen}", "qwen, max_model_len: 5}")},
        [f"L207 {PRESET}:3 model.max_model_len is set; global_max_length is the one length knob"],
    ),
    "another length knob in the base": (
        {BASE: "template:\n  max_length: 5\n"},
        [f"L207 {BASE}:2 template.max_length is set; global_max_length is the one length knob"],
    ),
    "a length for rollouts": (
        {PRESET: f"{SHALLOW}rlhf: {{vllm_max_model_len: 7}}\n"},
        [
            (
                f"L208 {PRESET}:13 rlhf.vllm_max_model_len is set, and no longer follows "
                "global_max_length"
            )
        ],
    ),
    "hyperparameters in the base, told by their outermost key": (
        {BASE: "seed: 1\nmodel: {torch_dtype: x, rope: {a: 1, b: 2}}\noptim: {lr: 1, wd: 2}\n"},
        [foreign("seed", 1), foreign("model.rope", 2), foreign("optim", 3)],
    ),
    "a section of the base that is none": ({BASE: "model:\n"}, [foreign("model", 1)]),
    "a base that may hold nothing": (
        {
            "pyproject.toml": settings(runtime_settings=[]),
            BASE: "template: {template: qwen}\n",
        },
        [f"L301 {BASE}:1 template is no runtime choice; the base holds nothing"],
    ),
    "a base over another file": (
        {BASE: "extends: mid.yaml\n", MID: "seed: 1\n"},
        [f"L302 {BASE}:1 the base extends {MID}", foreign("seed", 1, MID)],
    ),
    "an overlay repeats values": (
        {
            PRESET: f"{SHALLOW}ops: [{{a: 1}}]\n",
            OVERLAY: "extends: a.yaml\nops: [{a: 1}]\ntraining:\n  vit_lr: 1.0e-5\n",
        },
        [
            f'L401 {OVERLAY}:2 ops repeats [{{"a": 1}}] of {PRESET}:13',
            f"L401 {OVERLAY}:4 training.vit_lr repeats 1e-05 of {PRESET}:10",
        ],
    ),
    "a preset repeats the base": (
        {PRESET: f"{SHALLOW}template: {{template: qwen}}\n"},
        [f'L401 {PRESET}:13 template.template repeats "qwen" of {BASE}:2'],
    ),
    "a long value repeated": (
        {PRESET: f"{SHALLOW}a: {'x' * 40}\n", OVERLAY: f"extends: a.yaml\na: {'x' * 40}\n"},
        [f'L401 {OVERLAY}:2 a repeats "{"x" * 27}…" of {PRESET}:13'],
    ),
    "a null repeated": (
        {OVERLAY: "extends: a.yaml\nx: null\n", PRESET: f"{SHALLOW}x: null\n"},
        [
            f"L403 {PRESET}:13 x is null, and overrides nothing",
            f"L401 {OVERLAY}:2 x repeats null of {PRESET}:13",
        ],
    ),
    "an overlay in place of its preset": (
        {
            OVERLAY: "extends: a.yaml\nglobal_max_length: 7\ntraining: {run_name: b, "
            "output_dir: b, logging_dir: b, num_train_epochs: 2, vit_lr: 2.0e-5, "
            "aligner_lr: 2.0e-5}\n"
        },
        [f"L402 {OVERLAY}:1 sets 7 of the 13 values of {PRESET} anew"],
    ),
    "null placeholders": (
        {PRESET: f"{SHALLOW}tuner: {{regex: null}}\ndata:\n"},
        [
            f"L403 {PRESET}:13 tuner.regex is null, and overrides nothing",
            f"L403 {PRESET}:14 data is null, and overrides nothing",
        ],
    ),
    "no such fusion config": (
        {OVERLAY: "extends: a.yaml\ncustom: {fusion_config: configs/fusion/mixx.yaml}\n"},
        [
            (
                f"L501 {OVERLAY}:2 custom.fusion_config names 'configs/fusion/mixx.yaml', which is "
                f"missing (did you mean '{MIX}'?)"
            )
        ],
    ),
    "a fusion config that is no path": (
        {OVERLAY: "extends: a.yaml\ncustom: {fusion_config: [x]}\n"},
        [f"L501 {OVERLAY}:2 custom.fusion_config must be a path, not ['x']"],
    ),
    "a fusion config outside": (
        {OVERLAY: "extends: a.yaml\ncustom: {fusion_config: /mix.yaml}\n"},
        [f"L501 {OVERLAY}:2 custom.fusion_config leads outside the project: '/mix.yaml'"],
    ),
    "a fusion config that does not resolve": (
        {MIX: "extends: base.yaml\nsources: [{name: x}]\n"},
        [f"L502 {MIX}:2 the source 'x' has no 'ratio'"],
    ),
    "a fusion config that is no YAML, told once": (
        {
            MIX: "- 1\n",
            FUSION_BASE: "",
            "pyproject.toml": swapped(
                SETTINGS, "other.yaml", 'other.yaml", "configs/fusion/base.yaml'
            ),
        },
        [f"L001 {MIX}:1 the root must be a mapping, not a list"],
    ),
    "a fusion variant of two": (
        {MIX: "extends: [base.yaml, two.yaml]\n", TWO: "sources: []\n"},
        [f"L503 {MIX}:1 extends 2 files; a fusion variant extends one fusion base"],
    ),
    "a fusion variant of a variant": (
        {
            OVERLAY: f"extends: a.yaml\ncustom: {{fusion_config: {TWO}}}\n",
            TWO: "extends: mix.yaml\n",
        },
        [f"L503 {TWO}:1 extends {MIX}, a variant itself; let both extend one fusion base"],
    ),
    "a fusion base over another, told once for two variants": (
        {
            OVERLAY: f"extends: a.yaml\ncustom: {{fusion_config: {TWO}}}\n",
            TWO: "extends: base.yaml\n",
            FUSION_BASE: "targets: [{name: bbu}]\nextends: three.yaml\n",
            "configs/fusion/three.yaml": "sources: []\n",
        },
        [f"L504 {FUSION_BASE}:2 a fusion base extends nothing"],
    ),
    "files that nothing is built from": (
        {
            MID: "x: 1\n",
            "configs/train/c.yml": SHALLOW,
            "configs/notes.md": "",
            OLD: "a: 1\na: 2\n",
        },
        [
            f"L601 {MID}:1 {UNUSED}",
            f"L601 configs/train/c.yml:1 {UNUSED}",
            f"L601 {OLD}:1 a legacy file that no preset is built from; phase 3 removes it",
        ],
    ),
    "legacy files are back, one that is used, told once for two presets, and one that is not": (
        {
            **DONE,
            PRESET: swapped(SHALLOW, "../base.yaml", "../components/optim.yaml"),
            OPTIM: "",
            OLD: "",
        },
        [
            f"L602 {OPTIM}:1 a legacy file in use after phase 3, by {PRESET} and 1 more",
            f"L101 {PRESET}:1 extends the legacy file {OPTIM}",
            f"L601 {OLD}:1 a legacy file that no preset is built from; `retire` removes it",
        ],
    ),
    "a section that is there twice": (
        {PRESET: f"{SHALLOW}training: {{seed: 1}}\n{LAUNCH[LAUNCH.index('training') :]}"},
        [
            (
                f"L701 {PRESET}:13 duplicate key training; "
                'training = {"aligner_lr": 1e-05, "learn… on line 4 is lost'
            ),
            f'L701 {PRESET}:14 duplicate key training; training = {{"seed": 1}} on line 13 is lost',
        ],
    ),
    "a key that is there twice in a fusion base": (
        {FUSION_BASE: "targets: [{name: bbu, name: rru}]\n"},
        [
            (
                f"L701 {FUSION_BASE}:1 duplicate key targets[0].name; "
                'targets[0].name = "bbu" on line 1 is lost'
            )
        ],
    ),
    "two merge keys, and which value is lost": (
        {
            "pyproject.toml": f'{SETTINGS}\n[tool.config-migration.yaml]\nmerge_keys = "first"\n',
            PRESET: f"{SHALLOW}d: [&one {{rate: 1.0, wd: 1}}, &two {{rate: 2.0, bs: 8}}]\n"
            "optim:\n  <<: *one\n  <<: *two\n",
        },
        [f'L701 {PRESET}:16 duplicate key optim."<<"; optim.rate = 1.0 on line 13 is lost'],
    ),
    "two merge keys that lose no value": (
        {PRESET: f"{SHALLOW}optim:\n  <<: {{rate: 1.0}}\n  <<: {{bs: 8}}\n"},
        [
            (
                f'L701 {PRESET}:15 duplicate key optim."<<"; '
                "not every reader merges the one on line 14 as well"
            )
        ],
    ),
    "two merge keys that disagree while no setting says which counts": (
        {OVERLAY: "extends: a.yaml\noptim:\n  <<: {rate: 1.0}\n  <<: {rate: 2.0}\n"},
        [
            (
                f"L001 {OVERLAY}:4 'rate' is given by two '<<' of one mapping: line 3 has 1.0, "
                "line 4 has 2.0; PyYAML takes the last, but 6.0.4 the first if the key has one "
                "letter (write the key itself; any yaml.merge_keys in the settings lets "
                "the last '<<' count)"
            ),
        ],
    ),
    "an ignore that is not needed": (
        {PRESET: f"{SHALLOW}x: 1  # lint: ignore[L403] reason\n"},
        [f"L002 {PRESET}:13 an ignore that is not needed: L403 finds nothing on line 13"],
    ),
    "values that YAML 1.1 reads otherwise, in a file that is left out, too": (
        {OTHER: "a: on\na: 2\n", PRESET: swapped(SHALLOW, "1.0e-4", "1e-4")},
        [
            f"L702 {PRESET}:9 training.learning_rate: {describe_misreading('1e-4')}",
            f"L702 {OTHER}:1 a: on is the boolean true in YAML 1.1: quote it for text",
            f"L701 {OTHER}:2 duplicate key a; a = true on line 1 is lost",
        ],
    ),
}

KEPT: dict[str, Mapping[str, str]] = {
    "the tree": {},
    "an overlay of an overlay": overlays("c", of="b"),
    "three overlays": overlays("c", "d", of="a"),
    "extends as text or as a list, by another spelling": {
        PRESET: swapped(SHALLOW, UP, "extends: ['../train/../base.yaml']\n")
    },
    "a self-contained fusion config": {
        MIX: "targets: [{name: bbu}]\n",
        FUSION_BASE: "",
        "pyproject.toml": swapped(SETTINGS, "other.yaml", 'other.yaml", "configs/fusion/base.yaml'),
    },
    "no fusion config": {OVERLAY: "extends: a.yaml\ncustom: {fusion_config: null}\n"},
    "a null that overrides": {OVERLAY: "extends: a.yaml\ncustom: null\n"},
    "a null in a list": {PRESET: f"{SHALLOW}ops: [null]\n"},
    "a value of another type": {OVERLAY: "extends: a.yaml\ntraining: {num_train_epochs: 1.0}\n"},
    "an empty mapping, which replaces nothing": {OVERLAY: "extends: a.yaml\ntraining: {}\n"},
    "half of the values": {
        OVERLAY: "extends: a.yaml\nglobal_max_length: 7\ntraining: {run_name: b, output_dir: b, "
        "logging_dir: b, num_train_epochs: 2, vit_lr: 2.0e-5}\n"
    },
    "an empty base": {BASE: ""},
    "any template": {BASE: "template: {a: {b: null}}\n"},
    "a length knob of the data": {PRESET: f"{SHALLOW}data: {{max_length: 1}}\n"},
    "a file that is left out": {OTHER: "seed: 1\n"},
    "a file that is left out and no config": {OTHER: "- a\n"},
    "a file that is left out and no YAML": {OTHER: "a: [\n"},
    "a hidden file": {"configs/.old/a.yaml": "a: [\n"},
    "a file elsewhere": {"other/x.yaml": "a: 1\na: 2\n", "x.yaml": "a: [\n"},
    "an ignored null": {PRESET: f"{SHALLOW}x: null  # lint: ignore[L403] reason\n"},
    "a quoted switch": {PRESET: f"{SHALLOW}save: 'no'\n"},
    "a merge key": {PRESET: f"{SHALLOW}x: &x {{a: 1}}\ny: {{<<: *x, a: 2}}\n"},
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_breaks_a_rule_is_told(case: str, tmp_path: Path) -> None:
    changes, expected = BROKEN[case]
    assert told(tmp_path, changes) == expected


@pytest.mark.parametrize("case", KEPT)
def test_what_keeps_the_rules_is_not_told(case: str, tmp_path: Path) -> None:
    assert told(tmp_path, KEPT[case]) == []


def test_every_rule_has_a_case() -> None:
    cases = {finding.split()[0] for _, expected in BROKEN.values() for finding in expected}
    assert cases == {rule.code for rule in RULES}


def test_no_two_rules_share_a_code() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_says_what_holds_why_and_how_to_fix_it(rule: Rule) -> None:
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")
    assert rule.fix.endswith(".")
    assert find_rule(rule.code.lower()) is rule


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(MigrationError, match=r"no layout rule 'L21'\n  hint: did you mean 'L201'"):
        find_rule("L21")


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("L4", "name one: L401, L402, L403"),
        ("L404", "did you mean 'L403'?"),
        ("L209", "did you mean 'L208'?"),
        ("X", "known are L001, L002, "),
    ],
)
def test_the_rule_that_is_suggested_has_the_same_subject(code: str, hint: str) -> None:
    with pytest.raises(MigrationError) as raised:
        find_rule(code)
    assert str(raised.value).startswith(f"no layout rule '{code}'\n  hint: {hint}")
