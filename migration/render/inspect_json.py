"""What `inspect` shows of one config as one JSON document."""

from __future__ import annotations

import json

from migration.commands.inspect import History, Inspection, OriginList, Trace
from migration.project.places import Place
from migration.render.json_document import write_document
from migration.resolve.history import HistoryStep
from migration.values.canonical import canonical_bytes
from migration.values.diff import MISSING
from migration.values.keypath import format_path


def inspection_json(config: Inspection) -> str:
    """Return the chain of a config, lowest precedence first, and what it resolves to."""
    return write_document({**_head(config), "value": _value(config.value)})


def origins_json(origins: OriginList) -> str:
    """Return the chain of a config, and each leaf with the file and line that set it."""
    places = [_place(place) for place in origins.places]
    return write_document(
        {**_head(origins), "frozen": origins.frozen_mark is not None, "origins": places}
    )


def trace_json(trace: Trace) -> str:
    """Return the value at a key, what every file says of it, and the parts of a mapping."""
    document: dict[str, object] = {
        "config": trace.config,
        "key": format_path(trace.history.path),
        "frozen": trace.frozen_mark is not None,
        "value": _value(trace.value),
        **_history(trace.history),
    }
    if trace.knob:
        knob = {"key": format_path(trace.knob.path), "value": _value(trace.knob.value)}
        document["follows"] = {**knob, **_history(trace.knob)}
    parts = [_place(part) for part in trace.parts]
    return write_document({**document, "parts": parts, "files": dict(trace.standing)})


def _head(config: Inspection | OriginList) -> dict[str, object]:
    return {"config": config.path, "chain": [*config.chain]}


def _history(history: History) -> dict[str, object]:
    steps = [_step(step) for step in history.steps]
    winner = next((str(step.origin) for step in history.steps if step.wins), history.origin)
    return {"origin": winner, "steps": steps}


def _step(step: HistoryStep) -> dict[str, object]:
    """Return what one file says; `written` is how it writes a number."""
    return {
        "origin": str(step.origin),
        "path": format_path(step.path),
        "effect": step.effect,
        "wins": step.wins,
        **_with_value("value", step.value),
        **_with_value("before", step.before),
        **_with_value("after", step.after),
        "written": step.written,
    }


def _place(place: Place) -> dict[str, object]:
    return {
        "path": format_path(place.path),
        "value": _value(place.value),
        "origin": place.origin,
        "files": place.files,
        "follows": place.follows,
        "written": place.written,
    }


def _with_value(name: str, value: object) -> dict[str, object]:
    """Return the value under its name, nothing if there is none: `null` is a value."""
    return {} if value is MISSING else {name: _value(value)}


def _value(value: object) -> object:
    """Return a value as canonical JSON has it, its keys sorted."""
    return json.loads(canonical_bytes(value))
