"""Sheets of an Excel workbook (.xlsx) as sparse cells, read from its parts with the standard library.

Libraries that read workbooks give the value last stored for a formula and do not say that it is one, and make room for
the whole rectangle that the cells span, so that one cell far away ends the process. Here a cell knows whether it is a
formula, and there are as many cells as the file holds.
"""

import io
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import polars as pl

from nhs_assets.ground.problems import BadInput
from nhs_assets.settings import Settings
from nhs_assets.sources.publishers.archive import Archive, is_zip, open_archive
from nhs_assets.sources.publishers.interface import Beside

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TEXT, _RUN = f"{_MAIN}t", f"{_MAIN}r"
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_NUMBER = re.compile(r"-?\d{1,18}(\.\d+)?([eE][+-]?\d{1,3})?")
_INDEX = re.compile(r"[0-9]{1,9}")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\u202a-\u202e]")
_REMEDY = "Get the workbook again from the publisher."
MOST_MERGED = 1000
"""Merged ranges of one sheet: each cell of its headings is held against all of them."""

DEEPEST = 50
"""Elements within elements; those that are read stand within fewer than ten."""

ELEMENTS_OF_CELL = 6
"""A cell is an element with up to five within it: more elements than cells of which there may be have no use here."""


@dataclass(frozen=True)
class Cell:
    """One cell: a number or text as stored, and whether a formula stands behind it."""

    value: float | str
    is_formula: bool = False

    @property
    def number(self) -> float | None:
        """The number in it; None where it holds text."""
        return self.value if isinstance(self.value, float) else None

    @property
    def text(self) -> str:
        """What it says; a whole number without a point."""
        if isinstance(self.value, float):
            return str(int(self.value)) if self.value.is_integer() else repr(self.value)
        return " ".join(self.value.split())


