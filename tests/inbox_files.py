"""Publishers' files for the inbox, in publishers' layouts: bodies as the seeds have them, figures invented."""

import calendar
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from nhs_assets.settings import Settings
from soak.publisher_files import (
    Page,
    core_rows,
    csv_bytes,
    deflator_pages,
    grade_rows,
    limits_pages,
    month_end,
    practice_rows,
    treasury_pages,
    workbook_bytes,
    workforce_rows,
)

HEADINGS = (
    "DATE",
    "NHSE_REGION_CODE",
    "NHSE_REGION_NAME",
    "ICS_CODE",
    "ICS_NAME",
    "ORG_CODE",
    "ORG_NAME",
    "ORG_TYPE",
    "FTE_DAYS_LOST",
    "FTE_DAYS_AVAILABLE",
    "SICKNESS_ABSENCE_RATE_PERCENT",
)
TYPES = {"icb": "Integrated Care Board", "csu": "Commissioning Support Unit", "nhse": "Special Health Authority"}
APRIL = date(2025, 4, 1)


def drop(settings: Settings, name: str, content: bytes, note: str | None = None) -> Path:
    """Puts a file into the inbox, with a note beside it where there is one."""
    settings.inbox.mkdir(parents=True, exist_ok=True)
    path = settings.inbox / name
    if note is not None:
        path.with_name(f"{name}.origin.yml").write_text(note, encoding="utf-8")
    path.write_bytes(content)
    return path


def sickness_csv(
    seeds_dir: Path, month: date = APRIL, share: float = 0.99, spoil: Callable[[list], list] = lambda row: row
) -> bytes:
    """A month of sickness absence: every body's staff of the last month in the seeds, times ``share``.

    A board that is not among them, as it began later, has 300.

    Args:
        seeds_dir: the seeds.
        month: the month.
        share: what the staff of the last month is multiplied by.
        spoil: what is done to each row before it is written.
    """
    bodies = _open(seeds_dir, month)
    staff = pl.read_csv(seeds_dir / "workforce" / "staff_month.csv", infer_schema=False)
    last = staff.filter(pl.col("month") == staff["month"].max()).select("ods_code", "fte")
    last = bodies.filter(pl.col("body") != "dhsc").join(last, on="ods_code", how="left").sort("ods_code")
    days = calendar.monthrange(month.year, month.month)[1]
    rows = [list(HEADINGS)]
    for row in last.unique("ods_code", maintain_order=True).iter_rows(named=True):
        available = round(float(row["fte"] or 300) * share * days, 5)
        lost = round(available * 0.04, 5)
        known = [row["ods_code"], row["name"], TYPES[row["body"]]]
        figures = [f"{lost:.5f}", f"{available:.5f}", f"{lost / available * 100:.2f}"]
        rows.append(spoil([f"{days:02}/{month:%m/%Y}", "Y59", "South East", "QZZ", "A system", *known, *figures]))
    trust = [f"{days:02}/{month:%m/%Y}", "Y59", "South East", "QZZ", "A system", "RXG", "A Trust", "Trust"]
    rows.append([*trust, "100.00000", "2500.00000", "4.00"])
    return csv_bytes(rows)


def limits_workbook(month: str = "September 2026") -> bytes:
    """A forecast workbook with the tables of departmental limits; its figures are invented."""
    return workbook_bytes([_of_month(page, month) for page in limits_pages()])


def deflator_workbook(times: float = 1.0, month: str = "November 2025", first: int = 2007) -> bytes:
    """A forecast workbook with the table of inflation; its figures are invented.

    Args:
        times: what the index is multiplied by, which leaves its growth as it is.
        month: the month that the workbook says it is of.
        first: the calendar year before that of its first financial year.
    """
    pages = []
    for page in deflator_pages(first, 2031):
        rows = [
            [one.replace("November 2025", month) if isinstance(one, str) else one for one in row] for row in page.rows
        ]
        width = max(map(len, rows))
        rows = [
            [*row[:-1], row[-1] * times] if len(row) == width and isinstance(row[-1], float) else row for row in rows
        ]
        pages.append(replace(page, rows=rows))
    return workbook_bytes(pages)


def workforce_csv(
    seeds_dir: Path,
    *months: tuple[int, int],
    newer_layout: bool = False,
    spoil: Callable[[list], list] = lambda row: row,
) -> bytes:
    """Workforce statistics by staff group of every body in the seeds, in the older layout or the newer one.

    Args:
        seeds_dir: the seeds.
        months: year and month of each month it holds.
        newer_layout: whether it is in the layout from 2025.
        spoil: what is done to each row before it is written.
    """
    make = core_rows if newer_layout else workforce_rows
    parts = [make(_bodies(seeds_dir, day), [day.isoformat()]) for day in (month_end(*month) for month in months)]
    return csv_bytes([parts[0][0], *(spoil(row) for rows in parts for row in rows[1:])])


def grades_csv(seeds_dir: Path, year: int = 2025, month: int = 3, add: float = 0.0) -> bytes:
    """Workforce statistics by grade of every body in the seeds.

    Args:
        seeds_dir: the seeds.
        year: year of the month.
        month: its number.
        add: FTE that each row is given more.
    """
    day = month_end(year, month)
    rows = grade_rows(_bodies(seeds_dir, day), day.isoformat())
    place = rows[0].index("FTE")
    return csv_bytes(
        [rows[0], *([*row[:place], str(round(float(row[place]) + add, 5)), *row[place + 1 :]] for row in rows[1:])]
    )


def practices_csv(seeds_dir: Path, share: float = 1.01, on: date = APRIL) -> bytes:
    """Practices of every board open on a day, which have together its population times ``share``."""
    boards = _open(seeds_dir, on).filter(body="icb")
    people = boards.select("ods_code", "name", "registered_population").sort("ods_code").rows()
    return csv_bytes(practice_rows([(code, name, round(int(held) * share)) for code, name, held in people]))


def treasury_workbook(month: str = "December 2025", further: float = 0.0) -> bytes:
    """The Treasury's deflators; its figures are invented.

    Args:
        month: the month that its title names.
        further: points that the growth of forecast years is given more.
    """
    pages = [_of_month(page, month, "December 2025") for page in treasury_pages()]
    rows = [[*row[:3], row[3] + further, *row[4:]] if row[2:3] == ["-"] else row for row in pages[1].rows]
    return workbook_bytes([pages[0], replace(pages[1], rows=rows)])


def _open(seeds_dir: Path, day: date) -> pl.DataFrame:
    """Rows of the organisation seed that hold on a day."""
    bodies = pl.read_csv(seeds_dir / "workforce" / "organisation.csv", infer_schema=False)
    last = pl.col("valid_to").fill_null("")
    return bodies.filter(pl.col("valid_from") <= str(day), (last == "") | (last >= str(day)))


def _bodies(seeds_dir: Path, day: date) -> list[tuple[str, str]]:
    """Code and name of every body open on a day but the department, which the statistics leave out."""
    bodies = _open(seeds_dir, day).filter(pl.col("body") != "dhsc")
    return bodies.select("ods_code", "name").sort("ods_code").rows()


def _of_month(page: Page, month: str, printed: str = "November 2025") -> Page:
    """A sheet that says it is of another month."""
    rows = [[one.replace(printed, month) if isinstance(one, str) else one for one in row] for row in page.rows]
    return replace(page, rows=rows)
