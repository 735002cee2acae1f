"""What charts over time are made of: their axes, a fan, what was observed, a goal and a day."""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Iterable

from opgave.chart_style import (
    ACCENT,
    BAND_CORE,
    BAND_WIDE,
    INK,
    MEDIAN,
    MUTED,
    Columns,
    alt,
    digits,
    inline,
)
from opgave.wording import Words

LEVELS = ("q05", "q25", "q50", "q75", "q95")


def month_position(day: dt.date) -> float:
    """Months since the year 0 at the end of the day: a month end lies on a whole number.

    Examples
    --------
    >>> import datetime as dt
    >>> month_position(dt.date(2034, 12, 31)) / 12
    2035.0
    """
    length = calendar.monthrange(day.year, day.month)[1]
    return day.year * 12 + day.month - 1 + day.day / length


class Axes:
    """The two axes of a chart over time, made once for all its layers."""

    def __init__(
        self,
        words: Words,
        low: float,
        high: float,
        top: float,
        width: int,
        by_number: bool = False,
        bottom: float = 0,
    ):
        self.low, self.high, self.bottom, self.top = low, high, bottom, top
        self.width = width
        self._words = words
        self._by_number = by_number

    def x(self, field: str = "x") -> alt.X:
        """The axis of time."""
        if self._by_number:
            axis = alt.Axis(title=None, tickMinStep=1, grid=False)
        else:
            axis = _calendar_axis(self.low, self.high, self.width, self._words)
        scale = alt.Scale(domain=[self.low, self.high], nice=False, zero=False)
        return alt.X(f"{field}:Q", axis=axis, scale=scale)

    def y(self, field: str) -> alt.Y:
        """The axis of dwellings."""
        axis = alt.Axis(title=None, tickCount=6, tickMinStep=1, labelExpr=digits(self._words))
        return alt.Y(
            f"{field}:Q",
            axis=axis,
            scale=alt.Scale(domain=[self.bottom, self.top], nice=False, zero=False),
        )


def _calendar_axis(low: float, high: float, width: int, words: Words) -> alt.Axis:
    """Ticks at the starts of years, or of quarters where few years are shown."""
    room = max(2, width // 70)
    step = 3
    while (high - low) / step > room:
        step = {3: 6, 6: 12}.get(step, step + 12)
    first = math.ceil(low / step) * step
    ticks = list(range(first, math.floor(high) + 1, step))
    if step >= 12:
        label = "format(datum.value / 12, 'd')"
    else:
        names = ", ".join(f"'{words.month(dt.date(2000, m, 1))[:3]}'" for m in range(1, 13))
        label = f"[{names}][datum.value % 12] + ' ' + format(floor(datum.value / 12), 'd')"
    return alt.Axis(title=None, values=ticks, labelExpr=label, grid=False, labelFlush=True)


def fan_rows(
    begin: tuple[float, float] | None, positions: Iterable[float], quantiles: Columns
) -> list[dict[str, float]]:
    """The rows of a fan that opens where the last was observed."""
    rows = [] if begin is None else [{"x": begin[0], **dict.fromkeys(LEVELS, float(begin[1]))}]
    for x, *row in zip(positions, *(quantiles[level] for level in LEVELS), strict=True):
        rows.append({"x": x, **dict(zip(LEVELS, map(float, row), strict=True))})
    return rows


def fan_height(width: int) -> int:
    """The height of a chart with a fan."""
    return min(360, round(width * 0.45) + 100)


def fan_layers(fan: list[dict[str, float]], axis: Axes) -> list[alt.Chart]:
    """Two bands and the median."""
    base = alt.Chart(inline(fan)).encode(x=axis.x())
    wide = base.mark_area(color=BAND_WIDE, interpolate="linear").encode(y=axis.y("q05"), y2="q95:Q")
    core = base.mark_area(color=BAND_CORE).encode(y=axis.y("q25"), y2="q75:Q")
    middle = base.mark_line(color=MEDIAN, strokeDash=[5, 3], strokeWidth=2).encode(y=axis.y("q50"))
    return [wide, core, middle]


def observed_layers(points: list[tuple[float, int]], axis: Axes) -> list[alt.Chart]:
    """A line through what was observed, and a dot on the last of it."""
    if not points:
        return []
    base = alt.Chart(inline([{"x": x, "count": n} for x, n in points]))
    line = base.mark_line(color=INK, strokeWidth=2.5, strokeJoin="round").encode(
        x=axis.x(), y=axis.y("count")
    )
    return [line, dot(*points[-1], axis)]


def dot(x: float, count: float, axis: Axes) -> alt.Chart:
    """The last that was observed."""
    base = alt.Chart(inline([{"x": x, "count": count}])).encode(x=axis.x(), y=axis.y("count"))
    mark: alt.Chart = base.mark_point(filled=True, color=INK, size=45, opacity=1)
    return mark


def goal_layers(goal: int, end: float | None, axis: Axes, words: Words) -> list[alt.Chart]:
    """The line of a goal, and a mark on its last day."""
    label = words.text("goal_label", goal=words.number(goal))
    place = {"x": axis.low, "x2": axis.high, "goal": goal, "label": label}
    base = alt.Chart(inline([place]))
    rule = base.mark_rule(color=ACCENT, strokeWidth=1.5, strokeDash=[2, 2]).encode(
        x=axis.x(), x2="x2:Q", y=axis.y("goal")
    )
    text = base.mark_text(
        color=ACCENT, align="left", baseline="bottom", dx=4, dy=-3, fontSize=12, fontWeight=600
    ).encode(x=axis.x(), y=axis.y("goal"), text="label:N")
    layers = [rule, text]
    if end is not None:
        mark = alt.Chart(inline([{"x": end, "goal": goal, "zero": 0}]))
        layers.append(
            mark.mark_rule(color=ACCENT, strokeWidth=1.5).encode(
                x=axis.x(), y=axis.y("zero"), y2="goal:Q"
            )
        )
        layers.append(
            mark.mark_point(shape="diamond", filled=True, color=ACCENT, size=90, opacity=1).encode(
                x=axis.x(), y=axis.y("goal")
            )
        )
    return layers


def now_layers(now: float, label: str, axis: Axes) -> list[alt.Chart]:
    """The day that parts what was observed from what may come."""
    base = alt.Chart(inline([{"x": now, "zero": 0, "top": axis.top, "label": label}]))
    rule = base.mark_rule(color=MUTED, strokeWidth=1).encode(
        x=axis.x(), y=axis.y("zero"), y2="top:Q"
    )
    right = now < (axis.low + axis.high) / 2
    text = base.mark_text(
        color=MUTED, align="left" if right else "right", baseline="top", dx=5 if right else -5,
        dy=2, fontSize=12,
    ).encode(x=axis.x(), y=axis.y("top"), text="label:N")  # fmt: skip
    return [rule, text]
