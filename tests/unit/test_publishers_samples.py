"""The real files, where someone has them, give to the digit what was reviewed by hand as seeds."""

import os
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from nhs_assets.settings import PROJECT_ROOT
from nhs_assets.sources.publishers import ReaderContext, ReadFile, read_file
from nhs_assets.sources.seed_files import find_seeds
from nhs_assets.sources.seeds import read_seed

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


def test_economy_workbook_gives_the_deflator_of_the_seed() -> None:
    found = sample("obr_efo_november_2025_economy.xlsx")
    assert (found.kind, found.covers.first) == ("obr_gdp_deflator", date(2025, 11, 1))
    given = found.completed(
        "raw.gdp_deflator", vintage_id="budget_2025_11", source_id="obr_efo_2025_11", confidence="F"
    )
    assert given.equals(seed("raw.gdp_deflator").filter(pl.col("vintage_id") == "budget_2025_11"))
