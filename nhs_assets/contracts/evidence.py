"""Who said what, when, how surely: sources, vintages, measures, claims and dated parameters."""

import dataframely as dy
import polars as pl

from nhs_assets.contracts import columns as c
from nhs_assets.contracts import rules
from nhs_assets.contracts.raw import evidence as raw_evidence
from nhs_assets.contracts.raw import parameters as raw_parameters
from nhs_assets.contracts.raw import scenarios as raw_scenarios
from nhs_assets.contracts.vocabulary import CONFLICT_TYPES, CONTRADICTION_NATURES, PARTIES, QUALIFIERS

GRADES = ("A", "B", "C", "D", "E")
RESOLUTION_RULES = (
    *("agreed", "own_reading", "official_over_press", "better_grade", "latest", "feasible_only", "interval_hull"),
    *("unresolved", "none_believed"),
)

MEASURE_OF_PARAMETER = {
    "operations_per_gbp_1000m": "operations_per_gbp_1000m",
    "organisation_count_icb": "icb_count",
    "posts_removed_total": "posts_removed",
    "press_overspend_gbp_m": "permitted_overspend_amount",
    "press_programme_cost_gbp_m": "programme_cost",
    "reprofiled_amount_gbp_m": "reprofiled_amount",
    "stated_annual_saving_gbp_m": "annual_saving",
    "stated_cut_share_pct": "headcount_cut_pct",
    "stated_programme_cost_gbp_m": "programme_cost",
}
"""Parameters that repeat a reported quantity, with its measure."""

RATINGS = ("green", "amber", "red")
"""As the Aqua Book's assumptions logs grade quality and impact."""


@rules.AgreesWith(
    "raw.source",
    on={"derived_from_source_id": "source_id"},
    same={"origin_group": "origin_group"},
    name="source_derivation_shares_origin",
    identity="M4",
    remedy="Give both documents one origin group in the source seed, or remove the derivation.",
)
@rules.NotAfterToday("known_from", identity="M5")
class Source(raw_evidence.Source):
    """Documents that figures come from, with grade of evidence and the origin that corroboration counts."""

    documents_of_same_origin = c.whole_number("Documents of the same original text, with this.", "documents", minimum=1)
    known_from = c.known_from(
        "First day on which it was known: that of publication; if it is not dated, that of the first claim taken "
        "from it, or else that on which the project first held it."
    )


@rules.CompleteOver(rules.each("raw.vintage", "vintage_id"))
@rules.AgreesWith(
    "evidence.source",
    on={"source_id": "source_id"},
    not_before={"known_from": "known_from"},
    name="vintage_has_source",
    identity="M1",
    remedy="Add the source to the source seed, or correct the day on which the vintage became known.",
)
@rules.Unique(
    "known_from",
    name="vintage_order_is_unique",
    identity="S7",
    remedy="Give the vintages the days on which their figures were first published, or merge them.",
)
@rules.NotAfterToday("known_from", identity="M5")
class Vintage(raw_evidence.Vintage):
    """Moments at which plans, deflators or reports became known, in the order in which they did."""

    sequence = c.whole_number("Rank by the day it was known, from 1.", "rank", minimum=1)
    publisher = c.text("Who made it known.")
    evidence_grade = c.category("Grade of the document that made it known.", GRADES)


class Measure(raw_evidence.Measure):
    """Quantities that claims are about, and how many claims and independent origins speak of each."""

    claims = c.whole_number("Claims of this measure.", "claims")
    independent_origins = c.whole_number("Original texts behind those claims; own readings do not count.", "origins")


