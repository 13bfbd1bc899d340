"""Answers to the questions about scenarios, and the commands that list and run them."""

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from nhs_assets.outputs.query import ask
from nhs_assets.settings import PROJECT_ROOT
from nhs_assets.store.snapshot import current_version
from tests.conftest import Project

pytestmark = pytest.mark.golden

SCENARIOS = PROJECT_ROOT / "seeds" / "scenarios"
LATER_YEARS = ("2027-28", "2028-29")


def answer(project: Project, question: str) -> pl.DataFrame:
    sql = (PROJECT_ROOT / "docs" / "questions" / f"{question}.sql").read_text(encoding="utf-8")
    return ask(project.settings.data_dir, sql)


def by(frame: pl.DataFrame, *keys: str) -> dict:
    rows = frame.with_columns(pl.col(pl.Decimal).cast(pl.Float64)).iter_rows(named=True)
    return {row[keys[0]] if len(keys) == 1 else tuple(row[key] for key in keys): row for row in rows}


def test_question_02_lower_take_up_moves_payback_only_with_a_fixed_cost_or_dearer_leavers(refreshed: Project) -> None:
    found = by(answer(refreshed, "02_payback_at_lower_take_up"), "scenario_id")
    assert {name: row["payback_month"] for name, row in found.items()} == {
        "best_estimate": date(2028, 3, 1),
        "fixed_cost_200": date(2028, 5, 1),
        "takeup_minus_30_scaled": date(2028, 3, 1),
        "takeup_minus_30_fixed_cost": date(2028, 6, 1),
        "takeup_minus_30_adverse_selection": date(2028, 5, 1),
    }
    # As the conclusion payback_month counts: 0 is April 2025.
    assert found["best_estimate"]["payback_months_from_april_2025"] == 35
    assert found["takeup_minus_30_scaled"]["months_later_than_base"] == 0
    assert found["takeup_minus_30_fixed_cost"]["months_later_than_base"] == 1
    assert found["takeup_minus_30_adverse_selection"]["months_later_than_base"] == 2
    scaled, central = (found[name]["cash_cost_gbp_m"] for name in ("takeup_minus_30_scaled", "best_estimate"))
    assert scaled == pytest.approx(0.7 * central, rel=0.001)


def test_question_13_break_even_of_backfill_and_saving_and_take_up_only_with_a_fixed_cost(refreshed: Project) -> None:
    found = by(answer(refreshed, "13_break_even"), "scenario_id", "horizon_years", "lever")
    assert found["best_estimate", 10, "backfill"]["breakeven_value"] == pytest.approx(0.795)
    assert found["best_estimate", 5, "backfill"]["breakeven_value"] == pytest.approx(0.59)
    assert found["best_estimate", 10, "saving"]["saving_per_post_gbp"] == pytest.approx(9_811, abs=1)
    assert found["best_estimate", 10, "take_up"]["breakeven_value"] == pytest.approx(0.01)
    assert found["fixed_cost_200", 10, "take_up"]["breakeven_value"] == pytest.approx(0.037)
    same = [found[name, 10, "backfill"]["breakeven_value"] for name in ("best_estimate", "savings_700")]
    assert same[0] == pytest.approx(same[1]), "the backfill that is too much does not depend on the backfill there is"


def test_question_14_the_ends_of_the_official_range_of_cost(refreshed: Project) -> None:
    found = by(answer(refreshed, "14_payback_at_higher_cost"), "accounting_basis", "scenario_id")
    costs = {name: found["accrual", name]["cash_cost_gbp_m"] for name in ("cost_low", "cost_high")}
    assert costs == pytest.approx({"cost_low": 1_000, "cost_high": 1_300}, abs=10)
    later = {key: row["months_later_than_best_estimate"] for key, row in found.items()}
    assert later["accrual", "cost_high"] == 3
    assert later["cash_paid", "cost_high"] == 3
    assert (later["accrual", "cost_low"], later["cash_paid", "cost_low"]) == (-1, -3)
    # Cost alone is moved: the dearer programme is worth less and saves the same.
    worth = [found["accrual", name]["npv_gbp_m"] for name in ("cost_low", "best_estimate", "cost_high")]
    assert worth == pytest.approx([5_111, 5_005, 4_822], abs=1)


def test_question_20_returns_cost_an_eighth_of_the_saving(refreshed: Project) -> None:
    found = by(answer(refreshed, "20_if_22_per_cent_come_back"), "fy")
    assert found["2034-35"]["pct_of_best_estimate"] == pytest.approx(87.6)
    assert found["2029-30"]["clawback_gbp_m"] == 0
    assert sum(row["clawback_gbp_m"] for row in found.values()) == pytest.approx(36.1, abs=0.1)
    assert found["2025-26"]["leakage_gbp_m"] == 0


def test_question_21_after_a_slip_the_year_of_the_recoup_still_covers_it_as_recognised(refreshed: Project) -> None:
    found = by(answer(refreshed, "21_if_leavers_slip_six_months"), "scenario_id", "fy")
    assert found["best_estimate", "2028-29"]["is_met"]
    assert found["slip_6m", "2028-29"]["is_met"]
    # What is paid in 2028-29 was recognised the year before, so the year bears no cost.
    slipped = found["slip_6m", "2028-29"]
    assert slipped["net_saving_gbp_m"] == slipped["saving_gbp_m"] == pytest.approx(925.4, abs=0.1)
    assert found["slip_6m", "2026-27"]["saving_against_best_estimate_gbp_m"] == pytest.approx(-182.8, abs=0.1)
    assert found["slip_6m", "2025-26"]["payback_month"] == date(2028, 8, 1)


