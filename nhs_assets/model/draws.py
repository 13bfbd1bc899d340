"""Draws of the uncertain parameters: how each is distributed, and the same random streams everywhere.

A range is an interval of 80%: its low end is the tenth percentile, the value the median, its high end the ninetieth.
Each parameter has a stream of its own, found by its name, so a parameter that is added or left out changes no other;
and streams are the same for every scenario, so that differences between scenarios are not noise.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np
import polars as pl

from nhs_assets.model.parameters import ParameterSet

LEVELS = {name: int(name[1:]) / 100 for name in ("p10", "p50", "p90")}
"""The quantiles that are kept, by the name of their columns."""
PAY_AND_SERVICE = "pay_and_service"
CORRELATED = ("saving_per_post_gbp_", "mean_reckonable_service_years_")
"""How the names of parameters begin that are drawn together: those that make pay, and length of service."""
SHARE = "share"


@dataclass(frozen=True)
class Distribution:
    """How a parameter is distributed: its value with its interval of 80%, in the parameter's unit.

    Attributes:
        parameter_id: its name; decides which random stream it gets.
        value: median, and the value of run 0.
        low: tenth percentile.
        high: ninetieth percentile.
        is_share: whether it lies between 0 and 1.
    """

    parameter_id: str
    value: float
    low: float
    high: float
    is_share: bool = False

    @property
    def family(self) -> str:
        """One of ``contracts.savings.FAMILIES``: how the quantiles run between and beyond the three points."""
        if self.low == self.high:
            return "exact"
        if self.low == self.value:
            return "half_above"
        if self.high == self.value:
            return "half_below"
        if self.low == 0 or (self.is_share and self.high == 1):
            return "two_piece_cut"
        if self.is_share:
            return "two_piece_logitnormal"
        return "two_piece_lognormal" if self.low > 0 else "two_piece_normal"

    @property
    def group(self) -> str:
        """The parameters it is drawn and judged with: a group's name, or its own."""
        return PAY_AND_SERVICE if self.parameter_id.startswith(CORRELATED) else self.parameter_id

    def quantile(self, normal: np.ndarray) -> np.ndarray:
        """Values at standard normal scores, any shape: the score of the tenth percentile gives ``low`` exactly.

        Each side of the median is normal in the space in which the parameter has no bound, so no share leaves 0 to 1
        and nothing that is positive becomes negative. Where the value is its bound, that side is the value.
        """
        if self.family == "exact":
            return np.full(np.shape(normal), self.value)
        scores = np.asarray(normal) / score_of_p90()
        below = self._side(self.low, np.minimum(scores, 0))
        above = self._side(self.high, np.maximum(scores, 0))
        return np.where(scores < 0, below, above)

    def runs(self, normal: np.ndarray) -> np.ndarray:
        """Values ``(1 + draws,)`` at the scores of the draws, run 0 first."""
        return np.concatenate([[self.value], self.quantile(normal)])

    def _side(self, end: float, scores: np.ndarray) -> np.ndarray:
        """One side of the median, from the value at score 0 to its end at score 1 or -1."""
        distance = np.abs(scores)
        if end == self.value:
            return np.full(scores.shape, self.value)
        for there, back in self._spaces():
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                middle, far = there(np.array([self.value, end], float))
                if np.isfinite(middle) and np.isfinite(far):
                    # A side that ends on a bound is cut there: a tenth of all draws then are the bound.
                    return np.clip(back(middle + (far - middle) * distance), *self._bounds())
        raise AssertionError("the last space holds every number")

    def _spaces(self) -> list[tuple[Callable, Callable]]:
        """Pairs of functions to a space without bounds and back; the first that holds both points is used."""
        plain = (np.array, np.array)
        if not self.is_share:
            return [(np.log, np.exp), plain]
        logit = (lambda share: np.log(share) - np.log1p(-share), lambda odds: 1 / (1 + np.exp(-odds)))
        left_over = (lambda share: -np.log1p(-share), lambda distance: -np.expm1(-distance))
        return [logit, left_over, (np.log, np.exp), plain]

    def _bounds(self) -> tuple[float, float]:
        return (0, 1) if self.is_share else (0 if self.low >= 0 else -np.inf, np.inf)


