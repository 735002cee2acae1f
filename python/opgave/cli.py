"""The command line: the same questions as in Python, answered in a table or as JSON.

Exit code 0 means answered, 1 that the data has errors, 2 wrong use. Answers go to standard output,
everything else to standard error.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

import opgave
from opgave import advise_cli, backtest_cli, examples, projection, terminal
from opgave.files import FileError
from opgave.hazards import Hazards, weakened
from opgave.programme import (
    Programme,
    ProgrammeError,
    ProgrammeTarget,
    example_programme,
    example_programmes,
    read_programme,
)
from opgave.projection import NotEnoughData, Projection, Scenario
from opgave.register import Problem, Register, RegisterError, read_register
from opgave.snapshot import Snapshot
from opgave.terminal import Row
from opgave.what_if import HowToProject, Required, bottlenecks, required

_DEFAULT_PROGRAMME = "dordt-west"
_BUILT_IN = example_programmes()

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Follow a renovation programme dwelling by dwelling, and see when it is done.",
    epilog="Exit codes: 0 answered, 1 the data has errors, 2 wrong use.",
)


class Language(StrEnum):
    """The languages of a report."""

    nl = "nl"
    en = "en"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date; write it as 2026-12-31") from None


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"opgave {opgave.__version__}")
        raise typer.Exit


_Events = Annotated[
    Path,
    typer.Argument(
        metavar="EVENTS", exists=True, dir_okay=False, help="The events: who reached what, when."
    ),
]
_OptionalEvents = Annotated[
    Path | None,
    typer.Argument(
        metavar="[EVENTS]", exists=True, dir_okay=False, help="The events: who reached what, when."
    ),
]
_Dwellings = Annotated[
    Path | None,
    typer.Option(
        "--dwellings",
        exists=True,
        dir_okay=False,
        help="The dwellings. Without it they are those that the events name.",
    ),
]
_ProgrammeName = Annotated[
    str | None,
    typer.Option(
        "--programme",
        metavar="FILE|NAME",
        help=f"A programme file, or a built-in one: {', '.join(_BUILT_IN)}. "
        f"Without it {_DEFAULT_PROGRAMME}.",
    ),
]
_AsOf = Annotated[
    date | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        parser=_day,
        help="The day that the answer is about. Without it the last day of the register.",
    ),
]
_KnownOn = Annotated[
    date | None,
    typer.Option(
        "--known-on",
        metavar="DATE",
        parser=_day,
        help="Use only what was recorded by this day. Without it everything.",
    ),
]
_By = Annotated[
    list[str] | None,
    typer.Option("--by", metavar="COLUMN", help="Count per value of this column; repeatable."),
]
_Until = Annotated[
    date | None,
    typer.Option(
        "--until",
        metavar="DATE",
        parser=_day,
        help="How far to look. Without it up to the last deadline of the programme.",
    ),
]
_Inflow = Annotated[
    float | None,
    typer.Option(
        "--inflow",
        metavar="N",
        min=0,
        help="What if N dwellings are approached every month, instead of the plan.",
    ),
]
_Gates = Annotated[
    list[str] | None,
    typer.Option(
        "--gate",
        metavar="STAGE=SLOTS",
        help="What if so many dwellings a month can enter this stage; repeatable.",
    ),
]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
_Paths = Annotated[
    int, typer.Option("--paths", min=100, max=100_000, help="The number of simulated futures.")
]
_Seed = Annotated[
    int,
    typer.Option(
        "--seed", min=0, max=2**63 - 1, help="The same seed gives the same numbers, everywhere."
    ),
]


@dataclass(frozen=True)
class _Input:
    """What the files of a command held, and which programme they were read with."""

    register: Register
    as_of: date
    known_on: date | None
    programme_note: str


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    pass


@app.command(
    "example",
    epilog="Example: opgave example krispijn --to krispijn",
)
def _example(
    name: Annotated[str, typer.Argument(metavar="NAME", help=", ".join(examples.examples()))],
    to: Annotated[
        Path, typer.Option("--to", metavar="DIR", file_okay=False, help="Where the files go.")
    ],
) -> None:
    """Write a built-in programme and its register as files. Everything in it is made up."""
    try:
        paths = examples.write_example(name, to)
    except (ValueError, OSError) as error:
        _wrong_use(str(error))
    for path in paths:
        typer.echo(str(path))


@app.command(
    "check",
    epilog="Example: opgave check voortgang.csv --dwellings woningen.csv",
)
def _check(
    events: _Events,
    dwellings: _Dwellings = None,
    programme: _ProgrammeName = None,
    as_of: _AsOf = None,
    as_json: _Json = False,
) -> None:
    """List what is wrong with the data. Nothing is computed."""
    with _refusals():
        chosen, note = _programme(programme)
    rows = _issues_of(events, dwellings, chosen, as_of)
    count = Counter(row["severity"] for row in rows)
    errors, warnings = count["error"], count["warning"]
    if as_json:
        terminal.print_json({"issues": rows, "errors": errors, "warnings": warnings})
    else:
        out = terminal.console()
        out.print(note)
        terminal.print_issues(out, rows)
    raise typer.Exit(1 if errors else 0)


@app.command(
    "status",
    epilog="Example: opgave status voortgang.csv --dwellings woningen.csv --by neighbourhood",
)
def _status(
    events: _Events,
    dwellings: _Dwellings = None,
    programme: _ProgrammeName = None,
    as_of: _AsOf = None,
    known_on: _KnownOn = None,
    by: _By = None,
    as_json: _Json = False,
) -> None:
    """Show where the dwellings are and how far each target is."""
    with _refusals():
        given = _read(events, dwellings, programme, as_of, known_on)
    columns = by or []
    _check_columns(given.register, columns)
    snapshot = given.register.as_of(given.as_of, given.known_on)
    counts = terminal.rows_of(snapshot.stage_counts(columns))
    reached = terminal.rows_of(snapshot.ever_reached(columns))
    targets = _target_rows(given, snapshot)
    issues = _problem_rows(given.register.problems)
    if as_json:
        terminal.print_json(
            {
                "as_of": given.as_of,
                "stage_counts": counts,
                "ever_reached": [_without(row, "reached_or_passed") for row in reached],
                "targets": targets,
                "issues": issues,
            }
        )
        return
    out = terminal.console()
    _print_heading(out, given)
    terminal.print_states(out, columns, counts, reached)
    terminal.print_progress(out, targets)
    if issues:
        out.print(terminal.summary(issues) + "; opgave check lists them.")


@app.command(
    "project",
    epilog="Example: opgave project voortgang.csv --dwellings woningen.csv --inflow 12",
)
def _project(
    events: _Events,
    dwellings: _Dwellings = None,
    programme: _ProgrammeName = None,
    as_of: _AsOf = None,
    known_on: _KnownOn = None,
    until: _Until = None,
    paths: _Paths = 10_000,
    seed: _Seed = 1,
    inflow: _Inflow = None,
    gate: _Gates = None,
    as_json: _Json = False,
) -> None:
    """Show when the programme is done and how sure that is."""
    with _refusals():
        given = _read(events, dwellings, programme, as_of, known_on)
        last = until or _last_deadline(given)
        plan = _plan(given, last, inflow, gate)
        made = _simulate(given, last, paths, seed, plan)
        weak = _weak_prior(given)
        other = None if weak is None else _simulate(given, last, paths, seed, plan, weak)
    outlook = [_outlook(given, made, target) for target in _targets(given)]
    if other is not None:
        for row, target in zip(outlook, _targets(given), strict=True):
            row["weak_prior"] = _outlook(given, other, target)["probability"]
    quantiles = terminal.rows_of(made.quantiles())
    if as_json:
        answer = {
            "as_of": given.as_of,
            "until": last,
            "seed": seed,
            "paths": paths,
            "targets": outlook,
            "quantiles": quantiles,
        }
        what_if: Row = {} if inflow is None else {"inflow_per_month": inflow}
        slots = {one.state: one.per_month for one in plan.gates}
        terminal.print_json({**answer, **what_if, **({"gates": slots} if slots else {})})
        return
    out = terminal.console()
    _print_heading(out, given)
    _print_plan(out, given, inflow)
    _print_gates(out, plan)
    terminal.print_outlook(out, _targets(given), outlook, paths)
    terminal.print_years(out, given.register.trajectory.complete, quantiles)


@app.command(
    "advise",
    epilog="Example: opgave advise voortgang.csv --dwellings woningen.csv --target renovated",
)
def _advise(
    events: _Events,
    dwellings: _Dwellings = None,
    programme: _ProgrammeName = None,
    as_of: _AsOf = None,
    known_on: _KnownOn = None,
    target: Annotated[
        str | None,
        typer.Option("--target", help="Its name in the programme. Without it the first one."),
    ] = None,
    probability: Annotated[
        float, typer.Option("--probability", help="How sure it should be, between 0 and 1.")
    ] = 0.8,
    inflow: _Inflow = None,
    gate: _Gates = None,
    paths: _Paths = 2_000,
    seed: _Seed = 1,
    as_json: _Json = False,
) -> None:
    """Show what would help most, and what it takes."""
    with _refusals():
        given = _read(events, dwellings, programme, as_of, known_on)
        wanted = _one_target(given, target)
        if not 0 < probability < 1:
            _wrong_use(f"--probability must lie between 0 and 1, got {probability:g}")
        plan = _plan(given, wanted.last_day, inflow, gate)
        made = _simulate(given, wanted.last_day, paths, seed, plan)
        now = _outlook(given, made, wanted)
        if now["probability"] is None:
            _wrong_use(f"target {wanted.name!r}: {now['reason']}")
        tried = _tried(given, wanted, plan, probability, paths, seed)
    steps, found = tried
    if as_json:
        needed = None if found is None else advise_cli.required_row(found)
        answer = {"as_of": given.as_of, "target": now, "steps": steps, "required": needed}
        terminal.print_json({**answer, "seed": seed, "paths": paths})
        return
    out = terminal.console()
    _print_heading(out, given)
    _print_plan(out, given, inflow)
    _print_gates(out, plan)
    advise_cli.print_steps(out, wanted.title, steps, now, paths)
    if found is not None:
        busy = plan.inflow[plan.inflow > 0]
        advise_cli.print_required(out, found, probability, float(busy.mean()))


def _tried(
    given: _Input, target: ProgrammeTarget, plan: Scenario, sure: float, paths: int, seed: int
) -> tuple[list[Row], Required | None]:
    """What each step gains; and how much approaching it takes, if any is planned."""
    register, as_of = given.register, given.as_of
    hazards = opgave.fit_hazards(register, as_of, given.known_on)
    how: HowToProject = {
        "until": target.last_day, "known_on": given.known_on, "paths": paths, "seed": seed
    }  # fmt: skip
    steps = advise_cli.usual_steps(register.trajectory, plan)
    ranked = bottlenecks(register, target, steps, hazards, as_of=as_of, now=plan, **how)
    if not plan.inflow.any():
        return terminal.rows_of(ranked), None
    found = required(
        register,
        target,
        lambda factor: advise_cli.scaled(plan, factor),
        0,
        advise_cli.MOST,
        hazards,
        as_of=as_of,
        probability=sure,
        **how,
    )
    return terminal.rows_of(ranked), found


@app.command(
    "backtest",
    epilog="Example: opgave backtest voortgang.csv --origins 2025-06:2026-06 --horizons 3,6",
)
def _backtest(
    events: _Events,
    dwellings: _Dwellings = None,
    programme: _ProgrammeName = None,
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
    paths: _Paths = 2_000,
    seed: _Seed = 1,
    as_json: _Json = False,
) -> None:
    """Show how good forecasts from earlier days would have been."""
    days, months = backtest_cli.parse_origins(origins), backtest_cli.parse_horizons(horizons)
    with _refusals():
        given = _read(events, dwellings, programme, None, None)
        _check_state(given.register, state)
        with _progress_bar() as progress:
            made = opgave.backtest(
                given.register,
                origins=days,
                horizons=months,
                state=state,
                paths=paths,
                seed=seed,
                progress=progress,
            )
    if as_json:
        terminal.print_json(backtest_cli.answer(made))
        return
    out = terminal.console()
    out.print(given.programme_note)
    backtest_cli.print_scores(out, made)


@app.command(
    "report",
    epilog="Example: opgave report --example krispijn -o krispijn.html --language en",
)
def _report(
    events: _OptionalEvents = None,
    example: Annotated[
        str | None,
        typer.Option("--example", metavar="NAME", help="A built-in example instead of EVENTS."),
    ] = None,
    dwellings: _Dwellings = None,
    programme: _ProgrammeName = None,
    as_of: _AsOf = None,
    known_on: _KnownOn = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", dir_okay=False, help="The HTML file.")
    ] = Path("report.html"),
    language: Annotated[Language, typer.Option("--language", help="The language.")] = Language.nl,
    paths: _Paths = 10_000,
    seed: _Seed = 1,
) -> None:
    """Write a report as one HTML file."""
    if (events is None) == (example is None):
        _wrong_use("give either EVENTS or --example NAME")
    if example is not None and (dwellings is not None or programme is not None):
        _wrong_use("--example brings its own dwellings and programme")
    _check_writable(output)
    write_report = _load_report()
    with _refusals():
        if events is not None:
            given = _read(events, dwellings, programme, as_of, known_on)
        else:
            given = _read_example(example or "", as_of, known_on)
    with _progress_bar() as progress:
        write_report(
            output,
            given.register,
            as_of=given.as_of,
            known_on=given.known_on,
            language=language.value,
            seed=seed,
            paths=paths,
            progress=progress,
        )
    typer.echo(str(output))


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


# Reading


def _load_report() -> Callable[..., object]:
    """`write_report`; what it needs is installed apart."""
    try:
        from opgave.report import write_report
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] == "opgave":
            raise
        _wrong_use(str(error))
    return write_report


@contextmanager
def _refusals() -> Iterator[None]:
    """Turns what is wrong with the data into a message and exit code 1."""
    try:
        yield
    except RegisterError as error:
        terminal.print_issues(terminal.console(stderr=True), _problem_rows(error.problems))
        raise typer.Exit(1) from None
    except (FileError, ProgrammeError, NotEnoughData) as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(1) from None


def _check_writable(path: Path) -> None:
    folder = path.parent
    if not folder.is_dir():
        _wrong_use(f"there is no directory {str(folder)!r} to write {path.name} in")
    if not os.access(path if path.exists() else folder, os.W_OK):
        _wrong_use(f"{path} cannot be written")


def _wrong_use(message: str) -> NoReturn:
    typer.echo(f"Error: {message}", err=True)
    raise typer.Exit(2)


def _programme(name: str | None) -> tuple[Programme, str]:
    """The programme, and a sentence that says which one it is."""
    if name is None:
        found = example_programme(_DEFAULT_PROGRAMME)
        return found, f"Programme: {found.title} (built in; no --programme given)."
    if Path(name).is_file():
        found = read_programme(name)
        return found, f"Programme: {found.title}."
    if name in _BUILT_IN:
        found = example_programme(name)
        return found, f"Programme: {found.title} (built in)."
    _wrong_use(
        f"there is no programme file {name!r}, and the built-in programmes are: "
        f"{', '.join(_BUILT_IN)}"
    )


def _read(
    events: Path,
    dwellings: Path | None,
    programme: str | None,
    as_of: date | None,
    known_on: date | None,
) -> _Input:
    chosen, note = _programme(programme)
    register = read_register(events, dwellings, chosen, kind="columns")
    return _Input(register, as_of or _last_day(register), known_on, note)


def _read_example(name: str, as_of: date | None, known_on: date | None) -> _Input:
    try:
        made = examples.example(name)
    except ValueError as error:
        _wrong_use(str(error))
    register = Register(
        made.events,
        made.dwellings,
        trajectory=made.programme.trajectory,
        programme=made.programme,
    )
    note = f"Programme: {made.programme.title} (example)."
    return _Input(register, as_of or made.as_of, known_on, note)


def _last_day(register: Register) -> date:
    if register.last_day is None:
        _wrong_use("the register has no events; say with --as-of which day is meant")
    return register.last_day


def _issues_of(
    events: Path, dwellings: Path | None, programme: Programme, as_of: date | None
) -> list[Row]:
    """All that is wrong with the files; one that is no table has its problems as issues."""
    try:
        register = read_register(events, dwellings, programme, as_of=as_of, kind="columns")
    except RegisterError as error:
        return _problem_rows(error.problems)
    except FileError as error:
        name = error.path.name
        return _problem_rows(
            Problem("error", "file", name, problem.row, "", problem.message, problem.fix)
            for problem in error.problems
        )
    return _problem_rows(register.problems)


def _problem_rows(problems: Iterable[Problem]) -> list[Row]:
    return [problem._asdict() for problem in problems]


def _check_columns(register: Register, columns: Sequence[str]) -> None:
    known = register.core.dwellings.category_names
    for column in columns:
        if column not in known:
            _wrong_use(
                f"there is no column {column!r} to group by; the columns are: {', '.join(known)}"
            )


def _check_state(register: Register, state: str | None) -> None:
    known = register.trajectory.states
    if state is not None and state not in known:
        _wrong_use(f"there is no state {state!r}; the states are: {', '.join(known)}")


def _targets(given: _Input) -> Sequence[ProgrammeTarget]:
    return given.register.programme.targets if given.register.programme else ()


def _last_deadline(given: _Input) -> date:
    """The last deadline of a target that this register can measure."""
    deadlines = [target.last_day for target in _targets(given) if target.measured]
    if not deadlines:
        _wrong_use("the programme has no target with a deadline; say with --until how far to look")
    return max(deadlines)


# Computing


def _target_rows(given: _Input, snapshot: Snapshot) -> list[Row]:
    """How far each target is; what this register does not measure has no numbers."""
    rows = []
    for target in _targets(given):
        row: Row = {
            "name": target.name,
            "title": target.title,
            "done": None,
            "goal": target.goal,
            "share": None,
            "unknown": None,
            "deadline": target.last_day,
            "months_left": None,
            "pace_per_month": None,
        }
        reason = _not_measured(given.register, target)
        if reason is None:
            progress = snapshot.progress(target)
            row |= {
                "done": progress.done,
                "share": progress.share,
                "unknown": progress.unknown,
                "months_left": progress.months_left,
                "pace_per_month": progress.pace_per_month,
            }
        else:
            row["reason"] = reason
        rows.append(row)
    return rows


def _weak_prior(given: _Input) -> Hazards | None:
    """The rates if the programme's prior were worth a quarter; None without a prior."""
    programme = given.register.programme
    if programme is None or programme.prior is None or not programme.prior.per_month:
        return None
    prior = weakened(programme.prior)
    return opgave.fit_hazards(given.register, given.as_of, given.known_on, prior)


