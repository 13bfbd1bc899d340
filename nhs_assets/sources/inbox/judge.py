"""What becomes of a dropped file: read by its content, held against what the tables have, and nothing written."""

from dataclasses import replace

from nhs_assets.ground.problems import BadInput
from nhs_assets.sources.inbox.forecast import TREASURY, judge_forecast, judge_treasury
from nhs_assets.sources.inbox.held import Held
from nhs_assets.sources.inbox.judgement import Judgement, opened, refused
from nhs_assets.sources.inbox.note import Note
from nhs_assets.sources.inbox.periods import judge_periods
from nhs_assets.sources.inbox.received import PERIOD
from nhs_assets.sources.publishers import ReaderContext, ReadFile, read_file, recognised, unpack
from nhs_assets.store.inbox import plain_name

SHOWN_UNREAD = 5


def judge(name: str, content: bytes, sha256: str, note: Note, held: Held) -> Judgement:
    """What becomes of a file with these bytes.

    Args:
        name: how messages name it.
        content: its bytes.
        sha256: their checksum.
        note: what a person says of it.
        held: what the tables have.
    """
    context = ReaderContext(held.organisations, name, held.limits)
    try:
        parts, passed_over = unpack(content, context)
        read = None if parts else read_file(content, context)
    except BadInput as problem:
        return refused(name, problem.problems, recognised(content, context))
    judged = opened(parts) if read is None else _judged(name, read, sha256, note, held)
    if not passed_over:
        return judged
    more = f" and {len(passed_over) - SHOWN_UNREAD} more" if len(passed_over) > SHOWN_UNREAD else ""
    listed = ", ".join(plain_name(one) for one in passed_over[:SHOWN_UNREAD])
    return replace(judged, message=f"{judged.message} Of no format that is known, and not read: {listed}{more}.")


def _judged(name: str, read: ReadFile, sha256: str, note: Note, held: Held) -> Judgement:
    (table,) = read.tables
    if table in PERIOD:
        return judge_periods(name, read, sha256, note, held)
    if table == TREASURY:
        return judge_treasury(name, read, sha256, note, held)
    return judge_forecast(name, read, sha256, note, held)
