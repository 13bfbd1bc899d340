"""Sequential Monte Carlo: equal draws of a posterior from draws of its prior, the same on every machine.

The prior is a vector of independent standard normals. Evidence is let in, or taken out again, by degrees: at each stage
draws are picked again in proportion to what the step adds to them, and then moved. A move mixes a draw with a new one
of the prior, which leaves the prior as it is, so the likelihood alone decides whether the result is kept.

Sums run in a fixed order and no library of linear algebra is used, so that threads and processors make no difference.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from nhs_assets.model.tables import DECIMALS

LogLikelihood = Callable[[np.ndarray], np.ndarray]
"""Log-likelihood ``(pieces, n)`` of each piece of evidence at latents ``(latents, n)``."""
_HALVINGS = 100


@dataclass(frozen=True)
class Sampling:
    """How to sample.

    Attributes:
        seed: of the moves.
        moves: of every draw at each stage.
        effective_share: how far a stage may go: the share of the draws that stay effective.
        accepted_share: share of the moves to aim at.
    """

    seed: int
    moves: int
    effective_share: float
    accepted_share: float


@dataclass(frozen=True)
class Sample:
    """Equal draws, and how they came about.

    Attributes:
        latents: ``(latents, draws)``.
        ancestors: ``(draws,)``: which draw of the prior each descends from. Draws of one ancestor are not independent.
        included: ``(pieces,)``: 1 for each piece of evidence that counts, else 0.
        stages: how far the way from one set of evidence to the other had been gone after each stage; the last is 1.
        accepted_share: of the moves of each stage.
        log_evidence: logarithm of the mean likelihood of the evidence let in, over the draws it started from.
    """

    latents: np.ndarray
    ancestors: np.ndarray
    included: np.ndarray
    stages: tuple[float, ...] = ()
    accepted_share: tuple[float, ...] = ()
    log_evidence: float = 0.0

    def every(self, number: int) -> "Sample":
        """Every second, third or further draw: copies of one draw stand side by side, so these differ more."""
        return replace(self, latents=self.latents[:, ::number], ancestors=self.ancestors[::number])


def prior_sample(latents: np.ndarray, pieces: int) -> Sample:
    """Draws of the prior, ``(latents, draws)``, of independent standard normals, with no evidence yet."""
    return Sample(latents, np.arange(latents.shape[1]), np.zeros(pieces))


def resampled(log_likelihood: LogLikelihood, start: Sample, included: np.ndarray, sampling: Sampling) -> Sample:
    """As many equal draws, given other evidence.

    Args:
        log_likelihood: of every piece; any constant may be left out.
        start: equal draws given some of the evidence, or none.
        included: ``(pieces,)``: 1 for each piece that is to count, else 0.
        sampling: how.

    Raises:
        ValueError: if the likelihood is not finite in some draw.
    """
    random = np.random.Generator(np.random.PCG64(sampling.seed))
    latents, ancestors, step, gone = start.latents, start.ancestors, 1 / 2, 0.0
    found = log_likelihood(latents)
    log_evidence, stages, accepted_share = 0.0, [], []
    while gone < 1:
        change = _weighed(found, included - start.included)
        if not np.isfinite(change).all():
            raise ValueError("the likelihood of the evidence is not a number in some draw")
        rise = _rise(change, 1 - gone, sampling.effective_share)
        gone = round(gone + rise, DECIMALS)
        counted = start.included + gone * (included - start.included)
        weights, level = _weights(change * rise)
        log_evidence += level + float(np.log(weights.mean()))
        picked = systematic(weights, random.random())
        latents, found, ancestors = latents[:, picked], found[:, picked], ancestors[picked]
        accepted = []
        for _ in range(sampling.moves):
            proposed = np.sqrt(1 - step**2) * latents + step * random.standard_normal(latents.shape)
            its = log_likelihood(proposed)
            is_kept = np.log(random.random(its.shape[1])) < _weighed(its - found, counted)
            latents, found = np.where(is_kept, proposed, latents), np.where(is_kept, its, found)
            accepted.append(float(is_kept.mean()))
            step = min(step * float(np.exp(accepted[-1] - sampling.accepted_share)), 1.0)
        stages.append(gone)
        accepted_share.append(sum(accepted) / len(accepted))
    return Sample(latents, ancestors, included, tuple(stages), tuple(accepted_share), log_evidence)


def systematic(weights: np.ndarray, uniform: float) -> np.ndarray:
    """Places of as many picks as there are weights, each in proportion: evenly spaced from one random start."""
    reached = np.cumsum(weights)
    at = (np.arange(len(weights)) + uniform) / len(weights) * reached[-1]
    return np.minimum(np.searchsorted(reached, at, side="right"), len(weights) - 1)


def standard_deviation_of_sum(values: np.ndarray, ancestors: np.ndarray) -> np.ndarray:
    """Monte Carlo standard deviation of the sum of draws, ``(...)``, of values ``(..., draws)``.

    Distances from the mean are added up within the descendants of each draw of the prior, which share what made them,
    and squared between them (Chan and Lai, 2013).
    """
    apart = values - values.mean(axis=-1, keepdims=True)
    order = np.argsort(ancestors, kind="stable")
    first = np.flatnonzero(np.diff(ancestors[order], prepend=-1))
    return np.sqrt((np.add.reduceat(apart[..., order], first, axis=-1) ** 2).sum(axis=-1))


def effective_draws(values: np.ndarray, ancestors: np.ndarray) -> np.ndarray:
    """How many independent draws would know the mean as well as these, ``(...)``, of values ``(..., draws)``."""
    count = values.shape[-1]
    of_sum = standard_deviation_of_sum(values, ancestors)
    independent = np.sqrt(count) * values.std(axis=-1)
    return count * np.divide(independent, of_sum, out=np.ones_like(of_sum), where=of_sum > 0) ** 2


def _rise(change: np.ndarray, most: float, effective_share: float) -> float:
    """How far to go until the effective share of the draws has fallen to the one allowed."""
    if _effective_share(change * most) >= effective_share:
        return most
    low, high = 0.0, most
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _effective_share(change * middle) > effective_share else (low, middle)
    return round(low, DECIMALS) or low


def _weighed(found: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Sum over pieces, each as far as it counts; in their order, which a product of matrices would not keep."""
    return (found * counted[:, None]).sum(axis=0)


def _effective_share(log_weights: np.ndarray) -> float:
    weights, _ = _weights(log_weights)
    return float(weights.sum() ** 2 / (weights**2).sum() / len(weights))


def _weights(log_weights: np.ndarray) -> tuple[np.ndarray, float]:
    level = float(log_weights.max())
    return np.exp(log_weights - level), level
