from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest
import yaml

from tests.conftest import write_files
from tests.running import contents, edit, run
from tests.workflow.ledgers import MIX, OPTIM, A, B, entry


def refreeze(folder: Path, *presets: str, reason: str = "on purpose") -> tuple[int, str, str]:
    words = [word for preset in presets for word in ("--refreeze", preset)]
    ran = run(folder, "snapshot", *words, "--reason", reason)
    return ran.code, ran.out, ran.err


def exceptions(folder: Path, preset: str) -> list[dict[str, str]]:
    ledger = yaml.safe_load((folder / "snapshots/ledger.yaml").read_text())
    return cast("list[dict[str, str]]", ledger["presets"][preset]["exceptions"])


def test_a_baseline_holds_the_resolved_config_and_nothing_else(frozen_project: Path) -> None:
    text = (frozen_project / f"snapshots/presets/{B}.json").read_text()
    value = {
        "custom": {"fusion_config": MIX},
        "model": {"dtype": "bfloat16"},
        "optim": {"lr": 0.0001},
        "training": {"seed": 1},
    }
    assert text == json.dumps(value, indent=2) + "\n"


def test_the_origins_name_file_and_line_of_every_leaf(frozen_project: Path) -> None:
    assert json.loads((frozen_project / f"snapshots/origins/{B}.json").read_text()) == {
        "custom.fusion_config": f"{A}:2",
        "model.dtype": "configs/base.yaml:1",
        "optim.lr": f"{OPTIM}:1",
        "training.seed": f"{B}:2",
    }


def test_a_fusion_config_is_frozen_once_for_all_that_name_it(frozen_project: Path) -> None:
    frozen = [path for path in contents(frozen_project) if path.startswith("snapshots/fusion/")]
    assert frozen == [f"snapshots/fusion/{MIX}.json"]


