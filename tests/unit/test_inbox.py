"""The inbox: what becomes of each file, that none is lost, and what a person is told."""

import errno
import hashlib
import json
import os
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
import yaml
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from nhs_assets.build.audit import refused_rows
from nhs_assets.build.seed import received_recipe, seeds_as_listed
from nhs_assets.contracts.registry import contract
from nhs_assets.ground import files
from nhs_assets.ground.problems import BadInputError
from nhs_assets.settings import PROJECT_ROOT, Settings
from nhs_assets.sources.inbox.ingestion import Result, ingest, preview
from nhs_assets.sources.inbox.note import Note, read_note
from nhs_assets.sources.inbox.received_files import ledger
from nhs_assets.sources.seed_files import find_seeds
from nhs_assets.sources.seeds import read_table
from nhs_assets.store import inbox
from tests.clocks import TODAY, clock_on
from tests.inbox_files import APRIL, deflator_workbook, drop, limits_workbook, sickness_csv

pytestmark = pytest.mark.unit

SEEDS = PROJECT_ROOT / "seeds"
CLOCK = clock_on(TODAY)
MAY = date(2025, 5, 1)


@pytest.fixture
def limits(tmp_path: Path) -> Settings:
    return Settings(seeds_dir=SEEDS, data_dir=tmp_path / "data", inbox_settle_seconds=0)


def take(limits: Settings) -> dict[str, str]:
    return {one.name: one.outcome for one in ingest(limits, CLOCK)}


def take_one(limits: Settings) -> Result:
    (one,) = ingest(limits, CLOCK)
    return one


def listed(limits: Settings) -> pl.DataFrame:
    return ledger(inbox.records(limits.data_dir))


def staff(limits: Settings) -> pl.DataFrame:
    seeds = (*find_seeds(limits.seeds_dir), *seeds_as_listed(limits, listed(limits)))
    return read_table(contract("raw.staff_month"), seeds)


def of_april(limits: Settings) -> pl.DataFrame:
    return staff(limits).filter(month=APRIL)


def test_a_month_is_recognised_by_its_content_archived_and_served(limits: Settings) -> None:
    content = sickness_csv(SEEDS)
    drop(limits, "holiday photo.jpeg", content)
    one = take_one(limits)
    assert (one.outcome, one.message) == ("accepted", "The first file of April 2025.")
    assert list(limits.inbox.iterdir()) == []
    sha256 = hashlib.sha256(content).hexdigest()
    folder = limits.data_dir / "archive" / sha256[:2] / sha256
    assert (folder / "file").read_bytes() == content
    (row,) = listed(limits).iter_rows(named=True)
    assert row["file"] == f"archive/{sha256[:2]}/{sha256}/file"
    assert (row["dropped_as"], row["inbox_status"], row["rows"]) == ("holiday photo.jpeg", "accepted", 47)
    assert (row["format_id"], row["first_month"], row["raw_table"]) == (
        "nhs_sickness_absence",
        APRIL,
        "raw.staff_month",
    )
    taken = of_april(limits)
    assert len(taken) == 47
    assert taken["source_id"].unique().to_list() == [f"nhs_sickness_absence_2025_04_{sha256[:8]}"]
    origin = yaml.safe_load((folder / "staff_month.origin.yml").read_text(encoding="utf-8"))
    assert (origin["publisher"], origin["title"]) == ("NHS England", "NHS Sickness Absence Rates, April 2025")
    assert origin["rows"] == 47


def test_its_document_is_added_to_the_sources(limits: Settings) -> None:
    drop(limits, "a.csv", sickness_csv(SEEDS), "date_published: 2025-08-28\nurl: https://publisher.example/a\n")
    take(limits)
    seeds = (*find_seeds(SEEDS), *seeds_as_listed(limits, listed(limits)))
    sources = read_table(contract("raw.source"), seeds)
    (row,) = sources.filter(pl.col("source_id").str.starts_with("nhs_sickness_absence_2025_04")).iter_rows(named=True)
    assert (row["published_on"], row["url"], row["kind"]) == (
        date(2025, 8, 28),
        "https://publisher.example/a",
        "statistic",
    )


def test_a_file_seen_before_changes_nothing_and_the_log_says_so(limits: Settings) -> None:
    drop(limits, "a.csv", sickness_csv(SEEDS))
    take(limits)
    before = listed(limits)
    drop(limits, "b.csv", sickness_csv(SEEDS), "title: again\n")
    assert take(limits) == {"b.csv": "seen before"}
    assert listed(limits).equals(before)
    assert list(limits.inbox.iterdir()) == []
    assert "b.csv: seen before" in (limits.data_dir / "logs" / "inbox.log").read_text(encoding="utf-8")
    (note,) = limits.data_dir.glob("archive/??/*/note-*.origin.yml")
    assert note.read_text(encoding="utf-8") == "title: again\n"


