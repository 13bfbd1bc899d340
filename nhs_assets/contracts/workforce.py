"""Who is in the programme: organisations, staff in post, stated headcounts, and what the cut means against them."""

import dataframely as dy

from nhs_assets.contracts import columns as c
from nhs_assets.contracts import publishers
from nhs_assets.contracts import vocabulary as words
from nhs_assets.contracts.raw import workforce as raw_workforce
from nhs_assets.contracts.rules import Close, CompleteOver, Periods, SameSums, Unique, each

BODIES = words.BODIES


@Periods("valid_from", "valid_to", within=("ods_code",), identity="W6")
class Organisation(raw_workforce.Organisation):
    """Bodies in the programme, one row for each period in which they are open with one boundary."""

    is_counted = c.flag(
        "Whether the latest staff statistics count it: staff, posts and money are worked out for these bodies, and "
        "their successors get them by share."
    )


class Succession(raw_workforce.Succession):
    """Boards that were dissolved and the boards that follow them, with every reading of the shares."""

    predecessor_name = c.text("Name of the board that was dissolved.")
    successor_name = c.text("Name of the board that follows it.")


class Successor(dy.Schema):
    """Which organisation of now has the people of each organisation of then, and what share of them.

    An organisation that continues is followed by itself. What is carried from then to now is cut at ``share_from`` and
    ``share_to`` and rounded there, so that the parts add up to the whole.
    """

    ods_code = c.publisher_code("Organisation of then.", key=True)
    successor_ods_code = c.publisher_code("Organisation of now.", key=True)
    successor_name = c.text("Its name.")
    successor_region_code = c.publisher_code("Its NHS England region; only boards have one.", nullable=True)
    succession_type = c.category("What happened to the people.", (*words.SUCCESSIONS, "continues"))
    share = c.share("Share of the people that it has now.")
    share_from = c.number("Shares of the successors before it in order of their codes.", "share", minimum=0.0)
    share_to = c.number("The same with its own.", "share", minimum=0.0)


@CompleteOver(
    each("raw.staff_month", "ods_code", "month"),
    same={"fte": "fte"},
    name="staff_month_keeps_published_rows",
    identity="W4",
)
class StaffMonthBeforeSuccession(dy.Schema):
    """Average staff in post by month and organisation of the time, as the statistics count them."""

    ods_code = c.publisher_code("Organisation.", key=True)
    month = c.month("Month.", key=True)
    name = c.text("Name of the organisation.")
    body = c.category("Kind of body.", BODIES)
    fte = c.number("Average full-time-equivalent staff.", "FTE", minimum=0.0)
    change_since_first_month_pct = c.percent("Change since the first month held.", nullable=True)
    source_id = c.source("The statistics it is derived from.")
    confidence = c.confidence()


@SameSums(
    "workforce.staff_month_before_succession",
    columns=["fte"],
    within=["body", "month"],
    name="staff_month_is_carried_over",
    identity="W8",
)
class StaffMonth(StaffMonthBeforeSuccession):
    """Average staff in post by month and organisation of now, which has the staff of its predecessors by share."""


@Close(
    "difference_pct",
    "staff_source_tolerance_pct",
    remedy="Many join or leave in one month, or one of the files counts other staff. Look at the months around it.",
)
class StaffSourceComparison(dy.Schema):
    """Staff by body and month from both statistics: the average of sickness days, and the count at the end of the
    month of the workforce statistics. Empty until workforce statistics are dropped in.
    """

    ods_code = c.publisher_code("Organisation.", key=True)
    month = c.month("Month.", key=True)
    name = c.text("Name of the organisation.")
    body = c.category("Kind of body.", BODIES)
    average_fte = c.number("Average over the month, from days available.", "FTE", minimum=0.0)
    month_end_fte = c.number("At the end of the month, all staff groups.", "FTE", minimum=0.0)
    month_end_headcount = c.number("People at the end of the month, all staff groups.", "heads", minimum=0.0)
    difference_fte = c.number("End of the month less average.", "FTE")
    difference_pct = c.percent("The difference over the average.", nullable=True)
    average_source_id = c.source("The sickness statistics.")
    month_end_source_id = c.source("The workforce statistics.")
    confidence = c.confidence()


