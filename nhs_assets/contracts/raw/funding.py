"""Seeds of ``seeds/funding``: plans, deflators, pressures and what the model is held against."""

import dataframely as dy
import polars as pl

from nhs_assets.contracts import columns as c
from nhs_assets.contracts import known
from nhs_assets.contracts import vocabulary as words
from nhs_assets.contracts.rules import FromInbox, Immutable, Plausible, Revised, ServesItsFiles


@known.fact(known.vintage("vintage_id"))
@Immutable(apart_from=("step_reason", "source_id", "locator", "confidence"), whole_vintages=True)
@FromInbox()
@Revised(split_by="fy", policy="new", by="vintage_id")
class SettlementPlan(dy.Schema):
    """Departmental expenditure limits by vintage, year and line, as published, in £m. Rows are only ever added."""

    vintage_id = c.vintage_id("The event at which the figure was published.", key=True)
    fy = c.financial_year("Year the limit is for.", key=True)
    line_id = c.category("Budget line.", words.PLAN_LINES, key=True)
    amount_gbp_m = c.gbp_m("Limit in cash.", minimum=0)
    rounding_gbp_m = c.gbp_m("Unit to which the publisher rounded: 100 where printed to £0.1bn.", minimum=0)
    status = c.category("Outturn, plan, or carried from an earlier vintage.", ("outturn", "plan", "carried_forward"))
    step_reason = c.text("Why the amount moves by more than 15% on a neighbour, where it does.", nullable=True)
    source_id = c.source("The document that states it.")
    locator = c.text("Table or line within the document.")
    confidence = c.confidence()

    rounding_is_a_power_of_ten = c.rule(pl.col("rounding_gbp_m").cast(pl.Float64).is_in([0.1, 1.0, 10.0, 100.0]))
    year_on_year_factor_below_two = c.rule(c.steps_within(0.5, 2.0, "amount_gbp_m", "vintage_id", "line_id"))
    """No limit halves or doubles in a year: that is a misplaced digit, whatever reason is given."""


@known.fact(known.deflator("vintage_id"))
@Immutable(apart_from=("source_id", "locator", "confidence"), whole_vintages=True)
@FromInbox()
class GdpDeflator(dy.Schema):
    """GDP deflator by vintage and financial year, index 2023 = 100. Rows are only ever added."""

    vintage_id = c.vintage_id("The forecast that published it.", key=True)
    fy = c.financial_year("Financial year.", key=True)
    index_value = c.number("Index, calendar 2023 = 100.", "index", minimum=0.0)
    growth_pct = c.percent("Growth on the year before, as published.", minimum=-5.0, maximum=15.0)
    is_forecast = c.flag("Whether the year was forecast when published.")
    source_id = c.source("The document that states it.")
    locator = c.text("Table within the document.")
    confidence = c.confidence()

    @dy.rule()
    def growth_follows_from_index(cls) -> pl.Expr:
        """The published growth and the published index agree to 0.01 points."""
        previous = pl.col("index_value").shift(1).over("vintage_id", order_by="fy")
        return ((pl.col("index_value") / previous - 1) * 100 - pl.col("growth_pct")).abs().fill_null(0.0) <= 0.01

    year_on_year_factor_below_two = c.rule(c.steps_within(0.5, 2.0, "index_value", "vintage_id"))


@known.fact(known.own("published_on"))
@Immutable(apart_from=("source_id", "confidence"))
@FromInbox()
@ServesItsFiles(has_seed=False, identity="W4")
class TreasuryDeflator(dy.Schema):
    """GDP deflator of HM Treasury by day of publication, in a base year of its own. Empty until a file is dropped in.

    It is compared with that of the OBR and deflates nothing. The day replaces a vintage, because the Treasury
    may publish on a day of the OBR's, and no two vintages become known on one day.
    """

    published_on = c.day("Day on which the Treasury published it.", key=True)
    fy = c.financial_year("Financial year.", key=True)
    base_fy = c.financial_year("Year that is 100.")
    index_in_base = c.number("Index, base year = 100.", "index, base year = 100", minimum=0.5, maximum=400.0)
    growth_pct = c.percent("Published growth; empty in the first year.", nullable=True, minimum=-5.0, maximum=30.0)
    is_forecast = c.flag("Whether growth alone was published, so that the index is carried forward here.")
    source_id = c.source("The workbook that states it.")
    confidence = c.confidence()


@known.fact(known.vintage("vintage_from", "vintage_to"), known.document())
@Plausible("amount_gbp_m", measure="reason", measures={"reprofile": "reprofiled_amount"}, name="reprofile_is_plausible")
@Immutable(apart_from=("reference", "confidence"))
@Revised(policy="always")
class PlanChangeReason(dy.Schema):
    """Changes to a plan that a source explains, in £m for the whole settlement."""

    reason_id = c.identifier("Identifier of the explained change.", key=True)
    vintage_from = c.vintage_id("Vintage before the change.")
    vintage_to = c.vintage_id("Vintage after the change.")
    line_id = c.category("Budget line that changed.", words.PLAN_LINES)
    reason = c.category(
        "Why it changed.", ("reprofile", "budget_cover_transfer", "policy", "reserve", "reclassification")
    )
    amount_gbp_m = c.gbp_m("Size of the change as stated.", minimum=0)
    source_id = c.source("The document that states it.")
    reference = c.text("Where in the document, and what it leaves open.")
    confidence = c.confidence()


