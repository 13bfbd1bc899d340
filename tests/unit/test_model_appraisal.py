import itertools
from collections import defaultdict
from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nhs_assets.contracts.vocabulary import PERSPECTIVES
from nhs_assets.model.appraisal import appraisal, deepest_deficit, net_present_value, payback_index
from nhs_assets.model.cashflow import exit_cost_month, saving_month
from nhs_assets.model.parameters import BEST_ESTIMATE
from nhs_assets.model.phasing import departing
from nhs_assets.model.scenario import flows_of
from nhs_assets.model.tables import CASH, as_table
from tests.unit.model_inputs import (
    BASE_FY,
    Modelled,
    baseline,
    deflator,
    organisations,
    parameter_set,
    perspectives,
    programme,
    programmes,
    spine,
    unit_costs,
    validated,
    waves,
)

pytestmark = pytest.mark.unit

flows = st.lists(st.integers(-1_000, 1_000), min_size=1, max_size=60).map(np.array)
upfront_cost = st.integers(1, 5_000)
later_savings = st.lists(st.integers(0, 500), min_size=1, max_size=120)


def ramp(cost: int, saving: int, ramp_months: int, months: int = 240) -> np.ndarray:
    """Cost in the first month and a saving that rises evenly, in units in which every flow is whole."""
    net = 2 * saving * np.minimum(np.arange(1, months + 1), ramp_months)
    net[0] -= 24 * ramp_months * cost
    return net


def run(ramp_months: int, share: float) -> dict[str, object]:
    """The model's own exits and saving: £1,000m paid in April 2026 for £1,000m a year, leavers on an even ramp."""
    last = pl.select(pl.lit(date(2026, 4, 1)).dt.offset_by(f"{ramp_months}mo").dt.offset_by("-1d")).item()
    bodies = organisations({"QOP": "icb"})
    parameters = parameter_set(leaving_month_saved_share=share, saving_per_post_gbp_icb=62_500, pay_award_pct=0)
    leavers = waves(("all", date(2026, 4, 1), last, 1.0, 0))
    made = programme(parameters, baseline({"QOP": 16_000.0}, 1.0), bodies, leavers, "linear")
    costs, _ = tables(1_000, 0, 1)
    return budget_view(appraised(costs, saving_month(made, unit_costs(parameters, bodies))))


