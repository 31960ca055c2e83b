from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from migration.digests import digest
from migration.errors import MigrationError
from migration.manifest import (
    Link,
    Manifest,
    Record,
    manifest_as_written,
    manifest_bytes,
    read_manifest,
)
from migration.sealed import seal

FUSION = Record((Link("f.yaml", "1" * 64),), "2" * 64, "3" * 64)
PRESET = Record(
    (Link("base.yaml", "4" * 64), Link("a.yaml", "5" * 64)), "6" * 64, "7" * 64, "f.yaml"
)
MANIFEST = Manifest({"a.yaml": PRESET}, {"f.yaml": FUSION})


def document() -> dict[str, Any]:
    """Return the manifest's text as plain JSON, to be spoilt."""
    value: dict[str, Any] = json.loads(manifest_bytes(MANIFEST))
    return value


def sealed(value: dict[str, Any]) -> dict[str, Any]:
    """Seal spoilt records anew, so that what is wrong in them is looked at."""
    for section in ("presets", "fusion"):
        for path, record in value[section].items():
            record.pop("seal", None)
            record["seal"] = seal([section, path], record)
    return value


def unsealed(value: dict[str, Any]) -> dict[str, Any]:
    """Return the document in the format that has no seals."""
    for section in ("presets", "fusion"):
        for record in value[section].values():
            del record["seal"]
    return {**value, "format": 1}


def refusal(value: object) -> str:
    with pytest.raises(MigrationError) as error:
        read_manifest(json.dumps(value), "m.json")
    return str(error.value).partition("\n")[0]


def test_a_manifest_reads_back_to_what_was_written() -> None:
    assert read_manifest(manifest_bytes(MANIFEST).decode(), "m.json") == MANIFEST
    assert manifest_as_written(manifest_bytes(MANIFEST)) == MANIFEST


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"{\n", b"{ \n"),
        (b'"format": 2', b'"format": 2.0'),
        (b'"format": 2', b'"format": 2,\n  "format": 2'),
        (b'"seal": "', b'"seal": "0'),
        (b'"sha256": "', b'"sha256": "0'),
        (b'"presets": {', b'"presets": {\n    "x.yaml": {},'),
    ],
)
def test_a_manifest_with_any_other_byte_is_not_as_it_was_written(old: bytes, new: bytes) -> None:
    data = manifest_bytes(MANIFEST)
    assert old in data
    assert manifest_as_written(data.replace(old, new, 1)) is None


def test_a_manifest_that_lacks_a_record_is_not_as_it_was_written() -> None:
    assert manifest_as_written(manifest_bytes(replace(MANIFEST, fusion={}))) is None


def test_the_order_of_records_does_not_show() -> None:
    records = {"b.yaml": FUSION, "a.yaml": FUSION}
    assert manifest_bytes(Manifest({}, records)) == manifest_bytes(
        Manifest({}, dict(sorted(records.items())))
    )


def test_a_file_that_is_merged_twice_counts_once() -> None:
    link = Link("base.yaml", "4" * 64)
    assert Record((link, Link("b.yaml", "5" * 64), link), "", "").file_count == 2


@pytest.mark.parametrize("number", [0, -1, "1", None, True, 1.0])
def test_an_unknown_format_is_refused(number: object) -> None:
    assert refusal({**document(), "format": number}) == f"m.json: unknown format {number!r}"


def test_a_newer_format_asks_for_a_newer_toolkit() -> None:
    with pytest.raises(MigrationError) as error:
        read_manifest(json.dumps({**document(), "format": 3}), "m.json")
    message = "m.json: format 3 is newer than this version reads, 2\n  hint: upgrade the toolkit"
    assert str(error.value) == message


def test_the_format_without_seals_is_read() -> None:
    assert read_manifest(json.dumps(unsealed(document())), "m.json") == MANIFEST


def test_seals_cannot_be_passed_by_under_the_older_format() -> None:
    message = "m.json: not a manifest: ValueError unknown key 'seal'"
    assert refusal({**document(), "format": 1}) == message


