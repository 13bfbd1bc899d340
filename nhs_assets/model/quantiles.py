"""Quantiles of runs and how sure they are for the number of draws there were."""

from collections.abc import Mapping

import numpy as np

from nhs_assets.model.draws import LEVELS

STANDARD_ERROR = "standard_error"
PRINCIPAL = "principal"
SUMMARY = (*LEVELS, STANDARD_ERROR, PRINCIPAL)
"""What is kept of a quantity: quantiles, the standard error of the median, and the value of run 0."""


def summary(runs: np.ndarray, effective: float) -> dict[str, np.ndarray]:
    """Quantiles of the draws, the standard error of the median, and run 0.

    The standard error is half the distance between the order statistics that lie one standard deviation of the
    number of draws below the median on either side of it: it assumes no shape of the distribution. A quantile that
    falls among draws without a value (infinity) is infinity.

    Args:
        runs: ``(..., 1 + draws)``, run 0 first.
        effective: how many independent draws they are worth.

    Returns:
        Arrays ``(...)`` by the names in :data:`SUMMARY`.
    """
    draws = runs[..., 1:]
    count = draws.shape[-1]
    places = {name: level * (count - 1) for name, level in LEVELS.items()}
    around = count / np.sqrt(min(effective, count)) / 2
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


def mean_difference(runs: np.ndarray, others: np.ndarray, effective: float) -> Mapping[str, float]:
    """Mean difference of two quantities over the same draws, its standard error, and whether it is noise.

    Both are ``(1 + draws,)``; draws that lack a value in either are left out. ``effective`` is how many independent
    draws they are worth.
    """
    known = np.isfinite(runs[1:]) & np.isfinite(others[1:])
    apart = runs[1:][known] - others[1:][known] if known.any() else np.zeros(1)
    worth = len(apart) * min(effective / len(known), 1)
    mean, error = float(apart.mean()), float(apart.std() / np.sqrt(worth))
    return {
        "difference_from_best_estimate": mean,
        "difference_standard_error": error,
        "is_noise": abs(mean) <= 2 * error,
    }
