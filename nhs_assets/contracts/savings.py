"""The programme's cost and saving by organisation and month, and what they are worth."""

from functools import partial

import dataframely as dy
import polars as pl

from nhs_assets.contracts import columns as c
from nhs_assets.contracts import vocabulary as words
from nhs_assets.contracts.evidence import RATINGS
from nhs_assets.contracts.raw import workforce as raw_workforce
from nhs_assets.contracts.rules import (
    CompleteOver,
    EveryMonth,
    Ordered,
    Other,
    SameSums,
    SumsToOne,
    Where,
    each,
    values,
)
from nhs_assets.contracts.workforce import BODIES

ACCOUNTING_BASES = words.ACCOUNTING_BASES
BOTH = "both"
LEVERS = ("take_up", "cost", "saving", "backfill")
FLOW_QUANTITIES = ("cost", "saving", "net", "cumulative_net")
MONEY_MEASURES = ("npv", "npv_short_horizon", "cost", "cost_in_first_year", "saving_at_run_rate", "deepest_deficit")
MONTH_MEASURES = ("payback", "payback_in_calendar")
WEIGHTINGS = ("prior", "posterior")
COUNTERFACTUALS = ("refilled", "attrition", "attrition_in_both")
COUNTERFACTUAL_QUANTITIES = (
    *("posts_with", "posts_without", "saving_with", "saving_without"),
    *("net", "cumulative_net", "value"),
)
COUNTERFACTUAL_MEASURES = ("npv", "cost", "saving_gained", "post_years_gained", *MONTH_MEASURES)
SENSITIVITY_OUTPUTS = ("npv", "payback")
EVIDENCE_KINDS = ("target", "precedent")
EVIDENCE_ITEMS = ("parameter", "evidence")
ENDS = ("favourable", "unfavourable")
STATED_MEASURES = ("posts", "cost", "saving", "npv", "payback", "financing")
DIRECTIONS = ("too_low", "within", "too_high")
FAMILIES = (
    *("exact", "two_piece_normal", "two_piece_lognormal", "two_piece_logitnormal", "two_piece_cut"),
    *("half_above", "half_below"),
)
FIGURES_KINDS = ("measured", "partly_imputed", "imputed")
_IS_IMPUTED = [pl.col(f"{name}_kind") == "imputed" for name in ("headcount", "exit_cost", "running_cost")]
BACKTEST_OUTPUTS = ("cost_gbp_m", "cost_per_exit_gbp", "rehired_share")


def _parameters(*names: str) -> Where:
    return {"parameter_id": names, "is_current": True}


APPRAISED = (
    each("savings.scenario_flow", "scenario_id", "accounting_basis", where={"accounting_basis": Other("both")}),
    each("raw.appraisal_perspective", "perspective"),
    each(
        "evidence.parameter_value",
        horizon_years="value",
        where=_parameters("appraisal_horizon_years", "appraisal_short_horizon_years"),
    ),
)
"""What is appraised, at every discount rate."""
DISCOUNT_RATES = ("discount_rate_real_pct", "discount_rate_health_pct")


_scenario = partial(c.identifier, "Scenario.", key=True)
_accounting_basis = partial(
    c.category, "When a cost counts: when it is recognised (accrual) or when it is paid (cash_paid).", ACCOUNTING_BASES
)
_organisation = partial(c.publisher_code, "Organisation that bears or gains it in that month.", key=True)
_perspective = partial(c.category, "Whose point of view.", words.PERSPECTIVES, key=True)
_horizon_years = partial(c.whole_number, "Years counted from April 2025.", "years", key=True, minimum=1)
_discount_rate_pct = partial(c.percent, "Real discount rate a year.", key=True, minimum=0.0, maximum=20.0)
_weighting = partial(
    c.category,
    "Whether the parameters are drawn as assumed before any evidence (prior) or given all of it (posterior).",
    WEIGHTINGS,
    key=True,
)
_place = partial(c.whole_number, unit="place", nullable=True, minimum=1)


class UnitCost(dy.Schema):
    """What one paid exit costs and one post saves, by body and pay year, derived from the rules."""

    scenario_id = _scenario()
    fy = c.financial_year("Year of the pay.", key=True)
    body = c.category("Kind of body.", BODIES, key=True)
    employer_terms = c.category("Terms its staff leave on.", words.EMPLOYER_TERMS)
    mean_salary_gbp = c.gbp("Pay that the stated saving per post implies in 2025-26, raised by awards since.")
    mean_full_time_pay_gbp = c.gbp("Mean full-time pay of the leavers, before floor and cap.")
    mean_service_years = c.number("Mean complete years of service.", "years", minimum=0.0)
    contracted_share = c.share("Mean contracted share of full time.")
    entitled_share = c.share("Leavers with the service that a payment needs.")
    measured_share = c.share(
        "Leavers whose pay and service are from a staff list. One cost represents all organisations of a kind, so the "
        "list of one of them moves the mean of all."
    )
    month_of_pay_gbp = c.gbp("Mean month's pay under the terms, after floor and cap, full time.")
    severance_gbp = c.gbp("Mean payment under the terms.")
    maximum_severance_gbp = c.gbp("Ceiling of a payment under the terms.")
    strain_above_entitlement_gbp = c.gbp("Pension strain the employer pays above the payment; zero on these terms.")
    pay_in_lieu_of_notice_gbp = c.gbp("Notice paid.")
    notice_nic_gbp = c.gbp("Employer National Insurance on the notice.")
    class_1a_nic_gbp = c.gbp("Employer National Insurance on the payment above the threshold.")
    other_exit_cost_gbp = c.gbp("What an exit takes besides: advice, untaken leave, special payments.")
    exit_cost_gbp = c.gbp("All of these for one paid exit.")
    saving_per_post_gbp = c.gbp("Employer cost saved by one post in a year, at the year's pay.")
    price_basis, base_fy = c.prices()


