"""Hazards: given, fitted, and shown as cells."""

from __future__ import annotations

import pickle
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
    project,
    reporting_delay,
)
from opgave.frames import kind_of, table_of
from opgave.hazards import dispersion

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


@pytest.fixture
def grouped(way: Trajectory, prior: HazardPrior) -> Hazards:
    days = [f"2026-{month:02}-{day:02}" for month in (1, 2, 3) for day in (3, 9, 14, 20)]
    names = [f"d{i}" for i in range(len(days))]
    events = {
        "dwelling_id": names + names[:6],
        "stage": ["asked"] * len(names) + ["started"] * 6,
        "date": [*days, *["2026-04-10"] * 6],
    }
    dwellings = {
        "dwelling_id": names,
        "neighbourhood": ["Oud", "Nieuw", ""] * 4,
        "energy_label": ["A", "B"] * 6,
    }
    register = Register(events, dwellings, trajectory=way)
    return fit_hazards(register, "2026-05-31", prior=prior, by=["neighbourhood", "energy_label"])


def test_effects_have_a_row_per_factor_move_and_level(grouped: Hazards) -> None:
    effects = table_of(grouped.effects())
    assert list(effects) == [
        "factor", "level", "stage", "cause", "events", "expected", "mean", "q05", "q95",
        "shrinkage",
    ]  # fmt: skip
    assert len(effects["mean"]) == (3 + 2) * len(grouped.core.moves)
    assert grouped.core.by == ["neighbourhood", "energy_label"]
    place = effects["factor"] == "neighbourhood"
    assert sorted(set(effects["level"][place])) == ["Nieuw", "Oud", "unknown"]
    assert effects["events"][place].sum() == effects["events"][~place].sum() == 6
    assert ((effects["q05"] < effects["mean"]) & (effects["mean"] < effects["q95"])).all()
    assert ((effects["shrinkage"] > 0) & (effects["shrinkage"] <= 1)).all()
    assert repr(grouped) == "Hazards(5 moves, 2 bands, by neighbourhood and energy_label)"


def test_what_varies_is_told_in_tables(grouped: Hazards) -> None:
    assert table_of(grouped.spreads())["of"].tolist() == ["neighbourhood", "energy_label", "shock"]
    shocks = table_of(grouped.shocks())
    assert shocks["year"].tolist() == [2026]
    assert shocks["q05"][0] < 1 < shocks["q95"][0]
    assert grouped.shock_is_prior
    assert len(table_of(grouped.seasons())["stage"]) == 0


def test_a_season_has_twelve_months_per_state_that_is_left(register: Register) -> None:
    prior = HazardPrior(band_edges_months=[0, 1, 3, 6, 12, 24], season=[0.5, 1.5] * 6,
                        shock_scale=0, per_month={
        ("asked", "started"): [0.2] * 6, ("started", "done"): [0.2] * 6,
        ("asked", "withdrawn"): [0.1] * 6, ("asked", "paused"): [0.1] * 6,
        ("paused", "return"): [0.1] * 6,
    })  # fmt: skip
    hazards = fit_hazards(register, "2026-05-31", prior=prior)
    seasons = table_of(hazards.seasons())
    assert sorted(set(seasons["stage"])) == ["asked", "paused", "started"]
    assert seasons["month"].tolist() == [*range(1, 13)] * 3
    assert len(table_of(hazards.shocks())["year"]) == len(table_of(hazards.spreads())["of"]) == 0
    assert not hazards.shock_is_prior


def test_fixed_rates_do_not_vary(way: Trajectory) -> None:
    hazards = Hazards(way, band_edges=[0], rate={("asked", "started"): [0.1]})
    for table in (hazards.effects(), hazards.spreads(), hazards.seasons(), hazards.shocks()):
        assert all(len(column) == 0 for column in table_of(table).values())


def test_groups_come_back_equal_from_a_pickle(grouped: Hazards) -> None:
    back = pickle.loads(pickle.dumps(grouped))
    assert back == grouped
    assert (back.core.draw(1, 7) == grouped.core.draw(3, 7)).all()
    damaged = [*grouped.core.__getstate__()]
    damaged[4] = (*damaged[4][:5], [], *damaged[4][6:])
    kind = type(grouped.core)
    with pytest.raises(ValueError, match="combination"):
        kind.__new__(kind).__setstate__(tuple(damaged))


def test_an_unknown_column_is_a_key_error(register: Register, prior: HazardPrior) -> None:
    with pytest.raises(KeyError, match="shape"):
        fit_hazards(register, "2026-05-31", prior=prior, by="shape")


