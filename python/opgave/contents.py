"""The sections on progress: targets, course, projection, funnel, stages, areas, ages and pace.

What they show is decided by `opgave.disclosure`; how it looks is for the template to say.
"""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from opgave import _core, chart_style, charts, disclosure, wording
from opgave.days import day_of
from opgave.disclosure import EXTRA, SHOWN, SMALL, is_small
from opgave.frames import table_of
from opgave.programme import ProgrammeTarget
from opgave.projection import NotEnoughData, Projection
from opgave.story import Crossing, Figure, Headline, Section, Sheet, Story, scoped
from opgave.wording import Words, scope_words

_DAY = dt.timedelta(days=1)
_RISK_COLUMNS = ["foundation_risk", "foundation_reliability"]
_STALL_MONTHS = 2


@dataclass(frozen=True)
class Course:
    """A count per period, and its running total where that gives nothing away."""

    every: str
    begin: Sequence[dt.date]
    end: Sequence[dt.date]
    counts: Sequence[int]
    marks: Sequence[int]
    points: Sequence[tuple[dt.date, int]]


def headlines(story: Story) -> list[Headline]:
    """One sentence per target of the programme."""
    return [_headline(story, target) for target in story.targets]


def _headline(story: Story, target: ProgrammeTarget) -> Headline:
    words = story.words
    source = words.text("source", source=target.source) if target.source else ""
    title = story.title(target)
    if not target.measured:
        return Headline(title, _not_measured(story, target), source=source)
    state = str(target.state)
    common = {
        "goal": words.number(target.goal),
        "unit": story.unit,
        "scope": scope_words(words, target.scope),
        "deadline": story.deadline(target),
        "state": words.text("are_delivered")
        if state == "delivered"
        else words.text("are_in_state", state=words.name(state)),
    }
    chance, missing = outlook(story, target)
    if chance is None and target.last_day <= story.as_of:
        then = story.register.as_of(target.last_day, story.known_on)
        done = then.progress(target).done
        past = words.text("chance_past", done=story.published(done), **common)
        return Headline(title, past, source=source)
    if chance is None:
        return Headline(title, words.text("chance_missing", **common), missing, source)
    common["ceiling"] = words.number(story.ceiling(target, chance.ceiling))
    if chance.method in ("reached", "unreachable"):
        return Headline(title, words.text(f"chance_{chance.method}", **common), source=source)
    sentence = words.text(
        "chance",
        probability=words.probability(chance.value),
        margin=words.margin(chance.value, chance.std_error),
        **common,
    )
    return Headline(title, sentence, source=source)


def _not_measured(story: Story, target: ProgrammeTarget) -> str:
    words = story.words
    goal = words.number(target.goal)
    sentence = words.text(
        "not_measured",
        quantity=words.text(f"quantity_{target.quantity}"),
        goal=words.text("about", number=goal) if target.about else goal,
        deadline=story.deadline(target),
    )
    if target.done is None:
        return sentence
    return f"{sentence} {words.text('not_measured_done', done=words.number(target.done))}"


def outlook(
    story: Story, target: ProgrammeTarget, other: Projection | None = None
) -> tuple[_core.Probability | None, str]:
    """The probability of a target, or what is missing for it; that of another projection."""
    made = other or story.projection
    if made is None:
        return None, story.refusal or story.words.text("no_month_end")
    known = story.register.core.dwellings.category_names
    missing = ", ".join(column for column in target.scope if column not in known)
    if missing:
        return None, f"the dwellings have no column {missing}"
    try:
        return made.probability(target), ""
    except NotEnoughData as error:
        return None, str(error)


def key_figures(story: Story) -> list[tuple[str, str]]:
    """The few numbers that matter, each with what it counts."""
    words = story.words
    figures = [
        (words.text("figure_total", unit=story.unit), story.published(story.total)),
        (words.name("not_started"), story.cell(story.overall, 0, 0)),
        (words.name("under_way"), story.under_way_text()),
    ]
    for state in (story.register.trajectory.complete, *story.register.trajectory.exits):
        figures.append((words.name(state), story.cell(story.overall, 0, story.states.index(state))))
    return figures


