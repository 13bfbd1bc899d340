import itertools
from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_assets.contracts.vocabulary import SAVING_COMPONENTS
from nhs_assets.model.exit_cost import COSTS, exit_point, exit_points, mean_exit_cost
from nhs_assets.model.pay import implied_salary, on_costs
from nhs_assets.model.unit_cost import saving_components, unit_cost
from tests.unit.model_inputs import (
    BASE_FY,
    CELLS,
    MIDDLE_OF_BAND,
    TERMS,
    baseline,
    organisations,
    parameter_set,
    staff_cells,
    staff_lists,
    unit_costs,
    validated,
)

pytestmark = pytest.mark.unit

person = st.tuples(
    st.just("QOP"),
    st.sampled_from(list(MIDDLE_OF_BAND)),
    st.none(),
    st.floats(0, 40),
    st.floats(0.2, 1),
    st.just("agenda_for_change"),
)


@st.composite
def points_and_means(draw):
    """Parameters, with ``savings.exit_point`` and ``savings.unit_cost`` on them, with a staff list or without."""
    parameters = parameter_set(
        saving_per_post_gbp_icb=draw(st.floats(45_000, 75_000)),
        mean_reckonable_service_years_dhsc=draw(st.floats(6, 22)),
        pay_award_pct=draw(st.floats(0, 6)),
        notice_weeks_nhse=draw(st.integers(0, 26)),
        leaver_pay_ratio_icb=draw(st.floats(0.9, 1.3)),
        other_exit_cost_share_icb=draw(st.floats(0, 0.3)),
        class_1a_threshold_gbp=draw(st.integers(0, 60_000)),
        class_1a_rate_pct=draw(st.integers(0, 2_000)) / 100,
        statutory_week_of_pay_cap_gbp=draw(st.integers(600, 900)),
    )
    lists = staff_lists(*draw(st.lists(person, max_size=4)))
    held = CELLS if lists.is_empty() else staff_cells(lists=lists)
    points = exit_point(parameters, organisations(), held)
    return parameters, points, unit_cost(parameters, organisations(), points)


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
    scenario = parameter_set(**{f"mean_reckonable_service_years_{body}": 10 for body in ("icb", "nhse")})
    imputed = unit_costs(scenario, held=CELLS).filter(body="icb", fy=BASE_FY)
    assert imputed["mean_service_years"].item() == pytest.approx(10)
    central, changed = (unit_costs(own, held=held).filter(body="nhse") for own in (parameter_set(), scenario))
    assert (changed["severance_gbp"] < central["severance_gbp"]).all()
    alone = held.filter(ods_code="QOP")
    bodies = organisations({"QOP": "icb"})
    assert unit_costs(scenario, bodies, alone).equals(unit_costs(parameter_set(), bodies, alone))


@settings(max_examples=10, deadline=None)
@given(made=points_and_means())
def test_x1_severance_of_a_point_keeps_to_its_terms_and_rises_with_service_and_pay(made):
    parameters, points, _ = made
    money = points.with_columns(pl.col(pl.Decimal).cast(pl.Float64))
    counted = pl.min_horizontal(
        "complete_years",
        pl.col("employer_terms").replace_strict({name: own["maximum_service_years"] for name, own in TERMS.items()}),
    )
    week = pl.min_horizontal(
        pl.col("annual_pay_gbp") * pl.col("contracted_share") / 52,
        parameters.value("statutory_week_of_pay_cap_gbp"),
    )
    statute = pl.min_horizontal("complete_years", 20) * 1.5 * week * (pl.col("complete_years") >= 2)
    severance = pl.col("severance_gbp")
    wrong = money.filter(
        (severance > pl.col("maximum_severance_gbp"))
        # The month of pay is rounded to the penny on its own, so each year may carry a penny, and so is severance.
        | (severance > counted * pl.col("contracted_share") * (pl.col("month_of_pay_gbp") + 0.01) + 0.005)
        | ((pl.col("complete_years") < pl.col("minimum_years")) & (severance != 0))
        | (severance + 0.01 < statute)
    )
    assert wrong.is_empty()
    compared = ("complete_years", "annual_pay_gbp", "contracted_share")
    pairs = money.join(money, on=["employer_terms", "fy"], suffix="_of_more")
    more = pairs.filter(pl.all_horizontal(pl.col(f"{name}_of_more") >= pl.col(name) for name in compared))
    assert more.height > money.height
    assert (more["severance_gbp_of_more"] >= more["severance_gbp"]).all()


@settings(max_examples=10, deadline=None)
@given(made=points_and_means())
def test_x2_x3_a_point_has_no_strain_and_the_charge_on_what_exceeds_the_threshold(made):
    parameters, points, _ = made
    assert (points["strain_above_entitlement_gbp"] == 0).all()
    rate, threshold = (parameters.value(name) for name in ("class_1a_rate_pct", "class_1a_threshold_gbp"))
    award, charge = (points[name].cast(pl.Float64) for name in ("severance_gbp", "class_1a_nic_gbp"))
    expected = (award - threshold).clip(lower_bound=0) * rate / 100
    assert (charge - expected).abs().max() <= 0.005 + 1e-6


