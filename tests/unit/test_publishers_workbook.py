"""ZIP files and workbooks are read within limits, and a workbook's cells as what they are."""

import io
import zipfile

import polars as pl
import pytest

from nhs_assets.ground.problems import BadInputError
from nhs_assets.settings import Settings
from nhs_assets.sources.publishers import ReaderContext, read_file
from nhs_assets.sources.publishers.grid import MAX_HEADING_ROWS, Table, titled, year_row
from nhs_assets.sources.publishers.headings import financial_year, months_named, plain
from nhs_assets.sources.publishers.rows import iso_day
from nhs_assets.sources.publishers.workbook import Cell, Sheet, open_workbook
from soak import publisher_files as files
from soak.publisher_files import Formula, Page, beside, csv_bytes, workbook_bytes, workbook_parts, zip_bytes

pytestmark = pytest.mark.unit

CSV = csv_bytes(files.sickness_rows())


def refusal(content: bytes, **limits: int) -> str:
    with pytest.raises(BadInputError) as refused:
        read_file(content, ReaderContext(files.organisations(), "dropped.zip", Settings(**limits)))
    return str(refused.value)


def stored(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("name", ["/etc/data.csv", "../data.csv", "a/../../data.csv", "C:/data.csv", "..\\data.csv"])
def test_member_outside_its_folder_is_refused(name: str) -> None:
    assert "contains a path outside its folder" in refusal(zip_bytes({name: CSV}))


def test_link_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("data.csv")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    assert "contains a path outside its folder" in refusal(out.getvalue())


@pytest.mark.parametrize("name", ["inner.zip", "data.csv", "noextension"])
def test_archive_in_an_archive_is_refused(name: str) -> None:
    assert "contains another archive" in refusal(zip_bytes({"figures.csv": CSV, name: zip_bytes({"data.csv": CSV})}))


def test_too_many_members_are_refused() -> None:
    assert "contains 3 files; the limit is 2" in refusal(zip_bytes(dict.fromkeys("abc", b"")), publisher_members=2)


def test_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    assert "unpacks to more than 1 MB" in refusal(zip_bytes({"a.csv": b"0" * 1_100_000}), publisher_unpacked_mb=1)


def test_member_that_is_not_what_its_entry_says_is_refused() -> None:
    content = stored({"data.csv": CSV})
    assert "is damaged" in refusal(content.replace(b"Lancashire", b"Lincashire"))


def test_two_files_that_could_be_read_are_refused() -> None:
    assert "several files of the same format" in refusal(zip_bytes({"a.csv": CSV, "b.csv": CSV}))


def test_two_parts_of_one_name_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", CSV)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.csv", b"")
    assert "contains two files of the same name" in refusal(out.getvalue())


def test_release_without_a_known_file_and_unusual_packing_are_refused() -> None:
    assert "contains no file in a known format" in refusal(zip_bytes({"a.csv": b"a,b\n"}))
    assert "uses an unsupported compression" in refusal(stored({"a.csv": CSV}, zipfile.ZIP_BZIP2))
    assert "is a damaged ZIP file" in refusal(zip_bytes({"a.csv": CSV})[:-30])


def sheet(rows: list[list], merged: tuple[tuple[int, int, int, int], ...] = ()) -> Sheet:
    return next(iter(open_workbook(workbook_bytes([Page("one", rows, merged)]), beside()).sheets))


def test_cells_are_what_they_are() -> None:
    found = sheet([[None, "text", 1.5, 7.0, Formula("B1", 2.0), Formula("B1", "words"), Formula("B1", None)]])
    seen = {column: (cell.text, cell.is_formula) for (_, column), cell in found.cells.items()}
    assert seen == {
        2: ("text", False),
        3: ("1.5", False),
        4: ("7", False),
        5: ("2", True),
        6: ("words", True),
        7: ("a formula without a value", True),
    }


def test_merged_cells_share_the_first_one() -> None:
    found = sheet([["Forecast", None, None], [1.0, 2.0, 3.0]], ((1, 1, 1, 2),))
    assert found.over(1, 2).text == "Forecast"
    assert found.over(1, 3) is None


def test_one_cell_far_away_takes_no_room() -> None:
    parts = workbook_parts(files.limits_pages())
    name = "xl/worksheets/sheet2.xml"
    parts[name] = parts[name].replace(b"</sheetData>", b'<row><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    far = read_file(zip_bytes(parts), beside()).tables["raw.settlement_plan"]
    assert far.equals(read_file(workbook_bytes(files.limits_pages()), beside()).tables["raw.settlement_plan"])


def test_rich_and_inline_texts_are_read_whole_and_hidden_sheets_are_not() -> None:
    parts = workbook_parts([Page("one", [["x", "y"]]), Page("two", [["z"]])])
    parts["xl/sharedStrings.xml"] = parts["xl/sharedStrings.xml"].replace(
        b'<t xml:space="preserve">x</t>', b"<r><t>Out</t></r><r><t>turn</t></r><rPh><t>no</t></rPh>"
    )
    name = "xl/worksheets/sheet1.xml"
    inline = b'<c r="C1" t="inlineStr"><is><t>in line</t></is></c></row>'
    parts[name] = parts[name].replace(b"</row>", inline)
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b'name="two"', b'name="two" state="hidden"')
    sheets = open_workbook(zip_bytes(parts), beside()).sheets
    assert [one.name for one in sheets] == ["one"]
    assert [cell.text for cell in sheets[0].cells.values()] == ["Outturn", "y", "in line"]


