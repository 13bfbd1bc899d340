"""Functions of the model take the tables that their arguments name, and make no rows of nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from nhs_assets.build.model import model_recipe
from nhs_assets.build.wiring import model_recipes, product_recipes, without_draws
from nhs_assets.contracts.registry import contract
from nhs_assets.settings import PROJECT_ROOT, Settings
from tests.unit.model_inputs import deflator, pay_points, perspectives
from tests.unit.test_model_exposure import EXPOSURE_PARAMETERS
from tests.unit.uncertainty_inputs import parameter_value, scenarios

pytestmark = pytest.mark.unit

SCHEMAS = ("workforce", "savings", "audit")
RECIPES = {recipe.contract.name: recipe for schema in SCHEMAS for recipe in model_recipes(schema)}
FACTS = [name for name in without_draws(product_recipes(PROJECT_ROOT / "sql")) if name in RECIPES]


@dataclass(frozen=True)
class Held:
    """Tables to make another one from; those that are not given are empty."""

    tables: Mapping[str, pl.DataFrame]

    def read(self, table: str) -> pl.DataFrame:
        empty = pl.DataFrame(schema=contract(table).polars_schema())
        return self.tables.get(table, empty)


def test_an_argument_takes_the_table_it_names_and_a_class_the_tables_that_make_it() -> None:
    people = ("evidence.parameter_value", "savings.exit_wave")
    assert RECIPES["savings.exit_cost_month_before_succession"].reads == (
        *people,
        "savings.posterior_draw",
        "savings.unit_cost",
        "workforce.baseline_before_succession",
        "workforce.organisation",
    )
    assert RECIPES["savings.organisation_range"].reads == (
        *people,
        "savings.posterior_draw",
        "workforce.baseline_before_succession",
        "workforce.cell",
        "workforce.organisation",
        "workforce.successor",
    )


def test_an_argument_that_names_no_table_is_refused() -> None:
    def compute(no_such_table: pl.DataFrame) -> pl.DataFrame:
        return no_such_table

    with pytest.raises(KeyError, match="no table is called no_such_table"):
        model_recipe("savings.unit_cost", compute)


@pytest.mark.parametrize("name", FACTS)
def test_where_no_organisation_is_known_there_are_no_rows(name: str, tmp_path: Path) -> None:
    """As of an early day all facts may be missing; parameters, perspectives and scenarios are always known."""
    scenario, override = scenarios()
    held = Held(
        {
            "evidence.parameter_value": parameter_value(**EXPOSURE_PARAMETERS),
            "evidence.scenario": scenario,
            "evidence.scenario_override": override,
            "raw.appraisal_perspective": perspectives(),
            "raw.pay_point": pay_points(),
            "settlement.deflator": deflator(),
        }
    )
    RECIPES[name].make(Settings(), held, tmp_path / "table.parquet")
    made = pl.read_parquet(tmp_path / "table.parquet")
    assert made.is_empty()
    assert dict(made.schema) == dict(contract(name).polars_schema())
