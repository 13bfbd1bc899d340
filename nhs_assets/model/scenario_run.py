"""Scenarios as the simulation takes them: parameters, which of them are drawn, and who leaves when."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from nhs_assets.contracts.vocabulary import RAMPS
from nhs_assets.model.draws import Distribution, Draws, distributions, normal_scores, uniforms
from nhs_assets.model.exit_cost import Awarded, award_over_cells, exit_points
from nhs_assets.model.parameters import BEST_ESTIMATE, ParameterSet
from nhs_assets.model.phasing import Programme, departing, scaled_to
from nhs_assets.model.simulation import DRAWN, AwardOfPay, Profile, Simulated, profile, sizes


@dataclass(frozen=True)
class Leavers:
    """The tables that say who may leave, when, and what they cost."""

    parameter_value: pl.DataFrame
    organisation: pl.DataFrame
    baseline_before_succession: pl.DataFrame
    exit_wave: pl.DataFrame
    cell: pl.DataFrame


@dataclass(frozen=True)
class ScenarioRun:
    """One scenario, ready to run on draws.

    Attributes:
        parameters: its values.
        uncertain: names of the parameters that are drawn as in the best estimate. One that the scenario sets is known.
        ranged: distributions of those that the scenario sets with a range.
        plan: who leaves when.
        award: mean award of a body from mean pay and mean service.
    """

    parameters: ParameterSet
    uncertain: tuple[str, ...]
    plan: Profile
    award: Mapping[str, AwardOfPay]
    ranged: Mapping[str, Distribution] = field(default_factory=dict)

    def draws(self, drawn: Mapping[str, np.ndarray]) -> Draws:
        """Values of its uncertain parameters: the scenario's own in run 0, then those drawn, ``(draws,)`` by name."""
        values = {name: drawn[name] for name in self.uncertain}
        count = len(next(iter(drawn.values())))
        seed = int(self.parameters.value("draw_seed"))
        for name, own in self.ranged.items():
            values[name] = own.quantile(normal_scores(uniforms(name, seed, count)))
        runs = {name: np.concatenate([[self.parameters.value(name)], drawn]) for name, drawn in values.items()}
        return Draws(runs, 1 + count)

    def settled(self, best_estimate: "ScenarioRun") -> frozenset[str]:
        """Parameters that are drawn in the best estimate and set here."""
        return frozenset(best_estimate.uncertain) - frozenset(self.uncertain)

    def holding(self, parameter_ids: Collection[str]) -> "ScenarioRun":
        """The same scenario with these parameters at their values, and all others drawn."""
        return replace(self, uncertain=tuple(name for name in self.uncertain if name not in parameter_ids))

    def run(self, draws: Draws) -> Simulated:
        """The scenario in every run."""
        return Simulated(self.plan, sizes(self.parameters, draws, self.plan, self.award))


def scenario_run(
    leavers: Leavers,
    base: ParameterSet | None = None,
    overrides: Mapping[str, Distribution] | None = None,
    ramp: str = RAMPS[0],
    departures: str | None = None,
    awarded: Awarded | None = None,
) -> ScenarioRun:
    """A scenario from the tables.

    Args:
        leavers: the tables; points may stand for cells.
        base: parameters of the case that it starts from; those of the prior where none are given.
        overrides: by parameter, what the scenario has in place of them.
        ramp: how departures spread, one of ``RAMPS``.
        departures: when streams leave, as in ``evidence.scenario``; by the waves where none is given.
        awarded: awards computed so far, for callers who run many scenarios on the same draws.
    """
    overrides, stated = overrides or {}, ParameterSet(leavers.parameter_value)
    parameters = (base or stated).overridden({name: set_to.value for name, set_to in overrides.items()})
    baseline = scaled_to(leavers.baseline_before_succession, parameters, stated)
    waves = departing(leavers.exit_wave, departures)
    plan = profile(Programme(parameters, leavers.organisation, baseline, waves, ramp))
    known = distributions(leavers.parameter_value)
    points = exit_points(leavers.cell)
    awarded = {} if awarded is None else awarded
    return ScenarioRun(
        parameters,
        tuple(name for name in DRAWN if known[name].family != "exact" and name not in overrides),
        plan,
        {body: award_over_cells(points.filter(body=body), parameters, awarded) for body in plan.bodies},
        {name: own for name, own in overrides.items() if name in DRAWN and own.family != "exact"},
    )


def scenario_runs(
    leavers: Leavers, base: ParameterSet, scenario: pl.DataFrame, scenario_override: pl.DataFrame
) -> list[tuple[list[str], ScenarioRun]]:
    """Every run with the scenarios that share it, that of the best estimate first.

    Scenarios that differ only in the financing share one run.
    """
    known = distributions(leavers.parameter_value)
    changed: dict[str, dict[str, Distribution]] = {}
    columns = ("scenario_id", "parameter_id", "value", "low", "high")
    for scenario_id, name, *points in scenario_override.sort("scenario_id", "parameter_id").select(columns).iter_rows():
        changed.setdefault(scenario_id, {})[name] = Distribution(name, *points, is_share=known[name].is_share)
    sharing: dict[tuple, list[str]] = {}
    in_order = scenario.sort(pl.col("scenario_id") != BEST_ESTIMATE, "scenario_id")
    for scenario_id, *when in in_order.select("scenario_id", "ramp", "departures").iter_rows():
        levers = *when, tuple(changed.get(scenario_id, {}).values())
        sharing.setdefault(levers, []).append(scenario_id)
    leavers = replace(leavers, cell=exit_points(leavers.cell))
    awarded: Awarded = {}
    return [
        (scenario_ids, scenario_run(leavers, base, changed.get(scenario_ids[0]), ramp, departures, awarded))
        for (ramp, departures, _), scenario_ids in sharing.items()
    ]
