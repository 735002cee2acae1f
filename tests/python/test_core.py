"""The extension: columns without copies, days, texts, names, errors and interrupts."""

from __future__ import annotations

import datetime
import os
import signal
import sys
import threading
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opgave import Hazards, Register, Trajectory, _core

DAY = datetime.date(2026, 2, 28)
UNKNOWN_DAY = np.iinfo(np.int32).min


def event_rows(**columns: Any) -> _core.EventRows:
    return _core.EventRows(**{"dwelling_id": ["a"], "stage": ["asked"], "date": [DAY], **columns})


@pytest.mark.parametrize(
    "given_day",
    [
        "2026-02-28",
        DAY,
        datetime.datetime(2026, 2, 28),
        np.datetime64("2026-02-28"),
        np.datetime64("2026-02-28T00:00:00", "ns"),
    ],
)
def test_a_day_is_taken_in_every_form(given_day: Any) -> None:
    assert _core.by(given_day).last_day == DAY


@pytest.mark.parametrize(
    ("given_day", "error", "message"),
    [
        ("28-02-2026", ValueError, "28-02-2026"),
        ("2026-02-30", ValueError, "2026-02-30"),
        (datetime.datetime(2026, 2, 28, 12), ValueError, "must be at midnight"),
        (np.datetime64("2026-02-28T12:00"), ValueError, "must be at midnight"),
        (20260228, TypeError, "got int"),
    ],
)
def test_what_is_no_day_is_refused(given_day: Any, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        _core.by(given_day)


@given(st.dates(datetime.date(1600, 1, 1), datetime.date(9000, 12, 31)))
def test_days_come_back_as_they_went_in(day: datetime.date) -> None:
    assert _core.by(day).last_day == day
    assert _core.before(day).last_day == day - datetime.timedelta(days=1)
    rows = event_rows(
        date=[day],
        recorded_on=np.array(
            [
                day,
            ][:1],
            dtype="M8[D]",
        ),
    )
    assert rows.date[0] == rows.recorded_on[0] == np.datetime64(day)


def test_month_ends_are_the_grid_after_a_day() -> None:
    ends = _core.month_ends("2026-01-31", "2026-04-15")
    assert ends.dtype == np.dtype("M8[D]")
    assert ends.astype(str).tolist() == ["2026-02-28", "2026-03-31"]
    assert _core.month_end("2024-02-03") == datetime.date(2024, 2, 29)
    assert _core.add_months("2023-01-31", 1) == datetime.date(2023, 2, 28)
    with pytest.raises(ValueError, match="2026"):
        _core.month_ends("2026-01-31", "2026-01-31")


def test_unknown_in_a_column_is_nat_none_or_nan() -> None:
    rows = event_rows(date=[None], amount_cents=[None], source=[None])
    assert np.isnat(rows.date[0])
    assert rows.amount_cents[0] == _core.unknown_cents
    assert rows.source == [""]
    dwellings = _core.DwellingRows(["a"], build_year=[None], further={"colour": [None]})
    assert np.isnan(dwellings.build_year[0])
    assert dwellings.further == {"colour": [""]}


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        ({"stage": "asked"}, TypeError),
        ({"stage": [3]}, ValueError),
        ({"date": ["soon"]}, ValueError),
        ({"date": [["2026-01-01"]]}, ValueError),
        ({"date": np.array(["8000000-01-01"], dtype="M8[D]")}, ValueError),
        ({"amount_cents": [1.5]}, ValueError),
    ],
)
def test_a_column_of_the_wrong_kind_is_refused(
    columns: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        event_rows(**columns)


def test_a_column_that_dwellings_do_not_have_is_refused() -> None:
    with pytest.raises(TypeError, match="no column 'colour'; put it in further"):
        _core.DwellingRows(["a"], colour=["red"])  # type: ignore[call-arg]


VIEWS = {
    "events": ("dwelling", "stage", "date_days", "recorded_on_days", "corrects_days",
               "amount_cents"),
    "snapshot": ("state", "since_days", "furthest", "reached"),
    "visits": ("begin", "state", "day_days"),
    "spells": ("dwelling", "stage", "origin", "enter_days", "exit_days", "cause",
               "first_observed_days"),
}  # fmt: skip


def parts(register: Register) -> dict[str, Any]:
    core = register.core
    return {
        "events": core.events,
        "snapshot": _core.as_of(core, "2026-05-31", "2026-05-31"),
        "visits": _core.visits(core, "2026-05-31", "2026-05-31"),
        "spells": _core.spells(core, "2026-05-31", "2026-05-31"),
    }


@pytest.mark.parametrize(
    ("part", "column"), [(part, column) for part, columns in VIEWS.items() for column in columns]
)
def test_a_column_is_a_read_only_view(register: Register, part: str, column: str) -> None:
    owner = parts(register)[part]
    first, second = getattr(owner, column), getattr(owner, column)
    assert first.ctypes.data == second.ctypes.data
    assert not first.flags.owndata
    assert not first.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 1


def test_a_view_outlives_the_names_of_its_owner(register: Register) -> None:
    snapshot = _core.as_of(register.core, "2026-05-31", "2026-05-31")
    state, references = snapshot.state, sys.getrefcount(snapshot)
    assert state.base is not None
    del snapshot
    junk = [np.zeros(64) for _ in range(1000)]
    assert references >= 3
    assert state.tolist()[0] == 2
    assert len(junk) == 1000


def test_days_are_dates_and_raw_numbers(register: Register) -> None:
    snapshot = _core.as_of(register.core, "2026-05-31", "2026-05-31")
    assert snapshot.since_days.dtype == np.int32
    known = snapshot.since_days != UNKNOWN_DAY
    assert (np.isnat(snapshot.since) == ~known).all()
    expected = snapshot.since_days[known].astype("M8[D]")
    assert (snapshot.since[known] == expected).all()


def test_counts_are_groups_by_states(register: Register) -> None:
    core = register.core
    snapshot = _core.as_of(core, "2026-05-31", "2026-05-31")
    grouping = _core.group_by(core.dwellings, ["neighbourhood"])
    for count in (_core.stage_counts, _core.ever_reached, _core.reached_or_passed):
        counts = count(core, snapshot, grouping)
        assert counts.dtype == np.int64
        assert counts.shape == (3, 1 + len(core.trajectory.states))
        assert not counts.flags.writeable


@pytest.mark.parametrize(
    "ask",
    [
        lambda core: core.trajectory.index("finished"),
        lambda core: core.dwellings.category("colours"),
        lambda core: core.dwellings.number("colours"),
        lambda core: _core.group_by(core.dwellings, ["colours"]),
        lambda core: _core.throughput(core, "finished", "month", "2026-05-31", "2026-05-31"),
    ],
)
def test_an_unknown_name_is_a_key_error_that_lists_the_known(register: Register, ask: Any) -> None:
    with pytest.raises(KeyError, match=r"started|neighbourhood|build_year"):
        ask(register.core)


def test_an_unknown_period_lists_the_known(register: Register) -> None:
    with pytest.raises(ValueError, match=r"month.*quarter.*year"):
        _core.throughput(register.core, "asked", "week", "2026-05-31", "2026-05-31")


def test_an_unknown_stratum_is_an_index_error(projection: _core.Projection) -> None:
    with pytest.raises(IndexError, match="stratum must be 0 to 0, got 1"):
        projection.counts("done", 1)
    with pytest.raises(KeyError, match="started"):
        projection.counts("finished")


def test_a_register_with_errors_carries_its_issues(way: Trajectory) -> None:
    with pytest.raises(_core.RegisterError) as caught:
        _core.Register(way, event_rows(stage=["finished"]))
    assert isinstance(caught.value, ValueError)
    (issue,) = caught.value.issues
    assert (issue.severity, issue.code, issue.row) == ("error", "unknown_stage", 0)


def test_too_little_data_is_a_refusal_of_its_own(way: Trajectory) -> None:
    register = _core.Register(way, event_rows())
    spells = _core.spells(register, DAY, DAY)
    with pytest.raises(_core.NotEnoughData, match=r"asked|started"):
        _core.fit_hazards(spells, way)


def test_severities_are_named() -> None:
    with pytest.raises(ValueError, match="error or warning, got 'fatal'"):
        _core.Issue(severity="fatal", code="", table="", row=0, column="", message="", fix="")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("0505010000000001", None),
        ("505010000000001", "leading_zero_dropped"),
        ("5,05E+14", "scientific_notation"),
        ("", "empty"),
        ("0505010000", "wrong_length"),
        ("05050100000000x1", "not_digits"),
        ("0505990000000001", "unknown_object"),
    ],
)
def test_faults_of_a_bag_identification_are_named(text: str, fault: str | None) -> None:
    assert _core.check_bag_id(text) == fault


