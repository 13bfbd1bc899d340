from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings

from nhs_assets.model.calendar import months, opening_month
from nhs_assets.model.organisations import target_organisations
from nhs_assets.model.phasing import headcount_month
from tests.unit.model_inputs import (
    STAFF,
    Modelled,
    baseline,
    organisations,
    programme,
    programmes,
    validated,
    waves,
)

pytestmark = pytest.mark.unit


def test_spine_runs_whole_financial_years_from_april():
    ten_years = months(opening_month("2025-26"), 10)
    assert ten_years.height == 120
    assert ten_years.row(0) == (date(2025, 4, 1), "2025-26", 0)
    assert ten_years.row(11) == (date(2026, 3, 1), "2025-26", 11)
    assert ten_years.row(-1) == (date(2035, 3, 1), "2034-35", 119)


def test_year_at_the_turn_of_the_century_keeps_two_digits():
    assert months(date(2099, 4, 1), 1)["fy"].unique().item() == "2099-00"


def test_posts_go_evenly_by_day():
    exits = Modelled(exit_waves=waves(("only", date(2026, 3, 15), date(2026, 4, 30), 1.0, 2))).exits
    of_one = exits.filter(origin_ods_code="QOP")
    assert of_one["month"].to_list() == [date(2026, 3, 1), date(2026, 4, 1)]
    assert of_one["posts_removed"].to_list() == pytest.approx([640 * 17 / 47, 640 * 30 / 47])
    assert of_one["recognised_month"].to_list() == [date(2026, 1, 1), date(2026, 2, 1)]


def test_posts_are_booked_to_the_receiver_from_the_month_of_transfer():
    table = programme().bookings.filter(origin_ods_code="X24")
    around = table.filter(pl.col("month").is_between(date(2027, 3, 1), date(2027, 5, 1)))
    assert around.select("opening_ods_code", "ods_code").rows() == [("X24", "X24"), ("X24", "DHSC"), ("DHSC", "DHSC")]


def test_successor_that_the_staff_statistics_do_not_count_is_no_target():
    before, after = organisations(), organisations(QOP={"valid_from": date(2026, 4, 1), "is_counted": False})
    codes = target_organisations(pl.concat([after, before]).unique())["ods_code"].to_list()
    assert codes == sorted(before.filter("in_post_target")["ods_code"])
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"receiving_ods_code": None}, id="no_receiver"),
        pytest.param({"transfers_on": None}, id="no_date"),
        pytest.param({"receiving_ods_code": "0AR"}, id="receiver_outside_the_count"),
        pytest.param({"receiving_ods_code": "X24"}, id="receiver_that_transfers"),
    ],
)
def test_transfer_that_cannot_be_followed_is_refused(change):
    with pytest.raises(ValueError, match="X24"):
        target_organisations(organisations(X24=change))


def test_wave_outside_the_spine_is_refused():
    late = waves(("late", date(2035, 3, 1), date(2035, 4, 1), 1.0, 0))
    early = waves(("early", date(2025, 4, 1), date(2025, 5, 1), 1.0, 1))
    for wave in (late, early):
        with pytest.raises(ValueError, match=wave["wave_id"].item()):
            Modelled(exit_waves=wave)


def test_more_posts_than_staff_are_refused():
    with pytest.raises(ValueError, match="DHSC, QOC, QOP, X24"):
        Modelled(staff=baseline(removed_share=1.01))


def test_organisation_without_staff_count_is_refused():
    without = baseline().filter(pl.col("ods_code") != "QOC")
    with pytest.raises(ValueError, match="QOC"):
        programme(staff=without).exits  # noqa: B018


def test_headcount_opens_on_the_baseline_and_follows_the_transfer():
    table = validated(Modelled().headcount_month, "savings.headcount_month_before_succession")
    first = table.filter(month=date(2025, 4, 1))
    assert dict(first.select("ods_code", "opening_posts").iter_rows()) == STAFF
    of_nhs_england = table.filter(ods_code="X24")
    assert of_nhs_england.filter(pl.col("month") >= date(2027, 4, 1))["closing_posts"].max() == 0
    moved = table.filter(month=date(2027, 4, 1)).select("ods_code", "transfers_out", "transfers_in")
    assert moved.filter(ods_code="X24")["transfers_out"].item() == moved.filter(ods_code="DHSC")["transfers_in"].item()
    assert table.filter(month=date(2035, 3, 1))["closing_posts"].sum() == pytest.approx(0.6 * sum(STAFF.values()))


@settings(max_examples=15, deadline=None)
@given(modelled=programmes())
def test_w1_w3_w5_headcount_is_an_account_transfers_net_to_nil_and_no_more_are_paid_than_go(modelled):
    table = validated(modelled.headcount_month, "savings.headcount_month_before_succession")
    closing = (
        pl.col("opening_posts")
        - pl.col("paid_exits")
        - pl.col("unpaid_leavers")
        - pl.col("transfers_out")
        + pl.col("transfers_in")
        + pl.col("joiners")
    )
    previous = pl.col("closing_posts").shift(1).over("ods_code")
    residuals = table.select(
        movement=(closing - pl.col("closing_posts")).abs().max(),
        carried_over=(pl.col("opening_posts") - previous).abs().max(),
    )
    national = table.group_by("month").agg(pl.selectors.float().sum())
    assert max(residuals.row(0)) < 1e-6
    assert (national["transfers_out"] - national["transfers_in"]).abs().max() < 1e-6
    removed = national["opening_posts"] - national["closing_posts"]
    assert (national["paid_exits"] - removed).max() < 1e-6


@settings(max_examples=15, deadline=None)
@given(modelled=programmes())
def test_removed_posts_stay_within_the_baseline(modelled):
    opening = modelled.headcount_month.filter(pl.col("month") == pl.col("month").min())
    removed = modelled.programme.removed.join(
        opening.select("ods_code", "opening_posts"), left_on="origin_ods_code", right_on="ods_code", validate="m:1"
    )
    assert removed.height == len(STAFF) * 120
    assert (removed["removed_before"] >= 0).all()
    assert (removed["removed_before"] <= removed["removed_after"]).all()
    assert (removed["removed_after"] - removed["opening_posts"]).max() < 1e-6
    assert (modelled.exits["paid_exits"] <= modelled.exits["posts_removed"]).all()


def test_headcount_of_a_body_that_transferred_before_the_spine_opens_with_its_receiver():
    bodies = organisations(X24={"transfers_on": date(2024, 4, 1)})
    table = headcount_month(programme(bodies=bodies))
    opening = dict(table.filter(month=date(2025, 4, 1)).select("ods_code", "opening_posts").iter_rows())
    assert opening["DHSC"] == STAFF["DHSC"] + STAFF["X24"]
    assert opening["X24"] == 0


def test_body_that_loses_every_post_closes_at_nil():
    last_year = Modelled(staff=baseline(removed_share=1.0)).headcount_month.filter(fy="2034-35")
    assert last_year["closing_posts"].to_list() == pytest.approx([0.0] * last_year.height, abs=1e-9)
