"""Scenario files: what they say, and that everything wrong with one is told at once."""

from __future__ import annotations

import datetime
import pickle
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import opgave as og
from opgave.examples import example
from opgave.frames import table_of
from opgave.plan_words import Teller
from opgave.scenario_file import parse_scenario
from opgave.wording import Words

DAY = datetime.date(2026, 12, 31)
HEAD = 'title = "Mine"\nsource = "assumption"\n'
BUDGET = '[[budgets]]\nname = "fund"\nstate = "granted"\n'
COST = "[[budgets.costs]]\neuros = 100\n"
EXAMPLE = (files("opgave") / "scenarios" / "krispijn.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def register() -> og.Register:
    made = example("krispijn")
    return og.Register(made.events, made.dwellings, programme=made.programme)


@pytest.fixture(scope="module")
def hazards(register: og.Register) -> og.Hazards:
    return og.fit_hazards(register, DAY)


def problems(text: str, register: og.Register | None = None) -> list[str]:
    with pytest.raises(og.ScenarioError) as caught:
        parse_scenario(HEAD + text, register)
    return [str(problem) for problem in caught.value.problems]


# What a file says


def test_a_file_says_the_same_as_a_scenario_in_python() -> None:
    plan = parse_scenario(
        HEAD
        + """
        exits_while_waiting = false
        [[priority]]
        backlog = "yes"
        foundation_risk = ["D", "E"]
        [inflow]
        per_month = 4
        start = 2027-01-16
        end = 2027-02-28
        adherence_sd = 0.25
        [[gates]]
        state = "started"
        per_month = 9
        start = 2027-01-01
        end = 2027-12-31
        [[gates]]
        state = "delivered"
        at_once = 3
        scope = { foundation_risk = "E" }
        [[budgets]]
        name = "fund"
        state = "granted"
        euros_per_year = { 2027 = 1_000, 2028 = 0.5 }
        carries_over = false
        skips = true
        costs = [{ cents = 7, scope = { backlog = "yes" } }, { euros = 11_851.85 }]
        [[budgets]]
        name = "more"
        state = "started"
        cents_per_year = { 2027 = 12 }
        costs = [{ euros = 1 }]
        [[levers]]
        state = "applied"
        to = "granted"
        factor = 1.5
        log_sd = 0.1
        start = 2027-07-01
        """
    )
    day = datetime.date
    assert plan.scenario(DAY, 3) == og.Scenario(
        inflow=[4 * 16 / 31, 4, 0],
        adherence_sd=0.25,
        gates=[
            og.Gate("started", per_month=9, start=day(2027, 1, 1), end=day(2027, 12, 31)),
            og.Gate("delivered", per_month=3, capacitated=True, scope={"foundation_risk": "E"}),
        ],
        budgets=[
            og.Budget(
                "fund",
                "granted",
                cents={2027: 100_000, 2028: 50},
                costs=[og.Cost(7, {"backlog": "yes"}), og.Cost(1_185_185)],
                carries_over=False,
                skips=True,
            ),
            og.Budget("more", "started", cents={2027: 12}, costs=100),
        ],
        levers=[og.Lever("applied", to="granted", factor=1.5, log_sd=0.1, start=day(2027, 7, 1))],
        priority=[{"backlog": ["yes"], "foundation_risk": ["D", "E"]}],
        exits_while_waiting=False,
    )


def test_without_inflow_the_plan_of_the_programme_stays(register: og.Register) -> None:
    assert register.programme is not None
    plan = parse_scenario(HEAD)
    own = register.programme.scenario(DAY, 96)
    assert plan.scenario(DAY, 96, own) == own
    assert plan.scenario(DAY, 96) == og.Scenario()
    none = parse_scenario(HEAD + "[inflow]\nper_month = 0\nstart = 2027-01-01\nend = 2027-01-01\n")
    assert not none.scenario(DAY, 96, own).inflow.any()


def test_a_cost_may_be_uncertain_and_in_cents_or_euros() -> None:
    years = "euros_per_year = {2027 = 1_000}\n"
    euros = parse_scenario(HEAD + BUDGET + years + "costs = [{euros = 90, euros_sd = 30}]")
    cents = parse_scenario(HEAD + BUDGET + years + "costs = [{cents = 9_000, cents_sd = 3_000}]")
    assert euros == cents
    assert euros.budgets[0].costs == [og.Cost(9_000, cents_sd=3_000)]


def test_a_part_without_a_source_has_that_of_the_file() -> None:
    text = (
        "[sources]\nletter = 'The letter of 2024'\n"
        "[[levers]]\nstate = 'intake'\nfactor = 1.1\nsource = 'letter'\n"
        "[[gates]]\nstate = 'started'\nper_month = 1\n"
    )
    sources = parse_scenario(HEAD + text).sources
    assert sources == {"levers[0]": "The letter of 2024", "gates[0]": "assumption"}


def test_a_plan_projects_as_its_scenario_does(register: og.Register, hazards: og.Hazards) -> None:
    plan = parse_scenario(EXAMPLE, register)
    how: dict[str, Any] = {"as_of": DAY, "paths": 100}
    made = og.project(register, hazards, scenario=plan, **how)
    scenario = plan.scenario(DAY, 96, register.programme.scenario(DAY, 96))
    assert made == og.project(register, hazards, scenario=scenario, **how)
    rows = [
        table_of(og.bottlenecks(register, "renovated", {"x": step}, hazards, now=now, **how))
        for step, now in ((None, plan), (None, scenario))
        for step in (parse_scenario(HEAD), og.Scenario(inflow=[10.0] * 72))
    ]
    assert rows[0]["probability"] == rows[2]["probability"]
    assert rows[1]["probability"] == rows[3]["probability"]


def test_blocks_decide_together_under_every_part_of_a_plan(
    register: og.Register, hazards: og.Hazards
) -> None:
    made = og.project(
        register,
        hazards,
        as_of=DAY,
        scenario=parse_scenario(EXAMPLE, register),
        together="complex_id",
        paths=100,
    )
    assert (made.spent("grant")[:, -1] <= 800_000_000).all()
    assert made.waiting.max() > 5


# The example


def test_the_example_says_that_it_is_made_up(register: og.Register) -> None:
    plan = parse_scenario(EXAMPLE, register)
    assert plan.fictional
    assert all(source.startswith("assumption: ") for source in plan.sources.values())
    assert set(plan.sources) == {"gates[0]", "gates[1]", "budgets[0]", "levers[0]"}


def test_foundations_at_risk_wait_for_their_own_slots(
    register: og.Register, hazards: og.Hazards
) -> None:
    """Two repairs a month instead of three: 24 a year for some 250 homes is not enough."""
    three = parse_scenario(EXAMPLE, register)
    two = parse_scenario(EXAMPLE.replace("per_month = 3", "per_month = 2"), register)
    assert two.gates[1].per_month == 2
    chances = [
        og.project(register, hazards, as_of=DAY, scenario=plan, paths=1_000).probability(
            "renovated"
        )
        for plan in (two, three)
    ]
    assert chances[0].value + 5 * chances[1].std_error < chances[1].value


# What is wrong with a file


def test_everything_that_is_wrong_is_told_at_once(register: og.Register) -> None:
    told = problems(
        """
        exit_while_waiting = true
        [[gates]]
        state = "begun"
        [[gates]]
        state = "approached"
        per_month = 2
        at_once = 3
        [[gates]]
        state = "started"
        per_month = 1
        start = 2028-01-01
        end = 2027-01-01
        scope = { foundation = ["D"], backlog = ["Yes"], tenure = [] }
        [[levers]]
        state = "applied"
        to = "grant"
        factor = 0
        """,
        register,
    )
    assert told == [
        "gates[0].state is 'begun', which is not a state here; it must be one of intake, advised, "
        "applied, granted, contracted, started, delivered",
        "gates[0] has no slots; give 'per_month', or 'at_once' for those there at once",
        "gates[1].state is 'approached', which is not a state here; it must be one of intake, "
        "advised, applied, granted, contracted, started, delivered",
        "gates[1] has both 'per_month' and 'at_once'; give 'per_month', or 'at_once' for those "
        "there at once",
        "gates[2].scope.tenure is empty; give the values that count",
        "gates[2].scope.foundation is not a column that dwellings are told apart by; did you mean "
        "'foundation_risk'?",
        "gates[2].scope.backlog is 'Yes', which no dwelling has; did you mean 'yes'?",
        "gates[2].end is 2027-01-01; it must not be before start, 2028-01-01",
        "levers[0].to is 'grant', which is not a state here; did you mean 'granted'?",
        "levers[0].factor is 0; it must be finite and > 0",
        "exit_while_waiting is not known; did you mean 'exits_while_waiting'?",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BUDGET + COST, "budgets[0] has no money; give 'euros_per_year' as a table"),
        (BUDGET + "euros_per_year = {2027 = 1}\n", "budgets[0].costs is missing"),
        (BUDGET + "euros_per_year = {2027 = 1}\ncosts = []\n", "budgets[0].costs is empty"),
        (
            BUDGET + "euros_per_year = {2027 = 1}\ncents_per_year = {2027 = 1}\n" + COST,
            "budgets[0] has both 'euros_per_year' and 'cents_per_year'",
        ),
        (
            BUDGET + "euros_per_year = {soon = 1}\n" + COST,
            "budgets[0].euros_per_year.soon is not a year; write 2027 = 1_000_000",
        ),
        (
            BUDGET + "euros_per_year = {2027 = 0.005}\n" + COST,
            "budgets[0].euros_per_year.2027 is 0.005; an amount has whole cents",
        ),
        (
            BUDGET + "cents_per_year = {2027 = 1.5}\n" + COST,
            "budgets[0].cents_per_year.2027 is 1.5; it must be a whole number of cents",
        ),
        (
            BUDGET + "euros_per_year = {2027 = 1}\ncosts = [{euros = 1, cents = 100}]\n",
            "budgets[0].costs[0] has both 'euros' and 'cents'",
        ),
        (
            BUDGET + "euros_per_year = {2027 = 1}\ncosts = [{}]\n",
            "budgets[0].costs[0] has no amount; give 'euros' or 'cents'",
        ),
        (
            BUDGET + "euros_per_year = {2027 = -1}\n" + COST,
            "budgets[0].euros_per_year.2027 is -1; it must be at least 0",
        ),
        (
            BUDGET + "euros_per_year = {2027 = 1}\ncosts = [{euros = 90, euros_sd = 300}]\n",
            "budgets[0].costs[0].euros_sd is 300; it must be 0 or 0.001-3 times 90",
        ),
        (
            BUDGET + "euros_per_year = {2027 = 1e13}\n" + COST,
            "budgets[0].euros_per_year.2027 is 10000000000000.0; it must be at most 1000000000000",
        ),
        ("[[levers]]\nstate = 'intake'\nfactor = 5000\n", "levers[0] cannot be: the lever on"),
        ("[[gates]]\nstate = 'started'\nper_month = 1\nsource = 'me'\n", "gates[0].source is 'me'"),
        ("gates = 3\n", "gates is 3; it must be a list of tables [[gates]]"),
        ("priority = [{backlog = 3}]\n", "priority[0].backlog is 3"),
        ("[[gates]\n", "is not TOML: "),
    ],
)
def test_one_fault_gives_one_message(text: str, told: str) -> None:
    (one,) = problems(text)
    assert one.startswith(told)


