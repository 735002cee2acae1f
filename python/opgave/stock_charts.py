"""The dwelling stock from one day to another, drawn as a waterfall."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from opgave.chart_style import (
    ACCENT,
    INK,
    MEDIAN,
    MUTED,
    Chart,
    alt,
    digits,
    finished,
    inline,
)
from opgave.wording import MINUS, Words

__all__ = ["STOCK_WORDS", "stock_chart", "stock_title"]

#: What the columns of `opgave.stock_changes` are called, in Dutch and English.
STOCK_WORDS: dict[str, tuple[str, str]] = {
    "opening": ("voorraad begin", "opening stock"),
    "new_build": ("nieuwbouw", "new build"),
    "other_addition": ("overige toevoeging", "other additions"),
    "demolition": ("sloop", "demolition"),
    "other_withdrawal": ("overige onttrekking", "other withdrawals"),
    "net": ("saldo", "net"),
    "closing": ("voorraad eind", "closing stock"),
    "title": ("Woningvoorraad, {period}", "Dwelling stock, {period}"),
}

_STEPS = {"new_build": 1, "other_addition": 1, "demolition": -1, "other_withdrawal": -1}
_BAR = 0.36  # half the width of a bar, in columns
_HEIGHT = 300
_NARROW = 560


def stock_chart(
    changes: Mapping[str, Any],
    period: str = "",
    *,
    words: Words | None = None,
    width: int = 720,
    title: str | None = None,
) -> Chart:
    """The stock at the start of a period, what came in, what left, and the stock at the end.

    The axis does not begin at zero: the two stocks are lines, only changes are bars.

    Parameters
    ----------
    changes
        One row of `opgave.stock_changes`, by column.
    period
        What the period is called in the title.

    Examples
    --------
    >>> row = {"opening": 8644, "new_build": 65, "other_addition": 76, "demolition": 33,
    ...        "other_withdrawal": 4, "net": 104, "closing": 8748}
    >>> stock_chart(row, "2016").to_dict()["title"]
    'Dwelling stock, 2016'
    """
    words = words or Words("en")
    marks = _marks(changes, words)
    levels = [level for mark in marks for level in (mark["from"], mark["to"])]
    room = max(5, (max(levels) - min(levels)) * 0.15)
    axis, across = _names(words, width), alt.Scale(domain=[-0.6, 5.6], nice=False)
    x = alt.X("x:Q", axis=axis, scale=across)
    left = alt.X("left:Q", axis=axis, scale=across)
    scale = alt.Scale(domain=[min(levels) - room, max(levels) + room], zero=False, nice=False)
    count = alt.Axis(title=None, tickCount=5, tickMinStep=1, labelExpr=digits(words))
    y = alt.Y("from:Q", axis=count, scale=scale)
    bars = [mark for mark in marks if mark["step"]]
    stocks = [mark for mark in marks if not mark["step"]]
    layers = [
        _links(marks, left, y),
        alt.Chart(inline(bars))
        .mark_bar()
        .encode(
            x=left, x2="right:Q", y=y, y2="to:Q",
            color=alt.Color("colour:N", scale=None),
        ),
        alt.Chart(inline(stocks))
        .mark_rule(strokeWidth=4, color=INK)
        .encode(x=left, x2="right:Q", y=y),
        alt.Chart(inline(marks))
        .mark_text(dy=-9, fontSize=13, fontWeight=600, color=INK)
        .encode(x=x, y=alt.Y("top:Q", scale=scale, axis=count), text="label:N"),
    ]  # fmt: skip
    heading = stock_title(period, words) if title is None else title
    return finished(alt.layer(*layers), width, _HEIGHT, heading)


def stock_title(period: str, words: Words) -> str:
    """What the chart of a period is called."""
    return _word("title", words).format(period=period)


def _word(key: str, words: Words) -> str:
    return STOCK_WORDS[key][words.language == "en"]


def _marks(changes: Mapping[str, Any], words: Words) -> list[dict[str, Any]]:
    """The stocks and the steps between them, from left to right."""
    level = int(changes["opening"])
    marks = [_mark(0, level, level, words.number(level))]
    for place, (name, sign) in enumerate(_STEPS.items(), start=1):
        count = int(changes[name])
        mark = "+" if sign > 0 else MINUS
        label = f"{mark}{words.number(count)}" if count else "0"
        marks.append(_mark(place, level, level + sign * count, label))
        marks[-1] |= {"step": True, "colour": MEDIAN if sign > 0 else ACCENT}
        level += sign * count
    marks.append(_mark(5, level, level, words.number(level)))
    return marks


def _mark(place: int, begin: int, end: int, label: str) -> dict[str, Any]:
    return {
        "x": place,
        "left": place - _BAR,
        "right": place + _BAR,
        "from": begin,
        "to": end,
        "top": max(begin, end),
        "label": label,
        "step": False,
    }


def _links(marks: list[dict[str, Any]], left: alt.X, y: alt.Y) -> alt.Chart:
    """Thin lines from each step to the next."""
    rows = [
        {"left": a["right"], "right": b["left"], "from": a["to"]}
        for a, b in itertools.pairwise(marks)
    ]
    links: alt.Chart = (
        alt.Chart(inline(rows))
        .mark_rule(color=MUTED, strokeDash=[2, 2])
        .encode(x=left, x2="right:Q", y=y)
    )
    return links


def _names(words: Words, width: int) -> alt.Axis:
    names = ["opening", *_STEPS, "closing"]
    labels = ", ".join(f"'{_word(name, words)}'" for name in names)
    return alt.Axis(
        title=None,
        values=list(range(len(names))),
        labelExpr=f"split([{labels}][datum.value], ' ')",
        grid=False,
        ticks=False,
        domain=False,
        labelPadding=8,
        labelFontSize=12.5 if width >= _NARROW else 9.5,
        labelOverlap=False,
    )
