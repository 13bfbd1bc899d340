"""Quantiles of runs and how sure they are for the number of draws there were."""

from collections.abc import Mapping

import numpy as np

from nhs_assets.model.draws import LEVELS

STANDARD_ERROR = "standard_error"
PRINCIPAL = "principal"
SUMMARY = (*LEVELS, STANDARD_ERROR, PRINCIPAL)
"""What is kept of a quantity: quantiles, the standard error of the median, and the value of run 0."""


def summary(runs: np.ndarray) -> dict[str, np.ndarray]:
    """Quantiles of the draws, the standard error of the median, and run 0.

    The standard error is half the distance between the order statistics that lie one standard deviation of the
    number of draws below the median on either side of it: it assumes no shape of the distribution. A quantile that
    falls among draws without a value (infinity) is infinity.

    Args:
        runs: ``(..., 1 + draws)``, run 0 first.

    Returns:
        Arrays ``(...)`` by the names in :data:`SUMMARY`.
    """
    draws = runs[..., 1:]
    count = draws.shape[-1]
    places = {name: level * (count - 1) for name, level in LEVELS.items()}
    around = np.sqrt(count) / 2
    places |= {"below": places["p50"] - around, "above": places["p50"] + around}
    ends = {name: (int(np.floor(place)), int(np.ceil(place))) for name, place in places.items()}
    wanted = sorted({min(max(end, 0), count - 1) for pair in ends.values() for end in pair})
    ordered = np.partition(draws, wanted, axis=-1)[..., wanted]
    kept = {place: column for column, place in enumerate(wanted)}

    def at(name: str) -> np.ndarray:
        lower, upper = (ordered[..., kept[min(max(end, 0), count - 1)]] for end in ends[name])
        part = places[name] - np.floor(places[name])
        with np.errstate(invalid="ignore"):
            between = lower + (upper - lower) * part
        return np.where(np.isfinite(upper) | (part == 0), between, upper)

    with np.errstate(invalid="ignore"):
        error = (at("above") - at("below")) / 2
    return {**{name: at(name) for name in LEVELS}, STANDARD_ERROR: error, PRINCIPAL: runs[..., 0]}


def weighted_summary(draws: np.ndarray, weights: np.ndarray) -> dict[str, float]:
    """Weighted quantiles of draws, and the standard error of the median for their effective sample size.

    Args:
        draws: ``(draws,)``.
        weights: ``(draws,)``, not negative, of any sum above 0.
    """
    order = np.argsort(draws, kind="stable")
    reached = np.cumsum(weights[order])
    # The middle of each draw's own weight, so that equal weights give the ordinary quantiles.
    middle = (reached - weights[order] / 2) / reached[-1]

    def at(level: float) -> float:
        return float(draws[order[min(np.searchsorted(middle, level), len(draws) - 1)]])

    around = 1 / (2 * np.sqrt(effective_sample_size(weights)))
    above, below = at(LEVELS["p50"] + around), at(LEVELS["p50"] - around)
    error = (above - below) / 2 if np.isfinite(above) else np.inf
    return {**{name: at(level) for name, level in LEVELS.items()}, STANDARD_ERROR: error}


def effective_sample_size(weights: np.ndarray) -> float:
    """How many draws of equal weight are as informative as these."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def mean_difference(runs: np.ndarray, central: np.ndarray) -> Mapping[str, float]:
    """Mean difference of two quantities over the same draws, its standard error, and whether it is noise.

    Both are ``(1 + draws,)``; draws that lack a value in either are left out.
    """
    known = np.isfinite(runs[1:]) & np.isfinite(central[1:])
    apart = runs[1:][known] - central[1:][known] if known.any() else np.zeros(1)
    mean, error = float(apart.mean()), float(apart.std() / np.sqrt(len(apart)))
    return {"difference_from_central": mean, "difference_standard_error": error, "is_noise": abs(mean) <= 2 * error}
