"""Writes and reads the frozen part of a record: the baseline's digest, its chain, its origins.

`record_file` checks the seal of the part before this module reads it.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, cast

import orjson

from migration.paths import is_plain_path
from migration.store.records import FusionLink, Link, Places, Record
from migration.text import quote_name

FACTS: Final = b'\n  "baseline":'
"""The bytes with which the frozen part begins."""


def facts_bytes(record: Record, places: Places) -> bytes:
    """Return the frozen part of a record, which ends the file: one line for each source, sorted."""
    lines = [FACTS + b" " + json_bytes(record.sha256)]
    if record.fusion:
        named = {"path": record.fusion.path, "sha256": record.fusion.sha256}
        lines.append(b'\n  "fusion": ' + json_bytes(named))
    chain = b",".join(map(_link_line, record.chain))
    lines.append(b'\n  "chain": [' + chain + b"\n  ]")
    origins = b",".join(
        _source(file) + orjson.dumps(places[file], option=orjson.OPT_SORT_KEYS)
        for file in sorted(places)
    )
    lines.append(b'\n  "origins": {' + origins + (b"\n  }" if origins else b"}"))
    return b",".join(lines) + b"\n}\n"


def read_facts(data: bytes) -> Record:
    """Return the record that a frozen part holds.

    Raises:
        ValueError: the toolkit did not write it, although its seal is right.
    """
    facts: Mapping[str, object] = orjson.loads(b"{" + data)
    try:
        return _record(facts)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(words_of(error)) from None


def words_of(error: Exception) -> str:
    """Return what is wrong with a value that could not be read, without Python's own words."""
    is_of_type = isinstance(error, TypeError | AttributeError)
    return "a part of it is of another type" if is_of_type else str(error)


def _record(facts: Mapping[str, object]) -> Record:
    if unknown := facts.keys() - {"baseline", "fusion", "chain", "origins"}:
        raise ValueError(f"unknown key {quote_name(min(unknown))}")
    places = cast("Places", facts["origins"])
    if not all(type(line) is int for lines in places.values() for line in lines.values()):
        raise ValueError("a line is a number")
    links = cast("list[Mapping[str, object]]", facts["chain"])
    chain = tuple(_link(each["path"], each["sha256"], _extends(each)) for each in links)
    named = cast("Mapping[str, str] | None", facts.get("fusion"))
    fusion = FusionLink(plain_path(named["path"]), named["sha256"]) if named else None
    return Record(chain, cast("str", facts["baseline"]), fusion)


def plain_path(value: object) -> str:
    """Return the value, a path within the project.

    Raises:
        ValueError: the value is not such a path.
    """
    if not is_plain_path(value):
        raise ValueError(f"not a path within the project: {value!r}")
    return str(value)


def chain_path(value: object) -> str:
    """Return the value, a path of a chain: relative to the root, even if it leads outside.

    Raises:
        ValueError: the value is not such a path.
    """
    if not isinstance(value, str) or posixpath.normpath(value) != value or value.startswith("/"):
        raise ValueError(f"not a path that counts from the root: {value!r}")
    return value


def json_bytes(value: object) -> bytes:
    """Return the JSON of a value on one line."""
    try:
        return orjson.dumps(value)
    except TypeError:  # a lone surrogate: UTF-8 cannot encode it, JSON escapes it
        return json.dumps(value).encode()


@lru_cache(maxsize=4096)  # presets have most of their files in common
def _source(file: str) -> bytes:
    return b"\n    " + json_bytes(file) + b": "


@lru_cache(maxsize=4096)
def _link_line(link: Link) -> bytes:
    fields: dict[str, object] = {"path": link.path, "sha256": link.sha256}
    if link.extends is not None:
        fields["extends"] = link.extends
    return b"\n    " + json_bytes(fields)


def _extends(link: Mapping[str, object]) -> tuple[str, ...] | None:
    extends = link.get("extends")
    return tuple(map(chain_path, extends)) if isinstance(extends, list) else None


@lru_cache(maxsize=4096)  # one object for all presets that have the file in common
def _link(path: object, sha256: str, extends: tuple[str, ...] | None) -> Link:
    return Link(chain_path(path), sha256, extends)