@known.fact(known.vintage("from_vintage_id", "to_vintage_id"), known.deflator("deflator_vintage_id"), known.document())
@Immutable(apart_from=("label", "explanation", "confidence"))
class PublishedHeadline(dy.Schema):
    """Growth rates and increases that publishers and ministers state, to be recomputed from the plans."""

    headline_id = c.identifier("Identifier of the headline.", key=True)
    label = c.text("The headline in our words.")
    method = c.category(
        "What to recompute.",
        ("average_real_growth", "real_increase", "cash_increase", "cash_level", "real_growth_year"),
    )
    line_id = c.category("Budget line.", words.PLAN_LINES)
    from_vintage_id = c.vintage_id("Plan vintage of the first year.")
    to_vintage_id = c.vintage_id("Plan vintage of the last year.")
    deflator_vintage_id = c.vintage_id("Deflator used.")
    from_fy = c.financial_year("First year.")
    to_fy = c.financial_year("Last year.")
    base_fy = c.financial_year("Price year of a real increase; empty for cash and growth.", nullable=True)
    measure_id = c.measure("What the published value measures.")
    published_value = c.number("Value as published.", "as the measure")
    tolerance = c.number("Half the last printed digit.", "as the measure", minimum=0.0)
    explanation = c.text("Why the recomputed value may differ.", nullable=True)
    source_id = c.source("The document that states it.")
    confidence = c.confidence()


@known.fact(known.document())
@Plausible("low_gbp_m", "central_gbp_m", "high_gbp_m")
@Immutable(apart_from=("note", "confidence"))
class InYearPressure(dy.Schema):
    """Calls on the 2025-26 budget: what was asked for, what it was put at and how it was met."""

    pressure_id = c.identifier("Identifier of the pressure.", key=True)
    fy = c.financial_year("Year it falls in.")
    kind = c.category("What it is.", ("total_ask", "redundancy", "industrial_action", "medicines_and_other"))
    measure_id = c.measure("What the value measures.")
    low_gbp_m, central_gbp_m, high_gbp_m = c.span("Estimate", c.gbp_m, minimum=0)
    is_part_of_ask = c.flag("Whether it is one of the parts of the £3bn ask in this account.")
    route = c.category("How it was met as far as is known.", ("reprofile", "absorbed", "not_known", "not_applicable"))
    source_id = c.source("The document that states it.")
    note = c.text("What a reader must know.", nullable=True)
    confidence = c.confidence()

    range_is_ordered = c.rule(c.in_order("low_gbp_m", "central_gbp_m", "high_gbp_m"))


@known.fact(known.document())
@Revised(policy="always")
class RecoupProfile(dy.Schema):
    """Ways the advanced money could be taken back: shares by year. Profiles that follow savings are computed."""

    profile_id = c.identifier("Identifier of the profile.", key=True)
    fy = c.financial_year("Year in which a share is taken back.", key=True)
    share = c.share("Share of the advance taken back in the year.")
    label = c.text("Name of the profile.")
    source_id = c.source("The document it rests on.")
    reference = c.text("Why it is worth running.")
    confidence = c.confidence()


@known.method()
class AppraisalPerspective(dy.Schema):
    """Which flows count from whose point of view: 1 counts, 0 is a transfer within that view."""

    perspective = c.category("Whose point of view.", words.PERSPECTIVES, key=True)
    component = c.category("Flow of cost or saving.", (*words.COST_COMPONENTS, *words.SAVING_COMPONENTS), key=True)
    weight = c.share("Weight of the flow in this view.")
    rationale = c.text("Why it counts or not.")
    source_id = c.source("Guidance it follows.")
    confidence = c.confidence()

    counts_or_does_not = c.rule(pl.col("weight").is_in([0.0, 1.0]))


@known.fact(known.document())
class CalibrationTarget(dy.Schema):
    """Published figures that draws of the model are held against; an open end means no bound on that side."""

    target_id = c.identifier("Identifier of the target.", key=True)
    label = c.text("What it is.")
    quantity = c.category("Modelled quantity it is held against.", words.CALIBRATION_QUANTITIES)
    target_low = c.number("Low end of what was published.", "as its quantity", nullable=True)
    target_high = c.number("High end of what was published.", "as its quantity", nullable=True)
    source_id = c.source("The document that states it.")
    reference = c.text("Where in the document, or how it was worked out.")
    confidence = c.confidence()

    bounded_on_one_side_at_least = c.rule(
        (pl.col("target_low") <= pl.col("target_high")).fill_null(
            ~pl.all_horizontal(pl.col("target_low", "target_high").is_null())
        )
    )
