"""Columns of text and of types become rows; what cannot be read is a fault with its place."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opgave import _core
from opgave.parsing import DWELLING_COLUMNS, EVENT_COLUMNS, Fault, dwelling_rows, event_rows

DAYS = st.dates(min_value=datetime.date(1400, 1, 1))
FEBRUARY = np.datetime64("2026-02-13")


def events(**columns: Any) -> tuple[_core.EventRows, list[Fault]]:
    size = len(next(iter(columns.values())))
    table = {"dwelling_id": ["1"] * size, "stage": ["intake"] * size, "date": ["2026-01-01"] * size}
    return event_rows(table | columns)


def dates(values: Any) -> tuple[list[Any], list[str]]:
    rows, faults = events(date=values)
    assert all(fault.column == "date" for fault in faults)
    return list(rows.date), [fault.code for fault in faults]


def cents(values: Any) -> tuple[list[int | None], list[str]]:
    rows, faults = events(amount_eur=values)
    assert all(fault.column == "amount_eur" for fault in faults)
    amounts = [None if c == _core.unknown_cents else int(c) for c in rows.amount_cents]
    return amounts, [fault.code for fault in faults]


def numbers(values: Any, column: str = "subsidence_mm_per_year") -> tuple[list[float], list[str]]:
    rows, faults = dwelling_rows({"dwelling_id": ["1"] * len(values), column: values})
    return list(getattr(rows, column)), [fault.code for fault in faults]


@pytest.mark.parametrize(
    "text",
    [
        "13-02-2026",
        "2026-02-13",
        "20260213",
        " 13-2-2026 ",
        "2026-02-13T00:00:00",
        "2026-02-13 00:00:00.000",
        "13-02-2026 0:00",
    ],
)
def test_dates_as_people_write_them(text: str) -> None:
    assert dates([text]) == ([FEBRUARY], [])


@pytest.mark.parametrize(
    "values",
    [
        [datetime.date(2026, 2, 13)],
        [datetime.datetime(2026, 2, 13)],
        [pd.Timestamp("2026-02-13")],
        [np.datetime64("2026-02-13")],
        np.array(["2026-02-13"], dtype="datetime64[D]"),
        np.array(["2026-02-13"], dtype="datetime64[ns]"),
        np.array([datetime.date(2026, 2, 13)], dtype=object),
        np.array([20260213]),
        np.array([20260213.0]),
    ],
)
def test_dates_of_every_type(values: Any) -> None:
    assert dates(values) == ([FEBRUARY], [])


@given(DAYS, st.sampled_from(["%d-%m-%Y", "%Y-%m-%d", "%Y%m%d"]))
def test_dates_go_round(day: datetime.date, form: str) -> None:
    text = day.strftime(form).replace("%Y", f"{day.year:04}")
    assert dates([text]) == ([np.datetime64(day)], [])


@pytest.mark.parametrize("value", ["", None, math.nan, np.datetime64("NaT"), pd.NaT, "onbekend"])
def test_a_date_that_is_missing_is_for_the_core_to_judge(value: Any) -> None:
    (day,), codes = dates([value])
    assert np.isnat(day)
    assert codes == []


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("31-02-2026", "impossible_date"),
        ("2026-13-01", "impossible_date"),
        ("20260230", "impossible_date"),
        ("29-02-2025", "impossible_date"),
        ("0001-01-01", "impossible_date"),
        ("02/03/2026", "not_a_date"),
        ("13-02-26", "not_a_date"),
        ("februari 2026", "not_a_date"),
        ("46066", "not_a_date"),
        ("2026-02-13T08:30:00", "date_with_time"),
        ("13-02-2026 23:59", "date_with_time"),
        (datetime.datetime(2026, 2, 13, 23, 59), "date_with_time"),
        (pd.Timestamp("2026-02-13 00:00:00.000000001"), "date_with_time"),
        (np.datetime64("2026-02-13T08:30"), "date_with_time"),
        ("2026-02-13T00:00:00Z", "date_with_zone"),
        ("2026-02-13T00:00:00+01:00", "date_with_zone"),
        (pd.Timestamp("2026-02-13", tz="Europe/Amsterdam"), "date_with_zone"),
        (datetime.datetime(2026, 2, 13, tzinfo=datetime.UTC), "date_with_zone"),
    ],
)
def test_a_date_that_cannot_be_read_is_a_fault_and_never_moved(value: Any, code: str) -> None:
    days, codes = dates(["2026-02-13", value])
    assert days[0] == FEBRUARY
    assert np.isnat(days[1])
    assert codes == [code]


def test_a_typed_column_with_times_has_a_fault_per_row() -> None:
    values = np.array(["2026-02-13", "2026-02-13T01", "NaT"], dtype="datetime64[s]")
    (rows, faults) = events(date=values)
    assert rows.date[0] == FEBRUARY
    assert [(fault.code, fault.row) for fault in faults] == [("date_with_time", 1)]


def test_a_fault_shows_its_value_and_a_mend() -> None:
    faults = events(date=["46066", "1-2-26"])[1]
    assert faults[0].message == "'46066' is not a date"
    assert "day number" in faults[0].fix
    assert faults[1].fix == "write 2026-02-13 or 13-02-2026"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1234,56", 123456),
        ("1234.56", 123456),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("€ 17.061.648,-", 1706164800),
        ("€17.061.638,00", 1706163800),
        ("7,999,999.67", 799999967),
        ("12 500", 1250000),
        ("12\N{NO-BREAK SPACE}500,5", 1250050),
        ("1.250", 125000),
        ("1,250", 125000),
        ("-0,01", -1),
        ("\N{MINUS SIGN}5", -500),
        ("EUR 5", 500),
        ("0,10", 10),
        ("92233720368547758,07", 2**63 - 1),
    ],
)
def test_amounts_as_people_write_them(text: str, expected: int) -> None:
    assert cents([text]) == ([expected], [])


@pytest.mark.parametrize(
    ("value", "expected"),
    [(11851.85, 1185185), (0.1 + 0.2, 30), (5, 500), (Decimal("0.07"), 7), (None, None)],
)
def test_amounts_of_every_type(value: Any, expected: int | None) -> None:
    assert cents([value]) == ([expected], [])
    assert cents(np.array([value], dtype=object)) == ([expected], [])


@given(st.integers(-(2**63) + 1, 2**63 - 1), st.booleans(), st.booleans())
def test_amounts_go_round_exactly(amount: int, comma: bool, grouped: bool) -> None:
    text = f"{Decimal(amount).scaleb(-2):,.2f}" if grouped else f"{Decimal(amount).scaleb(-2):.2f}"
    if comma:
        text = text.translate(str.maketrans(",.", ".,"))
    assert cents([text]) == ([amount], [])


@given(st.integers(-(10**12), 10**12))
def test_amounts_in_floats_are_exact_cents(amount: int) -> None:
    assert cents(np.array([amount / 100])) == ([amount], [])


def test_a_typed_number_of_three_decimals_is_no_thousands() -> None:
    assert cents(np.array([1.234])) == ([None], ["amount_finer_than_cent"])
    assert cents([1.234]) == ([None], ["amount_finer_than_cent"])
    assert cents([Decimal("1.230")]) == ([123], [])
    assert numbers([-1.234, Decimal("2.5"), 1e-7]) == ([-1.234, 2.5, 1e-7], [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1,2345", "amount_finer_than_cent"),
        ("0,001", "amount_finer_than_cent"),
        ("5,0000000000000000000000000000000000001", "amount_finer_than_cent"),
        ("1.23.4", "not_a_number"),
        ("1,5E+06", "not_a_number"),
        ("12 euro en 50 cent", "not_a_number"),
        ("--5", "not_a_number"),
        ("5,", "not_a_number"),
        (",", "not_a_number"),
        ("inf", "not_a_number"),
        ("1.2345,67", "not_a_number"),
        ("92233720368547758,08", "number_out_of_range"),
    ],
)
def test_an_amount_that_cannot_be_read_is_a_fault(text: str, code: str) -> None:
    assert cents([text]) == ([None], [code])


def test_a_group_of_three_digits_is_read_as_its_column_writes_numbers() -> None:
    assert numbers(["1.234", "0,5"]) == ([1234.0, 0.5], [])
    assert numbers(["1.234", "0.5"]) == ([1.234, 0.5], [])
    assert numbers(["1,234", "1.234.567,8"]) == ([1.234, 1234567.8], [])
    assert numbers(["-1.234", "-1"])[1] == ["ambiguous_number"]
    assert numbers(["1.234", "0.5", "0,5"])[1] == ["ambiguous_number"]
    assert cents(["1.234", "0.5"])[1] == ["ambiguous_number"]
    assert cents(["1.234", "0,5"]) == ([123400, 50], [])


@pytest.mark.parametrize(
    "values", [np.array([-1.5, math.nan]), ["-1,5", ""], ["-1.5", "n.v.t."], [-1.5, None]]
)
def test_numbers_of_every_type(values: Any) -> None:
    (first, second), codes = numbers(values)
    assert first == -1.5
    assert math.isnan(second)
    assert codes == []


@given(st.text(max_size=12) | st.text("0123456789.,-+ €e"))
def test_any_text_gives_a_value_or_a_fault(text: str) -> None:
    for column in ("date", "recorded_on", "amount_eur", "stage"):
        assert len(events(**{column: [text]})[1]) <= 1
    assert len(numbers([text])[1]) <= 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["Ja", "nee", "YES", "n", "1", "0"], ["yes", "no", "yes", "no", "yes", "no"]),
        (np.array([True, False]), ["yes", "no"]),
        (np.array([1, 0]), ["yes", "no"]),
        (["", "onbekend", "?", None], ["", "", "", ""]),
        (["misschien"], ["misschien"]),
    ],
)
def test_yes_and_no(values: Any, expected: list[str]) -> None:
    rows, faults = dwelling_rows({"dwelling_id": ["1"] * len(values), "backlog": values})
    assert (rows.backlog, faults) == (expected, [])


def test_words_are_translated() -> None:
    table = {
        "Woning": ["1", "2"],
        "Groep": ["Programma", "reserve"],
        "Energielabel": ["a++", "G"],
        "Funderingsrisico": ["b", ""],
        "Betrouwbaarheid fundering": ["Vastgesteld", "indicatief"],
        "Eigendom": ["particulier", "onbekend"],
    }
    rows, faults = dwelling_rows(table)
    assert faults == []
    assert rows.group == ["programme", "reserve"]
    assert rows.energy_label == ["A++", "G"]
    assert rows.foundation_risk == ["B", ""]
    assert rows.foundation_reliability == ["established", "indicative"]
    assert rows.tenure == ["particulier", ""]


@pytest.mark.parametrize("name", list(EVENT_COLUMNS))
def test_every_event_column_has_its_synonyms(name: str) -> None:
    for other in EVENT_COLUMNS[name]:
        _, faults = event_rows({other.upper().replace(" ", "_"): ["2026"]})
        assert name not in {fault.column for fault in faults if fault.code == "missing_column"}
        assert not any(fault.code == "unknown_column" for fault in faults)


def test_no_synonym_has_two_meanings() -> None:
    for columns in (EVENT_COLUMNS, DWELLING_COLUMNS):
        everything = [other for name in columns for other in (name, *columns[name])]
        assert len({other.replace(" ", "").replace("_", "") for other in everything}) == len(
            everything
        )


@pytest.mark.parametrize(
    "name", ["dwelling_id", "Dwelling ID", "DWELLING-ID", "dwelling id", "dwéllingid"]
)
def test_names_match_without_capitals_accents_and_spaces(name: str) -> None:
    rows, faults = dwelling_rows({name: ["1"]})
    assert (rows.dwelling_id, faults) == (["1"], [])


def test_two_columns_of_one_meaning_are_a_fault() -> None:
    table = {"dwelling_id": ["1"], "stage": ["intake"], "Datum": ["2026-01-01"], "date": [""]}
    (fault,) = event_rows(table)[1]
    assert (fault.severity, fault.code, fault.row, fault.column) == (
        "error",
        "duplicate_column",
        None,
        "date",
    )
    assert fault.message == "columns 'Datum' and 'date' both mean 'date'"


def test_a_programme_maps_names() -> None:
    table = {"case_id": ["7"], "milestone": ["received"], "date": ["2014-04-11"]}
    rows, faults = event_rows(table, names={"dwelling_id": "case_id", "stage": "milestone"})
    assert (rows.dwelling_id, rows.stage, faults) == (["7"], ["received"], [])


def test_a_missing_column_may_be_one_that_is_mistyped() -> None:
    _, faults = event_rows({"dwelling_id": ["a"], "Stge": ["x"], "date": ["2026-01-01"]})
    (fault,) = (fault for fault in faults if fault.code == "missing_column")
    assert fault.column == "stage"
    assert fault.fix.startswith("is it 'Stge'? name the column so")


def test_all_missing_columns_are_told() -> None:
    rows, faults = event_rows({"x": ["1", "2"]}, names={"stage": "mijlpaal"}, file="a.csv")
    assert [(fault.code, fault.column) for fault in faults] == [
        ("missing_column", "dwelling_id"),
        ("missing_column", "stage"),
        ("missing_column", "date"),
    ]
    assert faults[1].message == "a.csv has no column 'stage' ('mijlpaal'); it has 'x'"
    assert rows.stage == ["", ""]


def test_a_name_that_is_nearly_known_is_a_warning() -> None:
    table = {"dwelling_id": ["1"], "condition_scores": ["3"]}
    rows, (fault,) = dwelling_rows(table)
    assert (fault.severity, fault.code) == ("warning", "unknown_column")
    assert "did you mean 'condition_score'?" in fault.message
    assert rows.further == {"condition_scores": ["3"]}


def test_further_columns_are_kept_as_text() -> None:
    table = {"dwelling_id": ["1", "2"], "Straat": ["A", None], "nummer": np.array([1, 2])}
    rows, faults = dwelling_rows(table)
    assert rows.further == {"Straat": ["A", ""], "nummer": ["1", "2"]}
    assert faults == []


def test_a_column_that_the_register_makes_is_left_out() -> None:
    rows, (fault,) = dwelling_rows({"dwelling_id": ["1"], "subsiding": ["yes"]})
    assert (fault.severity, fault.code) == ("warning", "derived_column")
    assert rows.further == {}


def test_a_column_without_a_name_is_a_fault() -> None:
    (fault,) = dwelling_rows({"dwelling_id": ["1"], " ": ["x"]})[1]
    assert (fault.code, fault.message) == ("unnamed_column", "column 2 of dwellings has no name")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([" 0505010000000001 "], "0505010000000001"),
        (np.array([505010000000001]), "505010000000001"),
        (np.array([505010000000001.0]), "505010000000001"),
        ([10009138], "10009138"),
        (["505010000000001.0"], "505010000000001.0"),
        (["5,05E+14"], "5,05E+14"),
        ([None], ""),
        (["-"], "-"),
    ],
)
def test_identifications_stay_the_text_they_are(values: Any, expected: str) -> None:
    rows, faults = dwelling_rows({"dwelling_id": values})
    assert (rows.dwelling_id, faults) == ([expected], [])


def test_stages_match_without_capitals() -> None:
    table = {"dwelling_id": ["1"] * 3, "stage": [" Intake", "INTAKE", "intaek"], "date": [""] * 3}
    assert event_rows(table, stages=["intake"])[0].stage == ["intake", "intake", "intaek"]
    assert event_rows(table)[0].stage == ["Intake", "INTAKE", "intaek"]


def test_each_bad_row_has_its_fault() -> None:
    faults = events(date=["31-02-2026"] * 10_000)[1]
    assert [fault.row for fault in faults] == list(range(10_000))


def test_no_fault_shows_an_identification() -> None:
    table = {"dwelling_id": ["0505010000000001"], "stage": ["x"], "date": ["1-1-1"]}
    assert "0505" not in repr(event_rows(table)[1])
    shifted = {"dwelling_id": [""], "stage": ["x"], "date": ["0505010000000001"]}
    (fault,) = event_rows(shifted)[1]
    assert fault.code == "not_a_date"
    assert "0505" not in fault.message
