import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_assets.contracts.savings import FAMILIES
from nhs_assets.model.draws import Distribution, distributions, normal_scores, prior, score_of_p90, uniforms
from nhs_assets.model.simulation import DRAWN
from tests.unit.uncertainty_inputs import before, parameter_value

pytestmark = pytest.mark.unit

positive = st.floats(1e-3, 1e6)
shares = st.floats(0, 1)


def ends(drawn: Distribution) -> np.ndarray:
    score = score_of_p90()
    return drawn.quantile(np.array([-score, 0, score]))


@given(st.lists(positive, min_size=3, max_size=3).map(sorted))
def test_ends_of_a_positive_range_are_its_tenth_and_ninetieth_percentile(points: list[float]) -> None:
    stated = Distribution("any", points[1], points[0], points[2])
    assert ends(stated) == pytest.approx([stated.low, stated.value, stated.high])
    assert (stated.quantile(np.linspace(-8, 8, 99)) >= 0).all()
    assert stated.family in FAMILIES


@given(st.lists(shares, min_size=3, max_size=3).map(sorted))
def test_ends_of_a_share_are_its_tenth_and_ninetieth_percentile_and_none_leaves_its_bounds(points: list[float]) -> None:
    stated = Distribution("any", points[1], points[0], points[2], is_share=True)
    assert ends(stated) == pytest.approx([stated.low, stated.value, stated.high], abs=1e-9)
    drawn = stated.quantile(np.linspace(-8, 8, 99))
    assert ((drawn >= 0) & (drawn <= 1)).all()


@given(st.lists(positive, min_size=3, max_size=3).map(sorted), st.booleans())
def test_values_rise_with_the_score(points: list[float], is_share: bool) -> None:
    scale = points[2] * 2 if is_share else 1
    low, value, high = (point / scale for point in points)
    drawn = Distribution("any", value, low, high, is_share=is_share).quantile(np.linspace(-6, 6, 101))
    assert (np.diff(drawn) >= -1e-9 * high).all()


@pytest.mark.parametrize(
    ("value", "low", "high", "is_share", "family"),
    [
        (0, 0, 0.1, True, "half_above"),
        (0, 0, 200, False, "half_above"),
        (12, 4, 12, False, "half_below"),
        (1, 0.5, 1, True, "half_below"),
        (0.85, 0.6, 0.95, True, "two_piece_logitnormal"),
        (15, 10, 20, False, "two_piece_lognormal"),
        (1, -1, 2, False, "two_piece_normal"),
        (0.4, 0, 0.8, True, "two_piece_cut"),
        (0.4, 0.2, 1, True, "two_piece_cut"),
        (2, 0, 5, False, "two_piece_cut"),
        (3, 3, 3, False, "exact"),
    ],
)
def test_family_follows_from_the_range(value: float, low: float, high: float, is_share: bool, family: str) -> None:
    stated = Distribution("any", value, low, high, is_share=is_share)
    assert stated.family == family
    if family == "two_piece_cut":
        # A tenth of the draws are the bound, and no other family has that on an end beside its value.
        on_bound = stated.quantile(normal_scores(uniforms("any", 7, 400)))
        assert np.mean((on_bound == 0) | (is_share & (on_bound == 1))) == pytest.approx(0.1, abs=0.05)
    assert ends(stated) == pytest.approx([low, value, high])


def test_half_of_all_draws_are_the_value_where_it_sits_on_its_bound() -> None:
    drawn = Distribution("any", 0, 0, 0.1, is_share=True).quantile(normal_scores(uniforms("any", 1, 20_000)))
    assert np.mean(drawn == 0) == pytest.approx(0.5, abs=0.02)
    assert np.quantile(drawn, 0.9) == pytest.approx(0.1, abs=0.005)


def test_exact_parameters_are_not_drawn() -> None:
    known = distributions(parameter_value())
    assert set(before().distributions) == {name for name in DRAWN if known[name].family != "exact"}


def test_a_parameter_has_the_same_stream_whatever_else_is_drawn() -> None:
    alone, among_others = (
        known.values(known.streams(7, 400))["paid_exit_share"] for known in (before("paid_exit_share"), before())
    )
    assert alone.tobytes() == among_others.tobytes()


def test_same_seed_gives_the_same_bytes_and_another_seed_does_not() -> None:
    assert uniforms("paid_exit_share", 7, 1_000).tobytes() == uniforms("paid_exit_share", 7, 1_000).tobytes()
    assert uniforms("paid_exit_share", 7, 1_000).tobytes() != uniforms("paid_exit_share", 8, 1_000).tobytes()
    assert uniforms("paid_exit_share", 7, 1_000).tobytes() != uniforms("backfill_share", 7, 1_000).tobytes()


def test_leavers_are_correlated_between_kinds_and_bodies_and_with_nothing_else() -> None:
    known = prior(parameter_value(), DRAWN)
    rows = dict(zip(known.latents, known.streams(3, 40_000), strict=True))

    def correlation(*names: str) -> float:
        return np.corrcoef([known.score(known.distributions[name], rows) for name in names])[0, 1]

    pay = "saving_per_post_gbp_icb"
    assert correlation(pay, "mean_reckonable_service_years_icb") == pytest.approx(0.3, abs=0.02)
    assert correlation(pay, "saving_per_post_gbp_nhse") == pytest.approx(0.6, abs=0.02)
    assert correlation(pay, "mean_reckonable_service_years_dhsc") == pytest.approx(0.3 * 0.6, abs=0.02)
    assert correlation(pay, "paid_exit_share") == pytest.approx(0, abs=0.02)
    assert known.score(known.distributions[pay], rows).std() == pytest.approx(1, abs=0.02)


def test_the_latest_range_is_drawn_from() -> None:
    assert distributions(parameter_value())["pay_award_pct"] == Distribution("pay_award_pct", 2.5, 2.0, 3.5)
