"""Asks git how it treats the line ends of a file."""

from __future__ import annotations

import os
from pathlib import Path

from migration.files.git import opened

_KEPT = {("text", "unset"), ("eol", "lf")}


def keeps_line_ends(folder: Path, path: str) -> bool | None:
    """Tell whether an attribute says that a file has the same line ends in every checkout.

    None: there is no git, or the folder is in no work tree.
    """
    git = opened(folder)
    if git is None:
        return None
    done = git.run("check-attr", "-z", "text", "eol", "--", path)
    if done.returncode:
        return None
    fields = [os.fsdecode(field) for field in done.stdout.split(b"\0")]
    return any(pair in _KEPT for pair in zip(fields[1::3], fields[2::3], strict=False))
