"""The register: what is known of every dwelling, and since when."""

from __future__ import annotations

import datetime
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from opgave import _core
from opgave.days import Day, day_of
from opgave.frames import Column, Kind, Table, default_kind, frame_of, kind_of
from opgave.grants import ledger_table
from opgave.parsing import DWELLING_COLUMNS, dwelling_rows, event_rows
from opgave.problems import (
    Problem,
    RegisterError,
    Source,
    file_source,
    frame_source,
    issue_table,
    merged,
)
from opgave.programme import Programme, example_programme, example_programmes, read_programme
from opgave.snapshot import Snapshot
from opgave.values import Value

__all__ = ["Problem", "Register", "RegisterError", "read_register"]


def _rules(programme: Programme | None, as_of: Day | None) -> _core.RegisterRules:
    if programme is None:
        return _core.RegisterRules(as_of=as_of)
    return _core.RegisterRules(
        dwellings=_core.DwellingRules(
            bag_identifications=programme.identification == "bag",
            subsiding_from_mm_per_year=programme.subsiding_from_mm_per_year,
        ),
        programme_start=programme.start,
        as_of=as_of,
    )


def _trajectory(
    trajectory: _core.Trajectory | None, programme: Programme | None
) -> _core.Trajectory:
    if programme is None:
        return trajectory if trajectory is not None else _core.default_trajectory()
    if trajectory is not None and trajectory != programme.trajectory:
        raise ValueError(f"trajectory must be that of programme {programme.name!r}, got another")
    return programme.trajectory


def _check(
    sources: Mapping[str, Source],
    trajectory: _core.Trajectory,
    programme: Programme | None,
    as_of: Day | None,
    kind: Kind,
) -> tuple[_core.Register, tuple[Problem, ...]]:
    """The checked register and its warnings. Raises RegisterError with all problems at once."""
    names = programme.columns if programme is not None else {}
    source = sources["events"]
    events, faults = event_rows(
        source.columns, names=names, stages=trajectory.states, file=source.file
    )
    dwellings = None
    if "dwellings" in sources:
        source = sources["dwellings"]
        dwellings, more = dwelling_rows(source.columns, names=names, file=source.file)
        faults = [*faults, *more]
    try:
        core = _core.Register(trajectory, events, dwellings, _rules(programme, as_of))
    except _core.RegisterError as error:
        raise RegisterError(merged(faults, error.issues, sources), kind) from None
    problems = merged(faults, core.issues, sources)
    if any(problem.severity == "error" for problem in problems):
        raise RegisterError(problems, kind)
    return core, problems


def names_of(
    codes: Column,
    names: Sequence[str],
    *,
    minus_one: str | None = None,
    minus_two: str | None = None,
) -> Column:
    """Return names by code; the codes -1 and -2 have names of their own."""
    known: npt.NDArray[Any] = np.array([*names, minus_two, minus_one], dtype=object)
    return known[codes]


