"""From columns of text, or of types, to the rows that the register checks.

Here text is read: dates, numbers, amounts, yes and no, Dutch names. What a value means is checked
in the core. A value that cannot be read is a `Fault` and unknown in the rows.
"""

from __future__ import annotations

import datetime
import difflib
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from opgave import _core

__all__ = [
    "DWELLING_COLUMNS",
    "EVENT_COLUMNS",
    "PIPELINE_COLUMNS",
    "Fault",
    "dwelling_rows",
    "event_rows",
    "past_projects",
    "phase_priors",
    "pipeline_rows",
]

Columns = Mapping[str, "Sequence[Any] | npt.NDArray[Any]"]
T = TypeVar("T")

#: The columns of events, with what else a file may call them.
EVENT_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "dwelling_id": (
        "bag id", "bag vbo id", "vbo id", "verblijfsobject", "verblijfsobject id",
        "bag verblijfsobject id", "identificatie", "woning", "woning id",
    ),
    "stage": ("fase", "stap", "stadium", "status", "mijlpaal", "milestone"),
    "date": ("datum", "statusdatum", "datum gebeurtenis", "gebeurtenisdatum"),
    "recorded_on": (
        "vastgelegd op", "geregistreerd op", "registratiedatum", "datum registratie",
        "invoerdatum", "datum invoer", "bekend op",
    ),
    "corrects": ("corrigeert", "correctie van", "verbetert"),
    "amount_eur": (
        "bedrag", "bedrag eur", "bedrag euro", "bedrag in euro", "subsidiebedrag", "amount",
    ),
    "source": ("bron",),
    "note": ("opmerking", "opmerkingen", "notitie", "toelichting", "aantekening"),
}  # fmt: skip

#: The columns of dwellings, with what else a file may call them.
DWELLING_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "dwelling_id": EVENT_COLUMNS["dwelling_id"],
    "neighbourhood": ("buurt", "buurtnaam", "wijk", "wijknaam", "neighborhood"),
    "group": ("groep", "programmagroep"),
    "build_year": ("bouwjaar", "oorspronkelijk bouwjaar"),
    "floor_area_m2": (
        "oppervlakte", "oppervlakte m2", "gebruiksoppervlakte", "gebruiksoppervlakte m2",
        "woonoppervlakte", "woonoppervlakte m2", "vloeroppervlakte", "vloeroppervlakte m2",
    ),
    "tenure": ("eigendom", "eigendomsvorm", "eigendomssituatie", "bezit"),
    "energy_label": ("energielabel", "label", "energieklasse"),
    "condition_score": ("conditiescore", "conditie", "nen 2767"),
    "backlog": ("achterstallig onderhoud", "onderhoudsachterstand", "achterstand"),
    "backlog_cost_eur": (
        "kosten achterstallig onderhoud", "kosten achterstand", "achterstandskosten",
        "achterstandskosten eur", "herstelkosten", "herstelkosten eur",
    ),
    "foundation_risk": ("funderingsrisico", "fundering risico", "risico fundering"),
    "foundation_reliability": (
        "funderingsbetrouwbaarheid", "betrouwbaarheid fundering", "fundering betrouwbaarheid",
    ),
    "subsidence_mm_per_year": (
        "bodemdaling", "bodemdaling mm per jaar", "bodemdaling mm jaar", "zakking",
        "zakking mm per jaar", "zakkingssnelheid", "zakkingssnelheid mm per jaar",
    ),
    "complex_id": ("complex", "complexnummer", "bouwblok", "blok"),
    "x_rd": ("x", "rd x", "x coordinaat"),
    "y_rd": ("y", "rd y", "y coordinaat"),
}  # fmt: skip

