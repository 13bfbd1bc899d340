"""What code says about its tables: parameters, functions of the model, and what it takes to make them again."""

from dataclasses import replace

import pytest

from nhs_assets.build.derivation import FORMULA, LINEAGE, derivation_tables, parameters_named
from nhs_assets.build.model import function_trace
from nhs_assets.build.select import Select
from nhs_assets.build.wiring import model_recipes, product_recipes, without_draws
from nhs_assets.settings import Settings
from nhs_assets.store.run_manifest import run_manifest
from nhs_assets.store.staging import TableRecord

pytestmark = pytest.mark.unit

RECIPES = model_recipes("savings")

PARAMETERS = (
    "agenda_for_change_pay_cap_gbp",
    "deflator_extension_pct",
    "notice_weeks",
    "paid_exit_share",
    "pension_local_pct",
    "saving_per_post_gbp_icb",
    "statutory_week_of_pay_cap_gbp",
)
RECORD = TableRecord("raw.claim", 3, "a" * 64, "code", {"seeds/evidence/claim.csv": "b" * 64}, "run")


def test_parameters_are_found_whole_or_by_the_part_the_code_completes() -> None:
    assert parameters_named(["notice_weeks"], PARAMETERS) == ["notice_weeks"]
    assert parameters_named(["saving_per_post_gbp_"], PARAMETERS) == ["saving_per_post_gbp_icb"]
    assert parameters_named(["pay_cap_gbp"], PARAMETERS) == ["agenda_for_change_pay_cap_gbp"]
    assert parameters_named(["pension_local", "_pct"], PARAMETERS) == ["pension_local_pct"]
    assert parameters_named(["amount_gbp_m", "paid_exits"], PARAMETERS) == []


def test_a_function_of_the_model_has_its_purpose_and_the_names_of_all_it_calls() -> None:
    found = function_trace("unit_cost")
    assert "cost of one paid exit" in found.purpose
    assert "saving_per_post_gbp_" in found.constants
    assert {"pay_cap_gbp", "notice_weeks"} <= set(function_trace("exit_point").constants)
    assert "paid_exit_share" not in found.constants
    assert "paid_exit_share" in function_trace("headcount_month").constants


def test_every_column_of_a_model_table_says_which_tables_it_comes_from(tmp_path) -> None:
    tables = derivation_tables(Settings(data_dir=tmp_path), RECIPES, PARAMETERS)
    formulas = {row["table_name"]: row for row in tables[FORMULA].iter_rows(named=True)}
    assert set(formulas) == {recipe.contract.name for recipe in RECIPES}
    assert "deflator_extension_pct" not in (formulas["savings.unit_cost"]["parameters"] or "")
    assert "paid_exit_share" in formulas["savings.headcount_month_before_succession"]["parameters"]
    assert formulas["savings.unit_cost"]["file"] == "nhs_assets/model/unit_cost.py"
    lineage = tables[LINEAGE].filter(table_name="savings.unit_cost", column_name="severance_gbp")
    assert set(lineage["from_table"]) == {
        "evidence.parameter_value",
        "savings.exit_point",
        "savings.posterior_draw",
        "workforce.organisation",
    }
    assert set(lineage["from_column"]) == {"*"}


def test_run_manifest_follows_from_the_inputs_alone() -> None:
    first = run_manifest(Settings(), {"raw.claim": RECORD})
    assert first.equals(run_manifest(Settings(), {"raw.claim": replace(RECORD, run_id="another run")}))
    other = run_manifest(Settings(), {"raw.claim": replace(RECORD, inputs={"seeds/evidence/claim.csv": "c" * 64})})
    changed = first.filter(first["stated_as"] != other["stated_as"])["fact"].to_list()
    assert changed == ["seeds_sha256"]


def test_run_manifest_follows_the_sql(tmp_path) -> None:
    (tmp_path / "settlement").mkdir()
    facts = []
    for text in ("SELECT 1 AS one", "SELECT 2 AS two"):
        (tmp_path / "settlement" / "plan.sql").write_text(text, encoding="utf-8")
        manifest = run_manifest(Settings(sql_dir=tmp_path), {"raw.claim": RECORD})
        facts.append(dict(manifest.select("fact", "stated_as").iter_rows())["code_sha256"])
    assert facts[0] != facts[1]


def test_a_comparison_makes_no_table_over_draws_and_all_that_conclusions_read() -> None:
    sql_dir = Settings().sql_dir
    recipes = product_recipes(sql_dir)
    left_out = set(recipes) - set(without_draws(recipes))
    assert {"savings.cashflow_range", "savings.assumption_impact"} <= left_out
    read = {table for path in (sql_dir / "conclusions").glob("*.sql") for table in Select.from_file(path).tables}
    assert not read & left_out
