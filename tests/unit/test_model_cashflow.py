from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings

from nhs_assets.contracts.vocabulary import COST_COMPONENTS, SAVING_COMPONENTS
from nhs_assets.model.pay import on_costs, pay_index
from tests.unit.model_inputs import (
    STAFF,
    Modelled,
    organisations,
    parameter_set,
    programmes,
    validated,
    waves,
)

pytestmark = pytest.mark.unit

MID_MARCH = waves(("only", date(2026, 3, 15), date(2026, 3, 31), 1.0, 2))


def total(frame: pl.DataFrame, **conditions: object) -> Decimal:
    return frame.filter(**conditions)["amount_gbp_m"].sum()


def test_tables_hold_every_organisation_month_and_component():
    modelled = Modelled()
    costs = validated(modelled.exit_cost_month, "savings.exit_cost_month_before_succession")
    savings = validated(modelled.saving_month, "savings.saving_month_before_succession")
    assert costs.height == 2 * len(STAFF) * 120 * len(COST_COMPONENTS)
    assert savings.height == len(STAFF) * 120 * len(SAVING_COMPONENTS)


def test_cost_is_recognised_at_approval_and_paid_on_leaving():
    costs = Modelled(exit_waves=MID_MARCH).exit_cost_month.filter(pl.col("amount_gbp_m") > 0)
    months = costs.group_by("accounting_basis").agg(pl.col("month").unique()).explode("month")
    assert dict(months.iter_rows()) == {"accrual": date(2026, 1, 1), "cash_paid": date(2026, 3, 1)}


def test_cost_is_paid_exits_times_unit_cost():
    modelled = Modelled(exit_waves=MID_MARCH)
    unit = dict(modelled.unit_cost.filter(fy="2025-26").select("body", "exit_cost_gbp").iter_rows())
    paid_exits = Decimal("0.85") * Decimal("0.4") * Decimal(STAFF["QOP"])
    paid = total(modelled.exit_cost_month, ods_code="QOP", accounting_basis="cash_paid")
    assert abs(paid * 1_000_000 - paid_exits * unit["icb"]) <= len(COST_COMPONENTS)


def test_cost_is_at_the_pay_of_the_year_of_leaving():
    april = waves(("april", date(2026, 4, 1), date(2026, 4, 30), 1.0, 2))
    now, later = (Modelled(exit_waves=wave).exit_cost_month for wave in (MID_MARCH, april))
    notice, severance = (
        float(total(later, component=part) / total(now, component=part))
        for part in ("pay_in_lieu_of_notice", "severance")
    )
    assert notice == pytest.approx(1.033, abs=1e-5)
    # Pay above the cap and below the floor brings no more severance when it rises.
    assert 1.02 < severance < 1.033


def test_flow_is_booked_by_the_month_it_falls_in():
    spring = waves(("spring", date(2027, 4, 1), date(2027, 4, 30), 1.0, 2))
    costs = Modelled(exit_waves=spring).exit_cost_month
    assert total(costs, ods_code="X24", accounting_basis="accrual") > 0
    assert total(costs, ods_code="X24", accounting_basis="cash_paid") == 0


def test_programme_cost_is_spread_over_the_months_of_recognition_and_adds_up():
    modelled = Modelled(parameters=parameter_set(fixed_programme_cost_gbp_m=7.000003))
    spent = modelled.exit_cost_month.filter(component="programme", accounting_basis="cash_paid")
    assert total(spent) == Decimal("7.000003")
    recognised = set(modelled.exits["recognised_month"])
    assert set(spent.filter(pl.col("amount_gbp_m") > 0)["month"]) == recognised


def test_programme_cost_without_paid_exits_is_refused():
    with pytest.raises(ValueError, match="paid exits"):
        Modelled(parameters=parameter_set(fixed_programme_cost_gbp_m=1, paid_exit_share=0))


@settings(max_examples=15, deadline=None)
@given(modelled=programmes())
def test_x5_accrual_and_cash_come_to_the_same_total(modelled):
    costs = validated(modelled.exit_cost_month, "savings.exit_cost_month_before_succession")
    by_basis = costs.group_by("component", "accounting_basis").agg(pl.col("amount_gbp_m").sum())
    bases = by_basis.pivot("accounting_basis", index="component", values="amount_gbp_m")
    assert bases["accrual"].equals(bases["cash_paid"])


