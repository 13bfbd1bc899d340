"""The published snapshot: the last asset of a refresh."""

import logging
import time
from datetime import timedelta
from functools import partial
from pathlib import Path

import dagster as dg

from nhs_assets.build.checks import find_checks
from nhs_assets.build.publish import PublicationError, Report, publish
from nhs_assets.defs import audit, evidence, metadata, overspend, raw, savings, settlement, workforce
from nhs_assets.defs.table_asset import OWNERS, unread_keys
from nhs_assets.ground.clock import MACHINE
from nhs_assets.ground.problems import BadInputError
from nhs_assets.settings import Settings
from nhs_assets.store.cleanup import prune_runs
from nhs_assets.store.snapshot import database_path
from nhs_assets.store.staging import ContractError, Workspace

notices = logging.getLogger("nhs_assets.notices")
"""Messages shown at the command line during a refresh."""

PRODUCTS = (evidence, settlement, workforce, savings, overspend)
SNAPSHOT = dg.AssetKey(["publish", "snapshot"])


@dg.asset(
    key=SNAPSHOT,
    # The tables that nothing else reads; the others are upstream of them, and the lineage stays readable.
    deps=unread_keys([*raw.assets, *audit.assets, *(table for schema in PRODUCTS for table in schema.assets)]),
    group_name="publish",
    owners=OWNERS,
    kinds={"duckdb"},
    freshness_policy=dg.FreshnessPolicy.cron(
        deadline_cron="0 8 * * *", lower_bound_delta=timedelta(hours=3), timezone="Europe/London"
    ),
)
def snapshot(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    """All tables as one read-only DuckDB file, published in one step once every blocking check passes on its bytes."""
    # Imported here: the code location must load fast, and only a publication compares and explains.
    from nhs_assets.build.derivation import published_derivations
    from nhs_assets.outputs.exports.write import Exports
    from nhs_assets.outputs.front_page import front_page
    from nhs_assets.outputs.report.page import report_version, write_report
    from nhs_assets.revision.review import review

    workspace = Workspace(settings.data_dir, context.run.run_id)
    workspace.begin()

    def say(line: str) -> None:
        context.log.warning(line)
        notices.warning("%s", line)

    derivations = partial(published_derivations, settings, workspace)
    checks, outputs_of = find_checks(settings.sql_dir), partial(Exports, settings)
    report = Report(report_version(settings.sql_dir), write_report)
    try:
        done = publish(settings, workspace, checks, review, derivations, outputs_of, report, MACHINE, say)
    except (PublicationError, ContractError, BadInputError) as refused:
        # Said here, since Dagster's own error would begin with the name of a class.
        raise dg.Failure(str(refused), allow_retries=False) from refused
    for lacking in done.unwritten:
        say(f"The tables are published {lacking}")
    prune_runs(settings.data_dir, settings.runs_kept)
    database = database_path(settings.data_dir)
    shown = front_page(database)
    return dg.MaterializeResult(
        metadata={
            "version": done.version,
            **{one.question: dg.MetadataValue.md(metadata.paragraphs(one.answer)) for one in shown.answers},
            **{f"Warning: {one.title}": dg.MetadataValue.md(metadata.paragraphs(one.rows)) for one in shown.warnings},
            "What changed": dg.MetadataValue.md(shown.changed),
            "Changes by cause and table": dg.MetadataValue.md(metadata.markdown(shown.changes)),
            "Conclusions that moved": dg.MetadataValue.md("\n\n".join(done.alerts) or "none"),
            "How to cite": dg.MetadataValue.md(shown.citation),
            "Every check": dg.MetadataValue.md(metadata.markdown(shown.checks)),
            "database": dg.MetadataValue.path(str(database)),
            "is_new": done.is_new,
            **({"withheld": done.withheld} if done.withheld else {}),
            "compared_with": done.compared_with or "nothing: the first publication",
            "revisions": done.revisions,
            "tables": done.tables,
            "dagster/row_count": done.rows,
            "checks": len(shown.checks),
        }
    )


REPORT = dg.AssetKey(["publish", "report"])
WRITTEN = dg.AssetCheckSpec(
    "report_is_written", asset=REPORT, description="The report of the current version could be written from its tables."
)
SHOWN_CHARTS = ("money_moved", "payback")


@dg.asset(key=REPORT, deps=[SNAPSHOT], group_name="publish", owners=OWNERS, kinds={"html"}, check_specs=[WRITTEN])
def report(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    """One page that people read: the answers with ranges, charts with their tables and files, and cards of figures.

    It is written with the tables and sealed with them, so that it never says what they do not. It works from disk.
    """
    from nhs_assets.outputs.report.written import NoReportError, written_report

    wanted = "report" in settings.formats
    try:
        written = written_report(settings.data_dir)
    except NoReportError as error:
        return dg.MaterializeResult(
            metadata={"why_there_is_none": str(error)}, check_results=[_written(not wanted, str(error))]
        )
    return dg.MaterializeResult(
        metadata={
            "page": dg.MetadataValue.path(str(written.page)),
            "bytes": written.size,
            "charts": dg.MetadataValue.md(_pictures(written.page.parent)),
            "figures": len(written.figures),
            "cards": written.cards,
            "version": written.version,
        },
        check_results=[_written(True, WRITTEN.description or "")],
    )


def _written(passed: bool, description: str) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=WRITTEN.name, passed=passed, severity=dg.AssetCheckSeverity.WARN, description=description
    )


def _pictures(folder: Path) -> str:
    """Two charts as Markdown."""
    from nhs_assets.outputs.charts.of_table import embedded

    drawn = {name: (folder / f"charts/{name}.svg").read_text(encoding="utf-8") for name in SHOWN_CHARTS}
    return "\n\n".join(embedded(name, svg) for name, svg in drawn.items())


AS_OF = dg.AssetKey(["publish", "as_of"])
BUILT = dg.AssetCheckSpec(
    "past_days_are_built", asset=AS_OF, description="The files of past days could be built from what was known then."
)


@dg.asset(key=AS_OF, deps=[SNAPSHOT], group_name="publish", owners=OWNERS, kinds={"duckdb"}, check_specs=[BUILT])
def as_of(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    """One DuckDB file for each vintage with the tables as of its day: that day's facts with today's method.

    They are built once today's figures are published, and reused while nothing behind them changes. If one cannot be
    built, the earlier files stay, and so do today's figures.
    """
    from nhs_assets.build.as_of_files import Past, build_past

    done, failure = Past({}, 0), ""
    started = time.monotonic()
    try:
        done = build_past(settings, notices.warning) if settings.as_of_files else done
    except Exception as error:
        context.log.exception("as-of files could not be built")
        failure = (
            f"As-of files could not be built; the previous ones remain: {error}. What was published today "
            "stays too. To try again: nhs-assets refresh"
        )
    return dg.MaterializeResult(
        metadata={
            "built": len(done.built),
            "reused": done.reused,
            "seconds": round(time.monotonic() - started, 1),
            "seconds_by_vintage": {vintage: round(seconds, 2) for vintage, seconds in done.built.items()},
        },
        check_results=[
            dg.AssetCheckResult(
                check_name=BUILT.name,
                passed=not failure,
                severity=dg.AssetCheckSeverity.WARN,
                description=failure or BUILT.description,
            )
        ],
    )
