"""Questions 8, 9 and 10, the contradictions that must be there, and what was believed when."""

import json
from datetime import date

import duckdb
import pytest

from nhs_assets.outputs.contradictions import recorded
from nhs_assets.outputs.explained import explained_snapshot
from nhs_assets.settings import PROJECT_ROOT
from nhs_assets.store.snapshot import database_path
from tests.conftest import Project

pytestmark = pytest.mark.golden

BELIEVED = """
SELECT r.value_low AS low, r.value_central AS central, r.value_high AS high, r.rule, r.claim_grade,
  r.confidence
FROM evidence.resolution AS r
WHERE r.measure_id = $measure AND r.scope_id = $scope
  AND r.known_from = (SELECT max(v.known_from) FROM evidence.vintage AS v WHERE v.known_from <= $as_of)
"""


def ask(project: Project, sql: str, **values: object) -> list[dict]:
    with duckdb.connect(str(database_path(project.settings.data_dir)), read_only=True) as connection:
        asked = connection.execute(sql, values)
        names = [column[0] for column in asked.description]
        return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]


def question(project: Project, name: str) -> list[dict]:
    text = (PROJECT_ROOT / "docs" / "questions" / f"{name}.sql").read_text(encoding="utf-8")
    assert text.startswith("-- question: ")
    assert "\n-- how to read: " in text
    done = project.run("query", "-f", "json", "--", text)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def believed(project: Project, measure: str, scope: str, as_of: date) -> dict:
    (row,) = ask(project, BELIEVED, measure=measure, scope=scope, as_of=as_of)
    return row


def test_question_08_the_cost_for_each_leaver_is_a_year_and_a_half_of_pay_or_more(refreshed: Project) -> None:
    rows = {(row["cost_scope"], row["reading"]): row for row in question(refreshed, "08_cost_against_posts")}
    all_paid = rows["all_three", "every post is a paid exit"]
    assert all_paid["cost_per_leaver_low_gbp"] == pytest.approx(55_555.56)
    assert all_paid["months_of_pay_low"] == pytest.approx(1e9 / 18_000 / (all_paid["mean_pay_gbp"] / 12), abs=0.05)
    official = rows["all_three_and_csu", "every post is a paid exit"]
    assert official["cost_per_leaver_high_gbp"] == pytest.approx(72_222.22)
    fewer = rows["all_three", "the paid share of the best estimate"]
    # 18,000 posts, one in twenty of them empty, and of the others the share that the evidence gives.
    assert fewer["paid_exits"] == pytest.approx(13_580, abs=1)
    assert fewer["months_of_pay_low"] > all_paid["months_of_pay_low"]
    for row in rows.values():
        within = row["months_of_pay_high"] <= row["greatest_months"] == 24
        assert row["verdict"].startswith("within") == within


def test_question_09_the_posts_are_of_all_three_bodies(refreshed: Project) -> None:
    told = json.loads(refreshed.run("question", "9", "-f", "json").stdout)
    rows = {row["claim_id"]: row for row in told["rows"]}
    ruled_out = rows["C043"]
    assert (ruled_out["scope_id"], ruled_out["is_used"], ruled_out["reason"]) == ("icb", False, "infeasible")
    assert ruled_out["ruled_out_by"].startswith("C043 against O020 (scope): 18000 / 25000 = 72% against 50%; ")
    assert (ruled_out["value_central"], ruled_out["rule"]) == (12_500, "feasible_only")
    assert {row["value_central"] for row in rows.values() if row["scope_id"] == "all_three"} == {18_000}
    assert rows["O007"]["is_used"]


def test_question_10_five_articles_are_three_origins(refreshed: Project) -> None:
    rows = {row["vintage_id"]: row for row in question(refreshed, "10_independent_sources_of_the_saving")}
    press = rows["press_2025_11"]
    assert (press["press_documents"], press["press_origins"]) == (5, 3)
    assert press["independent_origins"] == 4
    assert press["independent_claimants"] == 1  # the government; an article that repeats it in its own voice is none
    assert {row["independent_origins"] for row in rows.values() if row["known_from"] > "2025-11-13"} == {4}
    assert (press["value_low"], press["value_high"], press["qualifier"]) == (1_000, None, "more_than")
    assert press["believed_gbp_m_a_year"] is None
    assert press["documents_used"] == 6
    assert {row["believed_gbp_m_a_year"] for row in rows.values()} == {None, 1_000}
    assert {row["value_high"] for row in rows.values()} == {None}


