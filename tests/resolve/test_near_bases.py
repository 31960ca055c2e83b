"""What is suggested for a base that is not there; each file that is suggested exists."""

from __future__ import annotations

import pytest

from migration.errors import MigrationError
from migration.files.disk_tree import DiskTree
from migration.resolve.dialect import Dialect
from migration.resolve.loader import ConfigLoader
from tests.conftest import ConfigTree, write_files

FILES = {
    "configs/base.yaml": "",
    "configs/Parts/Optim-AdamW.yaml": "",
    "configs/parts/x.yaml": "",
    "configs/parts/v1.5.yml": "",
    "configs/runs/deep/near.yaml": "",
}
FROM_FILE = " paths count from the file that names them"


def hint_of(tree: DiskTree, path: str = "configs/runs/a.yaml") -> str | None:
    with pytest.raises(MigrationError) as error:
        ConfigLoader(tree).resolve(path)
    return error.value.faults[0].hint


def hint_for(config_tree: ConfigTree, written: str, files: dict[str, str] = FILES) -> str | None:
    return hint_of(config_tree({**files, "configs/runs/a.yaml": f"extends: '{written}'\n"}))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"..\parts\x.yaml", "../parts/x.yaml"),
        (r"deep\near.yaml", "deep/near.yaml"),
        ("../parts/x.yml", "../parts/x.yaml"),
        ("../parts/x", "../parts/x.yaml"),
        ("../parts/v1.5", "../parts/v1.5.yml"),
        ("../parts/v1.5.yaml", "../parts/v1.5.yml"),
        ("../PARTS/X.YAML", "../parts/x.yaml"),
        ("../parts/optim_adamw.yml", "../Parts/Optim-AdamW.yaml"),
        (r"..\Parts\X", "../parts/x.yaml"),
        ("parts/x.yaml", "../parts/x.yaml"),
        ("../../parts/x.yaml", "../parts/x.yaml"),
        ("./../../base.yaml", "../base.yaml"),
        ("base.yaml", "../base.yaml"),
        ("Base", "../base.yaml"),
        ("../deep/near.yaml", "deep/near.yaml"),
        ("../prats/x.yaml", "../parts/x.yaml"),
        (r"..\prats\x.yaml", "../parts/x.yaml"),
        ("../parts/x.yaml ", "../parts/x.yaml"),
        ("../../../base.yaml", "../base.yaml"),
        ("/base.yaml", "../base.yaml"),
    ],
)
def test_a_base_that_is_nearly_right_is_suggested(
    config_tree: ConfigTree, written: str, meant: str
) -> None:
    assert hint_for(config_tree, written) == f"did you mean '{meant}'?"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("configs/parts/x.yaml", "../parts/x.yaml"),
        ("/configs/parts/x.yaml", "../parts/x.yaml"),
        (r"configs\parts\x", "../parts/x.yaml"),
        ("Configs/Parts/X.yaml", "../parts/x.yaml"),
        ("configs/prats/x.yaml", "../parts/x.yaml"),
        ("configs/runs/deep/near.yaml", "deep/near.yaml"),
    ],
)
def test_a_base_that_was_named_from_the_root_is_suggested_with_the_rule(
    config_tree: ConfigTree, written: str, meant: str
) -> None:
    assert hint_for(config_tree, written) == f"did you mean '{meant}'?{FROM_FILE}"


@pytest.mark.parametrize(
    "written", ["gone.yaml", "../gone/gone.yaml", "configs", "..", "../parts", "a/b/c", r"\\", "x"]
)
def test_nothing_is_suggested_where_nothing_is_near(config_tree: ConfigTree, written: str) -> None:
    assert hint_for(config_tree, written, {"configs/parts/optim.yaml": ""}) is None


@pytest.mark.parametrize("written", ["A.yaml", "a", "a.yml", "configs/runs/a.yaml", "b/../A.yaml"])
def test_a_file_is_not_suggested_as_its_own_base(config_tree: ConfigTree, written: str) -> None:
    assert hint_for(config_tree, written, {}) is None