@SumsToOne("share_of_target", name="wave_shares_sum_to_one", remedy="Correct the shares in the seed of waves.")
class ExitWave(raw_workforce.ExitWave):
    """Waves of departures, with the months between recognising a cost and paying it."""

    recognition_lead_months = c.whole_number("Months from approval (cost recognised) to the first departure.", "months")


@CompleteOver(
    each("workforce.organisation", "ods_code", where={"in_post_target": True, "is_counted": True}),
    values("scenario_id", "best_estimate"),
    name="headcount_covers_every_organisation",
    identity="W4",
)
@EveryMonth("month", within=("scenario_id", "ods_code"), years="appraisal_horizon_years", identity="W4")
class HeadcountMonthBeforeSuccession(dy.Schema):
    """Posts by month and organisation before succession: opening, exits, transfers, closing."""

    scenario_id = _scenario()
    ods_code = _organisation()
    month = c.month("Month.", key=True)
    fy = c.financial_year("Financial year of the month.")
    opening_posts = c.number("Posts at the start of the month.", "posts", minimum=0.0)
    paid_exits = c.number("Posts removed by a paid exit.", "posts", minimum=0.0)
    unpaid_leavers = c.number("Posts removed as people leave anyway.", "posts", minimum=0.0)
    transfers_out = c.number("Posts moved to another body.", "posts", minimum=0.0)
    transfers_in = c.number("Posts taken over from another body.", "posts", minimum=0.0)
    joiners = c.number("Posts filled from outside.", "posts", minimum=0.0)
    closing_posts = c.number("Posts at the end of the month.", "posts", minimum=0.0)


@SameSums(
    "savings.headcount_month_before_succession",
    columns=[
        *("opening_posts", "paid_exits", "unpaid_leavers", "transfers_out", "transfers_in", "joiners"),
        "closing_posts",
    ],
    within=["scenario_id", "month"],
    name="headcount_month_is_carried_over",
    identity="W8",
)
class HeadcountMonth(HeadcountMonthBeforeSuccession):
    """Posts by month and organisation of now, which has those of its predecessors by share: opening, exits, transfers,
    closing.
    """


class ExitCostMonthBeforeSuccession(dy.Schema):
    """One-off cost by month, component and organisation before succession, on both accounting bases."""

    scenario_id = _scenario()
    accounting_basis = _accounting_basis(key=True)
    ods_code = _organisation()
    month = c.month("Month.", key=True)
    component = c.category("Kind of cost.", words.COST_COMPONENTS, key=True)
    fy = c.financial_year("Financial year of the month.")
    price_basis, base_fy = c.prices()
    amount_gbp_m = c.gbp_m("Cost.", minimum=0)


@SameSums(
    "savings.exit_cost_month_before_succession",
    columns=["amount_gbp_m"],
    within=["scenario_id", "accounting_basis", "month", "component"],
    name="exit_cost_month_is_carried_over",
    identity="W8",
)
class ExitCostMonth(ExitCostMonthBeforeSuccession):
    """One-off cost by month, component and organisation of now, which has that of its predecessors by share."""


class SavingMonthBeforeSuccession(dy.Schema):
    """Recurring saving by month, component and organisation before succession. Backfill, and what leavers cost who come
    back, are negative: pay and pension in one part, the employer's National Insurance and levy on them in another.
    """

    scenario_id = _scenario()
    ods_code = _organisation()
    month = c.month("Month.", key=True)
    component = c.category("Kind of saving.", words.SAVING_COMPONENTS, key=True)
    fy = c.financial_year("Financial year of the month.")
    price_basis, base_fy = c.prices()
    amount_gbp_m = c.gbp_m("Saving.")


@SameSums(
    "savings.saving_month_before_succession",
    columns=["amount_gbp_m"],
    within=["scenario_id", "month", "component"],
    name="saving_month_is_carried_over",
    identity="W8",
)
class SavingMonth(SavingMonthBeforeSuccession):
    """Recurring saving by month, component and organisation of now, which has that of its predecessors by share; see
    there for what is negative.
    """


class CashflowMonthBeforeSuccession(dy.Schema):
    """Cost, saving and their running sum by month and organisation before succession. Financing is no part of it."""

    scenario_id = _scenario()
    accounting_basis = _accounting_basis(key=True)
    ods_code = _organisation()
    month = c.month("Month.", key=True)
    fy = c.financial_year("Financial year of the month.")
    price_basis, base_fy = c.prices()
    cost_gbp_m = c.gbp_m("One-off cost.", minimum=0)
    saving_gbp_m = c.gbp_m("Recurring saving.")
    net_gbp_m = c.gbp_m("Saving less cost.")
    cumulative_net_gbp_m = c.gbp_m("Running sum of the net.")