def targets_sheet(story: Story) -> Sheet | None:
    """How far each measured target is, and what it needs."""
    words = story.words
    rows = []
    for target in story.measured:
        progress = story.snapshot.progress(target)
        shown = story.is_done_shown(target, progress.done)
        chance, _ = outlook(story, target)
        rows.append(
            [
                story.title(target),
                words.day(target.last_day),
                story.done(target, progress.done),
                words.number(progress.goal),
                words.percent(progress.share, 1) if shown else wording.NONE_MARK,
                words.number(progress.pace_per_month, 1) if shown else wording.NONE_MARK,
                chance_text(words, chance),
                words.number(story.ceiling(target, chance.ceiling))
                if chance
                else wording.NONE_MARK,
                story.published(progress.unknown),
            ]
        )
    if not rows:
        return None
    keys = ("target", "deadline", "done", "goal", "share", "pace", "probability", "ceiling")
    head = [*(words.text(key) for key in keys), words.text("scope_unknown")]
    return Sheet(words.text("targets_table"), head, rows, names=2, note=story.hidden_note(rows))


def chance_text(words: Words, chance: _core.Probability | None) -> str:
    """A probability with its margin; a dash where it is certain or not known."""
    if chance is None or chance.method in ("reached", "unreachable"):
        return wording.NONE_MARK
    return words.probability(chance.value) + words.margin(chance.value, chance.std_error)


# Course and projection


def fan_section(story: Story) -> Section | None:
    """What was observed and what is projected, per measured target; None if nothing was asked."""
    words = story.words
    title = words.text("section_fan")
    if story.refusal:
        return Section("fan", title, [words.text("no_projection")], missing=story.refusal)
    if story.projection is None:
        return None
    ahead = [
        target
        for target in story.measured
        if target.last_day > story.as_of and outlook(story, target)[0] is not None
    ]
    figures = [_fan(story, target, i) for i, target in enumerate(ahead or [None])]
    return Section("fan", title, [words.text("fan_note")], figures)


def _fan(story: Story, target: ProgrammeTarget | None, number: int) -> Figure:
    assert story.projection is not None
    words = story.words
    state = story.states[story.complete] if target is None else str(target.state)
    scope = {} if target is None else dict(target.scope)
    quantiles = _fan_quantiles(story.projection, state, scope)
    done = sum(scoped(story.snapshot.ever_reached(list(scope)), {**scope, "stage": state}))
    shown = not is_small(done) if target is None else story.is_done_shown(target, done)
    made = course(story, state, scope) if shown else None
    observed = [] if made is None else list(made.points)
    heading = words.text("fan_title", state=words.capital(words.name(state)))
    title = heading + scope_words(words, scope)
    last = {q: int(quantiles[q][-1]) for q in ("q05", "q50", "q95")}
    description = words.text(
        "fan_alt",
        as_of=words.day(story.as_of),
        done=story.published(done) if shown or is_small(done) else wording.HIDDEN_MARK,
        unit=story.unit,
        end=words.day(quantiles["month"][-1]),
        median=story.published(last["q50"]),
        low=story.published(last["q05"]),
        high=story.published(last["q95"]),
    )
    goal = None if target is None else target.goal
    if target is not None:
        description += words.text(
            "fan_alt_target", goal=words.number(target.goal), deadline=story.deadline(target)
        )
    drawn = {q: [_blurred(n) for n in quantiles[q]] for q in quantiles if q != "month"}

    def draw(width: int) -> chart_style.Chart:
        return charts.fan_chart(
            {"month": quantiles["month"], **drawn},
            observed=observed,
            as_of=story.as_of,
            goal=goal,
            deadline=None if target is None else target.last_day,
            words=words,
            width=width,
            title="",
        )

    return Figure(
        f"fan-{number + 1}",
        title,
        description,
        draw,
        _fan_sheet(story, title, observed, quantiles),
        note="" if observed else words.text("fan_observed_none"),
        legend=[
            (chart_style.INK, words.text("observed")),
            (chart_style.BAND_CORE, words.text("projected")),
            *([(chart_style.ACCENT, words.text("target_line"))] if target is not None else []),
        ],
    )


