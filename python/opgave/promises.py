"""What a programme promises and plans: areas, targets, pillars and inflow."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from opgave import _core
from opgave.strict_toml import REQUIRED, Section, check_state, shown

__all__ = [
    "Area",
    "Indicator",
    "Inflow",
    "Pillar",
    "ProgrammeTarget",
    "read_areas",
    "read_inflow",
    "read_pillars",
    "read_targets",
]

Quantity = Literal["dwellings", "net_additions", "counted"]

QUANTITIES = ("dwellings", "net_additions", "counted")


@dataclass(frozen=True)
class Area:
    """An area of the programme; codes change, so each has its year."""

    code: str
    name: str
    year: int
    source: str


@dataclass(frozen=True)
class Indicator:
    """Something that a source counts."""

    count: int
    about: bool
    text: str
    text_nl: str
    source: str


@dataclass(frozen=True)
class Pillar:
    """A part of the programme, with what is counted in it."""

    name: str
    title: str
    title_nl: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True)
class Inflow:
    """How many dwellings are approached per month, from `start` to `end`, both included."""

    per_month: float
    start: datetime.date
    end: datetime.date
    adherence_sd: float
    source: str

    def on_grid(self, as_of: datetime.date, months: int) -> list[float]:
        """Return the pace of each of so many calendar months after a day.

        A month that the plan holds in part has the part of its days.

        Examples
        --------
        >>> day = datetime.date
        >>> plan = Inflow(4, day(2027, 1, 1), day(2027, 2, 14), 0.0, "assumption")
        >>> plan.on_grid(day(2026, 12, 31), 3)
        [4.0, 2.0, 0.0]
        """
        pace = []
        last = as_of
        for _ in range(months):
            first, last = last + datetime.timedelta(days=1), _next_month_end(last)
            planned = min(last, self.end).toordinal() - max(first, self.start).toordinal() + 1
            whole = last.toordinal() - first.toordinal() + 1
            pace.append(self.per_month * max(planned, 0) / whole)
        return pace


def _next_month_end(day: datetime.date) -> datetime.date:
    """The first month end after the day."""
    following = day + datetime.timedelta(days=1)
    last = calendar.monthrange(following.year, following.month)[1]
    return following.replace(day=last)


@dataclass(frozen=True)
class ProgrammeTarget:
    """What was promised.

    Parameters
    ----------
    name, title, title_nl : str
        For programs, and for people in English and Dutch.
    quantity : str
        ``dwellings`` counts dwellings of the register in `state`; ``net_additions`` and ``counted``
        are not measured in a register, `done` says how far they are, if anyone told.
    state : str or None
        The state that counts; only for ``dwellings``.
    scope : mapping of str to str
        Columns and the values that count.
    goal : int
        At least so many.
    about : bool
        Whether the source gives the goal as approximate.
    deadline : datetime.date
        The day; it counts itself if `inclusive`.
    inclusive : bool
        True for "by", False for "before".
    source, note : str
        Where it was promised, and what was read into it.
    done : int or None
        What is reported, for targets that the register does not measure.
    """

    name: str
    title: str
    title_nl: str
    quantity: Quantity
    state: str | None
    scope: Mapping[str, str]
    goal: int
    about: bool
    deadline: datetime.date
    inclusive: bool
    source: str
    note: str = ""
    done: int | None = None

    @property
    def last_day(self) -> datetime.date:
        """The last day that still counts."""
        return self.deadline if self.inclusive else self.deadline - datetime.timedelta(days=1)

    @property
    def measured(self) -> bool:
        """Whether a register measures this target."""
        return self.quantity == "dwellings"

    def core(self) -> _core.Target:
        """Return the target in the form that the engine takes.

        Raises
        ------
        ValueError
            If a register does not measure it.

        Examples
        --------
        >>> from opgave.programme import example_programme
        >>> target = example_programme("dordt-west").target("renovated")
        >>> target.core().goal
        675
        """
        if self.state is None:
            raise ValueError(
                f"target '{self.name}' counts {self.quantity}: not measured in this register"
            )
        return _core.Target(
            name=self.name,
            state=self.state,
            scope=dict(self.scope),
            goal=self.goal,
            deadline=_core.by(self.last_day),
        )


def read_areas(top: Section, sources: Mapping[str, str]) -> tuple[Area, ...]:
    """Return the areas of [[areas]]."""
    areas = []
    for section in top.sections("areas"):
        area = Area(
            code=section.text("code"),
            name=section.text("name"),
            year=section.integer("year", 1900) or 0,
            source=section.source(sources),
        )
        section.close()
        areas.append(area)
    return tuple(areas)


def read_targets(
    top: Section, states: Sequence[str], complete: str, sources: Mapping[str, str]
) -> tuple[ProgrammeTarget, ...]:
    """Return the targets of [[targets]], whose states must be among those of the trajectory."""
    sections = top.sections("targets")
    targets = [_target(section, states, complete, sources) for section in sections]
    top.check_unique(sections)
    return tuple(targets)


def _target(
    section: Section, states: Sequence[str], complete: str, sources: Mapping[str, str]
) -> ProgrammeTarget:
    title, title_nl = section.titles()
    quantity: Any = section.choice("quantity", QUANTITIES, "dwellings")
    deadline, inclusive = _deadline(section)
    dwellings = quantity == "dwellings"
    state = section.text("state", complete if dwellings else "") or None
    if state and not dwellings:
        section.wrong("state", f"is {shown(state)}", f"a target that counts {quantity} has none")
    elif state:
        check_state(section, "state", state, states)
    done = section.integer("done", 0, None)
    if done is not None and dwellings:
        section.wrong("done", f"is {done}", "the register counts dwellings; take it out")
    target = ProgrammeTarget(
        name=section.text("name"),
        title=title,
        title_nl=title_nl,
        quantity=quantity,
        state=state,
        scope=section.words("scope"),
        goal=section.integer("goal", 1) or 1,
        about=section.flag("about"),
        deadline=deadline,
        inclusive=inclusive,
        source=section.source(sources),
        note=section.text("note", ""),
        done=done,
    )
    if target.scope and not dwellings:
        section.wrong("scope", "is given", f"a target that counts {quantity} has none")
    section.close()
    return target


def _deadline(section: Section) -> tuple[datetime.date, bool]:
    by, before = section.day("by", None), section.day("before", None)
    if ("by" in section.values) == ("before" in section.values):
        message = "has both 'by' and 'before'" if by and before else "has no deadline"
        section.wrong("", message, "give 'by' if that day counts, or 'before' if it does not")
    return by or before or datetime.date.max, by is not None


def read_pillars(top: Section, sources: Mapping[str, str]) -> tuple[Pillar, ...]:
    """Return the pillars of [[pillars]]."""
    sections = top.sections("pillars")
    pillars = []
    for section in sections:
        title, title_nl = section.titles()
        pillar = Pillar(
            name=section.text("name"),
            title=title,
            title_nl=title_nl,
            indicators=tuple(
                _indicator(entry, sources) for entry in section.sections("indicators")
            ),
        )
        section.close()
        pillars.append(pillar)
    top.check_unique(sections)
    return tuple(pillars)


def _indicator(section: Section, sources: Mapping[str, str]) -> Indicator:
    text, text_nl = section.titles("text")
    indicator = Indicator(
        count=section.integer("count", 0) or 0,
        about=section.flag("about"),
        text=text,
        text_nl=text_nl,
        source=section.source(sources),
    )
    section.close()
    return indicator


def read_inflow(
    top: Section, sources: Mapping[str, str], usual_source: Any = REQUIRED
) -> Inflow | None:
    """Return the plan of [inflow]; None if there is none."""
    section = top.section("inflow")
    if section is None:
        return None
    inflow = Inflow(
        per_month=section.number("per_month"),
        start=section.day("start") or datetime.date.min,
        end=section.day("end") or datetime.date.max,
        adherence_sd=section.number("adherence_sd", 0.0),
        source=section.source(sources, default=usual_source),
    )
    if inflow.end < inflow.start:
        section.wrong("end", f"is {inflow.end}", f"it must not be before start, {inflow.start}")
    section.close()
    return inflow
