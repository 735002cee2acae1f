"""What happened to those who started: the probability of each state over time."""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import narwhals as nw
import numpy as np
import numpy.typing as npt

from opgave import _core
from opgave.frames import Column, Kind, Table, default_kind, frame_of, kind_of, table_of
from opgave.parsing import _shown
from opgave.values import Value

__all__ = ["Occupancy", "OccupancyWarning", "aalen_johansen"]

_CENSORED = -1


class OccupancyWarning(UserWarning):
    """An early risk set is so small that it decides an estimate."""


class Occupancy(Value):
    """The probability of each state at each time; `aalen_johansen` makes it.

    The curves are right-continuous: a row holds from its time until before the next. To numpy an
    occupancy is its table of probabilities.

    Attributes
    ----------
    core : opgave._core.Occupancy
        The curves of the engine.
    kind : str
        The kind of frame that `frame` returns.
    dated : bool
        Whether times are dates.
    grid : tuple of float or None
        The times at which the curves are read; None for every time of a move and the last one
        observed.

    Examples
    --------
    >>> aalen_johansen(["asked", "asked"], ["done", None], start=[0, 0], stop=[3, 5])
    Occupancy(2 states, 2 times)
    """

    _fields = ("core", "kind", "dated", "grid")

    def __init__(
        self,
        core: _core.Occupancy,
        kind: Kind,
        dated: bool = False,
        grid: tuple[float, ...] | None = None,
    ) -> None:
        self.core = core
        self.kind = kind
        self.dated = dated
        self.grid = grid

    @property
    def states(self) -> list[str]:
        """The states, in the order of the columns."""
        return self.core.states

    @property
    def times(self) -> Column:
        """The times, in the order of the rows: numbers, or datetime64[D] for dates."""
        times = self.core.times if self.grid is None else np.array(self.grid, dtype=np.float64)
        return np.floor(times).astype("datetime64[D]") if self.dated else times

    @property
    def probability(self) -> npt.NDArray[np.float64]:
        """The probability to be in a state: times x states."""
        return self.core.probability if self.grid is None else self.core.at(self.grid)[0]

    @property
    def std_error(self) -> npt.NDArray[np.float64] | None:
        """The Greenwood-type standard error of `probability`; None if it was not asked for.

        It is that of R's ``etm``, given the initial distribution; a weight of w counts as w rows.
        R's ``survfit`` uses the infinitesimal jackknife, which differs a little.
        """
        if len(self.core.std_error) == 0:
            return None
        return self.core.std_error if self.grid is None else self.core.at(self.grid)[1]

    @property
    def initial(self) -> npt.NDArray[np.float64]:
        """The probability of each state before the first move."""
        return self.core.initial

    @property
    def warnings(self) -> list[str]:
        """Where late entry makes an estimate unreliable; `aalen_johansen` warned of the same."""
        return self.core.warnings

    def at(self, times: Any) -> Occupancy:
        """Return the same curves, read at times of one's choice.

        Parameters
        ----------
        times : array_like
            Numbers, durations or, if the stays have them, dates; in any order. Before the first
            move the initial distribution holds; after the last time observed the last values stand.

        Raises
        ------
        ValueError
            For NaN, or dates where the stays have none, or the other way round.

        Examples
        --------
        >>> occupancy = aalen_johansen(["asked", "asked"], ["done", None], [0, 0], [3, 5])
        >>> occupancy.at([2, 4]).probability.tolist()
        [[1.0, 0.0], [0.5, 0.5]]
        """
        numbers, dated = _times(_listed(times), "times")
        if dated != self.dated:
            wanted = "dates, as start and stop are" if self.dated else "numbers or durations"
            raise ValueError(f"times must be {wanted}")
        if np.isnan(numbers).any():
            place = int(np.flatnonzero(np.isnan(numbers))[0])
            raise ValueError(f"times must be known, got none at place {place}")
        grid = tuple(numbers.astype(np.float64).tolist())
        return Occupancy(self.core, self.kind, self.dated, grid)

    def frame(self) -> Any:
        """Return the table in long form.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            Columns time, state, probability and, if it was asked for, std_error.

        Examples
        --------
        >>> occupancy = aalen_johansen(["asked", "asked"], ["done", None], [0, 0], [3, 5])
        >>> list(occupancy.frame())
        ['time', 'state', 'probability', 'std_error']
        """
        times, states = self.times, np.array(self.states, dtype=object)
        table: Table = {
            "time": np.repeat(times, len(states)),
            "state": np.tile(states, len(times)),
            "probability": self.probability.ravel(),
        }
        if (std_error := self.std_error) is not None:
            table["std_error"] = std_error.ravel()
        return frame_of(table, self.kind)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        """Return `probability`."""
        probability = self.probability
        return probability.astype(dtype or probability.dtype, copy=bool(copy))

    def __repr__(self) -> str:
        """Return the numbers of states and times."""
        return f"Occupancy({len(self.states)} states, {len(self.times)} times)"


