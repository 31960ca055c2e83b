"""Several files change as one: all of them or none, whenever the process ends."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from migration.errors import MigrationError
from migration.files import disk
from migration.files.digest import digest
from migration.files.disk_tree import DiskTree
from migration.files.lock import LOCK
from migration.paths import is_plain_path
from migration.store.folder import StateFolder
from migration.store.journal import JOURNAL, Change, commit, complete, journal_seal, pending
from tests.conftest import ConfigTree
from tests.ledgers import OPTIM, A, ok
from tests.running import commit_all, contents, edit, needs_git, run

PATH = f"state/{JOURNAL}"
BEFORE = {"state/a": "old", "state/b": "old", "state/gone": ""}
FILES = {"state/a": b"new", "state/b": b"new", "state/new/c": b"fresh"}
CHANGE = Change(
    "snapshot",
    {
        **{path: (digest(b"old"), digest(b"new")) for path in ("state/a", "state/b")},
        "state/new/c": (None, digest(b"fresh")),
        "state/gone": (digest(b""), None),
    },
)
REFUSED = (
    "not a change that the toolkit wrote down\n  hint: restore the folder from version control"
)


class StoppedError(BaseException):
    """Stands for the end of the process, which nothing can catch."""


@pytest.fixture
def tree(config_tree: ConfigTree) -> DiskTree:
    return config_tree(BEFORE)


def make(tree: DiskTree) -> None:
    """Make the change."""
    with tree.write_beside(FILES) as staged:
        commit(tree, staged, "state", CHANGE)


def is_ours(path: str) -> bool:
    """Stand for what tells the files of the toolkit from others."""
    return is_plain_path(path) and path.startswith("state/")


def stop_at(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """Stop before the file is put in its place, and let nothing be put in order afterwards."""
    replace = disk.replace

    def stop(source: Path, target: Path) -> None:
        if target.name == place:
            for name in disk.CHANGES:
                monkeypatch.setattr(disk, name, _nothing)
            raise StoppedError
        replace(source, target)

    monkeypatch.setattr(disk, "replace", stop)


def _nothing(*_: object) -> None:
    pass


def without_temporaries(folder: Path) -> Mapping[str, bytes]:
    return {path: data for path, data in contents(folder).items() if not path.endswith(".tmp")}


def test_a_change_replaces_removes_and_adds(tree: DiskTree) -> None:
    make(tree)
    assert contents(tree.root) == FILES
    assert pending(tree, "state", is_ours) is None
    assert complete(tree, "state", is_ours) is None


def test_a_change_that_was_not_written_down_has_not_happened(
    tree: DiskTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        stop_at(patch, JOURNAL)
        with pytest.raises(StoppedError):
            make(tree)
    left = without_temporaries(tree.root)
    assert left == {path: text.encode() for path, text in BEFORE.items()}
    assert complete(tree, "state", is_ours) is None
    assert without_temporaries(tree.root) == left


@pytest.mark.parametrize("place", ["a", "b", "c"])
def test_a_change_that_was_written_down_is_seen_and_finished(
    tree: DiskTree, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    with monkeypatch.context() as patch:
        stop_at(patch, place)
        with pytest.raises(StoppedError):
            make(tree)
    assert not (tree.root / "state/new/c").exists()
    assert (tree.root / "state/b").read_bytes() == (b"new" if place == "c" else b"old")
    before = contents(tree.root)
    assert pending(tree, "state", is_ours) == CHANGE
    assert contents(tree.root) == before
    assert complete(tree, "state", is_ours) == CHANGE
    assert contents(tree.root) == FILES


def test_what_is_written_down_has_no_contents(
    tree: DiskTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        stop_at(patch, "a")
        with pytest.raises(StoppedError):
            make(tree)
    document = json.loads((tree.root / PATH).read_text())
    assert document == {
        "format": 3,
        "doing": "snapshot",
        "process": os.getpid(),
        "files": {path: [*each] for path, each in CHANGE.digests.items()},
        "seal": journal_seal(CHANGE),
    }
    staged = {CHANGE.temporary(path): data for path, data in FILES.items()}
    assert contents(tree.root).items() >= staged.items()


@pytest.mark.parametrize(
    ("path", "text"),
    [("state/a", "other"), ("state/b", None), ("state/gone", "other"), ("state/new/c", "other")],
)
def test_a_change_of_files_that_somebody_has_changed_meanwhile_is_refused(
    tree: DiskTree, path: str, text: str | None
) -> None:
    (tree.root / path).unlink(missing_ok=True)
    if text is not None:
        (tree.root / path).parent.mkdir(exist_ok=True)
        (tree.root / path).write_text(text)
    before = contents(tree.root)
    with pytest.raises(MigrationError) as error:
        make(tree)
    assert str(error.value) == (
        f"{path}: changed while the command ran; nothing was written\n  hint: run it again"
    )
    assert contents(tree.root) == before


def test_a_change_of_files_that_are_as_it_leaves_them_is_made(tree: DiskTree) -> None:
    (tree.root / "state/a").write_text("new")
    (tree.root / "state/gone").unlink()
    make(tree)
    assert contents(tree.root) == FILES


def test_a_change_that_is_refused_leaves_nothing(
    tree: DiskTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = disk.replace

    def refuse(source: Path, target: Path) -> None:
        if target.name == JOURNAL:
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(disk, "replace", refuse)
    with pytest.raises(MigrationError) as error:
        make(tree)
    assert str(error.value) == f"{PATH}: cannot write: No space left on device"
    assert contents(tree.root) == {path: text.encode() for path, text in BEFORE.items()}
    assert not (tree.root / "state/new").exists()


def test_a_change_that_is_refused_once_it_is_written_down_says_who_finishes_it(
    tree: DiskTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise OSError(5, "Input/output error", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(disk, "remove", refuse)
        with pytest.raises(MigrationError) as error:
            make(tree)
    assert str(error.value) == (
        "state/gone: cannot remove: Input/output error\n"
        f"  hint: the change is kept in {PATH}: the next command that writes finishes it"
    )
    assert complete(tree, "state", is_ours) == CHANGE
    assert contents(tree.root) == FILES


def _resealed(document: dict[str, Any]) -> dict[str, Any]:
    change = Change(document["doing"], document["files"], document["process"])
    return {**document, "seal": journal_seal(change)}


def _naming(document: dict[str, Any], path: str, *digests: object) -> dict[str, Any]:
    """Return a change that names a file of somebody's choice."""
    return _resealed({**document, "files": {**document["files"], path: [*digests]}})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: {**document, "doing": "advance"},
        lambda document: {**document, "process": 7},
        lambda document: {**document, "files": {**document["files"], "state/gone": [None, None]}},
        lambda document: _naming(document, "elsewhere/a", None, digest(b"new")),
        lambda document: _naming(document, "elsewhere/a", digest(b"kept"), None),
        lambda document: _naming(document, "state/../a", None, None),
        lambda document: _naming(document, "/etc/passwd", None, None),
        lambda document: _naming(document, "state/a"),
        lambda document: _naming(document, "state/a", None, 1),
        lambda document: _naming(document, "state/a", None, None, None),
        lambda document: _resealed({**document, "process": 0}),
        lambda document: _resealed({**document, "process": "1"}),
        lambda document: _resealed({**document, "process": True}),
        lambda document: {**document, "format": "3"},
        lambda document: {**document, "format": 3.0},
        lambda document: {**document, "files": [*document["files"]]},
        lambda _: {},
        lambda _: [],
    ],
)
def test_what_the_toolkit_did_not_write_down_is_refused(
    tree: DiskTree,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[dict[str, Any]], object],
) -> None:
    with monkeypatch.context() as patch:
        stop_at(patch, "a")
        with pytest.raises(StoppedError):
            make(tree)
    document = spoil(json.loads((tree.root / PATH).read_text()))
    (tree.root / PATH).write_text(json.dumps(document))
    (tree.root / "elsewhere").mkdir()
    (tree.root / "elsewhere/a").write_text("kept")
    before = contents(tree.root)
    for act in (pending, complete):
        with pytest.raises(MigrationError) as error:
            act(tree, "state", is_ours)
        assert str(error.value) == f"{PATH}: {REFUSED}"
    assert contents(tree.root) == before


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", REFUSED),
        ("{", REFUSED),
        ("[" * 100_000, REFUSED),
        ('{"format": 3, "format": 3}', REFUSED),
        (
            "{\n<<<<<<< HEAD\n=======\n>>>>>>> other\n}\n",
            "a conflict marker of git\n  hint: restore the folder from version control",
        ),
    ],
    ids=["empty", "cut off", "deep", "a key twice", "conflict"],
)
def test_what_is_no_document_is_refused(tree: DiskTree, text: str, reason: str) -> None:
    (tree.root / PATH).write_text(text)
    for act in (pending, complete):
        with pytest.raises(MigrationError) as error:
            act(tree, "state", is_ours)
        place = f"{PATH}:2" if "conflict" in reason else PATH
        assert str(error.value) == f"{place}: {reason}"


