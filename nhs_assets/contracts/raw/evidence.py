"""Seeds of ``seeds/evidence``: documents, claims and what people judged, typed and ranged, with no judgement added."""

import dataframely as dy
import polars as pl

from nhs_assets.contracts import columns as c
from nhs_assets.contracts import known
from nhs_assets.contracts import vocabulary as words
from nhs_assets.contracts.registry import contracts
from nhs_assets.contracts.rules import FromOrigins, Immutable, IndependentRows, Revised, Traced


@known.fact(known.document())
@Immutable(
    apart_from=(
        "kind",
        "publisher",
        "title",
        "url",
        "accessed_on",
        "document",
        "document_sha256",
        "document_characters",
        "licence",
    )
)
@FromOrigins("document")
@Revised(is_register=True)
class Source(dy.Schema):
    """Every document a figure comes from: publisher, date, licence, grade of evidence and what it derives from."""

    source_id = c.identifier("Identifier of the document.", key=True)
    kind = c.category(
        "What sort of document it is.",
        ("article", "written_answer", "budget_document", "forecast", "statistic", "guidance", "report", "background"),
    )
    publisher = c.text("Who published it.")
    title = c.text("Title, or a description where it has none.")
    url = c.text("Its address; empty if it is held only as a file.", nullable=True)
    published_on = c.day("Date of publication; empty if it is not dated.", nullable=True)
    accessed_on = c.day("Day on which the project first held it.")
    document = c.text("File name of a held copy; empty if none is held.", nullable=True)
    document_sha256 = c.sha256("SHA-256 of the held copy.", nullable=True)
    document_characters = c.whole_number("Length of the held copy in UTF-8.", "characters", nullable=True, minimum=1)
    licence = c.text("Licence the figures are used under.")
    evidence_grade = c.category(
        "A official document or statistic; B minister or written answer on record; C named press; "
        "D press quoting unnamed sources; E rewrite, opinion or background.",
        ("A", "B", "C", "D", "E"),
    )
    origin_group = c.identifier("Documents that share one original text share this; corroboration counts it.")
    derived_from_source_id = c.source("The document this one was written from.", nullable=True)
    fidelity = c.category("Whether the text is sound or garbled in transmission.", ("clean", "garbled"))


@known.fact(known.own("known_from"))
@Immutable(apart_from=("label", "event"))
@FromOrigins("vintage")
class Vintage(dy.Schema):
    """Moments at which plans, deflators or reports became known."""

    vintage_id = c.identifier("Identifier of the vintage.", key=True)
    label = c.text("Name as people say it.")
    event = c.text("What happened that day.")
    known_from = c.known_from()
    source_id = c.source("The document that made it known.")


@known.method()
@Revised(is_register=True, defining=("unit", "definition", "stock_or_flow", "perspective"))
class Measure(dy.Schema):
    """Quantities that claims and estimates are about, with the range outside which a value is a mistake."""

    measure_id = c.identifier("Identifier of the measure.", key=True)
    label = c.text("Name of the measure.")
    unit = c.text("Unit of every value of this measure.")
    stock_or_flow = c.category("Whether it is of a moment or of a period.", ("stock", "flow", "ratio", "date"))
    perspective = c.category(
        "Which of the three billions it speaks of, if any; they are never added together.",
        ("programme_cost", "financing", "annual_saving", "settlement", "workforce", "activity", "context"),
    )
    plausible_low = c.number("Below this a value is refused as a mistake.", "as the measure")
    plausible_high = c.number("Above this a value is refused as a mistake.", "as the measure")
    period_matters = c.flag("Whether values for different periods are different quantities, never to be merged.")
    same_subject_as = c.identifier(
        "Measure of the same subject in another unit, if there is one; the two are never compared.",
        nullable=True,
        references="raw.measure.measure_id",
    )
    words = c.text("Words, any of which verify a claim without a figure; separated by semicolons.", nullable=True)
    definition = c.text("What exactly is meant.")

    range_is_ordered = c.rule(c.in_order("plausible_low", "plausible_high"))