@rules.CompleteOver(rules.each("raw.claim", "claim_id"), identity="M1")
@rules.AgreesWith(
    "evidence.source",
    on={"source_id": "source_id"},
    not_before={"known_from": "known_from"},
    name="claim_known_after_publication",
    identity="M5",
    remedy="Correct the day of the claim, or the day of publication in the source seed.",
)
@rules.AgreesWith("raw.measure", on={"measure_id": "measure_id"}, same={"unit": "unit"}, identity="M2")
@rules.AgreesWith(
    "raw.source", on={"source_id": "source_id"}, same={"document_sha256": "document_sha256"}, identity="M2"
)
@rules.Plausible("value_low", "value_central", "value_high", name="claim_value_is_plausible")
@rules.NotAfterToday("known_from", identity="M5")
class Claim(raw_evidence.Claim):
    """Figures that documents state, joined to the document, its grade and the unit of what they measure."""

    evidence_grade = c.category("Grade of the document.", GRADES)
    claim_grade = c.category(
        "Grade of the claim: the document's, but no better than D if the document does not say it and the project "
        "reads it there, and D if nobody is named for it in a press document of grade C.",
        GRADES,
    )
    origin_group = c.identifier("Original text the document goes back to.")
    party = c.category("Whom the claimant speaks for.", PARTIES)
    note = c.text("What a reader must know; written with hindsight, so not in as-of answers.", nullable=True)
    document = c.text("File name of the held copy.", nullable=True)
    document_characters = c.whole_number("Length of the held copy.", "characters", nullable=True)
    period_id = c.period("Period where values for different periods are different quantities; whole otherwise.")
    reading_claim_id = c.claim("First claim of its reading: what one original text says of one quantity.")
    value_text = c.text("The value in figures: a number, a range or a date.")
    allows_low = c.number("Least value, dates as yyyymmdd; none of an upper bound.", "as the measure", nullable=True)
    allows_high = c.number("Greatest value; none of a lower bound.", "as the measure", nullable=True)


@rules.Traced(keys={"claim_a": "claim_id"})
class Contradiction(dy.Schema):
    """Pairs of claims that do not agree, typed, each with its figures: one row for each pair of readings.

    A reading is what one original text says of one quantity; claims that repeat it count as its first claim.
    """

    claim_a = c.claim("The claim that is tested.", key=True)
    claim_b = c.claim("The claim it is held against.", key=True)
    conflict_type = c.category("What the conflict is about.", CONFLICT_TYPES, key=True)
    nature = c.category(
        "conflict: the values differ; omission: one leaves out a base year or date; wording: one is garbled or put "
        "otherwise; repetition: another pair with the same values was known before.",
        CONTRADICTION_NATURES,
    )
    how_found = c.category("Whether a rule found it or a person judged it.", ("rule", "judgement"))
    rule_id = c.identifier("The rule that found it; empty for a judgement.", nullable=True)
    measure_id = c.measure("What claim A measures.")
    origin_a = c.identifier("Original text behind claim A.")
    origin_b = c.identifier("Original text behind claim B.")
    stated_value = c.number("Value of claim A, or the share it should come to.", "as the measure", nullable=True)
    computed_value = c.number("What claim B, or arithmetic on it, makes of that.", "as the measure", nullable=True)
    difference = c.number("Computed less stated.", "as the measure", nullable=True)
    unit = c.text("Unit of the values.")
    boards_heads = c.number("Stated headcount of the boards, if the rule uses it.", "heads", nullable=True)
    nhse_heads = c.number("Stated headcount of NHS England, if the rule uses it.", "heads", nullable=True)
    dhsc_heads = c.number("Stated headcount of the department, if the rule uses it.", "heads", nullable=True)
    plan_fy = c.financial_year("Year of the plan that claim A names, or the first of an increase.", nullable=True)
    plan_from_gbp_m = c.gbp_m("Its limit as known to claim A, or the start of the increase.", nullable=True)
    plan_to_gbp_m = c.gbp_m("Its limit in the document of claim B, or the end of the increase.", nullable=True)
    other_plan_fy = c.financial_year("The year that claim B names, or the last of an increase.", nullable=True)
    other_plan_from_gbp_m = c.gbp_m("Limit or amount of that year.", nullable=True)
    other_plan_to_gbp_m = c.gbp_m("Limit or amount it is held against.", nullable=True)
    explanation = c.text("Why both cannot hold, if a person judged; a rule has its code.", nullable=True)
    infeasible_claim_id = c.claim("The claim that arithmetic rules out, where it does.", nullable=True)
    known_from = c.day("Day on which both claims were known.")
    decided_on = c.day("Day of the judgement; empty for a rule and as of an earlier day.", nullable=True)
    decided_by = c.text("Who judged; empty for a rule and as of an earlier day.", nullable=True)
    confidence = c.confidence()

    judgement_has_day_author_and_reason = c.rule(
        pl.all_horizontal(
            pl.col("decided_on", "decided_by", "explanation").is_not_null() == (pl.col("how_found") == "judgement")
        )
    )
    rule_is_named = c.rule((pl.col("how_found") == "rule") == pl.col("rule_id").is_not_null())


