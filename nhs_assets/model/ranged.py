"""Scenarios as the simulation takes them: parameters, their ranges, and who leaves when."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import polars as pl

from nhs_assets.contracts.vocabulary import RAMPS
from nhs_assets.model.calendar import appraisal_months
from nhs_assets.model.draws import Chances, Draws, Range, draw, ranges
from nhs_assets.model.exit_cost import Awarded, award_over_cells, exit_points
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.phasing import exits_by_origin
from nhs_assets.model.simulation import (
    DRAWN,
    AwardOfPay,
    Profile,
    Simulated,
    profile,
    sizes,
)


@dataclass(frozen=True)
class Ranged:
    """One scenario.

    Attributes:
        scenario_id: its name.
        parameters: its values.
        uncertain: ranges of the parameters that are drawn. One that the scenario sets is known, unless the scenario
            gives its range.
        plan: who leaves when.
        award: mean award of a body from mean pay and mean service.
    """

    scenario_id: str
    parameters: ParameterSet
    uncertain: Mapping[str, Range]
    plan: Profile
    award: Mapping[str, AwardOfPay]

    def draws(self, chances: Chances) -> Draws:
        """Values of its uncertain parameters."""
        return draw(self.uncertain.values(), chances)

    def settled(self, central: "Ranged") -> frozenset[str]:
        """Parameters that are drawn in the central scenario and stand otherwise in this one."""
        return frozenset(name for name, one in central.uncertain.items() if self.uncertain.get(name) != one)

    def holding(self, parameter_ids: Collection[str]) -> "Ranged":
        """The same scenario with these parameters at their values, and all others drawn."""
        return replace(self, uncertain={name: one for name, one in self.uncertain.items() if name not in parameter_ids})

    def run(self, draws: Draws) -> Simulated:
        """The scenario in every run."""
        return Simulated(self.plan, sizes(self.parameters, draws, self.plan, self.award))


def ranged(
    scenario_id: str,
    parameter_value: pl.DataFrame,
    organisation: pl.DataFrame,
    baseline: pl.DataFrame,
    exit_wave: pl.DataFrame,
    cell: pl.DataFrame,
    base_fy: str,
    overrides: Mapping[str, Range] | None = None,
    ramp: str = RAMPS[0],
    awarded: Awarded | None = None,
) -> Ranged:
    """A scenario from the tables.

    Args:
        scenario_id: its name.
        parameter_value: rows of ``evidence.parameter_value``.
        organisation: rows of ``workforce.organisation``.
        baseline: rows of ``workforce.baseline``, at the central number of posts.
        exit_wave: rows of ``savings.exit_wave``.
        cell: rows of ``workforce.cell``, or their points.
        base_fy: first year of the horizon.
        overrides: by parameter, what the scenario has in place of the central value and range.
        ramp: how departures spread, one of ``RAMPS``.
        awarded: awards worked out so far, for callers who run many scenarios on the same draws.
    """
    overrides = overrides or {}
    central = ParameterSet(parameter_value)
    parameters = central.overridden({name: one.value for name, one in overrides.items()})
    posts = parameters.value("posts_removed_total") / central.value("posts_removed_total")
    spine = appraisal_months(parameters, base_fy)
    exits = exits_by_origin(
        baseline.with_columns(pl.col("posts_removed_target") * posts), organisation, exit_wave, parameters, spine, ramp
    )
    lag_months, month_saved = (parameters.value(name) for name in ("rehire_lag_months", "leaving_month_saved_share"))
    plan = profile(exits, organisation, spine, int(lag_months), month_saved)
    known = ranges(parameter_value) | overrides
    points = exit_points(cell)
    awarded = {} if awarded is None else awarded
    return Ranged(
        scenario_id,
        parameters,
        {name: known[name] for name in DRAWN if known[name].family != "exact"},
        plan,
        {body: award_over_cells(points.filter(body=body), parameters, awarded) for body in plan.bodies},
    )


def chances(parameters: ParameterSet) -> Chances:
    """The chances that every scenario is drawn with."""
    return Chances(
        seed=int(parameters.value("draw_seed")),
        draws=int(parameters.value("draws")),
        correlation=parameters.value("pay_and_service_correlation"),
    )


def perspective_weights(appraisal_perspective: pl.DataFrame) -> Iterator[tuple[str, dict[str, float]]]:
    """Each point of view with the weight of each component."""
    for (perspective,), rows in appraisal_perspective.sort("perspective", "component").group_by(
        "perspective", maintain_order=True
    ):
        yield perspective, dict(rows.select("component", "weight").iter_rows())
