"""Days as people give them: `datetime.date`, `datetime64`, timestamps at midnight, ISO text."""

from __future__ import annotations

import datetime
from typing import TypeAlias

import numpy as np

from opgave import _core

__all__ = ["Day", "day_of"]

Day: TypeAlias = datetime.date | str | np.datetime64


def day_of(day: Day) -> datetime.date:
    """Return a calendar day.

    Raises
    ------
    ValueError
        For text that is not a day like 2034-12-31, or a timestamp that is not at midnight.

    Examples
    --------
    >>> day_of("2026-11-01")
    datetime.date(2026, 11, 1)
    """
    return _core.by(day).last_day
