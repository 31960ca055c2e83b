"""Which function of `render` lays out the report of a command, by the name of the format."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

from migration.cli.declaration import Option, Values

if TYPE_CHECKING:
    from collections.abc import Callable

    from migration.cli.console import Console


class Renderer(NamedTuple):
    """A function of a module in `render`, which is imported only when a report is laid out.

    A page is laid out for the terminal, a text for other programs is written as it is. Where the
    first line is the verdict, `--quiet` leaves that alone.
    """

    module: str
    function: str
    is_page: bool = False
    is_data: bool = False
    has_verdict: bool = False

    def load(self) -> Callable[..., str]:
        """Return the function."""
        module = import_module(f"migration.render.{self.module}")
        function: Callable[..., str] = getattr(module, self.function)
        return function

    def render(self, report: object, console: Console) -> str:
        """Return the text of a report."""
        render = self.load()
        return render(report, console.terminal()) if self.is_page else render(report)


FORMATS: Final[Mapping[str, Mapping[str, Renderer]]] = {
    "check-parity": {
        "table": Renderer("text", "parity_text", is_page=True, has_verdict=True),
        "json": Renderer("comparison_json", "parity_json", is_data=True),
        "markdown": Renderer("markdown", "parity_markdown"),
        "github": Renderer("github", "parity_github", is_data=True),
        "junit": Renderer("junit", "parity_junit", is_data=True),
    },
    "ledger": {
        "table": Renderer("ledger_text", "checklist_text", is_page=True, has_verdict=True),
        "json": Renderer("ledger_json", "checklist_json", is_data=True),
        "markdown": Renderer("markdown", "checklist_markdown"),
    },
    "ledger --history": {
        "table": Renderer("history", "history_text", is_page=True, has_verdict=True),
        "json": Renderer("history", "history_json", is_data=True),
        "markdown": Renderer("history", "history_markdown"),
    },
    "retire": {
        "table": Renderer("messages", "retirement_text", has_verdict=True),
        "json": Renderer("retire_json", "retirement_json", is_data=True),
    },
    "inspect": {
        "text": Renderer("inspect", "inspection_text", is_data=True),
        "json": Renderer("inspect_json", "inspection_json", is_data=True),
        "yaml": Renderer("inspect", "inspection_yaml", is_data=True),
    },
    "inspect --origins": {
        "text": Renderer("inspect", "origins_text", is_page=True),
        "json": Renderer("inspect_json", "origins_json", is_data=True),
    },
    "inspect --key": {
        "text": Renderer("inspect", "trace_text", is_page=True, has_verdict=True),
        "json": Renderer("inspect_json", "trace_json", is_data=True),
    },
    "payload": {
        "json": Renderer("inspect", "json_payload", is_data=True),
        "yaml": Renderer("inspect", "yaml_payload", is_data=True),
    },
    "diff": {
        "text": Renderer("text", "diff_text", is_page=True, has_verdict=True),
        "json": Renderer("comparison_json", "diff_json", is_data=True),
        "markdown": Renderer("markdown", "diff_markdown"),
    },
    "compare": {
        "table": Renderer("change_text", "change_text", is_page=True, has_verdict=True),
        "json": Renderer("change_json", "change_json", is_data=True),
        "markdown": Renderer("change_markdown", "change_markdown"),
        "github": Renderer("github", "change_github", is_data=True),
        "junit": Renderer("junit", "change_junit", is_data=True),
    },
    "uses": {
        "table": Renderer("uses_text", "uses_text", is_page=True, has_verdict=True),
        "json": Renderer("uses_json", "uses_json", is_data=True),
    },
    "values": {
        "table": Renderer("values_text", "values_text", is_page=True, has_verdict=True),
        "json": Renderer("values_data", "values_json", is_data=True),
        "markdown": Renderer("values_text", "values_markdown"),
        "csv": Renderer("values_data", "values_csv", is_data=True),
    },
    "lint": {
        "table": Renderer("lint", "lint_text", is_page=True, has_verdict=True),
        "json": Renderer("lint_json", "lint_json", is_data=True),
        "github": Renderer("github", "lint_github", is_data=True),
    },
}


def choose_format(command: str) -> Option:
    """Return the option `--format` of a command."""
    names = tuple(FORMATS[command])
    return Option(f"how to print it (default: {names[0]})", Values("FORMAT", names), "-f")


def print_report(console: Console, command: str, format_name: str, report: object) -> None:
    """Write the report of a command to stdout, in one of the command's formats."""
    from migration.cli.console import write

    renderer = FORMATS[command][format_name]
    text = renderer.render(report, console)
    if renderer.has_verdict:
        console.write_result(text)
    else:
        write(text, is_data=renderer.is_data)
