"""Whatever texts a report holds, Markdown has the structure that it has for harmless ones.

A parser tells: every table, row, heading, link and tag is the report's own, and so is all text that
is not code. What stands in code is no mention and no link, either.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from migration.commands.check_parity import ParityReport
from migration.commands.diff import DiffReport
from migration.commands.ledger import Checklist, Progress, Step
from migration.errors import Fault
from migration.gate.drift import Drift
from migration.gate.newcomers import Newcomer
from migration.gate.status import Row
from migration.parity.compare import Comparison, Finding
from migration.render.markdown import checklist_markdown, diff_markdown, parity_markdown
from migration.store.ledger import Entry, Ledger
from migration.text import make_visible
from migration.values.diff import Difference
from migration.values.keypath import Index

HARMLESS = "x-y"  # no name that a heading would have as a plain word
NASTY = [
    *("|", "a | b", "\\|", "\\\\|", "|--|", "\\", "\\`", "&#124;", "&lt;b&gt;"),
    *("`", "``", "```", "`````", "a ` b", "~~~", "\n```\n", "```text\n"),
    *("\n", "\r\n", "\n\n# h", "\n- x\n", "\n| a | b |\n|---|---|\n", "\r", "\t", "    x"),
    *("\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x00", "\x1b[31m", "\u202e", "\ud800"),
    *("<b>", "<details>", "</details>", "</summary>", "<!--", "-->", "<script>", "<a@b.cd>"),
    *("[a](b)", "![a](b)", "[a]: b", "[^1]", "https://x.yz", "www.x.yz", "a@b.cd"),
    *("@user", "#123", "GH-123", "owner/name#1", "**b**", "__b__", "~~s~~", "*", "_", "$x$"),
    *("# h", "- x", "- [ ] x", "> q", "1. x", "---", "===", ":tada:", " ", "  ", "类 \u0301"),
]
SIGNS = st.text(st.sampled_from("|`\\\n\r\t -#<>[]()!*_~@:&;=x1\u2028\x85"), max_size=6)
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def structure(markdown: str) -> list[tuple[str, str, str]]:
    """Return every token of the text, with its content unless that is code.

    They are sorted, since the order of the causes is that of their paths.
    """
    return sorted(
        (token.type, token.tag, "" if token.type in ("code_inline", "fence") else token.content)
        for token in flat(PARSER.parse(markdown))
    )


def flat(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "inline":
            yield from flat(token.children or [])
        else:
            yield token


def reports(text: str) -> dict[str, str]:
    """Return one Markdown document of each kind, with the text wherever one may come from."""
    names = [f"{text}{n}{text}" for n in range(8)]
    comparison = Comparison(
        allowed=tuple(_findings(names[:4], rule=names[0])), forbidden=tuple(_findings(names[:4]))
    )
    fault = Fault(names[1], names[2], 3, hint=names[3], trace=(names[4],))
    change = Difference((text, names[1]), "changed", text, {text: text})
    newcomer = Newcomer(names[0], names[1], (change,) * 9)
    rows = (
        Row(legacy=names[0], target=names[0], phase=1, status="failed", comparison=comparison),
        Row(legacy=names[1], target=names[2], phase=1, status="error", faults=(fault,)),
        Row(legacy=names[3], target=names[3], phase=2, status="dropped", recorded="dropped"),
        Row(legacy=names[4], target=names[4], phase=2, status="pending", legacy_used=tuple(names)),
        Row(
            legacy=names[5],
            target=names[5],
            phase=1,
            status="pending",
            is_overdue=True,
            faults=(Fault(text),),
        ),
        Row(legacy=None, target=names[6], phase=2, status="new", newcomer=newcomer),
        Row(legacy=names[7], target=names[7], phase=2, status="verified", recorded="failed"),
    )
    drifts = (Drift(names[0], tuple(names), is_harmless=False),)
    entries = {
        names[3]: Entry(names[3], "dropped", reason=names[0]),
        names[7]: Entry(names[7], "failed", refrozen=(names[1],)),
    }
    checklist = Checklist(
        rows,
        rows,
        Ledger(1, entries),
        tuple(names),
        tuple(Progress(phase, 0, 1) for phase in range(3)),
        Step(names[0], names[1]),
        has_phases=True,
    )
    return {
        "parity": parity_markdown(ParityReport(names[0], rows, drifts)),
        "ledger": checklist_markdown(checklist),
        "diff": diff_markdown(
            DiffReport(names[0], names[1], names[2], comparison, (), "legacy", None)
        ),
        "alike": diff_markdown(
            DiffReport(names[0], names[1], names[2], Comparison(), (), "legacy", "legacy")
        ),
    }


def _findings(names: list[str], rule: str | None = None) -> Iterator[Finding]:
    hints = (names[0],)
    places = (f"{names[2]}:1", f"{names[3]}:2")
    for n, name in enumerate(names):
        # How many lines differ is part of the structure.
        line, first = (each.replace("\n", "\r") for each in (name, names[0]))
        scalar = Difference((name, name), "changed", line, first)
        lines = Difference((name, name, "l"), "changed", f"a\n{line}b", f"a\n{line}c\n")
        yield Finding(lines, *places, file=name if n % 2 else None, rule=rule, hints=hints)
        yield Finding(scalar, *places, file=name if n % 2 else None, rule=rule, hints=hints)
    left = [{"name": name, "k": 1} for name in names]
    right = [{"name": name, "k": name} for name in names]
    path = (names[0].replace("0", "9"),)
    changes = tuple(
        Finding(
            Difference((*path, Index(n), "k"), "type", 1, name), *places, rule=rule, hints=hints
        )
        for n, name in enumerate(names)
    )
    yield Finding(Difference(path, "changed", left, right), *places, rule=rule, changes=changes)


EXPECTED = {kind: structure(text) for kind, text in reports(HARMLESS).items()}


def test_the_reports_have_something_of_everything() -> None:
    types = {token[0] for tokens in EXPECTED.values() for token in tokens}
    assert types >= {"table_open", "fence", "heading_open", "bullet_list_open", "html_block"}
    assert len([token for token in EXPECTED["parity"] if token[0] == "tr_open"]) == 1 + 7
    assert not any("link" in kind or "image" in kind for kind in types)


@pytest.mark.parametrize("text", NASTY)
def test_no_text_changes_the_structure(text: str) -> None:
    for kind, markdown in reports(text).items():
        assert structure(markdown) == EXPECTED[kind], kind


@settings(max_examples=40)
@given(SIGNS)
def test_no_mix_of_signs_changes_the_structure(text: str) -> None:
    for kind, markdown in reports(text or HARMLESS).items():
        assert structure(markdown) == EXPECTED[kind], kind


@pytest.mark.parametrize("text", [text for text in NASTY if "\\|" not in text])
def test_a_text_in_code_is_shown_as_it_is(text: str) -> None:
    tokens = list(flat(PARSER.parse(reports(text)["parity"])))
    code = {token.content for token in tokens if token.type == "code_inline"}
    names = [make_visible(f"{text}{n}{text}") for n in range(8)]
    assert code >= {names[0], f"{names[1]} → {names[2]}", f"{names[2]}:1"}
    assert any(names[3] in token.content for token in tokens if token.type == "fence")


def test_a_pipe_behind_a_backslash_ends_no_cell_for_any_parser() -> None:
    rows = [line for line in reports("a\\|b")["parity"].splitlines() if line.startswith("| `")]
    assert "\\\\|" not in "".join(rows)
    assert r"`a\\x7cb0a\\x7cb`" in rows[0] + rows[1]
