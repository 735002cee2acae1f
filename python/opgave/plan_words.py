"""A plan in words: what is approached, held back, paid and hoped for."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence

from opgave import wording
from opgave._core import Budget, Gate, Lever, Scenario
from opgave.promises import Inflow
from opgave.wording import Words, scope_list, scope_words

__all__ = ["Teller"]


class Teller:
    """Tells plans in one language.

    Parameters
    ----------
    words : Words
        The language.
    unit : str
        What is counted, in words.
    quote : callable
        How a state is written; by default by its name, in quotes.

    Examples
    --------
    >>> teller = Teller(Words("en"), "homes")
    >>> list(teller.parts(Scenario(gates=[Gate("started", per_month=9)])))
    ['At most 9 homes a month can enter “works started”.']
    """

    def __init__(self, words: Words, unit: str, quote: Callable[[str], str] | None = None) -> None:
        self.words = words
        self.unit = unit
        self.quote = quote or (lambda state: f"“{words.name(state)}”")

    def inflow(self, plan: Inflow) -> str:
        """How many are approached, and when."""
        return self.words.text(
            "plan_inflow",
            per_month=self._number(plan.per_month),
            unit=self.unit,
            start=self.words.day(plan.start),
            end=self.words.day(plan.end),
        )

    def parts(self, plan: Scenario, sources: Mapping[str, str] | None = None) -> Iterator[str]:
        """One sentence per gate, budget, lever and rule, in that order, with its source."""
        told = {
            "gates": map(self.gate, plan.gates),
            "budgets": map(self.budget, plan.budgets),
            "levers": map(self.lever, plan.levers),
        }
        for part, sentences in told.items():
            for place, sentence in enumerate(sentences):
                source = (sources or {}).get(f"{part}[{place}]", "")
                note = self.words.text("source", source=source) if source else ""
                yield f"{sentence} {note}".rstrip()
        if plan.priority:
            scopes = [scope_list(self.words, scope) for scope in plan.priority]
            yield self.words.text("plan_priority", order="; ".join(scopes))
        if not plan.exits_while_waiting:
            yield self.words.text("plan_waits")

    def scope(self, scope: Mapping[str, Sequence[str]]) -> str:
        """Of which dwellings, between brackets; empty for all."""
        return scope_words(self.words, scope)

    def gate(self, gate: Gate) -> str:
        """How many can enter a state."""
        return self.words.text(
            "plan_gate_at_once" if gate.capacitated else "plan_gate",
            slots=self._number(gate.per_month),
            unit=self.unit,
            state=self.quote(gate.state),
            scope=self.scope(gate.scope),
            when=self._when(gate.start, gate.end),
        )

    def budget(self, budget: Budget) -> str:
        """What there is to spend, and on what."""
        euro = self.words.euro
        costs = [f"{euro(cost.cents, whole=True)}{self.scope(cost.scope)}" for cost in budget.costs]
        years = sorted(budget.cents)
        return self.words.text(
            "plan_budget",
            name=budget.name,
            total=euro(sum(budget.cents.values()), whole=True),
            years=f"{years[0]}{wording.NONE_MARK}{years[-1]}" if years else wording.NONE_MARK,
            state=self.quote(budget.state),
            costs=", ".join(costs),
            rest=self.words.text("plan_carries_over" if budget.carries_over else "plan_lapses"),
            order=self.words.text("plan_skips" if budget.skips else "plan_stops"),
        )

    def lever(self, lever: Lever) -> str:
        """A change of pace."""
        return self.words.text(
            "plan_lever_to" if lever.to else "plan_lever",
            factor=self.words.number(lever.factor, 2),
            state=self.quote(lever.state),
            to=self.quote(lever.to),
            scope=self.scope(lever.scope),
            when=self._when(lever.start, lever.end),
            doubt=self.words.text("plan_doubt", sd=self.words.number(lever.log_sd, 2))
            if lever.log_sd
            else "",
        )

    def _when(self, start: datetime.date | None, end: datetime.date | None) -> str:
        first = self.words.text("plan_from", day=self.words.day(start)) if start else ""
        return first + (self.words.text("plan_until", day=self.words.day(end)) if end else "")

    def _number(self, value: float) -> str:
        return self.words.number(value, 0 if value == int(value) else 1)
