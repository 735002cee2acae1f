"""A diary of forecasts: what was said, on what, and how it turned out.

One line per forecast, as JSON. Each line holds the hash of the line before it, so that a forecast
that is changed or removed later shows. A target that is moved gets new lines; the old ones stay.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from opgave import _core
from opgave.days import Day, day_of
from opgave.files import FileError, FileProblem
from opgave.frames import Kind, Table, default_kind, frame_of
from opgave.projection import Projection
from opgave.register import Register
from opgave.targets import AnyTarget, core_target

__all__ = ["Diary", "Entry", "read_diary", "record", "register_hash"]

_FORMAT = 1
_BEGIN = "0" * 64
_FIELDS: dict[str, type | tuple[type, ...]] = {
    "format": int, "as_of": str, "known_on": str, "name": str, "state": str, "scope": dict,
    "goal": int, "deadline": str, "day": str, "first": int, "counts": list,
    "probability": (int, float), "version": str, "seed": int, "register": str, "previous": str,
    "hash": str,
}  # fmt: skip
_DAYS = ("as_of", "known_on", "deadline", "day")


@dataclass(frozen=True)
class Entry:
    """One forecast as it was issued.

    Parameters
    ----------
    as_of, known_on : date
        What the forecast knew.
    target : Target
        The target as it stood then: name, state, scope, goal and deadline.
    day : date
        The month end, on or before the deadline, that the distribution is about.
    first : int
        The smallest simulated number of dwellings in the state.
    counts : tuple of int
        How many simulations had `first`, `first` + 1, … dwellings; their sum is their number.
    probability : float
        Of reaching the goal.
    version : str
        Of this package.
    seed : int
        Of the simulation.
    register : str
        The hash of what the register held: `register_hash`.
    previous, hash : str
        Of the entry before, and of this one.
    """

    as_of: datetime.date
    known_on: datetime.date
    target: _core.Target
    day: datetime.date
    first: int
    counts: tuple[int, ...]
    probability: float
    version: str
    seed: int
    register: str
    previous: str
    hash: str

    @property
    def paths(self) -> int:
        """The number of simulations."""
        return sum(self.counts)

    @property
    def mass(self) -> npt.NDArray[np.float64]:
        """The probability of `first`, `first` + 1, … dwellings."""
        return np.array(self.counts, dtype=np.float64) / self.paths


@dataclass(frozen=True)
class Diary:
    """The forecasts of a diary, in the order in which they were issued; `read_diary` makes it.

    Parameters
    ----------
    entries : tuple of Entry
        The forecasts.
    """

    entries: tuple[Entry, ...]

    def score(self, register: Register, *, as_of: Day, known_on: Day | None = None) -> Any:
        """Compare every forecast whose day has passed with what the register says of that day.

        Parameters
        ----------
        register : Register
            The register, as full as it is known.
        as_of : date
            Forecasts of later days are left out.
        known_on : date, optional
            What was recorded later is left out.

        Returns
        -------
        DataFrame, Table or dict of str to ndarray
            One row per forecast: as_of, name, state, goal, deadline, day, outcome (dwellings),
            happened (whether the goal was reached), probability, brier, mean, sd, q025 … q975,
            pit_low, pit_high, crps, log_score and interval_score.

        Raises
        ------
        KeyError
            If the register does not have a state or a column of a target.

        Examples
        --------
        >>> Diary(()).score(Register({"dwelling_id": ["a"], "stage": ["intake"],
        ...                           "date": ["2026-01-05"]}), as_of="2026-12-31")["crps"].tolist()
        []
        """
        until = day_of(as_of)
        rows = [_scored(entry, register, known_on) for entry in self.entries if entry.day <= until]
        return frame_of(_columns(rows), register.kind)

    def __len__(self) -> int:
        """Return the number of forecasts."""
        return len(self.entries)

    def frame(self, kind: Kind | None = None) -> Any:
        """Return the forecasts without their distributions, one row each.

        Parameters
        ----------
        kind : str, optional
            The kind of frame; that of the first library installed.

        Examples
        --------
        >>> list(Diary(()).frame("columns"))[:3]
        ['as_of', 'known_on', 'name']
        """
        days = {
            name: _days(getattr(e, name) for e in self.entries) for name in ("as_of", "known_on")
        }
        targets = [entry.target for entry in self.entries]
        table: Table = {
            **days,
            "name": _texts(target.name for target in targets),
            "state": _texts(target.state for target in targets),
            "goal": np.array([target.goal for target in targets], dtype=np.int64),
            "deadline": _days(target.deadline.last_day for target in targets),
            "day": _days(entry.day for entry in self.entries),
            "probability": np.array([e.probability for e in self.entries], dtype=np.float64),
            "paths": np.array([entry.paths for entry in self.entries], dtype=np.int64),
            "seed": np.array([entry.seed for entry in self.entries], dtype=np.int64),
            "version": _texts(entry.version for entry in self.entries),
        }
        return frame_of(table, kind or default_kind())


def record(projection: Projection, target: AnyTarget, path: str | os.PathLike[str]) -> Entry:
    """Append a forecast to a diary; the file is made if it is not there.

    Parameters
    ----------
    projection : Projection
        A projection of a register.
    target : ProgrammeTarget, Target or str
        The target, or the name of one in the programme.
    path : path-like
        The diary.

    Returns
    -------
    Entry
        What was written.

    Raises
    ------
    FileError
        If the diary that is there cannot be read: nothing is appended to it.
    NotEnoughData
        If the deadline lies outside the projection.
    ValueError
        For a projection without a register.

    Examples
    --------
    >>> import tempfile
    >>> import opgave as og
    >>> way = og.Trajectory(["asked"], "done")
    >>> hazards = og.Hazards(way, band_edges=[0], rate={("asked", "done"): [0.2]})
    >>> events = {"dwelling_id": ["a", "b"], "stage": ["asked"] * 2, "date": ["2026-01-05"] * 2}
    >>> register = og.Register(events, trajectory=way)
    >>> projection = og.project(register, hazards, as_of="2026-01-31", until="2026-12-31")
    >>> goal = og.Target(name="one", state="done", goal=1, deadline="2026-12-31")
    >>> path = Path(tempfile.mkdtemp()) / "diary.jsonl"
    >>> record(projection, goal, path).paths, len(read_diary(path))
    (10000, 1)
    """
    if projection.register is None:
        raise ValueError("a forecast is recorded of a register, and this projection has none")
    entries = read_diary(path).entries if Path(path).exists() else ()
    fields = _fields(projection, projection.register, target)
    fields["previous"] = entries[-1].hash if entries else _BEGIN
    fields["hash"] = _hash(fields)
    with Path(path).open("a", encoding="utf-8", newline="\n") as file:
        file.write(_line(fields) + "\n")
    return _entry(fields)


def read_diary(path: str | os.PathLike[str]) -> Diary:
    r"""Read a diary.

    Parameters
    ----------
    path : path-like
        The file.

    Raises
    ------
    FileError
        If lines are no forecasts, or were changed, removed or put elsewhere after they were
        written; all of them with their numbers.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "diary.jsonl"
    >>> _ = path.write_text("{}\nnothing\n")
    >>> try:
    ...     read_diary(path)
    ... except FileError as error:
    ...     [problem.row for problem in error.problems]
    [1, 2]
    """
    problems: list[FileProblem] = []
    entries: list[Entry] = []
    previous: str | None = _BEGIN
    for row, line in enumerate(_lines(Path(path)), start=1):
        read = _read_line(line)
        if isinstance(read, str):
            problems.append(FileProblem(row, read, _FIX))
            previous = None
            continue
        if previous is not None and read["previous"] != previous:
            problems.append(FileProblem(row, "the line before it was removed or changed", _FIX))
        previous = read["hash"]
        entries.append(_entry(read))
    if problems:
        raise FileError(path, problems)
    return Diary(tuple(entries))


_FIX = "put back the file as it was written"


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        problem = FileProblem(None, f"the file cannot be read: {error.strerror}", "check the path")
        raise FileError(path, [problem]) from None
    except UnicodeDecodeError:
        raise FileError(path, [FileProblem(None, "the file is not UTF-8 text", _FIX)]) from None
    lines = text.split("\n")
    if lines[-1]:
        problem = FileProblem(len(lines), "the last line is not complete", _FIX)
        raise FileError(path, [problem])
    return lines[:-1]


def _read_line(line: str) -> dict[str, Any] | str:
    """The fields of a line, or what is wrong with it."""
    try:
        fields = json.loads(line)
    except ValueError:
        return "the line is not JSON"
    if not isinstance(fields, dict):
        return "the line is not a forecast"
    missing = [name for name in _FIELDS if name not in fields]
    if missing:
        return f"the line lacks {', '.join(missing)}"
    wrong = [name for name, kind in _FIELDS.items() if not _is(fields[name], kind)]
    if fields["format"] != _FORMAT:
        return f"the format must be {_FORMAT}"
    if wrong or not _is_distribution(fields["counts"]):
        return f"the line has a wrong value of {', '.join(wrong or ['counts'])}"
    if fields["hash"] != _hash(fields):
        return "the line was changed after it was written"
    try:
        _entry(fields)
    except ValueError as error:
        return str(error)
    return fields


def _is(value: Any, kind: type | tuple[type, ...]) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _is_distribution(counts: Sequence[Any]) -> bool:
    return all(_is(count, int) and count >= 0 for count in counts) and sum(counts) > 0


def _fields(projection: Projection, register: Register, target: AnyTarget) -> dict[str, Any]:
    from opgave import __version__

    core = projection.core
    asked = core_target(target, register.programme)
    probability = projection.probability(asked)
    ends = [day_of(end) for end in core.month_end]
    month = sum(end <= asked.deadline.last_day for end in ends) - 1
    sample = core.series(asked.state, _strata(core, asked))[:, month]
    first = int(sample.min())
    return {
        "format": _FORMAT,
        "as_of": _iso(core.as_of),
        "known_on": _iso(core.known_on),
        "name": asked.name,
        "state": asked.state,
        "scope": dict(asked.scope),
        "goal": asked.goal,
        "deadline": asked.deadline.last_day.isoformat(),
        "day": ends[month].isoformat(),
        "first": first,
        "counts": np.bincount(sample - first).tolist(),
        "probability": probability.value,
        "version": __version__,
        "seed": core.seed,
        "register": register_hash(register),
    }


def _iso(day: datetime.date | None) -> str:
    if day is None:
        raise ValueError("a forecast is recorded of a register, and this projection has no day")
    return day.isoformat()


def _strata(core: _core.Projection, target: _core.Target) -> list[int]:
    """The strata that match every scope."""
    columns, labels = core.grouping.columns, core.grouping.labels
    if not target.scope:
        return list(range(core.strata))
    named = (dict(zip(columns, label, strict=True)) for label in labels)
    return [i for i, names in enumerate(named) if target.scope.items() <= names.items()]


def _entry(fields: Mapping[str, Any]) -> Entry:
    days = {name: datetime.date.fromisoformat(fields[name]) for name in _DAYS}
    target = _core.Target(
        name=fields["name"],
        state=fields["state"],
        goal=fields["goal"],
        deadline=days["deadline"],
        scope=fields["scope"],
    )
    return Entry(
        as_of=days["as_of"],
        known_on=days["known_on"],
        target=target,
        day=days["day"],
        first=fields["first"],
        counts=tuple(fields["counts"]),
        probability=fields["probability"],
        version=fields["version"],
        seed=fields["seed"],
        register=fields["register"],
        previous=fields["previous"],
        hash=fields["hash"],
    )


def _line(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _hash(fields: Mapping[str, Any]) -> str:
    """Of everything but the hash itself."""
    said = {name: value for name, value in fields.items() if name != "hash"}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def register_hash(register: Register) -> str:
    """Return the SHA-256 of what a register holds: its states, dwellings and events.

    Parameters
    ----------
    register : Register
        The register.

    Examples
    --------
    >>> events = {"dwelling_id": ["a"], "stage": ["intake"], "date": ["2026-01-05"]}
    >>> register_hash(Register(events)) == register_hash(Register(events))
    True
    """
    digest = hashlib.sha256()
    dwellings, events = register.core.dwellings, register.core.events
    named = {name: dwellings.category(name) for name in dwellings.category_names}
    words = [
        register.trajectory.states,
        dwellings.id,
        {name: category.levels for name, category in named.items()},
        dwellings.number_names,
        [events.source.levels, list(events.note)],
    ]
    digest.update(json.dumps(words, ensure_ascii=False).encode())
    numbers: list[npt.NDArray[Any]] = [
        *(category.code for category in named.values()),
        *(dwellings.number(name) for name in dwellings.number_names),
        events.dwelling,
        events.stage,
        events.date_days,
        events.recorded_on_days,
        events.corrects_days,
        events.amount_cents,
        events.source.code,
    ]
    for column in numbers:
        digest.update(np.ascontiguousarray(column, dtype=column.dtype.newbyteorder("<")).tobytes())
    return digest.hexdigest()


_JUDGED = ("mean", "sd", "q025", "q10", "q25", "q50", "q75", "q90", "q975", "pit_low", "pit_high",
           "crps", "log_score", "interval_score")  # fmt: skip


def _scored(entry: Entry, register: Register, known_on: Day | None) -> dict[str, Any]:
    target = entry.target
    outcome = register.as_of(entry.day, known_on).progress(target).done
    judged = _core.judge(
        entry.first, entry.mass, sample_size=entry.paths, outcome=outcome, floor=0.5 / entry.paths
    )
    happened = outcome >= target.goal
    return {
        "as_of": entry.as_of,
        "name": target.name,
        "state": target.state,
        "goal": target.goal,
        "deadline": target.deadline.last_day,
        "day": entry.day,
        "outcome": outcome,
        "happened": happened,
        "probability": entry.probability,
        "brier": _core.brier(entry.probability, happened),
        **{name: judged[name][0] for name in _JUDGED},
    }


def _columns(rows: Sequence[Mapping[str, Any]]) -> Table:
    def column(name: str) -> list[Any]:
        return [row[name] for row in rows]

    whole = {"goal", "outcome", "q025", "q10", "q25", "q50", "q75", "q90", "q975"}
    table: Table = {}
    for name in ("as_of", "name", "state", "goal", "deadline", "day", "outcome", "happened",
                 "probability", "brier", *_JUDGED):  # fmt: skip
        if name in ("as_of", "deadline", "day"):
            table[name] = _days(column(name))
        elif name in ("name", "state"):
            table[name] = _texts(column(name))
        else:
            kind = np.int64 if name in whole else bool if name == "happened" else np.float64
            table[name] = np.array(column(name), dtype=kind)
    return table


def _days(days: Any) -> npt.NDArray[np.datetime64]:
    return np.array(list(days), dtype="M8[D]")


def _texts(texts: Any) -> npt.NDArray[Any]:
    return np.array(list(texts), dtype=object)
