"""The section of a report on the dwelling stock."""

from __future__ import annotations

from typing import Any

from opgave import stock_charts
from opgave.stock import BagHistory, stock_changes
from opgave.stock_charts import STOCK_WORDS
from opgave.story import Figure, Section, Sheet
from opgave.terminal import Row, rows_of
from opgave.wording import Words

__all__ = ["stock_section"]

_TEXTS: dict[str, tuple[str, str]] = {
    "title": ("Woningvoorraad", "Dwelling stock"),
    "year": ("jaar", "year"),
    "summary": (
        "In {first} tot en met {last} kwamen er netto {net} woningen bij: {added} toegevoegd, "
        "waarvan {new_build} nieuwbouw, en {left} onttrokken, waarvan {demolition} gesloopt.",
        "From {first} up to and including {last} the stock grew by {net} homes net: {added} came "
        "in, of which {new_build} new build, and {left} left, of which {demolition} by demolition.",
    ),
    "summary_less": (
        "In {first} tot en met {last} gingen er netto {net} woningen af: {added} toegevoegd, "
        "waarvan {new_build} nieuwbouw, en {left} onttrokken, waarvan {demolition} gesloopt.",
        "From {first} up to and including {last} the stock shrank by {net} homes net: {added} came "
        "in, of which {new_build} new build, and {left} left, of which {demolition} by demolition.",
    ),
    "source": (
        "Geteld uit de BAG van {day} in de categorieën van het CBS, elke wijziging op de dag "
        "waarop zij ingaat. Wat het CBS als correctie apart publiceert, staat hier bij de overige "
        "toevoegingen en onttrekkingen.",
        "Counted from the BAG of {day} in the categories of Statistics Netherlands, each change on "
        "the day from which it holds. What CBS publishes apart as a correction is here among the "
        "other additions and withdrawals.",
    ),
    "describe": (
        "Van {opening} woningen aan het begin naar {closing} aan het eind van {year}: {new_build} "
        "nieuwbouw, {other_addition} overige toevoegingen, {demolition} gesloopt, "
        "{other_withdrawal} overige onttrekkingen.",
        "From {opening} homes at the start to {closing} at the end of {year}: {new_build} new "
        "build, {other_addition} other additions, {demolition} demolished, {other_withdrawal} "
        "other withdrawals.",
    ),
}


def stock_section(history: BagHistory, words: Words, first_year: int, last_year: int) -> Section:
    """The changes of the stock per year, and the last year as a waterfall.

    Parameters
    ----------
    history : BagHistory
        The extract.
    words : Words
        The language.
    first_year, last_year : int
        The years shown.
    """
    rows = rows_of(stock_changes(history, first_year=first_year, last_year=last_year))
    return Section(
        key="stock",
        title=_text(words, "title"),
        paragraphs=(_summary(rows, words),),
        figures=(_figure(rows, words),),
        remarks=(_text(words, "source", day=words.day(history.as_of)),),
    )


def _text(words: Words, key: str, **values: object) -> str:
    return _TEXTS[key][words.language == "en"].format(**values)


def _summary(rows: list[Row], words: Words) -> str:
    def total(*names: str) -> str:
        return words.number(sum(row[name] for row in rows for name in names))

    net = sum(row["net"] for row in rows)
    return _text(
        words,
        "summary" if net >= 0 else "summary_less",
        first=rows[0]["year"],
        last=rows[-1]["year"],
        net=words.number(abs(net)),
        added=total("new_build", "other_addition"),
        left=total("demolition", "other_withdrawal"),
        new_build=total("new_build"),
        demolition=total("demolition"),
    )


def _figure(rows: list[Row], words: Words) -> Figure:
    last = rows[-1]
    year = str(last["year"])
    shown: dict[str, Any] = {
        name: words.number(value) for name, value in last.items() if name != "year"
    }
    return Figure(
        key="stock",
        title=stock_charts.stock_title(year, words),
        description=_text(words, "describe", year=year, **shown),
        draw=lambda width: stock_charts.stock_chart(last, year, words=words, width=width, title=""),
        sheet=_sheet(rows, words),
    )


def _sheet(rows: list[Row], words: Words) -> Sheet:
    names = [name for name in rows[0] if name != "year"]
    head = [_text(words, "year"), *(STOCK_WORDS[name][words.language == "en"] for name in names)]
    body = [[str(row["year"]), *(words.number(row[name]) for name in names)] for row in rows]
    return Sheet(_text(words, "title"), head, body)
