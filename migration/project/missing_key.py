"""Explains why a config does not have a key path, and suggests what may have been meant."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from migration.errors import Fault, MigrationError, ask_if_one_meant, find_nearest_few
from migration.project.named_config import NamedConfig
from migration.resolve.effective import derived_limits
from migration.resolve.history import HistoryStep
from migration.resolve.origins import OriginIndex, find_origin
from migration.text import quote_name
from migration.values.describe import describe_type
from migration.values.diff import MISSING, value_at
from migration.values.keypath import Index, KeyPath, format_key, format_path, parse_path

_MOST_MEANT = 3


def missing_key_fault(
    given: NamedConfig,
    key_path: KeyPath,
    value: object,
    steps: Sequence[HistoryStep],
    origins: OriginIndex | None,
) -> Fault:
    """Return the fault for a key path that is not in the value."""
    message = f"no key {quote_name(format_path(key_path))}"
    kept = [step for step in steps if step.effect != "undone"]
    if kept and kept[-1].effect == "removes":
        where, what = format_path(kept[-1].path), describe_type(kept[-1].value)
        return Fault(f"{message}: {kept[-1].origin} takes it away, {where} is {what}", given.path)
    if stop := _find_stop(key_path, value):
        origin = find_origin(origins, stop) if origins else None
        place = (
            f" ({origin}{f', {given.frozen_mark}' if given.frozen_mark else ''})" if origin else ""
        )
        held = value_at(value, stop)
        what = f"a list of {len(held)}" if isinstance(held, list) else describe_type(held)
        hint = f"entries are [0] to [{len(held) - 1}]" if isinstance(held, list) and held else None
        return Fault(f"{message}: {format_path(stop)} is {what}{place}", given.path, hint=hint)
    return Fault(message, given.path, hint=_suggest_key(given, key_path, value))


def _find_stop(key_path: KeyPath, value: object) -> KeyPath:
    """Return the part of the key path whose value cannot hold the next key, () if there is none."""
    for depth in range(1, len(key_path)):
        found = value_at(value, key_path[:depth])
        asks_for_key = not isinstance(key_path[depth], Index)
        if found is MISSING or (isinstance(found, dict) and asks_for_key):
            continue
        if value_at(found, key_path[depth : depth + 1]) is MISSING:
            return key_path[:depth]
    return ()


def _suggest_key(given: NamedConfig, key_path: KeyPath, value: object) -> str | None:
    try:
        if value_at(derived_limits(given.value, given.path, given.knob), key_path) is not MISSING:
            return f"a run has it from {given.knob}: ask with --effective"
    except MigrationError:  # a bad length is not what was asked about
        pass
    asked, last = format_path(key_path), format_key(key_path[-1])
    has_entries = any(isinstance(key, Index) for key in key_path)
    paths = _list_paths((), value, with_entries=has_entries)
    known = {format_path(path): format_key(path[-1]) for path in paths}
    alike = [path for path, name in known.items() if name == last]
    # The whole paths may differ a lot, since people often ask by the last key alone.
    meant = find_nearest_few(asked, alike, _MOST_MEANT, at_least=0)
    as_deep = [path for path in known if len(parse_path(path)) == len(key_path)]
    meant = meant or find_nearest_few(asked, as_deep, _MOST_MEANT)
    meant = meant or find_nearest_few(asked, known, _MOST_MEANT)
    if not meant:
        names = find_nearest_few(last, set(known.values()), 1)
        meant = [path for path, name in known.items() if name in names][:_MOST_MEANT]
    return ask_if_one_meant(meant) if meant else None


def _list_paths(path: KeyPath, value: object, *, with_entries: bool) -> Iterator[KeyPath]:
    """Yield the path of every mapping and leaf; a list is a leaf unless its entries are wanted."""
    if path:
        yield path
    inner: list[tuple[Hashable, object]] = []
    if isinstance(value, dict):
        inner = [*value.items()]
    elif isinstance(value, list) and with_entries:
        inner = [(Index(position), item) for position, item in enumerate(value)]
    for key, item in inner:
        yield from _list_paths((*path, key), item, with_entries=with_entries)
