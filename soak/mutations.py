"""Publishers' files spoilt in every way that mail, spreadsheets and people spoil them, and the judgement of a reader.

A mutation changes what stands where and how it is written. It does not put one plausible figure in another's place: a
file with other figures is another file, and only a second figure in it could tell (see :func:`digit_changed`).
"""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

import polars as pl

from nhs_assets.ground.problems import BadInputError
from nhs_assets.sources.publishers import ReaderContext, ReadFile, read_file
from soak.publisher_files import Formula, Layout, Page, csv_bytes, workbook_bytes, workbook_parts, zip_bytes

Grid = list[list]
_WORDS_ALONE = ("locator",)
"""Columns of words that say where a figure stands in the document."""
_ODD = ["\x00", "\x07", "\x1b", "\u202e", "\ufffd", "\ufeff"]
_BYTES = [byte for byte in range(256) if not chr(byte).isdigit()]


class Outcome(StrEnum):
    """What came of a mutated file."""

    REFUSED = "refused"
    SAME = "read as before"
    SET_ASIDE = "good rows read, bad ones set aside"
    FEWER = "rows that are not in the file are not in the tables"
    WRONG = "WRONG"


@dataclass(frozen=True)
class Mutant:
    """A spoilt file.

    Attributes:
        content: its bytes.
        done: what was done to it, in order.
        lacks_rows: whether figures were taken out, so that fewer rows are right.
    """

    content: bytes
    done: tuple[str, ...]
    lacks_rows: bool


@dataclass(frozen=True)
class Case:
    """A whole file of a layout, and what is read from it."""

    layout: Layout
    context: ReaderContext
    whole: ReadFile

    @classmethod
    def of(cls, layout: Layout, context: ReaderContext) -> "Case":
        """The case of a layout."""
        return cls(layout, context, read_file(layout.content(), context))

    def mutant(self, random: Random) -> Mutant:
        """A file spoilt in one to three ways, drawn at random."""
        mutant = _spoilt_grid(self.layout, random) if random.random() < 0.65 else _whole(self.layout)
        if not mutant.done or random.random() < 0.3:
            mutant = _spoilt_bytes(self.layout, mutant, random)
        return mutant

    def judge(self, mutant: Mutant) -> tuple[Outcome, str]:
        """What the readers make of a spoilt file, and in words what is wrong with that.

        Any exception but the refusal goes through: it is a crash.
        """
        try:
            found = read_file(mutant.content, self.context)
        except BadInputError as refused:
            return (Outcome.REFUSED, "") if refused.problems else (Outcome.WRONG, "a refusal without a problem")
        if found.kind != self.whole.kind or found.covers != self.whole.covers:
            may_cover_less = mutant.lacks_rows or found.set_aside
            if found.kind != self.whole.kind or not may_cover_less:
                return Outcome.WRONG, f"{found.kind} {found.covers}"
        missing = 0
        for name, whole in self.whole.tables.items():
            expected, actual = _keyed(whole), _keyed(found.tables[name])
            extra = [row for row in actual if row not in expected]
            if extra or len(actual) != len(found.tables[name]):
                return Outcome.WRONG, f"{name}: {extra[:3]}"
            missing += len(expected) - len(actual)
        if not missing:
            return Outcome.SAME, ""
        if found.set_aside:
            return Outcome.SET_ASIDE, ""
        return (Outcome.FEWER, "") if mutant.lacks_rows else (Outcome.WRONG, f"{missing} rows are lost without a word")


def digit_changed(case: Case, random: Random) -> bytes:
    """A file in which one digit of one number is another: only another figure in the file can tell that."""
    content = case.layout.content()
    parts = workbook_parts(case.layout.pages()) if case.layout.pages else {"": content}
    name = random.choice([part for part in parts if "sheet" in part and "xml" in part and "rels" not in part] or [""])
    text = parts[name]
    places = [match.start() for match in re.finditer(rb"(?<=[\d.])\d", text)]
    place = random.choice(places)
    digit = random.choice([byte for byte in b"0123456789" if byte != text[place]])
    parts[name] = text[:place] + bytes([digit]) + text[place + 1 :]
    return zip_bytes(parts) if case.layout.pages else parts[""]


def _keyed(frame: pl.DataFrame) -> set[tuple]:
    return set(frame.drop(_WORDS_ALONE, strict=False).iter_rows())


def _whole(layout: Layout) -> Mutant:
    return Mutant(layout.content(), (), False)


