"""Scenario files: what is taken over from a base, and what is refused with the valid choices."""

from pathlib import Path

import polars as pl
import pytest

from nhs_assets.ground.problems import BadInputError
from nhs_assets.settings import PROJECT_ROOT
from nhs_assets.sources.parameters import read_parameters
from nhs_assets.sources.scenarios import OVERRIDES, SCENARIOS, read_scenarios, scenario_files
from nhs_assets.sources.seed_files import find_seeds
from nhs_assets.sources.seeds import read_seed

pytestmark = pytest.mark.unit

SEEDS = PROJECT_ROOT / "seeds"
CENTRAL = """id: best_estimate
label: Central case
rationale: All at their central values.
choices:
  ramp: wave_table
  recoup_profile: as_agreed
  accounting_basis: accrual
"""
HEAD = "id: mine\nlabel: Mine\nrationale: A try\n"


@pytest.fixture(scope="module")
def beside() -> dict[str, pl.DataFrame]:
    (profiles,) = (seed for seed in find_seeds(SEEDS) if seed.contract.name == "raw.recoup_profile")
    return {"raw.parameter_value": read_parameters(SEEDS), "raw.recoup_profile": read_seed(profiles)}


def read(folder: Path, beside: dict[str, pl.DataFrame], *texts: str) -> dict[str, pl.DataFrame]:
    paths = []
    for number, text in enumerate((CENTRAL, *texts)):
        paths.append(folder / f"{number}.yml")
        paths[-1].write_text(text, encoding="utf-8")
    return read_scenarios(paths, [path.name for path in paths], beside)


def test_every_shipped_scenario_is_read_and_named_as_its_file(beside: dict[str, pl.DataFrame]) -> None:
    paths = scenario_files(SEEDS)
    found = read_scenarios(paths, [path.name for path in paths], beside)
    assert found[SCENARIOS]["scenario_id"].to_list() == [path.stem for path in paths]
    assert found[SCENARIOS]["rationale"].str.len_chars().min() > 80


def test_overrides_and_choices_are_taken_over_from_the_base(tmp_path: Path, beside: dict[str, pl.DataFrame]) -> None:
    base = HEAD + "overrides:\n  notice_weeks_icb: 9\n  rehire_share: 0.1\nchoices:\n  ramp: s_curve\n"
    ranged = "overrides:\n  rehire_share: {value: 0.2, low: 0.1, high: 0.3}\n"
    top = f"id: top\nlabel: Top\nrationale: A try\nbase: mine\n{ranged}"
    found = read(tmp_path, beside, base, top)
    own = found[OVERRIDES].filter(scenario_id="top").drop("scenario_id")
    assert own.rows() == [("notice_weeks_icb", 9.0, 9.0, 9.0, "mine"), ("rehire_share", 0.2, 0.1, 0.3, "top")]
    row = found[SCENARIOS].row(by_predicate=pl.col("scenario_id") == "top", named=True)
    assert (row["ramp"], row["recoup_profile_id"], row["accounting_basis"]) == ("s_curve", "as_agreed", "accrual")


