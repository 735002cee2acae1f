"""The simulations behind a report: its projection, the one under a weaker prior, and advice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from opgave.advice import Advice, advise
from opgave.contents import has_month_end, outlook
from opgave.hazards import Hazards, fit_hazards, weakened
from opgave.projection import AnyPlan, NotEnoughData, Projection, project, scenario_of
from opgave.scenario_file import Plan
from opgave.story import Story

_WEAK_PATHS = 2_000
_LEAST_PATHS = 100


@dataclass(frozen=True)
class Asked:
    """What is simulated for a report; `advice_paths` of 0 asks for no advice."""

    scenario: AnyPlan | None
    hazards: Hazards | None
    together: str | None
    seed: int
    paths: int
    advice_paths: int
    progress: Callable[[float], bool] | None


def look_ahead(story: Story, asked: Asked) -> Story:
    """The story with all that is simulated up to the last deadline that is measured."""
    ahead = [
        target.last_day for target in story.measured if has_month_end(story.as_of, target.last_day)
    ]
    if not ahead:
        return replace(story, hazards=asked.hazards)
    register, until = story.register, max(ahead)
    scenario = scenario_of(register, asked.scenario, story.as_of, until, story.known_on)
    story = replace(
        story,
        plan=asked.scenario if isinstance(asked.scenario, Plan) else None,
        scenario=scenario,
        scenario_given=asked.scenario is not None,
        together=asked.together,
    )
    how: dict[str, Any] = {
        "as_of": story.as_of,
        "until": until,
        "known_on": story.known_on,
        "scenario": scenario,
        "together": asked.together,
        "seed": asked.seed,
    }
    try:
        hazards = asked.hazards or fit_hazards(
            register, story.as_of, story.known_on, blocks=asked.together
        )
        made = project(register, hazards, paths=asked.paths, progress=asked.progress, **how)
    except NotEnoughData as error:
        return replace(story, refusal=str(error))
    story = replace(story, hazards=hazards, projection=made)
    weak = None if asked.hazards is not None else _under_weak_prior(story, asked, how)
    return replace(story, weak=weak, advice=_advice(story, asked))


def _under_weak_prior(story: Story, asked: Asked, how: dict[str, Any]) -> Projection | None:
    """The projection if the prior of the programme were worth a quarter; None without a prior."""
    prior = story.programme.prior if story.programme else None
    if prior is None or not prior.per_month:
        return None
    rates = fit_hazards(
        story.register, story.as_of, story.known_on, weakened(prior), blocks=asked.together
    )
    return project(story.register, rates, paths=min(asked.paths, _WEAK_PATHS), **how)


def _advice(story: Story, asked: Asked) -> Advice | None:
    """Advice on the first target that is in doubt."""
    assert story.scenario is not None
    assert story.hazards is not None
    for target in story.measured if asked.advice_paths else ():
        chance, _ = outlook(story, target)
        if chance is None or chance.method in ("reached", "unreachable"):
            continue
        return advise(
            story.register,
            target,
            story.scenario,
            story.hazards,
            as_of=story.as_of,
            known_on=story.known_on,
            together=asked.together,
            paths=asked.advice_paths,
            search_paths=max(_LEAST_PATHS, asked.advice_paths),
            seed=asked.seed,
        )
    return None
