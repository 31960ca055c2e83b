# ruff: noqa: A002, ARG001 - a command whose options are checked, and whose body does nothing

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from migration.cli.usage import Rule, check_usage, choose_value
from migration.errors import MigrationError
from tests.running import run

REPORT = Rule("--out goes with --all or --some", ("out",), requires=("all", "some"))
REASON = Rule("--late needs a --reason", ("late",), requires=("reason",))
ALONE = Rule("--drop goes alone", ("drop",), excludes=("out", "format"))
BOTH = Rule("--a and --b need --c", ("a", "b"), requires=("c",))
ONE = Rule("--new or --old must be given", requires=("new", "old"))


@pytest.mark.parametrize(
    ("rule", "given", "is_broken"),
    [
        (REPORT, {}, False),
        (REPORT, {"out": "x"}, True),
        (REPORT, {"out": "x", "some": ["y"]}, False),
        (REASON, {"late": True, "reason": " "}, True),
        (REASON, {"late": True, "reason": "r"}, False),
        (ALONE, {"drop": True}, False),
        (ALONE, {"drop": True, "format": "json"}, True),
        (BOTH, {"a": True}, False),
        (BOTH, {"a": True, "b": True}, True),
        (ONE, {}, True),
        (ONE, {"old": "x"}, False),
    ],
)
def test_a_rule_is_broken(rule: Rule, given: Mapping[str, object], is_broken: bool) -> None:
    assert rule.is_broken(given) == is_broken


@check_usage(
    Rule("--explain goes alone", ("explain",), excludes=("format",)),
    Rule("--explain explains one", ("several preset",), excludes=("explain",)),
    required=("left", "right"),
    formats="diff",
)
def command(
    left: str = "",
    right: str = "",
    format: str = "text",
    explain: bool = False,
    preset: Sequence[str] | None = None,
) -> bool:
    return True


SIDES = {"left": "a", "right": "b"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"format": "x"}, "unknown format 'x'\n  hint: one of text, json, markdown"),
        ({}, "--left and --right must be given"),
        ({"left": "a", "explain": True, "format": "json"}, "--right must be given"),
        ({**SIDES, "explain": True, "format": "json"}, "--explain goes alone"),
        ({**SIDES, "explain": True, "preset": ["a", "b"]}, "--explain explains one"),
    ],
)
def test_the_first_thing_wrong_is_told(options: Mapping[str, object], message: str) -> None:
    with pytest.raises(MigrationError) as raised:
        command(**options)  # type: ignore[arg-type]
    assert str(raised.value) == message


def test_a_default_value_counts_as_not_given() -> None:
    assert command(left="a", right="b", explain=True, format="text", preset=["a"])


def test_a_choice_has_a_hint_of_its_own() -> None:
    assert choose_value("phase", "1", {"1": 1}) == 1
    with pytest.raises(MigrationError, match="unknown phase '3'\n  hint: 1 or 2"):
        choose_value("phase", "3", {"1": 1}, "1 or 2")


A = ("--preset", "a")
REFUSALS = {
    "--upgrade goes alone": [
        *(("--upgrade", *words) for words in (A, ["--check"], ["--refreeze", "a"], ["--force"])),
        *(("--upgrade", *words) for words in (["--late"], ["--reason", "r"], ["--resolve"])),
        *(("--upgrade", *words) for words in (["--ours", "a"], ["--theirs", "a"])),
    ],
    "--resolve goes alone": [
        *(("--resolve", *words) for words in (A, ["--check"], ["--refreeze", "a"], ["--force"])),
        *(("--resolve", *words) for words in (["--late"], ["--reason", "r"])),
    ],
    "--ours and --theirs go with --resolve": [("--ours", "a"), ("--theirs", "a", "--check")],
    "--force goes with freezing alone": [("--force", "--check"), ("--force", "--refreeze", "a")],
    "--late goes with freezing alone": [("--late", "--check"), ("--late", "--refreeze", "a")],
    "--refreeze goes with --reason alone": [("--refreeze", "a", *A)],
    "--reason goes with --refreeze or --late": [("--reason", " "), ("--reason", "r", "--check")],
    "--late needs a --reason": [("--late",), ("--late", "--reason", " ")],
}
OTHERS = [
    ("check-parity --record --no-record", "--record and --no-record exclude each other"),
    ("map --drop --new a", "--old must be given"),
    ("map --old a --drop --new b", "--drop goes with --reason alone"),
    ("map --old a --drop --phase 1", "--drop goes with --reason alone"),
    ("map --old a --drop --reuse-path", "--drop goes with --reason alone"),
    ("map --old a --reuse-path --reason r", "--reuse-path goes with --new, and needs a --reason"),
    ("map --old a --reuse-path --new b", "--reuse-path goes with --new, and needs a --reason"),
    ("map --old a --new b --reason r", "--reason goes with --drop or --reuse-path"),
    ("map --old a", "--new, --phase or --drop must be given"),
    ("advance --reason r", "--reason goes with --reopen"),
    ("advance --reopen 1 --force", "--force closes a phase: it goes without --reopen"),
    ("advance --reopen done", "unknown phase 'done'\n  hint: one of 0, 1, 2, 3"),
    ("inspect --origins --key k", "--config must be given"),
    *(
        (
            f"inspect --config a --origins {words}",
            "--origins goes with --config and --effective alone",
        )
        for words in ("--key k", "--payload-only", "--format json")
    ),
    (
        "inspect --config a --key k --format json",
        "--key prints text; --format is for the value alone, with --payload-only",
    ),
    ("draft", "one of --preset and --all must be given"),
    ("draft --all --preset a", "one of --preset and --all must be given"),
    ("draft --all --into d --out o", "--into goes with --preset or --all, and --force"),
    ("draft --all --into d --overlay-of o", "--into goes with --preset or --all, and --force"),
    ("draft --all --force", "--all, and several presets, need --into"),
    ("draft --preset a --preset b", "--all, and several presets, need --into"),
    ("draft --preset a --force", "--force goes with --out or --into"),
    ("lint --explain E1 --format json", "--explain goes alone"),
]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        *((("snapshot", *words), text) for text, calls in REFUSALS.items() for words in calls),
        *((words.split(), text) for words, text in OTHERS),
    ],
)
def test_a_command_refuses_a_wrong_call(tmp_path: Path, words: Sequence[str], message: str) -> None:
    ran = run(tmp_path, *words)
    assert (ran.code, ran.out, ran.err) == (1, "", f"{message}\n")
