"""`opgave example`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from opgave import examples
from opgave.commands.reading import wrong_use


def example(
    name: Annotated[str, typer.Argument(metavar="NAME", help=", ".join(examples.examples()))],
    to: Annotated[
        Path, typer.Option("--to", metavar="DIR", file_okay=False, help="Where the files go.")
    ],
) -> None:
    """Write a built-in programme and its register as files. Everything in it is made up."""
    try:
        paths = examples.write_example(name, to)
    except (ValueError, OSError) as error:
        wrong_use(str(error))
    for path in paths:
        typer.echo(str(path))
