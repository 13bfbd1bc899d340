"""Recorded contradictions as people read them, and which of the two claims is the weaker."""

from nhs_assets.outputs.explained import Row

WEAKENING = ("price_basis", "scope", "internal", "superseded", "period", "garbled")
"""Kinds that leave one of the two claims weaker; the others set two quantities or two equals side by side."""


def other_side(contradiction: Row, claim_id: str) -> str:
    """Identifier of the claim it is held against."""
    return contradiction["claim_b"] if contradiction["claim_a"] == claim_id else contradiction["claim_a"]


def in_words(contradiction: Row) -> str:
    """Both claims, the kind, the arithmetic and why, in one line."""
    kind = contradiction["conflict_type"].replace("_", " ")
    first, second = contradiction["claim_a"], contradiction["claim_b"]
    said = f"{contradiction['arithmetic']}; {contradiction['explanation']}"
    return f"{first} against {second} ({kind}): {said.replace('claim A', first).replace('claim B', second)}"


def is_ruled_out(claim: Row, contradiction: Row) -> bool:
    """Whether its arithmetic rules the claim out."""
    return contradiction["infeasible_claim_id"] == claim["claim_id"]


def is_weaker(claim: Row, other: Row, contradiction: Row) -> bool:
    """Whether a claim stands on the weaker side of a contradiction.

    The weaker is the claim that arithmetic rules out; where it is superseded, the earlier; where it is garbled, the
    garbled; else the one of the worse grade, and of two of one grade the one that was tested.

    Args:
        claim: its row of ``evidence.claim``.
        other: the row of the claim on the other side.
        contradiction: a row of ``evidence.contradiction`` about the two.
    """
    kind = contradiction["conflict_type"]
    if kind not in WEAKENING:
        return False
    if contradiction["infeasible_claim_id"] is not None:
        return is_ruled_out(claim, contradiction)
    is_tested = contradiction["claim_a"] == claim["claim_id"]
    if kind == "garbled":
        return is_tested
    if kind == "superseded":
        return claim["known_from"] < other["known_from"] or (claim["known_from"] == other["known_from"] and is_tested)
    if claim["claim_grade"] == other["claim_grade"]:
        return is_tested
    return claim["claim_grade"] > other["claim_grade"]
