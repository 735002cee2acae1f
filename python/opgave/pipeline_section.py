"""The section of a report on net homes: the chance, the months to come and what projects change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from opgave import chart_style, pipeline_charts
from opgave._core import NotEnoughData, Probability
from opgave.days import Day, day_of
from opgave.frames import table_of
from opgave.pipeline import Pipeline
from opgave.story import Figure, Section, Sheet
from opgave.wording import Words

__all__ = ["net_homes_section"]

_LISTED = 12


def net_homes_section(
    pipeline: Pipeline,
    *,
    at_least: int,
    before: Day,
    as_of: Day,
    observed: int = 0,
    words: Words | None = None,
) -> Section:
    """How many net homes the projects add before a day; or what is missing to say so.

    Parameters
    ----------
    pipeline : Pipeline
        The projects.
    at_least, before, as_of, observed
        As in `Pipeline.probability`.
    words : Words, optional
        The language.

    Examples
    --------
    >>> pipeline = Pipeline({"name": ["A"], "units_added": [10], "units_demolished": [0],
    ...     "phase": ["construction"], "planned_completion": ["2027-06-01"]})
    >>> made = net_homes_section(pipeline, at_least=8, before="2030-01-01", as_of="2026-12-31")
    >>> made.key, len(made.figures), made.title
    ('net_homes', 2, 'Net homes')
    """
    words = words or Words("en")
    when: dict[str, Any] = {"before": day_of(before), "as_of": day_of(as_of), "observed": observed}
    title = words.text("section_net_homes")
    left = _left_sheet(pipeline, when["as_of"], words)
    sheets = [] if left is None else [left]
    try:
        chance = pipeline.probability(at_least=at_least, **when)
    except NotEnoughData as error:
        missing = str(error)
        return Section("net_homes", title, [words.text("net_no_chance")], [], sheets, (), missing)
    law = pipeline.net_additions(**when)
    text = words.text(
        "net_expected",
        mean=words.number(law.mean),
        low=words.number(law.quantile(0.05)),
        high=words.number(law.quantile(0.95)),
        shortfall=words.number(law.shortfall(at_least)),
    )
    path = table_of(pipeline.path(at_least=at_least, **when))
    figures = [
        _fan(path, chance, when, words),
        _bars(table_of(pipeline.leverage(at_least=at_least, **when)), words),
    ]
    paragraphs = [_sentence(chance, when["before"], words), text, words.text("net_assumed")]
    return Section("net_homes", title, paragraphs, figures, sheets)


def _sentence(chance: Probability, before: dt.date, words: Words) -> str:
    common = {
        "goal": words.number(chance.goal),
        "day": words.day(before),
        "ceiling": words.number(chance.ceiling),
    }
    if chance.method in ("reached", "unreachable"):
        return words.text(f"net_{chance.method}", **common)
    return words.text(
        "net_chance",
        probability=words.probability(chance.value),
        margin=words.margin(chance.value, chance.std_error),
        **common,
    )


def _fan(
    path: Mapping[str, Any], chance: Probability, when: Mapping[str, Any], words: Words
) -> Figure:
    title = words.text("net_fan_title")
    months = [day_of(month) for month in path["month"]]

    def draw(width: int) -> chart_style.Chart:
        return pipeline_charts.net_fan_chart(
            path, goal=chance.goal, words=words, width=width, title="", **when
        )

    rows = [
        [
            words.day(month),
            *(words.number(int(path[q][i])) for q in ("q05", "q25", "q50", "q75", "q95")),
            words.probability(float(path["probability"][i])),
        ]
        for i, month in enumerate(months)
        if month.month == 12 or i == len(months) - 1
    ]
    levels = [words.percent(q) for q in (0.05, 0.25)], [words.percent(q) for q in (0.75, 0.95)]
    head = [
        words.text("month_end"),
        *levels[0],
        words.text("median"),
        *levels[1],
        words.text("net_chance_head", goal=words.number(chance.goal)),
    ]
    description = words.text(
        "net_fan_alt",
        end=words.day(months[-1]),
        median=words.number(int(path["q50"][-1])),
        low=words.number(int(path["q05"][-1])),
        high=words.number(int(path["q95"][-1])),
        goal=words.number(chance.goal),
    )
    legend = [
        (chart_style.BAND_CORE, words.text("projected")),
        (chart_style.ACCENT, words.text("target_line")),
    ]
    return Figure("net-fan", title, description, draw, Sheet(title, head, rows), legend=legend)


def _bars(leverage: Mapping[str, Any], words: Words) -> Figure:
    title = words.text("leverage_title")
    names = ("secured", "dropped", "advanced")
    rows = [
        [str(leverage["project"][i]), *(words.number(100 * leverage[n][i], 1) for n in names)]
        for i in range(min(_LISTED, len(leverage["project"])))
    ]

    def draw(width: int) -> chart_style.Chart:
        return pipeline_charts.leverage_chart(leverage, words=words, width=width, title="")

    head = [words.text("project_head"), *(words.text(f"leverage_{name}") for name in names)]
    first = rows[0] if rows else ["", "", "", ""]
    description = words.text("leverage_alt", project=first[0], dropped=first[2], secured=first[1])
    legend = [
        (chart_style.MEDIAN, words.text("leverage_secured")),
        (chart_style.ACCENT, words.text("leverage_dropped")),
    ]
    sheet = Sheet(title, head, rows)
    note = words.text("leverage_note")
    return Figure("net-leverage", title, description, draw, sheet, note=note, legend=legend)


def _left_sheet(pipeline: Pipeline, as_of: dt.date, words: Words) -> Sheet | None:
    left = table_of(pipeline.left_out(as_of))
    rows = [
        [str(name), words.text(f"left_{code}")]
        for name, code in zip(left["name"], left["code"], strict=True)
    ]
    if not rows:
        return None
    head = [words.text("project_head"), words.text("left_why")]
    return Sheet(words.text("left_title"), head, rows, names=1, texts_after=1)
