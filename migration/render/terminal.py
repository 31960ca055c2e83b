"""What a text for people is made for: a terminal, so wide and with colour or not; no page itself.

It needs no library, since every command knows its terminal, and few of them draw a page.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Terminal:
    """How wide the output may be, in columns, and whether it may be in colour."""

    width: int = 100
    color: bool = False


class Styled(str):
    """Text that is all visible but for the colours of a page, which are meant."""

    __slots__ = ()
