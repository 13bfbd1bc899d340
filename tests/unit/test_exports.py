"""Exports hold what the tables hold, and nothing that a spreadsheet would run."""

import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_assets.contracts.registry import contract
from nhs_assets.outputs.exports.formula_escape import ESCAPE, FORMULA_STARTS, escape_formulas
from nhs_assets.outputs.exports.workbook import TEXT_LENGTH, TablesWorkbook, national_totals
from nhs_assets.outputs.exports.write import MODEL_WORKBOOK, Exports
from nhs_assets.outputs.summary import Headline, Line
from nhs_assets.outputs.what_if import WhatIfError, refuse_other_weights
from nhs_assets.settings import Settings
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
    """Rows of each sheet of a workbook with two tables and an answer."""
    source = contract("evidence.source")
    described = dict.fromkeys(source.column_names, "=1+1") | {"source_id": "+x" * TEXT_LENGTH}
    book = TablesWorkbook(target, longest)
    book.add(DEFLATOR, deflator())
    book.add(DEFLATOR, deflator().clear())
    book.add(source, pl.DataFrame([described]))
    line = Line("cost £2m (£1m to £3m)", 2, 1, 3, "£m", None, "E")
    book.close("000001-abc", [Headline("Cost?", (line,), DEFLATOR.name)], date(2026, 11, 22))
    return sheets(target)


def sheets(target: Path) -> dict[str, list[list[str]]]:
    """Rows of each sheet of a workbook; fails if a cell holds a formula or is merged with another."""
    with zipfile.ZipFile(target) as parts:
        names = [
            sheet.attrib["name"] for sheet in ElementTree.fromstring(parts.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
        ]
        texts = [
            "".join(text.itertext())
            for text in ElementTree.fromstring(parts.read("xl/sharedStrings.xml")).iter(f"{MAIN}si")
        ]
        found = {}
        for number, name in enumerate(names, start=1):
            tree = ElementTree.fromstring(parts.read(f"xl/worksheets/sheet{number}.xml"))
            assert not list(tree.iter(f"{MAIN}f"))
            assert not list(tree.iter(f"{MAIN}mergeCell"))
            found[name] = [
                [
                    texts[int(cell.findtext(f"{MAIN}v"))] if cell.get("t") == "s" else cell.findtext(f"{MAIN}v", "")
                    for cell in row
                ]
                for row in tree.iter(f"{MAIN}row")
            ]
    return found


def rows_below(heading: str, sheet: list[list[str]]) -> list[list[str]]:
    """The rows of the table of a sheet, whose first column has the given heading."""
    (head,) = (place for place, row in enumerate(sheet) if row[0] == heading)
    return sheet[head + 1 :]


def test_workbook_leads_from_answers_to_contents_to_tables_with_notes_and_units(tmp_path: Path) -> None:
    found = workbook(tmp_path / "all.xlsx")
    assert list(found) == ["Answers", "Contents", "Columns", "settlement.deflator", "evidence.source"]
    day = str((date(2026, 11, 22) - date(1899, 12, 30)).days)
    assert rows_below("Question", found["Answers"]) == [
        ["Cost?", "cost £2m (£1m to £3m)", "2", "1", "3", "£m", day, "Estimate", "settlement.deflator"]
    ]
    assert [row[:3] for row in rows_below("Sheet", found["Contents"])] == [
        ["settlement.deflator", "settlement.deflator", str(len(deflator()))],
        ["evidence.source", "evidence.source", "1"],
    ]
    assert ["settlement.deflator", "growth_pct", "%"] in [row[:3] for row in found["Columns"]]
    title, meaning, units, back, *_ = found["settlement.deflator"]
    assert (title, meaning) == ([DEFLATOR.name], [DEFLATOR.description])
    assert "growth_pct: %" in units[0]
    assert back == ["Contents"]
    assert rows_below("vintage_id", found["settlement.deflator"])[0][:4] == ["obr", "2025-26", "100", "3"]
    long, *others = rows_below("source_id", found["evidence.source"])[0]
    assert (len(long), long[:4], set(others)) == (TEXT_LENGTH, "+x+x", {"=1+1"})


def test_workbook_says_where_a_long_table_is(tmp_path: Path) -> None:
    left_out = workbook(tmp_path / "short.xlsx", longest=0)
    assert list(left_out) == ["Answers", "Contents", "Columns"]
    assert rows_below("Sheet", left_out["Contents"])[0][0].startswith("In the database")


def test_a_long_table_by_organisation_is_added_up_by_month_and_year() -> None:
    costs = contract("savings.exit_cost_month")
    blank = dict.fromkeys(costs.column_names)
    rows = [
        blank
        | {"ods_code": code, "month": date(2026, month, 1), "fy": fy, "component": component}
        | {"scenario_id": "best_estimate", "accounting_basis": "accrual", "amount_gbp_m": Decimal(amount)}
        for code in ("QAB", "QCD")
        for month, fy, amount in ((3, "2025-26", 1), (4, "2026-27", 2), (5, "2026-27", 3))
        for component in ("severance", "programme")
    ]
    frame = pl.DataFrame(rows, schema=costs.polars_schema())
    (_, by_month), (_, by_year) = national_totals(costs, frame)
    assert by_month.select("month", "severance", "programme", "total").rows() == [
        (date(2026, 3, 1), 2, 2, 4),
        (date(2026, 4, 1), 4, 4, 8),
        (date(2026, 5, 1), 6, 6, 12),
    ]
    assert by_year.select("fy", "total").rows() == [("2025-26", 4), ("2026-27", 20)]
    assert [
        period for period, _ in national_totals(contract("savings.headcount_month"), empty("savings.headcount_month"))
    ] == ["month"]
    assert national_totals(contract("savings.organisation_range"), empty("savings.organisation_range")) == []


def empty(table: str) -> pl.DataFrame:
    return pl.DataFrame(schema=contract(table).polars_schema())


def test_the_same_tables_give_the_same_workbook(tmp_path: Path) -> None:
    workbook(tmp_path / "first.xlsx")
    workbook(tmp_path / "second.xlsx")
    assert (tmp_path / "first.xlsx").read_bytes() == (tmp_path / "second.xlsx").read_bytes()


def test_tables_that_give_nothing_to_calculate_with_are_published_without_the_workbook_of_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise WhatIfError("no")

    monkeypatch.setattr("nhs_assets.outputs.exports.write.what_if", refuse)
    frozen = tmp_path / "deflator.parquet"
    deflator().write_parquet(frozen)
    exports = Exports(Settings(), tmp_path / "version", "000001-abc")
    exports.copy({DEFLATOR: frozen})
    exports.add([DEFLATOR])
    assert exports.unwritten == f"without {MODEL_WORKBOOK}: no"
    assert exports.rows == {DEFLATOR: len(deflator())}
    assert not (tmp_path / "version" / MODEL_WORKBOOK).exists()


def test_a_perspective_that_counts_in_part_is_refused() -> None:
    weights = pl.DataFrame(
        [("dhsc_budget", "clawback", 0.5), ("exchequer", "pay", 0.2)],
        ["perspective", "component", "weight"],
        orient="row",
    )
    with pytest.raises(ValueError, match="does not count in full: clawback"):
        refuse_other_weights(weights)
    refuse_other_weights(weights.tail(1))
