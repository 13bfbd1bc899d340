"""The report of a version: complete, self-contained, and every number on it is one of the published tables."""

import csv
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import polars as pl
import pytest

from nhs_assets.build.select import Select
from nhs_assets.ground.yaml_files import read_yaml
from nhs_assets.outputs.addresses import parse_address
from nhs_assets.outputs.charts.drawing import MOST_WORDS
from nhs_assets.outputs.charts.registry import CHARTS
from nhs_assets.outputs.explained import explained_snapshot
from nhs_assets.outputs.exports.formula_escape import escape_formulas
from nhs_assets.outputs.figure_card import find_row
from nhs_assets.outputs.query import ask
from nhs_assets.outputs.report.page import report_version
from nhs_assets.outputs.report.tables import heading
from nhs_assets.settings import PROJECT_ROOT
from tests.conftest import WITH_REPORT, Project

pytestmark = pytest.mark.golden

WRITTEN = read_yaml(PROJECT_ROOT / "nhs_assets/outputs/report/report.yml")
NUMBER = re.compile(r"[−-]?£?\d[\d,]*(?:\.\d+)?")
LARGEST = 3_000_000
"""Bytes of the page."""

VOID = {"meta", "link", "br", "hr", "img", "input"}


@dataclass
class Element:
    """An element of a page with its text."""

    tag: str
    attributes: dict[str, str | None]
    inside: tuple[str, ...]
    text: str = ""


@dataclass
class Reader(HTMLParser):
    """Reads the elements of a page in order."""

    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs), tuple(outer.attributes.get("id") or outer.tag for outer in self.open))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs), ()))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data


@dataclass(frozen=True)
class Page:
    """The page of a version that was published."""

    path: Path
    data_dir: Path

    @cached_property
    def elements(self) -> list[Element]:
        reader = Reader()
        reader.feed(self.path.read_text(encoding="utf-8"))
        reader.close()
        assert not reader.open, "an element is not closed"
        return reader.elements

    def all(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]

    def rows(self, figure: str) -> pl.DataFrame:
        return ask(self.data_dir, Select.from_file(PROJECT_ROOT / f"sql/figures/{figure}.sql").text)

    @property
    def figures(self) -> list[str]:
        return [str(element.attributes["id"]) for element in self.all("article")]


@pytest.fixture(scope="module")
def page(refreshed: Project) -> Page:
    data_dir = refreshed.settings.data_dir
    return Page(data_dir / "published" / "current" / "report" / "index.html", data_dir)


def rounds_to(printed: str, value: float) -> bool:
    """Whether a printed number is a value rounded to its digits; trailing zeros of a whole number may be rounded."""
    digits = printed.replace("−", "-").replace(",", "").replace("£", "")
    places = len(digits.partition(".")[2])
    whole = len(digits) - len(digits.rstrip("0")) if "." not in digits else 0
    half = 0.5 * 10.0 ** (-places if places else min(whole, 2))
    return abs(float(digits) - value) <= half * 1.0001


def test_it_says_what_it_should_in_this_order(page: Page) -> None:
    ids = [str(heading.attributes.get("id")) for heading in page.all("h2")]
    wanted = [
        "not-held",
        "answers",
        *(section["id"] for section in WRITTEN["sections"]),
        "method",
        "data",
        "licence",
        "cite",
    ]
    assert [name for name in ids if name in wanted] == wanted
    questions = [element.text for element in page.all("h3") if "answers" not in str(element.attributes.get("id"))]
    assert [one["question"] for one in WRITTEN["answers"]] == questions[: len(WRITTEN["answers"])]


def test_every_chart_is_on_it(page: Page) -> None:
    named = [figure for section in WRITTEN["sections"] for figure in section["figures"]]
    assert set(named) == CHARTS.keys()
    assert page.figures == [figure for figure in named if not page.rows(figure).is_empty()]


def test_it_needs_nothing_beside_it(page: Page) -> None:
    text = page.path.read_text(encoding="utf-8")
    assert len(text.encode()) <= LARGEST
    assert not page.all("img") + page.all("iframe") + page.all("link")
    assert all("src" not in script.attributes for script in page.all("script"))
    assert not re.findall(r"url\(|@import|@font-face", text)


def test_every_link_leads_somewhere(page: Page) -> None:
    ids = {element.attributes["id"] for element in page.elements if "id" in element.attributes}
    for link in page.all("a"):
        address = urlsplit(str(link.attributes["href"]))
        if address.scheme:
            assert address.scheme == "https"
        elif address.path:
            assert (page.path.parent / unquote(address.path)).is_file(), address.path
        else:
            assert address.fragment in ids, address.fragment


