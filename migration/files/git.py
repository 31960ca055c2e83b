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


class Git:
    """Asks git in a folder. Its answers are relative to the folder, and about what is in it."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self.folder = folder

    def has_work_tree(self) -> bool:
        """Tell whether the folder lies in a work tree."""
        done = self.run("rev-parse", "--is-inside-work-tree")
        # To git, a repository that is damaged, or not the user's own, may be none at all.
        has_repository = any((at / ".git").exists() for at in (self.folder, *self.folder.parents))
        if done.returncode and not has_repository:
            return False
        return self.checked(done).strip() == b"true"

    def checkout(self) -> Checkout:
        """Return what git has in the whole work tree."""
        up = self.checked(self.run("rev-parse", "--show-cdup")).decode().strip()
        top = posixpath.normpath(up or ".")
        # Asked in the upper folder, git lists what is beside this one, too.
        above = Git(self._program, self.folder / top)
        inside = self.prefix()
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
                    self.folder, blob, is_link=mode == "120000", is_assumed=is_assumed
                )
        for path in above.rows("ls-files", "-z", "--others", "--exclude-standard"):
            (repositories if path.endswith("/") else files)[place(path.rstrip("/"))] = None
        return Checkout(top, tuple(files), tuple(repositories), left_out)

    def rows(self, *words: str) -> Iterator[str]:
        """Yield each row of what git answers with `-z`."""
        return (os.fsdecode(row) for row in self.checked(self.run(*words)).split(b"\0") if row)

    def place(self, path: str) -> str:
        """Return where on disk a path is that counts from the folder."""
        return os.path.join(self.folder, path)  # noqa: PTH118 - what `/` takes is a multiple

    def committed(self) -> frozenset[str]:
        """Return the files of the last commit, none if there is no commit yet."""
        head = self.run("rev-parse", "--verify", "--quiet", "HEAD")
        if head.returncode == 1:
            return frozenset()
        self.checked(head)
        return frozenset(self.rows("ls-tree", "-r", "-z", "--name-only", "HEAD"))

    def prefix(self) -> str:
        """Return the path of the folder from the top of the work tree, empty or ending in `/`."""
        said = self.checked(self.run("rev-parse", "--show-prefix"))
        return os.fsdecode(said).removesuffix("\n")

    def commit(self, name: str) -> str | None:
        """Return the id of a commit, None if there is none of that name."""
        done = self.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        return done.stdout.decode().strip() or None if not done.returncode else None

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
        return self.checked(self.run("cat-file", how, given=given)) if ids else b""

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
            cwd=self.folder,
            env=env,
            input=given,
            capture_output=True,
            check=False,
        )

    @staticmethod
    def checked(done: subprocess.CompletedProcess[bytes]) -> bytes:
        """Return what git has answered.

        Raises:
            MigrationError: it has failed.
        """
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
