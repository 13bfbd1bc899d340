"""The best estimate: what the evidence makes of the parameters, as equal draws and as one line through their middle."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from nhs_assets.model.appraisal import latest_deflator, perspective_weights
from nhs_assets.model.draws import LEVELS, Prior, distributions, normal_scores, prior
from nhs_assets.model.exit_cost import exit_points
from nhs_assets.model.likelihood import OF_EVIDENCE, Piece, Quantities, Values, pieces
from nhs_assets.model.parameters import BestEstimate, ParameterSet
from nhs_assets.model.scenario_run import Leavers, ScenarioRun, scenario_run, scenario_runs
from nhs_assets.model.simulation import DRAWN, net_of
from nhs_assets.model.tables import DECIMALS, as_table
from nhs_assets.model.tempering import (
    Sample,
    Sampling,
    effective_draws,
    prior_sample,
    resampled,
    standard_deviation_of_sum,
)
from nhs_assets.model.valuation import EXTENSION, Prices, run_rate_year, valuation

BUDGET, BASIS = "dhsc_budget", "accrual"
"""The view in which the line lies in the middle."""
HEADLINES = ("cost", "saving_at_run_rate", "npv")
"""Results of which the best estimate has the median, beside the month of payback."""
_KEPT: dict[tuple[int, ...], "Updating"] = {}
"""The last one asked for, by the content of what it follows from: several tables start from the same draws."""
_ROUNDS = 12


@dataclass(frozen=True)
class Drawn:
    """Equal draws of the posterior.

    Attributes:
        values: ``(draws,)`` by parameter.
        line: the best estimate by parameter.
        ancestors: ``(draws,)``: draws with the same one are not independent.
    """

    values: Mapping[str, np.ndarray]
    line: Mapping[str, float]
    ancestors: np.ndarray

    @classmethod
    def of(cls, posterior_draw: pl.DataFrame) -> "Drawn":
        """From rows of ``savings.posterior_draw``."""
        values, line, ancestors = {}, {}, np.array([], int)
        in_order = posterior_draw.sort("parameter_id", "draw")
        for (name,), rows in in_order.group_by("parameter_id", maintain_order=True):
            first, *_ = drawn = rows["value"].to_numpy()
            values[name], line[name] = drawn[1:], float(first)
            ancestors = rows["ancestor"][1:].to_numpy()
        return cls(values, line, ancestors)

    @cached_property
    def effective(self) -> float:
        """Independent draws that would know as much as these about the parameter of which they know least."""
        return min(float(effective_draws(values, self.ancestors)) for values in self.values.values())


@dataclass(frozen=True)
class Estimated:
    """Who may leave, and the best estimate of what is uncertain about them."""

    leavers: Leavers
    posterior_draw: pl.DataFrame

    @property
    def is_empty(self) -> bool:
        """Whether there are no draws: nothing was known of staff."""
        return self.posterior_draw.is_empty()

    @cached_property
    def parameters(self) -> BestEstimate:
        """Parameters of the best estimate."""
        return BestEstimate(self.leavers.parameter_value, self.posterior_draw)

    @cached_property
    def drawn(self) -> Drawn:
        """Draws of the posterior."""
        return Drawn.of(self.posterior_draw)

    @cached_property
    def before(self) -> dict[str, np.ndarray]:
        """As many draws of the prior, by parameter."""
        known = prior(self.leavers.parameter_value, self.drawn.values)
        return known.values(known.streams(int(self.parameters.value("draw_seed")), len(self.drawn.ancestors)))

    @cached_property
    def run(self) -> ScenarioRun:
        """The best estimate itself."""
        return scenario_run(self.leavers, self.parameters)

    def runs(self, scenario: pl.DataFrame, scenario_override: pl.DataFrame) -> list[tuple[list[str], ScenarioRun]]:
        """As :func:`nhs_assets.model.scenario_run.scenario_runs`."""
        return scenario_runs(self.leavers, self.parameters, scenario, scenario_override)


@dataclass(frozen=True)
class Updating:
    """The prior, the evidence, and draws given all of it or any part.

    Attributes:
        leavers: the tables.
        calibration_target: targets.
        backtest_case: precedents.
        deflator: rows of one vintage.
    """

    leavers: Leavers
    calibration_target: pl.DataFrame
    backtest_case: pl.DataFrame
    deflator: pl.DataFrame

    @cached_property
    def parameters(self) -> ParameterSet:
        """What is assumed before the evidence."""
        return ParameterSet(self.leavers.parameter_value)

    @cached_property
    def quantities(self) -> Quantities:
        """What targets are about."""
        return Quantities(replace(self.leavers, cell=exit_points(self.leavers.cell)))

    @cached_property
    def pieces(self) -> list[Piece]:
        """The evidence."""
        return pieces(self.quantities, self.calibration_target, self.backtest_case, self.deflator)

    @cached_property
    def prior(self) -> Prior:
        """How the parameters are distributed before it."""
        return prior(self.leavers.parameter_value, [*DRAWN, *OF_EVIDENCE])

    @cached_property
    def before(self) -> Sample:
        """Draws of the prior."""
        seed, draws = (int(self.parameters.value(name)) for name in ("draw_seed", "draws"))
        return prior_sample(self.prior.streams(seed, draws), len(self.pieces))

    @cached_property
    def after(self) -> Sample:
        """Draws given all evidence."""
        return resampled(self.log_likelihood, self.before, np.ones(len(self.pieces)), self._sampling)

    def without(self, *evidence_ids: str) -> Sample:
        """Half as many draws given all evidence except some: enough to see what these moved.

        They start from draws given all of it, which are near, so half of the moves do.
        """
        included = np.array([piece.evidence_id not in evidence_ids for piece in self.pieces], float)
        fewer = replace(self._sampling, moves=self._sampling.moves // 2)
        return resampled(self.log_likelihood, self.after.every(2), included, fewer)

    def log_likelihood(self, latents: np.ndarray) -> np.ndarray:
        """Of every piece, ``(pieces, n)``."""
        values = self._values(latents)
        found = [piece.log_likelihood(piece.modelled(values), values) for piece in self.pieces]
        return np.array(found).reshape(len(found), latents.shape[1])

    def values(self, sample: Sample) -> Values:
        """Parameters and quantities of a sample, ``(draws,)`` by name."""
        return self._values(sample.latents)

    def _values(self, latents: np.ndarray) -> Values:
        values = self.prior.values(latents)
        return values | self.quantities.all(values)

    @property
    def _sampling(self) -> Sampling:
        names = ("draw_seed", "posterior_moves", "posterior_stage_effective_share", "posterior_accepted_share")
        seed, moves, *shares = (self.parameters.value(name) for name in names)
        return Sampling(int(seed), int(moves), *shares)


def updating(
    leavers: Leavers, calibration_target: pl.DataFrame, backtest_case: pl.DataFrame, deflator: pl.DataFrame
) -> Updating:
    """The prior, the evidence and the draws; what was drawn for one table serves the others."""
    latest = latest_deflator(deflator)
    tables = (
        leavers.parameter_value,
        leavers.organisation,
        leavers.baseline_before_succession,
        leavers.exit_wave,
        leavers.cell,
    )
    tables += (calibration_target, backtest_case, latest)
    content = tuple(int(table.hash_rows().sum()) for table in tables)
    kept = _KEPT.get(content)
    if kept is None:
        kept = Updating(leavers, calibration_target, backtest_case, latest)
        _KEPT.clear()
        _KEPT[content] = kept
    return kept


def posterior_draw(
    leavers: Leavers,
    calibration_target: pl.DataFrame,
    backtest_case: pl.DataFrame,
    deflator: pl.DataFrame,
    appraisal_perspective: pl.DataFrame,
) -> pl.DataFrame:
    """``savings.posterior_draw``: every parameter in equal draws of the posterior, and in the best estimate, draw 0."""
    if leavers.cell.is_empty():
        return as_table([], "savings.posterior_draw")
    known = updating(leavers, calibration_target, backtest_case, deflator)
    outcomes = _outcomes(known, perspective_weights(appraisal_perspective)[BUDGET])
    line = middle(known.after.latents, outcomes)
    found = known.prior.values(np.hstack([line[:, None], known.after.latents]))
    found[EXTENSION][0] = known.parameters.value(EXTENSION)
    draws = np.arange(known.after.latents.shape[1] + 1)
    ancestors = pl.Series([None, *known.after.ancestors.tolist()], dtype=pl.Int64)
    rows = [
        pl.DataFrame({"draw": draws, "ancestor": ancestors, "value": np.round(values, DECIMALS)}).with_columns(
            parameter_id=pl.lit(name)
        )
        for name, values in found.items()
    ]
    return as_table(pl.concat(rows), "savings.posterior_draw")


def middle(latents: np.ndarray, outcomes: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Latents ``(latents,)`` at which every outcome is its median over draws.

    From the mean of the draws, along the regression of latents on outcomes: of all ways to the medians the most likely.

    Args:
        latents: ``(latents, draws)``.
        outcomes: ``(outcomes, n)`` of latents ``(latents, n)``.
    """
    found = outcomes(latents)
    ordered = np.sort(found, axis=1)
    places = normal_scores((np.arange(ordered.shape[1]) + 1 / 2) / ordered.shape[1])
    scores = np.array([np.interp(values, own, places) for values, own in zip(found, ordered, strict=True)])
    apart = latents - latents.mean(axis=1, keepdims=True)
    together = np.array([[(apart * one).mean(axis=1) for one in scores]])[0].T
    among = np.array([[(one * other).mean() for other in scores] for one in scores])
    gain = together @ np.linalg.inv(among)
    line = latents.mean(axis=1)
    for _ in range(_ROUNDS):
        reached = outcomes(line[:, None])[:, 0]
        off = np.array([np.interp(value, own, places) for value, own in zip(reached, ordered, strict=True)])
        line = line - gain @ off
    return line


