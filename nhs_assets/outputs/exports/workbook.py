"""An Excel workbook for readers: answers first, then contents, then the tables that fit a sheet, raw ones last."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from nhs_assets.contracts.registry import Column, Contract
from nhs_assets.outputs.summary import Headline

CREATED = datetime(2000, 1, 1)
"""Stated in the file in place of the clock: the same tables give the same bytes."""

SHEET_NAME_LENGTH = 31
TEXT_LENGTH = 32_767
"""Most characters that Excel holds in the name of a sheet and in a cell."""

CUT = " ... (cut: the whole text is in the database)"
FIRST_YEAR = 1900
"""Excel has no earlier dates."""

ANSWERS, CONTENTS, COLUMNS = "Answers", "Contents", "Columns"
BEFORE_SUCCESSION = "_before_succession"
ORGANISATION = "ods_code"
WORDED_UNITS = {"text", "identifier", "category", "code", "date", "month", "financial year", "yes/no", "sha256"}
"""Units that say what a cell holds, and not in what it is measured."""

PLAIN, DAY, MONTH, WRAPPED = "General", "yyyy-mm-dd", "mmm yyyy", "@"
NUMBER_FORMATS = {
    "£m": "#,##0.0",
    "£": "#,##0",
    "£ a head": "#,##0.00",
    "%": "0.0",
    "% a year": "0.00",
    "share": "0.0%",
    "year": "0",
}
PRECISE_UNIT = "% a year"
"""Answers of which the second decimal tells, where all others are whole."""

NUMBERS_OF_ANSWERS = ("Value", "Low", "High")
COUNTS = {"posts", "FTE", "FTE days", "heads", "operations", "people", "draws"}
CONFIDENCE = {
    "F": "Found in a source",
    "F(d)": "Derived from found figures",
    "K": "Background knowledge",
    "E": "Estimate",
    None: "Recorded events",
}
NOTE = (
    "Numbers here are spreadsheet numbers of 15 digits, and text is text, never a formula. Exact values and every "
    "table: nhs_assets.duckdb, or the Parquet and CSV files beside this workbook. Formulas that can be changed: "
    "nhs_assets_model.xlsx."
)
FONT = "Arial"
WIDEST, NARROWEST = 60, 9
SAMPLED = 50
"""Rows that decide how wide a column is."""


@dataclass(frozen=True)
class Shown:
    """A column of a sheet: its heading, how numbers are shown, and its width where the cells do not decide it."""

    heading: str
    number_format: str = PLAIN
    width: int | None = None


@dataclass(frozen=True)
class Listed:
    """A table in the contents, with the sheets that it has."""

    described: Contract
    rows: int
    sheets: tuple[str, ...]


class TablesWorkbook:
    """Tables are added one by one, raw ones last; the file is written when it is closed."""

    def __init__(self, target: Path, longest: int) -> None:
        """Opens the workbook for tables of at most ``longest`` rows."""
        self._book = xlsxwriter.Workbook(target, {"in_memory": True})
        self._book.set_properties({"title": "nhs_assets", "created": CREATED})
        self._formats: dict[str, Format] = {}
        self._title = self._format(bold=True, font_size=14)
        self._text = self._format()
        self._link = self._format(font_color="#12436D", underline=1)
        self._wrapped_link = self._format(font_color="#12436D", underline=1, text_wrap=True, valign="top")
        self._longest = longest
        self._answers, self._contents, self._columns = map(self._book.add_worksheet, (ANSWERS, CONTENTS, COLUMNS))
        self._listed: list[Listed] = []

    def add(self, described: Contract, frame: pl.DataFrame) -> None:
        """Gives a table a sheet; one that is too long because it is by organisation, sheets of national totals.

        A table on the way to the boards of today has none.
        """
        if frame.is_empty():
            return
        sheets = []
        if len(frame) <= self._longest and not described.table.endswith(BEFORE_SUCCESSION):
            units = "; ".join(f"{', '.join(names)}: {unit}" for unit, names in _by_unit(described.columns).items())
            notes = [described.description, *([f"Units: {units}."] if units else [])]
            shown = [Shown(column.name, number_format(column)) for column in described.columns]
            sheets.append(self._add_sheet(described.name, described.name, notes, shown, frame))
        elif not described.table.endswith(BEFORE_SUCCESSION):
            for period, totals in national_totals(described, frame):
                title = f"{described.name}: the nation by {period}"
                notes = ["Summed over organisations; the table by organisation is in the database, Parquet and CSV."]
                notes += [described.description, f"Units: {_unit_of_totals(described)}."]
                columns = {column.name: number_format(column) for column in described.columns}
                of_money = NUMBER_FORMATS["£m"]
                shown = [Shown(name, columns.get(name, of_money)) for name in totals.columns]
                sheets.append(self._add_sheet(f"{described.table} nation by {period}", title, notes, shown, totals))
        self._listed.append(Listed(described, len(frame), tuple(sheets)))

    def close(self, version: str, headlines: Sequence[Headline], known_on: date) -> None:
        """Writes the sheets that lead to the others, and the file.

        Args:
            version: that of the tables.
            headlines: the answers.
            known_on: the last day of anything known, which answers without a day of their own rest on.
        """
        self._fill_answers(version, headlines, known_on)
        self._fill_contents(version)
        columns = pl.DataFrame(
            [
                (
                    table.described.name,
                    column.name,
                    column.unit,
                    column.duckdb_type,
                    column.nullable,
                    column.description,
                )
                for table in self._listed
                for column in table.described.columns
            ],
            schema=["table", "column", "unit", "type", "may be empty", "description"],
            orient="row",
        )
        shown = [Shown(name) for name in columns.columns[:-1]] + [Shown("description", WRAPPED, 90)]
        self._fill(self._columns, "Columns", ["What each column holds, in which unit."], shown, columns)
        self._book.close()

    def _fill_answers(self, version: str, headlines: Sequence[Headline], known_on: date) -> None:
        sheets = {table.described.name: table.sheets[0] for table in self._listed if table.sheets}
        answers = [(headline, line) for headline in headlines for line in headline.lines]
        rows = [
            (
                headline.question,
                line.answer,
                line.value,
                line.low,
                line.high,
                line.unit,
                line.known_on or known_on,
                CONFIDENCE[line.confidence],
                headline.table,
            )
            for headline, line in answers
        ]
        shown = [
            Shown("Question", WRAPPED, 34),
            Shown("Answer", WRAPPED, 62),
            *(Shown(name, NUMBER_FORMATS["£"], 11) for name in NUMBERS_OF_ANSWERS),
            Shown("Unit", WRAPPED, 14),
            Shown("Known by", DAY, 12),
            Shown("How sure", WRAPPED, 16),
            Shown("Table", WRAPPED, 34),
        ]
        schema = dict(zip((column.heading for column in shown), _ANSWER_TYPES, strict=True))
        notes = [
            f"Version {version}. Value, low and high are those of the answer where it is one figure. Low and high of "
            "the best estimate are an 80% range, of stated figures the ends that are stated.",
            "How sure: the weakest of what the answer rests on. Known by: the day from which all of it was known.",
        ]
        frame = pl.DataFrame(rows, schema=schema, orient="row")
        first = self._fill(self._answers, "Answers", notes, shown, frame)
        precise = self._format(num_format=NUMBER_FORMATS[PRECISE_UNIT], valign="top")
        for place, (headline, line) in enumerate(answers):
            for column, number in enumerate((line.value, line.low, line.high), start=2):
                if line.unit == PRECISE_UNIT and number is not None:
                    self._answers.write_number(first + place, column, number, precise)
            sheet = sheets.get(headline.table, CONTENTS)
            self._answers.write_url(
                first + place, len(shown) - 1, f"internal:'{sheet}'!A1", self._wrapped_link, headline.table
            )

    def _fill_contents(self, version: str) -> None:
        left_out = "In the database, Parquet and CSV"
        rows = [
            (sheet or left_out, table.described.name, table.rows, table.described.description.replace("``", ""))
            for table in self._listed
            for sheet in table.sheets or ("",)
        ]
        shown = [Shown("Sheet", WRAPPED, 36), Shown("Table", PLAIN, 44), Shown("Rows", "#,##0", 9)]
        shown.append(Shown("What it holds", WRAPPED, 90))
        schema = dict(zip((column.heading for column in shown), _CONTENTS_TYPES, strict=True))
        notes = [
            f"Version {version}. {NOTE}",
            f"Tables without rows are left out. Tables of more than {self._longest:,} rows, and those on the way to "
            "the boards of today, have no sheet.",
        ]
        frame = pl.DataFrame(rows, schema=schema, orient="row")
        first = self._fill(self._contents, "Contents", notes, shown, frame)
        for place, (sheet, *_) in enumerate(rows):
            if sheet != left_out:
                self._contents.write_url(first + place, 0, f"internal:'{sheet}'!A1", self._wrapped_link, sheet)

    def _add_sheet(
        self, name: str, title: str, notes: Sequence[str], shown: Sequence[Shown], frame: pl.DataFrame
    ) -> str:
        sheet = self._book.add_worksheet(self._sheet_name(name))
        self._fill(sheet, title, notes, shown, frame)
        return sheet.name

    def _sheet_name(self, table: str) -> str:
        taken = {sheet.name.lower() for sheet in self._book.worksheets()}
        name, number = table[:SHEET_NAME_LENGTH], 1
        while name.lower() in taken:
            number += 1
            name = f"{table[: SHEET_NAME_LENGTH - len(str(number)) - 1]}~{number}"
        return name

    def _fill(
        self, sheet: Worksheet, title: str, notes: Iterable[str], shown: Sequence[Shown], frame: pl.DataFrame
    ) -> int:
        """Writes a title, notes and one table; returns its first row."""
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, title, self._title)
        head = 1
        for note in notes:
            sheet.write_string(head, 0, _cut(note.replace("``", "")), self._text)
            head += 1
        if sheet is not self._contents:
            sheet.write_url(head, 0, f"internal:'{CONTENTS}'!A1", self._link, "Contents")
            head += 1
        sheet.freeze_panes(head + 1, 0)
        head_format = self._format(bold=True, bottom=1, valign="top", text_wrap=True)
        sheet.add_table(
            head,
            0,
            head + len(frame),
            len(shown) - 1,
            {
                "name": f"table_{len(self._book.worksheets())}_{sheet.index}",
                "style": "Table Style Light 1",
                "columns": [{"header": column.heading, "header_format": head_format} for column in shown],
            },
        )
        for place, (column, cells) in enumerate(zip(shown, frame.iter_columns(), strict=True)):
            sheet.set_column(place, place, column.width or _width(column.heading, cells))
            self._fill_column(sheet, head + 1, place, column.number_format, cells)
        return head + 1

    def _fill_column(self, sheet: Worksheet, first: int, place: int, number_format: str, cells: pl.Series) -> None:
        write: Callable[..., object]
        if cells.dtype == pl.String:
            style = self._format(text_wrap=True, valign="top") if number_format == WRAPPED else self._text
            cells, write = (None if cell is None else _cut(cell) for cell in cells), sheet.write_string
        elif cells.dtype == pl.Date:
            style = self._format(num_format=number_format, valign="top", align="left")
            cells, write = cells.to_list(), _day_writer(sheet)
        elif cells.dtype == pl.Boolean:
            style, write = self._text, sheet.write_boolean
        else:
            style = self._format(num_format=number_format, valign="top")
            cells, write = cells.cast(pl.Float64), sheet.write_number
        for row, cell in enumerate(cells, start=first):
            if cell is not None:
                write(row, place, cell, style)

    def _format(self, **properties: object) -> Format:
        name = repr(properties)
        if name not in self._formats:
            self._formats[name] = self._book.add_format({"font_name": FONT, "font_size": 11, **properties})
        return self._formats[name]


_ANSWER_TYPES = (pl.String, pl.String, pl.Float64, pl.Float64, pl.Float64, pl.String, pl.Date, pl.String, pl.String)
_CONTENTS_TYPES = (pl.String, pl.String, pl.Int64, pl.String)


def number_format(column: Column) -> str:
    """How a spreadsheet shows the cells of a column."""
    if column.duckdb_type == "DATE":
        return MONTH if column.unit == "month" else DAY
    if column.unit in NUMBER_FORMATS:
        return NUMBER_FORMATS[column.unit]
    return "#,##0" if column.unit in COUNTS or column.duckdb_type == "BIGINT" else PLAIN


def national_totals(described: Contract, frame: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    """What a table by organisation and month adds up to, by month and, for flows of money, by year.

    Where it has components they become columns, with their total; none where nothing in it can be added up.
    """
    key = described.primary_key
    if ORGANISATION not in key or "month" not in key:
        return []
    amounts = _additive(described)
    if not amounts:
        return []
    others = [name for name in key if name not in (ORGANISATION, "month", "component")]
    periods = {"month": ["month", "fy"]}
    if all(column.unit == "£m" for column in amounts):
        periods["year"] = ["fy"]
    names = [column.name for column in amounts]
    found = []
    for period, dated in periods.items():
        by = [*others, *dated]
        if "component" in key:
            (amount,) = names
            components = frame.pivot("component", index=by, values=amount, aggregate_function="sum")
            of_components = pl.exclude(by)
            totals = components.with_columns(total=pl.sum_horizontal(of_components))
        else:
            totals = frame.group_by(by).agg(pl.col(names).sum())
        found.append((period, totals.sort(by)))
    return found


def _additive(described: Contract) -> list[Column]:
    return [
        column
        for column in described.columns
        if column.unit == "posts" or (column.unit == "£m" and column.duckdb_type.startswith("DECIMAL"))
    ]


def _unit_of_totals(described: Contract) -> str:
    return ", ".join(dict.fromkeys(column.unit for column in _additive(described)))


def _by_unit(columns: Iterable[Column]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for column in columns:
        if column.unit not in WORDED_UNITS:
            found.setdefault(column.unit, []).append(column.name)
    return found


def _day_writer(sheet: Worksheet) -> Callable[[int, int, date, Format], object]:
    def write(row: int, place: int, day: date, style: Format) -> object:
        if day.year < FIRST_YEAR:
            return sheet.write_string(row, place, day.isoformat(), style)
        return sheet.write_datetime(row, place, day, style)

    return write


def _width(heading: str, cells: pl.Series) -> int:
    """Wide enough for the heading with its filter button, and for the first cells."""
    longest = max((len(str(cell)) for cell in cells.head(SAMPLED) if cell is not None), default=0)
    longest = min(longest, 14) if cells.dtype.is_numeric() else longest
    return max(NARROWEST, min(WIDEST, max(len(heading) + 4, longest + 2)))


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_LENGTH else text[: TEXT_LENGTH - len(CUT)] + CUT
