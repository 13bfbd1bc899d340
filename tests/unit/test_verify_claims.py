"""A claim is verified by the document's checksum, its place and the figure in it, or listed with what was found."""

import hashlib
from pathlib import Path

import polars as pl
import pytest

from nhs_assets.settings import PROJECT_ROOT
from nhs_assets.sources.documents import Finding, Status, verify
from nhs_assets.sources.seed_files import find_seeds
from nhs_assets.sources.seeds import read_context, read_seed
from tests.clocks import TODAY
from tests.conftest import articles
from tests.unit.table_inputs import table

pytestmark = pytest.mark.unit

TEXT = "Café news.\r\nThe scheme costs £1bn and 18,000 posts go. It will not overspend. Thousands leave by 26 November."
MEASURES = {
    "cost": ("£m", None),
    "posts": ("posts", None),
    "flag": ("yes = 1, no = 0", "overspend"),
    "magnitude": ("people", None),
    "day": ("date", None),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "news.txt").write_bytes(TEXT.encode())
    return tmp_path


def sources(text: str = TEXT) -> pl.DataFrame:
    held = {
        "document": "news.txt",
        "document_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "document_characters": len(text),
    }
    return table("raw.source", [{"source_id": "news"} | held, {"source_id": "elsewhere"}])


def measures() -> pl.DataFrame:
    rows = [{"measure_id": name, "unit": unit, "words": words} for name, (unit, words) in MEASURES.items()]
    return table("raw.measure", rows)


def claim(measure: str, passage: str, **values: object) -> dict[str, object]:
    start = TEXT.index(passage)
    return {
        "claim_id": "C001",
        "source_id": "news",
        "measure_id": measure,
        "unit": MEASURES[measure][0],
        "document_sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
        "char_start": start,
        "char_end": start + len(passage),
    } | values


def found(folder: Path, row: dict[str, object]) -> Finding:
    (finding,) = verify(folder, table("raw.claim", [row]), sources(), measures())
    return finding


@pytest.mark.parametrize(
    ("row", "how"),
    [
        pytest.param(claim("cost", "costs £1bn", value_central=1_000), "money", id="money"),
        pytest.param(claim("posts", "18,000 posts", value_central=18_000, value_high=18_000), "number", id="number"),
        pytest.param(claim("flag", "It will not overspend", value_central=0), "words", id="no"),
        pytest.param(claim("magnitude", "Thousands", value_low=2_000, qualifier="vague"), "plural", id="plural"),
        pytest.param(claim("day", "26 November", value_date=pl.date(2025, 11, 26)), "date", id="date"),
    ],
)
def test_a_figure_that_stands_in_its_place_is_verified(folder: Path, row: dict[str, object], how: str) -> None:
    if "value_date" in row:
        row = row | {"value_date": pl.select(row["value_date"]).item()}
    finding = found(folder, row)
    assert (finding.status, finding.how) == (Status.VERIFIED, how)


@pytest.mark.parametrize(
    ("row", "how", "seen"),
    [
        pytest.param(claim("cost", "costs £1bn", value_central=10_000), "figure", "£1bn", id="another_amount"),
        pytest.param(claim("posts", "costs £1bn", value_central=1), "figure", "£1bn", id="another_kind"),
        pytest.param(claim("cost", "The scheme", value_central=1_000), "figure", "The scheme", id="no_figure"),
        pytest.param(claim("flag", "It will not overspend", value_central=1), "words", "It will not", id="denied"),
        pytest.param(claim("flag", "Thousands leave", value_central=1), "words", "Thousands leave", id="no_word"),
        pytest.param(
            claim("cost", "costs £1bn", value_central=1_000, char_start=500, char_end=510), "place", "500", id="place"
        ),
        pytest.param(
            claim("cost", "costs £1bn", value_central=1_000, document_sha256="0" * 64), "checksum", "", id="checksum"
        ),
    ],
)
def test_a_mismatch_says_what_was_expected_and_found(folder: Path, row: dict[str, object], how: str, seen: str) -> None:
    finding = found(folder, row)
    assert (finding.status, finding.how) == (Status.MISMATCH, how)
    assert finding.expected
    assert seen in finding.found


def test_a_changed_document_is_named_beside_its_claims(folder: Path) -> None:
    (folder / "news.txt").write_bytes((TEXT + " More.").encode())
    row = claim("cost", "costs £1bn", value_central=1_000)
    findings = verify(folder, table("raw.claim", [row]), sources(), measures())
    assert [one.subject for one in findings] == ["news.txt", "news.txt", "C001"]
    assert {one.status for one in findings} == {Status.MISMATCH}


def test_a_document_that_is_not_there_is_not_held(tmp_path: Path) -> None:
    row = claim("cost", "costs £1bn", value_central=1_000)
    assert found(tmp_path, row).status is Status.NOT_HELD
    elsewhere = row | {"source_id": "elsewhere", "char_start": None, "char_end": None, "document_sha256": None}
    assert found(tmp_path, elsewhere).how == "no copy is held"


def test_every_press_claim_of_the_project_verifies_in_the_articles() -> None:
    seeds = find_seeds(PROJECT_ROOT / "seeds")
    seed = next(one for one in seeds if one.contract.name == "raw.claim")
    context = read_context(seed, seeds, TODAY)
    beside = context.tables
    findings = verify(articles(), read_seed(seed, None, context), beside["raw.source"], beside["raw.measure"])
    press = [one for one in findings if one.subject.startswith("C")]
    assert len(press) == 75
    assert not [one for one in press if one.status is not Status.VERIFIED]
