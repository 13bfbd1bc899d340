"""A seed is taken whole or not at all, and a refusal says where to look and what to do."""

import shutil
from pathlib import Path

import polars as pl
import pytest
import yaml

from nhs_assets.contracts.registry import contract
from nhs_assets.ground.problems import BadInputError
from nhs_assets.settings import PROJECT_ROOT
from nhs_assets.sources.seed_files import Seed, find_seeds, read_origin
from nhs_assets.sources.seeds import parse_seed, read_seed, read_table, seal
from tests.vintage_folder import SOURCE, VINTAGE, add_vintage, write_origin

pytestmark = pytest.mark.unit

HEADER = "vintage_id,fy,index_value,growth_pct,is_forecast,source_id,locator,confidence"
ROWS = [
    "obr,2024-25,100.0,4.0,false,obr_efo,table 1.7,F",
    "obr,2025-26,103.0,3.0,true,obr_efo,table 1.7,F",
]


def text(rows: list[str] = ROWS, header: str = HEADER) -> bytes:
    return ("\n".join([header, *rows]) + "\n").encode()


@pytest.fixture
def seed(tmp_path: Path) -> Seed:
    (tmp_path / "funding").mkdir()
    path = tmp_path / "funding" / "gdp_deflator.csv"
    path.write_bytes(text())
    made = Seed(contract("raw.gdp_deflator"), path, "funding/gdp_deflator.csv")
    origin = {
        "publisher": "Office for Budget Responsibility",
        "title": "Economic and fiscal outlook",
        "description": "Two rows for a test.",
        "date_published": None,
        "date_accessed": "2026-01-01",
        "url": None,
        "licence": "Open Government Licence v3.0",
        "rows": 0,
        "sha256": "0",
    }
    made.origin_path.write_text(yaml.safe_dump(origin, sort_keys=False), encoding="utf-8")
    seal(made)
    return made


def refusal(seed: Seed, content: bytes) -> str:
    _, problems = parse_seed(seed, content)
    assert problems, "the content was accepted"
    return str(BadInputError(problems))


def test_sealed_seed_is_read_with_the_contracts_types(seed: Seed) -> None:
    frame = read_seed(seed)
    assert frame.schema == seed.contract.polars_schema()
    assert frame["index_value"].to_list() == [100.0, 103.0]
    assert frame["is_forecast"].to_list() == [False, True]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"\xff\xfe" + text(), "not UTF-8", id="encoding"),
        pytest.param("\ufeff".encode() + text(), "begins with a byte-order mark", id="byte_order_mark"),
        pytest.param(text(header=HEADER.replace("fy", "year")), "column year: has a column no contract", id="renamed"),
        pytest.param(text(header=HEADER + ",fy"), "repeats the column", id="repeated_column"),
        pytest.param(text([ROWS[0] + ",extra"]), "line 2: has 9 cells where the header has 8", id="ragged"),
        pytest.param(text([ROWS[0].replace("100.0", '"100,0"')]), "line 2, column index_value", id="decimal_comma"),
        pytest.param(text([ROWS[0].replace("100.0", "1e2")]), "plain decimal number", id="exponent"),
        pytest.param(text([ROWS[0].replace("100.0", "nan")]), "plain decimal number", id="not_a_number"),
        pytest.param(text([ROWS[0].replace("false", "no")]), "must be true or false", id="flag"),
        pytest.param(text([ROWS[0].replace("2024-25", "2024-26")]), "consecutive years", id="year"),
        pytest.param(text([ROWS[0].replace(",F", ",G")]), "allowed value", id="unknown_word"),
        pytest.param(text([ROWS[0].replace("obr,", ",", 1)]), "nullability", id="empty_key"),
        pytest.param(text([ROWS[0], ROWS[0]]), "primary key", id="repeated_row"),
        pytest.param(text([ROWS[0], ROWS[1].replace("103.0", "1030.0")]), "growth follows from index", id="tenfold"),
        pytest.param(text([ROWS[0].replace("table 1.7", chr(34) + "open")]), "not CSV", id="quote"),
    ],
)
def test_bad_content_is_refused_with_place_and_rule(seed: Seed, content: bytes, expected: str) -> None:
    message = refusal(seed, content)
    assert expected in message
    assert "funding/gdp_deflator.csv" in message


