"""The longest section of a config, a list of image operations and how they grow in training.

It says nothing about which files have one.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from benchmarks.generating.entries import Entry

_PHASES = (2, 6, 12, 18, 25, 40, 65, 100)
_CLASSES = (
    "BBU安装螺丝",
    "地排处接地螺丝",
    "BBU端光纤插头",
    "ODF端光纤插头",
    "RRU接地端",
    "站点距离",
    "标签",
)
_SIMPLE = ("hflip", "vflip", "auto_contrast", "clahe", "gamma", "sharpness", "rotate", "hsv")


def full(rng: Random) -> Iterator[Entry]:
    """Give augmentation with a curriculum, in some 160 lines."""
    yield from _switch(rng)
    lines = [line for operation in _OPERATIONS for line in _numbered(operation, rng)]
    yield Entry(("custom", "augmentation", "ops"), "", tuple(lines))
    phases = [line for phase in _PHASES for line in _phase(phase, rng)]
    yield Entry(("custom", "augmentation_curriculum", "phases"), "", tuple(phases))


def short(rng: Random) -> Iterator[Entry]:
    """Give augmentation of a few operations, in some 20 lines."""
    yield from _switch(rng)
    lines = []
    for name in rng.sample(_SIMPLE, 6):
        lines += [f"- name: {name}", f"  params: {{ prob: {_share(rng)} }}"]
    yield Entry(("custom", "augmentation", "ops"), "", tuple(lines))


def off(_rng: Random) -> Iterator[Entry]:
    """Give augmentation that is switched off."""
    yield Entry(("custom", "augmentation", "enabled"), "false", remark="to see what it does")
    yield Entry(("custom", "augmentation", "bypass_prob"), "1.0")
    yield Entry(("custom", "augmentation", "ops"), "[]")


def _switch(rng: Random) -> Iterator[Entry]:
    yield Entry(("custom", "augmentation", "enabled"), "true")
    yield Entry(("custom", "augmentation", "bypass_prob"), _share(rng))


_OPERATIONS = (
    ("- {{ name: hflip, params: {{ prob: {} }} }}",),
    ("- {{ name: vflip, params: {{ prob: {} }} }}",),
    ("- {{ name: rotate, params: {{ max_deg: 14.0, prob: {} }} }}",),
    (
        "- name: random_crop",
        "  params:",
        "    scale: [{}, 1.0]",
        "    aspect_ratio: [0.93, 1.07]",
        "    min_coverage: {}",
        "    completeness_threshold: 0.95",
        "    min_objects: 4",
        "    skip_if_line: true",
        "    prob: {}",
    ),
    (
        "- name: small_object_zoom_paste",
        "  params:",
        "    prob: {}",
        "    max_targets: 4",
        "    max_attempts: 20",
        "    scale: [1.15, 1.6]",
        "    max_size: 96",
        "    max_line_length: 128",
        "    overlap_threshold: {}",
        "    context: 4",
        "    line_buffer: 4",
        "    # Any part of a description may match, so none of these is a common word.",
        "    class_whitelist:",
        *(f"      - 类别={name}" for name in _CLASSES),
    ),
    ("- {{ name: resize_by_scale, params: {{ lo: {}, hi: 1.1, align_multiple: 32 }} }}",),
    (
        "- name: color_jitter",
        "  params:",
        "    brightness: [{}, 1.1]",
        "    contrast: [{}, 1.1]",
        "    saturation: [{}, 1.1]",
        "    prob: 0.2",
    ),
    ("- {{ name: gamma, params: {{ gamma: [{}, 1.1], prob: {} }} }}",),
    ("- {{ name: hsv, params: {{ hue_delta_deg: [-5, 5], sat: [{}, 1.05], prob: {} }} }}",),
    ("- {{ name: clahe, params: {{ clip_limit: 1.5, tile_grid_size: [8, 8], prob: {} }} }}",),
    ("- {{ name: auto_contrast, params: {{ cutoff: 0, prob: {} }} }}",),
    ("- {{ name: sharpness, params: {{ factor: [{}, 1.12], prob: {} }} }}",),
    (
        "# As many tiles of 32 x 32 as the largest images have.",
        "- {{ name: expand_to_fit_affine, params: {{ multiple: 32, max_pixels: 2097152 }} }}",
    ),
)
_STEPS = (
    "hflip: {{ prob: {} }}",
    "vflip: {{ prob: {} }}",
    "rotate: {{ prob: {}, max_deg: 12.0 }}",
    "random_crop: {{ prob: {}, scale: [{}, 1.0] }}",
    "resize_by_scale: {{ prob: {}, lo: {}, hi: 1.08 }}",
    "color_jitter: {{ prob: {}, brightness: [{}, 1.08], contrast: [{}, 1.08] }}",
    "auto_contrast: {{ prob: {} }}",
    "hsv: {{ prob: {}, hue_delta_deg: [-3, 3], sat: [{}, 1.03] }}",
    "clahe: {{ prob: {} }}",
    "small_object_zoom_paste: {{ prob: {}, scale: [1.15, 1.5] }}",
    "gamma: {{ prob: {}, gamma: [{}, 1.08] }}",
    "sharpness: {{ prob: {}, factor: [{}, 1.1] }}",
)


def _phase(until: int, rng: Random) -> Iterator[str]:
    position = _PHASES.index(until)
    steps = _STEPS[: 2 * position + 2] if position else ()
    if steps:
        yield f"# sets {len(steps)} operations"
    yield f"- until_percent: {until}"
    yield f"  bypass_prob: {_share(rng)}"
    yield "  ops:" if steps else "  ops: {}"
    for step in steps:
        yield from (f"    {line}" for line in _numbered((step,), rng))


def _numbered(lines: tuple[str, ...], rng: Random) -> Iterator[str]:
    for line in lines:
        yield line.format(*(_share(rng) for _ in range(3)))


def _share(rng: Random) -> str:
    return str(rng.randint(2, 98) / 100)
