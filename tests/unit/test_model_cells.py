"""Cells of staff: what they must agree with, and what a staff list does to them."""

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nhs_assets.contracts.vocabulary import AGE_BANDS, SERVICE_BANDS
from nhs_assets.model.cells import service_distribution
from nhs_assets.model.exit_cost import exit_points, mean_exit_cost
from nhs_assets.model.fitting import fitted, tilted
from nhs_assets.model.pay import implied_salary, on_costs
from tests.unit.model_inputs import (
    CELLS,
    STAFF,
    band_age_mix,
    baseline,
    organisations,
    parameter_set,
    staff_cells,
    staff_lists,
    unit_costs,
    validated,
)

pytestmark = pytest.mark.unit

MARGIN_TOLERANCE = 2e-6
"""Of all staff of an organisation: a little more than what a fit may leave."""


def test_cells_keep_their_contract_and_add_up_to_the_headcount():
    held = validated(CELLS, "workforce.cell")
    found = dict(held.group_by("ods_code").agg(pl.col("posts").sum()).iter_rows())
    assert found == pytest.approx(STAFF, rel=MARGIN_TOLERANCE)
    assert set(held["origin_kind"]) == {"imputed"}


def test_ages_by_grade_are_those_published():
    posts = CELLS.filter(ods_code="QOP").group_by("grade", "age_band").agg(pl.col("posts").sum())
    mix = band_age_mix().with_columns(age_share=pl.col("headcount") / pl.col("headcount").sum().over("grade"))
    compared = posts.join(mix, on=["grade", "age_band"]).with_columns(
        expected=pl.col("age_share") * pl.col("posts").sum().over("grade")
    )
    assert compared.height == 11 * len(AGE_BANDS)
    assert (compared["posts"] - compared["expected"]).abs().max() <= 12 * MARGIN_TOLERANCE * STAFF["QOP"]


@settings(max_examples=10, deadline=None)
@given(
    saving=st.floats(45_000, 75_000),
    service=st.floats(8, 17),
    shape=st.floats(1.5, 4),
    ages=st.lists(st.integers(2, 30), min_size=len(AGE_BANDS), max_size=len(AGE_BANDS)),
)
def test_w4_cells_have_the_ages_published_the_pay_that_saving_implies_and_the_service_assumed(
    saving, service, shape, ages
):
    parameters = parameter_set(
        saving_per_post_gbp_icb=saving,
        **{f"mean_reckonable_service_years_{body}": service for body in ("icb", "nhse")},
        service_shape=shape,
    )
    mix = band_age_mix(ages)
    try:
        held = staff_cells(parameters, mix=mix)
    except ValueError:
        # Few are old enough for that much service: no cells agree with both, and none are made.
        assume(False)
    posts = pl.col("posts")
    of_age = posts.sum().over("ods_code", "grade", "age_band") / posts.sum().over("ods_code", "grade")
    published = mix.select("grade", "age_band", age=pl.col("headcount") / pl.col("headcount").sum().over("grade"))
    compared = held.with_columns(of_age=of_age, of_grade=posts.sum().over("ods_code", "grade")).join(
        published, on=["grade", "age_band"], how="left"
    )
    off = (pl.col("of_age") - pl.col("age")).abs() * pl.col("of_grade") / posts.sum().over("ods_code")
    assert compared.select(off).max().item() <= 12e-6
    means = held.group_by("ods_code", "body", "employer_terms").agg(
        paid=(posts * pl.col("mean_full_time_pay_gbp").cast(pl.Float64) * pl.col("contracted_share")).sum()
        / posts.sum(),
        served=(posts * pl.col("mean_service_years")).sum() / posts.sum(),
    )
    assert means.height == len(STAFF)
    for row in means.iter_rows(named=True):
        stated = parameters.value(f"saving_per_post_gbp_{row['body']}")
        rates = on_costs(parameters, row["employer_terms"])
        assert row["paid"] == pytest.approx(pl.select(implied_salary(pl.lit(stated), parameters, rates)).item(), abs=1)
        assumed = parameters.value(f"mean_reckonable_service_years_{row['body']}")
        assert row["served"] == pytest.approx(assumed, abs=1e-3)


@pytest.mark.parametrize(("code", "pay"), [("QOP", 42_181.22), ("X24", 38_830.65), ("DHSC", 37_435.68)])
def test_pay_at_the_hours_contracted_is_what_the_saving_implies(code, pay):
    own = CELLS.filter(ods_code=code)
    paid = own["posts"] * own["mean_full_time_pay_gbp"].cast(pl.Float64) * own["contracted_share"]
    assert paid.sum() / own["posts"].sum() == pytest.approx(pay, abs=0.1)


def test_service_has_the_mean_assumed_and_its_spread():
    own = CELLS.filter(ods_code="QOC")
    assert (own["posts"] * own["mean_service_years"]).sum() / own["posts"].sum() == pytest.approx(15, abs=1e-3)
    years, shares = service_distribution(parameter_set(), "icb")
    of_band = own.group_by("service_band").agg(pl.col("posts").sum() / STAFF["QOC"])
    under_two = of_band.filter(service_band="under 2")["posts"].item()
    assert under_two == pytest.approx(shares[years < 2].sum(), abs=1e-5)


def test_nobody_has_more_service_than_their_age_allows():
    longest = {age: SERVICE_BANDS[band] for age, band in CELLS.select("age_band", "service_band").iter_rows()}
    for age_band, band in CELLS.select("age_band", "service_band").unique().iter_rows():
        longest[age_band] = max(longest[age_band], SERVICE_BANDS[band])
    assert longest == {"Under 25": 5, "25 to 34": 15, **dict.fromkeys(list(AGE_BANDS)[2:], 24)}


