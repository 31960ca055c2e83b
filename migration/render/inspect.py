"""One config as text: its chain, its payload, the origins of its values, the history of a value."""

from __future__ import annotations

from collections.abc import Iterator

from migration.commands.inspect import History, Inspection, OriginList, Trace
from migration.project.places import Place
from migration.render.json_document import disarm_json
from migration.render.page import Cell, Page, plain_text
from migration.render.terminal import Terminal
from migration.render.values import format_value
from migration.resolve.history import HistoryStep
from migration.values.canonical import canonical_bytes
from migration.values.diff import list_leaves
from migration.values.keypath import KeyPath, format_key, format_path
from migration.wording import format_count
from migration.yaml.dump import dump_value

_SHORT, _LONG = 30, 400
_WIDE = 500
_MOST_ENTRIES = 10
_NO_HEADINGS = (("", False),) * 3


def inspection_text(config: Inspection) -> str:
    """Return the chain of a config, and what it resolves to as key-sorted JSON."""
    return _chain_text(config) + disarm_json(json_payload(config.value))


def inspection_yaml(config: Inspection) -> str:
    """Return the chain of a config, and what it resolves to as YAML, in the order of the files."""
    return _chain_text(config) + yaml_payload(config.value)


def _chain_text(config: Inspection) -> str:
    """Return the files that a config is merged from, lowest precedence first."""
    return plain_text([*_list_chain(config), ""])


def json_payload(value: object) -> str:
    """Return the value as canonical JSON."""
    return canonical_bytes(value).decode()


def yaml_payload(value: object) -> str:
    """Return the value as YAML, for reading: written out, and in the order of the files."""
    return dump_value(value)


def origins_text(origins: OriginList, terminal: Terminal) -> str:
    """Return the chain, and a line for each value: its path, the value, and what set it."""
    page = Page(terminal)
    page.add_lines(_list_chain(origins))
    page.add_gap()
    columns = (("key", False), ("value", False), ("set by", False))
    note = f" ({origins.frozen_mark})" if origins.frozen_mark else ""
    rows = [_place_cells(format_path(place.path), place, note) for place in origins.places]
    if rows:
        page.add_table(columns, rows)
    else:
        page.add_line("no values")
    return page.text()


def trace_text(trace: Trace, terminal: Terminal) -> str:
    """Return the value with its type, and every file that set it, lowest precedence first."""
    page = Page(terminal)
    note = f" ({trace.frozen_mark})" if trace.frozen_mark else ""
    # A pipe has room for long strings, which may differ only near their ends.
    longest = _SHORT if terminal.width < _WIDE else _LONG
    written = next((step.written for step in trace.history.steps if step.wins), None)
    _add_value(page, trace.history.path, trace.value, None if trace.knob else written)
    if not trace.has_origins:
        page.add_gap()
        _add_parts(page, trace, note)
        page.add_line(
            f"{trace.config} is a saved payload: it does not say where its values were set"
        )
    elif trace.knob:
        page.add_line(f"follows {format_path(trace.knob.path)}, which was set by", "bold")
        page.add_gap()
        _add_history(page, trace.knob, note, longest)
        if trace.history.steps or trace.history.origin:
            page.add_gap()
            page.add_line("and overrides what the files say:")
            page.add_gap()
            _add_history(page, trace.history, note, longest, is_overridden=True)
    else:
        page.add_gap()
        if isinstance(trace.value, dict):
            _add_mapping(page, trace, note)
        else:
            _add_history(page, trace.history, note, longest)
    return page.text()


def _list_chain(config: Inspection | OriginList) -> Iterator[str]:
    width = len(str(len(config.chain)))
    yield f"chain of {config.path}, lowest precedence first:"
    for n, path in enumerate(config.chain, 1):
        yield f"  {n:>{width}}  {path}"