def _spoilt_grid(layout: Layout, random: Random) -> Mutant:
    """The file after one or two mutations of its cells, rows and columns."""
    pages = layout.pages() if layout.pages else [Page("csv", layout.rows())]
    done: list[str] = []
    lacks_rows = False
    for _ in range(random.choice([1, 1, 2])):
        name, mutate, takes_out = random.choice(_OF_GRID)
        if name in layout.hidden:
            continue
        place = random.randrange(len(pages))
        page = pages[place]
        rows = [list(row) for row in page.rows]
        if not any(rows):
            continue
        mutate(rows, random)
        pages[place] = replace(page, rows=rows)
        done.append(name)
        lacks_rows |= takes_out
    if layout.pages:
        if random.random() < 0.2:
            pages = [replace(page, name=f"{page.name} (new)") for page in pages]
            done.append("rename sheets")
        if random.random() < 0.1:
            random.shuffle(pages)
            done.append("shuffle sheets")
        return Mutant(workbook_bytes(pages), tuple(done), lacks_rows)
    rows = [["" if cell is None else _written(cell) for cell in row] for row in pages[0].rows]
    return Mutant(csv_bytes(rows), tuple(done), lacks_rows)


def _written(cell: object) -> str:
    return cell.expression if isinstance(cell, Formula) else str(cell)