def test_service_that_ages_do_not_allow_is_refused():
    with pytest.raises(ValueError, match="margins cannot be met together"):
        staff_cells(parameter_set(youngest_starting_age_years=45))


def test_a_staff_list_stands_in_place_of_the_cells_of_its_organisation():
    lists = staff_lists(
        ("QOP", "6", None, 3.0, 1.0, "agenda_for_change"),
        ("QOP", "6", None, 4.9, 0.5, "agenda_for_change"),
        ("QOP", None, 61_000.0, 30.2, 1.0, "agenda_for_change"),
    )
    held = validated(staff_cells(lists=lists), "workforce.cell")
    own = held.filter(ods_code="QOP")
    columns = ("grade", "age_band", "service_band", "posts", "mean_service_years", "contracted_share", "origin_kind")
    assert own.select(columns).rows() == [
        ("Band 6", "Not stated", "2 to 4", 20.0, 3.5, 0.75, "measured"),
        ("Not stated", "Not stated", "24 and over", 10.0, 30.0, 1.0, "measured"),
    ]
    assert [float(pay) for pay in own["mean_full_time_pay_gbp"]] == [42_600, 61_000]
    assert held.filter(pl.col("ods_code") != "QOP").equals(CELLS.filter(pl.col("ods_code") != "QOP"))


@given(
    st.lists(st.floats(0.01, 10), min_size=2, max_size=9),
    st.floats(0.01, 0.99),
)
def test_tilted_shares_have_the_mean_and_stay_in_proportion(weights, place):
    values = np.arange(len(weights), dtype=float)
    mean = place * values.max()
    shares = tilted(np.array(weights), values, mean)
    assert shares.sum() == pytest.approx(1)
    assert shares @ values == pytest.approx(mean, abs=1e-6)
    untouched = np.array(weights) / sum(weights)
    assert tilted(np.array(weights), values, untouched @ values) == pytest.approx(untouched, abs=1e-6)


def test_a_mean_out_of_reach_is_refused():
    with pytest.raises(ValueError, match="out of reach"):
        tilted(np.array([1.0, 1.0, 0.0]), np.array([1.0, 2.0, 3.0]), 2.5)


@given(
    st.lists(st.floats(0.1, 10), min_size=12, max_size=12),
    st.lists(st.floats(1, 10), min_size=3, max_size=3),
    st.lists(st.floats(1, 10), min_size=4, max_size=4),
)
def test_a_fit_agrees_with_its_margins_and_keeps_odds_ratios(start, rows, columns):
    table = np.array(start).reshape(3, 4)
    rows, columns = np.array(rows) / sum(rows), np.array(columns) / sum(columns)
    found = fitted(table, {(0,): rows, (1,): columns})
    assert np.abs(found.sum(axis=1) - rows).max() <= 1e-6
    assert np.abs(found.sum(axis=0) - columns).max() <= 1e-6
    before = table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0])
    assert found[0, 0] * found[1, 1] / (found[0, 1] * found[1, 0]) == pytest.approx(before)


def test_mean_exit_cost_at_the_central_factors_is_the_unit_cost():
    central = unit_costs().filter(fy="2025-26")
    for row in central.iter_rows(named=True):
        own = CELLS.filter(body=row["body"])
        found = mean_exit_cost(own, parameter_set(), np.ones(1), np.ones(1), notice_weeks=12)
        assert found.pop("mean_pay_gbp").item() == pytest.approx(float(row["mean_salary_gbp"]), abs=0.05)
        for part, values in found.items():
            assert values.item() == pytest.approx(float(row[part]), abs=0.05), part
        assert found["exit_cost_gbp"].item() == pytest.approx(float(row["exit_cost_gbp"]), abs=0.05)


@settings(max_examples=15, deadline=None)
@given(pay=st.floats(0.8, 1.3), service=st.floats(0.5, 1.5))
def test_mean_exit_cost_follows_scenarios_of_pay_and_service(pay, service):
    """A scenario whose parameters are the central ones times factors costs what those factors cost."""
    saving = 1.3928 * 42_181.22 * pay - 750
    parameters = parameter_set(saving_per_post_gbp_icb=saving, mean_reckonable_service_years_icb=15 * service)
    costs = unit_costs(parameters, held=CELLS).filter(body="icb", fy="2025-26")
    points = exit_points(CELLS.filter(body="icb"))
    found = mean_exit_cost(points, parameters, np.array([1.0, pay]), np.array([1.0, service]), notice_weeks=12)
    assert found["severance_gbp"][1] == pytest.approx(float(costs["severance_gbp"].item()), abs=1)
    assert found["exit_cost_gbp"][1] == pytest.approx(float(costs["exit_cost_gbp"].item()), abs=1)


def test_mean_exit_cost_of_one_person_by_hand():
    lists = staff_lists(("QOP", None, 48_000.0, 13.9, 1.0, "agenda_for_change"))
    alone = organisations({"QOP": "icb"})
    held = staff_cells(bodies=alone, staff=baseline({"QOP": 5.0}), lists=lists)
    found = mean_exit_cost(held, parameter_set(), np.array([1.0, 2.0]), np.array([1.0, 0.1]))
    assert found["severance_gbp"] == pytest.approx([52_200, 52_200])  # a staff list is taken as it stands
    assert found["class_1a_nic_gbp"] == pytest.approx([3_330, 3_330])


def test_mean_exit_cost_of_two_bodies_is_refused():
    with pytest.raises(ValueError, match="of one body"):
        mean_exit_cost(CELLS, parameter_set(), np.ones(1), np.ones(1))
