"""The asset of a table.

The step stages the table (or reuses an unchanged one), evaluates its checks on the staged bytes and then promotes it
to the working tables. The checks run in the asset's own step, so they cannot be deselected, and another run never
reads a table that breaks a blocking one.
"""

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import dagster as dg

from nhs_assets.build import engine as duckdb_engine
from nhs_assets.build.checks import Check, Outcome, evaluate, find_checks
from nhs_assets.build.engine import ColumnMismatchError
from nhs_assets.build.recipe import Recipe, build
from nhs_assets.build.sql import sql_recipes
from nhs_assets.build.wiring import model_recipes
from nhs_assets.defs import metadata
from nhs_assets.ground.clock import MACHINE, Clock
from nhs_assets.ground.problems import BadInputError
from nhs_assets.settings import Settings, settings
from nhs_assets.store.reports import write_refusal
from nhs_assets.store.staging import ContractError, MissingTableError, Workspace

SHOWN_ROWS = 20
"""Offending rows of a check in the UI."""

OWNERS = ["team:nhs-assets"]

progress = logging.getLogger("nhs_assets.progress")


def asset_key(table: str) -> dg.AssetKey:
    """``settlement.plan`` is the asset ``settlement/plan``."""
    return dg.AssetKey(table.split("."))


def table_asset(recipe: Recipe, clock: Clock) -> dg.AssetsDefinition:
    """The asset of a table with the checks that guard it; the clock gives the day on which some depend."""
    contract, key = recipe.contract, asset_key(recipe.contract.name)
    checks = [check for check in find_checks(settings().sql_dir) if check.table == contract.name]
    upstream = {*recipe.reads, *(table for check in checks for table in check.reads)}

    @dg.asset(
        key=key,
        deps=[asset_key(table) for table in sorted(upstream - {contract.name})],
        group_name=contract.schema,
        description=metadata.description(contract, settings().seeds_dir),
        owners=OWNERS,
        kinds=recipe.kinds,
        code_version=recipe.code_version[:12],
        metadata=metadata.of_definition(contract, recipe.source),
        check_specs=[check_spec(key, check) for check in checks],
    )
    def materialise(
        context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
    ) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
        started = time.perf_counter()
        workspace = Workspace(settings.data_dir, context.run.run_id)
        workspace.begin()
        try:
            record, reused = build(recipe, settings, workspace)
        except BadInputError as refused:
            report = write_refusal(settings.data_dir, contract.name, refused)
            raise dg.Failure(f"{refused}\nReport: {report}", allow_retries=False) from refused
        except (ColumnMismatchError, ContractError, MissingTableError) as error:
            raise dg.Failure(str(error), allow_retries=False) from error
        outcomes = evaluate_checks(settings, workspace, checks, clock.today())
        yield from (check_result(key, outcome) for outcome in outcomes)
        broken = [outcome for outcome in outcomes if outcome.check.blocking and not outcome.passed]
        if broken:  # said here, because Dagster's own error would only name the checks
            raise dg.Failure("\n\n".join(map(str, broken)), allow_retries=False)
        workspace.promote(contract.name)
        elapsed = time.perf_counter() - started
        progress.info("%s", contract.name, extra={"rows": record.rows, "seconds": elapsed, "reused": reused})
        yield dg.MaterializeResult(
            metadata=metadata.of_materialisation(
                contract,
                record,
                workspace,
                settings.preview_rows,
                recipe.lineage(settings),
                reused,
                context.run.job_name,
                _charts(context, settings, workspace, recipe),
            ),
            data_version=dg.DataVersion(record.sha256),
        )

    return materialise


def _charts(
    context: dg.AssetExecutionContext, settings: Settings, workspace: Workspace, recipe: Recipe
) -> Sequence[str]:
    # Imported here: the code location must load fast.
    from nhs_assets.outputs.charts.of_table import charts_of

    table = recipe.contract.name
    try:
        return charts_of(settings, table, {name: workspace.path(name) for name in (table, *recipe.reads)})
    except Exception:  # a table that is right is there in any case
        context.log.exception("the chart of %s could not be drawn", table)
        return ()


def schema_assets(schema: str) -> list[dg.AssetsDefinition]:
    """The assets of a product schema: its SQL files and the tables of its model."""
    recipes = (*sql_recipes(settings().sql_dir, schema), *model_recipes(schema))
    return [table_asset(recipe, MACHINE) for recipe in recipes]


def unread_keys(assets: Iterable[dg.AssetsDefinition]) -> list[dg.AssetKey]:
    """Keys of the assets on which no other of these depends, sorted."""
    assets = list(assets)
    read = {key for asset in assets for key in asset.dependency_keys}
    return sorted({key for asset in assets for key in asset.keys} - read)


def evaluate_checks(
    limits: Settings, workspace: Workspace, checks: Sequence[Check], today: date
) -> tuple[Outcome, ...]:
    """Evaluates the checks on the tables staged by this run."""
    if not checks:
        return ()
    tables = {table: workspace.path(table) for check in checks for table in check.reads}
    with duckdb_engine.session(limits, tables) as session:
        return evaluate(session, checks, today)


def check_spec(key: dg.AssetKey, check: Check) -> dg.AssetCheckSpec:
    """The specification of a check."""
    return dg.AssetCheckSpec(
        check.rule,
        asset=key,
        description=check.title,
        blocking=check.blocking,
        metadata={"identity": check.identity or "", "sql": dg.MetadataValue.path(str(check.select.path))},
    )


def check_result(key: dg.AssetKey, outcome: Outcome) -> dg.AssetCheckResult:
    """The result of a check, with the first offending rows and the remedy."""
    check = outcome.check
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=check.rule,
        passed=outcome.passed,
        severity=dg.AssetCheckSeverity.ERROR if check.blocking else dg.AssetCheckSeverity.WARN,
        description=check.title if outcome.passed else str(outcome),
        metadata={"offending_rows": len(outcome.offending), "remedy": check.remedy}
        | ({} if outcome.passed else {"sample": metadata.rows(outcome.offending.head(SHOWN_ROWS))}),
    )
