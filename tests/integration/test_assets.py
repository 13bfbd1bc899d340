"""Assets on a temporary data folder: what stops a run, what stays, what people see."""

import base64
import re
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from nhs_assets.build.select import Select
from nhs_assets.build.sql import sql_recipe
from nhs_assets.contracts.registry import contract
from nhs_assets.defs import automation, metadata
from nhs_assets.defs.table_asset import table_asset
from nhs_assets.ground.clock import MACHINE
from nhs_assets.instance.failed_steps import failed_steps
from nhs_assets.outputs.charts import of_table
from nhs_assets.outputs.charts.drawing import Drawing
from nhs_assets.settings import PROJECT_ROOT, Settings
from nhs_assets.store.staging import Workspace

pytestmark = pytest.mark.integration

GOOD = """
SELECT 'sum_of_boards' AS population_id, CAST({people} AS BIGINT) AS people, CAST(42 AS BIGINT) AS boards,
       'F' AS confidence
"""
TABLE = "workforce.population_reconciliation"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


def materialise(settings: Settings, sql: str, *, fail: bool = False) -> dg.ExecuteInProcessResult:
    """Materialises one table from a SELECT, with a check that people must be more than nothing."""
    recipe = sql_recipe(contract(TABLE), Select(Path("population_reconciliation.sql"), sql))
    return dg.materialize(
        [table_asset(recipe, MACHINE)],
        resources={"settings": settings},
        raise_on_error=not fail,
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
    )


