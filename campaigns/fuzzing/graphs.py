"""Generates trees of files that extend one another, and checks what they resolve to."""

from __future__ import annotations

import functools
import json
import random
from pathlib import Path

import yaml

from campaigns.fuzzing.checks import Verdict
from migration.errors import MigrationError
from migration.files.disk_tree import DiskTree
from migration.resolve.dialect import Dialect
from migration.resolve.history import trace_history
from migration.resolve.loader import ConfigLoader
from migration.values.diff import MISSING, value_at
from migration.values.keypath import KeyPath
from migration.yaml.marks import HERE, Marks
from tests.naive import naive_merge
from tests.typed import alike

_NAMES = ("a.yaml", "b.yaml", "c.yaml", "sub/d.yaml", "sub/e.yaml", "sub/deep/f.yaml")
_LINKS = ("link.yaml", "sub/link.yaml")
_ODD_BASES = (
    "nowhere.yaml", "../outside.yaml", "../../outside.yaml", "sub", "link.yaml", "a\0b", "\ud800",
)  # fmt: skip
_ODD_TEXTS = ("- 1\n", "a: [\n", "inherit: a.yaml\n", "a: *x\n", "", "~", "extends: 3\n")
_PATHS: tuple[KeyPath, ...] = tuple(tuple(path) for path in ("a", "b", "aa", "ab", "ba", "abc"))


class Refused(Exception):  # noqa: N818 - it is what a resolver says, not a mistake
    """The naive resolver says that the tree does not resolve."""


def write_graph(draw: random.Random, folder: Path) -> None:
    """Write a project with links under the folder, and a file outside the project."""
    root = folder / "project"
    (root / "sub" / "deep").mkdir(parents=True)
    (folder / "outside.yaml").write_text("a: {a: outside}\n")
    names = draw.sample(_NAMES, draw.randint(2, len(_NAMES)))
    for position, name in enumerate(names):
        # Mostly extend earlier files, or nearly every graph would have a cycle.
        known = names if draw.random() < 0.1 else names[:position]
        (root / name).write_text(_text(draw, name, known, root))
    for name in _LINKS:
        if draw.random() < 0.4:
            target = draw.choice((*names, *_LINKS, "nowhere.yaml", "../outside.yaml", "sub"))
            (root / name).symlink_to(root / target)
    if draw.random() < 0.1:
        (root / "loop").symlink_to(root / "sub")


def check_graph(draw: random.Random, folder: Path) -> Verdict:
    """Compare what the loader and a naive resolver make of each file of a graph.

    Of the toolkit's exceptions, only `MigrationError` is caught.
    """
    root, allow_outside = folder / "project", draw.random() < 0.3
    loader = ConfigLoader(DiskTree(root), Dialect(allow_outside=allow_outside))
    names = [*_NAMES, *_LINKS, "loop/d.yaml", "nowhere.yaml"]
    # In random order, since the files resolved before must not matter.
    draw.shuffle(names)
    is_read = False
    for name in names:
        try:
            expected: object = _resolve(root / name, (), root, allow_outside=allow_outside)
        except Refused as error:
            expected = error
        try:
            value, marks = loader.resolve(name).value, loader.marks(name)
        except MigrationError as error:
            if not isinstance(expected, Refused):
                told = f"{name}: refused, but by the book it is {expected!r}: {error}"
                return Verdict(is_read=False, problem=told)
            continue
        is_read = True
        if isinstance(expected, Refused):
            return Verdict(is_read, f"{name}: resolves to {value!r}, though {expected}")
        if not alike(value, expected):
            told = f"{name}: resolves to {value!r}, by the book it is {expected!r}"
            return Verdict(is_read, told)
        if not _have_shape(marks, value):
            return Verdict(is_read, f"{name}: the marks {marks!r} are not those of {value!r}")
        chain = loader.resolve(name).chain
        if len(set(chain)) != len(chain):
            return Verdict(is_read, f"{name}: a file stands twice in {chain}")
        if found := _history_problem(loader, name, draw.choice(_PATHS)):
            return Verdict(is_read, f"{name}: {found}")
    return Verdict(is_read)


