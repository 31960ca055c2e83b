"""Mutates one value: slightly, or to a similar value of another type."""

from __future__ import annotations

import datetime as dt
import math
from random import Random

from campaigns.mutation import synthetic
from campaigns.mutation.edits import (
    Claim,
    Draw,
    Kind,
    Mutation,
    claim_at,
    cut,
    put,
    scalars,
    value_at,
)
from campaigns.mutation.pool import SCALARS, VALUES
from campaigns.mutation.writer import Writer, spellings_of_number
from tests.allowlist import ALLOWED
from tests.typed import alike

_LOOK_ALIKES = str.maketrans("aeopcxyABEHKMOPCTX_-.", "аеорсхуАВЕНКМОРСТХ‗‐․")  # noqa: RUF001


def scalar_nudged(draw: Draw) -> Mutation:
    """Change a scalar as little as its type allows."""
    chosen = draw.preset()
    path, old = draw.rng.choice(scalars(chosen.whole()))
    return draw.changed(chosen, path, _nudged(draw.rng, old))


def float_moved_by_one_ulp(draw: Draw) -> Mutation:
    """Change a float of a real preset by one unit in the last place."""
    chosen = draw.real_preset()
    floats = [(path, old) for path, old in scalars(chosen.whole()) if isinstance(old, float)]
    path, old = draw.rng.choice(floats)
    return draw.changed(chosen, path, math.nextafter(old, draw.rng.choice((math.inf, -math.inf))))


def integer_beyond_a_float(draw: Draw) -> Mutation:
    """Change an integer beyond 2^53, or beyond 64 bits, by one, or to its nearest float."""
    chosen = draw.synthetic(synthetic.KINDS)
    integers = [(path, old) for path, old in scalars(chosen.whole()) if isinstance(old, int)]
    path, old = draw.rng.choice([(path, old) for path, old in integers if abs(old) >= 2**53])
    alternatives = (old + 1, old - 1, -old, float(old), str(old), hex(old))
    return draw.changed(chosen, path, draw.rng.choice(alternatives))


def value_takes_another_type(draw: Draw) -> Mutation:
    """Go through every pair of the pool's values, in a mapping, in a list and deep in lists."""
    places = {synthetic.KINDS: (), synthetic.LISTS: (1,), synthetic.NESTED: ("a", 0, "b")}
    preset = draw.swept(tuple(places))
    old, step = divmod(draw.combination(len(VALUES) ** 2), len(VALUES))
    path = ("values", f"k{old}")
    chosen = draw.synthetic(preset)
    if step:
        new = VALUES[(old + step) % len(VALUES)]
        return draw.changed(chosen, (*path, *places[preset]), new)
    body = chosen.body()
    cut(body, path)
    return chosen.edited(draw.text(body), f"{path} removed", claim_at(path))


def value_takes_an_equal_of_another_type(draw: Draw) -> Mutation:
    """Replace a value by one that is equal in Python: true, 1 and 1.0; two zeros; one instant."""
    chosen = draw.preset()
    every = [(path, old, _equals(old)) for path, old in scalars(chosen.whole())]
    path, _, equals = draw.rng.choice([each for each in every if each[2]])
    return draw.changed(chosen, path, draw.rng.choice(equals))


def value_beside_the_others(draw: Draw) -> Mutation:
    """Add a missing key with any value: missing is not null."""
    chosen = draw.preset()
    body, value = chosen.whole(), draw.swept(VALUES)
    path = (draw.rng.choice([key for key, each in body.items() if isinstance(each, dict)]), "new")
    put(body, path, value)
    return chosen.edited(draw.text(body), f"{path}: {value!r} added", claim_at(path))


def real_value_takes_any_other(draw: Draw) -> Mutation:
    """Replace a value of a real preset by any value of the pool, or by its text."""
    chosen = draw.real_preset()
    path, old = draw.rng.choice(scalars(chosen.whole()))
    new = draw.swept(VALUES)
    if draw.rng.random() < 0.4 or alike(old, new):
        new = _as_text(draw.rng, old)
    return draw.changed(chosen, path, new)


def key_takes_another_type(draw: Draw) -> Mutation:
    """Go through every pair of the pool's scalars as keys."""
    count = len(SCALARS)
    at, step = divmod(draw.combination(count * (count - 1)), count - 1)
    old, new = SCALARS[at], SCALARS[(at + step + 1) % count]
    path = ("values", f"k{at}")
    chosen = draw.synthetic(synthetic.KEYS)
    body = chosen.body()
    put(body, path, {new: 1})
    return chosen.edited(draw.text(body), f"{path}: key {old!r} -> {new!r}", claim_at(path))


def allowed_value_takes_any_other(draw: Draw) -> Mutation:
    """Go through every entry of the allowlist, with every value of the pool."""
    entry, value = divmod(draw.combination(len(ALLOWED) * len(VALUES)), len(VALUES))
    path, new = tuple(ALLOWED[entry].split(".")), VALUES[value]
    chosen = draw.synthetic(synthetic.RULES)
    body = chosen.whole()
    if alike(new, value_at(body, path)):
        cut(body, path)
    else:
        put(body, path, new)
    return chosen.edited(draw.text(body), f"{path} -> {new!r}", Claim("allowed", path))


def _as_text(rng: Random, value: object) -> object:
    """Return a string that looks like the value; for a string, a value that looks like it."""
    if isinstance(value, str):
        return rng.choice((value.encode(), [value], {value}, {value: None}, value + "\n"))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return rng.choice(spellings_of_number(value))
    return rng.choice((str(value), repr(value), Writer(rng).flow(value)))


def _nudged(rng: Random, value: object) -> object:
    alternatives = [each for each in _neighbours(value) if not alike(each, value)]
    return rng.choice(alternatives)


def _equals(value: object) -> list[object]:
    """Return the values that are equal to the value in Python, but not identical in YAML."""
    alternatives: list[object] = [each for each in SCALARS if each == value]
    if isinstance(value, int | float) and math.isfinite(value) and value == int(value):
        alternatives += [int(value), float(value)] if abs(value) < 2**53 else []
    return [each for each in alternatives if not alike(each, value)]


def _neighbours(value: object) -> tuple[object, ...]:
    if isinstance(value, str):
        spaced = (f"{value} ", f" {value}", f"{value}\n", f"{value}\u200b", value[:-1])
        return (*spaced, value.swapcase(), value.upper(), value.translate(_LOOK_ALIKES))
    if value is None or isinstance(value, bool):
        return (None, True, False, "", 0, 1)
    if isinstance(value, int):
        return (value + 1, value - 1, -value)
    if isinstance(value, float):
        return (math.nextafter(value, math.inf), math.nextafter(value, -math.inf), -value, 0.0)
    if isinstance(value, dt.datetime):
        zone = None if value.tzinfo else dt.UTC
        return (value + dt.timedelta(microseconds=1), value.replace(tzinfo=zone))
    if isinstance(value, dt.date):
        midnight = dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001 - as YAML has it
        return (value + dt.timedelta(days=1), midnight)
    if isinstance(value, bytes):
        return (value + b"\0", value + b" ", value.decode())
    assert isinstance(value, set)
    return (value | {"one more"}, sorted(value, key=repr), dict.fromkeys(value))


KINDS: tuple[Kind, ...] = (
    scalar_nudged,
    float_moved_by_one_ulp,
    integer_beyond_a_float,
    value_takes_another_type,
    value_takes_an_equal_of_another_type,
    value_beside_the_others,
    real_value_takes_any_other,
    key_takes_another_type,
    allowed_value_takes_any_other,
)
