"""The programme file is read strictly, and the built-in programmes say what was committed to."""

from __future__ import annotations

import calendar
import datetime
import itertools
import pickle
import tomllib
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opgave import _core
from opgave.programme import (
    Programme,
    ProgrammeError,
    example_programme,
    example_programmes,
    parse_programme,
)

HEAD = 'name = "mine"\ntitle = "Mine"\n'
TARGET = '[[targets]]\nname = "t"\ntitle = "T"\nsource = "assumption"\n'
RATE = '[[prior.rates]]\nfrom = "approached"\nto = "intake"\nsource = "assumption"\n'
SIX = "per_month = [1, 1, 1, 1, 1, 1]\n"


def problems(text: str) -> list[str]:
    with pytest.raises(ProgrammeError) as caught:
        parse_programme(HEAD + text)
    return [str(problem) for problem in caught.value.problems]


@pytest.fixture(scope="module")
def dordt() -> Programme:
    return example_programme("dordt-west")


@pytest.fixture(scope="module")
def permits() -> Programme:
    return example_programme("permits")


# The built-in programmes


def test_the_targets_of_the_letter(dordt: Programme) -> None:
    promised = [
        (target.name, target.quantity, target.goal, target.last_day) for target in dordt.targets
    ]
    decade = datetime.date(2034, 12, 31)
    assert promised == [
        ("renovated", "dwellings", 675, decade),
        ("backlog_cleared", "dwellings", 101, decade),
        ("net_homes", "net_additions", 1000, datetime.date(2029, 12, 31)),
        ("squares", "counted", 4, decade),
        ("dubbeldamseweg_zuid", "counted", 1, decade),
    ]
    assert dordt.target("renovated").inclusive
    assert not dordt.target("net_homes").inclusive
    assert dordt.target("backlog_cleared").scope == {"backlog": "yes"}
    assert all("Raadsinformatiebrief" in target.source for target in dordt.targets)


def test_a_target_in_the_form_of_the_engine(dordt: Programme) -> None:
    target = dordt.target("backlog_cleared").core()
    assert (target.name, target.state, target.goal) == ("backlog_cleared", "delivered", 101)
    assert dict(target.scope) == {"backlog": "yes"}
    assert target.deadline == _core.by(datetime.date(2034, 12, 31))
    assert dordt.target("net_homes").done is None
    with pytest.raises(ValueError, match="net_additions: not measured in this register"):
        dordt.target("net_homes").core()


def test_each_grant_shows_every_source(dordt: Programme) -> None:
    amounts = {
        grant.name: [(amount.cents, amount.dated, amount.about) for amount in grant.amounts]
        for grant in dordt.grants
    }
    assert amounts == {
        "crabbehof": [(1_706_164_800, "2024-12", False), (1_706_163_800, "2024-05-13", False)],
        "krispijn": [(800_000_000, "2024-12", True), (799_999_967, "2024-12-04", False)],
    }
    assert all(grant.conflict for grant in dordt.grants)


def test_five_pillars_with_what_the_letter_counts(dordt: Programme) -> None:
    assert [pillar.title_nl for pillar in dordt.pillars] == [
        "Wonen en fysieke leefomgeving",
        "Gezond en samen leven",
        "Leren en ontwikkelen",
        "Arbeidsmarkt en bestaanszekerheid",
        "Leefbaar en veilig",
    ]
    assert all(pillar.indicators for pillar in dordt.pillars)
    about = {i.text: i.count for p in dordt.pillars for i in p.indicators if i.about}
    assert list(about.values()) == [8, 10, 10]


def test_areas_have_code_and_year(dordt: Programme) -> None:
    codes = [(area.code, area.year) for area in dordt.areas]
    assert codes == [
        ("GM0505", 2019),
        ("WK050503", 2019),
        ("WK050504", 2019),
        ("WK050507", 2019),
        ("WK050508", 2019),
    ]


def test_the_trajectory_is_the_default_one(dordt: Programme) -> None:
    assert dordt.trajectory == _core.default_trajectory()
    assert dordt.identification == "bag"
    assert not dordt.fictional


