"""What `opgave advise` tries and prints, and how plans are written on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer
from rich.console import Console

from opgave._core import Gate, Lever, Scenario, Trajectory
from opgave.terminal import Row, chance, make_table
from opgave.what_if import Required

SHARE = 0.1
MOST = 3.0  # times the plan: as far as `opgave advise` looks for what it takes


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


def usual_steps(trajectory: Trajectory, plan: Scenario) -> dict[str, Scenario]:
    """A tenth more of everything that a plan has, and a tenth faster in every stage.

    Examples
    --------
    >>> way = Trajectory(["asked", "started"], "done", ["withdrawn"])
    >>> list(usual_steps(way, Scenario(inflow=[2.0], gates=[Gate("started", per_month=3)])))
    ... # doctest: +NORMALIZE_WHITESPACE
    ['a tenth more approached', "a tenth faster out of 'asked'", "a tenth faster out of 'started'",
     "a tenth fewer who end in 'withdrawn'", "a tenth more slots for 'started'"]
    """
    more = 1 + SHARE
    steps: dict[str, Scenario] = {}
    if len(plan.inflow):
        steps["a tenth more approached"] = scaled(plan, more)
    for stage in trajectory.stages:
        faster = [*plan.levers, Lever(stage, factor=more)]
        steps[f"a tenth faster out of {stage!r}"] = changed(plan, levers=faster)
    for end in trajectory.exits:
        fewer = [Lever(stage, to=end, factor=1 - SHARE) for stage in trajectory.stages]
        steps[f"a tenth fewer who end in {end!r}"] = changed(plan, levers=[*plan.levers, *fewer])
    for place, gate in enumerate(plan.gates):
        wider = Gate(gate.state, per_month=more * gate.per_month)
        gates = [*plan.gates[:place], wider, *plan.gates[place + 1 :]]
        steps[f"a tenth more slots for {gate.state!r}"] = changed(plan, gates=gates)
    return steps


def scaled(plan: Scenario, factor: float) -> Scenario:
    """The plan with so many times the dwellings approached.

    Examples
    --------
    >>> scaled(Scenario(inflow=[2.0]), 1.5).inflow.tolist()
    [3.0]
    """
    return changed(plan, inflow=factor * plan.inflow)


def required_row(found: Required) -> Row:
    """What it takes, for programs."""
    return {
        "times_the_plan": found.setting,
        "probability": found.probability.value,
        "std_error": found.probability.std_error,
        "reason": found.reason or None,
    }


def print_steps(out: Console, title: str, rows: Sequence[Row], now: Row, paths: int) -> None:
    """What each step gains, the largest first."""
    out.print(f"{title}: {chance(now)} as planned.")
    table = make_table("What a step would gain", ("step",), ("probability", "dwellings"))
    for row in rows:
        points, error = 100 * row["probability"], 100 * row["probability_std_error"]
        homes, homes_error = row["dwellings"], row["dwellings_std_error"]
        table.add_row(
            row["step"],
            f"{points:+.1f} points ± {error:.1f}",
            f"{homes:+.1f} ± {homes_error:.1f}",
        )
    out.print(table)
    out.print(
        f"± is one standard error from {paths:,} pairs of futures that meet the same chance. "
        "What a step costs, and whether it can be done, the register does not know."
    )


def print_required(out: Console, found: Required, wanted: float, per_month: float) -> None:
    """What it takes, in one sentence."""
    sure = f"{100 * wanted:.0f} %"
    if found.setting is None:
        out.print(
            f"Approaching more owners alone does not give {sure}: even {MOST:g} times the plan "
            f"gives {100 * found.probability.value:.0f} %."
        )
    elif found.setting == 0:
        out.print(f"For {sure} nobody more needs to be approached.")
    else:
        out.print(
            f"For {sure} it takes {found.setting:.2f} times the planned approach, "
            f"{found.setting * per_month:.1f} dwellings a month."
        )
