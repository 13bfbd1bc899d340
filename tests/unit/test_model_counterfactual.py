"""What the programme gains over not replacing those who leave: tied to the best estimate and worked out by hand."""

import numpy as np
import polars as pl
import pytest

from nhs_assets.contracts.savings import COUNTERFACTUALS
from nhs_assets.model.counterfactual import CLOSABLE, TURNOVER, counterfactual, counterfactual_worth
from nhs_assets.model.posterior import Estimated
from tests.unit import uncertainty_inputs
from tests.unit.model_inputs import deflator, perspectives, validated

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def estimated() -> Estimated:
    return uncertainty_inputs.estimated()


@pytest.fixture(scope="module")
def months(estimated: Estimated) -> pl.DataFrame:
    return validated(counterfactual(estimated, perspectives(), deflator(2.0)), "savings.counterfactual")


def of(months: pl.DataFrame, name: str, quantity: str, column: str = "principal") -> np.ndarray:
    return months.filter(counterfactual=name, quantity=quantity).sort("month")[column].to_numpy()


def test_refilled_posts_save_nothing_without_the_programme(months: pl.DataFrame) -> None:
    assert not of(months, "refilled", "posts_without").any()
    assert not of(months, "refilled", "saving_without").any()


def test_attrition_closes_the_share_of_staff_that_turnover_gives_and_no_more_than_the_programme(
    months: pl.DataFrame, estimated: Estimated
) -> None:
    run = estimated.run
    rate = estimated.parameters.value(TURNOVER) * estimated.parameters.value(CLOSABLE)
    begins = estimated.leavers.exit_wave["first_leaving_on"].min()
    expected = np.zeros(len(run.plan.months))
    for body in run.plan.bodies:
        counted = estimated.leavers.baseline_before_succession.filter("in_post_target", body=body)
        gone = run.plan.gone[body]
        for place, month in enumerate(run.plan.months["month"]):
            since = (month.year - begins.year) * 12 + month.month - begins.month
            left = counted["headcount"].sum() * (1 - (1 - rate) ** (max(since + 0.5, 0) / 12))
            empty = run.plan.saved[body]["vacant"][place].sum() * 12
            expected[place] += min(left, gone["paid"] + gone["unpaid"]) + empty
    assert of(months, "attrition", "posts_without") == pytest.approx(expected, rel=1e-6)
    assert (of(months, "attrition", "posts_without") <= of(months, "attrition", "posts_with")[-1] + 1e-6).all()


def test_value_is_the_discounted_sum_of_what_is_gained(months: pl.DataFrame, estimated: Estimated) -> None:
    worth = validated(counterfactual_worth(estimated, perspectives(), deflator(2.0)), "savings.counterfactual_worth")
    for name in COUNTERFACTUALS:
        found = dict(worth.filter(counterfactual=name).select("measure", "principal").iter_rows())
        assert found["npv"] == pytest.approx(of(months, name, "value")[-1], abs=1e-5)
        gained = of(months, name, "saving_with") - of(months, name, "saving_without")
        assert found["saving_gained"] == pytest.approx(gained.sum(), abs=1e-3)
        assert of(months, name, "cumulative_net")[-1] == pytest.approx(found["saving_gained"] - found["cost"], abs=1e-3)
    assert dict(worth.filter(measure="npv").select("counterfactual", "principal").iter_rows())["attrition"]


def test_a_programme_that_replaces_nobody_either_closes_posts_sooner_and_no_more_of_them(months: pl.DataFrame) -> None:
    alone, both = (of(months, name, "posts_with") for name in ("attrition", "attrition_in_both"))
    assert (both >= alone - 1e-6).all()
    assert both.sum() > alone.sum()
    assert both[-1] == pytest.approx(alone[-1])
    # Paid exits come on top of people who leave anyway, so it is never behind doing nothing.
    assert (both >= of(months, "attrition_in_both", "posts_without") - 1e-6).all()
    assert of(months, "attrition_in_both", "value")[-1] > of(months, "attrition", "value")[-1]
