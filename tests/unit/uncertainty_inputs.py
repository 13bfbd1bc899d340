"""Small inputs for the tests of draws and ranges: the programme of ``model_inputs`` with ranges around its values."""

from datetime import date

import polars as pl

from nhs_assets.contracts import vocabulary
from nhs_assets.model.cashflow import exit_cost_month, saving_month
from nhs_assets.model.draws import Chances, Range
from nhs_assets.model.phasing import exits_by_origin
from nhs_assets.model.ranged import Ranged, ranged
from nhs_assets.model.unit_cost import exit_point, saving_components, unit_cost
from tests.unit.model_inputs import (
    BASE_FY,
    BODIES,
    CELLS,
    SCENARIO,
    START,
    VALUES,
    baseline,
    organisations,
    spine,
    waves,
)

CHANCES = Chances(seed=7, draws=400, correlation=0.3)
OWN = {
    "posts_removed_total": 1_532.0,
    "deflator_extension_pct": 2.0,
    "about_tolerance_pct": 10.0,
    "draws": 400.0,
    "draw_seed": 7.0,
    "pay_and_service_correlation": 0.3,
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
    "paid_exit_share": (0.6, 0.95),
    "backfill_share": (0.0, 0.1),
    "fixed_programme_cost_gbp_m": (0.0, 20.0),
    "notice_weeks": (4.0, 12.0),
    "deflator_extension_pct": (1.8, 2.2),
    "mean_reckonable_service_years_agenda_for_change": (10.0, 20.0),
    "mean_reckonable_service_years_civil_service": (10.0, 20.0),
    "saving_per_post_gbp_icb": (56_000.0, 60_000.0),
    "saving_per_post_gbp_nhse": (52_000.0, 53_333.33),
    "saving_per_post_gbp_dhsc": (45_000.0, 60_000.0),
    "paid_take_up": (0.7, 1.0),
    "rehire_share": (0.0, 0.22),
    "clawback_share_of_award": (0.0, 0.42),
    "non_pay_saving_per_post_gbp": (0.0, 5_000.0),
}
"""Ends of the ranges; the last pay award has its own, because it is dated."""
UNITS = dict.fromkeys(("paid_exit_share", "backfill_share", "rehire_share", "clawback_share_of_award"), "share")


def parameter_value(**changes: float) -> pl.DataFrame:
    """Rows of ``evidence.parameter_value`` as far as the model reads them, some of another value."""
    rows = []
    for name, value in {**VALUES, **OWN, **changes}.items():
        for day, dated in (value if isinstance(value, dict) else {START: value}).items():
            low, high = ENDS.get(name, (dated, dated))
            rows.append((name, day, UNITS.get(name, "number"), float(dated), float(low), float(high), START))
    frame = pl.DataFrame(
        rows,
        schema={
            "parameter_id": pl.String,
            "valid_from": pl.Date,
            "unit": pl.String,
            "value": pl.Float64,
            "low": pl.Float64,
            "high": pl.Float64,
            "known_from": pl.Date,
        },
        orient="row",
    )
    last_award = (pl.col("parameter_id") == "pay_award_pct") & (pl.col("valid_from") == date(2027, 4, 1))
    return frame.with_columns(
        low=pl.when(last_award).then(2.0).otherwise("low"), high=pl.when(last_award).then(3.5).otherwise("high")
    )


def people() -> tuple[pl.DataFrame, ...]:
    """Rows of ``organisation``, ``baseline``, ``exit_wave`` and ``cell``, each known from a day."""
    staff = baseline().with_columns(
        body=pl.col("ods_code").replace_strict(BODIES), in_post_target=pl.lit(True), known_from=pl.lit(START)
    )
    known = pl.lit(START).alias("known_from")
    frames = organisations(), staff, waves(), CELLS
    return tuple(frame.with_columns(known) for frame in frames)


def deflator() -> pl.DataFrame:
    """Rows of ``settlement.deflator``: six forecast years, carried forward to the tenth."""
    years = range(10)
    return pl.DataFrame(
        {
            "vintage_id": ["obr_march_2026"] * len(years),
            "fy": [f"{2025 + year}-{26 + year}" for year in years],
            "index_value": [100.0 * 1.02**year for year in years],
            "status": ["extended" if year > 5 else "forecast" for year in years],
            "known_from": [START] * len(years),
        }
    )


def targets(**changes: tuple[float | None, float | None]) -> pl.DataFrame:
    """Rows of ``raw.calibration_target``: only what is given."""
    rows = [(name, name, low, high, "one") for name, (low, high) in changes.items()]
    schema = {
        "target_id": pl.String,
        "quantity": pl.String,
        "target_low": pl.Float64,
        "target_high": pl.Float64,
        "source_id": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def sources() -> pl.DataFrame:
    """Rows of ``evidence.source`` that the seeds name."""
    return pl.DataFrame({"source_id": ["one"], "known_from": [START]})


def with_source(perspectives: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``raw.appraisal_perspective`` with their document."""
    assert set(perspectives["perspective"]) == set(vocabulary.PERSPECTIVES)
    return perspectives.with_columns(source_id=pl.lit("one"))


def made(scenario_id: str = "central", **overrides: Range) -> Ranged:
    """A scenario on these inputs."""
    return ranged(scenario_id, parameter_value(), *people(), BASE_FY, overrides)


def deterministic(one: Ranged, waves: pl.DataFrame | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cost and saving of a scenario by the deterministic functions."""
    bodies, staff, mixed, cells = people()
    waves = mixed if waves is None else waves
    share = one.parameters.value("posts_removed_total") / made().parameters.value("posts_removed_total")
    months = spine(one.parameters)
    staff = staff.with_columns(pl.col("posts_removed_target") * share)
    exits = exits_by_origin(staff, bodies, waves, one.parameters, months)
    points = exit_point(one.parameters, bodies, cells, months, SCENARIO)
    costs = unit_cost(one.parameters, bodies, points, months, SCENARIO)
    components = saving_components(one.parameters, costs)
    return (
        exit_cost_month(exits, costs, bodies, one.parameters, months, SCENARIO),
        saving_month(exits, components, bodies, one.parameters, months, SCENARIO),
    )


def scenarios(**overrides: tuple[Range, ...]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of ``evidence.scenario`` and ``evidence.scenario_override``: the central one, and what is given."""
    names = ["central", *overrides]
    schema = {"scenario_id": pl.String, "parameter_id": pl.String, "value": pl.Float64, "low": pl.Float64}
    rows = [
        (name, one.parameter_id, float(one.value), float(one.low), float(one.high), START)
        for name, changed in overrides.items()
        for one in changed
    ]
    return (
        pl.DataFrame({"scenario_id": names, "ramp": ["wave_table"] * len(names), "known_from": [START] * len(names)}),
        pl.DataFrame(rows, schema={**schema, "high": pl.Float64, "known_from": pl.Date}, orient="row"),
    )


def fixed(parameter_id: str, value: float) -> Range:
    """A value that a scenario is sure of."""
    return Range(parameter_id, value, value, value)
