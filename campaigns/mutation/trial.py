"""Makes the mutation of a number, runs the gate on it, and judges the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal, TypeAlias

from campaigns.mutation import fusions, layers, rules, structure, texts, values
from campaigns.mutation.changes import Changes
from campaigns.mutation.edits import Claim, Draw, Kind, Mutation
from campaigns.mutation.gate import Gate, Outcomes
from campaigns.mutation.subjects import set_up
from campaigns.mutation.verdict import Found, Outcome

Command: TypeAlias = Literal["check-parity", "compare"]
_MODULES = (values, structure, layers, rules, fusions, texts)
KINDS: tuple[Kind, ...] = tuple(kind for module in _MODULES for kind in module.KINDS)
_OFTEN: dict[Kind, int] = {
    values.value_takes_another_type: 6,
    values.key_takes_another_type: 4,
    values.allowed_value_takes_any_other: 2,
}
"""The weights of kinds, so that a hundred thousand trials go through every combination."""
_CYCLE = tuple(kind for kind in KINDS for _ in range(_OFTEN.get(kind, 1)))
LAP = len(_CYCLE)
_MOST_PRESETS = 2
_BY_COMMAND = 97
"""One in this many trials also runs the console script."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One mutation, the verdict its preset deserved, and what was false in the gate's verdict."""

    number: int
    mutation: Mutation
    owed: Outcome
    false: str | None = None
    """`pass`, `alarm`, or `finding`: the gate holds or fails rightly, but reports it wrongly."""
    said: str = ""

    @property
    def kind(self) -> str:
        return kind_of(self.number)

    @property
    def deserved(self) -> str:
        """The deserved verdict in a word: a status, or `allowed` for an allowed difference."""
        if self.owed.status in ("changed", "same"):
            return self.owed.status
        is_allowed = (
            self.owed.holds and self.owed != self.mutation.subject.untouched[self.mutation.preset]
        )
        return "allowed" if is_allowed else self.owed.status


class Suite:
    """Makes and runs trials over the subjects, which are set up once in a folder."""

    def __init__(self, folder: Path, seed: int, command: Command = "check-parity") -> None:
        self._seed, self._command = seed, command
        self._subjects = set_up(folder)
        every = (self._subjects.real, self._subjects.legacy, self._subjects.synthetic)
        self._gates = {subject.name: Gate(subject) for subject in every}
        if command == "compare":
            self._changes = {subject.name: Changes(subject) for subject in every}

    def mutation(self, number: int) -> Mutation:
        """Return the mutation of the number."""
        lap, at = divmod(number, LAP)
        kind = _CYCLE[at]
        turn = lap * _CYCLE.count(kind) + _CYCLE[:at].count(kind)
        return kind(Draw(Random(f"{self._seed} {number}"), turn, self._subjects))

    def trial(self, number: int) -> Trial:
        """Run the command on the mutation of the number, and return the judged trial."""
        mutation = self.mutation(number)
        if self._command == "compare":
            return self._compare(number, mutation)
        gate, presets = self._gates[mutation.subject.name], _presets(mutation, Random(number))
        owed = {preset: mutation.subject.deserved(mutation.edits, preset) for preset in presets}
        trial = Trial(number, mutation, owed[mutation.preset])
        assert _is_as_made(mutation, trial.owed), f"the suite contradicts itself: {trial}"
        told = gate.check(mutation.edits, presets)
        false, said = _judge(owed, told), str(told)
        if false is None and number % _BY_COMMAND == 0:
            said = gate.check_by_command(mutation.edits, owed) or ""
            false = "finding" if said else None
        return Trial(number, mutation, trial.owed, false, said)

    def _compare(self, number: int, mutation: Mutation) -> Trial:
        """Judge what `compare` says of every preset; those without an edited file cannot change."""
        subject, edits = mutation.subject, mutation.edits
        presets = {mutation.preset, *subject.reaching(edits), *(edits.keys() & {*subject.presets})}
        owed = {preset: subject.change_of(edits, preset) for preset in sorted(presets)}
        told = self._changes[subject.name].compare(edits, presets, number)
        false = _judge(owed, told) if owed.keys() == told.keys() else "finding"
        return Trial(number, mutation, owed[mutation.preset], false, str(told))


def kind_of(number: int) -> str:
    """Return the name of the kind to which the mutation of the number belongs."""
    return name_of(_CYCLE[number % LAP])


def name_of(kind: Kind) -> str:
    """Return the name of the kind in words."""
    return kind.__name__.replace("_", " ")


def _presets(mutation: Mutation, rng: Random) -> tuple[str, ...]:
    """Return the preset of the mutation, and another one that is built from an edited file."""
    others = [p for p in mutation.subject.reaching(mutation.edits) if p != mutation.preset]
    return (mutation.preset, *rng.sample(others, min(len(others), _MOST_PRESETS - 1)))


def _is_as_made(mutation: Mutation, owed: Outcome) -> bool:
    """Tell whether the naive model's verdict agrees with the mutation's claim.

    The two are independent, so that both can be trusted as long as they agree.
    """
    holds = owed.status in ("verified", "pending")
    match mutation.claim.verdict:
        case None:
            return True
        case "nothing":
            return holds and owed.found == mutation.subject.untouched[mutation.preset].found
        case "allowed":
            return holds and any(_differs_there(mutation.claim, each) for each in owed.found)
        case "forbidden":
            forbidden = [each for each in owed.found if not each.is_allowed]
            return any(_differs_there(mutation.claim, each) for each in forbidden)
        case status:
            return owed.status == status


def _differs_there(claim: Claim, found: Found) -> bool:
    at = tuple(map(repr, claim.at))
    is_near = all(key == wanted for key, wanted in zip(found.keys, at, strict=False))
    return is_near and (not at or found.file == claim.file)


def _judge(owed: Outcomes, told: Outcomes) -> str | None:
    if owed == told:
        return None
    for preset, outcome in owed.items():
        if told[preset].holds != outcome.holds:
            return "pass" if told[preset].holds else "alarm"
    return "finding"
