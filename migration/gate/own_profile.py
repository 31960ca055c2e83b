"""Compares a project's own profile with a bundled one, and finds its paths that cover nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from migration.parity.profile import Profile, Rule
from migration.project.project import Project
from migration.values.keypath import KeyPath, format_path

BUNDLED_RULES = "parity"
"""The bundled profile that other profiles are compared with."""


@dataclass(frozen=True, slots=True)
class ProfileReport:
    """What a reader has to know about a profile that does not come with the toolkit."""

    name: str
    allows: tuple[str, ...]
    """The paths that the profile allows to differ and `parity` does not, each with its rule."""
    forbids: tuple[str, ...]
    """The paths that `parity` allows to differ and the profile does not."""
    unused: tuple[str, ...]
    """The profile's paths, with their rules, at which no frozen preset or baseline has a value."""


def describe_profile(
    project: Project, profile: Profile, unused: Iterable[tuple[Rule, KeyPath]] = ()
) -> ProfileReport | None:
    """Return the report on a profile, None if it is a bundled one."""
    if profile.is_bundled:
        return None
    bundled = project.profile(BUNDLED_RULES)
    return ProfileReport(
        profile.name,
        allows=tuple(f"{format_path(path)} ({rule.id})" for rule, path in profile.beyond(bundled)),
        forbids=tuple(format_path(path) for _, path in bundled.beyond(profile)),
        unused=tuple(_unused_text(rule, path) for rule, path in unused),
    )


def _unused_text(rule: Rule, path: KeyPath) -> str:
    text = f"{format_path(path)} ({rule.id})"
    return f"{text}, so that the rule always holds" if path == rule.off_on_both_sides else text


def list_paths(profile: Profile) -> Iterator[tuple[Rule, KeyPath]]:
    """Yield every path of a profile's rules, and of their conditions, each with its rule."""
    for rule in profile.rules:
        for path in rule.paths:
            yield rule, path
        if rule.off_on_both_sides is not None:
            yield rule, rule.off_on_both_sides
