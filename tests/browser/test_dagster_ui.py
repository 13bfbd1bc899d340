"""What people meet in the real Dagster UI, in a real browser: everything materialised from it, then looked at."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from nhs_assets.build.publish import TABLES_OF_PUBLICATION
from nhs_assets.contracts.registry import PRODUCT_SCHEMAS, contracts
from tests.browser.dagster_ui import CHROMIUM, DagsterUI, open_page, running_ui
from tests.conftest import Project, copy_project

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]

TABLES = {name for name in contracts() if name not in TABLES_OF_PUBLICATION}
DOWNLOADS = "inbox.fetched"
PAST_DAYS = "publish.as_of"
SCENARIO = "scenario.run"
REPORT = "publish.report"
RUNS = "{ runsOrError { ... on Runs { results { runId status } } } }"
ASSETS = """{ assetNodes {
  assetKey { path } description groupName kinds owners { ... on TeamAssetOwner { team } }
  assetMaterializations(limit: 1) { metadataEntries { label __typename } }
  metadataEntries {
    label ... on TableSchemaMetadataEntry { schema { columns { name description tags { key value } } } }
  }
} }"""
CHECKS = """{ assetNodes { assetKey { path } assetChecksOrError { ... on AssetChecks { checks {
  name blocking executionForLatestMaterialization { status evaluation { success severity } }
} } } } }"""
AUTOMATION = """{ repositoriesOrError { ... on RepositoryConnection { nodes {
  schedules { name executionTimezone scheduleState { status } } sensors { name sensorState { status } }
} } } }"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return copy_project(tmp_path_factory.mktemp("ui"))


@pytest.fixture(scope="module")
def ui(project: Project) -> Iterator[DagsterUI]:
    with running_ui(project) as running:
        yield running


@pytest.fixture(scope="module")
def page(ui: DagsterUI) -> Iterator[Page]:
    with open_page(ui) as opened:
        yield opened


@pytest.fixture(scope="module")
def materialised(ui: DagsterUI, page: Page) -> str:
    """Everything, from the button on the page of the job; the id of the run."""
    page.goto("/locations/nhs_assets/jobs/refresh")
    page.get_by_role("button", name="Materialize all").click()
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        runs = ui.ask(RUNS)["runsOrError"]["results"]
        if runs and runs[0]["status"] in ("SUCCESS", "FAILURE", "CANCELED"):
            break
        time.sleep(0.5)
    assert [run["status"] for run in runs] == ["SUCCESS"], ui.log.read_text(encoding="utf-8")
    return runs[0]["runId"]


def keep(page: Page, name: str, folder: Path) -> None:
    """A screenshot to look at, also where ``NHS_ASSETS_SCREENSHOTS`` asks for it."""
    for target in {folder, Path(os.environ.get("NHS_ASSETS_SCREENSHOTS", folder))}:
        page.screenshot(path=target / f"{name}.png")


def test_everything_materialises_from_the_ui(materialised: str, project: Project) -> None:
    assert (project.settings.data_dir / "published" / "nhs_assets.duckdb").exists()


def test_every_asset_tells_people_what_it_is(ui: DagsterUI, materialised: str) -> None:
    nodes = {".".join(node["assetKey"]["path"]): node for node in ui.ask(ASSETS)["assetNodes"]}
    assert set(nodes) == TABLES | {"publish.snapshot", REPORT, PAST_DAYS, DOWNLOADS, SCENARIO}
    for name, node in nodes.items():
        assert node["description"], name
        assert node["groupName"] == name.split(".")[0]
        assert node["kinds"], name
        assert node["owners"] == [{"team": "nhs-assets"}], name
        if name in (DOWNLOADS, SCENARIO):  # no part of a refresh
            continue
        (latest,) = node["assetMaterializations"]
        shown = {entry["label"] for entry in latest["metadataEntries"]}
        told = {PAST_DAYS: "seconds_by_vintage", REPORT: "charts"}.get(name, "dagster/row_count")
        assert told in shown, name
        if name in TABLES:
            assert "preview" in shown, name
            (schema,) = [entry["schema"] for entry in node["metadataEntries"] if "schema" in entry]
            assert [column["name"] for column in schema["columns"]] == list(contracts()[name].column_names)
            of_money = [column["description"] for column in schema["columns"] if column["name"].endswith("_gbp_m")]
            assert all("Unit: £m." in description for description in of_money), name
        if "sql" in node["kinds"] and node["groupName"] in PRODUCT_SCHEMAS:
            assert "dagster/column_lineage" in shown, name


