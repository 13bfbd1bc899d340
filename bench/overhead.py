"""What Dagster, the contracts, the store and publication add to each asset, beyond its own work."""

import tempfile
from pathlib import Path

from bench import in_process
from bench.in_process import Measured
from bench.refresh import forget_tables, refresh_into
from bench.results import Comparison, Figure
from bench.timing import Times

REPEAT = 5
BELOW_MS = 40.0
OWN_WORK = ("selects", "checks", "checks", "model", "seeds", "database")
"""What is taken off a full job: an asset's own SELECT, model function or seed, the checks in the asset and again at
the gate, and the database that the snapshot's asset writes.
"""
OWN_SQL = ("selects", "checks", "model")


def compare(repeat: int = REPEAT) -> Comparison:
    """Times the job in a process of its own and the same work bare in that process; the rest is overhead."""
    with tempfile.TemporaryDirectory(prefix="nhs_assets_bench_") as folder:
        data_dir = Path(folder) / "data"
        refresh_into(data_dir)
        runs = [_measure(data_dir) for _ in range(repeat)]
    full = Times.of([run.full for run in runs])
    unchanged = Times.of([run.unchanged for run in runs])
    empty = Times.of([run.empty for run in runs])
    bare = {part: Times(tuple(run.bare[part] for run in runs)) for part in runs[0].bare}
    full_ms = Times(tuple(_added_when_built(run) for run in runs)).median * 1000
    strict = Times(tuple((run.full.wall - sum(run.bare[part] for part in OWN_SQL)) / run.assets for run in runs))
    strict_ms = strict.median * 1000
    unchanged_ms = Times(tuple(_added_when_unchanged(run) for run in runs)).median * 1000
    return Comparison(
        name="overhead",
        title=f"what is added to each of {runs[0].assets} assets beyond its own work, {repeat} runs",
        lines=(
            f"job, everything built      {full}",
            f"job, everything unchanged  {unchanged}",
            f"job, nothing to do         {empty}",
            *(f"bare {part:<22}{times}" for part, times in bare.items()),
        ),
        figures=(
            Figure("added per asset, everything built", full_ms, "ms", BELOW_MS),
            Figure("added per asset, everything unchanged", unchanged_ms, "ms", BELOW_MS),
        ),
        notes=(
            "taken off the full job, bare: SELECTs, model functions and seed readers once, checks twice (in the asset "
            "and at the gate of publication), and writing the database",
            "taken off the unchanged job: the checks bare, once each; nothing is published then",
            "nothing is built when a run starts, but the run history is laid out already",
            f"Dagster alone, as many assets and checks that do nothing: {empty.median / runs[0].assets * 1000:.1f} ms",
            f"with no more taken off than SELECTs, model and checks once: {strict_ms:.1f} ms",
        ),
        record={
            "repeat": repeat,
            "assets": runs[0].assets,
            "full": full.as_record(),
            "unchanged": unchanged.as_record(),
            "empty": empty.as_record(),
            "bare": {part: times.as_record() for part, times in bare.items()},
            "added_per_asset_full_ms": full_ms,
            "added_per_asset_unchanged_ms": unchanged_ms,
        },
    )


def _measure(data_dir: Path) -> Measured:
    forget_tables(data_dir)
    return in_process.measure(data_dir)


def _added_when_built(run: Measured) -> float:
    """Seconds for each asset."""
    return (run.full.wall - sum(run.bare[part] for part in OWN_WORK)) / run.assets


def _added_when_unchanged(run: Measured) -> float:
    """Seconds for each asset; nothing but the checks is its own work then."""
    return (run.unchanged.wall - run.bare["checks"]) / run.assets
