"""The command line: answers, JSON, exit codes, and what bad input gets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import opgave
from opgave.cli import app
from opgave.examples import write_example

PERMITS = (
    Path(os.environ.get("OPGAVE_DATA", Path(__file__).parents[3] / "shared" / "data"))
    / "permits"
    / "municipality_1.csv"
)

HEADER = "dwelling_id;stage;date\n"
GOOD_ID = "0505019999000001"


@pytest.fixture(scope="module")
def krispijn(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The arguments that name the example's files."""
    folder = tmp_path_factory.mktemp("krispijn")
    dwellings, events, programme = write_example("krispijn", folder)[:3]
    return [str(events), "--dwellings", str(dwellings), "--programme", str(programme)]


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def answer(*arguments: object) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def written(folder: Path, text: str, name: str = "events.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# Help and version


@pytest.mark.parametrize(
    "command",
    [
        "example",
        "check",
        "status",
        "project",
        "advise",
        "backtest",
        "ledger",
        "stock",
        "pipeline",
        "report",
    ],
)
def test_help_has_an_example(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"Example: opgave {command}" in result.stdout


def test_version() -> None:
    result = run("--version")
    assert result.exit_code == 0
    assert result.stdout == f"opgave {opgave.__version__}\n"


def test_the_module_is_the_command_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "opgave", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"opgave {opgave.__version__}\n"
    assert done.stderr == ""


def test_an_unknown_command_is_wrong_use() -> None:
    assert run("renovate").exit_code == 2


# example


def test_example_writes_files_and_names_them(tmp_path: Path) -> None:
    result = run("example", "krispijn", "--to", tmp_path / "made")
    assert result.exit_code == 0
    paths = [Path(line) for line in result.stdout.splitlines()]
    assert [path.name for path in paths] == [
        "woningen.csv",
        "voortgang.csv",
        "programme.toml",
        "woningbouw.csv",
        "fasen.csv",
        "scenario.toml",
    ]
    assert all(path.is_file() for path in paths)


def test_example_does_not_overwrite(tmp_path: Path) -> None:
    assert run("example", "krispijn", "--to", tmp_path).exit_code == 0
    again = run("example", "krispijn", "--to", tmp_path)
    assert again.exit_code == 2
    assert "not overwritten" in again.stderr


def test_example_says_where_it_cannot_write(tmp_path: Path) -> None:
    blocked = written(tmp_path, "a file", "file")
    result = run("example", "krispijn", "--to", blocked / "below")
    assert result.exit_code == 2
    assert "file" in result.stderr


def test_an_unknown_example_lists_the_known(tmp_path: Path) -> None:
    result = run("example", "weesp", "--to", tmp_path)
    assert result.exit_code == 2
    assert "krispijn" in result.stderr


# check


def test_check_finds_only_warnings_in_the_example(krispijn: list[str]) -> None:
    found = answer("check", *krispijn)
    assert found["errors"] == 0
    assert found["warnings"] == len(found["issues"]) > 0
    assert list(found["issues"][0]) == [
        "severity",
        "code",
        "file",
        "row",
        "column",
        "message",
        "fix",
    ]
    assert "no errors" in run("check", *krispijn).stdout


def test_check_reports_errors_with_exit_code_1(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + f"{GOOD_ID};renovated;2025-03-01\n{GOOD_ID};intake;\n")
    result = run("check", path, "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["errors"] == 2
    assert {(row["code"], row["row"]) for row in found["issues"]} == {
        ("unknown_stage", 2),
        ("missing_date", 3),
    }
    people = run("check", path)
    assert people.exit_code == 1
    assert "events.csv, row 2" in people.stdout


def test_ten_thousand_errors_are_counted_and_the_first_are_shown(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + f"{GOOD_ID};renovated;2025-03-01\n" * 10_000)
    result = run("check", path)
    assert result.exit_code == 1
    assert "10,000 errors" in result.stdout
    assert "and 9,980 more" in result.stdout
    assert len(result.stdout.splitlines()) < 40
    assert len(json.loads(run("check", path, "--json").stdout)["issues"]) == 10_000


def test_a_file_that_is_no_table_is_an_issue(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    result = run("check", path, "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["errors"] == 1
    assert found["issues"][0]["file"] == "events.csv"


def test_identifications_are_masked(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + f"{GOOD_ID}99;intake;2025-03-01\n{GOOD_ID};x;2025-03-01\n")
    for arguments in (("check", path), ("check", path, "--json"), ("status", path)):
        result = run(*arguments)
        assert result.exit_code == 1
        assert GOOD_ID not in result.output


# status


def test_status_counts_every_dwelling_and_stage(krispijn: list[str]) -> None:
    found = answer("status", *krispijn)
    assert list(found) == ["as_of", "stage_counts", "ever_reached", "targets", "issues"]
    assert found["as_of"] == "2026-12-31"
    assert found["stage_counts"][0]["stage"] == "not_started"
    assert all(set(row) == {"stage", "count"} for row in found["stage_counts"])
    assert all(set(row) == {"stage", "count"} for row in found["ever_reached"])
    assert sum(row["count"] for row in found["stage_counts"]) == 925
    assert {"name", "done", "goal"} <= set(found["targets"][0])


def test_groups_add_up(krispijn: list[str]) -> None:
    total = {row["stage"]: row["count"] for row in answer("status", *krispijn)["stage_counts"]}
    by = ("--by", "neighbourhood", "--by", "backlog")
    rows = answer("status", *krispijn, *by)["stage_counts"]
    assert all(set(row) == {"neighbourhood", "backlog", "stage", "count"} for row in rows)
    for stage, count in total.items():
        assert sum(row["count"] for row in rows if row["stage"] == stage) == count


def test_an_earlier_day_and_earlier_knowledge_count_less(krispijn: list[str]) -> None:
    def reached(*options: str) -> int:
        return sum(row["count"] for row in answer("status", *krispijn, *options)["ever_reached"])

    assert reached("--as-of", "2025-06-01") < reached("--as-of", "2026-01-01") < reached()
    day = "2026-06-15"
    assert reached("--as-of", day, "--known-on", day) < reached("--as-of", day)


def test_status_for_people_says_the_day_and_the_programme(krispijn: list[str]) -> None:
    text = run("status", *krispijn).stdout
    assert "As of 2026-12-31" in text
    assert "fictional example" in text
    assert "delivered" in text


def test_without_a_programme_the_default_is_named(krispijn: list[str]) -> None:
    text = run("status", *krispijn[:3]).stdout
    assert "no --programme given" in text


def test_an_unknown_column_lists_the_columns(krispijn: list[str]) -> None:
    result = run("status", *krispijn, "--by", "colour")
    assert result.exit_code == 2
    assert "colour" in result.stderr
    assert "neighbourhood" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("day", ["31-12-2026", "2026-02-30", "tomorrow", ""])
def test_a_bad_date_is_wrong_use(krispijn: list[str], day: str) -> None:
    result = run("status", *krispijn, "--as-of", day)
    assert result.exit_code == 2
    assert "2026-12-31" in result.stderr


def test_a_missing_file_is_wrong_use(tmp_path: Path) -> None:
    result = run("status", tmp_path / "none.csv")
    assert result.exit_code == 2
    assert result.stdout == ""


def test_an_unknown_programme_lists_the_built_in_ones(krispijn: list[str]) -> None:
    result = run("status", krispijn[0], "--programme", "dordt-oost")
    assert result.exit_code == 2
    assert "dordt-west" in result.stderr
    assert "permits" in result.stderr


def test_a_broken_programme_file_is_an_error_in_the_data(
    krispijn: list[str], tmp_path: Path
) -> None:
    path = written(tmp_path, "name = [", "broken.toml")
    result = run("status", krispijn[0], "--programme", path)
    assert result.exit_code == 1
    assert "broken.toml" in result.stderr


def test_events_of_no_dwelling_are_no_traceback(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER)
    result = run("status", path)
    assert result.exit_code == 2
    assert "--as-of" in result.stderr
    assert run("status", path, "--as-of", "2026-12-31").exit_code == 0


def test_errors_stop_status_and_list_every_kind(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + f"{GOOD_ID};renovated;2025-03-01\n{GOOD_ID};intake;\n")
    result = run("status", path)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "unknown_stage" in result.stderr
    assert "missing_date" in result.stderr


def test_errors_are_issues_for_programs(tmp_path: Path) -> None:
    """What is wrong is JSON on standard output, whichever command meets it."""
    path = written(tmp_path, HEADER + f"{GOOD_ID};renovated;2025-03-01\n{GOOD_ID};intake;\n")
    empty = written(tmp_path, "", "empty.csv")
    good = written(tmp_path, f"case_id;milestone;date\n{GOOD_ID};received;2025-03-01\n", "a.csv")
    plan = written(tmp_path, "name = [", "plan.toml")
    far = ("--until", "2026-12-31")
    for arguments, codes in [
        (("status", path), ["unknown_stage", "missing_date"]),
        (("project", path), ["unknown_stage", "missing_date"]),
        (("advise", path), ["unknown_stage", "missing_date"]),
        (("backtest", path), ["unknown_stage", "missing_date"]),
        (("status", empty), ["file"]),
        (("check", path, "--programme", plan), ["toml"]),
        (("project", good, "--programme", "permits", *far), ["not_enough_data"]),
    ]:
        result = run(*arguments, "--json")
        assert result.exit_code == 1, arguments
        assert result.stderr == "", arguments
        issues = json.loads(result.stdout)["issues"]
        assert [issue["code"] for issue in issues] == codes
        assert all(issue["severity"] == "error" and issue["message"] for issue in issues)


# project


def test_project_in_json(krispijn: list[str]) -> None:
    found = answer("project", *krispijn, "--paths", 400, "--seed", 7)
    assert list(found) == ["as_of", "until", "seed", "paths", "targets", "quantiles"]
    assert (found["as_of"], found["seed"], found["paths"]) == ("2026-12-31", 7, 400)
    computed = [row for row in found["targets"] if row["probability"] is not None]
    assert computed
    for row in computed:
        assert list(row) == [
            "name", "probability", "std_error", "method", "ceiling", "variance", "weak_prior"
        ]  # fmt: skip
        assert 0 < row["weak_prior"] < 1
        assert row["method"] != "simulation" or 0 < row["probability"] < 1
    assert all("reason" in row for row in found["targets"] if row["probability"] is None)
    assert list(found["quantiles"][0]) == ["month", "series", "q05", "q25", "q50", "q75", "q95"]
    assert found["quantiles"][0]["month"] == "2027-01-31"


def test_the_same_seed_gives_the_same_answer(krispijn: list[str]) -> None:
    arguments = ("project", *krispijn, "--paths", 200, "--until", "2030-12-31", "--json")
    first, second = run(*arguments, "--seed", 3), run(*arguments, "--seed", 3)
    assert first.stdout == second.stdout
    assert run(*arguments, "--seed", 4).stdout != first.stdout


def test_a_larger_inflow_brings_more_homes(krispijn: list[str]) -> None:
    def median(inflow: int) -> int:
        options = ("--paths", 400, "--until", "2031-12-31", "--inflow", inflow)
        found = answer("project", *krispijn, *options)
        assert found["inflow_per_month"] == inflow
        rows = [row for row in found["quantiles"] if row["series"] == "delivered"]
        return int(rows[-1]["q50"])

    assert median(0) < median(5) < median(15)


def test_project_for_people_says_what_a_probability_is(krispijn: list[str]) -> None:
    result = run("project", *krispijn, "--paths", 400)
    assert result.exit_code == 0
    assert "±" in result.stdout
    assert "ceiling" in result.stdout
    assert "one standard error from 400 paths" in result.stdout
    assert "prior" in result.stdout
    assert " 0 % " not in result.stdout
    assert " 100 % " not in result.stdout
    assert result.stderr == ""


def test_the_answer_under_a_weak_prior_stands_beside_it(krispijn: list[str]) -> None:
    row = answer("project", *krispijn, "--paths", 400)["targets"][0]
    assert 0.02 < abs(row["weak_prior"] - row["probability"]) < 0.4
    told = run("project", *krispijn, "--paths", 400).stdout
    assert (
        f"a quarter of what it is, the probability would be {100 * row['weak_prior']:.0f} %" in told
    )


def test_a_gate_holds_dwellings_back(krispijn: list[str]) -> None:
    free = answer("project", *krispijn, "--paths", 200)
    held = answer("project", *krispijn, "--paths", 200, "--gate", "started=4")
    assert held["gates"] == {"started": 4.0}
    assert "gates" not in free
    assert held["targets"][0]["probability"] < free["targets"][0]["probability"]
    told = run("project", *krispijn, "--paths", 100, "--gate", "started=4").stdout
    assert "At most 4 dwellings a month can enter 'started'." in told
    wide = answer("project", *krispijn, "--paths", 200, "--gate", "started=925")
    assert wide["quantiles"] == free["quantiles"]


@pytest.mark.parametrize("gate", ["started", "begun=3", "approached=3", "started=x", "started=-1"])
def test_a_gate_that_cannot_be_is_wrong_use(krispijn: list[str], gate: str) -> None:
    result = run("project", *krispijn, "--paths", 100, "--gate", gate)
    assert result.exit_code == 2
    assert gate in result.stderr


def test_advise_ranks_steps_and_says_what_it_takes(krispijn: list[str]) -> None:
    given = [*krispijn, "--paths", 100, "--probability", 0.45, "--gate", "started=9"]
    found = answer("advise", *given)
    gains = [row["probability"] for row in found["steps"]]
    assert gains == sorted(gains, reverse=True)
    assert len(gains) == 1 + 7 + 1 + 1  # approached, stages, exits, gates
    assert found["target"]["name"] == "renovated"
    assert found["required"]["probability"] >= 0.45
    assert found["required"]["reason"] is None
    told = run("advise", *given)
    assert told.exit_code == 0
    assert "a tenth more slots for 'started'" in told.stdout
    assert "For 45 % it takes" in told.stdout
    sure = answer("advise", *krispijn, "--paths", 100, "--probability", 0.99)
    assert sure["required"]["times_the_plan"] is None
    assert "not 0.99" in sure["required"]["reason"]


@pytest.fixture(scope="module")
def scenario(krispijn: list[str]) -> str:
    """The path of the example's scenario."""
    return str(Path(krispijn[0]).with_name("scenario.toml"))


def test_a_scenario_holds_back_pays_and_is_told(krispijn: list[str], scenario: str) -> None:
    given = [*krispijn, "--paths", 200, "--scenario", scenario]
    found = answer("project", *given)
    plan = found["scenario"]
    assert plan["fictional"]
    assert [gate["per_month"] for gate in plan["gates"]] == [9, 3]
    assert plan["gates"][1]["scope"] == {"foundation_risk": ["D", "E"]}
    assert plan["budgets"][0]["cents"]["2034"] == 100_000_000
    assert plan["levers"][0]["start"] == "2027-07-01"
    (money,) = found["budgets"]
    assert money["name"] == "grant"
    assert 400_000_000 < money["spent_cents"]["q50"] <= money["cents"] == 800_000_000
    assert 0 <= found["waiting"]["q05"] < found["waiting"]["q95"]
    told = run("project", *given).stdout
    assert "Scenario: Slots for works and foundations, and a yearly budget (fictional)." in told
    assert "At most 3 dwellings a month can enter 'started' (foundation risk: D or E)." in told
    assert "Spent from 'grant' by 2034-12-31" in told
    assert f"Most wait for a slot or for money on {found['waiting']['month']}: " in told
    assert "budgets" not in answer("project", *krispijn, "--paths", 100)


def test_options_stand_in_for_parts_of_a_scenario(krispijn: list[str], scenario: str) -> None:
    options = ("--paths", 100, "--scenario", scenario, "--gate", "started=5", "--inflow", 3)
    found = answer("project", *krispijn, *options)
    assert [(gate["per_month"], gate["scope"]) for gate in found["scenario"]["gates"]] == [(5, {})]
    assert found["inflow_per_month"] == 3
    assert found["scenario"]["budgets"]


def test_advice_on_a_scenario_tries_its_slots_and_money(krispijn: list[str], scenario: str) -> None:
    found = answer("advise", *krispijn, "--paths", 100, "--scenario", scenario)
    steps = {row["step"] for row in found["steps"]}
    assert len(steps) == len(found["steps"]) == 1 + 7 + 1 + 2 + 1
    assert "a tenth more slots for 'started' (foundation risk: D or E)" in steps
    assert "a tenth more money in grant" in steps


def test_the_last_month_in_which_more_still_suffices(krispijn: list[str]) -> None:
    given = (*krispijn, "--paths", 100, "--probability", 0.6)
    last = answer("advise", *given)["point_of_no_return"]
    assert last["never"] < 0.6 <= last["on_day"] <= last["at_once"]
    assert "2027-01-01" < last["day"] < "2034-12-31"
    day = date.fromisoformat(last["day"])
    told = run("advise", *given).stdout
    assert f"Up to {day.day} {day:%B %Y} it is not too late: 3 times the planned" in told


def test_a_scenario_with_errors_is_an_error_in_the_data(
    krispijn: list[str], tmp_path: Path
) -> None:
    path = written(tmp_path, 'title = "x"\n[[gates]]\nstate = "start"\n', "plan.toml")
    result = run("project", *krispijn, "--scenario", path)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "plan.toml: source is missing" in result.stderr
    assert "plan.toml: gates[0].state is 'start'" in result.stderr
    assert "did you mean 'started'?" in result.stderr


def test_blocks_decide_together(krispijn: list[str]) -> None:
    apart = answer("project", *krispijn, "--paths", 200)["quantiles"][-1]
    blocks = answer("project", *krispijn, "--paths", 200, "--together", "complex_id")
    assert blocks["quantiles"][-1] != apart
    wrong = run("project", *krispijn, "--together", "complex")
    assert wrong.exit_code == 2
    assert "complex_id" in wrong.stderr


def test_advise_needs_a_target_that_is_measured(krispijn: list[str]) -> None:
    for options, message in [
        (["--target", "nothing"], "has no target 'nothing'"),
        (["--target", "squares"], "not measured in this register"),
        (["--probability", "1"], "between 0 and 1"),
    ]:
        result = run("advise", *krispijn, "--paths", 100, *options)
        assert result.exit_code == 2, options
        assert message in result.stderr, options


def test_nothing_to_project_is_wrong_use(krispijn: list[str]) -> None:
    for until in ("2026-12-31", "2020-01-01", "2027-01-30"):
        result = run("project", *krispijn, "--until", until)
        assert result.exit_code == 2, until
        assert "no month ends after" in result.stderr


def test_a_deadline_beyond_the_projection_has_a_reason(krispijn: list[str]) -> None:
    found = answer("project", *krispijn, "--paths", 200, "--until", "2027-06-30")
    assert all(row["probability"] is None and row["reason"] for row in found["targets"])


def test_without_dwellings_a_scope_cannot_be_measured(krispijn: list[str]) -> None:
    found = answer("project", krispijn[0], "--paths", 200)
    targets = {row["name"]: row for row in found["targets"]}
    assert targets["renovated"]["probability"] is not None
    assert "no dwelling is known to have backlog 'yes'" in targets["backlog_cleared"]["reason"]
    progress = {row["name"]: row for row in answer("status", krispijn[0])["targets"]}
    assert progress["backlog_cleared"]["done"] == 0
    assert progress["backlog_cleared"]["unknown"] == progress["renovated"]["done"] > 0


def test_a_scope_of_no_column_has_a_reason(krispijn: list[str], tmp_path: Path) -> None:
    text = Path(krispijn[4]).read_text(encoding="utf-8")
    changed = text.replace('scope = { backlog = "yes" }', 'scope = { roof = "flat" }')
    assert changed != text
    arguments = [*krispijn[:4], written(tmp_path, changed, "roof.toml")]
    for command in (["status"], ["project", "--paths", 200]):
        rows = answer(*command, *arguments)["targets"]
        (row,) = (row for row in rows if row["name"] == "backlog_cleared")
        assert row["reason"] == "the dwellings have no column roof"


def test_too_little_data_is_a_refusal(tmp_path: Path) -> None:
    path = written(tmp_path, f"case_id;milestone;date\n{GOOD_ID};received;2025-03-01\n")
    options = ("--programme", "permits", "--until", "2026-12-31")
    result = run("project", path, *options)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")


def test_an_earlier_day_warns_of_nothing_that_came_later(krispijn: list[str]) -> None:
    day = ("--as-of", "2026-01-01")
    assert len(answer("status", *krispijn, *day)["issues"]) == 4
    assert answer("check", *krispijn, *day)["warnings"] > 400


@pytest.mark.parametrize(
    "option", [("--paths", "0"), ("--paths", "many"), ("--seed", "-1"), ("--inflow", "-3")]
)
def test_impossible_options_are_wrong_use(krispijn: list[str], option: tuple[str, str]) -> None:
    assert run("project", *krispijn, *option).exit_code == 2


def test_piped_output_holds_no_terminal_codes(krispijn: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "opgave", "project", *krispijn, "--paths", "200"],
        capture_output=True,
        check=True,
    )
    assert b"\x1b" not in done.stdout
    assert done.stderr == b""


def test_no_frame_library_is_needed(krispijn: list[str]) -> None:
    code = (
        "import sys\n"
        "absent = ('pandas', 'polars', 'pyarrow', 'altair', 'vl_convert', 'jinja2')\n"
        "sys.modules.update(dict.fromkeys(absent))\n"
        "from opgave.cli import main\n"
        "main()\n"
    )
    for arguments in (["check"], ["status", "--by", "backlog"], ["project", "--paths", "200"]):
        subprocess.run([sys.executable, "-c", code, *arguments, *krispijn], check=True)
    done = subprocess.run(
        [sys.executable, "-c", code, "report", *krispijn], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "opgave[report]" in done.stderr
    assert "Traceback" not in done.stderr


# money


def test_the_variance_of_a_target_is_told_in_parts(krispijn: list[str]) -> None:
    parts = answer("project", *krispijn, "--paths", 200)["targets"][0]["variance"]
    assert sum(parts.values()) == pytest.approx(1)
    assert all(0 < part < 1 for part in parts.values())
    told = run("project", *krispijn, "--paths", 200).stdout
    assert "from the prior" in told
    assert f"{100 * parts['prior']:.0f} % the prior." in told
    queue = answer("project", *krispijn, "--gate", "started=9", "--paths", 100)
    assert queue["targets"][0]["variance"] is None


def test_money_is_told_per_year_and_target(krispijn: list[str]) -> None:
    plan = ["--scenario", Path(krispijn[0]).with_name("scenario.toml"), "--paths", 100]
    found = answer("project", *krispijn, *plan)
    years = [row["month"] for row in found["spending"]]
    assert years == [f"{year}-12-31" for year in range(2027, 2035)]
    supplied = [row["supplied"] for row in found["spending"]]
    assert supplied == [year * 100_000_000 for year in range(1, 9)]
    assert all(row["mean"] <= row["supplied"] for row in found["spending"])
    first, second = found["money"]
    assert (first["budget"], first["target"]) == ("grant", "renovated")
    # The money holds back whoever waits for it, so no future reaches a target with more.
    for row, target in ((first, found["targets"][0]), (second, found["targets"][1])):
        assert row["reached_within"]["probability"] == target["probability"]
    spent, left = found["budgets"][0]["spent_cents"], first["left_cents"]
    assert left["q05"] <= 800_000_000 - spent["q50"] <= left["q95"]
    told = run("project", *krispijn, *plan).stdout
    assert "Spent since the as-of day, in euros" in told
    assert "somebody waits for this money before the target is reached" in told
    assert "spending" not in answer("project", *krispijn, "--paths", 100)


def test_the_budgets_of_a_programme_stay_under_another_inflow(
    krispijn: list[str], tmp_path: Path
) -> None:
    text = Path(krispijn[-1]).read_text(encoding="utf-8")
    amounts = "[[grants.amounts]]\ncents = 800_000_000"
    budget = (
        "[grants.budget]\ncents = { 2027 = 500_000_000 }\nsource = 'assumption'\n"
        "[[grants.budget.costs]]\ncents = 1_000_000\nsource = 'assumption'\n\n"
    )
    assert amounts in text
    programme = written(tmp_path, text.replace(amounts, budget + amounts), "mine.toml")
    with_budget = [*krispijn[:-1], str(programme), "--paths", 100]
    usual = answer("project", *with_budget)["spending"]
    more = answer("project", *with_budget, "--inflow", 20)["spending"]
    assert [row["supplied"] for row in more] == [row["supplied"] for row in usual]
    assert more[-1]["mean"] >= usual[-1]["mean"] > 0


# ledger


def test_the_ledger_has_a_row_per_grant_and_source(krispijn: list[str]) -> None:
    found = answer("ledger", *krispijn)
    assert [row["grant"] for row in found["ledger"]] == ["crabbehof"] * 2 + ["krispijn"] * 2
    crabbehof, followed = found["ledger"][0], found["ledger"][2]
    assert crabbehof["paid_cents"] is None
    assert crabbehof["award_cents"] == 1_706_164_800
    taken = sum(followed[f"{name}_cents"] for name in ("reserved", "committed", "paid"))
    assert followed["free_cents"] == 800_000_000 - taken
    assert {issue["code"] for issue in found["issues"]} == {"award_conflict"}


def test_the_ledger_says_what_is_not_known(krispijn: list[str], tmp_path: Path) -> None:
    found = answer("ledger", *krispijn)["ledger"][2]
    target = tmp_path / "ledger.csv"
    told = run("ledger", *krispijn, "--csv", target).stdout
    assert f"{found['paid_cents'] / 100:,.0f} ({found['paid_unknown']})" in told
    assert f"at most {found['free_cents'] / 100:,.0f}" in told
    assert "the register does not follow this money" in told
    header = target.read_text(encoding="utf-8").splitlines()[0]
    assert header.startswith("grant;source;date;about;award_cents")


def test_a_programme_without_grants_has_no_ledger(krispijn: list[str], tmp_path: Path) -> None:
    text = Path(krispijn[-1]).read_text(encoding="utf-8")
    start, end = text.index("[[grants]]"), text.index("[[pillars]]")
    programme = written(tmp_path, text[:start] + text[end:], "mine.toml")
    result = run("ledger", *krispijn[:-1], programme)
    assert result.exit_code == 2
    assert "no grants" in result.stderr


# Registers of another kind


@pytest.mark.skipif(not PERMITS.exists(), reason=f"needs {PERMITS.name}")
def test_permits_are_a_register_too() -> None:
    options = (PERMITS, "--programme", "permits", "--as-of", "2013-06-30")
    found = answer("status", *options)
    assert found["as_of"] == "2013-06-30"
    assert sum(row["count"] for row in found["stage_counts"]) > 500
    made = answer("project", *options, "--until", "2013-12-31", "--paths", 200)
    assert {row["series"] for row in made["quantiles"]} >= {"completed", "withdrawn"}


# report


def test_report_of_an_example(tmp_path: Path) -> None:
    pytest.importorskip("altair")
    path = tmp_path / "krispijn.html"
    result = run("report", "--example", "krispijn", "-o", path, "--language", "en", "--paths", 200)
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{path}\n"
    assert path.read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html>")


def test_report_without_targets_has_no_projection(tmp_path: Path) -> None:
    pytest.importorskip("altair")
    source = written(tmp_path, f"case_id;milestone;date\n{GOOD_ID};received;2025-03-01\n")
    path = tmp_path / "permits.html"
    result = run("report", source, "--programme", "permits", "-o", path)
    assert result.exit_code == 0, result.output
    assert path.is_file()


def test_report_says_where_it_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "none" / "report.html"
    result = run("report", "--example", "krispijn", "-o", path)
    assert result.exit_code == 2
    assert "none" in result.stderr


def test_report_needs_one_source(krispijn: list[str]) -> None:
    assert run("report").exit_code == 2
    assert run("report", krispijn[0], "--example", "krispijn").exit_code == 2
    assert run("report", "--example", "krispijn", *krispijn[1:3]).exit_code == 2
    assert run("report", "--example", "weesp").exit_code == 2
    assert run("report", "--example", "krispijn", "--language", "fr").exit_code == 2


def test_report_takes_projects_for_the_net_homes(krispijn: list[str], tmp_path: Path) -> None:
    pytest.importorskip("altair")
    target = tmp_path / "report.html"
    projects = Path(krispijn[0]).with_name("woningbouw.csv")
    quick = ["--advice", 0, "--paths", 100, "-o", target]
    assert run("report", *krispijn, "--pipeline", projects, *quick).exit_code == 0
    page = target.read_text(encoding="utf-8")
    assert 'id="net_homes"' in page
    assert "Fictieve Spoorzone" in page
    text = Path(krispijn[-1]).read_text(encoding="utf-8")
    assert text.count('"net_additions"') == 1
    programme = written(tmp_path, text.replace('"net_additions"', '"counted"'), "mine.toml")
    refused = run("report", *krispijn[:-1], programme, "--pipeline", projects, *quick)
    assert refused.exit_code == 2
    assert "target of net additions" in refused.stderr
