"""NHS Workforce Statistics by staff group and organisation, in the layout to 2025 and in the one that replaced it.

Both print totals among their parts. The named groups are read, each once: parts are compared with their total and never
added to it. Figures of regions, systems and the nation are passed over.
"""

import calendar
import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import polars as pl

from nhs_assets.contracts.publishers import (
    PARTS_OF_INFRASTRUCTURE,
    PARTS_OF_TOTAL,
    STAFF_GROUPS,
    SUM_TOLERANCE_FTE,
    PublishedStaffGroup,
    StaffGroupRow,
)
from nhs_assets.ground.problems import BadInput, Problem
from nhs_assets.sources.publishers.bodies import (
    IS_BODY,
    Body,
    bodies_on,
    check_none_missing,
    name_problem,
    unknown_body,
)
from nhs_assets.sources.publishers.csv_table import CsvTable, open_csv, recognised_share
from nhs_assets.sources.publishers.headings import plain
from nhs_assets.sources.publishers.interface import Beside, Coverage, ReadFile, Span, checked_share
from nhs_assets.sources.publishers.rows import good_rows, iso_day, tidy

TABLE = "raw.staff_group_month"
OLDER = ("date", "org code", "org name", "staff group", "data type", "total")
NEWER = (
    "data month",
    "data level",
    "org code",
    "org name",
    "main staff group",
    "staff group 1",
    "fte",
    "headcount",
)
FINER = (
    "staff group 2",
    "care setting",
    "level",
    "grade",
    "specialty",
    "specialty group",
    "age band",
    "type",
    "gender",
    "nationality",
    "nationality group",
    "ethnicity",
    "ethnic group",
    "contract type",
    "job role",
)
"""Columns of other files of the same release, whose rows are parts of a staff group."""

_GROUP_OF = {heading: group for group, headings in STAFF_GROUPS.items() for heading in headings}
_PREFIX = re.compile(r"^\d{3}_")
_MEASURES = {"fte": "fte", "hc": "headcount"}
_MAIN = {"all_staff", *PARTS_OF_TOTAL}
_ALL = "all staff groups"
LEVELS = frozenset({"organisation", "national", "nhs england region", "ics area"})
"""Levels at which figures are printed; only those of organisations are read."""


@dataclass(frozen=True)
class _Figure:
    """One printed figure: where it stands, whom and what it is of, and the words of the number."""

    line: int
    code: str
    name: str
    day: str
    group: str
    values: Mapping[str, str]
    repeats_aggregate: bool = False

    @property
    def unit(self) -> tuple[str, str]:
        """The body and month that it is part of."""
        return self.code, self.day


class WorkforceStatistics:
    """NHS Workforce Statistics to 2025: a row for each month, organisation, staff group and data type."""

    kind = "nhs_workforce_staff_group"
    rows_stand_alone = True

    def recognise(self, content: bytes, beside: Beside) -> float:
        """The share of the headings that it has, less where finer columns make it another file of the release."""
        return recognised_share(content, OLDER, FINER)

    def read(self, content: bytes, beside: Beside) -> ReadFile:
        """Staff of the bodies of the programme by group, for every month that the file holds.

        Raises:
            BadInput: if a body is missing or not known, or more rows are wrong than may be set aside.
        """
        table = open_csv(content, OLDER, beside, ("date", "total"), FINER)
        return _read(self, table, beside, _older)


class WorkforceCore:
    """NHS HCHS Workforce Statistics from 2025 (Core 1): a row for each month, level, organisation and staff group."""

    kind = "nhs_workforce_core"
    rows_stand_alone = True

    def recognise(self, content: bytes, beside: Beside) -> float:
        """The share of the headings that it has, less where finer columns make it another file of the release."""
        return recognised_share(content, NEWER, FINER)

    def read(self, content: bytes, beside: Beside) -> ReadFile:
        """Staff of the bodies of the programme by group, for every month that the file holds.

        Raises:
            BadInput: if a body is missing or not known, or more rows are wrong than may be set aside.
        """
        table = open_csv(content, NEWER, beside, ("data month", "fte", "headcount"), FINER)
        return _read(self, table, beside, _newer)


def _older(line: int, cells: Mapping[str, str]) -> _Figure | None:
    group = group_of(without_number(cells["staff group"]))
    measure = _MEASURES.get(plain(cells["data type"]), "unknown")
    if group is None:
        return None
    values = {measure: cells["total"]}
    return _Figure(line, cells["org code"], cells["org name"], iso_day(cells["date"]), group, values)


