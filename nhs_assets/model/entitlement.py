"""What the terms of employment entitle leavers to, and what it costs the employer on top.

Agenda for Change handbook section 16 (England, since April 2015), the rules before it, and the Civil Service. Which of
them holds follows from the dated parameters and their day.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from nhs_assets.model.money import fraction, gbp, pence, times
from nhs_assets.model.parameters import ParameterSet

MILLION = 1_000_000
"""Contracted shares, notice and its shares, and fractional service count to the millionth."""

PAYMENTS = (
    "severance_gbp",
    "strain_above_entitlement_gbp",
    "pay_in_lieu_of_notice_gbp",
    "notice_nic_gbp",
    "class_1a_nic_gbp",
)
"""What one exit costs the employer: the parts that add up to ``exit_cost_gbp``."""


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
    def from_parameters(cls, parameters: ParameterSet, employer_terms: str, compulsory: bool = False) -> "ExitTerms":
        """The terms that hold, those of compulsory redundancy if asked for."""
        rules = ("minimum_service_years", "weeks_per_month", "pay_floor_gbp", "pay_cap_gbp", "maximum_payment_gbp")
        most = "compulsory_maximum_service_years" if compulsory else "maximum_service_years"
        return cls(
            name=employer_terms,
            maximum_service_years=parameters.value(f"{employer_terms}_{most}"),
            pay_weeks_per_year=parameters.value("pay_weeks_per_year"),
            **{rule: parameters.value(f"{employer_terms}_{rule}") for rule in rules},
        )

    @property
    def month_of_year(self) -> Fraction:
        """A month's pay as a fraction of a year's: the better of a twelfth and the stated weeks."""
        return max(Fraction(1, 12), fraction(self.weeks_per_month) / fraction(self.pay_weeks_per_year))


def entitlement(leavers: pl.DataFrame, parameters: ParameterSet, *, compulsory: bool = False) -> pl.DataFrame:
    """What each leaver is due and costs, exact to the penny.

    Adds, as DECIMAL(18,2) pounds: ``month_of_pay_gbp`` (of a full-time post), ``statutory_gbp`` (what statute alone
    gives), ``severance_gbp`` (never below it), ``strain_above_entitlement_gbp``, ``pay_in_lieu_of_notice_gbp``,
    ``notice_nic_gbp``, ``class_1a_nic_gbp`` and ``exit_cost_gbp``, the sum of the last five.

    Args:
        leavers: one row each: ``annual_pay_gbp`` (full time, above zero), ``service_years`` (whole or fractional,
            not below zero), ``contracted_share`` (0 to 1, counted to the millionth) and ``employer_terms``. Optional:
            ``age_years`` decides what statute gives and whether the lower maximum above pension age holds; without
            it statute is taken at its most and nobody is above pension age. ``notice_worked`` is the share of the
            notice that is worked, so not paid in lieu (zero without it), ``notice_weeks`` how long it is (none without
            it), ``pension_strain_gbp`` the cost of an early pension (zero without it).
        parameters: the rules.
        compulsory: whether the terms of compulsory redundancy hold.

    Raises:
        ValueError: if pay, service or contracted share of a leaver is missing or impossible.
        KeyError: if there are no rules for the terms of a leaver.
        LookupError: if a rule had not started by the day of the parameters.
    """
    _refuse_impossible(leavers)
    names = leavers["employer_terms"].unique().sort().to_list()
    terms = [ExitTerms.from_parameters(parameters, name, compulsory) for name in names]
    rules = _Rules(parameters, terms, leavers.columns)
    computed = (
        leavers.lazy()
        .with_columns(
            _pay=pence(pl.col("annual_pay_gbp")),
            _years=pl.col("service_years").floor().cast(pl.Int64),
            _share=_millionths(_SHARE),
        )
        .with_columns(_counted=pl.col("_pay").clip(rules.pence("pay_floor_gbp"), rules.pence("pay_cap_gbp")))
        .with_columns(_payment=rules.payment(), _statutory=rules.statutory())
        .with_columns(_severance=pl.max_horizontal("_payment", "_statutory"))
        .with_columns(_strain=rules.strain_above(), _notice=rules.notice(), _class_1a=rules.class_1a())
        .with_columns(_notice_nic=rules.share_of("employer_ni_rate_pct", pl.col("_notice")))
    )
    parts = dict(zip(PAYMENTS, ("_severance", "_strain", "_notice", "_notice_nic", "_class_1a"), strict=True))
    return computed.select(
        *leavers.columns,
        month_of_pay_gbp=gbp(rules.times_month(pl.col("_counted"))),
        statutory_gbp=gbp(pl.col("_statutory")),
        **{name: gbp(pl.col(part)) for name, part in parts.items()},
        exit_cost_gbp=gbp(sum(pl.col(part) for part in parts.values())),
    ).collect(engine="streaming")


def clawback_gbp(
    award_gbp: pl.Expr, months_until_back: pl.Expr, is_very_senior: pl.Expr, parameters: ParameterSet
) -> pl.Expr:
    """What of an award is paid back by somebody employed again, DECIMAL(18,2) pounds.

    The part of the window that is still to run, of awards above the threshold of the scheme; zero after the window.

    Args:
        award_gbp: the payment on leaving.
        months_until_back: months from leaving to the new post with an employer that the scheme names.
        is_very_senior: whether the leaver was a very senior or executive senior manager.
        parameters: the scheme.
    """
    window = pl.when(is_very_senior).then(parameters.value("clawback_window_very_senior_months"))
    window = window.otherwise(parameters.value("clawback_window_months"))
    to_run = (1 - months_until_back / window).clip(0, 1)
    due = pence(award_gbp) > _whole_pence(parameters.value("clawback_threshold_gbp"))
    return gbp((pence(award_gbp) * to_run).round().cast(pl.Int64) * due)


_SHARE = pl.col("contracted_share")
_POSSIBLE = {
    "annual_pay_gbp": ("above zero", pl.col("annual_pay_gbp") > 0),
    "service_years": ("zero or more", pl.col("service_years") >= 0),
    "contracted_share": ("from 0 to 1", _SHARE.is_between(0, 1)),
}
"""What pay, service and share of a leaver have to be."""


def _refuse_impossible(leavers: pl.DataFrame) -> None:
    """Names the first column with values that are missing, not numbers or impossible, and counts the leavers."""
    wrong = leavers.select(
        ((~possible).fill_null(True) | pl.col(name).cast(pl.Float64).is_nan()).sum().alias(name)
        for name, (_, possible) in _POSSIBLE.items()
    ).row(0, named=True)
    for name, count in wrong.items():
        if count:
            raise ValueError(f"{name} of {count} of {leavers.height} leavers is missing or not {_POSSIBLE[name][0]}")


@dataclass(frozen=True)
class _Rules:
    """The rules as expressions over leavers: amounts in whole pence, years as whole numbers.

    Attributes:
        parameters: the rules that all terms share.
        terms: the terms that leavers are on.
        columns: columns of the leavers, some of which are optional.
    """

    parameters: ParameterSet
    terms: Sequence[ExitTerms]
    columns: Sequence[str]

    def own(self, value: Callable[[ExitTerms], int]) -> pl.Expr:
        """A whole number of the terms that each leaver is on."""
        numbers = [value(terms) for terms in self.terms]
        dtype = pl.Int64 if max(numbers, default=0) <= MILLION * MILLION * MILLION else pl.Int128
        chosen = pl.lit(numbers[-1] if numbers else 0, dtype)
        for terms, number in zip(self.terms[:-1], numbers[:-1], strict=True):
            chosen = pl.when(pl.col("employer_terms") == terms.name).then(pl.lit(number, dtype)).otherwise(chosen)
        return chosen

    def own_parameter(self, rule: str) -> pl.Expr:
        return self.own(lambda terms: int(self.parameters.value(f"{terms.name}_{rule}")))

    def pence(self, rule: str) -> pl.Expr:
        return self.own(lambda terms: _whole_pence(getattr(terms, rule)))

    def fraction(self, parameter_id: str) -> Fraction:
        return fraction(self.parameters.value(parameter_id))

    def share_of(self, parameter_id: str, amount: pl.Expr) -> pl.Expr:
        """The percentage that a parameter gives of an amount."""
        return times(amount, self.fraction(parameter_id) / 100)

    def times_month(self, amount: pl.Expr, over: int = 1) -> pl.Expr:
        """An amount for a year, over a number, times the month of pay as a fraction of a year, half up to the penny."""
        place_of = {terms.name: place for place, terms in enumerate(self.terms)}
        return times(
            amount,
            *(terms.month_of_year / over for terms in self.terms),
            choose=lambda numbers: self.own(lambda terms: numbers[place_of[terms.name]]),
        )

    def payment(self) -> pl.Expr:
        """Floor and cap apply to full-time pay, before the contracted share; rounded once."""
        most = self.own(lambda terms: int(terms.maximum_service_years))
        if "age_years" in self.columns:
            # Fewer years count for those who could draw their pension.
            could_retire = pl.col("age_years") >= self.parameters.value("pension_age_years")
            fewer = self.own_parameter("pension_age_maximum_service_years")
            most = pl.when(could_retire).then(pl.min_horizontal(most, fewer)).otherwise(most)
        years = pl.min_horizontal(pl.col("_years"), most)
        earned = self.times_month(years * pl.col("_counted") * pl.col("_share"), MILLION)
        entitled = pl.col("service_years") >= self.own(lambda terms: int(terms.minimum_service_years))
        return pl.min_horizontal(earned, self.pence("maximum_payment_gbp")) * entitled

    def statutory(self) -> pl.Expr:
        """Weeks of pay by the age in which each year was worked, up to a week's pay."""

        def rule(name: str) -> Fraction:
            return self.fraction(f"statutory_{name}")

        weeks = [rule("weeks_per_year"), rule("weeks_per_middle_year"), rule("weeks_per_young_year")]
        parts = math.lcm(*(share.denominator for share in weeks))
        at_most, middle, young = (int(share * parts) for share in weeks)
        years = pl.col("_years").clip(upper_bound=int(rule("maximum_years")))
        weights = years * at_most
        if "age_years" in self.columns:
            age = pl.col("age_years").floor().cast(pl.Int64)
            since_middle = pl.min_horizontal(years, (age - int(rule("middle_age_years"))).clip(lower_bound=0))
            since_older = pl.min_horizontal(years, (age - int(rule("older_age_years"))).clip(lower_bound=0))
            weights = years * young + since_middle * (middle - young) + since_older * (at_most - middle)
        weeks_of_year = self.fraction("pay_weeks_per_year")
        capped = int(rule("week_of_pay_cap_gbp") * 100 * weeks_of_year * MILLION)
        pay = (pl.col("_pay") * pl.col("_share")).clip(upper_bound=capped)
        entitled = pl.col("service_years") >= self.parameters.value("statutory_minimum_service_years")
        return times(weights * pay, 1 / (parts * weeks_of_year * MILLION)) * entitled

    def strain_above(self) -> pl.Expr:
        """What the employer pays of an early pension above the payment, which meets the rest of it."""
        if "pension_strain_gbp" not in self.columns:
            return pl.lit(0, pl.Int64)
        above = (pence(pl.col("pension_strain_gbp")) - pl.col("_severance")).clip(lower_bound=0)
        return above * self.own_parameter("pays_strain_above_entitlement")

    def notice(self) -> pl.Expr:
        """Notice paid instead of worked; all of it counts for National Insurance, on top of a year's pay."""
        if "notice_weeks" not in self.columns:
            return pl.lit(0, pl.Int64)
        paid = _SHARE * (1 - pl.col("notice_worked")) if "notice_worked" in self.columns else _SHARE
        weeks = (pl.col("_pay") * _millionths(paid)).cast(pl.Int128) * _millionths(pl.col("notice_weeks"))
        return times(weeks, 1 / (self.fraction("pay_weeks_per_year") * MILLION * MILLION))

    def class_1a(self) -> pl.Expr:
        """Employer National Insurance on the part of an award above the threshold."""
        threshold = _whole_pence(self.parameters.value("class_1a_threshold_gbp"))
        return self.share_of("class_1a_rate_pct", (pl.col("_severance") - threshold).clip(lower_bound=0))


def _whole_pence(amount_gbp: float) -> int:
    return int(fraction(amount_gbp) * 100)


def _millionths(share: pl.Expr) -> pl.Expr:
    return (share * MILLION).round().cast(pl.Int64)
