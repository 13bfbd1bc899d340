"""The model workbook recalculates to the tables, and with other assumptions to the model, to the pound."""

import re
import shutil
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from nhs_assets.model.decomposition import SETTABLE
from nhs_assets.outputs.exports.formula_sheets import FIRST
from nhs_assets.outputs.exports.write import MODEL_WORKBOOK
from nhs_assets.outputs.query import ask
from nhs_assets.outputs.what_if import WhatIf, what_if
from nhs_assets.store.snapshot import database_path
from tests.conftest import Project
from tests.recalculation import DAY_0, Recalculated

pytestmark = pytest.mark.golden


def folder_of(project: Project) -> Path:
    return database_path(project.settings.data_dir).parent


def changed(book: Recalculated, path: Path, **values: float | str) -> Recalculated:
    """The workbook with values of the reader's own, by the names of assumptions."""
    names = book.column("Assumptions", "Name")
    return Recalculated(
        path, {("Assumptions", f"C{FIRST + names.index(name)}"): value for name, value in values.items()}
    )


def pounds(project: Project, scenario: str, basis: str, what: str) -> list[int]:
    """Cost or saving by month of a published scenario."""
    sql = (
        "SELECT CAST(sum(amount_gbp_m) * 1000000 AS BIGINT) AS pounds FROM savings.scenario_flow "
        f"WHERE scenario_id = '{scenario}' AND accounting_basis = '{basis if what == 'Cost' else 'both'}' "
        "GROUP BY month ORDER BY month"
    )
    return ask(project.settings.data_dir, sql)["pounds"].to_list()


def agree(found: object, stated: object) -> bool:
    """Whether two cells are the same text, or the same number to nine digits."""
    if isinstance(found, str) or isinstance(stated, str):
        return found == stated
    return float(found) == pytest.approx(float(stated), rel=1e-9, abs=1e-9)


@pytest.fixture(scope="module")
def path(refreshed_with_few_draws: Project) -> Path:
    return folder_of(refreshed_with_few_draws) / MODEL_WORKBOOK


@pytest.fixture(scope="module")
def book(path: Path) -> Recalculated:
    return Recalculated(path)


@pytest.fixture(scope="module")
def data(refreshed_with_few_draws: Project) -> WhatIf:
    return what_if(folder_of(refreshed_with_few_draws))


def test_every_formula_gives_the_value_that_stands_with_it(book: Recalculated) -> None:
    assert len(book.formulas) > 5_000
    for (sheet, cell), stated in book.stated.items():
        assert agree(book.value(sheet, cell), stated), (sheet, cell)


def test_nothing_runs_or_reaches_outside(path: Path) -> None:
    with zipfile.ZipFile(path) as parts:
        names = parts.namelist()
    assert not [name for name in names if "vba" in name.lower() or "externalLink" in name]
    assert len([name for name in names if name.startswith("xl/charts/chart")]) == 3


def test_best_estimate_is_that_of_the_savings_tables_to_the_pound(
    refreshed_with_few_draws: Project, book: Recalculated, data: WhatIf
) -> None:
    for what in ("Cost", "Saving"):
        months = f"savings.{'exit_cost' if what == 'Cost' else 'saving'}_month"
        only = "WHERE accounting_basis = 'accrual'" if what == "Cost" else ""
        sql = f"SELECT CAST(sum(amount_gbp_m) * 1000000 AS BIGINT) AS pounds FROM {months} {only} GROUP BY month"
        published = ask(refreshed_with_few_draws.settings.data_dir, f"{sql} ORDER BY month")["pounds"].to_list()
        assert book.column("Cash flow", what) == published
    found = dict(zip(book.column("Results", "Measure"), book.column("Results", "Result"), strict=True))
    row = data.appraisal["best_estimate", "accrual"]
    assert found["Net present value"] == pytest.approx(row["npv_gbp_m"], abs=1e-6)
    assert DAY_0 + timedelta(found["Paid back in"]) == row["payback_month"]
    assert found["Deepest deficit"] == pytest.approx(float(row["deepest_cash_deficit_gbp_m"]), abs=1e-9)
    assert set(book.column("Results", "Difference")) <= {0.0}
    years = ask(
        refreshed_with_few_draws.settings.data_dir,
        "SELECT operations_gross, operations_net FROM overspend.operations_bought WHERE case_id = 'best_estimate' "
        "AND ratio_id = 'reported' AND profile_id = 'as_agreed' ORDER BY fy",
    )
    for column, heading in (("operations_gross", "Operations"), ("operations_net", "less both")):
        assert book.column("Years", heading)[: len(years)] == pytest.approx(years[column].to_list(), abs=1e-6)