def _one_target(given: _Input, name: str | None) -> ProgrammeTarget:
    """The target of this name; without a name the first that this register measures."""
    targets = [one for one in _targets(given) if _not_measured(given.register, one) is None]
    if name is not None:
        targets = [one for one in _targets(given) if one.name == name]
    if not targets:
        names = ", ".join(one.name for one in _targets(given)) or "none"
        asked = "that this register measures" if name is None else repr(name)
        _wrong_use(f"the programme has no target {asked}; it has {names}")
    return targets[0]


def _plan(
    given: _Input, until: date, inflow: float | None, gates: Sequence[str] | None
) -> Scenario:
    """The plan of the programme, or so many a month; with these gates."""
    months = _month_ends(given.as_of, until)
    if months < 1:
        _wrong_use(f"no month ends after {given.as_of} up to {until}; nothing can be projected")
    plan = (
        projection.plan_of(given.register, given.as_of, until)
        if inflow is None
        else _flat(given, inflow, months)
    )
    slots = advise_cli.parse_gates(gates, given.register.trajectory)
    return advise_cli.changed(plan, gates=slots)


def _simulate(
    given: _Input,
    until: date,
    paths: int,
    seed: int,
    plan: Scenario,
    hazards: Hazards | None = None,
) -> Projection:
    with _progress_bar() as progress:
        return projection.project(
            given.register,
            hazards,
            as_of=given.as_of,
            known_on=given.known_on,
            until=until,
            scenario=plan,
            paths=paths,
            seed=seed,
            progress=progress,
        )


