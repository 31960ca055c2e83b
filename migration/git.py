"""The only door to git: what of a folder is committed. Nothing is changed through it."""

from __future__ import annotations

import os
import posixpath
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
    git = _opened(folder)
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
    git = _opened(folder)
    return git.checkout() if git and git.has_work_tree() else None


def read_blobs(folder: Path, ids: Collection[str], most: int) -> Iterator[Mapping[str, bytes]]:
    """Yield the bytes of blobs by their ids, not too many at once; those over `most` bytes not.

    Raises:
        MigrationError: git cannot tell.
    """
    git = _opened(folder)
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
    git = _opened(folder)
    if git is None:
        return False
    done = git.run("ls-files", "-z", "--", f":(literal){path}")
    return not done.returncode and bool(done.stdout)


def ever_tracked(folder: Path, inside: str) -> frozenset[str]:
    """Return the files in a folder beneath `folder` that git tracks, or has ever had in a commit.

    There is none where there is no git. Commits that are not reached from the last one are not
    looked into, nor is what a shallow clone has left behind.

    Raises:
        MigrationError: git cannot tell.
    """
    git = _opened(folder)
    if git is None or not git.has_work_tree():
        return frozenset()
    return git.ever_tracked(inside)


def ignored(folder: Path, paths: Collection[str]) -> Mapping[str, str]:
    """Return the files that git ignores, each with the pattern that does so: `file:line pattern`.

    There is none where there is no git, and none that is tracked.
    """
    git = _opened(folder)
    if git is None or not paths:
        return {}
    given = b"".join(os.fsencode(path) + b"\0" for path in paths)
    done = git.run("check-ignore", "-z", "--verbose", "--stdin", given=given)
    if done.returncode:
        return {}
    fields = [os.fsdecode(each) for each in done.stdout.split(b"\0")]
    rows = zip(fields[0::4], fields[1::4], fields[2::4], fields[3::4], strict=False)
    return {path: f"{file}:{line} {pattern}" for file, line, pattern, path in rows}


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two lines of work that met in a folder: the files of both, and of where they parted.

    Each maps a path, relative to the folder, to the bytes of its file. `head` is the last commit.
    """

    ours: Mapping[str, bytes]
    theirs: Mapping[str, bytes]
    base: Mapping[str, bytes]
    head: Mapping[str, bytes]
    is_under_way: bool
    """Whether the merge, the rebase, the cherry-pick or the like is not committed yet."""


def meeting(folder: Path, inside: str, left_out: Collection[str] = ()) -> Meeting | None:
    """Return what met last in a folder beneath `folder`; None where there is no git.

    The files `left_out` are not read, and in none of the mappings.

    That is a merge, rebase, cherry-pick or revert under way, or else the last merge that was
    committed. Of a file in conflict the index has both sides, which also `git stash pop` leaves.

    Raises:
        MigrationError: git cannot tell.
    """
    git = _opened(folder)
    if git is None or not git.has_work_tree():
        return None
    ours, theirs, base, is_under_way = git.sides()
    trees = [git.tree(each, inside) for each in (ours, theirs, base, git.commit("HEAD"))]
    for path, stages in git.stages(inside).items():
        is_under_way = True
        for number, tree in ((1, trees[2]), (2, trees[0]), (3, trees[1])):
            tree.pop(path, None)
            if number in stages:
                tree[path] = stages[number]
    trees = [{p: blob for p, blob in tree.items() if p not in left_out} for tree in trees]
    blobs = git.blobs({blob for tree in trees for blob in tree.values()})
    read = [{path: blobs[blob] for path, blob in tree.items()} for tree in trees]
    return Meeting(read[0], read[1], read[2], read[3], is_under_way)


def _opened(folder: Path) -> _Git | None:
    """Return git as it is asked in a folder, None where it is not installed."""
    program = shutil.which("git")
    return _Git(program, folder) if program else None


class _Git:
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
        above = _Git(self._program, self._folder / top)
        inside = os.fsdecode(self._checked(self.run("rev-parse", "--show-prefix"))).removesuffix(
            "\n"
        )
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
        where = ("--", f":(literal){inside}")
        tracked = self.rows("ls-files", "-z", *where)
        if self.commit("HEAD") is None:
            return frozenset(tracked)
        words = ("log", "-z", "--full-history", "--format=", "--name-only", "--relative")
        added = self.rows(*words, "--no-renames", "--diff-filter=A", "-m", *where)
        return frozenset((*tracked, *(path.lstrip("\n") for path in added)))

    def commit(self, name: str) -> str | None:
        """Return the id of a commit, None if there is none of that name."""
        done = self.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        return done.stdout.decode().strip() or None if not done.returncode else None

    def sides(self) -> tuple[str | None, str | None, str | None, bool]:
        """Return the commits that meet, the one where they parted, and whether it is under way."""
        head = self.commit("HEAD")
        if theirs := self.commit("MERGE_HEAD"):
            return head, theirs, self._parting(head, theirs), True
        for name in ("CHERRY_PICK_HEAD", "REBASE_HEAD"):
            if theirs := self.commit(name):
                return head, theirs, self.commit(f"{theirs}^"), True
        if reverted := self.commit("REVERT_HEAD"):
            return head, self.commit(f"{reverted}^"), reverted, True
        if head is None:
            return None, None, None, False
        merge = self._checked(self.run("rev-list", "--merges", "--max-count=1", "HEAD"))
        if not merge.strip():
            return head, head, head, False
        ours, other = (self.commit(f"{merge.decode().strip()}^{at}") for at in (1, 2))
        return ours, other, self._parting(ours, other), False

    def tree(self, commit: str | None, inside: str) -> dict[str, str]:
        """Return the files of a commit in a folder, each with the id of its blob."""
        if commit is None:
            return {}
        rows = self.rows("ls-tree", "-r", "-z", commit, "--", f"{inside}/")
        parted = (row.partition("\t") for row in rows)
        fields = ((head.split(), path) for head, _, path in parted)
        return {
            path: blob for (mode, kind, blob), path in fields if kind == "blob" and mode != "120000"
        }

    def stages(self, inside: str) -> dict[str, dict[int, str]]:
        """Return the files in conflict in a folder, with the id of each stage that they have."""
        found: dict[str, dict[int, str]] = {}
        for row in self.rows("ls-files", "--unmerged", "-z", "--", f"{inside}/"):
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

    def _parting(self, one: str | None, other: str | None) -> str | None:
        done = self.run("merge-base", one or "", other or "")
        return done.stdout.decode().split("\n")[0] or None if not done.returncode else None

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
            raise MigrationError(Fault(f"git cannot tell what is committed: {said}"))
        return done.stdout
