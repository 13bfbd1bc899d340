"""The command line in forks of one process that holds its libraries, which take seconds to load.

A fork is a process of its own: environment, exit code, memory and open files are those of ``nhs-assets`` alone.
"""

import atexit
import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path

TIMEOUT_S = 300
LIBRARIES = (
    *("dagster", "dataframely", "duckdb", "httpx", "jinja2", "polars", "pydantic_settings", "rich.markup"),
    *("rich.table", "scipy.special", "sqlglot", "stamina", "typer", "xlsxwriter"),
)
"""Nothing of the project: its modules read settings when they are loaded."""


def run(arguments: tuple[str, ...], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """``nhs-assets`` with these arguments, in this environment alone."""
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload([__name__, *LIBRARIES])
    with tempfile.TemporaryDirectory() as folder:
        printed = [Path(folder) / name for name in ("out", "err")]
        process = forks.Process(target=_become, args=(arguments, environment, os.getcwd(), *printed))
        process.start()
        process.join(TIMEOUT_S)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(arguments, TIMEOUT_S)
        return subprocess.CompletedProcess(
            arguments, process.exitcode, *(path.read_text(encoding="utf-8") for path in printed)
        )


def _become(arguments: tuple[str, ...], environment: dict[str, str], folder: str, out: Path, err: Path) -> None:
    for path, stream in ((out, sys.stdout), (err, sys.stderr)):
        with path.open("wb") as file:
            os.dup2(file.fileno(), stream.fileno())
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["nhs-assets", *arguments]
    from nhs_assets.cli import main

    try:
        main()
    finally:
        atexit._run_exitfuncs()
