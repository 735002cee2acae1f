"""The grants of a programme: what each source says of them, which stages move their money."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from opgave import _core
from opgave.frames import Table
from opgave.money_toml import read_amount, read_cost, read_years
from opgave.strict_toml import REQUIRED, Section, check_state, shown

__all__ = ["Amount", "Grant", "GrantBudget", "GrantStages", "ledger_table", "read_grants"]

_MOST_MONTHS = 1200  # what the engine takes as a term


@dataclass(frozen=True)
class Amount:
    """What one source says that a grant is.

    `about` marks a figure that the source gives as approximate; `dated` is the day or the month
    of the source, ``2024-12-04`` or ``2024-12``. `vat_cents` is the part of it that goes to the VAT
    compensation fund and `primary_cents` the part for the dwellings themselves, None if that is not
    known.
    """

    cents: int
    about: bool
    source: str
    dated: str
    vat_cents: int | None = None
    primary_cents: int | None = None

    @property
    def day(self) -> datetime.date:
        """The day of the source; of a month its last day, on which it is known for certain."""
        if len(self.dated) > len("2024-12"):
            return datetime.date.fromisoformat(self.dated)
        first = datetime.date.fromisoformat(f"{self.dated}-01")
        return first.replace(day=calendar.monthrange(first.year, first.month)[1])


@dataclass(frozen=True)
class GrantStages:
    """Which stages of the register reserve, commit and pay the money of a grant.

    An empty name means that no stage does. `scope` holds columns of the dwellings and the values
    that belong to the grant; empty: all dwellings.
    """

    reserves: str
    commits: str
    pays: str
    scope: Mapping[str, Sequence[str]]
    source: str


@dataclass(frozen=True)
class GrantBudget:
    """What of a grant can be spent on dwellings: cents per calendar year, and what they cost."""

    cents: Mapping[int, int]
    costs: tuple[_core.Cost, ...]
    cost_sources: tuple[str, ...]
    carries_over: bool
    skips: bool
    source: str

    def left(self, year: int, taken: int, taken_before: int) -> dict[int, int]:
        """Return the cents per year, from the year on, that are not spent yet.

        Parameters
        ----------
        year : int
            The calendar year of the day on which one looks.
        taken, taken_before : int
            Cents taken up to that day, and up to the end of the year before.

        Examples
        --------
        >>> plan = GrantBudget({2025: 100, 2026: 100, 2027: 50}, (), (), True, False, "")
        >>> plan.left(2026, taken=130, taken_before=90)
        {2026: 70, 2027: 50}
        >>> lapsing = GrantBudget({2025: 100, 2026: 100, 2027: 50}, (), (), False, False, "")
        >>> lapsing.left(2026, taken=130, taken_before=90)
        {2026: 60, 2027: 50}
        """
        later = {of: cents for of, cents in self.cents.items() if of > year}
        if self.carries_over:
            there = sum(cents for of, cents in self.cents.items() if of <= year) - taken
        else:
            there = self.cents.get(year, 0) - max(taken - taken_before, 0)
        return {year: max(there, 0), **dict(sorted(later.items()))}


@dataclass(frozen=True)
class Grant:
    """A grant with every figure that is known of it, side by side.

    Without `stages` the register does not say what happens to its money; without `budget` no
    dwelling of the plan waits for it.
    """

    name: str
    title: str
    title_nl: str
    amounts: tuple[Amount, ...]
    stages: GrantStages | None = None
    budget: GrantBudget | None = None
    rules: _core.GrantRules = field(default_factory=_core.GrantRules)

    @property
    def conflict(self) -> bool:
        """Whether the sources give different figures."""
        return len({amount.cents for amount in self.amounts}) > 1

    def core(self) -> _core.Grant:
        """Return the grant in the form that the engine takes.

        Examples
        --------
        >>> from opgave.programme import example_programme
        >>> krispijn = example_programme("dordt-west").grants[1].core()
        >>> krispijn.reserves, krispijn.commits, krispijn.pays
        ('applied', 'granted', 'delivered')
        """
        awards = [
            _core.Award(
                amount.cents,
                source=amount.source,
                date=amount.day,
                vat_cents=amount.vat_cents,
                primary_cents=amount.primary_cents,
                about=amount.about,
            )
            for amount in self.amounts
        ]
        if self.stages is None:
            return _core.Grant(self.name, awards=awards, rules=self.rules)
        return _core.Grant(
            self.name,
            awards=awards,
            reserves=self.stages.reserves,
            commits=self.stages.commits,
            pays=self.stages.pays,
            scope=dict(self.stages.scope),
            rules=self.rules,
        )

    def spending_state(self) -> str:
        """Return the stage at which its money is spent: where it is committed, else paid."""
        return "" if self.stages is None else self.stages.commits or self.stages.pays


def read_grants(
    top: Section, stages: Sequence[str], complete: str, sources: Mapping[str, str]
) -> tuple[Grant, ...]:
    """Return the grants of [[grants]], whose stages must be among those of the trajectory."""
    sections = top.sections("grants")
    grants = []
    for section in sections:
        title, title_nl = section.titles()
        moves = _stages(section, [*stages, complete], sources)
        grant = Grant(
            name=section.text("name"),
            title=title,
            title_nl=title_nl,
            amounts=tuple(
                _amount(amount, sources) for amount in section.sections("amounts", REQUIRED)
            ),
            stages=moves,
            budget=_budget(section, moves, sources),
            rules=_rules(section, stages, sources),
        )
        if section.values.get("amounts") == []:
            section.wrong("amounts", "is empty", "give at least one amount")
        section.close()
        grants.append(grant)
    top.check_unique(sections)
    return tuple(grants)


def _amount(section: Section, sources: Mapping[str, str]) -> Amount:
    amount = Amount(
        cents=read_amount(section) or 0,
        about=section.flag("about"),
        source=section.source(sources),
        dated=_dated(section),
        vat_cents=read_amount(section, ("vat_euros", "vat_cents"), default=None),
        primary_cents=read_amount(section, ("primary_euros", "primary_cents"), default=None),
    )
    for key, part in (("vat_cents", amount.vat_cents), ("primary_cents", amount.primary_cents)):
        if part is not None and part > amount.cents:
            place = key if key in section.values else key.replace("cents", "euros")
            section.wrong(place, f"is {part}", f"it is a part of {amount.cents}")
    section.close()
    return amount


def _dated(section: Section) -> str:
    """The day of a source, or its month where the day is not known."""
    value = section.values.get("date")
    if not isinstance(value, str):
        day = section.day("date")
        return "" if day is None else day.isoformat()
    text = section.text("date")
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text, re.ASCII):
        section.wrong("date", f"is {shown(text)}", 'write 2024-12-04, or "2024-12" for a month')
    return text


def _stages(
    grant: Section, states: Sequence[str], sources: Mapping[str, str]
) -> GrantStages | None:
    section = grant.section("stages")
    if section is None:
        return None
    usual = {
        "reserves": "applied" if "applied" in states else "",
        "commits": "granted" if "granted" in states else "",
        "pays": "settled" if "settled" in states else states[-1],
    }
    named = {key: section.take(key, str, "a stage", name) or "" for key, name in usual.items()}
    last = -1
    for key, name in named.items():
        if not name:
            continue
        check_state(section, key, name, states)
        if name in states and states.index(name) <= last:
            section.wrong(key, f"is {shown(name)}", "reserve, commit and pay in this order")
        last = max(last, states.index(name)) if name in states else last
    if not any(named.values()):
        section.wrong("", "names no stage", "give at least one, or leave the table out")
    stages = GrantStages(**named, scope=section.scope("scope"), source=section.source(sources))
    section.close()
    return stages


def _rules(grant: Section, stages: Sequence[str], sources: Mapping[str, str]) -> _core.GrantRules:
    """The conditions of [grants.rules], each off unless given."""
    section = grant.section("rules")
    if section is None:
        return _core.GrantRules()
    starts = section.text("starts", None)
    if starts:
        check_state(section, "starts", starts, stages)
    months = {}
    for key in ("start_within_months", "finish_within_months"):
        months[key] = section.integer(key, 0, 0) or 0
        if months[key] > _MOST_MONTHS:
            section.wrong(key, f"is {months[key]}", f"it must be at most {_MOST_MONTHS}")
    if months["start_within_months"] and not starts:
        section.wrong("starts", "is missing", "give the stage at which works start")
    share = section.number("least_primary_share", 0.0)
    if share > 1:
        section.wrong("least_primary_share", f"is {share}", "it must be a part of one: 0.7")
    dwellings = section.integer("least_dwellings", 0, 0) or 0
    section.source(sources)
    section.close()
    if section.problems:
        return _core.GrantRules()
    return _core.GrantRules(
        least_dwellings=dwellings, least_primary_share=share, starts=starts, **months
    )


def _budget(
    grant: Section, stages: GrantStages | None, sources: Mapping[str, str]
) -> GrantBudget | None:
    section = grant.section("budget")
    if section is None:
        return None
    if stages is None or not (stages.commits or stages.pays):
        section.wrong("", "needs a stage that spends it", f"give [{grant.path}.stages] commits")
    rows = section.sections("costs", REQUIRED)
    costs = [_cost(row, sources) for row in rows]
    budget = GrantBudget(
        cents=read_years(section, ("euros", "cents")),
        costs=tuple(cost for cost, _ in costs if cost is not None),
        cost_sources=tuple(source for _, source in costs),
        carries_over=section.flag("carries_over", default=True),
        skips=section.flag("skips"),
        source=section.source(sources),
    )
    if section.values.get("costs") == []:
        section.wrong("costs", "is empty", "give what a dwelling costs")
    if budget.skips and any(cost.cents_sd for cost in budget.costs):
        section.wrong("skips", "is true", "dwellings of an uncertain cost cannot be skipped")
    section.close()
    return budget


def _cost(section: Section, sources: Mapping[str, str]) -> tuple[_core.Cost | None, str]:
    cost = read_cost(section, section.scope("scope"))
    source = section.source(sources)
    section.close()
    return cost, source


def ledger_table(
    register: _core.Register,
    grants: Sequence[_core.Grant],
    as_of: datetime.date,
    known_on: datetime.date,
) -> tuple[Table, list[_core.Issue]]:
    """Return where the money of grants stands, as columns, and what is wrong with it.

    Cents are whole numbers; a column in which some are not known holds floats and NaN.
    """
    columns, issues = _core.ledger(register, list(grants), as_of, known_on)
    table: Table = {
        "grant": np.array([name or None for name in columns.pop("grant")], dtype=object),
        "source": np.array([name or None for name in columns.pop("source")], dtype=object),
        "date": columns.pop("date"),
        "about": columns.pop("about").astype(bool),
    }
    for name, column in columns.items():
        table[name] = _known(column) if name.endswith("_cents") else column
    return table, issues


def _known(cents: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    unknown = cents == _core.unknown_cents
    return np.where(unknown, np.nan, cents) if unknown.any() else cents
