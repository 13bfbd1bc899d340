"""Fetches every source that is listed: download, keep, and only then into the inbox."""

import hashlib
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import yaml

from nhs_assets.ground import files
from nhs_assets.settings import Settings
from nhs_assets.sources.fetch.download import Clock, Download, Known, NotFetched, download
from nhs_assets.sources.fetch.listed import FetchSource, read_sources, shown, sources_file
from nhs_assets.store.fetched import FetchState, keep_download, read_state, temporary_file, write_state
from nhs_assets.store.inbox import NOTE_ENDING, was_refused


class Came(StrEnum):
    """How a fetch ended."""

    NEW = "new"
    SAME = "same"
    WAITS = "waits"
    FAILED = "failed"


@dataclass(frozen=True)
class Fetched:
    """What became of one source; ``message`` is fit for logs."""

    source: str
    came: Came
    message: str


def fetch_all(settings: Settings, clock: Clock | None = None) -> tuple[Fetched, ...]:
    """Fetches each source in turn; one that fails does not keep the others.

    Raises:
        BadInput: if the list of sources is refused.
    """
    if not settings.fetch:
        return ()
    listed = read_sources(sources_file(settings), settings.fetch_from_loopback)
    with files.locked(settings.data_dir / "fetched" / ".lock"):
        return tuple(_fetch_or_fail(source, settings, clock) for source in listed)


def _fetch_or_fail(source: FetchSource, settings: Settings, clock: Clock | None) -> Fetched:
    """A fault here with what one server sent must not cost the other sources their turn."""
    try:
        return _fetch(source, settings, clock)
    except Exception as fault:
        # By its kind alone: its words may hold the address with a key.
        message = f"{shown(source.address)} could not be taken because of a fault here: {type(fault).__name__}"
        return Fetched(source.source, Came.FAILED, message)


def _fetch(source: FetchSource, settings: Settings, clock: Clock | None) -> Fetched:
    address = hashlib.sha256(source.address.encode()).hexdigest()
    state = read_state(settings.data_dir, source.source)
    if state.address_sha256 != address:
        state = FetchState(address)
    wait = state.not_before - time.time()
    if wait > 0:
        until = datetime.fromtimestamp(state.not_before, UTC)
        return Fetched(source.source, Came.WAITS, f"{shown(source.address)} asks to be left alone until {until:%c} UTC")
    target = temporary_file(settings.data_dir, source.source)
    # A body that was cut off may pass for a whole one: what the reader refused is asked for again.
    is_good = state.sha256 is None or not was_refused(settings.data_dir, state.sha256)
    known = Known(state.etag, state.last_modified) if is_good else Known()
    try:
        came = download(source, known, target, settings, clock)
    except NotFetched as failed:
        after = time.time() + failed.after_seconds if failed.after_seconds else 0.0
        write_state(settings.data_dir, source.source, replace(state, not_before=after))
        return Fetched(source.source, Came.FAILED, str(failed))
    if came is None:
        return Fetched(source.source, Came.SAME, f"{shown(source.address)} has not changed")
    kept = keep_download(settings.data_dir, target, came.sha256, _origin(source, came))
    if came.sha256 != state.sha256:
        _drop(kept, source, came, settings)
    # Only now: if anything before failed, the next fetch must get the file again.
    said = FetchState(address, came.sha256, came.known.etag, came.known.last_modified)
    write_state(settings.data_dir, source.source, said)
    if came.sha256 == state.sha256:
        return Fetched(source.source, Came.SAME, f"{came.address} gave the same bytes again")
    message = f"{came.address} gave {came.size} bytes, sha256 {came.sha256[:12]}, now in the inbox"
    return Fetched(source.source, Came.NEW, message)


def _origin(source: FetchSource, came: Download) -> dict[str, object]:
    return {
        "source": source.source,
        "publisher": source.publisher,
        "title": source.title,
        "licence": source.licence,
        "address": shown(source.address),
        "answered_by": came.address,
        "fetched_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "headers": dict(came.headers),
        "bytes": came.size,
        "sha256": came.sha256,
    }


def _drop(kept: Path, source: FetchSource, came: Download, settings: Settings) -> None:
    """Puts a file in the inbox, its note first: a file without its note might be taken before the note is there."""
    name = f"{source.source}-{came.sha256[:12]}{came.ending}"
    note = {
        "publisher": source.publisher,
        "title": source.title,
        "licence": source.licence,
        "url": shown(source.address),
    }
    files.write_text(settings.inbox / f"{name}{NOTE_ENDING}", yaml.safe_dump(note, sort_keys=False, allow_unicode=True))
    files.copy(kept, settings.inbox / name)
