"""What Dagster, contracts, checks of the store and publication add to each asset, beyond its own work."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import in_process
from bench.in_process import Measured
from bench.results import Comparison, Figure
from bench.timing import Times

REPEAT = 5
BELOW_MS = 40.0


def compare(repeat: int = REPEAT) -> Comparison:
    """Times the job in a process of its own, and the same work bare in that process; the rest is overhead."""
    runs = [_measure() for _ in range(repeat + 1)][1:]
    full = _times(runs, lambda run: run["full_s"])
    unchanged = _times(runs, lambda run: run["unchanged_s"])
    bare = {part: _times(runs, lambda run, part=part: run["bare"][part]) for part in runs[0]["bare"]}
    full_ms = _times(runs, _full_overhead).median * 1000
    unchanged_ms = _times(runs, _unchanged_overhead).median * 1000
    return Comparison(
        name="overhead",
        title=f"what is added to each of {runs[0]['assets']} assets beyond its own work, {repeat} runs",
        lines=(
            f"job, everything built          {full}",
            f"job, everything unchanged      {unchanged}",
            *(f"bare {part.removesuffix('_s'):<26}{times}" for part, times in bare.items()),
        ),
        figures=(
            Figure("added per asset, everything built", full_ms, "ms", BELOW_MS),
            Figure("added per asset, everything unchanged", unchanged_ms, "ms", BELOW_MS),
        ),
        notes=(
            "taken off a full job: bare SELECTs, checks and model functions, once each; reading the seeds is not taken "
            "off",
            "taken off an unchanged job: bare checks, once each; it evaluates them twice, in the asset and on "
            "publication",
        ),
        record={
            "repeat": repeat,
            "assets": runs[0]["assets"],
            "full": full.as_record(),
            "unchanged": unchanged.as_record(),
            "bare": {part: times.as_record() for part, times in bare.items()},
            "full_overhead_ms_per_asset": full_ms,
            "unchanged_overhead_ms_per_asset": unchanged_ms,
        },
    )


def _measure() -> Measured:
    with tempfile.TemporaryDirectory(prefix="nhs_assets_bench_") as folder:
        return in_process.measure(Path(folder) / "data")[0]


def _times(runs: Sequence[Measured], seconds: Callable[[Measured], float]) -> Times:
    return Times(tuple(seconds(run) for run in runs))


def _full_overhead(run: Measured) -> float:
    bare = run["bare"]
    return (run["full_s"] - bare["selects_s"] - bare["checks_s"] - bare["model_s"]) / run["assets"]


def _unchanged_overhead(run: Measured) -> float:
    return (run["unchanged_s"] - run["bare"]["checks_s"]) / run["assets"]
