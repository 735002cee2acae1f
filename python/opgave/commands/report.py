"""`opgave report`."""

from __future__ import annotations

import os
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from opgave import examples, terminal
from opgave.commands import options
from opgave.commands.plans import check_together
from opgave.commands.reading import Input, read, read_example, refusals, wrong_use
from opgave.commands.stock import read_extract
from opgave.pipeline import Pipeline, read_pipeline
from opgave.scenario_file import read_scenario


class Language(StrEnum):
    """The languages of a report."""

    nl = "nl"
    en = "en"


def report(
    events: options.OptionalEvents = None,
    example: Annotated[
        str | None,
        typer.Option("--example", metavar="NAME", help="A built-in example instead of EVENTS."),
    ] = None,
    dwellings: options.Dwellings = None,
    programme: options.ProgrammeName = None,
    as_of: options.AsOf = None,
    known_on: options.KnownOn = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", dir_okay=False, help="The HTML file.")
    ] = Path("report.html"),
    scenario: options.ScenarioFile = None,
    together: options.Together = None,
    advice: Annotated[
        int,
        typer.Option(
            "--advice",
            metavar="N",
            min=0,
            max=100_000,
            help="The number of simulated futures per step that might help; 0 for no advice.",
        ),
    ] = 500,
    pipeline: Annotated[
        Path | None,
        typer.Option(
            "--pipeline",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="Projects that build and demolish, for the target of net homes.",
        ),
    ] = None,
    bag: Annotated[
        Path | None,
        typer.Option(
            "--bag",
            metavar="BAG.zip",
            exists=True,
            dir_okay=False,
            help="A BAG 2.0 extract, for the section on the dwelling stock.",
        ),
    ] = None,
    language: Annotated[Language, typer.Option("--language", help="The language.")] = Language.nl,
    paths: options.Paths = 10_000,
    seed: options.Seed = 1,
) -> None:
    """Write a report as one HTML file."""
    if (events is None) == (example is None):
        wrong_use("give either EVENTS or --example NAME")
    if example is not None and (dwellings is not None or programme is not None):
        wrong_use("--example brings its own dwellings and programme")
    _check_writable(output)
    write_report = _load_report()
    with refusals():
        if events is not None:
            given = read(events, dwellings, programme, as_of, known_on)
        else:
            given = read_example(example or "", as_of, known_on)
        check_together(given.register, together)
        plan = None if scenario is None else read_scenario(scenario, given.register)
        projects = _projects(given, pipeline, example)
        history = None if bag is None else read_extract(bag)
    with terminal.progress_bar() as progress:
        write_report(
            output,
            given.register,
            as_of=given.as_of,
            known_on=given.known_on,
            scenario=plan,
            together=together,
            language=language.value,
            seed=seed,
            paths=paths,
            advice_paths=advice,
            pipeline=projects,
            history=history,
            progress=progress,
        )
    typer.echo(str(output))


def _projects(given: Input, file: Path | None, example: str | None) -> Pipeline | None:
    """The projects of the file, or those that the example brings."""
    if file is None:
        return Pipeline(examples.example(example).pipeline) if example is not None else None
    if not any(target.quantity == "net_additions" for target in given.targets):
        wrong_use("--pipeline needs a programme with a target of net additions")
    return read_pipeline(file, kind="columns")


def _load_report() -> Callable[..., object]:
    """`write_report`; what it needs is installed apart."""
    try:
        from opgave.report import write_report
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] == "opgave":
            raise
        wrong_use(str(error))
    return write_report


def _check_writable(path: Path) -> None:
    folder = path.parent
    if not folder.is_dir():
        wrong_use(f"there is no directory {str(folder)!r} to write {path.name} in")
    if not os.access(path if path.exists() else folder, os.W_OK):
        wrong_use(f"{path} cannot be written")
