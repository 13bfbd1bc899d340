"""NHS Workforce Statistics: by staff group and organisation, to 2025 and in its successor, and by grade.

Those by group print totals among their parts. Each named group is read once: parts are compared with their total and
never added to it. Figures of regions, systems and the nation are skipped. Those by grade print parts only.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, partial

import polars as pl

from nhs_assets.contracts import publishers as printed
from nhs_assets.ground.problems import BadInputError, Problem
from nhs_assets.sources.publishers.bodies import (
    CODE,
    IS_BODY,
    bodies_on,
    check_complete,
    check_not_mixed,
    identity_problems,
)
from nhs_assets.sources.publishers.csv_table import CsvTable, csv_format
from nhs_assets.sources.publishers.headings import plain
from nhs_assets.sources.publishers.interface import Coverage, ReaderContext, ReadFile
from nhs_assets.sources.publishers.rows import check_share, good_rows, iso_day, month_end, tidy

_LEVELS = frozenset({"organisation", "national", "nhs england region", "ics area"})
"""Levels of printed figures; only those of organisations are read."""
_FINER = (  # noqa: SIM905 - one name to a line would hide the rest
    "staff group 2,care setting,level,grade,specialty,specialty group,age band,type,gender,nationality,"
    "nationality group,ethnicity,ethnic group,contract type,job role"
).split(",")
"""Columns of other files of the same release, whose rows are parts of a staff group."""
_GROUP_OF = {heading: group for group, headings in printed.STAFF_GROUPS.items() for heading in headings}
_PREFIX = re.compile(r"^\d{3}_")
_MEASURES = {"fte": "fte", "hc": "headcount"}
_MAIN = {"all_staff", *printed.PARTS_OF_TOTAL}
_ALL = "all staff groups"

_PARTS = ("main staff group", "staff group 1", "staff group 2", "care setting", "level", "grade")
_GRADED = ("support_to_clinical", "central_functions", "hotel_property_estates", "senior_managers", "managers")


@dataclass(frozen=True)
class _Figure:
    """A printed line: its body, month as its last day in ISO format, staff group, and measures as text."""

    line: int
    code: str
    name: str
    day: str
    group: str
    values: Mapping[str, str]
    repeats_aggregate: bool = False

    @property
    def unit(self) -> tuple[str, str]:
        """The rows that stand or fall together."""
        return self.code, self.day


_Parser = Callable[[int, Mapping[str, str]], _Figure | None]


def _without_number(text: str) -> str:
    """A name without the number that orders it: ``003_Managers`` as ``Managers``."""
    return _PREFIX.sub("", text)


def _group_of(text: str) -> str | None:
    """The staff group for a publisher's words; None if it is not read."""
    return _GROUP_OF.get(plain(text))


def _figure_to_2025(line: int, cells: Mapping[str, str]) -> _Figure | None:
    group = _group_of(_without_number(cells["staff group"]))
    if group is None:
        return None
    measure = _MEASURES.get(plain(cells["data type"]), "unknown")
    day = iso_day(cells["date"])
    return _Figure(line, cells["org code"], cells["org name"], day, group, {measure: cells["total"]})


def _core_figure(line: int, cells: Mapping[str, str]) -> _Figure | None:
    main, part = (plain(_without_number(cells[name])) for name in ("main staff group", "staff group 1"))
    level = plain(cells["data level"])
    group = _group_of(main if part == _ALL else part)
    values = {"fte": cells["fte"], "headcount": cells["headcount"]}
    if level not in _LEVELS:
        group, values = group or "unknown", {"unknown": cells["data level"]}
    elif level != "organisation" or group is None or (part != _ALL and group in _MAIN and main != part):
        return None
    day = iso_day(cells["data month"])
    return _Figure(line, cells["org code"], cells["org name"], day, group, values, part == main != _ALL)


def _read(kind: str, figure: _Parser, table: CsvTable, context: ReaderContext) -> ReadFile:
    """Staff of the bodies of the programme by group and month.

    A body and month with a bad row, or with groups that do not match their total, is set aside.
    """
    ours = _ours(table, context, figure)
    check_not_mixed(context, ((found.line, found.code, day) for found in ours if (day := month_end(found.day))))
    rows, merge_problems = _merge(context, ours)
    frame, row_problems = good_rows(context, printed.StaffGroupRow, rows)
    problems = [*table.problems, *_identity_problems(context, ours), *merge_problems, *row_problems]
    broken = {problem.row for problem in problems}
    bad = {found.unit for found in ours if found.line in broken}
    by_unit: dict[tuple[str, str], list[dict]] = defaultdict(list)
    for row in frame.iter_rows(named=True):
        by_unit[row["ods_code"], row["last_day"].isoformat()].append(row)
    lines = {found.unit: found.line for found in ours}
    kept = []
    for unit, rows_of_unit in by_unit.items():
        if unit not in bad:
            sums = list(_sum_problems(context, unit, rows_of_unit, lines[unit]))
            problems += sums
            kept += rows_of_unit if not sums else []
    set_aside = check_share(context, problems, len(kept))
    if not kept:
        raise context.refuse("contains no body of the programme", "Check the codes of organisations.")
    _check_bodies(context, {found.unit for found in ours if month_end(found.day)})
    staff = pl.DataFrame(kept, schema=frame.schema).with_columns(month=pl.col("last_day").dt.month_start())
    tables = {"raw.staff_group_month": tidy(context, printed.PublishedStaffGroup, staff)}
    return ReadFile(kind, Coverage(staff["month"].min(), staff["month"].max()), tables, set_aside)


