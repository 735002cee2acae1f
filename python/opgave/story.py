"""What a report is about: the register on a day, its projection, and what of it may be shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from opgave import chart_style, disclosure, wording
from opgave._core import Scenario
from opgave.advice import Advice
from opgave.disclosure import SHOWN, SMALL, Protected, is_small
from opgave.frames import table_of
from opgave.hazards import Hazards
from opgave.programme import Programme, ProgrammeTarget
from opgave.projection import Projection
from opgave.promises import Inflow
from opgave.register import Register
from opgave.scenario_file import Plan
from opgave.snapshot import Snapshot
from opgave.wording import Words


@dataclass(frozen=True)
class Sheet:
    """A table of texts: `names` columns of names, then numbers, then `texts_after` of texts."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    names: int = 1
    note: str = ""
    texts_after: int = 0

    @property
    def numbers(self) -> range:
        """The places of the columns that hold numbers."""
        return range(self.names, len(self.head) - self.texts_after)


@dataclass(frozen=True)
class Figure:
    """A chart in any width, in words, and as a table."""

    key: str
    title: str
    description: str
    draw: Callable[[int], chart_style.Chart]
    sheet: Sheet
    note: str = ""
    legend: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Section:
    """A heading with what stands below it; `missing` is the engine's own words, in English."""

    key: str
    title: str
    paragraphs: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    sheets: Sequence[Sheet] = ()
    remarks: Sequence[str] = ()
    missing: str = ""


@dataclass(frozen=True)
class Headline:
    """One target in one sentence; `missing` is the engine's own words, in English."""

    title: str
    sentence: str
    missing: str = ""
    source: str = ""


@dataclass(frozen=True)
class Crossing:
    """Dwellings by the values of a column (rows) and by state or kind of state (columns)."""

    column: str
    labels: Sequence[str]
    states: Sequence[str]
    table: Protected


