"""Ranges of every scenario and organisation, against the bare arithmetic on whole arrays."""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from bench.refresh import refresh_into
from bench.results import Comparison, Figure
from bench.timing import ROOT, ContestantError, Times
from nhs_assets.model.posterior import Estimated
from nhs_assets.model.ranges import flows
from nhs_assets.model.scenario_run import Leavers, ScenarioRun
from nhs_assets.model.simulation import NATIONAL, proportional_groups
from nhs_assets.model.threads import two_at_a_time

REPEAT = 3
BELOW_RATIO = 3.0
BELOW_SECONDS = 5.0
BELOW_GIB = 2.0
TABLES = {
    "parameter_value": "evidence.parameter_value",
    "organisation": "workforce.organisation",
    "baseline_before_succession": "workforce.baseline_before_succession",
    "exit_wave": "savings.exit_wave",
    "cell": "workforce.cell",
    "posterior_draw": "savings.posterior_draw",
    "scenario": "evidence.scenario",
    "scenario_override": "evidence.scenario_override",
}


def compare(repeat: int = REPEAT) -> Comparison:
    """Times both in processes of their own, libraries and tables loaded."""
    with tempfile.TemporaryDirectory(prefix="nhs_assets_bench_") as folder:
        data_dir = Path(folder) / "data"
        refresh_into(data_dir)
        runs: dict[str, list[dict]] = {"ours": [], "bare": []}
        for turn in range(repeat):
            for contestant in sorted(runs, reverse=bool(turn % 2)):
                runs[contestant].append(_in_a_process(contestant, data_dir))
    times = {
        name: Times(tuple(run["seconds"] for run in of), tuple(run["processor"] for run in of))
        for name, of in runs.items()
    }
    gib = max(run["gib"] for run in runs["ours"])
    ratio = times["ours"].median / times["bare"].median
    size = runs["ours"][0]
    return Comparison(
        name="simulation",
        title=f"{size['draws']:,} draws x {size['organisations']} organisations x {size['months']} months x "
        f"{size['scenarios']} scenarios, {repeat} runs",
        lines=(
            f"draws, flows and quantiles       {times['ours']}, {gib:.2f} GiB",
            f"bare arithmetic on whole arrays  {times['bare']}, {max(run['gib'] for run in runs['bare']):.2f} GiB",
        ),
        figures=(
            Figure("ratio of medians", ratio, "", BELOW_RATIO),
            Figure("time", times["ours"].median, "s", BELOW_SECONDS),
            Figure("memory at its highest", gib, "GiB", BELOW_GIB),
        ),
        notes=(
            "ours: draws, unit costs, cost, saving, net and running sum of the nation for every scenario and of every "
            "organisation for each programme, on both bases, with quantiles; two programmes at a time, as in a refresh",
            "bare: posts times saving less exits times cost, and the running sum, for every run, organisation and "
            "month of each scenario on one basis, without draws, rules or quantiles",
            "scenarios that differ in the financing alone are run once by ours and every time by the bare arithmetic",
        ),
        record={"repeat": repeat, "ratio": ratio, "gib": gib, **{name: one.as_record() for name, one in times.items()}},
    )


def ours(tables: dict[str, pl.DataFrame]) -> None:
    """Quantiles of every flow of the nation and of every organisation, for every scenario, as the tables make them."""
    estimated = _estimated(tables)
    drawn = estimated.drawn

    def flows_of(scenario: ScenarioRun) -> None:
        simulated = scenario.run(scenario.draws(drawn.values))
        representatives = dict.fromkeys(name for name, _ in proportional_groups(scenario.plan).values())
        for organisation in (NATIONAL, *representatives):
            for _ in flows(simulated, organisation, drawn.effective):
                pass

    runs = estimated.runs(tables["scenario"], tables["scenario_override"])
    for _ in two_at_a_time(flows_of, [run for _, run in runs]):
        pass


def _estimated(tables: dict[str, pl.DataFrame]) -> Estimated:
    leavers = Leavers(**{name: tables[name] for name in Leavers.__dataclass_fields__})
    return Estimated(leavers, tables["posterior_draw"])


def bare(draws: int, organisations: int, months: int, scenarios: int) -> None:
    """The same arithmetic on arrays that hold every run, organisation and month."""
    stream = np.random.default_rng(1)
    saving, cost = stream.random((2, draws, 1, 1))
    posts, exits = stream.random((2, 1, organisations, months))
    net, spent = np.empty((draws, organisations, months)), np.empty((draws, organisations, months))
    for _ in range(scenarios):
        np.multiply(saving, posts, out=net)
        np.multiply(cost, exits, out=spent)
        net -= spent
        np.cumsum(net, axis=-1, out=net)


def _in_a_process(contestant: str, data_dir: Path) -> dict:
    command = [sys.executable, "-m", "bench.simulation", contestant, str(data_dir)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ContestantError(done.stderr)
    return json.loads(done.stdout)


def _measured(contestant: str, data_dir: Path) -> dict:
    import scipy.special  # noqa: F401 - loaded before the clock starts, as every library is

    folder = data_dir / "working"
    tables = {name: pl.read_parquet(folder / f"{table.replace('.', '/')}.parquet") for name, table in TABLES.items()}
    best = _estimated(tables).run
    size = {
        "draws": int(best.parameters.value("draws")),
        "organisations": len(best.plan.books),
        "months": len(best.plan.months),
        "scenarios": len(tables["scenario"]),
    }
    started, processor = time.perf_counter(), time.process_time()
    if contestant == "ours":
        ours(tables)
    else:
        bare(**size)
    took = {"seconds": time.perf_counter() - started, "processor": time.process_time() - processor}
    # In KiB on Linux.
    return {**size, **took, "gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2}


if __name__ == "__main__":
    print(json.dumps(_measured(sys.argv[1], Path(sys.argv[2]))))
