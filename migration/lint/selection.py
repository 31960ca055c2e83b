"""Chooses the layout rules that are checked, and the files that are exempt from each.

The settings choose, and the command line may choose again for one call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from migration.errors import Fault, MigrationError
from migration.lint.catalog import RULES, list_codes, suggest_code
from migration.lint.rule import Rule
from migration.paths import glob_matches
from migration.project.settings import Settings

_ALWAYS: Final = frozenset({"L001", "L002"})
_CODES: Final = tuple(rule.code for rule in RULES)
_LOCKED: Final = tuple(rule.code for rule in RULES if not rule.may_be_ignored)


@dataclass(frozen=True, slots=True)
class Selection:
    """The rules that are checked, and those from which the files that match a glob are exempt."""

    codes: frozenset[str]
    exempt: Mapping[str, frozenset[str]]
    """By a glob of the settings."""

    def rules(self) -> tuple[Rule, ...]:
        """Return the rules that are checked, in the order of their codes."""
        return tuple(rule for rule in RULES if rule.code in self.codes)

    def checks(self, code: str, names: Iterable[str]) -> bool:
        """Tell whether a rule is checked in the file that has all these paths."""
        known = tuple(names)
        return code in self.codes and not any(
            code in codes and any(glob_matches(glob, name) for name in known)
            for glob, codes in self.exempt.items()
        )


def select_rules(
    settings: Settings, select: Sequence[str] = (), ignore: Sequence[str] = ()
) -> Selection:
    """Return the rules that are checked: those selected, without those ignored.

    A person's `select` replaces what the settings select and ignore, `ignore` adds to what they
    ignore. L001 and L002 are always checked: no other rule can say anything about a file that
    cannot be read, and an ignore that is not understood hides nothing.

    Raises:
        MigrationError: a name that is no rule, nor the beginning of one; a rule to ignore that
            cannot be ignored, or one of these that the settings do not select.
    """
    faults: list[Fault] = []
    own, asked = _Reader(settings, faults), _Reader(None, faults)
    chosen = own.read_complete(settings.lint_select, "lint.select")
    left_out = own.read_ignorable(settings.lint_ignore, "lint.ignore")
    exempt = {
        glob: own.read_ignorable(names, f"lint.per_file_ignores.{glob}")
        for glob, names in settings.lint_per_file.items()
    }
    if select:
        chosen, left_out = asked.read_codes(select, ""), frozenset()
    left_out |= asked.read_ignorable(ignore, "")
    if faults:
        raise MigrationError(*faults)
    return Selection((chosen - left_out) | _ALWAYS, exempt)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the names of rules, in the settings or on the command line, and collects faults."""

    settings: Settings | None
    faults: list[Fault]

    def read_codes(self, names: Sequence[str], setting: str) -> frozenset[str]:
        """Return the codes that the names are, or begin."""
        for name in names:
            if not list_codes(name):
                hint = suggest_code(name, f"known are {', '.join(_CODES)}")
                self._refuse(f"no layout rule {name!r}", setting, hint)
        return frozenset(code for name in names for code in list_codes(name))

    def read_ignorable(self, names: Sequence[str], setting: str) -> frozenset[str]:
        """Return the codes, with a fault for each name that covers one that cannot be ignored."""
        for name in names:
            codes = list_codes(name)
            if locked := [code for code in codes if code in _LOCKED]:
                rest = [code for code in codes if code not in _LOCKED]
                covered = f"{name!r} has {', '.join(locked)}, which"
                what = name if locked == [name.upper()] else covered
                hint = f"name those that can be: {', '.join(rest)}" if rest else "fix what it finds"
                self._refuse(f"{what} cannot be ignored", setting, hint)
        return self.read_codes(names, setting)

    def read_complete(self, names: Sequence[str], setting: str) -> frozenset[str]:
        """Return the codes, with a fault if one that cannot be ignored is not among them."""
        codes = self.read_codes(names, setting)
        missing = [code for code in _LOCKED if code not in codes | _ALWAYS]
        if names and missing and all(map(list_codes, names)):
            message = f"it leaves out {', '.join(missing)}, which cannot be ignored"
            shortest = ", ".join(map(repr, _shorten_codes(missing)))
            hint = f"add {shortest}; for one call, `--select` may leave out any rule"
            self._refuse(message, setting, hint)
        return codes

    def _refuse(self, message: str, setting: str, hint: str | None) -> None:
        if self.settings is None:
            self.faults.append(Fault(message, hint=hint))
            return
        line = self.settings.written.get(setting)
        self.faults.append(Fault(f"{setting!r}: {message}", self.settings.source, line, hint=hint))


def _shorten_codes(codes: Sequence[str]) -> Sequence[str]:
    """Return names for the codes, one for all rules on a subject.

    >>> _shorten_codes(["L601", "L602", "L701"])
    ['L6', 'L701']
    """
    subjects = {code[:2]: set(list_codes(code[:2])) for code in codes}
    names = (code[:2] if subjects[code[:2]] <= set(codes) else code for code in codes)
    return list(dict.fromkeys(names))