@dataclass(frozen=True)
class Story:
    """What a report is about, and the words for it."""

    register: Register
    snapshot: Snapshot
    as_of: dt.date
    known_on: dt.date | None
    words: Words
    projection: Projection | None = None
    refusal: str = ""
    hazards: Hazards | None = None
    plan: Plan | None = None
    scenario: Scenario | None = None
    scenario_given: bool = False
    together: str | None = None
    weak: Projection | None = None
    advice: Advice | None = None

    @property
    def programme(self) -> Programme | None:
        """The programme of the register."""
        return self.register.programme

    @property
    def targets(self) -> tuple[ProgrammeTarget, ...]:
        """What the programme promises."""
        return self.programme.targets if self.programme else ()

    @property
    def measured(self) -> list[ProgrammeTarget]:
        """The targets that a register measures."""
        return [target for target in self.targets if target.measured]

    @property
    def inflow(self) -> Inflow | None:
        """The owners approached: those of the scenario, else those of the programme."""
        own = self.plan.inflow if self.plan else None
        return own or (self.programme.inflow if self.programme else None)

    @property
    def inflow_given(self) -> bool:
        """Whether the owners approached are those of a scenario without calendar days."""
        return self.scenario_given and self.plan is None

    @cached_property
    def unit(self) -> str:
        """What the register counts."""
        named = self.programme.columns.get("dwelling_id", "") if self.programme else ""
        return self.words.text("cases" if "case" in named or "zaak" in named else "dwellings")

    @cached_property
    def states(self) -> list[str]:
        """All states, not started first, in the order of the trajectory."""
        way = self.register.trajectory
        pause = [] if way.pause is None else [way.pause]
        return ["not_started", *way.stages, way.complete, *way.exits, *pause]

    @cached_property
    def complete(self) -> int:
        """The place of completion among the states."""
        return self.states.index(self.register.trajectory.complete)

    @cached_property
    def overall(self) -> Protected:
        """One row: dwellings by state, with the total."""
        counts = by_state(table_of(self.snapshot.stage_counts()), self.states)
        return disclosure.protect_row(counts, keep=(0, self.complete))

    @cached_property
    def total(self) -> int:
        """All dwellings that are counted."""
        return int(self.overall.counts[0, -1])

    @cached_property
    def kinds(self) -> dict[str, list[int]]:
        """Not started, under way, complete and each exit, with the places of their states."""
        way = self.register.trajectory
        named = [0, self.complete, *(self.states.index(state) for state in way.exits)]
        under_way = [i for i in range(len(self.states)) if i not in named]
        alone = {self.states[i]: [i] for i in named[1:]}
        return {"not_started": [0], "under_way": under_way, **alone}

    @cached_property
    def crossings(self) -> dict[str, Crossing]:
        """The crossed tables of the columns that this register knows anything of."""
        known = {"neighbourhood": False, "backlog": True, "subsiding": True}
        made = ((column, self._cross(column, short)) for column, short in known.items())
        return {column: crossing for column, crossing in made if crossing is not None}

    def _cross(self, column: str, short: bool) -> Crossing | None:
        """A column crossed with the states; or, in short, with the kinds of states."""
        if self.total == 0 or column not in self.register.core.dwellings.category_names:
            return None
        counts = table_of(self.snapshot.stage_counts(column))
        labels = list(dict.fromkeys(str(value) for value in counts[column]))
        if labels == ["unknown"]:
            return None
        rows = []
        for label in labels:
            mine = [str(value) == label for value in counts[column]]
            rows.append(by_state({k: v[mine] for k, v in counts.items()}, self.states))
        marks = self.overall.marks[0, :-1].tolist()
        if not short:
            table = disclosure.protect(rows, column_totals=marks, keep=(0, self.complete))
            return Crossing(column, labels, self.states, table)
        places = list(self.kinds.values())
        kept = [marks[place[0]] if len(place) == 1 else self._under_way_mark for place in places]
        merged = [[sum(row[i] for i in place) for place in places] for row in rows]
        table = disclosure.protect(merged, column_totals=kept, keep=(0, 2))
        return Crossing(column, labels, list(self.kinds), table)

    @property
    def _under_way_mark(self) -> int:
        """Whether the number under way is shown: only if all it could be taken from is."""
        if is_small(self.under_way):
            return SMALL
        ends = [i for places in self.kinds.values() if len(places) == 1 for i in places]
        told = all(self.overall.shown(0, i) for i in ends)
        return SHOWN if told else disclosure.EXTRA

    @property
    def under_way(self) -> int:
        """Dwellings that began and neither completed nor left."""
        return sum(int(self.overall.counts[0, i]) for i in self.kinds["under_way"])

    def under_way_text(self) -> str:
        """The number under way as it is published."""
        mark = self._under_way_mark
        if mark == SHOWN:
            return self.words.number(self.under_way)
        return wording.SMALL_MARK if mark == SMALL else wording.HIDDEN_MARK

    def cell(self, table: Protected, row: int, column: int) -> str:
        """A cell of a table as it is published."""
        mark = table.marks[row, column]
        if mark == SHOWN:
            return self.words.number(int(table.counts[row, column]))
        return wording.SMALL_MARK if mark == SMALL else wording.HIDDEN_MARK

    def published(self, count: int) -> str:
        """A count on its own as it is published."""
        return wording.SMALL_MARK if is_small(count) else self.words.number(count)

    def hidden_note(self, rows: Sequence[Sequence[str]]) -> str:
        """What the marks of hidden cells mean; empty if the rows have none."""
        if not {wording.SMALL_MARK, wording.HIDDEN_MARK} & {cell for row in rows for cell in row}:
            return ""
        return self.words.text("hidden_note", unit=self.unit)

    def is_done_shown(self, target: ProgrammeTarget, done: int) -> bool:
        """Whether the tables tell how many dwellings a target has."""
        state = str(target.state)
        if not target.scope:
            return self.overall.shown(0, self.states.index(state))
        if len(target.scope) == 1:
            ((column, value),) = target.scope.items()
            crossing = self.crossings.get(column)
            if crossing and value in crossing.labels and state in crossing.states:
                row, place = crossing.labels.index(value), crossing.states.index(state)
                return crossing.table.shown(row, place)
        return not is_small(done)

    def done(self, target: ProgrammeTarget, done: int) -> str:
        """How many dwellings a target has, as the tables show it."""
        if self.is_done_shown(target, done):
            return self.words.number(done)
        return wording.SMALL_MARK if is_small(done) else wording.HIDDEN_MARK

    def ceiling(self, target: ProgrammeTarget, ceiling: int) -> int:
        """The ceiling; or all dwellings of the scope, if few of them cannot get there."""
        everyone = sum(scoped(self.snapshot.stage_counts(list(target.scope)), target.scope))
        return everyone if is_small(everyone - ceiling) else ceiling

    def deadline(self, target: ProgrammeTarget) -> str:
        """The deadline in words."""
        key = "by_day" if target.inclusive else "before_day"
        return self.words.text(key, day=self.words.day(target.deadline))

    def title(self, item: Any) -> str:
        """The title of something in the programme, in the language of the report."""
        dutch = self.words.language == "nl" and item.title_nl
        return str(item.title_nl if dutch else item.title)


def by_state(counts: Mapping[str, Any], states: Sequence[str]) -> list[int]:
    """The counts of one group in the order of the states."""
    by_name = {str(s): int(n) for s, n in zip(counts["stage"], counts["count"], strict=True)}
    return [by_name.get(state, 0) for state in states]


def scoped(frame: Any, scope: Mapping[str, str], value: str = "count") -> list[int]:
    """A column of the rows that match a scope."""
    table = table_of(frame)
    rows = range(len(table[value]))
    return [
        int(table[value][i])
        for i in rows
        if all(str(table[column][i]) == name for column, name in scope.items())
    ]
