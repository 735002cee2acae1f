"""When, how sure, what if."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from opgave import _core
from opgave._core import (
    Budget,
    Cohorts,
    Cost,
    Gate,
    Lever,
    NotEnoughData,
    Probability,
    Scenario,
)
from opgave.days import Day, day_of
from opgave.frames import Column, Kind, Table, default_kind, frame_of
from opgave.grants import Grant, ledger_table
from opgave.hazards import Hazards, fit_hazards
from opgave.register import Register
from opgave.scenario_file import Plan
from opgave.snapshot import By, columns_by
from opgave.targets import AnyTarget, core_target
from opgave.values import Value

__all__ = [
    "Budget",
    "Cohorts",
    "Cost",
    "Gate",
    "Lever",
    "NotEnoughData",
    "Probability",
    "Projection",
    "Scenario",
    "expected",
    "project",
    "simulate",
]

AnyPlan: TypeAlias = Scenario | Plan
Told: TypeAlias = Callable[[float], bool | None]


class Projection(Value):
    """Simulated counts per path, month and state; `project` and `simulate` make it.

    Attributes
    ----------
    core : opgave._core.Projection
        The projection of the engine.
    register : Register or None
        What was projected; None for `simulate`.
    kind : str
        The kind of every frame that the projection returns.

    Examples
    --------
    >>> from opgave import Cohorts, Hazards, Trajectory, simulate
    >>> way = Trajectory(["asked"], "done")
    >>> hazards = Hazards(way, band_edges=[0], rate={("asked", "done"): [0.2]})
    >>> cohorts = Cohorts(stage=["asked"], age_months=[0], count=[60])
    >>> simulate(hazards, cohorts, months=12, paths=100)
    Projection(100 paths, 12 months, 1 strata, seed 1)
    """

    _fields = ("core", "register", "kind")

    def __init__(
        self, core: _core.Projection, register: Register | None = None, kind: Kind | None = None
    ) -> None:
        self.core = core
        self.register = register
        self.kind = kind or (register.kind if register is not None else default_kind())

    @property
    def as_of(self) -> datetime.date | None:
        """The day from which the register is projected; None without a register."""
        return self.core.as_of

    @property
    def months(self) -> Column:
        """The month ends of the grid; without a register the numbers 1, 2, …."""
        ends = self.core.month_end
        return ends if len(ends) else np.arange(1, self.core.months + 1)

    def series(self, state: str) -> npt.NDArray[np.int32]:
        """Return the dwellings in a state at each month's end: paths x months.

        Parameters
        ----------
        state : str
            A state, or ``not_started``.

        Raises
        ------
        KeyError
            For an unknown state; the message lists them.

        Examples
        --------
        >>> way = _core.Trajectory(["asked"], "done")
        >>> hazards = Hazards(way, band_edges=[0], rate={("asked", "done"): [0.2]})
        >>> cohorts = Cohorts(stage=["asked"], age_months=[0], count=[60])
        >>> simulate(hazards, cohorts, months=12, paths=100).series("done").shape
        (100, 12)
        """
        return self.core.series(state)

    def quantiles(
        self,
        series: str | None = None,
        by: By = None,
        q: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95),
    ) -> Any:
        """Return quantiles of the dwellings in a state, per month.

        Parameters
        ----------
        series : str, optional
            A state; without it ``not_started`` and every state.
        by : str or list of str, optional
            Columns by which the projection was made.
        q : sequence of float
            Probabilities in [0, 1].

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            Columns `by`, month (its last day; 1, 2, … without a register), series, and one per
            level: q05, q25, … A quantile is the smallest count that is reached with probability q.

        Raises
        ------
        KeyError
            For an unknown state, or a column that the projection was not made by.

        Examples
        --------
        >>> way = _core.Trajectory(["asked"], "done")
        >>> hazards = Hazards(way, band_edges=[0], rate={("asked", "done"): [0.2]})
        >>> cohorts = Cohorts(stage=["asked"], age_months=[0], count=[60])
        >>> projection = simulate(hazards, cohorts, months=3, paths=100)
        >>> list(projection.quantiles("done", q=(0.1, 0.5)))
        ['month', 'series', 'q10', 'q50']
        """
        states = ["not_started", *self.core.trajectory.states] if series is None else [series]
        columns = columns_by(by)
        parts = []
        for labels, strata in self._groups(columns).items():
            for state in states:
                levels = _core.quantiles(self.core.series(state, strata), list(q))
                parts.append(self._part(dict(zip(columns, labels, strict=True)), state, levels, q))
        joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        return frame_of(joined, self.kind)

    def _part(
        self, labels: dict[str, str], state: str, levels: Column, q: Sequence[float]
    ) -> Table:
        n = self.core.months
        part: Table = {name: np.full(n, label, dtype=object) for name, label in labels.items()}
        part["month"] = self.months
        part["series"] = np.full(n, state, dtype=object)
        for place, level in enumerate(q):
            part[_level_name(level)] = levels[:, place].astype(np.int64)
        return part

    def _groups(self, columns: Sequence[str]) -> dict[tuple[str, ...], list[int]]:
        """The strata that share the names in these columns."""
        known = self.core.grouping.columns
        for column in columns:
            if column not in known:
                raise KeyError(
                    f"by must be among the columns of the projection, {known}, got {column!r}"
                )
        if not columns:
            return {(): list(range(self.core.strata))}
        groups: dict[tuple[str, ...], list[int]] = {}
        for stratum, label in enumerate(self.core.grouping.labels):
            chosen = tuple(label[known.index(column)] for column in columns)
            groups.setdefault(chosen, []).append(stratum)
        return groups

    @property
    def waiting(self) -> npt.NDArray[np.int32]:
        """Dwellings that wait for a slot or money: paths x months; empty without gates."""
        return self.core.waiting

    def spent(self, budget: str) -> npt.NDArray[np.int64]:
        """Return the cents spent from a budget since the start: paths x months.

        Raises
        ------
        KeyError
            For a budget that the scenario does not have.

        Examples
        --------
        >>> way = _core.Trajectory(["asked", "works"], "done")
        >>> rate = {("asked", "works"): [0.2], ("works", "done"): [0.2]}
        >>> fund = Budget("fund", "works", cents={0: 500_000}, costs=100_000)
        >>> cohorts = Cohorts(stage=["asked"], age_months=[0], count=[60])
        >>> projection = simulate(Hazards(way, band_edges=[0], rate=rate), cohorts, months=12,
        ...                       scenario=Scenario(budgets=[fund]), paths=100)
        >>> int(projection.spent("fund").max())
        500000
        """
        return self.core.spent(budget)

    def spending(
        self,
        budget: str | None = None,
        every: str = "month",
        q: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95),
    ) -> Any:
        """Return what is spent from each budget since the start of the projection, in cents.

        Dwellings wait where a budget of the scenario has no money, so no future spends more than
        there is. For what a plan would cost, give it a budget that is ample.

        Parameters
        ----------
        budget : str, optional
            A budget of the scenario; without it every one.
        every : str
            ``month``, or ``year`` for the end of each calendar year and of the projection.
        q : sequence of float
            Probabilities in [0, 1].

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            Columns budget, month (its last day; 1, 2, … without a register), supplied (what was
            there to be spent up to then), mean, std_error (of the mean, by simulation), and one per
            level: q05, q25, … All but the month are cents and add up from the start.

        Raises
        ------
        KeyError
            For a budget that the scenario does not have.
        ValueError
            Without budgets, or for another `every`.

        Examples
        --------
        >>> way = _core.Trajectory(["asked", "works"], "done")
        >>> rate = {("asked", "works"): [0.2], ("works", "done"): [0.2]}
        >>> fund = Budget("fund", "works", cents={0: 900_000}, costs=[Cost(10_000, cents_sd=4_000)])
        >>> cohorts = Cohorts(stage=["asked"], age_months=[0], count=[60])
        >>> projection = simulate(Hazards(way, band_edges=[0], rate=rate), cohorts, months=24,
        ...                       scenario=Scenario(budgets=[fund]), paths=1000)
        >>> from opgave.frames import table_of
        >>> spent = table_of(projection.spending("fund", every="year"))
        >>> spent["month"].tolist(), int(spent["supplied"][1])
        ([12, 24], 900000)
        >>> bool(580_000 < spent["mean"][1] < 600_000)
        True
        """
        names = self._budgets(budget)
        rows = self._rows(every)
        parts = [self._spending(name, rows, q) for name in names]
        joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        return frame_of(joined, self.kind)

    def _budgets(self, budget: str | None) -> list[str]:
        if budget is not None:
            return [budget]
        if not self.core.budgets:
            raise ValueError("spending needs a budget: the scenario has none")
        return list(self.core.budgets)

    def _rows(self, every: str) -> npt.NDArray[np.bool_]:
        """Which months are shown."""
        if every not in ("month", "year"):
            raise ValueError(f"every must be month or year, got {every!r}")
        months = self.months
        numbers = (
            months.astype("M8[M]").astype(np.int64) + 1 if self.core.month_end.size else months
        )
        shown: npt.NDArray[np.bool_] = (numbers % 12 == 0) | (every == "month")
        shown[-1] = True
        return shown

    def _spending(self, budget: str, rows: npt.NDArray[np.bool_], q: Sequence[float]) -> Table:
        found = _core.spending(self.core, budget, list(q))
        part: Table = {
            "budget": np.full(int(rows.sum()), budget, dtype=object),
            "month": self.months[rows],
            "supplied": self.core.supplied(budget)[rows],
            "mean": found["mean"][rows],
            "std_error": found["std_error"][rows],
        }
        for place, level in enumerate(q):
            part[_level_name(level)] = found["quantiles"][rows, place]
        return part

    def money_runs_out(self, budget: str, target: AnyTarget) -> Probability:
        """Return how likely money runs out before a target is reached.

        It does in a future in which, at the end of some month up to the deadline, the target is not
        reached and a dwelling waits that this budget cannot pay. A wait for the money of the next
        year counts; money for which nobody waits does not.

        Parameters
        ----------
        budget : str
            A budget of the scenario.
        target : ProgrammeTarget, Target or str
            A target, or the name of one in the programme.

        Returns
        -------
        Probability
            As `probability`; the method is ``reached``, with value 0, if the target is reached.

        Raises
        ------
        NotEnoughData, ValueError
            As `probability`.
        KeyError
            As `probability`, and for a budget that the scenario does not have.

        Examples
        --------
        >>> from opgave import Register, Target
        >>> way = _core.Trajectory(["asked"], "done")
        >>> hazards = Hazards(way, band_edges=[0], rate={("asked", "done"): [0.9]})
        >>> events = {"dwelling_id": ["a", "b"], "stage": ["asked"] * 2, "date": ["2026-01-05"] * 2}
        >>> register = Register(events, trajectory=way)
        >>> fund = Budget("fund", "done", cents={2026: 15_000}, costs=10_000)
        >>> projection = project(register, hazards, as_of="2026-01-31", until="2026-12-31",
        ...                      scenario=Scenario(budgets=[fund]), paths=1000)
        >>> both = Target(name="both", state="done", goal=2, deadline="2026-12-31")
        >>> projection.money_runs_out("fund", both).value > 0.99
        True
        """
        return _core.money_runs_out(self.core, budget, self._target(target))

    def reached_within(
        self, target: AnyTarget, budget: str, cents: int | None = None
    ) -> Probability:
        """Return how likely a target is reached with no more than so much money.

        Parameters
        ----------
        target : ProgrammeTarget, Target or str
            A target, or the name of one in the programme.
        budget : str
            A budget of the scenario.
        cents : int, optional
            At most so much is spent from the budget from the start of the projection to the month
            in which the target is judged. Without it all that the budget has: then it is the
            probability of the target. Give the scenario an ample budget and ask for the real sum
            here to see what the plan does if nobody waits for money.

        Returns
        -------
        Probability
            Of both at once.

        Raises
        ------
        NotEnoughData, KeyError, ValueError
            As `money_runs_out`.

        Examples
        --------
        >>> from opgave import Register, Target
        >>> way = _core.Trajectory(["asked"], "done")
        >>> hazards = Hazards(way, band_edges=[0], rate={("asked", "done"): [0.9]})
        >>> events = {"dwelling_id": ["a", "b"], "stage": ["asked"] * 2, "date": ["2026-01-05"] * 2}
        >>> register = Register(events, trajectory=way)
        >>> cost = Cost(10_000, cents_sd=3_000)
        >>> ample = Budget("fund", "done", cents={2026: 10**9}, costs=[cost])
        >>> projection = project(register, hazards, as_of="2026-01-31", until="2026-12-31",
        ...                      scenario=Scenario(budgets=[ample]), paths=1000)
        >>> both = Target(name="both", state="done", goal=2, deadline="2026-12-31")
        >>> tight = projection.reached_within(both, "fund", cents=20_000)
        >>> 0.4 < tight.value < 0.65 < projection.reached_within(both, "fund").value
        True
        """
        most = int(self.core.supplied(budget)[-1]) if cents is None else cents
        return _core.reached_within(self.core, self._target(target), budget, most)

    def money_left(self, budget: str, by: Day, more_than: int = 0) -> Probability:
        """Return how likely more than so many cents of a budget are not spent by a day.

        Parameters
        ----------
        budget : str
            A budget of the scenario.
        by : date
            The last month end up to it counts.
        more_than : int
            Cents. What lapsed at the end of a year counts as not spent.

        Returns
        -------
        Probability
            value, std_error (of the simulation) and method; it has no goal.

        Raises
        ------
        NotEnoughData
            If the day lies outside the projection.
        KeyError
            For a budget that the scenario does not have.

        Examples
        --------
        >>> from opgave import Register
        >>> way = _core.Trajectory(["asked"], "done")
        >>> hazards = Hazards(way, band_edges=[0], rate={("asked", "done"): [0.9]})
        >>> events = {"dwelling_id": ["a"], "stage": ["asked"], "date": ["2026-01-05"]}
        >>> fund = Budget("fund", "done", cents={2026: 15_000}, costs=10_000)
        >>> projection = project(Register(events, trajectory=way), hazards, as_of="2026-01-31",
        ...                      until="2026-12-31", scenario=Scenario(budgets=[fund]), paths=999)
        >>> projection.money_left("fund", by="2026-12-31", more_than=4_999)
        Probability(0.9995 +/- 0.00071, method='simulation')
        """
        return _core.money_left(self.core, budget, _core.by(by), more_than)

    def _target(self, target: AnyTarget) -> _core.Target:
        programme = self.register.programme if self.register is not None else None
        return core_target(target, programme)

    def probability(self, target: AnyTarget) -> Probability:
        """Return how likely a target is.

        Parameters
        ----------
        target : ProgrammeTarget, Target or str
            A target, or the name of one in the programme.

        Returns
        -------
        Probability
            value, std_error (of the paths, not of the model), method, ceiling (the most that can
            still be reached, in so far as slots and money of known cost let it) and goal. The
            method is ``exact`` where dwellings do not wait for each other at gates or for money:
            then only the choice of parameters is left to chance; ``simulation`` where they do;
            ``reached`` or ``unreachable`` where it is certain.

        Raises
        ------
        NotEnoughData
            If the deadline lies outside the projection.
        KeyError
            If the scope has a column that the projection was not made by.
        ValueError
            For a target that a register does not measure.

        Examples
        --------
        >>> from opgave import Register, Target
        >>> way = _core.Trajectory(["asked"], "done")
        >>> hazards = Hazards(way, band_edges=[0], rate={("asked", "done"): [0.2]})
        >>> events = {"dwelling_id": ["a"], "stage": ["asked"], "date": ["2026-01-05"]}
        >>> register = Register(events, trajectory=way)
        >>> projection = project(register, hazards, as_of="2026-01-31", until="2026-12-31",
        ...                      paths=100)
        >>> goal = Target(name="two", state="done", goal=2, deadline="2026-12-31")
        >>> projection.probability(goal).method
        'unreachable'
        """
        return _core.probability(self.core, self._target(target))

    def spread(self, target: AnyTarget) -> dict[str, float]:
        """Return where the variance of the dwellings on the deadline of a target comes from.

        Parameters
        ----------
        target : ProgrammeTarget, Target or str
            A target, or the name of one in the programme; its goal does not matter.

        Returns
        -------
        dict
            mean and variance of the dwellings in the target's state; chance_share, the part of the
            variance that no data take away; prior_share, as `prior_share` returns it. What is left
            is that of the other parameters: rates seen often, groups, season, shocks, the plan.

        Raises
        ------
        NotEnoughData
            If the scenario has gates or budgets; else as `probability`.
        KeyError, ValueError
            As `probability`.

        Examples
        --------
        >>> from opgave import Register, Target
        >>> way = _core.Trajectory(["asked"], "done")
        >>> hazards = Hazards(way, band_edges=[0], rate={("asked", "done"): [0.2]})
        >>> events = {"dwelling_id": ["a"], "stage": ["asked"], "date": ["2026-01-05"]}
        >>> register = Register(events, trajectory=way)
        >>> projection = project(register, hazards, as_of="2026-01-31", until="2026-12-31",
        ...                      paths=100)
        >>> goal = Target(name="one", state="done", goal=1, deadline="2026-12-31")
        >>> found = projection.spread(goal)
        >>> round(found["mean"], 3), round(found["variance"], 3), found["chance_share"]
        (0.889, 0.099, 1.0)
        """
        programme = self.register.programme if self.register is not None else None
        return _core.spread(self.core, core_target(target, programme))

    def prior_share(self, target: AnyTarget) -> float:
        """Return how much of the variance on the deadline of a target is driven by the prior.

        It is how much smaller the variance of the dwellings in the target's state would be if the
        rates of all moves and duration bands with fewer than three events were known, as a part of
        all their variance: 0 where the data say everything that matters, 1 where the prior does.
        Effects of groups, seasons and shocks are not counted as prior.

        Parameters
        ----------
        target : ProgrammeTarget, Target or str
            A target, or the name of one in the programme; its goal does not matter.

        Returns
        -------
        float
            In [0, 1]. Of n paths its error is about 1.5 / sqrt(n).

        Raises
        ------
        NotEnoughData, KeyError, ValueError
            As `spread`.

        Examples
        --------
        >>> from opgave import Register, Target
        >>> way = _core.Trajectory(["asked"], "done")
        >>> hazards = Hazards(way, band_edges=[0], rate={("asked", "done"): [0.2]})
        >>> events = {"dwelling_id": ["a"], "stage": ["asked"], "date": ["2026-01-05"]}
        >>> register = Register(events, trajectory=way)
        >>> projection = project(register, hazards, as_of="2026-01-31", until="2026-12-31",
        ...                      paths=100)
        >>> goal = Target(name="one", state="done", goal=1, deadline="2026-12-31")
        >>> projection.prior_share(goal)
        0.0
        """
        return self.spread(target)["prior_share"]

    def compare(self, other: Projection, series: str | None = None) -> Any:
        """Return this projection minus another, path by path with the same random numbers.

        Parameters
        ----------
        other : Projection
            Of the same paths, months and seed.
        series : str, optional
            A state; completion without it.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            Columns month, difference (the mean over paths) and std_error.

        Raises
        ------
        ValueError
            If the two have other paths, months or seeds.

        Examples
        --------
        >>> way = _core.Trajectory(["asked"], "done")
        >>> hazards = Hazards(way, band_edges=[0], rate={("asked", "done"): [0.2]})
        >>> cohorts = Cohorts(stage=["asked"], age_months=[0], count=[60])
        >>> projection = simulate(hazards, cohorts, months=3, paths=100)
        >>> from opgave.frames import table_of
        >>> table_of(projection.compare(projection))["difference"].tolist()
        [0.0, 0.0, 0.0]
        """
        state = series if series is not None else self.core.trajectory.complete
        found = _core.compare(self.core, other.core, state)
        table = {"month": self.months, "difference": found.mean, "std_error": found.std_error}
        return frame_of(table, self.kind)

    def gain(self, other: Projection, target: AnyTarget) -> dict[str, float | None]:
        """Return what this projection does more than another on the deadline of a target.

        Parameters
        ----------
        other : Projection
            Of the same paths, months and seed.
        target : ProgrammeTarget, Target or str
            A target, or the name of one in the programme.

        Returns
        -------
        dict
            probability, probability_std_error (of pairs with the same chance), separate_std_error
            (of two runs with other seeds), dwellings and dwellings_std_error; cents and
            cents_std_error, None unless both have budgets.

        Raises
        ------
        NotEnoughData, KeyError, ValueError
            As `probability`; ValueError too for other paths, months or seeds.

        Examples
        --------
        >>> from opgave import Lever, Register, Target
        >>> way = _core.Trajectory(["asked"], "done")
        >>> hazards = Hazards(way, band_edges=[0], rate={("asked", "done"): [0.2]})
        >>> events = {"dwelling_id": ["a"], "stage": ["asked"], "date": ["2026-01-05"]}
        >>> register = Register(events, trajectory=way)
        >>> def projected(factor):
        ...     plan = Scenario(levers=[Lever("asked", factor=factor)])
        ...     return project(register, hazards, as_of="2026-01-31", until="2026-06-30",
        ...                    scenario=plan)
        >>> goal = Target(name="one", state="done", goal=1, deadline="2026-06-30")
        >>> gain = projected(2).gain(projected(1), goal)
        >>> gain["probability_std_error"] < gain["separate_std_error"]
        True
        """
        return _core.gain(self.core, other.core, self._target(target))

    def chart(self) -> Any:
        """Return a fan chart of the completed dwellings; needs the extra ``report``."""
        from opgave.charts import projection_chart

        return projection_chart(self)

    def __repr__(self) -> str:
        """Return the numbers of paths, months and strata, and the seed."""
        return repr(self.core)

    def _repr_html_(self) -> str:
        from opgave.reprs import projection_html

        return projection_html(self)


def _level_name(level: float) -> str:
    """`q05` for 0.05, `q2.5` for 0.025."""
    percent = round(100 * level, 6)
    return f"q{percent:02.0f}" if percent == int(percent) else f"q{percent:g}"


def until_of(register: Register, until: Day | None) -> datetime.date:
    """Return the day given, or the last deadline of the programme."""
    if until is not None:
        return day_of(until)
    targets = register.programme.targets if register.programme is not None else ()
    deadlines = [target.last_day for target in targets if target.measured]
    if not deadlines:
        raise ValueError("until must be given: the programme has no target with a deadline")
    return max(deadlines)


def _scope_columns(register: Register) -> list[str]:
    """The columns in the scopes of the programme's targets that the dwellings have."""
    targets = register.programme.targets if register.programme is not None else ()
    there = register.core.dwellings.category_names
    named = [column for target in targets if target.measured for column in target.scope]
    return [column for column in dict.fromkeys(named) if column in there]