def _ours(table: CsvTable, context: ReaderContext, figure: _Parser) -> list[_Figure]:
    """The figures of bodies of the programme since boards exist; earlier history has other bodies."""
    codes = set(context.organisations["ods_code"])
    since = context.organisations.filter(pl.col("body") == "icb")["valid_from"].min()
    figures = []
    for line, cells in table:
        if cells["org code"] in codes or IS_BODY.search(cells["org name"]):
            found = figure(line, cells)
            day = month_end(found.day) if found else None
            if found and (day is None or since is None or day >= since):
                figures.append(found)
    # A group of one part is printed as its aggregate and again under its own name: it is read once.
    aggregates = {(found.unit, found.group) for found in figures if not found.repeats_aggregate}
    return [found for found in figures if not found.repeats_aggregate or (found.unit, found.group) not in aggregates]


def _identity_problems(context: ReaderContext, figures: Iterable[_Figure]) -> list[Problem]:
    """Codes and names that do not match the bodies of their month; refused if a code of the last month is unknown."""
    bodies = cache(partial(bodies_on, context.organisations))
    by_day: dict[date, list[Problem]] = defaultdict(list)
    for figure in figures:
        if day := month_end(figure.day):
            by_day[day] += identity_problems(context, figure.line, figure.code, figure.name, bodies(day), day)
    if by_day and (unknown := [problem for problem in by_day[max(by_day)] if problem.column == CODE]):
        raise BadInputError(unknown)
    return [*itertools.chain(*by_day.values())]


def _merge(context: ReaderContext, figures: Iterable[_Figure]) -> tuple[dict[int, dict[str, str]], list[Problem]]:
    """A row for each body, day and group, by its first line, with measures from different lines combined."""
    lines: dict[tuple[str, str, str], int] = {}
    rows: dict[int, dict[str, str]] = {}
    problems = []
    for figure in figures:
        line = lines.setdefault((*figure.unit, figure.group), figure.line)
        row = rows.setdefault(line, {"ods_code": figure.code, "last_day": figure.day, "staff_group": figure.group})
        for measure, value in figure.values.items():
            if measure == "unknown":
                rule, remedy = "has an unknown level or data type", "Get the file again."
            elif measure in row:
                rule, remedy = f"repeats the {measure} of {figure.group}", "Remove the row that does not belong."
            else:
                row[measure] = value
                continue
            problems.append(context.problem(rule, remedy, figure.line, value=value))
    return {line: {"fte": "", "headcount": "", **row} for line, row in rows.items()}, problems


def _sum_problems(
    context: ReaderContext, unit: tuple[str, str], rows: Iterable[Mapping], line: int
) -> Iterator[Problem]:
    """The problems of groups that do not match their total, or that have none."""
    groups = {row["staff_group"]: (row["fte"], row["headcount"]) for row in rows}
    remedy = "Compare the rows of this body with those published."
    for whole, words, names in (
        ("all_staff", "total", printed.PARTS_OF_TOTAL),
        ("infrastructure_support", "infrastructure support", printed.PARTS_OF_INFRASTRUCTURE),
    ):
        parts = [groups[name] for name in names if name in groups]
        added, heads = sum(fte for fte, _ in parts), [people for _, people in parts]
        total, total_heads = groups.get(whole, (None, None))
        of = f"{words} of {unit[0]} on {unit[1]}"
        if (total is None and parts) or (total is not None and abs(total - added) > printed.SUM_TOLERANCE_FTE):
            rule = f"belongs to a body whose groups add up to {added:.2f} FTE, not to the {of}"
            stated = "none" if total is None else f"{total:.2f}"
            yield context.problem(rule, remedy, line, "fte", stated)
        # Somebody may be counted in two groups.
        elif heads and total_heads is not None and not max(heads) <= total_heads <= sum(heads):
            rule = f"belongs to a body whose groups cannot be the people of the {of}"
            yield context.problem(rule, remedy, line, "headcount", total_heads)


