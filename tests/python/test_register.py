"""The register: what is read, what is refused, what it returns."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from opgave import Register, RegisterError, Trajectory, example_programme, read_register
from opgave.frames import Kind, frame_of, kind_of, table_of

Columns = dict[str, list[Any]]
KINDS: tuple[Kind, ...] = ("pandas", "polars", "pyarrow", "columns")


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_is_of_the_callers_kind(
    kind: Kind, events: Columns, dwellings: Columns, way: Trajectory
) -> None:
    if kind != "columns":
        pytest.importorskip(kind)
    given = frame_of(table_of(events), kind)
    register = Register(given, frame_of(table_of(dwellings), kind), trajectory=way)
    frames = [
        register.events, register.dwellings, register.issues, register.throughput("asked"),
        register.spells("2026-05-31"),
    ]  # fmt: skip
    assert {kind_of(frame) for frame in frames} == {kind}
    assert register == Register(given, frame_of(table_of(dwellings), kind), trajectory=way)


def test_events_come_back_with_their_columns(register: Register, events: Columns) -> None:
    table = register.events
    assert list(table) == [
        "dwelling_id", "stage", "date", "recorded_on", "corrects", "amount_eur", "source", "note",
    ]  # fmt: skip
    assert table["dwelling_id"].tolist() == events["dwelling_id"]
    assert table["stage"].tolist() == events["stage"]
    assert table["date"].astype(str).tolist() == events["date"]
    assert table["amount_eur"][2] == 1250.5
    assert np.isnan(table["amount_eur"][1])
    assert table["amount_eur"][0] == 0
    assert table["source"].tolist() == events["source"]
    assert table["note"].tolist() == events["note"]
    assert table["corrects"].astype(str)[-1] == "2026-03-02"


def test_dwellings_come_back_with_every_column(register: Register, dwellings: Columns) -> None:
    table = register.dwellings
    assert list(table)[:3] == ["dwelling_id", "neighbourhood", "group"]
    for name in ("dwelling_id", "neighbourhood", "backlog", "colour"):
        assert table[name].tolist() == dwellings[name]
    assert table["build_year"][0] == 1932
    assert np.isnan(table["build_year"][3])
    assert set(table["group"]) == {"programme"}


def test_a_register_knows_its_last_day(register: Register, way: Trajectory) -> None:
    assert register.last_day == datetime.date(2026, 5, 11)
    empty: Columns = {"dwelling_id": [], "stage": [], "date": []}
    assert Register(empty, trajectory=way).last_day is None


def test_the_trajectory_is_that_of_the_programme(events: Columns, way: Trajectory) -> None:
    programme = replace(example_programme("dordt-west"), identification="text")
    asked: Columns = {"dwelling_id": ["a"], "stage": ["intake"], "date": ["2030-01-05"]}
    register = Register(asked, programme=programme)
    assert register.trajectory == programme.trajectory
    assert register.core.programme_start == programme.start
    with pytest.raises(ValueError, match="must be that of programme 'dordt-west'"):
        Register(events, trajectory=way, programme=programme)


def test_a_register_with_errors_lists_them_all(way: Trajectory) -> None:
    events: Columns = {
        "dwelling_id": ["a", "b", "", "d"],
        "stage": ["asked", "finished", "asked", "asked"],
        "date": ["31-02-2026", "2026-01-05", "2026-01-05", ""],
    }
    with pytest.raises(RegisterError) as caught:
        Register(events, trajectory=way)
    issues = caught.value.issues
    assert list(issues) == ["severity", "code", "file", "row", "column", "message", "fix"]
    found = list(zip(issues["code"], issues["row"].tolist(), issues["column"], strict=True))
    assert found == [
        ("impossible_date", 0, "date"),
        ("unknown_stage", 1, "stage"),
        ("missing_id", 2, "dwelling_id"),
        ("missing_date", 3, "date"),
    ]
    text = str(caught.value)
    assert text.startswith("the data has 4 errors\n")
    assert "events, row 1, column stage: " in text
    assert "more" not in text


def test_many_errors_are_told_in_short_and_kept_in_full(way: Trajectory) -> None:
    n = 10_000
    events = {"dwelling_id": ["a"] * n, "stage": ["finished"] * n, "date": ["2026-01-05"] * n}
    with pytest.raises(RegisterError) as caught:
        Register(events, trajectory=way)
    assert len(caught.value.issues["row"]) == n
    assert len(str(caught.value).splitlines()) == 22
    assert str(caught.value).endswith("and 9,980 more; .issues lists all")


def test_a_missing_column_is_one_problem_without_a_row(way: Trajectory) -> None:
    with pytest.raises(RegisterError) as caught:
        Register({"dwelling_id": ["a", "b"], "stage": ["asked", "asked"]}, trajectory=way)
    assert caught.value.issues["code"].tolist() == ["missing_column"]
    assert np.isnan(caught.value.issues["row"][0])
    assert "events, column date: " in str(caught.value)


def test_errors_of_the_callers_kind(way: Trajectory) -> None:
    pl = pytest.importorskip("polars")
    events = pl.DataFrame({"dwelling_id": ["a"], "stage": ["finished"], "date": ["2026-01-05"]})
    with pytest.raises(RegisterError) as caught:
        Register(events, trajectory=way)
    assert isinstance(caught.value.issues, pl.DataFrame)


def test_warnings_do_not_stop_a_register(events: Columns, way: Trajectory) -> None:
    register = Register(events, trajectory=way, as_of="2026-03-31")
    issues = register.issues
    assert set(issues["severity"]) == {"warning"}
    assert issues["code"].tolist() == ["after_as_of", "after_as_of"]
    assert "2 warnings" in repr(register)


def test_no_message_shows_an_identification(way: Trajectory) -> None:
    secret = "0505010000012345"
    events: Columns = {"dwelling_id": [secret], "stage": ["asked"], "date": ["2026-01-05"]}
    with pytest.raises(RegisterError) as caught:
        Register(events, {"dwelling_id": ["0505010000099999"]}, trajectory=way)
    assert caught.value.issues["code"].tolist() == ["unknown_dwelling"]
    assert "12345" not in str(caught.value)
    assert "12345" not in repr(Register(events, trajectory=way))


def test_throughput_counts_first_entries_per_period(register: Register) -> None:
    table = register.throughput("started", "month")
    assert list(table) == ["period", "stage", "count"]
    assert table["period"].astype(str).tolist() == [f"2026-0{m}-01" for m in range(1, 6)]
    assert table["count"].tolist() == [0, 1, 1, 0, 0]
    everything = register.throughput(every="quarter", as_of="2026-06-30")
    assert len(everything["count"]) == 2 * len(register.trajectory.states)
    assert everything["count"].sum() == 10
    assert register.throughput("done", known_on="2026-05-01")["count"].sum() == 0


def test_throughput_of_nothing_is_empty(way: Trajectory) -> None:
    empty: Columns = {"dwelling_id": [], "stage": [], "date": []}
    register = Register(empty, trajectory=way)
    assert len(register.throughput("asked")["count"]) == 0
    with pytest.raises(KeyError, match="finished"):
        register.throughput("finished")


def test_spells_say_how_a_stay_ended(register: Register) -> None:
    table = register.spells("2026-05-31")
    rows = zip(table["dwelling_id"], table["stage"], table["cause"], strict=True)
    assert sorted(rows, key=str) == [
        ("d1", "asked", "started"), ("d1", "started", "done"), ("d2", "asked", "started"),
        ("d2", "started", None), ("d3", "asked", None), ("d4", "asked", "withdrawn"),
        ("d4", "withdrawn", None), ("d5", "asked", "paused"), ("d5", "paused", None),
    ]  # fmt: skip
    paused = table["stage"] == "paused"
    assert table["origin"][paused].tolist() == ["asked"]


def test_a_pause_that_ends_where_it_began_returns(way: Trajectory) -> None:
    events: Columns = {
        "dwelling_id": ["a"] * 3,
        "stage": ["asked", "paused", "asked"],
        "date": ["2026-01-05", "2026-02-01", "2026-03-01"],
    }
    causes = Register(events, trajectory=way).spells("2026-05-31")["cause"].tolist()
    assert causes == ["paused", "return", None]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_files_are_read_and_rows_numbered_as_a_spreadsheet_does(tmp_path: Path) -> None:
    events = write(
        tmp_path / "progress.csv",
        "dwelling_id;stage;date\na;approached;2026-01-05\na;finished;2026-02-05\n",
    )
    dwellings = write(tmp_path / "homes.csv", "woning;buurt;bouwjaar\na;Oud;1932\nb;Oud;oud\n")
    with pytest.raises(RegisterError) as caught:
        read_register(events, dwellings, kind="columns")
    issues = caught.value.issues
    places = list(zip(issues["file"], issues["row"].tolist(), issues["column"], strict=True))
    assert places == [("homes.csv", 3, "build_year"), ("progress.csv", 3, "stage")]
    assert issues["row"].dtype == np.int64


def test_a_column_missing_in_a_file_is_told_at_its_header(tmp_path: Path) -> None:
    events = write(tmp_path / "progress.csv", "dwelling_id;stage\na;approached\n")
    with pytest.raises(RegisterError) as caught:
        read_register(events, kind="columns")
    assert caught.value.issues["row"].tolist() == [1]


def test_a_programme_is_given_by_name_by_file_or_itself(tmp_path: Path) -> None:
    events = write(tmp_path / "cases.csv", "case_id;milestone;date\n1;received;2012-01-05\n")
    source = Path(str(example_programme.__globals__["__file__"])).parent / "programmes"
    read = [
        read_register(events, programme=programme)
        for programme in ("permits", source / "permits.toml", example_programme("permits"))
    ]
    assert read[0] == read[1] == read[2]
    assert read[0].programme == example_programme("permits")


def test_a_file_and_a_frame_make_the_same_register(
    tmp_path: Path, events: Columns, way: Trajectory
) -> None:
    csv = write(tmp_path / "p.csv", "dwelling_id;stage;date\na;approached;2026-01-05\n")
    frame: Columns = {"dwelling_id": ["a"], "stage": ["approached"], "date": ["2026-01-05"]}
    assert read_register(csv, kind="columns").core == Register(frame).core
    assert Register(events, trajectory=way) != Register(frame)
    assert (Register(frame) == "register") is False


def test_real_permit_cases_are_a_register(data_dir: Path) -> None:
    file = data_dir / "permits" / "municipality_1.csv"
    register = read_register(file, programme="permits", kind="columns")
    assert len(register.core.dwellings) == 1199
    assert register.last_day is not None
    counts = register.as_of(register.last_day).stage_counts()
    assert counts["count"].sum() == 1199
    assert counts["count"][0] == 0