@pytest.mark.parametrize(
    ("claims", "conflict_type", "how_found", "arithmetic"),
    [
        pytest.param(("C043", "O020"), "scope", "rule", "18000 / 25000 = 72% against 50%", id="all_in_the_boards"),
        pytest.param(
            ("C043", "C035"), "internal", "rule", "18000 / 25000 = 72%; 50% of 25000 = 12500", id="own_article"
        ),
        pytest.param(
            ("O020", "O018"),
            "internal",
            "rule",
            "18000 / (25000 + 15300 + 3300) = 41%; 50% of (25000 + 15300 + 3300) = 21800",
            id="half_of_all_three",
        ),
        pytest.param(
            ("C019", "C070"),
            "price_basis",
            "rule",
            "29000 against 29000; in cash the plan rises by 226100 - 195600 = 30500 from 2025-26",
            id="above_inflation_dropped",
        ),
        pytest.param(
            ("C070", "O011"),
            "price_basis",
            "rule",
            "29000 against 29000; in cash the plan rises by 226100 - 170999 = 55101 from 2023-24 "
            "and by 226100 - 195600 = 30500 from 2025-26",
            id="above_inflation_dropped_on_both_base_years",
        ),
        pytest.param(
            ("O038", "O011"),
            "price_basis",
            "rule",
            "18500 against 29000; in cash the plan rises by 226100 - 170999 = 55101 from 2023-24 "
            "and by 226100 - 195600 = 30500 from 2025-26",
            id="both_base_years",
        ),
        pytest.param(
            ("C030", "O042"),
            "period",
            "rule",
            "2026 against 2027 to 2028; limit of 2026-27: 211443.3 - 211000 = 443.3; "
            "of 2028-29: 231167.9 - 232000 = -832.1",
            id="less_in_2026_27",
        ),
        pytest.param(("C007", "O001"), "superseded", "rule", "yes against no", id="overspend_pa_sky"),
        pytest.param(("C013", "O001"), "superseded", "rule", "yes against no", id="overspend_bbc"),
        pytest.param(("C005", "O006"), "scope", "judgement", "1000 - 1000 = 0; 1300 - 1000 = 300", id="cost_and_range"),
        pytest.param(("O002", "C005"), "value", "judgement", "1000 - 860 = 140", id="cost_and_financing"),
        pytest.param(
            ("O002", "O006"), "value", "judgement", "1000 - 860 = 140; 1300 - 860 = 440", id="range_and_financing"
        ),
        pytest.param(("C029", "O002"), "superseded", "judgement", "860 - 1000 = -140", id="overspend_or_reprofile"),
        pytest.param(
            ("C044", "O021"),
            "period",
            "judgement",
            "1000 each year, reached by 2029 against 1000 each year, reached by the end of this Parliament",
            id="by_2029_or_end_of_parliament",
        ),
        pytest.param(("C014", "C067"), "garbled", "rule", "18000 against 18000", id="garbled_in_its_own_origin"),
        pytest.param(
            ("O046", "O045"), "unit", "rule", "1000 / 3 years = 333.3 a year against 3000 a year", id="total_or_yearly"
        ),
        pytest.param(
            ("C007", "O034"),
            "value",
            "judgement",
            "Overspend permitted: yes against Underspend against the resource limit: 70 £m",
            id="leave_and_outturn",
        ),
        pytest.param(
            ("C046", "C030"),
            "internal",
            "judgement",
            "Cut in investment: 0 £m against Year of paying back: 2026-27",
            id="no_unit_in_common",
        ),
        pytest.param(("O035", "C015"), "value", "rule", "1300 against 1000", id="press_does_not_supersede_press"),
        pytest.param(("O029", "O030"), "value", "rule", "3300 against 3600", id="two_counts_on_one_day"),
    ],
)
def test_a_named_contradiction_is_there_with_its_arithmetic(
    refreshed: Project, claims: tuple[str, str], conflict_type: str, how_found: str, arithmetic: str
) -> None:
    with explained_snapshot(refreshed.settings.data_dir) as explained:
        rows = recorded(explained, [claims[0]])
    (row,) = [one for one in rows if (one["claim_a"], one["claim_b"], one["conflict_type"]) == (*claims, conflict_type)]
    assert (row["how_found"], row["arithmetic"]) == (how_found, arithmetic)
    assert (row["decided_by"] is None) == (how_found == "rule")