def scenario_of(
    register: Register,
    plan: AnyPlan | None,
    as_of: datetime.date,
    until: datetime.date,
    known_on: Day | None = None,
) -> Scenario:
    """Return a plan on the months of a projection: that given, or that of the programme."""
    months = len(_core.month_ends(as_of, until))
    if isinstance(plan, Plan):
        return plan.scenario(as_of, months, _usual_scenario(register, as_of, months, known_on))
    return plan or _usual_scenario(register, as_of, months, known_on)


def _usual_scenario(
    register: Register, as_of: datetime.date, months: int, known_on: Day | None
) -> Scenario:
    """The plan of the programme; without one nobody is approached."""
    programme = register.programme
    if programme is None:
        return Scenario()
    taken = {
        grant.name: _taken(register, grant, as_of, known_on)
        for grant in programme.grants
        if grant.budget is not None
    }
    return programme.scenario(as_of, months, taken)


def _taken(
    register: Register, grant: Grant, as_of: datetime.date, known_on: Day | None
) -> tuple[int, int]:
    """Cents that a grant spent up to a day, and up to the end of the year before.

    A dwelling whose amount is not known counts for the dearest cost: money that may be gone is not
    there.
    """
    assert grant.budget is not None
    assert grant.stages is not None
    dearest = max(cost.cents for cost in grant.budget.costs)
    known = register.known_day(as_of, known_on)
    spent = ["paid", "committed"] if grant.stages.commits else ["paid"]
    found = []
    for day in (as_of, datetime.date(as_of.year - 1, 12, 31)):
        table, _ = ledger_table(register.core, [grant.core()], day, known)
        cents = sum(int(table[f"{name}_cents"][0]) for name in spent)
        unknown = sum(int(table[f"{name}_unknown"][0]) for name in spent)
        found.append(cents + unknown * dearest)
    return found[0], found[1]