class Register(Value):
    """The dwellings and events of one programme, checked.

    Parameters
    ----------
    events : DataFrame, Table or mapping of str to sequence
        Columns ``dwelling_id``, ``stage`` and ``date``; ``recorded_on``, ``corrects``, ``source``,
        ``amount_eur`` and ``note`` if known. Dutch synonyms are read too.
    dwellings : DataFrame, Table or mapping of str to sequence, optional
        Column ``dwelling_id``, and what is known of each dwelling. Without it the dwellings are
        those that the events name.
    trajectory : Trajectory, optional
        The way a dwelling goes; that of the programme, else the default one.
    programme : Programme, optional
        Names of columns, the start and what else the input is checked against.
    as_of : date, optional
        Events after this day are warned about.

    Attributes
    ----------
    core : opgave._core.Register
        The register of the engine.
    programme : Programme or None
        As given.
    kind : str
        The kind of every frame that the register returns: that of `events`.

    Raises
    ------
    RegisterError
        If the input holds errors; it lists them all.

    Examples
    --------
    >>> events = {"dwelling_id": ["a", "a", "b"], "stage": ["approached", "intake", "approached"],
    ...           "date": ["2026-01-05", "2026-02-01", "2026-02-03"]}
    >>> register = Register(events)
    >>> register.as_of("2026-03-01").stage_counts()["count"].tolist()
    [0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    """

    _fields = ("core", "programme", "kind", "problems")

    core: _core.Register
    programme: Programme | None
    kind: Kind
    problems: tuple[Problem, ...]

    def __init__(
        self,
        events: object,
        dwellings: object | None = None,
        *,
        trajectory: _core.Trajectory | None = None,
        programme: Programme | None = None,
        as_of: Day | None = None,
    ) -> None:
        sources = {"events": frame_source(events, "events")}
        if dwellings is not None:
            sources["dwellings"] = frame_source(dwellings, "dwellings")
        self._fill(sources, _trajectory(trajectory, programme), programme, as_of, kind_of(events))

    def _fill(
        self,
        sources: Mapping[str, Source],
        trajectory: _core.Trajectory,
        programme: Programme | None,
        as_of: Day | None,
        kind: Kind,
    ) -> None:
        self.core, self.problems = _check(sources, trajectory, programme, as_of, kind)
        self.programme = programme
        self.kind = kind

    @property
    def trajectory(self) -> _core.Trajectory:
        """The way a dwelling goes."""
        return self.core.trajectory

    @property
    def last_day(self) -> datetime.date | None:
        """The last day on which anything happened or became known; None without events."""
        return self.core.last_day

    @property
    def issues(self) -> Any:
        """The warnings: severity, code, file, row, column, message and fix."""
        return frame_of(issue_table(self.problems), self.kind)

    @property
    def dwellings(self) -> Any:
        """What is known of each dwelling, one row each; unknown is None or NaN."""
        core = self.core.dwellings
        names, numbers = core.category_names, core.number_names
        ordered = [name for name in DWELLING_COLUMNS if name in names or name in numbers]
        further = [name for name in names if name not in DWELLING_COLUMNS]
        table: dict[str, Any] = {"dwelling_id": np.array(core.id, dtype=object)}
        for name in (*ordered, *further):
            if name in numbers:
                table[name] = core.number(name)
            else:
                table[name] = names_of(core.category(name).code, core.category(name).levels)
        return frame_of(table, self.kind)

    @property
    def events(self) -> Any:
        """The events in the order of the input, one row each."""
        core = self.core.events
        unknown = core.amount_cents == _core.unknown_cents
        table: dict[str, Any] = {
            "dwelling_id": names_of(core.dwelling, self.core.dwellings.id),
            "stage": names_of(core.stage, self.trajectory.states),
            "date": core.date,
            "recorded_on": core.recorded_on,
            "corrects": core.corrects,
            "amount_eur": np.where(unknown, np.nan, core.amount_cents / 100),
            "source": names_of(core.source.code, core.source.levels),
            "note": np.array([note or None for note in core.note], dtype=object),
        }
        return frame_of(table, self.kind)

    def known_day(self, as_of: Day, known_on: Day | None) -> datetime.date:
        """Return `known_on`; without it the day on which all that is in the register is known."""
        if known_on is not None:
            return day_of(known_on)
        return max(day_of(as_of), self.last_day or day_of(as_of))

    def as_of(self, as_of: Day, known_on: Day | None = None) -> Snapshot:
        """Return where each dwelling stands on a day.

        Parameters
        ----------
        as_of : date
            Events of this day and before count.
        known_on : date, optional
            What was recorded later is left out. Without it everything in the register counts.

        Examples
        --------
        >>> events = {"dwelling_id": ["a"], "stage": ["approached"], "date": ["2026-01-05"]}
        >>> Register(events).as_of("2026-01-31")
        Snapshot(1 dwellings on 2026-01-31, as known on 2026-01-31)
        """
        core = _core.as_of(self.core, as_of, self.known_day(as_of, known_on))
        return Snapshot(core, self)

    def throughput(
        self,
        stage: str | None = None,
        every: str = "month",
        as_of: Day | None = None,
        known_on: Day | None = None,
    ) -> Any:
        """Count dwellings that enter a state for the first time, per period.

        Parameters
        ----------
        stage : str, optional
            The state; without it every one.
        every : str
            ``month``, ``quarter`` or ``year``.
        as_of : date, optional
            The last day; the last day of the register.
        known_on : date, optional
            What was recorded later is left out.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            Columns period (its first day), stage and count; periods without any are 0.

        Raises
        ------
        KeyError
            For an unknown state.

        Examples
        --------
        >>> events = {"dwelling_id": ["a", "b"], "stage": ["approached", "approached"],
        ...           "date": ["2026-01-05", "2026-03-01"]}
        >>> Register(events).throughput("approached")["count"].tolist()
        [1, 0, 1]
        """
        until = as_of if as_of is not None else self.last_day
        stages = self.trajectory.states if stage is None else [stage]
        for name in stages:
            self.trajectory.index(name)
        if until is None:
            return frame_of(_throughput_table([]), self.kind)
        known = self.known_day(until, known_on)
        counted = [(n, _core.throughput(self.core, n, every, until, known)) for n in stages]
        return frame_of(_throughput_table(counted), self.kind)

    def ledger(
        self,
        as_of: Day,
        known_on: Day | None = None,
        grants: Sequence[_core.Grant] | None = None,
    ) -> Any:
        """Return where the money of each grant stands, in cents, beside what each source awards.

        The money of a dwelling follows the dwelling: it is reserved, committed and paid from the
        stages on that the grant names, and released by an exit or a step back. An event without an
        amount leaves the amount as it was.

        Parameters
        ----------
        as_of : date
            Events of this day and before count.
        known_on : date, optional
            What was recorded or published later is left out. Without it everything in the register
            counts, and the awards of sources up to the last day of the register.
        grants : sequence of Grant, optional
            The grants; those of the programme.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            One row per grant and source: grant, source, date, about, award_cents, vat_cents (to the
            VAT compensation fund), reserved_cents, committed_cents, paid_cents, released_cents,
            free_cents (award less the VAT part, if known, and all that is taken);
            reserved_known, committed_known, paid_known and released_known, the dwellings whose
            amount is in the sums; reserved_unknown, committed_unknown, paid_unknown and
            released_unknown, those whose amount is not known and not in them; carried, the
            dwellings whose amount is that of an earlier stage. NaN is not known: a register does
            not follow a grant without stages. Dwellings of no grant have a last row without a name.

        Raises
        ------
        ValueError
            Without grants, or for one whose stages are not in the order of the trajectory.
        KeyError
            For an unknown stage or column.

        Examples
        --------
        >>> fund = _core.Grant("fund", awards=[_core.Award(1_000_000, source="letter")],
        ...                    reserves="applied", commits="granted", pays="delivered")
        >>> events = {"dwelling_id": ["a", "b", "c"], "stage": ["applied", "granted", "granted"],
        ...           "date": ["2026-01-05"] * 3, "amount_eur": [8000, 700.50, None]}
        >>> from opgave.frames import table_of
        >>> ledger = table_of(Register(events).ledger("2026-03-01", grants=[fund]))
        >>> [int(ledger[f"{name}_cents"][0]) for name in ("reserved", "committed", "free")]
        [800000, 70050, 129950]
        >>> int(ledger["committed_unknown"][0])
        1
        """
        return frame_of(self._ledger(as_of, known_on, grants)[0], self.kind)

    def ledger_issues(
        self,
        as_of: Day,
        known_on: Day | None = None,
        grants: Sequence[_core.Grant] | None = None,
    ) -> Any:
        """Return what is wrong with the money: grants overdrawn, sources that differ, payments.

        Parameters
        ----------
        as_of, known_on, grants
            As for `ledger`.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            As `issues`: severity, code, file, row, column, message and fix. `file` is ``events``
            (row from 0) or ``grants``.

        Examples
        --------
        >>> awards = [_core.Award(1_706_164_800, source="letter"),
        ...           _core.Award(1_706_163_800, source="ministry")]
        >>> grant = _core.Grant("crabbehof", awards=awards)
        >>> events = {"dwelling_id": ["a"], "stage": ["applied"], "date": ["2026-01-05"]}
        >>> Register(events).ledger_issues("2026-03-01", grants=[grant])["code"][0]
        'award_conflict'
        """
        problems = [
            Problem(i.severity, i.code, i.table, i.row, i.column, i.message, i.fix)
            for i in self._ledger(as_of, known_on, grants)[1]
        ]
        return frame_of(issue_table(problems), self.kind)

    def _ledger(
        self, as_of: Day, known_on: Day | None, grants: Sequence[_core.Grant] | None
    ) -> tuple[Table, list[_core.Issue]]:
        if grants is None and self.programme is not None:
            grants = [grant.core() for grant in self.programme.grants]
        if not grants:
            raise ValueError("a ledger needs grants: the register has no programme with any")
        day = day_of(as_of)
        return ledger_table(self.core, grants, day, self.known_day(day, known_on))

    def spells(self, as_of: Day, known_on: Day | None = None) -> Any:
        """Return the stays in a stage with how they ended: what estimators read.

        Parameters
        ----------
        as_of : date
            The cut-off.
        known_on : date, optional
            What was recorded later is left out.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            Columns dwelling_id, stage, origin, enter, exit, cause and first_observed. `cause` is
            the state entered next, ``return`` for a pause that ends in the stage it interrupts, and
            missing if the stay had not ended.

        Examples
        --------
        >>> events = {"dwelling_id": ["a", "a"], "stage": ["approached", "intake"],
        ...           "date": ["2026-01-05", "2026-02-01"]}
        >>> Register(events).spells("2026-03-01")["cause"].tolist()
        ['intake', None]
        """
        core = _core.spells(self.core, as_of, self.known_day(as_of, known_on))
        states = self.trajectory.states
        table: dict[str, Any] = {
            "dwelling_id": names_of(core.dwelling, self.core.dwellings.id),
            "stage": names_of(core.stage, states),
            "origin": names_of(core.origin, states),
            "enter": core.enter,
            "exit": core.exit,
            "cause": names_of(core.cause, states, minus_two="return"),
            "first_observed": core.first_observed,
        }
        return frame_of(table, self.kind)

    def __repr__(self) -> str:
        """Return the numbers of dwellings, events and warnings."""
        warnings = Counter(problem.severity for problem in self.problems)["warning"]
        return (
            f"Register({len(self.core.dwellings)} dwellings, {len(self.core.events)} events, "
            f"{warnings} warnings)"
        )

    def _repr_html_(self) -> str:
        from opgave.reprs import register_html

        return register_html(self)


