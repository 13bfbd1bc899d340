"""Seeds of ``seeds/workforce``: bodies, staff, pay and precedents."""

import dataframely as dy
import polars as pl

from nhs_assets.contracts import columns as c
from nhs_assets.contracts import known, publishers
from nhs_assets.contracts import vocabulary as words
from nhs_assets.contracts.rules import AgreesWith, FromInbox, Plausible, ServesItsFiles, SumsToOne, Unique


@known.fact(known.own("valid_from"), of_today=("registered_population", "gp_practices", "running_cost_allowance_gbp_m"))
class Organisation(dy.Schema):
    """Bodies in the programme: integrated care boards (42, and 36 from April 2026), NHS England, DHSC and four
    commissioning support units. A board whose boundary changed has a row for each boundary.
    """

    ods_code = c.publisher_code("Organisation Data Service code; DHSC is our own code.", key=True)
    ons_code = c.publisher_code("Office for National Statistics code; only boards have one.", nullable=True)
    name = c.text("Name of the organisation.")
    body = c.category("Kind of body.", words.BODIES)
    region_code = c.publisher_code("NHS England region, ODS code; only boards have one.", nullable=True)
    region_ons_code = c.publisher_code("NHS England region, ONS code.", nullable=True)
    region_name = c.text("NHS England region.", nullable=True)
    registered_population = publishers.population(
        "Registered people, rounded; of a successor, those of its predecessors by share.", nullable=True
    )
    gp_practices = publishers.practices("Practices in the allocation file.", nullable=True)
    running_cost_allowance_gbp_m = c.gbp_m("Running cost allowance 2024-25, if found.", nullable=True, minimum=0)
    employer_terms = c.category("Terms its staff leave on.", words.EMPLOYER_TERMS)
    in_post_target = c.flag("Whether the official count of up to 18,000 posts covers it.")
    receiving_ods_code = c.organisation("Body that takes over its remaining posts, if any.", nullable=True)
    transfers_on = c.day("Day its remaining posts move.", nullable=True)
    valid_from = c.day("First day this row holds.", key=True)
    valid_to = c.day("Last day it holds; empty while it does.", nullable=True)
    source_id = c.source("Source of codes and population.")
    confidence = c.confidence()

    running_cost_allowance_in_range = c.rule(
        pl.col("running_cost_allowance_gbp_m").cast(pl.Float64).is_between(5.0, 60.0).fill_null(True)
    )
    practices_have_people = c.rule(
        (pl.col("registered_population") / pl.col("gp_practices")).is_between(3_000, 30_000).fill_null(True)
    )
    board_has_codes_and_population = c.rule(
        (pl.col("body") != "icb")
        | pl.all_horizontal(pl.col("ons_code", "region_code", "region_name", "registered_population").is_not_null())
    )


@known.fact(known.own("succession_date"))
@SumsToOne(
    "share",
    within=("predecessor_ods_code", "reading"),
    name="shares_of_a_predecessor_sum_to_one",
    identity="W7",
    remedy="A successor is missing or its share is wrong; every person of the board goes somewhere, once.",
)
@AgreesWith(
    "raw.organisation",
    on={"successor_ods_code": "ods_code", "succession_date": "valid_from"},
    name="successor_begins_that_day",
    identity="W7",
    remedy="Add the successor to the organisation seed from the day of the succession, or correct its code or the day.",
)
@Unique(
    "predecessor_ods_code",
    "successor_ods_code",
    where={"is_used": True},
    name="succession_uses_one_share",
    identity="W7",
)
class Succession(dy.Schema):
    """Boards that were dissolved and the boards that follow them, each with the share of the people it takes over."""

    predecessor_ods_code = c.organisation("Board that was dissolved.", key=True)
    successor_ods_code = c.organisation("Board that takes over a share of its people.", key=True)
    reading = c.category("How the share was counted.", words.SHARE_READINGS, key=True)
    succession_date = c.day("First day on which the successor is responsible.")
    succession_type = c.category("What happened to the people.", words.SUCCESSIONS)
    share = c.share("Share of the people registered with practices of the predecessor.")
    is_used = c.flag("Whether staff and money follow this share; other readings are kept beside it.")
    source_id = c.source("The document that the share is from.")
    reference = c.text("What the share is of.")
    confidence = c.confidence()


