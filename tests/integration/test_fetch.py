"""Fetching from a server that misbehaves in every way that a server can."""

import gzip
import hashlib
import json
import logging
import shutil
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import stamina
import yaml

from nhs_assets.ground.clock import MACHINE
from nhs_assets.ground.problems import BadInputError
from nhs_assets.settings import PROJECT_ROOT, Settings
from nhs_assets.sources.fetch import run
from nhs_assets.sources.fetch.run import FetchOutcome, FetchResult, fetch_all
from nhs_assets.sources.fetch.source_list import (
    NONE_LISTED,
    OFF,
    FetchSource,
    address_problem,
    read_sources,
    reason_not_to_fetch,
    redacted,
)
from nhs_assets.sources.inbox.ingestion import ingest
from nhs_assets.store.fetched import FetchState, read_state
from tests.bad_server import Misbehaving, answer, endless
from tests.inbox_files import sickness_csv

pytestmark = pytest.mark.integration

SEEDS = PROJECT_ROOT / "seeds"
BODY = b"DATE,ORG_CODE\n30/04/2025,QYG\n"
KEY = "key=not-for-logs"


def limits(folder: Path, **changed: object) -> Settings:
    told = {
        "seeds_dir": folder / "seeds",
        "data_dir": folder / "data",
        "fetch": True,
        "fetch_from_loopback": True,
        "fetch_backoff_seconds": 0.01,
        "fetch_stall_seconds": 5,
        "fetch_total_seconds": 5,
    }
    return Settings(**told | changed)


def listed(settings: Settings, address: str, *redirect_hosts: str, names: tuple[str, ...] = ("monthly",)) -> None:
    entry = {
        "publisher": "Somebody",
        "title": "A file",
        "licence": "Made up",
        "address": address,
        "redirect_hosts": list(redirect_hosts),
    }
    path = settings.seeds_dir / "fetch" / "sources.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([{"source": name, **entry} for name in names]), encoding="utf-8")


def fetched(settings: Settings) -> FetchResult:
    (result,) = fetch_all(settings, MACHINE)
    return result


def dropped(settings: Settings) -> list[bytes]:
    return [path.read_bytes() for path in sorted(settings.inbox.glob("*")) if path.suffix != ".yml"]


def archived(settings: Settings) -> list[Path]:
    return sorted((settings.data_dir / "fetched").glob("??/*/file"))


def state_of(settings: Settings) -> FetchState:
    (path,) = (settings.data_dir / "fetched" / "state").iterdir()
    return read_state(settings.data_dir, path.stem)


def test_a_file_is_archived_with_its_origin_and_dropped_in_the_inbox(tmp_path: Path) -> None:
    settings = limits(tmp_path)
    server = Misbehaving(answer(body=BODY, etag='"1"', set_cookie="session=secret"))
    with server.running() as address:
        listed(settings, f"{address}?{KEY}")
        result = fetched(settings)
    assert result.outcome is FetchOutcome.NEW
    assert dropped(settings) == [BODY]
    (kept,) = archived(settings)
    assert kept.read_bytes() == BODY
    assert kept.parent.name == hashlib.sha256(BODY).hexdigest()
    origin = yaml.safe_load((kept.parent / "origin.yml").read_text(encoding="utf-8"))
    assert origin["address"] == address
    assert origin["sha256"] == kept.parent.name
    assert origin["headers"]["etag"] == '"1"'
    assert "set-cookie" not in origin["headers"]
    assert datetime.fromisoformat(origin["fetched_at"]).tzinfo is not None


def test_the_next_request_is_conditional_and_304_changes_nothing(tmp_path: Path) -> None:
    settings = limits(tmp_path)
    server = Misbehaving(answer(body=BODY, etag='"1"', last_modified="Tue, 01 Jul 2025 08:00:00 GMT"), answer(304))
    with server.running() as address:
        listed(settings, address)
        assert fetched(settings).outcome is FetchOutcome.NEW
        for path in settings.inbox.iterdir():
            path.unlink()
        assert fetched(settings).outcome is FetchOutcome.UNCHANGED
    assert server.asked[1][1]["if-none-match"] == '"1"'
    assert server.asked[1][1]["if-modified-since"] == "Tue, 01 Jul 2025 08:00:00 GMT"
    assert dropped(settings) == []


