"""The settlement: plans by vintage, what changed between them and why, deflators, real terms, headlines."""

from functools import partial

import dataframely as dy

from nhs_assets.contracts import columns as c
from nhs_assets.contracts.rules import AgreesWith, Close, CompleteOver, Other, Plausible, each

LINES = ("dhsc_tdel", "dhsc_rdel", "dhsc_rdel_excluding_ihs", "dhsc_cdel", "nhse_rdel", "other_rdel")


_line = partial(
    c.category,
    "Budget line: total, resource and capital departmental expenditure limits (TDEL, RDEL, CDEL); RDEL excludes "
    "depreciation; excluding_ihs leaves out the Immigration Health Surcharge transfers from the Home Office.",
    LINES,
)


@CompleteOver(
    each("raw.settlement_plan", "vintage_id", "fy", "line_id"),
    having={"status": Other("derived")},
    same={"amount_gbp_m": "amount_gbp_m"},
    name="plan_keeps_published_rows",
    identity="S7",
)
@AgreesWith(
    "evidence.vintage",
    on={"vintage_id": "vintage_id"},
    same={"known_from": "known_from"},
    where={"status": Other("derived")},
    identity="S7",
)
@AgreesWith(
    "evidence.source",
    on={"source_id": "source_id"},
    not_before={"known_from": "known_from"},
    name="plan_known_after_document",
    identity="M5",
    remedy="Cite a document that was there on the day of the vintage, or correct the day of either.",
)
class Plan(dy.Schema):
    """Departmental expenditure limits by vintage, year and line, in cash."""

    vintage_id = c.vintage_id("The event at which the plan was published.", key=True)
    fy = c.financial_year("Year the limit is for.", key=True)
    line_id = _line(key=True)
    amount_gbp_m = c.gbp_m("Limit.", minimum=0)
    rounding_gbp_m = c.gbp_m("Unit to which it was rounded; sums carry the sum of their parts' units.", minimum=0)
    status = c.category("Outturn, plan, carried or derived here.", ("outturn", "plan", "carried_forward", "derived"))
    step_reason = c.text("Why it moves by more than the allowed step on a neighbour, where it does.", nullable=True)
    price_basis, base_fy = c.prices()
    known_from = c.known_from()
    source_id = c.source("The document that states it.")
    locator = c.text("Table or line within the document, or the sum it is derived from.")
    confidence = c.confidence()


class OutturnAgainstPlan(dy.Schema):
    """Latest outturn of each limit and year against the last plan before it."""

    fy = c.financial_year("Year of the limit.", key=True)
    line_id = _line(key=True)
    plan_vintage_id = c.vintage_id("Vintage of the plan.")
    outturn_vintage_id = c.vintage_id("Vintage of the outturn.")
    plan_gbp_m = c.gbp_m("Last plan before the outturn.", minimum=0)
    outturn_gbp_m = c.gbp_m("Outturn.", minimum=0)
    overspend_gbp_m = c.gbp_m("Outturn less plan: above zero if more was spent.")
    rounding_gbp_m = c.gbp_m("Half of what both were rounded to: a difference within it shows nothing.", minimum=0)
    price_basis, base_fy = c.prices()
    known_from = c.known_from()
    source_id = c.source("The document that states the outturn.")
    confidence = c.confidence()


@CompleteOver(
    each("raw.plan_change_reason", "vintage_from", "vintage_to", "line_id", "reason", where={"reason": "reprofile"}),
    name="reprofile_reason_is_used",
    identity="S5",
    remedy="Name consecutive vintages of the line, and a line that both of them hold.",
)
class PlanChange(dy.Schema):
    """What changed between one vintage and the next, split into explained parts and an unexplained remainder."""

    vintage_from = c.vintage_id("Vintage before.", key=True)
    vintage_to = c.vintage_id("Vintage after.", key=True)
    fy = c.financial_year("Year of the limit.", key=True)
    line_id = _line(key=True)
    reason = c.category(
        "Why it changed: the re-profile agreed for redundancies, budget cover moved from the Home Office, outturn "
        "replacing plan, or unexplained.",
        ("reprofile", "budget_cover_transfer", "outturn_for_plan", "unexplained"),
        key=True,
    )
    low_gbp_m = c.gbp_m("Low end, from the rounding of what was published.")
    central_gbp_m = c.gbp_m("Central value; the reasons of one change add up to the whole change exactly.")
    high_gbp_m = c.gbp_m("High end.")
    total_change_gbp_m = c.gbp_m("The whole change of the plan between the two vintages.")
    rounding_gbp_m = c.gbp_m("Largest remainder that rounding alone can explain.", minimum=0)
    price_basis, base_fy = c.prices()
    known_from = c.known_from("First day on which the change and every part of it was known.")
    source_id = c.source("The document that explains it, or that published the later plan.")
    method = c.category(
        "How the part was worked out: the whole change; a line less the same line without the transfers; for a "
        "re-profile the stated amount in the last year, the rise of a year between, or what balances the two in the "
        "first; the remainder.",
        ("whole_change", "difference_of_lines", "stated_amount", "rise_of_year", "balance_of_years", "remainder"),
    )
    confidence = c.confidence()