def test_ids_are_unique_and_headings_in_order(page: Page) -> None:
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    levels = [int(element.tag[1]) for element in page.elements if re.fullmatch(r"h[1-6]", element.tag)]
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))


def test_downloads_have_the_size_that_is_stated(page: Page) -> None:
    listed = [element for element in page.all("li") if "kB" in element.text]
    links = {str(link.attributes["href"]): link for link in page.all("a") if "download" in link.attributes}
    assert len(listed) == len(links) == 4 * len(page.figures)
    for item, path in zip(listed, links, strict=True):
        size = (page.path.parent / path).stat().st_size
        assert item.text.strip().endswith(f"({max(1, round(size / 1000))} kB)")


def test_every_number_in_a_sentence_is_its_figure(page: Page) -> None:
    cited = [link for link in page.all("a") if "data-figure" in link.attributes]
    assert len(cited) > 50
    with explained_snapshot(page.data_dir) as explained:
        for link in cited:
            address = parse_address(str(link.attributes["data-figure"]))
            value = find_row(explained, address)[address.column]
            printed = NUMBER.search(link.text)
            if printed is None or re.search(r"[A-Z][a-z]+ \d{4}", link.text):  # a month
                assert str(value)[:4] in link.text or float(str(value)) < 200, link.text
                continue
            tries = (value, 100 * float(value), abs(float(value)))
            assert any(rounds_to(printed[0], float(tried)) for tried in tries), (link.text, value)


def test_a_number_in_an_answer_that_is_no_figure_is_a_count_or_a_range_of_the_tables(page: Page) -> None:
    data_dir = page.data_dir
    tests = ask(data_dir, "SELECT is_covered FROM savings.backtest")["is_covered"]
    quality = ask(data_dir, "SELECT quality FROM evidence.assumption")["quality"]
    net = page.rows("operations_bought").row(-1, named=True)
    known = [sum(tests), len(tests), sum(quality == "red"), len(quality), 80]
    known += [round(net[name] / 100) * 100 for name in ("operations_net_p10", "operations_net_p90")]
    names = ask(data_dir, "SELECT label FROM savings.backtest WHERE NOT is_covered")["label"]
    answers = re.findall(r'<p class="answer">(.*?)</p>', page.path.read_text(encoding="utf-8"))
    assert len(answers) == len(WRITTEN["answers"])
    for answer in answers:
        uncited = re.sub(r'<a class="n".*?</a>|<span class="y">.*?</span>', "", answer)
        uncited = re.sub("|".join(map(re.escape, names)), "", uncited)
        numbers = re.findall(r"\d[\d,]*", uncited)
        assert {int(number.replace(",", "")) for number in numbers} <= set(known), answer


def test_every_cell_is_that_of_its_table(page: Page) -> None:
    for figure in page.figures:
        rows = page.rows(figure)
        shown = rows.select(name for name in rows.columns if rows[name].null_count() < len(rows))
        inside = [element for element in page.elements if figure in element.inside]
        header = [element.text for element in inside if element.attributes.get("scope") == "col"]
        assert header == [heading(name) for name in shown.columns]
        cells = [element for element in inside if element.tag == "td" or element.attributes.get("scope") == "row"]
        values = [value for row in shown.iter_rows() for value in row]
        assert len(cells) == len(values)
        for cell, value in zip(cells, values, strict=True):
            exact = cell.attributes.get("data-value")
            if exact is None:
                assert value is None or not isinstance(value, int | float) or isinstance(value, bool), figure
            else:
                assert float(exact) == float(value)
                assert is_printed(cell.text, float(value)), (figure, cell.text, value)


def is_printed(text: str, value: float) -> bool:
    """Whether a cell prints its value to at least three digits, or to its decimals."""
    digits = float(text.replace("−", "-").replace(",", ""))
    return rounds_to(text, value) or abs(digits - value) <= 0.005 * abs(value)


def test_the_csv_has_the_rows_of_the_select_beside_it(page: Page) -> None:
    for figure in page.figures:
        written = (page.path.parent / f"data/{figure}.csv").read_text(encoding="utf-8")
        select = (page.path.parent / f"data/{figure}.sql").read_text(encoding="utf-8")
        assert written == escape_formulas(ask(page.data_dir, select)).write_csv()
        header, *_ = csv.reader(written.splitlines())
        assert len(header) == len(set(header))