def _outcomes(known: Updating, weights: Mapping[str, float]) -> Callable[[np.ndarray], np.ndarray]:
    run = scenario_run(known.quantities.leavers)
    year = run_rate_year(run.parameters, run.plan)

    def outcomes(latents: np.ndarray) -> np.ndarray:
        draws = run.draws(known.prior.values(latents))
        simulated = run.run(draws)
        prices = Prices.of(run.parameters, draws, run.plan, known.deflator)
        money = valuation(simulated, prices, BASIS, year, weights).money
        net = net_of(simulated.saving(weights=weights), simulated.cost(BASIS, weights=weights))
        return np.array([*(money[name][1:] for name in HEADLINES), months_until_level(net)[1:]])

    return outcomes


def months_until_level(net: np.ndarray) -> np.ndarray:
    """When the running sum of ``net``, ``(months, n)``, last rises to zero, in months and parts of months.

    The number of months where it ends below zero.
    """
    running = np.cumsum(net, axis=0)
    months, runs = running.shape
    last = months - 1 - np.argmax(running[::-1] < 0, axis=0)
    every = np.arange(runs)
    after = np.minimum(last + 1, months - 1)
    below, above = running[last, every], running[after, every]
    part = np.divide(-below, above - below, out=np.ones(runs), where=above > below)
    return np.where(running.min(axis=0) < 0, last + part, 0.0)


