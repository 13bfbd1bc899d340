"""Dagster's job inside one process: from nothing, once more with everything unchanged, and the bare work in it.

Run as a module of its own, so that each measurement starts with a fresh process.
"""

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bench.timing import ContestantError, Run, cold, todays_figures

if TYPE_CHECKING:
    import dagster as dg

JOB_ONLY = "job"
EVERYTHING = "everything"


@dataclass(frozen=True)
class Measured:
    """The job built from nothing, with everything unchanged, with empty assets, and seconds of bare work by kind."""

    assets: int
    full: Run
    unchanged: Run
    empty: Run
    bare: dict[str, float]


def time_job(data_dir: Path) -> Run:
    """The job alone, from nothing, without loading the code before it or printing after it.

    Args:
        data_dir: a folder without tables, for the data and for Dagster's history.

    Raises:
        ContestantError: if the job does not succeed.
    """
    return Run(**_in_new_process(data_dir, JOB_ONLY)["full"])


def measure(data_dir: Path) -> Measured:
    """The job from nothing, the job once more, and the bare work; arguments and errors as for ``time_job``."""
    found = _in_new_process(data_dir, EVERYTHING)
    full, unchanged, empty = (Run(**found[name]) for name in ("full", "unchanged", "empty"))
    return Measured(found["assets"], full, unchanged, empty, found["bare"])


def _in_new_process(data_dir: Path, what: str) -> dict[str, Any]:
    with TemporaryDirectory(prefix="nhs_assets_bench_") as folder:
        found = Path(folder) / "measured.json"
        cold([sys.executable, "-m", "bench.in_process", what, found], todays_figures(data_dir))
        return json.loads(found.read_text(encoding="utf-8"))


def main(what: str, target: Path) -> None:
    """Measures here and writes what was found to ``target`` as JSON."""
    import gc

    import dagster as dg

    from bench.bare import seconds_of_bare_work
    from nhs_assets.definitions import defs
    from nhs_assets.instance.home import use_dagster_home
    from nhs_assets.settings import settings

    gc.disable()  # as the refresh at the command line does
    use_dagster_home(settings())
    job = defs().resolve_job_def("refresh")
    with dg.DagsterInstance.get() as instance:
        full, run_id = _run(job, instance)
        found: dict[str, Any] = {"assets": len(job.nodes), "full": asdict(full)}
        if what == EVERYTHING:
            unchanged, _ = _run(job, instance)
            found |= {"unchanged": asdict(unchanged), "bare": seconds_of_bare_work(settings(), run_id)}
            found["empty"] = asdict(_run(_emptied(defs()), instance)[0])
    target.write_text(json.dumps(found), encoding="utf-8")


def _emptied(code_location: "dg.Definitions") -> "dg.JobDefinition":
    """A job of as many assets with the same dependencies and checks that do nothing: what Dagster itself costs."""
    import dagster as dg

    def emptied(spec: dg.AssetSpec, checks: list[str]) -> dg.AssetsDefinition:
        @dg.asset(
            key=spec.key, deps=spec.deps, check_specs=[dg.AssetCheckSpec(name, asset=spec.key) for name in checks]
        )
        def empty() -> dg.MaterializeResult:
            return dg.MaterializeResult(
                check_results=[dg.AssetCheckResult(check_name=name, passed=True) for name in checks]
            )

        return empty

    graph = code_location.resolve_asset_graph()
    names: dict[dg.AssetKey, list[str]] = {}
    for check in graph.asset_check_keys:
        names.setdefault(check.asset_key, []).append(check.name)
    assets = [emptied(spec, names.get(spec.key, [])) for spec in code_location.resolve_all_asset_specs()]
    job = dg.define_asset_job("empty", selection=dg.AssetSelection.all())
    return dg.Definitions(assets=assets, jobs=[job]).resolve_job_def("empty")


def _run(job: "dg.JobDefinition", instance: "dg.DagsterInstance") -> tuple[Run, str]:
    started, processor = time.perf_counter(), time.process_time()
    result = job.execute_in_process(
        instance=instance,
        raise_on_error=False,
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
    )
    run = Run(time.perf_counter() - started, time.process_time() - processor)
    if not result.success:
        failed = ", ".join(event.step_key or "" for event in result.all_node_events if event.is_step_failure)
        raise ContestantError(f"the refresh job failed in: {failed}")
    return run, result.run_id


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