def _resolve(path: Path, descent: tuple[Path, ...], root: Path, *, allow_outside: bool) -> object:
    """Resolve a file naively: by the documented rules alone."""
    try:
        real = path.resolve(strict=True)
        own = _read_plainly(real.read_text())
    except (OSError, RuntimeError, ValueError, yaml.YAMLError) as error:
        raise Refused(f"{path} cannot be read: {error}") from None
    if not allow_outside and not real.is_relative_to(root.resolve()):
        raise Refused(f"{real} lies outside")
    if real in descent:
        raise Refused(f"{real} extends itself")
    own = {} if own is None else own
    if not isinstance(own, dict) or "inherit" in own:
        raise Refused(f"{real} is no config")
    own = dict(own)
    extends = own.pop("extends", None)
    bases = [] if extends is None else extends if isinstance(extends, list) else [extends]
    if not all(isinstance(base, str) and base for base in bases):
        raise Refused(f"{real} extends {bases}")
    merged: object = {}
    for base in bases:
        inherited = _resolve(
            real.parent / base, (*descent, real), root, allow_outside=allow_outside
        )
        merged = naive_merge(merged, inherited)
    return naive_merge(merged, own)


@functools.lru_cache
def _read_plainly(text: str) -> object:
    return yaml.safe_load(text)


def _text(draw: random.Random, name: str, known: list[str], root: Path) -> str:
    if draw.random() < 0.03:
        return draw.choice(_ODD_TEXTS)
    body = "".join(f"{key}: {_value(draw, 3)}\n" for key in "ab"[: draw.randint(0, 2)])
    named = draw.choices(known, k=draw.randint(0, 3)) if known else []
    bases = [_spelt(draw, name, base, root) for base in named]
    if draw.random() < 0.1:
        bases.append(draw.choice(_ODD_BASES))
    if not bases:
        return body + draw.choice(("", "extends: null\n", "extends: []\n"))
    extends = bases[0] if len(bases) == 1 and draw.random() < 0.5 else bases
    line = f"extends: {json.dumps(extends)}\n"
    return line + body if draw.random() < 0.8 else body + line


def _spelt(draw: random.Random, name: str, base: str, root: Path) -> str:
    """Return one of the spellings by which the file may name the base."""
    if draw.random() < 0.1:
        return str(root / base)
    up = "../" * name.count("/")
    return draw.choice((f"{up}{base}", f"./{up}{base}", f"{up}sub/../{base}", f"{up}./{base}"))


def _value(draw: random.Random, depth: int) -> str:
    if depth and draw.random() < 0.7:
        keys = draw.sample("abc", draw.randint(0, 3))
        return "{" + ", ".join(f"{key}: {_value(draw, depth - 1)}" for key in keys) + "}"
    return draw.choice(("1", "1.0", "true", "null", "'1'", "[]", "[1, {a: 2}]", "x", "1e-5"))


def _have_shape(marks: Marks, value: object) -> bool:
    """Tell whether the marks have the shape of the value: the same keys, as many list entries."""
    if isinstance(value, dict):
        return (
            isinstance(marks, dict)
            and marks.keys() - {HERE} == value.keys()
            and all(_have_shape(marks[key], item) for key, item in value.items())
        )
    entries = value if isinstance(value, list) else []
    return (
        not isinstance(marks, dict)
        and len(marks.items) == len(entries)
        and all(map(_have_shape, marks.items, entries))
    )


def _history_problem(loader: ConfigLoader, name: str, path: KeyPath) -> str | None:
    """Compare the end of a path's history with the resolved value."""
    steps = [step for step in trace_history(loader, name, path) if step.effect != "undone"]
    resolved = value_at(loader.resolve(name).value, path)
    last = steps[-1].after if steps else MISSING
    if last is resolved or alike(last, resolved):
        return None
    return f"the history of {path} ends in {last!r}, not in {resolved!r}"
