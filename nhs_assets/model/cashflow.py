"""Cost and saving by organisation and month.

Every flow is rounded to the pound where it arises, before it is moved to a month or an organisation and added up:
so both accounting bases, and every grouping of organisations, add up to the same total.
"""

import polars as pl

from nhs_assets.contracts.savings import ACCOUNTING_BASES
from nhs_assets.contracts.vocabulary import COST_COMPONENTS, SAVING_COMPONENTS
from nhs_assets.model.money import gbp_m, whole_pounds
from nhs_assets.model.organisations import bookings, organisation_months
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.phasing import gone_in_month, removed_posts
from nhs_assets.model.tables import as_table

PROGRAMME = "programme"
MONTH_OF_FLOW = {"accrual": "recognised_month", "cash_paid": "month"}
"""The month a cost counts in, by accounting basis."""


def exit_cost_month(
    exits: pl.DataFrame,
    unit_costs: pl.DataFrame,
    organisations: pl.DataFrame,
    parameters: ParameterSet,
    spine: pl.DataFrame,
    scenario_id: str,
) -> pl.DataFrame:
    """``savings.exit_cost_month``: a row for every basis, organisation, month and component, zeros kept.

    Args:
        exits: from :func:`nhs_assets.model.phasing.exits_by_origin`.
        unit_costs: ``savings.unit_cost`` of the scenario.
        organisations: rows of ``workforce.organisation``.
        parameters: dated parameters; ``fixed_programme_cost_gbp_m`` and ``strain_on_top_share`` are used.
        spine: months of the appraisal.
        scenario_id: the scenario all of these are of.

    Raises:
        ValueError: if there is a fixed programme cost and no paid exit to spread it over.
    """
    costs = pl.concat(
        [_entitlement_costs(exits, unit_costs, parameters, spine), _programme_costs(exits, parameters)],
        how="diagonal_relaxed",
    )
    flows = pl.concat(
        costs.select(
            "origin_ods_code",
            "component",
            "pounds",
            accounting_basis=pl.lit(basis),
            month=pl.col(MONTH_OF_FLOW[basis]),
        )
        for basis in ACCOUNTING_BASES
    )
    keys = ["accounting_basis", "component"]
    grid = (
        organisation_months(organisations, spine)
        .join(pl.DataFrame({"accounting_basis": ACCOUNTING_BASES}), how="cross")
        .join(pl.DataFrame({"component": COST_COMPONENTS}), how="cross")
    )
    return as_table(_booked(flows, grid, organisations, spine, keys, scenario_id), "savings.exit_cost_month")


def saving_month(
    exits: pl.DataFrame,
    components: pl.DataFrame,
    organisations: pl.DataFrame,
    parameters: ParameterSet,
    spine: pl.DataFrame,
    scenario_id: str,
) -> pl.DataFrame:
    """``savings.saving_month``: a row for every organisation, month and component, zeros kept.

    A post that goes during a month saves a share of it, and one that nobody held a share of its cost. What leavers
    cost who are employed again is counted in the same way, later by the lag.

    Args:
        exits: from :func:`nhs_assets.model.phasing.exits_by_origin`.
        components: from :func:`nhs_assets.model.unit_cost.saving_components`.
        organisations: rows of ``workforce.organisation``.
        parameters: dated parameters; ``leaving_month_saved_share`` and ``vacant_post_saved_share`` are used.
        spine: months of the appraisal.
        scenario_id: the scenario all of these are of.
    """
    month_saved = parameters.value("leaving_month_saved_share")
    unspent = 1 - parameters.value("vacant_post_saved_share")
    removed = removed_posts(exits, spine).with_columns(
        post=gone_in_month("removed", month_saved) - gone_in_month("vacant", month_saved) * unspent,
        rehire=gone_in_month("paid", month_saved),
    )
    saving = components.filter((pl.col("annual_gbp") != 0) | (pl.col("counts") == "post"))
    flows = pl.concat(
        _saved(removed, spine, counts, rows) for (counts,), rows in saving.group_by("counts", maintain_order=True)
    )
    grid = organisation_months(organisations, spine).join(pl.DataFrame({"component": SAVING_COMPONENTS}), how="cross")
    return as_table(_booked(flows, grid, organisations, spine, ["component"], scenario_id), "savings.saving_month")