def test_the_prior_has_every_move_with_a_source(dordt: Programme) -> None:
    assert dordt.prior is not None
    stages = [*dordt.trajectory.stages, dordt.trajectory.complete]
    moves = set(dordt.prior.per_month)
    assert set(itertools.pairwise(stages)) <= moves
    assert {(stage, "withdrawn") for stage in stages[:-1]} <= moves
    assert ("paused", "return") in moves
    assert set(dordt.prior_sources) == moves
    assert all(dordt.prior_sources.values())
    assert (dordt.prior.level_shape, dordt.prior.band_shape) == (4, 25)
    assert (dordt.prior.effect_scale, dordt.prior.shock_scale, dordt.prior.season) == (
        0.5,
        0.15,
        [],
    )
    assert dordt.prior_source


def test_the_prior_is_plausible(dordt: Programme) -> None:
    """From approach to delivery in about two years; more than a quarter withdraws."""
    assert dordt.prior is not None
    hazards = _core.Hazards(
        dordt.trajectory,
        band_edges_months=dordt.prior.band_edges_months,
        rate=dordt.prior.per_month,
    )
    cohort = _core.Cohorts(stage=["approached"], age_months=[0], count=[1000])
    mean = np.asarray(_core.expected(hazards, cohorts=cohort, months=240).mean)
    states = list(dordt.trajectory.states)
    delivered, withdrawn = (mean[:, states.index(name)] for name in ("delivered", "withdrawn"))
    assert 0.25 < withdrawn[-1] / 1000 < 0.30
    assert 20 <= int(np.argmax(delivered >= delivered[-1] / 2)) + 1 <= 26
    assert delivered[-1] + withdrawn[-1] > 990


def test_the_permits_have_no_promises_and_no_prior(permits: Programme) -> None:
    assert permits.trajectory.stages == ["received", "registered", "assessed", "advised", "decided"]
    assert permits.trajectory.complete == "completed"
    assert permits.columns == {"dwelling_id": "case_id", "stage": "milestone"}
    assert permits.identification == "text"
    assert (permits.targets, permits.prior, permits.inflow) == ((), None, None)


def test_every_built_in_programme_can_be_read_and_pickled() -> None:
    for name in example_programmes():
        programme = example_programme(name)
        assert programme.name == name
        assert pickle.loads(pickle.dumps(programme)) == programme


def test_a_built_in_programme_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="'dordt'; there are: dordt-west, permits"):
        example_programme("dordt")


def test_a_target_that_is_not_there(dordt: Programme) -> None:
    with pytest.raises(KeyError, match="renovated, backlog_cleared"):
        dordt.target("renovate")


# The plan


def test_the_plan_on_the_grid(dordt: Programme) -> None:
    scenario = dordt.scenario(datetime.date(2032, 10, 31), 4)
    assert list(scenario.inflow) == [10, 10, 0, 0]
    assert scenario.adherence_sd == 0.25


def test_a_first_month_that_is_partly_over_has_the_pace_of_a_whole_one(dordt: Programme) -> None:
    assert list(dordt.scenario(datetime.date(2026, 11, 10), 2).inflow) == [10, 10]


def test_without_a_plan_nobody_is_approached(permits: Programme) -> None:
    scenario = permits.scenario(datetime.date(2014, 1, 1), 12)
    assert list(scenario.inflow) == []


@given(
    as_of=st.dates(datetime.date(2024, 1, 1), datetime.date(2026, 12, 31)),
    start=st.dates(datetime.date(2024, 1, 1), datetime.date(2026, 12, 31)),
    days=st.integers(0, 800),
)
def test_the_plan_counts_every_planned_day(
    as_of: datetime.date, start: datetime.date, days: int
) -> None:
    end = start + datetime.timedelta(days=days)
    plan = f"[inflow]\nper_month = 3\nstart = {start}\nend = {end}\nsource = 'assumption'\n"
    inflow = parse_programme(HEAD + plan).scenario(as_of, 72).inflow
    day, total = as_of, [0.0] * 72
    while day < end:
        day += datetime.timedelta(days=1)
        whole = calendar.monthrange(day.year, day.month)[1]
        first = as_of + datetime.timedelta(days=1)
        month = (day.year - first.year) * 12 + day.month - first.month
        left = whole - first.day + 1 if month == 0 else whole
        total[month] += 3 / left if day >= start else 0
    assert list(inflow) == pytest.approx(total)