@known.method()
class Scope(dy.Schema):
    """Whom or what claims cover, and which of the bodies of the programme that takes in."""

    scope_id = c.identifier("Whom or what it covers.", key=True)
    label = c.text("Name of the scope.")
    covers_icb = c.flag("Whether it takes in the integrated care boards.")
    covers_nhse = c.flag("Whether it takes in NHS England, or a part of it.")
    covers_dhsc = c.flag("Whether it takes in the department.")
    covers_csu = c.flag("Whether it takes in the commissioning support units.")


@known.method()
@Revised(is_register=True)
class Claimant(dy.Schema):
    """Who makes claims, and for which party: ministers and their department speak with one voice."""

    claimant = c.text("Name as the claims have it.", key=True)
    party = c.category("Whom it speaks for.", words.PARTIES)


@known.fact(known.own("known_from"), hindsight=("note",))
@IndependentRows()
@Immutable(apart_from=("summary", "period", "note"))
@Revised(split_by="measure_id")
class Claim(dy.Schema):
    """Figures that documents state, with their place in the document; the words themselves are not kept."""

    claim_id = c.claim("Identifier of the claim.", key=True)
    source_id = c.source("The document that states it.")
    document_sha256 = c.sha256("SHA-256 of the held copy.", nullable=True)
    char_start = c.whole_number("First character of the passage, counted from 0.", "characters", nullable=True)
    char_end = c.whole_number("Character after the passage.", "characters", nullable=True)
    measure_id = c.measure("What the figure measures.")
    scope_id = c.scope("Whom or what it covers.")
    summary = c.text("The claim in our words.")
    claimant = c.claimant("Who says so.")
    attribution = c.category(
        "How the document attributes it; project if the document does not state it and the project works it out.",
        ("named", "official_answer", "unnamed_source", "article_voice", "project"),
    )
    qualifier = c.category("How firmly the value is put.", words.QUALIFIERS)
    value_low, value_central, value_high = c.span("Value", c.number, unit="as the measure", nullable=True)
    value_date = c.day("The value, where it is a date.", nullable=True)
    unit = c.text("Unit of the values.")
    period = c.text("What period the figure is about, in our words.")
    period_from_fy = c.financial_year("First financial year of the period, where it has one.", nullable=True)
    period_to_fy = c.financial_year("Last financial year of the period, where it has one.", nullable=True)
    price_basis = c.category("Price basis, if the document states it.", ("cash", "real", "not_stated", "not_money"))
    fidelity = c.category("Whether this passage is sound or garbled.", ("clean", "garbled"))
    known_from = c.known_from("Day on which the claim was known.")
    note = c.text("What a reader must know; written with hindsight, so not in as-of answers.", nullable=True)
    confidence = c.confidence()

    own_reading_is_the_projects = c.rule(
        (pl.col("attribution") == "project") | pl.col("confidence").is_in(["F", "F(d)"])
    )
    """What no document states, nobody but the project says."""
    offsets_are_ordered = c.rule(pl.col("char_start") < pl.col("char_end"))
    offsets_stand_together = c.rule(pl.col("char_start").is_null() == pl.col("char_end").is_null())

    range_is_ordered = c.rule(
        (pl.col("value_low") <= pl.coalesce("value_central", "value_low")).fill_null(True)
        & (pl.coalesce("value_central", "value_high") <= pl.col("value_high")).fill_null(True)
    )
    stated_range_has_no_middle = c.rule(
        (pl.col("qualifier") != "range") | (pl.col("attribution") == "project") | pl.col("value_central").is_null()
    )
    """Who states a range says of no value within it that it is the likeliest; what the project works out may."""
    period_is_ordered = c.rule(c.in_order("period_from_fy", "period_to_fy"))
    states_a_value = c.rule(
        pl.any_horizontal(pl.col("value_low", "value_central", "value_high", "value_date").is_not_null())
    )


@known.method(about=known.claim("claim_a", "claim_b"))
@Traced(keys={"claim_a": "claim_id"})
class ContradictionJudgement(dy.Schema):
    """Pairs of claims that a person judged unable to both hold, where no rule can tell."""

    claim_a = c.claim("The claim that is tested.", key=True, references="raw.claim.claim_id")
    claim_b = c.claim("The claim it is held against.", key=True, references="raw.claim.claim_id")
    conflict_type = c.category("What the conflict is about.", words.CONFLICT_TYPES, key=True)
    nature = c.category(
        "Whether the two conflict, or one only leaves out or words otherwise.", words.CONTRADICTION_NATURES
    )
    explanation = c.text("Why the two cannot both hold, and what a reader should take from it.")
    decided_on = c.day("Day of the judgement.")
    decided_by = c.text("Who judged.")
    source_id = c.source("The document of the judgement.")
    confidence = c.confidence()


