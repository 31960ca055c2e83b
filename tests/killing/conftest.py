from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the syncing, which is for a power cut: what a killed process wrote is there."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
