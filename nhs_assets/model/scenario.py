"""Every scenario for the nation: the same steps as the central case, with each kind of body as one organisation.

All organisations of one kind have the same unit costs and leave by the same waves, so nothing but rounding to the
pound is lost by taking them together. A scenario that changes nothing but the financing takes the central flows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from nhs_assets.contracts.savings import BOTH
from nhs_assets.model import cashflow, phasing
from nhs_assets.model import unit_cost as unit_costs
from nhs_assets.model.exit_cost import exit_points
from nhs_assets.model.organisations import target_organisations
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.tables import as_table

TABLE = "savings.scenario_flow"
POSTS = "posts_removed_total"


@dataclass(frozen=True)
class Scenario:
    """What one scenario changes: parameters by name, and how departures spread."""

    scenario_id: str
    overrides: Mapping[str, float]
    ramp: str

    @property
    def programme(self) -> tuple:
        """What its cost and saving depend on; scenarios that share it have the same flows."""
        return self.ramp, tuple(sorted(self.overrides.items()))


@dataclass(frozen=True)
class Nation:
    """The programme's bodies, each as one organisation that transfers nothing: rows for the model's steps."""

    organisations: pl.DataFrame
    baseline: pl.DataFrame
    points: pl.DataFrame

    @classmethod
    def of(cls, organisations: pl.DataFrame, baseline: pl.DataFrame, cells: pl.DataFrame) -> "Nation":
        """Adds up staff and posts to go by kind of body.

        Args:
            organisations: rows of ``workforce.organisation``.
            baseline: rows of ``workforce.baseline``.
            cells: rows of ``workforce.cell``.
        """
        code = pl.col("body").str.to_uppercase()
        posts = (
            phasing.target_posts(baseline, organisations)
            .group_by("body", maintain_order=True)
            .agg(pl.col("headcount", "posts_removed_target").sum())
        )
        bodies = target_organisations(organisations).unique(["body", "employer_terms"]).sort("body", "employer_terms")
        return cls(
            bodies.with_columns(
                ods_code=code,
                receiving_ods_code=pl.lit(None, pl.String),
                transfers_on=pl.lit(None, pl.Date),
            ),
            posts.select(code.alias("ods_code"), "headcount", "posts_removed_target").sort("ods_code"),
            exit_points(cells),
        )


def scenarios_of(scenario: pl.DataFrame, scenario_override: pl.DataFrame) -> list[Scenario]:
    """Scenarios with what they change, by id.

    Args:
        scenario: rows of ``evidence.scenario``.
        scenario_override: rows of ``evidence.scenario_override``.
    """
    changed: dict[str, dict[str, float]] = {}
    for scenario_id, parameter_id, value in scenario_override.select(
        "scenario_id", "parameter_id", "value"
    ).iter_rows():
        changed.setdefault(scenario_id, {})[parameter_id] = value
    return [
        Scenario(scenario_id, changed.get(scenario_id, {}), ramp)
        for scenario_id, ramp in scenario.sort("scenario_id").select("scenario_id", "ramp").iter_rows()
    ]


def national_flow(
    scenario: Scenario, parameters: ParameterSet, nation: Nation, waves: pl.DataFrame, spine: pl.DataFrame
) -> pl.DataFrame:
    """Rows of ``savings.scenario_flow`` of one scenario, zeros kept.

    Args:
        scenario: what it changes.
        parameters: the central parameters.
        nation: bodies with staff and posts to go.
        waves: rows of ``savings.exit_wave``.
        spine: months of the appraisal.

    Raises:
        ValueError: if it sets a parameter that moves neither cost nor saving, with those that do, or the programme
            cannot be run on its values.
    """
    changed = parameters.overridden(scenario.overrides)
    name = scenario.scenario_id
    posts = pl.col("posts_removed_target") * (changed.value(POSTS) / parameters.value(POSTS))
    try:
        points = unit_costs.exit_point(changed, nation.organisations, nation.points, spine, name)
        unit_cost = unit_costs.unit_cost(changed, nation.organisations, points, spine, name)
        exits = phasing.exits_by_origin(
            nation.baseline.with_columns(posts), nation.organisations, waves, changed, spine, scenario.ramp
        )
        cost = cashflow.exit_cost_month(exits, unit_cost, nation.organisations, changed, spine, name)
        components = unit_costs.saving_components(changed, unit_cost)
        saving = cashflow.saving_month(exits, components, nation.organisations, changed, spine, name)
    except ValueError as error:
        raise ValueError(f"scenario {name} cannot be run: {error}") from error
    idle = sorted(set(scenario.overrides) - changed.asked)
    if idle:
        raise ValueError(
            f"scenario {name} sets {', '.join(idle)}, which moves neither cost nor saving; "
            f"these do: {', '.join(sorted(changed.asked))}"
        )
    return flows_of(cost, saving)


def flows_of(cost: pl.DataFrame, saving: pl.DataFrame) -> pl.DataFrame:
    """Cost and saving of organisations added up to the nation, as rows of ``savings.scenario_flow``.

    Args:
        cost: rows of ``savings.exit_cost_month``.
        saving: rows of ``savings.saving_month`` of the same scenarios.
    """
    keys = ["scenario_id", "accounting_basis", "month", "component", "fy", "price_basis", "base_fy"]
    each = pl.concat([cost.select(*keys, "amount_gbp_m"), _on_both_bases(saving).select(*keys, "amount_gbp_m")])
    return as_table(each.group_by(keys, maintain_order=True).agg(pl.col("amount_gbp_m").sum()), TABLE)


def scenario_flows(
    scenarios: list[Scenario],
    central: pl.DataFrame,
    parameters: ParameterSet,
    nation: Nation,
    waves: pl.DataFrame,
    spine: pl.DataFrame,
) -> pl.DataFrame:
    """``savings.scenario_flow``: every scenario, each distinct programme run once.

    Args:
        scenarios: what each changes.
        central: rows of the scenario that changes nothing, added up from the organisations.
        parameters: the central parameters.
        nation: bodies with staff and posts to go.
        waves: rows of ``savings.exit_wave``.
        spine: months of the appraisal.
    """
    (plain,) = {one.programme for one in scenarios if one.scenario_id in central["scenario_id"].unique()}
    run = {plain: central}
    for one in scenarios:
        if one.programme not in run:
            run[one.programme] = national_flow(one, parameters, nation, waves, spine)
    return as_table(
        pl.concat(run[one.programme].with_columns(scenario_id=pl.lit(one.scenario_id)) for one in scenarios), TABLE
    )


def costs_and_savings(flows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of ``savings.scenario_flow`` apart again: costs by basis, and savings without one."""
    is_saving = pl.col("accounting_basis") == BOTH
    return flows.filter(~is_saving), flows.filter(is_saving).drop("accounting_basis")


def _on_both_bases(saving: pl.DataFrame) -> pl.DataFrame:
    return saving.with_columns(accounting_basis=pl.lit(BOTH))
