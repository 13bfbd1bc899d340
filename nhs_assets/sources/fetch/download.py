"""Downloads one file from a server that may do anything: late, too much, something else, or from elsewhere."""

import hashlib
import logging
import random
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import urljoin

import httpx

from nhs_assets.settings import Settings
from nhs_assets.sources.fetch.listed import CONTENT_TYPES, FetchSource, address_problem, shown

MB = 1_000_000
MOST_LEFT_ALONE_SECONDS = 7 * 86_400.0
"""A server that asks to be left alone for longer is asked again after a week."""

MOST_HEADER_CHARS = 500
KEPT_HEADERS = ("content-type", "content-length", "content-encoding", "etag", "last-modified", "date")
"""Headers that are kept beside a file; others may hold a session."""

_PERHAPS_LATER = {408, 425, 429, 500, 502, 503, 504}
_REDIRECTS = {301, 302, 303, 307, 308}
_PAGES = (b"<!doctype html", b"<html")

# At the level INFO, httpx writes every address with its query.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)


class NotFetched(Exception):  # noqa: N818 - the name is what the reader of a log should see
    """A source could not be downloaded. What it says holds no secret.

    Attributes:
        perhaps_later: whether the same request may succeed later.
        after_seconds: how long the server asks to be left alone.
    """

    def __init__(self, message: str, perhaps_later: bool = False, after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.perhaps_later = perhaps_later
        self.after_seconds = after_seconds


@dataclass(frozen=True)
class Known:
    """What the server said of the file that is held, to ask for a newer one only."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Download:
    """A file as it came.

    Attributes:
        path: where it was put.
        sha256: checksum of its bytes, unpacked.
        size: its bytes, unpacked.
        address: where it came from in the end, fit for logs.
        ending: ending of the name that goes with its type.
        headers: what the server said of it.
        known: what to ask with next time.
    """

    path: Path
    sha256: str
    size: int
    address: str
    ending: str
    headers: Mapping[str, str]
    known: Known


@dataclass
class Clock:
    """Time and chance, which tests put in their own hands."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    share: Callable[[], float] = field(default=random.random)


def download(
    source: FetchSource, known: Known, target: Path, limits: Settings, clock: Clock | None = None
) -> Download | None:
    """Gets a file, or learns that it has not changed.

    Tries again where the server may recover: each wait is a random share of a limit that doubles, and never shorter
    than the server asks for.

    Args:
        source: what to get.
        known: what the server said of the file that is held.
        target: where to put it.
        limits: the settings.
        clock: time and chance.

    Returns:
        A :class:`Download`, or None if the file is the one that is held.

    Raises:
        NotFetched: if it cannot be had within the limits of tries, time and size, or must not be had.
    """
    clock = clock or Clock()
    deadline = clock.now() + limits.fetch_total_seconds
    for attempt in range(1, limits.fetch_attempts + 1):
        try:
            return _attempt(source, known, target, limits, deadline - clock.now())
        except NotFetched as failed:
            target.unlink(missing_ok=True)
            limit = min(limits.fetch_backoff_seconds * 2 ** (attempt - 1), limits.fetch_wait_seconds)
            wait = max(clock.share() * limit, failed.after_seconds or 0)
            too_long = wait > limits.fetch_wait_seconds or clock.now() + wait >= deadline
            if not failed.perhaps_later or attempt == limits.fetch_attempts or too_long:
                raise NotFetched(f"{failed}, try {attempt}", failed.perhaps_later, failed.after_seconds) from None
            clock.sleep(wait)
    raise AssertionError("a try returns or raises")


def _attempt(source: FetchSource, known: Known, target: Path, limits: Settings, seconds: float) -> Download | None:
    """One try, which ends in time whatever the server does."""
    address = source.address
    with _Watch(seconds) as watch:
        timeout = httpx.Timeout(min(limits.fetch_stall_seconds, max(seconds, 0.001)))
        with httpx.Client(follow_redirects=False, timeout=timeout, verify=_certificates()) as client:
            for _ in range(limits.fetch_redirects + 1):
                wrong = address_problem(address, source.hosts, limits.fetch_from_loopback)
                if wrong:
                    raise NotFetched(f"{shown(address)} {wrong}")
                try:
                    with client.stream(
                        "GET", address, headers=_asked(known), extensions={"trace": watch.trace}
                    ) as response:
                        if response.status_code in _REDIRECTS and "location" in response.headers:
                            address = urljoin(address, response.headers["location"])
                            continue
                        received = _received(response, address, known, target, limits)
                        if watch.over:  # a connection that is cut looks like the end of a file of unstated length
                            raise httpx.ReadTimeout("cut")
                        return received
                except (httpx.HTTPError, httpx.InvalidURL) as error:
                    # The words of such an error may hold the address with its query.
                    what = f"took longer than {limits.fetch_total_seconds:g} seconds" if watch.over else _words(error)
                    raise NotFetched(f"{shown(address)} {what}", perhaps_later=not watch.over) from None
    raise NotFetched(f"{shown(source.address)} sends on more than {limits.fetch_redirects} times")


def _received(response: httpx.Response, address: str, known: Known, target: Path, limits: Settings) -> Download | None:
    status, where = response.status_code, shown(address)
    if status == 304:
        if known == Known():
            raise NotFetched(f"{where} says that a file which is not held has not changed")
        return None
    if status != 200:
        after = _retry_after(response.headers.get("retry-after"))
        raise NotFetched(f"{where} answers {status}", perhaps_later=status in _PERHAPS_LATER, after_seconds=after)
    kind = response.headers.get("content-type", "application/octet-stream").partition(";")[0].strip().lower()
    if kind not in CONTENT_TYPES:
        raise NotFetched(f"{where} is of the type {kind[:100]}, which no reader reads")
    digest, size, start = hashlib.sha256(), 0, b""
    with target.open("wb") as file:
        for chunk in _unpacked(response, where, limits):
            size += len(chunk)
            if size > limits.publisher_file_mb * MB:
                raise NotFetched(f"{where} unpacks to more than {limits.publisher_file_mb} MB")
            if len(start) < len(_PAGES[0]) * 4:
                start += chunk
            digest.update(chunk)
            file.write(chunk)
    if not size:
        raise NotFetched(f"{where} is empty", perhaps_later=True)
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_PAGES):
        raise NotFetched(f"{where} is a web page and no file")
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    asked_next = Known(_sendable(headers.get("etag")), _sendable(headers.get("last-modified")))
    return Download(target, digest.hexdigest(), size, where, CONTENT_TYPES[kind], headers, asked_next)