@known.fact(known.own("month", months_later=5))
@FromInbox(period="month", confidence="F(d)")
@ServesItsFiles(identity="W4")
class StaffMonth(dy.Schema):
    """Average staff in post by month, from sickness-absence statistics (days available over days in the month)."""

    ods_code = c.organisation("Organisation.", key=True)
    month = c.month("Month.", key=True)
    fte = c.number("Average full-time-equivalent staff.", "FTE", minimum=0.0)
    fte_days_available = c.number("Full-time-equivalent days available.", "FTE days", minimum=0.0)
    source_id = c.source("The statistics it is worked out from.")
    confidence = c.confidence()

    fte_is_days_over_days_in_month = c.rule(
        (pl.col("fte_days_available") / pl.col("month").dt.month_end().dt.day() - pl.col("fte")).abs() <= 0.01
    )
    month_on_month_within_a_third = c.rule(c.steps_within(0.67, 1.5, "fte", "ods_code", order_by="month"))


@known.fact(known.document())
@FromInbox(period="month", confidence="F")
@ServesItsFiles(has_seed=False, identity="W4")
class StaffGroupMonth(publishers.PublishedStaffGroup):
    """Staff by body and group at the end of a month, from NHS Workforce Statistics. Empty until a file is dropped in.

    The groups ``all_staff`` and ``infrastructure_support`` hold the others: never add all of them up.
    """

    source_id = c.source("The statistics that state it.")
    confidence = c.confidence()


@known.fact(known.document())
@FromInbox(period="month", confidence="F(d)")
@ServesItsFiles(has_seed=False, identity="W4")
class StaffGradeMonth(publishers.PublishedGrade):
    """Full-time-equivalent staff without clinical groups, by body, group and grade at the end of a month, from NHS
    Workforce Statistics, summed over care settings. Empty until a file is dropped in.
    """

    source_id = c.source("The statistics it is summed from.")
    confidence = c.confidence()


@known.fact(known.document())
@FromInbox(period="fy", confidence="F(d)")
@ServesItsFiles(has_seed=False, identity="W4")
class BoardPopulation(dy.Schema):
    """People registered with the practices of each board, by year of the allocation. Empty until a file is dropped in.

    The organisation seed holds populations of its own, which the baseline uses; these are compared with them.
    """

    ods_code = c.organisation("Board.", key=True)
    fy = c.financial_year("Year of the allocation, as a person said.", key=True)
    registered_population = publishers.population("People registered with the board's practices.")
    gp_practices = publishers.practices("Practices of the board.")
    source_id = c.source("The allocation file it is summed from.")
    confidence = c.confidence()


@known.fact(known.document())
@Plausible("value_low", "value_central", "value_high")
class StaffingEstimate(dy.Schema):
    """Every stated count of staff, posts and savings by body, also where two of them conflict."""

    estimate_id = c.identifier("Identifier of the estimate.", key=True)
    body = c.category("Body or bodies counted.", words.BODIES_AND_GROUPS)
    ods_code = c.organisation("The one organisation it is of; empty if it is of all of a kind.", nullable=True)
    measure_id = c.measure("What is counted.")
    value_low = c.number("Value stated, low end.", "as the measure", minimum=0.0)
    value_central = c.stated_middle()
    value_high = c.number("Value stated, high end.", "as the measure", minimum=0.0)
    qualifier = c.category("How firmly it is put.", ("exact", "about", "up_to", "range"))
    as_of = c.day("Day or month end it is about.")
    said_by = c.text("Who counted or said so.")
    is_central = c.flag("Whether the model uses it; conflicting values are kept beside it.")
    source_id = c.source("The document that states it.")
    note = c.text("What a reader must know.", nullable=True)
    confidence = c.confidence()

    range_is_ordered = c.rule(c.in_order("value_low", "value_high"))
    central_value_lies_within = c.rule(pl.col("value_central").is_between("value_low", "value_high"))
    range_has_no_middle = c.rule(pl.col("value_central").is_null() == (pl.col("qualifier") == "range"))
    """Who states a range says of no value within it that it is the likeliest."""


