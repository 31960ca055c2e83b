"""What formats 1 and 2 have frozen is read as it was written, and no edit of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from migration.errors import MigrationError
from migration.store.ledger import Entry, Ledger
from migration.store.old_formats import OldManifest, OldRecord, read_old_ledger, read_old_manifest
from migration.store.seal import seal
from tests.commands.snapshot.test_upgrade import downgrade
from tests.ledgers import A as PROJECT_A
from tests.running import contents, run

FUSION = OldRecord((("f.yaml", "1" * 64),), "2" * 64, "3" * 64)
PRESET = OldRecord(
    (("base.yaml", "4" * 64), ("/shared/a.yaml", "5" * 64), ("a.yaml", "5" * 64)),
    "6" * 64,
    "7" * 64,
    "f.yaml",
)
MANIFEST = OldManifest({"a.yaml": PRESET}, {"f.yaml": FUSION})
MERGE = "`snapshot --resolve` repairs the frozen files"
RESTORE = "restore it from version control, then run `snapshot --upgrade` again"
A, B = "configs/a.yaml", "configs/b.yaml"
REFROZEN = {"reason": "the rate: 2.0e-4, 'as agreed'", "before": "a" * 64, "after": "b" * 64}
DECIDED: dict[str, dict[str, object]] = {
    A: {"status": "pending"},
    B: {
        "target": "configs/new/b.yaml",
        "status": "verified",
        "phase": 1,
        "exceptions": [REFROZEN, {**REFROZEN, "reason": "no", "fusion_before": "c" * 64}],
    },
    "configs/c.yaml": {"status": "dropped", "reason": "unused"},
}
LEDGER = Ledger(
    1,
    {
        A: Entry(A, "pending"),
        B: Entry(
            "configs/new/b.yaml", "verified", 1, refrozen=("the rate: 2.0e-4, 'as agreed'", "no")
        ),
        "configs/c.yaml": Entry("configs/c.yaml", "dropped", reason="unused"),
    },
)


def document() -> dict[str, Any]:
    """Return the manifest as a document of JSON without seals, to be spoilt."""

    def fields(record: OldRecord) -> dict[str, object]:
        chain = [{"path": path, "sha256": sha256} for path, sha256 in record.chain]
        named = {"fusion": record.fusion} if record.fusion else {}
        return {"chain": chain, "sha256": record.sha256, "origins": record.origins, **named}

    return {"presets": {"a.yaml": fields(PRESET)}, "fusion": {"f.yaml": fields(FUSION)}}


def sealed(value: dict[str, Any]) -> dict[str, Any]:
    """Seal records anew, so that what is wrong in them is looked at."""
    for section in ("presets", "fusion"):
        for path, record in value[section].items():
            record.pop("seal", None)
            record["seal"] = seal([section, path], record)
    return {"format": 2, **value}


def manifest(value: object) -> OldManifest:
    return read_old_manifest(json.dumps(value, indent=2, sort_keys=True), "m.json")


def refusal(value: object) -> str:
    with pytest.raises(MigrationError) as error:
        manifest(value)
    return str(error.value)


def ledger_text(
    decided: Mapping[str, Mapping[str, object]] = DECIDED, phase: object = 1, number: int = 2
) -> str:
    """Return a ledger as the version of that format wrote it."""
    head: dict[str, object] = {"format": number, "phase": phase}
    head |= {"seal": seal("phase", phase)} if number > 1 else {}
    presets = {
        preset: {**fields, **({"seal": seal(preset, fields)} if number > 1 else {})}
        for preset, fields in decided.items()
    }
    return yaml.safe_dump({**head, "presets": presets}, sort_keys=False)


def edited(old: str, new: str, number: int = 2) -> Ledger:
    text = ledger_text(number=number)
    assert old in text
    return read_old_ledger(text.replace(old, new, 1), "l.yaml")


def test_a_manifest_of_format_2_is_read() -> None:
    assert manifest(sealed(document())) == MANIFEST


def test_a_manifest_of_format_1_is_read() -> None:
    assert manifest({"format": 1, **document()}) == MANIFEST


@pytest.mark.parametrize("number", [0, 3, -1, "1", None, True, 1.0, 2.0])
def test_a_manifest_in_another_format_is_refused(number: object) -> None:
    message = f"m.json: format {number!r}, where 1 or 2 was expected"
    assert refusal({**sealed(document()), "format": number}) == message


@pytest.mark.parametrize(("section", "path"), [("presets", "a.yaml"), ("fusion", "f.yaml")])
@pytest.mark.parametrize(
    "change",
    [{"sha256": "a" * 64}, {"origins": "a" * 64}, {"chain": []}, {"more": 1}, {"seal": "0" * 16}],
)
def test_an_edited_record_is_named(section: str, path: str, change: dict[str, object]) -> None:
    spoilt = sealed(document())
    spoilt[section][path] |= change
    message = f"m.json: the record of {path} was edited\n  hint: {RESTORE}"
    assert refusal(spoilt) == message


def test_every_edited_record_is_named() -> None:
    spoilt = sealed(document())
    spoilt["presets"]["a.yaml"]["sha256"] = spoilt["fusion"]["f.yaml"]["sha256"] = "a"
    with pytest.raises(MigrationError) as error:
        manifest(spoilt)
    assert [fault.message for fault in error.value.faults] == [
        "the record of a.yaml was edited",
        "the record of f.yaml was edited",
    ]


def test_a_seal_goes_with_its_record() -> None:
    spoilt = sealed(document())
    spoilt["presets"]["b.yaml"] = {**spoilt["presets"]["a.yaml"]}
    assert "the record of b.yaml was edited" in refusal(spoilt)
    del spoilt["presets"]["b.yaml"]
    del spoilt["presets"]["a.yaml"]["seal"]
    assert "the record of a.yaml was edited" in refusal(spoilt)


def test_seals_cannot_be_passed_by_under_the_older_format() -> None:
    assert refusal({**sealed(document()), "format": 1}).startswith("m.json: ")
    with pytest.raises(MigrationError):
        edited("format: 2", "format: 1")


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", "=======", ">>>>>>> theirs", "||||||| base"])
def test_a_conflict_marker_of_git_is_located(marker: str) -> None:
    text = f"{{\n{marker}\n"
    message = f"conflict marker of git\n  hint: {MERGE}"
    with pytest.raises(MigrationError) as error:
        read_old_manifest(text, "m.json")
    assert str(error.value) == f"m.json:2: a {message}"
    with pytest.raises(MigrationError) as error:
        read_old_ledger(f"format: 2\nphase: 1\n{marker}\n", "l.yaml")
    assert str(error.value) == f"l.yaml:3: a {message}"


def test_a_key_that_stands_twice_is_refused() -> None:
    text = json.dumps(sealed(document())).replace('"presets"', '"fusion"')
    with pytest.raises(MigrationError, match=r"^m\.json: not a manifest: a duplicate key"):
        read_old_manifest(text, "m.json")


@pytest.mark.parametrize("field", ["chain", "sha256", "origins"])
def test_a_record_needs_every_field(field: str) -> None:
    spoilt = document()
    del spoilt["presets"]["a.yaml"][field]
    message = f"m.json: not a manifest: '{field}'\n  hint: {RESTORE}"
    assert refusal({"format": 1, **spoilt}) == message
    assert refusal(sealed(spoilt)) == message


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "null", "3", "{}", '{"format": 1}', "1" * 5000, "[" * 100_000),
        '{"format": 1, "presets": {}}',
        '{"format": 2, "presets": [], "fusion": []}',
        '{"format": 2, "presets": {"a": 3}, "fusion": {}}',
        '{"format": 1, "presets": {"a": {"chain": 3}}, "fusion": {}}',
        '{"format": 1, "presets": {"a": {"chain": [3]}}, "fusion": {}}',
    ],
)
def test_text_that_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(MigrationError, match=r"^m\.json: not a manifest: "):
        read_old_manifest(text, "m.json")


@pytest.mark.parametrize("text", ["[]", "null", '{"format": 2, "presets": [], "fusion": []}'])
def test_a_manifest_of_another_type_is_told_in_no_words_of_pythons(text: str) -> None:
    with pytest.raises(MigrationError) as error:
        read_old_manifest(text, "m.json")
    message = "m.json: not a manifest: a part of it is of another type"
    assert str(error.value) == f"{message}\n  hint: {RESTORE}"


@pytest.mark.parametrize("presets", ["[]", "{a: pending}", "{a: {status: failed, exceptions: 3}}"])
def test_a_ledger_of_another_type_is_told_in_no_words_of_pythons(presets: str) -> None:
    with pytest.raises(MigrationError) as error:
        read_old_ledger(f"format: 1\nphase: 0\npresets: {presets}\n", "l.yaml")
    message = "l.yaml: not a ledger: a part of it is of another type"
    assert str(error.value) == f"{message}\n  hint: {RESTORE}"


@pytest.mark.parametrize("number", [1, 2])
def test_a_ledger_is_read_with_the_reasons_of_each_refreeze(number: int) -> None:
    assert read_old_ledger(ledger_text(number=number), "l.yaml") == LEDGER
    empty = ledger_text({}, phase="done", number=number)
    assert read_old_ledger(empty, "l.yaml") == Ledger("done", {})


def test_a_status_that_was_typed_in_is_kept_as_such() -> None:
    read = edited("status: pending", "status: verified")
    assert read.entries[A] == Entry(A, "verified", status_when_sealed="pending")
    assert read.entries[B] == LEDGER.entries[B]
    assert edited("status: pending", "status: failed", 1).entries[A] == Entry(A, "failed")


@pytest.mark.parametrize("status", ["verified", "pending", "failed", "missing", "error"])
def test_whatever_the_status_was_one_that_was_typed_in_is_known(status: str) -> None:
    text = ledger_text({A: {"status": status}})
    typed = "pending" if status != "pending" else "failed"
    read = read_old_ledger(text.replace(f"status: {status}", f"status: {typed}"), "l.yaml")
    assert (read.entries[A].status, read.entries[A].status_when_sealed) == (typed, status)


@pytest.mark.parametrize(
    ("preset", "old", "new"),
    [
        (B, "target: configs/new/b.yaml", "target: configs/old/b.yaml"),
        (B, "    target: configs/new/b.yaml\n", ""),
        (B, "    phase: 1\n", "    phase: 2\n"),
        (B, "the rate", "a rate"),
        (B, "a" * 64, "c" * 64),
        (B, "status: verified", "status: dropped\n    reason: unused"),
        (B, f"  {B}:\n", "  configs/d.yaml:\n"),
        (A, "    seal: ", "    seal: f"),
        (A, "    status: pending\n", "    status: pending\n    target: null\n"),
        ("configs/c.yaml", "reason: unused", "reason: useless"),
    ],
)
def test_an_edited_decision_is_refused(preset: str, old: str, new: str) -> None:
    with pytest.raises(MigrationError) as error:
        edited(old, new)
    named = "configs/d.yaml" if "configs/d.yaml" in new else preset
    assert str(error.value) == f"l.yaml: the record of {named} was edited\n  hint: {RESTORE}"


@pytest.mark.parametrize("phase", ["2", "4", "true", "1.0", "null", "[1]"])
def test_an_open_phase_that_was_typed_in_is_refused(phase: str) -> None:
    with pytest.raises(MigrationError) as error:
        edited("phase: 1", f"phase: {phase}")
    assert str(error.value) == f"l.yaml: the open phase was edited\n  hint: {RESTORE}"
    if phase != "2":
        with pytest.raises(MigrationError, match="the open phase was edited"):
            edited("phase: 1", f"phase: {phase}", 1)


@pytest.mark.parametrize("number", [0, 3, "true", "'2'", "2.0", "null"])
def test_a_ledger_in_another_format_is_refused(number: object) -> None:
    with pytest.raises(MigrationError, match=r"^l\.yaml: format .*, where 1 or 2 was expected$"):
        edited("format: 2", f"format: {number}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "format: 1\nphase: 0\n",
        "format: 2\nphase: 0\npresets: {}\n",
        "format: 1\nphase: 0\npresets: []\n",
        "format: 1\nphase: 0\npresets: {a: pending}\n",
        f"format: 2\nphase: 0\nseal: {seal('phase', 0)}\npresets: {{a: 3}}\n",
        "format: 1\nphase: [\n",
        "- format: 1\n",
    ],
)
def test_text_that_is_no_ledger_is_refused(text: str) -> None:
    with pytest.raises(MigrationError, match=r"^l\.yaml"):
        read_old_ledger(text, "l.yaml")


def test_a_preset_that_stands_twice_in_the_ledger_is_refused() -> None:
    text = ledger_text({A: {"status": "pending"}}, number=1)
    with pytest.raises(MigrationError, match=r"^l\.yaml:\d"):
        read_old_ledger(f"{text}  {A}:\n    status: verified\n", "l.yaml")


def refused(folder: Path) -> None:
    """Check that an upgrade of the project is refused and changes nothing."""
    before = contents(folder)
    ran = run(folder, "snapshot", "--upgrade")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err
    assert contents(folder) == before


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "verifed"},
        {"status": "new"},
        {"phase": 3},
        {"phase": True},
        {"target": "../a.yaml"},
        {"target": ["b"]},
        {"target": "configs/a.yaml/"},
        {"status": "dropped"},
        {"status": "verified", "reason": "because"},
        {"exceptions": 3},
        {"exceptions": [{"before": "a"}]},
        {"exceptions": [{"reason": 1, "before": "a", "after": "b"}]},
    ],
)
@pytest.mark.parametrize("number", [1, 2])
def test_a_decision_that_is_none_is_not_upgraded(
    frozen_project: Path, number: int, fields: dict[str, object]
) -> None:
    downgrade(frozen_project, number, decided={PROJECT_A: fields})
    refused(frozen_project)


@pytest.mark.parametrize("path", ["a/../../b.yaml", "./a.yaml", "a//b.yaml", "", 5, None])
def test_a_chain_with_a_path_that_could_not_be_frozen_is_not_upgraded(
    frozen_project: Path, path: object
) -> None:
    downgrade(frozen_project, 1)
    file = frozen_project / "snapshots/manifest.json"
    spoilt = json.loads(file.read_text())
    spoilt["presets"][PROJECT_A]["chain"][0]["path"] = path
    file.write_text(json.dumps(spoilt))
    refused(frozen_project)


@pytest.mark.parametrize("path", ["../../x.yaml", "./x.yaml", "y/../x.yaml", "/x.yaml"])
def test_a_config_with_a_path_that_could_not_be_frozen_is_not_upgraded(
    frozen_project: Path, path: str
) -> None:
    downgrade(frozen_project, 1)
    manifest_file, ledger_file = (
        frozen_project / "snapshots" / name for name in ("manifest.json", "ledger.yaml")
    )
    spoilt = json.loads(manifest_file.read_text())
    spoilt["presets"][path] = spoilt["presets"][PROJECT_A]
    manifest_file.write_text(json.dumps(spoilt))
    decided = yaml.safe_load(ledger_file.read_text())
    decided["presets"][path] = {"status": "pending"}
    ledger_file.write_text(yaml.safe_dump(decided))
    for folder in ("presets", "origins"):
        (frozen_project / "snapshots" / folder / "y").mkdir()
        text = (frozen_project / "snapshots" / folder / f"{PROJECT_A}.json").read_text()
        place = frozen_project / f"snapshots/{folder}/{path}.json"
        place.write_text(text)
    refused(frozen_project)