@settings(max_examples=15, deadline=None)
@given(modelled=programmes())
def test_x9_on_costs_saved_are_their_rates_times_the_pay_saved(modelled):
    savings = modelled.saving_month.with_columns(pl.col("amount_gbp_m").cast(pl.Float64))
    by_component = savings.pivot("component", index=["ods_code", "month"], values="amount_gbp_m")
    # What a body took over stays on its own terms.
    taking_over = modelled.programme.organisation.filter(pl.col("transfers_on").is_not_null())
    by_component = by_component.join(
        taking_over.select(ods_code="receiving_ods_code", since=pl.col("transfers_on").dt.truncate("1mo")).unique(),
        on="ods_code",
        how="left",
    ).filter(pl.col("since").is_null() | (pl.col("month") < pl.col("since")))
    terms = dict(modelled.programme.organisation.select("ods_code", "employer_terms").iter_rows())
    for code, months in by_component.group_by("ods_code"):
        for name, rate in on_costs(modelled.parameters, terms[code[0]]).items():
            # Every flow is rounded to the pound.
            assert (months[name] - months["pay"] * rate).abs().max() <= 1e-6 + 1e-9, name


def test_pay_index_follows_dated_awards_and_repeats_the_last():
    index = dict(pay_index(parameter_set()).select("month", "pay_index").iter_rows())
    assert index[date(2025, 4, 1)] == index[date(2026, 3, 1)] == 1.0
    assert index[date(2026, 4, 1)] == pytest.approx(1.033)
    assert index[date(2027, 3, 1)] == pytest.approx(1.033)
    assert index[date(2027, 4, 1)] == pytest.approx(1.033 * 1.025)
    assert index[date(2029, 4, 1)] == pytest.approx(1.033 * 1.025**3)


def test_award_of_the_base_year_is_in_the_pay_already():
    index = pay_index(parameter_set(pay_award_pct={date(2025, 4, 1): 3.6}))["pay_index"]
    assert index.item(11) == 1.0
    assert index.item(12) == pytest.approx(1.036)


def test_leavers_of_mid_march_save_half_a_month_of_it():
    modelled = Modelled(exit_waves=MID_MARCH)
    in_march = total(modelled.saving_month, ods_code="QOP", month=date(2026, 3, 1))
    assert float(in_march) == pytest.approx(640 * 58_000 / 12 / 2 / 1e6, abs=1e-5)


@pytest.mark.parametrize("share", [0, 0.5, 1])
def test_the_share_of_the_month_of_leaving_that_is_saved_is_a_parameter(share: float):
    parameters = parameter_set(leaving_month_saved_share=share)
    in_march = total(Modelled(parameters, exit_waves=MID_MARCH).saving_month, ods_code="QOP", month=date(2026, 3, 1))
    assert float(in_march) == pytest.approx(640 * 58_000 / 12 * share / 1e6, abs=1e-5)


def test_saving_at_full_run_rate_is_posts_times_saving_per_post():
    parameters = parameter_set(pay_award_pct=0)
    year = Modelled(parameters=parameters).saving_month.filter(fy="2030-31")
    expected = 0.4 * (2_000 * 58_000 + 1_830 * 53_333.33) / 1e6
    rounding = year.height / 2 / 1e6
    assert abs(float(total(year)) - expected) <= rounding


def test_saving_of_a_transferred_body_is_booked_to_its_receiver():
    savings = Modelled().saving_month
    assert total(savings, ods_code="X24", month=date(2027, 3, 1)) > 0
    assert total(savings, ods_code="X24", month=date(2027, 4, 1)) == 0


def test_backfill_is_negative_and_takes_its_share():
    parameters = parameter_set(backfill_share=0.25)
    savings = validated(Modelled(parameters=parameters).saving_month, "savings.saving_month_before_succession")
    refilled = pl.col("component").is_in(["backfill", "backfill_employer_taxes"])
    assert float(total(savings.filter(refilled)) / total(savings.filter(~refilled))) == pytest.approx(-0.25, abs=1e-5)


def test_totals_do_not_depend_on_who_books_them():
    moved = Modelled()
    stayed = Modelled(bodies=organisations(X24={"transfers_on": None, "receiving_ods_code": None}))
    for table in ("exit_cost_month", "saving_month"):
        assert total(getattr(moved, table)) == total(getattr(stayed, table))