def amounts(rows: pl.DataFrame) -> Iterator[float]:
    """The numbers of some rows, also as share, in thousands and turned round."""
    for name in rows.columns:
        if rows.schema[name].is_numeric():
            for value in rows[name].drop_nulls():
                for scaled in (float(value), float(value) * 100, float(value) / 1000):
                    yield from (scaled, abs(scaled))


@pytest.mark.parametrize("figure", CHARTS)
def test_the_alternative_text_of_a_chart_is_of_its_table(figure: str, page: Page) -> None:
    rows = page.rows(figure)
    if rows.is_empty():
        assert figure == "conclusions_moved", "only a first version has nothing to explain"
        return
    drawing = CHARTS[figure](rows)
    known = list(amounts(rows))
    money = re.findall(r"[−-]?£[\d,]+(?:\.\d+)?(?:bn|m)?", drawing.description)
    shares = re.findall(r"[−-]?[\d,]+(?:\.\d+)?(?=%)", drawing.description)
    checked = [(text, text.strip("£bnm").replace("£", "")) for text in money] + [(text, text) for text in shares]
    typed = Select.from_file(PROJECT_ROOT / f"sql/figures/{figure}.sql").header["caption"]
    words = (
        " ".join(str(value) for value in rows.select(pl.col(pl.String)).to_numpy().flatten()) + typed + drawing.subtitle
    )
    unknown = [
        text
        for text, digits in checked
        if digits not in words.replace("£", "") and not any(rounds_to(digits, value) for value in known)
    ]
    assert not unknown
    assert len(drawing.title.split()) <= MOST_WORDS


def test_pictures_say_where_they_are_from(page: Page) -> None:
    version = page.path.resolve().parent.parent.name
    for figure in page.figures:
        svg = (page.path.parent / f"charts/{figure}.svg").read_text(encoding="utf-8")
        shown = " ".join(re.findall(r">([^<]+)</text>", svg))
        assert f"Figure {figure}, version {version}, facts known to" in shown
        assert (page.path.parent / f"charts/{figure}.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_every_card_leads_back(page: Page) -> None:
    cards = sorted((page.path.parent / "figures").rglob("*.html"))
    assert len(cards) > 30
    for card in cards:
        (back,) = re.findall(r'<a href="([./]*index\.html)">Report</a>', card.read_text(encoding="utf-8"))
        assert (card.parent / back).resolve() == page.path.resolve()


def test_the_command_says_where_it_is(refreshed: Project) -> None:
    done = refreshed.run("report", "--json")
    written = json.loads(done.stdout)
    assert Path(written["path"]).stat().st_size == written["bytes"]
    assert set(written["figures"]) <= CHARTS.keys()
    shown = refreshed.run("report", BROWSER="", DISPLAY="", WAYLAND_DISPLAY="")
    assert shown.stdout.strip() == written["path"]


def test_a_changed_word_of_the_report_makes_another_version(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "one.sql").write_text("SELECT 1", encoding="utf-8")
    before = report_version(tmp_path)
    report_version.cache_clear()
    (tmp_path / "figures" / "one.sql").write_text("SELECT 2", encoding="utf-8")
    assert report_version(tmp_path) != before


def test_a_figure_that_cannot_be_drawn_costs_the_report_alone(published: Project, tmp_path: Path) -> None:
    sql = tmp_path / "sql"
    sql.mkdir()
    for part in (PROJECT_ROOT / "sql").iterdir():
        if part.name != "figures":
            (sql / part.name).symlink_to(part)
    (sql / "figures").mkdir()
    for path in (PROJECT_ROOT / "sql" / "figures").glob("*.sql"):
        text = path.read_text(encoding="utf-8")
        (sql / "figures" / path.name).write_text(
            text.replace("i.delta_gbp_m,", "'no number' AS delta_gbp_m,"), encoding="utf-8"
        )
    done = published.run("refresh", NHS_ASSETS_SQL_DIR=str(sql), NHS_ASSETS_EXPORT_FORMATS=WITH_REPORT)
    assert done.returncode == 0, done.stderr
    assert "published without a report: the figure money_moved (overspend.instrument) cannot be drawn" in done.stderr
    asked = published.run("report")
    assert asked.returncode == 1
    assert "money_moved" in asked.stderr


def test_a_version_without_a_report_says_so(published: Project) -> None:
    assert not (published.settings.data_dir / "published/current/report").exists()
    assert "NHS_ASSETS_EXPORT_FORMATS left it out" in published.run("report").stderr
