"""Parameter files are strict: a misspelt key or a value outside its range is refused."""

from pathlib import Path

import pytest

from nhs_assets.ground.problems import BadInputError
from nhs_assets.model.draws import distributions
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.sources.parameters import read_parameters

pytestmark = pytest.mark.unit

GOOD = """
- id: notice_weeks
  label: Weeks of notice
  unit: weeks
  values:
    - valid_from: 2015-04-01
      value: 12
      low: 4
      high: 12
      confidence: K
      source: background
      reference: Statutory floor and common contracts.
      review_by: 2027-04-01
"""


def write(folder: Path, text: str) -> Path:
    (folder / "parameters").mkdir(exist_ok=True)
    (folder / "parameters" / "exit_pay.yml").write_text(text, encoding="utf-8")
    return folder


def test_a_dated_value_is_a_row(tmp_path: Path) -> None:
    row = read_parameters(write(tmp_path, GOOD)).row(0, named=True)
    assert (row["parameter_id"], row["value"], row["low"], row["file"]) == (
        "notice_weeks",
        12.0,
        4.0,
        "parameters/exit_pay.yml",
    )


def test_a_range_is_stated_without_a_value_of_its_own(tmp_path: Path) -> None:
    stated = GOOD.replace("      value: 12\n", "").replace("confidence: K", "confidence: F")
    rows = read_parameters(write(tmp_path, stated))
    assert rows.select("value", "low", "high").rows() == [(None, 4.0, 12.0)]
    with pytest.raises(LookupError, match="only a range is stated"):
        ParameterSet(rows).value("notice_weeks")
    assert distributions(rows) == {}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(("review_by", "reveiw_by"), "column reveiw_by: the key is unknown", id="misspelt"),
        pytest.param(("      low: 4\n", ""), "column low: the key is missing", id="missing"),
        pytest.param(("value: 12", "value: 120"), "low value high in order", id="tenfold"),
        pytest.param(("      value: 12\n", ""), "range without value is stated", id="estimate_without_value"),
        pytest.param(("value: 12", "value: twelve"), "plain decimal number", id="word"),
        pytest.param(("- id", "id"), "is not", id="not_a_list"),
        pytest.param(("  unit: weeks", " unit: weeks"), "is not readable YAML", id="indentation"),
    ],
)
def test_bad_parameter_is_refused_with_file_and_key(tmp_path: Path, change: tuple[str, str], expected: str) -> None:
    with pytest.raises(BadInputError) as refused:
        read_parameters(write(tmp_path, GOOD.replace(*change)))
    assert expected in str(refused.value)
    assert "param" in str(refused.value)
