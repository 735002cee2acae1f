"""Pickles: every value comes back equal, and those of format 1 are read for ever.

`python tests/python/test_pickle.py` writes the files that do not exist yet; a file that exists is
never written again.
"""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from opgave import Hazards, Projection, Register, RegisterError, Trajectory, _core, fit_hazards
from opgave.programme import example_programme
from opgave.projection import project

DATA = Path(__file__).parents[1] / "data"
FORMAT = 1


def values() -> dict[str, Any]:
    """One value of every type; they never change, as the files hold them."""
    way = Trajectory(["asked", "started"], "done", ["withdrawn"], "paused")
    rows = _core.EventRows(
        dwelling_id=["a", "a", "b", "c"],
        stage=["asked", "started", "asked", "asked"],
        date=["2026-01-05", "2026-02-10", "2026-01-12", "2026-02-16"],
        recorded_on=[None, "2026-02-12", "2026-01-02", None],
        corrects=[None] * 4,
        amount_cents=[None, 125050, 0, None],
        source=["phone", None, "phone", "letter"],
        note=[None, "key with owner", None, None],
    )
    dwelling_rows = _core.DwellingRows(
        ["a", "b", "c", "d"],
        neighbourhood=["Oud", "Oud", None, "Nieuw"],
        build_year=[1932, None, 1951, 1951],
        subsidence_mm_per_year=[-1.5, 0.0, None, -0.5],
        further={"colour": ["red", None, "blue", "red"]},
    )
    rules = _core.RegisterRules(
        dwellings=_core.DwellingRules(subsiding_from_mm_per_year=-1.2),
        programme_start="2026-01-10",
        as_of="2026-02-01",
    )
    core = _core.Register(way, rows, dwelling_rows, rules)
    day = "2026-03-31"
    snapshot = _core.as_of(core, day, day)
    grouping = _core.group_by(core.dwellings, ["neighbourhood"])
    prior = _core.HazardPrior(
        band_edges_months=[0, 3],
        per_month={("asked", "started"): [0.2, 0.1], ("started", "done"): [0.3, 0.3]},
    )
    hazards = _core.fit_hazards(_core.spells(core, day, day), way, prior)
    rate = {("asked", "started"): [0.4, 0.2], ("started", "done"): [0.3, 0.5]}
    certain = _core.Hazards(way, band_edges_months=[0, 3], rate=rate)
    codes = np.array([0, 0, 1], dtype=np.int32), np.array([1, -1, -1], dtype=np.int32)
    days = np.array([0, 0, 2], dtype=np.int32), np.array([2, 5, 4], dtype=np.int32)
    occupancy = _core.aalen_johansen(*codes, *days, states=["asked", "done"])
    cohorts = _core.Cohorts(stage=["asked"], age_months=[2], count=[60], stratum=[0])
    gate = _core.Gate("done", per_month=2.5, scope={"neighbourhood": "Oud"}, start="2026-04-01")
    cost = _core.Cost(90_000, scope={"neighbourhood": ["Oud", "Nieuw"]})
    budget = _core.Budget("fund", "started", cents={2026: 500_000}, costs=[cost], skips=True)
    lever = _core.Lever("asked", to="withdrawn", factor=0.5, log_sd=0.1, end="2026-12-31")
    scenario = _core.Scenario(
        inflow=[1.5, 2.0], adherence_sd=0.25, gates=[gate], budgets=[budget],
        priority=[{"neighbourhood": "Oud"}],
    )  # fmt: skip
    award = _core.Award(1000, source="letter", date="2024-12-04", vat_cents=210, about=True)
    grant_rules = _core.GrantRules(least_dwellings=100, starts="started", start_within_months=24)
    grant = _core.Grant(
        "fund", awards=[award], reserves="asked", commits="started", pays="done",
        scope={"neighbourhood": "Oud"}, rules=grant_rules,
    )  # fmt: skip
    run = _core.Run(months=2, paths=3, scenario=scenario, pools=[_core.Pool(count=4)])
    projection = _core.project(
        core, certain, as_of=day, known_on=day, until="2026-05-31", by=["neighbourhood"],
        scenario=scenario, paths=4,
    )  # fmt: skip
    target = _core.Target(
        name="two", state="done", goal=2, deadline="2026-05-31", scope={"neighbourhood": "Oud"}
    )
    one = {"sequence": [1, 2], "registered": ["2014-01-02", "2015-03-02"]}
    when = {"begin": ["2014-01-01", "2015-03-01"], "end": ["2015-03-01", None]}
    version = {**one, **when, "superseded": ["2015-03-02", None]}
    bag = _core.BagHistory(
        _core.UnitRows(
            identification=[505010000000017] * 2, **version, status=[0, 3], uses=[1, 1],
            building_count=[1, 1], building=[505100000000018] * 2,
        ),
        _core.BuildingRows(identification=[505100000000018] * 2, **version, status=[2, 4]),
        "2021-10-15",
    )  # fmt: skip
    stock_events = _core.stock_events(bag, "2021-10-15")
    far = _core.Target(name="far", state="done", goal=99, deadline="2026-05-31")
    phase = _core.PhasePrior(
        "permit", fall_through=0.1, delay_median_months=6, delay_log_sd=0.8, source="assumption"
    )
    past = _core.PastProjects(
        ["permit", "design"], ["2024-01-01", "2024-06-01"], ["2024-05-01", None], [0, 1]
    )
    pipeline_rows = _core.PipelineRows(
        ["Hof", "Laan"], units_added=[40, None], units_demolished=[10, 0],
        gross_or_net=["gross", None], phase=["permit", "design"], demolition=["2027-03-01", None],
        planned_completion=["2028-06-01", "2029-01-01"],
    )  # fmt: skip
    return {
        "Trajectory": way,
        "Deadline": _core.by("2034-12-31"),
        "BagId": _core.BagId("0505010000000017"),
        "UnitRows": bag.units,
        "BuildingRows": bag.buildings,
        "BagHistory": bag,
        "StockEvents": stock_events,
        "StockChanges": _core.stock_changes(
            stock_events, "2015-01-01", "2015-12-31", "quarter", [0], 1
        ),
        "BuildingSpells": _core.building_spells(bag, "2021-10-15"),
        "Issue": core.issues[0],
        "EventRows": rows,
        "DwellingRows": dwelling_rows,
        "DwellingRules": rules.dwellings,
        "RegisterRules": rules,
        "Category": core.dwellings.category("neighbourhood"),
        "Dwellings": core.dwellings,
        "Grouping": grouping,
        "Events": core.events,
        "Register": core,
        "Visits": _core.visits(core, day, day),
        "Snapshot": snapshot,
        "Throughput": _core.throughput(core, "asked", "month", day, day),
        "Spells": _core.spells(core, day, day),
        "ReportingDelay": _core.reporting_delay(core, day),
        "HazardPrior": prior,
        "Hazards": hazards,
        "Award": award,
        "Grant": grant,
        "GrantRules": grant_rules,
        "Gate": gate,
        "Cost": cost,
        "Budget": budget,
        "Lever": lever,
        "Occupancy": occupancy,
        "Scenario": scenario,
        "Cohorts": cohorts,
        "Pool": _core.Pool(stratum=1, priority=2, count=3),
        "Run": run,
        "Expected": _core.expected(certain, cohorts, 3),
        "Projection": projection,
        "Difference": _core.compare(projection, projection, "done"),
        "Target": target,
        "Progress": _core.progress(core, snapshot, target),
        "Probability": _core.probability(projection, far),
        "Distribution": _core.Distribution(-2, [0.25, 0.5, 0.25]),
        "PhasePrior": phase,
        "PastProjects": past,
        "PipelineRows": pipeline_rows,
        "Pipeline": _core.Pipeline(pipeline_rows, past=past, draws=200, seed=3),
    }