def test_a_file_that_was_refused_is_asked_for_again_whatever_the_server_called_it(tmp_path: Path) -> None:
    settings = limits(tmp_path, seeds_dir=tmp_path / "seeds", inbox_settle_seconds=0)
    shutil.copytree(SEEDS, settings.seeds_dir)
    whole = sickness_csv(SEEDS)
    cut = answer(body=whole[: len(whole) // 2], etag='"1"')
    with Misbehaving(cut, answer(body=whole, etag='"1"')).running() as address:
        listed(settings, address)
        assert fetched(settings).outcome is FetchOutcome.NEW
        assert [one.outcome for one in ingest(settings, MACHINE)] == ["refused"]
        assert fetched(settings).outcome is FetchOutcome.NEW
        assert [one.outcome for one in ingest(settings, MACHINE)] == ["accepted"]


@pytest.mark.parametrize("state", ['{"not_before": "soon"}', '{"etag": 5}', "[]", "", '{"unheard_of": 1}'])
def test_a_state_that_cannot_be_read_costs_one_download(state: str, tmp_path: Path) -> None:
    settings = limits(tmp_path)
    with Misbehaving(answer(body=BODY, etag='"1"')).running() as address:
        listed(settings, address)
        fetched(settings)
        (path,) = (settings.data_dir / "fetched" / "state").iterdir()
        path.write_text(state, encoding="utf-8")
        assert fetched(settings).outcome in (FetchOutcome.NEW, FetchOutcome.UNCHANGED)
        assert state_of(settings).conditions == {"if-none-match": '"1"'}


def test_the_same_bytes_without_an_etag_are_not_dropped_again(tmp_path: Path) -> None:
    settings = limits(tmp_path)
    with Misbehaving(answer(body=BODY)).running() as address:
        listed(settings, address)
        fetched(settings)
        for path in settings.inbox.iterdir():
            path.unlink()
        assert fetched(settings).outcome is FetchOutcome.UNCHANGED
    assert dropped(settings) == []


def test_another_address_is_asked_without_what_the_old_one_said(tmp_path: Path) -> None:
    settings = limits(tmp_path)
    server = Misbehaving(answer(body=BODY, etag='"1"'))
    with server.running() as address:
        listed(settings, address)
        fetched(settings)
        listed(settings, f"{address}?other")
        fetched(settings)
    assert "if-none-match" not in server.asked[1][1]


@pytest.mark.parametrize(
    ("bad", "says", "tries"),
    [
        pytest.param(answer(404), "answered 404", 1, id="not_there"),
        pytest.param(answer(500), "answered 500", 4, id="broken"),
        pytest.param(answer(304), "answered 304", 1, id="304_unasked"),
        pytest.param(answer(206, BODY), "answered 206", 1, id="part_of_a_file"),
        pytest.param(answer(body=BODY, cut=7), "is truncated", 4, id="cut_off"),
        pytest.param(answer(body=b""), "is empty", 4, id="empty"),
        pytest.param(answer(body=BODY, content_type="text/html"), "of the type text/html", 1, id="wrong_type"),
        pytest.param(answer(body=b"\n <!DOCTYPE HTML><p>sorry"), "is a web page", 1, id="page_that_says_it_is_a_file"),
        pytest.param(answer(body=BODY, content_encoding="br"), "compressed as br", 1, id="compression_not_requested"),
        pytest.param(answer(body=b"no gzip", content_encoding="gzip"), "damaged gzip", 4, id="damaged_gzip"),
        pytest.param(
            answer(body=gzip.compress(BODY)[:-9], content_encoding="gzip"), "is truncated", 4, id="gzip_cut_off"
        ),
        pytest.param(
            answer(body=gzip.compress(BODY) + b"more", content_encoding="gzip"), "damaged gzip", 4, id="gzip_goes_on"
        ),
        pytest.param(answer(302, location="https://elsewhere.example/file.csv"), "not listed", 1, id="elsewhere"),
        pytest.param(answer(302, location="file:///etc/passwd"), "not listed", 1, id="redirect_to_a_file"),
        pytest.param(answer(302, location="/file.csv"), "redirects more than 5 times", 1, id="round_and_round"),
        pytest.param(answer(302), "answered 302", 1, id="redirect_to_nowhere"),
        pytest.param(lambda request: request.wfile.write(b"no HTTP at all\r\n\r\n"), "not HTTP", 4, id="no_http"),
    ],
)
def test_what_is_no_whole_file_is_not_taken(bad, says: str, tries: int, tmp_path: Path) -> None:
    settings = limits(tmp_path)
    server = Misbehaving(bad)
    with server.running() as address:
        listed(settings, f"{address}?{KEY}")
        result = fetched(settings)
    assert result.outcome is FetchOutcome.FAILED
    assert says in result.message
    assert KEY not in result.message
    assert len({path for path, _ in server.asked}) <= 2
    if "redirects" not in says:
        assert len(server.asked) == tries
    assert dropped(settings) == []
    assert archived(settings) == []
    assert not list((settings.data_dir / "fetched").rglob("*.partial"))


@pytest.fixture
def waits() -> Iterator[list[float]]:
    """The waits between attempts, as they are scheduled."""
    scheduled: list[float] = []
    stamina.instrumentation.set_on_retry_hooks([lambda details: scheduled.append(details.wait_for)])
    yield scheduled
    stamina.instrumentation.set_on_retry_hooks([])


def test_a_file_comes_after_failures_that_pass(tmp_path: Path, waits: list[float]) -> None:
    settings = limits(tmp_path)
    server = Misbehaving(answer(503), answer(body=BODY, cut=3), answer(body=BODY))
    with server.running() as address:
        listed(settings, address)
        assert fetched(settings).outcome is FetchOutcome.NEW
    assert len(waits) == 2
    assert dropped(settings) == [BODY]


def test_waits_double_up_to_a_limit_each_with_a_random_part(tmp_path: Path, waits: list[float]) -> None:
    settings = limits(tmp_path, fetch_backoff_seconds=0.1, fetch_wait_seconds=0.25, fetch_attempts=4)
    with Misbehaving(answer(500)).running() as address:
        listed(settings, address)
        assert fetched(settings).outcome is FetchOutcome.FAILED
    first, second, third = waits
    assert 0.1 <= first <= 0.2
    assert 0.2 <= second <= 0.25
    assert third == pytest.approx(0.25)


def test_retry_after_in_seconds_is_honoured(tmp_path: Path, waits: list[float]) -> None:
    settings = limits(tmp_path)
    began = time.monotonic()
    with Misbehaving(answer(429, retry_after="1"), answer(body=BODY)).running() as address:
        listed(settings, address)
        assert fetched(settings).outcome is FetchOutcome.NEW
    assert waits == [1.0]
    assert time.monotonic() - began >= 1


def test_retry_after_is_honoured_whatever_the_status(tmp_path: Path) -> None:
    settings = limits(tmp_path)
    with Misbehaving(answer(403, retry_after="7200")).running() as address:
        listed(settings, address)
        assert fetched(settings).outcome is FetchOutcome.FAILED
        assert fetched(settings).outcome is FetchOutcome.WAITING


@pytest.mark.parametrize(
    "after",
    ["7200", format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)],
    ids=["seconds", "day_and_time"],
)
def test_a_long_retry_after_ends_the_fetch_and_the_next_one_asks_nothing(after: str, tmp_path: Path) -> None:
    settings = limits(tmp_path)
    server = Misbehaving(answer(429, retry_after=after))
    with server.running() as address:
        listed(settings, address)
        assert fetched(settings).outcome is FetchOutcome.FAILED
        again = fetched(settings)
    assert again.outcome is FetchOutcome.WAITING
    assert "left alone until" in again.message
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "after", ["99999999999999", "Fri, 31 Dec 9999 23:59:59 -0100", "Fri, 31 Dec 9998 23:59:59 GMT", "soon", "-1", "²"]
)
def test_no_server_can_ask_to_be_left_alone_for_ever(after: str, tmp_path: Path) -> None:
    settings = limits(tmp_path)
    with Misbehaving(answer(503, retry_after=after)).running() as address:
        listed(settings, address)
        assert fetched(settings).outcome is FetchOutcome.FAILED
    assert (state_of(settings).not_before or MACHINE.now()) <= MACHINE.now() + timedelta(days=7)


