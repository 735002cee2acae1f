"""BAG extracts, the changes of the stock counted from them, and what is refused."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bag_zip import (
    DAY,
    SPACES,
    building,
    building_id,
    country,
    life,
    parts,
    small,
    unit,
    unit_id,
    write,
    xml,
    zipped,
)
from typer.testing import CliRunner

import opgave as og
from opgave import bag_archive
from opgave.cli import app
from opgave.frames import table_of
from opgave.stock import BagHistory
from opgave.terminal import rows_of

USED = "Verblijfsobject in gebruik"
STANDING = xml([building(1, "Pand in gebruik", life("1950-01-01"))])
COLUMNS = [
    "year", "opening", "new_build", "other_addition", "demolition", "other_withdrawal", "net",
    "closing",
]  # fmt: skip


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small(tmp_path_factory.mktemp("bag") / "BAG.zip")


@pytest.fixture(scope="module")
def history(extract: Path) -> BagHistory:
    return og.read_bag_extract(extract)


def refusal(path: Path, **options: Any) -> str:
    with pytest.raises(og.FileError) as caught:
        og.read_bag_extract(path, **options)
    assert unit_id(17) not in str(caught.value)
    return str(caught.value)


def extract_of(tmp_path: Path, units: list[str], **options: Any) -> Path:
    return write(tmp_path / "BAG.zip", xml(units, **options), STANDING)


# Reading


def test_a_small_extract_is_counted(history: BagHistory) -> None:
    changes = og.stock_changes(history, first_year=2015, last_year=2017)
    rows = rows_of(changes)
    assert list(rows[0]) == COLUMNS
    assert [list(row.values()) for row in rows] == [
        [2015, 1, 1, 0, 0, 0, 1, 2],
        [2016, 2, 0, 1, 0, 0, 1, 3],
        [2017, 3, 0, 0, 1, 0, -1, 2],
    ]


def test_each_number_can_be_listed(history: BagHistory) -> None:
    listing = rows_of(og.stock_listing(history, first_year=2015))
    assert [(r["dwelling_id"], str(r["date"]), r["category"], r["reason"]) for r in listing] == [
        (unit_id(1), "2015-03-01", "new_build", "new_building"),
        (unit_id(3), "2016-02-02", "other_addition", "first_recorded_in_use"),
        (unit_id(2), "2017-05-01", "demolition", "building_demolished"),
    ]


def test_columns_hold_what_the_file_says(history: BagHistory) -> None:
    units = history.core.units
    assert len(units) == 6  # what is inactive or outside the BAG does not count
    assert units.begin[units.identification == int(unit_id(2))][0] == np.datetime64("0001-01-01")
    assert units.building_count.tolist() == [1, 1, 1, 1, 2, 1]
    assert units.uses.tolist()[-1] == (1 << 9) | (1 << 5)
    assert str(units.registered[2]) == "2010-11-26"
    assert history.as_of.isoformat() == "2021-10-15"


def test_a_history_shows_no_identification(history: BagHistory) -> None:
    assert repr(history) == "BagHistory(6 dwelling versions, 7 building versions, 2021-10-15)"


def test_only_the_dwellings_asked_for_and_their_buildings_are_read(extract: Path) -> None:
    part = og.read_bag_extract(extract, identifications=[unit_id(3)])
    assert set(part.core.units.identification.tolist()) == {int(unit_id(3))}
    assert part.core.buildings.identification.tolist() == [int(building_id(n)) for n in (3, 4)]
    with pytest.raises(ValueError, match="must have 16 digits"):
        og.read_bag_extract(extract, identifications=["505010000000001"])


def test_the_municipality_is_that_of_the_extract(extract: Path) -> None:
    assert og.read_bag_extract(extract, municipality="0505") == og.read_bag_extract(extract)
    assert "municipality must be that of the extract, 0505, got 0457" in refusal(
        extract, municipality="0457"
    )


def test_a_municipality_is_found_in_the_whole_country(tmp_path: Path) -> None:
    """By address, street and town: the first digits of all identifications are 0505."""
    path = country(tmp_path / "BAG.zip")
    assert len(og.read_bag_extract(path).core.units) == 4
    part = og.read_bag_extract(path, municipality="0505").core
    assert part.units.identification.tolist() == [int(unit_id(n)) for n in (1, 3)]
    assert part.buildings.identification.tolist() == [int(building_id(n)) for n in (1, 3)]
    part = og.read_bag_extract(path, municipality="0999").core
    assert part.units.identification.tolist() == [int(unit_id(2))]
    assert "municipality must have a town" in refusal(path, municipality="0457")
    bare = extract_of(tmp_path, [], area="<selecties-extract:Gebied-NLD/>")
    assert "the archive must hold towns" in refusal(bare, municipality="0505")


def test_progress_is_told_and_can_stop(extract: Path) -> None:
    told: list[float] = []
    og.read_bag_extract(extract, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    with pytest.raises(RuntimeError, match="progress stopped the reading"):
        og.read_bag_extract(extract, progress=lambda _: False)


def test_zips_may_stand_in_the_archive_itself(tmp_path: Path, extract: Path) -> None:
    with zipfile.ZipFile(extract) as outer:
        inner = zipfile.ZipFile(io.BytesIO(outer.read(f"0505GEM{DAY}.zip")))
    flat = tmp_path / "flat.zip"
    flat.write_bytes(zipped({name: inner.read(name) for name in inner.namelist()}))
    assert og.read_bag_extract(flat) == og.read_bag_extract(extract)


def test_a_large_file_is_read_in_chunks(tmp_path: Path) -> None:
    units = [unit(n, USED, life("2015-01-01")) for n in range(1, 2001)]
    history = og.read_bag_extract(extract_of(tmp_path, units))
    assert history.core.units.identification.tolist() == [int(unit_id(n)) for n in range(1, 2001)]


# What is refused


def test_a_file_that_is_no_zip_or_cut_off_is_refused(extract: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.zip"
    short.write_bytes(extract.read_bytes()[:-200])
    assert "the zip is damaged or cut off" in refusal(short)
    short.write_text("no zip")
    assert "the zip is damaged or cut off" in refusal(short)
    assert "the file cannot be read" in refusal(tmp_path / "absent.zip")


def test_a_damaged_inner_file_is_refused(tmp_path: Path) -> None:
    whole = xml([unit(n, USED, life("2015-01-01")) for n in range(50)])
    inside = parts(whole, STANDING)
    name = f"0505VBO{DAY}.zip"
    damaged = bytearray(inside[name])
    damaged[200:300] = bytes(100)
    path = tmp_path / "BAG.zip"
    path.write_bytes(zipped({**inside, name: bytes(damaged)}))
    assert "the zip is damaged or cut off" in refusal(path)
    write(path, whole[:-300], STANDING)
    assert f"0505VBO{DAY}-000001.xml is no XML, or cut off" in refusal(path)


def test_an_archive_without_dwellings_or_buildings_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "BAG.zip"
    path.write_bytes(zipped({}))
    assert "the archive must hold verblijfsobjecten" in refusal(path)
    path.write_bytes(zipped({f"0505VBO{DAY}.zip": zipped({})}))
    assert "the archive must hold panden" in refusal(path)


def test_mutations_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "BAG.zip"
    path.write_bytes(zipped({f"9999MUT{DAY}.zip": zipped({})}))
    assert "the archive holds mutations, not the state of the register" in refusal(path)
    assert "holds mutations, not the state" in refusal(extract_of(tmp_path, [], root="bagMutaties"))


def test_another_version_is_refused(tmp_path: Path) -> None:
    old = {prefix: uri.replace("v20200601", "v20120201") for prefix, uri in SPACES.items()}
    message = refusal(extract_of(tmp_path, [], spaces=old))
    assert "must be of BAG 2.0, schema v20200601, got" in message
    assert "v20120201" in message


def test_entities_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("woonfunctie")
    bomb = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    for inside in (f'<!ENTITY x SYSTEM "{secret.as_uri()}">', bomb, ""):
        doctype = f"<!DOCTYPE x [{inside}]>"
        path = extract_of(tmp_path, [unit(1, USED, life("2015-01-01"))], doctype=doctype)
        assert "declare no entities" in refusal(path)


def test_a_bomb_is_refused_while_it_inflates(tmp_path: Path) -> None:
    path = tmp_path / "BAG.zip"
    write(path, xml(["<x/>" * (10 << 20)]), STANDING)
    assert path.stat().st_size < 100_000
    assert "inflates to more than 200 times its size" in refusal(path)
    # A zip that says it is large inside a small one.
    path.write_bytes(zipped({f"0505VBO{DAY}.zip": bytes(40 << 20)}))
    assert "inflates to more than 200 times its size" in refusal(path)


def test_a_text_or_a_depth_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "BAG.zip"
    write(path, xml(["<x>" + " " * (12 << 20) + "</x>"]), STANDING)
    assert "Text node too long" in refusal(path)
    write(path, xml(["<x>" * 1000 + "</x>" * 1000]), STANDING)
    assert "is no XML, or cut off" in refusal(path)


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bag_archive, "MOST_FILES", 3)
    path = tmp_path / "BAG.zip"
    path.write_bytes(zipped({f"{n}.xml": b"" for n in range(4)}))
    assert "a zip must hold at most 3 files, got 4" in refusal(path)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (unit(17, "in gebruik", life("2015-01-01")), "the status of a verblijfsobject must be one"),
        (unit(17, USED, life("2015-13-01")), "2015-13-01"),
        (unit(17, USED, life("2015-01-01"), uses=("wonen",)), "a gebruiksdoel must be one of"),
        (unit(17, USED, life("2015-01-01", "2014-01-01")), "must not end before it begins"),
        (unit(17, USED, ""), "voorkomenidentificatie must be given, got none"),
    ],
)
def test_an_object_that_breaks_the_rules_is_named_masked(
    tmp_path: Path, wrong: str, message: str
) -> None:
    found = refusal(extract_of(tmp_path, [wrong]))
    assert message in found
    assert found.startswith("BAG.zip: ")


def test_without_lxml_it_says_what_to_install(
    extract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "lxml", None)
    monkeypatch.delitem(__import__("sys").modules, "opgave.bag_extract", raising=False)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "opgave\[geo\]"'):
        og.read_bag_extract(extract)


# Counting


def test_periods_can_be_quarters_and_months(history: BagHistory) -> None:
    quarters = table_of(og.stock_changes(history, first_year=2015, last_year=2015, every="quarter"))
    assert quarters["begin"].astype(str).tolist() == [
        f"2015-{m}-01" for m in ("01", "04", "07", "10")
    ]
    assert quarters["new_build"].tolist() == [1, 0, 0, 0]
    with pytest.raises(ValueError, match="month, quarter"):
        og.stock_changes(history, every="week")  # type: ignore[arg-type]


def test_years_that_the_extract_does_not_know_whole_are_refused(history: BagHistory) -> None:
    assert table_of(og.stock_changes(history))["year"].tolist() == list(range(2012, 2021))
    with pytest.raises(ValueError, match="last_year must be at most 2020, as the extract ends on"):
        og.stock_changes(history, last_year=2021)
    with pytest.raises(ValueError, match="first_year must be at most 2014, got 2015"):
        og.stock_changes(history, first_year=2015, last_year=2014)


def test_areas_are_counted_apart_and_unknown_is_one_of_them(history: BagHistory) -> None:
    areas = {unit_id(1): "Oud", unit_id(2): "Nieuw"}
    for given in (areas, {"dwelling_id": list(areas), "area": list(areas.values())}):
        rows = rows_of(og.stock_changes(history, first_year=2016, last_year=2016, areas=given))
        assert [(r["area"], r["opening"], r["net"], r["closing"]) for r in rows] == [
            ("Nieuw", 1, 0, 1),
            ("Oud", 1, 0, 1),
            (None, 0, 1, 1),
        ]


def test_what_was_registered_later_can_be_left_out(history: BagHistory) -> None:
    early = og.stock_changes(history, first_year=2017, last_year=2017, known_on="2017-04-30")
    assert table_of(early)["demolition"].tolist() == [0]


def test_spells_of_buildings_feed_the_estimator(history: BagHistory) -> None:
    rows = rows_of(history.building_spells())
    assert [(r["from_state"], r["to_state"], str(r["enter"]), str(r["exit"])) for r in rows] == [
        ("permitted", "started", "2014-01-01", "2014-06-01"),
        ("started", "in_use", "2014-06-01", "2015-03-01"),
    ]
    stays = table_of(history.building_spells())
    occupancy = og.aalen_johansen(
        stays["from_state"], stays["to_state"], initial="permitted",
        start=stays["first_observed"] - stays["permit"], stop=stays["exit"] - stays["permit"],
    )  # fmt: skip
    assert occupancy.at([424]).frame()["probability"].tolist() == [1.0, 0.0, 0.0]


# Published figures


def test_published_figures_are_checked_by_row(data_dir: Path) -> None:
    cbs = og.check_stock(cbs_rows(data_dir / "cbs" / "all_municipalities_2012-2016.csv"))
    assert set(cbs["net_holds"]) == {"holds", "unknown"}
    whole = cbs["net_holds"] == "holds"
    assert set(cbs["closing_holds"][whole]) == {"holds", "does not hold"}


def test_figures_that_are_missing_make_a_row_unknown() -> None:
    figures = {
        "opening": [10, 10, None], "new_build": [2, 2, 2], "other_addition": [1, 1, "."],
        "demolition": [0, 0, 0], "other_withdrawal": [1, 1, 1], "correction": [-1, 0, 0],
        "net": [1, 1, 2], "closing": [11, 12, 13],
    }  # fmt: skip
    checked = og.check_stock(figures)
    assert checked["net_holds"].tolist() == ["holds", "does not hold", "unknown"]
    assert checked["closing_holds"].tolist() == ["holds", "does not hold", "unknown"]
    with pytest.raises(ValueError, match="must have a column net or SaldoVoorraad_7"):
        og.check_stock({name: v for name, v in figures.items() if name != "net"})
    with pytest.raises(ValueError, match="closing must be a whole number, got 'x' at row 1"):
        og.check_stock({**figures, "closing": [11, "x", 13]})


def cbs_rows(path: Path) -> dict[str, list[Any]]:
    """The rows of a file of CBS; what is empty is None."""
    head, *lines = path.read_text(encoding="utf-8-sig").splitlines()
    columns = zip(*(line.split(";") for line in lines), strict=True)
    return {
        name: [value or None for value in column]
        for name, column in zip(head.split(";"), columns, strict=True)
    }


# Weesp, as CBS counted it


@pytest.fixture(scope="module")
def weesp(request: pytest.FixtureRequest) -> BagHistory:
    data: Path = request.getfixturevalue("data_dir")
    return og.read_bag_extract(data / "bag" / "BAGGEM0457L-15102021.zip", municipality="0457")


def test_weesp_changes_as_published(weesp: BagHistory, data_dir: Path) -> None:
    """Net and new build exactly; the others within a dwelling."""
    published = cbs_rows(data_dir / "cbs" / "GM0457_weesp_2012-2016.csv")
    changes = table_of(og.stock_changes(weesp, first_year=2012, last_year=2016))

    def cbs(name: str) -> Any:
        return np.array(published[name], dtype=int)

    assert changes["net"].tolist() == cbs("SaldoVoorraad_7").tolist()
    assert changes["new_build"].tolist() == cbs("Nieuwbouw_2").tolist()
    assert changes["other_addition"].tolist() == cbs("OverigeToevoeging_3").tolist()
    for name, column in (("demolition", "Sloop_4"), ("other_withdrawal", "OverigeOnttrekking_5")):
        assert np.abs(changes[name] - cbs(column)).max() <= 1
    off = changes["closing"] - cbs("EindstandVoorraad_8")
    assert off.tolist() == [4, 4, 4, 4, 0]  # CBS adjusted the level in 2016
    assert (changes["opening"] + changes["net"] == changes["closing"]).all()


def test_weesp_is_read_whole(weesp: BagHistory) -> None:
    units, buildings = weesp.core.units, weesp.core.buildings
    assert len(np.unique(units.identification)) == 12_509
    assert len(np.unique(buildings.identification)) == 12_899
    assert (len(units), len(buildings)) == (26_085, 23_091)


# The command line


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["stock", *arguments])


def test_the_command_prints_a_table_and_json(extract: Path) -> None:
    printed = run(str(extract), "--from", "2015", "--to", "2017")
    assert printed.exit_code == 0
    assert "2017" in printed.stdout
    assert "each change on the day from which it holds" in printed.stdout
    answer = json.loads(run(str(extract), "--from", "2015", "--to", "2015", "--json").stdout)
    assert answer["as_of"] == "2021-10-15"
    assert [list(row) for row in answer["stock_changes"]] == [COLUMNS]
    assert answer["stock_changes"][0]["new_build"] == 1


def test_the_command_writes_a_file(extract: Path, tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    done = run(
        str(extract), "--from", "2015", "--to", "2015", "--every", "month", "--csv", str(path)
    )
    assert done.exit_code == 0
    lines = path.read_text().splitlines()
    assert len(lines) == 13
    assert lines[3].startswith("2015;2015-03-01;1;1;0;0;0;1;2")


def test_the_command_refuses_what_it_cannot_read(tmp_path: Path, extract: Path) -> None:
    path = tmp_path / "BAG.zip"
    path.write_text("no zip")
    refused = run(str(path))
    assert refused.exit_code == 1
    assert "the zip is damaged or cut off" in refused.stderr
    assert run(str(extract), "--to", "2030").exit_code == 2
    issues = json.loads(run(str(path), "--json").stdout)["issues"]
    assert issues[0]["file"] == "BAG.zip"
    blocked = run(str(extract), "--csv", str(tmp_path / "none" / "stock.csv"))
    assert blocked.exit_code == 2
    assert "cannot be written" in blocked.stderr


# What people look at


def test_the_waterfall_goes_from_opening_to_closing(history: BagHistory) -> None:
    charts = pytest.importorskip("opgave.stock_charts")
    row = rows_of(og.stock_changes(history, first_year=2017, last_year=2017))[0]
    texts = json.dumps(charts.stock_chart(row, "2017").to_dict(), ensure_ascii=False)
    assert "Dwelling stock, 2017" in texts
    assert '"label": "\N{MINUS SIGN}1"' in texts
    marks = charts._marks(row, charts.Words("en"))
    assert [mark["to"] for mark in marks] == [3, 3, 3, 2, 2, 2]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_section_tells_the_years(history: BagHistory, language: Any) -> None:
    contents = pytest.importorskip("opgave.stock_contents")
    words = __import__("opgave.wording", fromlist=["Words"]).Words(language)
    section = contents.stock_section(history, words, 2015, 2017)
    assert "2015" in section.paragraphs[0]
    assert [row[0] for row in section.figures[0].sheet.rows] == ["2015", "2016", "2017"]
    assert section.figures[0].draw(400).to_dict()


def test_a_report_shows_the_stock_of_an_extract(extract: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    result = CliRunner().invoke(app, [
        "report", "--example", "krispijn", "--bag", str(extract), "--advice", "0",
        "--language", "en", "-o", str(page),
    ])  # fmt: skip
    assert result.exit_code == 0, result.output
    assert 'id="stock' in page.read_text(encoding="utf-8")