@CompleteOver(each("raw.staffing_estimate", "estimate_id"))
@Unique(
    "body",
    "measure_id",
    where={"is_central": True},
    name="staffing_estimate_has_one_central",
    remedy="Mark one of the estimates as central and keep the others beside it.",
)
class StatedStaffing(dy.Schema):
    """Every stated count of staff, posts and savings by body; values that conflict are side by side."""

    estimate_id = c.identifier("Identifier of the estimate.", key=True)
    body = c.category("Body or bodies counted.", words.BODIES_AND_GROUPS)
    ods_code = c.publisher_code("The one organisation it is of; empty if it is of all of a kind.", nullable=True)
    measure_id = c.measure("What is counted.")
    unit = c.text("Unit of the values.")
    value_low = c.number("Value stated, low end.", "as the measure", minimum=0.0)
    value_central = c.stated_middle()
    value_high = c.number("Value stated, high end.", "as the measure", minimum=0.0)
    qualifier = c.category("How firmly it is put.", ("exact", "about", "up_to", "range"))
    as_of = c.day("Day or month end it is about.")
    said_by = c.text("Who counted or said so.")
    is_central = c.flag("Whether the model uses it.")
    conflicts_with = c.whole_number("Other estimates of the measure and body with another value.", "estimates")
    source_id = c.source("The document that states it.")
    note = c.text("What a reader must know.", nullable=True)
    confidence = c.confidence()


class BaselineBeforeSuccession(dy.Schema):
    """Staff, running cost and cost envelope before the cut of each organisation that the staff statistics count,
    measured or imputed. The model works on these.
    """

    ods_code = c.publisher_code("Organisation.", key=True)
    name = c.text("Name of the organisation.")
    body = c.category("Kind of body.", BODIES)
    region_code = c.publisher_code("NHS England region; only boards have one.", nullable=True)
    as_of = c.day("First day of the month of the staff count.")
    fte = c.number("Full-time-equivalent staff; empty without statistics.", "FTE", nullable=True, minimum=0.0)
    headcount = c.number("Stated headcount, shared over boards by FTE.", "heads", nullable=True, minimum=0.0)
    headcount_kind = c.category("How the headcount is known.", ("stated", "imputed", "not_stated"))
    registered_population = c.whole_number("People registered with the board's practices.", "people", nullable=True)
    running_cost_allowance_gbp_m = c.gbp_m(
        "Running cost allowance 2024-25, where found; of a successor only where it is found for all that it took over "
        "in whole, so that no part passes for the whole.",
        nullable=True,
        minimum=0,
    )
    target_running_cost_gbp_m = c.gbp_m("Target per head times population.", nullable=True, minimum=0)
    posts_removed_target = c.number("Posts to go: the official upper bound shared by headcount.", "posts", minimum=0.0)
    in_post_target = c.flag("Whether the official count of posts covers it.")
    confidence = c.confidence()


@SameSums(
    "workforce.baseline_before_succession",
    columns=["fte", "headcount", "registered_population", "target_running_cost_gbp_m", "posts_removed_target"],
    within=["body"],
    name="baseline_is_carried_over",
    identity="W8",
)
class Baseline(BaselineBeforeSuccession):
    """Staff, running cost and cost envelope before the cut of each organisation of now, which has those of its
    predecessors by share. An allowance is empty unless it is the sum of whole predecessors with a stated one.
    """


class PostReductionReading(dy.Schema):
    """Ways of reading how many posts go: each with its arithmetic, none smoothed into another."""

    reading_id = c.identifier("Identifier of the reading.", key=True)
    posts_basis = c.category("Whose count the posts are.", ("official_upper_bound", "stated_cut"))
    posts = c.number("Posts removed in this reading.", "posts", minimum=0.0)
    boards_heads = c.number("Stated headcount of the boards.", "heads", minimum=0.0)
    nhse_heads = c.number("The same of NHS England, if counted.", "heads", nullable=True, minimum=0.0)
    dhsc_heads = c.number("The same of the department, if counted.", "heads", nullable=True, minimum=0.0)
    baseline_heads = c.number("Headcount it is a cut of: the sum of the three.", "heads", minimum=0.0)
    cut_pct = c.percent("Posts over headcount.")
    official_posts = c.number("The official upper bound.", "posts", minimum=0.0)
    difference_from_official_posts = c.number("Reading less the official upper bound.", "posts")
    stated_cut_pct = c.percent("The cut that is stated for the same staff.")
    agrees_with_stated_cut = c.flag("Whether the reading gives the stated cut, to the nearest point.")
    confidence = c.confidence()


