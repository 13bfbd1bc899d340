"""The back-test: its draws meet the stated ranges, its score is proper, and it says which rules it carried back."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_assets.model.backtest import backtest, crps
from nhs_assets.model.exit_cost import exit_points, mean_exit_cost
from nhs_assets.model.likelihood import CaseCost, Quantities
from nhs_assets.model.parameters import ParameterSet
from tests.unit import model_inputs
from tests.unit.uncertainty_inputs import TARGETS, cases, leavers, parameter_value

pytestmark = pytest.mark.unit

DEVIATES = np.random.default_rng(5).standard_normal(20_000)
QUANTITIES = Quantities(leavers())


def results(**changes: object) -> dict[str, dict]:
    found = backtest(leavers(), TARGETS, cases(**changes), model_inputs.deflator())
    model_inputs.validated(found, "savings.backtest")
    return {row["output"]: row for row in found.iter_rows(named=True)}


@pytest.fixture(scope="module")
def stated() -> dict[str, dict]:
    return results()


def certain(**changes: float) -> dict[str, np.ndarray]:
    """Values of every parameter that a case follows from, one run."""
    parameters = ParameterSet(parameter_value())
    names = [f"{kind}_icb" for kind in ("saving_per_post_gbp", "mean_reckonable_service_years", "leaver_pay_ratio")]
    names += ["notice_weeks_icb", "other_exit_cost_share_icb", "notice_in_reported_cost_share"]
    return {name: np.array([changes.get(name, parameters.value(name))], float) for name in names}


def test_a_case_costs_what_the_rules_of_its_day_give_with_as_much_notice_as_reports_count() -> None:
    points = exit_points(model_inputs.CELLS.filter(body="icb"))
    exact = mean_exit_cost(points, model_inputs.parameter_set(), np.ones(1), np.ones(1), notice_weeks=12)
    without = exact["severance_gbp"] + exact["class_1a_nic_gbp"]
    notice = exact["pay_in_lieu_of_notice_gbp"] + exact["notice_nic_gbp"]
    cost = CaseCost(cases().row(0, named=True), QUANTITIES, model_inputs.deflator())
    for counted in (0.0, 0.5, 1.0):
        found = cost(certain(notice_in_reported_cost_share=counted))
        assert found == pytest.approx(without + counted * notice, rel=3e-3)


def test_pay_is_brought_to_the_year_of_the_case() -> None:
    later = CaseCost(cases(fy="2030-31").row(0, named=True), QUANTITIES, model_inputs.deflator())
    assert later.pay_factor == pytest.approx(1.02**5)


def test_a_case_is_predicted_from_everything_but_itself(stated: dict[str, dict]) -> None:
    """What a case says of itself does not move its own prediction, only whether it is covered."""
    other = results(severance_gbp_m=30.0)["cost_gbp_m"]
    same = ("predicted_p10", "predicted_p50", "predicted_p90")
    # The draws start from a posterior that has seen it, so they are not the same bytes.
    assert [other[name] for name in same] == pytest.approx([stated["cost_gbp_m"][name] for name in same], rel=0.12)
    assert (other["actual_value"], stated["cost_gbp_m"]["actual_value"]) == (30, 65)


def test_direction_says_where_the_prediction_lies() -> None:
    dear = results(severance_gbp_m=190.0)["cost_gbp_m"]
    assert (dear["is_covered"], dear["direction"]) == (False, "too_low")
    cheap = results(severance_gbp_m=15.0)["cost_gbp_m"]
    assert (cheap["is_covered"], cheap["direction"]) == (False, "too_high")


def test_a_precedent_beyond_the_rules_is_kept_and_marked(stated: dict[str, dict]) -> None:
    assert not stated["cost_gbp_m"]["breaks_rules"]
    beyond = results(mean_severance_gbp=150_000.0)
    assert beyond["cost_per_exit_gbp"]["breaks_rules"]
    assert not beyond["rehired_share"]["breaks_rules"]


def test_what_happened_and_is_not_known_is_not_predicted() -> None:
    found = results(severance_gbp_m=None, rehired_share=None, mean_severance_gbp=60_000.0)
    assert set(found) == {"cost_per_exit_gbp"}


def test_quantiles_are_ordered_and_scores_are_over_what_happened(stated: dict[str, dict]) -> None:
    for row in stated.values():
        low, middle, high = (row[f"predicted_{level}"] for level in ("p10", "p50", "p90"))
        assert low <= middle <= high
        assert row["is_covered"] == (low <= row["actual_value"] <= high) == (row["direction"] == "within")
        assert row["crps_of_actual_pct"] == pytest.approx(row["crps"] / row["actual_value"] * 100)


def test_rules_carried_back_are_named(stated: dict[str, dict]) -> None:
    assert stated["cost_gbp_m"]["rules_carried_back"] is None
    earlier = results(rules_on=date(2011, 10, 1))
    assert "agenda_for_change_pay_cap_gbp" in earlier["cost_gbp_m"]["rules_carried_back"]
    assert earlier["rehired_share"]["rules_carried_back"] is None


def test_a_year_without_a_deflator_is_refused() -> None:
    with pytest.raises(ValueError, match="does not cover 1999-00"):
        results(fy="1999-00")


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
