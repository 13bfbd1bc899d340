"""Classifies a dropped file: recognised by its content and compared with the tables; nothing is written."""

from dataclasses import replace

from nhs_assets.ground.problems import BadInputError
from nhs_assets.sources.inbox.classification import Classification, opened, refused
from nhs_assets.sources.inbox.current_tables import CurrentTables
from nhs_assets.sources.inbox.forecast import TREASURY, classify_forecast, classify_treasury
from nhs_assets.sources.inbox.note import Note
from nhs_assets.sources.inbox.received_files import PERIOD
from nhs_assets.sources.inbox.statistic import classify_statistic
from nhs_assets.sources.publishers import ReaderContext, ReadFile, read_file, recognised, unpack
from nhs_assets.store.inbox import plain_name

SHOWN_UNREAD = 5


def classify(name: str, content: bytes, sha256: str, note: Note, current: CurrentTables) -> Classification:
    """What happens to a file with these bytes.

    Args:
        name: its name in messages.
        content: its bytes.
        sha256: their checksum.
        note: what a person says about it.
        current: the tables to compare it with.
    """
    context = ReaderContext(current.organisations, name, current.limits)
    try:
        parts, unread = unpack(content, context)
        read = None if parts else read_file(content, context)
    except BadInputError as problem:
        return refused(name, problem.problems, recognised(content, context))
    found = opened(parts) if read is None else _by_table(name, read, sha256, note, current)
    if not unread:
        return found
    more = f" and {len(unread) - SHOWN_UNREAD} more" if len(unread) > SHOWN_UNREAD else ""
    listed = ", ".join(map(plain_name, unread[:SHOWN_UNREAD]))
    return replace(found, message=f"{found.message} Of unknown format, and not read: {listed}{more}.")


def _by_table(name: str, read: ReadFile, sha256: str, note: Note, current: CurrentTables) -> Classification:
    (table,) = read.tables
    special = {TREASURY: classify_treasury, **dict.fromkeys(PERIOD, classify_statistic)}
    return special.get(table, classify_forecast)(name, read, sha256, note, current)
