"""The whole refresh, against a dbt build of the same SELECTs and checks."""

import shutil
import sys
import tempfile
from pathlib import Path

from bench import dbt_environment, in_process
from bench.dbt_project import Project, write_project
from bench.results import Comparison, Figure
from bench.timing import ContestantError, Run, alternate, cold, todays_figures
from nhs_assets.settings import Settings

REPEAT = 5
BELOW = 1.0
DBT_THREADS = 2
"""One for each thread that DuckDB may use; more made its builds no faster on two cores."""


def compare(repeat: int = REPEAT) -> Comparison:
    """Times both in cold processes with nothing built beforehand."""
    dbt_environment.ensure_installed()
    with tempfile.TemporaryDirectory(prefix="nhs_assets_bench_") as name:
        folder = Path(name)
        tables = folder / "tables"
        refresh_into(tables)
        refresh_into(folder / "fresh")
        project = _peer(folder / "dbt", tables)
        times = alternate(
            {
                "refresh": lambda: _fresh_refresh(folder / "fresh"),
                "dbt_build": lambda: _build(project),
                "job": lambda: _fresh_job(folder / "fresh"),
            },
            repeat,
        )
        outcomes = project.outcomes()
    ratio = times["refresh"].median / times["dbt_build"].median
    versions = dbt_environment.versions()
    return Comparison(
        name="refresh",
        title=f"everything from nothing, cold processes, {repeat} runs each in turn",
        lines=(
            f"nhs-assets refresh         {times['refresh']}",
            f"Dagster's job alone        {times['job']}",
            f"dbt build                  {times['dbt_build']}",
            f"dbt: {project.sql_models} SQL models, {project.parquet_models} models read from Parquet, "
            f"{project.tests} tests, {project.sources} Parquet sources; ended {dict(outcomes)}",
            f"dbt-core {versions['dbt-core']}, dbt-duckdb {versions['dbt-duckdb']}, DuckDB {versions['duckdb']}",
        ),
        figures=(Figure("ratio of medians, refresh to dbt build", ratio, "", BELOW),),
        notes=(
            "only the refresh reads and checks the seeds, computes the tables of the model, holds every table "
            "against its contract, writes lineage and history, evaluates every check a second time and publishes",
            "neither finds a table built; dbt keeps its parsed project from run to run, the refresh its run history",
        ),
        record={
            "repeat": repeat,
            "ratio": ratio,
            "nhs_assets_refresh": times["refresh"].as_record(),
            "job_in_process": times["job"].as_record(),
            "dbt_build": times["dbt_build"].as_record(),
            "dbt": {
                "versions": versions,
                "threads": DBT_THREADS,
                "sql_models": project.sql_models,
                "parquet_models": project.parquet_models,
                "tests": project.tests,
                "sources": project.sources,
                "outcomes": dict(outcomes),
            },
        },
    )


def refresh_into(data_dir: Path) -> Run:
    """Runs ``nhs-assets refresh`` in a cold process with a data folder of its own."""
    command = Path(sys.executable).with_name("nhs-assets")
    return cold([command, "refresh"], todays_figures(data_dir))


def _fresh_refresh(data_dir: Path) -> Run:
    forget_tables(data_dir)
    return refresh_into(data_dir)


def _fresh_job(data_dir: Path) -> Run:
    forget_tables(data_dir)
    return in_process.time_job(data_dir)


def forget_tables(data_dir: Path) -> None:
    """Removes everything built and published; run history stays, as dbt's parsed project does."""
    for name in ("runs", "working", "published"):
        shutil.rmtree(data_dir / name, ignore_errors=True)


def _peer(folder: Path, data_dir: Path) -> Project:
    folder.mkdir()

    def parquet(table: str) -> Path:
        schema, name = table.split(".")
        return data_dir / "working" / schema / f"{name}.parquet"

    return write_project(folder, parquet, Settings(), DBT_THREADS)


def _build(project: Project) -> Run:
    project.forget_database()
    run = cold(
        [dbt_environment.DBT, "build", "--project-dir", project.folder, "--profiles-dir", project.folder],
        {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        cwd=project.folder,
    )
    outcomes = project.outcomes()
    done = (outcomes["success"], outcomes["pass"] + outcomes["warn"])
    expected = (project.sql_models + project.parquet_models, project.tests)
    if done != expected:
        raise ContestantError(f"dbt built {done} models and tests, not {expected}: {dict(outcomes)}")
    return run