def test_blocks_count_once(way: Trajectory, prior: HazardPrior) -> None:
    names = ["a", "b", "c"]
    events = {
        "dwelling_id": names * 2,
        "stage": ["asked"] * 3 + ["started"] * 3,
        "date": ["2026-01-05"] * 3 + ["2026-02-05"] * 3,
    }
    dwellings = {"dwelling_id": names, "complex_id": ["one", "one", ""]}
    register = Register(events, dwellings, trajectory=way)
    cells = table_of(fit_hazards(register, "2026-05-31", prior=prior, blocks="complex_id").cells())
    assert cells["events"].sum() == 2
    with pytest.raises(KeyError, match="shape"):
        fit_hazards(register, "2026-05-31", prior=prior, blocks="shape")


def test_dispersion_has_a_row_per_move(register: Register, prior: HazardPrior) -> None:
    hazards = fit_hazards(register, "2026-05-31", prior=prior)
    table = table_of(dispersion(register, hazards, "2026-05-31"))
    assert list(table) == ["stage", "cause", "periods", "phi", "suspect"]
    assert len(table["phi"]) == len(hazards.core.moves)
    assert hazards.core.undated == 0


HELD = HazardPrior(
    band_edges_months=[0, 3],
    per_month={
        move: [0.2, 0.1] for move in (("asked", "done"), ("asked", "held"), ("held", "return"))
    },
)


def found_register(pause_clock: str = "reset") -> Register:
    way = Trajectory(["asked"], "done", pause="held", pause_clock=pause_clock)
    events = {
        "dwelling_id": ["a", "a", "b", "b", "b", "c", "c"],
        "stage": ["asked", "done", "asked", "held", "asked", "asked", "done"],
        "date": ["2026-01-05", "2026-02-05", "2026-01-05", "2026-02-05", "2026-03-05", None,
                 "2026-04-05"],
        "recorded_on": ["2026-01-05", "2026-02-07", "2026-01-05", "2026-02-05", "2026-03-06",
                        "2026-01-20", "2026-04-05"],
    }  # fmt: skip
    return Register(events, trajectory=way)


def test_a_dwelling_found_in_a_stage_is_left_out_or_imputed_and_counted() -> None:
    register = found_register()
    dropped = fit_hazards(register, "2026-05-31", prior=HELD)
    imputed = fit_hazards(register, "2026-05-31", prior=HELD, undated="impute")
    assert dropped.undated == imputed.undated == 1
    assert dropped != imputed
    assert pickle.loads(pickle.dumps(imputed)) == imputed
    assert np.isnat(table_of(register.spells("2026-05-31"))["enter"].astype("M8[D]")).sum() == 1
    with pytest.raises(ValueError, match="'drop' or 'impute', got 'guess'"):
        fit_hazards(register, "2026-05-31", prior=HELD, undated="guess")


def test_a_delay_lowers_the_exposure_of_the_last_days() -> None:
    register = found_register()
    delay = reporting_delay(register, "2026-04-06")
    table = table_of(delay.recorded_within())
    assert list(table) == ["days", "events", "mean", "q05", "q95"]
    assert table["mean"][-1] == 1
    assert (table["q05"] <= table["mean"]).all()
    assert 0 < delay.unrecorded(30).mean < delay.unrecorded(1).mean < 1
    plain = table_of(fit_hazards(register, "2026-04-06", "2026-04-06", HELD).cells())
    late = table_of(fit_hazards(register, "2026-04-06", "2026-04-06", HELD, delay=delay).cells())
    assert (late["events"] == plain["events"]).all()
    assert late["exposure"].sum() < plain["exposure"].sum()
    assert pickle.loads(pickle.dumps(delay)) == delay
    with pytest.raises(ValueError, match="same day of knowledge"):
        fit_hazards(register, "2026-05-31", prior=HELD, delay=delay)


def test_a_clock_that_resumes_goes_on_and_is_projected() -> None:
    register = found_register("resume")
    assert pickle.loads(pickle.dumps(register.trajectory)) == register.trajectory
    assert "pause_clock='resume'" in repr(register.trajectory)
    spells = table_of(register.spells("2026-05-31"))
    late = spells["enter"] != spells["first_observed"]
    assert late.tolist() == [False, False, False, True, True]
    hazards = fit_hazards(register, "2026-05-31", prior=HELD)
    projection = project(register, hazards, as_of="2026-02-28", until="2026-12-31", paths=10)
    assert pickle.loads(pickle.dumps(projection)) == projection
    with pytest.raises(ValueError, match="'reset' or 'resume', got 'stop'"):
        Trajectory(["asked"], "done", pause="held", pause_clock="stop")
