"""Changes of the dwelling stock from BAG history, as Statistics Netherlands counts them."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from opgave import _core
from opgave.days import Day, day_of
from opgave.frames import Kind, Table, default_kind, frame_of, kind_of, table_of
from opgave.values import Value

__all__ = ["BagHistory", "check_stock", "read_bag_extract", "stock_changes", "stock_listing"]

Every = Literal["year", "quarter", "month"]

FIRST_YEAR = 2012  # since when CBS counts the stock from the BAG

_COUNTS = (
    "opening", "new_build", "other_addition", "demolition", "other_withdrawal", "net", "closing",
)  # fmt: skip


class BagHistory(Value):
    """The dwellings and buildings of a BAG extract, with their whole history.

    Attributes
    ----------
    core : opgave._core.BagHistory
        The columns of the engine.
    kind : str
        The kind of frame that functions return.
    """

    _fields = ("core", "kind")

    def __init__(self, core: _core.BagHistory, kind: Kind | None = None) -> None:
        self.core = core
        self.kind: Kind = kind or default_kind()

    @property
    def as_of(self) -> datetime.date:
        """The day of the extract: what happened later is not known."""
        return self.core.as_of

    def building_spells(self, known_on: Day | None = None) -> Any:
        """Return how long buildings stay permitted and under construction.

        Parameters
        ----------
        known_on : date, optional
            Use only what was registered by this day.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            One row per stay: building, permit (the day of the building's permit), from_state
            (permitted or started), to_state (started, in_use, not_realised; permitted where it
            goes back; None if it had not ended), enter, exit, first_observed. The stay is at risk
            in (first_observed, exit]: a permit from before the register began is known only of
            buildings that were not finished by then.

        Examples
        --------
        Rows for `aalen_johansen`, in days since the permit::

            stays = table_of(history.building_spells())
            og.aalen_johansen(stays["from_state"], stays["to_state"],
                              start=stays["first_observed"] - stays["permit"],
                              stop=stays["exit"] - stays["permit"], initial="permitted")
        """
        spells = _core.building_spells(self.core, self._known(known_on))
        names = np.array([*_core.building_states(), None], dtype=object)
        table: Table = {
            "building": _texts(spells.building),
            "permit": spells.permit,
            "from_state": names[spells.from_state],
            "to_state": names[spells.to_state],
            "enter": spells.enter,
            "exit": spells.exit,
            "first_observed": spells.first_observed,
        }
        return frame_of(table, self.kind)

    def _known(self, known_on: Day | None) -> datetime.date:
        return self.as_of if known_on is None else day_of(known_on)

    def __repr__(self) -> str:
        """Return the numbers of versions and the day, and nothing that identifies a dwelling."""
        return repr(self.core)


def read_bag_extract(
    path: str | os.PathLike[str],
    *,
    municipality: str | None = None,
    identifications: Iterable[str] | None = None,
    progress: Callable[[float], bool | None] | None = None,
) -> BagHistory:
    """Read dwellings and buildings, with all their versions, from a BAG 2.0 extract.

    Parameters
    ----------
    path : path-like
        The zip of zips, as Kadaster gives it: the state (stand) of one municipality or the country.
    municipality : str, optional
        Only the dwellings of this municipality, such as ``"0457"``. From an extract of the whole
        country those with an address in one of its towns on the day of the extract; an extract of
        one municipality must be of this one. The first digits of an identification do not tell, as
        they stay when municipalities merge. Districts are not in the BAG: give identifications.
    identifications : iterable of str, optional
        The verblijfsobjecten to read, with the panden they are in; all.
    progress : callable, optional
        Told the part read, in [0, 1]; False stops the reading.

    Returns
    -------
    BagHistory
        The versions that count: not those that are inactive or outside the BAG.

    Raises
    ------
    FileError
        If the file is no such extract, is damaged, holds mutations, is of another version, or is
        made to do harm.
    ModuleNotFoundError
        Without lxml, which ``pip install "opgave[geo]"`` brings.
    RuntimeError
        If `progress` stops the reading.

    Notes
    -----
    Memory grows with the result, not with the file. Kadaster, BAG 2.0 Extract, schema v20200601.
    """
    from opgave.bag_extract import read_history

    return BagHistory(read_history(Path(path), identifications, municipality, progress))


def stock_changes(
    history: BagHistory,
    *,
    first_year: int = FIRST_YEAR,
    last_year: int | None = None,
    every: Every = "year",
    areas: Any = None,
    known_on: Day | None = None,
) -> Any:
    """Return how the dwelling stock changed, in the categories of Statistics Netherlands.

    Parameters
    ----------
    history : BagHistory
        The history.
    first_year, last_year : int
        The years to count, both included; 2012, from which CBS counts with the BAG, and the last
        year that the extract knows whole.
    every : str
        ``year``, ``quarter`` or ``month``.
    areas : mapping of str to str, or frame, optional
        The area of each dwelling: by identification, or as columns ``dwelling_id`` and ``area``.
        Counts are then per area; dwellings that are not in it have area None.
    known_on : date, optional
        Use only what was registered by this day: the figures as they could be known then.

    Returns
    -------
    DataFrame, Table or dict of str to ndarray
        ``area`` if areas are given; ``year``, and ``begin`` if it is not by year; ``opening``,
        ``new_build``, ``other_addition``, ``demolition``, ``other_withdrawal``, ``net``,
        ``closing``. Always ``opening + net = closing``.

    Raises
    ------
    ValueError
        For years that the extract does not know whole.

    See Also
    --------
    stock_listing : the dwellings behind each number.

    Notes
    -----
    CBS, Voorraad woningen en niet-woningen (81955NED). CBS publishes a correction besides; here
    each change is in one of the four categories, on the day from which it holds.
    """
    last = _last_year(history, first_year, last_year)
    events = _core.stock_events(history.core, history._known(known_on))
    names, group = _groups(events, areas)
    changes = _core.stock_changes(
        events,
        datetime.date(first_year, 1, 1),
        datetime.date(last, 12, 31),
        every,
        group,
        len(names),
    )
    table: Table = {}
    if areas is not None:
        table["area"] = np.array(names, dtype=object)[changes.group]
    table["year"] = changes.begin.astype("datetime64[Y]").astype(np.int64) + 1970
    if every != "year":
        table["begin"] = changes.begin
    table |= {name: getattr(changes, name) for name in _COUNTS}
    return frame_of(table, history.kind)


def stock_listing(
    history: BagHistory,
    *,
    first_year: int = FIRST_YEAR,
    last_year: int | None = None,
    known_on: Day | None = None,
) -> Any:
    """Return each dwelling that came into the stock or left it, and why.

    It shows identifications: keep it as you keep the extract.

    Parameters
    ----------
    history, first_year, last_year, known_on
        As for `stock_changes`.

    Returns
    -------
    DataFrame, Table or dict of str to ndarray
        ``dwelling_id``, ``date``, ``category`` and ``reason``, by date. Reasons of additions:
        new_building (formed with its building, which was built since), formed_in_existing (split
        off or transformed), first_recorded_in_use (in a building that stood, never formed),
        became_residential, restored. Of withdrawals: building_demolished, building_stands (merged
        or transformed), building_unknown, no_longer_residential, never_realised (a correction),
        record_ends.
    """
    last = _last_year(history, first_year, last_year)
    events = _core.stock_events(history.core, history._known(known_on))
    year = events.date.astype("datetime64[Y]").astype(np.int64) + 1970
    there = (year >= first_year) & (year <= last)
    reason = events.reason[there]
    table: Table = {
        "dwelling_id": _texts(events.dwelling[there]),
        "date": events.date[there],
        "category": np.array(_core.stock_categories(), dtype=object)[reason],
        "reason": np.array(_core.stock_reasons(), dtype=object)[reason],
    }
    return frame_of(table, history.kind)


def check_stock(frame: Any) -> Any:
    """Say per row whether published figures of the stock add up.

    ``net = new build + other additions - demolition - other withdrawals + correction`` holds in
    the figures of Statistics Netherlands wherever a row is whole; ``opening + net = closing`` does
    not always.

    Parameters
    ----------
    frame : DataFrame, Table or mapping of str to sequence
        Figures with the names of CBS table 81955NED (``Nieuwbouw_2`` …) or of `stock_changes`; the
        correction may be left out, and is then zero.

    Returns
    -------
    DataFrame, Table or dict of str to ndarray
        The frame with ``net_holds`` and ``closing_holds``: ``holds``, ``does not hold``, or
        ``unknown`` where a number that is needed is missing.

    Raises
    ------
    ValueError
        If a column is missing, or a number is not a number.

    Examples
    --------
    >>> figures = {"opening": [8387, 10], "new_build": [35, 1], "other_addition": [1, None],
    ...            "demolition": [1, 0], "other_withdrawal": [1, 0], "net": [34, 1],
    ...            "closing": [8421, 12]}
    >>> checked = check_stock(figures)
    >>> checked["net_holds"].tolist(), checked["closing_holds"].tolist()
    (['holds', 'unknown'], ['holds', 'does not hold'])
    """
    table = table_of(frame)
    number = {name: _numbers(table, name) for name in (*_COUNTS, "correction")}
    net = (
        number["new_build"] + number["other_addition"] - number["demolition"]
        - number["other_withdrawal"] + number["correction"]
    )  # fmt: skip
    table["net_holds"] = _verdict(net, number["net"])
    table["closing_holds"] = _verdict(number["opening"] + number["net"], number["closing"])
    return frame_of(table, kind_of(frame))


_CBS_NAMES = {
    "opening": "BeginstandVoorraad_1",
    "new_build": "Nieuwbouw_2",
    "other_addition": "OverigeToevoeging_3",
    "demolition": "Sloop_4",
    "other_withdrawal": "OverigeOnttrekking_5",
    "correction": "Correctie_6",
    "net": "SaldoVoorraad_7",
    "closing": "EindstandVoorraad_8",
}


def _numbers(table: Table, name: str) -> npt.NDArray[np.float64]:
    """A column of figures under either name; what is not given is NaN."""
    column = table.get(name, table.get(_CBS_NAMES[name]))
    if column is None:
        if name == "correction":
            return np.zeros(len(next(iter(table.values()), ())))
        raise ValueError(f"the frame must have a column {name} or {_CBS_NAMES[name]}")
    if column.dtype.kind in "iuf":
        return column.astype(np.float64)
    return np.array([_figure(value, name, row) for row, value in enumerate(column)], dtype=float)


def _figure(value: Any, name: str, row: int) -> float:
    text = "" if value is None else str(value).strip()
    if text in ("", "."):  # CBS writes a dot for what is unknown
        return np.nan
    try:
        return float(int(text))
    except ValueError:
        raise ValueError(f"{name} must be a whole number, got {text!r} at row {row}") from None


def _verdict(
    found: npt.NDArray[np.float64], published: npt.NDArray[np.float64]
) -> npt.NDArray[np.object_]:
    unknown = np.isnan(found) | np.isnan(published)
    verdict = np.where(unknown, "unknown", np.where(found == published, "holds", "does not hold"))
    return verdict.astype(object)


def _last_year(history: BagHistory, first_year: int, last_year: int | None) -> int:
    """The last year, if the extract knows all of it."""
    day = history.as_of
    whole = day.year - (day < datetime.date(day.year, 12, 31))
    last = whole if last_year is None else last_year
    if last > whole:
        raise ValueError(
            f"last_year must be at most {whole}, as the extract ends on {day}, got {last}"
        )
    if first_year > last:
        raise ValueError(f"first_year must be at most {last}, got {first_year}")
    return last


def _groups(
    events: _core.StockEvents, areas: Any
) -> tuple[list[str | None], npt.NDArray[np.int32]]:
    """The names of the areas, and the place among them of each event; without areas one for all."""
    if areas is None:
        return [None], np.zeros(len(events), dtype=np.int32)
    given = _area_of(areas)
    names: list[str | None] = [*sorted(set(given.values())), None]
    place = {name: i for i, name in enumerate(names)}
    found = [place[given.get(dwelling)] for dwelling in events.dwelling.tolist()]
    group = np.array(found, dtype=np.int32)
    return (names, group) if (group == len(names) - 1).any() else (names[:-1], group)


def _area_of(areas: Any) -> dict[int, str]:
    """The area of each dwelling, by the number of its identification."""
    pairs: Iterable[tuple[Any, Any]]
    if isinstance(areas, Mapping) and "dwelling_id" not in areas:
        pairs = areas.items()
    else:
        table = table_of(areas)
        for name in ("dwelling_id", "area"):
            if name not in table:
                raise ValueError(f"areas must have a column {name}, got {', '.join(table)}")
        pairs = zip(table["dwelling_id"].tolist(), table["area"].tolist(), strict=True)
    return {
        int(str(_core.BagId(str(dwelling)))): str(area)
        for dwelling, area in pairs
        if area is not None
    }


def _texts(identifications: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
    return np.array([f"{number:016d}" for number in identifications.tolist()], dtype=object)
