"""What people really hand in: each fault has a message that helps, none is a traceback."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from opgave.files import FileError, read_text_table
from opgave.parsing import Fault, event_rows
from opgave.programme import ProgrammeError, parse_programme, read_programme

HEADER = "dwelling_id;stage;date\n"
PROGRAMME = 'name = "mine"\ntitle = "Mine"\n'


def write(folder: Path, data: bytes | str, name: str = "voortgang.csv") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(FileError) as caught:
        read_text_table(path)
    return str(caught.value)


def faults(path: Path) -> list[Fault]:
    return event_rows(read_text_table(path).columns, file=path.name)[1]


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\r\n \r\n", b"sep=;\r\n"])
def test_an_empty_file(tmp_path: Path, data: bytes) -> None:
    message = "voortgang.csv: the file is empty; it needs a line of column names"
    assert refusal(write(tmp_path, data)) == message


def test_a_header_without_rows_is_no_fault(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER)
    rows, found = event_rows(read_text_table(path).columns)
    assert (len(rows.dwelling_id), found) == (0, [])


def test_a_separator_in_the_header_that_the_rows_do_not_have(tmp_path: Path) -> None:
    message = refusal(write(tmp_path, HEADER + "0505010000000001,intake,01-02-2026\n"))
    assert "no row below the header has the separator ';'" in message


def test_a_separator_that_is_none(tmp_path: Path) -> None:
    message = refusal(write(tmp_path, "dwelling_id:stage:date\n1:intake:2026-02-01\n"))
    assert "the header is not split by any of ; , tab |" in message


def test_a_separator_line_that_is_not_true(tmp_path: Path) -> None:
    message = refusal(write(tmp_path, "sep=;\ndwelling_id,stage,date\n1,intake,2026-02-01\n"))
    assert "its separators differ from 'sep='" in message


def test_windows_1252(tmp_path: Path) -> None:
    data = "dwelling_id;stage;date;note\n1;intake;01-02-2026;Één café\n".encode("cp1252")
    rows, found = event_rows(read_text_table(write(tmp_path, data)).columns)
    assert (rows.note, found) == (["Één café"], [])


def test_utf8_with_a_byte_order_mark(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + (HEADER + "1;intake;01-02-2026\n").encode()
    rows, found = event_rows(read_text_table(write(tmp_path, data)).columns)
    assert (rows.dwelling_id, found) == (["1"], [])


def test_a_missing_column(tmp_path: Path) -> None:
    (fault,) = faults(write(tmp_path, "dwelling_id;stage;dag\n1;intake;01-02-2026\n"))
    assert (fault.severity, fault.code, fault.row, fault.column) == (
        "error",
        "missing_column",
        None,
        "date",
    )
    assert fault.message == (
        "voortgang.csv has no column 'date'; it has 'dwelling_id', 'stage', 'dag'"
    )


@pytest.mark.parametrize("text", ["505010000000001", "5,05E+14", "505010000000001.0"])
def test_an_identification_that_a_spreadsheet_spoiled_reaches_the_core_as_it_is(
    tmp_path: Path, text: str
) -> None:
    path = write(tmp_path, f"{HEADER}{text};intake;01-02-2026\n")
    rows, found = event_rows(read_text_table(path).columns)
    assert (rows.dwelling_id, found) == ([text], [])


def test_a_day_that_does_not_exist(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + "1;intake;01-02-2026\n1;advised;31-02-2026\n")
    (fault,) = faults(path)
    assert (fault.code, fault.row, fault.column) == ("impossible_date", 1, "date")
    assert "'31-02-2026'" in fault.message


def test_one_endless_line_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "voortgang.csv"
    with path.open("wb") as stream:
        stream.write(HEADER.encode())
        for _ in range(64):
            stream.write(b"x" * 1_000_000)
    tracemalloc.start()
    message = refusal(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "row 2: the line is longer than 1,000,000 bytes" in message
    assert peak < 20_000_000


def test_a_line_of_three_million_bytes_below_good_ones(tmp_path: Path) -> None:
    data = HEADER + 5 * "1;intake;01-02-2026\r\n" + 3_000_000 * "x" + ";intake;\n"
    assert "row 7: the line is longer" in refusal(write(tmp_path, data))
    assert "row 7: the line is longer" in refusal(write(tmp_path, "sep=;\r\n" + data))


@pytest.mark.parametrize("above", range(0, 1_200_000, 150_000))
def test_a_long_line_is_seen_wherever_it_begins(tmp_path: Path, above: int) -> None:
    data = "a;b\n" + (above // 10) * "12345;789\n" + 1_000_001 * "x"
    message = f"row {above // 10 + 2}: the line is longer than 1,000,000 bytes"
    assert message in refusal(write(tmp_path, data))


def test_a_line_of_just_a_million_bytes_is_split(tmp_path: Path) -> None:
    fields = ";".join(["x" * 99_999] * 10)
    header = ";".join("abcdefghij")
    table = read_text_table(write(tmp_path, f"{header}\n" + 5 * f"{fields}\n"))
    assert len(table) == 5
    assert "row 2" in refusal(write(tmp_path, f"{header}\nx{fields};\n"))


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"a;b\n1;2\n" + b"\0" * 99])
def test_a_binary_file(tmp_path: Path, data: bytes) -> None:
    message = "voortgang.csv: the file is binary, not text; save the table as CSV (UTF-8)"
    assert refusal(write(tmp_path, data)) == message


def test_utf16(tmp_path: Path) -> None:
    assert "UTF-16" in refusal(write(tmp_path, HEADER.encode("utf-16")))


@pytest.mark.parametrize("name", ["voortgang.xlsx", "voortgang.parquet", "voortgang.XLS"])
def test_a_file_of_another_kind(tmp_path: Path, name: str) -> None:
    message = refusal(write(tmp_path, "anything", name))
    assert "save it as CSV (UTF-8), or pass a dataframe" in message


def test_a_note_below_the_table_has_its_row(tmp_path: Path) -> None:
    message = refusal(write(tmp_path, HEADER + "1;intake;01-02-2026\n\nBron: gemeente\n"))
    assert message == (
        "voortgang.csv: row 4: the row has 1 field, the header 3; take a note below the table out"
    )


def test_a_programme_with_a_cycle() -> None:
    text = PROGRAMME + '[trajectory]\nstages = ["a", "b", "a"]\ncomplete = "b"\n'
    with pytest.raises(ProgrammeError) as caught:
        parse_programme(text, name="mine.toml")
    assert str(caught.value).splitlines() == [
        "mine.toml: trajectory.stages[2] is 'a', which is trajectory.stages[0] already; "
        "a state stands once; steps back need no cycle",
        "mine.toml: trajectory.complete is 'b', which is trajectory.stages[1] already; "
        "a state stands once; steps back need no cycle",
    ]


@pytest.mark.parametrize("rate", ["-0.1", "inf", "nan"])
def test_a_programme_with_a_rate_that_cannot_be(rate: str) -> None:
    text = f"""{PROGRAMME}
[prior]
source = "assumption"
[[prior.rates]]
from = "approached"
to = "intake"
per_month = [0.1, {rate}, 0.1, 0.1, 0.1, 0.1]
source = "assumption"
"""
    with pytest.raises(ProgrammeError) as caught:
        parse_programme(text)
    assert [problem.key for problem in caught.value.problems] == ["prior.rates[0].per_month[1]"]


@pytest.mark.parametrize("data", [b"\x89PNG\0", b"name = \xe9", b"name = 'a", b"a = 1\na = 2\n"])
def test_a_programme_that_is_not_toml(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ProgrammeError, match=r"mine\.toml"):
        read_programme(write(tmp_path, data, "mine.toml"))
