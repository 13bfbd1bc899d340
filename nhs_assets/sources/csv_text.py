"""The text of CSV files and its rows."""

import codecs
import csv
import io
from collections.abc import Iterator

from nhs_assets.ground.problems import BadInputError, Problem
from nhs_assets.sources import mojibake

DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}
"""Delimiters other than commas, in words."""
SAVE_AS = "Save the file as UTF-8 without a byte-order mark."


def decoded(file: str, content: bytes) -> str:
    """The text of a file; refused if it is empty or not UTF-8."""
    line = None
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        rule, remedy = "is empty", "Get the whole file again."
    elif content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        rule, remedy = "is UTF-16, not UTF-8", f"{SAVE_AS} Spreadsheets call UTF-16 'Unicode text'."
    else:
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            rule, remedy, line = (
                f"is not UTF-8 at byte {error.start}",
                SAVE_AS,
                content.count(b"\n", 0, error.start) + 1,
            )
    raise BadInputError([Problem(file, rule, remedy, line)])


def numbered_rows(file: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of each row with its line; refused once a row is not CSV, or a cell was decoded twice."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    is_suspect = mojibake.decoded_twice(text) is not None
    names: list[str] = []
    try:
        for cells in reader:
            if is_suspect and (problems := list(_decoded_twice(file, reader.line_num, cells, names))):
                raise BadInputError(problems)
            names = names or cells
            yield reader.line_num, cells
    except csv.Error as error:
        problem = Problem(file, f"is not CSV: {error}", "Check the quotes.", reader.line_num)
        raise BadInputError([problem]) from None


def _decoded_twice(file: str, line: int, cells: list[str], names: list[str]) -> Iterator[Problem]:
    for place, cell in enumerate(cells):
        if rule := mojibake.decoded_twice(cell):
            name = names[place] if place < len(names) else str(place + 1)
            yield Problem(file, rule, mojibake.REMEDY, line, name)
