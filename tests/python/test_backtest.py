"""The backtest in Python: frames, origins, errors, pickles and the command line."""

from __future__ import annotations

import json
import pickle
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from opgave import Backtest, NotEnoughData, Register, Trajectory, backtest, read_register
from opgave.backtest import month_range
from opgave.cli import app
from opgave.examples import write_example
from opgave.frames import kind_of, table_of

METHODS = ["model", "throughput", "linear", "no_duration", "plug_in"]
SCORES = ["horizon", "method", "n", "independent", "crps", "difference", "skill", "skill_low",
          "skill_high", "verdict", "log_score", "interval_score", "coverage50", "coverage80",
          "coverage95", "bias"]  # fmt: skip


@pytest.fixture(scope="module")
def flow() -> Register:
    """A dwelling a week for three years; every other one is done, after a varying time."""
    begin = np.datetime64("2020-01-01")
    rows = []
    for i in range(156):
        rows.append((str(i), "asked", begin + 7 * i))
        if i % 2 == 0:
            rows.append((str(i), "done", begin + 7 * i + 20 + 13 * (i % 11)))
    names = ("dwelling_id", "stage", "date")
    events = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    return Register(events, trajectory=Trajectory(["asked"], "done"))


@pytest.fixture(scope="module")
def test(flow: Register) -> Backtest:
    return backtest(flow, origins=("2021-01", "2022-12"), horizons=[1, 3], paths=200)


def test_a_row_per_origin_horizon_and_method(test: Backtest) -> None:
    table = table_of(test.forecasts)
    assert kind_of(test.forecasts) == "columns"
    assert len(table["origin"]) == 24 * 2 * len(METHODS)
    assert table["origin"][0] == np.datetime64("2021-01-31")
    assert table["method"][:5].tolist() == METHODS
    assert (table["pit_low"] <= table["pit_high"]).all()
    quantiles = [table[name] for name in ("q025", "q10", "q25", "q50", "q75", "q90", "q975")]
    assert all((low <= high).all() for low, high in pairwise(quantiles))


def test_scores_say_where_there_is_no_test(test: Backtest) -> None:
    table = table_of(test.scores())
    assert list(table) == SCORES
    near = (table["horizon"] == 1) & (table["method"] != "model")
    far = (table["horizon"] == 3) & (table["method"] != "model")
    assert set(table["verdict"][near]) <= {"better", "worse", "undecided"}
    assert set(table["verdict"][far]) == {"no test"}
    assert np.isnan(table["skill_low"][far]).all()
    assert np.isnan(table["skill"][table["method"] == "model"]).all()
    assert table["independent"][far].tolist() == [8] * 4


def test_the_pit_histogram_has_mean_one(test: Backtest) -> None:
    heights = table_of(test.pit_histogram(3, bins=5))["height"]
    assert heights.mean() == pytest.approx(1)
    with pytest.raises(KeyError, match="no forecast by 'guess' 3 months ahead"):
        test.pit_histogram(3, "guess")


def test_a_backtest_is_a_value(test: Backtest, flow: Register) -> None:
    assert pickle.loads(pickle.dumps(test)) == test
    again = backtest(flow, origins=("2021-01", "2022-12"), horizons=[1, 3], paths=200, threads=1)
    assert again == test
    assert again != backtest(flow, origins=["2021-01-31"], horizons=[1, 3], paths=200)
    assert repr(test) == "Backtest(24 origins, horizons 1, 3 months, closed)"
    assert "<table>" in test._repr_html_()


def test_origins_are_months_or_month_ends(flow: Register) -> None:
    by_month = backtest(flow, origins=("2021-01", "2021-02"), horizons=[1], paths=50)
    days = [date(2021, 1, 31), np.datetime64("2021-02-28")]
    assert backtest(flow, origins=days, horizons=[1], paths=50) == by_month
    assert len(np.unique(table_of(backtest(flow, horizons=[1], paths=2).forecasts)["origin"])) > 24
    with pytest.raises(ValueError, match="must be the last day of a month, got 2021-01-30"):
        backtest(flow, origins=["2021-01-30"])
    with pytest.raises(ValueError, match="a month is written as 2012-01, got '2021-13'"):
        backtest(flow, origins=("2021-01", "2021-13"))
    with pytest.raises(ValueError, match="origins must rise"):
        month_range("2021-02", "2021-01")