def _newer(line: int, cells: Mapping[str, str]) -> _Figure | None:
    main, part = (plain(without_number(cells[name])) for name in ("main staff group", "staff group 1"))
    level = plain(cells["data level"])
    words = main if part == _ALL else part
    group = group_of(words)
    if level not in LEVELS:
        group = group or "unknown"
    elif level != "organisation" or group is None or (part != _ALL and group in _MAIN and main != part):
        return None
    values = {"fte": cells["fte"], "headcount": cells["headcount"]}
    if level not in LEVELS:
        values = {"unknown": cells["data level"]}
    day, repeats = iso_day(cells["data month"]), part == main != _ALL
    return _Figure(line, cells["org code"], cells["org name"], day, group, values, repeats)


def _read(
    format_: WorkforceStatistics | WorkforceCore,
    table: CsvTable,
    beside: Beside,
    figure: Callable[[int, Mapping[str, str]], _Figure | None],
) -> ReadFile:
    ours = _ours(table, beside, figure)
    problems = _identity(beside, ours)
    rows, merged = _merged(beside, ours)
    problems += merged
    frame, of_rows = good_rows(beside, StaffGroupRow, rows)
    problems += of_rows
    broken = {problem.row for problem in problems}
    bad = {one.unit for one in ours if one.line in broken}
    good = [row for row in frame.iter_rows(named=True) if (row["ods_code"], row["last_day"].isoformat()) not in bad]
    sums, wrong = _sums(beside, good, {one.unit: one.line for one in ours})
    problems += sums
    kept = [row for row in good if (row["ods_code"], row["last_day"].isoformat()) not in wrong]
    set_aside = checked_share(beside, [*table.problems, *problems], len(kept))
    if not kept:
        raise beside.refuse("holds no body of the programme", "Check the codes of organisations.")
    _check_bodies(beside, {one.unit for one in ours if as_month_end(one.day)})
    tidied = pl.DataFrame(kept, schema=frame.schema).with_columns(month=pl.col("last_day").dt.month_start())
    return ReadFile(
        kind=format_.kind,
        covers=Coverage(Span.MONTH, tidied["month"].min(), tidied["month"].max()),
        tables={TABLE: tidy(beside, PublishedStaffGroup, tidied)},
        rows=table.rows,
        passed_over=table.rows - len(ours) - len(table.problems),
        rows_stand_alone=format_.rows_stand_alone,
        set_aside=set_aside,
    )


def _ours(table: CsvTable, beside: Beside, figure: Callable[[int, Mapping[str, str]], _Figure | None]) -> list[_Figure]:
    """The figures of bodies of the programme since there have been boards; the history before holds other bodies."""
    codes = set(beside.organisations["ods_code"])
    since = beside.organisations.filter(pl.col("body") == "icb")["valid_from"].min()
    found = []
    for line, cells in table:
        if cells["org code"] not in codes and not IS_BODY.search(cells["org name"]):
            continue
        one = figure(line, cells)
        day = None if one is None else as_month_end(one.day)
        if one is not None and (day is None or since is None or day >= since):
            found.append(one)
    # A group of one part is printed as its aggregate and again under its own name: it is read once.
    aggregates = {(one.unit, one.group) for one in found if not one.repeats_aggregate}
    return [one for one in found if not one.repeats_aggregate or (one.unit, one.group) not in aggregates]


def _identity(beside: Beside, ours: Iterable[_Figure]) -> list[Problem]:
    """Names that are not those of their codes, and bodies of earlier months that are not known.

    Raises:
        BadInput: if a board or unit of the last month stands under a code that is not known.
    """
    by_day: dict[str, dict[str, Body]] = {}
    unknown: dict[str, list[Problem]] = defaultdict(list)
    wrong = []
    for found in ours:
        day = as_month_end(found.day)
        if day is None:
            continue
        if found.day not in by_day:
            by_day[found.day] = bodies_on(beside.organisations, day)
        bodies = by_day[found.day]
        if found.code not in bodies:
            unknown[found.day].append(unknown_body(beside, found.line, found.code, found.name, day))
        else:
            wrong.append(name_problem(beside, found.line, found.code, found.name, bodies[found.code]))
    if by_day and unknown[max(by_day)]:
        raise BadInput(unknown[max(by_day)])
    return [problem for problem in [*itertools.chain(*unknown.values()), *wrong] if problem is not None]