@pytest.fixture(autouse=True)
def one_check(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from nhs_assets.build.checks import find_checks
    from nhs_assets.defs import table_asset as table

    folder = tmp_path / "sql" / "workforce" / "checks"
    folder.mkdir(parents=True)
    (folder / "people_are_counted.sql").write_text(
        f"-- table: {TABLE}\n-- identity: W6\n-- severity: error\n-- title: People are counted\n"
        "-- remedy: Count them.\n"
        f"SELECT p.population_id, p.people AS actual FROM {TABLE} AS p WHERE p.people <= 0\n",
        encoding="utf-8",
    )
    checks = find_checks(tmp_path / "sql")
    monkeypatch.setattr(table, "find_checks", lambda _: checks)


def test_a_table_with_a_chart_shows_it_as_a_picture(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        of_table, "_about", lambda *_: [Select(Path("made_up.sql"), f"SELECT p.people FROM {TABLE} AS p")]
    )
    drawing = Drawing("A title", "A subtitle", "What it shows", lambda canvas, y: y + 10)
    monkeypatch.setitem(of_table.CHARTS, "made_up", lambda rows: drawing)
    (event,) = materialise(settings, GOOD.format(people=7)).get_asset_materialization_events()
    shown = event.step_materialization_data.materialization.metadata["chart"].value
    title, picture = re.fullmatch(r"!\[(.*)\]\(data:image/svg\+xml;base64,(.*)\)", shown).groups()
    assert title == "A title"
    assert "What it shows" in base64.b64decode(picture).decode()


def test_a_chart_that_cannot_be_drawn_costs_no_table(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        of_table, "_about", lambda *_: [Select(Path("made_up.sql"), f"SELECT p.people FROM {TABLE} AS p")]
    )
    monkeypatch.setitem(of_table.CHARTS, "made_up", lambda rows: rows["no_such_column"])
    result = materialise(settings, GOOD.format(people=7))
    (event,) = result.get_asset_materialization_events()
    assert result.success
    assert "chart" not in event.step_materialization_data.materialization.metadata


def test_materialisation_shows_rows_schema_lineage_preview_and_checks(settings: Settings) -> None:
    result = materialise(settings, GOOD.format(people=7))
    (event,) = result.get_asset_materialization_events()
    metadata = event.step_materialization_data.materialization.metadata
    assert metadata["dagster/row_count"].value == 1
    assert metadata["preview"].records[0].data["population_id"] == "sum_of_boards"
    assert metadata["reused"].value is False
    assert metadata["published"].value.startswith("Not by this run: the job refresh publishes")
    (evaluation,) = result.get_asset_check_evaluations()
    assert evaluation.passed
    assert Workspace(settings.data_dir, "reader").read(TABLE)["people"].item() == 7


def test_data_version_is_the_checksum_that_decides_reuse(settings: Settings) -> None:
    def version(people: int) -> str:
        (event,) = materialise(settings, GOOD.format(people=people)).get_asset_materialization_events()
        return event.step_materialization_data.materialization.tags["dagster/data_version"]

    first = version(7)
    assert first == Workspace(settings.data_dir, "reader").record(TABLE).sha256
    assert [version(7), version(8) == first] == [first, False]


def test_broken_blocking_check_stops_the_run_and_keeps_the_working_table(settings: Settings) -> None:
    materialise(settings, GOOD.format(people=7))
    result = materialise(settings, GOOD.format(people=0), fail=True)
    assert not result.success
    (evaluation,) = result.get_asset_check_evaluations()
    assert not evaluation.passed
    assert "population_id sum_of_boards, actual 0" in evaluation.description
    ((table, said),) = failed_steps(result.all_node_events)
    assert table == TABLE
    assert "population_id sum_of_boards, actual 0" in said
    assert not result.get_asset_materialization_events()
    assert "Count them." in evaluation.description
    assert Workspace(settings.data_dir, "reader").read(TABLE)["people"].item() == 7


def test_the_page_of_a_failed_run_leads_with_the_figures_and_counts_what_only_waited(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(automation, "settings", lambda: settings)
    recipe = sql_recipe(contract(TABLE), Select(Path("a.sql"), GOOD.format(people=0)))

    @dg.asset(deps=[dg.AssetKey(TABLE.split("."))])
    def reads_it() -> None: ...

    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(
            [table_asset(recipe, MACHINE), reads_it],
            instance=instance,
            resources={"settings": settings},
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
        (failed,) = [event for event in result.all_events if event.is_run_failure]
        context = dg.build_run_status_sensor_context("record_failure", failed, instance, result.dagster_run)
        automation.record_failure(context.for_run_failure())
    page = (settings.data_dir / "failures" / f"{result.run_id}.md").read_text(encoding="utf-8")
    assert page.index("population_id sum_of_boards, actual 0") < page.index("1 step was not run")
    assert "Traceback" not in page
    assert "nhs_assets." not in page


def test_select_with_other_columns_fails_with_the_differences(settings: Settings) -> None:
    result = materialise(settings, "SELECT 1 AS people", fail=True)
    ((_, text),) = failed_steps(result.all_node_events)
    assert "Error" not in text
    assert "population_id is missing" in text
    assert "people is INTEGER, the contract says BIGINT" in text


def test_unchanged_table_is_taken_over_and_changed_code_rebuilds_it(settings: Settings) -> None:
    def reused(sql: str) -> bool:
        (event,) = materialise(settings, sql).get_asset_materialization_events()
        return event.step_materialization_data.materialization.metadata["reused"].value

    assert [reused(GOOD.format(people=7)), reused(GOOD.format(people=7)), reused(GOOD.format(people=8))] == [
        False,
        True,
        False,
    ]


def test_the_preview_leads_with_what_varies_and_the_quantities() -> None:
    ledger = contract("overspend.ledger")
    frame = pl.DataFrame(
        {
            name: ["official_reprofile"] * 2 if name == "interpretation" else [f"{name} 1", f"{name} 2"]
            for name in ledger.column_names
        }
    )
    shown = metadata.result_first(ledger, frame).columns
    assert shown[:4] == ["profile_id", "price_basis", "fy", "opening_gbp_m"]
    assert set(shown[-2:]) == {"interpretation", "base_fy"}
    assert sorted(shown) == sorted(ledger.column_names)


def test_the_description_says_what_a_table_does_not_support() -> None:
    said = metadata.description(contract("overspend.ledger"), PROJECT_ROOT / "seeds")
    assert said.startswith(contract("overspend.ledger").description)
    assert "no extra funding" in said
    assert "does not support" not in metadata.description(contract("raw.correction"), PROJECT_ROOT / "seeds")