@rules.CompleteOver(
    rules.each("evidence.claim", "claim_id"),
    name="claim_is_resolved",
    identity="M3",
    severity="warn",
    remedy="Add a vintage of the day on which the claim became known, or a later one, to the vintage seed.",
)
@rules.Traced(not_by="chosen_claim_id")
class ResolutionClaim(dy.Schema):
    """For each vintage every claim known by its day, and whether it is behind what is believed, with the reason."""

    measure_id = c.measure("What the figure measures.", key=True)
    scope_id = c.scope("Whom or what it covers.", key=True)
    period_id = c.period("Period, if values for different periods are different quantities; or whole.", key=True)
    vintage_id = c.vintage_id("The day as of which it is judged.", key=True)
    claim_id = c.claim("The claim.", key=True)
    is_used = c.flag("Whether it is behind what is believed.")
    reason = c.category(
        "Why it is used: chosen by the rule, agrees with those chosen, in_hull, or run as a scenario; or why not: "
        "garbled, infeasible, superseded by judgement, of a lower grade, or earlier.",
        ("chosen", "agrees", "in_hull", "scenario", "garbled", "infeasible", "superseded", "lower_grade", "earlier"),
    )
    claim_grade = c.category("Grade of the claim.", GRADES)
    origin_group = c.identifier("Original text the document goes back to.")
    settled_by = c.category(
        "The first set of sound claims that allows one value: all, those of the best grade, those of its latest day, "
        "or none.",
        ("all", "grade", "day", "none"),
    )


class Resolution(dy.Schema):
    """What is believed of each quantity at each vintage: the value or range, the rule that chose it and the count of
    claims and independent origins behind it.
    """

    measure_id = c.measure("What the figure measures.", key=True)
    scope_id = c.scope("Whom or what it covers.", key=True)
    period_id = c.period("Period, if values for different periods are different quantities; or whole.", key=True)
    vintage_id = c.vintage_id("The day as of which it is judged.", key=True)
    value_low = c.number(
        "Least value stated by the claims chosen; empty for dates, if no claim is believed, or if the best "
        "grade states an upper bound and no claim chosen a low end.",
        "as the measure",
        nullable=True,
    )
    value_central = c.number(
        "The value stated by the best of the claims chosen, never an average; empty if the conflict is unresolved, "
        "the best grade states only a range or bound, or the value is a date.",
        "as the measure",
        nullable=True,
    )
    value_high = c.number(
        "Greatest value stated by the claims chosen; empty for dates, if no claim is believed, or if the best "
        "grade states a lower bound and no claim chosen a high end.",
        "as the measure",
        nullable=True,
    )
    qualifier = c.category(
        "How firmly the best of the claims chosen puts it, a bound before a value of the same grade; empty if no "
        "claim is believed.",
        QUALIFIERS,
        nullable=True,
    )
    earliest_date = c.day("Earliest date stated, where the value is a date.", nullable=True)
    central_date = c.day("The date stated by the best of the claims chosen.", nullable=True)
    latest_date = c.day("Latest date stated, where the value is a date.", nullable=True)
    unit = c.text("Unit of the values.")
    rule = c.category("The rule that chose.", RESOLUTION_RULES)
    claim_grade = c.category("Best grade among the claims used; empty if none is.", GRADES, nullable=True)
    confidence = c.category(
        "The weakest class among the claims behind the value; empty if none is: F found, F(d) arithmetic on found, "
        "K background knowledge, E the project's own reading.",
        c.CONFIDENCE,
        nullable=True,
    )
    chosen_claim_id = c.claim(
        "The best of the claims chosen, one that states a value before one of the same grade that states a bound: it "
        "gives the central value, if there is one.",
        nullable=True,
    )
    independent_origins = c.whole_number("Original texts behind the claims used; own readings do not count.", "origins")
    independent_claimants = c.whole_number(
        "Parties that make the claims used: one that repeats itself counts once; own readings do not count.", "parties"
    )
    documents_used = c.whole_number("Documents behind the claims used.", "documents")
    claims_used = c.whole_number("Claims used.", "claims")
    claims_rejected = c.whole_number("Claims known and not used.", "claims")
    known_from = c.day("Day of the vintage.")

    range_is_ordered = c.rule(pl.coalesce("value_central", "value_low").is_between("value_low", "value_high"))