@pytest.mark.parametrize(
    ("part", "old", "new", "words"),
    [
        ("xl/worksheets/sheet2.xml", b"?>", b'?><!DOCTYPE a [<!ENTITY b "c">]>', "declares entities"),
        ("xl/worksheets/sheet2.xml", b"</row>", b"", "has a damaged part"),
        ("xl/worksheets/sheet2.xml", b'r="C6"', b'r="6C"', "has a cell with a missing or repeated reference"),
        ("xl/worksheets/sheet2.xml", b'r="C6"', b'r="D6"', "has a cell with a missing or repeated reference"),
        ("xl/worksheets/sheet2.xml", b"<v>193.219</v>", b"<v>193,219</v>", "does not match its type"),
        ("xl/worksheets/sheet2.xml", b't="s"><v>', b't="s"><v>9999', "does not match its type"),
        ("xl/workbook.xml", b'r:id="rId2"', b'r:id="rId9"', "is missing the data of a sheet"),
    ],
)
def test_damaged_parts_are_refused(part: str, old: bytes, new: bytes, words: str) -> None:
    parts = workbook_parts(files.limits_pages())
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new, 1)
    with pytest.raises(BadInputError, match=words):
        open_workbook(zip_bytes(parts), beside())


def test_lost_parts_and_large_sheets_are_refused() -> None:
    parts = workbook_parts(files.limits_pages())
    del parts["xl/_rels/workbook.xml.rels"]
    with pytest.raises(BadInputError, match=r"is missing its part xl/_rels/workbook\.xml\.rels"):
        open_workbook(zip_bytes(parts), beside())
    few = ReaderContext(pl.DataFrame(), "book.xlsx", Settings(publisher_cells=1000))
    with pytest.raises(BadInputError, match="has more than 1000 cells"):
        open_workbook(workbook_bytes([Page("wide", [[1.0] * 1001])]), few)
    with pytest.raises(BadInputError, match="is not an Excel workbook"):
        open_workbook(b"not one", beside())


@pytest.mark.parametrize("index", ["²", "9" * 5000, "-1", "1e0"])
def test_an_index_that_is_no_number_of_a_text_is_refused(index: str) -> None:
    parts = workbook_parts(files.limits_pages())
    parts["xl/worksheets/sheet2.xml"] = parts["xl/worksheets/sheet2.xml"].replace(
        b't="s"><v>', f't="s"><v>{index}</v><v>'.encode(), 1
    )
    with pytest.raises(BadInputError, match="does not match its type"):
        open_workbook(zip_bytes(parts), beside())


@pytest.mark.parametrize(
    ("within", "words"),
    [
        pytest.param(b"<mergeCell ref='A1:B1'/>" * 1001, "more than 1000 merged ranges", id="merged"),
        pytest.param(b"<a>" * 60 + b"</a>" * 60, "too many or too deeply nested elements", id="deep"),
        pytest.param(b"<row/>" * 7000, "too many or too deeply nested elements", id="many"),
    ],
)
def test_what_would_keep_a_reader_busy_is_refused(within: bytes, words: str) -> None:
    parts = workbook_parts(files.limits_pages())
    parts["xl/worksheets/sheet2.xml"] = parts["xl/worksheets/sheet2.xml"].replace(
        b"</worksheet>", within + b"</worksheet>"
    )
    few = ReaderContext(pl.DataFrame(), "book.xlsx", Settings(publisher_cells=1000))
    with pytest.raises(BadInputError, match=words):
        open_workbook(zip_bytes(parts), few)


def test_a_row_of_headings_without_end_is_refused() -> None:
    cells = ["2025-26"] * 300
    page = Page("wide", [["RDEL spending by departments"], cells, cells])
    (table,) = titled(open_workbook(workbook_bytes([page]), beside()), lambda text: "rdel" in text)
    with pytest.raises(BadInputError, match="more than 200 headings in a row"):
        year_row(table)


def test_a_text_of_a_megabyte_is_no_label() -> None:
    assert financial_year("(1)" * 400_000 + "x") is None
    assert financial_year("2025-26 " + "(1)" * 20) == "2025-26"


def test_headings_years_and_days_are_read_as_people_write_them() -> None:
    assert plain(" NHSE_Region-Code\n") == plain("nhse region code") == "nhse region code"
    assert [financial_year(text) for text in ("2025-26", "2025/26 (1), (2)", "1999-00", "2025-27", "2025")] == [
        "2025-26",
        "2025-26",
        "1999-00",
        None,
        None,
    ]
    assert [f"{month:%Y-%m}" for month in months_named("March 2026, november 2025 and May")] == ["2025-11", "2026-03"]
    assert [iso_day(text) for text in ("31/03/2025", "2025-03-31", "2025-03-31 00:00:00")] == ["2025-03-31"] * 3
    assert iso_day("1/3/25") == "1/3/25 ", "what is no date stays none"


def test_years_are_looked_for_within_the_first_rows_below_the_title_alone() -> None:
    def table(notes: int) -> Table:
        cells = {(1, 1): Cell("Title")} | {(2 + place, 1): Cell("A note") for place in range(notes)}
        years = {(2 + notes, 2): Cell("2024-25"), (2 + notes, 3): Cell("2025-26")}
        return Table(Sheet("1.1", cells | years, (), beside()), "Title", 1)

    assert year_row(table(MAX_HEADING_ROWS - 1)) == MAX_HEADING_ROWS + 1
    with pytest.raises(BadInputError, match=f"within {MAX_HEADING_ROWS} rows below its title"):
        year_row(table(MAX_HEADING_ROWS))
