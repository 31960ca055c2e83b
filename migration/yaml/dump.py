"""Writes a key and its value as YAML lines: as a file has them, else as PyYAML writes them.

Which keys are written, and the comments on them, is `draft`'s part.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from io import StringIO
from typing import Any, Final, cast

import yaml

from migration.errors import MigrationError
from migration.values.canonical import are_equal
from migration.values.merge import Config
from migration.yaml.load import load_mapping
from migration.yaml.parsers import MAPPING
from migration.yaml.plain import describe_misreading
from migration.yaml.source_text import Written

_STRING: Final = "tag:yaml.org,2002:str"
_NULL: Final = "tag:yaml.org,2002:null"
_PAIRS: Final = "tag:yaml.org,2002:pairs"
_DOCUMENT_END: Final = "\n...\n"
# The core schema of YAML 1.2. What YAML 1.1 reads as another type, PyYAML quotes itself.
_NO_TEXT_IN_YAML_1_2: Final = re.compile(
    r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
)
_LONGEST_NUMBER: Final = 40
_KEEPS_ITS_END: Final = re.compile(r"[|>][0-9]?\+")


def lifted(key: Hashable, value: object, own: Written | None) -> Sequence[str]:
    """Return the lines that a file has for the key; none if they do not give the value alone."""
    return own.lines if own and own.lines and says(own.lines, {key: value}) else ()


def is_misread_plain(text: str) -> bool:
    """Tell whether some reader of YAML takes a text for another type, unless it is quoted.

    >>> is_misread_plain("08"), is_misread_plain("1e-4"), is_misread_plain("8 GPUs")
    (True, True, False)
    """
    if not text or len(text) > _LONGEST_NUMBER or text.split() != [text]:
        return False
    return bool(_NO_TEXT_IN_YAML_1_2.fullmatch(text)) or describe_misreading(text) is not None


class _Dumper(yaml.SafeDumper):
    """Writes no aliases, pairs as `!!pairs`, and a text of several lines as a block.

    Each text is read back as it is: PyYAML's own dumper loses the line end U+0085.
    """

    def ignore_aliases(self, data: object) -> bool:
        return True

    def represent_entries(self, data: list[object]) -> yaml.Node:
        if data and all(isinstance(entry, tuple) for entry in data):
            pairs = [{key: value} for key, value in cast("list[tuple[object, object]]", data)]
            return self.represent_sequence(_PAIRS, pairs)
        return self.represent_list(data)

    def represent_text(self, data: str) -> yaml.Node:
        style = None
        if re.search("[\x85\u2028\u2029]", data):
            style = '"'
        elif "\n" in data:  # a block's own indent decides on a leading blank
            style = '"' if data[0].isspace() else "|"
        elif is_misread_plain(data):
            style = "'"
        return self.represent_scalar(_STRING, data, style)

    def choose_scalar_style(self) -> str:
        style: str = cast("Any", super()).choose_scalar_style()
        is_long = cast("Any", self).analysis.multiline
        # In single quotes each empty line would stand for another number of line ends.
        return '"' if style == "'" and is_long else style


_Dumper.add_representer(list, _Dumper.represent_entries)
_Dumper.add_representer(str, _Dumper.represent_text)


def dump_value(value: object) -> str:
    """Return a value as a YAML text, mappings in their own order."""
    text: str = yaml.dump(
        value,
        Dumper=_Dumper,
        default_flow_style=False,
        sort_keys=False,
        allow_unicode=True,
        width=2**31,
    )
    return _without_end(text)


def dumped(key: Hashable, value: object, writings: Sequence[Written] = ()) -> list[str]:
    """Return the lines of a key and its value as PyYAML writes them.

    The key is spelled as in `writings`, and so are the parts of the value if one of them has it.
    """
    name = _spelled(key, writings)
    written = key if name is None else 0
    for each in writings:
        if each.node and are_equal(each.value, value):
            lines = _with_name(name, _serialized(written, each.node))
            if says(lines, {key: value}):
                return lines
    return _with_name(name, dump_value({written: value}))


def dumped_key(key: Hashable, writings: Sequence[Written]) -> list[str]:
    """Return the lines of a key, spelled as in `writings`, up to its colon."""
    name = _spelled(key, writings)
    lines = _with_name(name, dump_value({key if name is None else 0: None}))
    return [*lines[:-1], lines[-1].removesuffix(" null")]


def says(lines: Sequence[str], value: Config, end: str = "\n") -> bool:
    """Tell whether the lines, and what ends them, give the value."""
    try:
        return are_equal(load_mapping("\n".join(lines) + end, ""), value)
    except MigrationError:
        return False


def is_open(lines: Sequence[str], value: Config) -> bool:
    """Tell whether an empty line after the lines would be a part of the value."""
    may_be = any(map(_KEEPS_ITS_END.search, lines))
    return may_be and not says(lines, value, "\n\n")


def _spelled(key: Hashable, writings: Sequence[Written]) -> str | None:
    names = (each.name for each in writings)
    return next((name for name in names if name and says([f"{name}:"], {key: None})), None)


def _with_name(name: str | None, text: str) -> list[str]:
    first, *rest = text.removesuffix("\n").split("\n")
    return [first if name is None else f"{name}{first[1:]}", *rest]


def _serialized(key: Hashable, node: yaml.Node) -> str:
    keys = cast("Any", _Dumper(StringIO())).represent_data(key)
    text: str = yaml.serialize(
        yaml.MappingNode(MAPPING, [(keys, _copied(node))], flow_style=False),
        Dumper=_Dumper,
        allow_unicode=True,
        width=2**31,
    )
    return _without_end(text)


def _copied(node: yaml.Node) -> yaml.Node:
    """Return the node with a node of its own for each alias, and no key twice."""
    if isinstance(node, yaml.ScalarNode):
        text = node.value or ("null" if node.tag == _NULL else "")
        return yaml.ScalarNode(node.tag, text, style=node.style)
    if not isinstance(node, yaml.CollectionNode):
        return node
    if isinstance(node, yaml.MappingNode):
        pairs = [(_copied(key), _copied(value)) for key, value in node.value]
        return yaml.MappingNode(node.tag, _last_of_each(pairs), flow_style=node.flow_style)
    parts = [_copied(each) for each in node.value]
    return yaml.SequenceNode(node.tag, parts, flow_style=node.flow_style)


def _last_of_each(
    pairs: Sequence[tuple[yaml.Node, yaml.Node]],
) -> list[tuple[yaml.Node, yaml.Node]]:
    """Return the pairs in their order, of those with one key the last; `<<` brings such pairs."""
    return list({_key_text(key): (key, value) for key, value in pairs}.values())


def _key_text(key: yaml.Node) -> Hashable:
    return (key.tag, key.value) if isinstance(key, yaml.ScalarNode) else id(key)


def _without_end(text: str) -> str:
    """Return a text without the end mark that PyYAML writes after a scalar or an open block."""
    return text.removesuffix(_DOCUMENT_END[1:]) if text.endswith(_DOCUMENT_END) else text
