"""Advice on one target: what would help, what it takes and until when, by the usual steps."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from opgave._core import Budget, Gate, Lever, Scenario
from opgave.frames import table_of
from opgave.hazards import Hazards
from opgave.plan_words import Teller
from opgave.programme import ProgrammeTarget
from opgave.register import Register
from opgave.what_if import (
    HowToProject,
    PointOfNoReturn,
    Required,
    bottlenecks,
    point_of_no_return,
    required,
)
from opgave.wording import Words

__all__ = [
    "MOST",
    "Advice",
    "Gained",
    "Step",
    "advise",
    "changed",
    "steps_of",
    "told_last",
    "told_required",
]

SHARE = 0.1
MOST = 3.0  # times the planned approach: as far as advice looks

Kind = Literal["approach", "pace", "exit", "slots", "money"]


@dataclass(frozen=True)
class Step:
    """Something that could be done: more of `kind`, at a state, gate or budget; and the plan then.

    Examples
    --------
    >>> from opgave.wording import Words
    >>> Step("pace", "started", Scenario()).told(Teller(Words("nl"), "woningen"))
    'een tiende sneller uit “werk begonnen”'
    """

    kind: Kind
    of: str
    plan: Scenario
    gate: Gate | None = None

    def told(self, teller: Teller) -> str:
        """The step in words."""
        of = self.of if self.kind == "money" else teller.quote(self.of)
        scope = "" if self.gate is None else teller.scope(self.gate.scope)
        return teller.words.text(f"step_{self.kind}", of=of, scope=scope)


@dataclass(frozen=True)
class Gained:
    """What a step gains over the plan, with standard errors; dwellings of the target's state."""

    step: Step
    probability: float
    probability_std_error: float
    dwellings: float
    dwellings_std_error: float


@dataclass(frozen=True)
class Advice:
    """What would help most, and what approaching more owners takes.

    Attributes
    ----------
    target : ProgrammeTarget
        What is to be reached.
    sure : float
        How sure it is wanted.
    steps : tuple of Gained
        The largest gain first.
    required : Required or None
        How many times the planned approach; None if nobody is planned to be approached.
    last : PointOfNoReturn or None
        Until when `MOST` times the approach still suffices; None if it never does.
    paths, search_paths : int
        The futures behind `steps`, and behind `required` and `last`.
    """

    target: ProgrammeTarget
    sure: float
    steps: tuple[Gained, ...]
    required: Required | None
    last: PointOfNoReturn | None
    paths: int
    search_paths: int


def changed(plan: Scenario, **fields: Any) -> Scenario:
    """The same plan but for some of its fields.

    Examples
    --------
    >>> changed(Scenario(inflow=[1.0], adherence_sd=0.5), inflow=[2.0]).adherence_sd
    0.5
    """
    names = ("inflow", "adherence_sd", "gates", "budgets", "levers", "priority",
             "exits_while_waiting")  # fmt: skip
    return Scenario(**{name: fields.get(name, getattr(plan, name)) for name in names})


def steps_of(hazards: Hazards, plan: Scenario) -> list[Step]:
    """A tenth more of everything that a plan has, and a tenth faster in every stage.

    Examples
    --------
    >>> from opgave import Trajectory
    >>> way = Trajectory(["asked", "started"], "done", ["withdrawn"])
    >>> rate = {("asked", "started"): [0.2], ("started", "done"): [0.2],
    ...         ("asked", "withdrawn"): [0.1]}
    >>> plan = Scenario(inflow=[2.0], gates=[Gate("started", per_month=3)])
    >>> [(step.kind, step.of) for step in steps_of(Hazards(way, band_edges=[0], rate=rate), plan)]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('approach', ''), ('pace', 'asked'), ('pace', 'started'), ('exit', 'withdrawn'),
     ('slots', 'started')]
    """
    more = 1 + SHARE
    steps = [Step("approach", "", _approaching(plan, more))] if plan.inflow.any() else []
    for stage in _stages_left(hazards):
        steps.append(_pulled("pace", stage, plan, [Lever(stage, factor=more)]))
    for end, stages in _exits_taken(hazards).items():
        fewer = [Lever(stage, to=end, factor=1 - SHARE) for stage in stages]
        steps.append(_pulled("exit", end, plan, fewer))
    for place, gate in enumerate(plan.gates):
        gates = _replaced(plan.gates, place, _wider(gate, more))
        steps.append(Step("slots", gate.state, changed(plan, gates=gates), gate))
    for place, budget in enumerate(plan.budgets):
        budgets = _replaced(plan.budgets, place, _richer(budget, more))
        steps.append(Step("money", budget.name, changed(plan, budgets=budgets)))
    return steps


def _moves(hazards: Hazards) -> set[tuple[str, str]]:
    cells = table_of(hazards.cells())
    return {(str(a), str(b)) for a, b in zip(cells["stage"], cells["cause"], strict=True)}


def _stages_left(hazards: Hazards) -> list[str]:
    """The stages that have a rate onward."""
    way = hazards.trajectory
    order = [*way.stages, way.complete]
    moves = _moves(hazards)
    later = {stage: order[place + 1 :] for place, stage in enumerate(way.stages)}
    return [stage for stage in way.stages if any((stage, to) in moves for to in later[stage])]


def _exits_taken(hazards: Hazards) -> dict[str, list[str]]:
    """The exits, and the stages that have a rate towards each."""
    way, moves = hazards.trajectory, _moves(hazards)
    taken = {end: [stage for stage in way.stages if (stage, end) in moves] for end in way.exits}
    return {end: stages for end, stages in taken.items() if stages}


