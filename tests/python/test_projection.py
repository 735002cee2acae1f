"""Projections: shapes, what is conserved, groups, targets and comparisons."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from opgave import (
    Cohorts,
    Hazards,
    NotEnoughData,
    Projection,
    Register,
    Scenario,
    Target,
    Trajectory,
    example_programme,
    expected,
    project,
    simulate,
)
from opgave.frames import kind_of, table_of

STATES = ["not_started", "asked", "started", "done", "withdrawn", "paused"]


@pytest.fixture
def cohorts() -> Cohorts:
    return Cohorts(stage=["asked", "started"], age_months=[2, 0], count=[60, 25])


@pytest.fixture
def projection(register: Register, hazards: Hazards) -> Projection:
    return project(
        register, hazards, as_of="2026-05-31", until="2026-12-31", by="neighbourhood", paths=400,
        scenario=Scenario(inflow=[1, 1]),
    )  # fmt: skip


def test_a_simulation_keeps_every_dwelling(hazards: Hazards, cohorts: Cohorts) -> None:
    made = simulate(hazards, cohorts, 12, Scenario(inflow=[10] * 3), paths=200)
    assert made.series("done").shape == (200, 12)
    assert made.series("done").dtype == np.int32
    assert (sum(made.series(state) for state in STATES)[:, -1] == 115).all()
    assert (np.diff(made.series("done"), axis=1) >= 0).all()
    assert made.months.tolist() == list(range(1, 13))
    assert made.as_of is None
    assert made.register is None
    with pytest.raises(KeyError, match="withdrawn"):
        made.series("finished")


def test_a_paused_dwelling_goes_on_from_the_months_it_had_waited() -> None:
    way = Trajectory(["asked"], "done", pause="held", pause_clock="resume")
    rates = {("asked", "done"): [0.0, 50.0], ("held", "return"): [50.0, 50.0]}
    hazards = Hazards(way, band_edges=[0, 6], rate=rates)
    paused = {"stage": ["held"], "age_months": [0], "count": [10], "interrupted": ["asked"]}
    done = []
    for waited in (2, 8):
        cohorts = Cohorts(**paused, waited_months=[waited])
        assert cohorts.waited_months.tolist() == [waited]
        assert pickle.loads(pickle.dumps(cohorts)) == cohorts
        table = table_of(expected(hazards, cohorts, 3))
        done.append(table["mean"][table["state"] == "done"].round(6).tolist())
    assert done == [[0, 0, 0], [0, 10, 10]]
    with pytest.raises(ValueError, match="cohorts need waited_months"):
        expected(hazards, Cohorts(**paused), 3)


def test_the_mean_of_a_simulation_is_the_expected(hazards: Hazards, cohorts: Cohorts) -> None:
    # 4 months x 5 states at 5 standard errors: a false alarm in fewer than 1 of 50,000 seeds.
    paths = 4000
    made = simulate(hazards, cohorts, 4, Scenario(inflow=[10] * 4), paths=paths)
    exact = table_of(expected(hazards, cohorts, 4, [10] * 4))
    assert list(exact) == ["month", "state", "mean", "variance"]
    for month, state, mean, variance in zip(*exact.values(), strict=True):
        error = np.sqrt(variance / paths)
        assert abs(made.series(state)[:, month - 1].mean() - mean) < 5 * error + 1e-9


def test_expected_counts_have_a_row_per_month_and_state(hazards: Hazards, cohorts: Cohorts) -> None:
    table = table_of(expected(hazards, cohorts, months=3))
    assert table["month"].tolist() == [1] * 5 + [2] * 5 + [3] * 5
    assert table["state"].tolist() == STATES[1:] * 3
    assert table["mean"][table["month"] == 3].sum() == pytest.approx(85)
    assert (table["variance"] >= -1e-9).all()


@pytest.mark.parametrize(
    "cohort",
    [
        {"stage": ["asked"], "age_months": [-1], "count": [1]},
        {"stage": ["asked"], "age_months": [0], "count": [-1]},
        {"stage": ["asked"], "age_months": [0, 1], "count": [1]},
    ],
)
def test_cohorts_that_cannot_be_are_refused(hazards: Hazards, cohort: dict[str, Any]) -> None:
    for ask in (simulate, expected):
        with pytest.raises(ValueError, match=r"cohort|age|count|equal|columns"):
            ask(hazards, Cohorts(**cohort), 3)


def test_a_cohort_in_an_unknown_stage_is_a_key_error(hazards: Hazards) -> None:
    cohorts = Cohorts(stage=["finished"], age_months=[0], count=[1])
    for ask in (simulate, expected):
        with pytest.raises(KeyError, match=r"withdrawn.*finished"):
            ask(hazards, cohorts, 3)


def test_a_projection_starts_where_the_dwellings_stand(projection: Projection) -> None:
    ends = projection.months.astype(str).tolist()
    assert ends[0] == "2026-06-30"
    assert ends[-1] == "2026-12-31"
    total = sum(projection.series(state) for state in STATES)
    assert (total == 6).all()
    assert (projection.series("done") >= 1).all()
    assert str(projection.as_of) == "2026-05-31"


def test_quantiles_are_rows_per_month_and_series(projection: Projection) -> None:
    frame = projection.quantiles("done")
    assert list(frame) == ["month", "series", "q05", "q25", "q50", "q75", "q95"]
    assert frame["month"].dtype == np.dtype("M8[D]")
    assert len(frame["month"]) == 7
    levels = np.stack([frame[name] for name in list(frame)[2:]])
    assert levels.dtype == np.int64
    assert (np.diff(levels, axis=0) >= 0).all()
    everything = projection.quantiles(q=[0.5])
    assert list(dict.fromkeys(everything["series"])) == STATES
    assert len(everything["q50"]) == 7 * len(STATES)


def test_levels_have_names(projection: Projection) -> None:
    frame = projection.quantiles("done", q=(0, 0.025, 0.07, 0.5, 1))
    assert list(frame)[2:] == ["q00", "q2.5", "q07", "q50", "q100"]
    with pytest.raises(ValueError, match=r"1\.5"):
        projection.quantiles("done", q=(1.5,))


def test_quantiles_by_a_column_have_a_row_per_group(projection: Projection) -> None:
    frame = projection.quantiles("done", by="neighbourhood", q=(0, 1))
    assert list(frame) == ["neighbourhood", "month", "series", "q00", "q100"]
    assert list(dict.fromkeys(frame["neighbourhood"])) == ["Oud", "Nieuw", "unknown"]
    last = frame["month"] == frame["month"].max()
    assert (frame["q100"][last] <= 2).all()
    with pytest.raises(KeyError, match="neighbourhood"):
        projection.quantiles("done", by="backlog")


def test_a_quantile_is_the_smallest_count_reached(hazards: Hazards, cohorts: Cohorts) -> None:
    made = simulate(hazards, cohorts, 2, paths=101)
    frame = table_of(made.quantiles("done", q=(0.5,)))
    assert frame["month"].tolist() == [1, 2]
    for month in range(2):
        counts = np.sort(made.series("done")[:, month])
        assert frame["q50"][month] == counts[50]


def test_probability_of_a_target(projection: Projection) -> None:
    def ask(goal: int, **more: Any) -> Any:
        target = Target(name="x", state="done", goal=goal, deadline="2026-12-31", **more)
        return projection.probability(target)

    assert ask(1).method == "reached"
    assert ask(1).value == 1
    assert ask(7).method == "unreachable"
    assert ask(7).value == 0
    assert 0 < ask(3).value < 1
    assert (ask(3).method, ask(3).std_error) == ("exact", 0)  # the rates are certain
    assert ask(2).value > ask(3).value > ask(4).value
    assert ask(2, scope={"neighbourhood": "Oud"}).ceiling == 2
    with pytest.raises(KeyError):
        ask(2, scope={"backlog": "yes"})
    late = Target(name="x", state="done", goal=2, deadline="2030-12-31")
    with pytest.raises(NotEnoughData, match="2030-12-31"):
        projection.probability(late)


def test_a_comparison_is_paired(register: Register, hazards: Hazards) -> None:
    def run(inflow: list[float], **more: Any) -> Projection:
        asked = {"paths": 400, **more}
        return project(register, hazards, as_of="2026-05-31", until="2026-12-31",
                       scenario=Scenario(inflow=inflow), **asked)  # fmt: skip

    none, one = run([]), run([1])
    frame = one.compare(none)
    assert list(frame) == ["month", "difference", "std_error"]
    assert frame["difference"][-1] > 0
    assert (frame["std_error"] >= 0).all()
    assert (none.compare(none)["difference"] == 0).all()
    assert one.compare(none, "not_started")["difference"].tolist() == [-1.0] * 7
    with pytest.raises(ValueError, match="seed"):
        none.compare(run([], seed=2))


def test_what_a_programme_says_is_the_default() -> None:
    programme = replace(example_programme("dordt-west"), identification="text")
    events = {"dwelling_id": ["a"], "stage": ["approached"], "date": ["2030-01-05"]}
    dwellings = {"dwelling_id": ["a", "b"], "backlog": ["yes", "no"]}
    register = Register(events, dwellings, programme=programme)
    made = project(register, as_of="2030-01-31", paths=20)
    deadline = max(target.last_day for target in programme.targets if target.measured)
    assert made.months[-1] <= np.datetime64(deadline)
    assert set(made.core.grouping.columns) == {
        column for t in programme.targets if t.measured for column in t.scope
    }
    assert (made.series("not_started")[:, -1] == 0).all()
    for target in programme.targets:
        if target.measured:
            assert made.probability(target) == made.probability(target.name)


def test_without_a_programme_the_end_must_be_given(register: Register, hazards: Hazards) -> None:
    with pytest.raises(ValueError, match="until must be given"):
        project(register, hazards, as_of="2026-05-31")
    with pytest.raises(ValueError, match="2026-05-31"):
        project(register, hazards, as_of="2026-05-31", until="2026-05-31")
    with pytest.raises(KeyError, match="colour"):
        project(register, hazards, as_of="2026-05-31", until="2026-12-31", by="street")


def test_progress_of_a_projection_is_told(register: Register, hazards: Hazards) -> None:
    told: list[float] = []
    project(register, hazards, as_of="2026-05-31", until="2026-12-31", paths=300, threads=1,
            progress=told.append)  # fmt: skip
    assert told[-1] == 1
    with pytest.raises(RuntimeError, match="stopped"):
        project(register, hazards, as_of="2026-05-31", until="2026-12-31", paths=300, threads=1,
                progress=lambda _: False)  # fmt: skip


def test_frames_are_of_the_registers_kind(way: Trajectory, hazards: Hazards) -> None:
    pl = pytest.importorskip("polars")
    events = pl.DataFrame({"dwelling_id": ["a"], "stage": ["asked"], "date": ["2026-01-05"]})
    register = Register(events, trajectory=way)
    made = project(register, hazards, as_of="2026-01-31", until="2026-03-31", paths=20)
    assert kind_of(made.quantiles("done")) == "polars"
    assert made.quantiles("done")["month"].dtype == pl.Date


def test_a_projection_shows_itself(projection: Projection) -> None:
    assert repr(projection) == "Projection(400 paths, 7 months, 3 strata, seed 1)"
    assert "<table>" in projection._repr_html_()


def test_a_projection_draws_itself(projection: Projection) -> None:
    pytest.importorskip("altair")
    assert projection.chart().to_dict()["$schema"]
