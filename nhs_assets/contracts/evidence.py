"""Who said what, when, how surely: sources, vintages, measures, claims and dated parameters."""

import dataframely as dy

from nhs_assets.contracts import columns as c
from nhs_assets.contracts import raw

RATINGS = ("green", "amber", "red")
"""As the Aqua Book's assumptions logs grade quality and impact."""


class Source(raw.Source):
    """Documents that figures come from, with grade of evidence and the origin that corroboration counts."""

    documents_of_same_origin = c.whole_number(
        "Documents that share this one's original text, itself included.", "documents", minimum=1
    )


class Vintage(raw.Vintage):
    """Moments at which plans, deflators or reports became known, in the order in which they did."""

    sequence = c.whole_number("Rank by the day it was known, from 1.", "rank", minimum=1)
    publisher = c.text("Who made it known.")
    evidence_grade = c.category("Grade of the document that made it known.", ("A", "B", "C", "D", "E"))


class Measure(raw.Measure):
    """Quantities that claims are about, and how many claims and independent origins speak of each."""

    claims = c.whole_number("Claims of this measure.", "claims")
    independent_origins = c.whole_number("Distinct original texts behind those claims.", "origins")


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

    valid_to = c.day("Day before the next value starts; empty for the latest.", nullable=True)
    is_current = c.flag("Whether it is the latest value of its parameter.")
    evidence_grade = c.category("Grade of its source.", ("A", "B", "C", "D", "E"))


class Assumption(dy.Schema):
    """What the tables take for granted, as an assumptions log: quality, owner, dates and the parameter behind it."""

    assumption_id = c.identifier("Identifier of the assumption.", key=True)
    statement = c.text("What is taken for granted, in our words.")
    parameter_id = c.identifier("The parameter that holds it; empty where no number does.", nullable=True)
    valid_from = c.day("First day on which the parameter's value applies.", nullable=True)
    value = c.number("The value used in the central scenario.", "as the parameter", nullable=True)
    low = c.number("Low end of the range.", "as the parameter", nullable=True)
    high = c.number("High end of the range.", "as the parameter", nullable=True)
    unit = c.text("Unit of the value.", nullable=True)
    confidence = c.confidence()
    evidence_grade = c.category("Grade of its source.", ("A", "B", "C", "D", "E"))
    quality = c.category(
        "How well it is founded. Green: found, or arithmetic on what is found, in a document of grade A or B. Red: an "
        "estimate on a document of grade D or E. Amber: what lies between, and background knowledge.",
        RATINGS,
    )
    impact = c.category(
        "How much the results move with it; empty until the model's sensitivity is worked out.", RATINGS, nullable=True
    )
    owner = c.text("Who answers for it; empty where nobody is named yet.", nullable=True)
    made_on = c.day("When it was made; empty where that is not recorded.", nullable=True)
    signed_off_by = c.text("Who has agreed to it; empty where nobody has yet.", nullable=True)
    review_by = c.day("Day by which someone should look at it again.")
    known_from = c.day("First day on which it was known: when it was made, or its source published.")
    source_id = c.identifier("The document it rests on.")


class Caution(raw.Caution):
    """What figures do not support, by table, column and measure; shown on the card of every figure it is about."""
