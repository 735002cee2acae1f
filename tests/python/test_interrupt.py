"""Ctrl-C stops long work: a signal from outside, and a process that ends with KeyboardInterrupt."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGINT to a process is POSIX")

PREPARE = """
import numpy as np
from opgave import (Cohorts, HazardPrior, Register, Trajectory, backtest, expected,
                    fit_hazards, project, simulate)

way = Trajectory(["asked"], "done")

def make_register(size, factors):
    day = np.datetime64("2020-01-01") + np.arange(size) * 7 % 1000
    done = day + 20 + 13 * np.arange(size) % 310
    names = [f"d{i}" for i in range(size)]
    events = {"dwelling_id": names + names[::2],
              "stage": ["asked"] * size + ["done"] * len(names[::2]),
              "date": [*day, *done[::2]]}
    labels = {f"factor{n}": (np.arange(size) % n).astype(str).tolist() for n in factors}
    return Register(events, {"dwelling_id": names, **labels}, trajectory=way)

register = make_register(500, [])
fitted = fit_hazards(register, as_of="2023-06-30")
cohorts = Cohorts(stage=["asked"], age_months=[0], count=[675])
"""

MANY_GROUPS = """
factors = range(31, 71)
many = fit_hazards(make_register(30_000, factors), as_of="2023-06-30",
                   by=[f"factor{n}" for n in factors],
                   prior=HazardPrior(band_edges_months=range(60)))
"""

# What is made ready, and work that takes far longer than the test waits, unless it is stopped.
WORK = {
    "simulate": ("", "simulate(fitted, cohorts, months=120, paths=1_500_000, threads=1)"),
    "expected": ("", "expected(fitted, cohorts, 120, inflow=[9] * 120, draws=30_000_000)"),
    "draws": (MANY_GROUPS, "many.cells()"),
    "project": (
        "",
        "project(register, as_of='2021-06-30', until='2035-12-31', paths=1_000_000, threads=1)",
    ),
    "backtest": ("", "backtest(register, origins=['2021-06-30'], paths=1_000_000, threads=1)"),
}


@pytest.mark.parametrize("work", WORK)
def test_an_interrupt_from_outside_stops(work: str) -> None:
    ready, long = WORK[work]
    code = "\n".join([PREPARE, ready, "print('ready', flush=True)", long])
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "ready\n"
        time.sleep(1)  # it is at work
        run.send_signal(signal.SIGINT)
        try:
            _, told = run.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            run.kill()
            raise
    assert told.rstrip().endswith("KeyboardInterrupt")