def _check_bodies(context: ReaderContext, units: set[tuple[str, str]]) -> None:
    """Requires every board in a month with boards, every body in the last month, and no gap in the months of a body."""
    months: dict[str, set[str]] = defaultdict(set)
    for code, day in units:
        months[day].add(code)
    seen: set[str] = set()
    for day in sorted(months):
        bodies = bodies_on(context.organisations, date.fromisoformat(day))
        boards = {code for code, body in bodies.items() if body.kind == "icb"}
        required = (boards if boards & months[day] else set()) | seen | (set(bodies) if day == max(months) else set())
        needed = {code: body for code, body in bodies.items() if code in required}
        check_complete(context, needed, months[day], day)
        seen |= months[day]


def _read_grades(table: CsvTable, context: ReaderContext) -> ReadFile:
    """Full-time equivalents of the bodies of the programme by group and grade, in the one month of the file.

    Clinical groups are skipped, since doctors are in another file; so are rows that are sums of others. People are not
    summed: somebody may be in two rows. Sums need every row and nothing confirms them: one bad row refuses the file.
    """
    codes = set(context.organisations["ods_code"])
    ours = {line: cells for line, cells in table if cells["org code"] in codes or IS_BODY.search(cells["org name"])}
    days = sorted({iso_day(cells["data month"]) for cells in ours.values()})
    day = month_end(days[0]) if len(days) == 1 else None
    if day is None:
        rule = "does not contain bodies of the programme in one month, dated on its last day"
        raise context.refuse(rule, "Check the dates and codes.", column="data month", value=", ".join(days[:5]))
    bodies = bodies_on(context.organisations, day)
    check_not_mixed(context, ((line, cells["org code"], day) for line, cells in ours.items()))
    problems = [*table.problems]
    texts: dict[int, dict[str, str]] = {}
    for line, cells in ours.items():
        level = cells["data level"]
        problems += identity_problems(context, line, cells["org code"], cells["org name"], bodies, day)
        if plain(level) not in _LEVELS:
            problems.append(context.problem("is an unknown level", "Get the file again.", line, "data level", level))
        if row := _grade_row(cells):
            texts[line] = row
    frame, of_rows = good_rows(context, printed.StaffGradeRow, texts)
    if found := [*problems, *of_rows]:
        raise BadInputError(found)
    check_complete(context, bodies, {cells["org code"] for cells in ours.values()}, str(day))
    month = day.replace(day=1)
    summed = (
        frame.filter(pl.col("staff_group").is_in(_GRADED))
        .group_by("ods_code", "staff_group", "grade", maintain_order=True)
        .agg(pl.col("fte").sum().round(5))
        .with_columns(month=pl.lit(month))
    )
    tables = {"raw.staff_grade_month": tidy(context, printed.PublishedGrade, summed)}
    return ReadFile("nhs_workforce_grades", Coverage(month, month), tables)


def _grade_row(cells: dict[str, str]) -> dict[str, str] | None:
    """The cells of a row as its contract names them; None for a clinical group or the sum of other rows.

    An unknown group keeps its own words, for the contract to refuse.
    """
    parts = [_without_number(cells[name]) for name in _PARTS]
    main, group, *_, grade = parts
    is_sum = plain(cells["data level"]) in _LEVELS - {"organisation"} or any(
        plain(part).split()[:1] == ["all"] for part in parts
    )
    if is_sum or _group_of(main) == "professionally_qualified_clinical":
        return None
    read = _group_of(group) if _group_of(main) == "infrastructure_support" else _group_of(main)
    return {
        "ods_code": cells["org code"],
        "staff_group": read if read in printed.STAFF_GROUPS else f"{main}, {group}",
        "part": " / ".join(parts),
        "grade": grade,
        "fte": cells["fte"],
        "headcount": cells["headcount"],
    }


TO_2025 = csv_format(
    "nhs_workforce_staff_group",
    ("date", "org code", "org name", "staff group", "data type", "total"),
    partial(_read, "nhs_workforce_staff_group", _figure_to_2025),
    exact=("date", "total"),
    finer=_FINER,
)
"""NHS Workforce Statistics to 2025: a row for each month, organisation, staff group and data type."""
CORE = csv_format(
    "nhs_workforce_core",
    ("data month", "data level", "org code", "org name", "main staff group", "staff group 1", "fte", "headcount"),
    partial(_read, "nhs_workforce_core", _core_figure),
    exact=("data month", "fte", "headcount"),
    finer=_FINER,
)
"""NHS HCHS Workforce Statistics from 2025 (Core 1): a row for each month, level, organisation and staff group."""
GRADES = csv_format(
    "nhs_workforce_grades",
    ("data month", "data level", "org code", "org name", *_PARTS, "fte", "headcount"),
    _read_grades,
    exact=("data month", "fte", "headcount"),
    needs_every_row=True,
)
"""NHS HCHS Workforce Statistics (Core 5): a row for each organisation, group, care setting, level and grade."""
