"""What to do about presets that cannot be read, with the line of `exclude` to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration.render.page import plain_text

if TYPE_CHECKING:
    from migration.project.exclusion import Exclusion


def exclusion_text(exclusion: Exclusion) -> str:
    """Return what to do about presets that cannot be read, and the line that excludes them.

    The line is whole, however long it is: people paste it.
    """
    where = "in place of `exclude`" if exclusion.is_written else "beside `presets`"
    advice = (
        "repair what cannot be read and run `snapshot` again, or leave it out with this line, "
        f"{where} in {exclusion.place}:"
    )
    return plain_text([advice]) + f"{exclusion.line}\n"