def aalen_johansen(
    from_state: Any,
    to_state: Any,
    start: Any,
    stop: Any,
    *,
    initial: str | Mapping[str, float] | Sequence[float] | None = None,
    states: Sequence[str] | None = None,
    weight: Any = None,
    subject: Any = None,
    variance: bool = True,
) -> Occupancy:
    """Return the probability to be in each state over time, by Aalen and Johansen.

    Parameters
    ----------
    from_state, to_state : array_like of str
        One row per stay: the state, and the one that it ends in; None or ``""`` where it is
        censored. Integers are places in `states`, with -1 for censored: int32 arrays are read
        without a copy.
    start, stop : array_like
        The stay is (start, stop]: numbers, dates or durations. It may begin late, and a subject may
        come back. Moves at the same time share one risk set and come before what is censored then;
        nothing is jittered. A stay without length that ends in a move happens right after the
        others of that time, with all who are in its state then at risk; one that is censored is no
        observation. float64 and int32 arrays are read without a copy.
    initial : str, mapping of str to float, or sequence of float, optional
        The state in which everyone starts, or the probability of each state. Without it the
        fractions, by weight, of those at risk just before the first move; where nobody moves, of
        those who start first.
    states : sequence of str, optional
        The order of the columns; without it the names in alphabetical order.
    weight : array_like of float, optional
        What each row counts for; 1.
    subject : array_like, optional
        Whose stay it is. It changes no estimate: it is used to refuse rows that overlap.
    variance : bool
        Whether to compute standard errors.

    Returns
    -------
    Occupancy
        states, times, probability and std_error (times x states), and ``at(times)``.

    Warns
    -----
    OccupancyWarning
        If all at risk in a state move on although others are first observed there later.

    Raises
    ------
    ValueError
        For an unknown state, a time that is missing or not finite, a stop before its start, a
        negative weight, columns of unequal length, or overlapping rows; the message names the row.

    Notes
    -----
    Andersen, Borgan, Gill and Keiding, Statistical Models Based on Counting Processes (1993), IV.4.
    Time and memory are linear in the rows for whole days; text is read more slowly than integers
    and pandas categoricals.

    Examples
    --------
    >>> occupancy = aalen_johansen(["asked", "asked", "asked"], ["started", "withdrawn", None],
    ...                            start=[0, 0, 0], stop=[2, 4, 4])
    >>> occupancy.states
    ['asked', 'started', 'withdrawn']
    >>> occupancy.at(3).probability.round(3).tolist()
    [[0.667, 0.333, 0.0]]

    What happened to those who entered a stage, in days since they did:

    >>> from opgave import Register
    >>> events = {"dwelling_id": ["a", "a", "b"], "stage": ["approached", "intake", "approached"],
    ...           "date": ["2026-01-05", "2026-02-01", "2026-01-20"]}
    >>> stays = Register(events).spells("2026-06-30")
    >>> there = stays["stage"] == "approached"
    >>> stays = {name: stays[name][there] for name in stays}
    >>> occupancy = aalen_johansen(stays["stage"], stays["cause"],
    ...                            start=stays["first_observed"] - stays["enter"],
    ...                            stop=stays["exit"] - stays["enter"])
    >>> occupancy.times.tolist(), occupancy.at(30).probability.tolist()
    ([27.0, 161.0], [[0.5, 0.5]])
    """
    begin, end, dated = _periods(start, stop)
    code, target, names = _states(from_state, to_state, states, _named(initial))
    if subject is not None:
        _check_subjects(_listed(subject), begin, end)
    estimate = cast("Callable[..., _core.Occupancy]", _core.aalen_johansen)
    core = estimate(
        code,
        target,
        begin,
        end,
        states=names,
        initial=_distribution(initial, names),
        weight=None if weight is None else _numbers(_listed(weight), "weight"),
        variance=variance,
    )
    for message in core.warnings:
        warnings.warn(message, OccupancyWarning, stacklevel=2)
    return Occupancy(core, _kind(from_state), dated)


