"""Forecast made-up programmes whose truth is known, and count how often the intervals hold it.

Run with ``python benchmarks/known_truth.py`` where opgave is installed. Each programme has its own
rates and yearly shocks, drawn from the prior of the built-in programme. Its dwellings are followed
day by day in numpy; nothing of the engine is used. After 18 and after 36 months the engine
forecasts how many of the dwellings under way are completed 6, 12, 24 and 48 months later.

Coverage is the mean chance that the randomised PIT of the outcome lies in the central 80 %: 0.80
for calibrated forecasts, however coarse counts are. "Inside" is the share of outcomes between the
quantiles of 10 % and 90 %, both included, which counts make somewhat larger. The standard error of
a coverage from 200 programmes is at most 0.028: with a true 0.80 one cell lies outside 0.74-0.86
about once in 30 runs.

Beside the truth that the engine assumes there are some that it does not: years that are all alike,
blocks of eight dwellings that move together, rates that fall by 15 % a year, and yearly shocks of
twice the usual size.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

import opgave as og
from opgave import _core
from opgave.frames import table_of

DAYS_PER_MONTH = 365.2425 / 12
BEGIN = np.datetime64("2020-01-01")
TRUTHS = ("prior", "steady", "blocks", "drift", "shock")
METHODS = ("model", "plug_in", "throughput")
LEVEL = 0.8
BLOCK = 8
DRIFT_PER_YEAR = 0.85
SHOCK_MEMORY, STRONG_SHOCK = 0.7, 0.3

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class World:
    """The way of a dwelling, what is believed of its pace, and how programmes arrive."""

    trajectory: og.Trajectory
    prior: og.HazardPrior
    per_month: int = 10
    arrival_months: int = 36
    months: int = 84


@dataclass(frozen=True)
class Moves:
    """Per state its moves: where they lead and how fast, programme x state x move x band."""

    target: Integers
    rate: Floats


def draw_moves(world: World, programmes: int, random: np.random.Generator) -> Moves:
    """The rates of each programme: prior x level x shape, as the prior says."""
    states = list(world.trajectory.states)
    bands = len(world.prior.band_edges_months)
    leaving: list[list[str]] = [[] for _ in states]
    for origin, to in world.prior.per_month:
        leaving[states.index(origin)].append(to)
    most = max(len(targets) for targets in leaving)
    target = np.full((len(states), most), -1)
    rate = np.zeros((programmes, len(states), most, bands))
    level, shape = world.prior.level_shape, world.prior.band_shape
    for state, targets in enumerate(leaving):
        for k, to in enumerate(targets):
            target[state, k] = -1 if to == "return" else states.index(to)
            table = np.array(world.prior.per_month[states[state], to])
            levels = random.gamma(level, 1 / level, (programmes, 1))
            shapes = random.gamma(shape, 1 / shape, (programmes, bands))
            rate[:, state, k] = table * levels * shapes
    return Moves(target, rate)


def calendar_factor(
    world: World, truth: str, programmes: int, random: np.random.Generator
) -> Floats:
    """What all rates are multiplied by: programme x year."""
    years = world.months // 12 + 1
    factor = np.ones((programmes, years))
    if truth == "drift":
        factor *= DRIFT_PER_YEAR ** np.arange(years)
    if truth == "steady":
        return factor
    spread = np.abs(random.normal(0, world.prior.shock_scale, programmes))
    if truth == "shock":
        spread = np.full(programmes, STRONG_SHOCK)
    shock = random.normal(0, spread / np.sqrt(1 - SHOCK_MEMORY**2))
    for year in range(years):
        factor[:, year] *= np.exp(shock)
        shock = SHOCK_MEMORY * shock + random.normal(0, spread)
    return factor


def simulate(
    world: World, truth: str, programmes: int, random: np.random.Generator
) -> list[Mapping[str, npt.NDArray[np.generic]]]:
    """The events of each programme, day by day."""
    states = np.array([*world.trajectory.states], dtype=object)
    pause = list(states).index(world.trajectory.pause) if world.trajectory.pause else -1
    moves = draw_moves(world, programmes, random)
    factor = calendar_factor(world, truth, programmes, random)
    size = BLOCK if truth == "blocks" else 1
    units = world.per_month * world.arrival_months // size
    days = round(world.months * DAYS_PER_MONTH)
    edges = np.round(np.array(world.prior.band_edges_months) * DAYS_PER_MONTH)
    band = np.searchsorted(edges, np.arange(days + 1), side="right") - 1
    arrival = random.integers(0, round(world.arrival_months * DAYS_PER_MONTH), (programmes, units))

    programme = np.repeat(np.arange(programmes), units)
    state = np.full(programmes * units, -1)
    entered = arrival.ravel()
    interrupted = np.zeros(programmes * units, dtype=int)
    can_leave = np.append(moves.rate.sum(axis=(0, 2, 3)) > 0, False)
    seen = [(np.arange(programmes * units), np.zeros(programmes * units, int), entered.copy())]
    for day in range(days):
        # A dwelling that arrives on a day can move from the next day on.
        at_risk = np.flatnonzero(can_leave[state])
        own = programme[at_risk]
        rates = moves.rate[own, state[at_risk], :, band[day - entered[at_risk] - 1]]
        rates = rates * factor[own, min(int(day / 365.2425), factor.shape[1] - 1), None]
        total = rates.sum(axis=1)
        leaves = random.random(len(at_risk)) < -np.expm1(-total / DAYS_PER_MONTH)
        movers, rates, total = at_risk[leaves], rates[leaves], total[leaves]
        threshold = random.random(len(movers)) * total
        way = (rates.cumsum(axis=1) <= threshold[:, None]).sum(axis=1)
        to = moves.target[state[movers], np.minimum(way, rates.shape[1] - 1)]
        to = np.where(to < 0, interrupted[movers], to)
        interrupted[movers] = np.where(to == pause, state[movers], interrupted[movers])
        state[movers], entered[movers] = to, day
        seen.append((movers, to, np.full(len(movers), day)))
        state[(state < 0) & (arrival.ravel() == day)] = 0
    unit, reached, when = (np.concatenate(columns) for columns in zip(*seen, strict=True))
    return [
        _events(unit[chosen] % units, states[reached[chosen]], when[chosen], size, days)
        for chosen in (programme[unit] == one for one in range(programmes))
    ]


def _events(
    unit: Integers, stage: npt.NDArray[np.object_], day: Integers, size: int, days: int
) -> Mapping[str, npt.NDArray[np.generic]]:
    """The events of all dwellings of each unit; one more dwelling closes the register's days."""
    member = np.tile(np.arange(size), len(unit))
    named = [f"{u}-{m}" for u, m in zip(np.repeat(unit, size), member, strict=True)]
    return {
        "dwelling_id": np.array([*named, "last"], dtype=object),
        "stage": np.append(np.repeat(stage, size), stage[0]),
        "date": BEGIN + np.append(np.repeat(day, size), days),
    }


