"""NHS sickness absence rates, monthly CSV: staff by board and month, from the days they could have worked."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from nhs_assets.contracts.publishers import PublishedStaffMonth, SicknessAbsenceRow
from nhs_assets.ground.problems import BadInputError
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

KIND = "nhs_sickness_absence"
_NUMBERS = {
    "fte days lost": "fte_days_lost",
    "fte days available": "fte_days_available",
    "sickness absence rate percent": "sickness_absence_rate_pct",
}
_TYPES = {"integrated care board": "icb", "commissioning support unit": "csu"}


def _read(table: CsvTable, context: ReaderContext) -> ReadFile:
    """Average staff of the bodies of the programme: days available over days in the month.

    A file with several months, without a body or with an unknown body is refused; single bad rows are set aside.
    """
    rows = dict(table)
    last_day = _month(context, rows)
    bodies = bodies_on(context.organisations, last_day)
    check_not_mixed(context, ((line, cells["org code"], last_day) for line, cells in rows.items()))
    ours = {
        line: cells
        for line, cells in rows.items()
        if cells["org code"] in bodies or plain(cells["org type"]) in _TYPES or IS_BODY.search(cells["org name"])
    }
    problems = [*table.problems]
    for line, cells in ours.items():
        problems += identity_problems(context, line, cells["org code"], cells["org name"], bodies, last_day)
    if unknown := [problem for problem in problems if problem.column == CODE]:
        raise BadInputError(unknown)
    for line, cells in ours.items():
        body = bodies[cells["org code"]]
        if _TYPES.get(plain(cells["org type"]), "nhse") != body.kind:
            rule = f"does not match the type of {body.name}"
            problems.append(context.problem(rule, "Correct the type or the code.", line, "org type", cells["org type"]))
    wrong = {problem.row for problem in problems}
    texts = {
        line: {"ods_code": cells["org code"], "last_day": iso_day(cells["date"])}
        | {column: cells[heading] for heading, column in _NUMBERS.items()}
        for line, cells in ours.items()
        if line not in wrong
    }
    frame, of_rows = good_rows(context, SicknessAbsenceRow, texts)
    set_aside = check_share(context, [*problems, *of_rows], len(frame))
    named = {rows[problem.row]["org code"] for problem in set_aside if problem.row in rows}
    check_complete(context, bodies, {*frame["ods_code"], *named}, f"{last_day:%B %Y}")
    staff = frame.with_columns(
        month=pl.col("last_day").dt.month_start(),
        fte=(pl.col("fte_days_available") / pl.col("last_day").dt.day()).round(2),
    )
    month = last_day.replace(day=1)
    tables = {"raw.staff_month": tidy(context, PublishedStaffMonth, staff)}
    return ReadFile(KIND, Coverage(month, month), tables, set_aside)


def _month(context: ReaderContext, rows: Mapping[int, Mapping[str, str]]) -> date:
    """The last day of the one month in the rows."""
    found = {day for cells in rows.values() if (day := month_end(iso_day(cells["date"])))}
    if len(found) == 1:
        return found.pop()
    if found:
        several = ", ".join(map(str, sorted(found)[:5]))
        raise context.refuse("contains more than one month", "Drop a file for each month.", value=several)
    line, cells = next(iter(rows.items()), (None, {}))
    rule = "has no date that is the last day of a month, written dd/mm/yyyy"
    remedy = "Check the order of day and month, and that there are rows."
    raise context.refuse(rule, remedy, row=line, column="date", value=cells.get("date"))


FORMAT = csv_format(KIND, ("date", "org code", "org name", "org type", *_NUMBERS), _read, exact=("date", *_NUMBERS))
"""NHS sickness absence rates: a row for each organisation in one month."""