def _kind(column: object) -> Kind:
    """The kind of frame that a column comes from; the default one for arrays and lists."""
    series = nw.from_native(cast("Any", column), series_only=True, pass_through=True)
    return (
        kind_of(series.to_frame().to_native()) if isinstance(series, nw.Series) else default_kind()
    )


def _plain(column: Any) -> Column | list[Any]:
    """A column as numpy, without a copy where it is numpy already, or as a list of objects."""
    if isinstance(column, str | datetime.date | datetime.timedelta | np.generic | int | float):
        column = [column]
    series = nw.from_native(column, series_only=True, pass_through=True)
    array = series.to_numpy() if isinstance(series, nw.Series) else column
    if isinstance(array, np.ndarray) and array.ndim != 1:
        raise ValueError(f"a column must have one dimension, got {array.ndim}")
    if isinstance(array, np.ndarray) and array.dtype.kind in "iufmM":
        return array
    return array.tolist() if isinstance(array, np.ndarray) else list(array)


def _listed(column: Any) -> Column:
    """A column as numpy: numbers, days, durations or text."""
    values = _plain(column)
    if isinstance(values, np.ndarray):
        return values
    if any(isinstance(value, datetime.timedelta | np.timedelta64) for value in values):
        return np.array(values, dtype="timedelta64[us]")
    return table_of({"column": values})["column"]


def _times(column: Column, name: str) -> tuple[Column, bool]:
    """Times as float64 or int32, and whether they are dates; missing is NaN."""
    kind = column.dtype.kind
    if kind == "M":
        days = column.astype("datetime64[D]")
        if not np.array_equal(days.astype(column.dtype), column, equal_nan=True):
            raise ValueError(f"{name} must be calendar days, got a time of day")
        return np.where(np.isnat(days), np.nan, days.astype(np.int64)), True
    if kind == "m":
        return column / np.timedelta64(1, "D"), False
    if kind in "OU" and len(column):
        return _dates_in_text(column, name), True
    if kind == "i" and column.dtype == np.int32:
        return np.ascontiguousarray(column), False
    return _numbers(column, name), False


def _dates_in_text(column: Column, name: str) -> Column:
    try:
        return np.array(
            [np.nan if v is None else datetime.date.fromisoformat(v).toordinal() for v in column],
            dtype=np.float64,
        ) - float(datetime.date(1970, 1, 1).toordinal())
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be numbers, dates or durations, got text") from None


def _numbers(column: Column, name: str) -> npt.NDArray[np.float64]:
    if column.dtype.kind not in "iuf" and len(column):
        raise TypeError(f"{name} must be numbers, got {column.dtype}")
    return np.ascontiguousarray(column, dtype=np.float64)


def _periods(start: Any, stop: Any) -> tuple[Column, Column, bool]:
    """Start and stop of one type, and whether they are dates."""
    begin, has_dates = _times(_listed(start), "start")
    end, ends_on_dates = _times(_listed(stop), "stop")
    if has_dates != ends_on_dates:
        raise ValueError("start and stop must both be dates or both be numbers or durations")
    if begin.dtype != end.dtype:
        begin, end = begin.astype(np.float64), end.astype(np.float64)
    return begin, end, has_dates


def _named(initial: object) -> set[str]:
    """The states that an initial distribution names."""
    if isinstance(initial, str):
        return {initial}
    return set(map(str, initial)) if isinstance(initial, Mapping) else set()


def _distribution(
    initial: str | Mapping[str, float] | Sequence[float] | None, names: list[str]
) -> list[float]:
    """The probability of each state; empty if it is estimated."""
    if initial is None:
        return []
    if isinstance(initial, str):
        initial = {initial: 1.0}
    if not isinstance(initial, Mapping):
        return [float(p) for p in initial]
    initial = {str(name): float(p) for name, p in initial.items()}
    for name in initial:
        if name not in names:
            raise ValueError(f"initial names {_shown(name)}, which is not among {names}")
    return [initial.get(name, 0.0) for name in names]