def _saved(removed: pl.DataFrame, spine: pl.DataFrame, counts: str, components: pl.DataFrame) -> pl.DataFrame:
    """Savings of origins by month, in whole pounds, of the components that count the same posts."""
    annual = pl.col("annual_gbp")
    saving_gbp = {
        "post": pl.col("post") * annual / 12,
        "rehire": pl.col("rehire") * annual / 12,
        "return": (pl.col("paid_after") - pl.col("paid_before")) * annual,
    }[counts]
    later = pl.col("month").dt.offset_by(f"{0 if counts == 'post' else components['lag_months'].max()}mo")
    years = spine.select("month", "fy")
    # What is paid back was paid in the year of leaving; what is saved, or spent again, is at the pay of its own year.
    dated = removed.join(years, on="month").with_columns(month=later)
    if counts != "return":
        dated = dated.drop("fy").join(years, on="month")
    return (
        dated.join(components, on=["fy", "body"])
        .join(spine.select("month"), on="month", how="semi")
        .select("origin_ods_code", "component", "month", pounds=whole_pounds(saving_gbp))
    )


def _entitlement_costs(
    exits: pl.DataFrame, unit_costs: pl.DataFrame, parameters: ParameterSet, spine: pl.DataFrame
) -> pl.DataFrame:
    """Cost of each component but the programme's, in whole pounds, at the pay of the year of leaving.

    Strain counted on top of the payment is no rule of the terms, so it is no part of the unit cost.
    """
    on_top = pl.col("severance_gbp").cast(pl.Float64) * parameters.value("strain_on_top_share")
    strain = pl.col("strain_above_entitlement_gbp").cast(pl.Float64) + on_top
    each = (
        unit_costs.with_columns(strain_above_entitlement_gbp=strain)
        .select(
            "fy",
            "body",
            **{
                component: pl.col(f"{component}_gbp").cast(pl.Float64)
                for component in COST_COMPONENTS
                if component != PROGRAMME
            },
        )
        .unpivot(index=["fy", "body"], variable_name="component", value_name="unit_gbp")
    )
    cost_gbp = pl.col("paid_exits") * pl.col("unit_gbp").cast(pl.Float64)
    leaving = exits.join(spine.select("month", "fy"), on="month")
    return leaving.join(each, on=["fy", "body"]).select(
        "origin_ods_code", "component", "month", "recognised_month", pounds=whole_pounds(cost_gbp)
    )


def _programme_costs(exits: pl.DataFrame, parameters: ParameterSet) -> pl.DataFrame:
    """The fixed cost shared over paid exits, in whole pounds that add up to it, spent as the exits are recognised."""
    fixed_gbp = parameters.value("fixed_programme_cost_gbp_m") * 1_000_000
    paid_exits = exits["paid_exits"].sum()
    if fixed_gbp and not paid_exits:
        raise ValueError("a fixed programme cost needs paid exits to be spread over")
    spent = whole_pounds(pl.col("paid_exits").cum_sum() / (paid_exits or 1) * fixed_gbp)
    return exits.select(
        "origin_ods_code",
        "recognised_month",
        month=pl.col("recognised_month"),
        component=pl.lit(PROGRAMME),
        pounds=spent - spent.shift(1, fill_value=0),
    )


def _booked(
    flows: pl.DataFrame,
    grid: pl.DataFrame,
    organisations: pl.DataFrame,
    spine: pl.DataFrame,
    keys: list[str],
    scenario_id: str,
) -> pl.DataFrame:
    """Flows of origins in cash, added up to whoever books them that month, on every row of the grid."""
    keys = ["ods_code", "month", *keys]
    booked = (
        flows.join(bookings(organisations, spine), on=["origin_ods_code", "month"])
        .group_by(keys, maintain_order=True)
        .agg(pl.col("pounds").sum())
    )
    return grid.join(booked, on=keys, how="left").with_columns(
        scenario_id=pl.lit(scenario_id),
        price_basis=pl.lit("cash"),
        base_fy=pl.lit(None, pl.String),
        amount_gbp_m=gbp_m(pl.col("pounds").fill_null(0)),
    )
