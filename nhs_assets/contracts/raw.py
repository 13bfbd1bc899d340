"""Seeds as they stand in the files: one contract per seed, typed and ranged, with no judgement added.

The guards here catch what can be caught within one file, above all a misplaced zero. Guards that need a second
file are SQL checks.
"""

import itertools

import dataframely as dy
import polars as pl

from nhs_assets.contracts import columns as c

PLAN_LINES = (
    "dhsc_tdel",
    "dhsc_rdel",
    "dhsc_rdel_excluding_ihs",
    "dhsc_cdel",
    "nhse_rdel",
)
QUALIFIERS = ("exact", "about", "up_to", "more_than", "at_least", "range", "vague")
"""How firmly a value is put: "up_to" is an upper bound; "more_than", "at_least" and "vague" are lower bounds."""

LONGEST_PASSAGE = 400
"""Characters of a passage that a person can compare with its claim at a glance."""

KEPT_COLUMNS = {
    "raw.source": ("published_on", "evidence_grade", "origin_group", "derived_from_source_id", "fidelity"),
    "raw.vintage": ("known_from", "source_id"),
    "raw.claim": (
        "source_id",
        "document_sha256",
        "char_start",
        "char_end",
        "claimant",
        "attribution",
        "measure_id",
        "scope_id",
        "qualifier",
        "value_low",
        "value_central",
        "value_high",
        "value_date",
        "unit",
        "period_from_fy",
        "period_to_fy",
        "price_basis",
        "fidelity",
        "known_from",
        "confidence",
    ),
    "raw.settlement_plan": ("amount_gbp_m", "rounding_gbp_m", "status"),
    "raw.gdp_deflator": ("index_value", "growth_pct", "is_forecast"),
    "raw.treasury_deflator": ("base_fy", "index_in_base", "growth_pct", "is_forecast"),
    "raw.plan_change_reason": ("vintage_from", "vintage_to", "line_id", "reason", "amount_gbp_m", "source_id"),
    "raw.published_headline": (
        "method",
        "line_id",
        "from_vintage_id",
        "to_vintage_id",
        "deflator_vintage_id",
        "from_fy",
        "to_fy",
        "base_fy",
        "measure_id",
        "published_value",
        "tolerance",
        "source_id",
    ),
    "raw.in_year_pressure": (
        "fy",
        "kind",
        "measure_id",
        "low_gbp_m",
        "central_gbp_m",
        "high_gbp_m",
        "is_part_of_ask",
        "route",
        "source_id",
    ),
    "raw.correction": ("published_as", "corrected_to"),
}
"""What is known: once published, rows are only added, and these columns change by a row of ``raw.correction`` alone."""

WHOLE_VINTAGES = ("raw.settlement_plan", "raw.gdp_deflator")
"""Tables of which a published vintage gains no row either: it would be told as known from the vintage's day."""

CONFLICT_TYPES = ("scope", "period", "price_basis", "unit", "superseded", "internal", "garbled", "value")
BODIES = ("icb", "nhse", "dhsc", "csu")
BODIES_AND_GROUPS = (*BODIES, "dhsc_and_nhse", "all_three")
INBOX_STATUS = ("accepted", "superseded", "held", "opened", "refused")
PAY_BANDS = ("2", "3", "4", "5", "6", "7", "8a", "8b", "8c", "8d", "9")
GRADES = tuple(f"Band {band}" for band in PAY_BANDS)
AGE_BANDS = {"Under 25": 24, "25 to 34": 34, "35 to 44": 44, "45 to 54": 54, "55 to 64": 64, "65 and over": None}
"""Ages as the statistics band them, by the last of them; the oldest band has none."""

GRADE_NOT_STATED = "Not stated"
LISTED_GRADES = (*GRADES, GRADE_NOT_STATED)
SERVICE_BANDS = {
    "under 2": 0,
    "2 to 4": 2,
    "5 to 9": 5,
    "10 to 14": 10,
    "15 to 19": 15,
    "20 to 23": 20,
    "24 and over": 24,
}
"""Complete years of service by the first of them: no band crosses the years from which, and up to which, pay rises."""

EMPLOYER_TERMS = ("agenda_for_change", "civil_service")
INTERPRETATIONS = ("press_overspend", "official_reprofile")
PERSPECTIVES = ("dhsc_budget", "exchequer", "social")
COST_COMPONENTS = (
    "severance",
    "strain_above_entitlement",
    "pay_in_lieu_of_notice",
    "notice_nic",
    "class_1a_nic",
    "programme",
)
SAVING_COMPONENTS = (
    "pay",
    "employer_nic",
    "pension_local",
    "pension_central",
    "apprenticeship_levy",
    "non_pay",
    "backfill",
    "backfill_employer_taxes",
    "rehire_leakage",
    "rehire_employer_taxes",
    "clawback",
)
STREAMS = ("vacancy", "attrition", "voluntary", "compulsory", "mixed")
"""Ways in which posts go, in the order in which they are meant to; mixed where leavers of all ways go together."""
PAID_STREAMS = ("voluntary", "compulsory")
ACCOUNTING_BASES = ("accrual", "cash_paid")
RAMPS = ("wave_table", "linear", "s_curve", "step")
"""How departures spread: evenly in each wave; evenly, slowly at both ends, or at once over each stream as a whole."""
CALIBRATION_QUANTITIES = (
    "posts_all",
    "posts_icb",
    "saving_nhse",
    "saving_icb",
    "saving_all",
    "cost_all",
    "running_cost_icb",
)