def _states(
    from_state: Any, to_state: Any, states: Sequence[str] | None, named: set[str]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], list[str]]:
    """Both columns as places in the list of names, and the names."""
    names = None if states is None else [str(name) for name in states]
    if names is not None and len(set(names)) < len(names):
        raise ValueError(f"states must differ, got {names}")
    code, code_names = _coded(from_state)
    target, target_names = _coded(to_state)
    if code_names is None and not (target_names or []):
        code, target = _whole(code, "from_state"), _whole(target, "to_state")
        if names is None:
            count = 1 + max((int(c.max()) for c in (code, target) if len(c)), default=0)
            names = sorted({*map(str, range(count)), *named}, key=_by_number)
        return code, target, names
    if code_names is None or target_names is None:
        if len(target) == 0 or (target_names is None and np.isnan(target.astype(float)).all()):
            target, target_names = np.full(len(target), _CENSORED), []
        else:
            raise TypeError("from_state and to_state must both be names or both be integers")
    if names is None:
        names = sorted({*_used(code, code_names or []), *_used(target, target_names), *named})
    places = {name: place for place, name in enumerate(names)}
    return (
        _placed(code, code_names or [], places, "from_state"),
        _placed(target, target_names, places, "to_state"),
        names,
    )


def _by_number(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isdecimal() else (1 << 31, name)


def _coded(column: Any) -> tuple[Column, list[str] | None]:
    """Codes and their names, -1 where there is none; integers have no names."""
    categories = getattr(getattr(column, "cat", column), "categories", None)
    codes = getattr(getattr(column, "cat", column), "codes", None)
    if categories is not None and codes is not None:
        return np.asarray(codes), [str(name) for name in categories]
    values = _plain(column)
    if isinstance(values, np.ndarray) and values.dtype.kind in "iuf":
        return values, None
    different = list(set(values))
    texts = table_of({"states": different})["states"]
    if texts.dtype.kind in "iuf":
        return _listed(values), None
    if texts.dtype.kind != "O":
        raise TypeError(f"states must be names or integers, got {texts.dtype}")
    names = sorted({text for text in texts if text})
    place = {name: code for code, name in enumerate(names)}
    code = {value: place.get(text, _CENSORED) for value, text in zip(different, texts, strict=True)}
    return np.fromiter(map(code.__getitem__, values), dtype=np.int32, count=len(values)), names


def _used(codes: Column, names: Sequence[str]) -> set[str]:
    """The names that occur, without the empty one."""
    return {names[code] for code in np.unique(codes).tolist() if code >= 0} - {""}


def _placed(
    codes: Column, names: Sequence[str], places: Mapping[str, int], column: str
) -> npt.NDArray[np.int32]:
    """Codes of one list of names as codes of another."""
    unknown = -2
    table = [_CENSORED if not name else places.get(name, unknown) for name in names]
    placed = np.array([*table, _CENSORED], dtype=np.int32)[codes]
    wrong = np.flatnonzero(placed < (0 if column == "from_state" else _CENSORED))
    if len(wrong):
        row = int(wrong[0])
        name = names[codes[row]] if codes[row] >= 0 else ""
        shown = _shown(name) if name else "none"
        raise ValueError(f"{column} must be one of {list(places)}, got {shown} at row {row}")
    return placed


def _whole(column: Column, name: str) -> npt.NDArray[np.int32]:
    """Integers as int32; a missing number is censored."""
    if column.dtype == np.int32:
        return np.ascontiguousarray(column)
    if column.dtype.kind == "f":
        column = np.where(np.isnan(column), _CENSORED, column)
        wrong = np.flatnonzero((column != np.floor(column)) | (np.abs(column) >= 1 << 31))
    else:
        wrong = np.flatnonzero((column < -(1 << 31)) | (column >= 1 << 31))
    if len(wrong):
        row = int(wrong[0])
        raise ValueError(f"{name} must be whole numbers, got {column[row]} at row {row}")
    return np.ascontiguousarray(column, dtype=np.int32)


def _check_subjects(subject: Column, start: Column, stop: Column) -> None:
    """Refuse stays of one subject that overlap; the message does not name the subject."""
    if not len(subject) == len(start) == len(stop):
        raise ValueError(
            f"subject must be as long as start and stop, {len(start)} and {len(stop)}, "
            f"got {len(subject)}"
        )
    _, whose = np.unique(np.array([str(s) for s in subject.tolist()]), return_inverse=True)
    order = np.lexsort((stop, start, whose))
    before, after = order[:-1], order[1:]
    wrong = np.flatnonzero((whose[before] == whose[after]) & (start[after] < stop[before]))
    if len(wrong):
        a, b = sorted((int(before[wrong[0]]), int(after[wrong[0]])))
        raise ValueError(
            f"stays of one subject must not overlap, got ({start[a]:g}, {stop[a]:g}] at row {a} "
            f"and ({start[b]:g}, {stop[b]:g}] at row {b}"
        )