VALUES = values()

#: Types whose values hold numbers or words of the engine, which may change without a new format.
COMPUTED = (
    "Issue",
    "Register",
    "Hazards",
    "Occupancy",
    "Expected",
    "Projection",
    "Difference",
    "Probability",
    "Pipeline",
)


def is_bound(name: str) -> bool:
    """Whether this is a type of the extension that is not an exception."""
    kind = getattr(_core, name)
    return isinstance(kind, type) and not issubclass(kind, Exception)


def test_every_type_of_the_extension_is_here() -> None:
    assert set(VALUES) == {name for name in dir(_core) if name[0].isupper() and is_bound(name)}


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_comes_back_equal(name: str, protocol: int) -> None:
    value = VALUES[name]
    back = pickle.loads(pickle.dumps(value, protocol))
    assert type(back) is type(value)
    assert back == value
    assert copy.deepcopy(value) == value
    assert repr(back) == repr(value)


@pytest.mark.parametrize("name", VALUES)
def test_the_first_field_of_a_pickle_is_its_format(name: str) -> None:
    assert VALUES[name].__getstate__()[0] == FORMAT


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("damage", [lambda s: (2, *s[1:]), lambda s: s[:-1], lambda s: s[:0]])
def test_a_pickle_of_another_format_is_refused(name: str, damage: Any) -> None:
    kind = type(VALUES[name])
    with pytest.raises(ValueError, match=f"a pickle of {name} must have format version 1"):
        kind.__new__(kind).__setstate__(damage(VALUES[name].__getstate__()))


