"""Charts of net homes: the fan of the months to come, and what each project changes.

Tables and colours are those of `opgave.charts`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from opgave.chart_layers import (
    Axes,
    dot,
    fan_height,
    fan_layers,
    fan_rows,
    goal_layers,
    month_position,
)
from opgave.chart_style import (
    ACCENT,
    EDGE,
    INK,
    MEDIAN,
    Chart,
    Columns,
    alt,
    digits,
    finished,
    inline,
    names_axis,
)
from opgave.days import day_of
from opgave.wording import Words

__all__ = ["leverage_chart", "net_fan_chart"]

_SHOWN = 12


def net_fan_chart(
    path: Columns,
    *,
    as_of: dt.date,
    goal: int | None = None,
    before: dt.date | None = None,
    observed: int = 0,
    words: Words | None = None,
    width: int = 720,
    title: str | None = None,
) -> Chart:
    """The fan of net additions by month, from what is observed on the as-of day.

    Parameters
    ----------
    path
        Columns ``month``, ``q05``, ``q25``, ``q50``, ``q75`` and ``q95``.
    goal, before
        What is aimed at; completion on the day itself does not count.

    Examples
    --------
    >>> import datetime as dt
    >>> month = [dt.date(2027, 1, 31), dt.date(2027, 2, 28)]
    >>> path = {"month": month, **{q: [-4, 9] for q in ("q05", "q25", "q50", "q75", "q95")}}
    >>> net_fan_chart(path, as_of=dt.date(2026, 12, 31), goal=8).to_dict()["title"]
    'Net homes added'
    """
    words = words or Words("en")
    now = month_position(as_of)
    fan = fan_rows((now, observed), [month_position(day_of(m)) for m in path["month"]], path)
    end = None if before is None else month_position(before - dt.timedelta(days=1))
    high = max([row["x"] for row in fan] + ([] if end is None else [end]))
    lowest = min(row["q05"] for row in fan)
    highest = max([row["q95"] for row in fan] + [goal or 0, observed, 1])
    margin = 0.08 * (highest - min(lowest, 0))
    bottom = lowest - margin if lowest < 0 else 0
    axis = Axes(words, now, high, highest + margin, width, bottom=bottom)
    layers = fan_layers(fan, axis)
    zero = alt.Chart(inline([{"x": now, "x2": high, "zero": 0}]))
    layers.append(
        zero.mark_rule(color=EDGE, strokeWidth=1).encode(x=axis.x(), x2="x2:Q", y=axis.y("zero"))
    )
    layers.append(dot(now, observed, axis))
    if goal is not None:
        layers += goal_layers(goal, end, axis, words)
    heading = words.text("net_fan_title") if title is None else title
    return finished(alt.layer(*layers), width, fan_height(width), heading)


def leverage_chart(
    leverage: Columns,
    *,
    words: Words | None = None,
    width: int = 720,
    title: str | None = None,
) -> Chart:
    """Per project how the probability changes if it is secured, dropped or a year earlier.

    Parameters
    ----------
    leverage
        Columns ``project``, ``secured``, ``dropped`` and ``advanced``: differences of probability,
        the largest first. The twelve first are drawn.

    Examples
    --------
    >>> leverage_chart({"project": ["Hof"], "secured": [0.1], "dropped": [-0.2],
    ...                 "advanced": [0.05]}).to_dict()["title"]
    'What each project changes'
    """
    words = words or Words("en")
    rows: list[dict[str, Any]] = [
        {
            "project": project,
            "secured": 100 * float(secured),
            "dropped": 100 * float(dropped),
            "advanced": 100 * float(advanced),
            "zero": 0,
        }
        for project, secured, dropped, advanced in zip(
            *(leverage[name] for name in ("project", "secured", "dropped", "advanced")), strict=True
        )
    ][:_SHOWN]
    axis = alt.Axis(title=words.text("points_axis"), tickCount=6, labelExpr=digits(words))
    y = alt.Y("project:N", sort=None, axis=names_axis(width), scale=alt.Scale(padding=0.25))
    base = alt.Chart(inline(rows)).encode(y=y)
    bars = [
        base.mark_bar(color=colour).encode(x=alt.X(f"{name}:Q", axis=axis), x2="zero:Q")
        for name, colour in (("dropped", ACCENT), ("secured", MEDIAN))
    ]
    mark = base.mark_point(
        shape="diamond", filled=True, color="#ffffff", stroke=INK, size=60, opacity=1
    ).encode(x=alt.X("advanced:Q"))
    zero = base.mark_rule(color=INK, strokeWidth=1).encode(x=alt.X("zero:Q"))
    heading = words.text("leverage_title") if title is None else title
    return finished(alt.layer(*bars, zero, mark), width, 30 * len(rows) + 46, heading)
