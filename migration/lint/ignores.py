"""Reads the ignores in the comments of a file, as `# lint: ignore[L403] reason`, and applies them.

A comment behind a key or value counts for its own line. One on a line of its own counts for the
line below it, with further comments between them; above the first key of a file it counts for that
key, and for line 1, where findings about the file as a whole are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from migration.lint.catalog import RULES, list_codes, suggest_code
from migration.lint.rule import Finding
from migration.lint.rules.ignores import IGNORE_RULES
from migration.yaml.comment_marks import Comment, Comments, read_comments
from migration.yaml.marks import Origin

EXAMPLE = "# lint: ignore[L403] reason"
_DIRECTIVE = re.compile(r"(?<!\S)#+[ \t]*lint:[ \t]*((?:(?!\s#+[ \t]*lint:).)*)", re.IGNORECASE)
_IGNORE = re.compile(r"ignore\b[ \t]*(?:\[([^\]]*)\])?(.*)", re.IGNORECASE)
_CODE = re.compile(r"\bL\d{3}\b", re.IGNORECASE)
_KNOWN = {rule.code: rule for rule in RULES}


@dataclass(slots=True)
class Ignore:
    """One ignore in a file, the lines that it counts for, and the codes it has silenced."""

    origin: Origin
    codes: tuple[str, ...]
    reason: str
    lines: frozenset[int]
    is_understood: bool = True
    used: set[str] = field(default_factory=set)


def apply_ignores(
    findings: Iterable[Finding],
    texts: Mapping[str, str],
    is_decided: Callable[[str, str], bool],
) -> tuple[list[Finding], list[Finding]]:
    """Return the findings that remain, with those about the ignores, and the silenced ones.

    `is_decided` tells for a code and a file whether a missing finding means that there is none.
    """
    ignores = {path: [*read_ignores(text, path)] for path, text in texts.items()}
    kept: list[Finding] = []
    silenced: list[Finding] = []
    for finding in findings:
        is_silenced = _silence(finding, ignores.get(finding.origin.path, ()))
        (silenced if is_silenced else kept).append(finding)
    for path, found in ignores.items():
        for ignore in found:
            problems = _find_problems(ignore, path, is_decided)
            kept += [Finding(IGNORE_RULES[0], ignore.origin, each) for each in problems]
    return sorted(kept, key=lambda finding: finding.order), silenced


def read_ignores(text: str, path: str) -> Iterator[Ignore]:
    """Yield the ignores in the comments of a text, and what seems to be meant as one.

    Raises:
        MigrationError: the text has changed since, and is refused.
    """
    if "lint:" not in text.lower():
        return
    comments = read_comments(text, path)
    alone = {comment.line for comment in comments.comments if comment.is_alone}
    for comment in comments.comments:
        lines = _list_lines(comment, comments, alone)
        for found in _DIRECTIVE.finditer(comment.text):
            origin = Origin(path, comment.line, comment.column + found.start())
            if ignore := _IGNORE.match(found[1]):
                names = (name.strip() for name in (ignore[1] or "").split(","))
                codes = tuple(dict.fromkeys(name.upper() for name in names if name))
                reason = ignore[2].strip(" \t:;,-\u2013\u2014")
                yield Ignore(origin, codes, reason, lines)
            elif _CODE.search(found[1]):
                yield Ignore(origin, (), "", lines, is_understood=False)


def _list_lines(comment: Comment, comments: Comments, alone: set[int]) -> frozenset[int]:
    if not comment.is_alone:
        return frozenset((comment.line,))
    first = comments.first_line
    if first is None or comment.line < first:
        return frozenset((1, first or 1))
    below = comment.line + 1
    while below in alone:
        below += 1
    return frozenset((below,))


def _silence(finding: Finding, ignores: Iterable[Ignore]) -> bool:
    """Tell whether an ignore silences the finding, and mark it as used."""
    code = finding.rule.code
    for ignore in ignores:
        is_meant = finding.rule.may_be_ignored and code in ignore.codes
        if is_meant and finding.origin.line in ignore.lines:
            ignore.used.add(code)
            return True
    return False


def _find_problems(
    ignore: Ignore, path: str, is_decided: Callable[[str, str], bool]
) -> Iterator[str]:
    """Yield what is wrong with an ignore; call it after all findings were compared with it."""
    if not ignore.is_understood:
        yield f"not an ignore that lint understands: write {EXAMPLE}"
        return
    if not ignore.codes:
        yield f"an ignore without a rule: write {EXAMPLE}"
        return
    for code in ignore.codes:
        rule = _KNOWN.get(code)
        if rule is None:
            begun = ", ".join(list_codes(code))
            hint = f"name each: {begun}" if begun else suggest_code(code)
            yield f"there is no layout rule {code!r} to ignore{f' ({hint})' if hint else ''}"
        elif not rule.may_be_ignored:
            yield f"{code} cannot be ignored: fix what it finds, and remove the ignore"
        elif code not in ignore.used and is_decided(code, path):
            where = " and ".join(f"line {line}" for line in sorted(ignore.lines))
            yield f"an ignore that is not needed: {code} finds nothing on {where}"
    if not any(character.isalnum() for character in ignore.reason):
        example = EXAMPLE.replace("L403", ", ".join(ignore.codes))
        yield f"an ignore without a reason: write {example}"
