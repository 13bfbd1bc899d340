"""Fetching from a server that misbehaves in every way that a server can."""

import gzip
import hashlib
import json
import logging
import shutil
import time
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import yaml

from nhs_assets.ground.clock import MACHINE
from nhs_assets.ground.problems import BadInput
from nhs_assets.settings import PROJECT_ROOT, Settings
from nhs_assets.sources.fetch import run
from nhs_assets.sources.fetch.download import Clock
from nhs_assets.sources.fetch.listed import NONE_LISTED, OFF, FetchSource, address_problem, read_sources, shown, why_not
from nhs_assets.sources.fetch.run import Came, Fetched, fetch_all
from nhs_assets.sources.inbox.take import take_in
from nhs_assets.store.fetched import read_state
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


def fetched(settings: Settings, clock: Clock | None = None) -> Fetched:
    (one,) = fetch_all(settings, clock)
    return one


def dropped(settings: Settings) -> list[bytes]:
    return [path.read_bytes() for path in sorted(settings.inbox.glob("*")) if path.suffix != ".yml"]


def archived(settings: Settings) -> list[Path]:
    return sorted((settings.data_dir / "fetched").glob("??/*/file"))


def test_a_file_is_archived_with_its_origin_and_dropped_in_the_inbox(tmp_path: Path) -> None:
    settings = limits(tmp_path)
    server = Misbehaving(answer(body=BODY, etag='"1"', set_cookie="session=secret"))
    with server.running() as address:
        listed(settings, f"{address}?{KEY}")
        came = fetched(settings)
    assert came.came is Came.NEW
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
        assert fetched(settings).came is Came.NEW
        for path in settings.inbox.iterdir():
            path.unlink()
        assert fetched(settings).came is Came.SAME
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
        assert fetched(settings).came is Came.NEW
        assert [one.outcome for one in take_in(settings, MACHINE)] == ["refused"]
        assert fetched(settings).came is Came.NEW
        assert [one.outcome for one in take_in(settings, MACHINE)] == ["accepted"]


@pytest.mark.parametrize("state", ['{"not_before": "soon"}', '{"etag": 5}', "[]", "", '{"unheard_of": 1}'])
def test_a_state_that_cannot_be_read_costs_one_download(state: str, tmp_path: Path) -> None:
    settings = limits(tmp_path)
    with Misbehaving(answer(body=BODY, etag='"1"')).running() as address:
        listed(settings, address)
        fetched(settings)
        (path,) = (settings.data_dir / "fetched" / "state").iterdir()
        path.write_text(state, encoding="utf-8")
        assert fetched(settings).came in (Came.NEW, Came.SAME)
        assert read_state(settings.data_dir, "monthly").etag == '"1"'


def test_the_same_bytes_without_an_etag_are_not_dropped_again(tmp_path: Path) -> None:
    settings = limits(tmp_path)
    with Misbehaving(answer(body=BODY)).running() as address:
        listed(settings, address)
        fetched(settings)
        for path in settings.inbox.iterdir():
            path.unlink()
        assert fetched(settings).came is Came.SAME
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
        pytest.param(answer(404), "answers 404", 1, id="not_there"),
        pytest.param(answer(500), "answers 500", 4, id="broken"),
        pytest.param(answer(304), "not held has not changed", 1, id="304_unasked"),
        pytest.param(answer(206, BODY), "answers 206", 1, id="part_of_a_file"),
        pytest.param(answer(body=BODY, cut=7), "cut off", 4, id="cut_off"),
        pytest.param(answer(body=b""), "is empty", 4, id="empty"),
        pytest.param(answer(body=BODY, content_type="text/html"), "of the type text/html", 1, id="wrong_type"),
        pytest.param(answer(body=b"\n <!DOCTYPE HTML><p>sorry"), "is a web page", 1, id="page_that_says_it_is_a_file"),
        pytest.param(answer(body=BODY, content_encoding="br"), "packed as br", 1, id="packing_not_asked_for"),
        pytest.param(answer(body=b"no gzip", content_encoding="gzip"), "damaged gzip", 4, id="damaged_gzip"),
        pytest.param(answer(body=gzip.compress(BODY)[:-9], content_encoding="gzip"), "cut off", 4, id="gzip_cut_off"),
        pytest.param(
            answer(body=gzip.compress(BODY) + b"more", content_encoding="gzip"), "goes on after", 1, id="gzip_goes_on"
        ),
        pytest.param(answer(302, location="https://elsewhere.example/file.csv"), "not listed", 1, id="elsewhere"),
        pytest.param(answer(302, location="file:///etc/passwd"), "not listed", 1, id="redirect_to_a_file"),
        pytest.param(answer(302, location="/file.csv"), "sends on more than 5 times", 1, id="round_and_round"),
        pytest.param(answer(302), "answers 302", 1, id="redirect_to_nowhere"),
        pytest.param(lambda request: request.wfile.write(b"no HTTP at all\r\n\r\n"), "no HTTP", 4, id="no_http"),
    ],
)
def test_what_is_no_whole_file_is_not_taken(bad, says: str, tries: int, tmp_path: Path) -> None:
    settings = limits(tmp_path)
    server = Misbehaving(bad)
    with server.running() as address:
        listed(settings, f"{address}?{KEY}")
        came = fetched(settings)
    assert came.came is Came.FAILED
    assert says in came.message
    assert KEY not in came.message
    assert len({path for path, _ in server.asked}) <= 2
    if "sends on" not in says:
        assert len(server.asked) == tries
    assert dropped(settings) == []
    assert archived(settings) == []
    assert list((settings.data_dir / "fetched" / "partial").iterdir()) == []


