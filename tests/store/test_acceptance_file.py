"""The text of an acceptance: written, read back, and refused wherever it was edited."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migration.errors import MigrationError
from migration.store.acceptance import (
    Acceptance,
    AcceptedChange,
    AcceptedValue,
    Former,
    Grounds,
    group_changes,
)
from migration.store.acceptance_file import acceptance_text, read_acceptance
from migration.values.canonical import are_equal
from migration.values.diff import MISSING, Difference

ONE = Acceptance(
    None,
    ("training", "lr"),
    "changed",
    5e-05,
    (AcceptedValue(3e-05, ("configs/a.yaml", "configs/b.yaml"), Grounds("lower lr")),),
)
TEXT = """\
# Accepted on purpose; the baselines keep the old value. To take it back: accept --drop {id}
format: 3
key: training.lr
kind: changed
old: '5e-05'
accepted:
- new: '3e-05'
  presets:
  - configs/a.yaml
  - configs/b.yaml
  reason: lower lr
seal: "{seal}"
"""
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.dates(),
    st.lists(st.text(max_size=4), max_size=3),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
    st.just(MISSING),
)
REASONS = st.text(min_size=1, max_size=12).filter(
    lambda text: bool(text.strip()) and text == text.strip()
)


def read(acceptance: Acceptance, text: str) -> Acceptance:
    return read_acceptance(
        text.encode("utf-8", "surrogatepass"), f"snapshots/accepted/{acceptance.file_name}"
    )


def test_the_text_is_one_that_a_person_can_review() -> None:
    text = acceptance_text(ONE)
    seal = text.rpartition('seal: "')[2].rstrip('"\n')
    assert text == TEXT.format(id=ONE.id, seal=seal)
    assert ONE.file_name == f"training.lr-{ONE.id}.yaml"
    assert read(ONE, text) == ONE


@settings(max_examples=300, deadline=None)
@given(st.tuples(VALUES, VALUES, VALUES), REASONS, st.text(max_size=6), st.booleans())
def test_what_is_written_is_read_back(
    values: tuple[object, object, object], reason: str, key: str, has_flag: bool
) -> None:
    left, right, former = values
    grounds = Grounds(reason, "2027-03-01", has_flag, (Former(former, reason),))
    value = AcceptedValue(right, ("configs/ä b.yaml", "null"), grounds)
    one = Acceptance("configs/fusion.yaml", ("a", key, 1), "changed", left, (value,))
    found = read(one, acceptance_text(one))
    assert (found.fusion, found.path, found.id) == (one.fusion, one.path, one.id)
    assert acceptance_text(found) == acceptance_text(one)
    sides = [(found.left, left), (found.values[0].value, right)]
    sides.append((found.values[0].grounds.former[0].value, former))
    assert all(a is b or are_equal(a, b) for a, b in sides)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("'3e-05'", "'3e-06'"),
        ("'5e-05'", "'5e-06'"),
        ("training.lr", "training.lrs"),
        ("  - configs/b.yaml\n", ""),
        ("lower lr", "higher lr"),
        ("kind: changed", "kind: type"),
        ("format: 3", "format: 4"),
        ("accepted:\n", "# a remark\naccepted:\n"),
        ("reason: lower lr", "reason: lower lr\n  until: soon"),
        ("old: '5e-05'\n", ""),
        ("  reason: lower lr\n", ""),
        ("- new: '3e-05'", "- new: [1]"),
        ("key: training.lr", "<<<<<<< ours\nkey: training.lr"),
    ],
)
def test_an_edit_is_refused(old: str, new: str) -> None:
    text = acceptance_text(ONE)
    assert old in text
    with pytest.raises(MigrationError) as caught:
        read(ONE, text.replace(old, new))
    assert all(each.path and each.hint for each in caught.value.faults)


def test_a_file_under_another_name_is_refused() -> None:
    with pytest.raises(MigrationError, match="not the name of this acceptance"):
        read_acceptance(acceptance_text(ONE).encode(), "snapshots/accepted/other.yaml")


def test_line_ends_of_a_checkout_do_not_matter() -> None:
    data = acceptance_text(ONE).replace("\n", "\r\n").encode()
    assert read_acceptance(data, ONE.file_name) == ONE


def test_presets_with_one_value_and_one_reason_are_listed_together() -> None:
    lower, same = Grounds("lower lr"), Grounds("as measured")
    changes = {
        preset: [AcceptedChange(None, Difference(("lr",), "changed", 1, right), grounds)]
        for preset, right, grounds in (
            ("c", 2, lower),
            ("a", 2, lower),
            ("b", 3, lower),
            ("d", 2, same),
        )
    }
    (one,) = group_changes(changes)
    assert [(each.value, each.presets, each.grounds.reason) for each in one.values] == [
        (2, ("d",), "as measured"),
        (2, ("a", "c"), "lower lr"),
        (3, ("b",), "lower lr"),
    ]


def test_two_acceptances_of_one_key_of_a_preset_are_an_overlap() -> None:
    grounds = Grounds("x")
    changes = {
        "a": [
            AcceptedChange(None, Difference(("t",), "type", {"lr": 1}, 5), grounds),
            AcceptedChange(None, Difference(("t", "lr"), "changed", 1, 2), grounds),
            AcceptedChange("f.yaml", Difference(("t",), "changed", 1, 2), grounds),
        ]
    }
    (found,) = group_changes(changes).find_overlaps()
    assert (found.preset, {found.first.path, found.second.path}) == ("a", {("t",), ("t", "lr")})


def test_a_date_of_the_config_is_kept_as_a_date() -> None:
    one = Acceptance(
        None, ("since",), "type", dt.date(2026, 1, 2), (AcceptedValue("x", ("a",), Grounds("r")),)
    )
    assert read(one, acceptance_text(one)).left == dt.date(2026, 1, 2)
