"""Charts in Markdown, made of characters, for tables that are easier to see than to read."""

import polars as pl

CELLS = 20
"""Length of the longest bar."""


def bar(value: float, greatest: float) -> str:
    """A bar in proportion to the greatest of its chart, to the half cell."""
    halves = round(max(value, 0) / greatest * 2 * CELLS) if greatest > 0 else 0
    return "█" * (halves // 2) + "▌" * (halves % 2)


def exposure(table: pl.DataFrame) -> str:
    """Boards by cost over running cost with the range of their place; those withheld are left out."""
    boards = table.filter(pl.col("exposure_rank").is_not_null()).sort("exposure_rank")
    greatest = boards["exit_cost_over_running_cost_pct"].max() or 0
    kinds = "Staff, cost of an exit, allowance"
    lines = [f"| Board | {kinds} | Place (10th to 90th percentile) | One-off cost over a year's allowance | |"]
    lines.append("|---|---|---|---|---|")
    lines += [
        f"| {row['name']} | {row['headcount_kind']}, {row['exit_cost_kind']}, {row['running_cost_kind']} "
        f"| {row['exposure_rank']} ({row['exposure_rank_p10']}-{row['exposure_rank_p90']}) "
        f"| {row['exit_cost_over_running_cost_pct']:.0f}% | {bar(row['exit_cost_over_running_cost_pct'], greatest)} |"
        for row in boards.iter_rows(named=True)
    ]
    return "\n".join(lines)


def backtest(table: pl.DataFrame) -> str:
    """Each prediction as a line from p10 to p90 with the median and the outcome, on a scale of its own."""
    lines = ["| Case | Output | p10 to p90, median `o`, what happened `X` | Covered |", "|---|---|---|---|"]
    for row in table.sort("case_id", "output").iter_rows(named=True):
        covered = "yes" if row["is_covered"] else f"**no, {row['direction'].replace('_', ' ')}**"
        lines.append(f"| {row['label']} | {row['output']} | `{_interval(row)}` | {covered} |")
    return "\n".join(lines)


def _interval(row: dict) -> str:
    greatest = max(row["predicted_p90"], row["actual_value"])
    low, middle, high, actual = (
        round(row[name] / greatest * CELLS)
        for name in ("predicted_p10", "predicted_p50", "predicted_p90", "actual_value")
    )
    cells = ["-" if low <= place <= high else " " for place in range(CELLS + 1)]
    cells[middle], cells[actual] = "o", "X"
    return "".join(cells)


def running_sum(years: pl.DataFrame) -> str:
    """Running sums by year, £m, of ``best_estimate`` and ``scenario``; bars for the scenario, hatched for a loss."""
    greatest = years["scenario"].abs().max() or 0
    lines = ["| By | Best estimate | Scenario | |", "|---|---|---|---|"]
    for fy, best, scenario in years.select("fy", "best_estimate", "scenario").iter_rows():
        drawn = bar(abs(scenario), greatest)
        shown = drawn.replace("█", "▒").replace("▌", "▒") if scenario < 0 else drawn
        lines.append(f"| {fy} | {best:,.0f} | {scenario:,.0f} | {shown} |")
    return "\n".join(lines)


CHARTS = {"savings.organisation_exposure": exposure, "savings.backtest": backtest}
"""The chart of each table that has one."""
