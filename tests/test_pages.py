"""Every page does what it says: its commands run, and print what it shows."""

from __future__ import annotations

import json
import re
import runpy
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from migration.parity.profile import read_profile
from migration.project.settings_file import read_settings
from tests.conftest import LEGACY, ROOT, write_files
from tests.pages import Block, list_blocks, list_pages, read_page, run_page
from tests.running import commit_all, needs_git, run

ELSEWHERE = {
    "docs/api.md": "tests/test_api.py",
    "docs/architecture.md": "tests/test_architecture.py",
    "docs/compare.md": "tests/test_compare_page.py",
    # Each command takes minutes; a slice of each campaign is in tests/campaigns, of the measuring
    # in tests/benchmarks, and `test` and `check` of CONTRIBUTING run these very tests.
    "docs/performance.md": "tests/benchmarks",
    "docs/reliability.md": "tests/campaigns",
    "CONTRIBUTING.md": "tests",
}
LANGUAGES = {"bash", "text", "yaml", "toml", "python", "gitattributes"}


def make_clone(folder: Path) -> None:
    """Make what a page finds in a clone of this repository."""
    for name in ("configs", "snapshots", "docs"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(LEGACY, folder / "tests/legacy")
    for name in ("pyproject.toml", "README.md", ".gitignore"):
        shutil.copy(ROOT / name, folder)
    commit_all(folder)


def make_clone_beside_a_project(folder: Path) -> None:
    """Make a clone, and at a path within it the repository of somebody else."""
    make_clone(folder)
    make_presets_alone(folder / "path/to/your/repository")


def make_presets(folder: Path) -> None:
    """Make the ten presets of the picture, which share one file."""
    write_files(folder, picture_tree())
    commit_all(folder)


def make_presets_alone(folder: Path) -> None:
    """Make the presets of the picture, with no settings."""
    write_files(folder, {k: v for k, v in picture_tree().items() if k != "pyproject.toml"})
    commit_all(folder)


def picture_tree() -> Mapping[str, str]:
    tree: Mapping[str, str] = runpy.run_path(str(ROOT / "scripts/draw_red_result.py"))["TREE"]
    return tree


def make_frozen_presets(folder: Path) -> None:
    make_presets(folder)
    assert run(folder, "snapshot").code == 0
    commit_all(folder)


def make_old_tree(folder: Path) -> None:
    """Make three presets that are built from components, with the settings of the page."""
    page = read_page("docs/migrate.md")
    (settings,) = (block.text for block in list_blocks(page) if block.language == "toml")
    write_files(folder, {"pyproject.toml": settings, **OLD_TREE})
    commit_all(folder)


COMPONENTS = "extends: [../../components/data.yaml, ../../components/optim.yaml]\n"
OLD_TREE = {
    "configs/components/model.yaml": (
        "# Half precision, on every card that we have.\n"
        "model:\n  dtype: bfloat16\n  attention: flash\n"
    ),
    "configs/components/optim.yaml": "optim:\n  lr: 2.0e-4\n  eps: 1.0e-8\n",
    "configs/components/data.yaml": "extends: model.yaml\ndata:\n  workers: 4\n",
    "configs/train/sft/tiny.yaml": f"{COMPONENTS}name: tiny\n",
    "configs/train/sft/full.yaml": f"{COMPONENTS}name: full\n",
    "configs/train/rl/dense.yaml": "extends: ../sft/full.yaml\nname: dense\noptim: {lr: 1.0e-6}\n",
}

PLACES: Mapping[str, Callable[[Path], None]] = {
    "README.md": make_clone_beside_a_project,
    "docs/ci.md": make_frozen_presets,
    "docs/commands.md": make_presets,
    "docs/explain.md": make_clone,
    "docs/gate.md": make_presets,
    "docs/layout-rules.md": make_clone,
    "docs/migrate.md": make_old_tree,
    "docs/parity.md": make_clone,
    "docs/settings.md": make_presets_alone,
    "docs/walkthrough.md": make_clone,
}
"""Where the commands of each page are run."""


def blocks_of(language: str) -> Iterator[tuple[str, Block]]:
    for page in PLACES:
        for block in list_blocks(read_page(page)):
            if block.language == language:
                yield page, block


def test_every_page_that_shows_something_is_tested() -> None:
    pages = {name for name in list_pages() if "```" in read_page(name)}
    assert pages <= PLACES.keys() | ELSEWHERE.keys()
    for name in PLACES:
        text = read_page(name)
        blocks = list_blocks(text)
        assert text.count("```") == 2 * len(blocks), f"{name} has a block that is not read"
        assert {block.language for block in blocks} <= LANGUAGES, name


@needs_git
@pytest.mark.parametrize("page", PLACES)
def test_a_page_shows_what_its_commands_print(page: str, tmp_path: Path) -> None:
    PLACES[page](tmp_path)
    for ran in run_page(tmp_path, page):
        where = f"{page}:{ran.block.line}"
        assert ran.code in (0, 2), f"{where}: {ran.said}"
        assert "Traceback" not in ran.said, where
        for shown in ran.shown:
            assert shown.text in ran.said, f"{page}:{shown.line}"
    assert not (tmp_path / "walkthrough").exists()


def test_what_a_page_shows_belongs_to_commands() -> None:
    for page in PLACES:
        languages = [block.language for block in list_blocks(read_page(page))]
        if "text" in languages:
            assert "bash" in languages[: languages.index("text")], page


def test_the_settings_that_pages_show_can_be_read() -> None:
    found = [*blocks_of("toml")]
    assert len(found) >= 4
    for page, block in found:
        assert read_settings(block.text, "pyproject.toml"), f"{page}:{block.line}"


def test_the_yaml_that_pages_show_can_be_read() -> None:
    for page, block in blocks_of("yaml"):
        assert yaml.safe_load(block.text), f"{page}:{block.line}"


def test_the_profile_of_the_page_is_one() -> None:
    (text,) = [block.text for page, block in blocks_of("yaml") if page == "docs/parity.md"]
    assert [rule.id for rule in read_profile(text, "own", "own.yaml").rules] == ["bookkeeping"]


def test_the_git_attributes_of_the_page_are_those_of_this_repository() -> None:
    ((_, block),) = blocks_of("gitattributes")
    assert block.text in (ROOT / ".gitattributes").read_text()


def test_links_lead_to_a_page_and_a_title() -> None:
    for page in list_pages():
        for target in re.findall(r"\]\(([^)\s]+)\)", read_page(page)):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            linked = (ROOT / page).parent / path if path else ROOT / page
            assert linked.exists(), f"{page}: {target}"
            if anchor:
                assert anchor in anchors(linked.read_text()), f"{page}: {target}"


def anchors(text: str) -> set[str]:
    """Return the anchors of the titles of a page, as GitHub makes them."""
    bare = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    titles = re.findall(r"^#+ (.*)$", bare, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


def test_a_title_is_on_a_page_once() -> None:
    for page in list_pages():
        bare = re.sub(r"```.*?```", "", read_page(page), flags=re.DOTALL)
        counts = Counter(re.findall(r"^#+ .*$", bare, re.MULTILINE))
        assert max(counts.values(), default=1) == 1, page


def test_the_readme_is_read_in_five_minutes_and_a_page_in_ten() -> None:
    assert len(read_page("README.md").splitlines()) <= 150
    for page in PLACES:
        assert len(read_page(page).splitlines()) <= 180, page


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("defaults:\n  - model: big\n  - _self_\nlr: 1\n", "'defaults' inherits"),
        ("extends: base.yaml\n_BASE_: base.yaml\n", "'_BASE_' inherits"),
        ("extends: base.yaml\nparent: base.yaml\n", "'parent' names a YAML file, base.yaml"),
        ("model: !include base.yaml\n", "tag '!include'"),
        ("lr: {{ rate }}\n", "a template, which is not YAML"),
    ],
)
def test_what_the_readme_calls_an_error_is_one(tmp_path: Path, text: str, error: str) -> None:
    write_files(tmp_path, {"a.yaml": text, "base.yaml": "lr: 1\n"})
    ran = run(tmp_path, "inspect", "a.yaml")
    assert ran.code == 1
    assert ran.err.startswith("a.yaml:")
    assert error in ran.err


def test_what_the_readme_calls_not_noticed_is_a_plain_value(tmp_path: Path) -> None:
    text = "model:\n  _base_: base.yaml\n+lr: 2\n~lr: 3\n_delete_: true\nrate: ${model.lr}\n"
    write_files(tmp_path, {"a.yaml": text, "base.yaml": "lr: 1\n"})
    ran = run(tmp_path, "inspect", "a.yaml", "--payload-only")
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out) == yaml.safe_load(text)