class PopulationReconciliation(dy.Schema):
    """Registered population by board against the practice file it comes from, with the rounding difference."""

    population_id = c.identifier("What is summed.", key=True)
    people = c.whole_number("People.", "people", minimum=None)
    boards = c.whole_number("Boards summed.", "boards")
    confidence = c.confidence()


class PopulationComparison(dy.Schema):
    """Population of each board as held, which the baseline uses, beside that of each allocation file. Empty until an
    allocation file is dropped in.
    """

    ods_code = c.publisher_code("Board.", key=True)
    fy = c.financial_year("Year of the allocation.", key=True)
    name = c.text("Name of the board.")
    registered_population = c.whole_number("People as held in the organisation seed.", "people")
    allocated_population = c.whole_number("People in the allocation file.", "people")
    gp_practices = c.whole_number("Practices of the board in the allocation file.", "practices")
    difference_people = c.whole_number("Allocation file less held.", "people", minimum=None)
    difference_pct = c.percent("The difference over the population held.", nullable=True)
    allowance_per_held_head = c.number("Running cost allowance 2024-25 a person held.", "£ a head", nullable=True)
    allowance_per_allocated_head = c.number("The same a person of the allocation file.", "£ a head", nullable=True)
    source_id = c.source("The allocation file.")
    confidence = c.confidence()


class GradeMixComparison(dy.Schema):
    """Shares of grades among the infrastructure staff of a body, as counted, beside those that the cells assume. Empty
    until workforce statistics by grade are dropped in.
    """

    ods_code = c.publisher_code("Organisation.", key=True)
    month = c.month("Month, counted at its end.", key=True)
    grade = c.category("Grade as printed, or of the cells.", (*publishers.GRADES, words.GRADE_NOT_STATED), key=True)
    fte = c.number("Staff counted in central functions, estates and management.", "FTE", minimum=0.0)
    counted_share = c.share("Its share of these staff of the body; empty if none was counted.", nullable=True)
    assumed_share = c.share("Its share of the full-time equivalents of the body's cells.", nullable=True)
    difference_points = c.number("Counted less assumed share.", "points", nullable=True)
    source_id = c.source("The workforce statistics.")
    confidence = c.confidence()


AGE_NOT_STATED = "Not stated"


class Cell(dy.Schema):
    """Staff by organisation, terms, grade, age and service: made up to agree with what is published, or measured."""

    ods_code = c.publisher_code("Organisation.", key=True)
    employer_terms = c.category("Terms its staff leave on.", words.EMPLOYER_TERMS, key=True)
    grade = c.category("Pay band, or that of like pay if the terms have none.", words.LISTED_GRADES, key=True)
    age_band = c.category("Age; not stated in staff lists.", (*words.AGE_BANDS, AGE_NOT_STATED), key=True)
    service_band = c.category("Complete years of service.", tuple(words.SERVICE_BANDS), key=True)
    body = c.category("Kind of body.", BODIES)
    posts = c.number("Staff in the cell; a fraction if imputed, rounded if measured.", "posts", minimum=0.0)
    mean_full_time_pay_gbp = c.gbp("Mean annual full-time pay of 2025-26, or as in the staff list, rounded.")
    mean_service_years = c.number("Mean complete years of service.", "years", minimum=0.0)
    contracted_share = c.share("Mean contracted share of full time.")
    origin_kind = c.category("Whether it was counted; posts to go do not depend on it.", ("imputed", "measured"))
    derivation = c.text("How it was worked out.")
    confidence = c.confidence()