#: The columns of a pipeline of projects, with what else a file may call them.
PIPELINE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("naam", "project", "projectnaam", "plan", "plannaam", "locatie"),
    "area": ("gebied", "wijk", "buurt", "plangebied"),
    "units_added": (
        "woningen", "aantal woningen", "toe te voegen woningen", "toevoegingen", "toevoeging",
        "nieuwbouw", "aantal nieuwbouw",
    ),
    "units_demolished": ("sloop", "te slopen woningen", "gesloopt", "aantal sloop", "onttrekking"),
    "gross_or_net": ("bruto netto", "bruto of netto", "telling"),
    "phase": ("fase", "projectfase", "planfase"),
    "hardness": ("hardheid", "planstatus", "hard zacht", "hard of zacht"),
    "start": ("start bouw", "startdatum"),
    "demolition": ("sloopdatum", "datum sloop"),
    "planned_completion": (
        "geplande oplevering", "oplevering gepland", "planning oplevering", "opleverdatum gepland",
        "verwachte oplevering",
    ),
    "completed": ("opgeleverd", "opgeleverd op", "datum opgeleverd", "werkelijke oplevering"),
    "parent": ("hoofdproject", "deel van", "onderdeel van"),
    "project_id": ("projectnummer", "projectcode", "plan id", "planid", "bag id"),
    "programme": ("programma",),
}  # fmt: skip

#: The columns of projects that ended, beside the phase and the days above.
PAST_COLUMNS: Mapping[str, tuple[str, ...]] = {
    **{name: PIPELINE_COLUMNS[name] for name in ("phase", "planned_completion", "completed")},
    "cancelled": ("vervallen", "afgevallen", "geschrapt", "gestopt"),
}

#: The columns of what is believed of projects by phase.
PHASE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "phase": PIPELINE_COLUMNS["phase"],
    "fall_through": ("uitval", "kans op uitval"),
    "delay_median_months": ("vertraging mediaan maanden", "mediane vertraging maanden"),
    "delay_log_sd": ("vertraging log sd",),
    "tenth_smaller": ("kans tiende kleiner",),
    "quarter_smaller": ("kans kwart kleiner",),
    "worth_projects": ("telt voor projecten",),
    "source": ("bron",),
}

#: A column that the register makes itself.
DERIVED_COLUMN = "subsiding"

_UNKNOWN = frozenset(
    ("", "-", "?", "onbekend", "unknown", "n.b.", "nb", "n.v.t.", "nvt", "#n/a", "#n/b", "nan")
)
_WORDS: Mapping[str, Mapping[str, str]] = {
    "backlog": {
        **dict.fromkeys(("ja", "j", "yes", "y", "true", "waar", "1"), "yes"),
        **dict.fromkeys(("nee", "n", "no", "false", "onwaar", "0"), "no"),
    },
    "group": {
        **dict.fromkeys(("programma", "programme", "program"), "programme"),
        **dict.fromkeys(("reserve", "reservelijst"), "reserve"),
    },
    "foundation_reliability": {
        **dict.fromkeys(("vastgesteld", "established"), "established"),
        **dict.fromkeys(("cluster", "blok"), "cluster"),
        **dict.fromkeys(("indicatief", "indicative", "model"), "indicative"),
    },
    "phase": {
        **dict.fromkeys(("initiatief", "initiatieffase", "initiative"), "initiative"),
        **dict.fromkeys(("haalbaarheid", "haalbaarheidsfase", "feasibility"), "feasibility"),
        **dict.fromkeys(("ontwerp", "ontwerpfase", "design"), "design"),
        **dict.fromkeys(("vergunning", "vergunningfase", "permit"), "permit"),
        **dict.fromkeys(("bouw", "in aanbouw", "realisatie", "construction"), "construction"),
        **dict.fromkeys(("oplevering", "opleverfase", "delivery"), "delivery"),
    },
    "hardness": {
        **dict.fromkeys(("hard", "harde plancapaciteit"), "hard"),
        **dict.fromkeys(("zacht", "zachte plancapaciteit", "soft"), "soft"),
    },
    "gross_or_net": {
        **dict.fromkeys(("bruto", "gross"), "gross"),
        **dict.fromkeys(("netto", "net"), "net"),
    },
    "cancelled": {
        **dict.fromkeys(("ja", "j", "yes", "y", "true", "waar", "1"), "yes"),
        **dict.fromkeys(("nee", "n", "no", "false", "onwaar", "0"), "no"),
    },
}
_CAPITALS = ("energy_label", "foundation_risk")

_EPOCH = datetime.date(1970, 1, 1).toordinal()
_FIRST_YEAR = 1400
_NO_DAY = np.iinfo(np.int64).min
_TIME = (
    r"(?:[T ]\s*(?P<time>\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)"
    r"\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_DATES = tuple(
    re.compile(form + _TIME, re.ASCII)
    for form in (
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
        r"(?P<d>\d{1,2})-(?P<m>\d{1,2})-(?P<y>\d{4})",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
    )
)
_DAY_NUMBER = re.compile(r"[2-6]\d{4}(?:\.\d+)?", re.ASCII)
_CURRENCY = re.compile(r"€|eur(?:o)?\b|(?<=\d)[.,]-$|\s", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:(?P<mark>[.,])\d{3})(?:(?P=mark)\d{3})*", re.ASCII)