def test_question_22_the_recoup_is_met_from_saving_in_2028_29_and_not_in_2026_27(refreshed: Project) -> None:
    found = by(answer(refreshed, "22_recoup_from_savings_alone"), "interpretation", "profile_id", "fy")
    not_met = {key for key, row in found.items() if not row["is_met"]}
    assert not_met == {
        (reading, profile, "2026-27")
        for reading, profiles in {
            "official_reprofile": ("all_2026_27", "equal_three_years"),
            "press_overspend": ("all_2026_27", "as_agreed", "equal_three_years"),
        }.items()
        for profile in profiles
    } | {("press_overspend", "all_2028_29", "2028-29")}  # £1,000m against a saving of £952m
    capped = [row for key, row in found.items() if key[1] == "savings_capped"]
    assert all(row["recouped_gbp_m"] <= max(row["net_saving_gbp_m"], 0) + 1e-6 for row in capped)
    assert found["official_reprofile", "savings_capped", "2028-29"]["closing_gbp_m"] == 0
    taken = [found["official_reprofile", "proportional_to_savings", fy]["recouped_gbp_m"] for fy in LATER_YEARS]
    assert taken == pytest.approx([312.1, 547.9], abs=0.1)  # 860 as 542.3 to 951.8


def test_what_fills_a_post_again_costs_what_the_post_saved_whoever_looks(refreshed: Project) -> None:
    saved = {
        name: float(amount)
        for name, amount in ask(
            refreshed.settings.data_dir,
            "SELECT perspective || ' ' || scenario_id, cash_saving_gbp_m FROM savings.appraisal "
            "WHERE horizon_years = 10 AND discount_rate_pct = 0 AND accounting_basis = 'accrual' "
            "AND scenario_id IN ('best_estimate', 'savings_700')",
        ).iter_rows()
    }
    # What is spent again of pay and pension costs what it saved; from the exchequer's view taxes are left out of both.
    spent = {view: saved[f"{view} best_estimate"] - saved[f"{view} savings_700"] for view in ("dhsc_budget", "social")}
    assert spent["dhsc_budget"] == pytest.approx(spent["social"], abs=0.01)
    assert saved["exchequer best_estimate"] - saved["exchequer savings_700"] < spent["dhsc_budget"]


def test_every_shipped_scenario_is_listed_and_appraised_from_every_view(refreshed: Project) -> None:
    shipped = {path.stem for path in SCENARIOS.glob("*.yml")}
    appraised = ask(
        refreshed.settings.data_dir, "SELECT scenario_id, count(*) AS views FROM savings.appraisal GROUP BY 1"
    )
    assert dict(appraised.iter_rows()) == dict.fromkeys(shipped, 3 * 2 * 2 * 3)
    listed = refreshed.run("scenario", "list", "-f", "csv").stdout
    assert {line.partition(",")[0] for line in listed.splitlines()[1:]} == shipped


@pytest.mark.parametrize("name", ["cost_high", "takeup_minus_30_fixed_cost", "recoup_all_2028_29"])
def test_a_run_shows_what_is_published_and_publishes_nothing(name: str, refreshed: Project) -> None:
    before = current_version(refreshed.settings.data_dir)
    file = refreshed.settings.seeds_dir / "scenarios" / f"{name}.yml"
    done = refreshed.run("scenario", "run", str(file), "-f", "json")
    assert done.returncode == 0, done.stderr
    worth = {row["measure"]: row for row in json.loads(done.stdout)["worth"]}
    published = ask(
        refreshed.settings.data_dir,
        f"SELECT cash_cost_gbp_m, npv_gbp_m FROM savings.appraisal WHERE scenario_id = '{name}' AND horizon_years = 10 "
        "AND perspective = 'dhsc_budget' AND accounting_basis = 'accrual' AND discount_rate_pct = 3.5",
    ).row(0)
    shown = [worth[measure]["scenario"] for measure in ("One-off cost in cash", "Net present value, real")]
    assert shown == [f"{float(value):,.1f}" for value in published]
    assert current_version(refreshed.settings.data_dir) == before
    if name.startswith("recoup"):
        assert {row["difference"] for row in worth.values()} <= {"+0.0", "+0", "none"}


def test_a_scenario_with_mistakes_is_refused_with_the_valid_choices(refreshed: Project, tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_text(
        "id: mine\nlabel: Mine\nrationale: A try\noverrides:\n  paid_takeup: 0.5\n  rehire_share: 22\n"
        "choices:\n  recoup_profile: all_2027_28\n",
        encoding="utf-8",
    )
    done = refreshed.run("scenario", "run", str(file))
    assert done.returncode == 1
    for words in ("mine.yml", "paid_take_up", "from 0 to 1", "savings_capped"):
        assert words in done.stderr


def test_a_parameter_that_moves_nothing_is_refused_with_those_that_do(refreshed: Project, tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_text(
        "id: mine\nlabel: Mine\nrationale: A try\noverrides:\n  discount_rate_real_pct: 5\n", encoding="utf-8"
    )
    done = refreshed.run("scenario", "run", str(file))
    assert done.returncode == 1
    assert "moves neither cost nor saving" in done.stderr
    assert "backfill_share" in done.stderr