def test_a_bag_identification_has_parts() -> None:
    bag_id = _core.BagId("0505010000000017")
    assert (bag_id.municipality, bag_id.object, bag_id.number) == (505, "verblijfsobject", 17)
    assert str(bag_id) == "0505010000000017"
    assert hash(bag_id) == hash(_core.BagId("0505010000000017"))
    assert "0505" not in repr(bag_id)
    with pytest.raises(ValueError, match="digits"):
        _core.BagId("1")


def test_no_repr_shows_an_identification(way: Trajectory) -> None:
    secret = "0505010000012345"
    rows = event_rows(dwelling_id=[secret])
    dwellings = _core.DwellingRows([secret])
    register = _core.Register(way, rows, dwellings)
    values: list[object] = [rows, dwellings, register, register.dwellings, register.events]
    values += [_core.visits(register, DAY, DAY), _core.as_of(register, DAY, DAY)]
    values += [_core.spells(register, DAY, DAY)]
    for value in values:
        assert "12345" not in repr(value)
        assert type(value).__name__ in repr(value)


@pytest.fixture
def cohorts() -> _core.Cohorts:
    return _core.Cohorts(stage=["asked", "started"], age_months=[2, 0], count=[60, 25])


@pytest.fixture
def projection(hazards: Hazards, cohorts: _core.Cohorts) -> _core.Projection:
    return _core.simulate(hazards.core, cohorts, _core.Run(months=6, paths=50))


