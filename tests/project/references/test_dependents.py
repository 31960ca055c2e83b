"""`retire`, `map` and `lint`: what needs a file that is to go, or only names it, and where."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.layouts import change_settings
from tests.ledgers import OPTIM, SHALLOW, A, B, ok, to_phase
from tests.running import Ran, commit_all, contents, edit, git, needs_git, run

ZERO, PROMPT = "configs/components/ds/zero2.json", "configs/components/prompt.txt"
REMOVED = f"1 legacy file removed; commit that, then `advance` closes phase 3\nremoved  {OPTIM}\n"
NONE_LEFT = "nothing to remove: no legacy file is left\n"


@pytest.fixture
def ready(frozen_project: Path) -> Path:
    """Return the small project in phase 3, in no repository."""
    to_phase(frozen_project, 3)
    change_settings(frozen_project, new="note")
    return frozen_project


def obstacles(folder: Path, *words: str) -> list[str]:
    """Return what holds up the removal, whatever of git; nothing goes, in a dry run neither."""
    before = contents(folder)
    planned = run(folder, "retire", "--dry-run", "--force", *words)
    ran = run(folder, "retire", "--force", *words)
    assert (planned.code, ran.code, planned.err, ran.err) == (2, 2, "", "")
    assert contents(folder) == before
    lines = [line[2:] for line in ran.out.splitlines() if line.startswith("  ")]
    assert [line[2:] for line in planned.out.splitlines() if line.startswith("  ")] == lines
    return lines


def make_submodule(project: Path, folder: str, inner: Path) -> None:
    """Turn a folder of the project into a submodule; its repository is at `inner`."""
    (project / folder).rename(inner)
    commit_all(inner)
    git(project, "init", "--quiet", "--initial-branch=main")
    add = ("submodule", "--quiet", "add", str(inner), folder)
    git(project, "-c", "protocol.file.allow=always", *add)
    commit_all(project)


def assert_free(folder: Path, *words: str) -> str:
    """Nothing holds up the removal; return what it says."""
    out = ok(folder, "retire", "--force", *words)
    assert not (folder / OPTIM).exists()
    return out


# Other configs.


@pytest.mark.parametrize(
    "path",
    [
        "configs/t.YAML",
        "configs/t.YML",
        "configs/train/t.yml",
        "recipes/t.yaml",
        "t.yaml",
        ".hidden/t.yaml",
        "configs/.local/t.yaml",
        "a b/tö.yaml",
    ],
)
def test_a_config_anywhere_in_the_project_is_looked_into(ready: Path, path: str) -> None:
    base = os.path.relpath(OPTIM, Path(path).parent)
    write_files(ready, {path: f"extends: {base}\n"})
    assert obstacles(ready) == [f"{path}: built from {OPTIM}"]


@pytest.mark.parametrize(
    "extends",
    [
        "./../configs/./components//optim.yaml",
        '"../configs/components/\\x6fptim.yaml"',
        '"../configs/compo\\\n  nents/optim.yaml"',
        "['../configs/components/optim.yaml']",
        "|-\n  ../configs/components/optim.yaml",
        "&a ../configs/components/optim.yaml",
    ],
)
def test_a_base_is_found_however_it_is_written(ready: Path, extends: str) -> None:
    write_files(ready, {"recipes/t.yaml": f"extends: {extends}\n"})
    assert obstacles(ready) == [f"recipes/t.yaml: built from {OPTIM}"]


@pytest.mark.parametrize("name", ["naïve.yaml", "日本.yaml", "it's.yaml", "a b.yaml", "50%.yaml"])
def test_a_base_of_any_name_is_found(ready: Path, name: str) -> None:
    written = name.replace("'", "''")
    legacy = f"configs/components/{name}"
    text = f"extends: '../configs/components/{written}'\n"
    write_files(ready, {legacy: "", "recipes/t.yaml": text})
    assert obstacles(ready) == [f"recipes/t.yaml: built from {legacy}"]


def test_an_excluded_config_is_looked_into(ready: Path) -> None:
    edit(ready / "pyproject.toml", "exclude = []", 'exclude = ["configs/train/t.yaml"]')
    write_files(ready, {"configs/train/t.yaml": "extends: ../components/optim.yaml\n"})
    assert obstacles(ready) == [f"configs/train/t.yaml: built from {OPTIM}"]


@pytest.mark.parametrize(
    "text",
    [
        "extends: ../components/optim.yaml\nb: [\n",
        "- ../components/optim.yaml\n",
        "a: 1\n---\nextends: ../components/optim.yaml\n",
        "extends: [../components/optim.yaml, gone.yaml]\n",
        "extends: !old ../components/optim.yaml\n",
    ],
)
def test_a_config_of_the_tree_that_cannot_be_read_and_has_the_name_is_an_obstacle(
    ready: Path, text: str
) -> None:
    write_files(ready, {"configs/t/t.yaml": text})
    (line,) = obstacles(ready)
    assert line.startswith("configs/t/t.yaml:")
    assert line.endswith(f"; it may need {OPTIM}, whose name is in it")


@pytest.mark.parametrize("text", ["- a\n", "a: [\n", "a: 1\n---\nb: 2\n"])
def test_a_config_that_cannot_be_read_and_has_no_name_is_none(ready: Path, text: str) -> None:
    write_files(ready, {"configs/t/t.yaml": text, "t.yaml": text})
    assert_free(ready)


def test_yaml_of_other_programs_counts_if_a_value_of_it_is_the_path(ready: Path) -> None:
    write_files(ready, {"deploy/k.yaml": "kind: a\n---\nfile: optim.yaml\ntag: !Ref x\n"})
    ok(ready, "retire", "--force", "--dry-run")
    write_files(ready, {"deploy/k.yaml": f"kind: a\n---\nfile: !Ref {OPTIM}\n"})
    (line,) = obstacles(ready)
    assert line.startswith("deploy/k.yaml:")


def test_a_config_in_latin_1_with_the_name_is_an_obstacle(ready: Path) -> None:
    (ready / "t.yaml").write_bytes(b"extends: configs/components/optim.yaml # \xfc\n")
    (line,) = obstacles(ready)
    fault = "t.yaml:1:42: not UTF-8: byte 0xfc; save it as UTF-8"
    assert line == f"{fault}; it may need {OPTIM}, whose name is in it"


@pytest.mark.parametrize(
    "place",
    [
        ".git/x.yaml",
        "clone/.git/x.yaml",
        "env/lib/x.yaml",
        "conda/share/x.yaml",
        "node_modules/p/x.yaml",
        "inner/x.yaml",
        "bare.git/x.yaml",
    ],
)
def test_what_is_not_the_projects_own_is_not_looked_into(ready: Path, place: str) -> None:
    write_files(ready, {place: f"extends: {ready}/{OPTIM}\n", "env/pyvenv.cfg": ""})
    write_files(ready, {"inner/.git/HEAD": "", "bare.git/HEAD": "", "bare.git/refs/x": ""})
    write_files(ready, {"bare.git/objects/x": "", "conda/conda-meta/history": ""})
    assert_free(ready)


@needs_git
@pytest.mark.parametrize("place", ["env/lib/x.yaml", "conda/x.yaml", "web/node_modules/p/x.yaml"])
def test_what_was_installed_is_no_preset_and_not_legacy_by_any_glob(
    ready: Path, place: str
) -> None:
    write_files(ready, {place: f"a: {OPTIM}\n", "env/pyvenv.cfg": "", "conda/conda-meta/a": ""})
    others = [f"configs/{name}" for name in ("base.yaml", "fusion/**", "components/**")]
    change_settings(ready, presets=["**/*.yaml"], exclude=others, new="error")
    ok(ready, "check-parity", "--no-record")
    change_settings(ready, legacy=[OPTIM, "**/x.yaml"], presets=["configs/train/*.yaml"])
    commit_all(ready)
    ok(ready, "retire")
    assert (ready / place).exists()


@needs_git
def test_what_git_ignores_elsewhere_is_not_looked_into(ready: Path) -> None:
    text = f"extends: ../{OPTIM}\n"
    write_files(ready, {".gitignore": "out/\n", "out/t.yaml": text})
    commit_all(ready)
    assert ok(ready, "retire", "--dry-run")
    write_files(ready, {"new/t.yaml": text})
    assert obstacles(ready) == [f"new/t.yaml: built from {OPTIM}"]


@needs_git
def test_the_other_trees_of_the_repository_are_looked_into(ready: Path) -> None:
    outer = ready.parent
    texts = {
        "other/t.yaml": f"extends: ../project/{OPTIM}\n",
        "other/run.sh": f"a\ntrain ../project/{OPTIM}\ntrain {OPTIM}\n",
        "Makefile": f"\ttrain project/{OPTIM}\n",
        ".github/workflows/w.yaml": f"on: push\nrun: cd project && train {OPTIM}\n",
        "README.md": f"{OPTIM} is somebody else's\n",
        "start.sh": f"cd project\ntrain {OPTIM}\n",
        "other/start.sh": f"cd ../project && train {OPTIM}\n",
        "project-2/start.sh": f"cd project-2 && train {OPTIM}\n",
    }
    write_files(outer, texts)
    commit_all(outer)
    assert obstacles(ready) == [
        f"../other/t.yaml: built from {OPTIM}",
        f"../.github/workflows/w.yaml:2: names {OPTIM}",
        f"../Makefile:1: names {OPTIM}",
        f"../other/run.sh:2: names {OPTIM}",
        f"../other/start.sh:1: names {OPTIM}",
        f"../start.sh:2: names {OPTIM}",
    ]


@needs_git
def test_a_makefile_half_way_up_names_the_folder_as_it_sees_it(tmp_path: Path, ready: Path) -> None:
    project = tmp_path / "top/teams/vision"
    project.parent.mkdir(parents=True)
    ready.rename(project)
    write_files(tmp_path / "top", {"teams/Makefile": f"a:\n\tcd vision && train {OPTIM}\n"})
    write_files(tmp_path / "top", {"Makefile": f"a:\n\tcd vision && train {OPTIM}\n"})
    commit_all(tmp_path / "top")
    assert obstacles(project) == [f"../Makefile:2: names {OPTIM}"]


# Values of presets.


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (ZERO, "training.deepspeed"),
        (f"./{ZERO}", "training.deepspeed"),
        ("../components/ds/zero2.json", "training.deepspeed"),
        ("configs/train/../components/ds/zero2.json", "training.deepspeed"),
        (f"file://{ZERO}", "training.deepspeed"),
        (f'"${{ROOT}}/{ZERO}"', "training.deepspeed"),
        (f"--deepspeed {ZERO} -v", "training.deepspeed"),
        (f"[a, {{b: {ZERO}}}]", "training.deepspeed[1].b"),
        (f"{{{ZERO}: 1}}", f'training.deepspeed."{ZERO}"'),
        ('"configs/components/ds/\\x7aero2.json"', "training.deepspeed"),
    ],
)
def test_a_legacy_file_that_is_a_value_of_a_preset_is_kept(
    ready: Path, value: str, key: str
) -> None:
    write_files(ready, {ZERO: "{}", "configs/train/c.yaml": f"training: {{deepspeed: {value}}}\n"})
    assert obstacles(ready) == [f"configs/train/c.yaml: {key} names {ZERO}"]
    assert ZERO not in run(ready, "lint").out
    edit(ready / "configs/train/c.yaml", "training", "other")
    assert ZERO not in run(ready, "lint").out
    (ready / "configs/train/c.yaml").unlink()
    assert f"{ZERO}:1:1: error L601" in run(ready, "lint").out
    assert_free(ready)


def test_a_value_that_presets_inherit_is_told_once(ready: Path) -> None:
    write_files(ready, {ZERO: "{}"})
    write_files(ready, {"configs/train/c.yaml": f"a: {ZERO}\n"})
    write_files(ready, {"configs/train/d.yaml": "extends: c.yaml\n"})
    line = f"configs/train/c.yaml: a names {ZERO} (and in 1 more preset)"
    assert obstacles(ready) == [line]


def test_a_value_that_is_a_folder_with_nothing_else_in_it_is_kept(ready: Path) -> None:
    write_files(ready, {ZERO: "{}", "configs/train/c.yaml": "a: configs/components/ds/\n"})
    assert obstacles(ready) == ["configs/train/c.yaml: a names configs/components/ds"]
    write_files(ready, {"configs/train/c.yaml": "a: configs\n"})
    assert_free(ready)


def test_a_value_of_the_fusion_content_counts(ready: Path) -> None:
    write_files(ready, {PROMPT: "hello\n"})
    text = f"targets:\n  - {{name: bbu, ratio: 1.0, prompt: {PROMPT}}}\nsources: []\n"
    write_files(ready, {"configs/fusion/c.yaml": text})
    write_files(ready, {"configs/train/c.yaml": "custom: {fusion_config: configs/fusion/c.yaml}\n"})
    (line,) = obstacles(ready)
    assert line.startswith("configs/train/c.yaml: targets")
    assert line.endswith(f"prompt names {PROMPT}")
    assert PROMPT not in run(ready, "lint").out


def test_a_value_of_the_name_alone_is_none(ready: Path) -> None:
    write_files(ready, {ZERO: "{}", "configs/train/c.yaml": "a: zero2.json\nb: [ds, zero2]\n"})
    assert_free(ready)


@pytest.mark.parametrize("value", ["configs/components/ds/*.json", "../components/ds/{name}.json"])
def test_a_glob_that_matches_legacy_files_is_listed_like_a_mention(ready: Path, value: str) -> None:
    change_settings(ready, legacy=[OPTIM, "configs/components/ds/zero*.json"])
    write_files(ready, {ZERO: "{}", "configs/components/ds/kept.json": "{}"})
    write_files(ready, {"configs/train/c.yaml": f'a: 1\nfiles: "{value}"\n'})
    assert obstacles(ready) == [f"configs/train/c.yaml:2: names {ZERO}"]
    assert f"note: configs/train/c.yaml:2: names {ZERO}\n" in assert_free(
        ready, "--ignore-mentions"
    )


def test_a_glob_that_will_match_nothing_is_a_value_that_names_the_folder(ready: Path) -> None:
    write_files(
        ready, {ZERO: "{}", "configs/train/c.yaml": "files: configs/components/ds/*.json\n"}
    )
    folder = "configs/components/ds"
    assert obstacles(ready, "--ignore-mentions") == [f"configs/train/c.yaml: files names {folder}"]


def test_a_value_that_names_several_files_keeps_each(ready: Path) -> None:
    write_files(ready, {ZERO: "{}", PROMPT: ""})
    change_settings(ready, legacy=["configs/components/**"])
    write_files(ready, {"configs/train/c.yaml": f"files: {ZERO},{PROMPT}\n"})
    assert obstacles(ready) == [f"configs/train/c.yaml: files names {ZERO}, {PROMPT}"]


def test_once_all_is_done_a_named_legacy_file_is_in_use(ready: Path) -> None:
    (ready / OPTIM).unlink()
    ok(ready, "advance")
    edit(ready / A, "optim: {", "optim: {deepspeed: configs/components/ds/zero2.yaml, ")
    write_files(ready, {"configs/components/ds/zero2.yaml": "a: 1\n"})
    message = f"a legacy file in use after phase 3, by {A} and 1 more"
    assert f"ds/zero2.yaml:1:1: error L602: {message}\n" in run(ready, "lint").out


# Texts that name a file.


def test_other_texts_that_name_a_legacy_file_hold_it_up_unless_they_are_ignored(
    ready: Path,
) -> None:
    texts = {
        "Makefile": f"a:\n\ttrain {OPTIM}\n",
        "docs/a.md": f"See `{OPTIM}`\r\nand [it](../{OPTIM}).\r\n",
        "run.sh": "train optim.yaml\n",
        "tool.toml": f'a = "my{OPTIM}.bak"\n',
        "x.py": f'PATH = "{OPTIM}"\n',
        "configs/notes.txt": "components/optim.yaml\n",
        ".github/workflows/w.yaml": f"on: push\nrun: {OPTIM}\n",
    }
    write_files(ready, texts)
    (ready / "x.bin").write_bytes(OPTIM.encode() + b"\0")
    mentions = [
        f".github/workflows/w.yaml:2: names {OPTIM}",
        f"Makefile:2: names {OPTIM}",
        f"configs/notes.txt:1: names {OPTIM}",
        f"docs/a.md:1: names {OPTIM}",
        f"docs/a.md:2: names {OPTIM}",
        f"x.py:1: names {OPTIM}",
    ]
    assert obstacles(ready) == mentions
    out = assert_free(ready, "--ignore-mentions")
    assert [line for line in out.splitlines() if line.startswith("note: ")] == [
        f"note: {each}" for each in mentions
    ]


def test_the_settings_what_is_frozen_and_legacy_files_are_no_mention(ready: Path) -> None:
    change_settings(ready, legacy=[OPTIM, "configs/components/*.txt"])
    write_files(ready, {PROMPT: f"{OPTIM}\n"})
    assert OPTIM in (ready / f"snapshots/records/{A}.json").read_text()
    assert_free(ready)


def test_a_settings_file_of_its_own_is_no_mention(ready: Path) -> None:
    table = (ready / "pyproject.toml").read_text().removeprefix("[tool.config-migration]\n")
    (ready / "pyproject.toml").unlink()
    write_files(ready, {"config-migration.toml": f'{table}# before it: "{OPTIM}"\n'})
    assert_free(ready)


def test_what_git_itself_has_of_a_path_is_no_mention(ready: Path) -> None:
    write_files(ready, {".gitattributes": f"{OPTIM} text\n", ".gitignore": f"/{OPTIM}.bak\n"})
    write_files(ready, {".gitmodules": '[submodule "configs/components"]\n'})
    assert_free(ready)


@needs_git
def test_a_submodule_of_legacy_files_alone_is_emptied(ready: Path, tmp_path: Path) -> None:
    make_submodule(ready, "configs/components", tmp_path / "inner")
    assert ok(ready, "retire") == REMOVED
    assert git(ready / "configs/components", "status", "--porcelain") == " D optim.yaml\n"
    ok(ready, "advance")


@needs_git
def test_a_work_tree_beside_the_repository_is_asked_like_it(ready: Path, tmp_path: Path) -> None:
    commit_all(ready)
    other = tmp_path / "other"
    git(ready, "worktree", "add", "--quiet", str(other))
    write_files(other, {"recipes/t.yaml": f"extends: ../{OPTIM}\n"})
    assert obstacles(other) == [f"recipes/t.yaml: built from {OPTIM}"]
    (other / "recipes/t.yaml").unlink()
    ok(other, "retire")


def test_tables_of_other_tools_between_those_of_the_settings_are_mentions(ready: Path) -> None:
    path = ready / "pyproject.toml"
    between = f"""[tool.tasks]  # not ours
