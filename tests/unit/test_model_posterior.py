"""The posterior of the programme: what evidence is held against, the line through the middle, what moves what."""

import numpy as np
import polars as pl
import pytest

from nhs_assets.model import calibration
from nhs_assets.model.as_stated import as_stated
from nhs_assets.model.award_surface import AwardSurface
from nhs_assets.model.draws import Draws
from nhs_assets.model.exit_cost import exit_points, mean_exit_cost
from nhs_assets.model.likelihood import OF_EVIDENCE, Quantities, pieces
from nhs_assets.model.parameters import BestEstimate, ParameterSet
from nhs_assets.model.posterior import Updating, middle, months_until_level
from nhs_assets.model.scenario_run import scenario_run
from nhs_assets.model.simulation import DRAWN
from nhs_assets.model.valuation import months_to_payback
from tests.unit.model_inputs import CELLS, deflator, parameter_set, streams
from tests.unit.test_model_ranges import BEST, claims
from tests.unit.uncertainty_inputs import TARGETS, before, cases, drawn, leavers, parameter_value, targets

pytestmark = pytest.mark.unit

POINTS = exit_points(CELLS.filter(body="icb"))


def test_awards_read_off_the_grid_are_those_of_the_rules_within_a_third_of_a_per_cent() -> None:
    random = np.random.default_rng(1)
    pay_factor, service_factor = random.uniform(0.6, 1.6, 300), random.uniform(0.3, 2, 300)
    paid = (POINTS["pay"] * POINTS["contracted_share"] * POINTS["share"]).sum()
    served = (POINTS["service"] * POINTS["share"]).sum()
    exact = mean_exit_cost(POINTS, parameter_set(), pay_factor, service_factor)
    payment, tax = AwardSurface(POINTS, parameter_set(), 80)(pay_factor * paid, service_factor * served)
    assert payment == pytest.approx(exact["severance_gbp"], rel=3e-3)
    assert tax == pytest.approx(exact["class_1a_nic_gbp"], rel=0.03, abs=20)


def values() -> dict[str, np.ndarray]:
    """Every uncertain parameter in draws of the prior."""
    known = before(*DRAWN, *OF_EVIDENCE)
    return known.values(known.streams(7, 400))


@pytest.mark.parametrize("waves", [None, streams()])
def test_quantities_are_those_of_the_simulation_in_every_draw(waves: pl.DataFrame | None) -> None:
    tables = leavers() if waves is None else leavers(exit_wave=waves)
    quantities = Quantities(tables)
    found = quantities.all(values())
    run = scenario_run(tables)
    runs = {name: np.concatenate([[run.parameters.value(name)], own]) for name, own in values().items()}
    simulated = run.run(Draws(runs, 401))
    exits = simulated.cost("accrual").amounts.sum(axis=0)[1:] - values()["fixed_programme_cost_gbp_m"]
    assert found["cost_all"] * (1 - values()["support_units_share_of_cost"]) == pytest.approx(exits, rel=3e-3)
    posts = sum(simulated.posts(body) for body in run.plan.bodies)[1:]
    assert found["posts_all"] == pytest.approx(posts)
    last = int(run.parameters.value("stated_saving_years_on"))
    months = run.plan.year_of_month[:, last] > 0
    other = dict.fromkeys(("non_pay", "clawback"), 0.0)
    weights = {name: other.get(name, 1.0) for parts in simulated.sizes.saving.values() for name in parts}
    saved = simulated.saving(weights=weights, one_off=False).amounts[months].sum(axis=0)[1:]
    assert found["saving_all"] == pytest.approx(saved, rel=1e-6)
    half = values()["saving_per_post_gbp_icb"] * 2_000 / 2 / 1e6
    assert found["saving_icb_at_half"] == pytest.approx(half)


