"""The sentence that answers each question, its figures held against queries of their own, and answers as of a day."""

import json
import re
from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from nhs_assets.outputs.query import ask, find_past
from nhs_assets.outputs.questions import Question, find_question, find_questions
from tests.conftest import Project

pytestmark = pytest.mark.golden

QUESTIONS = find_questions()
YES_OR_NO = {7, 8, 19, 22, 24, 28}
OF_PUBLICATIONS = {4, 18, 25, 28}
"""Questions that read what audit says of a publication: of a past day there is none."""

LAST = "(as known on 22 November 2026)."
RANGE = """
    SELECT r.p10, r.p90, r.principal FROM savings.appraisal_range AS r
    WHERE r.weighting = 'posterior' AND r.perspective = 'dhsc_budget' AND r.scenario_id = '{scenario}'
      AND r.measure = '{measure}' AND r.accounting_basis = '{basis}'
"""


@pytest.fixture(scope="module")
def sentence(refreshed: Project) -> Callable[[int], str]:
    return lambda number: answered(refreshed, find_question(str(number)))


@pytest.fixture(scope="module")
def one(refreshed: Project) -> Callable[[str], tuple]:
    """The single row of a query."""

    def ask_one(sql: str) -> tuple:
        (row,) = ask(refreshed.settings.data_dir, sql).rows()
        return row

    return ask_one


def answered(project: Project, asked: Question) -> str:
    return asked.sentence(ask(project.settings.data_dir, asked.sql))


def drawn(one: Callable[[str], tuple], scenario: str, measure: str, basis: str = "accrual") -> str:
    """The range of a measure in £m as an answer writes it."""
    low, high, _ = one(RANGE.format(scenario=scenario, measure=measure, basis=basis))
    return f"(80% range £{low:,.0f}m to £{high:,.0f}m)"


def months_drawn(one: Callable[[str], tuple], scenario: str) -> str:
    """The month of payback of a scenario with its range as an answer writes them."""
    low, high, principal = one(RANGE.format(scenario=scenario, measure="payback_in_calendar", basis="accrual"))
    return f"{calendar_month(principal)} (80% range {calendar_month(low)} to {calendar_month(high)})"


def calendar_month(months_from_april_2025: float) -> str:
    months = 3 + round(months_from_april_2025)
    return f"{date(2025 + months // 12, months % 12 + 1, 1):%B %Y}"


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: f"{asked.number:02d}_{asked.name}")
def test_every_answer_is_one_sentence_of_moderate_length(asked: Question, refreshed: Project) -> None:
    answer = answered(refreshed, asked)
    assert answer.endswith(".")
    own_words = re.sub("“.*?”", "", answer)  # a citation has sentences of its own
    assert not re.search(r"\.\s|None\b(?! (is|in|by|of))(?!:)|nan|[_{}]", own_words)
    assert 8 <= len(own_words.split()) <= 55
    if asked.number in YES_OR_NO:
        assert re.match("Yes|No|Only partly|Not known", answer)


def test_the_command_begins_with_the_sentence_and_a_csv_has_rows_alone(refreshed: Project) -> None:
    answer = answered(refreshed, find_question("11"))
    shown = refreshed.run("question", "11").stdout
    assert shown.startswith(f"{answer}\n")
    assert shown.index("What is the funding gap") < shown.index("Cost less money agreed in £m of cash")
    assert answer[:20] not in refreshed.run("question", "11", "-f", "csv").stdout
    assert json.loads(refreshed.run("question", "11", "-f", "json").stdout)["answer"] == answer


