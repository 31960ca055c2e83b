"""`check-parity`: compares presets with their baselines, and records the verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from migration.errors import Fault, MigrationError
from migration.gate.acceptances import AcceptanceReport, judge_acceptances
from migration.gate.coverage import Coverage
from migration.gate.drift import Drift, DriftSearch
from migration.gate.own_profile import ProfileReport, describe_profile, list_paths
from migration.gate.status import Judge, Row, assess_presets
from migration.gate.trunk_edits import name_trunk_edits
from migration.parity.causes import Cause, find_causes
from migration.parity.compare import Detail
from migration.phases import STATUSES, Status
from migration.project.changes import write_decisions
from migration.project.project import Project
from migration.project.state import State, frozen_state, retry_on_change
from migration.store.records import Record
from migration.values.moves import Move


@dataclass(frozen=True)
class ParityReport:
    """One row per preset, sorted by name, and the legacy sources that changed since the freeze."""

    profile: str
    rows: tuple[Row, ...]
    drifts: tuple[Drift, ...] = ()
    warnings: tuple[Fault, ...] = ()
    """What is wrong with the state, but prevents no verdict."""
    own_profile: ProfileReport | None = None
    """What the profile allows, unless it is a bundled profile."""
    status: Status | None = None
    """The status of the rows that are wanted, None for all."""
    is_whole: bool = True
    """Whether all presets are compared, and not only some that were named."""
    frozen_mark: str = "legacy"
    """The word that marks the places of the baselines."""
    prefix: str = ""
    """The path of the project's folder from the top of its repository."""
    accepted: AcceptanceReport = field(default_factory=AcceptanceReport)
    """What was accepted on purpose, and is not needed any more, or is past its day."""
    unused_moves: tuple[Move, ...] = ()
    """The entries of `moved` whose old key no preset and no baseline has."""
    excluded: tuple[str, ...] = ()
    """The files that would be presets but for `exclude`, unless only some presets are compared."""

    @property
    def shown(self) -> tuple[Row, ...]:
        """The rows that are wanted."""
        return tuple(row for row in self.rows if self.status in (None, row.status))

    @property
    def causes(self) -> tuple[Cause, ...]:
        """The causes of all differences of the wanted rows, each with those that have it."""
        if self.status is None:
            return self._named_causes[0]
        shown = {row.name for row in self.shown}
        parts = (
            replace(cause, cases=tuple(case for case in cause.cases if case.preset in shown))
            for cause in self._named_causes[0]
        )
        return tuple(part for part in parts if part.cases)

    @property
    def forbidden_causes(self) -> int:
        """The number of causes that block the gate, in whichever rows."""
        return sum(cause.rule is None for cause in self._named_causes[0])

    @property
    def other_drifts(self) -> tuple[Drift, ...]:
        """The drifts that show in no cause, each with the configs that have none."""
        return self._named_causes[1]

    @cached_property
    def _named_causes(self) -> tuple[tuple[Cause, ...], tuple[Drift, ...]]:
        # A difference of a row that is not shown has its id, and shows an edit of trunk, as well.
        causes = find_causes((row.name, row.comparison) for row in self.rows)
        return name_trunk_edits(causes, self.drifts)

    @property
    def counts(self) -> Mapping[str, int]:
        """The number of rows of each status, in the order of `STATUSES`."""
        counts = Counter(row.status for row in self.rows)
        return {status: counts[status] for status in STATUSES}

    @property
    def holds(self) -> bool:
        """Whether no preset blocks the gate, and no acceptance that no preset needs."""
        return not self.accepted.unneeded and not any(row.is_broken for row in self.rows)