class Source(dy.Schema):
    """Every document a figure comes from: publisher, date, licence, grade of evidence and what it derives from."""

    source_id = c.identifier("Identifier of the document.", key=True)
    kind = c.category(
        "What sort of document it is.",
        ("article", "written_answer", "budget_document", "forecast", "statistic", "guidance", "report", "background"),
    )
    publisher = c.text("Who published it.")
    title = c.text("Title, or a description where it has none.")
    url = c.text("Where it stands; empty where it is held only as a file.", nullable=True)
    published_on = c.day("Date of publication; empty where it is not dated.", nullable=True)
    accessed_on = c.day("Day on which the project first held it.")
    document = c.text("File name of a held copy; empty where none is held.", nullable=True)
    document_sha256 = c.sha256("SHA-256 of the held copy.", nullable=True)
    document_characters = c.whole_number(
        "Length of the held copy, decoded as UTF-8.", "characters", nullable=True, minimum=1
    )
    licence = c.text("Licence the figures are used under.")
    evidence_grade = c.category(
        "A official document or statistic; B minister or written answer on record; C named press; "
        "D press quoting unnamed sources; E rewrite, opinion or background.",
        ("A", "B", "C", "D", "E"),
    )
    origin_group = c.identifier("Documents that share one original text share this; corroboration counts it.")
    derived_from_source_id = c.identifier("The document this one was written from.", nullable=True)
    fidelity = c.category("Whether the text is sound or garbled in transmission.", ("clean", "garbled"))


class Vintage(dy.Schema):
    """Moments at which plans, deflators or reports became known."""

    vintage_id = c.identifier("Identifier of the vintage.", key=True)
    label = c.text("Name as people say it.")
    event = c.text("What happened that day.")
    known_from = c.known_from()
    source_id = c.identifier("The document that made it known.")


class Measure(dy.Schema):
    """Quantities that claims and estimates are about, with the range outside which a value is a mistake."""

    measure_id = c.identifier("Identifier of the measure.", key=True)
    label = c.text("Name of the measure.")
    unit = c.text("Unit of every value of this measure.")
    stock_or_flow = c.category(
        "Whether it is counted at a moment or over a period.", ("stock", "flow", "ratio", "date")
    )
    perspective = c.category(
        "Which of the three billions it speaks of, if any; they are never added together.",
        ("programme_cost", "financing", "annual_saving", "settlement", "workforce", "activity", "context"),
    )
    plausible_low = c.number("Below this a value is refused as a mistake.", "as the measure")
    plausible_high = c.number("Above this a value is refused as a mistake.", "as the measure")
    period_matters = c.flag("Whether values for different periods are different quantities, never to be merged.")
    same_subject_as = c.identifier(
        "Measure of the same subject in another unit, where there is one; the two are never compared as they stand.",
        nullable=True,
    )
    words = c.text(
        "Words that vouch for a claim which has no figure in its passage, any one of them, separated by semicolons.",
        nullable=True,
    )
    definition = c.text("What exactly is meant.")

    @dy.rule()
    def range_is_ordered(cls) -> pl.Expr:
        return pl.col("plausible_low") <= pl.col("plausible_high")


class Scope(dy.Schema):
    """Whom or what claims cover, and which of the bodies of the programme that takes in."""

    scope_id = c.identifier("Whom or what it covers.", key=True)
    label = c.text("Name of the scope.")
    covers_icb = c.flag("Whether it takes in the integrated care boards.")
    covers_nhse = c.flag("Whether it takes in NHS England, or a part of it.")
    covers_dhsc = c.flag("Whether it takes in the department.")
    covers_csu = c.flag("Whether it takes in the commissioning support units.")


