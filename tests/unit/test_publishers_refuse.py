"""What cannot be read with certainty is refused in words, and where rows stand alone the good ones are still taken."""

import re
from collections.abc import Callable

import pytest

from nhs_assets.ground.problems import BadInputError
from nhs_assets.settings import Settings
from nhs_assets.sources.publishers import ReaderContext, ReadFile, read_file
from soak import publisher_files as files
from soak.publisher_files import Formula, Page, beside, csv_bytes, workbook_bytes, workbook_parts, zip_bytes

pytestmark = pytest.mark.unit


def refusal(content: bytes, given: ReaderContext | None = None) -> str:
    with pytest.raises(BadInputError) as refused:
        read_file(content, given or beside("dropped.csv"))
    assert all(problem.rule and problem.remedy for problem in refused.value.problems)
    return str(refused.value)


def column(rows: list[list], name: str) -> int:
    return rows[0].index(name)


def sickness(change: Callable[[list[list]], object]) -> bytes:
    rows = files.sickness_rows()
    change(rows)
    return csv_bytes(rows)


def set_aside(content: bytes) -> tuple[ReadFile, str]:
    found = read_file(content, beside("dropped.csv"))
    assert found.set_aside, "nothing was set aside"
    return found, "\n".join(map(str, found.set_aside))


