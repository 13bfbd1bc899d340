"""Charts say what their tables say."""

import polars as pl
import pytest

from nhs_assets.contracts.registry import contract
from nhs_assets.outputs.text_charts import CELLS, CHARTS, backtest, bar, exposure

pytestmark = pytest.mark.unit


def test_every_chart_is_of_a_table() -> None:
    assert [contract(table).name for table in CHARTS] == list(CHARTS)


def test_the_greatest_has_the_longest_bar_and_half_of_it_half() -> None:
    assert [len(bar(value, 50.0)) for value in (50.0, 25.0, 0.0, -3.0)] == [CELLS, CELLS // 2, 0, 0]
    assert bar(1.0, 0.0) == ""


def test_boards_stand_in_their_place_and_one_kept_back_is_not_shown() -> None:
    table = pl.DataFrame(
        [
            ("Second", 2, 1, 3, 40.0, "imputed", "measured", "stated"),
            ("First", 1, 1, 2, 80.0, "imputed", "imputed", "imputed"),
            ("Kept back", None, None, None, None, "stated", "measured", "stated"),
        ],
        schema=[
            "name",
            "exposure_rank",
            "exposure_rank_p10",
            "exposure_rank_p90",
            "exit_cost_over_running_cost_pct",
            "headcount_kind",
            "exit_cost_kind",
            "running_cost_kind",
        ],
        orient="row",
    )
    lines = exposure(table).splitlines()
    assert lines[2].startswith("| First | imputed, imputed, imputed | 1 (1-2) | 80% |")
    assert lines[3].startswith("| Second | imputed, measured, stated |")
    assert lines[2].count("█") == 2 * lines[3].count("█")
    assert "Kept back" not in "".join(lines)


def test_an_outcome_beyond_the_range_stands_outside_the_line() -> None:
    row = {
        "case_id": "a",
        "label": "Made up",
        "output": "severance_gbp_m",
        "predicted_p10": 5.0,
        "predicted_p50": 7.5,
        "predicted_p90": 10.0,
        "actual_value": 20.0,
        "is_covered": False,
        "direction": "too_low",
    }
    line, covered = (
        backtest(pl.DataFrame([one])).splitlines()[2]
        for one in (row, row | {"is_covered": True, "direction": "within"})
    )
    assert covered.endswith("| yes |")
    assert line == "| Made up | severance_gbp_m | `     ---o--         X` | **no, too low** |"
