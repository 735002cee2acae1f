"""Files become text tables, or a FileError that says what is wrong and where."""

from __future__ import annotations

import csv
import io
import pickle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opgave.files import FileError, TextTable, read_text_table

SAFE = st.characters(blacklist_categories=("Cs",), blacklist_characters="\0")


def write(folder: Path, data: bytes | str, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def problems(path: Path) -> list[tuple[int | None, str]]:
    with pytest.raises(FileError) as caught:
        read_text_table(path)
    return [(problem.row, problem.message) for problem in caught.value.problems]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_found_in_the_header(tmp_path: Path, separator: str) -> None:
    text = f"id{separator}stage\r\n1{separator}intake\r\n"
    assert read_text_table(write(tmp_path, text)).columns == {"id": ["1"], "stage": ["intake"]}


def test_a_first_line_names_the_separator_and_is_not_counted(tmp_path: Path) -> None:
    table = read_text_table(write(tmp_path, "sep=,\r\nid,a;b;c\r\n1,2\r\n"))
    assert table.names == ("id", "a;b;c")
    assert table.line == [2]


def test_empty_lines_above_the_header_are_counted(tmp_path: Path) -> None:
    table = read_text_table(write(tmp_path, "\n  \na,b\n1,2\n"))
    assert (table.names, table.line) == (("a", "b"), [4])


def test_a_separator_within_quotes_does_not_count(tmp_path: Path) -> None:
    table = read_text_table(write(tmp_path, '"a;b;c",d\n1,2\n'))
    assert table.names == ("a;b;c", "d")


def test_every_field_stays_text(tmp_path: Path) -> None:
    table = read_text_table(write(tmp_path, "id;n\n0505010000000001;1,50\n5,05E+14; 2 \n"))
    assert table.columns == {"id": ["0505010000000001", "5,05E+14"], "n": ["1,50", " 2 "]}


@pytest.mark.parametrize(
    "data",
    [
        "naam\nCafé één\n".encode(),
        b"\xef\xbb\xbf" + "naam\nCafé één\n".encode(),
        "naam\nCafé één\n".encode("cp1252"),
    ],
    ids=["utf-8", "utf-8 with mark", "windows-1252"],
)
def test_encodings_in_use_are_read(tmp_path: Path, data: bytes) -> None:
    assert read_text_table(write(tmp_path, data)).columns == {"naam": ["Café één"]}


def test_the_euro_sign_of_windows_is_read(tmp_path: Path) -> None:
    assert read_text_table(write(tmp_path, b"bedrag\n\x80 5\n")).columns == {"bedrag": ["€ 5"]}


def test_damaged_utf8_is_told_from_windows_by_the_letters_that_are_whole(tmp_path: Path) -> None:
    data = "naam;buurt\nCafé;x\n".encode() + b"y;Caf\xe9\n"
    assert problems(write(tmp_path, data)) == [(3, "column 'buurt' is not valid UTF-8: byte 0xE9")]


def test_damaged_utf8_is_told_by_the_byte_order_mark(tmp_path: Path) -> None:
    assert problems(write(tmp_path, b"\xef\xbb\xbfnaam\nx\nCaf\xe9\n")) == [
        (3, "column 'naam' is not valid UTF-8: byte 0xE9")
    ]


def test_a_byte_that_windows_does_not_have_is_an_error(tmp_path: Path) -> None:
    assert problems(write(tmp_path, b"naam\nx\n\x81\n")) == [
        (3, "column 'naam' is not valid Windows-1252: byte 0x81")
    ]


def test_lines_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    text = 'id;note\n1;"two\nlines"\n\n2;x\n;\n3;y\n\n\n'
    table = read_text_table(write(tmp_path, text))
    assert table.columns["id"] == ["1", "2", "3"]
    assert table.line == [2, 4, 6]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends_are_read(tmp_path: Path, end: str) -> None:
    table = read_text_table(write(tmp_path, f"a;b{end}1;2{end}3;4"))
    assert table.columns == {"a": ["1", "3"], "b": ["2", "4"]}


def test_empty_columns_at_the_end_are_left_out(tmp_path: Path) -> None:
    table = read_text_table(write(tmp_path, "a;b;;\n1;2;;\n3;4;;;;\n"))
    assert table.columns == {"a": ["1", "3"], "b": ["2", "4"]}


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    table = read_text_table(write(tmp_path, "id;stage;date\n"))
    assert table.names == ("id", "stage", "date")
    assert table.columns == {"id": [], "stage": [], "date": []}
    assert len(table) == 0


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = 'a;A;;d\n1;2;3;4\n1;2\n"x"y;2;3;4\n1;2;3;4;5\nBron: de gemeente\n'
    assert problems(write(tmp_path, text)) == [
        (1, "columns 1 and 2 have the same name 'A'"),
        (1, "column 3 has fields but no name"),
        (3, "the row has 2 fields, the header 4"),
        (4, "the row cannot be split into fields (';' expected after '\"')"),
        (5, "the row has 5 fields, the header 4"),
        (6, "the row has 1 field, the header 4"),
    ]


def test_a_quotation_mark_that_is_not_closed_has_its_row(tmp_path: Path) -> None:
    short = write(tmp_path, 'a;b\n1;2\n"3;4\n5;6\n')
    long = write(tmp_path, 'a;b\n1;2\n"3;4\n' + 50_000 * "5;6\n", "long.csv")
    assert [row for row, _ in problems(short)] == [3]
    assert [row for row, _ in problems(long)] == [3]


def test_an_error_can_be_pickled_and_shows_the_first_twenty(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        read_text_table(write(tmp_path, "a;b\n1;2\n" + 30 * "1;2;3\n"))
    copy = pickle.loads(pickle.dumps(caught.value))
    assert copy.problems == caught.value.problems
    assert len(copy.problems) == 30
    lines = str(copy).splitlines()
    assert len(lines) == 21
    assert lines[0].startswith("table.csv: row 3: the row has 3 fields, the header 2; ")
    assert lines[-1] == "table.csv: and 10 problems more"


def test_no_message_shows_a_field(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbfid;naam\n0505010000000001\n0505010000000002;Jans\xe9n\n"
    with pytest.raises(FileError) as caught:
        read_text_table(write(tmp_path, data))
    assert len(caught.value.problems) == 2
    assert "05050" not in str(caught.value)
    assert "Jans" not in str(caught.value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(st.lists(st.text(SAFE), min_size=2, max_size=2), min_size=1),
    separator=st.sampled_from(";,\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig"]),
)
def test_what_a_writer_writes_is_read_back(
    tmp_path: Path, rows: list[list[str]], separator: str, encoding: str
) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerows([["a", "b"], *rows])
    table = read_text_table(write(tmp_path, stream.getvalue().encode(encoding)))
    kept = [(at, row) for at, row in enumerate(rows, start=2) if any(map(str.strip, row))]
    assert table.line == [at for at, _ in kept]
    assert list(zip(*table.columns.values(), strict=True)) == [tuple(row) for _, row in kept]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200) | st.lists(st.sampled_from(b'a1;,\t|"\r\n=\xe9\xc3\xa9\x81 ')))
def test_any_bytes_give_a_table_or_a_file_error(tmp_path: Path, data: bytes | list[int]) -> None:
    answer: TextTable | FileError
    try:
        answer = read_text_table(write(tmp_path, bytes(data)))
    except FileError as error:
        answer = error
    if isinstance(answer, FileError):
        assert answer.problems
        str(answer).encode()
    else:
        assert {len(column) for column in answer.columns.values()} == {len(answer)}
