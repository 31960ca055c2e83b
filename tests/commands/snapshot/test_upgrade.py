"""`snapshot --upgrade`: what formats 1 and 2 have frozen, in the present format."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from migration.files.digest import digest
from migration.phases import Phase
from migration.store.seal import seal
from tests.conftest import write_files
from tests.ledgers import OPTIM, SHALLOW, A, B, entry, fields, ok, record_path
from tests.running import contents, edit, run

MANIFEST, LEDGER = "snapshots/manifest.json", "snapshots/ledger.yaml"
REFUSED = f"{MANIFEST}: the frozen files are in format 1 or 2, and this version reads 3\n"
HINT = "  hint: `snapshot --upgrade` converts the frozen files, and changes no value\n"


def downgrade(
    folder: Path,
    number: int = 2,
    phase: Phase = 1,
    decided: Mapping[str, Mapping[str, object]] | None = None,
) -> None:
    """Rewrite the frozen files of a project as an earlier version would have them."""
    manifest: dict[str, dict[str, object]] = {"presets": {}, "fusion": {}}
    texts = {}
    for section, records, origins in (
        ("presets", "records", "origins"),
        ("fusion", "fusion_records", "fusion_origins"),
    ):
        top = folder / "snapshots" / records
        for path in sorted(top.rglob("*.json")):
            config = path.relative_to(top).as_posix().removesuffix(".json")
            found = json.loads(path.read_text())
            places = {
                text: f"{file}:{line}"
                for file, lines in found["origins"].items()
                for text, line in lines.items()
            }
            text = json.dumps(dict(sorted(places.items())), indent=2) + "\n"
            texts[f"snapshots/{origins}/{config}.json"] = text
            chain = [{"path": each["path"], "sha256": each["sha256"]} for each in found["chain"]]
            record = {"chain": chain, "sha256": found["baseline"]}
            record["origins"] = digest(text.encode())
            if "fusion" in found:
                record["fusion"] = found["fusion"]["path"]
            sealed = {"seal": seal([section, config], record)} if number > 1 else {}
            manifest[section][config] = record | sealed
            path.unlink()
    presets = {}
    for preset in manifest["presets"]:
        document: dict[str, object] = {"status": "pending", **(decided or {}).get(preset, {})}
        sealed = {"seal": seal(preset, document)} if number > 1 else {}
        presets[preset] = document | sealed
    head: dict[str, object] = {"format": number, "phase": phase}
    head |= {"seal": seal("phase", phase)} if number > 1 else {}
    texts[MANIFEST] = json.dumps({"format": number, **manifest}, indent=2, sort_keys=True) + "\n"
    texts[LEDGER] = yaml.safe_dump({**head, "presets": presets}, sort_keys=False)
    write_files(folder, texts)


@pytest.mark.parametrize("number", [1, 2])
def test_an_earlier_format_is_converted_to_what_would_be_frozen(
    frozen_project: Path, number: int
) -> None:
    ok(frozen_project, "advance")
    before = contents(frozen_project)
    downgrade(frozen_project, number)
    for words in (("check-parity",), ("snapshot", "--check"), ("ledger",), ("snapshot",)):
        ran = run(frozen_project, *words)
        assert (ran.code, ran.out, ran.err) == (1, "", REFUSED + HINT), words
    out = ok(frozen_project, "snapshot", "--upgrade")
    assert out == (
        "2 presets and 1 fusion config in snapshots/ upgraded to format 3; every value is as it "
        "was\n"
    )
    assert contents(frozen_project) == before
    assert ok(frozen_project, "snapshot", "--upgrade") == (
        "nothing to upgrade: snapshots/ has the present format\n"
    )


def test_decisions_and_reasons_are_kept(frozen_project: Path) -> None:
    refrozen = [{"reason": "a new rate", "before": "0" * 64, "after": "1" * 64}]
    moved = "configs/train/moved.yaml"
    decided: dict[str, dict[str, object]] = {
        A: {"status": "verified", "phase": 1, "exceptions": refrozen},
        B: {"target": moved, "status": "dropped", "reason": "nobody runs it"},
    }
    write_files(frozen_project, {A: SHALLOW})
    downgrade(frozen_project, 2, 2, decided)
    ok(frozen_project, "snapshot", "--upgrade")
    assert entry(frozen_project, A) == {
        "status": "verified",
        "phase": 1,
        "refrozen": ["a new rate"],
    }
    assert entry(frozen_project, B) == decided[B]
    assert "phase: 2\n" in (frozen_project / LEDGER).read_text()
    assert run(frozen_project, "check-parity", "--no-record").code == 0


def test_what_a_source_extended_is_unknown_once_it_has_changed(frozen_project: Path) -> None:
    downgrade(frozen_project)
    write_files(frozen_project, {A: SHALLOW})
    (frozen_project / OPTIM).unlink()
    out = ok(frozen_project, "snapshot", "--upgrade")
    assert out.splitlines()[1] == (
        f"note: {OPTIM}, {A} changed or went since the freeze; what they extended is "
        "not known, so that every edit there is reported"
    )
    chain = {each["path"]: each.get("extends") for each in fields(frozen_project, B)["chain"]}
    assert chain == {"configs/base.yaml": [], OPTIM: None, A: None, B: [A]}
    assert run(frozen_project, "check-parity", "--no-record").code == 0


def test_a_status_that_was_typed_in_is_still_known_as_such(frozen_project: Path) -> None:
    downgrade(frozen_project)
    edit(frozen_project / LEDGER, "status: pending", "status: verified")
    ok(frozen_project, "snapshot", "--upgrade")
    ran = run(frozen_project, "check-parity", "--no-record")
    assert (
        f"warning: {record_path(A)}:3: the status of {A}, verified, was edited by hand\n" in ran.err
    )


def _edit_baseline(folder: Path) -> str:
    edit(folder / f"snapshots/presets/{A}.json", "0.0001", "0.0002")
    return f"snapshots/presets/{A}.json: edited since it was frozen\n"


def _lose_origins(folder: Path) -> str:
    (folder / f"snapshots/origins/{A}.json").unlink()
    return f"snapshots/origins/{A}.json: the manifest lists this frozen file, but it is gone\n"


def _edit_record(folder: Path) -> str:
    edit(folder / MANIFEST, f'"path": "{OPTIM}"', '"path": "configs/base.yaml"')
    return f"{MANIFEST}: the record of {A} was edited\n"


def _edit_decision(folder: Path) -> str:
    edit(folder / LEDGER, "status: pending", "status: pending\n    phase: 1")
    return f"{LEDGER}: the record of {A} was edited\n"


def _edit_phase(folder: Path) -> str:
    edit(folder / LEDGER, "phase: 1", "phase: done")
    return f"{LEDGER}: the open phase was edited\n"


def _leave_a_marker(folder: Path) -> str:
    edit(folder / LEDGER, "presets:\n", "presets:\n<<<<<<< HEAD\n")
    return f"{LEDGER}:5: a conflict marker of git\n"


@pytest.mark.parametrize(
    "spoil",
    [
        *(_edit_baseline, _lose_origins, _edit_record),
        *(_edit_decision, _edit_phase, _leave_a_marker),
    ],
)
def test_what_cannot_be_proved_is_not_converted(frozen_project: Path, spoil: object) -> None:
    downgrade(frozen_project)
    assert callable(spoil)
    message = spoil(frozen_project)
    before = contents(frozen_project)
    ran = run(frozen_project, "snapshot", "--upgrade")
    assert (ran.code, ran.out) == (1, "")
    assert message in ran.err
    assert contents(frozen_project) == before


def test_where_nothing_is_frozen_there_is_nothing_to_upgrade(small_project: Path) -> None:
    ran = run(small_project, "snapshot", "--upgrade")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("snapshots: nothing has been frozen yet\n")
