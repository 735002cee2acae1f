"""Registers that are made up, to try things on.

`krispijn` is the programme of Dordt West after two years: 675 dwellings and a reserve in Oud and
Nieuw Krispijn. Every dwelling, owner and event in it is invented. The identifications have the
form of the BAG but numbers from 9999000001, the coordinates lie on an artificial grid, and every
row says `fictief` in its column `source`.

The register is made by a small process with monthly rates, written out below. It only draws
`random.Random(seed).random()`, which Python keeps stable, so the files are the same everywhere.
"""

from __future__ import annotations

import datetime as dt
import importlib.resources
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy

from opgave.example_pipeline import pipeline_table
from opgave.frames import Table
from opgave.pipeline import project_phases
from opgave.programme import Programme, parse_programme

# Chosen among forty: about forty homes delivered, some reopened, and a target in doubt.
_SEED = 20270122
_AS_OF = dt.date(2026, 12, 31)
_FIRST_APPROACH = dt.date(2025, 1, 20)
_STALL = (dt.date(2026, 1, 1), dt.date(2026, 4, 1))
_SOURCE = "fictief"
_PROGRAMME_SIZE = 675
_RESERVE_SIZE = 250
_BACKLOG_SIZE = 104
_BACKLOG_UNKNOWN = 9
_NAMES = {
    "name": '"krispijn"',
    "title": '"Krispijn (fictional example: no dwelling in it exists)"',
    "title_nl": '"Krispijn (fictief voorbeeld: geen woning hierin bestaat)"',
    "fictional": "true",
}
_HEADING = "# FICTIEF: hoort bij een verzonnen register. FICTIONAL: goes with a made-up register."

_STAGES = (
    "approached",
    "intake",
    "advised",
    "applied",
    "granted",
    "contracted",
    "started",
    "delivered",
)
_DELIVERED = 7
_WITHDRAWN = 8
_PAUSED = 9
_STATES = (*_STAGES, "withdrawn", "paused")

# Per month and stage, for an average dwelling between its first and third month there.
_ONWARD = (0.32, 0.48, 0.38, 0.60, 0.52, 0.50, 0.38)
_WITHDRAW = (0.050, 0.024, 0.026, 0.012, 0.012, 0.004, 0.0005)
_PAUSE = (0.0, 0.016, 0.020, 0.012, 0.014, 0.014, 0.006)
_BACK = (0.0, 0.0, 0.0, 0.008, 0.010, 0.004, 0.0)
_RELIABILITIES = (("established", 0.14), ("cluster", 0.34), ("indicative", 0.52))
_RESUME = 0.22
_REOPEN = 0.008
# Months since entry from which a factor on the rates holds.
_SHAPE = ((0.0, 0.5), (1.0, 1.0), (3.0, 1.1), (6.0, 0.8), (12.0, 0.5))
_SKIP = 0.05
_SAME_DAY = 0.03
_STALL_FACTOR = 0.04
_WORKING_DAYS_PER_MONTH = 21.75
# Owners approached per month: half a year to build up, then the plan with some more.
_APPROACHED = (10, 12, 13, 13, 13, 13)
_APPROACHED_LATER = 12


@dataclass(frozen=True)
class Example:
    """A programme with a register that is made up.

    Attributes
    ----------
    programme : Programme
        Its title says that it is fictional.
    events, dwellings : dict of numpy.ndarray
        The columns of both tables. Text is an object array with None for unknown, dates are
        `datetime64[D]` with NaT.
    as_of : datetime.date
        The day on which the register ends.
    pipeline : dict of numpy.ndarray
        Projects of new homes and demolition.
    """

    programme: Programme
    events: Table
    dwellings: Table
    as_of: dt.date
    pipeline: Table


@dataclass(frozen=True)
class _Dwelling:
    """One row of the table of dwellings; None is unknown."""

    dwelling_id: str
    neighbourhood: str
    group: str
    build_year: int
    floor_area_m2: int | None
    tenure: str
    energy_label: str | None
    condition_score: int | None
    backlog: str | None
    backlog_cost_eur: int | None
    foundation_risk: str | None
    foundation_reliability: str | None
    subsidence_mm_per_year: float | None
    complex_id: str
    x_rd: int
    y_rd: int
    source: str = _SOURCE


@dataclass(frozen=True)
class _Event:
    """One row of the table of events; None is unknown."""

    dwelling_id: str
    stage: str
    date: dt.date | None
    recorded_on: dt.date
    corrects: dt.date | None = None
    amount_eur: int | None = None
    source: str = _SOURCE
    note: str | None = None


