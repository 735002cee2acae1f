"""Hazards: given, fitted, and shown as cells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from opgave import (
    HazardPrior,
    Hazards,
    NotEnoughData,
    Register,
    Trajectory,
    example_programme,
    fit_hazards,
)
from opgave.frames import kind_of, table_of

COLUMNS = [
    "stage", "cause", "band", "band_from", "band_to", "events", "exposure", "prior", "mean", "q05",
    "q95", "shrinkage",
]  # fmt: skip


@pytest.fixture
def prior() -> HazardPrior:
    moves = [("asked", "started"), ("asked", "withdrawn"), ("asked", "paused"),
             ("started", "done"), ("paused", "return")]  # fmt: skip
    return HazardPrior(band_edges_months=[0, 3], per_month={move: [0.2, 0.1] for move in moves})


def test_given_rates_are_certain(hazards: Hazards, way: Trajectory) -> None:
    cells = table_of(hazards.cells())
    assert list(cells) == COLUMNS
    assert hazards.core.is_certain
    assert hazards.trajectory == way
    move = (cells["stage"] == "asked") & (cells["cause"] == "started")
    assert cells["mean"][move].tolist() == [0.4, 0.2]
    assert cells["band_from"][move].tolist() == [0, 3]
    assert cells["band_to"][move].tolist() == [3, np.inf]
    assert (cells["q05"] == cells["mean"]).all()
    assert (cells["events"] == 0).all()
    assert (hazards.core.draw(1, 0) == hazards.core.mean()).all()


@pytest.mark.parametrize(
    ("edges", "rate", "message"),
    [
        ([0, 3], {("asked", "started"): [0.1]}, "asked"),
        ([0, 3], {("asked", "started"): [0.1, -0.1]}, "-0.1"),
        ([0, 3], {("asked", "started"): [0.1, float("nan")]}, "asked"),
        ([1, 3], {("asked", "started"): [0.1, 0.1]}, "0"),
        ([0, 3, 3], {("asked", "started"): [0.1, 0.1, 0.1]}, "3"),
    ],
)
def test_rates_that_cannot_be_are_refused(
    way: Trajectory, edges: list[float], rate: dict[tuple[str, str], list[float]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Hazards(way, band_edges=edges, rate=rate)


def test_a_move_to_an_unknown_state_is_a_key_error(way: Trajectory) -> None:
    with pytest.raises(KeyError, match=r"withdrawn.*finished"):
        Hazards(way, band_edges=[0], rate={("asked", "finished"): [0.1]})


def test_fitted_cells_hold_what_was_seen(register: Register, prior: HazardPrior) -> None:
    hazards = fit_hazards(register, "2026-05-31", prior=prior)
    cells = table_of(hazards.cells())
    seen = {
        (stage, cause): int(
            cells["events"][(cells["stage"] == stage) & (cells["cause"] == cause)].sum()
        )
        for stage, cause in set(zip(cells["stage"], cells["cause"], strict=True))
    }
    assert seen == {
        ("asked", "started"): 2, ("asked", "withdrawn"): 1, ("asked", "paused"): 1,
        ("started", "done"): 1, ("paused", "return"): 0,
    }  # fmt: skip
    assert ((cells["shrinkage"] >= 0) & (cells["shrinkage"] <= 1)).all()
    assert ((cells["q05"] < cells["mean"]) & (cells["mean"] < cells["q95"])).all()
    assert not hazards.core.is_certain


def test_exposure_adds_up_to_the_spells(register: Register, prior: HazardPrior) -> None:
    cells = table_of(fit_hazards(register, "2026-05-31", prior=prior).cells())
    spells = register.spells("2026-05-31")
    stay = spells["stage"] == "asked"
    days = (spells["exit"] - spells["first_observed"])[stay].astype(int).sum()
    move = (cells["stage"] == "asked") & (cells["cause"] == "started")
    assert cells["exposure"][move].sum() == pytest.approx(days / (365.2425 / 12))


def test_what_was_recorded_later_is_left_out(register: Register, prior: HazardPrior) -> None:
    cells = table_of(fit_hazards(register, "2026-05-04", "2026-05-04", prior).cells())
    done = (cells["stage"] == "started") & (cells["cause"] == "done")
    assert cells["events"][done].sum() == 0


def test_the_prior_is_that_of_the_programme() -> None:
    programme = replace(example_programme("dordt-west"), identification="text")
    events = {"dwelling_id": ["a"], "stage": ["approached"], "date": ["2030-01-05"]}
    register = Register(events, programme=programme)
    assert programme.prior is not None
    hazards = fit_hazards(register, "2030-01-31")
    assert set(hazards.core.moves) >= set(programme.prior.per_month)
    assert hazards == fit_hazards(register, "2030-01-31", prior=programme.prior)
    assert hazards != fit_hazards(register, "2030-02-28")


def test_too_little_data_names_the_stage(way: Trajectory) -> None:
    events = {"dwelling_id": ["a"], "stage": ["asked"], "date": ["2026-01-05"]}
    with pytest.raises(NotEnoughData, match="started"):
        fit_hazards(Register(events, trajectory=way), "2026-05-31")


def test_cells_are_of_the_registers_kind(way: Trajectory, prior: HazardPrior) -> None:
    pl = pytest.importorskip("polars")
    events = pl.DataFrame({"dwelling_id": ["a"], "stage": ["asked"], "date": ["2026-01-05"]})
    hazards = fit_hazards(Register(events, trajectory=way), "2026-05-31", prior=prior)
    assert kind_of(hazards.cells()) == "polars"
    assert repr(hazards) == "Hazards(5 moves, 2 bands)"
