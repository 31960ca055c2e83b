"""Why a YAML text is refused, where PyYAML's message points elsewhere; and where it does not."""

from __future__ import annotations

import pytest
import yaml

from migration.errors import MigrationError
from migration.yaml.load import load_mapping

CONFLICT = "<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> topic\n"
RESOLVE = "\n  hint: finish the merge: keep what is right of both sides, and remove the markers"
RENDER = "\n  hint: render the template first, or put the value in quotes if it is meant as text"


def refusal(text: str) -> str:
    with pytest.raises(MigrationError) as error:
        load_mapping(text, "f")
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (CONFLICT, 1),
        (f"\ufeff{CONFLICT}", 1),
        (CONFLICT.replace("\n", "\r\n"), 1),
        (f"b: 1\nc:\n{CONFLICT}", 3),
        (f"b: |\n  text\n{CONFLICT}", 3),
        ("<<<<<<< HEAD\na: 1\n||||||| base\n=======\n>>>>>>> topic\n", 1),
        ("a: 1\n=======\nb: 2\n", 2),
        ("a: 1\n>>>>>>> topic\n", 2),
        ("<<<<<<< HEAD\nfoo\n=======\nbar\n>>>>>>> topic\n", 1),
        ("a: [\n<<<<<<< HEAD\n  b,\n=======\n  c,\n>>>>>>> topic\n]\n", 2),
        ("a: {\n<<<<<<< HEAD\n  b: 1,\n=======\n  b: 2,\n>>>>>>> topic\n}\n", 2),
    ],
)
def test_a_conflict_of_git_is_called_one_at_its_first_marker(text: str, line: int) -> None:
    assert refusal(text) == f"f:{line}: a conflict marker of git{RESOLVE}"


@pytest.mark.parametrize(
    "text",
    [
        "a: |\n  <<<<<<< HEAD\n  b\n  =======\n  c\n  >>>>>>> topic\n",
        'a: "text\n<<<<<<< HEAD\n=======\n>>>>>>> topic\n"\n',
        "a: [\n<<<<<<< HEAD\n]\n",
        "# <<<<<<< HEAD\na: 1\n# =======\n# >>>>>>> topic\n",
    ],
)
def test_a_text_about_conflicts_that_yaml_reads_is_read(text: str) -> None:
    assert load_mapping(text, "f") == (yaml.safe_load(text))


@pytest.mark.parametrize(
    "text",
    [
        "a: '\n=======\n'\nb: [\n",
        "a: |\n  <<<<<<< HEAD\n  =======\n  >>>>>>> topic\nb: [\n",
    ],
)
def test_a_broken_text_about_conflicts_is_broken_elsewhere(text: str) -> None:
    assert "is not closed" in refusal(text)


@pytest.mark.parametrize(
    ("text", "place", "template"),
    [
        ("a: {{ model }}\n", "1:4", "{{ model }}"),
        ("a: {{ model }}-large\n", "1:4", "{{ model }}"),
        ("b: 1\nname: {{ cookiecutter.name }}\n", "2:7", "{{ cookiecutter.name }}"),
        ("- {{ a }}\n", "1:3", "{{ a }}"),
        ("{{ key }}: 1\n", "1:1", "{{ key }}"),
        ("a: 1\n{% if large %}\nb: 2\n{% endif %}\n", "2:1", "{% if large %}"),
        ("{%- set x = 1 %}\na: {{ x }}\n", "1:1", "{%- set x = 1 %}"),
        ("{# shared\n   by all #}\na: 1\n", "1:1", "{# shared by all #}"),
    ],
)
def test_a_template_that_breaks_the_yaml_is_called_one(
    text: str, place: str, template: str
) -> None:
    assert refusal(text) == f"f:{place}: a template, which is not YAML: {template}{RENDER}"


@pytest.mark.parametrize("text", ["a: '{{ x }}'\n", "a: ${{ x }}\n", "a: |\n  {% if %}\n"])
def test_a_template_that_is_yaml_is_read(text: str) -> None:
    assert load_mapping(text, "f") == yaml.safe_load(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: '{{ x }}'\nb: [1\n",
        "a: b: c\nd: '{{ x }}'\n",
        "a: {{b: 1}}\n",
        "a: {{b: 1}: 2}\n",
        "a: " + "{" * 101 + "}" * 101 + "\n",
    ],
)
def test_what_is_broken_elsewhere_is_no_template(text: str) -> None:
    assert "template" not in refusal(text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('a: "b\nc: 1\nd: 2\n', '1:4: not valid YAML: the quote " is not closed'),
        ("a:\n  b: 'c\n", "2:6: not valid YAML: the quote ' is not closed"),
        ('a: "b\nc: "d"\ne: 1\n', '1:4: not valid YAML: the quote " ends on line 2'),
        ('"a: 1\nb": 2\n', '1:1: not valid YAML: the quote " ends on line 2'),
        ("a: [1, 2\nb: 3\n", "1:4: not valid YAML: the bracket [ is not closed"),
        ("a: [1, 2\nb: [3]\nc: 4\n", "1:4: not valid YAML: the bracket [ is not closed"),
        ("a: [1, 2\nb:\n  - 3\n", "1:4: not valid YAML: the bracket [ is not closed"),
        ("b: 1\na: {x: 1\nc: 2\n", "2:4: not valid YAML: the bracket { is not closed"),
        ("a: {b: 1,\n  c: [2\n  d: 3}\n", "2:6: not valid YAML: the bracket [ is not closed"),
    ],
)
def test_what_is_left_open_is_reported_where_it_opens(text: str, fault: str) -> None:
    assert refusal(text) == f"f:{fault}"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('a: "b" c\nd: 1\n', "1:8"),
        ("a: [1}\n", "1:6"),
        ("a: [1]\n]\n", "2:1"),
        ("a: b: c\nd: [1\n", "1:5"),
        ('a: "b\n  c"\nd: e: f\n', "3:5"),
        ('a: "b\\qc"\n', "1:7"),
        ("a: [\n  1,\n  @b,\n]\n", "3:3"),
    ],
)
def test_what_is_closed_is_not_blamed(text: str, place: str) -> None:
    assert refusal(text).startswith(f"f:{place}: not valid YAML: ")
    assert "closed" not in refusal(text)
    assert " ends on line" not in refusal(text)


@pytest.mark.parametrize(
    ("text", "place", "name"),
    [
        ("extends:\u00a0../base.yaml\nt: 1\n", "1:9", "a no-break space (U+00A0)"),
        ("\ufeffa: 1\r\nb:\u30002\r\n", "2:3", "an ideographic space (U+3000)"),
        ("a: 1\rb:\u00a02\r", "2:3", "a no-break space (U+00A0)"),
        ("a:\n\u00a0\u00a0b: 1\n  c: 2\n", "2:1", "a no-break space (U+00A0)"),
    ],
)
def test_a_character_that_only_looks_like_a_blank_is_named(
    text: str, place: str, name: str
) -> None:
    assert refusal(text) == f"f:{place}: not valid YAML: {name}, which is no blank to YAML"


@pytest.mark.parametrize("text", ["a: b\u00a0c\nd: [1\n", 'a: "\u00a0"\n  b: 1\n'])
def test_what_is_broken_elsewhere_is_not_blamed_on_such_a_character(text: str) -> None:
    assert "no blank" not in refusal(text)