@pytest.mark.parametrize("number", [2, 4])
def test_a_change_of_another_version_is_left_to_it(tree: DiskTree, number: int) -> None:
    (tree.root / PATH).write_text(f'{{"format": {number}}}')
    for act in (pending, complete):
        with pytest.raises(MigrationError) as error:
            act(tree, "state", is_ours)
        assert str(error.value) == (
            f"{PATH}: a change in format {number}, and this version reads 3\n"
            "  hint: finish it with the version that began it: any command that writes does so"
        )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        *(("state/a", "other"), ("state/a", None), ("state/gone", "other")),
        *(("state/new/c", "other"), ("state/b", "other"), ("state/b", None)),
    ],
)
def test_a_change_is_not_put_upon_other_files_than_it_found(
    tree: DiskTree, monkeypatch: pytest.MonkeyPatch, path: str, text: str | None
) -> None:
    with monkeypatch.context() as patch:
        stop_at(patch, "b")
        with pytest.raises(StoppedError):
            make(tree)
    (tree.root / path).unlink(missing_ok=True)
    if text is not None:
        (tree.root / path).write_text(text)
    _assert_not_finished(tree, path)


@pytest.mark.parametrize("path", ["state/b", "state/new/c"])
@pytest.mark.parametrize("text", ["other", None])
def test_a_change_whose_new_file_is_another_one_is_not_finished(
    tree: DiskTree, monkeypatch: pytest.MonkeyPatch, path: str, text: str | None
) -> None:
    with monkeypatch.context() as patch:
        stop_at(patch, "b")
        with pytest.raises(StoppedError):
            make(tree)
    staged = tree.root / CHANGE.temporary(path)
    staged.unlink()
    if text is not None:
        staged.write_text(text)
    _assert_not_finished(tree, path)