def test_a_newer_file_of_a_month_supersedes_and_the_older_stays_listed(limits: Settings) -> None:
    drop(limits, "first.csv", sickness_csv(SEEDS, share=0.99))
    take(limits)
    first = of_april(limits)
    drop(limits, "revised.csv", sickness_csv(SEEDS, share=0.98))
    one = take_one(limits)
    assert (one.outcome, one.message) == ("accepted", "Replaces first.csv.")
    status = dict(listed(limits).select("dropped_as", "inbox_status").iter_rows())
    assert status == {"first.csv": "superseded", "revised.csv": "accepted"}
    by_name = {row["dropped_as"]: row for row in listed(limits).iter_rows(named=True)}
    assert by_name["first.csv"]["superseded_by"] == by_name["revised.csv"]["file"]
    assert of_april(limits)["source_id"].unique().to_list() == [by_name["revised.csv"]["source_id"]]
    assert len(of_april(limits)) == len(first)
    seeds = (*find_seeds(SEEDS), *seeds_as_listed(limits, listed(limits)))
    sources = set(read_table(contract("raw.source"), seeds)["source_id"])
    assert {row["source_id"] for row in by_name.values()} <= sources, "a document that was published stays listed"


def test_an_older_release_that_comes_later_does_not_supersede(limits: Settings) -> None:
    drop(limits, "new.csv", sickness_csv(SEEDS, share=0.98), "date_published: 2025-10-30\n")
    take(limits)
    drop(limits, "old.csv", sickness_csv(SEEDS, share=0.99), "date_published: 2025-08-28\n")
    take(limits)
    status = dict(listed(limits).select("dropped_as", "inbox_status").iter_rows())
    assert status == {"new.csv": "accepted", "old.csv": "superseded"}


def test_the_same_figures_in_other_bytes_are_held_and_serve_nothing(limits: Settings) -> None:
    drop(limits, "a.csv", sickness_csv(SEEDS))
    take(limits)
    before = staff(limits)
    drop(limits, "b.csv", b"\xef\xbb\xbf" + sickness_csv(SEEDS))
    assert take(limits) == {"b.csv": "held"}
    assert staff(limits).equals(before)


def seed_month(spoil=lambda row: row) -> bytes:
    """March 2025 with the figures of the seed."""
    days = {
        (row["ods_code"]): row["fte_days_available"]
        for row in pl.read_csv(SEEDS / "workforce" / "staff_month.csv", infer_schema=False)
        .filter(month="2025-03-01")
        .iter_rows(named=True)
    }

    def as_seeded(row: list) -> list:
        available = float(days[row[5]])
        return spoil([*row[:8], f"{available * 0.04:.5f}", days[row[5]], "4.00"])

    return sickness_csv(SEEDS, date(2025, 3, 1), spoil=as_seeded)


def test_a_month_of_the_seed_is_held_if_the_figures_are_the_same(limits: Settings) -> None:
    before = staff(limits)
    drop(limits, "a.csv", seed_month())
    assert take(limits) == {"a.csv": "held"}
    assert staff(limits).equals(before)


def test_a_seed_gives_way_to_a_file_only_where_a_person_says_so(limits: Settings) -> None:
    content = sickness_csv(SEEDS, date(2025, 3, 1), share=0.97)
    path = drop(limits, "march.csv", content)
    waiting = take_one(limits)
    assert waiting.outcome == "waits"
    assert "march.csv.origin.yml beside it with the line: replaces_seed: true" in waiting.message
    assert path.exists()
    before = staff(limits)
    drop(limits, "march.csv", content, "replaces_seed: true\n")
    assert take(limits) == {"march.csv": "accepted"}
    march = staff(limits).filter(month=date(2025, 3, 1))
    assert march["source_id"].n_unique() == 1
    assert march["source_id"][0].startswith("nhs_sickness_absence_2025_03")
    assert len(staff(limits)) == len(before)
    rest = pl.col("month") != date(2025, 3, 1)
    assert staff(limits).filter(rest).equals(before.filter(rest))


def spoiling(code: str, column: int, value: str):
    return lambda row: [*row[:column], value, *row[column + 1 :]] if row[5] == code else row


def test_a_part_bad_month_is_refused_whole_since_a_month_needs_every_body(limits: Settings) -> None:
    drop(limits, "a.csv", sickness_csv(SEEDS, spoil=spoiling("QYG", 10, "39.00")))
    assert take(limits) == {"a.csv": "refused"}
    assert of_april(limits).is_empty()
    (row,) = listed(limits).iter_rows(named=True)
    assert (row["inbox_status"], row["rows"], row["format_id"]) == ("refused", 0, "nhs_sickness_absence")
    (problem,) = refused_rows(limits, listed(limits))
    assert problem["file"] == row["file"]
    assert problem["row"] > 1
    assert "rate follows from days" in problem["broken_rule"]
    assert problem["remedy"]
    (report,) = limits.data_dir.glob("quarantine/inbox/??/*/report.txt")
    assert f"line {problem['row']}" in report.read_text(encoding="utf-8")


def test_good_rows_are_taken_where_only_other_bodies_rows_are_bad(limits: Settings) -> None:
    ragged = sickness_csv(SEEDS) + b"30/04/2025,Y59,South East,QZZ,A system,RXH,A Trust\n"
    drop(limits, "a.csv", ragged)
    assert take(limits) == {"a.csv": "accepted"}
    (row,) = listed(limits).iter_rows(named=True)
    assert (row["rows"], row["set_aside_rows"]) == (47, 1)
    (problem,) = refused_rows(limits, listed(limits))
    assert problem["file"] == row["file"]


def test_a_month_far_from_its_neighbours_is_refused(limits: Settings) -> None:
    drop(limits, "a.csv", sickness_csv(SEEDS, share=0.6))
    one = take_one(limits)
    assert one.outcome == "refused"
    assert "month on month within a third" in one.message


