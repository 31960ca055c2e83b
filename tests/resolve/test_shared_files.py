from __future__ import annotations

from pathlib import Path

import pytest

from migration.errors import MigrationError
from migration.files.digest import blob_id
from migration.files.disk_tree import DiskTree
from migration.resolve.dialect import Dialect
from migration.resolve.loader import ConfigLoader
from migration.resolve.resolved import SourceFile
from migration.resolve.shared_files import SharedFiles
from tests.conftest import write_files


def loaders(tmp_path: Path, left: dict[str, str], right: dict[str, str]) -> list[ConfigLoader]:
    """Return loaders of two trees that share what they read."""
    shared = SharedFiles()
    found = []
    for name, files in (("left", left), ("right", right)):
        write_files(tmp_path / name, files)
        dialect = Dialect(is_preset=lambda path: path == "p.yaml")
        found.append(ConfigLoader(DiskTree(tmp_path / name), dialect).sharing(shared))
    return found


def test_a_file_of_the_same_content_is_read_once(tmp_path: Path) -> None:
    left, right = loaders(tmp_path, {"a.yaml": "a: 1\n"}, {"a.yaml": "a: 1\n", "b.yaml": "a: 1\n"})
    assert left.source("a.yaml") is right.source("a.yaml") is right.source("b.yaml")
    assert left.source("a.yaml").blob == blob_id(b"a: 1\n")


def test_a_file_of_another_content_is_not_shared(tmp_path: Path) -> None:
    left, right = loaders(tmp_path, {"a.yaml": "a: 1\n"}, {"a.yaml": "a: 1.0\n"})
    assert left.source("a.yaml").body == {"a": 1}
    assert repr(right.source("a.yaml").body) == "{'a': 1.0}"


def test_each_tree_checks_the_keys_by_its_own_files(tmp_path: Path) -> None:
    files = {"p.yaml": "parent: x.yaml\n"}
    left, right = loaders(tmp_path, files, {**files, "x.yaml": "x: 1\n"})
    assert left.resolve("p.yaml").value == {"parent": "x.yaml"}
    with pytest.raises(MigrationError, match="names a YAML file"):
        right.resolve("p.yaml")


def test_bases_of_one_content_lead_to_the_files_of_each_tree(tmp_path: Path) -> None:
    files = {"p.yaml": "extends: x.yaml\n"}
    left, right = loaders(tmp_path, {**files, "x.yaml": "x: 1\n"}, {**files, "x.yaml": "x: 2\n"})
    assert (left.resolve("p.yaml").value, right.resolve("p.yaml").value) == ({"x": 1}, {"x": 2})


def test_a_file_that_git_wrote_with_crlf_is_the_same_content() -> None:
    known = blob_id(b"a: 1\nb: 2\n")
    shared = SharedFiles({"a.yaml": known}.get)
    assert shared.identify("a.yaml", b"a: 1\r\nb: 2\r\n") == known
    assert shared.identify("b.yaml", b"a: 1\r\nb: 2\r\n") == blob_id(b"a: 1\r\nb: 2\r\n")
    assert shared.identify("a.yaml", b"a: 1\r\nb: 3\r\n") != known
    odd = SharedFiles({"a.yaml": blob_id(b"a: 1\r\n")}.get)
    assert odd.identify("a.yaml", b"a: 1\r\r\n") == blob_id(b"a: 1\r\r\n")


def test_only_a_few_files_are_kept() -> None:
    shared = SharedFiles()
    for number in range(1_000):
        shared.keep(SourceFile({}, (), None, str(number)))
    kept = [number for number in range(1_000) if shared.find(str(number))]
    assert kept == [*range(1_000 - 256, 1_000)]


def test_a_repository_of_long_ids_has_long_ids() -> None:
    # Both as `git hash-object` gives them.
    long = "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813"
    assert blob_id(b"", 64) == long
    assert blob_id(b"", 40) == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