def _pick(rows: Grid, random: Random) -> tuple[int, int]:
    filled = [(r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell not in (None, "")]
    return random.choice(filled) if filled else (0, 0)


def _number(cell: object) -> float | None:
    try:
        return float(cell)
    except (TypeError, ValueError):
        return None


def _pick_number(rows: Grid, random: Random) -> tuple[int, int] | None:
    found = [(r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if _number(cell) not in (None, 0.0)]
    return random.choice(found) if found else None


def _set(rows: Grid, where: tuple[int, int], value: object) -> None:
    if where[1] < len(rows[where[0]]):
        rows[where[0]][where[1]] = value


def _width(rows: Grid) -> int:
    return max(len(row) for row in rows)


def _padded(rows: Grid) -> None:
    width = _width(rows)
    for row in rows:
        row.extend([None] * (width - len(row)))


def _drop_column(rows: Grid, random: Random) -> None:
    column = random.randrange(_width(rows))
    for row in rows:
        del row[column : column + 1]


def _repeat_column(rows: Grid, random: Random) -> None:
    _padded(rows)
    column = random.randrange(_width(rows))
    for row in rows:
        row.insert(column, row[column])


def _add_column(rows: Grid, random: Random) -> None:
    _padded(rows)
    column = random.randrange(_width(rows) + 1)
    for number, row in enumerate(rows):
        row.insert(column, f"extra {number}")


def _move_columns(rows: Grid, random: Random) -> None:
    _padded(rows)
    order = list(range(_width(rows)))
    first, second = random.sample(order, 2) if len(order) > 1 else (0, 0)
    order[first], order[second] = order[second], order[first]
    rows[:] = [[row[column] for column in order] for row in rows]


def _drop_row(rows: Grid, random: Random) -> None:
    del rows[random.randrange(len(rows))]


def _repeat_row(rows: Grid, random: Random) -> None:
    row = random.randrange(len(rows))
    rows.insert(random.randrange(len(rows) + 1), list(rows[row]))


def _swap_rows(rows: Grid, random: Random) -> None:
    first, second = random.randrange(len(rows)), random.randrange(len(rows))
    rows[first], rows[second] = rows[second], rows[first]


def _blank_row(rows: Grid, random: Random) -> None:
    rows.insert(random.randrange(len(rows) + 1), [])


def _note_above(rows: Grid, random: Random) -> None:
    rows[:0] = [["Experimental statistics. See the notes before use."], []][: random.choice([1, 2])]


def _note_below(rows: Grid, random: Random) -> None:
    rows += [[], ["Source: the publisher's own records"]]


def _shift_column(rows: Grid, random: Random) -> None:
    """One column of words a row further down than the others, as when a range is pasted askew."""
    _padded(rows)
    words = [column for column in range(_width(rows)) if sum(_is_word(row[column]) for row in rows) * 2 > len(rows)]
    if words:
        column = random.choice(words)
        moved = [rows[0][column], rows[-1][column], *(row[column] for row in rows[1:-1])]
        for row, cell in zip(rows, moved, strict=False):
            row[column] = cell


def _is_word(cell: object) -> bool:
    return isinstance(cell, str) and cell != "" and _number(cell) is None


def _swap_headings(rows: Grid, random: Random) -> None:
    row = random.choice([row for row in rows[:6] if len(row) > 1] or [rows[0]])
    first, second = random.randrange(len(row)), random.randrange(len(row))
    row[first], row[second] = row[second], row[first]


def _respace_headings(rows: Grid, random: Random) -> None:
    for row in rows[:6]:
        for column, cell in enumerate(row):
            if _is_word(cell):
                row[column] = f" {cell.lower() if random.random() < 0.5 else cell}  "


def _cell(value: Callable[[object, Random], object]) -> Callable[[Grid, Random], None]:
    def mutate(rows: Grid, random: Random) -> None:
        row, column = _pick(rows, random)
        if column < len(rows[row]):
            rows[row][column] = value(rows[row][column], random)

    return mutate


def _number_cell(value: Callable[[float, Random], object]) -> Callable[[Grid, Random], None]:
    def mutate(rows: Grid, random: Random) -> None:
        where = _pick_number(rows, random)
        if where is not None:
            _set(rows, where, value(float(rows[where[0]][where[1]]), random))

    return mutate


def _like(rows: Grid, where: tuple[int, int], value: float) -> object:
    return value if isinstance(rows[where[0]][where[1]], float) else repr(value)


def _whole_column_scaled(rows: Grid, random: Random) -> None:
    """Every number of a column in another unit: £bn for £m, days for hours."""
    where = _pick_number(rows, random)
    factor = random.choice([1000.0, 0.001, 1e6])
    if where is None:
        return
    for row in range(len(rows)):
        if where[1] < len(rows[row]) and _number(rows[row][where[1]]) is not None:
            _set(rows, (row, where[1]), _like(rows, (row, where[1]), float(rows[row][where[1]]) * factor))


def _decimal_commas(rows: Grid, random: Random) -> None:
    for row in rows:
        for column, cell in enumerate(row):
            if _number(cell) is not None and "." in str(cell):
                row[column] = str(cell).replace(".", ",")


def _days_turned(rows: Grid, random: Random) -> None:
    """Days in the order that another country writes them in."""
    for row in rows:
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                cell = re.sub(r"^(\d\d)/(\d\d)/(\d{4})$", r"\2/\1/\3", cell)
                row[column] = re.sub(r"^(\d{4})-(\d\d)-(\d\d)$", r"\1-\3-\2", cell)


def _merged_boards(rows: Grid, random: Random) -> None:
    """A board under the code and name of one that took it over."""
    for row in rows:
        for column, cell in enumerate(row):
            if cell == "QE1":
                row[column] = "QZ9"
            elif isinstance(cell, str) and "Lancashire" in cell:
                row[column] = "NHS North West ICB"


def _number_as_formula(value: float, random: Random) -> object:
    return Formula(f"={value!r}*1", random.choice([value * 2, None, "#REF!"]))


_OF_GRID: tuple[tuple[str, Callable[[Grid, Random], None], bool], ...] = (
    ("drop_column", _drop_column, True),
    ("repeat_column", _repeat_column, False),
    ("add_column", _add_column, False),
    ("move_columns", _move_columns, False),
    ("drop_row", _drop_row, True),
    ("repeat_row", _repeat_row, False),
    ("swap_rows", _swap_rows, False),
    ("blank_row", _blank_row, False),
    ("note_above", _note_above, False),
    ("note_below", _note_below, False),
    ("shift_column", _shift_column, False),
    ("swap_headings", _swap_headings, False),
    ("respace_headings", _respace_headings, False),
    ("text_cell", _cell(lambda cell, random: random.choice(["n/a", "*", "see note", "#REF!", "1e5", "NaN"])), False),
    ("formula_cell", _cell(lambda cell, random: random.choice(["=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)"])), False),
    ("control_cell", _cell(lambda cell, random: f"{cell}{random.choice(_ODD)}"), False),
    ("long_cell", _cell(lambda cell, random: "x" * 200_000), False),
    ("line_break_cell", _cell(lambda cell, random: f"{cell}\n{cell}"), False),
    ("empty_cell", _number_cell(lambda value, random: ""), False),
    ("negative", _number_cell(lambda value, random: -value if random.random() < 0.5 else repr(-value)), False),
    ("enormous", _number_cell(lambda value, random: value * random.choice([1e3, 1e6, 1e30])), False),
    ("number_as_formula", _number_cell(_number_as_formula), False),
    ("thousands_comma", _number_cell(lambda value, random: f"{value:,.3f}" if value >= 1000 else f"{value},0"), False),
    ("whole_column_scaled", _whole_column_scaled, False),
    ("decimal_commas", _decimal_commas, False),
    ("days_turned", _days_turned, False),
    ("merged_boards", _merged_boards, False),
)
"""Mutations of cells: name, what is done, and whether it may take figures out without leaving a trace."""


def _spoilt_bytes(layout: Layout, mutant: Mutant, random: Random) -> Mutant:
    """The file after one mutation of its bytes; of a workbook, of its parts as well."""
    name, mutate, takes_out = random.choice(_OF_BYTES + (_OF_BOOK if layout.pages else _OF_CSV))
    return Mutant(mutate(mutant.content, random), (*mutant.done, name), mutant.lacks_rows or takes_out)


def _flip(content: bytes, random: Random) -> bytes:
    """Some bytes others, though never a digit another digit."""
    spoilt = bytearray(content)
    for _ in range(random.choice([1, 1, 1, 3])):
        if spoilt:
            spoilt[random.randrange(len(spoilt))] = random.choice(_BYTES)
    return bytes(spoilt)


def _cut_off(content: bytes, random: Random) -> bytes:
    end = random.randrange(len(content))
    while content[:end].endswith(b"\n"):
        end -= 1
    return content[:end]


def _inserted(content: bytes, random: Random) -> bytes:
    place = random.randrange(len(content) + 1)
    junk = random.choice([b'"', b",", b"\n", b"\x00\x00", b"=1+1,", bytes(random.choices(_BYTES, k=8))])
    return content[:place] + junk + content[place:]


def _million_columns(content: bytes, random: Random) -> bytes:
    return content.replace(b"\n", b"," * 1_000_000 + b"\n", 1)


def _zipped(content: bytes, random: Random) -> bytes:
    return zip_bytes({"notes.txt": b"Read me.", "figures/data.csv": content})


def _zipped_twice(content: bytes, random: Random) -> bytes:
    return zip_bytes({"inner.zip": zip_bytes({"data.csv": content})})


def _zipped_outside(content: bytes, random: Random) -> bytes:
    return zip_bytes({random.choice(["/etc/data.csv", "../data.csv", "C:/data.csv"]): content})


def _two_in_a_zip(content: bytes, random: Random) -> bytes:
    return zip_bytes({"first.csv": content, "second.csv": content})


def _delimited(content: bytes, random: Random) -> bytes:
    rows = [line.split(",") for line in content.decode("utf-8", errors="replace").splitlines()]
    return csv_bytes(rows, delimiter=random.choice([";", "\t", "|"]))


def _encoded(content: bytes, random: Random) -> bytes:
    text = content.decode("utf-8", errors="replace").replace("NHS", "NHS é", 1)
    return text.encode(random.choice(["utf-16", "latin-1", "utf-32"]), errors="replace")


def _part_spoilt(content: bytes, random: Random) -> bytes:
    """Bytes of one part of a workbook others, though never a digit another digit, and the whole packed again."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return content
    name = random.choice(list(parts))
    parts[name] = _flip(parts[name], random)
    return zip_bytes(parts)


def _part_lost(content: bytes, random: Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    del parts[random.choice(list(parts))]
    return zip_bytes(parts)


def _entities(content: bytes, random: Random) -> bytes:
    """A workbook made to blow up when its entities are written out."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    name = random.choice(list(parts))
    parts[name] = parts[name].replace(b"?>", b"?>" + bomb, 1)
    return zip_bytes(parts)


_OF_BYTES = (
    ("flip", _flip, False),
    ("flip", _flip, False),
    ("cut_off", _cut_off, True),
    ("inserted", _inserted, False),
    ("emptied", lambda content, random: random.choice([b"", b"\n\n", b"PK\x03\x04", b"\xef\xbb\xbf"]), False),
    ("zipped_twice", _zipped_twice, False),
    ("zipped_outside", _zipped_outside, False),
)
_OF_CSV = (
    ("flip", _flip, False),
    ("byte_order_mark", lambda content, random: b"\xef\xbb\xbf" + content, False),
    ("line_ends", lambda content, random: content.replace(b"\n", b"\r\n"), False),
    ("million_columns", _million_columns, False),
    ("zipped", _zipped, False),
    ("two_in_a_zip", _two_in_a_zip, False),
    ("delimited", _delimited, False),
    ("encoded", _encoded, False),
)
_OF_BOOK = (
    ("part_spoilt", _part_spoilt, False),
    ("part_spoilt", _part_spoilt, False),
    ("part_spoilt", _part_spoilt, False),
    ("part_lost", _part_lost, False),
    ("entities", _entities, False),
)
