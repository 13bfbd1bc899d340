from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_assets.contracts.raw import SAVING_COMPONENTS
from nhs_assets.model.unit_cost import implied_salary, saving_components, unit_cost
from tests.unit.model_inputs import BASE_FY, SCENARIO, organisations, parameter_set, spine, validated

pytestmark = pytest.mark.unit


def test_one_row_for_each_kind_of_body_in_the_count_and_pay_year():
    bodies = organisations({"QOP": "icb", "QOC": "icb", "X24": "nhse", "DHSC": "dhsc", "0AR": "csu"})
    costs = validated(unit_cost(parameter_set(), bodies, spine(), SCENARIO), "savings.unit_cost")
    assert costs.height == 3 * 10
    first = costs.filter(fy=BASE_FY)
    assert first["body"].to_list() == ["dhsc", "icb", "nhse"]
    assert first["employer_terms"].to_list() == ["civil_service", "agenda_for_change", "agenda_for_change"]


def test_unit_cost_by_hand():
    costs = unit_cost(parameter_set(), organisations(), spine(), SCENARIO)
    board = costs.row(by_predicate=(pl.col("body") == "icb") & (pl.col("fy") == BASE_FY), named=True)
    assert board["mean_salary_gbp"] == Decimal("42181.22")  # (58,000 + 15% of 5,000) / 1.3928
    assert board["month_of_pay_gbp"] == Decimal("3528.62")  # 4.35 x 42,181.22 / 52
    assert board["severance_gbp"] == Decimal("52929.32")
    assert board["class_1a_nic_gbp"] == Decimal("3439.40")
    assert board["pay_in_lieu_of_notice_gbp"] == Decimal("11194.25")
    assert board["exit_cost_gbp"] == Decimal("67562.97")


def test_pay_awards_raise_pay_severance_and_saving():
    costs = unit_cost(parameter_set(), organisations(), spine(), SCENARIO).filter(body="icb")
    pay, saving = (dict(costs.select("fy", name).iter_rows()) for name in ("mean_salary_gbp", "saving_per_post_gbp"))
    assert float(pay["2026-27"] / pay["2025-26"]) == pytest.approx(1.033, abs=1e-6)
    assert float(pay["2027-28"] / pay["2026-27"]) == pytest.approx(1.025, abs=1e-6)
    # The National Insurance threshold stays where it is, so the cost of a post rises by a little more than its pay.
    assert saving["2026-27"] == Decimal("59938.75")  # 1.3928 x 42,181.22 x 1.033 - 15% of 5,000


def test_strain_above_entitlement_is_nil():
    costs = unit_cost(parameter_set(), organisations(), spine(), SCENARIO)
    assert costs["strain_above_entitlement_gbp"].sum() == 0


def test_organisations_of_one_kind_on_different_terms_are_refused():
    mixed = organisations(QOC={"employer_terms": "civil_service"})
    with pytest.raises(ValueError, match="different employer terms"):
        unit_cost(parameter_set(), mixed, spine(), SCENARIO)


def test_components_add_up_to_the_saving_per_post():
    costs = unit_cost(parameter_set(), organisations(), spine(), SCENARIO)
    parts = saving_components(parameter_set(), costs)
    totals = parts.group_by("fy", "body").agg(pl.col("annual_gbp").sum()).join(costs, on=["fy", "body"])
    assert set(parts["component"]) == set(SAVING_COMPONENTS)
    assert (totals["annual_gbp"] - totals["saving_per_post_gbp"].cast(pl.Float64)).abs().max() < 1e-6


def test_central_pension_is_no_part_of_the_local_one():
    parameters = parameter_set()
    parts = saving_components(parameters, unit_cost(parameters, organisations(), spine(), SCENARIO)).filter(
        body="icb", fy=BASE_FY
    )
    annual = dict(parts.select("component", "annual_gbp").iter_rows())
    assert annual["pension_local"] / annual["pay"] == pytest.approx(0.1438)
    assert annual["pension_central"] / annual["pay"] == pytest.approx(0.094)
    assert annual["employer_nic"] == pytest.approx(0.15 * (annual["pay"] - 5_000))


def test_backfill_takes_its_share_of_all_other_components():
    parameters = parameter_set(backfill_share=0.1)
    parts = saving_components(parameters, unit_cost(parameters, organisations(), spine(), SCENARIO))
    backfill = parts.filter(component="backfill", body="icb", fy=BASE_FY)["annual_gbp"].item()
    assert backfill == pytest.approx(-5_800)


@given(saving_gbp=st.floats(100, 200_000))
def test_implied_salary_costs_the_saving(saving_gbp):
    salary = pl.select(implied_salary(pl.lit(saving_gbp), parameter_set())).item()
    assert 1.2428 * salary + 0.15 * max(0.0, salary - 5_000) == pytest.approx(saving_gbp)
