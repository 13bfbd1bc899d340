"""The programme's cost and saving by organisation and month, and what they are worth."""

import dataframely as dy
import polars as pl

from nhs_assets.contracts import columns as c
from nhs_assets.contracts import raw
from nhs_assets.contracts.workforce import BODIES

ACCOUNTING_BASES = raw.ACCOUNTING_BASES
BOTH = "both"
LEVERS = ("take_up", "cost", "saving", "backfill")


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

    recognition_lead_months = c.whole_number(
        "Months from approval, when the cost is recognised, to the first departure.", "months"
    )
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


class ScenarioFlow(dy.Schema):
    """Cost and saving of every scenario for the nation, by month and component."""

    scenario_id = _scenario()
    accounting_basis = c.category(
        "When a cost counts; both for a saving, which counts in the same month on either basis.",
        (*ACCOUNTING_BASES, BOTH),
        key=True,
    )
    month = c.month("Month.", key=True)
    component = c.category("Kind of cost or saving.", (*raw.COST_COMPONENTS, *raw.SAVING_COMPONENTS), key=True)
    fy = c.financial_year("Financial year of the month.")
    price_basis = c.price_basis()
    base_fy = c.base_year()
    amount_gbp_m = c.gbp_m("Cost or saving, as the component says.")
    known_from = _known_from()


class ScenarioMonth(dy.Schema):
    """Cost, saving and their running sum of every scenario for the nation, by month. Financing is no part of it."""

    scenario_id = _scenario()
    accounting_basis = _accounting_basis()
    month = c.month("Month.", key=True)
    fy = c.financial_year("Financial year of the month.")
    price_basis = c.price_basis()
    base_fy = c.base_year()
    cost_gbp_m = c.gbp_m("One-off cost.", minimum=0)
    saving_gbp_m = c.gbp_m("Recurring saving, and redundancy pay that comes back.")
    net_gbp_m = c.gbp_m("Saving less cost.")
    cumulative_net_gbp_m = c.gbp_m("Running sum of the net.")
    known_from = _known_from()


class Breakeven(dy.Schema):
    """What one lever would have to be, the rest as in the scenario, for the programme to be worth exactly nothing."""

    scenario_id = _scenario()
    perspective = c.category("Whose point of view.", raw.PERSPECTIVES, key=True)
    accounting_basis = _accounting_basis()
    horizon_years = c.whole_number("Years counted from April 2025.", "years", key=True, minimum=1)
    discount_rate_pct = c.number("Real discount rate a year.", "%", key=True, minimum=0.0, maximum=20.0)
    lever = c.category(
        "What is moved: take_up, exits of every kind relative to the scenario's; cost, all one-off cost relative to "
        "the scenario's; saving, all saving relative to the scenario's; backfill, the share of the saving on staff "
        "that is spent again.",
        LEVERS,
        key=True,
    )
    price_basis = c.price_basis()
    base_fy = c.base_year()
    scenario_value = c.number("The lever in the scenario: 1, or its backfill share.", "as the lever")
    breakeven_value = c.number("The lever at which net present value is nil.", "as the lever", nullable=True)
    outcome = c.category(
        "Whether there is such a value; if not, whether every possible value of the lever is worth it, or none.",
        ("solved", "always_worth_it", "never_worth_it"),
    )
    npv_gbp_m = c.derived_gbp_m("Net present value of the scenario itself, real flows.")
    known_from = _known_from()

    @dy.rule()
    def value_where_solved(cls) -> pl.Expr:
        return (pl.col("outcome") == "solved") == pl.col("breakeven_value").is_not_null()
