"""Strict reading of TOML tables: every fault is noted with the path of its key."""

from __future__ import annotations

import datetime
import difflib
import math
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = [
    "REQUIRED",
    "SHOWN",
    "ProgrammeProblem",
    "Section",
    "TomlError",
    "check_state",
    "is_a",
    "load_toml",
    "read_toml",
    "shown",
]

SHOWN = 20

#: The default of a key that must be there.
REQUIRED: Any = object()


@dataclass(frozen=True)
class ProgrammeProblem:
    """One thing that is wrong with a programme file.

    Parameters
    ----------
    key : str
        The path of the key, ``targets[0].goal``; empty for the file as a whole.
    message, fix : str
        What is wrong, and what mends it.
    """

    key: str
    message: str
    fix: str

    def __str__(self) -> str:
        """Return the key, the problem and the mend in one line."""
        place = f"{self.key} " if self.key else ""
        return f"{place}{self.message}; {self.fix}" if self.fix else f"{place}{self.message}"


class TomlError(ValueError):
    """A TOML file that cannot be used, with everything that is wrong with it.

    Parameters
    ----------
    file : str
        What the file is called.
    problems : sequence of ProgrammeProblem
        All problems found.
    """

    def __init__(self, file: str, problems: Sequence[ProgrammeProblem]) -> None:
        self.file = file
        self.problems = tuple(problems)
        super().__init__(file, self.problems)

    def __str__(self) -> str:
        """Return the first problems, one per line."""
        lines = [f"{self.file}: {problem}" for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            lines.append(f"{self.file}: and {len(self.problems) - SHOWN} problems more")
        return "\n".join(lines)

    def __reduce__(self) -> tuple[type[TomlError], tuple[str, list[ProgrammeProblem]]]:
        """Pickle by the two arguments."""
        return type(self), (self.file, list(self.problems))


def read_toml(path: str | os.PathLike[str], error: type[TomlError]) -> str:
    """Return the text of a file; raise the error if it is not UTF-8."""
    path = Path(path)
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        message = f"the file is not UTF-8 text (byte {fault.start})"
        raise error(path.name, [ProgrammeProblem("", message, "save it as UTF-8")]) from None


def load_toml(text: str, name: str, error: type[TomlError]) -> dict[str, Any]:
    """Return the tables of a text; raise the error, with a hint, if it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        message = str(fault)
        hints = [hint for start, hint in _HINTS.items() if message.startswith(start)]
        hint = hints[0] if hints else "toml.io shows the form"
        raise error(name, [ProgrammeProblem("", f"is not TOML: {message}", hint)]) from None


# How the messages of `tomllib` begin, and what mends it.
_HINTS = {
    "Invalid value": "write a text in quotes, a date as 2026-12-31, a number with a point",
    "Invalid statement": "begin the line with a key: key = value",
    "Expected '=' after": "write key = value",
    "Expected newline": "write one key = value per line: a text in quotes, a number with a point, "
    "a date that exists",
    "Cannot overwrite": "give each key once; only tables in [[ ]] may be repeated",
    "Cannot declare": "give each table once; only tables in [[ ]] may be repeated",
    "Illegal character": "close the quotes on the same line",
    "Unterminated string": "close the quotes",
    "Unclosed array": "close the list with ]",
    "Unclosed inline table": "close the table with }",
    "Expected ']": "close the name of the table as it was opened, with ] or ]]",
}


class Section:
    """One table of the file: hands out values, notes what is wrong and what nobody asked for."""

    def __init__(self, values: dict[str, Any], path: str, problems: list[ProgrammeProblem]) -> None:
        self.values = values
        self.path = path
        self.problems = problems
        self._asked: set[str] = set()

    def key(self, key: str) -> str:
        """Return the path of a key."""
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def wrong(self, key: str, message: str, fix: str) -> None:
        """Note what is wrong with a key."""
        self.problems.append(ProgrammeProblem(self.key(key), message, fix))

    def take(self, key: str, kind: type, what: str, default: Any = REQUIRED) -> Any:
        """Return the value, the default, or None after noting what is wrong."""
        self._asked.add(key)
        if key not in self.values:
            if default is REQUIRED:
                self.wrong(key, "is missing", f"give {what}")
                return None
            return default
        value = self.values[key]
        if is_a(value, kind):
            return value
        self.wrong(key, f"is {shown(value)}", f"it must be {what}")
        return None

    def text(self, key: str, default: Any = REQUIRED) -> str:
        """Return a text that is not empty."""
        value = self.take(key, str, "a text", default)
        if key in self.values and value is not None and not value.strip():
            self.wrong(key, "is empty", "give a text")
        return str(value or "").strip()

    def titles(self, key: str = "title") -> tuple[str, str]:
        """Return a text for people in English, and in Dutch if that is given."""
        english = self.text(key)
        return english, self.text(f"{key}_nl", english) or english

    def choice(self, key: str, allowed: tuple[str, ...], default: Any = REQUIRED) -> str:
        """Return one of the allowed texts."""
        value = self.take(key, str, f"one of {', '.join(allowed)}", default)
        if value is not None and value not in allowed:
            self.wrong(key, f"is {shown(value)}", f"it must be one of {', '.join(allowed)}")
        return str(value)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return true or false; the default if it is not there."""
        return bool(self.take(key, bool, "true or false", default))

    def integer(self, key: str, least: int, default: Any = REQUIRED) -> int | None:
        """Return a whole number that is not too small and fits 63 bits."""
        value = self.take(key, int, f"a whole number of at least {least}", default)
        if value is not None and value < least:
            self.wrong(key, f"is {value}", f"it must be at least {least}")
        elif value is not None and value >= 2**63:
            self.wrong(key, f"is {shown(value)}", "it must be smaller than 2^63")
        return None if value is None else int(value)

    def number(self, key: str, default: Any = REQUIRED, *, positive: bool = False) -> float:
        """Return a finite number >= 0."""
        value = self.take(key, float, "a number", default)
        if value is None:
            return 0.0
        if not is_finite(value) or value < 0 or (positive and value == 0):
            least = "> 0" if positive else ">= 0"
            self.wrong(key, f"is {shown(value)}", f"it must be finite and {least}")
            return 0.0
        return float(value)

    def numbers(self, key: str, default: Any = REQUIRED) -> list[float]:
        """Return a list of finite numbers >= 0."""
        value = self.take(key, list, "a list of numbers", default)
        made = []
        for place, entry in enumerate(value or []):
            if not is_a(entry, float):
                self.wrong(f"{key}[{place}]", f"is {shown(entry)}", "it must be a number")
                made.append(math.nan)
            elif not is_finite(entry) or entry < 0:
                self.wrong(f"{key}[{place}]", f"is {shown(entry)}", "it must be finite and >= 0")
                made.append(math.nan)
            else:
                made.append(float(entry))
        return made

    def texts(self, key: str, default: Any = REQUIRED) -> list[str]:
        """Return a list of texts."""
        value = self.take(key, list, "a list of texts", default)
        for place, entry in enumerate(value or []):
            if not is_a(entry, str):
                self.wrong(f"{key}[{place}]", f"is {shown(entry)}", "it must be a text")
        return [entry for entry in value or [] if is_a(entry, str)]

    def day(self, key: str, default: Any = REQUIRED) -> datetime.date | None:
        """Return a calendar day."""
        value: datetime.date | None = self.take(
            key, datetime.date, "a date without time, 2034-12-31", default
        )
        if value is not None and not 1900 <= value.year < 2300:
            self.wrong(key, f"is {value}", "its year must be from 1900 to 2299")
        return value

    def words(self, key: str) -> dict[str, str]:
        """Return a table of texts; empty if there is none."""
        value = self.take(key, dict, "a table", {}) or {}
        for name, entry in value.items():
            if not is_a(entry, str) or not entry.strip():
                self.wrong(f"{key}.{name}", f"is {shown(entry)}", "it must be a text")
        return {name: entry.strip() for name, entry in value.items() if is_a(entry, str)}

    def scope(self, key: str) -> dict[str, list[str]]:
        """Return columns with one text or a list of texts each; empty if there is none."""
        value = self.take(key, dict, "a table", {}) or {}
        made = {}
        for name, entry in value.items():
            texts = entry if is_a(entry, list) else [entry]
            if not texts or not all(is_a(text, str) and text.strip() for text in texts):
                self.wrong(f"{key}.{name}", f"is {shown(entry)}", "it must be a text or texts")
            else:
                made[name] = [text.strip() for text in texts]
        return made

    def check_unique(self, sections: Sequence[Section]) -> None:
        """Note a name that two sections share."""
        first: dict[str, Section] = {}
        for section in sections:
            name = section.values.get("name")
            if isinstance(name, str) and first.setdefault(name, section) is not section:
                message = f"is {shown(name)}, as {first[name].path}.name is"
                section.wrong("name", message, "give each its own name")

    def section(self, key: str) -> Section | None:
        """Return a table; None if there is none."""
        value = self.take(key, dict, "a table", None)
        return None if value is None else Section(value, self.key(key), self.problems)

    def sections(self, key: str, default: Any = ()) -> list[Section]:
        """Return the tables of a list; each is closed by who reads it."""
        value = self.take(key, list, f"a list of tables [[{self.key(key)}]]", default)
        made = []
        for place, entry in enumerate(value or []):
            if is_a(entry, dict):
                made.append(Section(entry, f"{self.key(key)}[{place}]", self.problems))
            else:
                self.wrong(f"{key}[{place}]", f"is {shown(entry)}", "it must be a table")
        return made

    def source(
        self, sources: Mapping[str, str], key: str = "source", default: Any = REQUIRED
    ) -> str:
        """Return the full text of a source, which is one of [sources] or an assumption."""
        value = self.text(key, default)
        if key not in self.values:
            return value
        if value in sources or not value or value.startswith("assumption"):
            return sources.get(value, value)
        close = difflib.get_close_matches(value, sources, n=1)
        hint = f"did you mean '{close[0]}'?" if close else "add it there, or write 'assumption: …'"
        self.wrong(key, f"is {shown(value)}, which is not in [sources]", hint)
        return value

    def close(self) -> None:
        """Note the keys that nobody asked for."""
        for key in self.values:
            if key in self._asked:
                continue
            close = difflib.get_close_matches(key, self._asked, n=1)
            known = f"known are {', '.join(sorted(self._asked))}"
            self.wrong(key, "is not known", f"did you mean '{close[0]}'?" if close else known)


def check_state(section: Section, key: str, state: str, allowed: Sequence[str]) -> None:
    """Note a state that is not one of the allowed."""
    if state in allowed:
        return
    close = difflib.get_close_matches(state, allowed, n=1)
    hint = f"did you mean '{close[0]}'?" if close else f"it must be one of {', '.join(allowed)}"
    section.wrong(key, f"is {shown(state)}, which is not a state here", hint)


def is_a(value: object, kind: type) -> bool:
    """Return whether a value is of the kind: bool is no number, a time no date."""
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind is datetime.date:
        return isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)
    return isinstance(value, kind)


def is_finite(value: int | float) -> bool:
    """Return whether a number is finite and a double can hold it."""
    return -1e300 < value < 1e300


def shown(value: object) -> str:
    """Return a value as messages show it."""
    text = value.isoformat() if isinstance(value, datetime.date) else repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
