"""The arguments and options that several commands have."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from opgave.programme import example_programmes

DEFAULT_PROGRAMME = "dordt-west"
BUILT_IN = example_programmes()


def day(text: str) -> date:
    """A day as it is written: 2026-12-31."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date; write it as 2026-12-31") from None


Events = Annotated[
    Path,
    typer.Argument(
        metavar="EVENTS", exists=True, dir_okay=False, help="The events: who reached what, when."
    ),
]
OptionalEvents = Annotated[
    Path | None,
    typer.Argument(
        metavar="[EVENTS]", exists=True, dir_okay=False, help="The events: who reached what, when."
    ),
]
Dwellings = Annotated[
    Path | None,
    typer.Option(
        "--dwellings",
        exists=True,
        dir_okay=False,
        help="The dwellings. Without it they are those that the events name.",
    ),
]
ProgrammeName = Annotated[
    str | None,
    typer.Option(
        "--programme",
        metavar="FILE|NAME",
        help=f"A programme file, or a built-in one: {', '.join(BUILT_IN)}. "
        f"Without it {DEFAULT_PROGRAMME}.",
    ),
]
AsOf = Annotated[
    date | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        parser=day,
        help="The day that the answer is about. Without it the last day of the register.",
    ),
]
KnownOn = Annotated[
    date | None,
    typer.Option(
        "--known-on",
        metavar="DATE",
        parser=day,
        help="Use only what was recorded by this day. Without it everything.",
    ),
]
By = Annotated[
    list[str] | None,
    typer.Option("--by", metavar="COLUMN", help="Count per value of this column; repeatable."),
]
Until = Annotated[
    date | None,
    typer.Option(
        "--until",
        metavar="DATE",
        parser=day,
        help="How far to look. Without it up to the last deadline of the programme.",
    ),
]
Inflow = Annotated[
    float | None,
    typer.Option(
        "--inflow",
        metavar="N",
        min=0,
        help="What if N dwellings are approached every month, instead of the plan.",
    ),
]
ScenarioFile = Annotated[
    Path | None,
    typer.Option(
        "--scenario",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="What if this plan were carried out: a TOML file with slots, budgets and changes of "
        "pace. Without it the plan of the programme.",
    ),
]
Together = Annotated[
    str | None,
    typer.Option(
        "--together",
        metavar="COLUMN",
        help="Dwellings with the same value, such as complex_id, that stand alike decide as one.",
    ),
]
Gates = Annotated[
    list[str] | None,
    typer.Option(
        "--gate",
        metavar="STAGE=SLOTS",
        help="What if so many dwellings a month can enter this stage, instead of the gates of the "
        "scenario there; repeatable.",
    ),
]
CsvFile = Annotated[
    Path | None,
    typer.Option(
        "--csv", metavar="FILE", dir_okay=False, help="Also write the table to this file."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Paths = Annotated[
    int, typer.Option("--paths", min=100, max=100_000, help="The number of simulated futures.")
]
Seed = Annotated[
    int,
    typer.Option(
        "--seed", min=0, max=2**63 - 1, help="The same seed gives the same numbers, everywhere."
    ),
]