def test_answer_01_has_the_range_of_the_year_that_nobody_states(sentence, one) -> None:
    press, factor = one(
        "SELECT a.real_moved_gbp_m, a.real_moved_gbp_m / CAST(a.moved_gbp_m AS DOUBLE) FROM overspend.available AS a "
        "WHERE a.scenario_id = 'best_estimate' AND a.profile_id = 'as_agreed' AND a.price_basis = 'cash' "
        "AND a.interpretation = 'press_overspend' AND a.fy = '2026-27'"
    )
    low, high = one(
        "SELECT low_gbp_m, high_gbp_m FROM overspend.instrument "
        "WHERE interpretation = 'official_reprofile' AND fy = '2026-27'"
    )
    assert sentence(1).startswith(f"£{-press:,.0f}m less in 2026-27 as the press had it, in 2025-26 prices; ")
    assert f"£{float(low) * factor:,.0f}m to £{float(high) * factor:,.0f}m more, an estimate" in sentence(1)


def test_answer_02_has_payback_in_proportion_and_at_the_latest(sentence, one) -> None:
    assert sentence(2).startswith(f"In {months_drawn(one, 'takeup_minus_30_scaled')} if cost shrinks with the saving")
    assert f"as late as {months_drawn(one, 'takeup_minus_30_fixed_cost')}, if part of it does not" in sentence(2)


def test_answer_03_is_not_sure_of_a_place_that_rests_on_imputed_figures(sentence, one) -> None:
    name, share = one(
        "SELECT name, exit_cost_over_running_cost_pct FROM savings.organisation_exposure "
        "WHERE scenario_id = 'best_estimate' AND exposure_rank = 1"
    )
    assert sentence(3).startswith(f"{name}, ")
    assert f"whose exits cost {share:.0f}%, " in sentence(3)
    assert "imputed, so not sure: the first one's headcount, cost of exits and allowance" in sentence(3)


def test_answer_05_counts_what_each_year_buys_and_no_round_billion(sentence, one) -> None:
    answer = sentence(5)
    assert answer.startswith("None in 2025-26 and 2026-27, when exits and recoup take more than is saved, ")
    for fy in ("2027-28", "2028-29"):
        *net, unit_cost, recouped = one(
            "SELECT n.p10_gbp_m, n.principal_gbp_m, n.p90_gbp_m, o.unit_cost_gbp, CAST(o.recouped_gbp_m AS DOUBLE) "
            "FROM savings.cashflow_year_range AS n INNER JOIN overspend.operations_bought AS o ON o.fy = n.fy "
            "WHERE n.accounting_basis = 'accrual' AND n.quantity = 'net' AND o.case_id = 'best_estimate' "
            f"AND o.ratio_id = 'reported' AND o.profile_id = 'as_agreed' AND o.fy = '{fy}'"
        )
        low, middle, high = (f"{round((gbp_m - recouped) * 1e6 / unit_cost, -2):,.0f}" for gbp_m in net)
        assert f"{middle} (80% range {low} to {high}) in {fy}" in answer
    assert "116,000" not in answer


def test_answer_10_counts_one_claimant_once(sentence, one) -> None:
    others, documents, origins = one(
        "SELECT count(DISTINCT w.party) FILTER (w.party <> 'press'), count(DISTINCT c.source_id), "
        "count(DISTINCT c.origin_group) "
        "FROM evidence.resolution_claim AS p INNER JOIN evidence.claim AS c ON c.claim_id = p.claim_id "
        "INNER JOIN raw.claimant AS w ON w.claimant = c.claimant "
        "WHERE p.measure_id = 'annual_saving' AND p.scope_id = 'all_three' AND p.is_used "
        "AND p.vintage_id = (SELECT max_by(v.vintage_id, v.known_from) FROM evidence.vintage AS v)"
    )
    # Each text in which a newspaper says so is one in which the government does.
    assert others == 1
    assert sentence(10).startswith(
        f"1 independent claimant: {documents} documents of {origins} origins state £1,000m a year or more"
    )


def test_answer_11_is_the_official_range_with_its_month(sentence) -> None:
    assert sentence(11) == (
        "£140m to £440m on the official figures of January 2026: a cost of £1,000m to £1,300m against £860m moved "
        "between years; none if the press's cost is set against its overspend."
    )


