"""The only door to git: what of a folder is committed. Nothing is changed through it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Collection, Mapping
from pathlib import Path

from migration.errors import Fault, MigrationError


def uncommitted(folder: Path, paths: Collection[str]) -> Mapping[str, str] | None:
    """Return the files that are not as in the last commit, each with the reason.

    Paths are relative to the folder, which may lie anywhere in a work tree. None: there is no git,
    or the folder is in no work tree.

    Raises:
        MigrationError: git cannot tell.
    """
    program = shutil.which("git")
    if program is None:
        return None
    git = _Git(program, folder)
    if not git.has_work_tree():
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


class _Git:
    """Asks git in a folder. Its answers are relative to the folder, and about what is in it."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder

    def has_work_tree(self) -> bool:
        """Tell whether the folder lies in a work tree."""
        done = self._run("rev-parse", "--is-inside-work-tree")
        # To git, a repository that is damaged, or not the user's own, may be none at all.
        has_repository = any((at / ".git").exists() for at in (self._folder, *self._folder.parents))
        if done.returncode and not has_repository:
            return False
        return self._checked(done).strip() == b"true"

    def committed(self) -> frozenset[str]:
        """Return the files of the last commit, none if there is no commit yet."""
        head = self._run("rev-parse", "--verify", "--quiet", "HEAD")
        if head.returncode == 1:
            return frozenset()
        self._checked(head)
        return self._paths("ls-tree", "-r", "-z", "--name-only", "HEAD")

    def changed(self) -> frozenset[str]:
        """Return the files whose text, or the one that is staged, is not the committed one."""
        words = ("diff", "--name-only", "--no-renames", "--no-ext-diff", "--relative", "-z")
        return self._paths(*words, "HEAD", "--") | self._paths(*words, "--cached", "HEAD", "--")

    def overlooked(self) -> frozenset[str]:
        """Return the files that git takes for unchanged without a look at them."""
        # The tag before a path is small if it is assumed unchanged, S if it is skipped.
        tagged = self._paths("ls-files", "-v", "-z")
        return frozenset(each[2:] for each in tagged if each[0].islower() or each[0] == "S")

    def _paths(self, *words: str) -> frozenset[str]:
        names = self._checked(self._run(*words)).split(b"\0")
        return frozenset(os.fsdecode(name) for name in names if name)

    def _run(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        # A hook is run with variables that name its own repository, whatever the folder.
        env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        env |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
        return subprocess.run(  # noqa: S603 - no word of it comes from elsewhere
            [self._program, *words],
            cwd=self._folder,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )

    @staticmethod
    def _checked(done: subprocess.CompletedProcess[bytes]) -> bytes:
        if done.returncode:
            lines = done.stderr.decode(errors="replace").strip().splitlines()
            said = lines[0] if lines else f"exit code {done.returncode}"
            hint = "`--force` does not ask git"
            raise MigrationError(Fault(f"git cannot tell what is committed: {said}", hint=hint))
        return done.stdout
