"""Every scenario for the nation: the same steps as the best estimate, with each kind of body as one organisation.

All organisations of one kind have the same unit costs and leave by the same waves, so nothing but rounding to the
pound is lost by taking them together. A scenario that changes only the financing takes its flows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from nhs_assets.contracts.savings import BOTH
from nhs_assets.model.cashflow import exit_cost_month as exit_costs
from nhs_assets.model.cashflow import saving_month as savings
from nhs_assets.model.exit_cost import exit_point, exit_points
from nhs_assets.model.organisations import target_organisations
from nhs_assets.model.parameters import BEST_ESTIMATE
from nhs_assets.model.phasing import Programme, departing, scaled_to
from nhs_assets.model.tables import as_table
from nhs_assets.model.unit_cost import unit_cost

TABLE = "savings.scenario_flow"
HORIZON = "appraisal_horizon_years"
"""Every scenario is appraised over the same months."""


@dataclass(frozen=True)
class Scenario:
    """What one scenario changes: parameters by name, how departures spread, and when streams leave."""

    scenario_id: str
    overrides: Mapping[str, float]
    ramp: str
    departures: str | None = None

    @property
    def levers(self) -> tuple:
        """What its cost and saving depend on; scenarios that share it have the same flows."""
        return self.ramp, self.departures, tuple(sorted(self.overrides.items()))


def scenarios_of(scenario: pl.DataFrame, scenario_override: pl.DataFrame) -> list[Scenario]:
    """Scenarios with what they change, by id."""
    changed: dict[str, dict[str, float]] = {}
    for scenario_id, parameter_id, value in scenario_override.select(
        "scenario_id", "parameter_id", "value"
    ).iter_rows():
        changed.setdefault(scenario_id, {})[parameter_id] = value
    return [
        Scenario(scenario_id, changed.get(scenario_id, {}), ramp, departures)
        for scenario_id, ramp, departures in scenario.sort("scenario_id")
        .select("scenario_id", "ramp", "departures")
        .iter_rows()
    ]


def national(programme: Programme) -> Programme:
    """The programme with each kind of body as one organisation that transfers nothing."""
    code = pl.col("body").str.to_uppercase()
    posts = programme.staffed.group_by("body", maintain_order=True).agg(
        pl.col("headcount", "posts_removed_target").sum()
    )
    bodies = target_organisations(programme.organisation)
    return replace(
        programme,
        organisation=bodies.unique(["body", "employer_terms"])
        .sort("body", "employer_terms")
        .with_columns(
            ods_code=code,
            receiving_ods_code=pl.lit(None, pl.String),
            transfers_on=pl.lit(None, pl.Date),
        ),
        baseline_before_succession=posts.select("body", "headcount", "posts_removed_target", ods_code=code).sort(
            "ods_code"
        ),
    )


def national_flow(scenario: Scenario, nation: Programme, cell: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``savings.scenario_flow`` of one scenario, zeros kept.

    Args:
        scenario: what it changes.
        nation: the programme of the best estimate, from :func:`national`.
        cell: cells, or their points from :func:`nhs_assets.model.exit_cost.exit_points`.

    Raises:
        ValueError: if it sets a parameter that moves neither cost nor saving (the message names those that do), or the
            programme cannot be run on its values.
    """
    name = scenario.scenario_id
    changed = nation.parameters.overridden(scenario.overrides)
    baseline = scaled_to(nation.baseline_before_succession, changed, nation.parameters)
    try:
        waves = departing(nation.exit_wave, scenario.departures)
        programme = replace(
            nation,
            parameters=changed,
            baseline_before_succession=baseline,
            exit_wave=waves,
            ramp=scenario.ramp,
            scenario_id=name,
        )
        points = exit_point(changed, nation.organisation, cell, name)
        costs = unit_cost(changed, nation.organisation, points, name)
        flows = flows_of(exit_costs(programme, costs), savings(programme, costs))
    except ValueError as error:
        raise ValueError(f"scenario {name} cannot be run: {error}") from error
    moving = changed.asked - {HORIZON}
    idle = sorted(set(scenario.overrides) - moving)
    if idle:
        raise ValueError(
            f"scenario {name} sets {', '.join(idle)}, which moves neither cost nor saving; "
            f"these do: {', '.join(sorted(moving))}"
        )
    return flows


def flows_of(exit_cost_month: pl.DataFrame, saving_month: pl.DataFrame) -> pl.DataFrame:
    """Cost and saving of organisations added up to the nation, as rows of ``savings.scenario_flow``."""
    keys = ["scenario_id", "accounting_basis", "month", "component", "fy", "price_basis", "base_fy"]
    each = pl.concat(
        table.select(*keys, "amount_gbp_m")
        for table in (exit_cost_month, saving_month.with_columns(accounting_basis=pl.lit(BOTH)))
    )
    return as_table(each.group_by(keys, maintain_order=True).agg(pl.col("amount_gbp_m").sum()), TABLE)


def scenario_flow(
    programme: Programme,
    exit_cost_month: pl.DataFrame,
    saving_month: pl.DataFrame,
    scenario: pl.DataFrame,
    scenario_override: pl.DataFrame,
    cell: pl.DataFrame,
) -> pl.DataFrame:
    """``savings.scenario_flow``: cost and saving of every scenario for the nation, by month and component.

    Scenarios with the same levers are run once; the best estimate is added up from the organisations.
    """
    scenarios = scenarios_of(scenario, scenario_override)
    (best,) = (stated.levers for stated in scenarios if stated.scenario_id == BEST_ESTIMATE)
    flows = {best: flows_of(exit_cost_month, saving_month)}
    nation, points = national(programme), exit_points(cell)
    for stated in scenarios:
        if stated.levers not in flows:
            flows[stated.levers] = national_flow(stated, nation, points)
    return as_table(
        pl.concat(flows[stated.levers].with_columns(scenario_id=pl.lit(stated.scenario_id)) for stated in scenarios),
        TABLE,
    )


def costs_and_savings(scenario_flow: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of ``savings.scenario_flow`` split again: costs by basis, and savings without one."""
    is_saving = pl.col("accounting_basis") == BOTH
    return scenario_flow.filter(~is_saving), scenario_flow.filter(is_saving).drop("accounting_basis")
