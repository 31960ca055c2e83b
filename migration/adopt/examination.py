"""Examines the settings of a project against its tree: what they match, leave out, and miss."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from migration.adopt.broken import find_broken
from migration.adopt.globs import cover_files
from migration.adopt.inheritance_key import KeyUse, list_key_uses
from migration.adopt.reasons import explain_file
from migration.adopt.roles import Roles, sort_roles
from migration.adopt.survey import Survey, survey_tree
from migration.errors import Fault
from migration.files.attributes import keeps_line_ends
from migration.files.git import ignored
from migration.files.lock import LOCK, is_held
from migration.paths import glob_matches
from migration.project.exclusion import write_exclude
from migration.project.matching import advise_glob
from migration.project.project import Project
from migration.text import quote_toml, quote_toml_list
from migration.wording import format_count, list_names

_GLOB_SETTINGS = ("presets", "exclude", "legacy", "phase_1", "length_required")
UNEXPLAINED = "it resolves, and nothing inherits from it"


@dataclass(frozen=True, slots=True)
class GlobUse:
    """One glob of the settings: the files that it matches, and those of them that are presets."""

    setting: str
    glob: str
    line: int | None
    files: frozenset[str]
    presets: frozenset[str]


@dataclass(frozen=True)
class Examination:
    """A project's settings against its tree."""

    project: Project
    survey: Survey
    targets: frozenset[str] = frozenset()
    """The paths that frozen presets have now."""

    @cached_property
    def presets(self) -> frozenset[str]:
        """The presets that the settings match."""
        return self.project.list_presets()

    @cached_property
    def roles(self) -> Roles:
        """What each config seems to be for."""
        return sort_roles(self.survey, self.project.settings.inheritance_key)

    @cached_property
    def broken(self) -> Mapping[str, Fault]:
        """The presets, and the files that are excluded, that cannot be resolved, and why."""
        return find_broken(self.project, self.presets | self.excluded)

    @cached_property
    def globs(self) -> tuple[GlobUse, ...]:
        """Each glob of the settings."""
        settings = self.project.settings
        uses = []
        for name in _GLOB_SETTINGS:
            for glob in getattr(settings, name):
                files = frozenset(self.project.matches(glob))
                line = settings.written.get(name)
                uses.append(GlobUse(name, glob, line, files, files & self.presets))
        return tuple(uses)

    @cached_property
    def matched(self) -> frozenset[str]:
        """The files that `presets` matches."""
        return frozenset[str]().union(*(u.files for u in self.globs if u.setting == "presets"))

    @cached_property
    def excluded(self) -> frozenset[str]:
        """The files that `presets` matches and `exclude` leaves out."""
        return frozenset(filter(self.project.settings.is_excluded, self.matched))

    def explain_exclusion(self, glob: str) -> str:
        """Return why the files that a glob of `exclude` matches are no presets."""
        reasons = Counter(
            explain_file(self.survey, self.roles, path, self.broken.get(path)) or UNEXPLAINED
            for path in sorted(self.excluded)
            if glob_matches(glob, path)
        )
        if not reasons:
            return "`presets` matches none of them"
        return "; ".join(reason for reason, _ in reasons.most_common(2))


def examine(project: Project, targets: Collection[str]) -> Examination:
    """Read the tree of a project; `targets` are the paths that frozen presets have now.

    Raises:
        MigrationError: a folder cannot be listed.
    """
    survey = survey_tree(project.disk, project.access.follow, project.settings.yaml)
    return Examination(project, survey, frozenset(targets))


def find_unmatched_presets_globs(found: Examination) -> Iterator[Fault]:
    """Yield a finding for each glob of `presets` that matches no file, in the tree or frozen."""
    settings = found.project.settings
    for use in found.globs:
        is_matched = use.files or any(glob_matches(use.glob, path) for path in found.targets)
        if use.setting == "presets" and not is_matched:
            hint = advise_glob(found.project.tree, use.glob)
            message = f"'presets' has {quote_toml(use.glob)}, which matches no file"
            yield Fault(message, settings.source, use.line, hint=hint)


