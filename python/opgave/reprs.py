"""What a notebook shows of a register, a snapshot, a projection and a backtest.

Counts only: no identification, no address. Everything that comes from data is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from opgave.days import day_of
from opgave.frames import table_of
from opgave.wording import Words

if TYPE_CHECKING:
    from opgave.backtest import Backtest
    from opgave.programme import Programme
    from opgave.projection import Projection
    from opgave.register import Register
    from opgave.snapshot import Snapshot

_WORDS = Words("en")
_YEAR = 12


def register_html(register: Register) -> str:
    """The size of a register, its programme and its issues."""
    last = register.last_day
    severities = [str(s) for s in table_of(register.issues)["severity"]]
    rows = [
        ("dwellings", _WORDS.number(register.core.dwellings.size)),
        ("events", _WORDS.number(register.core.events.size)),
        ("last day", "" if last is None else _WORDS.day(last)),
        ("errors", _WORDS.number(severities.count("error"))),
        ("warnings", _WORDS.number(severities.count("warning"))),
    ]
    title = "Register" if register.programme is None else f"Register: {register.programme.title}"
    return _block(title, register.programme, ("", ""), rows)


def snapshot_html(snapshot: Snapshot) -> str:
    """The dwellings of a snapshot by state."""
    counts = table_of(snapshot.stage_counts())
    rows = [
        (_WORDS.name(stage), _WORDS.number(int(count)))
        for stage, count in zip(counts["stage"], counts["count"], strict=True)
    ]
    title = f"Snapshot as of {_WORDS.day(day_of(snapshot.as_of))}"
    return _block(title, snapshot.register.programme, ("state", "dwellings"), rows)


def projection_html(projection: Projection) -> str:
    """The completed dwellings of a projection at the end of each year."""
    complete = projection.core.trajectory.complete
    table = table_of(projection.quantiles(complete, q=(0.05, 0.5, 0.95)))
    months = list(table["month"])
    ends = [i for i in range(len(months)) if _is_year_end(months, i)]
    rows = [
        (
            _month(months[i]),
            *(_WORDS.number(int(table[q][i])) for q in ("q05", "q50", "q95")),
        )
        for i in ends
    ]
    programme = None if projection.register is None else projection.register.programme
    title = f"Projection of {_WORDS.name(complete)}, {_WORDS.number(projection.core.paths)} paths"
    return _block(title, programme, ("end of", "5 %", "median", "95 %"), rows)


def backtest_html(test: Backtest) -> str:
    """The mean scores of a backtest by horizon and method."""
    table = table_of(test.scores())
    columns = (table[name] for name in ("crps", "coverage80", "bias", "verdict"))
    rows = [
        (
            f"{months} months, {_WORDS.name(method)}",
            f"{crps:.2f}",
            f"{100 * coverage:.0f} %",
            f"{bias:+.1f}",
            verdict or "",
        )
        for months, method, crps, coverage, bias, verdict in zip(
            table["horizon"], table["method"], *columns, strict=True
        )
    ]
    head = ("ahead, by", "CRPS", "in 80 %", "bias", "the model is")
    return _block(repr(test), None, head, rows)


def _is_year_end(months: Sequence[Any], i: int) -> bool:
    """Whether a month ends a year, or the projection."""
    month = months[i]
    number = int(month) if isinstance(month, np.integer) else day_of(month).month
    return i == len(months) - 1 or number % _YEAR == 0


def _month(month: Any) -> str:
    return f"month {month}" if isinstance(month, np.integer) else _WORDS.month(day_of(month))


def _block(
    title: str,
    programme: Programme | None,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
) -> str:
    """A small table under its title, marked if it is made up."""
    cells = "".join(
        f'<tr><th scope="row" style="text-align:left">{escape(row[0])}</th>'
        + "".join(f'<td style="text-align:right">{escape(cell)}</td>' for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    top = f"<thead><tr>{names}</tr></thead>" if any(head) else ""
    mark = ""
    if programme is not None and programme.fictional:
        mark = f"<p><strong>{escape(_WORDS.text('fictional_short'))}</strong></p>"
    return (
        f"<div><p><strong>{escape(title)}</strong></p>{mark}"
        f"<table>{top}<tbody>{cells}</tbody></table></div>"
    )
