"""State occupation of a million subjects, beside R's survfit if R and survival are installed.

    python benchmarks/occupancy.py [--subjects 1000000] [--r-subjects 1000000] [--variance]

Four states, daily whole times, late entry, re-entry and censoring. Ours is timed from columns of
integer codes as int32 and float64 arrays, read without a copy; names in text take longer. Each side
runs in a process of its own; peak memory includes the input and what is loaded. R computes
no standard errors either (`se.fit = FALSE`), unless --variance asks for them.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

STATES = ["a", "b", "c", "d"]
DAYS = 3650
R_CODE = """
suppressMessages(library(survival))
arguments <- commandArgs(trailingOnly = TRUE)
rows <- as.integer(arguments[2])
file <- file(arguments[1], "rb")
column <- function() readBin(file, "integer", rows)
d <- data.frame(id = column(), from = column(), to = column(), start = column(), stop = column())
d$to <- factor(d$to, -1:3, c("censored", "a", "b", "c", "d"))
d$from <- factor(d$from, 0:3, c("a", "b", "c", "d"))
invisible(gc(reset = TRUE))
seconds <- system.time(fit <- survfit(Surv(start, stop, to) ~ 1, data = d, id = id, istate = from,
                                      se.fit = arguments[3] == "TRUE"))[["elapsed"]]
place <- match(c("a", "b", "c", "d"), fit$states)
last <- fit$pstate[nrow(fit$pstate), place]
cat(sprintf('{"seconds": %f, "megabytes": %f, "last": [%s]}', seconds, sum(gc()[, 6]),
            paste(sprintf("%.15g", last), collapse = ", ")))
"""


def make_rows(subjects: int) -> dict[str, np.ndarray]:
    """About 3.4 stays per subject: onward through a, b and c, or back; d is the end."""
    rng = np.random.default_rng(1)
    who = np.arange(subjects)
    state = np.zeros(subjects, dtype=np.int64)
    now = rng.integers(0, 200, subjects)
    parts = []
    while len(who):
        end = now + 1 + rng.geometric(1 / 500, len(who))
        chance = rng.random(len(who))
        after = np.where((chance < 0.2) & (state > 0), state - 1, state + 1)
        after = np.where(chance > 0.92, 3, after)
        censored = (end > DAYS) | (rng.random(len(who)) < 0.03)
        end = np.minimum(end, DAYS)
        parts.append((who, state, np.where(censored, -1, after), now, end))
        on = ~censored & (after < 3) & (end < DAYS)
        who, state, now = who[on], after[on], end[on]
    names = ("id", "from_state", "to_state", "start", "stop")
    joined = (np.concatenate(column) for column in zip(*parts, strict=True))
    return {name: column.astype(np.int32) for name, column in zip(names, joined, strict=True)}


def run_ours(path: Path, rows: int, variance: bool, repeat: int) -> dict[str, object]:
    """Shortest time, peak memory and the last row."""
    from opgave import aalen_johansen

    code, target, start, stop = (
        np.fromfile(path, dtype=np.int32, count=rows, offset=4 * rows * i) for i in range(1, 5)
    )
    start, stop = start.astype(np.float64), stop.astype(np.float64)
    times = []
    for _ in range(repeat):
        begin = time.perf_counter()
        occupancy = aalen_johansen(code, target, start, stop, states=STATES, variance=variance)
        times.append(time.perf_counter() - begin)
    last = occupancy.probability[-1].tolist()
    return {"seconds": min(times), "megabytes": peak_megabytes(), "last": last}


def peak_megabytes() -> float:
    """Peak memory of this process; that of Linux leaves out what its parent had."""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def has_r() -> bool:
    """Whether R and its package survival are there."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return False
    check = subprocess.run([rscript, "-e", "library(survival)"], capture_output=True, check=False)
    return check.returncode == 0


def run_r(path: Path, rows: int, variance: bool) -> dict[str, object]:
    """The same from R."""
    command = ["Rscript", "-e", R_CODE, str(path), str(rows), str(variance).upper()]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))


def run_alone(path: Path, rows: int, variance: bool, repeat: int) -> dict[str, object]:
    """Our side in a process of its own."""
    command = [sys.executable, __file__, "--alone", str(path), "--rows", str(rows)]
    command += ["--repeat", str(repeat), *(["--variance"] if variance else [])]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--subjects", type=int, default=1_000_000)
    parser.add_argument("--r-subjects", type=int, help="fewer for R; 0 leaves R out")
    parser.add_argument("--variance", action="store_true")
    parser.add_argument("--repeat", type=int, default=5, help="repetitions of our side")
    parser.add_argument("--alone", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.alone:
        result = run_ours(arguments.alone, arguments.rows, arguments.variance, arguments.repeat)
        print(json.dumps(result))
        return
    print("side          rows   seconds    peak MB   last probabilities")
    seconds = {}
    with tempfile.TemporaryDirectory() as folder:
        sizes = {"opgave": arguments.subjects}
        r_subjects = arguments.subjects if arguments.r_subjects is None else arguments.r_subjects
        if r_subjects and has_r():
            sizes["R"] = r_subjects
        for side, subjects in sizes.items():
            columns = make_rows(subjects)
            rows = len(columns["id"])
            path = Path(folder) / side
            np.concatenate(list(columns.values())).tofile(path)
            if side == "R":
                result = run_r(path, rows, arguments.variance)
            else:
                result = run_alone(path, rows, arguments.variance, arguments.repeat)
            seconds[side] = result["seconds"] / rows
            last = " ".join(f"{p:.9f}" for p in result["last"])
            print(
                f"{side:<8} {rows:>10,} {result['seconds']:>9.3f} {result['megabytes']:>10.0f}"
                f"   {last}"
            )
    if "R" in seconds:
        print(f"R takes {seconds['R'] / seconds['opgave']:,.0f} times as long per row")
    else:
        print("R with the package survival is not installed, or was left out")


if __name__ == "__main__":
    main()
