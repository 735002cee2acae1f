"""Amounts of money in TOML: in euros or in cents, per calendar year, or per dwelling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from opgave._core import Cost
from opgave.strict_toml import REQUIRED, Section, is_finite, shown

__all__ = ["read_amount", "read_cost", "read_years"]

# What the engine takes: per year, and per dwelling.
_MOST = 10**14
_MOST_COST = 10**12

Keys = tuple[str, str]


def read_amount(
    section: Section,
    keys: Keys = ("euros", "cents"),
    *,
    least: int = 0,
    most: int = _MOST,
    default: Any = REQUIRED,
) -> int | None:
    """Return cents, given under the first key in euros or under the second in cents.

    Parameters
    ----------
    section : Section
        The table; what is wrong is noted there.
    keys : tuple of str
        The key of euros and the key of cents.
    least, most : int
        Cents.
    default : int or None, optional
        If neither key is there.

    Examples
    --------
    >>> read_amount(Section({"euros": 11_851.85}, "costs[0]", []))
    1185185
    """
    euros = section.take(keys[0], float, "an amount", None)
    cents = section.take(keys[1], int, "a whole number of cents", None)
    if default is not REQUIRED and not any(key in section.values for key in keys):
        return None if default is None else int(default)
    key = _chosen(section, keys, "amount", f"give '{keys[0]}' or '{keys[1]}'")
    if key is None:
        return None
    return _cents(section, key, keys, euros if key == keys[0] else cents, least, most)


def read_years(section: Section, keys: Keys) -> dict[int, int]:
    """Return cents per calendar year, from a table of euros or of cents.

    Examples
    --------
    >>> keys = ("euros_per_year", "cents_per_year")
    >>> read_years(Section({"euros_per_year": {"2027": 1.5}}, "budgets[0]", []), keys)
    {2027: 150}
    """
    tables = {key: section.section(key) for key in keys}
    key = _chosen(section, keys, "money", f"give '{keys[0]}' as a table: 2027 = 1_000_000")
    table = None if key is None else tables[key]
    if table is None:
        return {}
    years = {}
    for year in table.values:
        if not (year.isascii() and year.isdigit() and 1900 <= int(year) < 2300):
            table.wrong(year, "is not a year", "write 2027 = 1_000_000")
            continue
        unit = (year, "") if key == keys[0] else ("", year)
        kind, what = (float, "an amount") if unit[0] else (int, "a whole number of cents")
        cents = _cents(table, year, unit, table.take(year, kind, what), 0, _MOST)
        if cents is not None:
            years[int(year)] = cents
    return years


def read_cost(section: Section, scope: Mapping[str, Sequence[str]]) -> Cost | None:
    """Return what a dwelling of a scope costs, with its spread; None if that cannot be.

    Examples
    --------
    >>> read_cost(Section({"euros": 90, "euros_sd": 30}, "costs[0]", []), {})
    Cost(9000, scope={}, cents_sd=3000)
    """
    cents = read_amount(section, least=1, most=_MOST_COST)
    spread = read_amount(section, ("euros_sd", "cents_sd"), default=0)
    if cents is None or spread is None:
        return None
    if spread and not 0.001 <= spread / cents <= 3:
        key = "euros_sd" if "euros_sd" in section.values else "cents_sd"
        cost = f"{cents / 100:g}" if key == "euros_sd" else f"{cents}"
        given = shown(section.values[key])
        section.wrong(key, f"is {given}", f"it must be 0 or 0.001-3 times {cost}")
        return None
    return Cost(cents, scope=dict(scope), cents_sd=spread)


def _chosen(section: Section, keys: Keys, what: str, fix: str) -> str | None:
    """The key that is given; None, noted, if none is or both are."""
    given = [key for key in keys if key in section.values]
    if len(given) == 1:
        return given[0]
    message = f"has both '{keys[0]}' and '{keys[1]}'" if given else f"has no {what}"
    section.wrong("", message, fix)
    return None


def _cents(
    section: Section, key: str, keys: Keys, value: float | None, least: int, most: int
) -> int | None:
    """An amount in whole cents; None if it is not, noted unless it is noted already."""
    if value is None:
        return None
    per_unit = 100 if key == keys[0] else 1
    cents = per_unit * value if is_finite(value) else value
    if not is_finite(cents) or abs(cents - round(cents)) > 1e-4:
        section.wrong(key, f"is {shown(value)}", "an amount has whole cents")
        return None
    found = round(cents)
    if least <= found <= most:
        return found
    limit = f"at least {least / per_unit:g}" if found < least else f"at most {most // per_unit}"
    section.wrong(key, f"is {shown(value)}", f"it must be {limit}")
    return None
