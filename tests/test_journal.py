"""Several files change as one: all of them or none, whenever the process ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from migration import disk
from migration.digests import digest
from migration.errors import MigrationError
from migration.journal import JOURNAL, Change, commit, complete, journal_seal, pending
from migration.trees import Tree
from tests.conftest import ConfigTree
from tests.running import contents

PATH = f"state/{JOURNAL}"
BEFORE = {"state/a": "old", "state/b": "old", "state/gone": ""}
CHANGE = Change("snapshot", {"state/a": b"new", "state/b": b"new"}, ("state/gone",))
FRESH = {"state/new/c": b"fresh"}
AFTER = {"state/a": b"new", "state/b": b"new", "state/new/c": b"fresh"}


class StoppedError(BaseException):
    """Stands for the end of the process, which nothing can catch."""


@pytest.fixture
def tree(config_tree: ConfigTree) -> Tree:
    return config_tree(BEFORE)


def make(tree: Tree) -> None:
    """Make the change."""
    with tree.staged(FRESH) as staged:
        commit(tree, staged, "state", CHANGE, {path: digest(data) for path, data in FRESH.items()})


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


def test_a_change_replaces_removes_and_adds(tree: Tree) -> None:
    make(tree)
    assert contents(tree.root) == AFTER
    assert pending(tree, "state") is None
    assert complete(tree, "state") is None


def test_a_change_that_was_not_written_down_has_not_happened(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        stop_at(patch, JOURNAL)
        with pytest.raises(StoppedError):
            make(tree)
    left = without_temporaries(tree.root)
    assert left == {path: text.encode() for path, text in BEFORE.items()} | FRESH
    assert complete(tree, "state") is None


@pytest.mark.parametrize("place", ["a", "b"])
def test_a_change_that_was_written_down_is_seen_and_finished(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    with monkeypatch.context() as patch:
        stop_at(patch, place)
        with pytest.raises(StoppedError):
            make(tree)
    assert (tree.root / "state/b").read_bytes() == b"old"
    before = contents(tree.root)
    assert pending(tree, "state") == CHANGE
    assert contents(tree.root) == before
    assert complete(tree, "state") == CHANGE
    assert without_temporaries(tree.root) == AFTER


def test_a_change_that_is_refused_leaves_nothing(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
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
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise OSError(5, "Input/output error", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(disk, "remove", refuse)
        with pytest.raises(MigrationError) as error:
            make(tree)
    assert str(error.value) == (
        "state/gone: cannot remove: Input/output error\n"
        f"  hint: the change stands in {PATH}: the next command that writes finishes it"
    )
    assert complete(tree, "state") == CHANGE
    assert contents(tree.root) == AFTER


def _resealed(document: dict[str, Any]) -> dict[str, Any]:
    files = {path: str(text).encode() for path, text in document["files"].items()}
    change = Change(document["doing"], files, tuple(document["remove"]))
    return {**document, "seal": journal_seal(change, document["found"])}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: {**document, "doing": "advance"},
        lambda document: {**document, "files": {"state/a": "other"}},
        lambda document: _resealed({**document, "found": {**document["found"], "etc/a": None}}),
        lambda document: _resealed({**document, "found": {**document["found"], "state/../a": ""}}),
        lambda document: _resealed({**document, "files": {"elsewhere/a": "new"}}),
        lambda document: _resealed({**document, "remove": ["/etc/passwd"]}),
        lambda document: _resealed({**document, "found": {}}),
        lambda document: _resealed({**document, "files": {"state/a": None}}),
        lambda _: {},
        lambda _: [],
    ],
)
def test_what_the_toolkit_did_not_write_down_is_refused(
    tree: Tree,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[dict[str, Any]], object],
) -> None:
    with monkeypatch.context() as patch:
        stop_at(patch, "a")
        with pytest.raises(StoppedError):
            make(tree)
    document = spoil(json.loads((tree.root / PATH).read_text()))
    (tree.root / PATH).write_text(json.dumps(document))
    before = contents(tree.root)
    for act in (pending, complete):
        with pytest.raises(MigrationError) as error:
            act(tree, "state")
        assert str(error.value) == (
            f"{PATH}: not a change that the toolkit wrote down\n"
            "  hint: restore the folder from version control"
        )
    assert contents(tree.root) == before


def test_a_change_of_a_newer_version_is_left_to_it(tree: Tree) -> None:
    (tree.root / PATH).write_text('{"format": 3}')
    with pytest.raises(MigrationError, match="format 3 is newer than this version reads, 2"):
        complete(tree, "state")


@pytest.mark.parametrize(
    ("path", "text"),
    [("state/a", "other"), ("state/a", None), ("state/gone", "other"), ("state/new/c", None)],
)
def test_a_change_is_not_put_upon_other_files_than_it_found(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, path: str, text: str | None
) -> None:
    with monkeypatch.context() as patch:
        stop_at(patch, "b")
        with pytest.raises(StoppedError):
            make(tree)
    (tree.root / path).unlink()
    if text is not None:
        (tree.root / path).write_text(text)
    before = contents(tree.root)
    for act in (pending, complete):
        with pytest.raises(MigrationError) as error:
            act(tree, "state")
        assert str(error.value) == (
            f"{path}: neither as `snapshot` found it nor as it leaves it\n"
            f"  hint: `snapshot` was stopped, and its change stands in {PATH}: put this file back, "
            "or remove that one to give the change up"
        )
    assert contents(tree.root) == before


def test_a_change_is_put_upon_the_same_files_with_other_line_ends(
    config_tree: ConfigTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = config_tree({**BEFORE, "state/b": "old\n"})
    with monkeypatch.context() as patch:
        stop_at(patch, "b")
        with pytest.raises(StoppedError):
            make(tree)
    (tree.root / "state/b").write_bytes(b"old\r\n")
    assert complete(tree, "state") == CHANGE
    assert without_temporaries(tree.root) == AFTER


def test_a_change_whose_journal_may_not_last_is_told_to_stand(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: Path) -> None:
        if (folder / JOURNAL).exists():
            raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(disk, "sync_folder", refuse)
        with pytest.raises(MigrationError, match="the next command that writes finishes it"):
            make(tree)
        with pytest.raises(MigrationError, match="the next command that writes finishes it"):
            complete(tree, "state")
    assert complete(tree, "state") == CHANGE
    assert contents(tree.root) == AFTER
