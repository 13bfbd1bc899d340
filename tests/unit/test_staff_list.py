"""A staff list is read as it stands, names nobody, and says where it is wrong."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from nhs_assets.contracts.registry import contract
from nhs_assets.contracts.staff_list import PEOPLE
from nhs_assets.ground.problems import BadInputError
from nhs_assets.settings import PROJECT_ROOT
from nhs_assets.sources.seed_files import find_seeds
from nhs_assets.sources.seeds import parse_seed, read_table
from nhs_assets.sources.staff_list import of_closed, too_few
from tests.staff_list_folder import HEADER, KINDS, ROWS, add_staff_list, write_staff_list

pytestmark = pytest.mark.unit


@pytest.fixture
def seeds_dir(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT_ROOT / "seeds", tmp_path / "seeds")
    return tmp_path / "seeds"


def refusal(seeds_dir: Path, rows: tuple[str, ...] = ROWS, header: str = HEADER) -> str:
    path = write_staff_list(seeds_dir, "QYG", rows, header)
    seed = next(one for one in find_seeds(seeds_dir) if one.path == path)
    _, problems = parse_seed(seed, path.read_bytes())
    assert problems, "the list was accepted"
    return str(BadInputError(problems))


def test_without_a_list_the_table_has_no_rows(seeds_dir: Path) -> None:
    found = read_table(PEOPLE, find_seeds(seeds_dir))
    assert found.is_empty()
    assert found.schema == PEOPLE.polars_schema()


def test_organisation_line_and_day_come_from_outside_the_file(seeds_dir: Path) -> None:
    add_staff_list(seeds_dir, "QYG", KINDS)
    add_staff_list(seeds_dir, "QOP", KINDS[:1])
    found = read_table(PEOPLE, find_seeds(seeds_dir))
    assert found.select("ods_code", "source_line").rows() == [("QOP", 2), *(("QYG", line) for line in range(2, 6))]
    assert found.row(3) == ("QYG", 4, None, Decimal("61000.00"), 30.2, 1.0, "agenda_for_change", date(2026, 11, 1))


@pytest.mark.parametrize("column", ["name", "employee_number", "date_of_birth", "ods_code"])
def test_a_column_that_could_name_somebody_is_refused(seeds_dir: Path, column: str) -> None:
    said = refusal(seeds_dir, tuple(f"{row},x" for row in ROWS), f"{HEADER},{column}")
    assert f"staff_lists/QYG.csv, line 1, column {column}: has a column no contract describes" in said
    assert "must not identify anyone: remove the column" in said


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param("6,45000,3,1,agenda_for_change", "line 2: breaks the rule 'either a band or a salary'", id="both"),
        pytest.param(",,3,1,agenda_for_change", "either a band or a salary", id="neither"),
        pytest.param("10,,3,1,agenda_for_change", "column band: breaks the rule 'allowed value'", id="band"),
        pytest.param(",4500,3,1,agenda_for_change", "salary is that of a full time post", id="misplaced_digit"),
        pytest.param("6,,-1,1,agenda_for_change", "column service_years", id="negative_service"),
        pytest.param(
            "6,,three,1,agenda_for_change", "must be a plain decimal number with a point (found 'three')", id="word"
        ),
        pytest.param("6,,3,37.5,agenda_for_change", "column contracted_share", id="hours_for_a_share"),
        pytest.param("6,,3,0,agenda_for_change", "some hours are contracted", id="no_hours"),
        pytest.param("6,,3,1,local", "column employer_terms: breaks the rule 'allowed value'", id="terms"),
        pytest.param("6,,3,1", "has 4 cells where the header has 5", id="missing_cell"),
    ],
)
def test_a_bad_row_is_refused_with_its_place(seeds_dir: Path, row: str, expected: str) -> None:
    said = refusal(seeds_dir, (row, *ROWS))
    assert "staff_lists/QYG.csv, line 2" in said
    assert expected in said


def test_a_list_nobody_vouches_for_is_refused(seeds_dir: Path) -> None:
    path = add_staff_list(seeds_dir, "QYG")
    path.write_text(path.read_text(encoding="utf-8").replace("61000", "62000"), encoding="utf-8")
    with pytest.raises(BadInputError, match="differs from its origin"):
        read_table(PEOPLE, find_seeds(seeds_dir))


def test_a_list_without_an_origin_is_refused(seeds_dir: Path) -> None:
    add_staff_list(seeds_dir, "QYG").with_suffix(".origin.yml").unlink()
    with pytest.raises(BadInputError, match="origin file is missing"):
        read_table(PEOPLE, find_seeds(seeds_dir))


def test_a_list_too_short_to_be_counted_says_so(seeds_dir: Path) -> None:
    add_staff_list(seeds_dir, "QYG", (*ROWS, *["6,,3,1,civil_service"] * 7))
    add_staff_list(seeds_dir, "QOP", KINDS * 2)
    people = read_table(PEOPLE, find_seeds(seeds_dir))
    assert [str(one) for one in too_few(people, 7)] == [
        "staff_lists/QYG.csv: has 7 people or fewer on the terms civil_service. "
        "Leave them out: only a count of more than 7 does not identify anyone."
    ]
    assert not too_few(people, 6)


@pytest.mark.parametrize(
    ("code", "taken_on", "period"),
    [
        pytest.param("QNQ", "2026-11-01", "2022-07-01 to 2026-03-31", id="dissolved by then"),
        pytest.param("S0E4D", "2026-03-31", "2026-04-01", id="not there yet"),
    ],
)
def test_a_list_of_an_organisation_that_was_not_open_that_day_is_refused(
    seeds_dir: Path, code: str, taken_on: str, period: str
) -> None:
    for name in (code, "QYG"):
        path = add_staff_list(seeds_dir, name)
        origin = path.with_suffix(".origin.yml")
        origin.write_text(origin.read_text(encoding="utf-8").replace("2026-11-01", taken_on), encoding="utf-8")
    found = find_seeds(seeds_dir)
    people, organisations = read_table(PEOPLE, found), read_table(contract("raw.organisation"), found)
    assert [str(one) for one in of_closed(people, organisations)] == [
        f"staff_lists/{code}.csv: was taken on {taken_on}, but {code} is open from {period}. "
        "Name the list after the organisation whose people they were that day, or correct the day in its origin."
    ]