def uncertain_parameter(parameter_value: pl.DataFrame, posterior_draw: pl.DataFrame) -> pl.DataFrame:
    """``savings.uncertain_parameter``: each parameter that is drawn, before the evidence and after it."""
    if posterior_draw.is_empty():
        return as_table([], "savings.uncertain_parameter")
    known, drawn = distributions(parameter_value), Drawn.of(posterior_draw)
    unit = dict(parameter_value.select("parameter_id", "unit").iter_rows())
    grid = normal_scores((np.arange(1_000) + 1 / 2) / 1_000)
    rows = []
    for name in (*DRAWN, *OF_EVIDENCE):
        before = known[name].quantile(grid)
        after = drawn.values.get(name, before)
        counted = drawn.ancestors if name in drawn.values else np.arange(len(after))
        error = float(standard_deviation_of_sum(after, counted)) / len(after) if name in drawn.values else 0.0
        rows.append(
            {
                "parameter_id": name,
                "family": known[name].family,
                "group_id": known[name].group,
                "moves_results": name in DRAWN,
                "unit": unit[name],
                "value": drawn.line.get(name, known[name].value),
                "prior_p10": known[name].low,
                "prior_p50": known[name].value,
                "prior_p90": known[name].high,
                "prior_mean": float(before.mean()),
                **{f"posterior_{level}": float(np.quantile(after, at)) for level, at in LEVELS.items()},
                "posterior_mean": float(after.mean()),
                "posterior_mean_standard_error": error,
                "effective_draws": float(effective_draws(after, counted)),
                "spread_left": float(after.std() / before.std()) if before.std() else 1.0,
            }
        )
    return as_table(
        pl.DataFrame(rows).with_columns(pl.selectors.float().round(DECIMALS)), "savings.uncertain_parameter"
    )