@EveryMonth(
    "month",
    within=("scenario_id", "accounting_basis", "ods_code"),
    years="appraisal_horizon_years",
    name="every_organisation_has_every_month",
)
@SameSums(
    "savings.cashflow_month_before_succession",
    columns=["cost_gbp_m", "saving_gbp_m", "net_gbp_m", "cumulative_net_gbp_m"],
    within=["scenario_id", "accounting_basis", "month"],
    name="cashflow_month_is_carried_over",
    identity="W8",
)
class CashflowMonth(CashflowMonthBeforeSuccession):
    """Cost, saving and their running sum by month and organisation of now, which has those of its predecessors by
    share. Financing is no part of it.
    """


@CompleteOver(
    *APPRAISED,
    each("evidence.parameter_value", discount_rate_pct="value", where=_parameters(*DISCOUNT_RATES)),
    name="appraisal_is_complete",
)
@CompleteOver(*APPRAISED, values("discount_rate_pct", 0.0), name="appraisal_has_an_undiscounted_value")
class Appraisal(dy.Schema):
    """What the programme is worth, nationally: net present value, payback, deepest deficit."""

    scenario_id = _scenario()
    perspective = _perspective()
    accounting_basis = _accounting_basis(key=True)
    horizon_years = _horizon_years()
    discount_rate_pct = _discount_rate_pct()
    price_basis, base_fy = c.prices()
    deflator_vintage_id = c.vintage_id("Deflator that turned cash into real terms.")
    cash_cost_gbp_m = c.gbp_m("One-off cost in cash, not in real terms.", minimum=0)
    cash_saving_gbp_m = c.gbp_m("Recurring saving over the horizon in cash, not in real terms.")
    real_cost_gbp_m = c.derived_gbp_m("One-off cost, real, undiscounted.")
    real_saving_gbp_m = c.derived_gbp_m("Recurring saving, real, undiscounted.")
    npv_gbp_m = c.derived_gbp_m("Net present value of real flows.")
    benefit_cost_ratio = c.number("Present value of saving over present value of cost.", "ratio", nullable=True)
    payback_month = c.month("First month from which cumulative cash saving stays above cost.", nullable=True)
    payback_months = c.whole_number("Months to payback from the first month with cost.", "months", nullable=True)
    discounted_payback_month = c.month("The same for discounted real flows.", nullable=True)
    deepest_cash_deficit_gbp_m = c.gbp_m("Lowest point of the running sum in cash, not in real terms.")
    deepest_deficit_month = c.month("Month of the lowest point.")


class ExitPoint(dy.Schema):
    """What leavers of each body, grade and service are due in each pay year, exact to the penny."""

    scenario_id = _scenario()
    fy = c.financial_year("Year of the pay.", key=True)
    body = c.category("Kind of body.", BODIES, key=True)
    grade = c.category("Pay band, or the band of like pay.", words.LISTED_GRADES, key=True)
    service_band = c.category("Complete years of service of the cells.", tuple(words.SERVICE_BANDS), key=True)
    origin_kind = c.category("Whether its staff were counted.", ("imputed", "measured"), key=True)
    complete_years = c.whole_number("Complete years of service of these leavers.", "years", key=True)
    employer_terms = c.category("Terms they leave on.", words.EMPLOYER_TERMS, key=True)
    leavers_share = c.share("Share of the body's leavers.")
    annual_pay_gbp = c.gbp("Full-time pay in the year.")
    contracted_share = c.share("Mean contracted share of full time.")
    month_of_pay_gbp = c.gbp("A month's full-time pay under the terms, after floor and cap.")
    minimum_years = c.whole_number("Service below which nothing is due.", "years")
    maximum_years = c.whole_number("Years of service that count at most.", "years")
    maximum_severance_gbp = c.gbp("Ceiling of a payment under the terms.")
    statutory_gbp = c.gbp("What statute alone gives the oldest leaver with this service.")
    severance_gbp = c.gbp("Payment under the terms, never below statute.")
    strain_above_entitlement_gbp = c.gbp("Pension strain the employer pays above the payment; zero on these terms.")
    pay_in_lieu_of_notice_gbp = c.gbp("Notice paid.")
    notice_nic_gbp = c.gbp("Employer National Insurance on the notice.")
    class_1a_nic_gbp = c.gbp("Employer National Insurance on the payment above the threshold.")
    other_exit_cost_gbp = c.gbp("What an exit takes besides: advice, untaken leave, special payments.")
    exit_cost_gbp = c.gbp("All of these for one paid exit.")
    price_basis, base_fy = c.prices()


@CompleteOver(
    each("evidence.scenario", "scenario_id"),
    each("savings.scenario_flow", "accounting_basis", "month", "component", where={"scenario_id": "best_estimate"}),
    identity="W4",
)
class ScenarioFlow(dy.Schema):
    """Cost and saving of every scenario for the nation, by month and component."""

    scenario_id = _scenario()
    accounting_basis = c.category(
        "When a cost counts; both for a saving, which counts in the same month on either basis.",
        (*ACCOUNTING_BASES, BOTH),
        key=True,
    )
    month = c.month("Month.", key=True)
    component = c.category("Kind of cost or saving.", (*words.COST_COMPONENTS, *words.SAVING_COMPONENTS), key=True)
    fy = c.financial_year("Financial year of the month.")
    price_basis, base_fy = c.prices()
    amount_gbp_m = c.gbp_m("Cost or saving, as the component says.")


