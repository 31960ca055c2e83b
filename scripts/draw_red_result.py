"""Draw what `check-parity` says of one careless edit, as the picture that the README shows.

A small tree of presets is frozen, one line of it is edited, and the real command judges it. The
picture has no clock, no path of this machine and no font of its own, so that the same output gives
the same bytes.
"""

import contextlib
import io
import itertools
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rich.style import Style
from rich.text import Text

from migration.cli.console_script import run_words

PICTURE = Path(__file__).resolve().parents[1] / "docs/images/red-result.svg"
TITLE = "A red result of config-migration check-parity"

SHARED = "configs/shared/optim.yaml"
_SFT = ("dense_1024", "dense_2048", "dense_4096", "summary_1024", "summary_2048", "tiny")
_RL = ("dense", "server", "summary")
TREE = {
    "pyproject.toml": (
        '[tool.config-migration]\npresets = ["configs/train/**/*.yaml", "configs/smoke/*.yaml"]\n'
    ),
    SHARED: "# what all runs share\noptim:\n  lr: 2.0e-4\n  eps: 1.0e-8\n",
    **{
        f"configs/train/sft/{name}.yaml": f"extends: ../../shared/optim.yaml\nname: {name}\n"
        for name in _SFT
    },
    **{
        f"configs/train/rl/{name}.yaml": (
            f"extends: ../../shared/optim.yaml\nname: {name}\noptim: {{lr: 1.0e-6}}\n"
        )
        for name in _RL
    },
    "configs/smoke/group.yaml": "extends: ../train/sft/tiny.yaml\n",
}

COLUMNS = 80
_SIZE = 14
"""Of the font, in pixels; the other measures are in pixels, too."""
_CELL = 8.4
"""The width of a character, to which each piece of text is stretched or narrowed."""
_LINE = 20
_MARGIN = 18

_COLORS = {1: "red", 3: "yellow"}
"""The colours of reports, by the number that a terminal knows them by."""
_STYLE = f"""\
  <style>
    text {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }}
    text {{ font-size: {_SIZE}px; fill: #1f2328; white-space: pre; }}
    .card {{ fill: #f6f8fa; stroke: #d1d9e0; }}
    .bold {{ font-weight: bold; }}
    .dim {{ fill: #59636e; }}
    .red {{ fill: #c01c28; }}
    .yellow {{ fill: #805500; }}
    @media (prefers-color-scheme: dark) {{
      text {{ fill: #e6edf3; }}
      .card {{ fill: #151b23; stroke: #3d444d; }}
      .dim {{ fill: #9198a1; }}
      .red {{ fill: #ff7b72; }}
      .yellow {{ fill: #e3b341; }}
    }}
  </style>
"""


class _TerminalIO(io.StringIO):
    """A stream that claims to be a terminal; the environment sets its width."""

    def isatty(self) -> bool:
        return True


def main(words: Sequence[str]) -> None:
    """Write the picture to its place, or to the path that is given."""
    picture = Path(words[0]) if words else PICTURE
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_text(draw(record_session()), encoding="utf-8")


def record_session() -> str:
    """Return what a terminal shows of the edit and of the verdict, with its colours."""
    with tempfile.TemporaryDirectory() as name, _at_a_terminal_in(Path(name)):
        for path, text in TREE.items():
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_text(text)
        _run("snapshot", code=0)
        shared = Path(SHARED)
        shared.write_text(shared.read_text().replace("2.0e-4", "2e-4"))
        said = _run("check-parity", code=2)
    edit = f"$ sed -i 's/2.0e-4/2e-4/' {SHARED}"
    return f"{edit}\n$ config-migration check-parity\n{said}"


@contextlib.contextmanager
def _at_a_terminal_in(folder: Path) -> Iterator[None]:
    for name in ("CI", "NO_COLOR", "FORCE_COLOR"):
        os.environ.pop(name, None)
    os.environ |= {"COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _run(*words: str, code: int) -> str:
    out, err = _TerminalIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        ended = run_words(words)
    if (ended, err.getvalue()) != (code, ""):
        message = f"{' '.join(words)} ended with exit code {ended}: {err.getvalue()}"
        raise RuntimeError(message)
    return out.getvalue()


def draw(session: str) -> str:
    """Return the SVG of a text with the escape sequences of a terminal."""
    shown = Text.from_ansi(session.rstrip("\n")).split("\n", allow_blank=True)
    lines = [part for line in shown for part in _fold(line)]
    width = round(2 * _MARGIN + COLUMNS * _CELL)
    height = 2 * _MARGIN + len(lines) * _LINE
    description = "\n".join(line.plain for line in shown)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" role="img" aria-labelledby="title description">\n'
        f'  <title id="title">{escape(TITLE)}</title>\n'
        f'  <desc id="description">{escape(description)}</desc>\n'
        f"{_STYLE}"
        f'  <rect class="card" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>\n'
        f"{''.join(_draw_line(line, row) for row, line in enumerate(lines))}"
        "</svg>\n"
    )


def _fold(line: Text) -> Iterator[Text]:
    """Fold a line between words where the picture ends; what follows keeps its indent."""
    indent = len(line) - len(line.plain.lstrip())
    while line.cell_len > COLUMNS:
        end = line.plain.rindex(" ", indent + 1, COLUMNS + 1)
        head, _, rest = line.divide([end, end + 1])
        yield head
        line = Text(" " * indent) + rest
    yield line


def _draw_line(line: Text, row: int) -> str:
    y = _MARGIN + row * _LINE + _SIZE
    return "".join(
        f'  <text x="{_MARGIN + column * _CELL:.1f}" y="{y}" textLength="{len(text) * _CELL:.1f}"'
        f' lengthAdjust="spacingAndGlyphs" xml:space="preserve"{style}>{escape(text)}</text>\n'
        for column, text, style in _list_pieces(line)
    )


def _list_pieces(line: Text) -> Iterator[tuple[int, str, str]]:
    """List the pieces of a line that have one style: column, text without blanks, attribute."""
    ends = sorted({0, len(line), *(at for span in line.spans for at in (span.start, span.end))})
    for start, end in itertools.pairwise(ends):
        text = line.plain[start:end]
        if text.strip():
            column = start + len(text) - len(text.lstrip())
            styles = [span.style for span in line.spans if span.start <= start < span.end]
            yield column, text.strip(), _name_classes(styles)


def _name_classes(styles: Sequence[str | Style]) -> str:
    style = sum((Style.parse(str(each)) for each in styles), Style())
    names = [name for name in ("bold", "dim") if getattr(style, name)]
    names += [_COLORS[style.color.number]] if style.color and style.color.number else []
    return f' class="{" ".join(names)}"' if names else ""


if __name__ == "__main__":
    main(sys.argv[1:])
