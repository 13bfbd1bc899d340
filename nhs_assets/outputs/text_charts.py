"""Charts in plain Markdown for tables that people would rather look at than read: bars made of characters."""

from collections.abc import Callable

import polars as pl

FULL, HALF = "█", "▌"
CELLS = 20
"""Length of the longest bar."""


def bar(value: float, greatest: float) -> str:
    """A bar in proportion to the greatest of its chart, to the half cell; nothing for nil or less."""
    halves = round(max(value, 0) / greatest * 2 * CELLS) if greatest > 0 else 0
    return FULL * (halves // 2) + HALF * (halves % 2)


def exposure(table: pl.DataFrame) -> str:
    """Boards by cost over running cost with the range of their place; those kept back are left out."""
    boards = table.filter(pl.col("exposure_rank").is_not_null()).sort("exposure_rank")
    greatest = boards["exit_cost_over_running_cost_pct"].max() or 0
    lines = [
        f"| {row['exposure_rank']} ({row['exposure_rank_p10']}-{row['exposure_rank_p90']}) | {row['name']} "
        f"| {row['exit_cost_over_running_cost_pct']:.0f}% | {bar(row['exit_cost_over_running_cost_pct'], greatest)} "
        f"| {row['headcount_kind']}, {row['exit_cost_kind']}, {row['running_cost_kind']} |"
        for row in boards.iter_rows(named=True)
    ]
    kinds = "Staff, cost of an exit, allowance"
    head = f"| Place (10th to 90th percentile) | Board | One-off cost over a year's allowance | | {kinds} |"
    return "\n".join([head, "|---|---|---|---|---|", *lines])


def backtest(table: pl.DataFrame) -> str:
    """Each prediction as a line from p10 to p90 with the median and what happened, on a scale of its own."""
    lines = [
        f"| {row['label']} | {row['output']} | `{_interval(row)}` | {_covered(row)} |"
        for row in table.sort("case_id", "output").iter_rows(named=True)
    ]
    head = "| Case | Output | p10 to p90, median `o`, what happened `X` | Covered |"
    return "\n".join([head, "|---|---|---|---|", *lines])


def _covered(row: dict) -> str:
    return "circular" if row["is_circular"] else "yes" if row["is_covered"] else "**no**"


def _interval(row: dict) -> str:
    greatest = max(row["predicted_p90"], row["actual_value"])
    low, middle, high, actual = (
        round(row[name] / greatest * CELLS)
        for name in ("predicted_p10", "predicted_p50", "predicted_p90", "actual_value")
    )
    cells = ["-" if low <= place <= high else " " for place in range(CELLS + 1)]
    cells[middle], cells[actual] = "o", "X"
    return "".join(cells)


CHARTS: dict[str, Callable[[pl.DataFrame], str]] = {
    "savings.organisation_exposure": exposure,
    "savings.backtest": backtest,
}
"""What draws each table that has a chart."""
