"""What a notebook shows: counts, no identification, nothing that runs."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest

import opgave as og
from opgave.programme import parse_programme
from opgave.reprs import projection_html, register_html, snapshot_html

PROGRAMME = """
name = "street"
title = "<b>The street</b>"
fictional = true

[trajectory]
stages = ["approached", "<i>intake</i>"]
complete = "delivered"

[[targets]]
name = "all"
title = "All"
goal = 2
by = 2027-12-31
source = "letter"

[sources]
letter = "A letter"
"""


@pytest.fixture(scope="module")
def register() -> og.Register:
    programme = parse_programme(PROGRAMME, name="street.toml")
    events = {
        "dwelling_id": ["HOUSE-1", "HOUSE-1", "HOUSE-2", "HOUSE-1"],
        "stage": ["approached", "<i>intake</i>", "approached", "delivered"],
        "date": ["2026-01-05", "2026-02-01", "2026-02-02", "2026-03-01"],
    }
    return og.Register(events, trajectory=programme.trajectory, programme=programme)


@pytest.fixture(scope="module")
def shown(register: og.Register) -> dict[str, str]:
    hazards = og.Hazards(
        register.trajectory,
        band_edges=[0],
        rate={("approached", "<i>intake</i>"): [0.2], ("<i>intake</i>", "delivered"): [0.2]},
    )
    projection: Any = og.project(register, hazards, as_of="2026-03-31", paths=100)
    return {
        "register": register_html(register),
        "snapshot": snapshot_html(register.as_of("2026-03-31")),
        "projection": projection_html(projection),
    }


@pytest.mark.parametrize("what", ["register", "snapshot", "projection"])
def test_it_is_well_formed_marked_and_without_identifications(
    shown: dict[str, str], what: str
) -> None:
    root = ET.fromstring(shown[what])
    assert root.find(".//table/tbody/tr") is not None
    assert "Fictional data" in shown[what]
    assert "HOUSE" not in shown[what]
    assert root.find(".//i") is None
    assert root.find(".//b") is None


def test_a_snapshot_shows_every_state(shown: dict[str, str]) -> None:
    rows = ET.fromstring(shown["snapshot"]).findall(".//tbody/tr")
    told = [tuple(str(cell.text) for cell in row) for row in rows]
    assert told == [
        ("not started", "0"),
        ("approached", "1"),
        ("<i>intake</i>", "0"),
        ("delivered", "1"),
    ]


def test_a_projection_shows_the_ends_of_years(shown: dict[str, str]) -> None:
    rows = ET.fromstring(shown["projection"]).findall(".//tbody/tr")
    assert [str(row[0].text) for row in rows] == ["December\xa02026", "December\xa02027"]


def test_a_projection_without_a_register_shows_months() -> None:
    way = og.Trajectory(stages=["A"], complete="done")
    hazards = og.Hazards(way, band_edges=[0], rate={("A", "done"): [0.3]})
    cohorts = og.Cohorts(stage=["A"], age_months=[0], count=[9])
    shown = projection_html(og.simulate(hazards, cohorts, months=14, paths=50))
    rows = ET.fromstring(shown).findall(".//tbody/tr")
    assert [str(row[0].text) for row in rows] == ["month 12", "month 14"]
    assert "Fictional" not in shown