class ScenarioMonth(dy.Schema):
    """Cost, saving and their running sum of every scenario for the nation, by month. Financing is no part of it."""

    scenario_id = _scenario()
    accounting_basis = _accounting_basis(key=True)
    month = c.month("Month.", key=True)
    fy = c.financial_year("Financial year of the month.")
    price_basis, base_fy = c.prices()
    cost_gbp_m = c.gbp_m("One-off cost.", minimum=0)
    saving_gbp_m = c.gbp_m("Recurring saving, and redundancy pay that comes back.")
    net_gbp_m = c.gbp_m("Saving less cost.")
    cumulative_net_gbp_m = c.gbp_m("Running sum of the net.")


@CompleteOver(
    each("savings.appraisal", "scenario_id", "perspective", "accounting_basis", "horizon_years"), values("lever")
)
class Breakeven(dy.Schema):
    """What one lever would have to be, the rest as in the scenario, for the programme to be worth exactly nothing."""

    scenario_id = _scenario()
    perspective = _perspective()
    accounting_basis = _accounting_basis(key=True)
    horizon_years = _horizon_years()
    discount_rate_pct = _discount_rate_pct()
    lever = c.category(
        "What is moved: take_up, exits of every kind relative to the scenario's; cost, all one-off cost relative to "
        "the scenario's; saving, all saving relative to the scenario's; backfill, the share of the saving on staff "
        "that is spent again.",
        LEVERS,
        key=True,
    )
    price_basis, base_fy = c.prices()
    scenario_value = c.number("The lever in the scenario: 1, or its backfill share.", "as the lever")
    breakeven_value = c.number("The lever at which net present value is zero.", "as the lever", nullable=True)
    outcome = c.category(
        "Whether there is a break-even value; if not, whether every value of the lever is worthwhile, or none.",
        ("solved", "always_worth_it", "never_worth_it"),
    )
    npv_gbp_m = c.derived_gbp_m("Net present value of the scenario itself, real flows.")

    value_where_solved = c.rule((pl.col("outcome") == "solved") == pl.col("breakeven_value").is_not_null())


@Ordered("prior_p10", "prior_p50", "prior_p90", name="prior_quantiles_are_ordered", identity="R7")
@Ordered("posterior_p10", "posterior_p50", "posterior_p90", name="posterior_quantiles_are_ordered", identity="R7")
class UncertainParameter(dy.Schema):
    """Parameters that are drawn, before the evidence and after it. All others are taken as known."""

    parameter_id = c.identifier("The parameter.", key=True)
    family = c.category(
        "How it is distributed before the evidence. Two-piece: normal on either side of the median, as it is, in the "
        "logarithm (positive quantities) or in the log odds (shares). Cut: the same, but an end of the range is a "
        "bound, so that side runs to it in the distance to the other bound or as it is, and a tenth of all draws are "
        "the bound. Half: nothing on the side on which the value sits on its bound, so half of all draws are the "
        "value. Exact: not drawn.",
        FAMILIES,
    )
    group_id = c.identifier("The group it is drawn and judged with; its own name where it is alone.")
    moves_results = c.flag("Whether results follow from it; the others only say how evidence is to be read.")
    unit = c.text("Unit of the value.")
    value = c.number("The value in the best estimate.", "as the parameter")
    prior_p10, prior_p50, prior_p90 = c.quantiles("as the row's unit", of="the draws before the evidence")
    prior_mean = c.number("Mean before the evidence.", "as the row's unit")
    posterior_p10, posterior_p50, posterior_p90 = c.quantiles("as the row's unit", of="the draws given all evidence")
    posterior_mean = c.number("Mean given all evidence.", "as the row's unit")
    posterior_mean_standard_error = c.number(
        "Monte Carlo standard error of that mean.", "as the row's unit", minimum=0.0
    )
    effective_draws = c.number("Independent draws that would know the mean as well.", "draws", minimum=1.0)
    spread_left = c.number(
        "Standard deviation after the evidence over that before it: 1, nothing was learnt; 0, it is known.",
        "ratio",
        minimum=0.0,
    )


@CompleteOver(
    each("savings.posterior_draw", "draw"),
    each("savings.posterior_draw", "parameter_id"),
    name="every_draw_has_every_parameter",
)
class PosteriorDraw(dy.Schema):
    """Every uncertain parameter in equal draws given all evidence. Draw 0 is the best estimate, and no draw."""

    draw = c.whole_number("Number of the draw; 0 is the best estimate.", "draw", key=True, minimum=0)
    parameter_id = c.identifier("The parameter.", key=True)
    ancestor = c.whole_number(
        "The draw of the prior that it descends from: draws of one ancestor are not independent. Empty in draw 0.",
        "draw",
        nullable=True,
        minimum=0,
    )
    value = c.number("Value of the parameter.", "as the parameter")


class PosteriorRun(dy.Schema):
    """How the draws were made: evidence is let in by stages, each followed by moves."""

    stage = c.whole_number("Number of the stage.", "stages", key=True, minimum=1)
    evidence_counted = c.share("How far the evidence counts after the stage, as an exponent of its likelihood.")
    accepted_share = c.share("Moves of the stage that were accepted.")
    draws = c.whole_number("Draws; the same in every row, as is what follows.", "draws", minimum=1)
    ancestors = c.whole_number("Draws of the prior that have descendants.", "draws", minimum=1)
    least_effective_draws = c.number(
        "Independent draws that would know as much about the parameter of which the draws know least. Standard errors "
        "of all ranges are for this number.",
        "draws",
        minimum=1.0,
    )
    median_effective_draws = c.number("The same for the middle one of the parameters.", "draws", minimum=1.0)
    log_evidence = c.number("Logarithm of the mean likelihood of all evidence before it counted.", "logarithm")