def test_counts_of_a_projection_are_paths_by_months(projection: _core.Projection) -> None:
    counts = projection.counts("done")
    assert counts.shape == (50, 6)
    assert counts.dtype == np.int32
    assert counts.ctypes.data == projection.counts("done").ctypes.data
    assert not counts.flags.writeable
    assert (projection.series("done") == counts).all()
    total = sum(projection.series(s) for s in ["not_started", *projection.trajectory.states])
    assert (total == 85).all()
    assert projection.as_of is None
    assert len(projection.month_end) == 0


def test_quantiles_take_any_array_of_counts() -> None:
    counts = np.array([[1, 5], [2, 6], [3, 7]], dtype=np.int64, order="F")
    assert _core.quantiles(counts, [0.0, 0.5, 1.0]).tolist() == [[1, 2, 3], [5, 6, 7]]  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="paths x months, got 1 dimensions"):
        _core.quantiles(np.zeros(3, dtype=np.int32), [0.5])


def test_expected_counts_are_months_by_states(hazards: Hazards, cohorts: _core.Cohorts) -> None:
    found = _core.expected(hazards.core, cohorts, 6, inflow=[10.0])
    assert found.mean.shape == found.variance.shape == (6, 5)
    assert found.mean[-1].sum() == pytest.approx(95)
    assert not found.mean.flags.writeable
    assert (found.parameter_variance == 0).all()


