"""What would help, what it takes and until when, in Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import opgave as og
from opgave.examples import example
from opgave.frames import kind_of, table_of

DAY = "2026-12-31"
HOW: dict[str, Any] = {"as_of": DAY, "paths": 400, "seed": 1}


@pytest.fixture(scope="module")
def register() -> og.Register:
    made = example("krispijn")
    return og.Register(made.events, made.dwellings, programme=made.programme)


@pytest.fixture(scope="module")
def hazards(register: og.Register) -> og.Hazards:
    return og.fit_hazards(register, DAY)


def plan(inflow: float, **more: Any) -> og.Scenario:
    return og.Scenario(inflow=[inflow] * 72, adherence_sd=0.25, **more)


def test_steps_are_ranked_over_the_plan_of_the_programme(
    register: og.Register, hazards: og.Hazards
) -> None:
    steps = {"fewer": plan(8), "more": plan(14), "as now": plan(10)}
    found = og.bottlenecks(register, "renovated", steps, hazards, **HOW)
    assert kind_of(found) == register.kind
    table = table_of(found)
    assert table["step"].tolist() == ["more", "as now", "fewer"]
    assert table["probability"][0] > 3 * table["probability_std_error"][0]
    assert (table["dwellings"] == sorted(table["dwellings"], reverse=True)).all()
    assert np.isnan(table["cents"]).all()


def test_a_gain_is_that_of_two_projections(register: og.Register, hazards: og.Hazards) -> None:
    more, less = (og.project(register, hazards, scenario=plan(n), **HOW) for n in (14, 8))
    gain = more.gain(less, "renovated")
    table = table_of(
        og.bottlenecks(register, "renovated", {"x": plan(14)}, hazards, now=plan(8), **HOW)
    )
    assert {name: table[name][0] for name in ("probability", "dwellings")} == {
        name: gain[name] for name in ("probability", "dwellings")
    }
    assert gain["cents"] is None
    goal = 675
    won = np.mean(more.series("delivered")[:, 95] >= goal) - np.mean(
        less.series("delivered")[:, 95] >= goal
    )
    assert gain["probability"] == pytest.approx(won)


def test_what_it_takes_reaches_the_target_and_a_little_less_does_not(
    register: og.Register, hazards: og.Hazards
) -> None:
    found = og.required(
        register, "renovated", plan, 4, 30, hazards, probability=0.5, tolerance=0.5, **HOW
    )
    assert found.reason == ""
    assert found.setting is not None
    assert found.probability.value >= 0.5
    below = og.project(register, hazards, scenario=plan(found.setting - 0.5), **HOW)
    assert below.probability("renovated").value < 0.5
    never = og.required(register, "renovated", plan, 0, 4, hazards, **HOW)
    assert never.setting is None
    assert "not 0.8" in never.reason


def test_a_better_plan_suffices_until_a_day(register: og.Register, hazards: og.Hazards) -> None:
    options: dict[str, Any] = {"probability": 0.4, "now": plan(8), **HOW}
    found = og.point_of_no_return(register, "renovated", plan(16), hazards, **options)
    assert found.is_needed
    assert found.day is not None
    assert found.on_day is not None
    assert found.at_once.value >= found.on_day.value >= 0.4 > found.never.value
    late = og.point_of_no_return(register, "renovated", plan(9), hazards, **options)
    assert (late.day, late.on_day) == (None, None)


def test_plans_that_cannot_hand_over_say_what_differs(
    register: og.Register, hazards: og.Hazards
) -> None:
    with pytest.raises(ValueError, match="hand over need the same adherence_sd"):
        og.point_of_no_return(register, "renovated", og.Scenario(inflow=[16] * 72), hazards, **HOW)


def test_an_error_in_a_lever_is_that_error(register: og.Register, hazards: og.Hazards) -> None:
    def broken(_: float) -> og.Scenario:
        raise RuntimeError("no such plan")

    with pytest.raises(RuntimeError, match="no such plan"):
        og.required(register, "renovated", broken, 0, 1, hazards, **HOW)
    with pytest.raises(ValueError, match="from low to high"):
        og.required(register, "renovated", plan, 2, 1, hazards, tolerance=1, **HOW)