def _month_ends(as_of: date, until: date) -> int:
    """The number of month ends after `as_of`, up to and including `until`."""
    return _months(until + timedelta(days=1)) - _months(as_of + timedelta(days=1))


def _months(day: date) -> int:
    return 12 * day.year + day.month


def _flat(given: _Input, inflow: float, months: int) -> Scenario:
    """The same number every month; plans are carried out as unevenly as in the programme."""
    planned = given.register.programme.inflow if given.register.programme else None
    return Scenario(inflow=[inflow] * months, adherence_sd=planned.adherence_sd if planned else 0.0)


@contextmanager
def _progress_bar() -> Iterator[Callable[[float], bool] | None]:
    """A bar on standard error if a person looks at it, else nothing."""
    if not sys.stderr.isatty():
        yield None
        return
    with Progress(
        TextColumn("simulating"),
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


def _not_measured(register: Register, target: ProgrammeTarget) -> str | None:
    """Why this register does not measure a target; None if it does."""
    if not target.measured:
        return "not measured in this register"
    missing = [name for name in target.scope if name not in register.core.dwellings.category_names]
    return f"the dwellings have no column {', '.join(missing)}" if missing else None


def _outlook(given: _Input, made: Projection, target: ProgrammeTarget) -> Row:
    """One target's probability, or the reason why there is none."""
    reason = _not_measured(given.register, target) or _nobody_in_scope(made, target)
    if reason is None:
        try:
            found = made.probability(target)
        except NotEnoughData as error:
            reason = str(error)
        else:
            return {
                "name": target.name,
                "probability": found.value,
                "std_error": found.std_error,
                "method": found.method,
                "ceiling": found.ceiling,
            }
    unknown = dict.fromkeys(("probability", "std_error", "method", "ceiling"))
    return {"name": target.name, **unknown, "reason": reason}


def _nobody_in_scope(made: Projection, target: ProgrammeTarget) -> str | None:
    grouping = made.core.grouping
    groups = [dict(zip(grouping.columns, label, strict=True)) for label in grouping.labels]
    if any(target.scope.items() <= group.items() for group in groups):
        return None
    scope = ", ".join(f"{name} {value!r}" for name, value in target.scope.items())
    return f"no dwelling is known to have {scope}"


# Printing


def _without(row: Row, name: str) -> Row:
    return {key: value for key, value in row.items() if key != name}


def _print_heading(out: Console, given: _Input) -> None:
    out.print(given.programme_note)
    known = "everything in the register" if given.known_on is None else f"known on {given.known_on}"
    out.print(f"As of {given.as_of}, {known}.")


def _print_gates(out: Console, plan: Scenario) -> None:
    for gate in plan.gates:
        out.print(f"At most {gate.per_month:g} dwellings a month can enter '{gate.state}'.")


def _print_plan(out: Console, given: _Input, inflow: float | None) -> None:
    planned = given.register.programme.inflow if given.register.programme else None
    if inflow is not None:
        out.print(f"What if {inflow:g} dwellings are approached every month.")
    elif planned is None:
        out.print("No dwellings are planned to be approached: only those under way are counted.")
    else:
        out.print(
            f"Plan: {planned.per_month:g} dwellings approached per month, "
            f"{planned.start} to {planned.end}."
        )
    if not given.register.core.has_own_dwellings and (inflow is not None or planned is not None):
        out.print(
            "The dwellings are those that the events name, so as many more are taken to exist as "
            "the plan approaches; --dwellings says how many there are."
        )
