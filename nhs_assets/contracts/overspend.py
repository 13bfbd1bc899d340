"""The money brought forward: pressures, instruments, recoup, neutrality, the gap, and what is left for services."""

from functools import partial

import dataframely as dy
import polars as pl

from nhs_assets.contracts import columns as c
from nhs_assets.contracts import vocabulary as words
from nhs_assets.contracts.rules import CompleteOver, Ordered, SumsToOne, each, values

INTERPRETATIONS = words.INTERPRETATIONS


_interpretation = partial(
    c.category,
    "Reading of the deal: the press's overspend, or the official re-profile of the settlement.",
    INTERPRETATIONS,
    key=True,
)
_profile = partial(c.identifier, "Recoup profile: how the advance is taken back.", key=True)
_scenario = partial(c.identifier, "Scenario of the programme.", key=True)


@CompleteOver(
    each("raw.in_year_pressure", "pressure_id"),
    same={"requested_low_gbp_m": "low_gbp_m", "requested_gbp_m": "central_gbp_m", "requested_high_gbp_m": "high_gbp_m"},
)
class Pressure(dy.Schema):
    """Calls on the 2025-26 budget: asked, funded in the year and later, absorbed, and what is not known."""

    pressure_id = c.identifier("Identifier of the pressure.", key=True)
    fy = c.financial_year("Year it falls in.")
    kind = c.category("What it is.", ("total_ask", "redundancy", "industrial_action", "medicines_and_other"))
    requested_low_gbp_m, requested_gbp_m, requested_high_gbp_m = c.span("Estimate", c.gbp_m, minimum=0)
    funded_low_gbp_m, funded_gbp_m, funded_high_gbp_m = c.span(
        "Part met by money moved between years", c.gbp_m, minimum=0
    )
    funded_later_gbp_m = c.gbp_m("Part met by the same move of money in later years, as far as it goes.", minimum=0)
    absorbed_gbp_m = c.gbp_m("Part left to existing budgets, if a source accounts for it, at the central estimate.")
    unknown_gbp_m = c.gbp_m("Part that no source accounts for: it may have been absorbed, met or never spent.")
    is_part_of_ask = c.flag("Whether it is one of the parts of the £3bn ask in this account.")
    is_residual = c.flag("Whether it is what is left of the ask after the parts that are known.")
    route = c.category("How it was met as far as is known.", ("reprofile", "absorbed", "not_known", "not_applicable"))
    price_basis, base_fy = c.prices()
    source_id = c.source("The document that states it.")
    note = c.text("What a reader must know.", nullable=True)
    confidence = c.confidence()


@Ordered("low_gbp_m", "delta_gbp_m", "high_gbp_m", name="instrument_range_holds_amount")
class Instrument(dy.Schema):
    """What moved between years under each reading of the deal: + draws ahead of plan, - gives back."""

    interpretation = _interpretation()
    fy = c.financial_year("Year.", key=True)
    vintage_id = c.vintage_id("Vintage the reading is of.")
    low_gbp_m = c.gbp_m("Low end.")
    delta_gbp_m = c.gbp_m("Amount moved; sums to zero over the settlement.")
    high_gbp_m = c.gbp_m("High end.")
    price_basis, base_fy = c.prices()
    source_id = c.source("The document it rests on.")
    confidence = c.confidence()


@SumsToOne(
    "share",
    within=("interpretation", "profile_id"),
    at_most={"leaves_balance": True},
    name="profile_shares_sum_to_one",
    identity="O6",
    remedy="Correct the shares in the seed of profiles, or move those of years outside the settlement.",
)
class RecoupProfile(dy.Schema):
    """Shares of the advance recouped by year, under each recoup profile."""

    interpretation = _interpretation()
    profile_id = _profile()
    fy = c.financial_year("Year.", key=True)
    share = c.share("Share of the whole advance recouped in the year.")
    leaves_balance = c.flag("Whether the profile may leave a balance at the end.")
    kind = c.category("Stated in a seed, or computed from the modelled saving.", ("stated", "computed"))
    source_id = c.source("The document it rests on.")


