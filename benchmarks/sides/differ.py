"""What comparing costs with dictdiffer: `python -m benchmarks.sides.differ FOLDER LIST`."""

from __future__ import annotations

import dictdiffer

from benchmarks.sides.comparing import run


def compare(left: object, right: object) -> list[object]:
    """Return what differs, all of it, since dictdiffer is lazy."""
    return list(dictdiffer.diff(left, right))


if __name__ == "__main__":
    run(compare)