def test_a_refused_file_that_can_be_read_now_leaves_the_quarantine(limits: Settings) -> None:
    content = sickness_csv(SEEDS).replace(b"A Trust", b"A " + b"t" * 2000 + b" Trust")
    strict = limits.model_copy(update={"publisher_line_chars": 1000})
    drop(limits, "a.csv", content, "title: noted\n")
    assert take(strict) == {"a.csv": "refused"}
    drop(limits, "again.csv", content)
    assert take(strict) == {"again.csv": "refused"}
    assert listed(limits)["dropped_as"].to_list() == ["again.csv"]
    drop(limits, "later.csv", content)
    assert take(limits) == {"later.csv": "accepted"}
    assert listed(limits)["inbox_status"].to_list() == ["accepted"]
    assert kept(limits) == Counter([content, b"title: noted\n"])


def test_a_fault_of_ours_leaves_the_file_where_it_is(limits: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("nhs_assets.sources.inbox.ingestion.classify", fail)
    path = drop(limits, "a.csv", sickness_csv(SEEDS))
    one = take_one(limits)
    assert (one.outcome, path.exists()) == ("waits", True)
    assert "boom" in one.message


def test_a_seed_that_is_refused_leaves_the_inbox_as_it_is(limits: Settings, tmp_path: Path) -> None:
    shutil.copytree(SEEDS, tmp_path / "seeds")
    (tmp_path / "seeds" / "workforce" / "organisation.csv").write_text("broken\n", encoding="utf-8")
    broken = limits.model_copy(update={"seeds_dir": tmp_path / "seeds"})
    path = drop(broken, "a.csv", sickness_csv(SEEDS))
    received_recipe(CLOCK).prepare(broken)
    assert path.exists()
    assert "the inbox is blocked: " in (broken.data_dir / "logs" / "inbox.log").read_text(encoding="utf-8")


def test_a_file_that_is_too_large_stays_where_it_is_unread(limits: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    small = Settings(seeds_dir=SEEDS, data_dir=limits.data_dir, inbox_settle_seconds=0, publisher_file_mb=1)
    path = drop(small, "a.csv", b"0" * 1_000_001)
    monkeypatch.delattr(files, "sha256")
    (one,) = ingest(small, CLOCK)
    assert one.outcome == "waits"
    assert "larger than 1 MB" in one.message
    assert path.exists()


def test_a_file_that_cannot_be_read_waits_and_the_others_are_taken(
    limits: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_rights(path: Path) -> str:
        if path.name == "locked.csv":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return hashlib.sha256(path.read_bytes()).hexdigest()

    drop(limits, "locked.csv", b"junk")
    drop(limits, "open.csv", sickness_csv(SEEDS))
    monkeypatch.setattr(files, "sha256", without_rights)
    assert take(limits) == {"locked.csv": "waits", "open.csv": "accepted"}


NOVEMBER = "date_published: 2025-11-28\nvintage_id: made_up_2025_11\n"


def test_a_forecast_waits_until_its_day_is_known(limits: Settings) -> None:
    path = drop(limits, "economy.xlsx", deflator_workbook())
    one = take_one(limits)
    assert one.outcome == "waits"
    assert "economy.xlsx.origin.yml beside it with the line: date_published: 2025-11-DD" in one.message
    assert path.exists()
    drop(limits, "economy.xlsx", deflator_workbook(), "date_published: 2025-11-28\n")
    assert take(limits) == {"economy.xlsx": "accepted"}
    seeds = (*find_seeds(SEEDS), *seeds_as_listed(limits, listed(limits)))
    vintages = dict(read_table(contract("raw.vintage"), seeds).select("vintage_id", "known_from").iter_rows())
    assert vintages["obr_2025_11"] == date(2025, 11, 28)
    rows = read_table(contract("raw.gdp_deflator"), seeds).filter(vintage_id="obr_2025_11")
    assert len(rows) > 3


@pytest.mark.parametrize(
    ("note", "says"),
    [
        ("date_published: 2025-12-01\n", "Correct the day, or name the vintage too"),
        ("date_published: 2025-11-26\n", "has the day of the vintage budget_2025_11"),
        ("date_published: 2025-11-28\nvintage_id: budget_2025_11\n", "would change the vintage budget_2025_11"),
        ("date_published: 2027-11-28\n", "is after today"),
        ("date_published: soon\n", "must be a day"),
        ("colour: red\n", "the key is unknown"),
        ("a: [", "is not readable YAML"),
        ("- a\n", "has no keys"),
        ("replaces_seed: 1\n", "must be true or false"),
        ("step_reasons: because\n", "must be lines of text by key"),
        ("vintage_id: 'A b'\n", "must be in lower case"),
        ("financial_year: 2025\n", "must be text"),
        ("financial_year: 2025/26\n", "must be a financial year written 2025-26"),
        ("financial_year: 2025-27\n", "must be a financial year written 2025-26"),
        ("financial_year: 2052-53\n", "is more than 5 years from today"),
        ("title: ''\n", "must be text"),
        ("compared_cells: C6\n", "must be a list of entries"),
    ],
)
def test_a_note_that_does_not_do_leaves_the_file_waiting(note: str, says: str, limits: Settings) -> None:
    path = drop(limits, "economy.xlsx", deflator_workbook(), note)
    one = take_one(limits)
    assert one.outcome == "waits"
    assert says in one.message
    assert path.exists()


def test_a_forecast_is_never_replaced_by_one_of_the_same_vintage(limits: Settings) -> None:
    drop(limits, "a.xlsx", deflator_workbook(), NOVEMBER)
    take(limits)
    revised = deflator_workbook(1.001)
    drop(limits, "b.xlsx", revised, NOVEMBER)
    one = take_one(limits)
    assert one.outcome == "waits"
    assert "would change the vintage made_up_2025_11" in one.message
    drop(limits, "b.xlsx", revised, "date_published: 2025-12-05\nvintage_id: made_up_revised\n")
    assert take(limits) == {"b.xlsx": "accepted"}
    assert set(listed(limits)["inbox_status"]) == {"accepted"}


def test_a_deflator_that_lacks_years_of_the_vintages_before_it_is_refused(limits: Settings) -> None:
    drop(limits, "a.xlsx", deflator_workbook(first=2010), NOVEMBER)
    one = take_one(limits)
    assert one.outcome == "refused"
    assert "is missing a year that earlier vintages have (found '2008-09')" in one.message
    assert [problem.value for problem in one.classification.problems] == ["2008-09", "2009-10", "2010-11"]


SEPTEMBER = "date_published: 2026-09-10\n"


def limits_of(settings: Settings) -> pl.DataFrame:
    seeds = (*find_seeds(SEEDS), *seeds_as_listed(settings, listed(settings)))
    return read_table(contract("raw.settlement_plan"), seeds).filter(vintage_id="obr_2026_09")


def test_both_workbooks_of_an_outlook_are_one_vintage(limits: Settings) -> None:
    drop(limits, "expenditure.xlsx", limits_workbook(), SEPTEMBER)
    drop(limits, "economy.xlsx", deflator_workbook(month="September 2026"), SEPTEMBER)
    assert set(take(limits).values()) == {"accepted"}
    seeds = (*find_seeds(SEEDS), *seeds_as_listed(limits, listed(limits)))
    (vintage,) = read_table(contract("raw.vintage"), seeds).filter(vintage_id="obr_2026_09").iter_rows(named=True)
    assert (vintage["label"], vintage["known_from"]) == ("OBR September 2026", date(2026, 9, 10))
    assert set(limits_of(limits)["line_id"]) == {"dhsc_rdel", "dhsc_cdel"}


def test_the_second_workbook_waits_once_its_vintage_is_published_without_it(
    limits: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(limits, "expenditure.xlsx", limits_workbook(), SEPTEMBER)
    take(limits)
    monkeypatch.setattr("nhs_assets.store.inbox.published_vintages", lambda _: frozenset({"obr_2026_09"}))
    drop(limits, "economy.xlsx", deflator_workbook(month="September 2026"), SEPTEMBER)
    one = take_one(limits)
    assert one.outcome == "waits"
    assert "would change the vintage obr_2026_09" in one.message
    own = "vintage_id: obr_2026_09_economy\ndate_published: 2026-09-11\n"
    drop(limits, "economy.xlsx", deflator_workbook(month="September 2026"), own)
    assert take(limits) == {"economy.xlsx": "accepted"}


def test_the_reason_of_a_step_is_carried_over_from_the_vintage_before(limits: Settings) -> None:
    drop(limits, "expenditure.xlsx", limits_workbook(), SEPTEMBER)
    take(limits)
    (reason,) = limits_of(limits).filter(line_id="dhsc_cdel", fy="2025-26")["step_reason"]
    assert reason.startswith("Capital for 2025-26 was raised")


def with_step_limit(limits: Settings, folder: Path, percent: int) -> Settings:
    """Seeds of which limits may move by less without a reason."""
    shutil.copytree(SEEDS, folder / "seeds")
    checks = folder / "seeds" / "parameters" / "checks.yml"
    text = checks.read_text(encoding="utf-8")
    for key in ("value", "low", "high"):
        text = text.replace(f"{key}: 15\n", f"{key}: {percent}\n", 1)
    checks.write_text(text, encoding="utf-8")
    return limits.model_copy(update={"seeds_dir": folder / "seeds"})


def reasons(waits: Result) -> str:
    """Lines of a note with a reason for each step that a file waits for."""
    steps = waits.message.partition("moves ")[2].partition(" by more")[0].split(", ")
    return "step_reasons:\n" + "".join(f"  {step}: It was cut.\n" for step in steps)


def test_a_vintage_from_which_a_later_one_would_step_without_a_reason_waits(limits: Settings, tmp_path: Path) -> None:
    strict = with_step_limit(limits, tmp_path, 1)
    between = "date_published: 2026-01-15\nvintage_id: obr_2026_01\n"
    drop(strict, "expenditure.xlsx", limits_workbook(), between)
    drop(strict, "expenditure.xlsx", limits_workbook(), between + reasons(take_one(strict)))
    one = take_one(strict)
    assert one.outcome == "waits"
    assert "comes before a vintage that would move by more than 1% against it without a reason (obr_2026_03: dhsc" in (
        one.message
    )
    assert "nhs-assets inbox withdraw" in one.message


def test_a_step_without_a_reason_waits_for_one(limits: Settings, tmp_path: Path) -> None:
    strict = with_step_limit(limits, tmp_path, 10)
    drop(strict, "expenditure.xlsx", limits_workbook(), SEPTEMBER)
    one = take_one(strict)
    assert one.outcome == "waits"
    assert "moves dhsc_cdel 2026-27" in one.message
    assert "more than 10%" in one.message
    assert "step_reasons: {dhsc_cdel 2026-27: REASON}" in one.message
    drop(strict, "expenditure.xlsx", limits_workbook(), SEPTEMBER + reasons(one))
    assert take(strict) == {"expenditure.xlsx": "accepted"}
    (reason,) = limits_of(strict).filter(line_id="dhsc_cdel", fy="2026-27")["step_reason"]
    assert reason == "It was cut."


def test_a_preview_moves_nothing(limits: Settings) -> None:
    drop(limits, "a.csv", sickness_csv(SEEDS))
    drop(limits, "b", b"junk")
    assert {one.name: one.outcome for one in preview(limits, CLOCK)} == {"a.csv": "accepted", "b": "refused"}
    assert {path.name for path in limits.data_dir.iterdir()} == {"inbox"}
    assert len(list(limits.inbox.iterdir())) == 2


def test_a_file_that_grows_between_two_looks_is_left_alone(limits: Settings) -> None:
    growing = drop(limits, "growing.csv", b"DATE,")
    drop(limits, "junk", b"junk")
    slow = Settings(seeds_dir=SEEDS, data_dir=limits.data_dir, inbox_settle_seconds=2)

    def meanwhile(seconds: float) -> None:
        assert seconds == 2
        with growing.open("ab") as file:
            file.write(b"ORG_CODE")

    assert [one.name for one in ingest(slow, CLOCK, meanwhile)] == ["junk"]
    assert growing.read_bytes() == b"DATE,ORG_CODE"


@pytest.mark.parametrize("changed", [1, 4_102_444_800], ids=["in 1970", "in 2100"])
def test_a_file_is_waited_for_whatever_time_it_carries(limits: Settings, changed: int) -> None:
    path = drop(limits, "a", b"junk")
    os.utime(path, (changed, changed))
    waits: list[float] = []
    assert [one.path for one in inbox.stable_files(limits.inbox, 2, waits.append)] == [path]
    assert waits == [2]


@pytest.mark.parametrize("name", ["a.csv.part", "a.crdownload", ".hidden", "a.TMP", "lone.origin.yml"])
def test_what_is_unfinished_or_no_file_is_left_alone_and_told_of(name: str, limits: Settings) -> None:
    path = drop(limits, name, b"junk")
    assert ingest(limits, CLOCK) == ()
    assert path.exists()
    assert name in inbox.ignored_files(limits.inbox)


def test_a_link_is_not_followed(limits: Settings, tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_bytes(sickness_csv(SEEDS))
    limits.inbox.mkdir(parents=True)
    (limits.inbox / "link.csv").symlink_to(outside)
    assert ingest(limits, CLOCK) == ()
    assert "is a link" in inbox.ignored_files(limits.inbox)["link.csv"]


def test_a_name_of_control_characters_is_stored_as_plain_text(limits: Settings) -> None:
    drop(limits, "\x1b[31mred\n.csv", b"junk")
    take(limits)
    assert listed(limits)["dropped_as"].to_list() == ["?[31mred?.csv"]


@pytest.mark.parametrize("month", [date(2026, 11, 1), date(2031, 12, 1)])
def test_a_month_that_has_not_ended_is_refused(limits: Settings, month: date) -> None:
    drop(limits, "a.csv", sickness_csv(SEEDS, month))
    one = take_one(limits)
    assert one.outcome == "refused"
    assert "has not ended" in one.message


@pytest.mark.parametrize("share", [1.2, 0.8])
def test_figures_scaled_by_one_share_wait_for_a_reason(limits: Settings, share: float) -> None:
    path = drop(limits, "a.csv", sickness_csv(SEEDS, share=share))
    one = take_one(limits)
    assert one.outcome == "waits"
    assert f"staff 2025-04 ({(share - 1) * 100:+.0f}%)" in one.message
    path.with_name("a.csv.origin.yml").write_text("step_reasons:\n  staff 2025-04: the cut\n", encoding="utf-8")
    assert take_one(limits).outcome == "accepted"


def test_figures_of_the_seed_take_the_place_of_the_revision_that_took_its_own(limits: Settings) -> None:
    march = date(2025, 3, 1)
    drop(limits, "revised.csv", sickness_csv(SEEDS, march, share=0.99), "replaces_seed: true\n")
    assert take_one(limits).outcome == "accepted"
    revised = staff(limits).filter(month=march)
    drop(limits, "as_before.csv", sickness_csv(SEEDS, march, share=1.0))
    one = take_one(limits)
    assert (one.outcome, one.message) == ("accepted", "Replaces revised.csv.")
    again = staff(limits).filter(month=march)
    seeded = read_table(contract("raw.staff_month"), find_seeds(SEEDS)).filter(month=march)
    assert again["fte"].to_list() == seeded["fte"].to_list() != revised["fte"].to_list()


def test_a_name_too_long_for_a_note_is_no_obstacle(limits: Settings) -> None:
    drop(limits, "a" * 250, sickness_csv(SEEDS))
    assert take_one(limits).outcome == "accepted"


@pytest.mark.parametrize("kind", ["folder", "pipe", "link", "lost_link"])
def test_a_note_that_is_no_plain_file_is_told_of_and_not_read(limits: Settings, kind: str) -> None:
    dropped = drop(limits, "a.csv", sickness_csv(SEEDS))
    note = dropped.with_name("a.csv.origin.yml")
    elsewhere = limits.data_dir / "elsewhere.yml"
    elsewhere.write_text("title: not to be read\n", encoding="utf-8")
    make = {
        "folder": note.mkdir,
        "pipe": lambda: os.mkfifo(note),
        "link": lambda: note.symlink_to(elsewhere),
        "lost_link": lambda: note.symlink_to("nowhere"),
    }
    make[kind]()
    assert note.name in inbox.ignored_files(limits.inbox)
    assert take_one(limits).outcome == "accepted"
    assert not list((limits.data_dir / "archive").rglob("note-*"))
    assert [path.name for path in limits.inbox.iterdir()] == [note.name]


@pytest.mark.parametrize("step", ["store", "remove_from_inbox", "store_note"])
def test_a_process_that_ends_at_any_step_loses_nothing_and_the_next_finishes(
    step: str, limits: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = sickness_csv(SEEDS)
    drop(limits, "a.csv", content, "title: noted\n")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(f"nhs_assets.store.inbox.{step}", killed)
        with pytest.raises(KeyboardInterrupt):
            ingest(limits, CLOCK)
    assert content in [path.read_bytes() for path in limits.data_dir.rglob("*") if path.is_file()]
    ingest(limits, CLOCK)
    assert list(limits.inbox.iterdir()) == []
    assert len(of_april(limits)) == 47
    assert kept(limits) == Counter([content, b"title: noted\n"])


def test_half_a_folder_is_cleared_away(limits: Settings) -> None:
    half = limits.data_dir / "archive" / "aa" / ".aa.half.partial"
    half.mkdir(parents=True)
    drop(limits, "junk", b"junk")
    take(limits)
    assert not half.exists()


def test_withdrawing_takes_a_file_out_of_the_tables_and_keeps_it(limits: Settings) -> None:
    drop(limits, "a.csv", sickness_csv(SEEDS))
    take(limits)
    (record,) = inbox.records(limits.data_dir)
    folder = inbox.withdraw(limits.data_dir, record, "by mistake")
    assert (folder / "file").read_bytes() == sickness_csv(SEEDS)
    assert of_april(limits).is_empty()
    assert listed(limits)["report"].to_list() == ["was withdrawn: by mistake"]
    drop(limits, "a.csv", sickness_csv(SEEDS))
    assert take(limits) == {"a.csv": "accepted"}
    assert not folder.exists()


def test_the_archive_is_not_edited(limits: Settings) -> None:
    drop(limits, "a.csv", sickness_csv(SEEDS))
    take(limits)
    (rows,) = limits.data_dir.glob("archive/??/*/staff_month.csv")
    rows.write_text(rows.read_text(encoding="utf-8").replace("F(d)", "F"), encoding="utf-8")
    with pytest.raises(BadInputError, match="restore the file as it was ingested"):
        staff(limits)


def test_a_file_taken_in_after_the_list_was_made_is_for_the_next_run(limits: Settings) -> None:
    drop(limits, "a.csv", sickness_csv(SEEDS))
    take(limits)
    before = listed(limits)
    drop(limits, "b.csv", sickness_csv(SEEDS, share=0.98))
    take(limits)
    (seed,) = seeds_as_listed(limits, before)
    assert seed.serves


def test_the_note_of_a_file_may_say_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.origin.yml"
    path.write_text("", encoding="utf-8")
    assert read_note(path, TODAY) == Note()


def kept(limits: Settings) -> Counter[bytes]:
    """Every dropped byte sequence with the number of places that it is in."""
    places = [
        *limits.inbox.glob("*"),
        *limits.data_dir.glob("archive/??/*/file"),
        *limits.data_dir.glob("quarantine/inbox/??/*/file"),
        *limits.data_dir.glob("archive/??/*/note-*"),
        *limits.data_dir.glob("quarantine/inbox/??/*/note-*"),
    ]
    return Counter(path.read_bytes() for path in places)


GOOD = sickness_csv(SEEDS)
MADE = st.one_of(
    st.binary(max_size=200),
    st.just(GOOD),
    st.just(sickness_csv(SEEDS, share=0.97)),
    st.builds(lambda cut: GOOD[:cut], st.integers(0, len(GOOD))),
    st.builds(lambda at, byte: GOOD[:at] + byte + GOOD[at + 1 :], st.integers(0, len(GOOD)), st.binary(max_size=2)),
)


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(drops=st.lists(st.lists(st.tuples(st.sampled_from("abc"), MADE), max_size=4), max_size=2))
def test_every_byte_sequence_dropped_is_in_exactly_one_place(
    drops: list[list[tuple[str, bytes]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    limits = Settings(seeds_dir=SEEDS, data_dir=tmp_path_factory.mktemp("drops"), inbox_settle_seconds=0)
    dropped: set[bytes] = set()
    for batch in drops:
        now = dict(batch)
        for name, content in now.items():
            replaced = limits.inbox / name
            if replaced.exists():  # a person who drops a file on another takes that one away
                dropped -= {replaced.read_bytes()} - set(kept(limits) - Counter([replaced.read_bytes()]))
            drop(limits, name, content)
        dropped |= set(now.values())
        ingest(limits, CLOCK)
    assert kept(limits) == Counter(dropped)


def tick(limits: Settings, cursor: str | None, monkeypatch: pytest.MonkeyPatch) -> tuple[object, str]:
    from nhs_assets.defs import inbox as wired

    monkeypatch.setattr(wired, "settings", lambda: limits)
    context = dg.build_sensor_context(cursor=cursor)
    return wired.inbox_sensor(context), context.cursor


def test_the_sensor_asks_once_for_a_file_that_no_longer_changes(
    limits: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, cursor = tick(limits, None, monkeypatch)
    assert isinstance(first, dg.SkipReason)
    path = drop(limits, "a.csv", b"DATE")
    seen, cursor = tick(limits, cursor, monkeypatch)
    assert "ingested once they no longer change" in seen.skip_message
    path.write_bytes(b"DATE,ORG_CODE")
    growing, cursor = tick(limits, cursor, monkeypatch)
    assert isinstance(growing, dg.SkipReason)
    asked, cursor = tick(limits, cursor, monkeypatch)
    assert isinstance(asked, dg.RunRequest)
    assert asked.tags["inbox"] == "a.csv"
    waiting, cursor = tick(limits, cursor, monkeypatch)
    assert "nhs-assets inbox says what for" in waiting.skip_message
    path.with_name("a.csv.origin.yml").write_text("title: a\n", encoding="utf-8")
    tick_with_note, cursor = tick(limits, cursor, monkeypatch)
    assert isinstance(tick_with_note, dg.SkipReason)
    again, cursor = tick(limits, cursor, monkeypatch)
    assert isinstance(again, dg.RunRequest)
    assert again.run_key != asked.run_key
    assert "a.csv" in json.loads(cursor)["asked"]


def test_the_schedule_of_downloads_is_skipped_with_the_reason(
    limits: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nhs_assets.defs import inbox as wired

    monkeypatch.setattr(wired, "settings", lambda: limits)
    skipped = wired.daily_fetch(dg.build_schedule_context())
    assert "Set NHS_ASSETS_FETCH=true" in skipped.skip_message
    result = dg.materialize_to_memory([wired.fetched], resources={"settings": limits})
    (event,) = result.get_asset_materialization_events()
    assert "NHS_ASSETS_FETCH" in event.materialization.metadata["skipped"].value


@pytest.mark.parametrize("spoilt", ["", "{}", "- a\n", "verdict: unheard_of\n", None], ids=str)
def test_a_file_whose_record_is_lost_is_judged_again_by_itself(limits: Settings, spoilt: str | None) -> None:
    drop(limits, "a.csv", sickness_csv(SEEDS), "title: as a person named it\n")
    take(limits)
    before = of_april(limits)
    (record,) = (limits.data_dir / "archive").rglob("received.yml")
    record.unlink() if spoilt is None else record.write_text(spoilt, encoding="utf-8")
    assert list(take(limits).values()) == ["accepted"]
    assert of_april(limits).equals(before)
    assert list(limits.inbox.iterdir()) == []
    assert take(limits) == {}


def test_an_older_file_whose_record_is_lost_does_not_take_the_place_of_the_newer(limits: Settings) -> None:
    for times in (0.99, 0.98):
        drop(limits, f"{times}.csv", sickness_csv(SEEDS, APRIL, times))
        take(limits)
    newer = of_april(limits)
    (older,) = (one for one in inbox.records(limits.data_dir) if one.name == "0.99.csv")
    (limits.data_dir / older.folder / "received.yml").write_text("", encoding="utf-8")
    assert take_one(limits).message == "Superseded by 0.98.csv, which is newer."
    assert of_april(limits).equals(newer)
    assert listed(limits).sort("dropped_as")["inbox_status"].to_list() == ["accepted", "superseded"]


def test_a_file_that_a_person_named_by_its_checksum_is_no_newer_than_now(
    limits: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = sickness_csv(SEEDS)
    path = drop(limits, files.sha256_of(content), content)
    os.utime(path, (4_102_444_800, 4_102_444_800))  # the year 2100
    seen = inbox.file_stat(path)
    now = CLOCK.now()
    assert inbox.first_received(seen, now) == now

    def refused(_: Path) -> str:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(files, "sha256", refused)
    assert inbox.first_received(seen, now) is None


def test_a_withdrawn_file_whose_record_is_lost_stays_withdrawn(limits: Settings) -> None:
    content = sickness_csv(SEEDS)
    drop(limits, "a.csv", content)
    take(limits)
    (record,) = inbox.records(limits.data_dir)
    folder = inbox.withdraw(limits.data_dir, record, "by mistake")
    (folder / "received.yml").write_text("", encoding="utf-8")
    assert take(limits) == {}
    (again,) = inbox.records(limits.data_dir)
    assert (again.verdict, again.sha256) == (inbox.Verdict.REFUSED, record.sha256)
    assert "its record is lost" in again.message
    assert len(of_april(limits)) == 0
    drop(limits, "a.csv", content)
    assert take(limits) == {"a.csv": "accepted"}


def test_a_folder_whose_record_is_lost_is_set_aside_as_it_is(limits: Settings) -> None:
    drop(limits, "a.csv", sickness_csv(SEEDS))
    take(limits)
    (record,) = inbox.records(limits.data_dir)
    (limits.data_dir / record.folder / "received.yml").write_text("verdict: unheard_of\n", encoding="utf-8")
    take(limits)
    (aside,) = (limits.data_dir / "quarantine" / "unrecorded").iterdir()
    assert aside.name.startswith(record.sha256)
    assert (aside / "received.yml").read_text(encoding="utf-8") == "verdict: unheard_of\n"
    assert (aside / "file").exists()


def test_a_file_that_keeps_its_reader_busy_waits(limits: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        while True:
            pass

    monkeypatch.setattr("nhs_assets.sources.inbox.ingestion.classify", busy)
    drop(limits, "a.csv", sickness_csv(SEEDS))
    one = ingest(limits.model_copy(update={"publisher_seconds": 0.2}), CLOCK)[0]
    assert one.outcome == "waits"
    assert "takes more than 0.2 s to read" in one.message


def test_a_month_published_before_it_ended_waits_for_the_right_day(limits: Settings) -> None:
    drop(limits, "a.csv", sickness_csv(SEEDS), "date_published: 2025-03-28\n")
    one = take_one(limits)
    assert one.outcome == "waits"
    assert "is of April 2025, and a.csv.origin.yml says that it was published on 2025-03-28" in one.message


def test_a_withdrawal_that_was_not_finished_is(limits: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(limits, "a.csv", sickness_csv(SEEDS))
    take(limits)
    (record,) = inbox.records(limits.data_dir)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            inbox.withdraw(limits.data_dir, record, "by mistake")
    assert take(limits) == {}
    assert len(of_april(limits)) == 0
    (kept_aside,) = inbox.records(limits.data_dir)
    assert (limits.data_dir / kept_aside.file).exists()
    assert kept_aside.folder.startswith("quarantine/")


@pytest.mark.parametrize(
    ("note", "column"),
    [
        ("url: see the website\n", "url"),
        ("url: ftp://publisher.example/a\n", "url"),
        ('title: "two\\nlines"\n', "title"),
        ('title: "=1+1"\n', "title"),
        ('title: " spaced "\n', "title"),
        ('publisher: "NHS\\u202e"\n', "publisher"),
    ],
)
def test_a_note_that_the_tables_cannot_take_waits_until_it_is_corrected(
    note: str, column: str, limits: Settings
) -> None:
    path = drop(limits, "a.csv", sickness_csv(SEEDS), note)
    one = take_one(limits)
    assert one.outcome == "waits"
    assert "a.csv.origin.yml" in one.message
    assert column in one.message
    assert path.exists()
    drop(limits, "a.csv", sickness_csv(SEEDS), "title: A title\nurl: https://publisher.example/a\n")
    assert take(limits) == {"a.csv": "accepted"}


def test_a_note_that_may_not_be_read_keeps_its_file_waiting_and_no_other(
    limits: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(limits, "a.csv", sickness_csv(SEEDS), "title: noted\n")
    drop(limits, "b.csv", sickness_csv(SEEDS, MAY))

    def refused(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("nhs_assets.sources.inbox.ingestion.read_note", refused)
    assert take(limits) == {"a.csv": "waits", "b.csv": "accepted"}


def test_a_file_that_may_not_be_taken_out_is_kept_and_stays(limits: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    path = drop(limits, "a.csv", sickness_csv(SEEDS))

    def refused(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("nhs_assets.store.inbox.remove_from_inbox", refused)
    one = take_one(limits)
    assert (one.outcome, path.exists()) == ("accepted", True)
    assert "It stays in the inbox, from which it cannot be removed: Operation not permitted." in one.message
    assert take(limits) == {"a.csv": "seen before"}
    assert len(of_april(limits)) == 47


def test_a_file_whose_name_no_note_can_have_is_to_be_renamed(limits: Settings) -> None:
    drop(limits, f"{'q' * 240}.csv", sickness_csv(SEEDS, APRIL, 1.4))
    one = take_one(limits)
    assert one.outcome == "waits"
    assert one.message.endswith("Before it can have a note, give it a shorter, plainer name.")


def test_a_file_that_a_process_left_on_its_way_out_is_looked_at_again(limits: Settings) -> None:
    drop(limits, "a.csv", sickness_csv(SEEDS))
    take(limits)
    drop(limits, ".0123456789abcdef.leaving", sickness_csv(SEEDS))
    assert take(limits) == {"0123456789abcdef": "seen before"}
    assert list(limits.inbox.iterdir()) == []


def test_what_takes_the_name_of_a_file_that_leaves_stays(limits: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    path = drop(limits, "a.csv", b"junk")
    rename = Path.rename

    def in_between(self: Path, target: Path) -> Path:
        if self == path:
            other = self.with_name("other")
            other.write_bytes(b"written meanwhile")
            os.replace(other, self)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", in_between)
    ingest(limits, CLOCK)
    monkeypatch.undo()
    (left,) = limits.inbox.iterdir()
    assert left.read_bytes() == b"written meanwhile"
    assert not left.name.startswith(".")


@pytest.mark.parametrize(
    "name", ["~$outlook.xlsx", "desktop.ini", "Thumbs.db", ".DS_Store", "page.url", "~lock.a.csv#"]
)
def test_what_systems_and_programs_leave_is_no_dropped_file(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"\x07 left behind")
    (tmp_path / "april.csv").write_bytes(b"a,b\n")
    assert set(inbox.dropped_files(tmp_path)) == {"april.csv"}
    assert set(inbox.ignored_files(tmp_path)) == {name}
