"""The command line: the same questions as in Python, answered in a table or as JSON.

Exit code 0 means answered, 1 that the data has errors, 2 wrong use. Answers go to standard output,
everything else to standard error.
"""

from __future__ import annotations

from typing import Annotated

import typer

import opgave
from opgave.commands.advise import advise
from opgave.commands.backtest import backtest
from opgave.commands.check import check
from opgave.commands.example import example
from opgave.commands.ledger import ledger
from opgave.commands.pipeline import pipeline
from opgave.commands.project import project
from opgave.commands.report import report
from opgave.commands.status import status
from opgave.commands.stock import stock

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Follow a renovation programme dwelling by dwelling, and see when it is done.",
    epilog="Exit codes: 0 answered, 1 the data has errors, 2 wrong use.",
)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"opgave {opgave.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    pass


_REGISTER = "voortgang.csv --dwellings woningen.csv"

for command, arguments in (
    (example, "krispijn --to krispijn"),
    (check, _REGISTER),
    (status, f"{_REGISTER} --by neighbourhood"),
    (project, f"{_REGISTER} --inflow 12"),
    (advise, f"{_REGISTER} --target renovated"),
    (backtest, "voortgang.csv --origins 2025-06:2026-06 --horizons 3,6"),
    (ledger, f"{_REGISTER} --programme programme.toml"),
    (stock, "BAG.zip --from 2012 --to 2020"),
    (pipeline, "woningbouw.csv --at-least 1000 --before 2030-01-01"),
    (report, "--example krispijn -o krispijn.html --language en"),
):
    app.command(epilog=f"Example: opgave {command.__name__} {arguments}")(command)


def main() -> None:
    """Run the command line.

    Examples
    --------
    >>> import sys
    >>> from unittest.mock import patch
    >>> with patch.object(sys, "argv", ["opgave", "--version"]):
    ...     try:
    ...         main()
    ...     except SystemExit as stop:
    ...         print(stop.code)
    opgave ...
    0
    """
    app(prog_name="opgave")
