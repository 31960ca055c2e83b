"""What a migrated preset may change, and what a profile may say."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migration.errors import MigrationError
from migration.files.disk_tree import DiskTree
from migration.parity.profile import BUNDLED, Profile, Rule, read_profile
from migration.values.diff import diff
from migration.values.keypath import format_path
from tests.allowlist import ALLOWED

PARITY = read_profile(DiskTree(BUNDLED).read_text("parity.yaml"), "parity", "parity.yaml")

Verdicts = dict[str, str | None]


def verdicts(left: object, right: object, profile: Profile = PARITY) -> Verdicts:
    """Return each difference's path and the rule that allows it, if one does."""
    found: Verdicts = {}
    for difference in diff(left, right):
        rule = profile.rule_for(difference, left, right)
        found[format_path(difference.path)] = rule.id if rule else None
    return found


def nested(path: str, value: object) -> object:
    for key in reversed(path.split(".")):
        value = {key: value}
    return value


def refusal(text: str) -> str:
    with pytest.raises(MigrationError) as error:
        read_profile(text, "own", "own.yaml")
    return str(error.value)


def test_the_allowlist_is_the_one_of_the_request() -> None:
    conditional = [rule for rule in PARITY.rules if rule.off_on_both_sides]
    plain = [rule for rule in PARITY.rules if not rule.off_on_both_sides]
    assert [format_path(path) for rule in plain for path in rule.paths] == list(ALLOWED)
    assert [(rule.paths, rule.off_on_both_sides) for rule in conditional] == [
        (
            (("custom", "augmentation"), ("custom", "augmentation_curriculum")),
            ("custom", "augmentation"),
        )
    ]


def test_every_rule_of_the_bundled_profile_says_why() -> None:
    assert {rule.id: bool(rule.reason) for rule in PARITY.rules} == {
        "run-identity": True,
        "telemetry": True,
        "checkpoint-schedule": True,
        "augmentation-off": True,
    }
    assert PARITY.name == "parity"


@pytest.mark.parametrize("path", ALLOWED)
@pytest.mark.parametrize(
    ("left", "right"),
    [("a", "b"), (1, "1"), (None, 1), ([1], [2]), ({"x": 1}, 5), ([], {})],
)
def test_a_listed_path_may_change_in_value_and_type(path: str, left: object, right: object) -> None:
    assert None not in verdicts(nested(path, left), nested(path, right)).values()
    assert list(verdicts(nested(path, left), nested(path, right))) == [path]


@pytest.mark.parametrize("path", ALLOWED)
def test_a_listed_path_may_come_and_go(path: str) -> None:
    top = path.partition(".")[0]
    for left, right in (({top: {}}, nested(path, 1)), (nested(path, 1), {}), ({}, nested(path, 1))):
        found = verdicts(left, right)
        assert list(found) == [path]
        assert None not in found.values()


def test_a_path_covers_everything_beneath_it() -> None:
    left: object = {"training": {"report_to": {"a": {"b": 1}, "c": 1, "d": 1}}}
    right: object = {"training": {"report_to": {"c": "1", "d": 2, "e": {"f": [1]}, "g": {}}}}
    assert verdicts(left, right) == {
        "training.report_to.a.b": "telemetry",
        "training.report_to.c": "telemetry",
        "training.report_to.d": "telemetry",
        "training.report_to.e.f": "telemetry",
        "training.report_to.g": "telemetry",
    }


def test_a_mapping_that_comes_or_goes_is_judged_leaf_by_leaf() -> None:
    training = {"training": {"run_name": "a", "seed": 1, "save_steps": 5}}
    judged = {
        "training.run_name": "run-identity",
        "training.save_steps": "checkpoint-schedule",
        "training.seed": None,
    }
    assert verdicts({}, training) == judged
    assert verdicts(training, {}) == judged


