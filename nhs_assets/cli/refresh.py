"""Runs the ``refresh`` job in this process, in the run history that the UI shows, and prints the result."""

import logging
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import dagster as dg
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from nhs_assets.cli.console import err, out, say
from nhs_assets.definitions import defs
from nhs_assets.ground.clock import MACHINE
from nhs_assets.instance.dead_runs import end_dead_runs
from nhs_assets.instance.failed_steps import failed_steps, waiting
from nhs_assets.instance.home import name_origin, use_dagster_home
from nhs_assets.instance.retention import tidy
from nhs_assets.outputs.summary import headlines
from nhs_assets.settings import settings
from nhs_assets.store.cleanup import remove_leftovers
from nhs_assets.store.reports import write_failure
from nhs_assets.store.running import begin
from nhs_assets.store.snapshot import database_path, open_snapshot

TABLES, NOTICES = "nhs_assets.progress", "nhs_assets.notices"
RUNS_TIDIED_AT_ONCE = 20
"""Most old runs deleted after a refresh, so that it ends soon."""

SNAPSHOT, REPORT, AS_OF = (dg.AssetKey(["publish", name]) for name in ("snapshot", "report", "as_of"))


class _Progress(logging.Handler):
    """Shows notices and how far a refresh has come: a bar on a terminal, elsewhere a line for each finished schema."""

    def __init__(self) -> None:
        super().__init__()
        self.left: Counter[str] = Counter()
        self.built: Counter[str] = Counter()
        self.unchanged: Counter[str] = Counter()
        self.seconds: Counter[str] = Counter()
        self.bar = Progress(
            BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"), console=err
        )
        for name in (TABLES, NOTICES):
            logger = logging.getLogger(name)
            logger.addHandler(self)
            logger.setLevel(logging.INFO)
            logger.propagate = False

    @contextmanager
    def of(self, tables: Iterable[str]) -> Iterator[None]:
        """Shows how far these tables have come until the block ends."""
        self.left.update(table.partition(".")[0] for table in tables)
        total = self.left.total()
        err.print(f"Refreshing {total} tables")
        if not err.is_terminal:
            yield
            return
        with self.bar:
            self.bar.add_task("", total=total)
            yield

    def emit(self, record: logging.LogRecord) -> None:
        if record.name != TABLES:
            say(err, record.getMessage())
            return
        table = record.getMessage()
        schema = table.partition(".")[0]
        (self.unchanged if record.reused else self.built)[schema] += 1
        self.left[schema] -= 1
        self.seconds[schema] += record.seconds
        for task in self.bar.task_ids:
            self.bar.update(task, advance=1, description=table)
        if not self.left[schema] and not self.bar.task_ids:
            built, unchanged = self.built[schema], self.unchanged[schema]
            counts = ((built, "built"), (unchanged, "unchanged"))
            counted = ", ".join(f"{number} {how}" for number, how in counts if number)
            err.print(f"{schema:<12} {counted} in {self.seconds[schema]:.1f} s", highlight=False)


def refresh() -> bool:
    """Builds, checks and publishes every table, and returns whether it succeeded."""
    progress, run_id = _Progress(), str(uuid.uuid4())
    begin(settings().data_dir, run_id)
    use_dagster_home(settings())
    job = defs().resolve_job_def("refresh")
    of_publication = {key.to_python_identifier() for key in (SNAPSHOT, REPORT, AS_OF)}
    tables = [node.name.replace("__", ".") for node in job.nodes if node.name not in of_publication]
    with dg.DagsterInstance.get() as instance, progress.of(tables):
        for ended in end_dead_runs(instance, settings().data_dir):
            logging.getLogger(NOTICES).warning("orphaned run %s marked as failed", ended)
        remove_leftovers(settings(), MACHINE)
        name_origin(instance, job.name)
        result = job.execute_in_process(
            run_id=run_id,
            instance=instance,
            raise_on_error=False,
            tags={"trigger": "command line"},
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
        tidy(instance, settings(), MACHINE.now(), RUNS_TIDIED_AT_ONCE, logging.getLogger("nhs_assets.tidy").info)
    if result.success:
        _print_published(result, result.get_asset_check_evaluations())
    else:
        _print_failure(result, len(job.nodes))
    return result.success


def _print_failure(result: dg.ExecuteInProcessResult, planned: int) -> None:
    errors, waited = failed_steps(result.all_events), waiting(planned, result.all_events)
    data_dir, run_id = settings().data_dir, result.run_id
    write_failure(data_dir, run_id, "refresh", ["Started from the command line.", *waited], errors)
    err.print(f"\n[bold red]The refresh failed[/bold red] (run {run_id})", highlight=False)
    for table, message in errors:
        err.print(f"\n{table}", style="bold", highlight=False)
        say(err, message)
    for line in waited:
        say(err, f"\n{line}")
    say(err, f"\nReport: {data_dir / 'failures' / (run_id + '.md')}")
    err.print("The published version is unchanged.")


def _print_published(result: dg.ExecuteInProcessResult, checks: Sequence[dg.AssetCheckEvaluation]) -> None:
    metadata = {
        event.asset_key: {
            name: value.value for name, value in event.step_materialization_data.materialization.metadata.items()
        }
        for event in result.get_asset_materialization_events()
    }
    published = metadata[SNAPSHOT]
    with open_snapshot(settings().data_dir) as snapshot:
        shown = Table("figure", "answer", "table", show_lines=True)
        for headline in headlines(snapshot):
            shown.add_row(headline.question, headline.answer, headline.table)
        moves = snapshot.sql("SELECT message FROM audit.alert ORDER BY alert_id").fetchall()
    out.print(shown)
    of_today = [check for check in checks if check.asset_key not in (REPORT, AS_OF)]
    warnings = [check.description or "" for check in of_today if not check.passed]
    marked = [("changed", message) for (message,) in moves if published["is_new"]]
    for mark, message in [*marked, *(("warning", warning) for warning in warnings)]:
        out.print(mark, style="yellow", end=" ")
        say(out, f"{message}\n")
    count = f"{len(of_today) - len(warnings)} checks passed, {len(warnings)} warnings, none failed"
    state = "published" if published["is_new"] else "is unchanged, nothing new to publish:"
    if "withheld" in published:
        state = f"stays current: {published['withheld']}."
    say(out, f"{count}. Version {published['version']} {state} {database_path(settings().data_dir)}")
    if published["is_new"]:
        differ = f"{published['revisions']} figures differ (nhs-assets diff)"
        say(out, f"Compared with {published['compared_with']}: {differ}")
    if "page" in metadata[REPORT]:
        say(out, f"Report: {metadata[REPORT]['page']} (nhs-assets report)")
    failed = [check.description for check in checks if check.asset_key == AS_OF and not check.passed]
    past = failed[0] if failed else _past(metadata[AS_OF])
    if past is not None:
        say(out, past)
    say(out, "Next: nhs-assets report, or nhs-assets question for a list of questions and their answers")


def _past(metadata: Mapping[str, object]) -> str | None:
    """How many files of past days were built and reused, on one line."""
    built, reused = metadata["built"], metadata["reused"]
    if not built + reused:
        return None
    how = f"{built} built in {metadata['seconds']} s, {reused} unchanged" if built else f"all {reused} unchanged"
    return f"Past days, apart from the above: {how} (published/as_of)"
