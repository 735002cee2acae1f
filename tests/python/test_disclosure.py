"""What a published table hides, checked by a solver that knows only what is published."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opgave.disclosure import (
    EXTRA,
    SHOWN,
    SMALL,
    Protected,
    attainable,
    blocks,
    is_small,
    protect,
    protect_row,
)

optimize = pytest.importorskip("scipy.optimize")

counts = st.one_of(st.just(0), st.integers(1, 4), st.integers(5, 60))
tables = st.integers(1, 4).flatmap(
    lambda columns: st.lists(
        st.lists(counts, min_size=columns, max_size=columns), min_size=1, max_size=4
    )
)


def reader_concludes(table: Protected, row: int, column: int) -> tuple[int, int]:
    """The least and the most that the hidden cell can be, by linear programming."""
    rows, columns = table.counts.shape
    sums = []
    for r in range(rows):
        one = np.zeros((rows, columns))
        one[r, :-1], one[r, -1] = 1, -1
        sums.append(one.ravel())
    for c in range(columns):
        one = np.zeros((rows, columns))
        one[:-1, c], one[-1, c] = 1, -1
        sums.append(one.ravel())
    known = {SHOWN: None, SMALL: (1, 4), EXTRA: (table.least, None)}
    bounds = [
        known[int(mark)] or (n, n)
        for mark, n in zip(table.marks.ravel(), table.counts.ravel(), strict=True)
    ]
    aim = np.zeros((rows, columns))
    aim[row, column] = 1
    found = [
        optimize.linprog(
            sign * aim.ravel(), A_eq=np.array(sums), b_eq=np.zeros(len(sums)), bounds=bounds
        )
        for sign in (1, -1)
    ]
    assert all(answer.success or answer.status == 3 for answer in found)
    low = round(found[0].fun)
    return low, round(-found[1].fun) if found[1].success else 1_000_000


@settings(max_examples=60, deadline=None)
@given(tables)
def test_no_small_cell_can_be_computed_from_what_is_shown(table: list[list[int]]) -> None:
    made = protect(table)
    for row, column in np.argwhere((made.counts > 0) & (made.counts < 5)).tolist():
        assert made.marks[row, column] != SHOWN
        low, high = reader_concludes(made, row, column)
        assert low < high


@settings(max_examples=60, deadline=None)
@given(tables)
def test_the_own_range_is_that_of_the_solver(table: list[list[int]]) -> None:
    made = protect(table)
    for row, column in np.argwhere(made.marks == SMALL).tolist():
        assert made.least == 5
        assert attainable(made, row, column) == reader_concludes(made, row, column)


def test_a_table_that_hides_only_its_small_cell_gives_it_away() -> None:
    counts = np.array([[3, 20, 23], [9, 40, 49], [12, 60, 72]])
    naive = Protected(counts, np.where((counts > 0) & (counts < 5), SMALL, SHOWN).astype(np.int8))
    assert reader_concludes(naive, 0, 0) == (3, 3)
    assert attainable(naive, 0, 0) == (3, 3)
    assert reader_concludes(protect(counts[:2, :2].tolist()), 0, 0) == (1, 4)


def test_nothing_is_hidden_without_a_small_cell() -> None:
    assert not protect([[0, 5], [60, 7]]).marks.any()


def test_zero_is_shown() -> None:
    assert protect([[0, 3, 30], [8, 9, 10]]).shown(0, 0)


def test_a_total_that_another_table_shows_stays_shown() -> None:
    made = protect([[3, 20, 30], [9, 40, 50]], column_totals=[SHOWN] * 3)
    assert made.marks[-1].tolist() == [SHOWN] * 4


def test_a_small_total_is_hidden_too() -> None:
    made = protect([[1, 0, 30], [2, 0, 50]])
    assert made.marks[-1, 0] == SMALL


def test_where_five_would_give_one_away_no_size_is_told() -> None:
    made = protect_row([1, 5])
    assert not (made.marks == SMALL).any()
    assert made.marks[0].tolist() == [EXTRA, EXTRA, SHOWN]
    assert reader_concludes(made, 0, 0) == (1, 5)


def test_columns_to_keep_are_hidden_last() -> None:
    assert protect_row([6, 3, 50], keep=[0]).marks[0].tolist() == [SHOWN, SMALL, EXTRA, SHOWN]
    assert protect_row([6, 3], keep=[0]).marks[0, 0] == EXTRA


@pytest.mark.parametrize(("table", "message"), [([], "shape"), ([[1, -2]], "got -2")])
def test_a_table_that_cannot_be_is_refused(table: list[list[int]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        protect(table)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([0, 1, 2, 3, 4, 5, 8]), min_size=1, max_size=7))
def test_running_totals_give_no_small_cell_away(row: list[int]) -> None:
    made = protect_row(row)
    marks = made.marks[0, :-1].tolist()
    parts = blocks(row, marks)
    if SMALL not in marks:
        return
    room = {SMALL: range(1, 5), EXTRA: range(5, 60)}
    for part in parts:
        inside = range(part.begin, part.end)
        hidden = [i for i in inside if marks[i] != SHOWN]
        rest = part.total - sum(row[i] for i in inside if marks[i] == SHOWN)
        fits = [
            values
            for values in itertools.product(*(room[marks[i]] for i in hidden[:-1]))
            if hidden and rest - sum(values) in room[marks[hidden[-1]]]
        ]
        full = [(*values, rest - sum(values)) for values in fits]
        for place, i in enumerate(hidden):
            if marks[i] == SMALL:
                assert len({values[place] for values in full}) > 1


@given(st.lists(counts, min_size=1, max_size=12))
def test_blocks_cover_the_row_and_keep_its_sum(row: list[int]) -> None:
    parts = blocks(row, protect_row(row).marks[0, :-1].tolist())
    if parts:
        assert [part.begin for part in parts] == [0, *(part.end for part in parts[:-1])]
        assert parts[-1].end == len(row)
        assert sum(part.total for part in parts) == sum(row)
        assert not any(is_small(part.total) for part in parts)