@known.method()
class PayPoint(dy.Schema):
    """Agenda for Change annual pay by band and point, England."""

    fy = c.financial_year("Pay year.", key=True)
    band = c.category("Pay band.", words.PAY_BANDS, key=True)
    point = c.category("Point within the band.", ("entry", "intermediate", "top"), key=True)
    annual_gbp = c.whole_number("Annual full-time pay.", "£", minimum=20_000, maximum=150_000)
    source_id = c.source("The document that states it.")
    confidence = c.confidence()

    rises_within_band_by_less_than_a_quarter = c.rule(
        pl.col("annual_gbp") <= pl.col("annual_gbp").min().over("fy", "band") * 1.25
    )

    @dy.rule()
    def rises_from_band_to_band(cls) -> pl.Expr:
        order = pl.col("band").replace_strict({band: rank for rank, band in enumerate(words.PAY_BANDS)}, default=None)
        previous_top = pl.col("annual_gbp").shift(1).over("fy", order_by=[order, "annual_gbp"])
        return (pl.col("annual_gbp") / previous_top).is_between(1.0, 1.25).fill_null(True)


@known.method()
class BandAgeMix(dy.Schema):
    """Central-function staff and managers in NHS trusts and core organisations by band and age, October 2025."""

    staff_group = c.category("Staff group.", ("central_functions", "managers"), key=True)
    grade = c.category("Pay band.", (*words.GRADES, "All grades", "Non AfC Grade"), key=True)
    age_band = c.category("Age band.", (*words.AGE_BANDS, "All age bands"), key=True)
    headcount = c.number("People.", "heads", minimum=0.0)
    fte = c.number("Full-time-equivalent staff.", "FTE", minimum=0.0)
    period_end = c.day("Day counted.")
    source_id = c.source("The statistics that state it.")
    confidence = c.confidence()

    fte_between_two_fifths_and_all_of_headcount = c.rule(
        (pl.col("fte") <= pl.col("headcount") * 1.001) & (pl.col("fte") >= pl.col("headcount") * 0.4)
    )
    """The lowest true share is 0.43: two people over 65 in band 9."""


@known.method()
class ExitWave(dy.Schema):
    """Waves of departures: when they open, are approved, are recognised as cost and leave."""

    wave_id = c.identifier("Identifier of the wave.", key=True)
    label = c.text("What the wave is.")
    stream = c.category("How the posts go: emptied already, attrition, paid exits, or mixed.", words.STREAMS)
    opens_on = c.day("First day of application.")
    closes_on = c.day("Last day of application.")
    approved_on = c.day("National approval.")
    first_leaving_on = c.day("First day on which people leave.")
    last_leaving_on = c.day("Last day on which people leave.")
    share_of_target = c.share(
        "Share of all posts removed in the wave, at the central share of paid exits; only the proportions among waves "
        "that pay, and among those that do not, are used."
    )
    source_id = c.source("The document that states the dates.")
    reference = c.text("Which dates are found and which are assumed.")
    confidence = c.confidence()

    dates_are_in_order = c.rule(
        c.in_order("opens_on", "closes_on", "approved_on", "first_leaving_on", "last_leaving_on")
    )


@known.method()
@Plausible("value_central")
class Precedent(dy.Schema):
    """What earlier reorganisations planned and what happened."""

    episode = c.identifier("Identifier of the episode.", key=True)
    measure_id = c.measure("What is measured.", key=True)
    value_central = c.number("Value.", "as the measure", minimum=0.0)
    period = c.text("Period or date, in our words.")
    source_id = c.source("The document that states it.")
    note = c.text("What a reader must know.", nullable=True)
    confidence = c.confidence()


