"""Which function of `render` lays out the report of a command, by the name of the format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Final, cast

from migration.cli.console import program_name, read_terminal, write


@dataclass(frozen=True, slots=True)
class Renderer:
    """A function of a module in `render`, which is imported only when a report is laid out.

    `arguments` return what the function takes besides the report.
    """

    module: str
    function: str
    arguments: tuple[Callable[[], object], ...] = ()
    is_data: bool = False
    """Whether the text is for other programs, so that it is written as it is."""

    def load(self) -> Callable[..., str]:
        """Return the function."""
        module = import_module(f"migration.render.{self.module}")
        return cast("Callable[..., str]", getattr(module, self.function))

    def render(self, report: object) -> str:
        """Return the text of a report."""
        return self.load()(report, *(argument() for argument in self.arguments))


FORMATS: Final[Mapping[str, Mapping[str, Renderer]]] = {
    "check-parity": {
        "table": Renderer("text", "parity_text", (read_terminal,)),
        "json": Renderer("as_json", "parity_json", is_data=True),
        "markdown": Renderer("markdown", "parity_markdown"),
    },
    "ledger": {
        "table": Renderer("text", "checklist_text", (read_terminal, program_name)),
        "json": Renderer("as_json", "checklist_json", (program_name,), is_data=True),
        "markdown": Renderer("markdown", "checklist_markdown", (program_name,)),
    },
    "retire": {
        "table": Renderer("messages", "retirement_text"),
        "json": Renderer("as_json", "retirement_json", is_data=True),
    },
    "inspect": {
        "json": Renderer("inspect", "json_payload", is_data=True),
        "yaml": Renderer("inspect", "yaml_payload", is_data=True),
    },
    "diff": {
        "text": Renderer("text", "diff_text", (read_terminal,)),
        "json": Renderer("as_json", "diff_json", is_data=True),
        "markdown": Renderer("markdown", "diff_markdown"),
    },
    "lint": {
        "table": Renderer("lint", "lint_text", (read_terminal, program_name)),
        "json": Renderer("as_json", "lint_json", is_data=True),
    },
}


def print_report(command: str, format_name: str, report: object) -> None:
    """Write the report of a command to stdout, in one of the command's formats."""
    renderer = FORMATS[command][format_name]
    write(renderer.render(report), is_data=renderer.is_data)
