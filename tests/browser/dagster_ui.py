"""Starts the UI as people do, asks it questions, and stops it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.conftest import WITH_REPORT, Project

UP_WITHIN_S = 90
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class DagsterUI:
    """A running UI."""

    address: str
    log: Path

    def ask(self, question: str) -> dict:
        """What the UI's own GraphQL endpoint answers."""
        request = urllib.request.Request(
            f"{self.address}/graphql", json.dumps({"query": question}).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            answer = json.load(response)
        assert "errors" not in answer, answer
        return answer["data"]


@contextmanager
def running_ui(project: Project) -> Iterator[DagsterUI]:
    """The UI on a free port of this machine, with its daemon, until the block ends."""
    port = _free_port()
    log = project.settings.data_dir.parent / f"ui-{port}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "nhs_assets.cli", "ui", "--port", str(port)],
            env=project.environment | {"NHS_ASSETS_EXPORT_FORMATS": WITH_REPORT},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    ui = DagsterUI(f"http://127.0.0.1:{port}", log)
    try:
        _wait_until_up(ui, process)
        yield ui
    finally:
        _stop(process)


@contextmanager
def open_page(ui: DagsterUI) -> Iterator[Page]:
    """A page of a headless browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        page = browser.new_page(viewport={"width": 1600, "height": 2400}, base_url=ui.address)
        page.set_default_timeout(30_000)
        expect.set_options(timeout=30_000)  # parts of a page load when it is first opened
        yield page
        browser.close()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _wait_until_up(ui: DagsterUI, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + UP_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if ui.ask("{ repositoriesOrError { ... on RepositoryConnection { nodes { name } } } }")[
                "repositoriesOrError"
            ].get("nodes"):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.5)
    raise AssertionError(f"the UI did not come up:\n{ui.log.read_text(encoding='utf-8')}")


def _stop(process: subprocess.Popen) -> None:
    for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, wanted)
            process.wait(timeout=20)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue
        break
    # Dagster's code server outlives its parent for up to 45 seconds; it is in the same process group.
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
