"""What the questions about where figures come from and how to cite them must answer."""

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