def test_refusal_names_line_column_value_and_remedy(seed: Seed) -> None:
    message = refusal(seed, text([ROWS[0], ROWS[1].replace("3.0,true", "30.0,true")]))
    assert "funding/gdp_deflator.csv, line 3, column growth_pct" in message
    assert "found '30.0'" in message
    assert "Compare the figure with its source" in message


def test_surplus_decimals_are_refused_not_rounded() -> None:
    plan = contract("raw.plan_change_reason")
    seed = Seed(plan, Path("plan_change_reason.csv"), "funding/plan_change_reason.csv")
    row = "r,a,b,dhsc_rdel,reprofile,860.0000001,s,where,F"
    assert "at most 6 decimals" in refusal(seed, text([row], ",".join(plan.column_names)))


def test_changed_file_is_refused_cell_by_cell_until_it_is_sealed(seed: Seed) -> None:
    accepted = read_seed(seed)
    seed.path.write_bytes(text([ROWS[0].replace("table 1.7", "table 1.8"), ROWS[1]]))
    with pytest.raises(BadInputError) as refused:
        read_seed(seed, accepted)
    message = str(refused.value)
    assert "row obr, 2024-25, column locator: was 'table 1.7' when last accepted (found 'table 1.8')" in message
    assert "nhs-assets seal seeds/funding/gdp_deflator.csv" in message
    seal(seed)
    assert read_seed(seed, accepted)["locator"].to_list() == ["table 1.8", "table 1.7"]


def test_seal_refuses_rows_that_break_a_rule_and_leaves_the_origin(seed: Seed) -> None:
    before = seed.origin_path.read_text(encoding="utf-8")
    seed.path.write_bytes(text([ROWS[0].replace(",F", ",G")]))
    with pytest.raises(BadInputError):
        seal(seed)
    assert seed.origin_path.read_text(encoding="utf-8") == before