def test_an_etag_that_cannot_be_sent_back_is_forgotten(tmp_path: Path) -> None:
    settings = limits(tmp_path)
    server = Misbehaving(answer(body=BODY, etag='"\xe9\xff"'))
    with server.running() as address:
        listed(settings, address)
        assert fetched(settings).outcome is FetchOutcome.NEW
        assert fetched(settings).outcome is FetchOutcome.UNCHANGED
    assert "if-none-match" not in server.asked[1][1]


def test_a_fault_of_ours_does_not_cost_the_other_sources_their_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = limits(tmp_path)
    whole = run.download

    def faulty(source: FetchSource, *others: object) -> object:
        if source.source == "first":
            raise RuntimeError(f"with a secret: {KEY}")
        return whole(source, *others)

    monkeypatch.setattr(run, "download", faulty)
    with Misbehaving(answer(body=BODY)).running() as address:
        listed(settings, address, names=("first", "second"))
        first, second = fetch_all(settings, MACHINE)
    assert (first.outcome, second.outcome) == (FetchOutcome.FAILED, FetchOutcome.NEW)
    assert "RuntimeError" in first.message
    assert KEY not in first.message


def test_a_gzip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    settings = limits(tmp_path, publisher_file_mb=3)
    bomb = gzip.compress(b"\0" * 200_000_000, 1)
    server = Misbehaving(answer(body=bomb, content_encoding="gzip"))
    with server.running() as address:
        listed(settings, address)
        result = fetched(settings)
    assert "decompresses to more than 3 MB" in result.message
    assert len(server.asked) == 1
    assert dropped(settings) == []


