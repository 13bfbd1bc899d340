"""Sentences say what the figures and codes of their row say, in the words people read."""

from decimal import Decimal

import pytest

from nhs_assets.outputs.contradictions import in_full
from nhs_assets.outputs.sentences import sentence

pytestmark = pytest.mark.unit


def neutrality(test: str, drawn: str, recouped: str) -> str | None:
    row = {
        "test": test,
        "drawn_gbp_m": Decimal(drawn),
        "recouped_gbp_m": Decimal(recouped),
        "base_fy": None if test == "cash" else "2025-26",
        "discount_rate_pct": 3.5 if test == "present_value" else None,
        "tolerance_gbp_m": Decimal(1),
    }
    return sentence("overspend.neutrality", row)


@pytest.mark.parametrize(
    ("test", "drawn", "recouped", "said"),
    [
        ("cash", "860", "860", "In cash the £860.0m drawn is taken back in full."),
        ("cash", "1000", "999", "In cash the £1,000.0m drawn is taken back in full."),
        (
            "real",
            "1000",
            "944.05",
            "In 2025-26 prices £1,000.0m is drawn and £944.1m taken back: the service keeps £56.0m.",
        ),
        (
            "real",
            "900",
            "1234567.25",
            "In 2025-26 prices £900.0m is drawn and £1,234,567.3m taken back: the service loses £1,233,667.3m.",
        ),
        (
            "present_value",
            "836.6",
            "814.6",
            "In present value at 3.5% a year, in 2025-26 prices, £836.6m is drawn and £814.6m taken back: "
            "the service keeps £22.0m.",
        ),
    ],
)
def test_neutrality_says_what_is_kept_or_lost(test: str, drawn: str, recouped: str, said: str) -> None:
    assert neutrality(test, drawn, recouped) == said


@pytest.mark.parametrize(
    ("heads", "posts", "basis", "said"),
    [
        ((25_000, 15_300, 3_300), 21_800, "stated_cut", "50% of (25000 + 15300 + 3300) = 21800 posts"),
        ((25_000, None, None), 18_000, "official_upper_bound", "18000 / 25000 = 72.0%"),
    ],
)
def test_a_reading_of_the_posts_shows_its_arithmetic(heads: tuple, posts: int, basis: str, said: str) -> None:
    names = ("boards_heads", "nhse_heads", "dhsc_heads")
    row = {
        "reading_id": "boards_about_half",
        "posts_basis": basis,
        "posts": posts,
        "stated_cut_pct": 50.0,
        "cut_pct": posts / sum(filter(None, heads)) * 100,
        **dict(zip(names, heads, strict=True)),
    }
    assert sentence("workforce.post_reduction_reading", row) == f"The stated cut of the boards alone: {said}."


@pytest.mark.parametrize(
    ("kind", "fte", "is_counted", "parts"),
    [
        ("stated", 9_000.0, True, ["as stated", "cover more staff", "official upper bound"]),
        ("imputed", 9_000.0, True, ["shared by full-time equivalents", "official upper bound"]),
        ("not_stated", None, False, ["No headcount", "does not cover it"]),
    ],
)
def test_a_baseline_says_how_headcount_and_posts_were_worked_out(
    kind: str, fte: float | None, is_counted: bool, parts: list[str]
) -> None:
    row = {
        "headcount_kind": kind,
        "fte": fte,
        "headcount": None if kind == "not_stated" else 8_000.0,
        "in_post_target": is_counted,
    }
    said = sentence("workforce.baseline", row)
    assert said.count(".") == len(parts)
    assert all(part in said for part in parts)


@pytest.mark.parametrize(
    ("reading", "moved", "part"),
    [
        ("press_overspend", 1_000, "reported overspend"),
        ("press_overspend", -1_000, "given back"),
        ("press_overspend", 0, "Nothing"),
        ("official_reprofile", 416.7, "settlement.plan_change"),
    ],
)
def test_what_moved_says_where_its_amount_is_from(reading: str, moved: float, part: str) -> None:
    assert part in sentence("overspend.instrument", {"interpretation": reading, "delta_gbp_m": moved})


def test_a_table_whose_rows_need_no_words_has_none() -> None:
    assert sentence("settlement.plan", {}) is None


def contradiction(rule_id: str | None, kind: str = "value", **figures: object) -> dict:
    empty = ("stated_value", "computed_value", "boards_heads", "nhse_heads", "dhsc_heads", "explanation")
    limits = [f"{name}plan_{what}" for name in ("", "other_") for what in ("fy", "from_gbp_m", "to_gbp_m")]
    return dict.fromkeys([*empty, *limits]) | {"rule_id": rule_id, "conflict_type": kind} | figures


def claimed(value_text: str, unit: str = "posts", **values: object) -> dict:
    ends = dict.fromkeys(["value_low", "value_central", "value_high", "period", "period_from_fy", "period_to_fy"])
    return ends | {"value_text": value_text, "unit": unit, "label": "Posts"} | values


@pytest.mark.parametrize(
    ("row", "claim_a", "claim_b", "arithmetic", "explanation"),
    [
        pytest.param(
            contradiction("part_exceeds_whole", "scope"),
            claimed("20000"),
            claimed("18000"),
            "20000 for some of the bodies against 18000 for all of them",
            "The least that claim A allows for some of the bodies is more than the most",
            id="part",
        ),
        pytest.param(
            contradiction("narrower_scope", "scope"),
            claimed("1000", "£m"),
            claimed("1000", "£m"),
            "1000 - 1000 = 0 left for the bodies that claim A leaves out",
            "The same amount",
            id="narrower_without_staff",
        ),
        pytest.param(
            contradiction("narrower_scope", "scope", computed_value=62.5, boards_heads=20_000.0, nhse_heads=8_800.0),
            claimed("18000"),
            claimed("18000"),
            "18000 / (20000 + 8800) = 63%",
            "The same amount",
            id="narrower_without_a_share",
        ),
        pytest.param(
            contradiction("disjoint_values", "internal"),
            claimed("12000"),
            claimed("18000"),
            "12000 against 18000",
            "One text gives two values",
            id="within_one_text",
        ),
        pytest.param(
            contradiction("years_differ", "period", plan_fy="2026-27"),
            claimed("2026"),
            claimed("2030"),
            "2026 against 2030",
            "The year that claim A names is not the one in which the plan falls.",
            id="plan_of_one_year_alone",
        ),
        pytest.param(
            contradiction(None, explanation="The reason as judged."),
            claimed("yes", "yes = 1, no = 0", value_central=1.0),
            claimed("70", "£m"),
            "Posts: yes against Posts: 70 £m",
            "The reason as judged.",
            id="judged_without_a_common_unit",
        ),
        pytest.param(
            contradiction(None, explanation="The reason as judged."),
            claimed("1000", value_central=1000.0),
            claimed("1000 to 1300.5", value_low=1000.0, value_high=1300.5),
            "1000 - 1000 = 0; 1300.5 - 1000 = 300.5",
            "The reason as judged.",
            id="judged_against_a_range",
        ),
    ],
)
def test_a_contradiction_writes_out_its_arithmetic_and_its_reason(
    row: dict, claim_a: dict, claim_b: dict, arithmetic: str, explanation: str
) -> None:
    said = in_full(row, claim_a, claim_b)
    assert said["arithmetic"] == arithmetic
    assert said["explanation"].startswith(explanation)
