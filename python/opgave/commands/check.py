"""`opgave check`."""

from __future__ import annotations

from collections import Counter

import typer

from opgave import terminal
from opgave.commands import options
from opgave.commands.reading import find_programme, issues_of, refusals


def check(
    events: options.Events,
    dwellings: options.Dwellings = None,
    programme: options.ProgrammeName = None,
    as_of: options.AsOf = None,
    as_json: options.Json = False,
) -> None:
    """List what is wrong with the data. Nothing is computed."""
    with refusals(as_json):
        chosen, note = find_programme(programme)
    rows = issues_of(events, dwellings, chosen, as_of)
    count = Counter(row["severity"] for row in rows)
    errors, warnings = count["error"], count["warning"]
    if as_json:
        terminal.print_json({"issues": rows, "errors": errors, "warnings": warnings})
    else:
        out = terminal.console()
        out.print(note)
        terminal.print_issues(out, rows)
    raise typer.Exit(1 if errors else 0)
