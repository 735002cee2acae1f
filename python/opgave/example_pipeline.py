"""A pipeline of projects that is made up, for the target of net homes in Dordrecht West.

No project in it exists. Its size is that of a part of the real plan capacity of Dordrecht: 2,238
homes in hard plans and 4,066 in soft ones (followthemoney/plancapaciteit, from the province's
inventory of 2020). The hard plans here are as large a part of the homes as there, 35 %, and what is
planned before 2030 is about 130 % of the target, as the rule of thumb for plan capacity asks.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from opgave.frames import Table

__all__ = ["pipeline_table"]

_PROGRAMME = "fictief voorbeeld Dordrecht West"
_NAMES = (
    "name", "area", "units_added", "units_demolished", "gross_or_net", "phase", "hardness", "start",
    "demolition", "planned_completion", "completed", "parent", "project_id",
)  # fmt: skip
_DAYS = ("start", "demolition", "planned_completion", "completed")
_NUMBERS = ("units_added", "units_demolished")

# fmt: off
_ROWS = (
    ("Fictieve Linde", "Crabbehof", 48, 0, "gross", "delivery", "hard",
     "2025-02-01", None, "2026-09-30", "2026-10-12", None, "F01"),
    ("Fictieve Es", "Crabbehof", 96, 64, "gross", "construction", "hard",
     "2026-03-01", "2025-11-15", "2027-10-31", None, None, "F02"),
    ("Fictieve Werf fase 1", "Oud Krispijn", 130, 0, "gross", "construction", "hard",
     "2026-06-01", None, "2028-02-28", None, "Fictieve Werf", "F03"),
    ("Fictieve Werf fase 2", "Oud Krispijn", 150, 0, "gross", "permit", "hard",
     "2027-06-01", None, "2028-11-30", None, "Fictieve Werf", "F04"),
    ("Fictieve Eik", "Wielwijk", 140, 92, "gross", "permit", "hard",
     "2027-05-01", "2027-03-15", "2028-09-15", None, None, "F05"),
    ("Fictieve Berk", "Nieuw Krispijn", 36, 0, "gross", "permit", "soft",
     "2027-05-01", None, "2028-06-30", None, None, "F06"),
    ("Fictieve Iep", "Nieuw Krispijn", 118, 38, "gross", "design", "soft",
     "2027-07-01", "2027-05-15", "2028-10-31", None, None, "F07"),
    ("Fictieve Spoorzone", "Oud Krispijn", 310, 0, "gross", "design", "soft",
     "2027-06-01", None, "2028-11-30", None, None, "F08"),
    ("Fictieve Wilg", "Wielwijk", 165, 44, "gross", "design", "soft",
     "2027-09-15", "2027-07-01", "2029-02-28", None, None, "F09"),
    ("Fictieve Haven", "Crabbehof", 240, 0, "gross", "feasibility", "soft",
     "2027-10-01", None, "2029-03-31", None, None, "F10"),
    ("Fictieve Olm", "Wielwijk", 90, 22, "net", "feasibility", "soft",
     "2027-11-01", "2027-09-15", "2029-04-30", None, None, "F11"),
    ("Fictieve Beuk", "Nieuw Krispijn", 85, 0, "gross", "initiative", "soft",
     "2028-01-15", None, "2029-05-31", None, None, "F12"),
    ("Fictieve Den", "Crabbehof", 120, 30, "gross", "initiative", "soft",
     "2029-02-01", "2028-12-01", "2030-06-30", None, None, "F13"),
    ("Fictieve Esdoorn", "Oud Krispijn", None, None, None, "initiative", "soft",
     None, None, "2029-12-01", None, None, "F14"),
    ("Fictieve Es (woondeal)", "Crabbehof", 96, 64, "gross", "construction", "hard",
     "2026-03-01", "2025-11-15", "2027-10-31", None, None, "F02"),
)
# fmt: on


def pipeline_table() -> Table:
    """The projects as columns; the first is completed and the last stands in two programmes.

    Examples
    --------
    >>> len(pipeline_table()["name"])
    15
    """
    columns = dict(zip(_NAMES, zip(*_ROWS, strict=True), strict=True))
    table = {name: _column(name, list(values)) for name, values in columns.items()}
    return {**table, "programme": _column("programme", [_PROGRAMME] * len(_ROWS))}


def _column(name: str, values: list[object]) -> np.ndarray:
    if name in _DAYS:
        days = [None if v is None else dt.date.fromisoformat(str(v)) for v in values]
        return np.array(days, dtype="datetime64[D]")
    if name in _NUMBERS:
        return np.array([np.nan if v is None else v for v in values], dtype=float)
    return np.array(values, dtype=object)