def _pulled(kind: Kind, of: str, plan: Scenario, levers: Sequence[Lever]) -> Step:
    return Step(kind, of, changed(plan, levers=[*plan.levers, *levers]))


def _replaced(parts: Sequence[Any], place: int, part: Any) -> list[Any]:
    return [*parts[:place], part, *parts[place + 1 :]]


def _approaching(plan: Scenario, factor: float) -> Scenario:
    return changed(plan, inflow=factor * plan.inflow)


def _wider(gate: Gate, factor: float) -> Gate:
    return Gate(
        gate.state,
        per_month=factor * gate.per_month,
        capacitated=gate.capacitated,
        scope=gate.scope,
        start=gate.start,
        end=gate.end,
    )


def _richer(budget: Budget, factor: float) -> Budget:
    return Budget(
        budget.name,
        budget.state,
        cents={year: round(factor * cents) for year, cents in budget.cents.items()},
        costs=budget.costs,
        carries_over=budget.carries_over,
        skips=budget.skips,
    )


def advise(
    register: Register,
    target: ProgrammeTarget,
    plan: Scenario,
    hazards: Hazards,
    *,
    as_of: datetime.date,
    known_on: datetime.date | None = None,
    together: str | None = None,
    sure: float = 0.8,
    paths: int = 2_000,
    search_paths: int = 2_000,
    seed: int = 1,
) -> Advice:
    """Try the usual steps on a target, and what approaching more owners takes.

    Parameters
    ----------
    register, target, plan, hazards, as_of, known_on, together, seed
        As for `opgave.bottlenecks`.
    sure : float
        How sure it is wanted, in (0, 1).
    paths, search_paths : int
        The futures of each step, and of each try of what it takes and until when.

    Raises
    ------
    NotEnoughData, KeyError, ValueError
        As `opgave.bottlenecks`.

    Examples
    --------
    >>> from opgave import Trajectory
    >>> way = Trajectory(["asked"], "done")
    >>> events = {"dwelling_id": list("abcdef"), "stage": ["asked"] * 6,
    ...           "date": ["2026-01-05"] * 6}
    >>> rates = Hazards(way, band_edges=[0], rate={("asked", "done"): [0.1]})
    >>> day = datetime.date(2026, 12, 31)
    >>> four = ProgrammeTarget("four", "Four", "Vier", "dwellings", "done", {}, 4, False, day,
    ...                        True, "")
    >>> made = advise(Register(events, trajectory=way), four, Scenario(), rates,
    ...               as_of=datetime.date(2026, 1, 31), paths=100)
    >>> [gained.step.kind for gained in made.steps], made.required
    (['pace'], None)
    """
    how: HowToProject = {
        "until": target.last_day, "known_on": known_on, "together": together, "seed": seed,
        "paths": paths,
    }  # fmt: skip
    search: HowToProject = {**how, "paths": search_paths}
    steps = {str(place): step for place, step in enumerate(steps_of(hazards, plan))}
    plans = {name: step.plan for name, step in steps.items()}
    ranked = bottlenecks(register, target, plans, hazards, as_of=as_of, now=plan, **how)
    needed = last = None
    if plan.inflow.any():
        needed = required(
            register,
            target,
            lambda factor: _approaching(plan, factor),
            0,
            MOST,
            hazards,
            as_of=as_of,
            probability=sure,
            **search,
        )
    if needed is not None and needed.setting:
        best = _approaching(plan, MOST)
        last = point_of_no_return(
            register,
            target,
            best,
            hazards,
            as_of=as_of,
            now=plan,
            probability=sure,
            **search,
        )
    return Advice(target, sure, _gained(steps, ranked), needed, last, paths, search_paths)


def _gained(steps: Mapping[str, Step], ranked: Any) -> tuple[Gained, ...]:
    table = table_of(ranked)
    names = ("probability", "probability_std_error", "dwellings", "dwellings_std_error")
    rows = zip(table["step"], *(table[name].tolist() for name in names), strict=True)
    return tuple(Gained(steps[str(name)], *numbers) for name, *numbers in rows)


def told_required(
    words: Words, unit: str, advice: Advice, plan: Scenario, now: float | None
) -> str:
    """What approaching more owners takes, in words; empty if nobody is approached.

    `now` is the probability as planned. Where slots or money are scarce more owners may make it
    worse; then what lies between is not told.
    """
    found = advice.required
    if found is None:
        return ""
    sure = words.percent(advice.sure)
    if found.setting is None:
        return words.text(
            "required_worse" if found.probability.value < (now or 0) else "required_none",
            sure=sure,
            most=words.number(MOST),
            probability=words.probability(found.probability.value),
        )
    if found.setting == 0:
        return words.text("required_nobody", sure=sure)
    busy = plan.inflow[plan.inflow > 0]
    return words.text(
        "required",
        sure=sure,
        times=words.number(found.setting, 2),
        per_month=words.number(found.setting * float(busy.mean()), 1),
        unit=unit,
    )


def told_last(words: Words, advice: Advice) -> str:
    """Until when approaching more still suffices, in one sentence; empty if it never does."""
    found = advice.last
    if found is None or found.day is None or found.on_day is None:
        return ""
    values = {"sure": words.percent(advice.sure), "most": words.number(MOST)}
    return words.text("last_month", day=words.day(found.day), **values)
