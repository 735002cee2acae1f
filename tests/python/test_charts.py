"""Charts from tables: what they draw, and that they draw nothing else."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import subprocess
import sys
from typing import Any

import pytest

import opgave as og
from opgave.wording import Words

charts = pytest.importorskip("opgave.charts")
chart_layers = pytest.importorskip("opgave.chart_layers")
chart_style = pytest.importorskip("opgave.chart_style")
pytest.importorskip("vl_convert")

LEVELS = ("q05", "q25", "q50", "q75", "q95")
AS_OF = dt.date(2026, 10, 31)


class Way:
    stages = ("intake", "granted")
    complete = "delivered"
    exits = ("withdrawn",)
    pause = "paused"


def fan() -> dict[str, Any]:
    months = [dt.date(2026, 11, 30), dt.date(2026, 12, 31)]
    return {"month": months, **{q: [10 + i, 20 + i] for i, q in enumerate(LEVELS)}}


def every_chart() -> dict[str, Any]:
    day = dt.date
    return {
        "fan": charts.fan_chart(
            fan(), observed=[(day(2026, 1, 31), 5), (AS_OF, 9)], as_of=AS_OF, goal=30,
            deadline=day(2026, 12, 31),
        ),
        "funnel": charts.funnel_chart(
            {"stage": ["intake", "granted"], "count": [9, None], "reached_or_passed": [9, None]}
        ),
        "stage": charts.stage_chart(
            {"group": ["a", "b"], "stage": ["intake", charts.HIDDEN], "count": [6, 7]},
            colours=chart_style.state_colours(Way),
        ),
        "age": charts.age_chart(
            {"stage": ["intake"], "q10": [1], "q25": [2], "q50": [3], "q75": [4], "q90": [5]}
        ),
        "throughput": charts.throughput_chart(
            {"begin": [day(2026, 1, 1), day(2026, 2, 1)],
             "end": [day(2026, 2, 1), day(2026, 3, 1)], "count": [None, 7]},
            stall_from=day(2026, 2, 1),
        ),
        "gain": charts.gain_chart({"step": ["More"], "gain": [4.5], "margin": [1.5]}),
    }  # fmt: skip


def values(chart: Any) -> list[dict[str, Any]]:
    """All rows that a chart holds."""
    found: list[dict[str, Any]] = []

    def look(part: object) -> None:
        if isinstance(part, dict):
            rows = part.get("values")
            if isinstance(rows, list) and rows and isinstance(rows[0], dict):
                found.extend(rows)
            for item in part.values():
                look(item)
        elif isinstance(part, list):
            for item in part:
                look(item)

    spec = chart.to_dict()
    look(spec)
    return [*found, *itertools.chain(*spec.get("datasets", {}).values())]


@pytest.mark.parametrize("name", ["fan", "funnel", "stage", "age", "throughput", "gain"])
def test_every_chart_has_a_title_and_its_data_inline(name: str) -> None:
    spec = every_chart()[name].to_dict()
    assert spec["title"]
    assert '"url"' not in json.dumps(spec)
    assert values(every_chart()[name])


@pytest.mark.parametrize("name", ["fan", "funnel", "stage", "age", "throughput", "gain"])
def test_every_chart_can_be_drawn(name: str) -> None:
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(every_chart()[name].to_dict())
    assert drawn.startswith("<svg")
    assert "NaN" not in drawn


def test_the_fan_starts_where_the_observed_line_ends() -> None:
    rows = values(every_chart()["fan"])
    first = next(row for row in rows if "q50" in row)
    assert first["x"] == chart_layers.month_position(AS_OF)
    assert {first[q] for q in LEVELS} == {9.0}


def test_a_month_end_is_the_start_of_the_following_month() -> None:
    assert chart_layers.month_position(dt.date(2034, 12, 31)) == 2035 * 12
    assert chart_layers.month_position(dt.date(2028, 2, 29)) == 2028 * 12 + 2


def test_months_without_a_calendar_are_numbers() -> None:
    table = {"month": [1, 2, 3], **{q: [0, 1, 2] for q in LEVELS}}
    rows = values(charts.fan_chart(table))
    assert [row["x"] for row in rows if "q50" in row] == [1.0, 2.0, 3.0]


def test_a_hidden_bar_says_nothing_of_its_height() -> None:
    def table(count: int | None) -> dict[str, Any]:
        months = [dt.date(2026, m, 1) for m in (1, 2, 3)]
        return {"begin": months[:2], "end": months[1:], "count": [count, 9]}

    hidden = [row for row in values(charts.throughput_chart(table(None))) if row.get("hidden")]
    assert [row["count"] for row in hidden] == [4]


def test_a_gain_has_its_margin_on_both_sides() -> None:
    gains = {"step": ["More", "Less"], "gain": [4.5, -1.0], "margin": [1.5, 2.0]}
    rows = values(charts.gain_chart(gains))
    assert [(row["low"], row["gain"], row["high"]) for row in rows] == [
        (3.0, 4.5, 6.0),
        (-3.0, -1.0, 1.0),
    ]


def test_a_hidden_stage_of_the_funnel_has_no_bar() -> None:
    rows = values(every_chart()["funnel"])
    assert [row["passed"] for row in rows] == [9, 0]
    assert [row["label"] for row in rows] == ["9", "x"]


def test_colours_tell_all_states_apart() -> None:
    colours = chart_style.state_colours(Way)
    assert list(colours) == [
        *("not_started", "intake", "granted", "under_way", "delivered", "withdrawn", "paused")
    ]
    assert len(set(colours.values())) == len(colours)


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", ["INK", "MUTED", "ACCENT", "MEDIAN"])
def test_texts_and_lines_stand_out_from_white(colour: str) -> None:
    assert 1.05 / (luminance(getattr(chart_style, colour)) + 0.05) >= 4.5


def test_dutch_charts_speak_dutch() -> None:
    chart = charts.fan_chart(fan(), as_of=AS_OF, goal=1675, words=Words("nl"), title="Opgeleverd")
    labels = [row["label"] for row in values(chart) if "label" in row]
    assert list(dict.fromkeys(labels)) == ["doel 1.675", "stand 31\xa0oktober\xa02026"]


def test_without_altair_the_error_names_the_extra() -> None:
    code = (
        "import sys; sys.modules['altair'] = None\n"
        "try:\n    import opgave.charts\n"
        "except ModuleNotFoundError as error:\n    print(error.name, error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("altair charts need altair")
    assert 'pip install "opgave[report]"' in done.stdout


def test_a_register_s_projection_shows_what_was_observed_first() -> None:
    way = og.Trajectory(stages=["A"], complete="done")
    events = {
        "dwelling_id": ["a", "a", "b"],
        "stage": ["A", "done", "A"],
        "date": ["2026-01-05", "2026-02-10", "2026-03-01"],
    }
    register = og.Register(events, trajectory=way)
    hazards = og.Hazards(way, band_edges=[0], rate={("A", "done"): [0.3]})
    projection = og.project(register, hazards, as_of="2026-03-15", until="2026-06-30", paths=50)
    rows = values(projection.chart())
    observed = [row for row in rows if set(row) == {"x", "count"}]
    assert [row["count"] for row in observed[:3]] == [0, 1, 1]
    assert next(row for row in rows if "q50" in row)["x"] == observed[2]["x"]


def test_a_snapshot_s_chart_shows_its_counts() -> None:
    events = {"dwelling_id": ["a", "b"], "stage": ["A", "A"], "date": ["2026-01-05"] * 2}
    register = og.Register(events, trajectory=og.Trajectory(stages=["A"], complete="done"))
    (row,) = values(register.as_of("2026-02-01").chart())
    assert (row["state"], row["count"]) == ("A", 2)
