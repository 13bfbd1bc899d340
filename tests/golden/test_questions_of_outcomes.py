"""Questions 29 to 32: what paying buys over waiting, what the tables lack, and what plans and forecasts came to."""

from datetime import date

import polars as pl
import pytest

from nhs_assets.outputs.query import ask
from nhs_assets.settings import PROJECT_ROOT
from tests.conftest import Project

pytestmark = pytest.mark.golden


def answer(project: Project, question: str) -> pl.DataFrame:
    sql = (PROJECT_ROOT / "docs" / "questions" / f"{question}.sql").read_text(encoding="utf-8")
    return ask(project.settings.data_dir, sql).with_columns(pl.col(pl.Decimal).cast(pl.Float64))


def test_question_29_paying_gains_hardly_more_over_waiting_than_it_costs(refreshed: Project) -> None:
    rows = {
        (row["counterfactual"], row["measure"]): row
        for row in answer(refreshed, "29_paying_against_waiting").iter_rows(named=True)
    }
    best = ask(
        refreshed.settings.data_dir,
        "SELECT measure, principal, p10, p90 FROM savings.appraisal_range WHERE scenario_id = 'best_estimate' "
        "AND weighting = 'posterior' AND perspective = 'dhsc_budget' AND accounting_basis = 'accrual'",
    )
    for measure, *values in best.filter(pl.col("measure").is_in(["npv", "cost"])).iter_rows():
        row = rows["refilled", measure]
        assert [row["best_estimate"], row["p10"], row["p90"]] == pytest.approx(values, abs=0.06)
    waiting = rows["attrition", "npv"]
    assert waiting["p10"] < waiting["best_estimate"] < 0 < waiting["p90"]
    alike = rows["attrition_in_both", "npv"]
    assert waiting["best_estimate"] < alike["best_estimate"] < 0 < alike["p90"]
    assert rows["attrition", "cost"]["best_estimate"] == rows["refilled", "cost"]["best_estimate"]
    gained, cost = (rows["attrition", measure]["best_estimate"] for measure in ("saving_gained", "cost"))
    assert gained < cost
    assert rows["attrition", "payback"]["share_of_draws_pct"] < 20
    # 39% of all staff at 11% a year without replacement takes four and a quarter years.
    posts = answer_of(refreshed, "posts_without", date(2030, 3, 1))
    assert posts == pytest.approx(answer_of(refreshed, "posts_with", date(2030, 3, 1)), rel=0.001)
    assert answer_of(refreshed, "posts_without", date(2028, 3, 1)) < 0.75 * posts


def answer_of(project: Project, quantity: str, month: date) -> float:
    return ask(
        project.settings.data_dir,
        "SELECT principal FROM savings.counterfactual WHERE counterfactual = 'attrition' "
        f"AND quantity = '{quantity}' AND month = DATE '{month}'",
    ).item()


def test_question_30_the_budget_of_october_2026_is_known_and_not_held(refreshed: Project) -> None:
    rows = answer(refreshed, "30_what_the_tables_lack")
    assert rows.row(0, named=True)["label"] == "Budget of 28 October 2026"
    assert rows["status"].to_list() == ["not_held", "not_held", "planned", *["not_found"] * 6]


def test_question_31_the_total_of_2025_26_came_in_685m_below_the_last_plan(refreshed: Project) -> None:
    (row,) = answer(refreshed, "31_overspend_against_outturn").rows(named=True)
    assert row["plan_gbp_m"] == pytest.approx(204_469.3 + 13_624.7)
    assert (row["outturn_gbp_m"], row["overspend_gbp_m"]) == (217_409, pytest.approx(-685.0))
    assert (row["plan_vintage_id"], row["known_from"]) == ("obr_2026_03", date(2026, 11, 22))
    assert row["said_overspend"] >= 4
    assert row["said_none"] >= 1


def test_question_32_forecasts_of_2011_and_2012_were_too_high(refreshed: Project) -> None:
    rows = answer(refreshed, "32_forecasts_of_redundancy_cost")
    assert rows.select("forecast_gbp_m", "outturn_gbp_m", "off_pct").rows() == [(989, 456, 117), (630, 456, 38)]


def test_limits_of_directions_are_claims_and_no_plan(refreshed: Project) -> None:
    claims = ask(
        refreshed.settings.data_dir,
        "SELECT measure_id, value_central FROM evidence.claim WHERE source_id = 'dhsc_directions_2026_07' ORDER BY ALL",
    )
    assert claims.rows() == [("nhs_england_capital_use_limit", 5_028.0), ("nhs_england_use_limit", 215_352.0)]
    plans = "SELECT count(*) AS n FROM settlement.plan WHERE amount_gbp_m IN (215352, 5028)"
    assert ask(refreshed.settings.data_dir, plans).item() == 0
