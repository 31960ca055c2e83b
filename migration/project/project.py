"""Opens a project: its tree, its settings, and the readers that follow these settings."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

from migration.errors import Fault, MigrationError, suggest_nearest
from migration.files.disk_tree import DiskTree
from migration.files.lock import PATIENCE, locked
from migration.files.tree import Tree
from migration.files.tree_views import OverlaidTree
from migration.parity.profile import BUNDLED, Profile, read_profile
from migration.project.settings import Settings
from migration.project.settings_search import find_settings
from migration.resolve.dialect import Dialect
from migration.resolve.fusion import FusionConfig
from migration.resolve.loader import ConfigLoader
from migration.store.folder import StateFolder
from migration.store.journal import complete
from migration.store.seal import RESOLVE
from migration.text import quote_name, quote_path
from migration.values.moves import Move
from migration.values.redaction import Redaction, make_redaction

T = TypeVar("T")
UNSET = Settings(source="")
"""The settings of a project that has none."""


class Follow(Protocol):
    """Passes on the items of a loop, and follows its progress; `doing` names the work."""

    def __call__(self, items: Collection[T], doing: str) -> Iterable[T]:
        """Return the items, each once, in their order."""
        ...


def follow_silently(items: Collection[T], doing: str) -> Iterable[T]:  # noqa: ARG001 - not shown
    """Return the items, and show no progress."""
    return items


def _ignore(_text: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a person runs the toolkit: the folder to work in, and how the option `-C` named it."""

    folder: Path
    directory: str = ""
    """Empty for the current folder."""


@dataclass(frozen=True, slots=True)
class Access:
    """How a command reaches files that other commands may be changing.

    `patience` is how many seconds it waits for them, None for no limit. `tell` receives messages,
    as when it has to wait. `follow` receives the loops that may take long.
    """

    patience: float | None = PATIENCE
    tell: Callable[[str], None] = _ignore
    follow: Follow = follow_silently


