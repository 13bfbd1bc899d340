"""Small whole files in each layout that publishers use, written here and not copied: the figures are invented.

A file is a grid of cells, or several for a workbook, so that mutations can take it apart and put it together again.
"""

import calendar
import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.settings import Settings
from nhs_assets.sources.publishers import ReaderContext

Value = str | float | None
BOARDS = (
    ("QE1", "NHS Lancashire and South Cumbria ICB", 600_000),
    ("QHG", "NHS Bedfordshire, Luton and Milton Keynes ICB", 700_000),
    ("QKS", "NHS Kent And Medway ICB", 800_000),
    ("QWO", "NHS West Yorkshire ICB", 900_000),
)
OTHERS = (
    ("0DF", "NHS South, Central and West Commissioning Support Unit", "csu"),
    ("DHSC", "Department of Health and Social Care", "dhsc"),
    ("X24", "NHS England", "nhse"),
)
TRUSTS = (("RXG", "South West Yorkshire Partnership NHS Foundation Trust"), ("RMP", "Tameside Integrated Care Trust"))
BODIES = (*((code, name) for code, name, _ in BOARDS), *((code, name) for code, name, body in OTHERS if body != "dhsc"))
"""Bodies of the programme in workforce files, by code and name."""
_ARRIVALS = {"icb": date(2022, 7, 1)}


@dataclass(frozen=True)
class Formula:
    """A cell with a formula and the value that it left behind."""

    expression: str
    value: Value


@dataclass(frozen=True)
class Page:
    """A sheet: rows of cells from the first one on, and merged areas as row, column, row, column from 1."""

    name: str
    rows: list[list[Value | Formula]]
    merged: tuple[tuple[int, int, int, int], ...] = ()


def organisations() -> pl.DataFrame:
    """A few bodies as ``raw.organisation`` has them."""
    rows = [(code, name, "icb", people) for code, name, people in BOARDS]
    rows += [(code, name, body, None) for code, name, body in OTHERS]
    schema = contract("raw.organisation").polars_schema()
    frame = pl.DataFrame(
        {
            "ods_code": [code for code, *_ in rows],
            "name": [name for _, name, *_ in rows],
            "body": [body for *_, body, _ in rows],
            "registered_population": [people for *_, people in rows],
            "valid_from": [_ARRIVALS.get(body, date(2013, 4, 1)) for *_, body, _ in rows],
        }
    )
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in schema.items() if name not in frame.columns]
    return frame.with_columns(missing).select(list(schema))


def beside(name: str = "dropped.file") -> ReaderContext:
    """What a reader needs besides the bytes, for the files of this module.

    They hold few rows, so that one set aside is a large share of them.
    """
    return ReaderContext(organisations(), name, Settings(publisher_set_aside_pct=50))


