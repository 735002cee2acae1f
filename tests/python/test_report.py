"""The report: one file that loads nothing, gives no dwelling away and says what it knows."""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
import itertools
import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("altair")
pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")

import opgave as og
from opgave import contents
from opgave.examples import example
from opgave.frames import table_of
from opgave.programme import parse_programme
from opgave.prospects import assumptions_section
from opgave.report import write_report
from opgave.scenario_file import parse_scenario
from opgave.story import Story
from opgave.wording import NONE_MARK, Language, Words

PERMITS = (
    Path(os.environ.get("OPGAVE_DATA", Path(__file__).parents[3] / "shared" / "data"))
    / "permits"
    / "municipality_1.csv"
)

AS_OF = dt.date(2026, 6, 30)
EVIL = "<script>alert('x')</script> & Zn."

PROGRAMME = """
name = "street"
title = "The street"
title_nl = "De straat"
fictional = true
start = 2025-01-01

[sources]
letter = "A letter, https://example.org/letter"
list = "A list"

[trajectory]
stages = ["approached", "intake", "started"]
complete = "delivered"
exits = ["withdrawn"]
pause = "paused"

[[targets]]
name = "all"
title = "Dwellings renovated"
title_nl = "Woningen gerenoveerd"
goal = 60
by = 2027-12-31
source = "letter"

[[targets]]
name = "backlog"
title = "Backlog cleared"
title_nl = "Achterstand weggewerkt"
goal = 20
by = 2027-12-31
scope = {backlog = "yes"}
source = "letter"

[[targets]]
name = "net"
title = "Net new homes"
title_nl = "Netto nieuwe woningen"
quantity = "net_additions"
goal = 1000
before = 2030-01-01
source = "letter"

[[grants]]
name = "fund"
title = "Housing fund"
title_nl = "Woonfonds"

[[grants.amounts]]
cents = 1706164800
source = "letter"
date = "2024-12"

[[grants.amounts]]
cents = 1706163800
source = "list"
date = 2024-05-13

[inflow]
per_month = 5
start = 2025-01-01
end = 2026-12-31
adherence_sd = 0.25
source = "letter"

[prior]
band_edges_months = [0, 3]
level_shape = 4
band_shape = 25
source = "letter"

[[prior.rates]]
from = "approached"
to = "intake"
per_month = [0.4, 0.2]
source = "letter"

[[prior.rates]]
from = "intake"
to = "started"
per_month = [0.4, 0.2]
source = "letter"

[[prior.rates]]
from = "started"
to = "delivered"
per_month = [0.4, 0.2]
source = "letter"
"""

STEPS = ("approached", "intake", "started", "delivered")


