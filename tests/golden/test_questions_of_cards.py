"""What the questions about where figures come from and how to cite them must answer."""

import re
from datetime import date

import polars as pl
import pytest

from nhs_assets.outputs.query import ask
from nhs_assets.outputs.questions import find_question
from tests.conftest import Project

pytestmark = pytest.mark.golden


@pytest.fixture(scope="module")
def answer(refreshed: Project):
    return lambda number: ask(refreshed.settings.data_dir, find_question(str(number)).sql)


def test_question_27_parameters_due_first(answer) -> None:
    rows = answer(27)
    assert rows["review_by"].is_sorted()
    assert len(rows) == rows["parameter_id"].n_unique()
    due = rows.filter(pl.col("review_by") == date(2026, 12, 31))["parameter_id"].to_list()
    assert due == ["discount_rate_health_pct", "discount_rate_real_pct", "statutory_week_of_pay_cap_gbp"]
    assert all((row["state"] == "overdue") == (row["days_left"] < 0) for row in rows.iter_rows(named=True))


def test_question_25_names_parameters_documents_and_claims_and_leads_nowhere_else(answer) -> None:
    rows = answer(25)
    assert rows.row(0, named=True)["name"] == "overspend.funding_gap.gap_low_gbp_m"
    assert "cost_low_gbp_m - compared.financed_gbp_m" in rows["says"][0]
    by_kind = {kind: set(part["name"]) for (kind,), part in rows.group_by("kind")}
    assert by_kind["seed file"] == {"seeds/parameters/financing.yml"}
    assert {"stated_programme_cost_gbp_m", "reprofiled_amount_gbp_m"} <= by_kind["parameter"]
    assert {"written_answer_99886", "written_answer_luke_evans"} <= by_kind["document"]
    assert {"O002", "O006", "C015"} <= by_kind["claim"]
    assert not any(name.startswith("savings.") for name in by_kind["column"])
    places = dict(rows.filter(pl.col("kind") == "claim").select("name", "stands_in").iter_rows())
    assert places["C015"].startswith("001_09cd5ace89790e60.txt, characters 562 to 583, sha256 ")
    documents = rows.filter((pl.col("kind") == "document") & (pl.col("grade") == "B"))
    assert documents["url"].str.starts_with("https://").all()


def test_question_26_weak_assumptions_are_estimates_with_nothing_behind_them(answer) -> None:
    rows = answer(26)
    assert set(rows["quality"]) == {"red"}
    assert set(rows["confidence"]) == {"E"}
    # What is known of leavers is judged as one, the widest range first.
    assert rows["assumption_id"].head(1).to_list() == ["other_exit_cost_share_dhsc_20250401"]
    assert {"paid_exit_share_20250401", "headcount_follows_staff_in_post"} <= set(rows["assumption_id"])
    important = rows.filter(pl.col("impact") == "red")["assumption_id"].to_list()
    assert rows["assumption_id"].to_list()[: len(important)] == important
    service = "mean_reckonable_service_years_icb_20250401"
    assert {"paid_exit_share_20250401", "paid_take_up_20250401", service} <= set(important)


def test_question_28_names_all_it_takes_to_cite_and_rerun(answer) -> None:
    rows = answer(28)
    facts = dict(rows.filter(pl.col("about") == "run").select("fact", "stated_as").iter_rows())
    assert re.search(r" Snapshot \d{6}-[0-9a-f]{12}\.$", facts["how_to_cite"])
    assert {"how_to_cite", "how_to_rerun", "licence_of_data", "duckdb_version", "python_version"} <= facts.keys()
    assert all(len(facts[name]) == 64 for name in ("seeds_sha256", "code_sha256", "requirements_lock_sha256"))
    assert rows.filter(pl.col("about") == "seed")["fact"].str.starts_with("seeds/").all()
