"""What is common to the slices of the campaigns: they are marked, and not measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from coverage import Coverage


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Mark each test of this folder; pytest calls with those of all folders."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("campaign")


@pytest.fixture(scope="module", autouse=True)
def unmeasured() -> Iterator[None]:
    """Let no coverage be measured: it doubles the time of a campaign, and adds nothing there."""
    # Not pytest-cov's own marker, which breaks under `--no-cov`.
    measuring = Coverage.current()
    if measuring:
        measuring.stop()
    yield
    if measuring:
        measuring.start()
