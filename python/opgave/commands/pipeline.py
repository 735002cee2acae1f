"""`opgave pipeline`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from opgave import terminal
from opgave.commands import options
from opgave.commands.reading import find_programme, refusals, wrong_use
from opgave.pipeline import Pipeline, read_pipeline
from opgave.terminal import Row

LISTED = 10


@dataclass(frozen=True)
class _Question:
    """What is asked, and where it comes from."""

    at_least: int
    before: date
    as_of: date
    observed: int
    note: str

    @property
    def when(self) -> dict[str, Any]:
        return {"before": self.before, "as_of": self.as_of, "observed": self.observed}


_File = typer.Argument(metavar="PIPELINE", exists=True, dir_okay=False, help="The projects.")
_OptionalFile = {"metavar": "FILE", "exists": True, "dir_okay": False}


def pipeline(
    projects: Annotated[Path, _File],
    at_least: Annotated[
        int | None, typer.Option("--at-least", min=1, help="The goal, in net homes.")
    ] = None,
    before: Annotated[
        date | None,
        typer.Option(
            "--before",
            metavar="DATE",
            parser=options.day,
            help="What is completed on this day does not count.",
        ),
    ] = None,
    as_of: Annotated[
        date | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            parser=options.day,
            help="What happened on this day and before is history. Without it today.",
        ),
    ] = None,
    programme: Annotated[
        str | None,
        typer.Option(
            "--programme",
            metavar="FILE|NAME",
            help="Where the goal and the day stand if they are not given. "
            f"Without it {options.DEFAULT_PROGRAMME}.",
        ),
    ] = None,
    observed: Annotated[
        int,
        typer.Option(
            "--observed",
            min=-1_000_000,
            max=1_000_000,
            help="Net homes already in the observed stock.",
        ),
    ] = 0,
    phases: Annotated[
        Path | None,
        typer.Option(
            "--phases",
            **_OptionalFile,
            help="What is assumed of each phase, as `opgave example` writes it (fasen.csv).",
        ),
    ] = None,
    history: Annotated[
        Path | None,
        typer.Option("--history", **_OptionalFile, help="Projects that ended, to learn from."),
    ] = None,
    draws: Annotated[
        int, typer.Option("--draws", min=100, max=100_000, help="Draws of what is assumed.")
    ] = 1000,
    seed: options.Seed = 1,
    csv_file: options.CsvFile = None,
    as_json: options.Json = False,
) -> None:
    """Show how many net homes the projects add before a day, and how sure that is."""
    with refusals(as_json):
        asked = _question(programme, at_least, before, as_of or date.today(), observed)
        given = read_pipeline(
            projects, phases=phases, history=history, draws=draws, seed=seed, kind="columns"
        )
        answer = _answer(given, asked)
    if csv_file is not None:
        terminal.write_csv(csv_file, answer["path"])
    if as_json:
        terminal.print_json({**answer, "seed": seed, "draws": draws})
        return
    out = terminal.console()
    out.print(asked.note)
    if as_of is None:
        out.print(f"As of today, {asked.as_of}; --as-of takes another day.")
    else:
        out.print(f"As of {asked.as_of}.")
    _print_answer(out, given, asked, answer)


def _question(
    programme: str | None, at_least: int | None, before: date | None, as_of: date, observed: int
) -> _Question:
    """The goal and the day, from the options or from the programme's target of net homes."""
    if at_least is not None and before is not None:
        note = f"Goal: at least {at_least:,} net homes before {before}."
        return _Question(at_least, before, as_of, observed, note)
    found, _ = find_programme(programme)
    targets = [one for one in found.targets if one.quantity == "net_additions"]
    if not targets:
        wrong_use(
            f"programme {found.name!r} has no target of net additions: give --at-least and --before"
        )
    target = targets[0]
    goal = at_least if at_least is not None else target.goal
    day = before if before is not None else date.fromordinal(target.last_day.toordinal() + 1)
    note = f"Goal: at least {goal:,} net homes before {day}, as {found.title!r} has it."
    return _Question(goal, day, as_of, observed, note)


