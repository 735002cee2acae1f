"""The sections on data, money and provenance: what the numbers of a report rest on."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from itertools import pairwise

import numpy as np

from opgave import wording
from opgave.days import day_of
from opgave.disclosure import SMALLEST_MONEY
from opgave.frames import table_of
from opgave.story import Section, Sheet, Story
from opgave.terminal import Row, rows_of
from opgave.wording import SPACE, Words


def issues_section(story: Story) -> Section:
    """What is wrong with the data, by kind."""
    words = story.words
    title = words.text("section_issues")
    issues = table_of(story.register.issues)
    found: dict[tuple[str, str], int] = {}
    for severity, code in zip(issues["severity"], issues["code"], strict=True):
        found[str(severity), str(code)] = found.get((str(severity), str(code)), 0) + 1
    if not found:
        return Section("issues", title, [words.text("issues_none")])
    ordered = sorted(found.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
    rows = [
        [words.name(severity), words.issue(code), code, words.number(n)]
        for (severity, code), n in ordered
    ]
    head = [words.text(key) for key in ("severity", "meaning", "code", "number")]
    sheet = Sheet(words.text("issues_title"), head, rows, names=3)
    return Section("issues", title, [words.text("issues_note", unit=story.unit)], sheets=[sheet])


def grants_section(story: Story) -> Section | None:
    """Every figure of every grant, with its source."""
    if story.programme is None or not story.programme.grants:
        return None
    words = story.words
    rows, remarks = [], []
    for grant in story.programme.grants:
        for amount in grant.amounts:
            about = words.text("about", number=words.euro(amount.cents, whole=True))
            euro = about if amount.about else words.euro(amount.cents)
            rows.append([story.title(grant), euro, amount.source, dated(words, amount.dated)])
        cents = [amount.cents for amount in grant.amounts]
        if grant.conflict:
            remarks.append(
                words.text(
                    "grants_conflict",
                    grant=story.title(grant),
                    amount=words.euro(max(cents) - min(cents)),
                )
            )
    head = [words.text(key) for key in ("grant", "amount", "source_column", "source_date")]
    sheet = Sheet(words.text("grants_title"), head, rows, texts_after=2)
    ledger = _ledger_sheet(story)
    return Section(
        "grants",
        words.text("section_grants"),
        [words.text("grants_note")],
        sheets=[sheet] if ledger is None else [sheet, ledger],
        remarks=remarks,
    )


_MOVED = ("reserved", "committed", "paid", "released")


def _ledger_sheet(story: Story) -> Sheet | None:
    """Where the money of each grant stands, a row per source; None if no register follows any."""
    programme = story.programme
    assert programme is not None
    titles = {grant.name: story.title(grant) for grant in programme.grants if grant.stages}
    ledger = rows_of(story.register.ledger(story.as_of, story.known_on))
    followed = [row for row in ledger if row["grant"] in titles]
    if not followed:
        return None
    words = story.words
    rows = [
        [titles[row["grant"]], row["source"] or "", *_moved(story, row), _free(words, row)]
        for row in followed
    ]
    head = [words.text("grant"), words.text("source_column")]
    head += [words.text(f"ledger_{name}") for name in (*_MOVED, "free")]
    note = [words.text("ledger_note", unit=story.unit)]
    if any(wording.HIDDEN_MARK in row for row in rows):
        note.append(words.text("budget_hidden", least=SMALLEST_MONEY, unit=story.unit))
    title = words.text("ledger_title", day=words.day(story.as_of))
    return Sheet(title, head, rows, names=2, note=" ".join(note))


def _is_hidden(row: Row, name: str) -> bool:
    """Whether an amount is of so few dwellings that it could tell of one."""
    return 0 < int(row[f"{name}_known"]) < SMALLEST_MONEY


def _moved(story: Story, row: Row) -> list[str]:
    """The amounts, with the number of dwellings whose amount is not known in brackets."""
    cells = []
    for name in _MOVED:
        hidden = _is_hidden(row, name)
        cents = row[f"{name}_cents"]
        text = wording.HIDDEN_MARK if hidden else story.words.euro(int(cents), whole=True)
        unknown = row[f"{name}_unknown"]
        cells.append(f"{text} (+{SPACE}{story.published(unknown)})" if unknown else text)
    return cells


def _free(words: Words, row: Row) -> str:
    """What is left, hidden where it would give a hidden amount away."""
    taken = ("reserved", "committed", "paid")
    if any(_is_hidden(row, name) for name in taken):
        return wording.HIDDEN_MARK
    if math.isnan(row["free_cents"]):
        return wording.NONE_MARK
    text = words.euro(int(row["free_cents"]), whole=True)
    sure = not math.isnan(row["vat_cents"]) and not any(row[f"{name}_unknown"] for name in taken)
    return text if sure else words.text("at_most", number=text)


def dated(words: Words, text: str) -> str:
    r"""A day or a month of a source in words.

    Examples
    --------
    >>> from opgave.wording import Words
    >>> dated(Words("en"), "2024-12")
    'December\xa02024'
    """
    if len(text) == len("2024-12"):
        return words.month(dt.date.fromisoformat(f"{text}-01"))
    return words.day(dt.date.fromisoformat(text))


def elsewhere_section(story: Story) -> Section | None:
    """What the programme counts outside the register."""
    if story.programme is None or not story.programme.pillars:
        return None
    words = story.words
    rows = []
    for pillar in story.programme.pillars:
        for indicator in pillar.indicators:
            number = words.number(indicator.count)
            dutch = words.language == "nl" and indicator.text_nl
            rows.append(
                [
                    story.title(pillar),
                    indicator.text_nl if dutch else indicator.text,
                    words.text("about", number=number) if indicator.about else number,
                    indicator.source,
                ]
            )
    if not rows:
        return None
    head = [words.text(key) for key in ("pillar", "indicator", "number", "source_column")]
    sheet = _with_sources(words, Sheet(words.text("elsewhere_title"), head, rows, names=2))
    note = words.text("elsewhere_note")
    return Section("elsewhere", words.text("section_elsewhere"), [note], sheets=[sheet])


def provenance_section(story: Story, version: str) -> Section:
    """How the numbers were made and what they rest on."""
    words = story.words
    projected = story.projection is not None
    paragraphs = [words.text("method" if projected else "method_counts")]
    if projected:
        paragraphs.append(words.text("margin_note"))
    paragraphs.append(words.text("privacy", unit=story.unit))
    sheets = [
        _facts_sheet(story, version),
        _prior_sheet(story) if projected else None,
        _sources_sheet(story),
    ]
    return Section(
        "provenance",
        words.text("section_provenance"),
        [*paragraphs, *(_prior_remarks(story) if projected else [])],
        sheets=[sheet for sheet in sheets if sheet is not None],
    )


def _facts_sheet(story: Story, version: str) -> Sheet:
    words = story.words
    known = words.text("known_all") if story.known_on is None else words.day(story.known_on)
    rows = [[words.text("as_of"), words.day(story.as_of)], [words.text("known_on"), known]]
    programme = story.programme
    if programme is not None:
        rows.append([words.text("programme_name"), story.title(programme)])
        if programme.start is not None:
            rows.append([words.text("programme_start"), words.day(programme.start)])
    if story.projection is not None:
        core = story.projection.core
        rows.append([words.text("until"), words.day(day_of(core.month_end[-1]))])
        rows.append([words.text("seed"), str(core.seed)])
        rows.append([words.text("paths"), words.number(core.paths)])
        rows.append([words.text("inflow"), _inflow(story)])
        if story.together is not None:
            rows.append([words.text("together"), words.name(story.together)])
    rows.append([words.text("version"), version])
    head = [words.text("what"), words.text("value")]
    return Sheet(words.text("provenance_title"), head, rows, names=2)


def _inflow(story: Story) -> str:
    words = story.words
    if story.inflow_given and story.scenario is not None:
        total = words.number(float(story.scenario.inflow.sum()))
        return words.text("inflow_given", total=total)
    plan = story.inflow
    if plan is None:
        return words.text("inflow_none")
    text = words.text(
        "inflow_text",
        per_month=_plain(words, plan.per_month),
        start=words.day(plan.start),
        end=words.day(plan.end),
        sd=words.number(plan.adherence_sd, 2),
    )
    return f"{text}. {words.text('source', source=plan.source)}" if plan.source else text


def _prior_sheet(story: Story) -> Sheet | None:
    programme = story.programme
    if programme is None or programme.prior is None:
        return None
    words = story.words
    prior = programme.prior
    edges = [words.number(edge) for edge in prior.band_edges_months]
    bands = [words.text("band", from_=a, to=b) for a, b in pairwise(edges)] + [
        words.text("band_from", from_=edges[-1])
    ]
    order = {state: i for i, state in enumerate([*story.states, "return"])}
    moves = sorted(prior.per_month.items(), key=lambda item: [order[name] for name in item[0]])
    rows = [
        [
            words.name(move[0]),
            words.name(move[1]),
            *(words.number(rate, 3) for rate in rates),
            programme.prior_sources.get(move, ""),
        ]
        for move, rates in moves
    ]
    head = [words.text("from"), words.text("to"), *bands, words.text("source_column")]
    note = words.text(
        "prior_spread",
        level=_plain(words, prior.level_shape),
        band=_plain(words, prior.band_shape),
    )
    if programme.prior_source:
        note += " " + words.text("source", source=programme.prior_source)
    return _with_sources(words, Sheet(words.text("prior_title"), head, rows, names=2, note=note))


def _plain(words: Words, value: float) -> str:
    """A number without decimals if it has none."""
    return words.number(value, 0 if value == int(value) else 1)


def _with_sources(words: Words, sheet: Sheet) -> Sheet:
    """A table whose last column holds sources; one source for all is told once, below."""
    sources = {row[-1] for row in sheet.rows}
    if len(sources) > 1:
        return replace(sheet, texts_after=1)
    (source,) = sources
    told = words.text("source", source=source) if source else ""
    return replace(
        sheet,
        head=sheet.head[:-1],
        rows=[row[:-1] for row in sheet.rows],
        note=" ".join(filter(None, (sheet.note, told))),
    )


def _prior_remarks(story: Story) -> list[str]:
    words = story.words
    remarks = []
    if story.programme is None or story.programme.prior is None:
        remarks.append(words.text("prior_none"))
    if story.hazards is not None:
        shrinkage = np.asarray(table_of(story.hazards.cells())["shrinkage"], dtype=np.float64)
        remarks.append(
            words.text(
                "prior_note",
                cells=words.number(len(shrinkage)),
                prior=words.number(int((shrinkage > 0.5).sum())),
            )
        )
    return remarks


def _sources_sheet(story: Story) -> Sheet | None:
    """Every source of the programme, by its short name."""
    if story.programme is None or not story.programme.sources:
        return None
    words = story.words
    rows = [[name, text] for name, text in story.programme.sources.items()]
    head = [words.text("short_name"), words.text("source_column")]
    return Sheet(words.text("sources"), head, rows, names=1, texts_after=1)
