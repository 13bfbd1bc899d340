"""Fetches every listed source: download, archive, and only then into the inbox."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

import yaml

from nhs_assets.ground import files
from nhs_assets.ground.clock import Clock
from nhs_assets.settings import Settings
from nhs_assets.sources.fetch.download import FILE_ENDINGS, FetchError, content_type, download
from nhs_assets.sources.fetch.source_list import FetchSource, read_sources, redacted
from nhs_assets.store.fetched import FetchState, archive, read_state, write_state
from nhs_assets.store.inbox import NOTE_ENDING, was_refused

RECORDED_HEADERS = ("content-type", "content-length", "content-encoding", "etag", "last-modified", "date")
"""Headers recorded with a file; others may hold a session."""

_CONDITIONS = {"etag": "if-none-match", "last-modified": "if-modified-since"}
_LONGEST_CONDITION = 500


class FetchOutcome(StrEnum):
    """How a fetch ended."""

    NEW = "new"
    UNCHANGED = "unchanged"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True)
class FetchResult:
    """The outcome for one source; ``message`` is safe to log."""

    source: str
    outcome: FetchOutcome
    message: str

    def __str__(self) -> str:
        return f"{self.source}: {self.outcome}. {self.message}"


def fetch_all(settings: Settings, clock: Clock) -> tuple[FetchResult, ...]:
    """Fetches each source in turn; a failure does not stop the others. A bad list of sources is refused."""
    if not settings.fetch:
        return ()
    sources = read_sources(settings)
    with files.locked(settings.data_dir / "fetched" / ".lock"):
        return tuple(_fetch(source, settings, clock) for source in sources)


def _fetch(source: FetchSource, settings: Settings, clock: Clock) -> FetchResult:
    try:
        return FetchResult(source.source, *_outcome(source, settings, clock))
    except FetchError as error:
        message = str(error)
    except Exception as error:
        # Only the type: the text may hold the address with a key.
        message = f"{redacted(source.address)}: internal error, {type(error).__name__}"
    return FetchResult(source.source, FetchOutcome.FAILED, message)


def _outcome(source: FetchSource, settings: Settings, clock: Clock) -> tuple[FetchOutcome, str]:
    where = redacted(source.address)
    # By address as well, as what one address answered is no condition for another; a checksum, as it may hold a key.
    state_name = f"{source.source}-{files.sha256_of(source.address.encode())[:16]}"
    state = read_state(settings.data_dir, state_name)
    if state.not_before and state.not_before > clock.now():
        return FetchOutcome.WAITING, f"{where} asks to be left alone until {state.not_before:%c} UTC"
    # A truncated file may pass for a whole one, so a file that the reader refused is requested again.
    is_refused = state.sha256 is not None and was_refused(settings.data_dir, state.sha256)
    try:
        response, content = asyncio.run(download(source, {} if is_refused else state.conditions, settings))
    except FetchError as error:
        not_before = clock.now() + timedelta(seconds=error.retry_after) if error.retry_after else None
        write_state(settings.data_dir, state_name, replace(state, not_before=not_before))
        raise
    if response.status_code == 304:
        return FetchOutcome.UNCHANGED, f"{where} has not changed"
    sha256 = files.sha256_of(content)
    about = {"publisher": source.publisher, "title": source.title, "licence": source.licence}
    origin = {
        "source": source.source,
        **about,
        "address": where,
        "answered_by": redacted(str(response.url)),
        "fetched_at": clock.now().isoformat(timespec="seconds"),
        "headers": {name: response.headers[name] for name in RECORDED_HEADERS if name in response.headers},
        "bytes": len(content),
        "sha256": sha256,
    }
    archived = archive(settings.data_dir, content, sha256, origin)
    if sha256 != state.sha256:
        dropped = settings.inbox / f"{source.source}-{sha256[:12]}{FILE_ENDINGS[content_type(response)]}"
        # The note first, so that the inbox never sees the file without it.
        note = yaml.safe_dump(about | {"url": where}, sort_keys=False, allow_unicode=True)
        files.write_text(dropped.with_name(f"{dropped.name}{NOTE_ENDING}"), note)
        files.copy(archived, dropped)
    # Last: if anything above fails, the next fetch gets the file again.
    conditions = {
        _CONDITIONS[name]: value
        for name, value in response.headers.items()
        # Others a client cannot or a server may not take back.
        if name in _CONDITIONS and value.isascii() and len(value) <= _LONGEST_CONDITION
    }
    write_state(settings.data_dir, state_name, FetchState(sha256, conditions))
    if sha256 == state.sha256:
        return FetchOutcome.UNCHANGED, f"{where} sent the same bytes again"
    return FetchOutcome.NEW, f"{where} sent {len(content)} bytes, sha256 {sha256[:12]}, now in the inbox"