def test_answer_12_names_one_assumption_and_what_is_judged_together(sentence, one) -> None:
    label, low, high, share = one(
        "SELECT p.label, least(t.at_low, t.at_high), greatest(t.at_low, t.at_high), 100 * s.total_index "
        "FROM savings.tornado AS t "
        "INNER JOIN savings.sensitivity AS s ON s.group_id = t.group_id AND s.output = t.output "
        "INNER JOIN evidence.parameter_value AS p ON p.parameter_id = t.parameter_id AND p.is_current "
        "WHERE t.output = 'payback' ORDER BY abs(t.at_high - t.at_low) DESC LIMIT 1"
    )
    assert sentence(12).startswith(f"“{label}”: over four draws of five payback takes {low:.0f} to {high:.0f} months")
    assert f"it answers for {share:.0f}% of the spread" in sentence(12)


def test_answer_14_sets_payback_at_the_higher_cost_beside_the_best_estimate(sentence, one) -> None:
    answer = sentence(14)
    assert f"in {months_drawn(one, 'cost_high')} instead of {months_drawn(one, 'best_estimate')}" in answer


def test_answer_15_adds_up_to_the_saving_that_is_drawn(sentence, one) -> None:
    _, _, all_bodies = one(RANGE.format(scenario="best_estimate", measure="saving_at_run_rate", basis="accrual"))
    saving = drawn(one, "best_estimate", "saving_at_run_rate")
    assert f"all bodies together save £{all_bodies:,.0f}m {saving} {LAST}" in sentence(15)


def test_answer_16_has_both_bases_with_their_ranges(sentence, one) -> None:
    amounts = [
        one(RANGE.format(scenario="best_estimate", measure="cost_in_first_year", basis=basis))[2]
        for basis in ("accrual", "cash_paid")
    ]
    ranges = [drawn(one, "best_estimate", "cost_in_first_year", basis) for basis in ("accrual", "cash_paid")]
    assert sentence(16).startswith(
        f"In 2025-26 £{amounts[0]:,.0f}m {ranges[0]} falls on accruals and £{amounts[1]:,.0f}m {ranges[1]} on cash: "
    )


def test_answer_20_sets_what_is_left_beside_the_best_estimate(sentence, one) -> None:
    left, all_of_it = (drawn(one, name, "saving_at_run_rate") for name in ("rehire_22pct", "best_estimate"))
    assert re.search(
        rf"falls to £\d+m {re.escape(left)} in 2030-31, \d+% of the £\d+m {re.escape(all_of_it)}", sentence(20)
    )


def test_answer_21_has_both_months_of_payback(sentence, one) -> None:
    best, slip = months_drawn(one, "best_estimate"), months_drawn(one, "slip_6m")
    assert sentence(21).startswith(f"Payback moves from {best} to {slip}, £")


def test_answer_22_begins_as_its_rows_have_it(refreshed: Project) -> None:
    asked = find_question("22")
    rows = ask(refreshed.settings.data_dir, asked.sql)
    answer = asked.sentence(rows)
    assert answer.startswith("Only partly: the official £860m in 2028-29 is met, as £")
    assert "; the press's £1,000m in 2026-27 is not, as −£" in answer
    assert asked.sentence(rows.with_columns(is_met=pl.lit(True))).startswith("Yes: ")
    assert asked.sentence(rows.with_columns(is_met=pl.lit(False))).startswith("No: ")
    low = pl.col("net_saving_low_gbp_m")
    for saved, said in ((859, True), (861, False)):
        doubted = asked.sentence(rows.with_columns(net_saving_low_gbp_m=pl.when(low.is_not_null()).then(saved)))
        assert ("is saved net of exits, but not in every draw; the press's" in doubted) == said


