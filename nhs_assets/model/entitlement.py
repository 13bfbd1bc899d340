"""What the terms of employment entitle leavers to, and what it costs the employer on top.

Agenda for Change handbook section 16 (England, since April 2015), the rules before it, and the Civil Service. Which of
them holds is a matter of dated parameters and of the day that is asked for.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import polars as pl

from nhs_assets.model.money import fraction, gbp, pence, times
from nhs_assets.model.parameters import ParameterSet

MILLION = 1_000_000
"""Contracted shares, notice shares and fractional service count to the millionth."""

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
    def from_parameters(
        cls, parameters: ParameterSet, employer_terms: str, on: date | None = None, compulsory: bool = False
    ) -> "ExitTerms":
        """The terms as they stand on a day, or at their latest; of compulsory redundancy if asked for."""

        def own(rule: str) -> float:
            return parameters.value(f"{employer_terms}_{rule}", on)

        return cls(
            name=employer_terms,
            minimum_service_years=own("minimum_service_years"),
            maximum_service_years=own(f"{'compulsory_' if compulsory else ''}maximum_service_years"),
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


def entitlement(
    frame: pl.DataFrame, parameters: ParameterSet, on: date | None = None, *, compulsory: bool = False
) -> pl.DataFrame:
    """What each leaver is due and costs, exact to the penny, on the rules of a day.

    Adds, as DECIMAL(18,2) pounds: ``month_of_pay_gbp`` (of a full-time post), ``statutory_gbp`` (what statute alone
    gives), ``severance_gbp`` (never below it), ``strain_above_entitlement_gbp``, ``pay_in_lieu_of_notice_gbp``,
    ``notice_nic_gbp``, ``class_1a_nic_gbp`` and ``exit_cost_gbp``, the sum of the last five.

    Args:
        frame: one row per leaver: ``annual_pay_gbp`` (full time, above nil), ``service_years`` (whole or fractional,
            not below nil), ``contracted_share`` (0 to 1, counted to the millionth) and ``employer_terms``. Where it is
            there, ``age_years`` decides what statute gives and whether the lower maximum above pension age holds;
            without it statute is taken at its most and nobody is above pension age. ``notice_worked`` is the share of
            the notice that is worked, so not paid in lieu (none without it), ``pension_strain_gbp`` the cost of an
            early pension (nil without it).
        parameters: dated parameters.
        on: the day whose rules apply; their latest where none is given.
        compulsory: whether the terms of compulsory redundancy hold.

    Raises:
        ValueError: if pay, service or contracted share of a leaver is missing or cannot be.
        KeyError: if there are no rules for the terms of a leaver.
        LookupError: if a rule had not started by that day.
    """
    _refuse_impossible(frame)
    names = frame["employer_terms"].unique().sort().to_list()
    every = [ExitTerms.from_parameters(parameters, name, on, compulsory) for name in names]
    award = pl.col("_severance")
    worked_out = (
        frame.lazy()
        .with_columns(_pay=pence(pl.col("annual_pay_gbp")), _years=_whole_years(), _share=_millionths(_SHARE))
        .with_columns(
            _counted=pl.col("_pay").clip(_of(every, _pence_of("pay_floor_gbp")), _of(every, _pence_of("pay_cap_gbp"))),
            _statutory=_statutory(frame.columns, parameters, on),
        )
        .with_columns(_payment=_payment(every, _most_years(frame.columns, every, parameters, on)))
        .with_columns(_severance=pl.max_horizontal("_payment", "_statutory"))
        .with_columns(
            _strain=_strain_above(award, frame.columns, every, parameters, on),
            _notice=_notice(frame.columns, every, parameters, on),
            _class_1a=_class_1a(award, parameters, on),
        )
        .with_columns(_notice_nic=_notice_nic(pl.col("_notice"), parameters, on))
    )
    parts = dict(zip(PAYMENTS, ("_severance", "_strain", "_notice", "_notice_nic", "_class_1a"), strict=True))
    return worked_out.select(
        *frame.columns,
        month_of_pay_gbp=gbp(_times_month(pl.col("_counted"), every)),
        statutory_gbp=gbp(pl.col("_statutory")),
        **{name: gbp(pl.col(part)) for name, part in parts.items()},
        exit_cost_gbp=gbp(sum(pl.col(part) for part in parts.values())),
    ).collect(engine="streaming")


def clawback_gbp(
    award_gbp: pl.Expr,
    months_until_back: pl.Expr,
    is_very_senior: pl.Expr,
    parameters: ParameterSet,
    on: date | None = None,
) -> pl.Expr:
    """What of an award is paid back by somebody employed again, DECIMAL(18,2) pounds.

    The part of the window that is still to run, of awards above the threshold of the scheme; nil after the window.

    Args:
        award_gbp: the payment on leaving.
        months_until_back: months from leaving to the new post with an employer that the scheme names.
        is_very_senior: whether the leaver was a very senior or executive senior manager.
        parameters: dated parameters.
        on: the day of the scheme; the latest where none is given.
    """
    window = pl.when(is_very_senior).then(parameters.value("clawback_window_very_senior_months", on))
    window = window.otherwise(parameters.value("clawback_window_months", on))
    to_run = (1 - months_until_back / window).clip(0, 1)
    due = pence(award_gbp) > _pence(parameters.value("clawback_threshold_gbp", on))
    return gbp((pence(award_gbp) * to_run).round().cast(pl.Int64) * due)


_SHARE = pl.col("contracted_share")
_POSSIBLE = {
    "annual_pay_gbp": ("above nil", pl.col("annual_pay_gbp") > 0),
    "service_years": ("not below nil", pl.col("service_years") >= 0),
    "contracted_share": ("from 0 to 1", _SHARE.is_between(0, 1)),
}
"""What pay, service and share of a leaver have to be."""


def _refuse_impossible(frame: pl.DataFrame) -> None:
    """Names the first column with a value that is missing, no number or impossible, and how many leavers have one."""
    wrong = frame.select(
        ((~possible).fill_null(True) | pl.col(name).cast(pl.Float64).is_nan()).sum().alias(name)
        for name, (_, possible) in _POSSIBLE.items()
    ).row(0, named=True)
    for name, leavers in wrong.items():
        if leavers:
            raise ValueError(f"{name} of {leavers} of {frame.height} leavers is missing or not {_POSSIBLE[name][0]}")


def _of(every: Sequence[ExitTerms], value: Callable[[ExitTerms], int]) -> pl.Expr:
    """A whole number of the terms that each leaver is on."""
    numbers = [value(terms) for terms in every]
    dtype = pl.Int64 if max(numbers) <= MILLION * MILLION * MILLION else pl.Int128
    chosen = pl.lit(numbers[-1], dtype)
    for terms, number in zip(every[:-1], numbers[:-1], strict=True):
        chosen = pl.when(pl.col("employer_terms") == terms.name).then(pl.lit(number, dtype)).otherwise(chosen)
    return chosen


def _pence_of(rule: str) -> Callable[[ExitTerms], int]:
    return lambda terms: _pence(getattr(terms, rule))


def _pence(amount_gbp: float) -> int:
    return int(fraction(amount_gbp) * 100)


def _whole_years() -> pl.Expr:
    return pl.col("service_years").floor().cast(pl.Int64)


def _millionths(share: pl.Expr) -> pl.Expr:
    return (share * MILLION).round().cast(pl.Int64)


def _most_years(
    columns: Sequence[str], every: Sequence[ExitTerms], parameters: ParameterSet, on: date | None
) -> pl.Expr:
    """Years of service that count at most; fewer for those who could draw their pension."""
    most = _of(every, lambda terms: int(terms.maximum_service_years))
    if "age_years" not in columns:
        return most
    fewer = _of(every, lambda terms: int(parameters.value(f"{terms.name}_pension_age_maximum_service_years", on)))
    could_retire = pl.col("age_years") >= parameters.value("pension_age_years", on)
    return pl.when(could_retire).then(pl.min_horizontal(most, fewer)).otherwise(most)


def _payment(every: Sequence[ExitTerms], most_years: pl.Expr) -> pl.Expr:
    """Pence under the terms; floor and cap apply to full-time pay, before the contracted share, rounded once."""
    years = pl.min_horizontal(pl.col("_years"), most_years)
    earned = _times_month(years * pl.col("_counted") * pl.col("_share"), every, MILLION)
    entitled = pl.col("service_years") >= _of(every, lambda terms: int(terms.minimum_service_years))
    return pl.min_horizontal(earned, _of(every, _pence_of("maximum_payment_gbp"))) * entitled


def _times_month(amount: pl.Expr, every: Sequence[ExitTerms], over: int = 1) -> pl.Expr:
    """An amount for a year, over a number, times the month of pay as a fraction of a year, half up to the penny."""
    by_name = {terms.name: place for place, terms in enumerate(every)}
    return times(
        amount,
        *(terms.month_of_year / over for terms in every),
        choose=lambda numbers: _of(every, lambda terms: numbers[by_name[terms.name]]),
    )


def _statutory(columns: Sequence[str], parameters: ParameterSet, on: date | None) -> pl.Expr:
    """Pence that statute gives: weeks of pay by the age in which each year was worked, up to a week's pay."""

    def rule(name: str) -> Fraction:
        return fraction(parameters.value(f"statutory_{name}", on))

    weeks = [rule("weeks_per_year"), rule("weeks_per_middle_year"), rule("weeks_per_young_year")]
    parts = math.lcm(*(one.denominator for one in weeks))
    at_most, middle, young = (int(one * parts) for one in weeks)
    years = pl.col("_years").clip(upper_bound=int(rule("maximum_years")))
    if "age_years" in columns:
        age = pl.col("age_years").floor().cast(pl.Int64)
        since_middle = pl.min_horizontal(years, (age - int(rule("middle_age_years"))).clip(lower_bound=0))
        since_older = pl.min_horizontal(years, (age - int(rule("older_age_years"))).clip(lower_bound=0))
        weights = years * young + since_middle * (middle - young) + since_older * (at_most - middle)
    else:
        weights = years * at_most
    weeks_of_year = fraction(parameters.value("pay_weeks_per_year", on))
    capped = int(rule("week_of_pay_cap_gbp") * 100 * weeks_of_year * MILLION)
    pay = (pl.col("_pay") * pl.col("_share")).clip(upper_bound=capped)
    entitled = pl.col("service_years") >= parameters.value("statutory_minimum_service_years", on)
    return times(weights * pay, 1 / (parts * weeks_of_year * MILLION)) * entitled


