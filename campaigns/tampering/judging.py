"""Judges whether an edit changed frozen content, without the commands, and if they noticed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from campaigns.tampering.edits import (
    ACCEPTED,
    LEDGER,
    Edited,
    Files,
    Link,
    is_acceptance,
    is_record,
)
from tests.conftest import ROOT
from tests.earlier import refreeze
from tests.ledgers import ok
from tests.running import Ran, edit, run
from tests.typed import alike

PRESET = "configs/train/sft/dense_1024.yaml"
OVERLAYS = ("configs/smoke/group_metrics.yaml", "configs/train/sft/dense_1024_gkd.yaml")
MOVED, MOVED_TO = "configs/train/stage_b/distill.yaml", "configs/train/stage_b/moved.yaml"
COMMANDS = (("snapshot", "--check"), ("check-parity", "--no-record"))
_UNREADABLE = object()


def state_to_edit(folder: Path) -> Files:
    """Copy this repository's state, give it a record of every kind, and return its files."""
    shutil.copytree(ROOT / "configs", folder / "configs")
    shutil.copytree(ROOT / "snapshots", folder / "snapshots")
    shutil.copy(ROOT / "pyproject.toml", folder)
    edit(folder / PRESET, "learning_rate: 2.0e-4", "learning_rate: 3.0e-4")
    refreeze(folder, "a test", PRESET, *OVERLAYS)
    ok(folder, "map", "--old", "configs/train/sft/dense_2048.yaml", "--phase", "1")
    (folder / MOVED).rename(folder / MOVED_TO)
    ok(folder, "map", "--old", MOVED, "--new", MOVED_TO)
    edit(folder / PRESET, "learning_rate: 3.0e-4", "learning_rate: 4.0e-4\n  seed: 7")
    ok(folder, "accept", "--preset", "configs", "--reason", "a test", "--until", "2027-03-01")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted((folder / "snapshots").rglob("*"))
        if path.is_file()
    }


@contextmanager
def made(folder: Path, changed: Edited, files: Files) -> Iterator[None]:
    """Make an edit while the block runs, then undo it."""
    for path, data in changed.items():
        place = folder / path
        place.unlink(missing_ok=True)
        if isinstance(data, Link):
            place.symlink_to(folder / data.to)
        elif data is not None:
            place.write_bytes(data)
    try:
        yield
    finally:
        for path in changed:
            (folder / path).unlink(missing_ok=True)
            if path in files:
                (folder / path).write_bytes(files[path])


@dataclass(frozen=True)
class Verdict:
    """The files whose content an edit changed, and the commands that did not notice."""

    changed: tuple[str, ...]
    missed: tuple[str, ...] = ()


def judge(folder: Path, changed: Edited, files: Files) -> Verdict:
    """Make an edit, run the commands, undo the edit, and return the verdict."""
    with made(folder, changed, files):
        after = {path: _content(path, _bytes(folder / path)) for path in changed}
        before = {path: _content(path, files.get(path)) for path in changed}
        spoilt = tuple(path for path in changed if not _alike(before[path], after[path]))
        ran = {words: run(folder, *words) for words in COMMANDS} if spoilt else {}
    is_mild = all(path not in files or _only_status(before[path], after[path]) for path in spoilt)
    missed = [
        " ".join(words)
        for words, each in ran.items()
        # After two edits, the command may name the file whose content did not change.
        if not _is_noticed(each, {*changed}, is_mild=is_mild and words[0] == "check-parity")
        and not _is_taken_back(each, words, {path: after[path] for path in spoilt})
    ]
    return Verdict(spoilt, tuple(missed))


def _is_taken_back(ran: Ran, words: tuple[str, ...], after: Mapping[str, object]) -> bool:
    """Tell whether all that changed is that acceptances are gone, which is to take them back.

    Then their presets differ from what is expected, and the baselines are as they were. A file may
    lie there under a name that counts for nothing.
    """
    is_gone = all(
        path.startswith(ACCEPTED) and (content is None or not is_acceptance(path))
        for path, content in after.items()
    )
    return is_gone and ran.code == (0 if words[0] == "snapshot" else 2)


def _is_noticed(ran: Ran, edited: Collection[str], *, is_mild: bool) -> bool:
    """Tell whether a command named an edited file, in an error or, for a mild edit, a warning."""
    is_named = any(name in ran.err for name in edited)
    is_told = ran.code == 1 or (is_mild and ran.err.startswith("warning: "))
    return is_named and is_told and (ran.code != 1 or not ran.out)


def _bytes(place: Path) -> bytes | None:
    return place.read_bytes() if place.is_file() else None


def _content(path: str, data: bytes | None) -> object:
    """Return a file's content: records and ledger as values, others as bytes, CRLF as LF."""
    if data is None:
        return None
    try:
        if is_record(path):
            return json.loads(data)
        if path == LEDGER or is_acceptance(path):
            return yaml.safe_load(data)
    except (ValueError, yaml.YAMLError, RecursionError):
        return _UNREADABLE
    return data.replace(b"\r\n", b"\n")


def _alike(before: object, after: object) -> bool:
    return after is not _UNREADABLE and alike(before, after)


def _only_status(before: object, after: object) -> bool:
    """Tell whether an edit of a record changed only the status."""
    return alike(_without_status(before), _without_status(after))


def _without_status(document: object) -> object:
    if isinstance(document, dict) and "status" in document:
        return {**document, "status": None}
    return document
