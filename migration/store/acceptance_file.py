"""Writes and reads the text of an acceptance, a file in `accepted/`.

Values are canonical JSON, so that no reader of YAML takes one for another type. `baselines` opens
the files.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Hashable, Iterator, Mapping
from typing import Any, Final, cast

from migration.errors import Fault, MigrationError
from migration.files.digest import as_lf
from migration.paths import is_plain_path
from migration.store.acceptance import Acceptance, AcceptedValue, Former, Grounds
from migration.store.seal import FORMAT, RESOLVE, SEAL, conflict_fault, format_problem, seal
from migration.values.canonical import canonical_bytes
from migration.values.canonical_reader import read_canonical
from migration.values.checked import Optional, Shape, list_of, mapping, one_of, string, that
from migration.values.diff import MISSING, Kind
from migration.values.keypath import KeyPath, format_path, is_key_path, parse_path
from migration.yaml.duplicates import duplicate_faults
from migration.yaml.load import load_mapping, load_marks
from migration.yaml.marks import nearest_origin

RESTORE: Final = f"restore it from version control; after a merge, {RESOLVE}"
_HEADER: Final = (
    "# Accepted on purpose; the baselines keep the old value. To take it back: accept --drop {id}\n"
)
_KINDS: Final = ("added", "removed", "changed", "type")
_PLAIN: Final = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_./ -]*[A-Za-z0-9_./-])?")
_WORDS: Final = frozenset(["true", "false", "yes", "no", "on", "off", "y", "n", "null"])


def is_date(text: object) -> bool:
    """Tell whether a value is the text of a day, such as `2027-03-01`."""
    try:
        return isinstance(text, str) and dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_filled(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


_JSON: Final = string("{name} must be JSON in quotes")
_REASON: Final = that(_is_filled, "{name} must be a reason")
_FORMER: Final = mapping({"new": Optional(_JSON), "reason": _REASON}, unknown="unknown key {key}")
_VALUE: Final = mapping(
    {
        "new": Optional(_JSON),
        "presets": list_of(
            that(is_plain_path, "not a path within the project: {got}"), is_filled=True
        ),
        "reason": _REASON,
        "until": Optional(that(is_date, "{name} must be a date, as 2027-03-01")),
        "changes_training": Optional(that(lambda got: got is True, "{name} is true or absent")),
        "former": Optional(list_of(_FORMER, is_filled=True)),
    },
    unknown="unknown key {key}",
)
_SHAPE: Final[Shape] = mapping(
    {
        "format": one_of((FORMAT,), "unknown format {got}"),
        "key": that(lambda got: got == "" or is_key_path(got), "not a key path: {got}"),
        "fusion": Optional(that(is_plain_path, "not a path within the project: {got}")),
        "kind": one_of(_KINDS, "unknown kind {got}", f"one of {', '.join(_KINDS)}"),
        "old": Optional(_JSON),
        "accepted": list_of(_VALUE, is_filled=True),
        SEAL: string(),
    },
    unknown="unknown key {key}",
)


def acceptance_text(acceptance: Acceptance) -> str:
    """Return the text of an acceptance; `read_acceptance` returns the same one from it."""
    lines = [
        f"format: {FORMAT}",
        f"key: {_scalar(format_path(acceptance.path))}",
        *([f"fusion: {_scalar(acceptance.fusion)}"] if acceptance.fusion else ()),
        f"kind: {acceptance.kind}",
        *_value_lines("old", acceptance.left),
        "accepted:",
    ]
    for value in acceptance.values:
        lines += _as_item(_accepted_lines(value))
    lines.append(f'{SEAL}: "{_seal(lines)}"')
    return _HEADER.format(id=acceptance.id) + "".join(f"{line}\n" for line in lines)


def read_acceptance(data: bytes, file: str) -> Acceptance:
    """Return the acceptance in the bytes of a file.

    Raises:
        MigrationError: a conflict marker, text that is not YAML, or anything else that the toolkit
            does not write, with its line.
    """
    data = as_lf(data)
    text = data.decode(errors="replace")
    if fault := conflict_fault(text, file):
        raise MigrationError(fault)
    document = load_mapping(text, file)
    if faults := (*duplicate_faults(text, file, RESTORE), *_faults(document, text, file)):
        raise MigrationError(*faults)
    acceptance = _acceptance(document, file)
    # Written anew it is another text if it was edited, or has another name.
    if acceptance_text(acceptance).encode("utf-8", "surrogatepass") != data:
        raise MigrationError(Fault("edited since it was accepted", file, hint=RESTORE))
    if acceptance.file_name != file.rpartition("/")[2]:
        message = f"not the name of this acceptance, which is {acceptance.file_name}"
        raise MigrationError(Fault(message, file, hint=RESTORE))
    return acceptance


def _accepted_lines(value: AcceptedValue) -> Iterator[str]:
    grounds = value.grounds
    yield from _value_lines("new", value.value)
    yield "presets:"
    yield from (f"- {_scalar(preset)}" for preset in value.presets)
    yield f"reason: {_scalar(grounds.reason)}"
    if grounds.until:
        yield f"until: '{grounds.until}'"
    if grounds.changes_training:
        yield "changes_training: true"
    if grounds.former:
        yield "former:"
        for each in grounds.former:
            lines = [*_value_lines("new", each.value), f"reason: {_scalar(each.reason)}"]
            yield from _as_item(lines)


def _as_item(lines: Iterator[str] | list[str]) -> Iterator[str]:
    for at, line in enumerate(lines):
        yield f"  {line}" if at else f"- {line}"


def _value_lines(key: str, value: object) -> Iterator[str]:
    """Yield the lines of a value, none if there is none: JSON in quotes, or as a block."""
    if value is MISSING:
        return
    text = canonical_bytes(value).decode("utf-8", "surrogatepass").removesuffix("\n")
    first, *others = [_escape(line) for line in text.split("\n")]
    if others:
        yield f"{key}: |-"
        yield from (f"  {line}" for line in (first, *others))
    else:
        yield f"{key}: {_in_quotes(first)}"


def _escape(line: str) -> str:
    """Return a line of JSON in which every letter can be seen; such letters are in strings only."""
    if line.isprintable():
        return line
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in line)


def _scalar(text: str) -> str:
    """Return a text as a scalar of YAML on one line."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    if text.isprintable():
        return _in_quotes(text)
    plain = (
        each if each.isprintable() and each not in '"\\' else f"\\U{ord(each):08x}" for each in text
    )
    return f'"{"".join(plain)}"'