def put(row: int, place: int, value: object) -> Callable[[list[list]], None]:
    def change(rows: list[list]) -> None:
        rows[row][place] = value

    return change


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (sickness(lambda rows: rows.pop(1)), "is missing NHS Lancashire and South Cumbria ICB for March 2025"),
        (sickness(lambda rows: rows.clear()), "is empty"),
        (sickness(lambda rows: rows.__delitem__(slice(1, None))), "has no date that is the last day of a month"),
        (sickness(lambda rows: [row.pop(9) for row in rows]), "column fte days available: lacks the column"),
        (sickness(lambda rows: [row.append(row[9]) for row in rows]), "column fte days available: repeats the column"),
        (sickness(put(1, 0, "30/04/2025")), "contains more than one month (found '2025-03-31, 2025-04-30')"),
        (sickness(lambda rows: [r.__setitem__(0, "03/31/2025") for r in rows[1:]]), "Check the order of day and month"),
        (sickness(put(1, 5, "QZ9")), "is not the code of a known body on 2025-03-31: NHS Lancashire"),
        (sickness(put(7, 7, "Integrated Care Board")), "is not the code of a known body"),
        (csv_bytes(files.sickness_rows(), ";"), "is separated by semicolons"),
        (csv_bytes(files.sickness_rows(), "\t"), "is separated by tabs"),
        (csv_bytes(files.sickness_rows()).decode().encode("utf-16"), "is UTF-16, not UTF-8"),
        (csv_bytes(files.sickness_rows()).replace(b"West York", b"W\xe9st York"), "line 5: is not UTF-8 at byte"),
        (
            csv_bytes(files.sickness_rows()).replace(b"West York", b"West\x07York"),
            "line 5: contains a control",
        ),
        (csv_bytes(files.sickness_rows()).replace(b"\n", b"," * 10**6 + b"\n", 1), "line 1: is longer than 100000"),
        (csv_bytes(files.sickness_rows()).replace(b",NHS West", b',"NHS West'), "is not CSV"),
        (csv_bytes(files.sickness_rows())[:600], "is missing NHS England for March 2025"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_sickness_is_refused_as_a_whole(content: bytes, words: str) -> None:
    assert words in refusal(content)


@pytest.mark.parametrize(
    ("row", "name", "value", "words"),
    [
        (1, "FTE_DAYS_AVAILABLE", "-10123.45678", "column fte_days_available: breaks the rule 'min'"),
        (1, "FTE_DAYS_AVAILABLE", "10123456.78", "column fte_days_available: breaks the rule 'max'"),
        (1, "FTE_DAYS_AVAILABLE", "10123,45678", "must be a plain decimal number with a point"),
        (1, "FTE_DAYS_AVAILABLE", "1.0123e4", "must be a plain decimal number with a point"),
        (1, "FTE_DAYS_AVAILABLE", " 123.45678", "must be a plain decimal number with a point"),
        (1, "FTE_DAYS_AVAILABLE", "11123.45678", "breaks the rule 'rate follows from days'"),
        (1, "FTE_DAYS_AVAILABLE", "", "column fte_days_available"),
        (1, "DATE", "03/31/2025", "must be a date"),
        (1, "DATE", "30/03/2025", "breaks the rule 'last day of a month'"),
        (1, "ORG_NAME", "NHS West Yorkshire ICB", "does not match the code QE1"),
        (1, "ORG_TYPE", "Commissioning Support Unit", "does not match the type of NHS Lancashire"),
        (1, "NHSE_REGION_NAME", '=HYPERLINK("x")', "line 2: contains a formula"),
        (8, "ORG_NAME", "@SUM(A1)", "line 9: contains a formula"),
        (8, "ORG_NAME", "Trust\nof two lines", "contains a line break in a cell"),
        (1, "ORG_NAME", "NHS Lancashire and South Cumbria Integrated Care Board", None),
    ],
)
def test_a_bad_row_of_sickness_is_set_aside_alone(row: int, name: str, value: str, words: str | None) -> None:
    rows = files.sickness_rows()
    rows[row][column(rows, name)] = value
    if words is None:
        assert not read_file(csv_bytes(rows), beside()).set_aside
        return
    found, said = set_aside(csv_bytes(rows))
    assert words in said
    whole = read_file(csv_bytes(files.sickness_rows()), beside()).tables["raw.staff_month"]
    left = found.tables["raw.staff_month"]
    assert left.join(whole, on=whole.columns, how="semi").equals(left), "the other figures are the same"
    assert len(left) == len(whole) - (1 if row == 1 else 0)


def test_repeated_row_sets_both_aside() -> None:
    content = sickness(lambda rows: rows.append(list(rows[1])))
    found, said = set_aside(content)
    assert said.count("breaks the rule 'primary key'") == 2
    assert "QE1" not in set(found.tables["raw.staff_month"]["ods_code"])


def test_more_bad_rows_than_the_setting_allows_make_the_file_wait() -> None:
    content = sickness(put(1, 9, "x"))
    strict = ReaderContext(files.organisations(), "dropped.csv", Settings(publisher_set_aside_pct=5))
    assert "must be a plain decimal number" in refusal(content, strict)


def test_larger_file_than_the_setting_allows_is_refused() -> None:
    small = ReaderContext(files.organisations(), "dropped.csv", Settings(publisher_file_mb=1))
    content = csv_bytes(files.sickness_rows()) + b"\n" * 1_000_000
    assert "is larger than 1 MB" in refusal(content, small)


@pytest.mark.parametrize(
    ("make", "place", "groups"),
    [
        (files.workforce_rows, (10, 11, 12), ("Central functions", "FTE")),
        (files.core_rows, (9, 9, 10), ("Central", "")),
    ],
)
def test_groups_that_do_not_add_up_set_the_body_and_month_aside(
    make: Callable[[], list[list]], place: tuple[int, int, int], groups: tuple[str, str]
) -> None:
    rows = make()
    bad = next(r for r in rows[30:] if groups[0] in r[place[0]] and (not groups[1] or r[place[1]] == groups[1]))
    bad[place[2]] = str(float(bad[place[2]]) + 5)
    found, said = set_aside(csv_bytes(rows))
    assert "groups add up to" in said
    whole = read_file(csv_bytes(make()), beside()).tables["raw.staff_group_month"]
    left = found.tables["raw.staff_group_month"]
    assert len(left) == len(whole) - 9
    assert left.join(whole, on=whole.columns, how="semi").equals(left)


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (12, "999999", "breaks the rule"),
        (12, "-3.5", "breaks the rule 'min'"),
        (11, "Bank", "unknown level or data type"),
        (6, "NHS Sussex ICB", "does not match the code QE1"),
        (0, "2025-02-27", "breaks the rule 'last day of a month'"),
        (0, "28/02/25", "must be a date"),
    ],
)
def test_a_bad_row_of_workforce_sets_its_body_and_month_aside(place: int, value: str, words: str) -> None:
    rows = files.workforce_rows()
    rows[3][place] = value
    found, said = set_aside(csv_bytes(rows))
    assert words in said
    left = found.tables["raw.staff_group_month"]
    assert left.filter((left["ods_code"] == "QE1") & (left["month"].dt.month() == 2)).is_empty()