def test_origin_with_an_unknown_key_is_refused(seed: Seed) -> None:
    seed.origin_path.write_text(seed.origin_path.read_text(encoding="utf-8") + "publsher: x\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="publsher"):
        read_origin(seed)


def test_missing_and_undescribed_seeds_are_listed_together(tmp_path: Path) -> None:
    (tmp_path / "funding").mkdir()
    (tmp_path / "funding" / "nonsense.csv").write_text("a\n", encoding="utf-8")
    with pytest.raises(BadInputError) as refused:
        find_seeds(tmp_path)
    assert "nonsense.csv: no contract describes this file" in str(refused.value)
    assert "gdp_deflator.csv: the seed is missing" in str(refused.value)


def test_rows_come_sorted_by_key_whatever_their_order(seed: Seed) -> None:
    frame, problems = parse_seed(seed, text(list(reversed(ROWS))))
    assert not problems
    assert frame.equals(frame.sort("vintage_id", "fy"))
    assert isinstance(frame, pl.DataFrame)


@pytest.fixture
def with_vintage(tmp_path: Path) -> Path:
    """The project's seeds with the folder of a made-up vintage, sealed."""
    seeds_dir = tmp_path / "seeds"
    shutil.copytree(PROJECT_ROOT / "seeds", seeds_dir)
    add_vintage(seeds_dir)
    for found in find_seeds(seeds_dir):
        if found.vintage_id == VINTAGE:
            seal(found)
    return seeds_dir


def read(seeds_dir: Path, table: str) -> pl.DataFrame:
    return read_table(contract(table), find_seeds(seeds_dir))


def refused(seeds_dir: Path, table: str) -> str:
    with pytest.raises(BadInputError) as error:
        read(seeds_dir, table)
    return str(error.value)


@pytest.mark.parametrize(
    ("table", "added"),
    [("raw.settlement_plan", 8), ("raw.gdp_deflator", 23), ("raw.vintage", 1), ("raw.source", 1), ("raw.measure", 0)],
)
def test_folder_of_a_vintage_adds_its_rows(with_vintage: Path, table: str, added: int) -> None:
    held = read(PROJECT_ROOT / "seeds", table)
    union = read(with_vintage, table)
    assert len(union) == len(held) + added
    assert held.join(union, on=held.columns, how="anti", nulls_equal=True).is_empty()


def test_document_of_a_vintage_is_what_its_origin_says(with_vintage: Path) -> None:
    (row,) = read(with_vintage, "raw.source").filter(source_id=SOURCE).to_dicts()
    assert (row["publisher"], str(row["published_on"]), str(row["accessed_on"]), row["evidence_grade"]) == (
        "Nobody",
        "2026-11-18",
        "2026-11-19",
        "E",
    )


def test_row_of_another_vintage_is_refused(with_vintage: Path) -> None:
    folder = with_vintage / "vintages" / VINTAGE
    folder.rename(folder.with_name("another_2026_11"))
    message = refused(with_vintage, "raw.gdp_deflator")
    assert "vintages/another_2026_11/gdp_deflator.csv, row" in message
    assert "does not name the vintage of its folder, another_2026_11" in message


def test_row_that_stands_in_two_files_is_refused(with_vintage: Path) -> None:
    base = next(one for one in find_seeds(with_vintage) if one.name == "funding/gdp_deflator.csv")
    rows = (with_vintage / "vintages" / VINTAGE / "gdp_deflator.csv").read_text(encoding="utf-8").splitlines()[1:]
    base.path.write_text(
        base.path.read_text(encoding="utf-8").rstrip() + "\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )
    seal(base)
    message = refused(with_vintage, "raw.gdp_deflator")
    assert "23 problems" in message
    assert f"vintages/{VINTAGE}/gdp_deflator.csv, row {VINTAGE}, 2008-09: the row is also in funding/gdp" in message


def test_vintage_declared_twice_is_refused(with_vintage: Path) -> None:
    folder = with_vintage / "vintages" / VINTAGE
    plans = yaml.safe_load((folder / "settlement_plan.origin.yml").read_text(encoding="utf-8"))
    write_origin(folder / "gdp_deflator.csv", document=plans["document"], vintage=plans["vintage"])
    for table in ("raw.vintage", "raw.source"):
        assert "the row is also in" in refused(with_vintage, table)


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ({"vintage": {"label": "a", "event": "b", "known_from": "2026-11-25"}}, "a vintage needs its document"),
        (
            {"document": {"source_id": "a", "kind": "report"}},
            "document.evidence_grade: the key is missing. The keys are: source_id, kind, evidence_grade.",
        ),
        ({"documents": {"source_id": "a"}}, "column documents: the key is unknown"),
        (
            {"document": {"source_id": "a", "kind": "rumour", "evidence_grade": "A"}},
            "gdp_deflator.origin.yml, block document, column kind: breaks the rule 'allowed value'",
        ),
    ],
)
def test_malformed_block_of_an_origin_is_refused(with_vintage: Path, blocks: dict, expected: str) -> None:
    write_origin(with_vintage / "vintages" / VINTAGE / "gdp_deflator.csv", **blocks)
    assert expected in refused(with_vintage, "raw.source")


def test_blocks_belong_in_the_folder_of_a_vintage_only(with_vintage: Path) -> None:
    base = next(one for one in find_seeds(with_vintage) if one.name == "funding/gdp_deflator.csv")
    write_origin(base.path, document={"source_id": "a", "kind": "report", "evidence_grade": "A"})
    assert "column document: the key is unknown" in refused(with_vintage, "raw.gdp_deflator")


def test_folder_of_a_vintage_holds_only_tables_whose_rows_name_one(with_vintage: Path) -> None:
    (with_vintage / "vintages" / VINTAGE / "measure.csv").write_text("a\n", encoding="utf-8")
    with pytest.raises(BadInputError, match=r"measure\.csv: is no table whose rows name a vintage"):
        find_seeds(with_vintage)
