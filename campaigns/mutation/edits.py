"""Defines a mutation, and what all kinds need: random draws, a chosen file, paths in a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Literal, TypeVar, cast

from campaigns.mutation.pool import VALUES
from campaigns.mutation.resolving import Texts, parsed
from campaigns.mutation.subjects import Subject, Subjects
from campaigns.mutation.writer import Writer
from tests.allowlist import ALLOWED, ALLOWED_IF_OFF

T = TypeVar("T")
Body = dict[Any, Any]
Path = tuple[object, ...]

_FREE = {tuple(text.split(".")) for text in ALLOWED}
_CONDITIONAL = {tuple(text.split(".")) for text in (*ALLOWED_IF_OFF, "custom.fusion_config")}
_STRIDE = 7_919  # a prime


@dataclass(frozen=True, slots=True)
class Claim:
    """The verdict that a mutation deserves, as far as its making alone determines it.

    `verdict` is None if it depends on how the files merge. The difference is at the path `at`,
    above or beneath it; within the fusion config `file` if that is given.
    """

    verdict: Literal["nothing", "allowed", "forbidden", "error", "missing"] | None = None
    at: Path = ()
    file: str | None = None


UNKNOWN, NOTHING, ERROR, MISSING = Claim(), Claim("nothing"), Claim("error"), Claim("missing")


@dataclass(frozen=True, slots=True)
class Mutation:
    """One edit of a subject's files, made to change one preset."""

    subject: Subject
    preset: str
    edits: Texts
    what: str
    claim: Claim


@dataclass(frozen=True, slots=True)
class Chosen:
    """A preset, and the file to edit among those that it is built from; mostly its own."""

    subject: Subject
    preset: str
    file: str

    @property
    def text(self) -> str:
        return self.subject.texts[self.file]

    def body(self) -> Body:
        """Return a copy of the file's own content, which the caller may change."""
        return deepcopy(cast("Body", parsed(self.text)))

    def whole(self) -> Body:
        """Return a copy of what the preset resolves to, which the caller may change."""
        return deepcopy(cast("Body", self.subject.today[self.preset].value))

    def at(self, file: str) -> Chosen:
        """Choose another file for the same preset."""
        return replace(self, file=file)

    def edited(self, text: str | None, what: str, claim: Claim = UNKNOWN) -> Mutation:
        """Return the mutation that gives the file this text; None removes it."""
        edits, what = {self.file: text}, f"{self.file}: {what}"
        return Mutation(self.subject, self.preset, edits, what, claim)


@dataclass(frozen=True, slots=True)
class Draw:
    """What a kind makes its mutation from; `turn` counts its mutations, to try all choices."""

    rng: Random
    turn: int
    subjects: Subjects

    def preset(self, *subjects: Subject) -> Chosen:
        """Choose a preset of one of these subjects, or of all subjects."""
        every = self.subjects
        subject = self.rng.choice(subjects or (every.real, every.legacy, every.synthetic))
        preset = self.rng.choice(subject.presets)
        return Chosen(subject, preset, preset)

    def real_preset(self) -> Chosen:
        """Choose a preset of one of the two real trees."""
        return self.preset(self.subjects.real, self.subjects.legacy)

    def synthetic(self, preset: str) -> Chosen:
        """Choose this preset of the synthetic project."""
        return Chosen(self.subjects.synthetic, preset, preset)

    def swept(self, choices: Sequence[T]) -> T:
        """Return one of the choices: the next one in each turn."""
        return choices[self.turn % len(choices)]

    def combination(self, count: int) -> int:
        """Return a number below `count`: each once in `count` turns, and spread evenly in a few."""
        return self.turn * _STRIDE % count

    def text(self, body: Body) -> str:
        """Return the body as YAML text in a random spelling."""
        return Writer(self.rng).document(body)

    def changed(self, chosen: Chosen, path: Path, new: object) -> Mutation:
        """Set a path of the preset to another value.

        The file then holds its own content and that value, or all that the preset resolves to.
        """
        whole = chosen.whole()
        old, at = value_at(whole, path), until_list(whole, path)
        put(whole, path, new)
        body = whole
        is_merged = isinstance(old, dict) and isinstance(new, dict)
        if self.rng.random() < 0.5 and not is_merged:
            body = chosen.body()
            put(body, at, value_at(whole, at))
        return chosen.edited(self.text(body), f"{path}: {old!r} -> {new!r}", claim_at(at))


Kind = Callable[[Draw], Mutation]


def value_changed(draw: Draw, chosen: Chosen, otherwise: str) -> Mutation:
    """Change any value of a file, even an overridden one; if it has none, add a key."""
    body = chosen.body()
    found = [path for path, _ in scalars(body) if path[0] != "extends"]
    path, new = draw.rng.choice(found or [(otherwise,)]), draw.rng.choice(VALUES)
    put(body, path, new)
    return chosen.edited(draw.text(body), f"{path} -> {new!r}")


def claim_at(path: Path) -> Claim:
    """Return what a difference at the path deserves, if the path alone determines it.

    It does not if the verdict depends on whether augmentation is on, or whether a file exists.
    """
    if path[:2] in _CONDITIONAL:
        return UNKNOWN
    return Claim("allowed" if path[:2] in _FREE else "forbidden", path)


def value_at(value: Any, path: Path) -> Any:  # noqa: ANN401 - any value that YAML can hold
    for key in path:
        value = value[key]
    return value


def put(body: Body, path: Path, new: object) -> None:
    """Set the value at a path; a scalar or missing value on the way becomes a mapping."""
    *around, last = path
    inner: Any = body
    for key in around:
        if isinstance(inner, dict) and not isinstance(inner.get(key), dict | list):
            inner[key] = {}
        inner = inner[key]
    inner[last] = new


def cut(body: Body, path: Path) -> None:
    """Remove the value at a path."""
    del value_at(body, path[:-1])[path[-1]]


def until_list(value: object, path: Path) -> Path:
    """Return the path up to the first list on it, since a list differs as a whole."""
    for length in range(len(path)):
        if isinstance(value_at(value, path[:length]), list):
            return path[:length]
    return path


def places(value: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Yield every value beneath the root with its path, including those in lists."""
    if path:
        yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*path, key))
    if isinstance(value, list):
        for position, item in enumerate(value):
            yield from places(item, (*path, position))


def scalars(value: object) -> list[tuple[Path, object]]:
    """Return the path and value of everything that is not a mapping, list or tuple."""
    found = places(value)
    return [(path, each) for path, each in found if not isinstance(each, dict | list | tuple)]


def mappings(value: object) -> list[tuple[Path, Body]]:
    """Return every non-empty mapping outside of lists, with its path."""
    found = [(path, each) for path, each in places(value) if isinstance(each, dict) and each]
    return [(path, each) for path, each in found if until_list(value, path) == path]


def lists(value: object) -> list[tuple[Path, list[object]]]:
    """Return every non-empty list with its path, except lists of pairs."""
    found = [(path, each) for path, each in places(value) if isinstance(each, list) and each]
    return [(path, each) for path, each in found if not isinstance(each[0], tuple)]
