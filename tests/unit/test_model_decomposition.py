"""The cash flow taken apart is that of the model, to the pound."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_assets.contracts.vocabulary import COST_COMPONENTS, RAMPS, SAVING_COMPONENTS
from nhs_assets.model.decomposition import SETTABLE, DecomposedFlows, decomposed, spine_of, unit_amounts, waves_of
from nhs_assets.model.exit_cost import exit_points
from nhs_assets.model.phasing import Programme
from nhs_assets.model.scenario import Scenario, national, national_flow
from tests.unit.model_inputs import CELLS, parameter_set, programme, streams, waves

pytestmark = pytest.mark.unit

POINTS = exit_points(CELLS)
SHARE = st.floats(0, 1)
CHOSEN = {
    "posts_removed_total": st.floats(1_000, 18_000),
    "posts_part_dhsc": st.floats(0, 1),
    "posts_part_nhse": st.floats(0, 1),
    "paid_exit_share": st.floats(0.01, 1),
    "paid_take_up": st.floats(0.1, 1),
    "leaving_slip_months": st.integers(0, 24),
    "rehire_lag_months": st.integers(0, 24),
    "fixed_programme_cost_gbp_m": st.floats(0, 400),
    **dict.fromkeys(
        (
            "unpaid_take_up",
            "leaving_month_saved_share",
            "vacant_post_saved_share",
            "backfill_share",
            "rehire_share",
            "rehire_cost_share",
            "clawback_share_of_award",
        ),
        SHARE,
    ),
}


def nation(**overrides: float) -> Programme:
    parameters = parameter_set(posts_removed_total=18_000, **overrides)
    return national(programme(parameters, exit_waves=streams()))


def taken_apart(of: Programme, scenario: Scenario) -> DecomposedFlows:
    changed = of.parameters.overridden(scenario.overrides)
    values = {name: changed.value(name) for name in SETTABLE}
    return decomposed(spine_of(of), unit_amounts(of, changed, POINTS), waves_of(of, scenario), values)


def pounds(table: pl.DataFrame, basis: str, component: str) -> np.ndarray:
    months = table.filter(accounting_basis=basis, component=component).sort("month")
    return np.round(months["amount_gbp_m"].cast(pl.Float64).to_numpy() * 1_000_000)


def assert_equal_to_the_pound(found: DecomposedFlows, table: pl.DataFrame) -> None:
    for basis, own in {"accrual": found.accrual, "cash_paid": found.cash_paid, "both": found.saving}.items():
        for component in SAVING_COMPONENTS if basis == "both" else COST_COMPONENTS:
            np.testing.assert_array_equal(own[component], pounds(table, basis, component), f"{basis} {component}")


def test_settings_are_all_that_the_strategy_sets() -> None:
    assert set(SETTABLE) == set(CHOSEN)


@settings(max_examples=40, deadline=None)
@given(st.fixed_dictionaries(CHOSEN))
def test_any_setting_is_the_scenario_of_the_model_to_the_pound(setting: dict[str, float]) -> None:
    of, scenario = nation(), Scenario("any", setting, RAMPS[0])
    assert_equal_to_the_pound(taken_apart(of, scenario), national_flow(scenario, of, POINTS))


def test_what_changes_the_unit_amounts_and_when_streams_leave_is_the_model_s_too() -> None:
    of = nation(strain_on_top_share=0.1)
    overrides = {"saving_per_post_gbp_icb": 61_000, "mean_reckonable_service_years_nhse": 9, "strain_on_top_share": 0.3}
    scenario = Scenario("any", overrides, RAMPS[0], "voluntary 2026-01 to 2026-08, approved 2025-11")
    assert_equal_to_the_pound(taken_apart(of, scenario), national_flow(scenario, of, POINTS))


def test_waves_out_of_the_months_and_nobody_paid_are_refused() -> None:
    for overrides, message in (({"leaving_slip_months": 120}, "outside the months"), ({"paid_take_up": 0}, "nobody")):
        with pytest.raises(ValueError, match=message):
            taken_apart(nation(), Scenario("any", overrides, RAMPS[0]))


def test_a_mixed_wave_is_recognised_month_by_month() -> None:
    of = national(programme(parameter_set(posts_removed_total=18_000), exit_waves=waves()))
    scenario = Scenario("any", {"paid_exit_share": 0.7, "leaving_slip_months": 3}, RAMPS[0])
    assert_equal_to_the_pound(taken_apart(of, scenario), national_flow(scenario, of, POINTS))