def test_workforce_that_has_lost_a_body_or_merged_one_is_refused() -> None:
    rows = files.workforce_rows()
    without = [row for row in rows if not (row[5] == "QKS" and row[0] == "2025-02-28")]
    assert "is missing NHS Kent And Medway ICB for 2025-02-28" in refusal(csv_bytes(without))
    merged = [["QZ9" if cell == "QKS" else cell for cell in row] for row in rows]
    assert "is not the code of a known body" in refusal(csv_bytes(merged))
    before = [["2021-03-31", *row[1:]] for row in rows[1:] if row[0] == "2025-02-28"]
    assert not read_file(csv_bytes([*rows, *before]), beside()).set_aside, "there were no boards then"
    closed = [[*row[:5], "0AE", "NHS Closed Commissioning Support Unit", *row[7:]] for row in rows if row[5] == "0DF"]
    found, said = set_aside(csv_bytes([*rows, *(row for row in closed if row[0] == "2025-02-28")]))
    assert "NHS Closed Commissioning Support Unit" in said
    assert found.tables["raw.staff_group_month"].equals(
        read_file(csv_bytes(rows), beside()).tables["raw.staff_group_month"]
    )
    national = csv_bytes([row for row in rows if row[5] in ("Org Code", "RXG")])
    assert "contains no body of the programme" in refusal(national)


@pytest.mark.parametrize(
    ("row", "place", "value", "words"),
    [
        (1, 3, "QZ9", "is not the code of a known body"),
        (1, 4, "NHS Sussex ICB", "does not match the code"),
        (1, 8, "12 000.5", "must be a plain decimal number"),
        (1, 8, "", "column population"),
        (1, 8, "9999999.5", "breaks the rule 'max'"),
        (2, 0, "A80000", "breaks the rule 'primary key'"),
        (1, 1, "=1+1", "contains a formula"),
    ],
)
def test_one_bad_practice_makes_the_file_wait(row: int, place: int, value: str, words: str) -> None:
    rows = files.practice_rows()
    rows[row][place] = value
    assert words in refusal(csv_bytes(rows))


@pytest.mark.parametrize(
    ("row", "place", "value", "words"),
    [
        (1, 2, "QZ9", "is not the code of a known body"),
        (1, 3, "NHS Sussex ICB", "does not match the code"),
        (1, 1, "Trust", "is an unknown level"),
        (7, 5, "Estate agents", "breaks the rule 'allowed value'"),
        (4, 9, "Band 80", "breaks the rule 'allowed value'"),
        (4, 10, "1,5", "must be a plain decimal number"),
        (4, 11, "9999", "breaks the rule 'people are not many times fte'"),
        (4, 11, "2", "breaks the rule 'people are not fewer than fte'"),
        (4, 0, "2025-09-30", "does not contain bodies of the programme in one month"),
        (5, 9, "Band 6", None),
        (5, 8, "000_Level", None),
    ],
)
def test_one_bad_row_of_grades_makes_the_file_wait(row: int, place: int, value: str, words: str | None) -> None:
    rows = files.grade_rows()
    rows[row][place] = value
    if words is None:
        rows[row][8:10] = rows[4][8:10]
        words = "breaks the rule 'primary key'"
    assert words in refusal(csv_bytes(rows))


def test_practices_far_from_those_held_are_refused() -> None:
    rows = files.practice_rows()
    weighted = [[*row[:8], row[9], row[8]] for row in rows]
    weighted[0] = rows[0]
    assert "people to QHG, where 700000 are known" not in refusal(csv_bytes(rows[:130] + rows[131:132]))
    assert "people to QE1, where 600000 are known" in refusal(csv_bytes(weighted))
    assert "is missing NHS West Yorkshire ICB" in refusal(csv_bytes(rows[:127]))
    assert "ends in the middle of a line" in refusal(csv_bytes(rows)[:-3])


