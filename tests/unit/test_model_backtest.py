"""The back-test: its draws meet the stated ranges, its score is proper, and it says which rules it carried back."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_assets.contracts.registry import contract
from nhs_assets.model.backtest import backtest, crps
from nhs_assets.model.exit_cost import exit_points, mean_exit_cost
from tests.unit import model_inputs

pytestmark = pytest.mark.unit

DEVIATES = np.random.default_rng(5).standard_normal(20_000)
CASE = {
    "case_id": "made_up",
    "label": "Made up",
    "employer_terms": "agenda_for_change",
    "rules_on": date(2026, 1, 1),
    "fy": "2025-26",
    "exits_low": 1_000.0,
    "exits": 1_000.0,
    "exits_high": 1_000.0,
    "pay_fy": "2025-26",
    "mean_pay_low": 48_000.0,
    "mean_pay": 48_000.0,
    "mean_pay_high": 48_000.0,
    "mean_service_years_low": 13.0,
    "mean_service_years": 13.0,
    "mean_service_years_high": 13.0,
    "severance_gbp_m": 52.2,
    "mean_severance_gbp": 60_000.0,
    "rehired_share": 0.2,
    "sets_rehire_range": True,
    "actual_kind": "outcome",
    "source_id": "project",
    "reference": "Made up.",
    "confidence": "E",
}


def values(**overrides: tuple[float, float, float] | float) -> pl.DataFrame:
    stated = {
        **{name: value for name, value in model_inputs.VALUES.items() if not isinstance(value, dict)},
        "draw_seed": 1,
        "backtest_draws": 500,
        "rehire_share": (0.0, 0.0, 0.22),
        **overrides,
    }
    ranges = {name: value if isinstance(value, tuple) else (value,) * 3 for name, value in stated.items()}
    return pl.DataFrame(
        [(name, model_inputs.START, float(v), float(low), float(high)) for name, (low, v, high) in ranges.items()],
        schema=["parameter_id", "valid_from", "value", "low", "high"],
        orient="row",
    ).with_columns(unit=pl.when(pl.col("parameter_id") == "rehire_share").then(pl.lit("share")).otherwise(pl.lit("")))


ALIKE = model_inputs.staff_cells(
    bodies=model_inputs.organisations({"QOP": "icb"}),
    staff=model_inputs.baseline({"QOP": 10.0}),
    lists=model_inputs.staff_lists(("QOP", None, 48_000.0, 13.0, 1.0, "agenda_for_change")),
)
"""Cells in which everybody is alike, so that the mean is one person."""


def results(cells: pl.DataFrame = ALIKE, **changes: object) -> dict[str, dict]:
    schema = contract("raw.backtest_case").polars_schema()
    cases = pl.DataFrame([{**CASE, **changes}], schema=schema)
    found = backtest(values(), cases, cells, model_inputs.deflator())
    model_inputs.validated(found, "savings.backtest")
    return {row["output"]: row for row in found.iter_rows(named=True)}


def test_with_nothing_uncertain_it_is_the_entitlement_times_the_exits() -> None:
    found = results()
    # 13 years at the better of 4,000 and 4.35 weeks of 48,000.
    expected = 13 * 4.35 * 48_000 / 52
    assert found["mean_severance_gbp"]["predicted_p50"] == pytest.approx(expected, abs=0.01)
    assert found["severance_gbp_m"]["predicted_p10"] == pytest.approx(expected / 1_000, abs=0.0001)
    assert found["mean_severance_gbp"]["is_covered"] is False
    assert found["mean_severance_gbp"]["crps"] == pytest.approx(60_000 - expected, abs=0.01)
    assert found["exit_cost_gbp_m"]["predicted_p50"] > found["severance_gbp_m"]["predicted_p50"]


def test_leavers_differ_as_the_cells_do_and_no_part_of_a_mean_year_is_lost() -> None:
    """As the programme's own exits: at the means of the cells the same cost, and a mean year more costs more."""
    points = exit_points(model_inputs.CELLS.filter(employer_terms="agenda_for_change").with_columns(body=pl.lit("any")))
    paid = (points["pay"] * points["contracted_share"] * points["share"]).sum()
    served = (points["service"] * points["share"]).sum()
    expected = mean_exit_cost(points, model_inputs.parameter_set(), np.ones(1), np.ones(1))["severance_gbp"][0]

    def severance(years: float) -> float:
        stated = {f"mean_service_years{end}": years for end in ("_low", "", "_high")}
        stated |= {f"mean_pay{end}": paid for end in ("_low", "", "_high")}
        return results(model_inputs.CELLS, **stated)["mean_severance_gbp"]["predicted_p50"]

    assert severance(served) == pytest.approx(expected)
    assert severance(served) < severance(served + 0.3) < severance(served + 0.6)


