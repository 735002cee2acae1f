"""The pipeline of new-build and demolition projects, and the net homes that it adds."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from opgave import _core
from opgave._core import Distribution, Probability
from opgave.days import Day, day_of
from opgave.frames import Column, Kind, default_kind, frame_of, kind_of
from opgave.parsing import PIPELINE_COLUMNS, Fault, past_projects, phase_priors, pipeline_rows
from opgave.problems import (
    Problem,
    RegisterError,
    Source,
    file_source,
    frame_source,
    issue_table,
    merged,
)
from opgave.values import Value

__all__ = ["Dip", "Pipeline", "net_additions", "project_phases", "read_pipeline"]

#: Why a row of a pipeline does not count as future.
REASONS: Mapping[str, str] = {
    "completed": "completed on or before the as-of day: its homes are in the observed stock",
    "demolished": "demolition on or before the as-of day: those homes are out of the stock already",
    "listed_twice": "the same project_id stands in an earlier row: its homes count once",
    "unknown_units": "not counted: it is not known how many homes it adds",
    "unknown_demolition": "not counted: gross or net, and the demolition, are not known",
    "unknown_completion": "not counted: its planned completion is not known",
    "unknown_phase": "not counted: neither its phase nor its hardness is known",
}


class Dip(NamedTuple):
    """The month end on which the fewest net homes are expected."""

    month: datetime.date
    mean: float
    q05: int


def net_additions(
    added: Sequence[int],
    demolished: Sequence[int],
    planned_months: Sequence[float],
    fall_through: Sequence[float],
    delay_log_mean: Sequence[float],
    delay_log_sd: Sequence[float],
    *,
    deadline_months: float,
    rho_delay: float = 0,
    rho_fall_through: float = 0,
) -> Distribution:
    """Return the exact distribution of net additions from projects whose chances are known.

    A project falls through, or is completed a log-normal delay after its planned month. One factor
    of good and bad times is common to all; given it projects are independent, and it is integrated
    by Gauss-Hermite quadrature with 32 nodes.

    Parameters
    ----------
    added, demolished : sequence of int
        Homes per project; the demolition counts with the completion.
    planned_months : sequence of float
        The planned completion, in months from the as-of day.
    fall_through : sequence of float
        The probability that the project falls through.
    delay_log_mean, delay_log_sd : sequence of float
        Mean and standard deviation of the logarithm of the delay in months.
    deadline_months : float
        What is completed before this month counts.
    rho_delay, rho_fall_through : float
        Share of the variance that is common to all projects, in [0, 1).

    Returns
    -------
    Distribution
        ``.at_least(k)``, ``.mean``, ``.sd``, ``.probability`` of ``.first`` and each number after
        it, ``.quantile(level)`` and ``.shortfall(k)``.

    Raises
    ------
    ValueError
        For columns of unequal length or a number out of range; the message says the row.

    Examples
    --------
    >>> law = net_additions([100, 50], [0, 20], [12, 24], [0.1, 0.3], [1.6, 2.1], [0.7, 0.9],
    ...                     deadline_months=36, rho_delay=0.35, rho_fall_through=0.25)
    >>> law
    Distribution(mean=104.299, sd=36.5998, 0 to 130)
    >>> round(law.at_least(100), 3)
    0.891
    """
    return _core.net_additions(
        added,
        demolished,
        planned_months,
        fall_through,
        delay_log_mean,
        delay_log_sd,
        deadline_months=deadline_months,
        rho_delay=rho_delay,
        rho_fall_through=rho_fall_through,
    )


def project_phases(kind: Kind | None = None) -> Any:
    """Return what is assumed of projects in each phase: a table to change and to give back.

    A row per phase, and two for projects of which only the hardness is known.

    Parameters
    ----------
    kind : str, optional
        The kind of frame; the first that is installed.

    Returns
    -------
    DataFrame, Table or dict of str to ndarray
        Columns phase, fall_through (mean probability), delay_median_months, delay_log_sd,
        tenth_smaller and quarter_smaller (probabilities), worth_projects (how many ended projects
        the row counts for) and source.

    Examples
    --------
    >>> project_phases("columns")["fall_through"].tolist()
    [0.35, 0.28, 0.2, 0.1, 0.02, 0.005, 0.1, 0.35]
    """
    return frame_of(_phase_table(_core.default_phases()), kind or default_kind())


def _phase_table(phases: Sequence[_core.PhasePrior]) -> dict[str, Any]:
    names = (
        "phase", "fall_through", "delay_median_months", "delay_log_sd", "tenth_smaller",
        "quarter_smaller", "worth_projects", "source",
    )  # fmt: skip
    return {name: [getattr(phase, name) for phase in phases] for name in names}


class Pipeline(Value):
    """Projects that add or demolish homes, checked, and what is assumed of them.

    Parameters
    ----------
    frame : DataFrame, Table or mapping of str to sequence
        One project per row: ``name``, ``units_added`` and ``planned_completion``; ``area``,
        ``units_demolished``, ``gross_or_net`` (what ``units_added`` counts), ``phase``
        (``initiative`` … ``delivery``), ``hardness`` (``hard``, ``soft``), ``start``,
        ``demolition`` and ``completed`` (days), ``parent`` (parts of one parent share their fate),
        ``project_id`` (rows of one identification count once) and ``programme`` if known. Unknown
        is empty, never 0. Dutch synonyms are read too.
    rho_delay, rho_fall_through : float
        How much of delay and of falling through is common to all projects; the defaults are
        assumptions.
    phases : DataFrame, Table or mapping of str to sequence, optional
        What is assumed of each phase, in the form of `project_phases`.
    history : DataFrame, Table or mapping of str to sequence, optional
        Projects that ended: ``phase`` (when their planned day was noted), ``planned_completion``,
        ``completed``, ``cancelled`` (yes, no). The assumptions learn from them.
    draws, seed : int
        How many draws of the chances per phase an answer is the mean of.

    Attributes
    ----------
    core : opgave._core.Pipeline
        The pipeline of the engine.

    Raises
    ------
    RegisterError
        If the input holds errors; it lists them all.

    Notes
    -----
    A project falls through, or is completed a log-normal delay after its planned day, with all its
    homes, nine tenths or three quarters of them. Demolition counts from its own day on unless the
    project falls through; without that day it counts with the completion. Planned days that have
    passed are conditioned on: the project is not completed yet. How often and how late is uncertain
    itself. An answer is the mean over draws of it (Beta for falling through, normal-inverse-gamma
    for the delay), each with its own stratum of the common factor; given a draw the distribution is
    exact, and the standard error is that of the draws.

    Examples
    --------
    >>> pipeline = Pipeline({"name": ["Hof", "Laan"], "units_added": [120, 60],
    ...     "units_demolished": [40, 0], "gross_or_net": ["gross", "gross"],
    ...     "phase": ["permit", "construction"], "demolition": ["2027-05-01", None],
    ...     "planned_completion": ["2028-09-01", "2027-11-01"]})
    >>> pipeline.probability(at_least=100, before="2030-01-01", as_of="2026-12-31").goal
    100
    """

    _fields = ("core", "kind", "problems")

    core: _core.Pipeline
    kind: Kind
    problems: tuple[Problem, ...]

    def __init__(
        self,
        frame: object,
        *,
        rho_delay: float = 0.35,
        rho_fall_through: float = 0.25,
        phases: object | None = None,
        history: object | None = None,
        draws: int = 1000,
        seed: int = 1,
    ) -> None:
        sources = {"pipeline": frame_source(frame, "pipeline")}
        if phases is not None:
            sources["phases"] = frame_source(phases, "phases")
        if history is not None:
            sources["history"] = frame_source(history, "history")
        model = {"rho_delay": rho_delay, "rho_fall_through": rho_fall_through}
        self._fill(sources, kind_of(frame), **model, draws=draws, seed=seed)

    def _fill(self, sources: Mapping[str, Source], kind: Kind, **model: Any) -> None:
        self.kind = kind
        self.core, self.problems = _check(sources, kind, model)

    @property
    def projects(self) -> Any:
        """The rows of the table; unknown is None, NaN or NaT."""
        rows = self.core.rows
        table: dict[str, Any] = {}
        for name in PIPELINE_COLUMNS:
            column = getattr(rows, name)
            texts = isinstance(column, list)
            table[name] = _objects([text or None for text in column]) if texts else column
        return frame_of(table, self.kind)

    @property
    def issues(self) -> Any:
        """The warnings: severity, code, file, row, column, message and fix."""
        return frame_of(issue_table(self.problems), self.kind)

    @property
    def phases(self) -> Any:
        """What is assumed of each phase, and what it is after the projects that ended.

        Beside the columns of `project_phases`: ``past_fallen`` and ``past_completed`` projects, and
        ``fall_through_now``, ``delay_median_now`` (months).
        """
        table = _phase_table(self.core.phases)
        beliefs = self.core.beliefs
        table["past_fallen"] = [b["past_fallen"] for b in beliefs]
        table["past_completed"] = [b["past_completed"] for b in beliefs]
        table["fall_through_now"] = [b["fallen"] / (b["fallen"] + b["kept"]) for b in beliefs]
        table["delay_median_now"] = [float(np.exp(b["log_mean"])) for b in beliefs]
        return frame_of(table, self.kind)

    def left_out(self, as_of: Day) -> Any:
        """Return the rows that do not count as future, wholly or in their demolition, and why.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            Columns name, code, reason, units_added and units_demolished.

        Examples
        --------
        >>> pipeline = Pipeline({"name": ["A", "B"], "units_added": [9, 5], "phase": ["permit"] * 2,
        ...     "units_demolished": [0, 0], "planned_completion": ["2026-05-01", "2028-01-01"],
        ...     "completed": ["2026-06-01", None]})
        >>> pipeline.left_out("2026-12-31")["code"].tolist()
        ['completed']
        """
        entries = self.core.left_out(as_of)
        rows = self.core.rows
        table: dict[str, Any] = {
            "name": _objects([rows.name[row] for row, _ in entries]),
            "code": _objects([code for _, code in entries]),
            "reason": _objects([REASONS[code] for _, code in entries]),
            "units_added": np.array([rows.units_added[row] for row, _ in entries], dtype=float),
            "units_demolished": np.array(
                [rows.units_demolished[row] for row, _ in entries], dtype=float
            ),
        }
        return frame_of(table, self.kind)

    def net_additions(self, *, before: Day, as_of: Day, observed: int = 0) -> Distribution:
        """Return the distribution of the net additions before a day.

        Parameters
        ----------
        before : date
            What is completed on this day does not count.
        as_of : date
            What happened on this day and before is history.
        observed : int
            Net additions already in the observed stock, which are added.

        Raises
        ------
        NotEnoughData
            If no project can be counted, or more than half of the open ones cannot.

        Examples
        --------
        >>> pipeline = Pipeline({"name": ["A"], "units_added": [10], "units_demolished": [0],
        ...     "phase": ["construction"], "planned_completion": ["2027-06-01"]})
        >>> law = pipeline.net_additions(before="2030-01-01", as_of="2026-12-31", observed=3)
        >>> law.first, round(law.at_least(13), 2)
        (3, 0.98)
        """
        return self.core.distribution(as_of, _core.before(before), observed)

    def distribution(self, *, before: Day, as_of: Day, observed: int = 0) -> Any:
        """Return `net_additions` as a frame with the columns net_additions and probability.

        Examples
        --------
        >>> pipeline = Pipeline({"name": ["A"], "units_added": [2], "units_demolished": [0],
        ...     "phase": ["construction"], "planned_completion": ["2027-06-01"]})
        >>> frame = pipeline.distribution(before="2030-01-01", as_of="2026-12-31")
        >>> frame["net_additions"].tolist()
        [0, 1, 2]
        """
        law = self.net_additions(before=before, as_of=as_of, observed=observed)
        table: dict[str, Column] = {
            "net_additions": law.net_additions,
            "probability": law.probability,
        }
        return frame_of(table, self.kind)

    def probability(
        self, *, at_least: int, before: Day, as_of: Day, observed: int = 0
    ) -> Probability:
        """Return the probability of at least so many net additions before a day.

        Parameters
        ----------
        at_least : int
            The goal.
        before, as_of, observed
            As in `net_additions`.

        Returns
        -------
        Probability
            ``std_error`` is that of the draws; ``ceiling`` is reached if every project is completed
            in time and in full.

        Raises
        ------
        NotEnoughData
            As `net_additions`.

        Examples
        --------
        >>> pipeline = Pipeline({"name": ["A"], "units_added": [10], "units_demolished": [0],
        ...     "phase": ["permit"], "planned_completion": ["2030-01-01"]})
        >>> pipeline.probability(at_least=10, before="2030-01-01", as_of="2026-12-31")
        Probability(0 +/- 0, method='unreachable', goal=10, ceiling=0)
        """
        return self.core.probability(at_least, as_of, _core.before(before), observed)

    def path(
        self, *, before: Day, as_of: Day, at_least: int | None = None, observed: int = 0
    ) -> Any:
        """Return the net additions on every month end.

        Where there are very many projects and homes the months are computed on a lattice of a few
        homes, `path_step`: means are exact, quantiles are multiples of it.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            Columns month, mean, sd, q05, q25, q50, q75 and q95; with `at_least` also probability.

        Examples
        --------
        >>> pipeline = Pipeline({"name": ["A"], "units_added": [50], "units_demolished": [20],
        ...     "gross_or_net": ["gross"], "phase": ["construction"], "demolition": ["2027-02-10"],
        ...     "planned_completion": ["2028-03-01"]})
        >>> frame = pipeline.path(before="2030-01-01", as_of="2026-12-31")
        >>> frame["q50"].tolist()[:3], frame["q50"].tolist()[-1]
        ([0, -20, -20], 30)
        """
        columns = self.core.path(at_least or 1, as_of, _core.before(before), observed)
        if at_least is None:
            del columns["probability"]
        return frame_of(columns, self.kind)

    def path_step(self, *, before: Day, as_of: Day) -> int:
        """Return the lattice of `path`, in homes; 1 is exact."""
        return self.core.path_step(as_of, _core.before(before))

    def deepest_dip(self, *, before: Day, as_of: Day, observed: int = 0) -> Dip:
        """Return the month end with the fewest net additions, if demolition comes first.

        Examples
        --------
        >>> pipeline = Pipeline({"name": ["A"], "units_added": [50], "units_demolished": [20],
        ...     "gross_or_net": ["gross"], "phase": ["construction"], "demolition": ["2027-02-10"],
        ...     "planned_completion": ["2028-03-01"]})
        >>> pipeline.deepest_dip(before="2030-01-01", as_of="2026-12-31").month
        datetime.date(2027, 2, 28)
        """
        columns = self.core.path(1, as_of, _core.before(before), observed)
        lowest = int(np.argmin(columns["mean"]))
        month = day_of(columns["month"][lowest])
        return Dip(month, float(columns["mean"][lowest]), int(columns["q05"][lowest]))

    def leverage(self, *, at_least: int, before: Day, as_of: Day, observed: int = 0) -> Any:
        """Return how the probability changes with each project, the largest change first.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            Columns project (or the parent of parts), secured (sure to be completed in full on its
            planned day), dropped (neither adds nor demolishes) and advanced (planned a year
            earlier): differences of the probability. They are means over 200 draws, in pairs.

        Examples
        --------
        >>> pipeline = Pipeline({"name": ["A", "B"], "units_added": [90, 20],
        ...     "phase": ["permit"] * 2, "units_demolished": [0, 0],
        ...     "planned_completion": ["2028-05-01", "2028-01-01"]})
        >>> frame = pipeline.leverage(at_least=80, before="2030-01-01", as_of="2026-12-31")
        >>> frame["project"].tolist()
        ['A', 'B']
        """
        rows = self.core.leverage(at_least, as_of, _core.before(before), observed)
        table: dict[str, Any] = {"project": _objects([row[0] for row in rows])}
        for place, name in enumerate(("secured", "dropped", "advanced"), start=1):
            table[name] = np.array([row[place] for row in rows], dtype=float)
        return frame_of(table, self.kind)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.core)

    def __repr__(self) -> str:
        """Return the numbers of rows and warnings."""
        return f"Pipeline({len(self.core)} rows, {len(self.problems)} warnings)"


def read_pipeline(
    path: str | os.PathLike[str],
    *,
    phases: str | os.PathLike[str] | None = None,
    history: str | os.PathLike[str] | None = None,
    rho_delay: float = 0.35,
    rho_fall_through: float = 0.25,
    draws: int = 1000,
    seed: int = 1,
    kind: Kind | None = None,
) -> Pipeline:
    r"""Read a pipeline from a CSV file.

    Parameters
    ----------
    path, phases, history : path-like
        The projects, what is assumed of each phase, and projects that ended.
    rho_delay, rho_fall_through, draws, seed
        As in `Pipeline`.
    kind : str, optional
        The kind of frames to return; the first that is installed.

    Raises
    ------
    FileError
        If a file is not a table.
    RegisterError
        If the input holds errors; rows are numbered as a spreadsheet shows them.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> path = Path(tempfile.mkdtemp()) / "woningbouw.csv"
    >>> _ = path.write_text("Project;Woningen;Sloop;Fase;Geplande oplevering\n"
    ...                     "Hof;40;0;ontwerp;01-07-2028\n")
    >>> read_pipeline(path)
    Pipeline(1 rows, 0 warnings)
    """
    sources = {"pipeline": file_source(path)}
    if phases is not None:
        sources["phases"] = file_source(phases)
    if history is not None:
        sources["history"] = file_source(history)
    model = {"rho_delay": rho_delay, "rho_fall_through": rho_fall_through}
    pipeline = Pipeline.__new__(Pipeline)
    pipeline._fill(sources, kind or default_kind(), **model, draws=draws, seed=seed)
    return pipeline


def _check(
    sources: Mapping[str, Source], kind: Kind, model: Mapping[str, Any]
) -> tuple[_core.Pipeline, tuple[Problem, ...]]:
    """The checked pipeline and its warnings. Raises RegisterError with all problems at once."""
    source = sources["pipeline"]
    rows, faults = pipeline_rows(source.columns, file=source.file)
    phases = past = None
    if "phases" in sources:
        phases, more = phase_priors(sources["phases"].columns, file=sources["phases"].file)
        faults = [*faults, *more]
    if "history" in sources:
        past, more = past_projects(sources["history"].columns, file=sources["history"].file)
        faults = [*faults, *more]
    if not len(rows):
        faults = [*faults, _no_projects()]
    readable = not any(f.table != "pipeline" and f.severity == "error" for f in faults)
    issues: Sequence[_core.Issue] = []
    core = None
    try:
        if len(rows):
            known: dict[str, Any] = {"phases": phases, "past": past} if readable else {}
            core = _core.Pipeline(rows, **{**model, **known})
            issues = core.issues
    except _core.RegisterError as error:
        issues = error.issues
    problems = merged(faults, issues, sources)
    if core is None or any(problem.severity == "error" for problem in problems):
        raise RegisterError(problems, kind)
    return core, problems


def _no_projects() -> Fault:
    message = "a pipeline needs at least one project, got none"
    fix = "add a row per project"
    return Fault("error", "no_projects", "pipeline", None, "name", message, fix)


def _objects(values: Sequence[str | None]) -> Column:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column
