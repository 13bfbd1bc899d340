"""A claim that breaks a rule of its own is set aside with its row, rule and remedy; the others go on."""

import csv
import shutil
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from nhs_assets.build.audit import quarantine_recipe
from nhs_assets.ground.problems import BadInputError
from nhs_assets.settings import PROJECT_ROOT, Settings
from nhs_assets.sources.claims import years_named
from nhs_assets.sources.seed_files import Seed, find_seeds, read_origin
from nhs_assets.sources.seeds import RowContext, day_of_use, read_context, read_seed, refused_rows, seal
from tests.clocks import TODAY, clock_on

pytestmark = pytest.mark.unit

CLAIMS = "raw.claim"


@pytest.fixture
def seeds(tmp_path: Path) -> dict[str, Seed]:
    shutil.copytree(PROJECT_ROOT / "seeds", tmp_path / "seeds")
    return {seed.contract.name: seed for seed in find_seeds(tmp_path / "seeds")}


@pytest.fixture
def context(seeds: Mapping[str, Seed]) -> RowContext:
    return read_context(seeds[CLAIMS], tuple(seeds.values()), TODAY)


def edit(seed: Seed, claim: str, /, **cells: str) -> int:
    """Changes cells of one claim and returns the line it stands on."""
    with seed.path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    place = next(place for place, row in enumerate(rows) if row["claim_id"] == claim)
    rows[place] |= cells
    with seed.path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return place + 2


def test_every_claim_of_the_project_is_taken(seeds: Mapping[str, Seed], context: RowContext) -> None:
    assert refused_rows(seeds[CLAIMS], context) == []
    assert len(read_seed(seeds[CLAIMS], None, context)) == read_origin(seeds[CLAIMS]).rows


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        pytest.param({"char_start": "five"}, "char_start", "must be a whole number", id="offset_no_number"),
        pytest.param({"char_start": "130"}, None, "offsets are ordered", id="offsets_swapped"),
        pytest.param({"char_end": ""}, None, "offsets stand together", id="half_an_offset"),
        pytest.param(
            {"char_start": "99900", "char_end": "99999"},
            "char_end",
            "beyond the document's 2782 characters",
            id="past_the_end",
        ),
        pytest.param({"document_sha256": "0" * 64}, "document_sha256", "checksum of the held document", id="hash"),
        pytest.param({"document_sha256": ""}, "document_sha256", "checksum of the held document", id="no_hash"),
        pytest.param({"unit": "£bn"}, "unit", "must be the unit of its measure, £m,", id="unit"),
        pytest.param({"source_id": "nobody"}, "source_id", "names no document", id="source"),
        pytest.param({"measure_id": "nothing"}, "measure_id", "names no measure", id="measure"),
        pytest.param({"scope_id": "nobody_in_particular"}, "scope_id", "names no scope", id="scope"),
        pytest.param(
            {"known_from": "2025-11-11"}, "known_from", "before the document was published, 2025-11-12", id="day"
        ),
        pytest.param({"period": ""}, "period", "", id="no_period"),
        pytest.param(
            {"char_start": "0", "char_end": "401"}, "char_end", "more than 400 characters", id="page_for_a_passage"
        ),
        pytest.param({"period": "2026-27"}, "period_from_fy", "which names 2026-27", id="years_of_another_period"),
        pytest.param({"period_to_fy": "2027-28"}, "period_to_fy", "which names 2025-26", id="years_beyond_the_period"),
        pytest.param({"period": "13 months", "value_date": "2026-01-01"}, "period", "claim states a date", id="length"),
        pytest.param({"period_from_fy": "2025"}, "period_from_fy", "breaks the rule", id="period_malformed"),
        pytest.param({"period_from_fy": "2026-27"}, None, "period is ordered", id="period_swapped"),
        pytest.param({"qualifier": "perhaps"}, "qualifier", "allowed value", id="unknown_word"),
        pytest.param({"value_central": "1,000"}, "value_central", "plain decimal number", id="number"),
    ],
)
def test_a_bad_row_is_set_aside_by_name_and_the_rest_goes_on(
    seeds: Mapping[str, Seed],
    context: RowContext,
    cells: dict[str, str],
    column: str | None,
    rule: str,
) -> None:
    seed = seeds[CLAIMS]
    before = read_seed(seed, None, context)
    line = edit(seed, "C002", **cells)
    seal(seed)
    found = refused_rows(seed, context)
    assert any(rule in problem.rule and problem.row == line and problem.remedy for problem in found), found
    if column is not None:
        assert column in {problem.column for problem in found}
    assert read_seed(seed, None, context).equals(before.filter(pl.col("claim_id") != "C002"))


