"""What was published is changed or withdrawn by a recorded correction alone."""

from collections.abc import Mapping
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_assets.contracts.registry import contract, declared_by
from nhs_assets.contracts.rules import Immutable
from nhs_assets.store.immutability import (
    CORRECTION,
    Published,
    published_rows,
    unrecorded,
    unrecorded_additions,
    untrue,
)

pytestmark = pytest.mark.unit

TABLE = "raw.settlement_plan"
KEY = "sr_2025_06/2028-29/dhsc_rdel"
FILES = ["seeds/funding/settlement_plan.csv", "seeds/vintages/made_up/settlement_plan.csv"]
FIGURES = st.integers(0, 10**6).map(str)


def corrections(*rows: tuple[str, str, str | None, str | None, date]) -> pl.DataFrame:
    cells = [
        {
            "raw_table": TABLE,
            "row_key": key,
            "column_name": column,
            "corrected_on": day,
            "published_as": old,
            "corrected_to": new,
            "correction_reason": "Copied wrongly.",
            "source_id": "project",
        }
        for key, column, old, new, day in rows
    ]
    return pl.DataFrame(cells, schema=contract(CORRECTION).polars_schema()).sort("corrected_on")


def published(amount: str | None, in_last: bool = True) -> dict[str, Published]:
    return {KEY: Published({"amount_gbp_m": amount, "status": "plan"}, in_last)}


def now(amount: str | None) -> dict[str, Mapping[str, str | None]]:
    return {KEY: {"amount_gbp_m": amount, "status": "plan"}}


def one(old: str | None, new: str | None, day: int = 1) -> tuple[str, str, str | None, str | None, date]:
    return KEY, "amount_gbp_m", old, new, date(2026, 1, day)


@given(old=FIGURES, new=FIGURES)
def test_a_published_figure_differs_with_a_correction_or_not_at_all(old: str, new: str) -> None:
    found = unrecorded(TABLE, FILES, published(old), now(new), corrections(), set())
    assert bool(found) == (old != new)
    for problem in found:
        assert (problem.file, problem.column, problem.value) == ("funding/settlement_plan.csv", "amount_gbp_m", new)
        assert old in problem.rule
        assert f"nhs-assets correct {TABLE} {KEY} amount_gbp_m {new} --reason REASON --source SOURCE" in problem.remedy
    assert not unrecorded(TABLE, FILES, published(old), now(new), corrections(one(old, new)), set())


@given(old=FIGURES, between=FIGURES, new=FIGURES)
def test_corrections_lead_from_what_was_published_step_by_step(old: str, between: str, new: str) -> None:
    steps = corrections(one(old, between, 1), one(between, new, 2))
    assert not unrecorded(TABLE, FILES, published(old), now(new), steps, set())


def test_a_spent_correction_allows_no_second_change() -> None:
    spent = corrections(one("1", "2", 1), one("2", "1", 2))
    assert unrecorded(TABLE, FILES, published("1"), now("2"), spent, set())
    assert unrecorded(TABLE, FILES, published("2"), now("3"), spent, set())
    assert not unrecorded(TABLE, FILES, published("2"), now("1"), spent, set())


def test_figures_are_compared_as_figures_and_empty_cells_count() -> None:
    assert not unrecorded(TABLE, FILES, published("232000.000000"), now("232000"), corrections(), set())
    assert unrecorded(TABLE, FILES, published(None), now("1"), corrections(), set())
    assert not unrecorded(TABLE, FILES, published(None), now("1"), corrections(one(None, "1")), set())


def test_a_row_is_withdrawn_by_a_correction_that_keeps_all_its_figures() -> None:
    (problem,) = unrecorded(TABLE, FILES, published("1"), {}, corrections(), set())
    assert "is missing" in problem.rule
    assert "amount_gbp_m=1; status=plan" in problem.remedy
    told = corrections((KEY, "*", "amount_gbp_m=1; status=plan", None, date(2026, 1, 1)))
    assert not unrecorded(TABLE, FILES, published("1"), {}, told, set())
    short = corrections((KEY, "*", "amount_gbp_m=1", None, date(2026, 1, 1)))
    assert unrecorded(TABLE, FILES, published("1"), {}, short, set())


def test_a_row_that_was_set_aside_is_told_of_and_comes_back_as_it_was() -> None:
    assert not unrecorded(TABLE, FILES, published("1"), {}, corrections(), {KEY})
    rows = published_rows(iter([{}, now("1"), now("0")]))
    assert rows == published("1", in_last=False)
    assert not unrecorded(TABLE, FILES, rows, {}, corrections(), set())
    assert unrecorded(TABLE, FILES, rows, now("2"), corrections(), set())


def test_a_published_vintage_gains_a_row_by_a_recorded_correction_alone() -> None:
    (problem,) = unrecorded_additions(TABLE, FILES, now("1"), corrections())
    assert (problem.file, problem.row) == ("funding/settlement_plan.csv", "row sr_2025_06, 2028-29, dhsc_rdel")
    assert f"{TABLE},{KEY},*,DAY,,amount_gbp_m=1; status=plan,REASON,SOURCE" in problem.remedy
    told = corrections((KEY, "*", None, "amount_gbp_m=1; status=plan", date(2026, 1, 1)))
    assert not unrecorded_additions(TABLE, FILES, now("1"), told)
    assert unrecorded_additions(TABLE, FILES, now("2"), told)


def test_the_file_of_a_vintage_is_named() -> None:
    gone = {"made_up/2028-29/dhsc_rdel": Published({"amount_gbp_m": "1"}, True)}
    (problem,) = unrecorded(TABLE, FILES, gone, {}, corrections(), set())
    assert problem.file == "vintages/made_up/settlement_plan.csv"


def test_a_correction_says_what_its_table_holds() -> None:
    assert not untrue("evidence/correction.csv", TABLE, now("3"), corrections(one("1", "2", 1), one("2", "3", 2)))
    (problem,) = untrue("evidence/correction.csv", TABLE, now("2"), corrections(one("1", "2", 1), one("2", "3", 2)))
    assert problem.file == "evidence/correction.csv"
    assert "2026-01-02" in str(problem)


def test_columns_that_may_change_are_columns_of_their_tables() -> None:
    for name, rule in declared_by(Immutable).items():
        assert set(rule.apart_from) <= set(contract(name).column_names) - set(contract(name).primary_key)


def test_immutable_columns() -> None:
    assert contract(TABLE).immutable_columns == ("amount_gbp_m", "rounding_gbp_m", "status")
    assert contract("raw.vintage").immutable_columns == ("known_from", "source_id")
    assert not contract("raw.measure").immutable_columns


@pytest.mark.parametrize(
    ("table", "column", "held"),
    [
        (TABLE, "amount_gbp_m", True),
        (TABLE, "*", True),
        (TABLE, "locator", False),
        ("raw.source", "evidence_grade", True),
        ("raw.measure", "*", False),
    ],
)
def test_there_is_nothing_to_correct_in_what_is_mutable(table: str, column: str, held: bool) -> None:
    row = corrections(one("1", "2")).with_columns(raw_table=pl.lit(table), column_name=pl.lit(column))
    assert contract(CORRECTION).model.is_valid(row) == held
