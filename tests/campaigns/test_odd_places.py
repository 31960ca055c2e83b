"""Links, strangers' files and other branches where a command expects its own files."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.killing.scenarios import SCENARIOS
from campaigns.killing.seen import FINISHED, JOURNAL, settled
from campaigns.killing.stopping import Stop, changes_of, killed
from migration.files.atomic import temporary
from migration.files.digest import digest
from migration.files.lock import LOCK
from migration.store.journal import Change, journal_seal
from tests.campaigns.test_kill import pending
from tests.conftest import SMALL_PROJECT, write_files
from tests.earlier import refreeze
from tests.ledgers import LEDGER, A, B, ok, record_path
from tests.running import commit_all, contents, edit, git, needs_git, run

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
BASELINE = f"snapshots/presets/{A}.json"


def test_a_journal_left_behind_is_seen_by_the_check_of_a_pull_request(tmp_path: Path) -> None:
    pending(folder := tmp_path / "project")
    ran = run(folder, "snapshot", "--check")
    assert (ran.code, ran.out) == (1, "")
    assert f"{JOURNAL}: `snapshot --fold` was stopped before it ended\n" in ran.err
    parity = run(folder, "check-parity", "--no-record")
    assert f"warning: {JOURNAL}: `snapshot --fold` was stopped before it ended\n" in parity.err


def forge_ledger(folder: Path, *, is_staged: bool) -> None:
    """Make a stopped change close all phases; without the file itself if it is not staged."""
    document = json.loads((folder / JOURNAL).read_text())
    files, process = document["files"], document["process"]
    staged = folder / temporary(LEDGER, process)
    forged = staged.read_text().replace("phase: 0", "phase: done").encode()
    if is_staged:
        staged.write_bytes(forged)
    files[LEDGER][1] = digest(forged)
    change = Change(document["doing"], {path: (old, new) for path, (old, new) in files.items()})
    document["seal"] = journal_seal(replace(change, process=process))
    (folder / JOURNAL).write_text(json.dumps(document))


def test_a_journal_made_by_hand_is_not_believed(tmp_path: Path) -> None:
    pending(folder := tmp_path / "project")
    forge_ledger(folder, is_staged=False)
    before = contents(folder)
    for words in (("snapshot", "--check"), ("check-parity",), ("advance",), ("snapshot",)):
        ran = run(folder, *words)
        assert (ran.code, ran.out) == (1, ""), words
        assert ran.err.startswith(LEDGER)
    lock = {f"snapshots/{LOCK}": b""}
    assert {**contents(folder), **lock} == {**before, **lock}


def test_what_a_journal_made_by_hand_brings_is_not_believed(tmp_path: Path) -> None:
    pending(folder := tmp_path / "project")
    forge_ledger(folder, is_staged=True)
    for words in (("snapshot", "--check"), ("check-parity",), ("advance",), ("snapshot",)):
        ran = run(folder, *words)
        assert (ran.code, ran.out) == (1, ""), words
        assert re.search(
            rf"^{re.escape(LEDGER)}:\d+:\d+: the open phase was edited$", ran.err, re.MULTILINE
        )


@needs_git
@pytest.mark.parametrize("is_committed", [False, True])
def test_a_journal_is_not_put_upon_another_branch(tmp_path: Path, is_committed: bool) -> None:
    """Checking out another state between a kill and the next command."""
    folder = tmp_path / "project"
    write_files(folder, SMALL_PROJECT)
    ok(folder, "snapshot")
    commit_all(folder)
    git(folder, "checkout", "--quiet", "-b", "other")
    ok(folder, "map", "--old", B, "--phase", "1")
    git(folder, "commit", "--quiet", "--all", "--message=other")
    git(folder, "checkout", "--quiet", "main")
    stopped = tmp_path / "stopped"
    pending(stopped)
    for path in ("snapshots", "configs"):
        shutil.copytree(stopped / path, folder / path, dirs_exist_ok=True)
    if is_committed:
        git(folder, "checkout", "--quiet", "--force", "other")
    else:
        git(folder, "stash", "--quiet")
    before = {**contents(folder / "snapshots")}
    ran = run(folder, "map", "--old", A, "--phase", "2")
    if is_committed:
        assert (ran.code, ran.out) == (1, "")
        record = record_path(B)
        assert ran.err.startswith(f"{record}: neither as `snapshot --fold` found it nor as ")
        assert {**contents(folder / "snapshots"), ".lock": b""} == {**before, ".lock": b""}
        (folder / JOURNAL).unlink()
        ok(folder, "map", "--old", A, "--phase", "2")
    else:
        assert ran.code == 0
        assert ran.err.startswith(FINISHED)
        assert run(folder, "check-parity", "--no-record").code == 2  # the sources are the old ones


@pytest.mark.parametrize("path", [LEDGER, record_path(A), BASELINE])
def test_a_link_to_the_same_content_is_as_good_and_is_replaced_whole(
    frozen_project: Path, path: str
) -> None:
    elsewhere = frozen_project / "elsewhere"
    (frozen_project / path).rename(elsewhere)
    (frozen_project / path).symlink_to(elsewhere)
    kept = elsewhere.read_bytes()
    assert run(frozen_project, "snapshot", "--check").code == 0
    edit(frozen_project / "configs/components/optim.yaml", "1.0e-4", "2.0e-4")
    refreeze(frozen_project, "why", A, B)
    assert not (frozen_project / path).is_symlink()
    assert elsewhere.read_bytes() == kept


@pytest.mark.parametrize("snapshots", ["frozen", "deep/down/frozen"])
def test_the_folder_may_be_nested_absent_or_a_link(small_project: Path, snapshots: str) -> None:
    edit(small_project / "pyproject.toml", "phase_1", f'snapshots = "{snapshots}"\nphase_1')
    assert run(small_project, "map", "--old", A, "--phase", "1").code == 1
    assert not (small_project / snapshots.partition("/")[0]).exists()
    ok(small_project, "snapshot")
    place = small_project / snapshots
    place.rename(small_project / "real")
    place.symlink_to(small_project / "real")
    assert run(small_project, "snapshot", "--check").code == 0
    edit(small_project / "configs/components/optim.yaml", "1.0e-4", "2.0e-4")
    refreeze(small_project, "why", A, B)
    assert place.is_symlink()
    assert run(small_project, "check-parity", "--no-record").code == 0


def test_a_link_under_a_temporary_name_is_not_followed(
    frozen_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.getpid", lambda: 7)
    (frozen_project / "precious").write_text("kept")
    (frozen_project / "snapshots/.ledger.yaml.7.tmp").symlink_to("../precious")
    run(frozen_project, "map", "--old", A, "--phase", "1")
    assert (frozen_project / "precious").read_text() == "kept"


@pytest.mark.parametrize("name", [".journal.json", ".lock"])
def test_a_folder_in_place_of_one_of_its_own_files_is_named(
    frozen_project: Path, name: str
) -> None:
    (frozen_project / "snapshots" / name).mkdir()
    edit(frozen_project / "configs/components/optim.yaml", "1.0e-4", "2.0e-4")
    before = contents(frozen_project)
    ran = run(frozen_project, "accept", "--preset", "configs", "--reason", "why")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("snapshots")
    assert "directory" in ran.err
    assert contents(frozen_project) == before


def test_a_first_freeze_that_was_killed_is_begun_anew(tmp_path: Path) -> None:
    """Also if the presets were edited since: what it has left is known to be its own."""
    first = SCENARIOS[0]
    first.prepare(folder := tmp_path / "project")
    shutil.copytree(folder, trial := tmp_path / "trial")
    _, made = changes_of(trial, first.words)
    journal = next(each for each in made if each.path == trial / JOURNAL and each.name == "replace")
    killed(folder, first.words, Stop(journal.number))
    shutil.copytree(folder, other := tmp_path / "other")
    assert run(folder, "check-parity").err.startswith("snapshots: nothing has been frozen yet")
    ok(folder, "snapshot")
    assert settled(folder) == settled(trial)
    edit(other / B, "seed: 1", "seed: 2")
    edit(trial / B, "seed: 1", "seed: 2")
    shutil.rmtree(trial / "snapshots")
    for each in (trial, other):
        ok(each, "snapshot")
    assert contents(other) == contents(trial)


@pytest.mark.parametrize("name", [f"presets/{B}.json", "presets/stranger.json"])
def test_a_first_freeze_is_not_put_upon_files_that_may_be_anybodys(
    small_project: Path, name: str
) -> None:
    place = small_project / "snapshots" / name
    place.parent.mkdir(parents=True)
    place.write_text("{}\n")
    before = contents(small_project)
    ran = run(small_project, "snapshot")
    assert (ran.code, ran.out) == (1, "")
    reason = (
        "frozen already, "
        if name.startswith(f"presets/{B}")
        else "no record lists this file, and it is not what would be frozen"
    )
    assert ran.err.startswith(f"snapshots/{name}: {reason}")
    assert contents(small_project) == before
    place.unlink()
    ok(small_project, "snapshot")


@needs_git
def test_the_baseline_of_a_moved_preset_whose_record_is_lost_is_not_removed(
    frozen_project: Path,
) -> None:
    """Nobody else is named by it, and its fusion config might be named by nobody else."""
    moved = "configs/train/moved.yaml"
    (frozen_project / B).rename(frozen_project / moved)
    ok(frozen_project, "map", "--old", B, "--new", moved)
    commit_all(frozen_project)
    (frozen_project / record_path(B)).unlink()
    before = contents(frozen_project / "snapshots")
    run(frozen_project, "snapshot")
    assert contents(frozen_project / "snapshots").items() >= before.items()
    assert run(frozen_project, "check-parity", "--no-record").code == 1
