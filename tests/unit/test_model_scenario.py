"""Streams and ramps of departures, scenarios for the nation, and break-even."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_assets.contracts.savings import LEVERS
from nhs_assets.contracts.vocabulary import RAMPS
from nhs_assets.model.appraisal import appraisal
from nhs_assets.model.breakeven import breakeven, linear_root
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.phasing import scaled_to
from nhs_assets.model.scenario import Scenario, flows_of, national, national_flow, scenario_flow
from tests.unit.model_inputs import (
    CELLS,
    Modelled,
    baseline,
    deflator,
    organisations,
    parameter_set,
    perspectives,
    programme,
    streams,
    validated,
    waves,
)

pytestmark = pytest.mark.unit

CENTRAL = Scenario("best_estimate", {}, RAMPS[0])


def parameters(**overrides: float) -> ParameterSet:
    return parameter_set(posts_removed_total=18_000, **overrides)


def flows(scenario: Scenario = CENTRAL, exit_waves: pl.DataFrame | None = None, **overrides: float) -> pl.DataFrame:
    exit_waves = streams() if exit_waves is None else exit_waves
    return national_flow(scenario, national(programme(parameters(**overrides), exit_waves=exit_waves)), CELLS)


def exits(ramp: str = RAMPS[0], **overrides: float) -> pl.DataFrame:
    return programme(parameters(**overrides), exit_waves=streams(), ramp=ramp).exits


def views(table: pl.DataFrame) -> pl.DataFrame:
    return appraisal(parameters(), table, perspectives(), deflator())


def solved(table: pl.DataFrame, backfill: float) -> pl.DataFrame:
    """The break-evens of scenario ``any``, which has this backfill."""
    override = pl.DataFrame(
        [("any", "backfill_share", backfill)], ["scenario_id", "parameter_id", "value"], orient="row"
    )
    return breakeven(parameters(), table, override, perspectives(), deflator())


def budget(table: pl.DataFrame, rate_pct: float = 3.5) -> dict[str, object]:
    shown = views(table).filter(
        perspective="dhsc_budget", accounting_basis="accrual", horizon_years=10, discount_rate_pct=rate_pct
    )
    return shown.row(0, named=True)


def totals(table: pl.DataFrame) -> dict[str, float]:
    summed = (
        table.filter(pl.col("accounting_basis") != "cash_paid").group_by("component").agg(pl.col("amount_gbp_m").sum())
    )
    return {name: float(amount) for name, amount in summed.iter_rows()}


def test_posts_without_a_payment_go_first_and_cost_nothing_and_compulsory_exits_come_last():
    table = exits()
    paid = dict(table.group_by("stream").agg(pl.col("paid_exits").sum()).iter_rows())
    assert paid["vacancy"] == paid["attrition"] == 0
    first = dict(table.group_by("stream").agg(pl.col("month").min()).iter_rows())
    assert first["vacancy"] < first["voluntary"] < first["compulsory"]
    posts = baseline()["posts_removed_target"].sum()
    assert table["posts_removed"].sum() == pytest.approx(posts)
    assert table["paid_exits"].sum() == pytest.approx(0.85 * 0.95 * posts)  # one in twenty is held by nobody


def test_a_wave_is_recognised_as_a_whole_when_it_is_approved():
    table = exits()
    months = dict(table.group_by("stream").agg(pl.col("recognised_month").unique()).iter_rows())
    assert months["voluntary"] == [date(2026, 2, 1)]
    assert months["compulsory"] == [date(2027, 7, 1)]
    assert table.filter(stream="voluntary")["month"].n_unique() == 12


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_the_paid_share_holds_whatever_the_waves_say(share: float):
    table = exits(paid_exit_share=share)
    assert table["posts_removed"].sum() == pytest.approx(baseline()["posts_removed_target"].sum())
    by_stream = dict(table.group_by("stream").agg(pl.col("posts_removed").sum()).iter_rows())
    held = table["posts_removed"].sum() - by_stream["vacancy"]
    assert by_stream["vacancy"] == pytest.approx(0.05 * table["posts_removed"].sum())
    assert table["paid_exits"].sum() == pytest.approx(share * held)
    voluntary = table.filter(stream="voluntary")["paid_exits"].sum()
    assert voluntary == pytest.approx(0.8 * table["paid_exits"].sum())


def test_exits_that_no_wave_takes_are_refused():
    only_paid = streams().filter(pl.col("stream").is_in(["voluntary", "compulsory"]))
    with pytest.raises(ValueError, match="without a payment"):
        programme(parameters(), exit_waves=only_paid).exits  # noqa: B018


@pytest.mark.parametrize("ramp", RAMPS)
def test_every_ramp_takes_the_same_posts(ramp: str):
    table = exits(ramp)
    by_stream = dict(table.group_by("stream").agg(pl.col("posts_removed").sum()).iter_rows())
    expected = dict(exits().group_by("stream").agg(pl.col("posts_removed").sum()).iter_rows())
    assert by_stream == pytest.approx(expected)


def test_ramps_by_hand():
    of_volunteers = {
        ramp: exits(ramp).filter(stream="voluntary", origin_ods_code="QOP").sort("month")["posts_removed"]
        for ramp in RAMPS
    }
    whole = of_volunteers["linear"].sum()
    assert of_volunteers["linear"][0] / whole == pytest.approx(30 / 365)
    assert of_volunteers["s_curve"][0] / whole == pytest.approx(2 * (30 / 365) ** 2)
    assert of_volunteers["s_curve"][:6].sum() / whole == pytest.approx(1 - 2 * (182 / 365) ** 2)
    assert of_volunteers["step"].to_list() == pytest.approx([whole])


def test_an_unknown_ramp_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="wave_table, linear, s_curve, step"):
        exits("steep")


def test_a_slip_moves_paid_exits_and_their_recognition_and_nothing_else():
    before, after = exits(), exits(leaving_slip_months=6)
    for stream, months in {"voluntary": 6, "compulsory": 6, "attrition": 0, "vacancy": 0}.items():
        firsts = [
            exits.filter(stream=stream).select(pl.col("month", "recognised_month").min()).row(0)
            for exits in (before, after)
        ]
        moved = [(b.year - a.year) * 12 + b.month - a.month for a, b in zip(*firsts, strict=True)]
        assert moved == [months, months]
    last = after.filter(stream="compulsory")["month"].max()
    assert last == date(2028, 9, 1)


def test_the_nation_by_body_is_the_sum_of_the_organisations_within_rounding():
    made = Modelled(parameters=parameters(), exit_waves=streams())
    summed = flows_of(made.exit_cost_month, made.saving_month)
    table = validated(flows(), "savings.scenario_flow")
    keys = ["accounting_basis", "month", "component"]
    both = summed.join(table, on=keys, how="full", suffix="_nation")
    assert both.height == summed.height == table.height
    difference = (both["amount_gbp_m"] - both["amount_gbp_m_nation"]).cast(pl.Float64).abs()
    assert difference.max() < 30e-6


@settings(max_examples=5, deadline=None)
@given(slip=st.integers(1, 9), financing_only=st.lists(st.sampled_from("abcdef"), min_size=1, unique=True))
def test_x8_scenarios_that_change_no_parameter_have_the_central_flows(slip, financing_only):
    names = ["best_estimate", "slip", *financing_only]
    scenarios = pl.DataFrame({"scenario_id": names, "ramp": [RAMPS[0]] * len(names), "departures": [None] * len(names)})
    columns = ["scenario_id", "parameter_id", "value"]
    override = pl.DataFrame([("slip", "leaving_slip_months", float(slip))], columns, orient="row")
    made = Modelled(parameters=parameters(), exit_waves=streams())
    central = (made.exit_cost_month, made.saving_month)
    table = scenario_flow(made.programme, *central, scenarios, override, CELLS)
    parts = {name: rows.drop("scenario_id") for (name,), rows in table.group_by("scenario_id", maintain_order=True)}
    assert set(parts) == set(names)
    assert all(parts[name].equals(parts["best_estimate"]) for name in financing_only)
    assert not parts["slip"].equals(parts["best_estimate"])


def test_an_override_that_moves_nothing_is_refused_with_those_that_do():
    with pytest.raises(ValueError, match=r"discount_rate_real_pct.*moves neither.*backfill_share"):
        flows(Scenario("idle", {"discount_rate_real_pct": 5}, RAMPS[0]))


def test_a_scenario_that_cannot_be_run_is_named():
    with pytest.raises(ValueError, match="scenario endless cannot be run: waves"):
        flows(Scenario("endless", {"leaving_slip_months": 110}, RAMPS[0]))


def test_all_posts_scale_cost_and_saving():
    half = totals(flows(Scenario("half", {"posts_removed_total": 9_000}, RAMPS[0])))
    assert half == pytest.approx({name: value / 2 for name, value in totals(flows()).items()}, abs=0.005)


@settings(max_examples=8, deadline=None)
@given(take_up=st.floats(0.2, 1), service=st.integers(4, 24))
def test_lower_take_up_in_proportion_leaves_payback_and_with_a_fixed_cost_never_hastens_it(take_up, service):
    own = {f"mean_reckonable_service_years_{body}": service for body in ("icb", "nhse", "dhsc")}
    lower = {"paid_take_up": take_up, "unpaid_take_up": take_up}
    full, scaled = (budget(flows(Scenario("any", {**own, **more}, RAMPS[0]))) for more in ({}, lower))
    assert abs(full["payback_months"] - scaled["payback_months"]) <= 1  # a month on the edge may turn on rounding
    fixed = {"fixed_programme_cost_gbp_m": 20}
    dear, dear_scaled = (budget(flows(Scenario("any", {**own, **fixed, **more}, RAMPS[0]))) for more in ({}, lower))
    assert dear_scaled["payback_month"] >= dear["payback_month"] >= full["payback_month"]


def test_payback_moves_with_a_fixed_cost_and_not_without():
    lower = {"paid_take_up": 0.7, "unpaid_take_up": 0.7}
    fixed = {"fixed_programme_cost_gbp_m": 40}
    months = [
        budget(flows(Scenario("any", own, RAMPS[0])))["payback_month"] for own in ({}, lower, fixed, lower | fixed)
    ]
    assert months[0] == months[1] < months[2] < months[3]


def test_returns_cost_a_post_after_the_lag_and_pay_back_once():
    changed = {"rehire_share": 0.2, "rehire_lag_months": 6, "clawback_share_of_award": 0.5}
    at_once = waves(("only", date(2026, 4, 1), date(2026, 4, 30), 1.0, 0))
    table = flows(Scenario("back", changed, RAMPS[0]), at_once, pay_award_pct=0)
    by_month = {
        name: dict(
            table.filter(pl.col("amount_gbp_m") != 0, component=name).select("month", "amount_gbp_m").iter_rows()
        )
        for name in ("rehire_leakage", "rehire_employer_taxes", "clawback", "pay", "employer_nic")
    }
    assert min(by_month["rehire_leakage"]) == date(2026, 10, 1)
    assert list(by_month["clawback"]) == [date(2026, 10, 1)]
    severance = float(table.filter(component="severance", accounting_basis="accrual")["amount_gbp_m"].sum())
    assert float(by_month["clawback"][date(2026, 10, 1)]) == pytest.approx(0.2 * 0.5 * severance, abs=1e-4)
    staff = table.filter(pl.col("accounting_basis") == "both", month=date(2027, 6, 1))
    amounts = {name: float(amount) for name, amount in staff.select("component", "amount_gbp_m").iter_rows()}
    taxes = amounts["employer_nic"] + amounts["apprenticeship_levy"]
    untaxed = amounts["pay"] + amounts["pension_local"] + amounts["pension_central"]
    assert amounts["rehire_leakage"] == pytest.approx(-0.2 * 0.85 * untaxed, rel=1e-4)
    assert amounts["rehire_employer_taxes"] == pytest.approx(-0.2 * 0.85 * taxes, rel=1e-4)


def test_a_post_that_nobody_held_saves_the_share_that_is_stated_and_nothing_centrally():
    found = {}
    for share in (0.0, 0.5, 1.0):
        table = flows(Scenario("empty", {"vacant_post_saved_share": share}, RAMPS[0]), pay_award_pct=0)
        found[share] = float(table.filter(accounting_basis="both", fy="2030-31")["amount_gbp_m"].sum())
    assert found[0.5] == pytest.approx((found[0.0] + found[1.0]) / 2, abs=1e-3)
    # Of the posts that go, 15% without a payment, a third of them empty.
    assert found[0.0] / found[1.0] == pytest.approx(1 - 0.15 / 3, abs=1e-5)
    assert totals(flows())["severance"] == totals(flows(vacant_post_saved_share=1))["severance"]


def test_non_pay_saving_comes_on_top_in_prices_of_its_year():
    at_once = waves(("only", date(2025, 4, 1), date(2025, 4, 30), 1.0, 0))
    table = flows(Scenario("rooms", {"non_pay_saving_per_post_gbp": 1_200}, RAMPS[0]), at_once)
    posts = baseline()["posts_removed_target"].sum()
    months = dict(table.filter(component="non_pay").select("month", pl.col("amount_gbp_m").cast(float)).iter_rows())
    assert months[date(2026, 3, 1)] == pytest.approx(posts * 100 / 1e6, abs=1e-5)
    assert months[date(2027, 3, 1)] == pytest.approx(posts * 102 / 1e6, abs=1e-5)


def test_strain_counted_on_top_is_a_share_of_the_payment():
    found = totals(flows(Scenario("old", {"strain_on_top_share": 0.25}, RAMPS[0])))
    assert found["strain_above_entitlement"] == pytest.approx(0.25 * found["severance"], abs=1e-3)
    assert totals(flows())["strain_above_entitlement"] == 0


@settings(max_examples=8, deadline=None)
@given(
    service=st.integers(4, 24),
    backfill=st.floats(0, 0.4),
    fixed=st.integers(0, 60),
    perspective=st.sampled_from(["dhsc_budget", "exchequer"]),
)
def test_net_present_value_is_zero_at_the_break_even_of_backfill_and_take_up(service, backfill, fixed, perspective):
    own = {f"mean_reckonable_service_years_{body}": service for body in ("icb", "nhse", "dhsc")}
    own |= {"backfill_share": backfill, "fixed_programme_cost_gbp_m": fixed}
    table = flows(Scenario("any", own, RAMPS[0]))
    found = solved(table, backfill)
    view = {"perspective": perspective, "accounting_basis": "accrual", "horizon_years": 10}
    levers = {row["lever"]: row for row in found.filter(**view).iter_rows(named=True)}
    assert set(levers) == set(LEVERS)
    changes = {"backfill": {"backfill_share": levers["backfill"]["breakeven_value"]}}
    if levers["take_up"]["outcome"] == "solved":
        at = levers["take_up"]["breakeven_value"]
        changes["take_up"] = {"paid_take_up": at, "unpaid_take_up": at}
    else:
        assert fixed == 0
    for change in changes.values():
        again = views(flows(Scenario("any", own | change, RAMPS[0]))).filter(**view, discount_rate_pct=3.5)
        assert again["npv_gbp_m"].item() == pytest.approx(0, abs=0.01)


@settings(max_examples=8, deadline=None)
@given(
    service=st.integers(4, 24),
    backfill=st.floats(0, 0.4),
    vacant=st.floats(0, 1),
    perspective=st.sampled_from(["dhsc_budget", "exchequer", "social"]),
)
def test_what_replaces_a_post_costs_what_the_post_saved_from_every_point_of_view(
    service, backfill, vacant, perspective
):
    own = {f"mean_reckonable_service_years_{body}": service for body in ("icb", "nhse", "dhsc")}
    own |= {"backfill_share": backfill, "vacant_post_saved_share": vacant}
    plain, refilled = (flows(Scenario("any", own | more, RAMPS[0])) for more in ({"backfill_share": 0}, {}))
    saved = {
        name: views(table).filter(perspective=perspective, discount_rate_pct=0)["real_saving_gbp_m"].to_numpy()
        for name, table in {"plain": plain, "refilled": refilled}.items()
    }
    assert saved["refilled"] == pytest.approx(saved["plain"] * (1 - backfill), abs=0.01)
    found = solved(refilled, backfill)
    levers = {row["lever"]: row for row in found.filter(perspective=perspective).iter_rows(named=True)}
    if levers["saving"]["outcome"] == levers["backfill"]["outcome"] == "solved":
        needed = levers["saving"]["breakeven_value"] * (1 - backfill)
        assert levers["backfill"]["breakeven_value"] == pytest.approx(1 - needed, abs=1e-4)


@settings(max_examples=8, deadline=None)
@given(service=st.integers(4, 24), backfill=st.floats(0, 0.4), fixed=st.integers(0, 60))
def test_r1_break_even_starts_from_the_appraisal_and_cost_and_saving_meet_it_at_their_ratio(service, backfill, fixed):
    own = {f"mean_reckonable_service_years_{body}": service for body in ("icb", "nhse", "dhsc")}
    own |= {"backfill_share": backfill, "fixed_programme_cost_gbp_m": fixed}
    table = flows(Scenario("any", own, RAMPS[0]))
    found = solved(table, backfill)
    validated(found, "savings.breakeven")
    keys = ["perspective", "accounting_basis", "horizon_years", "discount_rate_pct"]
    both = found.join(views(table), on=keys, suffix="_appraised")
    assert both.height == found.height == 3 * 2 * 2 * len(LEVERS)
    assert (both["npv_gbp_m"] - both["npv_gbp_m_appraised"]).abs().max() <= 1e-6
    ratio, value = pl.col("benefit_cost_ratio"), pl.col("breakeven_value")
    met = both.select(
        (value - ratio).filter(lever="cost").abs().max().alias("cost"),
        (value * ratio - 1).filter(lever="saving").abs().max().alias("saving"),
    )
    assert all(apart is not None and apart <= 1e-6 for apart in met.row(0))


def test_a_level_line_meets_zero_nowhere():
    assert linear_root(1.0, 5.0, 0.0) is None
    assert linear_root(1.0, 5.0, -10.0) == 1.5


def test_posts_of_boards_alone_are_all_in_boards():
    parameters = parameter_set(posts_part_nhse=0, posts_part_dhsc=0, posts_removed_total=1_000)
    stated = baseline().join(organisations().select("ods_code", "body"), on="ods_code")
    staff = scaled_to(stated, parameters, parameter_set(posts_removed_total=1_532))
    by_body = dict(staff.group_by("body").agg(pl.col("posts_removed_target").sum()).iter_rows())
    assert by_body["nhse"] == by_body["dhsc"] == 0
    assert by_body["icb"] == pytest.approx(1_000 / 1_532 * stated["posts_removed_target"].sum())
