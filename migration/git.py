"""The only door to git: what of a folder is committed. Nothing is changed through it."""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import subprocess
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from migration.errors import Fault, MigrationError


def uncommitted(folder: Path, paths: Collection[str]) -> Mapping[str, str] | None:
    """Return the files that are not as in the last commit, each with the reason.

    Paths are relative to the folder, which may lie anywhere in a work tree. None: there is no git,
    or the folder is in no work tree.

    Raises:
        MigrationError: git cannot tell.
    """
    git = opened(folder)
    if git is None or not git.has_work_tree():
        return None
    committed = git.committed()
    changed = git.changed() if committed else frozenset()
    overlooked = git.overlooked()
    reasons = {}
    for path in paths:
        if path not in committed:
            reasons[path] = "not in the last commit"
        elif path in changed:
            reasons[path] = "changed since the last commit"
        elif path in overlooked:
            reasons[path] = "git is told to overlook its changes"
    return reasons


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that git tracks, and takes for unchanged although it is not there."""

    folder: Path
    """Where git is asked about it."""
    blob: str
    is_link: bool
    is_assumed: bool
    """Whether git was told to assume that it is unchanged; else a sparse checkout leaves it out."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """What git has in the work tree around a folder; every path is relative to that folder."""

    top: str
    """The folder of the work tree: `.`, or as many `..` as lead there."""
    files: tuple[str, ...]
    """The files that git tracks, and those that it would add."""
    repositories: tuple[str, ...]
    """The folders in it that are repositories of their own."""
    left_out: Mapping[str, LeftOut]
    """The files that are not there, and still are to be in the next commit."""


def checkout(folder: Path) -> Checkout | None:
    """Return what git has around a folder; None where there is no git.

    Raises:
        MigrationError: git cannot tell.
    """
    git = opened(folder)
    return git.checkout() if git and git.has_work_tree() else None


def read_blobs(folder: Path, ids: Collection[str], most: int) -> Iterator[Mapping[str, bytes]]:
    """Yield the bytes of blobs by their ids, not too many at once; those over `most` bytes not.

    Raises:
        MigrationError: git cannot tell.
    """
    git = opened(folder)
    if git is None:
        return
    part: list[str] = []
    total = 0
    for each, size in git.sizes(ids).items():
        if size > most:
            continue
        if part and total + size > most:
            yield git.blobs(part)
            part, total = [], 0
        part.append(each)
        total += size
    yield git.blobs(part)


def is_installed() -> bool:
    """Tell whether there is a program `git`."""
    return shutil.which("git") is not None


def is_tracked(folder: Path, path: str) -> bool:
    """Tell whether git tracks a file of the folder; no, where there is no git."""
    git = opened(folder)
    if git is None:
        return False
    done = git.run("ls-files", "-z", "--", literal(path))
    return not done.returncode and bool(done.stdout)


def ever_tracked(folder: Path) -> frozenset[str]:
    """Return the files in a folder that git tracks, or has ever had in a commit.

    Paths are relative to the folder, which may be gone by now. There is none where there is no git.
    Commits that are not reached from the last one are not looked into, nor is what a shallow clone
    has left behind.

    Raises:
        MigrationError: git cannot tell.
    """
    git, inside = opened_for(folder)
    if git is None or not git.has_work_tree():
        return frozenset()
    return frozenset(path.removeprefix(inside) for path in git.ever_tracked(inside))


@dataclass(frozen=True, slots=True)
class Committed:
    """The files of a folder that were committed since one of them came; some may be gone."""

    files: frozenset[str] = frozenset()
    """Those of the last commit, and those that a commit has removed."""
    lost_in_merges: frozenset[str] = frozenset()
    """Those that a side of a merge had, and the merge does not have."""


def committed_since(folder: Path, since: str) -> Committed:
    """Return the files of a folder that were committed since the file `since` was added.

    There is none if the last commit does not have that. Paths are relative to the folder.

    Raises:
        MigrationError: git cannot tell.
    """
    git, inside = opened_for(folder)
    if git is None or not git.has_work_tree():
        return Committed()
    found = git.committed_since(inside, since)
    return Committed(*(frozenset(path.removeprefix(inside) for path in each) for each in found))


def ignored(folder: Path, paths: Collection[str]) -> Mapping[str, str]:
    """Return the files that git ignores, each with the pattern that does so: `file:line pattern`.

    There is none where there is no git, and none that is tracked.
    """
    git = opened(folder)
    if git is None or not paths:
        return {}
    given = b"".join(os.fsencode(path) + b"\0" for path in paths)
    done = git.run("check-ignore", "-z", "--verbose", "--stdin", given=given)
    if done.returncode:
        return {}
    fields = [os.fsdecode(each) for each in done.stdout.split(b"\0")]
    rows = zip(fields[0::4], fields[1::4], fields[2::4], fields[3::4], strict=False)
    return {path: f"{file}:{line} {pattern}" for file, line, pattern, path in rows}


def opened(folder: Path) -> Git | None:
    """Return git as it is asked in a folder, None where it is not installed."""
    program = shutil.which("git")
    return Git(program, folder) if program else None


def opened_for(folder: Path) -> tuple[Git | None, str]:
    """Return git as it is asked about a folder that may be gone, and what its paths begin with.

    It is asked in the nearest folder that is there.
    """
    at = next(each for each in (folder, *folder.parents) if each.is_dir())
    inside = folder.relative_to(at).as_posix()
    return opened(at), "" if inside == "." else f"{inside}/"


class Git:
    """Asks git in a folder. Its answers are relative to the folder, and about what is in it."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder

    def has_work_tree(self) -> bool:
        """Tell whether the folder lies in a work tree."""
        done = self.run("rev-parse", "--is-inside-work-tree")
        # To git, a repository that is damaged, or not the user's own, may be none at all.
        has_repository = any((at / ".git").exists() for at in (self._folder, *self._folder.parents))
        if done.returncode and not has_repository:
            return False
        return self._checked(done).strip() == b"true"

    def checkout(self) -> Checkout:
        """Return what git has in the whole work tree."""
        up = self._checked(self.run("rev-parse", "--show-cdup")).decode().strip()
        top = posixpath.normpath(up or ".")
        # Asked in the upper folder, git lists what is beside this one, too.
        above = Git(self._program, self._folder / top)
        inside = self._prefix()
        files: dict[str, None] = {}
        repositories: dict[str, None] = {}
        left_out: dict[str, LeftOut] = {}

        def place(path: str) -> str:
            is_inside = path.startswith(inside)
            return (
                path.removeprefix(inside) if is_inside else posixpath.relpath(path, inside or ".")
            )

        for row in above.rows("ls-files", "-z", "-v", "--stage"):
            head, _, path = row.partition("\t")
            tag, mode, blob, _stage = head.split()
            if mode == "160000":
                repositories[place(path)] = None
            elif os.path.lexists(above.place(path)):
                files[place(path)] = None
            elif tag.islower() or tag == "S":
                is_assumed = tag not in "Ss"
                left_out[place(path)] = LeftOut(
                    self._folder, blob, is_link=mode == "120000", is_assumed=is_assumed
                )
        for path in above.rows("ls-files", "-z", "--others", "--exclude-standard"):
            (repositories if path.endswith("/") else files)[place(path.rstrip("/"))] = None
        return Checkout(top, tuple(files), tuple(repositories), left_out)

    def rows(self, *words: str) -> Iterator[str]:
        """Yield each row of what git answers with `-z`."""
        return (os.fsdecode(row) for row in self._checked(self.run(*words)).split(b"\0") if row)

    def place(self, path: str) -> str:
        """Return where on disk a path is that counts from the folder."""
        return os.path.join(self._folder, path)  # noqa: PTH118 - what `/` takes is a multiple

    def committed(self) -> frozenset[str]:
        """Return the files of the last commit, none if there is no commit yet."""
        head = self.run("rev-parse", "--verify", "--quiet", "HEAD")
        if head.returncode == 1:
            return frozenset()
        self._checked(head)
        return frozenset(self.rows("ls-tree", "-r", "-z", "--name-only", "HEAD"))

    def ever_tracked(self, inside: str) -> frozenset[str]:
        """Return the files in a folder that are tracked, or were added by any commit."""
        where = ("--", literal(inside))
        tracked = self.rows("ls-files", "-z", *where)
        if self.commit("HEAD") is None:
            return frozenset(tracked)
        words = ("log", "-z", "--full-history", "--format=", "--name-only", "--relative")
        added = self.rows(*words, "--no-renames", "--diff-filter=A", "-m", *where)
        return frozenset((*tracked, *(path.lstrip("\n") for path in added)))

    def committed_since(self, inside: str, since: str) -> tuple[set[str], set[str]]:
        """Return the files of a folder committed since one came, and those that merges lost."""
        head = self.commit("HEAD")
        now = {*self.tree(head, inside)} if head else set()
        if f"{inside}{since}" not in now:
            return set(), set()
        # By all lines of work: a ledger that came again may have the very text of an earlier one.
        newest = ("log", "-1", "--format=%H", "--full-history", "--topo-order", "--diff-filter=A")
        came = self._checked(self.run(*newest, "--", literal(f"{inside}{since}"))).decode().strip()
        span = f"{came}..HEAD" if came else "HEAD"
        # Of a merge, what all of its sides had, and then what any of them had.
        return now | self._removed(inside, span, "-c"), self._removed(
            inside, span, "-m", "--merges"
        )

    def _removed(self, inside: str, span: str, *how: str) -> set[str]:
        words = ("log", "-z", "--format=", "--no-renames", "--full-history", "--name-only")
        rows = self.rows(*words, "--diff-filter=D", *how, span, "--", literal(inside))
        top = self._prefix()  # Of a merge, git tells the paths from the top in any case.
        return {path.lstrip("\n").removeprefix(top) for path in rows}

    def _prefix(self) -> str:
        """Return the path of the folder from the top of the work tree, empty or ending in `/`."""
        said = self._checked(self.run("rev-parse", "--show-prefix"))
        return os.fsdecode(said).removesuffix("\n")

    def commit(self, name: str) -> str | None:
        """Return the id of a commit, None if there is none of that name."""
        done = self.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        return done.stdout.decode().strip() or None if not done.returncode else None

    def under_way(self) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """Return the commits that are being brought in, and what they are held against.

        None: no merge, cherry-pick, revert or rebase is under way.
        """
        if theirs := self._named_in("MERGE_HEAD"):
            head = self.commit("HEAD")
            return theirs, self.partings((head, *theirs) if head else theirs)
        # A rebase that has ended leaves its head behind; one that stops for an edit has it applied.
        is_rebase = any(self._path_of(each).is_dir() for each in ("rebase-merge", "rebase-apply"))
        is_rebase = is_rebase and not self._path_of("rebase-merge/amend").is_file()
        for name in ("CHERRY_PICK_HEAD", *(("REBASE_HEAD",) if is_rebase else ())):
            if picked := self.commit(name):
                before = self.parents(picked)
                # Of a merge only git knows against which parent it is held: the index tells.
                return ((picked,), before) if len(before) == 1 else None
        reverted = self.commit("REVERT_HEAD")
        before = self.parents(reverted) if reverted else ()
        return (before, (reverted,)) if reverted and len(before) == 1 else None

    def brought_in(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each commit that a squashed merge or a stash may have brought in, and its base."""
        head, message = self.commit("HEAD"), self._path_of("SQUASH_MSG")
        if head and message.is_file():
            text = message.read_text(encoding="utf-8", errors="replace")
            if found := re.search(r"^commit ([0-9a-f]{40,})$", text, re.MULTILINE):
                yield found[1], self.partings((head, found[1]))
        for each in self.run("rev-list", "--walk-reflogs", "refs/stash").stdout.decode().split():
            yield each, self.parents(each)[:1]

    def is_shallow(self) -> bool:
        """Tell whether the repository lacks what came before some commit."""
        return self._path_of("shallow").is_file()

    def _named_in(self, name: str) -> tuple[str, ...]:
        """Return the commits that a file of the repository names, a line each."""
        path = self._path_of(name)
        return tuple(path.read_text(encoding="ascii").split()) if path.is_file() else ()

    def _path_of(self, name: str) -> Path:
        said = self._checked(self.run("rev-parse", "--git-path", name))
        return self._folder / os.fsdecode(said).removesuffix("\n")

    def partings(self, commits: Collection[str]) -> tuple[str, ...]:
        """Return the newest commits from which all of these come, several if branches crossed."""
        done = self.run("merge-base", "--octopus", "--all", *commits)
        return tuple(done.stdout.decode().split()) if not done.returncode else ()

    def parents(self, commit: str) -> tuple[str, ...]:
        """Return the commits from which a commit comes."""
        said = self._checked(self.run("rev-list", "--parents", "--max-count=1", commit))
        return tuple(said.decode().split()[1:])

    def links(self, commits: Collection[str]) -> Iterator[tuple[str, ...]]:
        """Yield each commit up to these, and its parents."""
        for line in self._checked(self.run("rev-list", "--parents", *commits)).splitlines():
            yield tuple(line.decode().split())

    def past(self, commit: str, inside: str) -> Iterator[tuple[str, ...]]:
        """Yield each commit that changed a folder, newest first, and what it comes from.

        Commits that left the folder as it was are skipped, also among those that one comes from.
        """
        words = ("rev-list", "--parents", "--full-history", "--simplify-merges", commit)
        for line in self._checked(self.run(*words, "--", literal(inside))).splitlines():
            yield tuple(line.decode().split())

    def contents_ever(self, commits: Collection[str], path: str) -> frozenset[str]:
        """Return the ids of all blobs that a file has had up to these commits."""
        words = ("log", "-z", "--full-history", "--format=", "--raw", "--no-abbrev", "--no-renames")
        rows = self.rows(*words, "-m", "--all", *commits, "--", literal(path))
        fields = [row.split() for row in rows if row.lstrip("\n").startswith(":")]
        return frozenset(blob for each in fields for blob in each[2:4] if blob.strip("0"))

    def tree(self, commit: str, inside: str) -> dict[str, str]:
        """Return the files of a commit in a folder, each with the id of its blob."""
        rows = self.rows("ls-tree", "-r", "-z", commit, *(("--", inside) if inside else ()))
        parted = (row.partition("\t") for row in rows)
        fields = ((head.split(), path) for head, _, path in parted)
        return {
            path: blob for (mode, kind, blob), path in fields if kind == "blob" and mode != "120000"
        }

    def stages(self, inside: str) -> dict[str, dict[int, str]]:
        """Return the files in conflict in a folder, with the id of each stage that they have."""
        found: dict[str, dict[int, str]] = {}
        for row in self.rows("ls-files", "--unmerged", "-z", "--", literal(inside)):
            head, _, path = row.partition("\t")
            _, blob, stage = head.split()
            found.setdefault(path, {})[int(stage)] = blob
        return found

    def blobs(self, ids: Collection[str]) -> Mapping[str, bytes]:
        """Return the bytes of blobs, all read in one go."""
        wanted = sorted(ids)
        data = self._asked_of("--batch", wanted)
        read, at = {}, 0
        for each in wanted:
            end = data.index(b"\n", at)
            size = self._size(data[at:end])
            read[each] = data[end + 1 : end + 1 + size]
            at = end + size + 2
        return read

    def sizes(self, ids: Collection[str]) -> Mapping[str, int]:
        """Return how many bytes blobs have."""
        wanted = sorted(ids)
        lines = self._asked_of("--batch-check", wanted).splitlines()
        return {each: self._size(line) for each, line in zip(wanted, lines, strict=True)}

    def _asked_of(self, how: str, ids: Collection[str]) -> bytes:
        given = "".join(f"{each}\n" for each in ids).encode()
        return self._checked(self.run("cat-file", how, given=given)) if ids else b""

    @staticmethod
    def _size(line: bytes) -> int:
        """Return the size that git tells of a blob: `ID blob SIZE`, or `ID missing`."""
        said = line.decode(errors="replace")
        if not said[-1:].isdecimal():
            raise MigrationError(Fault(f"git cannot tell what is committed: {said}"))
        return int(said.split()[2])

    def changed(self) -> frozenset[str]:
        """Return the files whose text, or the one that is staged, is not the committed one."""
        words = ("diff", "--name-only", "--no-renames", "--no-ext-diff", "--relative", "-z")
        in_files = self.rows(*words, "HEAD", "--")
        return frozenset((*in_files, *self.rows(*words, "--cached", "HEAD", "--")))

    def overlooked(self) -> frozenset[str]:
        """Return the files that git takes for unchanged without a look at them."""
        # The tag before a path is small if it is assumed unchanged, S if it is skipped.
        tagged = self.rows("ls-files", "-v", "-z")
        return frozenset(each[2:] for each in tagged if each[0].islower() or each[0] == "S")

    def run(self, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run git; `given` is what it reads."""
        # A hook is run with variables that name its own repository, whatever the folder.
        env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        env |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
        return subprocess.run(  # noqa: S603 - no word of it comes from elsewhere
            [self._program, *words],
            cwd=self._folder,
            env=env,
            input=given,
            capture_output=True,
            check=False,
        )

    @staticmethod
    def _checked(done: subprocess.CompletedProcess[bytes]) -> bytes:
        if done.returncode:
            lines = done.stderr.decode(errors="replace").strip().splitlines()
            said = lines[0] if lines else f"exit code {done.returncode}"
            # Where the repository is somebody else's, git says what to do in a line of its own.
            advice = next((each.strip() for each in lines if "safe.directory" in each), None)
            hint = f"`{advice}`, if it is to be trusted" if advice else None
            raise MigrationError(Fault(f"git cannot tell what is committed: {said}", hint=hint))
        return done.stdout


def literal(path: str) -> str:
    """Return the pathspec of a path, in which nothing is a pattern; of the folder itself for ''."""
    return f":(literal){path or '.'}"
