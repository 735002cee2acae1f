"""The programme file: what is promised, which way dwellings go, and what is assumed.

A programme is a TOML file. It is read strictly: an unknown key, a wrong type or a value that cannot
be is an error that names the key, and all errors of a file are told at once.
"""

from __future__ import annotations

import datetime
import difflib
import functools
import importlib.resources
import itertools
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from opgave import _core
from opgave.grants import Amount, Grant, GrantBudget, GrantStages, read_grants
from opgave.parsing import DWELLING_COLUMNS, EVENT_COLUMNS
from opgave.promises import (
    Area,
    Indicator,
    Inflow,
    Pillar,
    ProgrammeTarget,
    read_areas,
    read_inflow,
    read_pillars,
    read_targets,
)
from opgave.strict_toml import (
    REQUIRED,
    ProgrammeProblem,
    Section,
    TomlError,
    check_state,
    load_toml,
    read_toml,
    shown,
)

__all__ = [
    "Amount",
    "Area",
    "Grant",
    "GrantBudget",
    "GrantStages",
    "Indicator",
    "Inflow",
    "Pillar",
    "Programme",
    "ProgrammeError",
    "ProgrammeProblem",
    "ProgrammeTarget",
    "example_programme",
    "example_programmes",
    "parse_programme",
    "read_programme",
]

Move = tuple[str, str]

RETURN = "return"
IDENTIFICATIONS = ("bag", "text")

_RESERVED = (RETURN, "not_started")
_MOST_STATES = 64
_PAUSE_CLOCKS = ("reset", "resume")


class ProgrammeError(TomlError):
    """A programme file that cannot be used, with everything that is wrong with it."""


@dataclass(frozen=True)
class Programme:
    """A renovation programme: it configures every step and is changed by none.

    Parameters
    ----------
    name, title, title_nl : str
        For programs, and for people in English and Dutch.
    fictional : bool
        Whether the register that goes with it is made up.
    start : datetime.date or None
        Earlier events are warned about.
    trajectory : Trajectory
        The way a dwelling goes.
    identification : str
        ``bag`` if dwellings have BAG identifications, else ``text``.
    columns : mapping of str to str
        Our column names to those of the files.
    areas, targets, grants, pillars : tuple
        Where, what, with which money, and with what else.
    prior : HazardPrior or None
        What is believed of the rates before the data.
    prior_sources : mapping of (str, str) to str
        Per move where its rates come from.
    prior_source : str
        Where the spread of the prior comes from.
    inflow : Inflow or None
        The plan of approaching owners.
    subsiding_from_mm_per_year : float
        This speed or faster counts as subsiding; negative sinks.
    subsiding_source : str
        Where that comes from.
    sources : mapping of str to str
        All sources by their short names.
    """

    name: str
    title: str
    title_nl: str
    trajectory: _core.Trajectory
    fictional: bool = False
    start: datetime.date | None = None
    identification: str = "text"
    columns: Mapping[str, str] = field(default_factory=dict)
    areas: tuple[Area, ...] = ()
    targets: tuple[ProgrammeTarget, ...] = ()
    grants: tuple[Grant, ...] = ()
    pillars: tuple[Pillar, ...] = ()
    prior: _core.HazardPrior | None = None
    prior_sources: Mapping[Move, str] = field(default_factory=dict)
    prior_source: str = ""
    inflow: Inflow | None = None
    subsiding_from_mm_per_year: float = -1.0
    subsiding_source: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)

    def target(self, name: str) -> ProgrammeTarget:
        """Return the target of this name.

        Raises
        ------
        KeyError
            That lists the targets.

        Examples
        --------
        >>> example_programme("dordt-west").target("backlog_cleared").goal
        101
        """
        for target in self.targets:
            if target.name == name:
                return target
        there = ", ".join(target.name for target in self.targets) or "none"
        raise KeyError(f"there is no target {name!r}; the targets are: {there}")

    def scenario(
        self,
        as_of: datetime.date,
        months: int,
        taken: Mapping[str, tuple[int, int]] | None = None,
    ) -> _core.Scenario:
        """Return the plan of approaching owners and the money for it, on the grid of a projection.

        Parameters
        ----------
        as_of : datetime.date
            The projection starts after this day.
        months : int
            The number of calendar month ends after it.
        taken : mapping of str to (int, int), optional
            Per grant with a budget the cents that were taken up to `as_of`, and up to the end of
            the year before; nothing without it.

        Returns
        -------
        Scenario
            The pace of each month, per whole month; the engine takes the part of the first month
            that is left. Without a plan nobody is approached. Each grant with a budget is a budget
            of its name, of which what was taken is gone.

        Examples
        --------
        >>> programme = example_programme("dordt-west")
        >>> programme.scenario(datetime.date(2032, 11, 30), 3).inflow.tolist()
        [10.0, 0.0, 0.0]
        """
        budgets = [
            _budget(grant, as_of.year, *(taken or {}).get(grant.name, (0, 0)))
            for grant in self.grants
            if grant.budget is not None
        ]
        plan = self.inflow
        if plan is None:
            return _core.Scenario(budgets=budgets)
        return _core.Scenario(
            inflow=plan.on_grid(as_of, months), adherence_sd=plan.adherence_sd, budgets=budgets
        )


