"""Time the expected counts against the same recursion in numpy, and print the ratio.

Run with ``python benchmarks/expected.py`` where opgave is installed. Both sides take 10,000 draws
of the rates of eight stages with withdrawal from each, over 120 months, with 675 dwellings of which
a third is under way and the rest enters over five years, and give mean and variance of the number
completed: forward in time, all dwellings together for the mean, and cohort by cohort for the part
of chance, from a sixteenth of the draws. The table gives seconds of processor time of all threads,
of the wall clock, and the results of both.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Callable

import numpy as np
from projection import (
    BAND_SHAPE,
    EDGES,
    LEVEL_SHAPE,
    MONTHS,
    ONWARD,
    STAGES,
    TODAY,
    WITHDRAWN,
    Case,
    hazard_per_age,
)

from opgave import _core

Moments = tuple[float, float]


def ours(case: Case, draws: int, threads: int, shock: float) -> Moments:
    """Mean and variance of the number completed at the end, by opgave."""
    trajectory = _core.Trajectory(stages=STAGES, complete="done", exits=["withdrawn"])
    per_month = dict.fromkeys(itertools.pairwise([*STAGES, "done"]), ONWARD)
    per_month |= {(stage, "withdrawn"): WITHDRAWN for stage in STAGES}
    prior = _core.HazardPrior(
        band_edges_months=EDGES,
        per_month=per_month,
        level_shape=LEVEL_SHAPE,
        band_shape=BAND_SHAPE,
        shock_scale=shock,
    )
    nobody = _core.Register(trajectory, _core.EventRows([], [], []))
    hazards = _core.fit_hazards(_core.spells(nobody, TODAY, TODAY), trajectory, prior)
    cohorts = _core.Cohorts(
        stage=STAGES, age_months=[0] * len(STAGES), count=[case.under_way] * len(STAGES)
    )
    plan = _core.Scenario(inflow=[float(n) for n in case.entries])
    run = _core.Run(months=MONTHS, scenario=plan, paths=draws, threads=threads)
    found = _core.expected(hazards, cohorts, run)
    return float(found.mean[-1, 8]), float(found.variance[-1, 8])


def completed(
    leave: np.ndarray, share: np.ndarray, start: np.ndarray, entering: np.ndarray
) -> np.ndarray:
    """Mean number completed per draw; `start` by stage, at age 0, `entering` by month."""
    _, first = hazard_per_age()
    count = np.zeros(leave.shape)
    count[:, :, 0] = start
    done = np.zeros(len(leave))
    for inflow in entering:
        count[:, :, -1] += count[:, :, -2]
        count[:, :, 1:-1] = count[:, :, :-2].copy()
        count[:, :, 0] = 0
        gone = count * leave
        count -= gone
        arriving = np.full(len(leave), float(inflow))
        for stage in range(len(STAGES)):
            gone[:, stage, 0] = arriving * leave[:, stage, 0]
            count[:, stage, 0] = arriving - gone[:, stage, 0]
            by_group = np.add.reduceat(gone[:, stage], first, axis=1)
            arriving = (by_group * share[:, stage]).sum(axis=1)
        done += arriving
    return done


def numpy_model(case: Case, draws: int) -> Moments:
    """Mean and variance of the number completed at the end, by numpy: all draws at once."""
    rng = np.random.default_rng(1)
    part, first = hazard_per_age()
    shape = (draws, len(STAGES), len(EDGES))
    onward, away = (
        (
            np.array(rates)
            * rng.gamma(LEVEL_SHAPE, 1 / LEVEL_SHAPE, (*shape[:2], 1))
            * rng.gamma(BAND_SHAPE, 1 / BAND_SHAPE, shape)
        )
        @ part.T
        for rates in (ONWARD, WITHDRAWN)
    )
    leave = -np.expm1(-(onward + away))
    share = (onward / (onward + away))[:, :, first]
    start = np.full(len(STAGES), float(case.under_way))
    mean = completed(leave, share, start, np.array(case.entries))
    leave, share = leave[::16].copy(), share[::16].copy()
    chance = np.zeros(len(leave))
    nobody = np.zeros(len(STAGES))
    for stage in range(len(STAGES)):
        p = completed(leave, share, np.eye(len(STAGES))[stage], np.zeros(MONTHS))
        chance += case.under_way * p * (1 - p)
    one = np.zeros(MONTHS)
    one[0] = 1
    for month, entering in enumerate(case.entries):
        if entering > 0:
            p = completed(leave, share, nobody, one[: MONTHS - month])
            chance += entering * p * (1 - p)
    return float(mean.mean()), float(mean.var() + chance.mean())


def timed(run: Callable[[], Moments]) -> tuple[float, float, Moments]:
    """Processor seconds of all threads, seconds of the wall clock, and the result."""
    wall, processor = time.perf_counter(), time.process_time()
    result = run()
    return time.process_time() - processor, time.perf_counter() - wall, result


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    case, draws = Case(675), arguments.draws
    print(f"{draws:,} draws x {MONTHS} months x {len(STAGES)} stages, {arguments.threads} threads")
    print("                      processor s   wall s   mean   variance")
    sides = {
        "opgave": lambda: ours(case, draws, arguments.threads, 0),
        "opgave, yearly shocks": lambda: ours(case, draws, arguments.threads, 0.15),
        "numpy": lambda: numpy_model(case, draws),
    }
    seconds = {}
    for name, side in sides.items():
        seconds[name], wall, (mean, variance) = timed(side)
        print(f"{name:<22}{seconds[name]:>11.2f} {wall:>8.2f} {mean:>6.1f} {variance:>10.1f}")
    print(f"numpy / opgave: {seconds['numpy'] / seconds['opgave']:.1f} in processor seconds")


if __name__ == "__main__":
    main()
