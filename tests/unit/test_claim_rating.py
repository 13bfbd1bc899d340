"""The rating of a claim follows from what is held, from the first line of the rule that fits."""

from datetime import date

import pytest

from nhs_assets.outputs.claim_card import BEST, WORST, rating, speaks_against
from nhs_assets.outputs.contradictions import WEAKENING, is_weaker
from nhs_assets.outputs.figure_card import claim_value

pytestmark = pytest.mark.unit

KNOWN = {"confidence": "F", "fidelity": "clean", "note": None}
OFFICIAL = KNOWN | {"claim_id": "O002", "evidence_grade": "B", "claim_grade": "B", "known_from": date(2025, 12, 2)}
PRESS = KNOWN | {"claim_id": "C002", "evidence_grade": "C", "claim_grade": "D", "known_from": date(2025, 11, 12)}
REWRITE = PRESS | {"claim_id": "C005"}
OTHERS = {claim["claim_id"]: claim for claim in (OFFICIAL, PRESS, REWRITE)}


def contradiction(kind: str, claim_a: dict = PRESS, claim_b: dict = OFFICIAL, infeasible: str | None = None) -> dict:
    return {
        "claim_a": claim_a["claim_id"],
        "claim_b": claim_b["claim_id"],
        "conflict_type": kind,
        "arithmetic": "18000 / 25000 = 72%",
        "explanation": "More than claim B leaves to claim A.",
        "infeasible_claim_id": infeasible,
    }


def settled(reason: str, is_used: bool) -> dict:
    return {"reason": reason, "is_used": is_used}


CHOSEN = settled("chosen", True)
CONTRADICTION = contradiction("value")


@pytest.mark.parametrize(
    ("claim", "against", "contradictions", "resolution", "expected"),
    [
        (PRESS | {"fidelity": "garbled"}, [], [], CHOSEN, "Garbled"),
        (PRESS, [], [], settled("garbled", False), "Garbled"),
        (PRESS, [], [contradiction("scope", infeasible="C002")], settled("infeasible", False), "Ruled out"),
        (PRESS, [], [], settled("lower_grade", False), "Set aside"),
        (OFFICIAL | {"confidence": "E"}, [], [], CHOSEN, "Not reviewed"),
        (OFFICIAL | {"confidence": "K"}, [], [CONTRADICTION], None, "Not reviewed"),
        (PRESS, [], [CONTRADICTION], settled("scenario", True), "Unsettled"),
        (PRESS, [OFFICIAL], [], None, "Disputed"),
        (OFFICIAL, [], [CONTRADICTION], None, "Disputed"),
        *((PRESS, [], [contradiction(kind)], CHOSEN, "Disputed") for kind in WEAKENING),
        *((OFFICIAL, [], [contradiction(kind)], CHOSEN, "Holds") for kind in WEAKENING),
        (OFFICIAL, [], [CONTRADICTION], CHOSEN, "Holds"),
        (OFFICIAL, [], [], None, "Holds"),
        (PRESS, [], [], None, "Stands"),
        (PRESS, [], [CONTRADICTION], settled("in_hull", True), "Stands"),
    ],
)
def test_rating_follows_the_rule(claim, against, contradictions, resolution, expected: str) -> None:
    found = rating(claim, against, contradictions, OTHERS, resolution)
    assert found.name == expected
    assert WORST <= found.value <= BEST
    assert found.reason.endswith(".")
    assert (found.value > 3) == ("othing held rules it out" in found.reason)


def test_a_dispute_names_who_speaks_against_and_a_claim_set_aside_says_why() -> None:
    assert "O002" in rating(PRESS, [OFFICIAL], [], OTHERS, None).reason
    assert "lower grade" in rating(PRESS, [], [], OTHERS, settled("lower_grade", False)).reason


def test_a_garbled_passage_says_how_and_what_rules_it_out() -> None:
    claim = PRESS | {"fidelity": "garbled", "note": "Scope lost."}
    reason = rating(claim, [], [contradiction("scope", infeasible="C002")], OTHERS, None).reason
    assert reason == (
        "The passage is garbled in this text. Scope lost. Arithmetic rules its figure out. "
        "C002 against O002 (scope): 18000 / 25000 = 72%; More than O002 leaves to C002."
    )


def test_the_weaker_side_is_never_both_and_of_one_grade_the_claim_that_was_tested() -> None:
    for kind in WEAKENING:
        for row in (contradiction(kind, PRESS, REWRITE), contradiction(kind), contradiction(kind, infeasible="O002")):
            first, second = OTHERS[row["claim_a"]], OTHERS[row["claim_b"]]
            assert is_weaker(first, second, row) != is_weaker(second, first, row)
    assert is_weaker(PRESS, REWRITE, contradiction("scope", PRESS, REWRITE))
    assert is_weaker(OFFICIAL, PRESS, contradiction("internal", infeasible="O002"))
    assert is_weaker(OFFICIAL, PRESS, contradiction("garbled", OFFICIAL, PRESS))
    assert not is_weaker(PRESS, OFFICIAL, CONTRADICTION)


UNDECIDED = {"scope_id": "icb", "claim_grade": "D", "period_from_fy": None, "period_to_fy": None}


@pytest.mark.parametrize(
    ("allowed", "better", "expected"),
    [
        ((18_000, 18_000), (11_250, 13_750), True),
        ((18_000, 18_000), (None, 18_000), False),
        ((18_000, 18_000), (None, 12_500), True),
        ((1_000, None), (860, 860), True),
        ((1_000, None), (None, 1_300), False),
        ((None, None), (860, 860), False),
        ((20_251_126, 20_251_126), (20_251_201, 20_251_201), True),
    ],
)
def test_a_better_claim_speaks_against_one_that_allows_no_value_it_allows(allowed, better, expected: bool) -> None:
    claim, peer = (
        UNDECIDED | {"allows_low": low, "allows_high": high} | grade
        for (low, high), grade in ((allowed, {}), (better, {"claim_grade": "C"}))
    )
    assert speaks_against(claim, peer) is expected
    assert not speaks_against(peer, claim)
    assert not speaks_against(claim, peer | {"claim_grade": "D"})
    assert not speaks_against(claim, peer | {"scope_id": "nhse"})
    assert not speaks_against(claim | {"period_to_fy": "2025-26"}, peer | {"period_to_fy": "2028-29"})


@pytest.mark.parametrize(
    ("qualifier", "value_text", "unit", "expected"),
    [
        ("range", "700 to 750", "£m a year", "700 to 750 £m a year"),
        ("about", "2027 to 2028", "financial year start", "about 2027-28 to 2028-29"),
        ("up_to", "18000", "posts", "up to 18000 posts"),
        ("exact", "-832.1", "£m", "-832.1 £m"),
    ],
)
def test_a_claim_is_told_with_all_of_its_range(qualifier: str, value_text: str, unit: str, expected: str) -> None:
    assert claim_value({"qualifier": qualifier, "value_text": value_text, "unit": unit}) == expected