def test_freezing_twice_from_the_same_tree_gives_the_same_bytes(
    frozen_project: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    files = contents(frozen_project)
    sources = {path: data.decode() for path, data in files.items() if "snapshots/" not in path}
    write_files(again, sources)
    run(again, "snapshot", "--preset", B)
    run(again, "snapshot", "--preset", A)
    assert contents(again) == files


def test_a_second_snapshot_changes_nothing_even_if_a_preset_was_edited(
    frozen_project: Path,
) -> None:
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    before = contents(frozen_project)
    ran = run(frozen_project, "snapshot")
    assert (ran.code, ran.out) == (0, "nothing to freeze: 2 presets already frozen in snapshots/\n")
    assert contents(frozen_project) == before


def test_a_new_preset_is_frozen_beside_the_old_ones(frozen_project: Path) -> None:
    before = contents(frozen_project / "snapshots/presets")
    write_files(frozen_project, {"configs/train/c.yaml": "extends: a.yaml\n"})
    ran = run(frozen_project, "snapshot")
    assert ran.out == (
        "frozen  configs/train/c.yaml  (4 files)\n"
        "1 preset and 0 fusion configs frozen in snapshots/; 2 frozen before and left as they are\n"
    )
    after = contents(frozen_project / "snapshots/presets")
    assert {path: after[path] for path in before} == before


def test_one_preset_alone_can_be_frozen(small_project: Path) -> None:
    assert run(small_project, "snapshot", "--preset", f"./{A}").code == 0
    assert list(contents(small_project / "snapshots/presets")) == [f"{A}.json"]


def test_one_unreadable_preset_keeps_all_from_being_frozen(small_project: Path) -> None:
    write_files(small_project, {"configs/train/c.yaml": "- 1\n"})
    before = contents(small_project)
    assert run(small_project, "snapshot").code == 1
    assert contents(small_project) == before


def test_a_new_preset_over_a_changed_fusion_config_is_refused(frozen_project: Path) -> None:
    edit(frozen_project / MIX, "ratio: 1.0", "ratio: 0.5")
    write_files(frozen_project, {"configs/train/c.yaml": "extends: a.yaml\n"})
    before = contents(frozen_project)
    ran = run(frozen_project, "snapshot")
    assert (ran.code, ran.err) == (
        1,
        (
            f"{MIX}: changed since it was frozen, and configs/train/c.yaml needs it too\n"
            "  hint: restore it, or refreeze the presets that name it first\n"
        ),
    )
    assert contents(frozen_project) == before


def test_the_manifest_has_a_record_a_config_with_digests_of_its_chain(frozen_project: Path) -> None:
    manifest = json.loads((frozen_project / "snapshots/manifest.json").read_text())
    assert manifest["format"] == 2
    assert list(manifest["presets"]) == [A, B]
    assert list(manifest["fusion"]) == [MIX]
    record = manifest["presets"][B]
    assert [link["path"] for link in record["chain"]] == ["configs/base.yaml", OPTIM, A, B]
    assert record["fusion"] == MIX


def test_a_crlf_checkout_has_the_same_digests(frozen_project: Path) -> None:
    for path, data in contents(frozen_project).items():
        (frozen_project / path).write_bytes(data.replace(b"\n", b"\r\n"))
    assert run(frozen_project, "snapshot", "--check").code == 0
    assert run(frozen_project, "check-parity").code == 0


def test_a_refreeze_replaces_the_baseline_and_keeps_the_reason(frozen_project: Path) -> None:
    old = json.loads((frozen_project / "snapshots/manifest.json").read_text())["presets"]
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    code, out, err = refreeze(frozen_project, A, reason="  the old rate diverged ")
    new = json.loads((frozen_project / "snapshots/manifest.json").read_text())["presets"]
    digests = (old[A]["sha256"], new[A]["sha256"])
    assert (code, err) == (0, "")
    assert out == (
        f"refrozen  {A}  {digests[0][:12]} → {digests[1][:12]}\nreason: the old rate diverged\n"
    )
    exception = {
        "reason": "the old rate diverged",
        "before": digests[0],
        "after": digests[1],
    }
    assert entry(frozen_project, A) == {"status": "pending", "exceptions": [exception]}
    assert entry(frozen_project, B) == {"status": "pending"}
    assert new[B] == old[B]
    assert run(frozen_project, "check-parity", "--preset", A).code == 0
    assert run(frozen_project, "check-parity", "--preset", B).code == 2


def test_the_ledger_keeps_every_reason(frozen_project: Path) -> None:
    for rate in ("2.0e-4", "3.0e-4"):
        (frozen_project / OPTIM).write_text(f"optim: {{lr: {rate}}}\n")
        assert refreeze(frozen_project, A, reason=f"now {rate}")[0] == 0
    first, second = exceptions(frozen_project, A)
    assert [first["reason"], second["reason"]] == ["now 2.0e-4", "now 3.0e-4"]
    assert first["after"] == second["before"]


def test_a_refreeze_without_a_change_writes_nothing(frozen_project: Path) -> None:
    before = contents(frozen_project)
    code, out, _ = refreeze(frozen_project, A, B)
    assert (code, out) == (0, "nothing to refreeze: each preset resolves to its baseline\n")
    assert contents(frozen_project) == before


def test_a_shared_fusion_config_is_refrozen_for_all_that_name_it(frozen_project: Path) -> None:
    edit(frozen_project / MIX, "ratio: 1.0", "ratio: 0.5")
    before = contents(frozen_project)
    code, _, err = refreeze(frozen_project, A)
    assert (code, err) == (
        1,
        (
            f"{MIX}: changed, and 1 more preset(s) name it: {B}\n"
            "  hint: refreeze them together: repeat --refreeze for each\n"
        ),
    )
    assert contents(frozen_project) == before
    assert refreeze(frozen_project, A, B)[0] == 0
    (entry,) = exceptions(frozen_project, A)
    assert entry["before"] == entry["after"]
    assert entry["fusion_before"] != entry["fusion_after"]
    assert run(frozen_project, "check-parity").code == 0


def test_a_dropped_preset_does_not_keep_a_fusion_config_from_being_refrozen(
    frozen_project: Path,
) -> None:
    assert run(frozen_project, "map", "--old", B, "--drop", "--reason", "unused").code == 0
    edit(frozen_project / MIX, "ratio: 1.0", "ratio: 0.5")
    assert refreeze(frozen_project, A, reason="half as much")[0] == 0
    assert run(frozen_project, "check-parity").code == 0
    assert run(frozen_project, "snapshot", "--check").code == 0
    (of_dropped,) = exceptions(frozen_project, B)
    assert (of_dropped["reason"], of_dropped["before"]) == ("half as much", of_dropped["after"])
    assert of_dropped["fusion_before"] == exceptions(frozen_project, A)[0]["fusion_before"]
    assert of_dropped["fusion_before"] != of_dropped["fusion_after"]


def test_a_tree_without_legacy_files_is_remarked_on(small_project: Path) -> None:
    edit(small_project / "pyproject.toml", "phase_1", 'legacy = ["configs/parts/**"]\nphase_1')
    out = run(small_project, "snapshot").out
    assert out.endswith(
        "note: none of them is built from a legacy file, so that there is nothing to migrate; "
        "does the setting 'legacy' fit?\n"
    )


def test_a_fusion_config_that_no_preset_names_any_more_goes(frozen_project: Path) -> None:
    edit(frozen_project / A, "mix.yaml", "other.yaml")
    write_files(frozen_project, {"configs/fusion/other.yaml": "targets: [{name: rru}]\n"})
    assert refreeze(frozen_project, A, B)[0] == 0
    frozen = contents(frozen_project / "snapshots")
    assert [path for path in frozen if path.startswith("fusion")] == [
        "fusion/configs/fusion/other.yaml.json",
        "fusion_origins/configs/fusion/other.yaml.json",
    ]
    assert run(frozen_project, "check-parity").code == 0


@pytest.mark.parametrize("preset", ["configs/train/z.yaml", "configs/base.yaml"])
def test_only_a_frozen_preset_can_be_refrozen(frozen_project: Path, preset: str) -> None:
    code, _, err = refreeze(frozen_project, preset)
    assert code == 1
    assert err.startswith(f"no preset {preset!r}\n")


def test_a_file_may_serve_as_a_preset_and_as_a_fusion_config(small_project: Path) -> None:
    edit(small_project / "pyproject.toml", "train/*.yaml", "**/*.yaml")
    write_files(small_project, {"configs/fusion/more.yaml": "extends: mix.yaml\ntargets: []\n"})
    assert run(small_project, "snapshot").code == 0
    assert run(small_project, "check-parity").code == 0


def test_a_preset_that_is_a_broken_link_cannot_be_frozen(small_project: Path) -> None:
    (small_project / "configs/train/c.yaml").symlink_to("nowhere.yaml")
    ran = run(small_project, "snapshot")
    assert (ran.code, ran.err) == (1, "configs/train/nowhere.yaml: no such file\n")


def test_a_preset_without_a_fusion_config_has_none_in_its_record(small_project: Path) -> None:
    write_files(small_project, {A: "seed: 1\n", B: "custom: {fusion_config: null}\n"})
    assert run(small_project, "snapshot").code == 0
    manifest = json.loads((small_project / "snapshots/manifest.json").read_text())
    assert manifest["fusion"] == {}
    assert "fusion" not in manifest["presets"][B]
