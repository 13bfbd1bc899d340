"""Answers to the questions about what moves the result and what fits what was reported."""

import pytest

from nhs_assets.outputs.query import ask
from nhs_assets.settings import PROJECT_ROOT
from tests.conftest import Project

pytestmark = pytest.mark.golden


def rows_of(project: Project, sql: str) -> list[dict]:
    return list(ask(project.settings.data_dir, sql).iter_rows(named=True))


def answer(project: Project, question: str) -> list[dict]:
    return rows_of(project, (PROJECT_ROOT / "docs" / "questions" / f"{question}.sql").read_text(encoding="utf-8"))


def test_question_12_who_is_paid_and_for_how_long_moves_payback_most_and_posts_hardly(refreshed: Project) -> None:
    found = {row["assumption"]: row for row in answer(refreshed, "12_what_moves_payback_most")}
    assert list(found)[:3] == ["paid_exit_share", "pay_and_service", "fixed_programme_cost_gbp_m"]
    assert found["pay_and_service"]["share_pct"] == pytest.approx(30.5, abs=1)
    assert found["paid_exit_share"]["share_pct"] == pytest.approx(42.1, abs=1)
    assert (found["pay_and_service"]["months_at_low"], found["pay_and_service"]["months_at_high"]) == (22, 27)
    # Posts scale cost and saving together: they move what the programme is worth, not when it is paid back.
    assert found["posts_removed_total"]["share_pct"] < 2
    assert found["posts_removed_total"]["value_share_pct"] > 50


def test_question_08_says_which_service_the_stated_costs_need(refreshed: Project) -> None:
    found = {(row["cost_scope"], row["reading"]): row for row in answer(refreshed, "08_cost_against_posts")}
    wider = found["all_three_and_csu", "every post is a paid exit"]
    assert (wider["service_years_low"], wider["service_years_high"]) == (13, 20)
    fewer = found["all_three_and_csu", "the paid share of the central case"]
    assert (fewer["service_years_low"], fewer["service_years_high"]) == (18, 24)
    single = found["all_three", "every post is a paid exit"]
    assert single["service_years_low"] < wider["service_years_low"] <= single["service_years_high"]


def test_the_ranges_of_the_headline_figures(refreshed: Project) -> None:
    headline = "perspective = 'dhsc_budget' AND accounting_basis = 'accrual' AND scenario_id = 'central'"
    found = {
        (row["weighting"], row["measure"]): row
        for row in rows_of(refreshed, f"SELECT * FROM savings.appraisal_range WHERE {headline}")
    }
    npv = found["prior", "npv"]
    assert (npv["p10"], npv["p50"], npv["p90"]) == pytest.approx((3051, 4691, 6375), abs=1)
    assert npv["standard_error"] / npv["p50"] < 0.01
    cost = found["prior", "cost"]
    assert (cost["p10"], cost["p50"], cost["p90"]) == pytest.approx((475, 828, 1256), abs=1)
    fitted = found["calibrated", "cost"]
    assert 950 < fitted["p10"] < fitted["p90"] < 1400
    payback = found["prior", "payback"]
    assert (payback["p10"], payback["p50"], payback["p90"], payback["unit"]) == (20, 25, 29, "months")
    assert payback["share_of_draws"] == 1


def test_every_scenario_is_ranged_and_told_from_noise(refreshed: Project) -> None:
    found = {
        row["scenario_id"]: row
        for row in rows_of(
            refreshed,
            """
            SELECT s.scenario_id, r.is_noise, r.difference_from_central, r.principal
            FROM evidence.scenario AS s
            LEFT JOIN savings.appraisal_range AS r
                ON r.scenario_id = s.scenario_id AND r.weighting = 'prior' AND r.accounting_basis = 'accrual'
                AND r.perspective = 'dhsc_budget' AND r.measure = 'payback_in_calendar'
            """,
        )
    }
    assert len(found) == 16
    for name, row in found.items():
        # Paying back the Treasury moves budget between years, not what the programme costs or saves.
        assert row["is_noise"] == (name == "central" or name.startswith("recoup_")), name
    assert found["cost_high"]["difference_from_central"] > 3
    assert found["central"]["principal"] == 34  # February 2028
    assert found["savings_700"]["principal"] == 38
    assert found["slip_6m"]["principal"] > 34
    assert found["slip_6m"]["difference_from_central"] > 0


def test_run_0_is_the_appraisal(refreshed: Project) -> None:
    apart = rows_of(
        refreshed,
        """
        SELECT max(abs(r.principal - a.npv_gbp_m)) AS value, count(*) AS views
        FROM savings.appraisal_range AS r
        INNER JOIN savings.appraisal AS a
            ON a.scenario_id = r.scenario_id AND a.perspective = r.perspective
            AND a.accounting_basis = r.accounting_basis
        WHERE r.measure = 'npv' AND r.weighting = 'prior'
            AND a.horizon_years = 10 AND a.discount_rate_pct = 3.5
        """,
    )
    # Three points of view of the central scenario and one of the fifteen others, on two bases.
    assert apart[0]["views"] == 6 + 15 * 2
    assert apart[0]["value"] < 0.001


def test_published_figures_pull_posts_above_the_official_bound(refreshed: Project) -> None:
    found = {row["item_id"]: row for row in rows_of(refreshed, "SELECT * FROM savings.calibration")}
    assert found["posts_all"]["target_high"] == 18_000
    assert found["posts_all"]["posterior_p50"] > 18_000
    assert found["posts_all"]["effective_sample_size"] < found["posts_all"]["draws"] / 4
    assert found["cost_all"]["posterior_p10"] > found["cost_all"]["prior_p10"]