def test_a_target_counts_fully_inside_and_by_its_distance_outside() -> None:
    stated = targets(cost_all=(60.0, 80.0), posts_all=(None, 1_000.0))
    cost, posts = pieces(Quantities(leavers()), stated, cases().clear(), deflator())
    tolerance = 0.1 / 1.2815515655446004
    found = cost.log_likelihood(np.array([60.0, 70.0, 80.0, 54.0, 88.0]), {})
    assert found == pytest.approx([0, 0, 0, -((0.1 / tolerance) ** 2) / 2, -((0.1 / tolerance) ** 2) / 2])
    assert posts.log_likelihood(np.array([1.0, 1_000.0]), {}).tolist() == [0, 0]
    assert posts.log_likelihood(np.array([1_100.0]), {})[0] < 0


def test_a_precedent_is_lognormal_around_what_the_rules_give() -> None:
    (_, precedent, came_back) = pieces(
        Quantities(leavers()), targets(posts_all=(None, 1.0)), cases(mean_severance_gbp=60_000.0), deflator()
    )
    spread = np.log(1.3) / 1.2815515655446004
    around = {"precedent_spread_pct": np.full(3, 30.0)}
    found = precedent.log_likelihood(60_000 * np.exp(spread * np.array([-1.0, 0.0, 2.0])), around)
    assert found - found[1] == pytest.approx([-0.5, 0, -2])
    assert (precedent.case_id, came_back.case_id) == ("made_up", "made_up")
    assert np.isfinite(came_back.log_likelihood(np.zeros(3), around)).all()


def test_best_estimate_has_the_median_of_every_headline(appraised_best: dict[str, np.ndarray]) -> None:
    for name, runs in appraised_best.items():
        assert np.mean(runs[1:] < runs[0]) <= 0.55, name
        assert np.mean(runs[1:] <= runs[0]) >= 0.45, name


@pytest.fixture(scope="module")
def appraised_best() -> dict[str, np.ndarray]:
    from nhs_assets.model.appraisal import perspective_weights
    from nhs_assets.model.valuation import Prices, run_rate_year, valuation
    from tests.unit.model_inputs import perspectives

    run = BEST.run
    draws = run.draws(BEST.drawn.values)
    prices = Prices.of(run.parameters, draws, run.plan, deflator())
    year = run_rate_year(run.parameters, run.plan)
    found = valuation(run.run(draws), prices, "accrual", year, perspective_weights(perspectives())["dhsc_budget"])
    names = ("npv", "cost", "saving_at_run_rate")
    return {name: found.money[name] for name in names} | {"payback": found.months["payback"]}


def test_the_middle_of_outcomes_that_are_no_straight_lines_is_reached() -> None:
    latents = np.random.default_rng(3).standard_normal((5, 2_000))

    def outcomes(at: np.ndarray) -> np.ndarray:
        return np.array([np.exp(at[0] + at[1]), np.exp(at[0]) - at[2] ** 3])

    line = middle(latents, outcomes)
    found = outcomes(latents)
    reached = outcomes(line[:, None])
    assert np.mean(found < reached, axis=1) == pytest.approx([0.5, 0.5], abs=0.01)
    # What no outcome follows from stays at its mean.
    assert line[3:] == pytest.approx(latents[3:].mean(axis=1), abs=0.05)


def test_parts_of_a_month_to_payback_end_in_the_month_of_payback() -> None:
    random = np.random.default_rng(4)
    cost = np.zeros((60, 200))
    cost[0] = random.uniform(1, 20, 200)
    net = random.uniform(0, 1, (60, 200)) - cost
    whole = months_to_payback(cost, np.cumsum(net, axis=0))["payback_in_calendar"]
    parts = months_until_level(net)
    paid_back = np.isfinite(whole)
    assert np.ceil(parts[paid_back]).tolist() == whole[paid_back].tolist()


def test_only_the_last_of_dated_values_is_estimated() -> None:
    estimate = BestEstimate(parameter_value(), BEST.posterior_draw)
    first, last = estimate.dated("pay_award_pct")["value"]
    assert first == 3.3
    assert last == BEST.drawn.line["pay_award_pct"] != 2.5
    stated = ParameterSet(parameter_value())
    assert estimate.value("discount_rate_real_pct") == stated.value("discount_rate_real_pct")