@pytest.mark.parametrize(
    ("table", "kind", "column"),
    [
        ("raw.settlement_plan", "Polars", "amount_gbp_m"),
        ("evidence.claim", "DuckDB", "origin_group"),
        ("settlement.real_terms", "DuckDB", "real_gbp_m"),
        ("workforce.baseline", "SQL", "posts_removed_target"),
        ("savings.appraisal", "Polars", "npv_gbp_m"),
        ("overspend.neutrality", "SQL", "passes"),
    ],
)
def test_asset_page_shows_it(page: Page, materialised: str, table: str, kind: str, column: str, tmp_path: Path) -> None:
    page.goto(f"/assets/{table.replace('.', '/')}")
    expect(page.get_by_text(contracts()[table].description, exact=True).first).to_be_visible()
    expect(page.get_by_text("Row count").first).to_be_visible()
    expect(page.get_by_text(column, exact=True).first).to_be_visible()
    expect(page.get_by_text(kind, exact=True).first).to_be_visible()
    expect(page.get_by_text("nhs-assets", exact=True).first).to_be_visible()
    expect(page.get_by_text("Unit:").first).to_be_visible()
    keep(page, table, tmp_path)


def test_preview_of_a_table_is_on_its_page(page: Page, materialised: str, tmp_path: Path) -> None:
    page.goto("/assets/overspend/funding_gap?view=events")
    expect(page.get_by_text("official_cost_against_reprofile").first).to_be_visible()
    keep(page, "preview", tmp_path)


def test_the_page_of_the_snapshot_leads_with_the_answers(page: Page, materialised: str, tmp_path: Path) -> None:
    page.goto("/assets/publish/snapshot")
    for text in ("Programme, best estimate with its 80% range", "Known to have happened", "Every check", "How to cite"):
        expect(page.get_by_text(text).first).to_be_visible()
    keep(page, "publish.snapshot", tmp_path)


def test_checks_are_shown_as_passed_or_to_be_looked_at(
    ui: DagsterUI, page: Page, materialised: str, tmp_path: Path
) -> None:
    found = {
        f"{node['assetKey']['path'][0]}.{check['name']}": check["executionForLatestMaterialization"]
        for node in ui.ask(CHECKS)["assetNodes"]
        for check in node["assetChecksOrError"].get("checks", [])
    }
    assert len(found) > 80
    broken = {name for name, execution in found.items() if not execution["evaluation"]["success"]}
    assert {found[name]["evaluation"]["severity"] for name in broken} == {"WARN"}
    assert "settlement.change_remainder_within_rounding" in broken
    page.goto("/assets/settlement/plan_change?view=checks")
    expect(page.get_by_text("change_parts_sum_to_total").first).to_be_visible()
    keep(page, "checks", tmp_path)


def test_schedule_and_sensor_are_on_and_history_survives_a_restart(
    ui: DagsterUI, materialised: str, project: Project
) -> None:
    before = ui.ask(AUTOMATION)["repositoriesOrError"]["nodes"]
    schedules, sensors = before[0]["schedules"], before[0]["sensors"]
    assert {schedule["name"] for schedule in schedules} == {"daily_refresh", "daily_fetch"}
    assert {schedule["executionTimezone"] for schedule in schedules} == {"Europe/London"}
    states = {schedule["name"]: schedule["scheduleState"]["status"] for schedule in schedules}
    assert states == {"daily_refresh": "RUNNING", "daily_fetch": "STOPPED"}
    expected = {"record_failure", "send_alerts", "end_dead_runs", "tidy_history", "inbox"}
    assert {sensor["name"] for sensor in sensors} == expected
    assert {sensor["sensorState"]["status"] for sensor in sensors} == {"RUNNING"}
    with running_ui(project) as again:
        assert again.ask(AUTOMATION)["repositoriesOrError"]["nodes"] == before
        assert materialised in {run["runId"] for run in again.ask(RUNS)["runsOrError"]["results"]}


def test_the_log_of_the_ui_holds_no_errors(ui: DagsterUI, materialised: str) -> None:
    assert "Traceback" not in ui.log.read_text(encoding="utf-8")
