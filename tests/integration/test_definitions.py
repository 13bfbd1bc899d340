"""The code location as it loads: nothing disappears unseen, and every asset tells people what it is."""

import dagster as dg
import pytest

from nhs_assets.build.checks import find_checks
from nhs_assets.build.publish import TABLES_OF_PUBLICATION
from nhs_assets.contracts.registry import PRODUCT_SCHEMAS, SCHEMAS, contract, contracts
from nhs_assets.definitions import defs
from nhs_assets.defs.publish import SNAPSHOT
from nhs_assets.settings import PROJECT_ROOT

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def loaded() -> dg.Definitions:
    definitions = defs()
    dg.Definitions.validate_loadable(definitions)
    return definitions


def test_every_contract_is_an_asset_of_the_same_name_and_group(loaded: dg.Definitions) -> None:
    specs = {spec.key.to_user_string(): spec for spec in loaded.resolve_all_asset_specs()}
    built = {name.replace(".", "/") for name in contracts() if name not in TABLES_OF_PUBLICATION}
    published = {f"publish/{name}" for name in ("snapshot", "report", "as_of")}
    assert set(specs) == built | published | {"inbox/fetched", "scenario/run"}
    assert all(spec.group_name == name.split("/")[0] for name, spec in specs.items())


def test_every_asset_has_what_the_ui_shows(loaded: dg.Definitions) -> None:
    for spec in loaded.resolve_all_asset_specs():
        assert spec.description, spec.key
        assert spec.owners, spec.key
        assert spec.kinds, spec.key
        if spec.group_name not in ("publish", "inbox", "scenario"):
            schema = spec.metadata["dagster/column_schema"]
            assert all(column.description for column in schema.columns), spec.key
            assert "``" not in "".join([spec.description, *(column.description for column in schema.columns)]), spec.key
            quantities = [column for column in contract(".".join(spec.key.path)).columns if column.unit == "£m"]
            described = {column.name: column.description for column in schema.columns}
            assert all(described[column.name].count("£m") == 1 for column in quantities), spec.key
            assert spec.metadata["dagster/code_references"], spec.key


def test_dependencies_run_one_way(loaded: dg.Definitions) -> None:
    order = ["raw", "evidence", "settlement", "workforce", "savings", "overspend", "audit", "publish"]
    for spec in loaded.resolve_all_asset_specs():
        for dependency in spec.deps:
            assert order.index(dependency.asset_key.path[0]) <= order.index(spec.key.path[0]), spec.key


def test_snapshot_names_few_tables_and_waits_for_all(loaded: dg.Definitions) -> None:
    graph = loaded.resolve_asset_graph()
    named = graph.get(SNAPSHOT).parent_keys
    tables = {key for key in graph.get_all_asset_keys() if key.path[0] in SCHEMAS}
    assert named < tables
    assert not any(graph.get(key).child_keys - {SNAPSHOT} for key in named)
    assert graph.get_ancestor_asset_keys(SNAPSHOT) == tables


def test_every_check_file_is_an_asset_check(loaded: dg.Definitions) -> None:
    announced = {f"{key.asset_key.path[0]}.{key.name}" for key in loaded.resolve_asset_graph().asset_check_keys}
    built = [check for check in find_checks(PROJECT_ROOT / "sql") if check.table not in TABLES_OF_PUBLICATION]
    of_files = {f"{check.table.split('.')[0]}.{check.rule}" for check in built}
    assert announced == of_files | {"publish.past_days_are_built", "publish.report_is_written"}


def test_jobs_schedule_and_sensor(loaded: dg.Definitions) -> None:
    jobs = {job.name for job in loaded.resolve_all_job_defs() if not job.name.startswith("__")}
    assert jobs == {"refresh", "fetch", "scenario", *PRODUCT_SCHEMAS}
    assert {schedule.name: schedule.job_name for schedule in loaded.schedules} == {
        "daily_refresh": "refresh",
        "daily_fetch": "fetch",
    }
    assert all(schedule.execution_timezone == "Europe/London" for schedule in loaded.schedules)
    assert {schedule.name: schedule.default_status for schedule in loaded.schedules} == {
        "daily_refresh": dg.DefaultScheduleStatus.RUNNING,
        "daily_fetch": dg.DefaultScheduleStatus.STOPPED,  # nothing is fetched as shipped
    }
    assert {sensor.name for sensor in loaded.sensors} == {
        "record_failure",
        "send_alerts",
        "end_dead_runs",
        "tidy_history",
        "inbox",
    }
    assert all(sensor.default_status is dg.DefaultSensorStatus.RUNNING for sensor in loaded.sensors)
    assert loaded.resolve_job_def("refresh").executor_def is dg.in_process_executor


def test_a_refresh_downloads_nothing(loaded: dg.Definitions) -> None:
    assert "inbox__fetched" not in {node.name for node in loaded.resolve_job_def("refresh").nodes}
    assert {node.name for node in loaded.resolve_job_def("fetch").nodes} == {"inbox__fetched"}


def test_snapshot_has_a_freshness_policy_after_the_schedule(loaded: dg.Definitions) -> None:
    (spec,) = [spec for spec in loaded.resolve_all_asset_specs() if spec.key == SNAPSHOT]
    assert spec.freshness_policy is not None


def test_schema_job_builds_what_it_needs_and_publishes_nothing(loaded: dg.Definitions) -> None:
    names = {node.name for node in loaded.resolve_job_def("settlement").nodes}
    assert "settlement__real_terms" in names
    assert "raw__settlement_plan" in names
    assert not any(name.startswith(("publish", "overspend")) for name in names)
