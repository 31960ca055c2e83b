"""Chooses the parser for a YAML text, and enforces the size limits.

Building values from the nodes is `load`'s part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, cast

import yaml
from yaml.composer import Composer

from migration.yaml.merge_keys import MergingConstructor
from migration.yaml.refusals import CheckedScanner, RefusedError
from migration.yaml.rules import YamlRules

MAX_DEPTH: Final = 100
"""How deep collections may nest, aliases and merge keys followed."""
MAX_NODES: Final = 1_000_000
"""How many keys and values a text may have, with aliases and merge keys written out."""
MAX_DIGITS: Final = 100_000
"""How long an integer may be: PyYAML's time for one to base 60 grows with its length squared."""

MAPPING: Final = "tag:yaml.org,2002:map"
SEQUENCE: Final = "tag:yaml.org,2002:seq"
_INTEGER: Final = "tag:yaml.org,2002:int"

REFUSALS: Final = (yaml.YAMLError, UnicodeError)
"""What the C parser raises for a text that it does not read; half a surrogate is not UTF-8."""

# Where libyaml's scanner is known to differ from PyYAML's own, which has the last word.
_DIFFERENT_CHARACTERS: Final = "\t\ufeff\x85\u2028\u2029?"
# Several patterns, since one with a single first character is searched ten times as fast. For
# libyaml alone a tag ends at a comma in brackets, and after `>` at anything.
_DIFFERENT_TEXTS = tuple(
    map(
        re.compile,
        (
            r"!(?![!<\w])",
            r"\|[-+0-9]*#",
            r">[-+0-9]*#",
            r"![^\s!,\[\]{}]*[,\[\]{}]",
            r"!<[^\s>]*>\S",
        ),
    )
)
# The C parser composes by recursion: without a limit in libyaml the stack would overflow.
_SAFE_DEPTH: Final = 1_000
# A block collection begins at the start of a line, after nothing but blanks and indicators.
_INDENT = re.compile(r"\n([ :-]*)")


class BeyondBoundsError(RefusedError):
    """The text may be valid YAML, but is deeper or larger than the limits."""

    def __init__(self, problem: str, node: yaml.Node | yaml.Event) -> None:
        """Refuse what begins at the node."""
        super().__init__(problem, cast("yaml.Mark", node.start_mark))


class _BoundedComposer(Composer):
    """Composes in Python, and stops as soon as a limit is exceeded."""

    peek_event: Callable[[], yaml.Event]
    _depth = 0
    _count = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Return the node of the next event."""
        event = self.peek_event()
        is_collection = isinstance(event, yaml.CollectionStartEvent)
        self._depth += is_collection
        self._count += 1
        if self._depth > MAX_DEPTH:
            raise _too_deep(event)
        if self._count > MAX_NODES:
            raise _too_many(event)
        node = super().compose_node(parent, index)
        self._depth -= is_collection
        return node


class PlainLoader(_BoundedComposer, CheckedScanner, MergingConstructor, yaml.SafeLoader):
    """PyYAML's own parser, which has the last word."""


class _FastLoader(MergingConstructor, getattr(yaml, "CSafeLoader", PlainLoader)):  # type: ignore[misc] # C
    """The C parser, if PyYAML was built with it."""


class _BoundedFastLoader(_BoundedComposer, _FastLoader):
    """Composes the events of the C parser in Python."""

    def __init__(self, text: str) -> None:
        _FastLoader.__init__(self, text)
        Composer.__init__(self)


def reads_alike(text: str) -> bool:
    """Tell whether the C parser, if it reads the text at all, reads it as `PlainLoader` does."""
    return not (
        any(character in text for character in _DIFFERENT_CHARACTERS)
        or any(pattern.search(text) for pattern in _DIFFERENT_TEXTS)
    )


def fast_loader(text: str, depth: int) -> MergingConstructor:
    """Return the fastest loader that is safe for a text of at most this depth."""
    if len(text) > MAX_NODES or depth > _SAFE_DEPTH:
        return _BoundedFastLoader(text)
    return _FastLoader(text)


