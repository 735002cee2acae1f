"""What every command does with its files: read them, or say what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console

from opgave import examples, terminal
from opgave.commands.options import BUILT_IN, DEFAULT_PROGRAMME
from opgave.files import FileError
from opgave.problems import Problem, RegisterError
from opgave.programme import (
    Programme,
    ProgrammeTarget,
    example_programme,
    read_programme,
)
from opgave.projection import NotEnoughData
from opgave.register import Register, read_register
from opgave.strict_toml import TomlError
from opgave.terminal import Row


@dataclass(frozen=True)
class Input:
    """What the files of a command held, and which programme they were read with."""

    register: Register
    as_of: date
    known_on: date | None
    programme_note: str

    @property
    def targets(self) -> Sequence[ProgrammeTarget]:
        """The targets of the programme."""
        return self.register.programme.targets if self.register.programme else ()


@contextmanager
def refusals(as_json: bool = False) -> Iterator[None]:
    """Turns what is wrong with the data into exit code 1 and a message, or issues for programs."""
    try:
        yield
    except (RegisterError, FileError, TomlError, NotEnoughData) as error:
        if as_json:
            terminal.print_json({"issues": error_rows(error)})
        elif isinstance(error, RegisterError):
            terminal.print_issues(terminal.console(stderr=True), error_rows(error))
        else:
            typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(1) from None


def error_rows(error: RegisterError | FileError | TomlError | NotEnoughData) -> list[Row]:
    """All that an error tells, as issues."""
    if isinstance(error, RegisterError):
        return problem_rows(error.problems)
    if isinstance(error, FileError):
        name = error.path.name
        return problem_rows(
            Problem("error", "file", name, problem.row, "", problem.message, problem.fix)
            for problem in error.problems
        )
    if isinstance(error, TomlError):
        return problem_rows(
            Problem("error", "toml", error.file, None, problem.key, problem.message, problem.fix)
            for problem in error.problems
        )
    return problem_rows([Problem("error", "not_enough_data", "", None, "", str(error), "")])


def wrong_use(message: str) -> NoReturn:
    """Say what was asked wrongly, and end with exit code 2."""
    typer.echo(f"Error: {message}", err=True)
    raise typer.Exit(2)


def find_programme(name: str | None) -> tuple[Programme, str]:
    """The programme, and a sentence that says which one it is."""
    if name is None:
        found = example_programme(DEFAULT_PROGRAMME)
        return found, f"Programme: {found.title} (built in; no --programme given)."
    if Path(name).is_file():
        found = read_programme(name)
        return found, f"Programme: {found.title}."
    if name in BUILT_IN:
        found = example_programme(name)
        return found, f"Programme: {found.title} (built in)."
    wrong_use(
        f"there is no programme file {name!r}, and the built-in programmes are: "
        f"{', '.join(BUILT_IN)}"
    )


def read(
    events: Path,
    dwellings: Path | None,
    programme: str | None,
    as_of: date | None,
    known_on: date | None,
) -> Input:
    """The register in these files."""
    chosen, note = find_programme(programme)
    register = read_register(events, dwellings, chosen, kind="columns")
    return Input(register, as_of or _last_day(register), known_on, note)


def read_example(name: str, as_of: date | None, known_on: date | None) -> Input:
    """The register of a built-in example."""
    try:
        made = examples.example(name)
    except ValueError as error:
        wrong_use(str(error))
    register = Register(
        made.events,
        made.dwellings,
        trajectory=made.programme.trajectory,
        programme=made.programme,
    )
    note = f"Programme: {made.programme.title} (example)."
    return Input(register, as_of or made.as_of, known_on, note)


def _last_day(register: Register) -> date:
    if register.last_day is None:
        wrong_use("the register has no events; say with --as-of which day is meant")
    return register.last_day


def issues_of(
    events: Path, dwellings: Path | None, programme: Programme, as_of: date | None
) -> list[Row]:
    """All that is wrong with the files; one that is no table has its problems as issues."""
    try:
        register = read_register(events, dwellings, programme, as_of=as_of, kind="columns")
    except (RegisterError, FileError) as error:
        return error_rows(error)
    return problem_rows(register.problems)


def problem_rows(problems: Iterable[Problem]) -> list[Row]:
    """What is wrong, for programs."""
    return [problem._asdict() for problem in problems]


def not_measured(register: Register, target: ProgrammeTarget) -> str | None:
    """Why this register does not measure a target; None if it does."""
    if not target.measured:
        return "not measured in this register"
    missing = [name for name in target.scope if name not in register.core.dwellings.category_names]
    return f"the dwellings have no column {', '.join(missing)}" if missing else None


def print_heading(out: Console, given: Input) -> None:
    """Which programme, which day, and what was known."""
    out.print(given.programme_note)
    known = "everything in the register" if given.known_on is None else f"known on {given.known_on}"
    out.print(f"As of {given.as_of}, {known}.")
