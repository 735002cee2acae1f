"""The scenario file: a plan with calendar days, to be tried on a register.

It is a TOML file, read as strictly as a programme: all errors are told at once, each by its key.
"""

from __future__ import annotations

import datetime
import difflib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from opgave import _core
from opgave.money_toml import read_cost, read_years
from opgave.promises import Inflow, read_inflow
from opgave.register import Register
from opgave.strict_toml import (
    REQUIRED,
    ProgrammeProblem,
    Section,
    TomlError,
    check_state,
    is_a,
    load_toml,
    read_toml,
    shown,
)

__all__ = ["Plan", "ScenarioError", "parse_scenario", "read_scenario"]

Scope = Mapping[str, Sequence[str]]
Part = TypeVar("Part")


class ScenarioError(TomlError):
    """A scenario file that cannot be used, with everything that is wrong with it."""


@dataclass(frozen=True)
class Plan:
    r"""A plan with calendar days; `scenario` lays it on the months of a projection.

    Parameters
    ----------
    title, title_nl : str
        For people, in English and Dutch.
    fictional : bool
        Whether it is made up.
    inflow : Inflow or None
        The owners approached; None leaves the plan of the programme.
    gates, budgets, levers : tuple
        Slots, money and changes of pace. Without budgets the programme's are left.
    priority : tuple of dict
        Who goes first where there is a queue.
    exits_while_waiting : bool
        Whether those that wait for a slot or for money may leave.
    sources : mapping of str to str
        Where each part comes from, by its place in the file, such as ``levers[0]``.

    Examples
    --------
    >>> plan = parse_scenario('title = "Nine"\nsource = "assumption"\n'
    ...                       '[[gates]]\nstate = "started"\nper_month = 9')
    >>> plan.gates, plan.sources["gates[0]"]
    ((Gate('started', per_month=9.0),), 'assumption')
    """

    title: str
    title_nl: str
    fictional: bool = False
    inflow: Inflow | None = None
    gates: tuple[_core.Gate, ...] = ()
    budgets: tuple[_core.Budget, ...] = ()
    levers: tuple[_core.Lever, ...] = ()
    priority: tuple[Scope, ...] = ()
    exits_while_waiting: bool = True
    sources: Mapping[str, str] = field(default_factory=dict)

    def scenario(
        self, as_of: datetime.date, months: int, usual: _core.Scenario | None = None
    ) -> _core.Scenario:
        r"""Return the plan on the grid of a projection.

        Parameters
        ----------
        as_of : datetime.date
            The projection starts after this day.
        months : int
            The number of calendar month ends after it.
        usual : Scenario, optional
            The plan of the programme: its owners are approached and its budgets spent where this
            plan says nothing of them.

        Examples
        --------
        >>> plan = parse_scenario('title = "Four"\nsource = "assumption"\n[inflow]\n'
        ...                       'per_month = 4\nstart = 2027-01-01\nend = 2027-02-28')
        >>> plan.scenario(datetime.date(2026, 12, 31), 3).inflow.tolist()
        [4.0, 4.0, 0.0]
        """
        usual = usual or _core.Scenario()
        inflow = self.inflow
        return _core.Scenario(
            inflow=inflow.on_grid(as_of, months) if inflow else usual.inflow,
            adherence_sd=inflow.adherence_sd if inflow else usual.adherence_sd,
            gates=self.gates,
            budgets=self.budgets or usual.budgets,
            levers=self.levers,
            priority=self.priority,
            exits_while_waiting=self.exits_while_waiting,
        )


def read_scenario(path: str | os.PathLike[str], register: Register | None = None) -> Plan:
    r"""Read a scenario file.

    Parameters
    ----------
    path : path
        A TOML file.
    register : Register, optional
        What the plan is for; then its states, columns and values are checked too.

    Returns
    -------
    Plan
        What `project` takes as its `scenario`.

    Raises
    ------
    ScenarioError
        With all problems at once.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "plan.toml"
    >>> _ = path.write_text('title = "As it is"\nsource = "assumption"')
    >>> read_scenario(path).inflow is None
    True
    """
    return parse_scenario(read_toml(path, ScenarioError), register, name=Path(path).name)


def parse_scenario(text: str, register: Register | None = None, *, name: str = "scenario") -> Plan:
    r"""Read a scenario from TOML text.

    Parameters
    ----------
    text : str
        The text of a scenario file.
    register : Register, optional
        What the plan is for.
    name : str
        What messages call it.

    Raises
    ------
    ScenarioError
        With all problems at once.

    Examples
    --------
    >>> parse_scenario('title = "Nine"\nsource = "assumption"\n[[gates]]\nstat = "started"')
    Traceback (most recent call last):
        ...
    opgave.scenario_file.ScenarioError: scenario: gates[0].state is missing; give a text
    scenario: gates[0] has no slots; give 'per_month', or 'at_once' for those there at once
    scenario: gates[0].stat is not known; did you mean 'state'?
    """
    problems: list[ProgrammeProblem] = []
    plan = _Reader(Section(load_toml(text, name, ScenarioError), "", problems), register).read()
    if problems:
        raise ScenarioError(name, problems)
    return plan


