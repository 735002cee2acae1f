"""`opgave project`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rich.console import Console

from opgave import terminal
from opgave.commands import options
from opgave.commands.money import money_rows, print_money, spending_rows
from opgave.commands.outlook import outlook, simulate, weak_prior
from opgave.commands.plans import check_together, choose_plan, print_plan
from opgave.commands.reading import Input, print_heading, read, refusals, wrong_use
from opgave.hazards import fit_hazards
from opgave.programme import ProgrammeTarget
from opgave.scarcity import Scarcity, scarcity
from opgave.terminal import Row


def project(
    events: options.Events,
    dwellings: options.Dwellings = None,
    programme: options.ProgrammeName = None,
    as_of: options.AsOf = None,
    known_on: options.KnownOn = None,
    until: options.Until = None,
    paths: options.Paths = 10_000,
    seed: options.Seed = 1,
    scenario: options.ScenarioFile = None,
    inflow: options.Inflow = None,
    gate: options.Gates = None,
    together: options.Together = None,
    as_json: options.Json = False,
) -> None:
    """Show when the programme is done and how sure that is."""
    with refusals(as_json):
        given = read(events, dwellings, programme, as_of, known_on)
        last = until or _last_deadline(given)
        check_together(given.register, together)
        chosen = choose_plan(given, last, scenario, inflow, gate)
        plan = chosen.scenario
        hazards = fit_hazards(given.register, given.as_of, given.known_on, blocks=together)
        made = simulate(given, last, paths, seed, plan, together, hazards)
        weak = weak_prior(given, together)
        other = None if weak is None else simulate(given, last, paths, seed, plan, together, weak)
    found = [outlook(given, made, target) for target in given.targets]
    if other is not None:
        for row, target in zip(found, given.targets, strict=True):
            row["weak_prior"] = outlook(given, other, target)["probability"]
    quantiles = terminal.rows_of(made.quantiles())
    short = scarcity(made, plan)
    spending, money = spending_rows(made, plan), money_rows(given, made, plan, found)
    if as_json:
        answer = {
            "as_of": given.as_of,
            "until": last,
            "seed": seed,
            "paths": paths,
            "targets": found,
            "quantiles": quantiles,
        }
        spent = {"spending": spending, "money": money} if plan.budgets else {}
        terminal.print_json({**answer, **chosen.answer(), **_scarcity_rows(short), **spent})
        return
    out = terminal.console()
    print_heading(out, given)
    print_plan(out, given, chosen)
    _print_outlook(out, given.targets, found, paths)
    _print_years(out, given.register.trajectory.complete, quantiles)
    if short is not None:
        _print_scarcity(out, short)
    if plan.budgets:
        print_money(out, given.targets, spending, money)


def _scarcity_rows(short: Scarcity | None) -> Row:
    """What is spent and who waits, for programs; nothing for a plan without gates or budgets."""
    if short is None:
        return {}
    budgets = [
        {"name": one.name, "cents": one.cents, "spent_cents": one.spent} for one in short.budgets
    ]
    waiting = {"month": short.busiest, **short.waiting}
    return {**({"budgets": budgets} if budgets else {}), "waiting": waiting}


def _print_scarcity(out: Console, short: Scarcity) -> None:
    """What is spent by the end, and how many wait when most do."""
    for one in short.budgets:
        low, middle, high = (f"{cents / 100:,.0f}" for cents in one.spent.values())
        out.print(
            f"Spent from '{one.name}' by {short.day}: {middle} of {one.cents / 100:,.0f} euros, "
            f"in nine of ten futures {low} to {high}."
        )
    low, middle, high = (f"{count:,}" for count in short.waiting.values())
    scarce = "a slot or for money" if short.budgets else "a slot"
    out.print(
        f"Most wait for {scarce} on {short.busiest}: {middle} dwellings, in nine of ten futures "
        f"{low} to {high}."
    )


def _last_deadline(given: Input) -> date:
    """The last deadline of a target that this register can measure."""
    deadlines = [target.last_day for target in given.targets if target.measured]
    if not deadlines:
        wrong_use("the programme has no target with a deadline; say with --until how far to look")
    return max(deadlines)


def _print_outlook(
    out: Console, targets: Sequence[ProgrammeTarget], outlook: Sequence[Row], paths: int
) -> None:
    """The probability of each target, and what it does not know."""
    if not targets:
        return
    table = terminal.make_table(
        "Targets", ("target",), ("goal", "last day", "probability", "ceiling", "from the prior")
    )
    reasons = []
    for target, row in zip(targets, outlook, strict=True):
        if row["probability"] is None:
            reasons.append(f"{target.title}: {row['reason']}.")
        ceiling = "" if row["ceiling"] is None else f"{row['ceiling']:,}"
        share = row["variance"]
        table.add_row(
            target.title,
            f"{target.goal:,}",
            str(target.last_day),
            terminal.chance(row),
            ceiling,
            "" if share is None else f"{100 * share['prior']:.0f} %",
        )
    out.print(table)
    for reason in reasons:
        out.print(reason)
    weak = [f"{100 * row['weak_prior']:.0f} %" for row in outlook if row.get("weak_prior")]
    if weak:
        out.print(
            f"Were the prior worth a quarter of what it is, the probability would be "
            f"{', '.join(weak)}: the less these differ, the more the register itself says."
        )
    out.print(
        f"± is the error of the computation itself: one standard error from {paths:,} paths. "
        "The ceiling is the most dwellings that can still get there."
    )
    told = [
        _told_variance(target.title, row["variance"])
        for target, row in zip(targets, outlook, strict=True)
        if row["variance"] is not None
    ]
    for sentence in told:
        out.print(sentence)
    if told:
        out.print("What rests on the prior is the pace of steps seen fewer than three times.")
    elif any(row["probability"] is not None for row in outlook):
        out.print(
            "Where dwellings wait for slots or money it is not computed how much of the spread "
            "rests on the prior."
        )
    out.print(
        "The probability knows the pace of each step only as far as this register and the prior "
        "of the programme tell it. It knows of no limit on builders or money but the gates and "
        "budgets given, and of no change in rules or prices."
    )


def _told_variance(title: str, share: Row) -> str:
    return (
        f"{title}: of the variance on the last day {100 * share['process']:.0f} % is chance that "
        f"no data take away, {100 * share['parameters']:.0f} % a pace not known better, "
        f"{100 * share['prior']:.0f} % the prior."
    )


def _print_years(out: Console, complete: str, quantiles: Sequence[Row]) -> None:
    """The completed dwellings at each year's end, and at the end of the projection."""
    rows = [row for row in quantiles if row["series"] == complete]
    levels = {"q05": "5 %", "q25": "25 %", "q50": "50 %", "q75": "75 %", "q95": "95 %"}
    table = terminal.make_table(f"Dwellings {complete}", ("at the end of",), levels.values())
    for row in rows:
        if row["month"].month == 12 or row is rows[-1]:
            values = (row[name] for name in levels)
            table.add_row(row["month"].isoformat()[:7], *(f"{value:,}" for value in values))
    out.print(table)
    out.print("Per column: the share of futures with at most so many.")
