"""What a loader keeps of what it has read, and what it shares."""

from __future__ import annotations

from migration.resolve.cache import Cache
from migration.resolve.fusion import FusionConfig
from migration.resolve.loader import ConfigLoader
from tests.conftest import ConfigTree

FILES = {f"{number}.yaml": "extends: base.yaml\na: 1\n" for number in range(5)}
FILES |= {"base.yaml": "b: 1\n"}


def test_bases_and_the_last_entries_are_kept(config_tree: ConfigTree) -> None:
    cache = Cache(most_kept=2)
    loader = ConfigLoader(config_tree(FILES), cache=cache)
    for path in ("0.yaml", "base.yaml", "1.yaml", "2.yaml", "1.yaml", "3.yaml"):
        loader.resolve(path)
        loader.marks(path)
        loader.canonical(path)
        loader.digest(path)
    read = [cache.files.keys(), cache.digests.keys(), cache.merged.keys(), cache.descents.keys()]
    made = [
        cache.layers.keys(),
        cache.merged_marks.keys(),
        cache.checked.keys(),
        cache.texts.keys(),
    ]
    assert all(paths == {"base.yaml", "1.yaml", "3.yaml"} for paths in read + made)


def test_every_fusion_config_is_kept(config_tree: ConfigTree) -> None:
    files = {f"{number}.yaml": "targets: [{name: a}]\n" for number in range(150)}
    loader = FusionConfig(config_tree(files))
    first = loader.resolve("0.yaml")
    for path in files:
        loader.resolve(path)
    assert loader.resolve("0.yaml") is first


def test_a_loader_that_prefetches_shares_what_is_read(config_tree: ConfigTree) -> None:
    tree = config_tree(FILES)
    cache = Cache()
    loader = ConfigLoader(tree, cache=cache)
    before = loader.resolve("0.yaml")
    prefetching = loader.prefetching()
    assert prefetching.resolve("0.yaml") is before
    assert prefetching.resolve("1.yaml") is loader.resolve("1.yaml")
    assert cache.digests.keys() == cache.own_marks.keys() == {"1.yaml"}
    (tree.root / "1.yaml").unlink()
    assert loader.digest("1.yaml")
    assert loader.marks("1.yaml")["a"] == ("1.yaml", 2, 1, ())
