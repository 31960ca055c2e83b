"""`ledger --history`: what was decided, by whom and when."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, cast

from tests.commands.snapshot.merging import attempt, branch
from tests.conftest import write_files
from tests.earlier import refreeze
from tests.ledgers import OPTIM, SHALLOW, A, B, ok
from tests.running import commit_all, edit, git, needs_git, run

pytestmark = needs_git
MOVED = "configs/train/b2.yaml"


def commit(folder: Path, author: str = "Ada") -> str:
    """Commit everything as an author; return the id."""
    git(folder, "add", "--all", ".")
    git(folder, "commit", "--quiet", "--message=x", f"--author={author} <a@example.org>")
    return git(folder, "rev-parse", "HEAD").strip()


def read_history(folder: Path) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(ok(folder, "ledger", "--history", "-f", "json")))


def moments(folder: Path) -> list[tuple[str | None, list[tuple[str, str]]]]:
    """Return each commit, with what was done in it to what."""
    return [
        (each["author"], [(done["did"], done["what"]) for done in each["decisions"]])
        for each in read_history(folder)["history"]
    ]


def test_each_decision_is_told_with_its_commit_newest_first(frozen_project: Path) -> None:
    folder = frozen_project
    commit_all(folder)
    assert moments(folder) == []
    ok(folder, "map", "--old", B, "--drop", "--reason", "nobody\nruns it")
    dropped = commit(folder, "Grace")
    ok(folder, "map", B, B)
    commit(folder)
    edit(folder / OPTIM, "1.0e-4", "2.0e-4")
    ok(folder, "accept", "--preset", "configs", "--reason", "faster")
    commit(folder)
    ok(folder, "snapshot", "--fold")
    commit(folder)
    (folder / B).rename(folder / MOVED)
    ok(folder, "map", B, MOVED, "--phase", "1")
    commit(folder)
    ok(folder, "advance")
    commit(folder)
    ok(folder, "advance", "--reopen", "0", "--reason", "one more")
    rate = "optim.lr: 0.0001 → 0.0002"
    assert moments(folder) == [
        (None, [("reopened", "phase 0")]),
        ("Ada", [("closed", "phase 0")]),
        ("Ada", [("moved", f"{B} → {MOVED}")]),
        ("Ada", [("folded", rate)]),
        ("Ada", [("accepted", rate)]),
        ("Ada", [("taken up", B)]),
        ("Grace", [("dropped", B)]),
    ]
    history = read_history(folder)
    assert (history["git"], history["shallow"], history["unread_before"]) == (True, False, None)
    (oldest,) = history["history"][-1]["decisions"]
    assert (history["history"][-1]["commit"], oldest["reason"]) == (dropped, "nobody\nruns it")
    (accepted,) = history["history"][4]["decisions"]
    assert (accepted["presets"], accepted["reason"]) == ([A, B], "faster")
    day = git(folder, "log", "-1", "--format=%as").strip()
    text = ok(folder, "ledger", "--history")
    assert text.startswith(
        "7 decisions in 6 commits\nnot committed\n  reopened  phase 0 (one more)\n"
    )
    assert text.endswith(f"{day}  Grace  {dropped[:7]}\n  dropped  {B} (nobody runs it)\n")
    assert ok(folder, "ledger", "--history", "-q") == "7 decisions in 6 commits\n"
    markdown = ok(folder, "ledger", "--history", "-f", "markdown")
    assert f"- `{day}  Grace  {dropped[:7]}`: dropped `{B} (nobody runs it)`\n" in markdown


def test_a_value_that_is_replaced_takes_nothing_back(frozen_project: Path) -> None:
    commit_all(frozen_project)
    for old, new in (("1.0e-4", "2.0e-4"), ("2.0e-4", "3.0e-4")):
        edit(frozen_project / OPTIM, old, new)
        ok(frozen_project, "accept", "--preset", "configs", "--reason", f"now {new}")
        commit(frozen_project)
    (path,) = (frozen_project / "snapshots/accepted").iterdir()
    ok(frozen_project, "accept", "--drop", path.stem.rpartition("-")[2])
    assert moments(frozen_project) == [
        (None, [("taken back", "optim.lr: 0.0001 → 0.0003")]),
        ("Ada", [("accepted", "optim.lr: 0.0001 → 0.0003")]),
        ("Ada", [("accepted", "optim.lr: 0.0001 → 0.0002")]),
    ]


def test_what_changes_training_is_called_so(frozen_project: Path) -> None:
    ok(frozen_project, "advance")
    write_files(frozen_project, {A: SHALLOW.replace("1.0e-4", "2.0e-4")})
    ok(frozen_project, "accept", "--preset", A, "--reason", "faster", "--changes-training")
    commit_all(frozen_project)
    told = "accepted  optim.lr: 0.0001 → 0.0002, which changes training (faster)  in configs"
    assert told in ok(frozen_project, "ledger", "--history")


def test_a_merge_tells_only_what_none_of_its_sides_has(frozen_project: Path) -> None:
    folder = frozen_project
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder)
    branch(folder, "one")
    ok(folder, "map", "--old", A, "--drop", "--reason", "one")
    commit(folder, "One")
    branch(folder, "two")
    ok(folder, "map", "--old", B, "--drop", "--reason", "two")
    commit(folder, "Two")
    assert attempt(folder, "merge", "--no-edit", "--no-commit", "one")
    ok(folder, "advance")
    commit(folder, "Merger")
    told = dict(moments(folder))
    assert told == {
        "Merger": [("closed", "phase 0")],
        "Two": [("dropped", B)],
        "One": [("dropped", A)],
    }


def test_the_reasons_of_earlier_versions_and_of_late_presets_are_told(small_project: Path) -> None:
    ok(small_project, "snapshot")
    commit_all(small_project)
    edit(small_project / A, "custom:", "seed: 3\ncustom:")
    refreeze(small_project, "a seed", A)
    ok(small_project, "advance")
    edit(small_project / OPTIM, "1.0e-4", "2.0e-4")
    late = "configs/train/c.yaml"
    write_files(small_project, {late: "extends: ../components/optim.yaml\n"})
    ok(small_project, "snapshot", "--late", "--reason", "it was forgotten", "--preset", late)
    text = ok(small_project, "ledger", "--history")
    assert f"  replaced     the baseline of {A} (a seed)\n" in text
    assert f"  frozen late  {late} (it was forgotten)\n" in text


def test_without_git_nobody_is_named(frozen_project: Path) -> None:
    ok(frozen_project, "map", "--old", B, "--drop", "--reason", "unused")
    assert ok(frozen_project, "ledger", "--history") == (
        f"1 decision\nno git: who decided it, and when, is not known\n  dropped  {B} (unused)\n"
    )
    markdown = ok(frozen_project, "ledger", "--history", "-f", "markdown")
    assert f"\n- dropped `{B} (unused)`\n" in markdown


def test_a_repository_without_a_commit_has_all_of_it_uncommitted(frozen_project: Path) -> None:
    git(frozen_project, "init", "--quiet")
    ok(frozen_project, "map", "--old", B, "--drop", "--reason", "unused")
    assert moments(frozen_project) == [(None, [("dropped", B)])]


def test_a_project_below_the_top_of_its_repository_has_its_history(tmp_path: Path) -> None:
    from tests.conftest import SMALL_PROJECT

    folder = tmp_path / "one project"
    write_files(folder, SMALL_PROJECT)
    ok(folder, "snapshot")
    commit_all(tmp_path)
    branch(tmp_path, "one", "HEAD")
    ok(folder, "map", "--old", A, "--drop", "--reason", "one")
    commit(tmp_path)
    assert moments(folder) == [("Ada", [("dropped", A)])]


def test_what_cannot_be_read_says_nothing_and_is_named(frozen_project: Path) -> None:
    ledger = frozen_project / "snapshots/ledger.yaml"
    kept = ledger.read_text()
    ledger.write_text("format: 2\n")
    commit_all(frozen_project)
    ledger.write_text(kept)
    commit_id = commit(frozen_project)
    out = ok(frozen_project, "ledger", "--history")
    assert out == (
        "no decision is known\n"
        f"the ledger before {commit_id[:7]} is not read: it has another format, or a fault\n"
    )


def test_what_is_accepted_and_folded_at_once_is_told(frozen_project: Path) -> None:
    commit_all(frozen_project)
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    ok(frozen_project, "accept", "--preset", "configs", "--reason", "faster")
    ok(frozen_project, "snapshot", "--fold")
    assert moments(frozen_project) == [(None, [("folded", "what no commit has as accepted")])]


def test_another_day_is_a_decision(frozen_project: Path) -> None:
    edit(frozen_project / OPTIM, "1.0e-4", "2.0e-4")
    for day in ("2027-01-01", "2027-02-01"):
        words = ("accept", "--preset", "configs", "--reason", "r", "--until", day)
        ok(frozen_project, *words)
        commit_all(frozen_project) if day == "2027-01-01" else commit(frozen_project)
        (path,) = (frozen_project / "snapshots/accepted").iterdir()
        if day == "2027-01-01":
            ok(frozen_project, "accept", "--drop", path.stem.rpartition("-")[2])
    told = [what for _, done in moments(frozen_project) for _, what in done]
    assert told == [f"optim.lr: 0.0001 → 0.0002 until 2027-0{at}-01" for at in (2, 1)]


def test_the_first_commit_of_a_shallow_clone_names_nobody(
    frozen_project: Path, tmp_path: Path
) -> None:
    ok(frozen_project, "map", "--old", B, "--drop", "--reason", "unused")
    commit_all(frozen_project)
    write_files(frozen_project, {"note.txt": "x"})
    last = commit(frozen_project, "Innocent")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=1", frozen_project.as_uri(), str(clone))
    assert read_history(clone)["shallow"]
    assert moments(clone) == [(None, [("dropped", B)])]
    out = ok(clone, "ledger", "--history")
    assert (f"\nin or before {last[:7]}\n" in out, "Innocent" in out) == (True, False)


def test_a_damaged_repository_is_not_taken_for_an_empty_one(frozen_project: Path) -> None:
    commit_all(frozen_project)
    shutil.rmtree(frozen_project / ".git/objects")
    (frozen_project / ".git/objects").mkdir()
    ran = run(frozen_project, "ledger", "--history")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("git cannot tell what is committed: ")


def test_where_nothing_is_frozen_there_is_no_history(small_project: Path) -> None:
    ran = run(small_project, "ledger", "--history")
    assert (ran.code, ran.err.partition("\n")[0]) == (1, "snapshots: nothing has been frozen yet")


def test_history_goes_alone(frozen_project: Path) -> None:
    ran = run(frozen_project, "ledger", "--history", "--check")
    assert (ran.code, "--history goes with --format alone" in ran.err) == (1, True)