@Ordered("p10_gbp_m", "p50_gbp_m", "p90_gbp_m", name="cashflow_quantiles_are_ordered", identity="R7")
class CashflowRange(dy.Schema):
    """The nation's cost, saving, net and running sum by month over all draws, for every scenario."""

    scenario_id = _scenario()
    accounting_basis = _accounting_basis(key=True)
    month = c.month("Month.", key=True)
    quantity = c.category("Quantity.", FLOW_QUANTITIES, key=True)
    fy = c.financial_year("Financial year of the month.")
    price_basis, base_fy = c.prices()
    p10_gbp_m, p50_gbp_m, p90_gbp_m = c.quantiles("£m")
    standard_error_gbp_m = c.derived_gbp_m("Monte Carlo standard error of the median.", minimum=0.0)
    principal_gbp_m = c.derived_gbp_m("Value in the case itself: run 0.")


@CompleteOver(
    each("savings.cashflow_range", "accounting_basis", "fy", "quantity", where={"scenario_id": "best_estimate"}),
    name="year_range_is_complete",
)
@Ordered("p10_gbp_m", "p50_gbp_m", "p90_gbp_m", name="year_quantiles_are_ordered", identity="R7")
class CashflowYearRange(dy.Schema):
    """The nation's cost, saving and net by financial year, and the running sum at its end, over all draws of the best
    estimate.
    """

    accounting_basis = _accounting_basis(key=True)
    fy = c.financial_year("Financial year.", key=True)
    quantity = c.category("Quantity.", FLOW_QUANTITIES, key=True)
    price_basis, base_fy = c.prices()
    p10_gbp_m, p50_gbp_m, p90_gbp_m = c.quantiles("£m")
    standard_error_gbp_m = c.derived_gbp_m("Monte Carlo standard error of the median.", minimum=0.0)
    principal_gbp_m = c.derived_gbp_m("Value in the best estimate itself: run 0.")


@Ordered("p10_gbp_m", "p50_gbp_m", "p90_gbp_m", name="quantiles_before_succession_are_ordered", identity="R7")
class OrganisationRangeBeforeSuccession(CashflowRange):
    """Cost, saving, net and running sum of each organisation before succession by month over all draws, in the best
    estimate.
    """

    ods_code = _organisation()


@Ordered("p10_gbp_m", "p50_gbp_m", "p90_gbp_m", name="organisation_quantiles_are_ordered", identity="R7")
class OrganisationRange(OrganisationRangeBeforeSuccession):
    """Cost, saving, net and running sum of each organisation of now by month over all draws, in the best estimate:
    each draw is carried over to the successors before it is ranged.
    """


@Ordered("p10", "p50", "p90", name="appraisal_quantiles_are_ordered", identity="R7")
class AppraisalRange(dy.Schema):
    """Value, cost, saving and payback over all draws, and each scenario's distance from the best estimate.

    The same draws serve every scenario, and a scenario is compared with the best estimate in which the parameters that
    it sets stand at their values: a difference is that of its levers, not of the draws, nor of
    ranges that lie to one side of their value. It need not be the difference of two medians of this table. A draw that
    never pays back within the horizon takes longer than any that does: a quantile that falls on such draws is empty.
    A draw without cost has nothing to pay back and is in no quantile of payback.
    """

    scenario_id = _scenario()
    weighting = _weighting()
    perspective = _perspective()
    accounting_basis = _accounting_basis(key=True)
    measure = c.category(
        "Quantity, over the longest horizon: net present value at the real rate, and the same over the shortest "
        "horizon appraised; in cash the cost, the "
        "cost in 2025-26, the recurring saving in 2030-31, a year for all scenarios after every post has gone and "
        "every lag of those shipped is over, without awards that come back; the lowest point of the running sum; "
        "payback in months from the scenario's own first month with cost, that month included, as payback_months of "
        "savings.appraisal; and payback in the calendar, in months from April 2025, which is 0, for all scenarios.",
        (*MONEY_MEASURES, *MONTH_MEASURES),
        key=True,
    )
    unit = c.text("Unit of the row's numbers: £m or months.")
    price_basis, base_fy = c.prices()
    p10, p50, p90 = c.quantiles("as the row's unit", nullable=True)
    standard_error = c.number("Standard error of the median.", "as the row's unit", nullable=True, minimum=0.0)
    principal = c.number("Value in the case itself: run 0.", "as the row's unit", nullable=True)
    share_below = c.share("Share of draws below the case itself.", nullable=True)
    share_up_to = c.share("Share of draws no higher than the case itself.", nullable=True)
    share_of_draws = c.share("Share of draws with a value: of payback, those with a cost that is paid back in time.")
    share_without_cost = c.share("Of payback: share of draws without a cost, so nothing to pay back.", nullable=True)
    difference_from_best_estimate = c.number(
        "Mean over the draws with a value in both of this scenario less the best estimate in which what the scenario "
        "sets is at its value. Empty for payback from the first month with cost, which "
        "is another month in each scenario.",
        "as the row's unit",
        nullable=True,
    )
    difference_standard_error = c.number("Monte Carlo standard error of that mean.", "as the row's unit", nullable=True)
    is_noise = c.flag("Whether the difference is at most two of its standard errors.", nullable=True)


