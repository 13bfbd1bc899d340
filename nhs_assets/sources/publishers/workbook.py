"""Sheets of an Excel workbook (.xlsx) as sparse cells, read from its parts with the standard library.

Libraries that read workbooks give the value last stored for a formula and do not say that it is one, and make room for
the whole rectangle that the cells span, so that one cell far away ends the process. Here a cell knows whether it is a
formula, and there are as many cells as the file holds.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import polars as pl

from nhs_assets.problems import BadInput
from nhs_assets.settings import Settings
from nhs_assets.sources.publishers.archive import Archive, is_zip, open_archive
from nhs_assets.sources.publishers.interface import Beside

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_NUMBER = re.compile(r"-?\d{1,18}(\.\d+)?([eE][+-]?\d{1,3})?")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\u202a-\u202e]")
_REMEDY = "Get the workbook again from the publisher."


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
    is_visible: bool
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
        for top, left, bottom, right in self.merged:
            if top <= row <= bottom and left <= column <= right:
                return self.cells.get((top, left))
        return self.cells.get((row, column))

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
    _read: dict[str, Sheet] = field(default_factory=dict)

    @cached_property
    def _strings(self) -> tuple[str, ...]:
        if "xl/sharedStrings.xml" not in self._archive.names:
            return ()
        root = _tree(self._archive, "xl/sharedStrings.xml", self._beside)
        return tuple(_text_of(item) for item in root.iter(f"{_MAIN}si"))

    @property
    def sheets(self) -> Iterator[Sheet]:
        """The visible sheets, in order.

        Raises:
            BadInput: if a sheet is damaged.
        """
        for name, is_visible, part in self._parts:
            if is_visible:
                if name not in self._read:
                    self._read[name] = _sheet(self, name, is_visible, part)
                yield self._read[name]


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
        for relation in _tree(archive, "xl/_rels/workbook.xml.rels", beside).iter(f"{_PACKAGE}Relationship")
    }
    parts = []
    for sheet in _tree(archive, "xl/workbook.xml", beside).iter(f"{_MAIN}sheet"):
        part = targets.get(sheet.get(f"{_OFFICE}id"))
        if part in archive.names:
            parts.append((sheet.get("name", ""), sheet.get("state", "visible") == "visible", part))
        elif part is None or not part.startswith("xl/chartsheets"):
            raise beside.refuse("lacks the part of a sheet", _REMEDY, value=sheet.get("name", ""))
    return Workbook(archive, tuple(parts), beside)


def _sheet(book: Workbook, name: str, is_visible: bool, part: str) -> Sheet:
    beside = book._beside
    root = _tree(book._archive, part, beside)
    cells: dict[tuple[int, int], Cell] = {}
    for count, element in enumerate(root.iter(f"{_MAIN}c")):
        if count >= beside.limits.publisher_cells:
            rule = f"has a sheet of more than {beside.limits.publisher_cells} cells"
            raise beside.refuse(rule, _REMEDY, row=f"sheet {name}")
        where = _position(element.get("r", ""))
        if where is None or where in cells:
            rule = "has a cell without a place of its own"
            raise beside.refuse(rule, _REMEDY, row=f"sheet {name}", value=element.get("r"))
        cell = _cell(book, element, f"sheet {name}, cell {element.get('r')}")
        if cell is not None:
            cells[where] = cell
    merged = []
    for element in root.iter(f"{_MAIN}mergeCell"):
        corners = [_position(corner) for corner in element.get("ref", "").split(":")]
        if len(corners) != 2 or None in corners:
            raise beside.refuse("has merged cells without a place", _REMEDY, row=f"sheet {name}")
        merged.append((*corners[0], *corners[1]))
    return Sheet(name, is_visible, cells, tuple(merged))


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
    elif kind == "s" and words.isdigit() and int(words) < len(book._strings):
        value = book._strings[int(words)]
    elif kind in ("str", "e", "d", "b"):
        value = words
    elif kind == "n" and _NUMBER.fullmatch(words.strip()):
        value = float(words)
    elif kind == "n" and not words.strip() and not is_formula:
        return None
    elif is_formula and not words:
        value = "a formula without a value"
    else:
        raise book._beside.refuse("does not hold what its type says", _REMEDY, row=place, value=words[:40])
    if isinstance(value, str) and _CONTROL.search(value):
        raise book._beside.refuse("holds a control character", _REMEDY, row=place, value=repr(value[:40]))
    return Cell(value, is_formula)


def _tree(archive: Archive, part: str, beside: Beside) -> ET.Element:
    if part not in archive.names:
        raise beside.refuse(f"lacks its part {part}", _REMEDY)
    content = archive.read(part)
    # Documents of this kind declare no entities; one that does is made to blow up or to read other files.
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\0" in content:
        raise beside.refuse(f"declares entities in its part {part}", _REMEDY)
    try:
        return ET.fromstring(content)
    except (ET.ParseError, ValueError, LookupError) as error:
        raise beside.refuse(f"has a damaged part {part}: {error}", _REMEDY) from None


def _text_of(item: ET.Element) -> str:
    """The words of a text, its runs put together, without the readings that stand over Asian script."""
    return "".join(_runs(item))


def _runs(item: ET.Element) -> Iterable[str]:
    for child in item:
        if child.tag == f"{_MAIN}t":
            yield child.text or ""
        elif child.tag == f"{_MAIN}r":
            yield from _runs(child)


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
