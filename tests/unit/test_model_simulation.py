import hashlib
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_assets.contracts.savings import ACCOUNTING_BASES
from nhs_assets.model.appraisal import appraisal, payback_index, perspective_weights
from nhs_assets.model.draws import Distribution
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.phasing import Programme
from nhs_assets.model.quantiles import mean_difference
from nhs_assets.model.scenario import flows_of
from nhs_assets.model.scenario_run import ScenarioRun, scenario_run
from nhs_assets.model.simulation import PAID, UNPAID, VACANT, Simulated, net_of, profile, proportional_groups
from nhs_assets.model.valuation import Prices, months_to_payback, run_rate_year, valuation
from tests.unit.model_inputs import deflator, parameter_set, perspectives, programme, streams, waves
from tests.unit.uncertainty_inputs import ENDS, deterministic, drawn, fixed, leavers, made

pytestmark = pytest.mark.unit


def run(scenario: ScenarioRun) -> Simulated:
    return scenario.run(scenario.draws(drawn()))


def with_exits(made: Programme, exits: pl.DataFrame) -> Programme:
    """The programme with other exits than those that follow from its tables."""
    changed = programme(made.parameters)
    vars(changed)["exits"] = exits
    return changed


SCENARIOS = {
    "best_estimate": {},
    "fewer posts": {"posts_removed_total": fixed("posts_removed_total", 1_100)},
    "fewer paid": {"paid_exit_share": fixed("paid_exit_share", 0.6)},
    "fixed cost and backfill": {
        "fixed_programme_cost_gbp_m": fixed("fixed_programme_cost_gbp_m", 12),
        "backfill_share": fixed("backfill_share", 0.05),
    },
    "longer service, less notice": {
        "mean_reckonable_service_years_icb": fixed("any", 22),
        "notice_weeks_nhse": fixed("any", 4),
    },
    "dearer leavers of one body": {
        "leaver_pay_ratio_icb": fixed("any", 1.2),
        "other_exit_cost_share_icb": fixed("any", 0.3),
    },
    "above the ceiling": {"saving_per_post_gbp_icb": fixed("saving_per_post_gbp_icb", 140_000)},
    "higher awards": {"pay_award_pct": fixed("pay_award_pct", 4)},
    "fewer take it up": {"paid_take_up": fixed("paid_take_up", 0.7), "unpaid_take_up": fixed("unpaid_take_up", 0.9)},
    "some come back": {"rehire_share": fixed("rehire_share", 0.22), "rehire_lag_months": fixed("any", 7)},
    "later": {"leaving_slip_months": fixed("leaving_slip_months", 6)},
    "more than pay": {"non_pay_saving_per_post_gbp": fixed("non_pay_saving_per_post_gbp", 3_000)},
    "strain on top": {"strain_on_top_share": fixed("strain_on_top_share", 0.255)},
    "gone by the end of the month": {"leaving_month_saved_share": fixed("leaving_month_saved_share", 1)},
}


@st.composite
def overrides(draw: st.DrawFn) -> dict[str, Distribution]:
    """Other values of some parameters, each anywhere in its range."""
    names = draw(st.lists(st.sampled_from(sorted(ENDS)), max_size=6, unique=True))
    return {name: fixed(name, draw(st.floats(*ENDS[name]))) for name in names}


@pytest.mark.parametrize("name", SCENARIOS)
def test_run_0_is_the_deterministic_model(name: str) -> None:
    compare_run_0(made(**SCENARIOS[name]))


@settings(max_examples=10, deadline=None)
@given(overrides())
def test_w4_run_0_is_the_deterministic_model_for_every_organisation(changed: dict[str, Distribution]) -> None:
    compare_run_0(made(**changed))


def compare_run_0(scenario: ScenarioRun) -> None:
    simulated, (cost, saving) = run(scenario), deterministic(scenario)
    for basis in ACCOUNTING_BASES:
        for code in simulated.plan.books:
            stated = _monthly(cost.filter(accounting_basis=basis), code)
            assert simulated.cost(basis, code).amounts[:, 0] == pytest.approx(stated, abs=2e-5)
            assert simulated.saving(code).amounts[:, 0] == pytest.approx(_monthly(saving, code), abs=2e-5)