class ForecastOutcome(raw_workforce.ForecastCase):
    """Forecasts of redundancy cost by officials against what it came to: how far such figures were off before."""

    price_basis, base_fy = c.prices()
    off_gbp_m = c.gbp_m("Forecast less outturn.")
    off_pct = c.percent("Forecast over outturn, less 1.")
    direction = c.category("Whether the forecast was too low or too high.", DIRECTIONS)


_counterfactual = partial(
    c.category,
    "What would have happened without the programme: posts stay and are refilled, or the posts of people who leave "
    "anyway are closed until as many have gone; and the last beside a programme that closes such posts too, until as "
    "many have gone.",
    COUNTERFACTUALS,
    key=True,
)


@Ordered("p10", "p50", "p90", name="counterfactual_quantiles_are_ordered", identity="R7")
class Counterfactual(dy.Schema):
    """The best estimate month by month beside what would have happened without it, over all draws.

    From the department's budget, with cost as it is recognised. With attrition, people leave at the turnover of boards
    and part of their posts can be closed; empty posts are struck out with and without the programme.
    """

    counterfactual = _counterfactual()
    month = c.month("Month.", key=True)
    quantity = c.category(
        "Posts gone on average over the month, and saving in cash, with the programme and without; net is the saving "
        "with it less its cost and the saving without it, cumulative_net its running sum, and value the running sum of "
        "its present value in prices of 2025-26.",
        COUNTERFACTUAL_QUANTITIES,
        key=True,
    )
    fy = c.financial_year("Financial year of the month.")
    unit = c.text("Unit of the row's numbers: posts or £m.")
    p10, p50, p90 = c.quantiles("as the row's unit")
    standard_error = c.number("Standard error of the median.", "as the row's unit", minimum=0.0)
    principal = c.number("Value in the best estimate itself: run 0.", "as the row's unit")


@Ordered("p10", "p50", "p90", name="counterfactual_worth_quantiles_are_ordered", identity="R7")
class CounterfactualWorth(dy.Schema):
    """What the programme is worth over the longest horizon beside what would have happened without it.

    From the department's budget, with cost as it is recognised. A draw that never pays back takes longer than any that
    does: a quantile that falls on such draws is empty.
    """

    counterfactual = _counterfactual()
    measure = c.category(
        "Net present value of what is gained, in prices of 2025-26 at the real rate; cost and saving gained in cash; "
        "years of a post by which posts go sooner or in greater number; payback in months from the first with cost, "
        "and in months from April 2025, which is 0.",
        COUNTERFACTUAL_MEASURES,
        key=True,
    )
    unit = c.text("Unit of the row's numbers: £m, post-years or months.")
    p10, p50, p90 = c.quantiles("as the row's unit", nullable=True)
    standard_error = c.number("Standard error of the median.", "as the row's unit", nullable=True, minimum=0.0)
    principal = c.number("Value in the best estimate itself: run 0.", "as the row's unit", nullable=True)
    share_of_draws = c.share("Share of draws with a value: of payback, those in which the cost is paid back in time.")


class Sensitivity(dy.Schema):
    """What each uncertain assumption, or group of them, does to net present value and payback: Sobol indices."""

    scenario_id = _scenario()
    output = c.category("What is judged.", SENSITIVITY_OUTPUTS, key=True)
    group_id = c.identifier("Parameter, or group of parameters that are judged as one.", key=True)
    perspective = c.category("Point of view of the output.", words.PERSPECTIVES)
    accounting_basis = c.category("Accounting basis of the output.", ACCOUNTING_BASES)
    unit = c.text("Unit of the output.")
    first_index = c.number("Share of the output's variance that it answers for by itself.", "share of variance")
    first_index_half_width = c.number("Half of the 95% interval of that share.", "share of variance", minimum=0.0)
    total_index = c.number("The same, with what it does together with others.", "share of variance")
    total_index_half_width = c.number("Half of the 95% interval of that share.", "share of variance", minimum=0.0)


class Tornado(dy.Schema):
    """Net present value and payback with each uncertain parameter alone at the ends of its 80% range."""

    scenario_id = _scenario()
    output = c.category("What is judged.", SENSITIVITY_OUTPUTS, key=True)
    parameter_id = c.identifier("Parameter that is moved.", key=True)
    group_id = c.identifier("The group it is drawn and judged with; its own name where it is alone.")
    perspective = c.category("Point of view of the output.", words.PERSPECTIVES)
    accounting_basis = c.category("Accounting basis of the output.", ACCOUNTING_BASES)
    unit = c.text("Unit of the output.")
    low = c.number("Tenth percentile given the evidence.", "as the parameter")
    high = c.number("Ninetieth percentile given the evidence.", "as the parameter")
    at_low = c.number("Output with it at its low end.", "as the output")
    at_best_estimate = c.number("Output of the best estimate.", "as the output")
    at_high = c.number("Output with it at its high end.", "as the output")
    swing = c.number("Distance between the results at the two ends.", "as the output", minimum=0.0)


class Calibration(dy.Schema):
    """Every piece of evidence beside what the model makes of the same quantity, before all evidence counts and after.

    A target is a figure of the programme itself, at the premise of who stated it; a precedent is the cost of an exit of
    a reorganisation, with what its reports count, at the rules of its day. None is rejected.
    """

    evidence_id = c.identifier("The piece of evidence.", key=True)
    evidence_kind = c.category("What it is.", EVIDENCE_KINDS)
    unit = c.text("Unit of the row's numbers.")
    stated_low = c.number("Low end of what was published.", "as the row's unit", nullable=True)
    stated_high = c.number("High end of what was published.", "as the row's unit", nullable=True)
    prior_p10, prior_p50, prior_p90 = c.quantiles("as the row's unit", of="the draws before the evidence")
    posterior_p10, posterior_p50, posterior_p90 = c.quantiles("as the row's unit", of="the draws given all evidence")
    standard_error = c.number("Monte Carlo standard error of the mean given all evidence.", "as the row's unit")
    posterior_share_within = c.share("Draws inside what was published; none can be inside a single figure.")
    is_met = c.flag("Whether the 80% range given all evidence reaches what was published.")
    direction = c.category("Where that range lies against what was published.", DIRECTIONS)


