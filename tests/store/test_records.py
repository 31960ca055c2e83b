"""The record of one frozen config: it reads back as written, and every edit of it is known."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.errors import Fault
from migration.files.digest import digest
from migration.paths import is_plain_path
from migration.phases import Status
from migration.store.frozen_part import facts_bytes
from migration.store.ledger import RECORDABLE, Entry
from migration.store.record_file import (
    decided_again,
    facts_of,
    read_places,
    read_record,
    record_bytes,
)
from migration.store.records import FUSION, PRESETS, FusionLink, Link, Reading, Record
from migration.store.seal import seal

A, B, MIX = "configs/a.yaml", "configs/b.yaml", "configs/mix.yaml"
FILE = "records/a.json"
BASE = Link("configs/base.yaml", "1" * 64, ())
OUTSIDE = Link("../shared/x.yaml", "2" * 64, ("../shared/y.yaml", "configs/base.yaml"))
RECORD = Record(
    (BASE, OUTSIDE, Link(A, "3" * 64, ("configs/base.yaml", "../shared/x.yaml"))),
    "4" * 64,
    FusionLink(MIX, "5" * 64),
)
PLACES = {
    "configs/base.yaml": {"lr": 3, "ops[0].prob": 12},
    "../shared/x.yaml": {'"a.b"': 1},
    A: {"seed": 2},
}
FACTS = facts_bytes(RECORD, PLACES)
ENTRY = Entry(A, "pending")
MOVED = Entry("configs/new.yaml", "verified", phase=1, refrozen=("2e-4, as agreed", "für später"))
DROPPED = Entry(A, "dropped", reason="unused")
DATA = record_bytes(PRESETS, A, FACTS, ENTRY)
FUSION_DATA = record_bytes(FUSION, MIX, FACTS)

RESOLVE = "`snapshot --resolve` repairs the frozen files"
RESTORE = "restore it from version control; a baseline stays as it was frozen"
SINCE_MERGE = f"{RESTORE}; after a merge, `snapshot --resolve`"
REDECIDE = "restore it from version control; `map` moves or drops a preset"
NOT_AS_FROZEN = Fault(f"not the record of the preset {A} as it was frozen", FILE, hint=SINCE_MERGE)

texts = st.text(min_size=1).filter(str.strip)
digests = st.text("0123456789abcdef", min_size=4, max_size=4)
paths = st.text("ab1é类.-/ :#\"'\\\n\x85\x1b\u2028", min_size=1).map(posixpath.normpath)
plain_paths = paths.filter(is_plain_path)
outward_paths = st.builds("{}{}".format, st.sampled_from(["", "../", "../../"]), plain_paths).map(
    posixpath.normpath
)
links = st.builds(
    Link,
    outward_paths,
    digests,
    st.none() | st.lists(outward_paths, max_size=2).map(tuple),
)
fusion_links = st.builds(FusionLink, plain_paths, digests)
records = st.builds(
    Record, st.lists(links, max_size=3).map(tuple), digests, st.none() | fusion_links
)
places = st.dictionaries(
    outward_paths, st.dictionaries(st.text(), st.integers(1, 2**40), max_size=3), max_size=3
)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    status = draw(st.sampled_from(RECORDABLE))
    return Entry(
        target=draw(plain_paths),
        status=status,
        phase=draw(st.sampled_from([None, 1, 2])),
        reason=draw(texts) if status == "dropped" else None,
        refrozen=tuple(draw(st.lists(st.text(), max_size=2))),
    )


def read(data: bytes | str, section: str = PRESETS, config: str = A) -> Reading:
    return read_record(data.encode() if isinstance(data, str) else data, section, config, FILE)


def edited(old: str, new: str, data: bytes = DATA) -> Reading:
    """Return what is read from a record with the first place of a text typed over."""
    text = data.decode()
    assert old in text
    return read(text.replace(old, new, 1))


def forged(change: Mapping[str, object], section: str = PRESETS, config: str = A) -> Reading:
    """Return what is read from a record whose frozen part somebody has changed and sealed anew.

    A key that is given None is left out.
    """
    facts: dict[str, Any] = json.loads(b"{" + FACTS)
    facts = {key: value for key, value in {**facts, **change}.items() if value is not None}
    text = json.dumps(facts, indent=2).removeprefix("{") + "\n"
    return read(
        record_bytes(section, config, text.encode(), ENTRY if section == PRESETS else None),
        section,
        config,
    )


@given(plain_paths, records, places, entries())
def test_the_record_of_a_preset_reads_back_to_what_was_written(
    preset: str, record: Record, lines: Mapping[str, Mapping[str, int]], entry: Entry
) -> None:
    facts = facts_bytes(record, lines)
    data = record_bytes(PRESETS, preset, facts, entry)
    assert read(data, config=preset) == Reading(record, entry)
    assert read_places(data) == lines
    assert facts_of(data) == facts
    assert json.loads(data)["format"] == 3


@given(plain_paths, records, places)
def test_the_record_of_a_fusion_config_reads_back_to_what_was_written(
    fusion: str, record: Record, lines: Mapping[str, Mapping[str, int]]
) -> None:
    data = record_bytes(FUSION, fusion, facts_bytes(record, lines))
    assert read(data, FUSION, fusion) == Reading(record, None)
    assert read_places(data) == lines


@given(entries(), entries())
def test_a_new_decision_leaves_the_frozen_part_byte_for_byte(before: Entry, after: Entry) -> None:
    data = record_bytes(PRESETS, A, FACTS, before)
    again = decided_again(data, PRESETS, A, after)
    assert again == record_bytes(PRESETS, A, FACTS, after)
    assert again.endswith(FACTS)
    assert facts_of(again) == facts_of(data) == FACTS
    assert decided_again(again, PRESETS, A, before) == data


def test_the_text_has_a_line_a_file_and_what_was_decided_at_its_head() -> None:
    fields = {"target": MOVED.target, "status": "verified", "phase": 1, "refrozen": ["a", "b"]}
    data = record_bytes(PRESETS, A, FACTS, replace(MOVED, refrozen=("a", "b"))).decode()
    (frozen_seal,) = re.findall(r'\n  "frozen_seal": "([0-9a-f]{16})",\n', data)
    assert data == (
        "{\n"
        '  "format": 3,\n'
        '  "target": "configs/new.yaml",\n'
        '  "status": "verified",\n'
        '  "phase": 1,\n'
        '  "refrozen": ["a","b"],\n'
        f'  "seal": "{seal(A, fields)}",\n'
        f'  "frozen_seal": "{frozen_seal}",\n'
        f'  "baseline": "{"4" * 64}",\n'
        f'  "fusion": {{"path":"{MIX}","sha256":"{"5" * 64}"}},\n'
        '  "chain": [\n'
        f'    {{"path":"configs/base.yaml","sha256":"{"1" * 64}","extends":[]}},\n'
        f'    {{"path":"../shared/x.yaml","sha256":"{"2" * 64}",'
        '"extends":["../shared/y.yaml","configs/base.yaml"]},\n'
        f'    {{"path":"{A}","sha256":"{"3" * 64}",'
        '"extends":["configs/base.yaml","../shared/x.yaml"]}\n'
        "  ],\n"
        '  "origins": {\n'
        '    "../shared/x.yaml": {"\\"a.b\\"":1},\n'
        f'    "{A}": {{"seed":2}},\n'
        '    "configs/base.yaml": {"lr":3,"ops[0].prob":12}\n'
        "  }\n"
        "}\n"
    )


def test_the_text_leaves_out_what_does_not_apply() -> None:
    plain = facts_bytes(Record((Link("a.yaml", "0"),), "1"), {})
    data = json.loads(record_bytes(PRESETS, A, plain, ENTRY))
    assert [*data] == ["format", "status", "seal", "frozen_seal", "baseline", "chain", "origins"]
    assert data["chain"] == [{"path": "a.yaml", "sha256": "0"}]
    assert data["origins"] == {}
    fusion = json.loads(record_bytes(FUSION, MIX, plain))
    assert [*fusion] == ["format", "frozen_seal", "baseline", "chain", "origins"]


def test_the_order_of_what_is_frozen_does_not_show() -> None:
    lines = {file: dict(reversed(each.items())) for file, each in reversed(PLACES.items())}
    assert facts_bytes(RECORD, lines) == FACTS


def test_a_file_that_is_merged_twice_counts_once() -> None:
    assert Record((BASE, Link("b.yaml", "5" * 64), BASE), "").file_count == 2


def test_what_a_file_extended_may_be_unknown() -> None:
    unknown = replace(RECORD, chain=(replace(BASE, extends=None), *RECORD.chain[1:]))
    facts = facts_bytes(unknown, PLACES)
    assert facts != FACTS
    assert read(record_bytes(PRESETS, A, facts, ENTRY)).record == unknown


@pytest.mark.parametrize("entry", [ENTRY, MOVED, DROPPED])
def test_other_line_ends_are_no_edit(entry: Entry) -> None:
    data = record_bytes(PRESETS, A, FACTS, entry)
    crlf = data.replace(b"\n", b"\r\n")
    assert read(crlf) == read(data) == Reading(RECORD, entry)
    assert read_places(crlf) == PLACES
    assert facts_of(crlf) == FACTS
    assert decided_again(crlf, PRESETS, A, MOVED) == decided_again(data, PRESETS, A, MOVED)
    fusion = FUSION_DATA.replace(b"\n", b"\r\n")
    assert read(fusion, FUSION, MIX) == Reading(RECORD, None)


def test_line_ends_do_not_change_a_digest() -> None:
    assert digest(b"a\r\nb\r\n") == digest(b"a\nb\n") != digest(b"a\nb")


@pytest.mark.parametrize("typed", [each for each in RECORDABLE if each != "dropped"])
@pytest.mark.parametrize("true", ["pending", "verified", "failed"])
def test_a_status_that_was_typed_in_is_known_as_such(true: Status, typed: Status) -> None:
    data = record_bytes(PRESETS, A, FACTS, replace(MOVED, status=true))
    reading = edited(f'"status": "{true}"', f'"status": "{typed}"', data)
    sealed = None if typed == true else true
    assert reading == Reading(RECORD, replace(MOVED, status=typed, status_when_sealed=sealed))


def test_a_typed_status_is_not_sealed_when_it_is_written_again() -> None:
    typed = edited("pending", "verified").entry
    assert typed == Entry(A, "verified", status_when_sealed="pending")
    again = decided_again(DATA, PRESETS, A, replace(typed, phase=1))
    assert read(again).entry == replace(typed, phase=1)
    found = typed.with_status("verified")
    assert read(decided_again(again, PRESETS, A, found)) == Reading(RECORD, found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"baseline": "4', '"baseline": "5'),
        ('"path":"configs/mix.yaml"', '"path":"configs/mox.yaml"'),
        ('"sha256":"1', '"sha256":"0'),
        ('"path":"configs/base.yaml"', '"path":"configs/case.yaml"'),
        ('"extends":[]', '"extends":["x.yaml"]'),
        (',"extends":[]', ""),
        ('"lr":3', '"lr":4'),
        ('"lr":3,', ""),
        ('{"seed":2}', '{"seed":2,"more":1}'),
        ('"frozen_seal": "', '"frozen_seal": "0'),
        ('\n  "origins"', '\n  "more": 1,\n  "origins"'),
        ('"chain": [', '"chain":  ['),
    ],
)
def test_an_edit_of_what_was_frozen_is_a_fault(old: str, new: str) -> None:
    assert edited(old, new) == Reading(None, None, (NOT_AS_FROZEN,))


def test_a_missing_seal_of_the_frozen_part_is_a_fault() -> None:
    text = re.sub(r'\n  "frozen_seal": "\w+",', "", DATA.decode())
    assert read(text) == Reading(None, None, (NOT_AS_FROZEN,))


def test_what_stands_behind_the_frozen_part_is_an_edit() -> None:
    assert read(DATA + b"\n").faults == (NOT_AS_FROZEN,)
    assert [each.message for each in read(DATA + b"x").faults] == ["not JSON: Extra data"]


@pytest.mark.parametrize(
    ("entry", "old", "new"),
    [
        (MOVED, '"target": "configs/new.yaml"', '"target": "configs/old.yaml"'),
        (MOVED, '\n  "target": "configs/new.yaml",', ""),
        (MOVED, '"phase": 1', '"phase": 2'),
        (MOVED, '\n  "phase": 1,', ""),
        (MOVED, "as agreed", "as wished"),
        (MOVED, '"2e-4, as agreed",', ""),
        (MOVED, '"status": "verified"', '"status": "dropped",\n  "reason": "unused"'),
        (MOVED, '"seal": "', '"seal": "0'),
        (DROPPED, '"reason": "unused"', '"reason": "useless"'),
        (ENTRY, '\n  "status"', '\n  "target": "configs/a.yaml",\n  "status"'),
    ],
)
def test_an_edit_of_what_was_decided_is_a_fault_and_what_was_frozen_is_still_known(
    entry: Entry, old: str, new: str
) -> None:
    data = record_bytes(PRESETS, A, FACTS, entry)
    reading = edited(old, new, data)
    at = reading.entry_faults[0].line
    assert at
    lines = data.decode().replace(old, new, 1).splitlines()
    assert lines[at - 1].startswith('  "status": ')
    fault = Fault(f"what was decided of {A} was edited", FILE, at, hint=REDECIDE)
    assert replace(reading, salvaged=None) == Reading(RECORD, None, (), (fault,))
    assert reading.salvaged


def test_a_missing_seal_of_what_was_decided_is_a_fault() -> None:
    (line,) = re.findall(r'\n  "seal": "\w+",', DATA.decode())
    (fault,) = edited(line, "").faults
    assert fault.message == f"what was decided of {A} was edited"


@pytest.mark.parametrize(
    ("line", "key", "message", "hint"),
    [
        ('"status": "verifed"', "status", "unknown status 'verifed'", "did you mean 'verified'?"),
        (
            '"status": "new"',
            "status",
            "unknown status 'new'",
            "one of verified, pending, failed, missing, error, dropped",
        ),
        (
            '"status": null',
            "status",
            "unknown status null",
            "one of verified, pending, failed, missing, error, dropped",
        ),
        ('"phase": 3', "phase", "a preset belongs to phase 1 or 2, not 3", REDECIDE),
        ('"phase": true', "phase", "a preset belongs to phase 1 or 2, not true", REDECIDE),
        ('"phase": 1.0', "phase", "a preset belongs to phase 1 or 2, not 1.0", REDECIDE),
        ('"phase": [1]', "phase", "a preset belongs to phase 1 or 2, not [1]", REDECIDE),
        ('"phase": null', "phase", "a preset belongs to phase 1 or 2, not null", REDECIDE),
        (
            '"target": "../a.yaml"',
            "target",
            "not a path within the project: '../a.yaml'",
            REDECIDE,
        ),
        ('"target": ["b"]', "target", "not a path within the project: ['b']", REDECIDE),
        ('"target": "b.yaml/"', "target", "not a path within the project: 'b.yaml/'", REDECIDE),
        ('"target": "/b.yaml"', "target", "not a path within the project: '/b.yaml'", REDECIDE),
        ('"target": 3', "target", "not a path within the project: 3", REDECIDE),
        ('"target": null', "target", "not a path within the project: null", REDECIDE),
        (
            '"traget": "b.yaml"',
            "traget",
            "unknown key 'traget'",
            "known are target, status, phase, reason, refrozen, late, reuse",
        ),
        (
            '"reason": "because"',
            "reason",
            "a preset has a 'reason' exactly if it is dropped",
            REDECIDE,
        ),
        ('"refrozen": {}', "refrozen", "'refrozen' must be a list of reasons", REDECIDE),
        ('"refrozen": []', "refrozen", "'refrozen' must be a list of reasons", REDECIDE),
        ('"refrozen": "why"', "refrozen", "'refrozen' must be a list of reasons", REDECIDE),
        ('"refrozen": [1]', "refrozen", "'refrozen' must be a list of reasons", REDECIDE),
        (
            '"format": 4',
            "format",
            "format 4 is newer than this version reads, 3",
            "upgrade the toolkit",
        ),
        (
            '"format": 2',
            "format",
            "format 2 is older than this version reads, 3",
            "`snapshot --upgrade` converts the frozen files, and changes no value",
        ),
        ('"format": 3.0', "format", "unknown format 3.0", "this version reads format 3"),
    ],
)
def test_a_decision_that_is_none_is_a_fault_with_its_line(
    line: str, key: str, message: str, hint: str
) -> None:
    if key in ("status", "format"):
        old = '"status": "pending"' if key == "status" else '"format": 3'
        reading, at = edited(old, line), 3 if key == "status" else 2
    else:
        reading, at = edited('"status": ', f'{line},\n  "status": '), 3
    assert reading.record == RECORD
    assert reading.entry is None
    assert reading.entry_faults == (Fault(message, FILE, at, hint=hint),)
    assert reading.salvaged == ENTRY


@pytest.mark.parametrize("reason", ["null", '""', '"  "', "1"])
def test_a_dropped_preset_needs_its_reason(reason: str) -> None:
    data = record_bytes(PRESETS, A, FACTS, DROPPED)
    for reading in (
        edited('"unused"', reason, data),
        edited('\n  "reason": "unused",', "", data),
    ):
        (fault,) = reading.entry_faults
        assert fault.message == "a preset has a 'reason' exactly if it is dropped"


def test_every_mistake_in_what_was_decided_is_told() -> None:
    reading = edited('"status": "pending"', '"target": "/",\n  "status": "fine",\n  "phase": 7')
    assert sorted(fault.line or 0 for fault in reading.entry_faults) == [3, 4, 5]


def test_what_is_still_plain_of_an_edited_decision_can_be_taken_over() -> None:
    data = record_bytes(PRESETS, A, FACTS, MOVED)
    reading = edited('"status": "verified"', '"status": "fine"', data)
    assert reading.salvaged == replace(MOVED, status="pending")
    reading = edited('"target": "configs/new.yaml"', '"target": "/new.yaml"', data)
    assert reading.salvaged == Entry(A, "pending", phase=1, refrozen=MOVED.refrozen)
    assert read(decided_again(data, PRESETS, A, reading.salvaged)).entry == reading.salvaged


def test_any_text_of_an_edited_decision_can_be_written_again() -> None:
    reading = edited('"status": ', '"refrozen": ["\\ud800"],\n  "status": ')
    assert reading.entry is None
    assert reading.salvaged
    again = decided_again(DATA, PRESETS, A, reading.salvaged)
    assert read(again).entry


TWICE = "not JSON: a duplicate key in one mapping"


@pytest.mark.parametrize(
    ("old", "more"),
    [
        ('  "baseline": ', f'  "baseline": "{"6" * 64}",\n'),
        ('    "configs/base.yaml": {', '    "configs/base.yaml": {"lr":4},\n'),
    ],
)
def test_two_lines_for_a_key_of_the_frozen_part_are_a_fault(old: str, more: str) -> None:
    (fault,) = edited(old, f"{more}{old}").faults
    assert fault == Fault(TWICE, FILE, hint=SINCE_MERGE)


@pytest.mark.parametrize("section", [PRESETS, FUSION])
def test_two_seals_of_the_frozen_part_are_a_fault(section: str) -> None:
    data, config = (DATA, A) if section == PRESETS else (FUSION_DATA, MIX)
    (line,) = re.findall(r'\n  "frozen_seal": "\w+",', data.decode())
    for first in (line, '\n  "frozen_seal": "0123456789abcdef",'):
        reading = read(data.decode().replace(line, first + line), section, config)
        assert reading.faults
        assert reading.entry is None
    assert read(data.decode().replace(line, f"{line}{first}"), section, config).record is None


@pytest.mark.parametrize("verdict", ["pending", "verified"])
def test_two_lines_for_a_decision_are_a_fault_and_what_was_frozen_is_still_known(
    verdict: str,
) -> None:
    sealed = seal(A, {"status": verdict})
    line = re.findall(r'\n  "seal": "\w+",', DATA.decode())[0]
    for more in (f'\n  "status": "{verdict}",', f'\n  "seal": "{sealed}",'):
        old = line if "seal" in more else '\n  "status": "pending",'
        for new in (more + old, old + more):
            reading = edited(old, new)
            assert reading.record == RECORD
            assert reading.entry is None
            assert reading.entry_faults == (Fault(TWICE, FILE, hint=RESOLVE),)


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", "=======", ">>>>>>> theirs", "||||||| base"])
def test_a_conflict_marker_is_told_with_its_line(marker: str) -> None:
    lines = DATA.decode().splitlines()
    for at in range(len(lines) + 1):
        text = "\n".join([*lines[:at], marker, *lines[at:], ""])
        for spelled in (text, text.replace("\n", "\r\n")):
            reading = read(spelled)
            fault = Fault("a conflict marker of git", FILE, at + 1, hint=RESOLVE)
            assert reading.faults == (fault,)
            assert reading.entry is None
    text = f"{marker}\n{FUSION_DATA.decode()}"
    fault = Fault("a conflict marker of git", FILE, 1, hint=RESOLVE)
    assert read(text, FUSION, MIX) == Reading(None, None, (fault,))


def test_a_conflict_in_what_was_decided_leaves_what_was_frozen_known() -> None:
    reading = edited('  "status": ', '<<<<<<< HEAD\n  "status": ')
    assert reading.record == RECORD
    assert reading.record_faults == ()


def test_a_record_is_of_one_preset_alone() -> None:
    other = record_bytes(PRESETS, B, FACTS, replace(ENTRY, target=B))
    assert read(other, config=B).faults == ()
    message = f"not the record of the preset {A} as it was frozen"
    assert read(other) == Reading(None, None, (Fault(message, FILE, hint=SINCE_MERGE),))
    message = f"not the record of the preset {B} as it was frozen"
    assert read(DATA, config=B).faults == (Fault(message, FILE, hint=SINCE_MERGE),)


def test_a_record_is_of_one_section_alone() -> None:
    message = f"not the record of the fusion config {A} as it was frozen"
    assert read(DATA, FUSION).faults == (Fault(message, FILE, hint=SINCE_MERGE),)
    message = f"not the record of the preset {MIX} as it was frozen"
    assert read(FUSION_DATA, config=MIX).faults == (Fault(message, FILE, hint=SINCE_MERGE),)


def test_what_was_decided_of_another_preset_is_an_edit() -> None:
    mine, other = (record_bytes(PRESETS, each, FACTS, replace(ENTRY, target=each)) for each in "ab")
    seals = [re.findall(rb'\n  "seal": "\w+"', each)[0] for each in (mine, other)]
    reading = read(mine.replace(*seals), config="a")
    assert reading.record == RECORD
    assert [each.message for each in reading.entry_faults] == ["what was decided of a was edited"]


def test_a_fusion_config_has_no_decisions() -> None:
    decided = FUSION_DATA.replace(
        b'\n  "frozen_seal"', b'\n  "status": "pending",\n  "frozen_seal"'
    )
    fault = Fault("edited since it was frozen", FILE, hint=RESTORE)
    assert read(decided, FUSION, MIX) == Reading(None, None, (fault,))


@pytest.mark.parametrize(
    ("old", "new"),
    [("{\n", "{ \n"), ('"status": ', '"status":  '), ('\n  "seal"', '\n\n  "seal"')],
)
def test_a_head_in_another_layout_is_an_edit(old: str, new: str) -> None:
    fault = Fault("edited since it was recorded", FILE, hint=REDECIDE)
    assert edited(old, new) == Reading(RECORD, None, (), (fault,), ENTRY)


BAD_PATHS = ["/etc/x.yaml", "./a.yaml", "a//b.yaml", "a/../b.yaml", "a/", "", 5, None, ["a"], {}]


@pytest.mark.parametrize("path", BAD_PATHS)
def test_a_bad_path_in_a_chain_is_a_fault_although_its_seal_is_right(path: object) -> None:
    links: list[dict[str, object]] = [
        {"path": path, "sha256": "1"},
        {"path": "a.yaml", "sha256": "1", "extends": [path]},
    ]
    for link in links:
        for section, config in ((PRESETS, A), (FUSION, MIX)):
            reading = forged({"chain": [link]}, section, config)
            (fault,) = reading.faults
            assert (reading.record, reading.entry) == (None, None)
            assert fault.message.startswith("not a record: ")
            assert (fault.path, fault.hint) == (FILE, SINCE_MERGE)


@pytest.mark.parametrize("path", [*BAD_PATHS, "../x.yaml", "../../../etc/x"])
def test_a_bad_path_of_a_fusion_config_is_a_fault_although_its_seal_is_right(path: object) -> None:
    reading = forged({"fusion": {"path": path, "sha256": "1"}})
    assert (reading.record, reading.entry) == (None, None)
    assert [each.message[:14] for each in reading.faults] == ["not a record: "]


@pytest.mark.parametrize("key", ["chain", "origins"])
@pytest.mark.parametrize("value", [None, 3, "text", {"path": "a.yaml"}, [3], [["a.yaml"]]])
def test_a_field_that_is_none_is_a_fault_although_its_seal_is_right(
    key: str, value: object
) -> None:
    reading = forged({key: value})
    assert (reading.record, reading.entry) == (None, None)
    assert [each.message[:14] for each in reading.faults] == ["not a record: "]


@pytest.mark.parametrize(
    "change",
    [
        {"chain": 3},
        {"chain": [3]},
        {"chain": [{"path": ["a"], "sha256": "1"}]},
        {"origins": [1]},
        {"origins": {"a": 1}},
        {"fusion": "a"},
    ],
)
def test_a_part_of_another_type_is_told_in_no_words_of_pythons(change: dict[str, object]) -> None:
    assert [each.message for each in forged(change).faults] == [
        "not a record: a part of it is of another type"
    ]


@pytest.mark.parametrize("missing", ["path", "sha256"])
def test_a_link_needs_path_and_digest_although_its_seal_is_right(missing: str) -> None:
    link = {key: "a" for key in ("path", "sha256") if key != missing}
    for change in ({"chain": [link]}, {"fusion": link}):
        assert [each.message for each in forged(change).faults] == [f"not a record: '{missing}'"]


def test_an_unknown_key_is_a_fault_although_its_seal_is_right() -> None:
    assert [each.message[:14] for each in forged({"more": 1}).faults] == ["not a record: "]


def test_any_text_in_a_decision_with_the_right_seal_is_read_or_a_fault() -> None:
    fields = {"status": "dropped", "reason": "\ud800"}
    text = DATA.decode().replace('"pending"', '"dropped",\n  "reason": "\\ud800"')
    reading = read(re.sub(r'"seal": "\w+"', f'"seal": "{seal(A, fields)}"', text, count=1))
    assert reading.record == RECORD
    assert bool(reading.entry) != bool(reading.entry_faults)


def test_a_record_of_another_format_is_told_as_such() -> None:
    newer = {**json.loads(DATA), "format": 4, "more": 1}
    (fault,) = read(json.dumps(newer)).faults
    assert fault == Fault(
        "format 4 is newer than this version reads, 3", FILE, hint="upgrade the toolkit"
    )
    (fault,) = read(json.dumps({**newer, "format": 2})).faults
    assert fault.message == "format 2 is older than this version reads, 3"
    (fault,) = read(json.dumps({"status": "pending"})).faults
    assert fault.message == "no format is named"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON: Expecting value"),
        ("{", "not JSON: "),
        ("[" * 100_000, "not JSON: "),
        ("1" * 5000, "not JSON: "),
        ("[]", "no format is named"),
        ("null", "no format is named"),
        ('{"format": []}', "unknown format []"),
    ],
)
def test_text_that_is_no_record_is_a_fault(text: str, message: str) -> None:
    for section in (PRESETS, FUSION):
        (fault,) = read(text, section).faults
        assert fault.message.startswith(message)


@pytest.mark.parametrize(
    "data", [b"\xff\xfe", DATA[:40] + b"\xff" + DATA[40:], DATA[:-3], DATA[9:]]
)
def test_bytes_that_are_no_record_are_a_fault(data: bytes) -> None:
    assert read(data).faults
    assert read(data).entry is None


@given(st.integers(0, len(DATA) - 1), st.binary(max_size=3))
def test_no_edit_of_any_byte_goes_unseen(at: int, new: bytes) -> None:
    data = DATA[:at] + new + DATA[at + 1 :]
    reading = read(data)
    if data.replace(b"\r\n", b"\n") == DATA:
        assert reading == Reading(RECORD, ENTRY)
    else:
        assert reading.faults or (reading.entry and reading.entry.status_when_sealed)
