from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_assets.model.entitlement import PAYMENTS, ExitTerms, clawback_gbp, entitlement
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.settings import PROJECT_ROOT
from nhs_assets.sources.parameters import read_parameters
from tests.unit.model_inputs import TERMS, parameter_set

pytestmark = pytest.mark.unit

AFC, CIVIL_SERVICE = "agenda_for_change", "civil_service"
PARAMETERS = parameter_set()
MONTH_OF_YEAR = Fraction(435, 100) / 52

pay_in_pence = st.integers(1_000_000, 20_000_000)
months_of_service = st.integers(0, 45 * 12)
share_in_thousandths = st.integers(1, 1000)
terms = st.sampled_from([AFC, CIVIL_SERVICE])


@pytest.fixture(scope="module")
def parameter_value() -> pl.DataFrame:
    """The parameters of the project, every dated value of them."""
    return read_parameters(PROJECT_ROOT / "seeds")


@pytest.fixture(scope="module")
def published(parameter_value: pl.DataFrame) -> ParameterSet:
    return ParameterSet(parameter_value)


def due(
    pay_gbp: float | Decimal,
    service_years: float,
    share: float = 1.0,
    employer_terms: str = AFC,
    *,
    parameters: ParameterSet = PARAMETERS,
    compulsory: bool = False,
    **columns: object,
) -> dict[str, Decimal]:
    leaver = pl.DataFrame(
        {
            "annual_pay_gbp": [pay_gbp],
            "service_years": [float(service_years)],
            "contracted_share": [share],
            "employer_terms": [employer_terms],
            **{name: [value] for name, value in columns.items()},
        }
    )
    return entitlement(leaver, parameters, compulsory=compulsory).row(0, named=True)


def payment(*leaver: object, **options: object) -> Decimal:
    return due(*leaver, **options)["severance_gbp"]


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
def test_payment_by_hand(pay_gbp, service_years, share, expected, published):
    assert payment(pay_gbp, service_years, share) == Decimal(expected)
    assert payment(pay_gbp, service_years, share, parameters=published) == Decimal(expected)


def test_month_of_pay_is_the_better_of_a_twelfth_and_the_weeks():
    fewer_weeks = parameter_set(agenda_for_change_weeks_per_month=4.3)
    assert due(48_000, 10)["month_of_pay_gbp"] == Decimal("4015.38")
    assert due(48_000, 10, parameters=fewer_weeks)["month_of_pay_gbp"] == Decimal("4000.00")


def test_half_a_penny_is_rounded_up():
    even_twelfths = parameter_set(agenda_for_change_weeks_per_month=4.0)
    assert payment(Decimal("30000.03"), 2, 1.0, parameters=even_twelfths) == Decimal("5000.01")
    assert payment(Decimal("30000.12"), 2, 0.25, parameters=even_twelfths) == Decimal("1250.01")


@settings(deadline=None)  # Polars starts its threads with the first example.
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
    employer_terms=terms,
)
def test_payment_rises_with_service_pay_and_share(pay, months, share, employer_terms):
    low = payment(Decimal(min(pay)) / 100, min(months) / 12, min(share) / 1000, employer_terms)
    high = payment(Decimal(max(pay)) / 100, max(months) / 12, max(share) / 1000, employer_terms)
    assert low <= high


