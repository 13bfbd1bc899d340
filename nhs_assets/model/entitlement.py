"""What the terms of employment entitle one leaver to, and what it costs the employer on top.

Agenda for Change handbook section 16 (England, since April 2015), and the same shape for the Civil Service.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import polars as pl

from nhs_assets.model.money import fraction, gbp, pence, times
from nhs_assets.model.parameters import ParameterSet


@dataclass(frozen=True)
class ExitTerms:
    """The numbers of one set of exit terms: service in years, pay and payment in pounds a year and pounds."""

    name: str
    minimum_service_years: float
    maximum_service_years: float
    weeks_per_month: float
    pay_weeks_per_year: float
    pay_floor_gbp: float
    pay_cap_gbp: float
    maximum_payment_gbp: float

    @classmethod
    def from_parameters(cls, parameters: ParameterSet, employer_terms: str, on: date | None = None) -> "ExitTerms":
        """The terms as they stand on a day, or at their latest."""

        def own(rule: str) -> float:
            return parameters.value(f"{employer_terms}_{rule}", on)

        return cls(
            name=employer_terms,
            minimum_service_years=own("minimum_service_years"),
            maximum_service_years=own("maximum_service_years"),
            weeks_per_month=own("weeks_per_month"),
            pay_weeks_per_year=parameters.value("pay_weeks_per_year", on),
            pay_floor_gbp=own("pay_floor_gbp"),
            pay_cap_gbp=own("pay_cap_gbp"),
            maximum_payment_gbp=own("maximum_payment_gbp"),
        )

    @property
    def month_of_year(self) -> Fraction:
        """A month's pay as a fraction of a year's: the better of a twelfth and the stated weeks."""
        return max(Fraction(1, 12), fraction(self.weeks_per_month) / fraction(self.pay_weeks_per_year))


def severance(frame: pl.DataFrame, terms: ExitTerms) -> pl.DataFrame:
    """Adds ``month_of_pay_gbp`` and ``severance_gbp``, both DECIMAL(18,2), to one row per leaver.

    Floor and cap apply to full-time pay, before the contracted share. Part years are not counted. The payment is
    rounded once, at the end, half up; the month of pay shown is rounded for itself and is that of a full-time post.

    Args:
        frame: ``annual_pay_gbp`` (full time), ``service_years`` (whole or fractional), ``contracted_share`` (0 to 1,
            counted to the millionth).
        terms: the terms they leave on.
    """
    pay = pence(pl.col("annual_pay_gbp").cast(pl.Float64).clip(terms.pay_floor_gbp, terms.pay_cap_gbp))
    whole_years = pl.col("service_years").cast(pl.Float64).floor().clip(upper_bound=terms.maximum_service_years)
    share_in_millionths = (pl.col("contracted_share") * 1_000_000).round().cast(pl.Int128)
    earned = times(whole_years.cast(pl.Int128) * pay * share_in_millionths, terms.month_of_year / 1_000_000)
    payment = earned.clip(upper_bound=pence(pl.lit(terms.maximum_payment_gbp)))
    is_entitled = pl.col("service_years") >= terms.minimum_service_years
    return frame.with_columns(
        month_of_pay_gbp=gbp(times(pay, terms.month_of_year)),
        severance_gbp=gbp(pl.when(is_entitled).then(payment).otherwise(0)),
    )


def class_1a_nic(award_gbp: pl.Expr, rate_pct: float, threshold_gbp: float) -> pl.Expr:
    """Employer National Insurance on the part of an award above the threshold, DECIMAL(18,2) pounds."""
    threshold_pence = int(fraction(threshold_gbp) * 100)
    excess = (pence(award_gbp) - threshold_pence).clip(lower_bound=0)
    return gbp(times(excess, fraction(rate_pct) / 100))


def pay_in_lieu_of_notice(
    annual_pay_gbp: pl.Expr, notice_weeks: float, pay_weeks_per_year: float, employer_ni_rate_pct: float
) -> pl.Expr:
    """Notice paid instead of worked, with employer National Insurance on it, DECIMAL(18,2) pounds.

    Args:
        annual_pay_gbp: what the leaver earns in a year, at the hours contracted.
        notice_weeks: length of the notice.
        pay_weeks_per_year: weeks a year's pay is divided by.
        employer_ni_rate_pct: rate on pay; notice comes on top of a year's pay that has used up the threshold.
    """
    weeks_of_year = fraction(notice_weeks) / fraction(pay_weeks_per_year)
    return gbp(times(pence(annual_pay_gbp), weeks_of_year * (1 + fraction(employer_ni_rate_pct) / 100)))
