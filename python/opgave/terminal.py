"""What the command line prints: tables and sentences for people, JSON for programs."""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table as RichTable

from opgave.frames import Table, table_of
from opgave.programme import ProgrammeTarget

Row = dict[str, Any]

LISTED = 20

_WIDE = 200


def console(*, stderr: bool = False) -> Console:
    """As wide as the terminal; wide enough for every table where there is none."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(
        stderr=stderr,
        width=None if stream.isatty() else _WIDE,
        highlight=False,
        markup=False,
        emoji=False,
    )


def print_json(answer: Mapping[str, object]) -> None:
    """One answer as JSON: dates as ISO text, what is unknown or infinite as null."""
    typer.echo(json.dumps(_plain(answer), ensure_ascii=False, indent=2, allow_nan=False))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def rows_of(frame: Any) -> list[Row]:
    """The rows of a frame as Python's own types; an unknown date is None."""
    table: Table = table_of(frame)
    columns = [column.tolist() for column in table.values()]
    return [dict(zip(table, values, strict=True)) for values in zip(*columns, strict=True)]


def print_issues(out: Console, rows: Sequence[Row]) -> None:
    """How many of each kind, then the first ones."""
    out.print(summary(rows))
    if not rows:
        return
    for (severity, code), count in Counter((row["severity"], row["code"]) for row in rows).items():
        out.print(f"  {count:>7,}  {severity:7}  {code}")
    out.print()
    ordered = sorted(rows, key=lambda row: row["severity"] != "error")
    for row in ordered[:LISTED]:
        place = row["file"] if row["row"] is None else f"{row['file']}, row {row['row']}"
        column = f", {row['column']}" if row["column"] else ""
        out.print(
            f"{row['severity']}: {place}{column}: {row['message']}; {row['fix']}", soft_wrap=True
        )
    if len(rows) > LISTED:
        out.print(f"… and {len(rows) - LISTED:,} more; opgave check --json lists all.")


def summary(rows: Sequence[Row]) -> str:
    """How many errors and warnings there are."""
    count = Counter(row["severity"] for row in rows)
    return f"{_number_of(count['error'], 'error')}, {_number_of(count['warning'], 'warning')}"


def _number_of(count: int, noun: str) -> str:
    if count == 0:
        return f"no {noun}s"
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def make_table(title: str, texts: Iterable[str], numbers: Iterable[str]) -> RichTable:
    """An empty table: columns of texts to the left, of numbers to the right."""
    table = RichTable(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for name in texts:
        table.add_column(name)
    for name in numbers:
        table.add_column(name, justify="right")
    return table


def print_states(
    out: Console, columns: Sequence[str], counts: Sequence[Row], reached: Sequence[Row]
) -> None:
    """Per group and stage: dwellings in it, that ever entered it, and that got at least as far."""
    numbers = ("now", "ever reached", "reached or passed")
    table = make_table("Dwellings", (*columns, "stage"), numbers)
    group: list[object] = []
    for now, ever in zip(counts, reached, strict=True):
        labels = [now[name] for name in columns]
        if labels != group and group:
            table.add_section()
        group = labels
        values = (now["count"], ever["count"], ever["reached_or_passed"])
        table.add_row(*map(str, labels), now["stage"], *(f"{value:,}" for value in values))
    out.print(table)


def print_progress(out: Console, targets: Sequence[Row]) -> None:
    """How far each target is, and the pace that it asks for."""
    if not targets:
        return
    numbers = ("done", "goal", "share", "unknown", "last day", "months left", "needed per month")
    table = make_table("Targets", ("target",), numbers)
    for row in targets:
        done = "not measured" if row["done"] is None else f"{row['done']:,}"
        table.add_row(
            row["title"],
            done,
            f"{row['goal']:,}",
            "" if row["share"] is None else f"{100 * row['share']:.1f} %",
            "" if row["unknown"] is None else f"{row['unknown']:,}",
            str(row["deadline"]),
            "" if row["months_left"] is None else f"{row['months_left']:.1f}",
            "" if row["pace_per_month"] is None else _pace(row["pace_per_month"]),
        )
    out.print(table)


def _pace(value: float) -> str:
    return f"{value:.1f}" if math.isfinite(value) else "too late"


def print_outlook(
    out: Console, targets: Sequence[ProgrammeTarget], outlook: Sequence[Row], paths: int
) -> None:
    """The probability of each target, and what it does not know."""
    if not targets:
        return
    table = make_table("Targets", ("target",), ("goal", "last day", "probability", "ceiling"))
    reasons = []
    for target, row in zip(targets, outlook, strict=True):
        if row["probability"] is None:
            reasons.append(f"{target.title}: {row['reason']}.")
        ceiling = "" if row["ceiling"] is None else f"{row['ceiling']:,}"
        table.add_row(target.title, f"{target.goal:,}", str(target.last_day), chance(row), ceiling)
    out.print(table)
    for reason in reasons:
        out.print(reason)
    weak = [f"{100 * row['weak_prior']:.0f} %" for row in outlook if row.get("weak_prior")]
    if weak:
        out.print(
            f"Were the prior worth a quarter of what it is, the probability would be "
            f"{', '.join(weak)}: the less these differ, the more the register itself says."
        )
    out.print(
        f"± is the error of the simulation itself: one standard error from {paths:,} paths. "
        "The ceiling is the most dwellings that can still get there."
    )
    out.print(
        "The probability knows the pace of each step only as far as this register and the prior "
        "of the programme tell it. It knows of no limit on builders or money but the gates given, "
        "and of no change in rules or prices."
    )


def chance(row: Row) -> str:
    """A probability as people read it; a simulated one is never certain."""
    if row["probability"] is None:
        return "not computed"
    if row["method"] == "reached":
        return "reached"
    if row["method"] == "unreachable":
        return "out of reach"
    percent, error = 100 * row["probability"], 100 * row["std_error"]
    if percent < 0.1:
        return "< 0.1 %"
    if percent > 99.9:
        return "> 99.9 %"
    digits = 0 if 10 <= percent <= 90 else 1
    return f"{percent:.{digits}f} % ± {error:.1f}" if error >= 0.05 else f"{percent:.{digits}f} %"


def print_years(out: Console, complete: str, quantiles: Sequence[Row]) -> None:
    """The completed dwellings at each year's end, and at the end of the projection."""
    rows = [row for row in quantiles if row["series"] == complete]
    levels = {"q05": "5 %", "q25": "25 %", "q50": "50 %", "q75": "75 %", "q95": "95 %"}
    table = make_table(f"Dwellings {complete}", ("at the end of",), levels.values())
    for row in rows:
        if row["month"].month == 12 or row is rows[-1]:
            values = (row[name] for name in levels)
            table.add_row(row["month"].isoformat()[:7], *(f"{value:,}" for value in values))
    out.print(table)
    out.print("Per column: the share of futures with at most so many.")
