"""Draws of the uncertain parameters: which family each has, how its quantiles run, and the same chances everywhere.

A range is an interval of 80%: its low end is the tenth percentile, the value the median, its high end the ninetieth.
Chances come from a stream of their own for each parameter, found by its name, so a parameter that is added or left
out changes no other; and they are the same for every scenario, so that differences between scenarios are no noise.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np
import polars as pl

LEVELS = {name: int(name[1:]) / 100 for name in ("p10", "p50", "p90")}
"""The quantiles that are kept, by the name their columns have."""
PAY_AND_SERVICE = "pay_and_service"
CORRELATED = ("saving_per_post_gbp_", "mean_reckonable_service_years_")
"""How the names of parameters begin that are drawn together: those that make pay, and length of service."""
SHARE = "share"


@dataclass(frozen=True)
class Range:
    """The value of a parameter with its interval of 80%, in the parameter's unit.

    Attributes:
        parameter_id: its name; decides which chances it gets.
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
        and nothing that is positive becomes negative. Where the value sits on its bound that side is the value.
        """
        if self.family == "exact":
            return np.full(np.shape(normal), self.value)
        scores = np.asarray(normal) / score_of_p90()
        below = self._side(self.low, np.minimum(scores, 0))
        above = self._side(self.high, np.maximum(scores, 0))
        return np.where(scores < 0, below, above)

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


def ranges(parameter_value: pl.DataFrame) -> dict[str, Range]:
    """The latest range of every parameter, by name, in order of names.

    Args:
        parameter_value: rows of ``evidence.parameter_value``.
    """
    latest = parameter_value.sort("parameter_id", "valid_from").unique("parameter_id", keep="last", maintain_order=True)
    return {
        row["parameter_id"]: Range(
            row["parameter_id"], row["value"], row["low"], row["high"], is_share=row["unit"] == SHARE
        )
        for row in latest.iter_rows(named=True)
    }


@dataclass(frozen=True)
class Chances:
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

    def scores(self, of: Range) -> np.ndarray:
        """Scores ``(draws,)`` of a parameter; of a member of a group, correlated with the others (Gaussian copula)."""
        own = self._own(of.parameter_id)
        return own if of.group == of.parameter_id else correlated(self._own(of.group), own, self.correlation)

    def _own(self, name: str) -> np.ndarray:
        if name not in self._kept:
            self._kept[name] = normal_scores(uniforms(name, self.seed, self.draws))
        return self._kept[name]


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
        """Values ``(runs,)`` of a parameter, or the one given in every run where it is not drawn."""
        drawn = self.values.get(parameter_id)
        return np.full(self.runs, float(otherwise)) if drawn is None else drawn


def draw(uncertain: Iterable[Range], chances: Chances) -> Draws:
    """Values of the parameters that are not exact."""
    values = {
        one.parameter_id: np.concatenate([[one.value], one.quantile(chances.scores(one))])
        for one in uncertain
        if one.family != "exact"
    }
    return Draws(values, 1 + chances.draws)


def uniforms(name: str, seed: int, count: int) -> np.ndarray:
    """Chances ``(count,)`` between 0 and 1 that belong to a name and a seed alone."""
    own = int.from_bytes(hashlib.sha256(name.encode()).digest())
    stream = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, own])))
    # Chances of exactly 0 have no score.
    return np.maximum(stream.random(count), np.finfo(float).tiny)


def correlated(common: np.ndarray, own: np.ndarray, correlation: float) -> np.ndarray:
    """Scores that share a part with the others of their group, such that any two have this correlation."""
    return np.sqrt(correlation) * common + np.sqrt(1 - correlation) * own


def normal_scores(chances: np.ndarray) -> np.ndarray:
    """Standard normal scores of chances between 0 and 1."""
    from scipy.special import ndtri

    return ndtri(chances)


def score_of_p90() -> float:
    """Standard normal score of the ninetieth percentile."""
    return NormalDist().inv_cdf(LEVELS["p90"])