train = "train {OPTIM}"
[[tool.jobs]]
a = ["{OPTIM}"]
[tool.config-migration.yaml]
merge_keys = "last"
["tool".other]
b = "{OPTIM}"
"""
    edit(path, "legacy = [", f'legacy = [\n  "{OPTIM}",\n  # [tool.x]\n')
    first = path.read_text().count("\n") + 1
    path.write_text(f"{path.read_text()}{between}")
    numbers = [first + 1, first + 3, first + 7]
    assert obstacles(ready) == [f"pyproject.toml:{n}: names {OPTIM}" for n in numbers]


def test_another_table_beside_the_settings_is_a_mention(ready: Path) -> None:
    path = ready / "pyproject.toml"
    path.write_text(f'{path.read_text()}[tool.tasks]\ntrain = "train {OPTIM}"\n')
    number = path.read_text().count("\n")
    assert obstacles(ready) == [f"pyproject.toml:{number}: names {OPTIM}"]


def test_dependents_are_not_ignored_with_mentions_or_by_force(ready: Path) -> None:
    write_files(ready, {"t.yaml": f"extends: {OPTIM}\n", "a.md": f"{OPTIM}\n"})
    assert obstacles(ready, "--ignore-mentions") == [f"t.yaml: built from {OPTIM}"]


# Links.


@pytest.mark.parametrize("target", ["components/optim.yaml", "components"])
def test_a_link_that_would_lead_nowhere_is_an_obstacle(ready: Path, target: str) -> None:
    (ready / "configs/link").symlink_to(target)
    assert obstacles(ready) == [f"configs/link: a link to configs/{target}"]


# As data.


def test_as_json_all_that_was_found_is_told(ready: Path) -> None:
    texts = {
        "t.yaml": f"extends: {OPTIM}\n",
        "b.yaml": f"extends: {OPTIM}\na: [\n",
        "run.sh": f"train {OPTIM}\n",
        "configs/train/c.yaml": f"a: {{b: {OPTIM}}}\n",
    }
    write_files(ready, texts)
    (ready / "link").symlink_to(OPTIM)
    edit(ready / B, "seed: 1", "seed: 2")
    ran = run(ready, "retire", "--dry-run", "--format", "json")
    found = json.loads(ran.out)
    assert (ran.code, ran.err) == (2, "")
    assert {key: found[key] for key in found if key not in ("obstacles", "mentions")} == {
        "phase": 3,
        "holds": False,
        "dry_run": True,
        "removed": False,
        "files": [{"path": OPTIM, "uncommitted": None}],
        "without_git": "it is in no git work tree",
        "ignores_mentions": False,
        "unread": [],
    }
    kinds = [(each["kind"], each["path"]) for each in found["obstacles"]]
    assert kinds == [
        ("preset", B),
        ("unreadable", "b.yaml"),
        ("value", "configs/train/c.yaml"),
        ("link", "link"),
        ("built from", "t.yaml"),
    ]
    assert all(each["needs"] == [OPTIM] for each in found["obstacles"][1:])
    assert found["mentions"] == [{"path": "run.sh", "line": 1, "needs": OPTIM}]
    assert (ready / OPTIM).exists()


# `map`.


def test_map_names_the_lines_that_still_have_the_old_path(frozen_project: Path) -> None:
    new = "configs/b.yaml"
    write_files(frozen_project, {new: "extends: train/a.yaml\ntraining: {seed: 1}\n"})
    texts = {"run.sh": f"train {B}\n", "docs/a.md": f"\n../{B}\n", "c.md": "train/b.yaml\n"}
    write_files(frozen_project, texts)
    out = ok(frozen_project, "map", "--old", B, "--new", new)
    assert out.splitlines()[1:] == [
        f"note: docs/a.md:2: names {B}, which it has left",
        f"note: run.sh:1: names {B}, which it has left",
    ]
    assert "note" not in ok(frozen_project, "map", "--old", B, "--phase", "2")


# Git.


@needs_git
def test_a_repository_among_the_legacy_files_is_asked_itself_and_stays(ready: Path) -> None:
    parts = ready / "configs/components"
    commit_all(parts)
    assert "1 legacy file would be removed; nothing was" in ok(ready, "retire", "--dry-run")
    edit(parts / "optim.yaml", "1.0e-4", "2.0e-4")
    own = "configs/components, a repository of its own"
    assert run(ready, "retire") == Ran(
        1,
        "",
        f"{OPTIM}: not committed: changed since the last commit of {own}\n"
        "  hint: commit it first, or `--force` removes it for good\n",
    )
    git(parts, "checkout", "--quiet", ".")
    assert ok(ready, "retire") == REMOVED
    assert git(parts, "log", "--format=%s").strip() == "all"
    assert ok(ready, "retire", "--force") == NONE_LEFT
    ok(ready, "advance")


@pytest.mark.parametrize("name", [".git", ".GIT", ".hg", ".svn"])
def test_what_a_repository_keeps_is_never_legacy(ready: Path, name: str) -> None:
    write_files(ready, {f"configs/components/{name}/objects/a": "x"})
    write_files(ready, {"configs/components/wt/.git": "gitdir: elsewhere\n"})
    edit(ready / "pyproject.toml", "legacy = [", f'legacy = ["**/{name}/**", "**/.git", ')
    assert "3 open (1 legacy file)" in ok(ready, "ledger")
    assert ok(ready, "retire", "--force") == REMOVED
    assert (ready / f"configs/components/{name}/objects/a").exists()
    assert (ready / "configs/components/wt/.git").exists()


def test_a_bare_repository_and_a_link_to_one_are_never_legacy(ready: Path) -> None:
    bare = {
        f"{p}/{n}": ""
        for p in ("configs/components/b.git",)
        for n in ("HEAD", "refs/a", "objects/a")
    }
    write_files(ready, {**bare, ".git/HEAD": "", ".git/hooks/a": ""})
    (ready / "configs/components/link").symlink_to("../../.git/hooks")
    assert "(1 legacy file)" in ok(ready, "ledger")


@needs_git
def test_a_submodule_is_asked_itself(ready: Path, tmp_path: Path) -> None:
    make_submodule(ready, "configs", tmp_path / "inner")
    write_files(ready, {"configs/extra/t.yml": "extends: ../components/optim.yaml\n"})
    assert obstacles(ready) == [f"configs/extra/t.yml: built from {OPTIM}"]
    (ready / "configs/extra/t.yml").unlink()
    assert ok(ready, "retire") == REMOVED
    git(ready, "submodule", "--quiet", "deinit", "--force", "configs")
    ran = run(ready, "advance")
    assert (ran.code, ran.err.splitlines()[0]) == (
        1,
        "configs: a submodule that is not checked out, where legacy files may be",
    )


@needs_git
@pytest.mark.parametrize("inside", ["", "sub/"])
def test_a_sparse_checkout_that_leaves_out_a_legacy_file_stops_both(
    ready: Path, inside: str
) -> None:
    top = ready.parent if inside else ready
    prefix = f"{ready.name}/" if inside else ""
    write_files(ready, {ZERO: "{}"})
    commit_all(top)
    git(top, "sparse-checkout", "set", "--no-cone", "/*", f"!/{prefix}configs/components/ds/")
    assert not (ready / ZERO).exists()
    message = f"{ZERO}: a legacy file that git tracks, but the sparse checkout leaves out\n"
    refusal = Ran(1, "", f"{message}  hint: `git sparse-checkout disable` brings it back\n")
    before = contents(ready)
    for words in (["retire"], ["retire", "--dry-run"], ["retire", "--force"], ["advance"]):
        assert run(ready, *words) == refusal
    assert contents(ready) == before
    git(top, "sparse-checkout", "disable")
    ok(ready, "retire")
    ok(ready, "advance")


@needs_git
def test_a_sparse_checkout_that_leaves_out_an_old_path_stops_both(frozen_project: Path) -> None:
    folder = frozen_project
    to_phase(folder, 2)
    write_files(
        folder,
        {
            "configs/a.yaml": SHALLOW.replace("../", ""),
            B: "extends: ../a.yaml\ntraining: {seed: 1}\n",
        },
    )
    ok(folder, "map", "--old", A, "--new", "configs/a.yaml")
    (folder / OPTIM).unlink()
    ok(folder, "advance")
    commit_all(folder)
    git(folder, "sparse-checkout", "set", "--no-cone", "/*", f"!/{A}")
    for command in ("retire", "advance"):
        ran = run(folder, command)
        assert (ran.code, ran.err.partition(":")[0]) == (1, A)


@needs_git
@pytest.mark.parametrize("inside", ["", "sub/"])
def test_what_a_sparse_checkout_leaves_out_is_looked_into_as_git_has_it(
    ready: Path, inside: str
) -> None:
    top = ready.parent if inside else ready
    up = "../" if inside else ""
    base = f"{ready.name}/{OPTIM}" if inside else OPTIM
    texts = {
        "far/t.yaml": f"extends: [mid.yaml, ../{base}]\n",
        "far/mid.yaml": "a: 1\n",
        "far/broken.yaml": f"extends: ../{base}\nb: [\n",
        "far/run.sh": f"a\ntrain {base}\n",
        "far/other.md": "nothing\n",
    }
    write_files(top, texts)
    (top / "far/link").symlink_to(f"../{base}")
    (top / "far/optim.bin").write_bytes(base.encode() + b"\0")
    commit_all(top)
    git(top, "sparse-checkout", "set", "--no-cone", "/*", "!/far/")
    assert not (top / "far").exists()
    broken, link, dependent, mention = obstacles(ready)
    assert "far/broken.yaml:2:4: not valid YAML" in broken
    assert link == f"{up}far/link: a link to {OPTIM}"
    assert dependent == f"{up}far/t.yaml: built from {OPTIM}"
    assert mention == f"{up}far/run.sh:2: names {OPTIM}"
    git(top, "sparse-checkout", "disable")
    for name in ("t.yaml", "broken.yaml", "link"):
        (top / "far" / name).unlink()
    commit_all(top)
    git(top, "sparse-checkout", "set", "--no-cone", "/*", "!/far/")
    assert f"{up}far/run.sh:2: names {OPTIM}" in ok(ready, "retire", "--ignore-mentions")


@needs_git
def test_a_file_that_git_is_told_to_take_for_unchanged_comes_back_as_the_hint_says(
    ready: Path,
) -> None:
    write_files(ready, {ZERO: "{}"})
    commit_all(ready)
    git(ready, "update-index", "--assume-unchanged", ZERO)
    (ready / ZERO).unlink()
    hint = f"`git update-index --no-assume-unchanged {ZERO}`, then `git checkout -- {ZERO}`"
    for command in ("retire", "advance"):
        assert run(ready, command) == Ran(
            1,
            "",
            f"{ZERO}: a legacy file that git tracks; it is gone from the work tree, but marked as"
            f" unchanged\n  hint: {hint}, in its repository\n",
        )
    for words in re.findall(r"`git ([^`]*)`", hint):
        git(ready, *words.split())
    ok(ready, "retire")
    ok(ready, "advance")


@needs_git
def test_a_file_that_was_skipped_by_hand_comes_back_as_the_hint_says(ready: Path) -> None:
    write_files(ready, {ZERO: "{}"})
    commit_all(ready)
    git(ready, "update-index", "--skip-worktree", ZERO)
    (ready / ZERO).unlink()
    assert "`git sparse-checkout disable` brings it back" in run(ready, "retire").err
    git(ready, "sparse-checkout", "disable")
    ok(ready, "retire")


@needs_git
def test_where_git_cannot_tell_a_phase_closes_only_by_force(ready: Path) -> None:
    commit_all(ready)
    ok(ready, "retire")
    (ready / ".git" / "index").write_text("not what git wrote")
    ran = run(ready, "advance")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("git cannot tell what is committed: ")
    assert ran.err.endswith(
        "\n  hint: repair the repository, or use `--force` to skip this check\n"
    )
    assert run(ready, "advance", "--reopen", "1", "--reason", "r", "--force").code == 1
    ok(ready, "advance", "--force")
    assert "done" in ok(ready, "ledger")


# Very large and very many.


def test_a_large_text_is_searched_and_one_that_is_larger_is_named(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filler = "x" * 99 + "\n"
    large = filler * 110_000
    write_files(ready, {"large.md": f"{large}{OPTIM}\n", "large.yaml": f"{large}# {OPTIM}\n"})
    unreadable, mention = obstacles(ready)
    assert unreadable.startswith(
        "large.yaml: cannot read: larger than 10,485,760 bytes; it may need "
    )
    assert mention == f"large.md:110001: names {OPTIM}"
    monkeypatch.setattr("migration.project.references.texts.MOST_LOOKED_INTO", 11_000_000)
    (ready / "large.yaml").unlink()
    unknown = "larger than 11,000,000 bytes; not checked for legacy files"
    assert f"note: large.md: cannot read: {unknown}\n" in assert_free(ready)


def test_very_many_mentions_are_shown_in_a_page(ready: Path) -> None:
    write_files(ready, {f"docs/{n:03}.md": f"{OPTIM}\n" * 5 for n in range(50)})
    lines = obstacles(ready)
    assert lines[:4] == [
        *(f"docs/000.md:{n}: names {OPTIM}" for n in (1, 2, 3)),
        "docs/000.md: 2 more lines like these",
    ]
    assert lines[160:] == ["10 more texts with such lines; `--format json` has all"]
    found = json.loads(run(ready, "retire", "--dry-run", "--format", "json").out)
    assert len(found["mentions"]) == 250
    out = run(ready, "retire", "--dry-run", "--force").out
    assert "nothing can be removed, 250 obstacles:\n" in out
