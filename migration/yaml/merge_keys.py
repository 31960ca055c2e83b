"""Merges by the key `<<`, by a rule of the project, since releases of PyYAML differ.

If several mappings of one `<<` have a key, PyYAML 6.0.4 takes the last, each earlier release the
first. If the value depends on that, the settings must say which is meant.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

import yaml
from yaml.constructor import ConstructorError

from migration.values.canonical import canonical_bytes
from migration.yaml.refusals import CheckedConstructor
from migration.yaml.rules import NO_RULES, YamlRules

MERGE: Final = "tag:yaml.org,2002:merge"
VALUE: Final = "tag:yaml.org,2002:value"
STRING: Final = "tag:yaml.org,2002:str"
_NEW_LAST: Final = "PyYAML 6.0.4 takes the last, releases before it the first"
_NEW_FIRST: Final = "PyYAML 6.0.4 takes the first, releases before it the last"
_ALWAYS_FIRST: Final = "every PyYAML takes the first, as the key has one letter at most"
_SHORT_FIRST: Final = "PyYAML takes the last, but 6.0.4 the first if the key has one letter"
Pair: TypeAlias = "tuple[yaml.Node, yaml.Node]"


class Conflict(NamedTuple):
    """A key whose value depends on the release of PyYAML, and the `<<` that merges it."""

    at: yaml.Mark
    key: Hashable
    message: str
    is_choice: bool
    """Whether the settings can say which value counts: they can if one `<<` merges all of them."""


class _Merged(NamedTuple):
    """A mapping that is merged: the id of the `<<` that merges it, and its pairs."""

    by: int
    pairs: Sequence[Pair]


class MergingConstructor(CheckedConstructor):
    """Builds values, and merges by `<<` as the rules of the project say.

    Of the mappings of one `<<` the first or the last one that has a key counts; the first, if the
    rules say nothing. Of two `<<` in one mapping the last one counts, as in every release.
    """

    def __init__(self, *text: str) -> None:
        """Build values of nodes; a loader reads them from the text that it is given."""
        super().__init__(*text)
        self.obey(NO_RULES)

    def obey(self, rules: YamlRules, around: MergingConstructor | None = None) -> None:
        """Set the rules; with `around`, conflicts are noted in that constructor instead."""
        self.rules = rules
        self.conflicts: list[Conflict] = around.conflicts if around else []
        self.texts: dict[int, bytes] = around.texts if around else {}

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Put the merged keys in front of a mapping's own keys, which take precedence."""
        merges = [key for key, _ in node.value if key.tag == MERGE]
        if not merges:
            super().flatten_mapping(node)
            return
        own: list[Pair] = []
        merged: list[_Merged] = []
        pairs: list[Pair] = []
        for key, value in node.value:
            if key.tag == MERGE:
                found = [each.value for each in self._mappings(node, value)]
                merged += [_Merged(id(key), each) for each in found]
                pairs += self._in_order(found)
                continue
            if key.tag == VALUE:
                key.tag = STRING
            own.append((key, value))
        self._compare(merges, own, merged)
        node.value = [*pairs, *own]

    def merged_by(self, value: yaml.Node) -> dict[Hashable, Pair]:
        """Return the pairs that the value of one `<<` merges into an accepted mapping, by key."""
        pairs = self._in_order([each.value for each in self._mappings(value, value)])
        return {self.construct_object(pair[0], deep=True): pair for pair in pairs}

    def are_alike(self, one: yaml.Node, other: yaml.Node) -> bool:
        """Tell whether two nodes have equal values."""
        return len(self._distinct([one, other])) == 1

    def _in_order(self, found: Sequence[Sequence[Pair]]) -> list[Pair]:
        """Return the pairs of the mappings of one `<<`, those of the one that counts last."""
        ordered = found if self.rules.merge_keys == "last" else reversed(found)
        return [pair for each in ordered for pair in each]

    def _mappings(self, node: yaml.Node, value: yaml.Node) -> Iterator[yaml.MappingNode]:
        """Yield each mapping that a `<<` of the node merges, itself flattened."""
        is_list = isinstance(value, yaml.SequenceNode)
        what = "a mapping" if is_list else "a mapping or list of mappings"
        for each in value.value if isinstance(value, yaml.SequenceNode) else (value,):
            if not isinstance(each, yaml.MappingNode):
                kind = "scalar" if isinstance(each, yaml.ScalarNode) else "sequence"
                raise ConstructorError(
                    "while constructing a mapping",
                    node.start_mark,
                    f"expected {what} for merging, but found {kind}",
                    each.start_mark,
                )
            self.flatten_mapping(each)
            yield each

    def _compare(
        self, merges: Sequence[yaml.Node], own: Sequence[Pair], merged: Sequence[_Merged]
    ) -> None:
        """Note each key that has different values, or spellings, in the merged mappings."""
        at, again = merges[0], merges[-1]
        given: dict[Hashable, list[tuple[int, Pair]]] = {}
        # A mapping that is merged again adds nothing.
        apart = [*{id(each.pairs): each for each in merged}.values()]
        for number, each in enumerate(apart):
            for pair in each.pairs:
                key = self.construct_object(pair[0], deep=True)
                if isinstance(key, Hashable):  # others are refused when the mapping is built
                    given.setdefault(key, []).append((number, pair))
        several = {key: found for key, found in given.items() if len(found) > 1}
        overridden = self._scalar_keys(own) if several else set()
        for key, found in several.items():
            firsts = [pair[0] for pair in dict(reversed(found)).values()][::-1]
            lasts = [*dict(found).values()]
            if (spelled := self._distinct(firsts)) and len(spelled) > 1:
                # As `1` and `true`, which are one key: the first one gives it its spelling.
                both = [(each, each) for each in spelled]
                self._note(at, key, "by '<<' in two spellings", both, _NEW_FIRST)
            elif key not in overridden and self._differ(lasts):
                is_one = len({apart[number].by for number, _ in found}) == 1
                if is_one:
                    is_short = all(len(str(name.value)) <= 1 for name, _ in lasts)
                    taken = _ALWAYS_FIRST if is_short else _NEW_LAST
                    self._note(at, key, "by two mappings of one '<<'", lasts, taken)
                else:
                    self._note(again, key, "by two '<<' of one mapping", lasts, _SHORT_FIRST)
            elif key not in overridden and _may_be_one(found):
                every = [pair for _, pair in found]
                if self._differ(every):
                    self._note(at, key, "by '<<' with two values", every, _NEW_FIRST)

    def _scalar_keys(self, pairs: Sequence[Pair]) -> set[Hashable]:
        keys = (self.construct_object(key, deep=True) for key, _ in pairs)
        return {key for key in keys if isinstance(key, Hashable)}

    def _differ(self, pairs: Sequence[Pair]) -> bool:
        return len(self._distinct([value for _, value in pairs])) > 1

    def _distinct(self, nodes: Sequence[yaml.Node]) -> list[yaml.Node]:
        """Return the first node of each value."""
        if len({id(node) for node in nodes}) == 1:
            return [*nodes[:1]]
        found: dict[bytes, yaml.Node] = {}
        for node in nodes:
            found.setdefault(self._text(node), node)
        return [*found.values()]

    def _text(self, node: yaml.Node) -> bytes:
        """Return the canonical text of a node's value."""
        if id(node) not in self.texts:
            # In another constructor, since this one may have half built a value around it.
            builder = MergingConstructor()
            builder.obey(self.rules, self)
            self.texts[id(node)] = canonical_bytes(builder.construct_document(node))
        return self.texts[id(node)]

    def _note(
        self, at: yaml.Node, key: Hashable, how: str, pairs: Sequence[Pair], taken: str
    ) -> None:
        one, *others = pairs
        other = next(each for each in others if self._differ((one, each)))
        written = [_written(value) for _, value in (one, other)]
        if written[0] == written[1]:
            is_scalar = isinstance(one[1], yaml.ScalarNode)
            same = [self._text(value).decode().strip() for _, value in (one, other)]
            written = same if is_scalar else [written[0], f"another {written[0].split()[1]}"]
        lines = [f"line {node.start_mark.line + 1}" for node, _ in (one, other)]
        found = [f"{line} has {text}" for line, text in zip(lines, written, strict=True)]
        where = f": {', '.join(found)}" if self.rules.is_quoting else f", on {' and '.join(lines)}"
        message = f"is given {how}{where}; {taken}"
        self.conflicts.append(Conflict(at.start_mark, key, message, taken != _SHORT_FIRST))


def _may_be_one(found: Sequence[tuple[int, Pair]]) -> bool:
    """Tell whether PyYAML 6.0.4 may take two of the pairs for one, and leave out the later.

    It compares the addresses of their keys' texts in memory. A key by an alias shares one address
    with its anchor, and so do equal texts of at most one character.
    """
    keys = [pair[0] for _, pair in found]
    return any(len(str(key.value)) <= 1 for key in keys) or len(set(map(id, keys))) < len(keys)


def _written(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value) if node.style in (None, "") else repr(node.value)
    return "a mapping" if isinstance(node, yaml.MappingNode) else "a list"
