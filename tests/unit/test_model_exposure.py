"""Exposure of organisations: what adds up, what is imputed, and how sure a rank is."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_assets.model.exposure import (
    ABOUT_THE_SAME_PEOPLE,
    COUNTS,
    Exposed,
    exposure_ranks,
    organisation_exposure,
    organisation_exposure_before_succession,
    own_exit_costs,
)
from tests.unit import model_inputs
from tests.unit.model_inputs import Modelled, parameter_set, programmes

pytestmark = pytest.mark.unit

EXPOSURE_PARAMETERS = {
    "suppression_threshold_people": 7,
    "rounding_base_people": 5,
    "exposure_draws": 400,
    "draw_seed": 1,
    "board_staff_share_spread_pct": 10,
    "board_unit_cost_spread_pct": 15,
    "board_running_cost_spread_pct": 10,
    "board_non_pay_share_of_running_cost": 0.3,
}
PEOPLE = {"QOP": 3_296_216, "QOC": 537_354, "X24": None, "DHSC": None}


CONTINUED = model_inputs.successors()
"""Every organisation is followed by itself."""


def staff(headcount: dict[str, float], removed_share: float = 0.4) -> pl.DataFrame:
    """Rows of ``baseline_before_succession`` as far as exposure reads them; the allowance of QOC is not stated."""
    codes = list(headcount)
    return model_inputs.baseline(headcount, removed_share).with_columns(
        name=pl.Series(codes),
        body=pl.Series([model_inputs.BODIES[code] for code in codes]),
        region_code=pl.lit(None, pl.String),
        registered_population=pl.Series([PEOPLE[code] for code in codes], dtype=pl.Int64),
        running_cost_allowance_gbp_m=pl.Series([45.0 if code == "QOP" else None for code in codes]).cast(
            pl.Decimal(18, 6)
        ),
        target_running_cost_gbp_m=pl.Series([PEOPLE[code] and PEOPLE[code] * 18.76 / 1e6 for code in codes]).cast(
            pl.Decimal(18, 6)
        ),
        headcount_kind=pl.Series(["imputed" if PEOPLE[code] else "stated" for code in codes]),
    )


def exposure(
    modelled: Modelled,
    headcount: dict[str, float],
    removed_share: float = 0.4,
    cells: pl.DataFrame = model_inputs.CELLS,
    **overrides: float,
) -> pl.DataFrame:
    return organisation_exposure_before_succession(exposed(modelled, headcount, removed_share, cells, **overrides))


def exposed(
    modelled: Modelled,
    headcount: dict[str, float],
    removed_share: float = 0.4,
    cells: pl.DataFrame = model_inputs.CELLS,
    followed: pl.DataFrame = CONTINUED,
    **overrides: float,
) -> Exposed:
    return Exposed(
        parameter_set(**EXPOSURE_PARAMETERS, **overrides),
        model_inputs.organisations(),
        staff(headcount, removed_share),
        cells,
        modelled.unit_cost,
        modelled.headcount_month,
        modelled.exit_cost_month,
        pl.DataFrame({"measure_id": ["running_cost_allowance_total"], "value_central": [55.0]}),
        followed,
    )


@settings(deadline=None, max_examples=8)
@given(programmes(), st.data())
def test_w4_costs_of_organisations_add_up_to_the_programme(modelled: Modelled, data: st.DataObject) -> None:
    opening = modelled.headcount_month.filter(pl.col("month") == pl.col("month").min())
    headcount = dict(opening.select("ods_code", "opening_posts").iter_rows())
    removed = modelled.exits["posts_removed"].sum() / sum(headcount.values())
    found = model_inputs.validated(
        exposure(modelled, headcount, removed), "savings.organisation_exposure_before_succession"
    )
    spent = modelled.exit_cost_month.filter(accounting_basis="accrual")["amount_gbp_m"].sum()
    if not found["counts_suppressed"].any():
        assert found["exit_cost_gbp_m"].sum() == spent
        assert found["cut_pct"].to_list() == pytest.approx([removed * 100] * 4)
    for row in found.filter(pl.col("registered_population").is_not_null()).iter_rows(named=True):
        envelope = row["target_running_cost_gbp_m"]
        assert float(envelope) == pytest.approx(18.76 * row["registered_population"] / 1e6, abs=1e-6)
        if not row["counts_suppressed"]:
            assert row["envelope_gap_gbp_m"] == row["bottom_up_running_cost_gbp_m"] - envelope
            assert row["envelope_gap_pct"] == pytest.approx(float(row["envelope_gap_gbp_m"] / envelope) * 100)
            over = float(row["exit_cost_gbp_m"] / row["running_cost_allowance_gbp_m"]) * 100
            assert row["exit_cost_over_running_cost_pct"] == pytest.approx(over)


def test_the_envelope_is_the_target_times_population_and_the_gap_what_stays_over_it() -> None:
    found = exposure(Modelled(), model_inputs.STAFF).filter(ods_code="QOP").row(0, named=True)
    assert float(found["target_running_cost_gbp_m"]) == pytest.approx(61.837, abs=0.001)
    # 1,600 staff, 960 of whom stay, at £58,000 with three tenths that are not pay.
    assert float(found["bottom_up_running_cost_gbp_m"]) == pytest.approx(960 * 0.058 / 0.7, abs=0.0001)
    assert found["envelope_gap_pct"] == pytest.approx((960 * 0.058 / 0.7 / 61.837 - 1) * 100, abs=0.01)
    assert found["cut_to_meet_envelope_pct"] == pytest.approx((1 - 61.837 * 0.7 / 0.058 / 1600) * 100, abs=0.01)


def test_an_allowance_not_found_is_what_the_others_leave_and_is_marked() -> None:
    found = {row["ods_code"]: row for row in exposure(Modelled(), model_inputs.STAFF).iter_rows(named=True)}
    assert (float(found["QOC"]["running_cost_allowance_gbp_m"]), found["QOC"]["running_cost_kind"]) == (10, "imputed")
    assert (float(found["QOP"]["running_cost_allowance_gbp_m"]), found["QOP"]["running_cost_kind"]) == (45, "stated")
    assert (found["X24"]["running_cost_allowance_gbp_m"], found["X24"]["running_cost_kind"]) == (None, "not_stated")
    assert found["X24"]["exposure_rank"] is None


def test_posts_and_cost_of_a_body_that_transfers_stay_its_own() -> None:
    modelled = Modelled()
    found = {row["ods_code"]: row for row in exposure(modelled, model_inputs.STAFF).iter_rows(named=True)}
    assert found["X24"]["posts_removed_rounded"] == 600
    assert found["DHSC"]["posts_removed_rounded"] == 130
    booked = modelled.exit_cost_month.filter(accounting_basis="accrual", ods_code="DHSC")["amount_gbp_m"].sum()
    assert found["DHSC"]["exit_cost_gbp_m"] < booked


def test_a_small_board_is_kept_back_with_its_money_and_another_beside_it() -> None:
    small = {**model_inputs.STAFF, "QOC": 15.0}
    found = exposure(Modelled(staff=model_inputs.baseline(small)), small)
    hidden = found.filter("counts_suppressed")
    assert hidden["ods_code"].to_list() == ["DHSC", "QOC"]
    for name in (*COUNTS, *ABOUT_THE_SAME_PEOPLE):
        assert hidden[name].null_count() == 2, name


def test_a_staff_list_acts_on_its_own_organisation_and_the_programme_stays_what_it_is() -> None:
    listed = model_inputs.staff_lists(("QOC", "8a", None, 22.0, 1.0, "agenda_for_change"), copies=400)
    cells = model_inputs.staff_cells(lists=listed)
    before, after = (
        {row["ods_code"]: row for row in exposure(Modelled(), model_inputs.STAFF, cells=held).iter_rows(named=True)}
        for held in (model_inputs.CELLS, cells)
    )
    assert {code: row["exit_cost_kind"] for code, row in after.items()} == {
        **dict.fromkeys(("QOP", "X24", "DHSC"), "imputed"),
        "QOC": "measured",
    }
    own = own_exit_costs(cells, parameter_set())
    costs = dict(own.select("ods_code", "own_exit_cost_gbp").iter_rows())
    by_hand = 22 * 4.35 * 59_200 / 52
    charge = 0.15 * (by_hand - 30_000)
    assert costs["QOC"] == pytest.approx(by_hand + charge + 59_200 * 12 / 52 * 1.15)
    dearer = float(after["QOC"]["exit_cost_gbp_m"] / after["QOP"]["exit_cost_gbp_m"])
    assert dearer == pytest.approx(costs["QOC"] * 400 / (costs["QOP"] * 1_600), rel=1e-5)
    assert after["QOC"]["exit_cost_gbp_m"] > 1.4 * float(before["QOC"]["exit_cost_gbp_m"])
    for rows in (before, after):
        boards_cost = sum(rows[code]["exit_cost_gbp_m"] for code in ("QOP", "QOC"))
        assert boards_cost == sum(before[code]["exit_cost_gbp_m"] for code in ("QOP", "QOC"))
    assert after["QOC"]["headcount_kind"] == "imputed"


SPLIT = model_inputs.successors(("QOC", "QNEW", 0.3), ("QOC", "QOP", 0.7))
"""A board of which the other one takes over seven tenths."""


def test_w8_a_successor_has_staff_cost_allowance_and_envelope_by_share() -> None:
    inputs = exposed(Modelled(), model_inputs.STAFF, followed=SPLIT)
    before, now = (
        {row["ods_code"]: row for row in made(inputs).iter_rows(named=True)}
        for made in (organisation_exposure_before_succession, organisation_exposure)
    )
    assert now.keys() == {"QNEW", "QOP", "X24", "DHSC"}
    for name in ("exit_cost_gbp_m", "running_cost_allowance_gbp_m", "target_running_cost_gbp_m"):
        part = float(before["QOC"][name])
        assert float(now["QNEW"][name]) == pytest.approx(0.3 * part, abs=1e-6)
        assert float(now["QOP"][name]) == pytest.approx(float(before["QOP"][name]) + 0.7 * part, abs=1e-6)
        assert now["QNEW"][name] + now["QOP"][name] == before["QOC"][name] + before["QOP"][name]
    assert now["QNEW"]["registered_population"] + now["QOP"]["registered_population"] == sum(
        row["registered_population"] for row in before.values() if row["registered_population"]
    )
    # The cut, and the gap of the new board, are those of the board that it is a part of.
    for name in ("cut_pct", "envelope_gap_pct", "exit_cost_over_running_cost_pct"):
        assert now["QNEW"][name] == pytest.approx(before["QOC"][name], abs=1e-3)
    assert now["X24"] == before["X24"] | {"name": "Name of X24"}
    model_inputs.validated(organisation_exposure(inputs), "savings.organisation_exposure")


def test_p3_a_figure_of_a_successor_is_stated_only_if_all_of_it_is() -> None:
    whole = model_inputs.successors(("QOC", "QOP", 1.0))
    inputs = exposed(Modelled(), model_inputs.STAFF, followed=whole)
    before = dict(inputs.before.select("ods_code", "running_cost_kind").iter_rows())
    assert (before["QOP"], before["QOC"]) == ("stated", "imputed")
    kinds = {row["ods_code"]: row for row in organisation_exposure(inputs).iter_rows(named=True)}
    assert (kinds["QOP"]["running_cost_kind"], kinds["QOP"]["figures_kind"]) == ("imputed", "imputed")
    assert (kinds["X24"]["headcount_kind"], kinds["X24"]["running_cost_kind"]) == ("stated", "not_stated")
    assert kinds["X24"]["figures_kind"] == "partly_imputed"
    part = model_inputs.successors(("QOP", "QNEW", 0.5), ("QOP", "QOP", 0.5))
    found = organisation_exposure(exposed(Modelled(), model_inputs.STAFF, followed=part))
    assert dict(found.select("ods_code", "running_cost_kind").iter_rows())["QNEW"] == "imputed"


def test_p1_what_is_suppressed_of_a_board_is_suppressed_of_all_that_it_would_follow_from() -> None:
    small = {**model_inputs.STAFF, "QOC": 15.0}
    inputs = exposed(Modelled(staff=model_inputs.baseline(small)), small, followed=SPLIT)
    before, now = organisation_exposure_before_succession(inputs), organisation_exposure(inputs)
    assert before.filter("counts_suppressed")["ods_code"].to_list() == ["DHSC", "QOC", "QOP"]
    hidden = now.filter("counts_suppressed")
    assert hidden["ods_code"].to_list() == ["DHSC", "QNEW", "QOP"]
    for name in (*COUNTS, *ABOUT_THE_SAME_PEOPLE):
        assert hidden[name].null_count() == len(hidden), name


def test_r7_ranks_of_successors_are_of_draws_carried_over() -> None:
    rows = boards(("A", 60.0, "imputed", "stated"), ("B", 100.0, "imputed", "stated"), ("C", 85.0, "imputed", "stated"))
    merged = model_inputs.successors(("A", "S", 1.0), ("B", "S", 1.0), ("C", "C", 1.0)).filter(
        pl.col("ods_code").is_in(["A", "B", "C"])
    )
    found = exposure_ranks(rows, SPREAD, merged)
    # 160 for an allowance of two is 80, behind 85; two draws that partly cancel out leave it there less surely.
    assert found.select("ods_code", "exposure_rank").rows() == [("C", 1), ("S", 2)]
    assert found["exposure_rank_p10"].to_list() == [1, 1]
    alone = exposure_ranks(rows, SPREAD)
    assert alone.select("ods_code", "exposure_rank").rows() == [("A", 3), ("B", 1), ("C", 2)]


def boards(*rows: tuple[str, float, str, str]) -> pl.DataFrame:
    """Boards by their cost for an allowance of one."""
    names = ["ods_code", "exit_cost_gbp_m", "headcount_kind", "running_cost_kind"]
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(
        exit_cost_kind=pl.lit("imputed"), running_cost_allowance_gbp_m=pl.lit(1.0)
    )


SPREAD = parameter_set(**EXPOSURE_PARAMETERS)


def test_boards_far_apart_keep_their_places_and_boards_side_by_side_do_not() -> None:
    found = exposure_ranks(
        boards(("A", 10.0, "imputed", "stated"), ("B", 100.0, "imputed", "stated"), ("C", 101.0, "imputed", "imputed")),
        SPREAD,
    )
    places = found.select("exposure_rank", "exposure_rank_p10", "exposure_rank_p90").rows()
    assert places == [(3, 3, 3), (2, 1, 2), (1, 1, 2)]


def test_without_spread_every_draw_is_the_central_rank() -> None:
    without = {name: 0 for name in EXPOSURE_PARAMETERS if name.endswith("_spread_pct")}
    certain = parameter_set(**EXPOSURE_PARAMETERS | without)
    found = exposure_ranks(boards(("A", 1.0, "stated", "stated"), ("B", 2.0, "stated", "stated")), certain)
    assert found.rows() == [("A", 2, 2, 2, 2, 0.0), ("B", 1, 1, 1, 1, 0.0)]


def test_a_measured_cost_of_an_exit_is_not_drawn() -> None:
    rows = boards(("A", 100.0, "stated", "stated"), ("B", 101.0, "stated", "stated"))
    found = exposure_ranks(rows.with_columns(exit_cost_kind=pl.lit("measured")), SPREAD)
    assert found.rows() == [("A", 2, 2, 2, 2, 0.0), ("B", 1, 1, 1, 1, 0.0)]


def test_the_same_seed_gives_the_same_ranks_in_any_order_of_the_boards() -> None:
    rows = [(f"Q{n:02d}", 50.0 + n, "imputed", "stated") for n in range(20)]
    assert exposure_ranks(boards(*rows), SPREAD).equals(exposure_ranks(boards(*reversed(rows)), SPREAD))


def test_a_board_that_is_added_at_the_end_changes_no_other_place() -> None:
    rows = [(f"Q{n:02d}", 50.0 + n, "imputed", "imputed") for n in range(20)]
    fewer = exposure_ranks(boards(*rows), SPREAD)
    more = exposure_ranks(boards(("Q", 0.001, "imputed", "imputed"), *rows), SPREAD)
    assert more.filter(pl.col("ods_code") != "Q").equals(fewer)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.floats(1, 500), min_size=1, max_size=45))
def test_r7_quantiles_of_a_rank_rise_and_every_place_is_taken_once(values: list[float]) -> None:
    rows = [(f"Q{n:02d}", value, "imputed", "imputed") for n, value in enumerate(values)]
    found = exposure_ranks(boards(*rows), SPREAD)
    assert sorted(found["exposure_rank"]) == list(range(1, len(values) + 1))
    by_rank = found.sort("ods_code").with_columns(value=pl.Series(values)).sort("exposure_rank")
    assert by_rank["value"].to_list() == sorted(values, reverse=True)
    assert found["exposure_rank_p10"].min() >= 1
    assert found["exposure_rank_p90"].max() <= len(values)
    assert (found["exposure_rank_p10"] <= found["exposure_rank_p50"]).all()
    assert (found["exposure_rank_p50"] <= found["exposure_rank_p90"]).all()
