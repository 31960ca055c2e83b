"""`python -m benchmarks.plot RESULTS.json FIGURE.svg` draws what a preset costs."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.report import results_at
from benchmarks.samples import Sample
from benchmarks.summaries import summaries
from campaigns.arguments import Arguments

_DRAWN = ("snapshot", "check")
_COLORS = {"toolkit": "#1b6ca8", "floor": "#7a7a7a", "naive": "#c8553d", "omega": "#8a6fb0"}


def draw(samples: Sequence[Sample], path: Path) -> None:
    """Write the figure: the same bytes whenever the samples are the same.

    Raises:
        ValueError: there is nothing among the samples that would be drawn.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    actions = [name for name in _DRAWN if any(sample.action == name for sample in samples)]
    if not actions:
        raise ValueError(f"nothing to draw: there is no sample of {', '.join(_DRAWN)}")
    with mpl.rc_context({"svg.hashsalt": "bench", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(3.2 * len(actions), 3.2), layout="constrained")
        panels = figure.subplots(1, len(actions), sharey=True, squeeze=False)[0]
        for action, axes in zip(actions, panels, strict=True):
            of_it = [sample for sample in samples if sample.action == action]
            for side, points in _lines(of_it).items():
                numbers, costs = zip(*points, strict=True)
                color = _COLORS.get(side)
                axes.loglog(numbers, costs, marker="o", markersize=3, label=side, color=color)
            axes.set_title(action)
            axes.set_xlabel("presets")
            axes.grid(make_visible=True, linewidth=0.4, alpha=0.5)
        panels[0].set_ylabel("CPU ms for each preset")
        panels[0].legend(frameon=False)
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def _lines(samples: Sequence[Sample]) -> dict[str, list[tuple[int, float]]]:
    lines: dict[str, list[tuple[int, float]]] = {}
    for presets in sorted({sample.presets for sample in samples}):
        for summary in summaries([each for each in samples if each.presets == presets]):
            lines.setdefault(summary.side, []).append((presets, summary.cpu * 1000))
    return lines


def main() -> int:
    """Draw what `invoke bench --out` has written."""
    parser = Arguments(prog="plot", description=main.__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("figure", type=Path)
    given = parser.parse_args()
    if importlib.util.find_spec("matplotlib") is None:
        parser.error("matplotlib is not installed: pip install --editable '.[bench]'")
    try:
        draw(results_at(given.results, parser).samples, given.figure)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())
