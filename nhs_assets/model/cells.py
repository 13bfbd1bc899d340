"""Who works where: staff by organisation, terms, grade, age and service, fitted to what is published."""

import numpy as np
import polars as pl

from nhs_assets.contracts.vocabulary import AGE_BANDS, GRADES, SERVICE_BANDS
from nhs_assets.contracts.workforce import AGE_NOT_STATED
from nhs_assets.model.fitting import fitted, tilted
from nhs_assets.model.organisations import target_organisations
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.pay import band_pay, implied_salary, on_costs
from nhs_assets.model.tables import as_table

STAFF_GROUP = "central_functions"
IMPUTED = (
    "Staff of the organisation, spread over grade and age as central functions of the NHS are, tilted to the pay that "
    "the stated saving implies, and over service as assumed; iterative proportional fitting."
)
MEASURED = "Counted in a staff list of the organisation; few people are put together and counts and means rounded."


def cell(
    parameters: ParameterSet,
    organisation: pl.DataFrame,
    baseline_before_succession: pl.DataFrame,
    band_age_mix: pl.DataFrame,
    pay_point: pl.DataFrame,
    staff_list: pl.DataFrame,
) -> pl.DataFrame:
    """``workforce.cell``: cells of every organisation in the count of posts; a staff list stands for its own.

    The cells of an organisation add up to its baseline headcount, those of a body have, over grade and age, the ages
    by grade of the statistics, over grades the mean pay that the stated saving per post implies, and over service the
    mean that is assumed.

    Raises:
        ValueError: if no cells agree with the published figures and the assumed service.
    """
    targets = target_organisations(organisation).select("ods_code", "body", "employer_terms")
    measured = _measured(staff_list, targets)
    imputed = targets.join(measured, on="ods_code", how="anti").join(
        baseline_before_succession.select("ods_code", "headcount"), on="ods_code"
    )
    mix = _mix(band_age_mix, pay_point)
    shapes = [
        body_shares(mix, parameters, body, terms).with_columns(body=pl.lit(body), employer_terms=pl.lit(terms))
        for body, terms in imputed.select("body", "employer_terms").unique().sort("body", "employer_terms").iter_rows()
    ]
    parts = [measured]
    if shapes:
        spread = imputed.join(pl.concat(shapes), on=["body", "employer_terms"]).with_columns(
            posts=pl.col("headcount") * pl.col("share"),
            origin_kind=pl.lit("imputed"),
            derivation=pl.lit(IMPUTED),
            confidence=pl.lit("E"),
        )
        parts.append(spread)
    return as_table(pl.concat(parts, how="diagonal"), "workforce.cell")


def body_shares(mix: pl.DataFrame, parameters: ParameterSet, body: str, employer_terms: str) -> pl.DataFrame:
    """How the staff of a body are spread over grade, age and service.

    Args:
        mix: published staff, mean pay and contracted share by grade and age, from :func:`_mix`.
        parameters: the stated saving, which implies the mean pay, and the assumed service.
        body: kind of body, whose assumed saving per post and service count.
        employer_terms: its terms, which decide what a salary costs beside it.

    Returns:
        Each possible cell: ``grade``, ``age_band``, ``service_band``, ``share`` (adding up to 1),
        ``mean_full_time_pay_gbp``, ``mean_service_years`` and ``contracted_share``.

    Raises:
        ValueError: if no shares agree with the published figures and the assumed service.
    """
    years, service_shares = service_distribution(parameters, body)
    place = np.searchsorted(list(SERVICE_BANDS.values()), years, side="right") - 1
    of_band = np.bincount(place, weights=service_shares)
    mean_years = np.bincount(place, weights=service_shares * years) / of_band
    saving = pl.lit(parameters.value(f"saving_per_post_gbp_{body}"))
    salary = pl.select(implied_salary(saving, parameters, on_costs(parameters, employer_terms))).item()
    grade_and_age = mix.sort("grade_rank", "age_rank")
    published = grade_and_age["headcount"].to_numpy().reshape(len(GRADES), len(AGE_BANDS))
    paid = (grade_and_age["mean_full_time_pay_gbp"] * grade_and_age["contracted_share"]).to_numpy()
    of_age = published / published.sum(axis=1, keepdims=True)
    of_grade = tilted(published.sum(axis=1), (of_age * paid.reshape(of_age.shape)).sum(axis=1), salary)
    staff = of_grade[:, None] * of_age
    shares = fitted(_possible(parameters), {(0, 1): staff, (2,): of_band})
    service = pl.DataFrame({"service_band": list(SERVICE_BANDS), "mean_service_years": mean_years})
    return (
        grade_and_age.drop("headcount")
        .join(service, how="cross", maintain_order="left_right")
        .with_columns(share=pl.Series(shares.ravel()))
        .filter(pl.col("share") > 0)
    )


def service_distribution(parameters: ParameterSet, body: str) -> tuple[np.ndarray, np.ndarray]:
    """Complete years of service and the share of staff with each: the shape of a gamma, with the mean assumed."""
    years = np.arange(parameters.value("longest_service_years"))
    weights = (years + 1 / 2) ** (parameters.value("service_shape") - 1)
    return years, tilted(weights, years, parameters.value(f"mean_reckonable_service_years_{body}"))


def _possible(parameters: ParameterSet) -> np.ndarray:
    """1 where somebody of an age can have that much service, else 0: grade x age x service."""
    youngest = parameters.value("youngest_starting_age_years")
    most = [np.inf if last is None else last - youngest for last in AGE_BANDS.values()]
    can_be = np.array(list(SERVICE_BANDS.values()))[None, :] <= np.array(most)[:, None]
    return np.broadcast_to(can_be.astype(float), (len(GRADES), *can_be.shape))


def _measured(staff_list: pl.DataFrame, targets: pl.DataFrame) -> pl.DataFrame:
    """Cells counted in staff lists, ready to publish."""
    return staff_list.join(targets.select("ods_code", "body"), on="ods_code").with_columns(
        mean_full_time_pay_gbp=pl.col("mean_full_time_pay_gbp").cast(pl.Float64),
        age_band=pl.lit(AGE_NOT_STATED),
        posts=pl.col("staff_rounded").cast(pl.Float64),
        origin_kind=pl.lit("measured"),
        derivation=pl.lit(MEASURED),
        confidence=pl.lit("F(d)"),
    )


def _mix(band_age_mix: pl.DataFrame, pay_point: pl.DataFrame) -> pl.DataFrame:
    """Published staff by grade and age with the middle of the band's pay; grades without published pay are left out."""
    grades = pl.DataFrame({"grade": list(GRADES), "grade_rank": range(len(GRADES))})
    ages = pl.DataFrame({"age_band": list(AGE_BANDS), "age_rank": range(len(AGE_BANDS))})
    pay = band_pay(pay_point).select("mean_full_time_pay_gbp", grade=pl.format("Band {}", "band"))
    return (
        band_age_mix.filter(staff_group=STAFF_GROUP)
        .join(grades, on="grade")
        .join(ages, on="age_band")
        .join(pay, on="grade")
        .with_columns(contracted_share=(pl.col("fte") / pl.col("headcount")).fill_nan(1).clip(upper_bound=1))
    )