def test_impossible_questions_are_refused(flow: Register) -> None:
    with pytest.raises(ValueError, match="horizons must be months >= 1 that rise"):
        backtest(flow, origins=("2021-01", "2021-02"), horizons=[3, 1])
    with pytest.raises(ValueError, match="arrivals must be closed or open, got 'some'"):
        backtest(flow, origins=("2021-01", "2021-02"), arrivals="some")
    with pytest.raises(NotEnoughData, match="on the origin 2019-12-31: nothing was known"):
        backtest(flow, origins=["2019-12-31"])
    with pytest.raises(RuntimeError, match="stopped"):
        backtest(flow, origins=("2021-01", "2021-02"), progress=lambda _: False)


def test_a_plan_is_one_more_method(flow: Register) -> None:
    test = backtest(flow, origins=["2021-01-31"], horizons=[1, 3], plan={"2021-02-28": 2}, paths=50)
    table = table_of(test.forecasts)
    assert table["horizon"][table["method"] == "plan"].tolist() == [1]


def test_another_state_is_counted(flow: Register) -> None:
    with pytest.raises(KeyError, match="started"):
        backtest(flow, origins=["2021-01-31"], state="started")
    with pytest.raises(ValueError, match="is planned and not forecast"):
        backtest(flow, origins=["2021-01-31"], state="asked")
    done = backtest(flow, origins=["2021-01-31"], horizons=[3], state="done", paths=50)
    assert done == backtest(flow, origins=["2021-01-31"], horizons=[3], paths=50)


@pytest.mark.parametrize(("town", "done", "more"), [(1, 613, 40), (2, 449, 33)])
def test_permits_of_a_year_are_counted(data_dir: Path, town: int, done: int, more: int) -> None:
    """Cases under way on 2013-06-30: completed by then, and within a year."""
    register = read_register(
        data_dir / "permits" / f"municipality_{town}.csv", programme="permits", kind="columns"
    )
    now = table_of(register.as_of("2013-06-30", known_on="2013-06-30").stage_counts())
    assert now["count"][now["stage"] == "completed"].tolist() == [done]
    rows = table_of(backtest(register, origins=["2013-06-30"], horizons=[12], paths=50).forecasts)
    assert set(rows["outcome"]) == {more}


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["backtest", *map(str, arguments)])


def test_the_command_line(tmp_path: Path) -> None:
    dwellings, events, programme = write_example("krispijn", tmp_path / "made")[:3]
    given = [events, "--dwellings", dwellings, "--programme", programme, "--paths", 100]
    told = run(*given, "--origins", "2026-01:2026-06", "--horizons", "3")
    assert told.exit_code == 0, told.output
    assert "3 months ahead: 6 origins, 2 of them share no time" in told.stdout
    assert "no test" in told.stdout
    reached = run(*given, "--origins", "2026-01:2026-02", "--horizons", "3", "--state", "granted")
    assert reached.exit_code == 0, reached.output
    found = json.loads(run(*given, "--origins", "2026-01:2026-06", "--json").stdout)
    assert [row["method"] for row in found["scores"]] == METHODS
    assert len(found["forecasts"]) == 6 * len(METHODS)


@pytest.mark.parametrize(
    "wrong",
    [["--origins", "2026"], ["--origins", "2026-02:2026-01"], ["--horizons", "3,x"],
     ["--horizons", "6,3"], ["--state", "lost"]],
)  # fmt: skip
def test_wrong_use_of_the_command_line(tmp_path: Path, wrong: list[str]) -> None:
    _, events = write_example("krispijn", tmp_path / "made")[:2]
    assert run(events, *wrong).exit_code == 2
