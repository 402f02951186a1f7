"""`costs.svg`, a picture of the numbers, for the README: light or dark as its reader has it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from .results import Results

__all__ = ["FILE", "svg"]

FILE = Path(__file__).with_name("costs.svg")
PANELS = (
    ("1 org of 10 deployments", 1, 10, None, True),
    ("1 org of 100, a stress test", 1, 100, 16, True),
    ("20 orgs of 10", 20, 10, 32, True),
    ("100 orgs of 10, no checkpoints", 100, 10, 32, False),
)
"""A title, and the case: orgs, deployments of each, `--parallel`, whether with checkpoints."""
COMMANDS = ("create", "update", "refresh", "destroy")
BARS = (("seconds", "ours", "pulumi-widgets"), ("nothing", "nothing", "a provider that only waits"))
"""Of a row, of the style, of the reader."""
WIDTH, MARGIN, TOP = 800, 20, 78
PANEL_WIDTH, PANEL_HEIGHT, GAP = 370, 198, 20
LABELS, NUMBERS = 66, 44
"""Px beside the bars."""
BAR, COMMAND = 13, 38
STYLE = """\
text { font: 13px system-ui, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1f2328 }
.title { font-size: 17px; font-weight: 600 } .panel { font-size: 14px; font-weight: 600 }
.dim { fill: #59636e; font-size: 12px } .end { text-anchor: end } .middle { text-anchor: middle }
.page { fill: #ffffff; stroke: #d1d9e0 } .grid { stroke: #d1d9e0 }
.number { stroke: #ffffff; stroke-width: 3px; paint-order: stroke }
.ours { fill: #0969da } .nothing { fill: #a8b1bb }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc } .dim { fill: #9198a1 } .page { fill: #0d1117; stroke: #3d444d }
.grid { stroke: #3d444d } .ours { fill: #4493f8 } .nothing { fill: #6e7681 }
.number { stroke: #0d1117 }
}"""


def svg(results: Results) -> str:
    """The picture of those cases that were measured.

    Args:
        results: as `results.json` holds them.
    """
    rows = {
        (row["orgs"], row["each"], row["parallel"], row["checkpoints"], row["command"]): row
        for group in ("one", "fleet")
        for row in results.get(group, {"rows": ()})["rows"]
    }
    panels = [
        (
            title,
            parallel or results["one"]["made"]["parallel"],
            [rows[orgs, each, parallel, checkpoints, command] for command in COMMANDS],
        )
        for title, orgs, each, parallel, checkpoints in PANELS
        if (orgs, each, parallel, checkpoints, COMMANDS[0]) in rows
    ]
    height = TOP + math.ceil(len(panels) / 2) * (PANEL_HEIGHT + GAP)
    told = "; ".join(
        f"{title}: "
        + ", ".join(f"{r['command']} {r['seconds']:.1f} against {r['nothing']:.1f}" for r in found)
        for title, _, found in panels
    )
    drawn = "\n".join(
        line
        for number, panel in enumerate(panels)
        for line in _panel(
            MARGIN + number % 2 * (PANEL_WIDTH + GAP),
            TOP + number // 2 * (PANEL_HEIGHT + GAP),
            *panel,
        )
    )
    legend = "\n".join(
        f'<rect class="{style}" x="{x}" y="46" width="{BAR}" height="{BAR}" rx="2"/>'
        f'<text x="{x + 19}" y="57">{name}</text>'
        for x, (_, style, name) in zip((MARGIN, MARGIN + 140), BARS, strict=True)
    )
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" \
height="{height}" role="img" aria-labelledby="title desc">
<title id="title">Seconds that a command takes, less is better</title>
<desc id="desc">With pulumi-widgets against a provider that only waits. {escape(told)}.</desc>
<style>
{STYLE}
</style>
<rect class="page" x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="6"/>
<text class="title" x="{MARGIN}" y="30">Seconds that a command takes (less is better)</text>
{legend}
{drawn}
</svg>
"""


def _panel(
    left: float, top: float, title: str, parallel: int, rows: list[dict[str, Any]]
) -> Iterator[str]:
    start, bars = left + LABELS, PANEL_WIDTH - LABELS - NUMBERS
    step, end = _axis(max(row[key] for row in rows for key, *_ in BARS))
    first, bottom = top + 24, top + 24 + len(rows) * COMMAND
    yield f'<text class="panel" x="{left}" y="{top + 14}">{title}</text>'
    right = left + PANEL_WIDTH
    yield f'<text class="dim end" x="{right}" y="{top + 14}">--parallel {parallel}</text>'
    for tick in range(round(end / step) + 1):
        x = round(start + bars * tick * step / end, 1)
        yield f'<path class="grid" d="M{x:g} {first}V{bottom}"/>'
        unit = " s" if tick * step == end else ""
        yield (f'<text class="dim middle" x="{x:g}" y="{bottom + 15}">{tick * step:g}{unit}</text>')
    for number, row in enumerate(rows):
        y = first + number * COMMAND + 5
        yield f'<text class="end" x="{start - 8}" y="{y + BAR + 5}">{row["command"]}</text>'
        for key, style, _ in BARS:
            width = round(bars * row[key] / end, 1)
            x, base = start + width + 5, y + BAR - 2
            yield (
                f'<rect class="{style}" x="{start}" y="{y}" width="{width:g}" height="{BAR}"/>'
                f'<text class="number" x="{x:g}" y="{base}">{row[key]:.1f}</text>'
            )
            y += BAR + 1


def _axis(most: float) -> tuple[float, float]:
    """The step of the ticks, and the last one: three to five of them, at round numbers."""
    size = 10.0 ** math.floor(math.log10(most))
    step = next(size * by for by in (0.2, 0.5, 1, 2, 5) if most / (size * by) <= 5)
    return step, step * math.ceil(most / step)