def forecasts(
    world: World,
    truth: str,
    programmes: int,
    *,
    history_months: Sequence[int],
    horizons: Sequence[int],
    paths: int,
    seed: int,
) -> dict[str, npt.NDArray[np.generic]]:
    """The rows of a backtest of every programme, with the months of history of each origin."""
    random = np.random.default_rng(seed)
    month = np.datetime64(BEGIN, "M")
    origins = [(month + m).astype("M8[D]") - np.timedelta64(1, "D") for m in history_months]
    history = dict(zip(origins, history_months, strict=True))
    parts = []
    for number, events in enumerate(simulate(world, truth, programmes, random)):
        register = og.Register(events, trajectory=world.trajectory)
        test = og.backtest(
            register,
            origins=origins,
            horizons=horizons,
            prior=world.prior,
            paths=paths,
            seed=seed + number,
        )
        parts.append(table_of(test.forecasts))
    rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    rows["history"] = np.array([history[origin] for origin in rows["origin"]])
    return rows


def coverage(rows: Mapping[str, npt.NDArray[np.generic]], chosen: npt.NDArray[np.bool_]) -> float:
    """The coverage of the chosen forecasts' central 80 %."""
    return _core.coverage(rows["pit_low"][chosen], rows["pit_high"][chosen], LEVEL)


def default_world() -> World:
    """The built-in programme."""
    programme = og.example_programme("dordt-west")
    if programme.prior is None:
        raise ValueError("the built-in programme has a prior")
    return World(programme.trajectory, programme.prior)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programmes", type=int, default=200)
    parser.add_argument("--paths", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--truth", choices=TRUTHS, action="append")
    given = parser.parse_args()
    horizons = (6, 12, 24, 48)
    print("truth   history horizon  outcome  " + "  ".join(f"{m:>10}" for m in METHODS)
          + "   inside  bias/sd")  # fmt: skip
    for truth in given.truth or TRUTHS:
        started = time.perf_counter()
        rows = forecasts(
            default_world(), truth, given.programmes, history_months=(18, 36), horizons=horizons,
            paths=given.paths, seed=given.seed,
        )  # fmt: skip
        for history in (18, 36):
            for horizon in horizons:
                cell = (rows["history"] == history) & (rows["horizon"] == horizon)
                own = cell & (rows["method"] == "model")
                inside = (rows["q10"] <= rows["outcome"]) & (rows["outcome"] <= rows["q90"])
                error = (rows["mean"] - rows["outcome"])[own]
                shares = (coverage(rows, cell & (rows["method"] == m)) for m in METHODS)
                print(
                    f"{truth:7} {history:7} {horizon:7}  {rows['outcome'][own].mean():7.1f}  "
                    + "  ".join(f"{share:10.3f}" for share in shares)
                    + f"  {inside[own].mean():7.3f}  {error.mean() / error.std():7.2f}",
                    flush=True,
                )
        print(f"        {time.perf_counter() - started:.0f} seconds", flush=True)


if __name__ == "__main__":
    main()