class Claim(dy.Schema):
    """Figures that documents state, with where in the document they stand; the words themselves are not kept."""

    claim_id = c.claim("Identifier of the claim.", key=True)
    source_id = c.identifier("The document that states it.")
    document_sha256 = c.sha256("SHA-256 of the held copy.", nullable=True)
    char_start = c.whole_number("First character of the passage, counted from 0.", "characters", nullable=True)
    char_end = c.whole_number("Character after the passage.", "characters", nullable=True)
    measure_id = c.identifier("What the figure measures.")
    scope_id = c.identifier("Whom or what it covers.")
    summary = c.text("The claim in our words.")
    claimant = c.text("Who says so.")
    attribution = c.category(
        "How the document attributes it; project where the document does not state it and the project works it out.",
        ("named", "official_answer", "unnamed_source", "article_voice", "project"),
    )
    qualifier = c.category("How firmly the value is put.", QUALIFIERS)
    value_low = c.number("Low end of the value.", "as the measure", nullable=True)
    value_central = c.number("The value, where one is stated.", "as the measure", nullable=True)
    value_high = c.number("High end of the value.", "as the measure", nullable=True)
    value_date = c.day("The value, where it is a date.", nullable=True)
    unit = c.text("Unit of the values.")
    period = c.text("What period the figure is about, in our words.")
    period_from_fy = c.financial_year("First financial year of the period, where it has one.", nullable=True)
    period_to_fy = c.financial_year("Last financial year of the period, where it has one.", nullable=True)
    price_basis = c.category(
        "Price basis as stated; not_stated where the document drops it.", ("cash", "real", "not_stated", "not_money")
    )
    fidelity = c.category("Whether this passage is sound or garbled.", ("clean", "garbled"))
    known_from = c.known_from("Day on which the claim was known.")
    note = c.text(
        "What a reader must know before using it, written with hindsight and left out of as-of answers.",
        nullable=True,
        as_of="CAST(NULL AS VARCHAR)",
    )
    confidence = c.confidence()

    @dy.rule()
    def own_reading_is_the_projects(cls) -> pl.Expr:
        """What no document states, nobody but the project says."""
        return pl.col("confidence").is_in(["F", "F(d)"]) | (pl.col("attribution") == "project")

    @dy.rule()
    def offsets_are_ordered(cls) -> pl.Expr:
        return pl.col("char_start") < pl.col("char_end")

    @dy.rule()
    def offsets_stand_together(cls) -> pl.Expr:
        return pl.col("char_start").is_null() == pl.col("char_end").is_null()

    @dy.rule()
    def range_is_ordered(cls) -> pl.Expr:
        ordered_below = pl.col("value_low") <= pl.col("value_central").fill_null(pl.col("value_low"))
        ordered_above = pl.col("value_central").fill_null(pl.col("value_high")) <= pl.col("value_high")
        return ordered_below.fill_null(True) & ordered_above.fill_null(True)

    @dy.rule()
    def period_is_ordered(cls) -> pl.Expr:
        return pl.col("period_from_fy") <= pl.col("period_to_fy")

    @dy.rule()
    def states_a_value(cls) -> pl.Expr:
        return pl.any_horizontal(
            pl.col(name).is_not_null() for name in ("value_low", "value_central", "value_high", "value_date")
        )


class ContradictionJudgement(dy.Schema):
    """Pairs of claims that a person judged unable to both hold, where no rule can tell."""

    claim_a = c.claim("The claim that is tested.", key=True)
    claim_b = c.claim("The claim it is held against.", key=True)
    conflict_type = c.category("What the conflict is about.", CONFLICT_TYPES, key=True)
    explanation = c.text("Why the two cannot both hold, and what a reader should take from it.")
    decided_on = c.day("Day of the judgement.")
    decided_by = c.text("Who judged.")
    source_id = c.identifier("Where the judgement stands.")
    confidence = c.confidence()


class Correction(dy.Schema):
    """Published figures that were wrong here, each with the figure that took its place; it stays for ever."""

    raw_table = c.text("Table that holds the figure.", key=True)
    row_key = c.text("Key of its row, the values joined by /.", key=True)
    column_name = c.text("Column of the figure; a star where a whole row is withdrawn or added.", key=True)
    corrected_on = c.day("Day of the correction.", key=True)
    published_as = c.text(
        "What was published; of a row withdrawn every figure, as column=value; empty where the cell or row was.",
        nullable=True,
    )
    corrected_to = c.text(
        "What takes its place; of a row added every figure, as column=value; empty where nothing does.", nullable=True
    )
    correction_reason = c.text("What was wrong, in our words.")
    source_id = c.identifier("The document that shows it.")

    @dy.rule()
    def table_and_column_are_kept(cls) -> pl.Expr:
        """Only of what is kept for ever is there anything to correct."""
        return pl.any_horizontal(
            (pl.col("raw_table") == table) & pl.col("column_name").is_in([*columns, "*"])
            for table, columns in KEPT_COLUMNS.items()
        )

    @dy.rule()
    def says_something_else(cls) -> pl.Expr:
        return pl.col("published_as").ne_missing(pl.col("corrected_to"))


class ParameterValue(dy.Schema):
    """Dated policy and model numbers from ``seeds/parameters``, each value with its own reference and range."""

    parameter_id = c.identifier("Identifier of the parameter.", key=True)
    valid_from = c.day("First day on which the value applies.", key=True)
    label = c.text("What the parameter is.")
    unit = c.text("Unit of the value.")
    value = c.number("The value used in the central scenario.", "as the parameter")
    low = c.number("Low end of the range; equal to the value where it is exact.", "as the parameter")
    high = c.number("High end of the range; equal to the value where it is exact.", "as the parameter")
    confidence = c.confidence()
    source_id = c.identifier("The document the value stands in.")
    reference = c.text("Where in the document, or how the value was worked out.")
    review_by = c.day("Day by which someone should look at it again.")
    file = c.text("The parameter file it was read from.")

    @dy.rule()
    def low_value_high_in_order(cls) -> pl.Expr:
        return (pl.col("low") <= pl.col("value")) & (pl.col("value") <= pl.col("high"))


