from __future__ import annotations

import pytest

from migration.store.seal import FORMAT, format_problem, seal, seal_bytes
from migration.values.canonical import canonical_bytes


def test_a_seal_is_of_a_record_and_its_name() -> None:
    assert seal("a", {"x": 1, "y": "1"}) == seal("a", {"y": "1", "x": 1})
    different = [seal("a", {"x": 1}), seal("b", {"x": 1}), seal("a", {"x": "1"}), seal("a", {})]
    assert len(set(different)) == len(different)


def test_a_seal_is_the_same_in_every_version() -> None:
    assert seal("phase", 1) == "656fd30ac1602f17"


def test_a_seal_of_a_record_is_that_of_its_bytes() -> None:
    assert seal("a", {"y": 1, "x": []}) == seal_bytes(canonical_bytes(["a", {"x": [], "y": 1}]))
    assert seal_bytes(b"") == "e3b0c44298fc1c14"


def test_the_present_format_has_no_problem() -> None:
    assert FORMAT == 3
    assert format_problem(FORMAT) is None


@pytest.mark.parametrize("number", [1, 2])
def test_an_older_format_is_told_with_what_converts_it(number: int) -> None:
    assert format_problem(number) == (
        f"format {number} is older than this version reads, 3",
        "`snapshot --upgrade` converts the frozen files, and changes no value",
    )


@pytest.mark.parametrize("number", [4, 100])
def test_a_newer_format_asks_for_a_newer_toolkit(number: int) -> None:
    assert format_problem(number) == (
        f"format {number} is newer than this version reads, 3",
        "upgrade the toolkit",
    )


@pytest.mark.parametrize("number", [0, -1, True, "3", 3.0])
def test_an_unknown_format_is_told_with_the_one_that_is_known(number: object) -> None:
    assert format_problem(number) == (f"unknown format {number!r}", "this version reads format 3")


def test_an_absent_format_is_told() -> None:
    assert format_problem(None) == ("no format is named", "this version reads format 3")