def test_a_file_comes_after_failures_that_pass(tmp_path: Path) -> None:
    settings = limits(tmp_path)
    waits: list[float] = []
    server = Misbehaving(answer(503), answer(body=BODY, cut=3), answer(body=BODY))
    with server.running() as address:
        listed(settings, address)
        assert fetched(settings, Clock(sleep=waits.append, share=lambda: 1.0)).came is Came.NEW
    assert waits == [0.01, 0.02]
    assert dropped(settings) == [BODY]


def test_waits_are_a_share_of_a_limit_that_doubles(tmp_path: Path) -> None:
    settings = limits(tmp_path, fetch_backoff_seconds=1, fetch_wait_seconds=3, fetch_total_seconds=100)
    waits: list[float] = []
    with Misbehaving(answer(500)).running() as address:
        listed(settings, address)
        fetched(settings, Clock(sleep=waits.append, share=lambda: 0.5))
    assert waits == [0.5, 1.0, 1.5]


def test_retry_after_in_seconds_is_honoured(tmp_path: Path) -> None:
    settings = limits(tmp_path)
    waits: list[float] = []
    with Misbehaving(answer(429, retry_after="3"), answer(body=BODY)).running() as address:
        listed(settings, address)
        assert fetched(settings, Clock(sleep=waits.append)).came is Came.NEW
    assert waits == [3.0]


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
        assert fetched(settings).came is Came.FAILED
        again = fetched(settings)
    assert again.came is Came.WAITS
    assert "left alone until" in again.message
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "after", ["99999999999999", "Fri, 31 Dec 9999 23:59:59 -0100", "Fri, 31 Dec 9998 23:59:59 GMT", "soon", "-1", "²"]
)
def test_no_server_can_ask_to_be_left_alone_for_ever(after: str, tmp_path: Path) -> None:
    settings = limits(tmp_path)
    with Misbehaving(answer(503, retry_after=after)).running() as address:
        listed(settings, address)
        assert fetched(settings).came is Came.FAILED
    assert read_state(settings.data_dir, "monthly").not_before <= time.time() + 7 * 86_400


def test_an_etag_that_cannot_be_sent_back_is_forgotten(tmp_path: Path) -> None:
    settings = limits(tmp_path)
    server = Misbehaving(answer(body=BODY, etag='"\xe9\xff"'))
    with server.running() as address:
        listed(settings, address)
        assert fetched(settings).came is Came.NEW
        assert fetched(settings).came is Came.SAME
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
        first, second = fetch_all(settings)
    assert (first.came, second.came) == (Came.FAILED, Came.NEW)
    assert "RuntimeError" in first.message
    assert KEY not in first.message


def test_a_gzip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    settings = limits(tmp_path, publisher_file_mb=3)
    bomb = gzip.compress(b"\0" * 200_000_000, 1)
    server = Misbehaving(answer(body=bomb, content_encoding="gzip"))
    with server.running() as address:
        listed(settings, address)
        came = fetched(settings)
    assert "unpacks to more than 3 MB" in came.message
    assert len(server.asked) == 1
    assert dropped(settings) == []


def test_gzip_of_many_pieces_is_unpacked_whole(tmp_path: Path) -> None:
    settings = limits(tmp_path)
    body = b"a,b\n" + b"0" * 3_000_000
    with Misbehaving(answer(body=gzip.compress(body), content_encoding="gzip")).running() as address:
        listed(settings, address)
        assert fetched(settings).came is Came.NEW
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
        came = fetched(settings)
    assert time.monotonic() - began < 3
    assert "longer than 0.5 seconds" in came.message
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
        came = fetched(settings)
    assert came.came is Came.NEW
    assert KEY not in came.message
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
        assert [one.came for one in fetch_all(settings)] == [Came.FAILED, Came.NEW]


def test_a_changed_layout_is_kept_and_refused_by_the_inbox(tmp_path: Path) -> None:
    settings = limits(tmp_path, inbox_settle_seconds=0)
    changed = sickness_csv(SEEDS).replace(b"FTE_DAYS_AVAILABLE", b"FTE_DAYS_CONTRACTED")
    with Misbehaving(answer(body=sickness_csv(SEEDS)), answer(body=changed)).running() as address:
        listed(settings, address)
        reading = settings.model_copy(update={"seeds_dir": SEEDS})
        fetched(settings)
        (good,) = take_in(reading, MACHINE)
        fetched(settings)
        (bad,) = take_in(reading, MACHINE)
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
        assert fetch_all(settings) == ()
    assert server.asked == []
    assert why_not(settings) == OFF
    assert Settings.model_fields["fetch"].default is False


def test_an_empty_list_is_a_reason_not_to_fetch(tmp_path: Path) -> None:
    assert why_not(limits(tmp_path)) == NONE_LISTED


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
        ("https://publisher.example:port/a.csv", "is no address"),
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
    assert shown("https://user:word@host.example/a.csv?key=1#part") == "https://host.example/a.csv"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: [", "is not YAML"),
        ("a: 1", "is not a list"),
        ("- {source: a}", "has other keys"),
        (
            "- {source: A, publisher: p, title: t, licence: l, address: 'https://h.example/', redirect_hosts: []}",
            "small letters",
        ),
        (
            "- {source: a, publisher: '', title: t, licence: l, address: 'https://h.example/', redirect_hosts: []}",
            "empty cell",
        ),
        (
            "- {source: a, publisher: p, title: t, licence: l, address: 'http://h.example/', redirect_hosts: []}",
            "is not https",
        ),
        (
            "- {source: a, publisher: p, title: t, licence: l, address: 'https://h.example/', redirect_hosts: h}",
            "no list of hosts",
        ),
    ],
)
def test_a_list_that_is_wrong_is_refused(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "sources.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=says):
        read_sources(path)
