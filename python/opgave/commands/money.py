"""What a projection says of the money of a plan: spending per year, and whether it lasts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.console import Console

from opgave import terminal
from opgave._core import Budget, Probability
from opgave.commands.reading import Input
from opgave.programme import ProgrammeTarget
from opgave.projection import NotEnoughData, Projection, Scenario
from opgave.scarcity import LEVELS
from opgave.terminal import Row


def spending_rows(made: Projection, plan: Scenario) -> list[Row]:
    """What is spent from each budget since the as-of day, at the end of each year."""
    return terminal.rows_of(made.spending(every="year")) if plan.budgets else []


def money_rows(
    given: Input, made: Projection, plan: Scenario, outlooks: Sequence[Row]
) -> list[Row]:
    """Per budget and target with a probability: whether the money lasts, and what is left."""
    known = {row["name"] for row in outlooks if row["probability"] is not None}
    rows = []
    for budget in plan.budgets:
        for target in given.targets:
            if target.name in known:
                rows.append(_money_row(made, budget, target))
    return rows


def _money_row(made: Projection, budget: Budget, target: ProgrammeTarget) -> Row:
    """One budget and target; numbers are None where the deadline lies outside the projection."""
    row: Row = {"budget": budget.name, "target": target.name, "deadline": target.last_day}
    dearest = max(cost.cents for cost in budget.costs)
    try:
        out = made.money_runs_out(budget.name, target)
        within = made.reached_within(target, budget.name)
        another = made.money_left(budget.name, target.last_day, more_than=dearest - 1)
    except NotEnoughData as error:
        return row | {"reason": str(error)}
    month = int(np.searchsorted(made.months, np.datetime64(target.last_day), side="right")) - 1
    there = int(made.core.supplied(budget.name)[month])
    left = np.quantile(
        there - made.spent(budget.name)[:, month], list(LEVELS.values()), method="inverted_cdf"
    )
    return {
        **row,
        "runs_out_before": _chance(out),
        "reached_within": _chance(within),
        "another_dwelling_left": _chance(another),
        "left_cents": dict(zip(LEVELS, (int(cents) for cents in left), strict=True)),
    }


def _chance(found: Probability) -> Row:
    return {"probability": found.value, "std_error": found.std_error, "method": found.method}


def print_money(
    out: Console,
    targets: Sequence[ProgrammeTarget],
    spending: Sequence[Row],
    money: Sequence[Row],
) -> None:
    """Spending at each year's end, then a sentence per budget and target."""
    levels = {"q05": "5 %", "q50": "50 %", "q95": "95 %"}
    numbers = ("there to spend", "mean", *levels.values())
    title = "Spent since the as-of day, in euros"
    table = terminal.make_table(title, ("budget", "at the end of"), numbers)
    for row in spending:
        cents = (row["supplied"], row["mean"], *(row[level] for level in levels))
        table.add_row(row["budget"], row["month"].isoformat()[:7], *map(_euros, cents))
    out.print(table)
    titles = {target.name: target.title for target in targets}
    for row in money:
        if "reason" in row:
            continue
        low, middle, high = (_euros(cents) for cents in row["left_cents"].values())
        out.print(
            f"'{row['budget']}' and {titles[row['target']]}: the chance that somebody waits for "
            f"this money before the target is reached is {terminal.chance(row['runs_out_before'])};"
            f" that the target is reached with no more than this money "
            f"{terminal.chance(row['reached_within'])}. On {row['deadline']} {middle} euros are "
            f"left, in nine of ten futures {low} to {high}; the chance that it pays for another "
            f"dwelling is {terminal.chance(row['another_dwelling_left'])}."
        )


def _euros(cents: float) -> str:
    return f"{cents / 100:,.0f}"
