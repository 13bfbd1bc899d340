"""Each layout of a publisher's file is known by its content and gives the figures that stand in it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from nhs_assets.contracts.registry import contract
from nhs_assets.ground.problems import BadInputError
from nhs_assets.sources.publishers import FORMATS, Coverage, read_file, recognised, unpack
from soak import publisher_files as files
from soak.publisher_files import LAYOUTS, Layout, Page, beside, csv_bytes, workbook_bytes, zip_bytes

pytestmark = pytest.mark.unit

CSV_LAYOUTS = [layout for layout in LAYOUTS if layout.rows]
BOOK_LAYOUTS = [layout for layout in LAYOUTS if layout.pages]


def by_kind(layout: Layout) -> str:
    return layout.kind


def same_tables(left: bytes, right: bytes) -> bool:
    first, second = read_file(left, beside()), read_file(right, beside())
    tables = first.tables.keys() == second.tables.keys()
    return tables and first.covers == second.covers and all(t.equals(second.tables[n]) for n, t in first.tables.items())


@pytest.mark.parametrize("layout", LAYOUTS, ids=by_kind)
def test_layout_is_recognised_by_its_own_format_alone(layout: Layout) -> None:
    content = layout.content()
    assert [one.kind for one in FORMATS if one.match(content, beside()) == 1] == [layout.kind]
    assert [one.kind for one in recognised(content, beside())] == [layout.kind]


def test_every_format_has_a_small_file() -> None:
    assert [layout.kind for layout in LAYOUTS] == [one.kind for one in FORMATS]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04", b"\x00" * 99, b"%PDF-1.7"], ids=repr)
def test_other_content_is_recognised_by_none_and_refused(content: bytes) -> None:
    assert recognised(content, beside()) == ()
    with pytest.raises(BadInputError, match=r"dropped\.file"):
        read_file(content, beside())


def test_sickness_gives_staff_by_days_in_the_month() -> None:
    found = read_file(files.csv_bytes(files.sickness_rows(2024, 2)), beside())
    assert found.covers == Coverage(date(2024, 2, 1), date(2024, 2, 1))
    assert found.set_aside == ()
    assert len(found.tables["raw.staff_month"]) == 6, "two rows are of other organisations"
    row = found.tables["raw.staff_month"].row(by_predicate=pl.col("ods_code") == "QE1", named=True)
    assert row == {"ods_code": "QE1", "month": date(2024, 2, 1), "fte": 349.08, "fte_days_available": 10123.45678}
    fit = found.completed("raw.staff_month", source_id="nhse_sickness_absence_2024_25", confidence="F(d)")
    assert contract("raw.staff_month").model.is_valid(fit)


def test_rows_cannot_be_completed_without_what_comes_from_outside() -> None:
    found = read_file(files.csv_bytes(files.sickness_rows()), beside())
    with pytest.raises(BadInputError, match="does not give rows of"):
        found.completed("raw.staff_month", confidence="F(d)")


@pytest.mark.parametrize("layout", LAYOUTS[1:3], ids=by_kind)
def test_workforce_takes_each_group_once(layout: Layout) -> None:
    found = read_file(layout.content(), beside())
    groups = found.tables["raw.staff_group_month"]
    months = {"nhs_workforce_staff_group": (2, 3), "nhs_workforce_core": (9, 10)}[layout.kind]
    assert (found.covers.first.month, found.covers.last.month) == months
    assert len(groups) == 2 * 6 * 9
    wide = groups.pivot("staff_group", index=["ods_code", "month"], values="fte")
    parts = ["professionally_qualified_clinical", "support_to_clinical", "infrastructure_support", "other_or_unknown"]
    assert wide.select((pl.sum_horizontal(parts) - pl.col("all_staff")).abs().max()).item() < 0.001
    assert groups.filter(pl.col("staff_group") == "all_staff")["fte"].max() < 1000, "national rows are not among them"


def test_a_group_of_one_part_is_taken_once_where_it_is_printed_twice() -> None:
    rows = files.core_rows()
    again = [[*row[:9], row[8], *row[10:]] for row in rows if row[8].startswith(("002", "004"))]
    assert same_tables(csv_bytes([*rows, *again]), csv_bytes(rows))


def test_practices_are_summed_by_board() -> None:
    found = read_file(files.csv_bytes(files.practice_rows()), beside())
    assert found.covers is None, "the file does not say of which year it is"
    expected = {code: people for code, _, people in files.BOARDS}
    assert dict(found.tables["raw.board_population"].select("ods_code", "registered_population").rows()) == expected


def test_limits_of_health_are_taken_in_millions() -> None:
    found = read_file(files.workbook_bytes(files.limits_pages()), beside())
    assert found.covers == Coverage(date(2025, 11, 1), date(2025, 11, 1))
    limits = found.tables["raw.settlement_plan"]
    assert dict(limits.group_by("line_id").len().rows()) == {"dhsc_rdel": 5, "dhsc_cdel": 6}
    first = limits.row(by_predicate=(pl.col("fy") == "2024-25") & (pl.col("line_id") == "dhsc_rdel"), named=True)
    assert (first["amount_gbp_m"], first["status"]) == (Decimal("193219"), "outturn")
    assert set(limits.filter(pl.col("fy") > "2024-25")["status"]) == {"plan"}
    assert first["locator"] == "Table 4.7, Health and Social Care, RDEL excluding depreciation"


def test_limits_printed_in_millions_are_the_same() -> None:
    pages = []
    for page, years in zip(files.limits_pages(), (0, 5, 6), strict=True):
        rows = [["£ million" if cell == "£ billion" else cell for cell in row] for row in page.rows]
        for row in rows[5:] if years else []:
            money = [cell * 1000 if isinstance(cell, float) else cell for cell in row[2 : 2 + years]]
            row[2 : 2 + years] = money
        pages.append(Page(page.name, rows))
    assert same_tables(workbook_bytes(files.limits_pages()), workbook_bytes(pages))


def test_a_heading_of_growth_over_the_last_year_of_money_takes_nothing_away() -> None:
    pages = files.limits_pages()
    row = pages[2].rows[2]
    place = row.index("Per cent")
    row[place - 1], row[place] = "Per cent", None
    assert same_tables(workbook_bytes(files.limits_pages()), workbook_bytes(pages))


def test_deflator_is_read_by_financial_year() -> None:
    found = read_file(files.workbook_bytes(files.deflator_pages()), beside())
    years = found.tables["raw.gdp_deflator"]
    assert (years["fy"].first(), years["fy"].last(), len(years)) == ("2021-22", "2029-30", 9)
    assert years.filter(~pl.col("is_forecast"))["fy"].max() == "2024-25"
    fit = found.completed("raw.gdp_deflator", vintage_id="obr_2025_11", source_id="obr_efo_2025_11", confidence="F")
    assert len(fit) == 9


def test_treasury_release_is_dated_where_its_title_is_not() -> None:
    pages = files.treasury_pages()
    rows = pages[1].rows
    rows[1][1] = "Table 1: GDP Deflators at Market Prices, and Money GDP"
    rows[2] = [None, "Updated 23 December 2025", None, None, "Forecasts: OBR, November 2025"]
    merged = [Page(pages[1].name, rows, ((5, 3, 5, 3), (4, 3, 4, 4)))]
    assert same_tables(workbook_bytes(files.treasury_pages()), workbook_bytes(merged))


def test_treasury_years_without_an_index_are_carried_forward_by_their_growth() -> None:
    found = read_file(files.workbook_bytes(files.treasury_pages()), beside())
    assert found.covers.first == date(2025, 12, 1)
    years = found.tables["raw.treasury_deflator"]
    assert set(years["base_fy"]) == {"2024-25"}
    carried = years.filter(pl.col("is_forecast"))["fy"]
    assert (carried.first(), carried.last(), len(carried)) == ("2026-27", "2030-31", 5)
    assert years["index_in_base"].last() == pytest.approx(100 * 1.031**6)
    assert years["growth_pct"].null_count() == 1


def test_treasury_years_of_the_last_century_vouch_for_what_follows_and_are_passed_over() -> None:
    pages = files.treasury_pages()
    rows = pages[1].rows
    first = next(place for place, row in enumerate(rows) if len(row) > 1 and row[1] == "2016-17")
    level, older = float(rows[first][2]), []
    for year in range(2015, 1996, -1):
        older.insert(0, [None, f"{year}-{(year + 1) % 100:02d}", level / 1.031, 3.1, 1_000_000.0 + year])
        level /= 1.031
    older[0][3] = None
    rows[first][3] = 3.1
    longer = workbook_bytes([pages[0], Page(pages[1].name, [*rows[:first], *older, *rows[first:]])])
    found = read_file(longer, beside())
    years = found.tables["raw.treasury_deflator"]
    assert (years["fy"].first(), len(years)) == ("2000-01", 31)
    assert years["growth_pct"].null_count() == 0


@pytest.mark.parametrize("layout", CSV_LAYOUTS, ids=by_kind)
def test_csv_is_read_the_same_however_it_is_laid_out(layout: Layout) -> None:
    rows = layout.rows()
    turned = [row[::-1] for row in rows]
    wider = [[*row, f"extra {number}", ""] for number, row in enumerate(rows)]
    spaced = [[f" {cell.replace('_', ' ').title()} " for cell in rows[0]], *rows[1:]]
    noted = [["Some figures were revised."], [], rows[0], [], *rows[1:], [], ["Source: the publisher, see notes."]]
    whole = layout.content()
    for other in (
        b"\xef\xbb\xbf" + whole,
        csv_bytes(rows, newline="\r\n"),
        csv_bytes(turned),
        csv_bytes(wider),
        csv_bytes(spaced),
        csv_bytes(noted),
        csv_bytes([rows[0], *rows[:0:-1]]),
    ):
        assert same_tables(whole, other)


@pytest.mark.parametrize("layout", BOOK_LAYOUTS, ids=by_kind)
def test_workbook_is_read_the_same_wherever_its_tables_stand(layout: Layout) -> None:
    pages = layout.pages()
    renamed = [Page(f"Sheet {number}", page.rows) for number, page in enumerate(pages)]
    lower = [Page(page.name, [["A new note for readers of this table"], [], *page.rows]) for page in pages]
    right = [Page(page.name, [[None, None, *row] for row in page.rows]) for page in pages]
    noted = [Page(page.name, [*page.rows, [None, "1 A new note: see the guide."]]) for page in pages]
    whole = layout.content()
    for other in (renamed, pages[::-1], lower, right, noted):
        assert same_tables(whole, workbook_bytes(other))


@pytest.mark.parametrize("layout", CSV_LAYOUTS, ids=by_kind)
def test_the_one_file_of_a_release_that_is_recognised_is_read(layout: Layout) -> None:
    other = csv_bytes([["DATA_MONTH", "GRADE"], ["2025-10-31", "Band 5"]])
    notes = workbook_bytes([Page("Notes", [["Notes of the release"]])])
    release = zip_bytes({"Core 3.csv": other, "csv files/Core 1.csv": layout.content(), "Core 0.xlsx": notes})
    assert [one.kind for one in recognised(release, beside())] == [layout.kind]
    assert same_tables(release, layout.content())


def test_a_release_of_several_files_is_not_read_as_one() -> None:
    release = zip_bytes({"Core 5.csv": csv_bytes(files.grade_rows()), "Core 1.csv": csv_bytes(files.core_rows())})
    with pytest.raises(BadInputError, match=r"several known files \(found 'Core 5\.csv, Core 1\.csv'\)"):
        read_file(release, beside())


def test_only_a_release_of_several_files_that_are_recognised_is_unpacked() -> None:
    core, grades = csv_bytes(files.core_rows()), csv_bytes(files.grade_rows())
    several = {"Core 5.csv": grades, "notes.txt": b"notes", "Core 1.csv": core}
    assert unpack(zip_bytes(several), beside()) == ({"Core 5.csv": grades, "Core 1.csv": core}, ("notes.txt",))
    workbook = workbook_bytes(files.limits_pages())
    for other in (core, workbook, b""):
        assert unpack(other, beside()) == ({}, ())
    assert unpack(zip_bytes({"Core 1.csv": core, "notes.txt": b"notes"}), beside()) == ({}, ("notes.txt",))
    with pytest.raises(BadInputError, match="contains several files of the same format"):
        unpack(zip_bytes({"a.csv": core, "b.csv": core + b" \n", "c.csv": grades}), beside())


@pytest.mark.parametrize("make", [files.workforce_rows, files.core_rows])
def test_finer_file_is_not_taken_for_the_one_by_staff_group(make: Callable[[], list[list]]) -> None:
    finer = csv_bytes([[*row, "AGE_BAND" if number == 0 else "25-34"] for number, row in enumerate(make())])
    assert recognised(finer, beside()) == ()
    with pytest.raises(BadInputError, match="splits its rows further"):
        read_file(finer, beside())
    whole = csv_bytes(make())
    assert same_tables(zip_bytes({"ages.csv": finer, "groups.csv": whole}), whole)


def test_grades_are_summed_over_their_parts_and_not_over_sums() -> None:
    rows = files.grade_rows()
    found = read_file(csv_bytes(rows), beside())
    assert (found.kind, found.covers.first) == ("nhs_workforce_grades", date(2025, 10, 1))
    grades = found.tables["raw.staff_grade_month"]
    board = grades.filter((pl.col("ods_code") == "QE1") & (pl.col("grade") == "Band 8a"))
    assert dict(board.select("staff_group", "fte").rows()) == {
        "central_functions": 22.45678,
        "senior_managers": 23.45678,
        "support_to_clinical": 21.45678,
    }
    twice = [[*row[:7], "002_Another", *row[8:]] for row in rows[1:]]
    doubled = read_file(csv_bytes([*rows, *twice]), beside()).tables["raw.staff_grade_month"]
    assert doubled["fte"].sum() == pytest.approx(2 * grades["fte"].sum())
