"""What `docs/compare.md` shows is what the commands say, and its job runs."""

from __future__ import annotations

import os
import re
import shlex
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT, write_files
from tests.running import commit_all, edit, git, needs_git, run

pytestmark = needs_git
PAGE = (ROOT / "docs/compare.md").read_text()
TABLE = '[tool.config-migration]\npresets = ["configs/train/**/*.yaml", "configs/smoke/*.yaml"]\n'
OPTIM = "# what all runs share\noptim:\n  lr: 1.0e-4\n  eps: 1.0e-8\n"
SFT = ("dense_1024", "dense_2048", "dense_gkd", "summary_1024", "summary_2048", "tiny")


def sft(length: int) -> str:
    return f"extends: ../../_shared/optim.yaml\nglobal_max_length: {length}\n"


FILES = {
    "pyproject.toml": TABLE,
    "configs/_shared/optim.yaml": OPTIM,
    **{f"configs/train/sft/{name}.yaml": sft(12_000) for name in SFT},
    "configs/train/sft/dense_2048.yaml": sft(16_000),
    **{
        f"configs/train/rl/{name}.yaml": (
            f"extends: ../../_shared/optim.yaml\nname: {name}\noptim: {{eps: 1.0e-5}}\n"
        )
        for name in ("dense", "server", "summary")
    },
    **{f"configs/train/stage_b/{name}.yaml": f"name: {name}\n" for name in ("a", "b", "c")},
    "configs/smoke/group.yaml": "extends: ../train/sft/tiny.yaml\n",
}


@pytest.fixture
def branch(tmp_path: Path) -> Path:
    """Return a clone with a branch that changes presets; its origin has two more commits."""
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    write_files(origin, FILES)
    commit_all(origin)
    git(tmp_path, "clone", "-q", str(origin), "clone")
    for number in (1, 2):
        write_files(origin, {"notes.md": f"{number}\n"})
        commit_all(origin)
    git(clone, "fetch", "-q")
    git(clone, "checkout", "-q", "-b", "topic")
    edit(clone / "configs/_shared/optim.yaml", "1.0e-8", "1.0e-6")
    write_files(clone, {"configs/train/sft/dense_4096.yaml": sft(32_000)})
    git(clone, "mv", "configs/train/stage_b", "configs/train/distill")
    commit_all(clone)
    return clone


def test_the_example_is_what_compare_says(branch: Path) -> None:
    (shown,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    said = run(branch, "compare").out
    base = git(branch, "merge-base", "HEAD", "origin/main")[:7]
    assert said.replace(base, "4c8f634") == shown


def test_the_calls_of_the_page_are_understood(branch: Path) -> None:
    git(branch, "tag", "v1.2", "HEAD~1")
    git(branch, "tag", "v1.3")
    git(branch, "update-ref", "refs/remotes/origin/release", "HEAD~1")
    (block,) = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
    calls = re.findall(r"^config-migration (.*)$", block, re.MULTILINE)
    ran = [run(branch, *shlex.split(call, comments=True)) for call in calls]
    assert [each.code for each in ran] == [0] * 4
    changes = "7 of 13 presets change, for 1 cause; 1 new, 3 renamed"
    heads = [each.out.partition("\n")[0] for each in ran]
    assert heads == [changes, changes, "no preset changes, of 14", changes]


def job() -> Mapping[str, Any]:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    found: Mapping[Any, Any] = yaml.safe_load(text)
    assert found[True] == "pull_request"  # the key `on`, as YAML 1.1 reads it
    assert found["permissions"] == {"contents": "read", "pull-requests": "write"}
    return found["jobs"]["compare"]  # type: ignore[no-any-return]


def step(name: str) -> str:
    (found,) = [each["run"] for each in job()["steps"] if each.get("name") == name]
    return str(found)


FAKE_GH = """#!/bin/sh
echo "$@" >> "$CALLS"
case "$*" in *--paginate*) cat "$COMMENTS" ;; esac
"""


@pytest.fixture
def environment(branch: Path, tmp_path: Path) -> Mapping[str, str]:
    """Return the environment of a job on a pull request, with a `gh` that only notes its calls."""
    tools = tmp_path / "tools"
    write_files(tools, {"gh": FAKE_GH, "config-migration": ""})
    script = f'#!/bin/sh\nexec "{sys.executable}" -m config_migration_toolkit "$@"\n'
    (tools / "config-migration").write_text(script)
    for tool in tools.iterdir():
        tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "comments").write_text("")
    assert (branch / ".git").is_dir()
    return {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "CI": "true",
        "GITHUB_BASE_REF": "main",
        "GITHUB_REPOSITORY": "team/configs",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "NUMBER": "7",
        "CALLS": str(tmp_path / "calls"),
        "COMMENTS": str(tmp_path / "comments"),
    }


def run_step(folder: Path, environment: Mapping[str, str], name: str) -> tuple[int, str]:
    done = subprocess.run(
        ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step(name)],
        cwd=folder,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_job_posts_one_comment_and_replaces_it(
    branch: Path, environment: Mapping[str, str]
) -> None:
    code, log = run_step(branch, environment, "Compare")
    assert code == 0, log
    assert "::notice file=configs/_shared/optim.yaml,line=4,title=optim.eps" in log
    comment = (branch / "comment.md").read_text()
    assert comment.startswith("<!-- config-migration: compare -->\n\n### 7 of 13 presets change")
    assert Path(environment["GITHUB_STEP_SUMMARY"]).read_text() == comment
    assert run_step(branch, environment, "Comment")[0] == 0
    Path(environment["COMMENTS"]).write_text("4711\n4712\n")
    assert run_step(branch, environment, "Comment")[0] == 0
    calls = [
        line for line in Path(environment["CALLS"]).read_text().splitlines() if "method" in line
    ]
    assert calls == [
        "api --method POST repos/team/configs/issues/7/comments --field body=@comment.md",
        "api --method PATCH repos/team/configs/issues/comments/4711 --field body=@comment.md",
    ]


def test_the_job_fails_where_the_gate_gets_weaker(
    branch: Path, environment: Mapping[str, str]
) -> None:
    assert run_step(branch, environment, "Hold the gate")[0] == 0
    edit(branch / "pyproject.toml", ', "configs/smoke/*.yaml"', "")
    code, log = run_step(branch, environment, "Hold the gate")
    assert code == 2
    assert log.endswith("the gate is weaker\n")


def test_every_step_of_the_job_is_one_that_a_shell_can_read() -> None:
    for each in job()["steps"]:
        if "run" in each:
            subprocess.run(["/bin/bash", "-n", "-c", each["run"]], check=True)
    assert all("secrets." not in str(each) for each in job()["steps"])
