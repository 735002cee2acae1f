"""The plan that a projection goes by, as the command line changes and tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import typer
from rich.console import Console

from opgave._core import Gate, Scenario, Trajectory
from opgave.advice import changed
from opgave.commands.reading import Input, wrong_use
from opgave.plan_words import Teller
from opgave.projection import scenario_of
from opgave.register import Register
from opgave.scenario_file import Plan, read_scenario
from opgave.terminal import Row
from opgave.wording import SPACE, Words


@dataclass(frozen=True)
class Chosen:
    """What a projection goes by, and where it comes from."""

    scenario: Scenario
    file: Plan | None
    per_month: float | None

    def answer(self) -> Row:
        """The plan for programs: what was asked for, and nothing else."""
        row: Row = {}
        if self.file is not None:
            row["scenario"] = _plan_row(self.file, self.scenario)
        if self.per_month is not None:
            row["inflow_per_month"] = self.per_month
        if self.file is None and self.scenario.gates:
            row["gates"] = {gate.state: gate.per_month for gate in self.scenario.gates}
        return row


def choose_plan(
    given: Input,
    until: date,
    scenario: Path | None,
    inflow: float | None,
    gates: Sequence[str] | None,
) -> Chosen:
    """The plan of the file or else of the programme, with what the options put in its place."""
    months = _month_ends(given.as_of, until)
    if months < 1:
        wrong_use(f"no month ends after {given.as_of} up to {until}; nothing can be projected")
    slots = parse_gates(gates, given.register.trajectory)
    file = None if scenario is None else read_scenario(scenario, given.register)
    plan = scenario_of(given.register, file, given.as_of, until, given.known_on)
    if inflow is not None:
        planned = given.register.programme.inflow if given.register.programme else None
        spread = plan.adherence_sd or (planned.adherence_sd if planned else 0.0)
        plan = changed(plan, inflow=[inflow] * months, adherence_sd=spread)
    kept = [gate for gate in plan.gates if gate.state not in {slot.state for slot in slots}]
    return Chosen(changed(plan, gates=[*kept, *slots]), file, inflow)


def _plan_row(file: Plan, plan: Scenario) -> Row:
    """Every part of a plan as a row."""
    when = ("start", "end")
    names: dict[str, tuple[str, ...]] = {
        "gates": ("state", "per_month", "capacitated", "scope", *when),
        "budgets": ("name", "state", "cents", "carries_over", "skips"),
        "levers": ("state", "to", "factor", "log_sd", "scope", *when),
    }
    parts = {
        part: [{name: getattr(one, name) for name in fields} for one in getattr(plan, part)]
        for part, fields in names.items()
    }
    for row, budget in zip(parts["budgets"], plan.budgets, strict=True):
        row["costs"] = [{"cents": cost.cents, "scope": cost.scope} for cost in budget.costs]
    rules = {"priority": plan.priority, "exits_while_waiting": plan.exits_while_waiting}
    return {"title": file.title, "fictional": file.fictional, **parts, **rules}


def check_together(register: Register, column: str | None) -> None:
    """Refuse a column that the dwellings do not have."""
    known = register.core.dwellings.category_names
    if column is not None and column not in known:
        wrong_use(
            f"there is no column {column!r} of dwellings that decide together; the columns are: "
            f"{', '.join(known)}"
        )


def _month_ends(as_of: date, until: date) -> int:
    """The number of month ends after `as_of`, up to and including `until`."""
    return _months(until + timedelta(days=1)) - _months(as_of + timedelta(days=1))


def _months(day: date) -> int:
    return 12 * day.year + day.month


def parse_gates(texts: Sequence[str] | None, trajectory: Trajectory) -> list[Gate]:
    """`started=9` as a gate of nine a month.

    Examples
    --------
    >>> way = Trajectory(["asked", "started"], "done")
    >>> parse_gates(["started=9"], way)[0].per_month
    9.0
    """
    return [_gate(text, trajectory) for text in texts or ()]


def _gate(text: str, trajectory: Trajectory) -> Gate:
    state, equals, number = text.partition("=")
    later = [*trajectory.stages[1:], trajectory.complete]
    if not equals or state not in later:
        raise typer.BadParameter(
            f"a gate is written as STAGE=SLOTS with one of {', '.join(later)}, got {text!r}"
        )
    try:
        return Gate(state, per_month=float(number))
    except ValueError as error:
        raise typer.BadParameter(f"the slots of gate {text!r}: {error}") from None


def print_plan(out: Console, given: Input, chosen: Chosen) -> None:
    """Which plan it is, how many are approached, and what else it says."""
    file = chosen.file
    planned = given.register.programme.inflow if given.register.programme else None
    if file is not None:
        made_up = " (fictional)" if file.fictional else ""
        out.print(f"Scenario: {file.title}{made_up}.")
        planned = file.inflow or planned
    if chosen.per_month is not None:
        out.print(f"What if {chosen.per_month:g} dwellings are approached every month.")
    elif planned is None:
        out.print("No dwellings are planned to be approached: only those under way are counted.")
    else:
        out.print(
            f"Plan: {planned.per_month:g} dwellings approached per month, "
            f"{planned.start} to {planned.end}."
        )
    if not given.register.core.has_own_dwellings and chosen.scenario.inflow.any():
        out.print(
            "The dwellings are those that the events name, so as many more are taken to exist as "
            "the plan approaches; --dwellings says how many there are."
        )
    for sentence in TELLER.parts(chosen.scenario):
        out.print(plain(sentence))


TELLER = Teller(Words("en"), "dwellings", quote=lambda state: f"'{state}'")


def plain(text: str) -> str:
    """A text with spaces that may break, as a terminal wants it."""
    return text.replace(SPACE, " ")
