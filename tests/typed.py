"""Equality with types, written without the canonical text that it is used to check."""

from __future__ import annotations

import datetime as dt
import math


def alike(left: object, right: object) -> bool:
    """Tell whether two values are the same to the last type, order of keys aside."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict) and isinstance(right, dict):
        return len(left) == len(right) and all(
            any(alike(key, other) and alike(value, right[other]) for other in right)
            for key, value in left.items()
        )
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(alike, left, right))
    if isinstance(left, set) and isinstance(right, set):
        return len(left) == len(right) and all(any(alike(a, b) for b in right) for a in left)
    if isinstance(left, float) and isinstance(right, float):
        if math.isnan(left):
            return math.isnan(right)
        return left == right and math.copysign(1, left) == math.copysign(1, right)
    if isinstance(left, dt.datetime) and isinstance(right, dt.datetime):
        return left.isoformat() == right.isoformat()
    return left == right
