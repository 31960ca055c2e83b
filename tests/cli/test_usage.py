"""Rules of a call, and the one line that refuses a wrong one."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migration.cli.catalog import COMMANDS
from migration.cli.declaration import COMMON, Command, Rule
from migration.cli.usage import UsageError, check_call, check_choice, require_values

COMMAND: Mapping[str, Command] = {command.name: command for command in COMMANDS}
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


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_declaration_names_only_options_that_there_are(command: Command) -> None:
    known = {*command.options, *(f"several {name}" for name in command.options)}
    named = {
        name for rule in command.rules for name in (*rule.options, *rule.excludes, *rule.requires)
    }
    assert {*command.positions, *command.required, *named} <= known
    assert not command.options.keys() & COMMON.keys()
    flags = [
        name for option in (*command.options.values(), *COMMON.values()) for name in option.names
    ]
    assert len(flags) == len({*flags})


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_an_option_has_values_unless_it_is_a_flag(command: Command) -> None:
    for option in command.options.values():
        assert (option.values is None) == (option.default is False), option
        assert option.help
        assert not option.help.endswith(".")


def test_the_first_thing_wrong_is_reported() -> None:
    for given, message in (
        ({"format": "x"}, "unknown format 'x'; it is one of text, json, markdown"),
        ({"format": "jsn"}, "unknown format 'jsn'; did you mean json?"),
        ({"left": "a", "quiet": True, "verbose": True}, "--right must be given"),
        (
            {"left": "a", "right": "b", "quiet": True, "verbose": True},
            "--quiet and --verbose exclude each other",
        ),
    ):
        with pytest.raises(UsageError) as raised:
            check_call(COMMAND["diff"], given)
        assert str(raised.value).startswith(message)


def test_a_default_value_counts_as_not_given() -> None:
    check_call(COMMAND["lint"], {"explain": "L403", "format": "table", "color": "auto"})
    with pytest.raises(UsageError, match="--explain goes alone"):
        check_call(COMMAND["lint"], {"explain": "L403", "format": "json"})


def test_a_value_that_is_no_choice_is_refused_with_the_choices() -> None:
    check_choice("phase", "1", ("1", "2"))
    with pytest.raises(UsageError, match=r"^unknown phase '3'; it is one of 1, 2$"):
        check_choice("phase", "3", ("1", "2"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--out"], "--out needs a value"),
        (["--out", "--all"], "--out needs a value; write --out=--all if '--all' is the value"),
        (["--out", "-q"], "--out needs a value; write --out=-q if '-q' is the value"),
        (["--out", ""], "--out needs a value, and the one given is empty"),
        (["--out="], "--out needs a value, and the one given is empty"),
        (["--out", "-1"], None),
        (["--out=--all"], None),
        (["--", "--out"], None),
        (["out"], None),
    ],
)
def test_an_option_needs_its_value(words: list[str], message: str | None) -> None:
    if message is None:
        require_values(words, ["--out"], ["-q"])
    else:
        with pytest.raises(UsageError) as raised:
            require_values(words, ["--out"], ["-q"])
        assert str(raised.value) == message
