"""Which inputs differ, and tables in which only some of them have changed."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_assets.revision.inputs import Changes, Input, in_todays_columns

pytestmark = pytest.mark.unit


def plan(rows: dict[tuple[str, str], int]) -> pl.DataFrame:
    return pl.DataFrame(
        [(vintage, fy, amount) for (vintage, fy), amount in rows.items()],
        schema={"vintage_id": pl.String, "fy": pl.String, "amount_gbp_m": pl.Int64},
        orient="row",
    )


def vintages(*names: str) -> pl.DataFrame:
    days = {name: date(2025, 1, 1 + place) for place, name in enumerate(("first", "second", "third"))}
    return pl.DataFrame(
        [(name, days[name]) for name in names], schema={"vintage_id": pl.String, "known_from": pl.Date}, orient="row"
    )


def raw(rows: dict[tuple[str, str], int], *names: str) -> dict[str, pl.DataFrame]:
    return {"raw.settlement_plan": plan(rows), "raw.vintage": vintages(*names)}


OLD = raw({("first", "2025-26"): 1, ("first", "2026-27"): 2}, "first")
NEW = raw(
    {
        ("first", "2025-26"): 1,
        ("first", "2026-27"): 2,
        ("second", "2025-26"): 10,
        ("second", "2026-27"): 20,
    },
    "first",
    "second",
)
YEARS = (Input("raw.settlement_plan", "2025-26"), Input("raw.settlement_plan", "2026-27"))


def rows_of(frame: pl.DataFrame) -> set[tuple]:
    return set(frame.iter_rows())


def test_a_new_vintage_of_plans_is_one_input_for_each_year_and_its_name_is_none() -> None:
    assert Changes(OLD, NEW).inputs == YEARS
    assert [one.name for one in YEARS] == ["raw.settlement_plan/2025-26", "raw.settlement_plan/2026-27"]


def test_a_mix_holds_the_chosen_years_and_the_vintage_they_need() -> None:
    changes = Changes(OLD, NEW)
    assert rows_of(changes.mixed("raw.settlement_plan", {YEARS[0]})) == {
        ("first", "2025-26", 1),
        ("second", "2025-26", 10),
        ("first", "2026-27", 2),
    }
    assert set(changes.mixed("raw.vintage", {YEARS[0]})["vintage_id"]) == {"first", "second"}
    assert set(changes.mixed("raw.vintage", set())["vintage_id"]) == {"first"}


def test_a_vintage_that_nothing_refers_to_is_an_input_of_its_own() -> None:
    new = NEW | {"raw.vintage": vintages("first", "second", "third")}
    changes = Changes(OLD, new)
    assert Input("raw.vintage") in changes.inputs
    assert "third" not in set(changes.mixed("raw.vintage", set(YEARS))["vintage_id"])
    assert "third" in set(changes.mixed("raw.vintage", {Input("raw.vintage")})["vintage_id"])


def test_a_source_that_is_only_listed_is_no_input_and_an_edited_one_is() -> None:
    listed = {"raw.source": pl.DataFrame({"source_id": ["a"], "title": ["A"]})}
    more = {"raw.source": pl.DataFrame({"source_id": ["a", "b"], "title": ["A", "B"]})}
    edited = {"raw.source": pl.DataFrame({"source_id": ["a"], "title": ["Other"]})}
    assert Changes(listed, more).inputs == ()
    assert Changes(listed, edited).inputs == (Input("raw.source"),)
    assert Changes(listed, more).mixed("raw.source", []).height == 2


def test_rows_from_before_a_column_was_there_hold_it_as_they_do_today() -> None:
    today = raw({("first", "2025-26"): 1, ("second", "2025-26"): 3}, "first")["raw.settlement_plan"]
    today = today.with_columns(line_id=pl.lit("dhsc_rdel"), note=pl.lit("explained"))
    before = today.drop("note").with_columns(amount_gbp_m=pl.lit(2, pl.Int64)).head(1)
    assert in_todays_columns(before, today, "raw.settlement_plan").rows() == [
        ("first", "2025-26", 2, "dhsc_rdel", "explained")
    ]


def test_rows_from_before_a_key_was_there_are_todays() -> None:
    today = raw({("first", "2025-26"): 1}, "first")["raw.settlement_plan"].with_columns(line_id=pl.lit("dhsc_rdel"))
    assert in_todays_columns(today.drop("line_id"), today, "raw.settlement_plan").equals(today)


years = st.sampled_from(["2025-26", "2026-27", "2027-28"])
names = st.sampled_from(["first", "second", "third"])
plans = st.dictionaries(st.tuples(names, years), st.integers(1, 3), max_size=6)


@settings(max_examples=50, deadline=None)
@given(plans, plans)
def test_none_chosen_is_the_old_side_and_all_chosen_the_new_one(before: dict, after: dict) -> None:
    old = raw(before, *sorted({vintage for vintage, _ in before}))
    new = raw(after, *sorted({vintage for vintage, _ in after}))
    changes = Changes(old, new)
    for chosen, side in ((set(), old), (set(changes.inputs), new)):
        assert {name: rows_of(changes.mixed(name, chosen)) for name in side} == {
            name: rows_of(frame) for name, frame in side.items()
        }
