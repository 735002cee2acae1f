"""Grants: the ledger as a frame, the money of a programme, and what a projection spends."""

from __future__ import annotations

import datetime
import pickle
from typing import Any

import numpy as np
import pytest

from opgave import (
    Award,
    Budget,
    Cost,
    Grant,
    GrantRules,
    Hazards,
    NotEnoughData,
    Projection,
    Register,
    Scenario,
    Target,
    Trajectory,
    _core,
    example,
    example_programme,
    project,
    simulate,
)
from opgave.frames import kind_of, table_of
from opgave.programme import Programme, ProgrammeError, parse_programme
from opgave.projection import scenario_of

COLUMNS = [
    "grant", "source", "date", "about", "award_cents", "vat_cents", "reserved_cents",
    "committed_cents", "paid_cents", "released_cents", "free_cents", "reserved_known",
    "committed_known", "paid_known", "released_known", "reserved_unknown", "committed_unknown",
    "paid_unknown", "released_unknown", "carried",
]  # fmt: skip

HEAD = """
name = "mine"
title = "Mine"
[sources]
letter = "The letter"
[[grants]]
name = "fund"
title = "The fund"
[[grants.amounts]]
cents = 10_000_000
vat_cents = 1_000_000
source = "letter"
date = "2025-02"
"""
STAGES = "[grants.stages]\nsource = 'assumption'\n"
BUDGET = """
[grants.budget]
cents = { 2026 = 2_000_000, 2027 = 1_000_000 }
source = "assumption: two thirds at once"
[[grants.budget.costs]]
cents = 900_000
cents_sd = 300_000
scope = { backlog = "yes" }
source = "assumption"
[[grants.budget.costs]]
cents = 500_000
source = "assumption"
"""


def fund(**changes: Any) -> Grant:
    given: dict[str, Any] = {
        "awards": [Award(10_000_000, source="letter", date="2025-02-28", vat_cents=1_000_000)],
        "reserves": "applied",
        "commits": "granted",
        "pays": "delivered",
    }
    return Grant("fund", **{**given, **changes})


@pytest.fixture
def money() -> Register:
    """One dwelling in each state of the money, and one whose amount is not known."""
    rows = [
        ("d1", "applied", "2026-01-05", 8000),
        ("d2", "applied", "2026-01-05", 9000),
        ("d2", "granted", "2026-02-05", 8500.25),
        ("d3", "granted", "2026-02-05", 7000),
        ("d3", "delivered", "2026-04-05", None),
        ("d4", "granted", "2026-02-05", None),
        ("d5", "granted", "2026-02-05", 6000),
        ("d5", "withdrawn", "2026-03-05", None),
    ]
    names = ("dwelling_id", "stage", "date", "amount_eur")
    events = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    dwellings = {
        "dwelling_id": ["d1", "d2", "d3", "d4", "d5"],
        "backlog": ["yes", "no", "no", "no", None],
    }
    return Register(events, dwellings)


def problems(text: str) -> list[str]:
    with pytest.raises(ProgrammeError) as caught:
        parse_programme(HEAD + text)
    return [str(problem) for problem in caught.value.problems]


def test_a_ledger_has_a_row_per_grant_and_source(money: Register) -> None:
    ledger = table_of(money.ledger("2026-04-30", grants=[fund()]))
    assert list(ledger) == COLUMNS
    assert ledger["grant"].tolist() == ["fund"]
    assert str(ledger["date"][0]) == "2025-02-28"
    found = {name: ledger[name].tolist()[0] for name in COLUMNS[4:]}
    assert found == {
        "award_cents": 10_000_000,
        "vat_cents": 1_000_000,
        "reserved_cents": 800_000,
        "committed_cents": 850_025,
        "paid_cents": 700_000,
        "released_cents": 49_975 + 600_000,
        "free_cents": 10_000_000 - 1_000_000 - 800_000 - 850_025 - 700_000,
        "reserved_known": 1,
        "committed_known": 1,
        "paid_known": 1,
        "released_known": 2,
        "reserved_unknown": 0,
        "committed_unknown": 1,
        "paid_unknown": 0,
        "released_unknown": 0,
        "carried": 1,
    }
    assert ledger["paid_cents"].dtype == np.int64
    assert kind_of(money.ledger("2026-04-30", grants=[fund()])) == money.kind


def test_what_is_not_known_is_missing_and_not_zero(money: Register) -> None:
    awards = [Award(10, source="letter"), Award(11, source="list", vat_cents=1)]
    plain = Grant("other", awards=awards)
    ledger = table_of(money.ledger("2026-04-30", grants=[plain, fund()]))
    assert ledger["grant"].tolist() == ["other", "other", "fund"]
    assert np.isnan(ledger["paid_cents"]).tolist() == [True, True, False]
    assert np.isnan(ledger["vat_cents"]).tolist() == [True, False, False]
    assert np.isnan(ledger["free_cents"]).tolist() == [True, True, False]
    assert ledger["paid_cents"][2] == 700_000
    early = table_of(money.ledger("2025-01-01", known_on="2025-01-01", grants=[fund()]))
    assert early["source"].tolist() == [None]
    assert np.isnan(early["award_cents"][0])


