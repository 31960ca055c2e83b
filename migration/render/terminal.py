"""The terminal that a text is made for: its width, and whether it takes colour.

This module imports no library: every command reads its terminal, and few lay out a page.
"""

from __future__ import annotations

from typing import NamedTuple


class Terminal(NamedTuple):
    """How wide the output may be, in columns, and whether it may be in colour."""

    width: int = 100
    color: bool = False
    is_verbose: bool = False
    """Whether to show everything, also what is as it should be."""


class Styled(str):
    """Text that is visible already; the only escape codes in it are the colours of a page."""

    __slots__ = ()
