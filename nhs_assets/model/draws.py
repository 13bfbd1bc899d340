"""What is assumed of uncertain parameters before any evidence: how each is distributed, and which go together.

A range is an interval of 80%: its low end is the tenth percentile, the value the median, its high end the ninetieth.
Each parameter has a stream of its own, found by its name, so a parameter that is added or left out changes no other.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from statistics import NormalDist

import numpy as np
import polars as pl

from nhs_assets.model.parameters import ParameterSet

LEVELS = {name: int(name[1:]) / 100 for name in ("p10", "p50", "p90")}
"""The quantiles that are kept, by the name of their columns."""
LEAVERS = "leavers"
KINDS = (
    "saving_per_post_gbp",
    "leaver_pay_ratio",
    "mean_reckonable_service_years",
    "notice_weeks",
    "other_exit_cost_share",
)
"""What is drawn together of those who leave: each is a parameter for every kind of body, named ``<kind>_<body>``."""
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
        return LEAVERS if self.kind else self.parameter_id

    @property
    def kind(self) -> str | None:
        """The kind of a parameter of those who leave (:data:`KINDS`); None for any other."""
        return next((kind for kind in KINDS if self.parameter_id.startswith(f"{kind}_")), None)

    @property
    def latents(self) -> tuple[str, ...]:
        """Names of the independent standard normals that its score is made of, its own last."""
        if not self.kind:
            return (self.parameter_id,)
        body = self.parameter_id.removeprefix(f"{self.kind}_")
        return (LEAVERS, f"{LEAVERS}_{body}", f"{LEAVERS}_{self.kind}", self.parameter_id)

    def quantile(self, normal: np.ndarray) -> np.ndarray:
        """Values at standard normal scores, any shape: the score of the tenth percentile gives ``low`` exactly.

        Each side of the median is normal in the space in which the parameter has no bound, so no share leaves 0 to 1
        and nothing that is positive becomes negative. Where the value is its bound, that side is the value.
        """
        scores = np.asarray(normal) / score_of_p90()
        below, above = self._sides
        if below.back is above.back:
            distance = scores * np.where(scores < 0, below.slope, above.slope)
            return np.clip(above.back(above.middle + distance), *self._bounds)
        return np.where(scores < 0, self._at(below, np.minimum(scores, 0)), self._at(above, np.maximum(scores, 0)))

    @cached_property
    def _sides(self) -> tuple["_Side", "_Side"]:
        return self._side(self.low, -1), self._side(self.high, 1)

    def _side(self, end: float, towards: int) -> "_Side":
        """The side of the median on which an end of the range lies, at score 1 or -1."""
        if end == self.value:
            return _Side(np.array, self.value, 0.0)
        for there, back in _SPACES[self.is_share]:
            with np.errstate(divide="ignore", invalid="ignore"):
                middle, far = there(np.array([self.value, end], float))
            if np.isfinite(middle) and np.isfinite(far):
                return _Side(back, float(middle), towards * float(far - middle))
        raise AssertionError("the last space holds every number")

    def _at(self, side: "_Side", scores: np.ndarray) -> np.ndarray:
        # A side that ends on a bound is cut there: a tenth of all draws then are the bound.
        return np.clip(side.back(side.middle + side.slope * scores), *self._bounds)

    @cached_property
    def _bounds(self) -> tuple[float, float]:
        return (0, 1) if self.is_share else (0 if self.low >= 0 else -np.inf, np.inf)


@dataclass(frozen=True)
class _Side:
    """One side of a median: normal in a space without bounds.

    Attributes:
        back: from that space.
        middle: the median there.
        slope: by how much a score of one moves it.
    """

    back: Callable[[np.ndarray], np.ndarray]
    middle: float
    slope: float


def _logit(share: np.ndarray) -> np.ndarray:
    return np.log(share) - np.log1p(-share)


def _share(odds: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-odds))


_POSITIVE, _PLAIN = (np.log, np.exp), (np.array, np.array)
_LEFT_OF_ONE = (lambda share: -np.log1p(-share), lambda distance: -np.expm1(-distance))
_SPACES = {False: (_POSITIVE, _PLAIN), True: ((_logit, _share), _LEFT_OF_ONE, _POSITIVE, _PLAIN)}
"""Pairs of functions to a space without bounds and back, for shares and for others; the first that holds both points of
a side is used."""


def distributions(parameter_value: pl.DataFrame) -> dict[str, Distribution]:
    """The latest distribution of every parameter that has a value, by name, in order of names."""
    dated = parameter_value.drop_nulls("value").sort("parameter_id", "valid_from")
    latest = dated.unique("parameter_id", keep="last", maintain_order=True)
    columns = ("parameter_id", "value", "low", "high", pl.col("unit") == SHARE)
    return {row[0]: Distribution(*row) for row in latest.select(columns).iter_rows()}


@dataclass(frozen=True)
class Prior:
    """Uncertain parameters as functions of independent standard normals, the *latents*.

    The parameters of those who leave have a Gaussian copula: scores of two kinds for one body are correlated by
    ``kinds``, of one kind for two bodies by ``bodies``, and of two kinds for two bodies by the product of both.

    Attributes:
        distributions: of the parameters that are drawn, by name.
        kinds: correlation between pay, service, notice and other costs of the same leavers.
        bodies: correlation between kinds of body.
    """

    distributions: Mapping[str, Distribution]
    kinds: float
    bodies: float

    @cached_property
    def latents(self) -> tuple[str, ...]:
        """Names of the latents, in order."""
        return tuple(sorted({name for drawn in self.distributions.values() for name in drawn.latents}))

    def streams(self, seed: int, draws: int) -> np.ndarray:
        """Independent standard normals ``(latents, draws)``, each row from a stream of its own."""
        return np.array([normal_scores(uniforms(name, seed, draws)) for name in self.latents])

    def values(self, latents: np.ndarray) -> dict[str, np.ndarray]:
        """Values ``(n,)`` of every parameter at latents ``(latents, n)``."""
        rows = dict(zip(self.latents, latents, strict=True))
        return {
            name: distribution.quantile(self.score(distribution, rows))
            for name, distribution in self.distributions.items()
        }

    def score(self, distribution: Distribution, latents: Mapping[str, np.ndarray]) -> np.ndarray:
        """Standard normal score ``(n,)`` of a parameter from the latents by name."""
        *shared, own = (latents[name] for name in distribution.latents)
        if not shared:
            return own
        everything, of_body, of_kind = shared
        of_all_kinds = np.sqrt(self.bodies) * everything + np.sqrt(1 - self.bodies) * of_body
        of_this_kind = np.sqrt(self.bodies) * of_kind + np.sqrt(1 - self.bodies) * own
        return np.sqrt(self.kinds) * of_all_kinds + np.sqrt(1 - self.kinds) * of_this_kind


def prior(parameter_value: pl.DataFrame, names: Iterable[str]) -> Prior:
    """The prior of those of the parameters that are not exact."""
    known, parameters = distributions(parameter_value), ParameterSet(parameter_value)
    return Prior(
        {name: known[name] for name in names if known[name].family != "exact"},
        parameters.value("leavers_between_kinds_correlation"),
        parameters.value("leavers_between_bodies_correlation"),
    )


@dataclass(frozen=True)
class Draws:
    """Values of parameters in every run: run 0 has the values of the case itself, the draws follow.

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


@lru_cache
def score_of_p90() -> float:
    """Standard normal score of the ninetieth percentile."""
    return NormalDist().inv_cdf(LEVELS["p90"])