@dataclass(frozen=True)
class Fault:
    """A place in the input that cannot be read; the form of an issue of the core.

    Parameters
    ----------
    severity : str
        ``error`` or ``warning``.
    code : str
        For programs: ``impossible_date``, ``missing_column``, …
    table : str
        ``events`` or ``dwellings``.
    row : int or None
        0 is the first row of data; None for the column as a whole.
    column : str
        Our name of the column.
    message, fix : str
        What is wrong, without the place, and what mends it.
    """

    severity: str
    code: str
    table: str
    row: int | None
    column: str
    message: str
    fix: str


@dataclass(frozen=True)
class _Wrong:
    """A text that has no value."""

    code: str
    message: str
    fix: str


class _Memo(dict[str, "T | _Wrong"], Generic[T]):
    """Reads each different text once."""

    def __init__(self, read: Callable[[str], T | _Wrong]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> T | _Wrong:
        value = self[text] = self._read(text)
        return value


def event_rows(
    table: Columns,
    *,
    names: Mapping[str, str] | None = None,
    stages: Iterable[str] = (),
    file: str = "events",
) -> tuple[_core.EventRows, list[Fault]]:
    """Read the columns of events.

    Parameters
    ----------
    table : mapping of str to sequence
        Columns of text, or of numbers, dates and booleans.
    names : mapping of str to str, optional
        Our name of a column to the table's name, where that is none of the known ones.
    stages : iterable of str
        The states; a stage written in other capitals is read as one of these.
    file : str
        What messages call the table.

    Returns
    -------
    rows : EventRows
        All rows; what cannot be read is unknown.
    faults : list of Fault
        Everything that cannot be read.

    Examples
    --------
    >>> table = {"BAG-id": ["0505010000000001"], "Fase": ["Intake"], "Datum": ["31-02-2026"]}
    >>> rows, faults = event_rows(table, stages=["intake"])
    >>> rows.stage
    ['intake']
    >>> faults[0].code, faults[0].row, faults[0].message
    ('impossible_date', 0, "'31-02-2026' is a day that does not exist")
    """
    reader = _Reader(table, "events", file, EVENT_COLUMNS, names or {})
    reader.require("dwelling_id", "stage", "date")
    known = {stage.casefold(): stage for stage in stages}
    rows = _core.EventRows(
        dwelling_id=reader.text("dwelling_id"),
        stage=reader.read("stage", lambda text: known.get(text.casefold(), text), ""),
        date=reader.days("date"),
        recorded_on=reader.days("recorded_on"),
        corrects=reader.days("corrects"),
        amount_cents=reader.cents("amount_eur"),
        source=reader.text("source"),
        note=reader.text("note"),
    )
    return rows, reader.faults


def dwelling_rows(
    table: Columns,
    *,
    names: Mapping[str, str] | None = None,
    file: str = "dwellings",
) -> tuple[_core.DwellingRows, list[Fault]]:
    """Read the columns of dwellings; columns of other names are kept as text.

    Parameters
    ----------
    table : mapping of str to sequence
        Columns of text, or of numbers, dates and booleans.
    names : mapping of str to str, optional
        Our name of a column to the table's name, where that is none of the known ones.
    file : str
        What messages call the table.

    Returns
    -------
    rows : DwellingRows
        All rows; what cannot be read is unknown.
    faults : list of Fault
        Everything that cannot be read.

    Examples
    --------
    >>> table = {"woning": ["0505010000000001"], "Achterstallig onderhoud": ["Ja"]}
    >>> rows, faults = dwelling_rows(table)
    >>> rows.backlog, faults
    (['yes'], [])
    """
    reader = _Reader(table, "dwellings", file, DWELLING_COLUMNS, names or {})
    reader.require("dwelling_id")
    rows = _core.DwellingRows(
        dwelling_id=reader.text("dwelling_id"),
        neighbourhood=reader.name("neighbourhood"),
        group=reader.name("group"),
        tenure=reader.name("tenure"),
        energy_label=reader.name("energy_label"),
        backlog=reader.name("backlog"),
        foundation_risk=reader.name("foundation_risk"),
        foundation_reliability=reader.name("foundation_reliability"),
        complex_id=reader.name("complex_id"),
        build_year=reader.numbers("build_year"),
        floor_area_m2=reader.numbers("floor_area_m2"),
        condition_score=reader.numbers("condition_score"),
        subsidence_mm_per_year=reader.numbers("subsidence_mm_per_year"),
        x_rd=reader.numbers("x_rd"),
        y_rd=reader.numbers("y_rd"),
        backlog_cost_eur=reader.euros("backlog_cost_eur"),
        further=reader.further(),
    )
    return rows, reader.faults


def pipeline_rows(
    table: Columns, *, file: str = "pipeline"
) -> tuple[_core.PipelineRows, list[Fault]]:
    """Read the columns of a pipeline of projects.

    Parameters
    ----------
    table : mapping of str to sequence
        Columns of text, or of numbers and dates.
    file : str
        What messages call the table.

    Returns
    -------
    rows : PipelineRows
        All rows; what cannot be read is unknown.
    faults : list of Fault
        Everything that cannot be read.

    Examples
    --------
    >>> table = {"Project": ["Hof"], "Woningen": ["1.200"], "Sloop": ["40"], "Fase": ["Ontwerp"],
    ...          "Geplande oplevering": ["01-07-2028"]}
    >>> rows, faults = pipeline_rows(table)
    >>> rows.phase, rows.units_demolished.tolist(), faults[0].code
    (['design'], [40.0], 'ambiguous_number')
    """
    reader = _Reader(table, "pipeline", file, PIPELINE_COLUMNS, {})
    reader.require("name", "units_added", "planned_completion")
    rows = _core.PipelineRows(
        reader.text("name"),
        area=reader.name("area"),
        units_added=reader.numbers("units_added"),
        units_demolished=reader.numbers("units_demolished"),
        gross_or_net=reader.name("gross_or_net"),
        phase=reader.name("phase"),
        hardness=reader.name("hardness"),
        start=reader.days("start"),
        demolition=reader.days("demolition"),
        planned_completion=reader.days("planned_completion"),
        completed=reader.days("completed"),
        parent=reader.name("parent"),
        project_id=reader.name("project_id"),
        programme=reader.name("programme"),
    )
    return rows, reader.faults


def past_projects(
    table: Columns, *, file: str = "history"
) -> tuple[_core.PastProjects, list[Fault]]:
    """Read the columns of projects that ended: phase, planned_completion, completed, cancelled.

    Examples
    --------
    >>> table = {"phase": ["permit"], "planned_completion": ["2024-01-01"], "cancelled": ["ja"],
    ...          "completed": [None]}
    >>> past_projects(table)
    (PastProjects(1 rows), [])
    """
    reader = _Reader(table, "history", file, PAST_COLUMNS, {})
    reader.require(*PAST_COLUMNS)
    fell = [1 if word == "yes" else 0 for word in reader.name("cancelled")]
    phase = reader.name("phase")
    planned, completed = reader.days("planned_completion"), reader.days("completed")
    if reader.faults:
        return _core.PastProjects([], [], [], []), reader.faults
    return _core.PastProjects(phase, planned, completed, fell), reader.faults


def phase_priors(
    table: Columns, *, file: str = "phases"
) -> tuple[list[_core.PhasePrior], list[Fault]]:
    """Read what is believed of projects by phase, one row each.

    Examples
    --------
    >>> table = {"phase": ["ontwerp"], "fall_through": ["0,2"], "delay_median_months": [8],
    ...          "delay_log_sd": [0.9], "tenth_smaller": [0], "quarter_smaller": [0],
    ...          "worth_projects": [20], "source": ["onze projecten"]}
    >>> phase_priors(table)
    ([PhasePrior('design', fall_through=0.2, delay_median_months=8)], [])
    """
    reader = _Reader(table, "phases", file, PHASE_COLUMNS, {})
    numbers = [name for name in PHASE_COLUMNS if name not in ("phase", "source")]
    reader.require(*PHASE_COLUMNS)
    columns = {name: reader.numbers(name).tolist() for name in numbers}
    phases, sources = reader.name("phase"), reader.text("source")
    if reader.faults:
        return [], reader.faults
    rows = [
        _core.PhasePrior(phase, source=source, **dict(zip(numbers, values, strict=True)))
        for phase, source, *values in zip(phases, sources, *columns.values(), strict=True)
    ]
    return rows, reader.faults


class _Reader:
    """One table: which column is which, and what could not be read."""

    def __init__(
        self,
        table: Columns,
        table_name: str,
        file: str,
        known: Mapping[str, tuple[str, ...]],
        names: Mapping[str, str],
    ) -> None:
        self.faults: list[Fault] = []
        self._table = table
        self._table_name = table_name
        self._file = file
        self._names = names
        self._size = max(map(len, table.values()), default=0)
        self._meaning = {_form(other): name for name in known for other in (name, *known[name])}
        self._meaning |= {_form(names[name]): name for name in names if name in known}
        self._found: dict[str, str] = {}
        self._required: set[str] = set()
        for place, column in enumerate(table, start=1):
            if column.strip():
                self._bind(column)
            else:
                message = f"column {place} of {file} has no name"
                self._column_fault("error", "unnamed_column", column, message, "give it a name")

    def _bind(self, column: str) -> None:
        name = self._meaning.get(_form(column))
        if name is None:
            close = difflib.get_close_matches(_form(column), self._meaning, n=1, cutoff=0.9)
            if close:
                message = (
                    f"column {column!r} is not known; did you mean '{self._meaning[close[0]]}'?"
                )
                self._column_fault("warning", "unknown_column", column, message, "rename it")
        elif self._found.setdefault(name, column) != column:
            message = f"columns {self._found[name]!r} and {column!r} both mean '{name}'"
            self._column_fault("error", "duplicate_column", name, message, "rename one of them")

    def _column_fault(self, severity: str, code: str, name: str, message: str, fix: str) -> None:
        fault = Fault(severity, code, self._table_name, None, name, message, fix)
        self.faults.append(fault)

    def require(self, *required: str) -> None:
        """Note the required columns that are not there."""
        self._required.update(required)
        for name in required:
            if name in self._found:
                continue
            wanted = f"'{name}'" + (f" ({self._names[name]!r})" if name in self._names else "")
            there = ", ".join(map(repr, self._table)) or "none"
            message = f"{self._file} has no column {wanted}; it has {there}"
            left = {_form(column): column for column in self._table}
            left = {form: column for form, column in left.items() if form not in self._meaning}
            close = difflib.get_close_matches(_form(name), left, n=1)
            meant = f"is it {left[close[0]]!r}? " if close else ""
            fix = f"{meant}name the column so, or map its name under [columns] of the programme"
            self._column_fault("error", "missing_column", name, message, fix)

    def text(self, name: str, cell: Callable[[object], str] | None = None) -> list[str]:
        """Give the column's texts; empty if there is none."""
        if name not in self._found:
            return [""] * self._size if name in self._required else []
        return _texts(self._table[self._found[name]], cell or _cell)

    def read(self, name: str, read: Callable[[str], T | _Wrong], missing: T) -> list[T]:
        """Read the column's texts; notes those without a value."""
        return self.read_texts(name, self.text(name), read, missing)

    def read_texts(
        self, name: str, texts: list[str], read: Callable[[str], T | _Wrong], missing: T
    ) -> list[T]:
        """Read texts of the column; notes those without a value."""
        memo: _Memo[T] = _Memo(read)
        values = [memo[text] for text in texts]
        wrong = {text: value for text, value in memo.items() if isinstance(value, _Wrong)}
        if wrong:
            for row, text in enumerate(texts):
                if (fault := wrong.get(text)) is not None:
                    self._place_fault(row, name, fault)
        return [missing if isinstance(value, _Wrong) else value for value in values]

    def _place_fault(self, row: int, name: str, wrong: _Wrong) -> None:
        message, fix = wrong.message, wrong.fix
        self.faults.append(Fault("error", wrong.code, self._table_name, row, name, message, fix))

    def days(self, name: str) -> npt.NDArray[np.datetime64]:
        """Read the column's dates."""
        if name not in self._found and name in self._required:
            return np.full(self._size, "NaT", dtype="datetime64[D]")
        days = np.array(self.read(name, _day, _NO_DAY), dtype=np.int64)
        return days.view("datetime64[D]")

    def name(self, name: str) -> list[str]:
        """Read the column's names, translated where the words are fixed."""
        words = _WORDS.get(name, {})

        def read(text: str) -> str:
            folded = text.casefold()
            if folded in _UNKNOWN:
                return ""
            return words.get(folded, text.upper() if name in _CAPITALS else text)

        return self.read(name, read, "")

    def numbers(self, name: str) -> npt.NDArray[np.float64]:
        """Read the column's numbers."""
        values = self._table.get(self._found.get(name, ""))
        if isinstance(values, np.ndarray) and values.dtype.kind in "iuf":
            return values.astype(np.float64)
        texts = self.text(name, _measure)
        marks = _decimal_marks(texts)
        read = self.read_texts(name, texts, lambda text: _number(text, marks), None)
        return np.array([np.nan if v is None else float(v) for v in read], dtype=np.float64)

    def cents(self, name: str) -> npt.NDArray[np.int64]:
        """Read the column's amounts in euros, exactly, as cents."""
        texts = self.text(name, _money)
        marks = _decimal_marks(texts)
        missing = _core.unknown_cents
        cents = self.read_texts(name, texts, lambda text: _cents(text, marks), missing)
        return np.array(cents, dtype=np.int64)

    def euros(self, name: str) -> npt.NDArray[np.float64]:
        """Read the column's amounts in euros."""
        cents = self.cents(name)
        return np.where(cents == _core.unknown_cents, np.nan, cents / 100)

    def further(self) -> dict[str, list[str]]:
        """Give the columns of other names, as text."""
        columns = {}
        for column, values in self._table.items():
            if column.strip() == DERIVED_COLUMN:
                message = f"column '{DERIVED_COLUMN}' is derived from 'subsidence_mm_per_year'"
                fix = "take it out: the column of the table is not used"
                self._column_fault("warning", "derived_column", column, message, fix)
            elif column.strip() and _form(column) not in self._meaning:
                texts = _texts(values, _cell)
                columns[column.strip()] = ["" if t.casefold() in _UNKNOWN else t for t in texts]
        return columns


def _form(name: str) -> str:
    """A column name without accents, capitals and everything between letters and digits."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def _texts(values: Sequence[Any] | npt.NDArray[Any], cell: Callable[[object], str]) -> list[str]:
    """The stripped text of each value, that of the cell if it has a type; missing is empty."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "iufbM":
        different, place = np.unique(values, return_inverse=True)
        is_time = different.dtype.kind == "M"
        typed = np.datetime_as_string(different) if is_time else different
        made = ["" if text == "NaT" else text for text in map(cell, typed.tolist())]
        return [made[index] for index in place.tolist()]
    listed = values.tolist() if isinstance(values, np.ndarray) else values
    return [value.strip() if type(value) is str else cell(value) for value in listed]


def _cell(value: object) -> str:
    """The text of a typed value. A whole number in a float is that number: 2 ** 53 is exact."""
    if value is None or value != value:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, np.floating)):
        number = float(value)
        whole = number.is_integer() and abs(number) <= 2**53
        return str(int(number)) if whole else repr(number)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value).strip()


