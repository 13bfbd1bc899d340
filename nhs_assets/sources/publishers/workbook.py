"""Sheets of an Excel workbook (.xlsx) as sparse cells, read with the standard library.

Libraries for workbooks give the last value of a formula without saying that it is one, and allocate the whole
rectangle that the cells span, so that one cell far away ends the process. Here a cell knows whether it is a formula,
and there are as many cells as the file contains.
"""

import io
import json
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, lru_cache

import polars as pl
from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name

from nhs_assets.ground.problems import BadInputError, Problem
from nhs_assets.settings import Settings
from nhs_assets.sources.publishers.archive import Archive, is_zip, open_archive
from nhs_assets.sources.publishers.interface import ComparedCell, Format, ReaderContext, ReadFile

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_CELL, _MERGED, _TEXT, _RUN = (f"{_MAIN}{name}" for name in ("c", "mergeCell", "t", "r"))
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_NUMBER = re.compile(r"-?\d{1,18}(\.\d+)?([eE][+-]?\d{1,3})?")
_INDEX = re.compile(r"[0-9]{1,9}")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\u202a-\u202e]")
_AGAIN = "Get the workbook again from the publisher."
COMPARE = "Compare it with the published table."
MAX_MERGED = 1000
"""Merged ranges in a sheet: each heading is compared with all of them."""
MAX_DEPTH = 50
"""Nesting of elements; those that are read lie less than ten deep."""
ELEMENTS_PER_CELL = 6
"""Bounds the elements of a part: a cell is an element with up to five within it."""
DASHES = frozenset({"-", "–", "—", "..", "n/a", "[x]", "[z]"})
"""Cells that stand for no figure."""


@dataclass(frozen=True)
class Cell:
    """A cell: its number or text as stored, and whether that is the value of a formula."""

    value: float | str
    is_formula: bool = False

    @property
    def number(self) -> float | None:
        """Its number; None for text."""
        return self.value if isinstance(self.value, float) else None

    @property
    def text(self) -> str:
        """Its text, or its number without a trailing ``.0``."""
        if isinstance(self.value, float):
            return str(int(self.value)) if self.value.is_integer() else repr(self.value)
        return " ".join(self.value.split())


@dataclass
class Questions:
    """The cells of one reading that nothing in the file confirms: those that a person compared, and the others."""

    compared: list[ComparedCell] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """A sheet: its cells by row and column from 1, and its merged ranges as top, left, bottom and right."""

    name: str
    cells: dict[tuple[int, int], Cell]
    merged: Sequence[tuple[int, int, int, int]]
    context: ReaderContext
    questions: Questions = field(default_factory=Questions)

    @cached_property
    def rows(self) -> dict[int, dict[int, Cell]]:
        """Cells by row and column, both in order, without empty cells."""
        rows: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in sorted(self.cells.items()):
            if cell.text:
                rows.setdefault(row, {})[column] = cell
        return rows

    def over(self, row: int, column: int) -> Cell | None:
        """The cell at a place, or the first cell of the merged range that the place belongs to."""
        if row not in self._merged_by_row:
            self._merged_by_row[row] = [corners for corners in self.merged if corners[0] <= row <= corners[2]]
        for top, left, _, right in self._merged_by_row[row]:
            if left <= column <= right:
                return self.cells.get((top, left))
        return self.cells.get((row, column))

    @property
    def extent(self) -> tuple[int, int]:
        """The last row and the last column with a cell."""
        return max((row for row, _ in self.cells), default=0), max((column for _, column in self.cells), default=0)

    @cached_property
    def _merged_by_row(self) -> dict[int, list[tuple[int, int, int, int]]]:
        return {}

    def texts(self, rows: int) -> Iterator[tuple[int, int, str]]:
        """Row, column and text of the text cells in the first filled rows."""
        for row in list(self.rows)[:rows]:
            for column, cell in self.rows[row].items():
                if cell.number is None:
                    yield row, column, cell.text

    def refuse(
        self, rule: str, remedy: str = COMPARE, at: int | tuple[int, int] | None = None, value: object = None
    ) -> BadInputError:
        """The error for a problem of a cell by its row and column; of a row, or of the sheet, at its first cell."""
        if not isinstance(at, tuple):
            at = min((place for place in self.cells if at in (None, place[0])), default=(at or 1, 1))
        return self.context.refuse(rule, remedy, value=value, **self.place(*at))

    def place(self, row: int, column: int) -> dict[str, object]:
        """A cell as parts of a Problem."""
        return {"sheet": self.name, "row": row, "column": xl_col_to_name(column - 1)}

    def question(self, rule_id: str, rule: str, at: tuple[int, int]) -> None:
        """Refuses the file at the end of the reading, unless its note says that a person compared this cell.

        The remedy is the entry to write. It counts for this rule alone.
        """
        held = self.cells[at].text if at in self.cells else ""
        entry = ComparedCell(self.name, f"{xl_col_to_name(at[1] - 1)}{at[0]}", held, rule_id)
        if entry in self.context.compared:
            self.questions.compared.append(entry)
            return
        remedy = (
            f"{COMPARE} If both say the same, add the entry to the file's note and drop the file again: "
            f"compared_cells: [{json.dumps(asdict(entry), ensure_ascii=False)}]"
        )
        self.questions.problems += self.refuse(rule, remedy, at, held or None).problems

    def amount(self, row: int, column: int, formula_checked: bool = False) -> float:
        """The number in a cell; a dash is zero. A formula counts only if another figure, or a person, confirms it."""
        cell = self.cells.get((row, column))
        if cell is None or not cell.text:
            raise self.refuse("is empty, where a number is expected", at=(row, column))
        if cell.is_formula and not formula_checked:
            if cell.number is None:
                raise self.refuse("is a formula", "Replace it with its value.", (row, column), cell.text[:40])
            self.question("formula", "is a formula", (row, column))
        if cell.text in DASHES:
            return 0.0
        if cell.number is None:
            raise self.refuse("is not a number", at=(row, column), value=cell.text[:40])
        return cell.number


