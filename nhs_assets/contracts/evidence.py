"""Who said what, when, how surely: sources, vintages, measures, claims and dated parameters."""

from nhs_assets.contracts import columns as c
from nhs_assets.contracts import raw

GRADES = ("A", "B", "C", "D", "E")


class Source(raw.Source):
    """Documents that figures come from, with grade of evidence and the origin that corroboration counts."""

    documents_of_same_origin = c.whole_number(
        "Documents that share this one's original text, itself included.", "documents", minimum=1
    )


class Vintage(raw.Vintage):
    """Moments at which plans, deflators or reports became known, in the order in which they did."""

    sequence = c.whole_number("Rank by the day it was known, from 1.", "rank", minimum=1)
    publisher = c.text("Who made it known.")
    evidence_grade = c.category("Grade of the document that made it known.", GRADES)


class Measure(raw.Measure):
    """Quantities that claims are about, and how many claims and independent origins speak of each."""

    claims = c.whole_number("Claims of this measure.", "claims")
    independent_origins = c.whole_number("Distinct original texts behind those claims.", "origins")


class Claim(raw.Claim):
    """Figures that documents state, joined to the document, its grade and the unit of what they measure."""

    evidence_grade = c.category("Grade of the document.", GRADES)
    claim_grade = c.category(
        "Grade of the claim: the document's, and D where nobody named stands behind it in a press document of grade C.",
        GRADES,
    )
    origin_group = c.identifier("Original text the document goes back to.")
    document = c.text("File name of the held copy.", nullable=True)
    document_characters = c.whole_number("Length of the held copy.", "characters", nullable=True)


class ParameterValue(raw.ParameterValue):
    """Dated numbers the model and the SQL run on, with the day each stops holding and the grade of its source."""

    valid_to = c.day("Day before the next value starts; empty for the latest.", nullable=True)
    is_current = c.flag("Whether it is the latest value of its parameter.")
    evidence_grade = c.category("Grade of its source.", GRADES)