def _fan_quantiles(
    projection: Projection, state: str, scope: Mapping[str, str]
) -> dict[str, list[Any]]:
    """The quantiles of the dwellings in a state within a scope."""
    by = list(scope)
    table = table_of(projection.quantiles(state, by=by) if by else projection.quantiles(state))
    rows = [
        i
        for i in range(len(table["month"]))
        if all(str(table[column][i]) == value for column, value in scope.items())
    ]
    columns: dict[str, list[Any]] = {"month": [day_of(table["month"][i]) for i in rows]}
    for q in ("q05", "q25", "q50", "q75", "q95"):
        columns[q] = [int(table[q][i]) for i in rows]
    return columns


def _blurred(count: int) -> int:
    """A count as a chart may draw it: one to four look alike."""
    return disclosure.SMALLEST - 1 if is_small(count) else count


def _fan_sheet(
    story: Story,
    title: str,
    observed: Sequence[tuple[dt.date, int]],
    quantiles: Mapping[str, Sequence[Any]],
) -> Sheet:
    """The observed points, and the fan at each year's end and at its own end."""
    words = story.words
    none = wording.NONE_MARK
    rows = [
        [words.day(day), words.text("observed"), none, none, words.number(n), none, none]
        for day, n in _turns(observed)
    ]
    months = list(quantiles["month"])
    for i, month in enumerate(months):
        if month.month == 12 or i in (0, len(months) - 1):
            levels = [story.published(quantiles[q][i]) for q in ("q05", "q25", "q50", "q75", "q95")]
            rows.append([words.day(month), words.text("projected"), *levels])
    quarters = [words.percent(q) for q in (0.05, 0.25)], [words.percent(q) for q in (0.75, 0.95)]
    head = [
        words.text("month_end"),
        words.text("kind"),
        *quarters[0],
        words.text("median"),
        *quarters[1],
    ]
    return Sheet(title, head, rows, names=2, note=story.hidden_note(rows))


def _turns(points: Sequence[tuple[dt.date, int]]) -> list[tuple[dt.date, int]]:
    """The points of a line without those between two of the same height."""
    last = len(points) - 1
    return [
        point
        for i, point in enumerate(points)
        if i in (0, last) or not points[i - 1][1] == point[1] == points[i + 1][1]
    ]


def course(story: Story, state: str, scope: Mapping[str, str]) -> Course | None:
    """How the dwellings in a state came in: per month, or per quarter where most are small."""
    first = _first_day(story)
    if first is None:
        return None
    for every in ("month", "quarter"):
        begin, end = calendar_periods(first, story.as_of, every)
        counts = _arrivals(story, state, scope, end)
        some = [n for n in counts if n]
        if sum(not is_small(n) for n in some) * 2 >= len(some):
            break
    marks = disclosure.protect_row(counts).marks[0, :-1].tolist()
    points = [(begin[0] - _DAY, 0)]
    reached = 0
    for block in disclosure.blocks(counts, marks):
        reached += block.total
        points.append((min(end[block.end - 1] - _DAY, story.as_of), reached))
    return Course(every, begin, end, counts, marks, points if len(points) > 1 else [])


def _first_day(story: Story) -> dt.date | None:
    """The day of the first event that counts."""
    days = table_of(story.register.events)["date"]
    days = days[~np.isnat(days)]
    days = days[days <= np.datetime64(story.as_of)]
    return day_of(days.min()) if len(days) else None


