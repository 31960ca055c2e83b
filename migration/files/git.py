"""Asks the program git what of a folder is committed, tracked or ignored; changes nothing."""

from __future__ import annotations

import os
import posixpath
import shutil
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from migration.errors import Fault, MigrationError

_REWRITING: Final = ("ident", "filter", "working-tree-encoding")
"""The attributes by which git rewrites a file on checkout, besides its line ends."""
_AS_IS: Final = ("UTF-8", "UTF8")
"""The encodings of the work tree in which git writes files as they are."""
_FILTER_WAYS: Final = ("smudge", "process")

_LOOKING_CLOSELY: Final = tuple(
    word
    for setting in ("fsmonitor=false", "trustctime=true", "checkStat=default")
    for word in ("-c", f"core.{setting}")
)
"""What watches the files for git may be behind, and a file may change without its time or size."""


def uncommitted(folder: Path, paths: Collection[str]) -> Mapping[str, str] | None:
    """Return the files that differ from the last commit, each with the reason.

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
            reasons[path] = "git is set to ignore its changes"
    return reasons


def read_blobs(folder: Path, ids: Collection[str], most: int) -> Iterator[Mapping[str, bytes]]:
    """Yield the bytes of blobs by their ids, up to `most` at once; larger blobs are left out.

    Raises:
        MigrationError: git cannot tell.
    """
    git = opened(folder)
    if git is None:
        return
    part: list[str] = []
    total = 0
    for blob, size in git.sizes(ids).items():
        if size > most:
            continue
        if part and total + size > most:
            yield git.blobs(part)
            part, total = [], 0
        part.append(blob)
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
    fields = [os.fsdecode(field) for field in done.stdout.split(b"\0")]
    rows = zip(fields[0::4], fields[1::4], fields[2::4], fields[3::4], strict=False)
    # A pattern with `!` says that the file is not ignored.
    return {
        path: f"{file}:{line} {pattern}"
        for file, line, pattern, path in rows
        if not pattern.startswith("!")
    }


def opened(folder: Path) -> Git | None:
    """Return git to be asked in a folder, None where it is not installed."""
    program = shutil.which("git")
    return Git(program, folder) if program else None


class Git:
    """Asks git in a folder. Its answers are relative to the folder, and about what is in it.

    Every method but `run` and `commit` raises a `MigrationError` if git cannot tell.
    """

    def __init__(self, program: str, folder: Path) -> None:
        self.program = program
        self.folder = folder

    def at(self, folder: Path) -> Git:
        """Return git to be asked in another folder."""
        return Git(self.program, folder)

    def has_work_tree(self) -> bool:
        """Tell whether the folder lies in a work tree."""
        done = self.run("rev-parse", "--is-inside-work-tree")
        # Git may not see a repository that is damaged, or belongs to another user.
        has_repository = any((at / ".git").exists() for at in (self.folder, *self.folder.parents))
        if done.returncode and not has_repository:
            return False
        return self.checked(done).strip() == b"true"

    def top(self) -> str:
        """Return the path of the work tree from the folder: `.`, or as many `..` as lead there."""
        up = self.checked(self.run("rev-parse", "--show-cdup")).decode().strip()
        return posixpath.normpath(up or ".")

    def prefix(self) -> str:
        """Return the path of the folder from the top of the work tree, empty or ending in `/`."""
        answer = self.checked(self.run("rev-parse", "--show-prefix"))
        return os.fsdecode(answer).removesuffix("\n")

    def place(self, path: str) -> str:
        """Return the path on disk of a path that counts from the folder."""
        # Several times faster than `Path /`.
        return os.path.join(self.folder, path)  # noqa: PTH118

    def commit(self, name: str) -> str | None:
        """Return the id of a commit, None if there is none of that name."""
        if name.startswith(":/"):  # a text of a message, to which nothing can be added
            done = self.run("rev-parse", "--verify", "--quiet", name)
            name = done.stdout.decode().strip() or "HEAD^{none}"
        done = self.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        answer = "" if done.returncode else done.stdout.decode().strip()
        # A name that begins with `^` leaves commits out, and is that of none.
        return answer if answer and not answer.startswith("^") else None

    def last_commit(self) -> str | None:
        """Return the id of the last commit, None if there is none yet."""
        done = self.run("rev-parse", "--verify", "--quiet", "HEAD")
        name = None if done.returncode == 1 else self.checked(done).decode().strip()
        if name and self.commit(name) is None:
            message = "git cannot tell what is committed: the last commit cannot be read"
            raise MigrationError(Fault(message, hint="`git fsck` names what is damaged"))
        return name

    def committed(self) -> frozenset[str]:
        """Return the files of the last commit, none if there is no commit yet."""
        if self.last_commit() is None:
            return frozenset()
        return frozenset(self.rows("ls-tree", "-r", "-z", "--name-only", "HEAD"))

    def changed(self) -> frozenset[str]:
        """Return the files that differ from the last commit, on disk or in the index."""
        words = ("diff", "--name-only", "--no-renames", "--no-ext-diff", "--relative", "-z")
        in_files = self.rows(*words, "HEAD", "--")
        return frozenset((*in_files, *self.rows(*words, "--cached", "HEAD", "--")))

    def list_changed(self, commits: Sequence[str]) -> frozenset[str]:
        """Return the files that differ between two commits, or one and the work tree.

        A submodule that differs is named itself.

        A file that git does not track is in neither.
        """
        how = ("--name-only", "--no-renames", "-z", "--no-ext-diff", "--relative")
        words = (*_LOOKING_CLOSELY, "diff", *how, "--ignore-submodules=none")
        return frozenset(self.rows(*words, *commits, "--"))

    def list_rewritten(self, commit: str, paths: Collection[str]) -> Mapping[str, str]:
        """Return the files that git rewrites on checkout of a commit, and the attribute.

        Line ends do not count. A filter that is not set up in the repository rewrites nothing.
        """
        given = b"".join(os.fsencode(path) + b"\0" for path in paths)
        with TemporaryDirectory() as folder:
            # An index of its own, since git reads the attributes of files on disk or of an index.
            index = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
            self.checked(self.run("read-tree", commit, more=index))
            words = ("check-attr", "--cached", "--all", "-z", "--stdin")
            answer = self.checked(self.run(*words, given=given, more=index))
        fields = [os.fsdecode(field) for field in answer.split(b"\0")]
        found: dict[str, str] = {}
        filters: dict[str, bool] = {}
        for path, name, value in zip(fields[0::3], fields[1::3], fields[2::3], strict=False):
            if name not in _REWRITING or value == "unset" or value.upper() in _AS_IS:
                continue
            if name == "filter" and value not in filters:
                filters[value] = any(self.setting(f"filter.{value}.{way}") for way in _FILTER_WAYS)
            if name != "filter" or filters[value]:
                found[path] = name if value == "set" else f"{name}={value}"
        return found

    def setting(self, name: str) -> str | None:
        """Return a setting of git, None if it is not set."""
        return self.run("config", "--get", name).stdout.decode().strip() or None

    def overlooked(self) -> frozenset[str]:
        """Return the files that git takes for unchanged without looking at them."""
        # The tag before a path is lower case if it is assumed unchanged, S if it is skipped.
        tagged = self.rows("ls-files", "-v", "-z")
        return frozenset(row[2:] for row in tagged if row[0].islower() or row[0] == "S")

    def blobs(self, ids: Collection[str]) -> Mapping[str, bytes]:
        """Return the bytes of blobs, all read in one go."""
        wanted = sorted(ids)
        data = self._answer_about("--batch", wanted)
        read, start = {}, 0
        for blob in wanted:
            end = data.index(b"\n", start)
            size = self._size(data[start:end])
            read[blob] = data[end + 1 : end + 1 + size]
            start = end + size + 2
        return read

    def sizes(self, ids: Collection[str], *, may_be_missing: bool = False) -> Mapping[str, int]:
        """Return how many bytes blobs have; those not here are left out if they may be missing."""
        wanted = sorted(ids)
        lines = self._answer_about("--batch-check", wanted).splitlines()
        return {
            blob: self._size(line)
            for blob, line in zip(wanted, lines, strict=True)
            if not (may_be_missing and line.endswith(b" missing"))
        }

    def _answer_about(self, how: str, ids: Collection[str]) -> bytes:
        given = "".join(f"{blob}\n" for blob in ids).encode()
        return self.checked(self.run("cat-file", how, given=given)) if ids else b""

    @staticmethod
    def _size(line: bytes) -> int:
        """Return the size of a blob from git's answer: `ID blob SIZE`, or `ID missing`."""
        answer = line.decode(errors="replace")
        if not answer[-1:].isdecimal():
            raise MigrationError(Fault(f"git cannot tell what is committed: {answer}"))
        return int(answer.split()[2])

    def rows(self, *words: str) -> Iterator[str]:
        """Yield each row of what git answers with `-z`."""
        return (os.fsdecode(row) for row in self.checked(self.run(*words)).split(b"\0") if row)

    def run(
        self, *words: str, given: bytes = b"", more: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git; `given` is what it reads, `more` are variables of its environment."""
        # A hook's variables name the hook's own repository, and would override the folder.
        env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        env |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", **(more or {})}
        return subprocess.run(  # noqa: S603 - no word of it comes from elsewhere
            [self.program, *words],
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
            answer = lines[0] if lines else f"exit code {done.returncode}"
            # Where the repository belongs to another user, a line of its own says what to do.
            advice = next((line.strip() for line in lines if "safe.directory" in line), None)
            hint = f"`{advice}`, if it is to be trusted" if advice else None
            raise MigrationError(Fault(f"git cannot tell what is committed: {answer}", hint=hint))
        return done.stdout


def literal(path: str) -> str:
    """Return the pathspec of a path, in which nothing is a pattern; of the folder itself for ''."""
    return f":(literal){path or '.'}"
