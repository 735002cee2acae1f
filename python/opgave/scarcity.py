"""What slots and money do in a projection: what is spent, and who waits."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np

from opgave._core import Scenario
from opgave.days import day_of
from opgave.projection import Projection

__all__ = ["LEVELS", "Scarcity", "scarcity"]

LEVELS = {"q05": 0.05, "q50": 0.5, "q95": 0.95}


@dataclass(frozen=True)
class Spent:
    """Of one budget: the cents there are up to the last month, and quantiles of those spent."""

    name: str
    cents: int
    spent: dict[str, int]


@dataclass(frozen=True)
class Scarcity:
    """What is spent up to `day`, and quantiles of those that wait when most do, on `busiest`."""

    day: datetime.date
    budgets: tuple[Spent, ...]
    busiest: datetime.date
    waiting: dict[str, int]


def scarcity(made: Projection, plan: Scenario) -> Scarcity | None:
    """Return what is spent and how many wait in a projection; None if nothing is scarce.

    Examples
    --------
    >>> from opgave import Budget, Hazards, Register, Scenario, Trajectory, project
    >>> way = Trajectory(["asked", "works"], "done")
    >>> events = {"dwelling_id": list("abcdef"), "stage": ["asked"] * 6,
    ...           "date": ["2026-01-05"] * 6}
    >>> rate = {("asked", "works"): [2.0], ("works", "done"): [2.0]}
    >>> plan = Scenario(budgets=[Budget("fund", "works", cents={2026: 500}, costs=100)])
    >>> made = project(Register(events, trajectory=way), Hazards(way, band_edges=[0], rate=rate),
    ...                as_of="2026-01-31", until="2026-12-31", scenario=plan, paths=100)
    >>> found = scarcity(made, plan)
    >>> found.budgets[0].spent["q50"], str(found.busiest), found.waiting["q50"]
    (500, '2026-05-31', 1)
    """
    if not plan.gates and not plan.budgets:
        return None
    last = day_of(made.core.month_end[-1])
    budgets = tuple(
        Spent(
            budget.name,
            sum(cents for year, cents in budget.cents.items() if year <= last.year),
            _quantiles(made.spent(budget.name)[:, -1]),
        )
        for budget in plan.budgets
    )
    most = int(made.waiting.mean(axis=0).argmax())
    busiest = day_of(made.core.month_end[most])
    return Scarcity(last, budgets, busiest, _quantiles(made.waiting[:, most]))


def _quantiles(values: Any) -> dict[str, int]:
    found = np.quantile(values, list(LEVELS.values()), method="inverted_cdf")
    return dict(zip(LEVELS, (int(value) for value in found), strict=True))
