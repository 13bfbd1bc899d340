"""Answers to the questions about what was known when."""

import polars as pl
import pytest

from nhs_assets.outputs.query import ask
from nhs_assets.settings import PROJECT_ROOT
from tests.conftest import Project

pytestmark = pytest.mark.golden


def answer(project: Project, question: str) -> pl.DataFrame:
    sql = (PROJECT_ROOT / "docs" / "questions" / f"{question}.sql").read_text(encoding="utf-8")
    return ask(project.settings.data_dir, sql)


def test_question_01_the_press_reading_takes_980m_from_2026_27_and_the_official_one_adds_to_it(
    refreshed: Project,
) -> None:
    found = answer(refreshed, "01_less_money_in_real_terms").with_columns(pl.col("^.*_gbp_m$").cast(pl.Float64))
    years = {(row["interpretation"], row["fy"]): row for row in found.iter_rows(named=True)}
    press, official = years["press_overspend", "2026-27"], years["official_reprofile", "2026-27"]
    assert press["real_moved_gbp_m"] == pytest.approx(-1000 * 108.349 / 110.522, abs=0.05)
    assert press["moved_pct"] == pytest.approx(-1000 / 211_000 * 100)
    assert official["moved_gbp_m"] == pytest.approx(443.3)
    last = years["official_reprofile", "2028-29"]
    assert last["real_moved_gbp_m"] == pytest.approx(-860 * 108.349 / 114.770, abs=0.05)
    assert years["press_overspend", "2028-29"]["moved_gbp_m"] == 0


def test_question_06_the_press_names_2026_27_and_the_budget_lowers_2028_29(refreshed: Project) -> None:
    found = answer(refreshed, "06_before_and_after_the_budget").with_columns(pl.col("^.*_gbp_m$").cast(pl.Float64))
    years = {row["fy"]: row for row in found.iter_rows(named=True)}
    assert list(years) == ["2025-26", "2026-27", "2027-28", "2028-29"]
    assert {fy: row["plan_change_gbp_m"] for fy, row in years.items()} == pytest.approx(
        {"2025-26": 1377.2, "2026-27": 443.3, "2027-28": -26.3, "2028-29": -832.1}
    )
    assert [row["reported_13_november_gbp_m"] for row in years.values()] == [1000, -1000, 0, 0]
    assert [row["inferred_11_december_gbp_m"] for row in years.values()] == pytest.approx([416.7, 443.3, 0, -860])
    assert {row["inferred_confidence"] for row in years.values()} == {"E"}
    for row in years.values():
        ends = row["inferred_11_december_low_gbp_m"], row["inferred_11_december_high_gbp_m"]
        assert ends[0] < row["inferred_11_december_gbp_m"] < ends[1]


def test_question_17_like_for_like_growth_is_2_7_then_2_5_with_the_deflator_of_march_2026(refreshed: Project) -> None:
    found = answer(refreshed, "17_real_growth_by_vintage")
    growth = {(row["plan"], row["deflator"], row["line_id"]): row["growth_pct"] for row in found.iter_rows(named=True)}
    spending_review, budget, march = "Spending Review 2025", "Budget 2025 and OBR November 2025", "OBR March 2026"
    june = "HM Treasury deflators, June 2026"
    assert growth == {
        (spending_review, budget, "dhsc_rdel"): 2.63,
        (spending_review, march, "dhsc_rdel"): 2.73,
        (budget, budget, "dhsc_rdel"): 2.27,
        (budget, budget, "dhsc_rdel_excluding_ihs"): 2.43,
        (budget, march, "dhsc_rdel"): 2.38,
        (budget, march, "dhsc_rdel_excluding_ihs"): 2.53,
        (march, budget, "dhsc_rdel"): 2.09,
        (march, march, "dhsc_rdel"): 2.2,
        (march, budget, "dhsc_rdel_excluding_ihs"): 2.38,
        (march, march, "dhsc_rdel_excluding_ihs"): 2.49,
        # The deflator of June 2026 grows as that of March after 2025-26.
        (spending_review, june, "dhsc_rdel"): 2.73,
        (budget, june, "dhsc_rdel"): 2.38,
        (budget, june, "dhsc_rdel_excluding_ihs"): 2.53,
        (march, june, "dhsc_rdel"): 2.2,
        (march, june, "dhsc_rdel_excluding_ihs"): 2.49,
    }
    assert found["known_from"].min().isoformat() == "2025-11-26"
