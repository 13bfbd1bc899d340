"""The real files, where someone has them, give to the digit what was reviewed by hand as seeds."""

import os
import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from nhs_assets.settings import PROJECT_ROOT
from nhs_assets.sources.publishers import ReaderContext, ReadFile, read_file
from nhs_assets.sources.publishers.workbook import Sheet, open_workbook
from nhs_assets.sources.seed_files import find_seeds
from nhs_assets.sources.seeds import read_seed
from soak.publisher_files import Page, beside, workbook_bytes

pytestmark = pytest.mark.unit


def seed(table: str) -> pl.DataFrame:
    seeds = find_seeds(PROJECT_ROOT / "seeds")
    return read_seed(next(one for one in seeds if one.contract.name == table and one.vintage_id is None))


def sample(name: str) -> ReadFile:
    folder = os.environ.get("NHS_ASSETS_SAMPLES")
    path = Path(folder or ".") / name
    if not folder or not path.is_file():
        pytest.skip("publishers' files are not part of the project; NHS_ASSETS_SAMPLES names their folder")
    return read_file(path.read_bytes(), ReaderContext(seed("raw.organisation"), name))


@pytest.mark.parametrize(
    ("name", "month"), [("sick_2024-04.csv", date(2024, 4, 1)), ("sick_2025-03.csv", date(2025, 3, 1))]
)
def test_sickness_files_give_the_staff_of_the_seed(name: str, month: date) -> None:
    found = sample(name)
    assert (found.kind, found.covers.first, found.set_aside) == ("nhs_sickness_absence", month, ())
    expected = seed("raw.staff_month").filter(pl.col("month") == month)
    given = found.completed("raw.staff_month", source_id="nhse_sickness_absence_2024_25", confidence="F(d)")
    assert given.equals(expected)


def test_expenditure_workbook_gives_the_limits_of_the_seed() -> None:
    found = sample("obr_efo_november_2025_expenditure.xlsx")
    assert (found.kind, found.covers.first) == ("obr_departmental_limits", date(2025, 11, 1))
    given = found.completed(
        "raw.settlement_plan", vintage_id="budget_2025_11", source_id="obr_efo_2025_11", confidence="F"
    )
    expected = seed("raw.settlement_plan").filter(
        (pl.col("vintage_id") == "budget_2025_11") & pl.col("line_id").is_in(["dhsc_rdel", "dhsc_cdel"])
    )
    assert given.drop("step_reason").equals(expected.drop("step_reason")), "the reason is our own words"


def test_an_index_on_another_base_year_is_put_on_2023_by_its_own_quarters() -> None:
    found = sample("obr_efo_march_2025_economy.xlsx").tables["raw.gdp_deflator"]
    rows = {fy: figures for fy, *figures in found.select("fy", "index_value", "growth_pct").iter_rows()}
    assert rows["2024-25"] == [104.8910, 3.8009]
    assert rows["2025-26"] == [107.6658, 2.6454]


def test_economy_workbook_gives_the_deflator_of_the_seed() -> None:
    found = sample("obr_efo_november_2025_economy.xlsx")
    assert (found.kind, found.covers.first) == ("obr_gdp_deflator", date(2025, 11, 1))
    given = found.completed(
        "raw.gdp_deflator", vintage_id="budget_2025_11", source_id="obr_efo_2025_11", confidence="F"
    )
    assert given.equals(seed("raw.gdp_deflator").filter(pl.col("vintage_id") == "budget_2025_11"))


def test_expenditure_workbook_gives_the_same_limits_with_a_blank_fund_footnotes_and_an_adjusted_total() -> None:
    name = "obr_efo_november_2025_expenditure.xlsx"
    whole = sample(name)
    book = open_workbook((Path(os.environ["NHS_ASSETS_SAMPLES"]) / name).read_bytes(), beside(name))
    pages = [page_of(sheet) for sheet in book.sheets if sheet.name in ("Contents", "4.7", "4.8")]
    for page in pages[1:]:
        (total,) = (row for row in page.rows if len(row) > 1 and str(row[1]).startswith("Total"))
        page.rows[5][1] = "Health and Social Care¹"
        page.rows.insert(page.rows.index(total), [None, "Growth Fund (2)", *[None] * 5, None, None, "-"])
        last = max(place for place, cell in enumerate(total) if cell is not None)
        total[last - 3 : last] = [growth - 2.5 for growth in total[last - 3 : last]]
    # The OBR explains an adjusted growth below table 4.7, and not below table 4.8.
    pages[2].rows.append([None, "Note: The growth of the total leaves out what was reclassified."])
    found = read_file(workbook_bytes(pages), beside(name))
    assert found.tables["raw.settlement_plan"].equals(whole.tables["raw.settlement_plan"])
    assert whole.adjusted == ()
    assert [re.findall(r"4\.\d!\w+", text) for text in found.adjusted] == [
        ["4.7!J33", "4.7!K33", "4.7!L33"],
        ["4.8!K33", "4.8!L33", "4.8!M33"],
    ]


def page_of(sheet: Sheet) -> Page:
    """A sheet of a workbook, to be written again."""
    rows, columns = sheet.extent
    cells = [[sheet.cells.get((row, column)) for column in range(1, columns + 1)] for row in range(1, rows + 1)]
    return Page(sheet.name, [[cell and cell.value for cell in row] for row in cells], tuple(sheet.merged))
