"""The whole graph on the real seeds, against figures worked out by hand or printed by their publishers."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from nhs_assets.build.checks import find_checks
from nhs_assets.outputs.query import ask
from nhs_assets.outputs.sentences import sentence
from nhs_assets.settings import PROJECT_ROOT
from tests.conftest import Project

pytestmark = pytest.mark.golden


@pytest.fixture(scope="module")
def query(refreshed: Project):
    return lambda sql: ask(refreshed.settings.data_dir, sql)


@pytest.mark.parametrize(
    ("plan", "line", "deflator", "growth_pct"),
    [
        ("sr_2025_06", "dhsc_rdel", "obr_2026_03", 2.73),
        ("budget_2025_11", "dhsc_rdel_excluding_ihs", "obr_2026_03", 2.53),
        ("obr_2026_03", "dhsc_rdel", "obr_2026_03", 2.20),
        ("sr_2025_06", "dhsc_rdel", "budget_2025_11", 2.63),
        ("budget_2025_11", "dhsc_rdel_excluding_ihs", "budget_2025_11", 2.43),
        ("obr_2026_03", "dhsc_rdel", "budget_2025_11", 2.09),
    ],
)
def test_average_real_growth_2025_26_to_2028_29(query, plan: str, line: str, deflator: str, growth_pct: float) -> None:
    found = query(
        f"SELECT average_real_growth_pct FROM settlement.real_terms WHERE plan_vintage_id = '{plan}' "
        f"AND line_id = '{line}' AND deflator_vintage_id = '{deflator}' AND base_fy = '2025-26' AND fy = '2028-29'"
    )
    assert round(found.item(), 2) == growth_pct


def test_the_obr_march_figure_differs_and_the_reason_is_told(query) -> None:
    row = query(
        "SELECT published, recomputed, within_tolerance, explanation FROM settlement.headline_check "
        "WHERE published BETWEEN 2.48 AND 2.49"
    ).row(0, named=True)
    assert round(row["recomputed"], 2) == 2.20
    assert not row["within_tolerance"]
    assert "Immigration Health Surcharge" in row["explanation"]


@pytest.mark.parametrize(("profile", "worth"), [("all_2026_27", 980.3), ("all_2028_29", 944.1)])
def test_a_thousand_million_repaid_in_cash_is_worth_less(query, profile: str, worth: float) -> None:
    rows = query(
        "SELECT * FROM overspend.neutrality "
        f"WHERE interpretation = 'press_overspend' AND profile_id = '{profile}' ORDER BY test"
    )
    by_test = {row["test"]: row for row in rows.iter_rows(named=True)}
    assert by_test["cash"]["passes"]
    assert not by_test["real"]["passes"]
    assert round(float(by_test["real"]["recouped_gbp_m"]), 1) == worth
    assert f"£{worth:.1f}m taken back" in sentence("overspend.neutrality", by_test["real"])


def test_populations_sum_over_42_boards_and_the_difference_is_recorded(query) -> None:
    for day, count in ((date(2026, 3, 31), 42), (date(2026, 4, 1), 36)):
        boards = query(
            "SELECT registered_population, ons_code FROM workforce.organisation WHERE body = 'icb' "
            f"AND valid_from <= DATE '{day}' AND (valid_to IS NULL OR valid_to >= DATE '{day}')"
        )
        assert (len(boards), boards["registered_population"].sum()) == (count, 63_849_321)
        assert boards["ons_code"].n_unique() == count
    recorded = dict(query("SELECT population_id, people FROM workforce.population_reconciliation").iter_rows())
    assert recorded == {"sum_of_boards": 63_849_321, "practice_file": 63_849_324, "difference": -3}


def test_half_the_headcounts_and_the_official_posts_both_stand(query) -> None:
    readings = {
        row["reading_id"]: row for row in query("SELECT * FROM workforce.post_reduction_reading").iter_rows(named=True)
    }
    assert readings["half_of_stated_headcounts"]["posts"] == 21_800
    assert readings["half_of_stated_headcounts"]["difference_from_official_posts"] == 3_800
    assert readings["official_all_bodies"]["posts"] == 18_000
    assert readings["boards_alone_official_posts"]["cut_pct"] == 72.0


def test_the_funding_gap_is_a_range(query) -> None:
    row = query(
        "SELECT gap_low_gbp_m, gap_high_gbp_m, financed_gbp_m FROM overspend.funding_gap "
        "WHERE reading_id = 'official_cost_against_reprofile'"
    ).row(0)
    assert row == (Decimal(140), Decimal(440), Decimal(860))


def test_operations_gross_and_after_the_recoup(query) -> None:
    row = query(
        "SELECT operations_gross, operations_net_of_recoup FROM overspend.operations_bought "
        "WHERE case_id = 'stated_saving' AND ratio_id = 'reported' AND profile_id = 'all_2028_29' AND fy = '2028-29'"
    ).row(0)
    assert row == pytest.approx((116_000, 16_240))


def test_a_year_buys_what_is_saved_in_it(query) -> None:
    rows = query(
        "SELECT case_id, fy, operations_gross, 116 * CAST(saving_gbp_m AS DOUBLE) AS saved_buys "
        "FROM overspend.operations_bought WHERE ratio_id = 'reported' AND profile_id = 'as_agreed'"
    )
    assert rows["operations_gross"].to_list() == pytest.approx(rows["saved_buys"].to_list())
    # Officials state what is saved at the end of the Parliament, and nothing for the years before.
    assert rows.filter(case_id="stated_saving")["fy"].to_list() == ["2028-29"]
    assert rows.filter(case_id="best_estimate", fy="2026-27")["operations_gross"].item() < 116_000 / 2


def test_the_recoup_years_of_both_readings(query) -> None:
    moved = query(
        "SELECT interpretation, fy, delta_gbp_m FROM overspend.instrument WHERE delta_gbp_m <> 0 ORDER BY ALL"
    )
    assert moved.filter(interpretation="press_overspend")["fy"].to_list() == ["2025-26", "2026-27"]
    official = dict(moved.filter(interpretation="official_reprofile").select("fy", "delta_gbp_m").iter_rows())
    assert official == {"2025-26": Decimal("416.7"), "2026-27": Decimal("443.3"), "2028-29": Decimal(-860)}


def test_a_thousand_million_a_year_has_three_origins_among_the_five_articles(query) -> None:
    found = query(
        "SELECT count(DISTINCT source_id) AS articles, count(DISTINCT origin_group) AS origins FROM evidence.claim "
        "WHERE measure_id = 'annual_saving' AND document IS NOT NULL"
    )
    assert found.row(0) == (5, 3)


@pytest.mark.parametrize("table", ["exit_cost_month", "saving_month"])
def test_national_is_the_sum_of_organisations(query, table: str) -> None:
    column = "cash_cost_gbp_m" if table == "exit_cost_month" else "cash_saving_gbp_m"
    basis = "accounting_basis = 'accrual' AND" if table == "exit_cost_month" else ""
    organisations = query(f"SELECT sum(amount_gbp_m) FROM savings.{table} WHERE {basis} scenario_id = 'best_estimate'")
    national = query(
        f"SELECT {column} FROM savings.appraisal WHERE scenario_id = 'best_estimate' AND perspective = 'dhsc_budget' "
        "AND accounting_basis = 'accrual' ORDER BY horizon_years DESC LIMIT 1"
    )
    assert organisations.item() == national.item()


def test_best_estimate_stays_where_it_was_reviewed(query) -> None:
    """Moves only when a parameter, a seed or the model does: then read the change and set it again."""
    row = query(
        "SELECT cash_cost_gbp_m, cash_saving_gbp_m, npv_gbp_m, payback_month FROM savings.appraisal "
        "WHERE scenario_id = 'best_estimate' AND perspective = 'dhsc_budget' AND accounting_basis = 'accrual' "
        "ORDER BY horizon_years DESC, discount_rate_pct DESC LIMIT 1"
    ).row(0)
    assert [round(float(value)) for value in row[:3]] == [1111, 8186, 5005]
    assert row[3].isoformat() == "2028-03-01"


def test_every_check_is_in_the_snapshot_and_none_that_blocks_is_broken(query) -> None:
    checks = query("SELECT identity, severity, passed, sample FROM audit.check_result")
    assert checks.filter((pl.col("severity") == "error") & ~pl.col("passed")).is_empty()
    held = set(checks["identity"].drop_nulls())
    assert held == {check.identity for check in find_checks(PROJECT_ROOT / "sql")} - {None}
