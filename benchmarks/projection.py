"""Time the simulation against the same counts model in numpy, and print the ratio.

Run with ``python benchmarks/projection.py`` where opgave is installed. Both sides simulate
120 months of eight stages with withdrawal from each, monthly ages up to two years, six duration
bands, one draw of the rates per path, and the same plan of approach. The two sides take turns.
The table gives the median seconds of processor time on one core, ours divided by the number of
threads, so that a busy machine says the same as an idle one; the median of the ratios; the mean
number completed on both sides; and the peak memory of a process that does nothing but our
simulation. A second table, with ``--strata``, says how many times as long many strata of one size
take as one of them.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from opgave import _core

STAGES = [f"stage {i}" for i in range(1, 9)]
STATES = [*STAGES, "done", "withdrawn"]
EDGES = [0.0, 1.0, 3.0, 6.0, 12.0, 24.0]
ONWARD = [0.05, 0.10, 0.15, 0.20, 0.15, 0.10]
WITHDRAWN = [0.010, 0.010, 0.010, 0.005, 0.005, 0.005]
LEVEL_SHAPE, BAND_SHAPE = 4.0, 25.0
MONTHS = 120
TODAY = "2026-12-31"


@dataclass(frozen=True)
class Case:
    """Stocks of one size, of which a third is under way and the rest is approached in 5 years."""

    dwellings: int
    strata: int = 1

    @property
    def under_way(self) -> int:
        return self.dwellings // 3 // len(STAGES)

    @property
    def pool(self) -> int:
        return self.dwellings - self.under_way * len(STAGES)

    @property
    def entries(self) -> list[int]:
        whole = [self.pool * month // 60 for month in range(61)]
        return [b - a for a, b in itertools.pairwise(whole)] + [0] * (MONTHS - 60)


def ours(case: Case, paths: int, threads: int) -> float:
    """Mean number completed at the end, by opgave."""
    trajectory = _core.Trajectory(stages=STAGES, complete="done", exits=["withdrawn"])
    per_month = dict.fromkeys(itertools.pairwise([*STAGES, "done"]), ONWARD)
    per_month |= {(stage, "withdrawn"): WITHDRAWN for stage in STAGES}
    prior = _core.HazardPrior(
        band_edges_months=EDGES,
        per_month=per_month,
        level_shape=LEVEL_SHAPE,
        band_shape=BAND_SHAPE,
        shock_scale=0,
    )
    nobody = _core.Register(trajectory, _core.EventRows([], [], []))
    hazards = _core.fit_hazards(_core.spells(nobody, TODAY, TODAY), trajectory, prior)
    rows = case.strata * len(STAGES)
    cohorts = _core.Cohorts(
        stage=STAGES * case.strata,
        age_months=[0] * rows,
        count=[case.under_way] * rows,
        stratum=[row // len(STAGES) for row in range(rows)],
    )
    run = _core.Run(
        months=MONTHS,
        pools=[
            _core.Pool(stratum=stratum, priority=0, count=case.pool)
            for stratum in range(case.strata)
        ],
        scenario=_core.Scenario(inflow=[float(n) * case.strata for n in case.entries]),
        strata=case.strata,
        paths=paths,
        seed=1,
        threads=threads,
    )
    return float(_core.simulate(hazards, cohorts, run).series("done")[:, -1].mean())


def hazard_per_age() -> tuple[np.ndarray, np.ndarray]:
    """Months that each age spends in each band, and the first age of each group of equal ages."""
    ages = int(EDGES[-1]) + 2
    ends = np.append(EDGES[1:], np.inf)
    middle = np.arange(ages)[:, None]
    begin, end = np.maximum(middle - 0.5, 0), middle + 0.5
    part = np.clip(np.minimum(end, ends) - np.maximum(begin, EDGES), 0, None)
    change = np.any(part[1:] != part[:-1], axis=1)
    return part, np.flatnonzero(np.concatenate([[True], change]))


def numpy_model(case: Case, paths: int) -> float:
    """Mean number completed at the end, by numpy: all paths at once, one draw per cell."""
    rng = np.random.default_rng(1)
    part, first = hazard_per_age()
    shape = (paths, len(STAGES), len(EDGES))
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
    count = np.zeros((paths, len(STAGES), part.shape[0]), dtype=np.int64)
    count[:, :, 0] = case.under_way
    done = np.zeros((paths, MONTHS), dtype=np.int64)
    for month, entering in enumerate(case.entries):
        count[:, :, -1] += count[:, :, -2]
        count[:, :, 1:-1] = count[:, :, :-2].copy()
        count[:, :, 0] = 0
        gone = rng.binomial(count, leave)
        count -= gone
        arriving = np.full(paths, entering)
        for stage in range(len(STAGES)):
            at_once = rng.binomial(arriving, leave[:, stage, 0])
            count[:, stage, 0] = arriving - at_once
            gone[:, stage, 0] = at_once
            by_group = np.add.reduceat(gone[:, stage], first, axis=1)
            arriving = rng.binomial(by_group, share[:, stage]).sum(axis=1)
        done[:, month] = arriving
    return float(done.sum(axis=1).mean())


def timed(run: Callable[[], float]) -> tuple[float, float]:
    """Seconds of processor time, of all threads, and the result."""
    begin = time.process_time()
    result = run()
    return time.process_time() - begin, result


def compare(case: Case, paths: int, threads: int, pairs: int) -> tuple[float, ...]:
    """Our seconds, those of numpy, their ratio, and both means."""
    seconds = []
    for _ in range(pairs):
        used, mean = timed(lambda: ours(case, paths, threads))
        peer, peer_mean = timed(lambda: numpy_model(case, paths))
        seconds.append((used / threads, peer, peer * threads / used))
    return *(statistics.median(column) for column in zip(*seconds, strict=True)), mean, peer_mean


def peak_megabytes(case: Case, paths: int, threads: int) -> float:
    """Peak memory of a process of its own that runs our side."""
    command = [sys.executable, __file__, "--alone", str(case.dwellings), "--paths", str(paths)]
    command += ["--threads", str(threads)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def times_one(case: Case, paths: int, threads: int, pairs: int) -> tuple[float, float]:
    """Our seconds, and how many times those of one stratum they are."""
    one = Case(case.dwellings)
    seconds = []
    for _ in range(pairs):
        used, _ = timed(lambda: ours(case, paths, threads))
        alone, _ = timed(lambda: ours(one, paths, threads))
        seconds.append((used / threads, used / alone))
    used, ratio = (statistics.median(column) for column in zip(*seconds, strict=True))
    return used, ratio


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--paths", type=int, default=10_000)
    parser.add_argument("--pairs", type=int, default=3, help="turns of both sides")
    parser.add_argument("--threads", type=int, default=2, help="threads of our side")
    parser.add_argument("--dwellings", type=int, nargs="*", default=[675, 8_300_000])
    parser.add_argument("--strata", type=int, default=1, help="compare so many with one")
    parser.add_argument("--alone", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    paths, threads = arguments.paths, arguments.threads
    if arguments.alone:
        ours(Case(arguments.alone), paths, threads)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        return
    print(f"{paths:,} paths x {MONTHS} months x {len(STAGES)} stages, numpy {np.__version__}")
    print("dwellings    opgave s   numpy s   ratio   completed opgave / numpy   peak MB")
    for dwellings in arguments.dwellings:
        case = Case(dwellings)
        used, peer, ratio, mean, peer_mean = compare(case, paths, threads, arguments.pairs)
        print(
            f"{dwellings:>9,} {used:>11.2f} {peer:>9.1f} {ratio:>7.1f}"
            f"   {mean:>13,.1f} / {peer_mean:,.1f}  {peak_megabytes(case, paths, threads):>9.0f}"
        )
    if arguments.strata > 1:
        print("dwellings of a stratum   strata   opgave s   times one")
        for dwellings in arguments.dwellings:
            case = Case(dwellings, arguments.strata)
            used, ratio = times_one(case, paths, threads, arguments.pairs)
            print(f"{dwellings:>22,} {case.strata:>8} {used:>10.2f} {ratio:>11.1f}")


if __name__ == "__main__":
    main()