class Assumption(dy.Schema):
    """What the tables take for granted: who answers for it since when, and its words where no parameter says them."""

    assumption_id = c.identifier("Identifier of the assumption.", key=True)
    parameter_id = c.identifier("The parameter it is about, whose values then say the rest.", nullable=True)
    statement = c.text("What is taken for granted, in our words.", nullable=True)
    confidence = c.category(
        "How it is known: F found, F(d) arithmetic on found, K background, E estimate.", c.CONFIDENCE, nullable=True
    )
    source_id = c.identifier("The document it rests on.", nullable=True)
    owner = c.text("Who answers for it.")
    made_on = c.day("When it was made.")
    signed_off_by = c.text("Who has agreed to it; empty where nobody has yet.", nullable=True)
    review_by = c.day("Day by which someone should look at it again.", nullable=True)

    @dy.rule()
    def parameter_or_own_words(cls) -> pl.Expr:
        own = [pl.col(name).is_not_null() for name in ("statement", "confidence", "source_id", "review_by")]
        return pl.when(pl.col("parameter_id").is_null()).then(pl.all_horizontal(own)).otherwise(~pl.any_horizontal(own))


class Caution(dy.Schema):
    """What figures do not support, by table, column and measure; an empty cell stands for any."""

    caution_id = c.identifier("Identifier of the caution.", key=True)
    table_pattern = c.text("Tables it is about, a star for any part of the name; empty for any.", nullable=True)
    column_pattern = c.text("Columns it is about, a star for any part of the name; empty for any.", nullable=True)
    measure_id = c.identifier("Measure it is about; empty for any.", nullable=True)
    statement = c.text("What the figure is not, or does not show, in our words.")

    @dy.rule()
    def is_about_something(cls) -> pl.Expr:
        return pl.col("table_pattern").is_not_null() | pl.col("measure_id").is_not_null()


class SettlementPlan(dy.Schema):
    """Departmental expenditure limits by vintage, year and line, as published, in £m. Rows are only ever added."""

    vintage_id = c.vintage_id("The event at which the figure was published.", key=True, knowledge=True)
    fy = c.financial_year("Year the limit is for.", key=True)
    line_id = c.category("Budget line.", PLAN_LINES, key=True)
    amount_gbp_m = c.gbp_m("Limit in cash.", minimum=0)
    rounding_gbp_m = c.gbp_m("Unit to which the publisher rounded: 100 where printed to £0.1bn.", minimum=0)
    status = c.category(
        "Outturn, plan, or carried forward from an earlier vintage.", ("outturn", "plan", "carried_forward")
    )
    step_reason = c.text("Why the amount moves by more than 15% on a neighbour, where it does.", nullable=True)
    source_id = c.identifier("The document it stands in.")
    locator = c.text("Table or line within the document.")
    confidence = c.confidence()

    @dy.rule()
    def rounding_is_a_power_of_ten(cls) -> pl.Expr:
        return pl.col("rounding_gbp_m").cast(pl.Float64).is_in([0.1, 1.0, 100.0])

    @dy.rule()
    def year_on_year_factor_below_two(cls) -> pl.Expr:
        """No limit halves or doubles in a year: that is a misplaced digit, whatever reason is given."""
        amount = pl.col("amount_gbp_m").cast(pl.Float64)
        previous = amount.shift(1).over("vintage_id", "line_id", order_by="fy")
        following = amount.shift(-1).over("vintage_id", "line_id", order_by="fy")
        return (amount / previous).is_between(0.5, 2.0).fill_null(True) & (
            (amount / following).is_between(0.5, 2.0).fill_null(True)
        )


class GdpDeflator(dy.Schema):
    """GDP deflator by vintage and financial year, index 2023 = 100. Rows are only ever added."""

    vintage_id = c.vintage_id("The forecast that published it.", key=True, knowledge=True)
    fy = c.financial_year("Financial year.", key=True)
    index_value = c.number("Index, calendar 2023 = 100.", "index", minimum=0.0)
    growth_pct = c.percent("Growth on the year before, as published.", minimum=-5.0, maximum=15.0)
    is_forecast = c.flag("Whether the year was forecast when published.")
    source_id = c.identifier("The document it stands in.")
    locator = c.text("Table within the document.")
    confidence = c.confidence()

    @dy.rule()
    def growth_follows_from_index(cls) -> pl.Expr:
        """The published growth and the published index agree to 0.01 points."""
        previous = pl.col("index_value").shift(1).over("vintage_id", order_by="fy")
        return ((pl.col("index_value") / previous - 1) * 100 - pl.col("growth_pct")).abs().fill_null(0.0) <= 0.01


class PlanChangeReason(dy.Schema):
    """Changes to a plan that a source explains, in £m for the whole settlement."""

    reason_id = c.identifier("Identifier of the explained change.", key=True)
    vintage_from = c.vintage_id("Vintage before the change.")
    vintage_to = c.vintage_id("Vintage after the change.")
    line_id = c.category("Budget line that changed.", PLAN_LINES)
    reason = c.category(
        "Why it changed.", ("reprofile", "budget_cover_transfer", "policy", "reserve", "reclassification")
    )
    amount_gbp_m = c.gbp_m("Size of the change as stated.", minimum=0)
    source_id = c.identifier("The document that states it.")
    reference = c.text("Where in the document, and what it leaves open.")
    confidence = c.confidence()