def address(row: int, column: int) -> str:
    """A place as Excel writes it: row 5 and column 3 as ``C5``."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


@dataclass(frozen=True)
class Sheet:
    """A sheet: its cells by row and column from 1, and the cells that are merged into their first."""

    name: str
    cells: dict[tuple[int, int], Cell]
    merged: tuple[tuple[int, int, int, int], ...]

    @cached_property
    def rows(self) -> dict[int, dict[int, Cell]]:
        """Cells by row and then column, both in order; empty cells are not among them."""
        rows: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in sorted(self.cells.items()):
            if cell.text:
                rows.setdefault(row, {})[column] = cell
        return rows

    def over(self, row: int, column: int) -> Cell | None:
        """The cell at a place, or the first of the merged cells that it belongs to."""
        if row not in self._merged_in:
            self._merged_in[row] = [
                (left, right, top) for top, left, bottom, right in self.merged if top <= row <= bottom
            ]
        for left, right, top in self._merged_in[row]:
            if left <= column <= right:
                return self.cells.get((top, left))
        return self.cells.get((row, column))

    @cached_property
    def _merged_in(self) -> dict[int, list[tuple[int, int, int]]]:
        """First and last column and first row of the merged cells by row, filled as rows are asked for."""
        return {}

    def texts(self, rows: int) -> Iterator[tuple[int, int, str]]:
        """Row, column and words of the text cells in the first filled rows."""
        for row in list(self.rows)[:rows]:
            for column, cell in self.rows[row].items():
                if cell.number is None:
                    yield row, column, cell.text

    def place(self, row: int, column: int) -> str:
        """A cell as problems name it."""
        return f"sheet {self.name}, cell {address(row, column)}"


@dataclass(frozen=True)
class Workbook:
    """A workbook whose sheets are read when they are asked for."""

    _archive: Archive
    _parts: tuple[tuple[str, bool, str], ...]
    _beside: Beside
    _read: dict[str, Sheet | BadInput] = field(default_factory=dict)

    @cached_property
    def _strings(self) -> tuple[str, ...]:
        if "xl/sharedStrings.xml" not in self._archive.names:
            return ()
        items = _elements(self._archive, "xl/sharedStrings.xml", self._beside, f"{_MAIN}si")
        return tuple(_text_of(item) for item in items)

    @property
    def sheets(self) -> Iterator[Sheet]:
        """The visible sheets, in order.

        Raises:
            BadInput: if a sheet is damaged.
        """
        for name, is_visible, part in self._parts:
            if is_visible:
                if name not in self._read:
                    self._read[name] = self._sheet_or_refusal(name, part)
                found = self._read[name]
                if isinstance(found, BadInput):
                    raise found
                yield found

    def _sheet_or_refusal(self, name: str, part: str) -> "Sheet | BadInput":
        """Kept either way, since every format looks at each sheet."""
        try:
            return _sheet(self, name, part)
        except BadInput as refused:
            return refused


def is_workbook(content: bytes, beside: Beside) -> bool:
    """Whether the content is an Excel workbook; never fails."""
    if not is_zip(content):
        return False
    try:
        return "xl/workbook.xml" in open_archive(content, beside).names
    except BadInput:
        return False


def open_workbook(content: bytes, beside: Beside) -> Workbook:
    """The workbook in the bytes; the one opened last is kept, since each format looks at it in turn.

    Raises:
        BadInput: if it is no workbook, or a damaged, encrypted or too large one.
    """
    return _opened(content, beside.name, beside.limits)


@lru_cache(maxsize=1)
def _opened(content: bytes, name: str, limits: Settings) -> Workbook:
    beside = Beside(pl.DataFrame(), name, limits)
    if not is_zip(content):
        raise beside.refuse("is no Excel workbook (.xlsx)", "Save it as .xlsx.")
    if len(content) > beside.limits.publisher_file_mb * 1_000_000:
        raise beside.refuse(f"is larger than {beside.limits.publisher_file_mb} MB", _REMEDY)
    archive = open_archive(content, beside)
    if "xl/workbook.xml" not in archive.names:
        raise beside.refuse("is a ZIP file and no Excel workbook", "Save it as .xlsx.")
    targets = {
        relation.get("Id"): _part_name(relation.get("Target", ""))
        for relation in _elements(archive, "xl/_rels/workbook.xml.rels", beside, f"{_PACKAGE}Relationship")
    }
    parts = []
    for sheet in _elements(archive, "xl/workbook.xml", beside, f"{_MAIN}sheet"):
        part = targets.get(sheet.get(f"{_OFFICE}id"))
        if part in archive.names:
            parts.append((sheet.get("name", ""), sheet.get("state", "visible") == "visible", part))
        elif part is None or not part.startswith("xl/chartsheets"):
            raise beside.refuse("lacks the part of a sheet", _REMEDY, value=sheet.get("name", ""))
    return Workbook(archive, tuple(parts), beside)


def _sheet(book: Workbook, name: str, part: str) -> Sheet:
    beside = book._beside
    cells: dict[tuple[int, int], Cell] = {}
    merged: list[tuple[int, int, int, int]] = []
    for element in _elements(book._archive, part, beside, f"{_MAIN}c", f"{_MAIN}mergeCell"):
        if element.tag == f"{_MAIN}mergeCell":
            merged.append(_merged(element, beside, name))
            if len(merged) > MOST_MERGED:
                rule = f"has a sheet in which more than {MOST_MERGED} ranges of cells are merged"
                raise beside.refuse(rule, _REMEDY, row=f"sheet {name}")
            continue
        if len(cells) >= beside.limits.publisher_cells:
            rule = f"has a sheet of more than {beside.limits.publisher_cells} cells"
            raise beside.refuse(rule, _REMEDY, row=f"sheet {name}")
        where = _position(element.get("r", ""))
        if where is None or where in cells:
            rule = "has a cell without a place of its own"
            raise beside.refuse(rule, _REMEDY, row=f"sheet {name}", value=element.get("r"))
        cell = _cell(book, element, f"sheet {name}, cell {element.get('r')}")
        if cell is not None:
            cells[where] = cell
    return Sheet(name, cells, tuple(merged))


def _merged(element: ET.Element, beside: Beside, name: str) -> tuple[int, int, int, int]:
    """Rows and columns of the corners of a range."""
    corners = [_position(corner) for corner in element.get("ref", "").split(":")]
    if len(corners) != 2 or None in corners:
        raise beside.refuse("has merged cells without a place", _REMEDY, row=f"sheet {name}")
    return (*corners[0], *corners[1])


def _cell(book: Workbook, element: ET.Element, place: str) -> Cell | None:
    """The cell, or None where it is empty.

    Raises:
        BadInput: if what it holds does not go with its type, or holds control characters.
    """
    kind = element.get("t", "n")
    is_formula = element.find(f"{_MAIN}f") is not None
    stored = element.find(f"{_MAIN}v")
    words = (stored.text or "") if stored is not None else ""
    if kind == "inlineStr":
        inline = element.find(f"{_MAIN}is")
        value: float | str = _text_of(inline) if inline is not None else ""
    elif kind == "s" and _INDEX.fullmatch(words) and int(words) < len(book._strings):
        value = book._strings[int(words)]
    elif kind in ("str", "e", "d", "b"):
        value = words
    elif kind == "n" and _NUMBER.fullmatch(words.strip()):
        value = float(words)
        if not math.isfinite(value):
            raise book._beside.refuse("holds a number beyond all numbers", _REMEDY, row=place, value=words[:40])
    elif kind == "n" and not words.strip() and not is_formula:
        return None
    elif is_formula and not words:
        value = "a formula without a value"
    else:
        raise book._beside.refuse("does not hold what its type says", _REMEDY, row=place, value=words[:40])
    if isinstance(value, str) and _CONTROL.search(value):
        raise book._beside.refuse("holds a control character", _REMEDY, row=place, value=repr(value[:40]))
    return Cell(value, is_formula)


def _elements(archive: Archive, part: str, beside: Beside, *tags: str) -> Iterator[ET.Element]:
    """The elements of a part that have one of the tags, one after another; the rest is let go as it is read.

    Raises:
        BadInput: if the part is missing or damaged, declares entities, or has more elements than any workbook needs.
    """
    if part not in archive.names:
        raise beside.refuse(f"lacks its part {part}", _REMEDY)
    content = archive.read(part)
    # Documents of this kind declare no entities; one that does is made to blow up or to read other files.
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\0" in content:
        raise beside.refuse(f"declares entities in its part {part}", _REMEDY)
    most = ELEMENTS_OF_CELL * beside.limits.publisher_cells
    open_ones: list[ET.Element] = []
    wanted, count = 0, 0
    try:
        for event, element in ET.iterparse(io.BytesIO(content), events=("start", "end")):
            if event == "start":
                open_ones.append(element)
                wanted += element.tag in tags
                count += 1
                if len(open_ones) > DEEPEST or count > most:
                    raise beside.refuse(f"has too many or too deep elements in its part {part}", _REMEDY)
                continue
            open_ones.pop()
            if element.tag in tags:
                wanted -= 1
                yield element
            if not wanted and open_ones:
                open_ones[-1].remove(element)
    except (ET.ParseError, ValueError, LookupError) as error:
        raise beside.refuse(f"has a damaged part {part}: {error}", _REMEDY) from None


def _text_of(item: ET.Element) -> str:
    """The words of a text, its runs put together, without the readings that stand over Asian script."""
    runs = [run for child in item for run in ((child,) if child.tag == _TEXT else child if child.tag == _RUN else ())]
    return "".join(run.text or "" for run in runs if run.tag == _TEXT)


def _position(reference: str) -> tuple[int, int] | None:
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column


def _part_name(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
