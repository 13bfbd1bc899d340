"""Releases of several files in the inbox: each file is judged by itself, the release kept once none of them waits."""

import io
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from nhs_assets.build.seed import seeds_as_listed
from nhs_assets.contracts.registry import contract
from nhs_assets.ground import files
from nhs_assets.settings import PROJECT_ROOT, Settings
from nhs_assets.sources.inbox.ingestion import Result, ingest, preview
from nhs_assets.sources.inbox.received_files import ledger
from nhs_assets.sources.seed_files import find_seeds
from nhs_assets.sources.seeds import read_table
from nhs_assets.store import inbox
from soak.publisher_files import csv_bytes, zip_bytes
from tests.clocks import TODAY, clock_on
from tests.inbox_files import drop, grades_csv, practices_csv, sickness_csv, workforce_csv

pytestmark = pytest.mark.unit

SEEDS = PROJECT_ROOT / "seeds"
CLOCK = clock_on(TODAY)
FEBRUARY, MARCH, APRIL = (2025, 2), (2025, 3), (2025, 4)
CORE_1, CORE_5, PRACTICES = "csv files/Core 1.csv", "csv files/Core 5.csv", "practices.csv"
GROUPS, GRADES, PEOPLE = "raw.staff_group_month", "raw.staff_grade_month", "raw.board_population"
YEAR = "financial_year: 2026-27\n"
GROUP_FILE = workforce_csv(SEEDS, FEBRUARY, MARCH, newer_layout=True)
GRADE_FILE = grades_csv(SEEDS)
PRACTICE_FILE = practices_csv(SEEDS)
CUT = b"\n".join(GRADE_FILE.splitlines()[:-40]) + b"\n"
"""A file by grade that lacks bodies, which refuses it."""


@pytest.fixture
def limits(tmp_path: Path) -> Settings:
    return Settings(seeds_dir=SEEDS, data_dir=tmp_path / "data", inbox_settle_seconds=0)


def release(**more: bytes) -> bytes:
    notes = {"Core 3.csv": csv_bytes([["DATA_MONTH", "GRADE"], ["2025-10-31", "Band 5"]])}
    return zip_bytes({CORE_1: GROUP_FILE, CORE_5: GRADE_FILE, **notes, **more})


def outcomes(found: tuple[Result, ...]) -> list[tuple[str, str]]:
    return [(one.name, one.outcome) for one in found]


def take(limits: Settings) -> list[tuple[str, str]]:
    return outcomes(ingest(limits, CLOCK))


def listed(limits: Settings) -> dict[str, dict]:
    rows = ledger(inbox.records(limits.data_dir)).iter_rows(named=True)
    return {row["dropped_as"]: row for row in rows}


def status(limits: Settings) -> dict[str, str]:
    return {name: row["inbox_status"] for name, row in listed(limits).items()}


def rows_of(limits: Settings, table: str) -> pl.DataFrame:
    seeds = (*find_seeds(SEEDS), *seeds_as_listed(limits, ledger(inbox.records(limits.data_dir))))
    return read_table(contract(table), seeds)


def everything_kept(limits: Settings) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for path in limits.data_dir.rglob("*")
        if path.is_file() and "logs" not in path.parts
    }


def named(name: str, member: str) -> str:
    return f"{name}--{member}"


def test_each_file_of_a_release_is_taken_in_and_the_release_is_kept(limits: Settings) -> None:
    content = release()
    drop(limits, "r.zip", content, "date_published: 2025-12-18\n")
    assert take(limits) == [
        (named("r.zip", CORE_1), "accepted"),
        (named("r.zip", CORE_5), "accepted"),
        ("r.zip", "opened"),
    ]
    assert list(limits.inbox.iterdir()) == []
    for dropped, row in (
        (content, "r.zip"),
        (GROUP_FILE, named("r.zip", CORE_1)),
        (GRADE_FILE, named("r.zip", CORE_5)),
    ):
        found = listed(limits)[row]
        assert found["sha256"] == files.sha256_of(dropped)
        folder = (limits.data_dir / found["file"]).parent
        assert (folder / "file").read_bytes() == dropped
        (note,) = folder.glob("note-*")
        assert note.read_text(encoding="utf-8") == "date_published: 2025-12-18\n"
    assert (listed(limits)["r.zip"]["rows"], listed(limits)["r.zip"]["raw_table"]) == (0, None)
    assert listed(limits)["r.zip"]["report"].endswith("Of unknown format, and not read: Core 3.csv.")
    groups, grades = (listed(limits)[named("r.zip", member)] for member in (CORE_1, CORE_5))
    assert (groups["date_published"], grades["date_published"]) == (date(2025, 12, 18), date(2025, 12, 18))
    assert rows_of(limits, GROUPS)["source_id"].unique().to_list() == [groups["source_id"]]
    assert rows_of(limits, GRADES)["source_id"].unique().to_list() == [grades["source_id"]]
    log = (limits.data_dir / "logs" / "inbox.log").read_text(encoding="utf-8")
    assert [line.split(" ", 1)[1].split(".")[0] for line in log.splitlines()] == ["r", "r", "r"]