@pytest.mark.parametrize(
    ("cells", "rules", "remedy"),
    [
        pytest.param(
            {"known_from": str(TODAY + timedelta(days=1))}, ["is after today"], "Correct the day", id="tomorrow"
        ),
        pytest.param(
            {"char_end": "99999"},
            ["is beyond the document's 2782 characters"],
            "Count the offsets again",
            id="both_too_long_and_beyond_the_end",
        ),
        pytest.param({"char_start": "130"}, ["offsets are ordered"], "Count the offsets again", id="swapped"),
        pytest.param({"char_end": ""}, ["offsets stand together"], "Give both offsets", id="one_of_two"),
        pytest.param({"known_from": ""}, ["nullability"], "Fill the cell", id="no_day"),
    ],
)
def test_the_remedy_is_that_of_the_rule(
    seeds: Mapping[str, Seed],
    context: RowContext,
    cells: dict[str, str],
    rules: list[str],
    remedy: str,
) -> None:
    edit(seeds[CLAIMS], "C002", **cells)
    seal(seeds[CLAIMS])
    found = refused_rows(seeds[CLAIMS], context)
    assert len(found) == len(rules), found
    for rule in rules:
        assert any(rule in problem.rule and remedy in problem.remedy for problem in found), found
    assert "C002" not in set(read_seed(seeds[CLAIMS], None, context)["claim_id"])


def test_rows_that_share_a_key_are_both_set_aside(seeds: Mapping[str, Seed], context: RowContext) -> None:
    seed = seeds[CLAIMS]
    lines = {edit(seed, "C003", claim_id="C002"), 3}
    seal(seed)
    assert {problem.row for problem in refused_rows(seed, context)} == lines
    assert not {"C002", "C003"} & set(read_seed(seed, None, context)["claim_id"])


def test_a_row_with_a_cell_too_many_is_set_aside(seeds: Mapping[str, Seed], context: RowContext) -> None:
    seed = seeds[CLAIMS]
    lines = seed.path.read_text(encoding="utf-8").splitlines()
    lines[4] += ",surplus"
    seed.path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    seal(seed)
    (problem,) = refused_rows(seed, context)
    assert problem.row == 5
    assert "cells where the header has" in problem.rule
    assert len(read_seed(seed, None, context)) == len(lines) - 2


def test_a_changed_file_is_refused_whole_until_it_is_sealed(seeds: Mapping[str, Seed], context: RowContext) -> None:
    edit(seeds[CLAIMS], "C002", unit="£bn")
    with pytest.raises(BadInputError, match="differs from its origin"):
        read_seed(seeds[CLAIMS], None, context)


def test_every_other_seed_is_still_refused_whole(seeds: Mapping[str, Seed], context: RowContext) -> None:
    seed = seeds["raw.measure"]
    text = seed.path.read_text(encoding="utf-8")
    seed.path.write_text(text.replace(",false,", ",no,", 1), encoding="utf-8")
    assert refused_rows(seed, context) == []
    with pytest.raises(BadInputError, match="true or false"):
        seal(seed)


@pytest.mark.parametrize(
    ("period", "years"),
    [
        ("2028-29 against 2023-24", ["2023-24", "2028-29"]),
        ("the financial year 2025/26", ["2025-26"]),
        ("2025 to 2035, or 2025-35", []),
        ("by March 2028", []),
    ],
)
def test_years_are_read_from_the_words_of_a_period(period: str, years: list[str]) -> None:
    assert years_named(period) == years


@pytest.mark.parametrize(
    "today", [date(2027, 3, 28), date(2027, 3, 31), date(2027, 10, 31), date(2028, 2, 29)], ids=str
)
def test_a_claim_of_tomorrow_is_set_aside_until_then(seeds: Mapping[str, Seed], today: date) -> None:
    seed, tomorrow = seeds[CLAIMS], today + timedelta(days=1)
    edit(seed, "C002", known_from=str(tomorrow))
    edit(seed, "C003", known_from=str(today))
    seal(seed)
    (problem,) = refused_rows(seed, read_context(seed, tuple(seeds.values()), today))
    assert (problem.column, problem.rule, problem.value) == (
        "known_from",
        "is after today for claim_id C002",
        str(tomorrow),
    )
    assert refused_rows(seed, read_context(seed, tuple(seeds.values()), tomorrow)) == []
    assert day_of_use(seed, today) == {"day": str(today)}
    assert day_of_use(seed, tomorrow) == {}


def test_what_is_set_aside_is_read_again_with_the_claims(seeds: Mapping[str, Seed], tmp_path: Path) -> None:
    """A row may be wrong in another way too: then the claims stay as they are and only what is said of it changes."""
    edit(seeds[CLAIMS], "C002", known_from="2028-03-01", unit="£bn")
    settings = Settings(seeds_dir=tmp_path / "seeds", data_dir=tmp_path / "data")
    days = [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1), date(2028, 3, 2)]
    before, eve, day, after = (quarantine_recipe(clock_on(today)).outside_inputs(settings) for today in days)
    assert before != eve != day == after
