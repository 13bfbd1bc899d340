import numpy as np
import pytest

from nhs_assets.model.tempering import (
    Sample,
    Sampling,
    effective_draws,
    prior_sample,
    resampled,
    standard_deviation_of_sum,
    systematic,
)

pytestmark = pytest.mark.unit

SAMPLING = Sampling(seed=5, moves=12, effective_share=0.5, accepted_share=0.3)
PRIOR = np.random.Generator(np.random.PCG64(1)).standard_normal((6, 4_000))
OBSERVED, ERROR = 2.5, 0.4
ALL, FIRST, NONE = np.array([1, 1]), np.array([1, 0]), np.array([0, 0])


def normal(latents: np.ndarray) -> np.ndarray:
    """One observation of the sum of two latents, and one of the third."""
    first = -(((latents[0] + latents[1] - OBSERVED) / ERROR) ** 2) / 2
    second = -((latents[2] + 1) ** 2) / 2
    return np.array([first, second])


def sampled(included: np.ndarray, latents: np.ndarray = PRIOR, sampling: Sampling = SAMPLING) -> Sample:
    return resampled(normal, prior_sample(latents, 2), included, sampling)


def test_conjugate_normal_recovers_its_exact_posterior() -> None:
    found = sampled(ALL)
    gain = 1 / (2 + ERROR**2)
    means = found.latents.mean(axis=1)
    assert means[:2] == pytest.approx([gain * OBSERVED] * 2, abs=0.05)
    assert means[2] == pytest.approx(-1 / 2, abs=0.05)
    assert means[3:] == pytest.approx([0] * 3, abs=0.06)
    covariance = np.cov(found.latents[:3])
    assert covariance.diagonal() == pytest.approx([1 - gain, 1 - gain, 1 / 2], abs=0.05)
    assert covariance[0, 1] == pytest.approx(-gain, abs=0.05)


def test_log_evidence_is_that_of_the_conjugate_normal() -> None:
    spread = 2 + ERROR**2
    exact = -np.log(spread / ERROR**2) / 2 - OBSERVED**2 / (2 * spread)
    assert sampled(FIRST).log_evidence == pytest.approx(exact, abs=0.1)


def test_evidence_taken_out_again_is_as_if_it_had_never_been_let_in() -> None:
    without = resampled(normal, sampled(ALL), FIRST, SAMPLING)
    assert without.latents.mean(axis=1) == pytest.approx(sampled(FIRST).latents.mean(axis=1), abs=0.08)
    back = resampled(normal, without, NONE, SAMPLING)
    assert back.latents.mean(axis=1) == pytest.approx([0] * 6, abs=0.1)


def test_log_evidence_of_pieces_one_after_another_adds_up_to_that_of_all() -> None:
    first = sampled(FIRST)
    second = resampled(normal, first, ALL, SAMPLING)
    assert first.log_evidence + second.log_evidence == pytest.approx(sampled(ALL).log_evidence, abs=0.1)


def test_stated_error_covers_the_error_of_repeated_runs() -> None:
    means, errors = [], []
    for seed in range(20):
        start = np.random.Generator(np.random.PCG64(100 + seed)).standard_normal((3, 500))
        found = sampled(ALL, start, Sampling(seed, 12, 0.5, 0.3))
        means.append(found.latents[0].mean())
        errors.append(standard_deviation_of_sum(found.latents[0], found.ancestors) / 500)
    assert np.std(means) == pytest.approx(np.mean(errors), rel=0.6)


def test_no_evidence_leaves_the_prior_where_it_was() -> None:
    found = sampled(NONE)
    assert found.stages == (1.0,)
    assert found.log_evidence == 0
    assert found.latents.mean(axis=1) == pytest.approx([0] * 6, abs=0.06)


def test_same_seed_gives_the_same_bytes() -> None:
    assert sampled(ALL).latents.tobytes() == sampled(ALL).latents.tobytes()
    assert sampled(ALL).latents.tobytes() != sampled(ALL, sampling=Sampling(6, 12, 0.5, 0.3)).latents.tobytes()


def test_a_constant_in_the_likelihood_moves_no_draw() -> None:
    start = prior_sample(PRIOR, 2)
    moved = resampled(lambda latents: normal(latents) - 1_000, start, ALL, SAMPLING)
    assert moved.latents == pytest.approx(sampled(ALL).latents)
    assert moved.log_evidence + 2_000 == pytest.approx(sampled(ALL).log_evidence)


def test_systematic_picks_are_within_one_of_their_share() -> None:
    weights = np.array([0.1, 3.0, 0.0, 0.9, 1.0])
    picked = np.bincount(systematic(weights, 0.3), minlength=5)
    assert picked.sum() == 5
    assert np.all(np.abs(picked - 5 * weights / weights.sum()) < 1)
    assert picked[2] == 0


def test_independent_draws_are_all_effective_and_copies_are_not() -> None:
    values = np.random.Generator(np.random.PCG64(2)).standard_normal(3_000)
    assert effective_draws(values, np.arange(3_000)) == pytest.approx(3_000)
    copies = np.repeat(values[:1_000], 3)
    assert effective_draws(copies, np.repeat(np.arange(1_000), 3)) == pytest.approx(1_000)
