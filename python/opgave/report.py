"""The report: one HTML file that shows everything and loads nothing."""

from __future__ import annotations

import datetime as dt
import html
import itertools
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from opgave import contents, prospects, provenance
from opgave.days import Day, day_of
from opgave.futures import Asked, look_ahead
from opgave.hazards import Hazards
from opgave.pipeline import Pipeline
from opgave.pipeline_section import net_homes_section
from opgave.projection import AnyPlan, Projection
from opgave.register import Register
from opgave.stock import FIRST_YEAR, BagHistory
from opgave.stock_contents import stock_section
from opgave.story import Figure, Section, Story
from opgave.wording import Language, Words

try:
    import jinja2
    import vl_convert
    from markupsafe import Markup
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f'a report needs {error.name}: pip install "opgave[report]"', name=error.name
    ) from error


def write_report(
    path: str | os.PathLike[str],
    register: Register,
    *,
    as_of: Day | None = None,
    known_on: Day | None = None,
    projection: Projection | None = None,
    hazards: Hazards | None = None,
    scenario: AnyPlan | None = None,
    together: str | None = None,
    language: Language = "nl",
    seed: int = 1,
    paths: int = 10_000,
    advice_paths: int = 500,
    pipeline: Pipeline | None = None,
    history: BagHistory | None = None,
    progress: Callable[[float], bool] | None = None,
) -> Path:
    """Write a report on a register as one HTML file.

    Parameters
    ----------
    path : path
        The file; an existing one is replaced.
    register : Register
        What the report is about. Its programme, if any, gives targets, grants and sources.
    as_of : date, optional
        The day that the report is about: that of the projection, else the last day of the register.
    known_on : date, optional
        Use only what was known on this day; by default everything.
    projection : Projection, optional
        Made with `project` if not given, up to the last deadline that is measured. A projection
        that is given brings no plan, no advice and nothing on assumptions.
    hazards : Hazards, optional
        Fitted with `fit_hazards` if neither they nor a projection are given.
    scenario, together
        As for `project`, if the projection is made here.
    language : str
        ``nl`` or ``en``.
    seed, paths : int
        Of the projection, if it is made here.
    advice_paths : int
        The simulations of each step that might help; 0 for a report without advice.
    pipeline : Pipeline, optional
        Projects that build and demolish, for the programme's target of net homes.
    history : BagHistory, optional
        Where the section on the dwelling stock comes from.
    progress : callable, optional
        Told the part of the projection that is done; returns False to stop.

    Returns
    -------
    Path
        The file. The same input gives the same bytes.

    Raises
    ------
    ValueError
        For another language, a register without events and no `as_of`, a projection of another
        day, both a projection and a scenario or `together`, or a pipeline without a target of net
        homes.

    Examples
    --------
    >>> import tempfile
    >>> import opgave as og
    >>> events = {"dwelling_id": ["a", "b"], "stage": ["approached", "intake"],
    ...           "date": ["2026-01-05", "2026-02-01"]}
    >>> register = og.Register(events, trajectory=og.example_programme("dordt-west").trajectory)
    >>> path = write_report(Path(tempfile.mkdtemp()) / "report.html", register, language="en")
    >>> path.read_text(encoding="utf-8")[:15]
    '<!DOCTYPE html>'
    """
    words = Words(language)
    day = _as_of(register, as_of, projection)
    known = None if known_on is None else day_of(known_on)
    if projection is not None and (scenario is not None or together is not None):
        raise ValueError("a projection that is given has its own plan: leave out the scenario")
    story = Story(register, register.as_of(day, known), day, known, words, projection)
    further = [*_net_homes(story, pipeline), *_stock(words, history)]
    if projection is None:
        asked = Asked(scenario, hazards, together, seed, paths, advice_paths, progress)
        story = look_ahead(story, asked)
    else:
        story = replace(story, hazards=hazards)
    target = Path(path)
    target.write_text(_render(story, further), encoding="utf-8", newline="\n")
    return target


def _as_of(register: Register, as_of: Day | None, projection: Projection | None) -> dt.date:
    projected = None if projection is None else projection.as_of
    if projection is not None and projected is None:
        raise ValueError("the projection was not made from a register: use project")
    if as_of is None and projected is not None:
        return projected
    if as_of is None:
        if register.last_day is None:
            raise ValueError("a register without events has no last day: give as_of")
        return register.last_day
    day = day_of(as_of)
    if projected is not None and projected != day:
        raise ValueError(f"the projection starts on {projected}, the report is about {day}")
    return day


