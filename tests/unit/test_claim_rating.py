"""The rating of a claim follows from what is held, from the first line of the rule that fits."""

from datetime import date

import pytest

from nhs_assets.outputs.claim_card import BEST, WORST, rating, speaks_against
from nhs_assets.outputs.contradictions import WEAKENING, is_caveat, is_weaker, of_reading
from nhs_assets.outputs.figure_card import claim_value

pytestmark = pytest.mark.unit

KNOWN = {"confidence": "F", "fidelity": "clean", "note": None, "attribution": "named"}
OFFICIAL = KNOWN | {"claim_id": "O002", "evidence_grade": "B", "claim_grade": "B", "known_from": date(2025, 12, 2)}
PRESS = KNOWN | {"claim_id": "C002", "evidence_grade": "C", "claim_grade": "D", "known_from": date(2025, 11, 12)}
REWRITE = PRESS | {"claim_id": "C005"}
OTHERS = {claim["claim_id"]: claim for claim in (OFFICIAL, PRESS, REWRITE)}


def contradiction(
    kind: str,
    claim_a: dict = PRESS,
    claim_b: dict = OFFICIAL,
    infeasible: str | None = None,
    rule_id: str = "narrower_scope",
    difference: float = -5_500,
) -> dict:
    return {
        "rule_id": rule_id,
        "difference": difference,
        "claim_a": claim_a["claim_id"],
        "claim_b": claim_b["claim_id"],
        "conflict_type": kind,
        "arithmetic": "18000 / 25000 = 72%",
        "explanation": "More than claim B leaves to claim A.",
        "infeasible_claim_id": infeasible,
    }


def settled(reason: str, is_used: bool, rule: str = "agreed") -> dict:
    return {"reason": reason, "is_used": is_used, "rule": rule}


CHOSEN = settled("chosen", True)
CONTRADICTION = contradiction("value")
CAVEATS = (
    contradiction("internal"),
    contradiction("price_basis", rule_id="base_year_not_named"),
    contradiction("price_basis", rule_id="base_year_differs"),
    contradiction("value", rule_id="posts_against_cut"),
    contradiction("period", difference=0),
)


@pytest.mark.parametrize(
    ("claim", "against", "contradictions", "resolution", "expected"),
    [
        (PRESS | {"fidelity": "garbled"}, [], [], CHOSEN, "Garbled"),
        (PRESS, [], [], settled("garbled", False), "Garbled"),
        (PRESS, [], [contradiction("scope", infeasible="C002")], settled("infeasible", False), "Ruled out"),
        (PRESS, [], [], settled("lower_grade", False), "Set aside"),
        (PRESS, [], [contradiction("period")], settled("earlier", False, "own_reading"), "Disputed"),
        (OFFICIAL | {"confidence": "E"}, [], [], CHOSEN, "Not reviewed"),
        (OFFICIAL | {"confidence": "F(d)", "attribution": "project"}, [], [], CHOSEN, "Not reviewed"),
        (OFFICIAL | {"confidence": "K"}, [], [CONTRADICTION], None, "Not reviewed"),
        (PRESS, [], [CONTRADICTION], settled("scenario", True), "Unsettled"),
        (PRESS, [OFFICIAL], [], None, "Disputed"),
        (OFFICIAL, [], [CONTRADICTION], None, "Disputed"),
        *((PRESS, [], [contradiction(kind)], CHOSEN, "Disputed") for kind in WEAKENING),
        *((OFFICIAL, [], [contradiction(kind)], CHOSEN, "Holds") for kind in WEAKENING),
        *((PRESS, [], [row], resolution, "Stands") for row in CAVEATS for resolution in (CHOSEN, None)),
        *((OFFICIAL, [], [row], resolution, "Holds") for row in CAVEATS for resolution in (CHOSEN, None)),
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


def test_a_caveat_is_told_and_is_none_where_arithmetic_rules_a_claim_out() -> None:
    for row in CAVEATS:
        assert is_caveat(row)
        assert "18000 / 25000" in rating(PRESS, [], [row], OTHERS, CHOSEN).reason
        assert not is_caveat(row | {"infeasible_claim_id": "C002"})
    assert not is_caveat(contradiction("period"))


def test_what_one_claim_of_a_reading_meets_all_of_them_meet_but_not_what_is_said_of_its_words() -> None:
    met = contradiction("scope", infeasible="C002")
    assert of_reading(met, "C009", ["C002", "C009"]) == met | {"claim_a": "C009", "infeasible_claim_id": "C009"}
    assert of_reading(met, "C002", ["C002", "C009"]) == met
    of_words = contradiction("scope", PRESS, REWRITE)
    assert of_reading(of_words, "C009", ["C002", "C005", "C009"]) is None
    assert of_reading(of_words, "C005", ["C002", "C005", "C009"]) == of_words


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