def project(
    register: Register,
    hazards: Hazards | None = None,
    *,
    as_of: Day,
    until: Day | None = None,
    known_on: Day | None = None,
    scenario: AnyPlan | None = None,
    by: By = None,
    together: str | None = None,
    paths: int = 10_000,
    seed: int = 1,
    threads: int = 0,
    progress: Told | None = None,
) -> Projection:
    """Project a register: each dwelling from where it stands, with the time it already waited.

    Parameters
    ----------
    register : Register
        The register.
    hazards : Hazards, optional
        The rates; fitted to the register without them.
    as_of : date
        What happened later does not count.
    until : date, optional
        The last month end on or before it ends the projection; the programme's last deadline.
    known_on : date, optional
        What was recorded later does not count. Without it everything in the register counts.
    scenario : Scenario or Plan, optional
        What is planned; the approach of the programme. Without a plan nobody is approached.
    by : str or list of str, optional
        Columns of the dwellings to tell apart; those in the scopes of the programme's targets.
    together : str, optional
        A column such as ``complex_id``: dwellings with the same value that stand alike move as one.
    paths : int
        The number of simulations.
    seed : int
        The same seed gives the same counts.
    threads : int
        0: as many as the machine has. It never changes a result.
    progress : callable, optional
        Told the part done, in [0, 1]; False stops the run.

    Returns
    -------
    Projection
        The simulated counts.

    Raises
    ------
    NotEnoughData
        If a stage has neither data nor prior.
    KeyError
        For an unknown column.
    ValueError
        If `until` is not after `as_of`, or not known.
    RuntimeError
        If `progress` stops the run.

    Examples
    --------
    >>> from opgave import Register, Trajectory
    >>> way = Trajectory(["asked"], "done")
    >>> hazards = Hazards(way, band_edges=[0], rate={("asked", "done"): [0.2]})
    >>> events = {"dwelling_id": ["a"], "stage": ["asked"], "date": ["2026-01-05"]}
    >>> register = Register(events, trajectory=way)
    >>> projection = project(register, hazards, as_of="2026-01-31", until="2026-03-31", paths=100)
    >>> projection.quantiles("done", q=[0.5])["month"].astype(str).tolist()
    ['2026-02-28', '2026-03-31']
    """
    start, end = day_of(as_of), until_of(register, until)
    core = _core.project(
        register.core,
        (hazards if hazards is not None else fit_hazards(register, start, known_on)).core,
        as_of=start,
        known_on=register.known_day(start, known_on),
        until=end,
        by=_scope_columns(register) if by is None else columns_by(by),
        together=together or "",
        scenario=scenario_of(register, scenario, start, end, known_on),
        paths=paths,
        seed=seed,
        threads=threads,
        progress=progress,
    )
    return Projection(core, register)


