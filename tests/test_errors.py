from __future__ import annotations

import pytest

from migration.errors import Fault, MigrationError


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault("wrong"), "wrong"),
        (Fault("wrong", "a.yaml"), "a.yaml: wrong"),
        (Fault("wrong", "a.yaml", 3), "a.yaml:3: wrong"),
        (Fault("wrong", "a.yaml", 3, 7), "a.yaml:3:7: wrong"),
        (Fault("wrong", "a.yaml", hint="right"), "a.yaml: wrong\n  hint: right"),
        (
            Fault("wrong", "c.yaml", 1, hint="right").reached_from("b:2").reached_from("a:3"),
            "c.yaml:1: wrong\n  from b:2\n  from a:3\n  hint: right",
        ),
    ],
)
def test_a_fault_tells_place_message_hops_and_hint(fault: Fault, text: str) -> None:
    assert str(fault) == text


def test_of_very_many_hops_the_first_and_the_last_are_told() -> None:
    fault = Fault("wrong", "a.yaml")
    for n in range(200):
        fault = fault.reached_from(f"{n}.yaml:1")
    _, *hops = str(fault).splitlines()
    first, last = (
        [f"  from {n}.yaml:1" for n in range(10)],
        [f"  from {n}.yaml:1" for n in range(190, 200)],
    )
    assert hops == [*first, "  … 180 hops more", *last]


def test_faults_are_sorted_by_file_then_line_as_a_number() -> None:
    faults = [Fault("x", "b", 1), Fault("x", "a", 10), Fault("x", "a", 9), Fault("x")]
    assert [str(fault) for fault in MigrationError(*faults).faults] == [
        "x",
        "a:9: x",
        "a:10: x",
        "b:1: x",
    ]


def test_a_fault_that_several_ways_lead_to_is_told_once_with_the_first_way() -> None:
    fault = Fault("wrong", "a.yaml", 3)
    ways = ("p.yaml:1: extends b.yaml", "p.yaml:2: extends c.yaml")
    error = MigrationError(*map(fault.reached_from, ways))
    assert str(error) == "a.yaml:3: wrong\n  from p.yaml:1: extends b.yaml"


def test_a_name_in_a_fault_can_neither_make_a_line_nor_steer_the_terminal() -> None:
    fault = Fault("\x1b[2K\rall is well", "a\nb.yaml", 3, hint="\x9b1A", trace=("\u202ex",))
    assert str(fault) == (
        "a\\nb.yaml:3: \\x1b[2K\\rall is well\n  from \\u202ex\n  hint: \\u009b1A"
    )


def test_a_very_long_value_does_not_bury_what_a_fault_says() -> None:
    lines = str(Fault(f"must be a path, not {'x' * 10**6}", "a.yaml", hint="y" * 10**6)).split("\n")
    assert [len(line) for line in lines] == [len("a.yaml: ") + 2_000, len("  hint: ") + 2_000]
    assert lines[0].startswith("a.yaml: must be a path, not xxx")


def test_one_mistake_that_many_files_lead_to_is_one_fault_with_their_number() -> None:
    fault = Fault("not valid YAML", "configs/x.yaml", 3)
    faults = [fault.reached_from(f"configs/{name}.yaml:1: extends x.yaml") for name in "abca"]
    error = MigrationError(*faults)
    assert str(error) == (
        "configs/x.yaml:3: not valid YAML\n"
        "  from configs/a.yaml:1: extends x.yaml\n"
        "  and from 2 more files"
    )
    assert str(MigrationError(*error.faults)) == str(error)
    assert str(MigrationError(*faults[:1])).count("\n") == 1
    assert str(MigrationError(*faults[:2])).endswith("\n  and from 1 more file")
