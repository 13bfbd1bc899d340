"""Alerts reach the log and every address, once, and a failure forgets nothing."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from pydantic import SecretStr

from nhs_assets.outputs import alerts
from nhs_assets.outputs.alerts import AlertCursor, PendingAlert, send_pending

pytestmark = pytest.mark.unit

MOVED = PendingAlert("000002-abc/payback_month", "large", "payback months went from 27 to 28")
LATER = PendingAlert("000003-abd/real_growth", "small", "real growth went from 2.2 to 2.3")
SECRET = "a-secret-token"


class Receiver(HTTPServer):
    """Takes notifications on this machine, or refuses them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.refuses = False
        self.received: list[dict] = []

    @property
    def address(self) -> str:
        return f"json://127.0.0.1:{self.server_port}/{SECRET}"


class Answer(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self.server.refuses:
            self.server.received.append(body)
        self.send_response(503 if self.server.refuses else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keeps the test's output clean."""


@pytest.fixture
def receivers() -> Iterator[tuple[Receiver, Receiver]]:
    servers = (Receiver(), Receiver())
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield servers
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> dict[int, list[PendingAlert]]:
    """Alerts by number of the version."""
    by_version: dict[int, list[PendingAlert]] = {1: [], 2: [MOVED]}

    def found(_: Path, after: int) -> tuple[int, list[PendingAlert]]:
        return max(by_version), [one for number, own in by_version.items() if number > after for one in own]

    monkeypatch.setattr(alerts, "new_alerts", found)
    return by_version


def test_without_an_address_it_is_logged_once(published, tmp_path: Path) -> None:
    log: list[str] = []
    cursor = send_pending(AlertCursor(), tmp_path, None, log.append)
    assert send_pending(cursor, tmp_path, None, log.append) == cursor == AlertCursor(2)
    assert log == ["large move, 000002-abc/payback_month: payback months went from 27 to 28"]


def test_it_is_sent_once_and_again_only_for_what_is_new(receivers, published, tmp_path: Path) -> None:
    urls = SecretStr(receivers[0].address)
    cursor = send_pending(AlertCursor(), tmp_path, urls, lambda _: None)
    cursor = send_pending(AlertCursor.from_text(cursor.to_text()), tmp_path, urls, lambda _: None)
    assert [one["message"] for one in receivers[0].received] == [MOVED.message]
    published[3] = [LATER]
    send_pending(cursor, tmp_path, urls, lambda _: None)
    assert [one["message"] for one in receivers[0].received] == [MOVED.message, LATER.message]


def test_what_could_not_be_sent_is_kept_and_sent_at_the_next_tick_to_that_address_alone(
    receivers, published, tmp_path: Path
) -> None:
    good, bad = receivers
    bad.refuses = True
    urls, log = SecretStr(f"{good.address} {bad.address}"), []
    cursor = send_pending(AlertCursor(), tmp_path, urls, log.append)
    assert [one.alert_id for one in cursor.waiting] == [MOVED.alert_id]
    assert any("could not send" in line and "address 2 of 2" in line for line in log)
    bad.refuses = False
    cursor = send_pending(AlertCursor.from_text(cursor.to_text()), tmp_path, urls, log.append)
    assert cursor.waiting == ()
    assert len(good.received) == len(bad.received) == 1


def test_no_address_is_logged_or_kept(receivers, published, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    receivers[0].refuses = True
    log: list[str] = []
    cursor = send_pending(AlertCursor(), tmp_path, SecretStr(f"{receivers[0].address} no://such/{SECRET}"), log.append)
    assert len(cursor.waiting) == 1
    assert SECRET not in "".join([*log, cursor.to_text(), caplog.text])


def test_alerts_wait_while_no_address_is_set(published, tmp_path: Path) -> None:
    waiting = AlertCursor(2, (MOVED,))
    assert send_pending(waiting, tmp_path, None, lambda _: None) == waiting
