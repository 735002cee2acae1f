"""The diary: what is written, what shows, and how it is scored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from opgave import (
    Hazards,
    NotEnoughData,
    Projection,
    Register,
    Target,
    _core,
    project,
    read_diary,
    record,
)
from opgave.diary import Diary, register_hash
from opgave.files import FileError
from opgave.frames import table_of

GOAL = Target(
    name="two", state="done", goal=2, deadline="2026-08-15", scope={"neighbourhood": "Oud"}
)


@pytest.fixture
def projection(register: Register, hazards: Hazards) -> Projection:
    return project(
        register, hazards, as_of="2026-05-31", until="2026-12-31", by="neighbourhood", paths=400
    )


@pytest.fixture
def path(projection: Projection, tmp_path: Path) -> Path:
    """A diary of three forecasts."""
    file = tmp_path / "diary.jsonl"
    for deadline in ("2026-07-31", "2026-08-15", "2026-12-31"):
        record(projection, moved(deadline), file)
    return file


def moved(deadline: str) -> Target:
    return Target(
        name=GOAL.name, state=GOAL.state, goal=GOAL.goal, deadline=deadline, scope=GOAL.scope
    )


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def rows_in_error(path: Path) -> list[int | None]:
    with pytest.raises(FileError) as caught:
        read_diary(path)
    return [problem.row for problem in caught.value.problems]


def test_what_is_recorded_is_read(projection: Projection, tmp_path: Path) -> None:
    file = tmp_path / "diary.jsonl"
    entry = record(projection, GOAL, file)
    assert read_diary(file) == Diary((entry,))
    assert entry.target == GOAL
    assert str(entry.day) == "2026-07-31"
    assert entry.paths == 400
    assert entry.probability == projection.probability(GOAL).value
    strata = [i for i, label in enumerate(projection.core.grouping.labels) if label == ["Oud"]]
    sample = projection.core.series("done", strata)[:, 1]
    drawn = np.repeat(np.arange(len(entry.counts)) + entry.first, entry.counts)
    assert drawn.tolist() == sorted(sample.tolist())


def test_a_moved_target_leaves_the_older_entry_as_it_is(
    projection: Projection, tmp_path: Path
) -> None:
    file = tmp_path / "diary.jsonl"
    record(projection, GOAL, file)
    before = lines(file)
    record(projection, moved("2026-12-31"), file)
    assert lines(file)[:1] == before
    first, second = read_diary(file).entries
    assert second.previous == first.hash
    assert str(first.target.deadline.last_day) == "2026-08-15"


def test_the_frame_has_a_row_per_forecast(path: Path) -> None:
    table = table_of(read_diary(path).frame("columns"))
    assert len(table["name"]) == 3
    assert table["paths"].tolist() == [400] * 3


@pytest.mark.parametrize("place", range(3))
def test_a_changed_entry_shows(path: Path, place: int) -> None:
    written = lines(path)
    fields = json.loads(written[place])
    fields["probability"] = 0.99
    written[place] = json.dumps(fields)
    path.write_text("\n".join(written) + "\n", encoding="utf-8")
    assert rows_in_error(path) == [place + 1]


def test_a_removed_entry_shows(path: Path) -> None:
    written = lines(path)
    path.write_text("\n".join([written[0], written[2]]) + "\n", encoding="utf-8")
    assert rows_in_error(path) == [2]


def test_a_changed_entry_with_a_hash_of_its_own_shows_in_the_next(path: Path) -> None:
    from opgave.diary import _hash

    written = lines(path)
    fields = json.loads(written[1])
    fields["goal"] = 1
    fields["hash"] = _hash(fields)
    written[1] = json.dumps(fields)
    path.write_text("\n".join(written) + "\n", encoding="utf-8")
    assert rows_in_error(path) == [3]


def test_every_broken_line_is_reported(path: Path) -> None:
    written = lines(path)
    broken: list[Any] = ["{", "[]", "{}", *written, '{"format":2}']
    path.write_text("\n".join(broken) + "\n", encoding="utf-8")
    assert rows_in_error(path) == [1, 2, 3, 7]


def test_wrong_values_are_named(path: Path) -> None:
    fields = json.loads(lines(path)[0])
    for name, value in (("goal", "two"), ("counts", [1, -1]), ("counts", []), ("seed", True)):
        path.write_text(json.dumps({**fields, name: value}) + "\n", encoding="utf-8")
        with pytest.raises(FileError, match=f"wrong value of {name}"):
            read_diary(path)


def test_a_diary_cut_off_is_refused_and_not_added_to(path: Path, projection: Projection) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(text[:-10], encoding="utf-8")
    with pytest.raises(FileError, match="not complete"):
        record(projection, GOAL, path)
    assert path.read_text(encoding="utf-8") == text[:-10]


def test_a_missing_diary_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        read_diary(tmp_path / "none.jsonl")


def test_passed_days_are_scored(path: Path, register: Register) -> None:
    scored = table_of(read_diary(path).score(register, as_of="2026-08-31"))
    assert scored["deadline"].astype(str).tolist() == ["2026-07-31", "2026-08-15"]
    assert scored["outcome"].tolist() == [1, 1]
    assert scored["happened"].tolist() == [False, False]
    assert np.allclose(scored["brier"], scored["probability"] ** 2)
    assert (scored["crps"] >= 0).all()
    assert (scored["pit_low"] <= scored["pit_high"]).all()
    assert len(table_of(read_diary(path).score(register, as_of="2026-06-30"))["crps"]) == 0


def test_the_hash_of_a_register_is_that_of_its_content(
    events: dict[str, list[Any]], dwellings: dict[str, list[Any]], way: _core.Trajectory
) -> None:
    one = register_hash(Register(events, dwellings, trajectory=way))
    assert one == register_hash(Register(events, dwellings, trajectory=way))
    other = {**events, "date": ["2026-01-06", *events["date"][1:]]}
    assert one != register_hash(Register(other, dwellings, trajectory=way))
    painted = {**dwellings, "colour": ["red", None, "blue", "red", None, "red"]}
    assert one != register_hash(Register(events, painted, trajectory=way))


def test_a_deadline_outside_the_projection_is_refused(
    projection: Projection, tmp_path: Path
) -> None:
    file = tmp_path / "diary.jsonl"
    with pytest.raises(NotEnoughData):
        record(projection, moved("2030-12-31"), file)
    assert not file.exists()
