"""NHS sickness absence rates, the monthly CSV: staff per board and month, from the days they could have worked."""

from datetime import date

import polars as pl

from nhs_assets.contracts.publishers import PublishedStaffMonth, SicknessAbsenceRow
from nhs_assets.ground.problems import BadInput, Problem
from nhs_assets.sources.publishers.bodies import (
    IS_BODY,
    Body,
    bodies_on,
    check_none_missing,
    name_problem,
    unknown_body,
)
from nhs_assets.sources.publishers.csv_table import open_csv, recognised_share
from nhs_assets.sources.publishers.headings import plain
from nhs_assets.sources.publishers.interface import Beside, Coverage, ReadFile, Span, checked_share
from nhs_assets.sources.publishers.rows import good_rows, iso_day, tidy

TABLE = "raw.staff_month"
HEADINGS = (
    "date",
    "org code",
    "org name",
    "org type",
    "fte days lost",
    "fte days available",
    "sickness absence rate percent",
)
_EXACT = ("date", "fte days lost", "fte days available", "sickness absence rate percent")
_TYPES = {"integrated care board": "icb", "commissioning support unit": "csu"}


class SicknessAbsence:
    """NHS sickness absence rates, monthly CSV: a row for each organisation in one month."""

    kind = "nhs_sickness_absence"
    rows_stand_alone = True

    def recognise(self, content: bytes, beside: Beside) -> float:
        """The share of the headings that it has."""
        return recognised_share(content, HEADINGS)

    def read(self, content: bytes, beside: Beside) -> ReadFile:
        """Average staff in post of the bodies of the programme: days available over days in the month.

        Raises:
            BadInput: if it holds no month or several, lacks a body, holds a body that is not known, or more rows are
                wrong than may be set aside.
        """
        table = open_csv(content, HEADINGS, beside, _EXACT)
        rows = dict(table)
        last_day = _month(beside, rows)
        bodies = bodies_on(beside.organisations, last_day)
        ours = {line: cells for line, cells in rows.items() if _is_ours(cells, bodies)}
        unknown = [
            unknown_body(beside, line, cells["org code"], cells["org name"], last_day)
            for line, cells in ours.items()
            if cells["org code"] not in bodies
        ]
        if unknown:
            raise BadInput(unknown)
        named_wrong = [problem for line, cells in ours.items() for problem in _identity(beside, line, cells, bodies)]
        wrong = {problem.row for problem in named_wrong}
        texts = {line: _as_contract(cells) for line, cells in ours.items() if line not in wrong}
        frame, problems = good_rows(beside, SicknessAbsenceRow, texts)
        set_aside = checked_share(beside, [*table.problems, *named_wrong, *problems], len(frame))
        told = {rows[problem.row]["org code"] for problem in set_aside if problem.row in rows}
        told |= {cells["org code"] for cells in table.set_aside}
        check_none_missing(beside, bodies, {*frame["ods_code"], *told}, f"{last_day:%B %Y}")
        days = pl.col("last_day").dt.day()
        staff = frame.with_columns(
            month=pl.col("last_day").dt.month_start(), fte=(pl.col("fte_days_available") / days).round(2)
        )
        return ReadFile(
            kind=self.kind,
            covers=Coverage(Span.MONTH, last_day.replace(day=1), last_day.replace(day=1)),
            tables={TABLE: tidy(beside, PublishedStaffMonth, staff)},
            rows=table.rows,
            passed_over=len(rows) - len(ours),
            rows_stand_alone=self.rows_stand_alone,
            set_aside=set_aside,
        )


def _month(beside: Beside, rows: dict[int, dict[str, str]]) -> date:
    """The last day of the one month that the rows are for."""
    found: dict[date, int] = {}
    for line, cells in rows.items():
        day = _month_end(cells["date"])
        if day is not None:
            found.setdefault(day, line)
    if len(found) == 1:
        return next(iter(found))
    if found:
        several = ", ".join(str(day) for day in sorted(found)[:5])
        raise beside.refuse("holds more than one month", "Drop in a file for each month.", value=several)
    first = next(iter(rows.items()), None)
    where = {} if first is None else {"row": first[0], "column": "date", "value": first[1]["date"]}
    rule = "has no row with the last day of a month, written dd/mm/yyyy"
    raise beside.refuse(rule, "Check the order of day and month, and that there are rows.", **where)


def _month_end(text: str) -> date | None:
    try:
        day = date.fromisoformat(iso_day(text))
    except ValueError:
        return None
    return day if pl.select(pl.lit(day).dt.month_end()).item() == day else None


def _is_ours(cells: dict[str, str], bodies: dict[str, Body]) -> bool:
    return cells["org code"] in bodies or plain(cells["org type"]) in _TYPES or bool(IS_BODY.search(cells["org name"]))


def _identity(beside: Beside, line: int, cells: dict[str, str], bodies: dict[str, Body]) -> list[Problem]:
    """What is wrong with the name and the type beside a code."""
    body = bodies[cells["org code"]]
    found = [name_problem(beside, line, cells["org code"], cells["org name"], body)]
    kind = _TYPES.get(plain(cells["org type"]), "nhse")
    if kind != body.kind:
        rule = f"is another type of body than {body.name} is"
        found.append(Problem(beside.name, rule, "Correct the type or the code.", line, "org type", cells["org type"]))
    return [problem for problem in found if problem is not None]


def _as_contract(cells: dict[str, str]) -> dict[str, str]:
    return {
        "ods_code": cells["org code"],
        "last_day": iso_day(cells["date"]),
        "fte_days_lost": cells["fte days lost"],
        "fte_days_available": cells["fte days available"],
        "sickness_absence_rate_pct": cells["sickness absence rate percent"],
    }
