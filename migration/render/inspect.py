"""One config as text: its chain, its payload, the origins of its values, the history of one."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from migration.commands.inspect import History, Inspection, OriginList, Place, Trace
from migration.render.page import Cell, Page, plain_text
from migration.render.terminal import Terminal
from migration.render.values import count, show
from migration.resolve.history import Step
from migration.values.canonical import canonical_bytes
from migration.values.diff import list_leaves
from migration.values.keypath import KeyPath, format_key, format_path
from migration.yaml.dump import LosslessDumper

_LEGACY = " (legacy)"
_SHORT, _LONG = 30, 400
_WIDE = 500
_MOST_ENTRIES = 10


def chain_text(config: Inspection) -> str:
    """Return the files that a config is merged from, lowest precedence first."""
    return plain_text([*_chain(config), ""])


def json_payload(value: object) -> str:
    """Return the value as canonical JSON."""
    return canonical_bytes(value).decode()


def yaml_payload(value: object) -> str:
    """Return the value as YAML, for reading."""
    text: str = yaml.dump(value, Dumper=LosslessDumper, allow_unicode=True, width=2**31)
    # Behind a scalar that stands alone PyYAML ends the document.
    return text if isinstance(value, dict | list) else text.removesuffix("...\n")


def origins_text(listed: OriginList, terminal: Terminal) -> str:
    """Return the chain, and a line for each value: its path, the value, and where it was set."""
    page = Page(terminal)
    for line in _chain(listed):
        page.line(line)
    page.gap()
    columns = (("key", False), ("value", False), ("set by", False))
    mark = _LEGACY if listed.is_frozen else ""
    rows = [
        (Cell(format_path(place.path)), Cell(show(place.value, _SHORT)), _place(place, mark))
        for place in listed.places
    ]
    if rows:
        page.table(columns, rows)
    else:
        page.line("no values")
    return page.text()


def trace_text(trace: Trace, terminal: Terminal) -> str:
    """Return the value with its type, and every file that said something of it, lowest first."""
    page = Page(terminal)
    mark = _LEGACY if trace.is_frozen else ""
    # A pipe is wide enough to tell two long strings apart.
    longest = _SHORT if terminal.width < _WIDE else _LONG
    _add_value(page, trace.told.path, trace.value)
    if not trace.has_origins:
        page.gap()
        _add_parts(page, trace, mark)
        page.line(f"{trace.config} is a saved payload: it does not say where its values were set")
    elif trace.knob:
        page.line(f"follows {format_path(trace.knob.path)}, which was set by", "bold")
        page.gap()
        _add_history(page, trace.knob, mark, longest)
        if trace.told.steps or trace.told.origin:
            page.gap()
            page.line("and overrides what the files say:")
            page.gap()
            _add_history(page, trace.told, mark, longest, is_overridden=True)
    else:
        page.gap()
        if isinstance(trace.value, dict):
            _add_mapping(page, trace, mark)
        else:
            _add_history(page, trace.told, mark, longest)
    return page.text()


def _chain(config: Inspection | OriginList) -> Iterator[str]:
    width = len(str(len(config.chain)))
    yield f"chain of {config.path}, lowest precedence first:"
    for n, path in enumerate(config.chain, 1):
        yield f"  {n:>{width}}  {path}"


def _add_value(page: Page, path: KeyPath, value: object) -> None:
    name = format_path(path)
    text = show(value, _LONG if isinstance(value, str) else 60)
    if isinstance(value, dict):
        text = f"{count(len(value), 'key')} (mapping)"
    page.line(f"{name} = {text}", "bold")
    if isinstance(value, list) and text.startswith(f"{len(value)} "):
        for position, entry in enumerate(value[:_MOST_ENTRIES]):
            page.line(f"  [{position}] {_named(entry)}{show(entry)}")
        if left_out := value[_MOST_ENTRIES:]:
            page.line(f"  … and {count(len(left_out), 'more entry')}; `--payload-only` has all")


def _named(entry: object) -> str:
    """Return the name of an entry that is too long to be shown, to be known by."""
    name = entry.get("name") if isinstance(entry, dict) else None
    return f"{name}: " if isinstance(name, str) and show(entry)[:1] != "{" else ""


def _add_history(
    page: Page, told: History, mark: str, longest: int = _SHORT, *, is_overridden: bool = False
) -> None:
    if not told.steps:
        page.line(f"  {told.origin}{mark}")
        return
    rows = [_step(step, told.path, longest, is_overridden=is_overridden) for step in told.steps]
    page.table((("", False),) * 3, rows, indent=2)


def _step(
    step: Step, path: KeyPath, longest: int = _SHORT, *, is_overridden: bool = False
) -> tuple[Cell, ...]:
    says = show(step.value, longest if isinstance(step.value, str) else _SHORT)
    if step.path != path:
        says = f"{format_path(step.path)}: {says}"
    wins = step.wins and not is_overridden
    effects = [*(["wins"] if wins else []), *_effects(step)]
    style = "bold green" if wins else ""
    return (Cell(str(step.origin), style), Cell(says, style), Cell(", ".join(effects), style))


def _effects(step: Step) -> list[str]:
    match step.effect:
        case "repeats":
            return ["repeats it"]
        case "removes":
            return ["takes it away"]
        case "adds to":
            return ["adds to it"]
        case "undone":
            return ["taken back by what extends it"]
        case "replaces" if step.dropped is not None and isinstance(step.before, list):
            return [f"replaces the list, drops {step.dropped} of {len(step.before)}"]
        case "replaces" if not step.wins or isinstance(step.value, dict):
            return [f"replaces {show(step.before, _SHORT // 2)}"]
    return []


def _add_mapping(page: Page, trace: Trace, mark: str) -> None:
    if trace.told.steps:
        rows = [_contribution(step, trace) for step in trace.told.steps]
        page.table((("", False),) * 3, rows, indent=2)
        if trace.parts:
            page.gap()
    elif not trace.parts:
        _add_history(page, trace.told, mark)
    _add_parts(page, trace, mark)


def _add_parts(page: Page, trace: Trace, mark: str) -> None:
    rows = [
        (Cell(format_key(part.path[-1])), Cell(show(part.value, _SHORT)), _place(part, mark))
        for part in trace.parts
    ]
    if rows:
        page.table((("", False),) * 3, rows, indent=2)


def _contribution(step: Step, trace: Trace) -> tuple[Cell, ...]:
    """Return what a file says of a mapping, and how much of it stands in the end."""
    if not isinstance(step.value, dict) or not step.value:
        return _step(step, trace.told.path)
    said = len([*list_leaves(step.value)])
    standing = trace.standing.get(step.origin.path, 0)
    effects = [] if step.effect in ("sets", "adds to") else _effects(step)
    if step.effect != "undone":
        effects.append(_stands(min(standing, said), said))
    return (
        Cell(str(step.origin)),
        Cell(f"sets {count(said, 'value')}"),
        Cell(", ".join(effects)),
    )


def _stands(standing: int, said: int) -> str:
    if said == 1:
        return "stands" if standing else "does not stand"
    if standing in (1, said):
        return "all stand" if standing == said else "one stands"
    return f"{standing or 'none'} stand{'' if standing else 's'}"


def _place(place: Place, mark: str) -> Cell:
    if place.files > 1:
        return Cell(count(place.files, "file"))
    follows = f" (follows {place.follows})" if place.follows else ""
    return Cell(f"{place.origin}{mark}{follows}" if place.origin else follows.strip())
