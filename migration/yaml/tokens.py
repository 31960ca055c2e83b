"""Tells whether two YAML texts differ in nothing that has a meaning: in comments and blanks."""

from __future__ import annotations

from collections.abc import Iterator

import yaml


def have_same_tokens(one: str, other: str) -> bool:
    r"""Tell whether two texts consist of the same tokens, each written in the same way.

    >>> have_same_tokens("a: 1  # one\n", "a:   1\n"), have_same_tokens("a: 1\n", "a: 0x1\n")
    (True, False)
    """
    try:
        return [*_list_tokens(one)] == [*_list_tokens(other)]
    except yaml.YAMLError:
        return False


def _list_tokens(text: str) -> Iterator[tuple[type, object, object]]:
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        yield type(token), getattr(token, "value", None), getattr(token, "style", None)
