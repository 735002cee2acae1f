"""What the tests of the Python package share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from opgave import Hazards, Register, Trajectory


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The directory with real data; the tests that need it are skipped where it is absent."""
    default = Path(__file__).parents[3] / "shared" / "data"
    found = Path(os.environ.get("OPGAVE_DATA", default))
    if not found.is_dir():
        pytest.skip(f"no real data in {found}: set OPGAVE_DATA")
    return found


@pytest.fixture
def way() -> Trajectory:
    """Two stages, completion, an exit and a pause."""
    return Trajectory(["asked", "started"], "done", ["withdrawn"], "paused")


@pytest.fixture
def events() -> dict[str, list[Any]]:
    """Six dwellings: done, started, asked, withdrawn, paused, and a correction that came late."""
    rows = [
        ("d1", "asked", "2026-01-05", None, None, 0, "phone", None),
        ("d1", "started", "2026-02-10", "2026-02-12", None, None, "visit", "key with owner"),
        ("d1", "done", "2026-04-30", "2026-05-06", None, 1250.50, "visit", None),
        ("d2", "asked", "2026-01-12", None, None, None, "phone", None),
        ("d2", "started", "2026-03-02", None, None, None, None, None),
        ("d3", "asked", "2026-02-02", None, None, None, "phone", None),
        ("d4", "asked", "2026-02-02", None, None, None, "letter", None),
        ("d4", "withdrawn", "2026-03-20", None, None, None, None, None),
        ("d5", "asked", "2026-02-16", None, None, None, None, None),
        ("d5", "paused", "2026-04-01", None, None, None, None, None),
        ("d2", "started", "2026-03-09", "2026-05-11", "2026-03-02", None, None, None),
    ]
    names = (
        "dwelling_id", "stage", "date", "recorded_on", "corrects", "amount_eur", "source", "note",
    )  # fmt: skip
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


@pytest.fixture
def dwellings() -> dict[str, list[Any]]:
    """Six dwellings in two neighbourhoods; of one nothing is known."""
    return {
        "dwelling_id": ["d1", "d2", "d3", "d4", "d5", "d6"],
        "neighbourhood": ["Oud", "Oud", "Nieuw", "Nieuw", None, None],
        "backlog": ["yes", "no", "yes", "no", None, None],
        "build_year": [1932, 1932, 1951, None, 1951, None],
        "colour": ["red", None, "blue", "red", None, None],
    }


@pytest.fixture
def register(
    events: dict[str, list[Any]], dwellings: dict[str, list[Any]], way: Trajectory
) -> Register:
    """The events and dwellings as a register."""
    return Register(events, dwellings, trajectory=way)


@pytest.fixture
def hazards(way: Trajectory) -> Hazards:
    """Rates of every move of `way`, in two bands."""
    rate = {
        ("asked", "started"): [0.4, 0.2],
        ("asked", "withdrawn"): [0.05, 0.02],
        ("asked", "paused"): [0.02, 0.02],
        ("started", "done"): [0.3, 0.5],
        ("paused", "return"): [0.2, 0.2],
    }
    return Hazards(way, band_edges=[0, 3], rate=rate)
