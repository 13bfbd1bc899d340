"""What a file says about its own figures, where it holds more or fewer tables than this version writes."""

import duckdb
import pytest

from nhs_assets.outputs.explained import Explained

pytestmark = pytest.mark.unit


@pytest.fixture
def explained():
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE SCHEMA evidence")
        connection.execute("CREATE SCHEMA audit")
        yield Explained(connection, "000001-abc", "2026-11-22T06:00:00+00:00", connection)


def test_contradictions_of_a_claim_are_found_on_either_side(explained: Explained) -> None:
    explained.connection.execute(
        "CREATE TABLE evidence.contradiction (claim_a VARCHAR, claim_b VARCHAR, working VARCHAR)"
    )
    explained.connection.execute(
        "INSERT INTO evidence.contradiction VALUES ('C043', 'C034', '18000 / 25000'), ('C001', 'C002', '1 / 2')"
    )
    assert [row["working"] for row in explained.contradictions(["C034"])] == ["18000 / 25000"]
    assert [row["working"] for row in explained.contradictions(["C043"])] == ["18000 / 25000"]
    assert explained.contradictions(["C999"]) == []


def test_a_file_without_those_tables_has_none(explained: Explained) -> None:
    assert explained.contradictions(["C043"]) == []
    assert explained.resolutions("C043") == []


def test_cautions_fit_by_table_column_and_measure(explained: Explained) -> None:
    explained.connection.execute(
        "CREATE TABLE evidence.caution AS SELECT * FROM (VALUES "
        "('a', 'savings.*', NULL, NULL, 'modelled'), ('b', 'savings.unit_cost', '*_gbp', NULL, 'mean'), "
        "('c', NULL, NULL, 'posts_removed', 'posts')) "
        "AS v(caution_id, table_pattern, column_pattern, measure_id, statement)"
    )
    assert explained.cautions("savings.unit_cost", "severance_gbp", set()) == ["modelled", "mean"]
    assert explained.cautions("savings.unit_cost", "fy", {"posts_removed"}) == ["modelled", "posts"]
    assert explained.cautions("settlement.plan", "amount_gbp_m", set()) == []


def test_what_is_behind_other_rows_is_left_out(explained: Explained) -> None:
    explained.connection.execute(
        "CREATE TABLE audit.lineage AS SELECT * FROM (VALUES "
        "('a.b', 'x', 'c.d', 'y', 'kind = stated or kind = both'), ('a.b', 'x', 'e.f', 'z', NULL)) "
        "AS v(table_name, column_name, from_table, from_column, only_where)"
    )
    every = (("c.d", "y"), ("e.f", "z"))
    assert explained.sources_of(("a.b", "x"), {"kind": ("both",)}) == every
    assert explained.sources_of(("a.b", "x"), {"kind": ("modelled",)}) == every[1:]
    assert explained.sources_of(("a.b", "x"), {}) == every
