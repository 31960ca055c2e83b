from __future__ import annotations

from migration.errors import Fault
from migration.gate.newcomers import Newcomer
from migration.gate.status import Row
from migration.phases import Status
from migration.render.paragraphs import fold_causes, fold_faults, fold_remarks


def row(name: str, *faults: Fault, status: Status = "error", new: Newcomer | None = None) -> Row:
    return Row(
        legacy=None if new else name,
        target=name,
        phase=2,
        status=status,
        recorded=None if new else status,
        faults=faults,
        newcomer=new,
    )


BASE = Fault("not valid YAML", "configs/base.yaml", 3, hint="close it")


def test_the_same_fault_of_many_presets_is_one_paragraph() -> None:
    rows = [row(name, BASE.reached_from(f"{name}:1: extends base.yaml")) for name in "abcdef"]
    (paragraph,) = fold_faults(rows)
    assert paragraph.lines == [
        "configs/base.yaml:3: not valid YAML",
        "  hint: close it",
        "  in  a, b, c, d and 2 more",
    ]


def test_the_fault_of_one_preset_has_its_way() -> None:
    (paragraph,) = fold_faults([row("a", BASE.reached_from("a:1: extends base.yaml"))])
    assert paragraph.lines == [
        "configs/base.yaml:3: not valid YAML",
        "  from a:1: extends base.yaml",
        "  hint: close it",
    ]


def test_what_is_said_of_each_presets_own_file_is_one_paragraph_too() -> None:
    rows = [row(name, Fault("no such file", name)) for name in "ab"]
    assert [each.lines for each in fold_faults(rows)] == [["no such file", "  in  a, b"]]
    assert [each.lines for each in fold_faults(rows[:1])] == [["a: no such file"]]


def test_another_line_or_hint_is_another_paragraph() -> None:
    rows = [
        row("a", BASE),
        row("b", Fault("not valid YAML", "configs/base.yaml", 4, hint="close it")),
        row("c", Fault("not valid YAML", "configs/base.yaml", 3)),
        row("d", BASE),
    ]
    assert [each.presets for each in fold_faults(rows)] == [("a", "d"), ("b",), ("c",)]


def test_unfrozen_presets_are_one_reason_and_one_alone_says_what_it_is_like() -> None:
    rows = [
        row(
            name,
            Fault("not frozen: `snapshot` freezes it", name),
            status="new",
            new=Newcomer("advice", "configs/near.yaml", ()),
        )
        for name in "ab"
    ]
    (paragraph,) = fold_causes(rows)
    assert paragraph.lines == ["new: not frozen: `snapshot` freezes it", "  in  a, b"]
    (alone,) = fold_causes(rows[:1])
    assert alone.lines == [
        "a: new: not frozen: `snapshot` freezes it; the same as configs/near.yaml"
    ]


def test_the_same_remark_is_told_once() -> None:
    folded = fold_remarks(
        [("a", "allowed by x: k"), ("b", "refrozen: y"), ("c", "allowed by x: k")]
    )
    assert [each.lines for each in folded] == [
        ["allowed by x: k", "  in  a, c"],
        ["b: refrozen: y"],
    ]
