"""State occupation from Python: columns of every kind, published figures, refusals."""

from __future__ import annotations

import csv
import datetime
import json
import math
import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import opgave as og
from opgave.frames import table_of

FROM = ["entry", "a", "b", "entry", "entry", "entry", "a", "c", "entry", "b"]
TO = ["a", "b", "a", "b", "c", "a", "c", None, "b", ""]
START = [0, 4, 9, 0, 2, 0, 2, 8, 1, 3]
STOP = [4, 9, 10, 5, 9, 2, 8, 9, 3, 11]
STATES = ["entry", "a", "b", "c"]


@pytest.fixture(scope="module")
def reference_dir() -> Path:
    """The directory with reference numbers; the tests that need it are skipped without."""
    shared = Path(__file__).parents[3] / "shared"
    data = Path(os.environ.get("OPGAVE_DATA", shared / "data"))
    found = data.parent / "reference"
    if not found.is_dir():
        pytest.skip(f"no reference numbers in {found}: set OPGAVE_DATA")
    return found


def read_rows(path: Path) -> dict[str, list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {name: [row[name] for row in rows] for name in rows[0]}


def mtest(**options: Any) -> og.Occupancy:
    return og.aalen_johansen(FROM, TO, START, STOP, **{"states": STATES, **options})


def refusal(*columns: Any, **options: Any) -> str:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        og.aalen_johansen(*columns, **options)
    return str(caught.value)


def test_the_hand_worked_case(reference_dir: Path) -> None:
    case = json.loads((reference_dir / "reference.json").read_text())["mtest_exact_over_32"]
    rows = read_rows(reference_dir / "mtest.csv")
    state: dict[str, str] = {}
    from_state = []
    for who, to in zip(rows["id"], rows["state"], strict=True):
        from_state.append(state.get(who, "entry"))
        state[who] = to
    occupancy = og.aalen_johansen(
        from_state,
        [None if to == "censor" else to for to in rows["state"]],
        list(map(int, rows["t1"])),
        list(map(int, rows["t2"])),
        states=case["states"],
        subject=rows["id"],
    )
    read = occupancy.at([int(time) for time in case["pstate32"]]).probability
    np.testing.assert_allclose(read * 32, list(case["pstate32"].values()), rtol=0, atol=1e-13)


def test_competing_risks_of_gammopathy(reference_dir: Path) -> None:
    table = json.loads((reference_dir / "reference.json").read_text())["mgus2_cr_all"]["table"]
    rows = read_rows(reference_dir / "mgus2_cr.csv")
    n = len(rows["id"])
    occupancy = og.aalen_johansen(
        ["(s0)"] * n,
        [None if event == "censor" else event for event in rows["event"]],
        [0] * n,
        [float(time) for time in rows["etime"]],
        states=["(s0)", "pcm", "death"],
    ).at([row["time"] for row in table])
    expected = [[row[state] for state in occupancy.states] for row in table]
    np.testing.assert_allclose(occupancy.probability, expected, rtol=0, atol=1e-12)
    # R's survfit has the infinitesimal jackknife, which differs in the order of 1 / n of the risk
    # set: 1,384 at first, 4 at the end.
    jackknife = [[row[f"se.{state}"] for state in occupancy.states] for row in table]
    assert occupancy.std_error is not None
    np.testing.assert_allclose(occupancy.std_error[:6], jackknife[:6], rtol=0.01)
    np.testing.assert_allclose(occupancy.std_error, jackknife, rtol=0.05)


@pytest.mark.parametrize("group", ["Maintained", "Nonmaintained"])
def test_survival_with_leukaemia(reference_dir: Path, group: str) -> None:
    table = json.loads((reference_dir / "reference.json").read_text())["aml_km"]["table"]
    rows = read_rows(reference_dir / "aml.csv")
    chosen = [i for i, x in enumerate(rows["x"]) if x == group]
    occupancy = og.aalen_johansen(
        ["alive"] * len(chosen),
        ["dead" if rows["status"][i] == "1" else None for i in chosen],
        [0] * len(chosen),
        [float(rows["time"][i]) for i in chosen],
    )
    for row in (row for row in table if row["strata"] == f"x={group}"):
        read = occupancy.at(row["time"])
        assert math.isclose(read.probability[0, 0], row["surv"], abs_tol=1e-12)
        assert read.std_error is not None
        if row["se"] != "NA":
            assert math.isclose(read.std_error[0, 0], row["se"], abs_tol=1e-12)


def test_shapes_and_names() -> None:
    occupancy = mtest()
    assert occupancy.states == STATES
    assert occupancy.times.tolist() == [2, 3, 4, 5, 8, 9, 10, 11]
    assert occupancy.probability.shape == (8, 4)
    assert occupancy.std_error is not None
    assert occupancy.std_error.shape == (8, 4)
    assert not occupancy.probability.flags.writeable
    assert occupancy.initial.tolist() == [1, 0, 0, 0]
    assert repr(occupancy) == "Occupancy(4 states, 8 times)"
    np.testing.assert_array_equal(np.asarray(occupancy), occupancy.probability)


def test_states_without_an_order_are_sorted() -> None:
    occupancy = og.aalen_johansen(FROM, TO, START, STOP)
    assert occupancy.states == ["a", "b", "c", "entry"]
    np.testing.assert_array_equal(occupancy.probability[:, [3, 0, 1, 2]], mtest().probability)


def test_reading_at_other_times_is_the_same_curve() -> None:
    occupancy = mtest()
    read = occupancy.at([4.5, 0, 99])
    assert read.times.tolist() == [4.5, 0, 99]
    expected = [occupancy.probability[2], occupancy.initial, occupancy.probability[7]]
    np.testing.assert_array_equal(read.probability, expected)
    assert read.at(9) == occupancy.at([9])
    assert read != occupancy


def test_without_variance_there_is_no_standard_error() -> None:
    occupancy = mtest(variance=False)
    assert occupancy.std_error is None
    assert occupancy.at(3).std_error is None
    assert list(table_of(occupancy.frame())) == ["time", "state", "probability"]


@pytest.mark.parametrize("form", ["numpy", "int64", "categories", "polars", "missing"])
def test_every_form_of_columns_gives_the_same(form: str) -> None:
    code = [STATES.index(state) for state in FROM]
    target = [STATES.index(state) if state else -1 for state in TO]
    columns: tuple[Any, Any, Any, Any] = {
        "numpy": (*(np.array(c, dtype=np.int32) for c in (code, target, START, STOP)),),
        "int64": (*(np.array(c) for c in (code, target)), np.array(START), np.array(STOP) * 1.0),
        "categories": (
            pd.Series(pd.Categorical(FROM)),
            pd.Series(pd.Categorical([state or None for state in TO])),
            pd.Series(START),
            pd.Series(STOP, dtype="int32"),
        ),
        "polars": (pl.Series(FROM), pl.Series(TO), pl.Series(START), pl.Series(STOP)),
        "missing": (
            pd.Series(FROM), pd.Series(TO),
            [datetime.timedelta(t) for t in START], [datetime.timedelta(t) for t in STOP],
        ),
    }[form]  # fmt: skip
    occupancy = og.aalen_johansen(*columns, states=STATES)
    assert occupancy.core == mtest().core


def test_integers_have_their_own_names() -> None:
    occupancy = og.aalen_johansen(np.array([0, 0, 2]), np.array([2, 1, -1]), [0, 0, 1], [1, 2, 3])
    assert occupancy.states == ["0", "1", "2"]
    assert occupancy.at(2).probability.tolist() == [[0, 0.5, 0.5]]
    given = og.aalen_johansen([0], [1], [0], [1], initial={0: 0.5, 3: 0.5})
    assert given.states == ["0", "1", "3"]
    assert given.probability.tolist() == [[0, 0.5, 0.5]]


def test_dates_stay_dates() -> None:
    first = datetime.date(2026, 1, 1)
    days = [[first + datetime.timedelta(t) for t in column] for column in (START, STOP)]
    occupancy = og.aalen_johansen(FROM, TO, *days, states=STATES)
    assert occupancy.times.dtype == np.dtype("datetime64[D]")
    assert occupancy.times[0] == np.datetime64("2026-01-03")
    np.testing.assert_array_equal(occupancy.probability, mtest().probability)
    read = occupancy.at("2026-01-05")
    np.testing.assert_array_equal(read.probability, mtest().at(4).probability)
    assert occupancy.at(first).probability.tolist() == [[1, 0, 0, 0]]
    with pytest.raises(ValueError, match="times must be dates"):
        occupancy.at(4)
    assert "must both be dates" in refusal(FROM, TO, days[0], STOP)


@pytest.mark.parametrize("initial", ["entry", {"entry": 1}, [1, 0, 0, 0], (1.0, 0, 0, 0)])
def test_the_initial_distribution_in_every_form(initial: Any) -> None:
    assert mtest(initial=initial) == mtest()


def test_an_initial_state_that_no_row_names_is_a_state() -> None:
    occupancy = og.aalen_johansen(["b"], ["a"], [0], [1], initial={"b": 0.25, "x": 0.75})
    assert occupancy.states == ["a", "b", "x"]
    assert occupancy.probability.tolist() == [[0.25, 0, 0.75]]


def test_weights_count_as_rows() -> None:
    once = mtest(weight=[2] * 10)
    np.testing.assert_allclose(once.probability, mtest().probability, rtol=0, atol=1e-15)


def test_frames_are_of_the_kind_of_the_column() -> None:
    assert isinstance(og.aalen_johansen(pl.Series(FROM), TO, START, STOP).frame(), pl.DataFrame)
    frame = og.aalen_johansen(pd.Series(FROM), TO, START, STOP).at([2, 4]).frame()
    assert isinstance(frame, pd.DataFrame)
    assert frame["time"].tolist() == [2] * 4 + [4] * 4
    assert frame["state"].tolist() == ["a", "b", "c", "entry"] * 2


def test_a_risk_set_of_one_is_warned_about() -> None:
    with pytest.warns(og.OccupancyWarning, match='at time 3 all at risk in "a"') as caught:
        occupancy = og.aalen_johansen(["a", "a"], ["b", "b"], [0, 4], [3, 9])
    assert occupancy.warnings == [str(caught[0].message)]
    assert caught[0].filename == __file__


def test_the_spells_of_a_register(register: og.Register) -> None:
    spells = register.spells("2026-06-30")
    stays = {name: column[spells["stage"] == "asked"] for name, column in spells.items()}
    occupancy = og.aalen_johansen(
        stays["stage"],
        stays["cause"],
        start=stays["first_observed"] - stays["enter"],
        stop=stays["exit"] - stays["enter"],
        subject=stays["dwelling_id"],
    )
    assert occupancy.states == ["asked", "paused", "started", "withdrawn"]
    np.testing.assert_allclose(occupancy.at(365).probability, [[0.2, 0.2, 0.4, 0.2]], atol=1e-15)


def test_a_pickle_comes_back_equal() -> None:
    for occupancy in (mtest(), mtest(variance=False), mtest().at([3, 4])):
        back = pickle.loads(pickle.dumps(occupancy))
        assert back == occupancy
        assert repr(back) == repr(occupancy)
        assert occupancy.__getstate__()[0] == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"to_state": ["b", "x"]}, "to_state must be one of ['a', 'b'], got 'x' at row 1"),
        ({"from_state": ["a", None]}, "from_state must be one of ['a', 'b'], got none at row 1"),
        (
            {"from_state": ["a", "0505010000000017"]},
            "from_state must be one of ['a', 'b'], got '05…' at row 1",
        ),
        ({"start": [0, math.nan]}, "start must be a finite number, got nan at row 1"),
        ({"start": [0, None]}, "start must be a finite number, got nan at row 1"),
        ({"stop": [1, -1]}, "stop must be >= start (0), got -1 at row 1"),
        ({"stop": [1]}, "stop must be as long as from_state, which has 2 rows, got 1"),
        ({"to_state": ["b"]}, "to_state must be as long as from_state, which has 2 rows, got 1"),
        ({"weight": [1, -2]}, "weight must be >= 0, got -2 at row 1"),
        ({"weight": [1]}, "weight must be as long as from_state, which has 2 rows, got 1"),
        ({"states": ["a", "b", "a"]}, "states must differ, got ['a', 'b', 'a']"),
        ({"initial": "x"}, "initial names 'x', which is not among ['a', 'b']"),
        ({"initial": [0.5, 0.6]}, "initial must sum to 1, got 1.1"),
        ({"stop": ["soon", "late"]}, "stop must be numbers, dates or durations, got text"),
        (
            {"subject": ["0505010000000017"] * 2},
            "stays of one subject must not overlap, got (0, 1] at row 0 and (0, 2] at row 1",
        ),
        ({"subject": ["x"]}, "subject must be as long as start and stop, 2 and 2, got 1"),
    ],
)
def test_columns_that_cannot_be_are_refused(change: dict[str, Any], message: str) -> None:
    given = {
        "from_state": ["a", "a"], "to_state": ["b", None], "start": [0, 0], "stop": [1, 2],
        "states": ["a", "b"],
    }  # fmt: skip
    shown = refusal(**{**given, **change})
    assert "0505010000000017" not in shown
    if "…" not in message:
        assert shown == message


def test_integers_that_are_no_states_are_refused() -> None:
    codes = np.array([0, 5], dtype=np.int32)
    assert refusal(codes, codes, [0, 0], [1, 1], states=["a", "b"]) == (
        "from_state must be from 0 to 1, got 5 at row 1"
    )
    assert refusal(codes, np.array([1, -7]), [0, 0], [1, 1]) == (
        "to_state must be from -1 to 5, got -7 at row 1"
    )
    assert refusal([0, 1.5], [1, -1], [0, 0], [1, 1]) == (
        "from_state must be whole numbers, got 1.5 at row 1"
    )
    with pytest.raises(TypeError, match="both be names or both be integers"):
        og.aalen_johansen(["a"], [0], [0], [1])