@pytest.mark.parametrize("name", VALUES)
def test_a_value_equals_no_other(name: str) -> None:
    assert VALUES[name] == VALUES[name]
    assert [other for other in VALUES if VALUES[other] == VALUES[name]] == [name]


@pytest.mark.parametrize("name", VALUES)
def test_a_pickle_of_format_1_is_read(name: str) -> None:
    stored = (DATA / f"{name}-{FORMAT}.pickle").read_bytes()
    back = pickle.loads(stored)
    assert type(back) is type(VALUES[name])
    assert repr(back) == repr(VALUES[name])
    assert pickle.loads(pickle.dumps(back)) == back
    assert name in COMPUTED or back == VALUES[name]


def test_a_damaged_register_is_refused() -> None:
    state = VALUES["Register"].__getstate__()
    few = _core.DwellingRows(["a"])
    small = _core.Register(
        VALUES["Trajectory"], _core.EventRows(["a"], ["asked"], ["2026-01-05"]), few
    )
    damaged = (state[0], state[1], small.dwellings, *state[3:])
    with pytest.raises(ValueError, match="must have a dwelling and a state"):
        _core.Register.__new__(_core.Register).__setstate__(damaged)  # type: ignore[attr-defined]


def test_the_values_of_the_package_come_back_equal(register: Register, hazards: Hazards) -> None:
    fitted = fit_hazards(register, "2026-05-31", prior=VALUES["HazardPrior"])
    projection = project(register, hazards, as_of="2026-05-31", until="2026-08-31", paths=5)
    for value in (register, register.as_of("2026-05-31"), hazards, fitted, projection):
        back = pickle.loads(pickle.dumps(value))
        assert type(back) is type(value)
        assert back == value
        assert value.__getstate__()[0] == FORMAT
        with pytest.raises(ValueError, match="must have format version 1"):
            type(value).__new__(type(value)).__setstate__((2, *value.__getstate__()[1:]))


def test_a_register_with_its_programme_comes_back_equal() -> None:
    programme = example_programme("permits")
    events = {"case_id": ["1"], "milestone": ["received"], "date": ["2012-01-05"]}
    register = Register(events, programme=programme)
    assert pickle.loads(pickle.dumps(register)) == register


def test_an_error_crosses_processes() -> None:
    with pytest.raises(RegisterError) as caught:
        Register({"dwelling_id": ["a"], "stage": ["finished"], "date": ["2026-01-05"]})
    back = pickle.loads(pickle.dumps(caught.value))
    assert str(back) == str(caught.value)
    assert back.problems == caught.value.problems


def test_a_projection_without_a_register_comes_back_equal(hazards: Hazards) -> None:
    run = _core.Run(months=3, paths=5)
    projection = Projection(_core.simulate(hazards.core, VALUES["Cohorts"], run))
    assert pickle.loads(pickle.dumps(projection)) == projection


if __name__ == "__main__":
    DATA.mkdir(exist_ok=True)
    for type_name, made in VALUES.items():
        file = DATA / f"{type_name}-{FORMAT}.pickle"
        if not file.exists():
            file.write_bytes(pickle.dumps(made, protocol=4))
