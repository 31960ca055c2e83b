"""Mutates the structure around values: keys, lists, sections, and duplicate keys."""

from __future__ import annotations

from campaigns.mutation import synthetic
from campaigns.mutation.edits import (
    ERROR,
    NOTHING,
    UNKNOWN,
    Body,
    Chosen,
    Claim,
    Draw,
    Kind,
    Mutation,
    Path,
    claim_at,
    cut,
    lists,
    mappings,
    put,
    scalars,
    until_list,
    value_at,
)
from tests.typed import alike

_TWINS: tuple[tuple[object, ...], ...] = (
    (1, "1", True, 1.0, "true", "1.0"),
    (None, "null", "~", ""),
)
"""Keys that look the same; to Python, 1, True and 1.0 are equal."""


def key_renamed(draw: Draw) -> Mutation:
    """Rename a key to a similar one."""
    chosen, path, body = _key(draw)
    *around, key = path
    text = str(key)
    renamed = (text.upper(), text.title(), f"{text} ", f" {text}", f"{text}_", f"{text}\u200b")
    similar = (f"{text}s", text[:-1], text.replace("_", "-"), text.replace("a", "\u0430"))
    present = value_at(body, tuple(around))
    new = draw.rng.choice([each for each in (*renamed, *similar) if each not in present])
    put(body, (*around, new), value_at(body, path))
    cut(body, path)
    # If augmentation is off, the new key beneath it is as allowed as the old one.
    claim = UNKNOWN if len(path) > 2 and claim_at(path) == UNKNOWN else Claim("forbidden")
    return chosen.edited(draw.text(body), f"{path} renamed {new!r}", claim)


def key_removed(draw: Draw) -> Mutation:
    """Remove a key from a preset that holds its whole resolved value."""
    chosen, path, body = _key(draw)
    cut(body, path)
    # Each leaf of a removed section is judged by itself.
    claim = UNKNOWN if len(path) < 2 else claim_at(path)
    return chosen.edited(draw.text(body), f"{path} removed", claim)


def key_nulled(draw: Draw) -> Mutation:
    """Replace a value by null, or null by `{}`: null is neither a missing key nor a section."""
    chosen, path, body = _key(draw)
    put(body, path, {} if value_at(body, path) is None else None)
    return chosen.edited(draw.text(body), f"{path} nulled", claim_at(path))


def key_retyped(draw: Draw) -> Mutation:
    """Replace a key by a similar one of another type: 1, "1", true, 1.0 and so on."""
    old, new = draw.rng.sample(draw.swept(_TWINS), 2)
    chosen = draw.synthetic(synthetic.KEYS)
    body = chosen.whole()
    values: dict[str, Body] = body["values"]
    path = ("values", next(k for k, item in values.items() if any(alike(o, old) for o in item)))
    put(body, path, {new: 1})
    return chosen.edited(draw.text(body), f"{path}: key {old!r} -> {new!r}", claim_at(path))


def key_dotted(draw: Draw) -> Mutation:
    """Join a section and one of its keys into one key with a dot."""
    chosen = draw.preset()
    body = chosen.whole()
    around, section = draw.rng.choice(mappings(body))
    key = draw.rng.choice(list(section))
    at = (*around[:-1], f"{around[-1]}.{key}")
    value = section.pop(key)
    put(body, at, value)
    # At the root, a key that names a YAML file may name a base.
    names_file = len(at) == 1 and isinstance(value, str) and value.endswith(".yaml")
    claim = ERROR if names_file else claim_at(at)
    return chosen.edited(draw.text(body), f"{at} dotted", claim)


def section_flattened(draw: Draw) -> Mutation:
    """Replace a section by a value that is not a mapping."""
    chosen = draw.preset()
    path, section = draw.rng.choice(mappings(chosen.whole()))
    pairs = [[key, item] for key, item in section.items()]
    new: object = draw.rng.choice((None, [], "", False, 0, str(section), [section], pairs))
    return draw.changed(chosen, path, new)


