"""Which cells of a published table of counts stay hidden.

A count of one to four is hidden, and so are as many larger cells as it takes that no reader can
compute it from the rest of the table: there is never only one value that fits, and wherever other
cells allow it any of 1 to 4 does. Totals are hidden only if nothing else helps. Zero is shown.

The reader is assumed to know the totals that are shown, that a small cell is 1 to 4 and that any
other hidden cell is at least 5. The cells that can trade places are found as cycles in a network
of rows and columns (Fischetti and Salazar, 1999, treat the optimal version).
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

SMALLEST = 5
SMALLEST_MONEY = 10  # where amounts are shown

SHOWN, SMALL, EXTRA = 0, 1, 2

Counts = NDArray[np.int64]
Marks = NDArray[np.int8]

_FAR = 1 << 40


def is_small(count: int) -> bool:
    """Whether a count of dwellings is too small to publish.

    Examples
    --------
    >>> [is_small(n) for n in (0, 1, 4, 5)]
    [False, True, True, False]
    """
    return 0 < count < SMALLEST


@dataclass(frozen=True)
class Protected:
    """A table of counts with its totals, and what of it is shown.

    ``counts`` has one row and one column more than the table: the totals. ``marks`` has the same
    shape: `SHOWN`, `SMALL` (one to four) or `EXTRA` (hidden for the sake of a small one). Where
    not even that hides a small cell, every hidden cell is `EXTRA`: a number that is not told. An
    `EXTRA` cell is at least `least`.
    """

    counts: Counts
    marks: Marks
    least: int = SMALLEST

    def shown(self, row: int, column: int) -> bool:
        """Whether a cell is published."""
        return bool(self.marks[row, column] == SHOWN)


class _Network:
    """The hidden cells of a table with totals, as flows between its rows and its columns."""

    def __init__(
        self,
        counts: Counts,
        marks: Marks,
        candidates: NDArray[np.float64] | None = None,
        least: int = SMALLEST,
    ):
        rows, columns = counts.shape
        self.sign = np.ones(counts.shape, dtype=np.int64)
        self.sign[-1, :] *= -1
        self.sign[:, -1] *= -1
        self.value = counts.copy()
        self.marks = marks
        self.candidates = candidates
        self.least = least
        self.rows, self.columns = rows, columns

    def room(self, row: int, column: int, step: int) -> bool:
        """Whether the cell could be one more (step 1) or one less (step -1)."""
        value = int(self.value[row, column]) + step
        mark = self.marks[row, column]
        if mark == SMALL:
            return 1 <= value < SMALLEST
        return value >= self.least if mark == EXTRA else False

    def cost(self, row: int, column: int, step: int) -> float | None:
        """What it costs to change the cell: nothing if hidden; None if it cannot be."""
        if self.marks[row, column] != SHOWN:
            return 0.0 if self.room(row, column, step) else None
        if self.candidates is None or not np.isfinite(self.candidates[row, column]):
            return None
        if int(self.value[row, column]) + step < self.least:
            return None
        return float(self.candidates[row, column])

    def cycle(self, row: int, column: int, step: int) -> list[tuple[int, int, int]] | None:
        """The cheapest set of changes that balances one step of the cell, with that step."""
        flow = step * int(self.sign[row, column])
        start, goal = (self.rows + column, row) if flow > 0 else (row, self.rows + column)
        best: dict[int, float] = {start: 0.0}
        came: dict[int, tuple[int, tuple[int, int, int]]] = {}
        queue = [(0.0, start)]
        while queue:
            paid, node = heapq.heappop(queue)
            if node == goal:
                break
            if paid > best[node]:
                continue
            for other, change in self._edges(node, (row, column)):
                price = self.cost(*change)
                if price is not None and paid + price < best.get(other, np.inf):
                    best[other] = paid + price
                    came[other] = (node, change)
                    heapq.heappush(queue, (paid + price, other))
        if goal not in came:
            return None
        changes = [(row, column, step)]
        node = goal
        while node != start:
            node, change = came[node]
            changes.append(change)
        return changes

    def _edges(self, node: int, without: tuple[int, int]) -> list[tuple[int, tuple[int, int, int]]]:
        if node < self.rows:
            steps = [
                (self.rows + c, (node, c, int(self.sign[node, c]))) for c in range(self.columns)
            ]
        else:
            c = node - self.rows
            steps = [(r, (r, c, -int(self.sign[r, c]))) for r in range(self.rows)]
        return [(other, change) for other, change in steps if change[:2] != without]

    def push(self, row: int, column: int, step: int, most: int) -> int:
        """Changes the cell by `step` up to `most` times; the cells used become hidden."""
        for done in range(most):
            if not self.room(row, column, step):
                return done
            changes = self.cycle(row, column, step)
            if changes is None:
                return done
            for r, c, by in changes:
                if self.marks[r, c] == SHOWN:
                    self.marks[r, c] = EXTRA
                self.value[r, c] += by
        return most


def attainable(protected: Protected, row: int, column: int) -> tuple[int, int]:
    """The least and the most that a reader can conclude a hidden small cell to be.

    Examples
    --------
    >>> table = protect([[3, 20, 30], [9, 40, 50]])
    >>> attainable(table, 0, 0)
    (1, 4)
    """
    counts, marks = protected.counts, protected.marks
    value = int(counts[row, column])
    if marks[row, column] == SHOWN:
        return value, value
    least = protected.least
    reach = SMALLEST
    down = _Network(counts, marks.copy(), None, least).push(row, column, -1, reach)
    up = _Network(counts, marks.copy(), None, least).push(row, column, 1, reach)
    return value - down, value + up


def protect(
    table: Sequence[Sequence[int]],
    *,
    column_totals: Sequence[int] | None = None,
    keep: Collection[int] = (),
) -> Protected:
    """Hides the small cells of a table and what would give them away.

    Parameters
    ----------
    table
        Counts, rows by columns, without totals.
    column_totals
        Marks of the column totals, where another published table has decided them.
    keep
        Columns that are hidden only if nothing else helps, as other tables show them too.

    Examples
    --------
    >>> protect([[3, 20, 30], [9, 40, 50]]).marks.tolist()
    [[1, 2, 0, 0], [2, 2, 0, 0], [0, 0, 0, 0]]
    """
    inner = np.asarray(table, dtype=np.int64)
    if inner.ndim != 2 or inner.size == 0:
        raise ValueError(f"a table needs rows and columns, got shape {inner.shape}")
    if (inner < 0).any():
        raise ValueError(f"counts must be >= 0, got {int(inner.min())}")
    counts = np.zeros((inner.shape[0] + 1, inner.shape[1] + 1), dtype=np.int64)
    counts[:-1, :-1] = inner
    counts[-1, :-1] = inner.sum(axis=0)
    counts[:, -1] = counts[:, :-1].sum(axis=1)
    marks = np.where((counts > 0) & (counts < SMALLEST), SMALL, SHOWN).astype(np.int8)
    price = _prices(counts, keep)
    if column_totals is not None:
        price[-1, :-1] = np.inf
        marks[-1, :-1] = np.asarray(column_totals, dtype=np.int8)
    cells_only = price.copy()
    cells_only[-1, :] = cells_only[:, -1] = np.inf
    made = Protected(counts, _hide(counts, marks, cells_only, SMALLEST, SMALLEST - 1))
    if not _is_open(made):
        made = Protected(counts, _hide(counts, made.marks, price, SMALLEST, 1))
    if not _is_open(made):
        unknown = np.where((marks == SMALL) & np.isfinite(price), EXTRA, marks).astype(np.int8)
        made = Protected(counts, _hide(counts, unknown, price, 1, 1), least=1)
    if not _is_open(made):
        everything = np.where((counts > 0) & np.isfinite(price), EXTRA, made.marks)
        made = Protected(counts, everything.astype(np.int8), least=1)
    return made


def _hide(
    counts: Counts, marks: Marks, price: NDArray[np.float64], least: int, steps: int
) -> Marks:
    """Hides what it takes to let every small cell go up and down by so many steps, if it can."""
    made = marks.copy()
    for row, column in np.argwhere((counts > 0) & (counts < SMALLEST)).tolist():
        for step in (1, -1):
            _Network(counts, made, price, least).push(row, column, step, steps)
    return made


def _prices(counts: Counts, keep: Collection[int]) -> NDArray[np.float64]:
    """What it costs to hide a cell: totals more than cells, large cells more than small ones."""
    price = 100.0 + np.log1p(counts.astype(np.float64))
    price[:, -1] += 1_000.0
    price[-1, :] += 1_000.0
    for column in keep:
        price[:, column] += 10_000.0
    price[counts == 0] = np.inf
    price[-1, -1] = np.inf
    return price


def _is_open(protected: Protected) -> bool:
    """Whether every small cell can be at least two numbers."""
    small = (protected.counts > 0) & (protected.counts < SMALLEST)
    ranges = (attainable(protected, *cell) for cell in np.argwhere(small).tolist())
    return all(low < high for low, high in ranges)


def protect_row(counts: Sequence[int], *, keep: Collection[int] = ()) -> Protected:
    """`protect` for one row with its total.

    Examples
    --------
    >>> protect_row([3, 20, 30]).marks.tolist()
    [[1, 2, 0, 0], [1, 2, 0, 0]]
    """
    once = protect([list(counts)], keep=keep)
    both = once.marks.max(axis=0)
    return Protected(once.counts, np.stack([both, both]), once.least)


@dataclass(frozen=True)
class Block:
    """Cells `begin` up to, not including, `end`, of which the sum is published."""

    begin: int
    end: int
    total: int


def blocks(counts: Sequence[int], marks: Sequence[int]) -> list[Block]:
    """The finest split of a row into runs of which the sums give no hidden cell away.

    A row with a running total shows that total at the end of a block only. If no split helps,
    there is no block.

    Examples
    --------
    >>> [(b.begin, b.end, b.total) for b in blocks([0, 3, 2, 8, 1, 4], [0, 1, 1, 0, 1, 1])]
    [(0, 1, 0), (1, 3, 5), (3, 4, 8), (4, 6, 5)]
    """
    ends: list[int] = []
    begin = 0
    for end in range(1, len(counts) + 1):
        if _sum_is_safe(counts[begin:end], marks[begin:end]):
            ends.append(end)
            begin = end
    while ends and ends[-1] < len(counts):
        ends.pop()
        start = ends[-1] if ends else 0
        if _sum_is_safe(counts[start:], marks[start:]):
            ends.append(len(counts))
    return [Block(a, b, int(sum(counts[a:b]))) for a, b in pairwise([0, *ends])]


def _sum_is_safe(counts: Sequence[int], marks: Sequence[int]) -> bool:
    """Whether the sum of a run leaves each hidden small cell open, and is not small itself."""
    hidden = [(n, m) for n, m in zip(counts, marks, strict=True) if m != SHOWN]
    if not hidden:
        return True
    if is_small(sum(counts)):
        return False
    low = [1 if m == SMALL else SMALLEST for _, m in hidden]
    high = [SMALLEST - 1 if m == SMALL else _FAR for _, m in hidden]
    total = sum(n for n, _ in hidden)
    for i, (_, mark) in enumerate(hidden):
        least = max(low[i], total - (sum(high) - high[i]))
        most = min(high[i], total - (sum(low) - low[i]))
        if mark == SMALL and least >= most:
            return False
    return len(hidden) > 1
