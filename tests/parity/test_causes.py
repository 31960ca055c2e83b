"""The same difference in many presets is one cause, with an id that nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.parity.causes import Cause, find_causes
from migration.parity.compare import Comparison, compare
from migration.parity.profile import Profile, read_profile
from migration.parity.run import Run, TracedConfig
from migration.paths import RealPath
from migration.resolve.resolved import Resolved
from migration.values.merge import Config

STRICT = Profile("strict", ())
NAMES = read_profile(
    "rules:\n- id: names\n  reason: a name trains nothing\n  paths: [run.name]\n", "p", "p.yaml"
)


def run(name: str, value: Config) -> Run:
    return Run(TracedConfig(Resolved(RealPath(name), value, (RealPath(name),))))


def compared(left: Config, right: Config, profile: Profile = STRICT) -> Comparison:
    return compare(run("l", left), run("r", right), profile)


def causes(profile: Profile = STRICT, **pairs: tuple[Config, Config]) -> tuple[Cause, ...]:
    return find_causes((name, compared(*pair, profile)) for name, pair in pairs.items())


def test_the_same_difference_in_many_presets_is_one_cause() -> None:
    (cause,) = causes(b=({"k": 1}, {"k": 2}), a=({"k": 1, "m": 1}, {"k": 2, "m": 1}))
    assert (cause.path, cause.kind, cause.left, cause.right) == ("k", "changed", 1, 2)
    assert cause.presets == ("a", "b")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (({"k": 1}, {"k": 2}), ({"k": 1}, {"k": 3})),
        (({"k": 1}, {"k": 2}), ({"k": 3}, {"k": 2})),
        (({"k": 1}, {"k": 2}), ({"m": 1}, {"m": 2})),
        (({"k": 1}, {"k": 2}), ({"k": 1}, {"k": 2.0})),
        (({"k": 1}, {"k": True}), ({"k": 1}, {"k": 1.0})),
        (({"k": 1}, {"k": None}), ({"k": 1}, {})),
        (({"k": ""}, {"k": 1}), ({}, {"k": 1})),
        (({1: "a"}, {1: "b"}), ({"1": "a"}, {"1": "b"})),
        (({"a": {"b": 1}}, {"a": {"b": 2}}), ({"a.b": 1}, {"a.b": 2})),
    ],
)
def test_another_path_or_value_is_another_cause(
    one: tuple[Config, Config], other: tuple[Config, Config]
) -> None:
    found = causes(a=one, b=other)
    assert len(found) == 2
    assert len({cause.id for cause in found}) == 2


def test_an_id_depends_on_the_difference_alone() -> None:
    (alone,) = causes(x=({"k": 1}, {"k": 2}))
    others = {f"p{n}": compared({"k": 1, "n": n}, {"k": 2, "n": -n - 1}) for n in range(20)}
    among = next(cause for cause in find_causes(others.items()) if cause.path == "k")
    assert alone.id == among.id
    assert len(alone.id) == 4
    assert set(alone.id) <= set("0123456789abcdef")


def test_an_id_is_the_same_tomorrow() -> None:
    (cause,) = causes(x=({"k": 1}, {"k": 2}))
    assert cause.id == "f2f5"


def test_ids_are_as_long_as_it_takes_to_tell_causes_apart() -> None:
    many: tuple[Config, Config] = (
        {f"k{n}": 1 for n in range(500)},
        {f"k{n}": 2 for n in range(500)},
    )
    found = causes(x=many)
    ids = [cause.id for cause in found]
    assert len(ids) == len(set(ids)) == 500
    assert len(set(map(len, ids))) == 1
    (one,) = causes(x=({"k7": 1}, {"k7": 2}))
    assert next(cause.id for cause in found if cause.path == "k7").startswith(one.id)


def test_most_presets_come_first_and_what_is_allowed_comes_last() -> None:
    found = causes(
        NAMES,
        a=({"k": 1, "run": {"name": "x"}}, {"k": 2, "run": {"name": "y"}}),
        b=({"k": 1, "m": 1}, {"k": 2, "m": 2}),
        c=({"a": 1}, {"a": 2}),
    )
    assert [(cause.path, cause.rule, len(cause.cases)) for cause in found] == [
        ("k", None, 2),
        ("a", None, 1),
        ("m", None, 1),
        ("run.name", "names", 1),
    ]


def test_a_renamed_key_is_one_cause() -> None:
    left: Config = {"optim": {"max_len": 4096, "lr": 1}}
    right: Config = {"optim": {"max_length": 4096, "lr": 1}}
    (cause,) = causes(a=(left, right), b=(left, right))
    assert (cause.path, cause.new_path, cause.kind) == (
        "optim.max_len",
        "optim.max_length",
        "renamed",
    )
    assert (cause.left, cause.right, cause.presets) == (4096, 4096, ("a", "b"))


def test_a_renamed_section_is_one_cause_and_keeps_its_value() -> None:
    section = {"lr": 0.1, "betas": [0.9, 0.95]}
    (cause,) = causes(a=({"optim": section}, {"optimizer": section}))
    assert (cause.path, cause.new_path, cause.left) == ("optim", "optimizer", section)


def test_a_rename_of_which_a_part_is_allowed_stays_in_its_parts() -> None:
    found = causes(NAMES, a=({"run": {"name": "a-long-name"}}, {"run": {"title": "a-long-name"}}))
    assert {(cause.path, cause.kind, cause.rule) for cause in found} == {
        ("run.name", "removed", "names"),
        ("run.title", "added", None),
    }


VALUES: st.SearchStrategy[Config] = st.dictionaries(
    st.sampled_from("abc"),
    st.one_of(st.integers(0, 3), st.sampled_from(["long enough a text", "x", None, 1.0, [1], {}])),
    max_size=3,
)


@given(st.lists(st.tuples(VALUES, VALUES), max_size=4))
def test_each_difference_is_in_exactly_one_cause(pairs: list[tuple[Config, Config]]) -> None:
    comparisons = {f"p{n}": compared(*pair, NAMES) for n, pair in enumerate(pairs)}
    found = find_causes(comparisons.items())
    seen = [
        (case.preset, str(finding.difference))
        for cause in found
        for case in cause.cases
        for finding in case.findings
    ]
    expected = [
        (preset, str(finding.difference))
        for preset, each in comparisons.items()
        for finding in (*each.forbidden, *each.allowed)
    ]
    assert sorted(seen) == sorted(expected)
    assert len({cause.id for cause in found}) == len(found)
