"""Snapshots: counts that add up, what was known when, ages and progress."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest

from opgave import Register, Snapshot, Target, Trajectory, example_programme

STATES = ["not_started", "asked", "started", "done", "withdrawn", "paused"]


@pytest.fixture
def snapshot(register: Register) -> Snapshot:
    return register.as_of("2026-05-31")


def counts(frame: Any, column: str = "count") -> dict[str, int]:
    return dict(zip(frame["stage"], frame[column].tolist(), strict=True))


def test_every_state_is_counted_zeros_too(register: Register, snapshot: Snapshot) -> None:
    frame = snapshot.stage_counts()
    assert list(frame) == ["stage", "count"]
    assert frame["stage"].tolist() == STATES
    assert counts(frame) == {
        "not_started": 1, "asked": 1, "started": 1, "done": 1, "withdrawn": 1, "paused": 1,
    }  # fmt: skip
    before = counts(register.as_of("2026-01-04").stage_counts())
    assert before == {**dict.fromkeys(STATES, 0), "not_started": 6}


def test_the_day_and_what_was_known_are_two_things(register: Register) -> None:
    known = register.as_of("2026-05-04")
    assert known.known_on == register.last_day
    assert counts(known.stage_counts())["done"] == 1
    then = register.as_of("2026-05-04", known_on="2026-05-04")
    assert then.known_on == then.as_of == datetime.date(2026, 5, 4)
    assert counts(then.stage_counts())["done"] == 0
    early, late = (
        register.as_of("2026-03-05", known_on=day) for day in ("2026-03-05", "2026-05-31")
    )
    assert counts(early.stage_counts())["started"] == 2
    assert counts(late.stage_counts())["started"] == 1


def test_groups_add_up_to_the_total(snapshot: Snapshot) -> None:
    total = counts(snapshot.stage_counts())
    for by in ("neighbourhood", ["backlog"], ["neighbourhood", "backlog"], "colour"):
        frame = snapshot.stage_counts(by)
        columns = [by] if isinstance(by, str) else by
        assert list(frame) == [*columns, "stage", "count"]
        for state in STATES:
            assert frame["count"][frame["stage"] == state].sum() == total[state]
    frame = snapshot.stage_counts("neighbourhood")
    assert list(dict.fromkeys(frame["neighbourhood"])) == ["Oud", "Nieuw", "unknown"]


def test_an_unknown_column_lists_the_known(snapshot: Snapshot) -> None:
    with pytest.raises(KeyError, match=r"backlog.*colour.*neighbourhood"):
        snapshot.stage_counts("street")


def test_ever_reached_tells_a_skipped_stage_from_a_passed_one(way: Trajectory) -> None:
    events = {
        "dwelling_id": ["a", "b", "b"],
        "stage": ["started", "asked", "withdrawn"],
        "date": ["2026-01-05", "2026-01-05", "2026-02-01"],
    }
    frame = Register(events, trajectory=way).as_of("2026-03-01").ever_reached()
    assert list(frame) == ["stage", "count", "reached_or_passed"]
    assert counts(frame) == {**dict.fromkeys(STATES, 0), "asked": 1, "started": 1, "withdrawn": 1}
    assert counts(frame, "reached_or_passed")["asked"] == 2


def test_ages_are_days_of_open_dwellings(snapshot: Snapshot) -> None:
    frame = snapshot.ages()
    assert list(frame) == ["dwelling_id", "stage", "since", "days"]
    rows = dict(
        zip(frame["dwelling_id"], zip(frame["stage"], frame["days"], strict=True), strict=True)
    )
    assert rows == {"d2": ("started", 83), "d3": ("asked", 118), "d5": ("paused", 60)}
    assert frame["since"].astype(str).tolist() == ["2026-03-09", "2026-02-02", "2026-04-01"]


def test_progress_counts_within_the_scope(snapshot: Snapshot) -> None:
    target = Target(name="oud", state="done", goal=2, deadline="2026-08-31",
                    scope={"neighbourhood": "Oud"})  # fmt: skip
    progress = snapshot.progress(target)
    assert (progress.done, progress.goal, progress.share, progress.unknown) == (1, 2, 0.5, 0)
    assert progress.months_left == pytest.approx(3, abs=0.1)
    assert progress.pace_per_month == pytest.approx(1 / progress.months_left)
    over = Target(name="all", state="done", goal=6, deadline="2026-05-01")
    assert snapshot.progress(over).pace_per_month == float("inf")


def test_a_target_is_given_by_its_name() -> None:
    programme = replace(example_programme("dordt-west"), identification="text")
    events = {"dwelling_id": ["a"], "stage": ["delivered"], "date": ["2030-01-05"]}
    snapshot = Register(events, programme=programme).as_of("2030-01-31")
    assert snapshot.progress("renovated").done == 1
    assert snapshot.progress(programme.target("renovated")) == snapshot.progress("renovated")
    with pytest.raises(KeyError, match="renovated"):
        snapshot.progress("finished")
    unmeasured = next(target for target in programme.targets if not target.measured)
    with pytest.raises(ValueError, match="not measured in this register"):
        snapshot.progress(unmeasured)
    bare = Register(events).as_of("2030-01-31")
    with pytest.raises(ValueError, match="this register has no programme"):
        bare.progress("renovated")


def test_a_scope_or_state_that_does_not_exist_is_a_key_error(snapshot: Snapshot) -> None:
    for scope, state in (({"street": "x"}, "done"), ({}, "finished")):
        target = Target(name="x", state=state, goal=1, deadline="2026-08-31", scope=scope)
        with pytest.raises(KeyError):
            snapshot.progress(target)


def test_a_dwelling_not_yet_known_of_is_counted_nowhere(way: Trajectory) -> None:
    events = {
        "dwelling_id": ["a", "b"],
        "stage": ["asked"] * 2,
        "date": ["2026-01-05", "2026-03-01"],
    }
    register = Register(events, trajectory=way)
    assert sum(register.as_of("2026-02-01").stage_counts()["count"]) == 1
    assert sum(register.as_of("2026-03-01").stage_counts()["count"]) == 2


def test_a_snapshot_shows_itself(snapshot: Snapshot) -> None:
    assert repr(snapshot) == "Snapshot(6 dwellings on 2026-05-31, as known on 2026-05-31)"
    assert "<table>" in snapshot._repr_html_()
    assert "d3" not in snapshot._repr_html_()


def test_a_snapshot_draws_itself(snapshot: Snapshot) -> None:
    pytest.importorskip("altair")
    assert snapshot.chart().to_dict()["$schema"]