def test_departures_and_what_is_moved_are_taken_over_from_the_base(
    tmp_path: Path, beside: dict[str, pl.DataFrame]
) -> None:
    months = "departures:\n  voluntary: 2026-01 to 2026-12, approved 2025-12\n  compulsory: 2027-01 to 2027-03\n"
    top = "id: top\nlabel: Top\nrationale: A try\nbase: mine\ndepartures:\n  compulsory: 2027-04 to 2027-06\n"
    scenarios = read(tmp_path, beside, HEAD + "moves: [saving]\n" + months, top)[SCENARIOS]
    row = scenarios.row(by_predicate=pl.col("scenario_id") == "top", named=True)
    assert row["departures"] == ("compulsory 2027-04 to 2027-06; voluntary 2026-01 to 2026-12, approved 2025-12")
    assert (row["moves_cost"], row["moves_saving"]) == (False, True)
    central = scenarios.row(by_predicate=pl.col("scenario_id") == "best_estimate", named=True)
    assert (central["departures"], central["moves_cost"]) == (None, None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(HEAD + "overides: {}\n", ("overides", "overrides"), id="unknown_key"),
        pytest.param("id: mine\nlabel: Mine\n", ("rationale", "missing"), id="missing_key"),
        pytest.param(HEAD + "overrides:\n  paid_takeup: 1\n", ("paid_takeup", "paid_take_up"), id="unknown_parameter"),
        pytest.param(HEAD + "overrides:\n  rehire_share: 22\n", ("impossible", "from 0 to 1"), id="share_above_one"),
        pytest.param(HEAD + "overrides:\n  notice_weeks_icb: -1\n", ("impossible", "from 0"), id="negative"),
        pytest.param(HEAD + "overrides:\n  notice_weeks_icb: 900\n", ("impossible", "to 120"), id="misplaced_zero"),
        pytest.param(HEAD + "overrides:\n  notice_weeks_icb: .nan\n", ("not a number",), id="no_number"),
        pytest.param(HEAD + "overrides:\n  notice_weeks_icb: yes\n", ("not a number", "yes"), id="yes_or_no"),
        pytest.param(HEAD + "overrides:\n  leaving_slip_months: 1.5\n", ("not a whole number",), id="half_a_month"),
        pytest.param(
            HEAD + "overrides:\n  rehire_share: {value: 0.1, low: 0.2}\n", ("not in order",), id="range_out_of_order"
        ),
        pytest.param(HEAD + "overrides:\n  rehire_share: {low: 0.2}\n", ("no value",), id="range_without_value"),
        pytest.param(HEAD + "overrides: 3\n", ("list of names",), id="no_list"),
        pytest.param(HEAD + "choices:\n  ramp: linar\n", ("linar", "linear", "s_curve"), id="unknown_ramp"),
        pytest.param(HEAD + "choices:\n  rump: linear\n", ("rump", "recoup_profile"), id="unknown_choice"),
        pytest.param(HEAD + "base: best_estimat\n", ("best_estimat", "best_estimate"), id="unknown_base"),
        pytest.param(HEAD + "base: mine\n", ("starts from itself",), id="base_is_itself"),
        pytest.param(HEAD.replace("mine", "best_estimate"), ("as well",), id="id_taken"),
        pytest.param(HEAD.replace("mine", "My own"), ("regex",), id="id_with_spaces"),
        pytest.param("- id: mine\n", ("has no keys",), id="a_list"),
        pytest.param(HEAD + "moves: [costs]\n", ("list of", "cost, saving"), id="moves_what_is_not"),
        pytest.param(HEAD + "departures:\n  volunteer: 2026-01 to 2026-12\n", ("voluntary",), id="unknown_stream"),
        pytest.param(HEAD + "departures:\n  voluntary: 2026-01\n", ("span of months", "2025-12"), id="no_span"),
        pytest.param(HEAD + "departures:\n  voluntary: 2026-13 to 2027-01\n", ("span of months",), id="no_month"),
        pytest.param(HEAD + "departures:\n  voluntary: 2026-12 to 2026-01\n", ("in order",), id="last_before_first"),
        pytest.param(
            HEAD + "departures:\n  voluntary: 2026-01 to 2026-12, approved 2026-02\n", ("in order",), id="approved_late"
        ),
        pytest.param("id: [\n", ("not readable YAML",), id="no_yaml"),
    ],
)
def test_mistakes_are_refused_with_the_file_and_the_valid_choices(
    text: str, words: tuple[str, ...], tmp_path: Path, beside: dict[str, pl.DataFrame]
) -> None:
    with pytest.raises(BadInputError) as refused:
        read(tmp_path, beside, text)
    message = str(refused.value)
    assert "1.yml" in message
    assert all(word in message for word in words), message


def test_the_central_scenario_overrides_nothing_and_must_be_there(
    tmp_path: Path, beside: dict[str, pl.DataFrame]
) -> None:
    path = tmp_path / "central.yml"
    path.write_text(CENTRAL + "overrides:\n  notice_weeks_icb: 9\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="Change the parameters themselves"):
        read_scenarios([path], [path.name], beside)
    path.write_text(HEAD, encoding="utf-8")
    with pytest.raises(BadInputError, match="the best estimate is missing"):
        read_scenarios([path], [path.name], beside)
