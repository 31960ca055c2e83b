"""Reads the pages of the documentation, and runs the commands that they show."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = "=== end of a block, exit code "
_SHELL = f"""
config-migration() {{ "{sys.executable}" -m tests.command "$@"; }}
pip() {{ echo "pip $*"; }}
set -uo pipefail
"""
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "PYTHONPATH": str(ROOT),
    "HOME": "/nonexistent",
    **{f"GIT_{who}_NAME": "test" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "test@example.org" for who in ("AUTHOR", "COMMITTER")},
}


@dataclass(frozen=True)
class Block:
    """A fenced block of a page; `line` is that of its first fence."""

    language: str
    text: str
    line: int
    is_next: bool
    """Whether nothing but an empty line is between the block before and this one."""


@dataclass(frozen=True)
class RanBlock:
    """A block of commands that ran: what it printed, and its exit code."""

    block: Block
    said: str
    code: int
    shown: tuple[Block, ...]
    """The blocks that show what it prints."""


def read_page(name: str) -> str:
    return (ROOT / name).read_text()


def list_pages() -> list[str]:
    """Return the pages for people, but not the decisions and the history."""
    docs = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md"))
    return ["README.md", "CONTRIBUTING.md", *docs]


def read_section(page: str, title: str) -> str:
    """Return a section of a page, which must have it, without its title."""
    text = read_page(page)
    assert f"\n## {title}\n" in text
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def list_blocks(text: str) -> list[Block]:
    blocks, end = [], -1
    for found in _FENCE.finditer(text):
        between = text[end : found.start()] if end >= 0 else "no block before"
        line = 1 + text.count("\n", 0, found.start())
        blocks.append(Block(found[1], found[2], line, not between.strip()))
        end = found.end()
    return blocks


def run_page(folder: Path, name: str) -> list[RanBlock]:
    """Run the commands of a page in a folder, in one shell, as a reader does who pastes them.

    Nothing is installed: the lines that make a virtual environment are left out.
    """
    groups = list(_group(list_blocks(read_page(name))))
    script = "".join(
        f"{{\n{block.text}}} 2>&1\nprintf '%s%s\\n' '{_MARK}' $?\n" for block, _ in groups
    )
    done = subprocess.run(
        ["/bin/bash", "-c", _SHELL + script.replace("source .venv/bin/activate\n", "")],
        cwd=folder,
        env=_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    ran, rest = [], done.stdout
    for block, shown in groups:
        said, _, rest = rest.partition(_MARK)
        code, _, rest = rest.partition("\n")
        ran.append(RanBlock(block, said, int(code), shown))
    return ran


def _group(blocks: Sequence[Block]) -> Iterator[tuple[Block, tuple[Block, ...]]]:
    """Yield each block of commands with the blocks that show what it prints.

    Those are the texts up to the next commands, and YAML that comes at once.
    """
    for number, block in enumerate(blocks):
        if block.language != "bash" or block.text.startswith("python3 -m venv"):
            continue
        shown = []
        for later in blocks[number + 1 :]:
            if later.language == "bash":
                break
            if later.language == "text" or (later.language == "yaml" and later.is_next):
                shown.append(later)
        yield block, tuple(shown)
