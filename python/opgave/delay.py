"""How long it takes until events are recorded, and how many are still missing."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from opgave import _core
from opgave.days import Day
from opgave.frames import Kind, Table, frame_of
from opgave.register import Register
from opgave.values import Value

__all__ = ["ReportingDelay", "Share", "reporting_delay"]


class Share(NamedTuple):
    """A share that is not known for sure: its mean, and the ends of an interval of 90 %."""

    mean: float
    q05: float
    q95: float


class ReportingDelay(Value):
    """How many days pass until an event is recorded; made by `reporting_delay`.

    Attributes
    ----------
    core : opgave._core.ReportingDelay
        The counts of the engine.
    kind : str
        The kind of frame that `recorded_within` returns.
    """

    _fields = ("core", "kind")

    core: _core.ReportingDelay
    kind: Kind

    @classmethod
    def of(cls, core: _core.ReportingDelay, kind: Kind) -> ReportingDelay:
        """Return a delay of the engine with the kind of frame to return."""
        delay = cls.__new__(cls)
        delay.core = core
        delay.kind = kind
        return delay

    def recorded_within(self) -> Any:
        """Return the chance that an event is recorded within so many days.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            Columns days (0, 1, … up to the longest delay seen), events (recorded after exactly so
            many days), mean, q05 and q95 of the chance. Longer delays are taken not to exist.
        """
        rows = np.array(_core.recorded_within(self.core), dtype=np.float64).reshape(-1, 3)
        table: Table = {
            "days": np.arange(len(rows)),
            "events": self.core.reported,
            "mean": rows[:, 0].copy(),
            "q05": rows[:, 1].copy(),
            "q95": rows[:, 2].copy(),
        }
        return frame_of(table, self.kind)

    def unrecorded(self, days: int = 30) -> Share:
        """Return the share of the events of the last days that is not yet recorded.

        Parameters
        ----------
        days : int
            How many days back; above 0.

        Returns
        -------
        Share
            Where events come steadily.

        Raises
        ------
        ValueError
            If `days` is not above 0.
        """
        return Share(*_core.unrecorded(self.core, days))

    def __repr__(self) -> str:
        """Return the longest delay and the day of knowledge."""
        return repr(self.core)


def reporting_delay(
    register: Register, known_on: Day, *, since: Day | None = None
) -> ReportingDelay:
    """Return how late the events of a register are recorded.

    Events just before the day of knowledge are known only if they were recorded fast. The chances
    are learned from events that happened long enough ago to be recorded after each delay (reverse
    hazards, which give the chain ladder), with a Dirichlet prior worth one event.

    Parameters
    ----------
    register : Register
        The register. An event without ``recorded_on`` counts as recorded on its date.
    known_on : date
        What was recorded later does not count.
    since : date, optional
        Events before it do not count, such as those recorded at once when the register began.

    Returns
    -------
    ReportingDelay
        To look at, and to give to `fit_hazards`.

    Examples
    --------
    >>> from opgave import Trajectory
    >>> events = {"dwelling_id": ["a", "b", "c", "d"], "stage": ["asked"] * 4,
    ...           "date": ["2026-01-05", "2026-01-06", "2026-02-01", "2026-03-09"],
    ...           "recorded_on": ["2026-01-05", "2026-01-07", "2026-02-03", "2026-03-09"]}
    >>> register = Register(events, trajectory=Trajectory(["asked"], "done"))
    >>> delay = reporting_delay(register, "2026-03-10")
    >>> delay
    ReportingDelay(0 to 2 days, known on 2026-03-10)
    >>> [round(chance, 2) for chance in delay.recorded_within()["mean"].tolist()]
    [0.42, 0.67, 1.0]
    >>> round(delay.unrecorded(days=7).mean, 2)
    0.13
    """
    return ReportingDelay.of(_core.reporting_delay(register.core, known_on, since), register.kind)