def test_without_draws_the_best_estimate_is_as_stated() -> None:
    estimate = BestEstimate(parameter_value(), BEST.posterior_draw.clear())
    assert estimate.value("paid_exit_share") == 0.85


def test_draws_of_the_posterior_are_the_same_on_every_call() -> None:
    from tests.unit.uncertainty_inputs import estimated

    assert estimated().posterior_draw.equals(BEST.posterior_draw)


def test_scenarios_take_the_draws_as_they_are() -> None:
    draws = BEST.run.draws(BEST.drawn.values)
    for name, runs in draws.values.items():
        assert runs[1:].tolist() == BEST.drawn.values[name].tolist()
        assert runs[0] == BEST.drawn.line[name]
    assert set(drawn()) == set(BEST.run.uncertain)


def test_a_piece_that_every_draw_meets_moves_nothing_and_one_that_none_meets_does() -> None:
    stated = targets(posts_all=(None, 1e6), saving_icb_at_half=(90.0, 90.0))
    table = calibration.evidence_effect(leavers(), stated, cases().clear(), deflator())
    shifts = {row["evidence_id"]: row for row in table.filter(item_id="saving_per_post_gbp_icb").iter_rows(named=True)}
    idle, pulling = shifts["posts_all"], shifts["saving_icb_at_half"]
    assert abs(idle["shift"]) < 4 * idle["shift_standard_error"]
    assert idle["log_predictive"] == pytest.approx(0, abs=1e-6)
    assert pulling["shift"] > 4 * pulling["shift_standard_error"]
    assert pulling["log_predictive"] < -1


def test_calibration_says_which_pieces_are_reached_and_in_which_direction_not() -> None:
    stated = targets(posts_all=(None, 1e6), saving_icb_at_half=(900.0, None), saving_nhse_at_half=(None, 1.0))
    rows = calibration.calibration(leavers(), stated, cases(), deflator())
    found = dict(rows.select("evidence_id", "direction").iter_rows())
    assert found["posts_all"] == "within"
    assert found["saving_icb_at_half"] == "too_low"
    assert found["saving_nhse_at_half"] == "too_high"
    assert dict(rows.select("evidence_id", "evidence_kind").iter_rows())["made_up_exit_cost"] == "precedent"


def test_no_evidence_leaves_every_parameter_as_assumed() -> None:
    updating = Updating(leavers(), targets().clear() if len(TARGETS) else TARGETS, cases().clear(), deflator())
    after, prior_values = updating.values(updating.after), updating.values(updating.before)
    for name in updating.prior.distributions:
        assert after[name].mean() == pytest.approx(prior_values[name].mean(), abs=4 * prior_values[name].std() / 20)


def test_as_stated_adds_up_and_keeps_both_ends() -> None:
    table = as_stated(leavers(), claims(), deflator())
    rows = {(row["end"], row["measure"]): row for row in table.iter_rows(named=True)}
    ends = {name: tuple(rows[end, name]["stated_figure"] for end in ("unfavourable", "favourable")) for _, name in rows}
    assert ends["cost"] == (100, 80)
    assert ends["saving"] == (60, 75)  # 60 in all; 40 to 50 and 25 by body
    assert ends["posts"] == (1_500, 1_915)  # half of 3,830
    assert ends["financing"] == (70, 70)
    assert ends["npv"][0] < ends["npv"][1]
    assert ends["payback"][0] > ends["payback"][1]
    agree = {measure: row["parts_agree"] for (_, measure), row in rows.items()}
    assert agree == {"cost": True, "saving": False, "posts": False, "financing": False, "npv": True, "payback": True}


def test_as_stated_is_empty_before_officials_stated_a_cost() -> None:
    silent = claims().filter(pl.col("measure_id") != "programme_cost")
    assert as_stated(leavers(), silent, deflator()).is_empty()