def _unpacked(response: httpx.Response, where: str, limits: Settings) -> Iterator[bytes]:
    """The bytes of the file, unpacked piece by piece so that no piece can be larger than the limit."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    wire = _within(response.iter_raw(), limits.fetch_mb * MB, f"{where} is larger than {limits.fetch_mb} MB")
    if encoding in ("identity", ""):
        yield from wire
        return
    if encoding != "gzip":
        raise NotFetched(f"{where} is packed as {encoding[:100]}, which was not asked for")
    unpack = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        for packed in wire:
            if unpack.eof:
                raise NotFetched(f"{where} goes on after the end of its gzip")
            more = True
            while more:
                piece = unpack.decompress(packed, MB)
                packed = unpack.unconsumed_tail
                # A piece as long as it may be can have more behind it, though all that was packed is used up.
                more = bool(packed) or len(piece) == MB
                yield piece
            if unpack.unused_data:
                raise NotFetched(f"{where} goes on after the end of its gzip")
    except zlib.error:
        raise NotFetched(f"{where} is damaged gzip", perhaps_later=True) from None
    if not unpack.eof:
        raise NotFetched(f"{where} is cut off", perhaps_later=True)


def _within(pieces: Iterable[bytes], most: int, message: str) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise NotFetched(message)
        yield piece


def _asked(known: Known) -> dict[str, str]:
    asked = {"accept-encoding": "gzip, identity", "user-agent": "nhs_assets", "accept": "*/*"}
    if known.etag:
        asked["if-none-match"] = known.etag
    if known.last_modified:
        asked["if-modified-since"] = known.last_modified
    return asked


def _sendable(text: str | None) -> str | None:
    """What can be sent back as a header; a server may send bytes that no client may."""
    return text if text and text.isascii() and text.isprintable() and len(text) <= MOST_HEADER_CHARS else None


def _retry_after(text: str | None) -> float | None:
    """Seconds that the server asks to be left alone, which it gives as such or as a day and time."""
    if text is None:
        return None
    if text.strip().isascii() and text.strip().isdigit():
        return min(float(text.strip()[:9]), MOST_LEFT_ALONE_SECONDS)
    try:
        until = parsedate_to_datetime(text)
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        seconds = (until - datetime.now(UTC)).total_seconds()
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), MOST_LEFT_ALONE_SECONDS)


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    # Reading the list of authorities takes longer than most requests.
    return httpx.create_ssl_context()


def _words(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "does not answer in time"
    if isinstance(error, httpx.ConnectError):
        return "cannot be reached"
    if isinstance(error, httpx.RemoteProtocolError):
        return "is cut off, or the answer is no HTTP"
    return f"cannot be read ({type(error).__name__})"


class _Watch:
    """Cuts the connection when the time is up: a limit on each read alone lets a server drip for ever."""

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(max(seconds, 0.0), self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "_Watch":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, about: Mapping[str, object]) -> None:
        """Called by the client at each step; the sockets of new connections are what it is here for."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._sockets.append(about["return_value"].get_extra_info("socket"))  # type: ignore[attr-defined]
            if self.over:
                self._cut()

    def _cut(self) -> None:
        self.over = True
        for one in self._sockets:
            try:
                # Of the plain socket beneath: a TLS socket would first undo its encryption, under the reader's feet.
                socket.socket.shutdown(one, socket.SHUT_RDWR)
            except OSError:
                continue
