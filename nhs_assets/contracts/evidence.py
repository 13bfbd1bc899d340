"""Who said what, when, how surely: sources, vintages, measures, claims and dated parameters."""

from nhs_assets.contracts import columns as c
from nhs_assets.contracts import raw

_CLAIMS_OF_MEASURE = "FROM {catalog}evidence.claim AS c WHERE c.measure_id = t.measure_id AND c.known_from <= {day}"


class Source(raw.Source):
    """Documents that figures come from, with grade of evidence and the origin that corroboration counts."""

    documents_of_same_origin = c.whole_number(
        "Documents that share this one's original text, itself included.",
        "documents",
        minimum=1,
        as_of="count(*) OVER (PARTITION BY t.origin_group)",
    )
    known_from = c.known_from(
        "First day on which it was known: that of publication; where it is not dated, that of the first claim taken "
        "from it, or else that on which the project first held it."
    )


class Vintage(raw.Vintage):
    """Moments at which plans, deflators or reports became known, in the order in which they did."""

    sequence = c.whole_number(
        "Rank by the day it was known, from 1.", "rank", minimum=1, as_of="rank() OVER (ORDER BY t.known_from)"
    )
    publisher = c.text("Who made it known.")
    evidence_grade = c.category("Grade of the document that made it known.", ("A", "B", "C", "D", "E"))


class Measure(raw.Measure):
    """Quantities that claims are about, and how many claims and independent origins speak of each."""

    claims = c.whole_number("Claims of this measure.", "claims", as_of=f"(SELECT count(*) {_CLAIMS_OF_MEASURE})")
    independent_origins = c.whole_number(
        "Distinct original texts behind those claims.",
        "origins",
        as_of=f"(SELECT count(DISTINCT c.origin_group) {_CLAIMS_OF_MEASURE})",
    )
    known_from = c.known_from(
        "Day of the first claim of it; where there is none, the first day on which the project held any document."
    )


class Claim(raw.Claim):
    """Figures that documents state, joined to the document, its grade and the unit of what they measure."""

    unit = c.text("Unit of the values.")
    evidence_grade = c.category("Grade of the document.", ("A", "B", "C", "D", "E"))
    origin_group = c.identifier("Original text the document goes back to.")
    document = c.text("File name of the held copy.", nullable=True)
    document_sha256 = c.sha256("SHA-256 of the held copy.", nullable=True)
    document_characters = c.whole_number("Length of the held copy.", "characters", nullable=True)


class ParameterValue(raw.ParameterValue):
    """Dated numbers the model and the SQL run on, with the day each stops holding and the grade of its source."""

    valid_to = c.day(
        "Day before the next value starts; empty for the latest.",
        nullable=True,
        as_of="CAST(lead(t.valid_from) OVER (PARTITION BY t.parameter_id ORDER BY t.valid_from) "
        "- INTERVAL 1 DAY AS DATE)",
    )
    is_current = c.flag(
        "Whether it is the latest value of its parameter.",
        as_of="lead(t.valid_from) OVER (PARTITION BY t.parameter_id ORDER BY t.valid_from) IS NULL",
    )
    evidence_grade = c.category("Grade of its source.", ("A", "B", "C", "D", "E"))
    known_from = c.known_from("First day on which its source was known.")