def _measure(value: object) -> str:
    """The text of a typed number."""
    if isinstance(value, (float, np.floating)) and math.isfinite(value):
        return _fixed(Decimal(repr(float(value))))
    return _fixed(value) if isinstance(value, Decimal) and value.is_finite() else _cell(value)


def _money(value: object) -> str:
    """The text of a typed amount; beyond 15 digits a float holds only noise."""
    if isinstance(value, (float, np.floating)) and math.isfinite(value):
        return _fixed(Decimal(f"{value:.15g}"))
    return _measure(value)


def _fixed(number: Decimal) -> str:
    """Without exponent, and never with three decimals, which could be read as thousands."""
    text = f"{number:f}"
    return f"{text}0" if text[-4:-3] == "." else text


def _day(text: str) -> int | _Wrong:
    if text.casefold() in _UNKNOWN:
        return int(_NO_DAY)
    match = next((match for form in _DATES if (match := form.fullmatch(text))), None)
    if match is None:
        return _Wrong("not_a_date", f"{_shown(text)} is not a date", _date_fix(text))
    if match["zone"]:
        message = f"{_shown(text)} has a time zone, so its day is not certain"
        return _Wrong("date_with_zone", message, "give the calendar day without a time")
    if match["time"] and re.search("[1-9]", match["time"]):
        message = f"{_shown(text)} has a time of day, a date has none"
        return _Wrong("date_with_time", message, "give the calendar day without a time")
    try:
        date = datetime.date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        date = None
    if date is None or date.year < _FIRST_YEAR:
        message = f"{_shown(text)} is a day that does not exist"
        if date is not None:
            message = f"{_shown(text)} lies before the year {_FIRST_YEAR}"
        return _Wrong("impossible_date", message, "look the day up and correct it")
    return date.toordinal() - _EPOCH