def test_dwellings_of_no_grant_have_a_row(money: Register) -> None:
    ledger = table_of(money.ledger("2026-04-30", grants=[fund(scope={"backlog": "yes"})]))
    assert ledger["grant"].tolist() == ["fund", None]
    assert ledger["reserved_cents"].tolist() == [800_000, 0]
    assert ledger["committed_cents"].tolist() == [0, 850_025]


def test_issues_of_a_ledger_name_the_place(money: Register) -> None:
    small = fund(awards=[Award(1000, source="letter"), Award(1010, source="list")])
    issues = table_of(money.ledger_issues("2026-04-30", grants=[small]))
    assert issues["code"].tolist() == ["award_conflict", "grant_overdrawn", "grant_overdrawn"]
    assert set(issues["file"]) == {"grants"}
    assert "0.10 euros" in issues["message"][0]
    assert len(table_of(money.ledger_issues("2026-04-30", grants=[fund()]))["code"]) == 0


def test_a_ledger_needs_grants_that_can_be(money: Register) -> None:
    with pytest.raises(ValueError, match="needs grants"):
        money.ledger("2026-04-30")
    with pytest.raises(ValueError, match="in the order of the stages"):
        money.ledger("2026-04-30", grants=[fund(commits="applied")])
    with pytest.raises(KeyError, match="finished"):
        money.ledger("2026-04-30", grants=[fund(pays="finished")])
    with pytest.raises(KeyError, match="colour"):
        money.ledger("2026-04-30", grants=[fund(scope={"colour": "red"})])


def test_the_example_commits_the_amounts_of_its_events() -> None:
    krispijn = example("krispijn")
    register = Register(krispijn.events, krispijn.dwellings, programme=krispijn.programme)
    ledger = table_of(register.ledger("2026-12-31"))
    assert ledger["grant"].tolist() == ["crabbehof"] * 2 + ["krispijn"] * 2
    assert np.isnan(ledger["vat_cents"]).all()
    assert np.isnan(ledger["paid_cents"][:2]).all()
    taken = sum(ledger[f"{name}_cents"][2:] for name in ("reserved", "committed", "paid"))
    assert (ledger["award_cents"][2:] - taken == ledger["free_cents"][2:]).all()
    done = register.as_of("2026-12-31").progress("renovated").done
    state = table_of(register.as_of("2026-12-31").stage_counts())
    count = dict(zip(state["stage"].tolist(), state["count"].tolist(), strict=True))
    assert count["delivered"] == done
    assert ledger["paid_unknown"][2] < done
    assert ledger["reserved_unknown"][2] >= count["applied"] > 0
    codes = table_of(register.ledger_issues("2026-12-31"))["code"].tolist()
    assert codes == ["award_conflict", "award_conflict"]


def test_a_programme_says_which_stages_move_the_money() -> None:
    grant = parse_programme(HEAD + STAGES).grants[0]
    assert grant.core() == fund(awards=[
        Award(10_000_000, source="The letter", date="2025-02-28", vat_cents=1_000_000)
    ])  # fmt: skip
    assert grant.budget is None
    scoped = parse_programme(f"{HEAD}{STAGES}scope = {{ backlog = ['yes', 'no'] }}\nreserves = ''")
    core = scoped.grants[0].core()
    assert core.reserves == ""
    assert core.scope == {"backlog": ["yes", "no"]}
    way = "[trajectory]\nstages = ['asked', 'works']\ncomplete = 'settled'\n"
    other = parse_programme(HEAD + STAGES + way)
    assert (other.grants[0].core().commits, other.grants[0].core().pays) == ("", "settled")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{STAGES}commits = 'applid'", "did you mean 'applied'?"),
        (f"{STAGES}commits = 'applied'", "reserve, commit and pay in this order"),
        (f"{STAGES}pays = 'withdrawn'", "grants[0].stages.pays is 'withdrawn'"),
        (f"{STAGES}reserves = ''\ncommits = ''\npays = ''", "names no stage"),
        (f"{STAGES}scope = {{ backlog = 1 }}", "stages.scope.backlog is 1"),
        ("[grants.stages]\n", "grants[0].stages.source is missing"),
        (BUDGET, "grants[0].budget needs a stage that spends it"),
        (STAGES + BUDGET.replace("2027 =", "later ="), "budget.cents.later is not a year"),
        (STAGES + BUDGET.replace("1_000_000 }", "-1 }"), "budget.cents.2027 is -1"),
        (STAGES + BUDGET.replace("1_000_000 }", "10000000000000000 }"), "must be at most"),
        (STAGES + BUDGET.replace("300_000", "3_000_000"), "it must be 0 or 0.001-3 times 900000"),
        (STAGES + BUDGET.replace("cents = 500_000", "cents = 0"), "costs[1].cents is 0"),
        (STAGES + BUDGET.replace("}\nsource", "}\nskips = true\nsource", 1),
         "uncertain cost cannot be skipped"),
        (STAGES + BUDGET[: BUDGET.index("[[")], "grants[0].budget.costs is missing"),
    ],
)  # fmt: skip
def test_money_that_cannot_be(text: str, expected: str) -> None:
    (problem,) = problems(text)
    assert expected in problem


