"""Exports hold what the tables hold, and nothing that a spreadsheet would run."""

import zipfile
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_assets.contracts.registry import contract
from nhs_assets.exports.formula_escape import ESCAPE, FORMULA_STARTS, escape_formulas
from nhs_assets.exports.workbook import TEXT_LENGTH, TablesWorkbook
from tests.unit.test_store import DEFLATOR, deflator

pytestmark = pytest.mark.unit

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@given(st.text(max_size=8) | st.builds(str.__add__, st.sampled_from(FORMULA_STARTS), st.text(max_size=4)))
def test_no_text_begins_like_a_formula_and_none_is_lost(text: str) -> None:
    (written,) = escape_formulas(pl.DataFrame({"note": [text]}))["note"]
    assert not written.startswith(FORMULA_STARTS)
    assert written == (ESCAPE + text if text.startswith(FORMULA_STARTS) else text)


def test_numbers_stay_numbers_and_empty_cells_empty() -> None:
    frame = pl.DataFrame({"amount": [-1.5, None], "count": [-2, 3], "note": ["-2", None]})
    found = escape_formulas(frame)
    assert found.drop("note").equals(frame.drop("note"))
    assert found["note"].to_list() == ["'-2", None]


def workbook(target: Path, longest: int = 10) -> dict[str, list[list[str]]]:
    """Rows of each sheet of a workbook with two tables, as text; fails if a cell holds a formula."""
    source = contract("evidence.source")
    described = dict.fromkeys(source.column_names, "=1+1") | {"source_id": "+x" * TEXT_LENGTH}
    book = TablesWorkbook(target, longest)
    book.add(DEFLATOR, deflator())
    book.add(source, pl.DataFrame([described]))
    book.close()
    return sheets(target)


def sheets(target: Path) -> dict[str, list[list[str]]]:
    """Rows of each sheet of a workbook; fails if a cell holds a formula."""
    with zipfile.ZipFile(target) as parts:
        names = [
            one.attrib["name"] for one in ElementTree.fromstring(parts.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
        ]
        found = {}
        for number, name in enumerate(names, start=1):
            tree = ElementTree.fromstring(parts.read(f"xl/worksheets/sheet{number}.xml"))
            assert not list(tree.iter(f"{MAIN}f"))
            found[name] = [["".join(cell.itertext()) for cell in row] for row in tree.iter(f"{MAIN}row")]
    return found


def test_workbook_lists_its_tables_with_units_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    found = workbook(tmp_path / "all.xlsx")
    assert list(found) == ["contents", "columns", "settlement.deflator", "evidence.source"]
    assert found["contents"][1][:3] == ["settlement.deflator", "settlement.deflator", "1"]
    assert ["settlement.deflator", "growth_pct", "%"] in [row[:3] for row in found["columns"]]
    assert found["settlement.deflator"][1][:4] == ["obr", "2025-26", "100", "3"]
    long, *others = found["evidence.source"][1]
    assert (len(long), long[:4], set(others)) == (TEXT_LENGTH, "+x+x", {"=1+1"})

    left_out = workbook(tmp_path / "short.xlsx", longest=0)
    assert list(left_out) == ["contents", "columns"]
    assert "longer than 0 rows" in left_out["contents"][1][-1]


def test_the_same_tables_give_the_same_workbook(tmp_path: Path) -> None:
    workbook(tmp_path / "first.xlsx")
    workbook(tmp_path / "second.xlsx")
    assert (tmp_path / "first.xlsx").read_bytes() == (tmp_path / "second.xlsx").read_bytes()