@dataclass(frozen=True)
class _Block:
    """Dwellings under one roof: they share the ground and the foundation."""

    complex_id: str
    neighbourhood: str
    size: int
    build_year: int
    risk: str | None
    reliability: str | None
    subsidence: float | None
    condition: float
    pace: float
    x_rd: int
    y_rd: int


def examples() -> list[str]:
    """The names of the examples.

    Examples
    --------
    >>> examples()
    ['krispijn']
    """
    return list(_MAKERS)


def example(name: str) -> Example:
    """A built-in example: its programme and its register as columns.

    Parameters
    ----------
    name : str
        `krispijn` is the only one.

    Raises
    ------
    ValueError
        If there is no such example; the message lists them.

    Examples
    --------
    >>> krispijn = example("krispijn")
    >>> krispijn.as_of
    datetime.date(2026, 12, 31)
    >>> int((krispijn.dwellings["group"] == "programme").sum())
    675
    """
    return _maker(name)()


def write_example(name: str, directory: str | Path) -> list[Path]:
    """Writes an example as files.

    `woningen.csv`, `voortgang.csv`, `programme.toml`, `woningbouw.csv` (a pipeline of projects),
    `fasen.csv` (what is assumed of projects in each phase) and `scenario.toml`. The tables are
    UTF-8 with `;` between the columns; identifications stand in quotes.

    Parameters
    ----------
    name : str
        One of `examples()`.
    directory : str or Path
        Made if it does not exist.

    Returns
    -------
    list of Path
        The files, in the order above.

    Raises
    ------
    ValueError
        If there is no such example.
    FileExistsError
        If one of the files exists; nothing is written then.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     [path.name for path in write_example("krispijn", directory)]
    ['woningen.csv', 'voortgang.csv', 'programme.toml', 'woningbouw.csv', 'fasen.csv',
     'scenario.toml']
    """
    made = _maker(name)()
    texts = {
        "woningen.csv": _csv_text(made.dwellings),
        "voortgang.csv": _csv_text(made.events),
        "programme.toml": _programme_text(),
        "woningbouw.csv": _csv_text(made.pipeline),
        "fasen.csv": _csv_text(project_phases("columns")),
        "scenario.toml": _package_text("scenarios", f"{name}.toml"),
    }
    folder = Path(directory)
    paths = [folder / file for file in texts]
    present = [str(path) for path in paths if path.exists()]
    if present:
        raise FileExistsError(f"files exist and are not overwritten: {', '.join(present)}")
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text, encoding="utf-8", newline="\n")
    return paths


def _maker(name: str) -> Callable[[], Example]:
    if name not in _MAKERS:
        raise ValueError(f"there is no example {name!r}; the examples are: {', '.join(_MAKERS)}")
    return _MAKERS[name]


def _krispijn() -> Example:
    dwellings, pace = _make_dwellings(random.Random(_SEED))
    events = _make_events(dwellings, pace, random.Random(_SEED + 1))
    return Example(
        programme=parse_programme(_programme_text(), name="programme.toml"),
        events=_event_table(events),
        dwellings=_dwelling_table(dwellings),
        as_of=_AS_OF,
        pipeline=pipeline_table(),
    )


_MAKERS: dict[str, Callable[[], Example]] = {"krispijn": _krispijn}


def _programme_text() -> str:
    """The built-in programme of Dordt West under names that say it is made up."""
    text = _package_text("programmes", "dordt-west.toml")
    top, mark, sections = text.partition("\n[")
    kept = [line for line in top.splitlines() if line.partition("=")[0].strip() not in _NAMES]
    made = [f"{key} = {value}" for key, value in _NAMES.items()]
    return "\n".join([_HEADING, *made, *kept]) + mark + sections


def _package_text(*path: str) -> str:
    return importlib.resources.files("opgave").joinpath(*path).read_text(encoding="utf-8")


# Dwellings


def _make_dwellings(rng: random.Random) -> tuple[list[_Dwelling], dict[str, float]]:
    """Dwellings in order of their blocks, and the pace of each block."""
    blocks = list(_make_blocks(rng))
    in_programme = _programme_places(blocks, rng)
    worse = [block.condition + 0.9 * rng.random() for block in blocks for _ in range(block.size)]
    order = sorted((i for i in range(len(worse)) if in_programme[i]), key=lambda i: -worse[i])
    threshold = worse[order[_BACKLOG_SIZE - 1]]
    unknown = set(order[_BACKLOG_SIZE : _BACKLOG_SIZE + _BACKLOG_UNKNOWN])
    dwellings: list[_Dwelling] = []
    for block in blocks:
        for place in range(block.size):
            i = len(dwellings)
            condition = None if i in unknown else _condition(worse[i], threshold)
            group = "programme" if in_programme[i] else "reserve"
            dwellings.append(_make_dwelling(i, block, place, group, condition, rng))
    return dwellings, {block.complex_id: block.pace for block in blocks}


