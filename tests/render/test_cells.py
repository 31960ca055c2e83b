from __future__ import annotations

import pytest
from rich.cells import cell_len

from migration.render.cells import measure_width, split_columns

TEXTS = [
    "",
    "configs/a.yaml",
    "2 → 3",
    "类/模型.yaml",
    "café",
    "ﾊﾟ",
    "ёлка",
    "👍 done",
    "e\u0301te\u0301",
    "한국어",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_takes_as_many_columns_as_rich_says(text: str) -> None:
    assert measure_width(text) == cell_len(text)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("width", [1, 2, 3, 8])
def test_parts_make_up_the_text_and_fit(text: str, width: int) -> None:
    parts = [*split_columns(text, width)]
    assert "".join(parts) == text
    assert all(measure_width(part) <= max(width, 2) for part in parts)