def test_the_release_or_one_of_its_files_dropped_again_changes_nothing(limits: Settings) -> None:
    drop(limits, "r.zip", release())
    take(limits)
    before = everything_kept(limits)
    drop(limits, "again.zip", release())
    drop(limits, "Core 5.csv", GRADE_FILE)
    assert sorted(take(limits)) == [("Core 5.csv", "seen before"), ("again.zip", "seen before")]
    assert list(limits.inbox.iterdir()) == []
    assert everything_kept(limits) == before


def test_a_file_that_was_dropped_alone_is_seen_before_in_the_release(limits: Settings) -> None:
    drop(limits, "alone.csv", GRADE_FILE)
    take(limits)
    drop(limits, "r.zip", release())
    assert take(limits) == [
        (named("r.zip", CORE_1), "accepted"),
        (named("r.zip", CORE_5), "seen before"),
        ("r.zip", "opened"),
    ]
    assert status(limits) == {"alone.csv": "accepted", named("r.zip", CORE_1): "accepted", "r.zip": "opened"}


@pytest.mark.parametrize("order", [("first", "second"), ("second", "first")])
def test_of_each_month_the_newest_file_counts_whichever_way_it_came(order: tuple[str, str], limits: Settings) -> None:
    later = zip_bytes(
        {CORE_1: workforce_csv(SEEDS, MARCH, APRIL, newer_layout=True), CORE_5: grades_csv(SEEDS, add=0.5)}
    )
    made = {"first": (release(), "2025-06-26"), "second": (later, "2025-07-24")}
    for name in order:
        content, day = made[name]
        drop(limits, name, content, f"date_published: {day}\n")
        assert take(limits)[-1] == (name, "opened")
    of = {row["source_id"]: name for name, row in listed(limits).items()}
    served = {month: of[source] for month, source in rows_of(limits, GROUPS).select("month", "source_id").iter_rows()}
    assert served == {
        date(2025, 2, 1): named("first", CORE_1),
        date(2025, 3, 1): named("second", CORE_1),
        date(2025, 4, 1): named("second", CORE_1),
    }
    assert {of[source] for source in rows_of(limits, GRADES)["source_id"]} == {named("second", CORE_5)}


def test_a_release_stays_until_none_of_its_files_waits_and_the_others_are_taken_in(limits: Settings) -> None:
    path = drop(limits, "r.zip", release(**{PRACTICES: PRACTICE_FILE}))
    found = {one.name: one for one in ingest(limits, CLOCK)}
    assert [one.outcome for one in found.values()] == ["accepted", "accepted", "waits", "waits"]
    waiting = named("r.zip", PRACTICES)
    assert "Put r.zip.origin.yml beside it with the line: financial_year" in found[waiting].message
    assert waiting in found["r.zip"].message
    assert path.exists()
    before = everything_kept(limits)
    assert [outcome for _, outcome in take(limits)] == ["seen before", "seen before", "waits", "waits"]
    assert everything_kept(limits) == before, "a release that waits changes nothing"
    path.with_name("r.zip.origin.yml").write_text(YEAR, encoding="utf-8")
    assert take(limits)[-2:] == [(waiting, "accepted"), ("r.zip", "opened")]
    assert list(limits.inbox.iterdir()) == []
    assert rows_of(limits, PEOPLE)["fy"].unique().to_list() == ["2026-27"]


def test_a_refused_file_keeps_no_other_and_is_told_of_with_its_bytes(limits: Settings) -> None:
    drop(limits, "r.zip", zip_bytes({CORE_5: CUT, CORE_1: GROUP_FILE}))
    found = {one.name: one for one in ingest(limits, CLOCK)}
    assert [one.outcome for one in found.values()] == ["refused", "accepted", "opened"]
    (report,) = limits.data_dir.glob("quarantine/inbox/??/*/report.txt")
    assert report.with_name("file").read_bytes() == CUT
    assert named("r.zip", CORE_5) in report.read_text(encoding="utf-8")
    assert len(rows_of(limits, GROUPS)) > 0
    assert rows_of(limits, GRADES).is_empty()