@pytest.mark.parametrize(
    ("section", "path", "line"), [("presets", "a.yaml", 17), ("fusion", "f.yaml", 4)]
)
def test_an_edited_record_is_named_with_its_line(section: str, path: str, line: int) -> None:
    text = manifest_bytes(MANIFEST).decode()
    spoilt = document()
    spoilt[section][path]["chain"][0]["sha256"] = "a" * 64
    with pytest.raises(MigrationError) as error:
        read_manifest(json.dumps(spoilt, indent=2, sort_keys=True), "m.json")
    (fault,) = error.value.faults
    assert (fault.message, fault.line) == (f"the record of {path} was edited", line)
    assert text.splitlines()[line - 1].strip() == f'"{path}": {{'


def test_a_seal_goes_with_its_record() -> None:
    spoilt = document()
    spoilt["presets"]["b.yaml"] = spoilt["presets"]["a.yaml"]
    assert "the record of b.yaml was edited" in refusal(spoilt)
    del spoilt["presets"]["b.yaml"]
    del spoilt["presets"]["a.yaml"]["seal"]
    assert "the record of a.yaml was edited" in refusal(spoilt)


def test_a_conflict_marker_of_git_is_located() -> None:
    text = "{\n<<<<<<< HEAD\n"
    with pytest.raises(
        MigrationError, match=r"^m\.json:2: a conflict marker of git\n  hint: resolve"
    ):
        read_manifest(text, "m.json")


def test_a_key_that_stands_twice_is_refused() -> None:
    text = manifest_bytes(MANIFEST).decode().replace('"presets"', '"fusion"')
    with pytest.raises(MigrationError, match="a key stands twice"):
        read_manifest(text, "m.json")


def test_an_unknown_key_is_refused() -> None:
    assert refusal({**document(), "more": {}}).endswith("unknown key 'more'")
    spoilt = document()
    spoilt["fusion"]["f.yaml"]["more"] = 1
    assert refusal(sealed(spoilt)).endswith("unknown key 'more'")


def test_text_that_is_no_manifest_is_refused() -> None:
    assert refusal([]).startswith("m.json: not a manifest: TypeError ")
    assert refusal({"format": 1, "presets": {}}) == "m.json: not a manifest: KeyError 'fusion'"


@pytest.mark.parametrize("field", ["chain", "sha256", "origins"])
def test_a_record_needs_every_field(field: str) -> None:
    spoilt = document()
    del spoilt["presets"]["a.yaml"][field]
    assert refusal(sealed(spoilt)) == f"m.json: not a manifest: KeyError '{field}'"


def test_a_preset_may_not_name_a_fusion_config_without_a_record() -> None:
    message = "m.json: a.yaml names the fusion config f.yaml, which has no record"
    assert refusal({**document(), "fusion": {}}) == message


@pytest.mark.parametrize("path", ["../a.yaml", "a/../../b.yaml", "./a.yaml", "a//b.yaml", 5, None])
def test_a_chain_names_paths_within_the_project(path: object) -> None:
    spoilt = document()
    spoilt["presets"]["a.yaml"]["chain"][0]["path"] = path
    assert refusal(sealed(spoilt)).startswith("m.json: not a manifest: ")


def test_a_preset_that_leads_out_of_the_snapshots_is_refused() -> None:
    spoilt = document()
    spoilt["presets"]["../../a.yaml"] = {**spoilt["presets"]["a.yaml"]}
    assert "not a path within the project: '../../a.yaml'" in refusal(sealed(spoilt))


@pytest.mark.parametrize("text", ["1" * 5000, "[" * 100_000])
def test_text_that_python_cannot_read_is_refused(text: str) -> None:
    with pytest.raises(MigrationError, match=r"^m\.json: not a manifest: "):
        read_manifest(text, "m.json")


def test_line_ends_do_not_change_a_digest() -> None:
    assert digest(b"a\r\nb\r\n") == digest(b"a\nb\n") != digest(b"a\nb")
