"""Mutates what the parity profile allows, and what is similar to that."""

from __future__ import annotations

from itertools import product

from campaigns.mutation import synthetic
from campaigns.mutation.edits import Body, Chosen, Claim, Draw, Kind, Mutation, Path, cut, put
from tests.allowlist import ALLOWED

_PAIRS = tuple(product(synthetic.AUGMENTATION, repeat=2))
_IS_OFF = ("absent", "null", "off")
_ON: tuple[object, ...] = (
    *({"enabled": each} for each in (True, None, 0, 0.0, "", "false", "no", [], ["x"])),
    *({}, {"Enabled": False}, {"enabled ": False}, [], False, "off", 0, [{"enabled": False}]),
)
"""Augmentation that is on, although it may look off."""
_SECTION, _CURRICULUM = ("custom", "augmentation"), ("custom", "augmentation_curriculum")
_NEXT_TO_IT: tuple[Path, ...] = (
    *(("custom", f"augmentation{end}") for end in ("s", "_", ".enabled", "_curriculum_2", " ")),
    *(("custom", "Augmentation"), ("custom", "name"), ("custom", *_SECTION), ("training", "ops")),
    *(("custom.augmentation",), ("custom.augmentation", "ops"), ("Custom", "augmentation")),
    *(("augmentation",), ("augmentation_curriculum", "phases"), ("training", "augmentation")),
)


def allowed_path_changed(draw: Draw) -> Mutation:
    """Go through the allowlist: set another value or a section at the entry, or remove it."""
    chosen = draw.preset()
    section, key = draw.swept(ALLOWED).split(".")
    body = chosen.whole()
    inner = body.setdefault(section, {})
    alternatives: tuple[object, ...] = ("x", ["x"], {"it": {"a": 1, "x.y": None}}, 7.5, b"x")
    if key in inner and draw.rng.random() < 0.3:
        cut(body, (section, key))
        what = "removed"
    else:
        inner[key] = draw.rng.choice(alternatives)
        what = repr(inner[key])
    path = (section, key)
    return chosen.edited(draw.text(body), f"{path}: {what}", Claim("allowed", path))


def near_miss_of_an_allowed_path(draw: Draw) -> Mutation:
    """Go through the allowlist: a path that is only similar to an entry is forbidden."""
    chosen = draw.preset()
    section, key = draw.swept(ALLOWED).split(".")
    keys = (f"{key}_suffix", f"{key}.", f"{key}.x", f"my_{key}", key.upper(), f"{key} ", key[:-1])
    sections = (section.title(), f"{section} ", section[:-1], f"x.{section}", "model")
    at: Path = draw.rng.choice(
        (
            *((section, each) for each in keys),
            *((each, key) for each in sections),
            *((key,), (section, section, key), (section, "nested", key), ("model", section, key)),
        )
    )
    body = chosen.whole()
    put(body, at, draw.rng.choice((None, 0, "x", [], {"enabled": False})))
    return chosen.edited(draw.text(body), f"{at} added", Claim("forbidden", at))


def allowed_path_in_one_key(draw: Draw) -> Mutation:
    """Go through the allowlist: one key with the text of an entry, dot included, is forbidden."""
    chosen = draw.preset()
    entry = draw.swept(ALLOWED)
    section = entry.split(".")[0]
    places = ((entry,), (entry, "x"), (f"{entry}.x",), (section, entry), ("", entry))
    at: Path = draw.rng.choice(places)
    body = chosen.whole()
    put(body, at, draw.rng.choice((None, 0, "x", [], {"enabled": False})))
    return chosen.edited(draw.text(body), f"{at} added", Claim("forbidden", at))


def parent_of_allowed_paths_replaced(draw: Draw) -> Mutation:
    """Replace a section, of which only a part may differ, by a value that is not a section."""
    chosen = draw.preset()
    body = chosen.whole()
    section = draw.rng.choice([key for key, each in body.items() if isinstance(each, dict)])
    section = draw.rng.choice([key for key in ("training", "custom") if key in body] or [section])
    body[section] = draw.rng.choice((None, [], "x", 0, False))
    what = f"{section} is {body[section]!r}"
    return chosen.edited(draw.text(body), what, Claim("forbidden", (section,)))


def augmentation_differs(draw: Draw) -> Mutation:
    """Go through on, off, absent, null and bare on both sides; the content differs too."""
    before, after = draw.swept(_PAIRS)
    chosen, body = _augmented(draw, before)
    section = synthetic.AUGMENTATION[after]
    if isinstance(section, dict):
        section = {**section, "prob": 0.75, "new": {"x": 1}}
    _put_augmentation(body, section)
    put(body, (*_CURRICULUM, "phases"), draw.rng.choice(([], None, [1])))
    is_free = before in _IS_OFF and after in _IS_OFF
    claim = Claim("allowed" if is_free else "forbidden", _CURRICULUM)
    return chosen.edited(draw.text(body), f"{before} -> {after}", claim)


def augmentation_seems_off(draw: Draw) -> Mutation:
    """Set augmentation to a value that only looks off, where the baseline has it off."""
    chosen, body = _augmented(draw, draw.rng.choice(_IS_OFF))
    section = draw.swept(_ON)
    _put_augmentation(body, section)
    return chosen.edited(draw.text(body), f"is {section!r}", Claim("forbidden", _SECTION))


def near_miss_of_augmentation(draw: Draw) -> Mutation:
    """Change a path that is only similar to the augmentation, which is off on both sides."""
    chosen, body = _augmented(draw, draw.rng.choice(_IS_OFF))
    at = draw.swept(_NEXT_TO_IT)
    put(body, at, draw.rng.choice((None, {"enabled": False}, [], False)))
    return chosen.edited(draw.text(body), f"{at} changed", Claim("forbidden", at))


def _augmented(draw: Draw, state: str) -> tuple[Chosen, Body]:
    chosen = draw.synthetic(synthetic.augmented(state))
    return chosen, chosen.body()


def _put_augmentation(body: Body, section: object) -> None:
    body["custom"].pop("augmentation", None)
    if section is not ...:
        put(body, _SECTION, section)


KINDS: tuple[Kind, ...] = (
    allowed_path_changed,
    near_miss_of_an_allowed_path,
    allowed_path_in_one_key,
    parent_of_allowed_paths_replaced,
    augmentation_differs,
    augmentation_seems_off,
    near_miss_of_augmentation,
)
