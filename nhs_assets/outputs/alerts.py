"""Tells people of conclusions that moved: always in the log, and wherever ``NHS_ASSETS_ALERT_URLS`` says.

What was told is kept as text by whoever calls, so that nothing is told twice and nothing that failed is forgotten.
"""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pydantic import SecretStr

from nhs_assets.store.snapshot import DATABASE, is_whole, open_published, version_folder, versions

TITLE = "nhs_assets: a conclusion moved"


@dataclass(frozen=True)
class Waiting:
    """An alert that has not reached every address.

    Attributes:
        alert_id: the alert.
        severity: how large the move is.
        message: what is told.
        reached: places of the addresses it has reached, in the order in which they are set.
    """

    alert_id: str
    severity: str
    message: str
    reached: tuple[int, ...] = ()


@dataclass(frozen=True)
class Told:
    """How far telling has got.

    Attributes:
        version: number of the last version whose alerts were taken up.
        waiting: alerts that have not reached every address.
    """

    version: int = 0
    waiting: tuple[Waiting, ...] = field(default=())

    @classmethod
    def from_text(cls, text: str | None) -> "Told":
        """Reads what ``to_text`` wrote; nothing means that nothing was told yet."""
        if not text:
            return cls()
        kept = json.loads(text)
        waiting = [Waiting(**(one | {"reached": tuple(one["reached"])})) for one in kept["waiting"]]
        return cls(kept["version"], tuple(waiting))

    def to_text(self) -> str:
        """The state as text. It holds no address."""
        return json.dumps(asdict(self))


def new_alerts(data_dir: Path, after: int) -> tuple[int, list[Waiting]]:
    """Alerts of the published versions after a number, oldest first, and the number of the last version.

    Args:
        data_dir: the data folder.
        after: number of the last version whose alerts were taken up. A higher one than there is means that the data
            folder was started over.
    """
    numbered = {int(version.partition("-")[0]): version for version in versions(data_dir)}
    last = max(numbered, default=0)
    found = []
    for number in sorted(numbered):
        folder = version_folder(data_dir, numbered[number])
        if number > (after if after <= last else 0) and is_whole(folder):
            found += _alerts_in(folder / DATABASE)
    return last, found


def _alerts_in(database: Path) -> list[Waiting]:
    with open_published(database) as connection:
        if not connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'alert'").fetchall():
            return []
        rows = connection.execute("SELECT alert_id, severity, message FROM audit.alert ORDER BY alert_id").fetchall()
    return [Waiting(*row) for row in rows]


def tell(told: Told, data_dir: Path, urls: SecretStr | None, log: Callable[[str], None]) -> Told:
    """Logs every new alert, sends what is waiting, and says how far it got.

    Args:
        told: how far it had got before.
        data_dir: the data folder.
        urls: addresses as the library apprise writes them, separated by spaces; without one, nothing is sent.
        log: takes a line for the log.
    """
    last, found = new_alerts(data_dir, told.version)
    for one in found:
        log(f"{one.severity} move, {one.alert_id}: {one.message}")
    addresses = urls.get_secret_value().split() if urls is not None else []
    if not addresses:
        return Told(last, told.waiting)
    waiting = [_send(one, addresses, log) for one in (*told.waiting, *found)]
    return Told(last, tuple(one for one in waiting if len(one.reached) < len(addresses)))


def _send(one: Waiting, addresses: Sequence[str], log: Callable[[str], None]) -> Waiting:
    reached = {place for place in one.reached if place < len(addresses)}
    for place, address in enumerate(addresses):
        if place not in reached and _notify(address, one):
            reached.add(place)
    missed = [str(place + 1) for place in range(len(addresses)) if place not in reached]
    if missed:
        log(f"could not send {one.alert_id} to address {', '.join(missed)} of {len(addresses)}; next tick tries again")
    return Waiting(one.alert_id, one.severity, one.message, tuple(sorted(reached)))


def _notify(address: str, one: Waiting) -> bool:
    # Imported here: it takes a third of a second, and most ticks have nothing to send.
    import apprise

    # Its log names hosts and parts of addresses; what went wrong is told above without them.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    receiver = apprise.Apprise()
    kind = apprise.NotifyType.WARNING if one.severity == "large" else apprise.NotifyType.INFO
    try:
        return bool(receiver.add(address)) and bool(receiver.notify(body=one.message, title=TITLE, notify_type=kind))
    except Exception:  # a receiver's plugin may raise anything; its text may hold the address, so it is not told
        return False