class Ledger(dy.Schema):
    """The advance as an account: opening, drawn, recouped, closing."""

    interpretation = _interpretation()
    profile_id = _profile()
    price_basis = c.price_basis(key=True)
    fy = c.financial_year("Year.", key=True)
    base_fy = c.base_year()
    opening_gbp_m = c.gbp_m("Balance at the start of the year.")
    drawn_gbp_m = c.gbp_m("Drawn ahead of plan in the year.", minimum=0)
    recouped_gbp_m = c.gbp_m("Recouped in the year.", minimum=0)
    closing_gbp_m = c.gbp_m("Balance at the end of the year.")


class Available(dy.Schema):
    """What is left for services by year: plan before the move, what moved, programme cost and saving."""

    scenario_id = _scenario()
    interpretation = _interpretation()
    profile_id = _profile()
    fy = c.financial_year("Year.", key=True)
    plan_vintage_id = c.vintage_id("Settlement the reading starts from.")
    price_basis, base_fy = c.prices()
    plan_before_move_gbp_m = c.gbp_m("DHSC RDEL without the move.")
    moved_gbp_m = c.gbp_m("Drawn less recouped in the year.")
    plan_after_move_gbp_m = c.gbp_m("DHSC RDEL with the move.")
    programme_cost_gbp_m = c.gbp_m("Modelled one-off cost in the year.", minimum=0)
    recurring_saving_gbp_m = c.gbp_m("Modelled saving in the year.")
    net_programme_cost_gbp_m = c.gbp_m("Cost less saving in the year.")
    available_for_services_gbp_m = c.gbp_m("Plan after the move less net programme cost.")
    effect_on_services_gbp_m = c.gbp_m("Available less the plan before the move.")
    real_available_gbp_m = c.derived_gbp_m("Available in prices of the real base year.")
    real_moved_gbp_m = c.derived_gbp_m("Moved in prices of the real base year.")
    real_base_fy = c.financial_year("Price year of the two real columns.")


@CompleteOver(
    each("overspend.recoup_profile", "interpretation", "profile_id"),
    values("test"),
    name="neutrality_has_every_test",
    identity="O5",
    remedy="A year has no deflator, or the discount rate is missing; check both against the years of the ledger.",
)
class Neutrality(dy.Schema):
    """Is it true that there is no new money? Sum of what moved, in cash, in real terms and in present value."""

    interpretation = _interpretation()
    profile_id = _profile()
    test = c.category("How the sum is taken.", ("cash", "real", "present_value"), key=True)
    sum_gbp_m = c.gbp_m("Drawn less recouped: above zero the service keeps value, below it loses value.")
    drawn_gbp_m = c.gbp_m("Value drawn.", minimum=0)
    recouped_gbp_m = c.gbp_m("Value recouped.", minimum=0)
    base_fy = c.base_year()
    discount_rate_pct = c.percent("Real rate of the present value; empty in the other tests.", nullable=True)
    tolerance_gbp_m = c.gbp_m("Largest sum that counts as zero.", minimum=0)
    passes = c.flag("Whether the sum is zero.")

    sum_is_drawn_less_recouped = c.rule(pl.col("sum_gbp_m") == pl.col("drawn_gbp_m") - pl.col("recouped_gbp_m"))
    passes_within_tolerance = c.rule(pl.col("passes") == (pl.col("sum_gbp_m").abs() <= pl.col("tolerance_gbp_m")))