def _add_value(page: Page, path: KeyPath, value: object, written: str | None) -> None:
    name = format_path(path)
    text = format_value(value, _LONG if isinstance(value, str) else 60, written)
    if isinstance(value, dict):
        text = f"{format_count(len(value), 'key')} (mapping)"
    page.add_line(f"{name} = {text}", "bold")
    if isinstance(value, list) and text.startswith(f"{len(value)} "):
        for position, entry in enumerate(value[:_MOST_ENTRIES]):
            page.add_line(f"  [{position}] {_name_entry(entry)}{format_value(entry)}")
        if left_out := value[_MOST_ENTRIES:]:
            page.add_line(
                f"  … and {format_count(len(left_out), 'more entry')}; `--payload-only` has all"
            )


def _name_entry(entry: object) -> str:
    """Return the name of an entry that is itself too long to be shown, else nothing."""
    name = entry.get("name") if isinstance(entry, dict) else None
    return f"{name}: " if isinstance(name, str) and format_value(entry)[:1] != "{" else ""


def _add_history(
    page: Page, history: History, note: str, longest: int = _SHORT, *, is_overridden: bool = False
) -> None:
    if not history.steps:
        page.add_line(f"  {history.origin}{note}")
        return
    rows = [
        _step_cells(step, history.path, longest, is_overridden=is_overridden)
        for step in history.steps
    ]
    page.add_table(_NO_HEADINGS, rows, indent=2)


def _step_cells(
    step: HistoryStep, path: KeyPath, longest: int = _SHORT, *, is_overridden: bool = False
) -> tuple[Cell, ...]:
    length = longest if isinstance(step.value, str) else _SHORT
    says = format_value(step.value, length, step.written)
    if step.path != path:
        says = f"{format_path(step.path)}: {says}"
    wins = step.wins and not is_overridden
    effects = [*(["wins"] if wins else []), *_describe_effects(step)]
    style = "bold green" if wins else ""
    return (Cell(str(step.origin), style), Cell(says, style), Cell(", ".join(effects), style))


def _describe_effects(step: HistoryStep) -> list[str]:
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
            return [f"replaces {format_value(step.before, _SHORT // 2)}"]
    return []


def _add_mapping(page: Page, trace: Trace, note: str) -> None:
    if trace.history.steps:
        rows = [_contribution_cells(step, trace) for step in trace.history.steps]
        page.add_table(_NO_HEADINGS, rows, indent=2)
        if trace.parts:
            page.add_gap()
    elif not trace.parts:
        _add_history(page, trace.history, note)
    _add_parts(page, trace, note)


def _add_parts(page: Page, trace: Trace, note: str) -> None:
    rows = [_place_cells(format_key(part.path[-1]), part, note) for part in trace.parts]
    if rows:
        page.add_table(_NO_HEADINGS, rows, indent=2)


def _contribution_cells(step: HistoryStep, trace: Trace) -> tuple[Cell, ...]:
    """Return how many values of a mapping a file sets, and how many of them are kept."""
    if not isinstance(step.value, dict) or not step.value:
        return _step_cells(step, trace.history.path)
    number = len([*list_leaves(step.value)])
    kept = trace.standing.get(step.origin.path, 0)
    effects = [] if step.effect in ("sets", "adds to") else _describe_effects(step)
    if step.effect != "undone":
        effects.append(_describe_share(min(kept, number), number))
    return (
        Cell(str(step.origin)),
        Cell(f"sets {format_count(number, 'value')}"),
        Cell(", ".join(effects)),
    )


def _describe_share(kept: int, number: int) -> str:
    if number == 1:
        return "kept" if kept else "not kept"
    return f"{'all' if kept == number else kept or 'none'} kept"


def _place_cells(name: str, place: Place, note: str) -> tuple[Cell, ...]:
    """Return the name of a value, the value, and the place that set it, or how many files did."""
    follows = f" (follows {place.follows})" if place.follows else ""
    setter = f"{place.origin}{note}{follows}" if place.origin else follows.strip()
    if place.files > 1:
        setter = format_count(place.files, "file")
    value = format_value(place.value, _SHORT, place.written)
    return (Cell(name), Cell(value), Cell(setter))
