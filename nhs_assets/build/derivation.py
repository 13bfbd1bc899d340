"""How every column is worked out, as two published tables, so that a published file explains itself anywhere."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import polars as pl

from nhs_assets.build.audit import conclusion_recipe
from nhs_assets.build.recipe import Recipe
from nhs_assets.build.wiring import model_recipes, product_recipes
from nhs_assets.contracts.registry import contract, contracts
from nhs_assets.settings import PROJECT_ROOT, Settings
from nhs_assets.store.staging import Workspace

LINEAGE = "audit.lineage"
FORMULA = "audit.formula"


def published_derivations(settings: Settings, workspace: Workspace) -> dict[str, pl.DataFrame]:
    """The derivation tables of every table that is made from others, as a run sees the parameters."""
    made = product_recipes(settings.sql_dir).values()
    recipes = [*made, conclusion_recipe(settings.sql_dir), *model_recipes("audit")]
    return derivation_tables(settings, recipes, workspace.read("evidence.parameter_value")["parameter_id"])


def derivation_tables(
    settings: Settings, recipes: Iterable[Recipe], parameter_ids: Iterable[str]
) -> dict[str, pl.DataFrame]:
    """``audit.lineage`` and ``audit.formula`` for the tables that these recipes make.

    Args:
        settings: where lineage is kept.
        recipes: how the tables are made.
        parameter_ids: parameters that there are, among which each table's own are found.
    """
    known = sorted(set(parameter_ids))
    lineage: list[dict] = []
    formulas: list[dict] = []
    for recipe in recipes:
        table = recipe.contract.name
        derivations = recipe.lineage(settings)
        used = ", ".join(parameters_named(recipe.constants(), known)) if derivations else ""
        for column, derivation in derivations.items():
            lineage += [
                {
                    "table_name": table,
                    "column_name": column,
                    "from_table": source,
                    "from_column": name,
                    "only_where": derivation.only_where.get((source, name)),
                }
                for source, name in derivation.sources
            ]
            formulas.append(
                {
                    "table_name": table,
                    "column_name": column,
                    "kind": "select" if "sql" in recipe.kinds else "model",
                    "expression": derivation.formula,
                    "file": _file(recipe.source, settings),
                    "parameters": used or None,
                }
            )
    return {LINEAGE: _frame(LINEAGE, lineage), FORMULA: _frame(FORMULA, formulas)}


def _file(source: Path, settings: Settings) -> str:
    """Path within the project, also where the SQL stands elsewhere."""
    sql_dir = settings.sql_dir.resolve()
    if source.is_relative_to(sql_dir):
        return f"sql/{source.relative_to(sql_dir).as_posix()}"
    return source.relative_to(PROJECT_ROOT).as_posix()


def parameters_named(constants: Iterable[str], parameter_ids: Iterable[str]) -> list[str]:
    """Parameters that code names, in whole or by the part that it completes (``saving_per_post_gbp_`` and a body).

    A constant that is the name of a column is taken for that column unless it is a parameter's whole name.
    """
    held = set(constants)
    columns, categories = _columns_and_categories()
    parts = {constant.strip("_") for constant in held - columns}
    fillings = parts | categories
    return [one for one in parameter_ids if one in held or any(_completes(part, fillings, one) for part in parts)]


def _completes(part: str, fillings: set[str], parameter_id: str) -> bool:
    rest = {parameter_id.removeprefix(part + "_"), parameter_id.removesuffix("_" + part)} - {parameter_id}
    return bool(rest & fillings)


@lru_cache(maxsize=1)
def _columns_and_categories() -> tuple[set[str], set[str]]:
    """Names of columns, and the words of closed lists such as bodies and terms, over all contracts."""
    columns = {name: column for described in contracts().values() for name, column in described.model.columns().items()}
    words = {word for column in columns.values() for word in (column.metadata or {}).get("values", ())}
    return set(columns), words


def _frame(table: str, rows: list[dict]) -> pl.DataFrame:
    described = contract(table)
    return pl.DataFrame(rows, schema=described.polars_schema()).sort(described.primary_key)
