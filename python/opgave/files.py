"""Text tables from files of real life: any separator, any encoding in use, every field as text."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["FileError", "FileProblem", "TextTable", "read_text_table"]

SEPARATORS = ";,\t|"
SUFFIXES = ("", ".csv", ".tab", ".tsv", ".txt")
LONGEST_LINE = 1_000_000
SHOWN = 20

_CHUNK = 1 << 20
_MARK = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_DAMAGE = re.compile("[\udc80-\udcff]")
_WIDE = re.compile("[^\x00-\x7f\udc80-\udcff]")
_SEPARATOR_LINE = re.compile(r'"?sep=(.?)"?[;,\t|]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
Record = tuple[int, tuple[str, ...]]

_NAMES = {"\t": "tab", " ": "space"}


@dataclass(frozen=True)
class FileProblem:
    """One thing that is wrong with a file.

    Parameters
    ----------
    row : int or None
        The row as a spreadsheet shows it (1 is the header), None for the file as a whole.
    message : str
        The thing and the rule; never a field's content.
    fix : str
        What mends it.
    """

    row: int | None
    message: str
    fix: str

    def __str__(self) -> str:
        """Return the place, the problem and the mend in one line."""
        place = "" if self.row is None else f"row {self.row}: "
        return f"{place}{self.message}; {self.fix}"


class FileError(ValueError):
    """A file that cannot be read as a table, with everything that is wrong with it.

    Parameters
    ----------
    path : path-like
        The file.
    problems : sequence of FileProblem
        All problems found.
    """

    def __init__(self, path: str | os.PathLike[str], problems: list[FileProblem]) -> None:
        self.path = Path(path)
        self.problems = tuple(problems)
        super().__init__(str(self.path), self.problems)

    def __str__(self) -> str:
        """Return the file's name and its first problems, one per line."""
        lines = [f"{self.path.name}: {problem}" for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            lines.append(f"{self.path.name}: and {len(self.problems) - SHOWN:,} problems more")
        return "\n".join(lines)

    def __reduce__(self) -> tuple[type[FileError], tuple[Path, list[FileProblem]]]:
        """Pickle by the two arguments."""
        return type(self), (self.path, list(self.problems))


@dataclass(frozen=True)
class TextTable:
    """A table in which every field is text.

    Parameters
    ----------
    names : tuple of str
        The column names, stripped, in the order of the file.
    columns : dict of str to list of str
        The fields by column name, as they stand in the file.
    line : list of int
        Per row the number that a spreadsheet shows beside it; the header is 1.
    path : Path
        Where it was read.
    """

    names: tuple[str, ...]
    columns: dict[str, list[str]]
    line: list[int]
    path: Path

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.line)


def read_text_table(path: str | os.PathLike[str]) -> TextTable:
    r"""Read a CSV file; every field stays text.

    The separator is ``;``, ``,``, tab or ``|``: the one a first line ``sep=;`` names, else the one
    that splits the header most. The encoding is that of the byte order mark, else UTF-8 if the
    bytes are valid, else Windows-1252. Empty rows are skipped.

    Parameters
    ----------
    path : path-like
        A file that ends in ``.csv``, ``.tsv``, ``.tab`` or ``.txt``.

    Returns
    -------
    TextTable
        Zero rows if the file holds only a header.

    Raises
    ------
    FileError
        With all problems at once: an empty or binary file, damaged UTF-8, a wrong separator, names
        that are missing or double, rows with too few or too many fields. A line of more than
        1,000,000 bytes is refused without reading on.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "events.csv"
    >>> _ = path.write_bytes(b"dwelling_id;stage\r\n0505010000000001;intake\r\n")
    >>> table = read_text_table(path)
    >>> table.names, table.line
    (('dwelling_id', 'stage'), [2])
    """
    path = Path(path)
    _check_suffix(path)
    text, encoding = _decode(_read_bytes(path))
    text, announced, problems = _take_separator_line(text)
    if not text.strip():
        raise FileError(path, [_whole("the file is empty", "it needs a line of column names")])
    separator = announced or _find_separator(text)
    records = list(_records(text, separator, problems))
    if not records:
        raise FileError(path, problems or [_whole("no header", "start with the column names")])
    names = _names(records, separator, problems)
    rows = _rows(records, names, problems)
    if _DAMAGE.search(text):
        _check_encoding(records, names, encoding, problems)
    if problems:
        raise FileError(path, sorted(problems, key=lambda problem: problem.row or 0))
    kept = [index for index, name in enumerate(names) if name]
    fields = list(zip(*(fields for _, fields in rows), strict=True)) or [()] * len(names)
    return TextTable(
        names=tuple(names[index] for index in kept),
        columns={names[index]: list(fields[index]) for index in kept},
        line=[row for row, _ in rows],
        path=path,
    )


def _whole(message: str, fix: str) -> FileProblem:
    return FileProblem(None, message, fix)


def _called(separator: str) -> str:
    return _NAMES.get(separator, f"'{separator}'")


def _check_suffix(path: Path) -> None:
    if path.suffix.lower() not in SUFFIXES:
        message = f"a '{path.suffix}' file is not read here, only CSV"
        raise FileError(path, [_whole(message, "save it as CSV (UTF-8), or pass a dataframe")])


def _read_bytes(path: Path) -> bytes:
    """All bytes of a text file; stops at once where it cannot be one."""
    data = bytearray()
    tail = 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            if not data and chunk.startswith(_UTF16):
                raise FileError(path, [_whole("the encoding is UTF-16", "save it as UTF-8")])
            if b"\0" in chunk:
                fix = "save the table as CSV (UTF-8)"
                raise FileError(path, [_whole("the file is binary, not text", fix)])
            lengths = [len(line) for line in chunk.replace(b"\r", b"\n").split(b"\n")]
            lengths[0] += tail
            tail = lengths[-1]
            data += chunk
            if max(lengths) > LONGEST_LINE:
                raise FileError(path, [_long_line(bytes(data))])
    return bytes(data)