def test_gzip_of_many_pieces_is_unpacked_whole(tmp_path: Path) -> None:
    settings = limits(tmp_path)
    body = b"a,b\n" + b"0" * 3_000_000
    with Misbehaving(answer(body=gzip.compress(body), content_encoding="gzip")).running() as address:
        listed(settings, address)
        assert fetched(settings).outcome is FetchOutcome.NEW
    assert [zlib.crc32(one) for one in dropped(settings)] == [zlib.crc32(body)]


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    settings = limits(tmp_path, fetch_mb=1)
    with Misbehaving(answer(body=b"1" * 1_100_000)).running() as address:
        listed(settings, address)
        assert "larger than 1 MB" in fetched(settings).message


@pytest.mark.parametrize("headers_too", [False, True], ids=["body", "headers"])
def test_an_endless_slow_answer_ends_in_time(headers_too: bool, tmp_path: Path) -> None:
    settings = limits(tmp_path, fetch_total_seconds=0.5)
    server = Misbehaving()
    server.then(endless(server, headers_too))
    began = time.monotonic()
    with server.running() as address:
        listed(settings, address)
        result = fetched(settings)
    assert time.monotonic() - began < 3
    assert "longer than 0.5 seconds" in result.message
    assert dropped(settings) == []
    assert archived(settings) == []


def test_a_silent_server_is_given_up(tmp_path: Path) -> None:
    settings = limits(tmp_path, fetch_stall_seconds=0.1, fetch_attempts=2)
    server = Misbehaving()
    server.then(lambda _: server.ended.wait(5))
    with server.running() as address:
        listed(settings, address)
        assert "does not answer in time" in fetched(settings).message


def test_a_redirect_to_a_listed_host_is_followed(tmp_path: Path) -> None:
    settings = limits(tmp_path)
    first = Misbehaving()
    with Misbehaving(answer(body=BODY)).running() as other, first.running() as address:
        first.then(answer(301, location=f"{other}?{KEY}"))
        listed(settings, address, other.split("/")[2])
        result = fetched(settings)
    assert result.outcome is FetchOutcome.NEW
    assert KEY not in result.message
    (kept,) = archived(settings)
    assert KEY not in (kept.parent / "origin.yml").read_text(encoding="utf-8")


def test_no_secret_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = limits(tmp_path)
    with caplog.at_level(logging.INFO), Misbehaving(answer(body=BODY)).running() as address:
        listed(settings, f"{address}?{KEY}")
        fetched(settings)
    assert KEY not in caplog.text
    on_disk = [path.read_bytes() for path in settings.data_dir.rglob("*") if path.is_file()]
    assert not any(KEY.encode() in content for content in on_disk)


def test_one_that_fails_does_not_keep_the_others(tmp_path: Path) -> None:
    settings = limits(tmp_path)
    with Misbehaving(answer(404), answer(body=BODY)).running() as address:
        listed(settings, address)
        path = settings.seeds_dir / "fetch" / "sources.yml"
        (first,) = yaml.safe_load(path.read_text(encoding="utf-8"))
        # As JSON, which is YAML too: a list that is in both would be written as an alias, and none is read.
        path.write_text(json.dumps([first, first | {"source": "other"}]), encoding="utf-8")
        assert [result.outcome for result in fetch_all(settings, MACHINE)] == [FetchOutcome.FAILED, FetchOutcome.NEW]