class PublishedHeadline(dy.Schema):
    """Growth rates and increases that publishers and ministers state, to be recomputed from the plans."""

    headline_id = c.identifier("Identifier of the headline.", key=True)
    label = c.text("The headline in our words.")
    method = c.category(
        "What to recompute.",
        ("average_real_growth", "real_increase", "cash_increase", "cash_level", "real_growth_year"),
    )
    line_id = c.category("Budget line.", PLAN_LINES)
    from_vintage_id = c.vintage_id("Plan vintage of the first year.")
    to_vintage_id = c.vintage_id("Plan vintage of the last year.")
    deflator_vintage_id = c.vintage_id("Deflator used.")
    from_fy = c.financial_year("First year.")
    to_fy = c.financial_year("Last year.")
    base_fy = c.financial_year("Price year of a real increase; empty for cash and growth.", nullable=True)
    measure_id = c.identifier("What the published value measures.")
    published_value = c.number("Value as published.", "as the measure")
    tolerance = c.number("Half the last printed digit.", "as the measure", minimum=0.0)
    explanation = c.text("Why the recomputed value may differ.", nullable=True)
    source_id = c.identifier("The document it stands in.")
    confidence = c.confidence()


class InYearPressure(dy.Schema):
    """Calls on the 2025-26 budget: what was asked for, what it was put at and how it was met."""

    pressure_id = c.identifier("Identifier of the pressure.", key=True)
    fy = c.financial_year("Year it falls in.")
    kind = c.category("What it is.", ("total_ask", "redundancy", "industrial_action", "medicines_and_other"))
    measure_id = c.identifier("What the value measures.")
    low_gbp_m = c.gbp_m("Low estimate.", minimum=0)
    central_gbp_m = c.gbp_m("Central estimate.", minimum=0)
    high_gbp_m = c.gbp_m("High estimate.", minimum=0)
    is_part_of_ask = c.flag("Whether it is one of the parts of the £3bn ask in this account.")
    route = c.category("How it was met as far as is known.", ("reprofile", "absorbed", "not_known", "not_applicable"))
    source_id = c.identifier("The document it stands in.")
    note = c.text("What a reader must know.", nullable=True)
    confidence = c.confidence()

    @dy.rule()
    def range_is_ordered(cls) -> pl.Expr:
        return (pl.col("low_gbp_m") <= pl.col("central_gbp_m")) & (pl.col("central_gbp_m") <= pl.col("high_gbp_m"))


class RecoupProfile(dy.Schema):
    """Ways the advanced money could be taken back: shares by year. Profiles that follow savings are computed."""

    profile_id = c.identifier("Identifier of the profile.", key=True)
    fy = c.financial_year("Year in which a share is taken back.", key=True)
    share = c.share("Share of the advance taken back in the year.")
    label = c.text("Name of the profile.")
    source_id = c.identifier("The document it rests on.")
    reference = c.text("Why it is worth running.")
    confidence = c.confidence()


class AppraisalPerspective(dy.Schema):
    """Which flows count from whose point of view: 1 counts, 0 is a transfer within that view."""

    perspective = c.category("Whose point of view.", PERSPECTIVES, key=True)
    component = c.category("Flow of cost or saving.", (*COST_COMPONENTS, *SAVING_COMPONENTS), key=True)
    weight = c.share("Weight of the flow in this view.")
    rationale = c.text("Why it counts or not.")
    source_id = c.identifier("Guidance it follows.")
    confidence = c.confidence()

    @dy.rule()
    def counts_or_does_not(cls) -> pl.Expr:
        return pl.col("weight").is_in([0.0, 1.0])


class Organisation(dy.Schema):
    """Bodies in the programme: 42 integrated care boards, NHS England, DHSC and four commissioning support units."""

    ods_code = c.publisher_code("Organisation Data Service code; DHSC is our own code.", key=True)
    ons_code = c.publisher_code("Office for National Statistics code; only boards have one.", nullable=True)
    name = c.text("Name of the organisation.")
    body = c.category("Kind of body.", BODIES)
    region_code = c.publisher_code("NHS England region, ODS code; only boards have one.", nullable=True)
    region_ons_code = c.publisher_code("NHS England region, ONS code.", nullable=True)
    region_name = c.text("NHS England region.", nullable=True)
    registered_population = c.whole_number(
        "People registered with the board's practices, rounded by board.",
        "people",
        nullable=True,
        minimum=400_000,
        maximum=4_000_000,
    )
    gp_practices = c.whole_number(
        "Practices in the allocation file.", "practices", nullable=True, minimum=40, maximum=500
    )
    running_cost_allowance_gbp_m = c.gbp_m(
        "Running cost allowance 2024-25; empty where it was not found.", nullable=True, minimum=0
    )
    employer_terms = c.category("Terms its staff leave on.", EMPLOYER_TERMS)
    in_post_target = c.flag("Whether the official count of up to 18,000 posts covers it.")
    receiving_ods_code = c.publisher_code("Body that takes over its remaining posts, if any.", nullable=True)
    transfers_on = c.day("Day its remaining posts move.", nullable=True)
    valid_from = c.day("First day this row holds.", key=True)
    valid_to = c.day("Last day it holds; empty while it does.", nullable=True)
    source_id = c.identifier("Source of codes and population.")
    confidence = c.confidence()

    @dy.rule()
    def running_cost_allowance_in_range(cls) -> pl.Expr:
        return pl.col("running_cost_allowance_gbp_m").cast(pl.Float64).is_between(5.0, 60.0).fill_null(True)

    @dy.rule()
    def board_has_codes_and_population(cls) -> pl.Expr:
        return (pl.col("body") != "icb") | pl.all_horizontal(
            pl.col(name).is_not_null() for name in ("ons_code", "region_code", "region_name", "registered_population")
        )


