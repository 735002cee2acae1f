"""What would help, and what it takes."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

import numpy as np

from opgave import _core
from opgave._core import Probability, Scenario
from opgave.days import Day, day_of
from opgave.frames import Table, frame_of
from opgave.hazards import Hazards, fit_hazards
from opgave.projection import AnyPlan, Told, project, scenario_of, until_of
from opgave.register import Register
from opgave.snapshot import By
from opgave.targets import AnyTarget, core_target

__all__ = ["PointOfNoReturn", "Required", "bottlenecks", "point_of_no_return", "required"]


class HowToProject(TypedDict, total=False):
    """The options of `project` that do not change from plan to plan."""

    until: Day | None
    known_on: Day | None
    by: By
    together: str | None
    paths: int
    seed: int
    threads: int
    progress: Told | None


@dataclass(frozen=True)
class Required:
    """What it takes to reach a target.

    Attributes
    ----------
    setting : float or None
        The smallest setting that reaches it, to the tolerance; None if none does.
    probability : Probability
        There; where none reaches it, at the highest setting.
    reason : str
        Why no setting reaches it; empty if one does.
    """

    setting: float | None
    probability: Probability
    reason: str


@dataclass(frozen=True)
class PointOfNoReturn:
    """Until when a better plan still reaches a target.

    Attributes
    ----------
    day : date or None
        The last month end on which it can take over; None if it is too late, or not needed.
    at_once, on_day, never : Probability
        With the better plan at once, from `day` on (None without), and without it.
    is_needed : bool
        False if the target is reached without it.
    """

    day: datetime.date | None
    at_once: Probability
    on_day: Probability | None
    never: Probability
    is_needed: bool


def _forecast(
    register: Register, hazards: Hazards | None, as_of: Day, how: HowToProject
) -> Callable[[Scenario], _core.Projection]:
    fitted = hazards or fit_hazards(register, as_of, how.get("known_on"))
    return lambda plan: project(register, fitted, as_of=as_of, scenario=plan, **how).core


def _scenario(register: Register, plan: AnyPlan | None, as_of: Day, how: HowToProject) -> Scenario:
    return scenario_of(register, plan, day_of(as_of), until_of(register, how.get("until")))


def bottlenecks(
    register: Register,
    target: AnyTarget,
    steps: Mapping[str, AnyPlan],
    hazards: Hazards | None = None,
    *,
    as_of: Day,
    now: AnyPlan | None = None,
    **how: Unpack[HowToProject],
) -> Any:
    """Rank steps by what each gains over the present plan.

    Parameters
    ----------
    register : Register
        The register.
    target : ProgrammeTarget, Target or str
        What is to be reached.
    steps : dict of str to Scenario or Plan
        The plan with each step taken, by its name.
    hazards : Hazards, optional
        The rates; fitted to the register without them.
    as_of : date
        What happened later does not count.
    now : Scenario or Plan, optional
        The present plan; that of the programme.
    **how
        `until`, `known_on`, `by`, `together`, `paths`, `seed`, `threads` and `progress`, as for
        `project`; all plans have the same.

    Returns
    -------
    DataFrame, Table or dict of str to ndarray
        A row per step, the largest gain first: step; probability and probability_std_error, of
        pairs with the same chance; separate_std_error, of two runs with other seeds; dwellings in
        the target's state on the deadline and dwellings_std_error; cents spent by then and
        cents_std_error, NaN unless both plans have budgets.

    Raises
    ------
    NotEnoughData, KeyError, ValueError
        As `project` and `Projection.probability`.

    Examples
    --------
    >>> from opgave import Hazards, Register, Target, Trajectory
    >>> from opgave.frames import table_of
    >>> way = Trajectory(["asked"], "done")
    >>> events = {"dwelling_id": list("abcdef"), "stage": ["asked"] * 6,
    ...           "date": ["2026-01-05"] * 6}
    >>> register = Register(events, trajectory=way)
    >>> rates = Hazards(way, band_edges=[0], rate={("asked", "done"): [0.1]})
    >>> goal = Target(name="four", state="done", goal=4, deadline="2026-12-31")
    >>> steps = {"a tenth": Scenario(levers=[_core.Lever("asked", factor=1.1)]),
    ...          "twice": Scenario(levers=[_core.Lever("asked", factor=2)])}
    >>> found = bottlenecks(register, goal, steps, rates, as_of="2026-01-31", until="2026-12-31")
    >>> table_of(found)["step"].tolist()
    ['twice', 'a tenth']
    """
    rows = _core.bottlenecks(
        _forecast(register, hazards, as_of, how),
        _scenario(register, now, as_of, how),
        [(name, _scenario(register, step, as_of, how)) for name, step in steps.items()],
        core_target(target, register.programme),
    )
    names = ["step", "probability", "probability_std_error", "separate_std_error", "dwellings",
             "dwellings_std_error", "cents", "cents_std_error"]  # fmt: skip
    table: Table = {name: np.array([row[name] for row in rows], dtype=float) for name in names[1:]}
    table = {"step": np.array([row["step"] for row in rows], dtype=object), **table}
    return frame_of(table, register.kind)


def required(
    register: Register,
    target: AnyTarget,
    lever: Callable[[float], Scenario],
    low: float,
    high: float,
    hazards: Hazards | None = None,
    *,
    as_of: Day,
    probability: float = 0.8,
    tolerance: float | None = None,
    **how: Unpack[HowToProject],
) -> Required:
    """Find the smallest setting of a lever that reaches a target.

    Parameters
    ----------
    register : Register
        The register.
    target : ProgrammeTarget, Target or str
        What is to be reached.
    lever : callable
        The plan for a setting, such as ``lambda n: Scenario(inflow=[n] * 72)``. A higher setting
        must not lower the probability.
    low, high : float
        The settings to look between.
    hazards, as_of
        As for `bottlenecks`.
    probability : float
        How sure, in (0, 1).
    tolerance : float, optional
        How far from the smallest setting the answer may be; a hundredth of the interval.
    **how
        As for `bottlenecks`.

    Returns
    -------
    Required
        The setting, or why none reaches it.

    Raises
    ------
    NotEnoughData, KeyError, ValueError
        As `bottlenecks`; ValueError too for a wrong interval, tolerance or probability.

    Examples
    --------
    >>> from opgave import Hazards, Register, Target, Trajectory
    >>> way = Trajectory(["asked"], "done")
    >>> events = {"dwelling_id": list("abcdef"), "stage": ["asked"] * 6,
    ...           "date": ["2026-01-05"] * 6}
    >>> register = Register(events, trajectory=way)
    >>> rates = Hazards(way, band_edges=[0], rate={("asked", "done"): [0.1]})
    >>> goal = Target(name="four", state="done", goal=4, deadline="2026-12-31")
    >>> def faster(factor):
    ...     return Scenario(levers=[_core.Lever("asked", factor=factor)])
    >>> found = required(register, goal, faster, 1, 3, rates, as_of="2026-01-31",
    ...                  until="2026-12-31")
    >>> 1.1 < found.setting < 1.4
    True
    >>> required(register, goal, faster, 1, 1.1, rates, as_of="2026-01-31",
    ...          until="2026-12-31").reason[:36]
    'the highest setting reaches it with '
    """
    setting, there, reason = _core.required(
        _forecast(register, hazards, as_of, how),
        lever,
        low,
        high,
        (high - low) / 100 or 1.0 if tolerance is None else tolerance,
        core_target(target, register.programme),
        probability,
    )
    return Required(setting, there, reason)


def point_of_no_return(
    register: Register,
    target: AnyTarget,
    best: AnyPlan,
    hazards: Hazards | None = None,
    *,
    as_of: Day,
    now: AnyPlan | None = None,
    probability: float = 0.8,
    **how: Unpack[HowToProject],
) -> PointOfNoReturn:
    """Find the last month end on which a better plan still reaches a target.

    Parameters
    ----------
    register : Register
        The register.
    target : ProgrammeTarget, Target or str
        What is to be reached.
    best : Scenario or Plan
        The best plan that is allowed. It has the budgets, priority, adherence and exits of the
        present plan, as these cannot change within a plan.
    hazards, as_of, now
        As for `bottlenecks`.
    probability : float
        How sure, in (0, 1).
    **how
        As for `bottlenecks`.

    Returns
    -------
    PointOfNoReturn
        The day, and how sure it is at once, on the day and without the better plan.

    Raises
    ------
    NotEnoughData, KeyError, ValueError
        As `bottlenecks`; ValueError too for plans that cannot hand over.

    Examples
    --------
    >>> from opgave import Hazards, Register, Target, Trajectory
    >>> way = Trajectory(["asked"], "done")
    >>> events = {"dwelling_id": list("abcdef"), "stage": ["asked"] * 6,
    ...           "date": ["2026-01-05"] * 6}
    >>> register = Register(events, trajectory=way)
    >>> rates = Hazards(way, band_edges=[0], rate={("asked", "done"): [0.1]})
    >>> goal = Target(name="four", state="done", goal=4, deadline="2026-12-31")
    >>> best = Scenario(levers=[_core.Lever("asked", factor=3)])
    >>> found = point_of_no_return(register, goal, best, rates, as_of="2026-01-31",
    ...                            now=Scenario(), until="2026-12-31")
    >>> found.day is not None and found.day.month > 6
    True
    """
    day, at_once, on_day, never, is_needed = _core.point_of_no_return(
        _forecast(register, hazards, as_of, how),
        _scenario(register, now, as_of, how),
        _scenario(register, best, as_of, how),
        core_target(target, register.programme),
        probability,
    )
    return PointOfNoReturn(day, at_once, on_day if day is not None else None, never, is_needed)
