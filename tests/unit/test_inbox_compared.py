"""Cells that a person compared count for one rule only, and are recorded; every refusal names its place."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import polars as pl
import pytest
import yaml

from nhs_assets.build.audit import refused_rows
from nhs_assets.build.seed import seeds_as_listed
from nhs_assets.contracts.registry import contract
from nhs_assets.ground.problems import BadInputError, Problem, collected
from nhs_assets.settings import PROJECT_ROOT, Settings
from nhs_assets.sources.inbox.ingestion import Result, ingest
from nhs_assets.sources.inbox.received_files import ledger
from nhs_assets.sources.publishers import ComparedCell, read_file
from nhs_assets.sources.seed_files import find_seeds
from nhs_assets.sources.seeds import read_table
from nhs_assets.store import inbox
from soak import publisher_files as files
from soak.mutations import Case
from soak.publisher_files import LAYOUTS, VARIANTS, Formula, Outlook, Page, beside, workbook_bytes
from tests.clocks import TODAY, clock_on
from tests.inbox_files import deflator_workbook, drop, limits_workbook

pytestmark = pytest.mark.unit

SEEDS = PROJECT_ROOT / "seeds"
CLOCK = clock_on(TODAY)
SEPTEMBER = "date_published: 2026-09-10\n"
OUTLOOK = Outlook("September 2026")
LETTERS = re.compile(r"[A-Z]{1,3}")


@pytest.fixture
def limits(tmp_path: Path) -> Settings:
    return Settings(seeds_dir=SEEDS, data_dir=tmp_path / "data", inbox_settle_seconds=0)


def take_one(limits: Settings) -> Result:
    (one,) = ingest(limits, CLOCK)
    return one


def listed(limits: Settings) -> dict[str, object]:
    """The row of ``raw.inbox_file``."""
    rows = ledger(inbox.records(limits.data_dir))
    assert contract("raw.inbox_file").model.is_valid(rows)
    return rows.row(0, named=True)


def entry_in(words: str) -> str:
    """The line for the note that an error gives."""
    return re.search(r"compared_cells: \[\{.*?\}\]", words).group()


def entries_of(refused: BadInputError) -> tuple[ComparedCell, ...]:
    lines = [entry_in(problem.remedy).removeprefix("compared_cells: ") for problem in refused.problems]
    return tuple(ComparedCell(**entry) for line in lines for entry in json.loads(line))


def spoilt(pages: list[Page], page: int, row: int, column: int, value: object) -> bytes:
    cells = pages[page].rows[row]
    cells[column] = value(cells[column]) if callable(value) else value
    return workbook_bytes(pages)


def limits_with(page: int, row: int, column: int, value: object) -> bytes:
    return spoilt(files.limits_pages(OUTLOOK), page, row, column, value)


def as_formula(value: float) -> Formula:
    return Formula("=1+1", value)


def more(value: float) -> float:
    return value + 3


QUESTIONS: dict[str, Callable[[], bytes]] = {
    "formula": lambda: limits_with(1, 5, 2, as_formula),
    "empty": lambda: limits_with(1, 10, 2, None),
    "departments_add_up": lambda: limits_with(1, 11, 4, lambda value: value + 0.001),
    "real_growth": lambda: limits_with(2, 11, 9, more),
    "same_prices": lambda: limits_with(2, 11, 9, lambda value: value + 0.5),
    "mean_of_quarters": lambda: spoilt(files.deflator_pages(), 1, -5, 7, lambda value: value + 0.001),
    "growth_of_index": lambda: spoilt(files.treasury_pages(), 1, 8, 3, 6.1),
    "base_year": lambda: spoilt(files.treasury_pages(), 1, 4, 2, "2023-24 = 100"),
}
"""A workbook that is refused under each rule from which a person may release a cell."""


@pytest.mark.parametrize("rule", QUESTIONS)
def test_the_entry_that_a_refusal_gives_releases_that_cell_from_that_rule(rule: str) -> None:
    content = QUESTIONS[rule]()
    with pytest.raises(BadInputError) as refused:
        read_file(content, beside())
    entries = entries_of(refused.value)
    assert {entry.rule for entry in entries} == {rule}
    found = read_file(content, replace(beside(), compared=entries))
    assert set(found.compared) == set(entries)
    for entry in entries:
        for other in (replace(entry, rule="another"), replace(entry, cell="A1"), replace(entry, value="1")):
            rest = tuple(kept for kept in entries if kept != entry)
            with pytest.raises(BadInputError, match=entry.cell):
                read_file(content, replace(beside(), compared=(*rest, other)))


def test_what_is_no_number_is_never_released() -> None:
    content = limits_with(1, 5, 2, "about 193")
    entry = ComparedCell("4.7", "C6", "about 193", "formula")
    with pytest.raises(BadInputError, match="is not a number"):
        read_file(content, replace(beside(), compared=(entry,)))


def test_a_refused_file_is_taken_with_the_entry_and_the_table_says_so(limits: Settings) -> None:
    content = QUESTIONS["formula"]()
    drop(limits, "expenditure.xlsx", content, SEPTEMBER)
    refused = take_one(limits)
    assert refused.outcome == "refused"
    line = entry_in(refused.message)
    assert line == 'compared_cells: [{"sheet": "4.7", "cell": "C6", "value": "193.219", "rule": "formula"}]'
    assert (listed(limits)["compared_cells"], listed(limits)["adjusted_cells"]) == (None, None)

    drop(limits, "expenditure.xlsx", content, f"{SEPTEMBER}{line}\n")
    taken = take_one(limits)
    assert taken.outcome == "accepted"
    assert "Taken as compared: 4.7!C6 = 193.219 (formula)." in taken.message
    assert listed(limits)["compared_cells"] == "4.7!C6 = 193.219 (formula)"
    rows = ledger(inbox.records(limits.data_dir))
    seeds = (*find_seeds(SEEDS), *seeds_as_listed(limits, rows))
    plans = read_table(contract("raw.settlement_plan"), seeds).filter(
        vintage_id="obr_2026_09", line_id="dhsc_rdel", fy="2024-25"
    )
    assert plans["amount_gbp_m"].to_list() == [193_219]


def test_an_entry_that_is_not_needed_is_said_and_not_recorded(limits: Settings) -> None:
    entry = 'compared_cells: [{"sheet": "4.7", "cell": "C6", "value": "193.219", "rule": "formula"}]'
    drop(limits, "expenditure.xlsx", limits_workbook(), f"{SEPTEMBER}{entry}\n")
    one = take_one(limits)
    assert one.outcome == "accepted"
    assert "Not needed in its note: 4.7!C6 = 193.219 (formula)." in one.message
    assert listed(limits)["compared_cells"] is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"value": "193.2"}, "gives '193.2' as the value of 4.7!C6, which holds another (found '193.219')"),
        ({"value": ""}, "gives '' as the value of 4.7!C6"),
        ({"sheet": "4.70"}, "compares a cell of a sheet that the file does not have (found '4.70')"),
        ({"cell": "C99"}, "compares a cell that the sheet 4.7 does not have (found 'C99')"),
        ({"cell": "6C"}, "compares a cell that the sheet 4.7 does not have"),
        ({"sheet": 4.7}, "must be a list of entries with sheet, cell, value and rule, each a text in quotes"),
        ({"why": "I looked"}, "must be a list of entries"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_an_entry_that_does_not_match_the_file_leaves_it_waiting(
    change: dict[str, object], says: str, limits: Settings
) -> None:
    entry = {"sheet": "4.7", "cell": "C6", "value": "193.219", "rule": "formula", **change}
    note = f"{SEPTEMBER}{yaml.safe_dump({'compared_cells': [entry]})}"
    path = drop(limits, "expenditure.xlsx", QUESTIONS["formula"](), note)
    one = take_one(limits)
    assert one.outcome == "waits"
    assert says in one.message
    assert path.exists()


def test_a_file_without_sheets_has_no_cell_to_compare(limits: Settings) -> None:
    note = 'compared_cells: [{"sheet": "a", "cell": "A1", "value": "", "rule": "empty"}]\n'
    drop(limits, "absence.csv", files.csv_bytes(files.sickness_rows()), note)
    assert "compares a cell of a sheet that the file does not have" in take_one(limits).message


def test_an_adjusted_total_is_recorded_and_said(limits: Settings) -> None:
    content = workbook_bytes(files.limits_pages(replace(OUTLOOK, is_adjusted=True)))
    drop(limits, "expenditure.xlsx", content, SEPTEMBER)
    one = take_one(limits)
    assert one.outcome == "accepted"
    assert "The publisher adjusted figures that would confirm others: 4.8!J12 = " in one.message
    cells = listed(limits)["adjusted_cells"]
    assert cells.startswith("4.8!J12 = ")
    assert cells.endswith(files.NOTE_ON_GROWTH)


BOOKS = [layout for layout in (*LAYOUTS, *VARIANTS) if layout.pages]


@pytest.mark.parametrize("layout", BOOKS, ids=lambda layout: layout.name)
def test_every_refusal_of_a_workbook_names_a_cell_or_the_whole_file(layout: files.Layout) -> None:
    case = Case.of(layout, beside())
    problems: list[Problem] = []
    for number in range(150):
        with collected(problems):
            read_file(case.mutant(Random(f"places {number}")).content, case.context)
    assert [str(problem) for problem in problems if not is_placed(problem)] == []
    assert {problem.sheet is None for problem in problems} == {True, False}, "some are about the file, some a cell"


def is_placed(problem: Problem) -> bool:
    place = (problem.sheet, problem.row, problem.column)
    is_cell = isinstance(problem.row, int) and problem.row >= 1 and LETTERS.fullmatch(problem.column or "") is not None
    return bool(problem.rule and problem.remedy) and (is_cell if problem.sheet is not None else place == (None,) * 3)


def test_every_refusal_of_a_workbook_is_in_the_quarantine_with_row_and_column(limits: Settings) -> None:
    for layout in BOOKS:
        case = Case.of(layout, beside())
        for number in range(8):
            drop(limits, f"{layout.name} {number}.xlsx", case.mutant(Random(f"quarantine {number}")).content)
    lacking = deflator_workbook(first=2010)
    drop(limits, "too few years.xlsx", lacking, "date_published: 2025-11-28\nvintage_id: made_up_2025_11\n")
    drop(limits, "a total.xlsx", QUESTIONS["departments_add_up"](), SEPTEMBER)
    drop(limits, "out of range.xlsx", limits_with(1, 2, 2, "£ million"), SEPTEMBER)
    drop(limits, "no total.xlsx", limits_with(1, 11, 1, "Sum"), SEPTEMBER)
    ingest(limits, CLOCK)
    rows = ledger(inbox.records(limits.data_dir))
    quarantine = pl.DataFrame(refused_rows(limits, rows), schema=contract("audit.quarantine").polars_schema())
    assert contract("audit.quarantine").model.is_valid(quarantine)
    assert quarantine["row"].min() >= 1
    of_cells = quarantine.filter(pl.col("row_key").str.starts_with("sheet ").fill_null(False))
    assert of_cells["column_name"].str.contains(r"^[A-Z]{1,3}$").all()
    of_files = quarantine.filter(pl.col("row_key").is_null())
    assert set(of_files["column_name"]) == {"file"}
    assert set(of_files["row"]) == {1}
    assert len(of_cells) + len(of_files) == len(quarantine)
    names = dict(rows.select("file", "dropped_as").iter_rows())
    places = {
        names[row["file"]]: (row["row_key"], row["column_name"], row["row"], row["broken_rule"])
        for row in quarantine.iter_rows(named=True)
    }
    assert places["a total.xlsx"][:3] == ("sheet 4.7", "E", 12)
    assert places["a total.xlsx"][3].startswith("is not the sum of the departments")
    assert places["out of range.xlsx"][:2] == ("sheet 4.7", "G")
    assert "amount in range" in places["out of range.xlsx"][3]
    assert places["no total.xlsx"][:3] == ("sheet 4.7", "A", 1)
    assert places["too few years.xlsx"] == (None, "file", 1, "is missing a year that earlier vintages have")
