"""The rating of a claim follows from what is held, from the first line of the rule that fits."""

import pytest

from nhs_assets.outputs.claim_card import BEST, WORST, rating

pytestmark = pytest.mark.unit

OFFICIAL = {"claim_id": "O002", "fidelity": "clean", "evidence_grade": "B"}
PRESS = {"claim_id": "C002", "fidelity": "clean", "evidence_grade": "C"}
CONTRADICTION = {"claim_a": "C002", "claim_b": "O002"}


def settled(reason: str, is_used: bool) -> dict:
    return {"reason": reason, "is_used": is_used}


@pytest.mark.parametrize(
    ("claim", "against", "contradictions", "resolution", "expected"),
    [
        (PRESS | {"fidelity": "garbled"}, [], [], settled("chosen", True), "Garbled"),
        (PRESS, [], [], settled("garbled", False), "Garbled"),
        (PRESS, [], [], settled("lower_grade", False), "Set aside"),
        (PRESS, [], [CONTRADICTION], settled("scenario", True), "Unsettled"),
        (PRESS, [OFFICIAL], [], None, "Disputed"),
        (OFFICIAL, [], [CONTRADICTION], None, "Disputed"),
        (OFFICIAL, [], [CONTRADICTION], settled("chosen", True), "Holds"),
        (OFFICIAL, [], [], None, "Holds"),
        (PRESS, [], [], None, "Stands"),
        (PRESS, [], [CONTRADICTION], settled("in_hull", True), "Stands"),
    ],
)
def test_rating_follows_the_rule(claim, against, contradictions, resolution, expected: str) -> None:
    found = rating(claim, against, contradictions, resolution)
    assert found.name == expected
    assert WORST <= found.value <= BEST
    assert found.reason.endswith(".")


def test_a_dispute_names_who_speaks_against_and_a_claim_set_aside_says_why() -> None:
    assert "O002" in rating(PRESS, [OFFICIAL], [], None).reason
    assert "lower grade" in rating(PRESS, [], [], settled("lower_grade", False)).reason
