"""What a SELECT says about itself, and what happens when it gives other columns than its contract."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from nhs_assets.build.checks import evaluate, written_checks
from nhs_assets.build.engine import ColumnMismatchError, session
from nhs_assets.build.select import Select
from nhs_assets.contracts.registry import contract
from nhs_assets.settings import Settings
from tests.clocks import TODAY

pytestmark = pytest.mark.unit

SQL = """-- table: a.b
-- title: holds
WITH totals AS (SELECT p.fy, sum(p.amount) AS total FROM settlement.plan AS p GROUP BY p.fy)
SELECT t.fy AS fy, t.total * d.rate AS real FROM totals AS t JOIN settlement.deflator AS d ON d.fy = t.fy
"""
TYPES = {
    "settlement.plan": {"fy": "VARCHAR", "amount": "DOUBLE"},
    "settlement.deflator": {"fy": "VARCHAR", "rate": "DOUBLE"},
}


@pytest.fixture
def select() -> Select:
    return Select(Path("x.sql"), SQL)


def test_tables_are_read_from_the_text_and_not_the_names_of_its_parts(select: Select) -> None:
    assert select.tables == ("settlement.deflator", "settlement.plan")


def test_comments_and_texts_that_speak_of_tables_are_not_read_as_tables() -> None:
    said = "'it''s from settlement.plan' AS said, 'base_year' AS part"
    select = Select(Path("x.sql"), f"-- it's from settlement.plan\nSELECT {said} FROM evidence.claim")
    assert (select.tables, select.constants) == (("evidence.claim",), ("base_year",))


def test_header_is_the_comment_lines_at_the_top(select: Select) -> None:
    assert select.header == {"table": "a.b", "title": "holds"}


def test_lineage_goes_through_the_parts_to_the_tables(select: Select) -> None:
    assert {column: derivation.sources for column, derivation in select.lineage(TYPES).items()} == {
        "fy": (("settlement.plan", "fy"),),
        "real": (("settlement.deflator", "rate"), ("settlement.plan", "amount")),
    }


def test_formula_names_tables_and_parts_in_place_of_aliases(select: Select) -> None:
    assert select.lineage(TYPES)["real"].formula.splitlines() == [
        "totals.total * settlement.deflator.rate",
        "totals.total = SUM(settlement.plan.amount)",
    ]


def test_formula_tells_rows_of_one_table_apart_and_takes_in_every_branch_of_a_union() -> None:
    select = Select(
        Path("x.sql"),
        "WITH p AS (SELECT 1 AS amount UNION ALL SELECT q.amount AS amount FROM settlement.plan AS q) "
        "SELECT p.amount * base.rate / d.rate AS real FROM p JOIN settlement.deflator AS base ON base.fy = '2025-26' "
        "JOIN settlement.deflator AS d ON d.fy = '2026-27'",
    )
    assert select.lineage(TYPES)["real"].formula.splitlines() == [
        "p.amount * settlement.deflator(base).rate / settlement.deflator(d).rate",
        "p.amount = 1",
        "p.amount = settlement.plan.amount",
    ]


def test_a_star_stands_for_the_columns_of_the_contract() -> None:
    stars = Select(
        Path("x.sql"),
        "WITH both AS (SELECT p.*, d.rate FROM settlement.plan AS p JOIN settlement.deflator AS d ON d.fy = p.fy) "
        "SELECT b.* FROM both AS b",
    )
    written = Select(
        Path("x.sql"), stars.text.replace("p.*", "p.fy, p.amount").replace("b.*", "b.fy, b.amount, b.rate")
    )
    assert stars.lineage(TYPES) == written.lineage(TYPES)
    assert list(stars.lineage(TYPES)) == ["fy", "amount", "rate"]


def test_constants_are_the_names_it_holds_as_text() -> None:
    text = "SELECT 'Plain words' AS label, p.value FROM a.b AS p WHERE p.id IN ('pay_floor_gbp', 'cash')"
    assert Select(Path("x.sql"), text).constants == ("pay_floor_gbp",)


@pytest.mark.parametrize("text", ["SELECT 1; SELECT 2", "DROP TABLE a.b"])
def test_anything_but_one_select_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="exactly one SELECT"):
        _ = Select(Path("x.sql"), text).tree


def test_every_difference_from_the_contract_is_listed(tmp_path: Path) -> None:
    wrong = Select(Path("financial_year.sql"), "SELECT '2025-26' AS fy, 2025 AS start_year, 2 AS surplus")
    with session(Settings(), {}) as engine, pytest.raises(ColumnMismatchError) as differ:
        engine.write(wrong, contract("settlement.financial_year"), tmp_path / "out.parquet")
    assert set(differ.value.differences) == {
        "first_day is missing",
        "last_day is missing",
        "previous_fy is missing",
        "next_fy is missing",
        "surplus is not in the contract",
        "start_year is INTEGER, the contract says BIGINT: add a CAST",
    }


def test_result_is_written_in_the_contracts_order_sorted_by_key(tmp_path: Path) -> None:
    rows = " UNION ALL ".join(
        f"SELECT CAST(NULL AS VARCHAR) AS next_fy, CAST(NULL AS VARCHAR) AS previous_fy, '{fy}' AS fy,"
        " DATE '2026-03-31' AS last_day, DATE '2025-04-01' AS first_day, CAST(2025 AS BIGINT) AS start_year"
        for fy in ("2026-27", "2025-26")
    )
    described = contract("settlement.financial_year")
    target = tmp_path / "out.parquet"
    with session(Settings(), {}) as engine:
        engine.write(Select(Path("x.sql"), rows + " -- why"), described, target)
    frame = pl.read_parquet(target)
    assert tuple(frame.columns) == described.column_names
    assert frame["fy"].to_list() == ["2025-26", "2026-27"]


def write_check(folder: Path, text: str) -> Path:
    (folder / "raw" / "checks").mkdir(parents=True)
    (folder / "raw" / "checks" / "rule.sql").write_text(text, encoding="utf-8")
    return folder


def test_check_without_a_remedy_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="remedy"):
        written_checks(write_check(tmp_path, "-- table: raw.source\n-- severity: error\n-- title: t\nSELECT 1 AS x"))


def test_outcome_carries_offending_rows_title_and_remedy(tmp_path: Path) -> None:
    header = "-- table: raw.source\n-- severity: error\n-- title: nothing is wrong\n-- remedy: Mend it.\n"
    checks = written_checks(write_check(tmp_path, header + "SELECT '2025-26' AS fy, 7 AS actual"))
    with session(Settings(), {}) as engine:
        (outcome,) = evaluate(engine, checks, TODAY)
    assert not outcome.passed
    assert str(outcome) == "raw.rule: 1 row breaks it (nothing is wrong).\nfy 2025-26, actual 7\nMend it."


@pytest.mark.parametrize("zone", ["Europe/London", "Pacific/Auckland", "America/Los_Angeles"])
@pytest.mark.parametrize(("today", "passes"), [(date(2028, 2, 28), False), (date(2028, 2, 29), True)], ids=str)
def test_a_check_follows_the_day_it_is_given(tmp_path: Path, zone: str, today: date, passes: bool) -> None:
    header = "-- table: raw.source\n-- severity: error\n-- title: t\n-- remedy: r\n"
    rule = "SELECT '2025-26' AS fy, 7 AS actual WHERE DATE '2028-02-29' > $today"
    (check,) = written_checks(write_check(tmp_path, header + rule))
    with session(Settings(), {}) as engine:
        engine.connection.execute(f"SET TimeZone = '{zone}'")
        (outcome,) = evaluate(engine, [check], today)
    assert check.follows_the_day
    assert outcome.passed == passes


def test_a_source_behind_some_rows_alone_says_which() -> None:
    stated = "SELECT 'stated' AS kind, q.amount AS amount FROM settlement.plan AS q"
    worked_out = "SELECT 'worked_out' AS kind, d.rate AS amount FROM settlement.deflator AS d"
    either = (
        "SELECT q.fy AS kind, d.rate * q.amount AS amount FROM settlement.plan AS q "
        "JOIN settlement.deflator AS d ON d.fy = q.fy"
    )

    def only_where(*branches: str) -> Mapping[tuple[str, str], str]:
        text = f"WITH p AS ({' UNION ALL '.join(branches)}) SELECT p.kind, p.amount FROM p"
        return Select(Path("x.sql"), text).lineage(TYPES)["amount"].only_where

    assert only_where(stated, worked_out, either) == {}
    assert only_where(stated, worked_out) == {
        ("settlement.plan", "amount"): "kind = stated",
        ("settlement.deflator", "rate"): "kind = worked_out",
    }