def simulate(
    hazards: Hazards,
    cohorts: Cohorts,
    months: int,
    scenario: Scenario | None = None,
    paths: int = 10_000,
    seed: int = 1,
    threads: int = 0,
    progress: Told | None = None,
) -> Projection:
    """Simulate dwellings without a register.

    Parameters
    ----------
    hazards : Hazards
        The rates.
    cohorts : Cohorts
        The dwellings under way.
    months : int
        The number of months.
    scenario : Scenario, optional
        The plan of approaching owners; without it nobody is approached.
    paths, seed, threads, progress
        As for `project`.

    Returns
    -------
    Projection
        The simulated counts.

    Raises
    ------
    KeyError
        For an unknown stage.
    ValueError
        For a cohort that cannot be.

    Examples
    --------
    >>> way = _core.Trajectory(["asked"], "done")
    >>> hazards = Hazards(way, band_edges=[0], rate={("asked", "done"): [0.2]})
    >>> cohorts = Cohorts(stage=["asked"], age_months=[2], count=[60])
    >>> projection = simulate(hazards, cohorts, months=6, scenario=Scenario(inflow=[10] * 3))
    >>> int(projection.series("asked")[0, -1] + projection.series("done")[0, -1])
    90
    """
    run = _core.Run(
        months=months,
        scenario=scenario if scenario is not None else Scenario(),
        paths=paths,
        seed=seed,
        threads=threads,
    )
    return Projection(_core.simulate(hazards.core, cohorts, run, progress), kind=hazards.kind)