@pytest.mark.parametrize("share", [0, 0.4, 1])
def test_posts_that_nobody_held_save_the_same_share_in_run_0_and_in_the_deterministic_model(share: float) -> None:
    tables = leavers(exit_wave=streams())
    scenario = scenario_run(tables, overrides={"vacant_post_saved_share": fixed("vacant_post_saved_share", share)})
    simulated, (_, saving) = run(scenario), deterministic(scenario, tables.exit_wave)
    for code in simulated.plan.books:
        assert simulated.saving(code).amounts[:, 0] == pytest.approx(_monthly(saving, code), abs=2e-5)
    posts = sum(simulated.posts(body)[0] for body in scenario.plan.bodies)
    assert posts == pytest.approx(tables.baseline_before_succession["posts_removed_target"].sum())


def _monthly(table: pl.DataFrame, code: str) -> np.ndarray:
    months = table.filter(ods_code=code).group_by("month").agg(pl.col("amount_gbp_m").sum()).sort("month")
    return months["amount_gbp_m"].cast(pl.Float64).to_numpy()


def test_organisations_add_up_to_the_nation_in_every_run() -> None:
    simulated = run(made())
    codes = simulated.plan.books
    for basis in ACCOUNTING_BASES:
        total = sum(simulated.cost(basis, code).amounts for code in codes)
        assert total == pytest.approx(simulated.cost(basis).amounts, abs=1e-9)
    assert sum(simulated.saving(code).amounts for code in codes) == pytest.approx(simulated.saving().amounts, abs=1e-9)


def test_both_bases_cost_the_same_over_the_life_in_every_run() -> None:
    simulated = run(made())
    accrual, paid = (simulated.cost(basis).amounts.sum(axis=0) for basis in ACCOUNTING_BASES)
    assert accrual == pytest.approx(paid)


def test_what_transfers_is_booked_by_its_receiver_from_the_month_of_transfer() -> None:
    simulated = run(made())
    months = simulated.plan.months["month"].to_list()
    transfer = [month.isoformat() for month in months].index("2027-04-01")
    assert not simulated.saving("X24").amounts[transfer:].any()
    assert simulated.saving("X24").amounts[transfer - 1].all()
    before, after = simulated.saving("DHSC").amounts[transfer - 1 : transfer + 1]
    assert (after > 2 * before).all()


def test_boards_are_in_proportion_to_their_representative_in_every_run() -> None:
    simulated = run(made())
    same = proportional_groups(simulated.plan)
    representative, ratio = same["QOP"]
    expected = simulated.saving(representative).amounts * ratio
    assert simulated.saving("QOP").amounts == pytest.approx(expected)
    assert same["DHSC"] == ("DHSC", 1.0)


def test_exits_that_do_not_run_as_those_of_the_body_are_refused() -> None:
    central = programme()
    late = (pl.col("origin_ods_code") == "QOC") & (pl.col("wave_id") == "first")
    with pytest.raises(ValueError, match="QOP"):
        profile(with_exits(central, central.exits.filter(~late)))


def test_scenarios_share_their_streams() -> None:
    central, other = made().draws(drawn()), made(**SCENARIOS["fewer paid"]).draws(drawn())
    assert set(central.values) - set(other.values) == {"paid_exit_share"}
    assert all(other.values[name].tobytes() == central.values[name].tobytes() for name in other.values)


def test_a_scenario_may_give_a_range_of_its_own() -> None:
    own = Distribution("backfill_share", 0.05, 0.02, 0.1, is_share=True)
    values = made(backfill_share=own).draws(drawn()).values["backfill_share"]
    assert values[0] == 0.05
    assert np.ptp(values) > 0


def test_same_seed_gives_the_same_bytes() -> None:
    def digest() -> str:
        simulated = run(made())
        return hashlib.sha256(net_of(simulated.saving(), simulated.cost("accrual")).tobytes()).hexdigest()

    assert digest() == digest()


