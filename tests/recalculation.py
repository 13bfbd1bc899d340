"""Recalculates a workbook from its formulas alone, without the values that stand with them.

As much of the language of spreadsheets as the project writes; a function that is not known here is an error.
"""

import math
import re
import sys
import zipfile
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DAY_0 = date(1899, 12, 30)
TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"]|"")*")
    |(?P<ref>(?:'[^']+'!|\w+!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?(?![\w(]))
    |(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?)
    |(?P<name>[A-Za-z_][\w.]*)
    |(?P<sign><=|>=|<>|[-+*/^&=<>(),]))""",
    re.VERBOSE,
)
CELL = re.compile(r"\$?([A-Z]+)\$?(\d+)")

Value = float | str | bool | None


class Recalculated:
    """A workbook, recalculated with some cells changed."""

    def __init__(self, path: Path, changes: Mapping[tuple[str, str], Value] | None = None) -> None:
        self.plain: dict[tuple[str, str], Value] = {}
        self.formulas: dict[tuple[str, str], str] = {}
        self.stated: dict[tuple[str, str], Value] = {}
        """Values that stand with the formulas."""
        self._names, self._found, self._ranges = {}, {}, {}
        with zipfile.ZipFile(path) as parts:
            self._read(parts)
        self.plain |= changes or {}

    def _read(self, parts: zipfile.ZipFile) -> None:
        shared = ElementTree.fromstring(parts.read("xl/sharedStrings.xml")).iter(f"{MAIN}si")
        texts = ["".join(text.itertext()) for text in shared]
        book = ElementTree.fromstring(parts.read("xl/workbook.xml"))
        self._names = {name.attrib["name"]: name.text for name in book.iter(f"{MAIN}definedName")}
        for number, sheet in enumerate(book.iter(f"{MAIN}sheet"), start=1):
            for cell in ElementTree.fromstring(parts.read(f"xl/worksheets/sheet{number}.xml")).iter(f"{MAIN}c"):
                where, kind = (sheet.attrib["name"], cell.attrib["r"]), cell.get("t")
                formula, value = cell.findtext(f"{MAIN}f"), cell.findtext(f"{MAIN}v")
                if value is not None:
                    typed = {"s": lambda text: texts[int(text)], "str": str, "b": lambda text: text == "1"}
                    value = typed.get(kind, float)(value)
                if formula is None:
                    self.plain[where] = value
                else:
                    self.formulas[where], self.stated[where] = formula, value

    def value(self, sheet: str, cell: str) -> Value:
        """The value of a cell."""
        where = sheet, cell
        if where in self.plain or where not in self.formulas:
            return self.plain.get(where)
        if where not in self._found:
            self._found[where] = self.evaluate(self.formulas[where], sheet)
        return self._found[where]

    def column(self, sheet: str, heading: str, head: int = 4) -> list[Value]:
        """The values below a heading."""
        (letters,) = (
            CELL.fullmatch(cell)[1]
            for (of, cell), value in self.plain.items()
            if of == sheet and value == heading and cell.endswith(str(head)) and CELL.fullmatch(cell)[2] == str(head)
        )
        rows = [
            int(CELL.fullmatch(cell)[2])
            for of, cell in (*self.plain, *self.formulas)
            if of == sheet and CELL.fullmatch(cell)[1] == letters
        ]
        return [self.value(sheet, f"{letters}{row}") for row in range(head + 1, max(rows) + 1)]

    def evaluate(self, formula: str, sheet: str) -> Value:
        """The value of a formula on a sheet."""
        return _Reader(self, sheet, _tokens(formula)).all()

    def name(self, name: str) -> Value:
        """The value of a defined name."""
        return self.evaluate(self._names[name], "")

    def cells(self, reference: str, sheet: str) -> Value | list[Value]:
        """The cells of a reference: one value, or a list in order."""
        if (reference, sheet) not in self._ranges:
            self._ranges[reference, sheet] = self._cells(reference, sheet)
        return self._ranges[reference, sheet]

    def _cells(self, reference: str, sheet: str) -> Value | list[Value]:
        named, _, cells = reference.rpartition("!")
        sheet = named.strip("'") or sheet
        corners = [CELL.fullmatch(corner).groups() for corner in cells.split(":")]
        if len(corners) == 1:
            return self.value(sheet, "".join(corners[0]))
        (left, top), (right, bottom) = corners
        return [
            self.value(sheet, f"{_letters(column)}{row}")
            for row in range(int(top), int(bottom) + 1)
            for column in range(_number(left), _number(right) + 1)
        ]


@cache
def _tokens(formula: str) -> tuple[tuple[str, str], ...]:
    found, place = [], 0
    while place < len(formula):
        match = TOKEN.match(formula, place)
        if match is None:
            raise ValueError(f"{formula}: not understood from {formula[place:]}")
        found.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return tuple(found)


class _Reader:
    """Reads a formula by its grammar; only the chosen branch of an IF is worked out."""

    def __init__(self, book: Recalculated, sheet: str, tokens: tuple) -> None:
        self.book, self.sheet, self.tokens, self.place = book, sheet, tokens, 0

    def all(self) -> Value:
        value = self.compared()()
        assert self.place == len(self.tokens), self.tokens
        return value

    def next_is(self, *signs: str) -> str | None:
        if self.place < len(self.tokens) and self.tokens[self.place] in {("sign", sign) for sign in signs}:
            self.place += 1
            return self.tokens[self.place - 1][1]
        return None

    def _chain(self, part: Callable, *signs: str) -> Callable:
        left = part()
        while sign := self.next_is(*signs):
            left = self._both(OPERATORS[sign], left, part())
        return left

    @staticmethod
    def _both(operator: Callable, left: Callable, right: Callable) -> Callable:
        return lambda: _each(operator, left(), right())

    def compared(self) -> Callable:
        return self._chain(self.joined, "=", "<>", "<", "<=", ">", ">=")

    def joined(self) -> Callable:
        return self._chain(self.added, "&")

    def added(self) -> Callable:
        return self._chain(self.multiplied, "+", "-")

    def multiplied(self) -> Callable:
        return self._chain(self.raised, "*", "/")

    def raised(self) -> Callable:
        return self._chain(self.signed, "^")

    def signed(self) -> Callable:
        if self.next_is("-"):
            inner = self.signed()
            return lambda: _each(lambda value, _: -_numeric(value), inner(), None)
        return self.single()

    def single(self) -> Callable:
        kind, text = self.tokens[self.place]
        self.place += 1
        if kind == "number":
            return lambda: float(text)
        if kind == "text":
            return lambda: text[1:-1].replace('""', '"')
        if kind == "ref":
            return lambda: self.book.cells(text, self.sheet)
        if (kind, text) == ("sign", "("):
            inner = self.compared()
            assert self.next_is(")")
            return inner
        if self.next_is("("):
            arguments = []
            while not self.next_is(")"):
                arguments.append(self.compared())
                self.next_is(",")
            if text == "IF":
                return lambda: (arguments[1] if arguments[0]() else arguments[2])()
            return lambda: FUNCTIONS[text](*(argument() for argument in arguments))
        return lambda: self.book.name(text)


def _each(operator: Callable, left: object, right: object) -> object:
    if isinstance(left, list) or isinstance(right, list):
        size = len(left if isinstance(left, list) else right)
        pairs = zip(*(side if isinstance(side, list) else [side] * size for side in (left, right)), strict=True)
        return [operator(*pair) for pair in pairs]
    return operator(left, right)


def _numeric(value: Value) -> float:
    if isinstance(value, str):
        raise TypeError(f"{value!r} is no number")
    return 0.0 if value is None else float(value)


def _same(left: Value, right: Value) -> bool:
    if left is None or right is None:
        return (left or 0) == (right or 0) or {left, right} == {None, ""}
    return left == right


def _text(value: Value) -> str:
    return str(int(value)) if isinstance(value, float) and value == int(value) else str(value)


OPERATORS = {
    "+": lambda left, right: _numeric(left) + _numeric(right),
    "-": lambda left, right: _numeric(left) - _numeric(right),
    "*": lambda left, right: _numeric(left) * _numeric(right),
    "/": lambda left, right: _numeric(left) / _numeric(right),
    "^": lambda left, right: _numeric(left) ** _numeric(right),
    "&": lambda left, right: _text(left) + _text(right),
    "=": _same,
    "<>": lambda left, right: not _same(left, right),
    "<": lambda left, right: _numeric(left) < _numeric(right),
    "<=": lambda left, right: _numeric(left) <= _numeric(right),
    ">": lambda left, right: _numeric(left) > _numeric(right),
    ">=": lambda left, right: _numeric(left) >= _numeric(right),
}


def _numbers(arguments: tuple) -> Iterator[float]:
    for argument in arguments:
        for value in argument if isinstance(argument, list) else [argument]:
            if isinstance(value, int | float):
                yield float(value)


def _meets(criterion: Value) -> Callable[[Value], bool]:
    sign = re.match(r"<=|>=|<>|<|>", criterion) if isinstance(criterion, str) else None
    if sign is None:
        return lambda value: _same(value, criterion)
    bound = float(criterion[sign.end() :])
    return lambda value: isinstance(value, float) and OPERATORS[sign[0]](value, bound)


def _sumifs(summed: list, *conditions: object) -> float:
    tests = [(cells, _meets(criterion)) for cells, criterion in zip(conditions[::2], conditions[1::2], strict=True)]
    return sum(_numeric(value) for row, value in enumerate(summed) if all(test(cells[row]) for cells, test in tests))


def _round(value: float, places: float) -> float:
    if places == 0:
        return math.copysign(math.floor(abs(value) + 0.5), value)
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP))


def _day(serial: float) -> date:
    return DAY_0 + timedelta(int(serial))


def _date(year: float, month: float, day: float) -> float:
    months = int(year) * 12 + int(month) - 1
    return float((date(months // 12, months % 12 + 1, 1) - DAY_0).days + int(day) - 1)


def _edate(serial: float, months: float) -> float:
    day = _day(serial)
    first = _day(_date(day.year, day.month + months, 1))
    return float((first.replace(day=min(day.day, monthrange(first.year, first.month)[1])) - DAY_0).days)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@cache
def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


FUNCTIONS: dict[str, Callable] = {
    "SUM": lambda *arguments: sum(_numbers(arguments)),
    "MIN": lambda *arguments: min(_numbers(arguments), default=0.0),
    "MAX": lambda *arguments: max(_numbers(arguments), default=0.0),
    "AND": lambda *arguments: all(arguments),
    "OR": lambda *arguments: any(arguments),
    "ROUND": _round,
    "SUMPRODUCT": lambda *arrays: sum(math.prod(map(_numeric, row)) for row in zip(*arrays, strict=True)),
    "COUNTIF": lambda cells, criterion: float(sum(map(_meets(criterion), cells))),
    "SUMIF": lambda cells, criterion, summed: _sumifs(summed, cells, criterion),
    "SUMIFS": _sumifs,
    "INDEX": lambda cells, place: cells[int(place) - 1],
    "MATCH": lambda wanted, cells, _: float([_same(cell, wanted) for cell in cells].index(True) + 1),
    "ISNUMBER": lambda value: isinstance(value, float),
    "DATE": _date,
    "EDATE": _edate,
    "EOMONTH": lambda serial, months: _edate(_date(_day(serial).year, _day(serial).month, 1), months + 1) - 1,
    "YEAR": lambda serial: float(_day(serial).year),
    "MONTH": lambda serial: float(_day(serial).month),
}
sys.setrecursionlimit(max(sys.getrecursionlimit(), 5000))