@retry_on_change
def check_parity(  # noqa: PLR0913 - each is a question of its own
    project: Project,
    wanted: Collection[str] = (),
    *,
    record: bool = False,
    status: Status | None = None,
    detail: Detail = "all",
    today: str | None = None,
) -> ParityReport:
    """Compare every preset, or the wanted ones, with its baseline under the project's profile.

    With a status, the report shows only the rows that have it. `detail` is how much is found out
    about each difference. `today` is a date, as 2027-03-01: what was accepted up to a day before it
    is named.
    A preset that cannot be read gets a row with status `error`; the others are still compared.
    With `record`, the verdicts that differ from the ledger are written to it.

    Raises:
        MigrationError: nothing has been frozen, a frozen file was changed, the ledger or the
            profile cannot be read, a wanted preset does not exist, or the verdicts cannot be
            written.
    """
    state = frozen_state(project, wanted)
    profile = project.profile()
    search = DriftSearch(state)
    moves = project.settings.moved
    old_keys = Coverage({move: move.old for move in moves})
    paths = () if profile.is_bundled else list_paths(profile)
    coverage = Coverage({(rule, path): path for rule, path in paths}, moves)
    judge = Judge(profile, detail, (old_keys, coverage))
    rows = assess_presets(state, judge, wanted, search)
    harmful = tuple(drift for drift in search.list_drifts() if not drift.is_harmless)
    leftovers = state.leftover_faults() if state.is_whole else ()
    warnings = (*state.hand_edited_faults(), *_find_uncompared(state), *leftovers)
    is_all = state.is_whole and not wanted
    unused = coverage.left(state.baselines, filter(None, map(_find_unlike, rows))) if is_all else ()
    own_profile = describe_profile(project, profile, unused)
    report = ParityReport(
        profile.name,
        rows,
        harmful,
        warnings,
        own_profile,
        status,
        is_whole=not wanted,
        frozen_mark=project.frozen_mark,
        prefix=project.prefix,
        accepted=judge_acceptances(state, rows, today),
        unused_moves=old_keys.left(state.baselines, _list_frozen(rows)) if is_all else (),
        excluded=state.inventory.list_excluded() if is_all else (),
    )
    # Last, because it rereads the frozen files, which others may have changed meanwhile.
    if record:
        _record_verdicts(state, rows, wanted)
    return report


def _find_uncompared(state: State) -> Iterator[Fault]:
    """Yield a fault for each preset at a path that a frozen preset has left for another one.

    In a migration it is a legacy file. Otherwise no baseline is for it, and none can be.
    """
    project = state.project
    if state.has_migration:
        return
    real_path, targets = project.tree.real_path, {e.target for e in state.ledger.entries.values()}
    for preset, entry in state.ledger.entries.items():
        is_left = entry.status != "dropped" and preset not in targets
        if not is_left or not project.settings.is_preset(preset):
            continue
        if project.tree.is_file(preset) and real_path(preset) != real_path(entry.target):
            hint = "remove it, or give it another name, under which `snapshot` freezes it"
            message = f"not compared with any baseline: {entry.target} was frozen under this path"
            yield Fault(message, preset, hint=hint)


def _list_frozen(rows: Collection[Row]) -> Iterator[str]:
    """Yield the presets that have a baseline, also if it has other names of keys than the tree."""
    return (row.legacy for row in rows if row.recorded and row.legacy)


def _find_unlike(row: Row) -> str | None:
    """Return the preset of a row if its baseline and its file in the tree may differ."""
    is_like = row.status in ("verified", "pending") and not row.comparison.allowed
    return row.legacy if row.recorded and not is_like else None


def _record_verdicts(state: State, rows: Collection[Row], wanted: Collection[str]) -> None:
    """Record the verdicts, except those of presets whose records changed since the assessment."""
    project = state.project
    # An unfinished change of a stopped command is finished even if no verdict is stale.
    if not any(row.is_stale for row in rows) and not state.baselines.unfinished():
        return
    judged = {row.name: state.record(row.name) for row in rows if row.name in state.presets}
    try:
        with project.writing("check-parity"):
            # Keep what other commands recorded or moved meanwhile.
            is_current = state.baselines.is_current()
            now = state if is_current else frozen_state(project, wanted)
            verdicts = {
                preset: entry.with_status(status)
                for preset, status in _list_verdicts(judged, now, rows)
                if (entry := now.ledger.entries[preset]).with_status(status) != entry
            }
            if verdicts:
                write_decisions(now, verdicts, "check-parity")
    except MigrationError as error:
        hint = "`check-parity --no-record` compares and writes nothing"
        faults = (replace(fault, hint=fault.hint or hint) for fault in error.faults)
        raise MigrationError(*faults) from None


def _list_verdicts(
    judged: Mapping[str, Record], now: State, rows: Collection[Row]
) -> Iterator[tuple[str, Status]]:
    """Yield the status to record for each preset whose record is still the one that was judged."""
    for row in rows:
        entry = now.ledger.entries.get(row.legacy or "")
        if entry is None or entry.target != row.target or entry.status == "dropped":
            continue
        if row.legacy and now.record(row.legacy) == judged[row.legacy]:
            yield row.legacy, row.status