def _date_fix(text: str) -> str:
    if _DAY_NUMBER.fullmatch(text):
        return "this looks like a spreadsheet's day number: format the column as a date"
    if "/" in text:
        return "day and month cannot be told apart here: write 2026-02-13 or 13-02-2026"
    return "write 2026-02-13 or 13-02-2026"


def _shown(text: str) -> str:
    """The text as messages show it; what may be an identification in a wrong column is masked."""
    if len(text) >= 12 and text.isdecimal():
        return repr(_core.mask_id(text))
    return repr(text if len(text) <= 40 else text[:39] + "…")


def _bare(text: str) -> str:
    return _CURRENCY.sub("", text).replace("\N{MINUS SIGN}", "-")


def _decimal_marks(texts: list[str]) -> frozenset[str]:
    """The decimal marks that a column's numbers surely use."""
    return frozenset(filter(None, (_decimal_mark(_bare(text)) for text in set(texts))))


def _decimal_mark(number: str) -> str:
    """The mark that can only be a decimal mark, or the one that the thousands leave over."""
    digits = number.lstrip("+-")
    marks = "".join(filter(".,".__contains__, digits))
    if not marks or _is_ambiguous(digits):
        return ""
    if len(marks) > 1 and marks[-1] == marks[0]:
        return "," if marks[0] == "." else "."
    return marks[-1]


