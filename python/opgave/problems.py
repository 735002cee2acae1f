"""What is wrong with tables of input, and where it stands in them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from opgave import _core
from opgave.files import read_text_table
from opgave.frames import Kind, Table, frame_of, table_of
from opgave.parsing import Fault

__all__ = [
    "Problem",
    "RegisterError",
    "Source",
    "file_source",
    "frame_source",
    "issue_table",
    "merged",
]

SHOWN = 20


class Problem(NamedTuple):
    """One row of the issues of a register.

    `row` is the line of a file as a spreadsheet numbers it, or the place in a frame from 0; None
    where it is a column of a frame as a whole.
    """

    severity: str
    code: str
    file: str
    row: int | None
    column: str
    message: str
    fix: str

    def __str__(self) -> str:
        """Return the place, the problem and the mend in one line."""
        row = "" if self.row is None else f", row {self.row}"
        column = f", column {self.column}" if self.column else ""
        return f"{self.file}{row}{column}: {self.message}; {self.fix}"


def issue_table(problems: Sequence[Problem]) -> Table:
    """Return a row per problem."""
    columns: dict[str, Any] = {
        name: np.array([problem[place] for problem in problems], dtype=object)
        for place, name in enumerate(Problem._fields)
    }
    rows = [problem.row for problem in problems]
    known = all(row is not None for row in rows)
    columns["row"] = np.array(rows, dtype=np.int64 if known else np.float64)
    return columns


class RegisterError(ValueError):
    """The input of a register holds errors.

    Parameters
    ----------
    problems : sequence of Problem
        Every problem, warnings too.
    kind : str
        The kind of frame of `issues`.

    Attributes
    ----------
    issues : DataFrame, Table or dict of str to ndarray
        Columns severity, code, file, row, column, message and fix.

    Examples
    --------
    >>> from opgave import Register
    >>> events = {"dwelling_id": ["a"], "stage": ["finished"], "date": ["2026-01-05"]}
    >>> try:
    ...     Register(events)
    ... except RegisterError as error:
    ...     print(error.issues["code"][0])
    unknown_stage
    """

    def __init__(self, problems: Sequence[Problem], kind: Kind = "columns") -> None:
        self.problems = tuple(problems)
        self.kind = kind
        super().__init__(self.problems, kind)

    @property
    def issues(self) -> Any:
        """All problems as a frame."""
        return frame_of(issue_table(self.problems), self.kind)

    def __str__(self) -> str:
        """Return the first errors, one per line, and how many problems are left."""
        errors = [problem for problem in self.problems if problem.severity == "error"]
        lines = [f"the data has {len(errors):,} {'error' if len(errors) == 1 else 'errors'}"]
        lines += [f"  {problem}" for problem in errors[:SHOWN]]
        left = len(self.problems) - min(len(errors), SHOWN)
        if left:
            lines.append(f"  and {left:,} more; .issues lists all")
        return "\n".join(lines)


@dataclass(frozen=True)
class Source:
    """A table of the input; `line` is what a file numbers its rows."""

    columns: Mapping[str, Any]
    file: str
    line: Sequence[int] | None = None

    def row(self, row: int | None) -> int | None:
        """Return what a row is called."""
        if self.line is None:
            return row
        return 1 if row is None else self.line[row]


def frame_source(frame: object, file: str) -> Source:
    """Return the columns of a frame."""
    return Source(table_of(frame), file)


def file_source(path: str | os.PathLike[str]) -> Source:
    """Return the columns of a file."""
    table = read_text_table(path)
    return Source(table.columns, table.path.name, table.line)


def _problem(found: Fault | _core.Issue, sources: Mapping[str, Source]) -> Problem:
    source = sources[found.table]
    return Problem(
        found.severity,
        found.code,
        source.file,
        source.row(found.row),
        found.column,
        found.message,
        found.fix,
    )


def merged(
    faults: Sequence[Fault], issues: Sequence[_core.Issue], sources: Mapping[str, Source]
) -> tuple[Problem, ...]:
    """Return all problems, errors first.

    What could not be read wins over what the unread value then lacks.
    """
    unread = {(f.table, f.row, f.column) for f in faults if f.severity == "error"}
    kept = [
        issue
        for issue in issues
        if not {(issue.table, issue.row, issue.column), (issue.table, None, issue.column)} & unread
    ]
    found: list[Fault | _core.Issue] = [*faults, *kept]
    found.sort(key=lambda f: (f.severity != "error", f.table, -1 if f.row is None else f.row))
    return tuple(_problem(f, sources) for f in found)
