"""Any kind of frame in, the caller's own kind out.

Inside the package a table is a dict of numpy columns; no frame library is needed for that.
"""

from __future__ import annotations

import datetime
import importlib.util
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias, cast, get_args

import narwhals as nw
import numpy as np
import numpy.typing as npt

__all__ = ["Column", "Kind", "Table", "default_kind", "frame_of", "kind_of", "table_of"]

Column: TypeAlias = npt.NDArray[Any]
Table: TypeAlias = dict[str, Column]
Kind: TypeAlias = Literal["pandas", "polars", "pyarrow", "columns"]

_LIBRARIES: tuple[Kind, ...] = ("pandas", "polars", "pyarrow")


def kind_of(frame: object) -> Kind:
    """Say which kind of frame this is.

    Parameters
    ----------
    frame : DataFrame, Table or mapping of str to sequence
        A pandas or polars data frame, a pyarrow table, or columns by name.

    Returns
    -------
    str
        ``pandas``, ``polars``, ``pyarrow`` or ``columns``.

    Raises
    ------
    TypeError
        If it is none of these; the message lists them.

    Examples
    --------
    >>> kind_of({"stage": ["intake"]})
    'columns'
    """
    if isinstance(frame, Mapping):
        return "columns"
    native = nw.from_native(cast("Any", frame), eager_only=True, pass_through=True)
    name = native.implementation.value if isinstance(native, nw.DataFrame) else ""
    if name not in _LIBRARIES:
        raise TypeError(
            "a frame must be a pandas or polars data frame, a pyarrow table or a mapping of "
            f"columns, got {type(frame).__name__}"
        )
    return cast("Kind", name)


def default_kind() -> Kind:
    """Return the first installed of pandas, polars and pyarrow, else ``columns``.

    Examples
    --------
    >>> default_kind() in ("pandas", "polars", "pyarrow", "columns")
    True
    """
    for library in _LIBRARIES:
        if importlib.util.find_spec(library) is not None:
            return library
    return "columns"


def table_of(frame: object) -> Table:
    """Return the columns of a frame as numpy arrays.

    Parameters
    ----------
    frame : DataFrame, Table or mapping of str to sequence
        Columns of equal length.

    Returns
    -------
    dict of str to ndarray
        Text is an object array of str and None. Numbers are int64, or float64 with NaN where one
        is missing. Booleans are bool, or text if one is missing. Dates and timestamps at midnight
        are datetime64[D] with NaT; a column with other timestamps is text, so that no time is
        dropped silently. A time zone is left out: the day on the calendar counts.

    Raises
    ------
    TypeError
        For another kind of frame.
    ValueError
        If columns differ in length.

    Examples
    --------
    >>> table_of({"stage": ["intake", None], "date": ["2026-01-05", "2026-02-01"]})["stage"]
    array(['intake', None], dtype=object)
    """
    if kind_of(frame) == "columns":
        named: Iterable[tuple[str, Iterable[Any]]] = cast("Mapping[str, Any]", frame).items()
    else:
        native = nw.from_native(cast("Any", frame), eager_only=True)
        named = ((series.name, _plain(series)) for series in native.iter_columns())
    table = {str(name): _column(values) for name, values in named}
    lengths = {name: len(column) for name, column in table.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"columns must have equal lengths, got {lengths}")
    return table


def frame_of(table: Mapping[str, Column | Sequence[Any]], kind: Kind) -> Any:
    """Return a table as a frame of the given kind.

    Parameters
    ----------
    table : mapping of str to array
        Columns of equal length.
    kind : str
        ``pandas``, ``polars``, ``pyarrow`` or ``columns``.

    Returns
    -------
    DataFrame, Table or dict of str to ndarray
        Missing numbers are null in polars and pyarrow, and NaN elsewhere.

    Raises
    ------
    ValueError
        For another kind.

    Examples
    --------
    >>> frame_of({"stage": ["intake"], "count": [3]}, "columns")
    {'stage': array(['intake'], dtype=object), 'count': array([3])}
    """
    if kind not in get_args(Kind):
        raise ValueError(f"kind must be one of {', '.join(get_args(Kind))}, got {kind!r}")
    columns = {name: _column(values) for name, values in table.items()}
    if kind == "columns":
        return columns
    series = {name: _series(name, column, kind) for name, column in columns.items()}
    return nw.from_dict(series, backend=kind).to_native()


def _series(name: str, column: Column, kind: Literal["pandas", "polars", "pyarrow"]) -> Any:
    """One column as a series of the library; text is text even where all of it is missing."""
    if column.dtype == object:
        return nw.new_series(name, column.tolist(), nw.String, backend=kind)
    series: nw.Series[Any] = nw.new_series(name, column, backend=kind)
    missing_is_null = column.dtype.kind == "f" and kind != "pandas"
    return series.fill_nan(None) if missing_is_null else series


def _plain(series: nw.Series[Any]) -> Iterable[Any]:
    """The values of a column, as numpy where that loses nothing and as Python objects else."""
    numeric = series.dtype.is_numeric() or series.dtype == nw.Boolean
    if numeric and not series.is_null().any():
        return series.to_numpy()
    if isinstance(series.dtype, nw.Datetime) and series.dtype.time_zone is not None:
        series = series.dt.replace_time_zone(None)
    return series.to_list()


def _column(values: Iterable[Any]) -> Column:
    """One column in the form that `table_of` promises."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "iufbM":
        return _typed(values)
    return _from_objects([_value(value) for value in values])


def _typed(values: Column) -> Column:
    if values.dtype.kind in "iu":
        return values.astype(np.int64)
    if values.dtype.kind == "f":
        return values.astype(np.float64)
    if values.dtype.kind == "b":
        return values
    days = values.astype("datetime64[D]")
    if np.array_equal(days.astype(values.dtype), values, equal_nan=True):
        return days
    return _objects([None if np.isnat(value) else _iso(value.item()) for value in _micro(values)])


def _micro(values: Column) -> Column:
    return values.astype("datetime64[us]")


def _value(value: Any) -> Any:
    """A Python value; None where it is missing."""
    if isinstance(value, np.datetime64 | np.timedelta64):
        return None if np.isnat(value) else value.astype("datetime64[us]").item()
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    return None if isinstance(value, float) and value != value else value


def _from_objects(values: list[Any]) -> Column:
    there = [value for value in values if value is not None]
    whole = len(there) == len(values)
    if there and all(isinstance(value, bool) for value in there) and whole:
        return np.array(values, dtype=bool)
    if there and all(_is_number(value) for value in there):
        if whole and all(isinstance(value, int) for value in there):
            return np.array(values, dtype=np.int64)
        return np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    if there and all(_is_day(value) for value in there):
        return np.array([None if v is None else _day(v) for v in values], dtype="datetime64[D]")
    return _objects([None if value is None else _text(value) for value in values])


def _objects(values: list[str | None]) -> Column:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_day(value: Any) -> bool:
    if isinstance(value, datetime.datetime):
        return value.time() == datetime.time()
    return isinstance(value, datetime.date)


def _day(value: datetime.date) -> datetime.date:
    return value.date() if isinstance(value, datetime.datetime) else value


def _text(value: Any) -> str:
    return _iso(value) if isinstance(value, datetime.date) else str(value)


def _iso(value: Any) -> str:
    """ISO text: a day, and its time of day only if it has one."""
    return _day(value).isoformat() if _is_day(value) else str(value.isoformat())