@dataclass(frozen=True, slots=True)
class Project:
    """One project, for the length of one command."""

    tree: Tree
    disk: DiskTree
    """The project's folder on disk, for the commands that write."""
    settings: Settings
    configs: ConfigLoader
    fusions: ConfigLoader
    state_folder: StateFolder
    access: Access
    revision: str | None = None
    """The commit that the files are read from, None for the work tree."""
    redacted_moves: tuple[Move, ...] = ()
    """The keys that any side of a comparison has renamed: what is hidden there is hidden here."""
    caller: Caller | None = None
    """Where a person runs the command, None for another program."""

    @contextmanager
    def writing(self, doing: str) -> Iterator[None]:
        """Keep other commands from changing what is frozen and recorded; `doing` names this one.

        A change that a stopped command left unfinished is finished first.

        Raises:
            MigrationError: another command holds the lock, or nothing can be written.
        """
        folder, access = self.state_folder.path, self.access
        with locked(self.tree.root, folder, doing, access.patience, access.tell):
            if fault := self.tracked_journal_fault():
                raise MigrationError(fault)
            if change := complete(self.disk, folder, self.state_folder.is_ours):
                files = len(change.digests)
                access.tell(f"finished what `{change.doing}` had begun: {files} files changed")
            yield

    def tracked_journal_fault(self) -> Fault | None:
        """Return a fault if git tracks the journal, else None.

        A tracked journal came with a branch: its change was not begun here.
        """
        path = self.state_folder.journal_path
        if not self.tree.is_file(path):
            return None
        from migration.files.git import is_tracked

        if not is_tracked(self.tree.root, path):
            return None
        message = "git tracks this file: the change in it was begun elsewhere"
        hint = f"remove it: `git rm --force {quote_path(path)}`; then {RESOLVE}"
        return Fault(message, path, hint=hint)

    @property
    def frozen_mark(self) -> str:
        """The word that marks a place in a file as it was frozen."""
        return "legacy" if self.settings.legacy else "as frozen"

    @property
    def redaction(self) -> Redaction:
        """What hides the values that no report may show."""
        return make_redaction(self.settings.redact, (*self.settings.moved, *self.redacted_moves))

    @property
    def prefix(self) -> str:
        """The path of the project's folder from the top of its repository: empty, or with a `/`.

        It is found by the name `.git`, without asking git.
        """
        root = self.disk.root
        for number, top in enumerate((root, *root.parents)):
            if self.disk.exists(posixpath.join("../" * number, ".git")):
                return f"{root.relative_to(top).as_posix()}/" if number else ""
        return ""

    def reads_like(self, other: Project) -> bool:
        """Tell whether a file says the same in both projects if its content is the same."""
        mine, theirs = self.settings, other.settings
        return (mine.inheritance_key, mine.yaml) == (theirs.inheritance_key, theirs.yaml)

    def overlaid(self, files: Mapping[str, bytes]) -> Project:
        """Return the project with these files laid over its tree, for reading only."""
        tree = OverlaidTree(self.tree, files)
        return replace(
            self, tree=tree, configs=self.configs.on(tree), fusions=self.fusions.on(tree)
        )

    def matches(self, glob: str) -> Iterator[str]:
        """Yield the files that a glob of the settings matches, without the frozen files."""
        return (path for path in self.tree.glob(glob) if not self.is_frozen_file(path))

    def list_presets(self) -> frozenset[str]:
        """Return the presets that the settings match in the tree.

        Raises:
            MigrationError: a folder cannot be listed.
        """
        found = (path for glob in self.settings.presets for path in self.matches(glob))
        return frozenset(filter(self.settings.is_preset, found))

    def list_bases(self, path: str) -> Collection[str]:
        """Return the real paths of the files that a file extends; none if it cannot be read."""
        with suppress(MigrationError):
            return self.configs.bases(self.tree.real_path(path))
        return ()

    def is_frozen_file(self, path: str) -> bool:
        """Tell whether the path or the real path of a file lies in the folder of frozen files."""
        is_beneath = path.startswith(f"{self.state_folder.path}/")
        return is_beneath or self.state_folder.holds(self.tree.real_path(path))

    def profile(self, name: str | None = None, folder: str = "") -> Profile:
        """Return the bundled profile of that name, or the one in the file at that path.

        A relative path counts from `folder`, or else from the root. Without a name, return
        the project's own profile.

        Raises:
            MigrationError: no profile has that name or path, or the file is not a profile.
        """
        if name is None:
            name, folder = self.settings.profile, ""
        bundled = DiskTree(BUNDLED)
        if "/" not in name and bundled.is_file(f"{name}.yaml"):
            text = bundled.read_text(f"{name}.yaml")
            return read_profile(text, name, f"{name}.yaml", is_bundled=True)
        path = self.tree.real_path(name, folder)
        if not self.tree.exists(path):
            path = self.tree.real_path(name)
        if not self.tree.is_file(path) and not self.tree.irregular(path):
            names = [path.removesuffix(".yaml") for path in bundled.files("")]
            hint = f"bundled: {', '.join(names)}; otherwise the path of a profile"
            hint = suggest_nearest(name.removesuffix(".yaml").lower(), names, hint) or hint
            raise MigrationError(Fault(f"unknown profile {quote_name(name)}", hint=hint))
        return read_profile(self.tree.read_config(path), name, path)


def open_project(start: Path, access: Access = Access()) -> Project:
    """Open the project around a folder; if there is none, the folder itself, with nothing set.

    Raises:
        MigrationError: the settings cannot be read.
    """
    return find_project(start, access) or open_bare(start, access)


def find_project(start: Path, access: Access = Access()) -> Project | None:
    """Open the project around a folder, if there is one.

    Its root is the nearest folder, from `start` upward, with settings: in a pyproject.toml that has
    a table `[tool.config-migration]`, or in a config-migration.toml.

    Raises:
        MigrationError: the settings cannot be read.
    """
    for folder in (start, *start.parents):
        disk = DiskTree(folder)
        settings = find_settings(disk)
        if settings is not None:
            return open_tree(disk, disk, settings, access)
    return None


def open_bare(folder: Path, access: Access = Access(), *, allow_outside: bool = False) -> Project:
    """Open a folder as a project without settings.

    With `allow_outside` its files may extend files outside.
    """
    disk = DiskTree(folder)
    return open_tree(disk, disk, replace(UNSET, allow_outside=allow_outside), access)


def open_tree(tree: Tree, disk: DiskTree, settings: Settings, access: Access) -> Project:
    """Open a project whose files are read from a tree; what it writes goes to the disk."""
    key = settings.fusion_key
    dialect = Dialect(
        key=settings.inheritance_key,
        permitted=(*settings.not_inheritance, *(str(name) for name in key if len(key) == 1)),
        is_preset=settings.is_preset,
        yaml=settings.yaml,
        allow_outside=settings.allow_outside,
    )
    return Project(
        tree=tree,
        disk=disk,
        settings=settings,
        configs=ConfigLoader(tree, dialect),
        fusions=FusionConfig(tree, dialect),
        state_folder=StateFolder(tree, settings.snapshots),
        access=access,
    )
