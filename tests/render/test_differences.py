from __future__ import annotations

from migration.parity.compare import Comparison, Finding
from migration.render.differences import MOST_CHANGES, Block, Place
from migration.render.sections import Section, draft_sections
from migration.values.diff import Difference
from migration.values.keypath import Index


def finding(
    value: int, *places: str, rule: str | None = None, file: str | None = None, hint: str = "h"
) -> Finding:
    difference = Difference(("k",), "changed", 0, value)
    left, right = places or (None, None)
    return Finding(difference, left, right, file=file, rule=rule, hints=(hint,))


def sections(**findings: Finding) -> list[Section]:
    comparisons = [
        (config, Comparison(allowed=(found,)) if found.rule else Comparison(forbidden=(found,)))
        for config, found in findings.items()
    ]
    return list(draft_sections(comparisons, "legacy"))


def test_no_differences_have_no_section() -> None:
    assert not list(draft_sections([("a", Comparison())], "legacy"))


def test_the_same_difference_in_two_presets_is_one_block_with_the_places_of_both() -> None:
    (section,) = sections(x=finding(1, "l:1", "r:1"), y=finding(1, "l:1", "r:2", hint="i"))
    assert section.verdict == "forbidden"
    assert list(section.blocks()) == [
        Block(
            path="k",
            pair=("0 (int)", "1 (int)"),
            places=(
                Place("was", ("l:1",), mark="legacy"),
                Place("now", ("r:1", "r:2"), mark=None),
            ),
            hints=("h", "i"),
            id="e563",
            kind="changed",
            presets=2,
            where="x, y",
        )
    ]


def test_another_value_or_file_is_another_block_and_another_rule_another_section() -> None:
    found = sections(
        a=finding(1), b=finding(2), c=finding(1, file="f.yaml"), d=finding(1, rule="k.*")
    )
    assert [section.verdict for section in found] == ["forbidden", "allowed"]
    assert [block.path for block in found[0].blocks()] == ["f.yaml: k", "k", "k"]
    assert [(block.rule, block.where) for block in found[1].blocks()] == [("k.*", "d")]


def test_of_many_hints_the_first_are_shown() -> None:
    (section,) = sections(**{f"p{n}": finding(1, hint=f"h{n}") for n in range(5)})
    (block,) = section.blocks()
    assert block.hints == ("h0", "h1", "h2", "and 2 more like it")


def test_a_list_has_the_places_of_its_changes_and_the_first_of_them() -> None:
    entries = [{"name": f"n{n}", "p": n} for n in range(MOST_CHANGES + 2)]
    changes = tuple(
        Finding(Difference(("k", Index(n), "p"), "changed", n, -n), f"l:{n}", None)
        for n in range(len(entries))
    )
    whole = Finding(Difference(("k",), "changed", entries, entries), "l", "r", changes=changes)
    (section,) = draft_sections([("", Comparison(forbidden=(whole,)))], "legacy")
    (block,) = section.blocks()
    assert (block.places, block.left_out) == ((), 2)
    assert len(block.changes) == MOST_CHANGES
    assert block.changes[1].path == "[1].p (n1)"
    assert block.changes[1].places == (Place("was", ("l:1",), mark="legacy"),)
