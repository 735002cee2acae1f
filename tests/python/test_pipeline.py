"""The pipeline of net homes: frames, files, words and the command line; not the mathematics."""

from __future__ import annotations

import csv
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from typer.testing import CliRunner, Result

import opgave as og
from opgave.cli import app
from opgave.examples import example, write_example
from opgave.frames import table_of
from opgave.pipeline_charts import leverage_chart, net_fan_chart
from opgave.pipeline_section import net_homes_section
from opgave.report import svg
from opgave.wording import Words

WHEN: dict[str, Any] = {"before": "2030-01-01", "as_of": "2026-12-31"}
HEADER = "Project;Woningen;Sloop;Bruto/netto;Fase;Geplande oplevering\n"


def frame() -> dict[str, list[Any]]:
    return {
        "name": ["Hof", "Laan", "Plein"],
        "units_added": [120, 60, None],
        "units_demolished": [40, 0, None],
        "gross_or_net": ["gross", "net", None],
        "phase": ["permit", "construction", "design"],
        "demolition": ["2027-05-01", None, None],
        "planned_completion": ["2028-09-01", "2027-11-01", "2029-01-01"],
    }


def errors_of(table: object) -> dict[str, str]:
    with pytest.raises(og.RegisterError) as caught:
        og.Pipeline(table)
    issues = table_of(caught.value.issues)
    return dict(zip(issues["code"], issues["message"], strict=True))


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the example."""
    return write_example("krispijn", tmp_path_factory.mktemp("made"))[0].parent


# reference.json, `net_housing_toy`.
def test_the_kernel_gives_the_reference_numbers() -> None:
    law = og.net_additions(
        [220, 180, 150, 240, 120, 300, 90, 160, 110, 75],
        [0, 0, 40, 0, 0, 60, 0, 0, 0, 0],
        [10, 18, 22, 26, 30, 33, 36, 38, 40, 41],
        [0.02, 0.05, 0.08, 0.12, 0.15, 0.2, 0.25, 0.3, 0.3, 0.35],
        np.log([2, 4, 5, 6, 7, 8, 9, 9, 9, 9]),
        [0.6, 0.7, 0.7, 0.8, 0.8, 0.9, 0.9, 0.9, 0.9, 0.9],
        deadline_months=48,
        rho_delay=0.35,
        rho_fall_through=0.25,
    )
    assert law.at_least(1000) == pytest.approx(0.65202581, abs=1e-7)
    assert law.mean == pytest.approx(1107.517489, abs=1e-5)
    assert law.sd == pytest.approx(300.267264, abs=1e-5)
    assert law.probability.sum() == pytest.approx(1)
    assert law.net_additions[0] == law.first
    assert not law.probability.flags.writeable
    missing = np.maximum(1000 - law.net_additions, 0)
    assert law.shortfall(1000) == pytest.approx(float(missing @ law.probability))


@pytest.mark.parametrize("make", [dict, pd.DataFrame, pl.DataFrame])
def test_frames_come_back_in_their_own_kind(make: Any) -> None:
    pipeline = og.Pipeline(make(frame()))
    for made_frame in (
        pipeline.projects,
        pipeline.issues,
        pipeline.phases,
        pipeline.left_out("2026-12-31"),
        pipeline.distribution(**WHEN),
        pipeline.path(**WHEN),
        pipeline.leverage(at_least=50, **WHEN),
    ):
        assert type(made_frame) is type(make({"a": [1]}))


def test_the_distribution_the_path_and_the_probability_agree() -> None:
    pipeline = og.Pipeline(frame())
    found = pipeline.probability(at_least=100, **WHEN)
    table = pipeline.distribution(**WHEN)
    there = table["net_additions"] >= 100
    assert found.value == pytest.approx(float(table["probability"][there].sum()), abs=1e-12)
    path = pipeline.path(at_least=100, **WHEN)
    assert list(path) == ["month", "mean", "sd", "q05", "q25", "q50", "q75", "q95", "probability"]
    assert len(path["month"]) == 36
    assert path["probability"][-1] == pytest.approx(found.value, abs=1e-12)
    assert "probability" not in pipeline.path(**WHEN)
    assert found.std_error > 0
    assert found.ceiling == 140
    assert "draws" in found.method


def test_the_dip_is_the_lowest_month_of_the_path() -> None:
    dip = og.Pipeline(frame()).deepest_dip(**WHEN)
    path = og.Pipeline(frame()).path(**WHEN)
    assert dip.mean == path["mean"].min() < 0
    assert str(dip.month) == "2027-05-31"


def test_what_is_not_counted_is_listed() -> None:
    table = {**frame(), "completed": ["2026-12-31", None, None]}
    left = og.Pipeline(table).left_out("2026-12-31")
    assert left["code"].tolist() == ["completed", "unknown_units"]
    assert np.isnan(left["units_added"][1])
    assert "observed stock" in left["reason"][0]


def test_observed_homes_move_the_whole_distribution() -> None:
    pipeline = og.Pipeline(frame())
    alone = pipeline.net_additions(**WHEN)
    assert pipeline.net_additions(observed=25, **WHEN).first == alone.first + 25


def test_gross_without_demolition_is_refused_with_the_fix() -> None:
    table = {**frame(), "units_demolished": [None, 0, None]}
    found = errors_of(table)
    assert "without the demolition" in found["gross_without_demolition"]


def test_all_problems_come_at_once_with_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "projecten.csv"
    rows = ["Hof;-4;0;bruto;ontwerp;01-07-2028", "Laan;12;0;bruto;dak;31-02-2028",
            "Hof;8;0;misschien;bouw;2028-01-01"]  # fmt: skip
    path.write_text(HEADER + "\n".join(rows), encoding="utf-8")
    with pytest.raises(og.RegisterError) as caught:
        og.read_pipeline(path)
    found = {(problem.code, problem.row) for problem in caught.value.problems}
    assert {
        ("negative_units", 2),
        ("unknown_phase", 3),
        ("impossible_date", 3),
        ("duplicate_name", 4),
        ("unknown_gross_or_net", 4),
    } <= found
    assert "projecten.csv, row 2" in str(caught.value)


def test_no_projects_and_missing_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "leeg.csv"
    path.write_text(HEADER, encoding="utf-8")
    with pytest.raises(og.RegisterError, match="at least one project"):
        og.read_pipeline(path)
    assert "missing_column" in errors_of({"name": ["A"], "units_added": [3]})


def test_a_guess_is_refused() -> None:
    table = {**frame(), "phase": [None, None, None]}
    with pytest.raises(og.NotEnoughData, match="no open project"):
        og.Pipeline(table).probability(at_least=1, **WHEN)


def test_assumptions_can_be_read_changed_and_given_back() -> None:
    table = og.project_phases("columns")
    table["fall_through"] = np.full(len(table["phase"]), 0.5)
    pipeline = og.Pipeline(frame(), phases=table)
    assert pipeline.phases["fall_through"].tolist() == [0.5] * 8
    before = og.Pipeline(frame()).probability(at_least=100, **WHEN).value
    assert pipeline.probability(at_least=100, **WHEN).value < before
    with pytest.raises(ValueError, match=r"one row for \"soft\""):
        og.Pipeline(frame(), phases={name: column[:-1] for name, column in table.items()})


def test_history_moves_the_assumptions() -> None:
    history = {
        "phase": ["vergunning"] * 6,
        "planned_completion": ["2022-01-01"] * 6,
        "completed": ["2025-01-01"] * 4 + [None, None],
        "cancelled": ["nee"] * 4 + ["ja", None],
    }
    pipeline = og.Pipeline(frame(), history=history)
    permit = {name: column[3] for name, column in pipeline.phases.items()}
    assert (permit["past_fallen"], permit["past_completed"]) == (1, 4)
    assert permit["fall_through_now"] == pytest.approx((2 + 1) / (20 + 5))
    assert permit["delay_median_now"] > permit["delay_median_months"]


def test_dutch_and_english_files_are_the_same(tmp_path: Path) -> None:
    dutch = tmp_path / "nl.csv"
    dutch.write_text(HEADER + "Hof;40;10;bruto;Ontwerp;01-07-2028\n", encoding="utf-8")
    english = tmp_path / "en.csv"
    english.write_text(
        "name,units_added,units_demolished,gross_or_net,phase,planned_completion\n"
        "Hof,40,10,gross,design,2028-07-01\n",
        encoding="utf-8",
    )
    assert og.read_pipeline(dutch).core == og.read_pipeline(english).core


def test_a_pipeline_survives_a_pickle_and_says_what_it_is() -> None:
    pipeline = og.Pipeline(frame(), seed=5)
    assert pickle.loads(pickle.dumps(pipeline)) == pipeline
    assert pipeline != og.Pipeline(frame(), seed=6)
    assert repr(pipeline) == "Pipeline(3 rows, 1 warnings)"
    assert len(pipeline) == 3


def test_the_example_doubts_its_target() -> None:
    krispijn = example("krispijn")
    target = krispijn.programme.target("net_homes")
    pipeline = og.Pipeline(krispijn.pipeline)
    found = pipeline.probability(at_least=target.goal, **WHEN)
    assert found.ceiling > target.goal
    assert 0.05 < found.value < 0.6
    codes = pipeline.left_out(krispijn.as_of)["code"].tolist()
    assert {"completed", "demolished", "listed_twice", "unknown_units"} <= set(codes)


# Real plan capacity: hard plans are 35 % of all.
def test_the_example_is_as_hard_as_the_plans_of_dordrecht(data_dir: Path) -> None:
    with (data_dir / "plan_capacity" / "dordrecht.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    hard = sum(int(row["dwellings"]) for row in rows if row["hardness"] == "hard")
    total = sum(int(row["dwellings"]) for row in rows)
    table = example("krispijn").pipeline
    once = [i for i, name in enumerate(table["name"]) if "woondeal" not in name]
    homes = np.nan_to_num(table["units_added"][once])
    share = homes[table["hardness"][once] == "hard"].sum() / homes.sum()
    assert share == pytest.approx(hard / total, abs=0.03)


# Charts and section


def test_charts_draw_below_zero_and_at_any_width() -> None:
    pipeline = og.Pipeline(frame())
    as_of = example("krispijn").as_of
    chart = net_fan_chart(pipeline.path(**WHEN), as_of=as_of, goal=100, words=Words("nl"))
    assert chart.to_dict()["title"] == "Netto toegevoegde woningen"
    assert "<svg" in svg(chart, "fan", "Fan", "Months.")
    bars = leverage_chart(pipeline.leverage(at_least=100, **WHEN), words=Words("nl"), width=340)
    drawn = svg(bars, "bars", "Bars", "Projects.")
    assert "Hof" in drawn
    assert "Laan" in drawn


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_section_says_the_chance_in_words(language: Any) -> None:
    pipeline = og.Pipeline(frame())
    section = net_homes_section(pipeline, at_least=100, words=Words(language), **WHEN)
    assert "100" in section.paragraphs[0]
    assert len(section.figures) == 2
    assert section.sheets[0].rows[0][0] == "Plein"
    for figure in section.figures:
        assert figure.draw(340).to_dict()["width"] == 340
        assert all(len(row) == len(figure.sheet.head) for row in figure.sheet.rows)


def test_the_section_says_what_is_missing() -> None:
    table = {**frame(), "phase": [None, None, None]}
    section = net_homes_section(og.Pipeline(table), at_least=100, **WHEN)
    assert "no open project" in section.missing
    assert not section.figures


# Command line


def test_the_command_prints_the_chance_and_what_matters(made: Path) -> None:
    result = run("pipeline", made / "woningbouw.csv", "--as-of", "2026-12-31")
    assert result.exit_code == 0, result.output
    assert "1,000 net homes before 2030-01-01" in result.stdout
    assert "fictief" in result.stdout
    assert "Fictieve Haven" in result.stdout
    assert "counts once" in result.stdout or "count once" in result.stdout


def test_json_holds_the_rows_of_each_frame(made: Path) -> None:
    arguments = ["--at-least", "500", "--before", "2029-07-01", "--as-of", "2026-12-31"]
    result = run("pipeline", made / "woningbouw.csv", *arguments, "--json")
    answer = json.loads(result.stdout)
    assert answer["probability"]["at_least"] == 500
    assert answer["before"] == "2029-07-01"
    assert len(answer["path"]) == 30
    assert answer["leverage"][0].keys() == {"project", "secured", "dropped", "advanced"}
    assert {row["code"] for row in answer["left_out"]} >= {"completed", "listed_twice"}


def test_the_path_is_written_as_csv(made: Path, tmp_path: Path) -> None:
    target = tmp_path / "maanden.csv"
    run("pipeline", made / "woningbouw.csv", "--as-of", "2026-12-31", "--csv", target)
    with target.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    assert len(rows) == 36
    assert rows[0]["month"] == "2027-01-31"


def test_the_phases_of_the_example_are_those_that_are_assumed(made: Path) -> None:
    phases = og.read_pipeline(made / "woningbouw.csv", phases=made / "fasen.csv")
    assert phases.core == og.read_pipeline(made / "woningbouw.csv").core


def test_errors_end_with_1_and_wrong_use_with_2(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "fout.csv"
    path.write_text(HEADER + "Hof;-4;0;bruto;ontwerp;01-07-2028\n", encoding="utf-8")
    result = run("pipeline", path)
    assert result.exit_code == 1
    assert "fout.csv, row 2" in result.output
    assert run("pipeline", made / "woningbouw.csv", "--before", "soon").exit_code == 2
    late = run("pipeline", made / "woningbouw.csv", "--as-of", "2031-01-01")
    assert late.exit_code == 1
    assert "not after the as-of day" in late.output
    nothing = run("pipeline", made / "woningbouw.csv", "--programme", "permits")
    assert nothing.exit_code == 2


def test_what_is_wrong_with_the_projects_is_issues_for_programs(tmp_path: Path) -> None:
    path = tmp_path / "fout.csv"
    path.write_text(HEADER + "Hof;-4;0;bruto;ontwerp;01-07-2028\n", encoding="utf-8")
    result = run("pipeline", path, "--json")
    assert result.exit_code == 1
    issues = json.loads(result.stdout)["issues"]
    assert {(issue["file"], issue["row"]) for issue in issues} == {("fout.csv", 2)}