@dataclass(frozen=True)
class Workbook:
    """The visible sheets of a workbook, in order."""

    sheets: tuple[Sheet, ...]
    context: ReaderContext


def workbook_format(kind: str, match: Callable[[Workbook], float], read: Callable[[Workbook], ReadFile]) -> Format:
    """A format of workbooks, with the share of its headings in a workbook and its reader."""

    def match_content(content: bytes, context: ReaderContext) -> float:
        with suppress(BadInputError):
            return float(match(open_workbook(content, context)))
        return 0.0

    def read_content(content: bytes, context: ReaderContext) -> ReadFile:
        questions = Questions()
        sheets = open_workbook(content, context).sheets
        own = tuple(replace(sheet, context=context, questions=questions) for sheet in sheets)
        try:
            found = read(Workbook(own, context))
        except BadInputError as error:
            raise BadInputError([*dict.fromkeys(questions.problems), *error.problems]) from None
        if questions.problems:
            raise BadInputError(list(dict.fromkeys(questions.problems)))
        return replace(found, compared=tuple(dict.fromkeys(questions.compared)))

    return Format(kind, match_content, read_content)


def comparison_problems(content: bytes, context: ReaderContext) -> list[Problem]:
    """What is wrong with the cells that a person compared: a file without such a cell, or with another value in it."""
    sheets = {}
    if context.compared and is_zip(content):
        try:
            sheets = {sheet.name: sheet for sheet in open_workbook(content, context).sheets}
        except BadInputError:  # reading it says why
            return []
    problems = []
    for entry in context.compared:
        sheet, at = sheets.get(entry.sheet), _position(entry.cell)
        if sheet is None:
            rule, remedy = "compares a cell of a sheet that the file does not have", "Write its name in quotes."
            problems.append(context.problem(rule, remedy, value=entry.sheet))
        elif at is None or any(own > most for own, most in zip(at, sheet.extent, strict=True)):
            rule = f"compares a cell that the sheet {entry.sheet} does not have"
            problems.append(context.problem(rule, "Write its column and row, as in C8.", value=entry.cell))
        elif (held := sheet.cells[at].text if at in sheet.cells else "") != entry.value:
            rule = f"gives {entry.value!r} as the value of {entry.sheet}!{entry.cell}, which holds another"
            problems.append(context.problem(rule, "Compare the cell again.", value=held))
    return problems


def open_workbook(content: bytes, context: ReaderContext) -> Workbook:
    """Reads a workbook; the last one is cached, since each format looks at it in turn."""
    found = _read(content, context.name, context.limits)
    if isinstance(found, BadInputError):
        raise found
    return found


@lru_cache(maxsize=1)
def _read(content: bytes, name: str, limits: Settings) -> Workbook | BadInputError:
    context = ReaderContext(pl.DataFrame(), name, limits)
    try:
        return Workbook(tuple(_sheets(content, context)), context)
    except BadInputError as error:
        return error


def _sheets(content: bytes, context: ReaderContext) -> Iterator[Sheet]:
    if not is_zip(content):
        raise context.refuse("is not an Excel workbook (.xlsx)", "Save it as .xlsx.")
    if len(content) > context.limits.publisher_file_mb * 1_000_000:
        raise context.refuse(f"is larger than {context.limits.publisher_file_mb} MB", _AGAIN)
    archive = open_archive(content, context)
    if "xl/workbook.xml" not in archive.names:
        raise context.refuse("is a ZIP file but not an Excel workbook", "Save it as .xlsx.")
    targets = {}
    for relation in _elements(archive, "xl/_rels/workbook.xml.rels", context, f"{_PACKAGE}Relationship"):
        target = relation.get("Target", "")
        targets[relation.get("Id")] = target[1:] if target.startswith("/") else f"xl/{target}"
    strings: list[str] = []
    if "xl/sharedStrings.xml" in archive.names:
        strings += map(_text_of, _elements(archive, "xl/sharedStrings.xml", context, f"{_MAIN}si"))
    for sheet in _elements(archive, "xl/workbook.xml", context, f"{_MAIN}sheet"):
        name, part = sheet.get("name", ""), targets.get(sheet.get(f"{_OFFICE}id"), "")
        if part in archive.names:
            if sheet.get("state", "visible") == "visible":
                yield _sheet(name, _elements(archive, part, context, _CELL, _MERGED), strings, context)
        elif not part.startswith("xl/chartsheets"):
            raise context.refuse("is missing the data of a sheet", _AGAIN, value=name)