@settings(max_examples=10, deadline=None)
@given(made=points_and_means())
def test_the_cost_of_an_exit_is_the_mean_of_its_points_part_by_part(made):
    _, points, costs = made
    share = pl.col("leavers_share")
    parts = (*COSTS, "annual_pay_gbp")
    means = points.group_by("fy", "body").agg(
        share.sum(),
        mean_years=(share * pl.col("complete_years")).sum(),
        **{f"{part}_of_points": (share * pl.col(part).cast(pl.Float64)).sum() for part in parts},
    )
    both = costs.with_columns(annual_pay_gbp="mean_full_time_pay_gbp").join(means, on=["fy", "body"], validate="1:1")
    assert both.height == costs.height
    assert (both["leavers_share"] - 1).abs().max() <= 1e-6
    assert (both["mean_service_years"] - both["mean_years"]).abs().max() <= 1e-6
    for part in parts:
        assert (both[part].cast(pl.Float64) - both[f"{part}_of_points"]).abs().max() <= 0.01, part
    assert costs["exit_cost_gbp"].equals(costs.select(pl.sum_horizontal(COSTS)).to_series(), check_names=False)


@settings(max_examples=10, deadline=None)
@given(awards=st.lists(st.floats(-2, 10), min_size=1, max_size=4), until=st.integers(0, 2))
def test_x7_pay_rises_each_april_by_the_award_that_holds(awards, until):
    dated = {date(2026 + until + year, 4, 1): award for year, award in enumerate(awards)}
    costs = unit_costs(parameter_set(pay_award_pct=dated), held=CELLS).sort("body", "fy")
    for _, rows in costs.group_by("body"):
        pay = rows["mean_salary_gbp"].cast(pl.Float64).to_list()
        for year, (before, after) in enumerate(itertools.pairwise(pay), start=2026):
            held = [award for day, award in dated.items() if day <= date(year, 4, 1)]
            rise = 1 + (held[-1] if held else 0) / 100
            assert after == pytest.approx(before * rise, abs=0.02)


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


def test_the_pension_of_civil_servants_is_paid_by_their_department_alone():
    parameters = parameter_set()
    parts = saving_components(parameters, unit_costs(parameters)).filter(body="dhsc", fy=BASE_FY)
    annual = dict(parts.select("component", "annual_gbp").iter_rows())
    assert annual["pension_local"] / annual["pay"] == pytest.approx(0.2897)
    assert annual["pension_central"] == 0


def test_backfill_takes_its_share_of_all_other_components():
    parameters = parameter_set(backfill_share=0.1)
    parts = saving_components(parameters, unit_costs(parameters))
    annual = dict(parts.filter(body="icb", fy=BASE_FY).select("component", "annual_gbp").iter_rows())
    assert annual["backfill"] + annual["backfill_employer_taxes"] == pytest.approx(-5_800)
    taxes = annual["employer_nic"] + annual["apprenticeship_levy"]
    assert annual["backfill_employer_taxes"] == pytest.approx(-0.1 * taxes)


@pytest.mark.parametrize(("employer_terms", "cost"), [("agenda_for_change", 1.2428), ("civil_service", 1.2947)])
@given(saving_gbp=st.floats(100, 200_000))
def test_implied_salary_costs_the_saving(saving_gbp, employer_terms, cost):
    parameters = parameter_set()
    salary = pl.select(implied_salary(pl.lit(saving_gbp), parameters, on_costs(parameters, employer_terms))).item()
    assert cost * salary + 0.15 * max(0.0, salary - 5_000) == pytest.approx(saving_gbp)


def test_class_1a_is_the_mean_of_the_charge_on_each_cell():
    """The threshold bends the mean: people of one grade and service work different hours at different ages."""
    rows = CELLS.filter(body="icb").select("posts", "mean_full_time_pay_gbp", "mean_service_years", "contracted_share")
    posts, pay, service, hours = (rows[name].cast(pl.Float64).to_numpy() for name in rows.columns)
    charged = np.zeros(len(posts))
    below = np.floor(service)
    for years, share in ((below, below + 1 - service), (below + 1, service - below)):
        award = np.minimum(years, 24) * np.minimum(pay, 80_000) * 4.35 / 52 * hours * (years >= 2)
        charged += share * 0.15 * np.maximum(award - 30_000, 0)
    expected = (charged * posts).sum() / posts.sum()
    found = mean_exit_cost(CELLS.filter(body="icb"), parameter_set(), np.ones(1), np.ones(1))
    assert found["class_1a_nic_gbp"] == pytest.approx([expected], rel=1e-12)
    tabled = unit_costs().filter(body="icb", fy=BASE_FY)["class_1a_nic_gbp"].item()
    assert float(tabled) == pytest.approx(expected, abs=0.5)
