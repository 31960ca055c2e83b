"""The commands as real processes, and what only a terminal or a pipe shows."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from migration import __version__
from migration.cli.console import write
from tests.conftest import ROOT, write_files
from tests.running import contents, edit, run

SCRIPT = str(ROOT / "scripts" / "config_tools" / "inspect_config.py")
A, B = "configs/train/a.yaml", "configs/train/b.yaml"


def process(
    folder: Path, *words: str, program: str = "-m=tests.command", **env: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *program.split("="), *words],
        cwd=folder,
        env=_environment(env),
        capture_output=True,
        text=True,
        check=False,
    )


def in_shell(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/bash", "-c", line],
        cwd=folder,
        env=_environment({}),
        capture_output=True,
        text=True,
        check=False,
    )


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **more}


def test_every_command_runs_as_a_process(small_project: Path) -> None:
    folder = small_project
    codes = [
        process(folder, "snapshot").returncode,
        process(folder, "snapshot", "--check").returncode,
        process(folder, "check-parity", "--no-record").returncode,
        process(folder, "inspect", "--config", A).returncode,
        process(folder, "diff", "--left", A, "--right", A).returncode,
        process(folder, "diff", "--left", A, "--right", B).returncode,
        process(folder, "check-parity", "--format", "yml").returncode,
    ]
    assert codes == [0, 0, 0, 0, 0, 2, 1]


def test_a_gate_that_does_not_hold_exits_2_and_says_why_on_stdout(frozen_project: Path) -> None:
    edit(frozen_project / B, "seed: 1", "seed: 2")
    done = process(frozen_project, "check-parity")
    assert (done.returncode, done.stderr) == (2, "")
    assert "1 (int) → 2 (int)" in done.stdout


def test_a_users_mistake_shows_no_traceback(small_project: Path) -> None:
    (small_project / A).write_text("a: [\n")
    done = process(small_project, "snapshot")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{A}:1:4: not valid YAML: the bracket [ is not closed")
    assert "Traceback" not in done.stderr


def test_the_seeds_script_inspects_and_diffs(frozen_project: Path) -> None:
    payload = process(
        frozen_project, "inspect", "--config", A, "--payload-only", program=SCRIPT
    ).stdout
    assert json.loads(payload)["optim"] == {"lr": 0.0001}
    words = ("diff", "--left", A, "--right", B, "--profile", "parity")
    assert process(frozen_project, *words, program=SCRIPT).returncode == 2
    assert process(frozen_project, "inspect", program=SCRIPT).returncode == 1


def test_the_seeds_script_has_no_other_command(frozen_project: Path) -> None:
    listing = process(frozen_project, "--help", program=SCRIPT).stdout
    commands = [line.split()[0] for line in listing.splitlines() if line.startswith("  ")]
    assert commands[:2] == ["inspect", "diff"]
    assert "snapshot" not in listing
    refused = process(frozen_project, "snapshot", program=SCRIPT)
    message = "unknown command 'snapshot'; `inspect_config.py --help` lists the commands\n"
    assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", message)


def test_invoke_finds_the_commands_and_the_chores_of_this_repository() -> None:
    listing = process(ROOT, "--list", program="-m=invoke").stdout
    for name in ("check", "check-parity", "diff", "inspect", "snapshot"):
        assert f"\n  {name} " in listing


def test_the_version_is_told(tmp_path: Path) -> None:
    assert run(tmp_path, "--version").out == f"config-migration {__version__}\n"


def test_the_project_is_the_nearest_folder_upward_with_settings(frozen_project: Path) -> None:
    inner = frozen_project / "configs" / "train"
    assert run(inner, "check-parity").code == 0
    (inner / "pyproject.toml").write_text("[tool.other]\n")
    assert run(inner, "check-parity").code == 0
    (inner / "pyproject.toml").write_text("[tool.config-migration]\n")
    assert "nothing has been frozen" in run(inner, "check-parity").err


def test_a_line_of_settings_is_enough(tmp_path: Path) -> None:
    write_files(tmp_path, {"configs/debug.yaml": "seed: 1\n"})
    settings = '[tool.config-migration]\npresets = ["configs/*.yaml"]\n'
    (tmp_path / "pyproject.toml").write_text(settings)
    assert run(tmp_path, "snapshot").code == 0
    assert run(tmp_path, "check-parity").code == 0
    assert set(contents(tmp_path)) == {
        "pyproject.toml",
        "configs/debug.yaml",
        "snapshots/ledger.yaml",
        "snapshots/presets/configs/debug.yaml.json",
        "snapshots/records/configs/debug.yaml.json",
    }


def test_an_interrupt_exits_130(frozen_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("migration.project.project.open_project", interrupt)
    ran = run(frozen_project, "check-parity")
    assert (ran.code, ran.out, ran.err) == (130, "", "interrupted\n")


def test_a_reader_that_stops_early_is_no_error(frozen_project: Path) -> None:
    for words in (f"inspect {A}", "--help", "ledger --help", "--version", "check-parity"):
        command = f'"{sys.executable}" -m tests.command {words} | true'
        done = in_shell(frozen_project, f"{command}; exit ${{PIPESTATUS[0]}}")
        assert (done.returncode, done.stderr) == (0, "")


def test_an_encoding_without_arrows_gets_escapes(frozen_project: Path) -> None:
    done = process(frozen_project, "check-parity", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        "3 \\u2192 3"
        in process(
            frozen_project, "check-parity", "-v", PYTHONUTF8="0", PYTHONIOENCODING="ascii"
        ).stdout
    )


@pytest.mark.parametrize(
    ("env", "words", "is_colored"),
    [
        ({}, (), True),
        ({"NO_COLOR": "1"}, (), False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, (), False),
        ({"NO_COLOR": "1"}, ("--color", "always"), True),
        ({"NO_COLOR": ""}, (), True),
        ({"TERM": "dumb"}, (), False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, (), True),
        ({}, ("--color=never",), False),
        ({"FORCE_COLOR": "1"}, ("--color", "never"), False),
    ],
)
def test_a_terminal_gets_colour_unless_it_declines(
    frozen_project: Path, env: Mapping[str, str], words: Sequence[str], is_colored: bool
) -> None:
    text = _in_a_terminal(frozen_project, {"TERM": "xterm", **env}, ("check-parity", *words))
    assert ("\x1b[" in text) == is_colored
    assert "pending" in text


@pytest.mark.parametrize(
    ("env", "words", "is_colored"),
    [
        ({}, (), False),
        ({"FORCE_COLOR": "1"}, (), True),
        ({"FORCE_COLOR": "0"}, (), False),
        ({"FORCE_COLOR": "1"}, ("--color", "never"), False),
        ({}, ("--color", "always"), True),
        ({}, ("--color", "auto"), False),
    ],
)
def test_a_pipe_gets_colour_only_if_it_is_asked_for(
    frozen_project: Path, env: Mapping[str, str], words: Sequence[str], is_colored: bool
) -> None:
    done = process(frozen_project, *words, "check-parity", **env)
    assert ("\x1b[" in done.stdout) == is_colored
    plain = process(frozen_project, "check-parity").stdout
    assert re.sub(r"\x1b\[[0-9;]*m", "", done.stdout) == plain


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        (["retire", "--dry-run"], "nothing can be removed, 3 obstacles"),
        (["ledger"], "ledger holds; phase 0 is open; 2 presets"),
        (["snapshot"], "nothing to freeze: 2 presets already frozen in snapshots/"),
        (["inspect", A, "--key", "optim.lr"], "optim.lr = 1.0e-4 (float)"),
    ],
)
def test_a_verdict_that_stands_alone_announces_nothing(
    frozen_project: Path, words: list[str], verdict: str
) -> None:
    assert run(frozen_project, *words, "-q").out == f"{verdict}\n"


def test_what_has_no_verdict_is_printed_whole(frozen_project: Path) -> None:
    for words in (["inspect", A], ["inspect", A, "--origins"], ["lint", "--explain", "L403"]):
        assert run(frozen_project, *words, "-q") == run(frozen_project, *words)


def test_a_quiet_command_prints_the_verdict_alone(frozen_project: Path) -> None:
    whole = run(frozen_project, "check-parity").out
    for words in (["check-parity", "-q"], ["-q", "check-parity"], ["--quiet", "check-parity"]):
        ran = run(frozen_project, *words)
        assert (ran.code, ran.out, ran.err) == (0, whole.partition("\n")[0] + "\n", "")


def test_the_current_folder_is_gone(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    words = f'cd "{gone}" && rmdir "{gone}" && "{sys.executable}" -m tests.command'
    for command in ("ledger", "check-parity"):
        done = in_shell(tmp_path, f"{words} {command}")
        gone.mkdir()
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == (
            "the current folder is gone; change to a folder that is there, as with `cd ..`\n"
        )


@pytest.mark.parametrize(
    ("line", "code", "out"),
    [
        ("ledger --check -q >&-", 0, ""),
        ("--help >&-", 0, ""),
        ("ledger --check -q 2>&-", 0, "ledger holds; phase 0 is open; 2 presets\n"),
        ("ledger --check -q <&-", 0, "ledger holds; phase 0 is open; 2 presets\n"),
        ("nope 2>&-", 1, ""),
        ("nope <&- >&- 2>&-", 1, ""),
        ("ledger --check <&- >&- 2>&-", 0, ""),
    ],
)
def test_a_stream_that_is_closed_from_the_start_takes_nothing(
    frozen_project: Path, line: str, code: int, out: str
) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$0" -m migration {line}', sys.executable],
        cwd=frozen_project,
        env=_environment({"PYTHONPATH": str(ROOT)}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (code, out, "")


def test_the_name_that_no_repository_has_is_a_program_as_well(frozen_project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "config_migration_toolkit", "ledger", "--status", "red"],
        cwd=frozen_project,
        env=_environment({"PYTHONPATH": str(ROOT)}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("unknown status 'red'")


def test_the_help_needs_no_docstrings(tmp_path: Path) -> None:
    for words in (["--help"], ["ledger", "--help"]):
        done = subprocess.run(
            [sys.executable, "-OO", "-m", "migration", *words],
            cwd=tmp_path,
            env=_environment({"PYTHONPATH": str(ROOT)}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == run(tmp_path, *words).out


def test_a_repository_may_have_a_package_of_the_same_name(frozen_project: Path) -> None:
    write_files(frozen_project, {"migration/__init__.py": "raise SystemExit('theirs')\n"})
    code = "from config_migration_toolkit import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "check-parity", "--no-record"],
        cwd=frozen_project,
        env=_environment({"PYTHONPATH": f"{frozen_project}{os.pathsep}{ROOT}"}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == run(frozen_project, "check-parity", "--no-record").out


def test_a_narrow_terminal_gets_a_narrow_table(frozen_project: Path) -> None:
    words = ("check-parity", "--verbose")
    text = _in_a_terminal(frozen_project, {"TERM": "dumb", "COLUMNS": "45"}, words)
    table = text.split("\r\n\r\n")[1]
    assert max(len(line) for line in table.splitlines()) <= 45


def test_a_payload_steers_no_terminal_and_is_the_same_value(small_project: Path) -> None:
    (small_project / A).write_text('a: "\\x9b31m\\x7f\\u202e\\u2028\\e[0m"\n')
    words = ("inspect", "--config", A, "--payload-only")
    shown = _in_a_terminal(small_project, {"TERM": "xterm"}, words)
    assert r'"a": "\u009b31m\u007f\u202e\u2028\u001b[0m"' in shown
    assert json.loads(shown) == json.loads(process(small_project, *words).stdout)


def test_a_pipe_has_no_columns(frozen_project: Path) -> None:
    plain = process(frozen_project, "check-parity").stdout
    assert process(frozen_project, "check-parity", COLUMNS="40").stdout == plain


def test_data_for_a_program_stays_utf_8(small_project: Path) -> None:
    (small_project / A).write_text("a: é\n")
    words = [sys.executable, "-m", "tests.command", "inspect", "--config", A, "--payload-only"]
    env = _environment({"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"})
    done = subprocess.run(words, cwd=small_project, env=env, capture_output=True, check=True)
    assert json.loads(done.stdout.decode()) == {"a": "é"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_output_that_cannot_be_written_is_a_fault(frozen_project: Path) -> None:
    words = [sys.executable, "-m", "tests.command", "check-parity"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            words,
            cwd=frozen_project,
            env=_environment({}),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (
        1,
        "cannot write the output: No space left on device\n",
    )


def test_what_cannot_be_encoded_is_written_as_an_escape() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    write("lone \ud800\n", stream)
    stream.seek(0)
    assert stream.read() == "lone \\ud800\n"


def _in_a_terminal(
    folder: Path, env: Mapping[str, str], command: Sequence[str] = ("check-parity",)
) -> str:
    reader, terminal = pty.openpty()
    words = [sys.executable, "-m", "tests.command", *command]
    with subprocess.Popen(words, cwd=folder, env=_environment(env), stdout=terminal) as running:
        os.close(terminal)
        chunks = []
        while True:
            try:
                chunk = os.read(reader, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            if not chunk:
                break
            chunks.append(chunk)
        assert running.wait() == 0
    os.close(reader)
    return b"".join(chunks).decode()