@pytest.mark.parametrize(
    "path",
    [
        "global_max_length",
        "training.run_name_suffix",
        "training.run",
        "training.save_delay_steps",
        "training.save_steps_",
        "training.log_level_replicas",
        "training.logging_strategy",
        "training.eval_delay",
        "training.load_best_model_at_end",
        "training.learning_rate",
        "training.per_device_train_batch_size",
        "training.nested.run_name",
        "custom.training.run_name",
        "custom.run_name",
        "custom.output_dir",
        "custom.dump_conversation",
        "custom.dump_conversation_texts",
        "custom.use_summary",
        "custom.fusion_config",
        "custom.augmentation_policy",
        "custom.augmentation_curriculum_x",
        "custom.augmentations",
        "training.augmentation",
        "augmentation",
        "run_name",
        "output_dir",
        "model.dtype",
        "template.max_length",
        "data.seed",
        "tuner.rank",
        "deepspeed.stage",
        "rlhf.reward_funcs",
    ],
)
def test_what_is_not_listed_is_forbidden(path: str) -> None:
    assert verdicts(nested(path, 1), nested(path, 2)) == {path: None}
    assert verdicts({}, nested(path, 1)) == {path: None}
    assert verdicts(nested(path, 1), {}) == {path: None}


@pytest.mark.parametrize("key", ["training.run_name", "training.save_steps", "custom.augmentation"])
def test_a_root_key_that_reads_like_a_listed_path_is_not_one(key: str) -> None:
    assert verdicts({key: 1}, {key: 2}) == {f'"{key}"': None}


def test_a_listed_path_does_not_excuse_what_holds_it() -> None:
    assert verdicts({"training": "x"}, {"training": {"run_name": "a"}}) == {"training": None}
    assert verdicts({"training": None}, {"training": {"run_name": "a"}}) == {"training": None}
    assert verdicts({"custom": []}, {"custom": {"augmentation": None}}) == {"custom": None}
    assert verdicts({}, {"training": {}}) == {"training": None}


STATES: Mapping[str, tuple[Mapping[str, object], bool]] = {
    "absent": ({}, True),
    "null": ({"augmentation": None}, True),
    "disabled": ({"augmentation": {"enabled": False}}, True),
    "disabled with ops": ({"augmentation": {"enabled": False, "ops": [1]}}, True),
    "enabled": ({"augmentation": {"enabled": True, "ops": [1]}}, False),
    "enabled 0": ({"augmentation": {"enabled": 0}}, False),
    "enabled 0.0": ({"augmentation": {"enabled": 0.0}}, False),
    "enabled 'false'": ({"augmentation": {"enabled": "false"}}, False),
    "enabled ''": ({"augmentation": {"enabled": ""}}, False),
    "enabled null": ({"augmentation": {"enabled": None}}, False),
    "enabled []": ({"augmentation": {"enabled": []}}, False),
    "no enabled": ({"augmentation": {"ops": [1]}}, False),
    "nothing in it": ({"augmentation": {}}, False),
    "a list": ({"augmentation": []}, False),
    "a string": ({"augmentation": "off"}, False),
    "false": ({"augmentation": False}, False),
    "0": ({"augmentation": 0}, False),
}


@pytest.mark.parametrize("right", STATES)
@pytest.mark.parametrize("left", STATES)
def test_augmentation_may_change_only_where_it_is_off_on_both_sides(left: str, right: str) -> None:
    (ours, ours_off), (theirs, theirs_off) = STATES[left], STATES[right]
    found = verdicts(
        {"custom": {**ours, "augmentation_curriculum": {"phases": [1]}}},
        {"custom": {**theirs, "augmentation_curriculum": None}},
    )
    rule = "augmentation-off" if ours_off and theirs_off else None
    assert set(found.values()) == {rule}
    assert "custom.augmentation_curriculum" in found


def test_what_is_ignored_while_augmentation_is_off_may_change_anywhere_in_it() -> None:
    left = {"custom": {"augmentation": {"enabled": False, "ops": [1], "deep": {"a": 1}}}}
    right = {"custom": {"augmentation_curriculum": {"start": {"p": 0}}}}
    assert verdicts(left, right) == {
        "custom.augmentation.deep.a": "augmentation-off",
        "custom.augmentation.enabled": "augmentation-off",
        "custom.augmentation.ops": "augmentation-off",
        "custom.augmentation_curriculum.start.p": "augmentation-off",
    }


