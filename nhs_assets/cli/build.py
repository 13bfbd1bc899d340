"""Commands that refresh the tables and start the Dagster UI."""

import atexit
import errno
import logging
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from nhs_assets.cli.console import err, fail, out, say
from nhs_assets.ground.problems import BadInputError
from nhs_assets.settings import settings

if TYPE_CHECKING:
    from nhs_assets.cli.refresh import Refreshed


def refresh() -> None:
    """Build and check every table from the seeds, then publish them.

    The published version stays until every blocking check passes. Unchanged tables are reused.

    Example: [bold]nhs-assets refresh[/bold]
    """
    import gc

    from nhs_assets.cli.refresh import refresh as run

    # The process exits after the refresh; garbage collection would take a tenth of its time.
    gc.disable()
    progress = _show_progress()
    try:
        result = run(on_start=progress.start)
    except OSError as error:
        if error.errno not in CANNOT_WRITE:
            raise
        fail(f"{error}\nThe data folder is not writable. The published version is unchanged.")
    except BadInputError as error:
        fail(f"{error}\nNothing was built. The published version is unchanged.")
    _print_result(result)
    _leave(0 if result.succeeded else 1)


def ui(port: Annotated[int, typer.Option(help="Port on this machine.", min=1, max=65535)] = 3000) -> None:
    """Start the Dagster UI and daemon on this machine, with the run history that refresh writes.

    Example: [bold]nhs-assets ui --port 3000[/bold]
    """
    import socket

    from nhs_assets.instance.home import use_dagster_home
    from nhs_assets.settings import PROJECT_ROOT

    with socket.socket() as probe:
        # Dagster would start its daemon even without the port, beside whatever uses it.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            fail(f"port {port} is in use, perhaps by another nhs-assets ui. Choose another: nhs-assets ui --port 3001")
    use_dagster_home(settings())
    out.print(f"Starting Dagster on http://127.0.0.1:{port} (stop with Ctrl-C)")
    dagster = str(Path(sys.executable).with_name("dagster"))
    workspace = str(PROJECT_ROOT / "workspace.yaml")
    # A background job of a script ignores SIGINT, which Dagster uses to stop its processes.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execv(dagster, [dagster, "dev", "-w", workspace, "-h", "127.0.0.1", "-p", str(port)])


TABLES = "nhs_assets.progress"
CANNOT_WRITE = (errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM)


class _Progress(logging.Handler):
    """Prints a line for each finished table, and notices."""

    def __init__(self) -> None:
        super().__init__()
        self.done = 0
        self.total = 0

    def start(self, total: int) -> None:
        self.total = total
        err.print(f"Refreshing {total} tables")

    def emit(self, record: logging.LogRecord) -> None:
        if record.name != TABLES:
            say(err, record.getMessage())
            return
        self.done += 1
        how = "unchanged" if record.reused else f"{record.seconds * 1000:.0f} ms"
        place = f"{self.done:>3}/{self.total}"
        line = f"[dim]{place}[/dim] {record.getMessage():<40} {record.rows:>8,} rows  [dim]{how}[/dim]"
        err.print(line, highlight=False)


def _show_progress() -> _Progress:
    handler = _Progress()
    for name in (TABLES, "nhs_assets.notices"):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    return handler


def _print_result(result: "Refreshed") -> None:
    from nhs_assets.outputs.summary import headlines
    from nhs_assets.store.snapshot import database_path, open_snapshot

    data_dir = settings().data_dir
    if not result.succeeded:
        err.print(f"\n[bold red]The refresh failed[/bold red] (run {result.run_id})", highlight=False)
        for step, message in result.errors:
            err.print(f"\n{step.replace('__', '.')}", style="bold", highlight=False)
            say(err, message)
        for description in result.checks_failed:
            say(err, f"\n{description}")
        say(err, f"\nReport: {data_dir / 'failures' / (result.run_id + '.md')}")
        err.print("The published version is unchanged.")
        return
    with open_snapshot(data_dir) as snapshot:
        shown = Table("figure", "answer", "table", show_lines=True)
        for headline in headlines(snapshot):
            shown.add_row(headline.question, headline.answer, headline.table)
    out.print(shown)
    with open_snapshot(data_dir) as snapshot:
        moves = snapshot.sql("SELECT message FROM audit.alert ORDER BY alert_id").fetchall() if result.is_new else []
    for (message,) in moves:
        out.print("changed", style="yellow", end=" ")
        say(out, f"{message}\n")
    for warning in result.checks_warned:
        out.print("warning", style="yellow", end=" ")
        say(out, f"{warning}\n")
    count = f"{result.checks_passed} checks passed, {len(result.checks_warned)} warnings, none failed"
    state = "published" if result.is_new else "is unchanged, nothing new to publish:"
    if result.kept_back is not None:
        state = f"stays shown: {result.kept_back}."
    say(out, f"{count}. Version {result.version} {state} {database_path(data_dir)}")
    if result.is_new:
        say(out, f"Compared with {result.compared_with}: {result.revisions} figures differ (nhs-assets diff)")
    if result.past is not None:
        say(out, result.past)
    say(out, 'Next: nhs-assets tables, or nhs-assets query "SELECT * FROM overspend.funding_gap"')


def _leave(code: int) -> None:
    """Exits after the exit handlers, without the second that tearing down Dagster's objects would take."""
    sys.stdout.flush()
    sys.stderr.flush()
    atexit._run_exitfuncs()
    os._exit(code)