def _strain_above(
    award: pl.Expr, columns: Sequence[str], every: Sequence[ExitTerms], parameters: ParameterSet, on: date | None
) -> pl.Expr:
    """Pence of an early pension that the employer pays above the payment, which meets the rest of it."""
    if "pension_strain_gbp" not in columns:
        return pl.lit(0, pl.Int64)
    paid = _of(every, lambda terms: int(parameters.value(f"{terms.name}_pays_strain_above_entitlement", on)))
    return (pence(pl.col("pension_strain_gbp")) - award).clip(lower_bound=0) * paid


def _notice(columns: Sequence[str], every: Sequence[ExitTerms], parameters: ParameterSet, on: date | None) -> pl.Expr:
    """Pence of notice paid instead of worked."""
    weeks_of_year = fraction(parameters.value("notice_weeks", on)) / fraction(every[0].pay_weeks_per_year)
    paid = _SHARE * (1 - pl.col("notice_worked")) if "notice_worked" in columns else _SHARE
    return times(pl.col("_pay") * _millionths(paid), weeks_of_year / MILLION)


def _notice_nic(notice: pl.Expr, parameters: ParameterSet, on: date | None) -> pl.Expr:
    """Pence of employer National Insurance on the notice: all of it counts, on top of a year's pay."""
    return times(notice, fraction(parameters.value("employer_ni_rate_pct", on)) / 100)


def _class_1a(award: pl.Expr, parameters: ParameterSet, on: date | None) -> pl.Expr:
    """Pence of employer National Insurance on the part of an award above the threshold."""
    excess = (award - _pence(parameters.value("class_1a_threshold_gbp", on))).clip(lower_bound=0)
    return times(excess, fraction(parameters.value("class_1a_rate_pct", on)) / 100)
