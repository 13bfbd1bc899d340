"""Commands that refresh the tables and start the Dagster UI."""

import atexit
import errno
import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from nhs_assets.cli.console import fail, out
from nhs_assets.ground.problems import BadInputError
from nhs_assets.settings import PROJECT_ROOT, settings

CANNOT_WRITE = (errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM)


def refresh() -> None:
    """Build and check every table from the seeds, then publish them.

    The published version stays until every blocking check passes. Unchanged tables are reused.

    Example: [bold]nhs-assets refresh[/bold]
    """
    import gc

    from nhs_assets.cli.refresh import refresh as run

    # The process exits after the refresh; garbage collection would take a tenth of its time.
    gc.disable()
    try:
        is_published = run()
    except OSError as error:
        if error.errno not in CANNOT_WRITE:
            raise
        fail(f"{error}\nThe data folder is not writable. The published version is unchanged.")
    except BadInputError as error:
        fail(f"{error}\nNothing was built. The published version is unchanged.")
    _leave(0 if is_published else 1)


def ui(port: Annotated[int, typer.Option(help="Port on this machine.", min=1, max=65535)] = 3000) -> None:
    """Start the Dagster UI and daemon on this machine, with the run history that refresh writes.

    Example: [bold]nhs-assets ui --port 3000[/bold]
    """
    import socket

    from nhs_assets.ground.locks import refuse_without_locks
    from nhs_assets.instance.home import use_dagster_home

    with socket.socket() as probe:
        # Dagster would start its daemon even without the port, beside whatever uses it.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            fail(f"port {port} is in use, perhaps by another nhs-assets ui. Choose another: nhs-assets ui --port 3001")
    refuse_without_locks(settings().data_dir)
    use_dagster_home(settings())
    out.print(f"Starting Dagster on http://127.0.0.1:{port} (stop with Ctrl-C)")
    dagster = str(Path(sys.executable).with_name("dagster"))
    workspace = str(PROJECT_ROOT / "workspace.yaml")
    # A background job of a script ignores SIGINT, which Dagster uses to stop its processes.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execv(dagster, [dagster, "dev", "-w", workspace, "-h", "127.0.0.1", "-p", str(port)])


def _leave(code: int) -> None:
    """Exits after the exit handlers, without the second that tearing down Dagster's objects would take."""
    sys.stdout.flush()
    sys.stderr.flush()
    atexit._run_exitfuncs()
    os._exit(code)
