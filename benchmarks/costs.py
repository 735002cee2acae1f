"""Time budgets with uncertain costs against drawing the cost of every dwelling in numpy.

Run with ``python benchmarks/costs.py`` where opgave is installed. All dwellings are ready at the
start; ten yearly budgets that carry over pay for half of them. numpy draws one Gamma cost per
dwelling and adds them up; opgave finds by halving how many can be paid. The table gives CPU seconds
and the mean number paid on both sides, which are two independent simulations of one law.
"""

from __future__ import annotations

import argparse
import functools
import time
from collections.abc import Callable

import numpy as np

from opgave import _core

YEARS = 10
MEAN, SD = 1_000_000, 600_000


def money(dwellings: int) -> dict[int, int]:
    """Cents per year."""
    return dict.fromkeys(range(YEARS), dwellings // 2 * MEAN // YEARS)


def ours(dwellings: int, paths: int) -> float:
    """Mean number paid, by opgave: the whole simulation of ten years, on one thread."""
    way = _core.Trajectory(["ready", "works"], "done")
    hazards = _core.Hazards(
        way, band_edges_months=[0], rate={("ready", "works"): [80.0], ("works", "done"): [0.0]}
    )
    cost = _core.Cost(MEAN, cents_sd=SD)
    budget = _core.Budget("fund", "works", cents=money(dwellings), costs=[cost])
    run = _core.Run(
        months=12 * YEARS,
        pools=[_core.Pool(stratum=0, priority=0, count=dwellings)],
        scenario=_core.Scenario(inflow=[float(dwellings)], budgets=[budget]),
        paths=paths,
        threads=1,
    )
    cohorts = _core.Cohorts(stage=[], age_months=[], count=[])
    return float(_core.simulate(hazards, cohorts, run).series("works")[:, -1].mean())


def numpy_model(dwellings: int, paths: int) -> float:
    """Mean number paid, by numpy, path by path; only the draws, their sums and the search."""
    rng = np.random.default_rng(1)
    shape = (MEAN / SD) ** 2
    supplied = np.cumsum(list(money(dwellings).values()))
    paid = np.zeros((paths, YEARS), dtype=np.int64)
    for path in range(paths):
        costs = rng.gamma(shape, MEAN / shape, dwellings).cumsum()
        paid[path] = costs.searchsorted(supplied, side="right")
    return float(paid[:, -1].mean())


def timed(run: Callable[[], float]) -> tuple[float, float]:
    """CPU seconds and the result."""
    begin = time.process_time()
    result = run()
    return time.process_time() - begin, result


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--paths", type=int, default=1_000)
    paths = parser.parse_args().paths
    print(f"{paths:,} paths, costs with a standard deviation of {SD / MEAN:.0%}")
    print("dwellings   opgave s   numpy s   ratio   paid opgave / numpy")
    for dwellings in (1_000, 10_000, 100_000):
        seconds, mean = timed(functools.partial(ours, dwellings, paths))
        peer, peer_mean = timed(functools.partial(numpy_model, dwellings, paths))
        print(
            f"{dwellings:>9,} {seconds:>10.2f} {peer:>9.2f} {peer / seconds:>7.1f}"
            f"   {mean:>10,.1f} / {peer_mean:,.1f}"
        )


if __name__ == "__main__":
    main()
