"""Downloads one file from an untrusted server within limits of attempts, time and size."""

import asyncio
import gzip
import io
import logging
import zlib
from contextlib import aclosing
from datetime import UTC
from email.utils import parsedate_to_datetime

import httpx
import stamina

from nhs_assets.settings import Settings
from nhs_assets.sources.fetch.source_list import FetchSource, address_problem, redacted

MB = 1_000_000
LONGEST_PAUSE_SECONDS = 7 * 86_400
"""A server that asks to be left alone for longer is contacted again after a week."""

FILE_ENDINGS = {
    "text/csv": ".csv",
    "application/csv": ".csv",
    "text/plain": ".csv",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/octet-stream": "",
    "binary/octet-stream": "",
}
"""Accepted content types, with the ending of the name that a person expects; readers go by content."""

_TRANSIENT_STATUSES = {408, 425, 429, 500, 502, 503, 504}
_FAILURES = {
    httpx.TimeoutException: "does not answer in time",
    httpx.ConnectError: "cannot be reached",
    httpx.RemoteProtocolError: "is truncated, or the answer is not HTTP",
}
"""Failures in words; their own may hold the address with its query."""

# httpx logs every address with its query, and stamina prints every retry.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)
stamina.instrumentation.set_on_retry_hooks([])


class FetchError(Exception):
    """A source could not be downloaded. The message holds no secret.

    ``retry_after`` are the seconds after which a retry may succeed, 0 if the server did not say; None if none will.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


async def download(source: FetchSource, conditions: dict[str, str], limits: Settings) -> tuple[httpx.Response, bytes]:
    """Downloads a file, decompressed, or learns by status 304 that it has not changed.

    ``conditions`` are request headers that ask only for a newer file.

    Raises:
        FetchError: if the file cannot be had within the limits, or must not be.
    """

    def backoff(error: Exception) -> bool | float:
        if not isinstance(error, FetchError) or error.retry_after is None:
            return False
        return error.retry_after <= limits.fetch_wait_seconds and (error.retry_after or True)

    headers = {"accept-encoding": "gzip, identity", "user-agent": "nhs_assets", **conditions}
    retries = stamina.retry_context(
        on=backoff,
        attempts=limits.fetch_attempts,
        timeout=None,
        wait_initial=limits.fetch_backoff_seconds,
        wait_jitter=limits.fetch_backoff_seconds,
        wait_max=limits.fetch_wait_seconds,
    )
    try:
        # One limit on the whole: within a limit on each read, a server can send a byte at a time for hours.
        async with asyncio.timeout(limits.fetch_total_seconds):
            async with httpx.AsyncClient(headers=headers, timeout=limits.fetch_stall_seconds) as client:
                async for attempt in retries:
                    with attempt:
                        return await _get(client, source, limits)
    except TimeoutError:
        where, seconds = redacted(source.address), limits.fetch_total_seconds
        raise FetchError(f"{where} took longer than {seconds:g} seconds") from None
    raise AssertionError("the last attempt returns or raises")


async def _get(client: httpx.AsyncClient, source: FetchSource, limits: Settings) -> tuple[httpx.Response, bytes]:
    """Follows redirects one by one: the client would read the whole body of each, however large."""
    request = client.build_request("GET", source.address)
    try:
        for _ in range(limits.fetch_redirects + 1):
            if problem := address_problem(str(request.url), source.hosts, limits.fetch_from_loopback):
                raise FetchError(problem)
            async with aclosing(await client.send(request, stream=True)) as response:
                if not response.next_request:
                    return response, await _body(response, limits)
                request = response.next_request
        raise FetchError(f"redirects more than {limits.fetch_redirects} times")
    except FetchError as error:
        failure = error
    except httpx.TransportError as error:
        told = (words for kind, words in _FAILURES.items() if isinstance(error, kind))
        failure = FetchError(next(told, f"cannot be read ({type(error).__name__})"), retry_after=0)
    raise FetchError(f"{redacted(str(request.url))} {failure}", failure.retry_after)


async def _body(response: httpx.Response, limits: Settings) -> bytes:
    status, headers = response.status_code, response.headers
    if status == 304 and {"if-none-match", "if-modified-since"} & response.request.headers.keys():
        return b""
    if status != 200:
        pause = _retry_after(headers)
        raise FetchError(f"answered {status}", 0 if pause is None and status in _TRANSIENT_STATUSES else pause)
    if (kind := content_type(response)) not in FILE_ENDINGS:
        raise FetchError(f"is of the type {kind[:100]}, which no reader reads")
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise FetchError(f"is compressed as {encoding[:100]}, which was not requested")
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > limits.fetch_mb * MB:
            raise FetchError(f"is larger than {limits.fetch_mb} MB")
    most = limits.publisher_file_mb * MB
    try:
        content = gzip.GzipFile(fileobj=io.BytesIO(body)).read(most + 1) if encoding == "gzip" else bytes(body)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise FetchError("is truncated or damaged gzip", retry_after=0) from None
    if len(content) > most:
        raise FetchError(f"decompresses to more than {limits.publisher_file_mb} MB")
    if not content:
        raise FetchError("is empty", retry_after=0)
    if content[:100].removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise FetchError("is a web page, not a file")
    return content


def content_type(response: httpx.Response) -> str:
    """The content type of a response without its parameters."""
    return response.headers.get("content-type", "application/octet-stream").partition(";")[0].strip().lower()


def _retry_after(headers: httpx.Headers) -> float | None:
    """Seconds for which the server asks to be left alone, which it gives as such or as a time by its own clock."""
    stated = headers.get("retry-after", "")
    try:
        seconds = float(int(stated))
    except ValueError:
        try:
            until, now = (parsedate_to_datetime(text) for text in (stated, headers.get("date", "")))
        except ValueError:
            return None
        # Every date of HTTP is in GMT, whatever zone it states.
        seconds = (until.replace(tzinfo=UTC) - now.replace(tzinfo=UTC)).total_seconds()
    return min(max(seconds, 0), LONGEST_PAUSE_SECONDS)
