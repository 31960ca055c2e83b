from __future__ import annotations

import pytest

from migration.values.diff import MISSING, Difference
from migration.values.keypath import Index, KeyPath, parse_path
from migration.values.path_pattern import is_path_pattern, parse_pattern
from migration.values.redaction import REDACTED, make_redaction


@pytest.mark.parametrize(
    ("pattern", "hidden", "shown"),
    [
        ("api_key", ["api_key", "a.api_key", "a.api_key.b", "a.api_key[0]"], ["a.api", "api_keys"]),
        ("*.api_key", ["api_key", "a.b.api_key"], ["a.api"]),
        ("wandb.key", ["wandb.key", "x.wandb.key", "wandb.key.y"], ["key", "wandb.a.key"]),
        ("*_token", ["hf_token", "a.hf_token"], ["token", "a.token_b"]),
        ("a.**.key", ["a.key", "a.b.c.key"], ["key", "b.key"]),
        ("ops[*].k", ["ops[3].k", "x.ops[0].k"], ["ops.k", "ops[0]"]),
        ("ops[1]", ["ops[1]", "ops[1].x"], ["ops[0]", "ops"]),
        ('"a.b".c', ['"a.b".c'], ["a.b.c", "c"]),
    ],
)
def test_a_pattern_hides_at_any_depth_and_all_beneath(
    pattern: str, hidden: list[str], shown: list[str]
) -> None:
    redaction = make_redaction((pattern,))
    assert [path for path in (*hidden, *shown) if redaction.hides(parse_path(path))] == hidden


def test_a_value_within_a_value_is_hidden() -> None:
    value = {"a": [{"key": "secret", "n": 1}, 2], "b": {"key": {"x": "secret"}}, "c": 3}
    found = make_redaction(("key",)).redact(value)
    assert "secret" not in repr(found)
    assert found["c"] == 3  # type: ignore[index]
    assert value["a"][0]["key"] == "secret"  # type: ignore[index]


def test_what_hides_nothing_is_the_same_object() -> None:
    value = {"a": [1, {"b": 2}]}
    assert make_redaction(("key",)).redact(value) is value
    assert make_redaction(()).redact(value) is value
    assert make_redaction(("key",)).redact(MISSING, ("key",)) is MISSING


def test_different_values_have_different_digests_and_types_are_told() -> None:
    redaction = make_redaction(("key",))
    values = ("abcdef", b"abcdef", ["abcdef"], {"a": [("b", "abcdef")]}, "abcdeg")
    texts = [str(redaction.redact(each, ("key",))) for each in values]
    found = [REDACTED.fullmatch(text) for text in texts]
    assert len({each[1] for each in found if each and each[1]}) == len(texts)
    assert [each and each[2] for each in found] == ["str", "bytes", "list", "dict", "str"]
    assert redaction.redact(values[0], ("key",)) == texts[0]
    assert redaction.redact(texts[0], ("key",)) == texts[0]


def test_a_value_that_could_be_found_by_trying_has_no_digest() -> None:
    redaction = make_redaction(("key",))
    values = (123456789012, "12345", True, None, 0.123456789, [123456789012], {"pin": 12345678})
    texts = [redaction.redact(each, ("key",)) for each in values]
    assert texts == [f"<redacted {type(each).__name__}>" for each in values]


def test_an_entry_of_an_ordered_mapping_is_hidden_by_its_key() -> None:
    redaction = make_redaction(("key",))
    assert redaction.redact([("key", "secret-a"), ("x", 1)], ("w",)) == [
        ("key", "<redacted 8b01de5f str>"),
        ("x", 1),
    ]
    assert redaction.redact(("key", 1), ("w", Index(0))) == ("key", "<redacted int>")


def test_a_difference_keeps_its_path_and_kind() -> None:
    path: KeyPath = ("a", "key")
    found = make_redaction(("key",)).redact_difference(Difference(path, "added", MISSING, "s"))
    assert (found.path, found.kind, found.left) == (path, "added", MISSING)
    assert found.right != "s"


@pytest.mark.parametrize("text", ["", ".", "a.", ".a", "a..b", "a b", "[*]", 'a"b"', "a.[0]", 3])
def test_what_is_no_pattern(text: object) -> None:
    assert not is_path_pattern(text)


def test_a_pattern_finds_paths_in_their_order() -> None:
    value = {"b": {"lr": 1}, "a": {"lr": 2, "x": [{"lr": 3}]}, 1: {"lr": 4}}
    assert [*parse_pattern("*.lr").find(value)] == [("b", "lr"), ("a", "lr"), (1, "lr")]
    assert len([*parse_pattern("**.lr").find(value)]) == 4
    assert [*parse_pattern("1.lr").find(value)] == [(1, "lr")]
    assert [*parse_pattern('"1".lr').find(value)] == []