def _long_line(data: bytes) -> FileProblem:
    data = _take_separator_line(data.removeprefix(_MARK).decode("latin-1"))[0].encode("latin-1")
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    row = next(row for row, line in enumerate(lines, start=1) if len(line) > LONGEST_LINE)
    message = f"the line is longer than {LONGEST_LINE:,} bytes"
    return FileProblem(row, message, "is this a table with one row per line?")


def _decode(data: bytes) -> tuple[str, str]:
    """Text and encoding; bytes that the encoding does not have become lone surrogates."""
    marked = data.startswith(_MARK)
    text = data.removeprefix(_MARK).decode("utf-8", "surrogateescape")
    if marked or not _DAMAGE.search(text) or _WIDE.search(text):
        return text, "UTF-8"
    return data.decode("cp1252", "surrogateescape"), "Windows-1252"


def _take_separator_line(text: str) -> tuple[str, str, list[FileProblem]]:
    """Text without a first line ``sep=;``, which a spreadsheet does not show; its separator."""
    match = _SEPARATOR_LINE.match(text)
    if match is None:
        return text, "", []
    if match[1] in SEPARATORS and match[1]:
        return text[match.end() :], match[1], []
    message = "the line 'sep=' names a separator that is not one of ; , tab |"
    return text[match.end() :], "", [_whole(message, "save the table with ';'")]


def _find_separator(text: str) -> str:
    header = next(line for line in io.StringIO(text, newline="") if line.strip())
    bare = re.sub('"[^"]*"', "", header)
    return max(SEPARATORS, key=bare.count)


def _records(text: str, separator: str, problems: list[FileProblem]) -> Iterator[Record]:
    """Number and fields of each record that is not empty; notes those that cannot be split.

    Tuples of text, unlike lists, leave the garbage collector nothing to search.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    row = 0
    while True:
        try:
            for fields in reader:
                row += 1
                if fields and (fields[0].strip() or any(map(str.strip, fields))):
                    yield row, tuple(fields)
            return
        except csv.Error as error:
            row += 1
            message = f"the row cannot be split into fields ({error})"
            fix = "close each quotation mark that opens a field, and double those within it"
            problems.append(FileProblem(row, message, fix))
            if "limit" in str(error):
                return


def _names(records: list[Record], separator: str, problems: list[FileProblem]) -> list[str]:
    row, header = records[0]
    names = [name.strip() for name in header]
    first: dict[str, int] = {}
    for place, name in enumerate(names, start=1):
        if not name and any(_field(fields, place).strip() for _, fields in records[1:]):
            message = f"column {place} has fields but no name"
            problems.append(FileProblem(row, message, "name it, or take the column out"))
        elif name and first.setdefault(name.casefold(), place) != place:
            message = f"columns {first[name.casefold()]} and {place} have the same name {name!r}"
            problems.append(FileProblem(row, message, "rename or take out one of them"))
    if len([name for name in names if name]) == 1:
        _check_single(row, "".join(names), problems)
    elif _all_unsplit(records[1:]):
        message = f"no row below the header has the separator {_called(separator)}"
        problems.append(_whole(message, "save header and rows with the same separator"))
    return names


def _all_unsplit(records: list[Record]) -> bool:
    single = [fields[0] for _, fields in records if len(fields) == 1]
    holds_one = [any(separator in field for separator in SEPARATORS) for field in single]
    return len(single) == len(records) and any(holds_one)


def _field(fields: Sequence[str], place: int) -> str:
    return fields[place - 1] if place <= len(fields) else ""


def _check_single(row: int, name: str, problems: list[FileProblem]) -> None:
    if any(separator in name for separator in SEPARATORS):
        message = "the header is one field; its separators differ from 'sep=' or stand in quotes"
        problems.append(FileProblem(row, message, "take the quotes or the line 'sep=' out"))
    elif re.search(r"\w\s*[:^~¦/\\]\s*\w", name):
        message = "the header is not split by any of ; , tab |"
        problems.append(FileProblem(row, message, "save the table with the separator ';'"))


def _rows(records: list[Record], names: list[str], problems: list[FileProblem]) -> list[Record]:
    """The rows below the header that have its number of fields; notes the others."""
    width = len(names)
    rows = []
    for row, fields in records[1:]:
        if len(fields) > width and not any(map(str.strip, fields[width:])):
            fields = fields[:width]
        if len(fields) == width:
            rows.append((row, fields))
            continue
        message = f"the row has {_count(len(fields))}, the header {width}"
        note = len(fields) == 1 and row == records[-1][0]
        fix = "take a note below the table out" if note else "check separators and quotation marks"
        problems.append(FileProblem(row, message, fix))
    return rows


def _count(fields: int) -> str:
    return "1 field" if fields == 1 else f"{fields} fields"


def _check_encoding(
    records: list[Record],
    names: list[str],
    encoding: str,
    problems: list[FileProblem],
) -> None:
    for row, fields in records:
        if not _DAMAGE.search("".join(fields)):
            continue
        for place, field in enumerate(fields, start=1):
            found = _DAMAGE.search(field)
            if found is None:
                continue
            name = _DAMAGE.sub("?", _field(names, place)) or str(place)
            byte = ord(found[0]) - 0xDC00
            message = f"column {name!r} is not valid {encoding}: byte 0x{byte:02X}"
            fix = "save the original again as UTF-8"
            problems.append(FileProblem(row, message, fix))
