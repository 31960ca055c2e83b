"""Ledger, records and baselines are read together, and stand or fall together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from migration.commands import advance
from migration.commands import map as move
from migration.commands.accept import take
from migration.commands.snapshot import fold, freeze
from migration.errors import MigrationError
from migration.project.project import open_project
from migration.store.ledger import Progression
from migration.store.ledger_file import ledger_text
from migration.store.record_file import decided_again, read_record
from migration.store.records import PRESETS
from migration.store.seal import RESOLVE
from tests.conftest import write_files
from tests.earlier import refreeze
from tests.ledgers import LEDGER, MIX, OPTIM, SHALLOW, A, B, ok, record_path
from tests.running import commit_all, contents, edit, git, needs_git, run

RESTORE = f"  hint: restore it from version control; {RESOLVE}\n"
RECORD, BASELINE = record_path(A), f"snapshots/presets/{A}.json"
FUSION = f"snapshots/fusion/{MIX}.json"
COMMANDS = [
    ("check-parity",),
    ("check-parity", "--no-record"),
    ("snapshot",),
    ("snapshot", "--check"),
    ("accept", "--preset", "configs", "--reason", "why"),
    ("ledger",),
    ("ledger", "--check"),
    ("map", "--old", A, "--phase", "1"),
    ("map", "--old", A, "--drop", "--reason", "why"),
    ("advance",),
    ("retire",),
    ("retire", "--dry-run", "--force"),
]


def assert_refused_by_all(folder: Path, path: str, message: str) -> None:
    before = contents(folder)
    for words in COMMANDS:
        ran = run(folder, *words)
        assert (words, ran.code, ran.out) == (words, 1, "")
        assert ran.err.startswith(f"{path}{message}"), (words, ran.err)
    assert contents(folder) == before


def test_a_ledger_that_is_gone(frozen_project: Path) -> None:
    (frozen_project / LEDGER).unlink()
    message = f": no such file, but there are records\n{RESTORE}"
    assert_refused_by_all(frozen_project, LEDGER, message)


def test_a_record_that_is_gone(frozen_project: Path) -> None:
    """Its baseline may be taken as it is, if it is what would be frozen and git knows of none."""
    (frozen_project / RECORD).unlink()
    edit(frozen_project / BASELINE, "0.0001", "0.0002")
    before = contents(frozen_project)
    for words in COMMANDS:
        ran = run(frozen_project, *words)
        assert (words, ran.code, ran.out) == (words, 1, "")
        assert RECORD in ran.err
    assert contents(frozen_project) == before


def test_a_baseline_that_is_gone(frozen_project: Path) -> None:
    (frozen_project / BASELINE).unlink()
    message = ": missing, but its record is there\n"
    assert_refused_by_all(frozen_project, BASELINE, message)


def test_all_records_that_are_gone_in_a_later_phase(frozen_project: Path) -> None:
    ok(frozen_project, "advance")
    for path in contents(frozen_project / "snapshots"):
        if path != "ledger.yaml":
            (frozen_project / "snapshots" / path).unlink()
    message = ": phase 1 is open, but no record is there\n"
    assert_refused_by_all(frozen_project, LEDGER, message)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("phase: 0", "phase: [", ":3:8: not valid YAML: the bracket [ is not closed"),
        ("phase: 0", "<<<<<<< HEAD\nphase: 0", ":3: a conflict marker of git\n"),
        ("format: 3", "format: 7", ":2:1: format 7 is newer than this version reads, 3\n"),
        ("format: 3", "format: 2", ":2:1: format 2 is older than this version reads, 3\n"),
        ("phase: 0", "phase: 2", ":3:1: the open phase was edited\n"),
    ],
)
def test_a_ledger_that_cannot_be_read(
    frozen_project: Path, old: str, new: str, message: str
) -> None:
    edit(frozen_project / LEDGER, old, new)
    assert_refused_by_all(frozen_project, LEDGER, message)


@pytest.mark.parametrize("path", [LEDGER, RECORD, BASELINE])
def test_windows_line_ends_are_no_edit(frozen_project: Path, path: str) -> None:
    text = (frozen_project / path).read_bytes()
    (frozen_project / path).write_bytes(text.replace(b"\n", b"\r\n"))
    assert run(frozen_project, "ledger", "--check").code == 0
    ok(frozen_project, "map", "--old", A, "--phase", "1")


def test_a_command_about_one_preset_reads_no_other(frozen_project: Path) -> None:
    (frozen_project / record_path(B)).write_text("spoilt")
    (frozen_project / f"snapshots/presets/{B}.json").write_text("spoilt")
    ok(frozen_project, "check-parity", "--preset", A)
    assert run(frozen_project, "snapshot", "--check", "--preset", A).code == 0
    ok(frozen_project, "map", "--old", A, "--phase", "1")
    ok(frozen_project, "map", "--old", A, "--drop", "--reason", "why")
    ok(frozen_project, "inspect", "--config", BASELINE)
    assert run(frozen_project, "check-parity").code == 1


def _close_a_phase(folder: Path) -> None:
    """Do to the ledger what `git pull` may bring along."""
    (folder / LEDGER).write_text(ledger_text(Progression(2)))


def _decide(folder: Path) -> None:
    path = folder / RECORD
    found = read_record(path.read_bytes(), PRESETS, A, RECORD).entry
    assert found
    path.write_bytes(decided_again(path.read_bytes(), PRESETS, A, found.with_status("failed")))


@pytest.mark.parametrize(
    ("function", "words", "tamper"),
    [
        ((move, "assess_preset"), ("map", "--old", A, "--phase", "1"), _close_a_phase),
        ((move, "assess_preset"), ("map", "--old", A, "--phase", "1"), _decide),
        ((advance, "assess_presets"), ("advance",), _close_a_phase),
        ((advance, "assess_presets"), ("advance",), _decide),
        ((freeze, "resolve_targets"), ("snapshot",), _close_a_phase),
        (
            (take, "assess_presets"),
            ("accept", "--preset", "configs", "--reason", "w"),
            _close_a_phase,
        ),
    ],
)
def test_what_changed_while_a_command_ran_is_not_overwritten(
    frozen_project: Path,
    monkeypatch: pytest.MonkeyPatch,
    function: tuple[object, str],
    words: tuple[str, ...],
    tamper: Callable[[Path], None],
) -> None:
    if words == ("advance",):
        # Of both presets another verdict is to be recorded.
        write_files(frozen_project, {A: SHALLOW})
    if words == ("snapshot",):
        new = "extends: ../components/optim.yaml\n"
        write_files(frozen_project, {"configs/train/c.yaml": new})
    if words[0] == "accept":
        edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    module, name = function
    original = getattr(module, name)
    before: dict[str, bytes] = {}

    def overtaken(*args: object, **options: object) -> object:
        result = original(*args, **options)
        monkeypatch.setattr(module, name, original)
        tamper(frozen_project)
        before.update(
            {path: data for path, data in contents(frozen_project).items() if "/." not in path}
        )
        return result

    monkeypatch.setattr(module, name, overtaken)
    ran = run(frozen_project, *words)
    path = LEDGER if tamper is _close_a_phase else RECORD
    assert (ran.code, ran.out, ran.err) == (
        1,
        "",
        f"{path}: changed while the command ran; nothing was written\n  hint: run it again\n",
    )
    assert {path: contents(frozen_project)[path] for path in before} == before
    assert not [path for path in contents(frozen_project) if path.endswith(".tmp")]


@pytest.mark.parametrize("path", [BASELINE, RECORD, FUSION])
def test_what_a_pull_has_brought_while_it_was_folded_is_not_overwritten(
    frozen_project: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    edit(frozen_project / MIX, "ratio: 1.0", "ratio: 0.5")
    ok(frozen_project, "accept", "--preset", "configs", "--reason", "w")
    assert_not_overwritten(frozen_project, monkeypatch, fold, path, ("snapshot", "--fold"))


@pytest.mark.parametrize("folder", ["presets", "records"])
def test_what_appears_while_it_was_frozen_is_not_overwritten(
    frozen_project: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    c = "configs/train/c.yaml"
    write_files(frozen_project, {c: "extends: ../components/optim.yaml\n"})
    path = f"snapshots/{folder}/{c}.json"
    assert_not_overwritten(frozen_project, monkeypatch, freeze, path, ("snapshot",))


def assert_not_overwritten(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    path: str,
    words: tuple[str, ...],
) -> None:
    """Let a file change just before a command writes, which then changes nothing."""
    original = module.commit_changes
    before = contents(folder)

    def overtaken(*args: object) -> None:
        write_files(folder, {path: "another\n"})
        original(*args)

    monkeypatch.setattr(module, "commit_changes", overtaken)
    ran = run(folder, *words)
    assert (ran.code, ran.out, ran.err) == (
        1,
        "",
        f"{path}: changed while the command ran; nothing was written\n  hint: run it again\n",
    )
    assert contents(folder) == {**before, path: b"another\n"}


@needs_git
def test_a_fusion_config_that_a_merge_has_replaced_names_both_presets(small_project: Path) -> None:
    c = "configs/train/c.yaml"
    text = "extends: ../components/optim.yaml\ncustom: {{fusion_config: {}}}\nname: {}\n"
    write_files(small_project, {A: text.format(MIX, "a"), B: "extends: ../components/optim.yaml\n"})
    ok(small_project, "snapshot")
    git(small_project, "init", "--quiet", "--initial-branch=main")
    git(small_project, "add", ".")
    git(small_project, "commit", "--quiet", "--message=frozen")
    git(small_project, "checkout", "--quiet", "-b", "one")
    write_files(small_project, {c: text.format(MIX, "c")})
    ok(small_project, "snapshot")
    git(small_project, "add", ".")
    git(small_project, "commit", "--quiet", "--message=one")
    git(small_project, "checkout", "--quiet", "-b", "two", "main")
    edit(small_project / MIX, "ratio: 1.0", "ratio: 0.5")
    refreeze(small_project, "half as much", A)
    git(small_project, "add", ".")
    git(small_project, "commit", "--quiet", "--message=two")
    git(small_project, "merge", "--quiet", "--no-edit", "one")
    message = (
        f"{FUSION}: not the fusion config that {c} was frozen with; it is now as {A} was frozen "
        "with it\n"
    )
    for words in (
        ("check-parity", "--no-record"),
        ("check-parity", "--no-record", "--preset", c),
        ("snapshot", "--check"),
        ("ledger",),
        ("advance",),
    ):
        ran = run(small_project, *words)
        assert (words, ran.code, ran.out) == (words, 1, "")
        assert ran.err.startswith(message), ran.err
        assert f"  hint: a merge may have brought it: {RESOLVE}" in ran.err
    ok(small_project, "check-parity", "--no-record", "--preset", A)
    ok(small_project, "snapshot", "--resolve")
    assert run(small_project, "check-parity", "--no-record").code == 2
    ok(small_project, "accept", "--preset", "configs", "--reason", "half as much, too")
    assert run(small_project, "check-parity", "--no-record").code == 0
    assert run(small_project, "snapshot", "--check").code == 0


def test_the_state_of_a_project_without_frozen_files_is_empty(small_project: Path) -> None:
    with pytest.raises(MigrationError, match="nothing has been frozen yet"):
        advance.advance_phase(open_project(small_project))


@needs_git
def test_a_fusion_config_that_was_replaced_alone_is_restored_then_accepted(
    small_project: Path,
) -> None:
    old, new = "configs/train/c.yaml", "configs/c2.yaml"
    bases = "[../base.yaml, ../components/optim.yaml]"
    legacy = f"extends: {bases}\ncustom: {{fusion_config: {MIX}}}\nname: c\n"
    write_files(small_project, {old: legacy})
    ok(small_project, "snapshot")
    commit_all(small_project)
    git(small_project, "checkout", "--quiet", "-b", "one")
    write_files(small_project, {new: SHALLOW.replace("../", "") + "name: c\n"})
    ok(small_project, "advance")
    ok(small_project, "map", "--old", old, "--new", new)
    (small_project / old).unlink()
    commit_all(small_project)
    git(small_project, "checkout", "--quiet", "-b", "two", "main")
    edit(small_project / MIX, "ratio: 1.0", "ratio: 0.5")
    refreeze(small_project, "half as much", A, B, old)
    commit_all(small_project)
    git(small_project, "checkout", "--quiet", "one")
    git(small_project, "checkout", "two", "--", ":(glob)**/mix.yaml*")
    commit_all(small_project)
    ran = run(small_project, "check-parity", "--no-record")
    assert (ran.code, f"not the fusion config that {A} " in ran.err) == (1, True)
    ok(small_project, "snapshot", "--resolve")
    ok(
        small_project,
        "accept",
        "--preset",
        "configs",
        "--reason",
        "half as much",
        "--changes-training",
    )
    ok(small_project, "check-parity", "--no-record")