# Strictness


def test_the_least_programme_goes_the_default_way() -> None:
    programme = parse_programme(HEAD)
    assert programme.trajectory == _core.default_trajectory()
    assert programme.title_nl == "Mine"
    assert (programme.start, programme.prior, programme.targets) == (None, None, ())
    assert programme.subsiding_from_mm_per_year == -1.0


def test_all_problems_are_told_at_once() -> None:
    text = """
start = "2024-12-04"
identification = "BAG"
fictional = 1
titel = "Mijn"
[columns]
stadium = "x"
date = "x"
[inflow]
per_month = -1
start = 2025-01-01
end = 2024-01-01
source = "letter"
"""
    assert problems(text) == [
        "fictional is 1; it must be true or false",
        "start is '2024-12-04'; it must be a date without time, 2034-12-31",
        "identification is 'BAG'; it must be one of bag, text",
        "columns.stadium is not a column of a register; known are " + ", ".join(_columns()),
        "columns.date is 'x', as columns.stadium is; a column of a file has one meaning",
        "inflow.per_month is -1; it must be finite and >= 0",
        "inflow.source is 'letter', which is not in [sources]; "
        "add it there, or write 'assumption: …'",
        "inflow.end is 2024-01-01; it must not be before start, 2025-01-01",
        "titel is not known; did you mean 'title'?",
    ]


def _columns() -> list[str]:
    from opgave.parsing import DWELLING_COLUMNS, EVENT_COLUMNS

    return list(dict.fromkeys([*EVENT_COLUMNS, *DWELLING_COLUMNS]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("goal = 0\nby = 2030-01-01", "targets[0].goal is 0; it must be at least 1"),
        ("goal = 1.5\nby = 2030-01-01", "targets[0].goal is 1.5; it must be a whole number"),
        ("goal = true\nby = 2030-01-01", "targets[0].goal is True; it must be a whole number"),
        ("by = 2030-01-01", "targets[0].goal is missing"),
        ("goal = 1", "targets[0] has no deadline; give 'by' if that day counts, or 'before'"),
        ("goal = 1\nby = 2030-01-01\nbefore = 2030-01-01", "targets[0] has both 'by' and 'before'"),
        ("goal = 1\nby = 2030-01-01T00:00:00", "targets[0].by is 2030-01-01T00:00:00; it must be"),
        ("goal = 1\nby = 2030-01-01\nstate = 'deliverd'", "did you mean 'delivered'?"),
        ("goal = 1\nby = 2030-01-01\nquantity = 'homes'", "targets[0].quantity is 'homes'"),
        (
            "goal = 1\nby = 2030-01-01\nquantity = 'counted'\nstate = 'delivered'",
            "targets[0].state is 'delivered'; a target that counts counted has none",
        ),
        ("goal = 1\nby = 2030-01-01\ndone = 3", "targets[0].done is 3; the register counts"),
        (
            "goal = 1\nby = 2030-01-01\nscope = { backlog = true }",
            "targets[0].scope.backlog is True",
        ),
    ],
)
def test_a_target_that_cannot_be(text: str, expected: str) -> None:
    (problem,) = problems(f"{TARGET}{text}\n")
    assert expected in problem


