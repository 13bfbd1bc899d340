"""What Dagster shows after a refresh: the first page of a version, the form of a scenario, where a run came from."""

from pathlib import Path

import dagster as dg
import pytest

from nhs_assets.defs.scenario import AS_IN_BASE, Basis, Change, OwnScenario, Parameter, run, scenario
from nhs_assets.outputs.front_page import front_page
from nhs_assets.outputs.scenarios import run_file
from nhs_assets.outputs.summary import headlines
from nhs_assets.store.snapshot import current_version, database_path, open_snapshot
from tests.conftest import Project

pytestmark = pytest.mark.golden

SHOWN_OPEN = 1000
"""Characters from which the UI hides Markdown behind a link."""


def launched(project: Project, config: dict) -> dg.ExecuteInProcessResult:
    """The scenario of a form, as the launchpad starts it."""
    return dg.materialize(
        [run],
        resources={"settings": project.settings},
        raise_on_error=False,
        run_config={
            "ops": {"scenario__run": {"config": config}},
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        },
    )


def shown(result: dg.ExecuteInProcessResult) -> dict[str, str]:
    """The text of each entry of the only materialisation."""
    (event,) = result.get_asset_materialization_events()
    return {name: str(entry.value) for name, entry in event.step_materialization_data.materialization.metadata.items()}


def test_the_form_answers_as_the_command_line_does_and_publishes_nothing(refreshed: Project, tmp_path: Path) -> None:
    version = current_version(refreshed.settings.data_dir)
    change = {"parameter": "paid_exit_share", "value": 0.5}
    page = shown(launched(refreshed, {"label": "Half", "base": "slip_6m", "changes": [change]}))
    assert page["What it is"] == "Half: shown here alone, published nowhere."
    text = page["As a scenario file"].removeprefix("```yaml\n").removesuffix("```")
    file = tmp_path / "half.yml"
    file.write_text(text, encoding="utf-8")
    by_file = run_file(refreshed.settings, file)
    assert {"leaving_slip_months", "paid_exit_share"} == set(by_file.changes["parameter_id"])
    for measure, scenario_value, difference in by_file.worth.select("measure", "scenario", "difference").iter_rows():
        line = next(line for line in page["Beside the best estimate"].splitlines() if line.startswith(f"| {measure},"))
        assert line.endswith(f"| {scenario_value} | {difference} |")
    assert page["Running sum, £m"] == by_file.chart
    assert page["Remarks"] == "none"
    assert max(len(page[name]) for name in ("Beside the best estimate", "Remarks")) < SHOWN_OPEN
    assert current_version(refreshed.settings.data_dir) == version


def test_the_empty_form_is_the_best_estimate(refreshed: Project) -> None:
    page = shown(launched(refreshed, {}))
    differences = [line.split("|")[-2].strip() for line in page["Beside the best estimate"].splitlines()[2:]]
    assert set(differences) <= {"none", "+0", "+0.0"}
    assert page["As of"] == "what is known today"


def test_the_form_takes_the_facts_of_a_vintage(refreshed_with_few_draws: Project) -> None:
    page = shown(launched(refreshed_with_few_draws, {"as_of": "written_answers_2025_12"}))
    assert "last vintage written_answers_2025_12" in page["As of"]


def test_what_is_impossible_is_refused_with_its_bounds(refreshed: Project) -> None:
    result = launched(refreshed, {"changes": [{"parameter": "paid_exit_share", "value": 7.0}]})
    (failed,) = result.filter_events(lambda event: event.is_step_failure)
    said = failed.step_failure_data.user_failure_data.description
    assert "your scenario" in said
    assert "paid_exit_share" in said
    assert "from 0 to 1" in said
    assert str(refreshed.settings.data_dir) not in said


@pytest.mark.parametrize("config", [{"base": "nobody"}, {"changes": [{"parameter": "paid_exit_share", "value": "x"}]}])
def test_what_no_choice_allows_is_refused_before_it_runs(config: dict, refreshed: Project) -> None:
    with pytest.raises(dg.DagsterInvalidConfigError):
        launched(refreshed, config)


def test_no_field_of_the_form_is_empty() -> None:
    form = OwnScenario()
    assert None not in dict(form).values()
    assert form.accounting_basis is Basis[AS_IN_BASE]
    change = Change(parameter=Parameter["backfill_share"], value=0.1)
    assert change.parameter.value in OwnScenario(changes=[change]).file()
    assert scenario.selection.resolve([run]) == {run.key}


def test_the_first_page_leads_with_the_answers(refreshed: Project) -> None:
    page = front_page(database_path(refreshed.settings.data_dir))
    with open_snapshot(refreshed.settings.data_dir) as published:
        assert page.answers == headlines(published)
        ((checks, broken),) = published.sql(
            "SELECT count(*), count(*) FILTER (NOT passed) FROM audit.check_result"
        ).fetchall()
    assert len(page.checks) == checks
    assert page.checks["state"].to_list()[:broken] == ["warning"] * broken
    assert len(page.warnings) == broken > 0
    assert page.changed.startswith("None")
    assert "nhs_assets" in page.citation


def test_a_run_of_the_command_line_is_on_the_timeline_with_its_trigger(refreshed: Project) -> None:
    home = refreshed.settings.data_dir / "dagster_home"
    with dg.DagsterInstance.from_config(str(home)) as instance:
        (record,) = instance.get_run_records(dg.RunsFilter(job_name="refresh"))
    assert record.dagster_run.tags["trigger"] == "command line"
    origin = record.dagster_run.remote_job_origin.repository_origin
    assert (origin.get_selector().location_name, origin.get_selector().repository_name) == (
        "nhs_assets",
        "__repository__",
    )