def test_progress_is_told_how_far_a_run_is(hazards: Hazards, cohorts: _core.Cohorts) -> None:
    told: list[float] = []
    main = threading.get_ident()
    callers: set[int] = set()

    def tell(done: float) -> None:
        told.append(done)
        callers.add(threading.get_ident())

    _core.simulate(hazards.core, cohorts, _core.Run(months=6, paths=2000, threads=1), tell)
    assert told == sorted(told)
    assert 0 < told[0] < told[-1] == 1
    assert callers == {main}


def test_progress_stops_a_run_by_false(hazards: Hazards, cohorts: _core.Cohorts) -> None:
    with pytest.raises(RuntimeError, match="stopped"):
        _core.simulate(
            hazards.core, cohorts, _core.Run(months=6, paths=2000, threads=1), lambda _: False
        )


def test_an_error_in_progress_is_raised(hazards: Hazards, cohorts: _core.Cohorts) -> None:
    def fail(_: float) -> None:
        raise LookupError("the bar is closed")

    with pytest.raises(LookupError, match="the bar is closed"):
        _core.simulate(hazards.core, cohorts, _core.Run(months=6, paths=2000, threads=1), fail)


@pytest.mark.skipif(os.name != "posix", reason="signals to oneself are POSIX")
def test_an_interrupt_stops_a_run(hazards: Hazards) -> None:
    cohorts = _core.Cohorts(stage=["asked"], age_months=[0], count=[60])
    long_run = _core.Run(months=60, paths=16_000, threads=1)

    def interrupt(_: float) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    # A shell lets what it starts in the background ignore interrupts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            _core.simulate(hazards.core, cohorts, long_run, interrupt)
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_run_while_the_engine_does(hazards: Hazards) -> None:
    cohorts = _core.Cohorts(stage=["asked"], age_months=[0], count=[100_000])
    ticks: list[int] = []
    over = threading.Event()

    def tick() -> None:
        while not over.is_set():
            ticks.append(1)
            time.sleep(0)

    def engine_lets_others_run() -> bool:
        before = len(ticks)
        _core.expected(hazards.core, cohorts, 1000, [10.0] * 1000)
        return len(ticks) > before

    interval = sys.getswitchinterval()
    sys.setswitchinterval(3600)  # only who waits, or gives up the lock, lets others run
    thread = threading.Thread(target=tick)
    thread.start()
    try:
        assert any(engine_lets_others_run() for _ in range(500))
    finally:
        over.set()
        sys.setswitchinterval(interval)
        thread.join()


def test_a_run_depends_on_its_seed_and_not_on_threads(
    hazards: Hazards, cohorts: _core.Cohorts
) -> None:
    def run(seed: int, threads: int) -> _core.Projection:
        asked = _core.Run(months=12, paths=300, seed=seed, threads=threads)
        return _core.simulate(hazards.core, cohorts, asked)

    assert run(7, 1) == run(7, 3)
    assert run(7, 1) != run(8, 1)


def test_a_scope_keeps_its_order_and_takes_a_mapping() -> None:
    target = _core.Target(
        name="x", state="done", goal=3, deadline=_core.before("2030-01-01"),
        scope={"neighbourhood": "Oud", "backlog": "yes"},
    )  # fmt: skip
    assert list(target.scope.items()) == [("neighbourhood", "Oud"), ("backlog", "yes")]
    assert target.deadline.last_day == datetime.date(2029, 12, 31)
    assert target.deadline == _core.by("2029-12-31")
    with pytest.raises(ValueError, match="goal"):
        _core.Target(name="x", state="done", goal=0, deadline="2030-01-01")


def test_a_plan_is_checked_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="-1"):
        _core.Scenario(inflow=[3, -1])


def test_values_of_other_types_are_not_equal(way: Trajectory) -> None:
    assert way != "asked"
    assert _core.Deadline(DAY) != DAY
    assert _core.Scenario() != _core.Pool(count=1)
