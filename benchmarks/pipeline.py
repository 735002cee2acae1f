"""Net homes of 200 projects: the chance on a day and every month to 2030, beside numpy.

    python benchmarks/pipeline.py [--projects 200] [--draws 1000] [--paths 10000]

Ours: the exact distribution on the deadline and the path of 36 months, each the mean over the
draws. numpy does it in two ways: the same exact sums on the deadline, all draws at once; and a
simulation of the same model, vectorised over paths and projects, in which every path draws its own
chances per phase, as ours do. No side uses more than one thread. Seconds are CPU seconds. The
errors are those of the probability on the deadline.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from scipy.special import ndtr, ndtri

import opgave as og

AS_OF, BEFORE, MONTHS = "2026-12-31", "2030-01-01", 36
MONTH = 365.2425 / 12
RHO_DELAY, RHO_FALL = 0.35, 0.25


def make_pipeline(projects: int) -> dict[str, np.ndarray]:
    """Projects of 5 to 150 homes in every phase; every fifth demolishes a year ahead."""
    rng = np.random.default_rng(1)
    phases = np.array(og.project_phases("columns")["phase"][:6])
    phase = rng.integers(0, 6, projects)
    planned = np.datetime64("2027-02-01") + rng.integers(0, 1200, projects)
    demolished = np.where(np.arange(projects) % 5 == 0, rng.integers(1, 60, projects), 0)
    demolition = np.maximum(planned - 400, np.datetime64("2027-01-05"))
    return {
        "name": np.array([f"project {i}" for i in range(projects)], dtype=object),
        "units_added": np.round(rng.gamma(1.5, 20, projects) + 5),
        "units_demolished": demolished.astype(float),
        "gross_or_net": np.array(["gross"] * projects, dtype=object),
        "phase": phases[phase].astype(object),
        "demolition": np.where(demolished > 0, demolition, np.datetime64("NaT")),
        "planned_completion": planned,
    }


def draw_phases(rng: np.random.Generator, size: int) -> tuple[np.ndarray, ...]:
    """Per draw and phase: fall-through, mean and variance of the log delay."""
    priors = og.project_phases("columns")
    p = {name: np.asarray(column) for name, column in priors.items() if name != "source"}
    worth, shape = p["worth_projects"], (size, len(p["phase"]))
    fall = rng.beta(p["fall_through"] * worth, (1 - p["fall_through"]) * worth, shape)
    variance = p["delay_log_sd"] ** 2 * worth / 2 / rng.gamma(1 + worth / 2, size=shape)
    mean = np.log(p["delay_median_months"]) + np.sqrt(variance / worth) * rng.normal(size=shape)
    return fall, mean, variance, p["quarter_smaller"], p["tenth_smaller"]


def phase_of(frame: dict[str, np.ndarray]) -> np.ndarray:
    """The row of each project in the table of phases."""
    place = {name: i for i, name in enumerate(og.project_phases("columns")["phase"])}
    return np.array([place[name] for name in frame["phase"]])


def homes_of(frame: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Homes in full, a tenth and a quarter smaller; and those that are demolished."""
    shares = np.array([1, 0.9, 0.75])[:, None]
    return np.floor(frame["units_added"] * shares + 0.5), frame["units_demolished"]


def months_since(days: np.ndarray) -> np.ndarray:
    """Months from the end of the as-of day to the start of each day."""
    return ((days - np.datetime64(AS_OF)).astype(float) - 1) / MONTH


def exact_day(frame: dict[str, np.ndarray], draws: int, goal: int) -> tuple[float, float]:
    """P(at least goal) on the deadline by the sums of all subsets; and the mean of the sum."""
    rng = np.random.default_rng(3)
    fall, mean, variance, quarter, tenth = draw_phases(rng, draws)
    z = ndtri((np.arange(draws) + rng.random(draws)) / draws)[:, None]
    phase = phase_of(frame)
    fallen = ndtr((ndtri(fall) + np.sqrt(RHO_FALL) * z) / np.sqrt(1 - RHO_FALL))[:, phase]
    left = months_since(np.datetime64(BEFORE)) - months_since(frame["planned_completion"])
    score = (np.log(np.maximum(left, 1e-300)) - mean[:, phase]) / np.sqrt(variance)[:, phase]
    on_time = ndtr((score - np.sqrt(RHO_DELAY) * z) / np.sqrt(1 - RHO_DELAY)) * (left > 0)
    sizes, gone = homes_of(frame)
    lost = np.where(frame["demolition"] < np.datetime64(BEFORE), gone, 0).astype(int)
    bottom, width = int(lost.sum()), int(lost.sum() + sizes[0].sum()) + 1
    mass = np.zeros((draws, width))
    mass[:, bottom] = 1
    low = high = bottom
    for j, p in enumerate(phase):
        kept = 1 - fallen[:, j]
        done = kept * on_time[:, j]
        share = (1 - quarter[p] - tenth[p], tenth[p], quarter[p])
        branches = [(0, fallen[:, j]), (-lost[j], kept - done)]
        branches += [(int(sizes[i, j]) - lost[j], done * share[i]) for i in range(3)]
        before = mass[:, low : high + 1].copy()
        mass[:, low : high + 1] = 0
        for value, chance in branches:
            mass[:, low + value : high + 1 + value] += chance[:, None] * before
        low, high = low - lost[j], high + int(sizes[0, j])
    total = mass.mean(axis=0)
    values = np.arange(width) - bottom
    return float(total[values >= goal].sum()), float(total @ values)


