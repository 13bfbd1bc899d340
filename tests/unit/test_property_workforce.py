"""However staff are spread over organisations, they sum to what is stated, and no one loses more than they have."""

import calendar
import itertools
import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.table_inputs import any_source, broken, few, parameters, run_all, table, vintages

pytestmark = pytest.mark.unit

MONTHS = (date(2025, 2, 1), date(2025, 3, 1))
CLOSED_ON = date(2025, 2, 28)
MADE = (
    "workforce.organisation",
    "workforce.succession",
    "workforce.successor",
    "workforce.staff_month_before_succession",
    "workforce.stated_staffing",
    "workforce.baseline_before_succession",
    "workforce.staff_month",
    "workforce.baseline",
    "workforce.population_reconciliation",
    "workforce.post_reduction_reading",
)


@dataclass(frozen=True)
class Staff:
    """Boards by region, national bodies, and what is stated of them."""

    inputs: dict[str, pl.DataFrame]
    headcount: dict[str, int]
    posts: float
    boards: int


@st.composite
def organisations(draw: st.DrawFn) -> list[dict]:
    """One to six boards in up to three regions, perhaps one that closed, the national bodies and support units."""
    standing = draw(st.integers(1, 6))
    boards = [
        {
            "ods_code": f"Q{number}",
            "ons_code": f"E5400000{number}",
            "body": "icb",
            "region_code": draw(st.sampled_from(["Y56", "Y60", "Y63"])),
            "region_name": "A region",
            "registered_population": draw(st.integers(400_000, 4_000_000)),
            "in_post_target": True,
            "valid_from": date(2022, 7, 1),
            "valid_to": None if number < standing else CLOSED_ON,
        }
        for number in range(standing + draw(st.integers(0, 1)))
    ]
    national = [
        {"ods_code": code, "body": body, "in_post_target": True, "valid_from": date(2013, 4, 1)}
        for code, body in {"X24": "nhse", "DHSC": "dhsc"}.items()
    ]
    units = [
        {"ods_code": f"0A{number}", "body": "csu", "in_post_target": False, "valid_from": date(2013, 4, 1)}
        for number in range(draw(st.integers(0, 2)))
    ]
    return [*boards, *national, *units]


@st.composite
def staff(draw: st.DrawFn) -> Staff:
    held = draw(organisations())
    boards = [row for row in held if row["body"] == "icb" and row.get("valid_to") is None]
    months = []
    for row in held:
        if row["body"] == "dhsc":
            continue
        fte = draw(st.floats(50, 3_000))
        for month in MONTHS:
            fte *= draw(st.floats(0.7, 1.4))
            if month <= (row.get("valid_to") or date.max):
                days = calendar.monthrange(month.year, month.month)[1]
                months.append(
                    {"ods_code": row["ods_code"], "month": month, "fte": fte, "fte_days_available": fte * days}
                )
    headcount = {body: draw(st.integers(1_000, 30_000)) for body in ("icb", "nhse", "dhsc")}
    estimates = [
        {
            "estimate_id": name,
            "body": body,
            "measure_id": f"headcount_{body}",
            **dict.fromkeys(("value_low", "value_central", "value_high"), heads),
            "is_central": name == body,
        }
        for name, body, heads in [
            *((body, body, heads) for body, heads in headcount.items()),
            ("dhsc_other", "dhsc", draw(st.integers(1_000, 30_000))),
        ]
    ]
    posts = draw(st.floats(0.01, 1)) * headcount["icb"]
    people = sum(row["registered_population"] for row in boards)
    half_a_person_each = len(boards) // 2
    return Staff(
        {
            "evidence.source": any_source(),
            "evidence.vintage": vintages({"press_2025_11": date(2025, 11, 13)}),
            "evidence.measure": table(
                "evidence.measure",
                [
                    {"measure_id": f"headcount_{body}", "unit": "heads", "plausible_low": 0, "plausible_high": 1e6}
                    for body in headcount
                ],
            ),
            "evidence.parameter_value": parameters(
                running_cost_target_gbp_per_head=draw(st.integers(1_000, 3_000)) / 100,
                posts_removed_total=posts,
                stated_cut_share_pct=draw(st.integers(1, 100)),
                organisation_count_icb=len(boards),
                practice_file_population=people + draw(st.integers(-half_a_person_each, half_a_person_each)),
            ),
            "raw.organisation": table("raw.organisation", held),
            "raw.succession": table("raw.succession", []),
            "raw.staff_month": table("raw.staff_month", months),
            "raw.staffing_estimate": table("raw.staffing_estimate", estimates),
        },
        headcount,
        posts,
        len(boards),
    )