@rules.CompleteOver(rules.each("raw.parameter_value", "parameter_id", "valid_from"))
@rules.CompleteOver(
    rules.each("raw.parameter_value", "parameter_id"), having={"is_current": True}, name="parameter_has_a_current_value"
)
@rules.Unique("parameter_id", where={"is_current": True}, name="parameter_has_one_current_value")
@rules.Periods("valid_from", "valid_to", within=("parameter_id",), name="parameter_periods_are_ordered")
@rules.Plausible("low", "high", measure="parameter_id", measures=MEASURE_OF_PARAMETER, name="parameter_is_plausible")
@rules.NotOverdue("review_by", where={"is_current": True}, name="parameter_review_is_due", identity="M7")
class ParameterValue(raw_parameters.ParameterValue):
    """Dated numbers the model and the SQL run on, with the day each stops holding and the grade of its source."""

    valid_to = c.day("Day before the next value starts; empty for the latest.", nullable=True)
    is_current = c.flag("Whether it is the latest value of its parameter.")
    evidence_grade = c.category("Grade of its source.", GRADES)


@rules.NotOverdue("review_by", identity="M7")
class Assumption(dy.Schema):
    """What the tables take for granted, as an assumptions log: quality, owner, dates and the parameter behind it."""

    assumption_id = c.identifier("Identifier of the assumption.", key=True)
    statement = c.text("What is taken for granted, in our words.")
    parameter_id = c.identifier("The parameter that holds it; empty if none does.", nullable=True)
    valid_from = c.day("First day on which the parameter's value applies.", nullable=True)
    value = c.number(
        "The value before any evidence; the best estimate takes it where it is not drawn.",
        "as the parameter",
        nullable=True,
    )
    low = c.number("Low end of the range.", "as the parameter", nullable=True)
    high = c.number("High end of the range.", "as the parameter", nullable=True)
    unit = c.text("Unit of the value.", nullable=True)
    confidence = c.confidence()
    evidence_grade = c.category("Grade of its source.", GRADES)
    quality = c.category(
        "How well it is founded. Green: found, or arithmetic on what is found, in a document of grade A or B. Red: an "
        "estimate on a document of grade D or E. Amber: what lies between, and background knowledge.",
        RATINGS,
    )
    owner = c.text("Who answers for it.")
    made_on = c.day("When it was made.")
    signed_off_by = c.text("Who has agreed to it; empty if nobody has yet.", nullable=True)
    review_by = c.day("Day by which someone should look at it again.")
    source_id = c.source("The document it rests on.")


class Caution(raw_evidence.Caution):
    """What figures do not support, by table, column and measure; shown on the card of every figure it is about."""


class Event(raw_evidence.Event):
    """What is known to have happened that the tables lack, and what was searched for and not found."""


@rules.CompleteOver(rules.each("raw.scenario", "scenario_id"))
@rules.CompleteOver(
    rules.values("scenario_id", "best_estimate"),
    name="scenario_best_estimate_is_held",
    remedy="Give seeds/scenarios a file of the best estimate.",
)
class Scenario(raw_scenarios.Scenario):
    """Scenarios of the programme: why each is run, what it starts from and what it chooses."""

    parameters_changed = c.whole_number("Parameters it sets otherwise than the best estimate.", "parameters")


class ScenarioOverride(raw_scenarios.ScenarioOverride):
    """Parameters that a scenario sets otherwise than the best estimate, beside the value before any evidence."""

    label = c.text("What the parameter is.")
    unit = c.text("Unit of the values.")
    central_value = c.number("Value before any evidence.", "as the parameter")
