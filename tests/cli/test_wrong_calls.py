"""Wrong command lines: each is answered in one line, with a way forward, and changes nothing."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.running import contents, run

A, B = "configs/train/a.yaml", "configs/train/b.yaml"
HELP = "`config-migration --help`"


def see(command: str) -> str:
    return f"see `config-migration {command} --help`"


# The empty word stands for a variable of the shell that is not set.
WRONG = {
    # Commands
    "chek-parity": "unknown command 'chek-parity'; did you mean check-parity?",
    "check_parity": "unknown command 'check_parity'; did you mean check-parity?",
    "LEDGER": "unknown command 'LEDGER'; did you mean ledger?",
    "snapshots": "unknown command 'snapshots'; did you mean snapshot?",
    "freeze": f"unknown command 'freeze'; {HELP} lists the commands",
    "help": f"unknown command 'help'; did you mean {HELP}?",
    "help check-parity": f"unknown command 'help'; did you mean {HELP}?",
    A: f"unknown command '{A}'; did you mean `config-migration inspect {A}`?",
    "parity": "unknown command 'parity'; did you mean check-parity?",
    "check": "unknown command 'check'; did you mean check-parity?",
    "snap": "unknown command 'snap'; did you mean snapshot?",
    "in": f"unknown command 'in'; {HELP} lists the commands",
    "''": f"unknown command ''; {HELP} lists the commands",
    "-- --help": f"unknown command '--help'; {HELP} lists the commands",
    # Options
    "--preset": "--preset goes after a command; as `config-migration values --preset`",
    "--format json ledger": "--format goes after a command; as `config-migration inspect --format`",
    "--verison": "unknown option --verison; did you mean --version?",
    "-x": f"unknown option -x; see {HELP}",
    "ledger --chek": "unknown option --chek of ledger; did you mean --check?",
    "check-parity --presets a": "unknown option --presets of check-parity; did you mean --preset?",
    "check-parity --no_record": (
        "unknown option --no_record of check-parity; did you mean --no-record?"
    ),
    "check-parity -preset a": "unknown option -preset of check-parity; did you mean --preset?",
    "check-parity -p a": f"unknown option -p of check-parity; {see('check-parity')}",
    "check-parity --json": f"unknown option --json of check-parity; {see('check-parity')}",
    "snapshot --dry-run": f"unknown option --dry-run of snapshot; {see('snapshot')}",
    "retire --dryrun": "unknown option --dryrun of retire; did you mean --dry-run?",
    "draft --outt x": "unknown option --outt of draft; did you mean --out?",
    "ledger --record": f"unknown option --record of ledger; {see('ledger')}",
    "ledger --status failed --status new": "--status is given twice; it takes one value",
    "ledger -f json --format=table": "--format is given twice; it takes one value",
    f"inspect --config {A} --config {B}": "--config is given twice; it takes one value",
    f"inspect {A} --key a --key b": "--key is given twice; it takes one value",
    # Values
    "ledger --status": "--status needs a value",
    "ledger --status --check": (
        "--status needs a value; write --status=--check if '--check' is the value"
    ),
    "ledger --status ''": "--status needs a value, and the one given is empty",
    "ledger --status=": "--status needs a value, and the one given is empty",
    "ledger --status fialed": "unknown status 'fialed'; did you mean failed?",
    "ledger --status red": (
        "unknown status 'red'; it is one of stale, verified, pending, failed, missing, error, new, "
        "dropped"
    ),
    "ledger -f": "-f needs a value",
    "ledger -f JSON": "unknown format 'JSON'; did you mean json?",
    "ledger --format yaml": "unknown format 'yaml'; it is one of table, json, markdown",
    "ledger --format=md": "unknown format 'md'; it is one of table, json, markdown",
    f"inspect {A} --format markdown": "unknown format 'markdown'; it is one of json, yaml",
    "ledger --color blue": "unknown color 'blue'; it is one of auto, always, never",
    "--color nevr ledger": "unknown color 'nevr'; did you mean never?",
    "ledger --check=yes": f"--check takes no value; {see('ledger')}",
    "advance --reopen 4 --reason r": "unknown phase '4'; it is one of 0, 1, 2, 3",
    f"map {A} --phase one": "unknown phase 'one'; it is one of 1, 2",
    "lint --explain L999": None,
    "lint --explain L4": None,
    "lint --select L999": None,
    "lint --ignore L4,L999": None,
    "lint --select": "--select needs a value",
    "lint --select --ignore L4": "--select needs a value; write --select=--ignore if",
    "lint --select ''": "--select needs a value, and the one given is empty",
    "lint --select L4,": "--select has a comma without a code; write it as --select L403,L7",
    "lint --ignore ,": "--ignore has a comma without a code; write it as --ignore L403,L7",
    "lint --path=": "--path needs a value, and the one given is empty",
    "lint ''": "a word of the command line is empty; is a variable of the shell unset?",
    "check-parity ''": "a word of the command line is empty; is a variable of the shell unset?",
    "check-parity --preset ''": "--preset needs a value, and the one given is empty",
    "-C": f"-C needs a value; see {HELP}",
    "-C ledger": "--directory took the command for its value; write --directory=FOLDER ledger",
    "--color ledger": "--color took the command for its value; write --color=COLOR ledger",
    "-C configs": f"missing command; see {HELP}",
    "-C nowhere ledger": "cannot work in nowhere: there is no such folder",
    f"-C {A} ledger": f"cannot work in {A}: it is not a folder",
    "ledger -C nowhere": "cannot work in nowhere: there is no such folder",
    # Words too many, and too few
    "ledger pending": "'pending' needs an option; did you mean --status pending?",
    f"ledger {A}": f"ledger takes options alone, and '{A}' is one word too many; {see('ledger')}",
    "advance 1": "'1' needs an option; did you mean --reopen 1?",
    "ledger check": "'check' is an option; did you mean --check?",
    "retire dry-run": "'dry-run' is an option; did you mean --dry-run?",
    "ledger --status failed new": f"--status takes one value; {see('ledger')}",
    f"retire {A}": f"retire takes options alone, and '{A}' is one word too many; {see('retire')}",
    f"snapshot {A}": f"snapshot takes a preset by name; did you mean --preset {A}?",
    "snapshot check": "'check' is an option; did you mean --check?",
    "snapshot all": "snapshot takes options alone, and 'all' is one word too many; ",
    "snapshot --wait 5": (
        f"snapshot takes options alone, and '5' is one word too many; {see('snapshot')}"
    ),
    f"snapshot --preset {A} {B}": (
        f"--preset takes one value; repeat it: --preset {A} --preset {B}"
    ),
    f"snapshot --preset={A} {B}": (
        f"--preset takes one value; repeat it: --preset {A} --preset {B}"
    ),
    f"accept --preset {A} {B} --reason r": (
        f"'{B}' is not an id; --preset {B} names a preset, and a reason of several words stands "
    ),
    f"accept --preset {A} --reason a better rate": (
        "'better' is not an id; --preset better names a preset, and a reason of several words "
    ),
    "inspect": (
        "--config must be given, as in `config-migration inspect configs/train/sft/dense_1024.yaml`"
    ),
    f"inspect {A} {B}": "inspect takes one file; `config-migration diff` compares two",
    f"inspect --config {A} {B}": "inspect takes one file; `config-migration diff` compares two",
    f"inspect {A} optim.lr": "inspect takes one file; did you mean --key optim.lr?",
    f"inspect {A} --key optim lr": "inspect takes only FILE, and 'lr' is one word too many; ",
    f"diff --right {A} --left {B} x": (
        f"diff takes only LEFT and RIGHT, and 'x' is one word too many; {see('diff')}"
    ),
    "diff": "--left and --right must be given, as in ",
    f"diff {A}": "--right must be given, as in ",
    f"diff --right {A}": "--left must be given, as in ",
    f"diff {A} {B} {A}": f"diff takes only LEFT and RIGHT, and '{A}' is one word too many; ",
    "map": "--old must be given, as in ",
    f"map {A}": f"--new, --phase or --drop must be given; {see('map')}",
    f"map {A} {B} {A}": f"map takes only OLD and NEW, and '{A}' is one word too many; ",
    f"map {A} --drop": f"--drop needs a --reason; {see('map')}",
    "lint --selct L4": "unknown option --selct of lint; did you mean --select?",
    "lint L403": "'L403' needs an option; did you mean --select L403?",
    "lint --select L4 l7": "'l7' needs an option; did you mean --select l7?",
    f"draft {A} --out -": "--out takes a file, not -; without --out the draft is printed",
    f"draft {A} --out=/dev/stdout": "--out takes a file, not /dev/stdout; without --out the draft ",
    "draft": f"one of --preset, --all and --base must be given; {see('draft')}",
    f"draft --base {A}": f"--base goes alone, or with --out and --force; {see('draft')}",
    f"draft {A} --all --into x": f"--all goes without a preset; {see('draft')}",
    f"draft {A} {B}": f"--all, and several presets, need --into; {see('draft')}",
    # Options that do not go together
    "ledger -q -v": f"--quiet and --verbose exclude each other; {see('ledger')}",
    "ledger -qv": f"--quiet and --verbose exclude each other; {see('ledger')}",
    "check-parity --record --no-record": "--record and --no-record exclude each other; ",
    f"snapshot --refreeze {A}": (
        "--refreeze is gone: no baseline changes; "
        f"`config-migration accept --preset {A} --reason R` takes over what differs"
    ),
    f"snapshot --refreeze {A} --refreeze 'b c' --reason 'a rate'": (
        "--refreeze is gone: no baseline changes; `config-migration accept "
        f"--preset {A} --preset 'b c' --reason 'a rate'` takes over what differs"
    ),
    "snapshot --preset --reason x": "--preset needs a value; write --preset=--reason if",
    "lint --explain L403 --format json": f"--explain goes alone; {see('lint')}",
    f"lint --explain L403 {A}": f"--explain goes alone; {see('lint')}",
    "lint --explain L403 --select L4": f"--explain goes alone; {see('lint')}",
    "lint --explain L403 --ignore L4": f"--explain goes alone; {see('lint')}",
    "advance --reopen 1": f"--reopen needs a --reason; {see('advance')}",
    f"draft {A} --force": f"--force goes with --out or --into; {see('draft')}",
}


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_call_is_answered_in_one_line(frozen_project: Path, line: str) -> None:
    before = contents(frozen_project)
    ran = run(frozen_project, *shlex.split(line))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1 or WRONG[line] is None
    assert ran.err.startswith(WRONG[line] or "no layout rule 'L")
    assert contents(frozen_project) == before


def test_each_answer_has_a_way_forward() -> None:
    ways = ("; ", ", as in ", " needs a value", "is empty", "cannot work in ")
    assert [each for each in WRONG.values() if each and not any(way in each for way in ways)] == []
    assert len(WRONG) > 70


def test_no_word_at_all_prints_the_help_as_an_error(frozen_project: Path) -> None:
    ran = run(frozen_project)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == run(frozen_project, "--help").out