def _make_blocks(rng: random.Random) -> Iterator[_Block]:
    left = _PROGRAMME_SIZE + _RESERVE_SIZE
    number = 0
    while left > 0:
        size = min(3 + int(6 * rng.random()), left)
        if 0 < left - size < 3:
            size = left if left <= 8 else size - 3
        left -= size
        number += 1
        yield _make_block(number, size, rng)


def _make_block(number: int, size: int, rng: random.Random) -> _Block:
    old = rng.random() < 0.62
    build_year = (1908 + int(28 * rng.random())) if old else (1931 + int(30 * rng.random()))
    sinking = 0.2 + 2.9 * rng.random() * rng.random() + (0.5 if build_year < 1925 else 0.0)
    risk = "ABCDE"[min(4, int(1.7 * sinking + 0.9 * rng.random()))]
    reliability = _pick(rng.random(), *_RELIABILITIES)
    known = rng.random() > 0.06
    row, column = divmod(number - 1, 12)
    return _Block(
        complex_id=f"blok-{number:03d}",
        neighbourhood="Oud Krispijn" if old else "Nieuw Krispijn",
        size=size,
        build_year=build_year,
        risk=risk if known else None,
        reliability=reliability if known else None,
        subsidence=-round(10 * sinking) / 10 if rng.random() > 0.08 else None,
        condition=0.35 * sinking + (1960 - build_year) / 60 + rng.random(),
        pace=0.65 + 0.7 * rng.random(),
        x_rd=104_000 + 80 * column,
        y_rd=(424_000 if old else 423_400) + 40 * row,
    )


def _programme_places(blocks: Sequence[_Block], rng: random.Random) -> list[bool]:
    """Whole blocks belong to the programme; the block that would exceed it is divided."""
    left = _PROGRAMME_SIZE
    first = sorted(range(len(blocks)), key=lambda _: rng.random())
    taken = [0] * len(blocks)
    for i in first:
        taken[i] = min(left, blocks[i].size)
        left -= taken[i]
    return [place < taken[i] for i, block in enumerate(blocks) for place in range(block.size)]


def _condition(worse: float, threshold: float) -> int:
    """The score of NEN 2767; 4 and worse is a backlog."""
    if worse >= threshold:
        return min(6, 4 + int(3.0 * (worse - threshold)))
    return max(1, 3 - int(1.4 * (threshold - worse)))


def _make_dwelling(
    i: int, block: _Block, place: int, group: str, condition: int | None, rng: random.Random
) -> _Dwelling:
    backlog = None if condition is None else ("yes" if condition >= 4 else "no")
    cost = 250 * int(16 + 50 * rng.random() + 40 * ((condition or 4) - 4))
    label = "GFEDCBA"[min(6, int(5.2 * rng.random() * rng.random() + (block.build_year > 1944)))]
    return _Dwelling(
        dwelling_id=f"050501{9_999_000_001 + i}",
        neighbourhood=block.neighbourhood,
        group=group,
        build_year=block.build_year,
        floor_area_m2=int(62 + 58 * rng.random()) if rng.random() > 0.03 else None,
        tenure="owner_occupied" if rng.random() < 0.86 else "private_rental",
        energy_label=label if rng.random() > 0.05 else None,
        condition_score=condition,
        backlog=backlog,
        backlog_cost_eur=cost if backlog == "yes" else None,
        foundation_risk=block.risk,
        foundation_reliability=block.reliability,
        subsidence_mm_per_year=block.subsidence,
        complex_id=block.complex_id,
        x_rd=block.x_rd + 6 * place,
        y_rd=block.y_rd,
    )


def _pick(draw: float, *choices: tuple[str, float]) -> str:
    for name, share in choices:
        draw -= share
        if draw < 0:
            return name
    return choices[-1][0]


# Events


