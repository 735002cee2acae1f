"""The made-up register: fictional, complete, and the same everywhere."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy
import pytest

from opgave.examples import Example, example, examples, write_example
from opgave.programme import read_programme
from opgave.register import Register, read_register


@pytest.fixture(scope="module")
def krispijn() -> Example:
    return example("krispijn")


@pytest.fixture(scope="module")
def register(krispijn: Example) -> Register:
    return Register(
        krispijn.events,
        krispijn.dwellings,
        trajectory=krispijn.programme.trajectory,
        programme=krispijn.programme,
        as_of=krispijn.as_of,
    )


def moves(krispijn: Example) -> dict[str, list[str]]:
    """The stages of each dwelling in the order of their dates, corrections applied."""
    events = krispijn.events
    order = numpy.lexsort((numpy.arange(len(events["date"])), events["date"]))
    replaced = {
        (events["dwelling_id"][i], events["stage"][i], events["corrects"][i])
        for i in order
        if not numpy.isnat(events["corrects"][i])
    }
    found: dict[str, list[str]] = {}
    for i in order:
        key = (events["dwelling_id"][i], events["stage"][i], events["date"][i])
        if numpy.isnat(events["date"][i]) or key in replaced:
            continue
        found.setdefault(key[0], []).append(key[1])
    return found


def test_the_examples_have_names() -> None:
    assert examples() == ["krispijn"]


def test_an_unknown_example_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no example 'weesp'.*krispijn"):
        example("weesp")
    with pytest.raises(ValueError, match="krispijn"):
        write_example("weesp", tmp_path)


def test_the_programme_has_675_dwellings_and_a_reserve(krispijn: Example) -> None:
    assert Counter(krispijn.dwellings["group"]) == {"programme": 675, "reserve": 250}
    assert set(krispijn.dwellings["neighbourhood"]) == {"Oud Krispijn", "Nieuw Krispijn"}


def test_just_over_a_hundred_programme_dwellings_have_a_backlog_with_its_cost(
    krispijn: Example,
) -> None:
    dwellings = krispijn.dwellings
    backlog = dwellings["backlog"] == "yes"
    assert 100 < (backlog & (dwellings["group"] == "programme")).sum() <= 110
    numpy.testing.assert_array_equal(backlog, dwellings["backlog_cost_eur"] > 0)
    numpy.testing.assert_array_equal(backlog, dwellings["condition_score"] >= 4)


def test_identifications_are_plainly_made_up(krispijn: Example) -> None:
    ids = krispijn.dwellings["dwelling_id"]
    assert len(set(ids)) == len(ids)
    assert all(len(text) == 16 and text.startswith("0505019999") for text in ids)


def test_everything_says_that_it_is_fictional(krispijn: Example, tmp_path: Path) -> None:
    assert set(krispijn.dwellings["source"]) == {"fictief"}
    assert set(krispijn.events["source"]) == {"fictief"}
    assert all(name.startswith("fictief") for name in krispijn.pipeline["programme"])
    assert all(name.startswith("Fictieve") for name in krispijn.pipeline["name"])
    assert krispijn.programme.fictional
    assert "fictional" in krispijn.programme.title
    assert "fictief" in krispijn.programme.title_nl
    *data, phases, scenario = write_example("krispijn", tmp_path)
    texts = [path.read_text(encoding="utf-8") for path in [*data, scenario]]
    assert all("fictief" in text for text in texts)
    rows = phases.read_text(encoding="utf-8").splitlines()[1:]
    assert all("assumption" in row for row in rows)


def test_a_block_shares_its_ground(krispijn: Example) -> None:
    dwellings = krispijn.dwellings
    sizes = Counter(dwellings["complex_id"])
    assert set(sizes.values()) <= set(range(3, 9))
    shared = ("foundation_risk", "foundation_reliability", "neighbourhood", "build_year")
    for name in shared:
        pairs = set(zip(dwellings["complex_id"], dwellings[name], strict=True))
        assert len(pairs) == len(sizes), name


def test_coordinates_lie_in_and_around_krispijn(krispijn: Example) -> None:
    assert krispijn.dwellings["x_rd"].min() >= 103_500
    assert krispijn.dwellings["x_rd"].max() <= 105_500
    assert krispijn.dwellings["y_rd"].min() >= 423_000
    assert krispijn.dwellings["y_rd"].max() <= 425_000


def test_two_years_and_no_day_more(krispijn: Example, register: Register) -> None:
    assert krispijn.as_of == date(2026, 12, 31)
    assert register.last_day == krispijn.as_of
    known = krispijn.events["date"][~numpy.isnat(krispijn.events["date"])]
    assert known.min() >= numpy.datetime64("2025-01-01")
    assert known.max() <= numpy.datetime64(krispijn.as_of)
    assert krispijn.events["recorded_on"].max() == numpy.datetime64(krispijn.as_of)


def test_rows_stand_in_the_order_in_which_they_became_known(krispijn: Example) -> None:
    recorded = krispijn.events["recorded_on"]
    assert (recorded[1:] >= recorded[:-1]).all()


def test_about_forty_homes_are_delivered(krispijn: Example, register: Register) -> None:
    state = register.as_of(krispijn.as_of).core.state
    delivered = Counter(stages[-1] for stages in moves(krispijn).values())["delivered"]
    assert 35 <= delivered <= 45
    assert (state == register.trajectory.index("delivered")).sum() == delivered


def test_only_the_deliberate_warnings_are_left(register: Register) -> None:
    issues = register.core.issues
    assert {issue.severity for issue in issues} == {"warning"}
    count = Counter(issue.code for issue in issues)
    assert set(count) == {"after_exit", "duplicate_event", "recorded_before_date"}
    assert count["duplicate_event"] == count["recorded_before_date"] == 1
    assert count["after_exit"] <= 3


def test_the_first_quarter_of_2026_stalls(krispijn: Example) -> None:
    quarters = krispijn.events["date"].astype("datetime64[M]").astype(int)
    quarters = Counter((quarters // 3)[~numpy.isnat(krispijn.events["date"])].tolist())
    stall = (2026 - 1970) * 4
    assert quarters[stall] <= 0.1 * min(quarters[stall - 1], quarters[stall + 1])


def test_what_really_happens_happens_here(krispijn: Example) -> None:
    order = (*krispijn.programme.trajectory.states,)
    rank = {name: place for place, name in enumerate(order)}
    steps = Counter(pair for stages in moves(krispijn).values() for pair in pairwise(stages))
    onward = [(a, b) for a, b in steps if rank[b] <= rank["delivered"]]
    assert any(rank[a] < rank[b] - 1 for a, b in onward), "a stage is skipped"
    assert any(rank[b] < rank[a] <= rank["delivered"] for a, b in onward), "a step back"
    assert any(a == "withdrawn" for a, b in onward), "a withdrawal is reopened"
    assert any(a == "paused" for a, b in onward), "a pause ends"
    assert any(b == "withdrawn" for a, b in steps)


def test_some_facts_come_late_and_some_are_corrected(krispijn: Example) -> None:
    events = krispijn.events
    late = events["recorded_on"] - events["date"] > numpy.timedelta64(14, "D")
    corrections = ~numpy.isnat(events["corrects"])
    taken_back = corrections & numpy.isnat(events["date"])
    assert late.sum() > 20
    assert 5 <= corrections.sum() <= 20
    assert taken_back.sum() == 1


def test_a_grant_that_is_taken_back_was_known_for_a_while(
    krispijn: Example, register: Register
) -> None:
    events = krispijn.events
    (row,) = numpy.flatnonzero(~numpy.isnat(events["corrects"]) & numpy.isnat(events["date"]))
    dwelling = krispijn.dwellings["dwelling_id"].tolist().index(events["dwelling_id"][row])
    day = events["corrects"][row].item()
    granted = register.trajectory.index("granted")
    assert register.as_of(day, known_on=day).core.state[dwelling] == granted
    assert register.as_of(day).core.state[dwelling] != granted


def test_files_give_the_same_register(
    krispijn: Example, register: Register, tmp_path: Path
) -> None:
    dwellings, events, programme = write_example("krispijn", tmp_path / "deep" / "down")[:3]
    read = read_register(events, dwellings, read_programme(programme), as_of=krispijn.as_of)
    assert read.core.events == register.core.events
    assert read.core.dwellings == register.core.dwellings
    assert read.core == register.core


def test_existing_files_are_kept(tmp_path: Path) -> None:
    own = tmp_path / "voortgang.csv"
    own.write_text("mine")
    with pytest.raises(FileExistsError, match=r"voortgang\.csv"):
        write_example("krispijn", tmp_path)
    assert own.read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["voortgang.csv"]


def test_the_files_are_the_same_on_every_machine(tmp_path: Path) -> None:
    dwellings, events = write_example("krispijn", tmp_path)[:2]
    digests = [hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in (dwellings, events)]
    assert digests == ["b827dd1afa434723", "7c160fe494d94984"]


def test_identifications_stand_in_quotes(tmp_path: Path) -> None:
    for path in write_example("krispijn", tmp_path)[:2]:
        header, first, *_ = path.read_text(encoding="utf-8").splitlines()
        assert header.startswith("dwelling_id;")
        assert first.startswith('"0505019999')