def test_answer_17_puts_growth_like_for_like_first(sentence, one) -> None:
    growth = [
        one(
            "SELECT r.average_real_growth_pct FROM settlement.real_terms AS r WHERE r.plan_vintage_id = 'obr_2026_03' "
            "AND r.deflator_vintage_id = 'hmt_2026_06' AND r.base_fy = '2025-26' AND r.fy = '2028-29' "
            f"AND r.line_id = '{line}'"
        )[0]
        for line in ("dhsc_rdel_excluding_ihs", "dhsc_rdel")
    ]
    assert sentence(17).startswith(
        f"By {growth[0]:.2f}% a year without the Immigration Health Surcharge transfers and {growth[1]:.2f}% a year as "
        "printed, on the last plan (OBR March 2026)"
    )


def test_answer_19_begins_as_its_rows_have_it(refreshed: Project) -> None:
    asked = find_question("19")
    rows = ask(refreshed.settings.data_dir, asked.sql)
    (missed,) = rows.filter(~pl.col("is_covered"))["label"].unique()
    assert f"outside it lies {missed} {LAST}" in asked.sentence(rows)
    assert asked.sentence(rows.with_columns(is_covered=pl.lit(False))).startswith("No: 0 of 3 results lie in its range")


def test_answer_23_takes_what_is_funded_in_the_next_year_for_met(sentence, one) -> None:
    met, absorbed, unknown = one(
        "SELECT funded_gbp_m + funded_later_gbp_m, absorbed_gbp_m, unknown_gbp_m FROM overspend.pressure "
        "WHERE kind = 'total_ask'"
    )
    assert (met, absorbed, unknown) == (860, 640, 1_500)
    assert sentence(23).startswith(
        "Of £3,000m asked for 2025-26, £860m is met by money moved between years (£317m to £517m"
    )
    assert "£640m is left to existing budgets, and what becomes of £1,500m is not known" in sentence(23)
    assert "absorbed" not in sentence(23)


def test_answer_24_counts_the_boards_there_are(refreshed: Project, sentence) -> None:
    verdicts = ask(refreshed.settings.data_dir, find_question("24").sql)["verdict"].value_counts()
    counts = dict(verdicts.iter_rows())
    assert sentence(24).startswith(
        f"Only partly: of {sum(counts.values())} boards it agrees in {counts['about agrees']}, "
    )


@pytest.mark.parametrize("day", [date(2025, 6, 20), date(2025, 11, 13), date(2025, 12, 11), date(2026, 2, 5)])
def test_every_question_has_an_answer_as_of_a_day(day: date, refreshed_with_few_draws: Project) -> None:
    past = find_past(refreshed_with_few_draws.settings, day)
    for asked in QUESTIONS:
        if asked.number not in OF_PUBLICATIONS:
            answer = asked.sentence(ask(refreshed_with_few_draws.settings.data_dir, asked.sql, past=past))
            assert answer.endswith("."), asked.number
            assert "80% range" not in answer or asked.number == 3, answer  # places are ranked in past days too


def test_answer_11_as_of_a_day_knows_no_later_figure(refreshed_with_few_draws: Project) -> None:
    asked = find_question("11")
    answers = {
        day: asked.sentence(
            ask(
                refreshed_with_few_draws.settings.data_dir,
                asked.sql,
                past=find_past(refreshed_with_few_draws.settings, day),
            )
        )
        for day in (date(2025, 6, 20), date(2025, 11, 13), date(2025, 12, 11))
    }
    assert list(answers.values()) == [
        "Nothing was known of this on that day.",
        "None by what the press had in November 2025: £1,000m of cost against £1,000m of overspend; no official figure "
        "was known.",
        "£140m, if the £1,000m that the press named in November 2025 is set against the £860m that ministers named; no "
        "official cost was known.",
    ]


def test_what_is_known_of_today_alone_is_said_first(refreshed_with_few_draws: Project) -> None:
    drawn_today = refreshed_with_few_draws.run("question", "12", "--as-of", "2025-11-13").stdout
    assert drawn_today.startswith("Not known of a past day: this rests on draws")
    published_today = refreshed_with_few_draws.run("question", "18", "--as-of", "2025-11-13")
    assert published_today.returncode == 1
    assert published_today.stderr == "question 18 is about what is published today: ask it without --as-of\n"