def limits(change: Callable[[list[list]], object], page: int = 1) -> bytes:
    pages = files.limits_pages()
    change(pages[page].rows)
    return workbook_bytes(pages)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (limits(put(2, 2, "£ thousand")), "has 0 blocks of years under £ billion or £ million"),
        (limits(put(2, 2, "£ million")), "breaks the rule 'amount in range'"),
        (limits(put(3, 2, "Provisional")), "sheet 4.7, cell C5: does not have outturn or forecast above it"),
        (limits(put(3, 3, "Provisional")), "which had not ended in November 2025"),
        (limits(put(4, 3, "2024-25")), "has 3 blocks of years"),
        (limits(put(4, 3, "2025")), "has 2 blocks of years"),
        (limits(put(4, 2, None)), "has 0 blocks of years"),
        (limits(put(4, 11, "2031-32")), "has growth for years without money"),
        (
            limits(lambda rows: [row.pop(6) for row in rows if len(row) > 6]),
            "has growth for years without money",
        ),
        (limits(put(4, 6, None)), "has growth for years without money"),
        (limits(put(4, 12, None)), "sheet 4.7, cell M6: has no financial year above it"),
        (limits(put(5, 2, 193.9)), "sheet 4.7, cell C12: is not the sum of the departments"),
        (limits(put(5, 2, "193,219")), "sheet 4.7, cell C6: is not a number (found '193,219')"),
        (limits(put(5, 2, None)), "sheet 4.7, cell C6: is empty, where a number is expected"),
        (limits(put(5, 2, Formula("=1+1", 193.219))), "sheet 4.7, cell C6: is a formula"),
        (limits(put(6, 2, Formula("=1+1", None))), "sheet 4.7, cell C7: is a formula"),
        (limits(put(5, 1, "Health")), "has 0 columns of Health and Social Care"),
        (limits(put(6, 1, "Health and Social Care")), "has 2 rows of Health and Social Care"),
        (limits(put(6, 1, None)), "has figures without a department"),
        (limits(put(11, 1, "Sum")), "has no row of total RDEL"),
        (limits(put(1, 1, "4.7 Something else")), "has no sheet for RDEL"),
        (limits(put(1, 1, "4.8 CDEL spending by departments")), "has no sheet for RDEL"),
        (limits(put(1, 1, "November"), page=0), "does not state one month of its Economic and Fiscal Outlook"),
        (
            workbook_bytes([*files.limits_pages(), Page("old", files.limits_pages()[1].rows)]),
            "has several sheets for RDEL",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_limits_are_refused_where_they_are_not_certain(content: bytes, words: str) -> None:
    assert words in refusal(content)


def deflator(change: Callable[[list[list]], object]) -> bytes:
    pages = files.deflator_pages()
    change(pages[1].rows)
    return workbook_bytes(pages)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (deflator(put(2, 7, "2026=100")), "is not 100 in its base year"),
        (deflator(put(3, 6, "GDP deflator")), "does not have the GDP deflator once as year-on-year growth"),
        (deflator(put(-5, 7, 99.0)), "is not the mean of its quarters"),
        (deflator(put(-5, 4, 9.0)), "does not match the index"),
        (deflator(put(-11, 4, 9.0)), "does not match the index"),
        (deflator(put(-5, 1, "2026")), "has financial years that are not consecutive"),
        (deflator(put(-3, 1, None)), "has figures but no period"),
        (deflator(put(5, 1, "2021Q1")), "repeats a quarter"),
        (deflator(put(-5, 1, "2026-28")), "is not a quarter, year or financial year"),
        (deflator(put(-5, 7, Formula("=1", 100.0))), "is a formula"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_deflator_is_refused_where_it_is_not_certain(content: bytes, words: str) -> None:
    assert words in refusal(content)


def treasury(change: Callable[[list[list]], object]) -> bytes:
    pages = files.treasury_pages()
    change(pages[1].rows)
    return workbook_bytes(pages)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (treasury(put(1, 1, "GDP deflators at market prices")), "does not state the month of its release in one place"),
        (treasury(put(4, 2, "index")), "does not name one financial year as base"),
        (treasury(put(4, 2, "2060-61 = 100")), "has no row of its base year"),
        (treasury(put(4, 2, "2023-24 = 100")), "is not 100 in its base year"),
        (treasury(put(4, 3, "level")), "has no column of change on the year before"),
        (treasury(put(8, 2, 90.0)), "does not match the index"),
        (treasury(put(8, 3, None)), "has no growth"),
        (treasury(put(16, 3, "-")), "has no growth"),
        (treasury(put(8, 1, "2019")), "is not a financial year"),
        (treasury(put(8, 1, "2018-19")), "repeats a year"),
        (treasury(put(17, 2, 117.0)), "follows a year without an index"),
        (treasury(lambda rows: rows.pop(9)), "are not consecutive"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_treasury_is_refused_where_it_is_not_certain(content: bytes, words: str) -> None:
    assert words in refusal(content)


@pytest.mark.parametrize("sheets", [(1,), (2,), (1, 2)])
@pytest.mark.parametrize("columns", [(3, 4), (4, 5), (5, 6)])
def test_years_that_changed_places_do_not_go_with_their_real_growth(
    sheets: tuple[int, ...], columns: tuple[int, int]
) -> None:
    pages = files.limits_pages()
    for sheet in sheets:
        for row in pages[sheet].rows[5:-1]:  # departments and their total
            row[columns[0]], row[columns[1]] = row[columns[1]], row[columns[0]]
    assert re.search("(does not match the amounts|that do not match)", refusal(workbook_bytes(pages)))


def test_a_number_beyond_all_numbers_is_refused() -> None:
    parts = workbook_parts(files.limits_pages())
    part = "xl/worksheets/sheet2.xml"
    assert b"<v>193.219</v>" in parts[part]
    parts[part] = parts[part].replace(b"<v>193.219</v>", b"<v>1e999</v>")
    assert "is a number that is too large" in refusal(zip_bytes(parts))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (csv_bytes(files.sickness_rows()).decode().encode("utf-16"), "is UTF-16, not UTF-8"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"," * 200_000 + b"\n" + csv_bytes(files.sickness_rows()), "is longer than 100000 characters"),
        (b"a,b\x00\n", "contains a control or replacement character"),
        (b"\xff\xd8\xff\xe0 a photo", "not in a known format"),
    ],
    ids=["utf_16", "mark_alone", "first_line", "control", "photo"],
)
def test_what_keeps_a_file_from_being_known_is_said(content: bytes, words: str) -> None:
    assert words in refusal(content)


def strict_workbook() -> bytes:
    """A workbook as "Strict Open XML Spreadsheet" has it: the same parts, with other names of their elements."""
    transitional = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts = workbook_parts([Page("Sheet1", [["a", "b"], [1, 2]])])
    strict = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    return zip_bytes({name: part.replace(transitional, strict) for name, part in parts.items()})


@pytest.mark.parametrize(
    ("content", "rule", "remedy"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old format (.xls)", "Excel Workbook (.xlsx)"),
        (
            zip_bytes({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"}),
            "OpenDocument spreadsheet (.ods)",
            "Excel Workbook (.xlsx)",
        ),
        (strict_workbook(), "strict format of Open XML", "not as 'Strict Open XML Spreadsheet'"),
        (
            workbook_bytes([Page("April", files.sickness_rows())]),
            "a workbook with the columns of nhs_sickness_absence",
            "CSV UTF-8",
        ),
    ],
    ids=["xls", "ods", "strict", "csv_in_a_workbook"],
)
def test_the_wrong_container_is_named_with_what_to_save_it_as(content: bytes, rule: str, remedy: str) -> None:
    said = refusal(content, beside("dropped.xlsx"))
    assert rule in said
    assert remedy in said
    assert "known format" not in said
