from __future__ import annotations

import random

import pytest
import yaml
from yaml.composer import Composer

from campaigns.fuzzing.texts import GENERATORS
from migration.yaml.parsers import MAX_NODES, PlainLoader, fast_loader, most_depth


def depth_of(text: str) -> int:
    """Return how many collections nest in a text, by its events."""
    depth = deepest = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        deepest = max(deepest, depth)
        depth -= isinstance(event, yaml.CollectionEndEvent)
    return deepest


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("", 0),
        ("a: 1", 1),
        ("a:\n- b:\n  - c", 4),
        ("- - - a: 1", 4),
        ("[a: [b: [c: d]]]", 6),
        ("a:\r- - b: {c: [d]}\r", 6),
        ("a:\n - &x !!map\n   b: [1]", 4),
        ("a:\n-\n - - b", 4),
    ],
)
def test_a_text_is_never_deeper_than_it_looks(text: str, depth: int) -> None:
    assert depth_of(text) == depth <= most_depth(text)


def test_no_text_that_is_made_at_random_is_deeper_than_it_looks() -> None:
    checked = 0
    for number, made in enumerate([*GENERATORS] * 15):
        text = made(random.Random(f"depth:{number}")).decode(errors="replace")  # noqa: S311
        if "?" in text or "\t" in text:
            continue  # those are for PyYAML's own parser, which needs no bound
        try:
            depth = depth_of(text)
        except yaml.YAMLError:
            continue
        assert depth <= most_depth(text), text
        checked += 1
    assert checked > 15


@pytest.mark.parametrize(
    ("text", "is_bounded"),
    [
        ("a: [1]", False),
        ("[" * 400, False),
        ("[" * 600, True),
        (f"a:\n{'- ' * 300}", True),
        (f"a:\r{' ' * 600}b: 1", True),
        ("a" * (MAX_NODES + 1), True),
    ],
)
def test_the_c_parser_composes_no_text_that_may_be_deep_or_large(
    text: str, is_bounded: bool
) -> None:
    assert isinstance(fast_loader(text, most_depth(text)), Composer) == is_bounded


def test_the_plain_loader_is_bounded() -> None:
    loader = PlainLoader("[" * 200)
    with pytest.raises(yaml.MarkedYAMLError, match="nested deeper than 100 levels"):
        loader.get_single_node()