def distributions(parameter_value: pl.DataFrame) -> dict[str, Distribution]:
    """The latest distribution of every parameter, by name, in order of names."""
    latest = parameter_value.sort("parameter_id", "valid_from").unique("parameter_id", keep="last", maintain_order=True)
    columns = ("parameter_id", "value", "low", "high", pl.col("unit") == SHARE)
    return {row[0]: Distribution(*row) for row in latest.select(columns).iter_rows()}


@dataclass(frozen=True)
class RandomStreams:
    """Standard normal scores of each parameter, the same for every scenario.

    Attributes:
        seed: where the streams start.
        draws: how many.
        correlation: correlation of the scores of any two parameters of the group of pay and service, 0 to 1.
    """

    seed: int
    draws: int
    correlation: float
    _kept: dict[str, np.ndarray] = field(default_factory=dict, compare=False, repr=False)

    def scores(self, of: Distribution) -> np.ndarray:
        """Scores ``(draws,)`` of a parameter; of a member of a group, correlated with the others (Gaussian copula)."""
        return of_group(of, self._own, self.correlation)

    def _own(self, name: str) -> np.ndarray:
        if name not in self._kept:
            self._kept[name] = normal_scores(uniforms(name, self.seed, self.draws))
        return self._kept[name]


def random_streams(parameters: ParameterSet) -> RandomStreams:
    """The streams that every scenario is drawn with."""
    seed, draws = (int(parameters.value(name)) for name in ("draw_seed", "draws"))
    return RandomStreams(seed, draws, parameters.value("pay_and_service_correlation"))


@dataclass(frozen=True)
class Draws:
    """Values of parameters in every run: run 0 has the central values, the draws follow.

    Attributes:
        values: ``(1 + draws,)`` by name, of the parameters that are not exact.
        runs: ``1 + draws``.
    """

    values: Mapping[str, np.ndarray]
    runs: int

    def of(self, parameter_id: str, otherwise: float) -> np.ndarray:
        """Values ``(runs,)`` of a parameter; ``otherwise`` in every run where it is not drawn."""
        drawn = self.values.get(parameter_id)
        return np.full(self.runs, float(otherwise)) if drawn is None else drawn


def draw(uncertain: Iterable[Distribution], streams: RandomStreams) -> Draws:
    """Values of the parameters that are not exact."""
    values = {
        distribution.parameter_id: distribution.runs(streams.scores(distribution))
        for distribution in uncertain
        if distribution.family != "exact"
    }
    return Draws(values, 1 + streams.draws)


def of_group(distribution: Distribution, scores: Callable[[str], np.ndarray], correlation: float) -> np.ndarray:
    """Scores of a parameter that, where it is in a group, share a part with the others.

    Args:
        distribution: of the parameter.
        scores: independent standard normal scores by the name of a parameter or group.
        correlation: of any two members of the group.
    """
    own = scores(distribution.parameter_id)
    if distribution.group == distribution.parameter_id:
        return own
    return np.sqrt(correlation) * scores(distribution.group) + np.sqrt(1 - correlation) * own


def uniforms(name: str, seed: int, count: int) -> np.ndarray:
    """Uniform numbers ``(count,)`` between 0 and 1 that depend on a name and a seed alone."""
    own = int.from_bytes(hashlib.sha256(name.encode()).digest())
    stream = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, own])))
    # Exactly 0 has no score.
    return np.maximum(stream.random(count), np.finfo(float).tiny)


def normal_scores(uniform: np.ndarray) -> np.ndarray:
    """Standard normal scores of numbers between 0 and 1."""
    from scipy.special import ndtri

    return ndtri(uniform)


def score_of_p90() -> float:
    """Standard normal score of the ninetieth percentile."""
    return NormalDist().inv_cdf(LEVELS["p90"])
