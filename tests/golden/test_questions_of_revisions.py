"""Questions on what changed, the gap and the ask, asked as a user does, against figures worked out by hand."""

import itertools
from decimal import Decimal

import polars as pl
import pytest

from nhs_assets.outputs.query import ask
from nhs_assets.settings import PROJECT_ROOT
from tests.conftest import Project

pytestmark = pytest.mark.golden

QUESTIONS = PROJECT_ROOT / "docs" / "questions"


@pytest.fixture(scope="module")
def answer(refreshed: Project):
    def of(name: str) -> pl.DataFrame:
        return ask(refreshed.settings.data_dir, (QUESTIONS / f"{name}.sql").read_text(encoding="utf-8"))

    return of


def test_question_04_a_first_publication_has_nothing_to_be_compared_with(answer) -> None:
    found = answer("04_what_changed")
    assert found.is_empty()
    assert found.columns[:3] == ["cause", "table_name", "caused_by"]


def test_question_11_the_official_gap_is_140_to_440(answer) -> None:
    rows = {row["reading_id"]: row for row in answer("11_funding_gap").iter_rows(named=True)}
    official = rows["official_cost_against_reprofile"]
    assert (official["gap_low_gbp_m"], official["gap_high_gbp_m"]) == (Decimal(140), Decimal(440))
    assert official["financed_gbp_m"] == Decimal(860)
    assert official["gap_gbp_m"] is official["cost_gbp_m"] is None  # a stated range has no middle
    assert rows["press_cost_against_press_overspend"]["gap_gbp_m"] == 0


def test_question_18_the_parts_sum_to_the_move_to_the_last_digit(answer) -> None:
    rows = {
        (row["vintage_from"], row["vintage_to"]): row for row in answer("18_base_year_end_year_deflator").to_dicts()
    }
    for row in rows.values():
        parts = ("base_year_points", "end_year_points", "transfers_points", "deflator_points")
        assert sum(row[part] for part in parts) == row["move_points"]
    whole = rows["sr_2025_06", "obr_2026_03"]
    assert (round(whole["growth_from_pct"], 2), round(whole["growth_to_pct"], 2)) == (2.73, 2.49)
    assert whole["deflator_from"] == whole["deflator_to"] == "obr_2026_03"
    assert whole["deflator_points"] == 0
    # By hand: with one deflator, growth = (end / base x index ratio) ^ (1/3) - 1; each part averages every order.
    base, end, ratio = (202_000.0, 204_469.3), (232_000.0, 231_167.9), 108.3492 / 114.7703
    taken_out = (0.0, 204_469.3 - 202_735.6)

    def growth(**changed: bool) -> float:
        first = base[changed.get("base", False)] - taken_out[changed.get("transfers", False)]
        return ((end[changed.get("end", False)] / first * ratio) ** (1 / 3) - 1) * 100

    def part(of: str) -> float:
        added = []
        for order in itertools.permutations(("base", "end", "transfers")):
            earlier = dict.fromkeys(order[: order.index(of)], True)
            added.append(growth(**earlier, **{of: True}) - growth(**earlier))
        return sum(added) / len(added)

    for name, column in (("base", "base_year_points"), ("end", "end_year_points"), ("transfers", "transfers_points")):
        assert float(whole[column]) == pytest.approx(part(name), abs=2e-6)
    later = rows["budget_2025_11", "obr_2026_03"]
    assert later["deflator_from"] == "budget_2025_11"
    assert later["end_year_points"] == 0
    assert later["deflator_points"] > 0 > later["base_year_points"]


def test_question_23_met_absorbed_and_unknown_sum_to_the_ask(answer) -> None:
    (row,) = answer("23_ask_met_absorbed_unknown").to_dicts()
    found = {name: row[name] for name in ("asked_gbp_m", "met_gbp_m", "absorbed_gbp_m", "unknown_gbp_m")}
    assert found == {
        "asked_gbp_m": Decimal(3000),
        "met_gbp_m": Decimal("416.7"),
        "absorbed_gbp_m": Decimal(640),  # the strikes, and what £860m leave of £1,000m of redundancies
        "unknown_gbp_m": Decimal(1500),
    }
    assert row["residual_gbp_m"] == 0
    assert (row["met_low_gbp_m"], row["met_high_gbp_m"]) == (Decimal("316.7"), Decimal("516.7"))
    assert row["met_later_gbp_m"] == Decimal("443.3")
    assert row["confidence"] == "E"
