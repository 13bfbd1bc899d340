"""The programme's cost and saving by organisation and month, and what they are worth."""

import dataframely as dy

from nhs_assets.contracts import columns as c
from nhs_assets.contracts import raw
from nhs_assets.contracts.workforce import BODIES

ACCOUNTING_BASES = ("accrual", "cash_paid")


def _scenario() -> dy.String:
    return c.identifier("Scenario.", key=True)


def _accounting_basis() -> dy.String:
    return c.category(
        "When a cost counts: when it is recognised (accrual) or when it is paid (cash_paid).",
        ACCOUNTING_BASES,
        key=True,
    )


def _organisation() -> dy.String:
    return c.publisher_code("Organisation that bears or gains it in that month.", key=True)


def _known_from() -> dy.Date:
    return c.known_from(
        "Latest day on which anything the scenario rests on became known: all parameters and rows of the tables read, "
        "not only those behind this row."
    )


class UnitCost(dy.Schema):
    """What one paid exit costs and one post saves, by body and pay year, worked out from the rules."""

    scenario_id = _scenario()
    fy = c.financial_year("Year of the pay.", key=True)
    body = c.category("Kind of body.", BODIES, key=True)
    employer_terms = c.category("Terms its staff leave on.", raw.EMPLOYER_TERMS)
    mean_salary_gbp = c.gbp("Full-time pay that the stated saving per post implies in 2025-26, raised by awards since.")
    reckonable_service_years = c.whole_number("Complete years of service.", "years")
    contracted_share = c.share("Contracted share of full time.")
    month_of_pay_gbp = c.gbp("A month's pay under the terms, after floor and cap.")
    severance_gbp = c.gbp("Payment under the terms.")
    maximum_severance_gbp = c.gbp("Ceiling of the payment under the terms.")
    statutory_minimum_years = c.whole_number("Service below which nothing is due.", "years")
    strain_above_entitlement_gbp = c.gbp("Pension strain the employer pays above the payment; nil on these terms.")
    pay_in_lieu_of_notice_gbp = c.gbp("Notice paid, with employer National Insurance.")
    class_1a_nic_gbp = c.gbp("Employer National Insurance on the payment above the threshold.")
    exit_cost_gbp = c.gbp("All of these for one paid exit.")
    saving_per_post_gbp = c.gbp("Employer cost saved by one post in a year, at the year's pay.")
    price_basis = c.price_basis()
    base_fy = c.base_year()
    known_from = _known_from()


class ExitWave(raw.ExitWave):
    """Waves of departures, with the months between recognising a cost and paying it."""

    recognition_lead_months = c.whole_number("Months from national approval to the first departure.", "months")
    known_from = c.known_from("First day on which its source was known.")


class HeadcountMonth(dy.Schema):
    """Posts by organisation and month: opening, exits, transfers, closing."""

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
    known_from = _known_from()


class ExitCostMonth(dy.Schema):
    """One-off cost by organisation, month and component, on both accounting bases."""

    scenario_id = _scenario()
    accounting_basis = _accounting_basis()
    ods_code = _organisation()
    month = c.month("Month.", key=True)
    component = c.category("Kind of cost.", raw.COST_COMPONENTS, key=True)
    fy = c.financial_year("Financial year of the month.")
    price_basis = c.price_basis()
    base_fy = c.base_year()
    amount_gbp_m = c.gbp_m("Cost.", minimum=0)
    known_from = _known_from()


class SavingMonth(dy.Schema):
    """Recurring saving by organisation, month and component. Backfill is negative."""

    scenario_id = _scenario()
    ods_code = _organisation()
    month = c.month("Month.", key=True)
    component = c.category("Kind of saving.", raw.SAVING_COMPONENTS, key=True)
    fy = c.financial_year("Financial year of the month.")
    price_basis = c.price_basis()
    base_fy = c.base_year()
    amount_gbp_m = c.gbp_m("Saving.")
    known_from = _known_from()


class CashflowMonth(dy.Schema):
    """Cost, saving and their running sum by organisation and month. Financing is no part of it."""

    scenario_id = _scenario()
    accounting_basis = _accounting_basis()
    ods_code = _organisation()
    month = c.month("Month.", key=True)
    fy = c.financial_year("Financial year of the month.")
    price_basis = c.price_basis()
    base_fy = c.base_year()
    cost_gbp_m = c.gbp_m("One-off cost.", minimum=0)
    saving_gbp_m = c.gbp_m("Recurring saving.")
    net_gbp_m = c.gbp_m("Saving less cost.")
    cumulative_net_gbp_m = c.gbp_m("Running sum of the net.")
    known_from = _known_from()


class Appraisal(dy.Schema):
    """What the programme is worth, nationally: net present value, payback, deepest deficit."""

    scenario_id = _scenario()
    perspective = c.category("Whose point of view.", raw.PERSPECTIVES, key=True)
    accounting_basis = _accounting_basis()
    horizon_years = c.whole_number("Years counted from April 2025.", "years", key=True, minimum=1)
    discount_rate_pct = c.number("Real discount rate a year.", "%", key=True, minimum=0.0, maximum=20.0)
    price_basis = c.price_basis()
    base_fy = c.base_year()
    deflator_vintage_id = c.vintage_id("Deflator that turned cash into real terms.")
    cash_cost_gbp_m = c.gbp_m("One-off cost in cash, not in real terms.", minimum=0)
    cash_saving_gbp_m = c.gbp_m("Recurring saving over the horizon in cash, not in real terms.")
    real_cost_gbp_m = c.derived_gbp_m("One-off cost, real, undiscounted.")
    real_saving_gbp_m = c.derived_gbp_m("Recurring saving, real, undiscounted.")
    npv_gbp_m = c.derived_gbp_m("Net present value of real flows.")
    benefit_cost_ratio = c.number("Present value of saving over present value of cost.", "ratio", nullable=True)
    payback_month = c.month("First month from which cumulative cash saving stays above cost.", nullable=True)
    payback_months = c.whole_number(
        "Months to payback, counted from the first month with cost.", "months", nullable=True
    )
    discounted_payback_month = c.month("The same for discounted real flows.", nullable=True)
    deepest_cash_deficit_gbp_m = c.gbp_m("Lowest point of the running sum in cash, not in real terms.")
    deepest_deficit_month = c.month("Month of the lowest point.")
    known_from = _known_from()