def csv_bytes(rows: Sequence[Sequence[Value]], delimiter: str = ",", newline: str = "\n") -> bytes:
    """A CSV of these rows."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return out.getvalue().encode()


def zip_bytes(members: dict[str, bytes]) -> bytes:
    """A ZIP file of these members, always the same for the same ones."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def workbook_parts(pages: Sequence[Page]) -> dict[str, bytes]:
    """The parts of an Excel workbook with these sheets."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    strings: dict[str, int] = {}
    sheets = {f"xl/worksheets/sheet{n}.xml": _sheet_xml(page, strings, main) for n, page in enumerate(pages, 1)}
    listed = "".join(
        f'<sheet name={quoteattr(page.name)} sheetId="{n}" r:id="rId{n}"/>' for n, page in enumerate(pages, 1)
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(pages) + 1)
    )
    texts = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/></Types>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">{related}</Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{texts}</sst>',
        **sheets,
    }
    return {name: f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode() for name, text in parts.items()}


def workbook_bytes(pages: Sequence[Page]) -> bytes:
    """An Excel workbook with these sheets."""
    return zip_bytes(workbook_parts(pages))


def _sheet_xml(page: Page, strings: dict[str, int], main: str) -> str:
    rows = []
    for number, row in enumerate(page.rows, 1):
        cells = "".join(_cell_xml(_place(number, n), value, strings) for n, value in enumerate(row, 1))
        rows.append(f'<row r="{number}">{cells}</row>')
    areas = "".join(f'<mergeCell ref="{_place(a, b)}:{_place(c, d)}"/>' for a, b, c, d in page.merged)
    merged = f"<mergeCells>{areas}</mergeCells>" if areas else ""
    return f'<worksheet xmlns="{main}"><sheetData>{"".join(rows)}</sheetData>{merged}</worksheet>'


def _cell_xml(place: str, value: Value | Formula, strings: dict[str, int]) -> str:
    if value is None:
        return ""
    if isinstance(value, Formula):
        stored = "" if value.value is None else f"<v>{escape(str(value.value))}</v>"
        kind = ' t="str"' if isinstance(value.value, str) else ""
        return f'<c r="{place}"{kind}><f>{escape(value.expression)}</f>{stored}</c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="s"><v>{strings.setdefault(value, len(strings))}</v></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def _place(row: int, column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def sickness_rows(year: int = 2025, month: int = 3) -> list[list[Value]]:
    """NHS sickness absence rates of a month."""
    header = "DATE,NHSE_REGION_CODE,NHSE_REGION_NAME,ICS_CODE,ICS_NAME,ORG_CODE,ORG_NAME,ORG_TYPE,FTE_DAYS_LOST"
    rows: list[list[Value]] = [[*header.split(","), "FTE_DAYS_AVAILABLE", "SICKNESS_ABSENCE_RATE_PERCENT"]]
    bodies = [(code, name, "Integrated Care Board", 10_000.0) for code, name, _ in BOARDS]
    bodies += [("0DF", OTHERS[0][1], "Commissioning Support Unit", 50_000.0), ("X24", "NHS England", "Others", 5e5)]
    bodies += [(code, name, "Acute", 130_000.0) for code, name in TRUSTS]
    for number, (code, name, kind, days) in enumerate(bodies):
        available = round(days * (1 + number / 7) + 123.45678, 5)
        lost = round(available * (0.0213 + number / 500), 5)
        day = f"{month_end(year, month):%d/%m/%Y}"
        rate = round(100 * lost / available, 2)
        rows.append([day, "Y63", "North", code, name, code, name, kind, str(lost), str(available), str(rate)])
    return rows


_GROUPS = (
    ("001_Professionally qualified clinical staff", 0.07, ()),
    ("002_Support to clinical staff", 0.05, ()),
    (
        "003_NHS infrastructure support",
        0.85,
        (("Central functions", 0.6), ("Hotel, property & estates", 0.03), ("Senior managers", 0.12), ("Managers", 0.1)),
    ),
    ("004_Other staff or those with unknown classification", 0.03, ()),
)


def _staff(code: str, name: str, number: int) -> list[tuple[str, str, float, int]]:
    """Main group, group, FTE and people of a body, with its total first."""
    size = 300.0 + 41.37125 * number
    rows: list[tuple[str, str, float, int]] = []
    total, people = 0.0, 0
    for main, share, parts in _GROUPS:
        of_parts = [(part, round(size * of, 5), int(size * of * 1.1) + 1) for part, of in parts]
        fte = round(sum(f for _, f, _ in of_parts), 5) if parts else round(size * share, 5)
        heads = sum(h for *_, h in of_parts) - 1 if parts else int(size * share * 1.1) + 1
        rows.append((main, "All staff groups", fte, heads))
        rows += [(main, f"01{n}_{part}", f, h) for n, (part, f, h) in enumerate(of_parts)]
        total, people = round(total + fte, 5), people + heads
    return [("All staff groups", "All staff groups", total, people), *rows]


def workforce_rows(
    bodies: Sequence[tuple[str, str]] = BODIES, days: Sequence[str] = ("2025-02-28", "2025-03-31")
) -> list[list[Value]]:
    """NHS Workforce Statistics, Staff Group and Organisation, in the layout to 2025."""
    header = "Date,NHSE_Region_Code,NHSE_Region_Name,ICS code,ICS name,Org Code,Org Name,Cluster Group,Benchmark Group"
    rows: list[list[Value]] = [[*header.split(","), "Staff Group Sort Order", "Staff Group", "Data Type", "Total"]]
    for day in days:
        for number, (code, name) in enumerate((*bodies, *TRUSTS)):
            for order, (main, part, fte, heads) in enumerate(_staff(code, name, number + int(day[6])), 1):
                group = (main if part == "All staff groups" else part).split("_")[-1]
                group = "Total" if group == "All staff groups" else group
                for kind, value in (("FTE", str(fte)), ("HC", str(heads))):
                    rows.append([day, "Y63", "North", code, "", code, name, "", "", str(order), group, kind, value])
    return rows


def core_rows(
    bodies: Sequence[tuple[str, str]] = BODIES, days: Sequence[str] = ("2025-09-30", "2025-10-31")
) -> list[list[Value]]:
    """NHS HCHS Workforce Statistics, Core 1, in the layout from 2025, with its rows for the nation."""
    header = "DATA_MONTH,DATA_LEVEL,NHSE_REGION_CODE,NHSE_REGION_NAME,ICS_CODE,ICS_NAME,ORG_CODE,ORG_NAME"
    rows: list[list[Value]] = [[*header.split(","), "MAIN_STAFF_GROUP", "STAFF_GROUP_1", "FTE", "HEADCOUNT"]]
    for day in days:
        for main, part, fte, heads in _staff("", "", 90):
            rows.append([day, "National", "", "England", "", "", "", "All organisations", main, part, fte, heads])
        for number, (code, name) in enumerate((*bodies, *TRUSTS)):
            for main, part, fte, heads in _staff(code, name, number + int(day[5:7])):
                rows.append([day, "Organisation", "Y63", "North", code, "", code, name, main, part, fte, heads])
    return [[cell if isinstance(cell, str) else str(cell) for cell in row] for row in rows]


def grade_rows(bodies: Sequence[tuple[str, str]] = BODIES, day: str = "2025-10-31") -> list[list[Value]]:
    """NHS HCHS Workforce Statistics, Core 5, with a row that is the sum of others for each body."""
    header = "DATA_MONTH,DATA_LEVEL,ORG_CODE,ORG_NAME,MAIN_STAFF_GROUP,STAFF_GROUP_1,STAFF_GROUP_2,CARE_SETTING,LEVEL"
    rows: list[list[Value]] = [[*header.split(","), "GRADE", "FTE", "HEADCOUNT"]]
    main = "003_NHS infrastructure support"
    kinds = (
        ("001_Professionally qualified clinical staff", "002_Nurses & health visitors", "003_Nurses - adult"),
        ("002_Support to clinical staff", "001_Support to doctors, nurses & midwives", "001_Support"),
        (main, "001_Central functions", "001_Finance"),
        (main, "003_Senior managers", "001_Senior managers"),
    )
    for number, (code, name) in enumerate((*bodies, *TRUSTS)):
        for order, groups in enumerate(kinds):
            for step, grade in enumerate(("Band 6", "Band 8a", "Non AfC Grade")):
                fte = round(20.12345 + number * 3 + order + step / 3, 5)
                parts = [*groups, "001_Other", f"00{step}_Level", grade, str(fte), str(int(fte * 1.1) + 1)]
                rows.append([day, "Organisation", code, name, *parts])
        every = [main, "All staff groups", "All", "All", "All", "All grades", "999.5", "1001"]
        rows.append([day, "Organisation", code, name, *every])
    return rows


def practice_rows(boards: Sequence[tuple[str, str, int]] = BOARDS) -> list[list[Value]]:
    """The practice file of NHS allocations."""
    header = "Practice_Code,GP_Practice_Name,Practice_Postcode,ICB,ICBname,Rcode,Region,Patients,Population,G&A WP"
    rows: list[list[Value]] = [header.split(",")]
    for board, (code, name, people) in enumerate(boards):
        for number in range(42):
            population = round(people / 42 * (0.8 + 0.4 * number / 41), 6)
            weighted = round(population * (0.7 + 0.3 * board), 6)
            practice = f"{chr(ord('A') + board % 26)}{80000 + 100 * (board // 26) + number}"
            row = [practice, f"SURGERY {number}, HIGH STREET", "TS1 1AA", code, name, "Y63"]
            rows.append([*row, "North", "", str(population), str(weighted)])
    return rows


@dataclass(frozen=True)
class Outlook:
    """An expenditure workbook: its month, its first year (the outturn), and the years of each of its two tables.

    ``is_blank`` adds a fund without a figure, ``has_footnotes`` marks labels and headings, and ``is_adjusted`` gives
    the total of capital another growth than its amounts have, with a note.
    """

    month: str = "November 2025"
    first_year: int = 2024
    years: tuple[int, int] = (5, 6)
    is_blank: bool = False
    has_footnotes: bool = False
    is_adjusted: bool = False


OUTLOOK = Outlook()
NOTE_ON_GROWTH = "Note: The growth of the total leaves out what was reclassified in these years."
_FOOTNOTES = {"Health and Social Care ": "¹", "Home Office": "1, (2)", "£ billion": " (1)", "Outturn": " [2]"}
"""Labels and headings, and the marks that publishers put behind them."""


def limits_pages(outlook: Outlook = OUTLOOK) -> list[Page]:
    """The expenditure workbook of an Economic and Fiscal Outlook."""
    contents: list[list[Value | Formula]] = [
        [None],
        [None, f"{outlook.month} Economic and fiscal outlook – detailed forecast tables: expenditure"],
        [None, "4.7 RDEL by department"],
        [None, "4.8 CDEL by department"],
    ]
    totals = ("Total RDEL spending excluding depreciation", "Total Capital DEL spending")
    resource = _limits(outlook, "4.7 RDEL spending by departments", 193.219, outlook.years[0], totals[0])
    capital = _limits(outlook, "4.8 CDEL spending by departments", 11.485, outlook.years[1], totals[1])
    if outlook.is_adjusted:
        (total,) = (row for row in capital if totals[1] in row)
        total[-outlook.years[1] : -1] = [growth - 2.5 for growth in total[-outlook.years[1] : -1]]
        capital.append([None, NOTE_ON_GROWTH])
    return [Page("Contents", contents), Page("4.7", resource), Page("4.8", capital)]


def _limits(outlook: Outlook, title: str, first: float, years: int, total: str) -> list[list[Value | Formula]]:
    labels = [f"{year}-{(year + 1) % 100:02d}" for year in range(outlook.first_year, outlook.first_year + years)]
    gap: list[Value] = [None] * (years - 1)
    rows: list[list[Value | Formula]] = [
        ["Back to contents"],
        [None, title],
        [None, None, "£ billion", *gap, None, "Per cent"],
        [None, None, "Outturn", "Forecast", *gap, "Real annual growth"],
        [None, None, *labels, None, *labels[1:], f"Ave. {labels[1]} to {labels[-1]}\n"],
    ]
    names = ("Health and Social Care ", "Education", "Home Office", "Defence", "Scottish Government", "Reserves")
    sums = [0.0] * years
    for number, name in enumerate(names):
        values: list[float] = []
        for year in range(years):
            value = first * (1 + (0.0413 + number / 100) * year) / (1 + 1.7 * number)
            values.append(round(value, 3) if year == 0 else value)
        if name == "Reserves":
            values[0] = 0.0
        sums = [total_ + value for total_, value in zip(sums, values, strict=True)]
        shown: list[Value] = [value if value else "-" for value in values]
        rows.append([None, name, *shown, None, *_real_growth(values), 1.5])
    if outlook.is_blank:
        rows.append([None, "Growth Mission Fund", *[None] * years, None, *["-"] * years])
    rows.append([None, total, *sums, None, *_real_growth(sums), 1.5])
    if outlook.has_footnotes:
        rows = [
            [f"{cell}{_FOOTNOTES.get(cell, '')}" if isinstance(cell, str) else cell for cell in row] for row in rows
        ]
    rows.append([None, "Note: This table shows the Treasury's measure."])
    return rows


def _real_growth(values: list[float]) -> list[Value]:
    """Growth on the year before over prices that rise a little faster each year; a dash where there was nothing."""
    return [
        (now / before / (1.02 + year / 1000) - 1) * 100 if before else "-"
        for year, (before, now) in enumerate(pairwise(values))
    ]


def deflator_pages(first: int = 2020, last: int = 2030) -> list[Page]:
    """The economy workbook of an Economic and Fiscal Outlook, its financial years between these two years."""
    contents: list[list[Value | Formula]] = [
        [None],
        [None, "November 2025 Economic and fiscal outlook – detailed forecast tables: economy"],
        [None, "Table 1.7: Inflation"],
    ]
    rows: list[list[Value | Formula]] = [
        ["Back to contents"],
        [None, "1.7 Inflation"],
        [None, None, "Year-on-year growth", None, None, "2015=100", "2023=100", "2023=100"],
        [None, None, "CPI", "Consumer expenditure deflator", "GDP deflator", "CPI", "Consumer expenditure deflator"],
    ]
    rows[-1].append("GDP deflator")
    quarters = {
        (y, q): 90 * 1.0061 ** ((y - 2020) * 4 + q) + q / 9 for y in range(first, last + 1) for q in range(1, 5)
    }
    in_base_year = sum(quarters[2023, q] for q in range(1, 5)) / 4
    quarters = {quarter: value / in_base_year * 100 for quarter, value in quarters.items()}

    def line(label: Value, now: float, before: float) -> list[Value | Formula]:
        growth = (now / before - 1) * 100
        return [None, label, growth + 0.1, growth + 0.2, growth, now * 1.1, now * 1.01, now]

    for (year, quarter), value in quarters.items():
        if year > first:
            rows.append(line(f"{year}Q{quarter}", value, quarters[year - 1, quarter]))
    for year in range(first + 1, last + 1):
        means = [sum(quarters[y, q] for q in range(1, 5)) / 4 for y in (year, year - 1)]
        rows.append(line(float(year), *means))
    for year in range(first + 1, last):
        needed = [[(y, 2), (y, 3), (y, 4), (y + 1, 1)] for y in (year, year - 1)]
        means = [sum(quarters[key] for key in keys) / 4 for keys in needed]
        rows.append(line(f"{year}-{(year + 1) % 100:02d}", *means))
    rows.append([None, "Notes:"])
    rows.append([None, "RPI, RPIX, CPI and CPIH inflation are based on outturn data up to and including August 2025."])
    return [Page("Contents", contents), Page("1.7", rows)]


def treasury_pages() -> list[Page]:
    """HM Treasury's workbook of GDP deflators."""
    rows: list[list[Value | Formula]] = [
        [None],
        [None, "GDP deflators at market prices, and money GDP December 2025 (Quarterly National Accounts)"],
        [None],
        [None, "Financial year", "GDP deflator at market prices", None, "Money GDP", None, None, "Calendar year"],
        [None, None, "2024-25 = 100", "per cent change on previous year", "£ million", None, None, None, "2024 = 100"],
    ]
    level = 100 / 1.031**8
    for year in range(2016, 2031):
        fy = f"{year}-{(year + 1) % 100:02d}"
        is_forecast = year > 2025
        growth: Value | Formula = None if year == 2016 else 3.1
        if year > 2016 and not is_forecast:
            growth = Formula(f"((C{year}/C{year - 1})-1)*100", 3.1)
        rows.append(
            [
                None,
                f"{fy} (1), (2)" if is_forecast else fy,
                "-" if is_forecast else level,
                growth,
                2_000_000.0 + year,
                None,
                None,
                float(year),
                "-" if is_forecast else level * 0.99,
            ]
        )
        level *= 1.031
    rows.append([None, "(1) Forecasts of the Office for Budget Responsibility, November 2025."])
    return [Page("Contents", [[None, "Contents"]]), Page("Deflators", rows)]


