"""What a projection says of the targets of a programme."""

from __future__ import annotations

from datetime import date

from opgave import projection, terminal
from opgave.commands.reading import Input, not_measured
from opgave.hazards import Hazards, fit_hazards, weakened
from opgave.programme import ProgrammeTarget
from opgave.projection import NotEnoughData, Projection, Scenario
from opgave.terminal import Row


def simulate(
    given: Input,
    until: date,
    paths: int,
    seed: int,
    plan: Scenario,
    together: str | None,
    hazards: Hazards,
) -> Projection:
    """The futures of the register under a plan."""
    with terminal.progress_bar() as progress:
        return projection.project(
            given.register,
            hazards,
            as_of=given.as_of,
            known_on=given.known_on,
            until=until,
            scenario=plan,
            together=together,
            paths=paths,
            seed=seed,
            progress=progress,
        )


def weak_prior(given: Input, together: str | None) -> Hazards | None:
    """The rates if the programme's prior were worth a quarter; None without a prior."""
    programme = given.register.programme
    if programme is None or programme.prior is None or not programme.prior.per_month:
        return None
    prior = weakened(programme.prior)
    return fit_hazards(given.register, given.as_of, given.known_on, prior, blocks=together)


def outlook(given: Input, made: Projection, target: ProgrammeTarget) -> Row:
    """One target's probability, or the reason why there is none."""
    reason = not_measured(given.register, target) or _nobody_in_scope(made, target)
    if reason is None:
        try:
            found = made.probability(target)
        except NotEnoughData as error:
            reason = str(error)
        else:
            return {
                "name": target.name,
                "probability": found.value,
                "std_error": found.std_error,
                "method": found.method,
                "ceiling": found.ceiling,
                "variance": _variance(made, target),
            }
    unknown = dict.fromkeys(("probability", "std_error", "method", "ceiling", "variance"))
    return {"name": target.name, **unknown, "reason": reason}


def _variance(made: Projection, target: ProgrammeTarget) -> Row | None:
    """The parts of the variance on the deadline; None where dwellings wait for each other."""
    try:
        found = made.spread(target)
    except NotEnoughData:
        return None
    if found["variance"] == 0:
        return None
    chance, prior = found["chance_share"], found["prior_share"]
    return {"process": chance, "parameters": max(1 - chance - prior, 0.0), "prior": prior}


def _nobody_in_scope(made: Projection, target: ProgrammeTarget) -> str | None:
    grouping = made.core.grouping
    groups = [dict(zip(grouping.columns, label, strict=True)) for label in grouping.labels]
    if any(target.scope.items() <= group.items() for group in groups):
        return None
    scope = ", ".join(f"{name} {value!r}" for name, value in target.scope.items())
    return f"no dwelling is known to have {scope}"