RULES = """
[grants.rules]
least_dwellings = 6
least_primary_share = 0.7
starts = "started"
start_within_months = 24
finish_within_months = 120
source = "assumption: the rules of one round"
"""


def test_rules_of_a_grant_are_issues_of_its_ledger() -> None:
    programme = parse_programme(HEAD + STAGES + RULES)
    events = {"dwelling_id": ["d1"], "stage": ["granted"], "date": ["2026-02-05"]}
    register = Register(events, programme=programme)
    told = table_of(register.ledger_issues("2026-04-30"))["code"].tolist()
    assert told == ["primary_unknown", "too_few_dwellings"]
    later = table_of(register.ledger_issues("2036-04-30"))["code"].tolist()
    assert later == ["primary_unknown", "too_few_dwellings", "late_start", "late_finish"]
    assert parse_programme(HEAD + STAGES).grants[0].rules == GrantRules()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"started"', '"begun"', "rules.starts is 'begun'"),
        ('starts = "started"\n', "", "rules.starts is missing"),
        ("120", "1201", "rules.finish_within_months is 1201; it must be at most 1200"),
        ("0.7", "70", "rules.least_primary_share is 70.0; it must be a part of one"),
        ("source =", "sourc =", "rules.source is missing"),
    ],
)
def test_a_rule_that_cannot_be(old: str, new: str, expected: str) -> None:
    assert any(expected in problem for problem in problems(STAGES + RULES.replace(old, new)))


def test_money_of_a_grant_may_be_in_euros() -> None:
    text = HEAD + STAGES + BUDGET
    euros = text.replace("10_000_000", "100_000.00").replace("cents = 100_000", "euros = 100_000")
    euros = euros.replace("cents = 500_000", "euros = 5_000")
    assert euros != text
    assert parse_programme(euros).grants == parse_programme(text).grants


def test_more_for_the_vat_fund_than_there_is() -> None:
    with pytest.raises(ProgrammeError, match="vat_cents is 1000000; it is a part of 10"):
        parse_programme(HEAD.replace("10_000_000", "10"))


@pytest.fixture
def budgeted() -> Programme:
    return parse_programme(HEAD + STAGES + BUDGET)


def test_a_budget_of_a_programme_is_in_its_plan(budgeted: Programme) -> None:
    assert pickle.loads(pickle.dumps(budgeted)) == budgeted
    (plan,) = budgeted.scenario(datetime.date(2026, 4, 30), 12).budgets
    assert plan == Budget(
        "fund", "granted", cents={2026: 2_000_000, 2027: 1_000_000},
        costs=[Cost(900_000, scope={"backlog": "yes"}, cents_sd=300_000), Cost(500_000)],
    )  # fmt: skip
    assert budgeted.grants[0].budget is not None
    assert budgeted.grants[0].budget.cost_sources == ("assumption", "assumption")
    taken = {"fund": (2_500_000, 0)}
    (less,) = budgeted.scenario(datetime.date(2027, 4, 30), 12, taken).budgets
    assert less.cents == {2027: 500_000}
    (none,) = budgeted.scenario(datetime.date(2026, 4, 30), 12, taken).budgets
    assert none.cents == {2026: 0, 2027: 1_000_000}
    assert example_programme("dordt-west").scenario(datetime.date(2026, 4, 30), 12).budgets == []


def test_what_is_granted_already_is_gone_from_the_plan(budgeted: Programme) -> None:
    events = {
        "dwelling_id": ["d1", "d2", "d3", "d4"],
        "stage": ["granted", "granted", "granted", "approached"],
        "date": ["2026-02-05", "2026-02-05", "2026-05-05", "2026-01-05"],
        "amount_eur": [7000, None, 8000, None],
    }
    register = Register(events, {"dwelling_id": ["d1", "d2", "d3", "d4"], "backlog": ["no"] * 4},
                        programme=budgeted)  # fmt: skip
    day, until = datetime.date(2026, 4, 30), datetime.date(2026, 12, 31)
    (left,) = scenario_of(register, None, day, until).budgets
    # 7,000 euros, and the dearest cost where the amount is not known.
    assert left.cents == {2026: 2_000_000 - 700_000 - 900_000, 2027: 1_000_000}


