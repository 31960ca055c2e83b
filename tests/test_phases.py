from __future__ import annotations

from dataclasses import replace

import pytest

from migration.phases import (
    PHASES,
    STATUSES,
    Phase,
    Standing,
    Status,
    find_obstacles,
    is_closed,
    judge_unchanged,
    list_members,
    next_phase,
)


def standing(
    name: str,
    status: Status,
    phase: int = 2,
    *,
    recorded: Status | None = None,
    is_frozen: bool = True,
) -> Standing:
    has_record = is_frozen and status != "new"
    return Standing(
        legacy=None if status == "new" else name,
        target=name,
        phase=phase,
        status=status,
        recorded=recorded or status if has_record else None,
    )


VERIFIED, PENDING = standing("v", "verified"), standing("p", "pending")
DROPPED, NEW = standing("d", "dropped"), standing("n", "new", is_frozen=False)
EXCUSED = replace(NEW, is_excused=True)
FIRST_NEW = standing("n", "new", phase=1, is_frozen=False)
FIRST = standing("f", "verified", phase=1)
UNFROZEN = standing("u", "error", is_frozen=False)


@pytest.mark.parametrize(
    ("phase", "standings", "legacy_files", "left"),
    [
        (0, [PENDING, VERIFIED, standing("x", "failed")], ["c"], []),
        (0, [PENDING, UNFROZEN], [], [UNFROZEN]),
        (1, [FIRST, PENDING, UNFROZEN], ["c"], []),
        (1, [standing("f", "dropped", phase=1)], [], []),
        (1, [standing("f", "pending", phase=1)], [], [standing("f", "pending", phase=1)]),
        (2, [FIRST, VERIFIED, DROPPED, EXCUSED], ["c"], []),
        (2, [FIRST, VERIFIED, DROPPED, NEW], ["c"], [NEW]),
        (1, [FIRST, NEW, EXCUSED], [], []),
        (1, [FIRST, FIRST_NEW], [], [FIRST_NEW]),
        (0, [PENDING, NEW, EXCUSED], [], [NEW]),
        (2, [FIRST, PENDING], [], [PENDING]),
        (2, [VERIFIED, UNFROZEN], [], [UNFROZEN]),
        (3, [FIRST, VERIFIED, DROPPED, EXCUSED], [], []),
        (3, [FIRST, VERIFIED, NEW], [], [NEW]),
        ("done", [FIRST, VERIFIED, NEW], [], [NEW]),
        (3, [VERIFIED], ["c"], ["c: a legacy file, still there"]),
        (3, [PENDING], [], [PENDING]),
        ("done", [VERIFIED], ["c"], ["c: a legacy file, still there"]),
    ],
)
def test_a_gate_holds_exactly_if_nothing_is_left(
    phase: Phase, standings: list[Standing], legacy_files: list[str], left: list[Standing | str]
) -> None:
    assert list(find_obstacles(phase, standings, legacy_files)) == left


@pytest.mark.parametrize("status", [each for each in STATUSES if each not in ("verified", "new")])
def test_nothing_but_verified_and_dropped_closes_phase_2(status: Status) -> None:
    each = standing("x", status)
    assert bool(find_obstacles(2, [each], [])) == (status != "dropped")


def test_phase_1_needs_a_preset() -> None:
    (obstacle,) = find_obstacles(1, [VERIFIED, replace(FIRST_NEW, is_excused=True)], [])
    assert obstacle == "no preset belongs to phase 1: `map --old PRESET --phase 1` names one"


@pytest.mark.parametrize("phase", [1, 2, 3])
def test_what_is_true_closes_a_phase_whatever_is_on_record(phase: Phase) -> None:
    stale = standing("x", "verified", phase=1, recorded="pending")
    assert (stale.shown, stale.is_stale, stale.is_settled) == ("stale", True, True)
    assert find_obstacles(phase, [stale], []) == ()


@pytest.mark.parametrize("phase", [1, 2, 3])
@pytest.mark.parametrize("status", ["pending", "failed", "missing", "error"])
def test_a_verdict_on_record_that_is_not_true_closes_nothing(phase: Phase, status: Status) -> None:
    stale = standing("x", status, phase=1, recorded="verified")
    assert (stale.shown, stale.is_settled) == ("stale", False)
    assert find_obstacles(phase, [stale], []) == (stale,)


@pytest.mark.parametrize("status", ["pending", "verified"])
def test_a_status_that_was_typed_in_is_stale_even_if_it_is_true(status: Status) -> None:
    typed = replace(standing("x", status, phase=1), is_hand_edited=True)
    assert (typed.shown, typed.is_stale, typed.is_settled) == ("stale", True, status == "verified")
    assert find_obstacles(1, [typed], []) == (() if status == "verified" else (typed,))


def test_a_verified_preset_on_record_as_such_is_not_stale() -> None:
    assert (VERIFIED.shown, VERIFIED.is_stale, VERIFIED.is_settled) == ("verified", False, True)


def test_a_preset_without_a_record_is_not_stale() -> None:
    assert (NEW.shown, UNFROZEN.shown) == ("new", "error")


def test_a_preset_is_known_by_its_old_path_if_it_has_one() -> None:
    moved = Standing(legacy="old", target="new", phase=2, status="verified")
    assert (moved.name, NEW.name) == ("old", "n")


def test_new_presets_are_members_of_no_phase() -> None:
    assert list_members(2, [NEW, PENDING, FIRST]) == (PENDING,)


def test_phases_close_in_order() -> None:
    assert [next_phase(phase) for phase in PHASES] == [1, 2, 3, "done", "done"]
    assert [is_closed(1, phase) for phase in PHASES] == [False, False, True, True, True]


def test_a_preset_as_frozen_is_pending_as_long_as_it_needs_a_legacy_file() -> None:
    assert (judge_unchanged(["c"]), judge_unchanged([])) == ("pending", "verified")