def calendar_periods(
    first: dt.date, last: dt.date, every: str
) -> tuple[list[dt.date], list[dt.date]]:
    """First days, and days after the last, of the calendar periods that hold two days.

    Examples
    --------
    >>> import datetime as dt
    >>> begin, end = calendar_periods(dt.date(2025, 11, 3), dt.date(2026, 1, 2), "quarter")
    >>> [str(day) for day in begin], str(end[-1])
    (['2025-10-01', '2026-01-01'], '2026-04-01')
    """
    step = {"month": 1, "quarter": 3, "year": 12}[every]
    number = (first.year * 12 + first.month - 1) // step * step
    begin, end = [], []
    while dt.date(number // 12, number % 12 + 1, 1) <= last:
        begin.append(dt.date(number // 12, number % 12 + 1, 1))
        number += step
        end.append(dt.date(number // 12, number % 12 + 1, 1))
    return begin, end


def _arrivals(
    story: Story, state: str, scope: Mapping[str, str], ends: Sequence[dt.date]
) -> list[int]:
    """Dwellings that entered a state for the first time, per period."""
    wanted = {**scope, "stage": state}
    reached = [0]
    for end in ends:
        day = min(end - _DAY, story.as_of)
        then = story.register.as_of(day, story.snapshot.known_on)
        reached.append(sum(scoped(then.ever_reached(list(scope)), wanted)))
    return [b - a for a, b in itertools.pairwise(reached)]


def throughput_section(story: Story) -> Section:
    """The pace of completion, with a stall at the end in sight."""
    words = story.words
    title = words.text("section_throughput")
    state = story.states[story.complete]
    made = course(story, state, {})
    if made is None or not any(made.counts):
        return Section("pace", title, [words.text("throughput_none", state=words.name(state))])
    stall_from, stall = _stall(story, state)
    period = words.text(f"period_{made.every}")
    heading = words.capital(words.text("throughput_title", state=words.name(state), period=period))
    running = dict(made.points)
    shown = [n if m == SHOWN else None for n, m in zip(made.counts, made.marks, strict=True)]
    rows = []
    for begin, end, n, mark in zip(made.begin, made.end, made.counts, made.marks, strict=True):
        total = running.get(min(end - _DAY, story.as_of))
        rows.append(
            [
                words.period(begin, made.every),
                words.number(n)
                if mark == SHOWN
                else (wording.SMALL_MARK if mark == SMALL else wording.HIDDEN_MARK),
                wording.NONE_MARK if total is None else words.number(total),
            ]
        )
    description = words.text(
        "throughput_alt",
        unit=story.unit,
        period=period,
        first=rows[0][0],
        last=rows[-1][0],
        total=story.cell(story.overall, 0, story.complete),
        stall=stall,
    )
    table = {"begin": made.begin, "end": made.end, "count": shown}

    def draw(width: int) -> chart_style.Chart:
        return charts.throughput_chart(
            table, stall_from=stall_from, words=words, width=width, title=""
        )

    head = [words.text("period"), words.text("number"), words.text("cumulative")]
    figure = Figure(
        "pace",
        heading,
        description,
        draw,
        Sheet(heading, head, rows, note=story.hidden_note(rows)),
        note=words.text("throughput_note", unit=story.unit) if None in shown else "",
    )
    return Section("pace", title, [stall], [figure])


def _stall(story: Story, state: str) -> tuple[dt.date | None, str]:
    """Since when nothing came in, by whole months, and that in words."""
    first = _first_day(story)
    assert first is not None
    begin, end = calendar_periods(first, story.as_of, "month")
    counts = _arrivals(story, state, {}, end)
    last = max(i for i, n in enumerate(counts) if n)
    empty = len(counts) - 1 - last
    if empty < _STALL_MONTHS:
        return None, story.words.text("no_stall")
    words = story.words.text(
        "stall", month=story.words.month(begin[last]), number=story.words.number(empty)
    )
    return begin[last + 1], words


# How far, where and how long


def funnel_section(story: Story) -> Section:
    """How far every dwelling ever got."""
    words = story.words
    reached = table_of(story.snapshot.ever_reached())
    states = story.states[1 : story.complete + 1]
    count = dict(zip(map(str, reached["stage"]), map(int, reached["count"]), strict=True))
    passed = dict(
        zip(map(str, reached["stage"]), map(int, reached["reached_or_passed"]), strict=True)
    )
    shown = _shown_passed(story, [passed[state] for state in states])
    columns: dict[str, list[Any]] = {"stage": states, "count": [], "reached_or_passed": []}
    rows = []
    for state, is_shown in zip(states, shown, strict=True):
        skipped = passed[state] - count[state]
        both = is_shown and not is_small(skipped) and not is_small(count[state])
        columns["count"].append(count[state] if both else None)
        columns["reached_or_passed"].append(passed[state] if is_shown else None)
        rows.append(
            [
                words.name(state),
                words.number(count[state]) if both else _mark(count[state]),
                words.number(passed[state]) if is_shown else _mark(passed[state]),
            ]
        )
    title = words.text("funnel_title")
    description = words.text(
        "funnel_alt",
        total=story.published(story.total),
        unit=story.unit,
        first=rows[0][2],
        first_state=words.name(states[0]),
        last=rows[-1][2],
        last_state=words.name(states[-1]),
    )

    def draw(width: int) -> chart_style.Chart:
        return charts.funnel_chart(columns, words=words, width=width, title="")

    head = [words.text("stage"), words.text("reached"), words.text("passed")]
    sheet = Sheet(title, head, rows, note=story.hidden_note(rows))
    legend = [
        (chart_style.MEDIAN, words.text("reached")),
        (chart_style.BAND_CORE, words.text("passed")),
    ]
    figure = Figure("funnel", title, description, draw, sheet, legend=legend)
    note = words.text("funnel_note")
    return Section("funnel", words.text("section_funnel"), [note], [figure])


def _mark(count: int) -> str:
    return wording.SMALL_MARK if is_small(count) else wording.HIDDEN_MARK


def _shown_passed(story: Story, passed: Sequence[int]) -> list[bool]:
    """Of which stages the funnel shows a number: the steps between them give nothing away.

    What got no further than a stage is a cell too. Who completed, and who never began, are in the
    table of stages as well; so are the others if hardly anyone left or paused. What is hidden there
    is hidden here.
    """
    furthest = [a - b for a, b in itertools.pairwise([story.total, *passed, 0])]
    marks = disclosure.protect_row(furthest).marks[0, :-1].tolist()
    away = sum(int(n) for n in story.overall.counts[0, len(furthest) : -1])
    for i, n in enumerate(furthest):
        same = i in (0, story.complete) or away < disclosure.SMALLEST
        if same and not story.overall.shown(0, i) and marks[i] == SHOWN and n:
            marks[i] = EXTRA
    return [i + 1 in _ends(furthest, marks) and not is_small(n) for i, n in enumerate(passed)]


def _ends(furthest: Sequence[int], marks: list[int]) -> set[int]:
    """From which places on the number that got so far gives nothing away."""
    while True:
        parts = disclosure.blocks(furthest[::-1], marks[::-1])
        more = [i for i, n in enumerate(furthest) if marks[i] == SHOWN and n >= disclosure.SMALLEST]
        if parts or not more:
            return {len(furthest) - part.end for part in parts}
        marks[min(more, key=lambda i: furthest[i])] = EXTRA


def stages_section(story: Story) -> Section:
    """Where the dwellings stand, all together."""
    words = story.words
    counts = story.overall.counts[0]
    largest = int(np.argmax(counts[:-1]))
    description = words.text(
        "stages_alt",
        total=story.published(story.total),
        unit=story.unit,
        largest=words.name(story.states[largest]),
        count=story.cell(story.overall, 0, largest),
    )
    rows = [[words.name(s), story.cell(story.overall, 0, i)] for i, s in enumerate(story.states)]
    rows.append([words.text("total"), story.cell(story.overall, 0, len(story.states))])
    title = words.text("stages_title")
    sheet = Sheet(
        title, [words.text("stage"), words.text("number")], rows, note=story.hidden_note(rows)
    )
    whole = Crossing("all", ["all"], story.states, story.overall)
    figure = _stacked(story, "stages", title, description, whole, sheet)
    return Section("stages", words.text("section_stages"), figures=[figure])


def areas_section(story: Story) -> Section | None:
    """Where the dwellings of each neighbourhood stand."""
    crossing = story.crossings.get("neighbourhood")
    if crossing is None:
        return None
    words = story.words
    title = words.text("areas_title")
    description = words.text(
        "areas_alt", unit=story.unit, number=words.number(len(crossing.labels))
    )
    figure = _crossing_figure(story, "areas", title, description, crossing)
    return Section("areas", words.text("section_areas"), figures=[figure])


def backlog_section(story: Story) -> Section | None:
    """Backlog and subsidence crossed with progress, and what is known of foundations."""
    words = story.words
    figures = []
    for column in ("backlog", "subsiding"):
        crossing = story.crossings.get(column)
        if crossing is None:
            continue
        name = words.name(column)
        title = words.text("crossing_title", column=name)
        description = words.text("crossing_alt", unit=story.unit, column=name)
        figures.append(_crossing_figure(story, column, title, description, crossing))
    foundation = _foundation_sheet(story)
    if not figures and foundation is None:
        return None
    speed = -story.programme.subsiding_from_mm_per_year if story.programme else 1.0
    note = words.text("subsiding_note", speed=words.number(speed, 1))
    return Section(
        "backlog",
        words.text("section_backlog"),
        [note] if "subsiding" in story.crossings else [],
        figures,
        [foundation] if foundation else [],
    )


def _foundation_sheet(story: Story) -> Sheet | None:
    """Foundation risk, apart by where the judgement comes from."""
    names = set(story.register.core.dwellings.category_names)
    if not story.total or not names.issuperset(_RISK_COLUMNS):
        return None
    words = story.words
    frame = table_of(story.snapshot.stage_counts(_RISK_COLUMNS))
    cells: dict[tuple[str, str], int] = {}
    columns = (*(frame[column] for column in _RISK_COLUMNS), frame["count"])
    for risk, reliability, n in zip(*columns, strict=True):
        key = str(risk), str(reliability)
        cells[key] = cells.get(key, 0) + int(n)
    risks = [r for r in [*"ABCDE", "unknown"] if any(key[0] == r for key in cells)]
    kinds = ["established", "cluster", "indicative", "unknown"]
    kinds = [k for k in kinds if any(key[1] == k and n for key, n in cells.items())]
    if risks == ["unknown"] or not kinds:
        return None
    table = disclosure.protect([[cells.get((r, k), 0) for k in kinds] for r in risks])
    labels = [*(words.name(risk) for risk in risks), words.text("total")]
    rows = [
        [label, *(story.cell(table, i, j) for j in range(len(kinds)))]
        for i, label in enumerate(labels)
    ]
    head = [words.capital(words.name("foundation_risk")), *(words.name(kind) for kind in kinds)]
    note = f"{words.text('foundation_note')} {story.hidden_note(rows)}".rstrip()
    return Sheet(words.text("foundation_title"), head, rows, note=note)


def _crossing_figure(
    story: Story, key: str, title: str, description: str, crossing: Crossing
) -> Figure:
    words = story.words
    labels = [*(words.name(label) for label in crossing.labels), words.text("total")]
    rows = [
        [label, *(story.cell(crossing.table, i, j) for j in range(len(crossing.states) + 1))]
        for i, label in enumerate(labels)
    ]
    head = [
        words.capital(words.name(crossing.column)),
        *(words.name(state) for state in crossing.states),
        words.text("total"),
    ]
    sheet = Sheet(title, head, rows, note=story.hidden_note(rows))
    return _stacked(story, key, title, description, crossing, sheet)


def _stacked(
    story: Story, key: str, title: str, description: str, crossing: Crossing, sheet: Sheet
) -> Figure:
    """Stacked bars of what the table shows; what it hides is one part without a name."""
    words = story.words
    columns: dict[str, list[Any]] = {"group": [], "stage": [], "count": []}
    for i, label in enumerate(crossing.labels):
        for state, count in _parts(crossing, i):
            columns["group"].append(label)
            columns["stage"].append(state)
            columns["count"].append(count)
    colours = chart_style.state_colours(story.register.trajectory)

    def draw(width: int) -> chart_style.Chart:
        return charts.stage_chart(
            columns, colours=colours, words=words, width=width, title="", legend=False
        )

    there = set(columns["stage"])
    legend = [(colour, words.name(s)) for s, colour in colours.items() if s in there]
    if charts.HIDDEN in there:
        legend.append(("#ffffff", words.text("hidden_part")))
    return Figure(key, title, description, draw, sheet, legend=legend)


def _parts(crossing: Crossing, row: int) -> Iterator[tuple[str, int]]:
    """The states of one row that are shown, and what is left if its total is shown."""
    table = crossing.table
    left = int(table.counts[row, -1])
    for j, state in enumerate(crossing.states):
        count = int(table.counts[row, j])
        if table.shown(row, j) and count:
            left -= count
            yield state, count
    if left and table.shown(row, len(crossing.states)):
        yield charts.HIDDEN, left


def ages_section(story: Story) -> Section:
    """How long dwellings are in the stage where they are."""
    words = story.words
    title = words.text("ages_title")
    ages = table_of(story.snapshot.ages())
    stage = np.array([str(s) for s in ages["stage"]], dtype=object)
    levels = (0.1, 0.25, 0.5, 0.75, 0.9)
    columns: dict[str, list[Any]] = {"stage": [], **{f"q{q * 100:.0f}": [] for q in levels}}
    rows = []
    for i, state in enumerate(story.states):
        days = np.asarray(ages["days"][stage == state], dtype=np.float64)
        if len(days) < disclosure.SMALLEST:
            continue
        found = np.quantile(days, levels).round()
        columns["stage"].append(state)
        for q, value in zip(levels, found, strict=True):
            columns[f"q{q * 100:.0f}"].append(int(value))
        texts = [words.number(int(value)) for value in found]
        rows.append([words.name(state), story.cell(story.overall, 0, i), *texts])
    section = words.text("section_ages")
    if not rows:
        return Section("ages", section, [words.text("ages_none", unit=story.unit)])
    slowest = int(np.argmax(columns["q50"]))
    description = words.text(
        "ages_alt",
        stage=words.name(columns["stage"][slowest]),
        days=words.number(columns["q50"][slowest]),
    )
    head = [words.text("stage"), words.text("number"), *(words.percent(q) for q in levels)]
    head[4] = words.text("median")

    def draw(width: int) -> chart_style.Chart:
        return charts.age_chart(columns, words=words, width=width, title="")

    sheet = Sheet(title, head, rows, note=story.hidden_note(rows))
    figure = Figure("ages", title, description, draw, sheet)
    return Section("ages", section, [words.text("ages_note", unit=story.unit)], [figure])


def has_month_end(after: dt.date, last: dt.date) -> bool:
    """Whether a month ends after one day, and on another day or before it.

    Examples
    --------
    >>> import datetime as dt
    >>> has_month_end(dt.date(2026, 1, 31), dt.date(2026, 2, 27))
    False
    """
    following = after + _DAY
    length = calendar.monthrange(following.year, following.month)[1]
    return following.replace(day=length) <= last
