from __future__ import annotations

import json
from typing import Any

import pytest

from migration.errors import MigrationError
from migration.manifest import Link, Manifest, Record, digest, manifest_bytes, read_manifest

FUSION = Record((Link("f.yaml", "1" * 64),), "2" * 64, "3" * 64)
PRESET = Record(
    (Link("base.yaml", "4" * 64), Link("a.yaml", "5" * 64)), "6" * 64, "7" * 64, "f.yaml"
)
MANIFEST = Manifest({"a.yaml": PRESET}, {"f.yaml": FUSION})


def document() -> dict[str, Any]:
    """Return the manifest's text as plain JSON, to be spoilt."""
    value: dict[str, Any] = json.loads(manifest_bytes(MANIFEST))
    return value


def refusal(value: object) -> str:
    with pytest.raises(MigrationError) as error:
        read_manifest(json.dumps(value).encode(), "m.json")
    return str(error.value).partition("\n")[0]


def test_a_manifest_reads_back_to_what_was_written() -> None:
    assert read_manifest(manifest_bytes(MANIFEST), "m.json") == MANIFEST


def test_the_order_of_records_does_not_show() -> None:
    records = {"b.yaml": FUSION, "a.yaml": FUSION}
    assert manifest_bytes(Manifest({}, records)) == manifest_bytes(
        Manifest({}, dict(sorted(records.items())))
    )


def test_a_file_that_is_merged_twice_counts_once() -> None:
    link = Link("base.yaml", "4" * 64)
    assert Record((link, Link("b.yaml", "5" * 64), link), "", "").file_count == 2


@pytest.mark.parametrize("number", [0, 2, "1", None, True, 1.0])
def test_another_format_is_refused(number: object) -> None:
    message = f"m.json: format {number!r} is not the one that this version reads, 1"
    assert refusal({**document(), "format": number}) == message


def test_text_that_is_no_manifest_is_refused() -> None:
    assert refusal([]).startswith("m.json: not a manifest: TypeError ")
    assert refusal({"format": 1, "presets": {}}) == "m.json: not a manifest: KeyError 'fusion'"


@pytest.mark.parametrize("field", ["chain", "sha256", "origins"])
def test_a_record_needs_every_field(field: str) -> None:
    spoilt = document()
    del spoilt["presets"]["a.yaml"][field]
    assert refusal(spoilt) == f"m.json: not a manifest: KeyError '{field}'"


def test_a_preset_may_not_name_a_fusion_config_without_a_record() -> None:
    message = "m.json: a.yaml names the fusion config f.yaml, which has no record"
    assert refusal({**document(), "fusion": {}}) == message


@pytest.mark.parametrize("path", ["../a.yaml", "a/../../b.yaml", "./a.yaml", "a//b.yaml", 5, None])
def test_a_chain_names_paths_within_the_project(path: object) -> None:
    spoilt = document()
    spoilt["presets"]["a.yaml"]["chain"][0]["path"] = path
    assert refusal(spoilt).startswith("m.json: not a manifest: ")


def test_a_preset_that_leads_out_of_the_snapshots_is_refused() -> None:
    spoilt = document()
    spoilt["presets"]["../../a.yaml"] = spoilt["presets"]["a.yaml"]
    assert "not a path within the project: '../../a.yaml'" in refusal(spoilt)


@pytest.mark.parametrize("text", ["1" * 5000, "[" * 100_000])
def test_text_that_python_cannot_read_is_refused(text: str) -> None:
    with pytest.raises(MigrationError, match=r"^m\.json: not a manifest: "):
        read_manifest(text.encode(), "m.json")


def test_bytes_that_are_not_text_are_refused() -> None:
    with pytest.raises(MigrationError, match=r"m\.json: not a manifest: UnicodeDecodeError"):
        read_manifest(b"{\xff", "m.json")


def test_line_ends_do_not_change_a_digest() -> None:
    assert digest(b"a\r\nb\r\n") == digest(b"a\nb\n") != digest(b"a\nb")