def tables(cost_gbp_m: float, saving_gbp_m: float, ramp_months: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cost paid in April 2026 and a yearly saving that rises evenly from then, as tables of one organisation."""
    months = spine().with_columns(
        ods_code=pl.lit("QOP"),
    )
    month_of_programme = pl.col("months_from_base") - 11
    costs = months.with_columns(
        accounting_basis=pl.lit("cash_paid"),
        component=pl.lit("severance"),
        amount_gbp_m=pl.when(month_of_programme == 1).then(float(cost_gbp_m)).otherwise(0.0),
    )
    savings = months.with_columns(
        component=pl.lit("pay"),
        amount_gbp_m=saving_gbp_m / 12 * month_of_programme.clip(0, ramp_months) / ramp_months,
    )
    constants = {"scenario_id": BEST_ESTIMATE, **CASH}
    return (
        as_table(costs, "savings.exit_cost_month", **constants),
        as_table(savings, "savings.saving_month", **constants),
    )


def appraised(costs: pl.DataFrame, savings: pl.DataFrame, growth_pct: float = 0.0) -> pl.DataFrame:
    return appraisal(parameter_set(), flows_of(costs, savings), perspectives(), deflator(growth_pct))


def budget_view(
    table: pl.DataFrame,
    horizon_years: int = 10,
    discount_rate_pct: float = 0.0,
    accounting_basis: str = "cash_paid",
) -> dict[str, object]:
    view = table.filter(
        perspective="dhsc_budget",
        accounting_basis=accounting_basis,
        horizon_years=horizon_years,
        discount_rate_pct=discount_rate_pct,
    )
    return view.row(0, named=True)


def by_month(flows: pl.DataFrame) -> dict[date, list[tuple[str, Decimal]]]:
    """Component and national amount of each month."""
    found = defaultdict(list)
    for month, name, amount in flows.group_by("month", "component").agg(pl.col("amount_gbp_m").sum()).iter_rows():
        found[month].append((name, amount))
    return found


@pytest.mark.parametrize(("ramp_months", "months", "month"), [(24, 24, date(2028, 3, 1)), (36, 29, date(2028, 8, 1))])
def test_payback_of_an_even_ramp(ramp_months, months, month):
    view = budget_view(appraised(*tables(1_000, 1_000, ramp_months)))
    assert (view["payback_months"], view["payback_month"]) == (months, month)
    assert payback_index(ramp(1_000, 1_000, ramp_months)) == months - 1


@pytest.mark.parametrize(
    ("ramp_months", "share", "months", "month"),
    [
        pytest.param(24, 1.0, 24, date(2028, 3, 1), id="two_years_by_the_end_of_the_month"),
        pytest.param(36, 1.0, 29, date(2028, 8, 1), id="three_years_by_the_end_of_the_month"),
        pytest.param(24, 0.5, 24, date(2028, 3, 1), id="two_years_in_the_middle_of_the_month"),
        pytest.param(36, 0.5, 30, date(2028, 9, 1), id="three_years_in_the_middle_of_the_month"),
    ],
)
def test_leavers_on_an_even_ramp_pay_back_when_the_closed_form_says(ramp_months, share, months, month):
    view = run(ramp_months, share)
    assert (view["payback_months"], view["payback_month"]) == (months, month)
    # Cost over a year's saving is 1. By the end of the month m(m + 1) >= 24 R, in the middle of it m^2 >= 24 R.
    assert next(m for m in range(1, 99) if m * (m + 2 * share - 1) >= 24 * ramp_months) == months


@settings(max_examples=15, deadline=None)
@given(
    first=st.dates(date(2026, 1, 1), date(2027, 12, 1)),
    ramp_months=st.integers(6, 60),
    other_share=st.floats(0, 3),
    saved_share=st.sampled_from([0.5, 1.0]),
)
def test_departures_that_a_scenario_sets_pay_back_when_the_closed_form_says(
    first, ramp_months, other_share, saved_share
):
    """Everybody is paid to leave on an even ramp, and all of the cost is recognised as it starts."""
    last = (first.year * 12 + first.month - 1) + ramp_months - 1
    departures = f"voluntary {first:%Y-%m} to {last // 12}-{last % 12 + 1:02}, approved {first:%Y-%m}"
    shipped = waves(("early", date(2026, 4, 1), date(2026, 9, 30), 1.0, 2), stream="voluntary")
    bodies = organisations({"QOP": "icb"})
    parameters = parameter_set(
        leaving_month_saved_share=saved_share,
        other_exit_cost_share_icb=other_share,
        pay_award_pct=0,
        paid_exit_share=1,
        **dict.fromkeys(("backfill_share", "rehire_share", "fixed_programme_cost_gbp_m"), 0),
    )
    made = programme(parameters, baseline({"QOP": 16_000.0}, 0.5), bodies, departing(shipped, departures), "linear")
    of_body = unit_costs(parameters, bodies)
    flows = flows_of(exit_cost_month(made, of_body), saving_month(made, of_body))
    view = budget_view(appraisal(parameters, flows, perspectives(), deflator(0.0)), accounting_basis="accrual")
    cost = float(flows.filter(accounting_basis="accrual")["amount_gbp_m"].sum())
    a_year = float(flows.filter(accounting_basis="both", month=flows["month"].max())["amount_gbp_m"].sum()) * 12
    needed = 24 * ramp_months * cost / a_year
    by_month = [m * (m + 2 * saved_share - 1) for m in range(ramp_months + 1)]
    assume(by_month[-1] > needed and min(abs(m - needed) for m in by_month) > needed * 2e-3)
    assert view["payback_months"] == next(m for m, reached in enumerate(by_month) if reached >= needed)


@given(cost=st.integers(1, 3_000), saving=st.integers(1, 3_000), ramp_months=st.integers(1, 120))
def test_payback_agrees_with_the_closed_form(cost, saving, ramp_months):
    closed_form = next(m for m in range(1, 10**6) if m * (m + 1) * saving >= 24 * ramp_months * cost)
    assume(closed_form <= ramp_months)
    assert payback_index(ramp(cost, saving, ramp_months)) == closed_form - 1


@given(net=flows)
def test_after_payback_the_running_sum_is_never_negative(net):
    running, paid_back = np.cumsum(net), payback_index(net)
    if paid_back is None:
        assert running[-1] < 0
    else:
        assert (running[paid_back:] >= 0).all()
        assert paid_back == 0 or running[paid_back - 1] < 0


@given(net=flows, scale=st.integers(1, 1_000))
def test_payback_is_unchanged_when_cost_and_saving_scale_together(net, scale):
    assert payback_index(net * scale) == payback_index(net)


@given(net=flows)
def test_deepest_deficit_is_the_lowest_running_sum(net):
    lowest, place = deepest_deficit(net)
    assert lowest == min(np.cumsum(net)) == np.cumsum(net)[place]


@given(net=flows)
def test_net_present_value_at_nil_is_the_plain_sum(net):
    assert net_present_value(net, np.arange(len(net)), 0.0) == pytest.approx(net.sum())


@given(cost=upfront_cost, savings=later_savings, rates=st.tuples(st.floats(0, 20), st.floats(0, 20)))
def test_net_present_value_falls_with_the_rate_when_cost_comes_first(cost, savings, rates):
    net, months = np.array([-cost, *savings]), np.arange(len(savings) + 1)
    low, high = (net_present_value(net, months, rate) for rate in sorted(rates))
    assert high <= low + 1e-9


def test_net_present_value_by_hand():
    assert net_present_value(np.array([-1_000.0, 1_035.0]), np.array([0, 12]), 3.5) == pytest.approx(0)


def test_net_present_value_takes_many_flows_at_once():
    net = np.array([[-1.0, 2.0], [-2.0, 4.0]])
    assert net_present_value(net, np.array([0, 12]), 100.0) == pytest.approx([0, 0])


def test_appraisal_holds_every_view():
    made = Modelled()
    table = validated(appraised(made.exit_cost_month, made.saving_month, 2.0), "savings.appraisal")
    assert table.height == len(PERSPECTIVES) * 2 * 2 * 3
    assert set(table["discount_rate_pct"]) == {0.0, 1.5, 3.5}
    assert set(table["horizon_years"]) == {5, 10}


@settings(max_examples=15, deadline=None)
@given(modelled=programmes(), growth_pct=st.floats(0, 6))
def test_r1_r3_only_real_flows_are_discounted_and_at_zero_the_value_is_their_plain_sum(modelled, growth_pct):
    prices = deflator(growth_pct)
    flows = flows_of(modelled.exit_cost_month, modelled.saving_month)
    table = validated(appraisal(modelled.parameters, flows, perspectives(), prices), "savings.appraisal")
    assert table.select("price_basis", "base_fy", "deflator_vintage_id").unique().rows() == [
        ("real", BASE_FY, prices["vintage_id"][0])
    ]
    plain = table.filter(discount_rate_pct=0.0)
    assert (plain["npv_gbp_m"] - (plain["real_saving_gbp_m"] - plain["real_cost_gbp_m"])).abs().max() < 1e-6
    index = dict(prices.select("fy", "index_value").iter_rows())
    for basis in ("accrual", "cash_paid"):
        cost = modelled.exit_cost_month.filter(accounting_basis=basis)
        real = sum(float(amount) * 100 / index[fy] for fy, amount in cost.select("fy", "amount_gbp_m").iter_rows())
        found = budget_view(table.filter(horizon_years=10), accounting_basis=basis)
        assert found["real_cost_gbp_m"] == pytest.approx(real)
        assert found["cash_cost_gbp_m"] == cost["amount_gbp_m"].sum()


@settings(max_examples=15, deadline=None)
@given(modelled=programmes(), scale=st.integers(2, 50))
def test_r4_payback_is_where_the_running_sum_turns_and_scaling_the_programme_does_not_move_it(modelled, scale):
    larger = perspectives().with_columns(pl.col("weight") * scale)
    tables = (modelled.exit_cost_month, modelled.saving_month)
    columns = ["perspective", "accounting_basis", "horizon_years", "payback_month", "payback_months"]
    table, scaled = (
        appraisal(modelled.parameters, flows_of(*tables), weights, deflator()).select(columns)
        for weights in (perspectives(), larger)
    )
    assert table.equals(scaled)
    weight = dict(perspectives().filter(perspective="exchequer").select("component", "weight").iter_rows())
    months = modelled.saving_month["month"].unique().sort().to_list()
    for basis, years in itertools.product(("accrual", "cash_paid"), (5, 10)):
        cost, saving = (
            [sum(amount * int(weight[name]) for name, amount in rows[month]) for month in months[: 12 * years]]
            for rows in (by_month(tables[0].filter(accounting_basis=basis)), by_month(tables[1]))
        )
        running = list(itertools.accumulate(gain - spent for gain, spent in zip(saving, cost, strict=True)))
        first = next((place for place, spent in enumerate(cost) if spent > 0), None)
        turn = max((place + 1 for place, total in enumerate(running) if total < 0), default=0)
        expected = (None, None)
        if first is not None and turn < len(running):
            expected = (months[max(first, turn)], max(first, turn) - first + 1)
        row = table.filter(perspective="exchequer", accounting_basis=basis, horizon_years=years)
        assert set(row.select("payback_month", "payback_months").iter_rows()) == {expected}


@settings(max_examples=15, deadline=None)
@given(
    cost=st.integers(1, 3_000),
    saving=st.integers(0, 2_000),
    ramp_months=st.integers(1, 60),
    rates=st.lists(st.integers(1, 2_000), min_size=2, max_size=2, unique=True).map(sorted),
)
def test_r2_a_higher_rate_gives_a_lower_value_where_cost_comes_first(cost, saving, ramp_months, rates):
    low, high = (rate / 100 for rate in rates)
    parameters = parameter_set(discount_rate_health_pct=low, discount_rate_real_pct=high)
    table = appraisal(parameters, flows_of(*tables(cost, saving, ramp_months)), perspectives(), deflator())
    keys = ["perspective", "accounting_basis", "horizon_years"]
    for _, rows in table.sort("discount_rate_pct").group_by(keys):
        assert rows["discount_rate_pct"].to_list() == [0, low, high]
        for before, after in itertools.pairwise(rows["npv_gbp_m"]):
            assert before < 0 or after <= before + 1e-6


def test_real_amounts_are_cash_in_prices_of_the_base_year():
    view = budget_view(appraised(*tables(1_000, 0, 24), growth_pct=2.0))
    assert view["real_cost_gbp_m"] == pytest.approx(1_000 / 1.02)
    assert view["cash_cost_gbp_m"] == 1_000


def test_flows_are_discounted_from_the_first_month_of_the_base_year():
    view = budget_view(appraised(*tables(1_000, 0, 24)), discount_rate_pct=3.5)
    assert view["npv_gbp_m"] == pytest.approx(-1_000 / 1.035)


def test_deepest_deficit_and_its_month():
    view = budget_view(appraised(*tables(1_000, 1_000, 24)))
    assert float(view["deepest_cash_deficit_gbp_m"]) == pytest.approx(-1_000 + 1_000 / 12 / 24, abs=1e-5)
    assert view["deepest_deficit_month"] == date(2026, 4, 1)


def test_discounting_puts_payback_off_when_cost_comes_first():
    view = budget_view(appraised(*tables(1_000, 1_000, 36), growth_pct=2.0), discount_rate_pct=3.5)
    assert view["payback_month"] == date(2028, 8, 1)
    assert view["discounted_payback_month"] > view["payback_month"]


def test_cost_never_recovered_has_no_payback():
    view = budget_view(appraised(*tables(1_000, 10, 24)))
    assert view["payback_month"] is None
    assert view["payback_months"] is None
    assert view["discounted_payback_month"] is None


def test_view_without_cost_has_neither_ratio_nor_payback():
    social = appraised(*tables(1_000, 1_000, 24)).filter(perspective="social")
    assert social["cash_cost_gbp_m"].sum() == 0
    for column in ("benefit_cost_ratio", "payback_month", "payback_months", "discounted_payback_month"):
        assert social[column].null_count() == social.height


def test_payback_of_a_programme_is_unchanged_by_its_size():
    whole, half = Modelled(), Modelled(staff=baseline(removed_share=0.2))
    views = [budget_view(appraised(size.exit_cost_month, size.saving_month)) for size in (whole, half)]
    assert views[0]["payback_month"] == views[1]["payback_month"]


def test_horizon_cuts_off_later_months():
    views = appraised(*tables(1_000, 1_200, 1))
    assert budget_view(views, horizon_years=5)["cash_saving_gbp_m"] == 4_800
    assert budget_view(views)["cash_saving_gbp_m"] == 10_800


def test_year_without_deflator_is_refused():
    costs, savings = tables(1_000, 1_000, 24)
    with pytest.raises(ValueError, match="2034-35"):
        appraisal(parameter_set(), flows_of(costs, savings), perspectives(), deflator(years=9))


def test_several_deflators_are_refused():
    costs, savings = tables(1_000, 1_000, 24)
    other = deflator().with_columns(vintage_id=pl.lit("obr_november_2025"))
    with pytest.raises(ValueError, match="one deflator"):
        appraisal(parameter_set(), flows_of(costs, savings), perspectives(), pl.concat([deflator(), other]))


def test_component_without_weight_is_refused():
    costs, savings = tables(1_000, 1_000, 24)
    unweighed = perspectives().filter(~((pl.col("perspective") == "social") & (pl.col("component") == "pay")))
    with pytest.raises(ValueError, match="pay in social"):
        appraisal(parameter_set(), flows_of(costs, savings), unweighed, deflator())
