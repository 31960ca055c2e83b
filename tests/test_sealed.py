from __future__ import annotations

import pytest

from migration.sealed import conflict_line, format_problem, seal


def test_a_seal_is_of_a_record_and_its_name() -> None:
    assert seal("a", {"x": 1, "y": "1"}) == seal("a", {"y": "1", "x": 1})
    different = [seal("a", {"x": 1}), seal("b", {"x": 1}), seal("a", {"x": "1"}), seal("a", {})]
    assert len(set(different)) == len(different)


def test_a_seal_is_the_same_in_every_version() -> None:
    assert seal("phase", 1) == "656fd30ac1602f17"


@pytest.mark.parametrize("number", [1, 2])
def test_a_known_format_has_no_problem(number: int) -> None:
    assert format_problem(number) is None


@pytest.mark.parametrize("number", [0, True, "2", None, 2.0])
def test_an_unknown_format_is_told_with_those_that_are_known(number: object) -> None:
    assert format_problem(number) == (f"unknown format {number!r}", "1 to 2 are known")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_conflict_is_found_at_its_first_marker(end: str) -> None:
    lines = ["a", "<<<<<<< ours", "b", "=======", "c", ">>>>>>> theirs", ""]
    assert conflict_line(end.join(lines)) == 2
    assert conflict_line(end.join(lines[2:])) == 2
    assert conflict_line("a ======= b\n======\n========\n") is None