class StaffMonth(dy.Schema):
    """Average staff in post by month, from sickness-absence statistics (days available over days in the month)."""

    ods_code = c.publisher_code("Organisation.", key=True)
    month = c.month("Month.", key=True)
    fte = c.number("Average full-time-equivalent staff.", "FTE", minimum=0.0)
    fte_days_available = c.number("Full-time-equivalent days available.", "FTE days", minimum=0.0)
    source_id = c.identifier("The statistics it is worked out from.")
    confidence = c.confidence()

    @dy.rule()
    def fte_is_days_over_days_in_month(cls) -> pl.Expr:
        days = pl.col("month").dt.month_end().dt.day()
        return (pl.col("fte_days_available") / days - pl.col("fte")).abs() <= 0.01

    @dy.rule()
    def month_on_month_within_a_third(cls) -> pl.Expr:
        previous = pl.col("fte").shift(1).over("ods_code", order_by="month")
        following = pl.col("fte").shift(-1).over("ods_code", order_by="month")
        return (pl.col("fte") / previous).is_between(0.67, 1.5).fill_null(True) & (
            (pl.col("fte") / following).is_between(0.67, 1.5).fill_null(True)
        )


class InboxFile(dy.Schema):
    """Publishers' files that were dropped or fetched: what each is, which rows it serves, and what became of it."""

    file = c.text("Where it is kept within the data folder.", key=True)
    dropped_as = c.text("Name under which it came.")
    sha256 = c.sha256("Checksum of its bytes.")
    format_id = c.identifier("Format that its content has; empty where it has none that is known.", nullable=True)
    first_month = c.month(
        "First month it covers, or month of the forecast; empty where it is not known.", nullable=True
    )
    last_month = c.month("Last month it covers, or month of the forecast; empty where it is not known.", nullable=True)
    received_on = c.day("Day on which it was taken in.")
    received_order = c.whole_number("Place in the order in which files were taken in.", "place", minimum=1)
    date_published = c.day("Day of publication, where a person or the publisher has stated it.", nullable=True)
    inbox_status = c.category(
        "Accepted: the tables hold its rows, or those of some of its months. Superseded: newer files of all its months "
        "took their place. Held: the tables had the same figures already. Opened: a release of several files, each of "
        "which has a row of its own. Refused: nothing was taken from it.",
        INBOX_STATUS,
    )
    superseded_by = c.text(
        "File whose rows took the place of its own; the newest, where its months went to several.", nullable=True
    )
    superseded_periods = c.text(
        "Months, as their first day, or years of which a newer file took the place of its rows; empty where there are "
        "none.",
        nullable=True,
    )
    raw_table = c.text("Table that it serves.", nullable=True)
    source_id = c.identifier("The document that its rows name.", nullable=True)
    rows = c.whole_number("Rows that it served when it was taken in.", "rows")
    serving_rows = c.whole_number("Rows of it that its table holds by now.", "rows")
    set_aside_rows = c.whole_number(
        "Rows of it that were set aside, a month that was left out as one; the quarantine lists them.", "rows"
    )
    report = c.text("Why that became of it.")


class StaffingEstimate(dy.Schema):
    """Every stated count of staff, posts and savings by body, also where two of them conflict."""

    estimate_id = c.identifier("Identifier of the estimate.", key=True)
    body = c.category("Body or bodies counted.", BODIES_AND_GROUPS)
    ods_code = c.publisher_code("The one organisation it is of; empty where it is of all of a kind.", nullable=True)
    measure_id = c.identifier("What is counted.")
    value_low = c.number("Low end.", "as the measure", minimum=0.0)
    value_central = c.number("The value stated.", "as the measure", minimum=0.0)
    value_high = c.number("High end.", "as the measure", minimum=0.0)
    qualifier = c.category("How firmly it is put.", ("exact", "about", "up_to", "range"))
    as_of = c.day("Day or month end it is about.")
    said_by = c.text("Who counted or said so.")
    is_central = c.flag("Whether the central scenario uses it; conflicting values are kept beside it.")
    source_id = c.identifier("The document it stands in.")
    note = c.text("What a reader must know.", nullable=True)
    confidence = c.confidence()

    @dy.rule()
    def range_is_ordered(cls) -> pl.Expr:
        return (pl.col("value_low") <= pl.col("value_central")) & (pl.col("value_central") <= pl.col("value_high"))


