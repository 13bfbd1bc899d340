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


def test_question_12_who_leaves_and_who_is_paid_moves_payback_most_and_take_up_hardly(refreshed: Project) -> None:
    rows = answer(refreshed, "12_what_moves_payback_most")
    found = {row["assumption"]: row for row in rows}
    judged = list(dict.fromkeys(row["judged_with"] for row in rows))
    assert judged[:3] == ["leavers", "paid_exit_share", "fixed_programme_cost_gbp_m"]
    assert found["paid_exit_share"]["share_pct"] == pytest.approx(38.4, abs=1)
    service = found["mean_reckonable_service_years_icb"]
    assert service["share_pct"] == pytest.approx(59.8, abs=1)
    assert (service["months_at_low"], service["months_at_high"]) == (26, 28)
    # Each member of the group has ends of its own: what longer service costs, dearer posts save.
    assert len([row for row in rows if row["judged_with"] == "leavers"]) == 15
    pay = found["saving_per_post_gbp_icb"]
    assert service["value_at_low_gbp_m"] > service["value_at_high_gbp_m"]
    assert pay["value_at_low_gbp_m"] < pay["value_at_high_gbp_m"]
    # Take-up scales cost and saving together: it moves what the programme is worth, not when it is paid back.
    assert found["paid_take_up"]["share_pct"] < 4
    assert found["paid_take_up"]["value_share_pct"] > 25
    # How many posts are meant is a reading, and so a scenario.
    assert "posts_removed_total" not in found


def test_question_08_says_which_service_the_stated_costs_need(refreshed: Project) -> None:
    found = {(row["cost_scope"], row["reading"]): row for row in answer(refreshed, "08_cost_against_posts")}
    wider = found["all_three_and_csu", "every post is a paid exit"]
    assert (wider["service_years_low"], wider["service_years_high"]) == (15, 21)
    fewer = found["all_three_and_csu", "the paid share of the best estimate"]
    assert (fewer["service_years_low"], fewer["service_years_high"]) == (22, 24)
    single = found["all_three", "every post is a paid exit"]
    assert single["service_years_low"] < wider["service_years_low"] <= single["service_years_high"]


def test_the_ranges_of_the_headline_figures(refreshed: Project) -> None:
    headline = "perspective = 'dhsc_budget' AND accounting_basis = 'accrual' AND scenario_id = 'best_estimate'"
    found = {
        (row["weighting"], row["measure"]): row
        for row in rows_of(refreshed, f"SELECT * FROM savings.appraisal_range WHERE {headline}")
    }
    npv = found["posterior", "npv"]
    assert (npv["p10"], npv["p50"], npv["p90"]) == pytest.approx((4455, 5004, 5584), abs=1)
    assert npv["standard_error"] / npv["p50"] < 0.01
    cost = found["posterior", "cost"]
    assert (cost["p10"], cost["p50"], cost["p90"]) == pytest.approx((929, 1111, 1322), abs=1)
    before = found["prior", "cost"]
    assert before["p90"] - before["p10"] > 1.5 * (cost["p90"] - cost["p10"])
    payback = found["posterior", "payback"]
    assert (payback["p10"], payback["p50"], payback["p90"], payback["unit"]) == (25, 27, 30, "months")
    assert payback["share_of_draws"] == 1
    for measure in ("npv", "cost", "saving_at_run_rate", "payback"):
        row = found["posterior", measure]
        assert row["share_below"] <= 0.55, measure
        assert row["share_up_to"] >= 0.45, measure