@CompleteOver(
    values(
        "reading_id",
        "official_cost_against_reprofile",
        "press_cost_against_press_overspend",
        "press_cost_against_reprofile",
        "modelled_cost_against_reprofile",
    ),
    name="gap_has_every_reading",
    identity="O8",
    remedy="A parameter of the reading is missing or misspelt, or the best estimate has no cost.",
)
class FundingGap(dy.Schema):
    """Programme cost less the money agreed for it, sign shown: a stated cost as the range that is stated, the modelled
    one as the best estimate, whose 80% range is that of ``gap_modelled`` in ``audit.conclusion``.
    """

    reading_id = c.identifier("Which cost is set against which money.", key=True)
    price_basis, base_fy = c.prices()
    cost_low_gbp_m = c.gbp_m("Programme cost, low end of what is stated.", nullable=True, minimum=0)
    cost_gbp_m = c.gbp_m("Programme cost; empty if a range is stated, which has no middle.", nullable=True, minimum=0)
    cost_high_gbp_m = c.gbp_m("Programme cost, high end of what is stated.", nullable=True, minimum=0)
    financed_gbp_m = c.gbp_m("Money agreed for it.", minimum=0)
    gap_low_gbp_m = c.gbp_m("Cost less money agreed, low end; empty if the cost is modelled.", nullable=True)
    gap_gbp_m = c.gbp_m("Cost less money agreed; empty if the cost is a range.", nullable=True)
    gap_high_gbp_m = c.gbp_m("Cost less money agreed, high end; empty if the cost is modelled.", nullable=True)
    cost_parameter_id = c.identifier("The parameter that holds the cost; empty if it is modelled.", nullable=True)
    financed_parameter_id = c.identifier("The parameter that holds the money.")
    confidence = c.confidence()


class OperationsBought(dy.Schema):
    """Hip and knee operations that the saving would buy at the reported ratio, gross and net."""

    case_id = c.identifier("Whose saving is spent.", key=True)
    ratio_id = c.identifier("Which reported ratio.", key=True)
    profile_id = _profile()
    fy = c.financial_year("Year.", key=True)
    price_basis, base_fy = c.prices()
    saving_gbp_m = c.gbp_m("Saving in the year.")
    exit_cost_gbp_m = c.gbp_m("One-off cost in the year.", minimum=0)
    recouped_gbp_m = c.gbp_m("Recouped in the year.", minimum=0)
    unit_cost_gbp = c.number("Cost of one operation at the ratio.", "£", minimum=0.0)
    operations_gross = c.number("Operations the saving buys.", "operations")
    operations_net_of_exit_cost = c.number("After the year's exit cost.", "operations")
    operations_net_of_recoup = c.number("After the year's recoup.", "operations")
    operations_net = c.number("After both.", "operations")
    operations_gross_real = c.number("Gross, if an operation gets dearer with all prices.", "operations")
    operations_net_real = c.number("After both, if an operation gets dearer with all prices.", "operations")
    real_base_fy = c.financial_year("Price year of the reported ratio in the two real columns.")


@CompleteOver(
    each("evidence.scenario", "scenario_id"),
    each("overspend.ledger", "interpretation", "fy", where={"price_basis": "cash"}),
    remedy="The scenario chooses a way of taking back that does not exist; correct its file.",
)
class ScenarioRecoup(dy.Schema):
    """Whether the recoup of each scenario in a year can be met from the saving of that year."""

    scenario_id = _scenario()
    interpretation = _interpretation()
    profile_id = c.identifier("Recoup profile of the scenario.")
    fy = c.financial_year("Year.", key=True)
    price_basis, base_fy = c.prices()
    net_saving_gbp_m = c.gbp_m("Saving less one-off cost of the year, a cost counted when it is recognised (accrual).")
    recouped_gbp_m = c.gbp_m("Recouped in the year.", minimum=0)
    met_from_saving_gbp_m = c.gbp_m("Part of it that the net saving covers.", minimum=0)
    left_to_budgets_gbp_m = c.gbp_m("Part of it that the net saving does not cover.", minimum=0)
    is_met = c.flag("Whether the net saving covers the whole recoup of the year.")
    closing_gbp_m = c.gbp_m("Balance of the advance at the end of the year.")