class _Reader:
    """Reads one file; the register, if there is one, says which names there are."""

    def __init__(self, top: Section, register: Register | None) -> None:
        self.top = top
        self.trajectory = register.trajectory if register else None
        self.dwellings = register.core.dwellings if register else None
        self.titles = top.words("sources")
        self.usual_source = top.source(self.titles)
        self.sources: dict[str, str] = {}

    def read(self) -> Plan:
        title, title_nl = self.top.titles()
        inflow = read_inflow(self.top, self.titles, self.usual_source)
        if inflow is not None:
            self.sources["inflow"] = inflow.source
        plan = Plan(
            title=title,
            title_nl=title_nl,
            fictional=self.top.flag("fictional"),
            inflow=inflow,
            gates=self._parts("gates", self._gate),
            budgets=self._parts("budgets", self._budget),
            levers=self._parts("levers", self._lever),
            priority=self._priority(),
            exits_while_waiting=bool(self.top.take("exits_while_waiting", bool, _FLAG, True)),
            sources=self.sources,
        )
        self.top.close()
        return plan

    def _parts(self, key: str, read: Callable[[Section], Part]) -> tuple[Part, ...]:
        """The parts of a list of tables that can be made."""
        made = []
        for section in self.top.sections(key):
            before = len(self.top.problems)
            self.sources[section.path] = section.source(self.titles, default=self.usual_source)
            try:
                made.append(read(section))
            except ValueError as error:  # what the engine refuses; told unless it is told already
                if len(self.top.problems) == before:
                    section.wrong("", f"cannot be: {error}", "")
            section.close()
        return tuple(made)

    def _gate(self, section: Section) -> _core.Gate:
        state = self._entered(section)
        slots = [key for key in ("per_month", "at_once") if key in section.values]
        numbers = {key: section.number(key, 0.0) for key in ("per_month", "at_once")}
        if len(slots) != 1:
            message = "has both 'per_month' and 'at_once'" if slots else "has no slots"
            section.wrong("", message, "give 'per_month', or 'at_once' for those there at once")
        return _core.Gate(
            state,
            per_month=numbers[slots[0]] if slots else 0.0,
            capacitated=slots == ["at_once"],
            scope=self._scope(section),
            **self._interval(section),
        )

    def _budget(self, section: Section) -> _core.Budget:
        name, state = section.text("name"), self._entered(section)
        costs = [self._cost(cost) for cost in section.sections("costs", REQUIRED)]
        if section.values.get("costs") == []:
            section.wrong("costs", "is empty", "give at least one cost per dwelling")
        return _core.Budget(
            name,
            state,
            cents=read_years(section, ("euros_per_year", "cents_per_year")),
            costs=[cost for cost in costs if cost is not None],
            carries_over=bool(section.take("carries_over", bool, _FLAG, True)),
            skips=section.flag("skips"),
        )

    def _cost(self, section: Section) -> _core.Cost | None:
        cost = read_cost(section, self._scope(section))
        section.close()
        return cost

    def _lever(self, section: Section) -> _core.Lever:
        state, to = section.text("state"), section.text("to", "")
        if self.trajectory is not None:
            way = self.trajectory
            pauses = [way.pause] if way.pause else []
            check_state(section, "state", state, [*way.stages, *way.exits, *pauses])
            if to:
                check_state(section, "to", to, [*way.states, "return"])
        return _core.Lever(
            state,
            to=to,
            factor=section.number("factor", positive=True),
            log_sd=section.number("log_sd", 0.0),
            scope=self._scope(section),
            **self._interval(section),
        )

    def _entered(self, section: Section) -> str:
        """A state that a gate or a budget stands before."""
        state = section.text("state")
        if self.trajectory is not None and state:
            later = [*self.trajectory.stages[1:], self.trajectory.complete]
            check_state(section, "state", state, later)
        return state

    def _interval(self, section: Section) -> dict[str, Any]:
        start, end = section.day("start", None), section.day("end", None)
        if start and end and end < start:
            section.wrong("end", f"is {end}", f"it must not be before start, {start}")
        return {"start": start, "end": end}

    def _priority(self) -> tuple[Scope, ...]:
        scopes = []
        for section in self.top.sections("priority"):
            scopes.append(_scope(section, list(section.values)))
            self._check_scope(section, scopes[-1])
        return tuple(scopes)

    def _scope(self, section: Section) -> Scope:
        """Columns, and the values of each that count."""
        inner = section.section("scope")
        if inner is None:
            return {}
        scope = _scope(inner, list(inner.values))
        self._check_scope(inner, scope)
        return scope

    def _check_scope(self, section: Section, scope: Scope) -> None:
        if self.dwellings is None:
            return
        for column, values in scope.items():
            known = self.dwellings.category_names
            if column not in known:
                hint = _nearest(column, known)
                section.wrong(column, "is not a column that dwellings are told apart by", hint)
                continue
            levels = self.dwellings.category(column).levels
            for value in values:
                if value not in levels:
                    section.wrong(
                        column,
                        f"is {shown(value)}, which no dwelling has",
                        _nearest(value, levels),
                    )


_FLAG = "true or false"
_LISTED = 12


def _scope(section: Section, columns: Sequence[str]) -> Scope:
    """Each column with its value or its list of values."""
    scope = {}
    for column in columns:
        one = is_a(section.values[column], str)
        scope[column] = [section.text(column)] if one else section.texts(column)
        if section.values[column] == []:
            section.wrong(column, "is empty", "give the values that count")
    return scope


def _nearest(name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"did you mean '{close[0]}'?"
    more = f", … ({len(known)})" if len(known) > _LISTED else ""
    return f"there are {', '.join(known[:_LISTED])}{more}"