@pytest.fixture
def spending_way() -> Trajectory:
    return Trajectory(["asked", "works"], "done")


@pytest.fixture
def projected(spending_way: Trajectory) -> Projection:
    rate = {("asked", "works"): [0.4], ("works", "done"): [0.4]}
    hazards = Hazards(spending_way, band_edges=[0], rate=rate)
    events = {
        "dwelling_id": [f"d{i}" for i in range(40)],
        "stage": ["asked"] * 40,
        "date": ["2026-01-05"] * 40,
    }
    funds = [
        Budget("fund", "works", cents={2026: 1_000_000, 2027: 2_000_000},
               costs=[Cost(100_000, cents_sd=50_000)]),
        Budget("bonus", "done", cents={2026: 10**9}, costs=1_000),
    ]  # fmt: skip
    return project(
        Register(events, trajectory=spending_way), hazards, as_of="2026-01-31",
        until="2028-02-29", scenario=Scenario(budgets=funds), paths=1000,
    )  # fmt: skip


def test_spending_is_a_row_per_budget_and_month(projected: Projection) -> None:
    monthly = table_of(projected.spending())
    assert list(monthly) == [
        "budget", "month", "supplied", "mean", "std_error", "q05", "q25", "q50", "q75", "q95",
    ]  # fmt: skip
    assert monthly["budget"].tolist() == ["fund"] * 25 + ["bonus"] * 25
    assert monthly["q50"].dtype == np.int64
    assert (np.diff(monthly["mean"][:25]) >= 0).all()
    assert (monthly["q95"] <= monthly["supplied"]).all()
    np.testing.assert_allclose(monthly["mean"][:25], projected.spent("fund").mean(axis=0))
    bonus = projected.series("done") * 1_000
    assert (projected.spent("bonus") == bonus).all()
    yearly = table_of(projected.spending("fund", every="year", q=[0.1]))
    assert yearly["month"].astype(str).tolist() == ["2026-12-31", "2027-12-31", "2028-02-29"]
    assert yearly["supplied"].tolist() == [1_000_000, 3_000_000, 3_000_000]
    with pytest.raises(KeyError, match="other"):
        projected.spending("other")
    with pytest.raises(ValueError, match="every must be month or year"):
        projected.spending(every="week")


def test_whether_money_lasts_is_asked_of_the_same_futures(projected: Projection) -> None:
    goal = Target(name="most", state="done", goal=25, deadline="2028-02-29")
    paths = projected.core.paths
    out = projected.money_runs_out("fund", goal)
    before = (projected.core.unpaid("fund") > 0) & (projected.series("done") < 25)
    assert out.value == (before.any(axis=1).sum() + 0.5) / (paths + 1)
    assert out.goal == 25
    both = projected.reached_within(goal, "fund", cents=2_800_000)
    last = projected.series("done")[:, -1] >= 25
    assert both.value == ((last & (projected.spent("fund")[:, -1] <= 2_800_000)).sum() + 0.5) / (
        paths + 1
    )
    assert projected.reached_within(goal, "fund").value == projected.probability(goal).value
    left = projected.money_left("fund", by="2027-12-31", more_than=100_000)
    unspent = 3_000_000 - projected.spent("fund")[:, 22]
    assert left.value == ((unspent > 100_000).sum() + 0.5) / (paths + 1)
    assert repr(left).endswith("method='simulation')")
    with pytest.raises(NotEnoughData):
        projected.money_left("fund", by="2030-12-31")
    with pytest.raises(KeyError, match="other"):
        projected.money_runs_out("other", goal)


def test_a_projection_without_budgets_spends_nothing_that_is_known(
    spending_way: Trajectory,
) -> None:
    hazards = Hazards(spending_way, band_edges=[0], rate={("asked", "works"): [0.4]})
    cohorts = _core.Cohorts(stage=["asked"], age_months=[0], count=[5])
    with pytest.raises(ValueError, match="the scenario has none"):
        simulate(hazards, cohorts, 3, paths=10).spending()


def test_a_cost_that_cannot_be() -> None:
    with pytest.raises(ValueError, match=r"cents_sd of 0 or 0\.001-3 times"):
        Budget("fund", "works", cents={0: 1}, costs=[Cost(100, cents_sd=400)])
    with pytest.raises(ValueError, match="cannot skip"):
        Budget("fund", "works", cents={0: 1}, costs=[Cost(100, cents_sd=40)], skips=True)
    assert repr(Cost(100, cents_sd=40)) == "Cost(100, scope={}, cents_sd=40)"
