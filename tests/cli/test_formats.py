from __future__ import annotations

from inspect import signature

import pytest

from migration.cli.formats import FORMATS, Renderer

RENDERERS = {
    f"{command} {name}": renderer
    for command, formats in FORMATS.items()
    for name, renderer in formats.items()
}


@pytest.mark.parametrize("renderer", RENDERERS.values(), ids=RENDERERS)
def test_each_format_names_a_function_that_takes_what_it_is_given(renderer: Renderer) -> None:
    assert len(signature(renderer.load()).parameters) == 1 + renderer.is_page


def test_the_formats_for_programs_are_written_as_they_are() -> None:
    data = {name for name, renderer in RENDERERS.items() if renderer.is_data}
    assert data == {
        "check-parity json",
        "ledger --history json",
        "ledger json",
        "retire json",
        "inspect text",
        "inspect json",
        "inspect yaml",
        "inspect --origins json",
        "inspect --key json",
        "payload json",
        "payload yaml",
        "diff json",
        "check-parity github",
        "check-parity junit",
        "compare json",
        "compare github",
        "compare junit",
        "lint github",
        "uses json",
        "values json",
        "values csv",
        "lint json",
    }
