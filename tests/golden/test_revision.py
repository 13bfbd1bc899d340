"""Publishing again after a change: what differs, why, and what each changed input explains."""

import json
import shutil
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from nhs_assets.outputs.query import ask
from nhs_assets.settings import PROJECT_ROOT
from nhs_assets.store.snapshot import current_version
from tests.conftest import Project, copy_refreshed, printed_by_refresh
from tests.seed_edits import set_paid_share

pytestmark = pytest.mark.golden


def edit(path: Path, old: str, new: str) -> None:
    """Replaces the one place in a file that reads ``old``."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def refresh(project: Project) -> str:
    done = project.run("refresh")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def state(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def published(
    refreshed_with_few_draws: Project, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Project, list[dict[str, pl.DataFrame]], list[str]]:
    """A project published four times: as it is, one input changed, two and a row withdrawn, then a SELECT."""
    folder = tmp_path_factory.mktemp("revised")
    project = copy_refreshed(refreshed_with_few_draws, folder)
    shutil.copytree(PROJECT_ROOT / "sql", folder / "sql")
    project = Project(project.settings.model_copy(update={"sql_dir": folder / "sql"}))
    seeds = project.settings.seeds_dir
    tables, screens = [], []

    def look(screen: str) -> None:
        screens.append(screen)
        names = ("audit.revision", "audit.attribution", "audit.alert", "audit.conclusion")
        tables.append({name: ask(project.settings.data_dir, f"SELECT * FROM {name}") for name in names})

    look(printed_by_refresh(refreshed_with_few_draws))
    set_paid_share(project, "0.75", "0.76")
    look(refresh(project))
    set_paid_share(project, "0.76", "0.74")
    edit(seeds / "parameters" / "appraisal.yml", "value: 2.0\n      low: 1.8", "value: 2.1\n      low: 1.8")
    precedent = seeds / "workforce" / "precedent.csv"
    lines = precedent.read_text(encoding="utf-8").splitlines(keepends=True)
    precedent.write_text("".join(lines[:-1]), encoding="utf-8")
    assert project.run("seal", str(precedent)).returncode == 0
    look(refresh(project))
    edit(
        project.settings.sql_dir / "overspend" / "funding_gap.sql",
        "cost.high_gbp_m AS cost_high_gbp_m,",
        "cost.high_gbp_m + CASE WHEN cost.low_gbp_m < cost.high_gbp_m THEN 1 ELSE 0 END AS cost_high_gbp_m,",
    )
    look(refresh(project))
    return project, tables, screens


def test_a_first_publication_compares_with_nothing_and_says_so(published) -> None:
    _, tables, screens = published
    assert all(tables[0][name].is_empty() for name in ("audit.revision", "audit.attribution", "audit.alert"))
    assert "the first publication" in screens[0]


def test_one_changed_parameter_is_the_cause_of_all_that_differs_and_explains_every_move(published) -> None:
    _, tables, screens = published
    revision, attribution = tables[1]["audit.revision"], tables[1]["audit.attribution"]
    assert set(revision["caused_by"]) == {"raw.parameter_value/paid_exit_share"}
    assert set(revision["cause"]) == {"data_revision"}
    row = revision.filter(figure_id="evidence.parameter_value/paid_exit_share/2025-04-01/value").row(0, named=True)
    assert (row["kind"], row["old_value"], row["new_value"]) == ("changed", 0.75, 0.76)
    assert not attribution.is_empty()
    assert set(attribution["input"]) == {"raw.parameter_value/paid_exit_share"}
    assert attribution["contribution"].to_list() == attribution["move"].to_list()
    # As the screen prints a figure: to six decimals.
    old, new = (
        dict(one["audit.conclusion"].select("figure", "concluded_value").iter_rows())["gap_modelled"]
        for one in tables[:2]
    )
    assert new != old
    assert f"gap modelled went from {round(old, 6)} to {round(new, 6)}" in screens[1]


def test_long_monthly_tables_are_compared_by_year(published) -> None:
    _, tables, _ = published
    revised = tables[1]["audit.revision"].filter(table_name="savings.exit_cost_month")
    assert 0 < len(revised) < 100
    assert all("/*/20" in figure for figure in revised["figure_id"])


def test_two_changed_inputs_sum_to_the_move_to_the_last_digit(published) -> None:
    _, tables, _ = published
    concluded = [dict(one["audit.conclusion"].select("figure", "concluded_value").iter_rows()) for one in tables]
    worth = tables[2]["audit.attribution"].filter(figure="npv_long_horizon")
    assert set(worth["input"]) == {
        "raw.parameter_value/paid_exit_share",
        "raw.parameter_value/deflator_extension_pct",
    }
    ends = [round(Decimal(one["npv_long_horizon"]), 6) for one in concluded[1:3]]
    assert worth["contribution"].sum() == ends[1] - ends[0]
    for part in tables[2]["audit.attribution"].partition_by("conclusion_id", "figure"):
        assert part["contribution"].sum() == part["move"].item(0)


def test_a_withdrawn_row_is_listed(published) -> None:
    _, tables, _ = published
    revised = tables[2]["audit.revision"].filter(table_name="raw.precedent")
    assert revised["kind"].to_list() == ["withdrawn"]
    assert revised["new_value"].to_list() == [None]
    assert revised["cause"].to_list() == ["data_revision"]


def test_what_moves_with_the_code_alone_is_put_down_to_the_code(published) -> None:
    _, tables, _ = published
    revision = tables[3]["audit.revision"]
    assert set(revision["cause"]) == {"code_change"}
    assert set(revision.filter(table_name="overspend.funding_gap")["caused_by"]) == {"overspend.funding_gap"}
    (part,) = tables[3]["audit.attribution"].to_dicts()
    assert (part["figure"], part["input"], part["contribution"]) == ("gap_high", "code", Decimal(1))


def test_every_move_has_an_alert_that_names_its_version(published) -> None:
    project, tables, _ = published
    alert = tables[3]["audit.alert"].to_dicts()
    assert [one["conclusion_id"] for one in alert] == ["funding_gap"]
    assert alert[0]["version"] == current_version(project.settings.data_dir)
    assert "gap high went from 440 to 441" in alert[0]["message"]
    assert alert[0]["severity"] == "small"


def test_diff_compares_any_two_versions_and_writes_nothing(published) -> None:
    project, _, _ = published
    before = state(project.settings.data_dir)
    shown = project.run("diff", "1", "4")
    assert shown.returncode == 0, shown.stderr
    assert "gap_high  440 -> 441 £m" in shown.stdout
    assert "raw.parameter_value/paid_exit_share" in shown.stdout
    rows = json.loads(project.run("diff", "-f", "json", "1", "4").stdout)
    assert {row["input"] for row in rows["conclusions"] if row["figure"] == "gap_high"} == {"code"}
    assert project.run("diff", "-f", "csv").stdout.startswith("figure_id,table_name,kind")
    assert state(project.settings.data_dir) == before


@pytest.mark.parametrize("sides", [("9",), ("nonsense", "obr_2026_03"), ("1", "obr_2026_03")])
def test_diff_of_what_is_not_there_lists_what_is(published, sides: tuple[str, ...]) -> None:
    project, _, _ = published
    done = project.run("diff", *sides)
    assert done.returncode == 1
    assert "sr_2025_06 (2025-06-11)" in done.stderr
    assert "000004-" in done.stderr
    assert "Traceback" not in done.stderr
