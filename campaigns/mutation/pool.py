"""Lists one value of every kind that YAML has, and values that only look like it."""

from __future__ import annotations

import datetime as dt
import math
from typing import Final

_DAY = dt.date(2024, 1, 31)
_NOON = dt.datetime(2024, 1, 31, 12, 0)  # noqa: DTZ001 - YAML has such datetimes, too
_UTC, _CET = dt.UTC, dt.timezone(dt.timedelta(hours=1))

SCALARS: Final[tuple[object, ...]] = (
    None,
    *(True, False),
    *(0, 1, -1, 10, 2**53, 2**53 + 1, 2**63, 2**64 - 1, 2**64, 2**64 + 1, -(2**63) - 1, 10**40),
    *(0.0, -0.0, 1.0, -1.0, 10.0, 1e-5, 5e-324, float(2**53), float(2**64), 1e40, 1.7e308),
    *(math.inf, -math.inf, math.nan),
    *("", " ", "null", "~", "true", "True", "yes", "0", "-0", "1", "10", "1.0", "0.0", "-0.0"),
    *(
        "1e-5",
        "1.0e-5",
        ".inf",
        "inf",
        "-.inf",
        ".nan",
        "nan",
        "[]",
        "{}",
        "a",
        "A",
        "\u0430",
        "a ",
    ),
    *("2024-01-31", "2024-01-31 12:00:00", "2024-01-31T12:00:00Z", "YQ==", "$yaml", "\u0301", "é"),
    *(_DAY, dt.datetime(2024, 1, 31), _NOON, _NOON.replace(microsecond=1)),  # noqa: DTZ001
    *(_NOON.replace(tzinfo=_UTC), _NOON.replace(hour=13, tzinfo=_CET)),
    *(b"", b"a", b"2024-01-31"),
)
"""The values that can also be keys. U+0430 is a Cyrillic a; two datetimes are the same instant."""

VALUES: Final[tuple[object, ...]] = (
    *SCALARS,
    *([], [None], [[]], [{}], ["a"], ["a", "a"], [("a", 1)], [["a", 1]], [{"a": 1}]),
    *({}, {"a": None}, {"a": 1}, {"a": True}, {1: "a"}, {"1": "a"}, {True: "a"}, {"$yaml": "map"}),
    *(set(), {"a"}, {1}, {"1"}, {"a", "A"}),
)