class PayPoint(dy.Schema):
    """Agenda for Change annual pay by band and point, England."""

    fy = c.financial_year("Pay year.", key=True)
    band = c.category("Pay band.", PAY_BANDS, key=True)
    point = c.category("Point within the band.", ("entry", "intermediate", "top"), key=True)
    annual_gbp = c.whole_number("Annual full-time pay.", "£", minimum=20_000, maximum=150_000)
    source_id = c.identifier("The document it stands in.")
    confidence = c.confidence()

    @dy.rule()
    def rises_within_band_by_less_than_a_quarter(cls) -> pl.Expr:
        lowest = pl.col("annual_gbp").min().over("fy", "band")
        return pl.col("annual_gbp") <= lowest * 1.25

    @dy.rule()
    def rises_from_band_to_band(cls) -> pl.Expr:
        order = pl.col("band").replace_strict({band: rank for rank, band in enumerate(PAY_BANDS)}, default=None)
        previous_top = pl.col("annual_gbp").shift(1).over("fy", order_by=[order, "annual_gbp"])
        return (pl.col("annual_gbp") / previous_top).is_between(1.0, 1.25).fill_null(True)


class BandAgeMix(dy.Schema):
    """Central-function staff and managers in NHS trusts and core organisations by band and age, October 2025."""

    staff_group = c.category("Staff group.", ("central_functions", "managers"), key=True)
    grade = c.category("Pay band.", (*GRADES, "All grades", "Non AfC Grade"), key=True)
    age_band = c.category("Age band.", (*AGE_BANDS, "All age bands"), key=True)
    headcount = c.number("People.", "heads", minimum=0.0)
    fte = c.number("Full-time-equivalent staff.", "FTE", minimum=0.0)
    period_end = c.day("Day counted.")
    source_id = c.identifier("The statistics it stands in.")
    confidence = c.confidence()

    @dy.rule()
    def fte_between_two_fifths_and_all_of_headcount(cls) -> pl.Expr:
        """The lowest true share is 0.43: two people over 65 in band 9."""
        return (pl.col("fte") <= pl.col("headcount") * 1.001) & (pl.col("fte") >= pl.col("headcount") * 0.4)


class ExitWave(dy.Schema):
    """Waves of departures: when they open, are approved, are recognised as cost and leave."""

    wave_id = c.identifier("Identifier of the wave.", key=True)
    label = c.text("What the wave is.")
    stream = c.category(
        "How the posts go: emptied already, as people leave anyway, on payment, or by all of these at once (mixed).",
        STREAMS,
    )
    opens_on = c.day("First day of application.")
    closes_on = c.day("Last day of application.")
    approved_on = c.day("National approval.")
    first_leaving_on = c.day("First day on which people leave.")
    last_leaving_on = c.day("Last day on which people leave.")
    share_of_target = c.share(
        "Share of all posts removed in the wave, at the central share of paid exits; only the proportions among waves "
        "that pay, and among those that do not, are used."
    )
    source_id = c.identifier("The document the dates stand in.")
    reference = c.text("Which dates are found and which are assumed.")
    confidence = c.confidence()

    @dy.rule()
    def dates_are_in_order(cls) -> pl.Expr:
        dates = ["opens_on", "closes_on", "approved_on", "first_leaving_on", "last_leaving_on"]
        return pl.all_horizontal(pl.col(a) <= pl.col(b) for a, b in itertools.pairwise(dates))


class Precedent(dy.Schema):
    """What earlier reorganisations planned and what happened."""

    episode = c.identifier("Identifier of the episode.", key=True)
    measure_id = c.identifier("What is measured.", key=True)
    value_central = c.number("Value.", "as the measure", minimum=0.0)
    period = c.text("Period or date, in our words.")
    source_id = c.identifier("The document it stands in.")
    note = c.text("What a reader must know.", nullable=True)
    confidence = c.confidence()


class StaffList(dy.Schema):
    """Staff of an organisation as counted from its own anonymous list, in place of cells that are made up.

    They are counted as they may be published: few people are put together, and every count and mean is rounded.
    """

    ods_code = c.publisher_code("Organisation, after which the file is named.", key=True)
    employer_terms = c.category("Terms of employment.", EMPLOYER_TERMS, key=True)
    grade = c.category("Pay band; not stated for salaries and for people put together.", LISTED_GRADES, key=True)
    service_band = c.category("Complete years of service, of their mean.", tuple(SERVICE_BANDS), key=True)
    staff_rounded = c.whole_number("Staff, rounded for publication.", "heads", minimum=1)
    mean_full_time_pay_gbp = c.gbp("Mean annual full-time pay, to the nearest hundred pounds.")
    mean_service_years = c.number("Mean complete years of service, to a tenth.", "years", minimum=0.0, maximum=60.0)
    contracted_share = c.share("Mean contracted share of full time, to a hundredth.")
    known_from = c.known_from("Day the list was taken.")


class Scenario(dy.Schema):
    """Scenarios of the programme as ``seeds/scenarios`` states them, choices taken over from the base filled in."""

    scenario_id = c.identifier("Identifier of the scenario.", key=True)
    label = c.text("Name of the scenario.")
    rationale = c.text("Why it is run, and what stands for what.")
    base_scenario_id = c.identifier("Scenario it starts from; empty for the central one.", nullable=True)
    ramp = c.category("How departures spread between their first and last day.", RAMPS)
    recoup_profile_id = c.identifier("Way in which the advance is taken back in it.")
    accounting_basis = c.category("When a cost counts, where one view of the scenario is shown.", ACCOUNTING_BASES)
    source_id = c.identifier("The document it rests on.")
    file = c.text("The file it was read from.")


