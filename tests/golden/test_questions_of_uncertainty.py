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


def test_question_12_who_is_paid_and_for_how_long_moves_payback_most_and_take_up_hardly(refreshed: Project) -> None:
    rows = answer(refreshed, "12_what_moves_payback_most")
    found = {row["assumption"]: row for row in rows}
    assert list(dict.fromkeys(row["judged_with"] for row in rows))[:3] == [
        "paid_exit_share",
        "pay_and_service",
        "fixed_programme_cost_gbp_m",
    ]
    assert found["paid_exit_share"]["share_pct"] == pytest.approx(45.1, abs=1)
    service = found["mean_reckonable_service_years_agenda_for_change"]
    assert service["share_pct"] == pytest.approx(32.0, abs=1)
    assert (service["months_at_low"], service["months_at_high"]) == (22, 27)
    # Each member of the group has ends of its own: what longer service costs, dearer posts save.
    assert len([row for row in rows if row["judged_with"] == "pay_and_service"]) == 5
    pay = found["saving_per_post_gbp_icb"]
    assert service["value_at_low_gbp_m"] > service["value_at_high_gbp_m"]
    assert pay["value_at_low_gbp_m"] < pay["value_at_high_gbp_m"]
    # Take-up scales cost and saving together: it moves what the programme is worth, not when it is paid back.
    assert found["paid_take_up"]["share_pct"] < 4
    assert found["paid_take_up"]["value_share_pct"] > 40
    # How many posts are meant is a reading, and so a scenario.
    assert "posts_removed_total" not in found


def test_question_08_says_which_service_the_stated_costs_need(refreshed: Project) -> None:
    found = {(row["cost_scope"], row["reading"]): row for row in answer(refreshed, "08_cost_against_posts")}
    wider = found["all_three_and_csu", "every post is a paid exit"]
    assert (wider["service_years_low"], wider["service_years_high"]) == (13, 20)
    fewer = found["all_three_and_csu", "the paid share of the central case"]
    assert (fewer["service_years_low"], fewer["service_years_high"]) == (18, 24)
    single = found["all_three", "every post is a paid exit"]
    assert single["service_years_low"] < wider["service_years_low"] <= single["service_years_high"]


def test_the_ranges_of_the_headline_figures(refreshed: Project) -> None:
    headline = "perspective = 'dhsc_budget' AND accounting_basis = 'accrual' AND scenario_id = 'best_estimate'"
    found = {
        (row["weighting"], row["measure"]): row
        for row in rows_of(refreshed, f"SELECT * FROM savings.appraisal_range WHERE {headline}")
    }
    npv = found["prior", "npv"]
    assert (npv["p10"], npv["p50"], npv["p90"]) == pytest.approx((3739, 4980, 5865), abs=1)
    assert npv["standard_error"] / npv["p50"] < 0.01
    cost = found["prior", "cost"]
    assert (cost["p10"], cost["p50"], cost["p90"]) == pytest.approx((541, 877, 1212), abs=1)
    fitted = found["calibrated", "cost"]
    assert 950 < fitted["p10"] < fitted["p90"] < 1340
    payback = found["prior", "payback"]
    assert (payback["p10"], payback["p50"], payback["p90"], payback["unit"]) == (20, 25, 29, "months")
    assert payback["share_of_draws"] == 1
    social = rows_of(
        refreshed,
        "SELECT * FROM savings.appraisal_range WHERE scenario_id = 'best_estimate' AND perspective = 'social' "
        "AND weighting = 'prior' AND accounting_basis = 'accrual' AND measure = 'payback'",
    )[0]
    # Half of the draws put the cost of running the programme at nil, which leaves nothing to pay back.
    assert social["share_without_cost"] == pytest.approx(0.4994)
    assert (social["p10"], social["p50"], social["p90"], social["principal"]) == (4, 8, 11, None)


