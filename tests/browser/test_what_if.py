"""The What-if of the report: equal to the model to the pound, kept in the address, saved as a scenario that runs."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from nhs_assets.contracts.registry import contract
from nhs_assets.contracts.vocabulary import RAMPS
from nhs_assets.model.exit_cost import exit_points
from nhs_assets.model.parameters import BestEstimate
from nhs_assets.model.phasing import Programme
from nhs_assets.model.scenario import Scenario, national, national_flow, scenarios_of
from nhs_assets.outputs.exports.data_package import table_path
from nhs_assets.outputs.what_if import ADJUSTABLE, LEAST, MOST_MONTHS, what_if
from tests.browser.dagster_ui import CHROMIUM, QUIET
from tests.conftest import Project

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]

SETTINGS = 200
FORM = "#what-if-form"
DATA = "JSON.parse(document.getElementById('wi-data').textContent)"


@pytest.fixture(scope="module")
def version(refreshed: Project) -> Path:
    return (refreshed.settings.data_dir / "published" / "current").resolve()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, version: Path) -> Iterator[Page]:
    page = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True).new_page()
    page.goto((version / "report" / "index.html").as_uri())
    yield page
    page.close()


def drawn_settings() -> list[dict[str, float]]:
    """Any values of the parameters that can be moved."""
    draw = random.Random(14)
    return [
        {
            name: draw.randint(0, MOST_MONTHS) if name == "leaving_slip_months" else draw.uniform(LEAST.get(name, 0), 1)
            for name in ADJUSTABLE
        }
        for _ in range(SETTINGS)
    ]


def test_any_setting_is_the_scenario_of_the_model_to_the_pound(page: Page, version: Path) -> None:
    def table(name: str) -> pl.DataFrame:
        return pl.read_parquet(version / table_path(contract(name), "parquet"))

    parameters = BestEstimate(table("evidence.parameter_value"), table("savings.posterior_draw"))
    inputs = ("workforce.organisation", "workforce.baseline_before_succession", "savings.exit_wave")
    nation, points = national(Programme(parameters, *map(table, inputs))), exit_points(table("workforce.cell"))
    scenarios = scenarios_of(table("evidence.scenario"), table("evidence.scenario_override"))
    for place, setting in enumerate(drawn_settings()):
        base = scenarios[place % len(scenarios)]
        found = page.evaluate(
            f"([scenario, changes]) => whatIf.flows({DATA}, scenario, changes)", [base.scenario_id, setting]
        )
        expected = national_flow(Scenario("any", {**base.overrides, **setting}, RAMPS[0]), nation, points)
        for (basis, component), rows in expected.sort("month").group_by("accounting_basis", "component"):
            pounds = np.round(rows["amount_gbp_m"].cast(pl.Float64).to_numpy() * 1_000_000).tolist()
            assert found["saving" if basis == "both" else basis][component] == pounds, (base, setting, basis, component)


def test_published_scenarios_come_to_what_is_published(page: Page, version: Path) -> None:
    data = what_if(version)
    for name, case in data.cases.items():
        found = page.evaluate(
            f"([name, profile]) => whatIf.results({DATA}, name, {{}}, profile)", [name, case.profile_id]
        )
        row = data.appraisal[name, case.accounting_basis]
        assert round(found["cost"] * 1e6) == round(row["cash_cost_gbp_m"] * 1_000_000), name
        assert round(found["saving"] * 1e6) == round(row["cash_saving_gbp_m"] * 1_000_000), name
        assert found["npv"] == pytest.approx(row["npv_gbp_m"], abs=1e-6)
        assert found["payback_months"] == row["payback_months"]
        months = data.spine.months
        assert months[found["payback"]] == row["payback_month"]
        assert months[found["discounted_payback"]] == row["discounted_payback_month"]
        assert months[found["deepest_month"]] == row["deepest_deficit_month"]
        ledger = data.ledger.filter(profile_id=case.profile_id).sort("fy")
        assert [year["closing"] for year in found["years"]] == [float(cell) for cell in ledger["closing_gbp_m"]]


def test_it_is_moved_by_the_keyboard_and_kept_in_the_address(page: Page) -> None:
    before = page.locator("#wi-payback td").first.inner_text()
    slip = page.get_by_label("Months by which paid departures slip behind their dates, slider")
    slip.focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#wi-leaving_slip_months")).to_have_value("6")
    after = page.locator("#wi-payback td").first.inner_text()
    assert after != before
    assert "leaving_slip_months=6" in page.url
    page.reload()
    expect(page.locator("#wi-leaving_slip_months")).to_have_value("6")
    assert page.locator("#wi-payback td").first.inner_text() == after
    page.get_by_role("button", name="Back to the best estimate").click()
    assert page.locator("#wi-payback td").first.inner_text() == before


@pytest.mark.parametrize("typed", ["1000", "-5", ""])
def test_a_number_out_of_bounds_moves_nothing_and_is_told(typed: str, page: Page) -> None:
    number, address = page.locator("#wi-paid_exit_share"), page.url
    before, results = number.input_value(), page.locator("#wi-results").inner_text()
    number.fill(typed)
    assert number.get_attribute("aria-invalid") == "true"
    assert "Type a number from" in page.locator("#wi-said").inner_text()
    assert (page.locator("#wi-results").inner_text(), page.url) == (results, address)
    number.blur()
    expect(number).to_have_value(before)
    assert number.get_attribute("aria-invalid") is None


def test_a_saved_scenario_runs_and_gives_the_same(page: Page, refreshed: Project, tmp_path: Path) -> None:
    page.select_option("#wi-scenario", "cost_high")
    page.select_option("#wi-profile", "all_2026_27")
    page.fill("#wi-backfill_share", "20")
    page.fill("#wi-leaving_slip_months", "4")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as scenario file").click()
    file = tmp_path / "what_if.yml"
    download.value.save_as(file)
    done = refreshed.run("scenario", "run", str(file), "--json")
    assert done.returncode == 0, done.stderr
    assert "refuse" not in done.stdout + done.stderr  # it says what it moves
    run = json.loads(done.stdout)
    assert {row["parameter_id"] for row in run["changes"]} >= {"backfill_share", "leaving_slip_months"}
    changes = {"backfill_share": 0.2, "leaving_slip_months": 4}
    found = page.evaluate(f"changes => whatIf.results({DATA}, 'cost_high', changes, 'all_2026_27')", changes)
    by_year = {row["fy"]: row for row in run["years"]}
    for year in found["years"]:
        row = by_year[year["fy"]]
        shown = [row["cost_scenario"], row["saving_scenario"], row["recouped"]]
        assert shown == [round(year[name], 1) for name in ("cost", "saving", "recouped")]
    worth = {row["measure"]: row["scenario"] for row in run["worth"]}
    assert worth["Net present value, real"] == f"{found['npv']:,.1f}"
    assert worth["Payback"] == page.locator("#wi-payback td").first.inner_text()


def test_without_javascript_it_is_not_there(browser: Browser, version: Path) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto((version / "report" / "index.html").as_uri())
    assert page.locator(FORM).is_hidden()
    page.close()