def _net_homes(story: Story, pipeline: Pipeline | None) -> list[Section]:
    """The section on the programme's target of net homes."""
    if pipeline is None:
        return []
    targets = [target for target in story.targets if target.quantity == "net_additions"]
    if not targets:
        raise ValueError("a pipeline needs a programme with a target of net additions")
    target = targets[0]
    made = net_homes_section(
        pipeline,
        at_least=target.goal,
        before=target.last_day + dt.timedelta(days=1),
        as_of=story.as_of,
        words=story.words,
    )
    named = sorted({name for name in pipeline.core.rows.programme if name})
    told = [story.words.text("net_projects_of", names=", ".join(named))] if named else []
    if story.programme is not None and story.programme.fictional:
        told.append(story.words.text("net_fictional"))
    return [replace(made, paragraphs=[*told, *made.paragraphs])]


def _stock(words: Words, history: BagHistory | None) -> list[Section]:
    """The section on the last ten whole years of the dwelling stock."""
    if history is None:
        return []
    last = (history.as_of + dt.timedelta(days=1)).year - 1
    return [stock_section(history, words, max(FIRST_YEAR, last - 9), last)]


def _render(story: Story, further: Sequence[Section]) -> str:
    import opgave

    words = story.words
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("opgave", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    programme = story.programme
    name = words.text("programme_without_name") if programme is None else story.title(programme)
    return environment.get_template("report.html").render(
        words=words,
        t=words.text,
        language=words.language,
        title=words.text("report_title", title=name),
        fictional=programme is not None and programme.fictional,
        story=story,
        headlines=contents.headlines(story),
        figures=contents.key_figures(story),
        targets=contents.targets_sheet(story),
        sections=_sections(story, further, opgave.__version__),
        draw=_draw,
    )


def _sections(story: Story, further: Sequence[Section], version: str) -> list[Section]:
    made = [
        contents.fan_section(story),
        prospects.plan_section(story),
        prospects.advice_section(story),
        prospects.assumptions_section(story),
        contents.funnel_section(story),
        contents.stages_section(story),
        contents.areas_section(story),
        contents.backlog_section(story),
        contents.ages_section(story),
        contents.throughput_section(story),
        *further,
        provenance.issues_section(story),
        provenance.grants_section(story),
        provenance.elsewhere_section(story),
        provenance.provenance_section(story, version),
    ]
    return [section for section in made if section is not None]


_WIDE, _NARROW = 760, 340


@dataclass(frozen=True)
class _Drawn:
    wide: Markup
    narrow: Markup


def _draw(figure: Figure) -> _Drawn:
    """Both drawings of a figure, as elements to stand in the page."""
    return _Drawn(
        svg(figure.draw(_WIDE), f"{figure.key}-wide", figure.title, figure.description),
        svg(figure.draw(_NARROW), f"{figure.key}-narrow", figure.title, figure.description),
    )


_ROOT = re.compile(r"<svg\b[^>]*\bviewBox=\"([^\"]*)\"[^>]*>")
_NOISE = re.compile(r"\s(?:role|aria-[a-z]+|pointer-events|class)=\"[^\"]*\"")
_IDENTITY = re.compile(r"\bid=\"([^\"]*)\"")
_UNSEEN = re.compile(r"<text\b[^>]*\bopacity=\"0\"[^>]*>[^<]*</text>")


def svg(chart: Any, key: str, title: str, description: str) -> Markup:
    """A chart as an SVG element that says in words what it shows.

    Its identifiers begin with `key` and are numbered, so that charts on one page do not touch each
    other and the same chart gives the same text.

    Examples
    --------
    >>> from opgave import charts
    >>> chart = charts.funnel_chart({"stage": ["a"], "count": [6], "reached_or_passed": [9]})
    >>> print(svg(chart, "one", "Funnel", "One bar.")[:24])
    <svg id="one" role="img"
    """
    drawn = vl_convert.vegalite_to_svg(chart.to_dict())
    root = _ROOT.search(drawn)
    if root is None:
        raise RuntimeError("vl-convert gave no <svg> element with a viewBox")
    body = _UNSEEN.sub("", _NOISE.sub("", drawn[root.end() :]))
    numbers = itertools.count(1)
    for old in dict.fromkeys(_IDENTITY.findall(body)):
        name = f"{key}-{next(numbers)}"
        body = body.replace(f'id="{old}"', f'id="{name}"').replace(f"url(#{old})", f"url(#{name})")
    head = (
        f'<svg id="{key}" role="img" aria-labelledby="{key}-title {key}-desc" '
        f'viewBox="{root.group(1)}">'
        f'<title id="{key}-title">{html.escape(title)}</title>'
        f'<desc id="{key}-desc">{html.escape(description)}</desc>'
    )
    return Markup(head + body)


__all__ = ["svg", "write_report"]
