"""Sends alerts for changed conclusions: always to the log, and to the addresses in ``NHS_ASSETS_ALERT_URLS``.

The caller keeps the cursor, so that nothing is sent twice and nothing that failed is forgotten.
"""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pydantic import SecretStr

from nhs_assets.store.snapshot import DATABASE, is_whole, open_published, version_folder, versions

TITLE = "nhs_assets: a conclusion moved"


@dataclass(frozen=True)
class PendingAlert:
    """An alert that has not reached every address; ``reached`` holds the positions of those it has reached."""

    alert_id: str
    severity: str
    message: str
    reached: tuple[int, ...] = ()


@dataclass(frozen=True)
class AlertCursor:
    """The number of the last version whose alerts were read, and the alerts that wait to be sent."""

    version: int = 0
    waiting: tuple[PendingAlert, ...] = ()

    @classmethod
    def from_text(cls, text: str | None) -> "AlertCursor":
        """Reads what ``to_text`` wrote; without a text, no alert was sent yet."""
        if not text:
            return cls()
        state = json.loads(text)
        waiting = [PendingAlert(**(alert | {"reached": tuple(alert["reached"])})) for alert in state["waiting"]]
        return cls(state["version"], tuple(waiting))

    def to_text(self) -> str:
        """The cursor as text, without any address."""
        return json.dumps(asdict(self))


def new_alerts(data_dir: Path, after: int) -> tuple[int, list[PendingAlert]]:
    """The number of the last version, and the alerts of the versions after a number, oldest first.

    A number higher than the last means that the data folder was started over; then the alerts of all versions are new.
    """
    numbered = {int(version.partition("-")[0]): version for version in versions(data_dir)}
    last = max(numbered, default=0)
    found: list[PendingAlert] = []
    for number in sorted(numbered):
        folder = version_folder(data_dir, numbered[number])
        if number > (after if after <= last else 0) and is_whole(folder):
            found += _alerts_in(folder / DATABASE)
    return last, found


def _alerts_in(database: Path) -> list[PendingAlert]:
    with open_published(database) as connection:
        if not connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'alert'").fetchall():
            return []
        rows = connection.execute("SELECT alert_id, severity, message FROM audit.alert ORDER BY alert_id").fetchall()
    return [PendingAlert(*row) for row in rows]


def send_pending(
    cursor: AlertCursor, data_dir: Path, urls: SecretStr | None, log: Callable[[str], None]
) -> AlertCursor:
    """Logs every new alert and sends those that wait to the addresses, as apprise writes them, separated by spaces."""
    last, found = new_alerts(data_dir, cursor.version)
    for alert in found:
        log(f"{alert.severity} move, {alert.alert_id}: {alert.message}")
    addresses = urls.get_secret_value().split() if urls is not None else []
    if not addresses:
        return AlertCursor(last, cursor.waiting)
    waiting = [_send(alert, addresses, log) for alert in (*cursor.waiting, *found)]
    return AlertCursor(last, tuple(alert for alert in waiting if len(alert.reached) < len(addresses)))


def _send(alert: PendingAlert, addresses: Sequence[str], log: Callable[[str], None]) -> PendingAlert:
    reached = tuple(
        place for place, address in enumerate(addresses) if place in alert.reached or _notify(address, alert)
    )
    missed = [str(place + 1) for place in range(len(addresses)) if place not in reached]
    if missed:
        log(
            f"could not send {alert.alert_id} to address {', '.join(missed)} of {len(addresses)}; next tick tries again"
        )
    return replace(alert, reached=reached)


def _notify(address: str, alert: PendingAlert) -> bool:
    # Imported here: it takes a third of a second, and most ticks have nothing to send.
    import apprise

    # Its log names hosts and parts of addresses; failures are logged above without them.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    receiver = apprise.Apprise()
    kind = apprise.NotifyType.WARNING if alert.severity == "large" else apprise.NotifyType.INFO
    try:
        return bool(receiver.add(address)) and bool(receiver.notify(body=alert.message, title=TITLE, notify_type=kind))
    except Exception:  # a receiver's plugin may raise anything; its text may hold the address, so it is not logged
        return False