def test_two_targets_of_one_name() -> None:
    target = f"{TARGET}goal = 1\nby = 2030-01-01\n"
    assert problems(target + target) == [
        "targets[1].name is 't', as targets[0].name is; give each its own name"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stages = []\ncomplete = 'z'", "trajectory.stages is empty"),
        ("stages = ['a', 'a']\ncomplete = 'z'", "trajectory.stages[1] is 'a', which is"),
        ("stages = ['a', 'b']\ncomplete = 'a'", "trajectory.complete is 'a', which is"),
        ("stages = ['a']\ncomplete = 'z'\nexits = ['z']", "trajectory.exits[0] is 'z', which is"),
        ("stages = ['a']\ncomplete = 'z'\npause = 'a'", "trajectory.pause is 'a', which is"),
        ("stages = ['a', '']\ncomplete = 'z'", "trajectory.stages[1] is empty"),
        ("stages = ['return']\ncomplete = 'z'", "trajectory.stages[0] is 'return', which is reser"),
        ("stages = 'a'\ncomplete = 'z'", "trajectory.stages is 'a'; it must be a list of texts"),
        ("stages = ['a', 1]\ncomplete = 'z'", "trajectory.stages[1] is 1; it must be a text"),
        ("stages = ['a']", "trajectory.complete is missing"),
        ("stages = ['a']\ncomplete = 'z'\nexit = ['x']", "trajectory.exit is not known; did you"),
    ],
)
def test_a_trajectory_that_cannot_be(text: str, expected: str) -> None:
    (problem,) = problems(f"[trajectory]\n{text}\n")
    assert expected in problem


def test_a_trajectory_of_too_many_states() -> None:
    stages = [f"s{number}" for number in range(64)]
    assert "trajectory has 65 states; at most 64 are possible" in problems(
        f"[trajectory]\nstages = {stages}\ncomplete = 'z'\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RATE, "prior.rates[0].per_month is missing"),
        (
            RATE + "per_month = [1, 1]",
            "prior.rates[0].per_month has 2 rates; give one per duration",
        ),
        (RATE + "per_month = [1, 1, -1, 1, 1, 1]", "prior.rates[0].per_month[2] is -1; it must be"),
        (RATE + "per_month = [1, 1, 'x', 1, 1, 1, 1]", "prior.rates[0].per_month[2] is 'x'"),
        (RATE.replace("intake", "intaek") + SIX, "did you mean 'intake'?"),
        (RATE.replace("approached", "delivered") + SIX, "prior.rates[0].from is 'delivered'"),
        (RATE.replace("intake", "approached") + SIX, "prior.rates[0].to is 'approached'"),
        (RATE.replace("intake", "return") + SIX, "prior.rates[0].to is 'return'"),
        (RATE.replace("approached", "paused") + SIX, "must be one of return, withdrawn"),
        (RATE.replace("source", "sauce") + SIX, "prior.rates[0].source is missing"),
        (RATE + SIX + RATE + SIX, "prior.rates[1] gives approached → intake a second time"),
        ("level_shape = 0\n" + RATE + SIX, "prior.level_shape is 0; it must be finite and > 0"),
        ("effect_scale = 0\n" + RATE + SIX, "prior.effect_scale is 0; it must be finite and > 0"),
        ("shock_scale = -1\n" + RATE + SIX, "prior.shock_scale is -1; it must be finite and >= 0"),
        ("season = [1, 1]\n" + RATE + SIX, "prior.season has 2 factors with the sum 2.0; give"),
        (f"season = {[1] * 11 + [2]}\n" + RATE + SIX, "has 12 factors with the sum 13.0; give"),
        (f"season = {[0, 2] + [1] * 10}\n" + RATE + SIX, "give twelve factors > 0, January first"),
        ("season_shape = 0\n" + RATE + SIX, "prior.season_shape is 0; it must be finite and > 0"),
        ("band_edges_months = [1, 2]\n" + RATE + "per_month = [1, 1]", "edges start at 0 and rise"),
        ("band_edges_months = [0, 0]\n" + RATE + "per_month = [1, 1]", "edges start at 0 and rise"),
    ],
)
def test_a_prior_that_cannot_be(text: str, expected: str) -> None:
    assert any(
        expected in problem for problem in problems(f"[prior]\nsource = 'assumption'\n{text}")
    )


