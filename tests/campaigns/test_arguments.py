"""A campaign that would try nothing is no success."""

from __future__ import annotations

import subprocess
import sys

import pytest

from campaigns.arguments import Arguments, at_least_one
from tests.conftest import ROOT

CAMPAIGNS = {
    "campaigns.fuzzing": "--seconds",
    "campaigns.killing": "--count",
    "campaigns.mutation": "--count",
    "campaigns.tampering": "--count",
    "tests.campaigns.test_nasty_texts": "--count",
}


@pytest.mark.parametrize("given", ["0", "-5", "two", ""])
def test_what_would_try_nothing_is_refused(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    parser = Arguments(prog="campaign")
    parser.add_argument("--count", type=at_least_one)
    with pytest.raises(SystemExit) as stopped:
        parser.parse_args(["--count", given])
    assert stopped.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    reason = f"must be a whole number of at least 1, not {given!r}"
    assert line == f"campaign: argument --count: {reason}"
    assert parser.parse_args(["--count", "3"]).count == 3


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_every_campaign_refuses_to_try_nothing(name: str) -> None:
    words = [sys.executable, "-m", name, CAMPAIGNS[name], "0"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    reason = "must be a whole number of at least 1, not '0'"
    assert done.stderr.endswith(f"argument {CAMPAIGNS[name]}: {reason}\n")
