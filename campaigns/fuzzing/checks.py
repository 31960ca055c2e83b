"""Compares how the toolkit and PyYAML read the bytes of a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import yaml

from migration.errors import MigrationError
from migration.files.disk_tree import DiskTree
from migration.files.tree_views import OverlaidTree
from migration.values.canonical import canonical_bytes
from migration.yaml.duplicates import find_duplicates
from migration.yaml.fast_entries import EntryCache
from migration.yaml.load import load_document, load_mapping, load_marks
from migration.yaml.marks import MarkTree
from migration.yaml.parsers import MAX_DEPTH, MAX_DIGITS, MAX_NODES, PlainLoader
from migration.yaml.pitfalls import find_misreadings
from migration.yaml.rules import YamlRules
from migration.yaml.source_text import read_fragment
from tests.naive import naive_load
from tests.typed import alike

BOUNDS = (
    f"nested deeper than {MAX_DEPTH} levels",
    f"more than {MAX_NODES:,} keys and values",
    f"an integer of more than {MAX_DIGITS:,} digits",
    "contains itself by an alias",
)
_RELEASES = "merge_keys"
"""Both hints about `<<` name it: the value then depends on the release of PyYAML."""
_NOT_A_MAPPING = "the root must be a mapping"
_FILE = "a.yaml"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a case was read, and what is wrong with the result, or None."""

    is_read: bool
    problem: str | None = None


def check_text(data: bytes) -> Verdict:
    """Compare how the toolkit and PyYAML read a file of these bytes.

    Of the toolkit's exceptions, only `MigrationError` is caught.
    """
    value, refusal = _read(data)
    for way, context in (("its events", without_events()), ("libyaml", without_libyaml())):
        with context:
            slow_value, slow_refusal = _read(data)
        if refusal != slow_refusal:
            told = f"{way} decides what is said: {refusal!r}, without {slow_refusal!r}"
            return Verdict(refusal is None, told)
    if refusal is not None:
        _read_again(data)
    if refusal is not None and _RELEASES in refusal:
        return Verdict(is_read=False, problem=_merge_problem(data.decode()))
    if refusal is not None and any(bound in refusal for bound in BOUNDS):
        return Verdict(is_read=False)  # PyYAML itself might never finish
    try:
        expected = yaml.load(data.decode(), yaml.SafeLoader)
    except Exception as error:  # noqa: BLE001 - any exception means that PyYAML rejects the text
        problem = None if refusal else f"read, though safe_load raises {error!r}"
        return Verdict(refusal is None, problem)
    if refusal is not None:
        is_root = _NOT_A_MAPPING in refusal and not isinstance(expected, dict | None)
        problem = None if is_root else f"refused, though safe_load reads {expected!r}: {refusal}"
        return Verdict(is_read=False, problem=problem)
    expected = {} if expected is None else expected
    if not alike(value, expected) or not alike(slow_value, expected):
        told = f"{value!r}, without libyaml {slow_value!r}, but safe_load reads {expected!r}"
        return Verdict(is_read=True, problem=told)
    return Verdict(is_read=True, problem=_marks_problem(data.decode()))


def _read(data: bytes) -> tuple[object, str | None]:
    tree = OverlaidTree(DiskTree(Path("/")), {_FILE: data})
    try:
        return load_mapping(tree.read_config(_FILE), _FILE), None
    except MigrationError as error:
        return None, str(error)


def _merge_problem(text: str) -> str | None:
    """Compare what `<<` merges under either rule with the naive implementation of the rule."""
    for rule in ("first", "last"):
        value = load_document(text, _FILE, YamlRules(rule), is_marked=True)
        expected = naive_load(text, rule)
        if not alike(value.value, expected):
            return f"by the rule {rule} it is {value.value!r}, not {expected!r}"
    return None


def _read_again(data: bytes) -> None:
    """Read a refused text by another reader, as if the file had changed since it was read."""
    readers = (load_marks, find_duplicates, find_misreadings, read_fragment)
    with suppress(MigrationError, UnicodeDecodeError):
        found = readers[len(data) % len(readers)](data.decode(), _FILE)
        list(found) if isinstance(found, Iterator) else found


def _marks_problem(text: str) -> str | None:
    """Compare the marks and pitfalls of an accepted text, read with libyaml and without."""
    told = _told(text)
    read_fragment(text, _FILE)
    for way, context in (("its events", without_events()), ("libyaml", without_libyaml())):
        with context:
            slow = _told(text)
        if told != slow:
            return f"{way} decides where things stand: {told}, without {slow}"
    document = load_document(text, _FILE, is_marked=True)
    if document.marks != load_marks(text, _FILE):
        return f"read with the value, the marks are others: {document.marks}"
    if not alike(document.value, yaml.load(text, yaml.SafeLoader) or {}):
        return f"read with its marks, the value is {document.value!r}"
    quick, canonical = (
        canonical_bytes(document.value, document.non_native),
        canonical_bytes(document.value),
    )
    return None if quick == canonical else f"written quickly as {quick!r}, else as {canonical!r}"


def _told(text: str) -> tuple[MarkTree, str]:
    pitfalls = [*find_duplicates(text, _FILE), *find_misreadings(text, _FILE)]
    return load_marks(text, _FILE), repr(pitfalls)


@contextmanager
def without_libyaml() -> Iterator[None]:
    """Disable PyYAML's C parser."""
    nodes = patch.multiple(
        "migration.yaml.parsers", _FastLoader=PlainLoader, _BoundedFastLoader=PlainLoader
    )
    with without_events(), nodes:
        yield


@contextmanager
def without_events() -> Iterator[None]:
    """Disable the fast path over events, so that every text is read by its nodes."""
    with (
        patch("migration.yaml.fast_events._PARSER", None),
        patch("migration.yaml.fast_entries._cache", EntryCache()),
    ):
        yield