def _sheet(name: str, elements: Iterator[ET.Element], strings: Sequence[str], context: ReaderContext) -> Sheet:
    most = context.limits.publisher_cells
    merged: list[tuple[int, int, int, int]] = []
    sheet = Sheet(name, {}, merged, context)
    for element in elements:
        if element.tag == _MERGED:
            corners = [_position(corner) for corner in element.get("ref", "").split(":")]
            if len(corners) != 2 or None in corners:
                raise sheet.refuse("has a merged range without a reference", _AGAIN)
            merged.append((*corners[0], *corners[1]))
            if len(merged) > MAX_MERGED:
                raise sheet.refuse(f"has more than {MAX_MERGED} merged ranges", _AGAIN)
            continue
        if len(sheet.cells) >= most:
            remedy = (
                "Drop the workbook that the publisher issues, or raise NHS_ASSETS_PUBLISHER_CELLS if it is that one."
            )
            raise sheet.refuse(f"has more than {most} cells", remedy)
        at = _position(element.get("r", ""))
        if at is None or at in sheet.cells:
            raise sheet.refuse("has a cell with a missing or repeated reference", _AGAIN, value=element.get("r"))
        if cell := _cell(element, strings, sheet, at):
            sheet.cells[at] = cell
    return sheet


def _cell(element: ET.Element, strings: Sequence[str], sheet: Sheet, at: tuple[int, int]) -> Cell | None:
    """The cell of an element; None if it is empty."""
    kind = element.get("t", "n")
    is_formula = element.find(f"{_MAIN}f") is not None
    words = element.findtext(f"{_MAIN}v", "")
    if kind == "inlineStr":
        inline = element.find(f"{_MAIN}is")
        value: float | str = _text_of(inline) if inline is not None else ""
    elif kind == "s" and _INDEX.fullmatch(words) and int(words) < len(strings):
        value = strings[int(words)]
    elif kind in ("str", "e", "d", "b"):
        value = words
    elif kind == "n" and _NUMBER.fullmatch(words.strip()):
        value = float(words)
        if not math.isfinite(value):
            raise sheet.refuse("is a number that is too large", _AGAIN, at, words[:40])
    elif kind == "n" and not words.strip() and not is_formula:
        return None
    elif is_formula and not words:
        value = "a formula without a value"
    else:
        raise sheet.refuse("does not match its type", _AGAIN, at, words[:40])
    if isinstance(value, str) and _CONTROL.search(value):
        raise sheet.refuse("contains a control character", _AGAIN, at, repr(value[:40]))
    return Cell(value, is_formula)


def _elements(archive: Archive, part: str, context: ReaderContext, *tags: str) -> Iterator[ET.Element]:
    """The elements of a part with one of the tags, one by one; the others are released as they are read."""
    if part not in archive.names:
        raise context.refuse(f"is missing its part {part}", _AGAIN)
    content = archive.read(part)
    # Workbooks declare no entities; a file that does is made to blow up or to read other files.
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\0" in content:
        raise context.refuse(f"declares entities in its part {part}", _AGAIN)
    parents: list[ET.Element] = []
    wanted = count = 0
    try:
        for event, element in ET.iterparse(io.BytesIO(content), events=("start", "end")):
            if event == "start":
                parents.append(element)
                wanted += element.tag in tags
                count += 1
                if len(parents) > MAX_DEPTH or count > ELEMENTS_PER_CELL * context.limits.publisher_cells:
                    raise context.refuse(f"has too many or too deeply nested elements in its part {part}", _AGAIN)
                continue
            parents.pop()
            if element.tag in tags:
                wanted -= 1
                yield element
            if not wanted and parents:
                parents[-1].remove(element)
    except (ET.ParseError, ValueError, LookupError) as error:
        raise context.refuse(f"has a damaged part {part}: {error}", _AGAIN) from None


def _text_of(item: ET.Element) -> str:
    """The text of an item, its runs joined, without the phonetic readings of Asian script."""
    return "".join(words.text or "" for run in (item, *item.findall(_RUN)) for words in run.findall(_TEXT))


def _position(reference: str) -> tuple[int, int] | None:
    """Row and column, from 1, of a reference such as ``C5``."""
    if _REFERENCE.fullmatch(reference):
        row, column = xl_cell_to_rowcol(reference)
        return row + 1, column + 1
    return None