class EvidenceEffect(dy.Schema):
    """What each piece of evidence moved: parameters and modelled quantities with all evidence and without the piece.

    The rows in which a piece is its own item say what the rest of the evidence makes of it: a forecast without it.
    """

    evidence_id = c.identifier("The piece that is left out.", key=True)
    item_kind = c.category(
        "Whether the row is about a parameter or about what the model makes of evidence.", EVIDENCE_ITEMS, key=True
    )
    item_id = c.identifier("The parameter or the piece of evidence.", key=True)
    unit = c.text("Unit of the row's numbers.")
    with_mean = c.number("Mean given all evidence.", "as the row's unit")
    with_p10, with_p50, with_p90 = c.quantiles("as the row's unit", of="the draws given all evidence")
    without_mean = c.number("Mean given all evidence except this piece.", "as the row's unit")
    without_p10, without_p50, without_p90 = c.quantiles("as the row's unit", of="the draws without it")
    shift = c.number("By how much the piece moved the mean.", "as the row's unit")
    shift_standard_error = c.number("Monte Carlo standard error of the shift.", "as the row's unit", minimum=0.0)
    shift_in_spreads = c.number("The shift over the standard deviation without the piece.", "standard deviations")
    log_predictive = c.number(
        "Logarithm of the likelihood of the piece, averaged over the draws given the rest; the same for every item.",
        "logarithm",
    )


class FeasibleSet(dy.Schema):
    """What each mix of leavers would cost on Agenda for Change terms, and which reported costs it agrees with.

    Within a mix leavers differ as staff do: pay and service of the cells, in proportion to the means of the mix.
    """

    paid_exits = c.number("People paid to leave.", "posts", key=True, minimum=0.0)
    mean_service_years = c.number("Mean complete years of service.", "years", key=True, minimum=0.0)
    mean_pay_gbp = c.number("Mean pay a year, at the hours contracted.", "£", key=True, minimum=0.0)
    price_basis, base_fy = c.prices()
    implied_cost_gbp_m = c.derived_gbp_m("Severance, National Insurance and notice of all of them, at one year's pay.")
    service_in_range = c.flag("Whether the service lies in the range of its parameter.")
    is_consistent = c.flag("Whether any reported cost agrees with it.")
    consistent_claim_ids = c.text("Claims whose cost it agrees with, comma separated.", nullable=True)


class AssumptionImpact(dy.Schema):
    """How much results move with each assumption, beside how well it is founded: the assumptions log, completed."""

    assumption_id = c.identifier("Identifier of the assumption.", key=True)
    parameter_id = c.identifier("The parameter that holds it; empty if none does.", nullable=True)
    group_id = c.identifier("The group it was judged with; empty if it is not drawn.", nullable=True)
    quality = c.category("How well it is founded.", RATINGS)
    impact = c.category(
        "How much payback or net present value moves with it, whichever more. Red: from impact_high_index_pct of the "
        "variance; green: below impact_low_index_pct; amber: between. Empty if it is not drawn.",
        RATINGS,
        nullable=True,
    )
    npv_total_index = c.number("Total index for net present value.", "share of variance", nullable=True)
    payback_total_index = c.number("Total index for payback.", "share of variance", nullable=True)


