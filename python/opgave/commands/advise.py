"""`opgave advise`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from opgave import terminal
from opgave.advice import MOST, Advice, told_last, told_required
from opgave.advice import advise as give_advice
from opgave.commands import options
from opgave.commands.outlook import outlook, simulate
from opgave.commands.plans import TELLER, check_together, choose_plan, plain, print_plan
from opgave.commands.reading import Input, not_measured, print_heading, read, refusals, wrong_use
from opgave.hazards import fit_hazards
from opgave.programme import ProgrammeTarget
from opgave.terminal import Row
from opgave.what_if import PointOfNoReturn, Required


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
    scenario: options.ScenarioFile = None,
    inflow: options.Inflow = None,
    gate: options.Gates = None,
    together: options.Together = None,
    paths: options.Paths = 2_000,
    seed: options.Seed = 1,
    as_json: options.Json = False,
) -> None:
    """Show what would help most, what it takes and until when it can be done."""
    with refusals(as_json):
        given = read(events, dwellings, programme, as_of, known_on)
        wanted = _one_target(given, target)
        if not 0 < probability < 1:
            wrong_use(f"--probability must lie between 0 and 1, got {probability:g}")
        check_together(given.register, together)
        chosen = choose_plan(given, wanted.last_day, scenario, inflow, gate)
        hazards = fit_hazards(given.register, given.as_of, given.known_on, blocks=together)
        made = simulate(given, wanted.last_day, paths, seed, chosen.scenario, together, hazards)
        now = outlook(given, made, wanted)
        if now["probability"] is None:
            wrong_use(f"target {wanted.name!r}: {now['reason']}")
        found = give_advice(
            given.register,
            wanted,
            chosen.scenario,
            hazards,
            as_of=given.as_of,
            known_on=given.known_on,
            together=together,
            sure=probability,
            paths=paths,
            search_paths=paths,
            seed=seed,
        )
    if as_json:
        terminal.print_json({"as_of": given.as_of, "target": now, **_rows(found),
                             "seed": seed, "paths": paths, **chosen.answer()})  # fmt: skip
        return
    out = terminal.console()
    print_heading(out, given)
    print_plan(out, given, chosen)
    _print_steps(out, found, now)
    for sentence in (
        told_required(TELLER.words, TELLER.unit, found, chosen.scenario, now["probability"]),
        told_last(TELLER.words, found),
    ):
        if sentence:
            out.print(plain(sentence))


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


def _rows(found: Advice) -> Row:
    """What helps, what it takes and until when, for programs."""
    numbers = ("probability", "probability_std_error", "dwellings", "dwellings_std_error")
    steps = [
        {"step": one.step.told(TELLER), **{name: getattr(one, name) for name in numbers}}
        for one in found.steps
    ]
    return {
        "steps": steps,
        "required": None if found.required is None else _required_row(found.required),
        "point_of_no_return": None if found.last is None else _last_row(found.last),
    }


def _required_row(found: Required) -> Row:
    return {
        "times_the_plan": found.setting,
        "probability": found.probability.value,
        "std_error": found.probability.std_error,
        "reason": found.reason or None,
    }


def _last_row(found: PointOfNoReturn) -> Row:
    at_once, on_day, never = (
        None if one is None else one.value for one in (found.at_once, found.on_day, found.never)
    )
    return {
        "day": found.day,
        "times_the_plan": MOST,
        "at_once": at_once,
        "on_day": on_day,
        "never": never,
    }


def _print_steps(out: Console, found: Advice, now: Row) -> None:
    """What each step gains, the largest first."""
    out.print(f"{found.target.title}: {terminal.chance(now)} as planned.")
    columns = ("probability", "dwellings")
    table = terminal.make_table("What a step would gain", ("step",), columns)
    for one in found.steps:
        points, error = 100 * one.probability, 100 * one.probability_std_error
        table.add_row(
            one.step.told(TELLER),
            f"{points:+.1f} points ± {error:.1f}",
            f"{one.dwellings:+.1f} ± {one.dwellings_std_error:.1f}",
        )
    out.print(table)
    out.print(
        f"± is one standard error from {found.paths:,} pairs of futures that meet the same "
        "chance. What a step costs, and whether it can be done, the register does not know."
    )