def test_a_base_by_which_a_cycle_would_come_about_is_not_suggested(config_tree: ConfigTree) -> None:
    files = {"configs/runs/a.yaml": "extends: b.yaml\n", "configs/runs/b.yaml": "extends: A.yml\n"}
    assert hint_of(config_tree(files)) is None


def test_a_letter_may_be_spelt_otherwise(config_tree: ConfigTree) -> None:
    files = {"configs/parts/modèle.yaml": ""}
    assert hint_for(config_tree, "../parts/mode\u0300le.yaml", files) == (
        "did you mean '../parts/modèle.yaml'?"
    )


def test_a_base_outside_the_project_that_exists_is_refused_as_such(config_tree: ConfigTree) -> None:
    tree = config_tree({"out.yaml": "", "project/out.yaml": "", "project/a.yaml": ""})
    inner = DiskTree(tree.root / "project")
    write_files(inner.root, {"a.yaml": "extends: ../out.yaml\n"})
    assert hint_of(inner, "a.yaml") == ("set allow_outside = true in the settings to permit it")


def test_a_base_outside_the_project_may_be_near_another_one(config_tree: ConfigTree) -> None:
    tree = config_tree({"shared/base.yaml": "", "project/a.yaml": "extends: ../shared/Base\n"})
    inner = DiskTree(tree.root / "project")
    with pytest.raises(MigrationError) as error:
        ConfigLoader(inner, Dialect(allow_outside=True)).resolve("a.yaml")
    assert error.value.faults[0].hint == f"did you mean '{tree.root}/shared/base.yaml'?"


def test_a_base_behind_a_link_names_what_was_asked_for(config_tree: ConfigTree) -> None:
    tree = config_tree({"shared/team/b.yaml": "extends: ../parts/x.yaml\n", "configs/x.yaml": ""})
    (tree.root / "configs/team").symlink_to("../shared/team")
    with pytest.raises(MigrationError) as error:
        ConfigLoader(tree).resolve("configs/team/b.yaml")
    assert str(error.value) == (
        "shared/team/b.yaml:1:1: unknown base '../parts/x.yaml'\n"
        "  from configs/team/b.yaml, a link\n"
        "  hint: bases count from the real place of the file, shared/team/b.yaml"
    )


def test_a_base_that_is_right_from_the_link_is_suggested_from_the_real_place(
    config_tree: ConfigTree,
) -> None:
    tree = config_tree({"shared/b.yaml": "extends: parts/x.yaml\n", "configs/parts/x.yaml": ""})
    (tree.root / "configs/b.yaml").symlink_to("../shared/b.yaml")
    assert hint_of(tree, "configs/b.yaml") == (
        "did you mean '../configs/parts/x.yaml'? bases count from the real place of the file"
    )


def test_a_base_that_is_reached_by_a_link_is_called_so_in_the_hops(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.yaml": "extends: team/b.yaml\n", "shared/b.yaml": "extends: gone.yaml"})
    (tree.root / "team").symlink_to("shared")
    with pytest.raises(MigrationError) as error:
        ConfigLoader(tree).resolve("a.yaml")
    assert str(error.value) == (
        "shared/b.yaml:1:1: unknown base 'gone.yaml'\n"
        "  from a.yaml:1: extends team/b.yaml, a link\n"
        "  hint: bases count from the real place of the file, shared/b.yaml"
    )


def test_a_file_that_is_no_link_is_not_called_one(config_tree: ConfigTree) -> None:
    tree = config_tree({"a.yaml": "extends: sub/../gone.yaml\n", "sub/x.txt": ""})
    for path in ("a.yaml", "./a.yaml", "sub/../a.yaml", f"{tree.root}/a.yaml"):
        with pytest.raises(MigrationError) as error:
            ConfigLoader(tree).resolve(path)
        assert str(error.value) == "a.yaml:1:1: unknown base 'sub/../gone.yaml'"