def test_a_changed_layout_is_kept_and_refused_by_the_inbox(tmp_path: Path) -> None:
    settings = limits(tmp_path, inbox_settle_seconds=0)
    changed = sickness_csv(SEEDS).replace(b"FTE_DAYS_AVAILABLE", b"FTE_DAYS_CONTRACTED")
    with Misbehaving(answer(body=sickness_csv(SEEDS)), answer(body=changed)).running() as address:
        listed(settings, address)
        reading = settings.model_copy(update={"seeds_dir": SEEDS})
        fetched(settings)
        (good,) = ingest(reading, MACHINE)
        fetched(settings)
        (bad,) = ingest(reading, MACHINE)
    assert (good.outcome, bad.outcome) == ("accepted", "refused")
    assert "fte days available" in bad.message.lower()
    assert {path.read_bytes() for path in archived(settings)} == {sickness_csv(SEEDS), changed}
    (origin,) = settings.data_dir.glob("archive/??/*/staff_month.origin.yml")
    assert yaml.safe_load(origin.read_text(encoding="utf-8"))["url"] == address
    (report,) = settings.data_dir.glob("quarantine/inbox/??/*/report.txt")
    assert report.read_text(encoding="utf-8")


def test_nothing_is_fetched_unless_it_is_turned_on(tmp_path: Path) -> None:
    settings = limits(tmp_path, fetch=False)
    server = Misbehaving(answer(body=BODY))
    with server.running() as address:
        listed(settings, address)
        assert fetch_all(settings, MACHINE) == ()
    assert server.asked == []
    assert reason_not_to_fetch(settings) == OFF
    assert Settings.model_fields["fetch"].default is False


def test_an_empty_list_is_a_reason_not_to_fetch(tmp_path: Path) -> None:
    assert reason_not_to_fetch(limits(tmp_path)) == NONE_LISTED


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("https://publisher.example/a.csv", None),
        ("http://publisher.example/a.csv", "is not https"),
        ("ftp://publisher.example/a.csv", "is not https"),
        ("https://other.example/a.csv", "not listed"),
        ("https://publisher.example:8443/a.csv", "not listed"),
        ("https://publisher.example.other.example/a.csv", "not listed"),
        ("https://publisher.example@other.example/a.csv", "user or password"),
        ("https://publisher.example:port/a.csv", "is not a valid address"),
        ("http://127.0.0.1/a.csv", "not listed"),
    ],
)
def test_only_https_to_listed_hosts(address: str, wrong: str | None) -> None:
    found = address_problem(address, {"publisher.example"}, from_loopback=True)
    assert found is wrong is None or wrong in found


def test_http_to_this_machine_needs_its_setting() -> None:
    assert address_problem("http://127.0.0.1/a", {"127.0.0.1"}, from_loopback=False) == "is not https"
    assert address_problem("http://127.0.0.1/a", {"127.0.0.1"}, from_loopback=True) is None


def test_an_address_is_shown_without_its_secrets() -> None:
    assert redacted("https://user:word@host.example/a.csv?key=1#part") == "https://host.example/a.csv"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: [", "is not YAML"),
        ("a: 1", "valid tuple"),
        ("- {source: a}", "entry 1, column title: Field required"),
        ("- {source: a, colour: red}", "column colour: Extra inputs"),
        (
            "- {source: A, publisher: p, title: t, licence: l, address: 'https://h.example/', redirect_hosts: []}",
            "column source: String should match pattern",
        ),
        (
            "- {source: a, publisher: '', title: t, licence: l, address: 'https://h.example/', redirect_hosts: []}",
            "column publisher: String should have at least 1 character",
        ),
        (
            f"- {{source: a, publisher: p, title: t, licence: l, address: 'http://h.uk/?{KEY}', redirect_hosts: []}}",
            "entry 1, column address: is not https",
        ),
        (
            "- {source: a, publisher: p, title: t, licence: l, address: 'https://h.example/', redirect_hosts: h}",
            "column redirect_hosts: Input should be a valid tuple",
        ),
    ],
)
def test_a_list_that_is_wrong_is_refused(text: str, says: str, tmp_path: Path) -> None:
    settings = limits(tmp_path)
    path = settings.seeds_dir / "fetch" / "sources.yml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError, match=says) as refused:
        read_sources(settings)
    assert KEY not in str(refused.value)
