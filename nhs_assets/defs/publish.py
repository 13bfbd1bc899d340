"""The published snapshot: the last asset of a refresh."""

from datetime import timedelta

import dagster as dg

from nhs_assets.contracts.registry import contracts
from nhs_assets.engine.checks import find_checks
from nhs_assets.factories.table import OWNERS, asset_key
from nhs_assets.settings import Settings
from nhs_assets.store.publish import TABLES_OF_PUBLICATION, publish
from nhs_assets.store.snapshot import database_path
from nhs_assets.store.staging import Workspace

SNAPSHOT = dg.AssetKey(["publish", "snapshot"])


@dg.asset(
    key=SNAPSHOT,
    deps=[asset_key(name) for name in contracts() if name not in TABLES_OF_PUBLICATION],
    group_name="publish",
    owners=OWNERS,
    kinds={"duckdb"},
    required_resource_keys={"settings"},
    freshness_policy=dg.FreshnessPolicy.cron(
        deadline_cron="0 8 * * *", lower_bound_delta=timedelta(hours=3), timezone="Europe/London"
    ),
)
def snapshot(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """All tables as one read-only DuckDB file, shown in one step once every blocking check holds on its very bytes."""
    # Imported here: only a run that publishes compares and explains, and the code location must load fast.
    from nhs_assets.factories.derivation import published_derivations
    from nhs_assets.revision.review import review

    limits: Settings = context.resources.settings
    workspace = Workspace(limits.data_dir, context.run.run_id)
    done = publish(
        limits, workspace, find_checks(limits.sql_dir), review, lambda: published_derivations(limits, workspace)
    )
    workspace.prune(limits.runs_kept)
    warnings = [outcome for outcome in done.outcomes if not outcome.passed]
    return dg.MaterializeResult(
        metadata={
            "version": done.version,
            "is_new": done.is_new,
            "tables": done.tables,
            "dagster/row_count": done.rows,
            "checks": len(done.outcomes),
            "warnings": dg.MetadataValue.md("\n\n".join(str(warning) for warning in warnings) or "none"),
            "compared_with": done.compared_with or "nothing: the first publication",
            "revisions": done.revisions,
            "alerts": dg.MetadataValue.md("\n\n".join(done.alerts) or "none"),
            "database": dg.MetadataValue.path(str(database_path(limits.data_dir))),
        }
    )
