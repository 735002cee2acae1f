"""Frames of every kind in, the same kind out."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opgave.frames import Kind, default_kind, frame_of, kind_of, table_of

KINDS: tuple[Kind, ...] = ("pandas", "polars", "pyarrow", "columns")
TABLE: dict[str, Any] = {
    "stage": np.array(["asked", None, "done"], dtype=object),
    "date": np.array(["2026-01-05", "NaT", "1890-12-31"], dtype="M8[D]"),
    "share": np.array([0.5, np.nan, 1.0]),
    "count": np.array([3, 0, -1], dtype=np.int64),
    "open": np.array([True, False, True]),
}


def frame(kind: Kind, columns: dict[str, Any]) -> Any:
    """A frame made by its own library."""
    if kind == "columns":
        return columns
    library = pytest.importorskip(kind)
    return library.table(columns) if kind == "pyarrow" else library.DataFrame(columns)


def same(a: Any, b: Any) -> bool:
    missing = (
        [None if x != x else x for x in a.tolist()],
        [None if x != x else x for x in b.tolist()],
    )
    return a.dtype == b.dtype and missing[0] == missing[1]


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_comes_back_from_every_kind(kind: Kind) -> None:
    if kind != "columns":
        pytest.importorskip(kind)
    made = frame_of(TABLE, kind)
    assert kind_of(made) == kind
    table = table_of(made)
    assert list(table) == list(TABLE)
    assert all(same(table[name], TABLE[name]) for name in TABLE)


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_table_keeps_its_columns(kind: Kind) -> None:
    empty = {name: column[:0] for name, column in TABLE.items()}
    if kind != "columns":
        pytest.importorskip(kind)
    table = table_of(frame_of(empty, kind))
    assert {name: len(column) for name, column in table.items()} == dict.fromkeys(TABLE, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_missing_text_stays_text(kind: Kind) -> None:
    columns = {"note": [None, "x", None]}
    assert table_of(frame(kind, columns))["note"].tolist() == [None, "x", None]


@pytest.mark.parametrize("kind", KINDS)
def test_missing_integers_are_nan(kind: Kind) -> None:
    column = table_of(frame(kind, {"year": [1932, None]}))["year"]
    assert column.dtype == np.float64
    assert column[0] == 1932
    assert np.isnan(column[1])


@pytest.mark.parametrize("kind", KINDS)
def test_a_boolean_that_may_be_missing_is_text(kind: Kind) -> None:
    assert table_of(frame(kind, {"open": [True, None]}))["open"].tolist() == ["True", None]
    assert table_of(frame(kind, {"open": [True, False]}))["open"].dtype == bool


@pytest.mark.parametrize("kind", KINDS)
def test_dates_and_midnights_are_days(kind: Kind) -> None:
    day, midnight = datetime.date(2026, 3, 1), datetime.datetime(2026, 3, 1)
    table = table_of(frame(kind, {"day": [day, None], "moment": [midnight, None]}))
    for column in table.values():
        assert column.dtype == np.dtype("M8[D]")
        assert column[0] == np.datetime64("2026-03-01")
        assert np.isnat(column[1])


@pytest.mark.parametrize("kind", KINDS)
def test_a_time_of_day_is_not_dropped(kind: Kind) -> None:
    moments = [datetime.datetime(2026, 3, 1, 23, 30), datetime.datetime(2026, 3, 2)]
    column = table_of(frame(kind, {"moment": moments}))["moment"]
    assert column.tolist() == ["2026-03-01T23:30:00", "2026-03-02"]


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "Pacific/Auckland", "UTC"])
@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_a_time_zone_does_not_move_the_day(kind: Kind, zone: str) -> None:
    library = pytest.importorskip(kind)
    if kind == "pandas":
        moments = library.Series(library.to_datetime(["2026-03-29"])).dt.tz_localize(zone)
    else:
        moments = library.Series([datetime.datetime(2026, 3, 29)]).dt.replace_time_zone(zone)
    column = table_of(library.DataFrame({"date": moments}))["date"]
    assert column.tolist() == [datetime.date(2026, 3, 29)]


def test_a_column_of_mixed_values_is_text() -> None:
    assert table_of({"x": ["a", 3, None, 2.5]})["x"].tolist() == ["a", "3", None, "2.5"]


def test_pandas_categories_and_missing_marks_are_text_and_none() -> None:
    pd = pytest.importorskip("pandas")
    made = pd.DataFrame({
        "kind": pd.Categorical(["a", None, "b"]),
        "text": pd.array(["x", pd.NA, "y"], dtype="string"),
        "count": pd.array([1, pd.NA, 3], dtype="Int64"),
    })  # fmt: skip
    table = table_of(made)
    assert table["kind"].tolist() == ["a", None, "b"]
    assert table["text"].tolist() == ["x", None, "y"]
    assert table["count"].dtype == np.float64
    assert np.isnan(table["count"][1])


def test_an_index_of_pandas_is_left_out() -> None:
    pd = pytest.importorskip("pandas")
    made = pd.DataFrame({"count": [3, 4]}, index=[9, 5])
    assert {name: column.tolist() for name, column in table_of(made).items()} == {"count": [3, 4]}


@pytest.mark.parametrize("bad", [[1, 2], "stage", None, 3.5])
def test_what_is_no_frame_is_refused(bad: object) -> None:
    with pytest.raises(
        TypeError, match=r"pandas or polars data frame.*got (list|str|NoneType|float)"
    ):
        kind_of(bad)


def test_columns_of_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"equal lengths.*'a': 2.*'b': 1"):
        table_of({"a": [1, 2], "b": [1]})


def test_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="pandas, polars, pyarrow, columns, got 'dask'"):
        frame_of({}, "dask")  # type: ignore[arg-type]


def test_the_default_kind_can_be_made() -> None:
    assert kind_of(frame_of(TABLE, default_kind())) == default_kind()


@given(
    st.lists(
        st.one_of(
            st.none(),
            st.integers(-(2**53), 2**53),
            st.text(max_size=5),
            st.booleans(),
            st.dates(),
            st.floats(allow_nan=True),
        ),
        max_size=6,
    )
)
def test_any_column_is_read_to_a_known_type(values: list[Any]) -> None:
    column = table_of({"x": values})["x"]
    assert len(column) == len(values)
    assert column.dtype in (np.int64, np.float64, np.bool_, np.dtype("M8[D]"), np.object_)
    if column.dtype == np.object_:
        assert all(value is None or isinstance(value, str) for value in column)
