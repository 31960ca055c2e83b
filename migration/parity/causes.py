"""Groups the differences of many presets by cause: the same difference in any number of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Final, Literal, NamedTuple, TypeAlias

from migration.parity.compare import AcceptedBefore, Comparison, Finding
from migration.values.diff import Kind, side_text
from migration.values.keypath import format_path

_SHORTEST: Final = 4
CauseKind: TypeAlias = Kind | Literal["renamed", "moved"]


@dataclass(frozen=True, slots=True)
class Case:
    """A cause in one preset: the difference, or each that a renamed key makes there."""

    preset: str
    findings: tuple[Finding, ...]

    @property
    def left_origin(self) -> str | None:
        """The `file:line` that set the value before."""
        return next((each.left_origin for each in self.findings if each.left_origin), None)

    @property
    def right_origin(self) -> str | None:
        """The `file:line` that sets the value now."""
        return next((each.right_origin for each in self.findings if each.right_origin), None)


@dataclass(frozen=True, slots=True)
class Cause:
    """One difference, and every preset that has it.

    `id` is the beginning of a digest of path, kind and values, and of nothing else, so that it is
    the same wherever the difference is found. Where the profile allows the difference in some
    presets and forbids it in others, these are two causes of one id.
    """

    id: str
    path: str
    """After the fusion file, if the difference is in one."""
    kind: CauseKind
    left: object
    right: object
    rule: str | None
    """The rule of the profile that allows the difference."""
    cases: tuple[Case, ...]
    new_path: str | None = None
    """Of a key that was renamed or moved."""
    trunk_edits: tuple[str, ...] = ()
    """The places in legacy files that trunk edited after the freeze, and that show here."""

    @property
    def accepted(self) -> tuple[AcceptedBefore, ...]:
        """What was accepted with another value, each once."""
        findings = (finding for case in self.cases for finding in case.findings)
        return tuple(dict.fromkeys(each.accepted for each in findings if each.accepted))

    @property
    def presets(self) -> tuple[str, ...]:
        """The presets that have the difference, sorted."""
        return tuple(case.preset for case in self.cases)

    @property
    def configs(self) -> frozenset[str]:
        """The presets, and the fusion files in which the difference is."""
        findings = (finding for case in self.cases for finding in case.findings)
        return frozenset((*self.presets, *(each.file for each in findings if each.file)))

    @property
    def hints(self) -> tuple[str, ...]:
        """Why the difference may be there, each hint once."""
        findings = (finding for case in self.cases for finding in case.findings)
        return tuple(dict.fromkeys(hint for finding in findings for hint in finding.hints))

    @property
    def left_origins(self) -> tuple[str, ...]:
        """Each `file:line` that set the value before, that of most presets first."""
        return _count_places(case.left_origin for case in self.cases)

    @property
    def right_origins(self) -> tuple[str, ...]:
        """Each `file:line` that sets the value now, that of most presets first."""
        return _count_places(case.right_origin for case in self.cases)


def find_causes(comparisons: Iterable[tuple[str, Comparison]]) -> tuple[Cause, ...]:
    """Return the causes of all differences: forbidden ones, then allowed ones, most presets first.

    Each comparison comes with the name of its preset.
    """
    alike: dict[tuple[str, str | None], list[Case]] = defaultdict(list)
    for preset, comparison in comparisons:
        for case in _list_cases(preset, (*comparison.forbidden, *comparison.allowed)):
            alike[_digest(case), case.findings[0].rule].append(case)
    length = _find_length({digest for digest, _ in alike})
    causes = [_make_cause(digest[:length], found) for (digest, _), found in alike.items()]
    return tuple(sorted(causes, key=_rank))


def _rank(cause: Cause) -> tuple[bool, int, str, str]:
    return cause.rule is not None, -len(cause.cases), cause.path, cause.id


def _list_cases(preset: str, findings: Iterable[Finding]) -> Iterator[Case]:
    """Yield the cases of one preset, with the differences of a renamed or moved key as one.

    If the profile allows only some of the differences of a rename, each stays a case of its own.
    """
    renames: dict[tuple[str | None, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.rename is None:
            yield Case(preset, (finding,))
        else:
            renames[finding.file, format_path(finding.rename.old)].append(finding)
    for joined in renames.values():
        if len({finding.rule for finding in joined}) == 1:
            yield Case(preset, tuple(joined))
        else:
            yield from (Case(preset, (finding,)) for finding in joined)


def _make_cause(short: str, cases: Sequence[Case]) -> Cause:
    same = _describe(cases[0])
    ordered = tuple(sorted(cases, key=lambda case: case.preset))
    return Cause(
        id=short,
        path=same.path,
        kind=same.kind,
        left=same.left,
        right=same.right,
        rule=same.rule,
        cases=ordered,
        new_path=same.new_path,
    )


class _Content(NamedTuple):
    """What the differences of one cause have in common; the paths are texts."""

    path: str
    kind: CauseKind
    left: object
    right: object
    rule: str | None
    new_path: str | None = None


def _describe(case: Case) -> _Content:
    first = case.findings[0]
    found = first.difference
    inside = f"{first.file}: " if first.file else ""
    rename = first.rename
    if rename is None or len(case.findings) == 1:
        path = f"{inside}{format_path(found.path)}"
        return _Content(path, found.kind, found.left, found.right, first.rule)
    path = f"{inside}{format_path(rename.old)}"
    kind: CauseKind = "renamed" if rename.is_renamed else "moved"
    return _Content(path, kind, rename.value, rename.value, first.rule, format_path(rename.new))


def _digest(case: Case) -> str:
    same = _describe(case)
    values = (side_text(same.left), side_text(same.right))
    parts = [same.path, same.new_path or "", same.kind, *values]
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _find_length(digests: Iterable[str]) -> int:
    """Return how many digits tell all digests apart, at least four."""
    ordered = sorted(digests)
    length = _SHORTEST
    for one, other in pairwise(ordered):
        while one[:length] == other[:length]:
            length += 1
    return length


def _count_places(places: Iterable[str | None]) -> tuple[str, ...]:
    counts = Counter(place for place in places if place)
    return tuple(place for place, _ in counts.most_common())
