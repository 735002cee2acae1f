"""How fast each step goes, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from opgave import _core
from opgave.days import Day
from opgave.delay import ReportingDelay
from opgave.frames import Kind, Table, default_kind, frame_of
from opgave.register import Register
from opgave.snapshot import By, columns_by
from opgave.values import Value

__all__ = ["Hazards", "dispersion", "fit_hazards", "weakened"]


class Hazards(Value):
    """Rates per move and duration band that are known for sure.

    Parameters
    ----------
    trajectory : Trajectory
        The way a dwelling goes.
    band_edges : sequence of float
        Months since the entry of a stage at which a band begins: 0 first; the last band is open.
    rate : mapping of (str, str) to sequence of float
        Per move (from, to) the rate per month in each band; the last stage goes to completion, and
        a pause that ends goes to ``return``.

    Attributes
    ----------
    core : opgave._core.Hazards
        The hazards of the engine.
    kind : str
        The kind of frame that `cells` returns.

    Raises
    ------
    KeyError
        For an unknown state.
    ValueError
        For a rate that is negative or not finite, or a wrong number of bands.

    Examples
    --------
    >>> from opgave import Trajectory
    >>> way = Trajectory(["asked"], "done", ["withdrawn"])
    >>> rate = {("asked", "done"): [0.3, 0.1], ("asked", "withdrawn"): [0.02, 0.02]}
    >>> Hazards(way, band_edges=[0, 6], rate=rate)
    Hazards(2 moves, 2 bands, certain)
    """

    _fields = ("core", "kind")

    core: _core.Hazards
    kind: Kind

    def __init__(
        self,
        trajectory: _core.Trajectory,
        *,
        band_edges: Sequence[float],
        rate: Mapping[tuple[str, str], Sequence[float]],
    ) -> None:
        self.core = _core.Hazards(
            trajectory,
            band_edges_months=band_edges,
            rate={move: list(rates) for move, rates in rate.items()},
        )
        self.kind = default_kind()

    @classmethod
    def of(cls, core: _core.Hazards, kind: Kind) -> Hazards:
        """Return hazards of the engine with the kind of frame to return."""
        hazards = cls.__new__(cls)
        hazards.core = core
        hazards.kind = kind
        return hazards

    @property
    def trajectory(self) -> _core.Trajectory:
        """The way a dwelling goes."""
        return self.core.trajectory

    def cells(self) -> Any:
        """Return what was believed, what was seen and what is known, per move and duration band.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            Columns stage, cause, band, band_from and band_to (months; the last band has no end),
            events, exposure (months), prior, mean, q05 and q95 (rates per month), and shrinkage:
            1 is all prior, 0 all data.

        Examples
        --------
        >>> from opgave import Trajectory
        >>> way = Trajectory(["asked"], "done")
        >>> hazards = Hazards(way, band_edges=[0, 6], rate={("asked", "done"): [0.3, 0.1]})
        >>> from opgave.frames import table_of
        >>> table_of(hazards.cells())["mean"].tolist()
        [0.3, 0.1]
        """
        cells = _core.cells(self.core)
        edges = np.array([*self.core.band_edges_months, np.inf])
        band = cells["band"]
        table: Table = {
            "stage": np.array(cells["stage"], dtype=object),
            "cause": np.array(cells["cause"], dtype=object),
            "band": band,
            "band_from": edges[band],
            "band_to": edges[band + 1],
            "events": cells["events"],
            "exposure": cells["exposure"],
            "prior": cells["prior"],
            "mean": cells["mean"],
            "q05": cells["q05"],
            "q95": cells["q95"],
            "shrinkage": cells["shrinkage"],
        }
        return frame_of(table, self.kind)

    def effects(self) -> Any:
        """Return how much faster or slower each group is: one row per factor, move and level.

        A factor is a column that the hazards were fitted by. The rate of a dwelling is the
        baseline of `cells` times its effect of every factor.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            Columns factor, level, stage, cause, events, expected (events without the effect), mean,
            q05 and q95 (times the baseline), and shrinkage: 1 is all prior, 0 all data. Without
            `by` no rows.
        """
        return frame_of(_named(_core.effects(self.core), "factor", "level"), self.kind)

    def spreads(self) -> Any:
        """Return how much groups and years differ, as standard deviations.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            Columns of (a factor, or ``shock``: what is new in the logarithm of the shock of a
            year), mean, q05 and q95.
        """
        return frame_of(_named(_core.spreads(self.core), "of"), self.kind)

    def seasons(self) -> Any:
        """Return the season: one row per stage and month of the year; none without a season.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            Columns stage, month (1 is January), mean, q05 and q95 (times the baseline).
        """
        return frame_of(_named(_core.seasons(self.core), "stage"), self.kind)

    def shocks(self) -> Any:
        """Return how good or bad the calendar years observed were; no rows without a shock.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            Columns year, mean, q05 and q95 (times the baseline).
        """
        return frame_of(_named(_core.shocks(self.core)), self.kind)

    @property
    def undated(self) -> int:
        """The number of stays whose day of entry is unknown, left out or imputed."""
        return self.core.undated

    @property
    def shock_is_prior(self) -> bool:
        """Whether less than three years were observed, so that the prior speaks for the shock."""
        return self.core.shock_is_prior

    def __repr__(self) -> str:
        """Return the numbers of moves and bands, and the columns that groups differ by."""
        return repr(self.core)


def _spells(
    register: Register, as_of: Day, known_on: Day | None, blocks: str | None
) -> _core.Spells:
    spells = _core.spells(register.core, as_of, register.known_day(as_of, known_on))
    if blocks is None:
        return spells
    return _core.merge_blocks(spells, _core.group_by(register.core.dwellings, [blocks]))


def _named(columns: dict[str, Any], *texts: str) -> Table:
    names = {*texts, "stage", "cause"}
    return {
        name: np.array(values, dtype=object) if name in names else values
        for name, values in columns.items()
    }


def fit_hazards(
    register: Register,
    as_of: Day,
    known_on: Day | None = None,
    prior: _core.HazardPrior | None = None,
    *,
    by: By = None,
    blocks: str | None = None,
    undated: str = "drop",
    delay: ReportingDelay | None = None,
) -> Hazards:
    """Return the rates that a register and a prior support.

    Parameters
    ----------
    register : Register
        The register.
    as_of : date
        What happened later does not count.
    known_on : date, optional
        What was recorded later does not count. Without it everything in the register counts.
    prior : HazardPrior, optional
        What is believed before the data; that of the programme. A move that is seen and has no
        prior expects a rate that falls as a power of the time waited, read from its own events.
    by : str or sequence of str, optional
        Columns of the dwellings whose values differ in pace. Each value borrows from the others:
        it is as different as its own data show. A projection draws a pace for values not seen.
    blocks : str, optional
        A column, such as ``complex_id``, of dwellings that are decided on together: those of one
        value that enter and leave a stage on the same days for the same reason count once.
    undated : str
        What becomes of dwellings found in a stage of which nobody knows since when (events without
        a date): ``drop`` leaves their first stay out; ``impute`` gives it a day of entry in each
        posterior draw, as likely as the rates of that draw make it if dwellings came steadily. Only
        the days after they were found count. `Hazards.undated` is their number either way.
    delay : ReportingDelay, optional
        How late events are recorded, see `reporting_delay`. The last days then count as far as
        their events are known by now. Without it, events that are not yet recorded make the rates
        too low; another way out is an `as_of` some weeks before `known_on`. Where a dwelling stands
        now is not corrected: one whose last move is not yet recorded starts a projection a stage
        too early.

    Returns
    -------
    Hazards
        A joint distribution of rates.

    Raises
    ------
    KeyError
        For a column that the dwellings do not have.
    NotEnoughData
        If a stage has neither data nor prior; the message names it.
    ValueError
        For another word than ``drop`` or ``impute``, or a delay known on an earlier day.

    Examples
    --------
    >>> from opgave import Trajectory
    >>> way = Trajectory(["asked"], "done")
    >>> events = {"dwelling_id": ["a", "a", "b"], "stage": ["asked", "done", "asked"],
    ...           "date": ["2026-01-05", "2026-02-01", "2026-01-20"]}
    >>> hazards = fit_hazards(Register(events, trajectory=way), "2026-06-30")
    >>> hazards.cells()["events"].tolist()
    [0, 1, 0, 0, 0, 0, 0]

    Dwelling c was found in the stage, since when nobody knows:

    >>> events = {"dwelling_id": ["a", "a", "c"], "stage": ["asked", "done", "asked"],
    ...           "date": ["2026-01-05", "2026-02-01", None],
    ...           "recorded_on": ["2026-01-05", "2026-02-01", "2026-03-01"]}
    >>> register = Register(events, trajectory=way)
    >>> fit_hazards(register, "2026-06-30", undated="impute").undated
    1
    """
    spells = _spells(register, as_of, known_on, blocks)
    if prior is None and register.programme is not None:
        prior = register.programme.prior
    core = _core.fit_hazards(
        spells,
        register.trajectory,
        prior if prior is not None else _core.HazardPrior(),
        _core.group_by(register.core.dwellings, columns_by(by)),
        undated,
        delay.core if delay is not None else _core.ReportingDelay(),
    )
    return Hazards.of(core, register.kind)


def weakened(prior: _core.HazardPrior, times: float = 4) -> _core.HazardPrior:
    """Return the same prior with its levels and bands worth so many times fewer events.

    What a projection says under it, beside what it says under the prior itself, shows how much of
    the answer is belief.

    Parameters
    ----------
    prior : HazardPrior
        The prior.
    times : float
        By what the shapes are divided.

    Returns
    -------
    HazardPrior
        With all else the same.

    Raises
    ------
    ValueError
        If `times` is not above 0.

    Examples
    --------
    >>> weakened(_core.HazardPrior(level_shape=4, band_shape=25)).level_shape
    1.0
    """
    if not times > 0:
        raise ValueError(f"times must be > 0, got {times}")
    return _core.HazardPrior(
        band_edges_months=prior.band_edges_months,
        per_month=prior.per_month,
        level_shape=prior.level_shape / times,
        band_shape=prior.band_shape / times,
        effect_scale=prior.effect_scale,
        shock_scale=prior.shock_scale,
        season=prior.season,
        season_shape=prior.season_shape,
    )


def dispersion(
    register: Register,
    hazards: Hazards,
    as_of: Day,
    known_on: Day | None = None,
    *,
    blocks: str | None = None,
) -> Any:
    """Return how much more each move varies from month to month than independent dwellings would.

    Parameters
    ----------
    register : Register
        The register.
    hazards : Hazards
        What is expected; fitted to the same register.
    as_of : date
        What happened later does not count.
    known_on : date, optional
        What was recorded later does not count. Without it everything in the register counts.
    blocks : str, optional
        A column of dwellings that are decided on together, as in `fit_hazards`.

    Returns
    -------
    DataFrame, Table or dict of str to ndarray
        Columns stage, cause, periods (months, joined while less than one event is expected), phi
        (the sum of (observed - expected)² / expected over periods - 1; unknown if there are too
        few) and suspect: phi is above 1.5, so dwellings do not seem to be independent.

    Raises
    ------
    KeyError
        For a column that the dwellings do not have.

    Examples
    --------
    >>> from opgave import Trajectory
    >>> way = Trajectory(["asked"], "done")
    >>> events = {"dwelling_id": ["a", "a", "b"], "stage": ["asked", "done", "asked"],
    ...           "date": ["2026-01-05", "2026-02-01", "2026-01-20"]}
    >>> register = Register(events, trajectory=way)
    >>> hazards = fit_hazards(register, "2026-06-30")
    >>> dispersion(register, hazards, "2026-06-30")["suspect"].tolist()
    [False]
    """
    by = _core.group_by(register.core.dwellings, hazards.core.by)
    spells = _spells(register, as_of, known_on, blocks)
    return frame_of(_named(_core.dispersion(spells, hazards.core, by)), register.kind)