@given(pay=pay_in_pence, months=months_of_service, share=share_in_thousandths, employer_terms=terms)
def test_payment_stays_within_the_terms(pay, months, share, employer_terms):
    own = TERMS[employer_terms]
    found = due(Decimal(pay) / 100, months / 12, share / 1000, employer_terms)
    counted = min(max(pay, 2_300_000), own["pay_cap_gbp"] * 100)
    most = min(months // 12, own["maximum_service_years"]) * counted * MONTH_OF_YEAR * Fraction(share, 1000)
    assert found["severance_gbp"] <= own["maximum_payment_gbp"]
    assert found["severance_gbp"] * 100 <= most + Fraction(1, 2)
    assert (found["severance_gbp"] == 0) == (months < 24)


@given(pay=st.integers(1_000_000, 7_900_000), months=months_of_service, share=share_in_thousandths)
def test_payment_scales_with_share_below_the_ceiling(pay, months, share):
    full_time = payment(Decimal(pay) / 100, months / 12)
    part_time = payment(Decimal(pay) / 100, months / 12, share / 1000)
    assert abs(part_time - full_time * share / 1000) <= Decimal("0.01")


@given(
    pay=pay_in_pence,
    months=months_of_service,
    share=share_in_thousandths,
    age=st.integers(18, 75),
    employer_terms=terms,
    compulsory=st.booleans(),
)
def test_payment_is_never_below_statute(pay, months, share, age, employer_terms, compulsory):
    """Worked out by hand: half a week, a week or a week and a half for each of the latest twenty years, by age then."""
    years = range(min(months // 12, 20)) if months >= 24 else ()
    weeks = sum(
        Fraction(3, 2) if age - back - 1 >= 41 else Fraction(1) if age - back - 1 >= 22 else Fraction(1, 2)
        for back in years
    )
    week = min(Fraction(pay * share, 1000 * 52), Fraction(71_900))
    found = due(
        Decimal(pay) / 100, months / 12, share / 1000, employer_terms, compulsory=compulsory, age_years=float(age)
    )
    assert found["statutory_gbp"] * 100 == int(weeks * week + Fraction(1, 2))
    assert found["severance_gbp"] >= found["statutory_gbp"]


def test_without_an_age_statute_is_taken_at_its_most():
    assert due(40_000, 20)["statutory_gbp"] == Decimal("21570.00")  # 20 x 1.5 x 719
    assert due(40_000, 20, age_years=50)["statutory_gbp"] == Decimal("17615.50")  # 9 x 1.5 x 719 + 11 x 719


def test_statute_is_the_floor_of_the_civil_service_above_pension_age(published):
    older = due(30_000, 25, 1.0, CIVIL_SERVICE, parameters=published, age_years=67)
    assert older["statutory_gbp"] == Decimal("17307.69")  # 30 weeks of 30,000 / 52
    assert older["severance_gbp"] == older["statutory_gbp"]  # 6 months are 15,000
    assert payment(30_000, 25, 1.0, CIVIL_SERVICE, parameters=published, age_years=60) == Decimal("52500.00")


def test_voluntary_and_compulsory_terms_differ_in_the_civil_service_alone(published):
    assert payment(36_000, 30, 1.0, CIVIL_SERVICE, parameters=published) == Decimal("63000.00")
    assert payment(36_000, 30, 1.0, CIVIL_SERVICE, parameters=published, compulsory=True) == Decimal("36000.00")
    assert payment(36_000, 30, parameters=published, compulsory=True) == payment(36_000, 30, parameters=published)


@given(pay=pay_in_pence, months=months_of_service, share=share_in_thousandths, employer_terms=terms)
def test_class_1a_is_the_rate_on_the_award_above_the_threshold(pay, months, share, employer_terms):
    found = due(Decimal(pay) / 100, months / 12, share / 1000, employer_terms)
    award = int(found["severance_gbp"] * 100)
    expected = int(Fraction(15, 100) * max(0, award - 3_000_000) + Fraction(1, 2))
    assert found["class_1a_nic_gbp"] * 100 == expected


@given(strain=st.integers(0, 50_000_000), pay=pay_in_pence, months=months_of_service)
def test_strain_above_the_entitlement_is_nil_for_agenda_for_change(strain, pay, months):
    leaver = (Decimal(pay) / 100, months / 12, 1.0)
    assert due(*leaver, pension_strain_gbp=strain / 100)["strain_above_entitlement_gbp"] == 0
    above = due(*leaver, CIVIL_SERVICE, pension_strain_gbp=strain / 100)
    assert above["strain_above_entitlement_gbp"] == max(0, Decimal(strain) / 100 - above["severance_gbp"])


@pytest.mark.parametrize(
    ("share", "worked", "notice", "nic"),
    [(1.0, 0.0, "12000.00", "1800.00"), (0.5, 0.0, "6000.00", "900.00"), (1.0, 0.25, "9000.00", "1350.00")],
)
def test_notice_is_paid_with_employer_national_insurance(share, worked, notice, nic):
    found = due(52_000, 5, share, notice_worked=worked, notice_weeks=12)
    assert (found["pay_in_lieu_of_notice_gbp"], found["notice_nic_gbp"]) == (Decimal(notice), Decimal(nic))


def test_notice_that_is_worked_costs_nothing_on_top():
    found = due(52_000, 5, notice_worked=1.0, notice_weeks=12)
    assert found["pay_in_lieu_of_notice_gbp"] == found["notice_nic_gbp"] == 0


@pytest.mark.parametrize(
    ("pay_gbp", "service_years", "share", "words"),
    [
        pytest.param(48_000, 10, 1.5, "contracted_share of 1 of 1 leavers is missing or not from 0 to 1", id="share"),
        pytest.param(48_000, 10, -0.1, "contracted_share", id="negative_share"),
        pytest.param(-48_000, 10, 1.0, "annual_pay_gbp of 1 of 1 leavers is missing or not above zero", id="pay"),
        pytest.param(0, 10, 1.0, "annual_pay_gbp", id="no_pay"),
        pytest.param(None, 10, 1.0, "annual_pay_gbp", id="pay_missing"),
        pytest.param(48_000, -1, 1.0, "service_years", id="negative_service"),
        pytest.param(48_000, float("nan"), 1.0, "service_years", id="service_is_no_number"),
    ],
)
def test_leavers_that_cannot_be_are_refused(pay_gbp, service_years, share, words):
    with pytest.raises(ValueError, match=words):
        due(pay_gbp, service_years, share)


@given(
    strain=st.integers(0, 50_000_000),
    pay=pay_in_pence,
    months=months_of_service,
    share=share_in_thousandths,
    employer_terms=terms,
)
def test_cost_of_an_exit_is_the_sum_of_its_parts(strain, pay, months, share, employer_terms):
    found = due(Decimal(pay) / 100, months / 12, share / 1000, employer_terms, pension_strain_gbp=strain / 100)
    assert found["exit_cost_gbp"] == sum(found[part] for part in PAYMENTS)
    assert min(found[part] for part in PAYMENTS) >= 0


def test_leavers_on_different_terms_are_paid_as_each_alone():
    frame = pl.DataFrame(
        {
            "annual_pay_gbp": [100_000.0, 100_000.0, 30_000.0],
            "service_years": [30.0, 30.0, 5.0],
            "contracted_share": [1.0, 1.0, 0.6],
            "employer_terms": [AFC, CIVIL_SERVICE, AFC],
        }
    )
    together = entitlement(frame, PARAMETERS)
    alone = pl.concat(entitlement(frame[place : place + 1], PARAMETERS) for place in range(3))
    assert together.equals(alone)


def test_terms_differ_by_employer(published):
    assert payment(100_000, 30, 1.0, CIVIL_SERVICE, parameters=published) == Decimal("175000.00")
    assert payment(100_000, 30, 1.0, AFC, parameters=published) == Decimal("160000.00")


def test_rules_before_2015_knew_neither_cap_nor_floor_nor_ceiling(parameter_value):
    early = {"parameters": ParameterSet(parameter_value, date(2012, 4, 1))}
    later = ParameterSet(parameter_value, date(2016, 4, 1))
    assert payment(120_000, 24, **early) == Decimal("240923.08")  # 24 x 4.35 x 120,000 / 52
    assert payment(20_000, 10, **early) == Decimal("16730.77")
    assert payment(120_000, 24, parameters=later) == Decimal("160000.00")
    found = due(48_000, 10, pension_strain_gbp=70_000.0, **early)
    assert found["strain_above_entitlement_gbp"] == Decimal("70000.00") - found["severance_gbp"]
    assert found["class_1a_nic_gbp"] == 0


def test_a_rule_is_not_carried_back_before_it_started(parameter_value):
    with pytest.raises(LookupError, match="has no value on 2005-01-01"):
        payment(48_000, 10, parameters=ParameterSet(parameter_value, date(2005, 1, 1)))


def test_terms_without_rules_are_refused():
    with pytest.raises(KeyError, match="no parameter is called local_maximum_service_years"):
        payment(48_000, 10, 1.0, "local")


@given(weeks=st.floats(4.34, 4.36), notice=st.floats(1, 12), months=months_of_service, pay=pay_in_pence)
def test_rules_of_any_decimals_are_worked_out_exactly(weeks, notice, months, pay):
    """A scenario may put any number in the place of a rule; it counts as the decimal nearest to a millionth."""
    fine = parameter_set(agenda_for_change_weeks_per_month=weeks)
    notice = round(notice, 6)
    month = max(Fraction(1, 12), Fraction(weeks).limit_denominator() / 52)
    exact = min(months // 12, 24) * min(max(pay, 2_300_000), 8_000_000) * month
    found = due(Decimal(pay) / 100, months / 12, parameters=fine, notice_weeks=notice)
    assert found["severance_gbp"] * 100 == (min(int(exact + Fraction(1, 2)), 16_000_000) if months >= 24 else 0)
    paid_notice = int(pay * Fraction(notice).limit_denominator() / 52 + Fraction(1, 2))
    assert found["pay_in_lieu_of_notice_gbp"] * 100 == paid_notice
    assert found["notice_nic_gbp"] * 100 == int(paid_notice * Fraction(15, 100) + Fraction(1, 2))


@pytest.mark.parametrize(
    ("award", "months", "very_senior", "expected"),
    [
        pytest.param(60_000, 0, False, "60000.00", id="back_at_once"),
        pytest.param(60_000, 2, False, "40000.00", id="four_of_six_months_to_run"),
        pytest.param(60_000, 6, False, "0.00", id="window_is_over"),
        pytest.param(60_000, 6, True, "30000.00", id="longer_window_of_the_very_senior"),
    ],
)
def test_clawback_by_hand(award, months, very_senior, expected, published):
    frame = pl.DataFrame({"award": [award], "months": [months], "senior": [very_senior]})
    back = clawback_gbp(pl.col("award"), pl.col("months"), pl.col("senior"), published)
    assert frame.select(back).item() == Decimal(expected)


def test_earlier_schemes_asked_for_high_awards_alone():
    earlier = parameter_set(clawback_threshold_gbp=100_000)
    back = clawback_gbp(pl.col("award"), pl.lit(0), pl.lit(False), earlier)
    found = pl.DataFrame({"award": [100_000, 100_001]}).select(back).to_series().to_list()
    assert found == [0, Decimal("100001.00")]


def test_month_of_year_is_a_fraction():
    assert ExitTerms.from_parameters(PARAMETERS, AFC).month_of_year == MONTH_OF_YEAR
