import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_assets.contracts.savings import FAMILIES
from nhs_assets.model.draws import Distribution, RandomStreams, distributions, draw, score_of_p90, uniforms
from tests.unit.uncertainty_inputs import STREAMS, parameter_value

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
        on_bound = stated.quantile(STREAMS.scores(stated))
        assert np.mean((on_bound == 0) | (is_share & (on_bound == 1))) == pytest.approx(0.1, abs=0.05)
    assert ends(stated) == pytest.approx([low, value, high])


def test_half_of_all_draws_are_the_value_where_it_sits_on_its_bound() -> None:
    drawn = draw([Distribution("any", 0, 0, 0.1, is_share=True)], RandomStreams(1, 20_000, 0)).values["any"][1:]
    assert np.mean(drawn == 0) == pytest.approx(0.5, abs=0.02)
    assert np.quantile(drawn, 0.9) == pytest.approx(0.1, abs=0.005)


def test_run_0_has_the_central_values() -> None:
    known = distributions(parameter_value())
    drawn = draw(known.values(), STREAMS)
    assert {name: values[0] for name, values in drawn.values.items()} == {
        name: stated.value for name, stated in known.items() if stated.family != "exact"
    }
    assert drawn.runs == 401


def test_a_parameter_has_the_same_stream_whatever_else_is_drawn() -> None:
    known = distributions(parameter_value())
    alone = draw([known["paid_exit_share"]], STREAMS).values["paid_exit_share"]
    among_others = draw(known.values(), RandomStreams(7, 400, 0.3)).values["paid_exit_share"]
    assert alone.tobytes() == among_others.tobytes()


def test_same_seed_gives_the_same_bytes_and_another_seed_does_not() -> None:
    assert uniforms("paid_exit_share", 7, 1_000).tobytes() == uniforms("paid_exit_share", 7, 1_000).tobytes()
    assert uniforms("paid_exit_share", 7, 1_000).tobytes() != uniforms("paid_exit_share", 8, 1_000).tobytes()
    assert uniforms("paid_exit_share", 7, 1_000).tobytes() != uniforms("backfill_share", 7, 1_000).tobytes()


def test_pay_and_service_are_correlated_as_stated_and_nothing_else_is() -> None:
    known = distributions(parameter_value())
    streams = RandomStreams(3, 40_000, 0.3)
    pay, service, other = (
        streams.scores(known[name])
        for name in ("saving_per_post_gbp_icb", "mean_reckonable_service_years_civil_service", "paid_exit_share")
    )
    assert np.corrcoef(pay, service)[0, 1] == pytest.approx(0.3, abs=0.02)
    assert np.corrcoef(pay, other)[0, 1] == pytest.approx(0, abs=0.02)
    assert pay.std() == pytest.approx(1, abs=0.02)


def test_the_latest_range_is_drawn_from() -> None:
    assert distributions(parameter_value())["pay_award_pct"] == Distribution("pay_award_pct", 2.5, 2.0, 3.5)