def _budget(grant: Grant, year: int, taken: int, taken_before: int) -> _core.Budget:
    """The budget of a grant for what is still to come."""
    assert grant.budget is not None
    return _core.Budget(
        grant.name,
        grant.spending_state(),
        cents=grant.budget.left(year, taken, taken_before),
        costs=list(grant.budget.costs),
        carries_over=grant.budget.carries_over,
        skips=grant.budget.skips,
    )


def example_programmes() -> tuple[str, ...]:
    """Return the names of the built-in programmes.

    Examples
    --------
    >>> example_programmes()
    ('dordt-west', 'permits')
    """
    folder = importlib.resources.files("opgave") / "programmes"
    files = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml")))


def example_programme(name: str) -> Programme:
    """Return a built-in programme.

    Raises
    ------
    ValueError
        That lists the built-in programmes.

    Examples
    --------
    >>> example_programme("dordt-west").trajectory.complete
    'delivered'
    """
    if name not in example_programmes():
        there = ", ".join(example_programmes())
        raise ValueError(f"there is no built-in programme {name!r}; there are: {there}")
    file = importlib.resources.files("opgave") / "programmes" / f"{name}.toml"
    return parse_programme(file.read_text(encoding="utf-8"), name=f"{name}.toml")


def read_programme(path: str | os.PathLike[str]) -> Programme:
    r"""Read a programme file.

    Raises
    ------
    ProgrammeError
        With all problems at once.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mine.toml"
    >>> _ = path.write_text('name = "mine"\ntitle = "Mine"')
    >>> read_programme(path).trajectory.stages[0]
    'approached'
    """
    return parse_programme(read_toml(path, ProgrammeError), name=Path(path).name)


def parse_programme(text: str, *, name: str = "programme") -> Programme:
    r"""Read a programme from TOML text.

    Parameters
    ----------
    text : str
        The text of a programme file.
    name : str
        What messages call it.

    Raises
    ------
    ProgrammeError
        With all problems at once.

    Examples
    --------
    >>> parse_programme('name = "mine"\ntitel = "Mine"')
    Traceback (most recent call last):
        ...
    opgave.programme.ProgrammeError: programme: title is missing; give a text
    programme: titel is not known; did you mean 'title'?
    """
    problems: list[ProgrammeProblem] = []
    programme = _programme(Section(load_toml(text, name, ProgrammeError), "", problems))
    if problems or programme is None:
        raise ProgrammeError(name, problems)
    return programme


def _programme(top: Section) -> Programme | None:
    """The programme, or None if there are problems; only then its trajectory can be made."""
    sources = top.words("sources")
    states = _states(top)
    subsiding, subsiding_source = _subsidence(top, sources)
    prior, prior_sources, prior_source = _prior(top, states, sources)
    title, title_nl = top.titles()
    make = functools.partial(
        Programme,
        name=top.text("name"),
        title=title,
        title_nl=title_nl,
        fictional=top.flag("fictional"),
        start=top.day("start", None),
        identification=top.choice("identification", IDENTIFICATIONS, "text"),
        columns=_columns(top),
        areas=read_areas(top, sources),
        targets=read_targets(top, states.all(), states.complete, sources),
        grants=read_grants(top, states.stages, states.complete, sources),
        pillars=read_pillars(top, sources),
        prior=prior,
        prior_sources=prior_sources,
        prior_source=prior_source,
        inflow=read_inflow(top, sources),
        subsiding_from_mm_per_year=subsiding,
        subsiding_source=subsiding_source,
        sources=sources,
    )
    top.close()
    return None if top.problems else make(trajectory=states.trajectory())


@dataclass(frozen=True)
class _States:
    """The names of a trajectory, before it is known whether they make one."""

    stages: list[str]
    complete: str
    exits: list[str]
    pause: str | None
    pause_clock: str = "reset"

    def all(self) -> list[str]:
        return [*self.stages, self.complete, *self.exits, *([self.pause] if self.pause else [])]

    def trajectory(self) -> _core.Trajectory:
        return _core.Trajectory(
            self.stages, self.complete, self.exits, self.pause, self.pause_clock
        )


def _states(top: Section) -> _States:
    section = top.section("trajectory")
    if section is None:
        usual = _core.default_trajectory()
        return _States(list(usual.stages), usual.complete, list(usual.exits), usual.pause)
    states = _States(
        stages=section.texts("stages"),
        complete=section.text("complete"),
        exits=section.texts("exits", []),
        pause=section.text("pause", None) or None,
        pause_clock=section.text("pause_clock", "reset"),
    )
    section.close()
    if states.pause_clock not in _PAUSE_CLOCKS:
        section.wrong("pause_clock", f"is '{states.pause_clock}'", "write reset or resume")
        states = replace(states, pause_clock="reset")
    if section.values.get("stages") == []:
        section.wrong("stages", "is empty", "give at least one stage")
    if len(states.all()) > _MOST_STATES:
        section.wrong("", f"has {len(states.all())} states", f"at most {_MOST_STATES} are possible")
    _check_names(section, states)
    return states