def test_a_prior_holds_what_varies() -> None:
    text = "shock_scale = 0\neffect_scale = 0.3\nseason_shape = 40\n"
    text += f"season = {[0.5, 1.5] * 6}\n"
    prior = parse_programme(f"{HEAD}[prior]\nsource = 'assumption'\n{text}{RATE}{SIX}").prior
    assert prior is not None
    assert (prior.shock_scale, prior.effect_scale, prior.season_shape) == (0, 0.3, 40)
    assert prior.season == [0.5, 1.5] * 6


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("cents = 1\nsource = 'assumption'", "grants[0].amounts[0].date is missing"),
        ("cents = 1\ndate = 2024-12-04", "grants[0].amounts[0].source is missing"),
        ("cents = 1.5\nsource = 'assumption'\ndate = 2024-12-04", "amounts[0].cents is 1.5"),
        ("cents = -1\nsource = 'assumption'\ndate = 2024-12-04", "amounts[0].cents is -1"),
        ("cents = 1\nsource = 'assumption'\ndate = '2024-13'", "amounts[0].date is '2024-13'"),
        ("cents = 1\nsource = 'lettre'\ndate = '2024-12'", "did you mean 'letter'?"),
    ],
)
def test_an_amount_that_cannot_be(amount: str, expected: str) -> None:
    grant = "[[grants]]\nname = 'g'\ntitle = 'G'\n[[grants.amounts]]\n"
    text = f"[sources]\nletter = 'The letter'\n{grant}{amount}\n"
    (problem,) = problems(text)
    assert expected in problem


def test_a_grant_without_an_amount() -> None:
    assert problems("[[grants]]\nname = 'g'\ntitle = 'G'\n")[0].startswith(
        "grants[0].amounts is missing"
    )


@pytest.mark.parametrize("speed", ["0", "0.5", "-inf", "nan"])
def test_a_speed_that_does_not_sink(speed: str) -> None:
    text = f"[subsidence]\nfrom_mm_per_year = {speed}\nsource = 'assumption'\n"
    assert problems(text)[0].startswith("subsidence.from_mm_per_year is ")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("title = Dordt", "write a text in quotes"),
        ("title", "write key = value"),
        ("= 3", "begin the line with a key"),
        ("goal = 0,5", "a number with a point"),
        ("start = 2026-13-01", "a date that exists"),
        ("goal = 1\ngoal = 2", "give each key once"),
        ("[prior]\n[prior]", "give each table once"),
        ('title = "Dordt\n', "close the quotes"),
        ("stages = ['a', 'b'", "close the list"),
        ("[[targets]", "with ] or ]]"),
    ],
)
def test_what_is_not_toml_is_told_with_its_place_and_a_hint(text: str, hint: str) -> None:
    (told,) = problems(text)
    assert told.startswith("is not TOML: ")
    assert "line" in told or "end of document" in told
    assert hint in told


def test_an_error_can_be_pickled_and_shows_the_first_twenty() -> None:
    with pytest.raises(ProgrammeError) as caught:
        parse_programme("".join(f"key_{number} = 1\n" for number in range(30)), name="a.toml")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert copy.problems == caught.value.problems
    assert len(str(copy).splitlines()) == 21
    assert str(copy).endswith("a.toml: and 12 problems more")


LEAVES: Any = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.dates()
    | st.lists(st.integers())
)


@given(data=st.data())
def test_any_change_of_one_value_gives_a_programme_or_a_programme_error(data: Any) -> None:
    """Each value of the built-in programme is replaced by something else, or taken out."""
    text = (files("opgave") / "programmes" / "dordt-west.toml").read_text(encoding="utf-8")
    values = tomllib.loads(text)
    place: Any = values
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if isinstance(place[key], dict | list) and place[key] and data.draw(st.integers(0, 3)):
            place = place[key]
        else:
            break
    place[key] = data.draw(LEAVES.filter(lambda leaf: leaf is not None))
    answer: Programme | ProgrammeError
    try:
        answer = parse_programme(_toml(values))
    except ProgrammeError as error:
        answer = error
    assert str(answer)


def _toml(value: Any) -> str:
    """The tables of a TOML text, each on one line."""
    return "".join(f"{_key(key)} = {_value(entry)}\n" for key, entry in value.items())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return _key(value) if isinstance(value, str) else repr(value)


def _key(text: str) -> str:
    escaped = "".join(
        char if char.isalnum() or char in " -_.,:;/'()%&" else f"\\U{ord(char):08x}"
        for char in text
    )
    return f'"{escaped}"'
