"""The parts of a Markdown document: code, lists and folds, cut to a number of characters.

Every text from elsewhere is put into code, where nothing is a link, a mention, or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from migration.text import make_visible, shorten
from migration.wording import format_count, list_names

MOST_OPEN = 20
"""How many items a part shows without being collapsed."""
_SPAN_LIMIT = 1_000


def quote_unless_word(text: str) -> str:
    """Return a plain word as it is, and any other text as a code span."""
    return text if text.isalpha() else quote_code(text)


def quote_code(text: str) -> str:
    """Return the text as a code span on one line, which nothing within it can end."""
    text = make_visible(shorten(text, _SPAN_LIMIT))
    fence = "`" * (_longest_run(text) + 1)
    # A code span drops one blank on either side of its text.
    pad = "" if text and text == text.strip("` ") else " "
    return f"{fence}{pad}{text}{pad}{fence}"


def fence_code(text: str) -> str:
    """Return the text, all of it visible already, as a code block that it cannot end."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}text\n{text}\n{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def collapse_part(title: str, body: str) -> str:
    """Return a part of the document that shows its title alone until it is opened."""
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"


def fit_blocks(blocks: Sequence[str], limit: int, noun: str) -> list[str]:
    """Return the leading blocks that fit into `limit` characters, and how many more there are."""
    fitted: list[str] = []
    for block in blocks:
        limit -= len(block) + 2
        if limit < 0:
            left_out = format_count(len(blocks) - len(fitted), f"more {noun}")
            return [*fitted, f"\n… and {left_out}: `--format json` has them all"]
        fitted.append(block)
    return fitted


def capitalize_first(text: str) -> str:
    """Return the text as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def mark_comment(command: str) -> str:
    """Return the line by which a job finds the comment that it is to replace."""
    return f"<!-- config-migration: {command} -->"


def join_lines_hard(lines: Iterable[str]) -> str:
    """Return lines as one paragraph that keeps its line ends."""
    return "  \n".join(lines)


def join_parts(*parts: str) -> str:
    """Return the document."""
    return "\n\n".join(parts) + "\n"


def quote_pair(pair: tuple[str, str]) -> str:
    """Return two values, each as a code span."""
    return " → ".join(map(quote_code, pair))


def quote_names(names: Sequence[str]) -> str:
    """Return the first names, each as a code span, and how many more there are."""
    return list_names([quote_code(name) for name in names])


def quote_cell(text: str) -> str:
    """Return the text as a code span that does not end the cell of a table."""
    # Parsers do not agree whether a pipe after a backslash ends the cell.
    return quote_code(text.replace("\\|", r"\\x7c")).replace("|", "\\|")


def itemize_lines(items: Iterable[str], limit: int, noun: str) -> list[str]:
    """Return the items as one list of at most `limit` characters, nothing if there are none."""
    lines = [f"- {item}" for item in items]
    return ["\n".join(fit_blocks(lines, limit, noun))] if lines else []