@pytest.mark.parametrize(
    "scenario", ["slip_6m", "cost_high", "posts_boards_alone", "takeup_minus_30_adverse_selection"]
)
def test_a_scenario_is_as_published_to_the_pound_on_both_bases(
    refreshed_with_few_draws: Project, path: Path, book: Recalculated, data: WhatIf, scenario: str
) -> None:
    for basis in ("accrual", "cash_paid"):
        found = changed(book, path, scenario=scenario, accounting_basis=basis)
        for what in ("Cost", "Saving"):
            assert found.column("Cash flow", what) == pounds(refreshed_with_few_draws, scenario, basis, what), what
        row = data.appraisal[scenario, basis]
        results = dict(zip(found.column("Results", "Measure"), found.column("Results", "Result"), strict=True))
        assert results["Net present value"] == pytest.approx(row["npv_gbp_m"], abs=1e-6)
        assert results["Months from the first cost to payback"] == row["payback_months"]
        assert DAY_0 + timedelta(results["Paid back in present value in"]) == row["discounted_payback_month"]


def test_any_assumptions_give_the_model_to_the_pound(path: Path, book: Recalculated, data: WhatIf) -> None:
    draw = np.random.default_rng(14)
    for scenario in ("best_estimate", "rehire_22pct", "fixed_cost_200"):
        values = {name: float(draw.uniform(0.05, 1)) for name in SETTABLE if name.endswith(("_share", "_take_up"))}
        values |= {"leaving_slip_months": float(draw.integers(25)), "rehire_lag_months": float(draw.integers(25))}
        values |= {"posts_removed_total": float(draw.integers(5_000, 20_000)), "posts_part_dhsc": 0.4}
        values["clawback_share_of_award"] = 0.3
        found, flows = changed(book, path, scenario=scenario, **values), data.flows(scenario, values)
        assert found.column("Cash flow", "Cost") == sum(flows.accrual.values()).tolist()
        assert found.column("Cash flow", "Saving") == sum(flows.saving.values()).tolist()
        for name, months in flows.saving.items():
            assert found.column("Saving", name) == months.tolist(), name


def test_the_ledger_follows_the_profile(
    refreshed_with_few_draws: Project, path: Path, book: Recalculated, data: WhatIf
) -> None:
    for profile_id in data.recoup_shares:
        found = changed(book, path, recoup_profile=profile_id)
        ledger = data.ledger.filter(profile_id=profile_id).sort("fy").with_columns(pl.col(pl.Decimal).cast(pl.Float64))
        for heading, column in (("Taken back", "recouped_gbp_m"), ("Closing", "closing_gbp_m")):
            assert found.column("Ledger", heading) == pytest.approx(ledger[column].to_list(), abs=1e-6)


def test_a_spreadsheet_program_recalculates_it_to_the_same(path: Path, book: Recalculated, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    bare = tmp_path / "bare.xlsx"
    without_values(path, bare)
    convert = [office, "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to", "xlsx"]
    subprocess.run([*convert, "--outdir", tmp_path / "out", bare], check=True, timeout=300)
    calculated = Recalculated(tmp_path / "out" / "bare.xlsx")
    for (sheet, cell), stated in book.stated.items():
        assert agree(calculated.stated[sheet, cell], stated), (sheet, cell)


def without_values(path: Path, target: Path) -> None:
    """The workbook with formulas alone, so that what is read back was calculated."""
    with zipfile.ZipFile(path) as parts, zipfile.ZipFile(target, "w") as bare:
        for part in parts.namelist():
            content = parts.read(part)
            if part.startswith("xl/worksheets/sheet"):
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
            bare.writestr(part, content)


def test_a_workbook_without_values_has_none(path: Path, tmp_path: Path) -> None:
    without_values(path, tmp_path / "bare.xlsx")
    assert set(Recalculated(tmp_path / "bare.xlsx").stated.values()) == {None}