def simulate(frame: dict[str, np.ndarray], paths: int, goal: int) -> tuple[float, np.ndarray]:
    """P(at least goal) on the deadline, and quantiles per month."""
    rng = np.random.default_rng(2)
    fall, mean, variance, quarter, tenth = draw_phases(rng, paths)
    phase = phase_of(frame)
    z, shape = rng.normal(size=(paths, 1)), (paths, len(phase))
    fate = np.sqrt(RHO_FALL) * z - np.sqrt(1 - RHO_FALL) * rng.normal(size=shape)
    kept = ndtr(fate) < 1 - fall[:, phase]
    late = np.sqrt(RHO_DELAY) * z + np.sqrt(1 - RHO_DELAY) * rng.normal(size=shape)
    delay = np.exp(mean[:, phase] + np.sqrt(variance)[:, phase] * late)
    end = months_since(frame["planned_completion"]) + delay
    share, quarter, tenth = rng.random(shape), quarter[phase], tenth[phase]
    size = np.where(share < quarter, 2, np.where(share < quarter + tenth, 1, 0))
    sizes, gone = homes_of(frame)
    homes = sizes[size, np.arange(len(phase))] * kept
    gone = gone * kept
    firsts = (np.datetime64("2027-01") + np.arange(MONTHS) + 1).astype("datetime64[D]")
    quantiles = []
    total = np.zeros(paths)
    for first in firsts:
        lost = (frame["demolition"] < first)[None, :] * gone
        total = ((end < months_since(first)) * homes - lost).sum(axis=1)
        quantiles.append(np.quantile(total, [0.05, 0.25, 0.5, 0.75, 0.95]))
    return float((total >= goal).mean()), np.array(quantiles)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--projects", type=int, default=200)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--paths", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=3)
    arguments = parser.parse_args()
    frame = make_pipeline(arguments.projects)
    goal = int(0.5 * frame["units_added"].sum())
    when = {"before": BEFORE, "as_of": AS_OF}
    ours, simulated = [], []
    for _ in range(arguments.repeat):
        begin = time.process_time()
        pipeline = og.Pipeline(frame, draws=arguments.draws)
        found = pipeline.probability(at_least=goal, **when)
        middle = time.process_time()
        path = pipeline.path(at_least=goal, **when)
        end = time.process_time()
        ours.append((end - begin, middle - begin, end - middle))
        begin = time.process_time()
        share, quantiles = simulate(frame, arguments.paths, goal)
        simulated.append(time.process_time() - begin)
    begin = time.process_time()
    exact, mean = exact_day(frame, arguments.draws, goal)
    sums = time.process_time() - begin
    total, day, months = min(ours)
    error = np.sqrt(share * (1 - share) / arguments.paths)
    law = pipeline.net_additions(**when)
    step = pipeline.path_step(**when)
    print(f"{arguments.projects} projects, {frame['units_added'].sum():,.0f} homes, goal {goal:,}")
    print("                            seconds   P(goal)   std error")
    print(
        f"day     opgave, exact      {day:>8.3f}  {found.value:>8.4f}    {found.std_error:.4f}"
        f"      mean {law.mean:,.1f}"
    )
    print(
        f"day     numpy, exact       {sums:>8.3f}  {exact:>8.4f}    {found.std_error:.4f}"
        f"      mean {mean:,.1f}"
    )
    print(
        f"months  opgave             {months:>8.3f}  {path['probability'][-1]:>8.4f}"
        f"    {found.std_error:.4f}      median {path['q50'][-1]:,}, lattice of {step} homes"
    )
    print(
        f"months  numpy, simulation  {min(simulated):>8.3f}  {share:>8.4f}    {error:.4f}"
        f"      median {quantiles[-1, 2]:,.0f}"
    )
    print(f"day and months together: {total:.3f} seconds")
    ratio = min(simulated) / months
    print(
        f"numpy takes {sums / day:.0f} times as long for the day; {ratio:.1f} times for the "
        f"months, {ratio * (error / found.std_error) ** 2:.1f} times for the same error"
    )


if __name__ == "__main__":
    main()