def _in_quotes(text: str) -> str:
    quoted = text.replace("'", "''")
    return f"'{quoted}'"


def _seal(lines: list[str]) -> str:
    return seal("accepted", lines)


def _acceptance(document: Mapping[Hashable, object], file: str) -> Acceptance:
    key = cast("str", document["key"])
    path: KeyPath = parse_path(key) if key else ()
    values = [
        AcceptedValue(
            _read_value(each, "new", file),
            tuple(each["presets"]),
            Grounds(
                each["reason"],
                each.get("until"),
                each.get("changes_training", False),
                tuple(
                    Former(_read_value(former, "new", file), former["reason"])
                    for former in each.get("former", ())
                ),
            ),
        )
        for each in cast("list[dict[str, Any]]", document["accepted"])
    ]
    return Acceptance(
        cast("str | None", document.get("fusion")),
        path,
        cast("Kind", document["kind"]),
        _read_value(document, "old", file),
        tuple(values),
    )


def _read_value(fields: Mapping[Any, Any], name: str, file: str) -> object:
    return read_canonical(fields[name].encode(), file) if name in fields else MISSING


def _faults(document: Mapping[Hashable, object], text: str, file: str) -> Iterator[Fault]:
    marks = load_marks(text, file)
    if problem := format_problem(document.get("format")):
        origin = nearest_origin(marks, ("format",))
        yield Fault(problem[0], origin.path, origin.line, origin.column, problem[1])
        return
    for each in _SHAPE(document):
        origin = nearest_origin(marks, each.keys)
        yield Fault(each.message, origin.path, origin.line, origin.column, each.hint or RESTORE)