def compose(
    text: str, rules: YamlRules, *, is_alike: bool
) -> tuple[MergingConstructor, yaml.Node | None]:
    """Return the loader that builds a text's values by the rules, and the root node.

    The node is None for a text that holds nothing. PyYAML's own parser reads the text, unless
    `is_alike` says that the C parser reads the same.

    Raises:
        yaml.YAMLError: the text is refused, or exceeds a limit.
    """
    depth = most_depth(text)
    if is_alike:
        try:
            return _composed(fast_loader(text, depth), text, depth, rules)
        except BeyondBoundsError:
            raise
        except REFUSALS:
            pass  # PyYAML's own parser has the last word
    return _composed(PlainLoader(text), text, depth, rules)


def _composed(
    loader: MergingConstructor, text: str, depth: int, rules: YamlRules
) -> tuple[MergingConstructor, yaml.Node | None]:
    loader.obey(rules)
    node = cast("yaml.SafeLoader", loader).get_single_node()
    if node is not None:
        refuse_excess(node, text, depth)
    return loader, node


def most_depth(text: str) -> int:
    r"""Return a bound on how deep the collections of a text nest, without parsing it.

    At each column one block collection can begin, and in it a list that is not indented; in each
    `[` there can be a mapping of a single pair.

    >>> most_depth("a:\n- b: [{c: d}]\n")
    9
    """
    lines = "\n" + (text.replace("\r", "\n") if "\r" in text else text)
    block = 2 * (1 + max(map(len, _INDENT.findall(lines))))
    return block + 2 * text.count("[") + text.count("{")


def refuse_excess(node: yaml.Node, text: str, depth: int) -> None:
    """Refuse nodes that exceed a limit once they are written out: building those may never end.

    `depth` is a bound on the nesting of the text itself.

    Raises:
        BeyondBoundsError: deeper than `MAX_DEPTH`, more than `MAX_NODES` nodes, an integer longer
            than `MAX_DIGITS`, or a collection that contains itself.
    """
    if "*" in text or len(text) > MAX_DIGITS or depth > MAX_DEPTH:
        _extent(node, 1, {})


_UNFINISHED: Final = (0, 0)


def _extent(node: yaml.Node, level: int, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """Return how many levels and nodes a node has, itself included, aliases written out.

    What `<<` merges counts like any other value: flattening is as much work, and no deeper.
    """
    if isinstance(node, yaml.ScalarNode):
        if node.tag == _INTEGER and len(node.value) > MAX_DIGITS:
            raise BeyondBoundsError(f"an integer of more than {MAX_DIGITS:,} digits", node)
        return 0, 1
    if id(node) in known:
        return known[id(node)]
    if level > MAX_DEPTH:
        raise _too_deep(node)
    known[id(node)] = _UNFINISHED
    levels, nodes = 0, 1
    for at, part in _parts(node):
        extent = _extent(part, level + 1, known)
        if extent is _UNFINISHED:
            raise BeyondBoundsError("contains itself by an alias", at)
        levels, nodes = max(levels, extent[0]), nodes + extent[1]
        if level + levels > MAX_DEPTH:
            raise _too_deep(at)
        if nodes > MAX_NODES:
            raise _too_many(at)
    known[id(node)] = levels + 1, nodes
    return known[id(node)]


def _parts(node: yaml.Node) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """Yield each part of a collection, after the node that gives its position in a fault."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key, key
            yield key, value
    else:
        for part in node.value:
            yield node, part


def _too_deep(at: yaml.Node | yaml.Event) -> BeyondBoundsError:
    return BeyondBoundsError(f"nested deeper than {MAX_DEPTH} levels", at)


def _too_many(at: yaml.Node | yaml.Event) -> BeyondBoundsError:
    return BeyondBoundsError(f"more than {MAX_NODES:,} keys and values", at)


def written_scalars(text: str) -> list[tuple[str, int]] | None:
    """Return each scalar of a text, and its line; None if the text is broken.

    The text may have several documents. No values are built, so that scalars with unknown tags are
    returned too.
    """
    try:
        return [
            (event.value, cast("yaml.Mark", event.start_mark).line + 1)
            for event in yaml.parse(text, Loader=_FastLoader)
            if isinstance(event, yaml.ScalarEvent)
        ]
    except (yaml.YAMLError, ValueError):
        return None