def test_every_scenario_is_ranged_and_told_from_noise(refreshed: Project) -> None:
    found = {
        row["scenario_id"]: row
        for row in rows_of(
            refreshed,
            """
            SELECT s.scenario_id, r.is_noise, r.difference_from_best_estimate, r.principal
            FROM evidence.scenario AS s
            LEFT JOIN savings.appraisal_range AS r
                ON r.scenario_id = s.scenario_id AND r.weighting = 'posterior' AND r.accounting_basis = 'accrual'
                AND r.perspective = 'dhsc_budget' AND r.measure = 'payback_in_calendar'
            """,
        )
    }
    assert len(found) == 18
    for name, row in found.items():
        # Paying back the Treasury moves budget between years, not what the programme costs or saves.
        unmoved = name == "best_estimate" or name.startswith("recoup_")
        # Nor does the number of exits, but for the fixed cost, which does not shrink with the posts.
        if not name.startswith(("takeup_minus_30_scaled", "posts_")):
            assert row["is_noise"] == unmoved, name
    assert found["cost_high"]["difference_from_best_estimate"] > 1
    assert found["best_estimate"]["principal"] == 35  # March 2028
    assert found["savings_700"]["principal"] == 41
    assert found["slip_6m"]["principal"] > 35
    assert found["slip_6m"]["difference_from_best_estimate"] > 0


def test_run_0_is_the_appraisal(refreshed: Project) -> None:
    apart = rows_of(
        refreshed,
        """
        SELECT max(abs(r.principal - a.npv_gbp_m)) AS value, count(*) AS views
        FROM savings.appraisal_range AS r
        INNER JOIN savings.appraisal AS a
            ON a.scenario_id = r.scenario_id AND a.perspective = r.perspective
            AND a.accounting_basis = r.accounting_basis
        WHERE r.measure = 'npv' AND r.weighting = 'posterior'
            AND a.horizon_years = 10 AND a.discount_rate_pct = 3.5
        """,
    )
    # Three points of view of the best estimate and one of the seventeen others, on two bases.
    assert apart[0]["views"] == 6 + 17 * 2
    assert apart[0]["value"] < 0.001


def test_each_piece_of_evidence_is_shown_before_and_after_and_none_is_rejected(refreshed: Project) -> None:
    found = {row["evidence_id"]: row for row in rows_of(refreshed, "SELECT * FROM savings.calibration")}
    assert len(found) == 11
    reached = {name for name, row in found.items() if row["is_met"]}
    assert reached == set(found) - {"greater_manchester_2025_exit_cost", "reorganisation_2010_13_exit_cost"}
    # They pull apart: what was planned in 2025 is dearer than the posterior, what was paid to 2013 cheaper.
    assert found["greater_manchester_2025_exit_cost"]["direction"] == "too_low"
    assert found["reorganisation_2010_13_exit_cost"]["direction"] == "too_high"
    # Officials expect more of the saving than the rest of the evidence bears out: one draw in six comes to it.
    saving = found["saving_all"]
    assert (saving["stated_low"], saving["stated_high"]) == (1_000, None)
    assert saving["posterior_share_within"] == pytest.approx(0.17, abs=0.02)
    cost = found["cost_all"]
    assert (cost["posterior_p10"], cost["posterior_p90"]) == pytest.approx((944, 1_338), abs=2)
    assert cost["prior_p50"] < 700


def test_precedents_alone_come_to_the_official_cost(refreshed: Project) -> None:
    rows = rows_of(refreshed, "SELECT * FROM savings.evidence_effect WHERE evidence_id = item_id")
    found = {row["evidence_id"]: row for row in rows}
    assert found["cost_all"]["without_p50"] == pytest.approx(1_057, abs=25)
    assert found["cost_all"]["without_p90"] - found["cost_all"]["without_p10"] > 600
    # The one board that stated a cost expected more than the others' evidence gives.
    board = found["greater_manchester_2025_exit_cost"]
    assert board["without_p90"] < 105_000
    assert board["shift"] > 3 * board["shift_standard_error"]


def test_what_each_case_would_have_been_predicted_without_it(refreshed: Project) -> None:
    rows = rows_of(refreshed, "SELECT * FROM savings.backtest")
    found = {(row["case_id"], row["output"]): row for row in rows}
    board = found["greater_manchester_2025", "cost_per_exit_gbp"]
    assert (board["is_covered"], board["direction"], board["breaks_rules"]) == (False, "too_low", True)
    for case in ("nhs_digital_2018_19", "nhs_england_merger_2022_24", "reorganisation_2010_13"):
        assert found[case, "cost_gbp_m"]["is_covered"], case
    assert found["reorganisation_2010_13", "rehired_share"]["is_covered"]