def test_augmentation_off_excuses_nothing_else() -> None:
    left = {"custom": {"augmentation": None, "augmentation_policy": 1, "use_summary": True}}
    right = {"custom": {"augmentation": {"enabled": False}, "augmentations": 1}}
    assert verdicts(left, right) == {
        "custom.augmentation": "augmentation-off",
        "custom.augmentation_policy": None,
        "custom.augmentations": None,
        "custom.use_summary": None,
    }


def test_augmentation_is_off_where_nothing_is_custom() -> None:
    right = {"custom": {"augmentation_curriculum": {"start": 1}}}
    assert verdicts({}, right) == {"custom.augmentation_curriculum.start": "augmentation-off"}


def test_paths_tell_keys_apart_by_type() -> None:
    rules = "rules: [{id: one, reason: why, paths: [ids.1, '\"a.b\"', 'x.true']}]\n"
    profile = read_profile(rules, "own", "own.yaml")
    left = {"ids": {1: "a"}, "a.b": 1, "a": {"b": 1}, "x": {True: 1}}
    right = {"ids": {1: "b"}, "a.b": 2, "a": {"b": 2}, "x": {True: 2}}
    assert verdicts(left, right, profile) == {
        '"a.b"': "one",
        "a.b": None,
        "ids.1": "one",
        "x.true": "one",
    }
    for key in (True, 1.0, "1"):
        assert set(verdicts({"ids": {key: "a"}}, {"ids": {key: "b"}}, profile).values()) == {None}
    for key in (1, 1.0, "true"):
        assert set(verdicts({"x": {key: "a"}}, {"x": {key: "b"}}, profile).values()) == {None}


def test_a_profile_is_read_as_written() -> None:
    text = """\
rules:
  - id: one
    reason: why
    paths: [a.b, '"c.d"']
  - {id: two, reason: also, paths: [e], off_on_both_sides: f.g}
"""
    assert read_profile(text, "own", "own.yaml") == Profile(
        "own",
        (
            Rule("one", "why", (("a", "b"), ("c.d",))),
            Rule("two", "also", (("e",),), ("f", "g")),
        ),
    )


def test_a_profile_without_rules_forbids_everything() -> None:
    profile = read_profile("rules: []\n", "own", "own.yaml")
    assert profile == Profile("own", ())
    assert verdicts({}, nested("training.run_name", "a"), profile) == {"training.run_name": None}


def test_the_first_rule_that_allows_a_difference_is_named() -> None:
    text = """\
rules:
  - {id: conditional, reason: why, paths: [a], off_on_both_sides: switch}
  - {id: narrow, reason: why, paths: [a.b]}
  - {id: wide, reason: why, paths: [a]}
"""
    profile = read_profile(text, "own", "own.yaml")
    left, right = {"a": {"b": 1, "c": 1}}, {"a": {"b": 2, "c": 2}}
    assert verdicts(left, right, profile) == {"a.b": "conditional", "a.c": "conditional"}
    on = {"switch": {"enabled": True}}
    assert verdicts({**left, **on}, {**right, **on}, profile) == {"a.b": "narrow", "a.c": "wide"}


