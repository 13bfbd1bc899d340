"""Scenarios as the simulation takes them: parameters, their distributions, and who leaves when."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import polars as pl

from nhs_assets.contracts.vocabulary import RAMPS
from nhs_assets.model.draws import Distribution, Draws, RandomStreams, distributions, draw
from nhs_assets.model.exit_cost import Awarded, award_over_cells, exit_points
from nhs_assets.model.parameters import CENTRAL, ParameterSet
from nhs_assets.model.phasing import Programme, scaled_to
from nhs_assets.model.simulation import DRAWN, AwardOfPay, Profile, Simulated, profile, sizes


@dataclass(frozen=True)
class Leavers:
    """The tables that say who may leave, when, and what they cost."""

    parameter_value: pl.DataFrame
    organisation: pl.DataFrame
    baseline: pl.DataFrame
    exit_wave: pl.DataFrame
    cell: pl.DataFrame


@dataclass(frozen=True)
class ScenarioRun:
    """One scenario, ready to run on draws.

    Attributes:
        parameters: its values.
        uncertain: distributions of the parameters that are drawn. One that the scenario sets is known, unless the
            scenario gives its range.
        plan: who leaves when.
        award: mean award of a body from mean pay and mean service.
    """

    parameters: ParameterSet
    uncertain: Mapping[str, Distribution]
    plan: Profile
    award: Mapping[str, AwardOfPay]

    def draws(self, streams: RandomStreams) -> Draws:
        """Values of its uncertain parameters."""
        return draw(self.uncertain.values(), streams)

    def settled(self, central: "ScenarioRun") -> frozenset[str]:
        """Parameters that are drawn in the central scenario and differ in this one."""
        return frozenset(name for name, drawn in central.uncertain.items() if self.uncertain.get(name) != drawn)

    def holding(self, parameter_ids: Collection[str]) -> "ScenarioRun":
        """The same scenario with these parameters at their values, and all others drawn."""
        drawn = {name: self.uncertain[name] for name in self.uncertain if name not in parameter_ids}
        return replace(self, uncertain=drawn)

    def run(self, draws: Draws) -> Simulated:
        """The scenario in every run."""
        return Simulated(self.plan, sizes(self.parameters, draws, self.plan, self.award))


def scenario_run(
    leavers: Leavers,
    overrides: Mapping[str, Distribution] | None = None,
    ramp: str = RAMPS[0],
    awarded: Awarded | None = None,
) -> ScenarioRun:
    """A scenario from the tables, the central one without overrides.

    Args:
        leavers: the tables; the baseline has the central number of posts, and points may stand for cells.
        overrides: by parameter, what the scenario has in place of the central value and range.
        ramp: how departures spread, one of ``RAMPS``.
        awarded: awards computed so far, for callers who run many scenarios on the same draws.
    """
    overrides = overrides or {}
    central = ParameterSet(leavers.parameter_value)
    parameters = central.overridden({name: distribution.value for name, distribution in overrides.items()})
    baseline = scaled_to(leavers.baseline, parameters, central)
    plan = profile(Programme(parameters, leavers.organisation, baseline, leavers.exit_wave, ramp))
    known = distributions(leavers.parameter_value) | overrides
    points = exit_points(leavers.cell)
    awarded = {} if awarded is None else awarded
    return ScenarioRun(
        parameters,
        {name: known[name] for name in DRAWN if known[name].family != "exact"},
        plan,
        {body: award_over_cells(points.filter(body=body), parameters, awarded) for body in plan.bodies},
    )


def scenario_runs(
    leavers: Leavers, scenario: pl.DataFrame, scenario_override: pl.DataFrame
) -> list[tuple[list[str], ScenarioRun]]:
    """Every run with the scenarios that share it, that of the central scenario first.

    Scenarios that differ only in the financing share one run.
    """
    known = distributions(leavers.parameter_value)
    changed: dict[str, dict[str, Distribution]] = {}
    columns = ("scenario_id", "parameter_id", "value", "low", "high")
    for scenario_id, name, *points in scenario_override.sort("scenario_id", "parameter_id").select(columns).iter_rows():
        changed.setdefault(scenario_id, {})[name] = Distribution(name, *points, is_share=known[name].is_share)
    sharing: dict[tuple, list[str]] = {}
    in_order = scenario.sort(pl.col("scenario_id") != CENTRAL, "scenario_id")
    for scenario_id, ramp in in_order.select("scenario_id", "ramp").iter_rows():
        levers = ramp, tuple(changed.get(scenario_id, {}).values())
        sharing.setdefault(levers, []).append(scenario_id)
    leavers = replace(leavers, cell=exit_points(leavers.cell))
    awarded: Awarded = {}
    return [
        (scenario_ids, scenario_run(leavers, changed.get(scenario_ids[0]), ramp, awarded))
        for (ramp, _), scenario_ids in sharing.items()
    ]