def test_two_bounds_that_one_value_fits_are_no_contradiction(refreshed: Project) -> None:
    (row,) = ask(refreshed, "SELECT count(*) AS rows FROM evidence.contradiction WHERE claim_a = 'C001'")
    assert row["rows"] == 0


def test_the_difference_to_a_range_that_starts_at_the_value_is_its_other_end(refreshed: Project) -> None:
    (row,) = ask(refreshed, "SELECT difference FROM evidence.contradiction WHERE claim_a = 'C005' AND claim_b = 'O006'")
    assert row["difference"] == 300


def test_the_table_of_contradictions_can_be_read_by_a_person(refreshed: Project) -> None:
    (row,) = ask(refreshed, "SELECT count(*) AS rows FROM evidence.contradiction")
    assert 20 < row["rows"] < 60


def test_the_year_of_paying_back_is_one_as_of_the_press_and_another_as_of_the_budget(refreshed: Project) -> None:
    press = believed(refreshed, "recoupment_year", "dhsc_group", date(2025, 11, 13))
    assert (press["central"], press["rule"], press["claim_grade"], press["confidence"]) == (2026, "agreed", "D", "F")
    budget = believed(refreshed, "recoupment_year", "dhsc_group", date(2025, 11, 28))
    assert (budget["low"], budget["central"], budget["high"]) == (2027, 2028, 2028)
    # No document states the year: it is read from the plans, and says so.
    assert (budget["rule"], budget["claim_grade"], budget["confidence"]) == ("own_reading", "D", "E")
    answered = believed(refreshed, "recoupment_year", "dhsc_group", date(2025, 12, 11))
    assert {name: answered[name] for name in budget} == budget
    rises = believed(refreshed, "dhsc_limit_rise_at_budget", "dhsc_group", date(2025, 11, 28))
    falls = believed(refreshed, "dhsc_limit_cut_at_budget", "dhsc_group", date(2025, 11, 28))
    assert (rises["low"], rises["central"], rises["high"]) == pytest.approx((393.3, 443.3, 493.3))
    assert (falls["low"], falls["central"], falls["high"]) == pytest.approx((-882.1, -832.1, -782.1))
    assert rises["confidence"] == falls["confidence"] == "F(d)"


def test_officials_overrule_the_press_on_the_overspend_and_nothing_is_averaged(refreshed: Project) -> None:
    before = believed(refreshed, "permitted_overspend_flag", "dhsc_group", date(2025, 11, 13))
    after = believed(refreshed, "permitted_overspend_flag", "dhsc_group", date(2025, 12, 11))
    assert (before["central"], after["central"], after["rule"]) == (1, 0, "official_over_press")
    amount = believed(refreshed, "permitted_overspend_amount", "dhsc_group", date(2025, 12, 11))
    assert (amount["central"], amount["rule"], amount["claim_grade"]) == (None, "none_believed", None)
    assert (amount["low"], amount["high"]) == (None, None)
    heads = believed(refreshed, "headcount_dhsc", "dhsc", date(2026, 3, 3))
    assert (heads["low"], heads["central"], heads["high"], heads["rule"]) == (3_300, None, 3_600, "unresolved")


def test_an_official_upper_bound_is_believed_as_a_bound(refreshed: Project) -> None:
    posts = believed(refreshed, "posts_removed", "all_three", date(2026, 3, 3))
    assert (posts["low"], posts["central"], posts["high"]) == (None, 18_000, 18_000)
    share = believed(refreshed, "headcount_cut_pct", "all_three", date(2026, 3, 3))
    assert (share["low"], share["central"], share["high"]) == (None, None, 50)