@pytest.mark.parametrize("seed", range(3))
def test_rows_in_another_order_give_the_same_bytes(seed: int) -> None:
    central = programme()

    def digest(rows: pl.DataFrame) -> str:
        plan = profile(with_exits(central, rows))
        shares = [part for by_body in plan.books.values() for part in by_body.values()]
        counts = [matrix for by_body in plan.paid_exits.values() for matrix in by_body.values()]
        return hashlib.sha256(b"".join(array.tobytes() for array in (*shares, *counts))).hexdigest()

    assert digest(central.exits.sample(fraction=1, shuffle=True, seed=seed)) == digest(central.exits)


def test_run_0_is_worth_what_the_appraisal_says() -> None:
    scenario = made()
    draws = scenario.draws(drawn())
    simulated = scenario.run(draws)
    prices = Prices.of(scenario.parameters, draws, scenario.plan, deflator())
    cost, saving = deterministic(scenario)
    stated = appraisal(scenario.parameters, flows_of(cost, saving), perspectives(), deflator()).filter(
        horizon_years=10, discount_rate_pct=3.5
    )
    for perspective, weights in perspective_weights(perspectives()).items():
        for basis in ACCOUNTING_BASES:
            found = valuation(simulated, prices, basis, run_rate_year(scenario.parameters, scenario.plan), weights)
            row = stated.filter(perspective=perspective, accounting_basis=basis).row(0, named=True)
            assert found.money["npv"][0] == pytest.approx(row["npv_gbp_m"], abs=1e-3)
            assert found.money["cost"][0] == pytest.approx(float(row["cash_cost_gbp_m"]), abs=1e-3)
            deepest = float(row["deepest_cash_deficit_gbp_m"])
            assert found.money["deepest_deficit"][0] == pytest.approx(deepest, abs=1e-3)
            paid_back = found.months["payback"][0]
            assert (int(paid_back) if np.isfinite(paid_back) else None) == row["payback_months"]


@given(st.integers(0, 1_000_000))
def test_payback_of_a_run_is_that_of_one_series(seed: int) -> None:
    cost, saving = np.random.default_rng(seed).integers(0, 10, size=(2, 1 + seed % 12))
    cost = cost * (seed % 3 > 0)
    net = np.array(saving) - np.array(cost)
    found = {
        name: months[0] for name, months in months_to_payback(np.array(cost)[:, None], np.cumsum(net)[:, None]).items()
    }
    first = payback_index(net)
    if first is None or not cost.any():
        nothing = np.inf if cost.any() else np.nan
        assert found == pytest.approx({"payback": nothing, "payback_in_calendar": nothing}, nan_ok=True)
    else:
        first_cost = int(np.argmax(np.array(cost) > 0))
        assert found["payback_in_calendar"] == max(first, first_cost)
        assert found["payback"] == max(first, first_cost) - first_cost + 1


@given(st.integers(0, 1_000_000), st.integers(1, 12))
def test_a_programme_that_starts_later_pays_back_as_much_later_and_takes_as_long(seed: int, slip: int) -> None:
    cost, saving = np.random.default_rng(seed).integers(0, 10, size=(2, 24))
    cost[0] = 1
    started, slipped = (
        months_to_payback(delayed[0][:, None], np.cumsum(delayed[1] - delayed[0])[:, None])
        for delayed in (
            [np.concatenate([amounts, np.zeros(slip)]) for amounts in (cost, saving)],
            [np.concatenate([np.zeros(slip), amounts]) for amounts in (cost, saving)],
        )
    )
    if np.isfinite(started["payback"][0]):
        assert slipped["payback"][0] == started["payback"][0]
        assert slipped["payback_in_calendar"][0] == started["payback_in_calendar"][0] + slip