def columns(size: int = 100) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """A register that goes on steadily, with small cells in it."""
    ids = [f"HOUSE-{i:04d}" for i in range(size)]
    dwellings: dict[str, list[Any]] = {
        "dwelling_id": ids,
        "neighbourhood": [EVIL if i % 3 == 0 else "Oost" for i in range(size)],
        "backlog": ["yes" if i % 4 == 0 else "no" for i in range(size)],
        "subsidence_mm_per_year": [-2.0 if i % 5 == 0 else -0.2 for i in range(size)],
        "foundation_risk": ["D" if i % 2 == 0 else "B" for i in range(size)],
        "foundation_reliability": [
            ("established", "cluster", "indicative")[min(i % 7, 2)] for i in range(size)
        ],
    }
    events: dict[str, list[Any]] = {"dwelling_id": [], "stage": [], "date": []}
    for i in range(size * 7 // 10):
        day = dt.date(2025, 1, 10) + dt.timedelta(days=5 * i)
        for step in range(4):
            if day > dt.date(2026, 2, 20) or (i * 7 + step) % 5 == 4:
                break
            events["dwelling_id"].append(ids[i])
            events["stage"].append(STEPS[step])
            events["date"].append(day)
            day += dt.timedelta(days=30 + i % 9)
        if i in (3, 17, 31):
            events["dwelling_id"].append(ids[i])
            events["stage"].append("withdrawn")
            events["date"].append(dt.date(2026, 3, 1))
    return dwellings, events


@pytest.fixture(scope="module")
def register() -> og.Register:
    dwellings, events = columns()
    programme = parse_programme(PROGRAMME, name="street.toml")
    return og.Register(events, dwellings, trajectory=programme.trajectory, programme=programme)


@pytest.fixture(scope="module")
def pages(register: og.Register, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("report")
    made = {}
    for language in ("nl", "en"):
        path = write_report(
            folder / f"{language}.html", register, as_of=AS_OF, paths=400, language=language
        )
        made[language] = path.read_text(encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def story(register: og.Register) -> Story:
    projection = og.project(register, as_of=AS_OF, paths=400)
    return Story(register, register.as_of(AS_OF), AS_OF, None, Words("en"), projection)


def tree(page: str) -> ET.Element:
    return ET.fromstring(page.removeprefix("<!DOCTYPE html>"))


def tables(root: ET.Element, section: str) -> Iterator[list[list[str]]]:
    """The tables of a section, as rows of texts, without their heads."""
    part = root.find(f".//section[@id='{section}']")
    assert part is not None
    for body in part.iter("tbody"):
        yield [["".join(cell.itertext()).strip() for cell in row] for row in body]


def page_of(register: og.Register, folder: Path, **options: Any) -> str:
    path = write_report(folder / "page.html", register, paths=200, **options)
    return path.read_text(encoding="utf-8")


# The file


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_is_well_formed_and_its_identifiers_are_unique(
    pages: dict[str, str], language: str
) -> None:
    root = tree(pages[language])
    assert root.tag == "html"
    assert root.get("lang") == language
    ids = [part.get("id") for part in root.iter() if part.get("id")]
    assert len(ids) == len(set(ids))


def test_the_page_asks_nobody_for_anything(pages: dict[str, str]) -> None:
    root = tree(pages["nl"])
    policy = root.find(".//meta[@http-equiv='Content-Security-Policy']")
    assert policy is not None
    assert policy.get("content") == "default-src 'none'; style-src 'unsafe-inline'"
    for part in root.iter():
        assert part.tag not in {"script", "link", "img", "iframe", "object", "embed", "image", "a"}
        for name, value in part.attrib.items():
            assert name not in {"src", "href", "srcset", "action", "data"}
            assert not name.startswith("on")
            assert "http:" not in value
            assert "https:" not in value
    links = re.findall(r"url\(([^)]*)\)", pages["nl"])
    assert all(link.startswith("#") for link in links)
    assert "@import" not in pages["nl"]


def test_a_name_from_the_data_is_harmless(pages: dict[str, str]) -> None:
    for page in pages.values():
        assert "<script" not in page
        assert "&lt;script&gt;" in page
    assert EVIL in {"".join(part.itertext()) for part in tree(pages["en"]).iter("th")}


def test_the_same_input_gives_the_same_bytes(
    register: og.Register, pages: dict[str, str], tmp_path: Path
) -> None:
    again = write_report(tmp_path / "again.html", register, as_of="2026-06-30", paths=400)
    assert again.read_text(encoding="utf-8") == pages["nl"]


def test_no_identification_is_in_the_page(pages: dict[str, str]) -> None:
    assert all("HOUSE-" not in page for page in pages.values())


def test_every_chart_has_words_and_a_table(pages: dict[str, str]) -> None:
    root = tree(pages["nl"])
    figures = list(root.iter("figure"))
    assert len(figures) >= 8
    texts = {part.get("id"): "".join(part.itertext()).strip() for part in root.iter()}
    for figure in figures:
        drawings = list(figure.iter("svg"))
        assert len(drawings) == 2
        for drawing in drawings:
            assert drawing.get("role") == "img"
            words = [texts[key] for key in str(drawing.get("aria-labelledby")).split()]
            assert len(words) == 2
            assert all(words)
        assert figure.find("details/div/table") is not None
        caption = figure.find("figcaption")
        assert caption is not None
        assert caption.text


@pytest.mark.parametrize(
    ("language", "there", "absent"),
    [
        ("nl", ["De straat", "uiterlijk 31\xa0december\xa02027", "opgeleverd"], "delivered"),
        ("en", ["The street", "by 31\xa0December\xa02027", "delivered"], "opgeleverd"),
    ],
)
def test_both_languages(
    pages: dict[str, str], language: str, there: list[str], absent: str
) -> None:
    text = "".join(tree(pages[language]).itertext())
    assert all(words in text for words in there)
    assert absent not in text


def test_another_language_is_refused(register: og.Register, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nl, en"):
        page_of(register, tmp_path, language="de")
    assert not list(tmp_path.iterdir())


def test_made_up_data_are_marked(pages: dict[str, str]) -> None:
    marks = tree(pages["nl"]).findall(".//p[@class='fictional']")
    assert len(marks) == 2
    assert all("Fictieve gegevens" in str(mark.text) for mark in marks)


# Small numbers


def test_no_small_number_is_in_a_table_of_dwellings(pages: dict[str, str]) -> None:
    root = tree(pages["nl"])
    for section in ("stages", "areas", "backlog", "funnel", "pace"):
        for rows in tables(root, section):
            cells = {cell for row in rows for cell in row[1:]}
            assert not cells & {"1", "2", "3", "4"}
    assert any("<5" in row for rows in tables(root, "areas") for row in rows)


@pytest.mark.parametrize("section", ["areas", "backlog"])
def test_a_hidden_cell_cannot_be_got_by_subtraction(pages: dict[str, str], section: str) -> None:
    for rows in tables(tree(pages["en"]), section):
        cells = [
            [int(c.replace(",", "")) if c[0].isdigit() else None for c in row[1:]] for row in rows
        ]
        lines = [[(r, c) for c in range(len(cells[0]))] for r in range(len(cells))]
        lines += [[(r, c) for r in range(len(cells))] for c in range(len(cells[0]))]
        for line in lines:
            unknown = [place for place in line if cells[place[0]][place[1]] is None]
            assert len(unknown) != 1


def test_charts_show_no_more_than_their_tables(story: Story) -> None:
    for column in ("neighbourhood", "backlog", "subsiding"):
        table = story.crossings[column].table
        section = (
            contents.areas_section(story)
            if column == "neighbourhood"
            else contents.backlog_section(story)
        )
        assert section is not None
        key = "areas" if column == "neighbourhood" else column
        figure = next(f for f in section.figures if f.key == key)
        (drawn,) = figure.draw(700).to_dict()["datasets"].values()
        told = [row for row in drawn if row["state"] != "hidden (small numbers)"]
        shown = [
            int(table.counts[r, c])
            for r in range(table.counts.shape[0] - 1)
            for c in range(table.counts.shape[1] - 1)
            if table.shown(r, c) and table.counts[r, c]
        ]
        assert sorted(row["count"] for row in told) == sorted(shown)


def test_the_observed_line_rises_by_five_or_more(story: Story) -> None:
    made = contents.course(story, "delivered", {})
    assert made is not None
    counts = [n for _, n in made.points]
    steps = [b - a for a, b in itertools.pairwise(counts)]
    assert steps
    assert all(step == 0 or step >= 5 for step in steps)


def test_the_course_counts_what_the_throughput_counts(story: Story) -> None:
    made = contents.course(story, "delivered", {})
    assert made is not None
    table = table_of(story.register.throughput("delivered", every=made.every, as_of=AS_OF))
    assert list(made.counts) == table["count"].tolist()
    assert [str(day) for day in made.begin] == table["period"].astype(str).tolist()


def test_the_funnel_and_the_stages_do_not_give_each_other_away(story: Story) -> None:
    root = contents.funnel_section(story).figures[0].sheet
    shown = [row[2] for row in root.rows]
    numbers = [story.total, *(int(cell) for cell in shown if cell.isdigit())]
    steps = [a - b for a, b in itertools.pairwise(numbers)]
    assert all(step == 0 or step >= 5 for step in steps)


# What it says


class Oracle:
    """A projection that gives the answer it was told."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def probability(self, _: object) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return SimpleNamespace(**self.answer)


def sentence(story: Story, language: Language, answer: Any) -> contents.Headline:
    told: Any = Oracle(answer)
    return contents.headlines(dataclasses.replace(story, words=Words(language), projection=told))[0]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.615, "is 62 % (± 1);"), (0.00005, "is < 1 %;"), (0.99995, "is > 99 %;")],
)
def test_the_headline_gives_probability_margin_and_ceiling(
    story: Story, value: float, text: str
) -> None:
    answer = {"value": value, "std_error": 0.0049, "method": "simulation", "ceiling": 80}
    told = sentence(story, "nl", answer).sentence.replace("\xa0", " ")
    assert told.startswith("De kans dat 60 woningen uiterlijk 31 december 2027 zijn opgeleverd is")
    assert text in told
    assert "ten hoogste 80 woningen" in told


@pytest.mark.parametrize(
    ("method", "words"), [("reached", "target is met"), ("unreachable", "out of reach")]
)
def test_what_is_certain_is_said_in_words(story: Story, method: str, words: str) -> None:
    answer = {"value": 1.0, "std_error": 0.0, "method": method, "ceiling": 40}
    told = sentence(story, "en", answer).sentence
    assert words in told
    assert "%" not in told


def test_what_is_missing_is_said(story: Story) -> None:
    told = sentence(story, "en", og.NotEnoughData("stage 'intake' has no prior"))
    assert "No probability can be given" in told.sentence
    assert told.missing == "stage 'intake' has no prior"


def test_a_term_that_is_over_is_told_as_it_was(register: og.Register) -> None:
    day = dt.date(2028, 1, 31)
    story = Story(register, register.as_of(day), day, None, Words("en"))
    assert contents.headlines(story)[0].sentence.startswith("The term is over: ")


def test_a_target_that_is_not_measured_has_no_probability(pages: dict[str, str]) -> None:
    articles = tree(pages["en"]).findall(".//section[@id='headline']/article")
    text = "".join(articles[2].itertext())
    assert "does not measure this target" in text
    assert "1,000" in text
    assert "%" not in text


def test_grants_show_both_figures_and_their_difference(pages: dict[str, str]) -> None:
    (rows,) = tables(tree(pages["nl"]), "grants")
    assert [row[1] for row in rows] == ["€\xa017.061.648,00", "€\xa017.061.638,00"]
    assert "verschillen €\xa010,00" in pages["nl"]


def test_a_stall_at_the_end_is_said(pages: dict[str, str]) -> None:
    assert "Stall: nothing was added for" in pages["en"]


def test_where_the_judgement_of_a_foundation_comes_from_is_shown(pages: dict[str, str]) -> None:
    root = tree(pages["en"])
    table = root.findall(".//section[@id='backlog']/div[@class='sheet']//table")[-1]
    head = ["".join(cell.itertext()) for cell in table.iter("th") if cell.get("scope") == "col"]
    assert head[1:] == [
        "established: own inspection",
        "inferred: neighbour in the block",
        "model estimate, not inspected",
    ]


def test_seed_paths_and_version_are_told(pages: dict[str, str]) -> None:
    facts = next(tables(tree(pages["en"]), "provenance"))
    told = dict(row for row in facts)
    assert told["Seed"] == "1"
    assert told["Paths"] == "400"
    assert told["Version of opgave"] == og.__version__
    assert told["Known on"] == "everything in the register"


# What may come

SCENARIO = """
title = "One crew"
title_nl = "Eén ploeg"
fictional = true
source = "assumption: a try"

[[gates]]
state = "started"
per_month = 4

[[budgets]]
name = "fund"
state = "delivered"
euros_per_year = { 2026 = 500_000, 2027 = 500_000 }
costs = [{ euros = 5_000, scope = { backlog = "yes" } }, { euros = 1_000 }]

[[levers]]
state = "intake"
factor = 1.2
"""


@pytest.fixture(scope="module")
def planned(register: og.Register, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Pages under a scenario."""
    plan = parse_scenario(SCENARIO, register)
    folder = tmp_path_factory.mktemp("planned")
    how: dict[str, Any] = {"as_of": AS_OF, "advice_paths": 200, "scenario": plan}
    return {
        language: page_of(register, folder, language=language, **how) for language in ("nl", "en")
    }


def told(page: str, section: str) -> str:
    part = tree(page).find(f".//section[@id='{section}']")
    assert part is not None
    return "".join(part.itertext())


def test_the_plan_in_force_is_told(pages: dict[str, str], planned: dict[str, str]) -> None:
    assert "5 dwellings approached per month, from 1\xa0January\xa02025" in told(
        pages["en"], "plan"
    )
    for language, texts in {
        "nl": ["Scenario: Eén ploeg.", "Ten hoogste 4 woningen per maand kunnen naar", "fictief"],
        "en": ["Scenario: One crew.", "At most 4 dwellings a month can enter", "fictional"],
    }.items():
        text = told(planned[language], "plan")
        assert all(words in text for words in texts)
        assert text.count("assumption: a try") == 3
    (row,) = next(tables(tree(planned["en"]), "plan"))
    assert row[:2] == ["fund", "€\xa01,000,000"]


def test_amounts_for_few_dwellings_are_hidden(register: og.Register, tmp_path: Path) -> None:
    """Nine dwellings are paid at most: what is spent could tell of one of them."""
    text = SCENARIO.replace("500_000", "4_500")
    how: dict[str, Any] = {"as_of": AS_OF, "advice_paths": 0, "language": "en"}
    page = page_of(register, tmp_path, scenario=parse_scenario(text, register), **how)
    (row,) = next(tables(tree(page), "plan"))
    assert set(row[2:]) <= {"x", "€\xa00"}
    assert "x" in row[2:]
    assert "fewer than 10 dwellings" in told(page, "plan")


def test_what_would_help_is_ranked_with_its_margin(planned: dict[str, str]) -> None:
    rows = next(tables(tree(planned["en"]), "advice"))
    assert len(rows) == 1 + 3 + 1 + 1 + 1  # approached, stages, exit, gate, budget
    gains = [
        tuple(float(cell.split()[0].replace("\N{MINUS SIGN}", "-")) for cell in row[1:])
        for row in rows
    ]
    assert gains == sorted(gains, reverse=True)
    assert gains[0][1] > 0
    assert all("±" in cell for row in rows for cell in row[1:])
    assert "A tenth more slots for “works started”" in {row[0] for row in rows}
    text = told(planned["en"], "advice").replace("\xa0", " ")
    assert "80 %" in text or "Approaching more owners alone does not help" in text
    assert "200 pairs" in text


def test_advice_is_left_out_if_nobody_asks(register: og.Register, tmp_path: Path) -> None:
    page = page_of(register, tmp_path, as_of=AS_OF, advice_paths=0)
    sections = {part.get("id") for part in tree(page).iter("section")}
    assert "advice" not in sections
    assert {"plan", "assumptions"} <= sections


def test_each_probability_stands_beside_the_one_under_a_weaker_prior(tmp_path: Path) -> None:
    dwellings, events = columns()
    programme = parse_programme(PROGRAMME.replace("goal = 60", "goal = 30"), name="street.toml")
    register = og.Register(events, dwellings, programme=programme)
    page = page_of(register, tmp_path, as_of=AS_OF, advice_paths=0, language="en")
    row = next(tables(tree(page), "assumptions"))[0]
    assert programme.prior is not None
    how: dict[str, Any] = {"as_of": AS_OF, "until": "2027-12-31", "paths": 200}
    weak = og.fit_hazards(register, AS_OF, None, og.weakened(programme.prior))
    chances = [
        og.project(register, rates, **how).probability("all").value for rates in (None, weak)
    ]
    assert chances[0] - chances[1] > 0.1
    told = [int(cell.split("\xa0")[0]) for cell in row[1:3]]
    assert told == [pytest.approx(100 * chance, abs=0.5) for chance in chances]
    assert int(row[3].replace("\N{MINUS SIGN}", "-")) == round(100 * (chances[1] - chances[0]))


def test_a_projection_brings_its_own_plan(register: og.Register, tmp_path: Path) -> None:
    made = og.project(register, as_of=AS_OF, paths=200)
    page = page_of(register, tmp_path, projection=made)
    sections = {part.get("id") for part in tree(page).iter("section")}
    assert "fan" in sections
    assert not sections & {"plan", "advice", "assumptions"}
    with pytest.raises(ValueError, match="has its own plan"):
        page_of(register, tmp_path, projection=made, scenario=og.Scenario())


def test_a_scenario_without_calendar_is_told_by_its_sum(
    register: og.Register, tmp_path: Path
) -> None:
    how: dict[str, Any] = {"as_of": AS_OF, "advice_paths": 0, "language": "en"}
    page = page_of(register, tmp_path, scenario=og.Scenario(inflow=[3.0] * 4), **how)
    assert "A plan of its own: 12 dwellings approached" in told(page, "plan")
    assert "a plan of its own: 12 in the whole period" in told(page, "provenance")


# Other registers


def test_issues_are_counted_by_kind(tmp_path: Path) -> None:
    dwellings, events = columns()
    for column in events.values():
        column.append(column[0])
    programme = parse_programme(PROGRAMME, name="street.toml")
    register = og.Register(events, dwellings, trajectory=programme.trajectory, programme=programme)
    (rows,) = tables(tree(page_of(register, tmp_path, as_of=AS_OF, language="en")), "issues")
    assert rows == [["warning", "event is listed twice", "duplicate_event", "1"]]


def test_a_register_without_programme_and_dwellings(tmp_path: Path) -> None:
    _, events = columns()
    way = og.Trajectory(stages=list(STEPS[:3]), complete="delivered", exits=["withdrawn"])
    register = og.Register(events, trajectory=way)
    page = page_of(register, tmp_path, language="en")
    root = tree(page)
    assert root.find(".//section[@id='areas']") is None
    assert "no target that this register can measure" in page
    assert root.find(".//p[@class='fictional']") is None
    assert root.find(".//section[@id='fan']//svg") is None


def test_too_little_data_is_a_report_that_says_so(tmp_path: Path) -> None:
    text = PROGRAMME[: PROGRAMME.index("[prior]")]
    programme = parse_programme(text, name="street.toml")
    events = {"dwelling_id": ["a"], "stage": ["approached"], "date": ["2026-01-05"]}
    register = og.Register(
        events,
        {"dwelling_id": ["a", "b"], "backlog": ["yes", "no"]},
        trajectory=programme.trajectory,
        programme=programme,
    )
    page = page_of(register, tmp_path, as_of="2026-01-05", language="en")
    root = tree(page)
    assert "No probability can be given" in page
    missing = root.find(".//p[@class='missing']")
    assert missing is not None
    assert missing.text
    assert root.find(".//section[@id='fan']//svg") is None


def test_a_projection_of_another_day_is_refused(register: og.Register, tmp_path: Path) -> None:
    projection = og.project(register, as_of="2026-05-31", paths=100)
    with pytest.raises(ValueError, match="starts on 2026-05-31"):
        write_report(tmp_path / "page.html", register, as_of=AS_OF, projection=projection)


def test_the_day_is_that_of_the_projection(register: og.Register, tmp_path: Path) -> None:
    projection = og.project(register, as_of="2026-05-31", paths=100)
    path = write_report(tmp_path / "page.html", register, projection=projection, language="en")
    assert "As of 31\xa0May\xa02026" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_the_kind_of_frame_changes_nothing(
    kind: str, register: og.Register, tmp_path: Path
) -> None:
    pytest.importorskip(kind)
    from opgave.frames import frame_of

    dwellings, events = columns()
    other = og.Register(
        frame_of(events, kind),  # type: ignore[arg-type]
        frame_of(dwellings, kind),  # type: ignore[arg-type]
        trajectory=register.trajectory,
        programme=register.programme,
    )
    mine = page_of(register, tmp_path, as_of=AS_OF)
    assert page_of(other, tmp_path, as_of=AS_OF) == mine


def test_permits_have_no_dwellings_and_no_targets(tmp_path: Path) -> None:
    if not PERMITS.exists():
        pytest.skip(f"{PERMITS.name} is not there")
    register = og.read_register(PERMITS, programme=og.example_programme("permits"))
    page = page_of(register, tmp_path, language="nl")
    root = tree(page)
    assert "Omgevingsvergunningen" in page
    assert "zaken in het register" in page
    assert root.find(".//section[@id='backlog']") is None
    assert root.find(".//section[@id='funnel']//svg") is not None
    assert "woningen" not in "".join(root.itertext()).split("Aannames")[0].lower()


def test_a_register_without_dwellings_has_a_report(tmp_path: Path) -> None:
    krispijn = example("krispijn")
    register = og.Register(krispijn.events, programme=krispijn.programme)
    path = write_report(tmp_path / "r.html", register, as_of=krispijn.as_of, paths=100)
    assert "no dwelling is known to have backlog" in html.unescape(path.read_text("utf-8"))


# Money and homes


GRANT = """
[[grants]]
name = "works"
title = "The works"
title_nl = "Het werk"

[grants.stages]
reserves = "intake"
commits = "started"
pays = "delivered"
source = "assumption"

[[grants.amounts]]
euros = 100_000
source = "letter"
date = 2025-01-01
"""


def money_page(paid: int, folder: Path) -> str:
    """A report on so many dwellings paid 1,000 euros each, and 20 to which as much is committed."""
    programme = parse_programme(PROGRAMME + GRANT, name="street.toml")
    stages = ["delivered"] * paid + ["started"] * 20
    events = {
        "dwelling_id": [f"HOUSE-{i}" for i in range(len(stages))],
        "stage": stages,
        "date": [dt.date(2026, 1, 5)] * len(stages),
        "amount_eur": [1_000] * len(stages),
    }
    register = og.Register(events, programme=programme)
    return page_of(register, folder, as_of=AS_OF, language="en", advice_paths=0)


def test_the_ledger_stands_beside_the_awards(tmp_path: Path) -> None:
    (_, (row,)) = list(tables(tree(money_page(10, tmp_path)), "grants"))
    assert row[0] == "The works"
    amounts = [cell.replace("\xa0", " ") for cell in row[2:]]
    assert amounts == ["€ 0", "€ 20,000", "€ 10,000", "€ 0", "at most € 70,000"]


def test_money_of_fewer_than_ten_dwellings_is_hidden_with_what_would_tell_it(
    tmp_path: Path,
) -> None:
    page = money_page(9, tmp_path)
    (_, (row,)) = list(tables(tree(page), "grants"))
    assert [row[4], row[6]] == ["x", "x"]
    assert "9,000" not in page
    assert "71,000" not in page


@pytest.mark.parametrize("language", ["nl", "en"])
def test_net_homes_are_told_beside_the_register(
    register: og.Register, tmp_path: Path, language: Language
) -> None:
    pipeline = og.Pipeline(example("krispijn").pipeline)
    page = page_of(
        register, tmp_path, as_of=AS_OF, language=language, advice_paths=0, pipeline=pipeline
    )
    section = tree(page).find(".//section[@id='net_homes']")
    assert section is not None
    told = "".join(section.itertext())
    assert "fictief voorbeeld Dordrecht West" in told
    assert {"nl": "fictief programma", "en": "fictional programme"}[language] in told
    target = next(one for one in register.programme.targets if one.name == "net")
    chance = pipeline.probability(at_least=target.goal, before=target.deadline, as_of=AS_OF)
    assert Words(language).number(chance.ceiling) in told
    assert len(list(section.iter("figure"))) == 2


def test_a_pipeline_needs_a_target_of_net_homes(tmp_path: Path) -> None:
    register = og.Register({"dwelling_id": ["a"], "stage": ["intake"], "date": ["2026-01-05"]})
    pipeline = og.Pipeline(example("krispijn").pipeline)
    with pytest.raises(ValueError, match="target of net additions"):
        write_report(tmp_path / "page.html", register, pipeline=pipeline)


def test_the_part_of_the_prior_is_told_where_nobody_waits() -> None:
    made = example("krispijn")
    register = og.Register(made.events, made.dwellings, programme=made.programme)
    snapshot = register.as_of(made.as_of)

    def told(**plan: Any) -> str:
        projection = og.project(register, as_of=made.as_of, paths=100, **plan)
        story = Story(
            register, snapshot, made.as_of, None, Words("en"), projection, weak=projection
        )
        section = assumptions_section(story)
        assert section is not None
        if not plan:
            share = projection.prior_share("renovated")
            assert 0 < share < 1
            assert section.sheets[0].rows[0][-1] == Words("en").percent(share)
        return str(section.sheets[0].rows[0][-1])

    assert told().endswith("%")
    slots = og.Scenario(inflow=[10.0] * 96, gates=[og.Gate("started", per_month=9)])
    assert told(scenario=slots) == NONE_MARK