def _make_events(
    dwellings: Sequence[_Dwelling], pace: dict[str, float], rng: random.Random
) -> list[_Event]:
    """All rows in the order in which they became known."""
    events: list[_Event] = []
    for dwelling, approached in _approaches(dwellings, rng):
        for state, day in _walk(pace[dwelling.complex_id] * _slowness(dwelling), approached, rng):
            events.extend(_records(dwelling, state, day, rng))
    events = [event for event in events if event.recorded_on <= _AS_OF]
    events = _with_blemishes(events)
    return sorted(events, key=lambda event: event.recorded_on)


def _slowness(dwelling: _Dwelling) -> float:
    """Poor foundations come first, and maintenance takes time."""
    foundation = 0.75 if dwelling.foundation_risk in ("D", "E") else 1.0
    return foundation * (0.85 if dwelling.backlog == "yes" else 1.0)


def _approaches(
    dwellings: Sequence[_Dwelling], rng: random.Random
) -> Iterator[tuple[_Dwelling, dt.date]]:
    """Owners are approached block by block, none during the stall; the reserve waits."""
    blocks: dict[str, list[_Dwelling]] = {}
    for dwelling in dwellings:
        if dwelling.group == "programme":
            blocks.setdefault(dwelling.complex_id, []).append(dwelling)
    queue = sorted(blocks.values(), key=lambda _: rng.random())
    planned = 0
    month = _FIRST_APPROACH
    number = 0
    while month <= _AS_OF:
        if not _STALL[0] <= month < _STALL[1]:
            planned += _APPROACHED[number] if number < len(_APPROACHED) else _APPROACHED_LATER
            number += 1
        while planned > 0:
            block = queue.pop()
            planned -= len(block)
            day = _working_day(month + dt.timedelta(days=int(10 * rng.random())))
            for dwelling in block:
                yield dwelling, day
        month = _next_month(month)


def _walk(pace: float, approached: dt.date, rng: random.Random) -> Iterator[tuple[int, dt.date]]:
    """The moves of one dwelling, working day by working day."""
    state, interrupted, entered = 0, 0, approached
    yield state, approached
    day = approached
    while day < _AS_OF and state != _DELIVERED:
        day = _working_day(day + dt.timedelta(days=1))
        if day > _AS_OF:
            return
        stalled = _STALL[0] <= day < _STALL[1]
        factor = pace * (_STALL_FACTOR if stalled else 1.0) * _shape((day - entered).days)
        to = _move(state, interrupted, factor / _WORKING_DAYS_PER_MONTH, rng)
        if to is None:
            continue
        interrupted = state if to == _PAUSED else interrupted
        onward = state < to < _DELIVERED
        state, entered = to, day
        yield state, day
        if onward and state < _DELIVERED - 2 and rng.random() < _SAME_DAY:
            state += 1
            yield state, day


def _shape(days: int) -> float:
    months = days / 30.4375
    return next(factor for start, factor in reversed(_SHAPE) if months >= start)


def _move(state: int, interrupted: int, per_day: float, rng: random.Random) -> int | None:
    """The state entered on a day, or None; `per_day` turns monthly rates into chances."""
    draw = rng.random() / per_day
    for to, rate in _moves(state, interrupted):
        if draw < rate:
            return _skipping(state, to, rng)
        draw -= rate
    return None


def _moves(state: int, interrupted: int) -> Iterator[tuple[int, float]]:
    if state == _PAUSED:
        yield interrupted, _RESUME
        yield _WITHDRAWN, _WITHDRAW[interrupted]
    elif state == _WITHDRAWN:
        yield 1, _REOPEN
    else:
        yield state + 1, _ONWARD[state]
        yield _WITHDRAWN, _WITHDRAW[state]
        yield _PAUSED, _PAUSE[state]
        yield state - 1, _BACK[state]


def _skipping(state: int, to: int, rng: random.Random) -> int:
    """A step onward sometimes passes a stage that nobody recorded."""
    if to == state + 1 and to < _DELIVERED - 1 and rng.random() < _SKIP:
        return to + 1
    return to


def _records(dwelling: _Dwelling, state: int, day: dt.date, rng: random.Random) -> Iterator[_Event]:
    """How a move becomes known: at once, after some days, or with the quarter's returns."""
    draw = rng.random()
    if draw < 0.72:
        recorded = day
    elif draw < 0.90:
        recorded = _working_day(day + dt.timedelta(days=1 + int(12 * rng.random())))
    else:
        recorded = _quarter_end(day)
    event = _Event(
        dwelling_id=dwelling.dwelling_id,
        stage=_STATES[state],
        date=day,
        recorded_on=recorded,
        amount_eur=_grant(dwelling, rng) if _STATES[state] == "granted" else None,
    )
    mended = _working_day(recorded + dt.timedelta(days=14 + int(40 * rng.random())))
    if 0 < state < _WITHDRAWN and rng.random() < 0.016 and mended <= _AS_OF:
        wrong = day - dt.timedelta(days=5 + int(20 * rng.random()))
        yield replace(event, date=wrong)
        yield replace(event, recorded_on=mended, corrects=wrong, note="datum hersteld na controle")
    else:
        yield event


