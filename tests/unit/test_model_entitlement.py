from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_assets.model.entitlement import ExitTerms, class_1a_nic, pay_in_lieu_of_notice, severance
from tests.unit.model_inputs import parameter_set

pytestmark = pytest.mark.unit

TERMS = ExitTerms.from_parameters(parameter_set(), "agenda_for_change")
MONTH_OF_YEAR = Fraction(435, 100) / 52

pay_in_pence = st.integers(1_000_000, 20_000_000)
months_of_service = st.integers(0, 45 * 12)
share_in_thousandths = st.integers(1, 1000)


def payment(pay_gbp: float | Decimal, service_years: float, share: float = 1.0, terms: ExitTerms = TERMS) -> Decimal:
    leaver = pl.DataFrame({"annual_pay_gbp": [pay_gbp], "service_years": [service_years], "contracted_share": [share]})
    return severance(leaver, terms)["severance_gbp"].item()


def on_amount(gbp: float | Decimal, rule: Callable[..., pl.Expr], *rates: float) -> Decimal:
    return pl.DataFrame({"gbp": [gbp]}).select(rule(pl.col("gbp"), *rates)).item()


@pytest.mark.parametrize(
    ("pay_gbp", "service_years", "share", "expected"),
    [
        pytest.param(80_000, 30, 1.0, "160000.00", id="ceiling"),
        pytest.param(20_000, 10, 0.5, "9620.19", id="floor_before_share"),
        pytest.param(48_000, 1 + 11 / 12, 1.0, "0.00", id="one_month_short_of_two_years"),
        pytest.param(48_000, 2, 1.0, "8030.77", id="two_years"),
        pytest.param(48_000, 13 + 11 / 12, 1.0, "52200.00", id="part_year_not_counted"),
        pytest.param(150_000, 10, 1.0, "66923.08", id="pay_above_cap"),
    ],
)
def test_payment_by_hand(pay_gbp, service_years, share, expected):
    assert payment(pay_gbp, service_years, share) == Decimal(expected)


def test_month_of_pay_is_the_better_of_a_twelfth_and_the_weeks():
    leaver = pl.DataFrame({"annual_pay_gbp": [48_000], "service_years": [10], "contracted_share": [1.0]})
    fewer_weeks = ExitTerms(**{**vars(TERMS), "weeks_per_month": 4.3})
    assert severance(leaver, TERMS)["month_of_pay_gbp"].item() == Decimal("4015.38")
    assert severance(leaver, fewer_weeks)["month_of_pay_gbp"].item() == Decimal("4000.00")


def test_half_a_penny_is_rounded_up():
    even_twelfths = ExitTerms(**{**vars(TERMS), "weeks_per_month": 4.0})
    assert payment(Decimal("30000.03"), 2, 1.0, even_twelfths) == Decimal("5000.01")
    assert payment(Decimal("30000.12"), 2, 0.25, even_twelfths) == Decimal("1250.01")


@given(pay=pay_in_pence, months=months_of_service, share=share_in_thousandths)
def test_payment_is_exact_to_the_penny(pay, months, share):
    clamped = min(max(pay, 2_300_000), 8_000_000)
    exact = min(months // 12, 24) * clamped * MONTH_OF_YEAR * Fraction(share, 1000)
    expected = min(int(exact + Fraction(1, 2)), 16_000_000) if months >= 24 else 0
    assert payment(Decimal(pay) / 100, months / 12, share / 1000) * 100 == expected


@given(
    pay=st.tuples(pay_in_pence, pay_in_pence),
    months=st.tuples(months_of_service, months_of_service),
    share=st.tuples(share_in_thousandths, share_in_thousandths),
)
def test_payment_rises_with_service_pay_and_share(pay, months, share):
    low = payment(Decimal(min(pay)) / 100, min(months) / 12, min(share) / 1000)
    high = payment(Decimal(max(pay)) / 100, max(months) / 12, max(share) / 1000)
    assert low <= high


@given(pay=pay_in_pence, months=months_of_service)
def test_payment_is_bounded(pay, months):
    amount = payment(Decimal(pay) / 100, months / 12)
    months_of_pay = 24 * Fraction(min(max(pay, 2_300_000), 8_000_000)) * MONTH_OF_YEAR
    assert amount <= TERMS.maximum_payment_gbp
    assert amount * 100 <= months_of_pay + Fraction(1, 2)
    assert (amount == 0) == (months < 24)


@given(pay=st.integers(1_000_000, 7_900_000), months=months_of_service, share=share_in_thousandths)
def test_payment_scales_with_share_below_the_ceiling(pay, months, share):
    full_time = payment(Decimal(pay) / 100, months / 12)
    part_time = payment(Decimal(pay) / 100, months / 12, share / 1000)
    assert abs(part_time - full_time * share / 1000) <= Decimal("0.01")


@given(award=st.integers(0, 30_000_000))
def test_class_1a_is_the_rate_on_the_award_above_the_threshold(award):
    due = on_amount(Decimal(award) / 100, class_1a_nic, 15.0, 30_000.0)
    expected = int(Fraction(15, 100) * max(0, award - 3_000_000) + Fraction(1, 2))
    assert due * 100 == expected


@pytest.mark.parametrize(("award", "expected"), [(56_000, "3900.00"), (44_000, "2100.00"), (30_000, "0.00")])
def test_class_1a_by_hand(award, expected):
    assert on_amount(award, class_1a_nic, 15.0, 30_000.0) == Decimal(expected)


def test_notice_is_paid_with_employer_national_insurance():
    assert on_amount(52_000, pay_in_lieu_of_notice, 12.0, 52.0, 15.0) == Decimal("13800.00")


def test_terms_differ_by_employer():
    civil_service = ExitTerms.from_parameters(parameter_set(), "civil_service")
    assert payment(100_000, 30, 1.0, civil_service) == Decimal("175673.08")