NO_PROFILE = "own.yaml:1: a profile is a mapping with one key, 'rules', a list"
GOOD = "  - {id: good, reason: why, paths: [a]}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", NO_PROFILE),
        ("rules:\n", NO_PROFILE),
        ("rules: {}\n", NO_PROFILE),
        ("rules: none\n", NO_PROFILE),
        ("rules: []\nname: own\n", NO_PROFILE),
        ("rule: []\n", NO_PROFILE),
        ("- rules\n", "own.yaml:1: the root must be a mapping, not a list"),
        (
            "rules: [\n",
            "own.yaml:1:8: not valid YAML: the bracket [ is not closed",
        ),
        (f"rules:\n{GOOD}  - training.a\n", "own.yaml:3:5: a rule must be a mapping, not a string"),
        ("rules:\n  - [a]\n", "own.yaml:2:5: a rule must be a mapping, not a list"),
        ("rules:\n  -\n", "own.yaml:2:4: a rule must be a mapping, not null"),
        ("rules: !!pairs [a: 1]\n", "own.yaml:1:1: a rule must be a mapping, not a tuple"),
        (
            "rules:\n  - id: one\n    reason: why\n    path: a\n    paths: [a]\n",
            "own.yaml:4:5: a rule has no key 'path'",
        ),
        (
            "rules:\n  - {id: one, reason: why, paths: [a], 1: x}\n",
            "own.yaml:2:40: a rule has no key 1",
        ),
        ("rules:\n  - {reason: why, paths: [a]}\n", "own.yaml:2:5: a rule needs 'id', a string"),
        ("rules:\n  - {id: one, paths: [a]}\n", "own.yaml:2:5: a rule needs 'reason', a string"),
        ("rules:\n  - {id: one, reason: why}\n", "own.yaml:2:5: a rule needs 'paths', a list"),
        (
            "rules:\n  - id: one\n    reason: ''\n    paths: [a]\n",
            "own.yaml:3:5: a rule needs 'reason', a string",
        ),
        (
            "rules:\n  - id: 5\n    reason: why\n    paths: [a]\n",
            "own.yaml:2:5: a rule needs 'id', a string",
        ),
        (
            "rules:\n  - id: [one]\n    reason: why\n    paths: [a]\n",
            "own.yaml:2:5: a rule needs 'id', a string",
        ),
        (
            "rules:\n  - id: one\n    reason: why\n    paths: []\n",
            "own.yaml:4:5: a rule needs 'paths', a list",
        ),
        (
            "rules:\n  - id: one\n    reason: why\n    paths: a.b\n",
            "own.yaml:4:5: a rule needs 'paths', a list",
        ),
        (
            f"rules:\n{GOOD}  - id: good\n    reason: other\n    paths: [b]\n",
            "own.yaml:3:5: there are two rules 'good'",
        ),
        (
            "rules:\n  - {id: one, reason: why, paths: [a..b]}\n",
            "own.yaml:2:28: not a key path: 'a..b'",
        ),
        (
            "rules:\n  - {id: one, reason: why, paths: ['training.*']}\n",
            "own.yaml:2:28: not a key path: 'training.*'",
        ),
        (
            "rules:\n  - {id: one, reason: why, paths: ['']}\n",
            "own.yaml:2:28: not a key path: ''",
        ),
        (
            "rules:\n  - {id: one, reason: why, paths: [a, 1]}\n",
            "own.yaml:2:28: not a key path: 1",
        ),
        (
            "rules:\n  - id: one\n    reason: why\n    paths: [a]\n    off_on_both_sides: a b\n",
            "own.yaml:5:5: not a key path: 'a b'",
        ),
        (
            "rules:\n  - {id: one, reason: why, paths: [a], off_on_both_sides: null}\n",
            "own.yaml:2:40: not a key path: null",
        ),
        (
            f"rules:\n  - {{id: one, reason: why, paths: [0x{'9' * 5000}]}}\n",
            "own.yaml:2:28: not a key path: an integer of very many digits",
        ),
    ],
)
def test_what_is_not_a_rule_is_refused_with_its_line(text: str, message: str) -> None:
    assert refusal(text) == message


def test_everything_that_is_not_a_rule_is_told_at_once() -> None:
    text = f"""\
rules:
  - oops
{GOOD}\
  - id: two
    why: because
    paths: [a., b]
  - {{id: good, reason: why, paths: []}}
"""
    assert refusal(text) == (
        "own.yaml:2:5: a rule must be a mapping, not a string\n"
        "own.yaml:4:5: a rule needs 'reason', a string\n"
        "own.yaml:5:5: a rule has no key 'why'\n"
        "own.yaml:6:5: not a key path: 'a.'\n"
        "own.yaml:7:6: there are two rules 'good'\n"
        "own.yaml:7:29: a rule needs 'paths', a list"
    )


def test_two_faulty_rules_of_one_id_are_both_told() -> None:
    text = "rules:\n  - {id: one, paths: [a]}\n  - {id: one, reason: why, paths: [b]}\n"
    assert refusal(text) == (
        "own.yaml:2:5: a rule needs 'reason', a string\nown.yaml:3:6: there are two rules 'one'"
    )
