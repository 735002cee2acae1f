"""The sections on what may come: the plan, what would help, and what rests on assumptions."""

from __future__ import annotations

from opgave import chart_style, charts, wording
from opgave._core import Budget, NotEnoughData, Probability
from opgave.advice import Advice, told_last, told_required
from opgave.contents import chance_text, outlook
from opgave.disclosure import SMALLEST_MONEY
from opgave.plan_words import Teller
from opgave.programme import ProgrammeTarget
from opgave.scarcity import Spent, scarcity
from opgave.story import Figure, Section, Sheet, Story
from opgave.wording import SPACE, Words

_MARGIN = 1.96  # standard errors: 95 %


def plan_section(story: Story) -> Section | None:
    """Which plan the projection goes by, what it spends and who waits; None without a plan."""
    if story.scenario is None or story.projection is None:
        return None
    words = story.words
    plan = story.plan
    teller = Teller(words, story.unit)
    inflow = story.inflow
    paragraphs = [] if plan is None else [words.text("plan_title", title=story.title(plan))]
    if plan is not None and plan.fictional:
        paragraphs.append(words.text("plan_fictional"))
    if story.together is not None:
        paragraphs.append(words.text("plan_together", column=words.name(story.together)))
    if story.inflow_given:
        total = words.number(float(story.scenario.inflow.sum()))
        paragraphs.append(words.text("plan_given", total=total, unit=story.unit))
    elif inflow is not None:
        paragraphs.append(teller.inflow(inflow))
    else:
        paragraphs.append(words.text("plan_nobody"))
    sources = {} if plan is None else plan.sources
    remarks = list(teller.parts(story.scenario, sources))
    short = scarcity(story.projection, story.scenario)
    sheets = []
    if short is not None and short.budgets:
        sheets.append(_budget_sheet(story, short.budgets, words.day(short.day)))
    if short is not None:
        low, middle, high = map(story.published, short.waiting.values())
        remarks.append(
            words.text(
                "plan_waiting",
                day=words.day(short.busiest),
                middle=middle,
                low=low,
                high=high,
                unit=story.unit,
            )
        )
    return Section("plan", words.text("section_plan"), paragraphs, sheets=sheets, remarks=remarks)


def _budget_sheet(story: Story, budgets: tuple[Spent, ...], day: str) -> Sheet:
    """What there is of each budget, and what is spent of it."""
    words = story.words
    assert story.scenario is not None
    rows = []
    for found, budget in zip(budgets, story.scenario.budgets, strict=True):
        spent = [_euros(words, cents, budget) for cents in found.spent.values()]
        rows.append([found.name, words.euro(found.cents, whole=True), *spent])
    head = [
        words.text("budget"),
        words.text("budget_there"),
        words.text("budget_spent", level=words.percent(0.05)),
        words.text("budget_spent", level=words.text("median").lower()),
        words.text("budget_spent", level=words.percent(0.95)),
    ]
    hidden = any(wording.HIDDEN_MARK in row for row in rows)
    note = words.text("budget_hidden", least=SMALLEST_MONEY, unit=story.unit) if hidden else ""
    return Sheet(words.text("budget_title", day=day), head, rows, note=note)


def _euros(words: Words, cents: int, budget: Budget) -> str:
    """What is spent, unless so few dwellings are paid that it could tell of one."""
    least = min(cost.cents for cost in budget.costs)
    if 0 < cents < SMALLEST_MONEY * least:
        return wording.HIDDEN_MARK
    return words.euro(cents, whole=True)


def advice_section(story: Story) -> Section | None:
    """What would help most, what it takes and until when; None if nobody asked."""
    advice = story.advice
    if advice is None or story.scenario is None or not advice.steps:
        return None
    words = story.words
    chance, _ = outlook(story, advice.target)
    paragraphs = [
        words.text(
            "advice_now", target=story.title(advice.target), chance=chance_text(words, chance)
        ),
        told_required(
            words, story.unit, advice, story.scenario, None if chance is None else chance.value
        ),
        told_last(words, advice),
        words.text("advice_note"),
    ]
    return Section(
        "advice",
        words.text("section_advice"),
        [paragraph for paragraph in paragraphs if paragraph],
        [_advice_figure(story, advice)],
    )


def _advice_figure(story: Story, advice: Advice) -> Figure:
    """The gains as bars, the largest first."""
    words = story.words
    teller = Teller(words, story.unit)
    names = [words.capital(one.step.told(teller)) for one in advice.steps]
    gains = [100 * one.probability for one in advice.steps]
    margins = [100 * _MARGIN * one.probability_std_error for one in advice.steps]
    rows = []
    for name, gain, margin, one in zip(names, gains, margins, advice.steps, strict=True):
        homes, homes_margin = one.dwellings, _MARGIN * one.dwellings_std_error
        rows.append([name, _signed(words, gain, margin, 1), _signed(words, homes, homes_margin, 1)])
    columns: chart_style.Columns = {"step": names, "gain": gains, "margin": margins}

    def draw(width: int) -> chart_style.Chart:
        return charts.gain_chart(columns, words=words, width=width, title="")

    title = words.text("advice_title", target=story.title(advice.target))
    head = [
        words.text("stage"),
        words.text("gain_probability"),
        words.text("gain_count", unit=story.unit),
    ]
    note = words.text("gain_note", paths=words.number(advice.paths))
    description = words.text(
        "advice_alt", number=words.number(len(rows)), first=names[0], gain=rows[0][1]
    )
    return Figure("advice-1", title, description, draw, Sheet(title, head, rows, note=note))


def _signed(words: Words, value: float, margin: float, decimals: int) -> str:
    sign = "+" if value > 0 else ""
    return f"{sign}{words.number(value, decimals)} (±{SPACE}{words.number(margin, decimals)})"


def assumptions_section(story: Story) -> Section | None:
    """Each probability beside the one under a weaker prior; None without a prior."""
    if story.weak is None:
        return None
    words = story.words
    rows = []
    for target in story.measured:
        chance, _ = outlook(story, target)
        weak, _ = outlook(story, target, story.weak)
        if chance is None or weak is None or chance.method in ("reached", "unreachable"):
            continue
        rows.append(
            [
                story.title(target),
                chance_text(words, chance),
                chance_text(words, weak),
                _apart(words, chance, weak),
                _prior_share(story, target),
            ]
        )
    if not rows:
        return None
    keys = ("target", "probability", "weak_probability", "weak_difference", "prior_share")
    sheet = Sheet(words.text("assumptions_title"), [words.text(key) for key in keys], rows)
    return Section(
        "assumptions",
        words.text("section_assumptions"),
        [
            words.text("assumptions_note", paths=words.number(story.weak.core.paths)),
            words.text("prior_share_note"),
        ],
        sheets=[sheet],
    )


def _prior_share(story: Story, target: ProgrammeTarget) -> str:
    """The part of the variance that rests on the prior; a dash where dwellings wait in a queue."""
    assert story.projection is not None
    try:
        share = story.projection.prior_share(target)
    except NotEnoughData:
        return wording.NONE_MARK
    return story.words.percent(share)


def _apart(words: Words, chance: Probability, weak: Probability) -> str:
    """The difference in whole percentage points."""
    points = round(100 * (weak.value - chance.value))
    return f"{'+' if points > 0 else ''}{words.number(points)}"