def _merged(beside: Beside, ours: Iterable[_Figure]) -> tuple[dict[int, dict[str, str]], list[Problem]]:
    """A row for each body, day and group, with the measures that stand on lines of their own brought together."""
    rows: dict[tuple[str, str, str], dict[str, str]] = {}
    lines: dict[tuple[str, str, str], int] = {}
    problems = []
    for found in ours:
        key = (found.code, found.day, found.group)
        row = rows.setdefault(key, {"ods_code": found.code, "last_day": found.day, "staff_group": found.group})
        lines.setdefault(key, found.line)
        for measure, value in found.values.items():
            if measure == "unknown":
                rule, remedy = "is of a level or data type that is not known", "Get the file again."
                problems.append(Problem(beside.name, rule, remedy, found.line, None, value))
            elif measure in row:
                rule, remedy = f"repeats the {measure} of {found.group}", "Take out the row that does not belong."
                problems.append(Problem(beside.name, rule, remedy, found.line, None, value))
            else:
                row[measure] = value
    return {lines[key]: {"fte": "", "headcount": "", **row} for key, row in rows.items()}, problems


def _sums(
    beside: Beside, rows: Iterable[Mapping[str, object]], lines: Mapping[tuple[str, str], int]
) -> tuple[list[Problem], set[tuple[str, str]]]:
    """Bodies and months whose groups do not go with their total, or have no total."""
    by_unit: dict[tuple[str, str], dict[str, tuple[float, int]]] = defaultdict(dict)
    for row in rows:
        by_unit[row["ods_code"], row["last_day"].isoformat()][row["staff_group"]] = (row["fte"], row["headcount"])
    problems = []
    wrong = set()
    remedy = "Compare the rows of this body with those published."
    for unit, groups in by_unit.items():
        for whole, word, names in (
            ("all_staff", "total", PARTS_OF_TOTAL),
            ("infrastructure_support", "infrastructure support", PARTS_OF_INFRASTRUCTURE),
        ):
            parts = [groups[name] for name in names if name in groups]
            added = sum(fte for fte, _ in parts)
            fte, heads = groups.get(whole, (None, None))
            of = f"{word} of {unit[0]} on {unit[1]}"
            if (fte is None and parts) or (fte is not None and abs(fte - added) > SUM_TOLERANCE_FTE):
                rule = f"is a body whose groups add up to {added:.2f} FTE and not to the {of}"
                found = "none" if fte is None else f"{fte:.2f}"
                problems.append(Problem(beside.name, rule, remedy, lines[unit], "fte", found))
                wrong.add(unit)
            elif not _heads_fit(heads, [people for _, people in parts]):
                rule = f"is a body whose groups cannot be the people of the {of}"
                problems.append(Problem(beside.name, rule, remedy, lines[unit], "headcount", str(heads)))
                wrong.add(unit)
    return problems, wrong


def _heads_fit(whole: int | None, parts: list[int]) -> bool:
    """Whether a count of people goes with those of its groups: somebody may be counted in two of them."""
    return whole is None or not parts or max(parts) <= whole <= sum(parts)


def _check_bodies(beside: Beside, units: set[tuple[str, str]]) -> None:
    """Every board in a month that has boards, every body in the last month, and no gap within a body's months.

    Raises:
        BadInput: naming each body that is missing, and the month.
    """
    months: dict[str, set[str]] = defaultdict(set)
    for code, day in units:
        months[day].add(code)
    last = max(months)
    seen: set[str] = set()
    for day in sorted(months):
        bodies = bodies_on(beside.organisations, date.fromisoformat(day))
        boards = {code for code, body in bodies.items() if body.kind == "icb"}
        required = (boards if boards & months[day] else set()) | seen | (set(bodies) if day == last else set())
        needed = {code: body for code, body in bodies.items() if code in required}
        check_none_missing(beside, needed, months[day], day)
        seen |= months[day]


def without_number(text: str) -> str:
    """A name without the number that orders it: ``003_Managers`` as ``Managers``."""
    return _PREFIX.sub("", text)


def group_of(text: str) -> str | None:
    """The staff group that a publisher's words are for; None where it is not one that is read."""
    return _GROUP_OF.get(plain(text))


@lru_cache(maxsize=1024)
def as_month_end(text: str) -> date | None:
    """The day that a text is, if it is the last of its month."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if calendar.monthrange(day.year, day.month)[1] == day.day else None
