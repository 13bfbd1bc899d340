"""Small inputs for the tests of draws and ranges: the programme of ``model_inputs`` with ranges around its values."""

from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np
import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.model.cashflow import exit_cost_month, saving_month
from nhs_assets.model.draws import Distribution, Prior, prior
from nhs_assets.model.exit_cost import exit_point
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.phasing import Programme, scaled_to
from nhs_assets.model.posterior import Estimated, posterior_draw
from nhs_assets.model.scenario_run import Leavers, ScenarioRun, scenario_run
from nhs_assets.model.simulation import DRAWN
from nhs_assets.model.unit_cost import unit_cost
from tests.unit.model_inputs import BODIES, CELLS, START, VALUES, baseline, deflator, organisations, perspectives, waves

SEED, DRAWS = 7, 400
OWN = {
    "posts_removed_total": 1_532.0,
    "turnover_share_a_year": 0.15,
    "turnover_closable_share": 0.8,
    "deflator_extension_pct": 2.0,
    "about_tolerance_pct": 10.0,
    "draws": 400.0,
    "draw_seed": 7.0,
    "leavers_between_kinds_correlation": 0.3,
    "leavers_between_bodies_correlation": 0.6,
    "posterior_moves": 6.0,
    "posterior_stage_effective_share": 0.5,
    "posterior_accepted_share": 0.3,
    "award_grid_points": 60.0,
    "support_units_share_of_cost": 0.06,
    "notice_in_reported_cost_share": 0.5,
    "precedent_spread_pct": 30.0,
    "stated_saving_years_on": 4.0,
    "stated_cut_share_pct": 50.0,
    "budgeted_headcount_nhse": 1_500.0,
    "sensitivity_samples": 256.0,
    "feasible_step_posts": 500.0,
    "feasible_least_paid_exits": 720.0,
    "feasible_most_paid_exits": 1_700.0,
    "board_non_pay_share_of_running_cost": 0.3,
    "run_rate_years_on": 5.0,
    "feasible_step_service_years": 2.0,
    "feasible_step_pay_gbp": 10_000.0,
}
ENDS = {
    "posts_removed_total": (1_200.0, 1_700.0),
    "turnover_share_a_year": (0.13, 0.18),
    "turnover_closable_share": (0.5, 1.0),
    "paid_exit_share": (0.6, 0.95),
    "backfill_share": (0.0, 0.1),
    "fixed_programme_cost_gbp_m": (0.0, 20.0),
    **{f"notice_weeks_{body}": (4.0, 16.0) for body in ("icb", "nhse", "dhsc")},
    **{f"mean_reckonable_service_years_{body}": (10.0, 20.0) for body in ("icb", "nhse", "dhsc")},
    **{f"leaver_pay_ratio_{body}": (0.9, 1.2) for body in ("icb", "nhse", "dhsc")},
    "support_units_share_of_cost": (0.02, 0.12),
    "notice_in_reported_cost_share": (0.1, 0.9),
    "precedent_spread_pct": (15.0, 60.0),
    "deflator_extension_pct": (1.8, 2.2),
    "saving_per_post_gbp_icb": (56_000.0, 60_000.0),
    "saving_per_post_gbp_nhse": (52_000.0, 53_333.33),
    "saving_per_post_gbp_dhsc": (45_000.0, 60_000.0),
    "paid_take_up": (0.7, 1.0),
    "rehire_share": (0.0, 0.22),
    "clawback_share_of_award": (0.0, 0.42),
    "non_pay_saving_per_post_gbp": (0.0, 5_000.0),
}
"""Ends of the ranges; the last pay award has its own, because it is dated."""
UNITS = dict.fromkeys(
    (
        "paid_exit_share",
        "turnover_share_a_year",
        "turnover_closable_share",
        "backfill_share",
        "rehire_share",
        "clawback_share_of_award",
        "support_units_share_of_cost",
        "notice_in_reported_cost_share",
    ),
    "share",
)


def parameter_value(**changes: float) -> pl.DataFrame:
    """Rows of ``evidence.parameter_value`` as far as the model reads them, some of another value."""
    rows = []
    for name, value in {**VALUES, **OWN, **changes}.items():
        for day, dated in (value if isinstance(value, dict) else {START: value}).items():
            low, high = ENDS.get(name, (dated, dated))
            rows.append((name, day, UNITS.get(name, "number"), float(dated), float(low), float(high)))
    frame = pl.DataFrame(
        rows,
        schema={
            "parameter_id": pl.String,
            "valid_from": pl.Date,
            "unit": pl.String,
            "value": pl.Float64,
            "low": pl.Float64,
            "high": pl.Float64,
        },
        orient="row",
    )
    last_award = (pl.col("parameter_id") == "pay_award_pct") & (pl.col("valid_from") == date(2027, 4, 1))
    return frame.with_columns(
        low=pl.when(last_award).then(2.0).otherwise("low"), high=pl.when(last_award).then(3.5).otherwise("high")
    )


