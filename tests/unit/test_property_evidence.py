"""Contradictions and resolution on made-up claims: what a new claim meets on arrival, and the identities that hold."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_assets.outputs.sentences import sentence
from nhs_assets.store.staging import ContractError
from tests.unit.table_inputs import Tables, broken, few, run_all, table, vintages

pytestmark = pytest.mark.unit

DAY = date(2025, 11, 1)
VINTAGES = {"first": DAY + timedelta(days=2), "second": DAY + timedelta(days=5)}
MADE = [
    "evidence.source",
    "evidence.measure",
    "evidence.claim",
    "evidence.contradiction",
    "evidence.resolution_claim",
    "evidence.resolution",
]
CHECKS = [
    "evidence.contradiction_adds_up",
    "evidence.judgement_is_kept",
    "evidence.resolution_adds_up",
    "evidence.resolution_has_every_known_claim",
    "evidence.resolution_never_averages",
    "evidence.resolution_uses_no_unsound_claim",
]
SCOPES = {
    "icb": (True, False, False),
    "nhse": (False, True, False),
    "icb_and_part_of_nhse": (True, True, False),
    "all_three": (True, True, True),
}


def claim(place: int, source: str, value: float | None, **cells: object) -> dict[str, object]:
    plain = {
        "claim_id": f"X{place:03}",
        "source_id": source,
        "measure_id": "posts_removed",
        "unit": "posts",
        "scope_id": "all_three",
        "claimant": "A minister",
        "attribution": "named",
        "qualifier": "exact",
        "value_central": value,
        "price_basis": "not_money",
        "fidelity": "clean",
        "known_from": DAY,
        "confidence": "F",
    }
    return plain | cells


def tables(claims: list[dict[str, object]]) -> Tables:
    """The evidence tables that these claims lead to, with one document of each grade and two of grade B."""
    grades = {"paper_a": "A", "paper_b": "B", "other_b": "B", "paper_c": "C", "paper_d": "D", "paper_e": "E"}
    inputs = {
        "raw.claim": table("raw.claim", claims),
        "raw.claimant": table("raw.claimant", [{"claimant": "A minister", "party": "government"}]),
        "raw.source": table(
            "raw.source",
            [
                {"source_id": name, "evidence_grade": grade, "origin_group": name, "fidelity": "clean"}
                for name, grade in grades.items()
            ],
        ),
        "raw.measure": table(
            "raw.measure",
            [
                {"measure_id": "posts_removed", "unit": "posts", "stock_or_flow": "flow"},
                {"measure_id": "headcount_cut_pct", "unit": "%", "stock_or_flow": "ratio"},
                {"measure_id": "settlement_real_increase", "unit": "£m a year", "stock_or_flow": "flow"},
            ],
        ),
        "raw.scope": table(
            "raw.scope",
            [
                {"scope_id": name, "covers_icb": icb, "covers_nhse": nhse, "covers_dhsc": dhsc}
                for name, (icb, nhse, dhsc) in SCOPES.items()
            ],
        ),
        "raw.staffing_estimate": table(
            "raw.staffing_estimate",
            [
                {
                    "estimate_id": body,
                    "body": body,
                    "measure_id": f"headcount_{body}",
                    "value_low": heads,
                    "value_central": heads,
                    "value_high": heads,
                    "is_central": True,
                }
                for body, heads in {"icb": 25_000.0, "nhse": 15_300.0, "dhsc": 3_300.0}.items()
            ],
        ),
        "raw.parameter_value": table(
            "raw.parameter_value",
            [{"parameter_id": "about_tolerance_pct", "value": 10.0, "low": 10.0, "high": 10.0}],
        ),
        "raw.contradiction_judgement": table("raw.contradiction_judgement", []),
        "raw.settlement_plan": table("raw.settlement_plan", []),
        "raw.vintage": table("raw.vintage", []),
        "evidence.vintage": vintages(VINTAGES),
    }
    return run_all(MADE, inputs)


def found(made: Tables) -> dict[tuple[str, str], dict]:
    rows = made["evidence.contradiction"].iter_rows(named=True)
    return {(row["claim_a"], row["claim_b"]): row for row in rows}


def believed(made: Tables, vintage: str = "second", scope: str = "all_three") -> dict:
    rows = made["evidence.resolution"].filter(
        pl.col("vintage_id") == vintage, pl.col("scope_id") == scope, pl.col("measure_id") == "posts_removed"
    )
    (row,) = rows.to_dicts()
    return row


def test_a_new_claim_of_another_value_is_found_on_arrival_and_the_better_grade_is_believed() -> None:
    later = DAY + timedelta(days=4)
    made = tables([claim(1, "paper_d", 18_000), claim(2, "paper_b", 12_000, known_from=later)])
    row = found(made)["X001", "X002"]
    assert (row["conflict_type"], row["rule_id"], row["difference"]) == ("superseded", "disjoint_values", -6_000)
    assert row["known_from"] == later
    assert (believed(made, "first")["value_central"], believed(made, "first")["rule"]) == (18_000, "agreed")
    assert (believed(made)["value_central"], believed(made)["rule"]) == (12_000, "official_over_press")


def test_the_value_of_a_claim_is_written_with_every_decimal_it_has() -> None:
    growth = claim(2, "paper_b", None, value_low=2.75, value_high=100.05)
    made = tables([claim(1, "paper_d", 18_000), growth, claim(3, "paper_c", 0)])
    assert made["evidence.claim"].sort("claim_id")["value_text"].to_list() == ["18000", "2.75 to 100.05", "0"]


def test_a_worse_grade_that_comes_later_supersedes_nothing() -> None:
    made = tables([claim(1, "paper_b", 18_000), claim(2, "paper_e", 12_000, known_from=DAY + timedelta(days=1))])
    assert found(made)["X001", "X002"]["conflict_type"] == "value"
    assert believed(made)["value_central"] == 18_000


def test_articles_of_one_origin_are_one_reading_and_one_origin() -> None:
    claims = [claim(place, "paper_c", 18_000) for place in (1, 2, 3)]
    made = tables([*claims, claim(4, "paper_d", 12_000)])
    assert list(found(made)) == [("X001", "X004")]
    assert (believed(made)["independent_origins"], believed(made)["claims_used"]) == (1, 3)


@pytest.mark.parametrize("source", ["paper_c", "paper_e"])
def test_the_same_posts_in_the_boards_alone_are_ruled_out_by_the_share(source: str) -> None:
    made = tables(
        [
            claim(1, "paper_b", 18_000),
            claim(2, source, 18_000, scope_id="icb"),
            claim(3, source, 50, scope_id="icb", measure_id="headcount_cut_pct", unit="%", qualifier="about"),
        ]
    )
    scope, internal = found(made)["X002", "X001"], found(made)["X002", "X003"]
    assert (scope["conflict_type"], scope["computed_value"], scope["infeasible_claim_id"]) == ("scope", 72, "X002")
    assert (internal["conflict_type"], internal["computed_value"]) == ("internal", 12_500)
    boards = believed(made, scope="icb")
    assert (boards["value_central"], boards["rule"], boards["claims_used"]) == (None, "none_believed", 0)
    assert (boards["value_low"], boards["value_high"], boards["qualifier"]) == (None, None, None)


def test_the_share_of_a_weaker_text_rules_out_no_better_claim() -> None:
    cut = {"scope_id": "icb", "measure_id": "headcount_cut_pct", "unit": "%"}
    made = tables([claim(1, "paper_a", 18_000, scope_id="icb"), claim(2, "paper_e", 50, **cut)])
    row = found(made)["X001", "X002"]
    assert (row["conflict_type"], row["infeasible_claim_id"]) == ("value", None)
    assert believed(made, scope="icb")["value_central"] == 18_000


def test_a_price_basis_that_is_dropped_is_found_without_a_plan_to_work_with() -> None:
    real = {"measure_id": "settlement_real_increase", "unit": "£m a year", "period_to_fy": "2028-29"}
    made = tables(
        [
            claim(1, "paper_c", 29_000, price_basis="real", **real),
            claim(2, "paper_e", 29_000, price_basis="not_stated", **real),
        ]
    )
    row = found(made)["X001", "X002"]
    assert (row["conflict_type"], row["plan_fy"], row["difference"]) == ("price_basis", None, 0)


def test_a_range_and_a_point_outside_it_keep_the_hull() -> None:
    made = tables(
        [
            claim(1, "paper_b", None, value_low=10_000, value_high=12_000, qualifier="range"),
            claim(2, "other_b", 18_000),
        ]
    )
    row = believed(made)
    assert (row["rule"], row["value_low"], row["value_central"], row["value_high"]) == (
        "interval_hull",
        10_000,
        None,
        18_000,
    )


@pytest.mark.parametrize(
    "cells",
    [
        {"how_found": "judgement", "explanation": "So it is.", "decided_by": "somebody"},
        {"how_found": "judgement", "explanation": "So it is.", "decided_on": DAY},
        {"how_found": "judgement", "decided_on": DAY, "decided_by": "somebody"},
        {"how_found": "judgement", "rule_id": "years_differ"},
        {"how_found": "rule"},
        {"how_found": "rule", "rule_id": "years_differ", "decided_on": DAY},
    ],
)
def test_a_contradiction_names_its_rule_or_who_judged_when_and_why(cells: dict[str, object]) -> None:
    row = {"claim_a": "X001", "claim_b": "X002", "conflict_type": "value", "confidence": "F"}
    with pytest.raises(ContractError):
        table("evidence.contradiction", [row | cells])


def test_two_points_of_one_grade_and_day_stay_scenarios() -> None:
    row = believed(tables([claim(1, "paper_b", 12_000), claim(2, "other_b", 18_000)]))
    assert (row["rule"], row["value_low"], row["value_central"], row["value_high"]) == (
        "unresolved",
        12_000,
        None,
        18_000,
    )


def ends(row: dict) -> tuple:
    return row["value_low"], row["value_central"], row["value_high"], row["qualifier"]


def test_a_bound_of_the_best_grade_has_no_central_value_and_an_open_end() -> None:
    upper = believed(tables([claim(1, "paper_b", 18_000, qualifier="up_to"), claim(2, "paper_c", 18_000)]))
    assert ends(upper) == (None, None, 18_000, "up_to")
    assert sentence("evidence.resolution", upper).endswith("states an upper bound, so the low end is open.")
    lower = believed(tables([claim(1, "paper_b", 18_000, qualifier="more_than"), claim(2, "paper_c", 18_000)]))
    assert ends(lower) == (18_000, None, None, "more_than")
    assert sentence("evidence.resolution", lower).endswith("states a lower bound, so the high end is open.")


def test_a_value_of_the_same_grade_stays_beside_a_bound() -> None:
    made = tables([claim(1, "paper_b", 18_000, qualifier="up_to"), claim(2, "other_b", 18_000, qualifier="about")])
    assert ends(believed(made)) == (None, 18_000, 18_000, "up_to")
    assert believed(made)["chosen_claim_id"] == "X002"


def test_an_end_that_another_claim_states_is_kept() -> None:
    made = tables([claim(1, "paper_b", 18_000, qualifier="up_to"), claim(2, "paper_c", 15_000, qualifier="at_least")])
    assert ends(believed(made)) == (15_000, None, 18_000, "up_to")


def test_bounds_that_exclude_one_another_leave_both_ends_open() -> None:
    made = tables([claim(1, "paper_b", 12_000, qualifier="up_to"), claim(2, "other_b", 18_000, qualifier="at_least")])
    assert ends(believed(made))[:3] == (None, None, None)
    assert (believed(made)["rule"], believed(made)["claims_used"]) == ("unresolved", 2)


def test_a_part_that_is_more_than_the_whole_is_found() -> None:
    made = tables(
        [
            claim(1, "paper_b", 18_000),
            claim(2, "paper_c", 20_000, scope_id="icb"),
            claim(3, "paper_c", 12_000, scope_id="nhse"),
            claim(4, "paper_d", 19_000, scope_id="icb_and_part_of_nhse", qualifier="about"),
        ]
    )
    (pair,) = [pair for pair, row in found(made).items() if row["rule_id"] == "part_exceeds_whole"]
    row = found(made)[pair]
    assert pair == ("X002", "X001")
    assert (row["conflict_type"], row["stated_value"], row["computed_value"]) == ("scope", 20_000, 18_000)


def test_what_is_said_of_a_part_of_a_body_is_no_whole_for_that_body() -> None:
    made = tables(
        [claim(1, "paper_b", 12_000, scope_id="icb_and_part_of_nhse"), claim(2, "paper_c", 18_000, scope_id="nhse")]
    )
    assert not found(made)


def test_a_later_answer_of_the_same_origin_and_grade_supersedes_the_earlier() -> None:
    made = tables([claim(1, "paper_b", 18_000), claim(2, "paper_b", 12_000, known_from=DAY + timedelta(days=1))])
    assert found(made)["X001", "X002"]["conflict_type"] == "superseded"


def test_about_allows_its_tolerance_and_up_to_allows_less() -> None:
    close = tables([claim(1, "paper_b", 18_000, qualifier="about"), claim(2, "paper_c", 19_000)])
    assert not found(close)
    bound = tables([claim(1, "paper_b", 18_000, qualifier="up_to"), claim(2, "paper_c", 12_500)])
    assert not found(bound)
    above = tables([claim(1, "paper_b", 18_000, qualifier="up_to"), claim(2, "paper_c", 19_000)])
    assert list(found(above)) == [("X001", "X002")]


SOURCES = st.sampled_from(["paper_a", "paper_b", "other_b", "paper_c", "paper_d", "paper_e"])
SOME_CLAIMS = st.lists(
    st.tuples(
        SOURCES,
        st.sampled_from([12_000.0, 15_000.0, 18_000.0]),
        st.sampled_from(["exact", "about", "up_to", "at_least", "more_than"]),
        st.sampled_from(list(SCOPES)),
        st.sampled_from(["clean", "garbled"]),
        st.sampled_from(["named", "article_voice"]),
        st.integers(0, 6),
    ),
    min_size=1,
    max_size=8,
)


def as_claims(drawn: list[tuple]) -> list[dict[str, object]]:
    claims = [
        claim(
            place,
            source,
            value,
            qualifier=qualifier,
            scope_id=scope,
            fidelity=fidelity,
            attribution=attribution,
            known_from=DAY + timedelta(days=days),
        )
        for place, (source, value, qualifier, scope, fidelity, attribution, days) in enumerate(drawn, start=1)
    ]
    # Every third claim is followed by the same text's word on the share, so that posts and shares meet.
    shares = [
        row | {"claim_id": f"Y{place:03}", "measure_id": "headcount_cut_pct", "unit": "%", "value_central": 50.0}
        for place, row in enumerate(claims[::3], start=1)
    ]
    return claims + shares


@few
@given(SOME_CLAIMS)
def test_whatever_is_claimed_the_identities_of_the_evidence_hold(drawn: list[tuple]) -> None:
    assert not broken(tables(as_claims(drawn)), *CHECKS)


@few
@given(SOME_CLAIMS)
def test_what_was_believed_is_not_moved_by_what_came_later(drawn: list[tuple]) -> None:
    claims = as_claims(drawn)
    early = [row for row in claims if row["known_from"] <= VINTAGES["first"]]
    if not early:
        return
    with_all, with_early = tables(claims), tables(early)
    by_then = {
        "evidence.contradiction": pl.col("known_from") <= VINTAGES["first"],
        "evidence.resolution": pl.col("vintage_id") == "first",
        "evidence.resolution_claim": pl.col("vintage_id") == "first",
    }
    for name, is_early in by_then.items():
        then, now = (made[name].filter(is_early) for made in (with_early, with_all))
        assert now.equals(then), name


@few
@given(SOME_CLAIMS)
def test_any_central_value_is_one_that_a_claim_states(drawn: list[tuple]) -> None:
    made = tables(as_claims(drawn))["evidence.resolution"]
    stated = {value for _, value, *_ in drawn} | {50.0}
    assert set(made["value_central"].drop_nulls()) <= stated