def _throughput_table(counted: Sequence[tuple[str, _core.Throughput]]) -> Table:
    none = np.array([], dtype=np.int64)
    return {
        "period": np.concatenate([none.astype("M8[D]"), *(t.begin for _, t in counted)]),
        "stage": np.repeat(
            np.array([name for name, _ in counted], dtype=object), [len(t) for _, t in counted]
        ),
        "count": np.concatenate([none, *(t.count for _, t in counted)]),
    }


def _programme_of(programme: Programme | str | os.PathLike[str] | None) -> Programme | None:
    if programme is None or isinstance(programme, Programme):
        return programme
    if isinstance(programme, str) and programme in example_programmes():
        return example_programme(programme)
    return read_programme(programme)


def read_register(
    events: str | os.PathLike[str],
    dwellings: str | os.PathLike[str] | None = None,
    programme: Programme | str | os.PathLike[str] | None = None,
    *,
    as_of: Day | None = None,
    kind: Kind | None = None,
) -> Register:
    r"""Read a register from CSV files.

    Parameters
    ----------
    events, dwellings : path-like
        The files; without `dwellings` those that the events name.
    programme : Programme, str or path-like, optional
        The programme, the name of a built-in one, or its file.
    as_of : date, optional
        Events after this day are warned about.
    kind : str, optional
        The kind of frames to return: ``pandas``, ``polars``, ``pyarrow`` or ``columns``; the first
        that is installed.

    Raises
    ------
    FileError
        If a file is not a table.
    RegisterError
        If the input holds errors; rows are numbered as a spreadsheet shows them.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "progress.csv"
    >>> _ = path.write_text("dwelling_id;stage;date\na;approached;2026-01-05\n")
    >>> read_register(path)
    Register(1 dwellings, 1 events, 0 warnings)
    """
    sources = {"events": file_source(Path(events))}
    if dwellings is not None:
        sources["dwellings"] = file_source(Path(dwellings))
    chosen = _programme_of(programme)
    register = Register.__new__(Register)
    register._fill(sources, _trajectory(None, chosen), chosen, as_of, kind or default_kind())
    return register
