"""What the command line prints: tables and sentences for people, JSON for programs."""

from __future__ import annotations

import csv
import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table as RichTable

from opgave.frames import Table, table_of

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


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    """The rows as a table of text, with semicolons between the columns."""
    try:
        with path.open("w", encoding="utf-8", newline="") as stream:
            names = list(rows[0]) if rows else []
            writer = csv.DictWriter(stream, names, delimiter=";", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be written: {error.strerror}") from None


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


@contextmanager
def progress_bar(label: str = "simulating") -> Iterator[Callable[[float], bool] | None]:
    """A bar on standard error if a person looks at it, else nothing."""
    if not sys.stderr.isatty():
        yield None
        return
    with Progress(
        TextColumn(label),
        BarColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("", total=1.0)

        def advance(done: float) -> bool:
            bar.update(task, completed=done)
            return True

        yield advance
