"""`opgave advise`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console

from opgave import terminal
from opgave._core import Gate, Lever, Scenario, Trajectory
from opgave.commands import options
from opgave.commands.outlook import outlook, simulate
from opgave.commands.plans import changed, plan_for, print_plan
from opgave.commands.reading import Input, not_measured, print_heading, read, refusals, wrong_use
from opgave.hazards import fit_hazards
from opgave.programme import ProgrammeTarget
from opgave.terminal import Row, chance, make_table
from opgave.what_if import HowToProject, Required, bottlenecks, required

SHARE = 0.1
MOST = 3.0  # times the plan: as far as `opgave advise` looks for what it takes


def advise(
    events: options.Events,
    dwellings: options.Dwellings = None,
    programme: options.ProgrammeName = None,
    as_of: options.AsOf = None,
    known_on: options.KnownOn = None,
    target: Annotated[
        str | None,
        typer.Option("--target", help="Its name in the programme. Without it the first one."),
    ] = None,
    probability: Annotated[
        float, typer.Option("--probability", help="How sure it should be, between 0 and 1.")
    ] = 0.8,
    inflow: options.Inflow = None,
    gate: options.Gates = None,
    paths: options.Paths = 2_000,
    seed: options.Seed = 1,
    as_json: options.Json = False,
) -> None:
    """Show what would help most, and what it takes."""
    with refusals():
        given = read(events, dwellings, programme, as_of, known_on)
        wanted = _one_target(given, target)
        if not 0 < probability < 1:
            wrong_use(f"--probability must lie between 0 and 1, got {probability:g}")
        plan = plan_for(given, wanted.last_day, inflow, gate)
        made = simulate(given, wanted.last_day, paths, seed, plan)
        now = outlook(given, made, wanted)
        if now["probability"] is None:
            wrong_use(f"target {wanted.name!r}: {now['reason']}")
        tried = _tried(given, wanted, plan, probability, paths, seed)
    steps, found = tried
    if as_json:
        needed = None if found is None else _required_row(found)
        answer = {"as_of": given.as_of, "target": now, "steps": steps, "required": needed}
        terminal.print_json({**answer, "seed": seed, "paths": paths})
        return
    out = terminal.console()
    print_heading(out, given)
    print_plan(out, given, plan, inflow)
    _print_steps(out, wanted.title, steps, now, paths)
    if found is not None:
        busy = plan.inflow[plan.inflow > 0]
        _print_required(out, found, probability, float(busy.mean()))


def _tried(
    given: Input, target: ProgrammeTarget, plan: Scenario, sure: float, paths: int, seed: int
) -> tuple[list[Row], Required | None]:
    """What each step gains; and how much approaching it takes, if any is planned."""
    register, as_of = given.register, given.as_of
    hazards = fit_hazards(register, as_of, given.known_on)
    how: HowToProject = {
        "until": target.last_day, "known_on": given.known_on, "paths": paths, "seed": seed
    }  # fmt: skip
    steps = usual_steps(register.trajectory, plan)
    ranked = bottlenecks(register, target, steps, hazards, as_of=as_of, now=plan, **how)
    if not plan.inflow.any():
        return terminal.rows_of(ranked), None
    found = required(
        register,
        target,
        lambda factor: scaled(plan, factor),
        0,
        MOST,
        hazards,
        as_of=as_of,
        probability=sure,
        **how,
    )
    return terminal.rows_of(ranked), found


def _one_target(given: Input, name: str | None) -> ProgrammeTarget:
    """The target of this name; without a name the first that this register measures."""
    targets = [one for one in given.targets if not_measured(given.register, one) is None]
    if name is not None:
        targets = [one for one in given.targets if one.name == name]
    if not targets:
        names = ", ".join(one.name for one in given.targets) or "none"
        asked = "that this register measures" if name is None else repr(name)
        wrong_use(f"the programme has no target {asked}; it has {names}")
    return targets[0]


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


def _required_row(found: Required) -> Row:
    """What it takes, for programs."""
    return {
        "times_the_plan": found.setting,
        "probability": found.probability.value,
        "std_error": found.probability.std_error,
        "reason": found.reason or None,
    }


def _print_steps(out: Console, title: str, rows: Sequence[Row], now: Row, paths: int) -> None:
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


def _print_required(out: Console, found: Required, wanted: float, per_month: float) -> None:
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
