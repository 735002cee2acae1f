"""`opgave status`."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.console import Console

from opgave import terminal
from opgave.commands import options
from opgave.commands.reading import (
    Input,
    not_measured,
    print_heading,
    problem_rows,
    read,
    refusals,
    wrong_use,
)
from opgave.register import Register
from opgave.snapshot import Snapshot
from opgave.terminal import Row


def status(
    events: options.Events,
    dwellings: options.Dwellings = None,
    programme: options.ProgrammeName = None,
    as_of: options.AsOf = None,
    known_on: options.KnownOn = None,
    by: options.By = None,
    as_json: options.Json = False,
) -> None:
    """Show where the dwellings are and how far each target is."""
    with refusals(as_json):
        given = read(events, dwellings, programme, as_of, known_on)
    columns = by or []
    _check_columns(given.register, columns)
    snapshot = given.register.as_of(given.as_of, given.known_on)
    counts = terminal.rows_of(snapshot.stage_counts(columns))
    reached = terminal.rows_of(snapshot.ever_reached(columns))
    targets = _target_rows(given, snapshot)
    issues = problem_rows(given.register.problems)
    if as_json:
        terminal.print_json(
            {
                "as_of": given.as_of,
                "stage_counts": counts,
                "ever_reached": [_without(row, "reached_or_passed") for row in reached],
                "targets": targets,
                "issues": issues,
            }
        )
        return
    out = terminal.console()
    print_heading(out, given)
    _print_states(out, columns, counts, reached)
    _print_progress(out, targets)
    if issues:
        out.print(terminal.summary(issues) + "; opgave check lists them.")


def _check_columns(register: Register, columns: Sequence[str]) -> None:
    known = register.core.dwellings.category_names
    for column in columns:
        if column not in known:
            wrong_use(
                f"there is no column {column!r} to group by; the columns are: {', '.join(known)}"
            )


def _target_rows(given: Input, snapshot: Snapshot) -> list[Row]:
    """How far each target is; what this register does not measure has no numbers."""
    rows = []
    for target in given.targets:
        row: Row = {
            "name": target.name,
            "title": target.title,
            "done": None,
            "goal": target.goal,
            "share": None,
            "unknown": None,
            "deadline": target.last_day,
            "months_left": None,
            "pace_per_month": None,
        }
        reason = not_measured(given.register, target)
        if reason is None:
            progress = snapshot.progress(target)
            row |= {
                "done": progress.done,
                "share": progress.share,
                "unknown": progress.unknown,
                "months_left": progress.months_left,
                "pace_per_month": progress.pace_per_month,
            }
        else:
            row["reason"] = reason
        rows.append(row)
    return rows


def _without(row: Row, name: str) -> Row:
    return {key: value for key, value in row.items() if key != name}


def _print_states(
    out: Console, columns: Sequence[str], counts: Sequence[Row], reached: Sequence[Row]
) -> None:
    """Per group and stage: dwellings in it, that ever entered it, and that got at least as far."""
    numbers = ("now", "ever reached", "reached or passed")
    table = terminal.make_table("Dwellings", (*columns, "stage"), numbers)
    group: list[object] = []
    for now, ever in zip(counts, reached, strict=True):
        labels = [now[name] for name in columns]
        if labels != group and group:
            table.add_section()
        group = labels
        values = (now["count"], ever["count"], ever["reached_or_passed"])
        table.add_row(*map(str, labels), now["stage"], *(f"{value:,}" for value in values))
    out.print(table)


def _print_progress(out: Console, targets: Sequence[Row]) -> None:
    """How far each target is, and the pace that it asks for."""
    if not targets:
        return
    numbers = ("done", "goal", "share", "unknown", "last day", "months left", "needed per month")
    table = terminal.make_table("Targets", ("target",), numbers)
    for row in targets:
        done = "not measured" if row["done"] is None else f"{row['done']:,}"
        table.add_row(
            row["title"],
            done,
            f"{row['goal']:,}",
            "" if row["share"] is None else f"{100 * row['share']:.1f} %",
            "" if row["unknown"] is None else f"{row['unknown']:,}",
            str(row["deadline"]),
            "" if row["months_left"] is None else f"{row['months_left']:.1f}",
            "" if row["pace_per_month"] is None else _pace(row["pace_per_month"]),
        )
    out.print(table)


def _pace(value: float) -> str:
    return f"{value:.1f}" if math.isfinite(value) else "too late"
