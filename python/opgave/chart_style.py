"""How charts look: colours, numbers and names on axes, and the house style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from opgave.wording import Words

try:
    import altair as alt
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f'charts need {error.name}: pip install "opgave[report]"', name=error.name
    ) from error

__all__ = [
    "ACCENT", "BAND_CORE", "BAND_WIDE", "COMPLETE", "EDGE", "FAINT", "GRID", "INK", "MEDIAN",
    "MUTED", "STALL", "Chart", "Columns", "alt", "digits", "finished", "inline", "names_axis",
    "signed", "state_colours",
]  # fmt: skip

Columns: TypeAlias = Mapping[str, Sequence[Any] | np.ndarray[Any, Any]]
Chart: TypeAlias = alt.LayerChart | alt.FacetChart | alt.Chart

INK = "#1b2530"
MUTED = "#56616d"
GRID = "#e4e7ea"
BAND_WIDE = "#cfe0f1"
BAND_CORE = "#93b9dd"
MEDIAN = "#1f5a94"
ACCENT = "#b23a0e"
STALL = "#f7ece2"
FAINT = "#eef1f4"
EDGE = "#7d8894"
FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"

_NOT_STARTED = "#f1f2f4"
_FIRST_STAGE = (214, 229, 243)
_LAST_STAGE = (66, 130, 190)
_UNDER_WAY = "#86b0d8"
COMPLETE = "#0a2f57"
_EXITS = ("#c4ad8b", "#9c8262", "#77603f")
_PAUSE = "#eddfb8"


def state_colours(trajectory: Any) -> dict[str, str]:
    """A colour per state: pale to blue along the stages, dark when complete, sand for exits."""
    stages = list(trajectory.stages)
    colours = {"not_started": _NOT_STARTED}
    for i, state in enumerate(stages):
        part = i / max(1, len(stages) - 1)
        mixed = (round(a + (b - a) * part) for a, b in zip(_FIRST_STAGE, _LAST_STAGE, strict=True))
        colours[state] = "#" + "".join(f"{c:02x}" for c in mixed)
    colours["under_way"] = _UNDER_WAY
    colours[trajectory.complete] = COMPLETE
    for i, state in enumerate(trajectory.exits):
        colours[state] = _EXITS[i % len(_EXITS)]
    if trajectory.pause is not None:
        colours[trajectory.pause] = _PAUSE
    return colours


def names_axis(width: int) -> alt.Axis:
    """Names beside bars, cut where they are long."""
    return alt.Axis(
        title=None,
        ticks=False,
        domain=False,
        labelPadding=6,
        labelLimit=round(width * 0.45),
        labelFontSize=12.5,
    )


def digits(words: Words) -> str:
    """A Vega expression for a number on an axis."""
    if words.language == "nl":
        return "replace(format(datum.value, ','), regexp(',', 'g'), '.')"
    return "format(datum.value, ',')"


def signed(words: Words) -> str:
    """A Vega expression for a gain on an axis: with its sign and the language's decimals."""
    text = "(datum.value > 0 ? '+' : '') + format(datum.value, '~r')"
    return f"replace({text}, '.', ',')" if words.language == "nl" else text


def inline(rows: Sequence[Mapping[str, object]]) -> alt.InlineData:
    """Rows that stand in the chart itself."""
    return alt.InlineData(values=[dict(row) for row in rows])


def finished(chart: Chart, width: int, height: int, title: str) -> Chart:
    """The chart in the house style; an empty title is no title."""
    sized: Chart = chart.properties(
        width=width,
        height=height,
        background="#ffffff",
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
        **({"title": title} if title else {}),
    )
    sized.config = alt.Config(
        aria=False,
        font=FONT,
        padding=4,
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor=MUTED,
            labelFontSize=12,
            titleColor=MUTED,
            titleFontSize=12,
            titleFontWeight="normal",
            gridColor=GRID,
            domainColor=EDGE,
            tickColor=EDGE,
        ),
        legend=alt.LegendConfig(labelColor=INK, labelFontSize=12, symbolStrokeColor=EDGE),
        title=alt.TitleConfig(color=INK, fontSize=15, anchor="start", fontWeight=600),
    )
    return sized
