"""Cost and saving by organisation and month.

Every flow is rounded to the pound where it arises, before it is moved to a month or an organisation and added up:
so both accounting bases, and every grouping of organisations, add up to the same total.
"""

import polars as pl

from nhs_assets.contracts.savings import ACCOUNTING_BASES
from nhs_assets.contracts.vocabulary import COST_COMPONENTS, SAVING_COMPONENTS
from nhs_assets.model.money import gbp_m, whole_pounds
from nhs_assets.model.phasing import Programme, gone_in_month
from nhs_assets.model.tables import CASH, as_table
from nhs_assets.model.unit_cost import POST, REHIRE, RETURN, saving_components

FIXED = "programme"
"""The component of the programme's fixed cost."""
MONTH_OF_FLOW = {"accrual": "recognised_month", "cash_paid": "month"}
"""The month a cost counts in, by accounting basis."""


def exit_cost_month(programme: Programme, unit_cost: pl.DataFrame) -> pl.DataFrame:
    """``savings.exit_cost_month_before_succession``: every basis, organisation, month and component, zeros kept.

    Raises:
        ValueError: if there is a fixed programme cost and no paid exit to spread it over.
    """
    costs = pl.concat([_costs_of_exits(programme, unit_cost), _fixed_costs(programme)], how="diagonal_relaxed")
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
    keys = {"accounting_basis": ACCOUNTING_BASES, "component": COST_COMPONENTS}
    return _booked(programme, flows, keys, "savings.exit_cost_month_before_succession")


def saving_month(programme: Programme, unit_cost: pl.DataFrame) -> pl.DataFrame:
    """``savings.saving_month_before_succession``: a row for every organisation, month and component, zeros kept.

    A post that goes during a month saves a share of it, and one that nobody held a share of its cost. What leavers
    cost who are employed again is counted in the same way, later by the lag.
    """
    parameters = programme.parameters
    month_saved = parameters.value("leaving_month_saved_share")
    unspent = 1 - parameters.value("vacant_post_saved_share")
    removed = programme.removed.with_columns(
        post=gone_in_month("removed", month_saved) - gone_in_month("vacant", month_saved) * unspent,
        rehire=gone_in_month("paid", month_saved),
    )
    components = saving_components(parameters, unit_cost)
    lag = int(parameters.value("rehire_lag_months"))
    flows = pl.concat(
        _saved(removed, programme.spine, counts, components.filter(counts=counts), later_by)
        for counts, later_by in {POST: 0, REHIRE: lag, RETURN: lag}.items()
    )
    return _booked(programme, flows, {"component": SAVING_COMPONENTS}, "savings.saving_month_before_succession")


def _saved(
    removed: pl.DataFrame, spine: pl.DataFrame, counts: str, components: pl.DataFrame, later_by: int
) -> pl.DataFrame:
    """Savings of origins by month, in whole pounds, of the components that count the same, some months later."""
    annual = pl.col("annual_gbp")
    saving_gbp = {
        POST: pl.col("post") * annual / 12,
        REHIRE: pl.col("rehire") * annual / 12,
        RETURN: (pl.col("paid_after") - pl.col("paid_before")) * annual,
    }[counts]
    years = spine.select("month", "fy")
    # What is paid back was paid in the year of leaving; what is saved, or spent again, is at the pay of its own year.
    dated = removed.join(years, on="month").with_columns(pl.col("month").dt.offset_by(f"{later_by}mo"))
    if counts != RETURN:
        dated = dated.drop("fy").join(years, on="month")
    return (
        dated.join(components, on=["fy", "body"])
        .join(spine.select("month"), on="month", how="semi")
        .select("origin_ods_code", "component", "month", pounds=whole_pounds(saving_gbp))
    )


def _costs_of_exits(programme: Programme, unit_cost: pl.DataFrame) -> pl.DataFrame:
    """Cost of each component except the fixed one, in whole pounds, at the pay of the year of leaving.

    Strain counted on top of the payment is not a rule of the terms, so it is not part of the unit cost.
    """
    on_top = pl.col("severance_gbp").cast(pl.Float64) * programme.parameters.value("strain_on_top_share")
    strain = pl.col("strain_above_entitlement_gbp").cast(pl.Float64) + on_top
    components = [component for component in COST_COMPONENTS if component != FIXED]
    each = (
        unit_cost.with_columns(strain_above_entitlement_gbp=strain)
        .select("fy", "body", **{component: pl.col(f"{component}_gbp").cast(pl.Float64) for component in components})
        .unpivot(index=["fy", "body"], variable_name="component", value_name="unit_gbp")
    )
    cost_gbp = pl.col("paid_exits") * pl.col("unit_gbp")
    leaving = programme.exits.join(programme.spine.select("month", "fy"), on="month")
    return leaving.join(each, on=["fy", "body"]).select(
        "origin_ods_code", "component", "month", "recognised_month", pounds=whole_pounds(cost_gbp)
    )


def _fixed_costs(programme: Programme) -> pl.DataFrame:
    """The fixed cost shared over paid exits, in whole pounds that add up to it, spent as the exits are recognised."""
    fixed_gbp = programme.parameters.value("fixed_programme_cost_gbp_m") * 1_000_000
    paid_exits = programme.exits["paid_exits"].sum()
    if fixed_gbp and not paid_exits:
        raise ValueError("a fixed programme cost needs paid exits to be spread over")
    spent = whole_pounds(pl.col("paid_exits").cum_sum() / (paid_exits or 1) * fixed_gbp)
    return programme.exits.select(
        "origin_ods_code",
        "recognised_month",
        month=pl.col("recognised_month"),
        component=pl.lit(FIXED),
        pounds=spent - spent.shift(1, fill_value=0),
    )


def _booked(programme: Programme, flows: pl.DataFrame, keys: dict[str, tuple[str, ...]], table: str) -> pl.DataFrame:
    """Flows of origins in cash, added up to whoever books them that month, with a row for every value of the keys."""
    rows = programme.organisation_months
    for name, values in keys.items():
        rows = rows.join(pl.DataFrame({name: values}), how="cross")
    by = ["ods_code", "month", *keys]
    booked = (
        flows.join(programme.bookings, on=["origin_ods_code", "month"])
        .group_by(by, maintain_order=True)
        .agg(pl.col("pounds").sum())
    )
    return as_table(
        rows.join(booked, on=by, how="left").with_columns(amount_gbp_m=gbp_m(pl.col("pounds").fill_null(0))),
        table,
        scenario_id=programme.scenario_id,
        **CASH,
    )
