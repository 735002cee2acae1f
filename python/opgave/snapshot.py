"""Where each dwelling stands on a day."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from opgave import _core
from opgave.frames import Column, Table, frame_of
from opgave.targets import AnyTarget, core_target
from opgave.values import Value

if TYPE_CHECKING:
    from opgave.register import Register

__all__ = ["Snapshot", "columns_by"]

By: TypeAlias = str | Sequence[str] | None
_Count: TypeAlias = Callable[[_core.Register, _core.Snapshot, _core.Grouping], Column]


def columns_by(by: By) -> list[str]:
    """Return the columns of a grouping as a list.

    Examples
    --------
    >>> columns_by(None), columns_by("backlog"), columns_by(["neighbourhood", "backlog"])
    ([], ['backlog'], ['neighbourhood', 'backlog'])
    """
    if by is None:
        return []
    return [by] if isinstance(by, str) else list(by)


class Snapshot(Value):
    """Where each dwelling of a register stands on a day; `Register.as_of` makes it.

    Attributes
    ----------
    core : opgave._core.Snapshot
        The snapshot of the engine.
    register : Register
        The register.

    Examples
    --------
    >>> from opgave import Register
    >>> events = {"dwelling_id": ["a", "b"], "stage": ["approached", "intake"],
    ...           "date": ["2026-01-05", "2026-02-01"]}
    >>> snapshot = Register(events).as_of("2026-02-28")
    >>> snapshot.ages()["days"].tolist()
    [54, 27]
    """

    _fields = ("core", "register")

    def __init__(self, core: _core.Snapshot, register: Register) -> None:
        self.core = core
        self.register = register

    @property
    def as_of(self) -> datetime.date:
        """The day."""
        return self.core.as_of

    @property
    def known_on(self) -> datetime.date:
        """What was recorded later does not count."""
        return self.core.known_on

    def stage_counts(self, by: By = None) -> Any:
        """Count the dwellings in each state.

        Parameters
        ----------
        by : str or list of str, optional
            Columns of the dwellings; unknown is a group of its own, so totals add up.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            Columns `by`, stage and count. The first stage is ``not_started``; every state has a
            row, zeros too.

        Raises
        ------
        KeyError
            For an unknown column.

        Examples
        --------
        >>> from opgave import Register, Trajectory
        >>> way = Trajectory(["asked"], "done")
        >>> events = {"dwelling_id": ["a"], "stage": ["asked"], "date": ["2026-01-05"]}
        >>> snapshot = Register(events, trajectory=way).as_of("2026-02-28")
        >>> counts = snapshot.stage_counts()
        >>> counts["stage"].tolist(), counts["count"].tolist()
        (['not_started', 'asked', 'done'], [0, 1, 0])
        """
        return self._frame(by, {"count": _core.stage_counts})

    def ever_reached(self, by: By = None) -> Any:
        """Count the dwellings that ever reached each state.

        Parameters
        ----------
        by : str or list of str, optional
            Columns of the dwellings.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            Columns `by`, stage, count and reached_or_passed. `count` is of those that entered the
            state itself; `reached_or_passed` also counts those that skipped a stage.

        Raises
        ------
        KeyError
            For an unknown column.

        Examples
        --------
        >>> from opgave import Register, Trajectory
        >>> way = Trajectory(["asked", "started"], "done")
        >>> events = {"dwelling_id": ["a"], "stage": ["started"], "date": ["2026-01-05"]}
        >>> reached = Register(events, trajectory=way).as_of("2026-02-28").ever_reached()
        >>> reached["count"].tolist(), reached["reached_or_passed"].tolist()
        ([0, 0, 1, 0], [0, 1, 1, 0])
        """
        return self._frame(
            by, {"count": _core.ever_reached, "reached_or_passed": _core.reached_or_passed}
        )

    def _frame(self, by: By, counts: dict[str, _Count]) -> Any:
        core = self.register.core
        grouping = _core.group_by(core.dwellings, columns_by(by))
        states = ["not_started", *core.trajectory.states]
        table: Table = label_columns(grouping, len(states))
        table["stage"] = np.array(states * len(grouping), dtype=object)
        for name, count in counts.items():
            table[name] = count(core, self.core, grouping).ravel()
        return frame_of(table, self.register.kind)

    def ages(self) -> Any:
        """Return how long each open dwelling is in its stage.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            Columns dwelling_id, stage, since and days; one row per dwelling that is in a stage or
            paused.

        Examples
        --------
        >>> from opgave import Register
        >>> events = {"dwelling_id": ["a"], "stage": ["approached"], "date": ["2026-01-05"]}
        >>> Register(events).as_of("2026-01-31").ages()["days"].tolist()
        [26]
        """
        way = self.register.trajectory
        is_open = np.array([s in way.stages or s == way.pause for s in way.states])
        state = self.core.state
        row = np.flatnonzero((state >= 0) & is_open[state])
        since = self.core.since[row]
        table: Table = {
            "dwelling_id": np.array(self.register.core.dwellings.id, dtype=object)[row],
            "stage": np.array(way.states, dtype=object)[state[row]],
            "since": since,
            "days": (np.datetime64(self.as_of) - since).astype(np.int64),
        }
        return frame_of(table, self.register.kind)

    def progress(self, target: AnyTarget) -> _core.Progress:
        """Return how far a target is.

        Parameters
        ----------
        target : ProgrammeTarget, Target or str
            A target, or the name of one in the programme.

        Returns
        -------
        Progress
            done, goal, share, months_left, pace_per_month (from now; infinite after the deadline)
            and unknown: dwellings in the state of which the scope is not known.

        Raises
        ------
        ValueError
            For a target that a register does not measure.
        KeyError
            For an unknown target, state or column.

        Examples
        --------
        >>> from opgave import Register, Target
        >>> events = {"dwelling_id": ["a"], "stage": ["delivered"], "date": ["2026-01-05"]}
        >>> goal = Target(name="all", state="delivered", goal=4, deadline="2026-12-31")
        >>> Register(events).as_of("2026-01-31").progress(goal).share
        0.25
        """
        asked = core_target(target, self.register.programme)
        return _core.progress(self.register.core, self.core, asked)

    def chart(self) -> Any:
        """Return a chart of the dwellings by state; needs the extra ``report``."""
        from opgave.charts import snapshot_chart

        return snapshot_chart(self)

    def __repr__(self) -> str:
        """Return the number of dwellings and the two days."""
        return repr(self.core)

    def _repr_html_(self) -> str:
        from opgave.reprs import snapshot_html

        return snapshot_html(self)


def label_columns(grouping: _core.Grouping, rows_per_group: int) -> Table:
    """Return the names of the groups as columns, each repeated."""
    return {
        name: np.repeat(
            np.array([label[place] for label in grouping.labels], dtype=object), rows_per_group
        )
        for place, name in enumerate(grouping.columns)
    }