def _grant(dwelling: _Dwelling, rng: random.Random) -> int:
    return 50 * int(120 + 130 * rng.random() + (90 if dwelling.backlog == "yes" else 0))


def _with_blemishes(events: list[_Event]) -> list[_Event]:
    """Faults that are put in on purpose, so that a check has something to say.

    One event stands twice, one is booked before its day, and one grant is taken back.
    """
    twice = _find(events, "advised", dt.date(2025, 9, 1))
    ahead = _find(events, "started", dt.date(2026, 5, 1))
    phantom = _find(events, "applied", dt.date(2026, 8, 1))
    granted = phantom.recorded_on + dt.timedelta(days=6)
    phantom_grant = replace(
        phantom, stage="granted", date=granted, recorded_on=granted, amount_eur=7500
    )
    return [
        *(event for event in events if event is not ahead),
        replace(twice, note="dubbel ingevoerd"),
        replace(
            ahead,
            recorded_on=_working_day(ahead.recorded_on - dt.timedelta(days=9)),
            note="vooraf ingeboekt",
        ),
        phantom_grant,
        replace(
            phantom_grant,
            date=None,
            recorded_on=_working_day(granted + dt.timedelta(days=12)),
            corrects=granted,
            amount_eur=None,
            note="toekenning op verkeerd adres geboekt",
        ),
    ]


def _find(events: Sequence[_Event], stage: str, from_day: dt.date) -> _Event:
    """The first event of a stage from a day on, recorded at once and not repeated."""
    seen: dict[tuple[str, str], int] = {}
    for event in events:
        key = (event.dwelling_id, event.stage)
        seen[key] = seen.get(key, 0) + 1
    return min(
        (
            event
            for event in events
            if event.stage == stage
            and event.date is not None
            and event.recorded_on == event.date >= from_day
            and seen[event.dwelling_id, stage] == 1
            and (stage != "applied" or (event.dwelling_id, "granted") not in seen)
        ),
        key=lambda event: event.recorded_on,
    )


def _working_day(day: dt.date) -> dt.date:
    """The day itself, or the Monday after a weekend."""
    return day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _next_month(day: dt.date) -> dt.date:
    return dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _quarter_end(day: dt.date) -> dt.date:
    month = 3 * ((day.month + 2) // 3)
    return dt.date(day.year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


# Tables


def _dwelling_table(rows: Sequence[_Dwelling]) -> Table:
    numbers = (
        "build_year",
        "floor_area_m2",
        "condition_score",
        "backlog_cost_eur",
        "subsidence_mm_per_year",
        "x_rd",
        "y_rd",
    )
    return {
        name: (_numbers if name in numbers else _texts)([getattr(row, name) for row in rows])
        for name in _Dwelling.__dataclass_fields__
    }


def _event_table(rows: Sequence[_Event]) -> Table:
    table: Table = {}
    for name in _Event.__dataclass_fields__:
        values = [getattr(row, name) for row in rows]
        if name in ("date", "recorded_on", "corrects"):
            table[name] = numpy.array(values, dtype="datetime64[D]")
        elif name == "amount_eur":
            table[name] = _numbers(values)
        else:
            table[name] = _texts(values)
    return table


def _texts(values: Sequence[str | None]) -> numpy.ndarray:
    return numpy.array(values, dtype=object)


def _numbers(values: Sequence[float | None]) -> numpy.ndarray:
    return numpy.array([math.nan if value is None else value for value in values], dtype=float)


def _csv_text(table: Table) -> str:
    """`;` between columns, identifications in quotes, unknown is empty."""
    lines = [";".join(table)]
    columns = [[_cell(name, value) for value in column] for name, column in table.items()]
    lines += [";".join(cells) for cells in zip(*columns, strict=True)]
    return "\n".join(lines) + "\n"


def _cell(name: str, value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    text = str(value)
    if name == "dwelling_id" or any(mark in text for mark in ';"\n'):
        return '"' + text.replace('"', '""') + '"'
    return text
