"""The plan that a projection goes by, as the command line changes and tells it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import typer
from rich.console import Console

from opgave import projection
from opgave._core import Trajectory
from opgave.commands.reading import Input, wrong_use
from opgave.projection import Gate, Scenario


def plan_for(
    given: Input, until: date, inflow: float | None, gates: Sequence[str] | None
) -> Scenario:
    """The plan of the programme, or so many a month; with these gates."""
    months = _month_ends(given.as_of, until)
    if months < 1:
        wrong_use(f"no month ends after {given.as_of} up to {until}; nothing can be projected")
    plan = (
        projection.plan_of(given.register, given.as_of, until)
        if inflow is None
        else _flat(given, inflow, months)
    )
    return changed(plan, gates=parse_gates(gates, given.register.trajectory))


def _month_ends(as_of: date, until: date) -> int:
    """The number of month ends after `as_of`, up to and including `until`."""
    return _months(until + timedelta(days=1)) - _months(as_of + timedelta(days=1))


def _months(day: date) -> int:
    return 12 * day.year + day.month


def _flat(given: Input, inflow: float, months: int) -> Scenario:
    """The same number every month; plans are carried out as unevenly as in the programme."""
    planned = given.register.programme.inflow if given.register.programme else None
    return Scenario(inflow=[inflow] * months, adherence_sd=planned.adherence_sd if planned else 0.0)


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


def changed(plan: Scenario, **fields: Any) -> Scenario:
    """The same plan but for some of its fields.

    Examples
    --------
    >>> changed(Scenario(inflow=[1.0], adherence_sd=0.5), inflow=[2.0]).adherence_sd
    0.5
    """
    names = ("inflow", "adherence_sd", "gates", "budgets", "levers", "priority",
             "exits_while_waiting")  # fmt: skip
    return Scenario(**{name: fields.get(name, getattr(plan, name)) for name in names})


def print_plan(out: Console, given: Input, plan: Scenario, inflow: float | None) -> None:
    """How many are approached, and how many can enter a stage."""
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
    for gate in plan.gates:
        out.print(f"At most {gate.per_month:g} dwellings a month can enter '{gate.state}'.")