def test_every_scenario_is_ranged_and_told_from_noise(refreshed: Project) -> None:
    found = {
        row["scenario_id"]: row
        for row in rows_of(
            refreshed,
            """
            SELECT s.scenario_id, r.is_noise, r.difference_from_best_estimate, r.principal
            FROM evidence.scenario AS s
            LEFT JOIN savings.appraisal_range AS r
                ON r.scenario_id = s.scenario_id AND r.weighting = 'prior' AND r.accounting_basis = 'accrual'
                AND r.perspective = 'dhsc_budget' AND r.measure = 'payback_in_calendar'
            """,
        )
    }
    assert len(found) == 18
    for name, row in found.items():
        # Paying back the Treasury moves budget between years, not what the programme costs or saves.
        # Nor does the number of exits move payback, where none of the cost is fixed.
        unmoved = name in ("best_estimate", "takeup_minus_30_scaled") or name.startswith("recoup_")
        assert row["is_noise"] == unmoved, name
    assert found["cost_high"]["difference_from_best_estimate"] > 3
    assert found["best_estimate"]["principal"] == 34  # February 2028
    assert found["savings_700"]["principal"] == 38
    assert found["slip_6m"]["principal"] > 34
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
        WHERE r.measure = 'npv' AND r.weighting = 'prior'
            AND a.horizon_years = 10 AND a.discount_rate_pct = 3.5
        """,
    )
    # Three points of view of the central scenario and one of the seventeen others, on two bases.
    assert apart[0]["views"] == 6 + 17 * 2
    assert apart[0]["value"] < 0.001


def test_no_draw_meets_every_published_figure_and_the_table_says_so(refreshed: Project) -> None:
    found = {row["item_id"]: row for row in rows_of(refreshed, "SELECT * FROM savings.calibration")}
    assert {row["draws_within_all"] for row in found.values()} == {0}
    # The official bound is a ceiling, and no draw is above it.
    posts = found["posts_all"]
    assert (posts["target_low"], posts["target_high"], posts["draws_within"]) == (None, 18_000, posts["draws"])
    assert posts["prior_p90"] == 18_000
    # The older figures by body make more than 18,000 posts, so none of the draws comes to them.
    for name, gap in (("saving_icb", -131.3), ("saving_nhse", -80.0)):
        assert (found[name]["draws_within"], found[name]["is_within"]) == (0, False)
        assert found[name]["gap"] == pytest.approx(gap, abs=0.1)
    assert found["running_cost_icb"]["gap"] == pytest.approx(18.4, abs=0.1)
    assert "posts_icb" not in found
    assert found["posts_all"]["effective_sample_size"] < found["posts_all"]["draws"] / 4
    assert found["cost_all"]["posterior_p10"] > found["cost_all"]["prior_p10"]


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
        WHERE r.weighting = 'prior' AND r.accounting_basis = 'accrual' AND r.perspective = 'dhsc_budget'
        """,
    )
    found = {(row["scenario_id"], row["measure"]): row for row in rows}
    expected = {
        # The scenario, in run 0 and on average over the draws.
        ("cost_low", "cost"): (-28.7, -24.7),
        ("cost_low", "npv"): (27.0, 23.2),
        ("fixed_cost_200", "cost"): (200.0, 200.0),
        ("takeup_minus_30_scaled", "cost"): (-308.2, -269.7),
        ("takeup_minus_30_scaled", "npv"): (-1707.2, -1636.6),
        ("rehire_22pct", "npv"): (-1100.7, -690.4),
        ("savings_700", "npv"): (-1790.5, -1644.0),
        ("takeup_minus_30_adverse_selection", "cost"): (-196.0, -176.4),
        ("takeup_minus_30_fixed_cost", "deepest_deficit"): (5.9, 0.9),
    }
    for key, (central_run, mean) in expected.items():
        row = found[key]
        assert (row["central_run"], row["mean"]) == pytest.approx((central_run, mean), abs=0.1), key
    scaled = found["takeup_minus_30_scaled", "payback_in_calendar"]
    assert (scaled["mean"], scaled["is_noise"]) == (0, True)
    opposite = [key for key, row in found.items() if row["is_noise"] is False and row["mean"] * row["central_run"] < 0]
    assert opposite == []


def test_the_saving_at_run_rate_is_of_one_year_for_all_scenarios(refreshed: Project) -> None:
    rows = rows_of(
        refreshed,
        "SELECT scenario_id, principal, difference_from_best_estimate FROM savings.appraisal_range WHERE weighting = 'prior' "
        "AND accounting_basis = 'accrual' AND perspective = 'dhsc_budget' AND measure = 'saving_at_run_rate'",
    )
    found = {row["scenario_id"]: row for row in rows}
    assert found["best_estimate"]["principal"] == pytest.approx(1093.87, abs=0.01)
    assert found["slip_6m"]["principal"] == found["best_estimate"]["principal"]
    assert found["slip_6m"]["difference_from_best_estimate"] == 0
    assert found["rehire_22pct"]["principal"] / found["best_estimate"]["principal"] == pytest.approx(0.8032, abs=1e-4)
