"""How fast each step goes, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from opgave import _core
from opgave.days import Day
from opgave.frames import Kind, Table, default_kind, frame_of
from opgave.register import Register
from opgave.values import Value

__all__ = ["Hazards", "fit_hazards"]


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

    def __repr__(self) -> str:
        """Return the numbers of moves and bands."""
        return repr(self.core)


def fit_hazards(
    register: Register,
    as_of: Day,
    known_on: Day | None = None,
    prior: _core.HazardPrior | None = None,
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
        prior has a Jeffreys prior.

    Returns
    -------
    Hazards
        A joint distribution of rates.

    Raises
    ------
    NotEnoughData
        If a stage has neither data nor prior; the message names it.

    Examples
    --------
    >>> from opgave import Trajectory
    >>> way = Trajectory(["asked"], "done")
    >>> events = {"dwelling_id": ["a", "a", "b"], "stage": ["asked", "done", "asked"],
    ...           "date": ["2026-01-05", "2026-02-01", "2026-01-20"]}
    >>> hazards = fit_hazards(Register(events, trajectory=way), "2026-06-30")
    >>> hazards.cells()["events"].tolist()
    [1, 0, 0, 0, 0, 0]
    """
    spells = _core.spells(register.core, as_of, register.known_day(as_of, known_on))
    if prior is None and register.programme is not None:
        prior = register.programme.prior
    core = _core.fit_hazards(
        spells, register.trajectory, prior if prior is not None else _core.HazardPrior()
    )
    return Hazards.of(core, register.kind)