def expected(
    hazards: Hazards,
    cohorts: Cohorts,
    months: int,
    inflow: Sequence[float] = (),
    *,
    scenario: Scenario | None = None,
    draws: int = 1000,
    seed: int = 1,
) -> Any:
    """Return the mean and variance of the counts: exact given each draw of the parameters.

    Parameters
    ----------
    hazards : Hazards
        The rates.
    cohorts : Cohorts
        The dwellings under way.
    months : int
        The number of months.
    inflow : sequence of float
        Dwellings entering the first stage per month; nothing after its end.
    scenario : Scenario, optional
        A plan in place of `inflow`, with levers and adherence; without gates and budgets.
    draws : int
        The number of draws of the parameters. Where all are certain one is enough, and is taken.
    seed : int
        The same seed gives the same numbers; draw p is that of path p of `simulate`.

    Returns
    -------
    DataFrame, Table or dict of str to ndarray
        Columns month (1 is after the first), state, mean and variance.

    Raises
    ------
    KeyError
        For an unknown stage.
    ValueError
        For a cohort that cannot be, and for a scenario with gates or budgets, in which dwellings
        wait for each other: simulate it.

    Examples
    --------
    >>> way = _core.Trajectory(["asked"], "done")
    >>> hazards = Hazards(way, band_edges=[0], rate={("asked", "done"): [0.2]})
    >>> cohorts = Cohorts(stage=["asked"], age_months=[2], count=[60])
    >>> from opgave.frames import table_of
    >>> table_of(expected(hazards, cohorts, months=1))["mean"].round(3).tolist()
    [49.124, 10.876]
    """
    if scenario is None:
        scenario = Scenario(inflow=list(inflow))
    elif len(inflow) > 0:
        raise ValueError("the inflow is given twice: as inflow and as that of the scenario")
    run = _core.Run(months=months, scenario=scenario, paths=draws, seed=seed)
    found = _core.expected(hazards.core, cohorts, run)
    states = hazards.trajectory.states
    table: Table = {
        "month": np.repeat(np.arange(1, months + 1), len(states)),
        "state": np.array(states * months, dtype=object),
        "mean": found.mean.ravel(),
        "variance": found.variance.ravel(),
    }
    return frame_of(table, hazards.kind)
