"""Boards of before and of after April 2026: each file has those of its period, and never both."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from nhs_assets.build.audit import refused_rows
from nhs_assets.contracts.registry import contract
from nhs_assets.ground.problems import BadInputError
from nhs_assets.settings import PROJECT_ROOT, Settings
from nhs_assets.sources.inbox.ingestion import ingest
from nhs_assets.sources.inbox.received_files import ledger
from nhs_assets.sources.publishers import ReaderContext, ReadFile, read_file
from nhs_assets.sources.seed_files import find_seeds
from nhs_assets.sources.seeds import read_table
from nhs_assets.store import inbox
from tests.clocks import TODAY, clock_on
from tests.inbox_files import drop, grades_csv, practices_csv, sickness_csv, workforce_csv

pytestmark = pytest.mark.unit

SEEDS = PROJECT_ROOT / "seeds"
BEFORE, AFTER = date(2026, 3, 1), date(2026, 4, 1)
KENT, ESSEX, MID_ESSEX, FRIMLEY, HAMPSHIRE = "QKS", "D7T5G", "QH8", "QNQ", "QRL"
ESSEX_NAME, MID_ESSEX_NAME = "NHS Essex ICB", "NHS Mid and South Essex ICB"
FILES: dict[str, Callable[[date], bytes]] = {
    "sickness": lambda month: sickness_csv(SEEDS, month),
    "staff groups": lambda month: workforce_csv(SEEDS, (month.year, month.month)),
    "core": lambda month: workforce_csv(SEEDS, (month.year, month.month), newer_layout=True),
    "grades": lambda month: grades_csv(SEEDS, month.year, month.month),
    "practices": lambda month: practices_csv(SEEDS, on=month),
}
"""A file of each reader with codes of boards, of a month."""


@pytest.fixture(scope="module")
def context() -> ReaderContext:
    return ReaderContext(read_table(contract("raw.organisation"), find_seeds(SEEDS)), "boards.csv")


def boards(found: ReadFile, context: ReaderContext) -> set[str]:
    (frame,) = found.tables.values()
    return set(frame["ods_code"]) & set(context.organisations.filter(body="icb")["ods_code"])


def renamed(content: bytes, code: str, name: str, to: str, name_to: str) -> bytes:
    """The file with the first row of a body under the code and name of another."""
    lines = content.decode().splitlines(keepends=True)
    place = next(place for place, line in enumerate(lines) if f"{code},{name}" in line)
    lines[place] = lines[place].replace(f"{code},{name}", f"{to},{name_to}")
    return "".join(lines).encode()


def lines_of(content: bytes, *codes: str) -> set[int]:
    lines = enumerate(content.decode().splitlines(), 1)
    return {number for number, line in lines if any(f",{code}," in line for code in codes)}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_has_the_boards_of_its_period(kind: str, context: ReaderContext) -> None:
    before, after = (boards(read_file(FILES[kind](month), context), context) for month in (BEFORE, AFTER))
    assert (len(before), len(after)) == (42, 36)
    assert {MID_ESSEX, FRIMLEY, HAMPSHIRE} <= before
    assert {ESSEX, HAMPSHIRE} <= after
    assert not after & {MID_ESSEX, FRIMLEY}
    assert not before & {ESSEX}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("month", [BEFORE, AFTER], ids=str)
def test_a_file_with_a_board_and_one_that_followed_it_is_refused_with_every_row(
    kind: str, month: date, context: ReaderContext
) -> None:
    content = FILES[kind](month)
    kent = context.organisations.filter(ods_code=KENT)["name"].item()
    stranger = (MID_ESSEX, MID_ESSEX_NAME) if month == AFTER else (ESSEX, ESSEX_NAME)
    mixed = renamed(content, KENT, kent, *stranger)
    assert mixed != content
    with pytest.raises(BadInputError) as refused:
        read_file(mixed, context)
    found = {problem.value: problem.rule for problem in refused.value.problems}
    assert found[MID_ESSEX].startswith("is the code of a board that ended on 2026-03-31, beside boards that followed")
    assert found[ESSEX].startswith("is the code of a board that began on 2026-04-01, beside boards that it followed")
    named = {problem.row for problem in refused.value.problems if problem.value in (ESSEX, MID_ESSEX)}
    rows = lines_of(mixed, ESSEX, MID_ESSEX)
    assert named <= rows
    # Workforce files print some groups twice, of which one row is read.
    assert named == rows or kind in ("staff groups", "core")
    assert named & lines_of(mixed, stranger[0])
    assert KENT not in found
    assert HAMPSHIRE not in found, "its code goes on, with another boundary"


@pytest.mark.parametrize("kind", ["sickness", "staff groups", "core", "grades"])
@pytest.mark.parametrize(("of", "dated"), [(BEFORE, "2026-04-30"), (AFTER, "2026-03-31")], ids=str)
def test_a_file_with_the_boards_of_another_period_is_refused(
    kind: str, of: date, dated: str, context: ReaderContext
) -> None:
    day = date.fromisoformat(dated)
    own = pl.Series([of]).dt.month_end().item()
    content = FILES[kind](of)
    for style in ("%d/%m/%Y", "%Y-%m-%d"):
        content = content.replace(own.strftime(style).encode(), day.strftime(style).encode())
    with pytest.raises(BadInputError, match=f"is the code of a body that was not open on {dated}"):
        read_file(content, context)


def test_history_has_the_boards_of_each_month(context: ReaderContext) -> None:
    found = read_file(workforce_csv(SEEDS, (2026, 2), (2026, 3), (2026, 4)), context)
    assert found.set_aside == ()
    staff = found.tables["raw.staff_group_month"]
    assert staff.filter(ods_code=ESSEX)["month"].unique().to_list() == [AFTER]
    assert staff.filter(ods_code=MID_ESSEX)["month"].unique().sort().to_list() == [date(2026, 2, 1), BEFORE]
    assert staff.filter(ods_code=HAMPSHIRE)["month"].n_unique() == 3


def test_a_month_with_both_refuses_the_history_though_a_later_one_is_right(context: ReaderContext) -> None:
    kent = context.organisations.filter(ods_code=KENT)["name"].item()
    content = workforce_csv(SEEDS, (2026, 3), (2026, 4))
    with pytest.raises(BadInputError, match="beside boards that followed, for 2026-03-31"):
        read_file(renamed(content, KENT, kent, ESSEX, ESSEX_NAME), context)


def test_files_of_the_new_boards_are_ingested_and_a_mixed_one_is_in_the_quarantine(tmp_path: Path) -> None:
    limits = Settings(seeds_dir=SEEDS, data_dir=tmp_path / "data", inbox_settle_seconds=0)
    drop(limits, "new.csv", sickness_csv(SEEDS, AFTER))
    mixed = renamed(sickness_csv(SEEDS, date(2026, 5, 1)), ESSEX, ESSEX_NAME, MID_ESSEX, MID_ESSEX_NAME)
    drop(limits, "mixed.csv", mixed)
    outcomes = {one.name: one.outcome for one in ingest(limits, clock_on(TODAY))}
    assert outcomes == {"new.csv": "accepted", "mixed.csv": "refused"}
    rows = ledger(inbox.records(limits.data_dir))
    assert rows.filter(dropped_as="new.csv")["rows"].item() == 41
    quarantine = pl.DataFrame(refused_rows(limits, rows))
    assert set(quarantine["row"]) >= lines_of(mixed, MID_ESSEX)
    assert set(quarantine["column_name"]) == {"org code"}