def _assert_not_finished(tree: DiskTree, path: str) -> None:
    before = contents(tree.root)
    for act in (pending, complete):
        with pytest.raises(MigrationError) as error:
            act(tree, "state", is_ours)
        assert str(error.value) == (
            f"{path}: neither as `snapshot` found it nor as it leaves it\n"
            f"  hint: `snapshot` was stopped, and its change is kept in {PATH}: put this file "
            "back, or remove that one to discard the change"
        )
    assert contents(tree.root) == before


def test_a_change_is_put_upon_the_same_files_with_other_line_ends(
    config_tree: ConfigTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = config_tree({"state/a": "old\n", "state/b": "old\n"})
    files = dict.fromkeys(("state/a", "state/b"), b"new\n")
    change = Change("map", {path: (digest(b"old\n"), digest(files[path])) for path in files})
    with monkeypatch.context() as patch:
        stop_at(patch, "b")
        with pytest.raises(StoppedError), tree.write_beside(files) as staged:
            commit(tree, staged, "state", change)
    (tree.root / "state/a").write_bytes(b"new\r\n")
    (tree.root / "state/b").write_bytes(b"old\r\n")
    assert complete(tree, "state", is_ours) == change
    assert contents(tree.root) == {"state/a": b"new\r\n", "state/b": b"new\n"}


def test_a_change_whose_journal_may_not_last_is_told_to_stand(
    tree: DiskTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: Path) -> None:
        if (folder / JOURNAL).exists():
            raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(disk, "sync_folder", refuse)
        with pytest.raises(MigrationError, match="the next command that writes finishes it"):
            make(tree)
        with pytest.raises(MigrationError, match="the next command that writes finishes it"):
            complete(tree, "state", is_ours)
    assert complete(tree, "state", is_ours) == CHANGE
    assert contents(tree.root) == FILES


OURS = [
    "snapshots/ledger.yaml",
    f"snapshots/presets/{A}.json",
    f"snapshots/records/{A}.json",
    "snapshots/fusion/x.json",
    "snapshots/fusion_records/x.json",
]
"""And what formats before had, which an upgrade removes."""
OLD = ["snapshots/manifest.json", "snapshots/origins/x.json", "snapshots/fusion_origins/x.json"]
NOT_OURS = [
    "snapshots/notes.txt",
    "snapshots/notes.json",
    "snapshots/notes/a.json",
    "snapshots/presets/a.txt",
    "snapshots/presets/../../x.json",
    "snapshots/presets/../ledger.yaml",
    "snapshots/presets//a.json",
    "snapshots/presets/./a.json",
    "snapshots/records/.a.json.7.tmp",
    "snapshots/records/ledger.yaml",
    "snapshots/.journal.json",
    "snapshots/.lock",
    "snapshots",
    "x.json",
    "presets/a.json",
    A,
    "/etc/passwd",
    "../x.json",
]


@pytest.mark.parametrize("path", [*OURS, *OLD])
def test_a_file_of_the_toolkit_is_known(frozen_project: Path, path: str) -> None:
    assert StateFolder(DiskTree(frozen_project), "snapshots").is_ours(path)


def write_journal(folder: Path, changes: Mapping[str, tuple[bytes | None, bytes | None]]) -> None:
    """Write down a change that would do whatever is wanted, with the seal that it needs."""
    digests = {
        path: (digest(old) if old is not None else None, digest(new) if new is not None else None)
        for path, (old, new) in changes.items()
    }
    change = Change("snapshot", digests)
    for path, (_, new) in changes.items():
        if new is not None:
            staged = folder / change.temporary(path)
            staged.parent.mkdir(parents=True, exist_ok=True)
            staged.write_bytes(new)
    document = {
        "format": 3,
        "doing": change.doing,
        "process": change.process,
        "files": digests,
        "seal": journal_seal(change),
    }
    (folder / "snapshots" / JOURNAL).write_text(json.dumps(document))


def assert_refused(folder: Path) -> None:
    """Hold that no command believes what is written down, and that none touches a file."""
    before = contents(folder)
    for words in (
        ("snapshot", "--check"),
        ("check-parity",),
        ("ledger",),
        ("snapshot",),
        ("map", "--old", A, "--phase", "1"),
        ("advance",),
        ("retire", "--force"),
    ):
        ran = run(folder, *words)
        assert (ran.code, ran.out) == (1, ""), words
        assert ran.err == f"snapshots/{JOURNAL}: {REFUSED}\n"
        assert contents(folder) == before


def test_a_change_that_the_toolkit_could_have_made_is_finished(frozen_project: Path) -> None:
    """So that what the tests below write down is refused for the names in it alone."""
    record = frozen_project / f"snapshots/records/{A}.json"
    name = record.relative_to(frozen_project).as_posix()
    data = record.read_bytes()
    record.write_bytes(b"")
    write_journal(frozen_project, {name: (b"", data)})
    assert run(frozen_project, "snapshot").err == (
        "note: finished what `snapshot` had begun: 1 files changed\n"
    )
    assert record.read_bytes() == data


@pytest.mark.parametrize("path", [path for path in NOT_OURS if not path.startswith("/")])
@pytest.mark.parametrize("is_removal", [False, True])
def test_a_change_of_a_file_that_the_toolkit_does_not_make_is_refused(
    frozen_project: Path, path: str, *, is_removal: bool
) -> None:
    folder = StateFolder(DiskTree(frozen_project), "snapshots")
    assert not folder.is_ours(path)
    place = frozen_project / path
    before = place.read_bytes() if place.is_file() else None
    own = ("snapshots", f"snapshots/{JOURNAL}", f"snapshots/{LOCK}")
    if is_removal and before is None and path not in own:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(before := b"kept")
    write_journal(frozen_project, {path: (before, None if is_removal else b"{}\n")})
    assert_refused(frozen_project)


def test_a_file_outside_the_project_is_none_of_the_toolkits(frozen_project: Path) -> None:
    folder = StateFolder(DiskTree(frozen_project), "snapshots")
    for path in (f"{frozen_project}/{OURS[0]}", "/etc/passwd", "../snapshots/ledger.yaml"):
        assert not folder.is_ours(path)


@pytest.mark.parametrize("link", ["snapshots/evil", "snapshots/presets/evil", "snapshots/records"])
def test_a_change_behind_a_link_to_another_folder_is_refused(
    frozen_project: Path, tmp_path: Path, link: str
) -> None:
    outside = tmp_path / "outside"
    if link == "snapshots/records":
        (frozen_project / link).rename(outside)
    else:
        outside.mkdir()
    (outside / "precious.json").write_text("kept")
    (frozen_project / link).symlink_to(outside)
    before = contents(outside)
    folder = StateFolder(DiskTree(frozen_project), "snapshots")
    assert not any(folder.is_ours(f"{link}/{name}.json") for name in ("precious", "new", "a/b"))
    removal = {f"{link}/precious.json": (b"kept", None)}
    for changes in (removal, {f"{link}/new.json": (None, b"{}\n")}):
        write_journal(frozen_project, changes)
        for staged in outside.glob(".*.tmp"):
            staged.rename(outside.with_name(staged.name))
        assert_refused(frozen_project)
        assert contents(outside) == before


@needs_git
def test_a_change_that_git_tracks_is_refused(
    frozen_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A branch may bring it along, and then nobody here has begun it."""
    with monkeypatch.context() as patch:
        stop_at(patch, f"{A}.json".rpartition("/")[2])
        with pytest.raises(StoppedError):
            run(frozen_project, "map", "--old", A, "--phase", "1")
    (frozen_project / "snapshots/.lock").unlink()
    journal = f"snapshots/{JOURNAL}"
    assert (frozen_project / journal).exists()
    commit_all(frozen_project)
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    before = contents(frozen_project / "snapshots")
    for words in (
        ("snapshot", "--check"),
        ("snapshot", "--check", "--preset", A),
        ("snapshot",),
        ("accept", "--preset", "configs", "--reason", "why"),
        ("snapshot", "--fold"),
        ("snapshot", "--upgrade"),
        ("snapshot", "--resolve"),
        ("check-parity",),
        ("map", "--old", A, "--phase", "2"),
        ("map", "--old", A, "--drop", "--reason", "why"),
        ("advance",),
        ("retire", "--force"),
    ):
        ran = run(frozen_project, *words)
        assert (ran.code, ran.out) == (1, ""), words
        assert ran.err == (
            f"{journal}: git tracks this file: the change in it was begun elsewhere\n"
            f"  hint: remove it: `git rm --force {journal}`; then `snapshot --resolve` repairs the "
            "frozen files\n"
        )
        assert contents(frozen_project / "snapshots") == before
    (frozen_project / journal).unlink()
    ok(frozen_project, "map", "--old", A, "--phase", "2")
