"""Charts, drawn by altair from plain tables.

A table is a mapping of columns of equal length. A count of None is hidden: the chart shows that
something is there and not how much. Days are drawn on an axis of months without a time zone.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from opgave import wording
from opgave.chart_layers import (
    Axes,
    fan_height,
    fan_layers,
    fan_rows,
    goal_layers,
    month_position,
    now_layers,
    observed_layers,
)
from opgave.chart_style import (
    BAND_CORE,
    COMPLETE,
    EDGE,
    FAINT,
    GRID,
    INK,
    MEDIAN,
    MUTED,
    STALL,
    Chart,
    Columns,
    alt,
    digits,
    finished,
    inline,
    names_axis,
    signed,
    state_colours,
)
from opgave.days import day_of
from opgave.frames import table_of
from opgave.wording import Words

if TYPE_CHECKING:
    from opgave.projection import Projection
    from opgave.snapshot import Snapshot


HIDDEN = "\0hidden"


def fan_chart(
    quantiles: Columns,
    *,
    observed: Iterable[tuple[dt.date, int]] = (),
    as_of: dt.date | None = None,
    goal: int | None = None,
    deadline: dt.date | None = None,
    words: Words | None = None,
    width: int = 720,
    title: str | None = None,
) -> Chart:
    """What was observed and, apart from it, the fan of what may come.

    Parameters
    ----------
    quantiles
        Columns ``month`` (days, or month numbers without a calendar), ``q05``, ``q25``, ``q50``,
        ``q75`` and ``q95``.
    observed
        Days with the count reached by then.
    as_of
        The day that parts the two.
    goal, deadline
        What is aimed at; the deadline is the last day that counts.

    Examples
    --------
    >>> quantiles = {"month": [1, 2], **{q: [0, 3] for q in ("q05", "q25", "q50", "q75", "q95")}}
    >>> fan_chart(quantiles).to_dict()["title"]
    'delivered'
    """
    words = words or Words("en")
    points = [(month_position(day), count) for day, count in observed]
    months = _positions(quantiles["month"])
    fan = fan_rows(points[-1] if points else None, months, quantiles)
    spots = [x for x, _ in points] + [row["x"] for row in fan]
    now = None if as_of is None else month_position(as_of)
    end = None if deadline is None else month_position(deadline)
    spots += [x for x in (now, end) if x is not None]
    low, high = min(spots), max(spots)
    top = max([row["q95"] for row in fan] + [n for _, n in points] + [goal or 0, 1]) * 1.08
    axis = Axes(words, low, high, top, width, by_number=as_of is None)
    layers = [*fan_layers(fan, axis), *observed_layers(points, axis)]
    if goal is not None:
        layers += goal_layers(goal, end, axis, words)
    if as_of is not None and now is not None:
        label = words.text("as_of_label", day=words.day(as_of))
        layers += now_layers(now, label, axis)
    heading = words.name("delivered") if title is None else title
    return finished(alt.layer(*layers), width, fan_height(width), heading)


def funnel_chart(
    funnel: Columns,
    *,
    words: Words | None = None,
    width: int = 720,
    title: str | None = None,
) -> Chart:
    """How many ever reached each stage, and how many got at least that far.

    Parameters
    ----------
    funnel
        Columns ``stage``, ``count`` (reached) and ``reached_or_passed``.

    Examples
    --------
    >>> funnel_chart({"stage": ["a"], "count": [3], "reached_or_passed": [5]}).to_dict()["title"]
    'Funnel: ever reached'
    """
    words = words or Words("en")
    rows: list[dict[str, Any]] = []
    for stage, count, passed in zip(
        funnel["stage"], funnel["count"], funnel["reached_or_passed"], strict=True
    ):
        rows.append(
            {
                "stage": words.capital(words.name(stage)),
                "count": 0 if count is None else int(count),
                "passed": 0 if passed is None else int(passed),
                "label": _count(words, passed),
            }
        )
    y = alt.Y("stage:N", sort=None, axis=names_axis(width), scale=alt.Scale(padding=0.25))
    scale = alt.Scale(domain=[0, max([row["passed"] for row in rows] + [1]) * 1.12], nice=False)
    base = alt.Chart(inline(rows)).encode(y=y)
    passed_bar = base.mark_bar(color=BAND_CORE).encode(x=alt.X("passed:Q", axis=None, scale=scale))
    reached_bar = base.mark_bar(color=MEDIAN, height={"band": 0.4}).encode(
        x=alt.X("count:Q", scale=scale)
    )
    text = base.mark_text(align="left", dx=5, color=INK, fontSize=12).encode(
        x=alt.X("passed:Q", scale=scale), text="label:N"
    )
    heading = words.text("funnel_title") if title is None else title
    height = 30 * len(rows) + 10
    return finished(alt.layer(passed_bar, reached_bar, text), width, height, heading)


def stage_chart(
    counts: Columns,
    *,
    colours: Mapping[str, str],
    words: Words | None = None,
    width: int = 720,
    title: str | None = None,
    legend: bool = True,
) -> Chart:
    """Stacked bars: per group the dwellings in each state.

    Parameters
    ----------
    counts
        Columns ``group``, ``stage`` (a state, or `HIDDEN` for what is not told apart) and
        ``count``.
    colours
        A colour per state, in the order of the bars.
    legend
        Whether the chart explains its colours itself.

    Examples
    --------
    >>> counts = {"group": ["all"], "stage": ["intake"], "count": [7]}
    >>> stage_chart(counts, colours={"intake": "#4282be"}).to_dict()["title"]
    'Status per step'
    """
    words = words or Words("en")
    order = {state: i for i, state in enumerate([*colours, HIDDEN])}
    rows: list[dict[str, Any]] = [
        {
            "group": words.capital(words.name(group)),
            "state": _state_name(words, stage),
            "order": order[stage],
            "count": int(count),
        }
        for group, stage, count in zip(
            counts["group"], counts["stage"], counts["count"], strict=True
        )
        if count
    ]
    present = sorted(set(counts["stage"]), key=lambda stage: order[stage])
    scale = alt.Scale(
        domain=[_state_name(words, state) for state in present],
        range=["#ffffff" if state == HIDDEN else colours[state] for state in present],
    )
    groups = list(dict.fromkeys(row["group"] for row in rows))
    key = alt.Legend(title=None, orient="bottom", columns=max(1, width // 180))
    chart = (
        alt.Chart(inline(rows))
        .mark_bar(stroke=EDGE, strokeWidth=0.6)
        .encode(
            y=alt.Y(
                "group:N",
                sort=groups,
                axis=names_axis(width) if len(groups) > 1 else None,
                scale=alt.Scale(padding=0.25),
            ),
            x=alt.X(
                "sum(count):Q",
                stack="zero",
                axis=alt.Axis(title=None, tickCount=5, tickMinStep=1, labelExpr=digits(words)),
            ),
            color=alt.Color("state:N", scale=scale, legend=key if legend else None, sort=None),
            order=alt.Order("order:Q"),
        )
    )
    heading = words.text("stages_title") if title is None else title
    return finished(chart, width, 40 * max(1, len(groups)) + 36, heading)


def age_chart(
    ages: Columns,
    *,
    words: Words | None = None,
    width: int = 720,
    title: str | None = None,
) -> Chart:
    """Days in the current stage: quartiles as a bar, 10 % to 90 % as a line, the median marked.

    Parameters
    ----------
    ages
        Columns ``stage``, ``q10``, ``q25``, ``q50``, ``q75`` and ``q90``, in days.

    Examples
    --------
    >>> ages = {"stage": ["intake"], "q10": [1], "q25": [5], "q50": [9], "q75": [20], "q90": [40]}
    >>> age_chart(ages).to_dict()["title"]
    'Days in the current step'
    """
    words = words or Words("en")
    levels = ("q10", "q25", "q50", "q75", "q90")
    rows = [
        {
            "stage": words.capital(words.name(stage)),
            **{q: float(v) for q, v in zip(levels, values, strict=True)},
        }
        for stage, *values in zip(ages["stage"], *(ages[q] for q in levels), strict=True)
    ]
    y = alt.Y("stage:N", sort=None, axis=names_axis(width), scale=alt.Scale(padding=0.3))
    axis = alt.Axis(
        title=words.text("days_axis"), tickCount=5, tickMinStep=1, labelExpr=digits(words)
    )
    scale = alt.Scale(zero=True, nice=True)
    base = alt.Chart(inline(rows)).encode(y=y)
    line = base.mark_rule(color=MUTED, strokeWidth=1.5).encode(
        x=alt.X("q10:Q", axis=axis, scale=scale), x2="q90:Q"
    )
    box = base.mark_bar(color=BAND_CORE, height={"band": 0.7}).encode(
        x=alt.X("q25:Q", scale=scale), x2="q75:Q"
    )
    middle = base.mark_tick(color=COMPLETE, thickness=3, size=20).encode(
        x=alt.X("q50:Q", scale=scale)
    )
    heading = words.text("ages_title") if title is None else title
    return finished(alt.layer(line, box, middle), width, 30 * len(rows) + 46, heading)


def throughput_chart(
    throughput: Columns,
    *,
    stall_from: dt.date | None = None,
    words: Words | None = None,
    width: int = 720,
    title: str | None = None,
) -> Chart:
    """Dwellings per period, the empty periods at the end shaded.

    Parameters
    ----------
    throughput
        Columns ``begin`` and ``end`` (days; the end is not in the period) and ``count``.
    stall_from
        The first day of the empty periods at the end.

    Examples
    --------
    >>> import datetime as dt
    >>> months = {"begin": [dt.date(2026, 1, 1)], "end": [dt.date(2026, 2, 1)], "count": [6]}
    >>> throughput_chart(months).to_dict()["title"]
    'delivered'
    """
    words = words or Words("en")
    rows = []
    day = dt.timedelta(days=1)
    for begin, end, count in zip(
        throughput["begin"], throughput["end"], throughput["count"], strict=True
    ):
        left = month_position(day_of(begin) - day)
        right = month_position(day_of(end) - day)
        gap = (right - left) * 0.08
        rows.append(
            {
                "x": left + gap,
                "x2": right - gap,
                "count": 4 if count is None else int(count),
                "zero": 0,
                "hidden": count is None,
            }
        )
    low = min(row["x"] for row in rows)
    high = max(row["x2"] for row in rows)
    top = max([row["count"] for row in rows] + [5]) * 1.1
    axis = Axes(words, low, high, top, width)
    layers = []
    if stall_from is not None:
        left = month_position(stall_from - day)
        shade = alt.Chart(inline([{"x": left, "x2": high, "zero": 0, "top": top}]))
        layers.append(
            shade.mark_rect(color=STALL).encode(x=axis.x(), x2="x2:Q", y=axis.y("zero"), y2="top:Q")
        )
    for hidden in (False, True):
        part = [row for row in rows if row["hidden"] == hidden and row["count"]]
        style: dict[str, Any] = (
            {"fill": FAINT, "stroke": EDGE, "strokeDash": [2, 2]} if hidden else {"fill": MEDIAN}
        )
        layers.append(
            alt.Chart(inline(part))
            .mark_rect(**style)
            .encode(x=axis.x(), x2="x2:Q", y=axis.y("zero"), y2="count:Q")
        )
    heading = words.name("delivered") if title is None else title
    return finished(alt.layer(*layers), width, 220, heading)


def gain_chart(
    gains: Columns,
    *,
    words: Words | None = None,
    width: int = 720,
    title: str | None = None,
) -> Chart:
    """What each step gains: a bar, and a whisker for how sure that is.

    Parameters
    ----------
    gains
        Columns ``step`` (in words), ``gain`` and ``margin``, in percentage points.

    Examples
    --------
    >>> gains = {"step": ["More"], "gain": [4.0], "margin": [1.5]}
    >>> gain_chart(gains).to_dict()["title"]
    'gain in percentage points'
    """
    words = words or Words("en")
    rows = [
        {"step": step, "gain": float(gain), "low": gain - margin, "high": gain + margin, "zero": 0}
        for step, gain, margin in zip(gains["step"], gains["gain"], gains["margin"], strict=True)
    ]
    y = alt.Y("step:N", sort=None, axis=None, scale=alt.Scale(padding=0))
    axis = alt.Axis(
        title=words.text("gain_axis"),
        tickCount=5,
        tickMinStep=1,
        grid=False,
        labelExpr=signed(words),
    )
    scale = alt.Scale(zero=True, nice=True)
    below = 9  # the names stand above the bars, as they are long
    base = alt.Chart(inline(rows)).encode(y=y)
    bar = base.mark_bar(color=BAND_CORE, height={"band": 0.4}, yOffset=below).encode(
        x=alt.X("gain:Q", axis=axis, scale=scale)
    )
    zero = base.mark_rule(color=GRID, strokeWidth=1).encode(
        x=alt.X("zero:Q", scale=scale), y=alt.value(0), y2=alt.value("height")
    )
    whisker = base.mark_rule(color=INK, strokeWidth=1.5, yOffset=below).encode(
        x=alt.X("low:Q", scale=scale), x2="high:Q"
    )
    middle = base.mark_tick(color=COMPLETE, thickness=3, size=16, yOffset=below).encode(
        x=alt.X("gain:Q", scale=scale)
    )
    name = base.mark_text(
        color=INK, align="left", baseline="bottom", dy=-2, fontSize=12.5, limit=width
    ).encode(x=alt.value(2), text="step:N")
    heading = words.text("gain_axis") if title is None else title
    layers = alt.layer(bar, zero, whisker, middle, name)
    return finished(layers, width, 42 * len(rows) + 46, heading)


def projection_chart(
    projection: Projection, *, language: wording.Language = "en", width: int = 720
) -> Chart:
    """The completed dwellings of a projection, after what was observed of them.

    The goal is drawn if the programme has one target for all of them.

    Examples
    --------
    >>> import opgave as og
    >>> way = og.Trajectory(stages=["A"], complete="done")
    >>> hazards = og.Hazards(way, band_edges=[0], rate={("A", "done"): [0.3]})
    >>> cohorts = og.Cohorts(stage=["A"], age_months=[0], count=[9])
    >>> projection_chart(og.simulate(hazards, cohorts, months=6, paths=50)).to_dict()["title"]
    'Done'
    """
    words = Words(language)
    complete = projection.core.trajectory.complete
    register = projection.register
    programme = None if register is None else register.programme
    goals = [
        target
        for target in (() if programme is None else programme.targets)
        if target.state == complete and not target.scope
    ]
    target = goals[0] if len(goals) == 1 else None
    return fan_chart(
        table_of(projection.quantiles(complete)),
        observed=_observed(projection, complete),
        as_of=projection.as_of,
        goal=None if target is None else target.goal,
        deadline=None if target is None else target.last_day,
        words=words,
        width=width,
        title=words.capital(words.name(complete)),
    )


def _observed(projection: Projection, state: str) -> list[tuple[dt.date, int]]:
    """The dwellings that had come into a state at each month's end."""
    register, as_of = projection.register, projection.as_of
    if register is None or as_of is None:
        return []
    known_on = projection.core.known_on
    months = table_of(register.throughput(state, as_of=as_of, known_on=known_on))
    points = []
    for month, count in zip(months["period"], np.cumsum(months["count"]), strict=True):
        first = day_of(month)
        last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        points.append((min(last, as_of), int(count)))
    return points


def snapshot_chart(
    snapshot: Snapshot, *, language: wording.Language = "en", width: int = 720
) -> Chart:
    """The dwellings of a snapshot by state.

    Examples
    --------
    >>> import opgave as og
    >>> events = {"dwelling_id": ["a"], "stage": ["approached"], "date": ["2026-01-05"]}
    >>> snapshot_chart(og.Register(events).as_of("2026-01-31")).to_dict()["title"]
    'Status per step'
    """
    counts = table_of(snapshot.stage_counts())
    rows: Columns = {**counts, "group": ["all"] * len(counts["stage"])}
    return stage_chart(
        rows,
        colours=state_colours(snapshot.register.trajectory),
        words=Words(language),
        width=width,
    )


def _positions(months: Sequence[Any] | np.ndarray[Any, Any]) -> list[float]:
    if all(isinstance(month, int | np.integer) for month in months):
        return [float(month) for month in months]
    return [month_position(day_of(month)) for month in months]


def _state_name(words: Words, state: str) -> str:
    return words.text("hidden_part") if state == HIDDEN else words.name(state)


def _count(words: Words, count: int | None) -> str:
    return wording.HIDDEN_MARK if count is None else words.number(int(count))
