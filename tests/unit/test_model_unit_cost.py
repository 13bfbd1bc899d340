from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_assets.contracts.vocabulary import SAVING_COMPONENTS
from nhs_assets.model.exit_cost import exit_points
from nhs_assets.model.unit_cost import implied_salary, saving_components
from tests.unit.model_inputs import (
    BASE_FY,
    CELLS,
    baseline,
    organisations,
    parameter_set,
    staff_cells,
    staff_lists,
    unit_costs,
    validated,
)

pytestmark = pytest.mark.unit


def test_one_row_for_each_kind_of_body_in_the_count_and_pay_year():
    bodies = organisations({"QOP": "icb", "QOC": "icb", "X24": "nhse", "DHSC": "dhsc", "0AR": "csu"})
    costs = validated(unit_costs(bodies=bodies), "savings.unit_cost")
    assert costs.height == 3 * 10
    first = costs.filter(fy=BASE_FY)
    assert first["body"].to_list() == ["dhsc", "icb", "nhse"]
    assert first["employer_terms"].to_list() == ["civil_service", "agenda_for_change", "agenda_for_change"]


def test_unit_cost_of_staff_lists_by_hand():
    """Two kinds of people of one board: 13 years at £48,000, and 1 year at £52,000 and half the hours."""
    lists = staff_lists(
        ("QOP", None, 48_000.0, 13.9, 1.0, "agenda_for_change"),
        ("QOP", None, 52_000.0, 1.0, 0.5, "agenda_for_change"),
    )
    alone = organisations({"QOP": "icb"})
    held = staff_cells(bodies=alone, staff=baseline({"QOP": 5.0}), lists=lists)
    board = unit_costs(bodies=alone, held=held).row(0, named=True)
    assert board["mean_salary_gbp"] == Decimal("42181.22")  # (58,000 + 15% of 5,000) / 1.3928, whoever leaves
    assert board["mean_full_time_pay_gbp"] == Decimal("50000.00")
    assert (board["mean_service_years"], board["entitled_share"], board["measured_share"]) == (7, 0.5, 1)
    assert board["severance_gbp"] == Decimal("26100.00")  # half of 13 x 48,000 x 4.35/52
    assert board["class_1a_nic_gbp"] == Decimal("1665.00")  # half of 15% of 22,200: not 15% of nothing
    assert board["pay_in_lieu_of_notice_gbp"] == Decimal("8538.46")  # (48,000 + 26,000) / 2 x 12/52
    assert board["notice_nic_gbp"] == Decimal("1280.77")  # 15% of it
    assert board["exit_cost_gbp"] == Decimal("37584.23")


def test_pay_at_the_hours_contracted_is_what_the_saving_implies():
    costs = unit_costs().filter(fy=BASE_FY)
    points = exit_points(CELLS)
    paid = points.group_by("body").agg(paid=(pl.col("pay") * pl.col("contracted_share") * pl.col("share")).sum())
    compared = costs.join(paid, on="body").select("paid", pl.col("mean_salary_gbp").cast(pl.Float64))
    assert compared["paid"].to_list() == pytest.approx(compared["mean_salary_gbp"].to_list(), abs=0.1)


def test_pay_and_service_of_imputed_cells_follow_a_scenario_and_a_staff_list_does_not():
    listed = staff_lists(("QOP", "6", None, 10.0, 1.0, "agenda_for_change"))
    held = staff_cells(lists=listed)
    scenario = parameter_set(mean_reckonable_service_years_agenda_for_change=10)
    imputed = unit_costs(scenario, held=CELLS).filter(body="icb", fy=BASE_FY)
    assert imputed["mean_service_years"].item() == pytest.approx(10)
    central, changed = (unit_costs(one, held=held).filter(body="nhse") for one in (parameter_set(), scenario))
    assert (changed["severance_gbp"] < central["severance_gbp"]).all()
    alone = held.filter(ods_code="QOP")
    bodies = organisations({"QOP": "icb"})
    assert unit_costs(scenario, bodies, alone).equals(unit_costs(parameter_set(), bodies, alone))


def test_a_body_without_cells_is_refused():
    with pytest.raises(ValueError, match="no cells are held of dhsc"):
        unit_costs(held=CELLS.filter(pl.col("body") != "dhsc"))


def test_pay_awards_raise_pay_severance_and_saving():
    costs = unit_costs().filter(body="icb")
    pay, saving = (dict(costs.select("fy", name).iter_rows()) for name in ("mean_salary_gbp", "saving_per_post_gbp"))
    assert float(pay["2026-27"] / pay["2025-26"]) == pytest.approx(1.033, abs=1e-6)
    assert float(pay["2027-28"] / pay["2026-27"]) == pytest.approx(1.025, abs=1e-6)
    # The National Insurance threshold stays where it is, so the cost of a post rises by a little more than its pay.
    assert saving["2026-27"] == Decimal("59938.75")  # 1.3928 x 42,181.22 x 1.033 - 15% of 5,000


def test_strain_above_entitlement_is_nil():
    costs = unit_costs()
    assert costs["strain_above_entitlement_gbp"].sum() == 0


def test_organisations_of_one_kind_on_different_terms_are_refused():
    mixed = organisations(QOC={"employer_terms": "civil_service"})
    with pytest.raises(ValueError, match="different employer terms"):
        unit_costs(bodies=mixed, held=CELLS)


def test_components_add_up_to_the_saving_per_post():
    costs = unit_costs()
    parts = saving_components(parameter_set(), costs)
    totals = parts.group_by("fy", "body").agg(pl.col("annual_gbp").sum()).join(costs, on=["fy", "body"])
    assert set(parts["component"]) == set(SAVING_COMPONENTS)
    assert (totals["annual_gbp"] - totals["saving_per_post_gbp"].cast(pl.Float64)).abs().max() < 1e-6


def test_central_pension_is_no_part_of_the_local_one():
    parameters = parameter_set()
    parts = saving_components(parameters, unit_costs(parameters)).filter(body="icb", fy=BASE_FY)
    annual = dict(parts.select("component", "annual_gbp").iter_rows())
    assert annual["pension_local"] / annual["pay"] == pytest.approx(0.1438)
    assert annual["pension_central"] / annual["pay"] == pytest.approx(0.094)
    assert annual["employer_nic"] == pytest.approx(0.15 * (annual["pay"] - 5_000))


def test_backfill_takes_its_share_of_all_other_components():
    parameters = parameter_set(backfill_share=0.1)
    parts = saving_components(parameters, unit_costs(parameters))
    annual = dict(parts.filter(body="icb", fy=BASE_FY).select("component", "annual_gbp").iter_rows())
    assert annual["backfill"] + annual["backfill_employer_taxes"] == pytest.approx(-5_800)
    taxes = annual["employer_nic"] + annual["apprenticeship_levy"]
    assert annual["backfill_employer_taxes"] == pytest.approx(-0.1 * taxes)


@given(saving_gbp=st.floats(100, 200_000))
def test_implied_salary_costs_the_saving(saving_gbp):
    salary = pl.select(implied_salary(pl.lit(saving_gbp), parameter_set())).item()
    assert 1.2428 * salary + 0.15 * max(0.0, salary - 5_000) == pytest.approx(saving_gbp)
