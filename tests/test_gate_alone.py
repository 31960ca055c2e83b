"""Without a `legacy` setting there is no migration, and no output of any command speaks of one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.ledgers import type_status
from tests.running import Ran, commit_all, edit, git, needs_git, run

A, B, C = (f"configs/runs/{name}.yaml" for name in "abc")
MIX = "configs/data/mix.yaml"
PROJECT = {
    "pyproject.toml": (
        "[tool.config-migration]\n"
        'presets = ["configs/runs/**/*.yaml"]\n'
        'base = "configs/base.yaml"\n'
        'launch_settings = ["name"]\n'
        "max_files = 4\n"
    ),
    "configs/base.yaml": "w: 1\n",
    "configs/parts/optim.yaml": "extends: ../base.yaml\nlr: 1.0e-4\n",
    MIX: "targets:\n  - {name: bbu, ratio: 1.0}\nsources: []\n",
    A: f"extends: ../parts/optim.yaml\nname: a\ncustom: {{fusion_config: {MIX}}}\n",
    B: "extends: a.yaml\nname: b\nseed: 1\n",
    C: "extends: ../base.yaml\nname: c\nseed: 2\n",
}
# The words of a migration. Those of the program's and of the settings' name do not count.
WORDS = re.compile(
    r"phase|pending|\bport\b|migrat|legacy|\badvance|retire|trunk|shallow form", re.IGNORECASE
)
NAMES = re.compile(r"config[-_]migration|config-migration-toolkit", re.IGNORECASE)

State = Callable[[Path], None]


def _fresh(folder: Path) -> None:
    """Leave the project as it was frozen."""


def _changed(folder: Path) -> None:
    edit(folder / A, "name: a", "name: z")


def _other_type(folder: Path) -> None:
    edit(folder / "configs/parts/optim.yaml", "lr: 1.0e-4", "lr: 1e-4\nmore: [1, 2]")


def _base_changed(folder: Path) -> None:
    edit(folder / "configs/base.yaml", "w: 1", "w: 2")


def _fusion_changed(folder: Path) -> None:
    edit(folder / MIX, "ratio: 1.0", "ratio: 0.5")


def _renamed(folder: Path) -> None:
    (folder / C).rename(folder / "configs/runs/c_v2.yaml")


def _folder_renamed(folder: Path) -> None:
    (folder / "configs/runs").rename(folder / "configs/presets")
    edit(folder / "pyproject.toml", "configs/runs/", "configs/*/")
    edit(folder / "pyproject.toml", "base =", 'exclude = ["configs/[pd]a*/**"]\nbase =')


def _gone(folder: Path) -> None:
    (folder / C).unlink()


def _two_gone(folder: Path) -> None:
    (folder / C).unlink()
    (folder / B).unlink()


def _mapped(folder: Path) -> None:
    _renamed(folder)
    assert run(folder, "map", C, "configs/runs/c_v2.yaml").code == 0


def _mapped_and_back(folder: Path) -> None:
    _mapped(folder)
    write_files(folder, {C: PROJECT[C]})


def _dropped(folder: Path) -> None:
    (folder / C).unlink()
    assert run(folder, "map", C, "--drop", "--reason", "no longer run").code == 0


def _dropped_and_there(folder: Path) -> None:
    assert run(folder, "map", A, "--drop", "--reason", "no longer run").code == 0


def _new(folder: Path) -> None:
    write_files(folder, {"configs/runs/d.yaml": "extends: ../parts/optim.yaml\nname: d\n"})


def _new_that_gates(folder: Path) -> None:
    _new(folder)
    edit(folder / "pyproject.toml", "base =", 'new = "error"\nbase =')


def _unreadable(folder: Path) -> None:
    (folder / C).write_text("extends: nowhere.yaml\n")


def _fusion_gone(folder: Path) -> None:
    (folder / MIX).unlink()


def _accepted(folder: Path) -> None:
    _base_changed(folder)
    assert (
        run(folder, "accept", "--key", "w", "--reason", "wider", "--until", "2020-01-01").code == 0
    )


def _returned(folder: Path) -> None:
    _accepted(folder)
    edit(folder / "configs/base.yaml", "w: 2", "w: 1")


def _accepted_and_dropped(folder: Path) -> None:
    _accepted(folder)
    _gone(folder)
    assert run(folder, "map", C, "--drop", "--reason", "no longer run").code == 0


def _folded(folder: Path) -> None:
    _accepted(folder)
    assert run(folder, "snapshot", "--fold").code == 0


def _typed(folder: Path) -> None:
    type_status(folder, A, "failed")


def _baseline_edited(folder: Path) -> None:
    edit(folder / f"snapshots/presets/{A}.json", '"w": 1', '"w": 7')


def _baseline_gone(folder: Path) -> None:
    (folder / f"snapshots/presets/{C}.json").unlink()
    (folder / f"snapshots/records/{C}.json").unlink()


def _ledger_gone(folder: Path) -> None:
    (folder / "snapshots/ledger.yaml").unlink()


def _leftover(folder: Path) -> None:
    write_files(folder, {"snapshots/presets/configs/old.yaml.json": "{}\n"})


def _nothing_frozen(folder: Path) -> None:
    for path in sorted((folder / "snapshots").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


STATES: Sequence[State] = (
    _fresh,
    _changed,
    _other_type,
    _base_changed,
    _fusion_changed,
    _renamed,
    _folder_renamed,
    _gone,
    _two_gone,
    _mapped,
    _mapped_and_back,
    _dropped,
    _dropped_and_there,
    _new,
    _new_that_gates,
    _unreadable,
    _fusion_gone,
    _accepted,
    _returned,
    _accepted_and_dropped,
    _folded,
    _typed,
    _baseline_edited,
    _baseline_gone,
    _ledger_gone,
    _leftover,
    _nothing_frozen,
)
FORMATS = {
    "check-parity": ("table", "json", "markdown", "github", "junit"),
    "ledger": ("table", "json", "markdown"),
    "ledger --history": ("table", "json", "markdown"),
    "compare": ("table", "json", "markdown", "github", "junit"),
    "uses": ("table", "json"),
    "values": ("table", "json", "markdown", "csv"),
    "inspect": ("text", "json", "yaml"),
    "diff": ("text", "json", "markdown"),
    "lint": ("table", "json", "github"),
}
# Those that write come last, each after what it changes for the next one has been read.
CALLS: Sequence[str] = (
    "check-parity --no-record",
    "check-parity --no-record -v",
    f"check-parity --no-record --preset {C}",
    "check-parity --no-record --status failed",
    "check-parity --no-record --status missing -v",
    "ledger",
    "ledger --check",
    "ledger --status verified",
    "ledger --history",
    "compare",
    "compare HEAD",
    f"inspect {A}",
    f"inspect {A} --origins",
    f"inspect {A} --key lr",
    f"inspect {A} --key nothing",
    f"diff {A} {B} --profile strict",
    f"diff {A} {B}",
    "uses configs/parts/optim.yaml",
    f"uses {A}",
    "values lr",
    "lint",
    "doctor",
    "init",
    "snapshot --check",
    f"draft {A}",
    f"draft {B} --overlay-of {A}",
    "draft --base",
    "draft --all --into drafts --force",
    "accept",
    "accept --check",
    "accept --check --today 2030-01-01",
    "accept --key w --reason better --dry-run",
    f"map {C} {C}",
    f"map {C} configs/runs/c_v2.yaml",
    f"map {C} configs/runs/no.yaml",
    f"map {C} configs/parts/optim.yaml",
    f"map {A} {B}",
    "map configs/no configs/runs",
    "map configs/runs configs/no",
    "map configs/runs configs/presets",
    "check-parity",
    "snapshot",
    f"snapshot --preset {C}",
    "snapshot --upgrade",
    "snapshot --resolve",
    "snapshot --fold",
    f"map {B} --drop --reason old",
    f"map {B} {B}",
    "snapshot --force",
    "check-parity --record",
)


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gate")
    write_files(folder, PROJECT)
    ran = run(folder, "snapshot")
    assert ran.code == 0, ran.err
    commit_all(folder)
    return folder


@needs_git
@pytest.mark.parametrize("change", STATES, ids=lambda each: each.__name__.strip("_"))
def test_no_output_speaks_of_a_migration(tmp_path: Path, frozen: Path, change: State) -> None:
    folder = tmp_path / "project"
    git(frozen, "clone", "--quiet", str(frozen), str(folder))
    change(folder)
    found = [
        f"{' '.join(words)}: {each}"
        for call in CALLS
        for words in _list_calls(call)
        for each in _find_words(run(folder, *words))
    ]
    assert found == []


def _list_calls(call: str) -> Iterator[list[str]]:
    """Yield a call in every format that the command has."""
    words = call.split()
    name = "ledger --history" if "--history" in words else words[0]
    formats = FORMATS.get(name, ())
    if name == "inspect" and len(words) > 2:
        formats = ("text", "json")
    yield from ([*words, "--format", each] for each in formats)
    if not formats:
        yield words


def _find_words(ran: Ran) -> list[str]:
    """Return the lines of an output that speak of a migration, of JSON the values that do."""
    texts = [*_list_texts(ran.out), *ran.err.splitlines()]
    return [text for text in texts if WORDS.search(NAMES.sub("", text))]


def _list_texts(out: str) -> list[str]:
    try:
        document = json.loads(out)
    except ValueError:
        return out.splitlines()
    return [*_list_strings(document)]


def _list_strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for each in value.values() for text in _list_strings(each))
    elif isinstance(value, list):
        yield from (text for each in value for text in _list_strings(each))
