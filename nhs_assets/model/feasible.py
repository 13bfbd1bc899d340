"""Which leavers the reported cost allows: paid exits, mean service and mean pay on a grid, against every claim."""

import numpy as np
import polars as pl

from nhs_assets.model.draws import LEVELS
from nhs_assets.model.exit_cost import mean_cost_of_terms
from nhs_assets.model.likelihood import BOARDS
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.posterior import Estimated
from nhs_assets.model.simulation import GBP_IN_GBP_M
from nhs_assets.model.tables import CASH, DECIMALS, as_table

TERMS = "agenda_for_change"
MEASURE = "programme_cost"
SCOPES = ("all_three", "all_three_and_csu")


def feasible_set(estimated: Estimated, claim: pl.DataFrame) -> pl.DataFrame:
    """``savings.feasible_set``: what each mix of leavers would cost, and which reported costs it agrees with.

    The grid runs over what the terms count: service from the least to the most that counts, pay from floor to cap,
    paid exits over every reading of how many posts are meant. Everybody leaves on Agenda for Change terms at one
    year's pay, with the notice of boards paid and no other cost. Leavers differ as the staff on these terms do: pay and
    service of all cells are raised or lowered in proportion until their means are those of the mix.
    """
    if estimated.is_empty:
        return as_table([], "savings.feasible_set")
    parameters, cell = estimated.parameters, estimated.leavers.cell
    paid_exits, service, pay = (axis.ravel() for axis in np.meshgrid(*_axes(parameters)))
    notice = parameters.value(f"notice_weeks_{BOARDS}")
    one_exit = mean_cost_of_terms(cell, TERMS, parameters, pay, service, notice)["exit_cost_gbp"]
    served = estimated.drawn.values[f"mean_reckonable_service_years_{BOARDS}"]
    least, most = np.quantile(served, [LEVELS["p10"], LEVELS["p90"]])
    mix = {"paid_exits": paid_exits, "mean_service_years": service, "mean_pay_gbp": pay}
    grid = pl.DataFrame(
        {
            **mix,
            "implied_cost_gbp_m": np.round(paid_exits * one_exit / GBP_IN_GBP_M, DECIMALS),
            "service_in_range": (service >= least) & (service <= most),
        }
    )
    stated = reported_costs(claim, parameters.value("about_tolerance_pct"))
    matched = (
        grid.join(stated, how="cross")
        .filter(pl.col("implied_cost_gbp_m").is_between("cost_low", "cost_high"))
        .sort("claim_id")
        .group_by(*mix, maintain_order=True)
        .agg(pl.col("claim_id").unique(maintain_order=True).str.join(", ").alias("consistent_claim_ids"))
    )
    table = grid.join(matched, on=list(mix), how="left")
    is_consistent = pl.col("consistent_claim_ids").is_not_null()
    return as_table(table.with_columns(is_consistent=is_consistent), "savings.feasible_set", **CASH)


def reported_costs(claim: pl.DataFrame, tolerance_pct: float) -> pl.DataFrame:
    """What each claim says the programme costs: ``claim_id``, ``cost_low``, ``cost_high``, £ million.

    A range is taken unchanged, a single figure with the tolerance on either side.
    """
    margin = pl.when(pl.col("low") == pl.col("high")).then(pl.col("low") * (tolerance_pct / 100)).otherwise(0)
    return (
        claim.filter((pl.col("measure_id") == MEASURE) & pl.col("scope_id").is_in(SCOPES))
        .with_columns(
            low=pl.coalesce("value_low", "value_central", "value_high"),
            high=pl.coalesce("value_high", "value_central", "value_low"),
        )
        .drop_nulls("low")
        .select("claim_id", cost_low=pl.col("low") - margin, cost_high=pl.col("high") + margin)
    )


def _axes(parameters: ParameterSet) -> list[np.ndarray]:
    """Paid exits, service and pay, each in whole steps between two ends."""
    own = f"{TERMS}_"
    return [
        _steps(*(parameters.value(name) for name in names))
        for names in (
            ("feasible_least_paid_exits", "feasible_most_paid_exits", "feasible_step_posts"),
            (f"{own}minimum_service_years", f"{own}maximum_service_years", "feasible_step_service_years"),
            (f"{own}pay_floor_gbp", f"{own}pay_cap_gbp", "feasible_step_pay_gbp"),
        )
    ]


def _steps(lowest: float, highest: float, step: float) -> np.ndarray:
    return np.arange(np.ceil(lowest / step), np.floor(highest / step) + 1) * step
