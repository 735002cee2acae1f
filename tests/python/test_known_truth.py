"""Forecasts of programmes whose truth is known hold the outcome as often as they say."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from opgave import HazardPrior, Trajectory

STUDY = Path(__file__).parents[2] / "benchmarks" / "known_truth.py"

#: A coverage of 80 % from 100 programmes has a standard error of at most 0.04; four of them are
#: exceeded by chance once in 16,000 runs with other seeds.
PROGRAMMES, TOLERANCE = 100, 0.16


@pytest.fixture(scope="module")
def study() -> ModuleType:
    """The benchmark as a module."""
    spec = importlib.util.spec_from_file_location("known_truth", STUDY)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["known_truth"] = module
    spec.loader.exec_module(module)
    return module


def small_world(study: ModuleType, pace: float = 1.0) -> Any:
    """Two stages, a pause and an exit; thirty months, of which the first eighteen have arrivals."""
    table = {
        ("asked", "started"): [0.3, 0.25, 0.1],
        ("asked", "withdrawn"): [0.03, 0.02, 0.02],
        ("asked", "paused"): [0.02, 0.02, 0.02],
        ("started", "done"): [0.1, 0.4, 0.3],
        ("paused", "return"): [0.2, 0.2, 0.1],
    }
    prior = HazardPrior(
        band_edges_months=[0, 3, 12],
        per_month={move: [pace * rate for rate in rates] for move, rates in table.items()},
    )
    way = Trajectory(["asked", "started"], "done", ["withdrawn"], "paused")
    return study.World(way, prior, per_month=5, arrival_months=18, months=30)


def rows_of(study: ModuleType, world: Any) -> Any:
    return study.forecasts(
        world, "prior", PROGRAMMES, history_months=[18], horizons=[6, 12], paths=200, seed=20
    )


def test_forecasts_of_known_truths_are_calibrated(study: ModuleType) -> None:
    rows = rows_of(study, small_world(study))
    for horizon in (6, 12):
        chosen = (rows["method"] == "model") & (rows["horizon"] == horizon)
        assert chosen.sum() == PROGRAMMES
        assert study.coverage(rows, chosen) == pytest.approx(study.LEVEL, abs=TOLERANCE)
        error = (rows["mean"] - rows["outcome"])[chosen]
        assert abs(error.mean()) < 4 * error.std(ddof=1) / np.sqrt(PROGRAMMES)


def test_a_planted_fault_is_found(study: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Programmes that move at half the pace that the forecasts believe, without own data."""
    believed = small_world(study)
    slow = small_world(study, pace=0.5)
    certain = replace(
        believed,
        prior=HazardPrior(
            band_edges_months=believed.prior.band_edges_months,
            per_month=believed.prior.per_month,
            level_shape=1e6,
            band_shape=1e6,
        ),
    )
    made = study.simulate
    monkeypatch.setattr(study, "simulate", lambda _, *rest: made(slow, *rest))
    rows = rows_of(study, certain)
    chosen = (rows["method"] == "model") & (rows["horizon"] == 12)
    assert study.coverage(rows, chosen) < study.LEVEL - TOLERANCE


@pytest.mark.parametrize("truth", ["steady", "blocks", "drift", "shock"])
def test_other_truths_have_events_too(study: ModuleType, truth: str) -> None:
    world = small_world(study)
    parts = study.simulate(world, truth, 2, np.random.default_rng(1))
    assert len(parts) == 2
    for events in parts:
        assert set(events) == {"dwelling_id", "stage", "date"}
        assert "done" in set(events["stage"])
        same_move = len(events["date"]) / len({*zip(events["stage"], events["date"], strict=True)})
        assert same_move > (4 if truth == "blocks" else 1)
