"""How good forecasts from earlier days would have been."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from opgave import _core
from opgave.days import Day, day_of
from opgave.frames import Column, Kind, Table, frame_of
from opgave.register import Register
from opgave.values import Value

__all__ = ["Backtest", "Origins", "backtest", "month_range"]

Origins: TypeAlias = tuple[str, str] | Sequence[Day]

_FIRST_YEAR = 12
_MONTH = len("2012-01")


class Backtest(Value):
    """Forecasts of completions from earlier days, and what happened; `backtest` makes it.

    Attributes
    ----------
    table : dict of str to ndarray
        The columns of `forecasts`.
    kind : str
        The kind of frames to return.
    arrivals : str
        ``closed`` or ``open``.
    seed : int
        The seed of the forecasts, and of the intervals of their skill.

    Examples
    --------
    >>> import opgave as og
    >>> made = og.example("krispijn")
    >>> register = og.Register(made.events, made.dwellings, programme=made.programme)
    >>> test = og.backtest(register, origins=("2026-01", "2026-04"), horizons=[3], paths=100)
    >>> test
    Backtest(4 origins, horizons 3 months, closed)
    """

    _fields = ("table", "kind", "arrivals", "seed")

    table: Table
    kind: Kind
    arrivals: str
    seed: int

    def __init__(self, table: Mapping[str, Any], kind: Kind, arrivals: str, seed: int) -> None:
        self.table = {name: _column(name, values) for name, values in table.items()}
        self.kind = kind
        self.arrivals = arrivals
        self.seed = seed

    @property
    def forecasts(self) -> Any:
        """The forecasts, one row per origin, horizon and method.

        Columns origin, horizon (months), method, outcome (dwellings completed after the origin up
        to the horizon), mean, sd, q025 … q975, pit_low and pit_high (the probability of less than
        the outcome and of at most the outcome), crps, log_score and interval_score (of the central
        80 %). Of the scores a lower one is better.
        """
        return frame_of(self.table, self.kind)

    @property
    def horizons(self) -> list[int]:
        """The horizons that have an outcome, in months."""
        return [int(months) for months in np.unique(self.table["horizon"])]

    def scores(self) -> Any:
        """Return the mean scores per horizon and method, and the model's skill against each.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            Columns horizon (months), method, n (origins), independent (origins that share no time),
            crps, difference (the model's crps minus this one), skill (1 - the model's / this one),
            skill_low and skill_high (5 % and 95 % of a moving-block bootstrap), verdict, log_score,
            interval_score, coverage50, coverage80, coverage95 (the chance that the outcome lies in
            the central interval: the level itself where forecasts are calibrated) and bias (mean
            forecast minus outcome). The verdict is ``better``, ``worse`` or ``undecided``; with
            fewer than 20 independent origins it is ``no test``.

        Examples
        --------
        >>> import opgave as og
        >>> from opgave.frames import table_of
        >>> made = og.example("krispijn")
        >>> register = og.Register(made.events, made.dwellings, programme=made.programme)
        >>> test = og.backtest(register, origins=("2026-01", "2026-04"), horizons=[3], paths=100)
        >>> set(table_of(test.scores())["verdict"]) == {None, "no test"}
        True
        """
        scored = _core.backtest_scores(self.table, self.seed)
        table: Table = {}
        for name, values in scored.items():
            table[name] = np.array(values, dtype=object) if name == "method" else values.copy()
            if name == "skill_high":
                table["verdict"] = np.array(_verdicts(scored), dtype=object)
        model = table["method"] == "model"
        for name in ("difference", "skill", "skill_low", "skill_high"):
            table[name][model] = np.nan
        return frame_of(table, self.kind)

    def pit_histogram(self, horizon: int, method: str = "model", bins: int = 10) -> Any:
        """Return the histogram of where outcomes lie in their forecasts; flat is calibrated.

        Parameters
        ----------
        horizon : int
            One of the horizons, in months.
        method : str
            One of the methods.
        bins : int
            The number of bins.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            Columns pit_from, pit_to and height, whose mean is one. A count is spread over the
            probability that it had: Czado, Gneiting and Held (2009), Biometrics 65.

        Raises
        ------
        KeyError
            If there is no such forecast.

        Examples
        --------
        >>> import opgave as og
        >>> from opgave.frames import table_of
        >>> made = og.example("krispijn")
        >>> register = og.Register(made.events, made.dwellings, programme=made.programme)
        >>> test = og.backtest(register, origins=("2026-01", "2026-04"), horizons=[3], paths=100)
        >>> float(table_of(test.pit_histogram(3))["height"].mean().round(6))
        1.0
        """
        chosen = (self.table["horizon"] == horizon) & (self.table["method"] == method)
        if not chosen.any():
            methods = ", ".join(dict.fromkeys(self.table["method"]))
            raise KeyError(
                f"there is no forecast by {method!r} {horizon} months ahead; the methods are "
                f"{methods}, the horizons {self.horizons}"
            )
        low, high = self.table["pit_low"][chosen], self.table["pit_high"][chosen]
        edges = np.linspace(0, 1, bins + 1)
        table: Table = {
            "pit_from": edges[:-1],
            "pit_to": edges[1:],
            "height": _core.pit_histogram(low, high, bins),
        }
        return frame_of(table, self.kind)

    def __eq__(self, other: object) -> bool:
        """Compare row by row."""
        if not isinstance(other, Backtest):
            return NotImplemented
        names = ("kind", "arrivals", "seed")
        return (
            all(getattr(self, name) == getattr(other, name) for name in names)
            and list(self.table) == list(other.table)
            and all(np.array_equal(column, other.table[n]) for n, column in self.table.items())
        )

    def __repr__(self) -> str:
        """Return the numbers of origins, the horizons and whose completions count."""
        origins = len(np.unique(self.table["origin"]))
        months = ", ".join(map(str, self.horizons)) or "none"
        return f"Backtest({origins} origins, horizons {months} months, {self.arrivals})"

    def _repr_html_(self) -> str:
        from opgave.reprs import backtest_html

        return backtest_html(self)


def _column(name: str, values: Any) -> Column:
    return np.array(values, dtype=object if name == "method" else None)


def _verdicts(scored: Mapping[str, Any]) -> list[str | None]:
    columns = (scored["method"], scored["skill_low"], scored["skill_high"])
    return [_verdict(*row) for row in zip(*columns, strict=True)]


def _verdict(method: str, low: float, high: float) -> str | None:
    if method == "model":
        return None
    if np.isnan(low):
        return "no test"
    if low > 0:
        return "better"
    return "worse" if high < 0 else "undecided"


def month_range(first: str, last: str) -> list[datetime.date]:
    """Return the last days of the months from `first` to `last`, both included.

    Parameters
    ----------
    first, last : str
        Months like 2012-01.

    Raises
    ------
    ValueError
        For text that is not a month, or months that do not rise.

    Examples
    --------
    >>> month_range("2011-12", "2012-02")[-1]
    datetime.date(2012, 2, 29)
    """
    begin, end = _month(first), _month(last)
    if end < begin:
        raise ValueError(f"origins must rise, got {first} to {last}")
    numbers = range(begin, end + 1)
    return [_month_end(number // _FIRST_YEAR, number % _FIRST_YEAR + 1) for number in numbers]


def _month(text: str) -> int:
    """Months since the year 0."""
    if len(text) == _MONTH:
        try:
            day = datetime.date.fromisoformat(f"{text}-01")
        except ValueError:
            pass
        else:
            return day.year * _FIRST_YEAR + day.month - 1
    raise ValueError(f"a month is written as 2012-01, got {text!r}")


def _month_end(year: int, month: int) -> datetime.date:
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def _is_month(value: object) -> bool:
    return isinstance(value, str) and len(value) == _MONTH


def _origin_days(origins: Origins | None, register: Register) -> list[datetime.date]:
    if origins is None:
        return _all_origins(register)
    if isinstance(origins, tuple) and len(origins) == 2 and any(map(_is_month, origins)):
        return month_range(str(origins[0]), str(origins[1]))
    return [day_of(origin) for origin in origins]


def _all_origins(register: Register) -> list[datetime.date]:
    """Every month end that has a year of history, up to the last day."""
    days = np.asarray(register.core.events.date)
    last = register.last_day
    if last is None or len(days) == 0:
        raise _core.NotEnoughData("a backtest needs events, and this register has none")
    first = np.nanmin(days).astype(object)
    begin, end = (
        first.year * _FIRST_YEAR + first.month - 1,
        last.year * _FIRST_YEAR + last.month - 1,
    )
    numbers = range(begin + _FIRST_YEAR, end)
    if not numbers:
        raise _core.NotEnoughData(
            f"a backtest needs more than a year of events, and this register has them from {first} "
            f"to {last}; give origins"
        )
    return [_month_end(number // _FIRST_YEAR, number % _FIRST_YEAR + 1) for number in numbers]


def backtest(
    register: Register,
    *,
    origins: Origins | None = None,
    horizons: Sequence[int] = (6, 12, 24),
    prior: _core.HazardPrior | None = None,
    state: str | None = None,
    arrivals: str = "closed",
    plan: Mapping[Day, int] | None = None,
    paths: int = 2_000,
    seed: int = 1,
    threads: int = 0,
    progress: Callable[[float], bool | None] | None = None,
) -> Backtest:
    """Forecast from earlier days with what was known on each, and compare with what happened.

    What is forecast is the number of dwellings completed after an origin, up to the end of the
    horizon. The outcome is what the register says at its end.

    Parameters
    ----------
    register : Register
        The register.
    origins : tuple of two str or sequence of date, optional
        The first and the last month, like ``("2012-01", "2014-06")``, or last days of months.
        Without it every month with a year of events before it.
    horizons : sequence of int
        Months ahead, rising. One that ends after the last day of the register is left out.
    prior : HazardPrior, optional
        That of the programme.
    state : str, optional
        What is counted instead of completions: a stage other than the first (dwellings that reach
        or pass it) or an exit (dwellings in it).
    arrivals : str
        ``closed`` counts the dwellings under way on the origin: future arrivals are a plan and not
        a forecast. ``open`` counts all; arrivals go on as in the twelve months before.
    plan : mapping of date to int, optional
        Planned completions per month, by its last day: the method ``plan``.
    paths : int
        The number of simulations per forecast.
    seed : int
        The same seed gives the same numbers.
    threads : int
        0: as many as the machine has. It never changes a result.
    progress : callable, optional
        Told the part done, in [0, 1]; False stops the run.

    Returns
    -------
    Backtest
        Forecasts by ``model``, and by ``throughput`` (months drawn from the last twelve),
        ``linear`` (their mean, and Poisson), ``no_duration`` (rates that do not depend on the time
        already waited), ``plug_in`` (the mean rates as if they were certain) and ``plan``.

    Raises
    ------
    KeyError
        For an unknown state.
    NotEnoughData
        If nothing was known on an origin, or a stage had neither data nor prior.
    ValueError
        For origins that are not rising month ends, or horizons that are not rising and positive.
    RuntimeError
        If `progress` stops the run.

    Examples
    --------
    >>> import opgave as og
    >>> from opgave.frames import table_of
    >>> made = og.example("krispijn")
    >>> register = og.Register(made.events, made.dwellings, programme=made.programme)
    >>> test = og.backtest(register, origins=("2026-01", "2026-04"), horizons=[3], paths=100)
    >>> table_of(test.forecasts)["method"][:5].tolist()
    ['model', 'throughput', 'linear', 'no_duration', 'plug_in']
    """
    if prior is None and register.programme is not None:
        prior = register.programme.prior
    table = _core.backtest(
        register.core,
        origins=_origin_days(origins, register),
        horizons_months=list(horizons),
        prior=prior if prior is not None else _core.HazardPrior(),
        state=state,
        arrivals=arrivals,
        plan={day_of(day): count for day, count in (plan or {}).items()},
        paths=paths,
        seed=seed,
        threads=threads,
        progress=progress,
    )
    return Backtest(table, register.kind, arrivals, seed)