@pytest.mark.parametrize(
    ("ramp_years", "month_saved", "expected"), [(2, 1.0, 24), (3, 1.0, 29), (2, 0.5, 24), (3, 0.5, 30)]
)
def test_linear_ramp_pays_back_when_the_closed_form_says(ramp_years: int, month_saved: float, expected: int) -> None:
    everybody = waves(("all", date(2026, 4, 1), date(2026 + ramp_years, 3, 31), 1.0, 0))
    parameters = parameter_set(leaving_month_saved_share=month_saved)
    saved = profile(programme(parameters, exit_waves=everybody, ramp="linear")).saved
    gone = sum(saved[body][way].sum(axis=1) * 12 for body in saved for way in (PAID, UNPAID, VACANT))[12:]
    saving = 1_000 / 12 * gone / gone[-1]
    cost = np.where(np.arange(len(gone)) == 0, 1_000.0, 0)
    found = months_to_payback(cost[:, None], np.cumsum(saving - cost)[:, None])
    assert (found["payback"][0], found["payback_in_calendar"][0]) == (expected, expected - 1)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.2, 1))
def test_payback_is_unmoved_by_scale_without_fixed_cost_and_moved_with_it(share: float) -> None:
    def months(fixed_cost: float, posts: float) -> np.ndarray:
        scenario = made(
            fixed_programme_cost_gbp_m=fixed("fixed_programme_cost_gbp_m", fixed_cost),
            posts_removed_total=fixed("posts_removed_total", posts),
        )
        simulated = run(scenario)
        cost = simulated.cost("accrual")
        return months_to_payback(cost.amounts, np.cumsum(net_of(simulated.saving(), cost), axis=0))["payback"]

    assert months(0, 1_500 * share).tolist() == months(0, 1_500).tolist()
    assert (months(60, 1_500 * share) >= months(60, 1_500)).all()


@settings(max_examples=10, deadline=None)
@given(st.floats(0.2, 1))
def test_r4_lower_take_up_pays_back_in_the_month_of_central_in_every_draw(take_up: float) -> None:
    levers = {"paid_take_up": take_up, "unpaid_take_up": take_up, "fixed_programme_cost_gbp_m": 0}
    scaled = made(**{name: fixed(name, value) for name, value in levers.items()})
    # Compared with the best estimate in which what the scenario sets is known.
    pairs = (scaled, made().holding(scaled.settled(made())))
    found = []
    for scenario in pairs:
        simulated = run(scenario)
        cost = simulated.cost("accrual")
        running = np.cumsum(net_of(simulated.saving(), cost), axis=0)
        found.append(months_to_payback(cost.amounts, running)["payback_in_calendar"])
    apart = {"difference_from_best_estimate": 0, "difference_standard_error": 0, "is_noise": True}
    assert mean_difference(*found, 400) == apart
    assert found[0].tolist() == found[1].tolist()


def test_value_falls_as_the_rate_rises_and_is_the_sum_at_nothing() -> None:
    scenario = made()
    draws = scenario.draws(drawn())
    simulated = scenario.run(draws)
    central = scenario.parameters

    def value(rate_pct: float) -> np.ndarray:
        at_rate: ParameterSet = central.overridden({"discount_rate_real_pct": rate_pct})
        at_prices = Prices.of(at_rate, draws, scenario.plan, deflator())
        return valuation(simulated, at_prices, "accrual", run_rate_year(central, scenario.plan)).money["npv"]

    prices = Prices.of(central.overridden({"discount_rate_real_pct": 0}), draws, scenario.plan, deflator())
    net = net_of(simulated.saving(), simulated.cost("accrual"))
    real = net * (scenario.plan.year_of_month @ prices.deflation)
    assert value(0) == pytest.approx(real.sum(axis=0))
    assert (value(3.5) < value(1.5)).all()


def test_a_deflator_that_misses_a_year_is_refused() -> None:
    scenario = made()
    draws = scenario.draws(drawn())
    with pytest.raises(ValueError, match="2034-35"):
        Prices.of(scenario.parameters, draws, scenario.plan, deflator().filter(pl.col("fy") != "2034-35"))


def test_nobody_paid_to_leave_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody"):
        profile(programme(parameter_set(paid_exit_share=0)))