def find_unguarded(found: Examination) -> Iterator[Fault]:
    """Yield a finding for the files that look like presets, though no glob matches them."""
    settings = found.project.settings
    known = {*found.targets, settings.base}
    missed = {
        path
        for path in found.roles.presets - found.presets - known
        if not (
            settings.is_excluded(path)
            or settings.is_legacy(path)
            or found.project.is_frozen_file(path)
        )
    }
    if not missed:
        return
    others = (path for path in found.survey.paths - found.matched if not settings.is_legacy(path))
    cover = cover_files(missed, missed.union(others) - {settings.base})
    verb, them = ("looks", "it") if len(missed) == 1 else ("look", "them")
    message = (
        f"{format_count(len(missed), 'file')} {verb} like a preset, "
        f"and no glob of 'presets' matches {them}: {list_names(sorted(missed))}"
    )
    lines = [f"presets = {quote_toml_list((*settings.presets, *cover.presets))}"]
    if cover.exclude:
        lines.append(f"exclude = {quote_toml_list((*settings.exclude, *cover.exclude))}")
    hint = f"{' and '.join(lines)}; or add to 'exclude' what no run starts from"
    yield Fault(message, settings.source, settings.written.get("presets"), hint=hint)


def find_unreadable(found: Examination) -> Iterator[Fault]:
    """Yield a finding for each preset that cannot be resolved, and one with the line to exclude."""
    settings = found.project.settings
    broken = {path: found.broken[path] for path in sorted(found.presets & found.broken.keys())}
    yield from dict.fromkeys(broken.values())
    if broken:
        number = format_count(len(broken), "preset")
        line = settings.written.get("exclude") or settings.written.get("presets")
        exclude = write_exclude(settings, broken)
        hint = f"repair what is named above, or leave it out: {exclude}"
        yield Fault(f"{number} cannot be resolved", settings.source, line, hint=hint)


def find_key_faults(found: Examination) -> Iterator[Fault]:
    """Yield a finding for each key by which files may inherit, unless the settings name it."""
    settings = found.project.settings
    uses = list_key_uses(found.survey)
    own = next((use for use in uses if use.key == settings.inheritance_key), None)
    for use in uses:
        is_decided = use.key in {settings.inheritance_key, *settings.not_inheritance}
        files = [path for path in use.files if path in found.roles.chained or path in found.presets]
        if is_decided or not files:
            continue
        verb = "looks like inheritance" if use.may_inherit else "names YAML files"
        where = format_count(len(files), "file")
        message = f"the key {use.key!r} {verb} in {where}, and the settings do not name it"
        yield Fault(message, files[0], hint=_advise_key(use, settings.not_inheritance))
    others = [use for use in uses if use != own and use.names_bases]
    if others and (own is None or not own.from_file):
        key = settings.inheritance_key
        line = settings.written.get("inheritance.key")
        yield Fault(f"no file inherits by {key!r}, the key that is set", settings.source, line)


def find_snapshot_faults(found: Examination) -> Iterator[Fault]:
    """Yield a finding for what keeps git from having the baselines as they were frozen."""
    root, folder = found.project.disk.root, found.project.state_folder.path
    sample = posixpath.join(folder, "presets", "a.yaml.json")
    if by := ignored(root, [sample]).get(sample):
        message = f"git ignores the baselines, by {by}"
        # Git looks into no folder that is ignored itself.
        line = f"!/{folder}/" if ignored(root, [f"{folder}/"]) else f"!/{folder}/**"
        yield Fault(message, ".gitignore", hint=f"add the line {line}")
    if keeps_line_ends(root, sample) is False:
        message = "git may change the line ends of baselines in another checkout"
        yield Fault(message, ".gitattributes", hint=f"add the line {folder}/** text eol=lf")
    lock = posixpath.join(folder, LOCK)
    if found.project.disk.is_file(lock):
        if is_held(root, folder):
            text = found.project.disk.read_text(lock).strip()
            yield Fault(f"a command is at work here: {text}", lock, hint="wait for its end")
        else:
            message = "the lock of a command that was killed; it blocks nothing"
            yield Fault(message, lock, hint="remove it, or run any command that writes")


def _advise_key(use: KeyUse, permitted: Collection[str]) -> str:
    permit = f"not_inheritance = {quote_toml_list((*permitted, use.key))}"
    return f"if files inherit by it: inheritance.key = {quote_toml(use.key)}; if not: {permit}"
