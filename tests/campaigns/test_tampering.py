"""Random edits of this repository's own state: each that changes content is noticed and named."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from campaigns.tampering.edits import EDITS, Edit, Edited, Files, edited, is_record, record_text
from campaigns.tampering.judging import COMMANDS, MOVED, judge, state_to_edit
from tests.running import run

FUSION = "configs/fusion/stage_b_distill.yaml"
COUNT = 12
"""How often each kind of edit is made; `invoke tamper` makes more."""


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Files]:
    folder = tmp_path_factory.mktemp("state")
    return folder, state_to_edit(folder)


@pytest.mark.parametrize("edit", EDITS, ids=lambda each: each.__name__)
def test_an_edit_is_noticed_by_both_commands_and_named(
    state: tuple[Path, Files], edit: Edit
) -> None:
    folder, files = state
    rng = Random(edit.__name__)  # noqa: S311 - the same edits every time, nothing secret
    verdicts = []
    for _ in range(COUNT):
        changed = edit(rng, files)
        verdicts.append(verdict := judge(folder, changed, files))
        assert not verdict.missed, (changed, verdict)
    assert any(verdict.changed for verdict in verdicts)


def test_two_edits_at_once_are_noticed(state: tuple[Path, Files]) -> None:
    folder, files = state
    rng = Random(1)  # noqa: S311 - as above
    for _ in range(2 * COUNT):
        name, changed = edited(rng, files)
        verdict = judge(folder, changed, files)
        assert not verdict.missed, (name, changed, verdict)


@pytest.mark.parametrize(
    "changed",
    [
        {f"snapshots/records/{MOVED}.json": None},
        {f"snapshots/presets/{MOVED}.json": None},
        {f"snapshots/fusion_records/{FUSION}.json": None},
        {f"snapshots/fusion/{FUSION}.json": None, f"snapshots/fusion_records/{FUSION}.json": None},
        {"snapshots/fusion_records/stray.json": b"{}"},
        {"snapshots/fusion_records/stray.yaml.json": b"{}", "snapshots/fusion/stray.json": b"{}"},
        {"snapshots/records/stray.json": b"{}"},
    ],
    ids=" and ".join,
)
def test_a_file_that_nothing_else_vouches_for_is_noticed(
    state: tuple[Path, Files], changed: Edited
) -> None:
    verdict = judge(state[0], changed, state[1])
    assert verdict.changed
    assert not verdict.missed


def test_an_edit_of_a_record_changes_nothing_but_what_it_is_about(
    state: tuple[Path, Files],
) -> None:
    records = {path: data for path, data in state[1].items() if is_record(path)}
    assert {name for data in records.values() for name in json.loads(data)} > {"refrozen", "target"}
    assert all(record_text(json.loads(data)).encode() == data for data in records.values())


def test_the_line_ends_of_another_system_are_no_edit(state: tuple[Path, Files]) -> None:
    folder, files = state
    try:
        as_it_is = [run(folder, *words) for words in COMMANDS]
        for path, data in files.items():
            (folder / path).write_bytes(data.replace(b"\n", b"\r\n"))
        assert [run(folder, *words) for words in COMMANDS] == as_it_is
        assert {ran.err for ran in as_it_is} == {""}
        assert as_it_is[1].code == 0
    finally:
        for path, data in files.items():
            (folder / path).write_bytes(data)
