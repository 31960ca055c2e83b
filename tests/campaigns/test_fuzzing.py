"""A slice of the campaign that `invoke fuzz` runs, and the campaign's own wits."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import yaml

from campaigns.fuzzing.campaign import run_campaign
from campaigns.fuzzing.checks import check_text
from campaigns.fuzzing.graphs import check_graph, write_graph
from campaigns.fuzzing.texts import GENERATORS


def test_a_slice_of_the_campaign_finds_nothing() -> None:
    tally = run_campaign("slice", cases=250)
    assert "\n".join(tally.failures) == ""
    assert tally.cases.total() == 250
    assert tally.cases.keys() == {*(made.__name__ for made in GENERATORS), "graph"}
    assert tally.read.total() > 50


def test_a_campaign_of_one_seed_is_always_the_same() -> None:
    assert run_campaign("again", cases=20) == run_campaign("again", cases=20)


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="libyaml is not installed")
def test_the_campaign_sees_a_text_that_only_libyaml_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("migration.yaml.load.reads_alike", lambda _text: True)
    assert "libyaml decides" in str(check_text(b"a:\t1").problem)


def test_the_campaign_sees_a_base_that_is_merged_too_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "migration.resolve.by_name.merge", lambda base, override: {**override, **base}
    )
    found = []
    for number in range(40):
        draw, folder = random.Random(number), tmp_path / str(number)  # noqa: S311
        folder.mkdir()
        write_graph(draw, folder)
        found.append(check_graph(draw, folder).problem)
    assert any(problem and "by the book" in problem for problem in found)
