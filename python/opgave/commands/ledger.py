"""`opgave ledger`."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.console import Console

from opgave import terminal
from opgave.commands import options
from opgave.commands.reading import Input, print_heading, read, refusals, wrong_use
from opgave.terminal import Row

_MOVED = ("reserved", "committed", "paid", "released")


def ledger(
    events: options.Events,
    dwellings: options.Dwellings = None,
    programme: options.ProgrammeName = None,
    as_of: options.AsOf = None,
    known_on: options.KnownOn = None,
    csv_file: options.CsvFile = None,
    as_json: options.Json = False,
) -> None:
    """Show where the money of each grant stands, beside what each source awards."""
    with refusals(as_json):
        given = read(events, dwellings, programme, as_of, known_on)
    if given.register.programme is None or not given.register.programme.grants:
        wrong_use("the programme has no grants")
    known = given.known_on
    rows = [_whole(row) for row in terminal.rows_of(given.register.ledger(given.as_of, known))]
    issues = terminal.rows_of(given.register.ledger_issues(given.as_of, known))
    if csv_file is not None:
        terminal.write_csv(csv_file, rows)
    if as_json:
        terminal.print_json({"as_of": given.as_of, "ledger": rows, "issues": issues})
        return
    out = terminal.console()
    print_heading(out, given)
    _print_ledger(out, given, rows)
    if issues:
        terminal.print_issues(out, issues)


def _whole(row: Row) -> Row:
    """Cents as whole numbers, None where they are not known."""
    cents = {name: value for name, value in row.items() if name.endswith("_cents")}
    return row | {name: None if math.isnan(v) else int(v) for name, v in cents.items()}


def _print_ledger(out: Console, given: Input, rows: Sequence[Row]) -> None:
    """A line per grant and source, and what its marks mean."""
    assert given.register.programme is not None
    titles = {grant.name: grant.title for grant in given.register.programme.grants}
    numbers = ("award", *_MOVED, "free")
    table = terminal.make_table("Grants, in euros", ("grant", "source", "date"), numbers)
    for row in rows:
        table.add_row(
            titles.get(row["grant"], "of no grant"),
            row["source"] or "",
            "" if row["date"] is None else str(row["date"]),
            ("about " if row["about"] else "") + _euros(row["award_cents"]),
            *(_moved(row, name) for name in _MOVED),
            _free(row),
        )
    out.print(table)
    unknown = any(row[f"{name}_unknown"] for row in rows for name in _MOVED)
    for needed, sentence in (
        (unknown, "(n): n dwellings more, whose amount is not known and not in the sum."),
        (
            any(row["paid_cents"] is None for row in rows),
            "Empty: the register does not follow this money; [grants.stages] says how it could.",
        ),
        (
            any(_free(row).startswith("at most") for row in rows),
            "At most: the part for the VAT compensation fund, or an amount, is not known.",
        ),
    ):
        if needed:
            out.print(sentence)
    out.print(
        "Free is the award less the VAT part, if known, and less all that is reserved, committed "
        "or paid. An award is not cash, and it may be for more than dwellings."
    )


def _moved(row: Row, name: str) -> str:
    """An amount with, in brackets, the dwellings whose amount is not known."""
    unknown = row[f"{name}_unknown"]
    text = _euros(row[f"{name}_cents"])
    return f"{text} ({unknown:,})" if unknown else text


def _free(row: Row) -> str:
    text = _euros(row["free_cents"])
    taken = any(row[f"{name}_unknown"] for name in ("reserved", "committed", "paid"))
    return f"at most {text}" if text and (taken or row["vat_cents"] is None) else text


def _euros(cents: int | None) -> str:
    """Whole euros; nothing for what is not known."""
    return "" if cents is None else f"{cents / 100:,.0f}"
