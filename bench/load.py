"""Loading the code location, against importing the libraries it cannot do without."""

import sys

from bench.results import Comparison, Figure
from bench.timing import alternate, cold

REPEAT = 9
BELOW = 1.25
CODE_LOCATION = "from nhs_assets.definitions import defs; defs()"
LIBRARIES = "import dagster, polars, duckdb, dataframely, sqlglot"


def compare(repeat: int = REPEAT) -> Comparison:
    """Times both in cold processes; the ratio says what our own definitions add."""
    times = alternate(
        {
            "definitions": lambda: cold([sys.executable, "-c", CODE_LOCATION], {}),
            "libraries": lambda: cold([sys.executable, "-c", LIBRARIES], {}),
        },
        repeat,
    )
    ratio = times["definitions"].median / times["libraries"].median
    return Comparison(
        name="load",
        title=f"building the definitions against importing their libraries, cold processes, {repeat} runs each",
        lines=(f"definitions built   {times['definitions']}", f"libraries imported  {times['libraries']}"),
        figures=(Figure("ratio of medians", ratio, "", BELOW),),
        record={"repeat": repeat, "ratio": ratio, **{name: one.as_record() for name, one in times.items()}},
    )
