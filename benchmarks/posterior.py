"""Time the draws from the posterior of the rates of groups, and print what there is to sum.

Run with ``python benchmarks/posterior.py`` where opgave is installed. Dwellings go through eight
stages, with withdrawal from each, over five years; three columns of twenty values make their pace
differ. The first draw takes the time of all 4,000 (and of 800 sweeps before them); the table gives
the seconds of adding up the spells, of these draws, and of 10,000 at the same speed. A draw takes
about as long as going over all cells (dwellings with the same values share them) and drawing one
Gamma variable per value and move: that is what limits it.
"""

from __future__ import annotations

import argparse
import datetime
import itertools
import time

import numpy as np

from opgave import _core

STAGES = [f"stage {i}" for i in range(1, 9)]
STATES = [*STAGES, "done"]
EDGES = [0.0, 1.0, 3.0, 6.0, 12.0, 24.0]
ONWARD = [0.05, 0.10, 0.15, 0.20, 0.15, 0.10]
DAYS = 5 * 365
TODAY = datetime.date(2024, 12, 31)
DRAWS, SWEEPS = 4_000, 4_800


def register(dwellings: int, columns: int, values: int) -> _core.Register:
    """Dwellings that start at any time, and wait for a month to a year in every stage."""
    rng = np.random.default_rng(1)
    start = np.datetime64(TODAY) - DAYS
    ids: list[str] = []
    stages: list[str] = []
    dates: list[str] = []
    pace = np.ones(dwellings)
    further = {}
    for column in range(columns):
        value = rng.integers(values, size=dwellings)
        pace *= rng.gamma(4, 0.25, size=values)[value]
        further[f"column {column}"] = [f"value {v}" for v in value]
    for i in range(dwellings):
        day = rng.uniform(0, 0.8 * DAYS)
        for stage in STATES:
            if day > DAYS:
                break
            ids.append(f"d{i}")
            stages.append(stage)
            dates.append(str(start + int(day)))
            if rng.uniform() < 0.05:
                break
            day += rng.exponential(200 / pace[i])
    trajectory = _core.Trajectory(stages=STAGES, complete="done", exits=["withdrawn"])
    rows = _core.DwellingRows([f"d{i}" for i in range(dwellings)], further=further)
    return _core.Register(trajectory, _core.EventRows(ids, stages, dates), rows)


def prior() -> _core.HazardPrior:
    """A portfolio of all moves onward, and withdrawal from every stage."""
    per_month = dict.fromkeys(itertools.pairwise(STATES), ONWARD)
    per_month |= {(stage, "withdrawn"): [0.01] * len(EDGES) for stage in STAGES}
    return _core.HazardPrior(band_edges_months=EDGES, per_month=per_month)


def main() -> None:
    """Print a row per number of dwellings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dwellings", type=int, nargs="+", default=[675, 10_000])
    parser.add_argument("--columns", type=int, nargs="+", default=[0, 1, 3])
    parser.add_argument("--values", type=int, default=20)
    arguments = parser.parse_args()
    print("dwellings  columns   spells  add up (s)  4,000 draws (s)  10,000 draws (s)")
    for dwellings, columns in itertools.product(arguments.dwellings, arguments.columns):
        reg = register(dwellings, columns, arguments.values)
        spells = _core.spells(reg, TODAY, TODAY)
        by = _core.group_by(reg.dwellings, [f"column {i}" for i in range(columns)])
        start = time.perf_counter()
        hazards = _core.fit_hazards(spells, reg.trajectory, prior(), by)
        added = time.perf_counter()
        hazards.draw(1, 0)
        drawn = time.perf_counter() - added
        print(
            f"{dwellings:9,}  {columns:7}  {len(spells):7,}  {added - start:10.3f}  {drawn:15.3f}"
            f"  {drawn * (10_000 + SWEEPS - DRAWS) / SWEEPS:16.3f}"
        )


if __name__ == "__main__":
    main()
