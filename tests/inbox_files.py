"""Publishers' files for the inbox, in publishers' layouts: bodies as the seeds have them, figures invented."""

import calendar
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from soak.publisher_files import Page, csv_bytes, deflator_pages, limits_pages, workbook_bytes

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


def sickness_csv(
    seeds_dir: Path, month: date = APRIL, share: float = 0.99, spoil: Callable[[list], list] = lambda row: row
) -> bytes:
    """A month of sickness absence: every body's staff of the last month in the seeds, times ``share``.

    Args:
        seeds_dir: the seeds.
        month: the month.
        share: what the staff of the last month is multiplied by.
        spoil: what is done to each row before it is written.
    """
    bodies = pl.read_csv(seeds_dir / "workforce" / "organisation.csv", infer_schema=False)
    staff = pl.read_csv(seeds_dir / "workforce" / "staff_month.csv", infer_schema=False)
    last = staff.filter(pl.col("month") == staff["month"].max()).join(bodies, on="ods_code").sort("ods_code")
    days = calendar.monthrange(month.year, month.month)[1]
    rows = [list(HEADINGS)]
    for row in last.unique("ods_code", maintain_order=True).iter_rows(named=True):
        available = round(float(row["fte"]) * share * days, 5)
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


def _of_month(page: Page, month: str) -> Page:
    """A sheet that says it is of another month."""
    rows = [[one.replace("November 2025", month) if isinstance(one, str) else one for one in row] for row in page.rows]
    return replace(page, rows=rows)