@CompleteOver(
    each("raw.gdp_deflator", "vintage_id", "fy"),
    having={"status": Other("extended")},
    same={"index_value": "index_value", "growth_pct": "growth_pct"},
    name="deflator_keeps_published_rows",
    identity="S7",
)
@AgreesWith(
    "evidence.vintage",
    on={"vintage_id": "vintage_id"},
    same={"known_from": "known_from"},
    where={"status": Other("extended")},
    identity="S7",
)
@AgreesWith(
    "evidence.source",
    on={"source_id": "source_id"},
    not_before={"known_from": "known_from"},
    where={"status": Other("extended")},
    name="deflator_known_after_document",
    identity="M5",
    remedy="Cite a document that was there on the day of the vintage, or correct the day of either.",
)
class Deflator(dy.Schema):
    """GDP deflator by vintage and financial year, carried past the last forecast year at a stated rate."""

    vintage_id = c.vintage_id("The forecast that published it.", key=True)
    fy = c.financial_year("Financial year.", key=True)
    index_value = c.number("Index, calendar 2023 = 100.", "index", minimum=0.0)
    growth_pct = c.percent("Growth on the year before.", nullable=True)
    status = c.category("Outturn, forecast, or extended here.", ("outturn", "forecast", "extended"))
    known_from = c.known_from()
    source_id = c.source("The document that states it.")
    confidence = c.confidence()


class FinancialYear(dy.Schema):
    """The calendar: every financial year with its days, its neighbours and a number to count with."""

    fy = c.financial_year("The year.", key=True)
    start_year = c.whole_number("Calendar year in which it starts; years are counted as differences of it.", "year")
    first_day = c.day("Its first day, 1 April.")
    last_day = c.day("Its last day, 31 March.")
    previous_fy = c.financial_year("The year before; empty for the first of the calendar.", nullable=True)
    next_fy = c.financial_year("The year after; empty for the last of the calendar.", nullable=True)


class PriceIndex(dy.Schema):
    """What turns money of a year into the prices of a base year, by deflator: multiply by the factor.

    For the deflator that became known last, take the rows with ``is_latest``.
    """

    vintage_id = c.vintage_id("The forecast that published the deflator.", key=True)
    fy = c.financial_year("Year of the money.", key=True)
    base_fy = c.financial_year("Year whose prices it is put into.", key=True)
    index_value = c.number("Index of the year.", "index", minimum=0.0)
    base_index_value = c.number("Index of the base year.", "index", minimum=0.0)
    factor = c.number("Index of the base year over that of the year.", "factor", minimum=0.0)
    is_latest = c.flag("Whether no deflator became known later.")


@Close(
    "difference_points",
    "deflator_comparison_tolerance_points",
    may_be_empty=True,
    remedy="See which of the two is older: the Treasury's file is the first to follow a revision of the national "
    "accounts. One year alone may be in the wrong row.",
)
class DeflatorComparison(dy.Schema):
    """Growth of HM Treasury's deflator beside that of the vintage held on the day, of the OBR or the Treasury itself.
    Empty until a Treasury workbook is dropped in.
    """

    published_on = c.day("Day on which the Treasury published it.", key=True)
    fy = c.financial_year("Financial year.", key=True)
    base_fy = c.financial_year("Year that is 100 in the Treasury's index.")
    index_in_base = c.number("The Treasury's index, base year = 100.", "index, base year = 100", minimum=0.0)
    treasury_growth_pct = c.percent("The Treasury's growth on the year before; empty in its first year.", nullable=True)
    is_forecast = c.flag("Whether the Treasury published growth alone for the year.")
    held_vintage_id = c.identifier("Last vintage of the deflator held on the day, if any.", nullable=True)
    held_growth_pct = c.percent("Growth of that vintage on the year before; empty if it has none.", nullable=True)
    difference_points = c.number("The Treasury's growth less that.", "points", nullable=True)
    source_id = c.source("The Treasury's workbook.")
    confidence = c.confidence()


class RealTerms(dy.Schema):
    """Plans in the prices of a base year, for every pair of plan vintage and deflator vintage."""

    plan_vintage_id = c.vintage_id("Vintage of the plan.", key=True)
    deflator_vintage_id = c.vintage_id("Vintage of the deflator.", key=True)
    line_id = _line(key=True)
    fy = c.financial_year("Year of the limit.", key=True)
    base_fy = c.financial_year("Price year of the real amount.", key=True)
    price_basis = c.price_basis()
    cash_gbp_m = c.gbp_m("Limit in cash.", minimum=0)
    real_gbp_m = c.derived_gbp_m("Limit in prices of the base year.")
    real_growth_pct = c.percent("Real growth on the year before in the same vintage.", nullable=True)
    years_from_base = c.whole_number("Years since the base year.", "years", minimum=None)
    average_real_growth_pct = c.percent("Average real growth a year since the base year.", nullable=True)


@CompleteOver(
    each("raw.published_headline", "headline_id"),
    name="headline_is_recomputed",
    identity="S8",
    remedy="Name a plan vintage and year that hold the line, and a deflator that holds the years.",
)
@Plausible("published", "recomputed", measure="raw.published_headline.measure_id", name="headline_is_plausible")
class HeadlineCheck(dy.Schema):
    """Published headlines recomputed from the plans, with the difference and why it arises."""

    headline_id = c.identifier("Identifier of the headline.", key=True)
    label = c.text("The headline in our words.")
    unit = c.text("Unit of the values.")
    published = c.number("Value as published.", "as the measure")
    recomputed = c.number("Value recomputed from the plans.", "as the measure")
    difference = c.number("Recomputed less published.", "as the measure")
    tolerance = c.number("Half the last printed digit.", "as the measure", minimum=0.0)
    within_tolerance = c.flag("Whether it recomputes within its own rounding.")
    explanation = c.text("Why it may differ.", nullable=True)
    line_id = _line()
    from_vintage_id = c.vintage_id("Plan vintage of the first year.")
    to_vintage_id = c.vintage_id("Plan vintage of the last year.")
    deflator_vintage_id = c.vintage_id("Deflator used.")
    from_fy = c.financial_year("First year.")
    to_fy = c.financial_year("Last year.")
    base_fy = c.financial_year("Price year, where there is one.", nullable=True)
    source_id = c.source("The document that states the headline.")
    confidence = c.confidence()
