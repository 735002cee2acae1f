"""Net homes of 200 projects: the chance on a day and every month to 2030, beside numpy.

    python benchmarks/pipeline.py [--projects 200] [--draws 1000] [--paths 10000]

Ours: the exact distribution on the deadline and the path of 36 months, each the mean over the
draws. numpy: a simulation of the same model, vectorised over paths and projects; every path draws
its own chances per phase, as ours do. Neither side uses more than one thread. Seconds are CPU
seconds. The errors are those of the probability on the deadline.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

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


def simulate(frame: dict[str, np.ndarray], paths: int, goal: int) -> tuple[float, np.ndarray]:
    """P(at least goal) on the deadline, and quantiles per month."""
    rng = np.random.default_rng(2)
    priors = og.project_phases("columns")
    place = {name: i for i, name in enumerate(priors["phase"])}
    phase = np.array([place[name] for name in frame["phase"]])
    p = {name: np.asarray(column) for name, column in priors.items() if name != "source"}
    worth = p["worth_projects"]
    size = (paths, len(worth))
    fall = rng.beta(p["fall_through"] * worth, (1 - p["fall_through"]) * worth, size)
    scale = p["delay_log_sd"] ** 2 * worth / 2
    variance = scale / rng.gamma(1 + worth / 2, size=size)
    mean = np.log(p["delay_median_months"]) + np.sqrt(variance / worth) * rng.normal(size=size)
    z = rng.normal(size=(paths, 1))
    shape = (paths, len(phase))
    # A uniform number decides on falling through, as the sampled q needs no normal quantile then.
    fate = np.sqrt(RHO_FALL) * z - np.sqrt(1 - RHO_FALL) * rng.normal(size=shape)
    from scipy.special import ndtr

    kept = ndtr(fate) < 1 - fall[:, phase]
    late = np.sqrt(RHO_DELAY) * z + np.sqrt(1 - RHO_DELAY) * rng.normal(size=shape)
    delay = np.exp(mean[:, phase] + np.sqrt(variance)[:, phase] * late)
    start = (frame["planned_completion"] - np.datetime64(AS_OF)).astype(float) - 1
    end = start / MONTH + delay
    share = rng.random(shape)
    quarter, tenth = p["quarter_smaller"][phase], p["tenth_smaller"][phase]
    factor = np.where(share < quarter, 0.75, np.where(share < quarter + tenth, 0.9, 1))
    homes = np.floor(frame["units_added"] * factor + 0.5) * kept
    gone = np.where(frame["units_demolished"] > 0, frame["units_demolished"], 0) * kept
    days = np.datetime64("2027-01") + np.arange(MONTHS) + 1
    limits = (days.astype("datetime64[D]") - 1 - np.datetime64(AS_OF)).astype(float)
    demolition = (frame["demolition"] - np.datetime64(AS_OF)).astype(float)
    quantiles = []
    total = np.zeros(paths)
    for limit in limits:
        lost = (demolition <= limit)[None, :] * gone
        total = ((end < limit / MONTH) * homes - lost).sum(axis=1)
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
    ours, numpys = [], []
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
        numpys.append(time.process_time() - begin)
    total, headline, months = min(ours)
    error = np.sqrt(share * (1 - share) / arguments.paths)
    print(f"{arguments.projects} projects, {frame['units_added'].sum():,.0f} homes, goal {goal:,}")
    print("side            seconds    P(goal)   std error   median at the end")
    print(
        f"opgave         {total:>8.3f}   {found.value:>8.4f}   {found.std_error:>9.4f}"
        f"   {path['q50'][-1]:>8,}   ({headline:.3f} the day, {months:.3f} the months)"
    )
    print(
        f"numpy          {min(numpys):>8.3f}   {share:>8.4f}   {error:>9.4f}"
        f"   {quantiles[-1, 2]:>8,.0f}"
    )
    step = pipeline.path_step(**when)
    print(f"months stand on a lattice of {step} homes; the chance on the day is exact given a draw")
    ratio = min(numpys) / total
    print(
        f"numpy takes {ratio:.1f} times as long, and {ratio * (error / found.std_error) ** 2:.1f}"
        " times for the same error"
    )


if __name__ == "__main__":
    main()
