"""`opgave backtest`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer
from rich.console import Console

from opgave import terminal
from opgave.backtest import Backtest, month_range
from opgave.backtest import backtest as run_backtest
from opgave.commands import options
from opgave.commands.reading import read, refusals, wrong_use
from opgave.register import Register
from opgave.terminal import Row

_METHODS = {
    "model": "opgave",
    "throughput": "past months drawn again",
    "linear": "past pace carried on",
    "no_duration": "without waiting time",
    "plug_in": "rates taken as certain",
    "plan": "the plan",
}


def backtest(
    events: options.Events,
    dwellings: options.Dwellings = None,
    programme: options.ProgrammeName = None,
    origins: Annotated[
        str | None,
        typer.Option(
            "--origins",
            metavar="FROM:TO",
            help="The first and the last month to forecast from, like 2012-01:2014-06. Without it "
            "every month with a year of events before it.",
        ),
    ] = None,
    horizons: Annotated[
        str, typer.Option("--horizons", metavar="MONTHS", help="How many months ahead.")
    ] = "6,12,24",
    state: Annotated[
        str | None,
        typer.Option("--state", help="Count who reaches this stage, or is in this exit, instead."),
    ] = None,
    paths: options.Paths = 2_000,
    seed: options.Seed = 1,
    as_json: options.Json = False,
) -> None:
    """Show how good forecasts from earlier days would have been."""
    days, months = parse_origins(origins), parse_horizons(horizons)
    with refusals(as_json):
        given = read(events, dwellings, programme, None, None)
        _check_state(given.register, state)
        with terminal.progress_bar() as progress:
            made = run_backtest(
                given.register,
                origins=days,
                horizons=months,
                state=state,
                paths=paths,
                seed=seed,
                progress=progress,
            )
    if as_json:
        terminal.print_json(_answer(made))
        return
    out = terminal.console()
    out.print(given.programme_note)
    _print_scores(out, made)


def _check_state(register: Register, state: str | None) -> None:
    known = register.trajectory.states
    if state is not None and state not in known:
        wrong_use(f"there is no state {state!r}; the states are: {', '.join(known)}")


def parse_origins(text: str | None) -> list[date] | None:
    """`2012-01:2014-06` as the month ends from the first to the last.

    Examples
    --------
    >>> len(parse_origins("2012-01:2014-06"))
    30
    """
    if text is None:
        return None
    first, colon, last = text.partition(":")
    if not colon:
        raise typer.BadParameter(f"origins are written as 2012-01:2014-06, got {text!r}")
    try:
        return month_range(first, last)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def parse_horizons(text: str) -> list[int]:
    """`6,12,24` as numbers of months.

    Examples
    --------
    >>> parse_horizons("6,12,24")
    [6, 12, 24]
    """
    try:
        months = [int(part) for part in text.split(",")]
    except ValueError:
        months = []
    if not months or min(months) < 1 or months != sorted(set(months)):
        raise typer.BadParameter(f"horizons are rising months like 6,12,24, got {text!r}")
    return months


def _answer(test: Backtest) -> dict[str, object]:
    """The rows of both frames, for programs."""
    return {
        "arrivals": test.arrivals,
        "seed": test.seed,
        "scores": terminal.rows_of(test.scores()),
        "forecasts": terminal.rows_of(test.forecasts),
    }


def _print_scores(out: Console, test: Backtest) -> None:
    """A table per horizon, and what its words mean."""
    rows = terminal.rows_of(test.scores())
    if not rows:
        out.print("No horizon ends within the register: there is no outcome to compare with.")
        return
    for months in test.horizons:
        _print_horizon(out, months, [row for row in rows if row["horizon"] == months])
    out.print(
        "CRPS: the mean distance between forecast and outcome, in dwellings; lower is better. "
        "Difference: CRPS of opgave minus that of the other. Bias: mean forecast minus outcome."
    )
    out.print(
        "In 50, 80, 95 %: how often the outcome lay in the interval that should hold it so often."
    )
    if any(row["verdict"] == "no test" for row in rows):
        out.print(
            "No test: fewer than 20 origins share no time, so a difference may be chance however "
            "many origins there are."
        )


def _print_horizon(out: Console, months: int, rows: Sequence[Row]) -> None:
    origins, independent = rows[0]["n"], rows[0]["independent"]
    title = f"{months} months ahead: {origins} origins, {independent} of them share no time"
    numbers = ("CRPS", "difference", "skill", "90 % interval", "in 50 %", "in 80 %", "in 95 %",
               "bias")  # fmt: skip
    table = terminal.make_table(title, ("forecast by",), numbers)
    for row in rows:
        shares = (row[f"coverage{level}"] for level in (50, 80, 95))
        table.add_row(
            _METHODS[row["method"]],
            f"{row['crps']:.2f}",
            _signed(row["difference"], 2),
            _signed(row["skill"], 2),
            _interval(row),
            *(f"{100 * share:.0f} %" for share in shares),
            _signed(row["bias"], 1),
        )
    out.print(table)


def _signed(value: float, digits: int) -> str:
    return "" if math.isnan(value) else f"{value:+.{digits}f}"


def _interval(row: Row) -> str:
    if row["verdict"] in (None, "no test"):
        return row["verdict"] or ""
    return f"{row['skill_low']:+.2f} to {row['skill_high']:+.2f}"
