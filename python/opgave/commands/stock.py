"""`opgave stock`."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from opgave import terminal
from opgave.commands import options
from opgave.commands.reading import refusals, wrong_use
from opgave.stock import FIRST_YEAR, BagHistory, read_bag_extract, stock_changes
from opgave.terminal import Row

_HEADS = {
    "opening": "opening",
    "new_build": "new build",
    "other_addition": "other additions",
    "demolition": "demolition",
    "other_withdrawal": "other withdrawals",
    "net": "net",
    "closing": "closing",
}


class Every(StrEnum):
    """The periods to count by."""

    year = "year"
    quarter = "quarter"
    month = "month"


def stock(
    extract: Annotated[
        Path,
        typer.Argument(
            metavar="BAG.zip", exists=True, dir_okay=False, help="A BAG 2.0 extract, a zip of zips."
        ),
    ],
    first_year: Annotated[
        int, typer.Option("--from", metavar="YEAR", help="The first year.")
    ] = FIRST_YEAR,
    last_year: Annotated[
        int | None,
        typer.Option("--to", metavar="YEAR", help="The last year; the last whole one."),
    ] = None,
    every: Annotated[Every, typer.Option("--every", help="The periods to count by.")] = Every.year,
    as_json: options.Json = False,
    csv_file: options.CsvFile = None,
) -> None:
    """Count how the dwelling stock changed, as Statistics Netherlands does, from a BAG extract."""
    with refusals(as_json):
        history = read_extract(extract)
    try:
        changes = stock_changes(
            history, first_year=first_year, last_year=last_year, every=every.value
        )
    except ValueError as error:
        wrong_use(str(error))
    rows = terminal.rows_of(changes)
    if csv_file is not None:
        terminal.write_csv(csv_file, rows)
    if as_json:
        terminal.print_json({"as_of": history.as_of, "stock_changes": rows})
    else:
        _print(rows, history)


def read_extract(extract: Path) -> BagHistory:
    """The extract; what reads it is installed apart."""
    with terminal.progress_bar("reading") as progress:
        try:
            return read_bag_extract(extract, progress=progress)
        except ModuleNotFoundError as error:
            wrong_use(str(error))


def _print(rows: Sequence[Row], history: BagHistory) -> None:
    out = terminal.console()
    table = terminal.make_table("Dwelling stock", ("period",), _HEADS.values())
    for row in rows:
        table.add_row(_period(row), *(_count(name, row[name]) for name in _HEADS))
    out.print(table)
    out.print(
        f"From the BAG as of {history.as_of}, each change on the day from which it holds. CBS "
        "publishes corrections apart; here they are among the other additions and withdrawals."
    )


def _period(row: Row) -> str:
    return str(row["begin"])[:7] if "begin" in row else str(row["year"])


def _count(name: str, value: Any) -> str:
    return f"{value:+,}" if name == "net" else f"{value:,}"