class OrganisationExposureBeforeSuccession(dy.Schema):
    """How exposed each organisation before succession is: cost against running cost, envelope against what it would
    cost, and its rank.

    Counts of people are rounded, or suppressed where they are small.
    """

    scenario_id = _scenario()
    ods_code = c.publisher_code("Organisation whose posts they are, whoever books them later.", key=True)
    name = c.text("Name of the organisation.")
    figures_kind = c.category(
        "Whether staff, cost of an exit and allowance are all measured or stated, all imputed, or some of each; a rank "
        "on imputed figures is an illustration.",
        FIGURES_KINDS,
    )
    headcount_kind = c.category(
        "How the headcount is known; a staff list does not change it, nor the posts to go.",
        ("stated", "imputed", "not_stated"),
    )
    exit_cost_kind = c.category(
        "Whether the cost of one exit is of its own staff list, or of staff spread as its kind of body is.",
        ("imputed", "measured"),
    )
    running_cost_kind = c.category(
        "How the allowance is known; imputed also where any part is, or is a share of one.",
        ("stated", "imputed", "not_stated"),
    )
    body = c.category("Kind of body.", BODIES)
    region_code = c.publisher_code("NHS England region; only boards have one.", nullable=True)
    registered_population = c.whole_number("People registered with the board's practices.", "people", nullable=True)
    counts_suppressed = c.flag("Whether counts are suppressed because they, or those they follow from, are small.")
    staff_rounded = c.whole_number("Staff before the cut, rounded for publication.", "heads", nullable=True)
    posts_removed_rounded = c.whole_number("Posts removed, rounded for publication.", "posts", nullable=True)
    cut_pct = c.percent("Posts removed over staff, before rounding.", nullable=True)
    price_basis, base_fy = c.prices()
    exit_cost_gbp_m = c.gbp_m(
        "One-off cost of its posts over the life of the programme: its part of the cost of its kind of body, by posts "
        "to go and what its own staff would be paid.",
        nullable=True,
        minimum=0,
    )
    running_cost_allowance_gbp_m = c.gbp_m("Allowance 2024-25, stated or derived.", nullable=True, minimum=0)
    exit_cost_over_running_cost_pct = c.percent("One-off cost over the allowance of one year.", nullable=True)
    target_running_cost_gbp_m = c.gbp_m("Envelope: target per head times population.", nullable=True, minimum=0)
    bottom_up_running_cost_gbp_m = c.gbp_m("Yearly cost of the posts that stay, all in.", nullable=True, minimum=0)
    envelope_gap_gbp_m = c.gbp_m("Bottom-up less envelope: above zero, the cut falls short.", nullable=True)
    envelope_gap_pct = c.percent("The gap over the envelope.", nullable=True)
    cut_to_meet_envelope_pct = c.percent("Cut that meets the envelope; negative if posts can be added.", nullable=True)
    exposure_rank = _place("Place by cost over allowance, 1 the highest.")
    exposure_rank_p10 = _place("Tenth percentile over the draws.")
    exposure_rank_p50 = _place("Median over the draws.")
    exposure_rank_p90 = _place("Ninetieth percentile over the draws.")
    exposure_rank_standard_error = c.number("Standard error of its mean place.", "place", nullable=True, minimum=0.0)

    figures_kind_sums_up_the_others = c.rule(
        pl.col("figures_kind")
        == pl.when(pl.all_horizontal(_IS_IMPUTED))
        .then(pl.lit("imputed"))
        .when(pl.any_horizontal(_IS_IMPUTED))
        .then(pl.lit("partly_imputed"))
        .otherwise(pl.lit("measured"))
    )


@SameSums(
    "savings.organisation_exposure_before_succession",
    columns=[
        *("registered_population", "exit_cost_gbp_m", "running_cost_allowance_gbp_m", "target_running_cost_gbp_m"),
        "bottom_up_running_cost_gbp_m",
    ],
    within=["scenario_id", "body"],
    name="exposure_is_carried_over",
    identity="W8",
)
class OrganisationExposure(OrganisationExposureBeforeSuccession):
    """How exposed each organisation of now is: cost against running cost, envelope against what it would cost, and its
    rank. A successor has staff, cost and allowance of its predecessors by share.

    Counts of people are rounded, or suppressed where they or those of a predecessor are small.
    """


class Backtest(dy.Schema):
    """What the model makes of other reorganisations, each from all evidence but its own, beside what was reported."""

    case_id = c.identifier("Case.", key=True)
    output = c.category(
        "What is predicted: the cost of all exits and of one, with as much of notice and tax as reports include, and "
        "the share of leavers who came back.",
        BACKTEST_OUTPUTS,
        key=True,
    )
    label = c.text("What the case is.")
    rules_on = c.day("Day whose rules of exit pay apply.")
    pay_factor = c.number("What the pay was multiplied by to bring it to the year of the case.", "ratio", minimum=0.0)
    predicted_p10, predicted_p50, predicted_p90 = c.quantiles("as the output", minimum=0.0)
    predicted_standard_error = c.number("Monte Carlo standard error of the mean.", "as the output", minimum=0.0)
    actual_value = c.number("What happened, or was set aside.", "as the output", minimum=0.0)
    actual_kind = c.category("Which of the two.", ("outcome", "budget"))
    is_covered = c.flag("Whether it lies between the tenth and the ninetieth percentile.")
    direction = c.category("Where the predicted range lies against it.", DIRECTIONS)
    breaks_rules = c.flag(
        "Whether one exit cost more than the rules give, with notice and tax, to somebody with the pay of the body and "
        "all the service that counts. Such a case is kept: more than the terms was paid, or its leavers earned more."
    )
    p50_error_pct = c.percent("Median over what happened, less one.")
    crps = c.number("Continuous ranked probability score; zero is best.", "as the output", minimum=0.0)
    crps_of_actual_pct = c.percent("The score over what happened.", minimum=0.0)
    rules_carried_back = c.text(
        "Parameters that have no value for that day, so that their first one was used; empty where none.", nullable=True
    )
    price_basis, base_fy = c.prices()


class AsStated(dy.Schema):
    """What officials say, taken at face value and added up; nothing is modelled except when it falls.

    Where the parts they name do not agree, both ends are carried: the favourable end has the lowest cost and the
    highest saving that was stated, the unfavourable one the opposite.
    """

    end = c.category("Which end of what was stated.", ENDS, key=True)
    measure = c.category(
        "Posts removed; one-off cost; saving a year at full effect; value over the longest horizon at the real rate; "
        "months to payback from the first month with cost; and the money moved between years to pay for it.",
        STATED_MEASURES,
        key=True,
    )
    unit = c.text("Unit of the value: posts, £m, £m a year or months.")
    price_basis, base_fy = c.prices()
    stated_figure = c.number("The figure; empty where cost is not paid back.", "as the row's unit", nullable=True)
    parts = c.text("What it is added up from.")
    parts_agree = c.flag("Whether what officials said of it agrees with itself.")
    claim_ids = c.text("Claims it rests on, by comma; empty where it follows from the other rows.", nullable=True)