@dataclass(frozen=True)
class Layout:
    """A layout and how to make a small file of it.

    Attributes:
        kind: name of its format.
        variant: what distinguishes it from the common layout of its format.
        rows: makes the rows, of a CSV.
        pages: makes the sheets, of a workbook.
        hidden: mutations that leave a whole file of the same layout with other figures, of which nothing in the file
            tells that anything is missing.
    """

    kind: str
    variant: str = ""
    rows: Callable[[], list[list[Value]]] | None = None
    pages: Callable[[], list[Page]] | None = None
    hidden: frozenset[str] = field(default_factory=frozenset)

    def content(self) -> bytes:
        """The file."""
        return csv_bytes(self.rows()) if self.rows else workbook_bytes(self.pages())

    @property
    def name(self) -> str:
        """Its format and variant."""
        return f"{self.kind}{self.variant and ', '}{self.variant}"


LAYOUTS = (
    Layout("nhs_sickness_absence", rows=sickness_rows),
    Layout("nhs_workforce_staff_group", rows=workforce_rows),
    Layout("nhs_workforce_core", rows=core_rows),
    # Nothing in these two tells that a row is missing: of practices, unless a sum moves by more than a tenth.
    # Nothing in the first tells that grades stand a row too low.
    Layout("nhs_workforce_grades", rows=grade_rows, hidden=frozenset({"drop_row", "shift_column"})),
    Layout("nhs_allocation_practices", rows=practice_rows, hidden=frozenset({"drop_row"})),
    Layout("obr_departmental_limits", pages=limits_pages),
    Layout("obr_gdp_deflator", pages=deflator_pages),
    Layout("hmt_gdp_deflators", pages=treasury_pages),
)
"""The common layout of each format."""

_AS_PUBLISHED = Outlook("March 2026", 2024, (5, 6), is_blank=True, has_footnotes=True, is_adjusted=True)
VARIANTS = (
    Layout(
        "obr_departmental_limits",
        "with blanks, footnotes and an adjusted total",
        pages=lambda: limits_pages(_AS_PUBLISHED),
    ),
)
"""Layouts with what publishers also print."""
