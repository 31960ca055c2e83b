"""One mutation, and what all kinds of them need: the dice, a chosen file, a place in a value."""

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
    """What a mutation deserves by how it was made.

    The verdict is None where it follows only from how the files merge. A difference shows at the
    path `at`, above or beneath it; within the fusion config `file` if that is given.
    """

    verdict: Literal["nothing", "allowed", "forbidden", "error", "missing"] | None = None
    at: Path = ()
    file: str | None = None


UNKNOWN, NOTHING, ERROR, MISSING = Claim(), Claim("nothing"), Claim("error"), Claim("missing")


@dataclass(frozen=True, slots=True)
class Mutation:
    """Files of a subject edited in one respect, for the sake of one preset."""

    subject: Subject
    preset: str
    edits: Texts
    what: str
    claim: Claim


@dataclass(frozen=True, slots=True)
class Chosen:
    """A file that a preset is built from, and is to be edited; most often its own."""

    subject: Subject
    preset: str
    file: str

    @property
    def text(self) -> str:
        return self.subject.texts[self.file]

    def body(self) -> Body:
        """Return what the file says, for the caller to change."""
        return deepcopy(cast("Body", parsed(self.text)))

    def whole(self) -> Body:
        """Return what the preset resolves to, for the caller to change."""
        return deepcopy(cast("Body", self.subject.today[self.preset].value))

    def at(self, file: str) -> Chosen:
        """Choose another file for the same preset."""
        return replace(self, file=file)

    def edited(self, text: str | None, what: str, claim: Claim = UNKNOWN) -> Mutation:
        """Let the file have the text; None removes it."""
        edits, what = {self.file: text}, f"{self.file}: {what}"
        return Mutation(self.subject, self.preset, edits, what, claim)


@dataclass(frozen=True, slots=True)
class Draw:
    """What a kind makes its mutation from; `turn` counts its mutations, so that it can sweep."""

    rng: Random
    turn: int
    subjects: Subjects

    def preset(self, *subjects: Subject) -> Chosen:
        """Choose a preset of one of the subjects, or of any."""
        every = self.subjects
        subject = self.rng.choice(subjects or (every.real, every.legacy, every.synthetic))
        preset = self.rng.choice(subject.presets)
        return Chosen(subject, preset, preset)

    def real_preset(self) -> Chosen:
        """Choose a preset of one of the two real trees."""
        return self.preset(self.subjects.real, self.subjects.legacy)

    def synthetic(self, preset: str) -> Chosen:
        """Choose a preset that was made for mutation."""
        return Chosen(self.subjects.synthetic, preset, preset)

    def swept(self, choices: Sequence[T]) -> T:
        """Return one of them, each in its turn."""
        return choices[self.turn % len(choices)]

    def combination(self, count: int) -> int:
        """Return a number below `count`: in so many turns each once, and in a few a fair choice."""
        return self.turn * _STRIDE % count

    def text(self, body: Body) -> str:
        """Return the body in one of its many spellings."""
        return Writer(self.rng).document(body)

    def changed(self, chosen: Chosen, path: Path, new: object) -> Mutation:
        """Give a path of the preset another value, in its own file or in one that says it all."""
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
    """Change any value of a file, whoever overrides it; add a key where it holds none."""
    body = chosen.body()
    found = [path for path, _ in scalars(body) if path[0] != "extends"]
    path, new = draw.rng.choice(found or [(otherwise,)]), draw.rng.choice(VALUES)
    put(body, path, new)
    return chosen.edited(draw.text(body), f"{path} -> {new!r}")


def claim_at(path: Path) -> Claim:
    """Return what a difference at the path deserves, as far as the path alone says it.

    It does not where it depends on whether augmentation is on, or on whether there is a file.
    """
    if path[:2] in _CONDITIONAL:
        return UNKNOWN
    return Claim("allowed" if path[:2] in _FREE else "forbidden", path)


def value_at(value: Any, path: Path) -> Any:  # noqa: ANN401 - whatever YAML holds
    for key in path:
        value = value[key]
    return value


def put(body: Body, path: Path, new: object) -> None:
    """Set the value at a path; a mapping is made wherever nothing on it holds values."""
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
    """Return the path as far as the first list on it, which a difference shows as a whole."""
    for length in range(len(path)):
        if isinstance(value_at(value, path[:length]), list):
            return path[:length]
    return path


def places(value: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Yield every value beneath the root with its path; those in lists as well."""
    if path:
        yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*path, key))
    if isinstance(value, list):
        for position, item in enumerate(value):
            yield from places(item, (*path, position))


def scalars(value: object) -> list[tuple[Path, object]]:
    """Return the path and value of everything that holds nothing else."""
    found = places(value)
    return [(path, each) for path, each in found if not isinstance(each, dict | list | tuple)]


def mappings(value: object) -> list[tuple[Path, Body]]:
    """Return every mapping that holds something and lies in no list, with its path."""
    found = [(path, each) for path, each in places(value) if isinstance(each, dict) and each]
    return [(path, each) for path, each in found if until_list(value, path) == path]


def lists(value: object) -> list[tuple[Path, list[object]]]:
    """Return every list that holds something, with its path; pairs are no list."""
    found = [(path, each) for path, each in places(value) if isinstance(each, list) and each]
    return [(path, each) for path, each in found if not isinstance(each[0], tuple)]