def test_what_happened_and_is_not_known_is_not_predicted() -> None:
    assert set(results(severance_gbp_m=None, rehired_share=None)) == {"mean_severance_gbp"}


@settings(deadline=None, max_examples=15)
@given(
    outcomes=st.fixed_dictionaries(
        {
            "severance_gbp_m": st.none() | st.floats(1, 2_000),
            "mean_severance_gbp": st.none() | st.floats(1_000, 200_000),
            "rehired_share": st.none() | st.floats(0.01, 1),
        }
    ).filter(lambda stated: any(value is not None for value in stated.values())),
    spread=st.floats(1, 2),
)
def test_r7_every_outcome_stated_is_predicted_and_covered_where_it_lies_between_the_quantiles(
    outcomes: dict, spread: float
) -> None:
    ends = {"mean_pay_low": 48_000 / spread, "mean_pay_high": 48_000 * spread, "exits_high": 1_000 * spread}
    found = results(**outcomes, **ends)
    stated = {**outcomes, "exit_cost_gbp_m": outcomes["severance_gbp_m"]}
    assert {output: row["actual_value"] for output, row in found.items()} == {
        output: pytest.approx(value) for output, value in stated.items() if value is not None
    }
    for row in found.values():
        low, middle, high = (row[f"predicted_{level}"] for level in ("p10", "p50", "p90"))
        assert low <= middle <= high
        assert row["is_covered"] == (low <= row["actual_value"] <= high)
        assert row["crps_of_actual_pct"] == pytest.approx(row["crps"] / row["actual_value"] * 100)


def test_pay_is_brought_to_the_year_of_the_case() -> None:
    then = results(fy="2025-26", pay_fy="2030-31")
    assert then["mean_severance_gbp"]["pay_factor"] == pytest.approx(1.02**-5)


def test_rules_carried_back_are_named() -> None:
    assert results()["severance_gbp_m"]["rules_carried_back"] is None
    earlier = results(rules_on=date(2011, 10, 1))
    assert "agenda_for_change_pay_cap_gbp" in earlier["severance_gbp_m"]["rules_carried_back"]
    assert earlier["rehired_share"]["rules_carried_back"] is None


def test_a_year_without_a_deflator_is_refused() -> None:
    with pytest.raises(ValueError, match="does not cover 1999-00"):
        results(fy="1999-00")


def test_rehired_is_the_programmes_own_range_and_said_to_be_circular_where_it_was_read_off_the_case() -> None:
    found = results()
    assert found["rehired_share"]["predicted_p50"] == pytest.approx(0, abs=0.02)
    assert found["rehired_share"]["predicted_p90"] == pytest.approx(0.22, abs=0.04)
    assert {name for name, row in found.items() if row["is_circular"]} == {"rehired_share"}
    assert not results(sets_rehire_range=False)["rehired_share"]["is_circular"]


@settings(deadline=None, max_examples=10)
@given(st.floats(100, 5_000), st.floats(1, 2), st.floats(1, 2))
def test_draws_meet_both_ends_of_a_range(central: float, below: float, above: float) -> None:
    exits = {"exits_low": central / below, "exits": central, "exits_high": central * above}
    found = results(**exits)["severance_gbp_m"]
    each = 13 * 4.35 * 48_000 / 52 / 1e6
    ends = [found[f"predicted_{level}"] / each for level in ("p10", "p50", "p90")]
    assert ends == pytest.approx([central / below, central, central * above], rel=0.12)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(-100, 100), min_size=1, max_size=30), st.floats(-100, 100))
def test_the_score_is_mean_distance_less_half_the_distance_of_two_draws(draws: list[float], actual: float) -> None:
    drawn = np.array(draws)
    expected = np.abs(drawn - actual).mean() - np.abs(drawn[:, None] - drawn[None, :]).mean() / 2
    assert crps(drawn, actual) == pytest.approx(expected, abs=1e-9)


def test_the_score_is_proper_the_truth_scores_best_on_average() -> None:
    outcomes = np.random.default_rng(8).standard_normal(100)
    scores = {
        name: np.mean([crps(drawn, outcome) for outcome in outcomes])
        for name, drawn in {"truth": DEVIATES, "too sure": DEVIATES / 4, "too vague": DEVIATES * 4}.items()
    }
    assert scores["truth"] == min(scores.values())