@known.fact(known.own("corrected_on"), known.document())
@Immutable(apart_from=("correction_reason", "source_id"))
class Correction(dy.Schema):
    """Published figures that were wrong here, each with the figure that replaced it; never removed."""

    raw_table = c.text("Table that holds the figure.", key=True)
    row_key = c.text("Key of its row, the values joined by /.", key=True)
    column_name = c.text("Column of the figure; a star if a whole row is withdrawn or added.", key=True)
    corrected_on = c.day("Day of the correction.", key=True)
    published_as = c.text("What was published; of a whole row, as column=value; empty if nothing.", nullable=True)
    corrected_to = c.text("What replaces it; of a whole row, as column=value; empty if nothing.", nullable=True)
    correction_reason = c.text("What was wrong, in our words.")
    source_id = c.source("The document that shows it.")

    @dy.rule()
    def table_and_column_are_immutable(cls) -> pl.Expr:
        """Other figures change without a correction."""
        return pl.any_horizontal(
            (pl.col("raw_table") == described.name) & pl.col("column_name").is_in([*described.immutable_columns, "*"])
            for described in contracts().values()
            if described.immutable_columns
        )

    says_something_else = c.rule(pl.col("published_as").ne_missing(pl.col("corrected_to")))


@known.method()
class Assumption(dy.Schema):
    """What the tables take for granted: who answers for it since when, and its words where no parameter says them."""

    assumption_id = c.identifier("Identifier of the assumption.", key=True)
    parameter_id = c.parameter("The parameter it is about, whose values then say the rest.", nullable=True)
    statement = c.text("What is taken for granted, in our words.", nullable=True)
    confidence = c.confidence(nullable=True)
    source_id = c.source("The document it rests on.", nullable=True)
    owner = c.text("Who answers for it.")
    made_on = c.day("When it was made.")
    signed_off_by = c.text("Who has agreed to it; empty if nobody has yet.", nullable=True)
    review_by = c.day("Day by which someone should look at it again.", nullable=True)

    @dy.rule()
    def parameter_or_own_words(cls) -> pl.Expr:
        own = [pl.col(name).is_not_null() for name in ("statement", "confidence", "source_id", "review_by")]
        return pl.when(pl.col("parameter_id").is_null()).then(pl.all_horizontal(own)).otherwise(~pl.any_horizontal(own))


@known.method()
class Caution(dy.Schema):
    """What figures do not support, by table, column and measure; an empty cell means any."""

    caution_id = c.identifier("Identifier of the caution.", key=True)
    table_pattern = c.text("Tables it is about, a star for any part of the name; empty for any.", nullable=True)
    column_pattern = c.text("Columns it is about, a star for any part of the name; empty for any.", nullable=True)
    measure_id = c.measure("Measure it is about; empty for any.", nullable=True)
    statement = c.text("What the figure is not, or does not show, in our words.")

    is_about_something = c.rule(pl.col("table_pattern").is_not_null() | pl.col("measure_id").is_not_null())


@known.fact(known.own("happened_on"), known.own("searched_on"))
class Event(dy.Schema):
    """What is known to have happened that the tables lack, and what was searched for and not found."""

    event_id = c.identifier("Identifier of the event.", key=True)
    status = c.category(
        "Whether it happened and is not held, is planned, or was searched for and not found.",
        ("not_held", "planned", "not_found"),
    )
    happened_on = c.day("Day it happened or was announced; empty where it was not found.", nullable=True)
    searched_on = c.day("Day of the last search; empty where it is known.", nullable=True)
    label = c.text("What it is.")
    lacking = c.text("What the tables lack without it.")
    source_id = c.source("The document that tells of it; empty where it was not found.", nullable=True)

    has_its_day = c.rule((pl.col("status") == "not_found") == pl.col("happened_on").is_null())
    has_day_of_search = c.rule((pl.col("status") == "not_found") == pl.col("searched_on").is_not_null())