class OrganisationExposure(dy.Schema):
    """How exposed each organisation is: cost against running cost, envelope against what it would cost, and its rank.

    Counts of people are rounded, or kept back where they are small.
    """

    scenario_id = _scenario()
    ods_code = c.publisher_code("Organisation whose posts they are, whoever books them later.", key=True)
    name = c.text("Name of the organisation.")
    body = c.category("Kind of body.", BODIES)
    region_code = c.publisher_code("NHS England region; only boards have one.", nullable=True)
    registered_population = c.whole_number("People registered with the board's practices.", "people", nullable=True)
    headcount_kind = c.category("How the headcount is known.", ("stated", "imputed", "not_stated"))
    counts_suppressed = c.flag("Whether counts are kept back because few people stand behind them.")
    staff_rounded = c.whole_number("Staff before the cut, rounded for publication.", "heads", nullable=True)
    posts_removed_rounded = c.whole_number("Posts removed, rounded for publication.", "posts", nullable=True)
    cut_pct = c.percent("Posts removed over staff, before rounding.", nullable=True)
    price_basis = c.price_basis()
    base_fy = c.base_year()
    exit_cost_gbp_m = c.gbp_m("One-off cost of its posts over the life of the programme.", nullable=True, minimum=0)
    running_cost_allowance_gbp_m = c.gbp_m(
        "Running cost allowance 2024-25: as stated, or worked out from what all boards together have.",
        nullable=True,
        minimum=0,
    )
    running_cost_kind = c.category("How the allowance is known.", ("stated", "imputed", "not_stated"))
    exit_cost_over_running_cost_pct = c.percent("One-off cost over the allowance of one year.", nullable=True)
    target_running_cost_gbp_m = c.gbp_m("Envelope: target per head times population.", nullable=True, minimum=0)
    bottom_up_running_cost_gbp_m = c.gbp_m(
        "What the posts that stay cost in a year with everything that is not pay, at 2025-26 pay.",
        nullable=True,
        minimum=0,
    )
    envelope_gap_gbp_m = c.gbp_m(
        "Bottom-up less envelope: above nil, the cut does not reach the envelope.", nullable=True
    )
    envelope_gap_pct = c.percent("The gap over the envelope.", nullable=True)
    cut_to_meet_envelope_pct = c.percent(
        "Cut in posts at which bottom-up meets the envelope; below nil, posts could be added.", nullable=True
    )
    exposure_rank = c.whole_number("Place by cost over allowance, 1 the highest.", "place", nullable=True, minimum=1)
    exposure_rank_p10 = c.whole_number(
        "Tenth percentile of its place over the draws.", "place", nullable=True, minimum=1
    )
    exposure_rank_p50 = c.whole_number("Median of its place over the draws.", "place", nullable=True, minimum=1)
    exposure_rank_p90 = c.whole_number(
        "Ninetieth percentile of its place over the draws.", "place", nullable=True, minimum=1
    )
    exposure_rank_standard_error = c.number(
        "Monte Carlo standard error of its mean place.", "place", nullable=True, minimum=0.0
    )
    known_from = _known_from()


class Backtest(dy.Schema):
    """What the model makes of reorganisations that are over, beside what happened, with a proper score."""

    case_id = c.identifier("Case.", key=True)
    output = c.category(
        "What is predicted. exit_cost is severance with notice and National Insurance, set against the same amount.",
        ("severance_gbp_m", "mean_severance_gbp", "exit_cost_gbp_m", "rehired_share"),
        key=True,
    )
    label = c.text("What the case is.")
    rules_on = c.day("Day whose rules of exit pay apply.")
    pay_factor = c.number("What the pay was multiplied by to bring it to the year of the case.", "ratio", minimum=0.0)
    predicted_p10 = c.number("Tenth percentile of the draws.", "as the output", minimum=0.0)
    predicted_p50 = c.number("Median of the draws.", "as the output", minimum=0.0)
    predicted_p90 = c.number("Ninetieth percentile of the draws.", "as the output", minimum=0.0)
    predicted_standard_error = c.number("Monte Carlo standard error of the mean.", "as the output", minimum=0.0)
    actual_value = c.number("What happened, or was set aside.", "as the output", minimum=0.0)
    actual_kind = c.category("Which of the two.", ("outcome", "budget"))
    is_covered = c.flag("Whether it lies between the tenth and the ninetieth percentile.")
    p50_error_pct = c.percent("Median over what happened, less one.")
    crps = c.number("Continuous ranked probability score; nil is best.", "as the output", minimum=0.0)
    crps_of_actual_pct = c.percent("The score over what happened.", minimum=0.0)
    rules_carried_back = c.text(
        "Parameters that have no value for that day, so that their first one was used; empty where none.", nullable=True
    )
    price_basis = c.price_basis()
    base_fy = c.base_year()
    known_from = c.known_from("Latest day on which anything it rests on became known: parameters, cases, deflator.")
