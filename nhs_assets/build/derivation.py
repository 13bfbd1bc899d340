"""The derivation of every column as two published tables, so that a published file explains itself."""

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
    """The derivation tables, with the parameters as a run sees them."""
    made = product_recipes(settings.sql_dir).values()
    recipes = [*made, conclusion_recipe(settings.sql_dir), *model_recipes("audit")]
    return derivation_tables(settings, recipes, workspace.read("evidence.parameter_value")["parameter_id"])


def derivation_tables(
    settings: Settings, recipes: Iterable[Recipe], parameter_ids: Iterable[str]
) -> dict[str, pl.DataFrame]:
    """``audit.lineage`` and ``audit.formula`` for the tables that these recipes make, given all parameters."""
    known = sorted(set(parameter_ids))
    lineage: list[tuple] = []
    formulas: list[tuple] = []
    for recipe in recipes:
        table = recipe.contract.name
        derivations = recipe.lineage(settings)
        used = ", ".join(parameters_named(recipe.constants(), known)) if derivations else ""
        for column, derivation in derivations.items():
            lineage += [(table, column, *source, derivation.only_where.get(source)) for source in derivation.sources]
            kind = "select" if "sql" in recipe.kinds else "model"
            file = _file(recipe.source, settings)
            formulas.append((table, column, kind, derivation.formula, file, used or None))
    return {LINEAGE: _frame(LINEAGE, lineage), FORMULA: _frame(FORMULA, formulas)}


def _file(source: Path, settings: Settings) -> str:
    """Path within the project, even where the settings name another SQL folder."""
    sql_dir = settings.sql_dir.resolve()
    if source.is_relative_to(sql_dir):
        return f"sql/{source.relative_to(sql_dir).as_posix()}"
    return source.relative_to(PROJECT_ROOT).as_posix()


def parameters_named(constants: Iterable[str], parameter_ids: Iterable[str]) -> list[str]:
    """Parameters that code names, in whole or by the part that it completes (``saving_per_post_gbp_`` and a body).

    A constant that is the name of a column means that column unless it is a parameter's whole name.
    """
    named = set(constants)
    columns, categories = _columns_and_categories()
    parts = {constant.strip("_") for constant in named - columns}
    fillings = parts | categories

    def is_completed(parameter_id: str) -> bool:
        rests = {parameter_id.removeprefix(f"{part}_") for part in parts}
        rests |= {parameter_id.removesuffix(f"_{part}") for part in parts}
        return bool((rests - {parameter_id}) & fillings)

    return [parameter_id for parameter_id in parameter_ids if parameter_id in named or is_completed(parameter_id)]


@lru_cache(maxsize=1)
def _columns_and_categories() -> tuple[set[str], set[str]]:
    """Names of columns, and values of closed lists such as bodies and terms, in all contracts."""
    columns = {name: column for described in contracts().values() for name, column in described.model.columns().items()}
    words = {word for column in columns.values() for word in (column.metadata or {}).get("values", ())}
    return set(columns), words


def _frame(table: str, rows: list[tuple]) -> pl.DataFrame:
    described = contract(table)
    return pl.DataFrame(rows, schema=described.polars_schema(), orient="row").sort(described.primary_key)