def test_an_error_names_the_file_and_can_be_pickled(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_bytes(b"title = '\xff'")
    with pytest.raises(og.ScenarioError, match=r"^plan\.toml: the file is not UTF-8") as caught:
        og.read_scenario(path)
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems


# Words


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            [
                "At most 9 homes a month can enter “works started”.",
                "At most 3 homes a month can enter “works started” (foundation risk: D or E).",
                "Budget “grant”: €\xa08,000,000 in 2027\N{EN DASH}2034. "
                "Entering “grant awarded” "
                "costs €\xa011,852. What a year leaves is there in the next. Who is first and does "
                "not fit holds up the others.",
                "The pace from “grant applied” to “grant awarded” is 1.50 times as high from "
                "1\xa0July\xa02027, with an uncertainty of 0.10 in its logarithm.",
                "Priority, in this order: maintenance backlog: yes.",
            ],
        ),
        (
            "nl",
            [
                "Ten hoogste 9 homes per maand kunnen naar “werk begonnen”.",
                "Ten hoogste 3 homes per maand kunnen naar “werk begonnen” (funderingsrisico: "
                "D of E).",
                "Budget “grant”: €\xa08.000.000 in 2027\N{EN DASH}2034. "
                "Wie naar “subsidie toegekend” "
                "gaat kost €\xa011.852. Wat een jaar overlaat gaat mee naar het volgende. Wie "
                "vooraan staat en niet past, houdt de rest op.",
                "Het tempo van “subsidie aangevraagd” naar “subsidie toegekend” is 1,50 keer zo "
                "hoog vanaf 1\xa0juli\xa02027, met een onzekerheid van 0,10 in de logaritme.",
                "Voorrang, in deze volgorde: achterstallig onderhoud: ja.",
            ],
        ),
    ],
)
def test_a_plan_in_words(language: Any, told: list[str]) -> None:
    plan = parse_scenario(EXAMPLE).scenario(DAY, 96)
    assert list(Teller(Words(language), "homes").parts(plan)) == told