def test_what_was_refused_or_withdrawn_stays_so_while_the_release_waits(limits: Settings) -> None:
    content = zip_bytes({CORE_5: CUT, CORE_1: GROUP_FILE, PRACTICES: PRACTICE_FILE})
    path = drop(limits, "r.zip", content)
    take(limits)
    (record,) = [one for one in inbox.records(limits.data_dir) if one.name == named("r.zip", CORE_1)]
    inbox.withdraw(limits.data_dir, record, "by mistake")
    before = everything_kept(limits)
    assert [outcome for _, outcome in take(limits)] == ["seen before", "seen before", "waits", "waits"]
    assert everything_kept(limits) == before
    assert rows_of(limits, GROUPS).is_empty()
    drop(limits, "Core 1.csv", GROUP_FILE)
    path.with_name("r.zip.origin.yml").write_text(YEAR, encoding="utf-8")
    assert ("Core 1.csv", "accepted") in take(limits), "dropped by itself, it is read anew"
    assert set(status(limits).values()) == {"accepted", "opened", "refused"}
    assert list(limits.inbox.iterdir()) == []


@pytest.mark.parametrize("step", ["store", "drop_quarantined", "store_note", "remove_from_inbox"])
@pytest.mark.parametrize("call", [1, 2, 3])
def test_a_process_that_ends_at_any_step_loses_nothing_and_the_next_finishes(
    step: str, call: int, limits: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = zip_bytes({CORE_1: GROUP_FILE, CORE_5: CUT, PRACTICES: PRACTICE_FILE})
    drop(limits, "r.zip", content, YEAR)
    real, calls = getattr(inbox, step), []

    def killed(*given: object) -> object:
        calls.append(given)
        if len(calls) == call:
            raise KeyboardInterrupt
        return real(*given)

    with monkeypatch.context() as patched:
        patched.setattr(f"nhs_assets.store.inbox.{step}", killed)
        try:
            ingest(limits, CLOCK)
        except KeyboardInterrupt:
            assert content in everything_kept(limits).values()
    ingest(limits, CLOCK)
    assert list(limits.inbox.iterdir()) == []
    assert status(limits) == {
        named("r.zip", CORE_1): "accepted",
        named("r.zip", CORE_5): "refused",
        named("r.zip", PRACTICES): "accepted",
        "r.zip": "opened",
    }
    kept = list(everything_kept(limits).values())
    assert [kept.count(one) for one in (content, GROUP_FILE, CUT, PRACTICE_FILE)] == [1, 1, 1, 1]
    assert YEAR.encode() in kept
    assert rows_of(limits, PEOPLE)["fy"].unique().to_list() == ["2026-27"]


def test_a_process_that_ends_while_a_folder_is_made_leaves_nothing_half(
    limits: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(limits, "r.zip", release())
    real = files.sync

    def killed(path: Path) -> None:
        if path.name == "staff_grade_month.csv":
            raise KeyboardInterrupt
        real(path)

    with monkeypatch.context() as patched:
        patched.setattr(files, "sync", killed)
        with pytest.raises(KeyboardInterrupt):
            ingest(limits, CLOCK)
    assert [outcome for _, outcome in take(limits)] == ["seen before", "accepted", "opened"]
    assert list(limits.inbox.iterdir()) == []


def test_the_preview_says_of_each_file_what_happens_next_and_writes_nothing(limits: Settings) -> None:
    drop(limits, "r.zip", zip_bytes({CORE_1: GROUP_FILE, CORE_5: CUT, PRACTICES: PRACTICE_FILE}))
    foreseen = preview(limits, CLOCK)
    assert outcomes(foreseen) == [
        (named("r.zip", CORE_1), "accepted"),
        (named("r.zip", CORE_5), "refused"),
        (named("r.zip", PRACTICES), "waits"),
        ("r.zip", "waits"),
    ]
    assert [one.classification.format_id for one in foreseen] == [
        "nhs_workforce_core",
        "nhs_workforce_grades",
        "nhs_allocation_practices",
        None,
    ]
    assert [path for path in limits.data_dir.rglob("*") if path.is_file()] == [limits.inbox / "r.zip"]
    assert take(limits) == outcomes(foreseen)


def test_two_files_of_one_format_refuse_the_release(limits: Settings) -> None:
    drop(limits, "r.zip", release(**{"other.csv": workforce_csv(SEEDS, APRIL, newer_layout=True)}))
    (one,) = ingest(limits, CLOCK)
    assert (one.outcome, "several files of the same format" in one.message) == ("refused", True)
    assert rows_of(limits, GROUPS).is_empty()


def damaged() -> bytes:
    """A release of which one file has a byte changed since its checksum was worked out."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(CORE_1, GROUP_FILE)
        archive.writestr(CORE_5, GRADE_FILE)
    content = bytearray(out.getvalue())
    at = content.index(GRADE_FILE) + len(GRADE_FILE) - 5
    content[at] ^= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "tight", "says"),
    [
        (damaged(), {}, "is damaged"),
        (release(**{"inner.zip": release()}), {}, "contains another archive"),
        (release(**{"../outside.csv": b"x"}), {}, "contains a path outside its folder"),
        (release(), {"publisher_members": 2}, "contains 3 files; the limit is 2"),
        (release(**{"big.csv": b"0" * 1_000_001}), {"publisher_unpacked_mb": 1}, "unpacks to more than 1 MB"),
    ],
    ids=["damaged", "zip in zip", "outside", "members", "size"],
)
def test_what_no_release_may_hold_refuses_it_whole(
    content: bytes, tight: dict[str, int], says: str, limits: Settings
) -> None:
    drop(limits, "r.zip", content)
    (one,) = ingest(limits.model_copy(update=tight), CLOCK)
    assert (one.outcome, says in one.message) == ("refused", True), one.message
    (kept,) = limits.data_dir.glob("quarantine/inbox/??/*/file")
    assert kept.read_bytes() == content


def test_a_release_that_was_refused_is_opened_once_it_can_be_read(limits: Settings) -> None:
    tight = limits.model_copy(update={"publisher_members": 1})
    drop(limits, "r.zip", release())
    assert take(tight) == [("r.zip", "refused")]
    drop(limits, "r.zip", release())
    assert take(limits)[-1] == ("r.zip", "opened")
    assert set(status(limits).values()) == {"accepted", "opened"}


def test_a_withdrawn_file_leaves_those_beside_it(limits: Settings) -> None:
    drop(limits, "r.zip", release())
    take(limits)
    (record,) = [one for one in inbox.records(limits.data_dir) if one.name == named("r.zip", CORE_5)]
    inbox.withdraw(limits.data_dir, record, "by mistake")
    assert rows_of(limits, GRADES).is_empty()
    assert len(rows_of(limits, GROUPS)) > 0
    drop(limits, "r.zip", release())
    assert take(limits) == [("r.zip", "seen before")]
    assert rows_of(limits, GRADES).is_empty()
    drop(limits, "Core 5.csv", GRADE_FILE)
    assert take(limits) == [("Core 5.csv", "accepted")]


def test_the_command_lists_each_file_and_withdraws_files_and_not_the_release(
    limits: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nhs_assets.cli import inbox as command

    monkeypatch.setattr(command, "settings", lambda: limits)
    drop(limits, "r.zip", release())
    shown = CliRunner().invoke(command.app, [], env={"COLUMNS": "200"}).output
    assert all(name in shown for name in (named("r.zip", CORE_1), named("r.zip", CORE_5), "opened"))
    take(limits)
    result = CliRunner().invoke(command.app, ["withdraw", listed(limits)["r.zip"]["sha256"], "by mistake"])
    assert result.exit_code != 0
    assert set(status(limits).values()) == {"accepted", "opened"}
    grades = listed(limits)[named("r.zip", CORE_5)]["sha256"]
    assert CliRunner().invoke(command.app, ["withdraw", grades, "by mistake"]).exit_code == 0
    assert status(limits)[named("r.zip", CORE_5)] == "refused"


def test_names_of_control_characters_are_stored_as_plain_text(limits: Settings) -> None:
    drop(limits, "r\x1b.zip", zip_bytes({"\x1b[31mred.csv": GROUP_FILE, CORE_5: GRADE_FILE}))
    take(limits)
    assert set(status(limits)) == {"r?.zip", "r?.zip--?[31mred.csv", named("r?.zip", CORE_5)}


def test_a_release_of_one_known_file_is_taken_as_that_file(limits: Settings) -> None:
    drop(limits, "r.zip", zip_bytes({"absence.csv": sickness_csv(SEEDS), "notes.txt": b"notes"}))
    assert take(limits) == [("r.zip", "accepted")]