def _check_names(section: Section, states: _States) -> None:
    places = [(f"stages[{place}]", name) for place, name in enumerate(states.stages)]
    places += [("complete", states.complete)] if states.complete else []
    places += [(f"exits[{place}]", name) for place, name in enumerate(states.exits)]
    places += [("pause", states.pause)] if states.pause else []
    first: dict[str, str] = {}
    for key, name in places:
        if not name.strip():
            section.wrong(key, "is empty", "give a name")
        elif name in _RESERVED:
            section.wrong(key, f"is '{name}', which is reserved", "choose another name")
        elif first.setdefault(name, key) != key:
            message = f"is '{name}', which is {section.key(first[name])} already"
            section.wrong(key, message, "a state stands once; steps back need no cycle")


def _columns(top: Section) -> dict[str, str]:
    columns = top.words("columns")
    known = [*EVENT_COLUMNS, *(name for name in DWELLING_COLUMNS if name not in EVENT_COLUMNS)]
    first: dict[str, str] = {}
    for name, column in columns.items():
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean '{close[0]}'?" if close else f"known are {', '.join(known)}"
            top.wrong(f"columns.{name}", "is not a column of a register", hint)
        if first.setdefault(column, name) != name:
            message = f"is {shown(column)}, as columns.{first[column]} is"
            top.wrong(f"columns.{name}", message, "a column of a file has one meaning")
    return columns


def _subsidence(top: Section, sources: Mapping[str, str]) -> tuple[float, str]:
    section = top.section("subsidence")
    if section is None:
        return -1.0, ""
    speed = section.take("from_mm_per_year", float, "a number")
    if speed is not None and not -math.inf < speed < 0:
        fix = "it must be finite and < 0: negative sinks"
        section.wrong("from_mm_per_year", f"is {speed}", fix)
    source = section.source(sources)
    section.close()
    return float(speed or -1.0), source


def _prior(
    top: Section, states: _States, sources: Mapping[str, str]
) -> tuple[_core.HazardPrior | None, dict[Move, str], str]:
    section = top.section("prior")
    if section is None:
        return None, {}, ""
    edges = section.numbers("band_edges_months", [0, 1, 3, 6, 12, 24])
    if edges[:1] != [0] or any(b <= a for a, b in itertools.pairwise(edges)):
        section.wrong("band_edges_months", f"is {edges}", "edges start at 0 and rise")
    level_shape = section.number("level_shape", 4.0, positive=True)
    band_shape = section.number("band_shape", 25.0, positive=True)
    effect_scale = section.number("effect_scale", 0.5, positive=True)
    shock_scale = section.number("shock_scale", 0.15)
    season = section.numbers("season", [])
    season_shape = section.number("season_shape", 30.0, positive=True)
    if season and (len(season) != 12 or abs(sum(season) - 12) > 0.012 or min(season) <= 0):
        message = f"has {len(season)} factors with the sum {round(sum(season), 3)}"
        section.wrong("season", message, "give twelve factors > 0, January first, of mean one")
    source = section.source(sources)
    rates, rate_sources = _rates(section, states, len(edges), sources)
    section.close()
    if section.problems:
        return None, {}, ""
    prior = _core.HazardPrior(
        band_edges_months=edges,
        per_month=rates,
        level_shape=level_shape,
        band_shape=band_shape,
        effect_scale=effect_scale,
        shock_scale=shock_scale,
        season=season,
        season_shape=season_shape,
    )
    return prior, rate_sources, source


def _rates(
    prior: Section, states: _States, bands: int, sources: Mapping[str, str]
) -> tuple[dict[Move, list[float]], dict[Move, str]]:
    rates: dict[Move, list[float]] = {}
    rate_sources: dict[Move, str] = {}
    for row in prior.sections("rates", REQUIRED):
        move = _move(row, states)
        if move in rates:
            row.wrong("", f"gives {move[0]} → {move[1]} a second time", "keep one of them")
        rates[move] = row.numbers("per_month")
        if "per_month" in row.values and len(rates[move]) != bands:
            message = f"has {len(rates[move])} rates"
            row.wrong("per_month", message, f"give one per duration band: {bands}")
        rate_sources[move] = row.source(sources)
        row.close()
    return rates, rate_sources


def _move(row: Section, states: _States) -> Move:
    start, end = row.text("from"), row.text("to")
    leavable = [state for state in states.all() if state != states.complete]
    reachable = [state for state in states.all() if state != start]
    if start == states.pause:
        reachable = [RETURN, *states.exits]
    if start:
        check_state(row, "from", start, leavable)
    if end:
        check_state(row, "to", end, reachable)
    return start, end
