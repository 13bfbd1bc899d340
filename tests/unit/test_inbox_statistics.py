"""Statistics and the Treasury's deflators in the inbox: what each file serves, and what a newer one takes over."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nhs_assets.build.seed import seeds_as_listed
from nhs_assets.contracts.registry import contract
from nhs_assets.settings import PROJECT_ROOT, Settings
from nhs_assets.sources.inbox.classification import FORMATS as DESCRIBED
from nhs_assets.sources.inbox.ingestion import Result, ingest
from nhs_assets.sources.inbox.received_files import TABLES, ledger, newest
from nhs_assets.sources.publishers import FORMATS, read_file
from nhs_assets.sources.seed_files import find_seeds
from nhs_assets.sources.seeds import read_table
from nhs_assets.store import inbox
from nhs_assets.store.inbox import Record, Verdict
from soak.publisher_files import LAYOUTS, beside
from tests.clocks import TODAY, clock_on
from tests.inbox_files import deflator_workbook, drop, grades_csv, practices_csv, treasury_workbook, workforce_csv

pytestmark = pytest.mark.unit

SEEDS = PROJECT_ROOT / "seeds"
CLOCK = clock_on(TODAY)
FEBRUARY, MARCH, APRIL = (2025, 2), (2025, 3), (2025, 4)
GROUPS, GRADES, PEOPLE = "raw.staff_group_month", "raw.staff_grade_month", "raw.board_population"
TREASURY = "raw.treasury_deflator"
BODIES = 47
"""Bodies in the seeds without the department."""


@pytest.fixture
def limits(tmp_path: Path) -> Settings:
    return Settings(seeds_dir=SEEDS, data_dir=tmp_path / "data", inbox_settle_seconds=0)


def take_one(limits: Settings) -> Result:
    (one,) = ingest(limits, CLOCK)
    return one


def listed(limits: Settings) -> dict[str, dict]:
    rows = ledger(inbox.records(limits.data_dir)).iter_rows(named=True)
    return {row["dropped_as"]: row for row in rows}


def rows_of(limits: Settings, table: str) -> pl.DataFrame:
    seeds = (*find_seeds(SEEDS), *seeds_as_listed(limits, ledger(inbox.records(limits.data_dir))))
    return read_table(contract(table), seeds)


def months(limits: Settings, table: str = GROUPS) -> dict[date, str]:
    """Which file serves each month of a table."""
    named = {row["source_id"]: name for name, row in listed(limits).items()}
    served = rows_of(limits, table).select("month", "source_id").unique().sort("month")
    return {month: named[source] for month, source in served.iter_rows()}


def groups(*of: tuple[int, int], **how: object) -> bytes:
    return workforce_csv(SEEDS, *of, **how)


def test_every_format_has_a_table_that_takes_its_rows_and_is_described() -> None:
    assert set(DESCRIBED) == {format_.kind for format_ in FORMATS}
    assert {table for layout in LAYOUTS for table in read_file(layout.content(), beside()).tables} == set(TABLES)


@pytest.mark.parametrize(
    ("make", "note", "table", "rows", "says", "title"),
    [
        (
            lambda: groups(FEBRUARY, MARCH),
            None,
            GROUPS,
            2 * 9 * BODIES,
            "The first file of February 2025 and March 2025.",
            "NHS Workforce Statistics, staff group and organisation, February 2025 and March 2025",
        ),
        (
            lambda: groups((2025, 9), (2025, 10), (2025, 11), newer_layout=True),
            None,
            GROUPS,
            3 * 9 * BODIES,
            "The first file of September 2025 to November 2025.",
            "NHS HCHS Workforce Statistics, staff group and organisation, September 2025 to November 2025",
        ),
        (
            lambda: grades_csv(SEEDS),
            None,
            GRADES,
            3 * 3 * BODIES,
            "The first file of March 2025.",
            "NHS HCHS Workforce Statistics, staff group and grade, March 2025",
        ),
        (
            lambda: practices_csv(SEEDS),
            "financial_year: 2026-27\n",
            PEOPLE,
            42,
            "The first file of 2026-27.",
            "NHS allocations, GP practices, 2026-27",
        ),
        (
            treasury_workbook,
            "date_published: 2025-12-23\n",
            TREASURY,
            15,
            "The Treasury's deflators of 2025-12-23, for comparison with the OBR's.",
            "GDP deflators at market prices, December 2025",
        ),
    ],
    ids=["older groups", "newer groups", "grades", "practices", "treasury"],
)
def test_an_accepted_file_is_archived_recorded_and_served_and_dropped_again_changes_nothing(
    make: Callable[[], bytes], note: str | None, table: str, rows: int, says: str, title: str, limits: Settings
) -> None:
    drop(limits, "a", make(), note)
    one = take_one(limits)
    assert (one.outcome, one.message) == ("accepted", says)
    row = listed(limits)["a"]
    assert (row["inbox_status"], row["raw_table"]) == ("accepted", table)
    assert (row["rows"], row["serving_rows"], row["set_aside_rows"]) == (rows, rows, 0)
    served = rows_of(limits, table)
    assert len(served) == rows
    assert served["source_id"].unique().to_list() == [row["source_id"]]
    (source,) = rows_of(limits, "raw.source").filter(source_id=row["source_id"]).iter_rows(named=True)
    assert source["title"] == title
    drop(limits, "b", make(), note)
    assert take_one(limits).outcome == "seen before"
    assert list(limits.inbox.iterdir()) == []
    assert rows_of(limits, table).equals(served)


@pytest.mark.parametrize("name", ["groups", "grades"])
def test_the_same_figures_in_other_bytes_are_held(name: str, limits: Settings) -> None:
    content = {"groups": groups(FEBRUARY, MARCH), "grades": grades_csv(SEEDS)}[name]
    drop(limits, "a.csv", content)
    take_one(limits)
    before = listed(limits)["a.csv"]
    drop(limits, "b.csv", b"\xef\xbb\xbf" + content)
    one = take_one(limits)
    assert one.outcome == "held"
    assert one.message.startswith("a.csv has the same figures for ")
    assert listed(limits)["a.csv"] == before


def more_people(row: list) -> list:
    """One more of central functions and of all that holds them: heads of one board."""
    of_board = row[5] == "QYG" and row[-2] == "HC"
    wider = row[10] in ("Total", "NHS infrastructure support", "Central functions")
    return [*row[:-1], str(int(row[-1]) + 1)] if of_board and wider else row


@pytest.mark.parametrize("order", [("first", "second"), ("second", "first")])
def test_files_that_overlap_serve_each_month_from_the_newest_whichever_comes_first(
    order: tuple[str, str], limits: Settings
) -> None:
    made = {"first": groups(FEBRUARY, MARCH), "second": groups(MARCH, APRIL, spoil=more_people)}
    for name in order:
        drop(limits, name, made[name])
        assert take_one(limits).outcome == "accepted"
    assert months(limits) == {date(2025, 2, 1): "first", date(2025, 3, 1): "second", date(2025, 4, 1): "second"}
    found = listed(limits)
    assert found["first"]["inbox_status"] == "accepted"
    assert (found["first"]["superseded_periods"], found["first"]["superseded_by"]) == ("2025-03-01", None)
    assert (found["first"]["rows"], found["first"]["serving_rows"]) == (2 * 9 * BODIES, 9 * BODIES)
    assert (found["second"]["superseded_periods"], found["second"]["serving_rows"]) == (None, 2 * 9 * BODIES)
    messages = {
        ("first", "second"): "The first file of April 2025. Replaces first for March 2025.",
        ("second", "first"): "The first file of February 2025. Superseded by second, which is newer for March 2025.",
    }
    assert found[order[1]]["report"] == messages[order]


def test_a_file_whose_every_month_is_overtaken_is_superseded_and_its_document_stays(limits: Settings) -> None:
    drop(limits, "first", groups(FEBRUARY, MARCH))
    take_one(limits)
    drop(limits, "second", groups(MARCH, APRIL))
    take_one(limits)
    drop(limits, "third", groups(FEBRUARY, MARCH, APRIL, (2025, 5), newer_layout=True))
    one = take_one(limits)
    assert one.message == (
        "The first file of May 2025. Replaces first for February 2025. Replaces second for March 2025 and April 2025."
    )
    assert set(months(limits).values()) == {"third"}
    found = listed(limits)
    assert [found[name]["inbox_status"] for name in ("first", "second", "third")] == [
        "superseded",
        "superseded",
        "accepted",
    ]
    assert found["second"]["superseded_by"] == found["third"]["file"]
    assert (found["second"]["serving_rows"], found["second"]["rows"]) == (0, 2 * 9 * BODIES)
    sources = set(rows_of(limits, "raw.source")["source_id"])
    assert {row["source_id"] for row in found.values()} <= sources


def test_of_files_of_the_same_months_the_day_of_publication_decides(limits: Settings) -> None:
    drop(limits, "revised", groups(FEBRUARY, spoil=more_people), "date_published: 2025-06-26\n")
    take_one(limits)
    drop(limits, "original", groups(FEBRUARY), "date_published: 2025-05-29\n")
    one = take_one(limits)
    assert one.message == "Superseded by revised, which is newer."
    assert set(months(limits).values()) == {"revised"}
    assert listed(limits)["original"]["inbox_status"] == "superseded"


def test_a_withdrawn_file_gives_its_months_back(limits: Settings) -> None:
    drop(limits, "first", groups(FEBRUARY, MARCH))
    take_one(limits)
    before = rows_of(limits, GROUPS)
    drop(limits, "second", groups(FEBRUARY, MARCH, APRIL, spoil=more_people))
    take_one(limits)
    (record,) = [one for one in inbox.records(limits.data_dir) if one.name == "second"]
    inbox.withdraw(limits.data_dir, record, "by mistake")
    assert rows_of(limits, GROUPS).equals(before)


def without_total(*days: str) -> Callable[[list], list]:
    """Spoils the total of a board on days, so that its rows of them are set aside."""
    return lambda row: [*row[:-1], "1"] if row[5] == "QYG" and row[0] in days and row[10] == "Total" else row


def test_a_month_that_lacks_a_body_is_left_out_and_told_of_and_the_others_are_taken(limits: Settings) -> None:
    drop(limits, "a", groups(FEBRUARY, MARCH, spoil=without_total("2025-03-31")))
    one = take_one(limits)
    assert (one.outcome, one.message) == (
        "accepted",
        "The first file of February 2025. Left out, since bodies are missing: March 2025.",
    )
    assert set(months(limits)) == {date(2025, 2, 1)}
    row = listed(limits)["a"]
    assert (row["rows"], row["first_month"], row["last_month"]) == (9 * BODIES, date(2025, 2, 1), date(2025, 3, 1))
    rules = [problem.rule for problem in one.classification.problems]
    assert "is missing QYG, so no row of March 2025 is used" in rules
    drop(limits, "b", groups(MARCH))
    assert take_one(limits).message == "The first file of March 2025."
    assert months(limits) == {date(2025, 2, 1): "a", date(2025, 3, 1): "b"}


def test_a_file_without_a_whole_month_is_refused(limits: Settings) -> None:
    drop(limits, "a", groups(MARCH, spoil=without_total("2025-03-31")))
    assert take_one(limits).outcome == "refused"
    assert rows_of(limits, GROUPS).is_empty()


def test_a_revised_file_by_grade_supersedes(limits: Settings) -> None:
    drop(limits, "first", grades_csv(SEEDS))
    take_one(limits)
    drop(limits, "second", grades_csv(SEEDS, add=0.5))
    assert take_one(limits).message == "Replaces first."
    assert months(limits, GRADES) == {date(2025, 3, 1): "second"}
    assert listed(limits)["first"]["inbox_status"] == "superseded"


def test_a_practice_file_waits_for_its_year_and_the_newest_of_a_year_counts(limits: Settings) -> None:
    path = drop(limits, "practices.csv", practices_csv(SEEDS))
    one = take_one(limits)
    assert one.outcome == "waits"
    assert "practices.csv.origin.yml beside it with the line: financial_year: 2025-26" in one.message
    assert path.exists()
    drop(limits, "practices.csv", practices_csv(SEEDS), "financial_year: 2026-27\n")
    assert take_one(limits).outcome == "accepted"
    row = listed(limits)["practices.csv"]
    assert (row["first_month"], row["last_month"]) == (date(2026, 4, 1), date(2027, 3, 1))
    drop(limits, "again.csv", b"\xef\xbb\xbf" + practices_csv(SEEDS))
    assert take_one(limits).message == "The allocation of 2026-27 has the same figures."
    drop(limits, "revised.csv", practices_csv(SEEDS, 1.02), "financial_year: 2026-27\n")
    assert take_one(limits).message == "Replaces practices.csv."
    drop(limits, "before.csv", practices_csv(SEEDS, 0.99), "financial_year: 2025-26\n")
    assert take_one(limits).message == "The first file of 2025-26."
    served = rows_of(limits, PEOPLE)
    assert dict(served.group_by("fy", maintain_order=True).len().rows()) == {"2025-26": 42, "2026-27": 42}
    status = {name: row["inbox_status"] for name, row in listed(limits).items()}
    assert status == {
        "practices.csv": "superseded",
        "again.csv": "held",
        "revised.csv": "accepted",
        "before.csv": "accepted",
    }


def test_the_treasurys_deflators_wait_for_their_day_and_never_reach_those_of_the_obr(limits: Settings) -> None:
    path = drop(limits, "gdp.xlsx", treasury_workbook())
    one = take_one(limits)
    assert one.outcome == "waits"
    assert "gdp.xlsx.origin.yml beside it with the line: date_published: 2025-12-DD" in one.message
    assert path.exists()
    before = [rows_of(limits, table) for table in ("raw.gdp_deflator", "raw.vintage")]
    drop(limits, "gdp.xlsx", treasury_workbook(), "date_published: 2025-12-23\n")
    assert take_one(limits).outcome == "accepted"
    assert rows_of(limits, "raw.gdp_deflator").equals(before[0])
    assert rows_of(limits, "raw.vintage").equals(before[1])
    taken = rows_of(limits, TREASURY)
    assert dict(taken.group_by("confidence", maintain_order=True).len().rows()) == {"F": 10, "F(d)": 5}
    assert taken.filter(confidence="F(d)")["is_forecast"].all()


@pytest.mark.parametrize(
    ("note", "says"),
    [
        ("date_published: 2025-11-30\n", "Correct the day: it is in that month or the next"),
        ("date_published: 2026-02-01\n", "Correct the day: it is in that month or the next"),
        ("date_published: 2025-12-23\n", "would change what the Treasury published on 2025-12-23"),
    ],
)
def test_a_day_that_cannot_be_the_treasurys_leaves_the_file_waiting(note: str, says: str, limits: Settings) -> None:
    drop(limits, "first.xlsx", treasury_workbook(), "date_published: 2025-12-23\n")
    take_one(limits)
    path = drop(limits, "second.xlsx", treasury_workbook(further=0.2), note)
    one = take_one(limits)
    assert one.outcome == "waits"
    assert says in one.message
    assert path.exists()
    assert rows_of(limits, TREASURY)["published_on"].unique().to_list() == [date(2025, 12, 23)]


def test_the_treasury_may_publish_on_a_day_of_the_obr_and_every_publication_stays(limits: Settings) -> None:
    november = treasury_workbook("November 2025")
    drop(limits, "budget.xlsx", november, "date_published: 2025-11-26\n")
    assert take_one(limits).outcome == "accepted", "the day of a vintage of the OBR"
    drop(limits, "december.xlsx", treasury_workbook(further=0.2), "date_published: 2026-01-05\n")
    assert take_one(limits).outcome == "accepted", "early in the month after"
    drop(limits, "again.xlsx", november + b" ", "date_published: 2025-11-27\n")
    assert take_one(limits).message == "The Treasury's deflators of 2025-11-26 have the same figures."
    drop(limits, "economy.xlsx", deflator_workbook(month="January 2026"), "date_published: 2026-01-05\n")
    assert take_one(limits).outcome == "accepted", "its day is no vintage's, and bars none"
    assert set(rows_of(limits, TREASURY)["published_on"]) == {date(2025, 11, 26), date(2026, 1, 5)}


def test_a_month_of_staff_that_was_recorded_without_its_periods_is_served_and_superseded(limits: Settings) -> None:
    drop(limits, "first", groups(FEBRUARY))
    take_one(limits)
    (record,) = limits.data_dir.glob("archive/??/*/received.yml")
    kept = yaml.safe_load(record.read_text(encoding="utf-8"))
    assert kept.pop("periods") == {"2025-02-01": 9 * BODIES}
    record.write_text(inbox.yaml_text(kept), encoding="utf-8")
    assert set(months(limits).values()) == {"first"}
    drop(limits, "second", groups(FEBRUARY, MARCH, spoil=more_people))
    take_one(limits)
    assert set(months(limits).values()) == {"second"}


def record_of(number: int, first: int, last: int, published: date | None) -> Record:
    of_each = {date(2025, month, 1).isoformat(): 10 for month in range(first, last + 1)}
    return Record(
        number=number,
        name=f"file {number}",
        sha256=f"{number:064x}",
        size=1,
        verdict=Verdict.ACCEPTED,
        message="Made up.",
        received_at="2026-11-22T12:00:00+00:00",
        format_id="nhs_workforce_core",
        first_month=date(2025, first, 1),
        last_month=date(2025, last, 1),
        date_published=published,
        raw_table=GROUPS,
        rows=10 * len(of_each),
        source_id=f"file_{number}",
        periods=of_each,
    )


SPANS = st.lists(
    st.tuples(st.integers(1, 6), st.integers(0, 6), st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 3))),
    min_size=1,
    max_size=6,
)


@given(spans=SPANS)
def test_every_month_is_served_once_and_by_a_file_that_no_other_is_newer_than(spans: list[tuple]) -> None:
    records = [record_of(n, first, min(12, first + more), day) for n, (first, more, day) in enumerate(spans, start=1)]
    serves = newest(records, GROUPS)
    covered = {period for record in records for period in record.periods}
    assert set(serves) == covered
    assert all(serves[period].last_month >= one.last_month for one in records for period in one.periods)
    rows = ledger(records)
    assert rows["serving_rows"].sum() == 10 * len(covered)
    superseded = rows.filter(inbox_status="superseded")
    assert set(superseded["serving_rows"]) <= {0}
    assert rows.filter(pl.col("superseded_by").is_not_null()).equals(superseded)
    assert newest(records[::-1], GROUPS) == serves