@known.fact(known.own("known_from"))
class StaffList(dy.Schema):
    """Staff of an organisation as counted from its own anonymous list, in place of cells that are made up.

    They are counted as they may be published: few people are put together, and every count and mean is rounded.
    """

    ods_code = c.organisation("Organisation, after which the file is named.", key=True)
    employer_terms = c.category("Terms of employment.", words.EMPLOYER_TERMS, key=True)
    grade = c.category("Pay band; not stated for salaries and for people put together.", words.LISTED_GRADES, key=True)
    service_band = c.category("Complete years of service, of their mean.", tuple(words.SERVICE_BANDS), key=True)
    staff_rounded = c.whole_number("Staff, rounded for publication.", "heads", minimum=1)
    mean_full_time_pay_gbp = c.gbp("Mean annual full-time pay, to the nearest hundred pounds.")
    mean_service_years = c.number("Mean complete years of service, to a tenth.", "years", minimum=0.0, maximum=60.0)
    contracted_share = c.share("Mean contracted share of full time, to a hundredth.")
    known_from = c.known_from("Day the list was taken.")


@known.method()
class ForecastCase(dy.Schema):
    """What officials expected redundancy to cost in an earlier reorganisation, and what it came to."""

    case_id = c.identifier("Identifier of the forecast.", key=True)
    label = c.text("What was forecast, and when.")
    forecast_on = c.day("Day of the forecast.")
    forecast_gbp_m = c.gbp_m("What redundancy was expected to cost.", minimum=100)
    outturn_gbp_m = c.gbp_m("What it came to.", minimum=100)
    outturn_to = c.day("Last day that the outturn covers.")
    source_id = c.source("The document that states the forecast.")
    outturn_source_id = c.source("The document that states the outturn.")
    reference = c.text("What a reader must know.")
    confidence = c.confidence()

    forecast_has_its_zeros = c.rule(pl.col("forecast_gbp_m").cast(pl.Float64) < 3_000)
    outturn_has_its_zeros = c.rule(pl.col("outturn_gbp_m").cast(pl.Float64) < 3_000)
    forecast_comes_first = c.rule(pl.col("forecast_on") < pl.col("outturn_to"))


@known.method()
class BacktestCase(dy.Schema):
    """Reorganisations that are over: what is known of those who left, each with a range, and what it came to."""

    case_id = c.identifier("Identifier of the case.", key=True)
    label = c.text("What the case is.")
    body = c.category("Kind of body whose pay, service and notice it tells of.", words.BODIES)
    rules_on = c.day("Day whose rules of exit pay apply.")
    fy = c.financial_year("Year whose prices the outcome is in.")
    exits_low, exits, exits_high = c.span("People paid to leave", c.number, unit="heads", minimum=1.0)
    severance_gbp_m = c.gbp_m("What redundancy came to; empty if not known.", nullable=True, minimum=0)
    mean_severance_gbp = c.gbp("What it came to for each leaver; empty if not known.", nullable=True)
    rehired_share = c.share("Share of leavers employed again; empty if not known.", nullable=True)
    actual_kind = c.category("Whether the amounts are what happened or only what was set aside.", ("outcome", "budget"))
    source_id = c.source("The document that states the amounts.")
    reference = c.text("Where the inputs come from, and which are estimates.")
    confidence = c.confidence()

    exits_are_ordered = c.rule((pl.col("exits_low") <= pl.col("exits")) & (pl.col("exits") <= pl.col("exits_high")))
    exits_reach_no_further_than_twice_their_number = c.rule(pl.col("exits_high") <= 2 * pl.col("exits"))

    @dy.rule()
    def cost_of_an_exit_has_its_zeros(cls) -> pl.Expr:
        """Within what a misplaced zero would leave. What the rules of exit pay allow is no bound: see ``breaks_rules``
        in ``savings.backtest``.
        """
        of_total = pl.col("severance_gbp_m").cast(pl.Float64) * 1_000_000 / pl.col("exits")
        each = pl.col("mean_severance_gbp").cast(pl.Float64)
        return pl.all_horizontal(cost.is_between(15_000, 200_000).fill_null(True) for cost in (of_total, each))

    something_is_known_of_the_outcome = c.rule(
        pl.any_horizontal(pl.col("severance_gbp_m", "mean_severance_gbp", "rehired_share") > 0).fill_null(False)
    )