def _answer(given: Pipeline, asked: _Question) -> dict[str, Any]:
    """Everything that is said, for programs."""
    found = given.probability(at_least=asked.at_least, **asked.when)
    law = given.net_additions(**asked.when)
    dip = given.deepest_dip(**asked.when)
    return {
        "as_of": asked.as_of,
        "before": asked.before,
        "observed": asked.observed,
        "probability": {
            "at_least": asked.at_least,
            "probability": found.value,
            "std_error": found.std_error,
            "method": found.method,
            "ceiling": found.ceiling,
        },
        "net_additions": {
            "mean": law.mean,
            "sd": law.sd,
            **{f"q{round(100 * q):02d}": law.quantile(q) for q in (0.05, 0.25, 0.5, 0.75, 0.95)},
            "shortfall": law.shortfall(asked.at_least),
        },
        "deepest_dip": dip._asdict(),
        "path": terminal.rows_of(given.path(at_least=asked.at_least, **asked.when)),
        "leverage": terminal.rows_of(given.leverage(at_least=asked.at_least, **asked.when)),
        "left_out": terminal.rows_of(given.left_out(asked.as_of)),
        "phases": terminal.rows_of(given.phases),
        "issues": terminal.rows_of(given.issues),
    }


def _percent(value: float) -> str:
    if value < 0.005:
        return "< 1 %" if value > 0 else "0 %"
    if value > 0.995:
        return "> 99 %" if value < 1 else "100 %"
    return f"{100 * value:.0f} %"


def _print_answer(out: Console, given: Pipeline, asked: _Question, answer: Row) -> None:
    programmes = sorted({name for name in given.core.rows.programme if name})
    if programmes:
        out.print(f"Projects of: {', '.join(programmes)}.")
    out.print(f"Net homes already in the observed stock: {asked.observed:,} (--observed).")
    found, law = answer["probability"], answer["net_additions"]
    out.print()
    if found["method"] == "unreachable":
        out.print(
            f"The projects cannot add {asked.at_least:,} net homes before {asked.before}: at most "
            f"{found['ceiling']:,}."
        )
    else:
        error = f" ± {100 * found['std_error']:.1f}" if found["std_error"] else ""
        out.print(
            f"Chance of at least {asked.at_least:,} net homes before {asked.before}: "
            f"{_percent(found['probability'])}{error}; at most {found['ceiling']:,} can be reached."
        )
    out.print(
        f"Expected {law['mean']:,.0f} net homes; nine in ten futures end between {law['q05']:,} "
        f"and {law['q95']:,}. On average {law['shortfall']:,.0f} are missing to the goal."
    )
    dip = answer["deepest_dip"]
    if dip["mean"] < asked.observed:
        out.print(f"Deepest dip: {dip['mean']:,.0f} net homes at the end of {dip['month']:%Y-%m}.")
    _print_years(out, asked, answer["path"])
    _print_leverage(out, answer["leverage"])
    _print_left_out(out, answer["left_out"])
    if given.problems:
        out.print(terminal.summary(answer["issues"]) + "; --json lists them.")
    out.print(
        "How often projects fall through and how late they are is assumed per phase, and is part "
        "of the spread. ± is one standard error of the draws. --phases replaces the assumptions, "
        "--history lets them learn."
    )


def _print_years(out: Console, asked: _Question, path: Sequence[Row]) -> None:
    levels = ("q05", "q25", "q50", "q75", "q95")
    chance = f"P(≥ {asked.at_least:,})"
    table = terminal.make_table("Net homes added", ("end of",), (*levels, "mean", chance))
    for place, row in enumerate(path):
        if row["month"].month == 12 or place == len(path) - 1:
            numbers = (f"{row[level]:,}" for level in levels)
            last = (f"{row['mean']:,.0f}", _percent(row["probability"]))
            table.add_row(f"{row['month']:%Y-%m}", *numbers, *last)
    out.print(table)


def _print_leverage(out: Console, rows: Sequence[Row]) -> None:
    names = ("secured", "dropped", "advanced")
    table = terminal.make_table(
        "What one project changes, in points",
        ("project",),
        ("secured", "dropped", "a year earlier"),
    )
    for row in rows[:LISTED]:
        table.add_row(row["project"], *(f"{100 * row[name]:+.1f}" for name in names))
    out.print(table)
    if len(rows) > LISTED:
        out.print(f"… and {len(rows) - LISTED:,} more that change less; --json lists all.")


def _print_left_out(out: Console, rows: Sequence[Row]) -> None:
    if not rows:
        return
    table = terminal.make_table("Not counted as future", ("project", "why"), ())
    for row in rows:
        table.add_row(row["name"], row["reason"])
    out.print(table)