def values_change_places(draw: Draw) -> Mutation:
    """Swap two values of a preset."""
    chosen = draw.preset()
    body = chosen.whole()
    every = [path for path, _ in scalars(body) if until_list(body, path) == path]
    first, second = draw.rng.sample(every, 2)
    one, other = value_at(body, first), value_at(body, second)
    put(body, first, other)
    put(body, second, one)
    return chosen.edited(draw.text(body), f"{first} and {second} change places")


def list_changed(draw: Draw) -> Mutation:
    """Reorder, shorten, lengthen, nest, wrap or unwrap a list."""
    chosen = draw.preset()
    if not lists(chosen.whole()):
        chosen = draw.synthetic(synthetic.LISTS)
    path, old = draw.rng.choice(lists(chosen.whole()))
    shuffled = draw.rng.sample(old, len(old))
    alternatives: tuple[object, ...] = (
        *(old[::-1], shuffled, old[1:], old[:-1], [*old, old[-1]], [*old, None], [old[0], *old]),
        *([old], [[item] for item in old], [old[0], old[1:]], old[0], dict(enumerate(old))),
        *(", ".join(map(str, old)), {"list": old}, [item for item in old for _ in "ab"]),
    )
    new = draw.rng.choice([each for each in alternatives if not alike(each, old)])
    return draw.changed(chosen, path, new)


def scalar_wrapped(draw: Draw) -> Mutation:
    """Put a scalar into a list or a mapping."""
    chosen = draw.preset()
    path, old = draw.rng.choice(scalars(chosen.whole()))
    new: object = draw.rng.choice(([old], [[old]], {"value": old}, [old, old], {0: old}))
    return draw.changed(chosen, path, new)


def section_said_twice(draw: Draw) -> Mutation:
    """Repeat a root key of the preset's file at its end: the last one counts."""
    chosen = draw.preset()
    body = chosen.body()
    key = draw.rng.choice([key for key in body if key != "extends"])
    others: tuple[object, ...] = (None, {}, {"only": 1}, "twice", [body[key]])
    is_same = draw.rng.random() < 0.3
    again = body[key] if is_same else draw.rng.choice(others)
    text = f"{chosen.text.rstrip()}\n{draw.text({key: again})}"
    return chosen.edited(text, f"{key!r} said twice", NOTHING if is_same else UNKNOWN)


def key_said_twice(draw: Draw) -> Mutation:
    """Repeat a key of a section with another value, which comes first or last."""
    chosen = draw.preset()
    body = chosen.whole()
    name, section = draw.rng.choice([(k, v) for k, v in body.items() if isinstance(v, dict) and v])
    key = draw.rng.choice([key for key in section if isinstance(key, str)])
    rest = {each: value for each, value in body.items() if each != name}
    header, *said = draw.text({name: section}).splitlines()
    _, *again = draw.text({name: {key: "said twice"}}).splitlines()
    is_last = draw.rng.random() < 0.5
    lines = [header, *said, *again] if is_last else [header, *again, *said]
    text = (draw.text(rest) if rest else "") + "\n".join([*lines, ""])
    claim = claim_at((name, key)) if is_last else NOTHING
    return chosen.edited(text, f"{(name, key)} twice, the other value last: {is_last}", claim)


def _key(draw: Draw) -> tuple[Chosen, Path, Body]:
    """Choose a key of a preset, outside of lists; return also what the preset resolves to."""
    chosen = draw.preset()
    body = chosen.whole()
    inner = [(*path, key) for path, section in mappings(body) for key in section]
    return chosen, draw.rng.choice([*((key,) for key in body), *inner]), body


KINDS: tuple[Kind, ...] = (
    key_renamed,
    key_removed,
    key_nulled,
    key_retyped,
    key_dotted,
    section_flattened,
    values_change_places,
    list_changed,
    scalar_wrapped,
    section_said_twice,
    key_said_twice,
)