def sums(rows: list[dict], by: str, of: str) -> dict[str, float]:
    found = defaultdict(float)
    for row in rows:
        found[row[by]] += row[of] or 0
    return found


@few
@given(staff=staff())
def test_w2_w4_baseline_sums_to_what_is_stated_and_no_one_loses_more_than_they_have(staff: Staff) -> None:
    tables = run_all(MADE[:8], staff.inputs)
    rows = tables["workforce.baseline_before_succession"].to_dicts()
    standing = tables["workforce.organisation"].filter(pl.col("valid_to").is_null())["ods_code"]
    assert sorted(row["ods_code"] for row in rows) == sorted(standing)

    heads = sums(rows, "body", "headcount")
    for body, stated in staff.headcount.items():
        assert math.isclose(heads[body], stated, rel_tol=1e-12)
    assert all((row["headcount"] is None) == (row["body"] == "csu") for row in rows)
    boards = [row for row in rows if row["body"] == "icb"]
    fte = sum(row["fte"] for row in boards)
    assert all(math.isclose(row["headcount"] / staff.headcount["icb"], row["fte"] / fte) for row in boards)

    assert math.isclose(sum(row["posts_removed_target"] for row in rows), staff.posts, rel_tol=1e-12)
    for row in rows:
        assert 0 <= row["posts_removed_target"] <= (row["headcount"] or 0)
        assert (row["posts_removed_target"] > 0) == row["in_post_target"]

    for of in ("fte", "registered_population", "posts_removed_target"):
        assert math.isclose(sum(sums(boards, "region_code", of).values()), sum(row[of] for row in boards))
    assert not broken(
        tables,
        "workforce.baseline_covers_every_organisation",
        "workforce.boards_sum_to_stated_headcount",
        "workforce.posts_sum_to_official_total",
        "workforce.posts_within_headcount",
        "workforce.regions_sum_to_national",
        "workforce.staff_month_covers_every_board",
    )


@few
@given(staff=staff())
def test_w6_boards_have_one_code_each_and_their_populations_reconcile(staff: Staff) -> None:
    tables = run_all(MADE[:9], staff.inputs)
    boards = tables["workforce.organisation"].filter(pl.col("valid_to").is_null(), body="icb")
    assert boards["ods_code"].n_unique() == boards["ons_code"].n_unique() == len(boards) == staff.boards
    values = dict(staff.inputs["evidence.parameter_value"].select("parameter_id", "value").iter_rows())
    people = {row["population_id"]: row["people"] for row in tables["workforce.population_reconciliation"].to_dicts()}
    assert people["sum_of_boards"] == boards["registered_population"].sum()
    assert people["practice_file"] == values["practice_file_population"]
    assert people["difference"] == people["sum_of_boards"] - people["practice_file"]
    target = Decimal(str(values["running_cost_target_gbp_per_head"]))
    for row in tables["workforce.baseline_before_succession"].filter(body="icb").iter_rows(named=True):
        cost = target * row["registered_population"] / 1_000_000
        assert abs(row["target_running_cost_gbp_m"] - cost) <= Decimal("0.0000005")
    assert not broken(
        tables,
        "workforce.board_count_and_codes",
        "workforce.organisation_periods_do_not_overlap",
        "workforce.population_reconciles",
    )


def half_up(number: float) -> int:
    return math.floor(number + 0.5)


@few
@given(staff=staff())
def test_w2_every_reading_of_the_cut_shows_its_own_arithmetic(staff: Staff) -> None:
    tables = run_all(MADE, staff.inputs)
    readings = {row["reading_id"]: row for row in tables["workforce.post_reduction_reading"].to_dicts()}
    for row in readings.values():
        assert math.isclose(row["cut_pct"], row["posts"] / row["baseline_heads"] * 100)
        assert math.isclose(row["difference_from_official_posts"], row["posts"] - staff.posts, abs_tol=1e-6)
        assert row["posts"] <= row["baseline_heads"] * (1 + 1e-12)
        assert row["official_posts"] == staff.posts
        assert row["agrees_with_stated_cut"] == (half_up(row["cut_pct"]) == half_up(row["stated_cut_pct"]))
    assert readings["official_all_bodies"]["baseline_heads"] == sum(staff.headcount.values())
    stated = [row["cut_pct"] for name, row in readings.items() if not name.endswith(("bodies", "posts"))]
    assert all(math.isclose(one, other) for one, other in itertools.pairwise(stated))
    assert not broken(tables, "workforce.reading_heads_are_stated")
