"""Recorded contradictions as people read them, and which of the two claims is the weaker."""

from collections.abc import Collection

from nhs_assets.outputs.explained import Row

WEAKENING = ("price_basis", "scope", "superseded", "period", "garbled")
"""Kinds that leave one of the two claims weaker; the others set two quantities or two equals side by side."""

_CAVEATS = ("base_year_differs", "base_year_not_named", "posts_against_cut")
"""Rules whose pairs may both be true, each in its own terms, unless arithmetic rules one of them out."""


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


def is_caveat(contradiction: Row) -> bool:
    """Whether both claims may be true as they are put, so that a reader must know of it and neither loses by it.

    So it is within one text that nothing settles, with another or no base year, with two bounds, and with periods that
    come to the same value; never where arithmetic rules a claim out.
    """
    if contradiction["infeasible_claim_id"] is not None:
        return False
    kind = contradiction["conflict_type"]
    is_same = kind == "period" and contradiction["difference"] == 0
    return kind == "internal" or is_same or contradiction["rule_id"] in _CAVEATS


def of_reading(contradiction: Row, claim_id: str, reading: Collection[str]) -> Row | None:
    """A contradiction as one of the claims of a reading meets it; none where it is about others of them alone.

    Args:
        contradiction: a row of ``evidence.contradiction``.
        claim_id: the claim.
        reading: every claim of its reading, itself included: what one of them meets, all of them meet.
    """
    sides = contradiction["claim_a"], contradiction["claim_b"]
    if claim_id in sides:
        return contradiction
    if all(side in reading for side in sides):
        return None  # It is about how one of them words it.
    names = ("claim_a", "claim_b", "infeasible_claim_id")
    return contradiction | {name: claim_id for name in names if contradiction[name] in reading}


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
    if contradiction["infeasible_claim_id"] is not None:
        return is_ruled_out(claim, contradiction)
    if kind not in WEAKENING or is_caveat(contradiction):
        return False
    is_tested = contradiction["claim_a"] == claim["claim_id"]
    if kind == "garbled":
        return is_tested
    if kind == "superseded":
        return claim["known_from"] < other["known_from"] or (claim["known_from"] == other["known_from"] and is_tested)
    if claim["claim_grade"] == other["claim_grade"]:
        return is_tested
    return claim["claim_grade"] > other["claim_grade"]