def _is_ambiguous(digits: str) -> bool:
    """Whether the number is a group of thousands as well as three decimals: `1.234`."""
    return len(digits) <= 7 and digits[:1] != "0" and _GROUPED.fullmatch(digits) is not None


def _number(text: str, marks: frozenset[str]) -> Decimal | _Wrong | None:
    if text.casefold() in _UNKNOWN:
        return None
    number = _bare(text)
    digits = number.lstrip("+-")
    if _is_ambiguous(digits):
        mark = digits[-4]
        if len(marks) != 1:
            message = f"{_shown(text)} can be thousands or decimals"
            plain = digits.replace(mark, "")
            return _Wrong("ambiguous_number", message, f"write {plain}, or more or fewer decimals")
        return Decimal(number.replace(mark, "." if mark in marks else ""))
    mark = _decimal_mark(digits) or ","
    whole, _, decimals = digits.partition(mark)
    grouped = _GROUPED.fullmatch(whole)
    if not (whole.isascii() and (whole.isdecimal() or grouped)) or not _is_digits(decimals):
        return _Wrong("not_a_number", f"{_shown(text)} is not a number", "write it as 1234,56")
    if len(number) - len(digits) > 1 or digits.endswith(mark):
        return _Wrong("not_a_number", f"{_shown(text)} is not a number", "write it as 1234,56")
    sign = "-" if number.startswith("-") else ""
    return Decimal(f"{sign}{re.sub('[.,]', '', whole)}.{decimals or '0'}")


def _is_digits(text: str) -> bool:
    return text == "" or (text.isascii() and text.isdecimal())


def _cents(text: str, marks: frozenset[str]) -> int | _Wrong:
    """An amount in cents; a lone group of three digits is thousands, as cents have two."""
    number = _bare(text)
    digits = number.lstrip("+-")
    if _is_ambiguous(digits) and digits[-4] not in marks:
        marks = frozenset(".,".replace(digits[-4], ""))
    elif _is_ambiguous(digits):
        marks = frozenset(".,")
    value = _number(text, marks)
    if value is None or isinstance(value, _Wrong):
        return int(_core.unknown_cents) if value is None else value
    cents = Context(prec=len(text) + 4).multiply(value, 100)
    if cents != cents.to_integral_value():
        message = f"{_shown(text)} is finer than a cent"
        return _Wrong("amount_finer_than_cent", message, "round the amount to cents")
    if abs(cents) >= 2**63:
        message = f"{_shown(text)} is beyond what an amount can be"
        return _Wrong("number_out_of_range", message, "give the amount in euros")
    return int(cents)