class ScenarioOverride(dy.Schema):
    """Parameters that scenarios set otherwise than the central one, those taken over from the base among them."""

    scenario_id = c.identifier("The scenario.", key=True)
    parameter_id = c.identifier("The parameter it sets.", key=True)
    value = c.number("The value it runs on, on every date.", "as the parameter")
    low = c.number("Low end of the range in this scenario; equal to the value where none is given.", "as the parameter")
    high = c.number("High end of the range; equal to the value where none is given.", "as the parameter")
    stated_in_scenario_id = c.identifier("The scenario whose file states it: itself, or one it starts from.")

    @dy.rule()
    def low_value_high_in_order(cls) -> pl.Expr:
        return (pl.col("low") <= pl.col("value")) & (pl.col("value") <= pl.col("high"))


class CalibrationTarget(dy.Schema):
    """Published figures that draws of the model are held against; an open end means no bound on that side."""

    target_id = c.identifier("Identifier of the target.", key=True)
    label = c.text("What it is.")
    quantity = c.category("Modelled quantity it is held against.", CALIBRATION_QUANTITIES)
    target_low = c.number("Low end of what was published.", "as its quantity", nullable=True)
    target_high = c.number("High end of what was published.", "as its quantity", nullable=True)
    source_id = c.identifier("The document it stands in.")
    reference = c.text("Where in the document, or how it was worked out.")
    confidence = c.confidence()

    @dy.rule()
    def bounded_on_one_side_at_least(cls) -> pl.Expr:
        in_order = pl.col("target_low") <= pl.col("target_high")
        return in_order.fill_null(pl.col("target_low").is_not_null() | pl.col("target_high").is_not_null())


class BacktestCase(dy.Schema):
    """Reorganisations that are over: what is known of those who left, each with a range, and what it came to."""

    case_id = c.identifier("Identifier of the case.", key=True)
    label = c.text("What the case is.")
    employer_terms = c.category("Terms on which staff left.", EMPLOYER_TERMS)
    rules_on = c.day("Day whose rules of exit pay apply.")
    fy = c.financial_year("Year whose prices the outcome is in.")
    exits_low = c.number("People paid to leave, low.", "heads", minimum=1.0)
    exits = c.number("People paid to leave.", "heads", minimum=1.0)
    exits_high = c.number("People paid to leave, high.", "heads", minimum=1.0)
    pay_fy = c.financial_year("Year whose prices the pay is in; brought to the year of the case by the deflator.")
    mean_pay_low = c.number("Mean pay of those who left, at the hours contracted, low.", "£ a year", minimum=10_000.0)
    mean_pay = c.number("Mean pay of those who left, at the hours contracted.", "£ a year", minimum=10_000.0)
    mean_pay_high = c.number(
        "Mean pay of those who left, at the hours contracted, high.", "£ a year", maximum=150_000.0
    )
    mean_service_years_low = c.number("Mean complete years of service, low.", "years", minimum=1.0)
    mean_service_years = c.number("Mean complete years of service.", "years", minimum=1.0)
    mean_service_years_high = c.number("Mean complete years of service, high.", "years", maximum=40.0)
    severance_gbp_m = c.gbp_m("What redundancy came to; empty where not known.", nullable=True, minimum=0)
    mean_severance_gbp = c.gbp("What it came to for each leaver; empty where not known.", nullable=True)
    rehired_share = c.share("Share of leavers employed again; empty where not known.", nullable=True)
    sets_rehire_range = c.flag("Whether the range of rehire_share was read off this case.")
    actual_kind = c.category("Whether the amounts are what happened or only what was set aside.", ("outcome", "budget"))
    source_id = c.identifier("The document the amounts stand in.")
    reference = c.text("Where the inputs come from, and which are estimates.")
    confidence = c.confidence()

    @dy.rule()
    def ranges_are_ordered(cls) -> pl.Expr:
        return pl.all_horizontal(
            (pl.col(f"{name}_low") <= pl.col(name)) & (pl.col(name) <= pl.col(f"{name}_high"))
            for name in ("exits", "mean_pay", "mean_service_years")
        )

    @dy.rule()
    def exits_reach_no_further_than_twice_their_number(cls) -> pl.Expr:
        return pl.col("exits_high") <= 2 * pl.col("exits")

    @dy.rule()
    def nobody_gets_more_than_two_years_of_pay(cls) -> pl.Expr:
        """As the terms have it, with the highest number of exits and the highest mean pay."""
        most = 2 * pl.col("mean_pay_high")
        paid = pl.col("severance_gbp_m").cast(pl.Float64) * 1_000_000
        each = pl.col("mean_severance_gbp").cast(pl.Float64)
        return ((paid <= most * pl.col("exits_high")) | paid.is_null()) & ((each <= most) | each.is_null())

    @dy.rule()
    def something_is_known_of_the_outcome(cls) -> pl.Expr:
        return pl.any_horizontal(
            pl.col(name) > 0 for name in ("severance_gbp_m", "mean_severance_gbp", "rehired_share")
        ).fill_null(False)