def test_how_sure_the_draws_are(refreshed: Project) -> None:
    (row,) = rows_of(refreshed, "SELECT * FROM savings.posterior_run ORDER BY stage DESC LIMIT 1")
    assert (row["draws"], row["evidence_counted"]) == (2_000, 1)
    assert row["least_effective_draws"] > 800


def test_as_stated_keeps_both_ends(refreshed: Project) -> None:
    rows = rows_of(refreshed, "SELECT * FROM savings.as_stated")
    found = {(row["measure"], row["end"]): row["stated_figure"] for row in rows}
    assert (found["cost", "favourable"], found["cost", "unfavourable"]) == (1_000, 1_300)
    assert (found["saving", "unfavourable"], found["saving", "favourable"]) == (1_000, 1_150)
    assert (found["posts", "unfavourable"], found["posts", "favourable"]) == (18_000, 21_800)
    assert (found["payback", "favourable"], found["payback", "unfavourable"]) == (23, 29)


def test_what_a_scenario_changes_over_the_draws_is_what_its_levers_change(refreshed: Project) -> None:
    rows = rows_of(
        refreshed,
        """
        SELECT r.scenario_id, r.measure, r.is_noise, r.difference_from_best_estimate AS mean,
            r.principal - c.principal AS central_run
        FROM savings.appraisal_range AS r
        INNER JOIN savings.appraisal_range AS c
            ON c.scenario_id = 'best_estimate' AND c.measure = r.measure AND c.weighting = r.weighting
            AND c.perspective = r.perspective AND c.accounting_basis = r.accounting_basis
        WHERE r.weighting = 'posterior' AND r.accounting_basis = 'accrual' AND r.perspective = 'dhsc_budget'
        """,
    )
    found = {(row["scenario_id"], row["measure"]): row for row in rows}
    expected = {
        # The scenario, in the line and on average over the draws.
        ("cost_low", "cost"): (-112.8, -113.2),
        ("cost_low", "npv"): (106.0, 106.4),
        ("cost_high", "npv"): (-183.4, -181.8),
        ("fixed_cost_200", "cost"): (147.3, 147.3),
        ("takeup_minus_30_scaled", "cost"): (-332.9, -333.2),
        ("takeup_minus_30_scaled", "npv"): (-1500.5, -1515.1),
        ("rehire_22pct", "npv"): (-635.2, -640.4),
        ("savings_700", "npv"): (-1739.6, -1763.2),
        ("takeup_minus_30_adverse_selection", "cost"): (-216.9, -219.1),
        ("takeup_minus_30_fixed_cost", "deepest_deficit"): (53.9, 55.9),
        # No scenario of cost alone moves the saving.
        ("cost_high", "saving_at_run_rate"): (0, 0),
        ("cost_low", "saving_at_run_rate"): (0, 0),
    }
    for key, (central_run, mean) in expected.items():
        row = found[key]
        assert (row["central_run"], row["mean"]) == pytest.approx((central_run, mean), abs=0.1), key
    scaled = found["takeup_minus_30_scaled", "payback_in_calendar"]
    assert scaled["mean"] == pytest.approx(0, abs=0.04)
    opposite = [key for key, row in found.items() if row["is_noise"] is False and row["mean"] * row["central_run"] < 0]
    assert opposite == []


def test_the_saving_at_run_rate_is_of_one_year_for_all_scenarios(refreshed: Project) -> None:
    rows = rows_of(
        refreshed,
        "SELECT scenario_id, principal, difference_from_best_estimate FROM savings.appraisal_range "
        "WHERE weighting = 'posterior' AND accounting_basis = 'accrual' AND perspective = 'dhsc_budget' "
        "AND measure = 'saving_at_run_rate'",
    )
    found = {row["scenario_id"]: row for row in rows}
    assert found["best_estimate"]["principal"] == pytest.approx(977.10, abs=0.01)
    assert found["slip_6m"]["principal"] == found["best_estimate"]["principal"]
    assert found["slip_6m"]["difference_from_best_estimate"] == 0
    assert found["rehire_22pct"]["principal"] / found["best_estimate"]["principal"] == pytest.approx(0.8759, abs=1e-4)
