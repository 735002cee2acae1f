"""Words, numbers and dates in two languages."""

from __future__ import annotations

import datetime as dt
import math
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opgave.wording import TEXTS, Language, Words, scope_words

NL, EN = Words("nl"), Words("en")
DAY = dt.date(2034, 12, 31)


def braces(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_fill_the_same_braces(key: str) -> None:
    dutch, english = TEXTS[key]
    assert braces(dutch) == braces(english)
    assert dutch.strip()
    assert english.strip()


def test_another_language_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(ValueError, match="nl, en, got 'fr'"):
        Words("fr")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "decimals", "dutch", "english"),
    [
        (0, 0, "0", "0"),
        (1234.5, 1, "1.234,5", "1,234.5"),
        (-0.04, 1, "0,0", "0.0"),
        (-1234567, 0, "\N{MINUS SIGN}1.234.567", "\N{MINUS SIGN}1,234,567"),
        (math.inf, 1, "\N{EN DASH}", "\N{EN DASH}"),
    ],
)
def test_numbers(value: float, decimals: int, dutch: str, english: str) -> None:
    assert NL.number(value, decimals) == dutch
    assert EN.number(value, decimals) == english


def test_dates() -> None:
    assert NL.day(DAY) == "31\xa0december\xa02034"
    assert EN.day(DAY) == "31\xa0December\xa02034"
    assert NL.period(dt.date(2026, 4, 1), "quarter") == "2e\xa0kwartaal\xa02026"
    assert EN.period(dt.date(2026, 4, 1), "quarter") == "Q2\xa02026"


def test_amounts() -> None:
    assert NL.euro(1706163800) == "€\xa017.061.638,00"
    assert EN.euro(799999967) == "€\xa07,999,999.67"
    assert NL.euro(-5) == "\N{MINUS SIGN}€\xa00,05"


@given(st.floats(0, 1), st.sampled_from(["nl", "en"]))
def test_a_probability_is_never_0_or_100_percent(value: float, language: Language) -> None:
    text = Words(language).probability(value).replace("\xa0", " ")
    assert text not in ("0 %", "100 %")
    assert text.endswith(" %")
    if text[0] not in "<>":
        assert abs(int(text[:-2]) / 100 - value) <= 0.005 + 1e-12


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "< 1 %"),
        (0.00999, "< 1 %"),
        (0.01, "1 %"),
        (0.615, "62 %"),
        (0.99, "99 %"),
        (0.9901, "> 99 %"),
        (1.0, "> 99 %"),
    ],
)
def test_forms_of_a_probability(value: float, text: str) -> None:
    assert NL.probability(value).replace("\xa0", " ") == text


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan])
def test_what_is_no_probability_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="probability must be in"):
        NL.probability(value)


def test_the_margin_is_rounded_up_and_not_told_at_the_ends() -> None:
    assert NL.margin(0.62, 0.00485) == " (±\xa01)"
    assert NL.margin(0.62, 0.0055) == " (±\xa02)"
    assert NL.margin(0.62, 0.0) == " (±\xa01)"
    assert NL.margin(0.005, 0.001) == ""


def test_names_that_are_not_known_stay_as_they_are() -> None:
    assert NL.name("Oud Krispijn") == "Oud Krispijn"
    assert NL.name(None) == "onbekend"
    assert NL.issue("a_new_code") == "a new code"


def test_scope_in_words() -> None:
    assert scope_words(NL, {}) == ""
    assert scope_words(EN, {"backlog": "yes", "group": "programme"}) == (
        " (maintenance backlog: yes, group: programme)"
    )