CASE = {
    "case_id": "made_up",
    "label": "Made up",
    "body": "icb",
    "rules_on": date(2026, 1, 1),
    "fy": "2025-26",
    "exits_low": 900.0,
    "exits": 1_000.0,
    "exits_high": 1_200.0,
    "severance_gbp_m": 65.0,
    "mean_severance_gbp": None,
    "rehired_share": 0.2,
    "actual_kind": "outcome",
    "source_id": "project",
    "reference": "Made up.",
    "confidence": "E",
}


def leavers(**changes: pl.DataFrame) -> Leavers:
    """The tables that say who may leave and what they cost, some of them replaced."""
    staff = baseline().with_columns(body=pl.col("ods_code").replace_strict(BODIES), in_post_target=pl.lit(True))
    return replace(Leavers(parameter_value(), organisations(), staff, waves(), CELLS), **changes)


def targets(**changes: tuple[float | None, float | None]) -> pl.DataFrame:
    """Rows of ``raw.calibration_target``: only what is given."""
    rows = [(name, name, low, high) for name, (low, high) in changes.items()]
    schema = {
        "target_id": pl.String,
        "quantity": pl.String,
        "target_low": pl.Float64,
        "target_high": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def before(*names: str) -> Prior:
    """The prior of some parameters, or of those of the programme."""
    return prior(parameter_value(), names or DRAWN)


@lru_cache
def drawn() -> dict[str, np.ndarray]:
    """Draws of the prior of the programme's parameters, ``(draws,)`` by name."""
    known = before()
    return known.values(known.streams(SEED, DRAWS))


def made(**overrides: Distribution) -> ScenarioRun:
    """A scenario on these inputs."""
    return scenario_run(leavers(), overrides=overrides)


def deterministic(run: ScenarioRun, exit_wave: pl.DataFrame | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cost and saving of a scenario by the deterministic functions."""
    tables, parameters = leavers(), run.parameters
    staff = scaled_to(tables.baseline_before_succession, parameters, ParameterSet(tables.parameter_value))
    programme = Programme(parameters, tables.organisation, staff, tables.exit_wave if exit_wave is None else exit_wave)
    costs = unit_cost(parameters, tables.organisation, exit_point(parameters, tables.organisation, tables.cell))
    return exit_cost_month(programme, costs), saving_month(programme, costs)


def estimated(**changes: object) -> Estimated:
    """The best estimate on these inputs, given two targets and a precedent; some of what it follows from replaced."""
    given = {"leavers": leavers(), "calibration_target": TARGETS, "backtest_case": cases(), **changes}
    draws = posterior_draw(**given, deflator=deflator(), appraisal_perspective=perspectives())
    return Estimated(given["leavers"], draws)


def cases(**changes: object) -> pl.DataFrame:
    """One row of ``raw.backtest_case``, some of it replaced."""
    return pl.DataFrame([{**CASE, **changes}], schema=contract("raw.backtest_case").polars_schema())


def scenarios(**overrides: tuple[Distribution, ...]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of ``evidence.scenario`` and ``evidence.scenario_override``: the central one, and what is given."""
    names = ["best_estimate", *overrides]
    schema = {
        "scenario_id": pl.String,
        "parameter_id": pl.String,
        **dict.fromkeys(("value", "low", "high"), pl.Float64),
    }
    rows = [
        (name, own.parameter_id, float(own.value), float(own.low), float(own.high))
        for name, changed in overrides.items()
        for own in changed
    ]
    return (
        pl.DataFrame(
            {"scenario_id": names, "ramp": ["wave_table"] * len(names), "departures": [None] * len(names)},
            schema_overrides={"departures": pl.String},
        ),
        pl.DataFrame(rows, schema=schema, orient="row"),
    )


def fixed(parameter_id: str, value: float) -> Distribution:
    """A value that a scenario is sure of."""
    return Distribution(parameter_id, value, value, value)


TARGETS = targets(posts_all=(None, 1_700.0), cost_all=(60.0, 80.0))
